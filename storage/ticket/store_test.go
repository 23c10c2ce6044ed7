package ticket_test

import (
	"testing"

	"linli/models/photo"
	"linli/storage"
	tickets "linli/storage/ticket"
)

type noPhotos struct{}

func (noPhotos) ListPhotos(storage.Tx, int64, int64, string, int64, []photo.Claim, ...int64) error {
	return nil
}
func (noPhotos) MissingFor(storage.Tx, string, int64) ([]string, error) { return nil, nil }

// modelKey is the secret of the stores in these tests.
var modelKey = []byte("0123456789abcdef0123456789abcdef")

func newStore(t *testing.T, db *storage.DB) *tickets.Store {
	t.Helper()
	return tickets.New(db, noPhotos{}, modelKey)
}
