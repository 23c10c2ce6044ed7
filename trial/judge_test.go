package main

import (
	"bytes"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	photos "linli/models/photo"
	tickets "linli/models/ticket"
	"linli/storage"
	photostore "linli/storage/photo"
	"linli/storage/seed"
	"linli/storage/storagetest"
	ticketstore "linli/storage/ticket"
)

// judged is a data folder with two tickets in it, one with a photo, and a crowd that was told of both.
func judged(t *testing.T) (where, *crowd) {
	t.Helper()
	w := where{dir: t.TempDir()}
	db := open(t, w)
	defer db.Close()
	blobs, err := w.openBlobs()
	must(t, err)
	store := ticketstore.New(db, photostore.New(db, blobs, photostore.Hooks{}), []byte("a key"))
	photoStore := photostore.New(db, blobs, photostore.Hooks{})
	must(t, db.Write(t.Context(), seed.All))
	c := &crowd{wrong: &complaints{}}
	c.county, err = storagetest.WriteSmallCounty(t.Context(), db)
	must(t, err)
	r := rand.New(rand.NewPCG(1, 1))
	me := &person{name: "resident", actor: c.county.Resident}
	for range 2 {
		p := newPhoto(r, "before")
		th := &thing{kind: "ticket", author: me, clientID: newID(r), photos: nil}
		claim := photos.Claim{ClientID: p.clientID, SHA256: p.sum, Kind: photos.Before, Bytes: int64(len(p.bytes))}
		filing := tickets.Filing{ClientID: th.clientID, Category: "REP-01", Text: "灯不亮", BuildingID: c.county.Building.ID}
		filed, err := store.FileTicket(t.Context(), me.actor, filing, []photos.Claim{claim})
		must(t, err)
		view, _, err := photoStore.PutPhoto(t.Context(), me.actor, p.clientID, p.sum, bytes.NewReader(p.bytes), int64(len(p.bytes)))
		must(t, err)
		p.id, p.stored = view.ID, true
		th.acked, th.id, th.number = true, filed.Ticket.ID, filed.Ticket.Number
		th.photos = append(th.photos, p)
		c.things = append(c.things, th)
	}
	return w, c
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func open(t *testing.T, w where) *storage.DB {
	t.Helper()
	db, err := storage.Open(t.Context(), storage.Options{Dir: w.dir, FastUnsafe: true})
	must(t, err)
	return db
}

// TestJudgeSeesWhatIsWrong: a judge who finds nothing is worth something only if he would.
func TestJudgeSeesWhatIsWrong(t *testing.T) {
	for _, c := range []struct{ what, spoil, want string }{
		{"nothing", "", ""},
		{"a ticket gone", "DELETE FROM tickets WHERE id = (SELECT max(id) FROM tickets)", "lost"},
		{"a ticket under another id", "UPDATE tickets SET client_id = 'x' WHERE id = (SELECT max(id) FROM tickets)", "doubled"},
		{"another number", "UPDATE tickets SET number = 'x' WHERE id = (SELECT max(id) FROM tickets)", "id changed"},
		{"another id", "UPDATE tickets SET id = 7 WHERE id = (SELECT max(id) FROM tickets)", "id changed"},
		{"a number that nobody has", "UPDATE number_series SET last = 3", "ledger"},
		{"a changed line", "UPDATE ledger SET action = 'start' WHERE id = 2", "does not have its fingerprint"},
		{"a line gone", "DELETE FROM ledger_private WHERE ledger_id = 2; DELETE FROM ledger WHERE id = 2", "0 lines of dispatch"},
		{"a line twice", "INSERT INTO ledger SELECT 90, noun, noun_id, action, actor_role, handling_party_id, from_state, to_state, data, at, actor_commitment, note_commitment, leaf FROM ledger WHERE id = 1", "2 lines of file"},
		{"a private half gone", "DELETE FROM ledger_private WHERE ledger_id = 1", "lost its private half"},
		{"another note", "DROP TRIGGER ledger_private_no_update; UPDATE ledger_private SET note = 'x' WHERE ledger_id = 1", "does not have its fingerprint"},
		{"another state", "UPDATE tickets SET state = 'closed' WHERE id = (SELECT min(id) FROM tickets)", "its last line says"},
		{"a photo not stored", "UPDATE photos SET status = 'expected' WHERE id = (SELECT min(id) FROM photos)", "photo"},
		{"a photo's place", "UPDATE photos SET stored_sha256 = (SELECT stored_sha256 FROM photos WHERE id = (SELECT max(id) FROM photos)) WHERE id = (SELECT min(id) FROM photos)", "shows something else"},
		{"a blob gone", "blob: remove", "photo"},
		{"a blob changed", "blob: change", "photo"},
	} {
		t.Run(c.what, func(t *testing.T) {
			w, crowd := judged(t)
			spoil(t, w, c.spoil)
			db := open(t, w)
			defer db.Close()
			v, err := crowd.judgeIn(t.Context(), db, w)
			must(t, err)
			found := strings.Join(v.problems(), "\n")
			if c.want == "" && found != "" || !strings.Contains(found, c.want) {
				t.Errorf("found %q, want %q", found, c.want)
			}
		})
	}
}

// spoil changes a closed database behind its own back, or a blob.
func spoil(t *testing.T, w where, how string) {
	t.Helper()
	if strings.HasPrefix(how, "blob") {
		must(t, filepath.WalkDir(filepath.Join(w.dir, "photos"), func(path string, e os.DirEntry, err error) error {
			if err != nil || e.IsDir() {
				return err
			}
			if how == "blob: remove" {
				return os.Remove(path)
			}
			b, err := os.ReadFile(path)
			if err == nil {
				b[len(b)/2] ^= 1
				err = os.WriteFile(path, b, 0o600)
			}
			return err
		}))
		return
	}
	if how == "" {
		return
	}
	db := open(t, w)
	defer db.Close()
	for _, statement := range []string{"DROP TRIGGER ledger_no_update", "DROP TRIGGER ledger_no_delete", how} {
		must(t, db.Write(t.Context(), func(tx storage.Tx) error { return tx.DB().Exec(statement).Error }))
	}
}

// What a killed job left out, or told twice, is seen beside its twin.
func TestATwinShowsWhatAKilledJobDid(t *testing.T) {
	twin := map[string]string{"1": "dispatched level 2 escalate", "2": "dispatched level 2 escalate"}
	if problems := differing(twin, map[string]string{"1": twin["1"], "2": twin["2"]}); len(problems) != 0 {
		t.Errorf("equal ends: %q", problems)
	}
	for name, killed := range map[string]map[string]string{
		"told twice": {"1": twin["1"] + " escalate", "2": twin["2"]},
		"left out":   {"1": twin["1"], "2": "dispatched level 1"},
		"gone":       {"1": twin["1"]},
	} {
		if len(differing(twin, killed)) == 0 {
			t.Errorf("%s was not seen", name)
		}
	}
	if len(differing(map[string]string{"1": "dispatched"}, map[string]string{"1": "dispatched"})) == 0 {
		t.Error("that nobody was told was not seen")
	}
}
