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
	t.Run("postgres", func(t *testing.T) { f(t, Open(t, storage.Options{URL: Migrated(t), Now: now})) })
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

// Migrated is Postgres with today's schema in it. Going through every migration takes half a second each time; the server
// keeps one database that has been through them, named after what they say, and this is a copy of it.
func Migrated(t *testing.T) string {
	t.Helper()
	template := "linli_schema_" + storage.SchemaDigest()
	asAdmin(t, func(ctx context.Context, admin *pgx.Conn) error {
		return makeTemplate(ctx, admin, template, addressOf(t, template+making))
	})
	return PostgresFrom(t, template)
}

// making ends the name of a database that is not whole yet.
const making = "_making"

// makeTemplate makes the database that the others are copies of, unless it is there. Tests of several packages come at
// the same time, and a half-made one must not be copied: it gets its name when it is whole.
func makeTemplate(ctx context.Context, admin *pgx.Conn, template, madeAt string) error {
	const turn = 5011774 // any number that no other lock of the tests uses
	if _, err := admin.Exec(ctx, "SELECT pg_advisory_lock($1)", turn); err != nil {
		return err
	}
	defer admin.Exec(ctx, "SELECT pg_advisory_unlock($1)", turn)
	var there bool
	if err := admin.QueryRow(ctx, "SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", template).Scan(&there); err != nil || there {
		return err
	}
	half := template + making
	if _, err := admin.Exec(ctx, "DROP DATABASE IF EXISTS "+half+" WITH (FORCE)"); err != nil {
		return err
	}
	if _, err := admin.Exec(ctx, "CREATE DATABASE "+half); err != nil {
		return err
	}
	db, err := storage.Open(ctx, storage.Options{URL: madeAt})
	if err != nil {
		return err
	}
	db.Close()
	_, err = admin.Exec(ctx, "ALTER DATABASE "+half+" RENAME TO "+template)
	return err
}

// PostgresFrom creates a database that is a copy of another one, to which nobody may be connected meanwhile.
func PostgresFrom(t *testing.T, template string) string {
	t.Helper()
	b := make([]byte, 6)
	rand.Read(b)
	name := "linli_" + hex.EncodeToString(b)
	asAdmin(t, func(ctx context.Context, admin *pgx.Conn) error {
		_, err := admin.Exec(ctx, "CREATE DATABASE "+name+" TEMPLATE "+template)
		return err
	})
	t.Cleanup(func() {
		asAdmin(t, func(ctx context.Context, admin *pgx.Conn) error {
			_, err := admin.Exec(ctx, "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)")
			return err
		})
	})
	return addressOf(t, name)
}

// serverOf is the address of the server on which a test may make databases.
func serverOf(t *testing.T) string {
	t.Helper()
	server := os.Getenv("LINLI_TEST_POSTGRES")
	if server == "" {
		if os.Getenv("LINLI_TEST_REQUIRED") != "" {
			t.Fatal("LINLI_TEST_POSTGRES is not set, and LINLI_TEST_REQUIRED says that it must be")
		}
		t.Skip("LINLI_TEST_POSTGRES is not set")
	}
	return server
}

func asAdmin(t *testing.T, f func(ctx context.Context, admin *pgx.Conn) error) {
	t.Helper()
	ctx := context.Background()
	admin, err := pgx.Connect(ctx, serverOf(t))
	if err != nil {
		t.Fatal(err)
	}
	defer admin.Close(ctx)
	if err := f(ctx, admin); err != nil {
		t.Fatal(err)
	}
}

func addressOf(t *testing.T, name string) string {
	t.Helper()
	u, err := url.Parse(serverOf(t))
	if err != nil {
		t.Fatal(err)
	}
	u.Path = "/" + name
	return u.String()
}
