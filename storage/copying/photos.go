package copying

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"path"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"linli/models"
	"linli/storage"
)

// photoCopy copies photos of a folder. The ledger tells which came: a photo that is stored has its line there.
type photoCopy struct {
	db      *storage.DB
	from    storage.Blobs
	lock    lock
	mu      sync.Mutex
	there   map[string]bool // in the place
	waiting []string        // spoken of, and not in the place
	seen    int64           // the newest line of the ledger that was looked at
}

const (
	// photosPatience is how long a turn copies photos before the rows go on without them.
	photosPatience = 2 * time.Second
	// photosAtOnce are copied, and brought back, side by side: most of the time of one goes by in waiting for the medium, and one
	// after the other they would fall behind phones that send theirs side by side.
	photosAtOnce = 8
	photoLimit   = 32 << 20
	linesAtOnce  = 5000
)

// startPhotos compares what the rows speak of with what the place has.
func startPhotos(ctx context.Context, db *storage.DB, from storage.Blobs, lock lock) (*photoCopy, error) {
	p := &photoCopy{db: db, from: from, lock: lock, there: map[string]bool{}}
	if err := lock.place.List(ctx, photosFolder+"/", func(name string) { p.there[path.Base(name)] = true }); err != nil {
		return nil, err
	}
	err := db.Read(ctx, func(tx storage.Tx) error {
		return tx.DB().Raw("SELECT coalesce(max(id), 0) FROM ledger").Scan(&p.seen).Error
	})
	if err != nil {
		return nil, err
	}
	spoken, err := spokenOf(ctx, db)
	for _, name := range spoken {
		if !p.there[name] {
			p.waiting = append(p.waiting, name)
		}
	}
	return p, err
}

// spokenOf are all photos that the rows speak of.
func spokenOf(ctx context.Context, db *storage.DB) (names []string, err error) {
	err = db.Snapshot(ctx, func(s *storage.Snapshot) error {
		return s.Blobs(ctx, func(name string) error {
			names = append(names, name)
			return nil
		})
	})
	return names, err
}

// look adds the photos that were stored since the last look.
func (p *photoCopy) look(ctx context.Context) error {
	for {
		var lines []struct {
			ID                        int64
			StoredSHA256, ThumbSHA256 string
		}
		err := p.db.Read(ctx, func(tx storage.Tx) error {
			return tx.DB().Raw(`SELECT l.id, coalesce(p.stored_sha256, '') AS stored_sha256, coalesce(p.thumb_sha256, '') AS thumb_sha256
				FROM ledger l LEFT JOIN photos p ON l.noun = 'photo' AND p.id = l.noun_id
				WHERE l.id > ? ORDER BY l.id LIMIT ?`, p.seen, linesAtOnce).Scan(&lines).Error
		})
		if err != nil {
			return err
		}
		for _, l := range lines {
			p.seen = l.ID
			for _, name := range []string{l.StoredSHA256, l.ThumbSHA256} {
				if name != "" && !p.has(name) && !slices.Contains(p.waiting, name) {
					p.waiting = append(p.waiting, name)
				}
			}
		}
		if len(lines) < linesAtOnce {
			return nil
		}
	}
}

func (p *photoCopy) has(name string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.there[name]
}

// copyNew copies what waits, the oldest first, for as long as the rows may wait. A photo that is lost here already, or spoilt, is no
// reason to copy no other one: it waits behind them, and a restore will name it.
func (p *photoCopy) copyNew(ctx context.Context) error {
	if err := p.look(ctx); err != nil {
		return err
	}
	all, ctx := errgroup.WithContext(ctx)
	all.SetLimit(photosAtOnce)
	until := time.Now().Add(photosPatience)
	lost := map[string]error{}
	for _, name := range p.waiting {
		if ctx.Err() != nil || time.Now().After(until) {
			break
		}
		all.Go(func() error {
			err := p.copyOne(ctx, name)
			p.mu.Lock()
			defer p.mu.Unlock()
			switch {
			case err == nil:
				p.there[name] = true
			case models.KindOf(err) == models.NotFound || errors.Is(err, storage.ErrSpoiltBlob):
				lost[name] = err
			default:
				return err
			}
			return nil
		})
	}
	err := all.Wait()
	p.waiting = slices.DeleteFunc(p.waiting, func(name string) bool { return p.there[name] || lost[name] != nil })
	behind := slices.Sorted(maps.Keys(lost))
	p.waiting = append(p.waiting, behind...)
	if err == nil && len(behind) > 0 {
		err = lost[behind[0]] // one is enough to say that there is trouble
	}
	return err
}

func (p *photoCopy) copyOne(ctx context.Context, name string) error {
	r, _, err := p.from.Get(ctx, name)
	if err != nil {
		return fmt.Errorf("photo %s: %w", name, err)
	}
	defer r.Close()
	if _, err := p.lock.put(ctx, r, func(int64) string { return photoName(name) }); err != nil {
		return fmt.Errorf("copy of photo %s: %w", name, err)
	}
	return nil
}

// removeUnnamed removes photos from the place that no row speaks of any more: what was deleted is deleted there too.
func (p *photoCopy) removeUnnamed(ctx context.Context) error {
	var gone []string
	p.mu.Lock()
	for name := range p.there {
		gone = append(gone, name)
	}
	p.mu.Unlock()
	spoken, err := spokenOf(ctx, p.db) // after the list: what was copied meanwhile is not on it
	if err != nil {
		return err
	}
	slices.Sort(spoken)
	for _, name := range gone {
		if _, named := slices.BinarySearch(spoken, name); named {
			continue
		}
		if err := p.lock.place.Delete(ctx, photoName(name)); err != nil {
			return err
		}
		p.mu.Lock()
		delete(p.there, name)
		p.mu.Unlock()
	}
	return nil
}
