// Package ledger says what the sealed ledger shows to others: signed checkpoints of its tree, and proofs that a line
// stands in it. The tree is that of RFC 6962; its root covers every line that has a position.
package ledger

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"linli/models"
)

// Checkpoint says what the ledger was at one moment: how many lines had a position, and the root of the tree over them.
// Whoever keeps one can prove any later change of those lines.
type Checkpoint struct {
	Number   int64     // counts up from 1 without a gap
	Size     int64     // lines that the root covers
	Root     string    // base64 of 32 bytes
	SignedAt time.Time // UTC, whole seconds
}

// RootSize is the length of a root in bytes.
const RootSize = 32

// Record is the text of a line in the tree: its id and its leaf, so that neither can be given to another.
func Record(lineID int64, leaf string) []byte {
	return []byte(strconv.FormatInt(lineID, 10) + " " + leaf + "\n")
}

// Text is what is signed. Its first three lines are those of a tlog checkpoint: the ledger's name, the size and the
// root; the others are ours.
func (c Checkpoint) Text(origin string) string {
	return fmt.Sprintf("%s\n%d\n%s\nnumber %d\ntime %s\n", origin, c.Size, c.Root, c.Number, c.SignedAt.UTC().Format(time.RFC3339))
}

var errText = errors.New("is not the text of a checkpoint")

// ParseText reads what Text wrote, and nothing else.
func ParseText(text string) (c Checkpoint, origin string, err error) {
	lines := strings.Split(text, "\n")
	if len(lines) != 6 {
		return c, "", errText
	}
	origin, c.Root = lines[0], lines[2]
	c.Size, _ = strconv.ParseInt(lines[1], 10, 64)
	number, _ := strings.CutPrefix(lines[3], "number ")
	c.Number, _ = strconv.ParseInt(number, 10, 64)
	at, _ := strings.CutPrefix(lines[4], "time ")
	signed, _ := time.Parse(time.RFC3339, at)
	c.SignedAt = models.UTC(signed)
	root, err := base64.StdEncoding.DecodeString(c.Root)
	if err != nil || len(root) != RootSize || c.Size < 1 || c.Number < 1 || c.Text(origin) != text {
		return Checkpoint{}, "", errText
	}
	return c, origin, nil
}

// Due reports whether another checkpoint belongs to now's hour: one an hour, at its first chance.
func (c Checkpoint) Due(now time.Time) bool {
	return now.UTC().Truncate(time.Hour).After(c.SignedAt)
}
