package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"

	"linli/api"
	"linli/models"
	"linli/storage"
)

// A phone that hears nothing sends again, and so does every layer between it and us. One id is sent this often, by so
// many at once, to each place where something is made (TRUST R3).
const (
	sameIDSends   = 2000
	sameIDAgain   = 400 // to each place after the first: requests meet in the first moments, later ones only read
	sameIDWorkers = 50
)

// makers are the requests that make something under an id of the sender's, each with the same id and other content, and
// the row that may be there once.
type maker struct {
	what        string
	path        string
	as          models.Actor
	body, other map[string]any
	conflict    string
	table       string
}

// TestOneIDMakesOneThing: whatever is sent 2,000 times under one id is there once, everybody gets the one answer, and
// the same id with other content is refused.
func TestOneIDMakesOneThing(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		url := w.listen()
		sends := int64(sameIDSends)
		for _, m := range w.makers() {
			t.Run(m.what, func(t *testing.T) { w.sendMany(t, url, m, sends) })
			sends = sameIDAgain
		}
	})
}

// listen serves the world on a port: the requests of a crowd must meet in the server, not in a test's pipe.
func (w *world) listen() string {
	w.t.Helper()
	server := api.New(api.Config{Limits: generous}, w.house.uses())
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		w.t.Fatal(err)
	}
	go server.Serve(listener)
	w.t.Cleanup(func() { server.Shutdown(w.t.Context()) })
	return "http://" + listener.Addr().String()
}

func (w *world) makers() []maker {
	w.t.Helper()
	resident, staff := w.as(w.Resident), w.as(w.Staff)
	ticket := func(done bool) int64 {
		var filed filedJSON
		resident.Post("/api/v1/tickets", w.filing("REP-01", "灯不亮")).OK(&filed)
		staff.Post(path(filed.Ticket.ID, "/moves"), map[string]any{"action": "acknowledge"}).OK(nil)
		if done {
			staff.Post(path(filed.Ticket.ID, "/done"), map[string]any{"client_id": w.clientID(), "result": "已修", "no_photo_reason": "夜间无法拍照"}).OK(nil)
		}
		return filed.Ticket.ID
	}
	with := func(body map[string]any, name string, value any) map[string]any {
		changed := map[string]any{}
		for k, v := range body {
			changed[k] = v
		}
		changed[name] = value
		return changed
	}
	filing := w.filing("REP-01", "电梯停了")
	message := map[string]any{"client_id": w.clientID(), "text": "还没有人来"}
	done := map[string]any{"client_id": w.clientID(), "result": "已更换", "no_photo_reason": "夜间无法拍照"}
	yes := map[string]any{"client_id": w.clientID(), "closing": 1, "level": 5}
	no := map[string]any{"client_id": w.clientID(), "closing": 1, "reason": "又坏了"}
	rating := map[string]any{"client_id": w.clientID(), "estate_id": w.Estate.ID, "level": 4}
	return []maker{
		{"ticket", "/api/v1/tickets", w.Resident, filing, with(filing, "text", "电梯又停了"), "ticket.id_conflict", "tickets"},
		{"message", path(ticket(false), "/messages"), w.Resident, message, with(message, "text", "没有人来"), "ticket.id_conflict", "ticket_messages"},
		{"done", path(ticket(false), "/done"), w.Staff, done, with(done, "result", "没有更换"), "ticket.id_conflict", "ticket_closings"},
		{"confirmation", path(ticket(true), "/confirmations"), w.Resident, yes, with(yes, "level", 1), "ticket.id_conflict", "ratings"},
		{"send-back", path(ticket(true), "/send-backs"), w.Resident, no, with(no, "reason", "没坏"), "ticket.id_conflict", "ratings"},
		{"rating", "/api/v1/ratings", w.Resident, rating, with(rating, "level", 1), "rating.id_conflict", "ratings"},
	}
}

func (w *world) sendMany(t *testing.T, url string, m maker, sends int64) {
	post := poster(t, url+m.path, w.tokenOf(m.as))
	var answers sync.Map
	var left atomic.Int64
	left.Store(sends)
	var all sync.WaitGroup
	for range sameIDWorkers {
		all.Go(func() {
			for left.Add(-1) >= 0 {
				code, body := post(m.body)
				if code != http.StatusOK && code != http.StatusCreated {
					t.Errorf("%d %s", code, body)
					return
				}
				answers.Store(sameAnswer(t, body), true)
			}
		})
	}
	all.Wait()
	var told []string
	answers.Range(func(answer, _ any) bool { told = append(told, answer.(string)); return true })
	if len(told) != 1 {
		t.Errorf("%d different answers:\n%s\n%s", len(told), told[0], told[1])
	}
	var rows int64
	err := w.house.db.Read(t.Context(), func(tx storage.Tx) error {
		return tx.DB().Table(m.table).Where("client_id = ?", m.body["client_id"]).Count(&rows).Error
	})
	if err != nil || rows != 1 {
		t.Errorf("%d rows, %v", rows, err)
	}
	if code, body := post(m.other); code != http.StatusConflict || !bytes.Contains(body, []byte(m.conflict)) {
		t.Errorf("other content: %d %s", code, body)
	}
}

// poster gives a function that posts one body and reads the answer.
func poster(t *testing.T, url, token string) func(map[string]any) (int, []byte) {
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: sameIDWorkers}}
	t.Cleanup(client.CloseIdleConnections)
	return func(body map[string]any) (int, []byte) {
		b, _ := json.Marshal(body)
		request, err := http.NewRequest("POST", url, bytes.NewReader(b))
		if err != nil {
			return 0, []byte(err.Error())
		}
		request.Header.Set("Authorization", "Bearer "+token)
		request.Header.Set("Content-Type", "application/json")
		answer, err := client.Do(request)
		if err != nil {
			return 0, []byte(err.Error())
		}
		defer answer.Body.Close()
		read, err := io.ReadAll(answer.Body)
		if err != nil {
			return 0, []byte(fmt.Sprint(err))
		}
		return answer.StatusCode, read
	}
}

// sameAnswer is an answer without what may differ between two looks at the same thing: only "was it made just now".
func sameAnswer(t *testing.T, body []byte) string {
	var answer map[string]any
	if err := json.Unmarshal(body, &answer); err != nil {
		t.Errorf("%s: %v", body, err)
	}
	delete(answer, "created")
	b, _ := json.Marshal(answer)
	return string(b)
}
