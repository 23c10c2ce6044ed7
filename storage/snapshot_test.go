package storage_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"linli/storage"
	"linli/storage/storagetest"
)

// shape is what Snapshot says of a fresh database.
func shape(t *testing.T, db *storage.DB) (schema int64, tables []storage.Table) {
	t.Helper()
	err := db.Snapshot(t.Context(), func(s *storage.Snapshot) error {
		schema, tables = s.Schema, s.Tables
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return schema, tables
}

// A backup of one database is restored on the other, so the twin migrations must make the same tables with the same
// columns. This also fails when a migration brings a type that backups do not know.
func TestTheTwinsMakeTheSameTables(t *testing.T) {
	lite := storagetest.Open(t, storage.Options{Dir: t.TempDir(), FastUnsafe: true})
	large := storagetest.Open(t, storage.Options{URL: storagetest.Postgres(t)})
	schema, tables := shape(t, lite)
	otherSchema, others := shape(t, large)
	if schema != otherSchema || len(tables) < 25 {
		t.Errorf("schema %d with %d tables, and schema %d", schema, len(tables), otherSchema)
	}
	for i := range max(len(tables), len(others)) {
		if i >= len(tables) || i >= len(others) || !reflect.DeepEqual(plainTable(tables[i]), plainTable(others[i])) {
			t.Fatalf("table %d differs:\n%+v\n%+v", i, tables[i:min(i+1, len(tables))], others[i:min(i+1, len(others))])
		}
	}
}

// plainTable leaves the order of the columns out: a table that was rebuilt may have another one.
func plainTable(t storage.Table) storage.Table {
	columns := slices.SortedFunc(slices.Values(t.Columns), func(a, b storage.Column) int { return strings.Compare(a.Name, b.Name) })
	return storage.Table{Name: t.Name, Columns: columns, Key: t.Key}
}

// Blobs that a backup does not know of would be left behind without a word. A new column of hashes belongs either into
// storage.BlobColumns or into the list here.
func TestEveryHashColumnIsKnown(t *testing.T) {
	noBlobs := []string{"photos.client_sha256"} // of the bytes that a phone sent; what is kept has other bytes
	_, tables := shape(t, storagetest.Open(t, storage.Options{Dir: t.TempDir(), FastUnsafe: true}))
	seen := 0
	for _, table := range tables {
		for _, c := range table.Columns {
			if !strings.HasSuffix(c.Name, "_sha256") {
				continue
			}
			seen++
			named := slices.ContainsFunc(storage.BlobColumns, func(b struct{ Table, Column string }) bool {
				return b.Table == table.Name && b.Column == c.Name
			})
			if !named && !slices.Contains(noBlobs, table.Name+"."+c.Name) {
				t.Errorf("%s.%s: does it name a blob?", table.Name, c.Name)
			}
		}
	}
	if seen < 3 {
		t.Errorf("only %d such columns", seen)
	}
}

// Whatever is written while a snapshot is read is not in it.
func TestASnapshotShowsOneMoment(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		if _, err := db.LastingKey(t.Context(), "before"); err != nil {
			t.Fatal(err)
		}
		err := db.Snapshot(t.Context(), func(s *storage.Snapshot) error {
			if _, err := db.LastingKey(t.Context(), "meanwhile"); err != nil {
				t.Fatalf("nobody can write meanwhile: %v", err)
			}
			at := slices.IndexFunc(s.Tables, func(t storage.Table) bool { return t.Name == "settings" })
			var keys []string
			err := s.Rows(t.Context(), s.Tables[at], func(row []any) error {
				keys = append(keys, row[0].(string))
				return nil
			})
			if !slices.Equal(keys, []string{"key.before"}) {
				t.Errorf("keys %v", keys)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

// Each table stands after those it refers to, or rows could not be loaded in this order.
func TestTablesStandInTheOrderOfTheirReferences(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		_, tables := shape(t, db)
		place := func(name string) int {
			return slices.IndexFunc(tables, func(t storage.Table) bool { return t.Name == name })
		}
		for _, pair := range [][2]string{{"divisions", "estates"}, {"estates", "buildings"}, {"accounts", "tickets"}, {"tickets", "ticket_contacts"}, {"ledger", "ledger_private"}} {
			if a, b := place(pair[0]), place(pair[1]); a < 0 || b < 0 || a > b {
				t.Errorf("%s stands at %d, %s at %d", pair[0], a, pair[1], b)
			}
		}
	})
}

func TestOpeningAsItIsChangesNothing(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "not there")
	if _, err := storage.Open(t.Context(), storage.Options{Dir: dir, AsItIs: true}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a folder that is not there: %v", err)
	}
	if _, err := os.Stat(dir); err == nil {
		t.Error("it made the folder")
	}
	url := storagetest.Postgres(t)
	if _, err := storage.Open(t.Context(), storage.Options{URL: url, AsItIs: true}); err == nil || !strings.Contains(err.Error(), "there is no Linli") {
		t.Errorf("an empty Postgres database: %v", err)
	}
	if _, err := storage.NewRefill(t.Context(), storage.Options{URL: url, Dir: t.TempDir()}, 1); err != nil {
		t.Errorf("it is not empty any more: %v", err)
	}
}

// eachPlace names an empty place of either kind.
func eachPlace(t *testing.T, f func(t *testing.T, o storage.Options)) {
	t.Run("sqlite", func(t *testing.T) { f(t, storage.Options{Dir: t.TempDir(), FastUnsafe: true}) })
	t.Run("postgres", func(t *testing.T) { f(t, storage.Options{URL: storagetest.Postgres(t), Dir: t.TempDir()}) })
}

// A database that is being filled, or whose filling was cut off, is opened by nobody.
func TestNobodyOpensWhatIsHalfRestored(t *testing.T) {
	eachPlace(t, func(t *testing.T, o storage.Options) {
		r, err := storage.NewRefill(t.Context(), o, 1)
		if err != nil {
			t.Fatal(err)
		}
		loading, err := r.Load(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if err := loading.Commit(t.Context()); err != nil {
			t.Fatal(err)
		}
		loading.Close()
		if _, err := storage.Open(t.Context(), o); !errors.Is(err, storage.ErrHalfRestored) {
			t.Fatalf("it opens: %v", err)
		}
		if err := r.Finish(t.Context(), func() error { return nil }); err != nil {
			t.Fatal(err)
		}
		storagetest.Open(t, o)
		if _, err := storage.NewRefill(t.Context(), o, 1); !errors.Is(err, storage.ErrNotEmpty) {
			t.Errorf("a second restore: %v", err)
		}
	})
}

func TestARestoreTakesNoPlaceThatIsInUse(t *testing.T) {
	eachPlace(t, func(t *testing.T, o storage.Options) {
		storagetest.Open(t, o)
		if _, err := storage.NewRefill(context.Background(), o, 1); !errors.Is(err, storage.ErrNotEmpty) {
			t.Errorf("a database of ours: %v", err)
		}
	})
}
