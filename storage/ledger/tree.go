package ledger

import (
	"fmt"
	"math/bits"

	"golang.org/x/mod/sumdb/tlog"

	"linli/models/ledger"
	"linli/storage"
)

// sealRow is the position of one line.
type sealRow struct {
	Position int64 `gorm:"primaryKey;autoIncrement:false"`
	LedgerID int64
	Leaf     string
}

// TableName is where positions stand.
func (sealRow) TableName() string { return "ledger_seals" }

// hashRow is one hash of the tree, under tlog's own number for it.
type hashRow struct {
	ID   int64 `gorm:"primaryKey;autoIncrement:false"`
	Hash []byte
}

// TableName is where the tree stands.
func (hashRow) TableName() string { return "ledger_hashes" }

// recordHash is the hash of a line in the tree.
func recordHash(lineID int64, leaf string) tlog.Hash {
	return tlog.RecordHash(ledger.Record(lineID, leaf))
}

// sizeIn is how many lines have a position.
func sizeIn(tx storage.Tx) (size int64, err error) {
	err = tx.DB().Raw("SELECT coalesce(max(position) + 1, 0) FROM ledger_seals").Scan(&size).Error
	return size, err
}

// stored reads the hashes of the tree from the database.
type stored struct{ tx storage.Tx }

// ReadHashes is tlog's.
func (s stored) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	var rows []hashRow
	if err := s.tx.DB().Where("id IN ?", indexes).Find(&rows).Error; err != nil {
		return nil, err
	}
	known := map[int64]tlog.Hash{}
	for _, r := range rows {
		if len(r.Hash) == tlog.HashSize {
			known[r.ID] = tlog.Hash(r.Hash)
		}
	}
	return pick(known, indexes)
}

func pick(known map[int64]tlog.Hash, indexes []int64) ([]tlog.Hash, error) {
	hashes := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		hash, ok := known[index]
		if !ok {
			return nil, fmt.Errorf("hash %d of the ledger's tree is missing", index)
		}
		hashes[i] = hash
	}
	return hashes, nil
}

// edge is the right edge of a tree: the roots of its complete subtrees. It is all that one needs to let the tree grow
// and to know its root, and no more than one hash a doubling of the size.
type edge struct {
	size  int64
	known map[int64]tlog.Hash
}

// edgeAt is the edge of the stored tree at a size.
func edgeAt(size int64, from tlog.HashReader) (*edge, error) {
	e := &edge{size: size, known: map[int64]tlog.Hash{}}
	indexes := edgeIndexes(size)
	if len(indexes) == 0 {
		return e, nil
	}
	hashes, err := from.ReadHashes(indexes)
	if err != nil {
		return nil, err
	}
	for i, index := range indexes {
		e.known[index] = hashes[i]
	}
	return e, nil
}

// edgeIndexes are the numbers of an edge's hashes: one for each bit of the size.
func edgeIndexes(size int64) []int64 {
	var indexes []int64
	for level := 63 - bits.LeadingZeros64(uint64(size)|1); level >= 0; level-- { // #nosec G115 -- a count of lines is never negative
		if size>>level&1 == 1 {
			indexes = append(indexes, tlog.StoredHashIndex(level, size>>level-1))
		}
	}
	return indexes
}

// ReadHashes is tlog's.
func (e *edge) ReadHashes(indexes []int64) ([]tlog.Hash, error) { return pick(e.known, indexes) }

// add appends a line by its hash. It returns the hashes that the tree gains, the first of them under the number first.
func (e *edge) add(h tlog.Hash) (first int64, gained []tlog.Hash, err error) {
	n := e.size
	gained, err = tlog.StoredHashesForRecordHash(n, h, e)
	if err != nil {
		return 0, nil, err
	}
	first = tlog.StoredHashIndex(0, n)
	whole := len(gained) - 1 // each one above the first closes a subtree, and takes its left half off the edge
	for level := range whole {
		delete(e.known, tlog.StoredHashIndex(level, n>>level-1))
	}
	e.known[first+int64(whole)] = gained[whole]
	e.size++
	return first, gained, nil
}

// root is the root of the tree.
func (e *edge) root() (tlog.Hash, error) { return tlog.TreeHash(e.size, e) }
