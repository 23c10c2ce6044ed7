package api

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"linli/models"
)

// Words of the access token. Typ keeps it apart from every other token that could be signed with the same key.
const (
	tokenType     = "at+jwt"
	tokenIssuer   = "linli"
	tokenAudience = "linli-api"
	tokenLife     = 10 * time.Minute
	tokenLeeway   = 5 * time.Second // between the clocks of two copies
	tokenLongest  = 4 << 10
)

// TokenKey is one key that signs access tokens, with the name that tokens call it by.
type TokenKey struct {
	ID  string
	Key []byte // at least 32 bytes
}

// AccessTokens makes and reads access tokens: JWTs signed with HS256. The first key signs; all are accepted, so that a
// key can be changed without signing anybody out.
type AccessTokens struct {
	signing string
	keys    map[string][]byte
	now     func() time.Time
	parser  *jwt.Parser
}

// accessClaims are what a token says: account (sub), session (sid), with which refresh it came (gen), and roles, which
// only the client reads. What an account may do is read from the database.
type accessClaims struct {
	jwt.RegisteredClaims
	Session    string        `json:"sid"`
	Generation int64         `json:"gen"`
	Roles      []models.Role `json:"roles"`
}

// NewAccessTokens takes one or two keys, the signing one first. now is the clock, nil the machine's.
func NewAccessTokens(keys []TokenKey, now func() time.Time) (*AccessTokens, error) {
	if len(keys) < 1 || len(keys) > 2 {
		return nil, fmt.Errorf("%d keys for access tokens, need one or two", len(keys))
	}
	if now == nil {
		now = time.Now
	}
	t := &AccessTokens{signing: keys[0].ID, keys: map[string][]byte{}, now: now}
	for _, k := range keys {
		if k.ID == "" || len(k.Key) < 32 || t.keys[k.ID] != nil {
			return nil, fmt.Errorf("key %q for access tokens: needs a name of its own and at least 32 bytes", k.ID)
		}
		t.keys[k.ID] = k.Key
	}
	t.parser = jwt.NewParser(
		jwt.WithValidMethods([]string{jwt.SigningMethodHS256.Alg()}),
		jwt.WithIssuer(tokenIssuer), jwt.WithAudience(tokenAudience),
		jwt.WithExpirationRequired(), jwt.WithIssuedAt(), jwt.WithLeeway(tokenLeeway), jwt.WithTimeFunc(now), jwt.WithStrictDecoding(),
	)
	return t, nil
}

// MakeToken signs a token for one session, and says for how many seconds it is good.
func (t *AccessTokens) MakeToken(access models.Access, roles []models.Role) (token string, seconds int, err error) {
	now := t.now()
	made := jwt.NewWithClaims(jwt.SigningMethodHS256, accessClaims{
		RegisteredClaims: jwt.RegisteredClaims{
			Issuer: tokenIssuer, Audience: jwt.ClaimStrings{tokenAudience}, Subject: strconv.FormatInt(access.AccountID, 10),
			IssuedAt: jwt.NewNumericDate(now), ExpiresAt: jwt.NewNumericDate(now.Add(tokenLife)),
		},
		Session:    strconv.FormatInt(access.SessionID, 10),
		Generation: access.Generation,
		Roles:      slices.Compact(slices.Sorted(slices.Values(roles))),
	})
	made.Header["typ"], made.Header["kid"] = tokenType, t.signing
	token, err = made.SignedString(t.keys[t.signing])
	return token, int(tokenLife.Seconds()), err
}

var (
	errTokenExpired = models.Refuse(models.SignedOut, "session.expired")
	errTokenInvalid = models.Refuse(models.SignedOut, "session.invalid")
)

// ReadToken gives what a good token names. One that was good and has run out is session.expired, and
// the phone may refresh; everything else is session.invalid, whatever is wrong with it.
func (t *AccessTokens) ReadToken(raw string) (models.Access, error) {
	if len(raw) > tokenLongest {
		return models.Access{}, errTokenInvalid
	}
	var claims accessClaims
	if _, err := t.parser.ParseWithClaims(raw, &claims, t.keyOf); err != nil {
		if ranOut(err) {
			return models.Access{}, errTokenExpired
		}
		return models.Access{}, errTokenInvalid
	}
	account, badAccount := strconv.ParseInt(claims.Subject, 10, 64)
	session, badSession := strconv.ParseInt(claims.Session, 10, 64)
	if badAccount != nil || badSession != nil || account <= 0 || session <= 0 || claims.Generation < 0 || !t.lifeIsOurs(claims) || !datesAreNumbers(raw) {
		return models.Access{}, errTokenInvalid
	}
	return models.Access{AccountID: account, SessionID: session, Generation: claims.Generation}, nil
}

// datesAreNumbers refuses dates that are written as words. The library reads "123" like 123; no token of ours is made
// like that, so whoever wrote it was trying something.
func datesAreNumbers(raw string) bool {
	_, rest, _ := strings.Cut(raw, ".")
	payload, _, _ := strings.Cut(rest, ".")
	b, err := base64.RawURLEncoding.DecodeString(payload)
	var dates struct{ Exp, Iat, Nbf json.RawMessage }
	if err != nil || json.Unmarshal(b, &dates) != nil {
		return false
	}
	return !slices.ContainsFunc([]json.RawMessage{dates.Exp, dates.Iat, dates.Nbf}, func(d json.RawMessage) bool { return len(d) > 0 && d[0] == '"' })
}

// keyOf picks the key by its name from the fixed map. Nothing else in the header has a say: a header that brings its
// own key (jwk, jku, x5u) is read like one without.
func (t *AccessTokens) keyOf(token *jwt.Token) (any, error) {
	kid, _ := token.Header["kid"].(string)
	key := t.keys[kid]
	if token.Header["typ"] != tokenType || token.Header["crit"] != nil || key == nil {
		return nil, errors.New("not an access token of ours")
	}
	return key, nil
}

// ranOut reports whether expiry is the only thing wrong. The signature was checked before it.
func ranOut(err error) bool {
	return errors.Is(err, jwt.ErrTokenExpired) && !errors.Is(err, jwt.ErrTokenInvalidIssuer) &&
		!errors.Is(err, jwt.ErrTokenInvalidAudience) && !errors.Is(err, jwt.ErrTokenNotValidYet) && !errors.Is(err, jwt.ErrTokenUsedBeforeIssued)
}

// lifeIsOurs refuses a token that lives longer than any that we make.
func (t *AccessTokens) lifeIsOurs(c accessClaims) bool {
	return c.IssuedAt != nil && c.ExpiresAt.Sub(c.IssuedAt.Time) <= tokenLife
}
