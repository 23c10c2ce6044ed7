package photo

import (
	"context"
	"fmt"
	"time"

	"linli/models"
	"linli/models/photo"
	"linli/storage"
)

// ListPhotos writes the manifest of a record, in the record's own transaction. The same manifest again changes nothing;
// an id that the author gave to another photo before is a conflict. More than photo.MaxPerDay photos of one author on
// one day of Shanghai are models.Limited. The rows get the ids that follow, one for each claim, or the database's own.
func (s *Store) ListPhotos(tx storage.Tx, authorID, ticketID int64, noun string, nounID int64, claims []photo.Claim, ids ...int64) error {
	if err := photo.ValidateClaims(claims); err != nil {
		return err
	}
	news := false
	for i, claim := range claims {
		row := photo.Photo{
			AuthorID: authorID, ClientID: claim.ClientID, TicketID: ticketID, Noun: noun, NounID: nounID,
			Kind: claim.Kind, Position: i, ClientSHA256: claim.SHA256, ClientBytes: claim.Bytes,
			Status: photo.Expected, ListedAt: tx.At(),
		}
		if claim.Told != nil {
			row.ClaimedMinutes = photo.PlausibleMinutes(claim.Told.MinutesAgo)
			row.ClaimedCamera = claim.Told.Camera
		}
		if len(ids) > 0 {
			row.ID = ids[i]
		}
		created, err := storage.Insert(tx, &row)
		if err != nil {
			return err
		}
		if !created {
			if err := sameLine(tx, row, i); err != nil {
				return err
			}
		}
		news = news || created
	}
	if !news {
		return nil
	}
	return checkDay(tx, authorID)
}

// sameLine compares a line with the one that has its id already.
func sameLine(tx storage.Tx, row photo.Photo, i int) error {
	was, err := byClientID(tx, row.AuthorID, row.ClientID)
	if err != nil {
		return err
	}
	same := was.Noun == row.Noun && was.NounID == row.NounID && was.Kind == row.Kind &&
		was.ClientSHA256 == row.ClientSHA256 && was.ClientBytes == row.ClientBytes
	if same {
		return nil
	}
	conflict := models.Refuse(models.Conflict, "photo.id_conflict")
	conflict.Field = fmt.Sprintf("photos[%d].client_id", i)
	return conflict
}

// checkDay looks at the one photo that must not be of today: the first beyond the day's allowance.
func checkDay(tx storage.Tx, authorID int64) error {
	var beyond photo.Photo
	err := tx.DB().Select("listed_at").Where("author_id = ?", authorID).
		Order("id DESC").Offset(photo.MaxPerDay).Limit(1).Take(&beyond).Error
	if storage.Absent(err) || err == nil && models.DateOf(beyond.ListedAt) != tx.Today() {
		return nil
	}
	if err != nil {
		return err
	}
	refusal := models.Refuse(models.Limited, "photo.too_many_today").With("limit", photo.MaxPerDay)
	refusal.RetryAfter = int(models.EndOfDay(tx.At()).Sub(tx.At())/time.Second) + 1
	return refusal
}

// MissingFor names the listed photos of a record whose bytes are still expected, in the record's order.
func (s *Store) MissingFor(tx storage.Tx, noun string, nounID int64) ([]string, error) {
	missing := []string{}
	err := tx.DB().Table("photos").Where("noun = ? AND noun_id = ? AND status = ?", noun, nounID, photo.Expected).
		Order("position, id").Limit(100).Pluck("client_id", &missing).Error
	return missing, err
}

// mostAsked is how many ids one question may name.
const mostAsked = 100

// MissingPhotos says which of the actor's own photos are still to be sent. Ids that no record lists are left out: their
// record has to come first.
func (s *Store) MissingPhotos(ctx context.Context, a models.Actor, clientIDs []string) ([]string, error) {
	if len(clientIDs) > mostAsked {
		return nil, models.RefuseField("photo.too_many", "client_ids").With("limit", mostAsked)
	}
	for _, id := range clientIDs {
		if !photo.IsClientID(id) {
			return nil, models.RefuseField("photo.bad_client_id", "client_ids")
		}
	}
	missing := []string{}
	err := s.db.Read(ctx, func(tx storage.Tx) error {
		return tx.DB().Table("photos").
			Where("author_id = ? AND client_id IN ? AND status = ?", a.AccountID, clientIDs, photo.Expected).
			Order("id").Limit(mostAsked).Pluck("client_id", &missing).Error
	})
	return missing, err
}

func byClientID(tx storage.Tx, authorID int64, clientID string) (photo.Photo, error) {
	var p photo.Photo
	err := tx.DB().Take(&p, "author_id = ? AND client_id = ?", authorID, clientID).Error
	return p, err
}
