package storagetest

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"path/filepath"
	"strings"

	"github.com/jackc/pgx/v5"

	"linli/models"
	"linli/storage"
)

func words(s string) []string { return strings.Fields(s) }

// bulk fills tables past triggers and foreign keys.
func bulk(ctx context.Context, o storage.Options, tables []fillTable) error {
	if o.URL != "" {
		return bulkPostgres(ctx, o.URL, tables)
	}
	return bulkSQLite(ctx, filepath.Join(o.Dir, "linli.db"), tables)
}

func bulkPostgres(ctx context.Context, address string, tables []fillTable) error {
	connection, err := pgx.Connect(ctx, address)
	if err != nil {
		return err
	}
	defer connection.Close(ctx)
	// A replica trusts its primary: no trigger and no foreign key is asked.
	if _, err := connection.Exec(ctx, "SET session_replication_role = replica; SET synchronous_commit = off"); err != nil {
		return err
	}
	for _, t := range tables {
		if _, err := connection.CopyFrom(ctx, pgx.Identifier{t.name}, t.columns, &copied{table: t, date: day}); err != nil {
			return fmt.Errorf("%s: %w", t.name, err)
		}
		if t.columns[0] == "id" {
			if _, err := connection.Exec(ctx, "SELECT setval(pg_get_serial_sequence('"+t.name+"', 'id'), (SELECT max(id) FROM "+t.name+"))"); err != nil {
				return err
			}
		}
	}
	_, err = connection.Exec(ctx, "VACUUM ANALYZE")
	return err
}

// day is a date as COPY wants it.
func day(d models.Date) any { return d.Start().In(models.Shanghai) }

// copied hands out the rows of a table; a row that is nil is left out.
type copied struct {
	table fillTable
	date  func(models.Date) any
	next  int64
	row   []any
}

func (c *copied) Next() bool {
	for c.next < c.table.n {
		c.row = c.table.row(c.next)
		c.next++
		if c.row == nil {
			continue
		}
		for i, value := range c.row {
			if d, ok := value.(models.Date); ok {
				c.row[i] = c.date(d)
			}
		}
		return true
	}
	return false
}

func (c *copied) Values() ([]any, error) { return c.row, nil }
func (c *copied) Err() error             { return nil }

// bulkRows is how many rows one INSERT has: SQLite takes 32,766 values.
const bulkRows = 200

func bulkSQLite(ctx context.Context, file string, tables []fillTable) error {
	pragmas := "?_time_format=sqlite&_pragma=foreign_keys(0)&_pragma=synchronous(OFF)&_pragma=cache_size(-200000)&_pragma=busy_timeout(5000)"
	db, err := sql.Open("sqlite", "file:"+(&url.URL{Path: file}).EscapedPath()+pragmas)
	if err != nil {
		return err
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	restore, err := dropTriggers(ctx, db)
	if err != nil {
		return err
	}
	for _, t := range tables {
		if err := insertAll(ctx, db, t); err != nil {
			return fmt.Errorf("%s: %w", t.name, err)
		}
	}
	for _, statement := range append(restore, "PRAGMA wal_checkpoint(TRUNCATE)") {
		if _, err := db.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	return nil
}

func insertAll(ctx context.Context, db *sql.DB, t fillTable) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	one := "(" + strings.TrimSuffix(strings.Repeat("?,", len(t.columns)), ",") + ")"
	head := "INSERT INTO " + t.name + " (" + strings.Join(t.columns, ",") + ") VALUES "
	full, err := tx.PrepareContext(ctx, head+strings.TrimSuffix(strings.Repeat(one+",", bulkRows), ","))
	if err != nil {
		return err
	}
	defer full.Close()
	var values []any
	rows := &copied{table: t, date: func(d models.Date) any { return string(d) }}
	for rows.Next() {
		values = append(values, rows.row...)
		if len(values) < bulkRows*len(t.columns) {
			continue
		}
		if _, err := full.ExecContext(ctx, values...); err != nil {
			return err
		}
		values = values[:0]
	}
	if left := len(values) / len(t.columns); left > 0 {
		if _, err := tx.ExecContext(ctx, head+strings.TrimSuffix(strings.Repeat(one+",", left), ","), values...); err != nil {
			return err
		}
	}
	return tx.Commit()
}

// dropTriggers takes the triggers away and returns what brings them back.
func dropTriggers(ctx context.Context, db *sql.DB) (restore []string, err error) {
	rows, err := db.QueryContext(ctx, "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var names []string
	for rows.Next() {
		var name, text string
		if err := rows.Scan(&name, &text); err != nil {
			return nil, err
		}
		names, restore = append(names, name), append(restore, text)
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	rows.Close()
	for _, name := range names {
		if _, err := db.ExecContext(ctx, "DROP TRIGGER "+name); err != nil {
			return nil, err
		}
	}
	return restore, nil
}
