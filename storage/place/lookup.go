package place

import (
	"linli/models"
	"linli/models/place"
	"linli/storage"
)

// inChunk is the longest list of ids in one statement.
const inChunk = 1000

// validOn narrows a query to the rows of a dated table that hold on day.
const validOn = "valid_from <= ? AND (valid_to IS NULL OR valid_to > ?)"

// TermOn is the service term that runs for an estate on day; false where none does.
func TermOn(tx storage.Tx, estateID int64, day models.Date) (place.ServiceTerm, bool, error) {
	var terms []place.ServiceTerm
	err := tx.DB().Where("estate_id = ? AND "+validOn, estateID, day, day).Limit(1).Find(&terms).Error
	if err != nil || len(terms) == 0 {
		return place.ServiceTerm{}, false, err
	}
	return terms[0], true, nil
}

// Party is a handling party by its id.
func Party(tx storage.Tx, id int64) (place.HandlingParty, bool, error) {
	return oneParty(tx, "id = ?", id)
}

// PartyByCode is a handling party by its own code, for agencies and utilities the code of FIELD B-a.
func PartyByCode(tx storage.Tx, code string) (place.HandlingParty, bool, error) {
	return oneParty(tx, "code = ?", code)
}

// StationOf is the service station of a community.
func StationOf(tx storage.Tx, communityID int64) (place.HandlingParty, bool, error) {
	return oneParty(tx, "division_id = ? AND kind = ?", communityID, place.PartyServiceStation)
}

// TownPartyOf is the town's own body.
func TownPartyOf(tx storage.Tx, townID int64) (place.HandlingParty, bool, error) {
	return oneParty(tx, "division_id = ? AND kind = ?", townID, place.PartyTown)
}

// DeveloperOf is who built the estate, where the register says it.
func DeveloperOf(tx storage.Tx, estateID int64) (place.HandlingParty, bool, error) {
	return oneParty(tx, "kind = ? AND id = (SELECT developer_party_id FROM estates WHERE id = ?)", place.PartyDeveloper, estateID)
}

func oneParty(tx storage.Tx, condition string, values ...any) (place.HandlingParty, bool, error) {
	var parties []place.HandlingParty
	err := tx.DB().Where(condition, values...).Order("id").Limit(1).Find(&parties).Error
	if err != nil || len(parties) == 0 {
		return place.HandlingParty{}, false, err
	}
	return parties[0], true, nil
}

// CodeOn is the statistical code of a division on day; for a day outside all its codes the newest one, because a
// ticket's number needs some code.
func CodeOn(tx storage.Tx, divisionID int64, day models.Date) (string, error) {
	codes, err := codesOf(tx, divisionID)
	if err != nil {
		return "", err
	}
	if code, ok := place.CodeOn(codes, day); ok {
		return code.Code, nil
	}
	newest := place.DivisionCode{}
	for _, c := range codes {
		if c.ValidFrom >= newest.ValidFrom {
			newest = c
		}
	}
	return newest.Code, nil
}

func codesOf(tx storage.Tx, divisionID int64) ([]place.DivisionCode, error) {
	var codes []place.DivisionCode
	err := tx.DB().Where("division_id = ?", divisionID).Order("valid_from").Limit(100).Find(&codes).Error
	return codes, err
}

// divisionByCode finds a division by any code that it has or had.
func divisionByCode(tx storage.Tx, code string) (int64, bool, error) {
	var ids []int64
	err := tx.DB().Table("division_codes").Where("code = ?", code).Order("id").Limit(1).Pluck("division_id", &ids).Error
	if err != nil || len(ids) == 0 {
		return 0, false, err
	}
	return ids[0], true, nil
}

// named is a row of an id with a name.
type named struct {
	ID   int64
	Name string
}

// divisionNames are the names of divisions on day.
func divisionNames(tx storage.Tx, ids []int64, day models.Date) (map[int64]string, error) {
	names := map[int64]string{}
	for chunk := range chunks(ids) {
		var rows []named
		err := tx.DB().Table("division_codes").Select("division_id AS id, name").
			Where("division_id IN ? AND "+validOn, chunk, day, day).Limit(inChunk).Scan(&rows).Error
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			names[r.ID] = r.Name
		}
	}
	return names, nil
}

// Town is a town that is there, or that there was.
type Town struct {
	ID   int64
	Name string // its last one
	Gone bool   // it is no town any more
}

// Towns are all towns that there were, in the order of their ids.
func Towns(tx storage.Tx) (towns []Town, err error) {
	var rows []struct {
		ID      int64
		Name    string
		ValidTo models.Date
	}
	err = tx.DB().Table("division_codes c").Joins("JOIN divisions d ON d.id = c.division_id").Select("d.id, c.name, c.valid_to").
		Where("d.level = ? AND c.valid_from <= ?", place.Town, tx.Today()).Order("d.id, c.valid_from").Limit(10 * inChunk).Scan(&rows).Error
	for _, row := range rows {
		town := Town{row.ID, row.Name, row.ValidTo != "" && row.ValidTo <= tx.Today()}
		if n := len(towns); n > 0 && towns[n-1].ID == row.ID {
			towns[n-1] = town
		} else {
			towns = append(towns, town)
		}
	}
	return towns, err
}

func partiesByID(tx storage.Tx, ids []int64) (map[int64]place.HandlingParty, error) {
	parties := map[int64]place.HandlingParty{}
	for chunk := range chunks(ids) {
		var rows []place.HandlingParty
		if err := tx.DB().Where("id IN ?", chunk).Limit(inChunk).Find(&rows).Error; err != nil {
			return nil, err
		}
		for _, p := range rows {
			parties[p.ID] = p
		}
	}
	return parties, nil
}

// StationsOf are the service stations of communities, by community.
func StationsOf(tx storage.Tx, communities []int64) (map[int64]place.HandlingParty, error) {
	stations := map[int64]place.HandlingParty{}
	for chunk := range chunks(communities) {
		var rows []place.HandlingParty
		err := tx.DB().Where("division_id IN ? AND kind = ?", chunk, place.PartyServiceStation).Order("id DESC").Limit(2 * inChunk).Find(&rows).Error
		if err != nil {
			return nil, err
		}
		for _, p := range rows {
			stations[*p.DivisionID] = p // the oldest comes last and stays, as in StationOf
		}
	}
	return stations, nil
}

// chunks gives the distinct ids in lists that fit into one statement.
func chunks(ids []int64) func(yield func([]int64) bool) {
	seen := map[int64]bool{}
	var distinct []int64
	for _, id := range ids {
		if id != 0 && !seen[id] {
			seen[id] = true
			distinct = append(distinct, id)
		}
	}
	return func(yield func([]int64) bool) {
		for len(distinct) > 0 {
			n := min(inChunk, len(distinct))
			if !yield(distinct[:n]) {
				return
			}
			distinct = distinct[n:]
		}
	}
}

// EstateByID is an estate; where there is none it refuses.
func EstateByID(tx storage.Tx, id int64) (place.Estate, error) {
	var estates []place.Estate
	err := tx.DB().Where("id = ?", id).Limit(1).Find(&estates).Error
	if err == nil && len(estates) == 0 {
		err = models.Refuse(models.NotFound, "estate.not_found")
	}
	if err != nil {
		return place.Estate{}, err
	}
	return estates[0], nil
}

func buildingBy(tx storage.Tx, condition string, value any) (place.Building, error) {
	var buildings []place.Building
	err := tx.DB().Where(condition, value).Limit(1).Find(&buildings).Error
	if err == nil && len(buildings) == 0 {
		err = models.Refuse(models.NotFound, "building.not_found")
	}
	if err != nil {
		return place.Building{}, err
	}
	return buildings[0], nil
}
