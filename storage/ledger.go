package storage

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"
	"time"

	"gorm.io/gorm"

	"linli/models"
)

// LedgerLine is a row of the append-only ledger. It holds nothing personal: who acted and what they wrote are salted
// commitments here and plain in LedgerPrivate, where they can be erased (DECISIONS 10).
type LedgerLine struct {
	ID              int64 `gorm:"primaryKey"`
	Noun            string
	NounID          int64
	Action          string
	ActorRole       models.Role
	HandlingPartyID int64
	FromState       string
	ToState         string
	Data            string
	At              time.Time
	ActorCommitment string
	NoteCommitment  string
	Leaf            string
}

// TableName is the ledger.
func (LedgerLine) TableName() string { return "ledger" }

// LedgerPrivate is the erasable half of a line.
type LedgerPrivate struct {
	LedgerID  int64 `gorm:"primaryKey"`
	ActorID   int64
	ActorSalt string
	Note      string
	NoteSalt  string
}

// TableName is the side table of the ledger.
func (LedgerPrivate) TableName() string { return "ledger_private" }

// Record appends e to the ledger in the transaction of the change it tells of, at the transaction's moment.
// It returns the line's id.
func Record(tx Tx, e models.Event) (int64, error) {
	line, private := NewLedgerLine(tx.At(), e)
	if err := tx.db.Create(&line).Error; err != nil {
		return 0, err
	}
	private.LedgerID = line.ID
	return line.ID, tx.db.Create(&private).Error
}

// NewLedgerLine makes the two halves of a line without writing them.
func NewLedgerLine(at time.Time, e models.Event) (LedgerLine, LedgerPrivate) {
	data := "{}"
	if len(e.Data) > 0 {
		b, _ := json.Marshal(e.Data) // a map of strings and figures cannot fail
		data = string(b)
	}
	private := LedgerPrivate{ActorID: e.ActorID, ActorSalt: salt(), Note: e.Note, NoteSalt: salt()}
	line := LedgerLine{
		Noun: e.Noun, NounID: e.NounID, Action: e.Action, ActorRole: e.ActorRole, HandlingPartyID: e.PartyID,
		FromState: e.From, ToState: e.To, Data: data, At: models.UTC(at),
		ActorCommitment: commit(private.ActorSalt, itoa(e.ActorID)),
		NoteCommitment:  commit(private.NoteSalt, e.Note),
	}
	line.Leaf = line.hash()
	return line, private
}

// hash is the line's fingerprint over its canonical bytes: every field but the id, each with its length in front, so
// that no two different lines have the same bytes.
func (l LedgerLine) hash() string {
	fields := []string{
		"ledger/1", l.Noun, itoa(l.NounID), l.Action, string(l.ActorRole), itoa(l.HandlingPartyID), l.FromState, l.ToState,
		l.Data, l.At.UTC().Format("2006-01-02T15:04:05.000000Z"), l.ActorCommitment, l.NoteCommitment,
	}
	var b strings.Builder
	for _, f := range fields {
		b.WriteString(itoa(int64(len(f))))
		b.WriteByte(':')
		b.WriteString(f)
	}
	sum := sha256.Sum256([]byte(b.String()))
	return hex.EncodeToString(sum[:])
}

// Intact reports whether the line still has the fingerprint it was written with, and, where private is not erased,
// whether the private half is the one that was committed to.
func (l LedgerLine) Intact(private *LedgerPrivate) bool {
	return l.Unchanged() && (private == nil || l.Fits(*private))
}

// Unchanged reports whether the line still has the fingerprint it was written with.
func (l LedgerLine) Unchanged() bool { return l.hash() == l.Leaf }

// Fits reports whether a private half is the one that the line commits to.
func (l LedgerLine) Fits(private LedgerPrivate) bool {
	return commit(private.ActorSalt, itoa(private.ActorID)) == l.ActorCommitment && commit(private.NoteSalt, private.Note) == l.NoteCommitment
}

func commit(salt, value string) string {
	sum := sha256.Sum256([]byte(salt + "\x00" + value))
	return hex.EncodeToString(sum[:])
}

func salt() string {
	b := make([]byte, 16)
	rand.Read(b) // never fails since Go 1.24
	return hex.EncodeToString(b)
}

// Told is one ledger line with its private half, as a reader inside the program sees it.
type Told struct {
	LedgerLine
	ActorID int64
	Note    string
}

// History reads the lines about one thing, oldest first.
func History(tx Tx, noun string, id int64) ([]Told, error) {
	var lines []Told
	err := told(tx).Where("noun = ? AND noun_id = ?", noun, id).Order("ledger.id").Limit(1000).Find(&lines).Error
	return lines, err
}

// Histories reads the lines about things of a page, oldest first.
func Histories(tx Tx, noun string, ids []int64) ([]Told, error) {
	var lines []Told
	err := told(tx).Where("noun = ? AND noun_id IN ?", noun, ids).Order("ledger.id").Find(&lines).Error
	return lines, err
}

func told(tx Tx) *gorm.DB {
	return tx.db.Table("ledger").Select("ledger.*, coalesce(p.actor_id, 0) AS actor_id, coalesce(p.note, '') AS note").
		Joins("LEFT JOIN ledger_private p ON p.ledger_id = ledger.id")
}

// Sealed is where a line of the ledger stands: its position once it has one, and the first signed checkpoint that covers
// it.
type Sealed struct {
	Position   *int64
	Checkpoint *SealedUnder
}

// SealedUnder names a checkpoint.
type SealedUnder struct {
	Number   int64
	Size     int64
	SignedAt time.Time
}

// SealOf tells where the line with an id stands.
func SealOf(tx Tx, lineID int64) (s Sealed, err error) {
	var positions []int64
	err = tx.db.Table("ledger_seals").Where("ledger_id = ?", lineID).Limit(1).Pluck("position", &positions).Error
	if err != nil || len(positions) == 0 {
		return s, err
	}
	s.Position = &positions[0]
	var under []SealedUnder
	err = tx.db.Table("ledger_checkpoints").Select("number, size, signed_at").Where("size > ?", positions[0]).Order("size, number").Limit(1).Scan(&under).Error
	if err == nil && len(under) == 1 {
		under[0].SignedAt = models.UTC(under[0].SignedAt)
		s.Checkpoint = &under[0]
	}
	return s, err
}
