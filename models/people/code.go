package people

import (
	"strings"
	"time"

	"linli/models"
)

// Rules of the sign-in code (TRUST 3.2): digits, how long it lives, and after how many tries it is dead.
const (
	CodeDigits      = 6
	CodeLife        = 5 * time.Minute
	CodeTries       = 5
	CodeResendAfter = 60 * time.Second
)

// CodeText is the text message that carries a code. It is Chinese first: nobody has a language before the first sign-in.
func CodeText(code string) string {
	return "【邻里】验证码 " + code + "，5 分钟内有效，请勿告诉任何人。Linli code " + code + ", valid for 5 minutes."
}

// Limit says how often something may happen within a window that begins with the first time.
type Limit struct {
	Name   string
	Most   int64
	Window time.Duration
}

// Limits on asking for a code: by phone number, by network address, and for the whole county (TRUST 3.2).
var (
	CodesByPhone = []Limit{
		{Name: "code/phone/minute", Most: 1, Window: CodeResendAfter},
		{Name: "code/phone/hour", Most: 5, Window: time.Hour},
		{Name: "code/phone/day", Most: 10, Window: 24 * time.Hour},
	}
	CodesByAddress = []Limit{{Name: "code/address/hour", Most: 20, Window: time.Hour}}
	CodesByCounty  = Limit{Name: "code/county/hour", Most: 2000, Window: time.Hour}
)

// Limits on failed sign-ins and on requests that cost other people work.
var (
	PasswordsByPhone   = []Limit{{Name: "password/phone", Most: 5, Window: 15 * time.Minute}}
	SignInsByAddress   = []Limit{{Name: "sign_in/address", Most: 30, Window: time.Hour}}
	ResidencesAsked    = []Limit{{Name: "residence/account", Most: 10, Window: 24 * time.Hour}}
	MostPendingAtATime = int64(5)
)

// LongestWindow is the age after which a counter can be forgotten.
const LongestWindow = 24 * time.Hour

var phoneNoise = strings.NewReplacer(" ", "", "-", "", "\u3000", "", "＋", "+",
	"０", "0", "１", "1", "２", "2", "３", "3", "４", "4", "５", "5", "６", "6", "７", "7", "８", "8", "９", "9")

// Phone reads a mobile number as people type it (spaces, dashes, full-width digits, +86) and gives its eleven digits.
func Phone(typed string) (string, error) {
	if len(typed) > 64 {
		return "", models.RefuseField("account.phone_wrong", "phone")
	}
	phone := phoneNoise.Replace(typed)
	phone = strings.TrimPrefix(strings.TrimPrefix(phone, "+86"), "0086")
	if !models.Mobile(phone) {
		return "", models.RefuseField("account.phone_wrong", "phone")
	}
	return phone, nil
}
