package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"reflect"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
)

// output collects what the program prints while it runs.
type output struct {
	mu   sync.Mutex
	text strings.Builder
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// started runs the whole program on a free port and gives its address; stop ends it and gives what it returned.
func started(t *testing.T, environ ...string) (address string, out *output, stop func() error) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	out = &output{}
	ended := make(chan error, 1)
	environ = append([]string{"LINLI_ADDR=127.0.0.1:0", "LINLI_DRAIN_TIME=0s"}, environ...)
	go func() { ended <- run(ctx, []string{"serve"}, environ, out, io.Discard) }()
	stop = sync.OnceValue(func() error {
		cancel()
		return <-ended
	})
	t.Cleanup(func() { stop() })
	pattern := regexp.MustCompile(`http://127\.0\.0\.1:\d+`)
	for range 600 {
		if address = pattern.FindString(out.String()); address != "" {
			return address, out, stop
		}
		select {
		case err := <-ended:
			ended <- err
			t.Fatalf("it ended: %v\n%s", err, out)
		case <-time.After(50 * time.Millisecond):
		}
	}
	t.Fatalf("it does not say where it is:\n%s", out)
	return "", nil, nil
}

func inFolder(t *testing.T) []string {
	return []string{
		"LINLI_DATA_DIR=" + t.TempDir(), "LINLI_SMS_PROVIDER=http", "LINLI_SMS_URL=https://sms.example", "LINLI_SMS_KEY=0123456789abcdef",
	}
}

func get(t *testing.T, url string) (int, string) {
	t.Helper()
	res, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, _ := io.ReadAll(res.Body)
	return res.StatusCode, string(b)
}

func TestFirstStart(t *testing.T) {
	data := inFolder(t)
	address, out, stop := started(t, data...)
	if !strings.Contains(out.String(), "/setup") || !strings.Contains(out.String(), "one-time token") {
		t.Errorf("it does not say how to get in:\n%s", out)
	}
	if code, body := get(t, address+"/readyz"); code != 200 || !strings.Contains(body, `"photos":"ok"`) {
		t.Errorf("/readyz: %d %s", code, body)
	}
	if code, body := get(t, address+"/api/v1/catalogue"); code != 200 || !strings.Contains(body, "REP-01") {
		t.Errorf("the catalogue is not seeded: %d %.200s", code, body)
	}
	environ := append(inFolder(t), "LINLI_ADDR="+strings.TrimPrefix(address, "http://"))
	var health strings.Builder
	if err := run(t.Context(), []string{"health"}, environ, &health, io.Discard); err != nil || !strings.Contains(health.String(), "ok") {
		t.Errorf("health: %v %s", err, health.String())
	}
	err := run(t.Context(), []string{"serve"}, environ, io.Discard, io.Discard)
	if err == nil || !strings.Contains(err.Error(), "is taken by another program") || !strings.Contains(err.Error(), "LINLI_ADDR=:8081") {
		t.Errorf("a second server on the port: %v", err)
	}
	beside := append(environ[:len(environ):len(environ)], data[0])
	err = run(t.Context(), []string{"serve"}, beside, io.Discard, io.Discard)
	if err == nil || !strings.Contains(err.Error(), "another Linli already runs with this data directory") || !strings.Contains(err.Error(), strings.TrimPrefix(address, "http://")) {
		t.Errorf("a second server on the port and the data: %v", err)
	}
	if err := stop(); err != nil {
		t.Errorf("it ended with %v", err)
	}
	if err := run(t.Context(), []string{"health"}, environ, io.Discard, io.Discard); err == nil {
		t.Error("health says that a server which is gone is well")
	}
}

// TestStopFinishesWhatIsUnderWay sends half a request, stops the program, and sends the other half.
func TestStopFinishesWhatIsUnderWay(t *testing.T) {
	address, _, stop := started(t, inFolder(t)...)
	conn, err := net.Dial("tcp", strings.TrimPrefix(address, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(10 * time.Second))
	io.WriteString(conn, "POST /api/v1/catalogue HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n")
	time.Sleep(200 * time.Millisecond)
	done := make(chan error, 1)
	go func() { done <- stop() }()
	time.Sleep(200 * time.Millisecond)
	io.WriteString(conn, "0\r\n\r\n")
	b := make([]byte, 100)
	n, err := conn.Read(b)
	if err != nil || !strings.HasPrefix(string(b[:n]), "HTTP/1.1 405") {
		t.Errorf("%q, %v", b[:n], err)
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
}

func TestServingRefusesWithoutAWayToSignIn(t *testing.T) {
	err := run(t.Context(), []string{"serve"}, []string{"LINLI_ADDR=127.0.0.1:0", "LINLI_DATA_DIR=" + t.TempDir()}, io.Discard, io.Discard)
	if err == nil || !strings.Contains(err.Error(), "LINLI_SMS_PROVIDER is not set") {
		t.Errorf("%v", err)
	}
}

func TestSetupTokenAndJobsByHand(t *testing.T) {
	environ := inFolder(t)
	var token, jobs, one strings.Builder
	if err := run(t.Context(), []string{"setup-token"}, environ, &token, io.Discard); err != nil || len(strings.TrimSpace(token.String())) < 20 {
		t.Errorf("%q, %v", token.String(), err)
	}
	if err := run(t.Context(), []string{"job", "ticket-silence"}, environ, &one, io.Discard); err != nil || one.String() != "done: 0\n" {
		t.Errorf("%q, %v", one.String(), err)
	}
	if err := run(t.Context(), []string{"job"}, environ, &jobs, io.Discard); err != nil || !strings.Contains(jobs.String(), "went well") || !strings.Contains(jobs.String(), "has not run yet") {
		t.Errorf("%s, %v", jobs.String(), err)
	}
	err := run(t.Context(), []string{"job", "nonsense"}, environ, io.Discard, io.Discard)
	if err == nil || !strings.Contains(err.Error(), "sms-deliver") {
		t.Errorf("%v", err)
	}
}

func TestResetSecondFactorByHand(t *testing.T) {
	environ := inFolder(t)
	reset := func(arguments ...string) string {
		err := run(t.Context(), append([]string{"reset-second-factor"}, arguments...), environ, io.Discard, io.Discard)
		return fmt.Sprint(err)
	}
	for _, c := range [][2]string{
		{reset(), "usage"}, {reset("13800000001"), "no account with this"}, {reset("nonsense"), "no account with this"},
	} {
		if !strings.Contains(c[0], c[1]) {
			t.Errorf("%s, want %s", c[0], c[1])
		}
	}
}

func TestAccountByHand(t *testing.T) {
	environ := inFolder(t)
	for want, arguments := range map[string][]string{
		"usage":                {"account", "disable"},
		"linli account sign-":  {"account", "forget", "13800000001"},
		"no account with this": {"account", "disable", "13800000001"},
	} {
		if err := run(t.Context(), arguments, environ, io.Discard, io.Discard); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: %v, want %s", arguments, err, want)
		}
	}
}

func TestPrintedDocumentIsTheCommittedOne(t *testing.T) {
	var b strings.Builder
	if err := run(t.Context(), []string{"openapi"}, nil, &b, io.Discard); err != nil {
		t.Fatal(err)
	}
	var document struct{ Paths map[string]any }
	if err := json.Unmarshal([]byte(b.String()), &document); err != nil || len(document.Paths) == 0 {
		t.Errorf("%d paths, %v", len(document.Paths), err)
	}
}

func TestUnknownCommand(t *testing.T) {
	var help strings.Builder
	err := run(t.Context(), []string{"serv"}, nil, io.Discard, &help)
	if err == nil || !strings.Contains(err.Error(), `no command "serv"`) || !strings.Contains(help.String(), "setup-token") {
		t.Errorf("%v\n%s", err, help.String())
	}
}

// TestEveryAreaIsWired fails when a field of api.Uses was added and nobody handed it a store.
func TestEveryAreaIsWired(t *testing.T) {
	config, err := loadConfig(inFolder(t))
	if err != nil {
		t.Fatal(err)
	}
	h := openedHouse(t, config, quiet())
	for _, name := range missingUses(h.uses()) {
		t.Errorf("api.Uses.%s is not wired", name)
	}
}

func missingUses(uses any) (names []string) {
	v := reflect.ValueOf(uses)
	for i := range v.NumField() {
		if v.Field(i).IsNil() {
			names = append(names, v.Type().Field(i).Name)
		}
	}
	return names
}
