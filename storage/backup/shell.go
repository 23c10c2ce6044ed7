package backup

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"io"
	"strings"

	"filippo.io/age"
	"github.com/klauspost/compress/zstd"
)

// The outer layers of the file: age, the seal, zstd.

// The seal is a frame that decompressors skip: eight bytes that say so, and the SHA-256 of all bytes before it.
const (
	skippedFrame = 0x184D2A5E
	sealSize     = 8 + sha256.Size
)

func seal(h hash.Hash) []byte {
	b := binary.LittleEndian.AppendUint32(nil, skippedFrame)
	b = binary.LittleEndian.AppendUint32(b, sha256.Size)
	return h.Sum(b)
}

// Recipients are the public keys that a backup is closed with.
type Recipients []age.Recipient

// Identities are the secret keys that may open it.
type Identities []age.Identity

// ParseRecipients reads the public keys (age1…, separated by commas or spaces) that backups are closed with.
func ParseRecipients(text string) (Recipients, error) {
	lines := strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' || r == '\n' })
	if len(lines) == 0 {
		return nil, nil
	}
	recipients, err := age.ParseRecipients(strings.NewReader(strings.Join(lines, "\n")))
	if err != nil {
		return nil, errors.New("not a public key of age (age1…); a secret key does not belong here. `linli backup new-key` makes a pair")
	}
	return recipients, nil
}

// ParseIdentities reads the text of a file with secret keys (AGE-SECRET-KEY-…).
func ParseIdentities(text string) (Identities, error) {
	if strings.TrimSpace(text) == "" {
		return nil, nil
	}
	identities, err := age.ParseIdentities(strings.NewReader(text))
	if err != nil {
		return nil, errors.New("not a file with secret keys of age (AGE-SECRET-KEY-…)")
	}
	return identities, nil
}

// NewKey makes a pair of keys: the text of the file to keep off the machine, and the public key.
func NewKey() (file, public string, err error) {
	identity, err := age.GenerateX25519Identity()
	if err != nil {
		return "", "", err
	}
	public = identity.Recipient().String()
	return fmt.Sprintf("# Linli backups, public key: %s\n%s\n", public, identity), public, nil
}

// wrapping takes what is to be kept and writes the layers around it.
type wrapping struct {
	outer  io.WriteCloser // age, or nothing
	sealed *hashing
	inner  *zstd.Encoder
}

type hashing struct {
	io.Writer
	hash hash.Hash
}

func (h *hashing) Write(p []byte) (int, error) {
	n, err := h.Writer.Write(p)
	h.hash.Write(p[:n])
	return n, err
}

type unclosed struct{ io.Writer }

func (unclosed) Close() error { return nil }

func wrapInto(w io.Writer, recipients Recipients) (*wrapping, error) {
	x := &wrapping{outer: unclosed{w}}
	var err error
	if len(recipients) > 0 {
		if x.outer, err = age.Encrypt(w, recipients...); err != nil {
			return nil, err
		}
	}
	x.sealed = &hashing{x.outer, sha256.New()}
	// One core and four megabytes are enough: most of the bytes are photos, which do not get smaller.
	x.inner, err = zstd.NewWriter(x.sealed, zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(4<<20))
	return x, err
}

func (x *wrapping) Write(p []byte) (int, error) { return x.inner.Write(p) }

func (x *wrapping) Close() error {
	if err := x.inner.Close(); err != nil {
		return err
	}
	if _, err := x.outer.Write(seal(x.sealed.hash)); err != nil {
		return err
	}
	return x.outer.Close()
}

// unwrapping gives what was kept, and at the end says whether the seal is right.
type unwrapping struct {
	inner  *zstd.Decoder
	sealed *unsealing
}

// ageBegin is how every file of age begins.
const ageBegin = "age-encryption.org/"

// unwrap opens the layers. The error is ErrKey when no identity fits.
func unwrap(r io.Reader, identities Identities) (*unwrapping, error) {
	buffered := bufio.NewReaderSize(r, 1<<20)
	begin, _ := buffered.Peek(len(ageBegin))
	var inside io.Reader = buffered
	if bytes.Equal(begin, []byte(ageBegin)) {
		if len(identities) == 0 {
			return nil, fmt.Errorf("%w: it is encrypted; name the file with the secret key in LINLI_BACKUP_IDENTITY_FILE", ErrKey)
		}
		var err error
		inside, err = age.Decrypt(buffered, identities...)
		if _, ok := errors.AsType[*age.NoIdentityMatchError](err); ok {
			return nil, fmt.Errorf("%w: none of the secret keys given fits", ErrKey)
		}
		if err != nil {
			return nil, damaged("%v", err)
		}
	}
	x := &unwrapping{sealed: &unsealing{r: inside, hash: sha256.New()}}
	var err error
	x.inner, err = zstd.NewReader(x.sealed, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(8<<20))
	return x, err
}

func (x *unwrapping) Read(p []byte) (int, error) { return x.inner.Read(p) }

// finish reads to the end, where only padding may follow, and looks at the seal.
func (x *unwrapping) finish() error {
	rest, err := io.ReadAll(io.LimitReader(x.inner, 1<<20))
	if err != nil {
		return damaged("%v", err)
	}
	if len(bytes.Trim(rest, "\x00")) > 0 {
		return damaged("something follows after its end")
	}
	// The decompressor stops at the end of its data; whatever follows outside has to be the seal and nothing else.
	if _, err := io.Copy(io.Discard, x.sealed); err != nil {
		return damaged("%v", err)
	}
	if !x.sealed.whole() {
		return damaged("its last bytes do not fit the rest")
	}
	return nil
}

func (x *unwrapping) close() { x.inner.Close() }

// unsealing passes on all but the last bytes, which it keeps for comparing.
type unsealing struct {
	r    io.Reader
	hash hash.Hash
	held []byte // the newest bytes, sealSize of them or more
	err  error
	next [64 << 10]byte
}

func (u *unsealing) Read(p []byte) (int, error) {
	for len(u.held) <= sealSize && u.err == nil {
		n, err := u.r.Read(u.next[:])
		u.held, u.err = append(u.held, u.next[:n]...), err
	}
	if ready := len(u.held) - sealSize; ready > 0 {
		n := copy(p, u.held[:ready])
		u.hash.Write(p[:n])
		u.held = u.held[n:]
		return n, nil
	}
	return 0, u.err
}

func (u *unsealing) whole() bool {
	return errors.Is(u.err, io.EOF) && bytes.Equal(u.held, seal(u.hash))
}
