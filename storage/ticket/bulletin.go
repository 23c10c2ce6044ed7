package ticket

import (
	"context"
	"errors"
	"time"

	"gorm.io/gorm"

	"linli/models"
	"linli/models/place"
	"linli/models/ticket"
	"linli/storage"
	places "linli/storage/place"
)

// bulletinPlace is one place of a bulletin. It repeats when the bulletin ends, so that one index finds what runs at a place.
type bulletinPlace struct {
	BulletinID int64
	EstateID   int64
	BuildingID int64
	Category   string
	UntilAt    time.Time
}

// TableName is the table of the places of bulletins.
func (bulletinPlace) TableName() string { return "bulletin_places" }

// PostBulletin takes a bulletin of a party for which a works, and which answers for the place or for such a matter there. The
// same client id again is the first bulletin again. It changes no ticket.
func (s *Store) PostBulletin(ctx context.Context, a models.Actor, p ticket.BulletinPosting) (view ticket.BulletinView, created bool, err error) {
	err = s.db.Write(ctx, func(tx storage.Tx) error {
		view, created, err = s.PostBulletinIn(tx, a, p)
		return err
	})
	return view, created, err
}

// PostBulletinIn is PostBulletin inside a transaction.
func (s *Store) PostBulletinIn(tx storage.Tx, a models.Actor, p ticket.BulletinPosting) (view ticket.BulletinView, created bool, err error) {
	b, created, err := s.postIn(tx, a, p)
	if err == nil {
		view, err = viewBulletin(tx, a, b)
	}
	return view, created, err
}

func (s *Store) postIn(tx storage.Tx, a models.Actor, p ticket.BulletinPosting) (b ticket.Bulletin, created bool, err error) {
	hash := storage.ContentHash(p)
	err = tx.DB().Take(&b, "author_id = ? AND client_id = ?", a.AccountID, p.ClientID).Error
	if err == nil && b.ContentHash != hash {
		err = models.Refuse(models.Conflict, "ticket.id_conflict")
	}
	if !errors.Is(err, gorm.ErrRecordNotFound) {
		return b, false, err
	}
	c, err := s.catalogueIn(tx)
	if err != nil {
		return b, false, err
	}
	if p, err = p.Check(c, tx.At()); err != nil {
		return b, false, err
	}
	category, _ := c.Category(p.Category)
	at, err := resolve(tx, ticket.Filing{EstateID: p.EstateID})
	if err != nil {
		return b, false, err
	}
	if err := buildingsOf(tx, p); err != nil {
		return b, false, err
	}
	party, err := posterOf(tx, a, at, category)
	if err != nil {
		return b, false, err
	}
	for field, words := range map[string]string{"text": p.Text, "meanwhile": p.Meanwhile} {
		if err := ticket.CheckBulletinWords(party.Phone24, field, words); err != nil {
			return b, false, err
		}
	}
	if err := notBarred(tx, party.ID, p); err != nil {
		return b, false, err
	}
	b = p.Posted(a, party.ID, at, tx.At())
	b.ContentHash = hash
	if created, err := storage.Insert(tx, &b); err != nil || !created {
		return b, false, raced(err)
	}
	if err := tx.DB().Create(placesOf(p, b)).Error; err != nil {
		return b, false, err
	}
	return b, true, recordBulletin(tx, a, b, "post", "")
}

// buildingsOf refuses buildings that are not of the estate.
func buildingsOf(tx storage.Tx, p ticket.BulletinPosting) error {
	if len(p.Buildings) == 0 {
		return nil
	}
	var n int64
	err := tx.DB().Model(&place.Building{}).Where("id IN ? AND estate_id = ?", p.Buildings, p.EstateID).Count(&n).Error
	if err == nil && n != int64(len(p.Buildings)) {
		err = models.RefuseField("bulletin.bad_buildings", "buildings")
	}
	return err
}

// notBarred refuses what an office has ended here a short while ago.
func notBarred(tx storage.Tx, partyID int64, p ticket.BulletinPosting) error {
	var ended []ticket.Bulletin
	err := tx.DB().Where("handling_party_id = ? AND estate_id = ? AND category = ? AND ended_above AND posted_at > ? AND ended_at > ?",
		partyID, p.EstateID, p.Category, tx.At().AddDate(0, 0, -ticket.BulletinDays), tx.At().Add(-ticket.BulletinRest)).
		Order("id DESC").Limit(mostBulletinsListed).Find(&ended).Error
	for _, b := range ended {
		var named []int64
		if err := tx.DB().Table("bulletin_places").Where("bulletin_id = ? AND building_id <> 0", b.ID).Pluck("building_id", &named).Error; err != nil {
			return err
		}
		if b.Bars(named, p.Buildings, tx.At()) {
			return ticket.BarredBulletin()
		}
	}
	return err
}

// posterOf is the party in whose name a may post at a place: who serves it today, its community's station, or who gets such
// a matter there today.
func posterOf(tx storage.Tx, a models.Actor, at ticket.Where, category ticket.Category) (party place.HandlingParty, err error) {
	to, err := route(tx, at.EstateID, at.CommunityID, at.TownID, category)
	if err != nil || a.WorksFor(to.party.ID) {
		return to.party, err
	}
	station, _, err := places.StationOf(tx, at.CommunityID)
	if err != nil || a.WorksFor(station.ID) {
		return station, err
	}
	term, running, err := places.TermOn(tx, at.EstateID, tx.Today())
	if err == nil && (!running || !a.WorksFor(term.HandlingPartyID)) {
		err = models.Refuse(models.Denied, "bulletin.not_your_place")
	}
	if err == nil {
		party, _, err = places.Party(tx, term.HandlingPartyID)
	}
	return party, err
}

func placesOf(p ticket.BulletinPosting, b ticket.Bulletin) (rows []bulletinPlace) {
	buildings := p.Buildings
	if len(buildings) == 0 {
		buildings = []int64{0}
	}
	for _, id := range buildings {
		rows = append(rows, bulletinPlace{BulletinID: b.ID, EstateID: b.EstateID, BuildingID: id, Category: b.Category, UntilAt: b.ShownUntil()})
	}
	return rows
}

func recordBulletin(tx storage.Tx, a models.Actor, b ticket.Bulletin, action, why string) error {
	_, err := storage.Record(tx, models.Event{
		Noun: "bulletin", NounID: b.ID, Action: action, ActorID: a.AccountID, ActorRole: a.ActsAs(models.Role.Answers), PartyID: b.HandlingPartyID, Note: why,
		Data: map[string]any{"category": b.Category, "estate": b.EstateID, "from": b.FromAt, "until": b.ShownUntil()},
	})
	return err
}

// ChangeBulletin moves the end of a bulletin.
func (s *Store) ChangeBulletin(ctx context.Context, a models.Actor, id int64, wish ticket.BulletinChange) (ticket.BulletinView, error) {
	return s.stepBulletin(ctx, a, id, "change", func(tx storage.Tx, b ticket.Bulletin) (ticket.Bulletin, error) { return b.Change(a, wish, tx.At()) })
}

// EndBulletin ends a bulletin now.
func (s *Store) EndBulletin(ctx context.Context, a models.Actor, id int64, wish ticket.BulletinEnd) (view ticket.BulletinView, err error) {
	err = s.db.Write(ctx, func(tx storage.Tx) error {
		view, err = s.EndBulletinIn(tx, a, id, wish)
		return err
	})
	return view, err
}

// EndBulletinIn is EndBulletin inside a transaction.
func (s *Store) EndBulletinIn(tx storage.Tx, a models.Actor, id int64, wish ticket.BulletinEnd) (ticket.BulletinView, error) {
	return stepBulletinIn(tx, a, id, "end", func(tx storage.Tx, b ticket.Bulletin) (ticket.Bulletin, error) { return b.End(a, wish, tx.At()) })
}

// UndoBulletinEnd takes back an end that slipped.
func (s *Store) UndoBulletinEnd(ctx context.Context, a models.Actor, id int64, wish ticket.BulletinUndo) (ticket.BulletinView, error) {
	return s.stepBulletin(ctx, a, id, "undo", func(tx storage.Tx, b ticket.Bulletin) (ticket.Bulletin, error) { return b.Undo(a, wish, tx.At()) })
}

// bulletinStep is what a step makes of a bulletin.
type bulletinStep func(storage.Tx, ticket.Bulletin) (ticket.Bulletin, error)

func (s *Store) stepBulletin(ctx context.Context, a models.Actor, id int64, action string, step bulletinStep) (view ticket.BulletinView, err error) {
	err = s.db.Write(ctx, func(tx storage.Tx) error {
		view, err = stepBulletinIn(tx, a, id, action, step)
		return err
	})
	return view, err
}

// stepBulletinIn makes one step of a bulletin, with its places. Whoever does not have it in his list does not learn of it here.
func stepBulletinIn(tx storage.Tx, a models.Actor, id int64, action string, step bulletinStep) (view ticket.BulletinView, err error) {
	var b ticket.Bulletin
	absent := models.Refuse(models.NotFound, "bulletin.not_found")
	if err := tx.DB().Take(&b, "id = ?", id).Error; err != nil {
		return view, absentAs(err, absent)
	}
	if !b.Sees(a) {
		return view, absent
	}
	next, err := step(tx, b)
	if err != nil {
		return view, err
	}
	if next.Why != "" {
		party, _, err := places.Party(tx, b.HandlingPartyID)
		if err == nil {
			err = ticket.CheckBulletinWords(party.Phone24, "why", next.Why)
		}
		if err != nil {
			return view, err
		}
	}
	columns := map[string]any{
		"until_at": next.UntilAt, "ended_at": next.EndedAt, "ended_by": next.EndedBy, "ended_above": next.EndedAbove, "why": next.Why, "changes": next.Changes, "minutes": next.Minutes,
	}
	if err := storage.UpdateVersion(tx, "bulletins", b.ID, b.Version, columns, "bulletin.changed_meanwhile"); err != nil {
		return view, err
	}
	next.Version = b.Version + 1
	if err := tx.DB().Table("bulletin_places").Where("bulletin_id = ?", b.ID).Update("until_at", next.ShownUntil()).Error; err != nil {
		return view, err
	}
	if err := recordBulletin(tx, a, next, action, next.Why); err != nil {
		return view, err
	}
	return viewBulletin(tx, a, next)
}
