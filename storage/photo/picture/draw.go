package picture

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"

	"golang.org/x/image/draw"
)

// mostKernelCells bounds the better of the two ways to scale, which holds 32 bytes for each cell of a table as wide as
// the result and as high as the source: 32 MB here, 155 MB for a photo of 12 million pixels.
const mostKernelCells = 1 << 20

// fit draws source on white, so large that neither side exceeds side. It never enlarges.
func fit(source image.Image, side int) *image.RGBA {
	b := source.Bounds()
	w, h := b.Dx(), b.Dy()
	if long := max(w, h); long > side {
		w, h = max(1, (w*side+long/2)/long), max(1, (h*side+long/2)/long)
	}
	to := image.NewRGBA(image.Rect(0, 0, w, h))
	draw.Draw(to, to.Rect, image.NewUniform(color.White), image.Point{}, draw.Src)
	switch {
	case w == b.Dx() && h == b.Dy():
		draw.Draw(to, to.Rect, source, b.Min, draw.Over)
	case w*b.Dy() <= mostKernelCells:
		draw.BiLinear.Scale(to, to.Rect, source, b, draw.Over, nil)
	default:
		draw.ApproxBiLinear.Scale(to, to.Rect, source, b, draw.Over, nil)
	}
	return to
}

// orient turns a picture the right way up, by the eight cases of EXIF.
func orient(m *image.RGBA, orientation int) *image.RGBA {
	if orientation == upright {
		return m
	}
	w, h := m.Rect.Dx(), m.Rect.Dy()
	to := image.NewRGBA(image.Rect(0, 0, w, h))
	if orientation >= 5 {
		to = image.NewRGBA(image.Rect(0, 0, h, w))
	}
	for y := range h {
		for x := range w {
			nx, ny := turned(orientation, x, y, w, h)
			copy(to.Pix[to.PixOffset(nx, ny):][:4], m.Pix[m.PixOffset(x, y):][:4])
		}
	}
	return to
}

// turned says where the pixel x, y of a stored picture of w by h is seen.
func turned(orientation, x, y, w, h int) (int, int) {
	right, bottom := w-1-x, h-1-y
	switch orientation {
	case 2:
		return right, y
	case 3:
		return right, bottom
	case 4:
		return x, bottom
	case 5:
		return y, x
	case 6:
		return bottom, x
	case 7:
		return bottom, right
	case 8:
		return y, right
	}
	return x, y
}

// differenceHash has one bit for each of 8 by 8 fields: is it brighter than its right neighbour. Compressing anew,
// scaling and a change of brightness leave it almost as it is.
func differenceHash(m image.Image) int64 {
	small := image.NewGray(image.Rect(0, 0, 9, 8))
	draw.BiLinear.Scale(small, small.Rect, m, m.Bounds(), draw.Src, nil)
	var hash uint64
	for y := range 8 {
		row := small.Pix[y*small.Stride:]
		for x := range 8 {
			hash <<= 1
			if row[x] > row[x+1] {
				hash |= 1
			}
		}
	}
	return int64(hash)
}

// encode writes a JPEG without any metadata: the encoder writes none.
func encode(m image.Image, quality int) ([]byte, error) {
	var b bytes.Buffer
	err := jpeg.Encode(&b, m, &jpeg.Options{Quality: quality})
	return b.Bytes(), err
}
