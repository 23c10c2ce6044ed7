package ticket

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"linli/models"
)

// canaries are strings that must not be in an answer to somebody who must not know who filed.
func knownOf(t *testing.T, category string) Known {
	tk := at(t, category, DonePendingConfirm)
	tk.Text = "我是赵大妈，电话13812345678，楼道没人扫"
	tk.ClientID = "CANARY-client-id"
	return Known{
		Ticket: tk, EstateName: "安居苑", BuildingName: "3号楼", EntranceName: "2单元", UnitName: "CANARY-501", CommunityName: "某社区",
		Party: Party{ID: 50, Kind: "operator", Name: "某物业"}, ReporterName: "CANARY赵大妈", ReporterPhone: "13812345678", QueryCode: "CANARYCODE",
		Messages: []Message{{ID: 1, AuthorID: 1, ClientID: "CANARY-m", Side: PartReporter, Text: "打我13812345678", At: noon.Add(61 * time.Minute)}},
		Ratings:  []Rating{{Level: 2, Solved: false, Text: "CANARY-rating", At: noon}},
		Closings: []Closing{{Closing: 1, Result: "已清扫", Outcome: OutcomePending, CompleteAt: &noon}},
		Photos:   []KnownPhoto{{ID: 8, ClientID: "CANARY-photo", AuthorID: 1, Noun: "ticket", Kind: "before", Status: "stored", ListedAt: noon}},
		History: []HistoryLine{
			{ID: 1, Action: "file", ActorID: 1, ActorRole: models.Resident, At: noon},
			{ID: 2, Action: "acknowledge", ActorID: 3, ActorRole: models.OperatorStaff, PartyID: 50, PartyName: "某物业", At: noon.Add(time.Hour)},
		},
	}
}

func TestThePartyComplainedOfNeverLearnsWhoFiled(t *testing.T) {
	k := knownOf(t, "CLN-02")
	got, err := json.Marshal(ViewFor(handler, k, catalogueOf(t), noon.Add(4*time.Hour)))
	if err != nil {
		t.Fatal(err)
	}
	text := string(got)
	exact := noon.UTC().Format(time.RFC3339)
	for _, canary := range []string{"CANARY", "13812345678", "138****5678", exact, "2026-09-02T05:01"} {
		if strings.Contains(text, canary) {
			t.Errorf("the handler is told %q:\n%s", canary, text)
		}
	}
	if strings.Contains(text, `"reporter":`) {
		t.Error("the handler is given a reporter")
	}
}

// The same eyes without the rule's cause see it all: the test above can fail.
func TestTheReporterSeesHisOwn(t *testing.T) {
	k := knownOf(t, "CLN-02")
	got, _ := json.Marshal(ViewFor(resident, k, catalogueOf(t), noon.Add(4*time.Hour)))
	for _, own := range []string{"CANARY-client-id", "CANARYCODE", "CANARY-501", "13812345678", "CANARY-rating"} {
		if !strings.Contains(string(got), own) {
			t.Errorf("the reporter does not see his own %q", own)
		}
	}
}

// What people write of themselves is hidden in the text and in every line of the thread that is not the handler's own;
// without what storage knows of them it would stand there.
func TestWordsThatPointAtThePeopleBehind(t *testing.T) {
	k := knownOf(t, "CLN-02")
	k.ReporterName, k.UnitName = "赵桂兰", "501"
	k.Ticket.Text = "三楼楼道脏，501门口最脏。赵桂兰 一三八，一二三四，五六七八"
	k.Messages = []Message{
		{ID: 1, AuthorID: 1, Side: PartReporter, Text: "还是五零一门口", At: noon},
		{ID: 2, AuthorID: 5, Side: PartSteward, Text: "赵大妈说没扫", At: noon},
		{ID: 3, AuthorID: 6, Side: PartOfficer, Text: "请回复赵桂兰", At: noon},
		{ID: 4, AuthorID: 3, Side: PartHandler, Text: "501 我们去看过", At: noon},
	}
	tell := func(who models.Actor, k Known) string {
		v := ViewFor(who, k, catalogueOf(t), noon)
		words := v.TextShort + v.Text
		for _, m := range v.Messages {
			words += m.Text
		}
		return words
	}
	want := "三楼楼道脏，▇▇▇门口最脏。▇▇▇ ▇▇▇"
	if told := tell(handler, k); told != want+want+"还是▇▇▇门口▇▇▇说没扫请回复▇▇▇501 我们去看过" {
		t.Errorf("the handler reads %s", told)
	}
	if told := tell(resident, k); strings.Contains(told, models.Hidden) {
		t.Errorf("the reporter reads %s", told)
	}
	k.ReporterName, k.UnitName = "", ""
	if told := tell(handler, k); !strings.Contains(told, "501门口") || !strings.Contains(told, "赵桂兰") {
		t.Errorf("nothing is known and yet hidden: %s", told)
	}
}

// Nor does it learn that the steward filed it: his name stands on the building's card.
func TestTheStewardWhoFiledStaysHidden(t *testing.T) {
	k := knownOf(t, "CLN-02")
	k.Ticket.OnBehalf, k.Ticket.AuthorID, k.Ticket.ReporterID = true, steward.AccountID, 0
	k.History[0].ActorRole, k.History[0].ActorID = models.BuildingSteward, steward.AccountID
	tell := func(who models.Actor) string {
		b, _ := json.Marshal(ViewFor(who, k, catalogueOf(t), noon))
		return string(b)
	}
	if told := tell(handler); strings.Contains(told, "building_steward") || strings.Contains(told, `"on_behalf":true`) {
		t.Errorf("the handler is told: %s", told)
	}
	if told := tell(steward); !strings.Contains(told, "building_steward") {
		t.Error("the steward does not see his own filing")
	}
}

func TestOfficersSeeTheReporterMaskedUnlessJudged(t *testing.T) {
	k := knownOf(t, "CLN-02")
	view := ViewFor(station, k, catalogueOf(t), noon)
	if view.Reporter == nil || view.Reporter.PhoneMasked != "138****5678" || strings.Contains(view.Reporter.NameMasked, "赵大妈") {
		t.Errorf("station: %+v", view.Reporter)
	}
	k.Party.Kind, k.Ticket.HandlingPartyID = "service_station", 60
	if view := ViewFor(station, k, catalogueOf(t), noon); view.Reporter != nil || view.You != PartHandler {
		t.Errorf("the station that must answer is told %+v as %s", view.Reporter, view.You)
	}
}

func TestASingleRatingIsNotShownOutsideTheCentre(t *testing.T) {
	k := knownOf(t, "REP-01")
	for _, tt := range []struct {
		who   models.Actor
		level int
	}{{handler, 0}, {station, 0}, {steward, 0}, {centre, 2}, {resident, 2}} {
		view := ViewFor(tt.who, k, catalogueOf(t), noon)
		if view.Rating == nil || view.Rating.Level != tt.level || view.RatingLevel != tt.level {
			t.Errorf("account %d sees %+v", tt.who.AccountID, view.Rating)
		}
	}
}

func TestContactOfASharedRepair(t *testing.T) {
	k := knownOf(t, "REP-12")
	k.Ticket.ShareContact = true
	k.Ticket.State = Acknowledged
	view := ViewFor(handler, k, catalogueOf(t), noon)
	if view.UnitName != "CANARY-501" || view.Reporter != nil {
		t.Errorf("unit %q reporter %+v", view.UnitName, view.Reporter)
	}
	if !contains(view.Actions, ContactView) {
		t.Errorf("actions %v", view.Actions)
	}
	k.Ticket.State, k.Ticket.Open = Closed, false
	if view := ViewFor(handler, k, catalogueOf(t), noon); contains(view.Actions, ContactView) {
		t.Error("contact is offered after closing")
	}
}

// TestANumberThatWasNotShared: who did not share his number with the handler of a repair, and wrote it into the text all
// the same, keeps it hidden; who shared it shared it with the handler alone.
func TestANumberThatWasNotShared(t *testing.T) {
	k := knownOf(t, "REP-12")
	k.Ticket.Text = "水管漏水，请打 138 0013 8000"
	for _, shared := range []bool{false, true} {
		k.Ticket.ShareContact = shared
		for _, tt := range []struct {
			who  models.Actor
			sees bool
		}{{handler, shared}, {steward, false}, {station, true}, {resident, true}} {
			view := ViewFor(tt.who, k, catalogueOf(t), noon)
			if sees := strings.Contains(view.Text, "138 0013"); sees != tt.sees || strings.Contains(view.TextShort, "138 0013") != sees {
				t.Errorf("shared %v: account %d sees the number: %v", shared, tt.who.AccountID, sees)
			}
		}
	}
}

func TestAuditorsOnlyRead(t *testing.T) {
	k := knownOf(t, "REP-12")
	auditor := models.Actor{AccountID: 900, Held: []models.Held{{Role: models.Auditor, ScopeKind: models.ScopeCounty, ScopeID: 1, Approved: true}}}
	if view := ViewFor(auditor, k, catalogueOf(t), noon); len(view.Actions) != 0 || view.You != PartOfficer {
		t.Errorf("as %s: %v", view.You, view.Actions)
	}
	if !OnlyAudits(auditor, k.Ticket) || OnlyAudits(centre, k.Ticket) || OnlyAudits(resident, k.Ticket) {
		t.Error("who only audits is judged wrongly")
	}
	auditor.AccountID = k.Ticket.ReporterID
	if OnlyAudits(auditor, k.Ticket) {
		t.Error("an auditor may not write in his own matter at home")
	}
}

func contains(actions []Action, want Action) bool {
	for _, a := range actions {
		if a == want {
			return true
		}
	}
	return false
}
