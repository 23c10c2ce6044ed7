package ledger

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"linli/storage"
)

// filesARun bounds how many checkpoints one run brings into the folder.
const filesARun = 1000

// fileOf is the name of a checkpoint's file; the names sort as the numbers do.
func fileOf(number int64) string { return fmt.Sprintf("checkpoint-%010d.txt", number) }

func numberOf(name string) (number int64) {
	if _, err := fmt.Sscanf(name, "checkpoint-%010d.txt", &number); err != nil || fileOf(number) != name {
		return 0
	}
	return number
}

// WriteFolder brings every checkpoint into the folder that is not there yet, one file each, and returns how many. Files
// are only ever created and appended to, so the folder may be on a medium that allows no more. Where the newest file says
// something else than the database the run fails: one of the two is not what it was.
func (s *Store) WriteFolder(ctx context.Context) (written int, err error) {
	if s.folder == "" {
		return 0, nil
	}
	if err := storage.MakeFolder(s.folder); err != nil {
		return 0, err
	}
	highest, err := highestIn(s.folder)
	if err != nil {
		return 0, err
	}
	var rows []checkpointRow
	err = s.db.Read(ctx, func(tx storage.Tx) error {
		return tx.DB().Where("number >= ?", highest).Order("number").Limit(filesARun).Find(&rows).Error
	})
	if err != nil {
		return 0, err
	}
	if highest > 0 && (len(rows) == 0 || rows[0].Number != highest) {
		return 0, fmt.Errorf("the folder has %s, and the database has no checkpoint %d", fileOf(highest), highest)
	}
	for _, r := range rows {
		grew, err := complete(s.folder, fileOf(r.Number), r.Note)
		if err != nil {
			return written, err
		}
		if grew {
			written++
		}
	}
	return written, nil
}

func highestIn(folder string) (highest int64, err error) {
	entries, err := os.ReadDir(folder)
	for _, e := range entries {
		highest = max(highest, numberOf(e.Name()))
	}
	return highest, err
}

// complete brings the file to the text, if it is not there or was cut off while it was written, and reports whether it
// had to.
func complete(folder, name, text string) (grew bool, err error) {
	file := filepath.Join(folder, name)
	kept, err := os.ReadFile(file)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return false, err
	}
	rest, begins := strings.CutPrefix(text, string(kept))
	if !begins {
		return false, fmt.Errorf("%s is not what the database says of this checkpoint; find out which of them is right: linli ledger verify --head %s", name, file)
	}
	if rest == "" {
		return false, nil
	}
	f, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o644) // #nosec G302 -- a checkpoint is published, everybody may read it
	if err != nil {
		return false, err
	}
	_, err = f.WriteString(rest)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return false, err
	}
	return true, storage.SyncFolder(folder)
}
