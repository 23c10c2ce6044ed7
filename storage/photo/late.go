package photo

import (
	"context"
	"time"

	"linli/models"
	"linli/storage"
)

// LatePhotos counts the photos that a record lists and whose bytes have not come for longer than wait.
func (s *Store) LatePhotos(ctx context.Context, wait time.Duration) (late int64, err error) {
	err = s.db.Read(ctx, func(tx storage.Tx) error {
		// The status is written out: SQLite takes the index of expected photos only for a value that it sees.
		return tx.DB().Table("photos").Where("status = 'expected' AND listed_at < ?", models.UTC(tx.At().Add(-wait))).Count(&late).Error
	})
	return late, err
}
