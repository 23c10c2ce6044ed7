package storage_test

import (
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
