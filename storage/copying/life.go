package copying

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"time"
)

// life is one unbroken row of changes of a database. Lives of a house are ordered by when they began.
type life struct{ house, name string }

func (l life) folder() string { return path.Join(databaseFolder, l.house, l.name) + "/" }

// newLife names a life by the moment at which it begins; chance keeps apart two machines that begin at once.
func newLife(house string, at time.Time) life {
	return life{house, fmt.Sprintf("%013d-%s", at.UnixMilli(), strings.ToLower(rand.Text()[:8]))}
}

// begun is when a life began.
func (l life) begun() time.Time {
	var ms int64
	fmt.Sscanf(l.name, "%d-", &ms) // #nosec G104 -- 0 is the beginning of time
	return time.UnixMilli(ms).UTC()
}

// lives tells which databases' copies are in a place, the oldest first.
func lives(ctx context.Context, place Place) (list []life, err error) {
	err = place.List(ctx, databaseFolder+"/", func(name string) {
		parts := strings.Split(name, "/")
		if len(parts) < 4 {
			return
		}
		if l := (life{parts[1], parts[2]}); !slices.Contains(list, l) {
			list = append(list, l)
		}
	})
	slices.SortFunc(list, func(a, b life) int { return strings.Compare(a.name, b.name) })
	return list, err
}

// currentLife is the one that was begun here, if the place still has it. What was there and is gone is most likely a
// medium that is not mounted, so that nothing is begun instead.
func (k *keeper) currentLife(ctx context.Context) (life, error) {
	house, err := House(ctx, k.DB)
	if err != nil {
		return life{}, err
	}
	there, err := lives(ctx, k.Place)
	if err != nil {
		return life{}, err
	}
	for _, l := range there {
		if l.house != house {
			return life{}, fmt.Errorf("%w: nothing is written there. If this machine is to take that one's place, stop it, empty its data folder and run: linli restore -copy. Otherwise name another place", ErrOther)
		}
	}
	b, err := os.ReadFile(k.folder("life"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return life{}, err
	}
	if current := (life{house, strings.TrimSpace(string(b))}); current.name != "" {
		if !slices.Contains(there, current) {
			return life{}, fmt.Errorf("the copy that was begun is not in its place any more: is the medium mounted? To begin a new one there, stop the program and remove %s", k.folder(""))
		}
		return current, nil
	}
	if err := os.RemoveAll(k.folder("ltx")); err != nil {
		return life{}, err
	}
	fresh := newLife(house, time.Now())
	if err := k.Place.Put(ctx, fresh.folder()+begunName, strings.NewReader("linli\n"), 6); err != nil {
		return life{}, err
	}
	return fresh, k.write("life", fresh.name)
}

// forget lets the next turn begin a new life: its first file holds the whole database. The life before stays.
func (k *keeper) forget() error {
	err := os.Remove(k.folder("life"))
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	return errors.Join(err, os.RemoveAll(k.folder("ltx")))
}

// removeOldLives removes what was copied before this life, once this one is a day old.
func (k *keeper) removeOldLives(ctx context.Context) error {
	current := k.vault.life
	if time.Since(current.begun()) < oldLifeAge {
		return nil
	}
	there, err := lives(ctx, k.Place)
	if err != nil {
		return err
	}
	for _, l := range there {
		if l.house != current.house || l.name >= current.name {
			continue
		}
		var names []string
		if err := k.Place.List(ctx, l.folder(), func(name string) { names = append(names, name) }); err != nil {
			return err
		}
		for _, name := range names {
			if err := k.Place.Delete(ctx, name); err != nil {
				return err
			}
		}
	}
	return nil
}
