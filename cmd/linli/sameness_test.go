package main

import (
	"fmt"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"testing"

	"gorm.io/gorm"

	"linli/api"
	"linli/storage"
)

// statements counts what is sent to the database, by its text.
type statements struct {
	mu   sync.Mutex
	sent []string
}

func (s *statements) take() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	sent := s.sent
	s.sent = nil
	return sent
}

func (s *statements) add(db *gorm.DB) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sent = append(s.sent, db.Statement.SQL.String())
}

// countStatements counts the statements of the whole program from now on.
func countStatements(w *world) *statements {
	s := &statements{}
	hook := func(tx storage.Tx) error {
		c := tx.DB().Callback()
		for name, register := range map[string]func(string, func(*gorm.DB)) error{
			"gorm:query": c.Query().After("gorm:query").Register, "gorm:row": c.Row().After("gorm:row").Register, "gorm:raw": c.Raw().After("gorm:raw").Register,
			"gorm:create": c.Create().After("gorm:create").Register, "gorm:update": c.Update().After("gorm:update").Register, "gorm:delete": c.Delete().After("gorm:delete").Register,
		} {
			if err := register("count:"+name, s.add); err != nil {
				return err
			}
		}
		return nil
	}
	for _, open := range []func(func(storage.Tx) error) error{
		func(f func(storage.Tx) error) error { return w.house.db.Read(w.t.Context(), f) },
		func(f func(storage.Tx) error) error { return w.house.db.Write(w.t.Context(), f) },
	} {
		if err := open(hook); err != nil {
			w.t.Fatal(err)
		}
	}
	s.take()
	return s
}

// hashMemory is what one password hash takes; nothing else at the sign-in comes near it.
const hashMemory = 19 << 20

// TestKnownAndUnknownNumbersLookTheSame: at every door where a phone number is asked for, a number with a password, one
// without, one of a closed account and one that nobody has get the same status, the same headers and the same body, and
// cost the same statements to the database and the same number of password hashes. Work is counted, not timed.
func TestKnownAndUnknownNumbersLookTheSame(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		d := openDoor(t, w, api.Config{})
		phones := map[string]string{"nobody's": "13999999999"}
		for name, a := range map[string]int64{"with a password": w.Resident.AccountID, "without": w.Neighbour.AccountID, "closed": w.Steward.AccountID, "staff": w.Officer.AccountID} {
			phones[name] = readOne[string](w, "SELECT phone FROM accounts WHERE id = ?", a)
		}
		w.exec("UPDATE accounts SET password_hash = '' WHERE id = ?", w.Neighbour.AccountID)
		w.disable(w.Steward)
		sent := countStatements(w)
		for _, door := range []struct {
			name, path, body string
			hashes           uint64
		}{
			{"password", "/api/v1/session", `{"phone":"%s","password":"not the password"}`, 1},
			{"code", "/api/v1/session/codes", `{"phone":"%s"}`, 0},
		} {
			d.post(t, door.path, fmt.Sprintf(door.body, "13999999998")) // what is made once for all is made now
			answers, works := map[string]string{}, map[string]string{}
			for name, phone := range phones {
				w.exec("DELETE FROM rate_limits")
				sent.take()
				var before, after runtime.MemStats
				runtime.ReadMemStats(&before)
				answers[name] = d.post(t, door.path, fmt.Sprintf(door.body, phone))
				runtime.ReadMemStats(&after)
				statements := sent.take()
				hashes := (after.TotalAlloc - before.TotalAlloc) / hashMemory
				if hashes != door.hashes || len(statements) < 3 {
					t.Errorf("%s, %s: %d hashes and %d statements", door.name, name, hashes, len(statements))
				}
				works[name] = strings.Join(statements, "\n")
			}
			for name := range phones {
				if answers[name] != answers["nobody's"] {
					t.Errorf("%s: a number %s is answered\n%s\nand nobody's\n%s", door.name, name, answers[name], answers["nobody's"])
				}
				if works[name] != works["nobody's"] {
					t.Errorf("%s: a number %s costs\n%s\nand nobody's\n%s", door.name, name, works[name], works["nobody's"])
				}
			}
		}
	})
}

// post sends JSON and gives the answer without what differs between any two.
func (d *door) post(t *testing.T, path, body string, headers ...string) string {
	t.Helper()
	header := http.Header{"X-Linli-Client": {"test"}, "Content-Type": {"application/json"}}
	for i := 0; i < len(headers); i += 2 {
		header.Set(headers[i], headers[i+1])
	}
	status, answered, answer := d.send(t, "POST", path, body, header)
	if _, after, asked := strings.Cut(answer, `"request_id":"`); asked && status == 202 {
		name, _, _ := strings.Cut(after, `"`)
		answer = strings.Replace(answer, name, fmt.Sprintf("(%d letters)", len(name)), 1)
		return fmt.Sprint(status, headersOf(answered), answer)
	}
	return fmt.Sprint(status, headersOf(answered), withoutRequestID([]byte(answer)))
}

// headersOf are the headers that do not differ between any two answers.
func headersOf(h http.Header) http.Header {
	h = h.Clone()
	for _, name := range []string{"X-Request-Id", "Ratelimit", "Date"} {
		h.Del(name)
	}
	return h
}

// TestForgedAddressesShareOneCount: the codes that one address may ask for are counted in the database by the address
// of the connection. No header of the caller's makes another one of it, unless a proxy that we know sends it.
func TestForgedAddressesShareOneCount(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		for _, c := range []struct {
			proxies []string
			headers []string
			want    int // of 25 asks for 25 numbers
		}{
			{nil, []string{"X-Forwarded-For", "X-Real-Ip", "Forwarded", "True-Client-Ip", "Cf-Connecting-Ip", "X-Client-Ip"}, 20},
			{[]string{"127.0.0.1"}, []string{"X-Forwarded-For", "Forwarded"}, 20},
			{[]string{"127.0.0.1"}, []string{"X-Real-Ip"}, 25}, // the control: told by a known proxy they are 25 addresses
		} {
			w.exec("DELETE FROM rate_limits")
			d := openDoor(t, w, api.Config{TrustedProxies: c.proxies})
			taken := 0
			for i := range 25 {
				var headers []string
				for _, name := range c.headers {
					address := fmt.Sprintf("203.0.113.%d", i+1)
					headers = append(headers, name, map[bool]string{true: "for=" + address, false: address}[name == "Forwarded"])
				}
				switch answer := d.post(t, "/api/v1/session/codes", fmt.Sprintf(`{"phone":"1370000%04d"}`, i), headers...); {
				case strings.HasPrefix(answer, "202"):
					taken++
				case !strings.Contains(answer, "session.too_many_codes"):
					t.Fatal(answer)
				}
			}
			if taken != c.want {
				t.Errorf("%v from %v: %d codes, want %d", c.headers, c.proxies, taken, c.want)
			}
		}
	})
}
