// Package score keeps what scores need to be computed again by anybody: the ruleset, the frozen priors, the released
// cells and the ratings. The scores themselves are computed by models/score whenever somebody asks.
package score

import (
	"slices"
	"sync"
	"time"

	"linli/models"
	"linli/models/score"
	"linli/models/ticket"
	"linli/storage"
	tickets "linli/storage/ticket"
)

const rulesetKind = "score"

// Store computes and explains scores.
type Store struct {
	db          *storage.DB
	rules       *storage.Rules[score.Ruleset]
	calendar    *storage.Rules[models.Calendar]
	suspensions *storage.Rules[ticket.SuspensionRules]
	mu          sync.Mutex
	medians     map[medianKey]median
}

// New makes the store.
func New(db *storage.DB) *Store {
	return &Store{
		db: db, rules: storage.NewRules(rulesetKind, score.ParseRuleset), calendar: storage.CalendarRules(), suspensions: tickets.SuspensionRules(),
		medians: map[medianKey]median{},
	}
}

// SeedRuleset writes the first ruleset into a database that does not have it. It may run at every start.
func SeedRuleset(tx storage.Tx) error {
	return storage.SeedRules(tx, rulesetKind, [][]byte{score.FirstRuleset()}, score.ParseRuleset, func(r score.Ruleset) (string, string, models.Date) {
		return r.Version, r.Formula, r.ValidFrom
	})
}

// rulesIn is the ruleset in force at the transaction's moment.
func (s *Store) rulesIn(tx storage.Tx) (score.Ruleset, error) { return s.rules.In(tx) }

// centre reports whether a may see the raw satisfaction of a time: the centre and auditors, unless they work for a party
// whose work it is about, whoever serves the place today (DECISIONS 1, 12).
func centre(a models.Actor, u unit, from, to time.Time) bool {
	return a.Has(models.CenterOfficer, models.LeadingGroupOffice, models.Auditor) && !slices.ContainsFunc(u.parties(from, to), a.WorksFor)
}

const inChunk = 1000

// chunks cuts ids into lists that fit into one statement.
func chunks(ids []int64) [][]int64 {
	var out [][]int64
	for len(ids) > 0 {
		n := min(inChunk, len(ids))
		out = append(out, ids[:n])
		ids = ids[n:]
	}
	return out
}
