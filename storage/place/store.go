// Package place keeps divisions, estates, buildings and handling parties, says who answers for a place on a day, and
// takes the register in. A service term changes in setTerm and nowhere else.
package place

import (
	"linli/models"
	"linli/models/place"
	"linli/storage"
)

// HandOver is called in the transaction that gave an estate to another party, on the first day of the new term or
// later, so that open tickets follow (DECISIONS 5).
type HandOver func(tx storage.Tx, estateID int64, day models.Date) error

// Options of the store.
type Options struct {
	// OnHandOver may be nil where nothing follows an estate.
	OnHandOver HandOver
	// PublicURL is where people reach the program, "https://linli.example.cn", for the QR codes of posters. Where it is
	// empty a poster's address is a path, and the page that prints it knows the rest.
	PublicURL string
}

// Store keeps places.
type Store struct {
	db      *storage.DB
	options Options
	duty    *storage.Rules[place.DutyRules]
	phones  *storage.Rules[place.PhoneRules]
}

// New makes the store.
func New(db *storage.DB, options Options) *Store {
	return &Store{db: db, options: options, duty: DutyRules(), phones: PhoneRules()}
}
