package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"linli/models"
	"linli/storage"
	"linli/storage/storagetest"
)

// TestTheControlAnswersTheSame holds the control's list against the product's, byte for byte: a control that says less
// would be no control.
func TestTheControlAnswersTheSame(t *testing.T) {
	filling := storagetest.Filling{Tickets: 2000, PhotosPerTicket: 1, Now: models.UTC(time.Now())}
	for kind, o := range map[string]storage.Options{"sqlite": {Dir: t.TempDir()}, "postgres": {}} {
		t.Run(kind, func(t *testing.T) {
			if kind == "postgres" {
				o.URL = storagetest.Migrated(t)
			}
			p := place{kind, o, filling}
			if _, err := storagetest.Fill(t.Context(), o, filling); err != nil {
				t.Fatal(err)
			}
			product, err := productServer(t.Context(), p)
			if err != nil {
				t.Fatal(err)
			}
			control, err := controlApp(t.Context(), p)
			if err != nil {
				t.Fatal(err)
			}
			sign, err := tokens()
			if err != nil {
				t.Fatal(err)
			}
			for _, l := range sortedLookers(p) {
				token, _, err := sign.MakeToken(models.Access{AccountID: l.actor.AccountID, SessionID: 1}, nil)
				if err != nil {
					t.Fatal(err)
				}
				ask := func(test func(*http.Request) (*http.Response, error)) string {
					r := httptest.NewRequest("GET", "/api/v1/tickets?box="+l.box, nil)
					r.Header.Set("Authorization", "Bearer "+token)
					answer, err := test(r)
					if err != nil {
						t.Fatal(err)
					}
					defer answer.Body.Close()
					b, err := io.ReadAll(answer.Body)
					if err != nil || answer.StatusCode != http.StatusOK {
						t.Fatalf("%s: %d %v %s", l.name, answer.StatusCode, err, b)
					}
					return string(b)
				}
				ours := ask(product.Test)
				theirs := ask(func(r *http.Request) (*http.Response, error) { return control.Test(r, -1) })
				if trimmed(ours) != trimmed(theirs) || len(ours) < 500 {
					t.Errorf("%s\nours   %.1500s\ntheirs %.1500s", l.name, ours, theirs)
				}
			}
		})
	}
}

// trimmed drops the line end that one encoder writes.
func trimmed(s string) string {
	for len(s) > 0 && s[len(s)-1] == '\n' {
		s = s[:len(s)-1]
	}
	return s
}
