package ticket

import (
	"context"
	"errors"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"linli/models"
	"linli/models/place"
	"linli/models/ticket"
	"linli/storage"
	places "linli/storage/place"
)

// mostTemplatesListed is more than the parties of one person keep.
const mostTemplatesListed = 500

// ReplyTemplates are those of the parties for which a works; who may keep them reads for a while also what was removed.
func (s *Store) ReplyTemplates(ctx context.Context, a models.Actor) (page ticket.TemplatePage, err error) {
	page.Bounds, page.Examples = ticket.BoundsOfTemplates(), ticket.ExampleTemplates()
	page.Items, page.Parties = []ticket.ReplyTemplateView{}, []ticket.TemplateParty{}
	err = s.db.Read(ctx, func(tx storage.Tx) error {
		parties, err := partyNames(tx, a.Parties)
		if err != nil {
			return err
		}
		for _, id := range a.Parties {
			page.Parties = append(page.Parties, ticket.TemplateParty{ID: id, Name: parties[id].Name, MayKeep: ticket.MayKeepTemplates(a, id)})
		}
		var rows []ticket.ReplyTemplate
		find := tx.DB().Where("handling_party_id IN ? AND (removed_at IS NULL OR removed_at > ?)", a.Parties, ticket.TemplatesRemovedSince(tx.At()))
		if err := find.Order("id").Limit(mostTemplatesListed).Find(&rows).Error; err != nil {
			return err
		}
		for _, t := range rows {
			if ticket.MayReadTemplate(a, t) {
				page.Items = append(page.Items, ticket.ViewTemplate(a, t, tx.At()))
			}
		}
		return nil
	})
	return page, err
}

// WriteTemplate keeps a new template of a party of which a may keep them. The same client id again is the first one again.
func (s *Store) WriteTemplate(ctx context.Context, a models.Actor, w ticket.TemplateWriting) (view ticket.ReplyTemplateView, created bool, err error) {
	err = s.db.Write(ctx, func(tx storage.Tx) error {
		view, created, err = s.WriteTemplateIn(tx, a, w)
		return err
	})
	return view, created, err
}

// WriteTemplateIn is WriteTemplate inside a transaction.
func (s *Store) WriteTemplateIn(tx storage.Tx, a models.Actor, w ticket.TemplateWriting) (view ticket.ReplyTemplateView, created bool, err error) {
	if err := ticket.CheckClientID(w.ClientID); err != nil {
		return view, false, err
	}
	if !ticket.MayKeepTemplates(a, w.HandlingPartyID) {
		return view, false, models.Refuse(models.Denied, "template.not_yours")
	}
	var t ticket.ReplyTemplate
	hash := storage.ContentHash(w)
	err = tx.DB().Take(&t, "author_id = ? AND client_id = ?", a.AccountID, w.ClientID).Error
	switch {
	case err == nil && t.ContentHash != hash:
		return view, false, models.Refuse(models.Conflict, "ticket.id_conflict")
	case err == nil:
		return ticket.ViewTemplate(a, t, tx.At()), false, nil
	case !errors.Is(err, gorm.ErrRecordNotFound):
		return view, false, err
	}
	if w.TemplateWords, err = s.checkTemplate(tx, w.HandlingPartyID, w.TemplateWords); err != nil {
		return view, false, err
	}
	if err := roomForTemplate(tx, w.HandlingPartyID); err != nil {
		return view, false, err
	}
	t = w.Written(a)
	t.ContentHash = hash
	if created, err := storage.Insert(tx, &t); err != nil || !created {
		return view, false, raced(err)
	}
	return ticket.ViewTemplate(a, t, tx.At()), true, recordTemplate(tx, a, t, "write")
}

func (s *Store) checkTemplate(tx storage.Tx, partyID int64, w ticket.TemplateWords) (ticket.TemplateWords, error) {
	c, err := s.catalogueIn(tx)
	if err != nil {
		return w, err
	}
	party, _, err := places.Party(tx, partyID)
	if err != nil {
		return w, err
	}
	return w.Check(c, party.Phone24)
}

// roomForTemplate refuses one more than a party keeps. Those who write for one party at once wait for each other at its row: each
// would count what the others have not written yet.
func roomForTemplate(tx storage.Tx, partyID int64) error {
	var party place.HandlingParty
	if err := tx.DB().Clauses(clause.Locking{Strength: "NO KEY UPDATE"}).Select("id").Take(&party, "id = ?", partyID).Error; err != nil {
		return err
	}
	var n int64
	err := tx.DB().Model(&ticket.ReplyTemplate{}).Where("handling_party_id = ? AND removed_at IS NULL", partyID).Count(&n).Error
	if err == nil && n >= ticket.MostReplyTemplates {
		err = ticket.TooManyTemplates()
	}
	return err
}

func recordTemplate(tx storage.Tx, a models.Actor, t ticket.ReplyTemplate, action string) error {
	_, err := storage.Record(tx, models.Event{
		Noun: "reply_template", NounID: t.ID, Action: action, ActorID: a.AccountID, ActorRole: a.ActsAs(models.Role.Answers), PartyID: t.HandlingPartyID, Note: t.Text,
		Data: map[string]any{"title": t.Title, "category": t.Category, "state": t.State, "use": t.Use, "version": t.Version},
	})
	return err
}

// ChangeTemplate writes a template anew.
func (s *Store) ChangeTemplate(ctx context.Context, a models.Actor, id int64, w ticket.TemplateChange) (ticket.ReplyTemplateView, error) {
	return s.stepTemplate(ctx, a, id, "change", func(tx storage.Tx, t ticket.ReplyTemplate) (ticket.ReplyTemplate, error) {
		if err := t.MayChange(a, w.Version); err != nil {
			return t, err
		}
		words, err := s.checkTemplate(tx, t.HandlingPartyID, w.TemplateWords)
		return t.With(words), err
	})
}

// RemoveTemplate removes a template; nobody is offered it any more.
func (s *Store) RemoveTemplate(ctx context.Context, a models.Actor, id int64, w ticket.TemplateRemoval) (ticket.ReplyTemplateView, error) {
	return s.stepTemplate(ctx, a, id, "remove", func(tx storage.Tx, t ticket.ReplyTemplate) (ticket.ReplyTemplate, error) {
		return t.Remove(a, w, tx.At())
	})
}

// RestoreTemplate takes a removal back that slipped.
func (s *Store) RestoreTemplate(ctx context.Context, a models.Actor, id int64, w ticket.TemplateRemoval) (ticket.ReplyTemplateView, error) {
	return s.stepTemplate(ctx, a, id, "restore", func(tx storage.Tx, t ticket.ReplyTemplate) (ticket.ReplyTemplate, error) {
		next, err := t.Restore(a, w, tx.At())
		if err == nil {
			err = roomForTemplate(tx, t.HandlingPartyID)
		}
		return next, err
	})
}

// stepTemplate makes one step of a template. Whoever does not work for its party does not learn of it here.
func (s *Store) stepTemplate(
	ctx context.Context, a models.Actor, id int64, action string, step func(storage.Tx, ticket.ReplyTemplate) (ticket.ReplyTemplate, error),
) (view ticket.ReplyTemplateView, err error) {
	err = s.db.Write(ctx, func(tx storage.Tx) error {
		var t ticket.ReplyTemplate
		absent := models.Refuse(models.NotFound, "template.not_found")
		if err := tx.DB().Take(&t, "id = ?", id).Error; err != nil {
			return absentAs(err, absent)
		}
		if !a.WorksFor(t.HandlingPartyID) {
			return absent
		}
		next, err := step(tx, t)
		if err != nil {
			return err
		}
		columns := map[string]any{
			"title": next.Title, "text": next.Text, "category": next.Category, "state": next.State, "used_for": next.Use, "removed_at": next.RemovedAt,
		}
		if err := storage.UpdateVersion(tx, "reply_templates", t.ID, t.Version, columns, "template.changed_meanwhile"); err != nil {
			return err
		}
		next.Version = t.Version + 1
		view = ticket.ViewTemplate(a, next, tx.At())
		return recordTemplate(tx, a, next, action)
	})
	return view, err
}

// FilledTemplates are the templates of a ticket's party that fit it, filled in for a, who must work for that party. Nothing is sent.
func (s *Store) FilledTemplates(ctx context.Context, a models.Actor, ticketID int64) (filled ticket.FilledTemplates, err error) {
	err = s.db.Read(ctx, func(tx storage.Tx) error {
		t, err := load(tx, a, ticketID)
		if err != nil {
			return err
		}
		view, err := s.view(tx, a, t)
		if err != nil {
			return err
		}
		if !ticket.MayFillTemplates(a, view) {
			return models.Refuse(models.Denied, "template.not_handler")
		}
		c, err := s.catalogueIn(tx)
		if err != nil {
			return err
		}
		var staff string
		if err := tx.DB().Table("accounts").Where("id = ?", a.AccountID).Limit(1).Pluck("name", &staff).Error; err != nil {
			return err
		}
		var rows []ticket.ReplyTemplate
		err = tx.DB().Where("handling_party_id = ? AND removed_at IS NULL", t.HandlingPartyID).Order("id").Limit(ticket.MostReplyTemplates).Find(&rows).Error
		filled.Items, filled.MayKeep = ticket.FillFor(rows, view, c, staff, tx.At()), ticket.MayKeepTemplates(a, t.HandlingPartyID)
		return err
	})
	return filled, err
}
