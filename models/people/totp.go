package people

import (
	"crypto/hmac"
	"crypto/sha1" // #nosec G505 -- RFC 6238's own hash; every authenticator app speaks it, and HMAC does not lean on collisions
	"crypto/subtle"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"net/url"
	"time"
)

// One-time codes by the clock (TOTP, RFC 6238). These are the numbers that every authenticator app understands: six
// digits, SHA-1, a new code every thirty seconds. A code of the step before or after is accepted as well, for clocks
// that differ and fingers that are slow.
const (
	FactorDigits = 6
	FactorStep   = 30 * time.Second
	factorDrift  = 1  // steps
	SecretBytes  = 20 // as long as the hash (RFC 4226, section 4)
)

var secretText = base32.StdEncoding.WithPadding(base32.NoPadding)

// SecretText writes a secret the way people type it into an app: base32, no padding.
func SecretText(secret []byte) string { return secretText.EncodeToString(secret) }

// StepAt is the number of whole steps between 1970 and at.
func StepAt(at time.Time) int64 { return at.Unix() / int64(FactorStep/time.Second) }

// FactorCode is the code of one step.
func FactorCode(secret []byte, step int64) string { return hotp(secret, step, FactorDigits) }

// hotp is RFC 4226: four bytes of the HMAC, picked by its last half byte, read as a number.
func hotp(secret []byte, counter int64, digits int) string {
	mac := hmac.New(sha1.New, secret)
	binary.Write(mac, binary.BigEndian, counter)
	sum := mac.Sum(nil)
	at := sum[len(sum)-1] & 0x0f
	number := uint64(binary.BigEndian.Uint32(sum[at:]) & 0x7fff_ffff)
	modulus := uint64(1)
	for range digits {
		modulus *= 10
	}
	return fmt.Sprintf("%0*d", digits, number%modulus)
}

// MatchCode reports which step a code belongs to, of those that count at this moment. All of them are compared, so the
// time taken says nothing. Whether the step has been used already is for the caller to know: a code works once.
func MatchCode(secret []byte, code string, at time.Time) (step int64, ok bool) {
	now := StepAt(at)
	for s := now - factorDrift; s <= now+factorDrift; s++ {
		if subtle.ConstantTimeCompare([]byte(FactorCode(secret, s)), []byte(code)) == 1 {
			step, ok = s, true
		}
	}
	return step, ok
}

// FactorURI is what an authenticator app reads from the QR code (the Key URI format). account is shown in the app, so
// it is the masked phone number: a screen that is photographed gives nobody's number away.
func FactorURI(issuer, account string, secret []byte) string {
	label := url.PathEscape(issuer) + ":" + url.PathEscape(account)
	return fmt.Sprintf("otpauth://totp/%s?secret=%s&issuer=%s&algorithm=SHA1&digits=%d&period=%d",
		label, SecretText(secret), url.PathEscape(issuer), FactorDigits, int(FactorStep.Seconds()))
}
