package backup

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash"
	"slices"

	"linli/storage"
)

// tableSum adds up one table while its lines pass.
type tableSum struct {
	rows int64
	hash hash.Hash
}

func newTableSum() *tableSum { return &tableSum{hash: sha256.New()} }

func (s *tableSum) add(line []byte) {
	s.rows++
	s.hash.Write(line)
}

func (s *tableSum) sum() TableSum {
	return TableSum{Rows: s.rows, SHA256: hex.EncodeToString(s.hash.Sum(nil))}
}

// ledgerSum adds up the ledger while the rows of all tables pass.
type ledgerSum struct {
	sum             LedgerSum
	head            []byte
	id, leaf, note  int // places of the columns in the table that is passing, or -1
	ledger, signing bool
}

// table is told which table's rows come next.
func (s *ledgerSum) table(t storage.Table) {
	s.id, s.leaf, s.note = t.Place("id"), t.Place("leaf"), t.Place("note")
	s.ledger = t.Name == "ledger" && s.id >= 0 && s.leaf >= 0
	s.signing = t.Name == "ledger_checkpoints" && s.note >= 0
}

func (s *ledgerSum) add(row []any) {
	if s.signing {
		s.sum.Checkpoint, _ = row[s.note].(string)
	}
	if !s.ledger {
		return
	}
	leaf, _ := row[s.leaf].(string)
	s.sum.Last, _ = row[s.id].(int64)
	s.sum.Lines++
	next := sha256.Sum256(append(slices.Clip(s.head), leaf...))
	s.head = next[:]
	s.sum.Head = hex.EncodeToString(s.head)
}

// photoSum adds up the photos while they pass.
type photoSum struct {
	count, bytes int64
	hash         hash.Hash
	previous     string
}

func newPhotoSum() *photoSum { return &photoSum{hash: sha256.New()} }

// add reports whether the photo stands where it belongs: names ascend, so none is there twice.
func (s *photoSum) add(name string, size int64) bool {
	inOrder := name > s.previous
	s.previous = name
	s.count++
	s.bytes += size
	fmt.Fprintf(s.hash, "%s %d\n", name, size)
	return inOrder
}

func (s *photoSum) sum(missing []string) PhotoSum {
	return PhotoSum{Count: s.count, Bytes: s.bytes, SHA256: hex.EncodeToString(s.hash.Sum(nil)), Missing: missing}
}

// named collects which photos the rows speak of, in eight bytes each: enough to tell that none is missing, and small
// enough for millions.
type named struct {
	places []int // of the columns of the table that is passing
	names  []uint64
}

func (n *named) table(t storage.Table) {
	n.places = nil
	for _, c := range storage.BlobColumns {
		if c.Table == t.Name && t.Place(c.Column) >= 0 {
			n.places = append(n.places, t.Place(c.Column))
		}
	}
}

func (n *named) add(row []any) error {
	for _, place := range n.places {
		name, _ := row[place].(string)
		if name == "" {
			continue
		}
		short, err := shortName(name)
		if err != nil {
			return err
		}
		n.names = append(n.names, short)
	}
	return nil
}

func shortName(name string) (uint64, error) {
	b, err := hex.DecodeString(name)
	if err != nil || len(b) != nameSize {
		return 0, damaged("%q is no name of a photo", name)
	}
	return binary.BigEndian.Uint64(b), nil
}

// sort is called when all rows have passed.
func (n *named) sort() {
	slices.Sort(n.names)
	n.names = slices.Compact(n.names)
}

func (n *named) has(name string) bool {
	short, err := shortName(name)
	if err != nil {
		return false
	}
	_, there := slices.BinarySearch(n.names, short)
	return there
}
