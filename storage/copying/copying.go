// Package copying keeps a continuous copy of the SQLite database and its photos in another place, so that a machine that
// is lost takes a few seconds of work with it and not a day. Litestream (as a library) reads SQLite's log; what it makes
// is encrypted here for the keys of the backups before it leaves the machine.
//
//	database/HOUSE/LIFE/begun            a life of the copy was begun here
//	database/HOUSE/LIFE/LEVEL/FILE       pages of the database (LTX), encrypted by age; FILE is MIN-MAX.MOMENT.SIZE
//	photos/AB/HASH                       photos, encrypted by age
//
// HOUSE tells one county's database from another's; a LIFE is one unbroken row of changes. A life begins anew when the
// machine is a new one, or when what Litestream remembers here was lost. Nothing is ever written into the life of another.
package copying

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"path"

	"linli/storage"
)

const (
	databaseFolder = "database"
	photosFolder   = "photos"
	begunName      = "begun"
)

var (
	// ErrOther is the refusal to write where another county's copy is.
	ErrOther = errors.New("the place holds the copy of another database")
	// ErrNone is said when there is nothing to restore from.
	ErrNone = errors.New("there is no copy of a database")
)

// House is the name of a database in a place: the same for as long as the database lives, also after it was restored.
func House(ctx context.Context, db *storage.DB) (string, error) {
	key, err := db.LastingKey(ctx, "copy")
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(key)
	return hex.EncodeToString(sum[:8]), nil
}

// photoName is where a photo is kept in the place.
func photoName(blob string) string { return path.Join(photosFolder, blob[:2], blob) }
