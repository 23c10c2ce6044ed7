package api_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/uuid"

	"linli/api"
	"linli/api/apitest"
	"linli/models"
	"linli/models/photo"
	"linli/storage"
	photos "linli/storage/photo"
	"linli/storage/storagetest"
)

// album is a server with a photo store whose ticket 2 is hidden from lin.
type album struct {
	db     *storage.DB
	server *api.Server
	client *apitest.Client
	people known
	away   bool
}

func newAlbum(t *testing.T, db *storage.DB) *album {
	t.Helper()
	w := &album{db: db, people: known{}}
	for i, name := range []string{"lin", "operator"} {
		w.people[name] = models.Actor{AccountID: addAccount(t, db, fmt.Sprintf("1390000000%d", i)), Held: []models.Held{{Role: models.Resident, Approved: true}}}
	}
	store := photos.New(db, awayBlobs{storagetest.Disk(t), &w.away}, photos.Hooks{
		Sees: func(_ storage.Tx, a models.Actor, ticketID int64) error {
			if ticketID == 2 && a.AccountID == w.people["lin"].AccountID {
				return models.Refuse(models.NotFound, "ticket.not_found")
			}
			return nil
		},
	})
	w.server = api.New(api.Config{}, api.Uses{Tokens: w.people, Actors: w.people, Photos: store})
	w.client = apitest.New(t, w.server)
	return w
}

func addAccount(t *testing.T, db *storage.DB, phone string) (id int64) {
	t.Helper()
	err := db.Write(t.Context(), func(tx storage.Tx) error {
		row := map[string]any{"phone": phone, "name": "林小明", "password_hash": "", "locale": "zh-CN", "demo": false, "created_at": tx.At(), "updated_at": tx.At()}
		if err := tx.DB().Table("accounts").Create(row).Error; err != nil {
			return err
		}
		return tx.DB().Table("accounts").Select("id").Where("phone = ?", phone).Take(&id).Error
	})
	if err != nil {
		t.Fatal(err)
	}
	return id
}

type awayBlobs struct {
	storage.Blobs
	away *bool
}

func (b awayBlobs) Put(ctx context.Context, name string, r io.Reader, size int64) error {
	if *b.away {
		return &models.Error{Kind: models.Unavailable, Code: "photo.store_away", RetryAfter: 10}
	}
	return b.Blobs.Put(ctx, name, r, size)
}

// list writes the manifest of a ticket with one photo.
func (w *album) list(t *testing.T, name string, ticketID int64, b []byte) photo.Claim {
	t.Helper()
	claim := photo.Claim{ClientID: uuid.NewString(), SHA256: storage.BlobName(b), Kind: photo.Before, Bytes: int64(len(b))}
	store := photos.New(w.db, nil, photos.Hooks{})
	err := w.db.Write(t.Context(), func(tx storage.Tx) error {
		return store.ListPhotos(tx, w.people[name].AccountID, ticketID, "ticket", ticketID, []photo.Claim{claim})
	})
	if err != nil {
		t.Fatal(err)
	}
	return claim
}

func jpegBytes(shade uint8) []byte {
	m := image.NewGray(image.Rect(0, 0, 400, 300))
	for i := range m.Pix {
		m.Pix[i] = shade + uint8(i%7)
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, nil); err != nil {
		panic(err)
	}
	return b.Bytes()
}

func TestPhotos(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		w := newAlbum(t, db)
		b := jpegBytes(60)
		claim := w.list(t, "lin", 1, b)
		path := "/api/v1/photos/" + claim.ClientID
		lin := w.client.As("lin").With("Content-Type", "image/jpeg").With("X-Content-SHA256", claim.SHA256)

		var missing struct{ Missing []string }
		ask := "/api/v1/photos/missing?client_ids=" + claim.ClientID + "," + uuid.NewString()
		lin.Get(ask).OK(&missing)
		if len(missing.Missing) != 1 || missing.Missing[0] != claim.ClientID {
			t.Fatalf("%v", missing)
		}

		lin.As("").Do("PUT", path, b).Refused(http.StatusUnauthorized, "session.missing")
		lin.As("operator").Do("PUT", path, b).Refused(http.StatusNotFound, "photo.not_listed")
		lin.Do("PUT", "/api/v1/photos/"+uuid.NewString(), b).Refused(http.StatusNotFound, "photo.not_listed")
		lin.Do("PUT", path, b[:100]).Refused(http.StatusUnprocessableEntity, "photo.hash_mismatch")
		lin.With("X-Content-SHA256", storage.BlobName(nil)).Do("PUT", path, b).Refused(http.StatusUnprocessableEntity, "photo.hash_mismatch")
		w.away = true
		if away := lin.Do("PUT", path, b); away.Header.Get("Retry-After") == "" {
			t.Error("nobody is told when to come back")
		} else {
			away.Refused(http.StatusServiceUnavailable, "photo.store_away")
		}
		w.away = false

		var view photo.View
		lin.Do("PUT", path, b).Want(http.StatusCreated).OK(&view)
		if view.ClientID != claim.ClientID || view.Status != photo.Stored || view.Width != 400 {
			t.Fatalf("%+v", view)
		}
		var again photo.View
		lin.Do("PUT", path, b).Want(http.StatusOK).OK(&again)
		if again != view {
			t.Errorf("%+v, then %+v", view, again)
		}
		lin.Get(ask).Tells(`"missing":[]`)
		w.seePhoto(t, view.ID)
	})
}

func (w *album) seePhoto(t *testing.T, id int64) {
	t.Helper()
	path := fmt.Sprintf("/api/v1/photos/%d", id)
	w.client.Get(path).Refused(http.StatusUnauthorized, "session.missing")
	for size, width := range map[string]int{"": 400, "?size=full": 400, "?size=thumb": 320} {
		got := w.client.As("operator").Get(path + size).Want(http.StatusOK)
		m, err := jpeg.DecodeConfig(bytes.NewReader(got.Body))
		if err != nil || m.Width != width {
			t.Errorf("%s: %+v, %v", size, m, err)
		}
		for header, want := range map[string]string{
			"Content-Type":                 "image/jpeg",
			"X-Content-Type-Options":       "nosniff",
			"Cross-Origin-Resource-Policy": "same-origin",
			"Cache-Control":                "private, no-cache",
			"Content-Security-Policy":      "sandbox",
			"Vary":                         "Authorization",
		} {
			if !strings.Contains(strings.Join(got.Header.Values(header), ", "), want) {
				t.Errorf("%s: %s is %q", size, header, got.Header.Values(header))
			}
		}
		if policy := got.Header.Get("Content-Security-Policy"); !strings.Contains(policy, "default-src 'none'") {
			t.Errorf("policy %q", policy)
		}
		tag := got.Header.Get("ETag")
		if tag == "" || got.Header.Get("Content-Encoding") != "" {
			t.Errorf("tag %q, encoding %q", tag, got.Header.Get("Content-Encoding"))
		}
		kept := w.client.As("operator").With("If-None-Match", `"x", W/`+tag).Get(path + size).Want(http.StatusNotModified)
		if len(kept.Body) != 0 || kept.Header.Get("ETag") != tag {
			t.Errorf("304 with %d bytes, tag %q", len(kept.Body), kept.Header.Get("ETag"))
		}
		w.client.As("operator").With("If-None-Match", `"x"`).Get(path + size).Want(http.StatusOK)
	}
	w.client.As("operator").Get(path+"?size=original").Refused(http.StatusUnprocessableEntity, "request.invalid")
	w.client.As("operator").Get("/api/v1/photos/999999").Refused(http.StatusNotFound, "photo.not_found")
	w.client.As("operator").Get("/api/v1/photos/0").Refused(http.StatusNotFound, "request.not_found")
}

// A photo of a ticket that is hidden is not there, and a kept copy does not open it either.
func TestPhotoOfAHiddenTicket(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		w := newAlbum(t, db)
		b := jpegBytes(90)
		claim := w.list(t, "operator", 2, b)
		var view photo.View
		w.client.As("operator").With("Content-Type", "image/jpeg").Do("PUT", "/api/v1/photos/"+claim.ClientID, b).OK(&view)
		path := fmt.Sprintf("/api/v1/photos/%d", view.ID)
		tag := w.client.As("operator").Get(path).Want(http.StatusOK).Header.Get("ETag")
		w.client.As("lin").With("If-None-Match", tag).Get(path).Refused(http.StatusNotFound, "photo.not_found")
	})
}

func TestPhotosThatAreNone(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		w := newAlbum(t, db)
		for _, c := range []struct {
			bytes  string
			status int
			code   string
		}{
			{"<html><script>alert(1)</script></html>", http.StatusUnsupportedMediaType, "photo.not_a_photo"},
			{"\xff\xd8\xff and no more", http.StatusUnprocessableEntity, "photo.broken"},
			{"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00heicmif1", http.StatusUnprocessableEntity, "photo.heic"},
		} {
			claim := w.list(t, "lin", 1, []byte(c.bytes))
			lin := w.client.As("lin").With("Content-Type", "image/jpeg")
			for range 2 {
				lin.Do("PUT", "/api/v1/photos/"+claim.ClientID, c.bytes).Refused(c.status, c.code)
			}
		}
	})
}

// Bodies as they come over a network: without a length, too long, cut off, read once more after their end.
func TestPhotosOverTheWire(t *testing.T) {
	db := storagetest.Open(t, storage.Options{Dir: t.TempDir(), FastUnsafe: true})
	w := newAlbum(t, db)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go w.server.Serve(listener)
	t.Cleanup(func() { w.server.Shutdown(context.Background()) })

	b := jpegBytes(60)
	put := func(claim photo.Claim, body io.Reader, length int64) (int, string) {
		t.Helper()
		r, err := http.NewRequest("PUT", "http://"+listener.Addr().String()+"/api/v1/photos/"+claim.ClientID, body)
		if err != nil {
			t.Fatal(err)
		}
		r.ContentLength = length
		r.Header.Set("Authorization", "Bearer lin")
		r.Header.Set("Content-Type", "image/jpeg")
		client := http.Client{Timeout: 30 * time.Second}
		res, err := client.Do(r)
		if errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE) {
			return 0, "" // we hung up on what is far too long; whether the answer got through first is the network's luck
		}
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		answer, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		return res.StatusCode, string(answer)
	}
	wantAnswer := func(name string, code int, body string, wantCode int, words string) {
		t.Helper()
		if code != wantCode || !strings.Contains(body, words) {
			t.Errorf("%s: %d %s, want %d %s", name, code, body, wantCode, words)
		}
	}

	claim := w.list(t, "lin", 1, b)
	for _, length := range []int64{16 << 20, 40 << 20} {
		code, body := put(claim, io.LimitReader(zeros{}, length), length)
		if code == 0 && length > 30<<20 {
			continue
		}
		wantAnswer(fmt.Sprintf("%d MiB announced", length>>20), code, body, http.StatusRequestEntityTooLarge, ".too_large")
	}
	code, body := put(claim, io.LimitReader(zeros{}, 5<<20), -1)
	wantAnswer("5 MiB of zeros, not announced", code, body, http.StatusUnprocessableEntity, "photo.hash_mismatch")
	w.cutOff(t, listener.Addr().String(), claim, b)
	code, body = put(claim, bytes.NewReader(b), -1)
	wantAnswer("whole, not announced", code, body, http.StatusCreated, claim.ClientID)
	code, body = put(claim, bytes.NewReader(b), int64(len(b)))
	wantAnswer("once more", code, body, http.StatusOK, claim.ClientID)
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// cutOff sends half a photo and hangs up.
func (w *album) cutOff(t *testing.T, address string, claim photo.Claim, b []byte) {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(conn, "PUT /api/v1/photos/%s HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer lin\r\nContent-Length: %d\r\n\r\n%s", claim.ClientID, len(b), b[:len(b)/2])
	conn.Close()
	time.Sleep(100 * time.Millisecond)
	var missing struct{ Missing []string }
	w.client.As("lin").Get("/api/v1/photos/missing?client_ids=" + claim.ClientID).OK(&missing)
	if len(missing.Missing) != 1 {
		t.Error("half a photo counts as stored")
	}
}

// slowPhotos keeps its callers until it is told to go on.
type slowPhotos struct {
	api.Photos
	entered, goOn chan struct{}
}

func (s slowPhotos) PutPhoto(context.Context, models.Actor, string, string, io.Reader, int64) (photo.View, bool, error) {
	s.entered <- struct{}{}
	<-s.goOn
	return photo.View{}, true, nil
}

// When too many photos are under way the next one is sent away before a byte is read, and everything else goes on.
func TestPhotosUnderWayAreBounded(t *testing.T) {
	slow := slowPhotos{entered: make(chan struct{}), goOn: make(chan struct{})}
	people := known{}
	for i := range 20 {
		people[fmt.Sprintf("p%d", i)] = models.Actor{AccountID: int64(i + 1), Held: []models.Held{{Role: models.Resident, Approved: true}}}
	}
	server := api.New(api.Config{}, api.Uses{Tokens: people, Actors: people, Photos: slow})
	done := make(chan int, 100)
	client := apitest.New(t, server).With("Content-Type", "image/jpeg")
	start := func(name string, size int) {
		body := make([]byte, size)
		go func() { done <- client.As(name).Do("PUT", "/api/v1/photos/x", body).Code }()
		<-slow.entered
	}
	for range 4 {
		start("p0", 10)
	}
	refused := client.As("p0").Do("PUT", "/api/v1/photos/x", []byte("more"))
	refused.Refused(http.StatusServiceUnavailable, "photo.no_slot")
	if refused.Header.Get("Retry-After") == "" {
		t.Error("nobody is told when to come back")
	}
	for i := range 12 {
		start(fmt.Sprintf("p%d", i+1), 15<<20)
	}
	client.As("p15").Do("PUT", "/api/v1/photos/x", make([]byte, 15<<20)).Refused(http.StatusServiceUnavailable, "photo.no_slot")
	client.Get("/healthz").Want(http.StatusOK)
	close(slow.goOn)
	for range 16 {
		if code := <-done; code != http.StatusCreated {
			t.Errorf("%d", code)
		}
	}
	go func() { <-slow.entered }()
	client.As("p15").Do("PUT", "/api/v1/photos/x", make([]byte, 15<<20)).Want(http.StatusCreated) // every slot came back
}
