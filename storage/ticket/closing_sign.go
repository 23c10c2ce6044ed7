package ticket

import (
	"context"
	"slices"
	"strconv"

	"linli/models"
	"linli/models/ticket"
	"linli/storage"
)

// closingsRead bounds what is looked through, and closingParties how many parties the first page names.
const (
	closingsRead   = 20_000
	closingParties = 20
)

// ClosingSigns lists the closings of the last ticket.ClosingSignDays days that are worth a look, the newest first; sign narrows
// them to one kind, empty is both. Nobody reads here about a party for which he works, nor of a matter that is held for a level
// above. limit is between 1 and 100. Where a county closes more than closingsRead matters in these days, the newest are looked at.
func (s *Store) ClosingSigns(ctx context.Context, a models.Actor, sign ticket.ClosingSign, from string, limit int) (page ticket.ClosingSignPage, err error) {
	if !ticket.SeesClosingSigns(a) {
		return page, models.Refuse(models.Denied, "closing_sign.not_yours_to_read")
	}
	before, err := storage.BeforeID(from)
	if err != nil {
		return page, err
	}
	page = ticket.ClosingSignPage{Items: []ticket.ClosingSignView{}, Parties: []ticket.ClosingSignCounts{}, Minutes: int64(ticket.QuickClosing.Minutes())}
	err = s.db.Read(ctx, func(tx storage.Tx) error {
		page.Since = tx.Today().Add(-ticket.ClosingSignDays)
		closings, err := closedSince(tx, a, page.Since)
		if err != nil {
			return err
		}
		var found []ticket.ClosedTicket
		for _, c := range closings {
			if signs := c.Signs(); c.ID < before && len(signs) > 0 && (sign == "" || slices.Contains(signs, sign)) {
				found = append(found, c)
			}
		}
		if len(found) > limit {
			found = found[:limit]
			page.Next = strconv.FormatInt(found[limit-1].ID, 10)
		}
		if page.Items, err = closingSignViews(tx, found); err != nil || from != "" {
			return err
		}
		page.Parties, err = closingSignParties(tx, closings)
		return err
	})
	return page, err
}

// closedSince are the closings since a day that a may read about, the newest first.
func closedSince(tx storage.Tx, a models.Actor, since models.Date) (closings []ticket.ClosedTicket, err error) {
	query := tx.DB().Table("ticket_closings c").
		Select("c.*, t.kind, t.filed_at, t.dispatched_at, p.answered_at AS sent_back_at").
		Joins("JOIN tickets t ON t.id = c.ticket_id AND t.held_level = 0").
		Joins("LEFT JOIN ticket_closings p ON p.ticket_id = c.ticket_id AND p.closing = c.closing - 1 AND p.outcome = ?", ticket.OutcomeSentBack).
		Where("c.said_at >= ?", since.Start())
	if len(a.Parties) > 0 {
		query = query.Where("c.handling_party_id NOT IN ?", a.Parties)
	}
	err = query.Order("c.id DESC").Limit(closingsRead).Scan(&closings).Error
	return closings, err
}

func closingSignViews(tx storage.Tx, closings []ticket.ClosedTicket) ([]ticket.ClosingSignView, error) {
	about, err := byID[ticket.Ticket](tx, idsOf(closings, func(c ticket.ClosedTicket) int64 { return c.TicketID }), func(t ticket.Ticket) int64 { return t.ID })
	if err != nil {
		return nil, err
	}
	var tickets []ticket.Ticket
	for _, t := range about {
		tickets = append(tickets, t)
	}
	where, err := namesOf(tx, tickets)
	if err != nil {
		return nil, err
	}
	who, err := partyNames(tx, idsOf(closings, func(c ticket.ClosedTicket) int64 { return c.HandlingPartyID }))
	if err != nil {
		return nil, err
	}
	views := make([]ticket.ClosingSignView, len(closings))
	for i, c := range closings {
		t := about[c.TicketID]
		views[i] = ticket.ClosingSignView{
			ID: c.ID, TicketID: c.TicketID, Number: t.Number, Category: t.Category, EstateName: where[t.ID].Estate, PartyName: who[c.HandlingPartyID].Name,
			Signs: c.Signs(), Minutes: int64(c.Took().Minutes()), SaidAt: c.SaidAt, Result: c.Result, NoPhotoReason: c.NoPhotoReason, Outcome: c.Outcome,
		}
	}
	return views, nil
}

func closingSignParties(tx storage.Tx, closings []ticket.ClosedTicket) ([]ticket.ClosingSignCounts, error) {
	counts := ticket.CountClosingSigns(closings)
	counts = counts[:min(len(counts), closingParties)]
	who, err := partyNames(tx, idsOf(counts, func(n ticket.ClosingSignCounts) int64 { return n.PartyID }))
	for i := range counts {
		counts[i].PartyName = who[counts[i].PartyID].Name
	}
	return counts, err
}
