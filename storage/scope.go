package storage

import (
	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"linli/models"
)

// Visible narrows a query over table to what s sees: the WHERE twin of models.Scope.Sees, written once for every table
// that carries the scope columns (author, reporter, handling party, building with steward_sees, community, town).
// table is a name or alias of the program's own, never input.
func Visible(db *gorm.DB, s models.Scope, table string) *gorm.DB {
	if s.Everything {
		return db
	}
	column := func(name string) clause.Column { return clause.Column{Table: table, Name: name} }
	within := func(name string, ids []int64) clause.Expression {
		return clause.IN{Column: column(name), Values: anyOf(ids)}
	}
	var either []clause.Expression
	if s.Account != 0 {
		either = append(either,
			clause.Eq{Column: column("author_id"), Value: s.Account},
			clause.Eq{Column: column("reporter_id"), Value: s.Account})
	}
	if ids := placed(s.Parties); len(ids) > 0 {
		either = append(either, within("handling_party_id", ids))
	}
	if ids := placed(s.Buildings); len(ids) > 0 {
		either = append(either, clause.And(clause.Eq{Column: column("steward_sees"), Value: true}, within("building_id", ids)))
	}
	if ids := placed(s.Communities); len(ids) > 0 {
		either = append(either, within("community_id", ids))
	}
	if ids := placed(s.Towns); len(ids) > 0 {
		either = append(either, within("town_id", ids))
	}
	if len(either) == 0 {
		return db.Where("1 = 0") // the zero Scope sees nothing
	}
	return db.Where(clause.Or(either...))
}

// placed drops the zero, which means "none" in a placement and must never match.
func placed(ids []int64) []int64 {
	out := make([]int64, 0, len(ids))
	for _, id := range ids {
		if id != 0 {
			out = append(out, id)
		}
	}
	return out
}

func anyOf(ids []int64) []any {
	out := make([]any, len(ids))
	for i, id := range ids {
		out[i] = id
	}
	return out
}
