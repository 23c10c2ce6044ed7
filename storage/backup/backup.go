// Package backup makes one file of everything that Linli remembers, says whether such a file is whole, and restores it
// onto an empty place. Rows travel as text of our own, so that a backup made on SQLite can be restored on Postgres and
// the other way round; photos travel as they are.
//
// The file, from outside in: age (unless it was asked to be left open), zstd, and after the compressed data a seal of
// 40 bytes with their SHA-256; inside is a tar:
//
//	linli-backup.json     what this is: format, schema, the tables with their columns
//	rows/TABLE/000001     the rows of a table in the order of its key, one JSON array a line; then 000002 and so on
//	photos/HASH           the photos in ascending order, each named by the SHA-256 of its bytes
//	manifest.json         what was in it: rows and their hash for each table, the ledger's head, the photos' hash
//
// The usual tools open it: age -d -i KEY FILE | zstd -d | tar -t (the seal is a frame that zstd skips).
// Both ways work in a stream: neither the database nor the photos are ever held in memory.
package backup

import (
	"errors"
	"fmt"
	"time"

	"linli/storage"
)

// format is raised when an older program could misread a file.
const format = 1

const (
	headerEntry   = "linli-backup.json"
	manifestEntry = "manifest.json"
	rowsFolder    = "rows/"
	photosFolder  = "photos/"

	rowsSize  = 1 << 20  // an entry with rows is closed when it has this many bytes
	rowLimit  = 8 << 20  // one row may be this long
	textLimit = 64 << 20 // header and manifest
	blobLimit = 32 << 20 // one photo
)

// ErrDamaged is what is said of a file that is not what was written: changed, cut short or put together differently.
var ErrDamaged = errors.New("the backup is damaged")

// ErrKey is what is said when the file cannot be opened with the keys at hand.
var ErrKey = errors.New("the backup cannot be opened")

func damaged(format string, values ...any) error {
	return fmt.Errorf("%w: %s", ErrDamaged, fmt.Sprintf(format, values...))
}

// Header is the first thing in the file.
type Header struct {
	Format  int       `json:"format"`
	MadeAt  time.Time `json:"made_at"`
	Program string    `json:"program"`
	From    string    `json:"from"`   // sqlite or postgres
	Schema  int64     `json:"schema"` // the newest migration that the rows have seen
	Tables  []Table   `json:"tables"`
}

// Table is a table and the last id that it gave out, which may be more than the largest that is left.
type Table struct {
	storage.Table
	Last int64 `json:"last"`
}

// Manifest is the last thing in the file: what has to be in it.
type Manifest struct {
	Tables map[string]TableSum `json:"tables"`
	Ledger LedgerSum           `json:"ledger"`
	Photos PhotoSum            `json:"photos"`
}

// TableSum is what one table held.
type TableSum struct {
	Rows   int64  `json:"rows"`
	SHA256 string `json:"sha256"` // of the lines, line ends included
}

// LedgerSum is where the ledger stood.
type LedgerSum struct {
	Lines int64 `json:"lines"`
	Last  int64 `json:"last"` // the id of the last line
	// Head is SHA-256(head before ‖ leaf) over all lines in the order of their ids, from the empty text on.
	Head string `json:"head"`
	// Checkpoint is the newest signed statement of the ledger's size and root, as it left the machine.
	Checkpoint string `json:"checkpoint"`
}

// PhotoSum is what the photo store held of what the rows speak of.
type PhotoSum struct {
	Count  int64  `json:"count"`
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"` // of the lines "HASH SIZE\n" in the order of the file
	// Missing are photos that the rows speak of and the store did not have, or had with other bytes. A backup with
	// anything here is no good one, but better than none.
	Missing []string `json:"missing"`
}

// Rows is the number of rows in all tables.
func (m Manifest) Rows() (sum int64) {
	for _, t := range m.Tables {
		sum += t.Rows
	}
	return sum
}

// Progress is told how far a part has come; total is 0 where nobody knows.
type Progress func(part string, done, total int64)

func (p Progress) tell(part string, done, total int64) {
	if p != nil {
		p(part, done, total)
	}
}
