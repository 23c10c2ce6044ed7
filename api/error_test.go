package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"
)

// TestRefusals asks every kind of trouble and looks at the whole answer: status, code, field, and nothing secret.
func TestRefusals(t *testing.T) {
	var log bytes.Buffer
	s := newTestServerWith(t, Config{Log: logTo(&log), Deadline: 50 * time.Millisecond}, fakes{actors: cast, down: errors.New("secret address")}, testRoutes()...)
	signedIn := []string{"Authorization", "Bearer resident"}
	for _, c := range []struct {
		name, method, path, body string
		header                   []string
		status                   int
		code, field              string
	}{
		{"no such path", "GET", "/api/v1/nowhere", "", nil, 404, "route.not_found", ""},
		{"no such path, other method", "POST", "/api/v1/nowhere", "{}", nil, 404, "route.not_found", ""},
		{"no such page", "POST", "/nowhere", "", nil, 404, "route.not_found", ""},
		{"trailing slash", "GET", "/api/v1/test/fixed/", "", nil, 404, "route.not_found", ""},
		{"method nobody knows", "BREW", "/api/v1/test/leak", "", nil, 405, "route.method_not_allowed", ""},
		{"wrong method", "DELETE", "/api/v1/test/leak", "", nil, 405, "route.method_not_allowed", ""},
		{"not signed in", "GET", "/api/v1/test/1", "", nil, 401, "session.missing", ""},
		{"bad token", "GET", "/api/v1/test/1", "", []string{"Authorization", "Bearer secret"}, 401, "session.invalid", ""},
		{"other scheme", "GET", "/api/v1/test/1", "", []string{"Authorization", "Basic resident"}, 401, "session.invalid", ""},
		{"token in the address", "GET", "/api/v1/test/1?access_token=resident", "", signedIn, 401, "session.invalid", ""},
		{"id is no number", "GET", "/api/v1/test/secret", "", signedIn, 404, "request.not_found", ""},
		{"id is impossible", "GET", "/api/v1/test/0", "", signedIn, 404, "request.not_found", ""},
		{"query not in the enum", "GET", "/api/v1/test/1?kind=secret", "", signedIn, 422, "request.invalid", "kind"},
		{"unknown query", "GET", "/api/v1/test/1?colour=secret", "", signedIn, 422, "request.unknown_field", "colour"},
		{"unknown field", "POST", "/api/v1/test/sign-in", `{"user":"lin","secret":"secret-secret","colour":1}`, nil, 422, "request.unknown_field", "colour"},
		{"field in other case", "POST", "/api/v1/test/sign-in", `{"USER":"lin","user":"lin","secret":"secret-secret"}`, nil, 422, "request.unknown_field", "USER"},
		{"too short", "POST", "/api/v1/test/sign-in", `{"user":"lin","secret":"secret"}`, nil, 422, "request.invalid", "secret"},
		{"missing", "POST", "/api/v1/test/sign-in", `{"user":"lin"}`, nil, 422, "request.invalid", "secret"},
		{"wrong type", "POST", "/api/v1/test/sign-in", `{"user":7,"secret":"secret-secret"}`, nil, 422, "request.invalid", "user"},
		{"not JSON", "POST", "/api/v1/test/sign-in", `secret{`, nil, 400, "request.bad_json", ""},
		{"nothing", "POST", "/api/v1/test/sign-in", ``, nil, 400, "request.bad_json", ""},
		{"a form", "POST", "/api/v1/test/sign-in", `user=secret`, []string{"Content-Type", "application/x-www-form-urlencoded"}, 415, "request.not_json", ""},
		{"too large", "POST", "/api/v1/test/sign-in", `"` + strings.Repeat("secret", 50_000) + `"`, nil, 413, "request.too_large", ""},
		{"cookie without our header", "POST", "/api/v1/test/cookie", "", nil, 403, "request.foreign_page", ""},
		{"cookie from another site", "POST", "/api/v1/test/cookie", "", []string{"X-Linli-Client", "pwa", "Sec-Fetch-Site", "cross-site"}, 403, "request.foreign_page", ""},
		{"plain error", "GET", "/api/v1/test/leak", "", nil, 500, "internal", ""},
		{"panic", "GET", "/api/v1/test/panic", "", nil, 500, "internal", ""},
		{"too slow", "GET", "/api/v1/test/slow", "", nil, 503, "server.too_slow", ""},
		{"database away", "GET", "/readyz", "", nil, 503, "server.database_away", ""},
		{"invalid", "GET", "/api/v1/test/refuse/invalid", "", nil, 422, "test.refused", "text"},
		{"signed out", "GET", "/api/v1/test/refuse/signed_out", "", nil, 401, "test.refused", "text"},
		{"denied", "GET", "/api/v1/test/refuse/denied", "", nil, 403, "test.refused", "text"},
		{"not found", "GET", "/api/v1/test/refuse/not_found", "", nil, 404, "test.refused", "text"},
		{"conflict", "GET", "/api/v1/test/refuse/conflict", "", nil, 409, "test.refused", "text"},
		{"limited", "GET", "/api/v1/test/refuse/limited", "", nil, 429, "test.refused", "text"},
		{"unavailable", "GET", "/api/v1/test/refuse/unavailable", "", nil, 503, "test.refused", "text"},
		{"too large by rule", "GET", "/api/v1/test/refuse/too_large", "", nil, 413, "test.refused", "text"},
		{"unsupported", "GET", "/api/v1/test/refuse/unsupported", "", nil, 415, "test.refused", "text"},
		{"internal", "GET", "/api/v1/test/refuse/internal", "", nil, 500, "internal", ""},
		{"a kind nobody knows", "GET", "/api/v1/test/refuse/odd", "", nil, 500, "internal", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			log.Reset()
			r := ask(t, s, c.method, c.path, c.body, c.header...)
			var p Problem
			if err := json.Unmarshal([]byte(r.body), &p); err != nil {
				t.Fatalf("%v in %q", err, r.body)
			}
			if r.code != c.status || p.Status != c.status || p.Code != c.code || p.Field != c.field {
				t.Errorf("%d %s, want %d %s field %q", r.code, r.body, c.status, c.code, c.field)
			}
			if got := r.header.Get("Content-Type"); got != problemType {
				t.Errorf("content type %q", got)
			}
			if p.Title != http.StatusText(c.status) {
				t.Errorf("title %q", p.Title)
			}
			if strings.Contains(r.body, "secret") && c.field != "secret" {
				t.Errorf("the answer tells a secret: %s", r.body)
			}
			if id := r.header.Get("X-Request-Id"); id == "" || p.RequestID != id || !strings.Contains(log.String(), id) {
				t.Errorf("request id %q in the header, %q in the body, log %s", id, p.RequestID, log.String())
			}
			later := c.status == 429 || c.status == 503
			if after := r.header.Get("Retry-After"); (after != "") != later {
				t.Errorf("Retry-After %q", after)
			}
			if (r.header.Get("Www-Authenticate") != "") != (c.status == 401) {
				t.Errorf("WWW-Authenticate %q", r.header.Get("Www-Authenticate"))
			}
			if c.status == 500 && !strings.Contains(log.String(), "secret") {
				t.Errorf("the log must hold the cause: %s", log.String())
			}
		})
	}
}

func TestRuleParams(t *testing.T) {
	s := newTestServer(t, testRoutes()...)
	for body, want := range map[string]string{
		`{"user":"l","secret":"secret-secret"}`:                           `{"limit":3,"rule":"min_length"}`,
		`{"user":"linlinlinlin","secret":"secret-secret"}`:                `{"limit":10,"rule":"max_length"}`,
		`{"user":"lin","secret":"secret-secret","level":9}`:               `{"limit":5,"rule":"maximum"}`,
		`{"user":"lin","secret":"secret-secret","tags":["a","b","c"]}`:    `{"limit":2,"rule":"max_items"}`,
		`{"secret":"secret-secret"}`:                                      `{"rule":"required"}`,
		`{"user":"lin","secret":"secret-secret","level":"very much"}`:     `null`,
		`{"user":"lin","secret":"secret-secret","level":1,"tags":"none"}`: `null`,
	} {
		var p Problem
		r := ask(t, s, "POST", "/api/v1/test/sign-in", body)
		if err := json.Unmarshal([]byte(r.body), &p); err != nil {
			t.Fatal(err)
		}
		got, _ := json.Marshal(p.Params)
		if string(got) != want {
			t.Errorf("%s: params %s, want %s", body, got, want)
		}
	}
}

func TestRetryAfterIsSpread(t *testing.T) {
	seen := map[int]bool{}
	for range 500 {
		n := jitter()
		if n < 1 || n > 10 {
			t.Fatalf("%d seconds", n)
		}
		seen[n] = true
	}
	if len(seen) != 10 {
		t.Errorf("only %d different waits in 500", len(seen))
	}
}
