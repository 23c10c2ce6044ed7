package score

import (
	"time"

	"gorm.io/gorm"

	"linli/models"
	"linli/models/place"
	"linli/models/score"
	"linli/models/ticket"
	"linli/storage"
)

// facts are the inputs of one unit since some moment.
type facts struct {
	tickets []score.Ticket
	ratings []score.Rating
}

// ticketRow is what a score reads of a ticket: no words, no photos, nobody's contact.
type ticketRow struct {
	ID, HandlingPartyID, EstateID, BuildingID, CommunityID, TownID, AuthorID, ReporterID int64

	StewardSees, Protected  bool
	KeptFrom                string
	Number, Category, State string
	FiledAt, DispatchedAt   time.Time
	ContactedAt, ClosedAt   *time.Time
	ContactDue, ResolveDue  time.Time
}

const ticketColumns = "id, handling_party_id, estate_id, building_id, community_id, town_id, author_id, reporter_id, steward_sees, " +
	"protected, kept_from, number, category, state, filed_at, dispatched_at, contacted_at, closed_at, contact_due, resolve_due"

// load reads the inputs of units that can still count in a window that begins at from. A ticket enters a rate no later
// than its deadline, so one whose deadlines lie before from cannot; those that were rated since are read for that.
func load(tx storage.Tx, units []unit, from time.Time) (map[unitKey]facts, error) {
	estates := estatesOf(units)
	terms, err := termsOf(tx, estates)
	if err != nil {
		return nil, err
	}
	stations, err := stationIDs(tx)
	if err != nil {
		return nil, err
	}
	unitOfEstate := map[int64]unitKey{}
	for _, u := range units {
		for _, estate := range u.estates {
			unitOfEstate[estate] = u.unitKey
		}
	}
	byUnit := map[unitKey]facts{}
	for _, estate := range estates {
		rows, err := ticketRows(tx, estate, from)
		if err != nil {
			return nil, err
		}
		closings, err := closingsOf(tx, rows)
		if err != nil {
			return nil, err
		}
		stays, err := staysOf(tx, estate)
		if err != nil {
			return nil, err
		}
		legs, err := legsOf(tx, rows)
		if err != nil {
			return nil, err
		}
		for _, row := range rows {
			key := unitOfEstate[row.EstateID]
			all := byUnit[key]
			serves := func(at time.Time, party int64) bool {
				return score.Serves(terms[row.EstateID], at, party, stations[party])
			}
			one := row.ticket(serves(row.DispatchedAt, row.HandlingPartyID), closings[row.ID])
			one.Stays = stays[row.ID]
			since := row.FiledAt
			for _, leg := range legs[row.ID] {
				leg.Serving = serves(since, leg.party)
				one.Earlier, since = append(one.Earlier, leg.Leg), leg.Until
			}
			all.tickets = append(all.tickets, one)
			byUnit[key] = all
		}
		if err := addRatings(tx, byUnit, unitOfEstate, estate, from); err != nil {
			return nil, err
		}
	}
	return byUnit, nil
}

func (row ticketRow) ticket(serving bool, closings []score.Closing) score.Ticket {
	return score.Ticket{
		ID: row.ID, Number: row.Number, Category: row.Category, State: row.State, Serving: serving,
		Place: models.Placement{
			HandlingPartyID: row.HandlingPartyID, EstateID: row.EstateID, BuildingID: row.BuildingID, CommunityID: row.CommunityID,
			TownID: row.TownID, AuthorID: row.AuthorID, ReporterID: row.ReporterID, StewardSees: row.StewardSees,
		},
		FiledAt: row.FiledAt, Contacted: row.ContactedAt, ContactDue: row.ContactDue, ResolveDue: row.ResolveDue, Ended: row.ClosedAt, Closings: closings,
		Protected: row.Protected,
	}
}

func ticketRows(tx storage.Tx, estate int64, from time.Time) ([]ticketRow, error) {
	rated := tx.DB().Table("ratings").Select("ticket_id").Where("estate_id = ? AND at >= ?", estate, from)
	query := tx.DB().Table("tickets").Select(ticketColumns).
		Where("held_level = 0"). // what nobody was given is nobody's work
		Where("(contact_due >= ? OR resolve_due >= ? OR id IN (?))", from, from, rated)
	return everyRow(ofEstate(query, estate), func(row ticketRow) int64 { return row.ID })
}

// ofEstate narrows to one estate, in words that keep the databases on the estate's own index: it takes part in the order.
func ofEstate(query *gorm.DB, estate int64) *gorm.DB {
	return query.Where("estate_id BETWEEN ? AND ?", estate, estate).Order("estate_id")
}

// everyRow reads a whole query by pages in the order of its ids.
func everyRow[T any](query *gorm.DB, id func(T) int64) ([]T, error) {
	const size = 5000
	var all []T
	for last := int64(0); ; {
		var page []T
		if err := query.Session(&gorm.Session{}).Where("id > ?", last).Order("id").Limit(size).Scan(&page).Error; err != nil {
			return nil, err
		}
		all = append(all, page...)
		if len(page) < size {
			return all, nil
		}
		last = id(page[len(page)-1])
	}
}

// closingsOf are the closings of tickets, each with the answers that it had before: a row for each of them.
func closingsOf(tx storage.Tx, rows []ticketRow) (map[int64][]score.Closing, error) {
	ids := make([]int64, len(rows))
	for i, row := range rows {
		ids[i] = row.ID
	}
	found := map[int64][]score.Closing{}
	for _, chunk := range chunks(ids) {
		var closings []struct {
			TicketID, Closing      int64
			CompleteAt, AnsweredAt *time.Time
			Outcome, Evidence      string
			EarlierOutcome         string
			EarlierAt              *time.Time
		}
		err := tx.DB().Table("ticket_closings AS c").
			Select("c.ticket_id, c.closing, c.complete_at, c.answered_at, c.outcome, c.evidence, e.outcome AS earlier_outcome, e.answered_at AS earlier_at").
			Joins("LEFT JOIN earlier_answers AS e ON e.ticket_id = c.ticket_id AND e.closing = c.closing").
			Where("c.ticket_id IN ?", chunk).Order("c.ticket_id, c.closing, e.id").Limit(50 * inChunk).Scan(&closings).Error
		if err != nil {
			return nil, err
		}
		for _, c := range closings {
			all := found[c.TicketID]
			if len(all) == 0 || all[len(all)-1].Number != c.Closing {
				all = append(all, score.Closing{Number: c.Closing, Complete: c.CompleteAt, Outcome: c.Outcome, Answered: c.AnsweredAt, Evidence: c.Evidence})
			}
			if last := &all[len(all)-1]; c.EarlierAt != nil {
				last.Earlier = append(last.Earlier, score.Answer{Outcome: c.EarlierOutcome, At: *c.EarlierAt})
			}
			found[c.TicketID] = all
		}
	}
	return found, nil
}

// staysOf are the suspensions of an estate's tickets, by ticket, in their order.
func staysOf(tx storage.Tx, estate int64) (map[int64][]score.Stay, error) {
	query := tx.DB().Table("suspensions").Select("id, ticket_id, decided_at, ended_at").
		Where("state IN ?", []ticket.SuspensionState{ticket.SuspensionRuns, ticket.SuspensionEnded})
	rows, err := everyRow(ofEstate(query, estate), func(s ticket.Suspending) int64 { return s.ID })
	stays := map[int64][]score.Stay{}
	for _, row := range rows {
		if row.DecidedAt != nil {
			stays[row.TicketID] = append(stays[row.TicketID], score.Stay{From: *row.DecidedAt, Until: row.EndedAt})
		}
	}
	return stays, err
}

// heldBefore is a leg with the party whose it was.
type heldBefore struct {
	score.Leg
	party int64
}

// legsOf are the parties that handed tickets over, by ticket, the oldest first: read from the last look that each of them
// keeps, where its clocks stand as they ran for it.
func legsOf(tx storage.Tx, rows []ticketRow) (map[int64][]heldBefore, error) {
	var moved []int64
	for _, row := range rows {
		if row.KeptFrom != "" {
			moved = append(moved, row.ID)
		}
	}
	found := map[int64][]heldBefore{}
	for _, chunk := range chunks(moved) {
		var looks []ticket.HandedOver
		if err := tx.DB().Where("ticket_id IN ?", chunk).Order("ticket_id, id").Limit(50 * inChunk).Find(&looks).Error; err != nil {
			return nil, err
		}
		for _, look := range looks {
			then, err := look.Then()
			if err != nil {
				return nil, err
			}
			leg := score.Leg{Until: look.At, Contacted: then.Contacted, ContactDue: then.ContactDue, ResolveDue: then.ResolveDue}
			found[look.TicketID] = append(found[look.TicketID], heldBefore{leg, look.PartyID})
		}
	}
	return found, nil
}

func addRatings(tx storage.Tx, byUnit map[unitKey]facts, unitOfEstate map[int64]unitKey, estate int64, from time.Time) error {
	type row struct {
		ID, TicketID, Closing, UnitID, EstateID int64
		Weight                                  string
		Level                                   int
		At                                      time.Time
	}
	query := tx.DB().Table("ratings").Select("id, ticket_id, closing, unit_id, estate_id, weight, level, at").Where("at >= ?", from)
	rows, err := everyRow(ofEstate(query, estate), func(r row) int64 { return r.ID })
	for _, r := range rows {
		key := unitOfEstate[r.EstateID]
		all := byUnit[key]
		all.ratings = append(all.ratings, score.Rating{
			ID: r.ID, TicketID: r.TicketID, Closing: r.Closing, UnitID: r.UnitID, Weight: r.Weight, Level: r.Level, At: r.At,
		})
		byUnit[key] = all
	}
	return err
}

// termsOf are the service terms of estates, whenever they ran.
func termsOf(tx storage.Tx, estates []int64) (map[int64][]score.Term, error) {
	found := map[int64][]score.Term{}
	for _, chunk := range chunks(estates) {
		var rows []place.ServiceTerm
		err := tx.DB().Where("estate_id IN ?", chunk).Order("estate_id, valid_from").Limit(50 * inChunk).Find(&rows).Error
		if err != nil {
			return nil, err
		}
		for _, t := range rows {
			found[t.EstateID] = append(found[t.EstateID], score.Term{
				EstateID: t.EstateID, PartyID: t.HandlingPartyID, From: t.ValidFrom, To: t.ValidTo, Recorded: t.RecordedAt, Managed: t.ServiceMode.Managed(),
			})
		}
	}
	return found, nil
}

func stationIDs(tx storage.Tx) (map[int64]bool, error) {
	var ids []int64
	err := tx.DB().Table("handling_parties").Where("kind = ?", place.PartyServiceStation).Limit(10*inChunk).Pluck("id", &ids).Error
	found := map[int64]bool{}
	for _, id := range ids {
		found[id] = true
	}
	return found, err
}
