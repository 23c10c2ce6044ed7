package api

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"mime"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"

	"linli/api/contract"
	"linli/models"
)

var update = flag.Bool("update", false, "write the golden files")

// fakes stand in for storage in the tests of this package's own machinery. The token is the account's name.
type fakes struct {
	actors   map[string]models.Actor
	down     error // the database
	noPhotos error
	behind   []string
}

func (f fakes) ReadToken(raw string) (models.Access, error) {
	a, ok := f.actors[raw]
	if !ok {
		return models.Access{}, models.Refuse(models.SignedOut, "session.bad_token")
	}
	return models.Access{AccountID: a.AccountID, SessionID: 1}, nil
}

func (f fakes) LoadActor(_ context.Context, access models.Access) (models.Actor, error) {
	for _, a := range f.actors {
		if a.AccountID == access.AccountID {
			return a, nil
		}
	}
	return models.Actor{}, models.Refuse(models.SignedOut, "session.ended")
}

func (f fakes) PingDatabase(context.Context) error { return f.down }
func (f fakes) PingPhotos(context.Context) error   { return f.noPhotos }
func (f fakes) Behind() []string                   { return f.behind }

func person(id int64, roles ...models.Role) models.Actor {
	a := models.Actor{AccountID: id, SessionID: 1}
	for _, r := range roles {
		a.Held = append(a.Held, models.Held{Role: r, Approved: true})
	}
	return a
}

func owing(a models.Actor) models.Actor {
	a.FactorDue = true
	return a
}

var cast = map[string]models.Actor{
	"resident":  person(1, models.Resident),
	"steward":   person(2, models.BuildingSteward),
	"operator":  person(3, models.OperatorStaff),
	"station":   person(4, models.StationStaff),
	"centre":    person(5, models.CenterOfficer),
	"admin":     person(6, models.Admin),
	"auditor":   person(7, models.Auditor),
	"mediator":  person(8, models.Mediator),
	"new admin": owing(person(10, models.Admin)),                                  // has no second factor yet
	"applicant": {AccountID: 9, Held: []models.Held{{Role: models.StationStaff}}}, // asked for, not approved
}

// newTestServer builds a server with the program's routes and some more lines of the test's own.
func newTestServer(t *testing.T, more ...route) *Server {
	t.Helper()
	return newTestServerWith(t, Config{}, fakes{actors: cast}, more...)
}

func newTestServerWith(t *testing.T, config Config, f fakes, more ...route) *Server {
	t.Helper()
	return build(config, Uses{Tokens: f, Actors: f, Health: f}, more)
}

type reply struct {
	code   int
	header http.Header
	body   string
}

func ask(t *testing.T, s *Server, method, path, body string, header ...string) reply {
	t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	return judged(t, s, r, path)
}

// judged gives the answer to a request, held against the document of the server, as apitest does for the tests outside of this package.
func judged(t testing.TB, s *Server, r *http.Request, path string) reply {
	t.Helper()
	res, err := s.Test(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	judge(t, s, r.Method, path, res, b)
	return reply{res.StatusCode, res.Header, string(b)}
}

func judge(t testing.TB, s *Server, method, path string, res *http.Response, body []byte) {
	t.Helper()
	path, _, _ = strings.Cut(path, "?")
	if strings.HasPrefix(path, "/api/") && res.Header.Get("Content-Encoding") == "gzip" {
		z, err := gzip.NewReader(bytes.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		if body, err = io.ReadAll(z); err != nil {
			t.Fatal(err)
		}
	}
	media, _, _ := mime.ParseMediaType(res.Header.Get("Content-Type"))
	for _, fault := range contract.Of(s.Contract()).Faults(method, path, contract.Answer{Status: res.StatusCode, MediaType: media, Body: body}) {
		t.Errorf("%s %s answers %d against the document: %s\n%.500s", method, path, res.StatusCode, fault, body)
	}
}

type signIn struct {
	Body struct {
		User   string   `json:"user" minLength:"3" maxLength:"10"`
		Secret string   `json:"secret" minLength:"8"`
		Level  int      `json:"level,omitempty" minimum:"1" maximum:"5"`
		Tags   []string `json:"tags,omitempty" maxItems:"2"`
	}
}

type listAnswer struct {
	Body struct {
		Items []struct {
			Parts []string `json:"parts"`
		} `json:"items"`
		By int64 `json:"by"`
	}
}

// testRoutes are doors of every kind of trouble.
func testRoutes() []route {
	list := func(ctx context.Context, in *struct {
		ID   int64  `path:"id" minimum:"1"`
		Kind string `query:"kind" enum:"a,b"`
	}) (*listAnswer, error) {
		out := &listAnswer{}
		out.Body.By = actor(ctx).AccountID
		out.Body.Items = make([]struct {
			Parts []string `json:"parts"`
		}, min(in.ID, 1))
		return out, nil
	}
	return []route{
		{"GET", "/api/v1/test/{id}", signed, "testList", on(list)},
		{"GET", "/api/v1/test/fixed", anyone, "testFixed", on(func(context.Context, *struct{}) (*listAnswer, error) { return &listAnswer{}, nil })},
		{"POST", "/api/v1/test/sign-in", anyone, "testSignIn", on(func(context.Context, *signIn) (*struct{}, error) { return nil, nil })},
		{"POST", "/api/v1/test/cookie", cookie, "testCookie", on(func(context.Context, *struct{}) (*struct{}, error) { return nil, nil })},
		{"GET", "/api/v1/test/leak", anyone, "testLeak", on(func(context.Context, *struct{}) (*struct{}, error) {
			return nil, errors.New("secret database text")
		})},
		{"GET", "/api/v1/test/panic", anyone, "testPanic", on(func(context.Context, *struct{}) (*struct{}, error) { panic("secret panic text") })},
		{"GET", "/api/v1/test/refuse/{kind}", anyone, "testRefuse", on(func(_ context.Context, in *struct {
			Kind string `path:"kind"`
		}) (*struct{}, error) {
			return nil, fmt.Errorf("wrapped: %w", &models.Error{Kind: models.Kind(in.Kind), Code: "test.refused", Field: "text", Params: map[string]any{"most": 3}, Err: errors.New("secret cause")})
		}, failsWith(403, 409, 413, 415))},
		{"GET", "/api/v1/test/slow", anyone, "testSlow", on(func(ctx context.Context, _ *struct{}) (*struct{}, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		})},
		{"PUT", "/api/v1/test/upload", signed, "testUpload", on(testUpload, upload(1<<20, "image/jpeg"))},
	}
}

type uploadAnswer struct {
	Body struct {
		Bytes int64 `json:"bytes"`
	}
}

func testUpload(_ context.Context, in *struct{ Upload }) (*uploadAnswer, error) {
	n, err := io.Copy(io.Discard, in.Reader())
	if err != nil {
		return nil, err
	}
	in.Reader().Read(make([]byte, 1)) // some readers ask once more after the end
	out := &uploadAnswer{}
	out.Body.Bytes = n
	return out, nil
}

var _ huma.StatusError = (*Problem)(nil)

func logTo(w io.Writer) *slog.Logger { return slog.New(slog.NewJSONHandler(w, nil)) }
