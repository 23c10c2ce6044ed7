package storage_test

import (
	"testing"
	"time"

	"linli/storage"
	"linli/storage/storagetest"
)

func TestOutgoing(t *testing.T) {
	now := time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC)
	storagetest.EachAt(t, func() time.Time { return now }, func(t *testing.T, db *storage.DB) {
		start := now
		defer func() { now = start }()
		if waiting, err := db.Outgoing(t.Context()); err != nil || len(waiting) != 0 {
			t.Errorf("%+v, %v", waiting, err)
		}
		for i, kind := range []string{"sms", "sms", "push"} {
			err := db.Write(t.Context(), func(tx storage.Tx) error { return storage.Post(tx, kind, kind+string(rune('a'+i)), nil) })
			if err != nil {
				t.Fatal(err)
			}
			now = now.Add(time.Minute)
		}
		err := db.Write(t.Context(), func(tx storage.Tx) error {
			if err := tx.DB().Table("outbox").Where("key = ?", "smsb").Update("attempts", 3).Error; err != nil {
				return err
			}
			return storage.EffectDone(tx, 1)
		})
		if err != nil {
			t.Fatal(err)
		}
		waiting, err := db.Outgoing(t.Context())
		if err != nil || len(waiting) != 2 {
			t.Fatalf("%+v, %v", waiting, err)
		}
		push, sms := waiting[0], waiting[1]
		if push.Kind != "push" || push.Waiting != 1 || !push.Oldest.Equal(start.Add(2*time.Minute)) {
			t.Errorf("%+v", push)
		}
		if sms.Kind != "sms" || sms.Waiting != 1 || sms.Attempts != 3 || !sms.Oldest.Equal(start.Add(time.Minute)) {
			t.Errorf("%+v", sms)
		}
	})
}

func TestPoolsTellWhoIsBusy(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		busy := func() (n int) {
			for _, p := range db.Pools() {
				if p.Limit < 1 {
					t.Errorf("%+v", p)
				}
				n += p.Busy
			}
			return n
		}
		if n := busy(); n != 0 {
			t.Errorf("%d busy at rest", n)
		}
		err := db.Read(t.Context(), func(storage.Tx) error {
			if n := busy(); n != 1 {
				t.Errorf("%d busy in a transaction", n)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func TestALeaseRemembersTheLastSuccess(t *testing.T) {
	now := time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC)
	storagetest.EachAt(t, func() time.Time { return now }, func(t *testing.T, db *storage.DB) {
		start := now
		defer func() { now = start }()
		end := func(failure string) *time.Time {
			t.Helper()
			now = now.Add(time.Hour)
			if got, err := db.Hold(t.Context(), "sweep", "a", time.Minute, 0); err != nil || !got {
				t.Fatal(got, err)
			}
			if err := db.Release(t.Context(), "sweep", "a", failure); err != nil {
				t.Fatal(err)
			}
			leases, err := db.Leases(t.Context())
			if err != nil || len(leases) != 1 {
				t.Fatal(leases, err)
			}
			return leases[0].LastSucceededAt
		}
		if at := end("broke"); at != nil {
			t.Errorf("a failure counts as success: %v", at)
		}
		if at := end(""); at == nil || !at.Equal(start.Add(2*time.Hour)) {
			t.Errorf("%v", at)
		}
		if at := end("broke again"); at == nil || !at.Equal(start.Add(2*time.Hour)) {
			t.Errorf("a failure moved it: %v", at)
		}
	})
}
