package api

import (
	"fmt"
	"net/http"
	"strconv"
	"testing"
	"time"
)

// clock is a clock that a test moves.
type clock struct{ at time.Time }

func (c *clock) now() time.Time { return c.at }

func limitedServer(t *testing.T, limits Limits, config Config) (*Server, *clock) {
	c := &clock{at: time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC)}
	config.Limits, config.Now = limits, c.now
	return newTestServerWith(t, config, fakes{actors: cast}, testRoutes()...), c
}

func TestAccountLimitIsExact(t *testing.T) {
	s, clock := limitedServer(t, Limits{Address: Allowance{1000, 1000}, Account: Allowance{Burst: 3, PerMinute: 6}}, Config{})
	get := func(who string) reply { return ask(t, s, "GET", "/api/v1/test/1", "", "Authorization", "Bearer "+who) }
	for i := range 3 {
		r := get("resident")
		if r.code != 200 {
			t.Fatalf("request %d: %d", i+1, r.code)
		}
		if want := fmt.Sprintf(`"account";r=%d;t=0`, 2-i); r.header.Get("RateLimit") != want {
			t.Errorf("RateLimit %q, want %q", r.header.Get("RateLimit"), want)
		}
	}
	r := get("resident")
	if r.code != 429 || r.header.Get("RateLimit") != `"account";r=0;t=10` {
		t.Errorf("fourth request: %d, RateLimit %q", r.code, r.header.Get("RateLimit"))
	}
	if after, _ := strconv.Atoi(r.header.Get("Retry-After")); after < 11 || after > 20 {
		t.Errorf("Retry-After %d, want 10 plus 1 to 10", after)
	}
	if r := get("steward"); r.code != 200 {
		t.Errorf("somebody else on the same address: %d", r.code)
	}
	clock.at = clock.at.Add(10 * time.Second)
	if r := get("resident"); r.code != 200 {
		t.Errorf("after ten seconds: %d", r.code)
	}
	if r := get("resident"); r.code != 429 {
		t.Errorf("one more: %d", r.code)
	}
}

func TestAddressLimitComesBeforeTheToken(t *testing.T) {
	s, _ := limitedServer(t, Limits{Address: Allowance{Burst: 2, PerMinute: 60}, Account: Allowance{100, 100}}, Config{})
	want := []int{401, 401, 429}
	for i, code := range want {
		if r := ask(t, s, "GET", "/api/v1/test/1", "", "Authorization", "Bearer guess"+strconv.Itoa(i)); r.code != code {
			t.Errorf("try %d: %d, want %d", i+1, r.code, code)
		}
	}
}

// TestForgedAddressDoesNotChangeTheBucket: only a proxy that we were told of may say who is behind it.
func TestForgedAddressDoesNotChangeTheBucket(t *testing.T) {
	limits := Limits{Address: Allowance{Burst: 2, PerMinute: 1}, Account: Allowance{100, 100}}
	for name, c := range map[string]struct {
		trusted []string
		header  string
		third   int
	}{
		"stranger, X-Real-IP":       {nil, "X-Real-IP", 429},
		"stranger, X-Forwarded-For": {nil, "X-Forwarded-For", 429},
		"proxy, X-Forwarded-For":    {[]string{"127.0.0.1"}, "X-Forwarded-For", 429},
		"proxy, X-Real-IP":          {[]string{"127.0.0.1"}, "X-Real-IP", 200},
		"proxy by range":            {[]string{"127.0.0.0/8"}, "X-Real-IP", 200},
	} {
		t.Run(name, func(t *testing.T) {
			s, _ := limitedServer(t, limits, Config{TrustedProxies: c.trusted})
			address := listen(t, s)
			for i, want := range []int{200, 200, c.third} {
				r, _ := http.NewRequest("GET", "http://"+address+"/api/v1/test/fixed", nil)
				r.Header.Set(c.header, "203.0.113."+strconv.Itoa(i))
				res, err := http.DefaultTransport.RoundTrip(r)
				if err != nil {
					t.Fatal(err)
				}
				res.Body.Close()
				if res.StatusCode != want {
					t.Errorf("request %d: %d, want %d", i+1, res.StatusCode, want)
				}
			}
		})
	}
}

func TestNetwork(t *testing.T) {
	for address, want := range map[string]string{
		"203.0.113.9":             "203.0.113.9",
		"::ffff:203.0.113.9":      "203.0.113.9",
		"2001:db8:1:2:3:4:5:6":    "2001:db8:1:2::/64",
		"2001:db8:1:2:ffff::1":    "2001:db8:1:2::/64",
		"fe80::1%eth0":            "fe80::/64",
		"not an address":          "unknown",
		"203.0.113.9, 198.51.0.1": "unknown",
	} {
		if got := network(address); got != want {
			t.Errorf("%s: %s, want %s", address, got, want)
		}
	}
}

func TestBucketsAreBounded(t *testing.T) {
	c := &clock{at: time.Unix(1_000_000, 0)}
	l := newLimiter(DefaultLimits, c.now)
	for i := range mostBuckets + 10 {
		l.spend("a:"+strconv.Itoa(i), DefaultLimits.Address)
	}
	if n := len(l.buckets); n > mostBuckets {
		t.Errorf("%d buckets", n)
	}
}
