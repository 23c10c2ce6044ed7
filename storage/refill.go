package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// Refill is a database that is being filled with a copy of another one, of either kind. Nobody can open it before
// Finish: on SQLite the file stands under another folder until then, on Postgres a table beside the others says so.
type Refill struct {
	o      Options
	schema int64
}

// The folder inside the data folder, and the table, that tell of a restore which is under way or was cut off.
const (
	restoringFolder = "restoring"
	restoringTable  = "restoring"
)

var (
	// ErrNotEmpty is the refusal to restore over something.
	ErrNotEmpty = errors.New("a restore needs an empty place")
	// ErrHalfRestored is the refusal to use what a restore that was cut off has left.
	ErrHalfRestored = errors.New("a restore is under way here, or was cut off")
)

// refuseHalfRestored keeps everybody else away from a database that is being filled. The folder is the last thing that a
// restore removes; where Postgres is filled and bears no mark any more, only that was left to do.
func (db *DB) refuseHalfRestored(ctx context.Context, o Options) error {
	folder := StagingFolder(o.Dir)
	if o.Dir == "" || absent(folder) {
		folder = ""
	}
	mark, filled := false, false
	if db.dialect == postgresDialect {
		ask := db.writer.WithContext(ctx).Raw("SELECT to_regclass(?) IS NOT NULL, to_regclass('goose_db_version') IS NOT NULL", restoringTable)
		if err := ask.Row().Scan(&mark, &filled); err != nil {
			return err
		}
	}
	switch {
	case mark:
		return errMarked
	case folder == "":
		return nil
	case filled && o.AsItIs:
		return nil
	case filled:
		return os.RemoveAll(folder)
	}
	return fmt.Errorf("%w: run it again, or remove %s with linli.db and photos beside it to start with nothing", ErrHalfRestored, folder)
}

var errMarked = fmt.Errorf("%w: drop this database, create it anew and run the restore again", ErrHalfRestored)

// StagingFolder is where a restore keeps what is not whole yet: inside the data folder, so that its last step is a
// rename and not another copy.
func StagingFolder(dir string) string { return filepath.Join(dir, restoringFolder) }

// CopyingFolder is where, in the data folder, the keeper of the continuous copy remembers how far it is. It belongs to the
// database beside it, so a restore takes it away.
const CopyingFolder = "copying"

// photosName is the folder of the photos, in the data folder and, until they are all there, in the staging folder.
const photosName = "photos"

// RefusePhotos refuses photos that are there already, other than those that a restore which was cut off has left.
func RefusePhotos(dir string) error {
	if CutOff(dir) {
		return nil
	}
	folder := filepath.Join(dir, photosName)
	entries, err := os.ReadDir(folder)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	if len(entries) > 0 {
		return fmt.Errorf("%w: there is something in %s. Name an empty data folder, or move what is there away", ErrNotEmpty, folder)
	}
	return nil
}

// PlacePhotos moves restored photos to where the program looks for them. What a restore that was cut off has left there
// is not in use by anybody.
func PlacePhotos(dir string) error {
	folder := filepath.Join(dir, photosName)
	if err := os.RemoveAll(folder); err != nil {
		return err
	}
	return os.Rename(filepath.Join(StagingFolder(dir), photosName), folder)
}

// NewRefill claims the place that o names for a database of the given schema, and refuses one that is not empty. What a
// restore that was cut off has left in the data folder is cleared away: nobody has opened it since.
func NewRefill(ctx context.Context, o Options, schema int64) (*Refill, error) {
	if newest := newestMigration(); schema > newest {
		return nil, fmt.Errorf("it has schema %d, this program knows %d: it was made by a newer version; use that one", schema, newest)
	}
	r := &Refill{o: o, schema: schema}
	if o.URL != "" {
		if err := r.claimPostgres(ctx); err != nil {
			return nil, err
		}
	} else if err := r.clearDatabase(); err != nil {
		return nil, err
	}
	if err := os.RemoveAll(filepath.Join(o.Dir, CopyingFolder)); err != nil {
		return nil, err
	}
	if err := MakeFolder(StagingFolder(o.Dir)); err != nil {
		return nil, fmt.Errorf("data directory: %w", err)
	}
	return r, emptyFolder(StagingFolder(o.Dir))
}

// emptyFolder leaves the folder itself in place at every moment: it is what tells of a restore.
func emptyFolder(dir string) error {
	entries, err := os.ReadDir(dir)
	for _, e := range entries {
		err = errors.Join(err, os.RemoveAll(filepath.Join(dir, e.Name())))
	}
	return err
}

// CutOff reports whether a restore into the data folder was cut off: whatever it put there may be cleared away.
func CutOff(dir string) bool { return !absent(StagingFolder(dir)) }

// clearDatabase removes SQLite's files where a restore that was cut off has left them, and otherwise refuses them. It
// does not use filepath.Glob: a folder may have a star in its name.
func (r *Refill) clearDatabase() error {
	entries, err := os.ReadDir(r.o.Dir)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), sqliteFile) {
			continue
		}
		file := filepath.Join(r.o.Dir, e.Name())
		if !CutOff(r.o.Dir) {
			return fmt.Errorf("%w: there is %s already. Name an empty data folder, or move what is there away", ErrNotEmpty, file)
		}
		if err := os.Remove(file); err != nil {
			return err
		}
	}
	return nil
}

// anyRelation names something in a database that is not empty; what extensions brought does not count.
const anyRelation = `SELECT min(c.relname) FROM pg_class c WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'S')
	AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')`

// claimPostgres leaves the mark in the transaction that finds the database empty: of two restores one is refused.
func (r *Refill) claimPostgres(ctx context.Context) error {
	return r.inPostgres(ctx, func(tx *sql.Tx) error {
		var name sql.NullString
		if err := tx.QueryRowContext(ctx, anyRelation).Scan(&name); err != nil {
			return err
		}
		if name.String == restoringTable {
			return errMarked
		}
		if name.Valid {
			return fmt.Errorf("%w: this database holds %q. Name an empty database", ErrNotEmpty, name.String)
		}
		_, err := tx.ExecContext(ctx, "CREATE TABLE "+restoringTable+" (began timestamptz NOT NULL DEFAULT now())")
		return err
	})
}

func (r *Refill) inPostgres(ctx context.Context, f func(*sql.Tx) error) error {
	db, err := r.open(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	pool, err := db.writer.DB()
	if err != nil {
		return err
	}
	tx, err := pool.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if err := f(tx); err != nil {
		return err
	}
	return tx.Commit()
}

// open opens the database under its hidden name. SQLite's file is no use to anybody before Finish, so it is written
// without care for power cuts and brought to the medium at once there.
func (r *Refill) open(ctx context.Context) (*DB, error) {
	db := &DB{now: time.Now}
	var err error
	if r.o.URL == "" {
		err = db.openSQLite(Options{Dir: StagingFolder(r.o.Dir), FastUnsafe: true})
	} else {
		err = db.openPostgres(ctx, r.o)
	}
	if err != nil {
		db.Close()
		return nil, err
	}
	return db, nil
}

// Load brings the database to the schema and begins the transaction that fills it.
func (r *Refill) Load(ctx context.Context) (*Loading, error) {
	db, err := r.open(ctx)
	if err != nil {
		return nil, err
	}
	if err := db.migrateTo(ctx, r.schema); err != nil {
		db.Close()
		return nil, err
	}
	return db.startLoading(ctx)
}

// Snapshot reads back what has been loaded.
func (r *Refill) Snapshot(ctx context.Context, f func(*Snapshot) error) error {
	db, err := r.open(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	return db.Snapshot(ctx, f)
}

// Finish makes the database count, by removing what told that it does not. before is what else has to be in place by
// then: the photos.
func (r *Refill) Finish(ctx context.Context, before func() error) error {
	if err := before(); err != nil {
		return err
	}
	if r.o.URL == "" {
		file := filepath.Join(StagingFolder(r.o.Dir), sqliteFile)
		if err := syncFile(file); err != nil {
			return err
		}
		if err := os.Rename(file, filepath.Join(r.o.Dir, sqliteFile)); err != nil {
			return err
		}
	}
	if err := SyncFolder(r.o.Dir); err != nil {
		return err
	}
	if r.o.URL != "" {
		err := r.inPostgres(ctx, func(tx *sql.Tx) error {
			_, err := tx.ExecContext(ctx, "DROP TABLE "+restoringTable)
			return err
		})
		if err != nil {
			return err
		}
	}
	return r.clear()
}

func (r *Refill) clear() error {
	if err := emptyFolder(StagingFolder(r.o.Dir)); err != nil {
		return err
	}
	if err := os.RemoveAll(StagingFolder(r.o.Dir)); err != nil {
		return err
	}
	return SyncFolder(r.o.Dir)
}

// Abandon clears away what can be cleared after a restore that failed. On Postgres the mark stays: what is in the
// database is not whole, and only its owner should remove it.
func (r *Refill) Abandon() error { return r.clear() }

func syncFile(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
