package people

import (
	"context"
	"time"

	"linli/models"
	"linli/models/people"
	"linli/storage"
)

// session is one signed-in device. Of the refresh token only the hash is kept; see the schema.
type session struct {
	ID              int64 `gorm:"primaryKey"`
	AccountID       int64
	Device          string
	Staff           bool
	RefreshHash     string
	PreviousHash    string
	SuccessorSealed string
	RotatedAt       *time.Time
	Generation      int64     // how often the refresh token has been replaced
	Arrived         bool      // somebody has used what came with the newest one
	CreatedAt       time.Time `gorm:"autoCreateTime:false"`
	LastSeenAt      time.Time
	ExpiresAt       time.Time
	EndedAt         *time.Time
	EndedWhy        string
}

var (
	errSessionExpired = models.Refuse(models.SignedOut, "session.expired")
	errSessionReused  = models.Refuse(models.SignedOut, "session.reused")
)

// openSession writes the session of a sign-in that has been proved.
func (s *Store) openSession(tx storage.Tx, account int64, device, how string) (people.SignedIn, error) {
	staff, err := worksAsStaff(tx, account)
	if err != nil {
		return people.SignedIn{}, err
	}
	row := session{
		AccountID: account, Device: people.CleanDevice(device), Staff: staff, Arrived: true, // it replaces none
		RefreshHash: hashSecret(randomSecret()), // replaced at once: the token names the row's id
		CreatedAt:   tx.At(), LastSeenAt: tx.At(), ExpiresAt: models.UTC(tx.At().Add(people.SessionAge(staff))),
	}
	if err := tx.DB().Create(&row).Error; err != nil {
		return people.SignedIn{}, err
	}
	token := s.newRefreshToken(row.ID)
	if err := tx.DB().Table("sessions").Where("id = ?", row.ID).Update("refresh_hash", hashSecret(token)).Error; err != nil {
		return people.SignedIn{}, err
	}
	e := sessionEvent("start", row.ID, account)
	e.Data = map[string]any{"how": how, "staff": staff}
	if _, err := storage.Record(tx, e); err != nil {
		return people.SignedIn{}, err
	}
	return s.signedIn(tx, row, token)
}

// worksAsStaff reports whether the account holds a role for work today, which makes its sessions short.
func worksAsStaff(tx storage.Tx, account int64) (bool, error) {
	held, err := heldToday(tx, account)
	if err != nil {
		return false, err
	}
	for _, m := range held {
		if m.Status == models.Approved && m.Role.Staff() {
			return true, nil
		}
	}
	return false, nil
}

func (s *Store) signedIn(tx storage.Tx, row session, token string) (people.SignedIn, error) {
	account, err := s.accountView(tx, row.AccountID)
	if err != nil {
		return people.SignedIn{}, err
	}
	signed := people.SignedIn{SessionID: row.ID, Generation: row.Generation, RefreshToken: token, RefreshUntil: row.ExpiresAt, Account: account}
	for _, m := range account.Memberships {
		if m.Status == models.Approved {
			signed.Roles = append(signed.Roles, m.Role)
		}
	}
	return signed, nil
}

// SignInByPassword opens a session, or gives a challenge where the account has a second factor. An unknown number, an account without a password and a wrong password get the same
// answer for the same work. The try is counted before the password is compared, so parallel tries cannot pass the limit.
func (s *Store) SignInByPassword(ctx context.Context, in people.ByPassword) (signed people.SignedIn, err error) {
	phone, err := people.Phone(in.Phone)
	if err != nil {
		return signed, err
	}
	if len(in.Password) > people.PasswordMost {
		return signed, errPasswordWrong()
	}
	account, err := s.passwordTry(ctx, phone, in.Address)
	if err != nil {
		return signed, err
	}
	right, err := s.compare(ctx, account.PasswordHash, in.Password)
	if err != nil {
		return signed, err
	}
	if !right || !s.usable(account) {
		return signed, errPasswordWrong()
	}
	err = s.db.Write(ctx, func(tx storage.Tx) error {
		if err := s.passwordRight(tx, account, in.Address); err != nil {
			return err
		}
		if signed, err = s.enter(tx, account.ID, in.Device, "password"); err != nil || signed.Challenge != nil {
			return err
		}
		return s.clearLimit(tx, account.Phone, people.PasswordsByPhone...)
	})
	return signed, err
}

func errPasswordWrong() error { return models.RefuseField("session.password_wrong", "password") }

// passwordTry counts the try and reads the account; the zero account stands for none.
func (s *Store) passwordTry(ctx context.Context, phone, address string) (account people.Account, err error) {
	err = s.db.Write(ctx, func(tx storage.Tx) error {
		if err := s.take(tx, "session.too_many_tries", phone, people.PasswordsByPhone...); err != nil {
			return err
		}
		if err := s.take(tx, "session.too_many_tries", address, people.SignInsByAddress...); err != nil {
			return err
		}
		account, err = AccountByPhone(tx, phone)
		if storage.Absent(err) {
			return nil
		}
		return err
	})
	return account, err
}

// passwordRight takes the counted try of the address back, and looks again at what may have changed while the password
// was compared. The tries of the phone number are forgotten when somebody is in: before a second factor they go on
// counting, or whoever knows the password could ask for challenges without end.
func (s *Store) passwordRight(tx storage.Tx, compared people.Account, address string) error {
	if err := s.giveBack(tx, address, people.SignInsByAddress...); err != nil {
		return err
	}
	account, err := accountByID(tx, compared.ID)
	if err != nil {
		return err
	}
	if account.PasswordHash != compared.PasswordHash || !s.usable(account) {
		return errPasswordWrong()
	}
	return nil
}

// Sessions lists the actor's signed-in devices, the one in use first seen last.
func (s *Store) Sessions(ctx context.Context, a models.Actor) (views []people.SessionView, err error) {
	err = s.db.Read(ctx, func(tx storage.Tx) error {
		views = []people.SessionView{}
		var rows []session
		err := tx.DB().Where("account_id = ? AND ended_at IS NULL AND expires_at > ?", a.AccountID, tx.At()).
			Order("last_seen_at DESC, id DESC").Limit(100).Find(&rows).Error
		for _, r := range rows {
			views = append(views, people.SessionView{
				ID: r.ID, Device: r.Device, CreatedAt: r.CreatedAt, LastSeenAt: r.LastSeenAt, Current: r.ID == a.SessionID,
			})
		}
		return err
	})
	return views, err
}

// EndSession signs one of the actor's own devices out. Its access token stops at once, not when it expires.
func (s *Store) EndSession(ctx context.Context, a models.Actor, id int64) error {
	return s.changing(ctx, func(tx storage.Tx) error {
		ended, err := endSession(tx, id, a.AccountID, people.EndedRevoked)
		if err == nil && !ended {
			return models.Refuse(models.NotFound, "session.not_found")
		}
		return err
	})
}

// SignOut ends the session of a refresh token. A token that names no running session is a success: it is signed out.
func (s *Store) SignOut(ctx context.Context, token string) error {
	if _, ours := s.sessionOf(token); !ours {
		return nil
	}
	return s.changing(ctx, func(tx storage.Tx) error {
		var row session
		hash := hashSecret(token)
		err := tx.DB().Where("refresh_hash = ? OR previous_hash = ?", hash, hash).Take(&row).Error
		if storage.Absent(err) {
			return nil
		}
		if err != nil {
			return err
		}
		_, err = endSession(tx, row.ID, row.AccountID, people.EndedSignOut)
		return err
	})
}

// endSession ends one session of account, and reports whether it was still running.
func endSession(tx storage.Tx, id, account int64, why string) (bool, error) {
	end := tx.DB().Table("sessions").Where("id = ? AND account_id = ? AND ended_at IS NULL", id, account).
		Updates(map[string]any{"ended_at": tx.At(), "ended_why": why, "successor_sealed": ""})
	if end.Error != nil || end.RowsAffected == 0 {
		return false, end.Error
	}
	e := sessionEvent("end", id, account)
	e.Data = map[string]any{"why": why}
	_, err := storage.Record(tx, e)
	return true, err
}

// endSessions ends all running sessions of account but one; 0 spares none.
func endSessions(tx storage.Tx, account, but int64, why string) error {
	var ids []int64
	err := tx.DB().Table("sessions").Where("account_id = ? AND id <> ? AND ended_at IS NULL", account, but).
		Order("id").Limit(1000).Pluck("id", &ids).Error
	if err != nil {
		return err
	}
	for _, id := range ids {
		if _, err := endSession(tx, id, account, why); err != nil {
			return err
		}
	}
	return nil
}
