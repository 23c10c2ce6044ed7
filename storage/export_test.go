package storage

import (
	"context"
	"database/sql"
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

// MigrationConn is the connection that migrations run on.
func (db *DB) MigrationConn() (*sql.DB, func(), error) { return db.migrationConn() }
