package demo

import (
	"time"

	"linli/models/place"
	"linli/models/ticket"
	"linli/storage"
)

// makeCauses lets the station of the cast open a case about the lift that failed three times, and the operator plan what is done about it.
func (s *seeder) makeCauses(tx storage.Tx) error {
	e := s.county.ofClass(place.ClassProfessional, castEstate)
	station, err := s.actor(tx, s.county.staff[s.county.stations[e.CommunityID]][0])
	if err != nil {
		return err
	}
	operator := e.termOn(tx.Moved(s.now).Today()).HandlingPartyID
	owner, err := s.actor(tx, s.county.staff[operator][0])
	if err != nil {
		return err
	}
	const day = 24 * time.Hour
	opened, _, err := s.Tickets.OpenCauseIn(tx.Moved(s.now.Add(-10*day)), station, ticket.CauseOpening{
		ClientID: chanceFor("cause", 0).uuid(), EstateID: e.ID, BuildingID: e.buildings[0].ID, Thing: "lift", OwnerPartyID: operator,
		Cause: "曳引机用了十八年，钢丝绳磨损打滑，门机和感应器跟着反复出毛病，换零件治不了根。",
	})
	if err != nil {
		return err
	}
	estimate := int64(8_650_000)
	_, err = s.Tickets.StepCauseIn(tx.Moved(s.now.Add(-8*day)), owner, opened.ID, ticket.CauseStep{
		Version: opened.Version, Action: ticket.CausePlan, Note: "更换曳引机、全部钢丝绳和门机，请检验机构验收后再开。", Day: tx.Moved(s.now).Today().Add(12),
		Route: ticket.RouteFund, Fen: &estimate,
	})
	return err
}
