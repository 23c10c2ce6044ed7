package ticket

import (
	"context"
	"strings"

	"gorm.io/gorm"

	"linli/models"
	"linli/models/ticket"
	"linli/storage"
	places "linli/storage/place"
)

// The rulesets on suspensions.
const (
	suspensionKind    = "suspensions"
	suspensionFormula = "suspensions/1"
)

// SuspensionRules reads the rules on suspensions; scores publish a share by them.
func SuspensionRules() *storage.Rules[ticket.SuspensionRules] {
	return storage.NewRules(suspensionKind, ticket.ParseSuspensionRules)
}

// SeedSuspensionRules writes the rules on suspensions that the program brings along into a database that does not have them. It may
// run at every start.
func SeedSuspensionRules(tx storage.Tx) error {
	return storage.SeedRules(tx, suspensionKind, ticket.SuspensionRuleDocuments(), ticket.ParseSuspensionRules, func(r ticket.SuspensionRules) (string, string, models.Date) {
		return r.Version, suspensionFormula, r.ValidFrom
	})
}

// AskSuspension takes the wish of the party, the station or the town that a matter be suspended. Its clock runs on until the centre has
// decided.
func (s *Store) AskSuspension(ctx context.Context, a models.Actor, id int64, asked ticket.SuspensionAsked) (ticket.View, error) {
	return s.viewing(ctx, a, func(tx storage.Tx) (ticket.Ticket, error) { return s.AskSuspensionIn(tx, a, id, asked) })
}

// AskSuspensionIn is AskSuspension inside a transaction.
func (s *Store) AskSuspensionIn(tx storage.Tx, a models.Actor, id int64, asked ticket.SuspensionAsked) (ticket.Ticket, error) {
	t, c, err := s.loadWith(tx, a, id)
	if err != nil {
		return t, err
	}
	if asked, err = asked.Check(c.MaxText); err != nil {
		return t, err
	}
	next, event, err := t.Apply(a, ticket.Move{Action: ticket.SuspendAsk, Note: asked.Reason, Version: asked.Version}, c, tx.At())
	if err != nil {
		return t, err
	}
	if next, err = s.write(tx, t, next, event); err != nil {
		return t, err
	}
	wish := newSuspending(tx, t)
	wish.State, wish.Reason, wish.AskedBy, wish.AskedParty = ticket.SuspensionWaiting, asked.Reason, a.AccountID, event.PartyID
	return next, insertSuspending(tx, wish)
}

func newSuspending(tx storage.Tx, t ticket.Ticket) ticket.Suspending {
	return ticket.Suspending{TicketID: t.ID, EstateID: t.EstateID, PartyID: t.HandlingPartyID, AskedAt: tx.At()}
}

func insertSuspending(tx storage.Tx, row ticket.Suspending) error {
	if created, err := storage.Insert(tx, &row); err != nil || !created {
		return raced(err)
	}
	return nil
}

// DecideSuspension suspends a matter, whether somebody asked for it or not, or refuses the wish: by the centre, and above it where the
// centre must answer; never by the one who asked.
func (s *Store) DecideSuspension(ctx context.Context, a models.Actor, id int64, d ticket.SuspensionDecision) (ticket.View, error) {
	return s.viewing(ctx, a, func(tx storage.Tx) (ticket.Ticket, error) { return s.DecideSuspensionIn(tx, a, id, d) })
}

// DecideSuspensionIn is DecideSuspension inside a transaction.
func (s *Store) DecideSuspensionIn(tx storage.Tx, a models.Actor, id int64, d ticket.SuspensionDecision) (ticket.Ticket, error) {
	t, c, err := s.loadToSuspend(tx, a, id, d.Action())
	if err != nil {
		return t, err
	}
	if d, err = d.Check(c.MaxText); err != nil {
		return t, err
	}
	move := ticket.Move{Action: d.Action(), Note: d.Note, Version: d.Version}
	if d.Suspend {
		move.Note = strings.Join([]string{d.Interim, d.Document, d.Evidence}, "\n")
	}
	next, event, err := t.Apply(a, move, c, tx.At())
	if err != nil {
		return t, err
	}
	row, err := openSuspending(tx, t)
	if err != nil {
		return t, err
	}
	if row.ID != 0 {
		if err := row.MayJudge(a); err != nil {
			return t, err
		}
	}
	at := tx.At()
	row.DecidedBy, row.DecidedAt = a.AccountID, &at
	if !d.Suspend {
		row.State = ticket.SuspensionRefused
		if next, err = s.write(tx, t, next, event); err != nil {
			return t, err
		}
		return next, saveSuspending(tx, row)
	}
	rules, err := s.suspensions.In(tx)
	if err != nil {
		return t, err
	}
	if next, err = next.SuspendedTo(rules, c, tx.At()); err != nil {
		return t, err
	}
	if err := putAsideDone(tx, t); err != nil {
		return t, err
	}
	event.Data = map[string]any{"cause": string(d.Cause), "until": *next.ReviewDue}
	if next, err = s.write(tx, t, next, event); err != nil {
		return t, err
	}
	row.State, row.Cause, row.Document, row.Evidence, row.Interim = ticket.SuspensionRuns, d.Cause, d.Document, d.Evidence, d.Interim
	if row.ID == 0 {
		return next, insertSuspending(tx, row)
	}
	return next, saveSuspending(tx, row)
}

// putAsideDone refuses to suspend what a "done" with photos on their way may end, and puts aside one whose photos never came: they would
// come to a matter that stands.
func putAsideDone(tx storage.Tx, t ticket.Ticket) error {
	closings, err := closingsOf(tx, t.ID)
	if err == nil {
		err = t.MayTake(closings, tx.At())
	}
	if err != nil {
		return err
	}
	return supersedeDone(tx, t.ID)
}

// loadToSuspend reads a ticket about whose suspension a decides, or refuses him.
func (s *Store) loadToSuspend(tx storage.Tx, a models.Actor, id int64, action ticket.Action) (ticket.Ticket, ticket.Catalogue, error) {
	denied := "ticket.not_yours_to_" + string(action)
	t, c, err := s.loadWith(tx, a, id)
	if err != nil {
		return t, c, err
	}
	party, _, err := places.Party(tx, t.HandlingPartyID)
	if err == nil && !ticket.MaySuspend(a, t, string(party.Kind)) {
		err = models.Refuse(models.Denied, denied)
	}
	return t, c, err
}

// openSuspending is the wish that waits or the suspension that runs; without one it is a new row.
func openSuspending(tx storage.Tx, t ticket.Ticket) (ticket.Suspending, error) {
	var open []ticket.Suspending
	err := tx.DB().Where("ticket_id = ? AND state IN ('waiting', 'running')", t.ID).Limit(1).Find(&open).Error
	if err != nil || len(open) == 0 {
		return newSuspending(tx, t), err
	}
	return open[0], nil
}

// saveSuspending writes a row that the ticket's own version guards.
func saveSuspending(tx storage.Tx, row ticket.Suspending) error {
	return tx.DB().Model(&ticket.Suspending{}).Where("id = ?", row.ID).Select("*").Omit("id").Updates(row).Error
}

// ReviewSuspension takes the centre's look: the matter stays suspended until the next one, or its clock runs on.
func (s *Store) ReviewSuspension(ctx context.Context, a models.Actor, id int64, r ticket.SuspensionReview) (ticket.View, error) {
	return s.viewing(ctx, a, func(tx storage.Tx) (ticket.Ticket, error) { return s.ReviewSuspensionIn(tx, a, id, r) })
}

// ReviewSuspensionIn is ReviewSuspension inside a transaction.
func (s *Store) ReviewSuspensionIn(tx storage.Tx, a models.Actor, id int64, r ticket.SuspensionReview) (ticket.Ticket, error) {
	t, c, err := s.loadToSuspend(tx, a, id, r.Action())
	if err != nil {
		return t, err
	}
	row, err := openSuspending(tx, t)
	if err != nil {
		return t, err
	}
	if r, err = r.Check(c.MaxText, row.ReviewNote, row.Interim); err != nil {
		return t, err
	}
	move := ticket.Move{Action: r.Action(), Note: r.Note, Version: r.Version}
	if !r.GoOn {
		return s.clear(tx, a, t, move, ticket.EndCleared)
	}
	next, event, err := t.Apply(a, move, c, tx.At())
	if err != nil {
		return t, err
	}
	rules, err := s.suspensions.In(tx)
	if err != nil {
		return t, err
	}
	if next, err = next.SuspendedTo(rules, c, tx.At()); err != nil {
		return t, err
	}
	event.Data = map[string]any{"until": *next.ReviewDue}
	if next, err = s.write(tx, t, next, event); err != nil {
		return t, err
	}
	at := tx.At()
	row.Reviews, row.ReviewedAt, row.ReviewNote = row.Reviews+1, &at, r.Note
	return next, saveSuspending(tx, row)
}

// EndSuspension lets the party go on with the work before the next review.
func (s *Store) EndSuspension(ctx context.Context, a models.Actor, id int64, e ticket.SuspensionEnding) (ticket.View, error) {
	return s.viewing(ctx, a, func(tx storage.Tx) (ticket.Ticket, error) {
		t, c, err := s.loadWith(tx, a, id)
		if err != nil {
			return t, err
		}
		if ticket.PartOf(a, t) == ticket.PartOfficer { // an office ends it by its review
			return t, models.Refuse(models.Denied, "ticket.not_yours_to_suspension_clear")
		}
		if e, err = e.Check(c.MaxText); err != nil {
			return t, err
		}
		return s.clear(tx, a, t, ticket.Move{Action: ticket.SuspendClear, Note: e.Note, Version: e.Version}, ticket.EndCleared)
	})
}

// clear ends the suspension of t by a step of its life: its clock runs on with what was left.
func (s *Store) clear(tx storage.Tx, a models.Actor, t ticket.Ticket, m ticket.Move, why ticket.SuspensionEnd) (ticket.Ticket, error) {
	c, err := s.catalogueIn(tx)
	if err != nil {
		return t, err
	}
	next, event, err := t.Apply(a, m, c, tx.At())
	if err != nil {
		return t, err
	}
	hours, err := s.hoursIn(tx, c)
	if err != nil {
		return t, err
	}
	rules, err := s.suspensions.In(tx)
	if err != nil {
		return t, err
	}
	why = t.EndWhy(why, rules, tx.At())
	urgency, _ := c.Urgency(t.Urgency)
	next = next.ClearedFrom(t, urgency, hours, c, tx.At())
	event.Data = map[string]any{"why": string(why), "due": next.ResolveDue}
	row, err := openSuspending(tx, t)
	if err != nil {
		return t, err
	}
	if next, err = s.write(tx, t, next, event); err != nil {
		return t, err
	}
	return next, saveSuspending(tx, row.EndedBy(t, why, tx.At()))
}

// runOn ends a suspension because something else happens to t that it must not stand in the way of.
func (s *Store) runOn(tx storage.Tx, t ticket.Ticket, why ticket.SuspensionEnd) (ticket.Ticket, error) {
	if t.State != ticket.Suspended {
		return t, nil
	}
	return s.clear(tx, models.SystemActor, t, ticket.Move{Action: ticket.SuspendClear}, why)
}

// overtakeWish ends a wish whose party has the matter no longer.
func overtakeWish(tx storage.Tx, ticketID int64) error {
	return tx.DB().Model(&ticket.Suspending{}).Where("ticket_id = ? AND state = ?", ticketID, ticket.SuspensionWaiting).
		Updates(map[string]any{"state": ticket.SuspensionOvertaken}).Error
}

// LapseSuspensions ends what nobody reviewed in time, and what may be suspended no longer, at most limit, each in a transaction of its
// own. It returns how many.
func (s *Store) LapseSuspensions(ctx context.Context, limit int) (int, error) {
	return s.eachDue(ctx, s.LapseSuspensionIn, func(tx storage.Tx) *gorm.DB {
		return tx.DB().Model(&ticket.Ticket{}).Select("id").Where("state = 'suspended' AND review_due < ?", tx.At()).Order("review_due, id").Limit(limit)
	})
}

// LapseSuspensionIn ends one suspension whose review is missed, inside a transaction.
func (s *Store) LapseSuspensionIn(tx storage.Tx, id int64) error {
	t, err := load(tx, models.SystemActor, id)
	if err != nil {
		return err
	}
	if t.ReviewDue == nil || !t.ReviewDue.Before(tx.At()) {
		return models.Refuse(models.Conflict, "ticket.changed_meanwhile")
	}
	_, err = s.clear(tx, models.SystemActor, t, ticket.Move{Action: ticket.SuspendClear}, ticket.EndUnreviewed)
	return err
}

// addSuspension reads the newest suspension of a ticket, and the rules that bound it.
func (s *Store) addSuspension(tx storage.Tx, k *ticket.Known) error {
	var newest []ticket.Suspending
	err := tx.DB().Where("ticket_id = ? AND state <> ?", k.Ticket.ID, ticket.SuspensionOvertaken).Order("id DESC").Limit(1).Find(&newest).Error
	if err != nil || len(newest) == 0 {
		return err
	}
	k.Suspension = &newest[0]
	k.SuspensionRules, err = s.suspensions.In(tx)
	return err
}
