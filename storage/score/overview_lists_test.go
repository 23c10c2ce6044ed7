package score

import (
	"testing"
	"time"

	"linli/models"
	"linli/models/ticket"
	tickets "linli/storage/ticket"
)

// TestAFigureAndItsListAreOneSet opens each figure of the overview as the desk does: as many matters as it says, the
// oldest first, and none that the officer filed at home.
func TestAFigureAndItsListAreOneSet(t *testing.T) {
	each(t, func(w *world) {
		w.write(tickets.SeedCatalogue)
		lists := tickets.New(w.db, nil, make([]byte, 32))
		late := func(n int) func(*ticket.Ticket) {
			return func(t *ticket.Ticket) {
				due := hours(n)
				t.AcknowledgedAt, t.ContactedAt, t.AcknowledgeDue, t.NextStep, t.NextDue = nil, nil, due, ticket.NextAcknowledge, &due
			}
		}
		w.history(1, operator1)
		w.file(3, station, hours(-23), late(-22)) // the station's own: the oldest of its desk, not of its community
		w.file(1, operator1, hours(-32), late(-31))
		w.file(1, operator1, hours(-2), func(t *ticket.Ticket) { t.Category = "CLN-01" })
		w.file(2, operator2, hours(-50), func(t *ticket.Ticket) {
			late(-49)(t)
			t.CommunityID = community2
		})
		w.file(3, station, hours(-30), func(t *ticket.Ticket) {
			t.State, t.NextStep, t.NextDue = ticket.DonePendingConfirm, ticket.NextConfirm, ptr(hours(100))
		})
		for _, home := range []models.Actor{stationStaff, operator, officer} { // what they filed at home, elsewhere in the county
			w.file(2, operator2, hours(-60), func(t *ticket.Ticket) {
				late(-59)(t)
				t.CommunityID, t.ReporterID = community2, home.AccountID
			})
		}
		townOfficer := models.Actor{AccountID: 906, Held: []models.Held{held(models.TownOfficer, models.ScopeTown, town)}}
		for name, a := range map[string]models.Actor{"station": stationStaff, "operator": operator, "town": townOfficer, "centre": officer} {
			o, err := w.store.Overview(w.t.Context(), a)
			if err != nil {
				w.t.Fatal(err)
			}
			list := func(q ticket.Query) []ticket.Row {
				w.t.Helper()
				q.Box, q.Limit = ticket.BoxAll, 100
				page, err := lists.Tickets(w.t.Context(), a, q)
				if err != nil {
					w.t.Fatal(err)
				}
				return page.Items
			}
			same := func(what string, figure int64, rows []ticket.Row) {
				w.t.Helper()
				if figure != int64(len(rows)) {
					w.t.Errorf("%s: %s says %d and opens %d", name, what, figure, len(rows))
				}
			}
			same("open", o.Open, list(ticket.Query{Filter: ticket.FilterOpen}))
			same("to confirm", o.WaitingConfirm, list(ticket.Query{Filter: ticket.FilterToConfirm}))
			for filter, figure := range map[ticket.Filter]int64{ticket.FilterOverdue: o.Overdue, ticket.FilterUnanswered: o.Unanswered} {
				rows := list(ticket.Query{Filter: filter})
				same(string(filter), figure, rows)
				for i := range rows[1:] {
					if rows[i].NextDue.After(*rows[i+1].NextDue) {
						w.t.Errorf("%s: %s is not in the order of waiting: %v before %v", name, filter, rows[i].NextDue, rows[i+1].NextDue)
					}
				}
			}
			for _, party := range o.Worst {
				same("open of "+party.Name, party.Open, list(ticket.Query{Filter: ticket.FilterOpen, PartyID: party.HandlingPartyID}))
				same("overdue of "+party.Name, party.Overdue, list(ticket.Query{Filter: ticket.FilterOverdue, PartyID: party.HandlingPartyID}))
				same("unanswered of "+party.Name, party.Unanswered, list(ticket.Query{Filter: ticket.FilterUnanswered, PartyID: party.HandlingPartyID}))
			}
			for _, group := range o.ByGroup {
				same("group "+group.Group, group.Open, list(ticket.Query{Filter: ticket.FilterOpen, Group: group.Group}))
			}
			if first := list(ticket.Query{Filter: ticket.FilterUnanswered})[0]; name == "station" && !first.NextDue.Equal(hours(-31)) {
				w.t.Errorf("the oldest of the community is %v old, not 31 h", noon.Sub(*first.NextDue).Round(time.Hour))
			}
		}
	})
}
