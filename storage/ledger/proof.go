package ledger

import (
	"context"

	"golang.org/x/mod/sumdb/tlog"

	"linli/models"
	"linli/models/ledger"
	"linli/storage"
)

// Proof tells where the line with a leaf stands, and proves it against the newest checkpoint. Whoever has no leaf finds
// nothing here: it is a salted hash, known to the reporter only.
func (s *Store) Proof(ctx context.Context, leaf string) (view ledger.ProofView, err error) {
	err = s.db.Read(ctx, func(tx storage.Tx) error {
		view, err = proof(tx, leaf)
		return err
	})
	return view, err
}

func proof(tx storage.Tx, leaf string) (ledger.ProofView, error) {
	view := ledger.ProofView{Leaf: leaf, Hashes: []string{}}
	var seal sealRow
	err := tx.DB().Take(&seal, "leaf = ?", leaf).Error
	if storage.Absent(err) {
		view.LineID, err = waitingLine(tx, leaf)
		return view, err
	}
	if err != nil {
		return view, err
	}
	view.LineID, view.Position = seal.LedgerID, &seal.Position
	newest, found, err := newestIn(tx)
	if err != nil || !found || newest.Size <= seal.Position {
		return view, err
	}
	path, err := tlog.ProveRecord(newest.Size, seal.Position, stored{tx})
	if err != nil {
		return view, err
	}
	shown := newest.view()
	view.Checkpoint, view.Hashes = &shown, texts(path)
	return view, nil
}

// waitingLine looks among the lines that have no position yet: they are few, so no index is needed.
func waitingLine(tx storage.Tx, leaf string) (int64, error) {
	var ids []int64
	err := tx.DB().Raw("SELECT l.id FROM ledger_unsealed u JOIN ledger l ON l.id = u.ledger_id WHERE l.leaf = ? LIMIT 1", leaf).Scan(&ids).Error
	if err == nil && len(ids) == 0 {
		err = models.Refuse(models.NotFound, "ledger.leaf_unknown")
	}
	if err != nil {
		return 0, err
	}
	return ids[0], nil
}

// Consistency proves that the ledger of size to begins with the ledger of size from, for two sizes that checkpoints were
// signed over.
func (s *Store) Consistency(ctx context.Context, from, to int64) (view ledger.ConsistencyView, err error) {
	view = ledger.ConsistencyView{From: from, To: to, Hashes: []string{}}
	err = s.db.Read(ctx, func(tx storage.Tx) error {
		for field, size := range map[string]int64{"from": from, "to": to} {
			if err := wasSigned(tx, field, size); err != nil {
				return err
			}
		}
		if from > to {
			return models.RefuseField("ledger.sizes_reversed", "from")
		}
		path, err := tlog.ProveTree(to, from, stored{tx})
		view.Hashes = texts(path)
		return err
	})
	return view, err
}

func wasSigned(tx storage.Tx, field string, size int64) error {
	var n int64
	err := tx.DB().Table("ledger_checkpoints").Where("size = ?", size).Limit(1).Count(&n).Error
	if err == nil && n == 0 {
		err = models.RefuseField("ledger.size_unknown", field)
	}
	return err
}

func texts(hashes []tlog.Hash) []string {
	out := make([]string, len(hashes))
	for i, h := range hashes {
		out[i] = h.String()
	}
	return out
}
