package backup_test

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"filippo.io/age"
	"github.com/klauspost/compress/zstd"

	"linli/models"
	photos "linli/models/photo"
	"linli/storage"
	"linli/storage/backup"
	"linli/storage/storagetest"
)

// written is a backup of a small county with photos: encrypted, and open.
type written struct {
	key          *age.X25519Identity
	closed, open []byte
	manifest     backup.Manifest
}

func write(t *testing.T) written {
	t.Helper()
	db := storagetest.Open(t, storage.Options{Dir: t.TempDir(), FastUnsafe: true})
	county := storagetest.SmallCounty(t, db)
	blobs := storagetest.Disk(t)
	fillCounty(t, db, blobs, county)
	w := written{}
	var err error
	if w.key, err = age.GenerateX25519Identity(); err != nil {
		t.Fatal(err)
	}
	make := func(recipients ...age.Recipient) []byte {
		var b bytes.Buffer
		w.manifest, err = backup.Make(t.Context(), &b, backup.Making{DB: db, Blobs: blobs, Recipients: recipients, Program: "test", MadeAt: time.Now()})
		if err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	w.closed, w.open = make(w.key.Recipient()), make()
	return w
}

func fillCounty(t *testing.T, db *storage.DB, blobs storage.Blobs, county storagetest.County) {
	t.Helper()
	dice := rand.New(rand.NewPCG(7, 7))
	noise := func() string {
		b := make([]byte, 500+dice.IntN(30_000))
		for i := range b {
			b[i] = byte(dice.Uint32())
		}
		name, err := storage.PutBlob(t.Context(), blobs, b)
		if err != nil {
			t.Fatal(err)
		}
		return name
	}
	err := db.Write(t.Context(), func(tx storage.Tx) error {
		for i := range 30 {
			p := photos.Photo{AuthorID: county.Resident.AccountID, ClientID: fmt.Sprintf("p%d", i), Noun: "ticket", NounID: 1, Kind: "before", Status: "stored",
				StoredSHA256: noise(), ThumbSHA256: noise(), ListedAt: tx.At()}
			if err := tx.DB().Create(&p).Error; err != nil {
				return err
			}
			if _, err := storage.Record(tx, models.Event{Noun: "ticket", NounID: 1, Action: fmt.Sprint("act", i), ActorID: 3, ActorRole: models.Resident, Note: "灯不亮", At: tx.At()}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// judge reads a file in both ways, and says whether either of them takes it for whole.
func judge(t *testing.T, file []byte, key age.Identity, restoreToo bool) (passed bool, reason error) {
	t.Helper()
	_, _, reason = backup.Verify(t.Context(), bytes.NewReader(file), []age.Identity{key}, nil)
	if !restoreToo {
		return reason == nil, reason
	}
	dir := t.TempDir()
	_, _, err := backup.Restore(t.Context(), bytes.NewReader(file), backup.Restoring{Database: storage.Options{Dir: dir}, Identities: []age.Identity{key}})
	if (err == nil) != (reason == nil) {
		t.Errorf("verify says %v, restore says %v", reason, err)
	}
	entries, _ := os.ReadDir(dir)
	if err != nil && len(entries) != 0 {
		t.Errorf("a restore that failed (%v) left %v", err, entries)
	}
	if err == nil {
		storagetest.Open(t, storage.Options{Dir: dir})
	}
	return err == nil, reason
}

// TestDamageIsNoticed damages a backup in many ways at random places; the undamaged one, the control, is restored.
func TestDamageIsNoticed(t *testing.T) {
	w := write(t)
	for name, file := range map[string][]byte{"encrypted": w.closed, "open": w.open} {
		if passed, err := judge(t, file, w.key, true); !passed {
			t.Fatalf("the undamaged backup, %s: %v", name, err)
		}
	}
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	dice := rand.New(rand.NewPCG(seed, 1))
	count := 0
	try := func(what string, file []byte) {
		t.Helper()
		count++
		passed, err := judge(t, file, w.key, count%6 == 0)
		if passed || !errors.Is(err, backup.ErrDamaged) {
			t.Errorf("%s: passed %v, %v", what, passed, err)
		}
	}
	for name, whole := range map[string][]byte{"encrypted": w.closed, "open": w.open} {
		for range 25 {
			at, bit := dice.IntN(len(whole)), dice.IntN(8)
			b := bytes.Clone(whole)
			b[at] ^= 1 << bit
			try(fmt.Sprintf("%s, bit %d of byte %d of %d", name, bit, at, len(b)), b)
		}
		for range 8 {
			n := dice.IntN(len(whole))
			try(fmt.Sprintf("%s, cut after %d of %d", name, n, len(whole)), whole[:n])
		}
		for _, n := range []int{1, 2, 39, 40, 41, 16 + 40} {
			try(fmt.Sprintf("%s, without its last %d bytes", name, n), whole[:len(whole)-n])
		}
		try(name+", a byte more", append(bytes.Clone(whole), 0))
		try(name+", twice", append(bytes.Clone(whole), whole...))
		at, n := dice.IntN(len(whole)/2), 1+dice.IntN(len(whole)/3)
		try(name+", without a piece in the middle", append(bytes.Clone(whole[:at]), whole[at+n:]...))
	}
	try("nothing", nil)
	try("something else", []byte("PK\x03\x04 this is no backup"))
}

// TestTheFirstBytesAreLookedAt flips every bit of the first bytes and the last, where there are words of the outer
// layers that change nothing in what comes out.
func TestTheFirstBytesAreLookedAt(t *testing.T) {
	w := write(t)
	for at := range 20 {
		for bit := range 8 {
			for _, place := range []int{at, len(w.open) - 1 - at*3} {
				b := bytes.Clone(w.open)
				b[place] ^= 1 << bit
				if passed, err := judge(t, b, w.key, false); passed || errors.Is(err, backup.ErrKey) {
					t.Errorf("bit %d of byte %d: %v", bit, place, err)
				}
			}
		}
	}
}

func TestAnotherKeyOpensNothing(t *testing.T) {
	w := write(t)
	other, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	if passed, err := judge(t, w.closed, other, true); passed || !errors.Is(err, backup.ErrKey) {
		t.Errorf("%v %v", passed, err)
	}
	if _, _, err := backup.Verify(t.Context(), bytes.NewReader(w.closed), nil, nil); !errors.Is(err, backup.ErrKey) {
		t.Errorf("without a key: %v", err)
	}
}

// piece is an entry of the tar inside.
type piece struct {
	name string
	body []byte
}

func takeApart(t *testing.T, open []byte) (pieces []piece) {
	t.Helper()
	z, err := zstd.NewReader(bytes.NewReader(open))
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	for r := tar.NewReader(z); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return pieces
		}
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		pieces = append(pieces, piece{h.Name, body})
	}
}

// putTogether makes a file whose outer layers are all right, seal included, as somebody would who changes a backup on
// purpose, or a program that has a fault.
func putTogether(t *testing.T, pieces []piece) []byte {
	t.Helper()
	var b bytes.Buffer
	z, err := zstd.NewWriter(&b)
	if err != nil {
		t.Fatal(err)
	}
	w := tar.NewWriter(z)
	for _, p := range pieces {
		if err := w.WriteHeader(&tar.Header{Name: p.name, Mode: 0o600, Size: int64(len(p.body))}); err != nil {
			t.Fatal(err)
		}
		w.Write(p.body)
	}
	if err := errors.Join(w.Close(), z.Close()); err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(b.Bytes())
	out := binary.LittleEndian.AppendUint32(b.Bytes(), 0x184D2A5E)
	out = binary.LittleEndian.AppendUint32(out, 32)
	return append(out, sum[:]...)
}

// TestAnotherContentIsNoticed changes what is inside and leaves the outside right.
func TestAnotherContentIsNoticed(t *testing.T) {
	w := write(t)
	pieces := takeApart(t, w.open)
	if passed, err := judge(t, putTogether(t, pieces), w.key, true); !passed {
		t.Fatalf("the control, taken apart and put together: %v", err)
	}
	find := func(prefix string) int {
		at := slices.IndexFunc(pieces, func(p piece) bool { return strings.HasPrefix(p.name, prefix) })
		if at < 0 {
			t.Fatalf("there is no %s", prefix)
		}
		return at
	}
	photo, rows, ledger, manifest := find("photos/"), find("rows/photos/"), find("rows/ledger/"), find("manifest.json")
	replaced := func(at int, old, new string) func([]piece) []piece {
		return func(p []piece) []piece {
			if !bytes.Contains(p[at].body, []byte(old)) {
				t.Fatalf("%s does not hold %q: %.300s", p[at].name, old, p[at].body)
			}
			p[at].body = bytes.Replace(p[at].body, []byte(old), []byte(new), 1)
			return p
		}
	}
	for what, change := range map[string]func([]piece) []piece{
		"a photo is gone":                func(p []piece) []piece { return slices.Delete(p, photo, photo+1) },
		"the last photo is gone":         func(p []piece) []piece { return slices.Delete(p, manifest-1, manifest) },
		"all photos are gone":            func(p []piece) []piece { return slices.Delete(p, photo, manifest) },
		"a photo is there twice":         func(p []piece) []piece { return slices.Insert(p, photo, p[photo]) },
		"two photos changed places":      func(p []piece) []piece { p[photo], p[photo+1] = p[photo+1], p[photo]; return p },
		"two photos have changed bytes":  func(p []piece) []piece { p[photo].body, p[photo+1].body = p[photo+1].body, p[photo].body; return p },
		"a photo has another name":       func(p []piece) []piece { p[photo].name = "photos/" + strings.Repeat("0", 64); return p },
		"a photo has no name of a photo": func(p []piece) []piece { p[photo].name = "photos/../../etc/passwd"; return p },
		"a photo that no row speaks of": func(p []piece) []piece {
			return slices.Insert(p, manifest, piece{"photos/" + storage.BlobName([]byte("x")), []byte("x")})
		},
		"an entry of no known kind":     func(p []piece) []piece { return slices.Insert(p, photo, piece{"../evil", nil}) },
		"an entry after the manifest":   func(p []piece) []piece { return append(p, piece{"photos/x", nil}) },
		"no manifest":                   func(p []piece) []piece { return slices.Delete(p, manifest, manifest+1) },
		"no header":                     func(p []piece) []piece { return p[1:] },
		"nothing but a header":          func(p []piece) []piece { return p[:1] },
		"the rows of a table are gone":  func(p []piece) []piece { return slices.Delete(p, rows, rows+1) },
		"the ledger is gone":            func(p []piece) []piece { return slices.Delete(p, ledger, ledger+1) },
		"two tables changed places":     func(p []piece) []piece { p[rows], p[ledger] = p[ledger], p[rows]; return p },
		"two tables changed their rows": func(p []piece) []piece { p[rows].body, p[ledger].body = p[ledger].body, p[rows].body; return p },
		"a row is gone": func(p []piece) []piece {
			p[ledger].body = p[ledger].body[bytes.IndexByte(p[ledger].body, '\n')+1:]
			return p
		},
		"the last row breaks off":         func(p []piece) []piece { p[ledger].body = p[ledger].body[:len(p[ledger].body)-9]; return p },
		"a row has another word":          replaced(ledger, "act17", "act71"),
		"a row has a field more":          replaced(ledger, "[", "[1,"),
		"a number became a text":          replaced(ledger, "[1,", `["1",`),
		"the manifest counts differently": replaced(manifest, `"rows": 30`, `"rows": 31`),
		"the manifest knows fewer tables": replaced(manifest, `"ledger": {`, `"ledgers": {`),
		"the manifest has no end":         func(p []piece) []piece { p[manifest].body = p[manifest].body[:40]; return p },
		"the ledger ends elsewhere":       replaced(manifest, `"lines": 30`, `"lines": 29`),
		"a photo is said to be missing":   replaced(manifest, `"missing": []`, `"missing": ["`+strings.Repeat("0", 64)+`"]`),
		"the header knows fewer tables":   replaced(0, `"name": "ledger"`, `"name": "ledgers"`),
	} {
		clone := make([]piece, len(pieces))
		for i, p := range pieces {
			clone[i] = piece{p.name, bytes.Clone(p.body)}
		}
		if passed, err := judge(t, putTogether(t, change(clone)), w.key, false); passed || !errors.Is(err, backup.ErrDamaged) {
			t.Errorf("%s: passed %v, %v", what, passed, err)
		}
	}
}

// A backup of a newer program is refused for that reason, before anything is touched.
func TestANewerBackupIsRefused(t *testing.T) {
	w := write(t)
	pieces := takeApart(t, w.open)
	for old, words := range map[string]string{`"format": 1`: "format 99", `"schema": `: "schema 99"} {
		clone := slices.Clone(pieces)
		clone[0].body = bytes.Replace(bytes.Clone(pieces[0].body), []byte(old), []byte(strings.TrimRight(old, "1")+"99"), 1)
		dir := filepath.Join(t.TempDir(), "data")
		_, _, err := backup.Restore(t.Context(), bytes.NewReader(putTogether(t, clone)), backup.Restoring{Database: storage.Options{Dir: dir}})
		if err == nil || !strings.Contains(err.Error(), words) {
			t.Errorf("%s: %v", old, err)
		}
		if _, err := os.Stat(dir); err == nil {
			t.Error("the folder was made")
		}
	}
}
