package storage

import (
	"context"
	"errors"
	"net"
	"sync"
	"time"

	"linli/models"
)

// patience keeps people from waiting, one after the other, for a photo store that does not answer. A page of thumbnails
// opens six connections; while all of them hang, nothing else of the app gets through. After one call ran into its limit
// the others are refused at once for a while, then one may try, and with its answer all may again.
type patience struct {
	now   func() time.Time
	mu    sync.Mutex
	until time.Time // nobody asks before this; zero when the store answers
	tries bool      // one is asking whether it answers again
}

// storeRest is how long a store that did not answer is left alone.
const storeRest = 5 * time.Second

var errStoreRests = errors.New("the store did not answer a moment ago and is left alone")

// enter lets a call through, or refuses it with a store that is away. leave must be told how it ended.
func (p *patience) enter() (leave func(error), err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.until.IsZero() {
		return p.left, nil
	}
	if p.tries || p.now().Before(p.until) {
		return nil, storeAway(errStoreRests)
	}
	p.tries = true
	return func(err error) {
		p.mu.Lock()
		p.tries, p.until = false, time.Time{}
		p.mu.Unlock()
		p.left(err)
	}, nil
}

func (p *patience) left(err error) {
	if !unanswered(err) {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.until = p.now().Add(storeRest)
}

// unanswered tells a store that said nothing in time from one that said no.
func unanswered(err error) bool {
	if e, ok := errors.AsType[*models.Error](err); ok && e.Err != nil {
		err = e.Err
	}
	if e, ok := errors.AsType[net.Error](err); ok && e.Timeout() {
		return true
	}
	return errors.Is(err, context.DeadlineExceeded)
}
