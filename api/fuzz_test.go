package api

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"net/netip"
	"strings"
	"testing"
	"time"

	"linli/models"
)

// FuzzToken: no text is an access token that this key has not signed, and every refusal is one of two words.
func FuzzToken(f *testing.F) {
	now := time.Unix(1_800_000_000, 0)
	key := []byte("01234567890123456789012345678901")
	tokens, err := NewAccessTokens([]TokenKey{{"k1", key}}, func() time.Time { return now })
	if err != nil {
		f.Fatal(err)
	}
	good, _, err := tokens.MakeToken(models.Access{AccountID: 7, SessionID: 9, Generation: 2}, []models.Role{models.Resident})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good, good, 0, "")
	f.Add("eyJhbGciOiJub25lIn0.e30.", `{"sub":"7","sid":"9","exp":1e12}`, 10, "A")
	f.Add("..", `{"sub":7,"sid":9,"iss":"linli","aud":"linli-api","iat":1800000000,"exp":"1800000001"}`, 10, ".")
	f.Fuzz(func(t *testing.T, text, payload string, at int, put string) {
		at = int(uint(at) % uint(len(good)+1))
		head, _, _ := strings.Cut(good, ".")
		signedByUs := head + "." + base64.RawURLEncoding.EncodeToString([]byte(payload)) // what a mistake of ours could sign
		mac := hmac.New(sha256.New, key)
		mac.Write([]byte(signedByUs))
		signedByUs += "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
		for _, raw := range []string{text, good[:at] + put + good[at:], good[:at] + put, signedByUs} {
			access, err := tokens.ReadToken(raw)
			if err != nil {
				if code := models.CodeOf(err); code != "session.invalid" && code != "session.expired" || access != (models.Access{}) {
					t.Errorf("%q: %+v %v", raw, access, err)
				}
				continue
			}
			dot := strings.LastIndexByte(raw, '.')
			mac := hmac.New(sha256.New, key)
			mac.Write([]byte(raw[:dot]))
			if raw[dot+1:] != base64.RawURLEncoding.EncodeToString(mac.Sum(nil)) || access.AccountID < 1 || access.SessionID < 1 || access.Generation < 0 {
				t.Errorf("%q is taken for a token of %+v", raw, access)
			}
		}
	})
}

// FuzzNetwork: a bucket of the limits is never finer than one IPv4 address or a /64, and never empty.
func FuzzNetwork(f *testing.F) {
	for _, seed := range []string{"1.2.3.4", "::ffff:1.2.3.4", "2001:db8::1", "fe80::1%eth0", "", "1.2.3.4, 5.6.7.8", "01.2.3.4"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, address string) {
		got := network(address)
		if got == "unknown" {
			return
		}
		if ip, err := netip.ParseAddr(got); err == nil && ip.Is4() {
			return
		}
		if p, err := netip.ParsePrefix(got); err != nil || p.Bits() != 64 || p.Addr().Is4In6() || p != p.Masked() {
			t.Errorf("%q shares the bucket %q", address, got)
		}
	})
}

// FuzzTag: a header names a tag only when the tag stands in it, between commas.
func FuzzTag(f *testing.F) {
	for _, seed := range []string{`"7-full"`, `W/"7-full"`, `"1", "7-full"`, `"17-full"`, `*`, `,,`, `"7-full`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, header string) {
		const tag = `"7-full"`
		if namesTag(header, tag) && !strings.Contains(header, tag) {
			t.Errorf("%q names %s", header, tag)
		}
		if !namesTag(header+", W/"+tag, tag) {
			t.Errorf("%q and the tag do not name it", header)
		}
	})
}
