package storage

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"regexp"

	"linli/models"
)

// Blobs keeps photos' bytes. A blob is immutable and named by the SHA-256 of its bytes, so writing it twice is
// harmless and a wrong byte can be found. A name is 64 lower-case hex digits; anything else is refused.
type Blobs interface {
	// Put stores the bytes durably before it returns: a power cut afterwards loses nothing.
	// It refuses bytes that do not have the name. size is the number of bytes.
	Put(ctx context.Context, name string, r io.Reader, size int64) error
	// Get opens a blob; the error is models.NotFound when there is none, models.Unavailable when the store is away.
	Get(ctx context.Context, name string) (io.ReadCloser, int64, error)
	// Has reports whether the store holds the blob whole.
	Has(ctx context.Context, name string) (bool, error)
	// Delete removes a blob; deleting what is not there is a success.
	Delete(ctx context.Context, name string) error
	// Ping reports whether the store answers.
	Ping(ctx context.Context) error
}

// BlobName is the name under which bytes are kept.
func BlobName(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// ErrSpoiltBlob is the cause when a store holds other bytes under a name than those that it stands for.
var ErrSpoiltBlob = errors.New("not the bytes of this name")

// ReadBlob reads a blob of at most limit bytes whole and checks it against its name, so that a byte that turned over
// on the way or on the medium is never shown. Bytes that do not fit count as a store that is away.
func ReadBlob(ctx context.Context, blobs Blobs, name string, limit int64) ([]byte, error) {
	r, _, err := blobs.Get(ctx, name)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	b, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err != nil {
		return nil, storeAway(err)
	}
	if int64(len(b)) > limit || BlobName(b) != name {
		return nil, storeAway(fmt.Errorf("blob %s, %d bytes: %w", name, len(b), ErrSpoiltBlob))
	}
	return b, nil
}

// PutBlob stores bytes under their own name and returns it.
func PutBlob(ctx context.Context, blobs Blobs, b []byte) (string, error) {
	name := BlobName(b)
	return name, blobs.Put(ctx, name, bytes.NewReader(b), int64(len(b)))
}

var blobNamePattern = regexp.MustCompile(`^[0-9a-f]{64}$`)

// checkBlobName stands before every use of a name, so that no path and no key can be made of anything but hex digits.
func checkBlobName(name string) error {
	if !blobNamePattern.MatchString(name) {
		return models.Refuse(models.Internal, "photo.bad_blob_name")
	}
	return nil
}

var errWrongBytes = models.Refuse(models.Internal, "photo.blob_mismatch")

func noBlob(name string) error {
	return &models.Error{Kind: models.NotFound, Code: "photo.no_blob", Err: fmt.Errorf("blob %s is not in the store", name)}
}

// storeAway hides what exactly is wrong with the store: for the phone there is one answer, come again.
func storeAway(cause error) error {
	if _, ours := errors.AsType[*models.Error](cause); ours {
		return cause
	}
	return &models.Error{Kind: models.Unavailable, Code: "photo.store_away", Err: cause}
}

// remembering keeps apart a source that broke off and a store that failed: after io.Copy one cannot tell.
type remembering struct {
	r   io.Reader
	err error
}

func (s *remembering) Read(p []byte) (int, error) {
	n, err := s.r.Read(p)
	if err != nil && err != io.EOF {
		s.err = err
	}
	return n, err
}

func storeAwayOrNil(err error) error {
	if err == nil {
		return nil
	}
	return storeAway(err)
}

func nilIfNoBlob(err error) error {
	if models.KindOf(err) == models.NotFound {
		return nil
	}
	return err
}
