// Package ticket keeps tickets: filing, moving, proving, answering and reading them. A state changes in moveIn, or
// together with its party in ReleaseIn, handOverOne and decideIn, and nowhere else; who may see a ticket is models.Scope, in memory and as a
// WHERE clause.
package ticket

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"time"

	"gorm.io/gorm"

	"linli/models"
	"linli/models/photo"
	"linli/models/place"
	"linli/models/ticket"
	"linli/storage"
	places "linli/storage/place"
)

// Photos is what tickets need of the photo area, inside their own transactions.
type Photos interface {
	// ListPhotos writes the manifest of a record, its rows under the given ids or the database's own.
	ListPhotos(tx storage.Tx, authorID, ticketID int64, noun string, nounID int64, claims []photo.Claim, ids ...int64) error
	// MissingFor names the listed photos of a record whose bytes are not stored yet.
	MissingFor(tx storage.Tx, noun string, nounID int64) ([]string, error)
}

const catalogueKind = "catalogue"

// Store keeps tickets.
type Store struct {
	db          *storage.DB
	photos      Photos
	codeKey     []byte
	drawKey     []byte // of who is called back
	catalogues  *storage.Rules[ticket.Catalogue]
	calendars   *storage.Rules[models.Calendar]
	nextID      func() int64
	duty        *storage.Rules[place.DutyRules]
	calls       Calls
	callbacks   *storage.Rules[ticket.CallbackRules]
	suspensions *storage.Rules[ticket.SuspensionRules]
	promises    *storage.Rules[ticket.PromiseRules]
	repeats     *storage.Rules[ticket.RepeatRules]
	perDay      int // filings of one account a day; 0 is no limit
}

// New makes the store. codeKey is the secret from which query codes are derived, and by which it is drawn who is called back.
func New(db *storage.DB, photos Photos, codeKey []byte) *Store {
	return &Store{
		db: db, photos: photos, codeKey: codeKey, drawKey: codeKey, callbacks: storage.NewRules(callbackKind, ticket.ParseCallbackRules), suspensions: SuspensionRules(), promises: storage.NewRules(promiseKind, ticket.ParsePromiseRules), repeats: storage.NewRules(repeatKind, ticket.ParseRepeatRules), catalogues: storage.NewRules(catalogueKind, ticket.ParseCatalogue), calendars: storage.CalendarRules(), duty: places.DutyRules(),
	}
}

// WithIDs is the same store with tickets numbered by next instead of the database. Only the demo county uses it, which
// fills in its older months behind the newest: a list by id must show them in the order in which they were filed.
func (s *Store) WithIDs(next func() int64) *Store {
	numbered := *s
	numbered.nextID, numbered.perDay = next, 0          // its filings are history
	numbered.drawKey = []byte("linli demo/1:callbacks") // the same county on every machine
	return &numbered
}

// WithDailyLimit is the same store with a bound on what one account files within a day (ticket.Allowance); 0 is none.
func (s *Store) WithDailyLimit(perDay int) *Store {
	limited := *s
	limited.perDay = perDay
	return &limited
}

// Hours is when time runs for what is filed now.
func (s *Store) Hours(ctx context.Context) (h ticket.Hours, err error) {
	err = s.db.Read(ctx, func(tx storage.Tx) error {
		c, err := s.catalogueIn(tx)
		if err != nil {
			return err
		}
		h, err = s.hoursIn(tx, c)
		return err
	})
	return h, err
}

// queryCode is the secret word that goes with a number. It is derived, so that a replayed filing repeats it.
func (s *Store) queryCode(number string) string {
	mac := hmac.New(sha256.New, s.codeKey)
	mac.Write([]byte("query-code/1:" + number))
	return codeSigns.EncodeToString(mac.Sum(nil)[:5])
}

// codeSigns has no I, O, 0 or 1, which look alike on paper and sound alike over the telephone: the usual 32 signs with 8 for I and
// 9 for O, so that a code written down before is still known by its other signs.
var codeSigns = base32.NewEncoding("ABCDEFGH8JKLMN9PQRSTUVWXYZ234567").WithPadding(base32.NoPadding)

// SeedCatalogue writes the catalogues that the program brings along into a database that does not have them. It may run
// at every start.
func SeedCatalogue(tx storage.Tx) error {
	return storage.SeedRules(tx, catalogueKind, ticket.Catalogues(), ticket.ParseCatalogue, func(c ticket.Catalogue) (string, string, models.Date) {
		return c.Version, "catalogue/1", c.ValidFrom
	})
}

// catalogueIn is the catalogue in force at the transaction's moment.
func (s *Store) catalogueIn(tx storage.Tx) (ticket.Catalogue, error) { return s.catalogues.In(tx) }

// hoursIn is when time runs: the night of c and the newest calendar.
func (s *Store) hoursIn(tx storage.Tx, c ticket.Catalogue) (ticket.Hours, error) {
	calendar, err := s.calendars.In(tx)
	return c.Hours(calendar), err
}

// loadWith is load, with the catalogue that a step needs.
func (s *Store) loadWith(tx storage.Tx, a models.Actor, id int64) (ticket.Ticket, ticket.Catalogue, error) {
	t, err := load(tx, a, id)
	if err != nil {
		return t, ticket.Catalogue{}, err
	}
	c, err := s.catalogueIn(tx)
	return t, c, err
}

// Catalogue is the catalogue in force now.
func (s *Store) Catalogue(ctx context.Context) (c ticket.Catalogue, err error) {
	err = s.db.Read(ctx, func(tx storage.Tx) error {
		c, err = s.catalogueIn(tx)
		return err
	})
	return c, err
}

// load reads the ticket, and hides it from those whose scope it is not in.
func load(tx storage.Tx, a models.Actor, id int64) (ticket.Ticket, error) {
	var t ticket.Ticket
	err := tx.DB().Take(&t, "id = ?", id).Error
	if errors.Is(err, gorm.ErrRecordNotFound) || err == nil && !visibleTo(a, t) {
		return t, models.Refuse(models.NotFound, "ticket.not_found")
	}
	return t, err
}

func visibleTo(a models.Actor, t ticket.Ticket) bool {
	return ticket.PartOf(a, t) == ticket.PartSystem || models.ScopeOf(a).Sees(t)
}

// MaySee answers for a photo: whoever may see the ticket may see what belongs to it.
func MaySee(tx storage.Tx, a models.Actor, ticketID int64) error {
	_, err := load(tx, a, ticketID)
	return err
}

// save writes the ticket after a step where nobody else was faster. It is the only UPDATE of a ticket.
func save(tx storage.Tx, was, next ticket.Ticket) (ticket.Ticket, error) {
	next.Version = was.Version + 1
	res := tx.DB().Model(&ticket.Ticket{}).Where("id = ? AND version = ?", was.ID, was.Version).Select("*").Omit("id").Updates(next)
	switch {
	case res.Error != nil:
		return was, res.Error
	case res.RowsAffected == 0:
		return was, models.Refuse(models.Conflict, "ticket.changed_meanwhile")
	}
	return next, settlePromise(tx, was, next)
}

// moveIn takes one step of a ticket's life: the only way in which a state changes. Jobs, hooks and the demo county
// come through here too.
func (s *Store) moveIn(tx storage.Tx, a models.Actor, was ticket.Ticket, m ticket.Move, data map[string]any) (ticket.Ticket, error) {
	c, err := s.catalogueIn(tx)
	if err != nil {
		return was, err
	}
	next, event, err := was.Apply(a, m, c, tx.At())
	if err != nil {
		return was, err
	}
	event.Data = m.Told(data)
	return s.write(tx, was, next, event)
}

// write saves the ticket and its line of the ledger together.
func (s *Store) write(tx storage.Tx, was, next ticket.Ticket, event models.Event) (ticket.Ticket, error) {
	next, err := save(tx, was, next)
	if err != nil {
		return was, err
	}
	_, err = storage.Record(tx, event)
	return next, err
}

// raced answers an insert that made no row: with what the database said, or, where a unique constraint stood in the way,
// with the wish to look again. The same client id then finds the first one's row, another one finds a ticket that moved.
func raced(err error) error {
	if err != nil {
		return err
	}
	return storage.ErrRaced
}

// writeAll saves the ticket once with several lines of the ledger, in their order. Without lines it saves what was planned
// next, and the version stays: the lines must tell every version (ticket.Retelling).
func (s *Store) writeAll(tx storage.Tx, was, next ticket.Ticket, events []models.Event) error {
	if len(events) == 0 {
		return plan(tx, was, next)
	}
	if _, err := save(tx, was, next); err != nil {
		return err
	}
	for _, event := range events {
		if _, err := storage.Record(tx, event); err != nil {
			return err
		}
	}
	return nil
}

func plan(tx storage.Tx, was, next ticket.Ticket) error {
	res := tx.DB().Table("tickets").Where("id = ? AND version = ?", was.ID, was.Version).
		Updates(map[string]any{"alert_index": next.AlertIndex, "alert_due": next.AlertDue})
	if res.Error == nil && res.RowsAffected == 0 {
		return models.Refuse(models.Conflict, "ticket.changed_meanwhile")
	}
	return res.Error
}

func pointer(t time.Time) *time.Time { return &t }
