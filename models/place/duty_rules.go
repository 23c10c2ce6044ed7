package place

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"linli/models"
)

// DutyRules are one immutable version of the rules on duty: who must keep a roster, how far ahead it must have no gap, and
// whom a matter that nobody acknowledges is told by telephone, one after the other.
type DutyRules struct {
	Version   string      `json:"version"`
	Source    string      `json:"source"`
	ValidFrom models.Date `json:"valid_from"`
	GapDays   int         `json:"gap_days"`
	// Kinds and Codes are the parties that must answer round the clock.
	Kinds  []PartyKind `json:"kinds"`
	Codes  []string    `json:"codes"`
	Chains []DutyChain `json:"chains"`
}

// DutyChain is the chain of calls for matters of one urgency.
type DutyChain struct {
	Urgency      string     `json:"urgency"`
	Rungs        []DutyRung `json:"rungs"`
	CallsMinutes int        `json:"calls_minutes"` // a call that could not be made for so long is of no use any more
}

// DutyRung is one call: so many minutes after the party got the matter, if nobody has acknowledged it.
type DutyRung struct {
	Who          DutyWho `json:"who"`
	AfterMinutes int     `json:"after_minutes"`
}

// DutyWho is who is called.
type DutyWho string

// The rungs, in the order in which a chain may have them.
const (
	CallDuty    DutyWho = "duty"    // whoever has duty at the party that must answer
	CallDeputy  DutyWho = "deputy"  // its deputy, or the number that it has posted
	CallStation DutyWho = "station" // whoever has duty at the community's station
	CallTown    DutyWho = "town"
	CallCenter  DutyWho = "center"
)

var dutyOrder = []DutyWho{CallDuty, CallDeputy, CallStation, CallTown, CallCenter}

//go:embed duty_2026-12.json
var duty2026December []byte

// FirstDutyRules is the document that the program brings along.
func FirstDutyRules() []byte { return slices.Clone(duty2026December) }

// ParseDutyRules reads and checks a document: a chain rises in time and in whom it calls.
func ParseDutyRules(doc []byte) (DutyRules, error) {
	var r DutyRules
	if err := json.Unmarshal(doc, &r); err != nil {
		return r, fmt.Errorf("duty rules: %w", err)
	}
	if r.Version == "" || r.GapDays < 1 || r.GapDays > 60 {
		return r, fmt.Errorf("duty rules %q: a version and 1 to 60 days are needed", r.Version)
	}
	for _, c := range r.Chains {
		if c.CallsMinutes < 1 {
			return r, fmt.Errorf("duty rules: the calls for %s are of no use at once", c.Urgency)
		}
		for i, rung := range c.Rungs {
			place := slices.Index(dutyOrder, rung.Who)
			if place < 0 || rung.AfterMinutes < 0 || i > 0 && (rung.AfterMinutes <= c.Rungs[i-1].AfterMinutes || place <= slices.Index(dutyOrder, c.Rungs[i-1].Who)) {
				return r, fmt.Errorf("duty rules: the chain of %s must lead upwards, later and later", c.Urgency)
			}
		}
	}
	return r, nil
}

// MustKeep reports whether a party must answer round the clock, so keep a roster.
func (r DutyRules) MustKeep(p HandlingParty) bool {
	return slices.Contains(r.Kinds, p.Kind) || slices.Contains(r.Codes, p.Code)
}

// Chain is the chain of an urgency; an urgency without one has an empty one.
func (r DutyRules) Chain(urgency string) DutyChain {
	i := slices.IndexFunc(r.Chains, func(c DutyChain) bool { return c.Urgency == urgency })
	if i < 0 {
		return DutyChain{Urgency: urgency}
	}
	return r.Chains[i]
}

// Due is how many rungs of the chain are due at now for a matter that came to its party at since.
func (c DutyChain) Due(since, now time.Time) int {
	n := 0
	for n < len(c.Rungs) && !now.Before(since.Add(time.Duration(c.Rungs[n].AfterMinutes)*time.Minute)) {
		n++
	}
	return n
}

// FirstCall is the number by which a party is called first: of whoever has duty, or the posted one.
func FirstCall(duty []DutyShift, posted string) (phone, by string) {
	switch {
	case len(duty) > 0:
		return duty[0].Phone, "roster"
	case posted != "":
		return posted, "posted"
	}
	return "", "nobody"
}

// SecondCall is the number by which a party is called when the first one was not heard: the deputy's, else somebody else's
// who has duty, else the posted one, and never the number that was called already.
func SecondCall(duty, deputies []DutyShift, posted string) (phone, by string) {
	first, _ := FirstCall(duty, posted)
	for _, s := range append(slices.Clone(deputies), duty...) {
		if s.Phone != first {
			return s.Phone, "roster"
		}
	}
	if posted != "" && posted != first {
		return posted, "posted"
	}
	return "", "nobody"
}
