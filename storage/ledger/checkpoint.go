package ledger

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"linli/models"
	"linli/models/ledger"
	"linli/storage"
)

// checkpointRow is a signed checkpoint. Note is what left the machine; the other columns repeat it.
type checkpointRow struct {
	Number   int64 `gorm:"primaryKey;autoIncrement:false"`
	Size     int64
	Root     string
	SignedAt time.Time
	Note     string
}

// TableName is where checkpoints stand.
func (checkpointRow) TableName() string { return "ledger_checkpoints" }

func (r checkpointRow) checkpoint() ledger.Checkpoint {
	return ledger.Checkpoint{Number: r.Number, Size: r.Size, Root: r.Root, SignedAt: models.UTC(r.SignedAt)}
}

func (r checkpointRow) view() ledger.CheckpointView {
	return ledger.CheckpointView{Number: r.Number, Size: r.Size, Root: r.Root, SignedAt: models.UTC(r.SignedAt), Note: r.Note}
}

// Stamp names a checkpoint.
type Stamp struct {
	Number   int64
	SignedAt time.Time
}

// newestIn is the newest checkpoint, if there is one.
func newestIn(tx storage.Tx) (row checkpointRow, found bool, err error) {
	err = tx.DB().Order("number DESC").Limit(1).Take(&row).Error
	if storage.Absent(err) {
		return row, false, nil
	}
	return row, err == nil, err
}

// SignCheckpoint signs what is sealed, once in each hour of the clock, and reports whether it did. The first time that
// a key signs, the ledger gets a line that names it. Where the stored tree no longer contains the checkpoint before,
// nothing is signed: whoever changed it should not get a signature for that.
func (s *Store) SignCheckpoint(ctx context.Context) (signed bool, err error) {
	err = s.db.Write(ctx, func(tx storage.Tx) error {
		signed, err = s.signIn(tx)
		return err
	})
	return signed, err
}

func (s *Store) signIn(tx storage.Tx) (bool, error) {
	before, found, err := newestIn(tx)
	if err != nil || found && !before.checkpoint().Due(tx.At()) {
		return false, err
	}
	size, err := sizeIn(tx)
	if err != nil || size == 0 {
		return false, err
	}
	if found {
		if err := stillThere(tx, before, size); err != nil {
			return false, err
		}
	}
	row, err := s.sign(tx, before.Number+1, size)
	if err != nil {
		return false, err
	}
	created, err := storage.Insert(tx, &row)
	if err != nil || !created {
		return false, err // another copy signed this one
	}
	if err := s.announceKey(tx); err != nil {
		return false, err
	}
	return true, s.post(tx, row)
}

// stillThere refuses a tree that does not begin with what was signed before.
func stillThere(tx storage.Tx, before checkpointRow, size int64) error {
	if size < before.Size {
		return fmt.Errorf("checkpoint %d was signed over %d lines, the ledger has %d: it was cut; nothing is signed", before.Number, before.Size, size)
	}
	root, err := tlog.TreeHash(before.Size, stored{tx})
	if err != nil {
		return err
	}
	if root.String() != before.Root {
		return fmt.Errorf("the ledger's tree no longer has the root that checkpoint %d was signed over; nothing is signed", before.Number)
	}
	return nil
}

func (s *Store) sign(tx storage.Tx, number, size int64) (checkpointRow, error) {
	root, err := tlog.TreeHash(size, stored{tx})
	if err != nil {
		return checkpointRow{}, err
	}
	c := ledger.Checkpoint{Number: number, Size: size, Root: root.String(), SignedAt: tx.At().Truncate(time.Second)}
	text, err := note.Sign(&note.Note{Text: c.Text(s.signer.Name())}, s.signer)
	return checkpointRow{Number: number, Size: size, Root: c.Root, SignedAt: c.SignedAt, Note: string(text)}, err
}

// announceKey writes the verifier key into the ledger where it does not stand there yet: a later reader finds in the
// ledger itself with which keys its checkpoints were signed.
func (s *Store) announceKey(tx storage.Tx) error {
	told, err := storage.History(tx, keyNoun, 0)
	if err != nil {
		return err
	}
	for _, l := range told {
		if l.Action == keyAction && keyIn(l.Data) == s.signer.Key {
			return nil
		}
	}
	_, err = storage.Record(tx, models.Event{Noun: keyNoun, Action: keyAction, ActorRole: models.System, Data: map[string]any{"verifier": s.signer.Key}})
	return err
}

// The line that names a key.
const (
	keyNoun   = "ledger"
	keyAction = "key"
)

func keyIn(data string) string {
	var told struct {
		Verifier string `json:"verifier"`
	}
	json.Unmarshal([]byte(data), &told) // what is no such line has no key in it
	return told.Verifier
}

// Key is the verifier key of the checkpoints that are signed here.
func (s *Store) Key() string { return s.signer.Key }

// page is how many checkpoints one reads at a time.
const page = 50

// Checkpoints lists checkpoints, the newest first; before is the number to go on from, 0 at the beginning.
func (s *Store) Checkpoints(ctx context.Context, before int64) (list ledger.CheckpointPage, err error) {
	list.Key = s.signer.Key
	err = s.db.Read(ctx, func(tx storage.Tx) error {
		q := tx.DB().Order("number DESC").Limit(page)
		if before > 0 {
			q = q.Where("number < ?", before)
		}
		var rows []checkpointRow
		if err := q.Find(&rows).Error; err != nil {
			return err
		}
		list.Items = []ledger.CheckpointView{}
		for _, r := range rows {
			list.Items = append(list.Items, r.view())
		}
		if len(rows) == page && rows[page-1].Number > 1 {
			list.Next = rows[page-1].Number
		}
		return nil
	})
	return list, err
}

// named is the name under which a checkpoint leaves the machine.
func (r checkpointRow) named() string { return "checkpoint-" + strconv.FormatInt(r.Number, 10) }
