package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"sync/atomic"
	"time"

	"linli/models"
)

// password opens every account of the trials.
const password = "trials wear nobody out 2026"

// noActor is for somebody whom the trials did not make.
var noActor models.Actor

// tokenLife is how long a token is used; the program gives ten minutes.
const tokenLife = 8 * time.Minute

// person is somebody with a phone: one account, one sign-in, one network address.
type person struct {
	name    string
	actor   models.Actor
	phone   string
	address string
	at      *program
	client  *http.Client

	token  string
	signed time.Time
	// signedOut counts good tokens that were refused: a crash must not sign anybody out.
	signedOut atomic.Int64
	// heard is the last answer.
	heard answer
}

func newPerson(name, phone string, a models.Actor, n int, at *program) *person {
	return &person{
		name: name, phone: phone, actor: a, at: at, address: fmt.Sprintf("10.9.%d.%d", n/250, n%250+1),
		client: &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 2}},
	}
}

// answer is what came back; code 0 means that nothing did.
type answer struct {
	code   int
	header http.Header
	body   []byte
}

func (a answer) ok() bool { return a.code >= 200 && a.code < 300 }

// later reports whether a phone tries again by itself.
func (a answer) later() bool { return a.code == 0 || a.code == 429 || a.code >= 500 }

// spread reports whether the answer says when to come again, within the ten seconds over which the phones are spread.
func (a answer) spread() bool {
	seconds, err := strconv.Atoi(a.header.Get("Retry-After"))
	return err == nil && seconds >= 1 && seconds <= 10
}

// wait is what the answer asks for, at most two seconds: what takes longer than that is a limit that no trial should meet.
func (a answer) wait() time.Duration {
	seconds, _ := strconv.Atoi(a.header.Get("Retry-After"))
	return time.Duration(min(seconds, 2)) * time.Second
}

func (a answer) String() string { return fmt.Sprintf("%d %.300s", a.code, bytes.TrimSpace(a.body)) }

func (a answer) into(v any) error { return json.Unmarshal(a.body, v) }

// look reads as patiently as the app does: whoever asked as fast as he could is told to come again.
func (p *person) look(path string) answer {
	a := p.get(path)
	for tries := 0; a.code == 429 && tries < 5; tries++ {
		time.Sleep(a.wait())
		a = p.get(path)
	}
	return a
}

// post sends JSON as this person.
func (p *person) post(path string, body any) answer {
	b, err := json.Marshal(body)
	if err != nil {
		panic(err)
	}
	return p.do("POST", path, b, map[string]string{"Content-Type": "application/json"})
}

func (p *person) get(path string) answer { return p.do("GET", path, nil, nil) }

// do sends a request with a good token, for which it signs in first.
func (p *person) do(method, path string, body []byte, headers map[string]string) answer {
	if p.token == "" || time.Since(p.signed) > tokenLife {
		if a := p.signIn(); !a.ok() {
			return a
		}
	}
	a := p.send(method, path, body, headers)
	p.heard = a
	if a.code == http.StatusTooManyRequests {
		// Whoever asked at once again would spend each request that comes back on looking, and never come to writing.
		time.Sleep(a.wait())
	}
	if a.code == http.StatusUnauthorized {
		p.signedOut.Add(1)
		p.token = ""
		a.code = 0
	}
	return a
}

func (p *person) signIn() answer {
	b, _ := json.Marshal(map[string]string{"phone": p.phone, "password": password})
	a := p.send("POST", "/api/v1/session", b, map[string]string{"Content-Type": "application/json"})
	var session struct {
		AccessToken string `json:"access_token"`
	}
	if a.ok() && a.into(&session) == nil {
		p.token, p.signed = session.AccessToken, time.Now()
	}
	return a
}

func (p *person) send(method, path string, body []byte, headers map[string]string) answer {
	request, err := http.NewRequest(method, p.at.url()+path, bytes.NewReader(body))
	if err != nil {
		panic(err)
	}
	request.Header.Set("X-Linli-Client", "trial")
	request.Header.Set("X-Real-IP", p.address)
	if p.token != "" {
		request.Header.Set("Authorization", "Bearer "+p.token)
	}
	for name, value := range headers {
		request.Header.Set(name, value)
	}
	got, err := p.client.Do(request)
	if err != nil {
		return answer{body: []byte(err.Error())}
	}
	defer got.Body.Close()
	b, err := io.ReadAll(got.Body)
	if err != nil {
		// Cut off while answering: what was done is not known.
		return answer{body: []byte(errors.Join(errors.New("cut off"), err).Error())}
	}
	return answer{code: got.StatusCode, header: got.Header, body: b}
}
