package ticket_test

import (
	"fmt"
	"os"
	"testing"
	"time"

	"linli/models"
	"linli/models/place"
	"linli/models/ticket"
	"linli/storage"
	places "linli/storage/place"
	"linli/storage/seed"
	"linli/storage/storagetest"
	tickets "linli/storage/ticket"
)

// TestEveryHomeHasSomebodyForEveryMatter takes in the register of all 549 units and asks for each of them and each category who must
// answer: there is always somebody, with a name, and it is who B-b.3 says.
func TestEveryHomeHasSomebodyForEveryMatter(t *testing.T) {
	register, err := os.ReadFile("../place/testdata/register-549.xlsx")
	if err != nil {
		t.Fatal(err)
	}
	storagetest.EachAt(t, func() time.Time { return time.Date(2026, 9, 2, 4, 0, 0, 0, time.UTC) }, func(t *testing.T, db *storage.DB) {
		for _, f := range []func(storage.Tx) error{places.SeedAuthorities, seed.All} {
			if err := db.Write(t.Context(), f); err != nil {
				t.Fatal(err)
			}
		}
		report, err := places.New(db, places.Options{}).ImportRegister(t.Context(), models.SystemActor, register, false)
		if err != nil || !report.Committed {
			t.Fatalf("%v %+v", err, report)
		}
		catalogue, err := newStore(t, db).Catalogue(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		asked, developers := 0, 0
		err = db.Read(t.Context(), func(tx storage.Tx) error {
			var estates []place.Estate
			if err := tx.DB().Order("id").Find(&estates).Error; err != nil {
				return err
			}
			for _, e := range estates {
				term, running, err := places.TermOn(tx, e.ID, tx.Today())
				if err != nil {
					return err
				}
				managed := running && term.ServiceMode.Managed()
				once := map[string]bool{} // the column of B-b.3 is all that the way depends on, at one estate
				for _, k := range catalogue.Categories {
					asked++
					way := fmt.Sprint(ticket.Route(k, managed))
					if once[way] {
						continue
					}
					once[way] = true
					party, rule, err := tickets.Routed(tx, e, k)
					if err != nil || party.ID == 0 || party.Name == "" {
						return fmt.Errorf("%s, %s: %+v %w", e.Name, k.Code, party, err)
					}
					switch word := k.Managed; {
					case !managed && rule == string(ticket.TargetTerm):
						t.Errorf("%s, %s: nobody runs it, and %s must answer by a term", e.Name, k.Code, party.Name)
					case managed && (word == "op" || word == "unit") && party.ID != term.HandlingPartyID:
						t.Errorf("%s, %s: %s answers, not who serves it", e.Name, k.Code, party.Name)
					case managed && word == "dev" && e.DeveloperPartyID == nil && party.ID != term.HandlingPartyID:
						t.Errorf("%s, %s: no developer is known, and %s answers", e.Name, k.Code, party.Name)
					case managed && word == "dev" && e.DeveloperPartyID != nil:
						developers++
						if party.Kind != place.PartyDeveloper || party.ID != *e.DeveloperPartyID || rule != string(ticket.TargetDeveloper) || party.Phone24 == "" {
							t.Errorf("%s, %s: %+v by %s", e.Name, k.Code, party, rule)
						}
					}
				}
			}
			return nil
		})
		if err != nil || asked != 549*79 || developers == 0 {
			t.Errorf("asked %d times, %d times the developer: %v", asked, developers, err)
		}
	})
}
