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

// UpdateParty changes how a handling party is reached. The centre and the administrator may do so.
func (s *Store) UpdateParty(ctx context.Context, a models.Actor, id int64, change place.PartyChange) (row place.PartyRow, err error) {
	if !a.Has(models.CenterOfficer, models.Admin) {
		return row, models.Refuse(models.Denied, "handling_party.denied")
	}
	columns, err := change.Columns()
	if err != nil {
		return row, err
	}
	err = s.db.Write(ctx, func(tx storage.Tx) error {
		if len(columns) > 0 {
			if err := tx.DB().Table("handling_parties").Where("id = ?", id).Updates(columns).Error; err != nil {
				return err
			}
		}
		party, found, err := Party(tx, id)
		if err != nil {
			return err
		}
		if !found {
			return models.Refuse(models.NotFound, "handling_party.not_found")
		}
		row = place.PartyRow{ID: party.ID, Kind: party.Kind, Name: party.Name, Phone24: party.Phone24}
		_, err = storage.Record(tx, models.Event{
			Noun: "handling_party", NounID: id, Action: "update", ActorID: a.AccountID, ActorRole: a.ActsAs(models.Role.Oversees), PartyID: id,
			Data: changedFields(columns),
		})
		return err
	})
	return row, err
}

// changedFields says which fields changed, never what is in them: the ledger holds no names.
func changedFields(columns map[string]any) map[string]any {
	fields := map[string]any{}
	for name := range columns {
		fields[name] = true
	}
	return fields
}
