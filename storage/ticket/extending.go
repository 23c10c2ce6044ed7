package ticket

import (
	"context"

	"linli/models"
	"linli/models/ticket"
	"linli/storage"
)

// ExtendTicket takes a handler's wish for a later date, with its reason. The deadline runs on until the level above has
// granted it.
func (s *Store) ExtendTicket(ctx context.Context, a models.Actor, id int64, asked ticket.ExtensionAsked) (ticket.View, error) {
	return s.viewing(ctx, a, func(tx storage.Tx) (ticket.Ticket, error) { return s.extendIn(tx, a, id, asked) })
}

func (s *Store) extendIn(tx storage.Tx, a models.Actor, id int64, asked ticket.ExtensionAsked) (ticket.Ticket, error) {
	t, c, err := s.loadWith(tx, a, id)
	if err != nil {
		return t, err
	}
	if asked.Reason, err = ticket.CheckText(asked.Reason, "reason", true, c.MaxText); err != nil {
		return t, err
	}
	next, event, err := t.Apply(a, ticket.Move{Action: ticket.Extend, Note: asked.Reason, Version: asked.Version}, c, tx.At())
	if err != nil {
		return t, err
	}
	hours, err := s.hoursIn(tx, c)
	if err != nil {
		return t, err
	}
	urgency, _ := c.Urgency(t.Urgency)
	due, err := t.ExtendedDue(urgency, hours, asked.Until)
	if err != nil {
		return t, err
	}
	event.Data = map[string]any{"asked": due}
	if next, err = s.write(tx, t, next, event); err != nil {
		return t, err
	}
	return next, tx.DB().Create(&ticket.Extending{
		TicketID: t.ID, PartyID: t.HandlingPartyID, Reason: asked.Reason, AskedBy: a.AccountID, AskedAt: tx.At(),
		DueBefore: t.ResolveDue, DueAsked: due, Outcome: ticket.ExtensionWaiting,
	}).Error
}

// DecideExtension grants or refuses a later date: by the first level above without an interest, before the deadline, and
// never by the one who asked. A refusal needs words.
func (s *Store) DecideExtension(ctx context.Context, a models.Actor, id int64, d ticket.ExtensionDecision) (ticket.View, error) {
	return s.viewing(ctx, a, func(tx storage.Tx) (ticket.Ticket, error) { return s.decideExtensionIn(tx, a, id, d) })
}

func (s *Store) decideExtensionIn(tx storage.Tx, a models.Actor, id int64, d ticket.ExtensionDecision) (ticket.Ticket, error) {
	t, c, err := s.loadToDecide(tx, a, id, "ticket.not_yours_to_"+string(d.Action()))
	if err != nil {
		return t, err
	}
	if d.Note, err = ticket.CheckText(d.Note, "note", false, c.MaxText); err != nil {
		return t, err
	}
	next, event, err := t.Apply(a, ticket.Move{Action: d.Action(), Note: d.Note, Version: d.Version}, c, tx.At())
	if err != nil {
		return t, err
	}
	asked, err := askedExtension(tx, t)
	if err != nil {
		return t, err
	}
	if err := asked.MayJudge(a); err != nil {
		return t, err
	}
	if d.Grant {
		next = next.Granted(asked, c)
		event.Data = map[string]any{"due": next.ResolveDue}
	}
	if next, err = s.write(tx, t, next, event); err != nil {
		return t, err
	}
	return next, tx.DB().Model(&ticket.Extending{}).Where("id = ?", asked.ID).
		Updates(map[string]any{"outcome": next.Extension, "decided_by": a.AccountID, "decided_at": tx.At()}).Error
}

// askedExtension is the newest wish of the party that must answer.
func askedExtension(tx storage.Tx, t ticket.Ticket) (asked ticket.Extending, err error) {
	err = tx.DB().Where("ticket_id = ?", t.ID).Order("id DESC").Take(&asked).Error
	return asked, err
}

// addExtension reads what the party asked for, and the days that it may still ask for.
func (s *Store) addExtension(tx storage.Tx, k *ticket.Known) error {
	t := k.Ticket
	if t.Extension == "" {
		c, err := s.catalogueIn(tx)
		if err != nil {
			return err
		}
		hours, err := s.hoursIn(tx, c)
		urgency, _ := c.Urgency(t.Urgency)
		k.ExtensionDays = t.ExtensionDays(urgency, hours)
		return err
	}
	asked, err := askedExtension(tx, t)
	if storage.Absent(err) {
		return nil
	}
	k.Extension = asked.ViewOf(t, tx.At())
	return err
}
