package ticket

import (
	"context"
	"errors"

	"linli/models"
	"linli/models/ticket"
	"linli/storage"
)

// HandOver gives the open tickets of an estate to whoever must answer them now, with new clocks, by an event. Deadlines
// that were missed stay written down against the old party; what it already reported as done stays with it to be
// answered; what waits for its batch was not given to anybody yet and finds its party when it goes out; and of what leaves
// it it keeps its last look (DECISIONS 5). It runs in the transaction that changed the service term.
func (s *Store) HandOver(tx storage.Tx, estateID int64) (int, error) {
	var open []ticket.Ticket
	byPlace := []string{string(ticket.TargetTerm), string(ticket.TargetStation)}
	err := tx.DB().Where("estate_id = ? AND "+sqlInHand+" AND routed_by IN ?", estateID, byPlace).
		Order("id").Limit(5000).Find(&open).Error
	if err != nil {
		return 0, err
	}
	moved := 0
	for _, t := range open {
		did, err := s.handOverOne(tx, t)
		if err != nil {
			return moved, err
		}
		if did {
			moved++
		}
	}
	return moved, nil
}

func (s *Store) handOverOne(tx storage.Tx, t ticket.Ticket) (bool, error) {
	c, err := s.catalogueIn(tx)
	if err != nil {
		return false, err
	}
	category, ok := c.Category(t.Category)
	if !ok {
		return false, nil
	}
	to, err := route(tx, t.EstateID, t.CommunityID, t.TownID, category)
	if err != nil || to.party.ID == t.HandlingPartyID {
		return false, err
	}
	if t, err = s.runOn(tx, t, ticket.EndHandedOver); err != nil {
		return false, err
	}
	_, err = s.give(tx, t, c, given{
		party: to.party.ID, rule: to.rule, rank: to.rank, missed: t.Missed(tx.At()),
		event: models.Event{Noun: "ticket", NounID: t.ID, Action: string(ticket.Dispatch), ActorRole: models.System, From: string(t.State)},
	})
	return true, err
}

// given says to whom a ticket goes, by which rule and at which service rank, which deadlines stay missed with the party it
// leaves, and with whose line in the ledger.
type given struct {
	party  int64
	rule   string
	rank   int
	missed []string
	event  models.Event
}

// give lets the party that must answer t keep its last look, and gives t to another one with clocks of its own (DECISIONS 5).
func (s *Store) give(tx storage.Tx, t ticket.Ticket, c ticket.Catalogue, g given) (ticket.Ticket, error) {
	hours, err := s.hoursIn(tx, c)
	if err != nil {
		return t, err
	}
	urgency, _ := c.Urgency(t.Urgency)
	if err := s.freeze(tx, t, c, g.party, g.missed, g.event.Note); err != nil {
		return t, err
	}
	deadlines := ticket.DeadlinesFrom(urgency, hours, tx.At(), t.Protected, g.rank)
	data := map[string]any{"rule": g.rule, "from_party": t.HandlingPartyID, "missed": g.missed}
	if t.JointAt != nil { // the households are owed an answer of the new party
		due := t.JointClock(c, hours, tx.At())
		deadlines.JointAnswer, data["answer_due"] = &due, due
	}
	next := t.HandedTo(g.party, g.rule, deadlines, c, tx.At())
	data["sharing_ended"] = t.SharingEnded(next)
	g.event.PartyID, g.event.To, g.event.Data = g.party, string(next.State), data
	next, err = s.write(tx, t, next, g.event)
	if err == nil && t.State == ticket.Returned {
		err = overtaken(tx, t.ID)
	}
	if err == nil && t.Suspension == ticket.SuspensionWaiting {
		err = overtakeWish(tx, t.ID)
	}
	return next, err
}

// HandOverDue finds estates where a service term began or ended while open tickets still lie with whoever answered
// before (terms are entered ahead of their day), and hands them over. It returns how many tickets moved.
func (s *Store) HandOverDue(ctx context.Context) (int, error) {
	var estates []int64
	err := s.db.Read(ctx, func(tx storage.Tx) error {
		return tx.DB().Table("tickets t").Distinct("t.estate_id").
			Joins("LEFT JOIN service_terms s ON s.estate_id = t.estate_id AND s.valid_from <= ? AND (s.valid_to IS NULL OR s.valid_to > ?)", tx.Today(), tx.Today()).
			Where(sqlInHand).
			Where("(t.routed_by = ? AND (s.id IS NULL OR t.handling_party_id <> s.handling_party_id) OR t.routed_by = ? AND s.valid_from >= ?)",
				string(ticket.TargetTerm), string(ticket.TargetStation), tx.Today().Add(-7)). // a week: the job may have rested
			Limit(500).Pluck("t.estate_id", &estates).Error
	})
	moved := 0
	for _, estate := range estates {
		var n int
		handed := s.db.Write(ctx, func(tx storage.Tx) (err error) {
			if n, err = s.HandOver(tx, estate); models.CodeOf(err) == "ticket.changed_meanwhile" {
				err = storage.ErrRaced // somebody was at work on one of its tickets
			}
			return err
		})
		switch {
		case handed == nil:
			moved += n
		case !errors.Is(handed, storage.ErrRaced): // a busy estate has its turn the next time; it holds up no other
			err = errors.Join(err, handed)
		}
	}
	return moved, err
}
