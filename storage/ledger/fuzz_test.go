package ledger

import (
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"linli/models/ledger"
)

// FuzzSignedCheckpoint: nothing is taken for a checkpoint of a key that this key has not signed, whatever the text and
// wherever it was changed.
func FuzzSignedCheckpoint(f *testing.F) {
	signer, err := SignerOf([]byte("01234567890123456789012345678901"))
	if err != nil {
		f.Fatal(err)
	}
	made := ledger.Checkpoint{Number: 1, Size: 2, Root: strings.Repeat("A", 43) + "=", SignedAt: time.Unix(1_800_000_000, 0).UTC()}
	signed, err := note.Sign(&note.Note{Text: made.Text(signer.Name())}, signer)
	if err != nil {
		f.Fatal(err)
	}
	ring := &keyring{}
	if err := ring.add(signer.Key); err != nil {
		f.Fatal(err)
	}
	f.Add(string(signed), 0, "")
	f.Add(string(signed), 30, "7")
	f.Add("— linli AAAA\n", 0, "\n\n")
	f.Fuzz(func(t *testing.T, text string, at int, put string) {
		at = int(uint(at) % uint(len(signed)+1))
		for _, one := range []string{text, string(signed[:at]) + put + string(signed[at:]), string(signed[:at]) + put} {
			c, wrong := ring.read(one)
			if wrong == "" && (c != made || !strings.HasPrefix(one, made.Text(signer.Name()))) {
				t.Errorf("%q is taken for a checkpoint", one)
			}
			unsigned(one)
		}
	})
}

// FuzzKeys: what is taken for a key signs, and its verifier key knows the signature; a refusal tells nothing of the key.
func FuzzKeys(f *testing.F) {
	key, err := NewKey("linli")
	if err != nil {
		f.Fatal(err)
	}
	for _, seed := range []string{key, " " + key + "\n", "PRIVATE+KEY+a+b+c", "PRIVATE+KEY+", "a+b+c", strings.Replace(key, "linli", "li nli", 1)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		ring := &keyring{}
		if err := ring.add(text); err != nil && len(text) > 8 && strings.Contains(err.Error(), text) {
			t.Errorf("%v", err)
		}
		signer, err := NewSigner(text)
		if err != nil {
			if len(text) > 8 && strings.Contains(err.Error(), text) {
				t.Errorf("%v", err)
			}
			return
		}
		signed, err := note.Sign(&note.Note{Text: "text\n"}, signer)
		if err != nil {
			t.Fatal(err)
		}
		verifier, err := note.NewVerifier(signer.Key)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := note.Open(signed, note.VerifierList(verifier)); err != nil {
			t.Errorf("%s does not know what it signed: %v", signer.Key, err)
		}
	})
}
