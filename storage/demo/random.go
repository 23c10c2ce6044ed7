package demo

import (
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
)

// chance is a source of numbers that says the same on every machine, for one purpose each: drawing more for one
// purpose changes nothing for another. It is for a demo county only.
type chance struct{ *rand.Rand }

// chanceFor makes the source of one purpose.
func chanceFor(purpose string, n int) chance {
	h := fnv.New128a()
	fmt.Fprintf(h, "linli demo/1:%s:%d", purpose, n)
	sum := h.Sum(nil)
	return chance{rand.New(rand.NewPCG(binary.BigEndian.Uint64(sum[:8]), binary.BigEndian.Uint64(sum[8:])))}
}

// between gives a number from low to high, both included.
func (c chance) between(low, high int) int { return low + c.IntN(high-low+1) }

// often reports true in percent of all cases.
func (c chance) often(percent int) bool { return c.IntN(100) < percent }

// oneOf picks one of several.
func oneOf[T any](c chance, of []T) T { return of[c.IntN(len(of))] }

// uuid gives an id as a phone would have made it.
func (c chance) uuid() string {
	var b [16]byte
	binary.BigEndian.PutUint64(b[:8], c.Uint64())
	binary.BigEndian.PutUint64(b[8:], c.Uint64())
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
