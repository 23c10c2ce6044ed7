package backup

import (
	"bytes"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"linli/storage"
)

// FuzzRow: a line that is taken is written and read as the same row.
func FuzzRow(f *testing.F) {
	columns := []storage.Column{{Name: "a", Kind: storage.KindInt}, {Name: "b", Kind: storage.KindText}, {Name: "c", Kind: storage.KindTime}, {Name: "d", Kind: storage.KindBytes}, {Name: "e", Kind: storage.KindBool}, {Name: "f", Kind: storage.KindDate}}
	for _, seed := range []string{
		`[1,"邻里","2026-11-25T20:00:00.000000Z","AAE=",true,"2026-11-25"]`, `[null,null,null,null,null,null]`, `[1e3,"\u0000","x","!",1,"2026-02-30"]`,
		`[9223372036854775808,"","","",false,""]`, `[1]`, `[1,"a","2026-11-25T20:00:00.000000Z","AAE=",true,"2026-11-25"] 7`, `[`, `{}`, "\xff",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, line []byte) {
		row, err := parseRow(columns, line)
		if err != nil {
			return
		}
		written, err := appendRow(nil, columns, row)
		if err != nil {
			t.Fatalf("%q is read as %v, which cannot be written: %v", line, row, err)
		}
		again, err := parseRow(columns, written)
		if err != nil || fmt.Sprint(again) != fmt.Sprint(row) {
			t.Fatalf("%q is %v, written as %q, read again %v %v", line, row, written, again, err)
		}
	})
}

// FuzzBackup: what is not a backup from its first byte to its last is said to be none, and nothing larger than the
// file itself is kept in memory on the way there.
func FuzzBackup(f *testing.F) {
	var whole bytes.Buffer
	w, err := wrapInto(&whole, nil)
	if err != nil {
		f.Fatal(err)
	}
	w.Write(make([]byte, 4096))
	if err := w.Close(); err != nil {
		f.Fatal(err)
	}
	for _, seed := range [][]byte{whole.Bytes(), []byte(ageBegin + "v1\n-> X25519 x\n"), []byte("\x28\xb5\x2f\xfd\x00\x00"), []byte("\x28\xb5\x2f\xfd\xe0\xff\xff\xff\xff\xff\xff\xff\xff"), nil} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		header, manifest, err := Verify(t.Context(), bytes.NewReader(b), nil, nil)
		if err == nil {
			t.Fatalf("%q is taken for a backup: %+v %+v", b, header, manifest)
		}
		if strings.Contains(err.Error(), "runtime error") {
			t.Fatal(err)
		}
	})
}

// FuzzBackupKeys: no secret key is taken for a public one, and no refusal repeats what was given.
func FuzzBackupKeys(f *testing.F) {
	file, public, err := NewKey()
	if err != nil {
		f.Fatal(err)
	}
	for _, seed := range []string{file, public, public + "," + public, "AGE-SECRET-KEY-1", "age1", "# nothing", " ,\n"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		recipients, err := ParseRecipients(text)
		if err == nil && len(recipients) > 0 && strings.Contains(text, "AGE-SECRET-KEY-1") && !strings.Contains(text, "#") {
			t.Errorf("%q is taken for public keys", text)
		}
		identities, wrong := ParseIdentities(text)
		for _, err := range []error{err, wrong} {
			if err != nil && len(strings.TrimSpace(text)) > 60 && strings.Contains(err.Error(), strings.TrimSpace(text)) {
				t.Errorf("%v", err)
			}
		}
		if wrong != nil && !reflect.ValueOf(identities).IsNil() {
			t.Errorf("%q is refused and read", text)
		}
	})
}
