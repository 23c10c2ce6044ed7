package ticket_test

import (
	"strings"
	"testing"
	"time"

	"linli/models"
	"linli/models/ticket"
	"linli/storage"
	"linli/storage/storagetest"
)

// TestTheModelFindsPlantedFaults is the control of TestTheStoreDoesWhatTheModelDoes: models that are wrong and stores that
// are, each a little, are found within a few histories, and told in a few steps.
func TestTheModelFindsPlantedFaults(t *testing.T) {
	after := func(action ticket.Action, sql string) func(*attempt, bool) error {
		return func(y *attempt, refused bool) error {
			if refused || y.action != action {
				return nil
			}
			return y.write(func(tx storage.Tx) error { return tx.DB().Exec(sql, y.m.t.ID).Error })
		}
	}
	line := func(y *attempt) error {
		return y.write(func(tx storage.Tx) error {
			state := string(y.m.t.State)
			_, err := storage.Record(tx, models.Event{Noun: "ticket", NounID: y.m.t.ID, Action: string(ticket.ContactView), ActorRole: models.System, From: state, To: state})
			return err
		})
	}
	for _, tt := range []struct {
		name  string
		plant func(r *modelRun)
		found string // begins the fault
	}{
		{"a model that thinks work begins by acknowledging it", func(r *modelRun) {
			r.believes = func(y *attempt, want *expectation) {
				if next, ok := want.becomes[y.m]; ok && y.action == ticket.Acknowledge {
					next.State = ticket.InProgress
					want.becomes[y.m] = next
				}
			}
		}, "no line of the flow table leads from dispatched to in_progress"},
		{"a model that lets everybody do the party's work", func(r *modelRun) {
			r.believes = func(y *attempt, want *expectation) {
				switch y.action {
				case ticket.Acknowledge, ticket.Start, ticket.Progress:
					if want.code == "ticket.not_yours_to_"+string(y.action) {
						want.code = ""
					}
				}
			}
		}, `the store answers "ticket.not_yours_to_`},
		{"a store that forgets who had it", func(r *modelRun) { r.spoils = after(ticket.Dispatch, "UPDATE tickets SET kept_from = '' WHERE id = ?") }, "the row is not the model's: KeptFrom"},
		{"a store that skips a state", func(r *modelRun) {
			r.spoils = after(ticket.Acknowledge, "UPDATE tickets SET state = 'in_progress' WHERE id = ?")
		}, "the row is not the model's: State is in_progress"},
		{"a store that moves a deadline", func(r *modelRun) {
			r.spoils = after(ticket.Progress, "UPDATE tickets SET resolve_due = next_due, next_due = filed_at WHERE id = ?")
		}, "the row is not the model's: "},
		{"a store that does not raise the version", func(r *modelRun) {
			r.spoils = after(ticket.Urge, "UPDATE tickets SET version = version - 1 WHERE id = ?")
		}, "the row is not the model's: Version"},
		{"a store that writes a step down twice", func(r *modelRun) {
			r.spoils = func(y *attempt, refused bool) error {
				if refused || y.action != ticket.Acknowledge {
					return nil
				}
				return line(y)
			}
		}, "the ledger has 4 lines about it, the model 3"},
		{"a store in which a refused step leaves something", func(r *modelRun) {
			r.spoils = func(y *attempt, refused bool) error {
				if !refused {
					return nil
				}
				return line(y)
			}
		}, "a refused step left something"},
		{"a store that shows a ticket to strangers", func(r *modelRun) {
			r.looks = func(a models.Actor) models.Actor {
				if len(a.Held) == 0 {
					return r.w.Officer
				}
				return a
			}
		}, "may see it: false"},
		{"a store that counts one too many", func(r *modelRun) { r.counts = func(c *ticket.Counts) { c.Overdue++ } }, "counted by hand"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := &storagetest.Clock{At: time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC)}
			db := storagetest.Open(t, storage.Options{Dir: t.TempDir(), Now: c.Now, FastUnsafe: true})
			r := newModelRun(t, &world{db: db, clock: c, County: storagetest.SmallCounty(t, db), store: newStore(t, db)})
			tt.plant(r)
			for i := range 40 {
				h := drawHistory(7, i)
				told, fault := r.live(h)
				if fault == "" {
					continue
				}
				short, _, again := r.shrink(h, told, fault)
				if !strings.Contains(fault, tt.found) || kindOf(again) != kindOf(fault) || len(short.Wishes) > 8 {
					t.Errorf("found otherwise: %s; shrunk to %d steps: %s", fault, len(short.Wishes), again)
				}
				return
			}
			t.Error("not found in 40 histories")
		})
	}
}
