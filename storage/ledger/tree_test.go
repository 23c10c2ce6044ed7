package ledger

import (
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"testing"

	"golang.org/x/mod/sumdb/tlog"

	"linli/models"
	"linli/models/ledger"
	"linli/storage"
)

// The edge that grows line by line is at every size the edge of the stored tree, and its root is the tree's.
func TestTheEdgeIsTheTrees(t *testing.T) {
	all := map[int64]tlog.Hash{}
	store := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) { return pick(all, indexes) })
	growing := &edge{known: map[int64]tlog.Hash{}}
	for n := range int64(1500) {
		first, gained, err := growing.add(recordHash(n, fmt.Sprint("leaf ", n)))
		if err != nil {
			t.Fatal(err)
		}
		if first != tlog.StoredHashIndex(0, n) || first+int64(len(gained)) != tlog.StoredHashCount(n+1) {
			t.Fatalf("line %d: hashes %d to %d", n, first, first+int64(len(gained)))
		}
		for i, h := range gained {
			all[first+int64(i)] = h
		}
		read, err := edgeAt(n+1, store)
		if err != nil {
			t.Fatal(err)
		}
		want, err := tlog.TreeHash(n+1, store)
		if err != nil {
			t.Fatal(err)
		}
		for name, e := range map[string]*edge{"grown": growing, "read": read} {
			if got, err := e.root(); err != nil || got != want || len(e.known) > 11 {
				t.Fatalf("size %d, %s: root %v, want %v, %d hashes kept, %v", n+1, name, got, want, len(e.known), err)
			}
		}
	}
}

// Every line of a random ledger is proved against the newest checkpoint, any two checkpoints are proved to be of one
// ledger, and no proof holds for anything else.
func TestProofsHoldForWhatTheyProveOnly(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		var signed []checkpointRow
		for range 5 {
			w.write(func(tx storage.Tx) error {
				for i := range 1 + w.dice.IntN(40) {
					if _, err := storage.Record(tx, models.Event{Noun: "trial", NounID: int64(i), Action: "try", ActorRole: models.System}); err != nil {
						return err
					}
				}
				return nil
			})
			w.seal()
			signed = append(signed, w.sign())
		}
		w.seal()
		newest := signed[len(signed)-1]
		var seals []sealRow
		w.read(func(tx storage.Tx) error { return tx.DB().Order("position").Find(&seals).Error })
		for _, s := range seals {
			view, err := w.store.Proof(t.Context(), s.Leaf)
			if err != nil {
				t.Fatal(err)
			}
			if s.Position >= newest.Size { // the line that the last checkpoint's transaction wrote itself
				if view.Checkpoint != nil || len(view.Hashes) != 0 {
					t.Errorf("a proof for what no checkpoint covers: %+v", view)
				}
				continue
			}
			w.checkRecord(view, s, newest)
		}
		for _, a := range signed {
			for _, b := range signed {
				w.checkTree(a, b)
			}
		}
	})
}

func (w *world) checkRecord(view ledger.ProofView, s sealRow, newest checkpointRow) {
	w.t.Helper()
	if view.Checkpoint == nil || view.Checkpoint.Number != newest.Number || *view.Position != s.Position || view.LineID != s.LedgerID {
		w.t.Fatalf("%+v", view)
	}
	path, root := tlog.RecordProof(parse(w.t, view.Hashes)), parseOne(w.t, newest.Root)
	check := func(p tlog.RecordProof, position int64, id int64, leaf string) error {
		return tlog.CheckRecord(p, newest.Size, root, position, recordHash(id, leaf))
	}
	if err := check(path, s.Position, s.LedgerID, s.Leaf); err != nil {
		w.t.Fatalf("position %d: %v", s.Position, err)
	}
	other := spoiled(w.dice, path)
	if check(path, s.Position, s.LedgerID, s.Leaf[1:]+"0") == nil && s.Leaf[1:]+"0" != s.Leaf || check(path, s.Position, s.LedgerID+1, s.Leaf) == nil ||
		check(path, (s.Position+1)%newest.Size, s.LedgerID, s.Leaf) == nil || len(path) > 0 && check(other, s.Position, s.LedgerID, s.Leaf) == nil {
		w.t.Fatalf("position %d: a proof holds for what it does not prove", s.Position)
	}
}

func (w *world) checkTree(a, b checkpointRow) {
	w.t.Helper()
	view, err := w.store.Consistency(w.t.Context(), a.Size, b.Size)
	if a.Size > b.Size {
		if models.CodeOf(err) != "ledger.sizes_reversed" {
			w.t.Errorf("%v", err)
		}
		return
	}
	w.must(err)
	path := tlog.TreeProof(parse(w.t, view.Hashes))
	old, now := parseOne(w.t, a.Root), parseOne(w.t, b.Root)
	if err := tlog.CheckTree(path, b.Size, now, a.Size, old); err != nil {
		w.t.Fatalf("%d to %d: %v", a.Size, b.Size, err)
	}
	old[w.dice.IntN(32)] ^= 1
	if tlog.CheckTree(path, b.Size, now, a.Size, old) == nil {
		w.t.Fatalf("%d to %d: another beginning is accepted", a.Size, b.Size)
	}
}

func parse(t testing.TB, texts []string) (hashes []tlog.Hash) {
	t.Helper()
	for _, text := range texts {
		hashes = append(hashes, parseOne(t, text))
	}
	return hashes
}

func parseOne(t testing.TB, text string) tlog.Hash {
	t.Helper()
	b, err := base64.StdEncoding.DecodeString(text)
	if err != nil || len(b) != 32 {
		t.Fatalf("%q is no hash: %v", text, err)
	}
	return tlog.Hash(b)
}

func spoiled(dice *rand.Rand, path tlog.RecordProof) tlog.RecordProof {
	other := append(tlog.RecordProof{}, path...)
	if len(other) > 0 {
		other[dice.IntN(len(other))][dice.IntN(32)] ^= 1 << dice.IntN(8)
	}
	return other
}

// Nobody learns from a proof whether a leaf is near another one: a wrong leaf is simply unknown.
func TestProofOfALineThatWaitsOrIsUnknown(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		var waits storage.LedgerLine
		w.read(func(tx storage.Tx) error { return tx.DB().Order("id").Take(&waits).Error })
		view, err := w.store.Proof(t.Context(), waits.Leaf)
		if err != nil || view.Position != nil || view.Checkpoint != nil || view.LineID != waits.ID {
			t.Errorf("%+v, %v", view, err)
		}
		if _, err := w.store.Proof(t.Context(), waits.Leaf[1:]+"0"); models.CodeOf(err) != "ledger.leaf_unknown" || models.KindOf(err) != models.NotFound {
			t.Errorf("%v", err)
		}
		if _, err := w.store.Consistency(t.Context(), 1, 2); models.CodeOf(err) != "ledger.size_unknown" {
			t.Errorf("%v", err)
		}
	})
}
