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

const createAnew = "drop this database, create it anew and run the restore again"

// refuseHalfRestored keeps everybody else away from a database that is being filled.
func (db *DB) refuseHalfRestored(ctx context.Context, o Options) error {
	if db.dialect == sqliteDialect {
		folder := StagingFolder(o.Dir)
		if _, err := os.Stat(folder); err == nil {
			return fmt.Errorf("%w: run it again, or remove %s to start with an empty database", ErrHalfRestored, folder)
		}
		return nil
	}
	var there bool
	if err := db.writer.WithContext(ctx).Raw("SELECT to_regclass(?) IS NOT NULL", restoringTable).Scan(&there).Error; err != nil {
		return err
	}
	if there {
		return fmt.Errorf("%w: %s", ErrHalfRestored, createAnew)
	}
	return nil
}

// StagingFolder is where a restore keeps what is not whole yet: inside the data folder, so that its last step is a
// rename and not another copy.
func StagingFolder(dir string) string { return filepath.Join(dir, restoringFolder) }

// NewRefill claims the place that o names for a database of the given schema, and refuses one that is not empty. What an
// earlier restore has left in the data folder is cleared away.
func NewRefill(ctx context.Context, o Options, schema int64) (*Refill, error) {
	if newest := newestMigration(); schema > newest {
		return nil, fmt.Errorf("it has schema %d, this program knows %d: it was made by a newer version; use that one", schema, newest)
	}
	r := &Refill{o: o, schema: schema}
	if o.URL != "" {
		if err := r.claimPostgres(ctx); err != nil {
			return nil, err
		}
	} else if err := r.claimFolder(); err != nil {
		return nil, err
	}
	return r, r.clear()
}

// claimFolder does not use filepath.Glob: a folder may have a star in its name.
func (r *Refill) claimFolder() error {
	entries, err := os.ReadDir(r.o.Dir)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), sqliteFile) {
			return fmt.Errorf("%w: there is %s already. Name an empty data folder, or move what is there away", ErrNotEmpty, filepath.Join(r.o.Dir, e.Name()))
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
			return fmt.Errorf("%w: %s", ErrHalfRestored, createAnew)
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

// Finish makes the database count. before is what has to be done at the last moment: it moves the photos to their place.
func (r *Refill) Finish(ctx context.Context, before func() error) error {
	if r.o.URL != "" {
		if err := r.last(before); err != nil {
			return err
		}
		err := r.inPostgres(ctx, func(tx *sql.Tx) error {
			_, err := tx.ExecContext(ctx, "DROP TABLE "+restoringTable)
			return err
		})
		return errors.Join(err, r.clear())
	}
	file := filepath.Join(StagingFolder(r.o.Dir), sqliteFile)
	if err := syncFile(file); err != nil {
		return err
	}
	if err := r.last(before); err != nil {
		return err
	}
	if err := os.Rename(file, filepath.Join(r.o.Dir, sqliteFile)); err != nil {
		return err
	}
	if err := r.syncFolder(); err != nil {
		return err
	}
	return r.clear()
}

// last brings what before does to the medium, ahead of what makes the database count.
func (r *Refill) last(before func() error) error {
	if err := before(); err != nil {
		return err
	}
	return r.syncFolder()
}

func (r *Refill) clear() error {
	if err := os.RemoveAll(StagingFolder(r.o.Dir)); err != nil {
		return err
	}
	return r.syncFolder()
}

// syncFolder has nothing to do where Postgres and an S3 server need no data folder.
func (r *Refill) syncFolder() error {
	if err := SyncFolder(r.o.Dir); !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
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
