package place

import (
	"context"

	"linli/models"
	"linli/models/place"
	"linli/storage"
)

// maxBuildings of one estate and maxUnits of one building are listed whole; the register refuses more.
const (
	maxBuildings = 1000
	maxUnits     = place.MaxHouseholds
)

// buildingRows are the buildings of an estate in the order of their names.
func buildingRows(tx storage.Tx, a models.Actor, estateID int64) ([]place.BuildingRow, error) {
	var buildings []place.Building
	if err := tx.DB().Where("estate_id = ?", estateID).Order("sort, id").Limit(maxBuildings).Find(&buildings).Error; err != nil {
		return nil, err
	}
	var ids []int64
	for _, b := range buildings {
		ids = append(ids, b.ID)
	}
	counts, err := ticketCounts(tx, "building_id", ids)
	if err != nil {
		return nil, err
	}
	listed, err := listedCounts(tx, a, "building_id", ids)
	if err != nil {
		return nil, err
	}
	entrances, err := entranceCounts(tx, ids)
	rows := make([]place.BuildingRow, 0, len(buildings))
	for _, b := range buildings {
		rows = append(rows, place.BuildingRow{
			ID: b.ID, EstateID: b.EstateID, Name: b.Name, Households: b.Households, Entrances: entrances[b.ID], Floors: b.Floors,
			OpenTickets: counts[b.ID].Open, OverdueTickets: counts[b.ID].Overdue, Listed: listed[b.ID].listed(),
		})
	}
	return rows, err
}

func entranceCounts(tx storage.Tx, buildingIDs []int64) (map[int64]int64, error) {
	counts := map[int64]int64{}
	for chunk := range chunks(buildingIDs) {
		var rows []counted
		err := tx.DB().Table("entrances").Select("building_id AS id, COUNT(*) AS open").Where("building_id IN ?", chunk).
			Group("building_id").Limit(inChunk).Scan(&rows).Error
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			counts[r.ID] = r.Open
		}
	}
	return counts, nil
}

// ShowBuilding shows one building with the plain facts that every building shows (DECISIONS 15).
func (s *Store) ShowBuilding(ctx context.Context, a models.Actor, id int64) (detail place.BuildingDetail, err error) {
	err = s.db.Read(ctx, func(tx storage.Tx) error {
		found, err := findBuilding(tx, "id = ?", id)
		if err != nil {
			return err
		}
		detail, err = found.detail(tx, a)
		return err
	})
	return detail, err
}

// foundBuilding is a building with what stands around it.
type foundBuilding struct {
	building  place.Building
	estate    place.Estate
	community string
	who       answering
	contact   place.ContactCard
}

func findBuilding(tx storage.Tx, condition string, value any) (found foundBuilding, err error) {
	if found.building, err = buildingBy(tx, condition, value); err != nil {
		return found, err
	}
	if found.estate, err = EstateByID(tx, found.building.EstateID); err != nil {
		return found, err
	}
	names, err := divisionNames(tx, []int64{found.estate.CommunityID}, tx.Today())
	if err != nil {
		return found, err
	}
	found.community = names[found.estate.CommunityID]
	if found.who, err = answeringFor(tx, found.estate); err != nil {
		return found, err
	}
	if found.contact, err = found.who.card(tx); err != nil {
		return found, err
	}
	found.contact.StewardName, err = stewardOf(tx, found.building.ID)
	return found, err
}

func (found foundBuilding) detail(tx storage.Tx, a models.Actor) (place.BuildingDetail, error) {
	b := found.building
	counts, err := ticketCounts(tx, "building_id", []int64{b.ID})
	if err != nil {
		return place.BuildingDetail{}, err
	}
	listed, err := listedCounts(tx, a, "building_id", []int64{b.ID})
	if err != nil {
		return place.BuildingDetail{}, err
	}
	entrances, err := entranceCounts(tx, []int64{b.ID})
	count := counts[b.ID]
	return place.BuildingDetail{
		BuildingRow: place.BuildingRow{
			ID: b.ID, EstateID: b.EstateID, Name: b.Name, Households: b.Households, Entrances: entrances[b.ID], Floors: b.Floors,
			OpenTickets: count.Open, OverdueTickets: count.Overdue, Listed: listed[b.ID].listed(),
		},
		EstateName: found.estate.Name, CommunityName: found.community, Contact: found.contact,
		Facts:          place.BuildingFacts{Answers: found.who.party.Name, Open: count.Open, Overdue: count.Overdue},
		MayPrintPoster: place.MayPrint(a, b, found.estate, found.who.party.ID),
	}, err
}

// ListUnits lists the homes of a building, entrance by entrance, so that people can say which is theirs.
func (s *Store) ListUnits(ctx context.Context, _ models.Actor, buildingID int64) (rows []place.UnitRow, err error) {
	err = s.db.Read(ctx, func(tx storage.Tx) error {
		if _, err := buildingBy(tx, "id = ?", buildingID); err != nil {
			return err
		}
		return tx.DB().Table("units u").Select("u.id, u.entrance_id, en.name AS entrance_name, u.floor, u.name").
			Joins("JOIN entrances en ON en.id = u.entrance_id").Where("u.building_id = ?", buildingID).
			Order("en.sort, u.floor, u.id").Limit(maxUnits).Scan(&rows).Error
	})
	return rows, err
}
