package ticket

import (
	"slices"
	"testing"
	"time"

	"linli/models"
)

var (
	noon = time.Date(2026, 9, 2, 4, 0, 0, 0, time.UTC) // 12:00 in Shanghai

	resident = models.Actor{AccountID: 1, Held: []models.Held{{Role: models.Resident, ScopeKind: models.ScopeUnit, ScopeID: 9, Approved: true}}}
	stranger = models.Actor{AccountID: 2}
	handler  = models.Actor{AccountID: 3, Parties: []int64{50}, Held: []models.Held{{Role: models.OperatorStaff, ScopeKind: models.ScopeHandlingParty, ScopeID: 50, Approved: true}}}
	rival    = models.Actor{AccountID: 4, Parties: []int64{51}, Held: []models.Held{{Role: models.OperatorStaff, ScopeKind: models.ScopeHandlingParty, ScopeID: 51, Approved: true}}}
	steward  = models.Actor{AccountID: 5, Held: []models.Held{{Role: models.BuildingSteward, ScopeKind: models.ScopeBuilding, ScopeID: 20, Approved: true}}}
	station  = models.Actor{AccountID: 6, Parties: []int64{60}, Held: []models.Held{{Role: models.StationStaff, ScopeKind: models.ScopeCommunity, ScopeID: 30, Approved: true}}}
	centre   = models.Actor{AccountID: 7, Held: []models.Held{{Role: models.CenterOfficer, ScopeKind: models.ScopeCounty, ScopeID: 1, Approved: true}}}
)

// catalogueOf is the catalogue in force.
func catalogueOf(t *testing.T) Catalogue {
	t.Helper()
	documents := Catalogues()
	c, err := ParseCatalogue(documents[len(documents)-1])
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func hoursOf(t *testing.T) Hours {
	t.Helper()
	calendar, err := models.ParseCalendar(models.FirstCalendar())
	if err != nil {
		t.Fatal(err)
	}
	return catalogueOf(t).Hours(calendar)
}

func filedTicket(t *testing.T, category string) Ticket {
	t.Helper()
	c := catalogueOf(t)
	k, ok := c.Category(category)
	if !ok {
		t.Fatalf("no category %s", category)
	}
	u, _ := c.Urgency(k.Urgency)
	where := Where{EstateID: 10, BuildingID: 20, CommunityID: 30, TownID: 40, UnitID: 9}
	tk := Open(resident, Filing{ClientID: "x", Category: category, Text: "三楼灯不亮"}, k, c, where, "h", noon)
	tk = tk.DispatchedTo(50, "term", DeadlinesFrom(u, hoursOf(t), noon, tk.Protected, 3), c)
	tk.ID, tk.Version = 100, 3
	return tk
}

// at brings a ticket into a state as the flow would leave it.
func at(t *testing.T, category string, state State) Ticket {
	t.Helper()
	tk := filedTicket(t, category)
	tk.State = state
	if state != Dispatched {
		tk.AcknowledgedAt = pointer(noon.Add(time.Minute))
	}
	if state == DonePendingConfirm || state == Closed || state == ClosedUnrated {
		tk.DoneAt, tk.Closing = pointer(noon.Add(time.Hour)), 1
	}
	if !state.Open() {
		tk.ClosedAt = pointer(noon.Add(2 * time.Hour))
	}
	return tk.withNext(catalogueOf(t))
}

func pointer(t time.Time) *time.Time { return &t }

func TestApply(t *testing.T) {
	now := noon.Add(3 * time.Hour)
	tests := []struct {
		name string
		in   State
		by   models.Actor
		do   Move
		want State
		kind models.Kind // "" means allowed
	}{
		{"the handler takes it", Dispatched, handler, Move{Action: Acknowledge}, Acknowledged, ""},
		{"another company's ticket does not exist", Dispatched, rival, Move{Action: Acknowledge}, "", models.NotFound},
		{"a stranger's ticket does not exist", Dispatched, stranger, Move{Action: Withdraw}, "", models.NotFound},
		{"the reporter cannot take it", Dispatched, resident, Move{Action: Acknowledge}, "", models.Denied},
		{"the handler cannot tick contact himself", Acknowledged, handler, Move{Action: Contact}, "", models.Denied},
		{"nor confirm it for the reporter", Acknowledged, handler, Move{Action: ContactConfirm}, "", models.Denied},
		{"the reporter says that he was reached", Acknowledged, resident, Move{Action: ContactConfirm}, Contacted, ""},
		{"taken twice", Acknowledged, handler, Move{Action: Acknowledge}, "", models.Conflict},
		{"an old screen", Dispatched, handler, Move{Action: Acknowledge, Version: 2}, "", models.Conflict},
		{"work begins", Contacted, handler, Move{Action: Start}, InProgress, ""},
		{"progress needs words", InProgress, handler, Move{Action: Progress, Note: " "}, "", models.Invalid},
		{"progress keeps the state", InProgress, handler, Move{Action: Progress, Note: "配件明天到"}, InProgress, ""},
		{"done needs words", InProgress, handler, Move{Action: Done}, "", models.Invalid},
		{"done", InProgress, handler, Move{Action: Done, Note: "已更换灯泡"}, DonePendingConfirm, ""},
		{"done before it was taken", Dispatched, handler, Move{Action: Done, Note: "已更换灯泡"}, "", models.Conflict},
		{"the handler cannot confirm his own work", DonePendingConfirm, handler, Move{Action: Confirm}, "", models.Denied},
		{"the steward cannot confirm for others", DonePendingConfirm, steward, Move{Action: Confirm}, "", models.Denied},
		{"the reporter is content", DonePendingConfirm, resident, Move{Action: Confirm}, Closed, ""},
		{"the reporter is not", DonePendingConfirm, resident, Move{Action: SendBack, Note: "还是不亮"}, InProgress, ""},
		{"sending back needs words", DonePendingConfirm, resident, Move{Action: SendBack}, "", models.Invalid},
		{"silence is the system's", DonePendingConfirm, resident, Move{Action: Silence}, "", models.Denied},
		{"silence", DonePendingConfirm, models.SystemActor, Move{Action: Silence}, ClosedUnrated, ""},
		{"a late answer within fourteen days", ClosedUnrated, resident, Move{Action: Confirm}, Closed, ""},
		{"withdrawn", Acknowledged, resident, Move{Action: Withdraw}, Withdrawn, ""},
		{"too late to withdraw", DonePendingConfirm, resident, Move{Action: Withdraw}, "", models.Conflict},
		{"a word we do not know", Dispatched, handler, Move{Action: "burn"}, "", models.Invalid},
	}
	c := catalogueOf(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			was := at(t, "REP-01", tt.in)
			got, event, err := was.Apply(tt.by, tt.do, c, now)
			if tt.kind != "" {
				if err == nil || models.KindOf(err) != tt.kind {
					t.Fatalf("err = %v, want kind %q", err, tt.kind)
				}
				if got.State != was.State || got.Version != was.Version {
					t.Fatalf("a refused move changed the ticket: %+v", got)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if got.State != tt.want || event.From != string(was.State) || event.To != string(tt.want) || !event.At.Equal(now) {
				t.Fatalf("state %s, event %+v", got.State, event)
			}
		})
	}
}

func TestAnswerAfterFourteenDaysIsTooLate(t *testing.T) {
	tk := at(t, "REP-01", ClosedUnrated)
	for _, days := range []int{13, 15} {
		_, _, err := tk.Apply(resident, Move{Action: Confirm}, catalogueOf(t), tk.ClosedAt.AddDate(0, 0, days))
		if late := models.CodeOf(err) == "ticket.answer_too_late"; late != (days > 14) {
			t.Errorf("after %d days: %v", days, err)
		}
	}
}

// Every state that can be reached is left again unless it is an end, and no state is reached that nobody can act in.
func TestFlowHasNoDeadEnds(t *testing.T) {
	in, out := map[State]bool{Dispatched: true, Accepted: true}, map[State]bool{}
	for _, s := range Flow {
		if s.To != "" {
			in[s.To] = true
		}
		for _, from := range s.From {
			if s.To != "" {
				out[from] = true
			}
		}
	}
	for _, s := range States {
		if in[s] && s.Open() && !out[s] {
			t.Errorf("%s can be reached but never left", s)
		}
		if out[s] && !in[s] {
			t.Errorf("%s is left but never reached", s)
		}
	}
}

func TestSendBackPutsTheFirstClockBack(t *testing.T) {
	was := at(t, "REP-01", DonePendingConfirm)
	got, _, err := was.Apply(resident, Move{Action: SendBack, Note: "还在漏"}, catalogueOf(t), noon.Add(5*time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	if !got.ResolveDue.Equal(was.ResolveDue) || got.DoneAt != nil || got.SendBacks != 1 || got.NextStep == NextConfirm {
		t.Fatalf("due %v done %v send-backs %d next %s", got.ResolveDue, got.DoneAt, got.SendBacks, got.NextStep)
	}
}

func TestPartOf(t *testing.T) {
	tk := filedTicket(t, "REP-01")
	both := station
	both.Parties = []int64{50}
	for _, tt := range []struct {
		who  models.Actor
		want Part
	}{
		{resident, PartReporter}, {handler, PartHandler}, {station, PartOfficer}, {both, PartHandler}, {steward, PartSteward},
		{centre, PartOfficer}, {rival, PartObserver}, {models.SystemActor, PartSystem},
	} {
		if got := PartOf(tt.who, tk); got != tt.want {
			t.Errorf("account %d plays %s, want %s", tt.who.AccountID, got, tt.want)
		}
	}
}

// An officer of one place is nobody in the next, whatever else lets him see a ticket there.
func TestAnOfficerIsOneOnlyInHisPlace(t *testing.T) {
	elsewhere := models.Actor{AccountID: 8, Held: []models.Held{
		{Role: models.StationStaff, ScopeKind: models.ScopeCommunity, ScopeID: 31, Approved: true},
		{Role: models.BuildingSteward, ScopeKind: models.ScopeBuilding, ScopeID: 20, Approved: true},
	}}
	tk := filedTicket(t, "CLN-02")
	if part := PartOf(elsewhere, tk); part != PartSteward || KnowsReporter(elsewhere, tk, "operator") {
		t.Errorf("plays %s, knows the reporter: %v", part, KnowsReporter(elsewhere, tk, "operator"))
	}
}

// An office above may ask where a matter remains; who only audits may not, and all of them together once in 24 hours.
func TestAnOfficeMayUrge(t *testing.T) {
	c, tk := catalogueOf(t), filedTicket(t, "CLN-02")
	auditor := models.Actor{AccountID: 900, Held: []models.Held{{Role: models.Auditor, ScopeKind: models.ScopeCounty, ScopeID: 1, Approved: true}}}
	if _, _, err := tk.Apply(auditor, Move{Action: Urge}, c, noon.Add(time.Hour)); err == nil {
		t.Error("an auditor urged")
	}
	if _, _, err := tk.Apply(handler, Move{Action: Urge}, c, noon.Add(time.Hour)); err == nil {
		t.Error("the party urged itself")
	}
	urged, event, err := tk.Apply(centre, Move{Action: Urge}, c, noon.Add(time.Hour))
	if err != nil || urged.Urges != 1 || event.ActorRole != models.CenterOfficer {
		t.Fatalf("%d urges by %s: %v", urged.Urges, event.ActorRole, err)
	}
	if _, _, err := urged.Apply(centre, Move{Action: Urge}, c, noon.Add(2*time.Hour)); err == nil {
		t.Error("urged twice within an hour")
	}
}

// A station of one files for a neighbour and must be able to work what it filed.
func TestAFilerWhoAnswersMayWorkTheTicket(t *testing.T) {
	tk := filedTicket(t, "REP-01")
	tk.AuthorID, tk.ReporterID, tk.OnBehalf = handler.AccountID, 0, true
	next, event, err := tk.Apply(handler, Move{Action: Acknowledge}, catalogueOf(t), noon)
	if err != nil || next.State != Acknowledged || event.ActorRole != models.OperatorStaff || event.PartyID != 50 {
		t.Errorf("%v, %s, %+v", err, next.State, event)
	}
	tk.AuthorID = steward.AccountID
	if _, _, err := tk.Apply(steward, Move{Action: Acknowledge}, catalogueOf(t), noon); models.KindOf(err) != models.Denied {
		t.Errorf("a steward who filed takes it: %v", err)
	}
}

// What the neighbour said is passed on by who filed for him or asked by an office without an interest, and by nobody who works for
// the party that must answer; where he has an account he says it himself.
func TestWhoAnswersForANeighbour(t *testing.T) {
	c := catalogueOf(t)
	stationOfParty := station
	stationOfParty.Parties = []int64{50}
	auditor := models.Actor{AccountID: 900, Held: []models.Held{{Role: models.Auditor, ScopeKind: models.ScopeCounty, ScopeID: 1, Approved: true}}}
	for _, tt := range []struct {
		name             string
		category, kind   string
		filer            models.Actor
		reporter         int64
		by               models.Actor
		solved, sentBack bool
		step             Action
	}{
		{"the steward who filed", "REP-01", "operator", steward, 0, steward, true, true, RelayConfirm},
		{"a steward who did not file", "CLN-02", "operator", station, 0, steward, false, false, Confirm},
		{"the station, where it has no interest", "REP-01", "operator", steward, 0, station, true, true, Confirm},
		{"the station that filed", "REP-01", "operator", station, 0, station, true, true, RelayConfirm},
		{"the station that filed and must answer", "REP-01", "service_station", stationOfParty, 0, stationOfParty, false, false, RelayConfirm},
		{"the station that must answer", "REP-01", "service_station", steward, 0, stationOfParty, false, false, Confirm},
		{"the station under a town that must answer", "REP-01", "town", steward, 0, station, false, false, Confirm},
		{"the centre above a station that must answer", "REP-01", "service_station", station, 0, centre, true, true, Confirm},
		{"an auditor", "REP-01", "operator", steward, 0, auditor, false, false, Confirm},
		{"the handler", "REP-01", "operator", steward, 0, handler, false, false, Confirm},
		{"a complaint that the steward filed", "SVC-01", "operator", steward, 0, steward, false, true, RelayConfirm},
		{"a complaint, asked by the station", "SVC-01", "operator", steward, 0, station, true, true, Confirm},
		{"the neighbour has an account: the steward", "REP-01", "operator", steward, 1, steward, false, false, RelayConfirm},
		{"the neighbour has an account: the station", "REP-01", "operator", steward, 1, station, false, false, Confirm},
		{"the neighbour has an account: he", "REP-01", "operator", steward, 1, resident, true, true, Confirm},
	} {
		tk := at(t, tt.category, DonePendingConfirm)
		tk.AuthorID, tk.ReporterID, tk.OnBehalf = tt.filer.AccountID, tt.reporter, true
		step, _ := Answering(tt.by, tk, true)
		if step != tt.step {
			t.Errorf("%s: it would be %s", tt.name, step)
		}
		view := ViewFor(tt.by, Known{Ticket: tk, Party: Party{Kind: tt.kind}}, c, noon.Add(2*time.Hour))
		for action, want := range map[Action]bool{step: tt.solved, SendBack: tt.sentBack} {
			if err := tk.MayAnswer(tt.by, action != SendBack, 0, tt.kind); err == nil != want || slices.Contains(view.Actions, action) != want {
				t.Errorf("%s: %s is %v, offered %v", tt.name, action, err, view.Actions)
			}
			if err := tk.MayAnswer(tt.by, action != SendBack, 5, tt.kind); want && tt.by.AccountID != tk.ReporterID && models.CodeOf(err) != "ticket.no_stars_for_others" {
				t.Errorf("%s: stars for somebody else: %v", tt.name, err)
			}
		}
	}
	// In the ledger he who passes it on stands with his own role.
	tk := at(t, "REP-01", DonePendingConfirm)
	tk.AuthorID, tk.ReporterID, tk.OnBehalf = steward.AccountID, 0, true
	next, event, err := tk.Apply(steward, Move{Action: RelayConfirm}, c, noon.Add(2*time.Hour))
	if err != nil || next.State != ClosedUnrated || event.ActorRole != models.BuildingSteward || event.ActorID != steward.AccountID || event.PartyID != 0 {
		t.Errorf("%v, %s, %+v", err, next.State, event)
	}
	if _, event, err = next.Apply(steward, Move{Action: SendBack, Note: "她说又漏了"}, c, noon.Add(3*time.Hour)); err != nil || event.ActorRole != models.BuildingSteward {
		t.Errorf("%v, %+v", err, event)
	}
	lives := steward
	lives.Homes = []models.Home{{UnitID: 9, EstateID: 10, Approved: true}}
	if unit, weight := AnswerWeight(lives, tk); unit != 0 || weight != "none" {
		t.Errorf("his own household's voice weighs %s in a neighbour's matter", weight)
	}
}

func TestWhoAnswersHasNoVoiceOnHisWork(t *testing.T) {
	tk := filedTicket(t, "REP-01")
	home := []models.Home{{UnitID: 9, EstateID: 10, Approved: true}}
	neighbour, staff := resident, handler
	neighbour.Homes, staff.Homes = home, home
	if unit, weight := AnswerWeight(neighbour, tk); unit != 9 || weight != "full" {
		t.Errorf("a resident: unit %d, weight %s", unit, weight)
	}
	if _, weight := AnswerWeight(staff, tk); weight != "none" {
		t.Errorf("the company's own man weighs %s", weight)
	}
}

func TestUninterestedLevelKnowsTheReporter(t *testing.T) {
	for _, tt := range []struct {
		partyKind string
		who       models.Actor
		want      bool
	}{
		{"operator", station, true}, {"service_station", station, false}, {"service_station", centre, true}, {"property_center", centre, false}, {"town", station, false},
	} {
		if got := KnowsReporter(tt.who, filedTicket(t, "SVC-01"), tt.partyKind); got != tt.want {
			t.Errorf("%s judged, account %d: knows = %v", tt.partyKind, tt.who.AccountID, got)
		}
	}
}

func TestRouteAlwaysEndsWithSomebody(t *testing.T) {
	c := catalogueOf(t)
	for _, k := range c.Categories {
		for _, managed := range []bool{true, false} {
			targets := Route(k, managed)
			if targets[len(targets)-1] != TargetCenter {
				t.Errorf("%s managed=%v: %v", k.Code, managed, targets)
			}
			if !managed && targets[0] == TargetTerm {
				t.Errorf("%s: an unmanaged place has no operator to answer", k.Code)
			}
		}
	}
	if len(c.Categories) != 79 {
		t.Errorf("%d categories; B-b.3 has 79", len(c.Categories))
	}
}

func TestNumber(t *testing.T) {
	n := Number("2026-09-02", "410322100007", 12)
	if n != "20260902-007-0012-"+n[len(n)-1:] || !ValidNumber(n) {
		t.Fatal(n)
	}
	for i := range n {
		if n[i] == '-' {
			continue
		}
		wrong := []byte(n)
		wrong[i] = '0' + (n[i]-'0'+1)%10
		if ValidNumber(string(wrong)) {
			t.Errorf("%s passes for %s", wrong, n)
		}
	}
}

func TestSubstantive(t *testing.T) {
	for text, want := range map[string]bool{
		"收到": false, "好的，收到，请稍等。": false, "处理中": false, "师傅明天上午九点到": true, "OK": false, "已联系维修队，今晚更换": true, "": false,
	} {
		if Substantive(text) != want {
			t.Errorf("%q: %v", text, !want)
		}
	}
}

func TestProof(t *testing.T) {
	for _, tt := range []struct {
		kind           Kind
		result, reason string
		photos         int
		code           string
	}{
		{Repair, "已修好", "", 1, ""},
		{Repair, "已修好", "", 0, "ticket.proof_required"},
		{Repair, "已修好", "无", 0, "ticket.proof_required"},
		{Repair, "已修好", "住户不同意拍照", 0, ""},
		{Complaint, "已劝离", "", 0, ""},
		{Complaint, " ", "", 1, "ticket.text_required"},
	} {
		_, _, err := Proof(tt.kind, tt.result, tt.reason, tt.photos, 2000)
		if err == nil && tt.code != "" || err != nil && models.CodeOf(err) != tt.code {
			t.Errorf("%+v: %v", tt, err)
		}
	}
}

func TestAllowedFollowsTheFlow(t *testing.T) {
	c := catalogueOf(t)
	got := at(t, "REP-01", DonePendingConfirm).Allowed(resident, c, noon.Add(3*time.Hour))
	want := []Action{Confirm, SendBack, Say}
	if !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

// What a dispatcher decided binds the party that returned it, not the next one: the row says so, and the ledger tells it so.
func TestARefusedReturnIsRetoldUntilTheHandOver(t *testing.T) {
	at := noon
	var r Retelling
	row := Ticket{State: Dispatched, Open: true, HandlingPartyID: 51, RoutedBy: "term", KeptFrom: Parties("").With(50), Category: "REP-01", Urgency: "u3r", Version: 4, FiledAt: at, DispatchedAt: at.Add(3 * time.Hour)}
	for i, l := range []HistoryLine{
		{Action: "file", To: "accepted", Data: map[string]any{"category": "REP-01", "urgency": "u3r"}, At: at},
		{Action: "dispatch", From: "accepted", To: "dispatched", PartyID: 50, Data: map[string]any{"rule": "term"}, At: at},
		{Action: "return", From: "dispatched", To: "returned", PartyID: 50, At: at.Add(time.Hour)},
		{Action: "return_refuse", From: "returned", To: "dispatched", PartyID: 50, At: at.Add(2 * time.Hour)},
		{Action: "dispatch", From: "dispatched", To: "dispatched", PartyID: 51, Data: map[string]any{"rule": "term"}, At: at.Add(3 * time.Hour)},
	} {
		if fault := r.Tell(l); fault != "" {
			t.Fatal(fault)
		}
		if i == 3 && !slices.Contains(r.Differs(row, 0, 0), "return_barred") {
			t.Error("control: the party that was refused may return it again")
		}
	}
	if wrong := r.Differs(row, 0, 0); len(wrong) > 0 {
		t.Errorf("retold otherwise: %v", wrong)
	}
}

// Alerts that fell due together were saved together and raised the version once. One that follows on another step was saved by
// itself, though its moment is the same.
func TestAlertsAreRetoldAsTheyWereSaved(t *testing.T) {
	later := noon.Add(48 * time.Hour)
	alert := func(level float64) HistoryLine {
		return HistoryLine{Action: "escalate", From: "dispatched", To: "dispatched", PartyID: 50, Data: map[string]any{"level": level, "why": "overdue"}, At: later}
	}
	filed := []HistoryLine{
		{Action: "file", To: "accepted", Data: map[string]any{"category": "REP-01", "urgency": "u3r"}, At: noon},
		{Action: "dispatch", From: "accepted", To: "dispatched", PartyID: 50, Data: map[string]any{"rule": "term"}, At: noon},
	}
	urged := HistoryLine{Action: "urge", From: "dispatched", To: "dispatched", At: later}
	for _, tt := range []struct {
		name    string
		then    []HistoryLine
		version int64
		urges   int64
	}{
		{"together", []HistoryLine{alert(1), alert(2)}, 2, 0},
		{"with a step between them", []HistoryLine{alert(1), urged, alert(2)}, 4, 1},
	} {
		var r Retelling
		for _, l := range append(slices.Clone(filed), tt.then...) {
			if fault := r.Tell(l); fault != "" {
				t.Fatal(fault)
			}
		}
		row := Ticket{State: Dispatched, Open: true, HandlingPartyID: 50, RoutedBy: "term", Category: "REP-01", Urgency: "u3r", Version: tt.version, FiledAt: noon, DispatchedAt: noon, EscalatedTo: LevelTown, Urges: tt.urges}
		if tt.urges > 0 {
			row.UrgedAt = &later
		}
		if wrong := r.Differs(row, 0, 0); len(wrong) > 0 {
			t.Errorf("%s: retold otherwise: %v", tt.name, wrong)
		}
	}
}

// A steward reads the common matters of the building; what somebody wants to know or proposes is his own affair.
func TestAStewardReadsNoQuestions(t *testing.T) {
	c := catalogueOf(t)
	for _, category := range c.Categories {
		filed := Open(models.Actor{AccountID: 1}, Filing{Category: category.Code}, category, c, Where{}, "", time.Now())
		if want := category.PublicMatter && category.Kind != Enquiry && category.Kind != Suggestion; filed.StewardSees != want {
			t.Errorf("%s, a %s: a steward sees it: %v", category.Code, category.Kind, filed.StewardSees)
		}
	}
}
