package score

import (
	"testing"

	"linli/models"
)

// Whoever takes over has that day and the next working day, also over a weekend and the long holiday.
func TestTakenOverSince(t *testing.T) {
	c, err := models.ParseCalendar(models.FirstCalendar())
	if err != nil {
		t.Fatal(err)
	}
	for today, want := range map[models.Date]models.Date{
		"2026-11-25": "2026-11-24", // Wednesday: Tuesday
		"2026-11-23": "2026-11-20", // Monday: Friday and the weekend
		"2026-11-22": "2026-11-20", // Sunday: Friday's next working day is tomorrow
		"2026-11-24": "2026-11-23",
	} {
		if got := TakenOverSince(c, today); got != want {
			t.Errorf("%s: since %s, want %s", today, got, want)
		}
	}
}

func TestWorse(t *testing.T) {
	lying := PartyLoad{HandlingPartyID: 1, Unanswered: 1, Overdue: 1}
	late := PartyLoad{HandlingPartyID: 2, Overdue: 2}
	gone := PartyLoad{HandlingPartyID: 3, HandedMissed30d: 3}
	new := PartyLoad{HandlingPartyID: 4, Unanswered: 9, Overdue: 9, TakenOver: 9, TakenOverUnanswered: 9, TakenOverOverdue: 9}
	part := PartyLoad{HandlingPartyID: 5, Unanswered: 5, TakenOver: 4, TakenOverUnanswered: 4}
	for _, pair := range [][2]PartyLoad{{lying, late}, {gone, late}, {late, new}, {lying, part}, {part, late}} {
		if Worse(pair[0], pair[1]) >= 0 || Worse(pair[1], pair[0]) <= 0 {
			t.Errorf("%+v stands before %+v", pair[1], pair[0])
		}
	}
}
