package ledger

import (
	"errors"
	"time"

	"golang.org/x/mod/sumdb/note"

	"linli/models"
	"linli/models/ledger"
	"linli/storage"
)

// keyring are the verifier keys that are believed.
type keyring struct {
	keys      []string
	verifiers []note.Verifier
	given     bool // from outside: what the ledger announces is not added
}

// mostKeys bounds what a ledger can make us keep.
const mostKeys = 1000

func (k *keyring) add(key string) error {
	v, err := note.NewVerifier(key)
	if err != nil {
		return errors.New("is not a verifier key as `linli ledger key` prints it")
	}
	for _, known := range k.keys {
		if known == key {
			return nil
		}
	}
	k.keys, k.verifiers = append(k.keys, key), append(k.verifiers, v)
	return nil
}

// announced takes a key that the ledger names. One that is none stands in a line that is sealed all the same.
func (k *keyring) announced(key string) {
	if !k.given && len(k.keys) < mostKeys {
		_ = k.add(key)
	}
}

// read opens a signed checkpoint. The words say what is wrong with it.
func (k *keyring) read(signed string) (c ledger.Checkpoint, wrong string) {
	opened, err := note.Open([]byte(signed), note.VerifierList(k.verifiers...))
	if unknown := (*note.UnverifiedNoteError)(nil); errors.As(err, &unknown) {
		return c, "is signed with a key that is not believed here"
	}
	if err != nil {
		return c, "has a broken signature: it was changed"
	}
	c, origin, err := ledger.ParseText(opened.Text)
	if err != nil || origin != opened.Sigs[0].Name {
		return c, "is no checkpoint of a ledger"
	}
	return c, ""
}

// kept is a head with what became of it.
type kept struct {
	Head
	ledger.Checkpoint
	readable           bool
	reached, contained bool
}

// open takes the keys, and reads what the heads say. Their signatures are looked at when all keys are known.
func (v *verifier) open(against Against) error {
	for _, key := range against.Keys {
		if err := v.known.add(key); err != nil {
			return errors.New("--key " + err.Error())
		}
	}
	v.known.given = len(against.Keys) > 0
	for _, h := range against.Heads {
		c, readable := unsigned(h.Note)
		v.heads = append(v.heads, kept{Head: h, Checkpoint: c, readable: readable})
	}
	return nil
}

// unsigned reads a note without looking at its signature.
func unsigned(signed string) (ledger.Checkpoint, bool) {
	opened, err := note.Open([]byte(signed), note.VerifierList())
	unknown := (*note.UnverifiedNoteError)(nil)
	if !errors.As(err, &unknown) {
		return ledger.Checkpoint{}, opened != nil
	}
	c, _, err := ledger.ParseText(unknown.Note.Text)
	return c, err == nil
}

// marks are the stored checkpoints in the order of their numbers, held against the tree as it grows.
type marks struct {
	tx     storage.Tx
	page   []checkpointRow
	number int64 // of the last one that was read
	done   bool
	passed time.Time // when the last one that the tree reached was signed
}

func (m *marks) peek() (*checkpointRow, error) {
	if len(m.page) == 0 && !m.done {
		if err := m.tx.DB().Where("number > ?", m.number).Order("number").Limit(readAtOnce).Find(&m.page).Error; err != nil {
			return nil, err
		}
		m.done = len(m.page) == 0
	}
	if len(m.page) == 0 {
		return nil, nil
	}
	return &m.page[0], nil
}

// pass holds the checkpoints of this size, and those that should have come before, against the root.
func (m *marks) pass(size int64, root func() (string, error), report *Report) error {
	for {
		c, err := m.peek()
		if err != nil || c == nil || c.Size > size {
			return err
		}
		if c.Size < size {
			report.fault("checkpoint %d was signed over %d lines, fewer than the one before it", c.Number, c.Size)
		} else if is, err := root(); err != nil {
			return err
		} else if is != c.Root {
			report.fault("the first %d lines are not what checkpoint %d (%s) was signed over: one of them was changed, or their order was",
				c.Size, c.Number, c.SignedAt.UTC().Format(time.DateTime))
		}
		m.passed = c.SignedAt
		m.take()
	}
}

func (m *marks) take() {
	m.number, m.page = m.page[0].Number, m.page[1:]
}

// checkpoints looks at what the tree did not reach, then at each one's number, signature and columns.
func (v *verifier) checkpoints(Against) error {
	if c, err := v.marks.peek(); err != nil {
		return err
	} else if c != nil && v.whole {
		v.report.fault("checkpoint %d was signed over %d lines, and there are %d: the ledger was cut off", c.Number, c.Size, v.tree.size)
	}
	last := int64(0)
	for {
		var rows []checkpointRow
		if err := v.tx.DB().Where("number > ?", last).Order("number").Limit(readAtOnce).Find(&rows).Error; err != nil {
			return err
		}
		for _, r := range rows {
			if r.Number != last+1 {
				v.report.fault("checkpoint %d follows checkpoint %d: those between them are gone", r.Number, last)
			}
			v.checkpoint(r)
			last = r.Number
		}
		if len(rows) < readAtOnce {
			break
		}
	}
	v.report.Keys, v.report.OwnKeys = v.known.keys, !v.known.given
	return nil
}

func (v *verifier) checkpoint(r checkpointRow) {
	v.report.Checkpoints++
	c, wrong := v.known.read(r.Note)
	switch {
	case wrong != "":
		v.report.fault("checkpoint %d %s", r.Number, wrong)
	case c != r.checkpoint():
		v.report.fault("the row of checkpoint %d says something else than its signed text", r.Number)
	default:
		v.report.Newest = &c
	}
}

// compareHeads says of each head kept elsewhere whether the ledger still begins with it.
func (v *verifier) compareHeads(Against) error {
	for _, h := range v.heads {
		c, wrong := v.known.read(h.Note)
		if !h.readable && wrong == "" {
			wrong = "is no checkpoint of a ledger"
		}
		switch {
		case wrong != "":
			v.report.fault("%s %s", h.Name, wrong)
		case !v.whole:
			v.report.fault("%s cannot be compared, because positions are missing", h.Name)
		case c.Size > v.tree.size:
			v.report.fault("%s was signed over %d lines, and there are %d: the ledger was cut off", h.Name, c.Size, v.tree.size)
		case !h.contained:
			v.report.fault("the first %d lines are not those that %s was signed over on %s: one of them was changed, or their order was",
				c.Size, h.Name, c.SignedAt.Format(time.DateTime))
		default:
			if err := v.standsHere(h, c); err != nil {
				return err
			}
		}
	}
	return nil
}

// standsHere looks for the head among the stored checkpoints: it was taken from there.
func (v *verifier) standsHere(h kept, c ledger.Checkpoint) error {
	var row checkpointRow
	err := v.tx.DB().Take(&row, "number = ?", c.Number).Error
	switch {
	case storage.Absent(err):
		v.report.fault("%s is checkpoint %d, and the database has no such checkpoint", h.Name, c.Number)
		return nil
	case err != nil:
		return err
	case row.Note != h.Note:
		v.report.fault("%s is checkpoint %d, and the database has another one under that number", h.Name, c.Number)
		return nil
	}
	c.SignedAt = models.UTC(c.SignedAt)
	v.report.Heads = append(v.report.Heads, c)
	return nil
}
