package score

import (
	"cmp"
	"math/big"
	"slices"
	"time"

	"linli/models"
)

// Prior is p0 of one rate for one class and period, with the counts it was pooled from (B-d.2).
type Prior struct {
	Rate Rate
	P0   int64 // basis points
	X, N *big.Rat
}

// Defaults are the priors until a class has enough cases of its own.
func (r Ruleset) Defaults() map[Rate]Prior {
	out := map[Rate]Prior{}
	for _, rate := range Rates {
		out[rate] = Prior{Rate: rate, P0: r.Rates[rate].P0, X: whole(0), N: whole(0)}
	}
	return out
}

// Pool computes the prior of a rate from its pooled counts: x of n, where n counts tickets or voices. Too few cases
// give the default of the ruleset.
func (r Ruleset) Pool(rate Rate, x, n *big.Rat) Prior {
	prior := Prior{Rate: rate, P0: r.Rates[rate].P0, X: x, N: n}
	if n.Cmp(whole(r.Prior.MinCount)) >= 0 {
		prior.P0 = BasisPoints(quotient(x, n))
	}
	return prior
}

// Sample is what one score is computed from.
type Sample struct {
	Households int64
	Homes      int64 // what the figure by homes divides by; 0 where the register does not know them all
	At         time.Time
	Tickets    []Ticket
	Ratings    []Rating
	Priors     map[Rate]Prior
	// Centre is set for viewers who may see raw satisfaction. For all others only Released counts (DECISIONS 12).
	Centre   bool
	Released []Cell
	// Suspended is published beside the rates, and asked for by the page behind a score only.
	Suspended *SuspendedYear
}

// RateResult is one rate: x of n, and what shrinkage makes of it.
type RateResult struct {
	Rate     Rate
	X, N     *big.Rat
	Prior    Prior
	K        int64
	Weight   int64
	Shrunk   *big.Rat
	Released bool
}

// Points is what the rate adds to T.
func (r RateResult) Points() *big.Rat { return product(whole(r.Weight), r.Shrunk) }

// with is the rate's shrunk value had x and n been larger by these.
func (r RateResult) with(x, n *big.Rat) *big.Rat {
	return Shrink(sum(r.X, x), sum(r.N, n), bp(r.Prior.P0), r.K)
}

// Result is a computed score with everything that went into it.
type Result struct {
	Window   Span
	Rates    map[Rate]RateResult
	Marks    []Mark  // tickets that count, in the order of their ids
	Voices   []Voice // households that answered; empty outside the centre
	Cells    []Cell  // what the satisfaction rate was added up from
	Excluded map[Reason]int64
	Running  []Ticket // neither decided nor due in at least one rate
	T        *big.Rat // 0 to 100
	Estate   Estate
}

// Compute gives the score of a sample. The order of tickets and ratings does not matter.
func (r Ruleset) Compute(s Sample) Result {
	result := Result{Window: r.WindowOf(s.Households, s.At), Rates: map[Rate]RateResult{}, Excluded: map[Reason]int64{}, T: whole(0)}
	result.judgeAll(r, s)
	result.hear(r, s)
	for _, rate := range Rates {
		x, n := result.total(rate)
		rule, prior := r.Rates[rate], s.Priors[rate]
		computed := RateResult{Rate: rate, X: x, N: n, Prior: prior, K: rule.K, Weight: rule.Weight, Released: true}
		computed.Shrunk = Shrink(x, n, bp(prior.P0), rule.K)
		if rate == Satisfaction {
			computed.Released = s.Centre || len(result.Cells) > 0
		}
		result.Rates[rate] = computed
		result.T = sum(result.T, computed.Points())
	}
	result.Estate = r.EstateScore(map[PartName]*big.Rat{PartComplaints: result.T})
	return result
}

func (result *Result) judgeAll(r Ruleset, s Sample) {
	tickets := slices.SortedFunc(slices.Values(s.Tickets), func(a, b Ticket) int { return cmp.Compare(a.ID, b.ID) })
	for _, t := range tickets {
		if t.FiledAt.After(s.At) {
			continue
		}
		for _, turn := range t.turns(s.At) {
			result.judgeTurn(r, turn, !t.FiledAt.Before(result.Window.From))
		}
	}
}

// judgeTurn adds what a ticket was worth while one party had it. What had neither been decided nor missed when it was handed
// over goes on with the next party's clocks, and counts there.
func (result *Result) judgeTurn(r Ruleset, t turn, fresh bool) {
	var out, running Reason
	for _, rate := range []Rate{Response, Resolution} {
		mark, why := r.Judge(rate, t.Ticket, t.at)
		switch {
		case why == OutRunning:
			running = why
		case why != "":
			out = why
		case result.Window.Holds(mark.Entered):
			mark.Since = t.since
			if t.over {
				mark.Earlier, mark.Reach = true, mark.Value
			}
			result.Marks = append(result.Marks, mark)
		}
	}
	switch {
	case t.over:
	case out != "" && fresh:
		result.Excluded[out]++
	case out == "" && running != "":
		result.Excluded[running]++
		result.Running = append(result.Running, t.AsOf(t.at))
	}
}

func (result *Result) hear(r Ruleset, s Sample) {
	if !s.Centre {
		for _, cell := range s.Released {
			result.Cells = append(result.Cells, cell)
		}
		return
	}
	voices, out := r.Voices(s.Ratings, ticketsAsOf(s.Tickets, s.At), result.Window)
	result.Voices = voices
	for why, count := range out {
		result.Excluded[why] += count
	}
	for _, kind := range CellKinds {
		if cell := r.CellOf(kind, voices); cell.Households > 0 {
			result.Cells = append(result.Cells, cell)
		}
	}
}

func (result *Result) total(rate Rate) (x, n *big.Rat) {
	x, n = whole(0), whole(0)
	if rate == Satisfaction {
		for _, cell := range result.Cells {
			x, n = sum(x, cell.X), sum(n, cell.N)
		}
		return x, n
	}
	for _, mark := range result.Marks {
		if mark.Rate == rate {
			x, n = sum(x, mark.Value), sum(n, whole(1))
		}
	}
	return x, n
}

// Rated reports whether enough tickets count to speak of a rating at all (B-d.2: below five "样本不足").
func (result Result) Rated(r Ruleset) bool { return result.TicketCount() >= r.SmallSample }

// TicketCount is the number of tickets that count in at least one rate.
func (result Result) TicketCount() int64 {
	seen := map[int64]bool{}
	for _, mark := range result.Marks {
		seen[mark.Ticket.ID] = true
	}
	return int64(len(seen))
}

// Gain is what one better outcome would do to T.
type Gain struct {
	Rate   Rate
	Ticket Ticket
	T      *big.Rat
}

// WhatMovesIt lists the tickets whose better outcome would raise T most: open and overdue, not yet proven or confirmed,
// or still in time. At most limit of them, the largest gain first.
func (result Result) WhatMovesIt(r Ruleset, limit int) []Gain {
	var gains []Gain
	add := func(rate Rate, t Ticket, x, n *big.Rat) {
		computed := result.Rates[rate]
		gain := product(whole(computed.Weight), difference(computed.with(x, n), computed.Shrunk))
		if gain.Sign() > 0 {
			gains = append(gains, Gain{Rate: rate, Ticket: t, T: gain})
		}
	}
	for _, mark := range result.Marks {
		add(mark.Rate, mark.Ticket, difference(mark.Reach, mark.Value), whole(0))
	}
	for _, t := range result.Running {
		if t.Contacted == nil {
			add(Response, t, whole(1), whole(1))
		}
		add(Resolution, t, bp(r.Solution.Confirmed), whole(1))
	}
	slices.SortFunc(gains, func(a, b Gain) int {
		return cmp.Or(b.T.Cmp(a.T), cmp.Compare(a.Ticket.ID, b.Ticket.ID), cmp.Compare(a.Rate, b.Rate))
	})
	return gains[:min(limit, len(gains))]
}

// MonthEnd is the last moment of a month that a trend looks at.
func MonthEnd(month models.Month) time.Time { return month.Add(1).Start().Add(-time.Microsecond) }

// Counted is x of n.
type Counted struct{ X, N *big.Rat }

// Count adds up the three rates of a span as they were known at its end, for pooling a prior.
func (r Ruleset) Count(span Span, tickets []Ticket, ratings []Rating) map[Rate]Counted {
	end := span.To.Add(-time.Microsecond)
	result := Result{Window: span, Excluded: map[Reason]int64{}}
	sample := Sample{At: end, Tickets: tickets, Ratings: ratings, Centre: true}
	result.judgeAll(r, sample)
	result.hear(r, sample)
	counted := map[Rate]Counted{}
	for _, rate := range Rates {
		x, n := result.total(rate)
		counted[rate] = Counted{X: x, N: n}
	}
	return counted
}

// Summary publishes a result: points rounded once, the band by the exact value.
func (result Result) Summary(r Ruleset) Summary {
	return Summary{
		T: Hundredths(result.T), S: Hundredths(result.Estate.S), Band: r.BandOf(result.Estate.S), Provisional: result.Estate.Provisional, Rated: result.Rated(r),
		Tickets: result.TicketCount(), Ruleset: r.Name(),
	}
}

// AnsweredIn counts, for the sentence that residents read, the tickets whose reporter was reached in a month, and of
// these the ones solved by their deadline: the party's own word is not enough, its reporter or a week of silence has answered it.
func AnsweredIn(tickets []Ticket, month models.Month, at time.Time) (answered, solvedInTime int64) {
	for _, t := range tickets {
		reached, solved := false, false
		for _, turn := range t.turns(at) {
			one := turn.AsOf(turn.at)
			if excluded(one) != "" || one.Contacted == nil || models.MonthOf(*one.Contacted) != month {
				continue
			}
			reached, solved = true, solvedInItsTime(one)
		}
		if reached {
			answered++
		}
		if solved {
			solvedInTime++
		}
	}
	return answered, solvedInTime
}

func solvedInItsTime(t Ticket) bool {
	if len(t.Closings) == 0 {
		return false
	}
	last := t.Closings[len(t.Closings)-1]
	answered := last.Outcome != "sent_back" && last.Outcome != "pending" && last.Outcome != "superseded"
	return answered && !last.Complete.After(t.ResolveDue)
}
