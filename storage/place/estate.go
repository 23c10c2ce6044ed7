package place

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"time"

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

// ListEstates lists the estates that a looks after, answers for or lives in, a page at a time: those with the most overdue
// tickets first, then in the order of their registration.
func (s *Store) ListEstates(ctx context.Context, a models.Actor, f place.EstateFilter) (list place.EstateList, err error) {
	limit := f.Limit
	if limit < 1 || limit > maxPage {
		limit = page
	}
	after, err := readEstateCursor(f.Cursor)
	if err != nil {
		return list, err
	}
	err = s.db.Read(ctx, func(tx storage.Tx) error {
		if f.Cursor == "" {
			after.At = tx.At()
		}
		q := withLate(ownEstates(filtered(tx, f), tx, a), after.At).Session(&gorm.Session{})
		if f.Cursor == "" {
			list.Total, list.Late = new(int64), new(int64)
			if err := q.Select("count(*), count(late.n)").Row().Scan(list.Total, list.Late); err != nil {
				return err
			}
		}
		if after.ID != 0 {
			q = q.Where("coalesce(late.n, 0) < ? OR coalesce(late.n, 0) = ? AND e.id > ?", after.Late, after.Late, after.ID)
		}
		var found []struct {
			place.Estate
			Late int64
		}
		err := q.Select("e.*, coalesce(late.n, 0) AS late").Order("coalesce(late.n, 0) DESC, e.id").Limit(limit + 1).Find(&found).Error
		if err != nil {
			return err
		}
		if len(found) > limit {
			found = found[:limit]
			last := found[limit-1]
			list.Next = estateCursor{At: after.At, Late: last.Late, ID: last.ID}.text()
		}
		estates := make([]place.Estate, len(found))
		for i, one := range found {
			estates[i] = one.Estate
		}
		list.Items, err = estateRows(tx, a, estates)
		return err
	})
	return list, err
}

// withLate joins how many tickets of each estate are overdue at a moment. Only what is late by then is read, of the open.
func withLate(q *gorm.DB, at time.Time) *gorm.DB {
	return q.Joins("LEFT JOIN (SELECT estate_id, count(*) AS n FROM tickets WHERE open = TRUE AND held_level = 0 AND "+sqlLate+" GROUP BY estate_id) late ON late.estate_id = e.id", at)
}

// estateCursor is where the next page of estates begins. All pages are of the moment of the first: what runs out while
// somebody leafs through moves no estate.
type estateCursor struct {
	At   time.Time `json:"a"`
	Late int64     `json:"l"`
	ID   int64     `json:"i"`
}

func (c estateCursor) text() string {
	b, _ := json.Marshal(c)
	return base64.RawURLEncoding.EncodeToString(b)
}

func readEstateCursor(text string) (c estateCursor, err error) {
	if text == "" {
		return c, nil
	}
	b, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || json.Unmarshal(b, &c) != nil || c.ID < 1 {
		return c, models.RefuseField("request.bad_cursor", "cursor")
	}
	c.At = models.UTC(c.At)
	return c, nil
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
func estateRows(tx storage.Tx, a models.Actor, estates []place.Estate) ([]place.EstateRow, error) {
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
	listed, err := listedCounts(tx, a, "estate_id", ids)
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
			OpenTickets: counts[e.ID].Open, OverdueTickets: counts[e.ID].Overdue, Listed: listed[e.ID].listed(), Demo: e.Demo,
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
func (s *Store) ShowEstate(ctx context.Context, a models.Actor, id int64) (detail place.EstateDetail, err error) {
	err = s.db.Read(ctx, func(tx storage.Tx) error {
		detail, err = estateDetail(tx, a, id)
		return err
	})
	return detail, err
}

func estateDetail(tx storage.Tx, a models.Actor, id int64) (place.EstateDetail, error) {
	e, err := EstateByID(tx, id)
	if err != nil {
		return place.EstateDetail{}, err
	}
	rows, err := estateRows(tx, a, []place.Estate{e})
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
	if detail.BuildingsList, err = buildingRows(tx, a, e.ID); err != nil {
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
