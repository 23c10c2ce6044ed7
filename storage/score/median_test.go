package score

import (
	"context"
	"testing"
	"time"

	"linli/models"
	"linli/models/place"
	"linli/storage"
)

// A median of some minutes is shown as it is, one that is older while the next is computed, and one that would mislead not
// at all. In this county too few are rated, so what is computed anew is no median.
func TestAnOldMedianIsShownWhileTheNextIsComputed(t *testing.T) {
	each(t, func(w *world) {
		w.history(1, operator1)
		old := int64(6600)
		for _, tt := range []struct {
			age            time.Duration
			shown, renewed bool
		}{{9 * time.Minute, true, false}, {11 * time.Minute, true, true}, {2 * time.Hour, false, true}} {
			store := New(w.db)
			var value *int64
			var key medianKey
			err := w.db.Read(w.t.Context(), func(tx storage.Tx) error {
				rules, err := store.rulesIn(tx)
				if err != nil {
					return err
				}
				key = medianKey{class: place.ClassProfessional, month: models.MonthOf(noon), ruleset: rules.Version}
				store.medians[key] = median{value: &old, at: noon.Add(-tt.age)}
				value, err = store.classMedian(tx, rules, place.ClassProfessional, false)
				return err
			})
			if err != nil || (value != nil) != tt.shown {
				w.t.Errorf("%v old: %v, %v", tt.age, value, err)
			}
			renewed := func() bool {
				store.mu.Lock()
				defer store.mu.Unlock()
				return store.medians[key].at.Equal(noon) && store.medians[key].value == nil
			}
			for until := time.Now().Add(10 * time.Second); tt.renewed && !renewed() && time.Now().Before(until); {
				time.Sleep(5 * time.Millisecond)
			}
			if renewed() != tt.renewed {
				w.t.Errorf("%v old: renewed %v", tt.age, renewed())
			}
		}
	})
}

// A program that serves has every median before anybody asks: the first reader is given what was computed then, and computes none.
func TestNobodyWaitsForTheFirstMedian(t *testing.T) {
	each(t, func(w *world) {
		store := New(w.db)
		ctx, stop := context.WithCancel(w.t.Context())
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			store.KeepMedians(ctx)
		}()
		kept := func() int {
			store.mu.Lock()
			defer store.mu.Unlock()
			return len(store.medians)
		}
		want := 2 * len(place.BaselineClasses)
		for until := time.Now().Add(10 * time.Second); kept() < want && time.Now().Before(until); {
			time.Sleep(5 * time.Millisecond)
		}
		stop()
		<-ended
		mark := int64(4711) // what only the cache knows
		store.mu.Lock()
		for key, one := range store.medians {
			one.value = &mark
			store.medians[key] = one
		}
		store.mu.Unlock()
		for name, a := range map[string]models.Actor{"resident": resident, "centre": officer} {
			for _, estate := range []int64{1, 3} {
				s, err := store.EstateScore(w.t.Context(), a, estate, false)
				if err != nil || s.ClassMedian == nil || *s.ClassMedian != mark {
					w.t.Errorf("%s, estate %d: %v, %v", name, estate, s.ClassMedian, err)
				}
			}
		}
	})
}
