package ticket_test

import (
	"encoding/json"
	"testing"
	"time"

	"linli/models"
	"linli/models/ticket"
	"linli/storage"
)

func (w *world) callbackList(t *testing.T, a models.Actor) ticket.CallbackList {
	t.Helper()
	list, err := w.store.Callbacks(t.Context(), a)
	if err != nil {
		t.Fatal(err)
	}
	if n, err := w.store.CallbacksWaiting(t.Context(), a); err != nil || n != list.Waiting {
		t.Errorf("%d wait, the list says %d: %v", n, list.Waiting, err)
	}
	return list
}

// A station that is itself complained of sees nothing move when its matter is closed and asked about, nor does anybody else below
// the centre: neither the town's figures nor the county's, until a month is over, and then from ten on.
func TestFiguresDoNotTellOfSingleCallbacks(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		below := map[string]models.Actor{"the station": w.StationStaff, "another station": w.OtherStationStaff, "the town": w.TownOfficer}
		figures := func(a models.Actor) string {
			list := w.callbackList(t, a)
			b, _ := json.Marshal([]any{list.Centre, list.Towns})
			return string(b)
		}
		before := map[string]string{}
		for name, a := range below {
			before[name] = figures(a)
		}
		same := func(when string) {
			t.Helper()
			for name, a := range below {
				if now := figures(a); now != before[name] {
					t.Errorf("%s reads %s: %s, before %s", name, when, now, before[name])
				}
			}
		}
		f := w.filing("CLN-02")
		f.BuildingID = w.OwnerlessBuilding.ID
		own := w.file(t, w.Resident, f)
		w.move(t, w.StationStaff, own.ID, ticket.Acknowledge, "")
		if _, err := w.store.SayDone(t.Context(), w.StationStaff, own.ID, ticket.DoneSaying{ClientID: clientID(), Result: "扫干净了"}, nil); err != nil {
			t.Fatal(err)
		}
		w.confirm(t, own.ID, 5)
		same("at the closing")
		counts := func(a models.Actor) ticket.CallbackCounts {
			t.Helper()
			list := w.callbackList(t, a)
			if len(list.Towns) != 1 || list.Towns[0].Town.Counts == nil {
				t.Fatalf("%+v", list.Towns)
			}
			return *list.Towns[0].Town.Counts
		}
		for name, a := range map[string]models.Actor{"the centre": w.Officer, "an auditor": w.Auditor} {
			if got := counts(a); got.Open != 1 {
				t.Errorf("%s does not read what is open: %+v", name, got)
			}
		}
		if _, err := w.tells(t, w.TownOfficer, w.drawn(t, own.ID).ID, ticket.CallbackTelling{Result: ticket.CallbackSolved}); err != nil {
			t.Fatal(err)
		}
		same("after the call")
		if got := counts(w.Officer); got.Open != 0 || got.Solved != 1 {
			t.Errorf("the centre reads %+v", got)
		}
		w.clock.Advance(31 * 24 * time.Hour)
		same("when the month is over, of one")

		for range 9 {
			id := w.confirmed(t, "CLN-02", 5).ID
			c := w.drawn(t, id)
			if _, err := w.tells(t, w.StationStaff, c.ID, ticket.CallbackTelling{Result: ticket.CallbackSolved}); err != nil {
				t.Fatal(err)
			}
			// As if the town had asked: it is its tenth with the one above.
			err := w.db.Write(t.Context(), func(tx storage.Tx) error {
				return tx.DB().Exec("UPDATE callbacks SET level = ? WHERE id = ?", ticket.LevelTown, c.ID).Error
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		same("of ten, in the month that still runs")
		w.clock.Advance(31 * 24 * time.Hour)
		for name, a := range below {
			list := w.callbackList(t, a)
			town := list.Towns[0]
			if town.Town.Due != 10 || town.Town.Reached != 10 || town.Town.ShareBP == nil || town.Town.Counts != nil || !town.Stations.TooFew || !list.Centre.TooFew {
				t.Errorf("%s reads, when the month is over, %+v", name, town)
			}
		}
	})
}

// Neither a low rating nor that it was none is told to the station that has to ask; its day is that of the closing.
func TestTheListTellsNoStars(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		id := int64(0)
		for w.drawn(t, id).ID != 0 || id == 0 { // one that the sample leaves alone
			id = w.confirmed(t, "REP-01", 5).ID
		}
		closed := models.DateOf(w.clock.Now())
		w.clock.Advance(3 * 24 * time.Hour)
		w.confirm(t, id, 1)
		if c := w.drawn(t, id); c.Why != ticket.CallbackLowRating {
			t.Fatalf("%+v", c)
		}
		for _, item := range w.callbackList(t, w.StationStaff).Items {
			if item.Why != ticket.CallbackDrawn {
				t.Errorf("the station reads %q", item.Why)
			}
			if item.TicketID == id && item.ClosedOn != closed {
				t.Errorf("closed on %s, the list says %s", closed, item.ClosedOn)
			}
		}
	})
}

// What waits is as many as the list holds.
func TestTheNumberThatWaitsIsThatOfTheList(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for range 3 {
			w.confirmed(t, "CLN-02", 5)
		}
		if list := w.callbackList(t, w.StationStaff); list.Waiting != 3 || len(list.Items) != 3 || len(list.Towns) == 0 {
			t.Errorf("%d wait, %d shown, %d towns", list.Waiting, len(list.Items), len(list.Towns))
		}
	})
}
