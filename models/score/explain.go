package score

import (
	"cmp"
	"math/big"
	"slices"

	"linli/models"
)

// Explain writes down what a result was computed from, as far as the viewer may see it: a line names its ticket only
// inside the viewer's scope, all other tickets appear in sums by month, value and reason; times are months.
func (result Result) Explain(r Ruleset, s Sample, scope models.Scope) Explanation {
	e := Explanation{
		Rates: result.rateViews(r, s), Parts: result.partViews(), Lines: result.lines(s, scope), P0Counts: result.priorViews(r),
		WhatMovesIt: result.gainViews(r, scope), Excluded: result.excludedViews(), IntervalMethod: IntervalMethod,
		Figures: r.Figures(result, s).view(r),
		Window:  WindowView{From: models.DateOf(result.Window.From), To: models.DateOf(s.At)},
	}
	households, satisfied := int64(0), int64(0)
	for _, cell := range result.Cells {
		households, satisfied = households+cell.Households, satisfied+cell.Satisfied
		if cell.Kind == GeneralVoices {
			e.Volunteers = &VolunteerView{Households: cell.Households, MeanBP: BasisPoints(quotient(cell.X, cell.N))}
		}
	}
	if households > 0 {
		e.SatisfactionRate = &SatisfiedView{Satisfied: satisfied, Households: households, BP: BasisPoints(big.NewRat(satisfied, households))}
	}
	return e
}

func (result Result) rateViews(r Ruleset, s Sample) []RateView {
	var views []RateView
	for _, rate := range Rates {
		computed := result.Rates[rate]
		view := RateView{
			Name: rate, Numerator: Exact(computed.X), Denominator: Exact(computed.N), P0: computed.Prior.P0, K: computed.K,
			Shrunk: BasisPoints(computed.Shrunk), Weight: computed.Weight, Points: Hundredths(computed.Points()),
			Interval: Wilson(computed.X, computed.N), Released: computed.Released,
		}
		switch {
		case !computed.Released:
			view.Note = "not_released"
		case result.sample(rate) < r.SmallSample:
			view.Note = noteSmall
		default:
			raw := BasisPoints(quotient(computed.X, computed.N))
			view.Raw = &raw
		}
		views = append(views, view)
	}
	return views
}

// sample is how many tickets or households stand behind a rate.
func (result Result) sample(rate Rate) int64 {
	if rate != Satisfaction {
		return floor(result.Rates[rate].N)
	}
	var households int64
	for _, cell := range result.Cells {
		households += cell.Households
	}
	return households
}

func (result Result) partViews() []PartView {
	var views []PartView
	for _, part := range result.Estate.Parts {
		view := PartView{Name: part.Name, Weight: part.Weight, Missing: part.Value == nil}
		if part.Value != nil {
			value := Hundredths(part.Value)
			view.Value = &value
		}
		views = append(views, view)
	}
	return views
}

func (result Result) priorViews(r Ruleset) map[Rate]PriorView {
	views := map[Rate]PriorView{}
	for _, rate := range Rates {
		prior := result.Rates[rate].Prior
		views[rate] = PriorView{X: Exact(prior.X), N: Exact(prior.N), P0: prior.P0, Default: prior.N.Cmp(whole(r.Prior.MinCount)) < 0}
	}
	return views
}

// lines gives the inputs of every rate. Outside the centre satisfaction is one sum a cell and nothing else.
func (result Result) lines(s Sample, scope models.Scope) []Line {
	lines := []Line{}
	var hidden []Line
	for _, mark := range result.Marks {
		line := Line{Rate: mark.Rate, Month: models.MonthOf(mark.Entered), Count: 1, Weight: "1", Value: Exact(mark.Value), Reason: mark.Reason, Earlier: mark.Earlier}
		if scope.Sees(mark.Ticket) {
			line.TicketID, line.Number, line.Category = mark.Ticket.ID, mark.Ticket.Number, mark.Ticket.Category
			lines = append(lines, line)
			continue
		}
		hidden = append(hidden, line)
	}
	if s.Centre {
		for _, v := range result.Voices {
			hidden = append(hidden, Line{Rate: Satisfaction, Month: v.Month, Count: 1, Weight: Exact(v.Weight), Value: Exact(v.Points), Reason: v.Cell})
		}
	} else {
		for _, cell := range result.Cells {
			each := quotient(cell.N, whole(cell.Households))
			mean := quotient(cell.X, cell.N)
			hidden = append(hidden, Line{Rate: Satisfaction, Count: cell.Households, Weight: Exact(each), Value: Exact(mean), Reason: cell.Kind})
		}
	}
	return append(lines, together(hidden)...)
}

// together adds equal lines up, in an order that tells nothing of when they came.
func together(lines []Line) []Line {
	counts := map[Line]int64{}
	for _, line := range lines {
		count := line.Count
		line.Count = 0
		counts[line] += count
	}
	out := make([]Line, 0, len(counts))
	for line, count := range counts {
		line.Count = count
		out = append(out, line)
	}
	slices.SortFunc(out, func(a, b Line) int {
		return cmp.Or(cmp.Compare(a.Rate, b.Rate), cmp.Compare(a.Month, b.Month), cmp.Compare(a.Reason, b.Reason),
			cmp.Compare(a.Weight, b.Weight), cmp.Compare(a.Value, b.Value), later(a, b))
	})
	return out
}

// later puts what an earlier party did first.
func later(a, b Line) int {
	switch {
	case a.Earlier == b.Earlier:
		return 0
	case a.Earlier:
		return -1
	}
	return 1
}

func (result Result) gainViews(r Ruleset, scope models.Scope) []GainView {
	views := []GainView{}
	for _, gain := range result.WhatMovesIt(r, 10) {
		view := GainView{Rate: gain.Rate, Gain: Hundredths(gain.T)}
		if scope.Sees(gain.Ticket) {
			view.TicketID, view.Number, view.Category = gain.Ticket.ID, gain.Ticket.Number, gain.Ticket.Category
		}
		if view.Gain > 0 {
			views = append(views, view)
		}
	}
	return views
}

func (result Result) excludedViews() []ExcludedView {
	views := []ExcludedView{}
	for reason, count := range result.Excluded {
		views = append(views, ExcludedView{Reason: reason, Count: count})
	}
	slices.SortFunc(views, func(a, b ExcludedView) int { return cmp.Compare(a.Reason, b.Reason) })
	return views
}
