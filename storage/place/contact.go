package place

import (
	"linli/models"
	"linli/models/place"
	"linli/storage"
)

// answering is who answers for an estate today, with the station behind it.
type answering struct {
	party, station place.HandlingParty
	term           *place.ServiceTerm
	mode           place.ServiceMode
}

// answeringFor finds who answers for an estate on the day of the transaction.
func answeringFor(tx storage.Tx, e place.Estate) (answering, error) {
	station, _, err := StationOf(tx, e.CommunityID)
	if err != nil {
		return answering{}, err
	}
	who := answering{party: station, station: station, mode: place.ModeNone}
	term, running, err := TermOn(tx, e.ID, tx.Today())
	if err != nil || !running {
		return who, err
	}
	who.term = &term
	partyID, mode := place.Answerable(who.term, station.ID)
	who.mode = mode
	if partyID != station.ID {
		who.party, _, err = Party(tx, partyID)
	}
	return who, err
}

// card makes the contact card of an estate.
func (who answering) card(tx storage.Tx) (place.ContactCard, error) {
	var rows []place.HandlingParty
	err := tx.DB().Where("code IN ?", place.EmergencyCodes).Limit(len(place.EmergencyCodes)).Find(&rows).Error
	byCode := map[string]place.HandlingParty{}
	for _, p := range rows {
		byCode[p.Code] = p
	}
	return place.NewContactCard(who.party, who.station, who.mode, who.term, place.Emergencies(byCode)), err
}

// stewardOf is the name of a building's steward today, or "".
func stewardOf(tx storage.Tx, buildingID int64) (string, error) {
	var names []string
	err := tx.DB().Table("memberships m").Joins("JOIN accounts a ON a.id = m.account_id").
		Where("m.role = ? AND m.scope_kind = ? AND m.scope_id = ? AND m.status = ?", models.BuildingSteward, models.ScopeBuilding, buildingID, models.Approved).
		Where("m.valid_from <= ? AND (m.valid_to IS NULL OR m.valid_to > ?)", tx.Today(), tx.Today()).
		Order("m.id").Limit(1).Pluck("a.name", &names).Error
	if err != nil || len(names) == 0 {
		return "", err
	}
	return names[0], nil
}
