package main

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strconv"
	"sync"
	"time"
)

// mood is how a photo store behaves.
type mood string

const (
	well    mood = "well"
	gone    mood = "gone"    // connections are broken off
	failing mood = "failing" // 500 to everything
	hanging mood = "hanging" // takes the request and never answers
	slow    mood = "slow"    // answers, a second late
	lying   mood = "lying"   // other bytes than were stored
	cutting mood = "cutting" // half of the bytes that it announces
	denying mood = "denying" // 403 to everything: a key that was withdrawn
)

// door stands before a real S3 server and plays its moods.
type door struct {
	server *httptest.Server
	proxy  *httputil.ReverseProxy

	mu      sync.Mutex
	mood    mood
	asked   int           // requests so far
	changed chan struct{} // closed at the next change
}

func openDoor(endpoint string) *door {
	target := &url.URL{Scheme: "http", Host: endpoint}
	d := &door{mood: well, changed: make(chan struct{})}
	// The host stays as it was signed.
	d.proxy = &httputil.ReverseProxy{ModifyResponse: d.spoil, Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(target)
		r.Out.Host = r.In.Host
	}}
	d.server = httptest.NewServer(d)
	return d
}

// close lets go of whoever still waits for a store that hangs: the server would wait for them.
func (d *door) close() {
	d.become(gone)
	d.server.Close()
}

func (d *door) endpoint() string { return d.server.Listener.Addr().String() }

func (d *door) become(m mood) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.mood = m
	close(d.changed)
	d.changed = make(chan struct{})
}

func (d *door) requests() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.asked
}

func (d *door) now() (mood, <-chan struct{}) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.mood, d.changed
}

func (d *door) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	d.mu.Lock()
	d.asked++
	d.mu.Unlock()
	m, changed := d.now()
	switch m {
	case gone:
		panic(http.ErrAbortHandler)
	case failing:
		w.WriteHeader(http.StatusInternalServerError)
		return
	case denying:
		w.WriteHeader(http.StatusForbidden)
		return
	case hanging:
		select {
		case <-changed:
		case <-r.Context().Done():
		}
		panic(http.ErrAbortHandler)
	case slow:
		time.Sleep(time.Second)
	}
	d.proxy.ServeHTTP(w, r)
}

// spoil changes what a lying store hands out.
func (d *door) spoil(answer *http.Response) error {
	m, _ := d.now()
	if answer.Request.Method != http.MethodGet || answer.StatusCode != http.StatusOK || m != lying && m != cutting {
		return nil
	}
	b, err := io.ReadAll(answer.Body)
	answer.Body.Close()
	if err != nil || len(b) == 0 {
		return err
	}
	answer.Header.Set("Content-Length", strconv.Itoa(len(b)))
	if m == cutting {
		answer.Body = io.NopCloser(bytes.NewReader(b[:len(b)/2]))
		return nil
	}
	b[len(b)/2] ^= 1
	answer.Body = io.NopCloser(bytes.NewReader(b))
	return nil
}
