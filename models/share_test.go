package models

import "testing"

func TestShareBP(t *testing.T) {
	for _, c := range []struct{ part, whole, want int64 }{
		{0, 3, 0}, {1, 3, 3333}, {2, 3, 6667}, {3, 3, 10_000}, {1, 20_000, 1}, {1, 20_001, 0}, {9, 12, 7500},
	} {
		if got := ShareBP(c.part, c.whole); got != c.want {
			t.Errorf("%d of %d is %d, not %d", c.part, c.whole, got, c.want)
		}
	}
}
