package main

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"linli/storage"
	"linli/storage/storagetest"
)

func quiet() *slog.Logger { return slog.New(slog.NewTextHandler(io.Discard, nil)) }

func counting(n *atomic.Int32) job {
	return job{name: "count", every: 50 * time.Millisecond, limit: time.Second, run: func(context.Context) (int, error) {
		n.Add(1)
		return 1, nil
	}}
}

func TestJobsRunByTheClockUntilStopped(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		var n atomic.Int32
		stop, err := newJobRunner(db, quiet()).start(t.Context(), []job{counting(&n)})
		if err != nil {
			t.Fatal(err)
		}
		deadline := time.Now().Add(10 * time.Second)
		for n.Load() < 3 && time.Now().Before(deadline) {
			time.Sleep(5 * time.Millisecond)
		}
		stop()
		after := n.Load()
		if after < 3 {
			t.Errorf("ran %d times", after)
		}
		time.Sleep(150 * time.Millisecond)
		if n.Load() != after {
			t.Error("it runs on after stop")
		}
	})
}

// TestCopiesTakeTurns runs two copies against one database: a turn is done by one of them.
func TestCopiesTakeTurns(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		var together, most atomic.Int32
		slow := job{name: "slow", every: time.Hour, limit: 5 * time.Second, run: func(context.Context) (int, error) {
			most.Store(max(most.Load(), together.Add(1)))
			time.Sleep(100 * time.Millisecond)
			together.Add(-1)
			return 0, nil
		}}
		one, other := newJobRunner(db, quiet()), newJobRunner(db, quiet())
		results := make(chan bool, 2)
		for _, r := range []*jobRunner{one, other} {
			go func() {
				_, ran, err := r.once(t.Context(), slow, slow.every/2)
				if err != nil {
					t.Error(err)
				}
				results <- ran
			}()
		}
		if first, second := <-results, <-results; first == second {
			t.Errorf("ran: %v and %v, want one of them", first, second)
		}
		if most.Load() != 1 {
			t.Errorf("%d at once", most.Load())
		}
		if _, ran, _ := other.once(t.Context(), slow, slow.every/2); ran {
			t.Error("the same turn was done again by the other copy")
		}
		if _, ran, _ := other.once(t.Context(), slow, 0); !ran {
			t.Error("by hand it must run")
		}
	})
}

func TestAFailingJobIsRememberedAndRunsAgain(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		fails := true
		j := job{name: "moody", every: time.Minute, limit: time.Second, what: "tries", run: func(context.Context) (int, error) {
			if fails {
				panic("not today")
			}
			return 2, nil
		}}
		r := newJobRunner(db, quiet())
		_, ran, err := r.once(t.Context(), j, 0)
		if !ran || err == nil || !strings.Contains(err.Error(), "not today") {
			t.Errorf("ran %v, %v", ran, err)
		}
		var b strings.Builder
		if err := listJobs(t.Context(), &b, db, []job{j}); err != nil || !strings.Contains(b.String(), "FAILED: panic: not today") {
			t.Errorf("%s, %v", b.String(), err)
		}
		fails = false
		done, ran, err := r.once(t.Context(), j, 0)
		if done != 2 || !ran || err != nil {
			t.Errorf("%d, %v, %v", done, ran, err)
		}
		b.Reset()
		if err := listJobs(t.Context(), &b, db, []job{j}); err != nil || !strings.Contains(b.String(), "went well") {
			t.Errorf("%s, %v", b.String(), err)
		}
	})
}

func TestAJobHasALimit(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		endless := job{name: "endless", every: time.Minute, limit: 20 * time.Millisecond, run: func(ctx context.Context) (int, error) {
			<-ctx.Done()
			return 0, ctx.Err()
		}}
		_, _, err := newJobRunner(db, quiet()).once(t.Context(), endless, 0)
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%v", err)
		}
	})
}

// lateLeases is a database that another copy took the lease from.
type lateLeases struct{ leases }

func (lateLeases) Renew(context.Context, string, string, time.Duration) (bool, error) {
	return false, nil
}

// TestAJobEndsWhenItsLeaseIsGone: two copies must not go on with one job because one of them was asleep.
func TestAJobEndsWhenItsLeaseIsGone(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		r := newJobRunner(lateLeases{db}, quiet())
		r.lease = 30 * time.Millisecond
		endless := job{name: "endless", every: time.Minute, limit: time.Minute, run: func(ctx context.Context) (int, error) {
			<-ctx.Done()
			return 0, ctx.Err()
		}}
		if _, ran, err := r.once(t.Context(), endless, 0); !ran || !errors.Is(err, errLeaseLost) {
			t.Errorf("%v, %v", ran, err)
		}
	})
}

// TestALongJobKeepsItsLease: the lease is shorter than the job, and no other copy gets in.
func TestALongJobKeepsItsLease(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		one, other := newJobRunner(db, quiet()), newJobRunner(db, quiet())
		one.lease, other.lease = 3*time.Second, 3*time.Second
		long := job{name: "long", every: time.Minute, limit: time.Minute, run: func(context.Context) (int, error) {
			deadline := time.Now().Add(4 * time.Second)
			for time.Now().Before(deadline) {
				if _, ran, err := other.once(t.Context(), counting(new(atomic.Int32)).named("long"), 0); ran || err != nil {
					t.Errorf("the other copy: %v, %v", ran, err)
				}
				time.Sleep(100 * time.Millisecond)
			}
			return 0, nil
		}}
		if _, ran, err := one.once(t.Context(), long, 0); !ran || err != nil {
			t.Errorf("%v, %v", ran, err)
		}
	})
}

func (j job) named(name string) job {
	j.name = name
	return j
}
