package copying

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"filippo.io/age"
	"github.com/benbjohnson/litestream"

	"linli/storage"
	"linli/storage/backup"
)

// Keeping says of what a copy is kept, and where.
type Keeping struct {
	Dir   string // the data folder
	Place Place
	// Recipients are the keys that may open the copy when this machine is gone.
	Recipients backup.Recipients
	DB         *storage.DB
	// Photos is the folder of photos that is copied along; nil where photos are on a server of their own.
	Photos storage.Blobs
	Log    *slog.Logger
	// Tell is told after every turn how far the copy is.
	Tell func(State)
}

// State is how far a copy is.
type State struct {
	// At is the moment that the copy shows: whatever was written before it is in the place, photos included.
	At time.Time `json:"at"`
	// PhotosWaiting are photos that the copied rows speak of and that are not in the place.
	PhotosWaiting int `json:"photos_waiting"`
	// Trouble is what is in the way; empty when nothing is.
	Trouble string `json:"trouble"`
}

const (
	turnEvery   = time.Second
	tidyEvery   = 5 * time.Second
	retryAfter  = 5 * time.Second
	turnLimit   = 5 * time.Minute // the first copy of a large database is the longest
	endLimit    = 15 * time.Second
	oldLifeAge  = 24 * time.Hour
	pagesLimit  = 2 << 30 // bytes that wait here for a place that is away, before the copy begins anew
	lockPatient = 30 * time.Second
)

// levels are how Litestream puts files together, so that a restore reads a few dozen and not a day's.
var levels = litestream.CompactionLevels{{Level: 0}, {Level: 1, Interval: 30 * time.Second}, {Level: 2, Interval: 5 * time.Minute}, {Level: 3, Interval: time.Hour}}

// Keep keeps the copy until ctx ends, then brings it in step once more. Whatever is in its way it tells, and tries again.
func Keep(ctx context.Context, o Keeping) error {
	unlock, err := claim(ctx, filepath.Join(o.Dir, storage.CopyingFolder))
	if err != nil {
		return err
	}
	defer unlock()
	if f, ok := o.Place.(*folder); ok {
		if err := f.clearUnfinished(); err != nil {
			return err
		}
	}
	k := &keeper{Keeping: o}
	for ctx.Err() == nil {
		err := k.keep(ctx)
		if err == nil {
			continue
		}
		k.trouble(err)
		if startsAnew(err) {
			k.Log.Warn("the copy begins anew", "err", err)
			if err = k.forget(); err == nil {
				continue
			}
			k.trouble(err)
		}
		wait(ctx, retryAfter)
	}
	return nil
}

// claim keeps a second keeper out: one that a killed server has left finishes first.
func claim(ctx context.Context, dir string) (unlock func(), err error) {
	if err := storage.MakeFolder(dir); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	for until := time.Now().Add(lockPatient); ; {
		err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if err == nil {
			return func() { f.Close() }, nil
		}
		if ctx.Err() != nil || time.Now().After(until) {
			return nil, errors.Join(fmt.Errorf("another program keeps this copy: %w", err), f.Close())
		}
		wait(ctx, 100*time.Millisecond)
	}
}

func wait(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

type keeper struct {
	Keeping
	state  State
	vault  *vault
	db     *litestream.DB
	store  *litestream.Store
	photos *photoCopy
}

func (k *keeper) folder(name string) string { return filepath.Join(k.Dir, storage.CopyingFolder, name) }

func (k *keeper) trouble(err error) {
	if k.state.Trouble != err.Error() {
		k.Log.Error("the continuous copy is held up", "err", err)
	}
	k.state.Trouble = err.Error()
	k.Tell(k.state)
}

// keep opens the copy and works on it until something is in the way or ctx ends.
func (k *keeper) keep(ctx context.Context) error {
	if err := k.open(ctx); err != nil {
		return err
	}
	working, stop := context.WithCancel(ctx)
	tidied := make(chan struct{})
	go func() { defer close(tidied); k.tidy(working) }()
	err := k.turns(working)
	stop()
	<-tidied
	ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), endLimit)
	defer cancel()
	if err == nil {
		err = k.turn(ending) // what was written since the last turn
	}
	return errors.Join(err, k.close(ending))
}

func (k *keeper) close(ctx context.Context) error {
	k.db.ShutdownSyncTimeout = 0
	return k.db.Close(ctx)
}

// open finds the life that is copied here, or begins one.
func (k *keeper) open(ctx context.Context) error {
	identity, err := k.ownKey()
	if err != nil {
		return err
	}
	current, err := k.currentLife(ctx)
	if err != nil {
		return err
	}
	own := lock{place: k.Place, identities: []age.Identity{identity}, recipients: append([]age.Recipient{identity.Recipient()}, k.Recipients...), temporary: k.folder("")}
	k.vault = &vault{lock: own, life: current}
	if err := k.vault.load(ctx); err != nil {
		return err
	}
	if k.photos == nil && k.Photos != nil {
		if k.photos, err = startPhotos(ctx, k.DB, k.Photos, own); err != nil {
			return err
		}
	}
	// Litestream makes an address of the name, in which a # or ? of a folder above would mean something: Dir is best ".".
	k.db = litestream.NewDB(filepath.Join(k.Dir, "linli.db"))
	k.db.SetMetaPath(filepath.Join(k.Dir, storage.CopyingFolder))
	k.db.MonitorInterval = 0
	k.db.BusyTimeout = 5 * time.Second
	k.db.Replica = litestream.NewReplicaWithClient(k.db, k.vault)
	k.db.Replica.MonitorEnabled = false
	k.store = litestream.NewStore([]*litestream.DB{k.db}, levels)
	return k.db.Open()
}

// ownKey is made once a machine: with it the keeper can read what it wrote, to put files together. It never leaves.
func (k *keeper) ownKey() (*age.X25519Identity, error) {
	b, err := os.ReadFile(k.folder("key"))
	if err == nil {
		return age.ParseX25519Identity(strings.TrimSpace(string(b)))
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	identity, err := age.GenerateX25519Identity()
	if err != nil {
		return nil, err
	}
	if err := k.forget(); err != nil { // what was closed for another key cannot be gone on with
		return nil, err
	}
	return identity, k.write("key", identity.String())
}

// write brings a small file to the medium, whole or not at all.
func (k *keeper) write(name, text string) error {
	beside := k.folder(name + ".tmp")
	f, err := os.OpenFile(beside, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.WriteString(text + "\n")
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Rename(beside, k.folder(name)); err != nil {
		return err
	}
	return storage.SyncFolder(k.folder(""))
}

// turns works until ctx ends, or something is in the way that only opening anew may mend.
func (k *keeper) turns(ctx context.Context) error {
	for n := 0; ctx.Err() == nil; n++ {
		began := time.Now()
		err := k.turn(ctx)
		if err != nil && ctx.Err() == nil {
			if startsAnew(err) {
				return err
			}
			k.trouble(err)
		}
		if n%60 == 0 && k.pagesHere() > pagesLimit {
			return errTooMuch
		}
		wait(ctx, max(turnEvery-time.Since(began), turnEvery/10))
	}
	return nil
}

var errTooMuch = errors.New("more waits for the place than this machine should hold")

// startsAnew tells what Litestream cannot go on from: what it remembers here is gone, spoilt or too much.
func startsAnew(err error) bool {
	if e, ok := errors.AsType[*litestream.LTXError](err); ok && e.IsAutoRecoverable() {
		return true
	}
	return errors.Is(err, errTooMuch)
}

// turn brings the copy to the present. The order makes it one that fits in itself: first the changes are taken from the
// database, then the photos that rows speak of are copied, then the changes. A photo's row never arrives before it, unless
// photos are so late that the rows should not wait for them.
func (k *keeper) turn(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, turnLimit)
	defer cancel()
	at := time.Now()
	k.vault.moment.Store(at.UnixMilli())
	if err := k.db.Sync(ctx); err != nil {
		return err
	}
	var late error
	if k.photos != nil {
		late = k.photos.copyNew(ctx)
		k.state.PhotosWaiting = len(k.photos.waiting)
	}
	if err := k.db.Replica.Sync(ctx); err != nil {
		return errors.Join(late, err)
	}
	if late != nil {
		return late
	}
	if k.state.PhotosWaiting == 0 {
		k.state.At = at
	}
	if k.state.Trouble != "" {
		k.Log.Info("the continuous copy goes on")
	}
	k.state.Trouble = ""
	k.Tell(k.state)
	return nil
}

// pagesHere is how many bytes of changes are kept on this machine.
func (k *keeper) pagesHere() (bytes int64) {
	filepath.WalkDir(k.folder("ltx"), func(_ string, entry fs.DirEntry, err error) error { // #nosec G104 -- a look; what cannot be read is not counted
		if err == nil && !entry.IsDir() {
			if info, err := entry.Info(); err == nil {
				bytes += info.Size()
			}
		}
		return nil
	})
	return bytes
}

// tidy puts files together, makes a whole copy each day, and removes what nobody needs, beside the turns.
func (k *keeper) tidy(ctx context.Context) {
	for ctx.Err() == nil {
		wait(ctx, tidyEvery)
		for _, level := range append(slices.Clone(levels[1:]), k.store.SnapshotLevel()) {
			_, err := k.store.CompactDB(ctx, k.db, level)
			_, early := errors.AsType[*litestream.DBNotReadyError](err)
			switch {
			case err == nil && level.Level == litestream.SnapshotLevel:
				k.tidyDaily(ctx)
			case err == nil || early || errors.Is(err, litestream.ErrNoCompaction) || errors.Is(err, litestream.ErrCompactionTooEarly) || ctx.Err() != nil:
			default:
				k.Log.Warn("the files of the copy could not be put together", "level", level.Level, "err", err)
			}
		}
	}
}

// tidyDaily follows every whole copy of the database.
func (k *keeper) tidyDaily(ctx context.Context) {
	err := errors.Join(k.store.EnforceSnapshotRetention(ctx, k.db), k.removeOldLives(ctx))
	if k.photos != nil {
		err = errors.Join(err, k.photos.removeUnnamed(ctx))
	}
	if err != nil && ctx.Err() == nil {
		k.Log.Warn("the place of the copy could not be tidied", "err", err)
	}
}
