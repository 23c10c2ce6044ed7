package api

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"io"
	"net/http/httptest"
	"strings"
	"testing"
)

// TestOneLineOneRequest: whatever is in a request, it makes one line, and the line tells no path, query, name or phone.
func TestOneLineOneRequest(t *testing.T) {
	var log bytes.Buffer
	s := newTestServerWith(t, Config{Log: logTo(&log)}, fakes{actors: cast}, testRoutes()...)
	for path, route := range map[string]string{
		"/api/v1/test/17?kind=a":                       "/api/v1/test/:id",
		"/api/v1/test/17?kind=13812345678":             "/api/v1/test/:id",
		"/api/v1/test/13812345678":                     "/api/v1/test/:id",
		"/13812345678%0a%7b%22level%22:%22ERROR%22%7d": "/",
		"/api/v1/nowhere/%E2%80%AE13812345678":         "/",
	} {
		log.Reset()
		ask(t, s, "GET", path, "", "Authorization", "Bearer resident", "User-Agent", "13812345678")
		lines := strings.Split(strings.TrimSpace(log.String()), "\n")
		if len(lines) != 1 {
			t.Fatalf("%s: %d lines\n%s", path, len(lines), log.String())
		}
		var line map[string]any
		if err := json.Unmarshal([]byte(lines[0]), &line); err != nil {
			t.Fatal(err)
		}
		if line["route"] != route || line["request_id"] == "" || line["method"] != "GET" {
			t.Errorf("%s: %v", path, line)
		}
		if strings.HasPrefix(route, "/api") && line["account"] != float64(1) {
			t.Errorf("%s: account %v", path, line["account"])
		}
		for _, secret := range []string{"13812345678", "resident", "kind"} {
			if strings.Contains(log.String(), secret) {
				t.Errorf("%s: the line tells %q: %s", path, secret, log.String())
			}
		}
	}
}

func TestMetrics(t *testing.T) {
	s := newTestServer(t, testRoutes()...)
	ask(t, s, "GET", "/api/v1/test/17", "", "Authorization", "Bearer resident")
	ask(t, s, "GET", "/api/v1/test/18", "", "Authorization", "Bearer resident")
	ask(t, s, "GET", "/api/v1/test/panic", "")
	w := httptest.NewRecorder()
	s.Metrics().ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
	for _, line := range []string{
		`linli_request_seconds_count{method="GET",route="/api/v1/test/:id",status="200"} 2`,
		`linli_request_seconds_count{method="GET",route="/api/v1/test/panic",status="500"} 1`,
		`go_goroutines`,
	} {
		if !strings.Contains(w.Body.String(), line) {
			t.Errorf("no %s", line)
		}
	}
	if r := ask(t, s, "GET", "/metrics", ""); strings.Contains(r.body, "go_goroutines") {
		t.Error("strangers can read the figures")
	}
}

func TestLongAnswersArePacked(t *testing.T) {
	long := strings.Repeat("物业", 2000)
	s := newTestServer(t, route{"GET", "/api/v1/long", anyone, "long", on(func(context.Context, *struct{}) (*struct{ Body string }, error) {
		return &struct{ Body string }{long}, nil
	})})
	packed := ask(t, s, "GET", "/api/v1/long", "", "Accept-Encoding", "gzip, br")
	if packed.header.Get("Content-Encoding") != "gzip" || !strings.Contains(packed.header.Get("Vary"), "Accept-Encoding") || len(packed.body) > len(long)/4 {
		t.Fatalf("%d bytes, %v", len(packed.body), packed.header)
	}
	z, err := gzip.NewReader(strings.NewReader(packed.body))
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(z)
	if err != nil || !strings.Contains(string(b), long) {
		t.Errorf("%v, %d bytes", err, len(b))
	}
	if plain := ask(t, s, "GET", "/api/v1/long", ""); plain.header.Get("Content-Encoding") != "" || !strings.Contains(plain.body, long) {
		t.Error("packed for somebody who did not ask")
	}
	if short := ask(t, s, "GET", "/healthz", "", "Accept-Encoding", "gzip"); short.header.Get("Content-Encoding") != "" {
		t.Error("a short answer was packed")
	}
}
