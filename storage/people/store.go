// Package people keeps accounts, memberships and sessions: who signs in, as what, and until when.
package people

import (
	"context"
	"errors"
	"fmt"

	"linli/models"
	"linli/models/people"
	"linli/storage"
)

// Store holds the use-cases about people. Make it with New.
type Store struct {
	db     *storage.DB
	key    []byte
	demo   bool
	sms    SMS
	county people.Limit
	actors *actorCache
	posted chan struct{}
	// hashing lets two passwords be hashed at a time: each takes 19 MiB, and a burst of sign-ins is otherwise a way to
	// exhaust the machine.
	hashing chan struct{}
}

// Options say how people sign in here.
type Options struct {
	// Key hashes phone numbers and codes; at least 32 bytes, the same for all copies of the program.
	Key []byte
	// Demo lets accounts of the demo county sign in. Elsewhere they are refused.
	Demo bool
	// SMS delivers codes; nil means that nobody can sign in by code.
	SMS SMS
	// CodesAnHour is the county's budget of text messages; 0 means people.CodesByCounty.
	CodesAnHour int64
}

// New makes a Store on db. It refuses a short key, and a provider that shows codes in the log outside the demo.
func New(db *storage.DB, o Options) (*Store, error) {
	if len(o.Key) < 32 {
		return nil, fmt.Errorf("the key for phone numbers and codes has %d bytes, need 32", len(o.Key))
	}
	if _, log := o.SMS.(*LogSMS); log && !o.Demo {
		return nil, errors.New("sign-in codes may be written to the log in the demo only")
	}
	county := people.CodesByCounty
	if o.CodesAnHour > 0 {
		county.Most = o.CodesAnHour
	}
	return &Store{
		db: db, key: o.Key, demo: o.Demo, sms: o.SMS, county: county,
		actors:  &actorCache{known: map[models.Access]knownActor{}},
		posted:  make(chan struct{}, 1),
		hashing: make(chan struct{}, 2),
	}, nil
}

// kept is a refusal whose transaction is committed all the same: a wrong try must be counted although it is refused.
type kept struct{ refusal error }

func (k kept) Error() string { return k.refusal.Error() }

// writeKeeping is Write, but a kept refusal commits what was written before it.
func (s *Store) writeKeeping(ctx context.Context, f func(storage.Tx) error) error {
	var refusal error
	err := s.db.Write(ctx, func(tx storage.Tx) error {
		refusal = nil
		err := f(tx)
		if k, ok := errors.AsType[kept](err); ok {
			refusal = k.refusal
			return nil
		}
		return err
	})
	if err != nil {
		return err
	}
	return refusal
}

// changing is Write for changes of rights: this copy of the program forgets the actors that it knows, so that the
// change works at once. Other copies notice within actorAge.
func (s *Store) changing(ctx context.Context, f func(storage.Tx) error) error {
	err := s.writeKeeping(ctx, f)
	s.actors.forget()
	return err
}

func accountEvent(action string, id int64, a models.Actor) models.Event {
	return models.Event{Noun: "account", NounID: id, Action: action, ActorID: a.AccountID, ActorRole: a.ActsAs(anyRole)}
}

func sessionEvent(action string, id, account int64) models.Event {
	return models.Event{Noun: "session", NounID: id, Action: action, ActorID: account, ActorRole: models.Resident}
}

func anyRole(models.Role) bool { return true }
