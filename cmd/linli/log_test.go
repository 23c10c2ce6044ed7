package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"

	"linli/api/apitest"
)

// diary keeps the program's log.
type diary struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (d *diary) Write(p []byte) (int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.text.Write(p)
}

func (d *diary) String() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.text.String()
}

// lines gives the log as values, and complains about a line that is not JSON.
func (d *diary) lines(t *testing.T) (lines []map[string]any) {
	t.Helper()
	for text := range strings.Lines(d.String()) {
		var line map[string]any
		if err := json.Unmarshal([]byte(text), &line); err != nil {
			t.Errorf("not a line of JSON: %q", text)
		}
		lines = append(lines, line)
	}
	return lines
}

// canariesIn lists the canaries that a log gives away, as they are or as JSON writes them.
func canariesIn(log string, canaries []string) (found []string) {
	for _, c := range canaries {
		escaped, _ := json.Marshal(c)
		if strings.Contains(log, c) || strings.Contains(log, strings.Trim(string(escaped), `"`)) {
			found = append(found, c)
		}
	}
	return found
}

// TestTheLogTellsOfNobody does what people do, and what they do wrong, with canaries in every place where something
// personal goes. Every request leaves exactly one line of its own, and no line of any kind has a canary in it.
func TestTheLogTellsOfNobody(t *testing.T) {
	log := &diary{}
	w := newWorldWithLog(t, Config{DataDir: t.TempDir()}, slog.New(slog.NewJSONHandler(log, nil)))
	const phone, name, words, wrongPassword = "13912345678", "端木雨荷", "金丝雀在三楼", "ein falsches Wort 2026"
	canaries := []string{phone, name, words, wrongPassword, testPassword, "Bearer", "eyJ"}
	var asked []apitest.Answer
	note := func(a apitest.Answer) apitest.Answer {
		asked = append(asked, a)
		return a
	}

	resident, staff, station := w.as(w.Resident), w.as(w.Staff), w.as(w.StationStaff)
	signIns := strings.Count(log.String(), `"msg":"request"`)
	picture := w.picture()
	listed := w.claim(picture, "before")
	body := w.filing("SVC-01", "我是"+name+"，电话"+phone+"，"+words)
	body["photos"], body["contact_phone"] = []claim{listed}, phone
	var filed filedJSON
	note(resident.Post("/api/v1/tickets", body)).Want(201).OK(&filed)
	canaries = append(canaries, filed.Ticket.Number, filed.Ticket.QueryCode, filed.Ticket.QueryCode[:7], body["client_id"].(string), listed["client_id"].(string), listed["sha256"].(string))
	note(put(resident, listed, picture)).Want(201)
	note(resident.Post(path(filed.Ticket.ID, "/messages"), map[string]any{"client_id": w.clientID(), "text": words + phone})).Want(200)
	note(staff.Get("/api/v1/tickets?box=desk&q=" + phone)).Want(200)
	note(staff.Get(path(filed.Ticket.ID, ""))).Want(200)
	note(station.Get(path(filed.Ticket.ID, ""))).Want(200)
	note(staff.Post(path(filed.Ticket.ID, "/moves"), map[string]any{"action": "acknowledge", "note": words})).Want(200)
	note(resident.Post(path(filed.Ticket.ID, "/moves"), map[string]any{"action": "withdraw", "note": words + phone})).Want(200)

	slip := map[string]any{"number": filed.Ticket.Number, "query_code": filed.Ticket.QueryCode}
	note(w.anyone.Post("/api/v1/progress", slip)).Want(200)

	// What goes wrong is where logs leak.
	slip["query_code"] = filed.Ticket.QueryCode[:7] + "I"
	note(w.anyone.Post("/api/v1/progress", slip)).Want(404)
	body["text"] = words
	note(resident.Post("/api/v1/tickets", body)).Want(409)
	note(resident.Post("/api/v1/tickets", map[string]any{"text": words, "phone": phone})).Want(422)
	note(resident.With("Content-Type", "application/json").Do("POST", "/api/v1/tickets", `{"text":"`+words)).Want(400)
	note(w.anyone.Post("/api/v1/session", map[string]any{"phone": phone, "password": wrongPassword})).Want(422)
	note(w.anyone.Post("/api/v1/session", map[string]any{"phone": phone + name, "password": wrongPassword})).Want(422)
	note(w.anyone.With("Authorization", "Bearer "+phone).Get("/api/v1/me")).Want(401)
	note(w.anyone.Get("/api/v1/me?access_token=" + phone)).Want(401)
	note(w.anyone.With("User-Agent", phone).With("X-Request-Id", phone).Get("/api/v1/posters/" + phone)).Want(404)
	w.house.db.Close() // from here on everything is a fault
	note(resident.Get("/api/v1/tickets?q=" + phone)).Want(500)

	if found := canariesIn(log.String(), canaries); len(found) > 0 {
		t.Errorf("the log tells %q:\n%s", found, log)
	}
	var named []string
	for _, line := range log.lines(t) {
		if line["msg"] == "request" || line["msg"] == "request failed" {
			named = append(named, fmt.Sprint(line["request_id"]))
		}
	}
	for _, a := range asked {
		id := a.Header.Get("X-Request-Id")
		if n := len(slices.DeleteFunc(slices.Clone(named), func(other string) bool { return other != id })); id == "" || n != 1 {
			t.Errorf("request %q left %d lines", id, n)
		}
	}
	if len(named) != signIns+len(asked) {
		t.Errorf("%d lines for %d requests", len(named), signIns+len(asked))
	}
	// The control: had anybody logged what was sent, this test would have seen it.
	slog.New(slog.NewJSONHandler(log, nil)).Info("filed", "body", body)
	if found := canariesIn(log.String(), canaries); !slices.Contains(found, words) {
		t.Errorf("of a body in the log only %q is seen", found)
	}
}
