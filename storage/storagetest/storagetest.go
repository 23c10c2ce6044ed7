// Package storagetest runs a test against both databases. Postgres comes from LINLI_TEST_POSTGRES (the address of a
// server where the test may create databases); where LINLI_TEST_REQUIRED is set a missing server fails the test, so
// that neither half can be skipped unnoticed.
package storagetest

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"net/url"
	"os"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"linli/storage"
)

// Each runs f once on a fresh SQLite database and once on a fresh Postgres database.
func Each(t *testing.T, f func(t *testing.T, db *storage.DB)) {
	t.Helper()
	EachAt(t, nil, f)
}

// EachAt is Each with a clock of the test's own.
func EachAt(t *testing.T, now func() time.Time, f func(t *testing.T, db *storage.DB)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { f(t, Open(t, storage.Options{Dir: t.TempDir(), Now: now, FastUnsafe: true})) })
	t.Run("postgres", func(t *testing.T) { f(t, Open(t, storage.Options{URL: Postgres(t), Now: now})) })
}

// Open opens a database for the length of the test.
func Open(t *testing.T, o storage.Options) *storage.DB {
	t.Helper()
	db, err := storage.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	return db
}

// Postgres creates an empty database for this test and returns its address.
func Postgres(t *testing.T) string {
	t.Helper()
	return PostgresFrom(t, "template1")
}

// PostgresFrom creates a database that is a copy of another one, to which nobody may be connected meanwhile.
func PostgresFrom(t *testing.T, template string) string {
	t.Helper()
	server := os.Getenv("LINLI_TEST_POSTGRES")
	if server == "" {
		if os.Getenv("LINLI_TEST_REQUIRED") != "" {
			t.Fatal("LINLI_TEST_POSTGRES is not set, and LINLI_TEST_REQUIRED says that it must be")
		}
		t.Skip("LINLI_TEST_POSTGRES is not set")
	}
	ctx := context.Background()
	admin, err := pgx.Connect(ctx, server)
	if err != nil {
		t.Fatal(err)
	}
	defer admin.Close(ctx)
	b := make([]byte, 6)
	rand.Read(b)
	name := "linli_" + hex.EncodeToString(b)
	if _, err := admin.Exec(ctx, "CREATE DATABASE "+name+" TEMPLATE "+template); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		admin, err := pgx.Connect(ctx, server)
		if err != nil {
			return
		}
		defer admin.Close(ctx)
		admin.Exec(ctx, "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)")
	})
	u, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	u.Path = "/" + name
	return u.String()
}
