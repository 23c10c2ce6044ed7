package ticket

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"linli/models"
)

// climb runs the ladder of t from now on as the job would, until nothing is planned or the day limit is over, and tells
// what was said at what moment.
func climb(t *testing.T, tk Ticket, partyKind string, limit time.Time) (Ticket, []string) {
	t.Helper()
	var said []string
	for tk.AlertDue != nil && !tk.AlertDue.After(limit) {
		now := *tk.AlertDue
		var event models.Event
		tk, event = tk.Alerted(catalogueOf(t), hoursOf(t), partyKind, now)
		if event.Action != "" {
			what := event.Data["percent"]
			if event.Action == string(Escalate) {
				what = event.Data["level"]
			}
			said = append(said, fmt.Sprintf("%s %v %s", event.Action, what, now.In(models.Shanghai).Format("01-02 15:04")))
		}
	}
	return tk, said
}

func fileAt(t *testing.T, category, when string) Ticket {
	t.Helper()
	c := catalogueOf(t)
	k, _ := c.Category(category)
	u, _ := c.Urgency(k.Urgency)
	at := clock(t, when)
	tk := Open(resident, Filing{ClientID: "x", Category: category, Text: "无人处理"}, k, c, Where{EstateID: 10, BuildingID: 20, CommunityID: 30, TownID: 40}, "h", at)
	return tk.DispatchedTo(50, "term", DeadlinesFrom(u, hoursOf(t), at, tk.Protected, 3), c)
}

func TestNobodyAnswers(t *testing.T) {
	for _, tt := range []struct {
		name, category, filed, party string
		want                         []string
	}{
		{"a complaint of a Wednesday: half and four fifths of its time, then station, town, centre in working days", "ORD-01", "2026-11-25 12:00", "operator",
			[]string{"remind 50 11-25 23:59", "remind 80 11-26 14:23", "escalate 1 11-26 23:59", "escalate 2 11-30 23:59", "escalate 3 12-03 23:59"}},
		{"the station is judged: the town is the first to hear, once", "ORD-01", "2026-11-25 12:00", "service_station",
			[]string{"remind 50 11-25 23:59", "remind 80 11-26 14:23", "escalate 2 11-26 23:59", "escalate 3 12-03 23:59"}},
		{"the town is judged", "ORD-01", "2026-11-25 12:00", "town",
			[]string{"remind 50 11-25 23:59", "remind 80 11-26 14:23", "escalate 3 11-26 23:59"}},
		{"the centre is judged: the leading group hears", "POL-01", "2026-11-25 12:00", "property_center",
			[]string{"remind 50 11-26 05:59", "remind 80 11-26 16:47", "escalate 4 11-26 23:59"}},
		{"a stuck lift at night climbs in minutes", "SAFE-01", "2026-11-25 02:00", "operator",
			[]string{"remind 50 11-25 02:05", "remind 80 11-25 02:08", "escalate 1 11-25 02:10", "escalate 2 11-25 02:30", "escalate 3 11-25 03:10"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tk, said := climb(t, fileAt(t, tt.category, tt.filed), tt.party, clock(t, "2027-01-01 00:00"))
			if !slices.Equal(said, tt.want) {
				t.Errorf("said\n%q, want\n%q", said, tt.want)
			}
			if tk.AlertDue != nil {
				t.Errorf("the ladder never ends: %v", tk.AlertDue)
			}
		})
	}
}

// A program that slept through two deadlines tells every level once, and sends no reminder of a time that is over.
func TestAfterALongSleep(t *testing.T) {
	tk, now := fileAt(t, "ORD-01", "2026-11-25 12:00"), clock(t, "2026-12-20 09:00")
	var said []string
	for tk.AlertDue != nil && !tk.AlertDue.After(now) {
		var event models.Event
		tk, event = tk.Alerted(catalogueOf(t), hoursOf(t), "operator", now)
		if event.Action != "" {
			said = append(said, event.Action)
		}
	}
	if want := []string{"escalate", "escalate", "escalate"}; !slices.Equal(said, want) || tk.EscalatedTo != LevelCenter {
		t.Errorf("said %q, level %d", said, tk.EscalatedTo)
	}
}

// Whoever takes the ticket late begins the next deadline's ladder, and the station is not told of the same ticket twice.
func TestTakenAfterTheFirstRung(t *testing.T) {
	c := catalogueOf(t)
	tk, _ := climb(t, fileAt(t, "REP-01", "2026-11-25 09:00"), "operator", clock(t, "2026-11-25 14:00"))
	if tk.EscalatedTo != LevelStation {
		t.Fatalf("level %d", tk.EscalatedTo)
	}
	tk, _, err := tk.Apply(handler, Move{Action: Acknowledge}, c, clock(t, "2026-11-25 15:00"))
	if err != nil {
		t.Fatal(err)
	}
	_, said := climb(t, tk, "operator", clock(t, "2027-01-01 00:00"))
	// To be answered by the 26th, 09:00: half of that time, 21:00, lies ahead.
	want := []string{"remind 50 11-25 21:00", "remind 80 11-26 04:12", "escalate 2 11-30 23:59", "escalate 3 12-03 23:59"}
	if !slices.Equal(said, want) {
		t.Errorf("said\n%q, want\n%q", said, want)
	}
}

func TestNothingIsSaidOfATicketThatWaitsForItsReporter(t *testing.T) {
	c := catalogueOf(t)
	tk := at(t, "REP-01", InProgress)
	tk, _, err := tk.Apply(handler, Move{Action: Done, Note: "修好了"}, c, noon.Add(time.Hour))
	if err != nil || tk.AlertDue != nil {
		t.Fatalf("%v %v", err, tk.AlertDue)
	}
	tk, _, err = tk.Apply(resident, Move{Action: SendBack, Note: "没有"}, c, noon.Add(2*time.Hour))
	if err != nil || tk.AlertDue == nil {
		t.Errorf("sent back, and nobody watches it: %v %v", err, tk.AlertDue)
	}
}

func TestNotesMoveNoAlert(t *testing.T) {
	c := catalogueOf(t)
	was := at(t, "REP-01", InProgress)
	next, _, err := was.Apply(handler, Move{Action: Progress, Note: "等配件"}, c, noon.Add(30*time.Hour))
	if err != nil || next.AlertIndex != was.AlertIndex || !next.AlertDue.Equal(*was.AlertDue) {
		t.Errorf("%v: alert %d at %v became %d at %v", err, was.AlertIndex, was.AlertDue, next.AlertIndex, next.AlertDue)
	}
}

// The party sees its reminders: those of a protected matter must not tell when in the day it was filed.
func TestRemindersGiveNoTimeAway(t *testing.T) {
	for _, category := range []string{"ORD-01", "CLN-01"} {
		_, morning := climb(t, fileAt(t, category, "2026-11-25 08:03"), "operator", clock(t, "2027-01-01 00:00"))
		_, evening := climb(t, fileAt(t, category, "2026-11-25 11:59"), "operator", clock(t, "2027-01-01 00:00"))
		if !slices.Equal(morning, evening) {
			t.Errorf("%s: %q\n%q", category, morning, evening)
		}
	}
	_, early := climb(t, fileAt(t, "REP-01", "2026-11-25 08:03"), "operator", clock(t, "2027-01-01 00:00"))
	_, late := climb(t, fileAt(t, "REP-01", "2026-11-25 11:59"), "operator", clock(t, "2027-01-01 00:00"))
	if slices.Equal(early, late) {
		t.Error("the control: reminders of a matter that hides nothing do follow its filing")
	}
}

func TestSentBackTwiceGoesUp(t *testing.T) {
	for _, tt := range []struct {
		backs  int64
		told   Level
		party  string
		want   Level
		raised bool
	}{
		{1, 0, "operator", 0, false},
		{2, 0, "operator", LevelStation, true},
		{2, LevelStation, "operator", LevelTown, true},
		{3, LevelTown, "operator", LevelCenter, true},
		{4, LevelCenter, "operator", LevelCenter, false},
		{2, 0, "service_station", LevelTown, true},
	} {
		got, raised := Ticket{SendBacks: tt.backs, EscalatedTo: tt.told}.SentBackTooOften(tt.party)
		if got.EscalatedTo != tt.want || raised != tt.raised {
			t.Errorf("%+v: level %d, raised %v", tt, got.EscalatedTo, raised)
		}
	}
}

func TestUrge(t *testing.T) {
	c := catalogueOf(t)
	tk := at(t, "REP-01", Acknowledged)
	if !slices.Contains(tk.Allowed(resident, c, noon.Add(time.Hour)), Urge) {
		t.Fatal("no button to urge with")
	}
	tk, event, err := tk.Apply(resident, Move{Action: Urge}, c, noon.Add(time.Hour))
	if err != nil || tk.Urges != 1 || event.Action != "urge" || tk.State != Acknowledged {
		t.Fatalf("%+v %v", event, err)
	}
	again := noon.Add(24 * time.Hour)
	if _, _, err := tk.Apply(resident, Move{Action: Urge}, c, again); models.CodeOf(err) != "ticket.urged_lately" {
		t.Errorf("urged twice a day: %v", err)
	}
	if slices.Contains(tk.Allowed(resident, c, again), Urge) {
		t.Error("a button that is refused")
	}
	if _, _, err := tk.Apply(resident, Move{Action: Urge}, c, again.Add(time.Hour)); err != nil {
		t.Errorf("a day later: %v", err)
	}
	if _, _, err := tk.Apply(handler, Move{Action: Urge}, c, again.Add(time.Hour)); models.KindOf(err) != models.Denied {
		t.Errorf("the handler urges himself: %v", err)
	}
	if _, _, err := at(t, "REP-01", DonePendingConfirm).Apply(resident, Move{Action: Urge}, c, again); models.KindOf(err) != models.Conflict {
		t.Errorf("urged though it waits for the reporter: %v", err)
	}
}

func TestLaddersThatLeadNowhereAreRefused(t *testing.T) {
	good := catalogueOf(t)
	for name, e := range map[string]Escalation{
		"unknown urgency":            {Urgency: "u9"},
		"reminders that fall":        {Urgency: "u1", Reminders: []int{80, 50}},
		"a reminder at the deadline": {Urgency: "u1", Reminders: []int{100}},
		"first rung late":            {Urgency: "u1", Rungs: []Rung{{After: Span{Minutes: 5}, Level: 1}}},
		"downwards":                  {Urgency: "u1", Rungs: []Rung{{Level: 2}, {After: Span{Minutes: 5}, Level: 1}}},
		"two rungs at once":          {Urgency: "u1", Rungs: []Rung{{Level: 1}, {Level: 2}}},
		"no such level":              {Urgency: "u1", Rungs: []Rung{{Level: 7}}},
	} {
		if err := good.checkLadder(e); err == nil {
			t.Errorf("%s was taken", name)
		}
	}
}
