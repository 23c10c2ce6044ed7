package ticket_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"linli/models"
	"linli/models/ticket"
	"linli/storage"
)

// promised files a matter on a Wednesday, and lets the operator promise a result by the Friday.
func (w *world) promised(t *testing.T, category string) ticket.View {
	t.Helper()
	view, err := w.store.MakePromise(t.Context(), w.Staff, w.taken(t, category).ID, ticket.PromiseMade{Result: "换好水泵，恢复供水", Day: "2026-11-27"})
	if err != nil {
		t.Fatal(err)
	}
	return view
}

func (w *world) judge(t *testing.T, a models.Actor, id int64, v ticket.PromiseVerdict) (ticket.View, error) {
	t.Helper()
	return w.store.JudgePromise(t.Context(), a, id, v)
}

func (w *world) promiseRow(t *testing.T, id int64) (p ticket.Promising) {
	t.Helper()
	w.read(t, func(tx storage.Tx) error {
		return tx.DB().Order("nth DESC").Limit(1).Find(&p, "ticket_id = ?", id).Error
	})
	return p
}

func (w *world) lapsePromises(t *testing.T) int {
	t.Helper()
	n, err := w.store.LapsePromises(t.Context(), 100)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func onDay(day models.Date, hour int) time.Time {
	return day.Start().Add(time.Duration(hour) * time.Hour)
}

// The party names a day and a result, the reporter reads both, and from the evening of the day says whether it was kept; no deadline moves.
func TestAPromiseIsMadeAndJudged(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		taken := w.taken(t, "CLN-02") // protected
		offer := func(a models.Actor, result string, day models.Date) error {
			_, err := w.store.MakePromise(t.Context(), a, taken.ID, ticket.PromiseMade{Result: result, Day: day})
			return err
		}
		wantCode(t, offer(w.Staff, "尽快", "2026-11-27"), models.Invalid, "ticket.promise_words")
		wantCode(t, offer(w.Staff, "清理干净楼道", "2026-11-24"), models.Invalid, "ticket.promise_day")
		wantCode(t, offer(w.Staff, "清理干净楼道", "2026-12-26"), models.Invalid, "ticket.promise_day")
		wantCode(t, offer(w.Officer, "清理干净楼道", "2026-11-27"), models.Denied, "ticket.not_yours_to_promise")
		wantCode(t, offer(w.Resident, "清理干净楼道", "2026-11-27"), models.Denied, "ticket.not_yours_to_promise")
		wantCode(t, offer(w.RivalStaff, "清理干净楼道", "2026-11-27"), models.NotFound, "ticket.not_found")
		if err := offer(w.Staff, "已请"+residentName+"（13912345678）放心，清理干净楼道", "2026-11-27"); err != nil {
			t.Fatal(err)
		}
		wantCode(t, offer(w.Staff, "清理干净楼道", "2026-11-28"), models.Conflict, "ticket.promise_open")
		seen := w.seen(t, w.Resident, taken.ID)
		p := seen.Promise
		if p == nil || p.Day != "2026-11-27" || p.Asks || !seen.ResolveDue.Equal(taken.ResolveDue) || seen.PromisedOn != "2026-11-27" || p.PartyName != w.Operator.Name {
			t.Fatalf("%+v", p)
		}
		v := ticket.PromiseVerdict{ClientID: clientID(), Promise: 1}
		_, err := w.judge(t, w.Resident, taken.ID, v)
		wantCode(t, err, models.Conflict, "ticket.promise_early")
		w.clock.At = onDay("2026-11-27", 18)
		if seen := w.seen(t, w.Resident, taken.ID); !seen.Promise.Asks || !seen.PromiseAsks {
			t.Errorf("in the evening he is not asked: %+v", seen.Promise)
		}
		if w.seen(t, w.Staff, taken.ID).PromiseAsks {
			t.Error("the party is asked")
		}
		_, err = w.judge(t, w.Resident, taken.ID, ticket.PromiseVerdict{ClientID: clientID(), Promise: 2, Kept: true})
		wantCode(t, err, models.Conflict, "ticket.promise_passed")
		_, err = w.judge(t, w.Staff, taken.ID, ticket.PromiseVerdict{ClientID: clientID(), Promise: 1, Kept: true})
		wantCode(t, err, models.Denied, "ticket.not_yours_to_promise_kept")
		judged, err := w.judge(t, w.Resident, taken.ID, v)
		if err != nil || judged.Promise.End != ticket.PromiseEndBroken || judged.Promise.EndedOn != "2026-11-27" {
			t.Fatalf("%+v (%v)", judged.Promise, err)
		}
		again, err := w.judge(t, w.Resident, taken.ID, v) // the phone heard no answer
		if err != nil || again.Version != judged.Version {
			t.Errorf("again: version %d after %d (%v)", again.Version, judged.Version, err)
		}
		v.Kept = true
		_, err = w.judge(t, w.Resident, taken.ID, v)
		wantCode(t, err, models.Conflict, "ticket.id_conflict")
		_, err = w.judge(t, w.Resident, taken.ID, ticket.PromiseVerdict{ClientID: clientID(), Promise: 1, Kept: true})
		wantCode(t, err, models.Conflict, "ticket.promise_over")
	})
}

// The party reads that a promise was not kept, and on what day; of a protected matter neither who said so nor the hour.
func TestAVerdictNamesNobody(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		view := w.promised(t, "CLN-02")
		w.clock.At = onDay("2026-11-27", 19)
		if _, err := w.judge(t, w.Resident, view.ID, ticket.PromiseVerdict{ClientID: clientID(), Promise: 1}); err != nil {
			t.Fatal(err)
		}
		for name, a := range map[string]models.Actor{"the party": w.Staff, "its station": w.StationStaff} {
			seen := w.seen(t, a, view.ID)
			last := seen.Timeline[len(seen.Timeline)-1]
			if seen.Promise.End != ticket.PromiseEndBroken || last.Action != "promise_broken" || last.ActorRole != models.Resident || last.ActorName != "" {
				t.Errorf("%s reads %+v, %+v", name, seen.Promise, last)
			}
			if hidden := last.At == nil; hidden != (name == "the party") {
				t.Errorf("%s reads the hour: %v", name, last.At)
			}
		}
		for who, seen := range map[string]any{"the party": w.seen(t, w.Staff, view.ID), "who looks at the rate": w.promises(t, w.Staff)} {
			told, _ := json.Marshal(seen)
			for _, secret := range []string{residentName, clientIDOf(w.promiseRow(t, view.ID)), "judged"} {
				if strings.Contains(string(told), secret) {
					t.Errorf("%s reads %q in %s", who, secret, told)
				}
			}
		}
	})
}

func clientIDOf(p ticket.Promising) string { return p.ClientID }

func (w *world) promises(t *testing.T, a models.Actor) ticket.PromiseList {
	t.Helper()
	list, err := w.store.EstatePromises(t.Context(), a, w.Estate.ID)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// A later day is named before the first one has come, with a reason that everybody on the ticket reads; on the day it is too late, and
// nobody's answer ends it as silent.
func TestAPromiseIsRedatedOrSilent(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		view := w.promised(t, "REP-01")
		redate := func(reason string, day models.Date) error {
			_, err := w.store.RedatePromise(t.Context(), w.Staff, view.ID, ticket.PromiseRedated{Reason: reason, Day: day})
			return err
		}
		w.clock.At = onDay("2026-11-26", 23)
		wantCode(t, redate("缺", "2026-11-29"), models.Invalid, "ticket.promise_words")
		wantCode(t, redate("厂家缺货，周日才到", "2026-11-27"), models.Invalid, "ticket.promise_day")
		if err := redate("厂家缺货，周日才到", "2026-11-29"); err != nil {
			t.Fatal(err)
		}
		p := w.seen(t, w.Resident, view.ID).Promise
		if p.Day != "2026-11-29" || p.FirstDay != "2026-11-27" || p.Redates != 1 || p.Reason != "厂家缺货，周日才到" {
			t.Errorf("%+v", p)
		}
		w.clock.At = onDay("2026-11-29", 1)
		wantCode(t, redate("还要再等两天", "2026-12-01"), models.Conflict, "ticket.promise_redate_late")
		w.clock.At = onDay("2026-12-06", 23)
		if n := w.lapsePromises(t); n != 0 {
			t.Errorf("%d ended while they may still be judged", n)
		}
		w.clock.At = onDay("2026-12-07", 0)
		if n := w.lapsePromises(t); n != 1 || w.lapsePromises(t) != 0 {
			t.Errorf("%d ended", n)
		}
		if row := w.promiseRow(t, view.ID); row.EndWhy != ticket.PromiseEndSilent || row.EndedAt == nil || row.Redates != 1 {
			t.Errorf("%+v", row)
		}
		_, err := w.judge(t, w.Resident, view.ID, ticket.PromiseVerdict{ClientID: clientID(), Promise: 1, Kept: true})
		wantCode(t, err, models.Conflict, "ticket.promise_over")
		// The party has two more for this matter, and no third.
		for range 2 {
			today := models.DateOf(w.clock.At)
			if _, err := w.store.MakePromise(t.Context(), w.Staff, view.ID, ticket.PromiseMade{Result: "这次一定修好", Day: today}); err != nil {
				t.Fatal(err)
			}
			w.clock.At = onDay(today.Add(8), 0)
			w.lapsePromises(t)
		}
		seen := w.seen(t, w.Staff, view.ID)
		if seen.PromiseDays != nil {
			t.Errorf("a fourth is offered: %v", seen.Actions)
		}
		_, err = w.store.MakePromise(t.Context(), w.Staff, view.ID, ticket.PromiseMade{Result: "这次一定修好", Day: models.DateOf(w.clock.At)})
		wantCode(t, err, models.Conflict, "ticket.promise_used")
	})
}

// The answer to the "done" is one to the promise; a hand-over ends one whose day is not over for nobody's fault, and the next party begins
// with none.
func TestWhatElseEndsAPromise(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		view := w.promised(t, "REP-01")
		done := ticket.DoneSaying{ClientID: clientID(), Result: "水泵已换", NoPhotoReason: "泵房不让拍照"}
		if _, err := w.store.SayDone(t.Context(), w.Staff, view.ID, done, nil); err != nil {
			t.Fatal(err)
		}
		if seen := w.seen(t, w.Resident, view.ID); !seen.Promise.Asks || !seen.Promise.Said {
			t.Errorf("done, and he is not asked: %+v", seen.Promise)
		}
		w.confirm(t, view.ID, 5)
		if row := w.promiseRow(t, view.ID); row.EndWhy != ticket.PromiseEndConfirmed || row.JudgedBy != 0 {
			t.Errorf("%+v", row)
		}
		other := w.promised(t, "REP-01")
		w.handOver(t, w.Estate.ID, w.Rival)
		if row := w.promiseRow(t, other.ID); row.EndWhy != ticket.PromiseEndOvertaken || row.PartyID != w.Operator.ID {
			t.Errorf("%+v", row)
		}
		if _, err := w.store.MoveTicket(t.Context(), w.RivalStaff, other.ID, ticket.Move{Action: ticket.Acknowledge}); err != nil {
			t.Fatal(err)
		}
		next, err := w.store.MakePromise(t.Context(), w.RivalStaff, other.ID, ticket.PromiseMade{Result: "周一换好", Day: models.DateOf(w.clock.At).Add(3)})
		if err != nil || next.Promise.Nth != 2 {
			t.Fatalf("%+v (%v)", next.Promise, err)
		}
		// A word that waited offline about the first one judges no later one.
		w.clock.At = onDay(next.Promise.Day, 20)
		_, err = w.judge(t, w.Resident, other.ID, ticket.PromiseVerdict{ClientID: clientID(), Promise: 1, Kept: true})
		wantCode(t, err, models.Conflict, "ticket.promise_passed")
	})
}

// The rate of an estate and of who serves it, with the promises behind it that a reader sees; of others he reads the counts alone, and of
// few promises nothing but their number.
func TestThePromiseKeptRateAndItsList(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		var last ticket.View
		for i := range 5 {
			last = w.promised(t, "REP-01")
			if i == 4 {
				few := w.promises(t, w.Neighbour)
				if few.Estate.N != 4 || few.Estate.BP != nil || few.Estate.Kept != nil || len(few.Items) != 0 || few.Hidden != 0 {
					t.Errorf("of four a stranger to them reads %+v", few)
				}
			}
			w.clock.At = onDay("2026-11-27", 20)
			if _, err := w.judge(t, w.Resident, last.ID, ticket.PromiseVerdict{ClientID: clientID(), Promise: 1, Kept: i < 3}); err != nil {
				t.Fatal(err)
			}
		}
		for name, a := range map[string]models.Actor{"the reporter": w.Resident, "the party": w.Staff, "the centre": w.Officer} {
			list := w.promises(t, a)
			if len(list.Items) != 5 || list.Hidden != 0 || *list.Estate.BP != 6_000 || *list.Estate.Kept != 3 || *list.Estate.Broken != 2 || list.Party.ID != w.Operator.ID || *list.OfParty.BP != 6_000 {
				t.Errorf("%s reads %+v", name, list)
			}
			if sum := sumOf(list.Items); sum != *list.Estate.WorthBP {
				t.Errorf("%s adds up %d, published is %d", name, sum, *list.Estate.WorthBP)
			}
		}
		if list := w.promises(t, w.Neighbour); len(list.Items) != 0 || list.Hidden != 5 || *list.Estate.BP != 6_000 {
			t.Errorf("who sees none of the matters reads %+v", list)
		}
		w.clock.At = w.clock.At.Add(366 * 24 * time.Hour)
		if list := w.promises(t, w.Officer); list.Estate.N != 0 || len(list.Items) != 0 {
			t.Errorf("a year later: %+v", list)
		}
		_, err := w.store.EstatePromises(t.Context(), w.Officer, 999_999)
		wantCode(t, err, models.NotFound, "estate.not_found")
	})
}

// The order of one day's verdicts tells no hour: it is that of the promises, whichever was answered first.
func TestTheOrderOfVerdictsTellsNoHour(t *testing.T) {
	for name, order := range map[string][]int{"the first promise first": {0, 1, 2}, "the last promise first": {2, 1, 0}} {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, w *world) {
				var matters []ticket.View
				for range 3 {
					matters = append(matters, w.promised(t, "SVC-01"))
				}
				for i, which := range order {
					w.clock.At = onDay("2026-11-27", 19+i)
					if _, err := w.judge(t, w.Resident, matters[which].ID, ticket.PromiseVerdict{ClientID: clientID(), Promise: 1, Kept: true}); err != nil {
						t.Fatal(err)
					}
				}
				var ids []int64
				for _, row := range w.promises(t, w.Staff).Items {
					ids = append(ids, row.TicketID)
				}
				if want := []int64{matters[2].ID, matters[1].ID, matters[0].ID}; !slices.Equal(ids, want) {
					t.Errorf("listed %v, want %v", ids, want)
				}
			})
		})
	}
}

// The answer of somebody whose home is not approved is kept and shown, and leaves the rate as though nobody had answered; so does a
// confirmation that he gives.
func TestAVoiceWithoutWeightMovesNoPromise(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		unapproved := w.Resident
		unapproved.Homes = nil
		done := func(id int64) {
			t.Helper()
			if _, err := w.store.SayDone(t.Context(), w.Staff, id, ticket.DoneSaying{ClientID: clientID(), Result: "水泵已换", NoPhotoReason: "泵房不让拍照"}, nil); err != nil {
				t.Fatal(err)
			}
		}
		for name, c := range map[string]struct {
			a      models.Actor
			counts ticket.PromiseEnd
		}{"without": {unapproved, ticket.PromiseEndDone}, "control: with": {w.Resident, ticket.PromiseEndConfirmed}} {
			view := w.promised(t, "REP-01")
			w.clock.At = onDay("2026-11-26", 9)
			done(view.ID)
			if _, err := w.store.ConfirmTicket(t.Context(), c.a, view.ID, ticket.Answer{ClientID: clientID(), Closing: 1, Level: 5}); err != nil {
				t.Fatal(err)
			}
			if row := w.promiseRow(t, view.ID); row.EndWhy != ticket.PromiseEndConfirmed || row.CountsAs != c.counts {
				t.Errorf("%s: %+v", name, row)
			}
			if _, err := w.store.SendBackTicket(t.Context(), c.a, view.ID, ticket.Answer{ClientID: clientID(), Closing: 1, Text: "又漏了"}, nil); err != nil {
				t.Fatal(err)
			}
			taken := map[ticket.PromiseEnd]ticket.PromiseEnd{ticket.PromiseEndDone: ticket.PromiseEndDone, ticket.PromiseEndConfirmed: ticket.PromiseEndTakenBack}[c.counts]
			if row := w.promiseRow(t, view.ID); row.EndWhy != ticket.PromiseEndTakenBack || row.CountsAs != taken {
				t.Errorf("%s, taken back: %+v", name, row)
			}
		}
		said := w.promised(t, "CLN-02")
		w.clock.At = onDay("2026-11-27", 9)
		if _, err := w.store.MoveTicket(t.Context(), w.Staff, said.ID, ticket.Move{Action: ticket.PromiseSaid}); err != nil {
			t.Fatal(err)
		}
		w.clock.At = onDay("2026-11-28", 9)
		if _, err := w.judge(t, unapproved, said.ID, ticket.PromiseVerdict{ClientID: clientID(), Promise: 1, Kept: true}); err != nil {
			t.Fatal(err)
		}
		// Of whom nothing is told to the party, its page does not tell either that he has no weight.
		told, _ := json.Marshal([]any{w.seen(t, w.Staff, said.ID), rowOf(w.promises(t, w.Staff).Items, said.ID)})
		if strings.Contains(string(told), "weight") || strings.Contains(string(told), "counts_as") || strings.Contains(string(told), "worth") {
			t.Errorf("the party reads %s", told)
		}
		if row := w.promiseRow(t, said.ID); row.EndWhy != ticket.PromiseEndKept || row.CountsAs != ticket.PromiseEndSaid {
			t.Errorf("%+v", row)
		}
		if row := rowOf(w.promises(t, w.Officer).Items, said.ID); row.End != ticket.PromiseEndKept || row.CountsAs != ticket.PromiseEndSaid || *row.WorthBP != 2_000 {
			t.Errorf("in the list: %+v", row)
		}
	})
}

func rowOf(rows []ticket.PromiseRow, id int64) (row ticket.PromiseRow) {
	for _, row = range rows {
		if row.TicketID == id {
			return row
		}
	}
	return ticket.PromiseRow{}
}

// A phone that sends its word twice at once hears twice that it is taken.
func TestTwoEqualVerdictsAtOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for range 8 {
			w.clock.At = onDay("2026-11-25", 9)
			view := w.promised(t, "REP-01")
			w.clock.At = onDay("2026-11-27", 19)
			v := ticket.PromiseVerdict{ClientID: clientID(), Promise: 1, Kept: true}
			start, answers := make(chan struct{}), make(chan error, 2)
			for range 2 {
				go func() {
					<-start
					_, err := w.store.JudgePromise(t.Context(), w.Resident, view.ID, v)
					answers <- err
				}()
			}
			close(start)
			for range 2 {
				if err := <-answers; err != nil {
					t.Error(err)
				}
			}
		}
	})
}

func sumOf(rows []ticket.PromiseRow) (sum int64) {
	for _, row := range rows {
		if row.WorthBP != nil {
			sum += *row.WorthBP
		}
	}
	return sum
}
