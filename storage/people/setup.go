package people

import (
	"context"

	"linli/models"
	"linli/models/people"
	"linli/models/place"
	"linli/storage"
)

var errSetupToken = models.RefuseField("setup.token_wrong", "token")

// MakeSetupToken makes the one-time token for the first admin. It lives thirty minutes; an older one dies with it.
// Where there is an admin it is refused: there are no default accounts, and no second way in.
func (s *Store) MakeSetupToken(ctx context.Context) (token string, err error) {
	token = randomSecret()
	err = s.db.Write(ctx, func(tx storage.Tx) error {
		if err := noAdmin(tx); err != nil {
			return err
		}
		if err := tx.DB().Exec("UPDATE setup_tokens SET used_at = ? WHERE used_at IS NULL", tx.At()).Error; err != nil {
			return err
		}
		return tx.DB().Table("setup_tokens").Create(map[string]any{
			"token_hash": hashSecret(token), "created_at": tx.At(), "expires_at": models.UTC(tx.At().Add(people.SetupLife)),
		}).Error
	})
	if err != nil {
		return "", err
	}
	return token, nil
}

// Setup makes the first admin. The token works once; a password that is refused does not use it up.
func (s *Store) Setup(ctx context.Context, in people.FirstAdmin) (err error) {
	if in.Phone, err = people.Phone(in.Phone); err != nil {
		return err
	}
	if in.Name, err = people.CleanName(in.Name); err != nil {
		return err
	}
	if err := people.CheckPassword(in.Password, in.Phone); err != nil {
		return err
	}
	// Looked at before the costly hash, so that a stranger cannot make us hash; it is used up below.
	if err := s.db.Read(ctx, func(tx storage.Tx) error { return liveSetupToken(tx, in.Token) }); err != nil {
		return err
	}
	hash, err := s.hash(ctx, in.Password)
	if err != nil {
		return err
	}
	return s.changing(ctx, func(tx storage.Tx) error { return setup(tx, in, hash) })
}

func liveSetupToken(tx storage.Tx, token string) error {
	var live int64
	err := tx.DB().Table("setup_tokens").
		Where("token_hash = ? AND used_at IS NULL AND expires_at > ?", hashSecret(token), tx.At()).Limit(1).Count(&live).Error
	if err == nil && live == 0 {
		return errSetupToken
	}
	return err
}

func setup(tx storage.Tx, in people.FirstAdmin, hash string) error {
	use := tx.DB().Exec("UPDATE setup_tokens SET used_at = ? WHERE token_hash = ? AND used_at IS NULL AND expires_at > ?",
		tx.At(), hashSecret(in.Token), tx.At())
	if use.Error != nil {
		return use.Error
	}
	if use.RowsAffected == 0 {
		return errSetupToken
	}
	if err := noAdmin(tx); err != nil {
		return err
	}
	account, err := LinkPhone(tx, models.SystemActor, in.Phone, in.Name)
	if err != nil {
		return err
	}
	if err := setAccount(tx, account.ID, map[string]any{"password_hash": hash, "name": in.Name}); err != nil {
		return err
	}
	if err := endSessions(tx, account.ID, 0, people.EndedSetup); err != nil {
		return err
	}
	county, err := county(tx)
	if err != nil {
		return err
	}
	_, err = GrantMembership(tx, models.SystemActor, Grant{
		AccountID: account.ID, Role: models.Admin, ScopeKind: models.ScopeCounty, ScopeID: county, Method: people.BySetup,
	})
	return err
}

func noAdmin(tx storage.Tx) error {
	admins, err := adminsToday(tx)
	if err == nil && len(admins) > 0 {
		return models.Refuse(models.Conflict, "setup.done")
	}
	return err
}

// county is the id of the county's division, 0 before the divisions are entered.
func county(tx storage.Tx) (int64, error) {
	var division place.Division
	err := tx.DB().Where("level = ?", place.County).Order("id").Take(&division).Error
	if storage.Absent(err) {
		return 0, nil
	}
	return division.ID, err
}

// SetupState says whether the program still waits for its first admin, and for which county it works.
func (s *Store) SetupState(ctx context.Context) (view people.SetupView, err error) {
	err = s.db.Read(ctx, func(tx storage.Tx) error {
		waiting := noAdmin(tx)
		if waiting != nil && models.KindOf(waiting) != models.Conflict {
			return waiting
		}
		id, err := county(tx)
		if err != nil {
			return err
		}
		names, err := divisionNames(tx, []int64{id})
		view = people.SetupView{NeedsSetup: waiting == nil, Demo: s.demo, CountyName: names[id]}
		return err
	})
	return view, err
}
