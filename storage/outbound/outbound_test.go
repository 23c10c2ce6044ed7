package outbound

import (
	"context"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"
)

// names is a small DNS server on this machine. Each question for a name is answered with the next of its answers, the
// last one for ever after.
type names struct {
	mu      sync.Mutex
	answers [][]string
	asked   int
}

func (n *names) next(want dnsmessage.Type) []netip.Addr {
	n.mu.Lock()
	defer n.mu.Unlock()
	turn := n.asked / 2 // a name is asked for twice, once for each kind of address
	n.asked++
	var found []netip.Addr
	for _, text := range n.answers[min(turn, len(n.answers)-1)] {
		ip := netip.MustParseAddr(text)
		if ip.Is4() == (want == dnsmessage.TypeA) {
			found = append(found, ip)
		}
	}
	return found
}

// resolver asks the small server, and nobody else.
func resolver(t *testing.T, answers ...[]string) *net.Resolver {
	t.Helper()
	socket, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { socket.Close() })
	n := &names{answers: answers}
	go func() {
		buffer := make([]byte, 1500)
		for {
			size, from, err := socket.ReadFrom(buffer)
			if err != nil {
				return
			}
			if reply := n.reply(buffer[:size]); reply != nil {
				socket.WriteTo(reply, from)
			}
		}
	}()
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, "udp", socket.LocalAddr().String())
	}}
}

func (n *names) reply(question []byte) []byte {
	var m dnsmessage.Message
	if m.Unpack(question) != nil || len(m.Questions) != 1 {
		return nil
	}
	q := m.Questions[0]
	m.Response, m.RecursionAvailable, m.Additionals = true, true, nil
	for _, ip := range n.next(q.Type) {
		r := dnsmessage.Resource{Header: dnsmessage.ResourceHeader{Name: q.Name, Class: q.Class, Type: q.Type}}
		if ip.Is4() {
			r.Body = &dnsmessage.AResource{A: ip.As4()}
		} else {
			r.Body = &dnsmessage.AAAAResource{AAAA: ip.As16()}
		}
		m.Answers = append(m.Answers, r)
	}
	b, err := m.Pack()
	if err != nil {
		return nil
	}
	return b
}

// inside is a server that only this machine should reach.
type inside struct {
	*httptest.Server
	reached atomic.Int64
	port    string
	roots   *x509.CertPool
}

func newInside(t *testing.T, address string, answer http.HandlerFunc) *inside {
	t.Helper()
	in := &inside{}
	l, err := net.Listen("tcp", address)
	if err != nil {
		t.Skipf("this machine has no %s: %v", address, err)
	}
	in.Server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		in.reached.Add(1)
		answer(w, r)
	}))
	in.Listener.Close()
	in.Listener = l
	in.StartTLS()
	t.Cleanup(in.Close)
	_, in.port, _ = net.SplitHostPort(l.Addr().String())
	in.roots = x509.NewCertPool()
	in.roots.AddCert(in.Certificate())
	return in
}

// hook is an address under a name that the server's certificate bears.
func (in *inside) hook() string { return "https://example.com:" + in.port + "/hook" }

func fine(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "thanks") }

// stopped ends an attempt just before it connects, so that no packet leaves for a stranger.
var errStopped = errors.New("stopped before the connection")

func TestNamesThatLeadInside(t *testing.T) {
	for name, answers := range map[string][][]string{
		"this machine":            {{"127.0.0.1"}},
		"this machine, IPv6":      {{"::1"}},
		"IPv4 in IPv6":            {{"::ffff:127.0.0.1"}},
		"IPv4 in IPv6, old":       {{"::127.0.0.1"}},
		"translated":              {{"64:ff9b::7f00:1"}},
		"tunnelled":               {{"2002:7f00:1::"}},
		"private ten":             {{"10.1.2.3"}},
		"private 172":             {{"172.31.255.255"}},
		"private 192":             {{"192.168.0.1"}},
		"carrier":                 {{"100.64.0.1"}},
		"metadata":                {{"169.254.169.254"}},
		"metadata, IPv6":          {{"fd00:ec2::254"}},
		"nobody":                  {{"0.0.0.0"}},
		"nobody, IPv6":            {{"::"}},
		"everybody":               {{"255.255.255.255"}},
		"many":                    {{"224.0.0.1"}},
		"link":                    {{"fe80::1"}},
		"several, one is public":  {{"127.0.0.1", "8.8.8.8"}},
		"public first, then here": {{"8.8.8.8"}, {"127.0.0.1"}},
	} {
		t.Run(name, func(t *testing.T) {
			in := newInside(t, "127.0.0.1:0", fine)
			var connecting []string
			c := build(Options{Roots: in.roots, Resolver: resolver(t, answers...)}, func(to netip.AddrPort) error {
				connecting = append(connecting, to.Addr().String())
				return errStopped
			})
			var err error
			for range answers {
				_, err = c.Post(t.Context(), in.hook(), nil, []byte("{}"))
			}
			public := strings.Contains(name, "public")
			if !public && !errors.Is(err, ErrNotPublic) || err == nil {
				t.Errorf("%v", err)
			}
			for _, ip := range connecting {
				if ip != "8.8.8.8" {
					t.Errorf("was about to connect to %s", ip)
				}
			}
			if public && len(connecting) == 0 {
				t.Error("not even the public address was tried: this shows nothing")
			}
			if in.reached.Load() != 0 {
				t.Error("the server inside was reached")
			}
		})
	}
}

// TestTheSameWithLeave is the control: with the network allowed the same name and the same server are reached, so it is
// the rule that keeps the others out.
func TestTheSameWithLeave(t *testing.T) {
	for listen, c := range map[string]struct{ answer, private string }{
		"127.0.0.1:0": {"127.0.0.1", "127.0.0.0/8"},
		"[::1]:0":     {"::1", "::1"},
	} {
		t.Run(c.answer, func(t *testing.T) {
			in := newInside(t, listen, fine)
			private, err := ParsePrivate([]string{c.private})
			if err != nil {
				t.Fatal(err)
			}
			client := New(Options{Private: private, Roots: in.roots, Resolver: resolver(t, []string{c.answer})})
			answer, err := client.Post(t.Context(), in.hook(), nil, []byte("{}"))
			if err != nil || !answer.OK() || string(answer.Body) != "thanks" || in.reached.Load() != 1 {
				t.Errorf("%+v, %v, %d", answer, err, in.reached.Load())
			}
		})
	}
}

// allowed is a client that may reach this machine.
func allowed(t *testing.T, in *inside) *Client {
	t.Helper()
	private, err := ParsePrivate([]string{"127.0.0.1"})
	if err != nil {
		t.Fatal(err)
	}
	return New(Options{Private: private, Roots: in.roots, Resolver: resolver(t, []string{"127.0.0.1"})})
}

func TestRedirectionsAreNotFollowed(t *testing.T) {
	for _, code := range []int{301, 302, 303, 307, 308} {
		target := newInside(t, "127.0.0.1:0", fine)
		in := newInside(t, "127.0.0.1:0", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "https://127.0.0.1:"+target.port+"/", code)
		})
		answer, err := allowed(t, in).Post(t.Context(), in.hook(), nil, []byte("{}"))
		if err != nil || answer.OK() || answer.Status != code || target.reached.Load() != 0 {
			t.Errorf("%d: %+v, %v, target reached %d times", code, answer, err, target.reached.Load())
		}
	}
}

func TestLongAnswers(t *testing.T) {
	size := LongestBody
	in := newInside(t, "127.0.0.1:0", func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Accept-Encoding") != "" {
			t.Error("a packed answer was asked for")
		}
		w.Write(make([]byte, size))
	})
	c := allowed(t, in)
	if answer, err := c.Post(t.Context(), in.hook(), nil, nil); err != nil || len(answer.Body) != LongestBody {
		t.Errorf("64 kB: %d, %v", len(answer.Body), err)
	}
	size++
	if _, err := c.Post(t.Context(), in.hook(), nil, nil); !errors.Is(err, ErrTooLong) {
		t.Errorf("one more: %v", err)
	}
	headers := newInside(t, "127.0.0.1:0", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Long", strings.Repeat("x", 2*LongestBody))
	})
	if _, err := allowed(t, headers).Post(t.Context(), headers.hook(), nil, nil); !errors.Is(err, ErrNoAnswer) {
		t.Errorf("endless headers: %v", err)
	}
}

// TestSlowAnswers: a body that trickles for ever ends with the caller's or our own patience, whichever is shorter.
func TestSlowAnswers(t *testing.T) {
	gone := make(chan struct{})
	in := newInside(t, "127.0.0.1:0", func(w http.ResponseWriter, r *http.Request) {
		for r.Context().Err() == nil {
			io.WriteString(w, " ")
			w.(http.Flusher).Flush()
			time.Sleep(time.Millisecond)
		}
		close(gone)
	})
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	_, err := allowed(t, in).Post(ctx, in.hook(), nil, nil)
	if !errors.Is(err, ErrNoAnswer) || !strings.Contains(err.Error(), "too slow") {
		t.Errorf("%v", err)
	}
	<-gone
	if Patience != 5*time.Second {
		t.Errorf("patience %v", Patience)
	}
}

// TestProxiesOfTheEnvironment: what HTTPS_PROXY names is not asked to connect in our place.
func TestProxiesOfTheEnvironment(t *testing.T) {
	proxy := newInside(t, "127.0.0.1:0", fine)
	for _, name := range []string{"HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY"} {
		t.Setenv(name, proxy.URL)
	}
	in := newInside(t, "127.0.0.1:0", fine)
	if answer, err := allowed(t, in).Post(t.Context(), in.hook(), nil, nil); err != nil || !answer.OK() {
		t.Errorf("%+v, %v", answer, err)
	}
	if proxy.reached.Load() != 0 || in.reached.Load() != 1 {
		t.Errorf("proxy %d, server %d", proxy.reached.Load(), in.reached.Load())
	}
}

func TestAStrangersCertificate(t *testing.T) {
	in := newInside(t, "127.0.0.1:0", fine)
	in.roots = x509.NewCertPool()
	_, err := allowed(t, in).Post(t.Context(), in.hook(), nil, nil)
	if !errors.Is(err, ErrNoAnswer) || !strings.Contains(err.Error(), "certificate") || in.reached.Load() != 0 {
		t.Errorf("%v, reached %d", err, in.reached.Load())
	}
}

func TestErrorsHideTheAddress(t *testing.T) {
	in := newInside(t, "127.0.0.1:0", fine)
	c := allowed(t, in)
	in.Close()
	secret := "s3cr3t-path"
	for _, address := range []string{in.hook() + secret, "https://user:pw@x/" + secret, "ftp://x/" + secret, "https://%zz/" + secret, "https://10.0.0.1/" + secret} {
		_, err := c.Post(t.Context(), address, nil, []byte(secret))
		if err == nil || strings.Contains(err.Error(), secret) || strings.Contains(err.Error(), "://") {
			t.Errorf("%v", err)
		}
	}
}

func TestSignedPost(t *testing.T) {
	key, at := []byte("a shared key of both sides"), time.Unix(1_800_000_000, 0)
	var signature, moment, kind string
	in := newInside(t, "127.0.0.1:0", func(_ http.ResponseWriter, r *http.Request) {
		signature, moment, kind = r.Header.Get("X-Linli-Signature"), r.Header.Get("X-Linli-Time"), r.Header.Get("Content-Type")
	})
	if _, err := allowed(t, in).PostSigned(t.Context(), in.hook(), key, []byte(`{"a":1}`), at); err != nil {
		t.Fatal(err)
	}
	const ofOpenSSL = "aa87c0330321ae0447f696c8977093131c9df6ede735fc061c7d2f5271b10a0a" // printf '1800000000.{"a":1}' | openssl dgst -sha256 -hmac KEY
	if signature != ofOpenSSL || moment != "1800000000" || kind != "application/json" {
		t.Errorf("%s %s %s", signature, moment, kind)
	}
}

func TestCheck(t *testing.T) {
	private, err := ParsePrivate([]string{"127.0.0.1", "10.20.0.0/16"})
	if err != nil {
		t.Fatal(err)
	}
	strict, lenient := New(Options{}), New(Options{Private: private})
	for address, want := range map[string][2]error{
		"https://hooks.example.cn/x":             {nil, nil},
		"https://hooks.example.cn:8443/x":        {nil, nil},
		"https://8.8.8.8/":                       {nil, nil},
		"https://10.20.30.40/":                   {ErrNotPublic, nil},
		"https://10.21.30.40/":                   {ErrNotPublic, ErrNotPublic},
		"https://[::ffff:10.20.30.40]/":          {ErrNotPublic, nil},
		"https://[::1]/":                         {ErrNotPublic, ErrNotPublic},
		"https://[fe80::1%25eth0]/":              {ErrNotPublic, ErrNotPublic},
		"http://hooks.example.cn/":               {ErrAddress, ErrAddress},
		"http://8.8.8.8/":                        {ErrAddress, ErrAddress},
		"http://127.0.0.1:8081/":                 {ErrNotPublic, nil},
		"http://localhost:8081/":                 {ErrAddress, ErrAddress}, // a name may lead anywhere tomorrow
		"https://name@hooks.example.cn/":         {ErrAddress, ErrAddress},
		"https://n:p@hooks.example.cn/":          {ErrAddress, ErrAddress},
		"file:///etc/passwd":                     {ErrAddress, ErrAddress},
		"gopher://127.0.0.1/":                    {ErrNotPublic, ErrAddress},
		"https:///x":                             {ErrAddress, ErrAddress},
		"https:hooks":                            {ErrAddress, ErrAddress},
		"//hooks.example.cn":                     {ErrAddress, ErrAddress},
		"":                                       {ErrAddress, ErrAddress},
		"https://a/" + strings.Repeat("x", 2048): {ErrAddress, ErrAddress},
	} {
		if err := strict.Check(address); !errors.Is(err, want[0]) || (err == nil) != (want[0] == nil) {
			t.Errorf("strict %.60q: %v, want %v", address, err, want[0])
		}
		if err := lenient.Check(address); !errors.Is(err, want[1]) || (err == nil) != (want[1] == nil) {
			t.Errorf("lenient %.60q: %v, want %v", address, err, want[1])
		}
	}
	// Other ways to write 127.0.0.1 look like names here; where a resolver reads them as figures the dialer refuses.
	for _, disguise := range []string{"https://2130706433/", "https://0x7f.1/", "https://127.1/", "https://0177.0.0.1/"} {
		if _, err := strict.Post(t.Context(), disguise, nil, nil); err == nil {
			t.Errorf("%s was answered", disguise)
		}
	}
}

func TestParsePrivate(t *testing.T) {
	for _, bad := range []string{"0.0.0.0/0", "::/0", "8.8.8.8", "10.0.0.0/7", "fe80::1%eth0", "x", "10.0.0.0/33", "2000::/3", "126.0.0.0/7"} {
		if _, err := ParsePrivate([]string{bad}); err == nil {
			t.Errorf("%s was taken", bad)
		}
	}
	for _, good := range []string{"10.0.0.0/8", "192.168.1.7", "fd00::/8", "::1", "127.0.0.1", "100.64.0.0/10"} {
		if _, err := ParsePrivate([]string{good}); err != nil {
			t.Errorf("%s: %v", good, err)
		}
	}
}

func FuzzCheck(f *testing.F) {
	for _, seed := range []string{"https://hooks.example.cn/x", "https://[::1]:443/", "https://0x7f.1/", "https://a@b:c@d/", "https://\u00312\u0037.0.0.1/", "https://①②⑦.0.0.1"} {
		f.Add(seed)
	}
	strict := New(Options{})
	f.Fuzz(func(t *testing.T, address string) {
		if strict.Check(address) != nil {
			return
		}
		request, err := http.NewRequest("POST", address, nil)
		if err != nil {
			return // Post refuses it, too
		}
		if request.URL.Scheme != "https" || request.URL.User != nil {
			t.Errorf("%q was taken", address)
		}
		if ip, err := netip.ParseAddr(request.URL.Hostname()); err == nil && !isPublic(ip) {
			t.Errorf("%q was taken", address)
		}
	})
}
