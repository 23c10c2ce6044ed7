package picture

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"io"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/image/draw"

	"linli/models"
	"linli/models/photo"
)

const taken = "" // stands for "no refusal" in the tables

func mustRender(t testing.TB, b []byte) Picture {
	t.Helper()
	p, err := NewPress().Render(t.Context(), b)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func mustDecode(t testing.TB, b []byte) image.Image {
	t.Helper()
	m, err := jpeg.Decode(bytes.NewReader(b))
	if err != nil {
		t.Fatalf("what we made cannot be read: %v", err)
	}
	return m
}

// mustBeBare fails when a JPEG holds anything but a picture.
func mustBeBare(t testing.TB, b []byte) {
	t.Helper()
	for _, what := range leftIn(b) {
		t.Error(what)
	}
}

// leftIn names what a JPEG holds besides a picture, segment by segment.
func leftIn(b []byte) (found []string) {
	i := 2
	for i+4 <= len(b) && b[i] == 0xff && b[i+1] != markerSOS {
		switch b[i+1] {
		case 0xdb, 0xc4, markerSOF0: // quantization, Huffman, frame
		default:
			found = append(found, fmt.Sprintf("a segment %x is left in the picture", b[i+1]))
		}
		i += 2 + int(binary.BigEndian.Uint16(b[i+2:]))
	}
	if end := bytes.Index(b, []byte{0xff, markerEOI}); end != len(b)-2 {
		found = append(found, fmt.Sprintf("%d bytes after the end of the picture", len(b)-2-end))
	}
	return found
}

func TestHostileFiles(t *testing.T) {
	small := jpegOf(scene(64, 48), 80)
	smallPNG := pngOf(scene(64, 48))
	text := func(s string) []byte { return []byte(s) }
	zip := text("PK\x03\x04\x14\x00\x00\x00\x00\x00payload.exe" + strings.Repeat("Z", 500) + "PK\x05\x06")
	script := text("<html><script>alert(document.cookie)</script></html>")
	join := func(parts ...[]byte) []byte { return bytes.Join(parts, nil) }
	loop := tiffOf(metadata{})
	copy(loop[8:], "\xff\xff") // 65,535 entries where there are three
	self := []byte("MM\x00*\x00\x00\x00\x08\x00\x02\x87\x69\x00\x04\x00\x00\x00\x01\x00\x00\x00\x08\x88\x25\x00\x04\x00\x00\x00\x01\x00\x00\x00\x08\x00\x00\x00\x08")
	far := []byte("II*\x00\xff\xff\xff\xff")
	farText := []byte("MM\x00*\x00\x00\x00\x08\x00\x01\x01\x0f\x00\x02\xff\xff\xff\xff\xff\xff\xff\xf0")
	exif := func(tiff []byte) []byte { return segment(markerAPP1, join(text("Exif\x00\x00"), tiff)) }
	box := func(brands string) []byte {
		b := join(binary.BigEndian.AppendUint32(nil, uint32(8+len(brands))), text("ftyp"), text(brands))
		return append(b, make([]byte, 200)...)
	}

	for _, c := range []struct {
		name string
		file []byte
		code string
	}{
		// Not a photo at all.
		{"nothing", nil, photo.NotAPhoto},
		{"one byte", text("\xff"), photo.NotAPhoto},
		{"zeros", make([]byte, 4096), photo.NotAPhoto},
		{"plain text", text("hello"), photo.NotAPhoto},
		{"HTML", script, photo.NotAPhoto},
		{"SVG named .jpg", text(`<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`), photo.NotAPhoto},
		{"GIF", gifOf(scene(16, 16)), photo.NotAPhoto},
		{"GIF and script", join(text("GIF89a/*"), script, text("*/=1;")), photo.NotAPhoto},
		{"TIFF, little-endian", text("II*\x00\x08\x00\x00\x00\x00\x00"), photo.NotAPhoto},
		{"TIFF, big-endian", text("MM\x00*\x00\x00\x00\x08\x00\x00"), photo.NotAPhoto},
		{"BMP", join(text("BM"), make([]byte, 100)), photo.NotAPhoto},
		{"PDF", text("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"), photo.NotAPhoto},
		{"ZIP", zip, photo.NotAPhoto},
		{"a program", text("\x7fELF\x02\x01\x01\x00"), photo.NotAPhoto},
		{"WAV in a RIFF", join(text("RIFF\x24\x00\x00\x00WAVEfmt "), make([]byte, 40)), photo.NotAPhoto},
		{"AVIF", box("avif\x00\x00\x00\x00avifmif1miaf"), photo.NotAPhoto},
		{"MP4", box("isom\x00\x00\x02\x00isomiso2avc1mp41"), photo.NotAPhoto},
		{"a JPEG behind HTML", join(script, small), photo.NotAPhoto},
		{"a JPEG behind a NUL", join([]byte{0}, small), photo.NotAPhoto},

		// The camera setting has to change.
		{"HEIC of an iPhone", box("heic\x00\x00\x00\x00mif1MiHEheic"), photo.HEIC},
		{"HEIF by its compatible brand", box("mif1\x00\x00\x00\x00mif1heic"), photo.HEIC},
		{"HEIC whose box lies about its size", join(text("\xff\xff\xff\xff"), box("heic\x00\x00\x00\x00heix")[4:]), photo.HEIC},

		// Begins as a picture.
		{"JPEG, three bytes", text("\xff\xd8\xff"), photo.Broken},
		{"JPEG, start and end", text("\xff\xd8\xff\xd9"), photo.Broken},
		{"JPEG and nothing but fill bytes", join(text("\xff\xd8"), bytes.Repeat([]byte{0xff}, 100_000)), photo.Broken},
		{"JPEG cut in the header", small[:100], photo.Broken},
		{"JPEG cut in half", small[:len(small)/2], photo.Broken},
		{"JPEG that is HTML after three bytes", join(text("\xff\xd8\xff"), script), photo.Broken},
		{"JPEG with a segment of length 0", join(text("\xff\xd8\xff\xe0\x00\x00"), small[2:]), photo.Broken},
		{"JPEG with a segment beyond the end", join(text("\xff\xd8\xff\xe1\xff\xff"), small[2:200]), photo.Broken},
		{"JPEG without a scan", flat{w: 8, h: 8}.bytes()[:120], photo.Broken},
		{"JPEG of height 0", flat{w: 8, h: 0}.bytes(), photo.Broken},
		{"JPEG of width 0", flat{w: 0, h: 8}.bytes(), photo.Broken},
		{"JPEG of 12 bit", flat{w: 8, h: 8, precision: 12}.bytes(), photo.Broken},
		{"JPEG, lossless", flat{w: 8, h: 8, frame: 0xc3}.bytes(), photo.Broken},
		{"JPEG, arithmetic", flat{w: 8, h: 8, frame: 0xc9}.bytes(), photo.Broken},
		{"JPEG of two components", flat{w: 8, h: 8, components: 2}.bytes(), photo.Broken},
		{"JPEG of four unnamed components", flat{w: 8, h: 8, components: 4}.bytes(), photo.Broken},
		{"JPEG with two frames", join(flat{w: 8, h: 8}.bytes()[:71], segment(markerSOF0, []byte{8, 0, 8, 0, 8, 1, 1, 0x11, 0}), flat{w: 8, h: 8}.bytes()[71:]), photo.Broken},
		{"JPEG, progressive, cut", flat{w: 512, h: 512, progressive: true, cut: 300}.bytes(), photo.Broken},
		{"JPEG, progressive, 101 scans", flat{w: 64, h: 64, progressive: true, scans: maxScans + 1}.bytes(), photo.Broken},
		{"JPEG, progressive, 20,000 scans", flat{w: 64, h: 64, progressive: true, scans: 20_000}.bytes(), photo.Broken},
		{"PNG, signature only", text(pngSignature), photo.Broken},
		{"PNG cut in half", smallPNG[:len(smallPNG)/2], photo.Broken},
		{"PNG with a wrong checksum", join(smallPNG[:29], text("XXXX"), smallPNG[33:]), photo.Broken},
		{"PNG without pixels", pngFrom(pngHeader(8, 8, 8, 2, 0), pngChunk("IEND", nil)), photo.Broken},
		{"PNG whose pixels are not zlib", pngFrom(pngHeader(8, 8, 8, 2, 0), pngChunk("IDAT", script), pngChunk("IEND", nil)), photo.Broken},
		{"PNG of width 0", pngFrom(pngHeader(0, 8, 8, 2, 0), pngChunk("IEND", nil)), photo.Broken},
		{"PNG of an unknown colour", pngFrom(pngHeader(8, 8, 8, 5, 0), pngChunk("IEND", nil)), photo.Broken},
		{"PNG with a chunk of 2 GB", join(smallPNG[:33], text("\x7f\xff\xff\xffjunk")), photo.Broken},
		{"WebP, head only", text("RIFF\x04\x00\x00\x00WEBP"), photo.Broken},
		{"WebP cut", fixture(t, "sunrise.webp")[:20_000], photo.Broken},
		{"WebP whose canvas is smaller than its picture", webpFrom(vp8x(0, 5, 5), onePixel), photo.Broken},
		{"WebP with a chunk beyond the end", text("RIFF\x1a\x00\x00\x00WEBPVP8L\xff\xff\xff\x7f\x2f"), photo.Broken},

		// Moves.
		{"APNG", withPNGChunk(smallPNG, "acTL", []byte{0, 0, 0, 2, 0, 0, 0, 0}), photo.NotAPhoto},
		{"WebP that moves", webpFrom(vp8x(0x02, 8, 8), riffChunk("ANIM", make([]byte, 6)), riffChunk("ANMF", make([]byte, 40))), photo.NotAPhoto},

		// Bombs: the checksums are right, only the limits stand between them and our memory.
		{"JPEG of 65535 x 65535", flat{w: 65535, h: 65535, cut: 8192*8192/4 - 1000}.bytes(), photo.TooManyPixels},
		{"JPEG of 12,001 x 8", flat{w: 12_001, h: 8}.bytes(), photo.TooManyPixels},
		{"JPEG of 8 x 12,001", flat{w: 8, h: 12_001}.bytes(), photo.TooManyPixels},
		{"JPEG of a row more than 24 million", flat{w: 6000, h: 4001}.bytes(), photo.TooManyPixels},
		{"JPEG, progressive, a row more than 16 million", flat{w: 4000, h: 4001, progressive: true}.bytes(), photo.TooManyPixels},
		{"JPEG, CMYK, a row more than 16 million", flat{w: 4000, h: 4001, components: 4, adobe: true}.bytes(), photo.TooManyPixels},
		{"PNG of 1 x 30,000,000", pngFrom(pngHeader(1, 30_000_000, 8, 0, 0), pngChunk("IDAT", nil), pngChunk("IEND", nil)), photo.TooManyPixels},
		{"PNG of 30,000,000 x 1", pngFrom(pngHeader(30_000_000, 1, 8, 0, 0), pngChunk("IDAT", nil), pngChunk("IEND", nil)), photo.TooManyPixels},
		{"PNG of 11,000 x 11,000", pngFrom(pngHeader(11_000, 11_000, 1, 0, 0), pngChunk("IDAT", nil), pngChunk("IEND", nil)), photo.TooManyPixels},
		{"PNG, interlaced, 17 million", pngFrom(pngHeader(4250, 4000, 8, 2, 1), pngChunk("IDAT", nil), pngChunk("IEND", nil)), photo.TooManyPixels},
		{"PNG, 16 bit, 17 million", pngFrom(pngHeader(4250, 4000, 16, 6, 0), pngChunk("IDAT", nil), pngChunk("IEND", nil)), photo.TooManyPixels},
		{"WebP of 16384 x 16384", webpFrom(riffChunk("VP8L", []byte{0x2f, 0xff, 0xff, 0xff, 0x0f, 0, 0, 0})), photo.TooManyPixels},
		{"WebP, lossless, 17 million", webpFrom(riffChunk("VP8L", vp8l(4250, 4000))), photo.TooManyPixels},
		{"WebP with a canvas of 16 million a side", webpFrom(vp8x(0, 1<<24, 100), onePixel), photo.TooManyPixels},

		// Odd, but a picture: taken, and drawn anew.
		{"JPEG with a ZIP behind it", join(small, zip), taken},
		{"JPEG with HTML behind it", join(small, script), taken},
		{"JPEG with a second JPEG behind it", join(small, small), taken},
		{"JPEG with a script as comment", afterSOI(small, segment(0xfe, script)), taken},
		{"JPEG with a script as EXIF", afterSOI(small, exif(script)), taken},
		{"JPEG with a colour profile that is a ZIP", afterSOI(small, segment(0xe2, join(text("ICC_PROFILE\x00\x01\x01"), zip))), taken},
		{"JPEG with another picture as thumbnail", afterSOI(small, exif(join(tiffOf(metadata{make: "Canon"}), jpegOf(scene(16, 16), 50)))), taken},
		{"JPEG with stray bytes between segments", afterSOI(small, segment(0xfe, text("x")), text("\x00\x01\x02")), taken},
		{"JPEG with fill bytes", join(small[:2], bytes.Repeat([]byte{0xff}, 50), small[2:]), taken},
		{"EXIF with 65,535 entries", afterSOI(small, exif(loop)), taken},
		{"EXIF that points at itself", afterSOI(small, exif(self)), taken},
		{"EXIF that points beyond the end", afterSOI(small, exif(far)), taken},
		{"EXIF with a text of 4 GB", afterSOI(small, exif(farText)), taken},
		{"EXIF of four bytes", afterSOI(small, exif(text("MM\x00*"))), taken},
		{"EXIF that loops, from the wild", fixture(t, "infinite_loop_exif.jpg"), taken},
		{"EXIF with orientation 9", afterSOI(small, exifSegment(metadata{orientation: 9})), taken},
		{"EXIF with orientation 65535", afterSOI(small, exifSegment(metadata{orientation: 65535})), taken},
		{"JPEG, CMYK", flat{w: 64, h: 64, components: 4, adobe: true}.bytes(), taken},
		{"JPEG, progressive, 100 scans", flat{w: 64, h: 64, progressive: true, scans: maxScans}.bytes(), taken},
		{"JPEG of one pixel", flat{w: 1, h: 1}.bytes(), taken},
		{"JPEG of 12,000 x 1", flat{w: 12_000, h: 1}.bytes(), taken},
		{"JPEG of 1 x 12,000", flat{w: 1, h: 12_000}.bytes(), taken},
		{"PNG with a script as text", withPNGChunk(smallPNG, "tEXt", join(text("Comment\x00"), script)), taken},
		{"PNG with a bomb as text", withPNGChunk(smallPNG, "zTXt", join(text("Bomb\x00\x00"), bytes.Repeat([]byte{0}, 1000))), taken},
		{"PNG with a ZIP behind it", join(smallPNG, zip), taken},
		{"WebP of one pixel", webpFrom(onePixel), taken},
		{"WebP with a script behind it", join(webpFrom(onePixel), script), taken},
		{"WebP with a script as EXIF", webpFrom(vp8x(0x08, 1, 1), riffChunk("EXIF", script), onePixel), taken},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, err := NewPress().Render(t.Context(), c.file)
			if c.code != taken {
				if models.CodeOf(err) != c.code {
					t.Fatalf("got %v, want %s", err, c.code)
				}
				if p.Full != nil || p.Thumb != nil {
					t.Error("refused, and yet there is a picture")
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			for _, made := range [][]byte{p.Full, p.Thumb} {
				mustDecode(t, made)
				mustBeBare(t, made)
				for _, payload := range []string{"<script>", "PK\x03\x04", "Exif", "ICC_PROFILE", "Canon"} {
					if bytes.Contains(made, []byte(payload)) {
						t.Errorf("%q came through", payload)
					}
				}
			}
		})
	}
}

// vp8l is the header of a lossless WebP.
func vp8l(w, h uint32) []byte {
	b := binary.LittleEndian.AppendUint32([]byte{0x2f}, (w-1)|(h-1)<<14)
	return append(b, 0, 0, 0, 0)
}

// What lies exactly at the limits is taken, and costs what the doc comment of Press says.
func TestLargestPictures(t *testing.T) {
	for _, c := range []struct {
		name string
		file []byte
		most uint64 // megabytes allocated, all in all
	}{
		{"24 million pixels", flat{w: 6000, h: 4000, components: 3}.bytes(), 130},
		{"16 million, progressive", flat{w: 4000, h: 4000, components: 3, progressive: true}.bytes(), 320},
		{"16 million, CMYK", flat{w: 4000, h: 4000, components: 4, adobe: true}.bytes(), 220},
	} {
		t.Run(c.name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&before)
			p := mustRender(t, c.file)
			runtime.ReadMemStats(&after)
			used := (after.TotalAlloc - before.TotalAlloc) >> 20
			t.Logf("%d MB", used)
			if used > c.most {
				t.Errorf("%d MB, want at most %d", used, c.most)
			}
			if max(p.Width, p.Height) != photo.FullSide {
				t.Errorf("%d x %d", p.Width, p.Height)
			}
		})
	}
}

func TestSizes(t *testing.T) {
	for _, c := range []struct{ w, h, fullW, fullH, thumbW, thumbH int }{
		{1600, 1200, 1600, 1200, 320, 240},
		{2000, 1000, 1600, 800, 320, 160},
		{1000, 2000, 800, 1600, 160, 320},
		{320, 200, 320, 200, 320, 200},
		{100, 50, 100, 50, 100, 50},
		{1, 1, 1, 1, 1, 1},
		{3001, 2, 1600, 1, 320, 1},
	} {
		p := mustRender(t, flat{w: c.w, h: c.h}.bytes())
		full, thumb := mustDecode(t, p.Full).Bounds().Size(), mustDecode(t, p.Thumb).Bounds().Size()
		if full != image.Pt(c.fullW, c.fullH) || thumb != image.Pt(c.thumbW, c.thumbH) {
			t.Errorf("%d x %d becomes %v and %v", c.w, c.h, full, thumb)
		}
		if p.Width != c.fullW || p.Height != c.fullH {
			t.Errorf("%d x %d is said to be %d x %d", c.w, c.h, p.Width, p.Height)
		}
	}
}

var corners = map[byte]color.RGBA{'r': {220, 30, 30, 255}, 'g': {30, 200, 30, 255}, 'b': {30, 30, 220, 255}, 'w': {250, 250, 250, 255}}

// cornered is a picture whose four quarters have the colours named: top left, top right, bottom left, bottom right.
func cornered(w, h int, names string) image.Image {
	m := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			quarter := 0
			if x >= w/2 {
				quarter++
			}
			if y >= h/2 {
				quarter += 2
			}
			m.SetRGBA(x, y, corners[names[quarter]])
		}
	}
	return m
}

func cornersOf(m image.Image) string {
	b := m.Bounds()
	var names []byte
	for _, at := range []image.Point{{1, 1}, {3, 1}, {1, 3}, {3, 3}} {
		r, g, bl, _ := m.At(b.Dx()*at.X/4, b.Dy()*at.Y/4).RGBA()
		best, name := 1<<30, byte('?')
		for n, c := range corners {
			d := abs(int(r>>8)-int(c.R)) + abs(int(g>>8)-int(c.G)) + abs(int(bl>>8)-int(c.B))
			if d < best {
				best, name = d, n
			}
		}
		names = append(names, name)
	}
	return string(names)
}

func abs(n int) int { return max(n, -n) }

// The table of the EXIF standard, worked out by hand: where the stored quarters r g / b w are seen.
var seenAs = []string{1: "rgbw", 2: "grwb", 3: "wbgr", 4: "bwrg", 5: "rbgw", 6: "brwg", 7: "wgbr", 8: "gwrb"}

func TestOrientations(t *testing.T) {
	stored := cornered(96, 64, "rgbw")
	for orientation := 1; orientation <= 8; orientation++ {
		for _, order := range []binary.AppendByteOrder{binary.BigEndian, binary.LittleEndian} {
			m := metadata{order: order, orientation: uint16(orientation), make: "Huawei", gps: true}
			for format, file := range map[string][]byte{
				"JPEG": afterSOI(jpegOf(stored, 90), exifSegment(m)),
				"PNG":  withPNGChunk(pngOf(stored), "eXIf", tiffOf(m)),
			} {
				p := mustRender(t, file)
				if got := cornersOf(mustDecode(t, p.Full)); got != seenAs[orientation] {
					t.Errorf("%s, orientation %d: seen as %s, want %s", format, orientation, got, seenAs[orientation])
				}
				if turned := orientation >= 5; turned != (p.Height > p.Width) {
					t.Errorf("%s, orientation %d: %d x %d", format, orientation, p.Width, p.Height)
				}
			}
		}
	}
}

// The letter F, photographed in all eight ways: they must all read as F.
func TestOrientationsOfRealFiles(t *testing.T) {
	upright := mustDecode(t, mustRender(t, fixture(t, "f1-exif.jpg")).Full)
	for _, name := range []string{"f2-exif.jpg", "f3-exif.jpg", "f4-exif.jpg", "f5-exif.jpg", "f6-exif.jpg", "f7-exif.jpg", "f8-exif.jpg"} {
		seen := mustDecode(t, mustRender(t, fixture(t, name)).Full)
		if seen.Bounds() != upright.Bounds() {
			t.Errorf("%s: %v, want %v", name, seen.Bounds(), upright.Bounds())
			continue
		}
		if d := difference(seen, upright); d > 6 {
			t.Errorf("%s differs from f1 by %.1f levels a pixel", name, d)
		}
	}
}

func difference(a, b image.Image) float64 {
	var sum, n float64
	for y := range a.Bounds().Dy() {
		for x := range a.Bounds().Dx() {
			ga := color.GrayModel.Convert(a.At(x, y)).(color.Gray).Y
			gb := color.GrayModel.Convert(b.At(x, y)).(color.Gray).Y
			sum += float64(abs(int(ga) - int(gb)))
			n++
		}
	}
	return sum / n
}

func TestFacts(t *testing.T) {
	small := jpegOf(scene(32, 32), 80)
	with := func(m metadata) []byte { return afterSOI(small, exifSegment(m)) }
	at := func(s string) time.Time {
		got, err := time.Parse(time.RFC3339, s)
		if err != nil {
			t.Fatal(err)
		}
		return got.UTC()
	}
	for _, c := range []struct {
		name string
		file []byte
		want Facts
	}{
		{"no metadata", small, Facts{}},
		{"empty metadata", with(metadata{}), Facts{Found: true}},
		{"camera", with(metadata{make: "Huawei"}), Facts{Found: true, Camera: true}},
		{"a short name stands in the entry", with(metadata{make: "LG", order: binary.LittleEndian}), Facts{Found: true, Camera: true}},
		{"a name of blanks", with(metadata{make: "      "}), Facts{Found: true}},
		{"position", with(metadata{gps: true}), Facts{Found: true, GPS: true}},
		{"time without offset is Shanghai's", with(metadata{taken: "2026:11:22 10:00:00"}), Facts{Found: true, TakenAt: at("2026-11-22T10:00:00+08:00")}},
		{"time with offset", with(metadata{taken: "2026:11:22 10:00:00", offset: "+06:00"}), Facts{Found: true, TakenAt: at("2026-11-22T10:00:00+06:00")}},
		{"an offset that is none", with(metadata{taken: "2026:11:22 10:00:00", offset: "Peking"}), Facts{Found: true, TakenAt: at("2026-11-22T10:00:00+08:00")}},
		{"a clock that was never set", with(metadata{taken: "0000:00:00 00:00:00"}), Facts{Found: true}},
		{"a time that is none", with(metadata{taken: "<script>alert(1)</sc"}), Facts{Found: true}},
		{"another century", with(metadata{taken: "1970:01:01 00:00:00"}), Facts{Found: true}},
		{"a telephone's photo", fixture(t, "has-lens-info.jpg"), Facts{Found: true, Camera: true, GPS: true, TakenAt: at("2014-09-01T15:03:47+08:00")}},
		{"a camera's photo", fixture(t, "withIptcExifGps.jpg"), Facts{Found: true, Camera: true, GPS: true, TakenAt: at("2002-07-13T15:58:28+08:00")}},
		{"WebP", fixture(t, "sunrise.webp"), Facts{Found: true, Camera: true, GPS: true, TakenAt: at("2017-10-27T08:38:52+08:00")}},
		{"PNG", withPNGChunk(pngOf(scene(8, 8)), "eXIf", tiffOf(metadata{make: "Canon", gps: true})), Facts{Found: true, Camera: true, GPS: true}},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := mustRender(t, c.file)
			if p.Facts != c.want {
				t.Errorf("got %+v, want %+v", p.Facts, c.want)
			}
			mustBeBare(t, p.Full)
			mustBeBare(t, p.Thumb)
		})
	}
}

func TestRealHEIC(t *testing.T) {
	if _, err := NewPress().Render(t.Context(), fixture(t, "multi-xmp.heic")); models.CodeOf(err) != photo.HEIC {
		t.Errorf("got %v", err)
	}
}

func TestTransparencyIsWhite(t *testing.T) {
	for _, side := range []int{64, 2000} { // drawn as it is, and scaled
		m := image.NewNRGBA(image.Rect(0, 0, side, side))
		for y := range side {
			for x := range side / 2 {
				m.SetNRGBA(x, y, color.NRGBA{0, 0, 0, 255})
			}
		}
		seen := mustDecode(t, mustRender(t, pngOf(m)).Full)
		w := seen.Bounds().Dx()
		left, _, _, _ := seen.At(w/8, w/2).RGBA()
		right, _, _, _ := seen.At(w-w/8, w/2).RGBA()
		if left>>8 > 10 || right>>8 < 245 {
			t.Errorf("side %d: left %d, right %d", side, left>>8, right>>8)
		}
	}
}

func TestDifferenceHash(t *testing.T) {
	original := scene(800, 600)
	hash := mustRender(t, jpegOf(original, 92)).DHash
	scaled := image.NewRGBA(image.Rect(0, 0, 300, 225))
	draw.BiLinear.Scale(scaled, scaled.Rect, original, original.Rect, draw.Src, nil)
	brighter := image.NewRGBA(original.Rect)
	for i, v := range original.Pix {
		brighter.Pix[i] = level(float64(v) * 1.1)
	}
	for name, same := range map[string]image.Image{"as it is": original, "scaled": scaled, "brighter": brighter} {
		for _, quality := range []int{30, 75, 95} {
			if d := photo.Distance(hash, mustRender(t, jpegOf(same, quality)).DHash); d > 8 {
				t.Errorf("%s, quality %d: %d bits away", name, quality, d)
			}
		}
	}
	other := original.SubImage(image.Rect(400, 300, 800, 600))
	if d := photo.Distance(hash, mustRender(t, jpegOf(other, 75)).DHash); d < 16 {
		t.Errorf("another part of the scene: only %d bits away", d)
	}
}

// The same bytes give the same picture: repeats are found by the hash of what is stored.
func TestRenderingIsRepeatable(t *testing.T) {
	file := afterSOI(jpegOf(scene(2000, 1500), 85), exifSegment(metadata{orientation: 6}))
	stripped := afterSOI(jpegOf(scene(2000, 1500), 85), exifSegment(metadata{orientation: 6, make: "x", gps: true}))
	a, b := mustRender(t, file), mustRender(t, stripped)
	if !bytes.Equal(a.Full, b.Full) || !bytes.Equal(a.Thumb, b.Thumb) || a.DHash != b.DHash {
		t.Error("the same pixels give two pictures")
	}
}

// withDecoder replaces the PNG decoder for the length of a test.
func withDecoder(t *testing.T, decode func(io.Reader) (image.Image, error)) {
	saved := decoders[formatPNG]
	changed := saved
	changed.decode = decode
	decoders[formatPNG] = changed
	t.Cleanup(func() { decoders[formatPNG] = saved })
}

func TestPanicOfADecoder(t *testing.T) {
	withDecoder(t, func(io.Reader) (image.Image, error) {
		var none []int
		_ = none[3]
		return nil, nil
	})
	_, err := NewPress().Render(t.Context(), pngOf(scene(8, 8)))
	if models.CodeOf(err) != photo.Broken || !strings.Contains(err.Error(), "index out of range") {
		t.Errorf("got %v", err)
	}
}

func TestDecoderThatDisagreesWithTheHeader(t *testing.T) {
	withDecoder(t, func(io.Reader) (image.Image, error) { return scene(9, 8), nil })
	if _, err := NewPress().Render(t.Context(), pngOf(scene(8, 8))); models.CodeOf(err) != photo.Broken {
		t.Errorf("got %v", err)
	}
}

func TestSlots(t *testing.T) {
	var now, most atomic.Int32
	withDecoder(t, func(r io.Reader) (image.Image, error) {
		most.Store(max(most.Load(), now.Add(1)))
		time.Sleep(20 * time.Millisecond)
		now.Add(-1)
		return scene(8, 8), nil
	})
	press, file := NewPress(), pngOf(scene(8, 8))
	errs := make(chan error, 8)
	for range cap(errs) {
		go func() {
			_, err := press.Render(context.Background(), file)
			errs <- err
		}()
	}
	for range cap(errs) {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
	if most.Load() != slots {
		t.Errorf("%d at once, want %d", most.Load(), slots)
	}
}

func TestNoSlotInTime(t *testing.T) {
	press := NewPress()
	for range slots {
		press.slots <- struct{}{}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	_, err := press.Render(ctx, jpegOf(scene(8, 8), 80))
	e, ok := errors.AsType[*models.Error](err)
	if !ok || e.Code != "photo.busy" || e.Kind != models.Unavailable || photo.ForGood(err) {
		t.Errorf("got %#v", err)
	}
}

func TestNoTimeToDecode(t *testing.T) {
	press := NewPress()
	press.limit = time.Nanosecond
	if _, err := press.Render(t.Context(), jpegOf(scene(800, 600), 80)); models.CodeOf(err) != "photo.busy" {
		t.Errorf("got %v", err)
	}
}

// FuzzPicture: whatever the bytes, the answer is a bare picture within the limits or one of the four refusals.
func FuzzPicture(f *testing.F) {
	small := jpegOf(scene(24, 16), 60)
	for _, seed := range [][]byte{
		small,
		afterSOI(small, exifSegment(metadata{orientation: 6, make: "Canon", taken: "2026:11:22 10:00:00", gps: true})),
		afterSOI(small, exifSegment(metadata{order: binary.LittleEndian, orientation: 3})),
		flat{w: 32, h: 32, progressive: true, scans: 3}.bytes(),
		flat{w: 32, h: 32, components: 4, adobe: true}.bytes(),
		pngOf(scene(8, 8)),
		withPNGChunk(pngOf(scene(8, 8)), "eXIf", tiffOf(metadata{orientation: 8})),
		webpFrom(onePixel),
		webpFrom(vp8x(0x08, 1, 1), riffChunk("EXIF", tiffOf(metadata{orientation: 2})), onePixel),
		fixture(f, "f6-exif.jpg"), fixture(f, "infinite_loop_exif.jpg"), fixture(f, "multi-xmp.heic"),
		[]byte("\xff\xd8\xff"), []byte(pngSignature), []byte("RIFF\x04\x00\x00\x00WEBP"), nil,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if format, err := sniff(b); err == nil {
			if s, err := measure(format, b); err == nil && s.width*s.height > 1_000_000 {
				t.Skip() // within the limits, but slow: the tables look after these
			}
		}
		p, err := NewPress().Render(t.Context(), b)
		if err != nil {
			if !photo.ForGood(err) {
				t.Fatalf("refused with %v", err)
			}
			return
		}
		mustBeBare(t, p.Full)
		mustBeBare(t, p.Thumb)
		full, thumb := mustDecode(t, p.Full).Bounds().Size(), mustDecode(t, p.Thumb).Bounds().Size()
		if full != image.Pt(p.Width, p.Height) || max(full.X, full.Y) > photo.FullSide || max(thumb.X, thumb.Y) > photo.ThumbSide {
			t.Fatalf("%v and %v, said %d x %d", full, thumb, p.Width, p.Height)
		}
	})
}

// BenchmarkPipeline12MP renders a telephone's photo as it comes from the camera: 4032 x 3024, turned, with metadata.
func BenchmarkPipeline12MP(b *testing.B) {
	file := afterSOI(jpegOf(scene(4032, 3024), 90), exifSegment(metadata{orientation: 6, make: "Huawei", taken: "2026:11:22 10:00:00", gps: true}))
	b.SetBytes(int64(len(file)))
	b.ReportAllocs()
	for b.Loop() {
		mustRender(b, file)
	}
}

// BenchmarkPipelineFromPhone renders what the PWA sends: 1600 pixels, nothing to scale.
func BenchmarkPipelineFromPhone(b *testing.B) {
	file := jpegOf(scene(1600, 1200), 80)
	b.SetBytes(int64(len(file)))
	b.ReportAllocs()
	for b.Loop() {
		mustRender(b, file)
	}
}
