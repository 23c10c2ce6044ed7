package ticket

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"gorm.io/gorm"

	"linli/models"
	"linli/models/place"
	"linli/models/ticket"
	"linli/storage"
	places "linli/storage/place"
)

const (
	mostBulletinsShown  = 20  // at one place or home
	mostBulletinsListed = 100 // on one page of staff
)

// bulletinPlace is one place of a bulletin. It repeats when the bulletin ends, so that one index finds what runs at a place.
type bulletinPlace struct {
	BulletinID int64
	EstateID   int64
	BuildingID int64
	Category   string
	UntilAt    time.Time
}

// TableName is the table of the places of bulletins.
func (bulletinPlace) TableName() string { return "bulletin_places" }

// PostBulletin takes a bulletin of a party for which a works, and which answers for the place or for such a matter there. The
// same client id again is the first bulletin again. It changes no ticket.
func (s *Store) PostBulletin(ctx context.Context, a models.Actor, p ticket.BulletinPosting) (view ticket.BulletinView, created bool, err error) {
	err = s.db.Write(ctx, func(tx storage.Tx) error {
		view, created, err = s.PostBulletinIn(tx, a, p)
		return err
	})
	return view, created, err
}

// PostBulletinIn is PostBulletin inside a transaction.
func (s *Store) PostBulletinIn(tx storage.Tx, a models.Actor, p ticket.BulletinPosting) (view ticket.BulletinView, created bool, err error) {
	b, created, err := s.postIn(tx, a, p)
	if err == nil {
		view, err = viewBulletin(tx, a, b)
	}
	return view, created, err
}

func (s *Store) postIn(tx storage.Tx, a models.Actor, p ticket.BulletinPosting) (b ticket.Bulletin, created bool, err error) {
	hash := storage.ContentHash(p)
	err = tx.DB().Take(&b, "author_id = ? AND client_id = ?", a.AccountID, p.ClientID).Error
	if err == nil && b.ContentHash != hash {
		err = models.Refuse(models.Conflict, "ticket.id_conflict")
	}
	if !errors.Is(err, gorm.ErrRecordNotFound) {
		return b, false, err
	}
	c, err := s.catalogueIn(tx)
	if err != nil {
		return b, false, err
	}
	if p, err = p.Check(c, tx.At()); err != nil {
		return b, false, err
	}
	category, _ := c.Category(p.Category)
	at, err := resolve(tx, ticket.Filing{EstateID: p.EstateID})
	if err != nil {
		return b, false, err
	}
	if err := buildingsOf(tx, p); err != nil {
		return b, false, err
	}
	party, err := posterOf(tx, a, at, category)
	if err != nil {
		return b, false, err
	}
	for field, words := range map[string]string{"text": p.Text, "meanwhile": p.Meanwhile} {
		if err := ticket.CheckBulletinWords(party.Phone24, field, words); err != nil {
			return b, false, err
		}
	}
	if err := notBarred(tx, party.ID, p); err != nil {
		return b, false, err
	}
	b = p.Posted(a, party.ID, at, tx.At())
	b.ContentHash = hash
	if created, err := storage.Insert(tx, &b); err != nil || !created {
		return b, false, raced(err)
	}
	if err := tx.DB().Create(placesOf(p, b)).Error; err != nil {
		return b, false, err
	}
	return b, true, recordBulletin(tx, a, b, "post", "")
}

// buildingsOf refuses buildings that are not of the estate.
func buildingsOf(tx storage.Tx, p ticket.BulletinPosting) error {
	if len(p.Buildings) == 0 {
		return nil
	}
	var n int64
	err := tx.DB().Model(&place.Building{}).Where("id IN ? AND estate_id = ?", p.Buildings, p.EstateID).Count(&n).Error
	if err == nil && n != int64(len(p.Buildings)) {
		err = models.RefuseField("bulletin.bad_buildings", "buildings")
	}
	return err
}

// notBarred refuses what an office has ended here a short while ago.
func notBarred(tx storage.Tx, partyID int64, p ticket.BulletinPosting) error {
	var ended []ticket.Bulletin
	err := tx.DB().Where("handling_party_id = ? AND estate_id = ? AND category = ? AND ended_above AND posted_at > ? AND ended_at > ?",
		partyID, p.EstateID, p.Category, tx.At().AddDate(0, 0, -ticket.BulletinDays), tx.At().Add(-ticket.BulletinRest)).
		Order("id DESC").Limit(mostBulletinsListed).Find(&ended).Error
	for _, b := range ended {
		var named []int64
		if err := tx.DB().Table("bulletin_places").Where("bulletin_id = ? AND building_id <> 0", b.ID).Pluck("building_id", &named).Error; err != nil {
			return err
		}
		if b.Bars(named, p.Buildings, tx.At()) {
			return ticket.BarredBulletin()
		}
	}
	return err
}

// posterOf is the party in whose name a may post at a place: who serves it today, its community's station, or who gets such
// a matter there today.
func posterOf(tx storage.Tx, a models.Actor, at ticket.Where, category ticket.Category) (party place.HandlingParty, err error) {
	to, err := route(tx, at.EstateID, at.CommunityID, at.TownID, category)
	if err != nil || a.WorksFor(to.party.ID) {
		return to.party, err
	}
	station, _, err := places.StationOf(tx, at.CommunityID)
	if err != nil || a.WorksFor(station.ID) {
		return station, err
	}
	term, running, err := places.TermOn(tx, at.EstateID, tx.Today())
	if err == nil && (!running || !a.WorksFor(term.HandlingPartyID)) {
		err = models.Refuse(models.Denied, "bulletin.not_your_place")
	}
	if err == nil {
		party, _, err = places.Party(tx, term.HandlingPartyID)
	}
	return party, err
}

func placesOf(p ticket.BulletinPosting, b ticket.Bulletin) (rows []bulletinPlace) {
	buildings := p.Buildings
	if len(buildings) == 0 {
		buildings = []int64{0}
	}
	for _, id := range buildings {
		rows = append(rows, bulletinPlace{BulletinID: b.ID, EstateID: b.EstateID, BuildingID: id, Category: b.Category, UntilAt: b.ShownUntil()})
	}
	return rows
}

func recordBulletin(tx storage.Tx, a models.Actor, b ticket.Bulletin, action, why string) error {
	_, err := storage.Record(tx, models.Event{
		Noun: "bulletin", NounID: b.ID, Action: action, ActorID: a.AccountID, ActorRole: a.ActsAs(models.Role.Answers), PartyID: b.HandlingPartyID, Note: why,
		Data: map[string]any{"category": b.Category, "estate": b.EstateID, "from": b.FromAt, "until": b.ShownUntil()},
	})
	return err
}

// ChangeBulletin moves the end of a bulletin.
func (s *Store) ChangeBulletin(ctx context.Context, a models.Actor, id int64, wish ticket.BulletinChange) (ticket.BulletinView, error) {
	return s.stepBulletin(ctx, a, id, "change", func(tx storage.Tx, b ticket.Bulletin) (ticket.Bulletin, error) { return b.Change(a, wish, tx.At()) })
}

// EndBulletin ends a bulletin now.
func (s *Store) EndBulletin(ctx context.Context, a models.Actor, id int64, wish ticket.BulletinEnd) (view ticket.BulletinView, err error) {
	err = s.db.Write(ctx, func(tx storage.Tx) error {
		view, err = s.EndBulletinIn(tx, a, id, wish)
		return err
	})
	return view, err
}

// EndBulletinIn is EndBulletin inside a transaction.
func (s *Store) EndBulletinIn(tx storage.Tx, a models.Actor, id int64, wish ticket.BulletinEnd) (ticket.BulletinView, error) {
	return stepBulletinIn(tx, a, id, "end", func(tx storage.Tx, b ticket.Bulletin) (ticket.Bulletin, error) { return b.End(a, wish, tx.At()) })
}

// UndoBulletinEnd takes back an end that slipped.
func (s *Store) UndoBulletinEnd(ctx context.Context, a models.Actor, id int64, wish ticket.BulletinUndo) (ticket.BulletinView, error) {
	return s.stepBulletin(ctx, a, id, "undo", func(tx storage.Tx, b ticket.Bulletin) (ticket.Bulletin, error) { return b.Undo(a, wish, tx.At()) })
}

// bulletinStep is what a step makes of a bulletin.
type bulletinStep func(storage.Tx, ticket.Bulletin) (ticket.Bulletin, error)

func (s *Store) stepBulletin(ctx context.Context, a models.Actor, id int64, action string, step bulletinStep) (view ticket.BulletinView, err error) {
	err = s.db.Write(ctx, func(tx storage.Tx) error {
		view, err = stepBulletinIn(tx, a, id, action, step)
		return err
	})
	return view, err
}

// stepBulletinIn makes one step of a bulletin, with its places. Whoever does not have it in his list does not learn of it here.
func stepBulletinIn(tx storage.Tx, a models.Actor, id int64, action string, step bulletinStep) (view ticket.BulletinView, err error) {
	var b ticket.Bulletin
	absent := models.Refuse(models.NotFound, "bulletin.not_found")
	if err := tx.DB().Take(&b, "id = ?", id).Error; err != nil {
		return view, absentAs(err, absent)
	}
	if !b.Sees(a) {
		return view, absent
	}
	next, err := step(tx, b)
	if err != nil {
		return view, err
	}
	if next.Why != "" {
		party, _, err := places.Party(tx, b.HandlingPartyID)
		if err == nil {
			err = ticket.CheckBulletinWords(party.Phone24, "why", next.Why)
		}
		if err != nil {
			return view, err
		}
	}
	columns := map[string]any{
		"until_at": next.UntilAt, "ended_at": next.EndedAt, "ended_by": next.EndedBy, "ended_above": next.EndedAbove, "why": next.Why, "changes": next.Changes, "minutes": next.Minutes,
	}
	if err := storage.UpdateVersion(tx, "bulletins", b.ID, b.Version, columns, "bulletin.changed_meanwhile"); err != nil {
		return view, err
	}
	next.Version = b.Version + 1
	if err := tx.DB().Table("bulletin_places").Where("bulletin_id = ?", b.ID).Update("until_at", next.ShownUntil()).Error; err != nil {
		return view, err
	}
	if err := recordBulletin(tx, a, next, action, next.Why); err != nil {
		return view, err
	}
	return viewBulletin(tx, a, next)
}

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
