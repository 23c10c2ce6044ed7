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
		all := everything(s, table+".")
		return db.Where(all.SQL, all.Values...)
	}
	var either []clause.Expression
	for _, part := range partsOf(s) {
		within := clause.IN{Column: clause.Column{Table: table, Name: part.column}, Values: anyOf(part.ids)}
		if part.steward {
			either = append(either, clause.And(clause.Eq{Column: clause.Column{Table: table, Name: "steward_sees"}, Value: true}, within, held(s, part.column, table)))
		} else {
			either = append(either, clause.And(within, held(s, part.column, table)))
		}
	}
	if len(either) == 0 {
		return db.Where("1 = 0") // the zero Scope sees nothing
	}
	return db.Where(clause.Or(either...))
}

// heldBy is the WHERE twin of the rule about what is held (models.Placement.HeldLevel) for who is in the scope by one column, and empty for his own.
// prefix stands before the names of columns.
func heldBy(s models.Scope, column, prefix string) Condition {
	most := s.HeldFrom(column)
	switch {
	case column == "author_id" || column == "reporter_id":
		return Condition{}
	case most == 0:
		return Condition{SQL: prefix + "held_level = 0"}
	case len(placed(s.Parties)) == 0:
		return Condition{prefix + "held_level <= ?", []any{most}}
	}
	return Condition{"(" + prefix + "held_level = 0 OR " + prefix + "held_level <= ? AND " + prefix + "handling_party_id NOT IN ?)", []any{most, placed(s.Parties)}}
}

// everything is what a scope sees that sees everything: all that is not held, of that what its level sees, and its own.
func everything(s models.Scope, prefix string) Condition {
	c := heldBy(s, "", prefix)
	if s.Account == 0 {
		return c
	}
	return Condition{"(" + c.SQL + " OR " + prefix + "author_id = ? OR " + prefix + "reporter_id = ?)", append(c.Values, s.Account, s.Account)}
}

// held is heldBy as a part of a larger WHERE.
func held(s models.Scope, column, table string) clause.Expression {
	c := heldBy(s, column, table+".")
	if c.SQL == "" {
		c.SQL = "1 = 1"
	}
	return clause.Expr{SQL: c.SQL, Vars: c.Values}
}

func and(c Condition) string {
	if c.SQL == "" {
		return ""
	}
	return " AND " + c.SQL
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
		return []Arm{{Condition: everything(s, "")}}
	}
	var arms []Arm
	for _, part := range partsOf(s) {
		for _, id := range part.ids {
			seen := heldBy(s, part.column, "")
			one := Arm{Condition{part.column + " BETWEEN ? AND ?" + and(seen), append([]any{id, id}, seen.Values...)}, part.column}
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

// Within is s as a condition on rows that another column has found. It stands in a CASE: no index of its own columns is walked, so
// that nobody reads all that a party or a town ever had to find what it had in one building, and Postgres does not take what is
// left for so few that it would rather sort them all than walk them in order.
func Within(s models.Scope) Condition {
	if s.Everything {
		return everything(s, "")
	}
	within := Condition{SQL: "CASE WHEN 1 = 0"}
	for _, part := range partsOf(s) {
		seen := heldBy(s, part.column, "")
		within.SQL += " OR " + part.column + " IN ?" + and(seen)
		if part.steward {
			within.SQL += " AND steward_sees = TRUE"
		}
		within.Values = append(append(within.Values, part.ids), seen.Values...)
	}
	within.SQL += " THEN TRUE ELSE FALSE END"
	return within
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
