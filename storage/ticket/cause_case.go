package ticket

import (
	"context"
	"errors"
	"maps"
	"slices"

	"gorm.io/gorm"

	"linli/models"
	"linli/models/ticket"
	"linli/storage"
	places "linli/storage/place"
)

// OpenCause makes a repeat that was found one cause case, with all its matters. The same client id again is the first case again.
func (s *Store) OpenCause(ctx context.Context, a models.Actor, o ticket.CauseOpening) (view ticket.CauseView, created bool, err error) {
	err = s.db.Write(ctx, func(tx storage.Tx) error {
		var c ticket.CauseCase
		if c, created, err = s.OpenCauseIn(tx, a, o); err == nil {
			view, err = s.viewCause(tx, a, c)
		}
		return err
	})
	return view, created, err
}

// OpenCauseIn is OpenCause inside a transaction.
func (s *Store) OpenCauseIn(tx storage.Tx, a models.Actor, o ticket.CauseOpening) (c ticket.CauseCase, created bool, err error) {
	hash := storage.ContentHash(o)
	err = tx.DB().Take(&c, "author_id = ? AND client_id = ?", a.AccountID, o.ClientID).Error
	if err == nil && c.ContentHash != hash {
		err = models.Refuse(models.Conflict, "ticket.id_conflict")
	}
	if !errors.Is(err, gorm.ErrRecordNotFound) {
		return c, false, err
	}
	rules, err := s.repeats.In(tx)
	if err != nil {
		return c, false, err
	}
	if o, err = o.Check(rules); err != nil {
		return c, false, err
	}
	at, err := resolve(tx, ticket.Filing{EstateID: o.EstateID, BuildingID: o.BuildingID})
	if err != nil {
		return c, false, err
	}
	if !ticket.MayOpenCause(a, at.CommunityID, at.TownID) {
		return c, false, models.Refuse(models.Denied, "cause.not_yours")
	}
	if _, err := owner(tx, o.OwnerPartyID); err != nil {
		return c, false, err
	}
	key := ticket.RepeatKey{EstateID: o.EstateID, BuildingID: o.BuildingID, Thing: o.Thing}
	if err := noneRuns(tx, key, 0); err != nil {
		return c, false, err
	}
	found, err := repeatsOf(tx, rules, []ticket.RepeatKey{key})
	if err != nil {
		return c, false, err
	}
	if len(found) == 0 {
		return c, false, models.Refuse(models.Conflict, "cause.not_a_repeat")
	}
	matters := found[0].Matters
	ids := idsOf(matters[max(0, len(matters)-ticket.MostCauseTickets):], func(m ticket.RepeatMatter) int64 { return m.TicketID })
	if err := causeWords(tx, a, ids, "cause", o.Cause); err != nil {
		return c, false, err
	}
	c = o.Opened(a, at.CommunityID, at.TownID, tx.At())
	c.ContentHash = hash
	if created, err := storage.Insert(tx, &c); err != nil || !created {
		return c, false, raced(err)
	}
	for _, id := range ids {
		if err := addToCause(tx, c.ID, id); err != nil {
			return c, false, err
		}
	}
	return c, true, recordCause(tx, a, ticket.CauseCase{}, c, ticket.CauseOpen, c.Cause, map[string]any{"estate": c.EstateID, "building": c.BuildingID, "thing": c.Thing, "tickets": ids})
}

// owner is a party that may be named to answer for a case.
func owner(tx storage.Tx, id int64) (ticket.Party, error) {
	party, there, err := places.Party(tx, id)
	if err == nil && !there {
		err = models.RefuseField("cause.bad_owner", "owner_party_id")
	}
	return publicParty(party), err
}

// anotherRuns reports whether a case about a thing runs beside the one with an id.
func anotherRuns(tx storage.Tx, key ticket.RepeatKey, but int64) (bool, error) {
	var running int64
	err := tx.DB().Table("cause_cases").Where("estate_id = ? AND building_id = ? AND thing = ? AND state IN ? AND id <> ?", key.EstateID, key.BuildingID, key.Thing, ticket.RunningCauses(), but).Count(&running).Error
	return running > 0, err
}

// noneRuns refuses a case that would run beside another one.
func noneRuns(tx storage.Tx, key ticket.RepeatKey, but int64) error {
	runs, err := anotherRuns(tx, key, but)
	if err == nil && runs {
		err = models.Refuse(models.Conflict, "cause.running")
	}
	return err
}

// causeWords refuses words of a that point at people of whom he knows that they are behind tickets.
func causeWords(tx storage.Tx, a models.Actor, ids []int64, field, words string) error {
	if words == "" {
		return nil
	}
	known, err := knownWithOwn(tx, ids)
	if err != nil {
		return err
	}
	return ticket.CheckCauseWords(ticket.CausePeople(a, slices.Collect(maps.Values(known))), field, words)
}

func addToCause(tx storage.Tx, caseID, ticketID int64) error {
	created, err := storage.Insert(tx, &ticket.CauseTicket{CaseID: caseID, TicketID: ticketID, AddedAt: tx.At()})
	if err == nil && !created {
		err = models.Refuse(models.Conflict, "cause.ticket_elsewhere")
	}
	return err
}

func recordCause(tx storage.Tx, a models.Actor, was, next ticket.CauseCase, action ticket.CauseAction, note string, data map[string]any) error {
	_, err := storage.Record(tx, models.Event{
		Noun: "cause_case", NounID: next.ID, Action: string(action), ActorID: a.AccountID, ActorRole: a.ActsAs(func(r models.Role) bool { return r.Oversees() || r.Answers() }), PartyID: next.OwnerPartyID,
		From: string(was.State), To: string(next.State), Note: note, Data: data,
	})
	return err
}

// StepCause makes one step of a case. Whoever does not have it in his list does not learn of it here.
func (s *Store) StepCause(ctx context.Context, a models.Actor, id int64, step ticket.CauseStep) (view ticket.CauseView, err error) {
	err = s.db.Write(ctx, func(tx storage.Tx) error {
		c, err := s.StepCauseIn(tx, a, id, step)
		if err == nil {
			view, err = s.viewCause(tx, a, c)
		}
		return err
	})
	return view, err
}

// StepCauseIn is StepCause inside a transaction.
func (s *Store) StepCauseIn(tx storage.Tx, a models.Actor, id int64, step ticket.CauseStep) (ticket.CauseCase, error) {
	was, err := causeFor(tx, a, id)
	if err != nil {
		return was, err
	}
	rules, err := s.repeats.In(tx)
	if err != nil {
		return was, err
	}
	has, err := owner(tx, was.OwnerPartyID)
	if err != nil {
		return was, err
	}
	next, step, err := was.Step(a, has.Kind, step, rules, tx.At())
	if err != nil {
		return was, err
	}
	ids, err := ticketsOfCause(tx, id)
	if err != nil {
		return was, err
	}
	ever, err := everOfCause(tx, id)
	if err != nil {
		return was, err
	}
	if err := causeWords(tx, a, ever, "note", step.Note); err != nil {
		return was, err
	}
	if was.RunsAgain(next.State) {
		if err := noneRuns(tx, was.Key(), id); err != nil {
			return was, err
		}
	}
	data := map[string]any{}
	switch step.Action {
	case ticket.CauseAssign:
		if _, err := owner(tx, step.OwnerPartyID); err != nil {
			return was, err
		}
	case ticket.CausePlan:
		data = map[string]any{"day": step.Day, "route": step.Route, "fen": *step.Fen}
	case ticket.CauseDone:
		data = map[string]any{"fen": *step.Fen}
	case ticket.CauseAdd:
		err = s.addTicket(tx, a, was, rules, ids, step.TicketID)
		data = map[string]any{"ticket": step.TicketID}
	case ticket.CauseRemove:
		err = removeTicket(tx, ids, id, step.TicketID)
		data = map[string]any{"ticket": step.TicketID}
	}
	if err != nil {
		return was, err
	}
	columns := map[string]any{
		"owner_party_id": next.OwnerPartyID, "state": next.State, "remedy": next.Remedy, "planned_day": next.PlannedDay, "redates": next.Redates, "route": next.Route,
		"estimate_fen": next.EstimateFen, "cost_fen": next.CostFen, "result": next.Result, "why": next.Why, "done_at": next.DoneAt, "ended_at": next.EndedAt, "reopens": next.Reopens,
	}
	if err := storage.UpdateVersion(tx, "cause_cases", id, was.Version, columns, "cause.changed_meanwhile"); storage.Duplicate(err) {
		return was, storage.ErrRaced // somebody opened another case meanwhile: the second look finds that it runs
	} else if err != nil {
		return was, err
	}
	return next, recordCause(tx, a, was, next, step.Action, step.Note, data)
}

// addTicket takes a ticket into a case: one about the same thing at the same place that a sees and that no other case holds.
func (s *Store) addTicket(tx storage.Tx, a models.Actor, c ticket.CauseCase, rules ticket.RepeatRules, ids []int64, id int64) error {
	bad := models.RefuseField("cause.bad_ticket", "ticket_id")
	t, err := load(tx, a, id)
	if err != nil {
		if models.KindOf(err) == models.NotFound {
			err = bad
		}
		return err
	}
	key, counts := rules.KeyOf(t)
	if !counts || key != c.Key() || len(ids) >= ticket.MostCauseTickets {
		return bad
	}
	return addToCause(tx, c.ID, id)
}

// removeTicket takes a ticket out of a case, which keeps at least one.
func removeTicket(tx storage.Tx, ids []int64, caseID, id int64) error {
	if !slices.Contains(ids, id) {
		return models.RefuseField("cause.bad_ticket", "ticket_id")
	}
	if len(ids) == 1 {
		return models.Refuse(models.Conflict, "cause.last_ticket")
	}
	return tx.DB().Table("cause_case_tickets").Where("case_id = ? AND ticket_id = ? AND removed_at IS NULL", caseID, id).Update("removed_at", tx.At()).Error
}

// causeFor is a case that a has in his list.
func causeFor(tx storage.Tx, a models.Actor, id int64) (c ticket.CauseCase, err error) {
	absent := models.Refuse(models.NotFound, "cause.not_found")
	err = tx.DB().Take(&c, "id = ?", id).Error
	if err == nil && !c.Sees(a) {
		return ticket.CauseCase{}, absent
	}
	return c, absentAs(err, absent)
}

// ticketsOfCause are the ids of the tickets that belong to a case.
func ticketsOfCause(tx storage.Tx, id int64) (ids []int64, err error) {
	err = tx.DB().Table("cause_case_tickets").Where("case_id = ? AND removed_at IS NULL", id).Order("id").Pluck("ticket_id", &ids).Error
	return ids, err
}

// everOfCause are the ids of all tickets that ever belonged to a case.
func everOfCause(tx storage.Tx, id int64) (ids []int64, err error) {
	err = tx.DB().Table("cause_case_tickets").Where("case_id = ?", id).Distinct("ticket_id").Pluck("ticket_id", &ids).Error
	return ids, err
}

// addCause reads the case to which a ticket belongs, as a reads it, and who must answer for it.
func addCause(tx storage.Tx, a models.Actor, k *ticket.Known) error {
	if k.Ticket.Kind != ticket.Repair {
		return nil // no other matter belongs to one
	}
	var found []ticket.CauseCase
	err := tx.DB().Where("id IN (SELECT case_id FROM cause_case_tickets WHERE ticket_id = ? AND removed_at IS NULL)", k.Ticket.ID).Limit(1).Find(&found).Error
	if err != nil || len(found) == 0 {
		return err
	}
	c := found[0]
	ids, err := everOfCause(tx, c.ID)
	if err != nil {
		return err
	}
	own, err := ownByID(tx, ids)
	if err != nil {
		return err
	}
	told, err := causeTold(tx, a, []int64{c.ID})
	if err != nil {
		return err
	}
	party, err := owner(tx, c.OwnerPartyID)
	c = c.Hiding(slices.Collect(maps.Values(own)), written(told[c.ID]))
	k.Cause, k.CauseOwner = &c, party.Name
	return err
}
