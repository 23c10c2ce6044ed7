package storage_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"gorm.io/gorm"

	"linli/models"
	"linli/storage"
	"linli/storage/storagetest"
)

// One transaction asks once for each kind which rules are in force on a day, and what one transaction was told none after it takes
// for granted.
func TestRulesAreAskedForOnceInATransaction(t *testing.T) {
	noon := func() time.Time { return time.Date(2026, 3, 1, 4, 0, 0, 0, time.UTC) }
	storagetest.EachAt(t, noon, func(t *testing.T, db *storage.DB) {
		rules := storage.NewRules("test", func(document []byte) (string, error) { return string(document), nil })
		write := func(f func(tx storage.Tx) error) {
			t.Helper()
			if err := db.Write(t.Context(), f); err != nil {
				t.Fatal(err)
			}
		}
		add := func(tx storage.Tx, version string, from models.Date) error {
			_, added, err := storage.AddRuleset(tx, "test", version, "test/1", []byte(version), from)
			if err == nil && !added {
				err = errors.New(version + " was there")
			}
			return err
		}
		want := func(tx storage.Tx, version string) {
			t.Helper()
			for range 3 {
				if got, err := rules.In(tx); err != nil || got != version {
					t.Errorf("%q, %v are in force on %s, want %q", got, err, tx.Today(), version)
				}
			}
		}
		write(func(tx storage.Tx) error {
			if _, err := rules.In(tx); !errors.Is(err, gorm.ErrRecordNotFound) {
				t.Errorf("without any: %v", err)
			}
			if err := add(tx, "one", "2026-01-01"); err != nil {
				return err
			}
			want(tx, "one") // what this transaction adds counts in it
			if err := add(tx, "two", "2026-02-01"); err != nil {
				return err
			}
			want(tx, "two")
			want(tx.Moved(models.Date("2026-01-15").Start()), "one") // another day has rules of its own
			want(tx, "two")
			return nil
		})
		// Of another transaction nothing is kept, neither what it wrote and took back …
		err := db.Write(t.Context(), func(tx storage.Tx) error {
			if err := add(tx, "never", "2026-02-02"); err != nil {
				return err
			}
			want(tx, "never")
			return errors.New("taken back")
		})
		if err == nil {
			t.Error("it was kept")
		}
		write(func(tx storage.Tx) error { want(tx, "two"); return nil })
		// … nor what was in force before somebody else wrote.
		write(func(tx storage.Tx) error { return add(tx, "three", "2026-02-01") })
		write(func(tx storage.Tx) error { want(tx, "three"); return nil })

		asked := 0
		if err := db.Asked(func(statement string, _ []any) {
			if strings.Contains(statement, "rulesets") {
				asked++
			}
		}); err != nil {
			t.Fatal(err)
		}
		for name, in := range map[string]func(context.Context, func(storage.Tx) error) error{"write": db.Write, "read": db.Read, "look": db.Look} {
			asked = 0
			if err := in(t.Context(), func(tx storage.Tx) error { want(tx, "three"); return nil }); err != nil || asked != 1 {
				t.Errorf("%s: %v, asked %d times", name, err, asked)
			}
		}
	})
}
