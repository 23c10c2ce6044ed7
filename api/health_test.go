package api

import (
	"errors"
	"strings"
	"testing"
)

// TestReadyTellsWhatIsWrong goes through the states of the house.
func TestReadyTellsWhatIsWrong(t *testing.T) {
	away := errors.New("secret address")
	for name, c := range map[string]struct {
		database, photos error
		behind           []string
		leaving, copied  bool
		code             int
		tells            []string
	}{
		"well":          {code: 200, tells: []string{`"status":"ok"`, `"database":"ok"`, `"photos":"ok"`, `"requests":"ok"`, `"jobs":"ok"`, `"messages":"ok"`, `"copy":"none"`}},
		"copied":        {copied: true, code: 200, tells: []string{`"status":"ok"`, `"copy":"ok"`}},
		"copy late":     {copied: true, behind: []string{"copy"}, code: 200, tells: []string{`"status":"degraded"`, `"copy":"behind"`}},
		"no photos":     {photos: away, code: 200, tells: []string{`"status":"degraded"`, `"photos":"away"`, `"database":"ok"`}},
		"jobs late":     {behind: []string{"jobs"}, code: 200, tells: []string{`"status":"degraded"`, `"jobs":"behind"`, `"messages":"ok"`}},
		"messages late": {behind: []string{"messages"}, code: 200, tells: []string{`"status":"degraded"`, `"messages":"behind"`, `"jobs":"ok"`}},
		"no database":   {database: away, code: 503, tells: []string{`"server.database_away"`, `"database":"away"`, `"photos":"ok"`}},
		"nothing":       {database: away, photos: away, code: 503, tells: []string{`"server.database_away"`, `"database":"away"`, `"photos":"away"`}},
		"leaving":       {leaving: true, code: 503, tells: []string{`"server.leaving"`}},
	} {
		s := newTestServerWith(t, Config{Copied: c.copied}, fakes{actors: cast, down: c.database, noPhotos: c.photos, behind: c.behind})
		if c.leaving {
			s.Leave()
		}
		r := ask(t, s, "GET", "/readyz", "")
		if r.code != c.code {
			t.Errorf("%s: %d", name, r.code)
		}
		for _, word := range c.tells {
			if !strings.Contains(r.body, word) {
				t.Errorf("%s: no %s in %s", name, word, r.body)
			}
		}
		if strings.Contains(r.body, "secret") {
			t.Errorf("%s: %s", name, r.body)
		}
		if c.code == 503 && r.header.Get("Retry-After") == "" {
			t.Errorf("%s: does not say when to come again", name)
		}
		if r := ask(t, s, "GET", "/healthz", ""); r.code != 200 {
			t.Errorf("%s: /healthz %d", name, r.code)
		}
	}
}
