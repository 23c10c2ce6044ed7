package main

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"linli/api/apitest"
)

// TestHostilePhotosAtTheDoor sends files of strangers through the whole program, each under every content type that
// somebody may claim. The bytes decide: what is no picture is refused for good in the same words under each name, what
// is one is served as a JPEG without a byte of what it brought along, and is never run or guessed at by a browser.
func TestHostilePhotosAtTheDoor(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		resident := w.as(w.Resident)
		const payload = "<script>alert('CANARY 34.83N')</script>"
		insert := func(segment string) func([]byte) []byte {
			return func(p []byte) []byte { return bytes.Join([][]byte{p[:2], []byte(segment), p[2:]}, nil) }
		}
		app1 := "\xff\xe1" + string([]byte{0, byte(2 + len("Exif\x00\x00"+payload))}) + "Exif\x00\x00" + payload
		for i, c := range []struct {
			name string
			bend func([]byte) []byte
			code string
		}{
			{"a picture with a script as EXIF", insert(app1), ""},
			{"a picture with HTML behind it", func(p []byte) []byte { return append(p, payload...) }, ""},
			{"a picture behind HTML", func(p []byte) []byte { return append([]byte(payload), p...) }, "photo.not_a_photo"},
			{"a picture cut in half", func(p []byte) []byte { return p[:len(p)/2] }, "photo.broken"},
			{"an SVG", func([]byte) []byte {
				return []byte("<svg xmlns='http://www.w3.org/2000/svg'>" + payload + fmt.Sprint(w.clientID()) + "</svg>")
			}, "photo.not_a_photo"},
			{"a PDF", func([]byte) []byte { return []byte("%PDF-1.7 " + payload + w.clientID()) }, "photo.not_a_photo"},
		} {
			for _, kind := range []string{"image/jpeg", "image/png", "image/svg+xml", "text/html", "application/octet-stream", "image/jpeg; charset=\"><script>"} {
				file := c.bend(bytes.Clone(w.picture()))
				listed := w.claim(file, "before")
				body := w.filing("REP-01", fmt.Sprintf("灯不亮 %d", i))
				body["photos"] = []claim{listed}
				var filed filedJSON
				resident.Post("/api/v1/tickets", body).OK(&filed)
				answer := resident.With("Content-Type", kind).With("X-Content-SHA256", listed["sha256"].(string)).Do("PUT", "/api/v1/photos/"+listed["client_id"].(string), file)
				if c.code != "" {
					if status := map[string]int{"photo.broken": 422, "photo.not_a_photo": 415}[c.code]; answer.Code != status || !strings.Contains(string(answer.Body), `"code":"`+c.code+`"`) {
						t.Errorf("%s as %s: %d %s", c.name, kind, answer.Code, answer.Body)
					}
					continue
				}
				answer.Want(201)
				resident.Get(path(filed.Ticket.ID, "")).OK(&filed.Ticket)
				for _, size := range []string{"full", "thumb"} {
					served := resident.Get(fmt.Sprintf("/api/v1/photos/%d?size=%s", filed.Ticket.Photos[0].ID, size)).Want(200).Lacks("script", "CANARY", "Exif")
					mustBeInert(t, c.name+" as "+kind, served)
				}
			}
		}
	})
}

func mustBeInert(t *testing.T, what string, served apitest.Answer) {
	t.Helper()
	for name, want := range map[string]string{"Content-Type": "image/jpeg", "X-Content-Type-Options": "nosniff", "Cross-Origin-Resource-Policy": "same-origin"} {
		if got := served.Header.Get(name); got != want {
			t.Errorf("%s is served with %s %q", what, name, got)
		}
	}
	if policy := served.Header.Get("Content-Security-Policy"); !strings.Contains(policy, "sandbox") || !strings.Contains(policy, "default-src 'none'") {
		t.Errorf("%s is served under %q", what, policy)
	}
	if !bytes.HasPrefix(served.Body, []byte("\xff\xd8\xff")) {
		t.Errorf("%s is served as no JPEG", what)
	}
}
