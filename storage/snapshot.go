package storage

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"linli/models"
)

// Snapshot is one moment of the database, for copies of all of it. What is written meanwhile is not in it.
type Snapshot struct {
	// Schema is the number of the newest migration that the database has seen.
	Schema int64
	// Tables are all that hold data of ours, each after those it refers to.
	Tables []Table

	dialect dialect
	tx      *sql.Tx
}

// BlobColumns name the blobs that rows speak of. A new column that names a blob belongs here, or backups leave its
// blobs behind; a test holds every column that ends in _sha256 against this list.
var BlobColumns = []struct{ Table, Column string }{{"photos", "stored_sha256"}, {"photos", "thumb_sha256"}}

// oneMoment: in SQLite every transaction that reads sees one moment; Postgres has to be asked.
var oneMoment = map[dialect]*sql.TxOptions{
	sqliteDialect:   {ReadOnly: true},
	postgresDialect: {ReadOnly: true, Isolation: sql.LevelRepeatableRead},
}

// Snapshot reads the database at one moment. Writers go on meanwhile, in both databases. Holding it long makes SQLite's
// log and Postgres's tables grow, so what follows from the rows (photos, for example) is to be done after it.
func (db *DB) Snapshot(ctx context.Context, f func(*Snapshot) error) error {
	conn, err := db.reader.DB()
	if err != nil {
		return err
	}
	tx, err := conn.BeginTx(ctx, oneMoment[db.dialect])
	if err != nil {
		return classify(err)
	}
	defer tx.Rollback()
	s, err := newSnapshot(ctx, tx, db.dialect)
	if err != nil {
		return classify(err)
	}
	return classify(f(s))
}

func newSnapshot(ctx context.Context, tx *sql.Tx, d dialect) (*Snapshot, error) {
	if d == postgresDialect {
		// A large table takes longer to read than a request may.
		if _, err := tx.ExecContext(ctx, "SET LOCAL statement_timeout = 0"); err != nil {
			return nil, err
		}
	}
	s := &Snapshot{dialect: d, tx: tx}
	if err := tx.QueryRowContext(ctx, schemaVersion).Scan(&s.Schema); err != nil {
		return nil, fmt.Errorf("read schema version: %w", err)
	}
	var err error
	s.Tables, err = readTables(ctx, tx, d)
	return s, err
}

// Rows hands over every row of t in the order of its key; the slice is used again for the next row.
func (s *Snapshot) Rows(ctx context.Context, t Table, each func(row []any) error) error {
	row := make([]any, len(t.Columns))
	places := make([]any, len(row))
	for i := range row {
		places[i] = &row[i]
	}
	return eachRow(ctx, s.tx, s.selectAll(t), func(rows *sql.Rows) error {
		if err := rows.Scan(places...); err != nil {
			return err
		}
		for i, c := range t.Columns {
			v, err := plain(row[i], c.Kind)
			if err != nil {
				return fmt.Errorf("table %s, column %s, row with %s %v: %w", t.Name, c.Name, t.Key[0], row[t.Place(t.Key[0])], err)
			}
			row[i] = v
		}
		return each(row)
	})
}

// selectAll reads SQLite's times and dates as the text that they are: its driver would guess. Texts are ordered byte by
// byte, as SQLite does; a language's order differs from one machine to the next.
func (s *Snapshot) selectAll(t Table) string {
	var columns, order []string
	for _, c := range t.Columns {
		name := quoted(c.Name)
		if s.dialect == sqliteDialect && (c.Kind == KindTime || c.Kind == KindDate) {
			name = "CAST(" + name + " AS TEXT)"
		}
		columns = append(columns, name)
	}
	for _, k := range t.Key {
		by := quoted(k)
		if s.dialect == postgresDialect && t.Columns[t.Place(k)].Kind == KindText {
			by += ` COLLATE "C"`
		}
		order = append(order, by)
	}
	return "SELECT " + strings.Join(columns, ", ") + " FROM " + quoted(t.Name) + " ORDER BY " + strings.Join(order, ", ")
}

// Last is the last id that a table gave out, 0 where it gives out none. It is more than the largest id where the newest
// rows were deleted: an id is never used twice.
func (s *Snapshot) Last(ctx context.Context, t Table) (last int64, err error) {
	if s.dialect == sqliteDialect {
		err = s.tx.QueryRowContext(ctx, "SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = ?", t.Name).Scan(&last)
		return last, err
	}
	sequence, err := sequenceOf(ctx, s.tx, t)
	if err != nil || sequence == "" {
		return 0, err
	}
	err = s.tx.QueryRowContext(ctx, "SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM "+sequence).Scan(&last)
	return last, err
}

func sequenceOf(ctx context.Context, tx *sql.Tx, t Table) (string, error) {
	if len(t.Key) != 1 || t.Columns[t.Place(t.Key[0])].Kind != KindInt {
		return "", nil
	}
	var sequence sql.NullString
	err := tx.QueryRowContext(ctx, "SELECT pg_get_serial_sequence($1, $2)", quoted(t.Name), t.Key[0]).Scan(&sequence)
	return sequence.String, err
}

// Blobs hands over the name of every blob that the rows speak of, each once, in ascending order.
func (s *Snapshot) Blobs(ctx context.Context, each func(name string) error) error {
	var parts []string
	for _, c := range BlobColumns {
		name := quoted(c.Column)
		if s.dialect == postgresDialect {
			name += ` COLLATE "C"`
		}
		parts = append(parts, "SELECT "+name+" AS name FROM "+quoted(c.Table)+" WHERE "+quoted(c.Column)+" <> ''")
	}
	return eachRow(ctx, s.tx, strings.Join(parts, " UNION ")+" ORDER BY 1", func(rows *sql.Rows) error {
		var name string
		if err := rows.Scan(&name); err != nil {
			return err
		}
		return each(name)
	})
}

// plain brings what a driver gives to the one Go type of the kind.
func plain(v any, kind Kind) (any, error) {
	if v == nil {
		return nil, nil
	}
	switch kind {
	case KindInt:
		switch n := v.(type) {
		case int64:
			return n, nil
		case int32:
			return int64(n), nil
		}
	case KindText:
		if s, ok := v.(string); ok && utf8.ValidString(s) {
			return s, nil
		}
	case KindBool:
		switch b := v.(type) {
		case bool:
			return b, nil
		case int64:
			return b != 0, nil
		}
	case KindTime:
		switch at := v.(type) {
		case time.Time:
			return models.UTC(at), nil
		case string:
			return parseSQLiteTime(at)
		}
	case KindDate:
		switch d := v.(type) {
		case time.Time:
			return d.Format(time.DateOnly), nil
		case string:
			if _, err := time.Parse(time.DateOnly, d); err == nil {
				return d, nil
			}
		}
	case KindBytes:
		if b, ok := v.([]byte); ok {
			return b, nil
		}
	}
	return nil, fmt.Errorf("what is there (a %T) is no %s", v, kind)
}

// sqliteTimes are the ways in which a time may stand in SQLite: as our driver writes it, and as SQLite's own functions do.
var sqliteTimes = []string{"2006-01-02 15:04:05.999999999-07:00", "2006-01-02 15:04:05.999999999", "2006-01-02T15:04:05.999999999Z07:00"}

func parseSQLiteTime(text string) (any, error) {
	for _, layout := range sqliteTimes {
		if at, err := time.Parse(layout, text); err == nil {
			return models.UTC(at), nil
		}
	}
	return nil, fmt.Errorf("%q is no time", text)
}
