package ticket

import (
	"context"
	"slices"
	"time"

	"gorm.io/gorm"

	"linli/models"
	"linli/models/ticket"
	"linli/storage"
	places "linli/storage/place"
)

// promisesShown bounds the list behind the rate.
const promisesShown = 200

// EstatePromises is the promise-kept rate of an estate and of who serves it today, with the promises behind it that a may see.
func (s *Store) EstatePromises(ctx context.Context, a models.Actor, estateID int64) (list ticket.PromiseList, err error) {
	list.Items = []ticket.PromiseRow{}
	err = s.db.Read(ctx, func(tx storage.Tx) error {
		rules, err := s.promises.In(tx)
		if err != nil {
			return err
		}
		if _, err := places.EstateByID(tx, estateID); err != nil {
			return err
		}
		list.Days, list.ShareFrom, list.RedateCostBP = rules.WindowDays, rules.ShareFrom, rules.RedateCostBP
		list.UnansweredBP, list.SaidBP, list.LeastHours = rules.UnansweredBP, rules.SaidBP, rules.LeastHours
		from := tx.Today().Add(1 - rules.WindowDays).Start()
		if list.Estate, err = promiseFigure(tx, rules, from, "estate_id = ?", estateID); err != nil {
			return err
		}
		if err := addPromiseParty(tx, rules, from, estateID, &list); err != nil {
			return err
		}
		return addPromiseRows(tx, a, rules, from, estateID, &list)
	})
	return list, err
}

// promiseFigure counts, of the promises of an estate or a party that ended since a moment, how many came to what.
func promiseFigure(tx storage.Tx, rules ticket.PromiseRules, from time.Time, whose string, id int64) (ticket.PromiseFigure, error) {
	var ended []ticket.PromiseCount
	err := tx.DB().Table("promises").Select("counts_as, redates, COUNT(*) AS n").Where(whose+" AND ended_at >= ?", id, from).Group("counts_as, redates").Scan(&ended).Error
	return rules.FigureOf(rules.TallyOf(ended)), err
}

func addPromiseParty(tx storage.Tx, rules ticket.PromiseRules, from time.Time, estateID int64, list *ticket.PromiseList) error {
	term, served, err := places.TermOn(tx, estateID, tx.Today())
	if err != nil || !served {
		return err
	}
	party, found, err := places.Party(tx, term.HandlingPartyID)
	if err != nil || !found {
		return err
	}
	shown := publicParty(party)
	figure, err := promiseFigure(tx, rules, from, "party_id = ?", party.ID)
	list.Party, list.OfParty = &shown, &figure
	return err
}

// addPromiseRows adds the promises about matters of an estate that a sees: the open ones first, the earliest day first, then what
// ended, by day, the last first. The others are counted.
func addPromiseRows(tx storage.Tx, a models.Actor, rules ticket.PromiseRules, from time.Time, estateID int64, list *ticket.PromiseList) error {
	query := tx.DB().Table("promises").Joins("JOIN tickets ON tickets.id = promises.ticket_id").Where("promises.estate_id = ? AND (promises.end_why = '' OR promises.ended_at >= ?)", estateID, from)
	visible := storage.Visible(query.Session(&gorm.Session{}), models.ScopeOf(a), "tickets")
	if list.Estate.BP != nil { // of few promises nothing but their number is told
		ended := func(q *gorm.DB) (n int64, err error) {
			err = q.Session(&gorm.Session{}).Where("promises.end_why <> ''").Count(&n).Error
			return n, err
		}
		all, err := ended(query)
		if err != nil {
			return err
		}
		seen, err := ended(visible)
		if err != nil {
			return err
		}
		list.Hidden = all - seen
	}
	var found []ticket.Promising
	err := visible.Select("promises.*").Order("CASE WHEN promises.end_why = '' THEN 0 ELSE 1 END, promises.ended_at DESC, promises.day, promises.id DESC").Limit(promisesShown).Scan(&found).Error
	if err != nil || len(found) == 0 {
		return err
	}
	slices.SortFunc(found, ticket.PromisesInOrder)
	known, err := knownWithOwn(tx, idsOf(found, func(p ticket.Promising) int64 { return p.TicketID }))
	if err != nil {
		return err
	}
	names, err := partyNames(tx, idsOf(found, func(p ticket.Promising) int64 { return p.PartyID }))
	if err != nil {
		return err
	}
	for _, p := range found {
		list.Items = append(list.Items, ticket.PromiseRowOf(a, p, known[p.TicketID], names[p.PartyID].Name, rules))
	}
	return nil
}
