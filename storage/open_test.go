package storage_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"linli/models"
	"linli/storage"
	"linli/storage/storagetest"
)

func TestLedgerIsAppendOnly(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		err := db.Write(t.Context(), func(tx storage.Tx) error {
			_, err := storage.Record(tx, models.Event{Noun: "ticket", NounID: 7, Action: "accept", ActorID: 3, ActorRole: models.Resident, Note: "灯不亮", At: tx.At()})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, statement := range []string{"UPDATE ledger SET action = 'x'", "DELETE FROM ledger"} {
			if err := db.Write(t.Context(), func(tx storage.Tx) error { return tx.DB().Exec(statement).Error }); err == nil {
				t.Errorf("%s was allowed", statement)
			}
		}
		var told []storage.Told
		err = db.Read(t.Context(), func(tx storage.Tx) error {
			told, err = storage.History(tx, "ticket", 7)
			return err
		})
		if err != nil || len(told) != 1 || told[0].Note != "灯不亮" || told[0].ActorID != 3 {
			t.Fatalf("told %+v, err %v", told, err)
		}
		if !told[0].Intact(nil) {
			t.Error("the fingerprint does not survive storing: times or texts come back changed")
		}
		changed := told[0].LedgerLine
		changed.Action = "withdraw"
		if changed.Intact(nil) {
			t.Error("a changed line still counts as intact")
		}
	})
}

// A folder may be called anything that a folder may be called.
func TestSQLiteOpensTheFolderItIsGiven(t *testing.T) {
	for _, name := range []string{"a#b", "c?d", "e%20f", "数据 库"} {
		dir := filepath.Join(t.TempDir(), name)
		storagetest.Open(t, storage.Options{Dir: dir, FastUnsafe: true})
		if _, err := os.Stat(filepath.Join(dir, "linli.db")); err != nil {
			t.Errorf("%q: %v", name, err)
		}
	}
}

// A connection that the server ended is found out when it is used. What was not sent can be sent on another one; what was
// under way is a database that is away, and never a fault of ours.
func TestADeadConnectionIsNoFault(t *testing.T) {
	db := storagetest.Open(t, storage.Options{URL: storagetest.Migrated(t)})
	end := func(tx storage.Tx) error { return tx.DB().Exec("SELECT pg_terminate_backend(pg_backend_pid())").Error }
	runs := 0
	err := db.Write(t.Context(), func(tx storage.Tx) error {
		if runs++; runs == 1 {
			if end(tx) == nil {
				t.Error("the connection survived its end")
			}
		}
		return tx.DB().Exec("SELECT 1").Error
	})
	if err != nil || runs != 2 {
		t.Errorf("%d runs, %v", runs, err)
	}
	for _, work := range []func(storage.Tx) error{end, func(tx storage.Tx) error { end(tx); return nil }} {
		if err := db.Write(t.Context(), work); models.KindOf(err) != models.Unavailable {
			t.Errorf("%v", err)
		}
		if err := db.Read(t.Context(), work); models.KindOf(err) != models.Unavailable {
			t.Errorf("%v", err)
		}
	}
	if err := db.Read(t.Context(), func(tx storage.Tx) error { return tx.DB().Exec("SELECT 1").Error }); err != nil {
		t.Errorf("afterwards: %v", err)
	}
}

// TestReadSeesOneState: what somebody writes between two statements of one Read is not seen by the second. A Write on
// Postgres does see it, so this test would notice.
func TestReadSeesOneState(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		names := []string{"first", "second"}
		grows := func(in func(context.Context, func(storage.Tx) error) error) (before, after int64) {
			t.Helper()
			err := in(t.Context(), func(tx storage.Tx) error {
				if err := tx.DB().Table("settings").Count(&before).Error; err != nil {
					return err
				}
				name := names[0]
				names = names[1:]
				err := db.Write(t.Context(), func(tx storage.Tx) error {
					return tx.DB().Create(&storage.Setting{Key: "test." + name, Value: "x"}).Error
				})
				if err != nil {
					return err
				}
				return tx.DB().Table("settings").Count(&after).Error
			})
			if err != nil {
				t.Fatal(err)
			}
			return before, after
		}
		if before, after := grows(db.Read); before != after {
			t.Errorf("one read saw %d rows and then %d", before, after)
		}
		if db.Dialect() == "sqlite" {
			return // the only writer cannot wait for itself
		}
		if before, after := grows(db.Write); before+1 != after {
			t.Errorf("a write saw %d rows and then %d: this test notices nothing", before, after)
		}
	})
}
