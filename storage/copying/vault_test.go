package copying

import (
	"testing"
	"time"
)

// A whole copy of the database is made after the change that it shows: its own date would promise what is not in it.
func TestTheMomentIsThatOfTheChange(t *testing.T) {
	change := time.Date(2026, 11, 25, 8, 0, 0, 0, time.UTC)
	later := change.Add(5 * time.Second)
	v := &vault{files: map[span]stored{
		{0, 6, 6}: {at: change.Add(-time.Second)},
		{0, 7, 7}: {at: change},
		{1, 5, 7}: {at: later},
		{9, 1, 7}: {at: later},
	}}
	for range 20 { // a map has no order
		if at := v.newest(7); !at.Equal(change) {
			t.Fatalf("the copy is said to show %v, it shows %v", at, change)
		}
	}
	delete(v.files, span{0, 7, 7})
	v.files[span{2, 1, 7}] = stored{at: change}
	if at := v.newest(7); !at.Equal(change) {
		t.Errorf("without the turn's own file %v is promised, %v is certain", at, change)
	}
}

func TestFileNames(t *testing.T) {
	v := &vault{life: life{"house", "1-a"}}
	want := span{3, 16, 255}
	name := v.name(want, time.UnixMilli(1234).UTC(), 99)
	got, f, ok := parseFile(name[len(v.life.folder()):])
	if !ok || got != want || f.size != 99 || !f.at.Equal(time.UnixMilli(1234)) {
		t.Errorf("%s: %+v %+v %t", name, got, f, ok)
	}
	for _, wrong := range []string{"begun", "0/begun", "0/a-b.1.2", "x/0000000000000001-0000000000000001.1.2", "0/0000000000000001-0000000000000001.1"} {
		if _, _, ok := parseFile(wrong); ok {
			t.Errorf("%q is taken for a file of pages", wrong)
		}
	}
}
