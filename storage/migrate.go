package storage

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"time"

	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

//go:embed migrations
var migrations embed.FS

// lockTries are for a copy that waits while another one brings the schema up to date, one try a second.
const lockTries = 15 * 60

// migrate brings the schema up to date, one transaction a file; copies that start together take turns. A database
// that has seen a file we do not have was written by a newer program, and is refused: rolling back eats data.
func (db *DB) migrate(ctx context.Context) error {
	return db.migrating(ctx, func(p *goose.Provider) error {
		if err := refuseNewer(ctx, p); err != nil {
			return err
		}
		_, err := p.Up(ctx)
		return wrap("migrate", err)
	})
}

// migrateTo brings an empty database to the schema it had when a backup was made.
func (db *DB) migrateTo(ctx context.Context, schema int64) error {
	return db.migrating(ctx, func(p *goose.Provider) error {
		_, err := p.UpTo(ctx, schema)
		return wrap("migrate", err)
	})
}

// checkSchema refuses what a newer program has written, and what nobody has written yet. It changes nothing.
func (db *DB) checkSchema(ctx context.Context) error {
	return db.migrating(ctx, func(p *goose.Provider) error {
		var has int64
		if err := db.writer.WithContext(ctx).Raw(schemaVersion).Scan(&has).Error; err != nil {
			return fmt.Errorf("there is no Linli in this database: %w", err)
		}
		return refuseIfNewer(has, p)
	})
}

// schemaVersion asks for the newest migration that a database has seen.
const schemaVersion = "SELECT coalesce(max(version_id), 0) FROM goose_db_version WHERE is_applied"

func refuseNewer(ctx context.Context, p *goose.Provider) error {
	has, err := p.GetDBVersion(ctx)
	if err != nil {
		return fmt.Errorf("read schema version: %w", err)
	}
	return refuseIfNewer(has, p)
}

func refuseIfNewer(has int64, p *goose.Provider) error {
	if newest := newestOf(p); has > newest {
		return fmt.Errorf("the database has schema %d, this program knows %d: it was written by a newer version; refusing to start", has, newest)
	}
	return nil
}

// newestMigration is the schema that this program works with. The twins have the same numbers; a test holds them so.
func newestMigration() int64 {
	files, _ := fs.Glob(migrations, "migrations/"+string(sqliteDialect)+"/*.sql")
	newest, _ := goose.NumericComponent(files[len(files)-1])
	return newest
}

// SchemaDigest names the schema that this program makes on Postgres, by the words of its migrations: what was made once under
// this name need not be made again.
func SchemaDigest() string {
	digest := sha256.New()
	// Everything here was compiled in: there is nothing that could fail.
	files, _ := fs.Glob(migrations, "migrations/"+string(postgresDialect)+"/*.sql")
	for _, file := range files {
		text, _ := migrations.ReadFile(file)
		fmt.Fprintln(digest, file, len(text))
		digest.Write(text)
	}
	return hex.EncodeToString(digest.Sum(nil)[:8])
}

func newestOf(p *goose.Provider) int64 {
	known := p.ListSources()
	return known[len(known)-1].Version
}

func (db *DB) migrating(ctx context.Context, f func(*goose.Provider) error) error {
	dir, err := fs.Sub(migrations, "migrations/"+string(db.dialect))
	if err != nil {
		return err
	}
	return db.withProvider(dir, f)
}

func (db *DB) withProvider(dir fs.FS, f func(*goose.Provider) error) error {
	conn, done, err := db.migrationConn()
	if err != nil {
		return err
	}
	defer done()
	options := []goose.ProviderOption{goose.WithDisableGlobalRegistry(true)}
	gooseDialect := goose.DialectSQLite3
	if db.dialect == postgresDialect {
		gooseDialect = goose.DialectPostgres
		// A copy that died in the middle lets go of the lock when Postgres notices, so it is asked for often.
		locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, lockTries))
		if err != nil {
			return err
		}
		options = append(options, goose.WithSessionLocker(locker))
	}
	provider, err := goose.NewProvider(gooseDialect, conn, dir, options...)
	if err != nil {
		return fmt.Errorf("migrations: %w", err)
	}
	return f(provider)
}

// migrationConn is the writer on SQLite, and on Postgres a connection whose statements may take as long as they need:
// an index over a million rows is not made within the time of a request.
func (db *DB) migrationConn() (*sql.DB, func(), error) {
	if db.dialect == sqliteDialect {
		conn, err := db.writer.DB()
		return conn, func() {}, err
	}
	cfg := db.pool.Config().ConnConfig.Copy()
	cfg.RuntimeParams["statement_timeout"] = "0"
	conn := stdlib.OpenDB(*cfg)
	conn.SetConnMaxIdleTime(time.Second)
	return conn, func() { conn.Close() }, nil
}

func wrap(what string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", what, err)
}
