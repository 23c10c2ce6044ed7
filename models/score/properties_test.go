package score

import (
	"encoding/json"
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"linli/models"
)

// anyTicket is a ticket with any history, filed in the last hundred days.
func anyTicket(dice *rand.Rand, id int64) Ticket {
	start := hours(-dice.IntN(2400))
	after := func(n int) *time.Time { at := start.Add(time.Duration(n) * time.Hour); return &at }
	t := Ticket{ID: id, Serving: dice.IntN(8) > 0, State: "in_progress", FiledAt: start, ContactDue: *after(24), ResolveDue: *after(72)}
	if dice.IntN(4) > 0 {
		t.Contacted = after(dice.IntN(40))
	}
	evidence := []string{"none", "weak", "normal", "strong"}
	for n := range dice.IntN(3) {
		c := Closing{Number: int64(n + 1), Complete: after(n*30 + dice.IntN(100)), Outcome: "sent_back", Evidence: evidence[dice.IntN(4)]}
		answered := c.Complete.Add(time.Duration(dice.IntN(168)) * time.Hour)
		c.Answered = &answered
		t.Closings = append(t.Closings, c)
	}
	if n := len(t.Closings); n > 0 {
		t.Closings[n-1].Outcome = []string{"confirmed", "silent", "sent_back"}[dice.IntN(3)]
	}
	switch dice.IntN(12) {
	case 0:
		t.State, t.Ended = "withdrawn", after(dice.IntN(90))
	case 1:
		t.State, t.Ended = "merged", after(dice.IntN(90))
	}
	return t
}

func anySample(dice *rand.Rand) Sample {
	s := Sample{Households: int64(dice.IntN(200)), At: noon, Centre: true}
	for id := range int64(dice.IntN(30)) {
		s.Tickets = append(s.Tickets, anyTicket(dice, id+1))
	}
	for id := range int64(dice.IntN(40)) {
		s.Ratings = append(s.Ratings, anyRating(dice, id+1))
	}
	return s
}

func anyRating(dice *rand.Rand, id int64) Rating {
	weight := []string{WeightFull, WeightFull, WeightVolunteer, WeightNone}[dice.IntN(4)]
	rating := Rating{ID: id, UnitID: int64(dice.IntN(15)), Weight: weight, Level: dice.IntN(6), At: hours(-dice.IntN(2400))}
	if weight != WeightVolunteer {
		rating.TicketID, rating.Closing = int64(1+dice.IntN(30)), int64(1+dice.IntN(2))
	}
	return rating
}

func samples(t *testing.T, each func(r Ruleset, dice *rand.Rand, s Sample)) {
	r := rules(t)
	for seed := range uint64(300) {
		dice := rand.New(rand.NewPCG(seed, 7))
		s := anySample(dice)
		s.Priors = r.Defaults()
		each(r, dice, s)
	}
}

func text(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestOrderDoesNotMatter(t *testing.T) {
	samples(t, func(r Ruleset, dice *rand.Rand, s Sample) {
		scope := models.Scope{Everything: true}
		first := r.Compute(s).Explain(r, s, scope)
		s.Tickets, s.Ratings = slices.Clone(s.Tickets), slices.Clone(s.Ratings)
		dice.Shuffle(len(s.Tickets), func(i, j int) { s.Tickets[i], s.Tickets[j] = s.Tickets[j], s.Tickets[i] })
		dice.Shuffle(len(s.Ratings), func(i, j int) { s.Ratings[i], s.Ratings[j] = s.Ratings[j], s.Ratings[i] })
		if second := r.Compute(s).Explain(r, s, scope); text(t, first) != text(t, second) {
			t.Fatalf("another order, another score:\n%s\n%s", text(t, first), text(t, second))
		}
	})
}

func TestAGoodTicketNeverLowers(t *testing.T) {
	samples(t, func(r Ruleset, _ *rand.Rand, s Sample) {
		before := r.Compute(s).T
		good := filed(both(done(-60, "confirmed", -50, "normal"), func(t *Ticket) {
			t.ID, t.FiledAt, t.Contacted, t.ContactDue, t.ResolveDue = 999, hours(-72), moment(-71), hours(-48), hours(-1)
		}))
		s.Tickets = append(s.Tickets, good)
		if after := r.Compute(s).T; after.Cmp(before) < 0 {
			t.Fatalf("a good ticket lowered T from %s to %s", before.FloatString(6), after.FloatString(6))
		}
	})
}

// Complaints as such cost nothing: a hundred tickets that are not due yet change nothing at all.
func TestVolumeNeverLowers(t *testing.T) {
	samples(t, func(r Ruleset, _ *rand.Rand, s Sample) {
		before := r.Compute(s).T
		for id := range int64(100) {
			s.Tickets = append(s.Tickets, filed(func(t *Ticket) { t.ID, t.FiledAt = 1000+id, noon }))
		}
		if after := r.Compute(s).T; after.Cmp(before) != 0 {
			t.Fatalf("volume moved T from %s to %s", before.FloatString(6), after.FloatString(6))
		}
	})
}

// With k = 20 and p0 = 0.80 one more rating moves the satisfaction rate by less than four points (B-d.2).
func TestOneRatingMovesLittle(t *testing.T) {
	limit := bp(400)
	samples(t, func(r Ruleset, dice *rand.Rand, s Sample) {
		before := r.Compute(s).Rates[Satisfaction].Shrunk
		one := Rating{ID: 5000, TicketID: 7000, Closing: 1, UnitID: int64(1 + dice.IntN(30)), Weight: WeightFull, Level: 1 + dice.IntN(5), At: noon}
		s.Tickets = append(s.Tickets, Ticket{ID: 7000, Serving: true, FiledAt: noon, ContactDue: hours(9), ResolveDue: hours(9)})
		s.Ratings = append(s.Ratings, one)
		after := r.Compute(s).Rates[Satisfaction].Shrunk
		if moved := new(big.Rat).Abs(difference(after, before)); moved.Cmp(limit) >= 0 {
			t.Fatalf("one rating moved the rate by %s", moved.FloatString(4))
		}
	})
}

// What the explanation says a better outcome would bring is what it brings.
func TestWhatMovesItIsTrue(t *testing.T) {
	r := rules(t)
	s := Sample{Households: 300, At: hours(100), Priors: r.Defaults(), Centre: true}
	s.Tickets = []Ticket{filed(func(t *Ticket) { t.ID = 1 }), filed(both(done(10, "silent", 60, "none"), func(t *Ticket) { t.ID = 2 }))}
	gains := r.Compute(s).WhatMovesIt(r, 10)
	if len(gains) != 2 || gains[0].Rate != Resolution {
		t.Fatalf("gains %+v", gains)
	}
	before := r.Compute(s).T
	s.Tickets[0].Closings = []Closing{{Number: 1, Complete: moment(99), Outcome: "confirmed", Answered: moment(100), Evidence: "normal"}}
	if got := difference(r.Compute(s).T, before); got.Cmp(gains[0].T) != 0 || gains[0].Ticket.ID != 1 {
		t.Errorf("solving ticket 1 brings %s, promised %s", got.FloatString(6), gains[0].T.FloatString(6))
	}
}
