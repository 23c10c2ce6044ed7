package people

import (
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"linli/models"
)

// FuzzPhone: what is read as a mobile number is eleven digits, and is read as itself.
func FuzzPhone(f *testing.F) {
	for _, seed := range []string{"13800138000", "+86 138-0013-8000", "008613800138000", "１３８００１３８０００", "+86+8613800138000", "138001380001", "1380013800٣"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		phone, err := Phone(typed)
		if err != nil {
			if models.CodeOf(err) != "account.phone_wrong" || phone != "" {
				t.Errorf("%q: %q %v", typed, phone, err)
			}
			return
		}
		if again, err := Phone(phone); err != nil || again != phone || len(phone) != 11 || strings.Trim(phone, "0123456789") != "" {
			t.Errorf("%q is read as %q", typed, phone)
		}
	})
}

// FuzzRecoveryCode: however a code is typed, it is the same code; and two codes stay two.
func FuzzRecoveryCode(f *testing.F) {
	f.Add([]byte("012345678901234567890123"), "O l1-I ")
	f.Fuzz(func(t *testing.T, random []byte, typed string) {
		code := RecoveryCode(random)
		clean := CleanRecoveryCode(code)
		if clean != strings.ReplaceAll(code, "-", "") {
			t.Errorf("%s is cleaned to %s", code, clean)
		}
		careless := strings.NewReplacer("0", "O", "1", "l", "-", " ").Replace(strings.ToUpper(code))
		if CleanRecoveryCode(careless) != clean {
			t.Errorf("%s typed as %s is %s", code, careless, CleanRecoveryCode(careless))
		}
		once := CleanRecoveryCode(typed)
		if CleanRecoveryCode(once) != once || len(once) > 3*len(typed) {
			t.Errorf("%q is cleaned to %q, and that to %q", typed, once, CleanRecoveryCode(once))
		}
		if len(clean) > 0 {
			other := []byte(clean)
			other[0] = map[bool]byte{true: '2', false: '3'}[other[0] == '3']
			if CleanRecoveryCode(string(other)) == clean {
				t.Errorf("%s and %s are one", other, clean)
			}
		}
	})
}

// FuzzMatchCode: nothing matches but the six digits of a step that counts now.
func FuzzMatchCode(f *testing.F) {
	f.Add([]byte("12345678901234567890"), "287082", int64(59))
	f.Add([]byte(""), "", int64(0))
	f.Fuzz(func(t *testing.T, secret []byte, code string, seconds int64) {
		at := time.Unix(seconds%(1<<36), 0)
		step, ok := MatchCode(secret, code, at)
		if ok && (FactorCode(secret, step) != code || len(code) != FactorDigits || step < StepAt(at)-factorDrift || step > StepAt(at)+factorDrift) {
			t.Errorf("%q matches step %d at %d", code, step, seconds)
		}
		right := FactorCode(secret, StepAt(at))
		if _, ok := MatchCode(secret, right, at); !ok {
			t.Errorf("the right code %s does not match", right)
		}
		if _, ok := MatchCode(secret, right+"0", at); ok {
			t.Errorf("%s0 matches", right)
		}
	})
}

// FuzzTyped: names, devices, reasons and passwords that are taken are within their bounds and clean to themselves.
func FuzzTyped(f *testing.F) {
	for _, seed := range []string{"张三", " 张三 ", "a\x00b", "\u202e", "\xff", strings.Repeat("长", 61), "1234567890", "13800138000", "013800138000", "\u2028", strings.Repeat("a", 300), "\u0085x"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if name, err := CleanName(text); err == nil {
			again, err := CleanName(name)
			if err != nil || again != name || !utf8.ValidString(name) || utf8.RuneCountInString(name) > MaxName || strings.ContainsFunc(name, unicode.IsControl) {
				t.Errorf("name %q, then %q %v", name, again, err)
			}
		}
		device := CleanDevice(text)
		if !utf8.ValidString(device) || utf8.RuneCountInString(device) > MaxDevice || strings.ContainsFunc(device, unicode.IsControl) {
			t.Errorf("device %q of %q", device, text)
		}
		if reason, err := CleanSecureReason(text); err == nil && (reason == "" || len(reason) > MaxReason) {
			t.Errorf("reason %q", reason)
		}
		if CheckPassword(text, "13800138000") == nil && (len(text) > PasswordMost || utf8.RuneCountInString(text) < PasswordLeast || strings.Contains(text, "13800138000") && len(text) < 14 && strings.Trim(text, " -+0123456789") == "") {
			t.Errorf("password %q", text)
		}
	})
}
