package people

import (
	"context"

	"linli/models"
	"linli/models/people"
	"linli/storage"
)

// These are for whoever sits at the server: somebody has left, a phone is in wrong hands, an account was broken into. A
// running copy of the program notices within actorAge.

// SignOutByHand ends all sessions of the account behind a phone number (ASVS 7.4.5).
func (s *Store) SignOutByHand(ctx context.Context, phone string) error {
	return s.accountByHand(ctx, phone, func(tx storage.Tx, account people.Account) error {
		_, err := storage.Record(tx, accountEvent("sign_out", account.ID, models.SystemActor))
		return err
	})
}

// DisableByHand keeps an account from signing in and ends its sessions; what it did stays, under its name.
func (s *Store) DisableByHand(ctx context.Context, phone string) error {
	return s.accountByHand(ctx, phone, func(tx storage.Tx, account people.Account) error {
		return setDisabled(tx, account.ID, "disable", tx.At())
	})
}

// EnableByHand lets a disabled account sign in again.
func (s *Store) EnableByHand(ctx context.Context, phone string) error {
	return s.accountByHand(ctx, phone, func(tx storage.Tx, account people.Account) error {
		return setDisabled(tx, account.ID, "enable", nil)
	})
}

func setDisabled(tx storage.Tx, account int64, action string, at any) error {
	if err := setAccount(tx, account, map[string]any{"disabled_at": at}); err != nil {
		return err
	}
	_, err := storage.Record(tx, accountEvent(action, account, models.SystemActor))
	return err
}

// accountByHand ends the sessions and challenges of an account and does one thing more to it.
func (s *Store) accountByHand(ctx context.Context, phone string, deed func(storage.Tx, people.Account) error) error {
	phone, err := people.Phone(phone)
	if err != nil {
		return err
	}
	return s.changing(ctx, func(tx storage.Tx) error {
		account, err := accountNumbered(tx, phone)
		if err != nil {
			return err
		}
		if err := s.dropChallenges(tx, account.ID); err != nil {
			return err
		}
		if err := endSessions(tx, account.ID, 0, people.EndedByHand); err != nil {
			return err
		}
		return deed(tx, account)
	})
}
