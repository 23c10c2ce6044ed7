package demo

import (
	"linli/models"
	"linli/models/place"
	"linli/storage"
)

// dutyNumbers is the block of the telephones of people on duty.
const dutyNumbers = 5000

// makeRosters gives most parties that must answer round the clock a duty roster: a day, a night and a deputy. Those of the cast
// have one; who has none is listed for the centre.
func (s *seeder) makeRosters(tx storage.Tx) error {
	county, err := s.registered(tx)
	if err != nil {
		return err
	}
	keep, err := county.keepsRosters()
	if err != nil {
		return err
	}
	for n, id := range keep {
		if _, err := s.Places.SetRosterIn(tx.Moved(s.now), models.SystemActor, id, demoRoster(n, models.DateOf(s.ahead()))); err != nil {
			return err
		}
	}
	return nil
}

// keepsRosters lists the parties that get a roster, in the order of their ids.
func (c *county) keepsRosters() (ids []int64, err error) {
	rules, err := place.ParseDutyRules(place.FirstDutyRules())
	if err != nil {
		return nil, err
	}
	estate := c.ofClass(place.ClassProfessional, castEstate)
	cast := map[int64]bool{estate.terms[0].HandlingPartyID: true, c.stations[estate.CommunityID]: true, c.towns[estate.TownID]: true, c.byCode["property_center"]: true}
	for id := int64(1); id <= c.lastParty(); id++ {
		party, there := c.parties[id]
		if there && rules.MustKeep(party) && (cast[id] || chanceFor("roster", int(id)).often(85)) {
			ids = append(ids, id)
		}
	}
	return ids, nil
}

func demoRoster(n int, from models.Date) place.RosterWish {
	line := func(i int, title, fromTime, toTime string, deputy bool) place.ShiftWish {
		return place.ShiftWish{
			Name: personName(chanceFor("duty", 3*n+i)), Title: title, Phone: demoPhone(dutyNumbers + 3*n + i), Deputy: deputy,
			FromTime: fromTime, ToTime: toTime, Weekdays: "1234567", ValidFrom: from,
		}
	}
	return place.RosterWish{Shifts: []place.ShiftWish{
		line(0, "白班值班长", "08:00", "20:00", false), line(1, "夜班值班长", "20:00", "08:00", false), line(2, "带班领导", "00:00", "00:00", true),
	}}
}
