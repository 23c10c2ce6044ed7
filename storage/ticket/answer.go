package ticket

import (
	"context"
	"errors"

	"gorm.io/gorm"

	"linli/models"
	"linli/models/photo"
	"linli/models/ticket"
	"linli/storage"
	places "linli/storage/place"
)

// ConfirmTicket takes the reporter's "it is solved", with or without a level, or, for a neighbour without an account, what who
// filed for him or an office says that he said. Within fourteen days of the closing it may be
// said again with another level; the last one counts (DECISIONS 14).
func (s *Store) ConfirmTicket(ctx context.Context, a models.Actor, id int64, answer ticket.Answer) (ticket.View, error) {
	return s.viewing(ctx, a, func(tx storage.Tx) (ticket.Ticket, error) {
		t, _, err := s.AnswerIn(tx, a, id, answer, true, nil)
		return t, err
	})
}

// SendBackTicket takes the reporter's "it is not solved", with the reason in words and perhaps photos.
func (s *Store) SendBackTicket(ctx context.Context, a models.Actor, id int64, answer ticket.Answer, claims []photo.Claim) (ticket.Filed, error) {
	var filed ticket.Filed
	err := s.db.Write(ctx, func(tx storage.Tx) error {
		t, rating, err := s.AnswerIn(tx, a, id, answer, false, claims)
		if err != nil {
			return err
		}
		if filed.Ticket, err = s.view(tx, a, t); err != nil {
			return err
		}
		filed.PhotosMissing, err = s.photos.MissingFor(tx, "rating", rating.ID)
		return err
	})
	return filed, err
}

// AnswerIn is both answers inside a transaction.
func (s *Store) AnswerIn(tx storage.Tx, a models.Actor, id int64, answer ticket.Answer, solved bool, claims []photo.Claim) (ticket.Ticket, ticket.Rating, error) {
	if err := ticket.CheckClientID(answer.ClientID); err != nil {
		return ticket.Ticket{}, ticket.Rating{}, err
	}
	hash := storage.ContentHash([]any{id, answer, solved, claims})
	// The earlier answer first, the ticket after it: the other way round a ticket from before the answer could be shown
	// beside an answer that was written in between.
	var rating ticket.Rating
	err := tx.DB().Take(&rating, "author_id = ? AND client_id = ?", a.AccountID, answer.ClientID).Error
	said := err == nil
	if err != nil && !errors.Is(err, gorm.ErrRecordNotFound) {
		return ticket.Ticket{}, rating, err
	}
	t, err := load(tx, a, id)
	if err != nil {
		return t, ticket.Rating{}, err
	}
	if said {
		if rating.ContentHash != hash {
			err = models.Refuse(models.Conflict, "ticket.id_conflict")
		}
		return t, rating, err
	}
	c, err := s.catalogueIn(tx)
	if err != nil {
		return t, rating, err
	}
	party, _, err := places.Party(tx, t.HandlingPartyID)
	if err != nil {
		return t, rating, err
	}
	if err := t.MayAnswer(a, solved, answer.Level, string(party.Kind)); err != nil {
		return t, rating, err
	}
	if answer.Text, err = ticket.CheckText(answer.Text, "text", !solved, c.MaxText); err != nil {
		return t, rating, err
	}
	if len(claims) > c.MaxPhotos {
		return t, rating, models.RefuseField("photo.too_many", "photos").With("limit", c.MaxPhotos)
	}
	if answer.Closing != t.Closing {
		return t, rating, models.Refuse(models.Conflict, "ticket.closing_passed").With("closing", t.Closing)
	}
	rating = newRating(a, t, answer, solved, hash, tx)
	if created, err := storage.Insert(tx, &rating); err != nil || !created {
		return t, rating, raced(err)
	}
	if err := s.list(tx, a, t.ID, "rating", rating.ID, claims, t.Protected); err != nil {
		return t, rating, err
	}
	t, err = s.applyAnswer(tx, a, t, c, rating)
	return t, rating, err
}

func newRating(a models.Actor, t ticket.Ticket, answer ticket.Answer, solved bool, hash string, tx storage.Tx) ticket.Rating {
	unit, weight := ticket.AnswerWeight(a, t)
	kind := "send_back"
	if solved {
		kind = "confirm"
	}
	return ticket.Rating{
		AuthorID: a.AccountID, ClientID: answer.ClientID, ContentHash: hash, Kind: kind, TicketID: t.ID, Closing: answer.Closing, EstateID: t.EstateID,
		HandlingPartyID: t.HandlingPartyID, UnitID: unit, Weight: weight, Solved: solved, Level: answer.Level, Text: answer.Text,
		Period: models.MonthOf(tx.At()), At: tx.At(),
	}
}

// applyAnswer moves the ticket, or, where a confirmed closing is only rated again, notes that.
func (s *Store) applyAnswer(tx storage.Tx, a models.Actor, t ticket.Ticket, c ticket.Catalogue, rating ticket.Rating) (ticket.Ticket, error) {
	data := map[string]any{"record_id": rating.ID, "closing": rating.Closing}
	if rating.Solved && t.State == ticket.Closed && ticket.PartOf(a, t) == ticket.PartReporter {
		if !t.AnswerOpen(c, tx.At()) {
			return t, models.Refuse(models.Conflict, "ticket.answer_too_late")
		}
		next := t
		next.UpdatedAt = tx.At()
		next, err := s.write(tx, t, next, models.Event{
			Noun: "ticket", NounID: t.ID, Action: string(ticket.Rate), ActorID: a.AccountID, ActorRole: models.Resident, From: string(t.State), To: string(t.State), Data: data,
		})
		if err != nil {
			return t, err
		}
		return next, s.drawCallback(tx, next, ticket.OutcomeConfirmed, rating.Level)
	}
	action, outcome := ticket.Answering(a, t, rating.Solved)
	note := ""
	if !rating.Solved {
		note = rating.Text
	}
	next, err := s.moveIn(tx, a, t, ticket.Move{Action: action, Note: note, Weightless: ticket.Weightless(a, t)}, data)
	if err != nil {
		return t, err
	}
	if err := s.settle(tx, t, outcome); err != nil {
		return next, err
	}
	if ticket.Draws(a, t, rating.Solved) {
		return next, s.drawCallback(tx, next, outcome, rating.Level)
	}
	// Sent back, or an office has just asked him: nobody needs to ask about this closing any more.
	if err := overtakeCallback(tx, t); err != nil || rating.Solved {
		return next, err
	}
	if next, err = s.raise(tx, next); err != nil {
		return next, err
	}
	return s.joinIfDue(tx, next) // voices that came while it was said to be done
}

// settle writes what became of the newest closing. The answer that it had before is kept: figures of a month that is over hold
// what was known then.
func (s *Store) settle(tx storage.Tx, t ticket.Ticket, outcome ticket.Outcome) error {
	err := tx.DB().Exec(`INSERT INTO earlier_answers (ticket_id, closing, outcome, answered_at)
		SELECT ticket_id, closing, outcome, answered_at FROM ticket_closings WHERE ticket_id = ? AND closing = ? AND answered_at IS NOT NULL`, t.ID, t.Closing).Error
	if err != nil {
		return err
	}
	return tx.DB().Model(&ticket.Closing{}).Where("ticket_id = ? AND closing = ?", t.ID, t.Closing).
		Updates(map[string]any{"outcome": outcome, "answered_at": tx.At()}).Error
}

// CloseSilent closes as unrated what nobody answered for the catalogue's days of silence, at most limit tickets; each in its own
// transaction, so that one that moves at that moment holds up no other. It returns how many it closed.
func (s *Store) CloseSilent(ctx context.Context, limit int) (int, error) {
	return s.eachDue(ctx, s.SilenceIn, func(tx storage.Tx) *gorm.DB {
		return tx.DB().Model(&ticket.Ticket{}).Select("id").Where(sqlOpen+" AND "+sqlToConfirm+" AND next_due <= ?", tx.At()).Order("next_due").Limit(limit)
	})
}

// SilenceIn closes one ticket by silence inside a transaction.
func (s *Store) SilenceIn(tx storage.Tx, id int64) error {
	t, err := load(tx, models.SystemActor, id)
	if err != nil {
		return err
	}
	if t.NextDue == nil || t.NextDue.After(tx.At()) {
		return models.Refuse(models.Conflict, "ticket.not_silent_yet")
	}
	next, err := s.moveIn(tx, models.SystemActor, t, ticket.Move{Action: ticket.Silence}, map[string]any{"closing": t.Closing})
	if err != nil {
		return err
	}
	if err := s.settle(tx, t, ticket.OutcomeSilent); err != nil {
		return err
	}
	return s.drawCallback(tx, next, ticket.OutcomeSilent, 0)
}
