package ticket

import (
	"context"

	"gorm.io/gorm"

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
	ofParty := func() *gorm.DB {
		return tx.DB().Model(&ticket.Closing{}).Where("ticket_id = ? AND handling_party_id = ? AND said_at >= ?", t.ID, t.HandlingPartyID, t.DispatchedAt)
	}
	var said int64
	if err := ofParty().Count(&said).Error; err != nil {
		return t, err
	}
	var waits []ticket.Closing
	err = ofParty().Where("complete_at IS NULL AND id > (SELECT coalesce(max(id), 0) FROM ticket_closings WHERE ticket_id = ? AND complete_at IS NOT NULL)", t.ID).
		Order("id").Limit(1).Find(&waits).Error
	if err == nil && len(waits) > 0 {
		err = t.MayTakeFrom(waits[0], tx.At())
	}
	if err != nil {
		return t, err
	}
	term, _, err := places.TermOn(tx, t.EstateID, tx.Today())
	if err != nil {
		return t, err
	}
	return s.give(tx, t, c, given{party: asked.PartyID, rule: ticket.ByRedispatch, rank: rankOf(term), missed: t.LostDeadlines(said, tx.At()), event: event})
}
