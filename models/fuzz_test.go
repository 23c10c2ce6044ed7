package models

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzDate: what is taken for a day is written the same way again, and lies one day before the next one.
func FuzzDate(f *testing.F) {
	for _, seed := range []string{"2026-02-28", "2024-02-29", "2026-02-29", "1900-12-31", "2199-12-31", "2026-1-1", "２０２６-01-01", "2026-11-25T00:00:00Z", "-026-01-01"} {
		f.Add(seed, 31)
	}
	f.Fuzz(func(t *testing.T, text string, days int) {
		d, ok := ParseDate(text)
		if !ok {
			return
		}
		if DateOf(d.Start()) != d || d.Add(1).Add(-1) != d || !(d < d.Add(1)) || d.Month().Start().After(d.Start()) {
			t.Errorf("%q: %s, %s", text, d.Start(), d.Add(1))
		}
		if days %= 1000; days > 0 && !d.Within(d.Add(-days), d.Add(days)) {
			t.Errorf("%q is not within %d days around it", text, days)
		}
		var read Date
		if read.Scan([]byte(text)) != nil || read != d {
			t.Errorf("%q is read as %q", text, read)
		}
	})
}

// FuzzCalendar: a document that is taken says the same once it is written and read again, and working days come to an
// end: the tenth comes after the ninth, and is worked.
func FuzzCalendar(f *testing.F) {
	f.Add(FirstCalendar())
	f.Add([]byte(`{"version":"1","valid_from":"2026-01-01","years":[{"year":2026,"holidays":[{"name":"x","first":"2025-12-31","last":"2026-01-01"}],"make_up_days":["2026-01-03"]}]}`))
	f.Add([]byte(`{"version":"1","valid_from":"2026-01-01","years":[{"year":-1}]}`))
	f.Fuzz(func(t *testing.T, document []byte) {
		c, err := ParseCalendar(document)
		if err != nil {
			return
		}
		text, err := json.Marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		again, err := ParseCalendar(text)
		if err != nil || !reflect.DeepEqual(c.off, again.off) || !reflect.DeepEqual(c.worked, again.worked) || again.Version != strings.ToValidUTF8(c.Version, "\ufffd") {
			t.Fatalf("%s\nbecame\n%s: %v", document, text, err)
		}
		for _, from := range []Date{c.ValidFrom, "2026-02-13"} {
			ninth, tenth := c.AddWorkingDays(from, 9), c.AddWorkingDays(from, 10)
			if !c.Worked(tenth) || tenth <= ninth {
				t.Fatalf("%s: from %s the ninth is %s, the tenth %s", document, from, ninth, tenth)
			}
		}
	})
}

// FuzzMasks: a masked number keeps its length and at most seven of its signs, a masked name nothing but its beginning.
func FuzzMasks(f *testing.F) {
	for _, seed := range []string{"13800138000", "0379-67911111", "", "1234567", "12345678", "欧阳锋", "张", "\xff张三", "a"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		masked := MaskPhone(text)
		if len(masked) != len(text) || len(text) > 0 && strings.Count(masked, "*") < min(len(text), max(1, len(text)-7)) {
			t.Errorf("%q is masked as %q", text, masked)
		}
		name := MaskName(text)
		shown, whole := strings.TrimSuffix(name, "*"), utf8.RuneCountInString(text)
		if !strings.HasPrefix(text, shown) || utf8.RuneCountInString(shown) > 2 || whole > 2 && shown == text {
			t.Errorf("%q is masked as %q", text, name)
		}
	})
}
