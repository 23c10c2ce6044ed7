package ticket

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"linli/models"
)

func repeatRules(t *testing.T) RepeatRules {
	t.Helper()
	r, err := ParseRepeatRules(RepeatRuleDocuments()[0])
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// reported makes matters from days, each with who tells of it ("A", "B" … are homes, "s" a steward without one, "?" nobody known) and, after a
// slash, the day on which it was solved; without one it is solved on its own day, and "-" is never.
func reported(lines ...string) (matters []RepeatMatter) {
	for i, line := range lines {
		day, rest, _ := strings.Cut(line, " ")
		who, done, told := strings.Cut(rest, "/")
		m := RepeatMatter{TicketID: int64(i + 1), Filed: models.Date(day), Done: models.Date(day)}
		switch {
		case who == "s":
			m.Voice = Voice{Account: 7}
		case who != "?":
			m.Voice = Voice{Unit: int64(who[0])}
		}
		if told {
			m.Done = models.Date(strings.TrimPrefix(done, "-"))
		}
		matters = append(matters, m)
	}
	return matters
}

// What failed again is told from what was reported again, and nobody makes the one look like the other.
func TestFindingRepeats(t *testing.T) {
	const today = models.Date("2026-11-28")
	r := repeatRules(t)
	for _, tt := range []struct {
		name    string
		matters []RepeatMatter
		times   int
		known   int
		found   bool
	}{
		{"nothing", nil, 0, 0, false},
		{"three times, three households", reported("2026-09-01 A", "2026-10-01 B", "2026-11-01 C"), 3, 3, true},
		{"three times, two households", reported("2026-09-01 A", "2026-10-01 B", "2026-11-01 A"), 3, 2, true},
		{"twice", reported("2026-09-01 A", "2026-10-01 B"), 2, 2, false},
		{"one burst pipe, ten households on one day", reported("2026-11-01 A", "2026-11-01 B", "2026-11-01 C", "2026-11-01 D", "2026-11-01 E"), 1, 5, false},
		{"the next two days are the same time", reported("2026-11-01 A", "2026-11-02 B", "2026-11-03 C", "2026-11-20 A"), 2, 3, false},
		{"a day is the same whatever order they came in", reported("2026-11-20 A", "2026-11-01 B", "2026-11-03 C", "2026-11-02 A"), 2, 3, false},
		{"one household five times", reported("2026-07-01 A", "2026-08-01 A", "2026-09-01 A", "2026-10-01 A", "2026-11-01 A"), 2, 1, false},
		{"one household every day", reported("2026-11-01 A", "2026-11-02 A", "2026-11-03 A", "2026-11-04 A", "2026-11-05 A", "2026-11-06 A", "2026-11-07 A"), 2, 1, false},
		{"one household, and another beside it on one of its days", reported("2026-09-01 A", "2026-10-01 A", "2026-11-01 A", "2026-11-02 B"), 3, 2, true},
		{"one household three times, another never", reported("2026-09-01 A", "2026-10-01 A", "2026-11-01 A"), 2, 1, false},
		{"one household and its second telephone", reported("2026-09-01 A", "2026-10-01 A", "2026-11-01 ?", "2026-11-20 ?"), 4, 1, false},
		{"only people whom nobody knows", reported("2026-08-01 ?", "2026-09-01 ?", "2026-10-01 ?", "2026-11-01 ?"), 2, 0, false},
		{"two households and one whom nobody knows", reported("2026-09-01 A", "2026-10-01 B", "2026-11-01 ?"), 3, 2, true},
		{"a steward alone, for whomever", reported("2026-08-01 s", "2026-09-01 s", "2026-10-01 s", "2026-11-01 s"), 2, 1, false},
		{"a steward and a household", reported("2026-09-01 s", "2026-10-01 s", "2026-11-01 A"), 3, 2, true},
		{"an outage of a week, not solved", reported("2026-11-01 A/2026-11-09", "2026-11-04 B/2026-11-09", "2026-11-07 C/2026-11-09"), 1, 3, false},
		{"the same days, solved each time", reported("2026-11-01 A", "2026-11-04 B", "2026-11-07 C"), 3, 3, true},
		{"left open for months it counts by the month", reported("2026-08-01 A/-", "2026-08-20 B/-", "2026-09-05 B/-", "2026-10-10 C/-"), 3, 3, true},
		{"what is older than the window", reported("2026-06-01 A", "2026-10-01 B", "2026-11-01 C"), 2, 2, false},
		{"the first day of the window", reported("2026-06-02 A", "2026-10-01 B", "2026-11-01 C"), 3, 3, true},
		{"tomorrow is not yet", reported("2026-10-01 A", "2026-11-01 B", "2026-11-29 C"), 2, 2, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			before := slices.Clone(tt.matters)
			got, found := r.Find(tt.matters, today)
			if got.Times != tt.times || got.Households != tt.known || found != tt.found {
				t.Errorf("%d times by %d households, found %v; want %d, %d, %v", got.Times, got.Households, found, tt.times, tt.known, tt.found)
			}
			if !slices.Equal(before, tt.matters) {
				t.Error("what was given was changed")
			}
		})
	}
}

// However often one household files, and under however many names that nobody knows, it makes no repeat.
func TestOneHouseholdMakesNoRepeat(t *testing.T) {
	r := repeatRules(t)
	for seed := range 500 {
		var matters []RepeatMatter
		for i := range 40 {
			m := RepeatMatter{TicketID: int64(i), Filed: models.Date("2026-06-02").Add((i*(seed+3) + seed) % 175), Voice: Voice{Unit: 1}}
			if (i+seed)%3 == 0 {
				m.Voice = Voice{}
			}
			if (i*seed)%4 != 0 {
				m.Done = m.Filed.Add(i % 9)
			}
			matters = append(matters, m)
		}
		if got, found := r.Find(matters, "2026-11-28"); found {
			t.Fatalf("seed %d: found %+v", seed, got)
		}
	}
}

// A repair of a common part tells of its thing; nothing else does.
func TestWhatATicketTellsOf(t *testing.T) {
	r := repeatRules(t)
	base := Ticket{EstateID: 1, BuildingID: 2, Category: "REP-08", Kind: Repair, State: InProgress}
	with := func(change func(*Ticket)) Ticket { t := base; change(&t); return t }
	for name, tt := range map[string]struct {
		ticket Ticket
		key    RepeatKey
		counts bool
	}{
		"a lift":             {base, RepeatKey{1, 2, "lift"}, true},
		"trapped in it":      {with(func(t *Ticket) { t.Category = "SAFE-01" }), RepeatKey{1, 2, "lift"}, true},
		"a road":             {with(func(t *Ticket) { t.Category = "REP-07" }), RepeatKey{1, 0, "road"}, true},
		"no building named":  {with(func(t *Ticket) { t.BuildingID = 0 }), RepeatKey{1, 0, "lift"}, true},
		"closed":             {with(func(t *Ticket) { t.State = Closed }), RepeatKey{1, 2, "lift"}, true},
		"suspended":          {with(func(t *Ticket) { t.State = Suspended }), RepeatKey{1, 2, "lift"}, true},
		"taken back":         {with(func(t *Ticket) { t.State = Withdrawn }), RepeatKey{}, false},
		"joined to another":  {with(func(t *Ticket) { t.State = Merged }), RepeatKey{}, false},
		"not ours":           {with(func(t *Ticket) { t.State = Declined }), RepeatKey{}, false},
		"waits for a batch":  {with(func(t *Ticket) { t.HeldLevel, t.State = LevelStation, Accepted }), RepeatKey{}, false},
		"inside a home":      {with(func(t *Ticket) { t.Category = "REP-12" }), RepeatKey{}, false},
		"about somebody":     {with(func(t *Ticket) { t.Category, t.Kind = "SVC-01", Complaint }), RepeatKey{}, false},
		"a complaint of one": {with(func(t *Ticket) { t.Kind = Complaint }), RepeatKey{}, false},
	} {
		if key, counts := r.KeyOf(tt.ticket); key != tt.key || counts != tt.counts {
			t.Errorf("%s: %+v, %v", name, key, counts)
		}
	}
}

// Whoever files for others speaks with his own voice.
func TestWhoseVoiceAMatterIs(t *testing.T) {
	home := func(account int64) int64 { return map[int64]int64{10: 100, 11: 100, 20: 200}[account] }
	for name, tt := range map[string]struct {
		ticket Ticket
		voice  Voice
	}{
		"a resident":                         {Ticket{AuthorID: 10, ReporterID: 10, FiledAs: models.Resident}, Voice{Unit: 100}},
		"somebody else of the household":     {Ticket{AuthorID: 11, ReporterID: 11, FiledAs: models.Resident}, Voice{Unit: 100}},
		"not known to live there":            {Ticket{AuthorID: 30, ReporterID: 30, FiledAs: models.Resident}, Voice{}},
		"a steward who lives there, for one": {Ticket{AuthorID: 20, OnBehalf: true, FiledAs: models.BuildingSteward, UnitID: 500}, Voice{Unit: 200}},
		"a station, for one":                 {Ticket{AuthorID: 40, OnBehalf: true, FiledAs: models.StationStaff, UnitID: 501}, Voice{Account: 40}},
		"a station, for an account":          {Ticket{AuthorID: 40, ReporterID: 10, OnBehalf: true, FiledAs: models.StationStaff}, Voice{Account: 40}},
	} {
		if got := repeatVoice(tt.ticket, home); got != tt.voice {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

// After the work is done one report is enough to be seen, until the watch is over.
func TestWhatCameBack(t *testing.T) {
	r := repeatRules(t)
	matters := reported("2026-05-01 A", "2026-06-01 A", "2026-06-02 ?", "2026-11-28 B", "2026-11-29 C")
	if got := r.CameBack("2026-06-01", matters); got != 2 { // the 2nd of June and the 180th day after; not the day itself, nor the 181st
		t.Errorf("%d came back", got)
	}
	if got := r.CameBack("", matters); got != 0 {
		t.Errorf("%d came back of what was not done", got)
	}
}

// The things are common parts that the catalogue in force calls repairs; rules that one household could satisfy alone are refused.
func TestRepeatRules(t *testing.T) {
	r := repeatRules(t)
	documents := Catalogues()
	c, err := ParseCatalogue(documents[len(documents)-1])
	if err != nil {
		t.Fatal(err)
	}
	for _, code := range r.Categories() {
		if category, known := c.Category(code); !known || category.Kind != Repair {
			t.Errorf("%s is %q", code, category.Kind)
		}
	}
	if len(r.Things) != len(things) {
		t.Errorf("%d things of %d", len(r.Things), len(things))
	}
	for name, spoil := range map[string]func(*RepeatRules){
		"no version":                 func(r *RepeatRules) { r.Version = "" },
		"one household is enough":    func(r *RepeatRules) { r.LeastHouseholds = 1 },
		"alone often enough":         func(r *RepeatRules) { r.MostAlone = r.LeastTimes },
		"once is a repeat":           func(r *RepeatRules) { r.LeastTimes = 1 },
		"no days between":            func(r *RepeatRules) { r.ApartDays = 0 },
		"unsolved shorter":           func(r *RepeatRules) { r.UnsolvedDays = 1 },
		"closed after the watch":     func(r *RepeatRules) { r.SettleDays = r.WatchDays + 1 },
		"an unknown thing":           func(r *RepeatRules) { r.Things[0].Thing = "spaceship" },
		"a category of two things":   func(r *RepeatRules) { r.Things[1].Categories = r.Things[0].Categories },
		"a thing without a category": func(r *RepeatRules) { r.Things[0].Categories = nil },
	} {
		bad := r
		bad.Things = slices.Clone(r.Things)
		spoil(&bad)
		doc, _ := json.Marshal(bad)
		if _, err := ParseRepeatRules(doc); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}

func money(fen int64) *int64 { return &fen }

// Who may do what from where: the table of ADR 0030, all states by all steps.
func TestStepsOfACause(t *testing.T) {
	r := repeatRules(t)
	now := time.Date(2026, 11, 28, 4, 0, 0, 0, time.UTC)
	station := models.Actor{AccountID: 1, Parties: []int64{50}, Held: []models.Held{{Role: models.StationStaff, ScopeKind: models.ScopeCommunity, ScopeID: 5, Approved: true}}}
	owner := models.Actor{AccountID: 2, Parties: []int64{60}, Held: []models.Held{{Role: models.OperatorStaff, ScopeKind: models.ScopeHandlingParty, ScopeID: 60, Approved: true}}}
	auditor := models.Actor{AccountID: 3, Held: []models.Held{{Role: models.Auditor, ScopeKind: models.ScopeCounty, Approved: true}}}
	elsewhere := models.Actor{AccountID: 4, Held: []models.Held{{Role: models.StationStaff, ScopeKind: models.ScopeCommunity, ScopeID: 6, Approved: true}}}
	long := now.Add(-40 * 24 * time.Hour)
	wishes := map[CauseAction]CauseStep{
		CausePlan:   {Note: "整根更换立管", Day: "2026-12-20", Route: RouteFund, Fen: money(800_000)},
		CauseDone:   {Note: "立管已整根更换", Fen: money(0)},
		CauseClose:  {Note: "一个月没有再漏"},
		CauseReopen: {Note: "又漏了，重新查原因"},
		CauseAssign: {Note: "管道归水务公司", OwnerPartyID: 61},
		CauseReject: {Note: "三次不是一个原因"},
		CauseAdd:    {TicketID: 9},
		CauseRemove: {TicketID: 9, Note: "这一件是户内的管子"},
	}
	may := map[CauseState]map[CauseAction]CauseState{
		CauseOpened:   {CausePlan: CausePlanned, CauseAssign: CauseOpened, CauseReject: CauseRejected, CauseAdd: CauseOpened, CauseRemove: CauseOpened},
		CausePlanned:  {CausePlan: CausePlanned, CauseDone: CauseFinished, CauseAssign: CauseOpened, CauseReject: CauseRejected, CauseAdd: CausePlanned, CauseRemove: CausePlanned},
		CauseFinished: {CauseClose: CauseClosed, CauseReopen: CauseOpened, CauseAdd: CauseFinished, CauseRemove: CauseFinished},
		CauseClosed:   {CauseReopen: CauseOpened},
		CauseRejected: {},
	}
	for state, steps := range may {
		for action, wish := range wishes {
			c := CauseCase{CommunityID: 5, TownID: 55, OwnerPartyID: 60, State: state, Version: 4}
			if state == CauseFinished || state == CauseClosed {
				c.DoneAt = &long
			}
			wish.Version, wish.Action = 4, action
			next, _, err := c.Step(station, "operator", wish, r, now)
			to, allowed := steps[action]
			if allowed != (err == nil) || allowed && (next.State != to || next.Version != 5) {
				t.Errorf("%s from %s: %s, version %d (%v)", action, state, next.State, next.Version, err)
			}
			if !allowed && models.CodeOf(err) != "cause.wrong_state" {
				t.Errorf("%s from %s: %v", action, state, err)
			}
			_, _, err = c.Step(owner, "operator", wish, r, now)
			if theirs := action == CausePlan || action == CauseDone; allowed && theirs != (err == nil) {
				t.Errorf("the owner, %s from %s: %v", action, state, err)
			}
			for who, a := range map[string]models.Actor{"an auditor": auditor, "a station elsewhere": elsewhere} {
				if _, _, err := c.Step(a, "operator", wish, r, now); models.CodeOf(err) != "cause.not_yours" {
					t.Errorf("%s, %s from %s: %v", who, action, state, err)
				}
			}
			c.OwnerPartyID = 50 // the station itself must answer: it judges nothing
			_, _, err = c.Step(station, "service_station", wish, r, now)
			if judged := action != CausePlan && action != CauseDone; judged && models.CodeOf(err) != "cause.not_yours" {
				t.Errorf("the station about its own case, %s from %s: %v", action, state, err)
			}
		}
	}
}

// A step says what it needs to, within its bounds.
func TestWhatAStepNeeds(t *testing.T) {
	r := repeatRules(t)
	now := time.Date(2026, 11, 28, 4, 0, 0, 0, time.UTC)
	a := models.Actor{AccountID: 1, Held: []models.Held{{Role: models.CenterOfficer, ScopeKind: models.ScopeCounty, Approved: true}}}
	planned := CauseCase{State: CausePlanned, OwnerPartyID: 60, PlannedDay: "2026-12-20", Version: 1}
	plan := CauseStep{Action: CausePlan, Version: 1, Note: "整根更换立管", Day: "2026-12-24", Route: RouteFund, Fen: money(800_000)}
	for name, tt := range map[string]struct {
		spoil func(*CauseStep)
		code  string
	}{
		"words that say nothing": {func(s *CauseStep) { s.Note = "尽快" }, "cause.words"},
		"no words":               {func(s *CauseStep) { s.Note = " " }, "ticket.text_required"},
		"yesterday":              {func(s *CauseStep) { s.Day = "2026-11-27" }, "cause.bad_day"},
		"three years ahead":      {func(s *CauseStep) { s.Day = "2029-11-28" }, "cause.bad_day"},
		"no day":                 {func(s *CauseStep) { s.Day = "" }, "cause.bad_day"},
		"no route":               {func(s *CauseStep) { s.Route = "" }, "cause.bad_route"},
		"a route nobody knows":   {func(s *CauseStep) { s.Route = "lottery" }, "cause.bad_route"},
		"no estimate":            {func(s *CauseStep) { s.Fen = nil }, "cause.bad_amount"},
		"less than nothing":      {func(s *CauseStep) { s.Fen = money(-1) }, "cause.bad_amount"},
		"more than there is":     {func(s *CauseStep) { s.Fen = money(mostCauseFen + 1) }, "cause.bad_amount"},
		"an older version":       {func(s *CauseStep) { s.Version = 2 }, "cause.changed_meanwhile"},
		"a step of no table":     {func(s *CauseStep) { s.Action = "burn" }, "cause.wrong_state"},
	} {
		wish := plan
		tt.spoil(&wish)
		if _, _, err := planned.Step(a, "operator", wish, r, now); models.CodeOf(err) != tt.code {
			t.Errorf("%s: %v", name, err)
		}
	}
	later, _, err := planned.Step(a, "operator", plan, r, now)
	if err != nil || later.Redates != 1 {
		t.Errorf("a later day is counted: %d (%v)", later.Redates, err)
	}
	plan.Day = "2026-12-18"
	if sooner, _, _ := planned.Step(a, "operator", plan, r, now); sooner.Redates != 0 {
		t.Errorf("an earlier day is counted: %d", sooner.Redates)
	}
	done := now.Add(-29 * 24 * time.Hour)
	finished := CauseCase{State: CauseFinished, OwnerPartyID: 60, DoneAt: &done, Version: 1}
	if _, _, err := finished.Step(a, "operator", CauseStep{Action: CauseClose, Version: 1, Note: "一个月没有再漏"}, r, now); models.CodeOf(err) != "cause.too_early" {
		t.Errorf("closed on the 29th day: %v", err)
	}
	if _, _, err := finished.Step(a, "operator", CauseStep{Action: CauseClose, Version: 1, Note: "一个月没有再漏"}, r, now.Add(24*time.Hour)); err != nil {
		t.Errorf("not closed on the 30th: %v", err)
	}
	reopened, _, err := finished.Step(a, "operator", CauseStep{Action: CauseReopen, Version: 1, Note: "又漏了，重新查原因"}, r, now)
	if err != nil || reopened.State != CauseOpened || reopened.DoneAt != nil || reopened.PlannedDay != "" || reopened.Reopens != 1 {
		t.Errorf("%+v (%v)", reopened, err)
	}
}

// How many households told of a repeat is counted out of who filed: one matter of which the reader must not know that is enough, wherever it
// stands among them.
func TestWhoIsToldOfHouseholds(t *testing.T) {
	of := func(party int64, kind string) Known {
		return Known{Ticket: Ticket{State: Closed, HandlingPartyID: party, CommunityID: 5, TownID: 6}, Party: Party{ID: party, Kind: kind}}
	}
	operators, stations := of(60, "operator"), of(50, "service_station")
	held := func(r models.Role, id, party int64) models.Actor {
		kind, _ := r.ScopeOf()
		return models.Actor{AccountID: 1, Parties: []int64{party}, Held: []models.Held{{Role: r, ScopeKind: kind, ScopeID: id, Approved: true}}}
	}
	station, town, operator := held(models.StationStaff, 5, 50), held(models.TownOfficer, 6, 70), held(models.OperatorStaff, 60, 60)
	many := slices.Repeat([]Known{operators}, 40)
	for name, tt := range map[string]struct {
		a       models.Actor
		matters []Known
		told    int
	}{
		"a station, of an operator's":                {station, many, 7},
		"a station, of its own first":                {station, append([]Known{stations}, many...), 0},
		"a station, of its own last":                 {station, append(slices.Clone(many), stations), 0},
		"the town above it":                          {town, append(slices.Clone(many), stations), 7},
		"the operator that answers":                  {operator, many, 0},
		"somebody who looks after another community": {held(models.StationStaff, 9, 51), many, 0},
	} {
		if got := HouseholdsFor(tt.a, 7, tt.matters); got != tt.told {
			t.Errorf("%s: %d", name, got)
		}
	}
}
