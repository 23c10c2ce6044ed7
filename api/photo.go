package api

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"

	"github.com/danielgtaylor/huma/v2"

	"linli/models"
	"linli/models/photo"
)

// Photos is what the photo routes ask of storage.
type Photos interface {
	PutPhoto(ctx context.Context, a models.Actor, clientID, sum string, body io.Reader, declared int64) (photo.View, bool, error)
	MissingPhotos(ctx context.Context, a models.Actor, clientIDs []string) ([]string, error)
	OpenPhoto(ctx context.Context, a models.Actor, id int64, size photo.Size) (io.ReadCloser, int64, error)
}

// photoLimit is where the door stays shut whatever comes. What is too large for a photo but below it is refused by
// the use-case, in words about photos.
const photoLimit = 2 * photo.MaxBytes

// photoTypes are what a phone may say that it sends. The bytes decide.
var photoTypes = []string{"image/jpeg", "image/png", "image/webp"}

type photoPutInput struct {
	Upload
	ClientID string `path:"id" maxLength:"100" doc:"the client_id under which a record lists the photo"`
	Sum      string `header:"X-Content-SHA256" maxLength:"100" doc:"SHA-256 of the body, lower-case hex"`
}

type photoPutAnswer struct {
	Status int
	Body   photo.View
}

// photoPut takes the bytes of a listed photo: 201, or 200 when they were there before.
func (s *Server) photoPut(ctx context.Context, in *photoPutInput) (*photoPutAnswer, error) {
	a := actor(ctx)
	release, err := s.photoSlots.take(a.AccountID, in.Size())
	if err != nil {
		return nil, err
	}
	defer release()
	view, created, err := s.uses.Photos.PutPhoto(ctx, a, in.ClientID, in.Sum, in.Reader(), in.Size())
	if err != nil {
		return nil, err
	}
	code := http.StatusOK
	if created {
		code = http.StatusCreated
	}
	return &photoPutAnswer{code, view}, nil
}

type photoMissingInput struct {
	ClientIDs []string `query:"client_ids" maxItems:"100"`
}

type photoMissingAnswer struct {
	Body struct {
		Missing []string `json:"missing"`
	}
}

// photoMissing says which of the phone's listed photos are still to be sent.
func (s *Server) photoMissing(ctx context.Context, in *photoMissingInput) (*photoMissingAnswer, error) {
	missing, err := s.uses.Photos.MissingPhotos(ctx, actor(ctx), in.ClientIDs)
	out := &photoMissingAnswer{}
	out.Body.Missing = missing
	return out, err
}

type photoShowInput struct {
	ID     int64      `path:"id" minimum:"1"`
	Size   photo.Size `query:"size" enum:"full,thumb" default:"full"`
	Cached string     `header:"If-None-Match" maxLength:"200"`
}

type photoShowAnswer struct {
	Status       int
	ContentType  string `header:"Content-Type"`
	CacheControl string `header:"Cache-Control"`
	ETag         string `header:"ETag"`
	Vary         string `header:"Vary"`
	Body         []byte
}

// photoShow gives one rendering. A stored photo never changes, so its address is its tag; but who may see it does, so
// every use of a kept copy asks again, and another person on the same phone gets nothing from the first one's cache.
// That it is sandboxed, not sniffed and only for our own pages is what secure says of every answer.
func (s *Server) photoShow(ctx context.Context, in *photoShowInput) (*photoShowAnswer, error) {
	r, size, err := s.uses.Photos.OpenPhoto(ctx, actor(ctx), in.ID, in.Size)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	out := &photoShowAnswer{
		Status: http.StatusOK, ContentType: "image/jpeg", CacheControl: "private, no-cache",
		ETag: fmt.Sprintf(`"%d-%s"`, in.ID, in.Size), Vary: "Authorization",
	}
	if namesTag(in.Cached, out.ETag) {
		out.Status, out.ContentType = http.StatusNotModified, ""
		return out, nil
	}
	out.Body = make([]byte, size)
	_, err = io.ReadFull(r, out.Body)
	return out, err
}

// namesTag reports whether an If-None-Match header names tag.
func namesTag(header, tag string) bool {
	for candidate := range strings.SplitSeq(header, ",") {
		if strings.TrimPrefix(strings.TrimSpace(candidate), "W/") == tag {
			return true
		}
	}
	return false
}

// photoBytes documents the picture and the answer that it did not change.
func photoBytes(op *huma.Operation) {
	answersBytes("image/jpeg")(op)
	op.Responses["304"] = &huma.Response{Description: http.StatusText(http.StatusNotModified)}
}

// photoSlots bounds the bytes of photos that are under way at once: a link of 3 kB/s holds what it sent for minutes.
// Text goes on meanwhile, and the phone comes back.
type photoSlots struct {
	mu   sync.Mutex
	left int64
	held map[int64]int // by account
}

const (
	photoBudget      = 192 << 20 // about 450 photos of 420 kB, or 12 whose length nobody announced
	photosPerAccount = 4
)

func newPhotoSlots() *photoSlots { return &photoSlots{left: photoBudget, held: map[int64]int{}} }

// take sets aside what a body of the announced length may take; without an announcement (negative), the most that a
// photo may have.
func (s *photoSlots) take(account, announced int64) (release func(), err error) {
	if announced < 0 || announced > photo.MaxBytes {
		announced = photo.MaxBytes
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.left < announced || s.held[account] >= photosPerAccount {
		return nil, &models.Error{Kind: models.Unavailable, Code: "photo.no_slot"}
	}
	s.left -= announced
	s.held[account]++
	return func() { s.give(account, announced) }, nil
}

// taken is how many photos are on their way, and the bytes set aside for them.
func (s *photoSlots) taken() (photos int, bytes int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, n := range s.held {
		photos += n
	}
	return photos, photoBudget - s.left
}

func (s *photoSlots) give(account, announced int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.left += announced
	if s.held[account]--; s.held[account] == 0 {
		delete(s.held, account)
	}
}
