package score

import (
	"encoding/json"
	"testing"
	"time"

	"linli/models"
	"linli/models/score"
	"linli/models/ticket"
	"linli/storage"
)

func (w *world) giveBack(t ticket.Ticket, from int64, at time.Time, outcome ticket.ReturnOutcome) {
	w.t.Helper()
	w.insert(&ticket.Returning{
		TicketID: t.ID, FromPartyID: from, ProposedPartyID: gas, Reason: "不归我们管", AskedBy: 1, AskedAt: at, Outcome: outcome, ToPartyID: gas, DecidedAt: ptr(at.Add(time.Hour)),
	})
}

func shown(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// What is published beside the score, from the rows that the program keeps.
func TestFiguresBesideTheScore(t *testing.T) {
	each(t, func(w *world) {
		solved := w.history(1, operator1) // twelve, reached after an hour and done after ten; one more is overdue
		w.write(func(tx storage.Tx) error {
			return tx.DB().Table("ticket_closings").Where("ticket_id = ?", solved[3].ID).Update("outcome", ticket.OutcomeSentBack).Error
		})
		w.rate(solved[0], 10, 5, hours(-200))
		away := w.file(1, gas, hours(-90), nil)
		w.giveBack(away, operator1, hours(-89), ticket.ReturnGranted)
		w.giveBack(solved[1], operator1, hours(-239), ticket.ReturnRefused)
		theirs := w.file(1, gas, hours(-80), nil)
		w.giveBack(theirs, gas, hours(-79), ticket.ReturnRefused)
		w.giveBack(w.file(2, operator2, hours(-80), nil), operator2, hours(-79), ticket.ReturnRefused) // of another place
		stood, went := hours(-20), hours(-10)
		w.insert(&ticket.Suspending{TicketID: solved[2].ID, EstateID: 1, PartyID: operator1, State: ticket.SuspensionEnded, AskedAt: stood, DecidedAt: &stood, Cause: ticket.CauseFund, EndedAt: &went, EndedWhy: ticket.EndCleared})

		want := `"return_share":{"x":2,"n":14,"bp":1429},"reopen_share":{"x":1,"n":12,"bp":833},` +
			`"suspended_share":{"x":1,"n":15,"bp":667,"days":365,"flag_bp":1000,"flagged":false},` +
			`"median_hours_contact":{"n":13,"hours":1},"median_hours_resolve":{"n":11,"hours":10},"tickets_per_100_households":{"tickets":13,"households":300,"per_100":433}}`
		for name, v := range map[string]struct {
			a     models.Actor
			rated string
		}{
			"centre":   {officer, `{"rated_share":{"x":1,"n":12,"bp":833},`},
			"operator": {operator, `{"rated_share":{"x":0,"n":0,"note":"not_released"},`},
			"resident": {resident, `{"rated_share":{"x":0,"n":0,"note":"not_released"},`},
		} {
			e, _ := w.explain(v.a, 1)
			if got := shown(w.t, e.Figures); got != v.rated+want {
				w.t.Errorf("%s:\n%s\nwant\n%s", name, got, v.rated+want)
			}
		}

		// Nobody knows the homes of one of the two buildings of the package: of so many homes nothing is said.
		w.history(3, station)
		together, _ := w.explain(resident, 4)
		w.write(func(tx storage.Tx) error {
			return tx.DB().Table("estates").Where("id = 4").Update("households", 0).Error
		})
		unknown, _ := w.explain(resident, 3)
		if together.Figures.Per100 == nil || together.Figures.Per100.Households != 600 || unknown.Figures.Per100 != nil {
			w.t.Errorf("homes of a package: %+v, then %+v", together.Figures.Per100, unknown.Figures.Per100)
		}
		if none, _ := w.explain(resident, 5); none.Figures.MedianHoursContact != (score.SpellView{Note: "small_sample"}) {
			w.t.Errorf("no tickets: %+v", none.Figures)
		}
	})
}

// How many answers had stars is frozen with the released cell: neither another rating, nor another answer, nor one that is
// changed afterwards moves it before the next release.
func TestTheRatedShareMovesWithItsCell(t *testing.T) {
	each(t, func(w *world) {
		solved := w.history(1, operator1)
		for n, one := range solved[:10] {
			w.rate(one, int64(100+n), 5, hours(-200))
		}
		w.insert(&ticket.Rating{AuthorID: 1, ClientID: w.clientID(), Kind: "general", EstateID: 1, UnitID: 77, Weight: "volunteer", Level: 2, Period: "2026-11", At: hours(-9)})
		rated := func(a models.Actor) string {
			e, _ := w.explain(a, 1)
			return shown(w.t, e.Figures.RatedShare)
		}
		before := rated(operator)
		if w.release() != 1 {
			w.t.Fatal("ten households open the cell")
		}
		frozen := `{"x":10,"n":12,"bp":8333}`
		if got := rated(operator); before != `{"x":0,"n":0,"note":"not_released"}` || got != frozen {
			w.t.Fatalf("before the release %s, after it %s", before, got)
		}
		more := w.file(1, operator1, hours(-60), nil)
		w.solve(more, ticket.OutcomeConfirmed, "normal")
		w.rate(more, 130, 1, hours(-30))
		w.write(func(tx storage.Tx) error { // one that had stars is sent back after all
			return tx.DB().Table("ticket_closings").Where("ticket_id = ?", solved[0].ID).Updates(map[string]any{"outcome": ticket.OutcomeSentBack, "answered_at": noon}).Error
		})
		w.rate(solved[11], 131, 1, hours(-20))
		for name, a := range map[string]models.Actor{"operator": operator, "resident": resident, "station": stationStaff} {
			if got := rated(a); w.release() != 0 || got != frozen {
				w.t.Errorf("%s: the share moved to %s", name, got)
			}
		}
		if now := rated(officer); now != `{"x":12,"n":13,"bp":9231}` {
			w.t.Errorf("the centre reads %s", now)
		}
		for n := range 3 {
			w.rate(solved[n], int64(140+n), 4, hours(-10))
		}
		if w.release() != 1 || rated(operator) != `{"x":12,"n":13,"bp":9231}` {
			w.t.Errorf("five new households: %s", rated(operator))
		}
	})
}

// A complaint tells its days, read from the row and, after a hand-over, from the look that the old party keeps.
func TestAComplaintTellsItsDays(t *testing.T) {
	each(t, func(w *world) {
		for n := range 6 {
			w.file(1, operator1, hours(-200-n), func(t *ticket.Ticket) {
				t.Kind, t.Category, t.Urgency, t.Protected, t.ReporterID = ticket.Complaint, "CLN-02", "u3c", true, 1
			})
		}
		hour := `{"n":6,"hours":24}`
		if e, _ := w.explain(resident, 1); shown(w.t, e.Figures.MedianHoursContact) != hour {
			w.t.Errorf("reached after an hour: %s", shown(w.t, e.Figures.MedianHoursContact))
		}
		w.handOver("2026-11-22")
		if e, _ := w.explain(resident, 1); shown(w.t, e.Figures.MedianHoursContact) != hour {
			w.t.Errorf("after the hand-over: %s", shown(w.t, e.Figures.MedianHoursContact))
		}
	})
}
