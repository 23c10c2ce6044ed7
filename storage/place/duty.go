package place

import (
	"context"
	"slices"

	"linli/models"
	"linli/models/place"
	"linli/storage"
)

// The rulesets on duty.
const (
	dutyKind    = "duty"
	dutyFormula = "duty/1"
)

// SeedDutyRules writes the rules on duty that the program brings along into a database that does not have them. It may run
// at every start.
func SeedDutyRules(tx storage.Tx) error {
	return storage.SeedRules(tx, dutyKind, [][]byte{place.FirstDutyRules()}, place.ParseDutyRules, func(r place.DutyRules) (string, string, models.Date) {
		return r.Version, dutyFormula, r.ValidFrom
	})
}

// DutyRules reads the rules on duty that are in force on the day of a transaction.
func DutyRules() *storage.Rules[place.DutyRules] {
	return storage.NewRules(dutyKind, place.ParseDutyRules)
}

// Rosters are the rosters that a may see: of the parties that he works for, and for the county's offices also who lacks one.
func (s *Store) Rosters(ctx context.Context, a models.Actor) (list place.RosterList, err error) {
	err = s.db.Read(ctx, func(tx storage.Tx) error {
		rules, err := s.duty.In(tx)
		if err != nil {
			return err
		}
		for _, id := range a.Parties {
			view, err := s.roster(tx, a, id, rules)
			if err != nil {
				return err
			}
			list.Items = append(list.Items, view)
		}
		if a.Has(models.CenterOfficer, models.LeadingGroupOffice) {
			list.Lacking, err = lackingRosters(tx, rules)
		}
		return err
	})
	return list, err
}

// Roster is one party's roster. Whoever must not read it does not learn whether there is one.
func (s *Store) Roster(ctx context.Context, a models.Actor, partyID int64) (view place.RosterView, err error) {
	err = s.db.Read(ctx, func(tx storage.Tx) error {
		rules, err := s.duty.In(tx)
		if err != nil {
			return err
		}
		if !place.MayReadRoster(a, partyID) {
			return models.Refuse(models.NotFound, "handling_party.not_found")
		}
		view, err = s.roster(tx, a, partyID, rules)
		return err
	})
	return view, err
}

// SetRoster writes a party's roster anew. One with a gap in the next days is refused as a whole, in words that name the gap.
func (s *Store) SetRoster(ctx context.Context, a models.Actor, partyID int64, wish place.RosterWish) (view place.RosterView, err error) {
	err = s.db.Write(ctx, func(tx storage.Tx) error {
		view, err = s.SetRosterIn(tx, a, partyID, wish)
		return err
	})
	return view, err
}

// SetRosterIn is SetRoster inside a transaction.
func (s *Store) SetRosterIn(tx storage.Tx, a models.Actor, partyID int64, wish place.RosterWish) (view place.RosterView, err error) {
	switch {
	case !place.MayReadRoster(a, partyID):
		return view, models.Refuse(models.NotFound, "handling_party.not_found")
	case !place.MayKeepRoster(a, partyID):
		return view, models.Refuse(models.Denied, "duty_roster.denied")
	}
	rules, err := s.duty.In(tx)
	if err != nil {
		return view, err
	}
	shifts, err := wish.Check(tx.At(), rules.GapDays)
	if err != nil {
		return view, err
	}
	if err := nextRoster(tx, a, partyID, wish.Version); err != nil {
		return view, err
	}
	err = tx.DB().Model(&place.DutyShift{}).Where("party_id = ? AND replaced_at IS NULL", partyID).Update("replaced_at", tx.At()).Error
	if err != nil {
		return view, err
	}
	for i := range shifts {
		shifts[i].PartyID, shifts[i].RecordedAt = partyID, tx.At()
	}
	if err := tx.DB().Create(&shifts).Error; err != nil {
		return view, err
	}
	_, err = storage.Record(tx, models.Event{
		Noun: "duty_roster", NounID: partyID, Action: "set", ActorID: a.AccountID, ActorRole: a.ActsAs(models.Role.Answers), PartyID: partyID,
		Data: map[string]any{"shifts": len(shifts), "version": wish.Version + 1},
	})
	if err != nil {
		return view, err
	}
	return s.roster(tx, a, partyID, rules)
}

// nextRoster raises the version of a roster where nobody was faster.
func nextRoster(tx storage.Tx, a models.Actor, partyID, version int64) error {
	stale := models.Refuse(models.Conflict, "duty_roster.changed_meanwhile")
	if version == 0 {
		made, err := storage.Insert(tx, &place.DutyRoster{PartyID: partyID, Version: 1, UpdatedAt: tx.At(), UpdatedBy: a.AccountID})
		if err == nil && !made {
			return stale
		}
		return err
	}
	res := tx.DB().Model(&place.DutyRoster{}).Where("party_id = ? AND version = ?", partyID, version).
		Updates(map[string]any{"version": version + 1, "updated_at": tx.At(), "updated_by": a.AccountID})
	if res.Error == nil && res.RowsAffected == 0 {
		return stale
	}
	return res.Error
}

func (s *Store) roster(tx storage.Tx, a models.Actor, partyID int64, rules place.DutyRules) (view place.RosterView, err error) {
	party, found, err := Party(tx, partyID)
	if err != nil {
		return view, err
	}
	if !found {
		return view, models.Refuse(models.NotFound, "handling_party.not_found")
	}
	var head place.DutyRoster
	if err := tx.DB().Take(&head, "party_id = ?", partyID).Error; err != nil && !storage.Absent(err) {
		return view, err
	}
	shifts, err := ShiftsOf(tx, partyID)
	return place.ViewRoster(a, party, head, shifts, rules.GapDays, tx.At()), err
}

// ShiftsOf are the lines of the roster that parties have now.
func ShiftsOf(tx storage.Tx, parties ...int64) (shifts []place.DutyShift, err error) {
	err = tx.DB().Where("party_id IN ? AND replaced_at IS NULL", parties).Order("party_id, id").Limit(inChunk).Find(&shifts).Error
	return shifts, err
}

// lackingRosters are the parties that must keep a roster and have a gap, those without any first.
func lackingRosters(tx storage.Tx, rules place.DutyRules) (lacking []place.RosterLacking, err error) {
	var parties []place.HandlingParty
	err = tx.DB().Where("kind IN ? OR code IN ?", rules.Kinds, append([]string{""}, rules.Codes...)).Order("name, id").Limit(5000).Find(&parties).Error
	if err != nil {
		return nil, err
	}
	of := map[int64][]place.DutyShift{}
	for chunk := range slices.Chunk(parties, 16) { // sixty lines each, at the most
		var ids []int64
		for _, p := range chunk {
			ids = append(ids, p.ID)
		}
		shifts, err := ShiftsOf(tx, ids...)
		if err != nil {
			return nil, err
		}
		for _, s := range shifts {
			of[s.PartyID] = append(of[s.PartyID], s)
		}
	}
	for _, p := range parties {
		if gaps := place.DutyGaps(of[p.ID], tx.At(), rules.GapDays); len(gaps) > 0 {
			lacking = append(lacking, place.RosterLacking{PartyID: p.ID, PartyName: p.Name, PartyKind: p.Kind, None: len(of[p.ID]) == 0, Gap: gaps[0]})
		}
	}
	slices.SortStableFunc(lacking, func(a, b place.RosterLacking) int { return a.Gap.From.Compare(b.Gap.From) })
	return lacking[:min(len(lacking), maxPage)], nil
}
