package api

import (
	"encoding/json"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

func TestZeroDoesNotComeIn(t *testing.T) {
	for document, want := range map[string]string{
		`"灯不亮"`:          "灯不亮",
		`"a\u0000b"`:     "ab",
		`"\u0000"`:       "",
		`"\\u0000"`:      `\u0000`, // an escaped backslash and five letters
		`"\\\u0000\\"`:   `\\`,
		`"\n\u0000\u00"`: "broken",
		`"\u0000`:        "broken",
	} {
		var got string
		if err := strictJSON.Unmarshal([]byte(document), &got); err != nil {
			got = "broken"
		}
		if got != want {
			t.Errorf("%s is read as %q, want %q", document, got, want)
		}
	}
}

// FuzzWithoutZero: what is JSON stays JSON and means the same but for the letter left out; what is none becomes none.
func FuzzWithoutZero(f *testing.F) {
	for _, seed := range []string{`{"a":"\u0000"}`, `"\\u0000"`, `"\\\u0000"`, `"\ud800\u0000"`, `\`, `"\u0000\`, `{"\u0000":1}`, "\"\\u0000\u0000\""} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, document []byte) {
		out := withoutZero(document)
		var before, after any
		wasGood, isGood := json.Unmarshal(document, &before) == nil, json.Unmarshal(out, &after) == nil
		if wasGood && !isGood {
			t.Fatalf("%q became %q, which is no JSON", document, out)
		}
		if !isGood {
			return
		}
		text, err := json.Marshal(after)
		if err != nil || strings.Contains(strings.ReplaceAll(string(text), `\\`, ""), `\u0000`) {
			t.Fatalf("%q still holds the letter: %q", document, text)
		}
		if string(withoutZero(out)) != string(out) {
			t.Fatalf("%q: a second time takes out more", document)
		}
		if before, ok := before.(string); wasGood && ok && strings.ReplaceAll(before, "\x00", "") != after {
			t.Fatalf("%q became %q", before, after)
		}
	})
}

// An address that is no text is refused before anybody looks at it: on Postgres it was a failure of ours. In the path it names
// something that cannot exist, as letters where a number stands do.
func TestAddressesThatAreNoText(t *testing.T) {
	s := newTestServerWith(t, Config{}, fakes{actors: cast}, testRoutes()...)
	for _, query := range []string{"kind=%ff", "kind=%00", "%ff=a", "kind=a%c3", "kind=%ed%a0%80", "%00"} {
		refusedAt(t, s, "/api/v1/test/1?"+query, 422, "request.invalid")
	}
	for _, name := range []string{"%ff%feq", "1%00", "\xff\xfeq", "%ed%a0%80"} {
		refusedAt(t, s, "/api/v1/test/refuse/"+name, 404, "request.not_found")
	}
}

// refusedAt asks at an address as it stands there, be it one that a client would mend.
func refusedAt(t *testing.T, s *Server, address string, status int, code string) {
	r := httptest.NewRequest("GET", "/", nil)
	r.URL, r.RequestURI = &url.URL{Opaque: address}, address
	r.Header.Set("Authorization", "Bearer resident")
	res := judged(t, s, r, address)
	var p Problem
	json.Unmarshal([]byte(res.body), &p)
	if res.code != status || p.Code != code || p.Field != "" {
		t.Errorf("%s: %d %s %s", address, res.code, p.Code, p.Field)
	}
}
