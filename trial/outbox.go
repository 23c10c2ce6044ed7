package main

import (
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// thing is one record that a phone made and sends until it is told that it arrived, as the app's outbox does: the words
// first, then the photos, always under the same ids.
type thing struct {
	kind     string // the outbox's words: ticket, message, done, confirmation, send_back, rating
	author   *person
	clientID string
	path     string
	body     map[string]any
	photos   []*photo
	ticket   *ticket // what it is about, or what it made

	acked   bool
	ackedAt time.Time
	// forgiven: acknowledged after the moment to which a lost machine was restored.
	forgiven bool
	id       int64
	// number and code are what the reporter was promised to be found under.
	number, code string
	tries        int
}

// ticket is what the clients know of a ticket between them.
type ticket struct {
	filing       *thing
	acknowledged bool  // acknowledged to us
	tried        bool  // asked for, and perhaps done
	closing      int64 // the newest closing that is done and shown
	closed       bool  // the reporter said that it is solved
}

func (t *ticket) path(rest string) string {
	return fmt.Sprintf("/api/v1/tickets/%d%s", t.filing.id, rest)
}

// ledger of what went wrong, shared by all clients.
type complaints struct {
	mu    sync.Mutex
	list  []string
	later atomic.Int64 // answers that asked to come again
}

func (c *complaints) add(format string, values ...any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.list = append(c.list, fmt.Sprintf(format, values...))
}

// send sends what of a thing is not acknowledged, and reports whether all of it is now.
func (t *thing) send(wrong *complaints) bool {
	if !t.acked && !t.sendRecord(wrong) {
		return false
	}
	for _, p := range t.photos {
		if !p.stored && !t.sendPhoto(p, wrong) {
			return false
		}
	}
	return true
}

func (t *thing) sendRecord(wrong *complaints) bool {
	t.tries++
	a := t.author.post(t.path, t.body)
	if !a.ok() {
		judgeRefusal(fmt.Sprintf("%s of %s, try %d", t.kind, t.author.name, t.tries), a, wrong)
		return false
	}
	t.acknowledged(a, wrong)
	return true
}

// judgeRefusal complains of every refusal that a phone would take for final, and of every failure without a way back.
func judgeRefusal(what string, a answer, wrong *complaints) {
	if a.code == http.StatusServiceUnavailable {
		wrong.later.Add(1)
	}
	switch {
	case !a.later():
		wrong.add("%s was refused for good: %s", what, a)
	case a.code >= 500 && a.code != http.StatusServiceUnavailable:
		wrong.add("%s: %s", what, a)
	case a.code == http.StatusServiceUnavailable && !a.spread():
		wrong.add("%s: Retry-After %q, want 1 to 10 seconds: %s", what, a.header.Get("Retry-After"), a)
	}
}

// acknowledged takes the answer. A later answer to the same thing must name it as the first did.
func (t *thing) acknowledged(a answer, wrong *complaints) {
	var told struct {
		Ticket struct {
			ID        int64  `json:"id"`
			Number    string `json:"number"`
			QueryCode string `json:"query_code"`
			Closing   int64  `json:"closing"`
		} `json:"ticket"`
		Message struct {
			ID int64 `json:"id"`
		} `json:"message"`
		ID      int64 `json:"id"`
		Closing int64 `json:"closing"`
	}
	if err := a.into(&told); err != nil {
		wrong.add("%s: an answer that is no JSON: %s", t.kind, a)
		return
	}
	id, number, code := told.ID, "", ""
	switch t.kind {
	case "ticket":
		id, number, code = told.Ticket.ID, told.Ticket.Number, told.Ticket.QueryCode
	case "message":
		id = told.Message.ID
	case "done", "send_back":
		id = told.Ticket.ID
	}
	if t.acked && (id != t.id || number != t.number || code != t.code) {
		wrong.add("%s %s was %d %s %s and is now %d %s %s", t.kind, t.clientID, t.id, t.number, t.code, id, number, code)
	}
	if id == 0 {
		wrong.add("%s: an answer without an id: %s", t.kind, a)
	}
	if !t.acked {
		t.ackedAt = time.Now()
	}
	t.acked, t.id, t.number, t.code = true, id, number, code
}

// again sends an acknowledged record once more and holds the answer against the first one.
func (t *thing) again(wrong *complaints) {
	a := t.author.post(t.path, t.body)
	for range 100 {
		if !a.later() {
			break
		}
		time.Sleep(100 * time.Millisecond)
		a = t.author.post(t.path, t.body)
	}
	switch {
	case a.code == http.StatusOK:
		t.acknowledged(a, wrong)
	case a.code == http.StatusCreated:
		wrong.add("%s %s was acknowledged before and is made anew: %s", t.kind, t.clientID, a)
	default:
		wrong.add("%s %s was acknowledged before: %s", t.kind, t.clientID, a)
	}
}

func (t *thing) sendPhoto(p *photo, wrong *complaints) bool {
	a := t.author.do("PUT", "/api/v1/photos/"+p.clientID, p.bytes, map[string]string{"Content-Type": "image/jpeg", "X-Content-SHA256": p.sum})
	if !a.ok() {
		judgeRefusal("photo of a "+t.kind, a, wrong)
		return false
	}
	var view struct {
		ID int64 `json:"id"`
	}
	if err := a.into(&view); err != nil || view.ID == 0 {
		wrong.add("photo: an answer without an id: %s", a)
	}
	if !p.stored {
		p.storedAt = time.Now()
	}
	p.stored, p.id = true, view.ID
	return true
}

// acknowledge is the handler's step. It has no id of its own: whoever does not hear looks at the ticket.
func (t *ticket) acknowledge(staff *person, wrong *complaints) bool {
	if t.tried {
		a := staff.get(t.path(""))
		if !a.ok() {
			judgeRefusal("looking at a ticket", a, wrong)
			return false
		}
		var seen struct {
			State string `json:"state"`
		}
		a.into(&seen)
		if seen.State != "dispatched" {
			t.acknowledged = true
			return true
		}
	}
	t.tried = true
	a := staff.post(t.path("/moves"), map[string]any{"action": "acknowledge"})
	if !a.ok() {
		judgeRefusal("acknowledging", a, wrong)
		return false
	}
	t.acknowledged = true
	return true
}
