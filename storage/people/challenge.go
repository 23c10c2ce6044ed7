package people

import (
	"context"
	"errors"
	"time"

	"linli/models"
	"linli/models/people"
	"linli/storage"
)

// challenge is somebody between the two factors. Of what he holds only the hash is kept.
type challenge struct {
	TokenHash string `gorm:"primaryKey"`
	AccountID int64
	Device    string
	How       string // the first factor: password or code
	Tries     int64
	CreatedAt time.Time `gorm:"autoCreateTime:false"`
	ExpiresAt time.Time
}

func (challenge) TableName() string { return "sign_in_challenges" }

// enter is where every way of signing in ends: in a session, or in a challenge where the account has a second factor.
// Holding the account's row it cannot miss one that is being added at this moment.
func (s *Store) enter(tx storage.Tx, account int64, device, how string) (people.SignedIn, error) {
	if _, err := lockAccount(tx, account); err != nil {
		return people.SignedIn{}, err
	}
	factor, err := factorOf(tx, account)
	if err != nil {
		return people.SignedIn{}, err
	}
	if !factor.on() {
		return s.openSession(tx, account, device, how)
	}
	token := randomSecret()
	row := challenge{
		TokenHash: hashSecret(token), AccountID: account, Device: people.CleanDevice(device), How: how,
		CreatedAt: tx.At(), ExpiresAt: models.UTC(tx.At().Add(people.ChallengeLife)),
	}
	if err := tx.DB().Create(&row).Error; err != nil {
		return people.SignedIn{}, err
	}
	return people.SignedIn{Challenge: &people.Challenge{Challenge: token, ExpiresIn: int(people.ChallengeLife.Seconds())}}, nil
}

func (s *Store) dropChallenges(tx storage.Tx, account int64) error {
	return tx.DB().Exec("DELETE FROM sign_in_challenges WHERE account_id = ?", account).Error
}

func errChallengeExpired() error { return models.RefuseField("session.challenge_expired", "challenge") }

// SignInByFactor is the second step: a challenge and a code, or a recovery code, become a session. A challenge works
// once; five wrong tries, or five minutes, and it is dead. Wrong codes are also counted by account, so that asking for
// new challenges does not help a guesser.
func (s *Store) SignInByFactor(ctx context.Context, in people.ByFactor) (signed people.SignedIn, err error) {
	if in.Proof, err = in.Proof.Clean(); err != nil {
		return signed, err
	}
	err = s.writeKeeping(ctx, func(tx storage.Tx) error {
		if err := s.take(tx, "session.too_many_tries", in.Address, people.SignInsByAddress...); err != nil {
			return err
		}
		row, err := tryChallenge(tx, in.Challenge)
		if err != nil {
			return err
		}
		if err := s.takeFactor(tx, row.AccountID, in.Proof); err != nil {
			return err
		}
		account, err := lockAccount(tx, row.AccountID)
		if err != nil {
			return err
		}
		if !s.usable(account) {
			return errChallengeExpired()
		}
		if err := s.useFactor(tx, row.AccountID, in.Proof); err != nil {
			return withTriesLeft(err, people.ChallengeTries-row.Tries)
		}
		signed, err = s.passed(tx, row, account, in)
		return err
	})
	if err != nil {
		return people.SignedIn{}, err
	}
	return signed, nil
}

// tryChallenge counts the try first, in one conditional statement: parallel guesses are counted one by one.
func tryChallenge(tx storage.Tx, token string) (row challenge, err error) {
	hash := hashSecret(token)
	try := tx.DB().Exec(`UPDATE sign_in_challenges SET tries = tries + 1 WHERE token_hash = ? AND expires_at > ? AND tries < ?`,
		hash, tx.At(), people.ChallengeTries)
	if try.Error != nil {
		return row, try.Error
	}
	if try.RowsAffected == 0 {
		return row, kept{errChallengeExpired()}
	}
	return row, tx.DB().Where("token_hash = ?", hash).Take(&row).Error
}

// withTriesLeft tells a person who typed a wrong code how often he may try again.
func withTriesLeft(err error, left int64) error {
	k, wrong := errors.AsType[kept](err)
	if !wrong {
		return err
	}
	if refusal, ours := errors.AsType[*models.Error](k.refusal); ours {
		return kept{refusal.With("tries_left", left)}
	}
	return err
}

// passed uses the challenge up, forgets the tries that led here, and opens the session.
func (s *Store) passed(tx storage.Tx, row challenge, account people.Account, in people.ByFactor) (signed people.SignedIn, err error) {
	if err := tx.DB().Exec("DELETE FROM sign_in_challenges WHERE token_hash = ?", row.TokenHash).Error; err != nil {
		return signed, err
	}
	if err := s.giveBackFactor(tx, account.ID, in.Proof); err != nil {
		return signed, err
	}
	if err := s.giveBack(tx, in.Address, people.SignInsByAddress...); err != nil {
		return signed, err
	}
	if err := s.clearLimit(tx, account.Phone, people.PasswordsByPhone...); err != nil {
		return signed, err
	}
	return s.openSession(tx, account.ID, row.Device, row.How+"+"+in.Proof.Kind())
}
