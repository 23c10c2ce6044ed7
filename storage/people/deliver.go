package people

import (
	"context"
	"encoding/json"
	"time"

	"linli/models"
	"linli/models/people"
	"linli/storage"
)

const smsKind = "sms"

// message is the payload of an outbox effect of kind sms. It is wiped when the effect is done.
type message struct {
	Phone string    `json:"phone"`
	Text  string    `json:"text"`
	Until time.Time `json:"until"` // after this it is of no use
}

// Posted tells that a text message waits, so that the job need not sit until its next turn.
func (s *Store) Posted() <-chan struct{} { return s.posted }

func (s *Store) tellPosted() {
	select {
	case s.posted <- struct{}{}:
	default:
	}
}

// DeliverSMS sends the text messages that are due, at most 50, and reports how many were sent. A message is claimed
// before it is sent, so two copies of the program do not send it twice; a copy that dies meanwhile leaves it to be
// tried again. A code that expired while waiting is dropped.
func (s *Store) DeliverSMS(ctx context.Context) (sent int, err error) {
	if s.sms == nil {
		return 0, nil
	}
	var due []storage.Effect
	err = s.db.Write(ctx, func(tx storage.Tx) error {
		due, err = storage.ClaimEffects(tx, smsKind, 50, storage.Doubling(5*time.Second, time.Minute))
		return err
	})
	if err != nil {
		return 0, err
	}
	for _, e := range due {
		ok, err := s.deliver(ctx, e)
		if err != nil {
			return sent, err
		}
		if ok {
			sent++
		}
	}
	return sent, nil
}

func (s *Store) deliver(ctx context.Context, e storage.Effect) (sent bool, err error) {
	var m message
	var failed error
	if err := json.Unmarshal([]byte(e.Payload), &m); err == nil && m.Until.After(e.NextAttemptAt) {
		failed = s.sms.Send(ctx, e.Key, m.Phone, m.Text)
		sent = failed == nil
	}
	return sent, s.db.Write(ctx, func(tx storage.Tx) error {
		if failed != nil {
			return storage.EffectFailed(tx, e.ID, failed.Error())
		}
		return storage.EffectDone(tx, e.ID)
	})
}

// Sweep forgets what has served its time: old counters, codes and challenges a day after they were asked for, and
// enrolments that nobody finished. All of them name people.
func (s *Store) Sweep(ctx context.Context) error {
	return s.db.Write(ctx, func(tx storage.Tx) error {
		old := models.UTC(tx.At().Add(-people.LongestWindow))
		for _, forget := range []string{
			"DELETE FROM rate_limits WHERE window_start < ?",
			"DELETE FROM sign_in_codes WHERE created_at < ?",
			"DELETE FROM sign_in_challenges WHERE created_at < ?",
			"DELETE FROM second_factors WHERE confirmed_at IS NULL AND asked_at < ?",
		} {
			if err := tx.DB().Exec(forget, old).Error; err != nil {
				return err
			}
		}
		return nil
	})
}
