package ticket_test

import (
	"testing"
	"time"

	"linli/models/ticket"
	tickets "linli/storage/ticket"
)

// TestQueueCountsWhatIsOwed follows three tickets past their deadlines.
func TestQueueCountsWhatIsOwed(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		queue := func() tickets.Queue {
			t.Helper()
			q, err := w.store.Queue(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			return q
		}
		if q := queue(); q.Open != 0 || !q.Unacknowledged.IsZero() || len(q.Overdue) != 15 {
			t.Errorf("of nothing: %+v", q)
		}
		first := w.file(t, w.Resident, w.filing("REP-01"))
		taken := w.file(t, w.Resident, w.filing("REP-02"))
		solved := w.file(t, w.Resident, w.filing("REP-01"))
		w.move(t, w.Staff, taken.ID, ticket.Acknowledge, "")
		w.move(t, w.Resident, solved.ID, ticket.Withdraw, "好了")
		if q := queue(); q.Open != 2 || !q.Unacknowledged.IsZero() {
			t.Errorf("in time: %+v", q)
		}
		w.clock.Advance(60 * 24 * time.Hour)
		q := queue()
		late, owesContact := q.Overdue[tickets.Owed{Step: ticket.NextAcknowledge}], q.Overdue[tickets.Owed{Step: ticket.NextContact}]
		if q.Open != 2 || late != 1 || owesContact != 1 || q.Unacknowledged.IsZero() || q.Unacknowledged.After(w.clock.Now()) {
			t.Errorf("late: %+v; of %d and %d", q, first.ID, taken.ID)
		}
		if _, err := w.store.EscalateDue(t.Context(), 100); err != nil {
			t.Fatal(err)
		}
		var told int64
		for owed, n := range queue().Overdue {
			if owed.Level > 0 {
				told += n
			}
		}
		if told != 2 {
			t.Errorf("%d of 2 overdue tickets were raised: %+v", told, queue())
		}
	})
}
