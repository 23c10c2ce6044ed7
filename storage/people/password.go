package people

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"
	"sync"
	"time"

	"golang.org/x/crypto/argon2"

	"linli/models"
)

// The work of one password hash: argon2id, 19 MiB, two passes, one thread (the least that OWASP names).
const (
	hashMemory = 19 * 1024
	hashTime   = 2
	hashBytes  = 32
	hashQueue  = 10 * time.Second
)

var hashText = base64.RawStdEncoding

// HashPassword gives what the account row keeps. It takes about 25 ms and 19 MiB; the demo county hashes one password
// once and uses it for all.
func HashPassword(password string) string {
	salt := make([]byte, 16)
	rand.Read(salt) // never fails since Go 1.24
	sum := argon2.IDKey([]byte(password), salt, hashTime, hashMemory, 1, hashBytes)
	return fmt.Sprintf("$argon2id$v=19$m=%d,t=%d,p=1$%s$%s", hashMemory, hashTime, hashText.EncodeToString(salt), hashText.EncodeToString(sum))
}

// decoy is compared with where there is no account or no password, so that both cost the same.
var decoy = sync.OnceValue(func() string { return HashPassword("nobody has this password") })

// matches reports whether password is the one behind hash.
func matches(hash, password string) bool {
	known := hash != ""
	if !known {
		hash = decoy()
	}
	parts := strings.Split(hash, "$")
	var memory, passes uint32
	if len(parts) != 6 || parts[1] != "argon2id" || parts[2] != "v=19" {
		return false
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=1", &memory, &passes); err != nil || memory > 1<<18 || passes == 0 || passes > 16 {
		return false
	}
	salt, err := hashText.DecodeString(parts[4])
	if err != nil {
		return false
	}
	want, err := hashText.DecodeString(parts[5])
	if err != nil || len(want) == 0 {
		return false
	}
	got := argon2.IDKey([]byte(password), salt, passes, memory, 1, uint32(len(want))) // #nosec G115 -- from our own row, 32 bytes
	return subtle.ConstantTimeCompare(got, want) == 1 && known
}

// hashTurn waits for one of the two places to hash in; who waits too long is asked to come again.
func (s *Store) hashTurn(ctx context.Context) (done func(), err error) {
	ctx, cancel := context.WithTimeout(ctx, hashQueue)
	defer cancel()
	select {
	case s.hashing <- struct{}{}:
		return func() { <-s.hashing }, nil
	case <-ctx.Done():
		return nil, &models.Error{Kind: models.Unavailable, Code: "session.busy"}
	}
}

func (s *Store) hash(ctx context.Context, password string) (string, error) {
	done, err := s.hashTurn(ctx)
	if err != nil {
		return "", err
	}
	defer done()
	return HashPassword(password), nil
}

func (s *Store) compare(ctx context.Context, hash, password string) (bool, error) {
	done, err := s.hashTurn(ctx)
	if err != nil {
		return false, err
	}
	defer done()
	return matches(hash, password), nil
}
