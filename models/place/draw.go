package place

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"slices"
	"strings"
)

// A verifiable draw (双随机, TRUST 5): a list and a secret are committed, a beacon that nobody could know then is added, and
// what is drawn follows from the three by SHA-256 alone, so that anybody can draw it again once the secret is told.

// drawTag is the name of the protocol. It is the first line of what is hashed, so that no other hash can be taken for a seed.
const drawTag = "draw/v1"

// ListHash is the SHA-256 of the lines, sorted bytewise, each with a line feed, in hexadecimal.
func ListHash(lines []string) string {
	sorted := slices.Sorted(slices.Values(lines))
	return hexHash(strings.Join(sorted, "\n") + "\n")
}

// SecretHash is what is told of a secret, itself in hexadecimal, before the draw: the SHA-256 of that text.
func SecretHash(secretHex string) string { return hexHash(secretHex) }

func hexHash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// DrawSeed is the seed of the draw id over a list: 32 bytes.
func DrawSeed(id, listHash, beacon, secretHex string) []byte {
	sum := sha256.Sum256([]byte(strings.Join([]string{drawTag, id, listHash, beacon, secretHex, ""}, "\n")))
	return sum[:]
}

// DrawTicket is the lot of one thing in the draw.
func DrawTicket(seed []byte, thing string) [sha256.Size]byte {
	return sha256.Sum256(append(append(slices.Clone(seed), 0), thing...))
}

// lotNumbers are the first two numbers of a lot: eight bytes each, the highest first.
func lotNumbers(lot [sha256.Size]byte) (first, second uint64) {
	return binary.BigEndian.Uint64(lot[:8]), binary.BigEndian.Uint64(lot[8:16])
}
