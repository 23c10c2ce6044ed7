package people

import (
	"context"
	"crypto/rand"
	"strings"

	"linli/models"
	"linli/models/people"
	"linli/storage"
)

// RequestOwnCode sends a code to the actor's own phone, for use as a proof. The limits are those of every code.
func (s *Store) RequestOwnCode(ctx context.Context, a models.Actor, address string) (people.CodeView, error) {
	account, err := s.ownAccount(ctx, a)
	if err != nil {
		return people.CodeView{}, err
	}
	return s.RequestCode(ctx, account.Phone, address)
}

func (s *Store) ownAccount(ctx context.Context, a models.Actor) (account people.Account, err error) {
	err = s.db.Read(ctx, func(tx storage.Tx) error {
		account, err = accountByID(tx, a.AccountID)
		return err
	})
	return account, err
}

// StartFactor begins to add a second factor: it makes the secret, shown this once. The session alone is not enough for
// it, the first factor must be proved again. Nothing counts until ConfirmFactor; beginning again makes a new secret.
func (s *Store) StartFactor(ctx context.Context, a models.Actor, in people.Proof) (e people.Enrolment, err error) {
	if people.FactorRuleOf(rolesOf(a)) == people.FactorNone {
		return e, models.Refuse(models.Denied, "second_factor.denied")
	}
	account, err := s.ownAccount(ctx, a)
	if err != nil {
		return e, err
	}
	if err := s.comparePassword(ctx, account, in); err != nil {
		return e, err
	}
	err = s.writeKeeping(ctx, func(tx storage.Tx) error {
		if err := s.proved(tx, account, in); err != nil {
			return err
		}
		e, err = s.putSecret(tx, a, account)
		return err
	})
	if err != nil {
		return people.Enrolment{}, err
	}
	return e, nil
}

// comparePassword does the costly half of a proof by password, outside a transaction.
func (s *Store) comparePassword(ctx context.Context, account people.Account, in people.Proof) error {
	switch {
	case in.Password == "" && in.RequestID == "", in.Password != "" && account.PasswordHash == "":
		return models.RefuseField("second_factor.proof_missing", "password")
	case in.Password == "":
		return nil
	case len(in.Password) > people.PasswordMost:
		return models.RefuseField("account.password_wrong", "password")
	}
	return s.checkPassword(ctx, account, in.Password, "password")
}

// proved finishes the proof: the password must still be the one that was compared, a code must be of the account's own
// phone.
func (s *Store) proved(tx storage.Tx, compared people.Account, in people.Proof) error {
	account, err := accountByID(tx, compared.ID)
	if err != nil {
		return err
	}
	if in.Password == "" {
		return s.useOwnCode(tx, account, in)
	}
	if account.PasswordHash != compared.PasswordHash {
		return models.Refuse(models.Conflict, "account.changed_meanwhile")
	}
	return s.clearLimit(tx, account.Phone, people.PasswordsByPhone...)
}

// useOwnCode uses a code that must have gone to the account's own phone.
func (s *Store) useOwnCode(tx storage.Tx, account people.Account, in people.Proof) error {
	phone, err := s.useCode(tx, in.RequestID, in.Code)
	if err == nil && phone != account.Phone {
		return kept{models.RefuseField("session.code_expired", "code")}
	}
	return err
}

// putSecret writes a fresh secret for this session, unless the account has a second factor already.
func (s *Store) putSecret(tx storage.Tx, a models.Actor, account people.Account) (e people.Enrolment, err error) {
	secret := make([]byte, people.SecretBytes)
	rand.Read(secret)
	sealed, err := s.sealFactor(account.ID, secret)
	if err != nil {
		return e, err
	}
	put := tx.DB().Exec(`INSERT INTO second_factors (account_id, secret_sealed, session_id, last_step, asked_at) VALUES (?, ?, ?, 0, ?)
		ON CONFLICT (account_id) DO UPDATE SET
		  secret_sealed = excluded.secret_sealed, session_id = excluded.session_id, asked_at = excluded.asked_at
		WHERE second_factors.confirmed_at IS NULL`, account.ID, sealed, a.SessionID, tx.At())
	if put.Error != nil {
		return e, put.Error
	}
	if put.RowsAffected == 0 {
		return e, models.Refuse(models.Conflict, "second_factor.exists")
	}
	issuer, err := factorIssuer(tx)
	return people.Enrolment{
		URI:       people.FactorURI(issuer, models.MaskPhone(account.Phone), secret),
		Secret:    people.SecretText(secret),
		ExpiresIn: int(people.EnrolLife.Seconds()),
	}, err
}

// factorIssuer is what the authenticator app calls us: people may have accounts in two counties.
func factorIssuer(tx storage.Tx) (string, error) {
	id, err := county(tx)
	if err != nil {
		return "", err
	}
	names, err := divisionNames(tx, []int64{id})
	return strings.TrimSpace("邻里 " + names[id]), err
}

// ConfirmFactor ends the enrolment with a first valid code and gives the recovery codes, this once. The account's other
// sessions end: they were opened without the second factor, and might be somebody else's.
func (s *Store) ConfirmFactor(ctx context.Context, a models.Actor, code string) (made people.FactorAdded, err error) {
	proof, err := people.FactorProof{Code: code}.Clean()
	if err != nil {
		return made, err
	}
	err = s.changing(ctx, func(tx storage.Tx) error {
		made, err = s.confirmFactor(tx, a, proof)
		return err
	})
	if err != nil {
		return people.FactorAdded{}, err
	}
	return made, nil
}

func (s *Store) confirmFactor(tx storage.Tx, a models.Actor, proof people.FactorProof) (made people.FactorAdded, err error) {
	if err := s.takeFactor(tx, a.AccountID, proof); err != nil {
		return made, err
	}
	if _, err := lockAccount(tx, a.AccountID); err != nil {
		return made, err
	}
	step, err := s.matchEnrolment(tx, a, proof.Code)
	if err != nil {
		return made, err
	}
	err = tx.DB().Table("second_factors").Where("account_id = ?", a.AccountID).
		Updates(map[string]any{"confirmed_at": tx.At(), "last_step": step}).Error
	if err != nil {
		return made, err
	}
	if made.RecoveryCodes, err = s.newRecoveryCodes(tx, a.AccountID); err != nil {
		return made, err
	}
	if err := s.giveBackFactor(tx, a.AccountID, proof); err != nil {
		return made, err
	}
	if err := endSessions(tx, a.AccountID, a.SessionID, people.EndedFactor); err != nil {
		return made, err
	}
	if _, err := storage.Record(tx, accountEvent("add_second_factor", a.AccountID, a)); err != nil {
		return made, err
	}
	made.Account, err = s.accountView(tx, a.AccountID)
	return made, err
}

// matchEnrolment finds the step of the first code, for the session that began the enrolment and no other.
func (s *Store) matchEnrolment(tx storage.Tx, a models.Actor, code string) (step int64, err error) {
	row, err := factorOf(tx, a.AccountID)
	if err != nil {
		return 0, err
	}
	if row.on() {
		return 0, models.Refuse(models.Conflict, "second_factor.exists")
	}
	if row.AccountID == 0 || row.SessionID != a.SessionID || !tx.At().Before(row.AskedAt.Add(people.EnrolLife)) {
		return 0, models.Refuse(models.Conflict, "second_factor.enrolment_expired")
	}
	secret, err := s.openFactor(row)
	if err != nil {
		return 0, err
	}
	step, right := people.MatchCode(secret, code, tx.At())
	if !right {
		return 0, kept{errFactorWrong()}
	}
	return step, nil
}

// RemoveFactor takes the actor's second factor away; it needs one of its codes. Who must have one is asked for the next
// at once.
func (s *Store) RemoveFactor(ctx context.Context, a models.Actor, proof people.FactorProof) (view people.AccountView, err error) {
	if proof, err = proof.Clean(); err != nil {
		return view, err
	}
	err = s.changing(ctx, func(tx storage.Tx) error {
		if err := s.proveFactor(tx, a.AccountID, proof); err != nil {
			return err
		}
		if err := s.dropFactor(tx, a.AccountID); err != nil {
			return err
		}
		if _, err := storage.Record(tx, accountEvent("remove_second_factor", a.AccountID, a)); err != nil {
			return err
		}
		view, err = s.accountView(tx, a.AccountID)
		return err
	})
	return view, err
}

// RenewRecoveryCodes makes ten new recovery codes; the old ones are dead. It needs a code of the second factor.
func (s *Store) RenewRecoveryCodes(ctx context.Context, a models.Actor, proof people.FactorProof) (made people.FactorAdded, err error) {
	if proof, err = proof.Clean(); err != nil {
		return made, err
	}
	err = s.writeKeeping(ctx, func(tx storage.Tx) error {
		if err := s.proveFactor(tx, a.AccountID, proof); err != nil {
			return err
		}
		if made.RecoveryCodes, err = s.newRecoveryCodes(tx, a.AccountID); err != nil {
			return err
		}
		if _, err := storage.Record(tx, accountEvent("renew_recovery_codes", a.AccountID, a)); err != nil {
			return err
		}
		made.Account, err = s.accountView(tx, a.AccountID)
		return err
	})
	if err != nil {
		return people.FactorAdded{}, err
	}
	return made, nil
}

// ResetFactor takes somebody else's second factor away, for a person who has lost phone and recovery codes. All his
// sessions end. The reason stays in the ledger.
func (s *Store) ResetFactor(ctx context.Context, a models.Actor, account int64, reason string) error {
	if a.AccountID == account {
		return models.Refuse(models.Denied, "second_factor.own_reset")
	}
	if !people.MaySecure(a, account) {
		return models.Refuse(models.NotFound, "account.not_found")
	}
	return s.resetFactor(ctx, a, account, reason)
}

// ResetFactorByHand is ResetFactor for whoever sits at the server: the way back in when the only admin has lost all.
func (s *Store) ResetFactorByHand(ctx context.Context, phone, reason string) error {
	phone, err := people.Phone(phone)
	if err != nil {
		return err
	}
	var account people.Account
	err = s.db.Read(ctx, func(tx storage.Tx) error {
		account, err = accountNumbered(tx, phone)
		return err
	})
	if err != nil {
		return err
	}
	return s.resetFactor(ctx, models.SystemActor, account.ID, reason)
}

func (s *Store) resetFactor(ctx context.Context, by models.Actor, account int64, reason string) error {
	reason, err := people.CleanSecureReason(reason)
	if err != nil {
		return err
	}
	return s.changing(ctx, func(tx storage.Tx) error {
		if _, err := lockAccount(tx, account); err != nil {
			return err
		}
		row, err := factorOf(tx, account)
		if err != nil {
			return err
		}
		if !row.on() {
			return models.Refuse(models.Conflict, "second_factor.none")
		}
		if err := s.dropFactor(tx, account); err != nil {
			return err
		}
		if err := s.clearLimit(tx, factorSubject(account), people.FactorTries...); err != nil {
			return err
		}
		if err := endSessions(tx, account, 0, people.EndedFactor); err != nil {
			return err
		}
		e := accountEvent("reset_second_factor", account, by)
		e.Note = reason
		_, err = storage.Record(tx, e)
		return err
	})
}
