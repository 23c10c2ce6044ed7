package people

import (
	"context"

	"linli/models"
	"linli/models/people"
	"linli/storage"
)

// Refresh exchanges a refresh token for its successor. The same token again gets the same successor, as long as nobody
// has used that one: the answer was lost on the way. Once it has been used, the old one can only be a copy, but for two
// tabs that asked at once; the whole session ends then, and the ledger says so (ADR 0025).
func (s *Store) Refresh(ctx context.Context, token string) (signed people.SignedIn, err error) {
	id, ours := s.sessionOf(token)
	if !ours {
		return signed, errSessionExpired
	}
	err = s.writeKeeping(ctx, func(tx storage.Tx) error {
		var row session
		err := tx.DB().Where("id = ?", id).Take(&row).Error
		if storage.Absent(err) {
			return errSessionExpired
		}
		if err != nil {
			return err
		}
		if row.EndedAt != nil || !tx.At().Before(row.ExpiresAt) {
			return errSessionExpired
		}
		if err := s.mayGoOn(tx, row); err != nil {
			return err
		}
		successor, err := s.rotate(tx, &row, token)
		if err != nil {
			return err
		}
		signed, err = s.signedIn(tx, row, successor)
		return err
	})
	if models.CodeOf(err) == errSessionReused.Code {
		s.actors.forget()
	}
	return signed, err
}

func (s *Store) mayGoOn(tx storage.Tx, row session) error {
	account, err := accountByID(tx, row.AccountID)
	if err == nil && !s.usable(account) {
		return errSessionExpired
	}
	return err
}

// rotate replaces the token by one conditional statement; of two that present it at once, one does it.
func (s *Store) rotate(tx storage.Tx, row *session, token string) (string, error) {
	staff, err := worksAsStaff(tx, row.AccountID)
	if err != nil {
		return "", err
	}
	successor := s.newRefreshToken(row.ID)
	sealed, err := seal(token, successor)
	if err != nil {
		return "", err
	}
	until := models.UTC(tx.At().Add(people.SessionAge(staff)))
	done := tx.DB().Table("sessions").Where("id = ? AND refresh_hash = ? AND ended_at IS NULL", row.ID, hashSecret(token)).
		Updates(map[string]any{
			"refresh_hash": hashSecret(successor), "previous_hash": hashSecret(token), "successor_sealed": sealed,
			"rotated_at": tx.At(), "generation": row.Generation + 1, "arrived": false,
			"last_seen_at": tx.At(), "expires_at": until, "staff": staff,
		})
	if done.Error != nil {
		return "", done.Error
	}
	if done.RowsAffected == 1 {
		row.ExpiresAt, row.Generation = until, row.Generation+1
		return successor, nil
	}
	return s.again(tx, row, token)
}

// again answers a token that has been replaced already. It does not lengthen the session: an answer that is lost for ever
// ends with it.
func (s *Store) again(tx storage.Tx, row *session, token string) (string, error) {
	if err := tx.DB().Where("id = ?", row.ID).Take(row).Error; err != nil {
		return "", err
	}
	if row.EndedAt != nil {
		return "", errSessionExpired
	}
	replacedLast := row.PreviousHash == hashSecret(token) && row.RotatedAt != nil
	if replacedLast && people.MayAskAgain(row.Arrived, tx.At().Sub(*row.RotatedAt)) {
		return unseal(token, row.SuccessorSealed)
	}
	if _, err := endSession(tx, row.ID, row.AccountID, people.EndedReuse); err != nil {
		return "", err
	}
	return "", kept{errSessionReused}
}

// arrived notes that what came with the session's newest refresh token is in use. It costs one write after each refresh,
// none after that; of two copies of the program that note it at once, one does.
func (s *Store) arrived(ctx context.Context, a models.Access) error {
	return s.db.Write(ctx, func(tx storage.Tx) error {
		return tx.DB().Table("sessions").Where("id = ? AND generation = ? AND NOT arrived", a.SessionID, a.Generation).
			Update("arrived", true).Error
	})
}
