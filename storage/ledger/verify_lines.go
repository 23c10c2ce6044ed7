package ledger

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"linli/models"
	"linli/storage"
)

// readAtOnce is how many rows a look takes from the database at a time.
const readAtOnce = 2000

// seen is a line with all that stands beside it; what is not there is not valid.
type seen struct {
	position sql.Null[int64]
	sealID   sql.Null[int64]
	sealLeaf sql.Null[string]
	waits    bool

	id                                                 sql.Null[int64]
	noun, action, role, from, to, data, actor, noteSum sql.Null[string]
	nounID, party                                      sql.Null[int64]
	at                                                 sql.Null[time.Time]
	leaf                                               sql.Null[string]

	privateID             sql.Null[int64]
	actorID               sql.Null[int64]
	actorSalt, note, salt sql.Null[string]
}

const lineColumns = `l.id, l.noun, l.noun_id, l.action, l.actor_role, l.handling_party_id, l.from_state, l.to_state, l.data, l.at,
	l.actor_commitment, l.note_commitment, l.leaf, p.ledger_id, p.actor_id, p.actor_salt, p.note, p.note_salt`

func (s *seen) places() []any {
	return []any{&s.id, &s.noun, &s.nounID, &s.action, &s.role, &s.party, &s.from, &s.to, &s.data, &s.at, &s.actor, &s.noteSum, &s.leaf,
		&s.privateID, &s.actorID, &s.actorSalt, &s.note, &s.salt}
}

func (s *seen) line() storage.LedgerLine {
	return storage.LedgerLine{
		ID: s.id.V, Noun: s.noun.V, NounID: s.nounID.V, Action: s.action.V, ActorRole: models.Role(s.role.V), HandlingPartyID: s.party.V,
		FromState: s.from.V, ToState: s.to.V, Data: s.data.V, At: s.at.V, ActorCommitment: s.actor.V, NoteCommitment: s.noteSum.V, Leaf: s.leaf.V,
	}
}

func (s *seen) private() storage.LedgerPrivate {
	return storage.LedgerPrivate{LedgerID: s.privateID.V, ActorID: s.actorID.V, ActorSalt: s.actorSalt.V, Note: s.note.V, NoteSalt: s.salt.V}
}

// called names a line for a person.
func called(l storage.LedgerLine) string {
	return fmt.Sprintf("line %d (%s %d, %s, %s)", l.ID, l.Noun, l.NounID, l.Action, l.At.UTC().Format("2006-01-02 15:04"))
}

// each reads the rows of one page and hands them over one after the other.
func (v *verifier) each(query string, places func(*seen) []any, look func(*seen) error, values ...any) (rows int, err error) {
	found, err := v.tx.DB().Raw(query, values...).Rows()
	if err != nil {
		return 0, err
	}
	defer found.Close()
	page := make([]seen, 0, readAtOnce)
	for found.Next() {
		var s seen
		if err := found.Scan(places(&s)...); err != nil {
			return 0, fmt.Errorf("a row of the ledger cannot be read: %w", err)
		}
		page = append(page, s)
	}
	if err := found.Err(); err != nil {
		return 0, err
	}
	found.Close() // the looks ask more of the same connection
	for i := range page {
		if err := look(&page[i]); err != nil {
			return 0, err
		}
	}
	return len(page), nil
}

// lines goes through the sealed lines by position, and lets the tree grow over what they say now.
func (v *verifier) lines(against Against) error {
	size, err := sizeIn(v.tx)
	if err != nil {
		return err
	}
	next := int64(0)
	for {
		if against.Progress != nil {
			against.Progress(next, size)
		}
		rows, err := v.each(`SELECT s.position, s.ledger_id, s.leaf, `+lineColumns+` FROM ledger_seals s
			LEFT JOIN ledger l ON l.id = s.ledger_id LEFT JOIN ledger_private p ON p.ledger_id = s.ledger_id
			WHERE s.position >= ? ORDER BY s.position LIMIT ?`,
			func(s *seen) []any { return append([]any{&s.position, &s.sealID, &s.sealLeaf}, s.places()...) },
			func(s *seen) error {
				err := v.sealed(s, next)
				next = s.position.V + 1
				return err
			}, next, readAtOnce)
		if err != nil {
			return err
		}
		if rows < readAtOnce {
			break
		}
	}
	v.report.Sealed = v.tree.size
	return v.endOfTree()
}

func (v *verifier) sealed(s *seen, expected int64) error {
	v.report.Lines++
	if s.position.V != expected && v.whole {
		v.report.fault("position %d follows position %d: what stood between them is gone", s.position.V, expected-1)
		v.whole = false
	}
	id, leaf := s.sealID.V, s.sealLeaf.V
	if !s.id.Valid {
		v.report.fault("position %d was given to line %d, and there is no such line: it was deleted", s.position.V, id)
	} else {
		l := s.line()
		v.look(l, s)
		if l.Leaf != leaf {
			v.report.fault("%s at position %d has another leaf than the one that was sealed", called(l), s.position.V)
		}
		if l.At.Before(v.marks.passed.Add(-backdating)) {
			v.report.Backdated++
		}
		leaf = l.Leaf
	}
	if !v.whole {
		return nil
	}
	return v.grow(recordHash(id, leaf), s.position.V)
}

// look holds a line against its own leaf and its private half.
func (v *verifier) look(l storage.LedgerLine, s *seen) {
	if !l.Unchanged() {
		v.report.fault("%s no longer has the fingerprint that it was written with: it was changed", called(l))
	}
	switch {
	case !s.privateID.Valid:
		v.gone++
	case !l.Fits(s.private()):
		v.report.fault("the private half of %s is not the one that it commits to: who did it, or what was written, was changed", called(l))
	}
	v.remember(l)
}

// remember keeps what single lines say about the ledger itself.
func (v *verifier) remember(l storage.LedgerLine) {
	switch {
	case l.Noun == keyNoun && l.Action == keyAction && l.NounID == 0:
		v.known.announced(keyIn(l.Data))
	case l.Noun == eraseNoun && l.Action == eraseAction:
		var told map[string]int64
		json.Unmarshal([]byte(l.Data), &told) // a line that was changed is a fault already
		v.erased += told[eraseCount]
	}
}

// grow adds a line to the tree and holds what the tree gains against what is stored.
func (v *verifier) grow(h tlog.Hash, position int64) error {
	first, gained, err := v.tree.add(h)
	if err != nil {
		return err
	}
	for i, hash := range gained {
		is, err := v.hashes.same(first+int64(i), hash)
		if err != nil {
			return err
		}
		if !is && v.hashes.broken == nil {
			v.hashes.broken = &position
			v.report.fault("the tree that is stored is not the tree of the lines, from position %d on", position)
		}
	}
	return v.passMarks()
}

// passMarks holds the root against the checkpoints and heads of this size.
func (v *verifier) passMarks() error {
	var root tlog.Hash
	at := func() (string, error) {
		if root == (tlog.Hash{}) {
			var err error
			if root, err = v.tree.root(); err != nil {
				return "", err
			}
		}
		return root.String(), nil
	}
	if err := v.marks.pass(v.tree.size, at, v.report); err != nil {
		return err
	}
	for i := range v.heads {
		if h := &v.heads[i]; h.Size == v.tree.size {
			root, err := at()
			if err != nil {
				return err
			}
			h.reached, h.contained = true, root == h.Root
		}
	}
	return nil
}

// endOfTree looks for hashes and checkpoints behind the last line.
func (v *verifier) endOfTree() error {
	var more int64
	err := v.tx.DB().Raw("SELECT count(*) FROM ledger_hashes WHERE id >= ?", tlog.StoredHashCount(v.tree.size)).Scan(&more).Error
	if err == nil && more > 0 && v.whole {
		v.report.fault("the tree that is stored has %d hashes more than its %d lines make: the end was cut off", more, v.tree.size)
	}
	return err
}

// unsealed looks at the lines without a position: each must wait for one.
func (v *verifier) unsealed(Against) error {
	last := int64(-1 << 62)
	for {
		rows, err := v.each(`SELECT CASE WHEN u.ledger_id IS NULL THEN 0 ELSE 1 END, t.position, `+lineColumns+` FROM (
				SELECT * FROM ledger WHERE id > ? AND NOT EXISTS (SELECT 1 FROM ledger_seals s WHERE s.ledger_id = ledger.id) ORDER BY id LIMIT ?) l
			LEFT JOIN ledger_private p ON p.ledger_id = l.id LEFT JOIN ledger_unsealed u ON u.ledger_id = l.id LEFT JOIN ledger_seals t ON t.leaf = l.leaf
			ORDER BY l.id`,
			func(s *seen) []any { return append([]any{&s.waits, &s.position}, s.places()...) },
			func(s *seen) error {
				last = s.id.V
				v.report.Lines++
				l := s.line()
				v.look(l, s)
				if !s.waits {
					v.report.fault("%s has no position and does not wait for one: its position was taken away, or it was put in", called(l))
				}
				if s.position.Valid {
					v.report.fault("%s has the leaf of the line at position %d: it is a copy", called(l), s.position.V)
				}
				return nil
			}, last, readAtOnce)
		if err != nil {
			return err
		}
		if rows < readAtOnce {
			return v.strayWaits()
		}
	}
}

func (v *verifier) strayWaits() error {
	var strays int64
	err := v.tx.DB().Raw(`SELECT count(*) FROM ledger_unsealed u WHERE NOT EXISTS (SELECT 1 FROM ledger l WHERE l.id = u.ledger_id)
		OR EXISTS (SELECT 1 FROM ledger_seals s WHERE s.ledger_id = u.ledger_id)`).Scan(&strays).Error
	if err == nil && strays > 0 {
		v.report.fault("%d lines wait for a position that are not there or have one: lines were deleted", strays)
	}
	return err
}

// hashes reads the stored tree in order, a page at a time.
type hashes struct {
	tx     storage.Tx
	page   []hashRow
	next   int64
	done   bool
	broken *int64 // the position from which it is another tree
}

// same reports whether the stored hash under a number is h. Numbers are asked for in order.
func (s *hashes) same(id int64, h tlog.Hash) (bool, error) {
	if len(s.page) == 0 && !s.done {
		if err := s.tx.DB().Where("id >= ?", s.next).Order("id").Limit(readAtOnce).Find(&s.page).Error; err != nil {
			return false, err
		}
		s.done = len(s.page) < readAtOnce
		if len(s.page) > 0 {
			s.next = s.page[len(s.page)-1].ID + 1
		}
	}
	if len(s.page) == 0 || s.page[0].ID != id {
		return false, nil
	}
	row := s.page[0]
	s.page = s.page[1:]
	return len(row.Hash) == tlog.HashSize && tlog.Hash(row.Hash) == h, nil
}
