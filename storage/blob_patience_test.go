package storage

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"linli/models"
)

func TestPatience(t *testing.T) {
	now := time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC)
	p := &patience{now: func() time.Time { return now }}
	enter := func() func(error) {
		t.Helper()
		leave, err := p.enter()
		if err != nil {
			t.Fatal(err)
		}
		return leave
	}
	refused := func(what string) {
		t.Helper()
		if _, err := p.enter(); models.KindOf(err) != models.Unavailable {
			t.Errorf("%s: %v", what, err)
		}
	}
	for _, said := range []error{nil, errors.New("no"), noBlob("x"), storeAway(errors.New("500"))} {
		enter()(said)
	}
	first, second := enter(), enter()
	first(storeAway(fmt.Errorf("get: %w", context.DeadlineExceeded)))
	refused("just after a call that had no answer")
	now = now.Add(storeRest)
	probe := enter()
	refused("while one is trying")
	probe(context.DeadlineExceeded)
	refused("after the try had no answer either")
	now = now.Add(storeRest)
	enter()(nil)
	enter()(nil)
	second(nil)
	enter()(nil)
}

// A store that takes requests and never answers is asked by a few, not by everybody who looks at a page.
func TestS3BlobsLeaveAStoreThatHangsAlone(t *testing.T) {
	var asked atomic.Int32
	end := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		select {
		case <-end:
		case <-r.Context().Done():
		}
	}))
	defer server.Close()
	defer close(end)
	blobs, err := OpenS3Blobs(S3Options{Endpoint: server.Listener.Addr().String(), AccessKey: "a", SecretKey: "b", Bucket: "photos"})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	name := BlobName(nil)
	var all sync.WaitGroup
	for range 6 {
		all.Go(func() {
			if _, _, err := blobs.Get(ctx, name); models.KindOf(err) != models.Unavailable {
				t.Error(err)
			}
		})
	}
	all.Wait()
	before := asked.Load()
	for range 100 {
		if _, _, err := blobs.Get(t.Context(), name); !errors.Is(err, errStoreRests) {
			t.Fatalf("%v", err)
		}
	}
	if asked.Load() != before {
		t.Errorf("asked %d times more", asked.Load()-before)
	}
}
