package main

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"linli/storage"
	"linli/storage/backup"
	"linli/storage/copying"
	"linli/storage/storagetest"
)

// copyTest is a county that is used while its copy is kept.
type copyTest struct {
	t      *testing.T
	source Config
	secret string // the setting
	w      *world
}

func newCopyTest(t *testing.T, place, photos string) *copyTest {
	t.Helper()
	public, secret := keyPair(t)
	c := emptyPlace(t, "sqlite", photos)
	c.BackupPublic = strings.TrimPrefix(public, "LINLI_BACKUP_RECIPIENT=")
	if place == "folder" {
		c.CopyDir = t.TempDir()
	} else {
		s3 := storagetest.S3Options(t)
		c.CopyS3Endpoint, c.CopyS3Bucket, c.CopyS3AccessKey, c.CopyS3SecretKey = s3.Endpoint, s3.Bucket+"-copy", s3.AccessKey, s3.SecretKey
	}
	return &copyTest{t, c, secret, newWorld(t, c)}
}

// environ are the settings of another machine that has the same copy.
func (c *copyTest) environ(to Config) []string {
	list := environ(to, c.secret)
	if c.source.CopyDir != "" {
		return append(list, "LINLI_COPY_DIR="+c.source.CopyDir)
	}
	return append(list, "LINLI_COPY_S3_TLS=0", "LINLI_COPY_S3_ENDPOINT="+c.source.CopyS3Endpoint, "LINLI_COPY_S3_BUCKET="+c.source.CopyS3Bucket,
		"LINLI_COPY_S3_ACCESS_KEY="+c.source.CopyS3AccessKey, "LINLI_COPY_S3_SECRET_KEY="+c.source.CopyS3SecretKey)
}

// elsewhere is an empty place for what is restored; photos on a server stay where they are.
func (c *copyTest) elsewhere() Config {
	to := c.source
	to.DataDir = c.t.TempDir()
	return to
}

// keeping is a keeper at work, and what it told last.
type keeping struct {
	mu    sync.Mutex
	state copying.State
	log   bytes.Buffer
	stop  context.CancelFunc
	ended chan error
}

func (k *keeping) told() copying.State {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.state
}

// Write takes the log.
func (k *keeping) Write(p []byte) (int, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.log.Write(p)
}

func (c *copyTest) keep(config Config) *keeping {
	k := &keeping{ended: make(chan error, 1)}
	ctx, stop := context.WithCancel(c.t.Context())
	k.stop = stop
	go func() {
		k.ended <- keep(ctx, config, slog.New(slog.NewTextHandler(k, nil)), func(s copying.State) {
			k.mu.Lock()
			defer k.mu.Unlock()
			k.state = s
		})
	}()
	c.t.Cleanup(func() { stop() })
	return k
}

// until waits for what a keeper tells.
func (c *copyTest) until(k *keeping, what string, f func(copying.State) bool) {
	c.t.Helper()
	for deadline := time.Now().Add(time.Minute); !f(k.told()); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			c.t.Fatalf("%s: %+v\n%s", what, k.told(), k.log.String())
		}
	}
}

// inStep waits until the copy shows what is there now.
func (c *copyTest) inStep(k *keeping) {
	c.t.Helper()
	now := time.Now()
	c.until(k, "the copy is not in step", func(s copying.State) bool { return s.At.After(now) })
}

func (c *copyTest) finish(k *keeping) {
	c.t.Helper()
	k.stop()
	if err := <-k.ended; err != nil {
		c.t.Fatalf("%v\n%s", err, k.log.String())
	}
}

func (c *copyTest) restore(to Config) string {
	c.t.Helper()
	text, err := linli(c.t, c.environ(to), "restore", "-copy")
	if err != nil {
		c.t.Fatalf("restore: %v\n%s", err, text)
	}
	return text
}

// TestCopyDrill: what people did up to a moment comes back from the copy of that moment, the photos with it, and people
// work on; what they do then is in the copy of the machine that took over.
func TestCopyDrill(t *testing.T) {
	t.Run("folder, photos in a directory", func(t *testing.T) { copyDrill(newCopyTest(t, "folder", "directory")) })
	t.Run("bucket, photos in a directory", func(t *testing.T) { copyDrill(newCopyTest(t, "s3", "directory")) })
	t.Run("folder, photos on a server", func(t *testing.T) { copyDrill(newCopyTest(t, "folder", "s3")) })
}

func copyDrill(c *copyTest) {
	c.w.live(2)
	first := c.keep(c.source)
	c.inStep(first)
	c.w.live(2)
	c.inStep(first)
	to := c.elsewhere()
	if text := c.restore(to); !strings.Contains(text, "restored to 20") {
		c.t.Error(text)
	}
	want := everything(c.t, c.source)
	mustBeEqual(c.t, want, everything(c.t, to))
	was, _ := linli(c.t, environ(c.source), "ledger", "verify")
	is, _ := linli(c.t, environ(to), "ledger", "verify")
	if was != is || is == "" {
		c.t.Errorf("the ledger said\n%s\nthe restored one says\n%s", was, is)
	}
	c.finish(first)
	goesOn(c.t, c.w, to)
	second := c.keep(to)
	c.inStep(second)
	c.finish(second)
	again := c.elsewhere()
	c.restore(again)
	mustBeEqual(c.t, everything(c.t, to), everything(c.t, again))
	if _, err := linli(c.t, c.environ(again), "restore", "-copy"); !errors.Is(err, storage.ErrNotEmpty) {
		c.t.Errorf("a restore over it: %v", err)
	}
}

// TestCopyEndsInStep: a keeper that is told to end copies what was written last, and one that comes after it goes on in
// the same life.
func TestCopyEndsInStep(t *testing.T) {
	c := newCopyTest(t, "folder", "directory")
	for range 3 {
		k := c.keep(c.source)
		c.inStep(k)
		c.w.live(1)
		c.finish(k)
		to := c.elsewhere()
		c.restore(to)
		mustHave(t, everything(t, c.source), everything(t, to))
	}
	if n := len(begunLives(t, c.source.CopyDir)); n != 1 {
		t.Errorf("%d lives were begun", n)
	}
}

// mustHave compares what people notice; a county that is this young has no four photos yet.
func mustHave(t *testing.T, want, got map[string][]string) {
	t.Helper()
	for table := range want {
		if !slices.Equal(want[table], got[table]) {
			t.Errorf("%s: %d lines became %d, or they differ", table, len(want[table]), len(got[table]))
		}
	}
}

func begunLives(t *testing.T, dir string) (names []string) {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "database", "*", "*", "begun"))
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// TestCopyIsClosed: nothing of what people wrote can be read in the place, and only the right key opens it.
func TestCopyIsClosed(t *testing.T) {
	c := newCopyTest(t, "folder", "directory")
	c.w.live(2)
	k := c.keep(c.source)
	c.inStep(k)
	c.finish(k)
	secretText := []byte("三楼楼道灯不亮了")
	if !treeHolds(t, c.source.DataDir, secretText) || !treeHolds(t, c.source.DataDir, []byte("\xff\xd8\xff")) {
		t.Fatal("this test would not see an open copy")
	}
	for _, open := range [][]byte{secretText, []byte("SQLite format 3"), []byte("\xff\xd8\xff\xdb"), []byte("LTX1")} {
		if treeHolds(t, c.source.CopyDir, open) {
			t.Errorf("%q can be read in the copy", open)
		}
	}
	_, other := keyPair(t)
	for words, secret := range map[string]string{"none of the secret keys": other, "it is encrypted": ""} {
		c.secret = secret
		to := c.elsewhere()
		if _, err := linli(t, c.environ(to), "restore", "-copy"); !errors.Is(err, backup.ErrKey) || !strings.Contains(err.Error(), words) {
			t.Errorf("restored with another key: %v", err)
		}
		if _, err := os.Stat(filepath.Join(to.DataDir, "linli.db")); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("something was left: %v", err)
		}
	}
}

func treeHolds(t *testing.T, dir string, text []byte) (found bool) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		found = found || bytes.Contains(b, text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// TestCopyNamesMissingPhotos: a photo that is not in the copy, or has turned into something else there, is named, and the
// rest comes back.
func TestCopyNamesMissingPhotos(t *testing.T) {
	c := newCopyTest(t, "folder", "directory")
	c.w.live(3)
	k := c.keep(c.source)
	c.inStep(k)
	c.finish(k)
	photos, err := filepath.Glob(filepath.Join(c.source.CopyDir, "photos", "*", "*"))
	if err != nil || len(photos) < 4 {
		t.Fatalf("%d photos, %v", len(photos), err)
	}
	if err := os.Remove(photos[0]); err != nil {
		t.Fatal(err)
	}
	flip(t, photos[1], -1)
	to := c.elsewhere()
	text, err := linli(t, c.environ(to), "restore", "-copy")
	if err == nil || !strings.Contains(err.Error(), "2 photos") {
		t.Errorf("%v\n%s", err, text)
	}
	for i, p := range photos {
		if named := strings.Contains(text, "missing photo "+filepath.Base(p)); named != (i < 2) {
			t.Errorf("photo %d is named: %t", i, named)
		}
	}
	goesOnOpen(t, to)
}

func goesOnOpen(t *testing.T, c Config) {
	t.Helper()
	db, err := storage.Open(t.Context(), storage.Options{Dir: c.DataDir})
	if err != nil {
		t.Fatal(err)
	}
	db.Close()
}

// flip turns one byte of a file over.
func flip(t *testing.T, file string, at int) {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if at < 0 {
		at += len(b)
	}
	b[at] ^= 1
	if err := os.WriteFile(file, b, 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestCopyNoticesDamage: a byte of the database's copy that turned over, or a file in the middle that is gone, is no
// database.
func TestCopyNoticesDamage(t *testing.T) {
	c := newCopyTest(t, "folder", "directory")
	k := c.keep(c.source)
	for range 4 {
		c.w.live(1)
		c.inStep(k)
	}
	c.finish(k)
	files, err := filepath.Glob(filepath.Join(c.source.CopyDir, "database", "*", "*", "0", "*"))
	slices.Sort(files)
	if err != nil || len(files) < 4 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	tidied, _ := filepath.Glob(filepath.Join(c.source.CopyDir, "database", "*", "*", "[1-9]", "*"))
	for _, f := range tidied { // what was put together meanwhile would make up for it
		os.Remove(f)
	}
	middle := files[len(files)/2]
	whole, err := os.ReadFile(middle)
	if err != nil {
		t.Fatal(err)
	}
	refused := func(how string) {
		t.Helper()
		to := c.elsewhere()
		if text, err := linli(t, c.environ(to), "restore", "-copy"); err == nil {
			t.Errorf("%s: %s", how, text)
		}
		if _, err := os.Stat(filepath.Join(to.DataDir, "linli.db")); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: something was left: %v", how, err)
		}
	}
	c.restore(c.elsewhere())
	flip(t, middle, len(whole)/2)
	refused("a byte turned over")
	if err := os.Remove(middle); err != nil {
		t.Fatal(err)
	}
	refused("a file is gone")
	if err := os.WriteFile(middle, whole, 0o600); err != nil {
		t.Fatal(err)
	}
	c.restore(c.elsewhere())
}

// TestCopyKeepsToItsOwn: nothing is written over another county's copy, nor into an empty folder where the medium is not
// mounted; a place that was away is caught up with.
func TestCopyKeepsToItsOwn(t *testing.T) {
	c := newCopyTest(t, "folder", "directory")
	c.w.live(1)
	k := c.keep(c.source)
	c.inStep(k)
	c.finish(k)

	stranger := newCopyTest(t, "folder", "directory")
	stranger.source.CopyDir = c.source.CopyDir
	before := tree(t, c.source.CopyDir)
	k = stranger.keep(stranger.source)
	stranger.until(k, "a stranger writes", func(s copying.State) bool { return strings.Contains(s.Trouble, "another database") })
	stranger.finish(k)
	if after := tree(t, c.source.CopyDir); !slices.Equal(before, after) {
		t.Errorf("%v became %v", before, after)
	}

	mounted := c.source.CopyDir
	unmounted := t.TempDir()
	c.source.CopyDir = unmounted
	k = c.keep(c.source)
	c.until(k, "writes where nothing is mounted", func(s copying.State) bool { return strings.Contains(s.Trouble, "is the medium mounted?") })
	c.w.live(1) // nobody waits for the copy
	c.finish(k)
	if left := tree(t, unmounted); len(left) > 0 {
		t.Errorf("%v", left)
	}
	c.source.CopyDir = mounted
	k = c.keep(c.source)
	c.inStep(k)
	c.finish(k)
	to := c.elsewhere()
	c.restore(to)
	mustHave(t, everything(t, c.source), everything(t, to))
}

func tree(t *testing.T, dir string) (names []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			names = append(names, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// TestCopySurvivesForgetting: when what the keeper remembers on this machine is gone or spoilt, a new life begins, and what
// is restored is the newest.
func TestCopySurvivesForgetting(t *testing.T) {
	c := newCopyTest(t, "folder", "directory")
	for n, spoil := range []func(){
		func() {},
		func() { os.RemoveAll(filepath.Join(c.source.DataDir, storage.CopyingFolder)) },
		func() { os.RemoveAll(filepath.Join(c.source.DataDir, storage.CopyingFolder, "key")) },
		func() {
			pages, _ := filepath.Glob(filepath.Join(c.source.DataDir, storage.CopyingFolder, "ltx", "0", "*"))
			for _, p := range pages {
				flip(t, p, -1)
			}
		},
	} {
		spoil()
		c.w.live(1)
		k := c.keep(c.source)
		c.inStep(k)
		c.finish(k)
		to := c.elsewhere()
		c.restore(to)
		mustHave(t, everything(t, c.source), everything(t, to))
		if lives := len(begunLives(t, c.source.CopyDir)); lives != n+1 {
			t.Errorf("after fault %d: %d lives", n, lives)
		}
	}
}

// TestCopyRefusesInWords: a server does not start with a copy that cannot be.
func TestCopyRefusesInWords(t *testing.T) {
	public, secret := keyPair(t)
	for words, environ := range map[string][]string{
		"LINLI_BACKUP_RECIPIENT is not set": {"LINLI_COPY_DIR=/tmp"},
		"are for SQLite":                    {"LINLI_COPY_DIR=/tmp", "LINLI_DATABASE_URL=postgres://x", public},
		"goes to one place":                 {"LINLI_COPY_DIR=/tmp", "LINLI_COPY_S3_ENDPOINT=a:1", "LINLI_COPY_S3_BUCKET=b", "LINLI_COPY_S3_ACCESS_KEY=c", "LINLI_COPY_S3_SECRET_KEY=d", public},
		"needs LINLI_COPY_S3_BUCKET":        {"LINLI_COPY_S3_ENDPOINT=a:1", public},
		"no LINLI_COPY_S3_ENDPOINT":         {"LINLI_COPY_S3_BUCKET=b", public},
		"own bucket":                        {"LINLI_COPY_S3_ENDPOINT=a:1", "LINLI_COPY_S3_BUCKET=b", "LINLI_COPY_S3_ACCESS_KEY=c", "LINLI_COPY_S3_SECRET_KEY=d", "LINLI_S3_ENDPOINT=a:1", "LINLI_S3_BUCKET=b", "LINLI_S3_ACCESS_KEY=c", "LINLI_S3_SECRET_KEY=d", public},
		"not a public key":                  {"LINLI_COPY_DIR=/tmp", "LINLI_BACKUP_RECIPIENT=age1x"},
	} {
		if _, err := linli(t, append(environ, "LINLI_DEMO=1", "LINLI_DATA_DIR="+t.TempDir()), "serve"); err == nil || !strings.Contains(err.Error(), words) {
			t.Errorf("want %q: %v", words, err)
		}
	}
	for words, environ := range map[string][]string{
		"neither LINLI_COPY_DIR":    {secret},
		"no such file or directory": {secret, "LINLI_COPY_DIR=/nowhere/at/all"},
		"there is no copy":          {secret, "LINLI_COPY_DIR=" + t.TempDir()},
	} {
		if _, err := linli(t, append(environ, "LINLI_DATA_DIR="+t.TempDir()), "restore", "-copy"); err == nil || !strings.Contains(err.Error(), words) {
			t.Errorf("want %q: %v", words, err)
		}
	}
}

// TestCopyWatch: how old the copy is counts from the moment that it shows, and before it shows one from the start.
func TestCopyWatch(t *testing.T) {
	var none *copyWatch
	if none.behind() {
		t.Error("no copy is behind")
	}
	for name, c := range map[string]struct {
		started time.Duration
		told    *copying.State
		behind  bool
	}{
		"just started":           {0, nil, false},
		"never told anything":    {time.Hour, nil, true},
		"in step":                {time.Hour, &copying.State{At: time.Now()}, false},
		"told long ago":          {time.Hour, &copying.State{At: time.Now().Add(-2 * copyLate)}, true},
		"trouble from the start": {time.Hour, &copying.State{Trouble: "away"}, true},
		"trouble for a second":   {time.Hour, &copying.State{At: time.Now().Add(-time.Second), Trouble: "away"}, false},
	} {
		w := &copyWatch{started: time.Now().Add(-c.started)}
		if c.told != nil {
			w.last.Store(c.told)
		}
		if w.behind() != c.behind {
			t.Errorf("%s: %t", name, w.behind())
		}
	}
}
