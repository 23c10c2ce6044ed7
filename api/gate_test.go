package api

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"linli/models"
)

// crowd is a server with a small capacity whose work waits until it is let go, reachable over a network.
type crowd struct {
	*testing.T
	server  *Server
	address string
	inside  chan string   // a name each time that work began
	letGo   chan struct{} // closed: everything ends
}

func newCrowd(t *testing.T, capacity Capacity) *crowd {
	c := &crowd{T: t, inside: make(chan string, 1000), letGo: make(chan struct{})}
	wait := func(name string) func(context.Context, *struct{}) (*struct{}, error) {
		return func(ctx context.Context, _ *struct{}) (*struct{}, error) {
			c.inside <- name
			select {
			case <-c.letGo:
			case <-ctx.Done():
			}
			return nil, nil
		}
	}
	take := func(_ context.Context, _ *struct {
		Body struct {
			Text string `json:"text"`
		}
	}) (*struct{}, error) {
		c.inside <- "take"
		return nil, nil
	}
	c.server = newTestServerWith(t, Config{Capacity: capacity, Limits: Limits{Address: Allowance{1e6, 1e6}, Account: Allowance{1e6, 1e6}}}, fakes{actors: cast},
		route{"GET", "/api/v1/tickets/wait", anyone, "waitWork", on(wait("work"))},
		route{"GET", "/api/v1/photos/wait", anyone, "waitPhoto", on(wait("photo"), photoBytes)},
		route{"POST", "/api/v1/session/wait", cookie, "waitSession", on(wait("session"))},
		route{"POST", "/api/v1/tickets/take", anyone, "takeWork", on(take)},
	)
	c.address = listen(t, c.server)
	return c
}

// go starts a request and gives its answer later.
func (c *crowd) goGet(path string) <-chan *http.Response {
	answer := make(chan *http.Response, 1)
	go func() {
		res, err := http.Get("http://" + c.address + path)
		if err != nil {
			c.Error(err)
			close(answer)
			return
		}
		io.Copy(io.Discard, res.Body)
		res.Body.Close()
		answer <- res
	}()
	return answer
}

func (c *crowd) began(want string) {
	c.Helper()
	select {
	case name := <-c.inside:
		if name != want {
			c.Fatalf("%s began, want %s", name, want)
		}
	case <-time.After(20 * time.Second):
		c.Fatalf("no %s began", want)
	}
}

// until waits for something that comes soon and cannot be waited for otherwise.
func (c *crowd) until(what string, ok func() bool) {
	c.Helper()
	for deadline := time.Now().Add(20 * time.Second); !ok(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(deadline) {
			c.Fatal(what)
		}
	}
}

// TestMoreThanTheHouseHolds: so many work, so many wait, and everybody else is told at once to come again.
func TestMoreThanTheHouseHolds(t *testing.T) {
	c := newCrowd(t, Capacity{Working: 3, Waiting: 5})
	c.server.gates.work.patience = time.Hour
	var answers []<-chan *http.Response
	for range 3 {
		answers = append(answers, c.goGet("/api/v1/tickets/wait"))
		c.began("work")
	}
	for i := range 5 {
		answers = append(answers, c.goGet("/api/v1/tickets/wait"))
		c.until("nobody queues", func() bool { return c.server.gates.work.waiting.Load() == int64(i+1) })
	}
	seen := map[string]bool{}
	for range 40 {
		res := <-c.goGet("/api/v1/tickets/wait")
		after, _ := strconv.Atoi(res.Header.Get("Retry-After"))
		if res.StatusCode != 503 || after < 1 || after > 10 {
			t.Fatalf("%d, Retry-After %q", res.StatusCode, res.Header.Get("Retry-After"))
		}
		seen[res.Header.Get("Retry-After")] = true
	}
	if len(seen) < 3 {
		t.Errorf("all come back at the same moments: %v", seen)
	}
	if n := len(c.inside); n != 0 {
		t.Errorf("%d more were begun", n)
	}
	if r := ask(t, c.server, "GET", "/api/v1/tickets/wait", ""); r.code != 503 || !strings.Contains(r.body, `"server.busy"`) {
		t.Errorf("%d %s", r.code, r.body)
	}
	if r := ask(t, c.server, "GET", "/healthz", ""); r.code != 200 {
		t.Errorf("/healthz: %d", r.code)
	}
	if r := ask(t, c.server, "GET", "/readyz", ""); r.code != 200 || !strings.Contains(r.body, `"status":"degraded"`) || !strings.Contains(r.body, `"requests":"full"`) {
		t.Errorf("/readyz: %d %s", r.code, r.body)
	}
	close(c.letGo)
	for _, answer := range answers {
		if res := <-answer; res == nil || res.StatusCode != 204 {
			t.Errorf("somebody who was let in got %v", res)
		}
	}
	if res := <-c.goGet("/api/v1/tickets/wait"); res.StatusCode != 204 {
		t.Errorf("afterwards: %d", res.StatusCode)
	}
	c.until("places or queue were not given back", func() bool {
		return len(c.server.gates.work.places) == 0 && c.server.gates.work.waiting.Load() == 0
	})
}

// TestWithoutTheGateAllAreBegun is the control: it is the capacity that turned them away.
func TestWithoutTheGateAllAreBegun(t *testing.T) {
	c := newCrowd(t, Capacity{Working: 1000, Waiting: 1000})
	var answers []<-chan *http.Response
	for range 48 {
		answers = append(answers, c.goGet("/api/v1/tickets/wait"))
	}
	for range 48 {
		c.began("work")
	}
	close(c.letGo)
	for _, answer := range answers {
		if res := <-answer; res == nil || res.StatusCode != 204 {
			t.Errorf("%v", res)
		}
	}
}

// TestPatienceEnds: who waited too long is told to come again, and nobody takes his place twice.
func TestPatienceEnds(t *testing.T) {
	g := newGate(Capacity{Working: 1, Waiting: 10})
	g.patience = 20 * time.Millisecond
	if err := g.enter(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := g.enter(t.Context()); models.CodeOf(err) != "server.busy" {
		t.Errorf("%v", err)
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	g.patience = time.Hour
	if err := g.enter(gone); models.CodeOf(err) != "server.busy" {
		t.Errorf("%v", err)
	}
	if g.waiting.Load() != 0 || len(g.places) != 1 {
		t.Errorf("%d wait, %d inside", g.waiting.Load(), len(g.places))
	}
	g.leave()
	if err := g.enter(t.Context()); err != nil {
		t.Error(err)
	}
}

// TestOneKindOfWaitingDoesNotStarveAnother: a photo store that hangs and a burst of sign-ins leave the text alone.
func TestOneKindOfWaitingDoesNotStarveAnother(t *testing.T) {
	c := newCrowd(t, Capacity{Working: 4, Waiting: 100})
	var answers []<-chan *http.Response
	for range 20 {
		answers = append(answers, c.goGet("/api/v1/photos/wait"))
	}
	c.began("photo")
	c.began("photo")
	c.until("the others do not queue", func() bool { return c.server.gates.photos.waiting.Load() == 18 })
	answers = append(answers, c.goGet("/api/v1/tickets/wait"))
	c.began("work")
	if c.server.gates.sessions == c.server.gates.work {
		t.Error("sign-ins share the places of the rest")
	}
	close(c.letGo)
	for _, answer := range answers {
		<-answer
	}
}

// TestWhoSendsSlowlyHoldsNoPlace: twenty phones send half of what they have to say, and one place is enough for the next.
func TestWhoSendsSlowlyHoldsNoPlace(t *testing.T) {
	c := newCrowd(t, Capacity{Working: 1, Waiting: 2})
	var slow []net.Conn
	for range 20 {
		conn, err := net.Dial("tcp", c.address)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		fmt.Fprintf(conn, "POST /api/v1/tickets/take HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 16\r\n\r\n{\"text\":")
		slow = append(slow, conn)
	}
	time.Sleep(100 * time.Millisecond) // time for all of them to arrive; were it too short, the test would only see less
	answer := c.goGet("/api/v1/tickets/wait")
	c.began("work")
	close(c.letGo)
	if res := <-answer; res.StatusCode != 204 {
		t.Errorf("%d", res.StatusCode)
	}
	for _, conn := range slow {
		io.WriteString(conn, `"later"}`)
		conn.SetReadDeadline(time.Now().Add(20 * time.Second))
		if line, err := bufio.NewReader(conn).ReadString('\n'); err != nil || !strings.Contains(line, "204") {
			t.Errorf("%q, %v", line, err)
		}
	}
}
