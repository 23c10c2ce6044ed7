package ticket

import (
	"encoding/json"
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
		"version": "", "valid_from": "2026-13-01", "sample_bp": 10_001, "second_look_bp": -1, "stars_to": 6, "tries": 1, "try_days": 0, "days": 0, "look_hours": 0,
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

// A share is told from ten on; what was overtaken or still runs is in none.
func TestCallbackShares(t *testing.T) {
	r := callbackRules(t)
	var s CallbackShare
	for state, n := range map[CallbackState]int64{CallbackSolved: 4, CallbackNotSolved: 2, CallbackNotReached: 2, CallbackLapsed: 1, CallbackOpen: 5, CallbackOvertaken: 7} {
		s.Add(state, n)
	}
	if s.Shared(r).ShareBP != nil || s.Due != 9 || s.Done != 8 || s.Open != 5 {
		t.Errorf("%+v", s.Shared(r))
	}
	s.Add(CallbackLapsed, 1)
	if got := s.Shared(r); got.ShareBP == nil || *got.ShareBP != 8_000 {
		t.Errorf("%+v", got)
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
