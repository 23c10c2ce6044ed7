package ticket

import (
	"context"
	"fmt"

	"gorm.io/gorm/clause"

	"linli/models"
	"linli/models/ticket"
	"linli/storage"
)

// SimilarTickets are open tickets of the same estate, building and category that a may support instead of filing his own,
// the newest first. It tells public facts only, and nothing to those who work for the party.
func (s *Store) SimilarTickets(ctx context.Context, a models.Actor, estateID, buildingID int64, category string) (ticket.Offers, error) {
	offers := ticket.Offers{Items: []ticket.Offer{}}
	err := s.db.Read(ctx, func(tx storage.Tx) error {
		c, err := s.catalogueIn(tx)
		if err != nil || !c.Shareable(category) {
			return err
		}
		var open []ticket.Ticket
		err = tx.DB().Where("estate_id = ? AND building_id = ? AND category = ? AND "+sqlOpen+" AND "+sqlWaiting, estateID, buildingID, category).
			Order("id DESC").Limit(50).Find(&open).Error
		if err != nil {
			return err
		}
		var shown []ticket.Ticket
		for _, t := range open {
			if len(shown) < ticket.MostOffers && t.OfferedTo(a, c) && t.Supportable() {
				shown = append(shown, t)
			}
		}
		known, err := knownToNeighbours(tx, shown)
		if err != nil {
			return err
		}
		mine, err := supportsOf(tx, a, idsOf(shown, func(t ticket.Ticket) int64 { return t.ID }))
		for _, k := range known {
			offer := ticket.OfferOf(k, c)
			offer.ClientID = mine[k.Ticket.ID].ClientID
			offers.Items = append(offers.Items, offer)
		}
		return err
	})
	return offers, err
}

// supportsOf are a's running supports of tickets.
func supportsOf(tx storage.Tx, a models.Actor, tickets []int64) (map[int64]ticket.Support, error) {
	var rows []ticket.Support
	err := tx.DB().Where("ticket_id IN ? AND author_id = ? AND withdrawn_at IS NULL", tickets, a.AccountID).Find(&rows).Error
	mine := map[int64]ticket.Support{}
	for _, row := range rows {
		mine[row.TicketID] = row
	}
	return mine, err
}

// knownToNeighbours reads where tickets lie, who must answer, and how many households were behind them when the day began.
func knownToNeighbours(tx storage.Tx, tickets []ticket.Ticket) ([]ticket.Known, error) {
	names, err := namesOf(tx, tickets)
	if err != nil {
		return nil, err
	}
	voices, err := voicesBefore(tx, idsOf(tickets, func(t ticket.Ticket) int64 { return t.ID }))
	known := make([]ticket.Known, len(tickets))
	for i, t := range tickets {
		known[i] = names[t.ID].known(t)
		known[i].VoicesBefore = voices[t.ID]
	}
	return known, err
}

// SupportTicket adds a's voice to somebody else's ticket. A household has one voice, however many of it support; the
// tenth household makes the matter joint. The same client id again is the first support again.
func (s *Store) SupportTicket(ctx context.Context, a models.Actor, id int64, asked ticket.Supporting) (view ticket.SupportedView, created bool, err error) {
	err = s.db.Write(ctx, func(tx storage.Tx) error {
		var support ticket.Support
		var t ticket.Ticket
		if support, t, created, err = s.supportIn(tx, a, id, asked); err != nil {
			return err
		}
		view, err = s.supported(tx, support, t)
		return err
	})
	return view, created, err
}

func (s *Store) supportIn(tx storage.Tx, a models.Actor, id int64, asked ticket.Supporting) (support ticket.Support, t ticket.Ticket, created bool, err error) {
	if err := ticket.CheckClientID(asked.ClientID); err != nil {
		return support, t, false, err
	}
	c, err := s.catalogueIn(tx)
	if err != nil {
		return support, t, false, err
	}
	if t, err = offeredForUpdate(tx, a, id, c); err != nil {
		return support, t, false, err
	}
	var there []ticket.Support
	err = tx.DB().Where("author_id = ? AND (client_id = ? OR ticket_id = ? AND withdrawn_at IS NULL)", a.AccountID, asked.ClientID, id).Order("id").Limit(2).Find(&there).Error
	if err != nil {
		return support, t, false, err
	}
	for _, row := range there {
		switch {
		case row.ClientID != asked.ClientID:
			continue
		case row.TicketID != id:
			return row, t, false, models.Refuse(models.Conflict, "ticket.id_conflict")
		}
		return row, t, false, nil
	}
	if len(there) > 0 { // supported from another phone
		return there[0], t, false, nil
	}
	if !t.Supportable() {
		return support, t, false, models.Refuse(models.Conflict, "ticket.support_too_late")
	}
	if err := countDay(tx, fmt.Sprintf("support/%d", a.AccountID), supportsPerDay); err != nil {
		return support, t, false, err
	}
	support = ticket.Support{TicketID: id, AuthorID: a.AccountID, ClientID: asked.ClientID, UnitID: ticket.VoiceOf(a, t.EstateID), At: tx.At()}
	if created, err = storage.Insert(tx, &support); err != nil || !created {
		return support, t, false, raced(err)
	}
	if err := recordSupport(tx, a, support, "support"); err != nil {
		return support, t, false, err
	}
	t, err = s.joinIfDue(tx, t)
	return support, t, true, err
}

// supportsPerDay is how many tickets one account may support within a day: a household has a few matters, not hundreds.
const supportsPerDay = 30

// recordSupport writes a voice down in the ledger under a noun of its own: the ticket's lines, which the party reads, do
// not hold it.
func recordSupport(tx storage.Tx, a models.Actor, support ticket.Support, action string) error {
	_, err := storage.Record(tx, models.Event{
		Noun: "ticket_support", NounID: support.ID, Action: action, ActorID: a.AccountID, ActorRole: models.Resident, Data: map[string]any{"ticket": support.TicketID},
	})
	return err
}

// offeredForUpdate reads a ticket that may be offered to a, and keeps others from it until the transaction ends: two
// households at once are counted one after the other. To everybody else it does not exist.
func offeredForUpdate(tx storage.Tx, a models.Actor, id int64, c ticket.Catalogue) (t ticket.Ticket, err error) {
	t, err = forUpdate(tx, id)
	if storage.Absent(err) || err == nil && !t.OfferedTo(a, c) {
		return ticket.Ticket{}, models.Refuse(models.NotFound, "ticket.not_found")
	}
	return t, err
}

func forUpdate(tx storage.Tx, id int64) (t ticket.Ticket, err error) {
	err = tx.DB().Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate}).Take(&t, "id = ?", id).Error
	return t, err
}

// WithdrawSupport takes back the support that a made under the id named. Doing so twice is doing so once; what became
// joint stays joint.
func (s *Store) WithdrawSupport(ctx context.Context, a models.Actor, id int64, asked ticket.SupportTakenBack) (view ticket.SupportedView, err error) {
	err = s.db.Write(ctx, func(tx storage.Tx) error {
		support, t, err := supportBy(tx, a, id, "client_id = ?", asked.Support)
		if err != nil {
			return err
		}
		if support.WithdrawnAt == nil {
			at := tx.At()
			res := tx.DB().Model(&ticket.Support{}).Where("id = ? AND withdrawn_at IS NULL", support.ID).Updates(map[string]any{"withdrawn_at": at})
			if res.Error != nil || res.RowsAffected == 0 {
				return raced(res.Error)
			}
			support.WithdrawnAt = &at
			if err := recordSupport(tx, a, support, "support_withdraw"); err != nil {
				return err
			}
		}
		view, err = s.supported(tx, support, t)
		return err
	})
	return view, err
}

// supportBy is a's newest support of a ticket to which more applies, with the ticket. Whoever has come to work for the party
// since has no such look any more.
func supportBy(tx storage.Tx, a models.Actor, id int64, more string, values ...any) (support ticket.Support, t ticket.Ticket, err error) {
	none := models.Refuse(models.NotFound, "ticket.not_found")
	err = tx.DB().Where("author_id = ? AND ticket_id = ?", a.AccountID, id).Where(more, values...).Order("id DESC").Take(&support).Error
	if err != nil {
		return support, t, absentAs(err, none)
	}
	if err = tx.DB().Take(&t, "id = ?", id).Error; err == nil && !t.ToldTo(a) {
		err = none
	}
	return support, t, err
}

// SupportedTickets lists what a supports, the newest first.
func (s *Store) SupportedTickets(ctx context.Context, a models.Actor) (ticket.SupportedPage, error) {
	page := ticket.SupportedPage{Items: []ticket.SupportedRow{}}
	err := s.db.Read(ctx, func(tx storage.Tx) error {
		c, err := s.catalogueIn(tx)
		if err != nil {
			return err
		}
		var rows []ticket.Support
		if err := tx.DB().Where("author_id = ? AND withdrawn_at IS NULL", a.AccountID).Order("id DESC").Limit(100).Find(&rows).Error; err != nil {
			return err
		}
		ids := make([]int64, len(rows))
		for i, row := range rows {
			ids[i] = row.TicketID
		}
		found, err := byID[ticket.Ticket](tx, ids, func(t ticket.Ticket) int64 { return t.ID })
		if err != nil {
			return err
		}
		var tickets []ticket.Ticket
		var supports []ticket.Support
		for _, row := range rows {
			if t := found[row.TicketID]; t.ToldTo(a) {
				tickets, supports = append(tickets, t), append(supports, row)
			}
		}
		known, err := knownToNeighbours(tx, tickets)
		for i, k := range known {
			page.Items = append(page.Items, ticket.SupportedRowOf(supports[i], k, c, tx.At()))
		}
		return err
	})
	return page, err
}

// SupportedTicket is what a is told of a ticket that he supports.
func (s *Store) SupportedTicket(ctx context.Context, a models.Actor, id int64) (view ticket.SupportedView, err error) {
	err = s.db.Read(ctx, func(tx storage.Tx) error {
		support, t, err := supportBy(tx, a, id, "withdrawn_at IS NULL")
		if err != nil {
			return err
		}
		view, err = s.supported(tx, support, t)
		return err
	})
	return view, err
}

func (s *Store) supported(tx storage.Tx, support ticket.Support, t ticket.Ticket) (ticket.SupportedView, error) {
	c, err := s.catalogueIn(tx)
	if err != nil {
		return ticket.SupportedView{}, err
	}
	known, err := s.known(tx, models.Actor{}, t)
	if err != nil {
		return ticket.SupportedView{}, err
	}
	return ticket.SupportedViewOf(support, known, c, tx.At()), nil
}

// voicesBefore counts, for each ticket, the households that ever supported it until the day began.
func voicesBefore(tx storage.Tx, tickets []int64) (map[int64]int, error) {
	var counted []struct {
		TicketID int64
		N        int
	}
	err := tx.DB().Table("ticket_supports").Select("ticket_id, count(DISTINCT unit_id) AS n").
		Where("ticket_id IN ? AND unit_id > 0 AND at < ?", tickets, tx.Today().Start()).Group("ticket_id").Scan(&counted).Error
	voices := map[int64]int{}
	for _, c := range counted {
		voices[c.TicketID] = c.N
	}
	return voices, err
}

// addVoices reads how many households stand behind a ticket, now and when the day began.
func addVoices(tx storage.Tx, k *ticket.Known) error {
	before, err := voicesBefore(tx, []int64{k.Ticket.ID})
	if err != nil {
		return err
	}
	k.VoicesBefore = before[k.Ticket.ID]
	k.Voices, err = voices(tx, k.Ticket)
	return err
}

// voices counts the households that stand behind t now, its reporter's among them.
func voices(tx storage.Tx, t ticket.Ticket) (int, error) {
	var supporting, reporters []int64
	err := tx.DB().Model(&ticket.Support{}).Where("ticket_id = ? AND withdrawn_at IS NULL AND unit_id > 0", t.ID).Distinct().Pluck("unit_id", &supporting).Error
	if err != nil || t.ReporterID == 0 {
		return ticket.Voices(supporting, nil), err
	}
	err = tx.DB().Table("memberships m").Joins("JOIN units u ON u.id = m.scope_id AND u.estate_id = ?", t.EstateID).
		Where("m.account_id = ? AND m.role = ? AND m.status = ? AND (m.valid_to IS NULL OR m.valid_to > ?)", t.ReporterID, models.Resident, models.Approved, tx.Today()).
		Limit(20).Pluck("u.id", &reporters).Error
	return ticket.Voices(supporting, reporters), err
}
