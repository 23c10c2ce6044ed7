package ticket

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"linli/models"
)

func TestNumbersAndCodesAsPeopleTypeThem(t *testing.T) {
	number := Number("2026-09-02", "410882001", 5017)
	for _, typed := range []string{number, strings.ReplaceAll(number, "-", ""), " " + strings.ReplaceAll(number, "-", " － ") + "\u3000", "编号：" + fullWidth(number)} {
		if read, ok := ReadNumber(typed); !ok || read != number {
			t.Errorf("%q is read as %q, %v", typed, read, ok)
		}
	}
	swapped := strings.Replace(number, "5017", "5071", 1)
	for _, typed := range []string{"", "7", number[:len(number)-1], number[:len(number)-1] + "x", number + "1", swapped, strings.Repeat("9", 64)} {
		if read, ok := ReadNumber(typed); ok {
			t.Errorf("%q is read as %q", typed, read)
		}
	}
	for _, typed := range []string{"K7PD3XQA", "k7pd3xqa", " k7pd 3xqa ", "Ｋ７ｐｄ－３ｘｑａ", "K7PD\u30003XQA"} {
		if read := ReadCode(typed); read != "K7PD3XQA" {
			t.Errorf("%q is read as %q", typed, read)
		}
	}
}

func fullWidth(s string) string {
	return strings.Map(func(r rune) rune { return r - '!' + '！' }, s)
}

// What a slip opens says nothing that the party complained of does not see itself: no word that somebody wrote, nobody,
// no home, no hour.
func TestASlipTellsLessThanThePartySees(t *testing.T) {
	for _, category := range []string{"CLN-02", "LAW-01", "REP-01"} {
		k := knownOf(t, category)
		k.Ticket.Number, k.BuildingName, k.EntranceName, k.Ticket.ShareContact = "20260902-001-5017-1", "CANARY3号楼", "CANARY2单元", true
		k.Closings[0].Result, k.Party.Phone24 = "CANARY已清扫", "0391-1234567"
		k.History = append(k.History,
			HistoryLine{ID: 3, Action: "progress", ActorRole: models.OperatorStaff, Note: "CANARY note", PartyID: 50, PartyName: "某物业", At: noon.Add(2 * time.Hour)},
			HistoryLine{ID: 4, Action: "progress", ActorRole: models.OperatorStaff, PartyID: 50, PartyName: "某物业", At: noon.Add(3 * time.Hour)},
			HistoryLine{ID: 5, Action: "contact_view", ActorRole: models.OperatorStaff, Note: "CANARY why", PartyID: 50, PartyName: "某物业", At: noon.Add(3 * time.Hour)},
			HistoryLine{ID: 6, Action: "rate", ActorID: 1, ActorRole: models.Resident, At: noon.Add(4 * time.Hour)},
		)
		now := noon.Add(4 * time.Hour)
		got := ProgressOf(k, catalogueOf(t), now)
		text := jsonOf(t, got)
		for _, hidden := range []string{"CANARY", "138", "赵大妈", "楼道", "T05:", "T06:", "Z\"", "contact_view", "rate"} {
			if strings.Contains(text, hidden) {
				t.Errorf("%s: the slip tells %q:\n%s", category, hidden, text)
			}
		}
		var actions []Action
		for _, step := range got.Steps {
			actions = append(actions, step.Action)
		}
		if got.EstateName != "安居苑" || !slices.Equal(actions, []Action{File, Acknowledge, Progress}) {
			t.Errorf("%s: %s", category, text)
		}
		seen := ViewFor(handler, k, catalogueOf(t), now)
		for _, step := range got.Steps {
			if !slices.ContainsFunc(seen.Timeline, func(i TimelineItem) bool { return i.Action == string(step.Action) && i.On == step.On }) {
				t.Errorf("%s: the party does not see %+v", category, step)
			}
		}
		// Control: the reporter's own look has all of it.
		whole := jsonOf(t, ViewFor(resident, k, catalogueOf(t), now))
		for _, there := range []string{"CANARY3号楼", "CANARY2单元", "CANARY已清扫", "CANARY note", "13812345678", "楼道", "T05:", "contact_view"} {
			if !strings.Contains(whole, there) {
				t.Errorf("%s: %q would not be found", category, there)
			}
		}
	}
}

// A slip tells every step that moves a ticket, each in words of both languages. A "done" whose photos are on their way is no result yet.
func TestASlipTellsEveryMove(t *testing.T) {
	for _, step := range Flow {
		line, _ := HistoryLine{Action: string(step.Action)}.asUnheard(Ticket{ReporterID: 1}) // a callback's step is told as the reporter's answer
		if step.To != "" && step.Action != DoneSaid && !slices.Contains(progressSteps, Action(line.Action)) {
			t.Errorf("%s moves a ticket and is not told", step.Action)
		}
	}
	for _, language := range []string{"zh-CN", "en"} {
		words, err := os.ReadFile("../../pwa/src/i18n/" + language + "/laterProgress.ts")
		if err != nil {
			t.Fatal(err)
		}
		for _, action := range progressSteps {
			if !strings.Contains(string(words), "\n  step_"+string(action)+": '") {
				t.Errorf("%s: no words for %s", language, action)
			}
		}
	}
}

// A call shows the caller's number: the slip names the party's phone only where the party may know who reported.
func TestASlipOffersNoCallThatTellsWhoReported(t *testing.T) {
	for _, c := range []struct {
		category string
		shared   bool
		phone    string
	}{
		{"CLN-02", true, ""}, {"LAW-01", true, ""}, {"REP-01", false, ""}, {"REP-01", true, "0391-1234567"},
	} {
		k := knownOf(t, c.category)
		k.Ticket.ShareContact, k.Party.Phone24 = c.shared, "0391-1234567"
		if got := ProgressOf(k, catalogueOf(t), noon).Phone24; got != c.phone {
			t.Errorf("%s, shared %t: phone %q", c.category, c.shared, got)
		}
	}
}

func TestASlipOfWhatWaitsForItsBatch(t *testing.T) {
	k := knownOf(t, "CLN-02")
	k.Ticket.State, k.Ticket.HeldLevel, k.Ticket.FiledAt = Accepted, LevelStation, noon.Add(5*time.Hour)
	got := ProgressOf(k, catalogueOf(t), noon)
	if got.State != Accepted || got.HeldOn != models.DateOf(noon) || len(got.Steps) != 0 {
		t.Errorf("%s", jsonOf(t, got))
	}
	k.Ticket.HeldLevel, k.Ticket.State = 0, Dispatched
	if got := ProgressOf(k, catalogueOf(t), noon); len(got.Steps) == 0 || got.HeldOn != "" {
		t.Errorf("after the batch: %s", jsonOf(t, got))
	}
}

func jsonOf(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
