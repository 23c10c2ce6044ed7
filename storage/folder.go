package storage

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// MakeFolder makes a folder with whatever is missing above it, open to this account only, and brings the entries to
// the medium: a database in a folder whose own name a power cut takes away is gone with it. The folder's own entry is
// synced even where it exists, because whoever made it may have died before it got there.
func MakeFolder(dir string) error {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return err
	}
	holders := []string{filepath.Dir(dir)}
	for at := filepath.Dir(dir); absent(at) && at != filepath.Dir(at); at = filepath.Dir(at) {
		holders = append(holders, filepath.Dir(at))
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	for _, holder := range holders {
		if err := SyncFolder(holder); err != nil {
			return err
		}
	}
	return nil
}

func absent(path string) bool {
	_, err := os.Stat(path)
	return errors.Is(err, fs.ErrNotExist)
}

// SyncFolder brings the names in a folder to the medium: a file that is synced while its name is not can be lost with
// the name. A folder that this account may use but not list is left to the system.
func SyncFolder(dir string) error {
	f, err := os.Open(dir)
	if errors.Is(err, fs.ErrPermission) {
		return nil
	}
	if err != nil {
		return err
	}
	defer f.Close()
	if !syncsFolders {
		return nil
	}
	if err := f.Sync(); err != nil {
		return fmt.Errorf("sync %s: %w", dir, err)
	}
	return nil
}
