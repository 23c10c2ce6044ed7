// Command trial does to the built program what the world will do to it: it kills it, takes its power away, fills its
// disk, stops its stores, and counts afterwards. It knows the program as a phone does, by HTTP, and reads its database
// and its photos only to judge. It is no part of the product and nothing of the product knows it.
//
//	go run ./trial [flags] [name ...]
//
// Without a name it lists the trials; "all" is all of them. "make crash" runs them at the sizes of CI.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"

	"linli/trial/lossyfs"
)

// trial is one thing that is done to the program.
type trial struct {
	name string
	what string
	run  func(ctx context.Context, o options) (result, error)
}

// result is what is printed of a trial.
type result struct {
	counts   string   // what was done, in figures
	problems []string // what is wrong; empty when the program kept its word
	skipped  string   // why it could not be run here
}

// options are the sizes; those of CI are the defaults.
type options struct {
	bin, controlBin     string
	rounds, cuts, kills int
	losses, overdue     int
	clients             int
	seed                uint64
	verbose             bool
}

func trials() []trial {
	return []trial{
		{"kill-sqlite", "kill -9 under writing clients: SQLite, directory", killSQLite},
		{"kill-postgres", "kill -9 under writing clients: Postgres, S3 server", killPostgres},
		{"cut", "power cut: SQLite and directory on a disk that forgets what was not synced", cutPower},
		{"restart", "Postgres restarted and killed under writing clients", restartPostgres},
		{"full", "the disk fills up under SQLite and the photos, and has room again", diskFull},
		{"store", "the photo store gone, failing, hanging, slow, lying", storeMoods},
		{"standby", "the Postgres primary killed, its synchronous standby promoted", standbyPromoted},
		{"standby-control", "the same with a standby that nobody waits for: it must lose something", standbyControl},
		{"jobs", "two copies on one Postgres, whichever does the job killed while it does", killWorkers},
		{"escalate", "the job that tells the levels killed among thousands of overdue matters, beside a twin that nobody kills", killEscalation},
		{"lose", "the machine lost, its data folder gone, restored from the continuous copy: folder, S3 server", loseMachines},
		{"lose-control", "the same without the copy: everything since the last backup is lost", loseWithoutCopy},
		{"cut-controls", "the same without what keeps us: each must lose something", cutControls},
	}
}

func main() {
	var o options
	flag.StringVar(&o.bin, "bin", "bin/linli", "the program under trial")
	flag.StringVar(&o.controlBin, "control-bin", "bin/linli-crashtest", "the program built with -tags crashtest, for the controls")
	flag.IntVar(&o.rounds, "rounds", 50, "kills of each kill trial; 1000 before a release")
	flag.IntVar(&o.cuts, "cuts", 30, "power cuts; 1000 before a release")
	flag.IntVar(&o.kills, "kills", 20, "kills in the middle of a job; 200 before a release")
	flag.IntVar(&o.losses, "losses", 3, "machines lost of each kind; 50 before a release")
	flag.IntVar(&o.overdue, "overdue", 2000, "overdue matters that the killed job finds; 10000 before a release")
	flag.IntVar(&o.clients, "clients", 8, "writing clients")
	flag.Uint64Var(&o.seed, "seed", uint64(time.Now().UnixNano()), "what chance begins with")
	flag.BoolVar(&o.verbose, "v", false, "tell every round")
	flag.Parse()
	if flag.NArg() == 0 {
		for _, t := range trials() {
			fmt.Printf("%-14s %s\n", t.name, t.what)
		}
		return
	}
	slog.SetDefault(slog.New(slog.DiscardHandler)) // what storage warns of is known here
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := runAll(ctx, o, flag.Args())
	stop()
	os.Exit(code)
}

// exitSkipped is what the steps of CI take for "skipped, and it said why".
const exitSkipped = 77

func runAll(ctx context.Context, o options, names []string) int {
	fmt.Printf("trial: seed %d\n", o.seed)
	passed, failed, skipped := 0, 0, 0
	if len(names) == 1 && names[0] == "all" {
		names = nil
		for _, t := range trials() {
			names = append(names, t.name)
		}
	}
	for _, name := range names {
		at := slices.IndexFunc(trials(), func(t trial) bool { return t.name == name })
		if at < 0 {
			fmt.Fprintf(os.Stderr, "there is no trial %q\n", name)
			return 2
		}
		started := time.Now()
		r, err := trials()[at].run(ctx, o)
		if errors.Is(err, lossyfs.ErrNoFuse) {
			r.skipped, err = err.Error(), nil
		}
		if err != nil {
			r.problems = append(r.problems, err.Error())
		}
		word := "passed"
		switch {
		case len(r.problems) > 0:
			word = "FAILED"
			failed++
		case r.skipped != "":
			word = "skipped: " + r.skipped
			skipped++
		default:
			passed++
		}
		fmt.Printf("%-14s %s, %d s: %s\n", name, word, int(time.Since(started).Seconds()), r.counts)
		for i, p := range r.problems {
			if i == 20 {
				fmt.Printf("    … and %d more\n", len(r.problems)-i)
				break
			}
			fmt.Println("    " + strings.ReplaceAll(p, "\n", "\n    "))
		}
	}
	fmt.Printf("trial: %d passed, %d failed, %d skipped\n", passed, failed, skipped)
	switch {
	case failed > 0:
		return 1
	case skipped > 0:
		return exitSkipped
	}
	return 0
}
