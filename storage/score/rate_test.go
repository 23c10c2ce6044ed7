package score

import (
	"strings"
	"testing"

	"linli/models"
	"linli/models/score"
	"linli/models/ticket"
	"linli/storage"
)

func (w *world) general(a models.Actor, g score.GeneralRating) (score.Receipt, error) {
	w.t.Helper()
	return w.store.RateOperator(w.t.Context(), a, g)
}

func TestRateOperator(t *testing.T) {
	each(t, func(w *world) {
		first := score.GeneralRating{ClientID: w.clientID(), EstateID: 1, Level: 2, Text: "保洁不及时"}
		receipt, err := w.general(resident, first)
		if err != nil || !receipt.Counts || !receipt.Created || receipt.Period != "2026-11" {
			w.t.Fatalf("%+v, %v", receipt, err)
		}
		if again, err := w.general(resident, first); err != nil || again.ID != receipt.ID || !again.Counts || again.Created {
			w.t.Errorf("the same again: %+v, %v", again, err)
		}
		other := first
		other.Level = 5
		if _, err := w.general(resident, other); models.CodeOf(err) != "rating.id_conflict" {
			w.t.Errorf("other content under the same id: %v", err)
		}
		var lines int64
		w.write(func(tx storage.Tx) error {
			return tx.DB().Model(&storage.LedgerLine{}).Where("noun = 'rating'").Count(&lines).Error
		})
		if lines != 1 {
			w.t.Errorf("%d ledger lines for one rating", lines)
		}
		other.ClientID = w.clientID() // the same month, the same household: this one counts
		if _, err := w.general(resident, other); err != nil {
			w.t.Fatal(err)
		}
		e, _ := w.explain(officer, 1)
		if e.Rates[2].Numerator != "0.25" || e.Rates[2].Denominator != "0.25" || excludedOf(e)[score.OutReplaced] != 1 {
			w.t.Errorf("%+v, %v", e.Rates[2], e.Excluded)
		}
	})
}

func TestOwnRating(t *testing.T) {
	each(t, func(w *world) {
		own := func(a models.Actor, estate int64) score.OwnRating {
			w.t.Helper()
			found, err := w.store.OwnRating(w.t.Context(), a, estate)
			if err != nil {
				w.t.Fatal(err)
			}
			return found
		}
		none := score.OwnRating{Period: "2026-11"}
		if got := own(resident, 1); got != none {
			w.t.Errorf("before any: %+v", got)
		}
		for _, g := range []score.GeneralRating{{EstateID: 1, Level: 2, Text: "保洁不及时"}, {EstateID: 1, Level: 4}} {
			g.ClientID = w.clientID()
			if _, err := w.general(resident, g); err != nil {
				w.t.Fatal(err)
			}
		}
		if got := own(resident, 1); got != (score.OwnRating{Period: "2026-11", Level: 4}) {
			w.t.Errorf("the last one: %+v", got)
		}
		for who, a := range map[string]models.Actor{"the neighbour": neighbour, "the officer": officer} {
			if got := own(a, 1); got != none {
				w.t.Errorf("%s reads %+v", who, got)
			}
		}
		if got := own(resident, 2); got != none {
			w.t.Errorf("of another estate: %+v", got)
		}
		w.write(func(tx storage.Tx) error {
			return tx.DB().Exec("UPDATE ratings SET period = '2026-10' WHERE author_id = ?", resident.AccountID).Error
		})
		if got := own(resident, 1); got != none {
			w.t.Errorf("of the month before: %+v", got)
		}
		if _, err := w.store.OwnRating(w.t.Context(), resident, 999); models.CodeOf(err) != "estate.not_found" {
			w.t.Errorf("no such estate: %v", err)
		}
	})
}

func TestWhoseGeneralRatingCounts(t *testing.T) {
	each(t, func(w *world) {
		insider := resident
		insider.Parties = []int64{operator1}
		steward := models.Actor{AccountID: 1, Held: []models.Held{held(models.BuildingSteward, models.ScopeBuilding, 1)}}
		unapproved := neighbour
		unapproved.AccountID = 1
		for name, v := range map[string]struct {
			a      models.Actor
			estate int64
			counts bool
		}{
			"at home":                     {resident, 1, true},
			"elsewhere":                   {resident, 2, false},
			"home not approved":           {unapproved, 1, false},
			"works for the party":         {insider, 1, false},
			"a steward who lives outside": {steward, 1, false},
		} {
			receipt, err := w.general(v.a, score.GeneralRating{ClientID: w.clientID(), EstateID: v.estate, Level: 1})
			if err != nil || receipt.Counts != v.counts {
				w.t.Errorf("%s: %+v, %v", name, receipt, err)
			}
		}
		var parties []int64
		w.write(func(tx storage.Tx) error {
			return tx.DB().Model(&ticket.Rating{}).Where("estate_id = 1").Distinct("handling_party_id").Pluck("handling_party_id", &parties).Error
		})
		if len(parties) != 1 || parties[0] != operator1 {
			w.t.Errorf("rated parties %v", parties)
		}
		for field, g := range map[string]score.GeneralRating{
			"level":     {ClientID: w.clientID(), EstateID: 1, Level: 6},
			"client_id": {ClientID: "7", EstateID: 1, Level: 5},
			"text":      {ClientID: w.clientID(), EstateID: 1, Level: 5, Text: strings.Repeat("长", 2001)},
		} {
			_, err := w.general(resident, g)
			if refused, ok := err.(*models.Error); !ok || refused.Kind != models.Invalid || refused.Field != field {
				w.t.Errorf("%s: %v", field, err)
			}
		}
		if _, err := w.general(resident, score.GeneralRating{ClientID: w.clientID(), EstateID: 99, Level: 5}); models.KindOf(err) != models.NotFound {
			w.t.Errorf("an estate that is not there: %v", err)
		}
	})
}
