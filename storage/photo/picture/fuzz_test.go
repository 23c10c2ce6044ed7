package picture

import (
	"encoding/binary"
	"testing"
)

// FuzzFacts: whatever stands in the metadata, what is read of it is one of eight orientations and a time in which
// phones lived; and it is the same in both byte orders' tables wherever they point.
func FuzzFacts(f *testing.F) {
	for _, order := range []binary.AppendByteOrder{binary.BigEndian, binary.LittleEndian} {
		f.Add(tiffOf(metadata{order: order, orientation: 6, make: "Huawei", taken: "2026:11:22 10:00:00", offset: "+08:00", gps: true}))
		f.Add(tiffOf(metadata{order: order, orientation: 65535, make: "x"}))
	}
	f.Add([]byte("II*\x00\x08\x00\x00\x00\xff\xff"))
	f.Add([]byte("MM\x00*\xff\xff\xff\xff"))
	f.Fuzz(func(t *testing.T, b []byte) {
		facts, orientation := readFacts(b)
		if orientation < 1 || orientation > 8 {
			t.Errorf("orientation %d", orientation)
		}
		if year := facts.TakenAt.Year(); !facts.TakenAt.IsZero() && (year < 1989 || year > 2201) {
			t.Errorf("taken in %d", year)
		}
		if !facts.Found && facts != (Facts{}) {
			t.Errorf("nothing was found, and yet %+v", facts)
		}
	})
}
