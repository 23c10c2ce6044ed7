package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"linli/models"
)

const (
	readGoal, writeGoal = 150 * time.Millisecond, 300 * time.Millisecond
	overloadLength      = 10 * time.Second
	mostUnderWay        = 4000
)

// benchCounty puts a county's day on the built program, then five times what it can do.
func benchCounty(ctx context.Context, o options) (section, error) {
	s := section{
		Title: "A county's load, and five times what the machine can do",
		How: fmt.Sprintf("The built program on the filled county of %s tickets. Residents list their tickets and open one, staff list what is theirs, residents file; %d reads and %d writes a second for %s, "+
			"sent at their moments whether or not the answers before have come, and timed from then. Then the capacity (%d clients without a pause), and five times that for %s.",
			thousands(o.tickets), o.reads, o.writes, o.load, 64, overloadLength),
	}
	all, err := places(ctx, o)
	if err != nil {
		return s, err
	}
	for _, p := range all {
		rows, notes, err := day(ctx, o, p)
		if err != nil {
			return s, fmt.Errorf("%s: %w", p.kind, err)
		}
		s.Rows, s.Notes = append(s.Rows, rows...), append(s.Notes, notes...)
	}
	return s, nil
}

func day(ctx context.Context, o options, p place) (rows []row, notes []string, err error) {
	server, err := startProgram(ctx, o, p.Dir, p.URL)
	if err != nil {
		return nil, nil, err
	}
	defer server.stop()
	c, err := newCrowd(server.url, p)
	if err != nil {
		return nil, nil, err
	}
	c.offer(ctx, 20, 0.1, 2*time.Second) // the first requests find cold caches
	whole := float64(o.reads + o.writes)
	t := c.offer(ctx, whole, float64(o.writes)/whole, o.load)
	wrong := float64(t.wrong()) / float64(t.asked)
	reads, writes := t.percentile(false, 0.99), t.percentile(true, 0.99)
	say := func(what, ours, goal string, good bool) {
		rows = append(rows, row{What: what + ", " + p.kind, Ours: ours, Goal: goal, Met: met(good)})
	}
	say("reads, 99 of 100 within", reads.Round(time.Millisecond).String(), "≤ "+readGoal.String(), reads <= readGoal)
	say("writes, 99 of 100 within", writes.Round(time.Millisecond).String(), "≤ "+writeGoal.String(), writes <= writeGoal)
	say("not answered with success", fmt.Sprintf("%.2f %%", 100*wrong), "< 0.1 %", wrong < 0.001)
	share := float64(o.writes) / whole
	capacity := c.closed(ctx, 64, share, 5*time.Second)
	rows = append(rows, row{What: "capacity, the same mix, " + p.kind, Ours: fmt.Sprintf("%.0f/s", capacity), Goal: "reported"})
	over := c.offer(ctx, 5*capacity, share, overloadLength)
	good := float64(over.good) / over.length.Seconds() / capacity
	say(fmt.Sprintf("five times the capacity (%.0f/s were sent): answered with success, of the capacity", float64(over.asked)/over.length.Seconds()), fmt.Sprintf("%.0f %%", 100*good), "≥ 80 %", good >= 0.8)
	say("of the rest, 429 or 503 that say when to come again", fmt.Sprintf("%d of %d", over.later, over.wrong()), "all", over.later == over.wrong())
	again := c.normal(ctx)
	say("normal again after", again.Round(time.Second).String(), "≤ 30 s", again <= 30*time.Second)
	for code, n := range over.other {
		notes = append(notes, fmt.Sprintf("Overload on %s: %d × %s.", p.kind, n, code))
	}
	return rows, notes, nil
}

// crowd is everybody who has a session in the filled county.
type crowd struct {
	url    string
	people []member
	staff  []member
	client *http.Client
}

type member struct {
	models.Actor
	token, address string
}

func newCrowd(url string, p place) (*crowd, error) {
	sign, err := tokens()
	if err != nil {
		return nil, err
	}
	c := &crowd{url: url, client: &http.Client{Timeout: 20 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 2000, MaxConnsPerHost: 2000}}}
	people := p.people()
	for i, a := range append(slices.Clone(people.Residents), people.Staff, people.TownOfficer, people.StationStaff) {
		token, _, err := sign.MakeToken(models.Access{AccountID: a.AccountID, SessionID: a.AccountID}, nil)
		if err != nil {
			return nil, err
		}
		m := member{a, token, fmt.Sprintf("10.7.%d.%d", i/250, i%250+1)}
		if len(a.Homes) > 0 {
			c.people = append(c.people, m)
		} else {
			c.staff = append(c.staff, m)
		}
	}
	return c, nil
}

// tally counts what came of an offer.
type tally struct {
	mu            sync.Mutex
	asked, good   int
	later         int // refused with the moment to come again
	reads, writes []time.Duration
	other         map[string]int
	length        time.Duration
}

func (t *tally) wrong() int { return t.asked - t.good }

func (t *tally) add(write bool, took time.Duration, code int, after string, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	seconds, bad := strconv.Atoi(after)
	switch {
	case err == nil && code < 300:
		t.good++
		if write {
			t.writes = append(t.writes, took)
		} else {
			t.reads = append(t.reads, took)
		}
	case err == nil && (code == 429 || code == 503) && bad == nil && seconds > 0:
		t.later++
		t.other[strconv.Itoa(code)]++
	case err != nil:
		t.other["no answer"]++
	default:
		t.other[strconv.Itoa(code)]++
	}
}

func (t *tally) percentile(write bool, p float64) time.Duration {
	times := t.reads
	if write {
		times = t.writes
	}
	if len(times) == 0 {
		return time.Hour
	}
	slices.Sort(times)
	return times[int(float64(len(times)-1)*p)]
}

// offer sends so many requests a second, each at its moment.
func (c *crowd) offer(ctx context.Context, rate, writes float64, length time.Duration) *tally {
	t := &tally{other: map[string]int{}}
	var all sync.WaitGroup
	var underWay atomic.Int64
	began := time.Now()
	for n := 0; ctx.Err() == nil; {
		now := time.Since(began)
		if now >= length {
			break
		}
		for due := int(now.Seconds() * rate); n < due; n++ {
			if underWay.Load() >= mostUnderWay {
				break // the generator's own end: what was sent is told
			}
			at := began.Add(time.Duration(float64(n) / rate * float64(time.Second)))
			write := rand.Float64() < writes
			t.asked++
			underWay.Add(1)
			all.Go(func() {
				defer underWay.Add(-1)
				code, after, err := c.one(ctx, write)
				t.add(write, time.Since(at), code, after, err)
			})
		}
		time.Sleep(time.Millisecond)
	}
	t.length = time.Since(began)
	all.Wait()
	return t
}

// closed asks by clients that wait for their answer, and tells the successes a second.
func (c *crowd) closed(ctx context.Context, clients int, writes float64, length time.Duration) float64 {
	var good atomic.Int64
	var all sync.WaitGroup
	began := time.Now()
	for range clients {
		all.Go(func() {
			for time.Since(began) < length && ctx.Err() == nil {
				if code, _, err := c.one(ctx, rand.Float64() < writes); err == nil && code < 300 {
					good.Add(1)
				}
			}
		})
	}
	all.Wait()
	return float64(good.Load()) / time.Since(began).Seconds()
}

// normal tells how long it takes until five seconds of a light load go well.
func (c *crowd) normal(ctx context.Context) time.Duration {
	began := time.Now()
	for time.Since(began) < time.Minute {
		so := time.Since(began)
		t := c.offer(ctx, 50, 0.1, 5*time.Second)
		if t.wrong() == 0 && t.percentile(false, 0.95) <= readGoal {
			return so
		}
	}
	return time.Since(began)
}

// one is one request: a filing, a resident's list or ticket, a list of staff.
func (c *crowd) one(ctx context.Context, write bool) (int, string, error) {
	m := c.people[rand.IntN(len(c.people))]
	switch {
	case write:
		_, body := filingBody(m)
		return c.send(ctx, m, "POST", "/api/v1/tickets", body)
	case rand.IntN(200) == 0:
		return c.send(ctx, c.staff[rand.IntN(len(c.staff))], "GET", "/api/v1/tickets?box=all", nil)
	}
	return c.send(ctx, m, "GET", "/api/v1/tickets?box=mine", nil)
}

// filingBody is a filing of somebody's, and its client id.
func filingBody(m member) (string, []byte) {
	id := uuid.NewString()
	return id, fmt.Appendf(nil, `{"client_id":%q,"category":"REP-01","text":"三楼的灯不亮了","building_id":%d}`, id, m.Homes[0].BuildingID)
}

func (c *crowd) send(ctx context.Context, m member, method, path string, body []byte) (int, string, error) {
	code, _, after, err := c.exchange(ctx, m, method, path, body)
	return code, after, err
}

func (c *crowd) ask(ctx context.Context, m member, method, path string, body []byte) (int, []byte, error) {
	code, answer, _, err := c.exchange(ctx, m, method, path, body)
	return code, answer, err
}

func (c *crowd) exchange(ctx context.Context, m member, method, path string, body []byte) (code int, said []byte, after string, err error) {
	request, err := http.NewRequestWithContext(ctx, method, c.url+path, bytes.NewReader(body))
	if err != nil {
		return 0, nil, "", err
	}
	request.Header.Set("Authorization", "Bearer "+m.token)
	request.Header.Set("X-Real-IP", m.address)
	request.Header.Set("X-Linli-Client", "bench")
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	answer, err := c.client.Do(request)
	if err != nil {
		return 0, nil, "", err
	}
	defer answer.Body.Close()
	said, err = io.ReadAll(answer.Body)
	if answer.StatusCode >= 400 && answer.StatusCode != 429 && answer.StatusCode != 503 && os.Getenv("LINLI_TEST_BENCH_TELL") != "" {
		fmt.Fprintf(os.Stderr, "%s %s: %d %.200s\n", method, path, answer.StatusCode, said)
	}
	return answer.StatusCode, said, answer.Header.Get("Retry-After"), err
}
