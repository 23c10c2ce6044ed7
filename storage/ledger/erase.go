package ledger

import (
	"context"
	"strings"
	"unicode/utf8"

	"linli/models"
	"linli/models/ledger"
	"linli/storage"
)

// maxReason is the length of a reason in runes.
const maxReason = 500

// EraseLedgerPrivate forgets what the ledger knows of an account beside its lines: that it was this account, and what it
// wrote. The lines stay, and so do their leaves, which are made of salted hashes; nobody can tell any more whose they
// were. The erasure is a line of the ledger itself and says how many halves went. Only the administrator may order it.
// Doing it again erases what came since, and is refused where there is nothing.
func (s *Store) EraseLedgerPrivate(ctx context.Context, a models.Actor, account int64, reason string) (erased int64, err error) {
	if !ledger.MayErase(a) {
		return 0, models.Refuse(models.Denied, "ledger.not_yours_to_erase")
	}
	if account <= 0 {
		return 0, models.RefuseField("ledger.account_missing", "account")
	}
	if reason = strings.TrimSpace(reason); reason == "" || utf8.RuneCountInString(reason) > maxReason {
		return 0, models.RefuseField("ledger.reason_missing", "reason")
	}
	err = s.db.Write(ctx, func(tx storage.Tx) error {
		erased, err = erase(tx, a, account, reason)
		return err
	})
	return erased, err
}

func erase(tx storage.Tx, a models.Actor, account int64, reason string) (int64, error) {
	gone := tx.DB().Exec("DELETE FROM ledger_private WHERE actor_id = ?", account)
	if gone.Error != nil {
		return 0, gone.Error
	}
	if gone.RowsAffected == 0 {
		return 0, models.Refuse(models.NotFound, "ledger.nothing_to_erase")
	}
	_, err := storage.Record(tx, models.Event{
		Noun: eraseNoun, NounID: account, Action: eraseAction, ActorID: a.AccountID, ActorRole: roleOf(a), Note: reason,
		Data: map[string]any{eraseCount: gone.RowsAffected},
	})
	return gone.RowsAffected, err
}

func roleOf(a models.Actor) models.Role {
	return a.ActsAs(func(r models.Role) bool { return r == models.Admin })
}

// The line of an erasure. It says how many lines lost their half, not which: that would tie them to the account again.
const (
	eraseNoun   = "account"
	eraseAction = "erase_ledger"
	eraseCount  = "lines"
)
