package api

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"regexp"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"

	"linli/models"
)

// statusOf is the only place where a kind of refusal becomes an HTTP status.
var statusOf = map[models.Kind]int{
	models.Invalid:     http.StatusUnprocessableEntity,
	models.SignedOut:   http.StatusUnauthorized,
	models.Denied:      http.StatusForbidden,
	models.NotFound:    http.StatusNotFound,
	models.Conflict:    http.StatusConflict,
	models.Limited:     http.StatusTooManyRequests,
	models.Unavailable: http.StatusServiceUnavailable,
	models.TooLarge:    http.StatusRequestEntityTooLarge,
	models.Unsupported: http.StatusUnsupportedMediaType,
	models.Internal:    http.StatusInternalServerError,
}

// Problem is the body of every refusal (RFC 9457). Code is stable and is what the phone translates; nothing in it
// repeats what was sent, because what was sent may be a password.
type Problem struct {
	Status    int            `json:"status" doc:"The HTTP status again"`
	Title     string         `json:"title" doc:"The status in English, for people who read logs"`
	Code      string         `json:"code" doc:"Stable noun.reason; what clients act on and translate"`
	Field     string         `json:"field,omitempty" doc:"The input at fault"`
	Params    map[string]any `json:"params,omitempty" doc:"Figures for the sentence"`
	RequestID string         `json:"request_id" doc:"Names this request in the server's log"`

	retryAfter int
}

// Error makes a Problem what huma writes as it stands.
func (p *Problem) Error() string { return p.Code }

// GetStatus is the HTTP status.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType is that of RFC 9457.
func (p *Problem) ContentType(string) string { return problemType }

// GetHeaders are the headers that go with the status.
func (p *Problem) GetHeaders() http.Header {
	h := http.Header{}
	if p.retryAfter > 0 {
		h.Set(fiber.HeaderRetryAfter, strconv.Itoa(p.retryAfter))
	}
	if p.Status == http.StatusUnauthorized {
		h.Set(fiber.HeaderWWWAuthenticate, "Bearer")
	}
	return h
}

const problemType = "application/problem+json"

func newProblem(status int, code string) *Problem {
	return &Problem{Status: status, Title: http.StatusText(status), Code: code}
}

// problem turns any error of a handler into its answer. One that is not a refusal of ours is our fault: it stands whole
// in the request's line of the log, and is shown as one word.
func (s *Server) problem(ctx context.Context, err error) *Problem {
	p := problemOf(err)
	r := requestOf(ctx)
	p.RequestID = r.id
	if p.retryAfter > 0 {
		s.metrics.refused.WithLabelValues(p.Code).Inc()
	}
	if p.Status >= http.StatusInternalServerError && p.Code != errBusy.Code {
		r.why, r.failure = p.Code, err.Error()
	}
	return p
}

func problemOf(err error) *Problem {
	if p, ok := errors.AsType[*Problem](err); ok {
		return p
	}
	if e, ok := errors.AsType[*models.Error](err); ok && e.Kind != models.Internal && statusOf[e.Kind] != 0 {
		p := newProblem(statusOf[e.Kind], e.Code)
		p.Field, p.Params = e.Field, e.Params
		if e.Kind == models.Limited || e.Kind == models.Unavailable {
			p.retryAfter = e.RetryAfter + jitter()
		}
		return p
	}
	if errors.Is(err, context.DeadlineExceeded) {
		p := newProblem(http.StatusServiceUnavailable, "server.too_slow")
		p.retryAfter = jitter()
		return p
	}
	if e, ok := errors.AsType[*fiber.Error](err); ok {
		return newProblem(e.Code, fiberCode(e.Code))
	}
	return newProblem(http.StatusInternalServerError, "internal")
}

// jitter spreads the phones that were all told to come back at the same moment: 1 to 10 seconds.
func jitter() int { return 1 + rand.IntN(10) } // #nosec G404 -- spreads load, hides nothing

// fiberCode names the refusals that Fiber and fasthttp make themselves.
func fiberCode(status int) string {
	switch status {
	case http.StatusNotFound:
		return "route.not_found"
	case http.StatusMethodNotAllowed:
		return "route.method_not_allowed"
	case http.StatusRequestEntityTooLarge:
		return "request.too_large"
	case http.StatusRequestHeaderFieldsTooLarge:
		return "request.headers_too_large"
	case http.StatusRequestTimeout:
		return "request.too_slow"
	}
	if status < http.StatusInternalServerError {
		return "request.bad"
	}
	return "internal"
}

// refuse is Fiber's error handler: whatever a middleware returns, and what goes wrong before one runs, leaves as a
// problem with the same headers as every other answer.
func (s *Server) refuse(c *fiber.Ctx, err error) error {
	p := s.problem(c.UserContext(), err)
	if p.RequestID == "" { // fasthttp refused before front ran
		p.RequestID = newRequestID()
		c.Set(fiber.HeaderXRequestID, p.RequestID)
		s.log.Info("not a request", "request_id", p.RequestID, "status", p.Status)
	}
	s.secure(c)
	for name, values := range p.GetHeaders() {
		c.Set(name, values[0])
	}
	return c.Status(p.Status).JSON(p, problemType)
}

// ── huma's own refusals ──────────────────────────────────────────────────────────────────────────────────────────────

// refuseInput replaces huma's error body, which would repeat the input and show the text of any error. errs are the
// faults that validation found; the first one is told.
func refuseInput(ctx huma.Context, status int, _ string, errs ...error) huma.StatusError {
	p := inputProblem(status, errs)
	if ctx != nil {
		p.RequestID = requestOf(ctx.Context()).id
	}
	return p
}

func inputProblem(status int, errs []error) *Problem {
	switch status {
	case http.StatusBadRequest:
		return newProblem(status, "request.bad_json")
	case http.StatusRequestEntityTooLarge:
		return newProblem(status, "request.too_large")
	case http.StatusUnsupportedMediaType:
		return newProblem(status, "request.not_json")
	case http.StatusRequestTimeout:
		return newProblem(status, "request.too_slow")
	case http.StatusInternalServerError: // the body could not be read to its end: the phone went away
		return newProblem(http.StatusBadRequest, "request.cut_off")
	}
	for _, err := range errs {
		if detail, ok := errors.AsType[*huma.ErrorDetail](err); ok {
			return faultOf(status, detail)
		}
	}
	return newProblem(status, "request.invalid")
}

// faultOf names the field and the rule. The message itself stays here: some of huma's quote the input.
func faultOf(status int, d *huma.ErrorDetail) *Problem {
	place, field, _ := strings.Cut(d.Location, ".")
	if place == "path" { // an id that cannot exist is simply not found
		return newProblem(http.StatusNotFound, "request.not_found")
	}
	p := newProblem(status, "request.invalid")
	if d.Message == "unexpected property" || d.Message == "unknown query parameter" {
		p.Code = "request.unknown_field"
	}
	if named := requiredPattern.FindStringSubmatch(d.Message); named != nil {
		field = strings.TrimPrefix(field+"."+named[1], ".")
		p.Params = map[string]any{"rule": "required"}
	}
	for _, rule := range rules {
		if figure := rule.pattern.FindStringSubmatch(d.Message); figure != nil {
			n, _ := strconv.Atoi(figure[1])
			p.Params = map[string]any{"rule": rule.name, "limit": n}
		}
	}
	if len(field) <= 100 { // an unknown field's name is the sender's own text
		p.Field = field
	}
	return p
}

var requiredPattern = regexp.MustCompile(`^expected required property (\w+) to be present$`)

// rules are the faults that a person can put right when told the figure.
var rules = []struct {
	name    string
	pattern *regexp.Regexp
}{
	{"min_length", regexp.MustCompile(`^expected length >= (\d+)$`)},
	{"max_length", regexp.MustCompile(`^expected length <= (\d+)$`)},
	{"minimum", regexp.MustCompile(`^expected number >= (-?\d+)$`)},
	{"maximum", regexp.MustCompile(`^expected number <= (-?\d+)$`)},
	{"max_items", regexp.MustCompile(`^expected array length <= (\d+)$`)},
	{"min_items", regexp.MustCompile(`^expected array length >= (\d+)$`)},
}
