package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// storeMoods is TRUST R8: the photo store is taken away in every way that a store can be away. What people write is taken all
// the same, what is read from elsewhere is read, and when the store is back everything arrives.
func storeMoods(ctx context.Context, o options) (r result, err error) {
	w, err := services(ctx)
	if err != nil {
		return r, err
	}
	defer os.RemoveAll(w.dir)
	door := openDoor(w.s3.Endpoint)
	defer door.close()
	behind := w // the judge goes straight to the store
	s3 := *w.s3
	s3.Endpoint = door.endpoint()
	w.s3 = &s3
	w.databaseURL = "" // SQLite: the database is not on trial here
	behind.databaseURL = ""
	at, c, err := inhabit(ctx, o, w, filepath.Join(w.dir, "log"))
	if err != nil {
		return r, err
	}
	defer at.kill()
	if err := c.writeFor(ctx, time.Second); err != nil {
		return r, err
	}
	s := &storeTrial{crowd: c, door: door}
	if s.shown = c.someStored(); s.shown == nil {
		return r, errors.New("the crowd stored no photo: the trial is too short")
	}
	for _, m := range []mood{gone, failing, denying, hanging, slow, lying, cutting} {
		if err := s.in(ctx, m); err != nil {
			return r, fmt.Errorf("store %s: %w\n%s", m, err, tail(at.log, 1500))
		}
	}
	return c.conclude(ctx, behind, at, fmt.Sprintf("7 moods, %d texts taken, %d photos told to come again, %d acknowledged in all", s.taken, s.waiting, c.acks.Load()))
}

// someStored is a photo that is stored, with its author.
func (c *crowd) someStored() *thing {
	for _, t := range c.things {
		if len(t.photos) > 0 && t.photos[0].stored {
			return t
		}
	}
	return nil
}

type storeTrial struct {
	crowd          *crowd
	door           *door
	shown          *thing
	taken, waiting int
}

// in plays one mood and the recovery from it.
func (s *storeTrial) in(ctx context.Context, m mood) error {
	wait(ctx, 2*time.Second) // the crowd has just done all that an account may do in a moment
	s.door.become(m)
	begun := []*thing{s.crowd.byHand(newPhoto(s.crowd.random, "before")), s.crowd.byHand(newPhoto(s.crowd.random, "before"), newPhoto(s.crowd.random, "before"))}
	for _, t := range begun {
		if !t.sendRecord(s.crowd.wrong) {
			return errors.New("a text was not taken")
		}
		s.taken++
	}
	if err := s.whileAway(m, begun); err != nil {
		return err
	}
	if m == hanging {
		if err := s.nobodyWaits(); err != nil {
			return err
		}
	}
	s.door.become(well)
	deadline := time.Now().Add(2 * time.Minute)
	for _, t := range begun {
		for !t.send(s.crowd.wrong) {
			if ctx.Err() != nil || time.Now().After(deadline) {
				return errors.New("the store is back and the photos still do not arrive")
			}
			time.Sleep(100 * time.Millisecond)
		}
	}
	if a := s.look(); !a.ok() || !s.shown.photos[0].shows(a.body) {
		return fmt.Errorf("the store is back and an old photo is not shown: %d", a.code)
	}
	return s.crowd.writeFor(ctx, 300*time.Millisecond)
}

// look asks for a photo that was stored before.
func (s *storeTrial) look() answer {
	return s.shown.author.look(fmt.Sprintf("/api/v1/photos/%d?size=full", s.shown.photos[0].id))
}

// nobodyWaits looks at many photos of a store that hangs: a page of thumbnails must not hold up the rest of the app.
func (s *storeTrial) nobodyWaits() error {
	const looks = 40
	before := s.door.requests()
	for range looks {
		if a := s.look(); a.code != 503 {
			return fmt.Errorf("a photo of a store that hangs: %s", a)
		}
		if asked := s.door.requests() - before; asked > looks/4 {
			return fmt.Errorf("%d looks at a photo waited for a store that hangs", asked)
		}
	}
	return nil
}

// whileAway sends photos and looks at one, and meanwhile reads what has nothing to do with photos.
func (s *storeTrial) whileAway(m mood, begun []*thing) error {
	var all sync.WaitGroup
	problems := &complaints{}
	stored := func(mood) bool { return m == slow || m == lying || m == cutting } // puts get through
	for _, t := range begun {
		all.Go(func() {
			if t.sendPhoto(t.photos[0], s.crowd.wrong) != stored(m) {
				problems.add("a photo was stored: %v", !stored(m))
			}
		})
	}
	all.Go(func() {
		a := s.look()
		switch {
		case m == slow && (!a.ok() || !s.shown.photos[0].shows(a.body)):
			problems.add("a slow store shows %d", a.code)
		case m != slow && (a.code != 503 || !strings.Contains(string(a.body), "photo.store_away")):
			problems.add("a photo that cannot be shown: %d %d bytes", a.code, len(a.body))
		}
	})
	ended := make(chan struct{})
	go func() { all.Wait(); close(ended) }()
	if err := s.others(ended); err != nil {
		return err
	}
	s.waiting += len(begun)
	if len(problems.list) > 0 {
		return errors.New(strings.Join(problems.list, "; "))
	}
	return nil
}

// others does what has nothing to do with photos, until the photos are answered.
func (s *storeTrial) others(ended <-chan struct{}) error {
	someone := s.crowd.members[1]
	for {
		for _, path := range []string{"/api/v1/tickets?box=mine", "/api/v1/catalogue", "/api/v1/me", "/readyz"} {
			if a := someone.look(path); !a.ok() {
				return fmt.Errorf("reading %s: %s", path, a)
			}
		}
		select {
		case <-ended:
			return nil
		case <-time.After(500 * time.Millisecond):
		}
	}
}
