package ticket

import (
	"context"

	"linli/models"
	"linli/models/ticket"
	"linli/storage"
)

// PauseTicket stops the clock to solve a ticket until a day: by the handler, once, for parts that he has ordered; by the
// reporter, or who filed for him, until a day that suits him; by the handler again, once, where he tried in vain to reach the reporter.
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
	if asked.Why == ticket.PauseForReporter { // held until the end: a word of his that comes now waits, and ends what is begun here
		if t, err = forUpdate(tx, t.ID); err != nil {
			return t, err
		}
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
	if asked.Why == ticket.PauseForReporter {
		tried, err := reachingIn(tx, t)
		if err != nil {
			return t, err
		}
		if err := tried.MayPause(); err != nil {
			return t, err
		}
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
	return s.resumeIn(tx, a, t, c, ended.Version, map[string]any{})
}

// answered ends a wait for the reporter whom nobody reached, where there is one: a has just spoken for him.
func (s *Store) answered(tx storage.Tx, a models.Actor, t ticket.Ticket) (ticket.Ticket, error) {
	if t.PauseWhy != ticket.PauseForReporter || !t.PausedAt(tx.At()) {
		return t, nil
	}
	c, err := s.catalogueIn(tx)
	if err != nil {
		return t, err
	}
	return s.resumeIn(tx, a, t, c, 0, map[string]any{"why": "heard"})
}

func (s *Store) resumeIn(tx storage.Tx, a models.Actor, t ticket.Ticket, c ticket.Catalogue, version int64, data map[string]any) (ticket.Ticket, error) {
	next, event, err := t.Apply(a, ticket.Move{Action: ticket.Resume, Version: version}, c, tx.At())
	if err != nil {
		return t, err
	}
	hours, err := s.hoursIn(tx, c)
	if err != nil {
		return t, err
	}
	urgency, _ := c.Urgency(t.Urgency)
	next = next.ResumedFrom(t, urgency, hours, c, tx.At())
	data["due"] = next.ResolveDue
	event.Data = data
	return s.write(tx, t, next, event)
}

// TryContact writes down that the handler tried to reach the reporter in vain, at this moment. Nothing else moves.
func (s *Store) TryContact(ctx context.Context, a models.Actor, id int64, tried ticket.Trying) (ticket.View, error) {
	return s.viewing(ctx, a, func(tx storage.Tx) (ticket.Ticket, error) { return s.TryIn(tx, a, id, tried) })
}

// TryIn is TryContact inside a transaction.
func (s *Store) TryIn(tx storage.Tx, a models.Actor, id int64, tried ticket.Trying) (ticket.Ticket, error) {
	t, c, err := s.loadWith(tx, a, id)
	if err != nil {
		return t, err
	}
	if tried, err = tried.Worded(c.MaxText); err != nil {
		return t, err
	}
	next, event, err := t.Apply(a, ticket.Move{Action: ticket.ContactTry, Note: tried.Note, Version: tried.Version}, c, tx.At())
	if err != nil {
		return t, err
	}
	before, err := reachingIn(tx, t)
	if err != nil {
		return t, err
	}
	if err := before.Check(tried.How, t, tx.At()); err != nil {
		return t, err
	}
	event.Data = map[string]any{"how": string(tried.How)}
	return s.write(tx, t, next, event) // who saves another step meanwhile, or the same one twice, is told so
}

// reachingIn reads what the party that has t did to reach the reporter.
func reachingIn(tx storage.Tx, t ticket.Ticket) (r ticket.Reaching, err error) {
	lines, err := linesOf(tx, t)
	if err != nil {
		return r, err
	}
	var messages []ticket.Message
	err = tx.DB().Where("ticket_id = ?", t.ID).Order("id DESC").Limit(500).Find(&messages).Error
	return ticket.ReachingOf(t, lines, messages, tx.At()), err
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
