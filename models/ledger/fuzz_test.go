package ledger

import (
	"strings"
	"testing"
	"time"
)

// FuzzParseText: what is read as a checkpoint is, letter by letter, what Text writes.
func FuzzParseText(f *testing.F) {
	good := Checkpoint{Number: 1, Size: 2, Root: strings.Repeat("A", 43) + "=", SignedAt: time.Unix(1_800_000_000, 0)}.Text("linli-ledger-1")
	for _, seed := range []string{good, strings.Replace(good, "\n2\n", "\n02\n", 1), strings.Replace(good, "\n2\n", "\n+2\n", 1), good + "\n", strings.Replace(good, "time ", "time  ", 1), strings.Replace(good, "Z\n", "+00:00\n", 1), strings.Replace(good, "A=", "B=", 1)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		c, origin, err := ParseText(text)
		if err != nil {
			if c != (Checkpoint{}) {
				t.Errorf("%q is refused and read: %+v", text, c)
			}
			return
		}
		if c.Text(origin) != text || c.Size < 1 || c.Number < 1 {
			t.Errorf("%q is read as %q", text, c.Text(origin))
		}
	})
}
