package main

import (
	"bufio"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"time"

	"linli/models"
)

// cursorByHand is where the page after an id begins, as the product writes it.
func cursorByHand(id int64) string {
	b, _ := json.Marshal(struct {
		ID  int64     `json:"i"`
		Due time.Time `json:"d"`
	}{ID: id})
	return base64.RawURLEncoding.EncodeToString(b)
}

// serving is a child that answers.
type serving struct {
	cmd *exec.Cmd
	url string
}

func serve(what string, o options) (*serving, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := onCore(0, self, "-serve", what, "-dir", o.dir, "-postgres", o.postgres, "-tickets", fmt.Sprint(o.tickets), "-photos", fmt.Sprint(o.photos))
	cmd.Env = append(os.Environ(), "GOMAXPROCS=1")
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		cmd.Wait()
		return nil, fmt.Errorf("%s does not start", what)
	}
	return &serving{cmd, "http://" + strings.TrimSpace(line)}, nil
}

func (s *serving) stop() {
	s.cmd.Process.Kill()
	s.cmd.Wait()
}

// rate asks by so many clients for so long, one request after another each, and tells how many answers came in a second.
func rate(ctx context.Context, url, token string, clients int, length time.Duration) (float64, error) {
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: clients}, Timeout: 30 * time.Second}
	defer client.CloseIdleConnections()
	var all sync.WaitGroup
	var mu sync.Mutex
	var answered int
	var failed error
	began := time.Now()
	for range clients {
		all.Go(func() {
			n := 0
			for time.Since(began) < length && ctx.Err() == nil {
				if _, err := get(ctx, client, url, token); err != nil {
					mu.Lock()
					failed = err
					mu.Unlock()
					return
				}
				n++
			}
			mu.Lock()
			answered += n
			mu.Unlock()
		})
	}
	all.Wait()
	return float64(answered) / time.Since(began).Seconds(), failed
}

func get(ctx context.Context, client *http.Client, url, token string) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, "GET", url, nil)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Authorization", "Bearer "+token)
	answer, err := client.Do(request)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	b, err := io.ReadAll(answer.Body)
	if err == nil && answer.StatusCode != http.StatusOK {
		err = fmt.Errorf("%d %.200s", answer.StatusCode, b)
	}
	return b, err
}

// benchList asks for the first page of each scope, turn and turn about, and takes the middle of the turns.
func benchList(ctx context.Context, o options) (section, error) {
	s := section{
		Title: "A list of 20 tickets",
		How: fmt.Sprintf("The first page with its counts, of %s tickets, %d clients; control: one bare Fiber handler that reads the token and asks two statements written by hand "+
			"(pgx; on SQLite the raw driver) for the same JSON, byte for byte (`go test ./bench`). Median of three turns of %d s each, answers a second.", thousands(o.tickets), o.clients, o.seconds),
	}
	all, err := places(ctx, o)
	if err != nil {
		return s, err
	}
	slices.Reverse(all) // Postgres has the goal
	sign, err := tokens()
	if err != nil {
		return s, err
	}
	for _, p := range all {
		ours, err := serve("product/"+p.kind, o)
		if err != nil {
			return s, err
		}
		control, err := serve("control/"+p.kind, o)
		if err != nil {
			ours.stop()
			return s, err
		}
		for _, l := range sortedLookers(p) {
			token, _, err := sign.MakeToken(models.Access{AccountID: l.actor.AccountID, SessionID: l.actor.AccountID}, []models.Role{})
			if err == nil {
				var r row
				r, err = compare(ctx, o, ours.url, control.url, "/api/v1/tickets?box="+l.box, token)
				r.What = l.name + ", " + p.kind
				if p.kind == "sqlite" {
					r.Goal, r.Met = "reported", ""
				}
				s.Rows = append(s.Rows, r)
			}
			if err != nil {
				ours.stop()
				control.stop()
				return s, err
			}
		}
		ours.stop()
		control.stop()
	}
	return s, nil
}

func sortedLookers(p place) (all []looker) {
	for _, l := range lookers(p) {
		all = append(all, l)
	}
	slices.SortFunc(all, func(a, b looker) int { return strings.Compare(b.name, a.name) })
	return all
}

func compare(ctx context.Context, o options, ours, control, path, token string) (row, error) {
	return turns(o, 0.8,
		func(length time.Duration) (float64, error) { return rate(ctx, ours+path, token, o.clients, length) },
		func(length time.Duration) (float64, error) {
			return rate(ctx, control+path, token, o.clients, length)
		})
}

// turns measures two rates turn and turn about, after a second of each that warms, and takes the middle of three turns.
func turns(o options, goal float64, ours, control func(time.Duration) (float64, error)) (row, error) {
	var mine, theirs []float64
	for turn := range 4 {
		length := time.Duration(o.seconds) * time.Second
		if turn == 0 {
			length = time.Second
		}
		a, err := ours(length)
		if err != nil {
			return row{}, err
		}
		b, err := control(length)
		if err != nil {
			return row{}, err
		}
		if turn > 0 {
			mine, theirs = append(mine, a), append(theirs, b)
		}
	}
	slices.Sort(mine)
	slices.Sort(theirs)
	r := row{Ours: fmt.Sprintf("%.0f/s", mine[1]), Control: fmt.Sprintf("%.0f/s", theirs[1])}
	r.Ratio, r.Goal, r.Met = atLeast(mine[1]/theirs[1], goal)
	return r, nil
}

func thousands(n int) string {
	if n%1_000_000 == 0 {
		return fmt.Sprintf("%d million", n/1_000_000)
	}
	return fmt.Sprintf("%d thousand", n/1000)
}
