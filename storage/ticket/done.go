package ticket

import (
	"context"
	"errors"

	"gorm.io/gorm"

	"linli/models"
	"linli/models/photo"
	"linli/models/ticket"
	"linli/storage"
)

// SayDone takes the handler's "done" with its proof. Where the photos' bytes are still on their way the ticket waits in
// progress, and becomes done the moment the last of them is stored (DECISIONS 8).
func (s *Store) SayDone(ctx context.Context, a models.Actor, id int64, d ticket.DoneSaying, claims []photo.Claim) (ticket.Filed, error) {
	var filed ticket.Filed
	err := s.db.Write(ctx, func(tx storage.Tx) error {
		t, closing, err := s.DoneIn(tx, a, id, d, claims)
		if err != nil {
			return err
		}
		if filed.Ticket, err = s.view(tx, a, t); err != nil {
			return err
		}
		filed.PhotosMissing, err = s.photos.MissingFor(tx, "ticket_closing", closing.ID)
		return err
	})
	return filed, err
}

// DoneIn is SayDone inside a transaction.
func (s *Store) DoneIn(tx storage.Tx, a models.Actor, id int64, d ticket.DoneSaying, claims []photo.Claim) (ticket.Ticket, ticket.Closing, error) {
	if err := ticket.CheckClientID(d.ClientID); err != nil {
		return ticket.Ticket{}, ticket.Closing{}, err
	}
	hash := storage.ContentHash([]any{id, d, claims})
	// The earlier "done" first, the ticket after it, for the same reason as in AnswerIn.
	var closing ticket.Closing
	err := tx.DB().Take(&closing, "author_id = ? AND client_id = ?", a.AccountID, d.ClientID).Error
	said := err == nil
	if err != nil && !errors.Is(err, gorm.ErrRecordNotFound) {
		return ticket.Ticket{}, closing, err
	}
	t, err := load(tx, a, id)
	if err != nil {
		return t, ticket.Closing{}, err
	}
	if said {
		if closing.ContentHash != hash {
			err = models.Refuse(models.Conflict, "ticket.id_conflict")
		}
		return t, closing, err
	}
	closing, err = s.newClosing(tx, a, t, d, claims, hash)
	if err != nil {
		return t, closing, err
	}
	t, err = s.recordDone(tx, a, t, d.Version, closing, len(claims) > 0)
	return t, closing, err
}

// newClosing writes the closing's row and lists its photos. An earlier "done" whose photos never came is put aside.
func (s *Store) newClosing(tx storage.Tx, a models.Actor, t ticket.Ticket, d ticket.DoneSaying, claims []photo.Claim, hash string) (ticket.Closing, error) {
	c, err := s.catalogueIn(tx)
	if err != nil {
		return ticket.Closing{}, err
	}
	for _, claim := range claims {
		if claim.Kind != photo.After {
			return ticket.Closing{}, models.RefuseField("photo.after_expected", "photos")
		}
	}
	result, reason, err := ticket.Proof(t.Kind, d.Result, d.NoPhotoReason, len(claims), c.MaxText)
	if err != nil {
		return ticket.Closing{}, err
	}
	if err = supersedeDone(tx, t.ID); err != nil {
		return ticket.Closing{}, err
	}
	closing := ticket.Closing{
		TicketID: t.ID, Closing: t.Closing + 1, AuthorID: a.AccountID, ClientID: d.ClientID, ContentHash: hash, HandlingPartyID: t.HandlingPartyID,
		Result: result, NoPhotoReason: reason, Evidence: "none", SaidAt: tx.At(), Outcome: ticket.OutcomePending,
	}
	if len(claims) == 0 {
		closing.CompleteAt = pointer(tx.At())
	}
	if created, err := storage.Insert(tx, &closing); err != nil || !created {
		return closing, raced(err)
	}
	return closing, s.list(tx, a, t.ID, "ticket_closing", closing.ID, claims, false)
}

// supersedeDone puts aside what was said and whose photos have not come.
func supersedeDone(tx storage.Tx, ticketID int64) error {
	return tx.DB().Model(&ticket.Closing{}).Where("ticket_id = ? AND complete_at IS NULL AND outcome = ?", ticketID, ticket.OutcomePending).
		Updates(map[string]any{"outcome": ticket.OutcomeSuperseded}).Error
}

func (s *Store) recordDone(tx storage.Tx, a models.Actor, t ticket.Ticket, version int64, closing ticket.Closing, waits bool) (ticket.Ticket, error) {
	action := ticket.Done
	if waits {
		action = ticket.DoneSaid
	}
	t.Closing = closing.Closing
	return s.moveIn(tx, a, t, ticket.Move{Action: action, Note: closing.Result, Version: version}, map[string]any{"record_id": closing.ID, "closing": closing.Closing})
}

// PhotoStored is called in the transaction in which a photo's bytes became stored. When it was the last one that a
// "done" waited for, the ticket is done now.
func (s *Store) PhotoStored(tx storage.Tx, p photo.Photo) error {
	if p.Noun != "ticket_closing" {
		return nil
	}
	return s.settleClosing(tx, p.NounID)
}

// PhotoRefused is called when a photo turned out to be no photo: what waits for it must not wait for ever. If others of
// the closing are stored it is complete with those; if none is, the handler has to prove again.
func (s *Store) PhotoRefused(tx storage.Tx, p photo.Photo) error { return s.PhotoStored(tx, p) }

func (s *Store) settleClosing(tx storage.Tx, id int64) error {
	var closing ticket.Closing
	if err := tx.DB().Take(&closing, "id = ?", id).Error; err != nil {
		return err
	}
	if closing.CompleteAt != nil || closing.Outcome != ticket.OutcomePending {
		return nil
	}
	missing, err := s.photos.MissingFor(tx, "ticket_closing", id)
	if err != nil || len(missing) > 0 {
		return err
	}
	var photos []photo.Photo
	if err := tx.DB().Where("noun = ? AND noun_id = ?", "ticket_closing", id).Order("position").Limit(50).Find(&photos).Error; err != nil {
		return err
	}
	evidence := photo.EvidenceOf(photos)
	if evidence == photo.EvidenceNone && closing.NoPhotoReason == "" {
		return tx.DB().Model(&ticket.Closing{}).Where("id = ?", id).Updates(map[string]any{"outcome": ticket.OutcomeSuperseded}).Error
	}
	return s.complete(tx, closing, string(evidence))
}

// complete makes a closing count from now, once: the condition on complete_at is the guard.
func (s *Store) complete(tx storage.Tx, closing ticket.Closing, evidence string) error {
	res := tx.DB().Model(&ticket.Closing{}).Where("id = ? AND complete_at IS NULL", closing.ID).Updates(map[string]any{"complete_at": tx.At(), "evidence": evidence})
	if res.Error != nil || res.RowsAffected == 0 {
		return res.Error
	}
	t, err := load(tx, models.SystemActor, closing.TicketID)
	if err != nil || !t.Awaits(closing) {
		return err
	}
	data := map[string]any{"record_id": closing.ID, "closing": closing.Closing, "evidence": evidence}
	_, err = s.moveIn(tx, models.SystemActor, t, ticket.Move{Action: ticket.Done, Note: closing.Result}, data)
	if models.KindOf(err) == models.Conflict {
		return nil // the ticket went another way meanwhile (withdrawn, handed over): the proof is kept, the state stays
	}
	return err
}
