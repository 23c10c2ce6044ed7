package ticket_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"linli/models"
	"linli/models/ticket"
	"linli/storage"
)

// lines counts what the ledger says of a ticket, by action.
func (w *world) lines(t *testing.T, id int64) map[string]int {
	t.Helper()
	said := map[string]int{}
	w.read(t, func(tx storage.Tx) error {
		told, err := storage.History(tx, "ticket", id)
		for _, line := range told {
			said[line.Action]++
		}
		return err
	})
	return said
}

func (w *world) escalate(t *testing.T, want int) {
	t.Helper()
	if moved, err := w.store.EscalateDue(t.Context(), 100); err != nil || moved != want {
		t.Fatalf("moved %d tickets, want %d (%v)", moved, want, err)
	}
}

func (w *world) raised(t *testing.T, a models.Actor) (ids []int64) {
	t.Helper()
	page, err := w.store.Tickets(t.Context(), a, ticket.Query{Box: ticket.BoxAll, Filter: ticket.FilterEscalated, Limit: 20})
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range page.Items {
		ids = append(ids, row.ID)
	}
	if int64(len(ids)) != page.Counts.Escalated {
		t.Errorf("%d rows, counted %d", len(ids), page.Counts.Escalated)
	}
	return ids
}

func TestWhatNobodyAnswersClimbs(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.clock.At = time.Date(2026, 11, 25, 4, 0, 0, 0, time.UTC) // a Wednesday, noon
		view := w.file(t, w.Resident, w.filing("ORD-01"))
		w.escalate(t, 0)
		steps := []struct {
			at    time.Time
			moved int
			level ticket.Level
			said  map[string]int
			sees  []models.Actor
			not   []models.Actor
		}{
			{time.Date(2026, 11, 25, 16, 0, 0, 0, time.UTC), 1, 0, map[string]int{"remind": 1}, nil, []models.Actor{w.StationStaff}},
			{time.Date(2026, 11, 26, 10, 0, 0, 0, time.UTC), 1, 0, map[string]int{"remind": 2}, nil, []models.Actor{w.StationStaff}},
			{time.Date(2026, 11, 26, 16, 0, 0, 0, time.UTC), 1, ticket.LevelStation, map[string]int{"remind": 2, "escalate": 1}, []models.Actor{w.StationStaff}, []models.Actor{w.TownOfficer, w.Officer}},
			{time.Date(2026, 11, 30, 15, 59, 0, 0, time.UTC), 0, ticket.LevelStation, map[string]int{"escalate": 1}, []models.Actor{w.StationStaff}, []models.Actor{w.TownOfficer}},
			{time.Date(2026, 11, 30, 16, 0, 0, 0, time.UTC), 1, ticket.LevelTown, map[string]int{"escalate": 2}, []models.Actor{w.StationStaff, w.TownOfficer}, []models.Actor{w.Officer}},
			{time.Date(2026, 12, 3, 16, 0, 0, 0, time.UTC), 1, ticket.LevelCenter, map[string]int{"escalate": 3}, []models.Actor{w.TownOfficer, w.Officer}, []models.Actor{w.OtherStationStaff}},
			{time.Date(2027, 6, 1, 0, 0, 0, 0, time.UTC), 0, ticket.LevelCenter, map[string]int{"remind": 2, "escalate": 3}, nil, nil},
		}
		for _, s := range steps {
			w.clock.At = s.at
			w.escalate(t, s.moved)
			w.escalate(t, 0) // again at once: nothing is said twice
			said := w.lines(t, view.ID)
			for action, n := range s.said {
				if said[action] != n {
					t.Errorf("%s: %d × %s, want %d", s.at, said[action], action, n)
				}
			}
			for _, a := range s.sees {
				if ids := w.raised(t, a); len(ids) != 1 || ids[0] != view.ID {
					t.Errorf("%s: account %d is told of %v", s.at, a.AccountID, ids)
				}
			}
			for _, a := range s.not {
				if ids := w.raised(t, a); len(ids) != 0 {
					t.Errorf("%s: account %d is told of %v too early", s.at, a.AccountID, ids)
				}
			}
			if got, err := w.store.Ticket(t.Context(), w.Officer, view.ID); err != nil || got.EscalatedTo != s.level {
				t.Errorf("%s: level %d, want %d (%v)", s.at, got.EscalatedTo, s.level, err)
			}
		}
	})
}

// Four copies at once, one of them cut off in the middle: every level of every ticket is told exactly once.
func TestManyCopiesEscalateOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.clock.At = time.Date(2026, 11, 25, 4, 0, 0, 0, time.UTC)
		var ids []int64
		for range 25 {
			ids = append(ids, w.file(t, w.Resident, w.filing("ORD-01")).ID)
		}
		w.clock.At = time.Date(2026, 12, 20, 4, 0, 0, 0, time.UTC)
		cut, cancel := context.WithCancel(t.Context())
		var copies sync.WaitGroup
		for i := range 4 {
			copies.Go(func() {
				ctx := t.Context()
				if i == 0 {
					ctx = cut
				}
				for range 3 {
					w.store.EscalateDue(ctx, 10)
				}
			})
		}
		time.AfterFunc(5*time.Millisecond, cancel)
		copies.Wait()
		for {
			moved, err := w.store.EscalateDue(t.Context(), 10)
			if err != nil {
				t.Fatal(err)
			}
			if moved == 0 {
				break
			}
		}
		for _, id := range ids {
			if said := w.lines(t, id); said["escalate"] != 3 || said["remind"] != 0 {
				t.Errorf("ticket %d: %v, want three levels and no reminder of a time long over", id, said)
			}
		}
	})
}

func TestSentBackTwiceIsRaised(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		view := w.file(t, w.Resident, w.filing("REP-01"))
		w.move(t, w.Staff, view.ID, ticket.Acknowledge, "")
		for i := range 2 {
			done, err := w.store.SayDone(t.Context(), w.Staff, view.ID, ticket.DoneSaying{ClientID: clientID(), Result: "已更换", NoPhotoReason: "夜间拍不清"}, nil)
			if err != nil {
				t.Fatal(err)
			}
			closing := done.Ticket.Closing
			if _, err := w.store.SendBackTicket(t.Context(), w.Resident, view.ID, ticket.Answer{ClientID: clientID(), Closing: closing, Text: "还是不亮"}, nil); err != nil {
				t.Fatal(err)
			}
			want := i // not after the first time
			if said := w.lines(t, view.ID); said["escalate"] != want {
				t.Errorf("sent back %d times: raised %d times", i+1, said["escalate"])
			}
		}
		if ids := w.raised(t, w.StationStaff); len(ids) != 1 {
			t.Errorf("the station is told of %v", ids)
		}
	})
}

func TestUrgingIsLimited(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		view := w.file(t, w.Resident, w.filing("ORD-01"))
		if view.UrgeAfter == nil {
			t.Error("the reporter is not told that he may urge")
		}
		got := w.move(t, w.Resident, view.ID, ticket.Urge, "")
		if got.Urges != 1 || got.UrgeAfter == nil || !got.UrgeAfter.After(w.clock.At) {
			t.Errorf("%d urges, next after %v", got.Urges, got.UrgeAfter)
		}
		_, err := w.store.MoveTicket(t.Context(), w.Resident, view.ID, ticket.Move{Action: ticket.Urge})
		if models.CodeOf(err) != "ticket.urged_lately" {
			t.Errorf("urged twice: %v", err)
		}
		party, err := w.store.Ticket(t.Context(), w.Staff, view.ID)
		if err != nil || party.Urges != 1 || party.UrgeAfter != nil {
			t.Errorf("the party sees %d urges, and when the reporter may urge again: %v (%v)", party.Urges, party.UrgeAfter, err)
		}
		for _, item := range party.Timeline {
			if item.Action == string(ticket.Urge) && item.At != nil {
				t.Error("the party learns at which moment the reporter was at his phone")
			}
		}
	})
}

// What is made up for at moved moments stays in the order of its lines: a rung that fell due while the reporter was asked
// is told when he sends it back, not before.
func TestAlertsOfThePastFollowTheLineBefore(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		filed := w.file(t, w.Resident, w.filing("REP-01"))
		done := w.done(t, filed.ID)
		w.clock.Advance(5 * 24 * time.Hour)
		if _, err := w.store.SendBackTicket(t.Context(), w.Resident, filed.ID, ticket.Answer{ClientID: clientID(), Closing: done.Closing, Text: "还是不亮"}, nil); err != nil {
			t.Fatal(err)
		}
		w.clock.Advance(24 * time.Hour)
		err := w.db.Write(t.Context(), func(tx storage.Tx) error { return w.store.EscalateUntil(tx, filed.ID, tx.At()) })
		if err != nil {
			t.Fatal(err)
		}
		w.read(t, func(tx storage.Tx) error {
			told, err := storage.History(tx, "ticket", filed.ID)
			var last time.Time
			raised := 0
			for _, line := range told {
				if line.At.Before(last) {
					t.Errorf("%s at %s stands behind a line of %s", line.Action, line.At, last)
				}
				if last = line.At; line.Action == string(ticket.Escalate) {
					raised++
				}
			}
			if raised == 0 {
				t.Error("nothing was raised: the test shows nothing")
			}
			return err
		})
	})
}
