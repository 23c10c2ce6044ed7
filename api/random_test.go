package api

import (
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"path"
	"slices"
	"strings"
	"sync"
	"testing"
)

// seeds are requests that the random test bends: path below /api/v1/test, query, body.
var seeds = [][3]string{
	{"sign-in", "", `{"user":"lin","secret":"secret-secret"}`},
	{"sign-in", "a=1", `{"user":"lin","secret":"secret-secret","level":1e400,"tags":[null]}`},
	{"sign-in", "", `[[[[{"user":{}}]]]]`},
	{"17", "kind=a&kind=b", ``},
	{"%00", "kind=%ff", "\x00"},
	{"-9223372036854775809", "", `{"user":"\ud800"}`},
	{"upload", "", "bytes"},
}

// TestAnythingAtTheDoor bends requests at random, the same way each time: no panic, no 5xx, and every refusal is a
// problem with a code that does not repeat what was sent.
func TestAnythingAtTheDoor(t *testing.T) {
	plenty := Allowance{1 << 30, 1 << 30}
	s := newTestServerWith(t, Config{Limits: Limits{Address: plenty, Account: plenty}}, fakes{actors: cast}, testRoutes()...)
	r := rand.New(rand.NewPCG(1, 2))
	answered := map[int]int{}
	for range 3000 {
		seed := seeds[r.IntN(len(seeds))]
		target := "http://x/api/v1/test/" + bend(r, seed[0]) + "?" + bend(r, seed[1])
		body := bend(r, seed[2])
		answered[try(t, s, target, body)]++
	}
	if answered[0] > 2000 || len(answered) < 5 {
		t.Errorf("the bending is too rough or too gentle: %v", answered)
	}
}

// try sends one request by each method and gives the last status, 0 when it was no request at all.
func try(t *testing.T, s *Server, target, body string) (status int) {
	t.Helper()
	for _, method := range []string{"GET", "POST", "PUT"} {
		r, err := http.NewRequest(method, target, strings.NewReader(body))
		if err != nil || slices.Contains([]string{"slow", "leak", "panic"}, path.Base(r.URL.Path)) {
			return status
		}
		r.Header.Set("Authorization", "Bearer resident")
		r.Header.Set("Content-Type", "application/json")
		res, err := s.Test(r)
		if err != nil {
			return status // the test's own client could not write it
		}
		b, _ := io.ReadAll(res.Body)
		res.Body.Close()
		status = res.StatusCode
		judge(t, s, method, r.URL.EscapedPath(), res, b)
		if status >= 500 {
			t.Fatalf("%s %s %q: %d %s", method, target, body, status, b)
		}
		if status >= 400 {
			checkRefusal(t, res, b, body)
		}
	}
	return status
}

// bend changes a text a little: a byte turned, left out, doubled, or a piece put elsewhere.
func bend(r *rand.Rand, text string) string {
	b := []byte(text)
	for range r.IntN(4) {
		at := r.IntN(len(b) + 1)
		switch r.IntN(4) {
		case 0:
			b = slices.Insert(b, at, byte(r.IntN(256)))
		case 1:
			if at < len(b) {
				b[at] = byte(r.IntN(256))
			}
		case 2:
			if at < len(b) {
				b = slices.Delete(b, at, at+1)
			}
		case 3:
			b = append(b, b[at:]...)
		}
	}
	return string(b)
}

func checkRefusal(t *testing.T, res *http.Response, answer []byte, body string) {
	var p Problem
	if err := json.Unmarshal(answer, &p); err != nil || p.Code == "" || p.Status != res.StatusCode {
		t.Fatalf("%d %q is no problem: %v", res.StatusCode, answer, err)
	}
	var sent struct{ Secret string }
	if json.Unmarshal([]byte(body), &sent) == nil && len(sent.Secret) > 12 && strings.Contains(string(answer), sent.Secret) {
		t.Fatalf("the refusal tells the secret: %s", answer)
	}
}

// TestManyAtOnce mixes requests on one server; run with -race it finds what two of them share.
func TestManyAtOnce(t *testing.T) {
	s := newTestServerWith(t, Config{Files: builtApp(), Limits: Limits{Address: Allowance{10_000, 10_000}, Account: Allowance{10_000, 10_000}}}, fakes{actors: cast}, testRoutes()...)
	whos := []string{"resident", "steward", "operator", "station"}
	var all sync.WaitGroup
	for i := range 200 {
		all.Go(func() {
			who := whos[i%len(whos)]
			want := fmt.Sprintf(`"by":%d`, cast[who].AccountID)
			r := httptest.NewRequest("GET", "/api/v1/test/1", nil)
			r.Header.Set("Authorization", "Bearer "+who)
			res, err := s.Test(r)
			if err != nil {
				t.Error(err)
				return
			}
			b, _ := io.ReadAll(res.Body)
			res.Body.Close()
			judge(t, s, r.Method, r.URL.Path, res, b)
			if res.StatusCode != 200 || !strings.Contains(string(b), want) {
				t.Errorf("%s: %d %s", who, res.StatusCode, b)
			}
			for _, path := range []string{"/", "/api/v1/test/leak", "/api/v1/test/panic", "/api/v1/test/sign-in"} {
				res, err := s.Test(httptest.NewRequest("GET", path, nil))
				if err != nil {
					t.Error(err)
					return
				}
				b, _ := io.ReadAll(res.Body)
				res.Body.Close()
				judge(t, s, "GET", path, res, b)
			}
		})
	}
	all.Wait()
}
