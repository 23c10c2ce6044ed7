package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// standbyPromoted is TRUST R4: the primary is killed under writing clients, its synchronous standby promoted, and the program,
// whose address names both, goes on without being touched.
func standbyPromoted(ctx context.Context, o options) (r result, err error) {
	f, err := failOver(ctx, o, true)
	if f != nil {
		defer f.close()
	}
	if err != nil {
		return r, err
	}
	if err := f.crowd.drain(ctx); err != nil {
		return r, fmt.Errorf("%w\n%s", err, tail(f.at.log, 1500))
	}
	counts := fmt.Sprintf("1 primary killed, %d acknowledged before and %d in all, first acknowledgement %.1f s after the promotion", f.before, f.crowd.acks.Load(), f.first.Seconds())
	return f.crowd.conclude(ctx, f.where, f.at, counts)
}

// standbyControl is the same with a standby that the primary does not wait for: something must be lost.
func standbyControl(ctx context.Context, o options) (r result, err error) {
	f, err := failOver(ctx, o, false)
	if f != nil {
		defer f.close()
	}
	if err != nil {
		return r, err
	}
	v := f.verdict
	r.counts = fmt.Sprintf("%d acknowledged before; %s", f.before, v.counts())
	if len(v.lost) == 0 {
		r.problems = append(r.problems, "an asynchronous standby lost nothing: the trial proves nothing")
	}
	return r, nil
}

// failedOver is a program after its primary is gone.
type failedOver struct {
	clusters []*cluster
	dir      string
	where    where
	at       *program
	crowd    *crowd
	before   int64
	first    time.Duration
	verdict  verdict // just after the promotion, before anybody sent anything again
}

func (f *failedOver) close() {
	if f.at != nil {
		f.at.kill()
	}
	for _, c := range f.clusters {
		c.close()
	}
	os.RemoveAll(f.dir)
}

// How late the standby gets what the primary wrote. One that is waited for is nearby, or every commit would take long; one
// that nobody waits for is so far away that it has not heard of the last acknowledgements before the kill, however slow the machine.
const nearby, farAway = 100 * time.Millisecond, 500 * time.Millisecond

func failOver(ctx context.Context, o options, synchronous bool) (f *failedOver, err error) {
	f = &failedOver{}
	if f.dir, err = os.MkdirTemp("", "linli-trial-"); err != nil {
		return f, err
	}
	primary, err := newCluster(ctx, "wal_level=replica", "hot_standby=on")
	if err != nil {
		return f, err
	}
	f.clusters = append(f.clusters, primary)
	// The standby streams through a line that holds everything back for a while.
	late := farAway
	if synchronous {
		late = nearby
	}
	line, err := openWire(primary.host(), late)
	if err != nil {
		return f, err
	}
	defer line.close()
	standby, err := primary.standby(ctx, line.port(), "shadow", "hot_standby=on")
	if err != nil {
		return f, err
	}
	f.clusters = append(f.clusters, standby)
	if err := primary.streams(ctx); err != nil {
		return f, err
	}
	if synchronous {
		for _, statement := range []string{"ALTER SYSTEM SET synchronous_standby_names = 'shadow'", "SELECT pg_reload_conf()"} {
			if err := primary.exec(ctx, "postgres", statement); err != nil {
				return f, err
			}
		}
	}
	f.where = where{dir: f.dir, databaseURL: addressOf(primary, standby)}
	if f.at, f.crowd, err = inhabit(ctx, o, f.where, filepath.Join(f.dir, "log")); err != nil {
		return f, err
	}
	return f, f.killPrimary(ctx, primary, standby)
}

func (f *failedOver) killPrimary(ctx context.Context, primary, standby *cluster) error {
	working, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	done := make(chan struct{})
	go func() { f.crowd.work(working); close(done) }()
	for f.crowd.acks.Load() < 60 && working.Err() == nil {
		time.Sleep(10 * time.Millisecond)
	}
	primary.run.kill()
	cancel()
	<-done
	f.before = f.crowd.acks.Load()
	if err := standby.exec(ctx, "postgres", "SELECT pg_promote(true, 60)"); err != nil {
		return err
	}
	promoted := time.Now()
	t := f.crowd.byHand()
	for !t.sendRecord(f.crowd.wrong) {
		if ctx.Err() != nil || time.Since(promoted) > time.Minute {
			return fmt.Errorf("nothing was acknowledged within a minute of the promotion\n%s", tail(f.at.log, 1500))
		}
		time.Sleep(20 * time.Millisecond)
	}
	f.first = time.Since(promoted)
	db, err := f.where.openDB(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	f.verdict, err = f.crowd.judgeIn(ctx, db, f.where)
	return err
}
