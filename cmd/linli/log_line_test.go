package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"unicode"
)

func TestLogLines(t *testing.T) {
	for text, want := range map[string]string{
		"plain 邻里 é":                               "plain 邻里 é",
		"two\nlines":                               "two\nlines",
		"\x1b[2Jcleared":                           `\u001b[2Jcleared`,
		"\u202etxt.exe":                            `\u202etxt.exe`,
		"a\u2028b\u2029c\u200bd\ufeffe":            `a\u2028b\u2029c\u200bd\ufeffe`,
		"\u2066isolated\u2069":                     `\u2066isolated\u2069`,
		"duplicate key (phone)=(13800138000)":      "duplicate key (phone)=(138****8000)",
		"order 2026112513800138000":                "order 2026112513800138000",
		"Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIi.xyz": "Bearer (token)",
		"broken \xff byte":                         `broken \ufffd byte`,
	} {
		var b bytes.Buffer
		log := newLog(&b)
		log.Error(text, "err", errors.New(text), text, text)
		if strings.Count(b.String(), "\n") != 1 {
			t.Errorf("%q makes %d lines", text, strings.Count(b.String(), "\n"))
		}
		var line map[string]any
		if err := json.Unmarshal(b.Bytes(), &line); err != nil {
			t.Fatal(err)
		}
		if line["msg"] != want || line["err"] != want || line[want] != want {
			t.Errorf("%q became %v, want %q", text, line, want)
		}
	}
}

// TestThePlainHandlerWouldObey is the control: the library's own handler writes what turns a line around as it stands.
func TestThePlainHandlerWouldObey(t *testing.T) {
	var b bytes.Buffer
	json.NewEncoder(&b).Encode("\u202e13800138000")
	if !strings.Contains(b.String(), "\u202e") {
		t.Error("JSON escapes it by itself: newLog has nothing to do")
	}
}

func FuzzLogLine(f *testing.F) {
	for _, seed := range []string{"\r\n{\"level\":\"ERROR\"}", "\u202e", "13800138000", "eyJhbGciOiJub25lIn0.e30.", "\xf0\x28\x8c\x28", "\x00", "\u0085"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var b bytes.Buffer
		newLog(&b).Error("request", "route", text, "err", errors.New(text))
		line := strings.TrimSuffix(b.String(), "\n")
		if strings.ContainsAny(line, "\n\r") || !json.Valid([]byte(line)) {
			t.Fatalf("%q makes %q", text, line)
		}
		if i := strings.IndexFunc(line, func(r rune) bool {
			return unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp) || r == unicode.ReplacementChar
		}); i >= 0 {
			t.Fatalf("%q leaves %q in the line", text, line[i:])
		}
	})
}
