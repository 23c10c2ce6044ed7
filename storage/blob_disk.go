package storage

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"sync"
	"time"
)

// DiskBlobs keeps blobs in a directory: ab/cd/abcd…, two levels so that no folder grows beyond a few thousand names.
type DiskBlobs struct {
	root *os.Root
	// settled holds the folders whose own entry is known to be on the medium, so that each is synced once a process.
	settled sync.Map
}

const (
	unfinishedFolder = "unfinished"
	unfinishedAge    = 24 * time.Hour
)

// OpenDiskBlobs makes the directory if it is not there and clears away what writers that were killed left behind.
func OpenDiskBlobs(dir string) (*DiskBlobs, error) {
	if err := MakeFolder(dir); err != nil {
		return nil, fmt.Errorf("photo directory: %w", err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("photo directory: %w", err)
	}
	d := &DiskBlobs{root: root}
	if err := root.MkdirAll(unfinishedFolder, 0o700); err != nil {
		root.Close()
		return nil, fmt.Errorf("photo directory: %w", err)
	}
	d.clearUnfinished(time.Now().Add(-unfinishedAge))
	return d, nil
}

// Close lets go of the directory.
func (d *DiskBlobs) Close() error { return d.root.Close() }

// Put writes beside, syncs, renames, and syncs the folder: at no moment does the name stand for half a blob, and after
// the return neither the bytes nor the name can be lost. A blob that is there already is written again, which also
// mends one that went bad.
func (d *DiskBlobs) Put(ctx context.Context, name string, r io.Reader, size int64) error {
	if err := checkBlobName(name); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return storeAway(err)
	}
	unfinished := path.Join(unfinishedFolder, name+"."+rand.Text())
	if err := d.write(unfinished, name, r, size); err != nil {
		d.root.Remove(unfinished)
		return err
	}
	if err := d.place(unfinished, name); err != nil {
		d.root.Remove(unfinished)
		return storeAway(err)
	}
	return nil
}

// write brings the bytes to the medium under a name nobody reads, and compares them with the name they are to have.
func (d *DiskBlobs) write(unfinished, name string, r io.Reader, size int64) error {
	f, err := d.root.OpenFile(unfinished, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return storeAway(err)
	}
	defer f.Close()
	source := &remembering{r: io.LimitReader(r, size+1)}
	hash := sha256.New()
	n, err := io.Copy(io.MultiWriter(f, hash), source)
	if source.err != nil {
		return source.err
	}
	if err != nil {
		return storeAway(err)
	}
	if n != size || hex.EncodeToString(hash.Sum(nil)) != name {
		return errWrongBytes
	}
	if syncsFiles {
		if err := f.Sync(); err != nil {
			return storeAway(err)
		}
	}
	return storeAwayOrNil(f.Close())
}

func (d *DiskBlobs) place(unfinished, name string) error {
	folder := path.Dir(blobPath(name))
	if err := d.settle(folder); err != nil {
		return err
	}
	if err := d.root.Rename(unfinished, blobPath(name)); err != nil {
		d.settled.Delete(folder) // perhaps somebody took the empty folder away
		return err
	}
	return d.syncFolder(folder)
}

// settle makes a folder and brings its entry, and its parent's, to the medium. A folder that another process made a
// moment ago may not be there yet, so it is synced even where it exists.
func (d *DiskBlobs) settle(folder string) error {
	if _, done := d.settled.Load(folder); done {
		return nil
	}
	if err := d.root.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	if err := d.syncFolder(path.Dir(folder)); err != nil {
		return err
	}
	if err := d.syncFolder("."); err != nil {
		return err
	}
	d.settled.Store(folder, true)
	return nil
}

func (d *DiskBlobs) syncFolder(folder string) error {
	f, err := d.root.Open(folder)
	if err != nil {
		return err
	}
	defer f.Close()
	if !syncsFolders {
		return nil
	}
	return f.Sync()
}

// Get opens a blob.
func (d *DiskBlobs) Get(ctx context.Context, name string) (io.ReadCloser, int64, error) {
	if err := checkBlobName(name); err != nil {
		return nil, 0, err
	}
	if err := ctx.Err(); err != nil {
		return nil, 0, storeAway(err)
	}
	f, err := d.root.Open(blobPath(name))
	if err != nil {
		return nil, 0, d.absent(name, err)
	}
	info, err := f.Stat()
	if err != nil {
		f.Close()
		return nil, 0, storeAway(err)
	}
	return f, info.Size(), nil
}

// Has reports whether the blob is there. A name appears only when its bytes are whole.
func (d *DiskBlobs) Has(ctx context.Context, name string) (bool, error) {
	r, _, err := d.Get(ctx, name)
	if err == nil {
		return true, r.Close()
	}
	return false, nilIfNoBlob(err)
}

// Delete removes a blob.
func (d *DiskBlobs) Delete(ctx context.Context, name string) error {
	if err := checkBlobName(name); err != nil {
		return err
	}
	if err := d.root.Remove(blobPath(name)); err != nil {
		return nilIfNoBlob(d.absent(name, err))
	}
	return storeAwayOrNil(d.syncFolder(path.Dir(blobPath(name))))
}

// Ping reports whether the directory is the one we opened. An unmounted volume shows an empty folder, and that must
// not pass for a store without photos.
func (d *DiskBlobs) Ping(context.Context) error {
	_, err := d.root.Stat(unfinishedFolder)
	return storeAwayOrNil(err)
}

// absent tells "no such blob" from "no store".
func (d *DiskBlobs) absent(name string, err error) error {
	if !errors.Is(err, fs.ErrNotExist) {
		return storeAway(err)
	}
	if away := d.Ping(context.Background()); away != nil {
		return away
	}
	return noBlob(name)
}

func (d *DiskBlobs) clearUnfinished(before time.Time) {
	entries, err := fs.ReadDir(d.root.FS(), unfinishedFolder)
	if err != nil {
		return
	}
	for _, e := range entries {
		info, err := e.Info()
		if err == nil && info.ModTime().Before(before) {
			d.root.Remove(path.Join(unfinishedFolder, e.Name()))
		}
	}
}

func blobPath(name string) string { return path.Join(name[:2], name[2:4], name) }
