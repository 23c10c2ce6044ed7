package picture

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"runtime"
	"strings"
	"testing"

	"linli/models"
	"linli/models/photo"
)

// canary is a place on the map as metadata tell it. It must not be in anything that is served.
const canary = "34.83517N,112.44231E/CANARY"

// hostile is one file of a stranger, and what becomes of it: taken, or one of several refusals.
type hostile struct {
	name  string
	file  []byte
	codes []string
	shown bool // the canary stands in the file as it is, not packed
}

func deflated(text string) []byte {
	var b bytes.Buffer
	w := zlib.NewWriter(&b)
	w.Write([]byte(text))
	w.Close()
	return b.Bytes()
}

// withMetadata puts the canary into every place where a JPEG, a PNG or a WebP may hold something besides its pixels.
func withMetadata() (list []hostile) {
	add := func(name string, file []byte, shown bool) {
		list = append(list, hostile{name, file, []string{taken}, shown})
	}
	jpg, pic := jpegOf(scene(64, 48), 80), pngOf(scene(64, 48))
	place := []byte(canary)
	gps := tiffOf(metadata{orientation: 1, make: canary, taken: "2026:11:22 10:00:00", gps: true})
	xmp := []byte("http://ns.adobe.com/xap/1.0/\x00<x:xmpmeta><exif:GPSLatitude>" + canary + "</exif:GPSLatitude></x:xmpmeta>")
	for marker := byte(0xe0); marker <= 0xef; marker++ {
		if marker != 0xee { // Adobe's: it says what the colours mean
			add(fmt.Sprintf("JPEG, APP%d", marker-0xe0), afterSOI(jpg, segment(marker, place)), true)
		}
		add(fmt.Sprintf("JPEG, APP%d, 64 kB", marker-0xe0), afterSOI(jpg, segment(marker, append(bytes.Repeat([]byte(" "), 65_000), place...))), true)
	}
	for name, payload := range map[string][]byte{
		"EXIF": append([]byte("Exif\x00\x00"), gps...), "XMP": xmp, "more XMP": []byte("http://ns.adobe.com/xmp/extension/\x00" + strings.Repeat("0", 40) + canary),
		"a thumbnail that is another picture": append(append([]byte("Exif\x00\x00"), gps...), afterSOI(jpegOf(scene(16, 16), 60), segment(markerAPP1, append([]byte("Exif\x00\x00"), gps...)))...),
	} {
		add("JPEG, "+name, afterSOI(jpg, segment(markerAPP1, payload)), true)
		add("JPEG, "+name+", twice", afterSOI(jpg, segment(markerAPP1, payload), segment(markerAPP1, payload)), true)
		add("JPEG, "+name+", before the picture's data", bytes.Replace(jpg, []byte{0xff, markerSOS}, append(segment(markerAPP1, payload), 0xff, markerSOS), 1), true)
	}
	add("JPEG, colour profile in two parts", afterSOI(jpg, segment(0xe2, []byte("ICC_PROFILE\x00\x01\x02"+canary)), segment(0xe2, []byte("ICC_PROFILE\x00\x02\x02"+canary))), true)
	add("JPEG, colour profile that counts wrong", afterSOI(jpg, segment(0xe2, []byte("ICC_PROFILE\x00\xff\x00"+canary))), true)
	add("JPEG, several pictures (MPF)", append(afterSOI(jpg, segment(0xe2, []byte("MPF\x00II*\x00\xff\xff\xff\xff"+canary))), jpg...), true)
	add("JPEG, IPTC", afterSOI(jpg, segment(0xed, []byte("Photoshop 3.0\x008BIM\x04\x04\x00\x00\x00\x00\x00\x20\x1c\x02\x5a"+canary))), true)
	add("JPEG, comment", afterSOI(jpg, segment(0xfe, place)), true)
	add("JPEG, 200 comments", afterSOI(jpg, bytes.Repeat(segment(0xfe, place), 200)), true)
	add("JPEG, motion picture behind it", append(bytes.Clone(jpg), "\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom"+canary...), true)
	for _, kind := range []string{"tEXt", "iTXt", "zTXt", "iCCP", "sPLT", "tIME", "pHYs", "prVt", "PRIV", "caNv", "dSIG", "gIFx"} {
		at := append([]byte("Comment\x00\x00\x00\x00\x00"), place...)
		if kind == "PRIV" { // says of itself that nobody can show the picture without it; the decoder may do either
			list = append(list, hostile{"PNG, " + kind, withPNGChunk(pic, kind, at), []string{taken, photo.Broken}, true})
			continue
		}
		add("PNG, "+kind, withPNGChunk(pic, kind, at), true)
	}
	add("PNG, packed text", withPNGChunk(pic, "zTXt", append([]byte("Comment\x00\x00"), deflated(canary)...)), false)
	add("PNG, packed text of 48 MB", withPNGChunk(pic, "zTXt", append([]byte("Comment\x00\x00"), deflated(strings.Repeat("\x00", 48<<20))...)), false)
	add("PNG, packed colour profile of 48 MB", withPNGChunk(pic, "iCCP", append([]byte("x\x00\x00"), deflated(strings.Repeat("\x00", 48<<20))...)), false)
	add("PNG, eXIf", withPNGChunk(pic, "eXIf", gps), true)
	add("PNG, XMP", withPNGChunk(pic, "iTXt", []byte("XML:com.adobe.xmp\x00\x00\x00\x00\x00"+canary)), true)
	add("PNG, behind its end", append(bytes.Clone(pic), pngChunk("tEXt", append([]byte("Comment\x00"), place...))...), true)
	add("WebP, EXIF", webpFrom(vp8x(0x08, 1, 1), onePixel, riffChunk("EXIF", gps)), true)
	add("WebP, XMP", webpFrom(vp8x(0x04, 1, 1), onePixel, riffChunk("XMP ", xmp)), true)
	add("WebP, colour profile", webpFrom(vp8x(0x20, 1, 1), riffChunk("ICCP", place), onePixel), true)
	add("WebP, unknown chunk", webpFrom(vp8x(0, 1, 1), riffChunk("CNRY", place), onePixel), true)
	add("WebP, behind its end", append(webpFrom(onePixel), place...), true)
	return list
}

// cutShort are pictures that end too early, at sixteen places each.
func cutShort(t *testing.T) (list []hostile) {
	webp := fixture(t, "sunrise.webp")
	picture := bytes.Index(webp, []byte("VP8 "))
	webp = webp[:picture+8+int(binary.LittleEndian.Uint32(webp[picture+4:]))] // what follows are metadata, which nobody misses
	for name, whole := range map[string][]byte{
		"JPEG": jpegOf(scene(64, 48), 80), "progressive JPEG": flat{w: 512, h: 512, progressive: true, scans: 3}.bytes(), "PNG": pngOf(scene(64, 48)), "WebP": webp,
	} {
		for i := range 16 {
			list = append(list, hostile{fmt.Sprintf("%s, %d/16 of it", name, i), whole[:len(whole)*i/16], []string{photo.NotAPhoto, photo.Broken}, false})
		}
	}
	return list
}

// notPhotos are files of other kinds, whatever they call themselves, and pictures within them.
func notPhotos() (list []hostile) {
	jpg := jpegOf(scene(32, 32), 80)
	for name, head := range map[string]string{
		"SVG": "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "SVG, UTF-16": "\xff\xfe<\x00s\x00v\x00g\x00", "SVG behind a mark": "\xef\xbb\xbf<svg/>", "packed SVG": "\x1f\x8b\x08\x00\x00\x00\x00\x00",
		"PDF": "%PDF-1.7\n", "PostScript": "%!PS-Adobe-3.0 EPSF-3.0\n", "ZIP": "PK\x03\x04\x14\x00", "RAR": "Rar!\x1a\x07\x01\x00", "7z": "7z\xbc\xaf\x27\x1c", "gzip": "\x1f\x8b\x08", "Java": "\xca\xfe\xba\xbe\x00\x00\x00\x34",
		"a program": "MZ\x90\x00", "a script": "#!/bin/sh\n", "PHP": "<?php system($_GET[0]); ?>", "HTML": "<!doctype html><script>alert(1)</script>", "JavaScript": "/*\xff\xd8\xff*/alert(1)//", "JSON": "{}",
		"GIF87": "GIF87a\x01\x00\x01\x00", "GIF89": "GIF89a\xff\xff\xff\xff", "BMP": "BM\xff\xff\xff\x7f", "ICO": "\x00\x00\x01\x00\x01\x00", "TIFF": "II*\x00", "BigTIFF": "II+\x00\x08\x00\x00\x00", "raw of a camera": "IIU\x00",
		"JPEG 2000": "\x00\x00\x00\x0cjP  \r\n\x87\n", "JPEG XL": "\xff\x0a", "JPEG XL in a box": "\x00\x00\x00\x0cJXL \r\n\x87\n", "Photoshop": "8BPS\x00\x01", "AVI": "RIFF\xff\xff\xff\xffAVI LIST", "MP3": "ID3\x04\x00", "EXIF alone": "Exif\x00\x00MM\x00*",
		"MNG": "\x8aMNG\r\n\x1a\n", "JNG": "\x8bJNG\r\n\x1a\n", "PNG after a text transfer": "\x89PNG\n\x1a\n", "WebP with small letters": "riff\x10\x00\x00\x00webp", "QOI": "qoif\x00\x00", "FLIF": "FLIF1", "X bitmap": "#define x_width 1",
	} {
		list = append(list,
			hostile{name, append([]byte(head), make([]byte, 64)...), []string{photo.NotAPhoto}, false},
			hostile{name + " before a JPEG", append([]byte(head), jpg...), []string{photo.NotAPhoto}, false})
	}
	return list
}

// bombs say that they are large and are not: only the header is there, its checksum is right.
func bombs() (list []hostile) {
	for _, size := range [][2]int{{65_535, 65_535}, {65_535, 1}, {1, 65_535}, {12_001, 12_001}, {6_001, 4_001}} {
		w, h := size[0], size[1]
		name := fmt.Sprintf("%d x %d", w, h)
		refused := []string{photo.TooManyPixels}
		header := flat{w: w, h: h}
		header.cut = ((w+7)/8*((h+7)/8)*2+7)/8 - 1
		list = append(list,
			hostile{"JPEG of " + name, header.bytes(), refused, false},
			hostile{"PNG of " + name, pngFrom(pngHeader(uint32(w), uint32(h), 8, 2, 0), pngChunk("IDAT", deflated("")), pngChunk("IEND", nil)), refused, false},
			hostile{"WebP of " + name, webpFrom(riffChunk("VP8L", vp8l(uint32(min(w, 16_384)), uint32(min(h, 16_384))))), refused, false})
	}
	for _, size := range []uint32{1<<31 - 1, 1 << 31, 1<<32 - 1} {
		list = append(list, hostile{fmt.Sprintf("PNG of %d", size), pngFrom(pngHeader(size, size, 8, 2, 0), pngChunk("IEND", nil)), []string{photo.TooManyPixels, photo.Broken}, false})
	}
	return list
}

// unusual are pictures as few programs write them: taken.
func unusual(t *testing.T) (list []hostile) {
	bounds := image.Rect(0, 0, 40, 30)
	palette := image.NewPaletted(bounds, color.Palette{color.Transparent, color.Black, color.RGBA{200, 0, 0, 255}})
	for name, m := range map[string]image.Image{
		"grey": image.NewGray(bounds), "16 bit grey": image.NewGray16(bounds), "16 bit": image.NewRGBA64(bounds), "16 bit, transparent": image.NewNRGBA64(bounds), "palette": palette, "transparent": image.NewNRGBA(bounds),
	} {
		var b bytes.Buffer
		if err := png.Encode(&b, m); err != nil {
			t.Fatal(err)
		}
		list = append(list, hostile{"PNG, " + name, b.Bytes(), []string{taken}, false})
	}
	for name, f := range map[string]flat{
		"grey": {w: 40, h: 30}, "colour": {w: 40, h: 30, components: 3}, "CMYK": {w: 40, h: 30, components: 4, adobe: true}, "progressive": {w: 40, h: 30, components: 3, progressive: true},
		"progressive, 50 scans": {w: 40, h: 30, progressive: true, scans: 50}, "RGB": {w: 40, h: 30, components: 3, adobe: true}, "extended": {w: 40, h: 30, frame: markerSOF1},
	} {
		list = append(list, hostile{"JPEG, " + name, f.bytes(), []string{taken}, false})
	}
	for _, orientation := range []uint16{0, 1, 6, 8, 9, 255, 256, 32768, 65535} {
		tiff := tiffOf(metadata{orientation: orientation, make: canary})
		list = append(list,
			hostile{fmt.Sprintf("JPEG, orientation %d", orientation), afterSOI(flat{w: 40, h: 30}.bytes(), segment(markerAPP1, append([]byte("Exif\x00\x00"), tiff...))), []string{taken}, true},
			hostile{fmt.Sprintf("PNG, orientation %d", orientation), withPNGChunk(pngOf(scene(40, 30)), "eXIf", tiff), []string{taken}, true})
	}
	return list
}

// mostForSmall is what a small file may cost, in bytes allocated all in all: a JPEG's tables, two small drawings, and
// the buffers of an encoder.
const mostForSmall = 4 << 20

// TestHostilePhotographs sends some two hundred files to the pipeline, all made here. Each is refused with the code that
// is right for it, or becomes two pictures with nothing but pixels in them; and none costs more memory than a small
// picture does, whatever it says of itself.
func TestHostilePhotographs(t *testing.T) {
	var all []hostile
	for _, more := range [][]hostile{withMetadata(), cutShort(t), notPhotos(), bombs(), unusual(t)} {
		all = append(all, more...)
	}
	if len(all) < 200 {
		t.Fatalf("only %d files", len(all))
	}
	press, refused, costliest := NewPress(), 0, uint64(0)
	for _, h := range all {
		var p Picture
		var err error
		used := allocated(func() { p, err = press.Render(t.Context(), h.file) })
		if costliest = max(costliest, used); used > mostForSmall {
			t.Errorf("%s: %d MB were allocated", h.name, used>>20)
		}
		code := taken
		if err != nil {
			code = models.CodeOf(err)
			refused++
		}
		if !holds(h.codes, code) {
			t.Errorf("%s: %v, want %q", h.name, err, h.codes)
		}
		if h.shown && !bytes.Contains(h.file, []byte(canary)) {
			t.Errorf("%s: the canary is not even in the file", h.name)
		}
		if err != nil {
			if p.Full != nil || p.Thumb != nil || !photo.ForGood(err) {
				t.Errorf("%s: refused with %v, and yet there is a picture or another try", h.name, err)
			}
			continue
		}
		for _, made := range [][]byte{p.Full, p.Thumb} {
			mustDecode(t, made)
			for _, what := range leftIn(made) {
				t.Errorf("%s: %s", h.name, what)
			}
			if bytes.Contains(made, []byte("CANARY")) {
				t.Errorf("%s: the canary came through", h.name)
			}
		}
	}
	t.Logf("%d files, %d of them refused, the costliest took %d kB", len(all), refused, costliest>>10)
}

func holds(codes []string, code string) bool {
	for _, c := range codes {
		if c == code {
			return true
		}
	}
	return false
}

// allocated is how many bytes f allocates, all in all.
func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// TestTheHostileChecksCanFail is the control: what looks for metadata finds them in the files as they were sent, and
// what counts memory sees a bomb go off where no header is read first.
func TestTheHostileChecksCanFail(t *testing.T) {
	found := 0
	for _, h := range withMetadata() {
		if strings.HasPrefix(h.name, "JPEG") {
			if found++; len(leftIn(h.file)) == 0 {
				t.Errorf("%s: nothing is found in it", h.name)
			}
		}
	}
	if found < 40 {
		t.Errorf("only %d JPEGs were looked at", found)
	}
	bomb := pngFrom(pngHeader(9_000, 9_000, 8, 0, 0), pngChunk("IDAT", deflated("")), pngChunk("IEND", nil))
	if used := allocated(func() { png.Decode(bytes.NewReader(bomb)) }); used <= mostForSmall {
		t.Errorf("a bomb without the limits takes only %d MB: the bound shows nothing", used>>20)
	}
	if used := allocated(func() { NewPress().Render(t.Context(), bomb) }); used > mostForSmall {
		t.Errorf("the same bomb takes %d MB with them", used>>20)
	}
	if binary.BigEndian.Uint32(bomb[16:]) != 9_000 {
		t.Error("the bomb does not say that it is one")
	}
}
