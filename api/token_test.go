package api

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/json"
	"hash"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"linli/models"
)

var (
	tokenNow = time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC)
	firstKey = []byte("first key, thirty-two bytes long")
	oldKey   = []byte("older key, thirty-two bytes long")
)

func newTestTokens(t *testing.T) *AccessTokens {
	t.Helper()
	tokens, err := NewAccessTokens([]TokenKey{{"2026-11", firstKey}, {"2026-10", oldKey}}, func() time.Time { return tokenNow })
	if err != nil {
		t.Fatal(err)
	}
	return tokens
}

type object = map[string]any

// forge writes a token by hand, for no library would make some of these.
func forge(header, claims object, newHash func() hash.Hash, key []byte) string {
	part := func(v any) string {
		if text, raw := v.(string); raw {
			return base64.RawURLEncoding.EncodeToString([]byte(text))
		}
		b, _ := json.Marshal(v)
		return base64.RawURLEncoding.EncodeToString(b)
	}
	signed := part(header) + "." + part(claims)
	if newHash == nil {
		return signed + "."
	}
	mac := hmac.New(newHash, key)
	mac.Write([]byte(signed))
	return signed + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

func goodHeader(change ...any) object {
	return with(object{"alg": "HS256", "typ": "at+jwt", "kid": "2026-11"}, change)
}

func goodClaims(change ...any) object {
	return with(object{
		"iss": "linli", "aud": "linli-api", "sub": "7", "sid": "8", "roles": []string{"resident"},
		"iat": tokenNow.Unix(), "exp": tokenNow.Add(tokenLife).Unix(),
	}, change)
}

// with changes fields; nil takes one away.
func with(o object, change []any) object {
	for i := 0; i+1 < len(change); i += 2 {
		if change[i+1] == nil {
			delete(o, change[i].(string))
			continue
		}
		o[change[i].(string)] = change[i+1]
	}
	return o
}

func signedBy(key []byte, header, claims object) string {
	return forge(header, claims, sha256.New, key)
}

func TestTokenRoundTrip(t *testing.T) {
	tokens := newTestTokens(t)
	access := models.Access{AccountID: 7, SessionID: 8, Generation: 9}
	raw, seconds, err := tokens.MakeToken(access, []models.Role{models.Resident, models.Admin, models.Resident})
	if err != nil || seconds != 600 {
		t.Fatal(seconds, err)
	}
	if read, err := tokens.ReadToken(raw); err != nil || read != access {
		t.Fatal(read, err)
	}
	for name, good := range map[string]string{
		"by hand":     signedBy(firstKey, goodHeader(), goodClaims()),
		"by old key":  signedBy(oldKey, goodHeader("kid", "2026-10"), goodClaims()),
		"brought jwk": signedBy(firstKey, goodHeader("jwk", object{"kty": "oct", "k": "AAAA"}, "jku", "https://evil.example/keys", "x5u", "https://evil.example/x"), goodClaims()),
	} {
		if _, err := tokens.ReadToken(good); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func attacks() map[string]string {
	stranger := []byte("somebody else's key, 32 bytes ok")
	good := signedBy(firstKey, goodHeader(), goodClaims())
	head, rest, _ := strings.Cut(good, ".")
	body, signature, _ := strings.Cut(rest, ".")
	_, otherRest, _ := strings.Cut(signedBy(stranger, goodHeader(), goodClaims("sub", "1")), ".")
	otherBody, _, _ := strings.Cut(otherRest, ".")
	farFuture := time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC).Unix()
	return map[string]string{
		"alg none":                     forge(goodHeader("alg", "none"), goodClaims(), nil, nil),
		"alg None":                     forge(goodHeader("alg", "None"), goodClaims(), nil, nil),
		"alg nOnE":                     forge(goodHeader("alg", "nOnE"), goodClaims(), nil, nil),
		"alg none but signed":          signedBy(firstKey, goodHeader("alg", "none"), goodClaims()),
		"alg missing":                  signedBy(firstKey, goodHeader("alg", nil), goodClaims()),
		"alg HS512":                    forge(goodHeader("alg", "HS512"), goodClaims(), sha512.New, firstKey),
		"alg RS256":                    signedBy(firstKey, goodHeader("alg", "RS256"), goodClaims()),
		"alg a number":                 signedBy(firstKey, goodHeader("alg", 256), goodClaims()),
		"crit":                         signedBy(firstKey, goodHeader("crit", []string{"exp"}), goodClaims()),
		"kid a path":                   signedBy([]byte{}, goodHeader("kid", "../../dev/null"), goodClaims()),
		"kid SQL":                      signedBy([]byte{}, goodHeader("kid", "' OR 1=1 --"), goodClaims()),
		"kid missing":                  signedBy(firstKey, goodHeader("kid", nil), goodClaims()),
		"kid a list":                   signedBy(firstKey, goodHeader("kid", []string{"2026-11"}), goodClaims()),
		"kid of the other key":         signedBy(firstKey, goodHeader("kid", "2026-10"), goodClaims()),
		"jwk with its own key":         signedBy(stranger, goodHeader("jwk", object{"kty": "oct", "k": base64.RawURLEncoding.EncodeToString(stranger)}), goodClaims()),
		"jku and x5u":                  signedBy(stranger, goodHeader("jku", "https://evil.example/k", "x5u", "https://evil.example/x"), goodClaims()),
		"another environment's key":    signedBy(stranger, goodHeader(), goodClaims()),
		"empty key":                    signedBy([]byte{}, goodHeader(), goodClaims()),
		"empty signature":              head + "." + body + ".",
		"cut signature":                head + "." + body + "." + signature[:len(signature)-4],
		"signature with padding":       good + "=",
		"no signature at all":          head + "." + body,
		"changed payload":              head + "." + otherBody + "." + signature,
		"four parts":                   good + ".x",
		"exp missing":                  signedBy(firstKey, goodHeader(), goodClaims("exp", nil)),
		"exp a string":                 signedBy(firstKey, goodHeader(), goodClaims("exp", strconv.FormatInt(tokenNow.Add(time.Minute).Unix(), 10))),
		"iat a string":                 signedBy(firstKey, goodHeader(), goodClaims("iat", strconv.FormatInt(tokenNow.Unix(), 10))),
		"exp in the year 9999":         signedBy(firstKey, goodHeader(), goodClaims("exp", farFuture)),
		"exp later than ours ever are": signedBy(firstKey, goodHeader(), goodClaims("exp", tokenNow.Add(tokenLife+time.Second).Unix())),
		"iat missing":                  signedBy(firstKey, goodHeader(), goodClaims("iat", nil)),
		"iat in the future":            signedBy(firstKey, goodHeader(), goodClaims("iat", tokenNow.Add(time.Hour).Unix(), "exp", tokenNow.Add(time.Hour+tokenLife).Unix())),
		"nbf in the future":            signedBy(firstKey, goodHeader(), goodClaims("nbf", tokenNow.Add(time.Hour).Unix())),
		"iss wrong":                    signedBy(firstKey, goodHeader(), goodClaims("iss", "linli-demo")),
		"iss missing":                  signedBy(firstKey, goodHeader(), goodClaims("iss", nil)),
		"aud wrong":                    signedBy(firstKey, goodHeader(), goodClaims("aud", "linli-web")),
		"aud missing":                  signedBy(firstKey, goodHeader(), goodClaims("aud", nil)),
		"typ JWT":                      signedBy(firstKey, goodHeader("typ", "JWT"), goodClaims()),
		"typ rt":                       signedBy(firstKey, goodHeader("typ", "rt"), goodClaims()),
		"typ missing":                  signedBy(firstKey, goodHeader("typ", nil), goodClaims()),
		"sub a word":                   signedBy(firstKey, goodHeader(), goodClaims("sub", "admin")),
		"sub nobody":                   signedBy(firstKey, goodHeader(), goodClaims("sub", "0")),
		"sub negative":                 signedBy(firstKey, goodHeader(), goodClaims("sub", "-7")),
		"sid missing":                  signedBy(firstKey, goodHeader(), goodClaims("sid", nil)),
		"gen negative":                 signedBy(firstKey, goodHeader(), goodClaims("gen", -1)),
		"gen a word":                   signedBy(firstKey, goodHeader(), goodClaims("gen", "1")),
		"expired and by a stranger":    signedBy(stranger, goodHeader(), goodClaims("exp", tokenNow.Add(-time.Hour).Unix())),
		"expired and for another":      signedBy(firstKey, goodHeader(), goodClaims("exp", tokenNow.Add(-time.Hour).Unix(), "aud", "linli-web")),
		"a refresh token":              "AAAAAAAAAAHh8mXK0nF1y2cUe0m3Jw4pN5q6r7s8t9u0v1w2x3y4z5A6B7C8D9E0F1G2H3I4",
		"64 kB":                        good + strings.Repeat("A", 64<<10),
		"64 kB of header":              signedBy(firstKey, goodHeader("x", strings.Repeat("A", 64<<10)), goodClaims()),
		"dots":                         strings.Repeat(".", 1000),
		"JSON that is none":            forge(goodHeader(), nil, sha256.New, firstKey),
		"noise":                        "\x00\xff",
	}
}

func TestTokenAttacks(t *testing.T) {
	tokens := newTestTokens(t)
	for name, raw := range attacks() {
		access, err := tokens.ReadToken(raw)
		if access != (models.Access{}) || models.KindOf(err) != models.SignedOut || models.CodeOf(err) != "session.invalid" {
			t.Errorf("%s: %+v, %v", name, access, err)
		}
	}
}

func TestTokenExpiry(t *testing.T) {
	tokens := newTestTokens(t)
	raw, _, err := tokens.MakeToken(models.Access{AccountID: 7, SessionID: 8}, nil)
	if err != nil {
		t.Fatal(err)
	}
	start := tokenNow
	defer func() { tokenNow = start }()
	tokenNow = start.Add(tokenLife + tokenLeeway - time.Second)
	if _, err := tokens.ReadToken(raw); err != nil {
		t.Errorf("within the leeway: %v", err)
	}
	tokenNow = start.Add(tokenLife + tokenLeeway)
	if _, err := tokens.ReadToken(raw); models.CodeOf(err) != "session.expired" {
		t.Errorf("after it: %v", err)
	}
}

func TestTokenKeysAreChecked(t *testing.T) {
	good := TokenKey{"a", firstKey}
	for name, keys := range map[string][]TokenKey{
		"none": nil, "three": {good, {"b", oldKey}, {"c", oldKey}}, "short": {{"a", firstKey[:31]}}, "nameless": {{"", firstKey}}, "twice": {good, good},
	} {
		if _, err := NewAccessTokens(keys, nil); err == nil {
			t.Errorf("%s was taken", name)
		}
	}
}

// The same attacks through the door: every one is 401, and which 401 does not tell what was wrong.
func TestTokenAttacksThroughTheDoor(t *testing.T) {
	tokens := newTestTokens(t)
	s := build(Config{Limits: Limits{Address: Allowance{1 << 20, 1 << 20}, Account: Allowance{1 << 20, 1 << 20}}},
		Uses{Tokens: tokens, Actors: fakes{actors: map[string]models.Actor{"x": person(7, models.Resident)}}}, testRoutes())
	good := signedBy(firstKey, goodHeader(), goodClaims())
	if r := ask(t, s, "GET", "/api/v1/test/1", "", "Authorization", "Bearer "+good); r.code != 200 {
		t.Fatalf("a good token: %d %s", r.code, r.body)
	}
	for name, raw := range attacks() {
		if len(raw) > 8<<10 || strings.Contains(raw, "\x00") || strings.Contains(raw, "\xff") {
			continue // refused before Fiber hands the header on
		}
		r := ask(t, s, "GET", "/api/v1/test/1", "", "Authorization", "Bearer "+raw)
		if r.code != 401 || !strings.Contains(r.body, `"code":"session.invalid"`) {
			t.Errorf("%s: %d %s", name, r.code, r.body)
		}
	}
	expired := signedBy(firstKey, goodHeader(), goodClaims("iat", tokenNow.Add(-time.Hour).Unix(), "exp", tokenNow.Add(-time.Minute).Unix()))
	for name, c := range map[string]struct{ path, header, want string }{
		"exp beyond all years": {"/api/v1/test/1", "Bearer " + signedBy(firstKey, goodHeader(), goodClaims("exp", 1e300)), "session."},
		"expired":              {"/api/v1/test/1", "Bearer " + expired, "session.invalid"},
		"no token":             {"/api/v1/test/1", "", "session."},
		"another scheme":       {"/api/v1/test/1", "Basic " + good, "session."},
		"in the query":         {"/api/v1/test/1?access_token=" + good, "", "session."},
		"in the query, both":   {"/api/v1/test/1?access_token=" + good, "Bearer " + good, "session."},
	} {
		r := ask(t, s, "GET", c.path, "", "Authorization", c.header)
		if r.code != 401 || !strings.Contains(r.body, `"code":"`+c.want) {
			t.Errorf("%s: %d %s", name, r.code, r.body)
		}
	}
	twice := httptest.NewRequest("GET", "/api/v1/test/1", nil)
	twice.Header["Authorization"] = []string{"Bearer " + good, "Bearer " + good}
	if res := judged(t, s, twice, "/api/v1/test/1"); res.code != 401 {
		t.Errorf("two Authorization headers: %v", res)
	}
}
