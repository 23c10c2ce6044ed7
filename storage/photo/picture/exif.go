package picture

import (
	"encoding/binary"
	"strings"
	"time"

	"linli/models"
)

// Facts are what is kept of a photo's metadata: that it names a camera, when it was taken, that it has a position.
// The position itself, the camera's name and everything else are never kept (TRUST 3.3).
type Facts struct {
	Found   bool      // there was metadata to read; without it nothing is known
	TakenAt time.Time // zero when it does not say
	Camera  bool
	GPS     bool
}

// Tags of EXIF.
const (
	tagMake           = 0x010f
	tagOrientation    = 0x0112
	tagExif           = 0x8769 // where the second table is
	tagGPS            = 0x8825 // where the table of the position is
	tagTaken          = 0x9003 // DateTimeOriginal, local time
	tagTakenOffset    = 0x9011 // its distance from UTC
	tagLatitude       = 0x0002
	typeText          = 2
	typeShort         = 3
	typeLong          = 4
	typeIFD           = 13
	maxTableEntries   = 1000
	upright           = 1
	exifTime          = "2006:01:02 15:04:05"
	exifTimeAndOffset = exifTime + "-07:00"
)

// readFacts reads a TIFF structure as far as it makes sense. It follows two pointers and no chain, so that tables that
// point at themselves cannot hold it.
func readFacts(tiff []byte) (Facts, int) {
	t, first, ok := openTIFF(tiff)
	if !ok {
		return Facts{}, upright
	}
	main, ok := t.table(first)
	if !ok {
		return Facts{}, upright
	}
	facts := Facts{Found: true, Camera: strings.TrimSpace(t.text(main[tagMake])) != ""}
	if exif, ok := t.table(t.number(main[tagExif])); ok {
		facts.TakenAt = takenAt(t.text(exif[tagTaken]), t.text(exif[tagTakenOffset]))
	}
	if gps, ok := t.table(t.number(main[tagGPS])); ok {
		_, facts.GPS = gps[tagLatitude]
	}
	orientation := t.number(main[tagOrientation])
	if orientation < 1 || orientation > 8 {
		orientation = upright
	}
	return facts, orientation
}

// takenAt reads the camera's clock. Without an offset it is taken for the county's time. Years that no phone lived in
// count as nothing.
func takenAt(local, offset string) time.Time {
	local, offset = strings.TrimSpace(local), strings.TrimSpace(offset)
	at, err := time.Parse(exifTimeAndOffset, local+offset)
	if err != nil {
		at, err = time.ParseInLocation(exifTime, local, models.Shanghai)
	}
	if err != nil || at.Year() < 1990 || at.Year() > 2200 {
		return time.Time{}
	}
	return models.UTC(at)
}

// tiff is the table format that EXIF is written in. Every read is checked against its length.
type tiff struct {
	b     []byte
	order binary.ByteOrder
}

type entry struct {
	kind  uint16
	count uint32
	value []byte // four bytes: the value itself, or where it is
}

func openTIFF(b []byte) (tiff, int, bool) {
	if len(b) < 8 {
		return tiff{}, 0, false
	}
	t := tiff{b: b}
	switch string(b[:4]) {
	case "II*\x00":
		t.order = binary.LittleEndian
	case "MM\x00*":
		t.order = binary.BigEndian
	default:
		return tiff{}, 0, false
	}
	return t, int(t.order.Uint32(b[4:])), true
}

// table reads the entries of the table at offset; the first of two entries with one tag counts. Entries that lie
// beyond the end are left out.
func (t tiff) table(offset int) (map[uint16]entry, bool) {
	if offset < 8 || offset > len(t.b)-2 {
		return nil, false
	}
	entries := map[uint16]entry{}
	count := min(int(t.order.Uint16(t.b[offset:])), maxTableEntries)
	for i := range count {
		at := offset + 2 + i*12
		if at+12 > len(t.b) {
			break
		}
		tag := t.order.Uint16(t.b[at:])
		if _, twice := entries[tag]; !twice {
			entries[tag] = entry{t.order.Uint16(t.b[at+2:]), t.order.Uint32(t.b[at+4:]), t.b[at+8 : at+12]}
		}
	}
	return entries, true
}

// number reads a short or long value, 0 when it is neither.
func (t tiff) number(e entry) int {
	switch {
	case e.count != 1:
		return 0
	case e.kind == typeShort:
		return int(t.order.Uint16(e.value))
	case e.kind == typeLong || e.kind == typeIFD:
		return int(t.order.Uint32(e.value))
	}
	return 0
}

// text reads a text of at most 64 bytes, "" when it is none. Four bytes or fewer stand in the entry itself.
func (t tiff) text(e entry) string {
	if e.kind != typeText || e.count == 0 {
		return ""
	}
	size := int(min(e.count, 64))
	raw := e.value
	if e.count > 4 {
		at := int(t.order.Uint32(e.value))
		if at < 0 || at > len(t.b)-size {
			return ""
		}
		raw = t.b[at:]
	}
	s, _, _ := strings.Cut(string(raw[:size]), "\x00")
	return s
}
