package picture

import (
	"bytes"
	"encoding/binary"
	"strings"

	"linli/models/photo"
)

type format int

const (
	formatJPEG format = iota + 1
	formatPNG
	formatWebP
)

const pngSignature = "\x89PNG\r\n\x1a\n"

// sniff goes by the first bytes only. Names and content types are what the sender says, not what the bytes are.
func sniff(b []byte) (format, error) {
	switch {
	case bytes.HasPrefix(b, []byte("\xff\xd8\xff")):
		return formatJPEG, nil
	case bytes.HasPrefix(b, []byte(pngSignature)):
		return formatPNG, nil
	case len(b) >= 12 && string(b[:4]) == "RIFF" && string(b[8:12]) == "WEBP":
		return formatWebP, nil
	case isHEIC(b):
		return 0, photo.Refusal(photo.HEIC)
	}
	return 0, photo.Refusal(photo.NotAPhoto)
}

// isHEIC knows the still pictures of iPhones and of newer Android phones by the brands in their first box. AVIF and
// MP4 begin with the same box and are something else.
func isHEIC(b []byte) bool {
	if len(b) < 16 || string(b[4:8]) != "ftyp" {
		return false
	}
	size := int(binary.BigEndian.Uint32(b))
	if size < 16 || size > len(b) {
		size = min(len(b), 64)
	}
	brands := string(b[8:12]) // the major brand, then a version, then the compatible ones
	for i := 16; i+4 <= size; i += 4 {
		brands += " " + string(b[i:i+4])
	}
	if strings.Contains(brands, "avif") || strings.Contains(brands, "avis") {
		return false
	}
	for _, brand := range []string{"heic", "heix", "heim", "heis", "hevc", "hevx", "hevm", "hevs", "mif1", "msf1"} {
		if strings.Contains(brands, brand) {
			return true
		}
	}
	return false
}

// shape is what can be known about a picture without decoding it.
type shape struct {
	width, height int
	heavy         bool   // takes several times its pixels to decode
	moves         bool   // an animation
	scans         int    // of a JPEG
	exif          []byte // a TIFF structure, or nothing
}

// maxScans is how often one JPEG may go over its pixels. Cameras and encoders use about ten; each costs a full pass,
// and a scan that says nothing new takes thirty bytes, so a file of 15 MB could keep us busy for minutes.
const maxScans = 100

func inspect(format format, b []byte) shape {
	switch format {
	case formatJPEG:
		return inspectJPEG(b)
	case formatPNG:
		return inspectPNG(b)
	}
	return inspectWebP(b)
}

// JPEG markers.
const (
	markerSOF0 = 0xc0 // baseline
	markerSOF1 = 0xc1 // extended sequential
	markerRST0 = 0xd0
	markerRST7 = 0xd7
	markerEOI  = 0xd9
	markerSOS  = 0xda
	markerAPP1 = 0xe1
)

// inspectJPEG walks the segments exactly as the standard library's decoder does, liberal about stray bytes, so that
// both see the same frame header. Until a sequential one is seen the picture counts as heavy.
func inspectJPEG(b []byte) shape {
	s := shape{heavy: true}
	seenFrame := false
	for i := 2; ; {
		marker, after := nextMarker(b, i)
		if marker == 0 || marker == markerEOI {
			return s
		}
		i = after
		if marker >= markerRST0 && marker <= markerRST7 {
			continue
		}
		if i+2 > len(b) {
			return s
		}
		end := i + int(binary.BigEndian.Uint16(b[i:]))
		if end < i+2 || end > len(b) {
			return s
		}
		segment := b[i+2 : end]
		switch {
		case isFrame(marker) && !seenFrame:
			seenFrame = true
			sequential := marker == markerSOF0 || marker == markerSOF1
			fourInks := len(segment) > 5 && segment[5] == 4 // CMYK is decoded into two copies
			s.heavy = !sequential || fourInks
		case marker == markerAPP1 && s.exif == nil:
			if tiff, ok := bytes.CutPrefix(segment, []byte("Exif\x00\x00")); ok {
				s.exif = tiff
			}
		case marker == markerSOS:
			s.scans++
		}
		i = end // after a scan header the coded data follow: nextMarker passes over them
	}
}

// isFrame reports whether the marker begins a frame: C0 to CF but for the three tables among them.
func isFrame(marker byte) bool {
	return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc
}

// nextMarker finds the next marker at or after i, and where it ends; 0 when there is none. FF 00 is a coded FF.
func nextMarker(b []byte, i int) (marker byte, after int) {
	for i < len(b) {
		n := bytes.IndexByte(b[i:], 0xff)
		if n < 0 {
			return 0, 0
		}
		for i += n; i < len(b) && b[i] == 0xff; {
			i++
		}
		if i < len(b) && b[i] != 0 {
			return b[i], i + 1
		}
		i++
	}
	return 0, 0
}

func inspectPNG(b []byte) shape {
	s := shape{heavy: true}
	for i := len(pngSignature); i+8 <= len(b); {
		size := int(binary.BigEndian.Uint32(b[i:]))
		kind := string(b[i+4 : i+8])
		begin := i + 8
		if size < 0 || size > len(b)-begin {
			return s
		}
		data := b[begin : begin+size]
		switch kind {
		case "IHDR":
			s.heavy = size < 13 || data[8] == 16 || data[12] != 0 // 16 bit, interlaced
		case "acTL":
			s.moves = true
		case "eXIf":
			s.exif = data
		case "IEND":
			return s
		}
		i = begin + size + 4 // the checksum
	}
	return s
}

func inspectWebP(b []byte) shape {
	var s shape
	for i := 12; i+8 <= len(b); {
		kind := string(b[i : i+4])
		size := int(binary.LittleEndian.Uint32(b[i+4:]))
		begin := i + 8
		if size < 0 || size > len(b)-begin {
			return s
		}
		data := b[begin : begin+size]
		switch kind {
		case "VP8X":
			s.moves = size > 0 && data[0]&0x02 != 0
			s.heavy = s.heavy || size > 0 && data[0]&0x10 != 0 // transparency is a second picture
		case "VP8L":
			s.heavy = true
		case "ANIM", "ANMF":
			s.moves = true
		case "EXIF":
			s.exif = bytes.TrimPrefix(data, []byte("Exif\x00\x00"))
		}
		i = begin + size + size&1
	}
	return s
}
