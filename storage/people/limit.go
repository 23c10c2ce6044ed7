package people

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"

	"linli/models"
	"linli/models/people"
	"linli/storage"
)

// take counts one use of every limit for subject, or refuses with Limited and the seconds to wait. The refusal rolls
// the transaction back, so what is refused is not counted.
func (s *Store) take(tx storage.Tx, code, subject string, limits ...people.Limit) error {
	for _, l := range limits {
		wait, err := storage.TakeUse(tx, s.limitKey(l, subject), l.Most, l.Window)
		if err != nil {
			return err
		}
		if wait > 0 {
			return &models.Error{Kind: models.Limited, Code: code, RetryAfter: wait}
		}
	}
	return nil
}

// giveBack takes one use back: a sign-in that succeeds is no failed try.
func (s *Store) giveBack(tx storage.Tx, subject string, limits ...people.Limit) error {
	for _, l := range limits {
		if err := storage.GiveBackUse(tx, s.limitKey(l, subject)); err != nil {
			return err
		}
	}
	return nil
}

// clearLimit forgets all uses by subject.
func (s *Store) clearLimit(tx storage.Tx, subject string, limits ...people.Limit) error {
	for _, l := range limits {
		if err := tx.DB().Exec("DELETE FROM rate_limits WHERE key = ?", s.limitKey(l, subject)).Error; err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) limitKey(l people.Limit, subject string) string { return s.keyed(l.Name, subject)[:32] }

// keyed is a hash that only this installation can compute: from the table of counters nobody learns a phone number,
// and from the table of codes nobody learns a code, although there are only a million of them.
func (s *Store) keyed(parts ...string) string {
	mac := hmac.New(sha256.New, s.key)
	for _, p := range parts {
		mac.Write([]byte(p))
		mac.Write([]byte{0})
	}
	return hex.EncodeToString(mac.Sum(nil))
}
