// Package photo keeps photos: the manifest lines that records list, and the bytes that come after them (DECISIONS 8).
// A photo is expected until its bytes are stored, or refused for good; nothing leads back.
package photo

import (
	"linli/models"
	"linli/models/photo"
	"linli/storage"
	"linli/storage/photo/picture"
)

// Store keeps photos.
type Store struct {
	db    *storage.DB
	blobs storage.Blobs
	press *picture.Press
	hooks Hooks
}

// Hooks are what the photo area asks of the areas above it. Each runs inside the transaction that it is given.
type Hooks struct {
	// Sees answers nil when the actor may see the ticket, and models.NotFound when not.
	Sees func(tx storage.Tx, a models.Actor, ticketID int64) error
	// Kept is asked where Sees answered models.NotFound: nil when the actor keeps a look at the ticket that holds the photo.
	Kept func(tx storage.Tx, a models.Actor, p photo.Photo) error
	// Stored is told of a photo in the transaction that sets it stored; an error leaves the photo expected.
	Stored func(tx storage.Tx, p photo.Photo) error
	// Refused is told of a photo whose bytes were condemned, so that nothing waits for it for ever.
	Refused func(tx storage.Tx, p photo.Photo) error
}

// New makes the store. Sees is needed; the other hooks may be nil.
func New(db *storage.DB, blobs storage.Blobs, hooks Hooks) *Store {
	nobody := func(storage.Tx, photo.Photo) error { return nil }
	if hooks.Stored == nil {
		hooks.Stored = nobody
	}
	if hooks.Refused == nil {
		hooks.Refused = nobody
	}
	if hooks.Kept == nil {
		hooks.Kept = func(storage.Tx, models.Actor, photo.Photo) error { return errNotFound }
	}
	return &Store{db: db, blobs: blobs, press: picture.NewPress(), hooks: hooks}
}
