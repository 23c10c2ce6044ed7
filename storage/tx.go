package storage

import (
	"context"
	"errors"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"linli/models"
)

// Tx is one transaction and the one moment at which it happens. Only Write and Read of this package can make one, so a
// function that takes a Tx cannot run outside a transaction. It is for one goroutine.
type Tx struct {
	db    *gorm.DB
	at    time.Time
	rules inForceOn
}

func newTx(db *gorm.DB, at time.Time) Tx { return Tx{db: db, at: models.UTC(at), rules: inForceOn{}} }

// DB is the statement builder of this transaction.
func (tx Tx) DB() *gorm.DB { return tx.db }

// At is the moment of the transaction: UTC, whole microseconds, the same for all that it writes.
func (tx Tx) At() time.Time { return tx.at }

// Today is the day of the transaction in Shanghai.
func (tx Tx) Today() models.Date { return models.DateOf(tx.at) }

// ErrRaced is for a transaction that looked for a row, did not find it, and was refused its own by a unique constraint:
// somebody made the same thing in between. Write rolls back and runs it again, and the second look finds the row.
var ErrRaced = errors.New("another transaction was faster")

// Write runs f in one transaction and commits it; any error rolls all of it back. When the database chose the
// transaction as the victim of a deadlock, or f says ErrRaced, it is run again, at most three times in all.
func (db *DB) Write(ctx context.Context, f func(Tx) error) error {
	var err error
	for range 3 {
		at := db.now()
		err = db.writer.WithContext(ctx).Transaction(func(g *gorm.DB) error { return f(newTx(g, at)) })
		if !retriable(err) {
			break
		}
	}
	return classify(err)
}

// WriteAt is Write at a moment of the caller's choosing. Only imports of history and the demo county use it.
func (db *DB) WriteAt(ctx context.Context, at time.Time, f func(Tx) error) error {
	err := db.writer.WithContext(ctx).Transaction(func(g *gorm.DB) error { return f(newTx(g, at)) })
	return classify(err)
}

// Moved gives the same transaction at another moment, for imports of history.
func (tx Tx) Moved(at time.Time) Tx {
	tx.at = models.UTC(at)
	return tx
}

// Read runs f against one state of the database, however many statements f makes; f cannot write.
func (db *DB) Read(ctx context.Context, f func(Tx) error) error {
	at := db.now()
	return classify(db.reader.WithContext(ctx).Transaction(func(g *gorm.DB) error { return f(newTx(g, at)) }, oneMoment[db.dialect]))
}

// Look runs f as Read does, but each statement of f sees a moment of its own. It is for lists: what one statement of theirs
// finds does not depend on another's, and the two further trips of a transaction would be a good part of what they cost.
// SQLite's readers refuse a write here as well.
func (db *DB) Look(ctx context.Context, f func(Tx) error) error {
	return classify(f(newTx(db.reader.WithContext(ctx), db.now())))
}

// Insert creates row unless a unique constraint says that it exists, and reports whether it was created. The
// constraint is the guard, never a look before: two phones sending the same thing at once both get here.
func Insert(tx Tx, row any) (created bool, err error) {
	res := tx.db.Clauses(clause.OnConflict{DoNothing: true}).Create(row)
	return res.RowsAffected == 1, res.Error
}

// UpdateVersion writes the named columns of row where id and version still match, and raises the version.
// It returns a Conflict when somebody was faster.
func UpdateVersion(tx Tx, table string, id, version int64, columns map[string]any, code string) error {
	columns["version"] = version + 1
	res := tx.db.Table(table).Where("id = ? AND version = ?", id, version).Updates(columns)
	switch {
	case res.Error != nil:
		return res.Error
	case res.RowsAffected == 0:
		return models.Refuse(models.Conflict, code)
	}
	return nil
}

// Try runs f inside tx and, where it fails, takes back what f wrote; the transaction goes on. Without it Postgres ends a transaction in
// which a constraint refused something, and whatever is asked next fails.
func (tx Tx) Try(f func() error) error {
	if err := tx.db.Exec("SAVEPOINT try").Error; err != nil {
		return err
	}
	err := f()
	if err != nil {
		if back := tx.db.Exec("ROLLBACK TO SAVEPOINT try").Error; back != nil {
			return errors.Join(err, back)
		}
	}
	return errors.Join(err, tx.db.Exec("RELEASE SAVEPOINT try").Error)
}
