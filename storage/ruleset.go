package storage

import (
	"time"

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

// RulesetOn is the version of a kind that judges acts of that day: of several, the one recorded last.
func RulesetOn(tx Tx, kind string, day models.Date) (Ruleset, error) {
	var r Ruleset
	err := tx.db.Where("kind = ? AND valid_from <= ? AND (valid_to IS NULL OR valid_to > ?)", kind, day, day).
		Order("valid_from DESC, id DESC").Take(&r).Error
	return r, err
}
