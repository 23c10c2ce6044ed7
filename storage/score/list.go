package score

import (
	"cmp"
	"context"
	"slices"

	"gorm.io/gorm"

	"linli/models"
	"linli/models/place"
	"linli/models/score"
	"linli/storage"
)

// listLimit bounds the officers' list.
const listLimit = 2000

// Scores lists the scores of the units that lie in an officer's area, best first, those with too few tickets last.
func (s *Store) Scores(ctx context.Context, a models.Actor, f score.Filter) (list score.List, err error) {
	err = s.db.Read(ctx, func(tx storage.Tx) error {
		rules, err := s.rulesIn(tx)
		if err != nil {
			return err
		}
		condition, err := overseen(tx, a)
		if err != nil {
			return err
		}
		units, err := unitsWhere(tx, filtered(condition, f))
		if err != nil {
			return err
		}
		results, err := computeAll(tx, rules, units, func(u unit) bool { return centre(a, u, trendFrom(rules, u, tx.At()), tx.At()) })
		if err != nil {
			return err
		}
		list.Items = listed(rules, units, results)
		list.Priors, err = listPriors(tx, rules)
		return err
	})
	return list, err
}

// overseen narrows to the estates of an officer's area. Whoever oversees nothing is refused.
func overseen(tx storage.Tx, a models.Actor) (*gorm.DB, error) {
	if a.Has(models.CenterOfficer, models.LeadingGroupOffice, models.Auditor, models.Admin) {
		return tx.DB(), nil
	}
	communities := a.Scopes(models.ScopeCommunity, models.StationStaff)
	towns := a.Scopes(models.ScopeTown, models.TownOfficer)
	if len(communities)+len(towns) == 0 {
		return nil, models.Refuse(models.Denied, "score.denied")
	}
	// The zero matches nothing and keeps the lists from being empty.
	return tx.DB().Where("community_id IN ? OR town_id IN ?", append(communities, 0), append(towns, 0)), nil
}

func filtered(condition *gorm.DB, f score.Filter) *gorm.DB {
	if f.BaselineClass != "" {
		condition = condition.Where("baseline_class = ?", f.BaselineClass)
	}
	if f.CommunityID != 0 {
		condition = condition.Where("community_id = ?", f.CommunityID)
	}
	if f.TownID != 0 {
		condition = condition.Where("town_id = ?", f.TownID)
	}
	return condition
}

func listed(rules score.Ruleset, units []unit, results map[unitKey]score.Result) []score.Listed {
	items := []score.Listed{}
	for _, u := range units[:min(listLimit, len(units))] {
		summary := results[u.unitKey].Summary(rules)
		item := score.Listed{
			UnitKind: u.kind, UnitID: u.id, EstateID: u.estates[0], Name: u.name, BaselineClass: string(u.class), T: summary.T, S: summary.S,
			Band: summary.Band, Provisional: summary.Provisional, Rated: summary.Rated, Tickets: summary.Tickets,
		}
		items = append(items, item)
	}
	slices.SortStableFunc(items, func(a, b score.Listed) int {
		if a.Rated != b.Rated {
			if a.Rated {
				return -1
			}
			return 1
		}
		return cmp.Compare(b.T, a.T)
	})
	return items
}

func listPriors(tx storage.Tx, rules score.Ruleset) ([]score.ListedPrior, error) {
	var out []score.ListedPrior
	for _, class := range place.BaselineClasses {
		priors, err := priorsOf(tx, rules, class, models.MonthOf(tx.At()))
		if err != nil {
			return nil, err
		}
		for _, rate := range score.Rates {
			p := priors[rate]
			out = append(out, score.ListedPrior{Class: string(class), Rate: rate, X: score.Exact(p.X), N: score.Exact(p.N), P0: p.P0})
		}
	}
	return out, nil
}
