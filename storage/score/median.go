package score

import (
	"time"

	"linli/models"
	"linli/models/place"
	"linli/models/score"
	"linli/storage"
)

// A class median looks at every unit of the class, so it is kept for a while. It is a figure for comparison: being some
// minutes old harms nobody.
const medianKept = 10 * time.Minute

// medianOf says how many rated units it takes: the median of two gives both away.
const medianOf = 3

type medianKey struct {
	class   place.BaselineClass
	month   models.Month
	ruleset string
	centre  bool
}

type median struct {
	value *int64
	at    time.Time
}

// classMedian is the median T of the rated units of a class, or nil when there are too few.
func (s *Store) classMedian(tx storage.Tx, rules score.Ruleset, class place.BaselineClass, centre bool) (*int64, error) {
	key := medianKey{class: class, month: models.MonthOf(tx.At()), ruleset: rules.Version, centre: centre}
	s.mu.Lock()
	kept, ok := s.medians[key]
	s.mu.Unlock()
	if age := tx.At().Sub(kept.at); ok && age >= 0 && age < medianKept {
		return kept.value, nil
	}
	units, err := unitsWhere(tx, tx.DB().Where("baseline_class = ?", class))
	if err != nil {
		return nil, err
	}
	results, err := computeAll(tx, rules, units, func(unit) bool { return centre })
	if err != nil {
		return nil, err
	}
	var values []int64
	for _, result := range results {
		if result.Rated(rules) {
			values = append(values, score.Hundredths(result.T))
		}
	}
	fresh := median{at: tx.At()}
	if middle, _ := score.Median(values); len(values) >= medianOf {
		fresh.value = &middle
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for old := range s.medians {
		if old.month != key.month {
			delete(s.medians, old)
		}
	}
	s.medians[key] = fresh
	return fresh.value, nil
}

// computeAll computes the score of each unit now; raw says for which of them the viewer may see raw satisfaction.
func computeAll(tx storage.Tx, rules score.Ruleset, units []unit, raw func(unit) bool) (map[unitKey]score.Result, error) {
	from := rules.WindowOf(0, tx.At()).From
	all, err := load(tx, units, from)
	if err != nil {
		return nil, err
	}
	releases, err := releasesOf(tx, units, from)
	if err != nil {
		return nil, err
	}
	priors := map[place.BaselineClass]map[score.Rate]score.Prior{}
	results := map[unitKey]score.Result{}
	for _, u := range units {
		if priors[u.class] == nil {
			if priors[u.class], err = priorsOf(tx, rules, u.class, models.MonthOf(tx.At())); err != nil {
				return nil, err
			}
		}
		results[u.unitKey] = rules.Compute(score.Sample{
			Households: u.households, At: tx.At(), Tickets: all[u.unitKey].tickets, Ratings: all[u.unitKey].ratings, Priors: priors[u.class],
			Centre: raw(u), Released: shownAt(releases[u.unitKey], rules.WindowOf(u.households, tx.At())),
		})
	}
	return results, nil
}
