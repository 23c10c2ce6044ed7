package copying

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"filippo.io/age"
	"github.com/benbjohnson/litestream"
	"github.com/superfly/ltx"
	"golang.org/x/sync/errgroup"

	"linli/models"
	"linli/storage"
	"linli/storage/backup"
)

// Restoring says from where a copy is restored, and to where.
type Restoring struct {
	Place Place
	// Identities are the secret keys of the backups.
	Identities backup.Identities
	Dir        string // the empty data folder
	// S3 is the store of the photos where they are on a server of their own; nil: they come from the copy.
	S3       storage.Blobs
	Progress backup.Progress
	Log      *slog.Logger
}

// Restored is what came back.
type Restored struct {
	// Moment is when the newest change that came back had been made: what was acknowledged before it is there.
	Moment time.Time
	Schema int64
	Photos int
	// Missing are the photos that rows speak of and that neither the copy nor the store has, or has with other bytes.
	Missing []string
}

// Restore makes the database and the photos as the copy has them, in an empty data folder. SQLite looks over every page
// and index, and every photo is held against its hash, before any program can open what came back.
func Restore(ctx context.Context, o Restoring) (r Restored, err error) {
	if len(o.Identities) == 0 {
		return r, fmt.Errorf("%w: it is encrypted; name the file with the secret key in LINLI_BACKUP_IDENTITY_FILE", backup.ErrKey)
	}
	v, plan, err := o.find(ctx)
	if err != nil {
		return r, err
	}
	r.Moment = v.newest(plan)
	to := storage.Options{Dir: o.Dir}
	if o.S3 == nil {
		if err := storage.RefusePhotos(o.Dir); err != nil {
			return r, err
		}
	}
	refill, err := storage.NewRefill(ctx, to, 0)
	if err != nil {
		return r, err
	}
	if err := o.fill(ctx, v, refill, &r); err != nil {
		return r, errors.Join(err, refill.Abandon())
	}
	return r, refill.Finish(ctx, func() error {
		if o.S3 != nil {
			return nil
		}
		return storage.PlacePhotos(o.Dir)
	})
}

// find gives the newest life from which something can be restored, and its last change.
func (o Restoring) find(ctx context.Context) (*vault, ltx.TXID, error) {
	there, err := lives(ctx, o.Place)
	if err != nil {
		return nil, 0, err
	}
	for _, l := range slices.Backward(there) {
		if l.house != there[0].house {
			return nil, 0, fmt.Errorf("%w: there are copies of two databases, %s and %s; move one away", ErrOther, there[0].house, l.house)
		}
	}
	for _, l := range slices.Backward(there) {
		v := &vault{lock: lock{place: o.Place, identities: []age.Identity(o.Identities)}, life: l}
		if err := v.load(ctx); err != nil {
			return nil, 0, err
		}
		plan, err := litestream.CalcRestorePlan(ctx, v, 0, time.Time{}, o.Log)
		if errors.Is(err, litestream.ErrTxNotAvailable) {
			continue // a life that was begun and did not come to anything
		}
		if err != nil {
			return nil, 0, fmt.Errorf("the copy is not whole: %w", err)
		}
		return v, plan[len(plan)-1].MaxTXID, nil
	}
	return nil, 0, ErrNone
}

// fill writes the database and the photos under the staging folder.
func (o Restoring) fill(ctx context.Context, v *vault, refill *storage.Refill, r *Restored) error {
	options := litestream.NewRestoreOptions()
	options.OutputPath = filepath.Join(storage.StagingFolder(o.Dir), "linli.db")
	options.IntegrityCheck = litestream.IntegrityCheckFull
	err := litestream.NewReplicaWithClient(nil, v).Restore(ctx, options)
	if _, ok := errors.AsType[*age.NoIdentityMatchError](err); ok {
		return fmt.Errorf("%w: none of the secret keys given fits", backup.ErrKey)
	}
	if err != nil {
		return fmt.Errorf("%w: %w", backup.ErrDamaged, err)
	}
	var names []string
	err = refill.Snapshot(ctx, func(s *storage.Snapshot) error {
		r.Schema = s.Schema
		return s.Blobs(ctx, func(name string) error {
			names = append(names, name)
			return nil
		})
	})
	if err != nil {
		return err
	}
	return o.photos(ctx, v, names, r)
}

func (o Restoring) photos(ctx context.Context, v *vault, names []string, r *Restored) error {
	to := o.S3
	if to == nil {
		disk, err := storage.OpenDiskBlobs(filepath.Join(storage.StagingFolder(o.Dir), "photos"))
		if err != nil {
			return err
		}
		defer disk.Close()
		to = disk
	}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(photosAtOnce)
	var mu sync.Mutex
	for _, name := range names {
		group.Go(func() error {
			there, err := o.photo(ctx, v, to, name)
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err != nil:
				return err
			case there:
				r.Photos++
			default:
				r.Missing = append(r.Missing, name)
			}
			if o.Progress != nil {
				o.Progress("photos", int64(r.Photos), int64(len(names)))
			}
			return nil
		})
	}
	err := group.Wait()
	slices.Sort(r.Missing)
	return err
}

// photo brings one photo back, or looks whether the server has it. false: it is nowhere, or spoilt.
func (o Restoring) photo(ctx context.Context, v *vault, to storage.Blobs, name string) (bool, error) {
	if o.S3 != nil {
		_, err := storage.ReadBlob(ctx, to, name, photoLimit)
		return err == nil, nilIfLost(err)
	}
	r, err := v.get(ctx, photoName(name))
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	defer r.Close()
	b, err := io.ReadAll(io.LimitReader(r, photoLimit+1))
	if err != nil || storage.BlobName(b) != name {
		return false, ctx.Err()
	}
	return true, to.Put(ctx, name, bytes.NewReader(b), int64(len(b)))
}

// nilIfLost takes a photo that a server does not have, or has with other bytes, for lost; a server that is away is an error.
func nilIfLost(err error) error {
	if models.KindOf(err) == models.NotFound || errors.Is(err, storage.ErrSpoiltBlob) {
		return nil
	}
	return err
}
