package demo

import (
	"bytes"
	"image"
	"image/jpeg"
	"slices"
)

// A scene is painted in units of its own: 1000 wide, 750 high, the origin at the top left. Everything is counted in
// integers, so that the same picture has the same bytes on every kind of machine.
const (
	sceneWidth  = 1000
	sceneHeight = 750
	// subpixels is how finely edges are drawn: a pixel has 4 by 4 samples.
	subpixels = 4
)

// point is a place in a scene.
type point struct{ x, y int }

// ink is a colour with its opacity, 255 is solid.
type ink struct{ r, g, b, a uint8 }

func rgb(hex uint32) ink { return ink{uint8(hex >> 16), uint8(hex >> 8), uint8(hex), 255} }

// alpha is the ink with another opacity.
func (k ink) alpha(a uint8) ink { return ink{k.r, k.g, k.b, a} }

// shade is the ink made lighter or darker by percent.
func (k ink) shade(percent int) ink {
	move := func(v uint8) uint8 {
		n := int(v)
		if percent > 0 {
			n += (255 - n) * percent / 100
		} else {
			n += n * percent / 100
		}
		return uint8(n)
	}
	return ink{move(k.r), move(k.g), move(k.b), k.a}
}

// canvas is a picture that shows a part of a scene.
type canvas struct {
	picture *image.RGBA
	// The frame is the part of the scene that is seen.
	left, top, width int
	flipped          bool
}

// newCanvas makes a picture of the given width that sees the frame.
func newCanvas(pixels, left, top, width int, flipped bool) *canvas {
	return &canvas{
		picture: image.NewRGBA(image.Rect(0, 0, pixels, pixels*sceneHeight/sceneWidth)),
		left:    left, top: top, width: width, flipped: flipped,
	}
}

// at turns a place of the scene into samples of the picture.
func (c *canvas) at(p point) point {
	x := p.x - c.left
	if c.flipped {
		x = c.width - x
	}
	scale := c.picture.Rect.Dx() * subpixels
	return point{x * scale / c.width, (p.y - c.top) * scale / c.width}
}

// shape fills a polygon.
func (c *canvas) shape(k ink, corners ...point) {
	outline := make([]point, len(corners))
	low, high := 1<<30, -1<<30
	for i, p := range corners {
		outline[i] = c.at(p)
		low, high = min(low, outline[i].y), max(high, outline[i].y)
	}
	xs := make([]int, 0, len(outline))
	c.fill(k, low, high, func(y int) []int {
		xs = crossings(xs[:0], outline, y)
		return xs
	})
}

// crossings are where a line of samples enters and leaves an outline.
func crossings(xs []int, outline []point, y int) []int {
	for i, p := range outline {
		q := outline[(i+1)%len(outline)]
		if p.y > q.y {
			p, q = q, p
		}
		if y >= p.y && y < q.y {
			xs = append(xs, p.x+(q.x-p.x)*(y-p.y)/(q.y-p.y))
		}
	}
	slices.Sort(xs)
	return xs
}

// oval fills an ellipse.
func (c *canvas) oval(k ink, x, y, rx, ry int) {
	middle, edge := c.at(point{x, y}), c.at(point{x + rx, y + ry})
	a, b := abs(edge.x-middle.x), abs(edge.y-middle.y)
	if a == 0 || b == 0 {
		return
	}
	span := make([]int, 2)
	c.fill(k, middle.y-b, middle.y+b, func(row int) []int {
		d := row - middle.y
		half := a * root(b*b-d*d) / b
		span[0], span[1] = middle.x-half, middle.x+half
		return span
	})
}

// fill paints the spans of all rows of samples from low to high, and smooths their edges.
func (c *canvas) fill(k ink, low, high int, spans func(y int) []int) {
	w, h := c.picture.Rect.Dx(), c.picture.Rect.Dy()
	cover := make([]int, w+1)
	for row := max(0, low/subpixels); row <= min(h-1, high/subpixels); row++ {
		clear(cover)
		first, last := w, 0
		for sample := range subpixels {
			xs := spans(row*subpixels + sample)
			for i := 0; i+1 < len(xs); i += 2 {
				from, to := max(0, xs[i]), min(w*subpixels, xs[i+1])
				if from < to {
					first, last = min(first, from/subpixels), max(last, (to-1)/subpixels)
					addSpan(cover, from, to)
				}
			}
		}
		for x := first; x <= min(last, w-1); x++ {
			c.blend(x, row, k, cover[x])
		}
	}
}

// addSpan counts the samples of a span into the pixels that they belong to.
func addSpan(cover []int, from, to int) {
	first, last := from/subpixels, (to-1)/subpixels
	if first == last {
		cover[first] += to - from
		return
	}
	cover[first] += (first+1)*subpixels - from
	for x := first + 1; x < last; x++ {
		cover[x] += subpixels
	}
	cover[last] += to - last*subpixels
}

const wholePixel = subpixels * subpixels

func (c *canvas) blend(x, y int, k ink, samples int) {
	if samples == 0 {
		return
	}
	i := c.picture.PixOffset(x, y)
	pix := c.picture.Pix[i : i+4 : i+4]
	if samples == wholePixel && k.a == 255 {
		pix[0], pix[1], pix[2], pix[3] = k.r, k.g, k.b, 255
		return
	}
	a := uint32(k.a) * uint32(samples) / wholePixel
	pix[0] = mixByte(pix[0], k.r, a)
	pix[1] = mixByte(pix[1], k.g, a)
	pix[2] = mixByte(pix[2], k.b, a)
	pix[3] = 255
}

// mixByte is part of the way from one value to another, a of 255.
func mixByte(from, to uint8, a uint32) uint8 {
	n := uint32(from)*(255-a) + uint32(to)*a + 128
	return uint8((n + n>>8) >> 8)
}

// box fills a rectangle.
func (c *canvas) box(k ink, x, y, w, h int) {
	from, to := c.at(point{x, y}), c.at(point{x + w, y + h})
	if from.x > to.x {
		from.x, to.x = to.x, from.x
	}
	span := []int{from.x, to.x}
	c.fill(k, from.y, to.y, func(y int) []int {
		if y < from.y || y >= to.y {
			return nil
		}
		return span
	})
}

// wash fills a rectangle from one ink at the top to another at the bottom.
func (c *canvas) wash(top, bottom ink, x, y, w, h int) {
	from, to := c.at(point{x, y}), c.at(point{x + w, y + h})
	if from.x > to.x {
		from.x, to.x = to.x, from.x
	}
	size := c.picture.Rect.Size()
	first, last := from.y/subpixels, to.y/subpixels
	for row := max(0, first); row < min(size.Y, last); row++ {
		part := uint32(255 * (row - first) / max(1, last-first-1))
		k := ink{mixByte(top.r, bottom.r, part), mixByte(top.g, bottom.g, part), mixByte(top.b, bottom.b, part), top.a}
		for column := max(0, from.x/subpixels); column < min(size.X, to.x/subpixels); column++ {
			c.blend(column, row, k, wholePixel)
		}
	}
}

// line draws a straight line of some width.
func (c *canvas) line(k ink, width int, from, to point) {
	dx, dy := to.x-from.x, to.y-from.y
	length := max(1, root(dx*dx+dy*dy))
	nx, ny := -dy*width/(2*length), dx*width/(2*length)
	if nx == 0 && ny == 0 {
		nx = 1
	}
	c.shape(k, point{from.x + nx, from.y + ny}, point{to.x + nx, to.y + ny}, point{to.x - nx, to.y - ny}, point{from.x - nx, from.y - ny})
}

// glow paints light that grows weaker from the middle.
func (c *canvas) glow(k ink, x, y, radius int) {
	const rings = 14
	for i := range rings {
		r := radius * (rings - i) / rings
		c.oval(k.alpha(uint8(4+i*2)), x, y, r, r)
	}
}

// jpeg gives the picture's bytes.
func (c *canvas) jpeg(quality int) []byte {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, c.picture, &jpeg.Options{Quality: quality}); err != nil {
		panic("demo: a picture in memory cannot be encoded: " + err.Error()) // a buffer takes everything
	}
	return b.Bytes()
}

func abs(n int) int { return max(n, -n) }

// root is the whole part of a square root.
func root(n int) int {
	if n <= 0 {
		return 0
	}
	x := n
	for y := (x + 1) / 2; y < x; y = (x + n/x) / 2 {
		x = y
	}
	return x
}
