package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"linli/storage"
)

// gateway takes text messages and counts them by their id.
type gateway struct {
	mu      sync.Mutex
	got     map[string]int
	sending int // requests under way
	most    int
	arrived chan struct{}
}

func (g *gateway) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var m struct {
		ID string `json:"id"`
	}
	if err := json.NewDecoder(r.Body).Decode(&m); err != nil || m.ID == "" {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	g.mu.Lock()
	g.got[m.ID]++
	g.sending++
	g.most = max(g.most, g.sending)
	g.mu.Unlock()
	select {
	case g.arrived <- struct{}{}:
	default:
	}
	select { // as long as a provider takes: the kill comes before, in the middle, or after
	case <-time.After(30 * time.Millisecond):
	case <-r.Context().Done():
	}
	g.mu.Lock()
	g.sending--
	g.mu.Unlock()
}

// perRound is how many messages wait in each round.
const perRound = 3

// killWorkers is TRUST R9 and "two copies run each job once": two copies of the program on one Postgres, and whichever of them
// sends the messages is killed while it does. Every message arrives, once, or its row says that it was tried again.
func killWorkers(ctx context.Context, o options) (r result, err error) {
	w, err := services(ctx)
	if err != nil {
		return r, err
	}
	defer os.RemoveAll(w.dir)
	g := &gateway{got: map[string]int{}, arrived: make(chan struct{}, 1)}
	server := httptest.NewServer(g)
	defer server.Close()
	db, err := w.openDB(ctx)
	if err != nil {
		return r, err
	}
	defer db.Close()
	var copies []*program
	for i := range 2 {
		// The built program waits half a minute for the lease of a copy that died; that many times would take an hour.
		at, err := newProgram(o.controlBin, w, filepath.Join(w.dir, fmt.Sprint("log", i)), "LINLI_SMS_URL="+server.URL, "LINLI_TEST_LEASE=1s")
		if err != nil {
			return r, err
		}
		if err := at.start(ctx); err != nil {
			return r, err
		}
		defer func() { at.kill() }()
		copies = append(copies, at)
	}
	chance := rand.New(rand.NewPCG(o.seed, 7))
	kills := 0
	for kills < o.kills {
		killed, err := killSender(ctx, db, g, copies, chance, kills)
		if err != nil {
			return r, err
		}
		kills++
		time.Sleep(1100 * time.Millisecond) // its lease runs out
		if err := killed.start(ctx); err != nil {
			return r, err
		}
	}
	return g.conclude(ctx, db, kills)
}

// killSender posts messages and kills the copy that holds the job when one of them arrives.
func killSender(ctx context.Context, db *storage.DB, g *gateway, copies []*program, chance *rand.Rand, round int) (*program, error) {
	select {
	case <-g.arrived:
	default:
	}
	err := db.Write(ctx, func(tx storage.Tx) error {
		for i := range perRound {
			payload := map[string]any{"phone": "13803790001", "text": "验证码 000000", "until": tx.At().Add(time.Hour)}
			if err := storage.Post(tx, "sms", fmt.Sprintf("trial/%d/%d", round, i), payload); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	deadline := time.After(time.Minute)
	for {
		select {
		case <-g.arrived:
		case <-deadline:
			return nil, errors.New("no copy sent a message within a minute")
		case <-ctx.Done():
			return nil, ctx.Err()
		}
		holder, err := holderOf(ctx, db)
		if err != nil {
			return nil, err
		}
		for _, at := range copies {
			if strings.Contains(holder, "/"+strconv.Itoa(at.run.cmd.Process.Pid)+"/") {
				time.Sleep(time.Duration(chance.IntN(60)) * time.Millisecond)
				at.kill()
				return at, nil
			}
		}
	}
}

func holderOf(ctx context.Context, db *storage.DB) (holder string, err error) {
	err = db.Read(ctx, func(tx storage.Tx) error {
		return tx.DB().Raw("SELECT holder FROM job_leases WHERE name = 'sms-deliver'").Scan(&holder).Error
	})
	return holder, err
}

// conclude waits until nothing is left to send, and counts.
func (g *gateway) conclude(ctx context.Context, db *storage.DB, kills int) (r result, err error) {
	var rows []storage.Effect
	deadline := time.Now().Add(2 * time.Minute)
	for {
		err := db.Read(ctx, func(tx storage.Tx) error { return tx.DB().Raw("SELECT * FROM outbox ORDER BY id").Scan(&rows).Error })
		if err != nil {
			return r, err
		}
		left := 0
		for _, e := range rows {
			if e.DoneAt == nil {
				left++
			}
		}
		if left == 0 {
			break
		}
		if ctx.Err() != nil || time.Now().After(deadline) {
			r.problems = append(r.problems, fmt.Sprintf("%d messages are still not sent", left))
			break
		}
		time.Sleep(100 * time.Millisecond)
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	again := 0
	for _, e := range rows {
		switch n := g.got[e.Key]; {
		case n == 0:
			r.problems = append(r.problems, "a message never arrived: "+e.Key)
		case n > 1 && e.Attempts < n:
			r.problems = append(r.problems, fmt.Sprintf("%s arrived %d times, its row tells of %d tries", e.Key, n, e.Attempts))
		case n > 1:
			again++
		}
	}
	if len(rows) != kills*perRound {
		r.problems = append(r.problems, fmt.Sprintf("%d messages of %d are there", len(rows), kills*perRound))
	}
	if g.most > 1 {
		r.problems = append(r.problems, fmt.Sprintf("%d copies sent at once", g.most))
	}
	r.counts = fmt.Sprintf("%d kills in the middle of a job, %d messages, %d sent again under the same id, never two copies at once", kills, len(rows), again)
	return r, nil
}
