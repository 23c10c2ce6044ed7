package people

import (
	"context"

	"linli/models"
	"linli/models/people"
	"linli/storage"
)

// NewAccount is what an account begins with. Locale is Chinese where it is empty.
type NewAccount struct {
	Phone        string // eleven digits
	Name         string
	PasswordHash string // of HashPassword, or empty
	Locale       string
	Demo         bool
}

// CreateAccount writes a new account; a phone number that has one already is refused with account.exists.
func CreateAccount(tx storage.Tx, by models.Actor, in NewAccount) (people.Account, error) {
	account, created, err := ensureAccount(tx, by, in)
	if err == nil && !created {
		return people.Account{}, models.Refuse(models.Conflict, "account.exists")
	}
	return account, err
}

// LinkPhone gives the account behind a phone number, and makes one without a password where there is none: for an
// appointment, and for somebody on whose behalf another person files. A name is set only where there was none.
func LinkPhone(tx storage.Tx, by models.Actor, phone, name string) (people.Account, error) {
	account, created, err := ensureAccount(tx, by, NewAccount{Phone: phone, Name: name})
	if err != nil || created || account.Name != "" || name == "" {
		return account, err
	}
	account.Name = name
	return account, setAccount(tx, account.ID, map[string]any{"name": name})
}

// ensureAccount creates the account or reads the one that is there; the unique phone number decides, not a look before.
func ensureAccount(tx storage.Tx, by models.Actor, in NewAccount) (account people.Account, created bool, err error) {
	if !models.Mobile(in.Phone) {
		return account, false, models.RefuseField("account.phone_wrong", "phone")
	}
	if in.Locale == "" {
		in.Locale = people.Chinese
	}
	account = people.Account{
		Phone: in.Phone, Name: in.Name, PasswordHash: in.PasswordHash, Locale: in.Locale, Demo: in.Demo,
		CreatedAt: tx.At(), UpdatedAt: tx.At(),
	}
	if created, err = storage.Insert(tx, &account); err != nil {
		return account, false, err
	}
	if !created {
		account, err = AccountByPhone(tx, in.Phone)
		return account, false, err
	}
	e := accountEvent("create", account.ID, by)
	if !by.SignedIn() && e.ActorRole != models.System {
		e.ActorID = account.ID // a person who signs in for the first time makes the account himself
	}
	_, err = storage.Record(tx, e)
	return account, true, err
}

// AccountByPhone finds the account of a phone number; storage.Absent where there is none.
func AccountByPhone(tx storage.Tx, phone string) (people.Account, error) {
	var account people.Account
	return account, tx.DB().Where("phone = ?", phone).Take(&account).Error
}

// accountNumbered is AccountByPhone for who means an account that is there.
func accountNumbered(tx storage.Tx, phone string) (people.Account, error) {
	account, err := AccountByPhone(tx, phone)
	return account, accountThere(err)
}

func accountByID(tx storage.Tx, id int64) (people.Account, error) {
	var account people.Account
	return account, accountThere(tx.DB().Where("id = ?", id).Take(&account).Error)
}

// accountThere is err, said as a refusal where there is no such account.
func accountThere(err error) error {
	if storage.Absent(err) {
		return models.Refuse(models.NotFound, "account.not_found")
	}
	return err
}

func setAccount(tx storage.Tx, id int64, columns map[string]any) error {
	columns["updated_at"] = tx.At()
	return tx.DB().Table("accounts").Where("id = ?", id).Updates(columns).Error
}

// usable refuses accounts that may not sign in here: disabled ones, and those of the demo county outside the demo.
func (s *Store) usable(account people.Account) bool {
	return account.DisabledAt == nil && (s.demo || !account.Demo)
}

// Me is the actor's own account.
func (s *Store) Me(ctx context.Context, a models.Actor) (view people.AccountView, err error) {
	err = s.db.Read(ctx, func(tx storage.Tx) error {
		view, err = s.accountView(tx, a.AccountID)
		return err
	})
	return view, err
}

// UpdateMe changes the actor's own name or language.
func (s *Store) UpdateMe(ctx context.Context, a models.Actor, in people.Changes) (view people.AccountView, err error) {
	columns := map[string]any{}
	if in.Name != nil {
		name, err := people.CleanName(*in.Name)
		if err != nil {
			return view, err
		}
		columns["name"] = name
	}
	if in.Locale != nil {
		if err := people.CheckLocale(*in.Locale); err != nil {
			return view, err
		}
		columns["locale"] = *in.Locale
	}
	err = s.db.Write(ctx, func(tx storage.Tx) error {
		if len(columns) > 0 {
			if err := changeMe(tx, a, columns); err != nil {
				return err
			}
		}
		view, err = s.accountView(tx, a.AccountID)
		return err
	})
	return view, err
}

func changeMe(tx storage.Tx, a models.Actor, columns map[string]any) error {
	if err := setAccount(tx, a.AccountID, columns); err != nil {
		return err
	}
	e := accountEvent("update", a.AccountID, a)
	_, name := columns["name"]
	_, locale := columns["locale"]
	e.Data = map[string]any{"name": name, "locale": locale} // which fields, never what is in them
	_, err := storage.Record(tx, e)
	return err
}

// SetPassword sets or changes the actor's password and ends his other sessions. The session alone is not enough for it:
// who has a password must give it, who has none a fresh code from his own phone (account.proof_missing), or whoever
// finds a phone unlocked would have a way in for good. Wrong tries are counted as at the sign-in. Hashing takes place
// outside the transaction: it would hold up everybody else's writes on SQLite.
func (s *Store) SetPassword(ctx context.Context, a models.Actor, proof people.Proof, password string) error {
	account, err := s.ownAccount(ctx, a)
	if err != nil {
		return err
	}
	if err := people.CheckPassword(password, account.Phone); err != nil {
		return err
	}
	if account.PasswordHash == "" && proof.RequestID == "" {
		return models.RefuseField("account.proof_missing", "code")
	}
	if err := s.checkPassword(ctx, account, proof.Password, "old"); err != nil {
		return err
	}
	hash, err := s.hash(ctx, password)
	if err != nil {
		return err
	}
	return s.changing(ctx, func(tx storage.Tx) error {
		if account.PasswordHash == "" {
			if err := s.useOwnCode(tx, account, proof); err != nil {
				return err
			}
		}
		return s.putPassword(tx, a, account, hash)
	})
}

// checkPassword compares the present password, if there is one; field is the input that held it. The try is counted,
// and whoever goes on with a right one forgets the count (clearLimit).
func (s *Store) checkPassword(ctx context.Context, account people.Account, password, field string) error {
	if account.PasswordHash == "" {
		return nil
	}
	err := s.db.Write(ctx, func(tx storage.Tx) error {
		return s.take(tx, "session.too_many_tries", account.Phone, people.PasswordsByPhone...)
	})
	if err != nil {
		return err
	}
	right, err := s.compare(ctx, account.PasswordHash, password)
	if err == nil && !right {
		return models.RefuseField("account.password_wrong", field)
	}
	return err
}

// putPassword changes the password only if it is still the one that was compared.
func (s *Store) putPassword(tx storage.Tx, a models.Actor, account people.Account, hash string) error {
	change := tx.DB().Table("accounts").Where("id = ? AND password_hash = ?", account.ID, account.PasswordHash).
		Updates(map[string]any{"password_hash": hash, "updated_at": tx.At()})
	if change.Error != nil {
		return change.Error
	}
	if change.RowsAffected == 0 {
		return models.Refuse(models.Conflict, "account.changed_meanwhile")
	}
	if err := s.clearLimit(tx, account.Phone, people.PasswordsByPhone...); err != nil {
		return err
	}
	if err := s.dropChallenges(tx, account.ID); err != nil { // whoever knew the old password holds them no longer
		return err
	}
	if err := endSessions(tx, account.ID, a.SessionID, people.EndedPassword); err != nil {
		return err
	}
	_, err := storage.Record(tx, accountEvent("set_password", account.ID, a))
	return err
}
