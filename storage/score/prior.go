package score

import (
	"context"
	"math/big"
	"time"

	"linli/models"
	"linli/models/place"
	"linli/models/score"
	"linli/storage"
)

// frozenPrior is a row of score_priors.
type frozenPrior struct {
	Period        models.Month
	BaselineClass place.BaselineClass
	Rate          score.Rate
	Numerator     string
	Denominator   string
	P0BP          int64 `gorm:"column:p0_bp"`
	Ruleset       string
	ComputedAt    time.Time
}

// TableName is where frozen priors stand.
func (frozenPrior) TableName() string { return "score_priors" }

// FreezePriors computes p0 of the running month for every class and keeps it. A month that has its p0 keeps it for
// ever, so the job may run as often as it likes.
func (s *Store) FreezePriors(ctx context.Context) error {
	return s.db.Write(ctx, func(tx storage.Tx) error { return s.FreezePriorsIn(tx, models.MonthOf(tx.At())) })
}

// FreezePriorsIn is FreezePriors for one month inside a transaction. A month that has not begun is refused: its twelve
// months before are not over.
func (s *Store) FreezePriorsIn(tx storage.Tx, month models.Month) error {
	if month > models.MonthOf(tx.At()) {
		return models.Refuse(models.Invalid, "score_prior.month_not_begun")
	}
	rules, err := s.rulesIn(tx)
	if err != nil {
		return err
	}
	for _, class := range place.BaselineClasses {
		if err := freezeClass(tx, rules, month, class); err != nil {
			return err
		}
	}
	return nil
}

func freezeClass(tx storage.Tx, rules score.Ruleset, month models.Month, class place.BaselineClass) error {
	var frozen int64
	if err := tx.DB().Model(&frozenPrior{}).Where("period = ? AND baseline_class = ?", month, class).Count(&frozen).Error; err != nil {
		return err
	}
	if frozen == int64(len(score.Rates)) {
		return nil
	}
	pooled, err := pool(tx, rules, month, class)
	if err != nil {
		return err
	}
	for _, rate := range score.Rates {
		prior := pooled[rate]
		row := frozenPrior{
			Period: month, BaselineClass: class, Rate: rate, Numerator: score.Exact(prior.X), Denominator: score.Exact(prior.N),
			P0BP: prior.P0, Ruleset: rules.Name(), ComputedAt: tx.At(),
		}
		created, err := storage.Insert(tx, &row)
		if err != nil {
			return err
		}
		if !created {
			continue
		}
		_, err = storage.Record(tx, models.Event{
			Noun: "score_prior", Action: "freeze", ActorRole: models.System,
			Data: map[string]any{"period": month, "class": class, "rate": rate, "x": row.Numerator, "n": row.Denominator, "p0_bp": row.P0BP, "ruleset": row.Ruleset},
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// pool adds up a class over the twelve months before a month, as it was known when the month began.
func pool(tx storage.Tx, rules score.Ruleset, month models.Month, class place.BaselineClass) (map[score.Rate]score.Prior, error) {
	units, err := unitsWhere(tx, tx.DB().Where("baseline_class = ?", class))
	if err != nil {
		return nil, err
	}
	span := rules.PriorSpan(month)
	all, err := load(tx, units, span.From)
	if err != nil {
		return nil, err
	}
	x, n := map[score.Rate]*big.Rat{}, map[score.Rate]*big.Rat{}
	for _, rate := range score.Rates {
		x[rate], n[rate] = new(big.Rat), new(big.Rat)
	}
	for _, f := range all {
		for rate, counted := range rules.Count(span, f.tickets, f.ratings) {
			x[rate].Add(x[rate], counted.X)
			n[rate].Add(n[rate], counted.N)
		}
	}
	pooled := map[score.Rate]score.Prior{}
	for _, rate := range score.Rates {
		pooled[rate] = rules.Pool(rate, x[rate], n[rate])
	}
	return pooled, nil
}

// priorsOf are the priors of a class for a month: those frozen for it, else the newest frozen before, else the
// ruleset's own.
func priorsOf(tx storage.Tx, rules score.Ruleset, class place.BaselineClass, month models.Month) (map[score.Rate]score.Prior, error) {
	priors := rules.Defaults()
	var rows []frozenPrior
	err := tx.DB().Where("baseline_class = ? AND period <= ?", class, month).Order("period DESC").Limit(len(score.Rates)).Find(&rows).Error
	if err != nil {
		return nil, err
	}
	for _, row := range rows {
		if row.Period != rows[0].Period {
			continue
		}
		x, okX := score.ReadExact(row.Numerator)
		n, okN := score.ReadExact(row.Denominator)
		if okX && okN {
			priors[row.Rate] = score.Prior{Rate: row.Rate, P0: row.P0BP, X: x, N: n}
		}
	}
	return priors, nil
}
