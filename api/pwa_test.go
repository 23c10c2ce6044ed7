package api

import (
	"encoding/json"
	"io/fs"
	"os"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"linli/pwa"
)

func builtApp() fs.FS {
	file := func(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }
	return fstest.MapFS{
		"index.html":             file("<!doctype html>page"),
		"index.html.br":          file("brotli page"),
		"index.html.gz":          file("gzip page"),
		"sw.js":                  file("worker"),
		"manifest.webmanifest":   file("{}"),
		"assets/app-1a2b.js":     file("script"),
		"assets/app-1a2b.js.map": file("map"),
		"icons/icon-192.png":     file("picture"),
		"csp-hashes.txt":         file("'sha256-abc='\n"),
		".vite/manifest.json":    file("{}"),
		".placeholder":           file(""),
	}
}

func TestApp(t *testing.T) {
	s := newTestServerWith(t, Config{Files: builtApp()}, fakes{actors: cast}, testRoutes()...)
	for _, c := range []struct {
		method, path, encodings string
		status                  int
		body, mediaType, cache  string
	}{
		{"GET", "/", "", 200, "<!doctype html>page", "text/html; charset=utf-8", cacheAsk},
		{"GET", "/", "gzip, deflate, br, zstd", 200, "brotli page", "text/html; charset=utf-8", cacheAsk},
		{"GET", "/", "gzip", 200, "gzip page", "text/html; charset=utf-8", cacheAsk},
		{"GET", "/", "br;q=0, gzip", 200, "gzip page", "text/html; charset=utf-8", cacheAsk},
		{"GET", "/tickets/17", "", 200, "<!doctype html>page", "text/html; charset=utf-8", cacheAsk},
		{"HEAD", "/tickets/17", "", 200, "", "text/html; charset=utf-8", cacheAsk},
		{"GET", "/apiary", "", 200, "<!doctype html>page", "text/html; charset=utf-8", cacheAsk},
		{"GET", "/sw.js", "", 200, "worker", "text/javascript; charset=utf-8", cacheAsk},
		{"GET", "/manifest.webmanifest", "", 200, "{}", "application/manifest+json", cacheAsk},
		{"GET", "/assets/app-1a2b.js", "br", 200, "script", "text/javascript; charset=utf-8", cacheForEver},
		{"GET", "/icons/icon-192.png", "", 200, "picture", "image/png", cacheDay},
		{"GET", "/assets/app-0000.js", "", 404, "route.not_found", problemType, "no-store"},
		{"GET", "/api", "", 404, "route.not_found", problemType, "no-store"},
		{"GET", "/api/v2/tickets", "", 404, "route.not_found", problemType, "no-store"},
		{"POST", "/tickets/17", "", 404, "route.not_found", problemType, "no-store"},
		{"GET", "/csp-hashes.txt", "", 404, "route.not_found", problemType, "no-store"},
		{"GET", "/.vite/manifest.json", "", 404, "route.not_found", problemType, "no-store"},
		{"GET", "/.placeholder", "", 404, "route.not_found", problemType, "no-store"},
		{"GET", "/assets/app-1a2b.js.map", "", 404, "route.not_found", problemType, "no-store"},
		{"GET", "/index.html.br", "", 404, "route.not_found", problemType, "no-store"},
		{"GET", "/../go.mod", "", 404, "route.not_found", problemType, "no-store"},
		{"GET", "/%2e%2e/go.mod", "", 404, "route.not_found", problemType, "no-store"},
	} {
		r := ask(t, s, c.method, c.path, "", "Accept-Encoding", c.encodings)
		if r.code != c.status || !strings.Contains(r.body, c.body) || r.header.Get("Content-Type") != c.mediaType || r.header.Get("Cache-Control") != c.cache {
			t.Errorf("%s %s (%s): %d %q %s %s", c.method, c.path, c.encodings, r.code, r.body, r.header.Get("Content-Type"), r.header.Get("Cache-Control"))
		}
	}
}

func TestAppIsAskedForAndNotSentAgain(t *testing.T) {
	s := newTestServerWith(t, Config{Files: builtApp()}, fakes{})
	first := ask(t, s, "GET", "/", "", "Accept-Encoding", "br")
	again := ask(t, s, "GET", "/", "", "Accept-Encoding", "br", "If-None-Match", first.header.Get("ETag"))
	if again.code != 304 || again.body != "" {
		t.Errorf("%d %q", again.code, again.body)
	}
	plain := ask(t, s, "GET", "/", "", "If-None-Match", first.header.Get("ETag"))
	if plain.code != 200 {
		t.Errorf("another encoding is another answer: %d", plain.code)
	}
}

func TestPagePolicy(t *testing.T) {
	s := newTestServerWith(t, Config{Files: builtApp()}, fakes{})
	policy := ask(t, s, "GET", "/", "").header.Get("Content-Security-Policy")
	for _, part := range []string{"default-src 'none'", "script-src 'self' 'sha256-abc=';", "base-uri 'none'", "frame-ancestors 'none'", "require-trusted-types-for 'script'"} {
		if !strings.Contains(policy, part) {
			t.Errorf("policy %q lacks %s", policy, part)
		}
	}
	if strings.Contains(policy, "unsafe") {
		t.Errorf("policy %q", policy)
	}
	worker := ask(t, s, "GET", "/sw.js", "").header.Get("Content-Security-Policy")
	if strings.Contains(worker, "sandbox") || !strings.Contains(worker, "connect-src 'self'") {
		t.Errorf("a service worker that may fetch nothing keeps nothing: %q", worker)
	}
	docs := ask(t, s, "GET", "/docs", "").header.Get("Content-Security-Policy")
	if strings.Contains(docs, "sha256") || !strings.Contains(docs, "script-src 'self';") {
		t.Errorf("the documentation has no inline script, its policy is %q", docs)
	}
}

func TestWithoutAppTheAPIStillAnswers(t *testing.T) {
	s := newTestServer(t)
	if r := ask(t, s, "GET", "/", ""); r.code != 404 || !strings.Contains(r.body, "app.not_built") {
		t.Errorf("%d %s", r.code, r.body)
	}
	if r := ask(t, s, "GET", "/healthz", ""); r.code != 200 {
		t.Errorf("%d %s", r.code, r.body)
	}
}

// TestHeadersOnEveryAnswer walks all routes, and every way to fail before one: each answer carries every header.
func TestHeadersOnEveryAnswer(t *testing.T) {
	s := newTestServerWith(t, Config{Files: builtApp()}, fakes{actors: cast}, testRoutes()...)
	asked := 0
	check := func(method, path string, header ...string) {
		t.Helper()
		asked++
		r := ask(t, s, method, path, "", header...)
		for name, want := range map[string]string{
			"X-Content-Type-Options":       "nosniff",
			"X-Frame-Options":              "DENY",
			"Referrer-Policy":              "no-referrer",
			"Strict-Transport-Security":    "max-age=31536000; includeSubDomains",
			"Cross-Origin-Opener-Policy":   "same-origin",
			"Cross-Origin-Resource-Policy": "same-origin",
			"Permissions-Policy":           permissions,
		} {
			if got := r.header.Get(name); got != want {
				t.Errorf("%s %s (%d): %s is %q", method, path, r.code, name, got)
			}
		}
		if !strings.Contains(r.header.Get("Content-Security-Policy"), "default-src 'none'") || !strings.Contains(r.header.Get("Content-Security-Policy"), "frame-ancestors 'none'") {
			t.Errorf("%s %s: policy %q", method, path, r.header.Get("Content-Security-Policy"))
		}
		if r.header.Get("Cache-Control") == "" || r.header.Get("X-Request-Id") == "" {
			t.Errorf("%s %s: no Cache-Control or no X-Request-Id", method, path)
		}
		if r.header.Get("Server") != "" {
			t.Errorf("%s %s: Server %q", method, path, r.header.Get("Server"))
		}
	}
	for _, r := range append(s.routes(), testRoutes()...) {
		if strings.HasSuffix(r.path, "/slow") {
			continue
		}
		path := regexp.MustCompile(`\{\w+\}`).ReplaceAllString(r.path, "1")
		check(r.method, path)
		check(r.method, path, "Authorization", "Bearer admin")
		check("OPTIONS", path)
	}
	check("GET", "/")
	check("GET", "/assets/app-1a2b.js")
	check("GET", "/nothing.js")
	check("BREW", "/")
	if asked < 30 {
		t.Errorf("only %d answers looked at", asked)
	}
}

// TestNamedFilesExist looks at the real build: what the manifest and the service worker name must be served.
func TestNamedFilesExist(t *testing.T) {
	files := pwa.Files()
	worker, err := fs.ReadFile(files, "sw.js")
	if err != nil {
		if os.Getenv("LINLI_TEST_REQUIRED") != "" {
			t.Fatal("the app is not built, and LINLI_TEST_REQUIRED says that it must be")
		}
		t.Skip("the app is not built")
	}
	s := newTestServerWith(t, Config{Files: files}, fakes{})
	named := []string{"/manifest.webmanifest"}
	for _, hit := range regexp.MustCompile("[\"'`](/(?:assets|icons)/[^\"'`]+|/[a-z0-9.-]+\\.(?:html|svg|js|json|webmanifest))[\"'`]").FindAllStringSubmatch(string(worker), -1) {
		named = append(named, hit[1])
	}
	var manifest struct {
		Icons []struct{ Src string } `json:"icons"`
	}
	b, err := fs.ReadFile(files, "manifest.webmanifest")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, &manifest); err != nil {
		t.Fatal(err)
	}
	for _, icon := range manifest.Icons {
		named = append(named, "/"+strings.TrimPrefix(icon.Src, "/"))
	}
	if len(named) < 5 {
		t.Fatalf("only %v: the search is broken", named)
	}
	for _, path := range named {
		if r := ask(t, s, "GET", path, ""); r.code != 200 {
			t.Errorf("%s is named and answers %d", path, r.code)
		}
	}
}
