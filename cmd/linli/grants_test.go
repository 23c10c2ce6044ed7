package main

import (
	"context"
	"net/url"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"linli/storage/storagetest"
)

// TestTheMainJobWithoutTheRightToChangeTheLedger runs the program under a role that linli grants made: everything works,
// and the ledger cannot be changed even where no trigger stands in the way.
func TestTheMainJobWithoutTheRightToChangeTheLedger(t *testing.T) {
	owner := storagetest.Postgres(t)
	role := strings.TrimPrefix(owner[strings.LastIndex(owner, "/linli_"):], "/")
	role = "app_" + strings.SplitN(role, "?", 2)[0]
	var out strings.Builder
	for _, arguments := range [][]string{{"migrate"}, {"grants", "-role", role}} {
		out.Reset()
		if err := run(t.Context(), arguments, []string{"LINLI_DATABASE_URL=" + owner}, &out, &out); err != nil {
			t.Fatalf("%v: %v\n%s", arguments, err, out.String())
		}
	}
	db, err := pgx.Connect(t.Context(), owner)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close(t.Context())
	t.Cleanup(func() { dropRole(owner, role) })
	for _, statement := range []string{out.String(), out.String(), "ALTER ROLE " + role + " PASSWORD 'abcdef'"} { // twice: it may be run again
		if _, err := db.Exec(t.Context(), statement); err != nil {
			t.Fatalf("%v\n%s", err, statement)
		}
	}
	address, err := url.Parse(owner)
	if err != nil {
		t.Fatal(err)
	}
	address.User = url.UserPassword(role, "abcdef")
	w := newWorld(t, Config{DataDir: t.TempDir(), DatabaseURL: address.String(), SecretKeys: "test:" + "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="})
	mainJob(t, w)
	for _, j := range w.house.jobs() {
		if _, ran, err := newJobRunner(w.house.db, quiet()).once(t.Context(), j, 0); !ran || err != nil {
			t.Errorf("job %s: %v, %v", j.name, ran, err)
		}
	}
	app, err := pgx.Connect(t.Context(), address.String())
	if err != nil {
		t.Fatal(err)
	}
	defer app.Close(t.Context())
	denied := []string{"UPDATE ledger_private SET note = 'x'", "DROP TRIGGER ledger_no_change ON ledger", "ALTER TABLE ledger DISABLE TRIGGER ALL", "UPDATE goose_db_version SET version_id = 0"}
	for table, column := range map[string]string{"ledger": "action", "ledger_seals": "leaf", "ledger_hashes": "hash", "ledger_checkpoints": "note"} {
		denied = append(denied, "UPDATE "+table+" SET "+column+" = "+column, "DELETE FROM "+table, "TRUNCATE "+table+" CASCADE")
	}
	for _, statement := range denied {
		_, err := app.Exec(t.Context(), statement)
		if err == nil || !strings.Contains(err.Error(), "42501") {
			t.Errorf("%s: %v, want it denied", statement, err)
		}
	}
	var lines int
	if err := app.QueryRow(t.Context(), "SELECT count(*) FROM ledger_seals").Scan(&lines); err != nil || lines == 0 {
		t.Errorf("%d lines sealed, %v", lines, err)
	}
}

func dropRole(owner, role string) {
	db, err := pgx.Connect(context.Background(), owner)
	if err != nil {
		return
	}
	defer db.Close(context.Background())
	db.Exec(context.Background(), "DROP OWNED BY "+role)
	db.Exec(context.Background(), "DROP ROLE "+role)
}

func TestGrantsRefuseWhatIsNoName(t *testing.T) {
	for _, name := range []string{"", "a b", "a;DROP TABLE ledger", "A", `a"b`} {
		var out strings.Builder
		if err := run(t.Context(), []string{"grants", "-role", name}, nil, &out, &out); err == nil {
			t.Errorf("%q: %s", name, out.String())
		}
	}
}
