package storagetest

import (
	"sync"
	"time"
)

// Clock is a clock that a test moves, while others read it.
type Clock struct {
	sync.Mutex
	At time.Time
}

// Now is the clock's moment.
func (c *Clock) Now() time.Time {
	c.Lock()
	defer c.Unlock()
	return c.At
}

// Advance moves the clock on.
func (c *Clock) Advance(d time.Duration) {
	c.Lock()
	defer c.Unlock()
	c.At = c.At.Add(d)
}
