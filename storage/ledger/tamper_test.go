package ledger

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"golang.org/x/mod/sumdb/note"
	"gorm.io/driver/postgres"
	"gorm.io/driver/sqlite"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"

	"linli/models"
	"linli/models/ledger"
	"linli/storage"
	"linli/storage/storagetest"
)

// original is a ledger that has lived for some days, closed, with yesterday's checkpoint kept elsewhere.
type original struct {
	dialect string
	address string // of the database from which copies are made
	head    checkpointRow
	copies  int
}

func newOriginal(t *testing.T, dialect string) *original {
	c := newClock()
	o := storage.Options{Dir: t.TempDir(), Now: c.Now, FastUnsafe: true}
	made := &original{dialect: dialect, address: filepath.Join(o.Dir, "linli.db")}
	if dialect == "postgres" {
		made.address = storagetest.Migrated(t)
		o = storage.Options{URL: made.address, Now: c.Now}
	}
	db, err := storage.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	w := newWorld(t, db, c)
	w.live(10)
	w.seal()
	w.sign()
	w.live(20)
	w.seal()
	made.head = w.sign()
	w.live(8)
	w.seal()
	w.sign()
	w.live(3)
	db.Close()
	return made
}

// copy makes a copy of the database as somebody with the file or a dump would have it.
func (o *original) copy(t *testing.T) (address string) {
	t.Helper()
	if o.dialect == "sqlite" {
		address = filepath.Join(t.TempDir(), "copy.db")
		from, err := os.Open(o.address)
		if err != nil {
			t.Fatal(err)
		}
		defer from.Close()
		to, err := os.Create(address)
		if err != nil {
			t.Fatal(err)
		}
		defer to.Close()
		if _, err := io.Copy(to, from); err != nil {
			t.Fatal(err)
		}
		return address
	}
	u, err := url.Parse(o.address)
	if err != nil {
		t.Fatal(err)
	}
	template := strings.TrimPrefix(u.Path, "/")
	o.copies++
	name := template + "_" + strconv.Itoa(o.copies)
	admin(t, "CREATE DATABASE "+name+" TEMPLATE "+template)
	t.Cleanup(func() { admin(t, "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)") })
	u.Path = "/" + name
	return u.String()
}

func admin(t *testing.T, statement string) {
	t.Helper()
	ctx := context.Background()
	server, err := pgx.Connect(ctx, os.Getenv("LINLI_TEST_POSTGRES"))
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close(ctx)
	if _, err := server.Exec(ctx, statement); err != nil {
		t.Fatal(err)
	}
}

// verify verifies a copy as `linli ledger verify` does: without writing to it.
func (o *original) verify(t *testing.T, address string, heads ...checkpointRow) (Report, error) {
	t.Helper()
	db, err := storage.OpenReadOnly(t.Context(), address)
	if err != nil {
		return Report{}, err
	}
	defer db.Close()
	return Verify(t.Context(), db, against(heads...))
}

// change runs f on a copy in one transaction, with triggers and foreign keys out of the way, as its owner can.
func (o *original) change(t *testing.T, address string, f func(db *gorm.DB) error) {
	t.Helper()
	var dialector gorm.Dialector = postgres.Open(address)
	if o.dialect == "sqlite" {
		dialector = sqlite.New(sqlite.Config{DriverName: "sqlite", DSN: "file:" + address + "?_time_format=sqlite&_pragma=foreign_keys(0)"})
	}
	db, err := gorm.Open(dialector, &gorm.Config{Logger: logger.Discard})
	if err != nil {
		t.Fatal(err)
	}
	pool, err := db.DB()
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	if err := db.Transaction(func(db *gorm.DB) error { return unguarded(db, f) }); err != nil {
		t.Fatal(err)
	}
}

// tampering is one way to change a ledger behind the program's back. It returns what it did, for the log.
type tampering struct {
	name string
	do   func(x *tamperer) string
}

// tamperer is somebody who owns the database, in one transaction.
type tamperer struct {
	db   *gorm.DB
	dice *rand.Rand
	head checkpointRow
}

func (x *tamperer) exec(statement string, values ...any) {
	if err := x.db.Exec(statement, values...).Error; err != nil {
		panic(fmt.Errorf("%s: %w", statement, err))
	}
}

// number asks for one number.
func (x *tamperer) number(query string, values ...any) (n int64) {
	if err := x.db.Raw(query, values...).Scan(&n).Error; err != nil {
		panic(err)
	}
	return n
}

// any picks one row's key.
func (x *tamperer) any(table, key, where string) int64 {
	rows := x.number("SELECT count(*) FROM " + table + " WHERE " + where)
	return x.number(fmt.Sprintf("SELECT %s FROM %s WHERE %s ORDER BY %s LIMIT 1 OFFSET %d", key, table, where, key, x.dice.Int64N(rows)))
}

func (x *tamperer) line(id int64) (l storage.LedgerLine, p storage.LedgerPrivate) {
	if err := x.db.Take(&l, "id = ?", id).Error; err != nil {
		panic(err)
	}
	if err := x.db.Take(&p, "ledger_id = ?", id).Error; err != nil {
		panic(err)
	}
	return l, p
}

// editable are the columns that can be edited, by table and key.
var editable = []struct {
	table, key string
	columns    []string
}{
	{"ledger", "id", []string{"id", "noun", "noun_id", "action", "actor_role", "handling_party_id", "from_state", "to_state", "data", "at", "actor_commitment", "note_commitment", "leaf"}},
	{"ledger_private", "ledger_id", []string{"ledger_id", "actor_id", "actor_salt", "note", "note_salt"}},
	{"ledger_seals", "position", []string{"position", "ledger_id", "leaf"}},
	{"ledger_hashes", "id", []string{"id", "hash"}},
	{"ledger_checkpoints", "number", []string{"number", "size", "root", "signed_at", "note"}},
	{"ledger_unsealed", "ledger_id", []string{"ledger_id"}},
}

// edit changes one column of one row, whatever is in it.
func edit(x *tamperer) string {
	e := editable[x.dice.IntN(len(editable))]
	column := e.columns[x.dice.IntN(len(e.columns))]
	key := x.any(e.table, e.key, "1 = 1")
	var was any
	if err := x.db.Raw(fmt.Sprintf("SELECT %s FROM %s WHERE %s = ?", column, e.table, e.key), key).Row().Scan(&was); err != nil {
		panic(err)
	}
	x.exec(fmt.Sprintf("UPDATE %s SET %s = ? WHERE %s = ?", e.table, column, e.key), other(x.dice, was), key)
	return fmt.Sprintf("%s.%s of %d", e.table, column, key)
}

// other is another value of the same kind.
func other(dice *rand.Rand, was any) any {
	switch was := was.(type) {
	case int64:
		return was + 1_000_000 + dice.Int64N(1000)
	case string:
		if was == "" || dice.IntN(3) == 0 {
			return was + "x"
		}
		b := []byte(was)
		at := dice.IntN(len(b))
		for b[at] >= 0x80 { // keep it UTF-8
			if at = dice.IntN(len(b)); !strings.ContainsFunc(was, func(r rune) bool { return r < 0x80 }) {
				return was + "x"
			}
		}
		b[at] = 'a' + (b[at]+1)%20
		if string(b) == was {
			return was + "x"
		}
		return string(b)
	case []byte:
		b := append([]byte{}, was...)
		b[dice.IntN(len(b))] ^= 1 << dice.IntN(8)
		return b
	case time.Time:
		return models.UTC(was.Add(time.Duration(1+dice.IntN(100_000)) * time.Microsecond * 1000))
	}
	panic(fmt.Sprintf("a %T", was))
}

// remove deletes one row of one table.
func remove(x *tamperer) string {
	e := editable[x.dice.IntN(len(editable))]
	where := "1 = 1"
	if e.table == "ledger_checkpoints" {
		where = fmt.Sprint("number <= ", x.head.Number) // of those that came later nobody else knows
	}
	key := x.any(e.table, e.key, where)
	x.exec(fmt.Sprintf("DELETE FROM %s WHERE %s = ?", e.table, e.key), key)
	return fmt.Sprintf("%s %d", e.table, key)
}

// removeLine deletes a line with its half, and the position, and closes the gap.
func removeLine(x *tamperer) string {
	position := x.dice.Int64N(x.head.Size)
	id := x.number("SELECT ledger_id FROM ledger_seals WHERE position = ?", position)
	x.forget(id)
	x.exec("DELETE FROM ledger_seals WHERE position = ?", position)
	x.shift(position+1, -1)
	if x.dice.IntN(2) == 0 {
		x.rebuild()
		return fmt.Sprintf("line %d, the tree built anew and signed anew", id)
	}
	return fmt.Sprintf("line %d", id)
}

func (x *tamperer) forget(id int64) {
	x.exec("DELETE FROM ledger_private WHERE ledger_id = ?", id)
	x.exec("DELETE FROM ledger WHERE id = ?", id)
}

// shift moves the positions from one on.
func (x *tamperer) shift(from, by int64) {
	x.exec("UPDATE ledger_seals SET position = position + 1000000 WHERE position >= ?", from)
	x.exec("UPDATE ledger_seals SET position = position - 1000000 + ? WHERE position >= 1000000", by)
}

// cut takes the end of the ledger off, with all that speaks of it in the ledger's own tables.
func cut(x *tamperer) string {
	lines := x.number("SELECT count(*) FROM ledger")
	keep := lines - 1 - x.dice.Int64N(lines/2)
	ids := []int64{}
	if err := x.db.Raw("SELECT id FROM ledger ORDER BY id DESC LIMIT ?", lines-keep).Scan(&ids).Error; err != nil {
		panic(err)
	}
	for _, id := range ids {
		x.forget(id)
	}
	if x.dice.IntN(3) == 0 {
		return fmt.Sprintf("%d lines", len(ids))
	}
	x.exec("DELETE FROM ledger_unsealed WHERE ledger_id NOT IN (SELECT id FROM ledger)")
	x.exec("DELETE FROM ledger_seals WHERE ledger_id NOT IN (SELECT id FROM ledger)")
	x.rebuild()
	return fmt.Sprintf("%d lines, their positions, hashes and checkpoints", len(ids))
}

// reorder lets two lines change places.
func reorder(x *tamperer) string {
	a, b := x.dice.Int64N(x.head.Size), x.dice.Int64N(x.head.Size-1)
	if b >= a {
		b++
	}
	if x.dice.IntN(2) == 0 {
		x.exec("UPDATE ledger_seals SET position = CASE position WHEN ? THEN 1000001 ELSE 1000002 END WHERE position IN (?, ?)", a, a, b)
		x.exec("UPDATE ledger_seals SET position = CASE position WHEN 1000001 THEN CAST(? AS BIGINT) ELSE CAST(? AS BIGINT) END WHERE position > 1000000", b, a)
		return fmt.Sprintf("positions %d and %d", a, b)
	}
	one, two := x.number("SELECT ledger_id FROM ledger_seals WHERE position = ?", a), x.number("SELECT ledger_id FROM ledger_seals WHERE position = ?", b)
	for _, c := range [][2]string{{"ledger", "id"}, {"ledger_private", "ledger_id"}, {"ledger_seals", "ledger_id"}} {
		x.exec(fmt.Sprintf("UPDATE %s SET %s = CASE %s WHEN ? THEN -1 ELSE -2 END WHERE %s IN (?, ?)", c[0], c[1], c[1], c[1]), one, one, two)
		x.exec(fmt.Sprintf("UPDATE %s SET %s = CASE %s WHEN -1 THEN CAST(? AS BIGINT) ELSE CAST(? AS BIGINT) END WHERE %s < 0", c[0], c[1], c[1], c[1]), two, one)
	}
	return fmt.Sprintf("ids of lines %d and %d, wherever they stand", one, two)
}

// swapHalves gives a line the half of another one.
func swapHalves(x *tamperer) string {
	a, b := x.any("ledger_private", "ledger_id", "1 = 1"), x.any("ledger_private", "ledger_id", "1 = 1")
	if a == b {
		b = x.number("SELECT min(ledger_id) FROM ledger_private WHERE ledger_id <> ?", a)
	}
	_, half := x.line(b)
	columns := map[string]any{"actor_id": half.ActorID, "actor_salt": half.ActorSalt, "note": half.Note, "note_salt": half.NoteSalt}
	if err := x.db.Table("ledger_private").Where("ledger_id = ?", a).Updates(columns).Error; err != nil {
		panic(err)
	}
	return fmt.Sprintf("line %d gets that of line %d", a, b)
}

// insert puts in a line that nobody wrote.
func insert(x *tamperer) string {
	switch x.dice.IntN(3) {
	case 0: // once more, what once was
		l, p := x.line(x.any("ledger", "id", "1 = 1"))
		from := l.ID
		l.ID = 0
		id := x.put(l, p)
		return fmt.Sprintf("line %d again, as line %d", from, id)
	case 1: // a step that nobody took, with everything about it right
		ticketID := x.any("tickets", "id", "state = 'in_progress'")
		id := x.put(storage.NewLedgerLine(time.Now(), models.Event{
			Noun: "ticket", NounID: ticketID, Action: "progress", ActorID: 1, ActorRole: models.OperatorStaff, From: "in_progress", To: "in_progress", Note: "已联系",
		}))
		return fmt.Sprintf("a progress of ticket %d as line %d", ticketID, id)
	}
	// in the middle, with the tree built anew
	id := x.put(storage.NewLedgerLine(time.Now().Add(-1000*time.Hour), models.Event{Noun: "session", NounID: 1, Action: "start", ActorID: 1, ActorRole: models.Resident}))
	position := x.dice.Int64N(x.head.Size)
	x.exec("DELETE FROM ledger_unsealed WHERE ledger_id = ?", id)
	x.shift(position, 1)
	l, _ := x.line(id)
	x.exec("INSERT INTO ledger_seals (position, ledger_id, leaf) VALUES (?, ?, ?)", position, id, l.Leaf)
	x.rebuild()
	return fmt.Sprintf("a sign-in at position %d", position)
}

func (x *tamperer) put(l storage.LedgerLine, p storage.LedgerPrivate) int64 {
	if err := x.db.Create(&l).Error; err != nil {
		panic(err)
	}
	p.LedgerID = l.ID
	if err := x.db.Create(&p).Error; err != nil {
		panic(err)
	}
	x.exec("INSERT INTO ledger_unsealed (ledger_id) VALUES (?)", l.ID)
	return l.ID
}

// forge changes a line and everything that follows from it: leaf, half, position, tree, and, with the program's own key,
// every checkpoint. Within the database nothing is wrong any more.
func forge(x *tamperer) string {
	position := x.dice.Int64N(x.head.Size)
	id := x.number("SELECT ledger_id FROM ledger_seals WHERE position = ?", position)
	l, p := x.line(id)
	e := models.Event{
		Noun: l.Noun, NounID: l.NounID, Action: l.Action, ActorID: p.ActorID + 1, ActorRole: l.ActorRole, PartyID: l.HandlingPartyID, From: l.FromState, To: l.ToState,
		Note: "别的话", Data: dataOf(l.Data),
	}
	forged, half := storage.NewLedgerLine(l.At, e)
	forged.ID, half.LedgerID = id, id
	for _, row := range []any{&forged, &half} {
		if err := x.db.Save(row).Error; err != nil {
			panic(err)
		}
	}
	x.exec("UPDATE ledger_seals SET leaf = ? WHERE position = ?", forged.Leaf, position)
	x.rebuild()
	return fmt.Sprintf("line %d at position %d", id, position)
}

// rebuild makes the tree and all checkpoints anew from what the seals say now.
func (x *tamperer) rebuild() {
	var seals []sealRow
	if err := x.db.Order("position").Find(&seals).Error; err != nil {
		panic(err)
	}
	var signed []checkpointRow
	if err := x.db.Order("number").Find(&signed).Error; err != nil {
		panic(err)
	}
	x.exec("DELETE FROM ledger_hashes")
	x.exec("DELETE FROM ledger_checkpoints")
	signer, err := SignerOf(testSeed)
	if err != nil {
		panic(err)
	}
	tree, err := edgeAt(0, nil)
	if err != nil {
		panic(err)
	}
	for _, s := range seals {
		_, hashes, err := grow(tree, []waiting{{ID: s.LedgerID, Leaf: s.Leaf}})
		if err != nil {
			panic(err)
		}
		if err := x.db.Create(&hashes).Error; err != nil {
			panic(err)
		}
		for _, c := range signed {
			if c.Size == tree.size {
				x.resign(signer, tree, c.checkpoint())
			}
		}
	}
}

func (x *tamperer) resign(signer *Signer, tree *edge, c ledger.Checkpoint) {
	root, err := tree.root()
	if err != nil {
		panic(err)
	}
	c.Root = root.String()
	text, err := note.Sign(&note.Note{Text: c.Text(signer.Name())}, signer)
	if err != nil {
		panic(err)
	}
	row := checkpointRow{Number: c.Number, Size: c.Size, Root: c.Root, SignedAt: c.SignedAt, Note: string(text)}
	if err := x.db.Create(&row).Error; err != nil {
		panic(err)
	}
}

// rewrite changes what the ledger tells of, and leaves the ledger alone.
func rewrite(x *tamperer) string {
	picked := func(table, where string) int64 { return x.any(table, "id", where) }
	ways := []func() string{
		func() string {
			id := picked("tickets", "1 = 1")
			x.exec("UPDATE tickets SET state = CASE state WHEN 'closed' THEN 'withdrawn' ELSE 'closed' END WHERE id = ?", id)
			return fmt.Sprintf("the state of ticket %d", id)
		},
		func() string {
			id := picked("tickets", "1 = 1")
			x.exec("UPDATE tickets SET handling_party_id = (SELECT max(id) FROM handling_parties WHERE id <> handling_party_id) WHERE id = ?", id)
			return fmt.Sprintf("the party of ticket %d", id)
		},
		func() string {
			id := picked("tickets", "acknowledged_at IS NOT NULL")
			x.exec("UPDATE tickets SET acknowledged_at = filed_at WHERE id = ?", id)
			return fmt.Sprintf("when ticket %d was acknowledged", id)
		},
		func() string {
			id := picked("tickets", "1 = 1")
			x.exec("DELETE FROM tickets WHERE id = ?", id)
			return fmt.Sprintf("ticket %d is gone", id)
		},
		func() string {
			id := picked("ticket_closings", "1 = 1")
			x.exec("DELETE FROM ticket_closings WHERE id = ?", id)
			return fmt.Sprintf("closing %d is gone", id)
		},
		func() string {
			id := picked("ratings", "1 = 1")
			x.exec("DELETE FROM ratings WHERE id = ?", id)
			return fmt.Sprintf("rating %d is gone", id)
		},
		func() string {
			id := picked("cause_cases", "1 = 1")
			x.exec("UPDATE cause_cases SET estimate_fen = coalesce(estimate_fen, 0) + 1 WHERE id = ?", id)
			return fmt.Sprintf("the estimate of case %d", id)
		},
		func() string {
			id := picked("cause_case_tickets", "removed_at IS NULL")
			x.exec("UPDATE cause_case_tickets SET removed_at = added_at WHERE id = ?", id)
			return fmt.Sprintf("row %d of a case's tickets", id)
		},
		func() string {
			id := picked("photos", "status = 'stored'")
			x.exec("UPDATE photos SET stored_sha256 = client_sha256 WHERE id = ?", id)
			return fmt.Sprintf("the bytes of photo %d", id)
		},
		func() string {
			id := picked("memberships", "1 = 1")
			x.exec("UPDATE memberships SET role = 'admin' WHERE id = ?", id)
			return fmt.Sprintf("membership %d is an admin's", id)
		},
		func() string {
			x.exec(`INSERT INTO memberships (account_id, role, scope_kind, scope_id, relation, status, method, valid_from, asked_at, decided_by, recorded_at)
				SELECT account_id, 'admin', 'county', 1, '', 'approved', 'appointment', valid_from, asked_at, 0, recorded_at FROM memberships ORDER BY id LIMIT 1`)
			return "an admin who was never appointed"
		},
	}
	return ways[x.dice.IntN(len(ways))]()
}

var tamperings = []tampering{
	{"a column is edited", edit}, {"a column is edited", edit}, {"a column is edited", edit}, {"a row is deleted", remove}, {"a line is taken out", removeLine},
	{"the end is cut off", cut}, {"two lines change places", reorder}, {"a half is swapped", swapHalves}, {"a line is put in", insert},
	{"a line is forged, and signed anew", forge}, {"what the ledger tells of is rewritten", rewrite},
}

// tamperingsWanted is how many are tried on each database: LINLI_TEST_TAMPERINGS; where it is not set 50, and on Postgres,
// whose copies take their time, 25.
func tamperingsWanted(t *testing.T, dialect string) int {
	text := os.Getenv("LINLI_TEST_TAMPERINGS")
	if text == "" {
		return map[string]int{"sqlite": 50, "postgres": 25}[dialect]
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		t.Fatalf("LINLI_TEST_TAMPERINGS=%q is not a number", text)
	}
	return n
}

func dataOf(text string) map[string]any {
	var data map[string]any
	if err := json.Unmarshal([]byte(text), &data); err != nil {
		panic(err)
	}
	return data
}

// Every change of a copied database is found with yesterday's checkpoint, and an untouched copy has no fault.
func TestTamperingIsFound(t *testing.T) {
	for _, dialect := range []string{"sqlite", "postgres"} {
		t.Run(dialect, func(t *testing.T) {
			o := newOriginal(t, dialect)
			if r, err := o.verify(t, o.copy(t), o.head); err != nil || r.Faulty != 0 || len(r.Heads) != 1 {
				t.Fatalf("the control, an untouched copy: %v, %q", err, r.Faults)
			}
			seed := uint64(time.Now().UnixNano())
			for i := range tamperingsWanted(t, dialect) {
				way := tamperings[i%len(tamperings)]
				t.Run(fmt.Sprintf("%03d", i), func(t *testing.T) {
					address := o.copy(t)
					var did string
					o.change(t, address, func(db *gorm.DB) error {
						did = way.do(&tamperer{db: db, dice: rand.New(rand.NewPCG(seed, uint64(i))), head: o.head})
						return nil
					})
					r, err := o.verify(t, address, o.head)
					switch {
					case err != nil:
						t.Logf("%s: %s: could not be read: %v", way.name, did, err)
					case r.Faulty == 0:
						t.Errorf("not found: %s: %s (seed %d)", way.name, did, seed)
					default:
						t.Logf("%s: %s: %d faults, the first: %s", way.name, did, r.Faulty, r.Faults[0])
					}
				})
			}
		})
	}
}

// A forger with the database and its key leaves nothing wrong inside it. Only the checkpoint that was kept elsewhere
// tells: the control of what it is kept for.
func TestOnlyTheHeadTellsOfAForgery(t *testing.T) {
	for _, dialect := range []string{"sqlite", "postgres"} {
		t.Run(dialect, func(t *testing.T) {
			o := newOriginal(t, dialect)
			address := o.copy(t)
			o.change(t, address, func(db *gorm.DB) error {
				forge(&tamperer{db: db, dice: rand.New(rand.NewPCG(3, 4)), head: o.head})
				return nil
			})
			if r, err := o.verify(t, address); err != nil || r.Faulty != 0 {
				t.Errorf("the forgery is not what it should be: %v, %q", err, r.Faults)
			}
			if r, err := o.verify(t, address, o.head); err != nil || r.Faulty == 0 {
				t.Errorf("the head does not tell: %v", err)
			}
		})
	}
}
