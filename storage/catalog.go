package storage

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
)

// Kind is what a column holds, the same word on both databases.
type Kind string

// The kinds. What Snapshot reads and Refill takes is int64, string, bool, time.Time (UTC), string (YYYY-MM-DD),
// []byte, or nil where the column allows it.
const (
	KindInt   Kind = "int"
	KindText  Kind = "text"
	KindBool  Kind = "bool"
	KindTime  Kind = "time"
	KindDate  Kind = "date"
	KindBytes Kind = "bytes"
)

// Column is one column of a table.
type Column struct {
	Name string `json:"name"`
	Kind Kind   `json:"kind"`
}

// Table is what must be known of a table to copy its rows.
type Table struct {
	Name    string   `json:"name"`
	Columns []Column `json:"columns"`
	// Key are the columns of the primary key: rows are read in this order, the same on both databases.
	Key []string `json:"key"`

	after []string // the tables that this one's foreign keys point to
}

// Place is the position of a column, or -1.
func (t Table) Place(column string) int {
	return slices.IndexFunc(t.Columns, func(c Column) bool { return c.Name == column })
}

// The kinds behind the words of the migrations. A word that is not here is refused: guessing what it holds loses data.
var (
	sqliteKinds   = map[string]Kind{"INTEGER": KindInt, "BIGINT": KindInt, "TEXT": KindText, "BOOLEAN": KindBool, "DATETIME": KindTime, "DATE": KindDate, "BLOB": KindBytes}
	postgresKinds = map[string]Kind{"bigint": KindInt, "integer": KindInt, "smallint": KindInt, "text": KindText, "boolean": KindBool, "timestamp with time zone": KindTime, "date": KindDate, "bytea": KindBytes}
)

// machinery are tables of the tools around the data: goose's, Litestream's and SQLite's own.
func machinery(table string) bool {
	return table == "goose_db_version" || table == restoringTable || strings.HasPrefix(table, "sqlite_") || strings.HasPrefix(table, "_litestream_")
}

const (
	sqliteColumns = `SELECT m.name, c.name, upper(c.type), c.pk FROM sqlite_schema m, pragma_table_xinfo(m.name) c
		WHERE m.type = 'table' AND c.hidden = 0 ORDER BY m.name, c.cid`
	sqliteReferences = `SELECT m.name, f."table" FROM sqlite_schema m, pragma_foreign_key_list(m.name) f WHERE m.type = 'table' ORDER BY 1, 2`

	postgresColumns = `SELECT c.relname, a.attname, format_type(a.atttypid, NULL), coalesce(array_position(i.indkey::int2[], a.attnum) + 1, 0)
		FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary
		WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
			AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' ORDER BY c.relname COLLATE "C", a.attnum`
	postgresReferences = `SELECT c.relname, f.relname FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_class f ON f.oid = k.confrelid
		WHERE k.contype = 'f' AND c.relnamespace = current_schema()::regnamespace ORDER BY 1, 2`
)

// readTables lists the tables with their columns, each after those that it refers to.
func readTables(ctx context.Context, tx *sql.Tx, d dialect) ([]Table, error) {
	columns, references, kinds := sqliteColumns, sqliteReferences, sqliteKinds
	if d == postgresDialect {
		columns, references, kinds = postgresColumns, postgresReferences, postgresKinds
	}
	tables := map[string]*Table{}
	keys := map[string]map[int]string{}
	err := eachRow(ctx, tx, columns, func(rows *sql.Rows) error {
		var table, column, word string
		var key int
		if err := rows.Scan(&table, &column, &word, &key); err != nil || machinery(table) {
			return err
		}
		kind, known := kinds[word]
		if !known {
			return fmt.Errorf("column %s.%s is of type %q, which a backup does not know", table, column, word)
		}
		if tables[table] == nil {
			tables[table], keys[table] = &Table{Name: table}, map[int]string{}
		}
		tables[table].Columns = append(tables[table].Columns, Column{column, kind})
		if key > 0 {
			keys[table][key] = column
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	err = eachRow(ctx, tx, references, func(rows *sql.Rows) error {
		var table, other string
		if err := rows.Scan(&table, &other); err != nil {
			return err
		}
		if tables[table] != nil && table != other && !slices.Contains(tables[table].after, other) {
			tables[table].after = append(tables[table].after, other)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for name, t := range tables {
		for i := range len(keys[name]) {
			t.Key = append(t.Key, keys[name][i+1])
		}
		if len(t.Key) == 0 {
			return nil, fmt.Errorf("table %s has no primary key, so its rows have no order to be compared in", name)
		}
	}
	return inOrder(tables)
}

// inOrder puts every table after those it refers to, and otherwise by name.
func inOrder(tables map[string]*Table) ([]Table, error) {
	var list []Table
	placed := map[string]bool{}
	for len(list) < len(tables) {
		var ready []string
		for name, t := range tables {
			if !placed[name] && !slices.ContainsFunc(t.after, func(other string) bool { return !placed[other] }) {
				ready = append(ready, name)
			}
		}
		if len(ready) == 0 {
			return nil, fmt.Errorf("tables refer to each other in a circle")
		}
		slices.Sort(ready)
		for _, name := range ready {
			placed[name] = true
			list = append(list, *tables[name])
		}
	}
	return list, nil
}

// eachRow runs a query and hands its rows over one by one.
func eachRow(ctx context.Context, tx *sql.Tx, query string, each func(*sql.Rows) error) error {
	rows, err := tx.QueryContext(ctx, query)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := each(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// quoted is a name that may be any word. Names come from the database's own catalogue, never from people.
func quoted(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }
