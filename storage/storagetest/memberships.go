package storagetest

import (
	"linli/models"
	"linli/models/people"
	"linli/storage"
)

// TellOfMemberships writes the lines that the small county's people would have in the ledger, had they been appointed.
func TellOfMemberships(tx storage.Tx) error {
	var held []people.Membership
	if err := tx.DB().Find(&held).Error; err != nil {
		return err
	}
	for _, m := range held {
		_, err := storage.Record(tx, models.Event{Noun: "membership", NounID: m.ID, Action: "grant", ActorRole: models.System, To: string(m.Status), Data: map[string]any{
			"role": m.Role, "scope_kind": m.ScopeKind, "scope_id": m.ScopeID, "method": m.Method, "valid_from": m.ValidFrom, "valid_to": m.ValidTo,
		}})
		if err != nil {
			return err
		}
	}
	return nil
}
