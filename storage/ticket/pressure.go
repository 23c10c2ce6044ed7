package ticket

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strconv"

	"gorm.io/gorm"

	"linli/models"
	"linli/models/ticket"
	"linli/storage"
	places "linli/storage/place"
)

// TellPressure takes somebody's word that he was asked to do something about his ticket. The ticket does not change, and
// none of its lines tells of it. The same client id again is the first telling again.
func (s *Store) TellPressure(ctx context.Context, a models.Actor, id int64, told ticket.PressureTold) error {
	return s.db.Write(ctx, func(tx storage.Tx) error { return s.TellPressureIn(tx, a, id, told) })
}

// TellPressureIn is TellPressure inside a transaction.
func (s *Store) TellPressureIn(tx storage.Tx, a models.Actor, id int64, told ticket.PressureTold) error {
	t, c, err := s.loadWith(tx, a, id)
	if err != nil {
		return err
	}
	if err := t.MayTellPressure(a); err != nil {
		return err
	}
	if told, err = told.Check(c.MaxText); err != nil {
		return err
	}
	hash := storage.ContentHash([]any{id, told})
	var there ticket.Pressure
	err = tx.DB().Take(&there, "author_id = ? AND client_id = ?", a.AccountID, told.ClientID).Error
	if err == nil && there.ContentHash != hash {
		err = models.Refuse(models.Conflict, "ticket.id_conflict")
	}
	if !errors.Is(err, gorm.ErrRecordNotFound) {
		return err
	}
	var before int64
	if err := tx.DB().Model(&ticket.Pressure{}).Where("ticket_id = ? AND author_id = ?", id, a.AccountID).Count(&before).Error; err != nil {
		return err
	}
	if before >= ticket.PressuresPerTicket {
		return models.Refuse(models.Conflict, "pressure.enough").With("limit", ticket.PressuresPerTicket)
	}
	party, _, err := places.Party(tx, t.HandlingPartyID)
	if err != nil {
		return err
	}
	row := ticket.Pressure{
		TicketID: id, HandlingPartyID: t.HandlingPartyID, Level: ticket.PressureLevel(string(party.Kind)), AuthorID: a.AccountID,
		ClientID: told.ClientID, ContentHash: hash, Asked: told.Asked, AskedBy: told.By, Text: told.Text, At: tx.At(),
	}
	if created, err := storage.Insert(tx, &row); err != nil || !created {
		return raced(err)
	}
	_, err = storage.Record(tx, models.Event{
		Noun: "ticket_pressure", NounID: row.ID, Action: "tell", ActorID: a.AccountID, ActorRole: ticket.RoleOf(a, t),
		Data: map[string]any{"ticket": id, "asked": told.Asked, "by": told.By},
	})
	return err
}

// Pressures lists what was told, as a reads it, the newest first, with the signs on the first page. limit is between 1 and 100.
func (s *Store) Pressures(ctx context.Context, a models.Actor, from string, limit int) (page ticket.PressurePage, err error) {
	level := ticket.PressureReader(a)
	if level == 0 {
		return page, models.Refuse(models.Denied, "pressure.not_yours_to_read")
	}
	before, err := storage.BeforeID(from)
	if err != nil {
		return page, err
	}
	page = ticket.PressurePage{Items: []ticket.PressureView{}, Signs: []ticket.PressureSign{}}
	err = s.db.Read(ctx, func(tx storage.Tx) error {
		var rows []ticket.Pressure
		if err := ofOthers(tx, a).Where("level <= ? AND id < ?", level, before).Order("id DESC").Limit(limit + 1).Find(&rows).Error; err != nil {
			return err
		}
		if len(rows) > limit {
			rows = rows[:limit]
			page.Next = strconv.FormatInt(rows[limit-1].ID, 10)
		}
		if page.Items, err = pressureViews(tx, rows); err != nil || from != "" {
			return err
		}
		page.Signs, err = pressureSigns(tx, a)
		return err
	})
	return page, err
}

// SettlePressure writes down what the centre found when it looked; once.
func (s *Store) SettlePressure(ctx context.Context, a models.Actor, id int64, found ticket.PressureFinding) (view ticket.PressureView, err error) {
	err = s.db.Write(ctx, func(tx storage.Tx) error {
		var row ticket.Pressure
		if err := tx.DB().Take(&row, "id = ?", id).Error; err != nil {
			return absentAs(err, models.Refuse(models.NotFound, "pressure.not_found"))
		}
		if err := row.MaySettle(a); err != nil {
			return err
		}
		c, err := s.catalogueIn(tx)
		if err != nil {
			return err
		}
		if row.Finding, err = ticket.CheckText(found.Finding, "finding", true, c.MaxText); err != nil {
			return err
		}
		at := tx.At()
		row.FoundBy, row.FoundAt = a.AccountID, &at
		res := tx.DB().Model(&ticket.Pressure{}).Where("id = ? AND found_at IS NULL", id).
			Updates(map[string]any{"finding": row.Finding, "found_by": row.FoundBy, "found_at": at})
		if res.Error != nil || res.RowsAffected == 0 {
			return raced(res.Error)
		}
		_, err = storage.Record(tx, models.Event{
			Noun: "ticket_pressure", NounID: id, Action: "settle", ActorID: a.AccountID, ActorRole: a.ActsAs(models.Role.Centre),
		})
		if err != nil {
			return err
		}
		views, err := pressureViews(tx, []ticket.Pressure{row})
		if err == nil {
			view = views[0]
		}
		return err
	})
	return view, err
}

func pressureViews(tx storage.Tx, rows []ticket.Pressure) ([]ticket.PressureView, error) {
	ids, parties := make([]int64, len(rows)), make([]int64, len(rows))
	for i, row := range rows {
		ids[i], parties[i] = row.TicketID, row.HandlingPartyID
	}
	about, err := byID[ticket.Ticket](tx, ids, func(t ticket.Ticket) int64 { return t.ID })
	if err != nil {
		return nil, err
	}
	told, err := toldWithinAYear(tx, parties)
	if err != nil {
		return nil, err
	}
	where, err := namesOf(tx, slices.Collect(maps.Values(about)))
	if err != nil {
		return nil, err
	}
	who, err := partyNames(tx, parties)
	if err != nil {
		return nil, err
	}
	views := make([]ticket.PressureView, len(rows))
	for i, row := range rows {
		t := about[row.TicketID]
		views[i] = ticket.PressureView{
			ID: row.ID, TicketID: row.TicketID, Number: t.Number, Category: t.Category, State: t.State, Told: told[row.HandlingPartyID],
			Place: where[t.ID].Estate, PartyName: who[row.HandlingPartyID].Name, Asked: row.Asked, By: row.AskedBy, Text: row.Text, At: row.At, Finding: row.Finding,
		}
		if row.FoundAt != nil {
			on := models.DateOf(*row.FoundAt)
			views[i].FoundOn = &on
		}
	}
	return views, nil
}

// toldWithinAYear counts the tellings about each party.
func toldWithinAYear(tx storage.Tx, parties []int64) (map[int64]int64, error) {
	var counts []struct{ HandlingPartyID, N int64 }
	err := tx.DB().Model(&ticket.Pressure{}).Select("handling_party_id, count(*) AS n").
		Where("handling_party_id IN ? AND at >= ?", parties, tx.At().AddDate(-1, 0, 0)).Group("handling_party_id").Limit(len(parties) + 1).Scan(&counts).Error
	told := map[int64]int64{}
	for _, c := range counts {
		told[c.HandlingPartyID] = c.N
	}
	return told, err
}

// ofOthers leaves out what is about a party for which a works.
func ofOthers(tx storage.Tx, a models.Actor) *gorm.DB {
	if len(a.Parties) == 0 {
		return tx.DB()
	}
	return tx.DB().Where("handling_party_id NOT IN ?", a.Parties)
}

// pressureSigns are the tickets of the last days that were withdrawn soon after a contact, the newest first, at most a hundred.
func pressureSigns(tx storage.Tx, a models.Actor) ([]ticket.PressureSign, error) {
	signs := []ticket.PressureSign{}
	var rows []ticket.Ticket
	err := ofOthers(tx, a).Where("state = 'withdrawn' AND closed_at >= ? AND contacted_at IS NOT NULL AND held_level = 0", tx.At().AddDate(0, 0, -ticket.SignDays)).
		Order("closed_at DESC").Limit(1000).Find(&rows).Error
	if err != nil {
		return nil, err
	}
	rows = slices.DeleteFunc(rows, func(t ticket.Ticket) bool { return !t.SignOfPressure() })
	rows = rows[:min(len(rows), 100)]
	named, err := namesOf(tx, rows)
	if err != nil {
		return nil, err
	}
	for _, t := range rows {
		signs = append(signs, ticket.PressureSign{
			TicketID: t.ID, Number: t.Number, Category: t.Category, Place: named[t.ID].Estate, PartyName: named[t.ID].Party,
			ContactedAt: *t.ContactedAt, WithdrawnAt: *t.ClosedAt,
		})
	}
	return signs, nil
}
