package ticket_test

import (
	"slices"
	"testing"
	"time"

	"linli/models"
	"linli/models/ticket"
)

func (w *world) pause(t *testing.T, a models.Actor, id int64, asked ticket.PauseAsked) ticket.View {
	t.Helper()
	view, err := w.store.PauseTicket(t.Context(), a, id, asked)
	if err != nil {
		t.Fatal(err)
	}
	return view
}

func TestPausesForParts(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		view := w.taken(t, "REP-01")
		asked := ticket.PauseAsked{Why: ticket.PauseForParts, Note: "向厂家订了灯具，单号 A-17", Until: "2026-11-30", Version: view.Version}
		if view.PauseDays == nil || *view.PauseDays != (ticket.PauseDays{First: "2026-11-26", Last: "2026-12-09"}) {
			t.Fatalf("the handler may choose %+v", view.PauseDays)
		}
		stale := asked
		stale.Version--
		_, err := w.store.PauseTicket(t.Context(), w.Staff, view.ID, stale)
		wantCode(t, err, models.Conflict, "ticket.changed_meanwhile")
		_, err = w.store.PauseTicket(t.Context(), w.Resident, view.ID, asked)
		wantCode(t, err, models.Denied, "ticket.not_yours_to_pause_parts")
		_, err = w.store.PauseTicket(t.Context(), w.OtherStationStaff, view.ID, asked)
		wantCode(t, err, models.NotFound, "ticket.not_found")
		wordless := asked
		wordless.Note = " "
		_, err = w.store.PauseTicket(t.Context(), w.Staff, view.ID, wordless)
		wantCode(t, err, models.Invalid, "ticket.text_required")
		if kept, err := w.store.Ticket(t.Context(), w.Staff, view.ID); err != nil || kept.Version != view.Version || kept.Pause != nil {
			t.Fatalf("a refused pause left something: %+v (%v)", kept.Pause, err)
		}
		w.pause(t, w.Staff, view.ID, asked)
		seen, err := w.store.Ticket(t.Context(), w.Resident, view.ID)
		if err != nil || seen.Pause == nil || seen.Pause.Note != asked.Note || seen.Pause.Until != "2026-11-30" || seen.PausedUntil != "2026-11-30" {
			t.Fatalf("the reporter reads %+v (%v)", seen.Pause, err)
		}
		stood := asked.Until.Start().Sub(w.clock.At)
		if got := seen.ResolveDue.Sub(view.ResolveDue); got != stood {
			t.Errorf("%s more for %s", got, stood)
		}
		if !slices.Contains(seen.Actions, ticket.Resume) {
			t.Errorf("the reporter is offered %v", seen.Actions)
		}
		w.clock.At = w.clock.At.Add(24 * time.Hour)
		ended, err := w.store.ResumeTicket(t.Context(), w.Resident, view.ID, ticket.PauseEnded{Version: seen.Version})
		if err != nil || ended.Pause != nil || ended.PausedUntil != "" || ended.ResolveDue.Sub(view.ResolveDue) != 24*time.Hour {
			t.Fatalf("ended after a day: due %s, first %s (%v)", ended.ResolveDue, view.ResolveDue, err)
		}
		_, err = w.store.ResumeTicket(t.Context(), w.Staff, view.ID, ticket.PauseEnded{})
		wantCode(t, err, models.Conflict, "ticket.pause_none")
		_, err = w.store.PauseTicket(t.Context(), w.Staff, view.ID, ticket.PauseAsked{Why: ticket.PauseForParts, Note: asked.Note, Until: "2026-12-02"})
		wantCode(t, err, models.Conflict, "ticket.pause_used")
	})
}

func TestPauseEndsByItself(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		view := w.taken(t, "REP-01")
		asked := ticket.PauseAsked{Why: ticket.PauseForDay, Note: "周一才在家", Until: "2026-11-30"}
		_, err := w.store.PauseTicket(t.Context(), w.Staff, view.ID, asked)
		wantCode(t, err, models.Denied, "ticket.not_yours_to_pause_day")
		set := w.pause(t, w.Resident, view.ID, asked)
		w.move(t, w.Resident, view.ID, ticket.ContactConfirm, "")
		// Where nothing stood still, this moment would be late and told to the station.
		w.clock.At = view.ResolveDue.Add(time.Hour)
		if _, err := w.store.EscalateDue(t.Context(), 10); err != nil {
			t.Fatal(err)
		}
		seen, err := w.store.Ticket(t.Context(), w.Staff, view.ID)
		if err != nil || seen.Pause == nil || seen.Overdue || seen.EscalatedTo != 0 {
			t.Fatalf("%+v, overdue %v, told %d (%v)", seen.Pause, seen.Overdue, seen.EscalatedTo, err)
		}
		w.clock.At = asked.Until.Start()
		if seen, err = w.store.Ticket(t.Context(), w.Staff, view.ID); err != nil || seen.Pause != nil || seen.PausedUntil != "" {
			t.Fatalf("it stands still on %+v (%v)", seen.Pause, err)
		}
		w.clock.At = set.ResolveDue.Add(time.Second)
		if _, err := w.store.EscalateDue(t.Context(), 10); err != nil {
			t.Fatal(err)
		}
		if seen, err = w.store.Ticket(t.Context(), w.Staff, view.ID); err != nil || !seen.Overdue || seen.EscalatedTo != ticket.LevelStation {
			t.Errorf("overdue %v, told %d (%v)", seen.Overdue, seen.EscalatedTo, err)
		}
		_, err = w.store.PauseTicket(t.Context(), w.Resident, view.ID, ticket.PauseAsked{Why: ticket.PauseForDay, Until: models.DateOf(w.clock.At).Add(2)})
		wantCode(t, err, models.Conflict, "ticket.pause_too_late")
	})
}

// The hour at which a reporter sets his day, or ends a pause, is his: the party reads days.
func TestPauseOfAProtectedMatterTellsNoHour(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		looks := map[string][2]ticket.View{}
		for _, hour := range []int{2, 9} {
			view := w.taken(t, "ORD-01")
			w.clock.At = time.Date(2026, 11, 26, hour, 17, 0, 0, time.UTC)
			w.pause(t, w.Resident, view.ID, ticket.PauseAsked{Why: ticket.PauseForDay, Note: "周二再来，电话 13912345678", Until: "2026-12-01"})
			set, err := w.store.Ticket(t.Context(), w.Staff, view.ID)
			if err != nil {
				t.Fatal(err)
			}
			if set.Pause == nil || set.Pause.Note == "" || set.Pause.Note == "周二再来，电话 13912345678" {
				t.Errorf("the party reads %+v", set.Pause)
			}
			w.clock.At = time.Date(2026, 11, 27, hour, 31, 0, 0, time.UTC)
			if _, err := w.store.ResumeTicket(t.Context(), w.Resident, view.ID, ticket.PauseEnded{}); err != nil {
				t.Fatal(err)
			}
			ended, err := w.store.Ticket(t.Context(), w.Staff, view.ID)
			if err != nil {
				t.Fatal(err)
			}
			looks[view.Number] = [2]ticket.View{set, ended}
			for _, item := range ended.Timeline {
				if (item.Action == string(ticket.PauseDay) || item.Action == string(ticket.Resume)) && item.At != nil {
					t.Errorf("%s tells %s", item.Action, item.At)
				}
			}
		}
		var dues []time.Time
		for _, pair := range looks {
			dues = append(dues, pair[0].ResolveDue, pair[1].ResolveDue)
		}
		if len(dues) != 4 || !dues[0].Equal(dues[2]) || !dues[1].Equal(dues[3]) {
			t.Errorf("the deadlines of two hours differ: %v", dues)
		}
	})
}
