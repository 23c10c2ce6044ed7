package ledger

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/note"
)

// Signer is the key that signs checkpoints, with the ledger's name in it.
type Signer struct {
	note.Signer
	// Key is the verifier key: what others need to check a signature. It is no secret.
	Key string
}

const (
	privatePrefix = "PRIVATE+KEY+"
	ed25519Mark   = 1 // note's number for Ed25519
)

// NewSigner takes a signing key of note's own form, as NewKey makes it.
func NewSigner(key string) (*Signer, error) {
	signer, err := note.NewSigner(strings.TrimSpace(key))
	if err != nil {
		return nil, errors.New("is not a signing key as `linli ledger new-key` makes it")
	}
	// Of the form PRIVATE+KEY+name+hash+data; note.NewSigner has looked at every part.
	rest, _ := strings.CutPrefix(strings.TrimSpace(key), privatePrefix)
	parts := strings.SplitN(rest, "+", 3)
	data, err := base64.StdEncoding.DecodeString(parts[2])
	if err != nil || len(data) != 1+ed25519.SeedSize {
		return nil, errors.New("is not an Ed25519 key")
	}
	verifier, err := note.NewEd25519VerifierKey(signer.Name(), publicOf(data[1:]))
	return &Signer{Signer: signer, Key: verifier}, err
}

// SignerOf makes the signer of a seed of 32 bytes. The name is made of the key itself, so that it never changes.
func SignerOf(seed []byte) (*Signer, error) {
	if len(seed) != ed25519.SeedSize {
		return nil, fmt.Errorf("the ledger's key has %d bytes, need %d", len(seed), ed25519.SeedSize)
	}
	sum := sha256.Sum256(publicOf(seed))
	text, err := signingKey("linli-ledger-"+hex.EncodeToString(sum[:4]), seed)
	if err != nil {
		return nil, err
	}
	return NewSigner(text)
}

// NewKey makes a signing key under a name, or under one made of the key itself where name is empty. The name must have
// no space and no plus sign in it.
func NewKey(name string) (string, error) {
	seed := make([]byte, ed25519.SeedSize)
	rand.Read(seed) // never fails since Go 1.24
	if name == "" {
		sum := sha256.Sum256(publicOf(seed))
		name = "linli-ledger-" + hex.EncodeToString(sum[:4])
	}
	return signingKey(name, seed)
}

// signingKey writes a seed as note writes it.
func signingKey(name string, seed []byte) (string, error) {
	verifier, err := note.NewEd25519VerifierKey(name, publicOf(seed))
	if err != nil {
		return "", err
	}
	if _, err := note.NewVerifier(verifier); err != nil {
		return "", errors.New("a ledger's name has no space and no plus sign in it")
	}
	hash := strings.SplitN(verifier, "+", 3)[1]
	return privatePrefix + name + "+" + hash + "+" + base64.StdEncoding.EncodeToString(append([]byte{ed25519Mark}, seed...)), nil
}

func publicOf(seed []byte) ed25519.PublicKey {
	return ed25519.NewKeyFromSeed(seed).Public().(ed25519.PublicKey)
}
