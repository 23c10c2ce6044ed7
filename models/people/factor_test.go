package people

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"linli/models"
)

// rfcSecret is the seed of the test vectors in RFC 4226 and RFC 6238.
var rfcSecret = []byte("12345678901234567890")

func TestHOTPVectors(t *testing.T) {
	for counter, want := range []string{"755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489"} {
		if got := hotp(rfcSecret, int64(counter), 6); got != want {
			t.Errorf("counter %d: %s, want %s", counter, got, want)
		}
	}
}

func TestTOTPVectors(t *testing.T) {
	for seconds, want := range map[int64]string{
		59: "94287082", 1111111109: "07081804", 1111111111: "14050471", 1234567890: "89005924", 2000000000: "69279037", 20000000000: "65353130",
	} {
		if got := hotp(rfcSecret, StepAt(time.Unix(seconds, 0)), 8); got != want {
			t.Errorf("at %d: %s, want %s", seconds, got, want)
		}
	}
}

func TestMatchCode(t *testing.T) {
	at := time.Unix(1_700_000_010, 0)
	now := StepAt(at)
	for drift := int64(-3); drift <= 3; drift++ {
		step, ok := MatchCode(rfcSecret, FactorCode(rfcSecret, now+drift), at)
		if want := drift >= -1 && drift <= 1; ok != want || ok && step != now+drift {
			t.Errorf("the code of step %+d: %v, step %d", drift, ok, step-now)
		}
	}
	code := FactorCode(rfcSecret, now)
	for _, wrong := range []string{"", code[:5], code + "0", " " + code, "000000"} {
		if _, ok := MatchCode(rfcSecret, wrong, at); ok {
			t.Errorf("%q is taken for %s", wrong, code)
		}
	}
	if _, ok := MatchCode([]byte("another secret of 20"), code, at); ok {
		t.Error("a code of another secret")
	}
}

func TestFactorURI(t *testing.T) {
	u, err := url.Parse(FactorURI("邻里 孟津区", "138****1234", rfcSecret))
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	if u.Scheme != "otpauth" || u.Host != "totp" || u.Path != "/邻里 孟津区:138****1234" || q.Get("secret") != SecretText(rfcSecret) || q.Get("issuer") != "邻里 孟津区" {
		t.Errorf("%v", u)
	}
	if strings.Contains(u.String(), "+") {
		t.Error("a plus for a space: apps show it as a plus")
	}
}

func TestFactorRule(t *testing.T) {
	for _, c := range []struct {
		held []models.Role
		want FactorRule
	}{
		{nil, FactorNone},
		{[]models.Role{models.Resident, models.BuildingSteward}, FactorNone},
		{[]models.Role{models.Resident, models.OperatorStaff}, FactorMay},
		{[]models.Role{models.CenterOfficer, models.Auditor}, FactorMay},
		{[]models.Role{models.Admin}, FactorMust},
		{[]models.Role{models.Admin, models.Resident}, FactorMust},
		{[]models.Role{models.Resident, models.Admin, models.OperatorStaff}, FactorMust},
	} {
		if got := FactorRuleOf(c.held); got != c.want {
			t.Errorf("%v: %s, want %s", c.held, got, c.want)
		}
	}
}

func TestMaySecure(t *testing.T) {
	admin := actor(10, nil, held(models.Admin, models.ScopeCounty, 1))
	for _, c := range []struct {
		name    string
		a       models.Actor
		account int64
		want    bool
	}{
		{"somebody else's", admin, 3, true},
		{"his own", admin, 10, false},
		{"by the centre", actor(9, nil, held(models.CenterOfficer, models.ScopeCounty, 1)), 3, false},
		{"by an admin-to-be", models.Actor{AccountID: 4, Held: []models.Held{{Role: models.Admin}}}, 3, false},
	} {
		if got := MaySecure(c.a, c.account); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}

func TestRecoveryCode(t *testing.T) {
	random := make([]byte, RecoveryBytes)
	for i := range random {
		random[i] = byte(i * 11)
	}
	code := RecoveryCode(random)
	if len(strings.ReplaceAll(code, "-", "")) != 24 || len(strings.Split(code, "-")) != 6 {
		t.Errorf("%s is not 24 characters in groups of four", code)
	}
	clean := CleanRecoveryCode(code)
	for _, typed := range []string{strings.ToUpper(code), " " + strings.ReplaceAll(code, "-", " ") + "\n", strings.NewReplacer("0", "O", "1", "l").Replace(code)} {
		if CleanRecoveryCode(typed) != clean {
			t.Errorf("%q does not read as %s", typed, clean)
		}
	}
	random[23] ^= 1
	if CleanRecoveryCode(RecoveryCode(random)) == clean {
		t.Error("the last bit does not count")
	}
}

func TestFactorProofClean(t *testing.T) {
	for _, c := range []struct {
		in        FactorProof
		want, err string
	}{
		{FactorProof{Code: "123 456"}, "123456", ""},
		{FactorProof{Code: "１２３-４５６"}, "123456", ""},
		{FactorProof{Code: " "}, "", "second_factor.code_missing"},
		{FactorProof{}, "", "second_factor.code_missing"},
		{FactorProof{RecoveryCode: "AAAA-bbbb"}, "", ""},
	} {
		got, err := c.in.Clean()
		if codeOf(err) != c.err || got.Code != c.want {
			t.Errorf("%+v: %+v, %v", c.in, got, err)
		}
	}
}
