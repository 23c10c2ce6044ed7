package storage_test

import (
	"bufio"
	"context"
	"database/sql"
	"fmt"
	"io"
	"math/rand/v2"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/pressly/goose/v3"

	"linli/storage"
	"linli/storage/storagetest"
)

// The upgrade of a used database. testdata/upgrade has, for each migration, the rows that a county of that schema would
// have and one of the schema before would not: NNNN.sql is run as soon as migration NNNN has been. So whoever adds a
// migration adds such a file, and every migration is run on a database that holds rows of all that came before it.

const (
	seeds = "testdata/upgrade"
	// killsOfNewest are the kills of the newest migration, and killsOfOlder of each one before, which had its turn when
	// it was new. LINLI_TEST_KILLS sets one number for all.
	killsOfNewest = 20
	killsOfOlder  = 3
)

// changed names what a migration is meant to change in rows that were there: "NNNN table.column", or "NNNN table" for a
// table that is no longer there.
var changed = map[string]string{}

// TestMain lets the test start itself as a program that brings a database to a schema, so that it can be killed.
func TestMain(m *testing.M) {
	if schema := os.Getenv("LINLI_TEST_UPGRADE_TO"); schema != "" {
		os.Exit(upgradeAsProcess(schema))
	}
	os.Exit(m.Run())
}

func upgradeAsProcess(schema string) int {
	to, _ := strconv.ParseInt(schema, 10, 64)
	o := storage.Options{URL: os.Getenv("LINLI_TEST_UPGRADE_URL"), Dir: os.Getenv("LINLI_TEST_UPGRADE_DIR")}
	fmt.Println("ready")
	began := time.Now()
	if err := storage.OpenAt(context.Background(), o, to); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	fmt.Println(time.Since(began))
	return 0
}

// migrationsOf lists the numbers of the migrations.
func migrationsOf(t *testing.T) (numbers []int64) {
	t.Helper()
	var twins [2][]string
	for i, dialect := range []string{"sqlite", "postgres"} {
		files, err := filepath.Glob("migrations/" + dialect + "/*.sql")
		if err != nil || len(files) == 0 {
			t.Fatalf("no migrations: %v", err)
		}
		for _, file := range files {
			twins[i] = append(twins[i], filepath.Base(file))
		}
	}
	if !slices.Equal(twins[0], twins[1]) {
		t.Fatalf("the twins differ: %v and %v", twins[0], twins[1])
	}
	for _, name := range twins[0] {
		n, err := goose.NumericComponent(name)
		if err != nil {
			t.Fatal(err)
		}
		numbers = append(numbers, n)
	}
	return numbers
}

// used is a database of some schema that people have used.
type used struct {
	o       storage.Options
	dialect goose.Dialect
}

func (u used) open(t *testing.T) *sql.DB {
	t.Helper()
	driver, dsn := "sqlite", "file:"+filepath.Join(u.o.Dir, "linli.db")+"?_pragma=foreign_keys(1)"
	if u.o.URL != "" {
		driver, dsn = "pgx", u.o.URL
	}
	db, err := sql.Open(driver, dsn)
	if err != nil {
		t.Fatal(err)
	}
	return db
}

// bring runs the migrations one by one up to schema with goose alone, and gives each its rows.
func (u used) bring(t *testing.T, numbers []int64, schema int64) {
	t.Helper()
	db := u.open(t)
	defer db.Close()
	provider, err := goose.NewProvider(u.dialect, db, os.DirFS("migrations/"+map[goose.Dialect]string{goose.DialectSQLite3: "sqlite", goose.DialectPostgres: "postgres"}[u.dialect]), goose.WithDisableGlobalRegistry(true))
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range numbers {
		if n > schema {
			return
		}
		if has, err := provider.GetDBVersion(t.Context()); err == nil && has >= n {
			continue
		}
		if _, err := provider.UpTo(t.Context(), n); err != nil {
			t.Fatalf("migration %d: %v", n, err)
		}
		rows, err := os.ReadFile(fmt.Sprintf("%s/%04d.sql", seeds, n))
		if err != nil {
			t.Fatalf("migration %d has no rows: write what a used county of that schema has into %s/%04d.sql", n, seeds, n)
		}
		if _, err := db.ExecContext(t.Context(), string(rows)); err != nil {
			t.Fatalf("rows of %04d: %v", n, err)
		}
	}
}

// copied is the same database once more.
func (u used) copied(t *testing.T) used {
	t.Helper()
	if u.o.URL == "" {
		dir := t.TempDir()
		b, err := os.ReadFile(filepath.Join(u.o.Dir, "linli.db"))
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, "linli.db"), b, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
		return used{storage.Options{Dir: dir}, u.dialect}
	}
	from, err := url.Parse(u.o.URL)
	if err != nil {
		t.Fatal(err)
	}
	o := storage.Options{URL: storagetest.PostgresFrom(t, strings.TrimPrefix(from.Path, "/"))}
	return used{o, u.dialect}
}

// rows is every row under its key, as its columns and values.
func (u used) rows(t *testing.T) (schema int64, tables content) {
	t.Helper()
	db, err := storage.Open(t.Context(), storage.Options{URL: u.o.URL, Dir: u.o.Dir, AsItIs: true})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	tables = content{}
	err = db.Snapshot(t.Context(), func(s *storage.Snapshot) error {
		schema = s.Schema
		for _, table := range s.Tables {
			all := map[string]map[string]string{}
			tables[table.Name] = all
			err := s.Rows(t.Context(), table, func(row []any) error {
				fields, key := map[string]string{}, ""
				for i, c := range table.Columns {
					fields[c.Name] = fmt.Sprint(row[i])
				}
				for _, k := range table.Key {
					key += fields[k] + "|"
				}
				all[key] = fields
				return nil
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return schema, tables
}

// content is the rows of each table under their keys.
type content map[string]map[string]map[string]string

// mustKeep holds the rows from before a migration against those from after it.
func mustKeep(t *testing.T, n int64, before, after content) {
	t.Helper()
	complaints := lost(n, before, after)
	for _, complaint := range complaints[:min(5, len(complaints))] {
		t.Errorf("migration %d: %s", n, complaint)
	}
}

// lost says what of the rows from before is not there any more, other than what the migration is meant to change.
func lost(n int64, before, after content) (complaints []string) {
	complain := func(what, format string, values ...any) {
		if changed[fmt.Sprintf("%04d %s", n, what)] == "" {
			complaints = append(complaints, fmt.Sprintf(format, values...))
		}
	}
	for table, rows := range before {
		if _, there := after[table]; !there {
			complain(table, "table %s is gone", table)
			continue
		}
		for key, row := range rows {
			now, there := after[table][key]
			if !there {
				complain(table, "%s: row %s is gone", table, key)
				continue
			}
			for column, value := range row {
				if is, kept := now[column]; !kept || is != value {
					complain(table+"."+column, "%s: row %s, %s was %q and is %q", table, key, column, value, is)
				}
			}
		}
	}
	return complaints
}

// The control: the judge of the upgrades sees each kind of loss.
func TestTheJudgeOfUpgradesSeesWhatIsLost(t *testing.T) {
	before := content{"a": {"1": {"id": "1", "x": "old"}, "2": {"id": "2", "x": "old"}}}
	for what, after := range map[string]content{
		"a table":  {},
		"a row":    {"a": {"1": {"id": "1", "x": "old"}}},
		"a column": {"a": {"1": {"id": "1"}, "2": {"id": "2", "x": "old"}}},
		"a value":  {"a": {"1": {"id": "1", "x": "new"}, "2": {"id": "2", "x": "old"}}},
	} {
		if complaints := lost(2, before, after); len(complaints) != 1 {
			t.Errorf("%s is lost: %q", what, complaints)
		}
	}
	more := content{"a": {"1": {"id": "1", "x": "old", "y": ""}, "2": {"id": "2", "x": "old", "y": ""}, "3": {}}, "b": {}}
	if complaints := lost(2, before, more); len(complaints) != 0 {
		t.Errorf("nothing is lost: %q", complaints)
	}
}

// run starts the upgrade as a process of its own. With kill it is killed at a random moment within the time that one
// takes; it reports how long it took, 0 when it was killed.
func (u used) run(t *testing.T, to int64, kill time.Duration) time.Duration {
	t.Helper()
	c := exec.Command(os.Args[0])
	c.Env = append(os.Environ(), fmt.Sprint("LINLI_TEST_UPGRADE_TO=", to), "LINLI_TEST_UPGRADE_URL="+u.o.URL, "LINLI_TEST_UPGRADE_DIR="+u.o.Dir)
	var complaints strings.Builder
	c.Stderr = &complaints
	pipe, err := c.StdoutPipe()
	if err == nil {
		err = c.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	out := bufio.NewReader(pipe)
	out.ReadString('\n') // ready
	if kill > 0 {
		time.Sleep(rand.N(kill))
		c.Process.Kill()
	}
	said, _ := io.ReadAll(out)
	if err := c.Wait(); err != nil && kill == 0 {
		t.Fatalf("upgrade to %d: %v\n%s", to, err, complaints.String())
	}
	took, _ := time.ParseDuration(strings.TrimSpace(string(said)))
	return took
}

func killsOf(newest bool) int {
	if n, err := strconv.Atoi(os.Getenv("LINLI_TEST_KILLS")); err == nil {
		return n
	}
	if newest {
		return killsOfNewest
	}
	return killsOfOlder
}

// TestEveryMigrationIsKilled brings a used database from each schema to the next, killed at random moments. Every time
// the database is at the old schema or the new one, with all its rows; started again, it gets to the new one.
func TestEveryMigrationIsKilled(t *testing.T) {
	numbers := migrationsOf(t)
	for _, kind := range []struct {
		name string
		made func() used
	}{
		{"sqlite", func() used { return used{storage.Options{Dir: t.TempDir()}, goose.DialectSQLite3} }},
		{"postgres", func() used { return used{storage.Options{URL: storagetest.Postgres(t)}, goose.DialectPostgres} }},
	} {
		t.Run(kind.name, func(t *testing.T) {
			u := kind.made()
			u.bring(t, numbers, numbers[0])
			for i, n := range numbers[1:] {
				killMigration(t, u, numbers[i], n, killsOf(i+2 == len(numbers)))
				u.bring(t, numbers, n)
			}
			emptyBefore(t, u)
		})
	}
}

func killMigration(t *testing.T, u used, from, to int64, kills int) {
	t.Helper()
	_, before := u.rows(t)
	whole := u.copied(t)
	takes := whole.run(t, to, 0)
	schema, after := whole.rows(t)
	if schema != to {
		t.Fatalf("it is at schema %d, not %d", schema, to)
	}
	mustKeep(t, to, before, after)
	victim, early, late := u.copied(t), 0, 0
	for range kills {
		victim.run(t, to, takes*5/4)
		switch schema, is := victim.rows(t); schema {
		case from:
			early++
			mustKeep(t, from, before, is)
		case to:
			late++
			mustKeep(t, to, before, is)
			victim = u.copied(t)
		default:
			t.Fatalf("between %d and %d it is at %d", from, to, schema)
		}
	}
	victim.run(t, to, 0)
	if schema, is := victim.rows(t); schema != to {
		t.Errorf("started again it is at %d, not %d", schema, to)
	} else {
		mustKeep(t, to, before, is)
	}
	t.Logf("migration %d takes %v; %d kills, %d before its end", to, takes, kills, early)
}

// emptyBefore is the guard of the seeds: a table without a row is one whose migration nobody has tried.
func emptyBefore(t *testing.T, u used) {
	t.Helper()
	_, tables := u.rows(t)
	for table, rows := range tables {
		if len(rows) == 0 && table != "ledger_hashes" { // filled by the sealing job from the lines themselves
			t.Errorf("table %s has no row in any file of %s", table, seeds)
		}
	}
}

// Answers that were written over before schema 31 kept them are told by the ledger.
func TestTheLedgerTellsAnswersThatWereWrittenOver(t *testing.T) {
	eachPlace(t, func(t *testing.T, o storage.Options) {
		u := used{o, goose.DialectSQLite3}
		if o.URL != "" {
			u.dialect = goose.DialectPostgres
		}
		u.bring(t, migrationsOf(t), 30)
		db := u.open(t)
		defer db.Close()
		const first, second, third = "2026-01-09 00:00:00.5+00:00", "2026-01-10 00:00:00+00:00", "2026-01-11 00:00:00+00:00"
		line := func(ticket int, action, closing, at string) string {
			return fmt.Sprintf(`INSERT INTO ledger (noun, noun_id, action, actor_role, handling_party_id, from_state, to_state, data, at, actor_commitment, note_commitment, leaf)
				VALUES ('ticket', %d, '%s', 'resident', 1, '', '', '{"closing":%s}', '%s', '', '', '');`, ticket, action, closing, at)
		}
		answer := func(ticket int, outcome, at string) string {
			return fmt.Sprintf("UPDATE ticket_closings SET outcome = '%s', answered_at = '%s' WHERE ticket_id = %d;", outcome, at, ticket)
		}
		for _, statement := range []string{
			line(1, "silence", "1", first), line(1, "confirm", "1", second), line(1, "reopen", "1", third), answer(1, "sent_back", third),
			line(2, "relay_confirm", "1", first), line(2, "send_back", "1", second), answer(2, "sent_back", second),
			line(3, "confirm", "1", first), line(3, "rate", "1", second), answer(3, "confirmed", first),
			line(4, "confirm", "2", first), answer(4, "confirmed", second), // of another closing
		} {
			if _, err := db.Exec(statement); err != nil {
				t.Fatal(err)
			}
		}
		storagetest.Open(t, o).Close()
		_, tables := u.rows(t)
		var told []string
		for _, row := range tables["earlier_answers"] {
			told = append(told, fmt.Sprintf("%s/%s %s %.10s", row["ticket_id"], row["closing"], row["outcome"], row["answered_at"]))
		}
		slices.Sort(told)
		if want := []string{"1/1 confirmed 2026-01-10", "1/1 silent 2026-01-09", "2/1 relayed 2026-01-09"}; !slices.Equal(told, want) {
			t.Errorf("told %q, want %q", told, want)
		}
	})
}

// TestANewerDatabaseIsRefused: an old program that worked on it would not know what it breaks.
func TestANewerDatabaseIsRefused(t *testing.T) {
	eachPlace(t, func(t *testing.T, o storage.Options) {
		storagetest.Open(t, o).Close()
		u := used{o: o}
		db := u.open(t)
		defer db.Close()
		if _, err := db.Exec("INSERT INTO goose_db_version (version_id, is_applied) VALUES (999999, TRUE)"); err != nil {
			t.Fatal(err)
		}
		for _, asItIs := range []bool{false, true} {
			o.AsItIs = asItIs
			if _, err := storage.Open(t.Context(), o); err == nil || !strings.Contains(err.Error(), "newer version") {
				t.Errorf("as it is %v: %v", asItIs, err)
			}
		}
		if _, err := db.Exec("DELETE FROM goose_db_version WHERE version_id = 999999"); err != nil {
			t.Fatal(err)
		}
		storagetest.Open(t, o) // the control: it was that alone
	})
}

// A migration may take longer than a request: on a large county an index is not made in thirty seconds.
func TestMigrationsHaveTimeOnPostgres(t *testing.T) {
	o := storage.Options{URL: storagetest.Postgres(t)}
	db := storagetest.Open(t, o)
	var requests, migrations string
	err := db.Read(t.Context(), func(tx storage.Tx) error { return tx.DB().Raw("SHOW statement_timeout").Scan(&requests).Error })
	if err != nil {
		t.Fatal(err)
	}
	conn, done, err := db.MigrationConn()
	if err != nil {
		t.Fatal(err)
	}
	defer done()
	if err := conn.QueryRow("SHOW statement_timeout").Scan(&migrations); err != nil {
		t.Fatal(err)
	}
	if requests != "30s" || migrations != "0" {
		t.Errorf("a statement may take %s, in a migration %s", requests, migrations)
	}
}
