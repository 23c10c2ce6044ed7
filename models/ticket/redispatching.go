package ticket

import (
	"time"

	"linli/models"
)

// Redispatching is what an office sends that gives a matter to another party because the one that must answer lets it lie
// (超时改派). PartyID is who must answer now: an operator, an agency, or the office's own station.
type Redispatching struct {
	Version int64  `json:"version,omitempty" doc:"the version that the office saw; 0 = whatever is current"`
	PartyID int64  `json:"party_id" minimum:"1"`
	Note    string `json:"note" maxLength:"8000" doc:"why; the reporter and both parties read it"`
}

// ByRedispatch is the rule by which a party has a matter that an office gave it. No change of who serves the place moves such
// a matter, and what an office has decided is not returned (HL-11, HL-13).
const ByRedispatch = "redispatch"

// mayRedispatch refuses to take away what the party still has time for, and what rests.
func (t Ticket) mayRedispatch(now time.Time) error {
	switch {
	case t.PausedAt(now):
		return models.Refuse(models.Conflict, "ticket.paused")
	case !t.Overdue(now):
		return models.Refuse(models.Conflict, "ticket.not_overdue")
	}
	return nil
}

// LostDeadlines are the deadlines that stay missed with a party from which an office takes t away: those that have passed,
// and those that it had still to meet. To be relieved of a matter must never be better than to have done it late (docs/score.md).
func (t Ticket) LostDeadlines(now time.Time) []string {
	lost := []string{}
	for _, clock := range t.Clocks(now) {
		if clock.Late || clock.MetAt == nil {
			lost = append(lost, clock.Name)
		}
	}
	return lost
}
