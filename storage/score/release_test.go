package score

import (
	"testing"
	"time"

	"linli/models"
	"linli/models/ticket"
	"linli/storage"
)

func (w *world) release() int {
	w.t.Helper()
	n, err := w.store.ReleaseCells(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	return n
}

// Ten households open a cell, five new ones open it again; in between nothing moves outside.
func TestCellsAreReleasedInBatches(t *testing.T) {
	each(t, func(w *world) {
		solved := w.history(1, operator1)
		household := int64(100)
		answer := func(n, level int) {
			for range n {
				household++
				w.rate(solved[household%12], household, level, hours(-50))
			}
		}
		answer(9, 1)
		if w.release() != 0 {
			w.t.Fatal("nine households are not enough")
		}
		answer(1, 1)
		if w.release() != 1 || w.release() != 0 {
			w.t.Fatal("ten households open the cell, once")
		}
		shown, text := w.explain(operator, 1)
		rate := shown.Rates[2]
		if rate.Numerator != "0" || rate.Denominator != "10" || !rate.Released || rate.Raw == nil || shown.SatisfactionRate.Households != 10 {
			w.t.Fatalf("shown %+v", rate)
		}
		if got := published(recompute(w.t, read(w.t, text), "", 0, 0)); got != shown.T {
			w.t.Errorf("recomputed %d, published %d", got, shown.T)
		}
		answer(4, 5)
		if _, now := w.explain(operator, 1); w.release() != 0 || now != text {
			w.t.Fatal("four new households must not show")
		}
		answer(1, 5)
		if w.release() != 1 {
			w.t.Fatal("five new households open it again")
		}
		if again, _ := w.explain(operator, 1); again.Rates[2].Numerator != "5" || again.Rates[2].Denominator != "15" || again.SatisfactionRate.BP != 3333 {
			w.t.Errorf("shown again %+v", again.Rates[2])
		}
	})
}

// A release speaks for its window: one of the summer is not shown in November, and one of November not in the trend of
// the months before it.
func TestAReleaseSpeaksForItsWindow(t *testing.T) {
	each(t, func(w *world) {
		for n := range 6 {
			w.file(1, operator1, hours(-24*50-n), nil) // early October
		}
		before, _ := w.explain(operator, 1)
		row := release{UnitKind: "estate", UnitID: 1, Cell: "ticket_ratings", Numerator: "0", Denominator: "10", Households: 10, Ratings: 10, LastRatingID: 10}
		old, fresh := row, row
		old.ReleasedAt, fresh.ReleasedAt = hours(-24*100), hours(-1) // 14 August; today
		w.insert(&old)
		summer, _ := w.explain(operator, 1)
		if summer.Rates[2].Released || summer.T != before.T || summer.Trend[0].T >= before.Trend[0].T {
			w.t.Errorf("a release of August counts in October, not now: %+v %+v", summer.Rates[2], summer.Trend)
		}
		w.insert(&fresh)
		e, _ := w.explain(operator, 1)
		if !e.Rates[2].Released || e.T >= before.T {
			w.t.Errorf("today's release is not shown: %+v", e.Rates[2])
		}
		if len(e.Trend) != 2 || e.Trend[0] != summer.Trend[0] || e.Trend[1].T != e.T {
			w.t.Errorf("trend %+v, before %+v", e.Trend, summer.Trend)
		}
	})
}

// Volunteers are a cell of their own, shown apart, a quarter of a voice each.
func TestVolunteersAreShownApart(t *testing.T) {
	each(t, func(w *world) {
		for unit := range int64(10) {
			w.insert(&ticket.Rating{AuthorID: 1, ClientID: w.clientID(), Kind: "general", EstateID: 1, UnitID: 50 + unit, Weight: "volunteer", Level: 3, Period: "2026-11", At: hours(-9)})
		}
		if w.release() != 1 {
			w.t.Fatal("ten volunteers are a cell")
		}
		e, text := w.explain(neighbour, 1)
		if e.Volunteers == nil || e.Volunteers.Households != 10 || e.Volunteers.MeanBP != 6000 || e.Rates[2].Numerator != "1.5" || e.Rates[2].Denominator != "2.5" {
			w.t.Errorf("%+v %+v", e.Volunteers, e.Rates[2])
		}
		if got := published(recompute(w.t, read(w.t, text), "", 0, 0)); got != e.T {
			w.t.Errorf("recomputed %d, published %d", got, e.T)
		}
	})
}

// p0 is pooled over the class from a hundred cases on, and stays what it was when its month was frozen.
func TestPriorsAreFrozen(t *testing.T) {
	each(t, func(w *world) {
		frozen := func(class, rate string) (row frozenPrior) {
			err := w.db.Read(w.t.Context(), func(tx storage.Tx) error {
				return tx.DB().Take(&row, "period = '2026-11' AND baseline_class = ? AND rate = ?", class, rate).Error
			})
			if err != nil {
				w.t.Fatal(err)
			}
			return row
		}
		october := time.Date(2026, 10, 10, 4, 0, 0, 0, time.UTC)
		for n := range 110 { // two estates pooled; every fourth was reached too late
			w.file(1+int64(n%2), 1+int64(n%2), october.Add(time.Duration(n)*time.Minute), func(t *ticket.Ticket) {
				if n%4 == 0 {
					t.ContactedAt = ptr(t.ContactDue.Add(time.Minute))
				}
			})
		}
		w.file(1, operator1, hours(-200), nil) // November's own tickets are not in it
		for range 2 {
			if err := w.store.FreezePriors(w.t.Context()); err != nil {
				w.t.Fatal(err)
			}
			if row := frozen("professional", "response_rate"); row.Numerator != "82" || row.Denominator != "110" || row.P0BP != 7455 {
				w.t.Fatalf("pooled %+v", row)
			}
			w.file(1, operator1, october, nil) // what comes to light later changes nothing
		}
		if row := frozen("professional", "satisfaction_points"); row.P0BP != 8000 || row.Denominator != "0" {
			w.t.Errorf("no ratings: the default, not %+v", row)
		}
		if row := frozen("ownerless_building", "response_rate"); row.P0BP != 9000 {
			w.t.Errorf("another class: the default, not %+v", row)
		}
		e, _ := w.explain(operator, 1)
		if e.Rates[0].P0 != 7455 || e.P0Counts["response_rate"].N != "110" || e.P0Counts["response_rate"].Default || !e.P0Counts["satisfaction_points"].Default {
			w.t.Errorf("explained %+v", e.P0Counts)
		}
		err := w.db.Write(w.t.Context(), func(tx storage.Tx) error { return w.store.FreezePriorsIn(tx, "2026-12") })
		if models.KindOf(err) != models.Invalid {
			w.t.Errorf("a month that has not begun: %v", err)
		}
	})
}

// The ruleset is seeded once and cannot be changed.
func TestRulesetIsSeededOnce(t *testing.T) {
	each(t, func(w *world) {
		w.write(SeedRuleset)
		var count int64
		w.write(func(tx storage.Tx) error {
			return tx.DB().Model(&storage.Ruleset{}).Where("kind = 'score'").Count(&count).Error
		})
		if count != 1 {
			w.t.Errorf("%d rulesets", count)
		}
		err := w.db.Write(w.t.Context(), func(tx storage.Tx) error {
			return tx.DB().Exec("UPDATE rulesets SET document = '{}' WHERE kind = 'score'").Error
		})
		if err == nil {
			w.t.Error("a ruleset was changed")
		}
	})
}
