package ticket

import (
	"encoding/json"
	"strings"
	"testing"

	"linli/models"
)

// named is a ticket in which everybody but the reporter names him: offices in their reasons, a party before in its thread, its
// progress and its "done".
func named(t *testing.T, category string, protected bool) Known {
	k := knownOf(t, category)
	k.Ticket.Protected, k.Ticket.KeptFrom, k.Ticket.ShareContact = protected, k.Ticket.KeptFrom.With(49), false
	k.ReporterName, k.UnitName = "赵桂兰", "501"
	k.Ticket.Text, k.Ticket.ClientID, k.QueryCode, k.Ratings, k.Photos = "楼道没人扫", "", "", nil, nil
	const words = "501赵桂兰来电13812345678"
	k.Messages = []Message{{ID: 1, AuthorID: 9, Side: PartHandler, HandlingPartyID: 49, Text: words, At: noon}}
	k.Closings = []Closing{{Closing: 1, HandlingPartyID: 49, Result: words, Outcome: OutcomeSentBack, CompleteAt: &noon}}
	k.History = []HistoryLine{
		{ID: 1, Action: "file", ActorID: 1, ActorRole: models.Resident, At: noon},
		{ID: 2, Action: string(Progress), ActorID: 9, ActorRole: models.OperatorStaff, PartyID: 49, PartyName: "前任物业", Note: words, At: noon},
	}
	for i, action := range []Action{ReturnGrant, ReturnRefuse, Redispatch} {
		k.History = append(k.History, HistoryLine{ID: int64(3 + i), Action: string(action), ActorID: 7, ActorRole: models.StationStaff, PartyID: 50, PartyName: "某物业", Note: words, At: noon})
	}
	k.Messages = append(k.Messages, Message{ID: 2, AuthorID: 7, Side: PartOfficer, Text: words, At: noon})
	k.Extension = &ExtensionView{Outcome: ExtensionGranted, Reason: words, partyID: 49}
	for i, action := range []Action{Urge, ExtendGrant, ExtendRefuse, Joint, Reopen} {
		k.History = append(k.History, HistoryLine{ID: int64(6 + i), Action: string(action), ActorID: 7, ActorRole: models.CenterOfficer, Note: words, At: noon})
	}
	return k
}

// Whoever must answer now reads neither in an office's words nor in those of the party before him who filed: an office sees the
// reporter masked, and he let that party know him, not this one.
func TestNobodyElsesWordsNameTheReporterToTheParty(t *testing.T) {
	for name, protected := range map[string]bool{"CLN-02": true, "REP-01": false} {
		k := named(t, name, protected)
		tell := func(who models.Actor) string {
			b, err := json.Marshal(ViewFor(who, k, catalogueOf(t), noon))
			if err != nil {
				t.Fatal(err)
			}
			return string(b)
		}
		told := tell(handler)
		for _, secret := range []string{"13812345678", "赵桂兰", "501"} {
			if strings.Contains(told, secret) {
				t.Errorf("%s: the handler reads %q:\n%s", name, secret, told)
			}
		}
		if told := tell(resident); strings.Count(told, "13812345678") < 12 {
			t.Errorf("%s: the reporter does not read what was written of him: %s", name, told)
		}
		if told := tell(steward); strings.Contains(told, "赵桂兰") || strings.Contains(told, "13812345678") {
			t.Errorf("%s: the steward reads who it is: %s", name, told)
		}
		// Its own words stay as they were written: it is they that are needed for the work.
		k.Messages[0].HandlingPartyID, k.History[1].PartyID = 50, 50
		if told := tell(handler); strings.Count(told, "13812345678") != 2 {
			t.Errorf("%s: the party does not read its own words: %s", name, told)
		}
	}
}

// An office that names the next party is not that party.
func TestAnOfficeDecidesUnderItsOwnName(t *testing.T) {
	k := named(t, "REP-01", false)
	for _, item := range ViewFor(resident, k, catalogueOf(t), noon).Timeline {
		switch Action(item.Action) {
		case ReturnGrant, ReturnRefuse, Redispatch:
			if item.ActorName != "" || item.ActorRole != models.StationStaff || item.PartyName != "某物业" {
				t.Errorf("%s by %q (%s), to %q", item.Action, item.ActorName, item.ActorRole, item.PartyName)
			}
		case Progress:
			if item.ActorName != "前任物业" {
				t.Errorf("progress told by %q", item.ActorName)
			}
		}
	}
}
