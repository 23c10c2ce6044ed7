package main

import (
	"fmt"
	"io"
	"log/slog"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"linli/models"
)

// newLog is the program's log: one JSON object a line. It is the second wall: nothing of ours writes a phone number, a
// token or somebody's text into it, and if a library's error does, signs that move the reader's cursor or turn his
// lines around stand as \u202e, mobile numbers as 138****0000, and tokens as (token).
func newLog(w io.Writer) *slog.Logger {
	return slog.New(slog.NewJSONHandler(w, &slog.HandlerOptions{ReplaceAttr: plainAttr}))
}

func plainAttr(_ []string, a slog.Attr) slog.Attr {
	a.Value = a.Value.Resolve()
	switch a.Value.Kind() {
	case slog.KindString:
		if a.Key != "request_id" { // ours, and its figures may look like anything
			a.Value = slog.StringValue(plainText(a.Value.String()))
		}
	case slog.KindAny:
		if err, ok := a.Value.Any().(error); ok && err != nil {
			a.Value = slog.StringValue(plainText(err.Error()))
		}
	}
	a.Key = plainText(a.Key)
	return a
}

var (
	figures  = regexp.MustCompile(`[0-9]+`)
	tokenish = regexp.MustCompile(`eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*(\.[A-Za-z0-9_-]*)?`)
)

// plainText takes out what does not belong into a log.
func plainText(text string) string {
	text = tokenish.ReplaceAllString(text, "(token)")
	text = figures.ReplaceAllStringFunc(text, func(n string) string {
		if models.Mobile(n) {
			return models.MaskPhone(n)
		}
		return n
	})
	if utf8.ValidString(text) && !strings.ContainsFunc(text, hidden) {
		return text
	}
	var b strings.Builder
	for _, r := range text { // a byte that is no rune comes as U+FFFD
		if hidden(r) {
			fmt.Fprintf(&b, `\u%04x`, r)
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

// hidden are the signs that a terminal or a viewer obeys instead of showing; line feed and tab are left to JSON, which
// writes them as two signs.
func hidden(r rune) bool {
	if r == '\n' || r == '\t' {
		return false
	}
	return unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Co, unicode.Cs) || r == unicode.ReplacementChar
}
