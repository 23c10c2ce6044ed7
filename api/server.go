// Package api is the HTTP face of the program: it reads a request, calls one use-case, and writes the answer.
// It decides nothing about tickets, people or scores; it knows models only, and each file names at its top, in a small
// interface, what it needs of storage.
package api

import (
	"context"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"sync/atomic"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"linli/models"
)

// Config is what the API is told about the house it stands in. The zero value of every field works.
type Config struct {
	Version        string
	County         string // name of the county, shown before signing in
	Demo           bool   // hand out DemoLogins
	DemoLogins     []DemoLogin
	DemoFilling    func() bool // the demo's history is still being made
	PublicURL      string      // how phones reach the server; printed into posters
	TrustedProxies []string    // addresses or ranges whose X-Real-IP header is believed
	// Copied: a continuous copy of the database is kept.
	Copied   bool
	Files    fs.FS        // the built phone app; nil serves the API alone
	Log      *slog.Logger // nil writes nothing
	Now      func() time.Time
	Deadline time.Duration // what one request may take; 0 means 15 seconds
	// SheetDeadline is what a sheet of tickets may take: of fifty pages some may come at a bad moment. 0 means 12 seconds.
	SheetDeadline time.Duration
	Limits        Limits   // the zero value means DefaultLimits
	Capacity      Capacity // the zero value means DefaultCapacity
}

// Uses is what the handlers ask of storage, one field an area. cmd fills it; a test fills what it needs.
type Uses struct {
	Tokens    Tokens
	Signer    Signer
	Actors    Actors
	People    People
	Sessions  Sessions
	Health    HealthUses
	Places    Places
	Calendars Calendars
	Tickets   Tickets
	Photos    Photos
	Scores    Scores
	Ledger    Ledger
}

// Tokens reads access tokens. The error of a token that is not good is models.SignedOut, whatever is wrong with it.
type Tokens interface {
	ReadToken(raw string) (models.Access, error)
}

// Actors says who an account is now: the roles valid at this moment, none of them from the token. It answers
// models.SignedOut when the session was ended or the account disabled.
type Actors interface {
	LoadActor(ctx context.Context, access models.Access) (models.Actor, error)
}

// Server is the API, ready to listen or to be tested.
type Server struct {
	config     Config
	uses       Uses
	app        *fiber.App
	api        huma.API
	limiter    *limiter
	photoSlots *photoSlots
	sheets     sheetsUnderWay
	gates      gates
	metrics    *metrics
	leaving    atomic.Bool
	log        *slog.Logger
	document   []byte
	pwa        app
}

// New builds the server and registers every route.
func New(config Config, uses Uses) *Server { return build(config, uses, nil) }

// build is New with more routes than the program has; only tests add some.
func build(config Config, uses Uses, more []route) *Server {
	s := &Server{config: withDefaults(config), uses: uses, photoSlots: newPhotoSlots(), sheets: sheetsUnderWay{held: map[int64]bool{}}}
	s.log = s.config.Log
	s.gates = newGates(s.config.Capacity)
	s.metrics = newMetrics(s)
	s.limiter = newLimiter(s.config.Limits, s.config.Now)
	s.app = fiber.New(fiber.Config{
		AppName:                      "linli",
		DisableStartupMessage:        true,
		ErrorHandler:                 s.refuse,
		Immutable:                    true, // without it a string taken from a request changes under our feet when the buffer is reused
		StrictRouting:                true,
		CaseSensitive:                true,
		StreamRequestBody:            true, // nothing is read before we know who is asking
		DisablePreParseMultipartForm: true,
		BodyLimit:                    jsonLimit, // with streaming only a threshold; the limit itself is kept by limitBody
		ReadTimeout:                  readTimeout,
		IdleTimeout:                  idleTimeout,
		ReadBufferSize:               16 << 10, // request line and headers; a longer token is refused by fasthttp with 431
		EnableTrustedProxyCheck:      true,
		TrustedProxies:               s.config.TrustedProxies,
		ProxyHeader:                  "X-Real-IP", // not X-Forwarded-For: its first address is the client's own claim
		EnableIPValidation:           true,
	})
	s.refuseUnknownMethods()
	s.app.Use(s.front)
	s.api = newHuma(s.app, s.config.Version)
	s.register(append(s.routes(), more...))
	s.document = s.describe()
	s.pwa = mustLoadApp(s.config.Files)
	s.app.Use(s.pwaShow)
	return s
}

// refuseUnknownMethods answers the methods that Fiber would refuse in plain text before any middleware runs.
func (s *Server) refuseUnknownMethods() {
	server := s.app.Server()
	next := server.Handler
	server.Handler = func(ctx *fasthttp.RequestCtx) {
		if slices.Contains(fiber.DefaultMethods, string(ctx.Method())) {
			next(ctx)
			return
		}
		c := s.app.AcquireCtx(ctx)
		defer s.app.ReleaseCtx(c)
		s.refuse(c, fiber.ErrMethodNotAllowed)
		ctx.SetConnectionClose() // its body was not read
	}
}

// readTimeout bounds headers and a JSON body together; uploads ask for more (see upload in routes.go).
const (
	readTimeout   = 30 * time.Second
	idleTimeout   = 75 * time.Second
	uploadTimeout = 150 * time.Second // 420 kB at 3 kB/s, the worst link we plan for
)

func withDefaults(c Config) Config {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Deadline == 0 {
		c.Deadline = 15 * time.Second
	}
	if c.SheetDeadline == 0 {
		c.SheetDeadline = 12 * time.Second // within what the request may take, so that its own words reach whoever waits
	}
	if c.Limits.isZero() {
		c.Limits = DefaultLimits
	}
	if c.Capacity == (Capacity{}) {
		c.Capacity = DefaultCapacity
	}
	if c.Version == "" {
		c.Version = "dev"
	}
	return c
}

// Serve answers on l until Shutdown; it returns before Shutdown has drained, so wait for that one.
func (s *Server) Serve(l net.Listener) error { return s.app.Listener(l) }

// Leave makes /readyz answer 503, so that a balancer sends nobody here any more; everything else goes on working.
func (s *Server) Leave() { s.leaving.Store(true) }

// Shutdown takes no new connections and waits for the requests under way.
func (s *Server) Shutdown(ctx context.Context) error { return s.app.ShutdownWithContext(ctx) }

// Test answers one request without a network. It has no time limit of its own.
func (s *Server) Test(r *http.Request) (*http.Response, error) { return s.app.Test(r, -1) }

// Contract is the same document as values, for tests that hold answers against it.
func (s *Server) Contract() *huma.OpenAPI { return s.api.OpenAPI() }

// Document is the OpenAPI 3.1 document of every route.
func (s *Server) Document() []byte { return s.document }
