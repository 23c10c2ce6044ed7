package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// rotate is after how many rounds new people come: one account may list so many photos a day and sends none after that.
const rotate = 20

// killSQLite is TRUST R1 on SQLite and a directory.
func killSQLite(ctx context.Context, o options) (result, error) {
	dir, err := os.MkdirTemp("", "linli-trial-")
	if err != nil {
		return result{}, err
	}
	defer os.RemoveAll(dir)
	return killRounds(ctx, o, where{dir: filepath.Join(dir, "data")}, filepath.Join(dir, "log"))
}

// killPostgres is TRUST R1 on Postgres and an S3 server.
func killPostgres(ctx context.Context, o options) (result, error) {
	w, err := services(ctx)
	if err != nil {
		return result{}, err
	}
	defer os.RemoveAll(w.dir)
	return killRounds(ctx, o, w, filepath.Join(w.dir, "log"))
}

// killRounds lets a crowd write, kills the program at a moment that nobody chose, starts it again, lets everybody finish
// what he began, and judges; again and again on the same data.
func killRounds(ctx context.Context, o options, w where, log string) (r result, err error) {
	at, err := newProgram(o.bin, w, log)
	if err != nil {
		return r, err
	}
	defer at.kill()
	chance := rand.New(rand.NewPCG(o.seed, 3))
	c, err := settle(ctx, w, at, o.clients, o.seed)
	if err != nil {
		return r, err
	}
	var signedOut int64
	round := 0
	defer func() {
		r.counts = fmt.Sprintf("%d kills, %d acknowledged; %s", at.kills, c.acks.Load(), r.counts)
	}()
	if err := at.start(ctx); err != nil {
		return r, err
	}
	for round = 1; round <= o.rounds && ctx.Err() == nil; round++ {
		working, cancel := context.WithTimeout(ctx, time.Duration(30+chance.IntN(500))*time.Millisecond)
		done := make(chan struct{})
		go func() { c.work(working); close(done) }()
		<-working.Done()
		at.kill()
		cancel()
		<-done
		if chance.IntN(5) == 0 { // and once more while it gets up
			if err := at.launch(); err != nil {
				return r, err
			}
			time.Sleep(time.Duration(chance.IntN(150)) * time.Millisecond)
			at.kill()
		}
		began := time.Now()
		if err := at.start(ctx); err != nil {
			return r, err
		}
		started := time.Since(began)
		if err := c.drain(ctx); err != nil {
			return r, fmt.Errorf("round %d: %w", round, err)
		}
		c.replay(4)
		last := round == o.rounds
		if round <= 20 || round%20 == 0 || last {
			db, err := w.openDB(ctx)
			if err != nil {
				return r, err
			}
			v, err := c.judgeIn(ctx, db, w)
			if err == nil && round%rotate == 0 && !last {
				signedOut += c.signedOut()
				err = c.gather(ctx, db, at, o.clients)
			}
			db.Close()
			if err != nil {
				return r, err
			}
			r.counts = v.counts()
			if r.problems = slices.Concat(v.problems(), c.wrong.list, faults(at.log)); len(r.problems) > 0 {
				return r, nil
			}
		}
		if o.verbose {
			fmt.Printf("    round %d: %d acknowledged; up after %d ms, finished after %d ms\n", round, c.acks.Load(), started.Milliseconds(), time.Since(began).Milliseconds())
		}
	}
	if n := signedOut + c.signedOut(); n > 0 {
		r.problems = append(r.problems, fmt.Sprintf("%d times somebody was signed out by a kill", n))
	}
	return r, ctx.Err()
}
