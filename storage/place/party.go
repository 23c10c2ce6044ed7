package place

import (
	"context"

	"linli/models"
	"linli/models/place"
	"linli/storage"
)

// ListParties lists handling parties by a part of their name and by kind, at most a hundred.
func (s *Store) ListParties(ctx context.Context, _ models.Actor, text string, kind place.PartyKind) (rows []place.PartyRow, err error) {
	err = s.db.Read(ctx, func(tx storage.Tx) error {
		q := tx.DB().Model(&place.HandlingParty{})
		if text != "" {
			q = q.Where("lower(name) LIKE ? ESCAPE '!'", contains(text))
		}
		if kind != "" {
			q = q.Where("kind = ?", kind)
		}
		return q.Order("name, id").Limit(maxPage).Scan(&rows).Error
	})
	return rows, err
}
