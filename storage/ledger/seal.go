package ledger

import (
	"context"
	"slices"

	"linli/models"
	"linli/storage"
)

const (
	// sealBatch is how many lines get their position in one transaction: few enough that no writer waits for it.
	sealBatch = 500
	// sealBatches is how many transactions one run makes; what is left waits for the next turn.
	sealBatches = 200
)

// SealLines gives the lines that wait their positions, oldest first, and returns how many. Each batch is one
// transaction, so it may be killed at any moment; of two that run at once one is refused its positions by the
// constraint, and looks again.
func (s *Store) SealLines(ctx context.Context) (sealed int, err error) {
	for range sealBatches {
		n, err := s.sealBatch(ctx, sealBatch)
		sealed += n
		if err != nil || n < sealBatch {
			return sealed, err
		}
	}
	return sealed, nil
}

func (s *Store) sealBatch(ctx context.Context, most int) (sealed int, err error) {
	err = s.db.Write(ctx, func(tx storage.Tx) error {
		sealed, err = seal(tx, most)
		return err
	})
	return sealed, err
}

// waiting is a line without a position.
type waiting struct {
	ID   int64
	Leaf string
}

// seal takes the set of lines that are not sealed. A line with a low id may have been committed after lines with higher
// ones were sealed; it is in the set like any other.
func seal(tx storage.Tx, most int) (int, error) {
	var lines []waiting
	err := tx.DB().Raw("SELECT l.id, l.leaf FROM ledger_unsealed u JOIN ledger l ON l.id = u.ledger_id ORDER BY u.ledger_id LIMIT ?", most).Scan(&lines).Error
	if err != nil || len(lines) == 0 {
		return 0, err
	}
	size, err := sizeIn(tx)
	if err != nil {
		return 0, err
	}
	tree, err := edgeAt(size, stored{tx})
	if err != nil {
		return 0, err
	}
	seals, hashes, err := grow(tree, lines)
	if err != nil {
		return 0, err
	}
	for _, rows := range []any{seals, hashes} {
		if err := tx.DB().CreateInBatches(rows, 500).Error; storage.Duplicate(err) {
			return 0, storage.ErrRaced // another copy gave these positions
		} else if err != nil {
			return 0, err
		}
	}
	return len(lines), settle(tx, lines)
}

func grow(tree *edge, lines []waiting) (seals []sealRow, hashes []hashRow, err error) {
	for _, l := range lines {
		seals = append(seals, sealRow{Position: tree.size, LedgerID: l.ID, Leaf: l.Leaf})
		first, gained, err := tree.add(recordHash(l.ID, l.Leaf))
		if err != nil {
			return nil, nil, err
		}
		for i, h := range gained {
			hashes = append(hashes, hashRow{ID: first + int64(i), Hash: slices.Clone(h[:])})
		}
	}
	return seals, hashes, nil
}

// settle takes lines out of the set.
func settle(tx storage.Tx, lines []waiting) error {
	ids := make([]int64, len(lines))
	for i, l := range lines {
		ids[i] = l.ID
	}
	gone := tx.DB().Exec("DELETE FROM ledger_unsealed WHERE ledger_id IN ?", ids)
	if gone.Error == nil && gone.RowsAffected != int64(len(ids)) {
		return storage.ErrRaced
	}
	return gone.Error
}

// Standing is how far sealing and signing have come, for the metrics.
type Standing struct {
	Size    int64 // lines with a position
	Waiting int64 // lines without one
	Newest  *Stamp
}

// Standing tells how far sealing and signing have come.
func (s *Store) Standing(ctx context.Context) (now Standing, err error) {
	err = s.db.Read(ctx, func(tx storage.Tx) error {
		if now.Size, err = sizeIn(tx); err != nil {
			return err
		}
		if err = tx.DB().Table("ledger_unsealed").Count(&now.Waiting).Error; err != nil {
			return err
		}
		newest, found, err := newestIn(tx)
		if found {
			now.Newest = &Stamp{Number: newest.Number, SignedAt: models.UTC(newest.SignedAt)}
		}
		return err
	})
	return now, err
}
