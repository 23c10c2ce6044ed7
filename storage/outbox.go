package storage

import (
	"encoding/json"
	"time"

	"linli/models"
)

// Effect is something that must leave the program because of a change: written with the change, delivered by a job,
// perhaps more than once, under a key by which the receiver can tell (ARCHITECTURE: outside effects).
type Effect struct {
	ID            int64 `gorm:"primaryKey"`
	Kind          string
	Key           string
	Payload       string
	Attempts      int
	NextAttemptAt time.Time
	CreatedAt     time.Time `gorm:"autoCreateTime:false"`
	DoneAt        *time.Time
	LastError     string
}

// TableName is the outbox.
func (Effect) TableName() string { return "outbox" }

// Post puts an effect into the outbox of this transaction. A key that is there already is left alone.
func Post(tx Tx, kind, key string, payload any) error {
	b, err := json.Marshal(payload)
	if err != nil {
		return err
	}
	_, err = Insert(tx, &Effect{Kind: kind, Key: key, Payload: string(b), NextAttemptAt: tx.At(), CreatedAt: tx.At()})
	return err
}

// DueEffects reads what should be tried now, oldest first.
func DueEffects(tx Tx, limit int) ([]Effect, error) {
	var due []Effect
	err := tx.db.Where("done_at IS NULL AND next_attempt_at <= ?", tx.At()).Order("id").Limit(limit).Find(&due).Error
	return due, err
}

// EffectDone marks an effect as delivered and forgets its payload, which may hold a phone number.
func EffectDone(tx Tx, id int64) error {
	return tx.db.Table("outbox").Where("id = ?", id).Updates(map[string]any{"done_at": tx.At(), "payload": "{}", "last_error": ""}).Error
}

// EffectFailed plans the next attempt: 2 s, 4 s, … at most an hour.
func EffectFailed(tx Tx, e Effect, why string) error {
	wait := min(time.Hour, 2*time.Second<<min(e.Attempts, 11))
	return tx.db.Table("outbox").Where("id = ?", e.ID).Updates(map[string]any{
		"attempts": e.Attempts + 1, "next_attempt_at": models.UTC(tx.At().Add(wait)), "last_error": why,
	}).Error
}
