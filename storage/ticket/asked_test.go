package ticket_test

import (
	"strings"
	"testing"

	"gorm.io/gorm"

	"linli/models/photo"
	"linli/storage"
)

// One filing asks once which catalogue and once which calendar is in force, however many of its steps need them. The count is of
// statements, so it does not depend on the machine.
func TestAFilingAsksOnceForItsRules(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.file(t, w.Resident, w.filing("REP-01")) // the documents are known from here on
		var all, rules int
		count := func(g *gorm.DB) {
			all++
			if strings.Contains(g.Statement.SQL.String(), "rulesets") {
				rules++
			}
		}
		err := w.db.Write(t.Context(), func(tx storage.Tx) error {
			calls := tx.DB().Callback()
			for _, err := range []error{
				calls.Query().After("gorm:query").Register("count", count), calls.Row().After("gorm:row").Register("count", count), calls.Raw().After("gorm:raw").Register("count", count),
				calls.Create().After("gorm:create").Register("count", count), calls.Update().After("gorm:update").Register("count", count), calls.Delete().After("gorm:delete").Register("count", count),
			} {
				if err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		for what, category := range map[string]string{"a repair": "REP-01", "a complaint, whose hour is hidden": "CLN-02"} {
			all, rules = 0, 0
			filed, err := w.store.FileTicket(t.Context(), w.Resident, w.filing(category), []photo.Claim{{ClientID: clientID(), SHA256: strings.Repeat("a", 64), Kind: photo.Before, Bytes: 1000}})
			if err != nil || filed.Ticket.State != "dispatched" {
				t.Fatalf("%s: %v, %s", what, err, filed.Ticket.State)
			}
			if rules != 2 {
				t.Errorf("%s: asked %d times for rules, of %d statements", what, rules, all)
			}
		}
	})
}
