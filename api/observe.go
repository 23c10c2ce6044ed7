package api

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"github.com/valyala/fasthttp"
)

// front is the first and the last to see every request: it names it, catches a panic, answers every error, and writes
// one line about it.
func (s *Server) front(c *fiber.Ctx) error {
	started := time.Now()
	r := &request{id: newRequestID(), address: network(c.IP()), length: c.Request().Header.ContentLength()}
	if stream := c.Context().RequestBodyStream(); stream != nil {
		r.body = &body{from: stream}
	}
	c.Set(fiber.HeaderXRequestID, r.id)
	s.secure(c)
	c.SetUserContext(context.WithValue(c.UserContext(), requestKey{}, r))
	err := s.caught(c)
	if err != nil {
		err = s.refuse(c, err)
	}
	compress(c)
	s.observe(c, r, time.Since(started))
	r.body.settle(c)
	return err
}

// worthPacking is the size in bytes from which packing an answer saves a packet on the way.
const worthPacking = 1400

var packer = fasthttp.CompressHandlerLevel(func(*fasthttp.RequestCtx) {}, fasthttp.CompressBestSpeed)

// compress packs JSON for those who take it; the links of the phones are slower than our processor. Pictures and what
// is packed already stay as they are.
func compress(c *fiber.Ctx) {
	if len(c.Response().Body()) < worthPacking || !strings.Contains(string(c.Response().Header.ContentType()), "json") {
		return
	}
	c.Vary(fiber.HeaderAcceptEncoding)
	packer(c.Context())
}

// caught runs the rest and turns a panic into an error. A panic that gets past Fiber ends the process.
func (s *Server) caught(c *fiber.Ctx) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return c.Next()
}

// observe writes the line and the figures: the pattern of the route, never the path, the query, a name or a number.
func (s *Server) observe(c *fiber.Ctx, r *request, took time.Duration) {
	pattern := c.Route().Path
	code := c.Response().StatusCode()
	s.metrics.requests.WithLabelValues(c.Method(), pattern, strconv.Itoa(code)).Observe(took.Seconds())
	level, what, line := slog.LevelInfo, "request", []slog.Attr{
		slog.String("request_id", r.id),
		slog.String("method", c.Method()),
		slog.String("route", pattern),
		slog.Int("status", code),
		slog.Int64("account", r.actor.AccountID),
		slog.Int64("took_us", took.Microseconds()),
	}
	switch {
	case r.failure != "":
		level, what, line = slog.LevelError, "request failed", append(line, slog.String("code", r.why), slog.String("err", r.failure))
	case r.why != "":
		line = append(line, slog.String("why", r.why))
	}
	s.log.LogAttrs(c.UserContext(), level, what, line...)
}

type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.HistogramVec
	refused  *prometheus.CounterVec
}

func newMetrics(s *Server) *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name:    "linli_request_seconds",
			Help:    "Time to answer a request, by method, route pattern and status.",
			Buckets: requestBuckets,
		}, []string{"method", "route", "status"}),
		refused: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "linli_refused_total",
			Help: "Requests that were told to come again, by the code of the refusal: limits, full queues, and what is away.",
		}, []string{"code"}),
	}
	for _, code := range []string{"request.too_often", errBusy.Code, "photo.no_slot"} {
		m.refused.WithLabelValues(code) // the first one is a step from 0, not a line that begins at 1
	}
	m.registry.MustRegister(
		m.requests,
		m.refused,
		collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		figure("linli_requests_working", "Requests that are being worked on, of those that only need the database.", func() float64 { return float64(len(s.gates.work.places)) }),
		figure("linli_requests_working_limit", "How many of them this copy works on at once.", func() float64 { return float64(cap(s.gates.work.places)) }),
		figure("linli_requests_waiting", "Requests that wait for their turn.", func() float64 { return float64(s.gates.work.waiting.Load()) }),
		figure("linli_requests_waiting_limit", "How many may wait; the rest are told to come again.", func() float64 { return float64(s.gates.work.most) }),
		figure("linli_uploads", "Photos on their way in.", func() float64 { n, _ := s.photoSlots.taken(); return float64(n) }),
		figure("linli_upload_bytes", "Memory set aside for photos on their way in, in bytes.", func() float64 { _, b := s.photoSlots.taken(); return float64(b) }),
		figure("linli_upload_bytes_limit", "How much memory may be set aside for them, in bytes.", func() float64 { return photoBudget }),
	)
	return m
}

// requestBuckets have the two promises of TRUST L1 among their bounds: 150 ms to read, 300 ms to write.
var requestBuckets = []float64{.002, .005, .01, .025, .05, .1, .15, .3, .6, 1, 2.5, 5, 15}

func figure(name, help string, now func() float64) prometheus.Collector {
	return prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, now)
}

// Metrics answers Prometheus. It is for a listener of its own, which strangers cannot reach.
func (s *Server) Metrics() http.Handler {
	return promhttp.HandlerFor(s.metrics.registry, promhttp.HandlerOpts{})
}

// Registry takes more figures, those of the jobs for example.
func (s *Server) Registry() *prometheus.Registry { return s.metrics.registry }
