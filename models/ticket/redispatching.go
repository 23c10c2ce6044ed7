package ticket

import (
	"slices"
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

// photosWait is how long a "done" keeps the matter with its party while its photos are on their way (DECISIONS 9).
const photosWait = 72 * time.Hour

// MayTake refuses to take t away while a "done" of its party waits for photos: the store of photos may be away, not the repair.
func (t Ticket) MayTake(closings []Closing, now time.Time) error {
	if t.photosUntil(closings, now) != nil {
		return models.Refuse(models.Conflict, "ticket.done_waits")
	}
	return nil
}

// photosUntil is the moment until which a "done" that waits for its photos keeps t with its party, nil where none does. closings
// are all of t's in their order. The first that has been waiting since one was complete counts: to say it again gains no time.
func (t Ticket) photosUntil(closings []Closing, now time.Time) *time.Time {
	var waits *Closing
	for i, c := range closings {
		switch {
		case c.CompleteAt != nil:
			waits = nil
		case waits == nil && t.Awaits(c):
			waits = &closings[i]
		}
	}
	if waits == nil {
		return nil
	}
	until := waits.SaidAt.Add(photosWait)
	if !now.Before(until) {
		return nil
	}
	return &until
}

// mayRedispatch refuses to take away what the party still has time for, what rests, and what an office has to decide first.
func (t Ticket) mayRedispatch(now time.Time) error {
	switch {
	case t.PausedAt(now):
		return models.Refuse(models.Conflict, "ticket.paused")
	case t.Extension == ExtensionWaiting && !now.After(t.ResolveDue): // later it has lapsed
		return models.Refuse(models.Conflict, "ticket.extension_waits")
	case !t.Overdue(now):
		return models.Refuse(models.Conflict, "ticket.not_overdue")
	}
	return nil
}

// LostDeadlines are the deadlines that stay missed with a party from which an office takes t away: those that have passed and,
// where it did nothing at all, those that it had still to meet: to let a matter lie must never be the cheapest way to be rid of
// it. Who was at work loses no more than what it missed (docs/score.md).
func (t Ticket) LostDeadlines(closings []Closing, now time.Time) []string {
	did := func(at *time.Time) bool { return at != nil && !at.Before(t.DispatchedAt) }
	reached := did(t.ContactedAt) && did(t.AcknowledgedAt) // without the second it was an office that called him
	idle := !slices.ContainsFunc(closings, t.Awaits) && !reached && !did(t.StartedAt) && !did(t.JointAnsweredAt)
	lost := []string{}
	for _, clock := range t.Clocks(now) {
		if clock.Late || idle && clock.MetAt == nil {
			lost = append(lost, clock.Name)
		}
	}
	return lost
}
