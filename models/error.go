package models

import (
	"errors"
	"fmt"
)

// Kind is the class of a refusal, and the only part of an error that the rest of the program may branch on.
// api turns it into an HTTP status.
type Kind string

// The kinds of refusal.
const (
	Invalid     Kind = "invalid"     // the request makes no sense as written
	SignedOut   Kind = "signed_out"  // we do not know who is asking
	Denied      Kind = "denied"      // understood, but not for this actor
	NotFound    Kind = "not_found"   // absent, or hidden from this actor: never told apart
	Conflict    Kind = "conflict"    // was possible a moment ago
	Limited     Kind = "limited"     // too often; RetryAfter says when
	Unavailable Kind = "unavailable" // something we need is away; trying again will help
	TooLarge    Kind = "too_large"   // more bytes than we take
	Unsupported Kind = "unsupported" // not a kind of content we take
	Internal    Kind = "internal"    // our fault; the cause is logged, never shown
)

// Error is a refusal that a person may read once the PWA has translated Code.
type Error struct {
	Kind       Kind
	Code       string         // stable, `noun.reason`
	Field      string         // the offending input, if there is one
	Params     map[string]any // figures for the sentence, never personal data
	RetryAfter int            // seconds at the least, for Limited and Unavailable; api adds 1 to 10 so that not all come at once
	Err        error          // cause, for the log only
}

func (e *Error) Error() string {
	if e.Err != nil {
		return fmt.Sprintf("%s: %v", e.Code, e.Err)
	}
	return e.Code
}

// Unwrap gives the hidden cause.
func (e *Error) Unwrap() error { return e.Err }

// Refuse builds an Error without a field.
func Refuse(kind Kind, code string) *Error { return &Error{Kind: kind, Code: code} }

// RefuseField builds an Invalid error that names the input at fault.
func RefuseField(code, field string) *Error { return &Error{Kind: Invalid, Code: code, Field: field} }

// With adds one figure to the sentence.
func (e *Error) With(name string, value any) *Error {
	if e.Params == nil {
		e.Params = map[string]any{}
	}
	e.Params[name] = value
	return e
}

// KindOf reports the kind of err; an error that is not ours is Internal.
func KindOf(err error) Kind {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	return Internal
}

// CodeOf reports the stable code of err, or "internal".
func CodeOf(err error) string {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Code
	}
	return "internal"
}
