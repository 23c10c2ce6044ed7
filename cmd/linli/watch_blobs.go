package main

import (
	"context"
	"io"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"linli/models"
	"linli/storage"
)

// timedBlobs counts and times what is asked of the photo store. That a blob is not there is an answer like any other.
type timedBlobs struct {
	storage.Blobs
	took *prometheus.HistogramVec
}

func newTimedBlobs(blobs storage.Blobs) *timedBlobs {
	b := &timedBlobs{Blobs: blobs, took: prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name:    "linli_photo_store_seconds",
		Help:    "Time of a call to the photo store, by what was asked and whether it went well.",
		Buckets: prometheus.ExponentialBuckets(0.001, 3, 9),
	}, []string{"operation", "ok"})}
	for _, operation := range []string{"put", "get"} {
		b.took.WithLabelValues(operation, "false") // the first failure is a step from 0, not a line that begins at 1
		b.took.WithLabelValues(operation, "true")
	}
	return b
}

func (b *timedBlobs) note(operation string, started time.Time, err error) {
	ok := err == nil || models.KindOf(err) == models.NotFound
	b.took.WithLabelValues(operation, strconv.FormatBool(ok)).Observe(time.Since(started).Seconds())
}

// Put is the store's, timed.
func (b *timedBlobs) Put(ctx context.Context, name string, r io.Reader, size int64) error {
	started := time.Now()
	err := b.Blobs.Put(ctx, name, r, size)
	b.note("put", started, err)
	return err
}

// Get is the store's, timed until the blob is open.
func (b *timedBlobs) Get(ctx context.Context, name string) (io.ReadCloser, int64, error) {
	started := time.Now()
	r, size, err := b.Blobs.Get(ctx, name)
	b.note("get", started, err)
	return r, size, err
}

// Close closes the store where that is needed.
func (b *timedBlobs) Close() error {
	if closer, ok := b.Blobs.(io.Closer); ok {
		return closer.Close()
	}
	return nil
}
