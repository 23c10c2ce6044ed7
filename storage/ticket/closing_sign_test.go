package ticket_test

import (
	"fmt"
	"testing"
	"time"

	"linli/models"
	"linli/models/ticket"
)

func (w *world) closingSigns(t *testing.T, a models.Actor, sign ticket.ClosingSign, from string, limit int) ticket.ClosingSignPage {
	t.Helper()
	page, err := w.store.ClosingSigns(t.Context(), a, sign, from, limit)
	if err != nil {
		t.Fatal(err)
	}
	return page
}

// What was said to be done at once, or ended in silence without a photo, stands in the centre's list; what took its time and was
// confirmed does not.
func TestClosingsWorthALook(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		slow := w.file(t, w.Resident, w.filing("REP-05"))
		quick := w.file(t, w.Resident, w.filing("REP-01"))
		w.clock.Advance(5 * time.Minute)
		w.done(t, quick.ID)
		silent := w.file(t, w.Resident, w.filing("REP-06"))
		w.clock.Advance(time.Hour)
		w.done(t, slow.ID)
		if _, err := w.store.ConfirmTicket(t.Context(), w.Resident, slow.ID, ticket.Answer{ClientID: clientID(), Closing: 1, Level: 4}); err != nil {
			t.Fatal(err)
		}
		w.silent(t, silent)

		lines := func(page ticket.ClosingSignPage) string {
			text := ""
			for _, item := range page.Items {
				text += fmt.Sprintf("%d %v %d %s; ", item.TicketID, item.Signs, item.Minutes, item.Outcome)
			}
			return text
		}
		of := func(v ticket.View, rest string) string { return fmt.Sprintf("%d %s; ", v.ID, rest) }
		first, second := of(silent, "[no_proof] 60 silent"), of(quick, "[quick] 5 pending")
		all := w.closingSigns(t, w.Officer, "", "", 50)
		if got, want := lines(all), first+second; got != want {
			t.Errorf("the list says %s, want %s", got, want)
		}
		if n := all.Items[0]; n.EstateName == "" || n.PartyName != w.Operator.Name || n.NoPhotoReason == "" || n.Result == "" || n.Number != silent.Number {
			t.Errorf("%+v", n)
		}
		if len(all.Parties) != 1 || all.Parties[0] != (ticket.ClosingSignCounts{PartyID: w.Operator.ID, PartyName: w.Operator.Name, Closings: 3, Quick: 1, NoProof: 1}) {
			t.Errorf("parties: %+v", all.Parties)
		}
		if got := lines(w.closingSigns(t, w.Officer, ticket.SignQuick, "", 50)); got != second {
			t.Errorf("only quick ones: %s", got)
		}
		page := w.closingSigns(t, w.Officer, "", "", 1)
		next := w.closingSigns(t, w.Officer, "", page.Next, 1)
		if lines(page) != first || lines(next) != second || next.Next != "" || len(next.Parties) != 0 {
			t.Errorf("pages: %s, then %s (next %q, %d parties)", lines(page), lines(next), next.Next, len(next.Parties))
		}

		for _, a := range []models.Actor{w.Resident, w.Staff, w.StationStaff, w.TownOfficer} {
			_, err := w.store.ClosingSigns(t.Context(), a, "", "", 50)
			wantCode(t, err, models.Denied, "closing_sign.not_yours_to_read")
		}
		party := w.Officer // whoever works for the party, too, reads nothing about it
		party.Parties = []int64{w.Operator.ID}
		if got := w.closingSigns(t, party, "", "", 50); len(got.Items)+len(got.Parties) != 0 {
			t.Errorf("of his own party he reads %+v", got)
		}
		w.clock.Advance(ticket.ClosingSignDays * 24 * time.Hour)
		if got := w.closingSigns(t, w.Officer, "", "", 50); len(got.Items) != 0 {
			t.Errorf("months later it says %s", lines(got))
		}
	})
}
