package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"linli/models"
	"linli/storage"
	"linli/storage/backup"
	"linli/storage/storagetest"
)

// stores are the four ways in which a county may be kept.
var stores = []struct{ database, photos string }{{"sqlite", "directory"}, {"sqlite", "s3"}, {"postgres", "directory"}, {"postgres", "s3"}}

// emptyPlace names stores in which there is nothing yet.
func emptyPlace(t *testing.T, database, photos string) Config {
	t.Helper()
	c := Config{DataDir: t.TempDir(), SecretKeys: "test:" + "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="}
	if database == "postgres" {
		c.DatabaseURL = storagetest.Postgres(t)
	}
	if photos == "s3" {
		s3 := storagetest.S3Options(t)
		c.S3Endpoint, c.S3Bucket, c.S3AccessKey, c.S3SecretKey = s3.Endpoint, s3.Bucket, s3.AccessKey, s3.SecretKey
	}
	return c
}

// environ is a configuration as the program is given it.
func environ(c Config, more ...string) []string {
	list := append([]string{"LINLI_DATA_DIR=" + c.DataDir, "LINLI_SECRET_KEYS=" + c.SecretKeys, "LINLI_DATABASE_URL=" + c.DatabaseURL}, more...)
	if c.S3Endpoint != "" {
		list = append(list, "LINLI_S3_TLS=0", "LINLI_S3_ENDPOINT="+c.S3Endpoint, "LINLI_S3_BUCKET="+c.S3Bucket, "LINLI_S3_ACCESS_KEY="+c.S3AccessKey, "LINLI_S3_SECRET_KEY="+c.S3SecretKey)
	}
	return list
}

// linli runs the program and gives what it prints.
func linli(t *testing.T, environ []string, arguments ...string) (string, error) {
	t.Helper()
	var out, logs bytes.Buffer
	err := run(t.Context(), arguments, environ, &out, &logs)
	return out.String() + logs.String(), err
}

// keyPair is a pair of backup keys: the setting with the public one, and the setting with the file of the secret one.
func keyPair(t *testing.T) (public, secret string) {
	t.Helper()
	text, err := linli(t, nil, "backup", "new-key")
	if err != nil {
		t.Fatal(err)
	}
	_, public, _ = strings.Cut(text, "LINLI_BACKUP_RECIPIENT=")
	file := filepath.Join(t.TempDir(), "backup-key")
	if err := os.WriteFile(file, []byte(text[:strings.Index(text, "Keep the lines")]), 0o600); err != nil {
		t.Fatal(err)
	}
	return "LINLI_BACKUP_RECIPIENT=" + strings.TrimSpace(public), "LINLI_BACKUP_IDENTITY_FILE=" + file
}

// live lets people file, answer, prove and rate n tickets with their photos, and gives the photos' bytes by their hash.
func (w *world) live(n int) {
	resident, staff := w.as(w.Resident), w.as(w.Staff)
	for i := range n {
		before, after := w.picture(), w.picture()
		listed, proof := w.claim(before, "before"), w.claim(after, "after")
		body := w.filing("REP-01", fmt.Sprintf("三楼楼道灯不亮了 %d \"引号\" \\ \t 换行\n表情🏠", i))
		body["photos"] = []claim{listed}
		var filed filedJSON
		resident.Post("/api/v1/tickets", body).Want(201).OK(&filed)
		put(resident, listed, before).Want(201)
		id := filed.Ticket.ID
		staff.Post(path(id, "/moves"), map[string]any{"action": "acknowledge", "version": filed.Ticket.Version}).OK(nil)
		staff.Post(path(id, "/messages"), map[string]any{"client_id": w.clientID(), "text": "师傅下午上门"}).OK(nil)
		if i%2 == 0 {
			staff.Post(path(id, "/done"), map[string]any{"client_id": w.clientID(), "result": "已更换", "photos": []claim{proof}}).OK(nil)
			put(staff, proof, after).Want(201)
			resident.Post(path(id, "/confirmations"), map[string]any{"client_id": w.clientID(), "closing": 1, "level": 5, "text": "很快"}).OK(nil)
		}
	}
}

// everything is all that a house remembers: the rows of each table as text, and the hash of each photo that it speaks of.
func everything(t *testing.T, c Config) map[string][]string {
	t.Helper()
	db, err := storage.Open(t.Context(), storage.Options{URL: c.DatabaseURL, Dir: c.DataDir, AsItIs: true})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	blobs, err := openBlobs(c)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string][]string{}
	err = db.Snapshot(t.Context(), func(s *storage.Snapshot) error {
		for _, table := range s.Tables {
			last, err := s.Last(t.Context(), table)
			if err != nil {
				return err
			}
			lines := []string{fmt.Sprint("last id ", last)}
			err = s.Rows(t.Context(), table, func(row []any) error {
				fields := map[string]any{}
				for i, column := range table.Columns {
					fields[column.Name] = row[i]
				}
				lines = append(lines, fmt.Sprint(fields))
				return nil
			})
			if err != nil {
				return err
			}
			all[table.Name] = lines
		}
		return s.Blobs(t.Context(), func(name string) error {
			b, err := storage.ReadBlob(t.Context(), blobs, name, 32<<20)
			all["(photos)"] = append(all["(photos)"], fmt.Sprint(name, len(b)))
			return err
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func mustBeEqual(t *testing.T, want, got map[string][]string) {
	t.Helper()
	for _, table := range slices.Sorted(maps.Keys(want)) {
		if !slices.Equal(want[table], got[table]) {
			t.Errorf("%s: %d lines became %d, or they differ:\n%.600v\n%.600v", table, len(want[table]), len(got[table]), want[table], got[table])
		}
	}
	if len(want) != len(got) || len(want["(photos)"]) < 4 || len(want["ledger"]) < 10 {
		t.Errorf("%d tables became %d; %d photos, %d ledger lines", len(want), len(got), len(want["(photos)"]), len(want["ledger"]))
	}
}

// TestRestoreDrill backs up a county that people have used, restores it onto an empty place, and compares: on the four
// kinds of stores, and from the smallest to the largest and back.
func TestRestoreDrill(t *testing.T) {
	public, secret := keyPair(t)
	drill := func(t *testing.T, from, to int) {
		source := emptyPlace(t, stores[from].database, stores[from].photos)
		w := newWorld(t, source)
		w.live(4)
		for _, job := range []string{"ledger-seal", "ledger-checkpoint"} {
			if text, err := linli(t, environ(source), "job", job); err != nil {
				t.Fatalf("%s: %v\n%s", job, err, text)
			}
		}
		file := filepath.Join(t.TempDir(), "a.backup")
		if text, err := linli(t, environ(source, public), "backup", "-to", file); err != nil || !strings.Contains(text, "photos of") {
			t.Fatalf("backup: %v\n%s", err, text)
		}
		want := everything(t, source)
		// When a backup was made stands in the database that was backed up, and so not in the backup.
		want["settings"] = slices.DeleteFunc(want["settings"], func(line string) bool { return strings.Contains(line, "backup.last") })
		if text, err := linli(t, environ(Config{DataDir: t.TempDir()}, secret), "backup", "verify", file); err != nil || !strings.Contains(text, "whole: ") || !strings.Contains(text, "signed checkpoint of the ledger") {
			t.Fatalf("verify: %v\n%s", err, text)
		}
		place := emptyPlace(t, stores[to].database, stores[to].photos)
		if text, err := linli(t, environ(place, secret), "restore", file); err != nil || !strings.Contains(text, "restored and compared") {
			t.Fatalf("restore: %v\n%s", err, text)
		}
		mustBeEqual(t, want, everything(t, place))
		// The small county's memberships stand in no ledger, so it has something to say, of both the same.
		was, _ := linli(t, environ(source), "ledger", "verify")
		is, _ := linli(t, environ(place), "ledger", "verify")
		if was != is || !strings.Contains(is, "signed checkpoints: 1,") {
			t.Errorf("the ledger said\n%s\nthe restored one says\n%s", was, is)
		}
		if _, err := os.Stat(storage.StagingFolder(place.DataDir)); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("the staging folder: %v", err)
		}
		goesOn(t, w, place)
		if _, err := linli(t, environ(place, secret), "restore", file); !errors.Is(err, storage.ErrNotEmpty) {
			t.Errorf("a restore over it: %v", err)
		}
	}
	for i, s := range stores {
		t.Run(s.database+"+"+s.photos, func(t *testing.T) { drill(t, i, i) })
	}
	t.Run("sqlite+directory to postgres+s3", func(t *testing.T) { drill(t, 0, 3) })
	t.Run("postgres+s3 to sqlite+directory", func(t *testing.T) { drill(t, 3, 0) })
}

// goesOn opens the restored house and lets the same people work on: what they see is there, ids go on, guards stand.
func goesOn(t *testing.T, old *world, place Config) {
	t.Helper()
	h, err := openHouse(t.Context(), program{config: place, log: old.house.log, logs: io.Discard})
	if err != nil {
		t.Fatal(err)
	}
	defer h.close()
	w := &world{t: t, house: h, County: old.County, ids: old.ids + 1000}
	w.anyone = clientOf(t, h)
	var list struct {
		Items []ticketJSON `json:"items"`
	}
	w.as(w.Resident).Get("/api/v1/tickets?box=mine").OK(&list)
	if len(list.Items) != 4 {
		t.Fatalf("the resident sees %d tickets", len(list.Items))
	}
	var seen ticketJSON
	w.as(w.Resident).Get(path(list.Items[0].ID, "")).OK(&seen)
	if len(seen.Photos) == 0 {
		t.Fatal("a ticket has lost its photos")
	}
	w.as(w.Resident).Get(fmt.Sprintf("/api/v1/photos/%d", seen.Photos[0].ID)).Want(200)
	w.live(1)
	err = h.db.Write(t.Context(), func(tx storage.Tx) error { return tx.DB().Exec("UPDATE ledger SET action = 'x'").Error })
	if err == nil {
		t.Error("the restored ledger can be changed")
	}
}

// TestBackupUnderWriting: whatever is written meanwhile, rows and photos of the backup fit each other, and everything
// that was acknowledged before it began is in it.
func TestBackupUnderWriting(t *testing.T) {
	public, secret := keyPair(t)
	for _, i := range []int{0, 3} {
		s := stores[i]
		t.Run(s.database+"+"+s.photos, func(t *testing.T) {
			source := emptyPlace(t, s.database, s.photos)
			w := newWorld(t, source)
			w.live(3)
			ctx, stop := context.WithCancel(t.Context())
			written := make(chan int)
			go func() {
				n := 0
				for ; ctx.Err() == nil; n++ {
					w.live(1)
				}
				written <- n
			}()
			file := filepath.Join(t.TempDir(), "a.backup")
			var found []int
			for range 3 { // the first files may come before the writer is warm
				os.Remove(file)
				if text, err := linli(t, environ(source, public), "backup", "-to", file); err != nil {
					t.Errorf("backup: %v\n%s", err, text)
				}
				place := emptyPlace(t, "sqlite", "directory")
				if text, err := linli(t, environ(place, secret), "restore", file); err != nil {
					t.Errorf("restore: %v\n%s", err, text)
				}
				all := everything(t, place)
				found = append(found, len(all["tickets"])-1)
				if intact := leavesIntact(t, place); intact != len(all["ledger"])-1 {
					t.Errorf("%d of %d ledger lines are intact", intact, len(all["ledger"])-1)
				}
			}
			stop()
			if n := <-written; n < 2 || found[0] < 3 || found[2] < found[0] || found[2] > n+3 {
				t.Errorf("%d tickets were written meanwhile, the backups hold %v", n, found)
			}
		})
	}
}

func leavesIntact(t *testing.T, c Config) (intact int) {
	t.Helper()
	db, err := storage.Open(t.Context(), storage.Options{URL: c.DatabaseURL, Dir: c.DataDir})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	err = db.Read(t.Context(), func(tx storage.Tx) error {
		var lines []storage.LedgerLine
		if err := tx.DB().Find(&lines).Error; err != nil {
			return err
		}
		for _, line := range lines {
			var private storage.LedgerPrivate
			if err := tx.DB().Where("ledger_id = ?", line.ID).Take(&private).Error; err != nil {
				return err
			}
			if line.Intact(&private) {
				intact++
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return intact
}

// TestBackupRefusesInWords: each thing that may be wrong is said, and nothing is left behind.
func TestBackupRefusesInWords(t *testing.T) {
	public, secret := keyPair(t)
	_, other := keyPair(t)
	source := emptyPlace(t, "sqlite", "directory")
	w := newWorld(t, source)
	w.live(1)
	folder := t.TempDir()
	refused := func(words string, environ []string, arguments ...string) {
		t.Helper()
		if text, err := linli(t, environ, arguments...); err == nil || !strings.Contains(err.Error(), words) {
			t.Errorf("linli %v: %v\n%s", arguments, err, text)
		}
	}
	refused("LINLI_BACKUP_RECIPIENT is not set", environ(source), "backup", "-to", folder)
	refused("not a public key", environ(source, "LINLI_BACKUP_RECIPIENT=age1nonsense"), "backup", "-to", folder)
	refused("there is no database", environ(Config{DataDir: filepath.Join(folder, "nowhere")}, public), "backup", "-to", folder)
	refused("usage", environ(source, public), "backup", "now")
	refused("usage", environ(source), "backup", "verify")
	refused("usage", environ(source), "restore")

	file := filepath.Join(folder, "a.backup")
	if _, err := linli(t, environ(source, public), "backup", "-to", file); err != nil {
		t.Fatal(err)
	}
	refused("is there already", environ(source, public), "backup", "-to", file)
	empty := emptyPlace(t, "sqlite", "directory")
	refused("it is encrypted", environ(empty), "restore", file)
	refused("none of the secret keys", environ(empty, other), "restore", file)
	refused("LINLI_BACKUP_IDENTITY_FILE", environ(empty, "LINLI_BACKUP_IDENTITY=nonsense"), "restore", file)
	refused("needs an empty place", environ(source, secret), "restore", file)
	full := Config{DataDir: t.TempDir()}
	os.MkdirAll(filepath.Join(full.DataDir, "photos", "ab"), 0o700)
	refused("needs an empty place", environ(full, secret), "restore", file)
	for _, place := range []Config{empty, full} {
		if entries, _ := os.ReadDir(place.DataDir); len(entries) > 1 || len(entries) == 1 && entries[0].Name() != "photos" {
			t.Errorf("left behind: %v", entries)
		}
	}
	if entries, _ := os.ReadDir(folder); len(entries) != 1 {
		t.Errorf("left behind: %v", entries)
	}
}

// TestABackupWithoutAPhotoIsNoGoodOne: it is written, says what is missing, and does not count.
func TestABackupWithoutAPhotoIsNoGoodOne(t *testing.T) {
	_, secret := keyPair(t)
	source := emptyPlace(t, "sqlite", "directory")
	w := newWorld(t, source)
	w.live(2)
	lose := firstPhoto(t, source.DataDir)
	if err := os.Remove(lose); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "a.backup")
	if text, err := linli(t, environ(source), "backup", "-unencrypted", "-to", file); err == nil || !strings.Contains(err.Error(), "1 photos are not in the backup") {
		t.Fatalf("backup: %v\n%s", err, text)
	}
	if at, err := w.house.db.LastBackup(t.Context()); err != nil || !at.IsZero() {
		t.Errorf("it counts: %v %v", at, err)
	}
	place := emptyPlace(t, "sqlite", "directory")
	text, err := linli(t, environ(place, secret), "restore", file)
	if err == nil || !strings.Contains(err.Error(), filepath.Base(lose)) || !strings.Contains(text, "restored and compared") {
		t.Errorf("restore: %v\n%s", err, text)
	}
	if _, err := storage.Open(t.Context(), storage.Options{Dir: place.DataDir}); err != nil {
		t.Errorf("what is left of the county cannot be opened: %v", err)
	}
}

func firstPhoto(t *testing.T, dir string) (file string) {
	t.Helper()
	filepath.WalkDir(filepath.Join(dir, "photos"), func(path string, e os.DirEntry, err error) error {
		if err == nil && e.Type().IsRegular() && file == "" {
			file = path
		}
		return err
	})
	if file == "" {
		t.Fatal("there is no photo")
	}
	return file
}

// TestBackupThroughAPipe is how a container without a shell is backed up.
func TestBackupThroughAPipe(t *testing.T) {
	public, _ := keyPair(t)
	source := emptyPlace(t, "sqlite", "directory")
	w := newWorld(t, source)
	w.live(1)
	var out bytes.Buffer
	began := models.UTC(time.Now())
	if err := run(t.Context(), []string{"backup", "-to", "-"}, environ(source, public), &out, io.Discard); err != nil {
		t.Fatal(err)
	}
	if !bytes.HasPrefix(out.Bytes(), []byte("age-encryption.org/")) {
		t.Errorf("standard output begins with %.40q", out.Bytes())
	}
	if at, err := w.house.db.LastBackup(t.Context()); err != nil || at.Before(began) {
		t.Errorf("last backup %v, %v", at, err)
	}
	if at := gauge(t, lastBackupGauge(w.house.db)); at < float64(began.Unix()) {
		t.Errorf("Prometheus is told %v", at)
	}
	if at := gauge(t, lastBackupGauge(storagetest.Open(t, storage.Options{Dir: t.TempDir(), FastUnsafe: true}))); at != 0 {
		t.Errorf("where there was no backup Prometheus is told %v", at)
	}
}

func gauge(t *testing.T, c prometheus.Collector) float64 {
	t.Helper()
	registry := prometheus.NewRegistry()
	registry.MustRegister(c)
	families, err := registry.Gather()
	if err != nil || len(families) != 1 || len(families[0].Metric) != 1 {
		t.Fatalf("%v, %v", families, err)
	}
	return families[0].Metric[0].GetGauge().GetValue()
}

// TestMain lets this test's program be Linli itself, so that a test can start it and kill it.
func TestMain(m *testing.M) {
	if os.Getenv("LINLI_TEST_AS_LINLI") != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

// TestARestoreThatIsKilledIsNotWhole kills restores at random moments. Whatever is there then is either all of it, or
// opens for nobody; and the next try, into an empty database where it was Postgres, succeeds.
func TestARestoreThatIsKilledIsNotWhole(t *testing.T) {
	public, secret := keyPair(t)
	source := emptyPlace(t, "sqlite", "directory")
	newWorld(t, source).live(3)
	file := filepath.Join(t.TempDir(), "a.backup")
	if _, err := linli(t, environ(source, public), "backup", "-to", file); err != nil {
		t.Fatal(err)
	}
	want := everything(t, source)
	want["settings"] = slices.DeleteFunc(want["settings"], func(line string) bool { return strings.Contains(line, "backup.last") })
	for i, rounds := range map[int]int{0: 8, 2: 4} {
		s := stores[i]
		t.Run(s.database+"+"+s.photos, func(t *testing.T) {
			began := time.Now()
			if err := restoreAsProcess(t, environ(emptyPlace(t, s.database, s.photos), secret), file, 0); err != nil {
				t.Fatal(err)
			}
			after := time.Since(began) * 3 / 4
			whole, cut := 0, 0
			// A machine that gets faster between two rounds outruns every kill that was planned: then it goes on, ever earlier.
			for round := 0; round < rounds || cut == 0 && round < 4*rounds; round++ {
				place := emptyPlace(t, s.database, s.photos)
				restoreAsProcess(t, environ(place, secret), file, after)
				_, err := storage.Open(t.Context(), storage.Options{URL: place.DatabaseURL, Dir: place.DataDir, AsItIs: true})
				switch {
				case err == nil:
					whole++
					after = after * 2 / 3 // earlier next time
					mustBeEqual(t, want, everything(t, place))
				case errors.Is(err, storage.ErrHalfRestored), errors.Is(err, os.ErrNotExist), strings.Contains(err.Error(), "there is no Linli"):
					cut++
					after = after * 9 / 8
					if place.DatabaseURL != "" {
						place.DatabaseURL = storagetest.Postgres(t)
					}
					if text, err := linli(t, environ(place, secret), "restore", file); err != nil {
						t.Fatalf("the next try: %v\n%s", err, text)
					}
					mustBeEqual(t, want, everything(t, place))
				default:
					t.Errorf("it opens with %v", err)
				}
			}
			t.Logf("%d restores were whole, %d were cut off", whole, cut)
			if cut == 0 {
				t.Error("no kill came in time")
			}
		})
	}
}

// restoreAsProcess runs linli restore as a process of its own, and kills it after a while unless that is 0.
func restoreAsProcess(t *testing.T, environ []string, file string, after time.Duration) error {
	t.Helper()
	c := exec.Command(os.Args[0], "restore", file)
	c.Env = append(environ, "LINLI_TEST_AS_LINLI=1")
	var out bytes.Buffer
	c.Stdout, c.Stderr = &out, &out
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	if after > 0 {
		time.AfterFunc(after, func() { c.Process.Kill() })
	}
	if err := c.Wait(); err != nil {
		return fmt.Errorf("%w: %s", err, out.String())
	}
	return nil
}

// TestOnlyTheKeyOpensABackup: without it nothing is read; the open backup, the control, is.
func TestOnlyTheKeyOpensABackup(t *testing.T) {
	public, _ := keyPair(t)
	source := emptyPlace(t, "sqlite", "directory")
	newWorld(t, source).live(1)
	for _, how := range []struct {
		arguments []string
		opens     bool
	}{{[]string{"backup", "-to", "-"}, false}, {[]string{"backup", "-unencrypted", "-to", "-"}, true}} {
		var out bytes.Buffer
		if err := run(t.Context(), how.arguments, environ(source, public), &out, io.Discard); err != nil {
			t.Fatal(err)
		}
		_, _, err := backup.Verify(t.Context(), &out, nil, nil)
		if how.opens && err != nil || !how.opens && !errors.Is(err, backup.ErrKey) {
			t.Errorf("%v: read without a key: %v", how.arguments, err)
		}
	}
}
