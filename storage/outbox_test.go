package storage_test

import (
	"testing"
	"time"

	"linli/storage"
	"linli/storage/storagetest"
)

// Two copies of the program have read the same effect; one may deliver it.
func TestAnEffectIsClaimedOnce(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		write := func(f func(storage.Tx) error) {
			t.Helper()
			if err := db.Write(t.Context(), f); err != nil {
				t.Fatal(err)
			}
		}
		write(func(tx storage.Tx) error { return storage.Post(tx, "sms", "k", "x") })
		var read storage.Effect
		write(func(tx storage.Tx) error { return tx.DB().Take(&read).Error })
		for _, want := range []bool{true, false} {
			write(func(tx storage.Tx) error {
				won, err := storage.ClaimEffect(tx, read, storage.Doubling(time.Minute, time.Hour))
				if won != want {
					t.Errorf("claimed %v, want %v", won, want)
				}
				return err
			})
		}
		write(func(tx storage.Tx) error {
			mine, err := storage.ClaimEffects(tx, "sms", 10, storage.Doubling(time.Minute, time.Hour))
			if len(mine) > 0 {
				t.Errorf("claimed before its time: %+v", mine)
			}
			return err
		})
	})
}

func TestDoubling(t *testing.T) {
	wait := storage.Doubling(5*time.Second, time.Minute)
	for attempts, want := range []time.Duration{5 * time.Second, 10 * time.Second, 20 * time.Second, 40 * time.Second, time.Minute, time.Minute} {
		if got := wait(attempts); got != want {
			t.Errorf("after %d attempts %v, want %v", attempts, got, want)
		}
	}
	if got := wait(1000); got != time.Minute {
		t.Errorf("after 1000 attempts %v", got)
	}
}
