package ticket

import (
	"context"
	"time"

	"gorm.io/gorm"

	"linli/models"
	"linli/models/ticket"
	"linli/storage"
	places "linli/storage/place"
)

// EscalateDue sends the reminders and climbs the rungs that are due, at most limit tickets, each in a transaction of its
// own: killed at any moment, it goes on where it stopped, and nothing is said twice. It returns how many tickets moved.
func (s *Store) EscalateDue(ctx context.Context, limit int) (int, error) {
	return s.eachDue(ctx, s.EscalateIn, func(tx storage.Tx) *gorm.DB {
		return tx.DB().Model(&ticket.Ticket{}).Select("id").Where("alert_due <= ?", tx.At()).Order("alert_due, id").Limit(limit)
	})
}

// eachDue does what is due, by its id, each in a transaction of its own, so that one that moves at that moment holds up no other:
// somebody acted on it, and the next run looks again. It returns how many were done, and stops at the first other error.
func (s *Store) eachDue(ctx context.Context, do func(tx storage.Tx, id int64) error, due func(tx storage.Tx) *gorm.DB) (done int, err error) {
	var ids []int64
	if err := s.db.Read(ctx, func(tx storage.Tx) error { return due(tx).Scan(&ids).Error }); err != nil {
		return 0, err
	}
	for _, id := range ids {
		err := s.db.Write(ctx, func(tx storage.Tx) error { return do(tx, id) })
		switch {
		case err == nil:
			done++
		case models.KindOf(err) != models.Conflict:
			return done, err
		}
	}
	return done, nil
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
	return s.raiseBy(tx, t, ticket.Ticket.SentBackTooOften)
}

// raiseBy tells the level that rule gives of a ticket whose result came back, where it gives one.
func (s *Store) raiseBy(tx storage.Tx, t ticket.Ticket, rule func(t ticket.Ticket, partyKind string) (ticket.Ticket, bool)) (ticket.Ticket, error) {
	party, _, err := places.Party(tx, t.HandlingPartyID)
	if err != nil {
		return t, err
	}
	next, raised := rule(t, string(party.Kind))
	if !raised {
		return t, nil
	}
	return s.write(tx, t, next, models.Event{
		Noun: "ticket", NounID: t.ID, Action: string(ticket.Escalate), ActorRole: models.System, PartyID: t.HandlingPartyID, From: string(t.State), To: string(t.State),
		Data: map[string]any{"level": int64(next.EscalatedTo), "step": string(t.NextStep), "why": "sent_back"},
	})
}
