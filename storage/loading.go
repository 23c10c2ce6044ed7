package storage

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

// Loading is the one transaction in which a database is filled. No trigger fires in it: the rows went through them when
// they were first written.
type Loading struct {
	db   *DB
	conn *sql.Conn
	tx   *sql.Tx
	own  []Table  // what the schema has
	back []string // puts the triggers on again
}

// Source gives the rows of a table one after the other, and nil after the last.
type Source func() (row []any, err error)

func (db *DB) startLoading(ctx context.Context) (*Loading, error) {
	l := &Loading{db: db}
	pool, err := db.writer.DB()
	if err == nil {
		l.conn, err = pool.Conn(ctx)
	}
	if err == nil {
		l.tx, err = l.conn.BeginTx(ctx, nil)
	}
	if err == nil {
		err = l.prepare(ctx)
	}
	if err != nil {
		l.Close()
		return nil, err
	}
	return l, nil
}

// Close lets go of the database; without Commit nothing of what was loaded is left.
func (l *Loading) Close() {
	if l.tx != nil {
		l.tx.Rollback()
	}
	if l.conn != nil {
		l.conn.Close()
	}
	l.db.Close() // the last one out of SQLite brings its log into the file
}

// Commit keeps what was loaded.
func (l *Loading) Commit(ctx context.Context) error {
	if err := l.all(ctx, l.back); err != nil {
		return err
	}
	if err := l.checkReferences(ctx); err != nil {
		return err
	}
	return l.tx.Commit()
}

// prepare takes off the triggers, and takes out what the migrations have written.
func (l *Loading) prepare(ctx context.Context) (err error) {
	first := "SET LOCAL statement_timeout = 0"
	if l.db.dialect == sqliteDialect {
		first = "PRAGMA defer_foreign_keys = 1"
	}
	if err = l.all(ctx, []string{first}); err != nil {
		return err
	}
	if l.own, err = readTables(ctx, l.tx, l.db.dialect); err != nil {
		return err
	}
	var off []string
	if off, l.back, err = l.triggers(ctx); err != nil {
		return err
	}
	for _, t := range slices.Backward(l.own) {
		off = append(off, "DELETE FROM "+quoted(t.Name))
	}
	return l.all(ctx, off)
}

// triggers gives the statements that take the triggers off and put them on again.
func (l *Loading) triggers(ctx context.Context) (off, back []string, err error) {
	if l.db.dialect == postgresDialect {
		for _, t := range l.own {
			off = append(off, "ALTER TABLE "+quoted(t.Name)+" DISABLE TRIGGER USER")
			back = append(back, "ALTER TABLE "+quoted(t.Name)+" ENABLE TRIGGER USER")
		}
		return off, back, nil
	}
	err = eachRow(ctx, l.tx, "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' ORDER BY name", func(rows *sql.Rows) error {
		var name, statement string
		err := rows.Scan(&name, &statement)
		off, back = append(off, "DROP TRIGGER "+quoted(name)), append(back, statement)
		return err
	})
	return off, back, err
}

func (l *Loading) all(ctx context.Context, statements []string) error {
	for _, statement := range statements {
		if _, err := l.tx.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	return nil
}

// checkReferences is for SQLite, which looks at references only when the transaction ends, and does not say which.
func (l *Loading) checkReferences(ctx context.Context) error {
	if l.db.dialect == postgresDialect {
		return nil
	}
	return eachRow(ctx, l.tx, "PRAGMA foreign_key_check", func(rows *sql.Rows) error {
		var table, parent string
		var row, number sql.NullInt64
		if err := rows.Scan(&table, &row, &parent, &number); err != nil {
			return err
		}
		return fmt.Errorf("row %d of %s points to a row of %s that is not there", row.Int64, table, parent)
	})
}

// Load writes the rows of one table. The table must have the columns that the schema here gives it.
func (l *Loading) Load(ctx context.Context, t Table, next Source) error {
	if err := l.knows(t); err != nil {
		return err
	}
	if l.db.dialect == postgresDialect {
		return l.copyIn(ctx, t, next)
	}
	return l.insert(ctx, t, next)
}

func (l *Loading) knows(t Table) error {
	at := slices.IndexFunc(l.own, func(own Table) bool { return own.Name == t.Name })
	if at < 0 {
		return fmt.Errorf("there is no table %s in this schema", t.Name)
	}
	byName := func(a, b Column) int { return strings.Compare(a.Name, b.Name) }
	here, given := slices.SortedFunc(slices.Values(l.own[at].Columns), byName), slices.SortedFunc(slices.Values(t.Columns), byName)
	if !slices.Equal(here, given) || !slices.Equal(l.own[at].Key, t.Key) {
		return fmt.Errorf("table %s has other columns in this schema: %v, not %v", t.Name, here, given)
	}
	return nil
}

// Lacks names the tables of the schema that are not among those loaded: a copy without them is not a whole one.
func (l *Loading) Lacks(loaded []Table) []string {
	var missing []string
	for _, own := range l.own {
		if !slices.ContainsFunc(loaded, func(t Table) bool { return t.Name == own.Name }) {
			missing = append(missing, own.Name)
		}
	}
	return missing
}

// copyIn sends the rows by COPY: one statement a table, so that its rows may refer to each other.
func (l *Loading) copyIn(ctx context.Context, t Table, next Source) error {
	var names []string
	for _, c := range t.Columns {
		names = append(names, c.Name)
	}
	var broken error // what next said; Postgres would only pass its words on
	source := pgx.CopyFromFunc(func() ([]any, error) {
		var row []any
		if row, broken = next(); row == nil || broken != nil {
			return nil, broken
		}
		broken = datesToTimes(t, row)
		return row, broken
	})
	err := l.conn.Raw(func(driver any) error {
		_, err := driver.(*stdlib.Conn).Conn().CopyFrom(ctx, pgx.Identifier{t.Name}, names, source)
		return err
	})
	if broken != nil {
		return broken
	}
	return wrap("table "+t.Name, err)
}

func datesToTimes(t Table, row []any) (err error) {
	for i, c := range t.Columns {
		if day, given := row[i].(string); given && c.Kind == KindDate {
			if row[i], err = time.Parse(time.DateOnly, day); err != nil {
				return err
			}
		}
	}
	return nil
}

func (l *Loading) insert(ctx context.Context, t Table, next Source) error {
	var names []string
	for _, c := range t.Columns {
		names = append(names, quoted(c.Name))
	}
	marks := strings.TrimSuffix(strings.Repeat("?,", len(names)), ",")
	statement, err := l.tx.PrepareContext(ctx, "INSERT INTO "+quoted(t.Name)+" ("+strings.Join(names, ",")+") VALUES ("+marks+")") // #nosec G202 -- names of our own schema, quoted; values are parameters
	if err != nil {
		return err
	}
	defer statement.Close()
	for {
		row, err := next()
		if row == nil || err != nil {
			return err
		}
		if _, err := statement.ExecContext(ctx, row...); err != nil {
			return fmt.Errorf("table %s: %w", t.Name, err)
		}
	}
}

// SetLast makes the next id of t larger than last.
func (l *Loading) SetLast(ctx context.Context, t Table, last int64) error {
	if last == 0 {
		return nil
	}
	if l.db.dialect == sqliteDialect {
		if _, err := l.tx.ExecContext(ctx, "DELETE FROM sqlite_sequence WHERE name = ?", t.Name); err != nil {
			return err
		}
		_, err := l.tx.ExecContext(ctx, "INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", t.Name, last)
		return err
	}
	sequence, err := sequenceOf(ctx, l.tx, t)
	if err != nil || sequence == "" {
		return err
	}
	_, err = l.tx.ExecContext(ctx, "SELECT setval($1::regclass, $2)", sequence, last)
	return err
}

// Look reads back what has been written so far.
func (l *Loading) Look(ctx context.Context) (*Snapshot, error) {
	return newSnapshot(ctx, l.tx, l.db.dialect)
}
