package storage

import (
	"context"
	"io"
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
