package ticket

import (
	"context"

	"linli/models"
	"linli/models/ticket"
	"linli/storage"
)

// notYoursToReach is what everybody is told who is not of an office that may call the reporter over the party's head.
const notYoursToReach = "ticket.not_yours_to_office_contact"

// OfficeNumber tells an office without an interest name and number of the reporter, so that it calls him. The look stands in the
// ledger, where the reporter reads it, once for the hours in which it holds.
func (s *Store) OfficeNumber(ctx context.Context, a models.Actor, id int64) (contact ticket.ContactCard, err error) {
	err = s.db.Write(ctx, func(tx storage.Tx) error {
		contact, err = s.OfficeNumberIn(tx, a, id)
		return err
	})
	return contact, err
}

// OfficeNumberIn is OfficeNumber inside a transaction.
func (s *Store) OfficeNumberIn(tx storage.Tx, a models.Actor, id int64) (contact ticket.ContactCard, err error) {
	if _, _, err := s.loadToDecide(tx, a, id, notYoursToReach); err != nil {
		return contact, err
	}
	t, err := forUpdate(tx, id) // held until the end: the line that is written begins where the ticket stands
	if err == nil {
		err = mustDecide(tx, a, t, notYoursToReach) // it may have come to the looker's own body meanwhile
	}
	if err != nil {
		return contact, err
	}
	if err := t.MayLookToCall(); err != nil {
		return contact, err
	}
	known := ticket.Known{Ticket: t}
	if err := addReporter(tx, &known); err != nil {
		return contact, err
	}
	if known.ReporterPhone == "" {
		return contact, models.Refuse(models.Conflict, "ticket.no_number_to_call")
	}
	contact = ticket.ContactCard{Name: known.ReporterName, Phone: known.ReporterPhone}
	lines, err := linesOf(tx, t)
	if err != nil || ticket.LookedToCall(a, t, lines, tx.At()) {
		return contact, err
	}
	_, err = storage.Record(tx, models.Event{
		Noun: "ticket", NounID: t.ID, Action: string(ticket.ContactView), ActorID: a.AccountID, ActorRole: a.ActsAs(models.Role.Oversees),
		From: string(t.State), To: string(t.State), Data: map[string]any{"for": ticket.ForOfficeCall},
	})
	return contact, err
}

// TellOfficeContact writes down that an office called the reporter and reached him, with what he said. It meets the clock to reach him and
// moves nothing else: the party has still to take the matter.
func (s *Store) TellOfficeContact(ctx context.Context, a models.Actor, id int64, told ticket.OfficeContacting) (ticket.View, error) {
	return s.viewing(ctx, a, func(tx storage.Tx) (ticket.Ticket, error) { return s.OfficeContactIn(tx, a, id, told) })
}

// OfficeContactIn is TellOfficeContact inside a transaction.
func (s *Store) OfficeContactIn(tx storage.Tx, a models.Actor, id int64, told ticket.OfficeContacting) (ticket.Ticket, error) {
	t, c, err := s.loadToDecide(tx, a, id, notYoursToReach)
	if err != nil {
		return t, err
	}
	if told.Note, err = ticket.CheckText(told.Note, "note", true, c.MaxText); err != nil {
		return t, err
	}
	next, event, err := t.Apply(a, ticket.Move{Action: ticket.OfficeContact, Note: told.Note, Version: told.Version}, c, tx.At())
	if err != nil {
		return t, err
	}
	lines, err := linesOf(tx, t)
	if err != nil {
		return t, err
	}
	if err := ticket.MayTellCall(a, t, lines, tx.At()); err != nil {
		return t, err
	}
	return s.write(tx, t, next, event)
}
