package ticket

import (
	"context"
	"errors"
	"strings"

	"gorm.io/gorm"

	"linli/models"
	"linli/models/photo"
	"linli/models/ticket"
	"linli/storage"
)

// SendMessage adds a line to the relay thread. Neither side learns the other's number.
func (s *Store) SendMessage(ctx context.Context, a models.Actor, id int64, m ticket.Saying, claims []photo.Claim) (said ticket.Said, err error) {
	err = s.db.Write(ctx, func(tx storage.Tx) error {
		t, message, err := s.MessageIn(tx, a, id, m, claims)
		if err != nil {
			return err
		}
		view, err := s.view(tx, a, t)
		if err != nil {
			return err
		}
		for _, line := range view.Messages {
			if line.Mine && line.ClientID == message.ClientID {
				said.Message = line
			}
		}
		said.PhotosMissing, err = s.photos.MissingFor(tx, "ticket_message", message.ID)
		return err
	})
	return said, err
}

// MessageIn is SendMessage inside a transaction.
func (s *Store) MessageIn(tx storage.Tx, a models.Actor, id int64, m ticket.Saying, claims []photo.Claim) (ticket.Ticket, ticket.Message, error) {
	if err := ticket.CheckClientID(m.ClientID); err != nil {
		return ticket.Ticket{}, ticket.Message{}, err
	}
	hash := storage.ContentHash([]any{id, m, claims})
	t, err := load(tx, a, id)
	if err != nil {
		return t, ticket.Message{}, err
	}
	var message ticket.Message
	err = tx.DB().Take(&message, "author_id = ? AND client_id = ?", a.AccountID, m.ClientID).Error
	if err == nil && message.ContentHash != hash {
		err = models.Refuse(models.Conflict, "ticket.id_conflict")
	}
	if !errors.Is(err, gorm.ErrRecordNotFound) {
		return t, message, err
	}
	c, err := s.catalogueIn(tx)
	if err != nil {
		return t, message, err
	}
	if ticket.OnlyAudits(a, t) {
		return t, message, models.Refuse(models.Denied, "ticket.not_yours_to_message")
	}
	part := ticket.PartOf(a, t)
	if !t.MaySay(part, c, tx.At()) {
		return t, message, models.Refuse(models.Conflict, "ticket.thread_closed")
	}
	if m.Text, err = ticket.CheckText(m.Text, "text", len(claims) == 0, c.MaxText); err != nil {
		return t, message, err
	}
	if len(claims) > c.MaxPhotos {
		return t, message, models.RefuseField("photo.too_many", "photos").With("limit", c.MaxPhotos)
	}
	message = ticket.Message{
		TicketID: t.ID, AuthorID: a.AccountID, ClientID: m.ClientID, ContentHash: hash, Side: ticket.SideOf(part), Text: m.Text, At: tx.At(),
	}
	if part == ticket.PartHandler {
		message.HandlingPartyID = t.HandlingPartyID
	}
	// One after the other: a line that was told its place in the thread keeps it.
	now, err := forUpdate(tx, t.ID)
	if err != nil {
		return t, message, err
	}
	if created, err := storage.Insert(tx, &message); err != nil || !created {
		return t, message, raced(err)
	}
	if err := s.list(tx, a, t.ID, "ticket_message", message.ID, claims, t.Protected && part != ticket.PartHandler); err != nil || !ticket.Speaks(a, now, ticket.Say) {
		return t, message, err
	}
	t, err = s.answered(tx, a, now)
	return t, message, err
}

// ReadMessages notes that a has read the other side's lines among the first upTo of the thread. When the reporter reads a substantive
// reply of the handler, he has been contacted (DECISIONS 4): the handler cannot tick that himself.
func (s *Store) ReadMessages(ctx context.Context, a models.Actor, id, upTo int64) error {
	return s.db.Write(ctx, func(tx storage.Tx) error { return s.ReadIn(tx, a, id, upTo) })
}

// ReadIn is ReadMessages inside a transaction.
func (s *Store) ReadIn(tx storage.Tx, a models.Actor, id, upTo int64) error {
	t, err := load(tx, a, id)
	if err != nil {
		return err
	}
	side := ticket.SideOf(ticket.PartOf(a, t))
	if side != ticket.PartReporter && side != ticket.PartHandler {
		return nil // an onlooker's reading changes nothing
	}
	var unread []ticket.Message
	err = tx.DB().Raw("SELECT * FROM (SELECT * FROM ticket_messages WHERE ticket_id = ? ORDER BY id LIMIT ?) AS first WHERE side <> ? AND read_at IS NULL ORDER BY id LIMIT 200",
		id, upTo, side).Scan(&unread).Error
	if err != nil || len(unread) == 0 {
		return err
	}
	ids := make([]int64, len(unread))
	told := false
	for i, m := range unread {
		ids[i] = m.ID
		told = told || m.Side == ticket.PartHandler && ticket.Substantive(m.Text)
	}
	if err := tx.DB().Model(&ticket.Message{}).Where("id IN ?", ids).Updates(map[string]any{"read_at": tx.At()}).Error; err != nil {
		return err
	}
	if side != ticket.PartReporter || !told || t.ContactedAt != nil || !t.Open {
		return nil
	}
	if t.ReachedLate(models.SystemActor, ticket.Contact) {
		_, err = s.reached(tx, models.SystemActor, t, ticket.Contact)
		return err
	}
	_, err = s.moveIn(tx, models.SystemActor, t, ticket.Move{Action: ticket.Contact}, map[string]any{"how": "message_read"})
	return err
}

// ViewContact tells the handler name and phone of a repair whose reporter shared them, once a reason is given. The
// look stands in the ledger, where the reporter sees it (DECISIONS 2).
func (s *Store) ViewContact(ctx context.Context, a models.Actor, id int64, reason string) (contact ticket.ContactCard, err error) {
	err = s.db.Write(ctx, func(tx storage.Tx) error {
		t, err := load(tx, a, id)
		if err != nil {
			return err
		}
		if ticket.PartOf(a, t) != ticket.PartHandler || !t.ContactShown() {
			return models.Refuse(models.Denied, "ticket.contact_not_shared")
		}
		reason, err := ticket.CheckText(reason, "reason", true, 200)
		if err != nil {
			return err
		}
		known := ticket.Known{Ticket: t}
		if err := addReporter(tx, &known); err != nil {
			return err
		}
		contact = ticket.ContactCard{Name: known.ReporterName, Phone: known.ReporterPhone}
		_, err = storage.Record(tx, models.Event{
			Noun: "ticket", NounID: t.ID, Action: string(ticket.ContactView), ActorID: a.AccountID, ActorRole: a.ActsAs(models.Role.Answers), PartyID: t.HandlingPartyID,
			From: string(t.State), To: string(t.State), Note: strings.TrimSpace(reason),
		})
		return err
	})
	return contact, err
}
