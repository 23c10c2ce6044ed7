package ticket

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"linli/models"
)

// PromiseRules are one immutable version of the rules on promises (承诺, ADR 0029).
type PromiseRules struct {
	Version   string      `json:"version"`
	Source    string      `json:"source"`
	ValidFrom models.Date `json:"valid_from"`
	// MostDays is how many days from today a promised day may lie, MostPromises how many a party makes about one matter, and MostRedates
	// how often it may name a later day for one of them.
	MostDays     int   `json:"most_days"`
	MostPromises int64 `json:"most_promises"`
	MostRedates  int64 `json:"most_redates"`
	// RedateCostBP is the part that each re-dating takes of a promise's worth, UnansweredBP what one is worth that was done by its day and
	// that nobody answered, SaidBP what the party's mere word is worth that nobody answered, all in basis points.
	RedateCostBP int64 `json:"redate_cost_bp"`
	UnansweredBP int64 `json:"unanswered_bp"`
	SaidBP       int64 `json:"said_bp"`
	// LeastHours is how many hours a promise looks ahead at least: of a result that is there before, nothing had to be promised.
	LeastHours int `json:"least_hours"`
	// JudgeHour is the hour of the promised day from which the reporter is asked, JudgeDays for how many days after it.
	JudgeHour int `json:"judge_hour"`
	JudgeDays int `json:"judge_days"`
	// WindowDays are those over which the rate is counted; fewer than ShareFrom give none.
	WindowDays int   `json:"window_days"`
	ShareFrom  int64 `json:"share_from"`
}

//go:embed promises_2026-12.json
var promises2026December []byte

// PromiseRuleDocuments are the documents that the program brings along, the oldest first.
func PromiseRuleDocuments() [][]byte { return [][]byte{slices.Clone(promises2026December)} }

// ParsePromiseRules reads and checks a document. An early re-dating always costs something, and less than silence.
func ParsePromiseRules(doc []byte) (PromiseRules, error) {
	var r PromiseRules
	if err := json.Unmarshal(doc, &r); err != nil {
		return r, fmt.Errorf("promise rules: %w", err)
	}
	if _, ok := models.ParseDate(string(r.ValidFrom)); !ok || r.Version == "" {
		return r, fmt.Errorf("promise rules %q: a version and its first day are needed", r.Version)
	}
	switch {
	case r.MostDays < 1, r.MostPromises < 1, r.MostRedates < 0, r.JudgeDays < 1, r.WindowDays < 1, r.ShareFrom < 1, r.JudgeHour < 0, r.JudgeHour > 23, r.LeastHours < 0, r.LeastHours > 24:
		return r, fmt.Errorf("promise rules %s: days and counts above nothing and an hour of the day are needed", r.Version)
	case r.RedateCostBP < 1, r.RedateCostBP*max(r.MostRedates, 1) >= models.WholeBP:
		return r, fmt.Errorf("promise rules %s: all re-datings together cost something, and less than silence", r.Version)
	case r.UnansweredBP < 0, r.UnansweredBP >= models.WholeBP:
		return r, fmt.Errorf("promise rules %s: what nobody answered is worth less than what was kept", r.Version)
	case r.SaidBP < 0, r.SaidBP >= r.worth(r.UnansweredBP, r.MostRedates):
		return r, fmt.Errorf("promise rules %s: a mere word is worth less than what was done by a day that was honestly moved", r.Version)
	}
	return r, nil
}

// DaysFor are the days that a promise made or re-dated now may name; after is the day that it named before, empty for a new one.
func (r PromiseRules) DaysFor(after models.Date, now time.Time) PromiseDays {
	today := models.DateOf(now)
	first := today
	if after != "" {
		first = max(today, after.Add(1))
	}
	return PromiseDays{First: first, Last: today.Add(r.MostDays)}
}

// Worth is what a promise that ended is worth, by what it counts as, in basis points, and whether it counts at all.
func (r PromiseRules) Worth(as PromiseEnd, redates int64) (bp int64, counts bool) {
	switch as {
	case PromiseEndKept, PromiseEndConfirmed:
		return r.worth(models.WholeBP, redates), true
	case PromiseEndDone:
		return r.worth(r.UnansweredBP, redates), true
	case PromiseEndSaid:
		return r.worth(r.SaidBP, redates), true
	case PromiseEndBroken, PromiseEndSentBack, PromiseEndSilent:
		return 0, true
	}
	return 0, false
}

// worth is what is left of it after so many re-datings, each of which takes the same part of the whole; rounded down.
func (r PromiseRules) worth(whole, redates int64) int64 {
	return max(0, whole*(models.WholeBP-redates*r.RedateCostBP)/models.WholeBP)
}
