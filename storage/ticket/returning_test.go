package ticket_test

import (
	"slices"
	"testing"
	"time"

	"linli/models"
	"linli/models/ticket"
	"linli/storage"
)

func TestReturnIsDecidedByADispatcher(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		other := w.RivalStaff.Parties[0] // whoever else could answer
		view := w.file(t, w.Resident, w.filing("ORD-02"))
		if _, err := w.store.ReturnTicket(t.Context(), w.Staff, view.ID, ticket.ReturnAsked{ProposedPartyID: other, Reason: " "}); models.CodeOf(err) != "ticket.text_required" {
			t.Errorf("returned without a reason: %v", err)
		}
		if _, err := w.store.ReturnTicket(t.Context(), w.Staff, view.ID, ticket.ReturnAsked{ProposedPartyID: view.HandlingParty.ID, Reason: "不归我管"}); models.CodeOf(err) != "ticket.return_to_itself" {
			t.Errorf("returned to itself: %v", err)
		}
		if _, err := w.store.ReturnTicket(t.Context(), w.Staff, view.ID, ticket.ReturnAsked{ProposedPartyID: 999999, Reason: "不归我管"}); models.CodeOf(err) != "ticket.unknown_party" {
			t.Errorf("returned to nobody: %v", err)
		}
		if _, err := w.store.ReturnTicket(t.Context(), w.OtherStationStaff, view.ID, ticket.ReturnAsked{ProposedPartyID: other, Reason: "不归我管"}); models.KindOf(err) != models.NotFound {
			t.Errorf("another station returned it: %v", err)
		}
		back, err := w.store.ReturnTicket(t.Context(), w.Staff, view.ID, ticket.ReturnAsked{ProposedPartyID: other, Reason: "群租属于治安管理"})
		if err != nil || back.State != ticket.Returned || !back.ResolveDue.Equal(view.ResolveDue) {
			t.Fatalf("%s, to be solved by %s, was %s (%v)", back.State, back.ResolveDue, view.ResolveDue, err)
		}
		for name, a := range map[string]models.Actor{"the party itself": w.Staff, "the reporter": w.Resident, "a station elsewhere": w.OtherStationStaff} {
			if _, err := w.store.DecideReturn(t.Context(), a, view.ID, ticket.ReturnDecision{PartyID: other}); err == nil {
				t.Errorf("%s decided", name)
			}
		}
		seen, err := w.store.Ticket(t.Context(), w.StationStaff, view.ID)
		if err != nil || seen.Return == nil || seen.Return.ProposedID != other || seen.Return.Reason != "群租属于治安管理" {
			t.Fatalf("the dispatcher sees %+v (%v)", seen.Return, err)
		}
		if mine, _ := w.store.Ticket(t.Context(), w.Resident, view.ID); mine.Return != nil {
			t.Error("the reporter is shown who pushes it to whom")
		}
		w.clock.At = w.clock.At.Add(time.Hour)
		given, err := w.store.DecideReturn(t.Context(), w.StationStaff, view.ID, ticket.ReturnDecision{PartyID: other, Version: seen.Version})
		if err != nil || given.HandlingParty.ID != other || given.State != ticket.Dispatched || !given.ResolveDue.Equal(view.ResolveDue) || !given.RespondDue.Equal(view.RespondDue) {
			t.Fatalf("%+v (%v)", given.HandlingParty, err)
		}
		if _, err := w.store.Ticket(t.Context(), w.Staff, view.ID); models.KindOf(err) != models.NotFound {
			t.Errorf("the old party still reads it: %v", err)
		}
		if _, err := w.store.ReturnTicket(t.Context(), w.RivalStaff, view.ID, ticket.ReturnAsked{ProposedPartyID: view.HandlingParty.ID, Reason: "也不归我们"}); models.CodeOf(err) != "ticket.return_decided" {
			t.Errorf("pushed back after the decision: %v", err)
		}
	})
}

func TestReturnRefusedStaysWithTheParty(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		other := w.RivalStaff.Parties[0] // whoever else could answer
		view := w.file(t, w.Resident, w.filing("REP-01"))
		w.move(t, w.Staff, view.ID, ticket.Acknowledge, "")
		if _, err := w.store.ReturnTicket(t.Context(), w.Staff, view.ID, ticket.ReturnAsked{ProposedPartyID: other, Reason: "路灯不是我们的"}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.store.DecideReturn(t.Context(), w.StationStaff, view.ID, ticket.ReturnDecision{PartyID: view.HandlingParty.ID}); models.CodeOf(err) != "ticket.note_required" {
			t.Errorf("refused without words: %v", err)
		}
		kept, err := w.store.DecideReturn(t.Context(), w.StationStaff, view.ID, ticket.ReturnDecision{PartyID: view.HandlingParty.ID, Note: "楼道灯按合同由物业维修"})
		if err != nil || kept.HandlingParty.ID != view.HandlingParty.ID || kept.State != ticket.Dispatched || kept.Return != nil {
			t.Fatalf("%+v (%v)", kept, err)
		}
		if _, err := w.store.ReturnTicket(t.Context(), w.Staff, view.ID, ticket.ReturnAsked{ProposedPartyID: other, Reason: "还是不归我管"}); models.CodeOf(err) != "ticket.return_decided" {
			t.Errorf("returned twice: %v", err)
		}
		w.done(t, view.ID) // and it can be worked on to its end
	})
}

func TestReturnTooLate(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		other := w.RivalStaff.Parties[0] // whoever else could answer
		filed := w.clock.At              // a Wednesday, noon
		for category, late := range map[string]time.Time{
			"REP-08": filed.Add(31 * time.Minute),                                 // u2
			"REP-01": models.EndOfDay(filed.Add(24 * time.Hour)).Add(time.Second), // u3r: one working day
		} {
			w.clock.At = filed
			view := w.file(t, w.Resident, w.filing(category))
			w.clock.At = late
			if _, err := w.store.ReturnTicket(t.Context(), w.Staff, view.ID, ticket.ReturnAsked{ProposedPartyID: other, Reason: "不归我管"}); models.CodeOf(err) != "ticket.return_too_late" {
				t.Errorf("%s returned at %s: %v", category, late, err)
			}
		}
	})
}

// The estate goes to the next party while a return waits: that return is over, and the next party may return the ticket in
// its turn. A database from before that rule still has such a return waiting.
func TestAReturnEndsWithTheHandOver(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		id := w.file(t, w.Resident, w.filing("REP-01")).ID
		give := func(a models.Actor) {
			t.Helper()
			_, err := w.store.ReturnTicket(t.Context(), a, id, ticket.ReturnAsked{Reason: "不归我们管", ProposedPartyID: w.TownParty.ID})
			if err != nil {
				t.Fatal(err)
			}
		}
		outcomes := func() (all []string) {
			w.read(t, func(tx storage.Tx) error {
				return tx.DB().Table("ticket_returns").Where("ticket_id = ?", id).Order("id").Pluck("outcome", &all).Error
			})
			return all
		}
		give(w.Staff)
		w.handOver(t, w.Estate.ID, w.Rival)
		if got := outcomes(); !slices.Equal(got, []string{"overtaken"}) {
			t.Errorf("after the hand-over: %v", got)
		}
		err := w.db.Write(t.Context(), func(tx storage.Tx) error { // as it was left before
			return tx.DB().Exec("UPDATE ticket_returns SET outcome = 'waiting' WHERE ticket_id = ?", id).Error
		})
		if err != nil {
			t.Fatal(err)
		}
		give(w.RivalStaff)
		if got := outcomes(); !slices.Equal(got, []string{"overtaken", "waiting"}) {
			t.Errorf("after the second return: %v", got)
		}
		if _, err := w.store.DecideReturn(t.Context(), w.Officer, id, ticket.ReturnDecision{PartyID: w.TownParty.ID}); err != nil {
			t.Fatal(err)
		}
		if got := outcomes(); !slices.Equal(got, []string{"overtaken", "granted"}) {
			t.Errorf("after the decision: %v", got)
		}
	})
}
