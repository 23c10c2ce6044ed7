package api

import (
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

// The whole policy of each kind of answer, written out once more: a change of headers.go has to be meant.
const (
	dataPolicy = "default-src 'none'; frame-ancestors 'none'; sandbox"
	appPolicy  = "default-src 'none'; script-src 'self' 'sha256-abc='; style-src 'self'; img-src 'self' blob:; media-src 'self' blob:; " +
		"connect-src 'self'; font-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; " +
		"base-uri 'none'; frame-ancestors 'none'; object-src 'none'; require-trusted-types-for 'script'"
	scriptPolicy = "default-src 'none'; script-src 'self'; connect-src 'self'; frame-ancestors 'none'"
)

var pageOfDocsPolicy = strings.Replace(appPolicy, " 'sha256-abc='", "", 1)

// usual are the names of headers that an answer of ours may have. Nothing names the software, and nothing lets another
// site read us.
var usual = []string{
	"Allow", "Cache-Control", "Clear-Site-Data", "Connection", "Content-Disposition", "Content-Encoding", "Content-Length", "Content-Security-Policy", "Content-Type",
	"Cross-Origin-Opener-Policy", "Cross-Origin-Resource-Policy", "Date", "Etag", "Permissions-Policy", "Ratelimit", "Ratelimit-Policy", "Referrer-Policy",
	"Retry-After", "Set-Cookie", "Strict-Transport-Security", "Vary", "Www-Authenticate", "X-Content-Type-Options", "X-Frame-Options", "X-Request-Id",
}

// TestHeadersOverTheWire sends requests of every kind through a real connection and demands each header, whole, on
// every answer: pages, scripts, pictures, data, and all the ways to be refused, those included in which the server
// below us never gets as far as a request (GO-2026-5912 was a header that only successful answers had).
func TestHeadersOverTheWire(t *testing.T) {
	s := newTestServerWith(t, Config{Files: builtApp()}, fakes{actors: cast}, testRoutes()...)
	address := listen(t, s)
	const signedIn = "Authorization: Bearer resident\r\n"
	request := func(method, path, headers, body string) string {
		if body != "" {
			headers += fmt.Sprintf("Content-Length: %d\r\n", len(body))
		}
		return method + " " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + headers + "\r\n" + body
	}
	const asJSON = "Content-Type: application/json\r\n"
	statuses := map[int]bool{}
	for name, c := range map[string]struct {
		request string
		status  int
		policy  string
	}{
		"page":                    {request("GET", "/", "", ""), 200, appPolicy},
		"page, head only":         {request("HEAD", "/", "", ""), 200, appPolicy},
		"page of an address":      {request("GET", "/q/poster", "", ""), 200, appPolicy},
		"page, kept":              {request("GET", "/", "If-None-Match: "+etagOf(t, s, "/")+"\r\n", ""), 304, appPolicy},
		"script":                  {request("GET", "/assets/app-1a2b.js", "", ""), 200, scriptPolicy},
		"service worker":          {request("GET", "/sw.js", "", ""), 200, scriptPolicy},
		"manifest":                {request("GET", "/manifest.webmanifest", "", ""), 200, dataPolicy},
		"icon":                    {request("GET", "/icons/icon-192.png", "", ""), 200, dataPolicy},
		"documentation":           {request("GET", "/docs", "", ""), 200, pageOfDocsPolicy},
		"its script":              {request("GET", "/docs/page.js", "", ""), 200, pageOfDocsPolicy},
		"its style":               {request("GET", "/docs/page.css", "", ""), 200, pageOfDocsPolicy},
		"the document":            {request("GET", "/api/v1/openapi.json", "", ""), 200, dataPolicy},
		"health":                  {request("GET", "/healthz", "", ""), 200, dataPolicy},
		"data":                    {request("GET", "/api/v1/test/1", signedIn, ""), 200, dataPolicy},
		"upload":                  {request("PUT", "/api/v1/test/upload", signedIn+"Content-Type: image/jpeg\r\n", "x"), 200, dataPolicy},
		"nothing to say":          {request("POST", "/api/v1/test/sign-in", asJSON, `{"user":"lin","secret":"secret-secret"}`), 204, dataPolicy},
		"no JSON":                 {request("POST", "/api/v1/test/sign-in", asJSON, `{`), 400, dataPolicy},
		"no token":                {request("GET", "/api/v1/test/1", "", ""), 401, dataPolicy},
		"foreign page":            {request("POST", "/api/v1/test/cookie", "", ""), 403, dataPolicy},
		"foreign page's question": {request("OPTIONS", "/api/v1/test/cookie", "Origin: https://evil.example\r\nAccess-Control-Request-Method: POST\r\n", ""), 405, dataPolicy},
		"foreign page with data":  {request("GET", "/healthz", "Origin: https://evil.example\r\n", ""), 200, dataPolicy},
		"role":                    {request("GET", "/api/v1/scores", signedIn, ""), 403, dataPolicy},
		"no such id":              {request("GET", "/api/v1/test/0", signedIn, ""), 404, dataPolicy},
		"no such route":           {request("GET", "/api/v1/nowhere", "", ""), 404, dataPolicy},
		"no such file":            {request("GET", "/nothing.js", "", ""), 404, dataPolicy},
		"no such page to post":    {request("POST", "/", "", ""), 404, dataPolicy},
		"wrong method":            {request("DELETE", "/healthz", "", ""), 405, dataPolicy},
		"no method":               {request("BREW", "/", "", ""), 405, dataPolicy},
		"trace":                   {request("TRACE", "/healthz", "", ""), 405, dataPolicy},
		"conflict":                {request("GET", "/api/v1/test/refuse/conflict", "", ""), 409, dataPolicy},
		"too large by its length": {request("POST", "/api/v1/test/sign-in", asJSON, strings.Repeat("x", jsonLimit+1)), 413, dataPolicy},
		"too large when read":     {request("POST", "/api/v1/test/sign-in", asJSON+"Transfer-Encoding: chunked\r\n", "") + chunk(jsonLimit+1), 413, dataPolicy},
		"not JSON":                {request("POST", "/api/v1/test/sign-in", "Content-Type: text/html\r\n", `{}`), 415, dataPolicy},
		"invalid":                 {request("POST", "/api/v1/test/sign-in", asJSON, `{}`), 422, dataPolicy},
		"too often":               {request("GET", "/api/v1/test/refuse/limited", "", ""), 429, dataPolicy},
		"headers without end":     {request("GET", "/", "X: "+strings.Repeat("x", 32<<10)+"\r\n", ""), 431, dataPolicy},
		"our fault":               {request("GET", "/api/v1/test/leak", "", ""), 500, dataPolicy},
		"panic":                   {request("GET", "/api/v1/test/panic", "", ""), 500, dataPolicy},
		"away":                    {request("GET", "/api/v1/test/refuse/unavailable", "", ""), 503, dataPolicy},
		"no request at all":       {"\x16\x03\x01 not http\r\n\r\n", 400, dataPolicy},
		"a header that is none":   {"GET / HTTP/1.1\r\nHost: x\r\nno colon here\r\n\r\n", 400, dataPolicy},
	} {
		res := send(t, address, c.request)
		statuses[res.StatusCode] = true
		if res.StatusCode != c.status {
			t.Errorf("%s: %d, want %d", name, res.StatusCode, c.status)
		}
		judgeHeaders(t, name, res.Header, c.policy)
	}
	if len(statuses) < 16 {
		t.Errorf("only %d kinds of status were seen: %v", len(statuses), statuses)
	}
}

func judgeHeaders(t *testing.T, name string, h http.Header, policy string) {
	t.Helper()
	for header, want := range map[string]string{
		"Content-Security-Policy":      policy,
		"X-Content-Type-Options":       "nosniff",
		"X-Frame-Options":              "DENY",
		"Referrer-Policy":              "no-referrer",
		"Permissions-Policy":           "camera=(self), geolocation=(self), microphone=(self), payment=(), usb=()",
		"Strict-Transport-Security":    "max-age=31536000; includeSubDomains",
		"Cross-Origin-Opener-Policy":   "same-origin",
		"Cross-Origin-Resource-Policy": "same-origin",
	} {
		if got := h.Values(header); len(got) != 1 || got[0] != want {
			t.Errorf("%s: %s is %q, want %q once", name, header, got, want)
		}
	}
	if len(h.Values("Cache-Control")) != 1 || len(h.Get("X-Request-Id")) != 16 {
		t.Errorf("%s: Cache-Control %q, X-Request-Id %q", name, h.Values("Cache-Control"), h.Get("X-Request-Id"))
	}
	for header := range h {
		if !slices.Contains(usual, header) {
			t.Errorf("%s: a header %s, which nobody expects", name, header)
		}
	}
}

// send writes bytes on a connection of their own and reads the answer.
func send(t *testing.T, address, request string) *http.Response {
	t.Helper()
	c, r := dial(t, address)
	c.SetDeadline(time.Now().Add(30 * time.Second))
	go io.WriteString(c, request)
	var of *http.Request
	if strings.HasPrefix(request, "HEAD ") {
		of = &http.Request{Method: "HEAD"}
	}
	res, err := http.ReadResponse(r, of)
	if err != nil {
		t.Fatalf("%.40q: %v", request, err)
	}
	io.Copy(io.Discard, res.Body)
	return res
}

func chunk(size int) string {
	return fmt.Sprintf("%x\r\n%s\r\n0\r\n\r\n", size, strings.Repeat("x", size))
}

func etagOf(t *testing.T, s *Server, path string) string {
	return ask(t, s, "GET", path, "").header.Get("ETag")
}
