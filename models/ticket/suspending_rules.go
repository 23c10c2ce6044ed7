package ticket

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"linli/models"
)

// SuspensionRules are one immutable version of the rules by which a matter is suspended (挂账, B-b.1 no. 9).
type SuspensionRules struct {
	Version   string      `json:"version"`
	Source    string      `json:"source"`
	ValidFrom models.Date `json:"valid_from"`
	// ReviewDays is how long a matter stays suspended without a review, MostDays how long altogether, however often.
	ReviewDays int `json:"review_days"`
	MostDays   int `json:"most_days"`
	// ShareDays are those over which an estate's share of suspended matters is counted; one above FlagBP, in basis points, is flagged.
	ShareDays int   `json:"share_days"`
	FlagBP    int64 `json:"flag_bp"`
}

//go:embed suspensions_2026-12.json
var suspensions2026December []byte

// SuspensionRuleDocuments are the documents that the program brings along, the oldest first.
func SuspensionRuleDocuments() [][]byte { return [][]byte{slices.Clone(suspensions2026December)} }

// ParseSuspensionRules reads and checks a document.
func ParseSuspensionRules(doc []byte) (SuspensionRules, error) {
	var r SuspensionRules
	if err := json.Unmarshal(doc, &r); err != nil {
		return r, fmt.Errorf("suspension rules: %w", err)
	}
	if _, ok := models.ParseDate(string(r.ValidFrom)); !ok || r.Version == "" {
		return r, fmt.Errorf("suspension rules %q: a version and its first day are needed", r.Version)
	}
	if r.ReviewDays < 1 || r.MostDays < r.ReviewDays || r.ShareDays < 1 || r.FlagBP < 0 || r.FlagBP > models.WholeBP {
		return r, fmt.Errorf("suspension rules %s: days above nothing, a year that holds a review, and a share are needed", r.Version)
	}
	return r, nil
}

// lastDay is the last day on which t, suspended since a moment, may be so: what earlier suspensions took is gone.
func (r SuspensionRules) lastDay(t Ticket, since time.Time) models.Date {
	return models.DateOf(since).Add(r.MostDays - int(t.SuspendedDays) - 1)
}

// reviewDue is the end of the day on which the next review is due at the latest, of what is suspended since a moment and looked at now.
func (r SuspensionRules) reviewDue(t Ticket, since, now time.Time) time.Time {
	return models.EndOfDay(min(models.DateOf(now).Add(r.ReviewDays), r.lastDay(t, since)).Start())
}

// Flagged reports whether so many of an estate's matters are more than the rules leave unremarked.
func (r SuspensionRules) Flagged(suspended, all int64) bool {
	return suspended*models.WholeBP > all*r.FlagBP
}
