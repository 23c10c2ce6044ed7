package ticket

import (
	"testing"
	"time"

	"linli/models"
)

// codeOf is the code of a refusal, none where nothing was refused.
func codeOf(err error) string {
	if err == nil {
		return ""
	}
	return models.CodeOf(err)
}

// tries are lines and messages of a party that looked for the reporter of tk, at the moments named.
func tries(t *testing.T, tk Ticket, how TryHow, moments ...string) (lines []HistoryLine, messages []Message) {
	t.Helper()
	for _, when := range moments {
		at := instant(t, when)
		messages = append(messages, Message{Side: PartHandler, HandlingPartyID: tk.HandlingPartyID, Text: "想约您在家的时间", At: at.Add(-time.Minute)})
		lines = append(lines, HistoryLine{Action: string(ContactTry), PartyID: tk.HandlingPartyID, Data: map[string]any{"how": string(how)}, At: at})
	}
	return lines, messages
}

func TestWhenNobodyWasReached(t *testing.T) {
	tk := taken(t, "REP-01", "2026-11-25 12:00")
	tk.ID, tk.UnitID, tk.ShareContact = 1, 9, true
	now := instant(t, "2026-11-27 12:00")
	threeOnTwo := []string{"2026-11-26 09:00", "2026-11-26 18:00", "2026-11-27 09:00"}
	by := func(action Action, actor int64, when string) HistoryLine {
		return HistoryLine{Action: string(action), ActorID: actor, At: instant(t, when)}
	}
	for _, tt := range []struct {
		name  string
		how   TryHow
		at    []string
		lines []HistoryLine
		words []Message
		code  string
	}{
		{"three on two days", TryMessage, threeOnTwo, nil, nil, ""},
		{"two", TryMessage, threeOnTwo[1:], nil, nil, "ticket.pause_tries"},
		{"three on one day", TryMessage, []string{"2026-11-27 09:00", "2026-11-27 10:00", "2026-11-27 11:00"}, nil, nil, "ticket.pause_tries"},
		{"just before and just after midnight are two days", TryMessage, []string{"2026-11-26 23:00", "2026-11-26 23:40", "2026-11-27 00:15"}, nil, nil, ""},
		{"three visits, and no line where he could answer", TryVisit, threeOnTwo, nil, nil, "ticket.pause_tries"},
		{"he wrote after the second", TryMessage, threeOnTwo, nil, []Message{{Side: PartReporter, At: instant(t, "2026-11-26 20:00")}}, "ticket.pause_tries"},
		{"he wrote before all of them", TryMessage, threeOnTwo, nil, []Message{{Side: PartReporter, At: instant(t, "2026-11-26 08:00")}}, ""},
		{"he said that he was reached", TryMessage, threeOnTwo, []HistoryLine{by(ContactConfirm, tk.ReporterID, "2026-11-27 10:00")}, nil, "ticket.pause_tries"},
		{"he urged", TryMessage, threeOnTwo, []HistoryLine{by(Urge, tk.ReporterID, "2026-11-27 10:00")}, nil, "ticket.pause_tries"},
		{"an office urged", TryMessage, threeOnTwo, []HistoryLine{by(Urge, tk.ReporterID+77, "2026-11-27 10:00")}, nil, ""},
		{"what the party does not see changes nothing", TryMessage, threeOnTwo, []HistoryLine{by(CalledBack, 0, "2026-11-27 10:00"), by(ContactView, 0, "2026-11-27 10:00")}, nil, ""},
		{"a party waits for him once", TryMessage, threeOnTwo, []HistoryLine{{Action: string(PauseUnreached), PartyID: tk.HandlingPartyID, At: instant(t, "2026-11-25 12:30")}}, nil, "ticket.pause_unreached_used"},
		{"what another party used up is its own", TryMessage, threeOnTwo, []HistoryLine{{Action: string(PauseUnreached), PartyID: tk.HandlingPartyID + 77, At: instant(t, "2026-11-25 12:30")}}, nil, ""},
		{"before it came to the party", TryMessage, []string{"2026-11-25 11:00", "2026-11-26 18:00", "2026-11-27 09:00"}, nil, nil, "ticket.pause_tries"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			lines, messages := tries(t, tk, tt.how, tt.at...)
			err := ReachingOf(tk, append(tt.lines, lines...), append(tt.words, messages...), now).MayPause()
			if codeOf(err) != tt.code {
				t.Errorf("got %v, want %q", err, tt.code)
			}
		})
	}
	lines, messages := tries(t, tk, TryMessage, threeOnTwo...)
	if r := ReachingOf(tk, lines, messages, now.Add(triesFor)); len(r.Tries) != 0 {
		t.Errorf("after a week these still count: %v", r.Tries)
	}
	for i := range lines {
		lines[i].PartyID++
	}
	if r := ReachingOf(tk, lines, messages, now); len(r.Tries) != 0 {
		t.Errorf("another party's tries count: %v", r.Tries)
	}
}

func TestWhatCannotHaveBeenATry(t *testing.T) {
	open := taken(t, "REP-01", "2026-11-25 12:00")
	open.UnitID, open.ShareContact = 9, true
	is := func(f func(*Ticket)) Ticket { tk := open; f(&tk); return tk }
	hidden := is(func(tk *Ticket) { tk.ShareContact = false })
	complaint := is(func(tk *Ticket) { tk.Kind, tk.Protected = Complaint, true })
	now := instant(t, "2026-11-26 10:00")
	before := func(d time.Duration) []Try { return []Try{{TryMessage, now.Add(-d)}} }
	for _, tt := range []struct {
		name string
		t    Ticket
		r    Reaching
		how  TryHow
		code string
	}{
		{"a call to the number that was shown", open, Reaching{Looked: true}, TryCall, ""},
		{"a call to a number that nobody looked at", open, Reaching{}, TryCall, "ticket.try_not_looked"},
		{"a call to somebody hidden", hidden, Reaching{Looked: true}, TryCall, "ticket.try_hidden"},
		{"a call about a complaint", complaint, Reaching{Looked: true}, TryCall, "ticket.try_hidden"},
		{"a visit", open, Reaching{}, TryVisit, ""},
		{"a visit to no door", is(func(tk *Ticket) { tk.UnitID = 0 }), Reaching{}, TryVisit, "ticket.try_no_door"},
		{"a visit to somebody hidden", hidden, Reaching{}, TryVisit, "ticket.try_hidden"},
		{"a line in the conversation", complaint, Reaching{Wrote: now}, TryMessage, ""},
		{"a line that was never written", complaint, Reaching{}, TryMessage, "ticket.try_not_written"},
		{"one line for two tries", open, Reaching{Wrote: now.Add(-time.Hour), Tries: before(40 * time.Minute)}, TryMessage, "ticket.try_not_written"},
		{"another line for another try", open, Reaching{Wrote: now.Add(-time.Minute), Tries: before(40 * time.Minute)}, TryMessage, ""},
		{"within half an hour", open, Reaching{Wrote: now, Looked: true, Tries: before(29 * time.Minute)}, TryCall, "ticket.try_too_soon"},
		{"after half an hour", open, Reaching{Looked: true, Tries: before(30 * time.Minute)}, TryCall, ""},
		{"by pigeon", open, Reaching{Wrote: now}, "pigeon", "ticket.try_how"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if err := tt.r.Check(tt.how, tt.t, now); codeOf(err) != tt.code {
				t.Errorf("got %v, want %q", err, tt.code)
			}
		})
	}
}

func TestAWaitForTheReporterIsShort(t *testing.T) {
	base := taken(t, "REP-01", "2026-11-25 12:00")
	base.ID = 1
	now := instant(t, "2026-11-26 10:00")
	asked := func(until models.Date) PauseAsked { return PauseAsked{Why: PauseForReporter, Until: until} }
	filer := handler
	own := base
	own.AuthorID, own.ReporterID, own.OnBehalf = filer.AccountID, 0, true
	is := func(f func(*Ticket)) Ticket { tk := base; f(&tk); return tk }
	for _, tt := range []struct {
		name  string
		t     Ticket
		a     models.Actor
		until models.Date
		code  string
	}{
		{"three days", base, handler, "2026-11-29", ""},
		{"four days", base, handler, "2026-11-30", "ticket.pause_day"},
		{"today", base, handler, "2026-11-26", "ticket.pause_day"},
		{"the reporter does not wait for himself", base, resident, "2026-11-27", "ticket.not_yours_to_pause_unreached"},
		{"nor who filed it for a neighbour and works for the party", own, filer, "2026-11-27", "ticket.not_yours_to_pause_unreached"},
		{"life is in danger", is(func(tk *Ticket) { tk.Urgency = "u1" }), handler, "2026-11-27", "ticket.pause_never"},
		{"many stand behind it", is(func(tk *Ticket) { tk.JointAt = &now }), handler, "2026-11-27", "ticket.pause_unreached_joint"},
		{"a station filed it for somebody without an account", is(func(tk *Ticket) { tk.ReporterID, tk.OnBehalf, tk.FiledAs = 0, true, models.StationStaff }), handler, "2026-11-27", "ticket.pause_unreached_behalf"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			next, err := paused(t, tt.t, tt.a, asked(tt.until), now)
			if codeOf(err) != tt.code || err == nil && !next.PausedAt(now) {
				t.Errorf("got %v, want %q", err, tt.code)
			}
		})
	}
	if _, _, err := own.Apply(filer, Move{Action: ContactTry, Note: "没人"}, catalogueOf(t), now); models.CodeOf(err) != "ticket.not_yours_to_contact_try" {
		t.Errorf("who filed it looks for himself: %v", err)
	}
}

// A station that filed a complaint for somebody may answer for him. The party reads that the wait is over, not by whom and at which hour.
func TestWhoEndsAWaitIsNotToldToTheParty(t *testing.T) {
	k := knownOf(t, "SVC-01")
	k.Ticket.State = Acknowledged
	k.History = []HistoryLine{
		{Action: string(Resume), ActorID: 77, ActorRole: models.StationStaff, Data: map[string]any{"why": "heard"}, At: noon},
		{Action: string(Resume), ActorRole: models.System, At: noon},
	}
	view := ViewFor(handler, k, catalogueOf(t), noon)
	if len(view.Timeline) != 2 || view.Timeline[0].At != nil || view.Timeline[0].ActorRole != models.Resident {
		t.Errorf("%+v", view.Timeline)
	}
	if view.Timeline[1].At == nil {
		t.Error("that it ended on its day is no secret")
	}
}
