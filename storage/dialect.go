package storage

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"net"
	"os"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"gorm.io/gorm"
	msqlite "modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"linli/models"
)

// The two databases differ here, in open.go and in the twin migrations, and nowhere else.
type dialect string

const (
	sqliteDialect   dialect = "sqlite"
	postgresDialect dialect = "postgres"
)

// translating gives modernc's SQLite errors the names that GORM knows.
type translating struct{ gorm.Dialector }

// Translate turns a broken unique constraint into gorm.ErrDuplicatedKey, as the Postgres driver does.
func (translating) Translate(err error) error {
	if e, ok := errors.AsType[*msqlite.Error](err); ok {
		switch e.Code() {
		case sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY:
			return gorm.ErrDuplicatedKey
		case sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY:
			return gorm.ErrForeignKeyViolated
		}
	}
	return err
}

// Overlapping reports whether err is the refusal of two overlapping service terms of one estate.
func Overlapping(err error) bool {
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		return e.Code == "23P01"
	}
	return err != nil && strings.Contains(err.Error(), "service_terms_overlap")
}

// Absent reports whether err says that there is no such row.
func Absent(err error) bool { return errors.Is(err, gorm.ErrRecordNotFound) }

// Duplicate reports whether err is a broken unique constraint.
func Duplicate(err error) bool { return errors.Is(err, gorm.ErrDuplicatedKey) }

// retriable reports whether the same transaction may simply be tried again: the database chose it as a victim, it lost a
// race that it will not lose twice, or its connection was gone before the statement could be sent.
func retriable(err error) bool {
	if errors.Is(err, ErrRaced) || unsent(err) {
		return true
	}
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		return e.Code == "40001" || e.Code == "40P01"
	}
	return false
}

// unsent reports whether a connection of the pool turned out to be dead before a byte was sent: nothing was done.
func unsent(err error) bool { return pgconn.SafeToRetry(err) || errors.Is(err, driver.ErrBadConn) }

// classify turns "the database is away, full or busy" into a refusal that asks to come again. Anything else stays as it is.
func classify(err error) error {
	if err == nil {
		return nil
	}
	if _, ours := errors.AsType[*models.Error](err); ours {
		return err
	}
	if away(err) || errors.Is(err, ErrRaced) {
		return &models.Error{Kind: models.Unavailable, Code: "database.away", Err: err}
	}
	return err
}

func away(err error) bool {
	if e, ok := errors.AsType[*msqlite.Error](err); ok {
		switch e.Code() & 0xff {
		case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY:
			return true
		}
	}
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		// 08 connection, 53 resources, 57P shutdown, 25006 read-only (a standby), 57014 cancelled by a timeout.
		return strings.HasPrefix(e.Code, "08") || strings.HasPrefix(e.Code, "53") || strings.HasPrefix(e.Code, "57") || e.Code == "25006"
	}
	if _, ok := errors.AsType[*pgconn.ConnectError](err); ok {
		return true
	}
	if _, ok := errors.AsType[*net.OpError](err); ok {
		return true
	}
	if unsent(err) || errors.Is(err, sql.ErrConnDone) {
		return true
	}
	return errors.Is(err, context.DeadlineExceeded) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) ||
		errors.Is(err, os.ErrDeadlineExceeded) || errors.Is(err, net.ErrClosed) || pgconn.Timeout(err)
}
