package ledger

import (
	"testing"

	"linli/storage"
)

// A world that nobody has touched verifies, before and after anything of it is sealed, and says what it looked at.
func TestAnUntouchedLedgerVerifies(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		if r := w.verify(); r.Faulty != 0 || r.Sealed != 0 || r.Lines == 0 {
			t.Fatalf("%+v", r)
		}
		w.live(12)
		w.seal()
		first := w.sign()
		w.live(12)
		sealed := w.seal()
		second := w.sign()
		w.live(3)
		if sealed == 0 || second.Size != first.Size+int64(sealed) {
			t.Errorf("%d lines were sealed, and the tree grew from %d to %d", sealed, first.Size, second.Size)
		}
		r := w.verify(first, second)
		if r.Faulty != 0 {
			t.Fatalf("faults: %q", r.Faults)
		}
		if r.Sealed != second.Size || r.Lines <= r.Sealed || r.Checkpoints != 2 || len(r.Heads) != 2 || r.Newest.Number != 2 || len(r.Replayed) != 5 || r.Backdated != 0 {
			t.Errorf("%+v", r)
		}
		for _, replayed := range r.Replayed {
			if replayed.Rows == 0 {
				t.Errorf("no rows of %s were compared", replayed.Name)
			}
		}
	})
}

// What was written cannot be changed, by whatever statement a program might try.
func TestNothingSealedCanBeChanged(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.seal()
		w.sign()
		statements := []string{"UPDATE ledger_private SET note = 'x'"}
		for _, table := range []struct{ name, column string }{
			{"ledger", "action = 'x'"}, {"ledger_seals", "leaf = 'x'"}, {"ledger_hashes", "id = id + 1000000"}, {"ledger_checkpoints", "root = 'x'"},
		} {
			statements = append(statements, "UPDATE "+table.name+" SET "+table.column, "DELETE FROM "+table.name)
			if w.db.Dialect() == "postgres" {
				statements = append(statements, "TRUNCATE "+table.name+" CASCADE")
			} else {
				// SQLite's way to take a row away without a DELETE.
				statements = append(statements, "INSERT OR REPLACE INTO "+table.name+" SELECT * FROM "+table.name, "UPDATE OR REPLACE "+table.name+" SET "+table.column)
			}
		}
		switch w.db.Dialect() {
		case "postgres":
			statements = append(statements, "TRUNCATE ledger_private", "INSERT INTO ledger_seals SELECT * FROM ledger_seals ON CONFLICT (position) DO UPDATE SET leaf = 'x'")
		default:
			statements = append(statements, "INSERT OR REPLACE INTO ledger_private SELECT * FROM ledger_private",
				"INSERT OR REPLACE INTO ledger_seals SELECT position + 1000000, ledger_id, leaf FROM ledger_seals",
				"INSERT OR REPLACE INTO ledger_seals SELECT position + 1000000, ledger_id + 1000000, leaf FROM ledger_seals")
		}
		before := w.verify()
		for _, s := range statements {
			if err := w.db.Write(t.Context(), func(tx storage.Tx) error { return tx.DB().Exec(s).Error }); err == nil {
				t.Errorf("%s was allowed", s)
			}
		}
		if after := w.verify(); after.Faulty != 0 || after.Lines != before.Lines || after.Checkpoints != before.Checkpoints {
			t.Errorf("before %+v, after %+v", before, after)
		}
	})
}
