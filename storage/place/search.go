package place

import (
	"context"
	"strings"

	"linli/models"
	"linli/models/place"
	"linli/storage"
)

const (
	maxFound = 20
	// maxLooked bounds the buildings that are compared by name for one search.
	maxLooked = 2000
)

// SearchPlaces finds estates and buildings by what people type: "桃源", "桃源三栋", "桃源小区３号楼2单元501". At most 20.
func (s *Store) SearchPlaces(ctx context.Context, _ models.Actor, text string) (found []place.Found, err error) {
	wanted := place.ParseAddress(text)
	if wanted.Estate == "" && wanted.Building == "" {
		return []place.Found{}, nil
	}
	err = s.db.Read(ctx, func(tx storage.Tx) error {
		estates, err := estatesNamed(tx, wanted.Estate)
		if err != nil {
			return err
		}
		names, err := communityNames(tx, estates)
		if err != nil {
			return err
		}
		if wanted.Building == "" {
			found = estatesFound(estates, names)
			return nil
		}
		found, err = buildingsFound(tx, estates, names, wanted.Building)
		if err == nil && len(found) == 0 && wanted.Estate != "" {
			found = estatesFound(estates, names) // the estate is right, the building is not: let people choose
		}
		return err
	})
	return found, err
}

func estatesNamed(tx storage.Tx, name string) ([]place.Estate, error) {
	var estates []place.Estate
	err := tx.DB().Where("lower(name) LIKE ? ESCAPE '!'", contains(name)).Order("length(name), id").Limit(10 * maxFound).Find(&estates).Error
	return estates, err
}

func communityNames(tx storage.Tx, estates []place.Estate) (map[int64]string, error) {
	var ids []int64
	for _, e := range estates {
		ids = append(ids, e.CommunityID)
	}
	return divisionNames(tx, ids, tx.Today())
}

func estatesFound(estates []place.Estate, names map[int64]string) []place.Found {
	found := []place.Found{}
	for _, e := range estates[:min(maxFound, len(estates))] {
		found = append(found, place.Found{Kind: "estate", EstateID: e.ID, EstateName: e.Name, CommunityName: names[e.CommunityID]})
	}
	return found
}

// buildingsFound compares by BuildingKey, so that every spelling of a number finds its building.
func buildingsFound(tx storage.Tx, estates []place.Estate, names map[int64]string, building string) ([]place.Found, error) {
	byID := map[int64]place.Estate{}
	var ids []int64
	for _, e := range estates {
		byID[e.ID] = e
		ids = append(ids, e.ID)
	}
	found := []place.Found{}
	for chunk := range chunks(ids) {
		var buildings []place.Building
		if err := tx.DB().Where("estate_id IN ?", chunk).Order("estate_id, sort, id").Limit(maxLooked).Find(&buildings).Error; err != nil {
			return nil, err
		}
		for _, b := range buildings {
			if place.BuildingKey(b.Name) != strings.ToLower(building) || len(found) == maxFound {
				continue
			}
			e := byID[b.EstateID]
			found = append(found, place.Found{
				Kind: "building", EstateID: e.ID, EstateName: e.Name, BuildingID: b.ID, BuildingName: b.Name, CommunityName: names[e.CommunityID],
			})
		}
	}
	return found, nil
}

// contains is the LIKE pattern for "has text in it", with the pattern's own signs taken literally.
func contains(text string) string {
	text = strings.ToLower(strings.TrimSpace(place.HalfWidth(text)))
	return "%" + strings.NewReplacer("!", "!!", "%", "!%", "_", "!_").Replace(text) + "%"
}
