package api

import (
	"math"
	"net/netip"
	"strconv"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"

	"linli/models"
)

// Allowance is a bucket: Burst requests at once, refilled at PerMinute.
type Allowance struct {
	Burst     int
	PerMinute int
}

// Limits are the sizes of the buckets. They are counted in each copy of the program by itself: they protect the copy.
// What must hold for the whole county (text messages, tries of a code) is counted in the database.
type Limits struct {
	Address Allowance // by network address; one address may be a whole estate behind one router
	Account Allowance
}

// DefaultLimits are generous for people and tight for scripts.
var DefaultLimits = Limits{
	Address: Allowance{Burst: 300, PerMinute: 1200},
	Account: Allowance{Burst: 120, PerMinute: 300},
}

func (l Limits) isZero() bool { return l == Limits{} }

// limiter keeps one bucket a key. A full bucket is the same as none, so forgetting full ones loses nothing.
type limiter struct {
	limits  Limits
	now     func() time.Time
	mu      sync.Mutex
	buckets map[string]bucket
}

type bucket struct {
	tokens float64
	at     time.Time
}

// mostBuckets bounds the memory that strangers can take: about 10 MB.
const mostBuckets = 100_000

func newLimiter(limits Limits, now func() time.Time) *limiter {
	return &limiter{limits: limits, now: now, buckets: map[string]bucket{}}
}

func (l *limiter) byAddress(c *fiber.Ctx) error {
	return l.take(c, "address", "a:"+network(c.IP()), l.limits.Address)
}

func (l *limiter) byAccount(c *fiber.Ctx, account int64) error {
	return l.take(c, "account", "p:"+strconv.FormatInt(account, 10), l.limits.Account)
}

// take takes one token and tells the caller what is left, in the header fields of the IETF draft.
func (l *limiter) take(c *fiber.Ctx, name, key string, allowance Allowance) error {
	left, wait := l.spend(key, allowance)
	c.Set("RateLimit-Policy", `"`+name+`";q=`+strconv.Itoa(allowance.Burst)+`;w=60`)
	c.Set("RateLimit", `"`+name+`";r=`+strconv.Itoa(max(left, 0))+`;t=`+strconv.Itoa(wait))
	if left >= 0 {
		return nil
	}
	return &models.Error{Kind: models.Limited, Code: "request.too_often", RetryAfter: wait}
}

// spend reports how many requests are left after this one, or -1, and the seconds until there is one again.
func (l *limiter) spend(key string, allowance Allowance) (left, wait int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	perSecond := float64(allowance.PerMinute) / 60
	full := float64(allowance.Burst)
	b, known := l.buckets[key]
	if !known {
		l.makeRoom(now)
		b = bucket{tokens: full, at: now}
	}
	b.tokens = min(full, b.tokens+now.Sub(b.at).Seconds()*perSecond)
	b.at = now
	if b.tokens < 1 {
		l.buckets[key] = b
		return -1, int(math.Ceil((1 - b.tokens) / perSecond))
	}
	b.tokens--
	l.buckets[key] = b
	return int(b.tokens), 0
}

// makeRoom forgets buckets that have filled up again; if a flood keeps all of them busy it starts afresh, which is
// kinder than growing without end.
func (l *limiter) makeRoom(now time.Time) {
	if len(l.buckets) < mostBuckets {
		return
	}
	for key, b := range l.buckets {
		if now.Sub(b.at) > time.Minute {
			delete(l.buckets, key)
		}
	}
	if len(l.buckets) >= mostBuckets {
		clear(l.buckets)
	}
}

// network is what shares a bucket: an IPv4 address, or the /64 that one IPv6 subscriber has to himself.
func network(address string) string {
	ip, err := netip.ParseAddr(address)
	if err != nil {
		return "unknown"
	}
	ip = ip.Unmap()
	if ip.Is4() {
		return ip.String()
	}
	prefix, _ := ip.WithZone("").Prefix(64)
	return prefix.String()
}
