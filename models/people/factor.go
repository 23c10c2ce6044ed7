package people

import (
	"strings"
	"time"

	"linli/models"
)

// Rules of the second factor (DECISIONS 17, TRUST 3.2, ASVS 6.5).
const (
	// EnrolLife is how long the secret of an enrolment waits for its first code.
	EnrolLife = 15 * time.Minute
	// ChallengeLife and ChallengeTries bound the second step of a sign-in, like those of a code by text message.
	ChallengeLife  = 5 * time.Minute
	ChallengeTries = 5
	// RecoveryCodes is how many there are in a set.
	RecoveryCodes = 10
)

// FactorTries limits wrong codes of one account, over all its challenges. Three codes in a million are right at any
// moment, so twenty tries a day give a guesser one chance in seventeen thousand. A recovery code is not counted here:
// it cannot be guessed, and it must open the door when somebody else has used the tries up.
var FactorTries = []Limit{
	{Name: "factor/account", Most: 5, Window: 15 * time.Minute},
	{Name: "factor/account/day", Most: 20, Window: 24 * time.Hour},
}

// FactorRule is what the county asks of somebody: no second factor, one if he likes, or one before anything else.
type FactorRule string

// The three rules.
const (
	FactorNone FactorRule = "none"
	FactorMay  FactorRule = "may"
	FactorMust FactorRule = "must"
)

// FactorRuleOf says what the rule is for somebody who holds these roles today: admins must, staff may. A resident has
// none to lose: whoever drops his phone into the river can still report from the next one.
func FactorRuleOf(held []models.Role) FactorRule {
	rule := FactorNone
	for _, role := range held {
		switch {
		case role == models.Admin:
			return FactorMust
		case role.Staff():
			rule = FactorMay
		}
	}
	return rule
}

// MaySecure reports whether the actor may sign somebody else out everywhere, or take his second factor away, after a phone was
// lost. Never one's own: who can take his own factor away without a code has none, and one's own sessions one ends oneself.
func MaySecure(a models.Actor, account int64) bool {
	return a.Has(models.Admin) && a.AccountID != account
}

// Proof is the first factor once more, asked for where a session alone is not enough: a password, or a fresh code from
// a text message. A session may have been left open on a desk.
type Proof struct {
	Password  string `json:"password,omitempty" maxLength:"256"`
	RequestID string `json:"request_id,omitempty" maxLength:"100" doc:"with code"`
	Code      string `json:"code,omitempty" maxLength:"10"`
}

// FactorProof is what opens with the second factor: a code from the app, or a recovery code.
type FactorProof struct {
	Code         string `json:"code,omitempty" maxLength:"20"`
	RecoveryCode string `json:"recovery_code,omitempty" maxLength:"60"`
}

// Clean gives the code as it is compared, people type spaces and dashes; it refuses an empty proof.
func (p FactorProof) Clean() (FactorProof, error) {
	p.Code = typedNoise.Replace(phoneNoise.Replace(p.Code))
	p.RecoveryCode = CleanRecoveryCode(p.RecoveryCode)
	if p.Code == "" && p.RecoveryCode == "" {
		return p, models.RefuseField("second_factor.code_missing", "code")
	}
	return p, nil
}

// Kind names what was brought, for the ledger.
func (p FactorProof) Kind() string {
	if p.RecoveryCode != "" {
		return "recovery_code"
	}
	return "totp"
}

// recoveryAlphabet is Crockford's: no letter that can be taken for a digit or another letter.
const recoveryAlphabet = "0123456789abcdefghjkmnpqrstvwxyz"

// A recovery code has 24 characters of five bits each: 120 bits, beyond guessing, so that a plain keyed hash is enough
// to keep it (ASVS 6.5.2 asks 112). They are printed in groups of four.
const (
	RecoveryBytes = 24 // random bytes that go into one code
	recoveryGroup = 4
)

// RecoveryCode writes RecoveryBytes random bytes as a code.
func RecoveryCode(random []byte) string {
	var b strings.Builder
	for i, r := range random {
		if i > 0 && i%recoveryGroup == 0 {
			b.WriteByte('-')
		}
		b.WriteByte(recoveryAlphabet[r&31])
	}
	return b.String()
}

var typedNoise = strings.NewReplacer(" ", "", "-", "", "\t", "", "\n", "", "\u3000", "")

var recoveryTypos = strings.NewReplacer("o", "0", "i", "1", "l", "1")

// CleanRecoveryCode gives the characters of a code as somebody typed it: capitals, spaces and look-alikes are forgiven.
func CleanRecoveryCode(typed string) string {
	return recoveryTypos.Replace(strings.ToLower(typedNoise.Replace(typed)))
}

// SecondFactorView is the state of an account's second factor, as its owner sees it.
type SecondFactorView struct {
	On           bool       `json:"on"`
	Since        *time.Time `json:"since,omitempty"`
	RecoveryLeft int        `json:"recovery_left" doc:"recovery codes that have not been used"`
	Rule         FactorRule `json:"rule" enum:"none,may,must"`
	Due          bool       `json:"due" doc:"nothing else is open to this account until it has one"`
}

// CleanSecureReason trims the reason why an admin signs somebody out or takes his second factor away, and refuses none and one
// too long.
func CleanSecureReason(reason string) (string, error) {
	reason = strings.TrimSpace(reason)
	switch {
	case reason == "":
		return "", models.RefuseField("account.reason_missing", "reason")
	case len(reason) > MaxReason:
		return "", models.RefuseField("account.reason_too_long", "reason")
	}
	return reason, nil
}

// FactorAdded is what a confirmed enrolment gives: recovery codes, which are never shown again, and the account as it
// is now.
type FactorAdded struct {
	RecoveryCodes []string    `json:"recovery_codes"`
	Account       AccountView `json:"account"`
}

// Enrolment is a secret that waits for its first code. It is shown this once.
type Enrolment struct {
	URI       string `json:"uri" doc:"otpauth://…, for the QR code"`
	Secret    string `json:"secret" doc:"base32, for typing"`
	ExpiresIn int    `json:"expires_in" doc:"seconds"`
}

// Challenge is what somebody holds who has passed the first factor and not yet the second: no session, only the right
// to bring one code. It works once, for ChallengeLife.
type Challenge struct {
	Challenge string `json:"challenge"`
	ExpiresIn int    `json:"expires_in" doc:"seconds"`
}

// ByFactor is the second step of a sign-in.
type ByFactor struct {
	Challenge string
	Proof     FactorProof
	Address   string // the caller's network address, for the limits
}
