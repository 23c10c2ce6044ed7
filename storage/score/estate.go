package score

import (
	"context"
	"time"

	"linli/models"
	"linli/models/score"
	"linli/storage"
	tickets "linli/storage/ticket"
)

// trendMonths is how many months the trend shows, the running one among them.
const trendMonths = 6

// EstateScore is the score of the unit in which an estate is scored, as a may see it; released asks for the one that residents
// and everybody else see, whoever a is.
func (s *Store) EstateScore(ctx context.Context, a models.Actor, estateID int64, released bool) (summary score.Summary, err error) {
	err = s.db.Read(ctx, func(tx storage.Tx) error {
		v, err := s.viewOf(tx, a, estateID)
		if err != nil {
			return err
		}
		v.centre = v.centre && !released
		summary, err = v.summary(s)
		return err
	})
	return summary, err
}

// Explain is the score with everything it was computed from, as far as a may see it.
func (s *Store) Explain(ctx context.Context, a models.Actor, estateID int64) (e score.Explanation, err error) {
	err = s.db.Read(ctx, func(tx storage.Tx) error {
		v, err := s.viewOf(tx, a, estateID)
		if err != nil {
			return err
		}
		if err := v.addReturns(); err != nil {
			return err
		}
		sample, err := v.sampleAt(tx.At())
		if err != nil {
			return err
		}
		if sample.Suspended, err = s.suspendedYear(tx, v.unit); err != nil {
			return err
		}
		e = v.rules.Compute(sample).Explain(v.rules, sample, models.ScopeOf(a))
		e.Summary, err = v.summary(s)
		return err
	})
	return e, err
}

// suspendedYear counts the suspended matters of a unit's estates over the days of the rules.
func (s *Store) suspendedYear(tx storage.Tx, u unit) (*score.SuspendedYear, error) {
	rules, err := s.suspensions.In(tx)
	if err != nil {
		return nil, err
	}
	shares, err := tickets.SuspendedShares(tx, u.estates, rules)
	year := &score.SuspendedYear{FlagBP: rules.FlagBP, Days: rules.ShareDays}
	for _, share := range shares {
		year.X, year.N = year.X+share.X, year.N+share.N
	}
	year.Flagged = rules.Flagged(year.X, year.N)
	return year, err
}

// viewed is one unit with all inputs that its score and trend need, for one kind of viewer.
type viewed struct {
	tx       storage.Tx
	rules    score.Ruleset
	estateID int64
	unit     unit
	facts    facts
	releases []release
	centre   bool
}

func (s *Store) viewOf(tx storage.Tx, a models.Actor, estateID int64) (viewed, error) {
	v := viewed{tx: tx, estateID: estateID}
	var err error
	if v.rules, err = s.rulesIn(tx); err != nil {
		return v, err
	}
	if v.unit, err = unitOf(tx, estateID); err != nil {
		return v, err
	}
	from := trendFrom(v.rules, v.unit, tx.At())
	v.centre = centre(a, v.unit, from, tx.At()) // the trend is about all of it
	all, err := load(tx, []unit{v.unit}, from)
	if err != nil {
		return v, err
	}
	v.facts = all[v.unit.unitKey]
	releases, err := releasesOf(tx, []unit{v.unit}, from)
	v.releases = releases[v.unit.unitKey]
	return v, err
}

// trendFrom is the first moment that a unit's trend is about: the window of its oldest month begins then.
func trendFrom(rules score.Ruleset, u unit, at time.Time) time.Time {
	return rules.WindowOf(u.households, score.MonthEnd(models.MonthOf(at).Add(1-trendMonths))).From
}

// sampleAt is what the score is computed from at a moment, with what was known and released then.
func (v viewed) sampleAt(at time.Time) (score.Sample, error) {
	priors, err := priorsOf(v.tx, v.rules, v.unit.class, models.MonthOf(at))
	return score.Sample{
		Households: v.unit.households, Homes: v.unit.homes(), At: at, Tickets: v.facts.tickets, Ratings: v.facts.ratings, Priors: priors,
		Centre: v.centre, Released: shownAt(v.releases, v.rules.WindowOf(v.unit.households, at)),
	}, err
}

func (v viewed) summary(s *Store) (score.Summary, error) {
	now := v.tx.At()
	sample, err := v.sampleAt(now)
	if err != nil {
		return score.Summary{}, err
	}
	summary := v.rules.Compute(sample).Summary(v.rules)
	summary.EstateID, summary.UnitKind, summary.UnitName = v.estateID, v.unit.kind, v.unit.name
	summary.Raw, summary.WindowMonths = v.centre, v.rules.WindowMonths(v.unit.households)
	summary.AsOf, summary.Period = now, models.MonthOf(now)
	summary.AnsweredThisMonth, summary.SolvedInTime = score.AnsweredIn(v.facts.tickets, summary.Period, now)
	if summary.Trend, err = v.trend(); err != nil {
		return summary, err
	}
	summary.ClassMedian, err = s.classMedian(v.tx, v.rules, v.unit.class, v.centre)
	return summary, err
}

// trend gives T at the end of the last months, with what was known and released then; a month with too few tickets is
// left out.
func (v viewed) trend() ([]score.TrendPoint, error) {
	points := []score.TrendPoint{}
	current := models.MonthOf(v.tx.At())
	for back := trendMonths - 1; back >= 0; back-- {
		month := current.Add(-back)
		at := score.MonthEnd(month)
		if back == 0 {
			at = v.tx.At()
		}
		sample, err := v.sampleAt(at)
		if err != nil {
			return nil, err
		}
		if result := v.rules.Compute(sample); result.Rated(v.rules) {
			points = append(points, score.TrendPoint{Month: month, T: score.Hundredths(result.T)})
		}
	}
	return points, nil
}
