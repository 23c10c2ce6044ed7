package score

import (
	"context"
	"time"

	"linli/models"
	"linli/models/score"
	"linli/storage"
)

// release is a row of score_releases: a satisfaction cell as it was last shown outside the centre.
type release struct {
	ID           int64 `gorm:"primaryKey"`
	UnitKind     score.UnitKind
	UnitID       int64
	Cell         score.Reason
	Numerator    string
	Denominator  string
	Households   int64
	Satisfied    int64
	Ratings      int64
	LastRatingID int64
	ReleasedAt   time.Time
}

// TableName is where releases stand.
func (release) TableName() string { return "score_releases" }

func (row release) cell() (score.Cell, bool) {
	x, okX := score.ReadExact(row.Numerator)
	n, okN := score.ReadExact(row.Denominator)
	return score.Cell{
		Kind: row.Cell, X: x, N: n, Households: row.Households, Satisfied: row.Satisfied, Ratings: row.Ratings, LastRating: row.LastRatingID,
	}, okX && okN
}

// ReleaseCells shows every satisfaction cell that may be shown by now (DECISIONS 12) and returns how many it showed.
// It is meant to run once a week: the rarer it runs, the less the moment of a release says about who answered.
func (s *Store) ReleaseCells(ctx context.Context) (released int, err error) {
	err = s.db.Write(ctx, func(tx storage.Tx) error {
		released, err = s.ReleaseCellsIn(tx)
		return err
	})
	return released, err
}

// ReleaseCellsIn is ReleaseCells inside a transaction.
func (s *Store) ReleaseCellsIn(tx storage.Tx) (int, error) {
	rules, err := s.rulesIn(tx)
	if err != nil {
		return 0, err
	}
	units, err := unitsWhere(tx, tx.DB())
	if err != nil {
		return 0, err
	}
	longest := rules.WindowOf(0, tx.At())
	all, err := load(tx, units, longest.From)
	if err != nil {
		return 0, err
	}
	released := 0
	for _, u := range units {
		voices := rules.Heard(rules.WindowOf(u.households, tx.At()), tx.At(), all[u.unitKey].tickets, all[u.unitKey].ratings)
		for _, kind := range score.CellKinds {
			did, err := releaseCell(tx, rules, u, kind, voices)
			if err != nil {
				return released, err
			}
			if did {
				released++
			}
		}
	}
	return released, nil
}

func releaseCell(tx storage.Tx, rules score.Ruleset, u unit, kind score.Reason, voices []score.Voice) (bool, error) {
	var before []release
	err := tx.DB().Where("unit_kind = ? AND unit_id = ? AND cell = ?", u.kind, u.id, kind).Order("id DESC").Limit(1).Find(&before).Error
	if err != nil {
		return false, err
	}
	lastRating := int64(0)
	if len(before) > 0 {
		lastRating = before[0].LastRatingID
	}
	if !rules.MayRelease(kind, voices, lastRating) {
		return false, nil
	}
	cell := rules.CellOf(kind, voices)
	row := release{
		UnitKind: u.kind, UnitID: u.id, Cell: kind, Numerator: score.Exact(cell.X), Denominator: score.Exact(cell.N), Households: cell.Households,
		Satisfied: cell.Satisfied, Ratings: cell.Ratings, LastRatingID: cell.LastRating, ReleasedAt: tx.At(),
	}
	if err := tx.DB().Create(&row).Error; err != nil {
		return false, err
	}
	_, err = storage.Record(tx, models.Event{
		Noun: "score_release", NounID: row.ID, Action: "release", ActorRole: models.System,
		Data: map[string]any{"unit_kind": u.kind, "unit_id": u.id, "cell": kind, "x": row.Numerator, "n": row.Denominator, "households": row.Households},
	})
	return true, err
}

// releasesOf are the releases of units since a moment, oldest first.
func releasesOf(tx storage.Tx, units []unit, from time.Time) (map[unitKey][]release, error) {
	query := tx.DB().Table("score_releases").Where("released_at >= ?", from)
	if len(units) == 1 {
		query = query.Where("unit_kind = ? AND unit_id = ?", units[0].kind, units[0].id)
	}
	rows, err := everyRow(query, func(row release) int64 { return row.ID })
	found := map[unitKey][]release{}
	for _, row := range rows {
		key := unitKey{kind: row.UnitKind, id: row.UnitID}
		found[key] = append(found[key], row)
	}
	return found, err
}

// shownAt are the cells that stood released at a moment: of each kind the newest one of the window.
func shownAt(releases []release, window score.Span) []score.Cell {
	newest := map[score.Reason]score.Cell{}
	for _, row := range releases {
		if cell, ok := row.cell(); ok && window.Holds(row.ReleasedAt) {
			newest[row.Cell] = cell
		}
	}
	var cells []score.Cell
	for _, kind := range score.CellKinds {
		if cell, ok := newest[kind]; ok {
			cells = append(cells, cell)
		}
	}
	return cells
}
