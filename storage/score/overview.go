package score

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"gorm.io/gorm"

	"linli/models"
	"linli/models/place"
	"linli/models/score"
	"linli/storage"
)

// The same words as models/ticket: Overdue and Unanswered of a ticket.
const (
	sqlOverdue    = "open = TRUE AND state <> 'done_pending_confirm' AND next_due < ?"
	sqlUnanswered = "open = TRUE AND acknowledged_at IS NULL AND acknowledge_due < ?"
)

// overviewDays is how far the overview looks back.
const overviewDays = 30

// desk is whose tickets an overview counts.
type desk struct {
	tx       storage.Tx
	scope    models.Scope
	calendar *storage.Rules[models.Calendar]
}

// Overview is the state of what a oversees or answers for. A person's own tickets at home are not part of it.
func (s *Store) Overview(ctx context.Context, a models.Actor) (o score.Overview, err error) {
	scope := models.ScopeOf(a).Work()
	err = s.db.Read(ctx, func(tx storage.Tx) error {
		d := desk{tx: tx, scope: scope, calendar: s.calendar}
		for _, step := range []func(*score.Overview) error{d.count, d.days, d.medianHours, d.handedOver, d.worst, d.groups} {
			if err := step(&o); err != nil {
				return err
			}
		}
		o.Coverage, err = coverage(tx, scope)
		return err
	})
	return o, err
}

func (d desk) tickets() *gorm.DB {
	return storage.Visible(d.tx.DB().Table("tickets"), d.scope, "tickets")
}

func (d desk) since(days int) time.Time { return d.tx.Today().Add(1 - days).Start() }

func (d desk) count(o *score.Overview) error {
	now := d.tx.At()
	for _, q := range []struct {
		into  *int64
		query *gorm.DB
	}{
		{&o.Open, d.tickets().Where("open = TRUE")},
		{&o.Overdue, d.tickets().Where(sqlOverdue, now)},
		{&o.Unanswered, d.tickets().Where(sqlUnanswered, now)},
		{&o.WaitingConfirm, d.tickets().Where("open = TRUE AND state = 'done_pending_confirm'")},
		{&o.FiledPrev30d, d.tickets().Where("filed_at >= ? AND filed_at < ?", d.since(2*overviewDays), d.since(overviewDays))},
	} {
		if err := q.query.Count(q.into).Error; err != nil {
			return err
		}
	}
	return nil
}

// days counts what was filed and closed on each day. Days are Shanghai's, so they are told apart here: the databases
// would do it in two dialects.
func (d desk) days(o *score.Overview) error {
	filed, err := d.moments("filed_at", d.tickets())
	if err != nil {
		return err
	}
	closed, err := d.moments("closed_at", d.tickets().Where("state IN ('closed', 'closed_unrated')"))
	if err != nil {
		return err
	}
	o.Filed30d, o.Closed30d = int64(len(filed)), int64(len(closed))
	on := map[models.Date]*score.DayLoad{}
	o.ByDay = make([]score.DayLoad, overviewDays)
	for i := range o.ByDay {
		o.ByDay[i].On = d.tx.Today().Add(i + 1 - overviewDays)
		on[o.ByDay[i].On] = &o.ByDay[i]
	}
	for _, at := range filed {
		if day := on[models.DateOf(at)]; day != nil {
			day.Filed++
		}
	}
	for _, at := range closed {
		if day := on[models.DateOf(at)]; day != nil {
			day.Closed++
		}
	}
	return nil
}

type stamped struct {
	ID int64
	At time.Time
}

// everySince reads by pages what has column within the last thirty days, in the order of that column: pages in the order
// of ids would begin with all that lies before. Both ends are named: half open, a plan for any moment expects a third of all.
func everySince[T any](d desk, query *gorm.DB, column string, stamp func(T) stamped) ([]T, error) {
	const size = 5000
	var all []T
	for last := (stamped{At: d.since(overviewDays)}); ; {
		var page []T
		err := query.Session(&gorm.Session{}).Where("("+column+", id) > (?, ?) AND "+column+" <= ?", last.At, last.ID, d.tx.At()).Order(column + ", id").Limit(size).Scan(&page).Error
		if err != nil {
			return nil, err
		}
		all = append(all, page...)
		if len(page) < size {
			return all, nil
		}
		last = stamp(page[len(page)-1])
	}
}

// moments reads one time column of the last thirty days; column is the program's own.
func (d desk) moments(column string, query *gorm.DB) ([]time.Time, error) {
	rows, err := everySince(d, query.Select("id, "+column+" AS at"), column, func(r stamped) stamped { return r })
	times := make([]time.Time, len(rows))
	for i, row := range rows {
		times[i] = row.At
	}
	return times, err
}

func (d desk) medianHours(o *score.Overview) error {
	type row struct {
		ID                        int64
		FiledAt, DoneAt, ClosedAt time.Time
	}
	query := d.tickets().Select("id, filed_at, done_at, closed_at").Where("state IN ('closed', 'closed_unrated') AND done_at IS NOT NULL")
	rows, err := everySince(d, query, "closed_at", func(r row) stamped { return stamped{r.ID, r.ClosedAt} })
	if err != nil {
		return err
	}
	var minutes []int64
	for _, r := range rows {
		minutes = append(minutes, int64(r.DoneAt.Sub(r.FiledAt)/time.Minute))
	}
	if middle, ok := score.Median(minutes); ok {
		hours := (middle + 30) / 60
		o.MedianHoursResolve = &hours
	}
	return nil
}

// handedOver counts what the parties of this desk gave away with a place: their misses do not go with it (DECISIONS 5).
func (d desk) handedOver(o *score.Overview) error {
	kept := func() *gorm.DB {
		return d.tx.DB().Table("handed_over_tickets").Where("party_id IN ? AND at BETWEEN ? AND ?", append(slices.Clone(d.scope.Parties), 0), d.since(overviewDays), d.tx.At())
	}
	if err := kept().Count(&o.HandedOver30d).Error; err != nil {
		return err
	}
	return kept().Where("missed <> '[]'").Count(&o.HandedMissed30d).Error
}

// worst lists the parties that leave most waiting, or left it when they handed a place over: no hand-over tidies that away.
func (d desk) worst(o *score.Overview) error {
	const shown = 10
	loads := map[int64]*score.PartyLoad{}
	now := d.tx.At()
	for _, q := range []struct {
		query *gorm.DB
		into  func(*score.PartyLoad) *int64
	}{
		{d.tickets().Where("open = TRUE"), func(l *score.PartyLoad) *int64 { return &l.Open }},
		{d.tickets().Where(sqlOverdue, now), func(l *score.PartyLoad) *int64 { return &l.Overdue }},
		{d.tickets().Where(sqlUnanswered, now), func(l *score.PartyLoad) *int64 { return &l.Unanswered }},
	} {
		var rows []struct{ HandlingPartyID, Count int64 }
		err := q.query.Select("handling_party_id, count(*) AS count").Group("handling_party_id").Limit(10 * inChunk).Scan(&rows).Error
		if err != nil {
			return err
		}
		for _, row := range rows {
			if loads[row.HandlingPartyID] == nil {
				loads[row.HandlingPartyID] = &score.PartyLoad{HandlingPartyID: row.HandlingPartyID}
			}
			*q.into(loads[row.HandlingPartyID]) = row.Count
		}
	}
	var missed []struct{ PartyID, Count int64 }
	if err := d.missedBefore().Select("h.party_id, count(*) AS count").Group("h.party_id").Limit(10 * inChunk).Scan(&missed).Error; err != nil {
		return err
	}
	for _, row := range missed {
		if loads[row.PartyID] == nil {
			loads[row.PartyID] = &score.PartyLoad{HandlingPartyID: row.PartyID}
		}
		loads[row.PartyID].HandedMissed30d = row.Count
	}
	if err := d.takenOver(loads); err != nil {
		return err
	}
	for _, load := range loads {
		if load.Overdue+load.Unanswered+load.HandedMissed30d > 0 {
			o.Worst = append(o.Worst, *load)
		}
	}
	slices.SortFunc(o.Worst, score.Worse)
	o.Worst = o.Worst[:min(shown, len(o.Worst))]
	return nameParties(d.tx, o.Worst)
}

// takenOver adds what of a party's late matters it took over from another one only just.
func (d desk) takenOver(loads map[int64]*score.PartyLoad) error {
	calendar, err := d.calendar.In(d.tx)
	if err != nil {
		return err
	}
	now := d.tx.At()
	var rows []struct{ HandlingPartyID, Late, Unanswered, Overdue int64 }
	err = d.tickets().Joins("JOIN handed_over_tickets h ON h.ticket_id = tickets.id AND h.to_party_id = tickets.handling_party_id AND h.at = tickets.dispatched_at").
		Where("("+sqlUnanswered+" OR "+sqlOverdue+")", now, now).Where("h.at >= ?", score.TakenOverSince(calendar, d.tx.Today()).Start()).
		Select("handling_party_id, count(*) AS late, count(CASE WHEN "+sqlUnanswered+" THEN 1 END) AS unanswered, count(CASE WHEN "+sqlOverdue+" THEN 1 END) AS overdue", now, now).
		Group("handling_party_id").Limit(10 * inChunk).Scan(&rows).Error
	for _, row := range rows {
		load := loads[row.HandlingPartyID]
		if load == nil {
			continue // beyond what an overview counts
		}
		load.TakenOver, load.TakenOverUnanswered, load.TakenOverOverdue = row.Late, row.Unanswered, row.Overdue
	}
	return err
}

// missedBefore are the tickets of the area that were handed over in the last days with a deadline missed (DECISIONS 5), for who
// oversees it: to whoever took over the misses of the party before are no figure.
func (d desk) missedBefore() *gorm.DB {
	return storage.Visible(d.tx.DB().Table("handed_over_tickets h").Joins("JOIN tickets t ON t.id = h.ticket_id"), d.scope.Overseen(), "t").
		Where("h.missed <> '[]' AND h.at BETWEEN ? AND ?", d.since(overviewDays), d.tx.At())
}

// MissedBefore lists what stands behind a party's figure of misses before hand-overs, as a oversees it, the newest first. limit is
// between 1 and 100.
func (s *Store) MissedBefore(ctx context.Context, a models.Actor, partyID int64, from string, limit int) (page score.MissedPage, err error) {
	before, err := storage.BeforeID(from)
	if err != nil {
		return page, err
	}
	page.Items = []score.MissedBefore{}
	err = s.db.Read(ctx, func(tx storage.Tx) error {
		var rows []struct {
			ID, TicketID     int64
			Number, Category string
			EstateID         int64
			At               time.Time
			ToParty          int64
			List             string
		}
		d := desk{tx: tx, scope: models.ScopeOf(a).Work()}
		err := d.missedBefore().Select("h.id, h.ticket_id, t.number, t.category, t.estate_id, h.at, h.to_party_id AS to_party, h.missed AS list").
			Where("h.party_id = ? AND h.id < ?", partyID, before).Order("h.id DESC").Limit(limit + 1).Scan(&rows).Error
		if err != nil {
			return err
		}
		if len(rows) > limit {
			rows = rows[:limit]
			page.Next = strconv.FormatInt(rows[limit-1].ID, 10)
		}
		var estates []int64
		parties := []int64{partyID}
		for _, row := range rows {
			estates, parties = append(estates, row.EstateID), append(parties, row.ToParty)
		}
		placed, err := names(tx.DB().Table("estates").Select("id, name"), "id", estates)
		if err != nil {
			return err
		}
		named, err := names(tx.DB().Table("handling_parties").Select("id, name"), "id", parties)
		if err != nil {
			return err
		}
		if page.PartyName = named[partyID]; page.PartyName == "" {
			return models.Refuse(models.NotFound, "handling_party.not_found")
		}
		for _, row := range rows {
			one := score.MissedBefore{
				ID: row.ID, TicketID: row.TicketID, Number: row.Number, Category: row.Category, At: row.At,
				EstateName: placed[row.EstateID], ToPartyName: named[row.ToParty],
			}
			if err := json.Unmarshal([]byte(row.List), &one.Missed); err != nil {
				return err
			}
			page.Items = append(page.Items, one)
		}
		return nil
	})
	return page, err
}

func nameParties(tx storage.Tx, loads []score.PartyLoad) error {
	ids := make([]int64, len(loads))
	for i, load := range loads {
		ids[i] = load.HandlingPartyID
	}
	found, err := names(tx.DB().Table("handling_parties").Select("id, name"), "id", ids)
	for i, load := range loads {
		loads[i].Name = found[load.HandlingPartyID]
	}
	return err
}

func (d desk) groups(o *score.Overview) error {
	now := d.tx.At()
	loads := map[string]*score.GroupLoad{}
	for _, q := range []struct {
		query *gorm.DB
		into  func(*score.GroupLoad) *int64
	}{
		{d.tickets().Where("open = TRUE"), func(l *score.GroupLoad) *int64 { return &l.Open }},
		{d.tickets().Where("filed_at BETWEEN ? AND ?", d.since(overviewDays), now), func(l *score.GroupLoad) *int64 { return &l.Filed30d }},
	} {
		var rows []struct {
			Category string
			Count    int64
		}
		if err := q.query.Select("category, count(*) AS count").Group("category").Limit(inChunk).Scan(&rows).Error; err != nil {
			return err
		}
		for _, row := range rows {
			group, _, _ := strings.Cut(row.Category, "-")
			if loads[group] == nil {
				loads[group] = &score.GroupLoad{Group: group}
			}
			*q.into(loads[group]) += row.Count
		}
	}
	for _, load := range loads {
		o.ByGroup = append(o.ByGroup, *load)
	}
	slices.SortFunc(o.ByGroup, func(a, b score.GroupLoad) int {
		return cmp.Or(cmp.Compare(b.Open, a.Open), cmp.Compare(b.Filed30d, a.Filed30d), cmp.Compare(a.Group, b.Group))
	})
	return nil
}

// coverage counts the estates of a scope by class and by the mode in which they are served today.
func coverage(tx storage.Tx, scope models.Scope) (score.Coverage, error) {
	query := tx.DB().Table("estates e").
		Joins("LEFT JOIN service_terms t ON t.estate_id = e.id AND t.valid_from <= ? AND (t.valid_to IS NULL OR t.valid_to > ?)", tx.Today(), tx.Today()).
		Select("e.baseline_class, coalesce(t.service_mode, 'none') AS service_mode, count(*) AS units, CAST(sum(e.gross_area_c) AS BIGINT) AS area_c").
		Group("e.baseline_class, coalesce(t.service_mode, 'none')").Limit(inChunk)
	if !scope.Everything {
		// The zero matches nothing and keeps the lists from being empty.
		query = query.Where("e.community_id IN ? OR e.town_id IN ? OR t.handling_party_id IN ?",
			append(slices.Clone(scope.Communities), 0), append(slices.Clone(scope.Towns), 0), append(slices.Clone(scope.Parties), 0))
	}
	var rows []struct {
		BaselineClass, ServiceMode string
		Units, AreaC               int64
	}
	if err := query.Scan(&rows).Error; err != nil {
		return score.Coverage{}, err
	}
	var c score.Coverage
	for _, class := range place.BaselineClasses {
		part := score.ClassCoverage{BaselineClass: string(class), ByMode: []score.ModeCoverage{}}
		for _, mode := range place.ServiceModes {
			for _, row := range rows {
				if row.BaselineClass != string(class) || row.ServiceMode != string(mode) {
					continue
				}
				part.ByMode = append(part.ByMode, score.ModeCoverage{ServiceMode: row.ServiceMode, Units: row.Units, AreaC: row.AreaC})
				part.Units, part.AreaC = part.Units+row.Units, part.AreaC+row.AreaC
				if mode != place.ModeNone {
					c.Covered, c.CoveredAreaC = c.Covered+row.Units, c.CoveredAreaC+row.AreaC
				}
			}
		}
		c.Units, c.AreaC = c.Units+part.Units, c.AreaC+part.AreaC
		c.ByClass = append(c.ByClass, part)
	}
	return c, nil
}
