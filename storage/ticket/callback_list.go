package ticket

import (
	"context"
	"slices"

	"linli/models"
	"linli/models/ticket"
	"linli/storage"
)

// callbacksShown bounds the list, and callbacksRead what is looked through for it.
const (
	callbacksShown = 100
	callbacksRead  = 2000
)

// Callbacks are the reporters whom a must ask now, the oldest closing first, without their numbers, and how the county's offices keep
// up with it.
func (s *Store) Callbacks(ctx context.Context, a models.Actor) (list ticket.CallbackList, err error) {
	err = s.db.Read(ctx, func(tx storage.Tx) error {
		rules, err := s.callbacks.In(tx)
		if err != nil {
			return err
		}
		list = ticket.CallbackList{CallFrom: rules.CallFrom, CallTo: rules.CallTo, Tries: rules.Tries, TryDays: rules.TryDays, Days: rules.PublishedDays}
		mine, err := callbacksOf(tx, a)
		if err != nil {
			return err
		}
		list.Waiting = len(mine)
		if list.Items, err = callbackViews(tx, mine[:min(len(mine), callbacksShown)]); err != nil {
			return err
		}
		return addCallbackShares(tx, &list, rules)
	})
	return list, err
}

// callbacksOf are the open callbacks that a may make, the oldest first.
func callbacksOf(tx storage.Tx, a models.Actor) ([]ticket.Callback, error) {
	var open []ticket.Callback
	err := tx.DB().Where("state = 'open' AND until_at > ?", tx.At()).
		Where("level = ? AND community_id IN ? OR level = ? AND town_id IN ? OR level = ? AND ? OR level = ? AND ?",
			ticket.LevelStation, a.Scopes(models.ScopeCommunity, models.StationStaff), ticket.LevelTown, a.Scopes(models.ScopeTown, models.TownOfficer),
			ticket.LevelCenter, a.Has(models.CenterOfficer), ticket.LevelLeadingGroup, a.Has(models.LeadingGroupOffice)).
		Order("due_at, id").Limit(callbacksRead).Find(&open).Error
	if err != nil {
		return nil, err
	}
	about, err := ticketsOf(tx, open)
	return slices.DeleteFunc(open, func(c ticket.Callback) bool {
		t := about[c.TicketID]
		return !c.MayCall(a, t) || !c.About(t)
	}), err
}

func ticketsOf(tx storage.Tx, callbacks []ticket.Callback) (map[int64]ticket.Ticket, error) {
	ids := make([]int64, len(callbacks))
	for i, c := range callbacks {
		ids[i] = c.TicketID
	}
	return byID[ticket.Ticket](tx, ids, func(t ticket.Ticket) int64 { return t.ID })
}

// callbackViews are callbacks with what stands around them.
func callbackViews(tx storage.Tx, callbacks []ticket.Callback) ([]ticket.CallbackView, error) {
	views := []ticket.CallbackView{}
	if len(callbacks) == 0 {
		return views, nil
	}
	about, err := ticketsOf(tx, callbacks)
	if err != nil {
		return nil, err
	}
	var all []ticket.Ticket
	var ids []int64
	for id, t := range about {
		all, ids = append(all, t), append(ids, id)
	}
	where, err := namesOf(tx, all)
	if err != nil {
		return nil, err
	}
	var closings []ticket.Closing
	if err := tx.DB().Where("ticket_id IN ?", ids).Order("id").Limit(50 * callbacksShown).Find(&closings).Error; err != nil {
		return nil, err
	}
	said := map[int64][]ticket.Closing{}
	for _, c := range closings {
		said[c.TicketID] = append(said[c.TicketID], c)
	}
	for _, c := range callbacks {
		known := where[c.TicketID].known(about[c.TicketID])
		known.Closings = said[c.TicketID]
		views = append(views, ticket.CallbackOf(c, known))
	}
	return views, nil
}

// addCallbackShares counts, for each town and for the county's offices, what was to be asked in the published days.
func addCallbackShares(tx storage.Tx, list *ticket.CallbackList, rules ticket.CallbackRules) error {
	var rows []struct {
		TownID int64
		Name   string
		Level  ticket.Level
		State  ticket.CallbackState
		N      int64
	}
	err := tx.DB().Raw(`SELECT c.town_id, coalesce(d.name, '') AS name, c.level, c.state, c.n FROM
		(SELECT town_id, level, state, count(*) AS n FROM callbacks WHERE due_at >= ? GROUP BY town_id, level, state) c
		LEFT JOIN division_codes d ON d.division_id = c.town_id AND d.valid_from <= ? AND (d.valid_to IS NULL OR d.valid_to > ?)
		ORDER BY c.town_id`, models.UTC(tx.Today().Add(-rules.PublishedDays).Start()), tx.Today(), tx.Today()).Scan(&rows).Error
	list.Towns = []ticket.TownCallbacks{}
	for _, row := range rows {
		if row.Level >= ticket.LevelCenter {
			list.Centre.Add(row.State, row.N)
		}
		if n := len(list.Towns); n == 0 || list.Towns[n-1].TownID != row.TownID {
			list.Towns = append(list.Towns, ticket.TownCallbacks{TownID: row.TownID, TownName: row.Name})
		}
		town := &list.Towns[len(list.Towns)-1]
		switch row.Level {
		case ticket.LevelStation:
			town.Stations.Add(row.State, row.N)
		case ticket.LevelTown:
			town.Town.Add(row.State, row.N)
		}
	}
	list.Centre = list.Centre.Shared(rules)
	for i, town := range list.Towns {
		list.Towns[i].Stations, list.Towns[i].Town = town.Stations.Shared(rules), town.Town.Shared(rules)
	}
	return err
}
