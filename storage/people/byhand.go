package people

import (
	"context"

	"linli/models"
	"linli/models/people"
	"linli/storage"
)

// Somebody has left, a phone is in wrong hands, an account was broken into. "ByHand" is for whoever sits at the server; a
// running copy of the program notices that within actorAge.

// SignOutByHand ends all sessions of the account behind a phone number (ASVS 7.4.5).
func (s *Store) SignOutByHand(ctx context.Context, phone string) error {
	return s.accountByHand(ctx, phone, func(tx storage.Tx, account people.Account) error {
		_, err := storage.Record(tx, accountEvent("sign_out", account.ID, models.SystemActor))
		return err
	})
}

// SignOutEverywhere ends all sessions and half-done sign-ins of somebody else's account, by an admin who gives the reason: a
// phone was lost, or is in wrong hands. Refuses account.own_sign_out, account.not_found, account.reason_missing and
// account.reason_too_long.
func (s *Store) SignOutEverywhere(ctx context.Context, a models.Actor, account int64, reason string) error {
	if a.AccountID == account {
		return models.Refuse(models.Denied, "account.own_sign_out")
	}
	if !people.MaySecure(a, account) {
		return models.Refuse(models.NotFound, "account.not_found")
	}
	reason, err := people.CleanSecureReason(reason)
	if err != nil {
		return err
	}
	return s.changing(ctx, func(tx storage.Tx) error {
		if _, err := lockAccount(tx, account); err != nil {
			return err
		}
		if err := s.endAccess(tx, account, people.EndedAdmin); err != nil {
			return err
		}
		e := accountEvent("sign_out", account, a)
		e.Note = reason
		_, err := storage.Record(tx, e)
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
		if err := s.endAccess(tx, account.ID, people.EndedByHand); err != nil {
			return err
		}
		return deed(tx, account)
	})
}

// endAccess ends every session of an account, and every sign-in that waits for its second step.
func (s *Store) endAccess(tx storage.Tx, account int64, why string) error {
	if err := s.dropChallenges(tx, account); err != nil {
		return err
	}
	return endSessions(tx, account, 0, why)
}
