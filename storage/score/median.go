package score

import (
	"context"
	"time"

	"linli/models"
	"linli/models/place"
	"linli/models/score"
	"linli/storage"
)

// A class median looks at every unit of the class, so it is kept for a while. It is a figure for comparison: being some
// minutes old harms nobody.
const medianKept = 10 * time.Minute

// For so long after that one person is shown the old figure while a new one is computed behind his back: nobody waits
// for a whole class because he came first. Older than that it would mislead.
const medianStale = time.Hour

// medianOf says how many rated units it takes: the median of two gives both away.
const medianOf = 3

type medianKey struct {
	class   place.BaselineClass
	month   models.Month
	ruleset string
	centre  bool
}

type median struct {
	value   *int64
	at      time.Time
	renewed bool // somebody is computing the next one
}

// classMedian is the median T of the rated units of a class, or nil when there are too few.
func (s *Store) classMedian(tx storage.Tx, rules score.Ruleset, class place.BaselineClass, centre bool) (*int64, error) {
	key := medianKey{class: class, month: models.MonthOf(tx.At()), ruleset: rules.Version, centre: centre}
	if value, known := s.keptMedian(tx.At(), key); known {
		return value, nil
	}
	return s.freshMedian(tx, rules, key)
}

// keptMedian is the median computed before, as long as it may be shown. The first to find it old has the next one computed.
func (s *Store) keptMedian(now time.Time, key medianKey) (value *int64, known bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	kept, ok := s.medians[key]
	age := now.Sub(kept.at)
	if !ok || age < 0 || age >= medianKept+medianStale {
		return nil, false
	}
	if age >= medianKept && !kept.renewed {
		kept.renewed = true
		s.medians[key] = kept
		go s.renewMedian(key)
	}
	return kept.value, true
}

// medianRound is how often the medians of a program that serves are computed without anybody asking: often enough that none gets too
// old to be shown.
const medianRound = medianStale / 2

// KeepMedians computes every median at once and again each half hour until ctx ends, so that not even the first reader of a score waits
// for a whole class. Where that fails, whoever asks next computes it and learns why.
func (s *Store) KeepMedians(ctx context.Context) {
	for {
		s.renewAll(ctx)
		select {
		case <-ctx.Done():
			return
		case <-time.After(medianRound):
		}
	}
}

func (s *Store) renewAll(ctx context.Context) {
	for _, class := range place.BaselineClasses {
		for _, centre := range []bool{false, true} {
			_ = s.db.Read(ctx, func(tx storage.Tx) error {
				rules, err := s.rulesIn(tx)
				if err != nil {
					return err
				}
				_, err = s.freshMedian(tx, rules, medianKey{class: class, month: models.MonthOf(tx.At()), ruleset: rules.Version, centre: centre})
				return err
			})
		}
	}
}

// renewMedian computes a median for whoever asks next. Where that fails the old one is shown until it is too old, and then
// whoever asks learns why.
func (s *Store) renewMedian(key medianKey) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	_ = s.db.Read(ctx, func(tx storage.Tx) error {
		rules, err := s.rulesIn(tx)
		if err != nil || rules.Version != key.ruleset || models.MonthOf(tx.At()) != key.month {
			return err // nobody asks for that one any more
		}
		_, err = s.freshMedian(tx, rules, key)
		return err
	})
}

func (s *Store) freshMedian(tx storage.Tx, rules score.Ruleset, key medianKey) (*int64, error) {
	class, centre := key.class, key.centre
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
