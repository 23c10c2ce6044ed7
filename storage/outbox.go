package storage

import (
	"encoding/json"
	"time"

	"linli/models"
)

// Effect is something that must leave the program because of a change: written with the change, delivered by a job,
// perhaps more than once, under a key by which the receiver can tell (TRUST R9).
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

// ClaimEffects takes the effects of a kind that are due for this copy of the program, oldest first, by planning the next
// attempt of each before the present one: two copies do not send one at once, and a copy that dies meanwhile leaves it to
// be tried again. wait is how long after so many attempts the next is due. What is returned counts the present attempt,
// and its NextAttemptAt is the moment of that one.
func ClaimEffects(tx Tx, kind string, limit int, wait Wait) (mine []Effect, err error) {
	var due []Effect
	err = tx.db.Where("kind = ? AND done_at IS NULL AND next_attempt_at <= ?", kind, tx.At()).Order("id").Limit(limit).Find(&due).Error
	if err != nil {
		return nil, err
	}
	for _, e := range due {
		won, err := claim(tx, e, wait)
		if err != nil {
			return nil, err
		}
		if won {
			e.Attempts, e.NextAttemptAt = e.Attempts+1, tx.At()
			mine = append(mine, e)
		}
	}
	return mine, nil
}

// claim plans the next attempt where nobody else has done so since e was read.
func claim(tx Tx, e Effect, wait Wait) (won bool, err error) {
	change := tx.db.Table("outbox").Where("id = ? AND attempts = ? AND done_at IS NULL", e.ID, e.Attempts).
		Updates(map[string]any{"attempts": e.Attempts + 1, "next_attempt_at": models.UTC(tx.At().Add(wait(e.Attempts)))})
	return change.RowsAffected == 1, change.Error
}

// Wait is how long after so many attempts, 0 for none, the next one is due.
type Wait func(attempts int) time.Duration

// Doubling waits first, twice as long, four times as long, … at most longest.
func Doubling(first, longest time.Duration) Wait {
	return func(attempts int) time.Duration { return min(longest, first<<min(attempts, 10)) }
}

// EffectDone marks an effect as delivered and forgets its payload, which may hold a phone number.
func EffectDone(tx Tx, id int64) error {
	return tx.db.Table("outbox").Where("id = ?", id).Updates(map[string]any{"done_at": tx.At(), "payload": "{}", "last_error": ""}).Error
}

// EffectFailed notes why an attempt failed; ClaimEffects has planned the next one.
func EffectFailed(tx Tx, id int64, why string) error {
	return tx.db.Table("outbox").Where("id = ?", id).Updates(map[string]any{"last_error": why}).Error
}
