package ticket

import (
	"cmp"
	"context"
	"slices"

	"gorm.io/gorm"

	"linli/models"
	"linli/models/place"
	"linli/models/ticket"
	"linli/storage"
)

const (
	mostBulletinsShown  = 20  // at one place or home
	mostBulletinsListed = 100 // on one page of staff
)

// KnownOutages are the bulletins that run at a place for a category, for whoever is about to file there. They keep nobody from it.
func (s *Store) KnownOutages(ctx context.Context, a models.Actor, estateID, buildingID int64, category string) (list ticket.BulletinList, err error) {
	err = s.db.Read(ctx, func(tx storage.Tx) error {
		var ids []int64
		find := tx.DB().Table("bulletin_places").Where("estate_id = ? AND until_at > ? AND category = ?", estateID, tx.At(), category)
		if buildingID != 0 { // of no building: whatever is known of any part of the estate
			find = find.Where("building_id IN ?", []int64{0, buildingID})
		}
		if err := find.Limit(mostBulletinsShown*ticket.MostBulletinBuildings).Pluck("bulletin_id", &ids).Error; err != nil {
			return err
		}
		list.Items, err = shownBulletins(tx, a, ids, func(state ticket.BulletinState) bool { return state == ticket.BulletinRunning })
		return err
	})
	return list, err
}

// HomeBulletins are the bulletins, running and planned, of the buildings in which a lives or which he looks after.
func (s *Store) HomeBulletins(ctx context.Context, a models.Actor) (list ticket.BulletinList, err error) {
	err = s.db.Read(ctx, func(tx storage.Tx) error {
		buildings, estates := a.Scopes(models.ScopeBuilding, models.BuildingSteward), []int64{}
		for _, h := range a.Homes {
			buildings = append(buildings, h.BuildingID)
		}
		list.Items = []ticket.BulletinView{}
		if len(buildings) == 0 {
			return nil
		}
		if err := tx.DB().Model(&place.Building{}).Where("id IN ?", buildings).Distinct().Pluck("estate_id", &estates).Error; err != nil {
			return err
		}
		var err error
		list.Items, err = bulletinsOf(tx, a, estates, buildings)
		return err
	})
	return list, err
}

// bulletinsOf are the bulletins, running and planned, of buildings and of the estates around them.
func bulletinsOf(tx storage.Tx, a models.Actor, estates, buildings []int64) ([]ticket.BulletinView, error) {
	var ids []int64
	err := tx.DB().Table("bulletin_places").Where("estate_id IN ? AND building_id IN ? AND until_at > ?", estates, append(buildings, 0), tx.At()).
		Limit(mostBulletinsShown*ticket.MostBulletinBuildings).Pluck("bulletin_id", &ids).Error
	if err != nil {
		return nil, err
	}
	return shownBulletins(tx, a, ids, func(state ticket.BulletinState) bool { return state != ticket.BulletinOver })
}

// BuildingBulletins are the bulletins, running and planned, of one building, for everybody who is signed in.
func (s *Store) BuildingBulletins(ctx context.Context, a models.Actor, id int64) (ticket.BulletinList, error) {
	return s.bulletinsAt(ctx, a, "building.not_found", "id = ?", id)
}

// PosterBulletins are those of the building whose poster has a token, for anybody: they name no person.
func (s *Store) PosterBulletins(ctx context.Context, token string) (ticket.BulletinList, error) {
	return s.bulletinsAt(ctx, models.Actor{}, "poster.not_found", "poster_token = ?", token)
}

func (s *Store) bulletinsAt(ctx context.Context, a models.Actor, absent, condition string, value any) (list ticket.BulletinList, err error) {
	err = s.db.Read(ctx, func(tx storage.Tx) error {
		var building place.Building
		err := tx.DB().Select("id, estate_id").Take(&building, condition, value).Error
		if err != nil {
			return absentAs(err, models.Refuse(models.NotFound, absent))
		}
		list.Items, err = bulletinsOf(tx, a, []int64{building.EstateID}, []int64{building.ID})
		return err
	})
	return list, err
}

func shownBulletins(tx storage.Tx, a models.Actor, ids []int64, shown func(ticket.BulletinState) bool) ([]ticket.BulletinView, error) {
	rows, err := byID[ticket.Bulletin](tx, ids, func(b ticket.Bulletin) int64 { return b.ID })
	if err != nil {
		return nil, err
	}
	var list []ticket.Bulletin
	for _, b := range rows {
		if shown(b.State(tx.At())) {
			list = append(list, b)
		}
	}
	slices.SortFunc(list, func(x, y ticket.Bulletin) int { return cmp.Compare(x.ID, y.ID) })
	return viewBulletins(tx, a, list[:min(len(list), mostBulletinsShown)])
}

// Bulletins are those of the last days of the parties for which a works and the places that his office oversees, and how many
// there were by party.
func (s *Store) Bulletins(ctx context.Context, a models.Actor) (page ticket.BulletinPage, err error) {
	page.Days, page.Bounds = ticket.BulletinDays, ticket.BoundsOfBulletins()
	err = s.db.Read(ctx, func(tx storage.Tx) error {
		within := func() *gorm.DB {
			q := tx.DB().Table("bulletins").Where("posted_at >= ?", tx.At().AddDate(0, 0, -ticket.BulletinDays))
			if scope := models.ScopeOf(a).Work(); !scope.Everything {
				q = q.Where("handling_party_id IN ? OR community_id IN ? OR town_id IN ?", scope.Parties, scope.Communities, scope.Towns)
			}
			return q
		}
		var rows []ticket.Bulletin
		if err := within().Order("id DESC").Limit(mostBulletinsListed).Find(&rows).Error; err != nil {
			return err
		}
		page.Counts = []ticket.BulletinCount{}
		err := within().Select("handling_party_id, COUNT(*) AS posted, SUM(minutes) AS minutes, SUM(changes) AS changes").
			Group("handling_party_id").Order("minutes DESC, handling_party_id").Limit(1000).Scan(&page.Counts).Error
		if err != nil {
			return err
		}
		var ids []int64
		for _, n := range page.Counts {
			ids = append(ids, n.HandlingPartyID)
		}
		parties, err := partyNames(tx, ids)
		if err != nil {
			return err
		}
		for i := range page.Counts {
			page.Counts[i].PartyName = parties[page.Counts[i].HandlingPartyID].Name
		}
		page.Items, err = viewBulletins(tx, a, rows)
		return err
	})
	return page, err
}

func viewBulletin(tx storage.Tx, a models.Actor, b ticket.Bulletin) (ticket.BulletinView, error) {
	views, err := viewBulletins(tx, a, []ticket.Bulletin{b})
	if err != nil {
		return ticket.BulletinView{}, err
	}
	return views[0], nil
}

func viewBulletins(tx storage.Tx, a models.Actor, list []ticket.Bulletin) ([]ticket.BulletinView, error) {
	var ids, estateIDs, partyIDs, buildingIDs []int64
	for _, b := range list {
		ids, estateIDs, partyIDs = append(ids, b.ID), append(estateIDs, b.EstateID), append(partyIDs, b.HandlingPartyID)
	}
	var rows []bulletinPlace
	if err := tx.DB().Select("bulletin_id, building_id").Where("bulletin_id IN ? AND building_id <> 0", ids).Order("bulletin_id, building_id").Find(&rows).Error; err != nil {
		return nil, err
	}
	for _, r := range rows {
		buildingIDs = append(buildingIDs, r.BuildingID)
	}
	buildings, err := byID[place.Building](tx, buildingIDs, func(b place.Building) int64 { return b.ID })
	if err != nil {
		return nil, err
	}
	estates, err := byID[place.Estate](tx, estateIDs, func(e place.Estate) int64 { return e.ID })
	if err != nil {
		return nil, err
	}
	parties, err := partyNames(tx, partyIDs)
	if err != nil {
		return nil, err
	}
	named := map[int64][]ticket.BulletinBuilding{}
	for _, r := range rows {
		named[r.BulletinID] = append(named[r.BulletinID], ticket.BulletinBuilding{ID: r.BuildingID, Name: buildings[r.BuildingID].Name})
	}
	views := []ticket.BulletinView{}
	for _, b := range list {
		p := parties[b.HandlingPartyID]
		party := publicParty(p)
		views = append(views, ticket.ViewBulletin(a, b, estates[b.EstateID].Name, named[b.ID], party, tx.At()))
	}
	return views, nil
}
