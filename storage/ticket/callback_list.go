package ticket

import (
	"context"
	"slices"

	"linli/models"
	"linli/models/ticket"
	"linli/storage"
	places "linli/storage/place"
)

// callbacksShown bounds the list, and callbacksRead what is looked through for it.
const (
	callbacksShown = 100
	callbacksRead  = 2000
)

// Callbacks are the reporters whom a must ask now, the oldest closing first, without their numbers, and how the county's offices
// keep up with it.
func (s *Store) Callbacks(ctx context.Context, a models.Actor) (list ticket.CallbackList, err error) {
	err = s.db.Read(ctx, func(tx storage.Tx) error {
		rules, err := s.callbacks.In(tx)
		if err != nil {
			return err
		}
		list = ticket.CallbackList{
			Items: []ticket.CallbackView{}, Towns: []ticket.TownCallbacks{}, CallFrom: rules.CallFrom, CallTo: rules.CallTo, LookHours: rules.LookHours,
			Tries: rules.Tries, TryDays: rules.TryDays, TryGapHours: rules.TryGapHours, ShareFrom: rules.ShareFrom,
		}
		all := ticket.SeesCallbackCounts(a)
		list.FiguresFrom, list.FiguresTo = rules.CallbackSpan(all, tx.Today())
		mine, about, err := callbacksOf(tx, a)
		list.Waiting = len(mine)
		if err != nil {
			return err
		}
		if list.Items, err = callbackViews(tx, mine[:min(len(mine), callbacksShown)], about); err != nil {
			return err
		}
		return addCallbackShares(tx, &list, rules, all)
	})
	return list, err
}

// CallbacksWaiting counts the reporters whom a must ask now.
func (s *Store) CallbacksWaiting(ctx context.Context, a models.Actor) (n int, err error) {
	err = s.db.Read(ctx, func(tx storage.Tx) error {
		mine, _, err := callbacksOf(tx, a)
		n = len(mine)
		return err
	})
	return n, err
}

// callbacksOf are the open callbacks that a may make, the oldest first, and their tickets.
func callbacksOf(tx storage.Tx, a models.Actor) (open []ticket.Callback, about map[int64]ticket.Ticket, err error) {
	communities, towns, county := a.Offices()
	err = tx.DB().Where("state = 'open' AND until_at > ?", tx.At()).
		Where("level = ? AND community_id IN ? OR level = ? AND town_id IN ? OR level IN ?", ticket.LevelStation, communities, ticket.LevelTown, towns, county).
		Order("due_at, id").Limit(callbacksRead).Find(&open).Error
	if err != nil {
		return nil, nil, err
	}
	about, err = ticketsOf(tx, open)
	return slices.DeleteFunc(open, func(c ticket.Callback) bool {
		t := about[c.TicketID]
		return !c.MayCall(a, t) || !c.About(t)
	}), about, err
}

func ticketsOf(tx storage.Tx, callbacks []ticket.Callback) (map[int64]ticket.Ticket, error) {
	ids := make([]int64, len(callbacks))
	for i, c := range callbacks {
		ids[i] = c.TicketID
	}
	return byID[ticket.Ticket](tx, ids, func(t ticket.Ticket) int64 { return t.ID })
}

// callbackViews are callbacks with what stands around them; about are their tickets.
func callbackViews(tx storage.Tx, callbacks []ticket.Callback, about map[int64]ticket.Ticket) ([]ticket.CallbackView, error) {
	views := []ticket.CallbackView{}
	if len(callbacks) == 0 {
		return views, nil
	}
	var all []ticket.Ticket
	var ids []int64
	for _, c := range callbacks {
		all, ids = append(all, about[c.TicketID]), append(ids, c.TicketID)
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

// townCounts are a town's callbacks: what its stations had to ask, and what the town had.
type townCounts struct{ stations, town ticket.CallbackCounts }

// addCallbackShares tells, for each town and for the county's offices, what was to be asked in the days of the figures. Whoever sees
// all counts by the day of the draw, also what is still open. All others count by the day of the end, so that a finished month never
// moves again, and read a line for every town, so that none begins to stand there with its first callback.
func addCallbackShares(tx storage.Tx, list *ticket.CallbackList, rules ticket.CallbackRules, all bool) error {
	day := "settled_at"
	if all {
		day = "due_at"
	}
	var rows []struct {
		TownID int64
		Level  ticket.Level
		State  ticket.CallbackState
		N      int64
	}
	err := tx.DB().Model(&ticket.Callback{}).Select("town_id, level, state, count(*) AS n").
		Where(day+" >= ? AND "+day+" < ?", list.FiguresFrom.Start(), list.FiguresTo.Add(1).Start()).Group("town_id, level, state").Scan(&rows).Error
	if err != nil {
		return err
	}
	var centre ticket.CallbackCounts
	towns := map[int64]*townCounts{}
	for _, row := range rows {
		if row.Level >= ticket.LevelCenter {
			centre.Add(row.State, row.N)
			continue
		}
		if towns[row.TownID] == nil {
			towns[row.TownID] = &townCounts{}
		}
		if row.Level == ticket.LevelStation {
			towns[row.TownID].stations.Add(row.State, row.N)
		} else {
			towns[row.TownID].town.Add(row.State, row.N)
		}
	}
	list.Centre = rules.Share(centre, all)
	names, err := places.Towns(tx)
	for _, town := range names {
		had := towns[town.ID]
		switch {
		case had == nil && (all || town.Gone):
			continue
		case had == nil:
			had = &townCounts{}
		}
		list.Towns = append(list.Towns, ticket.TownCallbacks{TownID: town.ID, TownName: town.Name, Stations: rules.Share(had.stations, all), Town: rules.Share(had.town, all)})
	}
	return err
}
