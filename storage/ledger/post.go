package ledger

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"linli/storage"
)

// postKind is the outbox's word for a checkpoint on its way.
const postKind = "checkpoint"

// posted is the payload of such an effect.
type posted struct {
	Note string `json:"note"`
}

// post lets a checkpoint leave by the address, in the transaction that signs it.
func (s *Store) post(tx storage.Tx, row checkpointRow) error {
	if s.url == "" {
		return nil
	}
	return storage.Post(tx, postKind, row.named(), posted{row.Note})
}

// postsARun is how many checkpoints one run sends.
const postsARun = 50

// PostCheckpoints sends the checkpoints that are due to the address, oldest first, and returns how many arrived. One that
// did not is tried again later, at most an hour apart; the receiver may see one twice, under the same X-Linli-Id.
func (s *Store) PostCheckpoints(ctx context.Context) (arrived int, err error) {
	if s.url == "" {
		return 0, nil
	}
	var mine []storage.Effect
	err = s.db.Write(ctx, func(tx storage.Tx) error {
		mine, err = storage.ClaimEffects(tx, postKind, postsARun, storage.Doubling(time.Minute, time.Hour))
		return err
	})
	if err != nil {
		return 0, err
	}
	for _, e := range mine {
		failed := s.send(ctx, e)
		if err := s.db.Write(ctx, func(tx storage.Tx) error { return settled(tx, e, failed) }); err != nil {
			return arrived, err
		}
		if failed != nil {
			return arrived, failed // the others would meet the same; each waits for its own next time
		}
		arrived++
	}
	return arrived, nil
}

func settled(tx storage.Tx, e storage.Effect, failed error) error {
	if failed != nil {
		return storage.EffectFailed(tx, e.ID, failed.Error())
	}
	return storage.EffectDone(tx, e.ID)
}

// send posts one checkpoint. Any answer but 2xx is an error; the error does not hold the address, which may have a secret
// in it.
func (s *Store) send(ctx context.Context, e storage.Effect) error {
	var p posted
	if err := json.Unmarshal([]byte(e.Payload), &p); err != nil {
		return err
	}
	header := http.Header{}
	header.Set("Content-Type", "text/plain; charset=utf-8")
	header.Set("X-Linli-Id", e.Key)
	answer, err := s.client.Post(ctx, s.url, header, []byte(p.Note))
	if err != nil {
		return fmt.Errorf("checkpoint receiver: %w", err)
	}
	if !answer.OK() {
		return fmt.Errorf("checkpoint receiver: status %d", answer.Status)
	}
	return nil
}
