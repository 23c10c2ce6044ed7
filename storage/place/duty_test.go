package place_test

import (
	"encoding/json"
	"errors"
	"strings"
	"sync"
	"testing"

	"linli/models"
	"linli/models/place"
	"linli/storage"
	places "linli/storage/place"
	"linli/storage/storagetest"
)

// roster is a whole one: a day, a night and a deputy.
func roster(version int64) place.RosterWish {
	line := func(name, from, to string, deputy bool) place.ShiftWish {
		return place.ShiftWish{Name: name, Title: "值班员", Phone: "0379-67900077", Deputy: deputy, FromTime: from, ToTime: to, Weekdays: "1234567", ValidFrom: "2026-01-01"}
	}
	return place.RosterWish{Version: version, Shifts: []place.ShiftWish{line("白班甲", "08:00", "20:00", false), line("夜班乙", "20:00", "08:00", false), line("副班丙", "00:00", "00:00", true)}}
}

func TestARosterIsWrittenAsAWhole(t *testing.T) {
	each(t, places.Options{}, func(t *testing.T, db *storage.DB, s *places.Store) {
		c := storagetest.SmallCounty(t, db)
		write(t, db, places.SeedDutyRules)
		write(t, db, places.SeedDutyRules)
		empty, err := s.Roster(t.Context(), c.StationStaff, c.Station.ID)
		if err != nil || empty.Version != 0 || len(empty.Gaps) != 1 || !empty.MayKeep {
			t.Fatalf("%+v, %v", empty, err)
		}
		gap := roster(0)
		gap.Shifts[1].Weekdays = "123456"
		_, err = s.SetRoster(t.Context(), c.StationStaff, c.Station.ID, gap)
		wantCode(t, err, "duty_roster.gap")
		var refused *models.Error
		errors.As(err, &refused)
		if params := refused.Params; params["from"] != "2026-11-22 20:00" || params["to"] != "2026-11-23 08:00" || params["gaps"] != 2 {
			t.Errorf("the gap is told as %v", params)
		}
		if n := count(t, db, "duty_shifts") + count(t, db, "duty_rosters"); n != 0 {
			t.Errorf("%d rows of a roster that was refused", n)
		}
		kept, err := s.SetRoster(t.Context(), c.StationStaff, c.Station.ID, roster(0))
		if err != nil || kept.Version != 1 || len(kept.Shifts) != 3 || len(kept.Gaps) != 0 || len(kept.Now) != 2 || kept.Now[0].Name != "白班甲" || !kept.Now[1].Deputy {
			t.Fatalf("%+v, %v", kept, err)
		}
		_, err = s.SetRoster(t.Context(), c.StationStaff, c.Station.ID, roster(0))
		wantCode(t, err, "duty_roster.changed_meanwhile")
		next := roster(1)
		next.Shifts[0].ValidTo = "2027-01-01"
		if kept, err = s.SetRoster(t.Context(), c.StationStaff, c.Station.ID, next); err != nil || kept.Version != 2 || len(kept.Shifts) != 3 || kept.Shifts[0].ValidTo != "2027-01-01" {
			t.Fatalf("%+v, %v", kept, err)
		}
		if n := count(t, db, "duty_shifts"); n != 6 {
			t.Errorf("%d lines: who had duty before is not known any more", n)
		}
		read(t, db, func(tx storage.Tx) error {
			told, err := storage.History(tx, "duty_roster", c.Station.ID)
			if err != nil || len(told) != 2 {
				t.Errorf("%d lines in the ledger, %v", len(told), err)
			}
			for _, l := range told {
				if strings.Contains(l.Data, "甲") || strings.Contains(l.Data, "67900077") {
					t.Errorf("the ledger holds who has duty: %s", l.Data)
				}
			}
			return nil
		})
	})
}

func TestTwoWhoWriteARosterAtOnce(t *testing.T) {
	each(t, places.Options{}, func(t *testing.T, db *storage.DB, s *places.Store) {
		c := storagetest.SmallCounty(t, db)
		write(t, db, places.SeedDutyRules)
		for version := range int64(2) { // the first roster, and the one after it
			var both sync.WaitGroup
			var codes [4]string
			for i := range codes {
				both.Go(func() {
					_, err := s.SetRoster(t.Context(), c.StationStaff, c.Station.ID, roster(version))
					if codes[i] = ""; err != nil {
						codes[i] = models.CodeOf(err)
					}
				})
			}
			both.Wait()
			won := 0
			for _, code := range codes {
				if code == "" {
					won++
				} else if code != "duty_roster.changed_meanwhile" {
					t.Errorf("refused with %s", code)
				}
			}
			if won != 1 {
				t.Errorf("%d of four wrote version %d", won, version+1)
			}
			var lines int64
			read(t, db, func(tx storage.Tx) error {
				return tx.DB().Table("duty_shifts").Where("replaced_at IS NULL").Count(&lines).Error
			})
			if lines != 3 {
				t.Errorf("%d lines in force", lines)
			}
		}
	})
}

func TestWhoKeepsAndReadsARoster(t *testing.T) {
	each(t, places.Options{}, func(t *testing.T, db *storage.DB, s *places.Store) {
		c := storagetest.SmallCounty(t, db)
		write(t, db, places.SeedDutyRules)
		manager := models.Actor{AccountID: c.Staff.AccountID, Parties: []int64{c.Operator.ID}, Held: []models.Held{{Role: models.OperatorManager, ScopeKind: models.ScopeHandlingParty, ScopeID: c.Operator.ID, Approved: true}}}
		for name, a := range map[string]struct {
			who   models.Actor
			party int64
			code  string
		}{
			"the operator's staff":            {c.Staff, c.Operator.ID, "duty_roster.denied"},
			"another operator's staff":        {c.RivalStaff, c.Operator.ID, "handling_party.not_found"},
			"a resident":                      {c.Resident, c.Operator.ID, "handling_party.not_found"},
			"the station, for the operator":   {c.StationStaff, c.Operator.ID, "handling_party.not_found"},
			"the next station":                {c.OtherStationStaff, c.Station.ID, "handling_party.not_found"},
			"the town, for the station":       {c.TownOfficer, c.Station.ID, "handling_party.not_found"},
			"the centre, for the operator":    {c.Officer, c.Operator.ID, "duty_roster.denied"},
			"the auditor":                     {c.Auditor, c.Operator.ID, "handling_party.not_found"},
			"the manager":                     {manager, c.Operator.ID, ""},
			"the station":                     {c.StationStaff, c.Station.ID, ""},
			"the town":                        {c.TownOfficer, c.TownParty.ID, ""},
			"the centre":                      {c.Officer, c.Centre.ID, ""},
			"the manager, a party of nowhere": {manager, 999_999, "handling_party.not_found"},
		} {
			_, err := s.SetRoster(t.Context(), a.who, a.party, roster(0))
			if a.code == "" && err != nil || a.code != "" && models.CodeOf(err) != a.code {
				t.Errorf("%s writes: %v, want %q", name, err, a.code)
			}
			view, err := s.Roster(t.Context(), a.who, a.party)
			reads := a.code == "" || a.code == "duty_roster.denied"
			if reads != (err == nil) || !reads && models.CodeOf(err) != "handling_party.not_found" {
				t.Errorf("%s reads: %v", name, err)
			}
			if view.MayKeep != (a.code == "") {
				t.Errorf("%s is told that he may write: %v", name, view.MayKeep)
			}
		}
		// Everybody's list holds the rosters of his own parties, the county's also who lacks one, with nobody's number.
		for name, a := range map[string]struct {
			who     models.Actor
			items   int
			lacking bool
		}{"staff": {c.Staff, 1, false}, "resident": {c.Resident, 0, false}, "auditor": {c.Auditor, 0, false}, "centre": {c.Officer, 1, true}} {
			list, err := s.Rosters(t.Context(), a.who)
			if err != nil || len(list.Items) != a.items || (len(list.Lacking) > 0) != a.lacking {
				t.Errorf("%s: %d rosters, %d lacking, %v", name, len(list.Items), len(list.Lacking), err)
			}
			for _, l := range list.Lacking {
				if l.PartyID == c.Operator.ID || l.PartyID == c.Station.ID || !l.None {
					t.Errorf("lacking: %+v", l)
				}
			}
			told, _ := json.Marshal(list.Lacking)
			if strings.Contains(string(told), "67900077") {
				t.Errorf("%s reads numbers of others: %s", name, told)
			}
		}
	})
}
