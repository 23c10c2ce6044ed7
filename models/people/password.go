package people

import (
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"linli/models"
)

// Bounds of a password: characters at least, bytes at most.
const (
	PasswordLeast = 10
	PasswordMost  = 256
)

// leaked are the 3,500 most frequent of ten million leaked passwords that are long enough for us, as the first twelve
// digits of the SHA-256 of each in small letters. Hashes, because nobody needs to read those words. The figures behind it
// are OWASP SecLists' (10-million-password-list); addresses and phone numbers were left out.
//
//go:embed common_passwords.txt
var leaked string

var leakedSet = sync.OnceValue(func() map[string]bool {
	set := make(map[string]bool, 3500)
	for line := range strings.Lines(leaked) {
		set[strings.TrimSpace(line)] = true
	}
	return set
})

func wasLeaked(lower string) bool {
	sum := sha256.Sum256([]byte(lower))
	return leakedSet()[hex.EncodeToString(sum[:6])]
}

// commonPasswords are what people here try first, beside what the world does.
var commonPasswords = []string{
	"1234567890", "0123456789", "12345678910", "123456789a", "a123456789", "0987654321", "9876543210", "1122334455",
	"1234512345", "1234561234", "123123123123", "123456123456", "qwertyuiop", "1qaz2wsx3edc", "qwerty123456",
	"password12", "password123", "password1234", "passw0rd123", "iloveyou123", "woaini1314", "woaini1314520",
	"woaini5201314", "5201314520", "5201314521", "1314520520", "asdfghjkl1", "asdfghjkl123", "zxcvbnm123", "abc1234567",
	"abcd123456", "abc123456789", "admin12345", "admin123456", "administrator", "qq123456789", "aa123456789", "mima123456",
}

// CheckPassword refuses a password that is short, the phone number, one character repeated, or on everybody's list.
// There are no rules of composition: length is what helps.
func CheckPassword(password, phone string) error {
	switch {
	case len(password) > PasswordMost:
		return models.RefuseField("account.password_long", "password")
	case utf8.RuneCountInString(password) < PasswordLeast:
		return models.RefuseField("account.password_short", "password").With("least", PasswordLeast)
	case isPhone(password, phone):
		return models.RefuseField("account.password_is_phone", "password")
	case common(password):
		return models.RefuseField("account.password_common", "password")
	}
	return nil
}

// isPhone reports whether a password is the phone number, as one writes it: with a prefix, blanks, or up to three digits more.
func isPhone(password, phone string) bool {
	digits := strings.NewReplacer(" ", "", "-", "", "+", "").Replace(password)
	return phone != "" && strings.Contains(digits, phone) && len(digits) <= len(phone)+3 && strings.Trim(digits, "0123456789") == ""
}

func common(password string) bool {
	lower := strings.ToLower(password)
	if slices.Contains(commonPasswords, lower) || wasLeaked(lower) {
		return true
	}
	first, size := utf8.DecodeRuneInString(lower)
	return strings.Trim(lower[size:], string(first)) == ""
}

// MaxName is the longest name of a person, in characters.
const MaxName = 40

// CleanName trims a person's name and refuses an empty one, a long one, and one with control characters.
func CleanName(name string) (string, error) {
	name = strings.TrimSpace(name)
	switch {
	case name == "":
		return "", models.RefuseField("account.name_missing", "name")
	case utf8.RuneCountInString(name) > MaxName:
		return "", models.RefuseField("account.name_too_long", "name").With("most", MaxName)
	case !utf8.ValidString(name) || strings.ContainsFunc(name, unicode.IsControl):
		return "", models.RefuseField("account.name_wrong", "name")
	}
	return name, nil
}

// The languages of the program.
const (
	Chinese = "zh-CN"
	English = "en"
)

// CheckLocale refuses a language that the program does not speak.
func CheckLocale(locale string) error {
	if locale != Chinese && locale != English {
		return models.RefuseField("account.locale_unknown", "locale")
	}
	return nil
}
