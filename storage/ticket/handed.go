package ticket

import (
	"context"
	"encoding/json"
	"strconv"

	"gorm.io/gorm"

	"linli/models"
	"linli/models/photo"
	"linli/models/ticket"
	"linli/storage"
)

// freeze keeps the last look of the party that must answer t. It is called before anything of the hand-over is written.
func (s *Store) freeze(tx storage.Tx, t ticket.Ticket, c ticket.Catalogue, toParty int64, missed []string, why string) error {
	known, err := s.known(tx, models.Actor{Parties: []int64{t.HandlingPartyID}}, t)
	if err != nil {
		return err
	}
	seen, err := json.Marshal(ticket.Frozen(known, c, tx.At()))
	if err != nil {
		return err
	}
	list, err := json.Marshal(missed)
	if err != nil {
		return err
	}
	return tx.DB().Create(&ticket.HandedOver{
		TicketID: t.ID, PartyID: t.HandlingPartyID, ToPartyID: toParty, EstateID: t.EstateID, At: tx.At(), Missed: string(list), Seen: string(seen), Why: ticket.FrozenWords(known, why),
	}).Error
}

// HandedOverTickets lists what the parties that a works for handed over, the newest first. Of a ticket that they never
// had there is nothing, as of one that does not exist.
func (s *Store) HandedOverTickets(ctx context.Context, a models.Actor, q ticket.HandedOverQuery) (page ticket.HandedOverPage, err error) {
	before, err := storage.BeforeID(q.Cursor)
	if err != nil {
		return page, err
	}
	page.Items = []ticket.HandedOverRow{}
	err = s.db.Read(ctx, func(tx storage.Tx) error {
		var rows []ticket.HandedOver
		kept := keptBy(tx, a).Where("id < ?", before)
		if q.TicketID != 0 {
			kept = kept.Where("ticket_id = ?", q.TicketID)
		}
		if err := kept.Order("id DESC").Limit(q.Limit + 1).Find(&rows).Error; err != nil {
			return err
		}
		if len(rows) > q.Limit {
			rows = rows[:q.Limit]
			page.Next = strconv.FormatInt(rows[q.Limit-1].ID, 10)
		}
		for _, row := range rows {
			view, err := handedView(tx, row)
			if err != nil {
				return err
			}
			page.Items = append(page.Items, ticket.HandedOverRow{ID: view.ID, At: view.At, ToPartyName: view.ToPartyName, Missed: view.Missed, Why: view.Why, Ticket: view.Ticket.Row})
		}
		return nil
	})
	return page, err
}

// HandedOverTicket is the frozen look with an id, for people of the party whose look it is; to anybody else it does not
// exist.
func (s *Store) HandedOverTicket(ctx context.Context, a models.Actor, id int64) (view ticket.HandedOverView, err error) {
	err = s.db.Read(ctx, func(tx storage.Tx) error {
		var row ticket.HandedOver
		err := keptBy(tx, a).Take(&row, "id = ?", id).Error
		if storage.Absent(err) {
			return models.Refuse(models.NotFound, "ticket.not_found")
		}
		if err == nil {
			view, err = handedView(tx, row)
		}
		return err
	})
	return view, err
}

// KeptPhoto answers for a photo of a ticket that a may not see any more: it is shown to whoever keeps a look that holds
// it, and is models.NotFound for everybody else.
func KeptPhoto(tx storage.Tx, a models.Actor, p photo.Photo) error {
	var rows []ticket.HandedOver
	if err := keptBy(tx, a).Where("ticket_id = ?", p.TicketID).Limit(100).Find(&rows).Error; err != nil {
		return err
	}
	for _, row := range rows {
		view, err := handedView(tx, row)
		if err != nil {
			return err
		}
		if view.Ticket.Holds(p.ID) {
			return nil
		}
	}
	return models.Refuse(models.NotFound, "ticket.not_found")
}

// keptBy is the WHERE of what the parties of a keep. Whose look it is decides, and nothing else: an officer of the place
// has the ticket itself.
func keptBy(tx storage.Tx, a models.Actor) *gorm.DB {
	return tx.DB().Model(&ticket.HandedOver{}).Where("party_id IN ?", a.Parties)
}

func handedView(tx storage.Tx, row ticket.HandedOver) (view ticket.HandedOverView, err error) {
	view = ticket.HandedOverView{ID: row.ID, At: row.At, Why: row.Why}
	if err := json.Unmarshal([]byte(row.Seen), &view.Ticket); err != nil {
		return view, err
	}
	if err := json.Unmarshal([]byte(row.Missed), &view.Missed); err != nil {
		return view, err
	}
	names, err := partyNames(tx, []int64{row.ToPartyID})
	view.ToPartyName = names[row.ToPartyID].Name
	return view, err
}
