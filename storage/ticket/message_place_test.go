package ticket_test

import (
	"testing"
	"time"

	"linli/models/ticket"
	"linli/storage"
)

// A line that was told its place in the thread keeps it: whoever writes at the same moment comes behind, also where
// several transactions run at once. "Read up to here" counts places.
func TestALineKeepsItsPlace(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		id := w.file(t, w.Resident, w.filing("REP-01")).ID
		type answer struct {
			said ticket.Said
			err  error
		}
		second := make(chan answer, 1)
		// The first has written and not yet committed while the second sends.
		err := w.db.Write(t.Context(), func(tx storage.Tx) error {
			if _, _, err := w.store.MessageIn(tx, w.Resident, id, ticket.Saying{ClientID: clientID(), Text: "还没有人来"}, nil); err != nil {
				return err
			}
			go func() {
				said, err := w.store.SendMessage(t.Context(), w.Staff, id, ticket.Saying{ClientID: clientID(), Text: "师傅下午上门"}, nil)
				second <- answer{said, err}
			}()
			select {
			case early := <-second:
				t.Errorf("told its place %d before the first has one: %v", early.said.Message.ID, early.err)
				second <- early
			case <-time.After(500 * time.Millisecond):
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		got := <-second
		if got.err != nil || got.said.Message.ID != 2 {
			t.Errorf("the second was told place %d: %v", got.said.Message.ID, got.err)
		}
	})
}
