package ledger

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"
	"gorm.io/gorm"

	"linli/models"
	"linli/models/ledger"
	"linli/storage"
	"linli/storage/outbound"
)

// One checkpoint an hour of the clock, signed with the key that the verifier key belongs to, and announced in the ledger.
func TestACheckpointAnHour(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		if signed, err := w.store.SignCheckpoint(t.Context()); signed || err != nil {
			t.Fatalf("an empty tree: %v, %v", signed, err)
		}
		w.seal()
		row := w.sign()
		verifier, err := note.NewVerifier(w.store.Key())
		w.must(err)
		opened, err := note.Open([]byte(row.Note), note.VerifierList(verifier))
		w.must(err)
		c, origin, err := ledger.ParseText(opened.Text)
		if err != nil || c != row.checkpoint() || origin != verifier.Name() {
			t.Errorf("%+v, %q, %v", c, origin, err)
		}
		if signed, _ := w.store.SignCheckpoint(t.Context()); signed {
			t.Error("two in one hour")
		}
		w.clock.Advance(time.Hour)
		if signed, _ := w.store.SignCheckpoint(t.Context()); !signed {
			t.Error("none in the next hour, because nothing happened")
		}
		told, err := w.history("ledger", 0)
		if err != nil || len(told) != 1 || keyIn(told[0].Data) != w.store.Key() {
			t.Errorf("%+v, %v", told, err)
		}
		list, err := w.store.Checkpoints(t.Context(), 0)
		if err != nil || len(list.Items) != 2 || list.Items[0].Number != 2 || list.Items[1].Note != row.Note || list.Key != w.store.Key() || list.Next != 0 {
			t.Errorf("%+v, %v", list, err)
		}
		if older, err := w.store.Checkpoints(t.Context(), 2); err != nil || len(older.Items) != 1 || older.Items[0].Number != 1 {
			t.Errorf("%+v, %v", older, err)
		}
	})
}

func (w *world) history(noun string, id int64) (told []storage.Told, err error) {
	w.read(func(tx storage.Tx) error {
		told, err = storage.History(tx, noun, id)
		return err
	})
	return told, err
}

// A new key goes on with the numbers, and the old checkpoints are still verified, because the ledger names both keys.
func TestTheKeyMayBeExchanged(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.seal()
		first := w.sign()
		key, err := NewKey("linli.example.cn/ledger")
		w.must(err)
		signer, err := NewSigner(key + "\n")
		w.must(err)
		w.store = w.newStore(Options{Signer: signer})
		w.seal()
		second := w.sign()
		w.seal()
		if second.Number != 2 || !strings.HasPrefix(second.Note, "linli.example.cn/ledger\n") {
			t.Errorf("%+v", second)
		}
		r := w.verify(first, second)
		if r.Faulty != 0 || len(r.Keys) != 2 || !r.OwnKeys {
			t.Errorf("%+v", r)
		}
		a := against(first, second)
		a.Keys = []string{w.store.Key()}
		r, err = Verify(t.Context(), w.db, a)
		if err != nil || r.Faulty != 2 || r.OwnKeys { // the stored first checkpoint and its head
			t.Errorf("only the second key is believed: %+v, %v", r, err)
		}
	})
}

// Where the tree no longer holds what was signed, nothing more is signed.
func TestNothingIsSignedOverABrokenTree(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.seal()
		w.sign()
		w.tamper("UPDATE ledger_hashes SET hash = (SELECT hash FROM ledger_hashes WHERE id = 1) WHERE id = 0")
		w.tamper("UPDATE ledger_hashes SET hash = (SELECT hash FROM ledger_hashes WHERE id = 1) WHERE id > 2")
		w.clock.Advance(time.Hour)
		if signed, err := w.store.SignCheckpoint(t.Context()); signed || err == nil || !strings.Contains(err.Error(), "nothing is signed") {
			t.Errorf("%v, %v", signed, err)
		}
	})
}

func TestKeysThatAreNone(t *testing.T) {
	for _, wrong := range []string{"", "PRIVATE+KEY+a+00000000+AAAA", "linli", strings.Repeat("x", 200)} {
		if _, err := NewSigner(wrong); err == nil {
			t.Errorf("%q is taken", wrong)
		}
	}
	for _, wrong := range []string{"a b", "a+b"} {
		if _, err := NewKey(wrong); err == nil {
			t.Errorf("the name %q is taken", wrong)
		}
	}
	if _, err := SignerOf([]byte("short")); err == nil {
		t.Error("a short seed is taken")
	}
	key, err := NewKey("")
	if err != nil {
		t.Fatal(err)
	}
	signer, err := NewSigner(key)
	if err != nil || !strings.HasPrefix(signer.Key, "linli-ledger-") || strings.Contains(signer.Key, "PRIVATE") {
		t.Errorf("%+v, %v", signer, err)
	}
}

// The folder has every checkpoint as it was signed; a cut file is completed, another text is an alarm.
func TestCheckpointsGoIntoAFolder(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		folder := filepath.Join(t.TempDir(), "on another", "medium")
		w.store = w.newStore(Options{Folder: folder})
		w.seal()
		rows := []checkpointRow{w.sign(), w.sign(), w.sign()}
		write := func() int {
			n, err := w.store.WriteFolder(t.Context())
			w.must(err)
			return n
		}
		if n := write(); n != 3 {
			t.Errorf("%d files", n)
		}
		if n := write(); n != 0 {
			t.Errorf("%d files again", n)
		}
		for _, r := range rows {
			if b, err := os.ReadFile(filepath.Join(folder, fileOf(r.Number))); err != nil || string(b) != r.Note {
				t.Errorf("%q, %v", b, err)
			}
		}
		fourth := w.sign()
		file := filepath.Join(folder, fileOf(4))
		w.must(os.WriteFile(file, []byte(fourth.Note[:20]), 0o644)) // as a power cut leaves it
		if n := write(); n != 1 {
			t.Errorf("%d files completed", n)
		}
		if b, err := os.ReadFile(file); err != nil || string(b) != fourth.Note {
			t.Errorf("%q, %v", b, err)
		}
		w.must(os.WriteFile(file, []byte(rows[0].Note), 0o644))
		if _, err := w.store.WriteFolder(t.Context()); err == nil || !strings.Contains(err.Error(), "is not what the database says") {
			t.Errorf("%v", err)
		}
		w.must(os.WriteFile(filepath.Join(folder, fileOf(9)), []byte(fourth.Note), 0o644))
		if _, err := w.store.WriteFolder(t.Context()); err == nil || !strings.Contains(err.Error(), "no checkpoint 9") {
			t.Errorf("a database that was put back: %v", err)
		}
	})
}

// Checkpoints are posted through the outbox: each until it arrives, under a key by which the receiver can tell.
func TestCheckpointsArePosted(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		var status atomic.Int64
		var got []string
		receiver := httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
			b, _ := io.ReadAll(r.Body)
			if code := int(status.Load()); code != 200 {
				http.Redirect(out, r, "/elsewhere", code)
				return
			}
			got = append(got, r.Method+" "+r.Header.Get("X-Linli-Id")+" "+string(b))
		}))
		defer receiver.Close()
		w.store = w.newStore(Options{URL: receiver.URL + "/secret", Client: outbound.New(outbound.Options{Private: []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}})})
		w.seal()
		first := w.sign()
		status.Store(302)
		if n, err := w.store.PostCheckpoints(t.Context()); n != 0 || err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("%d, %v", n, err)
		}
		status.Store(200)
		if n, _ := w.store.PostCheckpoints(t.Context()); n != 0 {
			t.Error("tried again at once")
		}
		second := w.sign() // an hour later
		n, err := w.store.PostCheckpoints(t.Context())
		if n != 2 || err != nil || len(got) != 2 || got[0] != "POST checkpoint-1 "+first.Note || got[1] != "POST checkpoint-2 "+second.Note {
			t.Errorf("%d, %v, got %q", n, err, got)
		}
		w.clock.Advance(24 * time.Hour)
		if n, err := w.store.PostCheckpoints(t.Context()); n != 0 || err != nil || len(got) != 2 {
			t.Errorf("sent again: %d, %v", n, err)
		}
		receiver.Close()
		w.sign()
		if n, err := w.store.PostCheckpoints(t.Context()); n != 0 || err == nil {
			t.Errorf("nobody there: %d, %v", n, err)
		}
	})
}

// An address that may not be reached is refused when the program starts.
func TestWhereCheckpointsMayGo(t *testing.T) {
	strict := outbound.New(outbound.Options{})
	for address, good := range map[string]bool{"https://a.example/x": true, "http://a.example/x": false, "http://127.0.0.1:9/x": false, "a.example": false} {
		if _, err := New(nil, Options{URL: address, Client: strict}); (err == nil) != good {
			t.Errorf("%s: %v", address, err)
		}
	}
	if _, err := New(nil, Options{URL: "https://a.example/x"}); err == nil {
		t.Error("an address without a way to reach it is taken")
	}
}

// Erasing takes the halves and nothing else, says so in the ledger, and leaves a ledger that verifies. A half that goes
// without an order is a fault.
func TestErasing(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.live(4)
		w.seal()
		head := w.sign()
		w.seal()
		admin := models.Actor{AccountID: w.Officer.AccountID, Held: []models.Held{{Role: models.Admin, ScopeKind: models.ScopeCounty, ScopeID: w.CountyID, Approved: true}}}
		resident := w.Resident.AccountID
		for _, c := range []struct {
			by      models.Actor
			account int64
			reason  string
			code    string
		}{
			{w.Officer, resident, "依申请删除", "ledger.not_yours_to_erase"},
			{w.Resident, resident, "依申请删除", "ledger.not_yours_to_erase"},
			{models.Actor{}, resident, "依申请删除", "ledger.not_yours_to_erase"},
			{admin, resident, " ", "ledger.reason_missing"},
			{admin, resident, strings.Repeat("长", 501), "ledger.reason_missing"},
			{admin, 0, "依申请删除", "ledger.account_missing"},
			{admin, 9_999_999, "依申请删除", "ledger.nothing_to_erase"},
		} {
			if _, err := w.store.EraseLedgerPrivate(t.Context(), c.by, c.account, c.reason); models.CodeOf(err) != c.code {
				t.Errorf("%v, want %s", err, c.code)
			}
		}
		had := w.halvesOf(resident)
		erased, err := w.store.EraseLedgerPrivate(t.Context(), admin, resident, "依申请删除")
		if err != nil || erased != had || erased == 0 || w.halvesOf(resident) != 0 {
			t.Fatalf("%d of %d, %v", erased, had, err)
		}
		told, err := w.history("account", resident)
		if err != nil || told[len(told)-1].Action != "erase_ledger" || told[len(told)-1].ActorRole != models.Admin {
			t.Errorf("%+v, %v", told, err)
		}
		w.seal()
		if r := w.verify(head); r.Faulty != 0 || r.Erased != erased {
			t.Fatalf("%d erased, %q", r.Erased, r.Faults)
		}
		w.tamper("DELETE FROM ledger_private WHERE ledger_id = (SELECT max(ledger_id) FROM ledger_private)")
		if r := w.verify(head); r.Faulty == 0 {
			t.Error("a half went without an order, and nobody saw it")
		}
	})
}

func (w *world) halvesOf(account int64) (n int64) {
	w.read(func(tx storage.Tx) error {
		return tx.DB().Table("ledger_private").Where("actor_id = ?", account).Count(&n).Error
	})
	return n
}

// tamper runs statements as whoever owns the database can: without triggers.
func (w *world) tamper(statements ...string) {
	w.t.Helper()
	w.write(func(tx storage.Tx) error {
		return unguarded(tx.DB(), func(db *gorm.DB) error {
			for _, s := range statements {
				if err := db.Exec(s).Error; err != nil {
					return err
				}
			}
			return nil
		})
	})
}

// unguarded runs f with every trigger out of the way, and puts them back.
func unguarded(db *gorm.DB, f func(*gorm.DB) error) error {
	if db.Name() == "postgres" {
		if err := db.Exec("SET LOCAL session_replication_role = replica").Error; err != nil {
			return err
		}
		return f(db)
	}
	var triggers []struct{ Name, SQL string }
	if err := db.Raw("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").Scan(&triggers).Error; err != nil {
		return err
	}
	for _, trigger := range triggers {
		if err := db.Exec("DROP TRIGGER " + trigger.Name).Error; err != nil {
			return err
		}
	}
	if err := f(db); err != nil {
		return err
	}
	for _, trigger := range triggers {
		if err := db.Exec(trigger.SQL).Error; err != nil {
			return err
		}
	}
	return nil
}
