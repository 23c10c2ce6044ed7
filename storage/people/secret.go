package people

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"math/big"
)

var secretText = base64.RawURLEncoding

// readSecret reads what secretText wrote, in that spelling only: the decoder passes over line breaks, and over the
// bits of the last letter that no byte needs, so that one secret would have many spellings.
func readSecret(text string) ([]byte, bool) {
	b, err := secretText.DecodeString(text)
	return b, err == nil && secretText.EncodeToString(b) == text
}

// A refresh token is the session's id, 256 random bits, and a mark by which we know a token of ours again after its
// hash is gone: an old token that comes back means that somebody has a copy.
const (
	tokenRandom = 32
	tokenMark   = 16
	tokenBytes  = 8 + tokenRandom + tokenMark
)

func (s *Store) newRefreshToken(session int64) string {
	b := make([]byte, 8+tokenRandom, tokenBytes)
	binary.BigEndian.PutUint64(b, uint64(session)) // #nosec G115 -- the same 64 bits, read back below
	rand.Read(b[8:])
	return secretText.EncodeToString(append(b, s.mark(b)...))
}

// sessionOf reads the session's id out of a token that this installation made.
func (s *Store) sessionOf(token string) (int64, bool) {
	if len(token) != secretText.EncodedLen(tokenBytes) {
		return 0, false
	}
	b, ok := readSecret(token)
	if !ok {
		return 0, false
	}
	body, mark := b[:8+tokenRandom], b[8+tokenRandom:]
	return int64(binary.BigEndian.Uint64(body)), hmac.Equal(mark, s.mark(body)) // #nosec G115 -- the same 64 bits
}

func (s *Store) mark(body []byte) []byte {
	mac := hmac.New(sha256.New, s.key)
	mac.Write([]byte("refresh token\x00"))
	mac.Write(body)
	return mac.Sum(nil)[:tokenMark]
}

// randomSecret is 256 random bits as text.
func randomSecret() string {
	b := make([]byte, 32)
	rand.Read(b)
	return secretText.EncodeToString(b)
}

func hashSecret(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// newCode is six random digits, each of the million equally likely.
func newCode() string {
	n, _ := rand.Int(rand.Reader, big.NewInt(1_000_000)) // never fails since Go 1.24
	text := "000000" + n.String()
	return text[len(text)-6:]
}

// seal locks successor with a key made from the token that it replaces: whoever presents the old token can be given
// the new one again, and the database alone gives neither away.
func seal(token, successor string) (string, error) {
	return lock([]byte(token), "linli refresh successor", nil, []byte(successor))
}

func unseal(token, sealed string) (string, error) {
	successor, err := unlock([]byte(token), "linli refresh successor", nil, sealed)
	return string(successor), err
}

// lock seals plain (AES-256-GCM) with a key derived from key for one purpose only. bound is not hidden but held fast:
// what was sealed for one account does not open as another's.
func lock(key []byte, purpose string, bound, plain []byte) (string, error) {
	box, err := boxFor(key, purpose)
	if err != nil {
		return "", err
	}
	nonce := make([]byte, box.NonceSize())
	rand.Read(nonce)
	return secretText.EncodeToString(box.Seal(nonce, nonce, plain, bound)), nil
}

// unlock opens what lock sealed with the same key, purpose and bound.
func unlock(key []byte, purpose string, bound []byte, sealed string) ([]byte, error) {
	box, err := boxFor(key, purpose)
	if err != nil {
		return nil, err
	}
	b, ok := readSecret(sealed)
	if !ok || len(b) < box.NonceSize() {
		return nil, errors.New("what was sealed is damaged")
	}
	return box.Open(nil, b[:box.NonceSize()], b[box.NonceSize():], bound)
}

func boxFor(secret []byte, purpose string) (cipher.AEAD, error) {
	key, err := hkdf.Key(sha256.New, secret, nil, purpose, 32)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}
