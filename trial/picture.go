package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"image"
	"image/color"
	"image/jpeg"
	"math/rand/v2"
	"time"
)

// photo is a picture on a phone: listed with its record, sent after it. Its two colours tell it from every other one,
// so that a right hash over a wrong picture is seen too.
type photo struct {
	clientID    string
	kind        string
	sum         string
	bytes       []byte
	left, right color.RGBA
	stored      bool
	storedAt    time.Time
	id          int64
	seen        bool // its bytes were read back and judged
}

const pictureWidth, pictureHeight = 160, 120

func newPhoto(r *rand.Rand, kind string) *photo {
	p := &photo{clientID: newID(r), kind: kind, left: colour(r), right: colour(r)}
	img := image.NewRGBA(image.Rect(0, 0, pictureWidth, pictureHeight))
	for y := range pictureHeight {
		for x := range pictureWidth {
			c := p.left
			if x >= pictureWidth/2 {
				c = p.right
			}
			img.SetRGBA(x, y, c)
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: 90}); err != nil {
		panic(err)
	}
	// Something of its own behind the picture: two of the same colours are two photos.
	b.WriteString(p.clientID)
	p.bytes = b.Bytes()
	sum := sha256.Sum256(p.bytes)
	p.sum = hex.EncodeToString(sum[:])
	return p
}

func (p *photo) claim() map[string]any {
	return map[string]any{"client_id": p.clientID, "kind": p.kind, "sha256": p.sum, "bytes": len(p.bytes)}
}

func colour(r *rand.Rand) color.RGBA {
	return color.RGBA{uint8(r.IntN(256)), uint8(r.IntN(256)), uint8(r.IntN(256)), 255}
}

// shows reports whether a rendering shows this photo.
func (p *photo) shows(rendering []byte) bool {
	img, err := jpeg.Decode(bytes.NewReader(rendering))
	if err != nil {
		return false
	}
	b := img.Bounds()
	y := b.Dy() / 2
	return near(img.At(b.Dx()/4, y), p.left) && near(img.At(b.Dx()*3/4, y), p.right)
}

func near(a color.Color, b color.RGBA) bool {
	x, y, z, _ := a.RGBA()
	far := func(got uint32, want uint8) bool {
		d := int(got>>8) - int(want)
		return d < -24 || d > 24
	}
	return !far(x, b.R) && !far(y, b.G) && !far(z, b.B)
}

// newID is a random UUID.
func newID(r *rand.Rand) string {
	var b [16]byte
	for i := range b {
		b[i] = byte(r.IntN(256))
	}
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	h := hex.EncodeToString(b[:])
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}
