package storage

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"strings"

	"github.com/hashicorp/golang-lru/v2/simplelru"
	msqlite "modernc.org/sqlite"
)

// statementsKept is how many compiled statements one connection to SQLite keeps, the last used ones: some three times what the
// program's own texts come to, for a list of ids makes one text for each of its lengths.
const statementsKept = 512

// openKeeping opens an SQLite database whose connections keep the statements that they have compiled, as those to Postgres do by
// themselves. Compiling took more than a quarter of the time of a write. GORM's own PrepareStmt does not help here: everything
// runs in transactions, and database/sql compiles a statement that was made in one transaction anew in each other one.
func openKeeping(dsn string) (*sql.DB, error) {
	connector, err := msqlite.NewConnector(dsn)
	if err != nil {
		return nil, err
	}
	return sql.OpenDB(keeping{connector}), nil
}

// keeping makes connections that keep their statements.
type keeping struct{ driver.Connector }

// liteConn, liteStatement and liteRows are what database/sql finds in modernc's driver and must find in ours.
type liteConn interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.QueryerContext
	driver.Pinger
	driver.SessionResetter
	driver.Validator
}

type liteStatement interface {
	driver.Stmt
	driver.StmtExecContext
	driver.StmtQueryContext
}

type liteRows interface {
	driver.Rows
	driver.RowsColumnTypeDatabaseTypeName
	driver.RowsColumnTypeLength
	driver.RowsColumnTypeNullable
	driver.RowsColumnTypePrecisionScale
	driver.RowsColumnTypeScanType
}

// Connect opens a connection.
func (k keeping) Connect(ctx context.Context) (driver.Conn, error) {
	c, err := k.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	lite, fits := c.(liteConn)
	if !fits {
		return nil, fmt.Errorf("a connection of %T cannot do all that one to SQLite must", c)
	}
	kept, err := simplelru.NewLRU(statementsKept, func(_ string, s *keptStatement) { s.leave() })
	return &keepingConn{lite, kept}, err
}

// keepingConn is one connection and its statements. database/sql lets one goroutine at a time use it.
type keepingConn struct {
	liteConn
	kept *simplelru.LRU[string, *keptStatement]
}

// keptStatement is a compiled statement. It can be run by one at a time.
type keptStatement struct {
	liteStatement
	running bool
	left    bool // by the connection, while it ran
}

// leave closes the statement, at once or when what runs it is done.
func (s *keptStatement) leave() {
	s.left = true
	if !s.running {
		s.liteStatement.Close()
	}
}

func (s *keptStatement) done() {
	s.running = false
	if s.left {
		s.liteStatement.Close()
	}
}

// worthKeeping reports whether a text is one of those that come again. What changes the schema comes once.
func worthKeeping(query string) bool {
	word, _, _ := strings.Cut(strings.TrimLeft(query, " \t\n("), " ")
	switch strings.ToUpper(word) {
	case "SELECT", "INSERT", "UPDATE", "DELETE", "WITH":
		return true
	}
	return false
}

// statement is the compiled statement of a text, for one run; nil when there is none to be had: the text is not worth keeping,
// or it is being run already, by whoever asks the same again while he reads the first answer.
func (c *keepingConn) statement(ctx context.Context, query string) (*keptStatement, error) {
	if !worthKeeping(query) {
		return nil, nil
	}
	s, known := c.kept.Get(query)
	if !known {
		compiled, err := c.liteConn.PrepareContext(ctx, query)
		if err != nil {
			return nil, err
		}
		lite, fits := compiled.(liteStatement)
		if !fits {
			return nil, compiled.Close()
		}
		s = &keptStatement{liteStatement: lite}
		c.kept.Add(query, s)
	}
	if s.running {
		return nil, nil
	}
	s.running = true
	return s, nil
}

// ExecContext runs a statement that has no rows to tell.
func (c *keepingConn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	s, err := c.statement(ctx, query)
	if err != nil {
		return nil, err
	}
	if s == nil {
		return c.liteConn.ExecContext(ctx, query, args)
	}
	defer s.done()
	return s.ExecContext(ctx, args)
}

// QueryContext runs a statement; it can be run again when its rows are closed.
func (c *keepingConn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	s, err := c.statement(ctx, query)
	if err != nil {
		return nil, err
	}
	if s == nil {
		return c.liteConn.QueryContext(ctx, query, args)
	}
	rows, err := s.QueryContext(ctx, args)
	if err != nil {
		s.done()
		return nil, err
	}
	lite, fits := rows.(liteRows)
	if !fits {
		rows.Close()
		s.done()
		return nil, fmt.Errorf("rows of %T cannot do all that those of SQLite must", rows)
	}
	return &keptRows{liteRows: lite, statement: s}, nil
}

// Close closes the connection and its statements.
func (c *keepingConn) Close() error {
	c.kept.Purge()
	return c.liteConn.Close()
}

// keptRows gives its statement free when it is closed.
type keptRows struct {
	liteRows
	statement *keptStatement
}

// Close ends the reading; twice is once.
func (r *keptRows) Close() error {
	if r.statement == nil {
		return nil
	}
	err := r.liteRows.Close()
	r.statement.done()
	r.statement = nil
	return err
}
