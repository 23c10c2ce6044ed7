package storage_test

import (
	"bytes"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"linli/storage"
	"linli/storage/storagetest"
)

func TestLease(t *testing.T) {
	now := time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC)
	storagetest.EachAt(t, func() time.Time { return now }, func(t *testing.T, db *storage.DB) {
		start := now
		defer func() { now = start }()
		hold := func(holder string, rest time.Duration) bool {
			t.Helper()
			got, err := db.Hold(t.Context(), "sweep", holder, time.Minute, rest)
			if err != nil {
				t.Fatal(err)
			}
			return got
		}
		if !hold("a", 0) {
			t.Error("a free lease was refused")
		}
		if hold("b", 0) || hold("a", 0) {
			t.Error("a held lease was given away")
		}
		if err := db.Release(t.Context(), "sweep", "b", ""); err != nil {
			t.Fatal(err)
		}
		if hold("b", 0) {
			t.Error("somebody who does not hold the lease could give it back")
		}
		if err := db.Release(t.Context(), "sweep", "a", "it broke"); err != nil {
			t.Fatal(err)
		}
		if hold("b", 30*time.Second) {
			t.Error("the same turn was done twice")
		}
		if !hold("b", 0) {
			t.Error("a lease that was given back was refused")
		}
		renew := func(holder string) bool {
			t.Helper()
			still, err := db.Renew(t.Context(), "sweep", holder, time.Minute)
			if err != nil {
				t.Fatal(err)
			}
			return still
		}
		now = now.Add(50 * time.Second)
		if !renew("b") || renew("a") {
			t.Error("only the holder keeps a lease by renewing it")
		}
		now = now.Add(50 * time.Second)
		if hold("c", 0) {
			t.Error("a renewed lease was given away")
		}
		now = now.Add(10 * time.Second)
		if !hold("c", 30*time.Second) {
			t.Error("the lease of a copy that died was refused for ever")
		}
		if renew("b") {
			t.Error("whoever was late renewed another's lease")
		}
		leases, err := db.Leases(t.Context())
		if err != nil || len(leases) != 1 || leases[0].Holder != "c" || leases[0].LastError != "it broke" || leases[0].LastFinishedAt == nil {
			t.Errorf("%+v, %v", leases, err)
		}
	})
}

func TestLeaseGoesToOneOfMany(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		var winners atomic.Int32
		var all sync.WaitGroup
		for i := range 20 {
			all.Go(func() {
				got, err := db.Hold(t.Context(), "sweep", fmt.Sprint("copy ", i), time.Minute, time.Second)
				if err != nil {
					t.Error(err)
				}
				if got {
					winners.Add(1)
				}
			})
		}
		all.Wait()
		if winners.Load() != 1 {
			t.Errorf("%d copies got the lease", winners.Load())
		}
	})
}

func TestLastingKeyIsMadeOnce(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		keys := make([][]byte, 8)
		var all sync.WaitGroup
		for i := range keys {
			all.Go(func() {
				var err error
				if keys[i], err = db.LastingKey(t.Context(), "query-code"); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		for _, key := range keys {
			if len(key) != 32 || !bytes.Equal(key, keys[0]) {
				t.Fatalf("keys differ: %x and %x", key, keys[0])
			}
		}
		other, err := db.LastingKey(t.Context(), "phone")
		if err != nil || bytes.Equal(other, keys[0]) {
			t.Errorf("another name has the same key, %v", err)
		}
	})
}
