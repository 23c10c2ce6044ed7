package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	rules "linli/models/photo"
	"linli/storage"
	"linli/storage/people"
	"linli/storage/storagetest"
)

// crowd is the people who write: residents who report, say more, answer and rate, and staff who take, answer and prove.
type crowd struct {
	county  storagetest.County
	members []*member
	wrong   *complaints
	random  *rand.Rand
	next    int // of the phones

	mu     sync.Mutex
	things []*thing  // everything that anybody began, for the judge
	desk   []*ticket // what staff may take up; whoever takes one has it to himself
	done   []*ticket // what waits for its reporter

	acks atomic.Int64 // records and photos acknowledged
}

// member is one person at work: with what he has begun and not finished.
type member struct {
	*person
	staff   bool
	random  *rand.Rand
	pending *thing
	tickets []*ticket // a resident's own
	working *ticket   // what staff have in hand
	listed  int       // photos, of which one account may list so many a day
}

// settle writes the small county into an empty place and gathers the first crowd.
func settle(ctx context.Context, w where, at *program, clients int, seed uint64) (*crowd, error) {
	db, err := w.openDB(ctx)
	if err != nil {
		return nil, err
	}
	defer db.Close()
	c := &crowd{wrong: &complaints{}, random: rand.New(rand.NewPCG(seed, 1)), next: 100}
	if c.county, err = storagetest.WriteSmallCounty(ctx, db); err != nil {
		return nil, err
	}
	return c, c.gather(ctx, db, at, clients)
}

// inhabit starts a program in a place where people live; who calls it kills it.
func inhabit(ctx context.Context, o options, w where, log string) (at *program, c *crowd, err error) {
	if at, err = newProgram(o.bin, w, log); err != nil {
		return nil, nil, err
	}
	if c, err = settle(ctx, w, at, o.clients, o.seed); err == nil {
		err = at.start(ctx)
	}
	if err != nil {
		at.kill()
	}
	return at, c, err
}

// gather replaces the members by new people, so that there are always some with photos left to list that day. What was
// begun is finished first.
func (c *crowd) gather(ctx context.Context, db *storage.DB, at *program, clients int) error {
	c.members = nil
	for i := range clients {
		c.next++
		staff := i%4 == 3
		add, kind := c.county.AddResident, "resident"
		if staff {
			add, kind = c.county.AddStaff, "staff"
		}
		actor, err := add(ctx, db, c.next)
		if err != nil {
			return err
		}
		p := newPerson(fmt.Sprintf("%s %d", kind, c.next), phoneOf(c.next+1), actor, c.next, at)
		c.members = append(c.members, &member{person: p, staff: staff, random: rand.New(rand.NewPCG(c.random.Uint64(), 2))})
	}
	hash := passwordHash()
	return db.Write(ctx, func(tx storage.Tx) error {
		return tx.DB().Table("accounts").Where("password_hash = ''").Updates(map[string]any{"password_hash": hash}).Error
	})
}

// phoneOf is the number that the small county gives its nth account.
func phoneOf(n int) string { return fmt.Sprintf("1380379%04d", n) }

var passwordHash = sync.OnceValue(func() string { return people.HashPassword(password) })

// work lets everybody write until ctx ends.
func (c *crowd) work(ctx context.Context) {
	var all sync.WaitGroup
	for _, m := range c.members {
		all.Go(func() {
			for ctx.Err() == nil {
				if !c.step(m) {
					time.Sleep(time.Duration(5+m.random.IntN(40)) * time.Millisecond)
				}
			}
		})
	}
	all.Wait()
}

// drain lets everybody finish what he began, as the outbox does when the network is back.
func (c *crowd) drain(ctx context.Context) error {
	deadline := time.Now().Add(time.Minute)
	var all sync.WaitGroup
	for _, m := range c.members {
		all.Go(func() {
			for m.unfinished() && ctx.Err() == nil && time.Now().Before(deadline) {
				if !c.step(m) {
					time.Sleep(10 * time.Millisecond)
				}
			}
		})
	}
	all.Wait()
	var told []string // what the clients that are left heard last
	for _, m := range c.members {
		if m.unfinished() {
			told = append(told, m.heard.String())
		}
	}
	if len(told) > 0 {
		return fmt.Errorf("%d clients could not send what they had begun within a minute; they were told\n    %s", len(told), strings.Join(told, "\n    "))
	}
	return ctx.Err()
}

// unfinished reports whether something that m began is not acknowledged.
func (m *member) unfinished() bool {
	return m.pending != nil || m.working != nil && m.working.tried && !m.working.acknowledged
}

// step does one thing, or tries again what is under way. It reports whether that succeeded.
func (c *crowd) step(m *member) bool {
	if m.pending == nil && m.working != nil && !m.working.acknowledged {
		ok := m.working.acknowledge(m.person, c.wrong)
		if ok {
			c.acks.Add(1)
		}
		return ok
	}
	if m.pending == nil {
		m.pending = c.begin(m)
		if m.pending == nil {
			return false
		}
		c.mu.Lock()
		c.things = append(c.things, m.pending)
		c.mu.Unlock()
	}
	t := m.pending
	before := t.count()
	ok := t.send(c.wrong)
	c.acks.Add(t.count() - before)
	if !ok {
		return false
	}
	m.pending = nil
	c.finished(m, t)
	return true
}

// count is how much of a thing is acknowledged.
func (t *thing) count() (n int64) {
	if t.acked {
		n++
	}
	for _, p := range t.photos {
		if p.stored {
			n++
		}
	}
	return n
}

// begin chooses what somebody does next.
func (c *crowd) begin(m *member) *thing {
	if m.staff {
		return c.beginStaff(m)
	}
	if t := c.takeDone(m); t != nil {
		if m.random.IntN(4) == 0 {
			return c.thing(m, "send_back", t, t.path("/send-backs"), map[string]any{"closing": t.closing, "reason": "又坏了"}, m.some(1, "before"))
		}
		return c.thing(m, "confirmation", t, t.path("/confirmations"), map[string]any{"closing": t.closing, "level": 1 + m.random.IntN(5)}, nil)
	}
	switch n := m.random.IntN(10); {
	case n == 0:
		return c.thing(m, "rating", nil, "/api/v1/ratings", map[string]any{"estate_id": c.county.Estate.ID, "level": 1 + m.random.IntN(5)}, nil)
	case n < 4 && len(m.tickets) > 0 && !m.tickets[len(m.tickets)-1].closed:
		t := m.tickets[len(m.tickets)-1]
		return c.thing(m, "message", t, t.path("/messages"), map[string]any{"text": fmt.Sprint("还没有人来 ", m.random.IntN(1e6))}, m.some(1, "message"))
	}
	body := map[string]any{"category": "REP-01", "text": fmt.Sprint("楼道灯不亮 ", m.random.IntN(1e6)), "building_id": c.county.Building.ID}
	return c.thing(m, "ticket", nil, "/api/v1/tickets", body, m.some(2, "before"))
}

func (c *crowd) beginStaff(m *member) *thing {
	if m.working == nil {
		m.working = c.takeUp()
		return nil
	}
	t := m.working
	if m.random.IntN(2) == 0 {
		return c.thing(m, "message", t, t.path("/messages"), map[string]any{"text": fmt.Sprint("师傅下午上门 ", m.random.IntN(1e6))}, nil)
	}
	body := map[string]any{"result": "已更换"}
	photos := m.some(2, "after")
	if len(photos) == 0 {
		body["no_photo_reason"] = "夜间无法拍照"
	}
	return c.thing(m, "done", t, t.path("/done"), body, photos)
}

func (c *crowd) thing(m *member, kind string, t *ticket, path string, body map[string]any, photos []*photo) *thing {
	id := newID(m.random)
	body["client_id"] = id
	var claims []any
	for _, p := range photos {
		claims = append(claims, p.claim())
	}
	if claims != nil {
		body["photos"] = claims
	}
	return &thing{kind: kind, author: m.person, clientID: id, path: path, body: body, photos: photos, ticket: t}
}

// some makes at most n photos, often none, and none once the account has listed as many as it may within a day.
func (m *member) some(n int, kind string) (photos []*photo) {
	for range m.random.IntN(n + 1) {
		if m.listed == rules.MaxPerDay {
			break
		}
		m.listed++
		photos = append(photos, newPhoto(m.random, kind))
	}
	return photos
}

// finished passes a thing on to whoever comes next.
func (c *crowd) finished(m *member, t *thing) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch t.kind {
	case "ticket":
		t.ticket = &ticket{filing: t}
		m.tickets = append(m.tickets, t.ticket)
		c.desk = append(c.desk, t.ticket)
	case "done":
		t.ticket.closing++
		c.done = append(c.done, t.ticket)
		m.working = nil
	case "send_back":
		c.desk = append(c.desk, t.ticket)
	case "confirmation":
		t.ticket.closed = true
	}
}

// takeUp hands out a ticket of the desk.
func (c *crowd) takeUp() *ticket {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.desk) == 0 {
		return nil
	}
	t := c.desk[0]
	c.desk = c.desk[1:]
	return t
}

// takeDone hands a resident his own ticket that waits for an answer.
func (c *crowd) takeDone(m *member) *ticket {
	c.mu.Lock()
	defer c.mu.Unlock()
	for i, t := range c.done {
		if t.filing.author == m.person {
			c.done = append(c.done[:i:i], c.done[i+1:]...)
			return t
		}
	}
	return nil
}
