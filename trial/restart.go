package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"time"
)

// restarts is how often Postgres is taken away in the restart trial.
const restarts = 6

// restartPostgres takes Postgres away under writing clients, politely, at once, and by kill -9, and brings it back. The
// program is not touched: it must answer "come again" meanwhile and go on by itself.
func restartPostgres(ctx context.Context, o options) (r result, err error) {
	pg, err := newCluster(ctx)
	if err != nil {
		return r, err
	}
	defer pg.close()
	dir, err := os.MkdirTemp("", "linli-trial-")
	if err != nil {
		return r, err
	}
	defer os.RemoveAll(dir)
	w := where{dir: dir, databaseURL: addressOf(pg)}
	at, c, err := inhabit(ctx, o, w, filepath.Join(dir, "log"))
	if err != nil {
		return r, err
	}
	defer at.kill()
	chance := rand.New(rand.NewPCG(o.seed, 6))
	working, cancel := context.WithCancel(ctx)
	defer cancel()
	done := make(chan struct{})
	go func() { c.work(working); close(done) }()
	pause := func(least, more int) { time.Sleep(time.Duration(least+chance.IntN(more)) * time.Millisecond) }
	for i := range restarts {
		pause(200, 500)
		if i%3 == 2 {
			pg.run.kill()
		} else {
			pg.run.stop([]syscall.Signal{syscall.SIGINT, syscall.SIGQUIT}[i%3])
		}
		pause(100, 900)
		before := c.acks.Load()
		if err := pg.start(ctx); err != nil {
			return r, err
		}
		if err := c.goesOn(ctx, before, at); err != nil {
			return r, fmt.Errorf("restart %d: %w", i+1, err)
		}
	}
	cancel()
	<-done
	if err := c.drain(ctx); err != nil {
		return r, err
	}
	return c.conclude(ctx, w, at, fmt.Sprintf("%d restarts, %d acknowledged, %d told to come again", restarts, c.acks.Load(), c.wrong.later.Load()))
}

// goesOn waits until something new is acknowledged.
func (c *crowd) goesOn(ctx context.Context, before int64, at *program) error {
	deadline := time.Now().Add(time.Minute)
	for c.acks.Load() == before {
		if ctx.Err() != nil || time.Now().After(deadline) {
			return fmt.Errorf("nothing was acknowledged within a minute\n%s", tail(at.log, 2000))
		}
		time.Sleep(5 * time.Millisecond)
	}
	return nil
}

// conclude judges at the end of a trial.
func (c *crowd) conclude(ctx context.Context, w where, at *program, counts string) (r result, err error) {
	c.replay(20)
	db, err := w.openDB(ctx)
	if err != nil {
		return r, err
	}
	defer db.Close()
	v, err := c.judgeIn(ctx, db, w)
	if err != nil {
		return r, err
	}
	r.counts = counts + "; " + v.counts()
	r.problems = slices.Concat(v.problems(), c.wrong.list, faults(at.log))
	if n := c.signedOut(); n > 0 {
		r.problems = append(r.problems, fmt.Sprintf("%d times somebody was signed out", n))
	}
	return r, nil
}
