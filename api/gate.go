package api

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"

	"linli/models"
)

// gate lets a bounded number of requests work at once and a bounded number wait; the rest are told to come again. Past
// its capacity a server without one does less and less for more and more people: every request is begun, and none is
// finished in time. Nobody works inside who waits for bytes of a phone: the slowest link would hold the place.
type gate struct {
	places   chan struct{}
	waiting  atomic.Int64
	most     int64         // how many may wait
	patience time.Duration // how long one waits at most
}

// Capacity is how many requests one copy of the program works on at once, and how many wait for that.
type Capacity struct {
	Working int
	Waiting int
}

// DefaultCapacity is more than a database of one machine can use at once, and a queue that is through in a moment.
var DefaultCapacity = Capacity{Working: 64, Waiting: 192}

// queuePatience is longer than a full queue takes, and shorter than a phone waits for an answer.
const queuePatience = 3 * time.Second

func newGate(c Capacity) *gate {
	return &gate{places: make(chan struct{}, c.Working), most: int64(c.Waiting), patience: queuePatience}
}

var errBusy = models.Refuse(models.Unavailable, "server.busy")

// gates are kept apart by what their guests wait for: a photo store that hangs, or a burst of sign-ins with their costly
// passwords, must not take the places of those who only need the database.
type gates struct {
	work, photos, sessions *gate
}

func newGates(c Capacity) gates {
	return gates{
		work:     newGate(c),
		photos:   newGate(Capacity{Working: max(1, c.Working/2), Waiting: c.Waiting}),
		sessions: newGate(Capacity{Working: max(1, c.Working/4), Waiting: c.Waiting}),
	}
}

// of is the gate that the handler of an operation works behind; nil for those that read the body of a phone themselves,
// whose bytes are bounded instead, and for those who ask how we are.
func (g gates) of(r route, op *huma.Operation) *gate {
	switch {
	case op.Metadata[uploadKey] != nil || tagOf(r.path) == "program":
		return nil
	case tagOf(r.path) == "photos" && op.Metadata[bytesKey] != nil:
		return g.photos
	case r.access == cookie:
		return g.sessions
	}
	return g.work
}

// full reports whether a newcomer would not even be let into the queue. It costs nothing, so it is asked first.
func (g *gate) full() bool { return g.waiting.Load() >= g.most }

// shed turns people away at the threshold while the queue is full, before any work is done for them. Those who ask how
// we are get their answer.
func (s *Server) shed(r route) fiber.Handler {
	exempt := tagOf(r.path) == "program"
	return func(c *fiber.Ctx) error {
		if !exempt && s.gates.work.full() {
			return errBusy
		}
		return c.Next()
	}
}

// enter waits for a place. Whoever gets one must leave.
func (g *gate) enter(ctx context.Context) error {
	select {
	case g.places <- struct{}{}:
		return nil
	default:
	}
	g.waiting.Add(1)
	defer g.waiting.Add(-1)
	enough := time.NewTimer(g.patience)
	defer enough.Stop()
	select {
	case g.places <- struct{}{}:
		return nil
	case <-ctx.Done():
	case <-enough.C:
	}
	return errBusy
}

// leave gives the place back.
func (g *gate) leave() { <-g.places }

// within runs f inside the gate; a nil gate is an open door.
func (g *gate) within(ctx context.Context, f func() error) error {
	if g == nil {
		return f()
	}
	if err := g.enter(ctx); err != nil {
		return err
	}
	defer g.leave()
	return f()
}
