// Package apitest asks a server as a client would and holds every answer against the OpenAPI document: a status that
// is not documented, a field that is not promised or is missing, a null where there should be a list, fails the test
// that met it. Scenario tests go through it, so the document is as true as the tests are wide.
package apitest

import (
	"bytes"
	"encoding/json"
	"io"
	"mime"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"linli/api"
	"linli/api/contract"
)

// Client asks one server in the name of one person.
type Client struct {
	t        testing.TB
	server   *api.Server
	contract *contract.Contract
	token    string
	headers  http.Header
}

// New makes a client that is not signed in.
func New(t testing.TB, server *api.Server) *Client {
	return &Client{t: t, server: server, contract: contract.Of(server.Contract()), headers: http.Header{"X-Linli-Client": {"test"}}}
}

// For gives the client to a subtest, so that its failures are told there.
func (c *Client) For(t testing.TB) *Client {
	other := *c
	other.t = t
	return &other
}

// As gives a client that sends this access token.
func (c *Client) As(token string) *Client {
	other := *c
	other.token = token
	return &other
}

// Token is the access token that the client sends, for tests that send it in other ways.
func (c *Client) Token() string { return c.token }

// With gives a client that sends one more header.
func (c *Client) With(name, value string) *Client {
	other := *c
	other.headers = c.headers.Clone()
	other.headers.Set(name, value)
	return &other
}

// Get asks for a path.
func (c *Client) Get(path string) Answer {
	c.t.Helper()
	return c.Do(http.MethodGet, path, nil)
}

// Post sends a value as JSON.
func (c *Client) Post(path string, body any) Answer {
	c.t.Helper()
	return c.Do(http.MethodPost, path, body)
}

// Do sends a request. A body of type []byte or string goes as it is, every other one as JSON; nil is no body.
func (c *Client) Do(method, path string, body any) Answer {
	c.t.Helper()
	r := httptest.NewRequest(method, path, bytes.NewReader(c.encode(body)))
	r.Header = c.headers.Clone()
	if c.token != "" {
		r.Header.Set("Authorization", "Bearer "+c.token)
	}
	if body != nil && r.Header.Get("Content-Type") == "" {
		r.Header.Set("Content-Type", "application/json")
	}
	return c.Send(r)
}

// Send sends a request that the test has made itself, as it is.
func (c *Client) Send(r *http.Request) Answer {
	c.t.Helper()
	method, path := r.Method, r.URL.RequestURI()
	res, err := c.server.Test(r)
	if err != nil {
		c.t.Fatalf("%s %s: %v", method, path, err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		c.t.Fatalf("%s %s: %v", method, path, err)
	}
	a := Answer{t: c.t, asked: method + " " + path, Code: res.StatusCode, Header: res.Header, Body: b, Cookies: res.Cookies()}
	for _, fault := range c.contract.Faults(method, r.URL.Path, a.judged()) {
		c.t.Errorf("%s answers %d against the document: %s\n%s", a.asked, a.Code, fault, shortened(b))
	}
	return a
}

func (c *Client) encode(body any) []byte {
	switch body := body.(type) {
	case nil:
		return nil
	case []byte:
		return body
	case string:
		return []byte(body)
	}
	b, err := json.Marshal(body)
	if err != nil {
		c.t.Fatal(err)
	}
	return b
}

// Answer is what came back.
type Answer struct {
	t       testing.TB
	asked   string
	Code    int
	Header  http.Header
	Body    []byte
	Cookies []*http.Cookie
}

// OK demands a success and reads the body into v, unless v is nil.
func (a Answer) OK(v any) Answer {
	a.t.Helper()
	if a.Code < 200 || a.Code > 299 {
		a.t.Fatalf("%s: %d %s", a.asked, a.Code, shortened(a.Body))
	}
	if v != nil {
		a.read(v)
	}
	return a
}

// Want demands exactly this status.
func (a Answer) Want(code int) Answer {
	a.t.Helper()
	if a.Code != code {
		a.t.Fatalf("%s: %d, want %d: %s", a.asked, a.Code, code, shortened(a.Body))
	}
	return a
}

// Refused demands a refusal with this status and code, and gives it.
func (a Answer) Refused(status int, code string) api.Problem {
	a.t.Helper()
	a.Want(status)
	var p api.Problem
	a.read(&p)
	if p.Code != code {
		a.t.Fatalf("%s: code %s, want %s", a.asked, p.Code, code)
	}
	return p
}

// Lacks fails for each of the words that the answer must not tell, in the body or in a header.
func (a Answer) Lacks(words ...string) Answer {
	a.t.Helper()
	for _, word := range words {
		if word == "" {
			a.t.Fatal("an empty word is in every answer")
		}
		if strings.Contains(string(a.Body), word) {
			a.t.Errorf("%s tells %q: %s", a.asked, word, shortened(a.Body))
		}
		for name, values := range a.Header {
			if strings.Contains(strings.Join(values, "\n"), word) {
				a.t.Errorf("%s tells %q in %s", a.asked, word, name)
			}
		}
	}
	return a
}

// Tells fails for each of the words that the answer does not hold: without it, Lacks proves nothing.
func (a Answer) Tells(words ...string) Answer {
	a.t.Helper()
	for _, word := range words {
		if !strings.Contains(string(a.Body), word) {
			a.t.Errorf("%s does not tell %q: %s", a.asked, word, shortened(a.Body))
		}
	}
	return a
}

func (a Answer) read(v any) {
	a.t.Helper()
	if err := json.Unmarshal(a.Body, v); err != nil {
		a.t.Fatalf("%s: %v in %s", a.asked, err, shortened(a.Body))
	}
}

// judged is the answer as the contract reads it.
func (a Answer) judged() contract.Answer {
	t, _, _ := mime.ParseMediaType(a.Header.Get("Content-Type"))
	return contract.Answer{Status: a.Code, MediaType: t, Body: a.Body}
}

// Judge gives what says of any answer of the server, however it was asked for, where it is against the document.
func Judge(server *api.Server) func(method, path string, a Answer) []string {
	own := contract.Of(server.Contract())
	return func(method, path string, a Answer) []string { return own.Faults(method, path, a.judged()) }
}

func shortened(b []byte) string {
	if len(b) > 2000 {
		return string(b[:2000]) + " …"
	}
	return string(b)
}
