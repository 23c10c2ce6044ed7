package backup

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"linli/storage"
)

// Restoring says where a backup is restored to.
type Restoring struct {
	// Database is the empty place: a folder without a database, or an empty Postgres database.
	Database storage.Options
	// S3 is the store of the photos; nil means the folder "photos" in Database.Dir, which has to be empty. A bucket need
	// not be: a photo's name is the hash of its bytes, so what is there already is either the same or is mended.
	S3 storage.Blobs
	// Identities are the secret keys that may open the file.
	Identities Identities
	Progress   Progress
}

// photosName is the folder of the photos, in the data folder and, until they are all there, in the staging folder.
const photosName = "photos"

// Restore reads a backup into an empty place, and then compares what is there, row by row and photo by photo, with what
// was written. Until all of that has gone well nothing counts: no program opens the database before.
func Restore(ctx context.Context, r io.Reader, to Restoring) (Header, Manifest, error) {
	x := &restorer{Restoring: to}
	header, manifest, err := read(ctx, r, to.Identities, x, to.Progress)
	if putErr := x.endPhotos(); putErr != nil {
		err = putErr // the reason; the reader was only told that no more photos are wanted
	}
	if err == nil {
		err = x.comparePhotos(ctx, manifest)
	}
	x.closeStore()
	if err != nil {
		if x.refill != nil {
			err = errors.Join(err, x.refill.Abandon())
		}
		return header, manifest, err
	}
	// Should this fail, what tells of the restore stays, and with it the next one may clear away what is there.
	return header, manifest, x.refill.Finish(ctx, x.placePhotos)
}

// restorer takes what is read and writes it.
type restorer struct {
	Restoring
	refill  *storage.Refill
	loading *storage.Loading
	tables  []Table
	blobs   storage.Blobs
	puts    *errgroup.Group
	putting context.Context // ends when one could not be put
}

func (x *restorer) begin(ctx context.Context, h Header) error {
	cutOff := storage.CutOff(x.Database.Dir)
	if x.S3 == nil {
		if err := storage.RefusePhotos(x.Database.Dir); err != nil {
			return err
		}
	}
	var err error
	if x.refill, err = storage.NewRefill(ctx, x.Database, h.Schema); err != nil {
		return err
	}
	if cutOff && x.S3 == nil { // now that nobody else has them
		if err := os.RemoveAll(x.photosFolder()); err != nil {
			return err
		}
	}
	x.tables = h.Tables
	x.loading, err = x.refill.Load(ctx)
	return err
}

func (x *restorer) photosFolder() string { return filepath.Join(x.Database.Dir, photosName) }

func (x *restorer) table(ctx context.Context, t storage.Table, next storage.Source) error {
	return x.loading.Load(ctx, t, next)
}

// rowsEnd reads the rows back before they are kept, and compares them with those that passed.
func (x *restorer) rowsEnd(ctx context.Context, found Manifest) error {
	defer func() {
		x.loading.Close()
		x.loading = nil
	}()
	var loaded []storage.Table
	for _, t := range x.tables {
		loaded = append(loaded, t.Table)
		if err := x.loading.SetLast(ctx, t.Table, t.Last); err != nil {
			return err
		}
	}
	if missing := x.loading.Lacks(loaded); len(missing) > 0 {
		return damaged("it has no table %s", strings.Join(missing, ", "))
	}
	back, err := x.loading.Look(ctx)
	if err != nil {
		return err
	}
	var ledger ledgerSum
	for _, t := range x.tables {
		if err := x.compareTable(ctx, back, t, found, &ledger); err != nil {
			return err
		}
	}
	if ledger.sum != found.Ledger {
		return errors.New("the ledger came back different from what was written into it")
	}
	return x.loading.Commit(ctx)
}

func (x *restorer) compareTable(ctx context.Context, back *storage.Snapshot, t Table, found Manifest, ledger *ledgerSum) error {
	sum := newTableSum()
	ledger.table(t.Table)
	var line []byte
	err := back.Rows(ctx, t.Table, func(row []any) (err error) {
		if line, err = appendRow(line[:0], t.Columns, row); err != nil {
			return err
		}
		sum.add(line)
		ledger.add(row)
		x.Progress.tell("comparing "+t.Name, sum.rows, found.Tables[t.Name].Rows)
		return nil
	})
	if err != nil {
		return err
	}
	last, err := back.Last(ctx, t.Table)
	if err != nil {
		return err
	}
	if sum.sum() != found.Tables[t.Name] || last != t.Last {
		return fmt.Errorf("table %s came back different from what was written into it", t.Name)
	}
	return nil
}

// putAtOnce is how many photos are written at a time: each waits for the medium or for a server.
const putAtOnce = 8

func (x *restorer) photo(ctx context.Context, name string, b []byte) error {
	if x.blobs == nil {
		if err := x.openStore(ctx); err != nil {
			return err
		}
	}
	x.puts.Go(func() error { return x.blobs.Put(x.putting, name, bytes.NewReader(b), int64(len(b))) })
	return x.putting.Err()
}

func (x *restorer) openStore(ctx context.Context) (err error) {
	x.puts, x.putting = errgroup.WithContext(ctx)
	x.puts.SetLimit(putAtOnce)
	if x.blobs = x.S3; x.S3 == nil {
		x.blobs, err = storage.OpenDiskBlobs(filepath.Join(storage.StagingFolder(x.Database.Dir), photosName))
	}
	return err
}

// endPhotos waits for the photos that are on their way, and lets go of a database whose filling broke off.
func (x *restorer) endPhotos() error {
	if x.loading != nil {
		x.loading.Close()
	}
	if x.puts == nil {
		return nil
	}
	return x.puts.Wait()
}

func (x *restorer) closeStore() {
	if closer, ok := x.blobs.(io.Closer); ok && x.S3 == nil {
		closer.Close()
	}
}

// comparePhotos asks the restored database which photos it speaks of, and reads each of them from the store.
func (x *restorer) comparePhotos(ctx context.Context, manifest Manifest) error {
	if x.blobs == nil {
		if err := x.openStore(ctx); err != nil {
			return err
		}
	}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(putAtOnce)
	var done int64
	err := x.refill.Snapshot(ctx, func(s *storage.Snapshot) error {
		return s.Blobs(ctx, func(name string) error {
			if slices.Contains(manifest.Photos.Missing, name) {
				return nil
			}
			done++
			x.Progress.tell("comparing photos", done, manifest.Photos.Count)
			group.Go(func() error {
				_, err := storage.ReadBlob(ctx, x.blobs, name, blobLimit)
				return err
			})
			return ctx.Err()
		})
	})
	if groupErr := group.Wait(); groupErr != nil {
		err = groupErr // the reason; the other one is only that the rest was called off
	}
	if err == nil && done != manifest.Photos.Count {
		err = fmt.Errorf("the rows speak of %d photos, %d were restored", done, manifest.Photos.Count)
	}
	return err
}

// placePhotos moves the photos to where the program looks for them.
func (x *restorer) placePhotos() error {
	if x.S3 != nil {
		return nil
	}
	return storage.PlacePhotos(x.Database.Dir)
}
