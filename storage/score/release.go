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
	Rated        int64 // closings with stars when it was released, of Closings; 0 of 0 for what is not from answers to tickets
	Closings     int64
	ReleasedAt   time.Time
}

// TableName is where releases stand.
func (release) TableName() string { return "score_releases" }

func (row release) cell() (score.Cell, bool) {
	x, okX := score.ReadExact(row.Numerator)
	n, okN := score.ReadExact(row.Denominator)
	return score.Cell{
		Kind: row.Cell, X: x, N: n, Households: row.Households, Satisfied: row.Satisfied, Ratings: row.Ratings, LastRating: row.LastRatingID,
		Rated: score.Share{X: row.Rated, N: row.Closings},
	}, okX && okN
}

// ReleaseCells shows every satisfaction cell that may be shown by now (DECISIONS 12) and returns how many it showed. It
// looks through the county without holding the writer, and writes one place at a time. The rarer it runs, the less the
// moment of a release says about who answered: once a week is meant.
func (s *Store) ReleaseCells(ctx context.Context) (int, error) {
	var ripe []unit
	err := s.db.Read(ctx, func(tx storage.Tx) (err error) {
		ripe, err = s.ripe(tx)
		return err
	})
	released := 0
	for _, u := range ripe {
		if err != nil {
			return released, err
		}
		err = s.db.Write(ctx, func(tx storage.Tx) error {
			n, err := s.releaseUnits(tx, []unit{u})
			released += n
			return err
		})
	}
	return released, err
}

// ripe are the units with a cell that may be shown.
func (s *Store) ripe(tx storage.Tx) ([]unit, error) {
	units, err := unitsWhere(tx, tx.DB())
	if err != nil {
		return nil, err
	}
	var ripe []unit
	err = s.eachCell(tx, units, func(rules score.Ruleset, u unit, kind score.Reason, _ facts, voices []score.Voice) error {
		last, err := lastReleased(tx, u, kind)
		if err == nil && rules.MayRelease(kind, voices, last) && (len(ripe) == 0 || ripe[len(ripe)-1].unitKey != u.unitKey) {
			ripe = append(ripe, u)
		}
		return err
	})
	return ripe, err
}

func (s *Store) releaseUnits(tx storage.Tx, units []unit) (int, error) {
	released := 0
	err := s.eachCell(tx, units, func(rules score.Ruleset, u unit, kind score.Reason, known facts, voices []score.Voice) error {
		did, err := releaseCell(tx, rules, u, kind, known, voices)
		if did {
			released++
		}
		return err
	})
	return released, err
}

// eachCell hands every cell of units that holds enough voices to f.
func (s *Store) eachCell(tx storage.Tx, units []unit, f func(score.Ruleset, unit, score.Reason, facts, []score.Voice) error) error {
	rules, err := s.rulesIn(tx)
	if err != nil {
		return err
	}
	all, err := load(tx, units, rules.WindowOf(0, tx.At()).From)
	if err != nil {
		return err
	}
	for _, u := range units {
		voices := rules.Heard(rules.WindowOf(u.households, tx.At()), tx.At(), all[u.unitKey].tickets, all[u.unitKey].ratings)
		for _, kind := range score.CellKinds {
			if !rules.MayRelease(kind, voices, 0) {
				continue
			}
			if err := f(rules, u, kind, all[u.unitKey], voices); err != nil {
				return err
			}
		}
	}
	return nil
}

// lastReleased is the newest rating of the newest release of a cell, 0 when there was none.
func lastReleased(tx storage.Tx, u unit, kind score.Reason) (int64, error) {
	var before []release
	err := tx.DB().Where("unit_kind = ? AND unit_id = ? AND cell = ?", u.kind, u.id, kind).Order("id DESC").Limit(1).Find(&before).Error
	if err != nil || len(before) == 0 {
		return 0, err
	}
	return before[0].LastRatingID, nil
}

func releaseCell(tx storage.Tx, rules score.Ruleset, u unit, kind score.Reason, known facts, voices []score.Voice) (bool, error) {
	last, err := lastReleased(tx, u, kind)
	if err != nil || !rules.MayRelease(kind, voices, last) {
		return false, err
	}
	cell := rules.CellOf(kind, voices)
	if kind == score.TicketVoices {
		cell.Rated = rules.RatedBy(u.households, tx.At(), known.tickets, known.ratings)
	}
	row := release{
		UnitKind: u.kind, UnitID: u.id, Cell: kind, Numerator: score.Exact(cell.X), Denominator: score.Exact(cell.N), Households: cell.Households,
		Satisfied: cell.Satisfied, Ratings: cell.Ratings, LastRatingID: cell.LastRating,
		Rated: cell.Rated.X, Closings: cell.Rated.N, ReleasedAt: tx.At(),
	}
	if err := tx.DB().Create(&row).Error; err != nil {
		return false, err
	}
	_, err = storage.Record(tx, models.Event{
		Noun: "score_release", NounID: row.ID, Action: "release", ActorRole: models.System,
		Data: map[string]any{"unit_kind": u.kind, "unit_id": u.id, "cell": kind, "x": row.Numerator, "n": row.Denominator, "households": row.Households},
	})
	if err != nil {
		return false, err
	}
	return true, releaseComments(tx, rules, u, kind, known, voices)
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
