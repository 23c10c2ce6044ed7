package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// filers is how many people's filings the control asks in turn: they live in different places, so that they do not all
// wait for one row.
const filers = 8

// benchFiling files tickets, turn and turn about with a control that asks the same statements.
func benchFiling(ctx context.Context, o options) (section, error) {
	s := section{
		Title: "Filing a ticket",
		How: fmt.Sprintf("With its ledger lines, kept before it is answered; into %s tickets, %d clients. Control: what the program asked of Postgres for one filing, token, checks and answer included, was overheard "+
			"and is asked again by pgbench (prepared statements), which has the program's core; on SQLite the same by the raw driver. Median of three turns of %d s each, filings a second.", thousands(o.tickets), o.clients, o.seconds),
	}
	all, err := places(ctx, o)
	if err != nil {
		return s, err
	}
	overheard, err := overhear(ctx, o, all[1])
	if err != nil {
		return s, err
	}
	s.Notes = []string{fmt.Sprintf("A filing is %d statements.", len(overheard[0]))}
	slices.Reverse(all)
	for _, p := range all {
		r, err := fileBeside(ctx, o, p, overheard)
		if err != nil {
			return s, err
		}
		s.Rows = append(s.Rows, r)
	}
	return s, nil
}

func fileBeside(ctx context.Context, o options, p place, overheard []filing) (row, error) {
	server, err := startProgram(ctx, o, p.Dir, p.URL)
	if err != nil {
		return row{}, err
	}
	defer server.stop()
	c, err := newCrowd(server.url, p)
	if err != nil {
		return row{}, err
	}
	control := func(length time.Duration) (float64, error) { return pgbench(ctx, o, p, overheard, length) }
	if p.URL == "" {
		control = func(length time.Duration) (float64, error) { return byRawDriver(ctx, o, p, overheard, length) }
	}
	r, err := turns(o, 0.6, func(length time.Duration) (float64, error) { return c.closed(ctx, o.clients, 1, length), nil }, control)
	r.What = p.kind
	if p.URL == "" {
		r.Goal, r.Met = "reported", ""
	}
	return r, err
}

// overhear files by some people and writes down what the program asks for each.
func overhear(ctx context.Context, o options, p place) ([]filing, error) {
	ear, address, err := listenAt(p.URL)
	if err != nil {
		return nil, err
	}
	defer ear.close()
	server, err := startProgram(ctx, o, p.Dir, address)
	if err != nil {
		return nil, err
	}
	defer server.stop()
	c, err := newCrowd(server.url, p)
	if err != nil {
		return nil, err
	}
	var all []filing
	for i := range filers {
		f, err := c.overhear(ctx, ear, c.people[i*len(c.people)/filers])
		if err != nil {
			return nil, err
		}
		all = append(all, f)
	}
	return all, nil
}

// overhear takes the shortest of a few filings: a first one may find that something has to be made.
func (c *crowd) overhear(ctx context.Context, ear *ear, m member) (shortest filing, err error) {
	for range 5 {
		_, before := ear.since(0)
		id, body := filingBody(m)
		code, answer, err := c.ask(ctx, m, "POST", "/api/v1/tickets", body)
		heard, _ := ear.since(before)
		if err != nil || code >= 300 {
			return nil, fmt.Errorf("filing: %d %.300s: %w", code, answer, err)
		}
		var filed struct {
			Ticket struct {
				ID     int64  `json:"id"`
				Number string `json:"number"`
			} `json:"ticket"`
		}
		if err := json.Unmarshal(answer, &filed); err != nil {
			return nil, err
		}
		f, err := filingOf(heard, m.AccountID, id, filed.Ticket.ID, filed.Ticket.Number)
		if err != nil {
			return nil, err
		}
		if shortest == nil || len(f) < len(shortest) {
			shortest = f
		}
	}
	return shortest, nil
}

var (
	pgbenchRate   = regexp.MustCompile(`(?m)^tps = ([0-9.]+) `)
	pgbenchFailed = regexp.MustCompile(`(?m)^number of failed transactions: ([0-9]+) `)
)

// pgbench asks the filings by so many clients, on the program's core.
func pgbench(ctx context.Context, o options, p place, all []filing, length time.Duration) (float64, error) {
	program := os.Getenv("LINLI_TEST_PGBENCH")
	if program == "" {
		return 0, errors.New("no pgbench; run it by make bench")
	}
	dir, err := os.MkdirTemp(o.dir, "filing")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(dir)
	args := []string{"--no-vacuum", "--protocol=prepared", "--client=" + strconv.Itoa(o.clients), fmt.Sprintf("--time=%d", int(length.Seconds()))}
	for i, f := range all {
		script := filepath.Join(dir, fmt.Sprintf("%d.sql", i))
		if err := os.WriteFile(script, []byte(f.pgbench()), 0o644); err != nil {
			return 0, err
		}
		args = append(args, "--file="+script)
	}
	cmd := onCore(0, program, append(args, p.URL)...)
	cmd.Env = append(os.Environ(), "PGOPTIONS=-c plan_cache_mode=force_generic_plan")
	out, err := cmd.Output()
	if err != nil {
		if failed, ok := errors.AsType[*exec.ExitError](err); ok {
			err = fmt.Errorf("%w: %.2000s", err, failed.Stderr)
		}
		return 0, fmt.Errorf("pgbench: %w", err)
	}
	rate, failed := pgbenchRate.FindSubmatch(out), pgbenchFailed.FindSubmatch(out)
	if rate == nil || failed == nil || string(failed[1]) != "0" {
		return 0, fmt.Errorf("pgbench: %s", out)
	}
	return strconv.ParseFloat(string(rate[1]), 64)
}

// byRawDriver asks the filings of SQLite in a child on the program's core.
func byRawDriver(ctx context.Context, o options, p place, all []filing, length time.Duration) (float64, error) {
	file := filepath.Join(o.dir, "filings.json")
	b, err := json.Marshal(all)
	if err != nil {
		return 0, err
	}
	if err := os.WriteFile(file, b, 0o644); err != nil {
		return 0, err
	}
	self, err := os.Executable()
	if err != nil {
		return 0, err
	}
	cmd := onCore(0, self, "-serve", "filings:"+p.Dir, "-dir", o.dir, "-clients", strconv.Itoa(o.clients), "-load", length.String())
	cmd.Env = append(os.Environ(), "GOMAXPROCS=1")
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return 0, err
	}
	var rate float64
	_, err = fmt.Sscan(string(out), &rate)
	return rate, err
}

// rawFilings is that child.
func rawFilings(ctx context.Context, o options, dir string) error {
	b, err := os.ReadFile(filepath.Join(o.dir, "filings.json"))
	if err != nil {
		return err
	}
	var all []filing
	if err := json.Unmarshal(b, &all); err != nil {
		return err
	}
	rate, err := fileByHand(ctx, dir, all, o.clients, o.load)
	fmt.Println(rate)
	return err
}

func fileByHand(ctx context.Context, dir string, all []filing, clients int, length time.Duration) (float64, error) {
	db, err := sql.Open("sqlite", "file:"+filepath.Join(dir, "linli.db")+"?_pragma=busy_timeout(20000)&_pragma=foreign_keys(1)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)")
	if err != nil {
		return 0, err
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	ready := newPrepared(db)
	var one sync.Mutex // a filing is many statements on the one connection
	var filed atomic.Int64
	var failed error
	var everybody sync.WaitGroup
	began := time.Now()
	for i := range clients {
		steps := all[i%len(all)].sqlite().steps()
		everybody.Go(func() {
			for time.Since(began) < length && ctx.Err() == nil {
				one.Lock()
				err := ask(ctx, steps, ready)
				if err != nil {
					failed = err
				}
				one.Unlock()
				if err != nil {
					return
				}
				filed.Add(1)
			}
		})
	}
	everybody.Wait()
	return float64(filed.Load()) / time.Since(began).Seconds(), failed
}
