package score

import (
	"cmp"
	"slices"
	"time"

	"gorm.io/gorm"

	"linli/models/place"
	"linli/models/score"
	"linli/storage"
	places "linli/storage/place"
)

// unitKey names a scored unit.
type unitKey struct {
	kind score.UnitKind
	id   int64
}

// unit is what one score is for: an estate, or the ownerless buildings of a package or community together.
type unit struct {
	unitKey
	name       string
	class      place.BaselineClass
	estates    []int64
	households int64
	unknown    bool     // the register has no number of homes for one of its estates
	served     []served // by whom, one for each of its estates
}

// served says who answered for an estate: its terms, and where there is none the station of its community.
type served struct {
	community, town, station int64
	terms                    []score.Term
}

// homes is their number where the register knows all of them, else 0.
func (u unit) homes() int64 {
	if u.unknown {
		return 0
	}
	return u.households
}

// parties are those whose work a figure about this time is about.
func (u unit) parties(from, to time.Time) []int64 {
	var all []int64
	for _, s := range u.served {
		all = append(all, score.Judged(s.terms, from, to, s.station)...)
	}
	return all
}

// unitOf is the unit in which an estate is scored.
func unitOf(tx storage.Tx, estateID int64) (unit, error) {
	e, err := places.EstateByID(tx, estateID)
	if err != nil {
		return unit{}, err
	}
	kind, id := e.ScoreUnit()
	condition := tx.DB().Where("id = ?", id)
	switch kind {
	case place.UnitServicePackage:
		condition = tx.DB().Where("baseline_class = ? AND service_package_id = ?", place.ClassOwnerless, id)
	case place.UnitCommunity:
		condition = tx.DB().Where("baseline_class = ? AND service_package_id IS NULL AND community_id = ?", place.ClassOwnerless, id)
	}
	units, err := unitsWhere(tx, condition)
	if err != nil {
		return unit{}, err
	}
	return units[0], nil
}

// unitsWhere groups the estates of a condition into their units, in a fixed order.
func unitsWhere(tx storage.Tx, condition *gorm.DB) ([]unit, error) {
	byKey := map[unitKey]*unit{}
	for last := int64(0); ; {
		var page []place.Estate
		if err := condition.Session(&gorm.Session{}).Where("id > ?", last).Order("id").Limit(inChunk).Find(&page).Error; err != nil {
			return nil, err
		}
		for _, e := range page {
			join(byKey, e)
		}
		if len(page) < inChunk {
			break
		}
		last = page[len(page)-1].ID
	}
	units := make([]unit, 0, len(byKey))
	for _, u := range byKey {
		units = append(units, *u)
	}
	slices.SortFunc(units, func(a, b unit) int { return cmp.Or(cmp.Compare(a.kind, b.kind), cmp.Compare(a.id, b.id)) })
	if err := nameUnits(tx, units); err != nil {
		return nil, err
	}
	return units, addServed(tx, units)
}

func join(byKey map[unitKey]*unit, e place.Estate) {
	kind, id := e.ScoreUnit()
	key := unitKey{kind: score.UnitKind(kind), id: id}
	u := byKey[key]
	if u == nil {
		u = &unit{unitKey: key, class: e.BaselineClass}
		byKey[key] = u
	}
	if key.kind == score.UnitEstate {
		u.name = e.Name
	}
	u.estates = append(u.estates, e.ID)
	u.served = append(u.served, served{community: e.CommunityID, town: e.TownID})
	u.households += e.Households
	u.unknown = u.unknown || e.Households == 0
}

// nameUnits fills in the names of packages and communities.
func nameUnits(tx storage.Tx, units []unit) error {
	packages, err := names(tx.DB().Table("service_packages").Select("id, name"), "id", idsOfKind(units, score.UnitPackage))
	if err != nil {
		return err
	}
	today := tx.DB().Table("division_codes").Select("division_id AS id, name").
		Where("valid_from <= ? AND (valid_to IS NULL OR valid_to > ?)", tx.Today(), tx.Today())
	communities, err := names(today, "division_id", idsOfKind(units, score.UnitCommunity))
	if err != nil {
		return err
	}
	for i, u := range units {
		switch u.kind {
		case score.UnitPackage:
			units[i].name = packages[u.id]
		case score.UnitCommunity:
			units[i].name = communities[u.id]
		}
	}
	return nil
}

func idsOfKind(units []unit, kind score.UnitKind) []int64 {
	var ids []int64
	for _, u := range units {
		if u.kind == kind {
			ids = append(ids, u.id)
		}
	}
	return ids
}

// names reads id and name for ids; column is the program's own.
func names(query *gorm.DB, column string, ids []int64) (map[int64]string, error) {
	found := map[int64]string{}
	for _, chunk := range chunks(ids) {
		var rows []struct {
			ID   int64
			Name string
		}
		if err := query.Session(&gorm.Session{}).Where(column+" IN ?", chunk).Limit(inChunk).Scan(&rows).Error; err != nil {
			return nil, err
		}
		for _, row := range rows {
			found[row.ID] = row.Name
		}
	}
	return found, nil
}

// addServed notes who served each estate of the units when.
func addServed(tx storage.Tx, units []unit) error {
	terms, err := termsOf(tx, estatesOf(units))
	if err != nil {
		return err
	}
	var communities []int64
	for _, u := range units {
		for _, s := range u.served {
			communities = append(communities, s.community)
		}
	}
	stations, err := places.StationsOf(tx, communities)
	for _, u := range units {
		for i, estate := range u.estates {
			u.served[i].terms, u.served[i].station = terms[estate], stations[u.served[i].community].ID
		}
	}
	return err
}

func estatesOf(units []unit) []int64 {
	var ids []int64
	for _, u := range units {
		ids = append(ids, u.estates...)
	}
	return ids
}
