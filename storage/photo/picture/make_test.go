package picture

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
)

// scene draws something like a photograph: smooth parts, edges, texture and a little noise.
func scene(w, h int) *image.RGBA {
	m := image.NewRGBA(image.Rect(0, 0, w, h))
	r := rand.New(rand.NewPCG(1, 2))
	for y := range h {
		for x := range w {
			fx, fy := float64(x)/float64(w), float64(y)/float64(h)
			v := 120 + 60*math.Sin(fx*9+math.Sin(fy*7)*3) + 40*math.Cos(fy*23)
			if int(fx*22)%3 == int(fy*21)%2 {
				v -= 50
			}
			n := float64(r.IntN(13) - 6)
			m.SetRGBA(x, y, color.RGBA{level(v + n), level(v*0.9 + 20*fy + n), level(v*0.7 + 50*fx - n), 255})
		}
	}
	return m
}

func level(v float64) uint8 { return uint8(max(0, min(255, v))) }

func jpegOf(m image.Image, quality int) []byte {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, &jpeg.Options{Quality: quality}); err != nil {
		panic(err)
	}
	return b.Bytes()
}

func pngOf(m image.Image) []byte {
	var b bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(&b, m); err != nil {
		panic(err)
	}
	return b.Bytes()
}

func gifOf(m image.Image) []byte {
	var b bytes.Buffer
	if err := gif.Encode(&b, m, nil); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// segment is one JPEG segment with its marker and length.
func segment(marker byte, payload []byte) []byte {
	b := []byte{0xff, marker, 0, 0}
	binary.BigEndian.PutUint16(b[2:], uint16(len(payload)+2))
	return append(b, payload...)
}

// afterSOI puts segments right after the start of a JPEG, where cameras put their metadata.
func afterSOI(jpg []byte, segments ...[]byte) []byte {
	return bytes.Join([][]byte{jpg[:2], bytes.Join(segments, nil), jpg[2:]}, nil)
}

// metadata says what an EXIF block shall hold.
type metadata struct {
	order       binary.AppendByteOrder
	orientation uint16
	make        string
	taken       string
	offset      string
	gps         bool
}

// tiffOf writes an EXIF block by the book: three tables, texts after them.
func tiffOf(m metadata) []byte {
	if m.order == nil {
		m.order = binary.BigEndian
	}
	o := m.order.(binary.ByteOrder)
	b := []byte("MM\x00*\x00\x00\x00\x08")
	if m.order.String() == "LittleEndian" {
		b = []byte("II*\x00\x08\x00\x00\x00")
	}
	type field struct {
		tag, kind uint16
		text      string
		number    uint32
		child     []field
	}
	main := []field{{tag: tagMake, kind: typeText, text: m.make}, {tag: tagOrientation, kind: typeShort, number: uint32(m.orientation)}}
	main = append(main, field{tag: tagExif, kind: typeLong, child: []field{
		{tag: tagTaken, kind: typeText, text: m.taken}, {tag: tagTakenOffset, kind: typeText, text: m.offset},
	}})
	if m.gps {
		main = append(main, field{tag: tagGPS, kind: typeLong, child: []field{
			{tag: 1, kind: typeText, text: "N"}, {tag: tagLatitude, kind: 5, text: "POSITIONPOSITIONPOSITION"},
		}})
	}
	var write func(fields []field)
	write = func(fields []field) {
		start := len(b)
		b = m.order.AppendUint16(b, uint16(len(fields)))
		b = append(b, make([]byte, len(fields)*12+4)...)
		for i, f := range fields {
			at := start + 2 + i*12
			o.PutUint16(b[at:], f.tag)
			o.PutUint16(b[at+2:], f.kind)
			o.PutUint32(b[at+4:], 1)
			switch {
			case f.child != nil:
				o.PutUint32(b[at+8:], uint32(len(b)))
				write(f.child)
			case f.kind == typeShort:
				o.PutUint16(b[at+8:], uint16(f.number))
			case f.kind == 5:
				o.PutUint32(b[at+4:], 3)
				o.PutUint32(b[at+8:], uint32(len(b)))
				b = append(b, f.text...)
			default:
				text := f.text + "\x00"
				o.PutUint32(b[at+4:], uint32(len(text)))
				if len(text) <= 4 {
					copy(b[at+8:at+12], text)
					continue
				}
				o.PutUint32(b[at+8:], uint32(len(b)))
				b = append(b, text...)
			}
		}
	}
	write(main)
	return b
}

func exifSegment(m metadata) []byte {
	return segment(markerAPP1, append([]byte("Exif\x00\x00"), tiffOf(m)...))
}

// flat says how a grey JPEG shall be written. The standard library writes neither progressive nor CMYK nor huge ones.
type flat struct {
	w, h        int
	progressive bool
	scans       int // 0 means 1
	components  int // 0 means 1
	adobe       bool
	precision   byte // 0 means 8
	frame       byte // another frame marker
	cut         int  // bytes missing of the coded data
}

// bytes writes the file: with tables that give the one symbol "nothing changes" the code 0, a block is one zero bit (and
// one more for "no detail" when sequential), so that 24 million pixels take 94 kB.
func (f flat) bytes() []byte {
	scans, components, precision := max(f.scans, 1), max(f.components, 1), max(f.precision, 8)
	frame := byte(markerSOF0)
	if f.progressive {
		frame = 0xc2
	}
	if f.frame != 0 {
		frame = f.frame
	}
	out := []byte{0xff, 0xd8}
	if f.adobe {
		out = append(out, segment(0xee, []byte("Adobe\x00\x64\x00\x00\x00\x00\x00"))...)
	}
	out = append(out, segment(0xdb, append([]byte{0}, bytes.Repeat([]byte{1}, 64)...))...)
	header := []byte{precision, byte(f.h >> 8), byte(f.h), byte(f.w >> 8), byte(f.w), byte(components)}
	scan := []byte{byte(components)}
	for c := range components {
		header = append(header, byte(c+1), 0x11, 0)
		scan = append(scan, byte(c+1), 0)
	}
	out = append(out, segment(frame, header)...)
	for _, class := range []byte{0x00, 0x10} {
		table := make([]byte, 17)
		table[0], table[1] = class, 1 // one code of one bit
		out = append(out, segment(0xc4, append(table, 0))...)
	}
	bits := (f.w + 7) / 8 * ((f.h + 7) / 8) * components
	last := byte(63)
	if f.progressive {
		last = 0
	} else {
		bits *= 2
	}
	data := make([]byte, (bits+7)/8-f.cut)
	for range scans {
		out = append(out, segment(markerSOS, append(bytes.Clone(scan), 0, last, 0))...)
		out = append(out, data...)
	}
	return append(out, 0xff, markerEOI)
}

func pngChunk(kind string, data []byte) []byte {
	b := binary.BigEndian.AppendUint32(nil, uint32(len(data)))
	b = append(b, kind...)
	b = append(b, data...)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[4:]))
}

func pngHeader(w, h uint32, depth, colour, interlace byte) []byte {
	b := binary.BigEndian.AppendUint32(nil, w)
	b = binary.BigEndian.AppendUint32(b, h)
	return pngChunk("IHDR", append(b, depth, colour, 0, 0, interlace))
}

// pngFrom is a PNG of the given chunks, all with right checksums.
func pngFrom(chunks ...[]byte) []byte {
	return append([]byte(pngSignature), bytes.Join(chunks, nil)...)
}

// withPNGChunk puts a chunk right after the header.
func withPNGChunk(b []byte, kind string, data []byte) []byte {
	const headerEnd = 8 + 25
	return bytes.Join([][]byte{b[:headerEnd], pngChunk(kind, data), b[headerEnd:]}, nil)
}

func riffChunk(kind string, data []byte) []byte {
	b := append([]byte(kind), 0, 0, 0, 0)
	binary.LittleEndian.PutUint32(b[4:], uint32(len(data)))
	b = append(b, data...)
	if len(data)%2 == 1 {
		b = append(b, 0)
	}
	return b
}

func webpFrom(chunks ...[]byte) []byte {
	body := append([]byte("WEBP"), bytes.Join(chunks, nil)...)
	b := append([]byte("RIFF"), 0, 0, 0, 0)
	binary.LittleEndian.PutUint32(b[4:], uint32(len(body)))
	return append(b, body...)
}

func vp8x(flags byte, w, h int) []byte {
	w, h = w-1, h-1
	return riffChunk("VP8X", []byte{flags, 0, 0, 0, byte(w), byte(w >> 8), byte(w >> 16), byte(h), byte(h >> 8), byte(h >> 16)})
}

// onePixel is a whole lossless WebP picture of one pixel.
var onePixel = riffChunk("VP8L", []byte{0x2f, 0, 0, 0, 0x10, 0x07, 0x10, 0x11, 0x11, 0x88, 0x88, 0xfe, 0x07})

func fixture(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("..", "testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}
