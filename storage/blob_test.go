package storage_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"linli/models"
	"linli/storage"
	"linli/storage/storagetest"
)

// eachStore runs f on a directory and on an S3 server. away takes the store away under the hands of those who use it.
func eachStore(t *testing.T, f func(t *testing.T, blobs storage.Blobs, away func())) {
	t.Run("directory", func(t *testing.T) {
		dir := filepath.Join(t.TempDir(), "photos")
		blobs, err := storage.OpenDiskBlobs(dir)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { blobs.Close() })
		f(t, blobs, func() { os.RemoveAll(dir) })
	})
	t.Run("s3", func(t *testing.T) {
		o := storagetest.S3Options(t)
		door := openDoor(t, o.Endpoint)
		o.Endpoint = door.address()
		blobs, err := storage.OpenS3Blobs(o)
		if err != nil {
			t.Fatal(err)
		}
		if err := blobs.Ping(t.Context()); err != nil { // makes the bucket
			t.Fatal(err)
		}
		f(t, blobs, door.shut)
	})
}

// door passes connections on until it is shut, as a network does.
type door struct {
	listener net.Listener
	mu       sync.Mutex
	through  []net.Conn
}

func openDoor(t *testing.T, target string) *door {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	d := &door{listener: listener}
	t.Cleanup(d.shut)
	go func() {
		for {
			in, err := listener.Accept()
			if err != nil {
				return
			}
			out, err := net.Dial("tcp", target)
			if err != nil {
				in.Close()
				continue
			}
			d.mu.Lock()
			d.through = append(d.through, in, out)
			d.mu.Unlock()
			go func() { io.Copy(out, in); out.Close() }()
			go func() { io.Copy(in, out); in.Close() }()
		}
	}()
	return d
}

func (d *door) address() string { return d.listener.Addr().String() }

func (d *door) shut() {
	d.listener.Close()
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, c := range d.through {
		c.Close()
	}
}

func noise(size int) []byte {
	b := make([]byte, size)
	r := rand.NewChaCha8([32]byte{byte(size), byte(size >> 8), byte(size >> 16)})
	r.Read(b)
	return b
}

func mustPut(t *testing.T, blobs storage.Blobs, b []byte) string {
	t.Helper()
	name, err := storage.PutBlob(t.Context(), blobs, b)
	if err != nil {
		t.Fatalf("put of %d bytes: %v", len(b), err)
	}
	return name
}

func mustHold(t *testing.T, blobs storage.Blobs, name string, want []byte) {
	t.Helper()
	r, size, err := blobs.Get(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	got, err := io.ReadAll(r)
	if err != nil || !bytes.Equal(got, want) || size != int64(len(want)) {
		t.Fatalf("got %d bytes, said %d, want %d, equal %v, error %v", len(got), size, len(want), bytes.Equal(got, want), err)
	}
	if has, err := blobs.Has(t.Context(), name); err != nil || !has {
		t.Fatalf("Has says %v, %v", has, err)
	}
}

func mustLack(t *testing.T, blobs storage.Blobs, name string) {
	t.Helper()
	if has, err := blobs.Has(t.Context(), name); err != nil || has {
		t.Fatalf("Has says %v, %v", has, err)
	}
	_, _, err := blobs.Get(t.Context(), name)
	if models.KindOf(err) != models.NotFound || models.CodeOf(err) != "photo.no_blob" {
		t.Fatalf("Get says %v", err)
	}
}

func TestBlobsKeepWhatTheyAreGiven(t *testing.T) {
	eachStore(t, func(t *testing.T, blobs storage.Blobs, _ func()) {
		if err := blobs.Ping(t.Context()); err != nil {
			t.Fatal(err)
		}
		for _, size := range []int{0, 1, 300 << 10, 5 << 20} {
			b := noise(size)
			name := storage.BlobName(b)
			mustLack(t, blobs, name)
			mustPut(t, blobs, b)
			mustHold(t, blobs, name, b)
			mustPut(t, blobs, b)
			mustHold(t, blobs, name, b)
			if whole, err := storage.ReadBlob(t.Context(), blobs, name, 6<<20); err != nil || !bytes.Equal(whole, b) {
				t.Fatalf("ReadBlob: %d bytes, %v", len(whole), err)
			}
			if err := blobs.Delete(t.Context(), name); err != nil {
				t.Fatal(err)
			}
			mustLack(t, blobs, name)
			if err := blobs.Delete(t.Context(), name); err != nil {
				t.Fatalf("deleting what is gone: %v", err)
			}
		}
	})
}

func TestBlobsRefuseWhatIsNotWhatItSays(t *testing.T) {
	eachStore(t, func(t *testing.T, blobs storage.Blobs, _ func()) {
		b := noise(4000)
		right, wrong := storage.BlobName(b), storage.BlobName([]byte("other"))
		for _, c := range []struct {
			what string
			name string
			size int64
			body []byte
		}{
			{"a wrong hash", wrong, 4000, b},
			{"too few bytes", right, 4001, b},
			{"too many bytes", right, 3999, b},
			{"a size below zero", right, -1, b},
			{"one changed byte", right, 4000, append(bytes.Clone(b[:3999]), b[3999]^1)},
		} {
			err := blobs.Put(t.Context(), c.name, bytes.NewReader(c.body), c.size)
			if models.CodeOf(err) != "photo.blob_mismatch" {
				t.Errorf("%s: %v", c.what, err)
			}
			mustLack(t, blobs, right)
			mustLack(t, blobs, wrong)
		}
	})
}

func TestBlobsRefuseBadNames(t *testing.T) {
	eachStore(t, func(t *testing.T, blobs storage.Blobs, _ func()) {
		hash := storage.BlobName(nil)
		for _, name := range []string{
			"", "a", hash[1:], hash + "0", strings.ToUpper(hash), hash + "\n", hash[:63] + "g", hash[:62] + "..", "../../" + hash[6:], strings.Repeat("/", 64), strings.Repeat("\x00", 64), "unfinished",
		} {
			_, _, errGet := blobs.Get(t.Context(), name)
			_, errHas := blobs.Has(t.Context(), name)
			for what, err := range map[string]error{
				"put":    blobs.Put(t.Context(), name, strings.NewReader(""), 0),
				"get":    errGet,
				"has":    errHas,
				"delete": blobs.Delete(t.Context(), name),
			} {
				if models.CodeOf(err) != "photo.bad_blob_name" {
					t.Errorf("%s of %q: %v", what, name, err)
				}
			}
		}
	})
}

var errCutOff = errors.New("the phone went into a tunnel")

func TestBlobsKeepNoHalfOfACutOffSource(t *testing.T) {
	eachStore(t, func(t *testing.T, blobs storage.Blobs, _ func()) {
		b := noise(200_000)
		name := storage.BlobName(b)
		for _, arrived := range []int{0, 1, 100_000, 200_000} {
			source := io.MultiReader(bytes.NewReader(b[:arrived]), failing{})
			if err := blobs.Put(t.Context(), name, source, int64(len(b))); !errors.Is(err, errCutOff) {
				t.Errorf("after %d bytes: %v", arrived, err)
			}
			mustLack(t, blobs, name)
		}
		mustPut(t, blobs, b)
		source := io.MultiReader(bytes.NewReader(b[:100]), failing{})
		if err := blobs.Put(t.Context(), name, source, int64(len(b))); !errors.Is(err, errCutOff) {
			t.Error(err)
		}
		mustHold(t, blobs, name, b) // what was whole stays whole
	})
}

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, errCutOff }

func TestBlobsSayThatTheStoreIsAway(t *testing.T) {
	eachStore(t, func(t *testing.T, blobs storage.Blobs, away func()) {
		b := noise(1000)
		name := mustPut(t, blobs, b)
		away()
		_, _, errGet := blobs.Get(t.Context(), name)
		_, errHas := blobs.Has(t.Context(), name)
		_, errRead := storage.ReadBlob(t.Context(), blobs, name, 2000)
		_, errPut := storage.PutBlob(t.Context(), blobs, noise(2000))
		for what, err := range map[string]error{
			"put": errPut, "get": errGet, "has": errHas, "read": errRead,
			"delete": blobs.Delete(t.Context(), name), "ping": blobs.Ping(t.Context()),
		} {
			e, ok := errors.AsType[*models.Error](err)
			if !ok || e.Kind != models.Unavailable || e.Code != "photo.store_away" {
				t.Errorf("%s: %#v", what, err)
			}
		}
	})
}

func TestBlobsTakeTheSameBlobFromManyAtOnce(t *testing.T) {
	eachStore(t, func(t *testing.T, blobs storage.Blobs, _ func()) {
		b := noise(100_000)
		name := storage.BlobName(b)
		errs := make(chan error, 20)
		for range cap(errs) {
			go func() { errs <- blobs.Put(t.Context(), name, bytes.NewReader(b), int64(len(b))) }()
		}
		for range cap(errs) {
			if err := <-errs; err != nil {
				t.Error(err)
			}
		}
		mustHold(t, blobs, name, b)
	})
}

func TestBlobsEndWithTheirContext(t *testing.T) {
	eachStore(t, func(t *testing.T, blobs storage.Blobs, _ func()) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := storage.PutBlob(ctx, blobs, noise(10)); models.KindOf(err) != models.Unavailable {
			t.Error(err)
		}
		mustLack(t, blobs, storage.BlobName(noise(10)))
	})
}

func TestReadBlobNoticesChangedBytes(t *testing.T) {
	dir := t.TempDir()
	blobs, err := storage.OpenDiskBlobs(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer blobs.Close()
	b := noise(5000)
	name := mustPut(t, blobs, b)
	file := filepath.Join(dir, name[:2], name[2:4], name)
	spoilt := bytes.Clone(b)
	spoilt[2500] ^= 4
	for what, content := range map[string][]byte{"one bit": spoilt, "cut short": b[:4999], "nothing left": nil, "more": append(bytes.Clone(b), 0)} {
		if err := os.WriteFile(file, content, 0o600); err != nil {
			t.Fatal(err)
		}
		if got, err := storage.ReadBlob(t.Context(), blobs, name, 10_000); models.KindOf(err) != models.Unavailable || got != nil {
			t.Errorf("%s: %d bytes, %v", what, len(got), err)
		}
	}
	if _, err := storage.ReadBlob(t.Context(), blobs, name, 4999); models.KindOf(err) != models.Unavailable {
		t.Errorf("larger than the limit: %v", err)
	}
	mustPut(t, blobs, b)
	mustHold(t, blobs, name, b) // writing it again mends it
}

func TestDiskBlobsLeaveNothingBehind(t *testing.T) {
	dir := t.TempDir()
	blobs, err := storage.OpenDiskBlobs(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer blobs.Close()
	b := noise(1000)
	name := mustPut(t, blobs, b)
	blobs.Put(t.Context(), name, io.MultiReader(bytes.NewReader(b[:10]), failing{}), 1000)
	blobs.Put(t.Context(), name, bytes.NewReader(b[:10]), 1000)
	var files []string
	fs.WalkDir(os.DirFS(dir), ".", func(path string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			files = append(files, path)
		}
		return err
	})
	want := name[:2] + "/" + name[2:4] + "/" + name
	if len(files) != 1 || files[0] != want {
		t.Errorf("files: %v, want only %s", files, want)
	}
}

func TestDiskBlobsClearOldUnfinishedFiles(t *testing.T) {
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "unfinished"), 0o700); err != nil {
		t.Fatal(err)
	}
	old, young := filepath.Join(dir, "unfinished", "old"), filepath.Join(dir, "unfinished", "young")
	for _, file := range []string{old, young} {
		if err := os.WriteFile(file, []byte("half"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	yesterday := time.Now().Add(-25 * time.Hour)
	if err := os.Chtimes(old, yesterday, yesterday); err != nil {
		t.Fatal(err)
	}
	blobs, err := storage.OpenDiskBlobs(dir)
	if err != nil {
		t.Fatal(err)
	}
	blobs.Close()
	if _, err := os.Stat(old); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the old file is still there: %v", err)
	}
	if _, err := os.Stat(young); err != nil {
		t.Errorf("the young file may belong to somebody who is writing: %v", err)
	}
}

// A server that answers nonsense, slowly or with errors, is a store that is away, and never a missing photo.
func TestS3BlobsOnABadServer(t *testing.T) {
	for what, answer := range map[string]http.HandlerFunc{
		"500": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500) },
		"503": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(503) },
		"403": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(403) },
		"a login page": func(w http.ResponseWriter, _ *http.Request) {
			w.Write([]byte("<html>welcome to the station's Wi-Fi</html>"))
		},
		"no bucket":      noBucket,
		"half an answer": halfAnAnswer,
	} {
		t.Run(what, func(t *testing.T) {
			server := httptest.NewServer(answer)
			defer server.Close()
			blobs, err := storage.OpenS3Blobs(storage.S3Options{Endpoint: server.Listener.Addr().String(), AccessKey: "a", SecretKey: "b", Bucket: "photos"})
			if err != nil {
				t.Fatal(err)
			}
			name := storage.BlobName(noise(1000))
			if _, err := storage.ReadBlob(t.Context(), blobs, name, 2000); models.CodeOf(err) != "photo.store_away" {
				t.Errorf("read: %v", err)
			}
			if what == "half an answer" {
				return // it says 200 to a put; what was put is checked when it is read
			}
			if _, err := storage.PutBlob(t.Context(), blobs, noise(1000)); models.CodeOf(err) != "photo.store_away" {
				t.Errorf("put: %v", err)
			}
		})
	}
}

func noBucket(w http.ResponseWriter, _ *http.Request) {
	w.WriteHeader(404)
	io.WriteString(w, `<?xml version="1.0" encoding="UTF-8"?><Error><Code>NoSuchBucket</Code></Error>`)
}

func halfAnAnswer(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Length", "1000")
	w.Header().Set("Last-Modified", "Sun, 22 Nov 2026 00:00:00 GMT")
	w.Header().Set("ETag", `"x"`)
	w.Write(noise(1000)[:500])
}

// The bucket is made when it is needed, by whoever comes first, and again when it is lost.
func TestS3BlobsMakeTheirBucket(t *testing.T) {
	o := storagetest.S3Options(t)
	var both [2]*storage.S3Blobs
	for i := range both {
		blobs, err := storage.OpenS3Blobs(o)
		if err != nil {
			t.Fatal(err)
		}
		both[i] = blobs
	}
	name := mustPut(t, both[0], noise(10))
	if err := both[1].Ping(t.Context()); err != nil {
		t.Fatal(err)
	}
	mustPut(t, both[1], noise(20))
	mustHold(t, both[1], name, noise(10))
}
