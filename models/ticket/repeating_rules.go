package ticket

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"

	"linli/models"
)

// Thing is what fails again and again: a common part or facility, told by the categories under which people report it.
type Thing string

// things are those that have a name. All are common parts and facilities: what is a complaint about people, and what is inside a home,
// has no cause that one repairs.
var things = []Thing{
	"lift", "water_pipe", "sewer", "septic_tank", "power", "heating", "gas", "roof_wall", "lighting", "door", "road", "fire_equipment", "gate",
}

// RepeatRules are one immutable version of the rules on repeats (反复发生, ADR 0030).
type RepeatRules struct {
	Version   string      `json:"version"`
	Source    string      `json:"source"`
	ValidFrom models.Date `json:"valid_from"`
	// WindowDays are those in which LeastTimes make a repeat.
	WindowDays int `json:"window_days"`
	LeastTimes int `json:"least_times"`
	// ApartDays after the first report of one time everything reported belongs to it; while that is not solved, so does everything for
	// UnsolvedDays.
	ApartDays    int `json:"apart_days"`
	UnsolvedDays int `json:"unsolved_days"`
	// MostAlone is how many times count that one household alone tells of; LeastHouseholds is how many households must tell of it.
	MostAlone       int `json:"most_alone"`
	LeastHouseholds int `json:"least_households"`
	// WatchDays after the work is done, a report says that it came back. SettleDays must pass before a case is closed, and MostPlanDays
	// ahead lies the last day that may be planned.
	WatchDays    int           `json:"watch_days"`
	SettleDays   int           `json:"settle_days"`
	MostPlanDays int           `json:"most_plan_days"`
	Things       []RepeatThing `json:"things"`
}

// RepeatThing is a thing with its categories. It is one for a whole estate, or one for each building.
type RepeatThing struct {
	Thing      Thing    `json:"thing"`
	PerEstate  bool     `json:"per_estate"`
	Categories []string `json:"categories"`
}

//go:embed repeats_2026-12.json
var repeats2026December []byte

// RepeatRuleDocuments are the documents that the program brings along, the oldest first.
func RepeatRuleDocuments() [][]byte { return [][]byte{slices.Clone(repeats2026December)} }

// ParseRepeatRules reads and checks a document. No household makes a repeat alone, whatever the numbers are.
func ParseRepeatRules(doc []byte) (RepeatRules, error) {
	var r RepeatRules
	if err := json.Unmarshal(doc, &r); err != nil {
		return r, fmt.Errorf("repeat rules: %w", err)
	}
	if _, ok := models.ParseDate(string(r.ValidFrom)); !ok || r.Version == "" {
		return r, fmt.Errorf("repeat rules %q: a version and its first day are needed", r.Version)
	}
	switch {
	case r.WindowDays < 1, r.ApartDays < 1, r.UnsolvedDays < r.ApartDays, r.WatchDays < r.SettleDays, r.SettleDays < 1, r.MostPlanDays < 1:
		return r, fmt.Errorf("repeat rules %s: days above nothing are needed, the longer ones not the shorter", r.Version)
	case r.LeastTimes < 2, r.LeastHouseholds < 2, r.MostAlone < 1, r.MostAlone >= r.LeastTimes:
		return r, fmt.Errorf("repeat rules %s: one household alone must not make a repeat", r.Version)
	}
	seen := map[string]bool{}
	for _, thing := range r.Things {
		if !slices.Contains(things, thing.Thing) || len(thing.Categories) == 0 || seen[string(thing.Thing)] {
			return r, fmt.Errorf("repeat rules %s: %q is no thing, has no categories or stands there twice", r.Version, thing.Thing)
		}
		seen[string(thing.Thing)] = true
		for _, category := range thing.Categories {
			if seen[category] {
				return r, fmt.Errorf("repeat rules %s: %s belongs to two things", r.Version, category)
			}
			seen[category] = true
		}
	}
	return r, nil
}

// Of is what is known of a thing.
func (r RepeatRules) Of(thing Thing) (RepeatThing, bool) {
	i := slices.IndexFunc(r.Things, func(one RepeatThing) bool { return one.Thing == thing })
	if i < 0 {
		return RepeatThing{}, false
	}
	return r.Things[i], true
}

// Categories are those of all things.
func (r RepeatRules) Categories() (all []string) {
	for _, thing := range r.Things {
		all = append(all, thing.Categories...)
	}
	return all
}
