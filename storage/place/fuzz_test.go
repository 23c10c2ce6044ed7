package place

import (
	"bytes"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"linli/models"
	"linli/models/place"
)

// FuzzRegisterFile: whatever the file, there is a refusal with a code of imports, or rows that every database keeps,
// no more than the file has; and the rows that were read are read again from a file that we write of them.
func FuzzRegisterFile(f *testing.F) {
	rows := [][]string{place.Headings(), place.Example().Cells()}
	rows[1][3] = "桃源小区" // the example itself is left out when it is read
	var csv, xlsx bytes.Buffer
	if err := WriteCSV(&csv, rows); err != nil {
		f.Fatal(err)
	}
	if err := WriteXLSX(&xlsx, rows); err != nil {
		f.Fatal(err)
	}
	for _, seed := range [][]byte{
		csv.Bytes(), xlsx.Bytes(), bytes.ReplaceAll(csv.Bytes(), []byte(","), []byte("\t")), []byte("PK\x03\x04"), []byte("\xd0\xcf\x11\xe0"), []byte("\"\n"), []byte("a,\x00"),
		[]byte("\xc9\xe7\xc7\xf8,\xff\xff"), []byte("\xef\xbb\xbf"), xlsx.Bytes()[:xlsx.Len()/2], nil,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		read, count, found, err := readRegister(body)
		if err != nil {
			if !strings.HasPrefix(models.CodeOf(err), "import.") {
				t.Fatalf("%v", err)
			}
			return
		}
		if len(read) > count || count > maxRows || count > bytes.Count(body, []byte("\n"))+1 && !bytes.HasPrefix(body, []byte("PK")) {
			t.Fatalf("%d rows of %d", len(read), count)
		}
		for _, fault := range found {
			if !strings.HasPrefix(fault.Code, "import.") || fault.Row < 2 {
				t.Errorf("%+v", fault)
			}
		}
		var again bytes.Buffer
		lines := [][]string{place.Headings()}
		read = slices.DeleteFunc(read, func(r place.RegisterRow) bool { return len(r.Unread) > 0 })
		for _, r := range read {
			cells := r.Cells()
			for i, cell := range cells {
				if !utf8.ValidString(cell) || strings.ContainsRune(cell, 0) {
					t.Errorf("row %d: %q", r.Row, cell)
				}
				cells[i] = place.SheetText(cell)
			}
			lines = append(lines, cells)
		}
		if err := WriteCSV(&again, lines); err != nil {
			t.Fatal(err)
		}
		reread, _, faults, err := readRegister(again.Bytes())
		if err != nil || len(faults) > 0 || len(reread) != len(read) {
			t.Fatalf("%d rows, written and read again %d: %v %v", len(read), len(reread), faults, err)
		}
		for i := range read {
			reread[i].Row, reread[i].Raw, read[i].Raw = read[i].Row, nil, nil
			if !reflect.DeepEqual(reread[i], read[i]) {
				t.Errorf("%+v, written and read again %+v", read[i], reread[i])
			}
		}
	})
}
