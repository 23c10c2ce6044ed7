package api

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

// listen serves s on a free port until the test ends, because some of these matters need a real connection.
func listen(t *testing.T, s *Server) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.Serve(l)
	}()
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		s.Shutdown(ctx)
		<-done
	})
	return l.Addr().String()
}

func dial(t *testing.T, address string) (net.Conn, *bufio.Reader) {
	t.Helper()
	c, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	c.SetDeadline(time.Now().Add(10 * time.Second))
	t.Cleanup(func() { c.Close() })
	return c, bufio.NewReader(c)
}

// TestUnreadBodyIsNotTheNextRequest: what a refused request still sends must not be answered as a request of its own.
// Behind a proxy the next request on the connection is somebody else's, who would get the answer to the smuggled one.
func TestUnreadBodyIsNotTheNextRequest(t *testing.T) {
	address := listen(t, newTestServer(t, testRoutes()...))
	smuggled := "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
	for name, refused := range map[string]string{
		"signed out, by length": fmt.Sprintf("PUT /api/v1/test/upload HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%s%s", 20_000+len(smuggled), strings.Repeat("x", 20_000), smuggled),
		"signed out, chunked":   fmt.Sprintf("PUT /api/v1/test/upload HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n", len(smuggled), smuggled),
		"no such route":         fmt.Sprintf("POST /api/v1/nowhere HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%s%s", 20_000+len(smuggled), strings.Repeat("x", 20_000), smuggled),
		"too large":             fmt.Sprintf("POST /api/v1/test/sign-in HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%s%s", 300_000+len(smuggled), strings.Repeat("x", 300_000), smuggled),
		"read to its end":       "POST /api/v1/test/sign-in HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}",
	} {
		t.Run(name, func(t *testing.T) {
			conn, in := dial(t, address)
			io.WriteString(conn, refused)
			io.WriteString(conn, "GET /api/v1/test/fixed HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
			first, err := http.ReadResponse(in, nil)
			if err != nil {
				t.Fatal(err)
			}
			io.Copy(io.Discard, first.Body)
			if first.StatusCode < 400 {
				t.Errorf("first answer %d", first.StatusCode)
			}
			second, err := http.ReadResponse(in, nil)
			if err != nil {
				t.Fatal(err)
			}
			b, _ := io.ReadAll(second.Body)
			if second.StatusCode != 200 || !strings.Contains(string(b), "items") {
				t.Errorf("second answer %d %s, want the one to the honest request", second.StatusCode, b)
			}
		})
	}
}

// endless sends chunks until it is told that nobody reads them.
type endless struct{ sent int }

func (e *endless) Read(p []byte) (int, error) {
	e.sent += len(p)
	if e.sent > 8*drainBytes {
		return 0, fmt.Errorf("the server read %d bytes", e.sent)
	}
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}

func TestBodyWithoutEnd(t *testing.T) {
	address := listen(t, newTestServer(t, testRoutes()...))
	for _, path := range []string{"/api/v1/test/sign-in", "/api/v1/test/upload"} {
		method := map[bool]string{true: "PUT", false: "POST"}[strings.HasSuffix(path, "upload")]
		body := &endless{}
		r, err := http.NewRequest(method, "http://"+address+path, body)
		if err != nil {
			t.Fatal(err)
		}
		r.ContentLength = -1
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Authorization", "Bearer resident")
		res, err := http.DefaultTransport.RoundTrip(r)
		if body.sent > 4*drainBytes {
			t.Errorf("%s: the server let us send %d bytes", path, body.sent)
		}
		if err != nil { // the connection was closed under our hands, which may take the answer with it
			continue
		}
		res.Body.Close()
		if res.StatusCode != http.StatusRequestEntityTooLarge {
			t.Errorf("%s: %d, want 413", path, res.StatusCode)
		}
		if !res.Close {
			t.Errorf("%s: the connection stays open in the middle of a body", path)
		}
	}
}

func TestUploadReadsOnceMoreAfterItsEnd(t *testing.T) {
	address := listen(t, newTestServer(t, testRoutes()...))
	for _, length := range []int64{-1, 40_000} {
		r, err := http.NewRequest("PUT", "http://"+address+"/api/v1/test/upload", strings.NewReader(strings.Repeat("x", 40_000)))
		if err != nil {
			t.Fatal(err)
		}
		r.ContentLength = length
		r.Header.Set("Authorization", "Bearer resident")
		client := http.Client{Timeout: 5 * time.Second}
		res, err := client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		b, _ := io.ReadAll(res.Body)
		res.Body.Close()
		if res.StatusCode != 200 || !strings.Contains(string(b), "40000") {
			t.Errorf("length %d: %d %s", length, res.StatusCode, b)
		}
	}
}

func TestUploadLimit(t *testing.T) {
	address := listen(t, newTestServer(t, testRoutes()...))
	for bytes, want := range map[int]int{1 << 20: 200, 1<<20 + 1: 413} {
		for _, length := range []int64{-1, int64(bytes)} {
			r, _ := http.NewRequest("PUT", "http://"+address+"/api/v1/test/upload", strings.NewReader(strings.Repeat("x", bytes)))
			r.ContentLength = length
			r.Header.Set("Authorization", "Bearer resident")
			res, err := http.DefaultTransport.RoundTrip(r)
			if err != nil {
				t.Fatal(err)
			}
			res.Body.Close()
			if res.StatusCode != want {
				t.Errorf("%d bytes, length %d: %d, want %d", bytes, length, res.StatusCode, want)
			}
		}
	}
}

// TestKeptStringsStayWhatTheyWere fails without fiber.Config.Immutable: the three names read carol, carol, carol.
func TestKeptStringsStayWhatTheyWere(t *testing.T) {
	var mu sync.Mutex
	var kept []string
	keep := on(func(_ context.Context, in *struct {
		Name string `path:"name"`
		Tone string `query:"tone"`
		Kind string `header:"X-Kind"`
	}) (*struct{}, error) {
		mu.Lock()
		defer mu.Unlock()
		kept = append(kept, in.Name+"/"+in.Tone+"/"+in.Kind)
		return nil, nil
	})
	names := make([]string, 0, 3)
	hold := on(func(_ context.Context, in *struct {
		Name string `path:"name"`
	}) (*struct{}, error) {
		names = append(names, in.Name)
		return nil, nil
	})
	address := listen(t, newTestServer(t,
		route{"GET", "/api/v1/keep/{name}", anyone, "keep", keep},
		route{"GET", "/api/v1/hold/{name}", anyone, "hold", hold},
	))
	conn, in := dial(t, address)
	for _, name := range []string{"alice", "bobby", "carol"} {
		for _, door := range []string{"keep/" + name + "?tone=" + name, "hold/" + name} {
			fmt.Fprintf(conn, "GET /api/v1/%s HTTP/1.1\r\nHost: x\r\nX-Kind: %s\r\n\r\n", door, name)
			res, err := http.ReadResponse(in, nil)
			if err != nil {
				t.Fatal(err)
			}
			io.Copy(io.Discard, res.Body)
		}
	}
	if got := strings.Join(kept, " "); got != "alice/alice/alice bobby/bobby/bobby carol/carol/carol" {
		t.Errorf("kept %s", got)
	}
	if got := strings.Join(names, " "); got != "alice bobby carol" {
		t.Errorf("names %s", got)
	}
}
