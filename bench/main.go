// Command bench measures the program beside controls that do the same with less, in one run, and writes docs/bench.md.
// It fills a county of its own, once, and keeps it for the next run. It is no part of the product and nothing of the
// product knows it. "make bench" starts it with everything around it (.ci/bench.sh).
package main

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"
)

// options are the sizes. The defaults are small; docs/bench.md says what was used.
type options struct {
	dir, out, bin, postgres string
	tickets                 int
	photos                  int
	seconds                 int
	clients                 int
	load                    time.Duration
	reads, writes           int
}

// bench is one group of figures.
type bench struct {
	name string
	run  func(context.Context, options) (section, error)
}

func benches() []bench {
	return []bench{
		{"list", benchList},
		{"file", benchFiling},
		{"photo", benchPhoto},
		{"county", benchCounty},
		{"start", benchStart},
	}
}

func main() {
	var o options
	var only, serve string
	flag.StringVar(&o.dir, "dir", os.TempDir()+"/linli-bench", "where the counties are kept between runs")
	flag.StringVar(&o.out, "out", "docs/bench.md", "the page that is written")
	flag.StringVar(&o.bin, "bin", "bin/linli", "the built program")
	flag.StringVar(&o.postgres, "postgres", os.Getenv("LINLI_TEST_BENCH_POSTGRES"), "a durable Postgres where databases may be made")
	flag.IntVar(&o.tickets, "tickets", 100_000, "tickets of the county; 1000000 for the goals, 10000000 for the last of them")
	flag.IntVar(&o.photos, "photos", 1, "photo rows of each ticket; 3 for the goals")
	flag.IntVar(&o.seconds, "seconds", 5, "seconds of each measurement of a list")
	flag.IntVar(&o.clients, "clients", 8, "clients that ask at once")
	flag.DurationVar(&o.load, "load", 20*time.Second, "length of the county's load; 60s for the goals, 30m before a release")
	flag.IntVar(&o.reads, "reads", 1000, "reads a second of the county's load")
	flag.IntVar(&o.writes, "writes", 200, "writes a second of the county's load")
	flag.StringVar(&only, "only", "", "names of the groups to run, with commas; the others keep their figures")
	flag.StringVar(&serve, "serve", "", "for the program itself: be a server, or a child that measures itself")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	slog.SetDefault(slog.New(slog.DiscardHandler))
	if serve != "" {
		if err := child(ctx, serve, o); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	if err := run(ctx, o, only); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, o options, only string) error {
	kept, err := readSections(o.dir)
	if err != nil {
		return err
	}
	for _, b := range benches() {
		if only != "" && !strings.Contains(","+only+",", ","+b.name+",") {
			continue
		}
		began := time.Now()
		busy := load()
		s, err := b.run(ctx, o)
		if err != nil {
			return fmt.Errorf("%s: %w", b.name, err)
		}
		s.Name, s.Made, s.Took, s.Before, s.After = b.name, began.UTC(), time.Since(began).Round(time.Second), busy, load()
		kept = replaced(kept, s)
		if err := keepSections(o.dir, kept); err != nil {
			return err
		}
		if err := os.WriteFile(o.out, []byte(page(kept)), 0o644); err != nil {
			return err
		}
		fmt.Println(s.text())
	}
	return nil
}
