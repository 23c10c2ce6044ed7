package ticket_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"linli/models"
	"linli/models/ticket"
	"linli/storage"
)

func told(asked string) ticket.PressureTold {
	return ticket.PressureTold{ClientID: clientID(), Asked: asked, By: "party", Text: "师傅上门说，撤了才给修"}
}

func (w *world) pressures(t *testing.T, a models.Actor) ticket.PressurePage {
	t.Helper()
	page, err := w.store.Pressures(t.Context(), a, "", 50)
	if err != nil {
		t.Fatal(err)
	}
	return page
}

// looks is everything that people see of a ticket and of the lists it stands in.
func (w *world) looks(t *testing.T, id int64) string {
	t.Helper()
	var all []any
	for _, a := range []models.Actor{w.Staff, w.Resident, w.StationStaff, w.TownOfficer, w.Officer} {
		all = append(all, w.seen(t, a, id))
		for _, box := range []ticket.Box{ticket.BoxMine, ticket.BoxDesk, ticket.BoxAll} {
			if page, err := w.store.Tickets(t.Context(), a, ticket.Query{Box: box, Limit: 20}); err == nil {
				all = append(all, page)
			}
		}
	}
	return asJSON(t, all)
}

func TestPressureLeavesNoTraceOnTheTicket(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		id := w.file(t, w.Resident, w.filing("SVC-02")).ID
		w.clock.At = w.clock.At.Add(time.Hour)
		before := w.looks(t, id)
		if err := w.store.TellPressure(t.Context(), w.Resident, id, told("withdraw")); err != nil {
			t.Fatal(err)
		}
		if after := w.looks(t, id); after != before {
			t.Errorf("something moved: %s\nbefore: %s", after, before)
		}
		// The control: any other word of the reporter is seen.
		if _, err := w.store.SendMessage(t.Context(), w.Resident, id, ticket.Saying{ClientID: clientID(), Text: "请问何时来"}, nil); err != nil {
			t.Fatal(err)
		}
		if w.looks(t, id) == before {
			t.Error("the looks show nothing")
		}
		page := w.pressures(t, w.Officer)
		if len(page.Items) != 1 || page.Items[0].TicketID != id || page.Items[0].Asked != "withdraw" || page.Items[0].PartyName != w.Operator.Name || page.Items[0].Told != 1 || page.Items[0].Text == "" {
			t.Fatalf("the centre reads %+v", page)
		}
		if got := w.pressures(t, w.Auditor); len(got.Items) != 1 {
			t.Errorf("auditors read %+v", got)
		}
	})
}

func TestWhoTellsOfPressureAndWhoReadsIt(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		id := w.file(t, w.Resident, w.filing("SVC-02")).ID
		tell := func(a models.Actor, p ticket.PressureTold) error { return w.store.TellPressure(t.Context(), a, id, p) }
		wantCode(t, tell(w.Staff, told("withdraw")), models.Denied, "pressure.not_yours_to_tell")
		wantCode(t, tell(w.Officer, told("withdraw")), models.Denied, "pressure.not_yours_to_tell")
		wantCode(t, tell(w.Neighbour, told("withdraw")), models.NotFound, "ticket.not_found")
		wantCode(t, tell(w.Resident, told("money")), models.Invalid, "pressure.unknown_choice")
		wantCode(t, tell(w.Resident, ticket.PressureTold{ClientID: clientID(), Asked: "other", By: "party"}), models.Invalid, "ticket.text_required")

		first := told("rating")
		for range 2 { // sent twice, told once
			if err := tell(w.Resident, first); err != nil {
				t.Fatal(err)
			}
		}
		other := first
		other.By = "steward"
		wantCode(t, tell(w.Resident, other), models.Conflict, "ticket.id_conflict")
		for range ticket.PressuresPerTicket - 1 {
			if err := tell(w.Resident, told("confirm")); err != nil {
				t.Fatal(err)
			}
		}
		wantCode(t, tell(w.Resident, told("confirm")), models.Conflict, "pressure.enough")

		for _, a := range []models.Actor{w.Resident, w.Staff, w.StationStaff, w.TownOfficer} {
			_, err := w.store.Pressures(t.Context(), a, "", 50)
			wantCode(t, err, models.Denied, "pressure.not_yours_to_read")
		}
		page := w.pressures(t, w.Officer)
		if len(page.Items) != ticket.PressuresPerTicket || page.Items[0].Told != ticket.PressuresPerTicket {
			t.Fatalf("the centre reads %+v", page.Items)
		}
		two, err := w.store.Pressures(t.Context(), w.Officer, "", 2)
		if err != nil || len(two.Items) != 2 || two.Next == "" {
			t.Fatalf("%+v (%v)", two, err)
		}
		rest, err := w.store.Pressures(t.Context(), w.Officer, two.Next, 50)
		if err != nil || len(rest.Items) != ticket.PressuresPerTicket-2 || rest.Next != "" {
			t.Errorf("the next page is %+v (%v)", rest, err)
		}
		// Whoever holds an office and works for the party reads nothing of what is told of it.
		both := w.Officer
		both.Parties = append(both.Parties, w.Operator.ID)
		if got := w.pressures(t, both); len(got.Items) != 0 {
			t.Errorf("reads what is told of his own party: %+v", got.Items)
		}

		settle := func(a models.Actor, words string) error {
			_, err := w.store.SettlePressure(t.Context(), a, page.Items[0].ID, ticket.PressureFinding{Finding: words})
			return err
		}
		wantCode(t, settle(w.Staff, "没有"), models.NotFound, "pressure.not_found")
		wantCode(t, settle(both, "没有"), models.NotFound, "pressure.not_found")
		wantCode(t, settle(w.Auditor, "没有"), models.Denied, "pressure.not_yours_to_settle")
		wantCode(t, settle(w.Officer, " "), models.Invalid, "ticket.text_required")
		if err := settle(w.Officer, "已约谈项目经理"); err != nil {
			t.Fatal(err)
		}
		wantCode(t, settle(w.Officer, "再写一次"), models.Conflict, "pressure.settled")
		if got := w.pressures(t, w.Officer).Items[0]; got.Finding != "已约谈项目经理" || got.FoundOn == nil {
			t.Errorf("the finding is %+v", got)
		}
		// The ledger holds that somebody told, and of what; never his words, nor the centre's.
		var lines []string
		err = w.db.Read(t.Context(), func(tx storage.Tx) error {
			return tx.DB().Raw("SELECT l.data || p.note FROM ledger l JOIN ledger_private p ON p.ledger_id = l.id WHERE l.noun = 'ticket_pressure' ORDER BY l.id LIMIT 20").Scan(&lines).Error
		})
		if err != nil || len(lines) != ticket.PressuresPerTicket+1 {
			t.Fatalf("%d lines (%v)", len(lines), err)
		}
		for _, line := range lines {
			if strings.Contains(line, "师傅上门") || strings.Contains(line, "约谈") {
				t.Errorf("the ledger holds words: %s", line)
			}
		}
	})
}

func TestTheCentreDoesNotReadWhatIsToldOfItself(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		id := w.file(t, w.Resident, w.filing("SVC-02")).ID
		err := w.db.Write(t.Context(), func(tx storage.Tx) error {
			return tx.DB().Exec("UPDATE tickets SET handling_party_id = ? WHERE id = ?", w.Centre.ID, id).Error
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := w.store.TellPressure(t.Context(), w.Resident, id, told("withdraw")); err != nil {
			t.Fatal(err)
		}
		colleague := w.Officer
		colleague.Parties = nil
		for name, a := range map[string]models.Actor{"an officer of the centre": w.Officer, "one who is on no list of its staff": colleague} {
			if got := w.pressures(t, a); len(got.Items) != 0 {
				t.Errorf("%s reads %+v", name, got.Items)
			}
		}
		if got := w.pressures(t, w.Auditor); len(got.Items) != 1 {
			t.Errorf("the level above reads %+v", got.Items)
		}
	})
}

func TestWithdrawnSoonAfterAContactIsASign(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		withdrawn := func(after time.Duration, contact bool) int64 {
			id := w.file(t, w.Resident, w.filing("SVC-02")).ID
			if contact {
				w.move(t, w.Resident, id, ticket.ContactConfirm, "")
			}
			w.clock.At = w.clock.At.Add(after)
			w.move(t, w.Resident, id, ticket.Withdraw, "")
			return id
		}
		withdrawn(time.Hour, false)
		withdrawn(ticket.SoonAfterContact+time.Minute, true)
		want := withdrawn(ticket.SoonAfterContact, true)
		signs := w.pressures(t, w.Officer).Signs
		if len(signs) != 1 || signs[0].TicketID != want || signs[0].PartyName != w.Operator.Name {
			t.Fatalf("signs: %+v, wanted ticket %d", signs, want)
		}
		w.clock.At = w.clock.At.AddDate(0, 0, ticket.SignDays+1)
		if signs := w.pressures(t, w.Officer).Signs; len(signs) != 0 {
			t.Errorf("still a sign after a month: %+v", signs)
		}
	})
}

func TestTheLedgerNamesTheRoleInWhichPressureWasTold(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		f := w.filing("REP-01")
		f.OnBehalf = &ticket.OnBehalf{Name: "孙秀英", Consent: "spoken"}
		for _, one := range []struct {
			a  models.Actor
			id int64
		}{{w.Resident, w.file(t, w.Resident, w.filing("SVC-02")).ID}, {w.Steward, w.file(t, w.Steward, f).ID}} {
			if err := w.store.TellPressure(t.Context(), one.a, one.id, told("withdraw")); err != nil {
				t.Fatal(err)
			}
		}
		var roles []models.Role
		err := w.db.Read(t.Context(), func(tx storage.Tx) error {
			return tx.DB().Table("ledger").Where("noun = 'ticket_pressure'").Order("id").Limit(5).Pluck("actor_role", &roles).Error
		})
		if err != nil || !slices.Equal(roles, []models.Role{models.Resident, models.BuildingSteward}) {
			t.Errorf("roles %v (%v)", roles, err)
		}
	})
}
