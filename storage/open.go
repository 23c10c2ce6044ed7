package storage

import (
	"context"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"gorm.io/driver/postgres"
	"gorm.io/driver/sqlite"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"

	"linli/models"
)

// DB is the database: one writer and, on SQLite, a few readers that cannot write.
type DB struct {
	writer, reader *gorm.DB
	dialect        dialect
	pool           *pgxpool.Pool
	now            func() time.Time
}

// Options say where the database is.
type Options struct {
	// URL is a postgres:// address; empty means SQLite.
	URL string
	// Dir holds linli.db when URL is empty.
	Dir string
	// Now is the clock; nil means the machine's.
	Now func() time.Time
	// FastUnsafe turns the durability of SQLite off. Only tests of other things, the control runs, and the filling of a
	// file that does not count yet set it.
	FastUnsafe bool
	// AsItIs opens a database that must be there, and leaves its schema as it is: a backup changes nothing. A schema that
	// is newer than this program is refused all the same.
	AsItIs bool
	// Copied is for an SQLite database of which a continuous copy is kept: bringing its log into the file is left to the
	// keeper of the copy, who must have read the log before.
	Copied bool
}

// Open connects, checks that the database will keep what it acknowledges, and brings the schema up to date.
func Open(ctx context.Context, o Options) (*DB, error) {
	db := &DB{now: o.Now}
	if db.now == nil {
		db.now = time.Now
	}
	var err error
	if o.URL == "" {
		err = db.openSQLite(o)
	} else {
		err = db.openPostgres(ctx, o)
	}
	if err != nil {
		db.Close()
		return nil, err
	}
	if err := db.prepare(ctx, o); err != nil {
		db.Close()
		return nil, err
	}
	return db, nil
}

// prepare brings the schema to where it has to be.
func (db *DB) prepare(ctx context.Context, o Options) error {
	if err := db.refuseHalfRestored(ctx, o); err != nil {
		return err
	}
	if o.AsItIs {
		return db.checkSchema(ctx)
	}
	return db.migrate(ctx)
}

func config() *gorm.Config {
	return &gorm.Config{
		TranslateError:         true,
		SkipDefaultTransaction: true,
		Logger:                 logger.Discard,
		NowFunc:                func() time.Time { return models.UTC(time.Now()) },
	}
}

// sqliteFile is the database in the data folder.
const sqliteFile = "linli.db"

func (db *DB) openSQLite(o Options) error {
	file := filepath.Join(o.Dir, sqliteFile)
	if o.AsItIs {
		if _, err := os.Stat(file); err != nil {
			return fmt.Errorf("there is no database: %w", err)
		}
	} else if err := MakeFolder(o.Dir); err != nil {
		return fmt.Errorf("data directory: %w", err)
	}
	synchronous := sqliteSynchronous
	if o.FastUnsafe {
		synchronous = "OFF"
	}
	// immediate: a transaction that will write takes the lock when it begins, so what it reads still holds when it writes.
	// The name goes into an address: a # or ? in a folder's name would otherwise open another file.
	base := "file:" + (&url.URL{Path: file}).EscapedPath() + "?_time_format=sqlite&_pragma=busy_timeout(5000)&_pragma=foreign_keys(1)&_pragma=journal_mode(WAL)&_pragma=synchronous(" + synchronous + ")"
	if o.Copied {
		base += "&_pragma=wal_autocheckpoint(0)"
	}
	db.dialect = sqliteDialect
	var err error
	if db.writer, err = openLite(base+"&_txlock=immediate", 1); err != nil {
		return fmt.Errorf("open %s: %w", file, err)
	}
	if db.reader, err = openLite(base+"&_pragma=query_only(1)", max(4, runtime.NumCPU())); err != nil {
		return fmt.Errorf("open %s: %w", file, err)
	}
	return db.checkSQLite(synchronous)
}

// openLite opens an SQLite database with at most so many connections.
func openLite(dsn string, connections int) (*gorm.DB, error) {
	pool, err := openKeeping(dsn)
	if err != nil {
		return nil, err
	}
	pool.SetMaxOpenConns(connections)
	db, err := gorm.Open(translating{sqlite.New(sqlite.Config{Conn: pool})}, config())
	if err != nil {
		pool.Close()
	}
	return db, err
}

// checkSQLite reads the pragmas back: with WAL and synchronous=NORMAL a power cut takes acknowledged rows.
func (db *DB) checkSQLite(synchronous string) error {
	want := map[string]string{"journal_mode": "wal", "foreign_keys": "1", "synchronous": map[string]string{"FULL": "2", "NORMAL": "1", "OFF": "0"}[synchronous]}
	for name, expected := range want {
		var got string
		if err := db.writer.Raw("PRAGMA " + name).Scan(&got).Error; err != nil {
			return err
		}
		if !strings.EqualFold(got, expected) {
			return fmt.Errorf("sqlite %s is %q, need %q: refusing to start on a database that may forget", name, got, expected)
		}
	}
	return nil
}

func (db *DB) openPostgres(ctx context.Context, o Options) error {
	cfg, err := pgxpool.ParseConfig(o.URL)
	if err != nil {
		return fmt.Errorf("LINLI_DATABASE_URL is not a Postgres address: %w", redact(err))
	}
	cfg.ConnConfig.RuntimeParams["timezone"] = "UTC"
	cfg.ConnConfig.RuntimeParams["application_name"] = "linli"
	cfg.ConnConfig.RuntimeParams["statement_timeout"] = "30000"
	// By itself Postgres plans a statement anew for its values as long as that plan looks a little cheaper, and making it
	// costs more than most of ours take. plan_test.go holds the lists to both kinds of plan.
	cfg.ConnConfig.RuntimeParams["plan_cache_mode"] = "force_generic_plan"
	cfg.ConnConfig.ConnectTimeout = 5 * time.Second
	cfg.AfterConnect = scanUTC
	if db.pool, err = pgxpool.NewWithConfig(ctx, cfg); err != nil {
		return err
	}
	db.dialect = postgresDialect
	sqlDB := stdlib.OpenDBFromPool(db.pool)
	if db.writer, err = gorm.Open(postgres.New(postgres.Config{Conn: sqlDB}), config()); err != nil {
		return fmt.Errorf("connect to Postgres: %w", redact(err))
	}
	db.reader = db.writer
	return db.checkPostgres()
}

func (db *DB) checkPostgres() error {
	for _, name := range []string{"synchronous_commit", "fsync", "full_page_writes"} {
		var got string
		if err := db.writer.Raw("SHOW " + name).Scan(&got).Error; err != nil {
			return err
		}
		if got == "off" {
			slog.Warn("postgres may lose acknowledged writes on a power cut", "setting", name, "value", got)
		}
	}
	return nil
}

// redact keeps an address with its password out of messages.
func redact(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s", strings.SplitN(err.Error(), "`", 2)[0])
}

// scanUTC makes Postgres hand times back in UTC, as SQLite does; else the same row is another JSON text on each.
func scanUTC(_ context.Context, c *pgx.Conn) error {
	c.TypeMap().RegisterType(&pgtype.Type{
		Name:  "timestamptz",
		OID:   pgtype.TimestamptzOID,
		Codec: &pgtype.TimestamptzCodec{ScanLocation: time.UTC},
	})
	return nil
}

// Dialect is "sqlite" or "postgres".
func (db *DB) Dialect() string { return string(db.dialect) }

// Ping reports whether the database answers.
func (db *DB) Ping(ctx context.Context) error {
	s, err := db.reader.DB()
	if err != nil {
		return err
	}
	return classify(s.PingContext(ctx))
}

// Close releases the connections.
func (db *DB) Close() {
	for _, g := range []*gorm.DB{db.writer, db.reader} {
		if g == nil {
			continue
		}
		if s, err := g.DB(); err == nil {
			s.Close()
		}
	}
	if db.pool != nil {
		db.pool.Close()
	}
}
