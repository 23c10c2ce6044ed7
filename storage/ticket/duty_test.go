package ticket_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"linli/models"
	"linli/models/place"
	"linli/storage"
	places "linli/storage/place"
)

// Canaries of the person on duty.
const (
	dutyName  = "端木值守"
	dutyPhone = "0379-67907788"
)

// keepRoster gives a party a roster of one person at all hours, as its own people would write it.
func (w *world) keepRoster(t *testing.T, partyID int64, lines ...place.ShiftWish) {
	t.Helper()
	manager := models.Actor{AccountID: w.Staff.AccountID, Parties: []int64{partyID}, Held: []models.Held{{Role: models.OperatorManager, ScopeKind: models.ScopeHandlingParty, ScopeID: partyID, Approved: true}}}
	for i := range lines {
		if lines[i].Weekdays == "" {
			lines[i].Weekdays, lines[i].ValidFrom = "1234567", "2026-01-01"
		}
	}
	err := w.db.Write(t.Context(), func(tx storage.Tx) error {
		_, err := places.New(w.db, places.Options{}).SetRosterIn(tx, manager, partyID, place.RosterWish{Shifts: lines})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Who waits for help is told whom to call now; nobody else learns from the ticket who that is, and of nobody more than the
// family name.
func TestWhoIsToldWhoIsOnDuty(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.keepRoster(t, w.Operator.ID, place.ShiftWish{Name: dutyName, Title: "夜班班长", Phone: dutyPhone, FromTime: "00:00", ToTime: "00:00"})
		urgent := w.file(t, w.Resident, w.filing("SAFE-05"))
		ordinary := w.file(t, w.Resident, w.filing("REP-01"))
		if d := urgent.OnDuty; d == nil || d.Title != "夜班班长" || d.NameMasked != "端木*" || d.Phone != dutyPhone {
			t.Fatalf("the reporter is told %+v", d)
		}
		if ordinary.OnDuty != nil {
			t.Errorf("an ordinary matter tells %+v", ordinary.OnDuty)
		}
		told := func(a models.Actor, id int64) bool {
			t.Helper()
			view, err := w.store.Ticket(t.Context(), a, id)
			if err != nil {
				return false
			}
			whole, _ := json.Marshal(view)
			if strings.Contains(string(whole), dutyName) {
				t.Errorf("account %d reads the whole name", a.AccountID)
			}
			if strings.Contains(string(whole), dutyPhone) != (view.OnDuty != nil) {
				t.Errorf("account %d reads the number elsewhere", a.AccountID)
			}
			return view.OnDuty != nil
		}
		for name, c := range map[string]struct {
			who  models.Actor
			told bool
		}{
			"reporter": {w.Resident, true}, "station": {w.StationStaff, true}, "centre": {w.Officer, true},
			"the party itself": {w.Staff, false}, "steward": {w.Steward, false}, "rival": {w.RivalStaff, false}, "neighbour": {w.Neighbour, false}, "other station": {w.OtherStationStaff, false},
		} {
			if told(c.who, urgent.ID) != c.told || told(c.who, ordinary.ID) {
				t.Errorf("%s: told of the urgent one %v, of the ordinary one %v", name, told(c.who, urgent.ID), told(c.who, ordinary.ID))
			}
		}
		// Once it is done there is nobody to call.
		w.done(t, urgent.ID)
		if told(w.Resident, urgent.ID) || told(w.Officer, urgent.ID) {
			t.Error("told after it was done")
		}
	})
}

func TestDutyFollowsTheClock(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.clock.At = time.Date(2026, 9, 2, 4, 0, 0, 0, time.UTC) // noon
		w.keepRoster(t, w.Operator.ID,
			place.ShiftWish{Name: "白某", Title: "白班", Phone: "0379-67900001", FromTime: "08:00", ToTime: "20:00"},
			place.ShiftWish{Name: "黑某", Title: "夜班", Phone: "0379-67900002", FromTime: "20:00", ToTime: "08:00"})
		view := w.file(t, w.Resident, w.filing("SAFE-05"))
		for hour, want := range map[int]string{0: "白班", 11: "白班", 12: "夜班", 20: "夜班", 23: "夜班"} { // UTC
			w.clock.At = time.Date(2026, 9, 3, hour, 0, 0, 0, time.UTC)
			got, err := w.store.Ticket(t.Context(), w.Resident, view.ID)
			if err != nil || got.OnDuty == nil || got.OnDuty.Title != want {
				t.Errorf("%d o'clock UTC: %+v, %v", hour, got.OnDuty, err)
			}
		}
	})
}
