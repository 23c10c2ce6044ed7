package people

import (
	"encoding/binary"
	"strings"
	"testing"
)

// FuzzRefreshToken: no text is a token of ours but those that we made, letter by letter.
func FuzzRefreshToken(f *testing.F) {
	s := &Store{key: []byte("01234567890123456789012345678901")}
	f.Add(s.newRefreshToken(7), 3, byte('A'))
	f.Add(strings.Repeat("A", 75), 0, byte('='))
	f.Add(strings.Repeat("A", 40)+strings.Repeat("\n", 35), 0, byte('='))
	for _, loose := range []byte("BFJNRVZdhlptx159") { // one of them differs from the last letter in no bit of any byte
		f.Add("", 74, loose)
	}
	f.Fuzz(func(t *testing.T, text string, at int, letter byte) {
		if id, ok := s.sessionOf(text); ok {
			b, _ := secretText.DecodeString(text)
			if uint64(id) != binary.BigEndian.Uint64(b) || secretText.EncodeToString(append(b[:8+tokenRandom:8+tokenRandom], s.mark(b[:8+tokenRandom])...)) != text {
				t.Errorf("%q is taken for a token of session %d", text, id)
			}
		}
		changed := []byte(s.newRefreshToken(1))
		i := int(uint(at) % uint(len(changed)))
		if changed[i] == letter {
			return
		}
		changed[i] = letter
		if _, ok := s.sessionOf(string(changed)); ok {
			t.Errorf("with %q at %d it is still a token", letter, i)
		}
	})
}

// FuzzUnlock: what was sealed opens with its own key, purpose and owner only, and not when a letter of it is another.
func FuzzUnlock(f *testing.F) {
	f.Add([]byte("key"), []byte("account 7"), []byte("secret"), "AAAA", 5, byte('A'))
	for _, loose := range []byte("BRhx") {
		f.Add([]byte("key"), []byte("account 7"), []byte("000"), "", 41, loose)
	}
	f.Fuzz(func(t *testing.T, key, bound, plain []byte, text string, at int, letter byte) {
		if opened, err := unlock(key, "fuzz", bound, text); err == nil {
			t.Fatalf("%q opens as %q", text, opened)
		}
		sealed, err := lock(key, "fuzz", bound, plain)
		if err != nil {
			t.Fatal(err)
		}
		if opened, err := unlock(key, "fuzz", bound, sealed); err != nil || string(opened) != string(plain) {
			t.Fatalf("%q, opened: %q %v", plain, opened, err)
		}
		for name, try := range map[string]func() ([]byte, error){
			"purpose": func() ([]byte, error) { return unlock(key, "other", bound, sealed) },
			"owner":   func() ([]byte, error) { return unlock(key, "fuzz", append(bound[:len(bound):len(bound)], 1), sealed) },
			"key":     func() ([]byte, error) { return unlock(append(key[:len(key):len(key)], 1), "fuzz", bound, sealed) },
		} {
			if _, err := try(); err == nil {
				t.Errorf("it opens with another %s", name)
			}
		}
		changed := []byte(sealed)
		if i := int(uint(at) % uint(len(changed))); changed[i] != letter {
			changed[i] = letter
			if _, err := unlock(key, "fuzz", bound, string(changed)); err == nil {
				t.Errorf("with %q at %d it still opens", letter, i)
			}
		}
	})
}
