package ticket

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"linli/models"
)

func callbackRules(t *testing.T) CallbackRules {
	t.Helper()
	r, err := ParseCallbackRules(CallbackRuleDocuments()[0])
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestCallbackRulesAreChecked(t *testing.T) {
	callbackRules(t)
	for field, value := range map[string]any{
		"version": "", "valid_from": "2026-13-01", "sample_bp": 10_001, "second_look_bp": -1, "stars_to": 6, "tries": 1, "try_days": 0, "try_gap_hours": -1, "days": 0, "look_hours": 0,
		"call_to": "07:00", "call_from": "8", "published_days": 0, "share_from": 0, "reopen_most": -1,
	} {
		var doc map[string]any
		if err := json.Unmarshal(CallbackRuleDocuments()[0], &doc); err != nil {
			t.Fatal(err)
		}
		doc[field] = value
		b, _ := json.Marshal(doc)
		if _, err := ParseCallbackRules(b); err == nil {
			t.Errorf("%s = %v is taken", field, value)
		}
	}
}

// The lots are as even as a share needs, differ with key, ticket and closing, and do not hang together.
func TestLotsAreEven(t *testing.T) {
	const n = 20_000
	key := []byte("0123456789abcdef0123456789abcdef")
	var sample, second, both int
	for id := range int64(n) {
		l := LotsOf(key, id, 1)
		if l != LotsOf(key, id, 1) || l.Sample < 0 || l.Sample > 9_999 || l.SecondLook < 0 || l.SecondLook > 9_999 {
			t.Fatalf("%+v", l)
		}
		if l.Sample < 2000 {
			sample++
		}
		if l.SecondLook < 500 {
			second++
		}
		if l.Sample < 2000 && l.SecondLook < 500 {
			both++
		}
	}
	if sample < n*19/100 || sample > n*21/100 || second < n*45/1000 || second > n*55/1000 || both < n*7/1000 || both > n*13/1000 {
		t.Errorf("%d, %d and %d of %d", sample, second, both, n)
	}
	if a := LotsOf(key, 7, 1); a == LotsOf(key, 7, 2) || a == LotsOf(key, 8, 1) || a == LotsOf([]byte("another"), 7, 1) || LotsOf(key, 1, 11) == LotsOf(key, 11, 1) {
		t.Error("another closing, ticket or key has the same lots")
	}
}

// The first reason that fits is told, so that an office reads of a low rating only where nothing else would have brought the call.
func TestWhyIsToldInOrder(t *testing.T) {
	r, never, always := callbackRules(t), Lots{9_999, 9_999}, Lots{0, 0}
	for _, one := range []struct {
		t       Ticket
		outcome Outcome
		stars   int
		lots    Lots
		why     CallbackWhy
	}{
		{Ticket{Kind: Complaint, Urgency: "u1"}, OutcomeConfirmed, 1, always, CallbackComplaint},
		{Ticket{Kind: Repair, Urgency: "u1"}, OutcomeConfirmed, 1, always, CallbackUrgent},
		{Ticket{Kind: Repair, Urgency: "u3r"}, OutcomeConfirmed, 2, always, CallbackLowRating},
		{Ticket{Kind: Repair, Urgency: "u3r"}, OutcomeConfirmed, 3, always, CallbackSample},
		{Ticket{Kind: Repair, Urgency: "u3r"}, OutcomeConfirmed, 3, never, ""},
		{Ticket{Kind: Repair, Urgency: "u3r"}, OutcomeConfirmed, 0, Lots{9_999, 0}, ""},
		{Ticket{Kind: Repair, Urgency: "u3r"}, OutcomeSilent, 0, Lots{9_999, 0}, CallbackSecondLook},
		{Ticket{Kind: Repair, Urgency: "u3r"}, OutcomeRelayed, 0, Lots{9_999, 0}, ""},
	} {
		if got := r.Draw(one.t, one.outcome, one.stars, one.lots); got != one.why {
			t.Errorf("%+v: %q", one, got)
		}
	}
}

// A share is what was reached of what was due, told from ten on; what was overtaken or still runs is in none, and a call that
// reached nobody is due and not reached. Below the centre fewer are no figure at all, and no reader learns how they came out.
func TestCallbackShares(t *testing.T) {
	r := callbackRules(t)
	var c CallbackCounts
	for state, n := range map[CallbackState]int64{CallbackSolved: 4, CallbackNotSolved: 2, CallbackNotReached: 2, CallbackLapsed: 1, CallbackOpen: 5, CallbackOvertaken: 7} {
		c.Add(state, n)
	}
	if s := r.Share(c, true); s.ShareBP != nil || s.Due != 9 || s.Reached != 6 || s.TooFew || s.Counts == nil || *s.Counts != c || c.Open != 5 || c.NotReached != 2 {
		t.Errorf("nine, to the centre: %+v", s)
	}
	if s := r.Share(c, false); s != (CallbackShare{TooFew: true}) || r.Share(CallbackCounts{}, false) != s {
		t.Errorf("nine, to a station: %+v; none: %+v", s, r.Share(CallbackCounts{}, false))
	}
	c.Add(CallbackLapsed, 1)
	if s := r.Share(c, true); s.ShareBP == nil || *s.ShareBP != 6_000 {
		t.Errorf("ten, to the centre: %+v", s)
	}
	if s := r.Share(c, false); s.ShareBP == nil || *s.ShareBP != 6_000 || s.Due != 10 || s.Reached != 6 || s.Counts != nil || s.TooFew {
		t.Errorf("ten, to a station: %+v", s)
	}
}

// Whoever sees all counts the published days up to today; all others the whole months among them that are over.
func TestFiguresBelowTheCentreAreOfFinishedMonths(t *testing.T) {
	r := callbackRules(t)
	for _, one := range []struct {
		all       bool
		today     models.Date
		from, to  models.Date
		published int
	}{
		{true, "2026-11-27", "2026-05-31", "2026-11-27", 180}, {false, "2026-11-27", "2026-06-01", "2026-10-31", 180}, {false, "2026-11-30", "2026-07-01", "2026-10-31", 152},
		{false, "2026-12-01", "2026-07-01", "2026-11-30", 153}, {false, "2026-03-01", "2026-02-01", "2026-02-28", 28}, {false, "2026-03-31", "2026-04-01", "2026-02-28", 7},
	} {
		r.PublishedDays = one.published
		if from, to := r.CallbackSpan(one.all, one.today); from != one.from || to != one.to {
			t.Errorf("%+v: %s to %s", one, from, to)
		}
	}
}

// Below the centre no reason tells of stars or silence: all three are one word, for else each would tell what the others are not.
func TestWhatAnOfficeReadsOfTheReason(t *testing.T) {
	for _, why := range []CallbackWhy{CallbackComplaint, CallbackUrgent, CallbackLowRating, CallbackSample, CallbackSecondLook} {
		for level, want := range map[Level]CallbackWhy{LevelStation: CallbackDrawn, LevelTown: CallbackDrawn, LevelCenter: why, LevelLeadingGroup: why} {
			if why == CallbackComplaint || why == CallbackUrgent {
				want = why
			}
			if got := CallbackOf(Callback{Why: why, Level: level}, Known{}).Why; got != want {
				t.Errorf("%s at level %d: %s", why, level, got)
			}
		}
	}
}

// The day is the closing's, also where the stars that brought the call came later.
func TestTheDayOfACallbackIsThatOfItsClosing(t *testing.T) {
	answered := noon.Add(-3 * 24 * time.Hour)
	k := Known{Closings: []Closing{{Closing: 1, AnsweredAt: &noon}, {Closing: 2, AnsweredAt: &answered}}}
	if v := CallbackOf(Callback{Closing: 2, DueAt: noon}, k); v.ClosedOn != models.DateOf(answered) {
		t.Errorf("closed on %s", v.ClosedOn)
	}
}

// A result is told at hours in which people are called, whatever it is, and tries that reach nobody lie apart.
func TestCallsAreMadeInTheDayAndApart(t *testing.T) {
	r, ticket := callbackRules(t), knownOf(t, "CLN-02").Ticket
	ticket.State, ticket.Open, ticket.Closing = Closed, false, 1
	caller := models.Actor{AccountID: 4711, Held: []models.Held{{Role: models.CenterOfficer, ScopeKind: models.ScopeCounty, Approved: true}}}
	c := r.NewCallback(ticket, CallbackSecondLook, nil, noon)
	tell := func(c Callback, result CallbackState, at time.Time) (Callback, error) {
		return c.Tell(caller, ticket, CallbackTelling{Result: result}, &at, r, at)
	}
	day := models.DateOf(noon).Add(1).Start()
	for _, result := range []CallbackState{CallbackSolved, CallbackNotSolved, CallbackNotReached} {
		for since, code := range map[time.Duration]string{
			8*time.Hour - time.Second: "callback.not_now", 8 * time.Hour: "", 21*time.Hour - time.Second: "", 21 * time.Hour: "callback.not_now", 24*time.Hour - time.Minute: "callback.not_now",
		} {
			if _, err := tell(c, result, day.Add(since)); (err != nil || code != "") && models.CodeOf(err) != code {
				t.Errorf("%s at %s: %v", result, since, err)
			}
		}
	}
	tried, err := tell(c, CallbackNotReached, day.Add(9*time.Hour))
	if err != nil || tried.Tries != 1 {
		t.Fatalf("%+v (%v)", tried, err)
	}
	_, err = tell(tried, CallbackNotReached, day.Add(12*time.Hour-time.Second))
	if refused, ok := errors.AsType[*models.Error](err); !ok || refused.Code != "callback.too_soon" || refused.Params["at"] != "2026-09-03 12:00" {
		t.Errorf("again within three hours: %v", err)
	}
	if again, err := tell(tried, CallbackNotReached, day.Add(12*time.Hour)); err != nil || again.Tries != 2 || again.TryDays != 1 {
		t.Errorf("again after three hours: %+v (%v)", again, err)
	}
	if _, err := tell(tried, CallbackSolved, day.Add(9*time.Hour+time.Minute)); err != nil {
		t.Errorf("he rings back at once: %v", err)
	}
	r.CallFrom, r.CallTo = "00:00", "24:00"
	if _, err := tell(c, CallbackSolved, day.Add(24*time.Hour-time.Second)); err != nil {
		t.Errorf("round the clock: %v", err)
	}
}

// Whoever only audits, and whoever has no such office, takes no step that comes out of a callback, whatever he asks the flow for.
func TestNobodyElseReopens(t *testing.T) {
	c := catalogueOf(t)
	closed := knownOf(t, "CLN-02").Ticket
	closed.State, closed.Open, closed.Closing, closed.ClosedAt = Closed, false, 1, &noon
	for name, a := range map[string]models.Actor{"the handler": handler, "the reporter": resident, "the steward": steward, "an auditor": {AccountID: 77, Held: []models.Held{{Role: models.Auditor, ScopeKind: models.ScopeCounty, Approved: true}}}} {
		if _, _, err := closed.Apply(a, Move{Action: Reopen, Note: "没扫"}, c, noon.Add(time.Hour)); models.CodeOf(err) != "ticket.not_yours_to_reopen" {
			t.Errorf("%s: %v", name, err)
		}
	}
}
