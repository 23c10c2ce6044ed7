package ticket

import (
	"context"

	"linli/models"
	"linli/models/ticket"
	"linli/storage"
)

// PauseTicket stops the clock to solve a ticket until a day: by the handler, once, for parts that he has ordered; by the
// reporter, or who filed for him, until a day that suits him.
func (s *Store) PauseTicket(ctx context.Context, a models.Actor, id int64, asked ticket.PauseAsked) (ticket.View, error) {
	return s.viewing(ctx, a, func(tx storage.Tx) (ticket.Ticket, error) { return s.PauseIn(tx, a, id, asked) })
}

// PauseIn is PauseTicket inside a transaction.
func (s *Store) PauseIn(tx storage.Tx, a models.Actor, id int64, asked ticket.PauseAsked) (ticket.Ticket, error) {
	t, c, err := s.loadWith(tx, a, id)
	if err != nil {
		return t, err
	}
	if asked, err = asked.Worded(c.MaxText); err != nil {
		return t, err
	}
	next, event, err := t.Apply(a, ticket.Move{Action: asked.Action(), Note: asked.Note, Version: asked.Version}, c, tx.At())
	if err != nil {
		return t, err
	}
	hours, err := s.hoursIn(tx, c)
	if err != nil {
		return t, err
	}
	if err := ticket.CheckPause(asked, hours, tx.At()); err != nil {
		return t, err
	}
	urgency, _ := c.Urgency(t.Urgency)
	next = next.PausedTo(asked.Until, urgency, hours, c, tx.At())
	event.Data = map[string]any{"until": *next.PausedUntil, "before": *next.PausedDue, "due": next.ResolveDue}
	return s.write(tx, t, next, event)
}

// ResumeTicket ends a pause before its day. The deadline is then reckoned again, for the time that really stood still.
func (s *Store) ResumeTicket(ctx context.Context, a models.Actor, id int64, ended ticket.PauseEnded) (ticket.View, error) {
	return s.viewing(ctx, a, func(tx storage.Tx) (ticket.Ticket, error) { return s.ResumeIn(tx, a, id, ended) })
}

// ResumeIn is ResumeTicket inside a transaction.
func (s *Store) ResumeIn(tx storage.Tx, a models.Actor, id int64, ended ticket.PauseEnded) (ticket.Ticket, error) {
	t, c, err := s.loadWith(tx, a, id)
	if err != nil {
		return t, err
	}
	next, event, err := t.Apply(a, ticket.Move{Action: ticket.Resume, Version: ended.Version}, c, tx.At())
	if err != nil {
		return t, err
	}
	hours, err := s.hoursIn(tx, c)
	if err != nil {
		return t, err
	}
	urgency, _ := c.Urgency(t.Urgency)
	next = next.ResumedFrom(t, urgency, hours, c, tx.At())
	event.Data = map[string]any{"due": next.ResolveDue}
	return s.write(tx, t, next, event)
}

// addPartsDays reads until when the party could wait for parts.
func (s *Store) addPartsDays(tx storage.Tx, k *ticket.Known) error {
	c, err := s.catalogueIn(tx)
	if err != nil {
		return err
	}
	hours, err := s.hoursIn(tx, c)
	k.PartsDays = ticket.PauseDaysFor(ticket.PauseForParts, hours, tx.At())
	return err
}
