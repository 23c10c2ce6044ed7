package ticket

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"linli/models"
)

func promiseRulesOf(t *testing.T) PromiseRules {
	t.Helper()
	r, err := ParsePromiseRules(PromiseRuleDocuments()[0])
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// promisedTo is a ticket in work of which the handler promises a result on the third of September, a day after it was filed.
func promisedTo(t *testing.T) Ticket {
	t.Helper()
	tk := at(t, "REP-01", InProgress)
	next, _, err := tk.Apply(handler, Move{Action: Promise, Note: "换好水泵"}, catalogueOf(t), noon)
	if err != nil {
		t.Fatal(err)
	}
	return next.PromisedFor(promiseRulesOf(t), "2026-09-03", noon)
}

// A step that somebody takes at a moment in Shanghai, and the refusal that he gets, or none.
type promiseTry struct {
	at     string
	a      models.Actor
	action Action
	code   string
}

// approved is the reporter with a home in the estate; the resident of the other tests has none there, and a voice without weight.
func approved() models.Actor {
	a := resident
	a.Homes = []models.Home{{UnitID: 9, EstateID: 10, Approved: true}}
	return a
}

// What each promise comes to, whoever did what when.
func TestWhatAPromiseComesTo(t *testing.T) {
	const soon, before, day, evening, after, last, late = "2026-09-02 15:59", "2026-09-02 20:00", "2026-09-03 09:00", "2026-09-03 18:00", "2026-09-04 09:00", "2026-09-10 23:00", "2026-09-11 00:00"
	system, unheard, resident := models.SystemActor, resident, approved()
	inside := resident
	inside.Parties = []int64{50}
	for _, tt := range []struct {
		name  string
		tries []promiseTry
		end   PromiseEnd
		worth int64
		never bool // it does not count
	}{
		{"kept, says the reporter in the evening of the day", []promiseTry{{day, resident, PromiseKept, "ticket.promise_early"}, {evening, resident, PromiseKept, ""}}, PromiseEndKept, 10_000, false},
		{"not kept, on the last day for it", []promiseTry{{last, resident, PromiseBroken, ""}}, PromiseEndBroken, 0, false},
		{"nobody answers after the last day", []promiseTry{{last, system, PromiseLapse, "ticket.changed_meanwhile"}, {late, resident, PromiseKept, "ticket.promise_over"}, {late, system, PromiseLapse, ""}}, PromiseEndSilent, 0, false},
		{"said to be fulfilled in the morning: asked at once", []promiseTry{{day, handler, PromiseSaid, ""}, {day, handler, PromiseSaid, "ticket.promise_said"}, {day, resident, PromiseBroken, ""}}, PromiseEndBroken, 0, false},
		{"said to be fulfilled, and nobody answers", []promiseTry{{day, handler, PromiseSaid, ""}, {late, system, PromiseLapse, ""}}, PromiseEndSaid, 2_000, false},
		{"done by the day, its photos after midnight, and nobody answers", []promiseTry{{day, handler, DoneSaid, ""}, {after, system, Done, ""}, {late, system, PromiseLapse, ""}}, PromiseEndSaid, 2_000, false},
		{"done by the day, its photos after midnight, and he calls it kept", []promiseTry{{day, handler, DoneSaid, ""}, {after, system, Done, ""}, {after, resident, PromiseKept, ""}}, PromiseEndKept, 10_000, false},
		{"there within hours, and kept: nothing had to be promised", []promiseTry{{soon, handler, PromiseSaid, ""}, {evening, resident, PromiseKept, ""}}, PromiseEndKept, 0, true},
		{"done within hours and confirmed: nothing had to be promised", []promiseTry{{soon, handler, Done, ""}, {evening, resident, Confirm, ""}}, PromiseEndConfirmed, 0, true},
		{"done within hours, and nobody answers", []promiseTry{{soon, handler, Done, ""}, {late, system, PromiseLapse, ""}}, PromiseEndDone, 0, true},
		{"said within hours, and it was not so", []promiseTry{{soon, handler, PromiseSaid, ""}, {evening, resident, PromiseBroken, ""}}, PromiseEndBroken, 0, false},
		{"done within hours, and sent back after the day", []promiseTry{{soon, handler, Done, ""}, {after, resident, SendBack, ""}}, PromiseEndSentBack, 0, false},
		{"a voice without weight confirms: as though nobody had answered", []promiseTry{{day, handler, Done, ""}, {after, unheard, Confirm, ""}}, PromiseEndConfirmed, 5_000, false},
		{"a voice without weight calls kept what was said, and waits until the day is over", []promiseTry{{day, handler, PromiseSaid, ""}, {evening, unheard, PromiseKept, "ticket.promise_early"}, {after, unheard, PromiseKept, ""}}, PromiseEndKept, 2_000, false},
		{"a voice without weight calls kept what nobody said", []promiseTry{{evening, unheard, PromiseKept, "ticket.promise_early"}, {after, unheard, PromiseKept, ""}}, PromiseEndKept, 0, false},
		{"a voice without weight calls broken what is done the same evening", []promiseTry{{evening, unheard, PromiseBroken, "ticket.promise_early"}, {evening, handler, Done, ""}, {after, unheard, PromiseBroken, ""}}, PromiseEndBroken, 5_000, false},
		{"the party's own man confirms: as though nobody had answered", []promiseTry{{day, handler, Done, ""}, {after, inside, Confirm, ""}}, PromiseEndConfirmed, 5_000, false},
		{"the party's own man withdraws it first", []promiseTry{{before, inside, Withdraw, "ticket.promise_not_withdrawn"}, {late, system, PromiseLapse, ""}, {late, inside, Withdraw, ""}}, PromiseEndSilent, 0, false},
		{"confirmed, and taken back", []promiseTry{{day, handler, Done, ""}, {after, resident, Confirm, ""}, {last, resident, SendBack, ""}}, PromiseEndTakenBack, 0, true},
		{"confirmed, taken back, done and confirmed again", []promiseTry{{day, handler, Done, ""}, {after, resident, Confirm, ""}, {after, resident, SendBack, ""}, {last, handler, Done, ""}, {last, resident, Confirm, ""}}, PromiseEndTakenBack, 0, true},
		{"done, nobody answered, and an office hears that it is not solved", []promiseTry{{day, handler, Done, ""}, {"2026-09-10 10:00", system, Silence, ""}, {late, system, PromiseLapse, ""}, {late, centre, Reopen, ""}}, PromiseEndSentBack, 0, false},
		{"said when the day is over", []promiseTry{{after, handler, PromiseSaid, "ticket.promise_said_late"}, {late, system, PromiseLapse, ""}}, PromiseEndSilent, 0, false},
		{"re-dated on the day: too late", []promiseTry{{day, handler, PromiseRedate, "ticket.promise_redate_late"}, {late, system, PromiseLapse, ""}}, PromiseEndSilent, 0, false},
		{"done by the day, and nobody answers", []promiseTry{{day, handler, Done, ""}, {late, system, PromiseLapse, ""}}, PromiseEndDone, 5_000, false},
		{"done by the day, closed by silence, and nobody answers", []promiseTry{{day, handler, Done, ""}, {"2026-09-10 10:00", system, Silence, ""}, {late, system, PromiseLapse, ""}}, PromiseEndDone, 5_000, false},
		{"done by the day and confirmed", []promiseTry{{day, handler, Done, ""}, {after, resident, Confirm, ""}}, PromiseEndConfirmed, 10_000, false},
		{"done by the day and sent back after it", []promiseTry{{day, handler, Done, ""}, {after, resident, SendBack, ""}}, PromiseEndSentBack, 0, false},
		{"done by the day, sent back before it, done again in time", []promiseTry{{before, handler, Done, ""}, {before, resident, SendBack, ""}, {before, resident, PromiseKept, "ticket.promise_early"}, {day, handler, Done, ""}, {after, resident, Confirm, ""}}, PromiseEndConfirmed, 10_000, false},
		{"done too late and confirmed: the day decides", []promiseTry{{after, handler, Done, ""}, {after, resident, Confirm, ""}, {late, system, PromiseLapse, ""}}, PromiseEndSilent, 0, false},
		{"done too late, and the reporter calls it kept", []promiseTry{{after, handler, Done, ""}, {after, resident, PromiseKept, ""}}, PromiseEndKept, 10_000, false},
		{"withdrawn before the day", []promiseTry{{before, resident, Withdraw, ""}}, PromiseEndOvertaken, 0, true},
		{"withdrawn after the day", []promiseTry{{after, resident, Withdraw, ""}}, PromiseEndSilent, 0, false},
		{"the party judges itself", []promiseTry{{evening, handler, PromiseKept, "ticket.not_yours_to_promise_kept"}, {evening, steward, PromiseBroken, "ticket.not_yours_to_promise_broken"}, {evening, resident, PromiseBroken, ""}}, PromiseEndBroken, 0, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tk := promisedTo(t)
			due := tk.ResolveDue
			for _, try := range tt.tries {
				next, event, err := tk.Apply(try.a, Move{Action: try.action, Note: "配件没到", Weightless: Weightless(try.a, tk)}, catalogueOf(t), instant(t, try.at))
				if models.CodeOf(err) != try.code && (err != nil || try.code != "") {
					t.Fatalf("%s at %s: %v, want %q", try.action, try.at, err, try.code)
				}
				if err == nil && (try.action == PromiseKept || try.action == PromiseBroken) && event.PartyID != 0 {
					t.Errorf("the verdict is told as the party's: %+v", event)
				}
				tk = next
			}
			worth, counts := promiseRulesOf(t).Worth(tk.PromiseCounts, 0)
			if tk.PromiseEnd != tt.end || tk.PromiseOpen() || worth != tt.worth || counts == tt.never {
				t.Errorf("%q, as %q, open %v, worth %d, counts %v", tk.PromiseEnd, tk.PromiseCounts, tk.PromiseOpen(), worth, counts)
			}
			if !tk.ResolveDue.Equal(due) {
				t.Errorf("the deadline moved from %s to %s", due, tk.ResolveDue)
			}
		})
	}
}

// Nobody judges his own party's promise, whatever else he is; who filed for a neighbour says "not kept" at most, and nothing for somebody
// who can speak for himself.
func TestWhoJudgesAPromise(t *testing.T) {
	inside := resident
	inside.Parties = []int64{50}
	neighbours := func(tk Ticket) Ticket {
		tk.AuthorID, tk.ReporterID, tk.OnBehalf = steward.AccountID, 0, true
		return tk
	}
	friends := func(tk Ticket) Ticket { tk.AuthorID, tk.OnBehalf = steward.AccountID, true; return tk }
	same := func(tk Ticket) Ticket { return tk }
	for _, tt := range []struct {
		name         string
		a            models.Actor
		of           func(Ticket) Ticket
		kept, broken bool
	}{
		{"the reporter", approved(), same, true, true},
		{"a reporter whose home is not approved, on the day", resident, same, false, false},
		{"a reporter who works for the party", inside, same, false, false},
		{"who filed for a neighbour without an account", steward, neighbours, false, true},
		{"who filed for one with an account", steward, friends, false, false},
		{"the party", handler, same, false, false},
		{"the centre", centre, same, false, false},
	} {
		tk := tt.of(promisedTo(t))
		allowed := tk.Allowed(tt.a, catalogueOf(t), instant(t, "2026-09-03 19:00"))
		if slices.Contains(allowed, PromiseKept) != tt.kept || slices.Contains(allowed, PromiseBroken) != tt.broken {
			t.Errorf("%s may %v", tt.name, allowed)
		}
	}
}

// An early re-dating costs a part, each time, and less than silence; the new day is later than the old one and within the rules.
func TestAnEarlyRedatingCostsLessThanSilence(t *testing.T) {
	r, c := promiseRulesOf(t), catalogueOf(t)
	tk, now := promisedTo(t), instant(t, "2026-09-02 20:00")
	for _, day := range []models.Date{"2026-09-03", "2026-09-01", "2026-10-03", "2026-02-30", ""} {
		if err := tk.CheckRedate(r, day, now); models.CodeOf(err) != "ticket.promise_day" {
			t.Errorf("%s: %v", day, err)
		}
	}
	for i, day := range []models.Date{"2026-09-05", "2026-10-02"} {
		if err := tk.CheckRedate(r, day, now); err != nil {
			t.Fatal(err)
		}
		next, _, err := tk.Apply(handler, Move{Action: PromiseRedate, Note: "厂家缺货"}, c, now)
		if err != nil || next.PromiseRedates != int64(i+1) {
			t.Fatalf("%d, %v", next.PromiseRedates, err)
		}
		if tk = next.PromisedFor(r, day, now); !tk.PromiseEarns.Equal(noon.Add(4 * time.Hour)) {
			t.Errorf("a later day moves the hour before which nothing had to be promised to %s", tk.PromiseEarns)
		}
	}
	if err := tk.CheckRedate(r, "2026-10-02", now); models.CodeOf(err) != "ticket.promise_redate_used" {
		t.Errorf("a third time: %v", err)
	}
	silent, _ := r.Worth(PromiseEndSilent, 0)
	for redates := int64(0); redates <= r.MostRedates; redates++ {
		kept, _ := r.Worth(PromiseEndKept, redates)
		if kept != 10_000-2_500*redates || kept <= silent {
			t.Errorf("%d re-datings leave %d", redates, kept)
		}
	}
	// Honest re-datings and then a result are worth more than a mere word, whatever follows.
	word, counts := r.Worth(PromiseEndSaid, 0)
	if twice, _ := r.Worth(PromiseEndDone, 2); twice != 2_500 || word >= twice || !counts {
		t.Errorf("done after two re-datings is worth %d, a mere word %d", twice, word)
	}
	if days := r.DaysFor("2026-10-02", now); days.fits() {
		t.Errorf("after the last day that may be named there are others: %v", days)
	}
}

// Of few promises only their number is told; the rate is rounded once, half up.
func TestThePromiseKeptRate(t *testing.T) {
	r := promiseRulesOf(t)
	one := func(as PromiseEnd, redates int64) PromiseCount {
		return PromiseCount{CountsAs: as, Redates: redates, N: 1}
	}
	ended := []PromiseCount{one(PromiseEndKept, 0), one(PromiseEndConfirmed, 1), one(PromiseEndDone, 0), one(PromiseEndSilent, 0), one(PromiseEndTakenBack, 0), one(PromiseEndOvertaken, 0)}
	few := r.FigureOf(r.TallyOf(ended))
	if told, _ := json.Marshal(few); string(told) != `{"n":4}` {
		t.Errorf("of four is told %s", told)
	}
	f := r.FigureOf(r.TallyOf(append(ended, one(PromiseEndSentBack, 0), PromiseCount{CountsAs: PromiseEndBroken, N: 2}, one(PromiseEndSaid, 1))))
	told, _ := json.Marshal(f)
	if want := `{"n":8,"kept":1,"kept_later":1,"done":1,"said":1,"broken":3,"silent":1,"neither":2,"worth_bp":24000,"bp":3000}`; string(told) != want {
		t.Errorf("%s, want %s", told, want)
	}
	thirds := []PromiseCount{{CountsAs: PromiseEndKept, N: 4}, {CountsAs: PromiseEndBroken, N: 2}}
	if f := r.FigureOf(r.TallyOf(thirds)); *f.BP != 6667 {
		t.Errorf("two thirds are %d", *f.BP)
	}
}

func TestPromiseRulesAreChecked(t *testing.T) {
	for name, spoil := range map[string]func(map[string]any){
		"no version":                         func(m map[string]any) { m["version"] = "" },
		"no day":                             func(m map[string]any) { m["valid_from"] = "2026-02-30" },
		"no promise at all":                  func(m map[string]any) { m["most_promises"] = 0 },
		"an hour that no day has":            func(m map[string]any) { m["judge_hour"] = 24 },
		"a re-dating for nothing":            func(m map[string]any) { m["redate_cost_bp"] = 0 },
		"re-datings that cost like silence":  func(m map[string]any) { m["redate_cost_bp"] = 5_000 },
		"silence worth as much as a promise": func(m map[string]any) { m["unanswered_bp"] = 10_000 },
		"a word worth as much as a result":   func(m map[string]any) { m["said_bp"] = 2_500 },
		"an hour that looks back":            func(m map[string]any) { m["least_hours"] = -1 },
		"words":                              func(m map[string]any) { m["judge_days"] = "seven" },
	} {
		var doc map[string]any
		if err := json.Unmarshal(PromiseRuleDocuments()[0], &doc); err != nil {
			t.Fatal(err)
		}
		spoil(doc)
		spoilt, _ := json.Marshal(doc)
		if _, err := ParsePromiseRules(spoilt); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}

// What came of promises is told again by the lines alone: another row differs.
func TestPromisesAreRetold(t *testing.T) {
	var r Retelling
	day := func(d, by string) map[string]any {
		return map[string]any{"promise": 1.0, "day": d, "from": by, "by": by, "until": by, "earns": "2026-09-02T08:00:00Z"}
	}
	for _, l := range []HistoryLine{
		{Action: "file", To: "accepted", Data: map[string]any{"category": "REP-01", "urgency": "u3r"}, At: noon},
		{Action: "dispatch", From: "accepted", To: "dispatched", PartyID: 50, Data: map[string]any{"rule": "term"}, At: noon},
		{Action: "acknowledge", From: "dispatched", To: "acknowledged", PartyID: 50, At: noon},
		{Action: "promise", From: "acknowledged", To: "acknowledged", PartyID: 50, Data: day("2026-09-03", "2026-09-03T15:59:59Z"), At: noon},
		{Action: "promise_redate", From: "acknowledged", To: "acknowledged", PartyID: 50, Data: day("2026-09-05", "2026-09-05T15:59:59Z"), At: noon.Add(time.Hour)},
		{Action: "promise_broken", From: "acknowledged", To: "acknowledged", Data: map[string]any{"weight": "none"}, At: noon.Add(100 * time.Hour)},
	} {
		if fault := r.Tell(l); fault != "" {
			t.Fatal(fault)
		}
	}
	ended := noon.Add(100 * time.Hour)
	about := Ticket{EstateID: 7}
	row := Promising{Nth: 1, EstateID: 7, PartyID: 50, MadeAt: noon, FirstDay: "2026-09-03", Day: "2026-09-05", Redates: 1, EndWhy: PromiseEndBroken, CountsAs: PromiseEndSilent, EndedAt: &ended}
	if wrong := r.DiffersInPromises(about, []Promising{row}); len(wrong) != 0 {
		t.Errorf("retold otherwise: %v", wrong)
	}
	for name, spoil := range map[string]func(*Promising){
		"another end":    func(p *Promising) { p.EndWhy = PromiseEndKept },
		"another count":  func(p *Promising) { p.CountsAs = PromiseEndBroken },
		"another estate": func(p *Promising) { p.EstateID = 8 },
		"another party":  func(p *Promising) { p.PartyID = 51 },
		"another day":    func(p *Promising) { p.Day = "2026-09-03" },
		"no re-dating":   func(p *Promising) { p.Redates = 0 },
		"still open":     func(p *Promising) { p.EndedAt = nil },
	} {
		other := row
		spoil(&other)
		if len(r.DiffersInPromises(about, []Promising{other})) != 1 {
			t.Errorf("%s was not seen", name)
		}
	}
	if len(r.DiffersInPromises(about, nil)) != 1 {
		t.Error("a promise that was taken away was not seen")
	}
}
