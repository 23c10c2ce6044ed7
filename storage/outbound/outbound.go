// Package outbound is the one way in which the program speaks HTTP to somebody else's server: the SMS gateway, a
// webhook, later a push service. Whoever may choose such an address must not reach through us what only we can reach:
// our database, a cloud's metadata service, a printer of the town hall (TRUST 3.6). The database and the photo store
// belong to the installation itself and have their own connections.
package outbound

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"syscall"
	"time"
)

// The bounds of one request, its name look-up, handshake and answer included.
const (
	Patience    = 5 * time.Second
	LongestBody = 64 << 10 // bytes of an answer, headers apart
)

// What can go wrong. None of their texts holds the address or what was sent: addresses may carry a secret.
var (
	ErrAddress   = errors.New("outbound: the address is not https with a host, or holds a name or password")
	ErrNotPublic = errors.New("outbound: the address leads to a network that is not public")
	ErrTooLong   = errors.New("outbound: the answer is longer than 64 kB")
	ErrNoAnswer  = errors.New("outbound: no answer")
)

// Options say what this installation allows. The zero value is the strict one.
type Options struct {
	// Private are networks that may be reached although they are not public: a gateway inside the house. Only there,
	// and only where the address is written in figures, may http stand for https.
	Private []netip.Prefix
	// Roots are the authorities that are trusted; nil means the machine's.
	Roots *x509.CertPool
	// Resolver looks names up; nil means the machine's.
	Resolver *net.Resolver
}

// Client sends requests out. Make it with New; one is enough for the program.
type Client struct {
	http    *http.Client
	private []netip.Prefix
}

// New makes a client.
func New(o Options) *Client { return build(o, func(netip.AddrPort) error { return nil }) }

// build is New with a last look at each address that is about to be connected to; only tests use it.
func build(o Options, last func(netip.AddrPort) error) *Client {
	c := &Client{private: o.Private}
	dialer := &net.Dialer{
		Timeout:  Patience,
		Resolver: o.Resolver,
		// Here, and not when the address was read: a name may lead elsewhere by now, and a name with several addresses
		// is tried one after the other.
		Control: func(_, address string, _ syscall.RawConn) error {
			to, err := netip.ParseAddrPort(address)
			if err != nil || !c.mayReach(to.Addr()) {
				return ErrNotPublic
			}
			return last(to)
		},
	}
	c.http = &http.Client{
		Transport: &http.Transport{
			Proxy:                  nil, // a proxy of the environment would connect in our place, behind our back
			DialContext:            dialer.DialContext,
			TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: o.Roots},
			TLSHandshakeTimeout:    Patience,
			MaxResponseHeaderBytes: LongestBody,
			DisableCompression:     true, // a packed answer could be a thousand times its size
			MaxIdleConnsPerHost:    2,
			IdleConnTimeout:        30 * time.Second,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return c
}

// Answer is what came back. A redirection is an answer like any other: it is never followed.
type Answer struct {
	Status int
	Body   []byte
}

// OK reports whether the status says yes.
func (a Answer) OK() bool { return a.Status/100 == 2 }

// Post sends body to address and reads the answer. Its errors are those of this package, wrapped with one word on why.
func (c *Client) Post(ctx context.Context, address string, header http.Header, body []byte) (Answer, error) {
	if err := c.Check(address); err != nil {
		return Answer{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, Patience)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return Answer{}, ErrAddress
	}
	for name, values := range header {
		request.Header[http.CanonicalHeaderKey(name)] = values
	}
	request.Header.Set("User-Agent", "linli")
	response, err := c.http.Do(request)
	if err != nil {
		return Answer{}, why(err)
	}
	defer response.Body.Close()
	answer := Answer{Status: response.StatusCode}
	answer.Body, err = io.ReadAll(io.LimitReader(response.Body, LongestBody+1))
	if err != nil {
		return Answer{}, why(err)
	}
	if len(answer.Body) > LongestBody {
		return Answer{}, ErrTooLong
	}
	return answer, nil
}

// PostSigned posts JSON that the receiver can tell from a stranger's: X-Linli-Signature is the hex HMAC-SHA256 with key
// over X-Linli-Time (Unix seconds), a dot, and the body.
func (c *Client) PostSigned(ctx context.Context, address string, key, body []byte, at time.Time) (Answer, error) {
	moment := strconv.FormatInt(at.Unix(), 10)
	header := http.Header{}
	header.Set("Content-Type", "application/json")
	header.Set("X-Linli-Time", moment)
	header.Set("X-Linli-Signature", Sign(key, moment, body))
	return c.Post(ctx, address, header, body)
}

// Sign is the signature of PostSigned.
func Sign(key []byte, moment string, body []byte) string {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(moment + "."))
	mac.Write(body)
	return hex.EncodeToString(mac.Sum(nil))
}

// why says in one word what failed and hides the rest: the texts of net/http repeat the address.
func why(err error) error {
	var name *net.DNSError
	var certificate *tls.CertificateVerificationError
	switch {
	case errors.Is(err, ErrNotPublic):
		return ErrNotPublic
	case errors.Is(err, context.DeadlineExceeded), isTimeout(err):
		return fmt.Errorf("%w: too slow", ErrNoAnswer)
	case errors.As(err, &name):
		return fmt.Errorf("%w: name not found", ErrNoAnswer)
	case errors.As(err, &certificate):
		return fmt.Errorf("%w: certificate", ErrNoAnswer)
	case errors.Is(err, syscall.ECONNREFUSED):
		return fmt.Errorf("%w: refused", ErrNoAnswer)
	}
	return ErrNoAnswer
}

func isTimeout(err error) bool {
	var timeout net.Error
	return errors.As(err, &timeout) && timeout.Timeout()
}
