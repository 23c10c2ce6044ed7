package ticket

import (
	"context"

	"linli/models"
	"linli/models/ticket"
	"linli/storage"
	places "linli/storage/place"
)

// ReturnTicket takes a handler's return with its reason and the party that he holds responsible. The ticket waits for a
// dispatcher; the reporter's clock runs on.
func (s *Store) ReturnTicket(ctx context.Context, a models.Actor, id int64, asked ticket.ReturnAsked) (ticket.View, error) {
	return s.viewing(ctx, a, func(tx storage.Tx) (ticket.Ticket, error) { return s.returnIn(tx, a, id, asked) })
}

func (s *Store) returnIn(tx storage.Tx, a models.Actor, id int64, asked ticket.ReturnAsked) (ticket.Ticket, error) {
	t, c, err := s.loadWith(tx, a, id)
	if err != nil {
		return t, err
	}
	if asked.Reason, err = ticket.CheckText(asked.Reason, "reason", true, c.MaxText); err != nil {
		return t, err
	}
	if err := otherParty(tx, asked.ProposedPartyID, t.HandlingPartyID, "proposed_party_id"); err != nil {
		return t, err
	}
	next, err := s.moveIn(tx, a, t, ticket.Move{Action: ticket.Return, Note: asked.Reason, Version: asked.Version}, map[string]any{"proposed_party": asked.ProposedPartyID})
	if err != nil {
		return t, err
	}
	// Hand-overs have not always ended the return that waited.
	if err := overtaken(tx, t.ID); err != nil {
		return t, err
	}
	return next, tx.DB().Create(&ticket.Returning{
		TicketID: t.ID, FromPartyID: t.HandlingPartyID, ProposedPartyID: asked.ProposedPartyID, Reason: asked.Reason,
		AskedBy: a.AccountID, AskedAt: tx.At(), Outcome: ticket.ReturnWaiting,
	}).Error
}

// overtaken ends a return that waits for a decision nobody will make: the ticket went another way.
func overtaken(tx storage.Tx, id int64) error {
	return tx.DB().Model(&ticket.Returning{}).Where("ticket_id = ? AND outcome = ?", id, ticket.ReturnWaiting).
		Updates(map[string]any{"outcome": ticket.ReturnOvertaken, "decided_at": tx.At()}).Error
}

// otherParty refuses a party that does not exist, or is the one that has the ticket.
func otherParty(tx storage.Tx, id, now int64, field string) error {
	_, found, err := places.Party(tx, id)
	switch {
	case err != nil:
		return err
	case !found:
		return models.RefuseField("ticket.unknown_party", field)
	case id == now:
		return models.RefuseField("ticket.return_to_itself", field)
	}
	return nil
}

// DecideReturn gives a returned ticket to the party that the dispatcher names: another one, or the one that returned it,
// which is a refusal and needs words. Whoever is named cannot return it again.
func (s *Store) DecideReturn(ctx context.Context, a models.Actor, id int64, d ticket.ReturnDecision) (ticket.View, error) {
	return s.viewing(ctx, a, func(tx storage.Tx) (ticket.Ticket, error) { return s.decideIn(tx, a, id, d) })
}

func (s *Store) decideIn(tx storage.Tx, a models.Actor, id int64, d ticket.ReturnDecision) (ticket.Ticket, error) {
	t, c, err := s.loadToDecide(tx, a, id, "ticket.not_yours_to_dispatch")
	if err != nil {
		return t, err
	}
	action, outcome := d.Means(t)
	if action == ticket.ReturnGrant {
		if err := otherParty(tx, d.PartyID, t.HandlingPartyID, "party_id"); err != nil {
			return t, err
		}
	}
	hours, err := s.hoursIn(tx, c)
	if err != nil {
		return t, err
	}
	if d.Note, err = ticket.CheckText(d.Note, "note", false, c.MaxText); err != nil {
		return t, err
	}
	_, event, err := t.Apply(a, ticket.Move{Action: action, Note: d.Note, Version: d.Version}, c, tx.At())
	if err != nil {
		return t, err
	}
	if t.Suspension == ticket.SuspensionWaiting && d.PartyID != t.HandlingPartyID {
		if err := overtakeWish(tx, t.ID); err != nil {
			return t, err
		}
	}
	urgency, _ := c.Urgency(t.Urgency)
	next := t.AfterReturn(d.PartyID, urgency, hours, c, tx.At())
	event.PartyID, event.Data = d.PartyID, map[string]any{"from_party": t.HandlingPartyID, "sharing_ended": t.SharingEnded(next)}
	next, err = s.write(tx, t, next, event)
	if err != nil {
		return t, err
	}
	return next, tx.DB().Model(&ticket.Returning{}).Where("ticket_id = ? AND outcome = ?", t.ID, ticket.ReturnWaiting).
		Updates(map[string]any{"outcome": outcome, "to_party_id": d.PartyID, "decided_by": a.AccountID, "decided_at": tx.At()}).Error
}

// loadToDecide is loadWith for who decides about what the party of a ticket asks for; anybody else is denied with code.
func (s *Store) loadToDecide(tx storage.Tx, a models.Actor, id int64, code string) (ticket.Ticket, ticket.Catalogue, error) {
	t, c, err := s.loadWith(tx, a, id)
	if err != nil {
		return t, c, err
	}
	return t, c, mustDecide(tx, a, t, code)
}

// mustDecide refuses, with code, everybody who is not of the level that decides about t as it stands.
func mustDecide(tx storage.Tx, a models.Actor, t ticket.Ticket, code string) error {
	party, _, err := places.Party(tx, t.HandlingPartyID)
	if err == nil && !ticket.MayDecide(a, t, string(party.Kind)) {
		err = models.Refuse(models.Denied, code)
	}
	return err
}

// addReturn reads the return that waits for a decision.
func addReturn(tx storage.Tx, k *ticket.Known) error {
	if k.Ticket.State != ticket.Returned {
		return nil
	}
	var r ticket.Returning
	err := tx.DB().Where("ticket_id = ? AND outcome = ?", k.Ticket.ID, ticket.ReturnWaiting).Order("id DESC").Take(&r).Error
	if storage.Absent(err) {
		return nil
	}
	if err != nil {
		return err
	}
	proposed, _, err := places.Party(tx, r.ProposedPartyID)
	k.Return = &ticket.ReturnView{Reason: r.Reason, ProposedID: r.ProposedPartyID, ProposedName: proposed.Name, FromName: k.Party.Name, On: models.DateOf(r.AskedAt)}
	return err
}
