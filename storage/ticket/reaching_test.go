package ticket_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"linli/models"
	"linli/models/ticket"
)

func (w *world) try(t *testing.T, id int64, how ticket.TryHow) ticket.View {
	t.Helper()
	if how == ticket.TryMessage {
		w.say(t, w.Staff, id, "想约您在家的时间，请回一句")
	}
	view, err := w.store.TryContact(t.Context(), w.Staff, id, ticket.Trying{How: how, Note: "没有人接"})
	if err != nil {
		t.Fatal(err)
	}
	return view
}

// lookedFor is a matter whose reporter the party has looked for as the rule says, at noon of the second day.
func (w *world) lookedFor(t *testing.T, category string) ticket.View {
	t.Helper()
	view := w.taken(t, category)
	w.try(t, view.ID, ticket.TryMessage)
	w.clock.At = w.clock.At.Add(time.Hour)
	w.try(t, view.ID, ticket.TryMessage)
	w.clock.At = w.clock.At.Add(22 * time.Hour)
	return w.try(t, view.ID, ticket.TryMessage)
}

func TestWaitingForAReporterWhomNobodyReached(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		view := w.taken(t, "REP-01")
		asked := ticket.PauseAsked{Why: ticket.PauseForReporter, Until: "2026-11-28"}
		pausing := func() error {
			_, err := w.store.PauseTicket(t.Context(), w.Staff, view.ID, asked)
			return err
		}
		wantCode(t, pausing(), models.Conflict, "ticket.pause_tries")
		trying := func(by models.Actor, tried ticket.Trying) error {
			_, err := w.store.TryContact(t.Context(), by, view.ID, tried)
			return err
		}
		said := ticket.Trying{How: ticket.TryMessage, Note: "留言后没有回音"}
		wantCode(t, trying(w.Staff, said), models.Invalid, "ticket.try_not_written")
		wantCode(t, trying(w.Resident, said), models.Denied, "ticket.not_yours_to_contact_try")
		wantCode(t, trying(w.OtherStationStaff, said), models.NotFound, "ticket.not_found")
		wantCode(t, trying(w.Staff, ticket.Trying{How: ticket.TryMessage, Note: " "}), models.Invalid, "ticket.text_required")
		first := w.try(t, view.ID, ticket.TryMessage)
		if r := first.Reaching; r == nil || len(r.Tries) != 1 || !r.Tries[0].At.Equal(w.clock.At) || r.Missing != 2 || !r.OtherDay || r.Message || r.After == nil || !r.After.Equal(w.clock.At.Add(30*time.Minute)) || r.Days != nil {
			t.Fatalf("after the first try the handler reads %+v", first.Reaching)
		}
		w.say(t, w.Staff, view.ID, "再问一次，您哪天在家")
		wantCode(t, trying(w.Staff, said), models.Conflict, "ticket.try_too_soon") // three in a minute are one
		w.clock.At = w.clock.At.Add(40 * time.Minute)
		stale := said
		stale.Version = view.Version
		wantCode(t, trying(w.Staff, stale), models.Conflict, "ticket.changed_meanwhile")
		w.try(t, view.ID, ticket.TryMessage)
		w.clock.At = w.clock.At.Add(40 * time.Minute)
		if third := w.try(t, view.ID, ticket.TryMessage); third.Reaching.Missing != 0 || !third.Reaching.OtherDay || slices.Contains(third.Actions, ticket.PauseUnreached) {
			t.Fatalf("three on one day: %+v, offered %v", third.Reaching, third.Actions)
		}
		wantCode(t, pausing(), models.Conflict, "ticket.pause_tries")
		w.clock.At = w.clock.At.Add(22 * time.Hour)
		ready := w.try(t, view.ID, ticket.TryMessage)
		if !slices.Contains(ready.Actions, ticket.PauseUnreached) || ready.Reaching.Days == nil || *ready.Reaching.Days != (ticket.PauseDays{First: "2026-11-27", Last: "2026-11-29"}) {
			t.Fatalf("the handler is offered %v, %+v", ready.Actions, ready.Reaching)
		}
		before := ready.ResolveDue
		paused := w.pause(t, w.Staff, view.ID, asked)
		if got := paused.ResolveDue.Sub(before); got != asked.Until.Start().Sub(w.clock.At) {
			t.Errorf("%s more", got)
		}
		seen, err := w.store.Ticket(t.Context(), w.Resident, view.ID)
		if err != nil || seen.Pause == nil || seen.Pause.Why != ticket.PauseForReporter || seen.Reaching == nil || len(seen.Reaching.Tries) != 4 || !slices.Contains(seen.Actions, ticket.Resume) {
			t.Fatalf("the reporter reads %+v, %+v, may %v (%v)", seen.Pause, seen.Reaching, seen.Actions, err)
		}
		// One line of his, and it goes on: by itself, with the time that really stood still.
		w.clock.At = w.clock.At.Add(time.Hour)
		w.say(t, w.Resident, view.ID, "刚看到，明天上午在家")
		seen, err = w.store.Ticket(t.Context(), w.Staff, view.ID)
		if err != nil || seen.Pause != nil || !seen.ResolveDue.Equal(before.Add(time.Hour)) || seen.Reaching == nil || len(seen.Reaching.Tries) != 0 {
			t.Fatalf("after his word: %+v, due %s, %+v (%v)", seen.Pause, seen.ResolveDue, seen.Reaching, err)
		}
		if last := seen.Timeline[len(seen.Timeline)-1]; last.Action != string(ticket.Resume) || last.ActorRole != models.Resident || last.Params["why"] != "heard" {
			t.Errorf("the last line is %+v", last)
		}
		wantCode(t, pausing(), models.Conflict, "ticket.pause_unreached_used")
	})
}

func TestAWaitForTheReporterEndsByItself(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		view := w.lookedFor(t, "REP-01")
		w.pause(t, w.Staff, view.ID, ticket.PauseAsked{Why: ticket.PauseForReporter, Until: "2026-11-27"})
		w.clock.At = models.Date("2026-11-27").Start()
		if seen, err := w.store.Ticket(t.Context(), w.Staff, view.ID); err != nil || seen.Pause != nil || seen.PausedUntil != "" {
			t.Errorf("it stands on its last day: %+v (%v)", seen.Pause, err)
		}
		w.say(t, w.Resident, view.ID, "我回来了，随时可以来")
		if seen, err := w.store.Ticket(t.Context(), w.Staff, view.ID); err != nil || !seen.ResolveDue.Equal(view.ResolveDue.Add(models.Date("2026-11-27").Start().Sub(view.Reaching.Tries[2].At))) {
			t.Errorf("a word after the end moved the deadline again: %s (%v)", seen.ResolveDue, err)
		}
	})
}

// What the reporter does beside writing ends the wait, too; each as one step of his, with its version seen once.
func TestWhatEndsAWaitForTheReporter(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for name, speaks := range map[string]func(view ticket.View) error{
			"he says that he was reached": func(view ticket.View) error {
				_, err := w.store.MoveTicket(t.Context(), w.Resident, view.ID, ticket.Move{Action: ticket.ContactConfirm, Version: view.Version})
				return err
			},
			"he ends it": func(view ticket.View) error {
				_, err := w.store.ResumeTicket(t.Context(), w.Resident, view.ID, ticket.PauseEnded{Version: view.Version})
				return err
			},
		} {
			t.Run(name, func(t *testing.T) {
				view := w.lookedFor(t, "REP-01")
				w.pause(t, w.Staff, view.ID, ticket.PauseAsked{Why: ticket.PauseForReporter, Until: "2026-11-28"})
				seen, err := w.store.Ticket(t.Context(), w.Resident, view.ID)
				if err != nil || seen.Pause == nil {
					t.Fatalf("%+v (%v)", seen.Pause, err)
				}
				if err := speaks(seen); err != nil {
					t.Fatal(err)
				}
				if seen, err = w.store.Ticket(t.Context(), w.Staff, view.ID); err != nil || seen.Pause != nil || len(seen.Reaching.Tries) != 0 || !seen.ResolveDue.Equal(view.ResolveDue) {
					t.Errorf("%+v, %d tries, due %s (%v)", seen.Pause, len(seen.Reaching.Tries), seen.ResolveDue, err)
				}
			})
		}
		view := w.lookedFor(t, "REP-01")
		w.pause(t, w.Staff, view.ID, ticket.PauseAsked{Why: ticket.PauseForReporter, Until: "2026-11-28"})
		_, err := w.store.MoveTicket(t.Context(), w.Resident, view.ID, ticket.Move{Action: ticket.ContactShare, Version: view.Version - 1})
		wantCode(t, err, models.Conflict, "ticket.changed_meanwhile")
		if seen, err := w.store.Ticket(t.Context(), w.Staff, view.ID); err != nil || seen.Pause == nil {
			t.Errorf("a step that was refused ended the wait (%v)", err)
		}
		w.say(t, w.Staff, view.ID, "还在等您的回音，回一句就行")
		if seen, err := w.store.Ticket(t.Context(), w.Staff, view.ID); err != nil || seen.Pause == nil {
			t.Errorf("the party's own word ended its wait (%v)", err)
		}
		// Who reads was reached, and has not answered: it waits on for his word.
		if err := w.store.ReadMessages(t.Context(), w.Resident, view.ID, 100); err != nil {
			t.Fatal(err)
		}
		if seen, err := w.store.Ticket(t.Context(), w.Staff, view.ID); err != nil || seen.Pause == nil || len(seen.Reaching.Tries) != 0 || !slices.ContainsFunc(seen.Clocks, func(c ticket.Clock) bool { return c.Name == "contact" && c.MetAt != nil }) {
			t.Errorf("after he read: %+v, %+v (%v)", seen.Pause, seen.Clocks, err)
		}
	})
}

// The party of a complaint has the conversation alone, and learns from its tries nothing of him: not that he read, not his hour.
func TestTriesTellNothingOfAHiddenReporter(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for _, how := range []ticket.TryHow{ticket.TryCall, ticket.TryVisit} {
			view := w.taken(t, "ORD-01")
			_, err := w.store.TryContact(t.Context(), w.Staff, view.ID, ticket.Trying{How: how, Note: "没有人接"})
			wantCode(t, err, models.Invalid, "ticket.try_hidden")
		}
		// One reads each line and one reads none: to the party both are the same, once he was reached.
		looks := map[bool]string{}
		var ended []ticket.View
		for _, reads := range []bool{true, false} {
			view := w.taken(t, "ORD-01")
			w.move(t, w.Resident, view.ID, ticket.ContactConfirm, "")
			w.clock.At = w.clock.At.Add(time.Minute)
			if how := w.try(t, view.ID, ticket.TryMessage).Reaching.Ways; len(how) != 0 {
				t.Errorf("the party may say that it tried by %v", how)
			}
			for range 2 {
				w.clock.At = w.clock.At.Add(23 * time.Hour)
				if reads {
					if err := w.store.ReadMessages(t.Context(), w.Resident, view.ID, 100); err != nil {
						t.Fatal(err)
					}
				}
				w.try(t, view.ID, ticket.TryMessage)
			}
			seen, err := w.store.Ticket(t.Context(), w.Staff, view.ID)
			if err != nil {
				t.Fatal(err)
			}
			looks[reads] = asJSON(t, seen.Reaching) + strings.Join(strings.Fields(asJSON(t, seen.Actions)), "")
			w.pause(t, w.Staff, view.ID, ticket.PauseAsked{Why: ticket.PauseForReporter, Note: "他电话 13912345678 没人接", Until: models.DateOf(w.clock.At).Add(2)})
			at := 3 * time.Hour
			if reads {
				at = 5 * time.Hour
			}
			w.clock.At = w.clock.At.Add(at)
			w.say(t, w.Resident, view.ID, "我在，请继续查")
			if seen, err = w.store.Ticket(t.Context(), w.Staff, view.ID); err != nil {
				t.Fatal(err)
			}
			ended = append(ended, seen)
			if last := seen.Timeline[len(seen.Timeline)-1]; last.Action != string(ticket.Resume) || last.At != nil {
				t.Errorf("the end of the wait tells %+v", last)
			}
		}
		if looks[true] != looks[false] {
			t.Errorf("what he read shows in his party's tries:\n%s\n%s", looks[true], looks[false])
		}
		if !ended[0].ResolveDue.Equal(ended[1].ResolveDue) {
			t.Errorf("the deadlines of two hours differ: %s, %s", ended[0].ResolveDue, ended[1].ResolveDue)
		}
	})
}
