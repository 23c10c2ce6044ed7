package api

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"io"
	"reflect"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humafiber"
	"github.com/gofiber/fiber/v2"

	"linli/models"
)

// clientHeader must come with every request that a cookie authorises: a foreign page cannot send it (TRUST 3.2).
const clientHeader = "X-Linli-Client"

// request is what front and admit learn about a request; handlers see it through actor.
type request struct {
	id      string
	actor   models.Actor
	address string // the caller's network address, for limits that hold for the whole county
	body    *body  // nil when there is none
	length  int    // announced, in bytes; negative when the sender did not say
	why     string // the reason of a refusal that the caller is not told, for the log
	failure string // what went wrong on our side, for the log
}

type requestKey struct{}

// requestOf finds the request of a context; outside one it is empty, never nil.
func requestOf(ctx context.Context) *request {
	if r, ok := ctx.Value(requestKey{}).(*request); ok {
		return r
	}
	return &request{}
}

// actor is who is asking. On routes open to anyone nobody is signed in, and the actor is empty.
func actor(ctx context.Context) models.Actor { return requestOf(ctx).actor }

func newRequestID() string {
	b := make([]byte, 8)
	rand.Read(b)
	return hex.EncodeToString(b)
}

// deadline bounds the work that one request may cause, its body included. fasthttp does not notice a phone that went
// away, so without it a slow query would run on for nobody.
func (s *Server) deadline(limit time.Duration) fiber.Handler {
	return func(c *fiber.Ctx) error {
		if limit > readTimeout {
			c.Context().Conn().SetReadDeadline(time.Now().Add(limit))
		}
		ctx, cancel := context.WithTimeout(c.UserContext(), limit)
		defer cancel()
		c.SetUserContext(ctx)
		return c.Next()
	}
}

// admit lets through the actors that a route is open to, before a byte of the body is read.
func (s *Server) admit(who access) fiber.Handler {
	return func(c *fiber.Ctx) error {
		if err := s.limiter.byAddress(c); err != nil {
			return err
		}
		if err := refuseTokenInURL(c); err != nil {
			return err
		}
		if err := refuseBadText(c); err != nil {
			return err
		}
		switch who {
		case anyone:
			return c.Next()
		case cookie:
			if err := ownPage(c); err != nil {
				return err
			}
			return c.Next()
		}
		a, err := s.identify(c)
		if err != nil {
			return err
		}
		if err := s.limiter.byAccount(c, a.AccountID); err != nil {
			return err
		}
		if a.FactorDue && who != enroller {
			return errFactorNeeded
		}
		if !admits[who](a) {
			return models.Refuse(models.Denied, "route.denied")
		}
		return c.Next()
	}
}

// errFactorNeeded is all that an admin without a second factor hears, until he has one (DECISIONS 17). It is said here
// and nowhere else, so no route can forget it.
var errFactorNeeded = models.Refuse(models.Denied, "session.second_factor_needed")

// identify reads the bearer token and loads the actor that it names.
func (s *Server) identify(c *fiber.Ctx) (models.Actor, error) {
	headers := c.Request().Header.PeekAll(fiber.HeaderAuthorization)
	if len(headers) == 0 {
		return models.Actor{}, models.Refuse(models.SignedOut, "session.missing")
	}
	raw, isBearer := strings.CutPrefix(string(headers[0]), "Bearer ")
	if len(headers) > 1 || !isBearer {
		return models.Actor{}, refuseToken(c, "not_one_bearer_token")
	}
	access, err := s.uses.Tokens.ReadToken(raw)
	if models.KindOf(err) == models.SignedOut {
		return models.Actor{}, refuseToken(c, models.CodeOf(err))
	}
	if err != nil {
		return models.Actor{}, err
	}
	var a models.Actor
	err = s.gates.work.within(c.UserContext(), func() error {
		a, err = s.uses.Actors.LoadActor(c.UserContext(), access)
		return err
	})
	if models.KindOf(err) == models.SignedOut {
		return models.Actor{}, refuseToken(c, "session_ended")
	}
	if err != nil {
		return models.Actor{}, err
	}
	requestOf(c.UserContext()).actor = a
	return a, nil
}

// refuseToken answers every token that is not good in the same words, so that nobody learns by trying how near he was;
// why stands in the log.
func refuseToken(c *fiber.Ctx, why string) error {
	requestOf(c.UserContext()).why = why
	return errTokenInvalid
}

// refuseTokenInURL keeps tokens out of logs and histories: one that comes in the address is dead on arrival.
func refuseTokenInURL(c *fiber.Ctx) error {
	for _, name := range []string{"access_token", "token", "jwt", "authorization"} {
		if c.Context().QueryArgs().Has(name) {
			return refuseToken(c, "token_in_url")
		}
	}
	return nil
}

// refuseBadText refuses an address that is no text: bytes that are not UTF-8, or U+0000. Postgres would fail on them,
// SQLite find nothing. In the path they name something that cannot exist.
func refuseBadText(c *fiber.Ctx) error {
	if !isText(c.Request().URI().Path()) {
		return models.Refuse(models.NotFound, "request.not_found")
	}
	for name, value := range c.Context().QueryArgs().All() {
		if !isText(name) || !isText(value) {
			return models.Refuse(models.Invalid, "request.invalid")
		}
	}
	return nil
}

func isText(b []byte) bool { return utf8.Valid(b) && bytes.IndexByte(b, 0) < 0 }

// ownPage refuses a request that another site made the browser send with our cookie.
func ownPage(c *fiber.Ctx) error {
	site := c.Get("Sec-Fetch-Site")
	foreign := site != "" && site != "same-origin" && site != "none"
	if foreign || c.Get(clientHeader) == "" {
		return models.Refuse(models.Denied, "request.foreign_page")
	}
	return nil
}

// newHuma puts huma on the app with everything switched off that would leak, echo, or load from elsewhere.
func newHuma(app *fiber.App, version string) huma.API {
	tuneHuma()
	config := huma.DefaultConfig("Linli", version)
	config.Info.Description = "Residents report problems and rate whoever runs their place; whoever must answer answers here."
	config.CreateHooks = nil // no $schema links
	config.OpenAPIPath = ""  // we serve the document ourselves
	config.DocsPath = ""     // the built-in page loads from a CDN
	config.SchemasPath = ""
	config.RejectUnknownQueryParameters = true
	config.Formats = map[string]huma.Format{"application/json": strictJSON, "json": strictJSON}
	config.Components.Schemas = huma.NewMapRegistry("#/components/schemas/", schemaName)
	config.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"bearer": {Type: "http", Scheme: "bearer", BearerFormat: "JWT"},
	}
	h := humafiber.NewV2(app, config)
	h.UseMiddleware(readThroughBody)
	return h
}

// schemaName gives a type of models the name of its area, so that a ticket's Row and an estate's Row are two schemas:
// ticket.Row is TicketRow, photo.View is PhotoView, place.EstateRow is PlaceEstateRow.
func schemaName(t reflect.Type, hint string) string {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	name := huma.DefaultSchemaNamer(t, hint)
	area, isModel := strings.CutPrefix(t.PkgPath(), "linli/models/")
	if !isModel || area == "" || strings.HasPrefix(strings.ToLower(name), area) {
		return name
	}
	return strings.ToUpper(area[:1]) + area[1:] + name
}

// strictJSON is huma's JSON with two differences: "</script>" and its like leave escaped, and U+0000 does not come in.
var strictJSON = huma.Format{
	Marshal:   func(w io.Writer, v any) error { return json.NewEncoder(w).Encode(v) },
	Unmarshal: func(b []byte, v any) error { return json.Unmarshal(withoutZero(b), v) },
}

var zero = []byte(`\u0000`)

// withoutZero leaves the escapes of U+0000 out of a JSON document, before anything in it is checked. Nobody types that
// letter and Postgres keeps none; a report that was pasted with one must arrive all the same.
func withoutZero(document []byte) []byte {
	if !bytes.Contains(document, zero) {
		return document
	}
	out := make([]byte, 0, len(document))
	for i := 0; i < len(document); {
		switch {
		case document[i] != '\\':
			out, i = append(out, document[i]), i+1
		case bytes.HasPrefix(document[i:], zero):
			i += len(zero)
		default: // an escape is two signs at the least: what follows an escaped backslash is plain text
			next := min(i+2, len(document))
			out, i = append(out, document[i:next]...), next
		}
	}
	return out
}

// tuneHuma sets what huma keeps in package variables; every server of this process wants the same.
var tuneHuma = sync.OnceFunc(func() {
	huma.DefaultArrayNullable = false
	huma.ValidateStrictCasing = true
	huma.NewErrorWithContext = refuseInput
	huma.NewError = func(status int, message string, errs ...error) huma.StatusError {
		return refuseInput(nil, status, message, errs...)
	}
})

// fillSlices replaces nil lists by empty ones in an answer, so that a client never meets null where the document
// promises an array.
func fillSlices(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			fillSlices(v.Elem())
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				fillSlices(v.Field(i))
			}
		}
	case reflect.Slice:
		if v.IsNil() && v.CanSet() {
			v.Set(reflect.MakeSlice(v.Type(), 0, 0))
		}
		if holdsData(v.Type().Elem()) {
			for i := range v.Len() {
				fillSlices(v.Index(i))
			}
		}
	}
}

// holdsData reports whether values of t can hold a list; it saves walking strings and numbers.
func holdsData(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Pointer, reflect.Struct, reflect.Slice:
		return true
	}
	return false
}
