package ticket

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"linli/models"
)

// Catalogue is one immutable version of the ticket rules that the authorities set: categories, who answers, urgencies
// and limits (FIELD B-b). A ticket keeps the version it was filed under.
type Catalogue struct {
	Version         string           `json:"version"`
	Source          string           `json:"source"`
	ValidFrom       models.Date      `json:"valid_from"`
	Groups          []Group          `json:"groups"`
	Categories      []Category       `json:"categories"`
	Urgencies       []Urgency        `json:"urgencies"`
	EmergencyPhones []EmergencyPhone `json:"emergency_phones"`
	Escalations     []Escalation     `json:"escalations"`     // B-b.1 no. 13
	UrgeHours       int              `json:"urge_hours"`      // between two urges of one ticket; 0: urging is off
	Joint           *JointRule       `json:"joint,omitempty"` // B-b.1 no. 8; absent: JointRule says what holds
	SilenceDays     int              `json:"silence_days"`    // B-b.1 no. 11
	RateDays        int              `json:"rate_days"`       // DECISIONS 14
	NightFrom       string           `json:"night_from"`      // "22:00", Shanghai; minutes that rest at night rest from here
	NightTo         string           `json:"night_to"`        // "07:00", of the next day
	ReleaseTimes    []string         `json:"release_times"`   // "10:00": when batches go out, Shanghai; none: the usual ones
	MaxPhotos       int              `json:"max_photos"`
	MaxText         int              `json:"max_text"` // runes
}

// Words is a text in both languages.
type Words struct {
	Zh string `json:"zh"`
	En string `json:"en"`
}

// In is the text in the language of a reader; whatever is not English is read in Chinese.
func (w Words) In(locale string) string {
	if locale == "en" {
		return w.En
	}
	return w.Zh
}

// Group is a heading of the catalogue.
type Group struct {
	Code string `json:"code"`
	Name Words  `json:"name"`
}

// Category is one line of B-b.3. Managed and Unmanaged name who must answer: op, comm, town, dev, property_center, or
// the code of an agency or utility (FIELD B-a).
type Category struct {
	Code         string   `json:"code"`
	Group        string   `json:"group"`
	Name         Words    `json:"name"`
	Kind         Kind     `json:"kind"`
	Urgency      string   `json:"urgency"`
	Managed      string   `json:"managed"`
	Unmanaged    string   `json:"unmanaged"`
	Informed     []string `json:"informed"`
	Emergency    []string `json:"emergency"`     // codes of EmergencyPhones to call first
	InHome       bool     `json:"in_home"`       // happens inside the home: a unit is needed, contact is offered
	PublicMatter bool     `json:"public_matter"` // of common parts: the building's steward sees it (DECISIONS 2)

	UnmanagedUrgency string `json:"unmanaged_urgency,omitempty"` // where nobody runs the place; none: Urgency holds there, too
	Raise            *Raise `json:"raise,omitempty"`
}

// Raise is the one plain question that a category may ask, and how urgent the matter is when the answer is yes: a tree that
// is about to fall on somebody is no ordinary repair (B-b.3).
type Raise struct {
	Question  Words    `json:"question"`
	Urgency   string   `json:"urgency"`
	Emergency []string `json:"emergency,omitempty"` // codes of EmergencyPhones to call first when the answer is yes
}

// UrgencyFor is how urgent a matter of k is: where nobody else runs the place, and when the reporter says yes to the question
// that k asks. Danger is as urgent everywhere.
func (k Category) UrgencyFor(managed, danger bool) string {
	switch {
	case danger && k.Raise != nil:
		return k.Raise.Urgency
	case !managed && k.UnmanagedUrgency != "":
		return k.UnmanagedUrgency
	}
	return k.Urgency
}

// Span is a length of time as the rules write it: minutes round the clock, minutes that rest at night, or working days.
// The zero Span is no deadline.
type Span struct {
	Minutes      int  `json:"minutes,omitempty"`
	RestsAtNight bool `json:"rests_at_night,omitempty"` // the minutes do not run between NightFrom and NightTo
	WorkingDays  int  `json:"working_days,omitempty"`   // ends with the n-th working day after
}

// Urgency is one line of B-b.1.
type Urgency struct {
	Code         string `json:"code"`
	Name         Words  `json:"name"`
	Acknowledge  Span   `json:"acknowledge"`
	Contact      Span   `json:"contact"`
	OnSite       Span   `json:"on_site"`
	OnSiteByRank []Span `json:"on_site_by_rank,omitempty"` // for service ranks 1, 2, and 3 or lower
	Hazard       Span   `json:"hazard"`
	Resolve      Span   `json:"resolve"`
	ReturnWithin Span   `json:"return_within"` // from dispatch; none: it cannot be returned (B-b.1 no. 6)
}

// UnmarshalJSON also reads the first catalogue, which wrote every length as minutes round the clock. Tickets that were
// filed under it keep its deadlines, so it must stay readable.
func (u *Urgency) UnmarshalJSON(doc []byte) error {
	type plain Urgency
	first := struct {
		*plain
		AcknowledgeMinutes  int   `json:"acknowledge_minutes"`
		ContactMinutes      int   `json:"contact_minutes"`
		OnSiteMinutes       int   `json:"on_site_minutes"`
		OnSiteMinutesByRank []int `json:"on_site_minutes_by_rank"`
		HazardMinutes       int   `json:"hazard_minutes"`
		ResolveMinutes      int   `json:"resolve_minutes"`
	}{plain: (*plain)(u)}
	if err := json.Unmarshal(doc, &first); err != nil {
		return err
	}
	for span, minutes := range map[*Span]int{
		&u.Acknowledge: first.AcknowledgeMinutes, &u.Contact: first.ContactMinutes, &u.OnSite: first.OnSiteMinutes,
		&u.Hazard: first.HazardMinutes, &u.Resolve: first.ResolveMinutes,
	} {
		if minutes > 0 {
			*span = Span{Minutes: minutes}
		}
	}
	for _, minutes := range first.OnSiteMinutesByRank {
		u.OnSiteByRank = append(u.OnSiteByRank, Span{Minutes: minutes})
	}
	return nil
}

// EmergencyPhone is a number to call before anything is typed.
type EmergencyPhone struct {
	Code  string `json:"code"`
	Name  Words  `json:"name"`
	Phone string `json:"phone"`
}

//go:embed catalogue_2026-01.json
var catalogue2026January []byte

//go:embed catalogue_2026-12.json
var catalogue2026December []byte

//go:embed catalogue_2027-01.json
var catalogue2027January []byte

// Catalogues lists the documents that this program brings along, oldest first; the last one is in force. The older ones
// stay, because tickets name the version they were filed under.
func Catalogues() [][]byte {
	return [][]byte{slices.Clone(catalogue2026January), slices.Clone(catalogue2026December), slices.Clone(catalogue2027January)}
}

// ParseCatalogue reads and checks a document. A catalogue that names a missing group, urgency or phone is refused.
func ParseCatalogue(doc []byte) (Catalogue, error) {
	var c Catalogue
	if err := json.Unmarshal(doc, &c); err != nil {
		return c, fmt.Errorf("catalogue: %w", err)
	}
	if c.Version == "" || c.SilenceDays < 1 || c.RateDays < 1 || c.MaxPhotos < 1 || c.MaxText < 1 {
		return c, fmt.Errorf("catalogue %q: version and limits are needed", c.Version)
	}
	if _, err := c.night(); err != nil {
		return c, err
	}
	if len(c.ReleaseTimes) == 0 {
		c.ReleaseTimes = slices.Clone(releaseTimes)
	}
	if err := c.checkReleases(); err != nil {
		return c, err
	}
	for _, u := range c.Urgencies {
		if u.Acknowledge == (Span{}) || u.Contact == (Span{}) || u.Resolve == (Span{}) {
			return c, fmt.Errorf("catalogue: urgency %s lacks a deadline", u.Code)
		}
	}
	if j := c.Joint; j != nil {
		if _, known := c.Urgency(j.Urgency); !known || j.Households < few || j.Answer == (Span{}) {
			return c, fmt.Errorf("catalogue: a joint matter needs %d households or more, an answer and a known urgency", few)
		}
	}
	for _, e := range c.Escalations {
		if err := c.checkLadder(e); err != nil {
			return c, err
		}
	}
	seen := map[string]bool{}
	for _, k := range c.Categories {
		switch _, urgent := c.Urgency(k.Urgency); {
		case seen[k.Code]:
			return c, fmt.Errorf("catalogue: category %s stands twice", k.Code)
		case !urgent:
			return c, fmt.Errorf("catalogue: category %s has unknown urgency %q", k.Code, k.Urgency)
		case !slices.ContainsFunc(c.Groups, func(g Group) bool { return g.Code == k.Group }):
			return c, fmt.Errorf("catalogue: category %s has unknown group %q", k.Code, k.Group)
		case k.Managed == "" || k.Unmanaged == "":
			return c, fmt.Errorf("catalogue: nobody answers for category %s", k.Code)
		}
		if err := c.checkPhones(k.Code, k.Emergency); err != nil {
			return c, err
		}
		if err := c.checkConditions(k); err != nil {
			return c, err
		}
		seen[k.Code] = true
	}
	return c, nil
}

func (c Catalogue) checkPhones(category string, codes []string) error {
	for _, code := range codes {
		if !slices.ContainsFunc(c.EmergencyPhones, func(p EmergencyPhone) bool { return p.Code == code }) {
			return fmt.Errorf("catalogue: category %s names unknown phone %q", category, code)
		}
	}
	return nil
}

// checkConditions refuses a question that lacks words in a language, or whose answer would make the matter less urgent than it
// is without one.
func (c Catalogue) checkConditions(k Category) error {
	if k.UnmanagedUrgency != "" {
		if _, known := c.Urgency(k.UnmanagedUrgency); !known {
			return fmt.Errorf("catalogue: category %s has unknown urgency %q where nobody runs the place", k.Code, k.UnmanagedUrgency)
		}
	}
	r := k.Raise
	switch {
	case r == nil:
		return nil
	case r.Question.Zh == "" || r.Question.En == "":
		return fmt.Errorf("catalogue: the question of category %s needs both languages", k.Code)
	case !c.lessUrgent(k.Urgency, r.Urgency) || k.UnmanagedUrgency != "" && !c.lessUrgent(k.UnmanagedUrgency, r.Urgency):
		return fmt.Errorf("catalogue: the question of category %s does not raise its urgency", k.Code)
	}
	return c.checkPhones(k.Code, r.Emergency)
}

func (c Catalogue) checkLadder(e Escalation) error {
	if _, known := c.Urgency(e.Urgency); !known {
		return fmt.Errorf("catalogue: a ladder for unknown urgency %q", e.Urgency)
	}
	if !slices.IsSorted(e.Reminders) || slices.ContainsFunc(e.Reminders, func(p int) bool { return p < 1 || p > 99 }) {
		return fmt.Errorf("catalogue: reminders of %s must rise between 1 and 99 percent", e.Urgency)
	}
	for i, r := range e.Rungs {
		if r.Level < LevelStation || r.Level > LevelLeadingGroup || i == 0 && r.After != (Span{}) || i > 0 && (r.After == (Span{}) || r.Level <= e.Rungs[i-1].Level) {
			return fmt.Errorf("catalogue: the ladder of %s must begin at the deadline and lead upwards", e.Urgency)
		}
	}
	return nil
}

// Category finds a category by its code.
func (c Catalogue) Category(code string) (Category, bool) {
	i := slices.IndexFunc(c.Categories, func(k Category) bool { return k.Code == code })
	if i < 0 {
		return Category{}, false
	}
	return c.Categories[i], true
}

// Urgency finds an urgency by its code.
func (c Catalogue) Urgency(code string) (Urgency, bool) {
	i := slices.IndexFunc(c.Urgencies, func(u Urgency) bool { return u.Code == code })
	if i < 0 {
		return Urgency{}, false
	}
	return c.Urgencies[i], true
}

// Silence is how long a reporter may stay silent before a done ticket closes as unrated.
func (c Catalogue) Silence() time.Duration { return time.Duration(c.SilenceDays) * 24 * time.Hour }

// RateWindow is how long after a closing its answer may be given or changed.
func (c Catalogue) RateWindow() time.Duration { return time.Duration(c.RateDays) * 24 * time.Hour }
