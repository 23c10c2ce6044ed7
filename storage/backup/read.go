package backup

import (
	"archive/tar"
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"

	"linli/storage"
)

// taker is what is done with a backup while it is read. Nothing that it is given is known to be whole before read has
// returned without an error.
type taker interface {
	// begin is told what is coming; it says whether the header suits.
	begin(ctx context.Context, h Header) error
	// table has to take all rows that next gives.
	table(ctx context.Context, t storage.Table, next storage.Source) error
	// rowsEnd comes after the last table, with what the tables and the ledger added up to.
	rowsEnd(ctx context.Context, found Manifest) error
	photo(ctx context.Context, name string, b []byte) error
}

// Verify reads a whole backup and says whether it is what was written, and complete in itself. It needs no database
// and writes nothing.
func Verify(ctx context.Context, r io.Reader, identities Identities, progress Progress) (Header, Manifest, error) {
	return read(ctx, r, identities, nothing{}, progress)
}

// nothing takes rows and photos and drops them.
type nothing struct{}

func (nothing) begin(context.Context, Header) error         { return nil }
func (nothing) rowsEnd(context.Context, Manifest) error     { return nil }
func (nothing) photo(context.Context, string, []byte) error { return nil }
func (nothing) table(_ context.Context, _ storage.Table, next storage.Source) error {
	for {
		if row, err := next(); row == nil || err != nil {
			return err
		}
	}
}

// read goes through a backup from its first byte to its last, adds everything up anew and compares.
func read(ctx context.Context, r io.Reader, identities Identities, into taker, progress Progress) (Header, Manifest, error) {
	unwrapped, err := unwrap(r, identities)
	if err != nil {
		return Header{}, Manifest{}, err
	}
	defer unwrapped.close()
	x := &reader{tar: tar.NewReader(unwrapped), into: into, progress: progress, found: Manifest{Tables: map[string]TableSum{}}}
	if err := x.all(ctx); err != nil {
		return x.header, x.found, err
	}
	if err := unwrapped.finish(); err != nil {
		return x.header, x.found, err
	}
	return x.header, x.found, x.compare()
}

type reader struct {
	tar      *tar.Reader
	into     taker
	progress Progress

	header Header
	told   Manifest // what the file says of itself
	found  Manifest // what we saw
	ledger ledgerSum
	named  named
	entry  string // the name of the entry that is open; empty after the last
	size   int64
}

// next opens the next entry.
func (x *reader) next() error {
	h, err := x.tar.Next()
	if errors.Is(err, io.EOF) {
		x.entry = ""
		return nil
	}
	if err != nil {
		return damaged("%v", err)
	}
	x.entry, x.size = h.Name, h.Size
	return nil
}

// body reads the open entry whole.
func (x *reader) body(limit int64) ([]byte, error) {
	if x.size > limit {
		return nil, damaged("%s has %d bytes", x.entry, x.size)
	}
	b := make([]byte, x.size)
	if _, err := io.ReadFull(x.tar, b); err != nil {
		return nil, damaged("%s: %v", x.entry, err)
	}
	return b, nil
}

func (x *reader) json(name string, v any) error {
	if x.entry != name {
		return damaged("%q stands where %s should", x.entry, name)
	}
	b, err := x.body(textLimit)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(b, v); err != nil {
		return damaged("%s: %v", name, err)
	}
	return x.next()
}

func (x *reader) all(ctx context.Context) error {
	if err := x.next(); err != nil {
		return err
	}
	if err := x.json(headerEntry, &x.header); err != nil {
		return err
	}
	if x.header.Format != format {
		return fmt.Errorf("this is a backup of format %d, this program knows %d: use the version that made it (%s)", x.header.Format, format, x.header.Program)
	}
	if err := x.into.begin(ctx, x.header); err != nil {
		return err
	}
	for _, t := range x.header.Tables {
		if err := x.table(ctx, t.Table); err != nil {
			return err
		}
	}
	if err := x.into.rowsEnd(ctx, x.found); err != nil {
		return err
	}
	if err := x.photos(ctx); err != nil {
		return err
	}
	if err := x.json(manifestEntry, &x.told); err != nil {
		return err
	}
	if x.entry != "" {
		return damaged("%q follows after the manifest", x.entry)
	}
	return nil
}

func (x *reader) table(ctx context.Context, t storage.Table) error {
	sum := newTableSum()
	x.ledger.table(t)
	x.named.table(t)
	lines := x.lines(t.Name)
	ended := false
	err := x.into.table(ctx, t, func() ([]any, error) {
		line, err := lines()
		if line == nil || err != nil {
			ended = err == nil
			return nil, err
		}
		row, err := parseRow(t.Columns, line)
		if err != nil {
			return nil, damaged("table %s, row %d: %v", t.Name, sum.rows+1, err)
		}
		sum.add(line)
		x.ledger.add(row)
		x.progress.tell("table "+t.Name, sum.rows, 0)
		return row, x.named.add(row)
	})
	if err == nil && !ended {
		err = fmt.Errorf("table %s: not all rows were taken", t.Name)
	}
	x.found.Tables[t.Name], x.found.Ledger = sum.sum(), x.ledger.sum
	return err
}

// lines gives the lines of a table, whose parts follow each other, and nil after the last.
func (x *reader) lines(table string) func() ([]byte, error) {
	part := 0
	var source *bufio.Reader
	return func() ([]byte, error) {
		for {
			if source != nil {
				line, err := source.ReadBytes('\n')
				if err == nil {
					return line, nil
				}
				if !errors.Is(err, io.EOF) || len(line) > 0 {
					return nil, damaged("table %s: a row breaks off", table)
				}
				source = nil
				if err := x.next(); err != nil {
					return nil, err
				}
			}
			part++
			if x.entry != fmt.Sprintf("%s%s/%06d", rowsFolder, table, part) {
				return nil, nil // whether that was all, the sums will tell
			}
			b, err := x.body(rowsSize + rowLimit)
			if err != nil {
				return nil, err
			}
			source = bufio.NewReader(bytes.NewReader(b))
		}
	}
}

func (x *reader) photos(ctx context.Context) error {
	sum := newPhotoSum()
	x.named.sort()
	for strings.HasPrefix(x.entry, photosFolder) {
		name := strings.TrimPrefix(x.entry, photosFolder)
		b, err := x.body(blobLimit)
		if err != nil {
			return err
		}
		if storage.BlobName(b) != name {
			return damaged("photo %s has other bytes", name)
		}
		if !sum.add(name, int64(len(b))) {
			return damaged("photo %s does not stand in order", name)
		}
		if !x.named.has(name) {
			return damaged("no row speaks of photo %s", name)
		}
		x.progress.tell("photos", sum.count, 0)
		if err := x.into.photo(ctx, name, b); err != nil {
			return err
		}
		if err := x.next(); err != nil {
			return err
		}
	}
	x.found.Photos = sum.sum(nil)
	return nil
}

// compare holds what was seen against what the manifest says, and the photos against what the rows speak of.
func (x *reader) compare() error {
	for name, told := range x.told.Tables {
		if found := x.found.Tables[name]; found != told {
			return damaged("table %s has %d rows, %d were written, or they differ", name, found.Rows, told.Rows)
		}
	}
	if len(x.told.Tables) != len(x.header.Tables) {
		return damaged("%d tables, %d were written", len(x.header.Tables), len(x.told.Tables))
	}
	if x.found.Ledger != x.told.Ledger {
		return damaged("the ledger ends at line %d, it was written up to %d, or its lines differ", x.found.Ledger.Last, x.told.Ledger.Last)
	}
	x.found.Photos.Missing = x.told.Photos.Missing
	if !reflect.DeepEqual(x.found.Photos, x.told.Photos) {
		return damaged("%d photos, %d were written, or they are others", x.found.Photos.Count, x.told.Photos.Count)
	}
	return x.comparePhotos()
}

// comparePhotos counts: every photo in the file is one that a row speaks of, none is there twice, so as many as the rows
// speak of, less those that are said to be missing, are all.
func (x *reader) comparePhotos() error {
	for _, name := range x.told.Photos.Missing {
		if !x.named.has(name) {
			return damaged("photo %s is said to be missing, but no row speaks of it", name)
		}
	}
	want := int64(len(x.named.names))
	if have := x.found.Photos.Count + int64(len(x.told.Photos.Missing)); have != want {
		return damaged("the rows speak of %d photos, the file has %d", want, have)
	}
	return nil
}
