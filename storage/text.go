package storage

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strconv"
)

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

// ContentHash is the fingerprint of what a phone sent under a client id: the same content again is the same request,
// other content under the same id is a conflict (DECISIONS 7). v must marshal to JSON.
func ContentHash(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic("storage.ContentHash: " + err.Error()) // a value of ours that cannot be JSON is a mistake in the program
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}
