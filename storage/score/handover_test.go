package score

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"linli/models"
	"linli/models/photo"
	"linli/models/place"
	"linli/models/score"
	"linli/models/ticket"
	"linli/storage"
	places "linli/storage/place"
	tickets "linli/storage/ticket"
)

type noPhotos struct{}

func (noPhotos) ListPhotos(storage.Tx, int64, int64, string, int64, []photo.Claim, ...int64) error {
	return nil
}
func (noPhotos) MissingFor(storage.Tx, string, int64) ([]string, error) { return nil, nil }

var rival = models.Actor{AccountID: 906, Held: []models.Held{held(models.OperatorManager, models.ScopeHandlingParty, operator2)}, Parties: []int64{operator2}}

// handOver gives estate 1 to operator 2 the way an officer does it.
func (w *world) handOver(from models.Date) {
	w.t.Helper()
	keep := tickets.New(w.db, noPhotos{}, []byte("0123456789abcdef0123456789abcdef"))
	w.write(tickets.SeedCatalogue)
	w.write(storage.SeedCalendar)
	estates := places.New(w.db, places.Options{OnHandOver: func(tx storage.Tx, estateID int64, _ models.Date) error {
		_, err := keep.HandOver(tx, estateID)
		return err
	}})
	_, err := estates.SetServiceTerm(w.t.Context(), officer, 1, place.NewTerm{HandlingPartyID: operator2, ServiceMode: place.ModeProfessional, ValidFrom: from})
	if err != nil {
		w.t.Fatal(err)
	}
}

// busy gives estate 1 whatever a hand-over may meet: solved, overdue, never reached, sent back, begun, and filed, mended and
// confirmed on the day itself. The last five are open.
func (w *world) busy() (today ticket.Ticket, missed []ticket.Ticket) {
	w.history(1, operator1)
	never := w.file(1, operator1, hours(-30), func(t *ticket.Ticket) { t.ContactedAt, t.State = nil, ticket.Dispatched })
	hidden := w.file(1, operator1, hours(-50), func(t *ticket.Ticket) {
		t.ContactedAt, t.State, t.Kind, t.Category, t.Urgency, t.Protected = ptr(hours(-20)), ticket.Contacted, ticket.Complaint, "CLN-02", "u3c", true
	})
	back := w.file(1, operator1, hours(-90), nil)
	w.closing(back, ticket.OutcomeSentBack, 10*time.Hour)
	w.file(1, operator1, hours(-5), nil)                                                                        // reached in time, runs
	w.file(1, operator1, hours(-1), func(t *ticket.Ticket) { t.ContactedAt, t.State = nil, ticket.Dispatched }) // nothing yet
	today = w.file(1, operator1, hours(-3), nil)
	w.closing(today, ticket.OutcomeConfirmed, 30*time.Minute)
	w.write(func(tx storage.Tx) error {
		err := tx.DB().Table("tickets").Where("id = ?", today.ID).Updates(map[string]any{"state": "closed", "open": false, "closed_at": hours(-1)}).Error
		if err != nil {
			return err
		}
		return tx.DB().Table("tickets").Where("estate_id = 1").Updates(map[string]any{"reporter_id": 1}).Error
	})
	w.rate(today, 44, 5, hours(-1))
	return today, []ticket.Ticket{never, hidden, back}
}

func (w *world) closing(t ticket.Ticket, outcome ticket.Outcome, after time.Duration) {
	w.t.Helper()
	done := t.FiledAt.Add(after)
	w.insert(&ticket.Closing{
		TicketID: t.ID, Closing: 1, AuthorID: 1, ClientID: w.clientID(), HandlingPartyID: t.HandlingPartyID, Evidence: "normal", SaidAt: done, CompleteAt: &done,
		Outcome: outcome, AnsweredAt: ptr(done.Add(time.Hour)),
	})
}

// figures are what of an explanation a hand-over must not move.
func figures(w *world, e score.Explanation) string {
	w.t.Helper()
	b, err := json.Marshal([]any{e.Rates, e.T, e.S, e.Tickets, e.Trend, e.AnsweredThisMonth, e.SolvedInTime, e.SatisfactionRate, e.Band, e.Figures})
	if err != nil {
		w.t.Fatal(err)
	}
	return string(b)
}

// A hand-over moves paper, and no score: what was done and missed in the estate stays in its score, with the party that did
// or missed it, whatever day the paper names; the next party begins with clocks that have not run (DECISIONS 5).
func TestAHandOverMovesNoScore(t *testing.T) {
	for _, from := range []models.Date{"2026-11-22", "2026-11-12"} {
		t.Run(string(from), func(t *testing.T) { handOverMovesNoScore(t, from) })
	}
}

func handOverMovesNoScore(t *testing.T, from models.Date) {
	each(t, func(w *world) {
		today, missed := w.busy()
		viewers := map[string]models.Actor{"centre": officer, "old party": operator, "new party": rival, "resident": resident, "station": stationStaff}
		before := map[string]string{}
		for name, a := range viewers {
			e, _ := w.explain(a, 1)
			before[name] = figures(w, e)
		}
		w.handOver(from)
		for name, a := range viewers {
			e, text := w.explain(a, 1)
			if after := figures(w, e); after != before[name] {
				w.t.Errorf("%s: the hand-over moved\n%s\nto\n%s", name, before[name], after)
			}
			if got := published(recompute(w.t, read(w.t, text), "", 0, 0)); got != e.T {
				w.t.Errorf("%s: recomputed T %d, published %d", name, got, e.T)
			}
			if out := excludedOf(e); out[score.OutOtherParty] != 0 {
				w.t.Errorf("%s: excluded %v", name, out)
			}
			w.namesWhatItMay(name, e, today, missed)
		}
		for name, want := range map[string][2]int64{"old party": {6, 4}, "new party": {}, "resident": {}, "centre": {}} {
			o, err := w.store.Overview(w.t.Context(), viewers[name])
			if err != nil || o.HandedOver30d != want[0] || o.HandedMissed30d != want[1] {
				w.t.Errorf("%s: handed over %d, missed %d, %v", name, o.HandedOver30d, o.HandedMissed30d, err)
			}
		}
		// The next party's own clock: it reaches one reporter in its time, and that is one more, not one instead.
		w.write(func(tx storage.Tx) error {
			return tx.DB().Table("tickets").Where("id = ?", missed[0].ID).Updates(map[string]any{"contacted_at": noon}).Error
		})
		e, _ := w.explain(officer, 1)
		var was []any
		_ = json.Unmarshal([]byte(before["centre"]), &was)
		rate := was[0].([]any)[0].(map[string]any)
		if grown := plusOne(w, rate["numerator"]) + " " + plusOne(w, rate["denominator"]); grown != e.Rates[0].Numerator+" "+e.Rates[0].Denominator {
			w.t.Errorf("one more was reached: %s of %s, want %s", e.Rates[0].Numerator, e.Rates[0].Denominator, grown)
		}
	})
}

func plusOne(w *world, v any) string {
	x := number(w.t, v.(string))
	return score.Exact(x.Add(x, number(w.t, "1")))
}

// namesWhatItMay: the confirmed ticket of the day stands behind the score, the misses stand there as an earlier party's, and
// the old party, to which those tickets are closed, reads neither their ids nor their numbers.
func (w *world) namesWhatItMay(name string, e score.Explanation, today ticket.Ticket, missed []ticket.Ticket) {
	w.t.Helper()
	var earlier int64
	named := map[int64]bool{}
	for _, line := range e.Lines {
		named[line.TicketID] = true
		if line.Earlier {
			earlier += line.Count
		}
		if line.Earlier && name == "old party" && (line.TicketID != 0 || line.Number != "") {
			w.t.Errorf("the old party is told of a ticket that it may not see any more: %+v", line)
		}
	}
	if earlier != 7 { // contact of five (two of them misses), the result of the two whose time was over
		w.t.Errorf("%s: %d lines of an earlier party", name, earlier)
	}
	for _, one := range missed {
		if sees := name == "new party" || name == "centre"; sees && !named[one.ID] {
			w.t.Errorf("%s: miss of %d is not named", name, one.ID)
		}
	}
	if sees := name == "old party" || name == "centre"; sees && !named[today.ID] {
		w.t.Errorf("%s: the ticket confirmed before the hand-over is not behind the score", name)
	}
	for _, gain := range e.WhatMovesIt {
		if gain.TicketID == missed[0].ID && gain.Rate == score.Response && gain.Gain > 500 {
			w.t.Errorf("%s: what is over would still move the score: %+v", name, gain)
		}
	}
}

// What an office has to take away from a party was neither answered nor solved by it, also where the time for that was not over:
// to be relieved of a matter must not be better than to have kept it. The next party begins with clocks of its own.
func TestWhatIsTakenAwayCountsAsMissed(t *testing.T) {
	each(t, func(w *world) {
		keep := tickets.New(w.db, noPhotos{}, []byte("0123456789abcdef0123456789abcdef"))
		w.write(tickets.SeedCatalogue)
		w.write(storage.SeedCalendar)
		w.history(1, operator1)
		lying := w.file(1, operator1, hours(-10), func(t *ticket.Ticket) {
			t.ReporterID = 1
			t.AcknowledgedAt, t.ContactedAt, t.State, t.NextStep, t.NextDue = nil, nil, ticket.Dispatched, ticket.NextAcknowledge, ptr(hours(-9))
		})
		before, _ := w.explain(officer, 1)
		_, err := keep.Redispatch(w.t.Context(), officer, lying.ID, ticket.Redispatching{PartyID: operator2, Note: "无人接单"})
		if err != nil {
			w.t.Fatal(err)
		}
		after, text := w.explain(officer, 1)
		for i := range 2 { // response and resolution
			was, is := number(w.t, before.Rates[i].Denominator), number(w.t, after.Rates[i].Denominator)
			if is.Sub(is, was).Cmp(number(w.t, "1")) != 0 || after.Rates[i].Numerator != before.Rates[i].Numerator {
				w.t.Errorf("%s: %s of %s, was %s of %s", after.Rates[i].Name, after.Rates[i].Numerator, after.Rates[i].Denominator, before.Rates[i].Numerator, before.Rates[i].Denominator)
			}
		}
		if got := published(recompute(w.t, read(w.t, text), "", 0, 0)); got != after.T {
			w.t.Errorf("recomputed T %d, published %d", got, after.T)
		}
	})
}

// A hand-over does not tidy a party away: who had not done what was due stays among those that leave most waiting, for whoever
// oversees the place and nobody else; the figure opens the matters behind it, page by page, and those alone.
func TestMissesOfTheOldPartyStayAmongTheWorst(t *testing.T) {
	each(t, func(w *world) {
		_, missed := w.busy()
		w.handOver("2026-11-22")
		townOfficer := models.Actor{AccountID: 906, Held: []models.Held{held(models.TownOfficer, models.ScopeTown, town)}}
		elsewhere := models.Actor{AccountID: 907, Held: []models.Held{held(models.TownOfficer, models.ScopeTown, town+70)}}
		ids := func(a models.Actor, from string, limit int) (found []int64, next string) {
			w.t.Helper()
			page, err := w.store.MissedBefore(w.t.Context(), a, operator1, from, limit)
			if err != nil {
				w.t.Fatal(err)
			}
			for _, one := range page.Items {
				if len(one.Missed) == 0 || one.EstateName == "" || one.ToPartyName == "" || !one.At.Equal(noon) {
					w.t.Errorf("%+v", one)
				}
				found = append(found, one.TicketID)
			}
			return found, page.Next
		}
		for name, v := range map[string]struct {
			a    models.Actor
			want int64
		}{
			"centre": {officer, 4}, "town": {townOfficer, 4}, "station": {stationStaff, 4},
			"another town": {elsewhere, 0}, "old party": {operator, 0}, "new party": {rival, 0},
		} {
			o, err := w.store.Overview(w.t.Context(), v.a)
			if err != nil {
				w.t.Fatal(err)
			}
			var figure, others int64
			for _, load := range o.Worst {
				if load.HandlingPartyID == operator1 {
					figure = load.HandedMissed30d
				} else {
					others += load.HandedMissed30d
				}
			}
			found, next := ids(v.a, "", 100)
			if figure != v.want || others != 0 || int64(len(found)) != v.want || next != "" {
				w.t.Errorf("%s: the figure says %d (others %d) and opens %d, want %d", name, figure, others, len(found), v.want)
			}
			for _, one := range missed {
				if slices.Contains(found, one.ID) != (v.want > 0) {
					w.t.Errorf("%s: %d among %v", name, one.ID, found)
				}
			}
		}
		var paged []int64
		for from := ""; ; {
			some, next := ids(officer, from, 3)
			if paged = append(paged, some...); next == "" {
				break
			}
			from = next
		}
		if whole, _ := ids(officer, "", 100); !slices.Equal(paged, whole) {
			w.t.Errorf("by pages %v, at once %v", paged, whole)
		}
		if _, err := w.store.MissedBefore(w.t.Context(), officer, operator1, "９", 10); models.CodeOf(err) != "request.bad_cursor" {
			w.t.Errorf("%v", err)
		}
		if _, err := w.store.MissedBefore(w.t.Context(), officer, 4711, "", 10); models.CodeOf(err) != "handling_party.not_found" {
			w.t.Errorf("%v", err)
		}
	})
}

// Whoever takes over an estate has all of its open matters at once, with clocks of its own. That these run out within the hour does
// not make it the one that leaves most waiting: what it took over counts in the order from the working day after the next on. The
// figures themselves, and the lists that they open, hold every matter.
func TestWhoJustTookOverDoesNotLeadTheWorst(t *testing.T) {
	each(t, func(w *world) {
		for range 3 {
			w.file(1, operator1, hours(-30), func(t *ticket.Ticket) {
				t.ContactedAt, t.AcknowledgedAt, t.State, t.Urgency, t.ReporterID = nil, nil, ticket.Dispatched, "u2", 1
			})
		}
		lying := w.file(3, station, hours(-300), func(t *ticket.Ticket) { t.ContactedAt, t.AcknowledgedAt, t.State = nil, nil, ticket.Dispatched })
		w.handOver("2026-11-22")
		// What was taken over is late by now, as an hour later it would be.
		late := func(at time.Time) {
			w.write(func(tx storage.Tx) error {
				return tx.DB().Exec("UPDATE tickets SET dispatched_at = ?, acknowledge_due = ?, next_due = ? WHERE handling_party_id = ?", at, hours(-1), hours(-1), operator2).Error
			})
			w.write(func(tx storage.Tx) error { return tx.DB().Exec("UPDATE handed_over_tickets SET at = ?", at).Error })
		}
		worst := func() (order []int64, load score.PartyLoad) {
			o, err := w.store.Overview(w.t.Context(), officer)
			if err != nil {
				w.t.Fatal(err)
			}
			for _, one := range o.Worst {
				order = append(order, one.HandlingPartyID)
				if one.HandlingPartyID == operator2 {
					load = one
				}
			}
			return order, load
		}
		late(hours(-2)) // Sunday: it has Monday too
		order, load := worst()
		if !slices.Equal(order, []int64{station, operator1, operator2}) {
			w.t.Errorf("order %v: the party that took over today is not the worst; lying is %d", order, lying.ID)
		}
		if load.Unanswered != 3 || load.Overdue != 3 || load.TakenOver != 3 || load.TakenOverUnanswered != 3 || load.TakenOverOverdue != 3 {
			w.t.Errorf("%+v", load)
		}
		late(hours(-24 * 3)) // Thursday: Friday is over
		order, load = worst()
		if order[0] != operator2 || load.TakenOver != 0 || load.Unanswered != 3 {
			w.t.Errorf("order %v, %+v: after its working day it answers for what it has", order, load)
		}
	})
}
