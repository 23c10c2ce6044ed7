package ledger

import (
	"context"
	"fmt"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"linli/models/ledger"
	"linli/storage"
)

// Against says what a ledger is verified against, besides itself.
type Against struct {
	// Heads are signed checkpoints that were kept elsewhere, with the names by which faults call them.
	Heads []Head
	// Keys are the verifier keys that are believed. Where there is none, those that the ledger itself names are.
	Keys []string
	// Progress is told, now and then, how many of the sealed lines were read. It may be nil.
	Progress func(done, of int64)
}

// Head is a signed checkpoint that was kept elsewhere.
type Head struct{ Name, Note string }

// Report is what a verification found. It is good when there is no fault.
type Report struct {
	Lines       int64 // all lines
	Sealed      int64 // those with a position
	Erased      int64 // private halves that were erased by order
	Checkpoints int64
	Newest      *ledger.Checkpoint
	Heads       []ledger.Checkpoint // those kept elsewhere that are contained
	Keys        []string            // which were believed
	OwnKeys     bool                // they came from the ledger itself
	// Backdated counts lines that tell of a time more than an hour before the checkpoint which they came after. An import
	// of history makes such lines.
	Backdated int64
	Replayed  []Replayed
	Faults    []string // the first ones, in words
	Faulty    int64    // all of them
}

// Replayed is a table that was compared with what the ledger tells.
type Replayed struct {
	Name, What string
	Rows       int64
}

// mostFaults is how many are kept in words.
const mostFaults = 20

func (r *Report) fault(format string, values ...any) {
	r.Faulty++
	if len(r.Faults) < mostFaults {
		r.Faults = append(r.Faults, fmt.Sprintf(format, values...))
	}
}

// verifier is one run. Everything in it is of fixed size, but for the heads and the faults.
type verifier struct {
	tx     storage.Tx
	report *Report
	tree   *edge
	whole  bool // positions were without a gap so far, so the tree means something
	hashes *hashes
	marks  *marks
	heads  []kept
	known  keyring
	erased int64 // halves that erasures speak of
	gone   int64 // halves that are not there
}

// Verify reads a whole ledger at one moment and holds everything in it against everything else: each line against its
// leaf and its private half, the positions, the tree, the stored checkpoints, the heads, and the rows that the lines tell
// of. It needs the same small memory for any number of lines. An error means that it could not look; what it saw is in
// the report.
func Verify(ctx context.Context, db *storage.DB, against Against) (Report, error) {
	var report Report
	err := db.ReadWhole(ctx, func(tx storage.Tx) error {
		report = Report{}
		v := &verifier{tx: tx, report: &report, tree: &edge{known: map[int64]tlog.Hash{}}, whole: true, hashes: &hashes{tx: tx}, marks: &marks{tx: tx}}
		for _, look := range []func(Against) error{v.open, v.lines, v.unsealed, v.halves, v.checkpoints, v.compareHeads, v.replay} {
			if err := look(against); err != nil {
				return err
			}
		}
		return nil
	})
	return report, err
}

// halves holds the missing private halves against what erasures say.
func (v *verifier) halves(Against) error {
	var strays int64
	err := v.tx.DB().Raw("SELECT count(*) FROM ledger_private p WHERE NOT EXISTS (SELECT 1 FROM ledger l WHERE l.id = p.ledger_id)").Scan(&strays).Error
	if err != nil {
		return err
	}
	if strays > 0 {
		v.report.fault("%d private halves belong to no line: lines were deleted, or halves put in", strays)
	}
	if v.gone != v.erased {
		v.report.fault("%d lines lack their private half, and erasures speak of %d", v.gone, v.erased)
	}
	v.report.Erased = v.gone
	return nil
}

// backdating is how much earlier than the checkpoint before it a line may be without being counted.
const backdating = time.Hour
