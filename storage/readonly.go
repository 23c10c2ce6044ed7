package storage

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"gorm.io/driver/postgres"
	"gorm.io/driver/sqlite"
	"gorm.io/gorm"
)

// OpenReadOnly opens a database to look at it and changes nothing, not even its schema: a postgres:// address, an SQLite
// file, or the folder that holds linli.db. A copied file may stand on a medium that cannot be written. The schema must
// be the one that this program has.
func OpenReadOnly(ctx context.Context, address string) (*DB, error) {
	db := &DB{now: time.Now}
	var err error
	if strings.HasPrefix(address, "postgres://") || strings.HasPrefix(address, "postgresql://") {
		err = db.readPostgres(ctx, address)
	} else {
		err = db.readSQLite(address)
	}
	if err == nil {
		err = db.haveSchema(ctx)
	}
	if err != nil {
		db.Close()
		return nil, err
	}
	return db, nil
}

func (db *DB) readPostgres(ctx context.Context, address string) error {
	cfg, err := pgxpool.ParseConfig(address)
	if err != nil {
		return fmt.Errorf("that is not a Postgres address: %w", redact(err))
	}
	cfg.ConnConfig.RuntimeParams["timezone"] = "UTC"
	cfg.ConnConfig.RuntimeParams["application_name"] = "linli"
	cfg.ConnConfig.RuntimeParams["default_transaction_read_only"] = "on"
	cfg.AfterConnect = scanUTC
	if db.pool, err = pgxpool.NewWithConfig(ctx, cfg); err != nil {
		return err
	}
	db.dialect = postgresDialect
	if db.writer, err = gorm.Open(postgres.New(postgres.Config{Conn: stdlib.OpenDBFromPool(db.pool)}), config()); err != nil {
		return fmt.Errorf("connect to Postgres: %w", redact(err))
	}
	db.reader = db.writer
	return nil
}

func (db *DB) readSQLite(file string) error {
	info, err := os.Stat(file)
	if err == nil && info.IsDir() {
		file = filepath.Join(file, "linli.db")
		_, err = os.Stat(file)
	}
	if err != nil {
		return err
	}
	// Without a log beside it nobody has the file open: it is read as it stands, and no companions are made for it.
	mode := "&immutable=1"
	if _, err := os.Stat(file + "-wal"); !errors.Is(err, fs.ErrNotExist) {
		mode = ""
	}
	db.dialect = sqliteDialect
	dsn := "file:" + (&url.URL{Path: file}).EscapedPath() + "?_time_format=sqlite&mode=ro" + mode + "&_pragma=busy_timeout(5000)&_pragma=query_only(1)"
	if db.writer, err = gorm.Open(translating{sqlite.New(sqlite.Config{DriverName: "sqlite", DSN: dsn})}, config()); err != nil {
		return fmt.Errorf("open %s: %w", file, err)
	}
	db.reader = db.writer
	return nil
}

// haveSchema refuses a database of another schema than this program's: what it would read might mean something else.
func (db *DB) haveSchema(ctx context.Context) error {
	var has int64
	err := db.writer.WithContext(ctx).Raw("SELECT coalesce(max(version_id), 0) FROM goose_db_version WHERE is_applied").Scan(&has).Error
	if err != nil {
		return fmt.Errorf("there is no Linli in this database: %w", redact(err))
	}
	files, err := fs.ReadDir(migrations, "migrations/"+string(db.dialect))
	if err != nil {
		return err
	}
	var newest int64
	for _, f := range files {
		var n int64
		if _, err := fmt.Sscanf(f.Name(), "%d_", &n); err == nil {
			newest = max(newest, n)
		}
	}
	if has != newest {
		return fmt.Errorf("the database has schema %d, this program knows %d: use the program of that version", has, newest)
	}
	return nil
}

// ReadWhole runs f against one moment of the database, however long f takes; f cannot write. While it runs, SQLite's log
// and Postgres's tables grow.
func (db *DB) ReadWhole(ctx context.Context, f func(Tx) error) error {
	return classify(db.reader.WithContext(ctx).Transaction(func(g *gorm.DB) error {
		if db.dialect == postgresDialect {
			if err := g.Exec("SET LOCAL statement_timeout = 0").Error; err != nil {
				return err
			}
		}
		return f(newTx(g, db.now()))
	}, oneMoment[db.dialect]))
}
