package storage

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"gorm.io/driver/sqlite"
	"gorm.io/gorm"
	msqlite "modernc.org/sqlite"
)

// counting counts how often its connections compile a text, the driver's own runs of a text among it.
type counting struct {
	driver.Connector
	compiled map[string]int
}

func (c counting) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	return countingConn{conn.(liteConn), c.compiled}, nil
}

type countingConn struct {
	liteConn
	compiled map[string]int
}

func (c countingConn) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	c.compiled[query]++
	return c.liteConn.PrepareContext(ctx, query)
}

func (c countingConn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	c.compiled[query]++
	return c.liteConn.ExecContext(ctx, query, args)
}

func (c countingConn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	c.compiled[query]++
	return c.liteConn.QueryContext(ctx, query, args)
}

// keepingAndCounting is a database of one connection, with a table of a hundred numbers.
func keepingAndCounting(t *testing.T) (*sql.DB, map[string]int) {
	t.Helper()
	base, err := msqlite.NewConnector("file:" + filepath.Join(t.TempDir(), "kept.db"))
	if err != nil {
		t.Fatal(err)
	}
	compiled := map[string]int{}
	db := sql.OpenDB(keeping{counting{base, compiled}})
	t.Cleanup(func() { db.Close() })
	db.SetMaxOpenConns(1)
	mustExec(t, db, "CREATE TABLE numbers (n INTEGER PRIMARY KEY, words TEXT)")
	for n := range 100 {
		mustExec(t, db, "INSERT INTO numbers (n, words) VALUES (?, ?)", n, "some words")
	}
	return db, compiled
}

type execer interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
}

func mustExec(t *testing.T, db execer, query string, args ...any) {
	t.Helper()
	if _, err := db.ExecContext(t.Context(), query, args...); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
}

func TestATextIsCompiledOnceForAllTransactions(t *testing.T) {
	db, compiled := keepingAndCounting(t)
	const insert, look = "INSERT INTO numbers (n, words) VALUES (?, ?)", "SELECT words FROM numbers WHERE n = ?"
	for n := range 20 {
		tx, err := db.Begin()
		if err != nil {
			t.Fatal(err)
		}
		var words string
		mustExec(t, tx, insert, 1000+n, fmt.Sprint("number ", n))
		if err := tx.QueryRow(look, 1000+n).Scan(&words); err != nil || words != fmt.Sprint("number ", n) {
			t.Fatalf("%q %v", words, err)
		}
		if err := tx.Commit(); err != nil {
			t.Fatal(err)
		}
	}
	if compiled[insert] != 1 || compiled[look] != 1 {
		t.Errorf("compiled %d and %d times, want once each", compiled[insert], compiled[look])
	}
}

// The same question inside the reading of its answer has its own run, and neither disturbs the other.
func TestATextInsideItself(t *testing.T) {
	db, compiled := keepingAndCounting(t)
	const look = "SELECT n FROM numbers WHERE n < ? ORDER BY n"
	tx, err := db.Begin()
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	outer, err := tx.Query(look, 3)
	if err != nil {
		t.Fatal(err)
	}
	defer outer.Close()
	var got []int
	for outer.Next() {
		var n int
		if err := outer.Scan(&n); err != nil {
			t.Fatal(err)
		}
		got = append(got, n)
		inner, err := tx.Query(look, 5)
		if err != nil {
			t.Fatal(err)
		}
		count := 0
		for inner.Next() {
			count++
		}
		if err := errors.Join(inner.Err(), inner.Close()); err != nil || count != 5 {
			t.Fatalf("inside: %d rows, %v", count, err)
		}
	}
	if outer.Err() != nil || fmt.Sprint(got) != "[0 1 2]" {
		t.Errorf("outside: %v %v", got, outer.Err())
	}
	if compiled[look] != 4 { // kept once, and three runs of its own
		t.Errorf("compiled %d times, want 4", compiled[look])
	}
}

func TestKeptStatementsFollowTheSchema(t *testing.T) {
	db, _ := keepingAndCounting(t)
	read := func() (columns []string, rows int) {
		r, err := db.Query("SELECT * FROM numbers WHERE n < 7")
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		if columns, err = r.Columns(); err != nil {
			t.Fatal(err)
		}
		for r.Next() {
			rows++
		}
		return columns, rows
	}
	if columns, rows := read(); len(columns) != 2 || rows != 7 {
		t.Fatalf("%v %d", columns, rows)
	}
	mustExec(t, db, "ALTER TABLE numbers ADD COLUMN colour TEXT")
	if columns, rows := read(); len(columns) != 3 || rows != 7 {
		t.Errorf("after a new column: %v %d", columns, rows)
	}
	mustExec(t, db, "DROP TABLE numbers")
	if _, err := db.Query("SELECT * FROM numbers WHERE n < 7"); err == nil {
		t.Error("a table that is gone was read")
	}
}

// A run that was broken off, one that failed, and one with a value too few leave nothing behind for the next.
func TestAKeptStatementForgets(t *testing.T) {
	db, _ := keepingAndCounting(t)
	const long = "WITH RECURSIVE c(x) AS (VALUES(1) UNION ALL SELECT x + 1 FROM c WHERE x < ?) SELECT max(x) FROM c"
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	var most int
	if err := db.QueryRowContext(ctx, long, 1_000_000_000).Scan(&most); !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("broke off with %v", err)
	}
	if err := db.QueryRow(long, 10).Scan(&most); err != nil || most != 10 {
		t.Errorf("after a broken run: %d %v", most, err)
	}
	const insert = "INSERT INTO numbers (n, words) VALUES (?, ?)"
	if _, err := db.Exec(insert, 5, "taken"); err == nil {
		t.Error("a number was taken twice")
	}
	if _, err := db.Exec(insert, 200); err == nil {
		t.Error("a value too few was filled from the run before")
	}
	mustExec(t, db, insert, 200, "free")
}

// What is forgotten while it is being read is read to its end.
func TestAForgottenStatementIsReadToItsEnd(t *testing.T) {
	db, compiled := keepingAndCounting(t)
	const look = "SELECT n FROM numbers ORDER BY n"
	tx, err := db.Begin()
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	rows, err := tx.Query(look)
	if err != nil {
		t.Fatal(err)
	}
	for n := range statementsKept + 10 {
		mustExec(t, tx, fmt.Sprintf("UPDATE numbers SET words = 'seen' WHERE n = %d", n))
	}
	count := 0
	for rows.Next() {
		count++
	}
	if err := errors.Join(rows.Err(), rows.Close(), rows.Close()); err != nil || count != 100 {
		t.Errorf("%d rows, %v", count, err)
	}
	var n int
	if err := tx.QueryRow(look).Scan(&n); err != nil || compiled[look] != 2 {
		t.Errorf("%v, compiled %d times, want 2", err, compiled[look])
	}
}

// The reason for all this: GORM's own way compiles the same text in every transaction. When this fails, it may go.
func TestPreparedStatementsOfGORMDoNotOutliveTheirTransaction(t *testing.T) {
	base, err := msqlite.NewConnector("file:" + filepath.Join(t.TempDir(), "plain.db"))
	if err != nil {
		t.Fatal(err)
	}
	compiled := map[string]int{}
	pool := sql.OpenDB(counting{base, compiled})
	defer pool.Close()
	pool.SetMaxOpenConns(1)
	db := preparing(t, pool)
	const look = "SELECT 41 + 1"
	for range 10 {
		tx := db.Begin()
		var n int
		if err := tx.Raw(look).Scan(&n).Error; err != nil || n != 42 {
			t.Fatal(n, err)
		}
		if err := tx.Commit().Error; err != nil {
			t.Fatal(err)
		}
	}
	if compiled[look] < 10 {
		t.Errorf("GORM compiled it %d times for 10 transactions", compiled[look])
	}
}

func preparing(t *testing.T, pool *sql.DB) *gorm.DB {
	t.Helper()
	c := config()
	c.PrepareStmt = true
	db, err := gorm.Open(sqlite.New(sqlite.Config{Conn: pool}), c)
	if err != nil {
		t.Fatal(err)
	}
	return db
}
