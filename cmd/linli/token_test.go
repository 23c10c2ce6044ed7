package main

import (
	"bytes"
	"cmp"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"linli/api"
	"linli/models"
	"linli/storage"
)

// door is the whole program behind a real port, with its log in memory.
type door struct {
	*world
	address string
	log     *lines
}

// lines is a log that can be read while it is written.
type lines struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lines) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(b)
}

// take gives what was written since the last time.
func (l *lines) take() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	text := l.b.String()
	l.b.Reset()
	return text
}

func openDoor(t *testing.T, w *world, c api.Config) *door {
	t.Helper()
	d := &door{world: w, log: &lines{}}
	c.Log = newLog(d.log)
	if c.Limits == (api.Limits{}) {
		c.Limits = generous
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := api.New(c, w.house.uses())
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	t.Cleanup(func() {
		server.Shutdown(t.Context())
		<-ended
	})
	d.address = "http://" + listener.Addr().String()
	return d
}

// send sends a request with exactly these headers and gives status, headers and body.
func (d *door) send(t *testing.T, method, path, body string, header http.Header) (int, http.Header, string) {
	t.Helper()
	r, err := http.NewRequest(method, d.address+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if header != nil {
		r.Header = header
	}
	res, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, res.Header, string(b)
}

// ask sends a request without a body.
func (d *door) ask(t *testing.T, method, path string, header http.Header) (int, http.Header, string) {
	t.Helper()
	return d.send(t, method, path, "", header)
}

type claims = map[string]any

// forger writes tokens with the key that this installation signs with: only so do these tests show that something
// else than the signature is looked at.
type forger struct {
	kid           string
	key           []byte
	for_, session int64
}

func part(v any) string {
	b, _ := json.Marshal(v)
	return base64.RawURLEncoding.EncodeToString(b)
}

func signed(text string, key []byte) string {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(text))
	return text + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

func change(base claims, changes ...any) claims {
	for i := 0; i < len(changes); i += 2 {
		if base[changes[i].(string)] = changes[i+1]; changes[i+1] == nil {
			delete(base, changes[i].(string))
		}
	}
	return base
}

func (f forger) header(changes ...any) claims {
	return change(claims{"alg": "HS256", "typ": "at+jwt", "kid": f.kid}, changes...)
}

func (f forger) claims(changes ...any) claims {
	now := time.Now()
	return change(claims{
		"iss": "linli", "aud": "linli-api", "sub": fmt.Sprint(f.for_), "sid": fmt.Sprint(f.session), "iat": now.Unix(), "exp": now.Add(9 * time.Minute).Unix(),
	}, changes...)
}

func (f forger) token(header, body claims) string { return signed(part(header)+"."+part(body), f.key) }

// TestTokenCases goes through the cases of TRUST 3.2 by their numbers. Every refused token gets the same 401, byte for
// byte and header for header, whatever is wrong with it, and one line in the log that says why and does not hold the
// token. Three cases of the list are answered otherwise, and say so.
func TestTokenCases(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		d := openDoor(t, w, api.Config{})
		resident := w.as(w.Resident)
		good := resident.Token()
		f := forger{kid: w.house.keys[0].ID, key: w.house.keys[0].Key, for_: w.Resident.AccountID}
		f.session = readOne[int64](w, "SELECT max(id) FROM sessions WHERE account_id = ?", w.Resident.AccountID)
		if code, _, body := d.ask(t, "GET", "/api/v1/me", bearer(f.token(f.header(), f.claims()))); code != 200 {
			t.Fatalf("what the forger writes is not even read when nothing is wrong with it: %d %s", code, body)
		}
		d.log.take()

		head, rest, _ := strings.Cut(f.token(f.header(), f.claims()), ".")
		body, signature, _ := strings.Cut(rest, ".")
		stranger := make([]byte, 32)
		rand.Read(stranger)
		strange := forger{f.kid, stranger, f.for_, f.session}
		refresh := w.refreshToken(w.Neighbour)

		cases := map[string]http.Header{
			"1 alg none":                    bearer(part(f.header("alg", "none")) + "." + part(f.claims()) + "."),
			"1 alg None":                    bearer(part(f.header("alg", "None")) + "." + part(f.claims()) + "."),
			"1 alg nOnE":                    bearer(part(f.header("alg", "nOnE")) + "." + part(f.claims()) + "."),
			"1 alg none, signed":            bearer(f.token(f.header("alg", "none"), f.claims())),
			"2 a public key as secret":      bearer(forger{f.kid, publicKey(t), f.for_, f.session}.token(f.header(), f.claims())),
			"2 RS256 by the secret":         bearer(f.token(f.header("alg", "RS256"), f.claims())),
			"3 alg missing":                 bearer(f.token(f.header("alg", nil), f.claims())),
			"4 crit":                        bearer(f.token(f.header("crit", []string{"exp"}), f.claims())),
			"5 kid a path":                  bearer(forger{"", []byte{}, f.for_, f.session}.token(f.header("kid", "../../dev/null"), f.claims())),
			"6 kid SQL":                     bearer(forger{"", []byte{}, f.for_, f.session}.token(f.header("kid", "x' UNION SELECT 'a"), f.claims())),
			"7 kid absent":                  bearer(f.token(f.header("kid", nil), f.claims())),
			"8 jwk embedded":                bearer(strange.token(f.header("jwk", claims{"kty": "oct", "k": base64.RawURLEncoding.EncodeToString(stranger)}), f.claims())),
			"8 jku":                         bearer(strange.token(f.header("jku", d.address+"/keys"), f.claims())),
			"8 x5u":                         bearer(strange.token(f.header("x5u", d.address+"/cert"), f.claims())),
			"9 empty signature":             bearer(head + "." + body + "."),
			"10 cut signature":              bearer(head + "." + body + "." + signature[:len(signature)-3]),
			"11 changed payload":            bearer(head + "." + part(f.claims("sub", fmt.Sprint(w.Officer.AccountID))) + "." + signature),
			"12 exp past":                   bearer(f.token(f.header(), f.claims("iat", time.Now().Add(-time.Hour).Unix(), "exp", time.Now().Add(-50*time.Minute).Unix()))),
			"13 exp missing":                bearer(f.token(f.header(), f.claims("exp", nil))),
			"14 exp a string":               bearer(f.token(f.header(), f.claims("exp", fmt.Sprint(time.Now().Add(time.Minute).Unix())))),
			"15 exp in 9999":                bearer(f.token(f.header(), f.claims("exp", 253370764800))),
			"16 nbf in the future":          bearer(f.token(f.header(), f.claims("nbf", time.Now().Add(time.Hour).Unix()))),
			"17 iss":                        bearer(f.token(f.header(), f.claims("iss", "linli-test"))),
			"17 aud":                        bearer(f.token(f.header(), f.claims("aud", "another"))),
			"17 typ":                        bearer(f.token(f.header("typ", "rt"), f.claims())),
			"18 refresh as access":          bearer(refresh),
			"22 somebody else's session":    bearer(forger{f.kid, f.key, w.Officer.AccountID, f.session}.token(f.header(), forger{f.kid, f.key, w.Officer.AccountID, f.session}.claims())),
			"22 another installation's key": bearer(strange.token(f.header(), f.claims())),
			"23 two headers":                {"Authorization": {"Bearer " + good, "Bearer " + good}},
			"23 two tokens in one":          {"Authorization": {"Bearer " + good + ", Bearer " + good}},
			"24 scheme Basic":               {"Authorization": {"Basic " + good}},
		}
		first := ""
		check := func(name, path string, header http.Header) {
			t.Helper()
			d.log.take()
			code, got, body := d.ask(t, "GET", path, header)
			answer := shape(code, got, body)
			if first == "" {
				first = answer
			}
			if code != 401 || answer != first {
				t.Errorf("%s: %s\nwant\n%s", name, answer, first)
			}
			log := d.log.take()
			var line struct {
				Status  int
				Why     string
				Account int64
			}
			if err := json.Unmarshal([]byte(log), &line); err != nil || line.Status != 401 || line.Why == "" || line.Account != 0 {
				t.Errorf("%s: logged as %s", name, log)
			}
			for _, secret := range []string{good, refresh, signature, "sub"} {
				if strings.Contains(log, secret) {
					t.Errorf("%s: the log holds %s: %s", name, secret, log)
				}
			}
		}
		for name, header := range cases {
			check(name, "/api/v1/me", header)
		}
		for _, name := range []string{"access_token", "token", "jwt", "authorization"} {
			check("24 in the query as "+name, "/api/v1/me?"+name+"="+good, nil)
			check("24 in the query and the header", "/api/v1/me?"+name+"="+good, bearer(good))
		}

		// 19 access as refresh: at the door of refresh tokens, which has its own word.
		code, _, answer := d.ask(t, "POST", "/api/v1/session/refresh", http.Header{"X-Linli-Client": {"test"}, "Cookie": {"linli_refresh=" + good}})
		if code != 401 || !strings.Contains(answer, "session.expired") {
			t.Errorf("19 access as refresh: %d %s", code, answer)
		}
		// 20 64 kB of header: the server reads no more than 16, and nobody looks at the token.
		code, _, answer = d.ask(t, "GET", "/api/v1/me", bearer(good+strings.Repeat("A", 64<<10)))
		if code != 431 || !strings.Contains(answer, "request.headers_too_large") {
			t.Errorf("20 64 kB of header: %d %s", code, answer)
		}
		check("20 8 kB of token", "/api/v1/me", bearer(good+strings.Repeat("A", 8<<10)))

		// 21 what was good until a moment ago: after signing out, a new password elsewhere, a closed account.
		leaver := w.as(w.Neighbour).Token()
		w.endSessions(w.Neighbour)
		check("21 after signing out", "/api/v1/me", bearer(leaver))
		elsewhere := w.as(w.Resident).Token()
		w.as(w.Resident).Do("PUT", "/api/v1/me/password", map[string]any{"old": testPassword, "new": "ein anderes Wort 2026"}).OK(nil)
		check("21 after a new password", "/api/v1/me", bearer(elsewhere))
		closed := w.as(w.Steward).Token()
		w.disable(w.Steward)
		check("21 after the account was closed", "/api/v1/me", bearer(closed))
		// Roles are not in the token, so it stays good; what it opens is what the database says now.
		staff := w.as(w.Officer)
		if code, _, body := d.ask(t, "GET", "/api/v1/scores", bearer(staff.Token())); code != 200 {
			t.Fatalf("%d %s", code, body)
		}
		w.takeRole(w.Officer)
		if code, _, body := d.ask(t, "GET", "/api/v1/scores", bearer(staff.Token())); code != 403 {
			t.Errorf("21 after the role was taken: %d %s", code, body)
		}
	})
}

func bearer(token string) http.Header { return http.Header{"Authorization": {"Bearer " + token}} }

// shape is an answer without what differs between any two.
func shape(code int, header http.Header, body string) string {
	for _, name := range []string{"X-Request-Id", "Ratelimit", "Date"} {
		header.Del(name)
	}
	return fmt.Sprint(code, header, withoutRequestID([]byte(body)))
}

func publicKey(t *testing.T) []byte {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	b, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: b})
}

// refreshToken signs a person in and gives the token of the cookie.
func (w *world) refreshToken(a models.Actor) string {
	w.t.Helper()
	phone := readOne[string](w, "SELECT phone FROM accounts WHERE id = ?", a.AccountID)
	answer := w.anyone.Post("/api/v1/session", map[string]any{"phone": phone, "password": testPassword}).OK(nil)
	for _, c := range answer.Cookies {
		return c.Value
	}
	w.t.Fatal("no cookie")
	return ""
}

// endSessions signs a person out everywhere, by the door.
func (w *world) endSessions(a models.Actor) {
	w.t.Helper()
	client := w.as(a)
	var list struct{ Items []struct{ ID int64 } }
	client.Get("/api/v1/sessions").OK(&list)
	slices.SortFunc(list.Items, func(a, b struct{ ID int64 }) int { return cmp.Compare(a.ID, b.ID) }) // the one in use is the newest
	for _, s := range list.Items {
		client.Do("DELETE", fmt.Sprintf("/api/v1/sessions/%d", s.ID), nil).Want(204)
	}
}

// disable closes an account as an operator of the database would: there is no route for it yet. It counts once the
// actor that the program keeps for a second is read anew.
func (w *world) disable(a models.Actor) {
	w.t.Helper()
	w.exec("UPDATE accounts SET disabled_at = ? WHERE id = ?", time.Now().UTC(), a.AccountID)
	w.house.people.EndSession(w.t.Context(), models.Actor{}, 0)
}

func (w *world) takeRole(a models.Actor) {
	w.t.Helper()
	w.exec("UPDATE memberships SET status = 'ended', valid_to = '2020-01-01' WHERE account_id = ?", a.AccountID)
	w.house.people.EndSession(w.t.Context(), models.Actor{}, 0)
}

func (w *world) exec(sql string, values ...any) {
	w.t.Helper()
	err := w.house.db.Write(w.t.Context(), func(tx storage.Tx) error { return tx.DB().Exec(sql, values...).Error })
	if err != nil {
		w.t.Fatal(err)
	}
}
