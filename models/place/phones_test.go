package place

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"linli/models"
)

// TestTheDrawOfTheTrial holds the draw to the figures that the trial of TRUST 5 found in two other languages.
func TestTheDrawOfTheTrial(t *testing.T) {
	var ids []string
	for i := range 40 {
		ids = append(ids, fmt.Sprintf("XQ-%03d", 40-i)) // not sorted: the hash sorts
	}
	list := ListHash(ids)
	if !strings.HasPrefix(list, "5e03ab149f4a") {
		t.Errorf("list hash %s", list)
	}
	seed := DrawSeed("2026-12-a", list, "ssq:2026135:03,11,17,22,28,31+09", strings.Repeat("0", 64))
	if got := fmt.Sprintf("%x", seed); got != "c411fb16012bfbc3521655dbaec49b2d19d35b218cbb332b2e3120c6a694c751" {
		t.Errorf("seed %s", got)
	}
	slices.SortFunc(ids, func(a, b string) int {
		x, y := DrawTicket(seed, a), DrawTicket(seed, b)
		return slices.Compare(x[:], y[:])
	})
	if got := ids[:5]; !slices.Equal(got, []string{"XQ-033", "XQ-037", "XQ-004", "XQ-010", "XQ-022"}) {
		t.Errorf("drawn %v", got)
	}
}

// phoneDocument is the version of the rules that the program brought along last.
func phoneDocument() string {
	all := PhoneRuleDocuments()
	return string(all[len(all)-1])
}

func phoneRules(t *testing.T) PhoneRules {
	t.Helper()
	rules, err := ParsePhoneRules([]byte(phoneDocument()))
	if err != nil {
		t.Fatal(err)
	}
	return rules
}

// postedIn are numbers of parties in a community, and its station's.
func postedIn(t *testing.T, community int64, parties int) (list []PostedPhone) {
	t.Helper()
	for i := range parties {
		p, ok := NewPostedPhone(HandlingParty{ID: community*100 + int64(i), Kind: PartyOperator}, fmt.Sprintf("0379-679%05d", i), community, 2, i%2 == 0)
		if !ok {
			t.Fatal("cannot be called")
		}
		list = append(list, p)
	}
	p, _ := NewPostedPhone(HandlingParty{ID: community*100 + 99, Kind: PartyServiceStation}, "0379-67999999", community, 2, true)
	return append(list, p)
}

const monday = models.Date("2026-11-23")

func drawnOf(t *testing.T, list []PostedPhone, week models.Date, secret string) []PhoneCall {
	t.Helper()
	draw := NewPhoneDraw(week, phoneDocument(), list, secret, week.Add(-3).Start())
	if calls, err := draw.Calls(); err != nil || calls != nil {
		t.Fatalf("drawn without a beacon: %v, %v", calls, err)
	}
	beacon := week.Add(-2).Start()
	draw.Beacon, draw.BeaconAt = "checkpoint/1/x", &beacon
	calls, err := draw.Calls()
	if err != nil {
		t.Fatal(err)
	}
	return calls
}

// TestCallsInAWeek draws 600 weeks: each caller is given its calls in the mean, nobody is called at night who need not answer
// then, every window is used, and that one was called says nothing about the rest of the week.
func TestCallsInAWeek(t *testing.T) {
	rules := phoneRules(t)
	list := postedIn(t, 7, 3)
	const weeks = 600
	var all, station, busyWeeks, afterThem int
	windows := map[string]int{}
	for i := range weeks {
		week := monday.Add(7 * i)
		byCaller := map[string]int{}
		early, late := 0, 0
		for _, c := range drawnOf(t, list, week, fmt.Sprint("secret", i)) {
			byCaller[c.caller()]++
			hour := c.Due.In(models.Shanghai).Format("15:04")
			night := hour >= "21:30" || hour < "07:30"
			if night && !c.Nights || c.Due.Before(week.Start()) || !c.Due.Before(week.Add(8).Start()) || c.Until.Sub(c.Due) != time.Hour {
				t.Fatalf("called at %s: %+v", hour, c)
			}
			windows[c.Cell[len(c.Cell)-1:]]++
			switch {
			case c.caller() != "station/7":
			case c.Due.Before(week.Add(3).Start()):
				early++
			default:
				late++
			}
		}
		if early >= int(rules.CallsPerWeek) {
			busyWeeks, afterThem = busyWeeks+1, afterThem+late
		}
		all, station = all+byCaller["station/7"], station+byCaller["town/2"]
	}
	for caller, n := range map[string]int{"station": all, "town": station} {
		if mean := float64(n) / weeks; math.Abs(mean-float64(rules.CallsPerWeek)) > 0.35 {
			t.Errorf("the %s makes %.2f calls a week, not %d", caller, mean, rules.CallsPerWeek)
		}
	}
	if len(windows) != len(rules.Windows) {
		t.Errorf("windows used: %v", windows)
	}
	// A draw of so many calls a week, and no more, would have none left here.
	if mean := float64(afterThem) / float64(busyWeeks); busyWeeks < 20 || math.Abs(mean-float64(rules.CallsPerWeek)*4/7) > 0.7 {
		t.Errorf("after the %d weeks in which all calls came early, %.2f calls followed", busyWeeks, mean)
	}
}

// TestNoSafeHour: there is no minute of the day at which a number that is to be answered round the clock cannot be called. The version
// before had 150 of them.
func TestNoSafeHour(t *testing.T) {
	for i, want := range []int{150, 0} {
		rules, err := ParsePhoneRules(PhoneRuleDocuments()[i])
		if err != nil {
			t.Fatal(err)
		}
		var called [24 * 60]bool
		for _, w := range rules.Windows {
			from, to, _ := hours(w.From, w.To)
			for m := from; m < to; m += time.Minute {
				called[int(m/time.Minute)%len(called)] = true
			}
		}
		safe := 0
		for _, c := range called {
			if !c {
				safe++
			}
		}
		if safe != want {
			t.Errorf("version %s has %d safe minutes, not %d", rules.Version, safe, want)
		}
	}
}

// TestWhatADrawDependsOn: the same draw gives the same calls; another secret, beacon, list or week gives others.
func TestWhatADrawDependsOn(t *testing.T) {
	list := postedIn(t, 7, 20)
	same := drawnOf(t, list, monday, "a")
	backwards := slices.Clone(list)
	slices.Reverse(backwards)
	if len(same) == 0 || !reflect.DeepEqual(same, drawnOf(t, backwards, monday, "a")) {
		t.Errorf("%d calls, and others from the same draw", len(same))
	}
	for what, other := range map[string][]PhoneCall{
		"secret": drawnOf(t, list, monday, "b"), "list": drawnOf(t, list[1:], monday, "a"), "week": drawnOf(t, list, monday.Add(7), "a"),
	} {
		if reflect.DeepEqual(same, other) {
			t.Errorf("the %s changes nothing", what)
		}
	}
	draw := NewPhoneDraw(monday, phoneDocument(), list, "a", monday.Start())
	late := monday.Add(3).Start()
	draw.Beacon, draw.BeaconAt = "checkpoint/1/x", &late
	calls, err := draw.Calls()
	if err != nil || len(calls) == 0 || len(calls) >= len(same) || slices.ContainsFunc(calls, func(c PhoneCall) bool { return c.Due.Before(late) }) {
		t.Errorf("%d of %d calls after a late beacon, %v", len(calls), len(same), err)
	}
}

func TestPostedPhones(t *testing.T) {
	for phone, want := range map[string]bool{"0379-67900001": true, "13800001111": true, Hotline: false, "": false, "ask at the gate": false} {
		if _, ok := NewPostedPhone(HandlingParty{ID: 1, Kind: PartyOperator}, phone, 1, 2, true); ok != want {
			t.Errorf("%q is called: %v", phone, ok)
		}
	}
	for kind, level := range map[PartyKind]int{PartyOperator: models.LevelStation, PartyServiceStation: models.LevelTown, PartyTown: models.LevelCentre, PartyPropertyCenter: models.LevelLeadingGroup} {
		p, _ := NewPostedPhone(HandlingParty{ID: 1, Kind: kind}, "0379-67900001", 1, 2, false)
		if read, err := ParsePostedPhone(p.Line()); p.Level != level || err != nil || read != p {
			t.Errorf("%s: %+v, read as %+v, %v", kind, p, read, err)
		}
	}
	for _, line := range []string{"", "1 2 3 4 0379-67900001", "1 2 3 4 0379-67900001 noon", "1 2 3 4 0379-67900001 day more", " 1 2 3 4 0379-67900001 day", "+1 2 3 4 5 day"} {
		if p, err := ParsePostedPhone(line); err == nil {
			t.Errorf("%q is read as %+v", line, p)
		}
	}
}

func TestWeeksToDraw(t *testing.T) {
	rules := phoneRules(t)
	for when, want := range map[string][]models.Date{
		"2026-11-19 23:59": {"2026-11-16"}, "2026-11-20 00:00": {"2026-11-16", "2026-11-23"}, "2026-11-22 23:59": {"2026-11-16", "2026-11-23"}, "2026-11-23 00:00": {"2026-11-23"},
		"2027-01-01 12:00": {"2026-12-28", "2027-01-04"},
	} {
		if got := rules.WeeksToDraw(at(when)); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", when, got, want)
		}
	}
}

func TestPhoneRulesRefused(t *testing.T) {
	good := phoneDocument()
	for what, doc := range map[string]string{
		"no JSON":                            "{",
		"no version":                         strings.Replace(good, `"version": "2026-12-2"`, `"version": ""`, 1),
		"a beacon that can be known before":  strings.Replace(good, `"wait_hours": 24`, `"wait_hours": 1`, 1),
		"no call":                            strings.Replace(good, `"calls_per_week": 5`, `"calls_per_week": 0`, 1),
		"a window that is none":              strings.Replace(good, `"from": "07:30"`, `"from": "7.30"`, 1),
		"a window of the day over the night": strings.Replace(good, `"07:30", "night": true`, `"07:30", "night": false`, 1),
		"no window":                          `{"version":"x","valid_from":"2026-01-01","calls_per_week":1,"commit_hours":24,"wait_hours":24,"call_minutes":1,"published_days":1,"share_from":1}`,
	} {
		if _, err := ParsePhoneRules([]byte(doc)); err == nil {
			t.Errorf("%s is taken", what)
		}
	}
}

func TestTellPhoneCheck(t *testing.T) {
	rules := phoneRules(t)
	station := models.Actor{AccountID: 1, Held: []models.Held{{Role: models.StationStaff, ScopeKind: models.ScopeCommunity, ScopeID: 7, Approved: true}}, Parties: []int64{70}}
	both := station
	both.Parties = []int64{70, 71}
	other := station
	other.AccountID = 2
	far := models.Actor{AccountID: 3, Held: []models.Held{{Role: models.StationStaff, ScopeKind: models.ScopeCommunity, ScopeID: 8, Approved: true}}}
	due := at("2026-11-23 10:00")
	open := PhoneCheck{ID: 1, Level: models.LevelStation, CommunityID: 7, TownID: 2, PartyID: 71, DueAt: due, UntilAt: due.Add(time.Hour)}
	called := due.Add(5 * time.Minute)
	told := open
	told.Result, told.CalledAt, told.CalledBy = PhoneAnswered, &called, 1
	corrected := told
	corrected.CorrectedAt = &called
	own := open
	own.PartyID, own.Level = 70, models.LevelTown
	for name, c := range map[string]struct {
		check   PhoneCheck
		actor   models.Actor
		result  PhoneResult
		after   time.Duration
		want    string
		changed bool
	}{
		"the first":                       {open, station, PhoneNotAnswered, time.Minute, "", true},
		"no result":                       {open, station, "", time.Minute, "phone_check.bad_result", false},
		"an unknown one":                  {open, station, "engaged", time.Minute, "phone_check.bad_result", false},
		"in the last second":              {open, station, PhoneBusy, time.Hour - time.Second, "", true},
		"too late":                        {open, station, PhoneBusy, time.Hour, "phone_check.expired", false},
		"of another community":            {open, far, PhoneBusy, time.Minute, "phone_check.not_found", false},
		"by one who works for the party":  {open, both, PhoneAnswered, time.Minute, "phone_check.not_found", false},
		"the station about its own phone": {own, station, PhoneAnswered, time.Minute, "phone_check.not_found", false},
		"the same again":                  {told, station, PhoneAnswered, 6 * time.Minute, "", false},
		"the same again next day":         {told, station, PhoneAnswered, 24 * time.Hour, "", false},
		"by somebody else":                {told, other, PhoneAnswered, 6 * time.Minute, "phone_check.called", false},
		"corrected":                       {told, station, PhoneBusy, 14 * time.Minute, "", true},
		"corrected too late":              {told, station, PhoneBusy, 15 * time.Minute, "phone_check.settled", false},
		"corrected twice":                 {corrected, station, PhoneBusy, 6 * time.Minute, "phone_check.settled", false},
	} {
		after, changed, err := c.check.Tell(c.actor, PhoneTelling{c.result}, rules, due.Add(c.after))
		code := ""
		if err != nil {
			code = models.CodeOf(err)
		}
		if code != c.want || changed != c.changed {
			t.Errorf("%s: %v, %v, want %q", name, changed, err, c.want)
		}
		if !changed && !reflect.DeepEqual(after, c.check) {
			t.Errorf("%s: %+v became %+v", name, c.check, after)
		}
		if changed && after.Result != c.result {
			t.Errorf("%s: kept %q", name, after.Result)
		}
	}
}

func TestPhoneShare(t *testing.T) {
	rules := phoneRules(t)
	var s PhoneShare
	for result, n := range map[PhoneResult]int64{PhoneAnswered: 6, PhoneNotAnswered: 1, PhoneBusy: 1, PhoneWrongNumber: 1, "": 4} {
		s.Add(result, n)
	}
	if s.Calls != 9 || s.NotMade != 4 || s.Shared(rules).ShareBP != nil {
		t.Errorf("%+v: nine calls are too few for a share", s.Shared(rules))
	}
	s.Add(PhoneAnswered, 3)
	if bp := s.Shared(rules).ShareBP; bp == nil || *bp != 7500 {
		t.Errorf("nine of twelve are %v", bp)
	}
}

func TestWhatIsToldOfADraw(t *testing.T) {
	draw := NewPhoneDraw(monday, phoneDocument(), postedIn(t, 7, 3), strings.Repeat("ab", 32), monday.Add(-3).Start())
	beacon := monday.Add(-2).Start()
	draw.Beacon, draw.BeaconAt = "checkpoint/1/x", &beacon
	for when, over := range map[time.Time]bool{monday.Start(): false, monday.Add(8).Start().Add(-time.Second): false, monday.Add(8).Start(): true} {
		v, err := draw.View(when)
		if err != nil || v.Revealed != over || (v.Secret != "") != over || (len(v.Lines) > 0) != over || (len(v.Calls) > 0) != over || (v.Rules != nil) != over || v.SecretHash == "" {
			t.Errorf("at %s: %+v, %v", when, v, err)
		}
	}
	if draw.Number() != 20261123 {
		t.Errorf("number %d", draw.Number())
	}
}
