package photo

import (
	"bytes"
	"context"
	"errors"
	"io"
	"time"

	"gorm.io/gorm/clause"

	"linli/models"
	"linli/models/photo"
	"linli/storage"
	"linli/storage/photo/picture"
)

var errMismatch = models.Refuse(models.Invalid, "photo.hash_mismatch")

// PutPhoto takes the bytes of a photo that a record of the actor lists. sum is the SHA-256 that the sender announces
// and declared the announced length; both may be missing ("", negative). It reports whether this call stored the photo:
// the same bytes again are a success without work.
//
// Refusals: photo.not_listed, photo.too_large, photo.hash_mismatch (what came is not what was listed: send it again),
// the four of photo.Refusal (for good), photo.store_away and photo.busy (come again; nothing was written).
//
// When it returns without an error both renderings are on the medium and the row says so. A program that dies between
// the two leaves a blob without a row and a row that still expects its photo. The phone sends again, the rendering is
// the same and finds its blob under the same name, so such orphans are neither wrong nor seen by anybody, and there is
// at most one pair for each photo that was listed. That is why nothing sweeps them, and why Blobs cannot list.
func (s *Store) PutPhoto(ctx context.Context, a models.Actor, clientID, sum string, body io.Reader, declared int64) (photo.View, bool, error) {
	p, err := s.listed(ctx, a, clientID)
	switch {
	case err != nil:
		return photo.View{}, false, err
	case sum != "" && sum != p.ClientSHA256:
		return photo.View{}, false, errMismatch
	case p.Status == photo.Refused:
		return photo.View{}, false, photo.Refusal(p.RefuseCode)
	case p.Status == photo.Stored && sum != "":
		return ownView(p), false, nil
	}
	b, err := receive(p, body, declared)
	if err != nil {
		return photo.View{}, false, err
	}
	if p.Status == photo.Stored {
		return ownView(p), false, nil
	}
	made, err := s.Make(ctx, b)
	if photo.ForGood(err) {
		return photo.View{}, false, s.refuse(ctx, a, p, err)
	}
	if err != nil {
		return photo.View{}, false, err
	}
	created := false
	err = s.db.Write(ctx, func(tx storage.Tx) error {
		p, created, err = s.StoreIn(tx, a, p, made)
		return err
	})
	if err != nil {
		return photo.View{}, false, err
	}
	return ownView(p), created, nil
}

// Made is a picture whose two renderings are on the medium under their names.
type Made struct {
	picture.Picture
	FullName, ThumbName string
}

// Make renders bytes and brings both renderings to the medium. The error is that of picture.Press or of the store.
func (s *Store) Make(ctx context.Context, b []byte) (Made, error) {
	rendered, err := s.press.Render(ctx, b)
	if err != nil {
		return Made{}, err
	}
	made := Made{Picture: rendered}
	if made.ThumbName, err = storage.PutBlob(ctx, s.blobs, rendered.Thumb); err != nil {
		return Made{}, err
	}
	made.FullName, err = storage.PutBlob(ctx, s.blobs, rendered.Full)
	return made, err
}

// StoreIn sets an expected photo stored, once, with what Make made of its bytes: the condition on the status is the
// guard. Whoever comes second gets what the first one made. It reports whether this call was the first.
func (s *Store) StoreIn(tx storage.Tx, a models.Actor, p photo.Photo, made Made) (photo.Photo, bool, error) {
	repeatOf, err := firstWithSameBytes(tx, p, made.FullName)
	if err != nil {
		return p, false, err
	}
	changes := map[string]any{
		"status": photo.Stored, "stored_at": tx.At(), "stored_sha256": made.FullName, "thumb_sha256": made.ThumbName,
		"width": made.Width, "height": made.Height, "bytes": len(made.Full), "dhash": made.DHash, "exact_repeat_of": repeatOf,
	}
	addFacts(changes, made.Facts, tx.At())
	moved, err := move(tx, p, changes)
	if err != nil {
		return p, false, err
	}
	now, err := byClientID(tx, p.AuthorID, p.ClientID)
	switch {
	case err != nil:
		return p, false, err
	case now.Status == photo.Refused:
		return p, false, photo.Refusal(now.RefuseCode)
	case !moved:
		return now, false, nil
	}
	data := map[string]any{"client_sha256": p.ClientSHA256, "stored_sha256": made.FullName, "exact_repeat_of": repeatOf}
	if err := record(tx, a, now, data); err != nil {
		return p, false, err
	}
	return now, true, s.hooks.Stored(tx, now)
}

func ownView(p photo.Photo) photo.View { return photo.ViewOf(p, photo.Look{Own: true, Repeats: true}) }

// listed finds the manifest line of the actor's own photo.
func (s *Store) listed(ctx context.Context, a models.Actor, clientID string) (p photo.Photo, err error) {
	if !a.SignedIn() || !photo.IsClientID(clientID) {
		return p, models.Refuse(models.NotFound, "photo.not_listed")
	}
	err = s.db.Read(ctx, func(tx storage.Tx) error {
		p, err = byClientID(tx, a.AccountID, clientID)
		if storage.Absent(err) {
			return models.Refuse(models.NotFound, "photo.not_listed")
		}
		return err
	})
	return p, err
}

// receive reads the bytes that were listed and no more: the manifest bounds the memory that a sender can take.
func receive(p photo.Photo, body io.Reader, declared int64) ([]byte, error) {
	if declared > photo.MaxBytes {
		return nil, models.Refuse(models.TooLarge, "photo.too_large").With("max_bytes", photo.MaxBytes)
	}
	if declared >= 0 && declared != p.ClientBytes {
		return nil, errMismatch
	}
	var b bytes.Buffer
	_, err := io.Copy(&b, io.LimitReader(body, p.ClientBytes+1))
	if err != nil {
		return nil, cutOff(err)
	}
	if storage.BlobName(b.Bytes()) != p.ClientSHA256 {
		return nil, errMismatch
	}
	return b.Bytes(), nil
}

// cutOff is a body that ended before its end. What the reader itself calls a refusal stays one.
func cutOff(err error) error {
	if _, ours := errors.AsType[*models.Error](err); ours {
		return err
	}
	return &models.Error{Kind: models.Unavailable, Code: "photo.cut_off", Err: err}
}

// addFacts keeps what the metadata said, as figures. Where there was no metadata the columns stay empty: not known.
func addFacts(changes map[string]any, facts picture.Facts, received time.Time) {
	if !facts.Found {
		return
	}
	changes["derived_camera"], changes["derived_gps"] = facts.Camera, facts.GPS
	if facts.TakenAt.IsZero() {
		return
	}
	minutes := int64(received.Sub(facts.TakenAt) / time.Minute)
	if plausible := photo.PlausibleMinutes(&minutes); plausible != nil {
		changes["derived_minutes"] = minutes
	}
}

// firstWithSameBytes finds the photo that was stored first with these bytes, as sent or as rendered; 0 when there is
// none. Two that arrive at the same moment must not both count as the first, so they queue at the row that listed the
// hash first (SQLite has one writer and needs no lock).
func firstWithSameBytes(tx storage.Tx, p photo.Photo, full string) (int64, error) {
	var gate photo.Photo
	err := tx.DB().Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate}).
		Select("id").Where("client_sha256 = ?", p.ClientSHA256).Order("id").Limit(1).Take(&gate).Error
	if err != nil {
		return 0, err
	}
	var first photo.Photo
	for _, column := range []string{"client_sha256", "stored_sha256"} {
		value := map[string]string{"client_sha256": p.ClientSHA256, "stored_sha256": full}[column]
		var found photo.Photo
		err := tx.DB().Select("id", "stored_at").Where(clause.Eq{Column: column, Value: value}).
			Where("status = ? AND id <> ?", photo.Stored, p.ID).Order("stored_at, id").Limit(1).Take(&found).Error
		if storage.Absent(err) {
			continue
		}
		if err != nil {
			return 0, err
		}
		if first.ID == 0 || found.StoredAt.Before(*first.StoredAt) {
			first = found
		}
	}
	return first.ID, nil
}

// refuse condemns the row for good and returns cause, or what kept it from being written.
func (s *Store) refuse(ctx context.Context, a models.Actor, p photo.Photo, cause error) error {
	code := models.CodeOf(cause)
	err := s.db.Write(ctx, func(tx storage.Tx) error {
		moved, err := move(tx, p, map[string]any{"status": photo.Refused, "refuse_code": code})
		if err != nil || !moved {
			return err
		}
		now, err := byClientID(tx, p.AuthorID, p.ClientID)
		if err != nil {
			return err
		}
		if err := record(tx, a, now, map[string]any{"client_sha256": p.ClientSHA256, "code": code}); err != nil {
			return err
		}
		return s.hooks.Refused(tx, now)
	})
	if err != nil {
		return err
	}
	return cause
}

// move changes an expected photo and reports whether it still was one.
func move(tx storage.Tx, p photo.Photo, changes map[string]any) (bool, error) {
	res := tx.DB().Table("photos").Where("id = ? AND status = ?", p.ID, photo.Expected).Updates(changes)
	return res.RowsAffected == 1, res.Error
}

func record(tx storage.Tx, a models.Actor, p photo.Photo, data map[string]any) error {
	data["ticket_id"] = p.TicketID
	_, err := storage.Record(tx, models.Event{
		Noun: "photo", NounID: p.ID, Action: string(p.Status), From: string(photo.Expected), To: string(p.Status),
		ActorID: a.AccountID, ActorRole: a.ActsAs(func(models.Role) bool { return true }), Data: data, At: tx.At(),
	})
	return err
}
