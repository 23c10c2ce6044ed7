package backup

import (
	"archive/tar"
	"bufio"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"linli/models"
	"linli/storage"
)

// Making says what a backup is made of.
type Making struct {
	DB    *storage.DB
	Blobs storage.Blobs
	// Recipients are the public keys for which it is closed; none leaves it open to everybody who has the file.
	Recipients Recipients
	Program    string // the version, for whoever looks into the file
	MadeAt     time.Time
	Progress   Progress
}

// missingLimit is how many photos may be missing before it is the store that is wrong and not the photos.
const missingLimit = 10_000

// Make writes a backup to w. First the rows of one moment, then the photos that they speak of: a photo never changes and
// comes before its row, so the two fit however much is written meanwhile. A photo that the store does not have is noted
// in the manifest; a store that is away ends it with an error, and what was written is then no backup.
func Make(ctx context.Context, w io.Writer, m Making) (Manifest, error) {
	wrapped, err := wrapInto(w, m.Recipients)
	if err != nil {
		return Manifest{}, err
	}
	k := &maker{Making: m, tar: tar.NewWriter(wrapped)}
	k.manifest.Tables = map[string]TableSum{}
	names, err := os.CreateTemp("", "linli-photos-")
	if err != nil {
		return Manifest{}, err
	}
	defer names.Close()
	os.Remove(names.Name()) // it lives as long as it is open
	if err := m.DB.Snapshot(ctx, func(s *storage.Snapshot) error { return k.rows(ctx, s, names) }); err != nil {
		return Manifest{}, err
	}
	if err := k.photos(ctx, names); err != nil {
		return Manifest{}, err
	}
	if err := k.json(manifestEntry, k.manifest); err != nil {
		return Manifest{}, err
	}
	return k.manifest, errors.Join(k.tar.Close(), wrapped.Close())
}

// maker is one backup on its way.
type maker struct {
	Making
	tar      *tar.Writer
	manifest Manifest
	ledger   ledgerSum
	named    int64 // photos that the rows speak of
}

func (k *maker) entry(name string, b []byte) error {
	header := &tar.Header{Name: name, Mode: 0o600, Size: int64(len(b)), ModTime: k.MadeAt.Truncate(time.Second), Format: tar.FormatUSTAR}
	if err := k.tar.WriteHeader(header); err != nil {
		return err
	}
	_, err := k.tar.Write(b)
	return err
}

func (k *maker) json(name string, v any) error {
	b, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		return err
	}
	return k.entry(name, append(b, '\n'))
}

func (k *maker) rows(ctx context.Context, s *storage.Snapshot, names io.Writer) error {
	header := Header{Format: format, MadeAt: k.MadeAt, Program: k.Program, From: k.DB.Dialect(), Schema: s.Schema}
	for _, t := range s.Tables {
		last, err := s.Last(ctx, t)
		if err != nil {
			return err
		}
		header.Tables = append(header.Tables, Table{t, last})
	}
	if err := k.json(headerEntry, header); err != nil {
		return err
	}
	for _, t := range s.Tables {
		if err := k.table(ctx, s, t); err != nil {
			return err
		}
	}
	list := bufio.NewWriter(names)
	err := s.Blobs(ctx, func(name string) error {
		b, err := hex.DecodeString(name)
		if err != nil || len(b) != nameSize {
			return fmt.Errorf("%q is no name of a photo", name)
		}
		k.named++
		_, err = list.Write(b)
		return err
	})
	return errors.Join(err, list.Flush())
}

const nameSize = 32

func (k *maker) table(ctx context.Context, s *storage.Snapshot, t storage.Table) error {
	sum := newTableSum()
	k.ledger.table(t)
	var lines []byte
	part := 0
	flush := func() error {
		part++
		err := k.entry(fmt.Sprintf("%s%s/%06d", rowsFolder, t.Name, part), lines)
		lines = lines[:0]
		return err
	}
	err := s.Rows(ctx, t, func(row []any) (err error) {
		from := len(lines)
		if lines, err = appendRow(lines, t.Columns, row); err != nil {
			return err
		}
		if len(lines)-from > rowLimit {
			return fmt.Errorf("table %s: a row of %d bytes", t.Name, len(lines)-from)
		}
		sum.add(lines[from:])
		k.ledger.add(row)
		k.Progress.tell("table "+t.Name, sum.rows, 0)
		if len(lines) >= rowsSize {
			return flush()
		}
		return nil
	})
	if err == nil && len(lines) > 0 {
		err = flush()
	}
	k.manifest.Tables[t.Name], k.manifest.Ledger = sum.sum(), k.ledger.sum
	return err
}

// photos copies what the list names. Several are fetched at once: an S3 server answers slowly, but many.
func (k *maker) photos(ctx context.Context, list *os.File) error {
	if _, err := list.Seek(0, io.SeekStart); err != nil {
		return err
	}
	sum := newPhotoSum()
	missing := []string{}
	err := fetchAll(ctx, k.Blobs, bufio.NewReader(list), func(name string, b []byte) error {
		if b == nil {
			missing = append(missing, name)
			if len(missing) > missingLimit {
				return fmt.Errorf("more than %d photos are not in the store: is it the right one?", missingLimit)
			}
			return nil
		}
		sum.add(name, int64(len(b)))
		k.Progress.tell("photos", sum.count, k.named)
		return k.entry(photosFolder+name, b)
	})
	if err == nil && sum.count+int64(len(missing)) != k.named {
		err = fmt.Errorf("the list of photos broke off: %d of %d", sum.count+int64(len(missing)), k.named)
	}
	k.manifest.Photos = sum.sum(missing)
	return err
}

// fetchAhead is how many photos are fetched at once, and held.
const fetchAhead = 8

type fetched struct {
	name string
	b    []byte // nil: the store does not have it, or has something else under its name
	err  error
}

// fetchAll reads the photos of a list of names and hands them over in its order.
func fetchAll(ctx context.Context, blobs storage.Blobs, names io.Reader, each func(name string, b []byte) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	queue := make(chan chan fetched, fetchAhead)
	go func() {
		defer close(queue)
		for {
			var name [nameSize]byte
			if _, err := io.ReadFull(names, name[:]); err != nil {
				return // the list was written by us: its end is its end
			}
			answer := make(chan fetched, 1)
			select {
			case queue <- answer:
			case <-ctx.Done():
				return
			}
			go func() { answer <- fetch(ctx, blobs, hex.EncodeToString(name[:])) }()
		}
	}()
	for answer := range queue {
		f := <-answer
		if f.err != nil {
			return f.err
		}
		if err := each(f.name, f.b); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// fetch reads one photo. Bytes that do not fit their name are asked for once more: they may have changed on the way.
func fetch(ctx context.Context, blobs storage.Blobs, name string) fetched {
	var err error
	for range 3 {
		var b []byte
		if b, err = storage.ReadBlob(ctx, blobs, name, blobLimit); err == nil {
			return fetched{name: name, b: b}
		}
		if models.KindOf(err) == models.NotFound {
			return fetched{name: name}
		}
	}
	if errors.Is(err, storage.ErrSpoiltBlob) {
		return fetched{name: name}
	}
	return fetched{name: name, err: err}
}
