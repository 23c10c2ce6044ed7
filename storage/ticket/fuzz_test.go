package ticket

import (
	"testing"

	"linli/models"
	"linli/models/ticket"
)

// FuzzCursor: what is taken for a cursor is a place in the list, and is written as a cursor of the same place.
func FuzzCursor(f *testing.F) {
	for _, seed := range []string{"", "eyJpIjo3fQ", "eyJpIjotMX0", "e30", "bnVsbA", "W10", "eyJpIjo5OTk5OTk5OTk5OTk5OTk5OTk5OX0", "====", "eyJpIjoxLCJkIjoiMDAwMC0wMS0wMVQwMDowMDowMFoifQ"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		c, err := readCursor(text)
		if err != nil {
			if models.CodeOf(err) != "request.bad_cursor" || c != nil {
				t.Errorf("%q: %v", text, err)
			}
			return
		}
		if c == nil {
			if text != "" {
				t.Errorf("%q is no cursor, and no fault", text)
			}
			return
		}
		q := ticket.Query{Box: ticket.BoxDesk, Filter: ticket.FilterOpen}
		again, err := readCursor(cursorAfter(ticket.Ticket{ID: c.ID, NextDue: &c.Due}, q))
		if err != nil || again.ID != c.ID || !again.Due.Equal(c.Due) {
			t.Errorf("%q is %+v, written and read again %+v %v", text, c, again, err)
		}
	})
}
