package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"linli/storage"
	"linli/storage/backup"
	"linli/storage/copying"
)

// The continuous copy is kept by a process of its own, which the server starts: SQLite's locks belong to a process, and a
// library that opens and closes the same file would let go of the server's; and whatever goes wrong there stops nobody's
// report. It ends when the server does, because its standard input ends then.

// copied reports whether a continuous copy is to be kept.
func (c Config) copied() bool { return c.CopyDir != "" || c.CopyS3Endpoint != "" }

// checkCopy looks at the settings of the copy together.
func (c Config) checkCopy() error {
	keys := c.CopyS3Bucket + c.CopyS3AccessKey + c.CopyS3SecretKey
	switch {
	case c.CopyS3Endpoint == "" && keys != "":
		return errors.New("LINLI_COPY_S3_BUCKET and the keys of the copy are given, but no LINLI_COPY_S3_ENDPOINT")
	case c.CopyS3Endpoint != "" && (c.CopyS3Bucket == "" || c.CopyS3AccessKey == "" || c.CopyS3SecretKey == ""):
		return errors.New("LINLI_COPY_S3_ENDPOINT needs LINLI_COPY_S3_BUCKET, LINLI_COPY_S3_ACCESS_KEY and LINLI_COPY_S3_SECRET_KEY")
	case c.CopyDir != "" && c.CopyS3Endpoint != "":
		return errors.New("LINLI_COPY_DIR and LINLI_COPY_S3_ENDPOINT: the copy goes to one place")
	case c.copied() && c.DatabaseURL != "":
		return errors.New("LINLI_COPY_DIR and LINLI_COPY_S3_* are for SQLite; Postgres has standbys and archives of its own")
	case c.CopyS3Endpoint != "" && c.CopyS3Endpoint == c.S3Endpoint && c.CopyS3Bucket == c.S3Bucket:
		return errors.New("LINLI_COPY_S3_BUCKET: the photos' own bucket is no place for the copy")
	}
	return nil
}

// checkCopying is what only the keeper of a copy needs: people's names do not leave the machine for everybody to read.
func (c Config) checkCopying() error {
	if !c.copied() {
		return nil
	}
	recipients, err := backup.ParseRecipients(c.BackupPublic)
	if err != nil {
		return fmt.Errorf("LINLI_BACKUP_RECIPIENT: %w", err)
	}
	if len(recipients) == 0 {
		return errors.New("a continuous copy is to be kept, but LINLI_BACKUP_RECIPIENT is not set: it is encrypted as backups are.\n" +
			"Make a pair of keys with `linli backup new-key`, keep the secret one off this machine, and set the public one")
	}
	return nil
}

func openCopyPlace(c Config) (copying.Place, error) {
	if c.CopyDir != "" {
		return copying.OpenFolder(c.CopyDir)
	}
	if c.CopyS3Endpoint == "" {
		return nil, errors.New("neither LINLI_COPY_DIR nor LINLI_COPY_S3_ENDPOINT is set")
	}
	return copying.OpenBucket(storage.S3Options{
		Endpoint:  c.CopyS3Endpoint,
		Bucket:    c.CopyS3Bucket,
		AccessKey: c.CopyS3AccessKey,
		SecretKey: c.CopyS3SecretKey,
		Region:    c.CopyS3Region,
		Secure:    c.CopyS3TLS,
	})
}

// ── The keeper ───────────────────────────────────────────────────────────────────────────────────────────────────────

// keepCopy keeps the copy until standard input ends, and tells after every turn how far it is, a line of JSON each.
func keepCopy(ctx context.Context, p program, _ []string) error {
	signal.Ignore(os.Interrupt, syscall.SIGTERM) // what ends the server's whole group must not end this before the server
	ctx, stop := context.WithCancel(ctx)
	go func() {
		io.Copy(io.Discard, os.Stdin)
		stop()
	}()
	// Litestream speaks much of what is as it should be.
	slog.SetDefault(slog.New(&onlyWarnings{p.log.Handler()}))
	c, err := p.config.fromDataDir()
	if err != nil {
		return err
	}
	told := json.NewEncoder(p.out)
	return keep(ctx, c, p.log, func(s copying.State) { told.Encode(s) })
}

// fromDataDir makes the data folder the working folder: Litestream makes an address of the database's name, in which a #
// or ? of a folder above would mean something.
func (c Config) fromDataDir() (_ Config, err error) {
	if c.CopyDir != "" {
		if c.CopyDir, err = filepath.Abs(c.CopyDir); err != nil {
			return c, err
		}
	}
	err = os.Chdir(c.DataDir)
	c.DataDir = "."
	return c, err
}

func keep(ctx context.Context, c Config, log *slog.Logger, tell func(copying.State)) error {
	if err := errors.Join(c.checkCopying(), c.checkCopy()); err != nil {
		return err
	}
	recipients, err := backup.ParseRecipients(c.BackupPublic)
	if err != nil {
		return err
	}
	place, err := openCopyPlace(c)
	if err != nil {
		return err
	}
	if c.CopyDir != "" && copying.SameMedium(c.CopyDir, c.DataDir) {
		log.Warn("LINLI_COPY_DIR is on the disk of the data: one fault takes both", "folder", c.CopyDir)
	}
	db, err := storage.Open(ctx, storage.Options{Dir: c.DataDir, AsItIs: true, Copied: true})
	if err != nil {
		return err
	}
	defer db.Close()
	keeping := copying.Keeping{Dir: c.DataDir, Place: place, Recipients: recipients, DB: db, Log: log, Tell: tell}
	if c.S3Endpoint == "" {
		photos, err := storage.OpenDiskBlobs(filepath.Join(c.DataDir, "photos"))
		if err != nil {
			return err
		}
		defer photos.Close()
		keeping.Photos = photos
	}
	return copying.Keep(ctx, keeping)
}

// onlyWarnings lets through what somebody should read.
type onlyWarnings struct{ slog.Handler }

// Enabled leaves out what is below a warning.
func (h *onlyWarnings) Enabled(ctx context.Context, level slog.Level) bool {
	return level >= slog.LevelWarn && h.Handler.Enabled(ctx, level)
}

// WithAttrs keeps leaving it out.
func (h *onlyWarnings) WithAttrs(a []slog.Attr) slog.Handler {
	return &onlyWarnings{h.Handler.WithAttrs(a)}
}

// WithGroup keeps leaving it out.
func (h *onlyWarnings) WithGroup(name string) slog.Handler {
	return &onlyWarnings{h.Handler.WithGroup(name)}
}

// ── The server's side of it ──────────────────────────────────────────────────────────────────────────────────────────

const (
	copyLate       = time.Minute      // a copy that is older is behind
	copyRestAfter  = 5 * time.Second  // a keeper that ended is started again after this
	copyEndPatient = 20 * time.Second // what a keeper may take for its last turn
)

// copyWatch starts the keeper, starts it again when it ends, and remembers what it told.
type copyWatch struct {
	p       program
	started time.Time
	last    atomic.Pointer[copying.State]
	stopped chan struct{}
	over    sync.WaitGroup
}

// newCopyWatch is nil where no copy is to be kept.
func newCopyWatch(p program) *copyWatch {
	if !p.config.copied() {
		return nil
	}
	return &copyWatch{p: p, started: time.Now(), stopped: make(chan struct{})}
}

func (w *copyWatch) start() {
	if w == nil {
		return
	}
	w.over.Go(func() {
		for {
			err := w.runOnce()
			select {
			case <-w.stopped:
				return
			default:
			}
			w.p.log.Error("the keeper of the continuous copy ended and is started again", "err", err)
			select {
			case <-w.stopped:
				return
			case <-time.After(copyRestAfter):
			}
		}
	})
}

// stop lets the keeper copy what was written last. It is called when nothing is written any more.
func (w *copyWatch) stop() {
	if w == nil {
		return
	}
	close(w.stopped)
	w.over.Wait()
}

func (w *copyWatch) runOnce() error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	keeper := exec.Command(self, "copy") // #nosec G204 -- this very program, by its own path
	keeper.Env, keeper.Stderr = w.p.environ, w.p.logs
	input, err := keeper.StdinPipe()
	if err != nil {
		return err
	}
	output, err := keeper.StdoutPipe()
	if err != nil {
		return err
	}
	if err := keeper.Start(); err != nil {
		return err
	}
	ended := make(chan struct{})
	w.over.Go(func() {
		select {
		case <-ended:
		case <-w.stopped:
			input.Close()
			select {
			case <-ended:
			case <-time.After(copyEndPatient):
				keeper.Process.Kill()
			}
		}
	})
	lines := bufio.NewScanner(output)
	for lines.Scan() {
		var s copying.State
		if json.Unmarshal(lines.Bytes(), &s) == nil {
			w.last.Store(&s)
		}
	}
	err = keeper.Wait()
	close(ended)
	return err
}

// age is how old the moment is that the copy shows; before it shows one, how long this has been waited for.
func (w *copyWatch) age() time.Duration {
	if s := w.last.Load(); s != nil && !s.At.IsZero() {
		return time.Since(s.At)
	}
	return time.Since(w.started)
}

func (w *copyWatch) behind() bool { return w != nil && w.age() > copyLate }

var (
	copyAge    = figure("linli_copy_age_seconds", "How old the moment is that the continuous copy shows: what a lost machine would take with it. NaN where none is kept.")
	copyPhotos = figure("linli_copy_photos_waiting", "Photos that are not in the continuous copy yet. NaN where none is kept.")
)

func (w *copyWatch) tell(tell func(*prometheus.Desc, float64, ...string)) {
	if w == nil {
		tell(copyAge, math.NaN())
		tell(copyPhotos, math.NaN())
		return
	}
	tell(copyAge, w.age().Seconds())
	waiting := 0
	if s := w.last.Load(); s != nil {
		waiting = s.PhotosWaiting
	}
	tell(copyPhotos, float64(waiting))
}

// ── Restoring from it ────────────────────────────────────────────────────────────────────────────────────────────────

// restoreCopy is linli restore -copy.
func restoreCopy(ctx context.Context, p program) error {
	if err := p.config.checkCopy(); err != nil {
		return err
	}
	place, err := openCopyPlace(p.config)
	if err != nil {
		return err
	}
	identities, err := backup.ParseIdentities(p.config.BackupSecret)
	if err != nil {
		return fmt.Errorf("LINLI_BACKUP_IDENTITY_FILE: %w", err)
	}
	quieter := slog.New(&onlyWarnings{p.log.Handler()})
	slog.SetDefault(quieter) // for the library, which asks nobody
	from := copying.Restoring{Place: place, Identities: identities, Dir: p.config.DataDir, Progress: slowProgress(p.logs), Log: quieter}
	if p.config.S3Endpoint != "" {
		if from.S3, err = openBlobs(p.config); err != nil {
			return err
		}
	}
	r, err := copying.Restore(ctx, from)
	if err != nil {
		return err
	}
	fmt.Fprintf(p.out, "restored to %s: what was acknowledged before that moment is there. Schema %d, %d photos; SQLite finds every page and index whole.\n",
		r.Moment.Format(time.RFC3339Nano), r.Schema, r.Photos)
	if len(r.Missing) == 0 {
		return nil
	}
	for _, name := range r.Missing {
		fmt.Fprintln(p.out, "missing photo", name)
	}
	return fmt.Errorf("the database is restored and can be used, but %d photos that it speaks of are missing (their names are above)", len(r.Missing))
}
