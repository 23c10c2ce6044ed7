package people

import (
	"crypto/rand"
	"strconv"
	"time"

	"gorm.io/gorm/clause"

	"linli/models"
	"linli/models/people"
	"linli/storage"
)

// secondFactor is an account's second factor, or an enrolment that waits for its first code. See the schema.
type secondFactor struct {
	AccountID    int64 `gorm:"primaryKey;autoIncrement:false"`
	SecretSealed string
	SessionID    int64
	LastStep     int64
	AskedAt      time.Time
	ConfirmedAt  *time.Time
}

func (f secondFactor) on() bool { return f.ConfirmedAt != nil }

// factorOf reads the account's row; the zero row stands for none.
func factorOf(tx storage.Tx, account int64) (secondFactor, error) {
	var row secondFactor
	err := tx.DB().Where("account_id = ?", account).Take(&row).Error
	if storage.Absent(err) {
		return secondFactor{}, nil
	}
	return row, err
}

// factorDue reports whether the account has to add a second factor before anything else. The demo county is exempt: its
// admin must be open to whoever tries it.
func (s *Store) factorDue(tx storage.Tx, account int64, rule people.FactorRule) (bool, error) {
	if rule != people.FactorMust || s.demo {
		return false, nil
	}
	row, err := factorOf(tx, account)
	return err == nil && !row.on(), err
}

// factorView tells the owner how things stand; held are his memberships.
func (s *Store) factorView(tx storage.Tx, account int64, held []people.Membership) (view people.SecondFactorView, err error) {
	row, err := factorOf(tx, account)
	if err != nil {
		return view, err
	}
	var roles []models.Role
	for _, m := range held {
		if m.Status == models.Approved && tx.Today().Within(m.ValidFrom, m.ValidTo) {
			roles = append(roles, m.Role)
		}
	}
	view.Rule = people.FactorRuleOf(roles)
	view.Due = view.Rule == people.FactorMust && !row.on() && !s.demo
	if !row.on() {
		return view, nil
	}
	view.On, view.Since = true, row.ConfirmedAt
	left, err := recoveryLeft(tx, account)
	view.RecoveryLeft = int(left)
	return view, err
}

// rolesOf are the roles that the actor holds today, approved.
func rolesOf(a models.Actor) (roles []models.Role) {
	for _, h := range a.Held {
		if h.Approved {
			roles = append(roles, h.Role)
		}
	}
	return roles
}

// lockAccount reads the account and holds its row to the end of the transaction, so that adding a second factor and
// signing in without one cannot pass each other by. SQLite has one writer anyway.
func lockAccount(tx storage.Tx, id int64) (people.Account, error) {
	var account people.Account
	err := tx.DB().Clauses(clause.Locking{Strength: "NO KEY UPDATE"}).Where("id = ?", id).Take(&account).Error
	if storage.Absent(err) {
		err = models.Refuse(models.NotFound, "account.not_found")
	}
	return account, err
}

const factorPurpose = "linli second factor"

func (s *Store) sealFactor(account int64, secret []byte) (string, error) {
	return lock(s.key, factorPurpose, []byte(strconv.FormatInt(account, 10)), secret)
}

func (s *Store) openFactor(row secondFactor) ([]byte, error) {
	return unlock(s.key, factorPurpose, []byte(strconv.FormatInt(row.AccountID, 10)), row.SecretSealed)
}

// factorSubject names an account to the limits.
func factorSubject(account int64) string { return strconv.FormatInt(account, 10) }

func errFactorWrong() *models.Error { return models.RefuseField("second_factor.code_wrong", "code") }

// useFactor takes a code or a recovery code for good: the same one does not open again. A wrong one is a kept refusal,
// so that the try is counted; the caller has asked the limits, and gives the try back when all went well.
func (s *Store) useFactor(tx storage.Tx, account int64, proof people.FactorProof) error {
	row, err := factorOf(tx, account)
	if err != nil {
		return err
	}
	if !row.on() {
		return models.Refuse(models.Conflict, "second_factor.none")
	}
	if proof.RecoveryCode != "" {
		return s.useRecoveryCode(tx, account, proof.RecoveryCode)
	}
	secret, err := s.openFactor(row)
	if err != nil {
		return err
	}
	step, right := people.MatchCode(secret, proof.Code, tx.At())
	if !right {
		return kept{errFactorWrong()}
	}
	return useStep(tx, account, step)
}

// useStep is one conditional statement: of two that bring the same code at once, one wins.
func useStep(tx storage.Tx, account, step int64) error {
	use := tx.DB().Table("second_factors").Where("account_id = ? AND confirmed_at IS NOT NULL AND last_step < ?", account, step).
		Update("last_step", step)
	if use.Error == nil && use.RowsAffected == 0 {
		return kept{models.RefuseField("second_factor.code_used", "code")}
	}
	return use.Error
}

// takeFactor counts a try with a code. Recovery codes are beyond guessing, and must work when the tries are used up.
func (s *Store) takeFactor(tx storage.Tx, account int64, proof people.FactorProof) error {
	if proof.RecoveryCode != "" {
		return nil
	}
	return s.take(tx, "second_factor.too_many_tries", factorSubject(account), people.FactorTries...)
}

// giveBackFactor takes the counted try back.
func (s *Store) giveBackFactor(tx storage.Tx, account int64, proof people.FactorProof) error {
	if proof.RecoveryCode != "" {
		return nil
	}
	return s.giveBack(tx, factorSubject(account), people.FactorTries...)
}

// proveFactor is the whole of it for somebody who is signed in: limits, code, and the try given back. It holds the
// account's row.
func (s *Store) proveFactor(tx storage.Tx, account int64, proof people.FactorProof) error {
	if err := s.takeFactor(tx, account, proof); err != nil {
		return err
	}
	if _, err := lockAccount(tx, account); err != nil {
		return err
	}
	if err := s.useFactor(tx, account, proof); err != nil {
		return err
	}
	return s.giveBackFactor(tx, account, proof)
}

// dropFactor removes the second factor with all that belongs to it.
func (s *Store) dropFactor(tx storage.Tx, account int64) error {
	for _, table := range []string{"recovery_codes", "second_factors"} {
		if err := tx.DB().Exec("DELETE FROM "+table+" WHERE account_id = ?", account).Error; err != nil {
			return err
		}
	}
	return s.dropChallenges(tx, account)
}

// withFactor says which of the accounts have a second factor.
func withFactor(tx storage.Tx, held []people.Membership) (map[int64]bool, error) {
	var ids []int64
	for _, m := range held {
		ids = append(ids, m.AccountID)
	}
	var found []int64
	err := tx.DB().Table("second_factors").Where("account_id IN ? AND confirmed_at IS NOT NULL", ids).Limit(1000).Pluck("account_id", &found).Error
	secured := map[int64]bool{}
	for _, id := range found {
		secured[id] = true
	}
	return secured, err
}

// ── recovery codes ───────────────────────────────────────────────────────────────────────────────────────────────────

// newRecoveryCodes replaces the account's set; only hashes are kept, so this is the one time that they can be shown.
func (s *Store) newRecoveryCodes(tx storage.Tx, account int64) ([]string, error) {
	if err := tx.DB().Exec("DELETE FROM recovery_codes WHERE account_id = ?", account).Error; err != nil {
		return nil, err
	}
	codes := make([]string, people.RecoveryCodes)
	rows := make([]map[string]any, people.RecoveryCodes)
	for i := range codes {
		random := make([]byte, people.RecoveryBytes)
		rand.Read(random)
		codes[i] = people.RecoveryCode(random)
		rows[i] = map[string]any{"account_id": account, "code_hash": s.recoveryHash(account, people.CleanRecoveryCode(codes[i]))}
	}
	return codes, tx.DB().Table("recovery_codes").Create(rows).Error
}

func (s *Store) recoveryHash(account int64, code string) string {
	return s.keyed("recovery code", strconv.FormatInt(account, 10), code)
}

func recoveryLeft(tx storage.Tx, account int64) (left int64, err error) {
	return left, tx.DB().Table("recovery_codes").Where("account_id = ? AND used_at IS NULL", account).Count(&left).Error
}

func (s *Store) useRecoveryCode(tx storage.Tx, account int64, code string) error {
	use := tx.DB().Table("recovery_codes").Where("account_id = ? AND code_hash = ? AND used_at IS NULL", account, s.recoveryHash(account, code)).
		Update("used_at", tx.At())
	if use.Error != nil {
		return use.Error
	}
	if use.RowsAffected == 0 {
		return kept{models.RefuseField("second_factor.recovery_wrong", "recovery_code")}
	}
	left, err := recoveryLeft(tx, account)
	if err != nil {
		return err
	}
	e := models.Event{Noun: "account", NounID: account, Action: "use_recovery_code", ActorID: account, ActorRole: models.Resident}
	e.Data = map[string]any{"left": left}
	_, err = storage.Record(tx, e)
	return err
}
