package place

import (
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzPhone: a cleaned number cleans to itself, and what may be dialled has nothing in it but digits and dashes.
func FuzzPhone(f *testing.F) {
	for _, seed := range []string{"13800138000", "(0379) 6791 1111", "037967911111", "０３７９－６７９１１１１１", "400-123-4567", "010--12345678--1", "12345", "\u200b110"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		clean := CleanPhone(typed)
		if !Phone(clean) {
			return
		}
		if CleanPhone(clean) != clean || strings.Trim(clean, "0123456789-") != "" || len(clean) > 24 {
			t.Errorf("%q is cleaned to %q, and that to %q", typed, clean, CleanPhone(clean))
		}
	})
}

// FuzzRegisterRow: whatever stands in a row's cells, a row without faults is within its bounds, holds text that every
// database keeps, and says the same once it is written and read again.
func FuzzRegisterRow(f *testing.F) {
	example := Example().Cells()
	for _, odd := range []string{"", "1e9", "1e999999", "1e-999999", "-1", "6.0", "1,000", "0x10", "2552.1500000000001", "42185", "'=1+1", "' 00", "#REF!", "a\x00b", "\xff", "2015年6月", "１２", "1/2", strings.Repeat("长", 200)} {
		for column := range len(example) {
			f.Add(odd, column, true)
		}
	}
	f.Fuzz(func(t *testing.T, odd string, column int, serials bool) {
		cells := map[string]string{}
		for i, c := range RegisterColumns {
			cells[c.Field] = example[i]
		}
		cells["community_code"], cells["community_name"] = "990322100001", "试验社区"
		cells[RegisterColumns[uint(column)%uint(len(RegisterColumns))].Field] = odd
		r, faults := ParseRegisterRow(2, cells, serials)
		if len(faults) > 0 {
			for _, fault := range faults {
				if !strings.HasPrefix(fault.Code, "import.") || fault.Row != 2 {
					t.Errorf("%+v", fault)
				}
			}
			return
		}
		if r.Entrances < 1 || r.Floors < 1 || r.HomesPerFloor < 1 || r.Households() > MaxHouseholds || r.GrossAreaC < 1 || r.GrossAreaC > maxAreaC {
			t.Errorf("%q: %+v", odd, r)
		}
		for i, text := range r.Cells() {
			if !utf8.ValidString(text) || strings.ContainsRune(text, 0) || utf8.RuneCountInString(text) > 121 {
				t.Errorf("%q: cell %d is %q", odd, i, text)
			}
			cells[RegisterColumns[i].Field] = SheetText(text)
		}
		again, faults := ParseRegisterRow(2, cells, false)
		again.Raw, r.Raw = nil, nil
		if len(faults) > 0 || !reflect.DeepEqual(again, r) {
			t.Errorf("%q: %+v\nwritten and read again: %+v %v", odd, r, again, faults)
		}
		CheckRegister([]RegisterRow{r, again})
	})
}

// FuzzReadDate: what is read as a day is one, and is read the same when it is written plainly.
func FuzzReadDate(f *testing.F) {
	for _, seed := range []string{"2015-06-30", "2015/6/30", "2015.6", "2015年6月30日", "42185", "42185.99", "2015-06-30 12:00", "2015-06-30T00:00:00Z", "-1-1-1", "99999-1-1", "2015--6", "2015-6-30日"} {
		f.Add(seed, true)
	}
	f.Fuzz(func(t *testing.T, text string, serials bool) {
		day, code := ReadDate(text, serials)
		if (code == "") == (day == "") {
			t.Fatalf("%q: %q and %q", text, day, code)
		}
		if again, code := ReadDate(string(day), serials); day != "" && (code != "" || again != day) {
			t.Errorf("%q is %s, and that is %s %s", text, day, again, code)
		}
	})
}

// FuzzSheetText: no spreadsheet takes it for a formula, and our own reader takes the apostrophe off again.
func FuzzSheetText(f *testing.F) {
	for _, seed := range []string{"=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", "'=1", "", "a"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		safe := SheetText(text)
		if safe != "" && strings.ContainsAny(safe[:1], "=+-@\t\r\n\x00") {
			t.Errorf("%q is written as %q", text, safe)
		}
		for _, sign := range []string{"＝", "＋", "－", "＠"} {
			if strings.HasPrefix(safe, sign) {
				t.Errorf("%q is written as %q", text, safe)
			}
		}
		if strings.TrimPrefix(safe, "'") != strings.TrimPrefix(text, "'") {
			t.Errorf("%q is written as %q, which is another text", text, safe)
		}
	})
}
