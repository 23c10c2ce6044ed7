package place

import (
	"fmt"

	"linli/models/place"
)

// writeBuildings makes or updates the buildings of one estate. Buildings that the file does not name stay as they are.
func (in *importer) writeBuildings(e place.Estate, group []place.RegisterRow) error {
	var there []place.Building
	if err := in.tx.DB().Where("estate_id = ?", e.ID).Order("sort, id").Limit(maxBuildings).Find(&there).Error; err != nil {
		return err
	}
	known := map[string]place.Building{}
	last := int64(0)
	for _, b := range there {
		known[place.BuildingKey(b.Name)] = b
		last = max(last, b.Sort)
	}
	if len(there)+len(group) > maxBuildings {
		in.refuse(group[0], "building_name", "import.too_many_buildings", "limit", maxBuildings)
		return nil
	}
	for _, r := range group {
		was, found := known[place.BuildingKey(r.BuildingName)]
		var err error
		if found {
			err = in.updateBuilding(was, r)
		} else {
			last++
			err = in.newBuilding(e, r, last)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (in *importer) newBuilding(e place.Estate, r place.RegisterRow, sort int64) error {
	code := fmt.Sprintf("%s-%03d", e.Code, sort)
	b := place.Building{
		EstateID: e.ID, Code: code, Name: r.BuildingName, PosterToken: in.token(code), Floors: r.Floors, Households: r.Households(),
		GrossAreaC: r.GrossAreaC, Lift: r.Lift, Sort: sort, DeliveredOn: r.DeliveredOn, CreatedAt: in.tx.At(),
	}
	if err := in.tx.DB().Create(&b).Error; err != nil {
		return err
	}
	in.report.Created.Buildings++
	return in.writeGrid(b, r, nil, nil)
}

func (in *importer) updateBuilding(was place.Building, r place.RegisterRow) error {
	delivered := r.DeliveredOn
	if delivered == "" {
		delivered = was.DeliveredOn
	}
	var entrances []place.Entrance
	if err := in.tx.DB().Where("building_id = ?", was.ID).Limit(inChunk).Find(&entrances).Error; err != nil {
		return err
	}
	var units []place.Unit
	if err := in.tx.DB().Where("building_id = ?", was.ID).Limit(2 * maxUnits).Find(&units).Error; err != nil {
		return err
	}
	if vanishing := outside(r, entrances, units); vanishing > 0 {
		in.refuse(r, "homes_per_floor", "import.homes_would_vanish", "homes", vanishing)
		return nil
	}
	same := was.Floors == r.Floors && was.Households == r.Households() && was.GrossAreaC == r.GrossAreaC && was.Lift == r.Lift && was.DeliveredOn == delivered
	if same {
		return nil
	}
	in.report.Updated++
	err := in.tx.DB().Table("buildings").Where("id = ?", was.ID).Updates(map[string]any{
		"floors": r.Floors, "households": r.Households(), "gross_area_c": r.GrossAreaC, "lift": r.Lift, "delivered_on": delivered,
	}).Error
	if err != nil {
		return err
	}
	return in.writeGrid(was, r, entrances, units)
}

// outside counts the homes that the row's grid has no place for. People may live in them and tickets may name them, so
// an import never takes a home away.
func outside(r place.RegisterRow, entrances []place.Entrance, units []place.Unit) int {
	names := map[int64]string{}
	for _, e := range entrances {
		names[e.ID] = e.Name
	}
	inside := map[string]bool{}
	for n := int64(1); n <= r.Entrances; n++ {
		for floor := int64(1); floor <= r.Floors; floor++ {
			for home := int64(1); home <= r.HomesPerFloor; home++ {
				inside[place.EntranceName(n)+"/"+place.UnitName(floor, home)] = true
			}
		}
	}
	count := 0
	for _, u := range units {
		if !inside[names[u.EntranceID]+"/"+u.Name] {
			count++
		}
	}
	return count
}

// writeGrid adds the entrances and homes that the row describes and that are not there yet. Each home's area is its
// equal share of the building, until the owner roll says better.
func (in *importer) writeGrid(b place.Building, r place.RegisterRow, entrances []place.Entrance, units []place.Unit) error {
	known := map[string]place.Entrance{}
	for _, e := range entrances {
		known[e.Name] = e
	}
	taken := map[string]bool{}
	for _, u := range units {
		taken[fmt.Sprint(u.EntranceID, "/", u.Name)] = true
	}
	share := r.GrossAreaC / max(1, r.Households())
	for n := int64(1); n <= r.Entrances; n++ {
		entrance, there := known[place.EntranceName(n)]
		if !there {
			entrance = place.Entrance{BuildingID: b.ID, Name: place.EntranceName(n), Sort: n}
			if err := in.tx.DB().Create(&entrance).Error; err != nil {
				return err
			}
		}
		for floor := int64(1); floor <= r.Floors; floor++ {
			for home := int64(1); home <= r.HomesPerFloor; home++ {
				name := place.UnitName(floor, home)
				if taken[fmt.Sprint(entrance.ID, "/", name)] {
					continue
				}
				in.units = append(in.units, place.Unit{
					EstateID: b.EstateID, BuildingID: b.ID, EntranceID: entrance.ID, Name: name, Floor: floor, ExclusiveAreaC: share,
				})
			}
		}
	}
	return nil
}

// writeUnits writes all new homes of the import together; it is what makes an import of a county quick.
func (in *importer) writeUnits() error {
	in.report.Created.Units = len(in.units)
	if len(in.units) == 0 {
		return nil
	}
	return in.tx.DB().CreateInBatches(in.units, 500).Error
}

// writeSums brings the area and the households of the estates to the sums of their buildings.
func (in *importer) writeSums() error {
	for chunk := range chunks(in.touched) {
		err := in.tx.DB().Exec("UPDATE estates SET "+
			"gross_area_c = (SELECT coalesce(sum(b.gross_area_c), 0) FROM buildings b WHERE b.estate_id = estates.id), "+
			"households = (SELECT coalesce(sum(b.households), 0) FROM buildings b WHERE b.estate_id = estates.id) "+
			"WHERE id IN ?", chunk).Error
		if err != nil {
			return err
		}
	}
	return nil
}
