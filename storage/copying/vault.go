package copying

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"filippo.io/age"
	"github.com/benbjohnson/litestream"
	"github.com/superfly/ltx"
)

// lock closes files for the keys that may open them, beside a folder for what is on its way.
type lock struct {
	place      Place
	recipients []age.Recipient
	identities []age.Identity
	temporary  string // folder on this machine
}

// put encrypts r and stores it. name is asked when the number of bytes inside is known.
func (l *lock) put(ctx context.Context, r io.Reader, name func(size int64) string) (size int64, err error) {
	f, err := os.CreateTemp(l.temporary, "closing-*.tmp")
	if err != nil {
		return 0, err
	}
	defer f.Close()
	defer os.Remove(f.Name())
	closing, err := age.Encrypt(f, l.recipients...)
	if err != nil {
		return 0, err
	}
	if size, err = io.Copy(closing, r); err != nil {
		return 0, err
	}
	if err := closing.Close(); err != nil {
		return 0, err
	}
	whole, err := f.Seek(0, io.SeekCurrent)
	if err != nil {
		return 0, err
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return 0, err
	}
	return size, l.place.Put(ctx, name(size), f, whole)
}

// get opens what is stored under a name.
func (l *lock) get(ctx context.Context, name string) (io.ReadCloser, error) {
	body, err := l.place.Get(ctx, name)
	if err != nil {
		return nil, err
	}
	inside, err := age.Decrypt(body, l.identities...)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", name, err), body.Close())
	}
	return &opened{inside, body}, nil
}

type opened struct {
	io.Reader
	io.Closer
}

// vault is where Litestream keeps the files of one life. It knows what is there without asking again: nobody else
// writes there. The moment of a file is when its last change had been made for certain, not when it was written down.
type vault struct {
	lock
	life   life
	moment atomic.Int64 // milliseconds: everything before it is in the files that are written now

	mu    sync.Mutex
	files map[span]stored
}

type span struct {
	level    int
	min, max ltx.TXID
}

type stored struct {
	name string
	at   time.Time
	size int64
}

func (v *vault) name(s span, at time.Time, size int64) string {
	file := fmt.Sprintf("%016x-%016x.%d.%d", uint64(s.min), uint64(s.max), at.UnixMilli(), size)
	return path.Join(v.life.folder(), strconv.Itoa(s.level), file)
}

// load reads the names of all files of the life.
func (v *vault) load(ctx context.Context) error {
	files := map[span]stored{}
	err := v.place.List(ctx, v.life.folder(), func(name string) {
		if s, f, ok := parseFile(strings.TrimPrefix(name, v.life.folder())); ok {
			f.name = name
			if was, twice := files[s]; !twice || was.at.Before(f.at) {
				files[s] = f
			}
		}
	})
	v.mu.Lock()
	defer v.mu.Unlock()
	v.files = files
	return err
}

func parseFile(name string) (s span, f stored, ok bool) {
	level, file, found := strings.Cut(name, "/")
	parts := strings.Split(file, ".")
	if !found || len(parts) != 3 {
		return s, f, false
	}
	var err [4]error
	s.level, err[0] = strconv.Atoi(level)
	s.min, s.max, err[1] = ltx.ParseFilename(parts[0] + ".ltx")
	ms, e := strconv.ParseInt(parts[1], 10, 64)
	err[2] = e
	f.size, err[3] = strconv.ParseInt(parts[2], 10, 64)
	f.at = time.UnixMilli(ms).UTC()
	return s, f, errors.Join(err[:]...) == nil
}

// newest is the moment of the newest change. The files of single turns tell it (the last of them is always kept); a whole
// copy of the database is dated by when it was made, which is later than what it shows.
func (v *vault) newest(max ltx.TXID) (at time.Time) {
	v.mu.Lock()
	defer v.mu.Unlock()
	for s, f := range v.files {
		if s.max == max && s.level == 0 {
			return f.at
		}
		if s.max == max && (at.IsZero() || f.at.Before(at)) {
			at = f.at
		}
	}
	return at
}

// What Litestream asks of a client.

func (v *vault) Type() string               { return "linli" }
func (v *vault) Init(context.Context) error { return nil }
func (v *vault) SetLogger(*slog.Logger)     {}

func (v *vault) LTXFiles(_ context.Context, level int, seek ltx.TXID, _ bool) (ltx.FileIterator, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	var list []*ltx.FileInfo
	for s, f := range v.files {
		if s.level == level && s.min >= seek {
			list = append(list, &ltx.FileInfo{Level: level, MinTXID: s.min, MaxTXID: s.max, Size: f.size, CreatedAt: f.at})
		}
	}
	slices.SortFunc(list, func(a, b *ltx.FileInfo) int {
		return cmp.Or(cmp.Compare(a.MinTXID, b.MinTXID), cmp.Compare(a.MaxTXID, b.MaxTXID))
	})
	return ltx.NewFileInfoSliceIterator(list), nil
}

func (v *vault) OpenLTXFile(ctx context.Context, level int, min, max ltx.TXID, offset, size int64) (io.ReadCloser, error) {
	v.mu.Lock()
	f, known := v.files[span{level, min, max}]
	v.mu.Unlock()
	if !known {
		return nil, fmt.Errorf("level %d, %s to %s: %w", level, min, max, fs.ErrNotExist)
	}
	r, err := v.get(ctx, f.name)
	if err != nil {
		return nil, err
	}
	if _, err := io.CopyN(io.Discard, r, offset); err != nil {
		return nil, errors.Join(err, r.Close())
	}
	if size > 0 {
		return &opened{io.LimitReader(r, size), r}, nil
	}
	return r, nil
}

func (v *vault) WriteLTXFile(ctx context.Context, level int, min, max ltx.TXID, r io.Reader) (*ltx.FileInfo, error) {
	var begin bytes.Buffer
	header, _, err := ltx.PeekHeader(io.TeeReader(r, &begin))
	if err != nil {
		return nil, fmt.Errorf("header of pages: %w", err)
	}
	s := span{level, min, max}
	f := stored{at: time.UnixMilli(header.Timestamp).UTC()}
	if certain := time.UnixMilli(v.moment.Load()).UTC(); level == 0 && certain.Before(f.at) {
		f.at = certain
	}
	f.size, err = v.put(ctx, io.MultiReader(&begin, r), func(size int64) string {
		f.name = v.name(s, f.at, size)
		return f.name
	})
	if err != nil {
		return nil, err
	}
	v.mu.Lock()
	was, twice := v.files[s]
	v.files[s] = f
	v.mu.Unlock()
	if twice && was.name != f.name {
		err = v.place.Delete(ctx, was.name)
	}
	return &ltx.FileInfo{Level: level, MinTXID: min, MaxTXID: max, Size: f.size, CreatedAt: f.at}, err
}

func (v *vault) DeleteLTXFiles(ctx context.Context, list []*ltx.FileInfo) error {
	for _, info := range list {
		s := span{info.Level, info.MinTXID, info.MaxTXID}
		v.mu.Lock()
		f, known := v.files[s]
		v.mu.Unlock()
		if !known {
			continue
		}
		if err := v.place.Delete(ctx, f.name); err != nil {
			return err
		}
		v.mu.Lock()
		delete(v.files, s)
		v.mu.Unlock()
	}
	return nil
}

func (v *vault) DeleteAll(context.Context) error { return errors.New("a copy is never deleted whole") }

var _ litestream.ReplicaClient = (*vault)(nil)
