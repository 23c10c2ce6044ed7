package storage

import (
	"testing"
	"time"

	"linli/models"
)

// FuzzSQLiteTime: what is read as a time is one of ours, and is read the same when our driver has written it.
func FuzzSQLiteTime(f *testing.F) {
	for _, seed := range []string{"2026-11-25 20:00:00", "2026-11-25 20:00:00.123456789+08:00", "2026-11-25T20:00:00Z", "2026-02-30 00:00:00", "0000-01-01 00:00:00", "2026-11-25 20:00:00+99:99"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		v, err := parseSQLiteTime(text)
		if err != nil {
			return
		}
		at := v.(time.Time)
		if at.Location() != time.UTC || !at.Equal(models.UTC(at)) {
			t.Errorf("%q is %v", text, at)
		}
		if again, err := parseSQLiteTime(at.Format(sqliteTimes[0])); at.Year() > 0 && at.Year() < 10_000 && (err != nil || !again.(time.Time).Equal(at)) {
			t.Errorf("%q is %v, written and read again %v %v", text, at, again, err)
		}
	})
}

// FuzzBlobName: a name that is taken is 64 hex digits and cannot lead out of a folder.
func FuzzBlobName(f *testing.F) {
	for _, seed := range []string{"../../etc/passwd", "a\n", BlobName([]byte("x")), BlobName(nil) + "\n", "", "A" + BlobName(nil)[1:]} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, name string) {
		ok := len(name) == 64
		for _, r := range name {
			ok = ok && (r >= '0' && r <= '9' || r >= 'a' && r <= 'f')
		}
		if (checkBlobName(name) == nil) != ok {
			t.Errorf("%q: %v", name, checkBlobName(name))
		}
	})
}
