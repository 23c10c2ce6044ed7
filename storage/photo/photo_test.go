package photo_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"linli/models"
	photos "linli/models/photo"
	"linli/storage"
	"linli/storage/photo"
	"linli/storage/storagetest"
)

// world is one database, one blob store, and two people who sent photos.
type world struct {
	db            *storage.DB
	blobs         *unreliable
	store         *photo.Store
	now           time.Time
	lin, operator models.Actor

	mu      sync.Mutex
	stored  []photos.Photo // what the hooks were told
	refused []photos.Photo
	hookErr error
	hidden  map[int64]bool // tickets that nobody may see
}

// each runs f on both databases with both blob stores.
func each(t *testing.T, f func(t *testing.T, w *world)) {
	for _, kind := range []struct {
		name string
		open func(testing.TB) storage.Blobs
	}{{"directory", storagetest.Disk}, {"s3", storagetest.S3}} {
		t.Run(kind.name, func(t *testing.T) {
			morning := time.Date(2026, 11, 22, 2, 0, 0, 0, time.UTC) // 10:00 in Shanghai
			w := &world{now: morning}
			storagetest.EachAt(t, func() time.Time { return w.now }, func(t *testing.T, db *storage.DB) {
				*w = world{now: morning, db: db, blobs: &unreliable{Blobs: kind.open(t)}, hidden: map[int64]bool{}}
				w.store = photo.New(db, w.blobs, w.hooks())
				w.lin, w.operator = w.account(t, models.Resident), w.account(t, models.OperatorStaff)
				f(t, w)
			})
		})
	}
}

func (w *world) hooks() photo.Hooks {
	return photo.Hooks{
		Sees: func(_ storage.Tx, _ models.Actor, ticketID int64) error {
			if w.hidden[ticketID] {
				return models.Refuse(models.NotFound, "ticket.not_found")
			}
			return nil
		},
		Stored: func(_ storage.Tx, p photos.Photo) error {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.stored = append(w.stored, p)
			return w.hookErr
		},
		Refused: func(_ storage.Tx, p photos.Photo) error {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.refused = append(w.refused, p)
			return nil
		},
	}
}

func (w *world) account(t *testing.T, role models.Role) models.Actor {
	t.Helper()
	var id int64
	w.write(t, func(tx storage.Tx) error {
		phone := "139" + fmt.Sprintf("%08d", time.Now().UnixNano()%100_000_000)
		row := map[string]any{"phone": phone, "name": "林小明", "password_hash": "", "locale": "zh-CN", "demo": false, "created_at": tx.At(), "updated_at": tx.At()}
		if err := tx.DB().Table("accounts").Create(row).Error; err != nil {
			return err
		}
		return tx.DB().Table("accounts").Select("id").Where("phone = ?", phone).Take(&id).Error
	})
	return models.Actor{AccountID: id, Held: []models.Held{{Role: role, Approved: true}}}
}

func (w *world) write(t *testing.T, f func(storage.Tx) error) {
	t.Helper()
	if err := w.db.Write(t.Context(), f); err != nil {
		t.Fatal(err)
	}
}

// unreliable is a blob store that can be away, and that can stop the program at a moment of the test's choosing.
type unreliable struct {
	storage.Blobs
	mu       sync.Mutex
	away     bool
	afterPut func()
}

func (u *unreliable) Put(ctx context.Context, name string, r io.Reader, size int64) error {
	u.mu.Lock()
	away, afterPut := u.away, u.afterPut
	u.mu.Unlock()
	if away {
		return &models.Error{Kind: models.Unavailable, Code: "photo.store_away", RetryAfter: 10}
	}
	err := u.Blobs.Put(ctx, name, r, size)
	if afterPut != nil {
		afterPut()
	}
	return err
}

// shot is a photo on a phone: bytes, and the manifest line for them.
type shot struct {
	bytes []byte
	claim photos.Claim
}

func newShot(kind photos.Kind, b []byte) shot {
	return shot{b, photos.Claim{ClientID: uuid.NewString(), SHA256: storage.BlobName(b), Kind: kind, Bytes: int64(len(b))}}
}

// picture draws a small scene; another seed gives another scene.
func picture(seed int) []byte {
	m := image.NewRGBA(image.Rect(0, 0, 160, 120))
	for y := range 120 {
		for x := range 160 {
			v := uint8((x*(seed+3)/7 + y*(seed+5)/3) % 256)
			m.SetRGBA(x, y, color.RGBA{v, uint8(x + seed), uint8(y * seed), 255})
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, nil); err != nil {
		panic(err)
	}
	return b.Bytes()
}

func fixture(t *testing.T, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// list writes the manifest of ticket number 1 or of the record given.
func (w *world) list(t *testing.T, a models.Actor, ticketID int64, shots ...shot) {
	t.Helper()
	w.write(t, func(tx storage.Tx) error {
		return w.store.ListPhotos(tx, a.AccountID, ticketID, "ticket", ticketID, claimsOf(shots))
	})
}

func claimsOf(shots []shot) (claims []photos.Claim) {
	for _, s := range shots {
		claims = append(claims, s.claim)
	}
	return claims
}

func (w *world) put(a models.Actor, s shot) (photos.View, bool, error) {
	return w.store.PutPhoto(context.Background(), a, s.claim.ClientID, s.claim.SHA256, bytes.NewReader(s.bytes), int64(len(s.bytes)))
}

func (w *world) mustPut(t *testing.T, a models.Actor, s shot) photos.View {
	t.Helper()
	v, created, err := w.put(a, s)
	if err != nil || !created || v.Status != photos.Stored {
		t.Fatalf("%+v, created %v, %v", v, created, err)
	}
	return v
}

func (w *world) row(t *testing.T, s shot) (p photos.Photo) {
	t.Helper()
	err := w.db.Read(t.Context(), func(tx storage.Tx) error {
		return tx.DB().Take(&p, "client_id = ?", s.claim.ClientID).Error
	})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func (w *world) missing(t *testing.T, ticketID int64) (missing []string) {
	t.Helper()
	err := w.db.Read(t.Context(), func(tx storage.Tx) (err error) {
		missing, err = w.store.MissingFor(tx, "ticket", ticketID)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return missing
}

func (w *world) history(t *testing.T, id int64) (told []storage.Told) {
	t.Helper()
	err := w.db.Read(t.Context(), func(tx storage.Tx) (err error) {
		told, err = storage.History(tx, "photo", id)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return told
}

func wantCode(t *testing.T, err error, kind models.Kind, code string) {
	t.Helper()
	if models.CodeOf(err) != code || models.KindOf(err) != kind {
		t.Errorf("got %v (%s), want %s (%s)", err, models.KindOf(err), code, kind)
	}
}

func TestPhotoComesAfterItsRecord(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		first, second := newShot(photos.Before, picture(1)), newShot(photos.Before, picture(2))
		minutes, camera := int64(12), true
		first.claim.Told = &photos.Told{MinutesAgo: &minutes, Camera: &camera}
		w.list(t, w.lin, 7, first, second)
		if got := w.missing(t, 7); len(got) != 2 || got[0] != first.claim.ClientID || got[1] != second.claim.ClientID {
			t.Fatalf("missing %v", got)
		}
		v := w.mustPut(t, w.lin, first)
		if v.ClientID != first.claim.ClientID || v.Width != 160 || v.Height != 120 || v.ExactRepeat || v.Kind != photos.Before {
			t.Errorf("view %+v", v)
		}
		if got := w.missing(t, 7); len(got) != 1 || got[0] != second.claim.ClientID {
			t.Errorf("missing %v", got)
		}
		p := w.row(t, first)
		if p.ClientSHA256 != first.claim.SHA256 || p.StoredSHA256 == p.ClientSHA256 || p.Bytes == 0 || p.DHash == 0 || p.StoredAt == nil || p.Position != 0 {
			t.Errorf("row %+v", p)
		}
		if p.ClaimedMinutes == nil || *p.ClaimedMinutes != 12 || p.ClaimedCamera == nil || !*p.ClaimedCamera || p.DerivedMinutes != nil || p.DerivedCamera != nil || p.DerivedGPS != nil {
			t.Errorf("claims %+v", p)
		}
		for size, side := range map[photos.Size]int{photos.SizeFull: 160, photos.SizeThumb: 160} {
			r, n, err := w.store.OpenPhoto(t.Context(), w.operator, p.ID, size)
			if err != nil {
				t.Fatal(err)
			}
			b, err := io.ReadAll(r)
			if err != nil || int64(len(b)) != n || r.Close() != nil {
				t.Fatalf("%d bytes, said %d, %v", len(b), n, err)
			}
			if m, err := jpeg.DecodeConfig(bytes.NewReader(b)); err != nil || m.Width != side {
				t.Errorf("%s: %+v, %v", size, m, err)
			}
		}
		if len(w.stored) != 1 || w.stored[0].ID != p.ID || w.stored[0].Status != photos.Stored || w.stored[0].StoredSHA256 != p.StoredSHA256 {
			t.Errorf("the hook was told %+v", w.stored)
		}
		told := w.history(t, p.ID)
		if len(told) != 1 || told[0].Action != "stored" || told[0].FromState != "expected" || told[0].ActorID != w.lin.AccountID || !strings.Contains(told[0].Data, p.StoredSHA256) {
			t.Errorf("ledger %+v", told)
		}
	})
}

func TestMetadataBecomesFigures(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.now = time.Date(2014, 9, 1, 8, 3, 47, 0, time.UTC) // one hour after the telephone's 15:03:47 in Shanghai
		s := newShot(photos.After, fixture(t, "has-lens-info.jpg"))
		w.list(t, w.operator, 1, s)
		w.mustPut(t, w.operator, s)
		p := w.row(t, s)
		if p.DerivedMinutes == nil || *p.DerivedMinutes != 60 || p.DerivedCamera == nil || !*p.DerivedCamera || p.DerivedGPS == nil || !*p.DerivedGPS {
			t.Errorf("minutes %v, camera %v, gps %v", p.DerivedMinutes, p.DerivedCamera, p.DerivedGPS)
		}
		if p.Width != 102 || p.Height != 205 {
			t.Errorf("%d x %d: not turned", p.Width, p.Height)
		}
		if got := photos.EvidenceOf([]photos.Photo{p}); got != photos.EvidenceStrong {
			t.Errorf("evidence %s", got)
		}
	})
}

// Ten phones, or one that lost the answer ten times: one stored row, one line in the ledger, one answer.
func TestTheSamePhotoTenTimesAtOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		s := newShot(photos.Before, picture(1))
		w.list(t, w.lin, 1, s)
		type answer struct {
			view    photos.View
			created bool
			err     error
		}
		answers := make(chan answer, 10)
		for range cap(answers) {
			go func() {
				v, created, err := w.put(w.lin, s)
				answers <- answer{v, created, err}
			}()
		}
		created := 0
		var views []photos.View
		for range cap(answers) {
			got := <-answers
			if got.err != nil {
				t.Error(got.err)
			}
			if got.created {
				created++
			}
			views = append(views, got.view)
		}
		for _, v := range views {
			if v != views[0] {
				t.Errorf("two answers: %+v and %+v", v, views[0])
			}
		}
		p := w.row(t, s)
		if created != 1 || len(w.history(t, p.ID)) != 1 || p.ExactRepeatOf != 0 || views[0].ID != p.ID {
			t.Errorf("created %d times, %d lines, repeat of %d", created, len(w.history(t, p.ID)), p.ExactRepeatOf)
		}
		// Once more, later: a success without work, not even reading.
		v, again, err := w.store.PutPhoto(t.Context(), w.lin, s.claim.ClientID, s.claim.SHA256, failing{}, int64(len(s.bytes)))
		if err != nil || again || v != views[0] {
			t.Errorf("%+v, %v, %v", v, again, err)
		}
		// And without the announced hash: the bytes decide.
		if _, again, err := w.store.PutPhoto(t.Context(), w.lin, s.claim.ClientID, "", bytes.NewReader(s.bytes), -1); err != nil || again {
			t.Errorf("%v, %v", again, err)
		}
		_, _, err = w.store.PutPhoto(t.Context(), w.lin, s.claim.ClientID, "", bytes.NewReader(picture(9)), -1)
		wantCode(t, err, models.Invalid, "photo.hash_mismatch")
	})
}

var errCutOff = errors.New("the phone went into a tunnel")

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, errCutOff }

// Two identical photos in one record are two photos (ODK central-backend#299); the second one is marked, not refused.
func TestTwoIdenticalPhotosInOneRecord(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		one := newShot(photos.After, picture(1))
		two := newShot(photos.After, picture(1))
		w.list(t, w.operator, 1, one, two)
		results := make(chan error, 2)
		for _, s := range []shot{one, two} {
			go func() {
				_, created, err := w.put(w.operator, s)
				if err == nil && !created {
					err = errors.New("not created")
				}
				results <- err
			}()
		}
		for range 2 {
			if err := <-results; err != nil {
				t.Error(err)
			}
		}
		p1, p2 := w.row(t, one), w.row(t, two)
		if p1.Status != photos.Stored || p2.Status != photos.Stored || p1.StoredSHA256 != p2.StoredSHA256 {
			t.Fatalf("%+v\n%+v", p1, p2)
		}
		if (p1.ExactRepeatOf == p2.ID) == (p2.ExactRepeatOf == p1.ID) {
			t.Errorf("exactly one repeats the other: %d of %d, %d of %d", p1.ID, p1.ExactRepeatOf, p2.ID, p2.ExactRepeatOf)
		}
		if len(w.missing(t, 1)) != 0 {
			t.Error("something is still missing")
		}
		if got := photos.EvidenceOf([]photos.Photo{p1, p2}); got != photos.EvidenceNormal {
			t.Errorf("evidence %s", got)
		}
	})
}

// Two transactions that store the same bytes at the same moment: the second one waits for the first and sees it.
func TestRepeatsInTwoTransactionsAtOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		one, two := newShot(photos.After, picture(1)), newShot(photos.After, picture(1))
		w.list(t, w.operator, 1, one, two)
		made, err := w.store.Make(t.Context(), one.bytes)
		if err != nil {
			t.Fatal(err)
		}
		inside, results := make(chan struct{}), make(chan error, 2)
		store := func(s shot, then func()) {
			row := w.row(t, s)
			results <- w.db.Write(context.Background(), func(tx storage.Tx) error {
				_, _, err := w.store.StoreIn(tx, w.operator, row, made)
				then()
				return err
			})
		}
		go store(one, func() {
			close(inside)
			time.Sleep(200 * time.Millisecond) // not committed yet
		})
		<-inside
		store(two, func() {})
		for range 2 {
			if err := <-results; err != nil {
				t.Fatal(err)
			}
		}
		if p1, p2 := w.row(t, one), w.row(t, two); p1.ExactRepeatOf != 0 || p2.ExactRepeatOf != p1.ID {
			t.Errorf("%d repeats %d, %d repeats %d", p1.ID, p1.ExactRepeatOf, p2.ID, p2.ExactRepeatOf)
		}
	})
}

func TestRepeatsAreFoundAcrossPeopleAndTickets(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		original := newShot(photos.Before, fixture(t, "f1-exif.jpg"))
		w.list(t, w.lin, 1, original)
		w.mustPut(t, w.lin, original)
		w.now = w.now.Add(time.Minute)

		same := newShot(photos.After, original.bytes)
		// Other bytes, the same pixels: a comment put behind the start.
		stripped := newShot(photos.After, bytes.Join([][]byte{original.bytes[:2], []byte("\xff\xfe\x00\x06new!"), original.bytes[2:]}, nil))
		other := newShot(photos.After, picture(5))
		w.list(t, w.operator, 2, same, stripped, other)
		first := w.row(t, original).ID
		for name, c := range map[string]struct {
			shot shot
			want int64
		}{"the same bytes": {same, first}, "the same pixels": {stripped, first}, "another photo": {other, 0}} {
			v := w.mustPut(t, w.operator, c.shot)
			if got := w.row(t, c.shot).ExactRepeatOf; got != c.want || v.ExactRepeat != (c.want != 0) {
				t.Errorf("%s: repeat of %d, want %d; view %+v", name, got, c.want, v)
			}
			w.now = w.now.Add(time.Minute)
		}
		if got := photos.EvidenceOf([]photos.Photo{w.row(t, same), w.row(t, stripped)}); got != photos.EvidenceWeak {
			t.Errorf("evidence %s", got)
		}
	})
}

func TestWhatIsRefused(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		s := newShot(photos.Before, picture(1))
		w.list(t, w.lin, 1, s)
		size := int64(len(s.bytes))
		changed := bytes.Clone(s.bytes)
		changed[len(changed)/2] ^= 1
		for _, c := range []struct {
			name     string
			actor    models.Actor
			id, sum  string
			body     io.Reader
			declared int64
			kind     models.Kind
			code     string
		}{
			{"nobody lists it", w.lin, uuid.NewString(), s.claim.SHA256, bytes.NewReader(s.bytes), size, models.NotFound, "photo.not_listed"},
			{"somebody else lists it", w.operator, s.claim.ClientID, s.claim.SHA256, bytes.NewReader(s.bytes), size, models.NotFound, "photo.not_listed"},
			{"nobody is signed in", models.Actor{}, s.claim.ClientID, s.claim.SHA256, bytes.NewReader(s.bytes), size, models.NotFound, "photo.not_listed"},
			{"a file name as id", w.lin, "../../IMG_0001.jpg", s.claim.SHA256, bytes.NewReader(s.bytes), size, models.NotFound, "photo.not_listed"},
			{"another hash announced", w.lin, s.claim.ClientID, storage.BlobName(changed), bytes.NewReader(changed), size, models.Invalid, "photo.hash_mismatch"},
			{"another size announced", w.lin, s.claim.ClientID, s.claim.SHA256, bytes.NewReader(s.bytes), size - 1, models.Invalid, "photo.hash_mismatch"},
			{"one bit changed on the way", w.lin, s.claim.ClientID, s.claim.SHA256, bytes.NewReader(changed), size, models.Invalid, "photo.hash_mismatch"},
			{"one byte more than listed", w.lin, s.claim.ClientID, "", io.MultiReader(bytes.NewReader(s.bytes), strings.NewReader("x")), -1, models.Invalid, "photo.hash_mismatch"},
			{"one byte less", w.lin, s.claim.ClientID, "", bytes.NewReader(s.bytes[:size-1]), -1, models.Invalid, "photo.hash_mismatch"},
			{"nothing", w.lin, s.claim.ClientID, "", bytes.NewReader(nil), 0, models.Invalid, "photo.hash_mismatch"},
			{"without an end", w.lin, s.claim.ClientID, "", endless{}, -1, models.Invalid, "photo.hash_mismatch"},
			{"16 MiB announced", w.lin, s.claim.ClientID, "", endless{}, 16 << 20, models.TooLarge, "photo.too_large"},
			{"cut off", w.lin, s.claim.ClientID, s.claim.SHA256, io.MultiReader(bytes.NewReader(s.bytes[:100]), failing{}), size, models.Unavailable, "photo.cut_off"},
		} {
			_, created, err := w.store.PutPhoto(t.Context(), c.actor, c.id, c.sum, c.body, c.declared)
			if created {
				t.Errorf("%s: created", c.name)
			}
			wantCode(t, err, c.kind, c.code)
			if p := w.row(t, s); p.Status != photos.Expected || len(w.history(t, p.ID)) != 0 {
				t.Errorf("%s: the row became %s", c.name, p.Status)
			}
		}
		w.mustPut(t, w.lin, s) // after all that
	})
}

type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }

func TestBytesThatAreNoPhotoStayRefused(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for _, c := range []struct {
			file []byte
			kind models.Kind
			code string
		}{
			{[]byte("<html>hello</html>"), models.Unsupported, photos.NotAPhoto},
			{fixture(t, "multi-xmp.heic"), models.Invalid, photos.HEIC},
			{picture(1)[:500], models.Invalid, photos.Broken},
		} {
			s := newShot(photos.After, c.file)
			w.list(t, w.operator, 3, s)
			for range 2 {
				_, created, err := w.put(w.operator, s)
				if created {
					t.Error("created")
				}
				wantCode(t, err, c.kind, c.code)
			}
			p := w.row(t, s)
			told := w.history(t, p.ID)
			if p.Status != photos.Refused || p.RefuseCode != c.code || len(told) != 1 || told[0].Action != "refused" || !strings.Contains(told[0].Data, c.code) {
				t.Errorf("row %s %s, ledger %+v", p.Status, p.RefuseCode, told)
			}
			if last := len(w.refused) - 1; last < 0 || w.refused[last].ID != p.ID || w.refused[last].Status != photos.Refused {
				t.Errorf("the hook was told %+v", w.refused)
			}
			_, _, err := w.store.OpenPhoto(t.Context(), w.operator, p.ID, photos.SizeFull)
			wantCode(t, err, models.NotFound, "photo.not_found")
		}
		if len(w.missing(t, 3)) != 0 || len(w.refused) != 3 || len(w.stored) != 0 {
			t.Errorf("missing %v, refused %d, stored %d", w.missing(t, 3), len(w.refused), len(w.stored))
		}
	})
}

func TestStoreAway(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		s := newShot(photos.Before, picture(1))
		w.list(t, w.lin, 1, s) // the record does not need the photo store
		w.blobs.away = true
		_, _, err := w.put(w.lin, s)
		wantCode(t, err, models.Unavailable, "photo.store_away")
		if p := w.row(t, s); p.Status != photos.Expected || len(w.history(t, p.ID)) != 0 || len(w.stored) != 0 {
			t.Errorf("the row became %s", p.Status)
		}
		w.blobs.away = false
		w.mustPut(t, w.lin, s)
	})
}

// A program that dies between the blobs and the row: the row still expects its photo, and the phone's next try works.
func TestKilledBetweenBlobAndRow(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		s := newShot(photos.Before, picture(1))
		w.list(t, w.lin, 1, s)
		ctx, kill := context.WithCancel(t.Context())
		puts := 0
		w.blobs.afterPut = func() {
			if puts++; puts == 2 {
				kill()
			}
		}
		_, created, err := w.store.PutPhoto(ctx, w.lin, s.claim.ClientID, s.claim.SHA256, bytes.NewReader(s.bytes), -1)
		if err == nil || created || puts != 2 {
			t.Fatalf("created %v, %v, after %d blobs", created, err, puts)
		}
		p := w.row(t, s)
		if p.Status != photos.Expected || p.StoredSHA256 != "" || len(w.missing(t, 1)) != 1 || len(w.history(t, p.ID)) != 0 || len(w.stored) != 0 {
			t.Fatalf("row %+v", p)
		}
		w.blobs.afterPut = nil
		w.mustPut(t, w.lin, s)
		p = w.row(t, s)
		if has, err := w.blobs.Has(t.Context(), p.StoredSHA256); err != nil || !has {
			t.Errorf("the blob is not there: %v, %v", has, err)
		}
	})
}

// What the ticket makes of a stored photo belongs to the same transaction: both or neither.
func TestHookThatFails(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		s := newShot(photos.After, picture(1))
		w.list(t, w.operator, 1, s)
		w.hookErr = models.Refuse(models.Conflict, "ticket.changed_meanwhile")
		_, created, err := w.put(w.operator, s)
		wantCode(t, err, models.Conflict, "ticket.changed_meanwhile")
		if p := w.row(t, s); created || p.Status != photos.Expected || len(w.history(t, p.ID)) != 0 {
			t.Errorf("created %v, row %s", created, p.Status)
		}
		w.hookErr = nil
		w.mustPut(t, w.operator, s)
	})
}

func TestManifestAgain(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		one, two := newShot(photos.Before, picture(1)), newShot(photos.Before, picture(2))
		list := func(a models.Actor, noun string, id int64, shots ...shot) error {
			return w.db.Write(t.Context(), func(tx storage.Tx) error {
				return w.store.ListPhotos(tx, a.AccountID, 1, noun, id, claimsOf(shots))
			})
		}
		if err := list(w.lin, "ticket", 1, one, two); err != nil {
			t.Fatal(err)
		}
		w.mustPut(t, w.lin, one)
		if err := list(w.lin, "ticket", 1, one, two); err != nil {
			t.Errorf("the same again: %v", err)
		}
		if p := w.row(t, one); p.Status != photos.Stored {
			t.Errorf("listing again made it %s", p.Status)
		}
		reworded := one
		reworded.claim.Told = &photos.Told{}
		if err := list(w.lin, "ticket", 1, reworded); err != nil {
			t.Errorf("what the phone tells beside it is no other photo: %v", err)
		}
		for name, change := range map[string]func(*shot){
			"other bytes": func(s *shot) { s.claim.SHA256 = storage.BlobName(nil) },
			"other size":  func(s *shot) { s.claim.Bytes++ },
			"other kind":  func(s *shot) { s.claim.Kind = photos.After },
		} {
			other := one
			change(&other)
			fresh := newShot(photos.Before, picture(3))
			err := list(w.lin, "ticket", 1, fresh, other)
			wantCode(t, err, models.Conflict, "photo.id_conflict")
			if e, ok := err.(*models.Error); !ok || e.Field != "photos[1].client_id" {
				t.Errorf("%s: %#v", name, err)
			}
			_, _, err = w.put(w.lin, fresh)
			wantCode(t, err, models.NotFound, "photo.not_listed") // nothing of a refused manifest stays
		}
		wantCode(t, list(w.lin, "ticket", 2, one), models.Conflict, "photo.id_conflict")
		wantCode(t, list(w.lin, "ticket_message", 1, one), models.Conflict, "photo.id_conflict")
		if err := list(w.operator, "ticket", 1, one); err != nil {
			t.Errorf("an id is the author's own: %v", err)
		}
		bad := one
		bad.claim.ClientID = "IMG_0001.jpg"
		wantCode(t, list(w.lin, "ticket", 1, bad), models.Invalid, "photo.bad_client_id")
	})
}

func TestPhotosOfADay(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		b := picture(1)
		list := func(id int64) error {
			shots := []shot{newShot(photos.Before, b), newShot(photos.Before, b), newShot(photos.Before, b), newShot(photos.Before, b), newShot(photos.Before, b)}
			return w.db.Write(t.Context(), func(tx storage.Tx) error {
				return w.store.ListPhotos(tx, w.lin.AccountID, id, "ticket", id, claimsOf(shots))
			})
		}
		for id := range int64(photos.MaxPerDay / 5) {
			if err := list(id); err != nil {
				t.Fatalf("record %d: %v", id, err)
			}
		}
		err := list(1000)
		wantCode(t, err, models.Limited, "photo.too_many_today")
		if e, ok := err.(*models.Error); !ok || e.RetryAfter != 14*3600 { // it is 10:00 in Shanghai
			t.Errorf("%#v", err)
		}
		w.list(t, w.operator, 5, newShot(photos.After, b)) // everybody has a day of his own
		w.now = w.now.Add(14 * time.Hour)
		if err := list(1001); err != nil {
			t.Errorf("on the next day: %v", err)
		}
	})
}

func TestMissingPhotos(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		mine, done, theirs := newShot(photos.Before, picture(1)), newShot(photos.Before, picture(2)), newShot(photos.Before, picture(3))
		w.list(t, w.lin, 1, mine, done)
		w.list(t, w.operator, 2, theirs)
		w.mustPut(t, w.lin, done)
		got, err := w.store.MissingPhotos(t.Context(), w.lin, []string{done.claim.ClientID, theirs.claim.ClientID, mine.claim.ClientID, uuid.NewString()})
		if err != nil || len(got) != 1 || got[0] != mine.claim.ClientID {
			t.Errorf("%v, %v", got, err)
		}
		if got, err := w.store.MissingPhotos(t.Context(), w.lin, nil); err != nil || got == nil || len(got) != 0 {
			t.Errorf("asked for nothing: %v, %v", got, err)
		}
		_, err = w.store.MissingPhotos(t.Context(), w.lin, []string{"' OR 1=1 --"})
		wantCode(t, err, models.Invalid, "photo.bad_client_id")
		_, err = w.store.MissingPhotos(t.Context(), w.lin, make([]string, 101))
		wantCode(t, err, models.Invalid, "photo.too_many")
	})
}

func TestOpenPhotoAsksTheTicket(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		s, expected, loose := newShot(photos.Before, picture(1)), newShot(photos.Before, picture(2)), newShot(photos.Message, picture(3))
		w.list(t, w.lin, 1, s, expected)
		w.write(t, func(tx storage.Tx) error {
			return w.store.ListPhotos(tx, w.lin.AccountID, 0, "rating", 9, []photos.Claim{loose.claim})
		})
		w.mustPut(t, w.lin, s)
		w.mustPut(t, w.lin, loose)
		open := func(a models.Actor, id int64) error {
			r, _, err := w.store.OpenPhoto(t.Context(), a, id, photos.SizeThumb)
			if err == nil {
				r.Close()
			}
			return err
		}
		id := w.row(t, s).ID
		if err := open(w.operator, id); err != nil {
			t.Error(err)
		}
		wantCode(t, open(w.lin, w.row(t, expected).ID), models.NotFound, "photo.not_found")
		wantCode(t, open(w.lin, 999_999), models.NotFound, "photo.not_found")
		w.hidden[1] = true
		wantCode(t, open(w.operator, id), models.NotFound, "photo.not_found")
		if err := open(w.lin, w.row(t, loose).ID); err != nil {
			t.Errorf("his own, of no ticket: %v", err)
		}
		wantCode(t, open(w.operator, w.row(t, loose).ID), models.NotFound, "photo.not_found")
		wantCode(t, open(models.Actor{}, w.row(t, loose).ID), models.NotFound, "photo.not_found")
	})
}

// A blob that is gone or bad under a row that promises it is a store that is away, never a wrong picture.
func TestOpenPhotoWithoutItsBlob(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		s := newShot(photos.Before, picture(1))
		w.list(t, w.lin, 1, s)
		w.mustPut(t, w.lin, s)
		p := w.row(t, s)
		if err := w.blobs.Delete(t.Context(), p.ThumbSHA256); err != nil {
			t.Fatal(err)
		}
		_, _, err := w.store.OpenPhoto(t.Context(), w.lin, p.ID, photos.SizeThumb)
		wantCode(t, err, models.Unavailable, "photo.store_away")
		if r, _, err := w.store.OpenPhoto(t.Context(), w.lin, p.ID, photos.SizeFull); err != nil {
			t.Error(err)
		} else {
			r.Close()
		}
	})
}

func TestLatePhotosAreThoseThatNeverCame(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		came, waits, refused := newShot(photos.Before, picture(1)), newShot(photos.Before, picture(2)), newShot(photos.Before, []byte("no photo"))
		w.list(t, w.lin, 1, came, waits, refused)
		w.mustPut(t, w.lin, came)
		w.put(w.lin, refused)
		late := func() int64 {
			t.Helper()
			n, err := w.store.LatePhotos(t.Context(), 24*time.Hour)
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		if n := late(); n != 0 {
			t.Errorf("%d late at once", n)
		}
		w.now = w.now.Add(25 * time.Hour)
		if n := late(); n != 1 {
			t.Errorf("%d late after a day, want the one that waits", n)
		}
	})
}
