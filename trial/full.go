package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// fullSize is the disk of the full-disk trial.
const fullSize = "size=24m"

// diskFull is TRUST R7: the disk under SQLite and the photos fills up, and is given room again. Nobody touches the program,
// but for one kill and start while there is no room.
func diskFull(ctx context.Context, o options) (r result, err error) {
	if os.Getuid() != 0 {
		r.skipped = "only root may mount a small disk"
		return r, nil
	}
	dir, err := os.MkdirTemp("", "linli-trial-")
	if err != nil {
		return r, err
	}
	defer os.RemoveAll(dir)
	disk := filepath.Join(dir, "disk")
	if err := os.Mkdir(disk, 0o700); err != nil {
		return r, err
	}
	if err := syscall.Mount("tmpfs", disk, "tmpfs", 0, fullSize); err != nil {
		return r, fmt.Errorf("mount a small disk: %w", err)
	}
	defer syscall.Unmount(disk, syscall.MNT_DETACH)
	w := where{dir: filepath.Join(disk, "linli")}
	at, c, err := inhabit(ctx, o, w, filepath.Join(dir, "log"))
	if err != nil {
		return r, err
	}
	defer at.kill()
	if err := c.writeFor(ctx, time.Second); err != nil {
		return r, err
	}
	f := &full{ctx: ctx, crowd: c, ballast: filepath.Join(disk, "ballast")}
	if err := f.run(at); err != nil {
		return r, fmt.Errorf("%w\n%s", err, tail(at.log, 1500))
	}
	return c.conclude(ctx, w, at, fmt.Sprintf("%d writes refused with 503, %d still taken, %d reads answered, %d acknowledged in all", f.refused, f.taken, f.reads, c.acks.Load()))
}

// writeFor lets the crowd write for a while and finish.
func (c *crowd) writeFor(ctx context.Context, d time.Duration) error {
	working, cancel := context.WithTimeout(ctx, d)
	defer cancel()
	c.work(working)
	return c.drain(ctx)
}

// full is the time without room.
type full struct {
	ctx                   context.Context
	crowd                 *crowd
	ballast               string
	refused, taken, reads int
}

func (f *full) run(at *program) error {
	wait(f.ctx, 2*time.Second) // the crowd has just done all that an account may do in a moment
	// A photo that is listed while there is room, to be sent when there is none.
	listed := f.crowd.byHand(newPhoto(f.crowd.random, "before"))
	if !listed.sendRecord(f.crowd.wrong) {
		return errors.New("no ticket before the disk is full")
	}
	if err := fill(f.ballast); err != nil {
		return err
	}
	if err := f.writesAreRefused(listed); err != nil {
		return err
	}
	if err := f.readsGoOn(listed); err != nil {
		return err
	}
	at.kill()
	if err := at.start(f.ctx); err != nil {
		return fmt.Errorf("on a full disk: %w", err)
	}
	if err := f.readsGoOn(listed); err != nil {
		return fmt.Errorf("started on a full disk: %w", err)
	}
	if err := os.Remove(f.ballast); err != nil {
		return err
	}
	deadline := time.Now().Add(time.Minute)
	for !listed.send(f.crowd.wrong) {
		if time.Now().After(deadline) {
			return errors.New("there is room again and it still takes nothing")
		}
		time.Sleep(50 * time.Millisecond)
	}
	return f.crowd.writeFor(f.ctx, time.Second)
}

// fill takes every byte that is left.
func fill(path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	defer f.Close()
	for _, size := range []int{1 << 20, 4 << 10, 1} {
		b := make([]byte, size)
		for {
			if _, err := f.Write(b); errors.Is(err, syscall.ENOSPC) {
				break
			} else if err != nil {
				return err
			}
		}
	}
	return nil
}

// byHand is a ticket of the first resident that a trial sends itself.
func (c *crowd) byHand(photos ...*photo) *thing {
	body := map[string]any{"category": "REP-01", "text": "楼道灯不亮", "building_id": c.county.Building.ID}
	t := c.thing(c.members[0], "ticket", nil, "/api/v1/tickets", body, photos)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.things = append(c.things, t)
	return t
}

// writesAreRefused writes until the disk says no, and then some. SQLite goes on a while in what its log already holds.
func (f *full) writesAreRefused(listed *thing) error {
	for f.refused < 10 {
		t := f.crowd.byHand()
		if t.sendRecord(f.crowd.wrong) {
			f.taken++
		} else {
			f.refused++
		}
		if f.taken > 5000 {
			return errors.New("a full disk takes everything")
		}
		if err := fill(f.ballast); err != nil { // what a write gave back
			return err
		}
		if f.taken%80 == 79 {
			time.Sleep(time.Second) // within what one account may do
		}
	}
	if listed.sendPhoto(listed.photos[0], f.crowd.wrong) {
		return errors.New("a photo was acknowledged on a full disk")
	}
	return nil
}

// readsGoOn asks for what people look at.
func (f *full) readsGoOn(t *thing) error {
	me := t.author
	for _, path := range []string{"/api/v1/tickets?box=mine", fmt.Sprintf("/api/v1/tickets/%d", t.id), "/api/v1/catalogue", "/api/v1/me",
		fmt.Sprintf("/api/v1/estates/%d/score", f.crowd.county.Estate.ID), "/readyz"} {
		if a := me.look(path); !a.ok() {
			return fmt.Errorf("reading %s: %s", path, a)
		}
		f.reads++
	}
	for _, th := range f.crowd.things {
		if len(th.photos) > 0 && th.photos[0].stored {
			a := th.author.look(fmt.Sprintf("/api/v1/photos/%d?size=thumb", th.photos[0].id))
			if !a.ok() || !th.photos[0].shows(a.body) {
				return fmt.Errorf("reading a photo: %d", a.code)
			}
			f.reads++
			return nil
		}
	}
	return io.ErrUnexpectedEOF // the crowd stored no photo: the trial is too short
}
