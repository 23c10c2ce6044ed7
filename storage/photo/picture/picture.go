// Package picture turns bytes that a stranger sent into two clean JPEGs. It is the only place that decodes images.
// What comes out is drawn anew from pixels: no metadata, no hidden second picture, no trailing archive survives, which
// stands in for a virus scan. What cannot be drawn is refused with a code; nothing here panics, waits without a
// deadline, or uses more memory than the limits of models/photo allow.
package picture

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"image/png"
	"io"
	"runtime/debug"
	"time"

	"golang.org/x/image/webp"

	"linli/models"
	"linli/models/photo"
)

// Picture is what remains of an upload.
type Picture struct {
	Full          []byte // JPEG, at most photo.FullSide pixels a side
	Thumb         []byte // JPEG, at most photo.ThumbSide pixels a side
	Width, Height int    // of Full, the right way up
	DHash         int64  // difference hash of what is seen, for photo.Distance
	Facts         Facts
}

// Press renders pictures, a few at a time. One rendering holds up to about 250 MB (16 million pixels, progressive) and
// usually under 80 MB, so the number of slots bounds the program's memory.
type Press struct {
	slots chan struct{}
	limit time.Duration
}

const (
	slots     = 2
	timeLimit = 30 * time.Second // the slowest picture within the limits takes about 2 s
)

// NewPress makes a press with two slots.
func NewPress() *Press { return &Press{slots: make(chan struct{}, slots), limit: timeLimit} }

// Render waits for a slot and renders b. The error is one of the refusals of models/photo when the bytes are at fault,
// and photo.busy when there was no slot or no time.
func (p *Press) Render(ctx context.Context, b []byte) (Picture, error) {
	select {
	case p.slots <- struct{}{}:
		defer func() { <-p.slots }()
	case <-ctx.Done():
		return Picture{}, busy(ctx.Err())
	}
	ctx, cancel := context.WithTimeout(ctx, p.limit)
	defer cancel()
	return render(ctx, b)
}

func render(ctx context.Context, b []byte) (Picture, error) {
	format, err := sniff(b)
	if err != nil {
		return Picture{}, err
	}
	shape, err := measure(format, b)
	if err != nil {
		return Picture{}, err
	}
	source, err := decode(ctx, format, b)
	if err != nil {
		return Picture{}, err
	}
	// The decoder and the header must agree, or the limits were checked against another picture.
	if size := source.Bounds().Size(); size.X != shape.width || size.Y != shape.height {
		return Picture{}, photo.Refusal(photo.Broken)
	}
	facts, orientation := readFacts(shape.exif)
	full := orient(fit(source, photo.FullSide), orientation)
	thumb := fit(full, photo.ThumbSide)
	p := Picture{Width: full.Rect.Dx(), Height: full.Rect.Dy(), DHash: differenceHash(thumb), Facts: facts}
	if p.Full, err = encode(full, 82); err != nil {
		return Picture{}, err
	}
	if p.Thumb, err = encode(thumb, 75); err != nil {
		return Picture{}, err
	}
	return p, nil
}

// measure reads the header only and holds it against the limits, before a decoder gets to allocate anything.
func measure(format format, b []byte) (shape, error) {
	var s shape
	err := guarded(func() error {
		c, err := decoders[format].config(bytes.NewReader(b))
		if err != nil {
			return err
		}
		s = inspect(format, b)
		s.width, s.height = c.Width, c.Height
		return nil
	})
	switch {
	case err != nil:
		return s, broken(err)
	case s.moves:
		return s, photo.Refusal(photo.NotAPhoto)
	case s.width <= 0 || s.height <= 0 || s.scans > maxScans:
		return s, photo.Refusal(photo.Broken)
	case s.width > photo.MaxSide || s.height > photo.MaxSide || s.width*s.height > photo.MaxPixels:
		return s, photo.Refusal(photo.TooManyPixels)
	case s.heavy && s.width*s.height > photo.MaxHeavyPixels:
		return s, photo.Refusal(photo.TooManyPixels)
	}
	return s, nil
}

// Each format is decoded by name. image.Decode would take whatever any imported package registered.
var decoders = map[format]struct {
	config func(io.Reader) (image.Config, error)
	decode func(io.Reader) (image.Image, error)
}{
	formatJPEG: {jpeg.DecodeConfig, jpeg.Decode},
	formatPNG:  {png.DecodeConfig, png.Decode},
	formatWebP: {webp.DecodeConfig, webp.Decode},
}

func decode(ctx context.Context, format format, b []byte) (image.Image, error) {
	var m image.Image
	err := guarded(func() (err error) {
		m, err = decoders[format].decode(&untilDone{ctx, bytes.NewReader(b)})
		return err
	})
	switch {
	case ctx.Err() != nil:
		return nil, busy(ctx.Err())
	case err != nil:
		return nil, broken(err)
	}
	return m, nil
}

// untilDone ends a decoder by taking its input away: it cannot be stopped in another way.
type untilDone struct {
	ctx context.Context
	r   io.Reader
}

func (u *untilDone) Read(p []byte) (int, error) {
	if err := u.ctx.Err(); err != nil {
		return 0, err
	}
	return u.r.Read(p)
}

// guarded turns a panic of a decoder into an error: decoders are large, and what they read comes from strangers.
func guarded(f func() error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("decoder panicked: %v\n%s", r, debug.Stack())
		}
	}()
	return f()
}

func broken(cause error) error {
	e := photo.Refusal(photo.Broken)
	e.Err = cause
	return e
}

func busy(cause error) error {
	return &models.Error{Kind: models.Unavailable, Code: "photo.busy", Err: errors.Join(errNoSlot, cause)}
}

var errNoSlot = errors.New("no time left to render a photo")
