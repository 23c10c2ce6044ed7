package storage

import (
	"fmt"
	"sync/atomic"
	"time"

	"gorm.io/gorm"

	"linli/models"
)

// Ruleset is one immutable version of rules that the authorities set, as one JSON document. Formula names the code
// that reads it. A ruleset judges the acts of the days [ValidFrom, ValidTo).
type Ruleset struct {
	ID         int64 `gorm:"primaryKey"`
	Kind       string
	Version    string
	Formula    string
	Document   string
	ValidFrom  models.Date
	ValidTo    models.Date
	RecordedAt time.Time
}

// Rules reads one kind of ruleset and keeps the version that was read last: documents are immutable, so a transaction
// asks only which one is in force.
type Rules[T any] struct {
	kind  string
	parse func([]byte) (T, error)
	kept  atomic.Pointer[keptRules[T]]
}

type keptRules[T any] struct {
	id    int64
	rules T
}

// NewRules makes the reader of a kind.
func NewRules[T any](kind string, parse func([]byte) (T, error)) *Rules[T] {
	return &Rules[T]{kind: kind, parse: parse}
}

// In gives the version that judges acts of the transaction's day: of several, the one recorded last.
func (r *Rules[T]) In(tx Tx) (rules T, err error) {
	id, err := inForce(tx, r.kind)
	if err != nil {
		return rules, err
	}
	if kept := r.kept.Load(); kept != nil && kept.id == id {
		return kept.rules, nil
	}
	var row Ruleset
	if err := tx.db.Take(&row, "id = ?", id).Error; err != nil {
		return rules, err
	}
	if rules, err = r.parse([]byte(row.Document)); err == nil {
		r.kept.Store(&keptRules[T]{id, rules})
	}
	return rules, err
}

// RulesetDocument is the document of the version that judges acts of the transaction's day, as it was written.
func RulesetDocument(tx Tx, kind string) (string, error) {
	id, err := inForce(tx, kind)
	if err != nil {
		return "", err
	}
	var row Ruleset
	err = tx.db.Take(&row, "id = ?", id).Error
	return row.Document, err
}

// inForceOn is which version of a kind one transaction was told to be in force on a day: whatever it does is judged by the same one,
// and the database is asked once. It ends with its transaction, and with a version that the transaction itself adds.
type inForceOn map[kindOn]int64

type kindOn struct {
	kind string
	day  models.Date
}

func inForce(tx Tx, kind string) (id int64, err error) {
	today := tx.Today()
	if told := tx.rules[kindOn{kind, today}]; told != 0 {
		return told, nil
	}
	err = tx.db.Model(&Ruleset{}).Where("kind = ? AND valid_from <= ? AND (valid_to IS NULL OR valid_to > ?)", kind, today, today).
		Order("valid_from DESC, id DESC").Limit(1).Pluck("id", &id).Error
	if err == nil && id == 0 {
		err = fmt.Errorf("rules of kind %s for %s: %w", kind, today, gorm.ErrRecordNotFound)
	}
	if err == nil {
		tx.rules[kindOn{kind, today}] = id
	}
	return id, err
}

// SeedRules writes the documents of a kind that the program brings along, the oldest first, into a database that does not have them.
// head says of one its version, the formula that reads it, and its first day. It may run at every start.
func SeedRules[T any](tx Tx, kind string, documents [][]byte, parse func([]byte) (T, error), head func(T) (version, formula string, from models.Date)) error {
	for _, document := range documents {
		rules, err := parse(document)
		if err != nil {
			return err
		}
		version, formula, from := head(rules)
		if _, _, err := AddRuleset(tx, kind, version, formula, document, from); err != nil {
			return err
		}
	}
	return nil
}

// AddRuleset writes a version, and reports whether it was new: a version that is there stays as it is.
func AddRuleset(tx Tx, kind, version, formula string, document []byte, from models.Date) (row Ruleset, added bool, err error) {
	row = Ruleset{Kind: kind, Version: version, Formula: formula, Document: string(document), ValidFrom: from, RecordedAt: tx.At()}
	added, err = Insert(tx, &row)
	clear(tx.rules)
	return row, added, err
}
