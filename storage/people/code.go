package people

import (
	"context"
	"crypto/hmac"
	"time"

	"linli/models"
	"linli/models/people"
	"linli/storage"
)

type signInCode struct {
	ID        int64 `gorm:"primaryKey"`
	RequestID string
	Phone     string
	Salt      string
	CodeHash  string
	Tries     int64
	UsedAt    *time.Time
	CreatedAt time.Time `gorm:"autoCreateTime:false"`
	ExpiresAt time.Time
}

func (signInCode) TableName() string { return "sign_in_codes" }

// RequestCode asks for a sign-in code by text message. Whether the phone number has an account plays no part in it:
// the first sign-in makes one, so the answer cannot tell. address is the caller's network address, for the limits.
func (s *Store) RequestCode(ctx context.Context, phone, address string) (view people.CodeView, err error) {
	if s.sms == nil {
		return view, models.Refuse(models.Unavailable, "session.no_sms")
	}
	phone, err = people.Phone(phone)
	if err != nil {
		return view, err
	}
	err = s.db.Write(ctx, func(tx storage.Tx) error {
		if err := s.takeCode(tx, phone, address); err != nil {
			return err
		}
		view, err = s.postCode(tx, phone)
		return err
	})
	if err != nil {
		return people.CodeView{}, err
	}
	s.tellPosted()
	return view, nil
}

// takeCode asks the limits in a fixed order, so that two requests cannot wait for each other's rows.
func (s *Store) takeCode(tx storage.Tx, phone, address string) error {
	if err := s.take(tx, "session.too_many_codes", phone, people.CodesByPhone...); err != nil {
		return err
	}
	if err := s.take(tx, "session.too_many_codes", address, people.CodesByAddress...); err != nil {
		return err
	}
	return s.take(tx, "session.too_many_codes", "", s.county)
}

func (s *Store) postCode(tx storage.Tx, phone string) (people.CodeView, error) {
	code := newCode()
	row := signInCode{
		RequestID: randomSecret(), Phone: phone, Salt: randomSecret(),
		CreatedAt: tx.At(), ExpiresAt: models.UTC(tx.At().Add(people.CodeLife)),
	}
	row.CodeHash = s.codeHash(row, code)
	if err := tx.DB().Create(&row).Error; err != nil {
		return people.CodeView{}, err
	}
	view := people.CodeView{
		RequestID:   row.RequestID,
		ExpiresIn:   int(people.CodeLife.Seconds()),
		ResendAfter: int(people.CodeResendAfter.Seconds()),
	}
	text := message{Phone: phone, Text: people.CodeText(code), Until: row.ExpiresAt}
	return view, storage.Post(tx, smsKind, "sign_in_code/"+hashSecret(row.RequestID), text)
}

// codeHash binds a code to its request: the code of another request, or of another phone number, does not fit.
func (s *Store) codeHash(row signInCode, code string) string {
	return s.keyed("code", row.Salt, row.RequestID, code)
}

// SignInByCode opens a session for the phone number that the code was sent to, and makes its account the first time.
// Where the account has a second factor it gives a challenge in place of the session.
// A code works once; five wrong tries, or five minutes, and it is dead.
func (s *Store) SignInByCode(ctx context.Context, in people.ByCode) (signed people.SignedIn, err error) {
	err = s.writeKeeping(ctx, func(tx storage.Tx) error {
		if err := s.take(tx, "session.too_many_tries", in.Address, people.SignInsByAddress...); err != nil {
			return err
		}
		phone, err := s.useCode(tx, in.RequestID, in.Code)
		if err != nil {
			return err
		}
		if err := s.giveBack(tx, in.Address, people.SignInsByAddress...); err != nil {
			return err
		}
		account, _, err := ensureAccount(tx, models.Actor{}, NewAccount{Phone: phone})
		if err != nil {
			return err
		}
		if !s.usable(account) {
			return kept{models.Refuse(models.Denied, "account.disabled")}
		}
		signed, err = s.enter(tx, account.ID, in.Device, "code")
		return err
	})
	return signed, err
}

// useCode counts the try first, in one conditional statement: parallel guesses are counted one by one.
func (s *Store) useCode(tx storage.Tx, request, code string) (phone string, err error) {
	try := tx.DB().Exec(`UPDATE sign_in_codes SET tries = tries + 1
		WHERE request_id = ? AND used_at IS NULL AND expires_at > ? AND tries < ?`, request, tx.At(), people.CodeTries)
	if try.Error != nil {
		return "", try.Error
	}
	if try.RowsAffected == 0 {
		return "", kept{models.RefuseField("session.code_expired", "code")}
	}
	var row signInCode
	if err := tx.DB().Where("request_id = ?", request).Take(&row).Error; err != nil {
		return "", err
	}
	if !hmac.Equal([]byte(s.codeHash(row, code)), []byte(row.CodeHash)) {
		left := people.CodeTries - row.Tries
		return "", kept{models.RefuseField("session.code_wrong", "code").With("tries_left", left)}
	}
	return row.Phone, tx.DB().Table("sign_in_codes").Where("id = ?", row.ID).Update("used_at", tx.At()).Error
}
