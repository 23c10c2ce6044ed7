package ticket

import (
	"context"

	"linli/models"
	"linli/models/ticket"
	"linli/storage"
)

// personal lists the steps that a person asks for by name; the others have use-cases of their own.
var personal = map[ticket.Action]bool{
	ticket.Acknowledge: true, ticket.ContactConfirm: true, ticket.Start: true, ticket.Progress: true, ticket.Withdraw: true,
	ticket.Urge: true, ticket.ContactShare: true, ticket.ContactHide: true, ticket.SuspendObject: true, ticket.PromiseSaid: true,
}

// MoveTicket takes one step of a ticket's life for a.
func (s *Store) MoveTicket(ctx context.Context, a models.Actor, id int64, m ticket.Move) (ticket.View, error) {
	if !personal[m.Action] {
		return ticket.View{}, models.RefuseField("ticket.unknown_action", "action")
	}
	return s.viewing(ctx, a, func(tx storage.Tx) (ticket.Ticket, error) { return s.MoveIn(tx, a, id, m) })
}

// viewing runs a step and reads the ticket back as a sees it, in one transaction.
func (s *Store) viewing(ctx context.Context, a models.Actor, step func(storage.Tx) (ticket.Ticket, error)) (view ticket.View, err error) {
	err = s.db.Write(ctx, func(tx storage.Tx) error {
		t, err := step(tx)
		if err != nil {
			return err
		}
		view, err = s.view(tx, a, t)
		return err
	})
	return view, err
}

// MoveIn is MoveTicket inside a transaction.
func (s *Store) MoveIn(tx storage.Tx, a models.Actor, id int64, m ticket.Move) (ticket.Ticket, error) {
	t, c, err := s.loadWith(tx, a, id)
	if err != nil {
		return t, err
	}
	if m.Note, err = ticket.CheckText(m.Note, "note", false, c.MaxText); err != nil {
		return t, err
	}
	if ticket.Speaks(a, t, m.Action) && (m.Version == 0 || m.Version == t.Version || t.ReachedLate(a, m.Action)) {
		was := t.Version
		if t, err = s.answered(tx, a, t); err != nil {
			return t, err
		}
		if t.Version != was {
			m.Version = 0 // seen, and moved only by this
		}
	}
	if t.NeedsNumber(a, m.Action) {
		known := ticket.Known{Ticket: t}
		if err := addReporter(tx, &known); err != nil {
			return t, err
		}
		if known.ReporterPhone == "" {
			return t, models.Refuse(models.Conflict, "ticket.no_number_to_share")
		}
	}
	if t.ReachedLate(a, m.Action) {
		return s.reached(tx, a, t, m.Action)
	}
	return s.moveIn(tx, a, t, m, nil)
}

// reached stamps the contact on a ticket that is further on than "acknowledged".
func (s *Store) reached(tx storage.Tx, a models.Actor, t ticket.Ticket, action ticket.Action) (ticket.Ticket, error) {
	c, err := s.catalogueIn(tx)
	if err != nil {
		return t, err
	}
	role, actorID := models.System, int64(0)
	if action == ticket.ContactConfirm {
		role, actorID = models.Resident, a.AccountID
	}
	return s.write(tx, t, t.Reached(c, tx.At()), models.Event{
		Noun: "ticket", NounID: t.ID, Action: string(action), ActorID: actorID, ActorRole: role, PartyID: t.HandlingPartyID, From: string(t.State), To: string(t.State),
	})
}
