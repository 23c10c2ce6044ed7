package storage

import (
	"context"
	"database/sql"

	"gorm.io/gorm"
)

// OpenAt opens a database as a program would that knows the migrations up to schema only.
func OpenAt(ctx context.Context, o Options, schema int64) error {
	db := &DB{}
	defer db.Close()
	open := func() error { return db.openSQLite(o) }
	if o.URL != "" {
		open = func() error { return db.openPostgres(ctx, o) }
	}
	if err := open(); err != nil {
		return err
	}
	return db.migrateTo(ctx, schema)
}

// ClaimEffect claims one effect, as it was read.
func ClaimEffect(tx Tx, e Effect, wait Wait) (won bool, err error) { return claim(tx, e, wait) }

// MigrationConn is the connection that migrations run on.
func (db *DB) MigrationConn() (*sql.DB, func(), error) { return db.migrationConn() }

// Asked calls f with every statement that reads, and with its values.
func (db *DB) Asked(f func(statement string, values []any)) error {
	told := func(g *gorm.DB) {
		if !g.DryRun {
			f(g.Statement.SQL.String(), g.Statement.Vars)
		}
	}
	for _, g := range []*gorm.DB{db.reader, db.writer} {
		if err := g.Callback().Query().After("gorm:query").Register("asked", told); err != nil {
			return err
		}
		if err := g.Callback().Row().After("gorm:row").Register("asked", told); err != nil {
			return err
		}
		if db.reader == db.writer {
			return nil
		}
	}
	return nil
}
