package people

import (
	"fmt"

	"linli/models"
)

// Retold names what Retelling finds again, for people who read a report.
const Retold = "role, scope, status, method and dates"

// Line is what the ledger tells of a membership at one change.
type Line struct {
	Action string
	From   string
	To     string
	Data   map[string]any
}

// Retelling is a membership as its lines in the ledger tell it: each names the whole of it but the person.
type Retelling struct{ last Line }

// Tell takes the next line, and says what is wrong with it where it cannot follow the one before.
func (r *Retelling) Tell(l Line) (fault string) {
	if l.From != r.last.To {
		fault = fmt.Sprintf("%s begins from %q, but the line before it ended with %q", l.Action, l.From, r.last.To)
	}
	r.last = l
	return fault
}

// Differs names the columns in which the row is not what the lines tell.
func (r Retelling) Differs(row Membership) (columns []string) {
	words := func(name string) string { s, _ := r.last.Data[name].(string); return s }
	scope, _ := r.last.Data["scope_id"].(float64)
	for _, c := range []struct {
		name string
		same bool
	}{
		{"status", models.MembershipStatus(r.last.To) == row.Status},
		{"role", models.Role(words("role")) == row.Role},
		{"scope_kind", models.ScopeKind(words("scope_kind")) == row.ScopeKind},
		{"scope_id", int64(scope) == row.ScopeID},
		{"method", words("method") == row.Method},
		{"valid_from", models.Date(words("valid_from")) == row.ValidFrom},
		{"valid_to", models.Date(words("valid_to")) == row.ValidTo},
	} {
		if !c.same {
			columns = append(columns, c.name)
		}
	}
	return columns
}
