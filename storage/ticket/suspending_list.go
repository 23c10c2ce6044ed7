package ticket

import (
	"cmp"
	"context"
	"slices"
	"time"

	"gorm.io/gorm"

	"linli/models"
	"linli/models/ticket"
	"linli/storage"
)

// suspensionsShown bounds each list.
const suspensionsShown = 200

// Suspensions are what is suspended in the places that a oversees, the next review first, and the wishes that wait, the oldest first;
// with the estates that have more of it than the rules leave unremarked, and how many reviews nobody made.
func (s *Store) Suspensions(ctx context.Context, a models.Actor) (list ticket.SuspensionList, err error) {
	list = ticket.SuspensionList{Running: []ticket.SuspensionRow{}, Waiting: []ticket.SuspensionRow{}, Flagged: []ticket.SuspendedShare{}}
	err = s.db.Read(ctx, func(tx storage.Tx) error {
		rules, err := s.suspensions.In(tx)
		if err != nil {
			return err
		}
		list.ReviewDays, list.MostDays, list.Days, list.FlagBP = rules.ReviewDays, rules.MostDays, rules.ShareDays, rules.FlagBP
		list.Decides = a.OfOffice(int(ticket.LevelCenter), 0, 0) || a.OfOffice(int(ticket.LevelLeadingGroup), 0, 0)
		if list.Running, err = suspensionRows(tx, a, rules, ticket.SuspensionRuns, "tickets.review_due, tickets.id"); err != nil {
			return err
		}
		if list.Waiting, err = suspensionRows(tx, a, rules, ticket.SuspensionWaiting, "suspensions.asked_at, suspensions.id"); err != nil {
			return err
		}
		if list.Flagged, err = flagged(tx, a, rules); err != nil {
			return err
		}
		return overseen(tx, a).Where("suspensions.ended_why = ? AND suspensions.ended_at >= ?", ticket.EndUnreviewed, shareFrom(tx, rules)).Count(&list.Unreviewed).Error
	})
	return list, err
}

// overseen are the suspensions of what a looks after as an office.
func overseen(tx storage.Tx, a models.Actor) *gorm.DB {
	joined := tx.DB().Table("tickets").Joins("JOIN suspensions ON suspensions.ticket_id = tickets.id")
	return storage.Visible(joined, models.ScopeOf(a).Overseen(), "tickets")
}

func suspensionRows(tx storage.Tx, a models.Actor, rules ticket.SuspensionRules, state ticket.SuspensionState, order string) ([]ticket.SuspensionRow, error) {
	rows := []ticket.SuspensionRow{}
	var found []ticket.Suspending
	query := overseen(tx, a).Where("suspensions.state = ?", state)
	if state == ticket.SuspensionWaiting {
		query = query.Where("tickets.state IN ?", ticket.SuspensibleFrom())
	}
	if err := query.Select("suspensions.*").Order(order).Limit(suspensionsShown).Scan(&found).Error; err != nil || len(found) == 0 {
		return rows, err
	}
	known, err := knownWithOwn(tx, suspendedTickets(found))
	for _, one := range found {
		rows = append(rows, ticket.SuspensionRowOf(a, one, known[one.TicketID], rules, tx.At()))
	}
	return rows, err
}

func suspendedTickets(suspensions []ticket.Suspending) []int64 {
	return idsOf(suspensions, func(one ticket.Suspending) int64 { return one.TicketID })
}

// knownWithOwn are tickets by their ids, with where they lie and what would point at the people behind them.
func knownWithOwn(tx storage.Tx, ids []int64) (map[int64]ticket.Known, error) {
	known, err := knownByID(tx, ids)
	if err != nil {
		return nil, err
	}
	tickets := make([]ticket.Ticket, 0, len(known))
	for _, k := range known {
		tickets = append(tickets, k.Ticket)
	}
	own, err := ownOf(tx, tickets)
	for id, k := range known {
		k.Own = own[id]
		known[id] = k
	}
	return known, err
}

// EstateSuspensions are those of one estate as every signed-in person may read them: what is suspended, the next review first, then what
// ended within the days of the share, the last first.
func (s *Store) EstateSuspensions(ctx context.Context, estateID int64) (list ticket.PublicSuspensions, err error) {
	list.Items = []ticket.PublicSuspension{}
	err = s.db.Read(ctx, func(tx storage.Tx) error {
		rules, err := s.suspensions.In(tx)
		if err != nil {
			return err
		}
		shares, err := SuspendedShares(tx, []int64{estateID}, rules)
		if err != nil {
			return err
		}
		share, there := shares[estateID]
		if !there {
			return models.Refuse(models.NotFound, "estate.not_found")
		}
		list.Days, list.FlagBP, list.Share = rules.ShareDays, rules.FlagBP, share
		var found []ticket.Suspending
		err = tx.DB().Where("estate_id = ? AND (state = ? OR state = ? AND ended_at >= ?)", estateID, ticket.SuspensionRuns, ticket.SuspensionEnded, shareFrom(tx, rules)).
			Order("id DESC").Limit(suspensionsShown).Find(&found).Error
		if err != nil {
			return err
		}
		known, err := knownWithOwn(tx, suspendedTickets(found))
		if err != nil {
			return err
		}
		slices.SortStableFunc(found, func(a, b ticket.Suspending) int { return cmp.Compare(reviewOrder(a, known), reviewOrder(b, known)) })
		for _, one := range found {
			list.Items = append(list.Items, ticket.PublicSuspensionOf(one, known[one.TicketID]))
		}
		return nil
	})
	return list, err
}

// reviewOrder puts what is suspended before what was, by the day of its review.
func reviewOrder(s ticket.Suspending, known map[int64]ticket.Known) int64 {
	due := known[s.TicketID].Ticket.ReviewDue
	if s.State != ticket.SuspensionRuns || due == nil {
		return 1 << 62
	}
	return due.Unix()
}

func shareFrom(tx storage.Tx, rules ticket.SuspensionRules) time.Time {
	return tx.Today().Add(1 - rules.ShareDays).Start()
}

// SuspendedShares say of estates how many of their matters of the days of the share were suspended in them. One that is not there has none.
func SuspendedShares(tx storage.Tx, estates []int64, rules ticket.SuspensionRules) (map[int64]ticket.SuspendedShare, error) {
	from := shareFrom(tx, rules)
	shares := map[int64]ticket.SuspendedShare{}
	for chunk := range slices.Chunk(estates, 500) {
		var found []ticket.SuspendedShare
		suspended := "SELECT ticket_id FROM suspensions WHERE suspensions.estate_id = e.id AND state IN ('running', 'ended') AND decided_at >= ?"
		err := tx.DB().Raw(`SELECT e.id AS estate_id, e.name AS estate_name,
	(SELECT count(DISTINCT s.ticket_id) FROM suspensions s WHERE s.estate_id = e.id AND s.state IN ('running', 'ended') AND s.decided_at >= ?) AS x,
	(SELECT count(*) FROM tickets t WHERE t.estate_id = e.id AND t.held_level = 0 AND (t.filed_at >= ? OR t.id IN (`+suspended+`))) AS n
FROM estates e WHERE e.id IN ?`, from, from, from, chunk).Scan(&found).Error
		if err != nil {
			return nil, err
		}
		for _, share := range found {
			share.Flagged = rules.Flagged(share.X, share.N)
			shares[share.EstateID] = share
		}
	}
	return shares, nil
}

// flagged are the estates of a's places of whose matters more were suspended than the rules leave unremarked, the largest share first.
func flagged(tx storage.Tx, a models.Actor, rules ticket.SuspensionRules) ([]ticket.SuspendedShare, error) {
	var estates []int64
	err := overseen(tx, a).Where("suspensions.state IN ? AND suspensions.decided_at >= ?", []ticket.SuspensionState{ticket.SuspensionRuns, ticket.SuspensionEnded}, shareFrom(tx, rules)).
		Select("DISTINCT tickets.estate_id").Limit(5000).Scan(&estates).Error
	if err != nil {
		return nil, err
	}
	shares, err := SuspendedShares(tx, estates, rules)
	over := []ticket.SuspendedShare{}
	for _, share := range shares {
		if share.Flagged {
			over = append(over, share)
		}
	}
	slices.SortFunc(over, func(a, b ticket.SuspendedShare) int {
		return cmp.Or(cmp.Compare(b.X*a.N, a.X*b.N), cmp.Compare(a.EstateID, b.EstateID))
	})
	return over, err
}
