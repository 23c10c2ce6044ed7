package ticket

import (
	"context"
	"time"

	"linli/models"
	"linli/models/ticket"
	"linli/storage"
	places "linli/storage/place"
)

// EscalateDue sends the reminders and climbs the rungs that are due, at most limit tickets, each in a transaction of its
// own: killed at any moment, it goes on where it stopped, and nothing is said twice. It returns how many tickets moved.
func (s *Store) EscalateDue(ctx context.Context, limit int) (int, error) {
	var due []int64
	err := s.db.Read(ctx, func(tx storage.Tx) error {
		return tx.DB().Model(&ticket.Ticket{}).Where("alert_due <= ?", tx.At()).Order("alert_due, id").Limit(limit).Pluck("id", &due).Error
	})
	moved := 0
	for _, id := range due {
		if err != nil {
			return moved, err
		}
		err = s.db.Write(ctx, func(tx storage.Tx) error { return s.EscalateIn(tx, id) })
		if models.KindOf(err) == models.Conflict {
			err = nil // somebody acted at this moment: the next run looks again
			continue
		}
		if err == nil {
			moved++
		}
	}
	return moved, err
}

// EscalateIn does all that is due for one ticket: several rungs, where the program slept through the first.
func (s *Store) EscalateIn(tx storage.Tx, id int64) error {
	t, c, err := s.loadWith(tx, models.SystemActor, id)
	if err != nil {
		return err
	}
	hours, err := s.hoursIn(tx, c)
	if err != nil {
		return err
	}
	party, _, err := places.Party(tx, t.HandlingPartyID)
	if err != nil {
		return err
	}
	was := t
	var events []models.Event
	for t.AlertDue != nil && !t.AlertDue.After(tx.At()) {
		var event models.Event
		t, event = t.Alerted(c, hours, string(party.Kind), tx.At())
		if event.Action != "" {
			events = append(events, event)
		}
	}
	return s.writeAll(tx, was, t, events)
}

// EscalateUntil does, each at its own moment, what would have been due for one ticket by until. The demo county's past
// comes through here. What fell due while nothing could be done, as before a send-back, follows on the step that made it
// due again: nothing is told at a moment before the last line.
func (s *Store) EscalateUntil(tx storage.Tx, id int64, until time.Time) error {
	for {
		var due []ticket.Ticket
		err := tx.DB().Select("alert_due, updated_at").Where("id = ? AND alert_due <= ?", id, models.UTC(until)).Limit(1).Find(&due).Error
		if err != nil || len(due) == 0 {
			return err
		}
		at := *due[0].AlertDue
		if due[0].UpdatedAt.After(at) {
			at = due[0].UpdatedAt
		}
		if err := s.EscalateIn(tx.Moved(at), id); err != nil {
			return err
		}
	}
}

// raise tells the next level of a ticket that was sent back too often. It runs in the transaction of the send-back.
func (s *Store) raise(tx storage.Tx, t ticket.Ticket) (ticket.Ticket, error) {
	party, _, err := places.Party(tx, t.HandlingPartyID)
	if err != nil {
		return t, err
	}
	next, raised := t.SentBackTooOften(string(party.Kind))
	if !raised {
		return t, nil
	}
	return s.writeRaised(tx, t, next)
}

// writeRaised saves a ticket of which a higher level is told because its result came back.
func (s *Store) writeRaised(tx storage.Tx, t, next ticket.Ticket) (ticket.Ticket, error) {
	return s.write(tx, t, next, models.Event{
		Noun: "ticket", NounID: t.ID, Action: string(ticket.Escalate), ActorRole: models.System, PartyID: t.HandlingPartyID, From: string(t.State), To: string(t.State),
		Data: map[string]any{"level": int64(next.EscalatedTo), "step": string(t.NextStep), "why": "sent_back"},
	})
}
