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
	var either []clause.Expression
	for _, part := range partsOf(s) {
		within := clause.IN{Column: clause.Column{Table: table, Name: part.column}, Values: anyOf(part.ids)}
		if part.steward {
			either = append(either, clause.And(clause.Eq{Column: clause.Column{Table: table, Name: "steward_sees"}, Value: true}, within))
		} else {
			either = append(either, within)
		}
	}
	if len(either) == 0 {
		return db.Where("1 = 0") // the zero Scope sees nothing
	}
	return db.Where(clause.Or(either...))
}

// Condition is a piece of a WHERE with its values.
type Condition struct {
	SQL    string
	Values []any
}

// Arm is one part of a scope: one value of one column that has indexes of its own.
type Arm struct {
	Condition
	// Column begins the order of a list in this arm, and is empty where the whole table is the arm.
	Column string
}

// mostArms bounds how many lists one list is merged from.
const mostArms = 24

// Arms are the parts that s is the union of: the first of a list in a scope are among the first of each arm, whatever
// lies behind them. A scope that sees everything has one arm, one that sees nothing has none, and one of very many parts
// has a single arm of all of them.
//
// Each is an equality, written so that its column takes part in the order: a plan that Postgres makes for any value would
// otherwise rather walk the whole table by its key, and find the few tickets of a small party at the other end of it.
func Arms(s models.Scope) []Arm {
	if s.Everything {
		return []Arm{{Condition: Condition{SQL: "1 = 1"}}}
	}
	var arms []Arm
	for _, part := range partsOf(s) {
		for _, id := range part.ids {
			one := Arm{Condition{part.column + " BETWEEN ? AND ?", []any{id, id}}, part.column}
			if part.steward {
				one.SQL += " AND steward_sees = TRUE"
			}
			arms = append(arms, one)
		}
	}
	if len(arms) <= mostArms {
		return arms
	}
	var all Arm
	for i, one := range arms {
		if i > 0 {
			all.SQL += " OR "
		}
		all.SQL, all.Values = all.SQL+one.SQL, append(all.Values, one.Values...)
	}
	return []Arm{all}
}

// part is one column by which a scope sees.
type part struct {
	column  string
	ids     []int64
	steward bool // only where the building's steward may see the record
}

func partsOf(s models.Scope) (parts []part) {
	account := placed([]int64{s.Account})
	for _, p := range []part{
		{column: "author_id", ids: account},
		{column: "reporter_id", ids: account},
		{column: "handling_party_id", ids: placed(s.Parties)},
		{column: "building_id", ids: placed(s.Buildings), steward: true},
		{column: "community_id", ids: placed(s.Communities)},
		{column: "town_id", ids: placed(s.Towns)},
	} {
		if len(p.ids) > 0 {
			parts = append(parts, p)
		}
	}
	return parts
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
