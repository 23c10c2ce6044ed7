package score

import (
	"time"

	"linli/models"
)

// Summary is a score in one glance. Points are hundredths: 8344 is 83.44.
type Summary struct {
	EstateID          int64        `json:"estate_id"`
	UnitKind          UnitKind     `json:"unit_kind" enum:"estate,service_package,community"`
	UnitName          string       `json:"unit_name"`
	AsOf              time.Time    `json:"as_of"`
	Period            models.Month `json:"period"`
	T                 int64        `json:"t"`
	S                 int64        `json:"s"`
	Band              Band         `json:"band" enum:"excellent,good,pass,fail"`
	Provisional       bool         `json:"provisional"`
	Rated             bool         `json:"rated" doc:"false while fewer than five tickets count"`
	AnsweredThisMonth int64        `json:"answered_this_month" doc:"tickets whose reporter was reached this month"`
	SolvedInTime      int64        `json:"solved_in_time" doc:"of these, solved by their deadline: the reporter confirmed it, or a week passed without a word"`
	Tickets           int64        `json:"tickets" doc:"tickets that count in the window"`
	WindowMonths      int          `json:"window_months" doc:"calendar months that the score is of, the running one among them"`
	Trend             []TrendPoint `json:"trend"`
	ClassMedian       *int64       `json:"class_median,omitempty"`
	Ruleset           string       `json:"ruleset"`
	Raw               bool         `json:"raw" doc:"computed with ratings that are not released yet, as the centre and auditors see them"`
}

// TrendPoint is T at the end of a month, with what was known then.
type TrendPoint struct {
	Month models.Month `json:"month"`
	T     int64        `json:"t"`
}

// Explanation is a score with all that it was computed from. From lines alone anybody can add up every rate: numerator
// = Σ count·weight·value, denominator = Σ count·weight.
type Explanation struct {
	Summary
	Rates            []RateView         `json:"rates"`
	Parts            []PartView         `json:"parts"`
	Lines            []Line             `json:"lines"`
	Volunteers       *VolunteerView     `json:"volunteers,omitempty" doc:"households that rated only in general, shown apart"`
	SatisfactionRate *SatisfiedView     `json:"satisfaction_rate,omitempty" doc:"households whose mean is three stars or better"`
	Figures          FiguresView        `json:"figures" doc:"published for information; none of them counts towards the score"`
	Window           WindowView         `json:"window"`
	P0Counts         map[Rate]PriorView `json:"p0_counts"`
	WhatMovesIt      []GainView         `json:"what_moves_it"`
	Excluded         []ExcludedView     `json:"excluded"`
	IntervalMethod   string             `json:"interval_method"`
}

// RateView is one rate. Numerator and denominator are exact: "24.5", or "13/15" where no decimal ends.
type RateView struct {
	Name        Rate     `json:"name" enum:"response_rate,resolution_rate,satisfaction_points"`
	Numerator   string   `json:"numerator"`
	Denominator string   `json:"denominator"`
	Raw         *int64   `json:"raw,omitempty" doc:"basis points; absent for a small sample"`
	P0          int64    `json:"p0"`
	K           int64    `json:"k"`
	Shrunk      int64    `json:"shrunk"`
	Weight      int64    `json:"weight"`
	Points      int64    `json:"points" doc:"hundredths of a point of T"`
	Interval    Interval `json:"interval"`
	Released    bool     `json:"released"`
	Note        string   `json:"note,omitempty" enum:"small_sample,not_released"`
}

// PartView is one part of S.
type PartView struct {
	Name    PartName `json:"name" enum:"T,L,I,D,V"`
	Weight  int64    `json:"weight"`
	Value   *int64   `json:"value,omitempty"`
	Missing bool     `json:"missing"`
}

// Line is one input, or several equal ones that this viewer may not tell apart.
type Line struct {
	Rate     Rate         `json:"rate"`
	TicketID int64        `json:"ticket_id,omitempty"`
	Number   string       `json:"number,omitempty"`
	Category string       `json:"category,omitempty"`
	Month    models.Month `json:"month,omitempty"`
	Count    int64        `json:"count"`
	Weight   string       `json:"weight"`
	Value    string       `json:"value"`
	Reason   Reason       `json:"reason"`
	Earlier  bool         `json:"earlier,omitempty" doc:"it was so when another party had to answer, before the place was handed over"`
}

// VolunteerView is what the general ratings say by themselves.
type VolunteerView struct {
	Households int64 `json:"households"`
	MeanBP     int64 `json:"mean_bp"`
}

// SatisfiedView is the published satisfaction rate.
type SatisfiedView struct {
	Satisfied  int64 `json:"satisfied"`
	Households int64 `json:"households"`
	BP         int64 `json:"bp"`
}

// WindowView is the stretch of days that counts.
type WindowView struct {
	From models.Date `json:"from"`
	To   models.Date `json:"to"`
}

// PriorView is a p0 with its counts.
type PriorView struct {
	X       string `json:"x"`
	N       string `json:"n"`
	P0      int64  `json:"p0"`
	Default bool   `json:"default" doc:"fewer than 100 cases: the ruleset's own value"`
}

// GainView is one way to a better T, in hundredths of a point.
type GainView struct {
	Rate     Rate   `json:"rate"`
	TicketID int64  `json:"ticket_id,omitempty" doc:"with its number and category: of a ticket that the reader may see"`
	Number   string `json:"number,omitempty"`
	Category string `json:"category,omitempty"`
	Gain     int64  `json:"gain"`
}

// ExcludedView says how many did not count, and why.
type ExcludedView struct {
	Reason Reason `json:"reason"`
	Count  int64  `json:"count"`
}

// Listed is one line of the officers' list.
type Listed struct {
	UnitKind      UnitKind `json:"unit_kind"`
	UnitID        int64    `json:"unit_id"`
	EstateID      int64    `json:"estate_id,omitempty"`
	Name          string   `json:"name"`
	BaselineClass string   `json:"baseline_class"`
	T             int64    `json:"t"`
	S             int64    `json:"s"`
	Band          Band     `json:"band"`
	Provisional   bool     `json:"provisional"`
	Rated         bool     `json:"rated"`
	Tickets       int64    `json:"tickets"`
}

// ListedPrior is the p0 of a class beside the list.
type ListedPrior struct {
	Class string `json:"class"`
	Rate  Rate   `json:"rate"`
	X     string `json:"x"`
	N     string `json:"n"`
	P0    int64  `json:"p0"`
}

// List is the officers' list of scores, best first.
type List struct {
	Items  []Listed      `json:"items"`
	Priors []ListedPrior `json:"priors"`
}
