package ticket

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"

	"linli/models"
	"linli/models/ticket"
	"linli/storage"
)

// TicketProgress answers whoever holds a slip: number and query code together open where a ticket stands. An unknown number
// and a wrong code are the same refusal after the same work: the code is derived from the number, so it is compared
// before any ticket is looked for. The try is counted before that, so that tries at once cannot pass the limit, and a
// right one is given back. While a number has had its wrong tries the right code does not open it either. address is
// the caller's network address.
func (s *Store) TicketProgress(ctx context.Context, asked ticket.ProgressAsked, address string) (ticket.ProgressView, error) {
	var view ticket.ProgressView
	refused := models.Refuse(models.NotFound, "progress.not_found")
	number, ok := ticket.ReadNumber(asked.Number)
	if !ok {
		return view, refused
	}
	right := hmac.Equal([]byte(s.queryCode(number)), []byte(ticket.ReadCode(asked.QueryCode)))
	found := false
	err := s.db.Write(ctx, func(tx storage.Tx) error {
		found = false // it may run again
		tries := []string{s.tryKey("progress/address", address), s.tryKey("progress/number", number)}
		for i, most := range []int64{ticket.ProgressByAddress, ticket.ProgressByNumber} {
			if err := countTry(tx, tries[i], most); err != nil {
				return err
			}
		}
		if !right {
			return nil // no error: what rolls back has not counted
		}
		var t ticket.Ticket
		if err := tx.DB().Take(&t, "number = ?", number).Error; err != nil {
			if storage.Absent(err) {
				return nil
			}
			return err
		}
		for _, key := range tries {
			if err := storage.GiveBackUse(tx, key); err != nil {
				return err
			}
		}
		found = true
		var err error
		view, err = s.progressIn(tx, t)
		return err
	})
	if err == nil && !found {
		err = refused
	}
	return view, err
}

func (s *Store) progressIn(tx storage.Tx, t ticket.Ticket) (ticket.ProgressView, error) {
	c, err := s.catalogueIn(tx)
	if err != nil {
		return ticket.ProgressView{}, err
	}
	known, err := s.known(tx, models.Actor{Parties: []int64{t.HandlingPartyID}}, t)
	return ticket.ProgressOf(known, c, tx.At()), err
}

// countTry counts one try and refuses what is more than most within ProgressWindow.
func countTry(tx storage.Tx, key string, most int64) error {
	wait, err := storage.TakeUse(tx, key, most, ticket.ProgressWindow)
	if err != nil || wait == 0 {
		return err
	}
	refusal := models.Refuse(models.Limited, "progress.too_many_tries")
	refusal.RetryAfter = wait
	return refusal
}

// tryKey is the name of a counter from which nobody reads an address or which numbers somebody tried.
func (s *Store) tryKey(name, subject string) string {
	mac := hmac.New(sha256.New, s.codeKey)
	mac.Write([]byte(name + ":" + subject))
	return hex.EncodeToString(mac.Sum(nil))[:32]
}
