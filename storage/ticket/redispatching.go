package ticket

import (
	"context"

	"linli/models"
	"linli/models/ticket"
	"linli/storage"
	places "linli/storage/place"
)

// Redispatch gives a matter whose party lets it lie to the party that an office names. The old party keeps its last look and
// the deadlines it lost, as at a hand-over; the new one has clocks of its own and cannot return it.
func (s *Store) Redispatch(ctx context.Context, a models.Actor, id int64, asked ticket.Redispatching) (ticket.View, error) {
	return s.viewing(ctx, a, func(tx storage.Tx) (ticket.Ticket, error) { return s.redispatchIn(tx, a, id, asked) })
}

func (s *Store) redispatchIn(tx storage.Tx, a models.Actor, id int64, asked ticket.Redispatching) (ticket.Ticket, error) {
	t, c, err := s.loadToDecide(tx, a, id, "ticket.not_yours_to_redispatch")
	if err != nil {
		return t, err
	}
	if asked.Note, err = ticket.CheckText(asked.Note, "note", true, c.MaxText); err != nil {
		return t, err
	}
	if err := otherParty(tx, asked.PartyID, t.HandlingPartyID, "party_id"); err != nil {
		return t, err
	}
	_, event, err := t.Apply(a, ticket.Move{Action: ticket.Redispatch, Note: asked.Note, Version: asked.Version}, c, tx.At())
	if err != nil {
		return t, err
	}
	closings, err := closingsOf(tx, t.ID)
	if err == nil {
		err = t.MayTake(closings, tx.At())
	}
	if err != nil {
		return t, err
	}
	term, _, err := places.TermOn(tx, t.EstateID, tx.Today())
	if err != nil {
		return t, err
	}
	return s.give(tx, t, c, given{party: asked.PartyID, rule: ticket.ByRedispatch, rank: term.Rank(), missed: t.LostDeadlines(closings, tx.At()), event: event})
}
