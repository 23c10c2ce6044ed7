package models

import "time"

// Event is one line of the ledger: a change that matters, who made it in which role, when, what and why.
// Lines are only ever added. Personal matter (who, and free text) is kept apart from the line's fingerprint, so that
// it can be erased without breaking the chain (DECISIONS 10).
type Event struct {
	ID        int64
	Noun      string // "ticket", "membership", "service_term" …
	NounID    int64
	Action    string
	ActorID   int64
	ActorRole Role
	PartyID   int64 // the handling party that acted or is concerned, 0 if none
	From, To  string
	Note      string
	Data      map[string]any // figures and codes, never personal data
	At        time.Time
}
