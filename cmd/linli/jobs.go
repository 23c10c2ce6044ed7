package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strconv"
	"time"

	"github.com/go-co-op/gocron/v2"
	"github.com/prometheus/client_golang/prometheus"

	"linli/storage"
)

// job is work that runs by itself. What is due is a question to the database, never a list in memory, so a job may
// run twice, late, or in another copy of the program, without harm.
type job struct {
	name  string
	what  string
	every time.Duration
	limit time.Duration // what one run may take
	run   func(ctx context.Context) (done int, err error)
}

// late is the age of the last success at which something is wrong: two turns were missed and a third is over.
func (j job) late() time.Duration { return 3*j.every + j.limit + time.Minute }

// leases is how copies of the program take turns.
type leases interface {
	Hold(ctx context.Context, name, holder string, length, rest time.Duration) (bool, error)
	Renew(ctx context.Context, name, holder string, length time.Duration) (bool, error)
	Release(ctx context.Context, name, holder, failure string) error
	Leases(ctx context.Context) ([]storage.Lease, error)
}

// jobRunner runs jobs, each under its lease.
type jobRunner struct {
	leases leases
	holder string
	lease  time.Duration // how long a killed copy keeps a job from the others
	log    *slog.Logger
	runs   *prometheus.HistogramVec
}

func newJobRunner(l leases, log *slog.Logger) *jobRunner {
	return &jobRunner{
		leases: l,
		holder: holderName(),
		lease:  leaseLength,
		log:    log,
		runs: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name:    "linli_job_seconds",
			Help:    "Time of a run of a job, by name and whether it went well.",
			Buckets: prometheus.ExponentialBuckets(0.005, 4, 8),
		}, []string{"name", "ok"}), // not "job": that is Prometheus' own word for what it scrapes
	}
}

// holderName tells this run of this copy from every other one.
func holderName() string {
	host, _ := os.Hostname()
	b := make([]byte, 4)
	rand.Read(b)
	return host + "/" + strconv.Itoa(os.Getpid()) + "/" + hex.EncodeToString(b)
}

// errLeaseLost ends a run whose lease went to another copy: this one was asleep, or did not reach the database in time.
var errLeaseLost = errors.New("the lease ran out and another copy has it")

// once runs a job if this copy gets the lease. rest keeps copies from doing the same turn one after the other.
func (r *jobRunner) once(ctx context.Context, j job, rest time.Duration) (done int, ran bool, err error) {
	ran, err = r.leases.Hold(ctx, j.name, r.holder, r.lease, rest)
	if err != nil || !ran {
		return 0, false, err
	}
	started := time.Now()
	running, lost := context.WithCancelCause(ctx)
	beating := r.keep(running, j.name, lost)
	done, err = caught(running, j)
	if cause := context.Cause(running); err != nil && errors.Is(cause, errLeaseLost) {
		err = errors.Join(cause, err)
	}
	lost(nil)
	<-beating
	failure := ""
	if err != nil {
		failure = err.Error()
	}
	r.runs.WithLabelValues(j.name, strconv.FormatBool(err == nil)).Observe(time.Since(started).Seconds())
	// The lease is given back even when the program is stopping, or the next start would wait for it to run out.
	back, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	if releaseErr := r.leases.Release(back, j.name, r.holder, failure); releaseErr != nil {
		r.log.Error("job could not give its lease back", "job", j.name, "err", releaseErr)
	}
	return done, true, err
}

// keep renews the lease of a running job, so that it may be short: a copy that is killed keeps a job from the others for
// the length of a lease and no longer, however long the job may take.
func (r *jobRunner) keep(running context.Context, name string, lost context.CancelCauseFunc) (ended <-chan struct{}) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		beat := time.NewTicker(r.lease / 3)
		defer beat.Stop()
		until := time.Now().Add(r.lease)
		for {
			select {
			case <-running.Done():
				return
			case <-beat.C:
			}
			sent := time.Now()
			still, err := r.leases.Renew(running, name, r.holder, r.lease)
			switch {
			case err == nil && still:
				until = sent.Add(r.lease)
			case err == nil || time.Now().After(until):
				lost(errLeaseLost)
				return
			}
		}
	}()
	return done
}

// caught runs a job within its limit. A panic here would otherwise end the whole program.
func caught(ctx context.Context, j job) (done int, err error) {
	ctx, cancel := context.WithTimeout(ctx, j.limit)
	defer cancel()
	err = recovered(func() error {
		done, err = j.run(ctx)
		return err
	})
	return done, err
}

// turn is one run by the clock: nobody waits for the error, so it is logged.
func (r *jobRunner) turn(ctx context.Context, j job, rest time.Duration) {
	done, _, err := r.once(ctx, j, rest)
	switch {
	case err != nil && ctx.Err() == nil:
		r.log.Error("job failed", "job", j.name, "done", done, "err", err)
	case done > 0:
		r.log.Info("job", "job", j.name, "done", done)
	}
}

// start lets every job run by the clock until stop is called; stop waits for those under way.
func (r *jobRunner) start(ctx context.Context, jobs []job) (stop func(), err error) {
	scheduler, err := gocron.NewScheduler(gocron.WithLocation(time.UTC), gocron.WithStopTimeout(20*time.Second))
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	for _, j := range jobs {
		_, err := scheduler.NewJob(
			gocron.DurationJob(j.every),
			gocron.NewTask(func() { r.turn(ctx, j, j.every/2) }),
			gocron.WithName(j.name),
			gocron.WithSingletonMode(gocron.LimitModeReschedule),
			gocron.WithStartAt(gocron.WithStartImmediately()),
		)
		if err != nil {
			cancel()
			return nil, fmt.Errorf("job %s: %w", j.name, err)
		}
	}
	scheduler.Start()
	return func() {
		cancel()
		if err := scheduler.Shutdown(); err != nil {
			r.log.Warn("jobs did not all stop", "err", err)
		}
	}, nil
}

// listJobs writes what runs by itself, and how it went the last time.
func listJobs(ctx context.Context, w io.Writer, l leases, jobs []job) error {
	known, err := l.Leases(ctx)
	if err != nil {
		return err
	}
	last := map[string]storage.Lease{}
	for _, lease := range known {
		last[lease.Name] = lease
	}
	for _, j := range jobs {
		fmt.Fprintf(w, "%-20s every %-7s %s\n", j.name, j.every, j.what)
		lease, ran := last[j.name]
		switch {
		case !ran || lease.LastStartedAt == nil:
			fmt.Fprintf(w, "%-20s has not run yet\n", "")
		case lease.LastError != "":
			fmt.Fprintf(w, "%-20s started %s, FAILED: %s\n", "", lease.LastStartedAt.Format(time.RFC3339), lease.LastError)
		default:
			fmt.Fprintf(w, "%-20s started %s, went well\n", "", lease.LastStartedAt.Format(time.RFC3339))
		}
	}
	return nil
}
