package api

import (
	"context"
	"errors"
	"io"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"

	"linli/models"
)

// jsonLimit is the size of the largest JSON body, in bytes.
const jsonLimit = 256 << 10

// body is the request's body with a memory of its end. Two things hang on that: fasthttp's chunked stream blocks for
// ever when it is read again after EOF; and what a handler leaves unread would be taken for the next request on the
// same connection, which behind a proxy is somebody else's.
type body struct {
	from io.Reader
	end  error
}

func (b *body) Read(p []byte) (int, error) {
	if b.end != nil {
		return 0, b.end
	}
	n, err := b.from.Read(p)
	if err != nil {
		b.end = err
	}
	return n, err
}

// Reading what a refused request still sends is cheaper than losing the refusal: a connection that is closed with
// bytes under way is reset, and the phone never reads why. After these bounds it is closed all the same.
const (
	drainBytes = 64 << 20
	drainTime  = 30 * time.Second
)

// settle reads the body to its end, or else makes sure that nothing more is read from this connection.
func (b *body) settle(c *fiber.Ctx) {
	if b == nil || errors.Is(b.end, io.EOF) {
		return
	}
	c.Context().Conn().SetReadDeadline(time.Now().Add(drainTime))
	io.Copy(io.Discard, io.LimitReader(b, drainBytes))
	if !errors.Is(b.end, io.EOF) {
		c.Context().SetConnectionClose()
	}
}

// limitBody refuses by Content-Length what is certainly too large; what comes without a length is counted while it is
// read.
func limitBody(op *huma.Operation) fiber.Handler {
	limit := op.MaxBodyBytes
	if op.Metadata[uploadKey] == nil {
		limit = jsonLimit
	}
	return func(c *fiber.Ctx) error {
		if int64(c.Request().Header.ContentLength()) > limit {
			return models.Refuse(models.TooLarge, "request.too_large").With("limit", limit)
		}
		return c.Next()
	}
}

// readThroughBody lets huma read the body through ours.
func readThroughBody(ctx huma.Context, next func(huma.Context)) {
	next(bodyContext{humaContext: ctx, body: requestOf(ctx.Context()).body})
}

type humaContext = huma.Context // embedded under another name, because huma.Context has a method Context

type bodyContext struct {
	humaContext
	body *body
}

// Unwrap leads huma's adapter to the context below.
func (c bodyContext) Unwrap() huma.Context { return c.humaContext }

// WithContext keeps the body when a middleware exchanges the context.
func (c bodyContext) WithContext(ctx context.Context) huma.Context {
	return bodyContext{humaContext: huma.WithContext(c.humaContext, ctx), body: c.body}
}

// BodyReader is nil when the request has no body.
func (c bodyContext) BodyReader() io.Reader {
	if c.body == nil {
		return nil
	}
	return c.body
}

// Upload is embedded in the In of an operation that takes a raw body.
type Upload struct {
	reader io.Reader
	size   int64
	kind   string
}

// Resolve is called by huma before the handler.
func (u *Upload) Resolve(ctx huma.Context) []error {
	limit := ctx.Operation().MaxBodyBytes
	u.reader = http.NoBody
	u.kind = ctx.Header(fiber.HeaderContentType)
	u.size = int64(requestOf(ctx.Context()).length)
	if b := requestOf(ctx.Context()).body; b != nil {
		u.reader = &bounded{from: b, left: limit, limit: limit}
	}
	return nil
}

// Reader gives the bytes as they arrive. Past the operation's limit it gives models.TooLarge; when the link broke, a
// refusal with code request.cut_off.
func (u *Upload) Reader() io.Reader { return u.reader }

// Size is the announced length in bytes, negative when the sender did not say.
func (u *Upload) Size() int64 { return u.size }

// ContentType is what the sender says it is; the bytes decide.
func (u *Upload) ContentType() string { return u.kind }

type bounded struct {
	from        io.Reader
	left, limit int64
}

func (r *bounded) Read(p []byte) (int, error) {
	n, err := r.from.Read(p)
	r.left -= int64(n)
	if r.left < 0 {
		return 0, models.Refuse(models.TooLarge, "request.too_large").With("limit", r.limit)
	}
	if err != nil && !errors.Is(err, io.EOF) {
		return n, newProblem(http.StatusBadRequest, "request.cut_off")
	}
	return n, err
}
