package photo

import (
	"bytes"
	"context"
	"io"

	"linli/models"
	"linli/models/photo"
	"linli/storage"
)

// mostBytes bounds what is read of a blob: a full rendering of pure noise has about 1.5 MB.
const mostBytes = 8 << 20

var errNotFound = models.Refuse(models.NotFound, "photo.not_found")

// OpenPhoto opens one rendering of a stored photo for an actor who may see its ticket; to anybody else, and while the
// bytes are not there, it does not exist. The bytes are checked against their hash before the first one is handed out.
// A photo that belongs to no ticket is its author's alone.
func (s *Store) OpenPhoto(ctx context.Context, a models.Actor, id int64, size photo.Size) (io.ReadCloser, int64, error) {
	var p photo.Photo
	err := s.db.Read(ctx, func(tx storage.Tx) error {
		err := tx.DB().Take(&p, "id = ? AND status = ?", id, photo.Stored).Error
		if storage.Absent(err) {
			return errNotFound
		}
		if err != nil {
			return err
		}
		return s.visible(tx, a, p)
	})
	if err != nil {
		return nil, 0, err
	}
	name := p.StoredSHA256
	if size == photo.SizeThumb {
		name = p.ThumbSHA256
	}
	b, err := storage.ReadBlob(ctx, s.blobs, name, mostBytes)
	if models.KindOf(err) == models.NotFound {
		// The row says that the bytes are there. A store restored from an older copy lacks them for now.
		err = &models.Error{Kind: models.Unavailable, Code: "photo.store_away", RetryAfter: 60, Err: err}
	}
	if err != nil {
		return nil, 0, err
	}
	return io.NopCloser(bytes.NewReader(b)), int64(len(b)), nil
}

// visible hides under one answer whatever the ticket's rule refuses.
func (s *Store) visible(tx storage.Tx, a models.Actor, p photo.Photo) error {
	if p.TicketID == 0 {
		if a.SignedIn() && a.AccountID == p.AuthorID {
			return nil
		}
		return errNotFound
	}
	err := s.hooks.Sees(tx, a, p.TicketID)
	if models.KindOf(err) == models.NotFound {
		err = s.hooks.Kept(tx, a, p)
	}
	switch models.KindOf(err) {
	case models.NotFound, models.Denied, models.SignedOut:
		return errNotFound
	}
	return err
}
