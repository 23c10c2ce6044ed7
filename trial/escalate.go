package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	rules "linli/models/ticket"
	"linli/storage"
	"linli/storage/ledger"
	photos "linli/storage/photo"
	"linli/storage/seed"
	"linli/storage/storagetest"
	tickets "linli/storage/ticket"
)

// overdueFor is how long the matters have been there when the job comes to them: every level is due.
const overdueFor = 40 * 24 * time.Hour

// killEscalation lets the job that tells the levels find thousands of matters that nobody has answered, kills it at moments that nobody
// chose until nothing is due any more, and holds the end against that of a twin that nobody killed: the same levels, each told once.
func killEscalation(ctx context.Context, o options) (r result, err error) {
	for _, in := range []struct {
		name string
		make func(context.Context) (where, error)
	}{{"sqlite", folder}, {"postgres", services}} {
		counts, problems, err := escalateTwice(ctx, o, in.make)
		r.counts += in.name + ": " + counts + "; "
		for _, p := range problems {
			r.problems = append(r.problems, in.name+": "+p)
		}
		if err != nil {
			return r, err
		}
	}
	return r, nil
}

func folder(context.Context) (where, error) {
	dir, err := os.MkdirTemp("", "linli-trial-")
	return where{dir: dir}, err
}

func escalateTwice(ctx context.Context, o options, place func(context.Context) (where, error)) (counts string, problems []string, err error) {
	var ends [2]map[string]string
	kills, spared := 0, time.Duration(0)
	for i, killing := range []bool{false, true} {
		w, err := place(ctx)
		if err != nil {
			return "", nil, err
		}
		defer os.RemoveAll(w.dir)
		if err := leaveUnanswered(ctx, w, o.overdue); err != nil {
			return "", nil, err
		}
		began := time.Now()
		n, err := escalateAll(ctx, o, w, killing)
		if err != nil {
			return "", nil, err
		}
		if kills += n; !killing {
			spared = time.Since(began)
		}
		if ends[i], err = told(ctx, w); err != nil {
			return "", nil, err
		}
	}
	if problems = differing(ends[0], ends[1]); kills == 0 {
		problems = append(problems, "the job was through before anybody killed it: more matters are needed")
	}
	if len(ends[0]) != o.overdue {
		problems = append(problems, fmt.Sprintf("%d matters were left, %d are there", o.overdue, len(ends[0])))
	}
	return fmt.Sprintf("%d overdue, %.1f s where nobody killed it, %d kills", o.overdue, spared.Seconds(), kills), problems, nil
}

// leaveUnanswered files matters weeks ago that nobody has looked at since.
func leaveUnanswered(ctx context.Context, w where, n int) error {
	db, err := w.openDB(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	long := time.Now().Add(-overdueFor)
	if err := db.WriteAt(ctx, long, seed.All); err != nil {
		return err
	}
	county, err := storagetest.WriteSmallCounty(ctx, db)
	if err != nil {
		return err
	}
	if err := db.WriteAt(ctx, long, storagetest.TellOfMemberships); err != nil {
		return err
	}
	store := tickets.New(db, photos.New(db, nil, photos.Hooks{}), make([]byte, 32)) // no photo is listed, so no bytes have a place
	chance := rand.New(rand.NewPCG(uint64(n), 9))
	const together = 100
	for done := 0; done < n; {
		err := db.WriteAt(ctx, long.Add(time.Duration(done)*time.Second), func(tx storage.Tx) error {
			for range min(together, n-done) {
				f := rules.Filing{ClientID: newID(chance), Category: []string{"REP-01", "REP-12", "CLN-02"}[done%3], Text: "楼道灯不亮", BuildingID: county.Building.ID}
				if _, _, err := store.FileIn(tx, county.Resident, f, nil); err != nil {
					return err
				}
				done++
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// escalateAll runs the job until it finds nothing more, and kills it if it is to.
func escalateAll(ctx context.Context, o options, w where, killing bool) (kills int, err error) {
	p, err := newProgram(o.controlBin, w, filepath.Join(w.dir, "log"), "LINLI_TEST_LEASE=200ms")
	if err != nil {
		return 0, err
	}
	chance := rand.New(rand.NewPCG(o.seed, 8))
	for range 10_000 {
		from := sizeOf(p.log)
		cmd := exec.Command(p.bin, "job", "ticket-escalate")
		cmd.Env = p.env
		run, err := spawn(cmd, p.log)
		if err != nil {
			return kills, err
		}
		var dies <-chan time.Time
		if killing && kills < o.kills {
			dies = time.After(time.Duration(50+chance.IntN(350)) * time.Millisecond)
		}
		select {
		case <-run.ended:
			if out := tail(p.log, sizeOf(p.log)-from); run.err == nil && strings.HasSuffix(strings.TrimSpace(out), "done: 0") {
				return kills, nil
			} else if run.err != nil && !strings.Contains(out, "another copy") {
				return kills, fmt.Errorf("the job failed: %w\n%s", run.err, tail(p.log, 1000))
			}
		case <-dies:
			run.kill()
			kills++
		case <-ctx.Done():
			run.kill()
			return kills, ctx.Err()
		}
		if killing {
			time.Sleep(100 * time.Millisecond) // the lease of the dead runs out
		}
	}
	return kills, errors.New("the job never comes to an end")
}

func sizeOf(file string) int64 {
	info, err := os.Stat(file)
	if err != nil {
		return 0
	}
	return info.Size()
}

// told is what each matter has been told, as its row and the ledger have it.
func told(ctx context.Context, w where) (map[string]string, error) {
	db, err := w.openDB(ctx)
	if err != nil {
		return nil, err
	}
	defer db.Close()
	ends := map[string]string{}
	err = db.Read(ctx, func(tx storage.Tx) error {
		var rows []rules.Ticket
		if err := tx.DB().Order("id").Find(&rows).Error; err != nil {
			return err
		}
		names := map[int64]string{} // ids are drawn, the phones' own are the same in both
		for _, t := range rows {
			names[t.ID] = t.ClientID
			ends[t.ClientID] = fmt.Sprintf("%s level %d version %d alert %d", t.State, t.EscalatedTo, t.Version, t.AlertIndex)
		}
		var lines []storage.LedgerLine
		if err := tx.DB().Table("ledger").Where("noun = ?", "ticket").Order("id").Find(&lines).Error; err != nil {
			return err
		}
		for _, l := range lines {
			if l.Action == string(rules.Remind) || l.Action == string(rules.Escalate) {
				ends[names[l.NounID]] += " " + l.Action + l.Data
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	report, err := ledger.Verify(ctx, db, ledger.Against{})
	if err == nil && report.Faulty != 0 {
		err = fmt.Errorf("the ledger has %d faults: %q", report.Faulty, report.Faults)
	}
	return ends, err
}

// differing names what the killed one made otherwise than its twin, a few at most.
func differing(twin, killed map[string]string) (problems []string) {
	for _, id := range slices.Sorted(maps.Keys(twin)) {
		if twin[id] != killed[id] {
			problems = append(problems, fmt.Sprintf("ticket %s: %q, its twin %q", id, killed[id], twin[id]))
		}
		if !strings.Contains(twin[id], string(rules.Escalate)) {
			problems = append(problems, fmt.Sprintf("ticket %s: nobody was told: %q", id, twin[id]))
		}
		if len(problems) >= 5 {
			break
		}
	}
	if len(twin) != len(killed) {
		problems = append(problems, fmt.Sprintf("%d tickets, its twin has %d", len(killed), len(twin)))
	}
	return problems
}
