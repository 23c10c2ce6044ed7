package place

import (
	"context"
	"strconv"

	"gorm.io/gorm"

	"linli/models"
	"linli/models/place"
	"linli/storage"
)

// page is the length of a list where the caller names none, and the longest allowed.
const (
	page    = 50
	maxPage = 100
)

// ListEstates lists the estates that a looks after, answers for or lives in, a page at a time in the order of their
// registration.
func (s *Store) ListEstates(ctx context.Context, a models.Actor, f place.EstateFilter) (list place.EstateList, err error) {
	limit := f.Limit
	if limit < 1 || limit > maxPage {
		limit = page
	}
	after, err := storage.AfterID(f.Cursor)
	if err != nil {
		return list, err
	}
	err = s.db.Read(ctx, func(tx storage.Tx) error {
		q := ownEstates(filtered(tx, f), tx, a).Session(&gorm.Session{})
		if f.Cursor == "" {
			list.Total = new(int64)
			if err := q.Count(list.Total).Error; err != nil {
				return err
			}
		}
		var estates []place.Estate
		if err := q.Select("e.*").Where("e.id > ?", after).Order("e.id").Limit(limit + 1).Find(&estates).Error; err != nil {
			return err
		}
		if len(estates) > limit {
			estates = estates[:limit]
			list.Next = strconv.FormatInt(estates[limit-1].ID, 10)
		}
		list.Items, err = estateRows(tx, estates)
		return err
	})
	return list, err
}

func filtered(tx storage.Tx, f place.EstateFilter) *gorm.DB {
	q := tx.DB().Table("estates e").
		Joins("LEFT JOIN service_terms t ON t.estate_id = e.id AND t.valid_from <= ? AND (t.valid_to IS NULL OR t.valid_to > ?)", tx.Today(), tx.Today())
	if f.Q != "" {
		q = q.Where("lower(e.name) LIKE ? ESCAPE '!' OR e.code LIKE ? ESCAPE '!'", contains(f.Q), contains(f.Q))
	}
	if f.CommunityID != 0 {
		q = q.Where("e.community_id = ?", f.CommunityID)
	}
	if f.TownID != 0 {
		q = q.Where("e.town_id = ?", f.TownID)
	}
	if f.BaselineClass != "" {
		q = q.Where("e.baseline_class = ?", f.BaselineClass)
	}
	if f.ServiceMode != "" {
		q = q.Where("coalesce(t.service_mode, 'none') = ?", f.ServiceMode)
	}
	return q
}

// ownEstates narrows to what a looks after; the county's offices look after all.
func ownEstates(q *gorm.DB, tx storage.Tx, a models.Actor) *gorm.DB {
	if a.Has(models.CenterOfficer, models.LeadingGroupOffice, models.Auditor, models.Admin) {
		return q
	}
	homes := []int64{0} // never matches, and keeps the list from being empty
	for _, h := range a.Homes {
		homes = append(homes, h.EstateID)
	}
	own := tx.DB().Session(&gorm.Session{NewDB: true})
	return q.Where(own.Where("e.id IN ?", homes).
		Or("e.community_id IN ?", append([]int64{0}, a.Scopes(models.ScopeCommunity, models.StationStaff)...)).
		Or("e.town_id IN ?", append([]int64{0}, a.Scopes(models.ScopeTown, models.TownOfficer)...)).
		Or("t.handling_party_id IN ?", append([]int64{0}, a.Parties...)).
		Or("e.id IN (SELECT estate_id FROM buildings WHERE id IN ?)", append([]int64{0}, a.Scopes(models.ScopeBuilding, models.BuildingSteward)...)))
}

// estateRows adds to estates what other tables say of them, one query a table.
func estateRows(tx storage.Tx, estates []place.Estate) ([]place.EstateRow, error) {
	rows := make([]place.EstateRow, 0, len(estates))
	if len(estates) == 0 {
		return rows, nil
	}
	var ids, divisions, communities []int64
	for _, e := range estates {
		ids = append(ids, e.ID)
		divisions = append(divisions, e.CommunityID, e.TownID)
		communities = append(communities, e.CommunityID)
	}
	names, err := divisionNames(tx, divisions, tx.Today())
	if err != nil {
		return nil, err
	}
	stations, err := StationsOf(tx, communities)
	if err != nil {
		return nil, err
	}
	terms, parties, err := termsToday(tx, ids)
	if err != nil {
		return nil, err
	}
	counts, err := ticketCounts(tx, "estate_id", ids)
	if err != nil {
		return nil, err
	}
	buildings, err := buildingCounts(tx, ids)
	if err != nil {
		return nil, err
	}
	for _, e := range estates {
		row := place.EstateRow{
			ID: e.ID, Code: e.Code, Name: e.Name, CommunityName: names[e.CommunityID], TownName: names[e.TownID],
			BaselineClass: e.BaselineClass, AgeClass: e.AgeClass, ServiceMode: place.ModeNone,
			HandlingPartyName: stations[e.CommunityID].Name, Buildings: buildings[e.ID], Households: e.Households, AreaC: e.GrossAreaC,
			OpenTickets: counts[e.ID].Open, OverdueTickets: counts[e.ID].Overdue, Demo: e.Demo,
		}
		if term, running := terms[e.ID]; running {
			row.ServiceMode = term.ServiceMode
			row.HandlingPartyName = parties[term.HandlingPartyID].Name
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// termsToday are the running terms of estates, by estate, with their parties.
func termsToday(tx storage.Tx, estateIDs []int64) (map[int64]place.ServiceTerm, map[int64]place.HandlingParty, error) {
	terms := map[int64]place.ServiceTerm{}
	var partyIDs []int64
	for chunk := range chunks(estateIDs) {
		var rows []place.ServiceTerm
		err := tx.DB().Where("estate_id IN ? AND "+validOn, chunk, tx.Today(), tx.Today()).Limit(inChunk).Find(&rows).Error
		if err != nil {
			return nil, nil, err
		}
		for _, t := range rows {
			terms[t.EstateID] = t
			partyIDs = append(partyIDs, t.HandlingPartyID)
		}
	}
	parties, err := partiesByID(tx, partyIDs)
	return terms, parties, err
}

func buildingCounts(tx storage.Tx, estateIDs []int64) (map[int64]int64, error) {
	counts := map[int64]int64{}
	for chunk := range chunks(estateIDs) {
		var rows []counted
		err := tx.DB().Table("buildings").Select("estate_id AS id, COUNT(*) AS open").Where("estate_id IN ?", chunk).
			Group("estate_id").Limit(inChunk).Scan(&rows).Error
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			counts[r.ID] = r.Open
		}
	}
	return counts, nil
}

// ShowEstate shows one estate with its buildings, its contact card and who served it when. Anybody signed in may look:
// who answers where is no secret.
func (s *Store) ShowEstate(ctx context.Context, _ models.Actor, id int64) (detail place.EstateDetail, err error) {
	err = s.db.Read(ctx, func(tx storage.Tx) error {
		detail, err = estateDetail(tx, id)
		return err
	})
	return detail, err
}

func estateDetail(tx storage.Tx, id int64) (place.EstateDetail, error) {
	e, err := estateByID(tx, id)
	if err != nil {
		return place.EstateDetail{}, err
	}
	rows, err := estateRows(tx, []place.Estate{e})
	if err != nil {
		return place.EstateDetail{}, err
	}
	detail := place.EstateDetail{EstateRow: rows[0], CommunityID: e.CommunityID, TownID: e.TownID, Address: e.Address}
	who, err := answeringFor(tx, e)
	if err != nil {
		return detail, err
	}
	if detail.Contact, err = who.card(tx); err != nil {
		return detail, err
	}
	if detail.BuildingsList, err = buildingRows(tx, e.ID); err != nil {
		return detail, err
	}
	detail.Terms, err = termViews(tx, e.ID)
	return detail, err
}

func termViews(tx storage.Tx, estateID int64) ([]place.ServiceTermView, error) {
	var terms []place.ServiceTerm
	if err := tx.DB().Where("estate_id = ?", estateID).Order("valid_from DESC").Limit(100).Find(&terms).Error; err != nil {
		return nil, err
	}
	var partyIDs []int64
	for _, t := range terms {
		partyIDs = append(partyIDs, t.HandlingPartyID)
	}
	parties, err := partiesByID(tx, partyIDs)
	views := make([]place.ServiceTermView, 0, len(terms))
	for _, t := range terms {
		views = append(views, place.ServiceTermView{
			ID: t.ID, HandlingPartyID: t.HandlingPartyID, HandlingPartyName: parties[t.HandlingPartyID].Name,
			ServiceMode: t.ServiceMode, ValidFrom: t.ValidFrom, ValidTo: t.ValidTo,
		})
	}
	return views, err
}
