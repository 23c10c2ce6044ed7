package score

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"math/big"
	"slices"
	"time"

	"linli/models"
)

// Formula is the id of the formulas in this package. A ruleset names the formula that can read it.
const Formula = "score-1"

// Ruleset is one immutable version of what the authorities set about scores (FIELD B-d). Shares are basis points,
// weights are points of 100. A score keeps the version it was computed under.
type Ruleset struct {
	Version          string             `json:"version"`
	Formula          string             `json:"formula"`
	Source           string             `json:"source"`
	ValidFrom        models.Date        `json:"valid_from"`
	Rates            map[Rate]RateRule  `json:"rates"`
	Solution         SolutionRule       `json:"solution"`
	LevelPoints      map[int]int64      `json:"level_points_bp"`      // B-d.1: what 1 to 5 stars are worth
	SatisfiedFrom    int64              `json:"satisfied_from_level"` // HL-18: 基本满意 and better
	VolunteerWeight  int64              `json:"volunteer_weight_bp"`  // DECISIONS 14: at most 0.25
	RateDays         int                `json:"rate_days"`            // DECISIONS 14
	GeneralRating    string             `json:"general_rating"`       // the last one of a household and month counts
	Window           WindowRule         `json:"window"`
	Prior            PriorRule          `json:"prior"`
	SmallSample      int64              `json:"small_sample_below"` // B-d.2: fewer tickets show no raw percentage
	Release          ReleaseRule        `json:"release"`            // DECISIONS 12
	Interval         string             `json:"interval"`
	Parts            map[PartName]int64 `json:"parts"` // weights of S
	ProvisionalBelow int64              `json:"provisional_below_weight"`
	Bands            BandRule           `json:"bands"`
	Credit           CreditRule         `json:"credit"`
}

// RateRule is the weight of a rate in T and its shrinkage: k imaginary cases at p0 (B-d.2).
type RateRule struct {
	Weight int64 `json:"weight"`
	K      int64 `json:"k"`
	P0     int64 `json:"p0_bp"` // until the class has enough cases of its own
}

// SolutionRule holds the values r of a solution (B-d.1).
type SolutionRule struct {
	Confirmed       int64 `json:"confirmed_bp"`
	SilentWithPhoto int64 `json:"silent_with_photo_bp"`
	SilentNoPhoto   int64 `json:"silent_no_photo_bp"`
	Withdrawn       int64 `json:"withdrawn_bp"` // taken back after contact: worth as much as silence without proof
	LateShare       int64 `json:"late_share_bp"`
}

// WindowRule says how many calendar months count, the running one among them.
type WindowRule struct {
	SmallBelow  int64 `json:"small_below_households"`
	SmallMonths int   `json:"small_months"`
	Months      int   `json:"months"`
}

// PriorRule says from how many months p0 is pooled and how many cases it takes.
type PriorRule struct {
	Months   int   `json:"months"`
	MinCount int64 `json:"min_count"`
}

// ReleaseRule says when a satisfaction cell may leave the centre (DECISIONS 12).
type ReleaseRule struct {
	MinHouseholds int64 `json:"min_households"`
	MinNew        int64 `json:"min_new"`
}

// BandRule holds the lower ends of the bands of S, in points.
type BandRule struct {
	Excellent int64 `json:"excellent"`
	Good      int64 `json:"good"`
	Pass      int64 `json:"pass"`
}

//go:embed ruleset_2026-01.json
var firstRuleset []byte

// FirstRuleset is the document that a fresh database starts with.
func FirstRuleset() []byte { return slices.Clone(firstRuleset) }

// ParseRuleset reads and checks a document. An unknown field, a weight too many or a share above one is refused: a
// score must never be computed by a document that says something else than its readers think.
func ParseRuleset(document []byte) (Ruleset, error) {
	var r Ruleset
	d := json.NewDecoder(bytes.NewReader(document))
	d.DisallowUnknownFields()
	if err := d.Decode(&r); err != nil {
		return Ruleset{}, fmt.Errorf("score ruleset: %w", err)
	}
	if err := r.check(); err != nil {
		return Ruleset{}, fmt.Errorf("score ruleset %q: %w", r.Version, err)
	}
	return r, nil
}

func (r Ruleset) check() error {
	if _, ok := models.ParseDate(string(r.ValidFrom)); r.Version == "" || r.Formula != Formula || !ok {
		return fmt.Errorf("version, formula %s and valid_from are needed", Formula)
	}
	if r.Interval != IntervalMethod || r.GeneralRating != "household_month" {
		return fmt.Errorf("interval %q or general_rating %q is not known", r.Interval, r.GeneralRating)
	}
	if err := r.checkRates(); err != nil {
		return err
	}
	var weight int64
	for _, part := range PartNames {
		weight += r.Parts[part]
	}
	switch {
	case len(r.Parts) != len(PartNames) || weight != 100:
		return fmt.Errorf("the parts' weights must add up to 100, not %d", weight)
	case r.Window.Months < 1 || r.Window.SmallMonths < r.Window.Months || r.Prior.Months < 1:
		return fmt.Errorf("a small estate's window is at least as long as a large one's, and every window has a month")
	case r.SmallSample < 1 || r.RateDays < 1 || r.Prior.MinCount < 1:
		return fmt.Errorf("small_sample_below, rate_days and prior.min_count start at 1")
	case r.Release.MinHouseholds < 10 || r.Release.MinNew < 5:
		return fmt.Errorf("a satisfaction cell needs at least 10 households and 5 new ones")
	case r.VolunteerWeight < 1 || r.VolunteerWeight > 2500:
		return fmt.Errorf("volunteers weigh at most a quarter")
	case !(r.Bands.Excellent > r.Bands.Good && r.Bands.Good > r.Bands.Pass && r.Bands.Pass > 0):
		return fmt.Errorf("bands must fall")
	}
	return r.Credit.check()
}

func (r Ruleset) checkRates() error {
	var weight int64
	for _, rate := range Rates {
		rule, ok := r.Rates[rate]
		if !ok || rule.K < 1 || !share(rule.P0) || rule.Weight < 1 {
			return fmt.Errorf("rate %s needs weight, k and p0", rate)
		}
		weight += rule.Weight
	}
	if weight != 100 || len(r.Rates) != len(Rates) {
		return fmt.Errorf("the rates' weights must add up to 100, not %d", weight)
	}
	for level := 1; level <= 5; level++ {
		points, ok := r.LevelPoints[level]
		if !ok || !share(points) || level > 1 && points < r.LevelPoints[level-1] {
			return fmt.Errorf("level_points_bp must rise from 1 to 5")
		}
	}
	s := r.Solution
	falling := s.Confirmed >= s.SilentWithPhoto && s.SilentWithPhoto >= s.SilentNoPhoto && s.SilentNoPhoto >= 0
	if !falling || !share(s.Confirmed) || !share(s.Withdrawn) || !share(s.LateShare) || r.SatisfiedFrom < 1 || r.SatisfiedFrom > 5 {
		return fmt.Errorf("a confirmed solution is worth at least a silent one, and nothing more than 1")
	}
	return nil
}

func share(bp int64) bool { return bp >= 0 && bp <= 10000 }

// Name is how a score says by which rules it came about.
func (r Ruleset) Name() string { return "score/" + r.Version }

// RateWindow is how long after a closing was answered its rating may be given or changed.
func (r Ruleset) RateWindow() time.Duration { return time.Duration(r.RateDays) * 24 * time.Hour }

// Span is a stretch of time, From inside and To outside.
type Span struct{ From, To time.Time }

// Holds reports whether at lies in the span.
func (s Span) Holds(at time.Time) bool { return !at.Before(s.From) && at.Before(s.To) }

// WindowOf is the window of a score at a moment: the running calendar month and the ones before it, six in all for a
// place of fewer than 100 homes, else three (B-d.2). The moment itself is its last.
func (r Ruleset) WindowOf(households int64, at time.Time) Span {
	return Span{From: models.MonthOf(at).Add(1 - r.WindowMonths(households)).Start(), To: at.Add(time.Microsecond)}
}

// WindowMonths is how many calendar months a window has, the running one among them.
func (r Ruleset) WindowMonths(households int64) int {
	if households < r.Window.SmallBelow {
		return r.Window.SmallMonths
	}
	return r.Window.Months
}

// PriorSpan is the twelve months before a period from which its p0 is pooled.
func (r Ruleset) PriorSpan(period models.Month) Span {
	return Span{From: period.Add(-r.Prior.Months).Start(), To: period.Start()}
}

func (r Ruleset) points(level int) *big.Rat { return bp(r.LevelPoints[level]) }
