package ticket

import (
	"cmp"
	"context"
	"errors"

	"gorm.io/gorm"

	"linli/models"
	"linli/models/ticket"
	"linli/storage"
)

// The rulesets on promises.
const (
	promiseKind    = "promises"
	promiseFormula = "promises/1"
)

// SeedPromiseRules writes the rules on promises that the program brings along into a database that does not have them. It may run at
// every start.
func SeedPromiseRules(tx storage.Tx) error {
	return storage.SeedRules(tx, promiseKind, ticket.PromiseRuleDocuments(), ticket.ParsePromiseRules, func(r ticket.PromiseRules) (string, string, models.Date) {
		return r.Version, promiseFormula, r.ValidFrom
	})
}

// MakePromise takes a day and a result that the party names to the reporter. No deadline moves by it.
func (s *Store) MakePromise(ctx context.Context, a models.Actor, id int64, made ticket.PromiseMade) (ticket.View, error) {
	return s.viewing(ctx, a, func(tx storage.Tx) (ticket.Ticket, error) { return s.PromiseIn(tx, a, id, made) })
}

// PromiseIn is MakePromise inside a transaction.
func (s *Store) PromiseIn(tx storage.Tx, a models.Actor, id int64, made ticket.PromiseMade) (ticket.Ticket, error) {
	t, c, err := s.loadWith(tx, a, id)
	if err != nil {
		return t, err
	}
	if made, err = made.Check(c.MaxText); err != nil {
		return t, err
	}
	next, event, err := t.Apply(a, ticket.Move{Action: ticket.Promise, Note: made.Result, Version: made.Version}, c, tx.At())
	if err != nil {
		return t, err
	}
	rules, err := s.promises.In(tx)
	if err == nil {
		err = t.CheckPromise(rules, made.Day, tx.At())
	}
	if err != nil {
		return t, err
	}
	if next, err = s.writePromise(tx, t, next.PromisedFor(rules, made.Day, tx.At()), event); err != nil {
		return t, err
	}
	row := ticket.Promising{
		TicketID: t.ID, EstateID: t.EstateID, PartyID: event.PartyID, Nth: next.Promises, Result: made.Result, MadeBy: a.AccountID, MadeAt: tx.At(), FirstDay: made.Day, Day: made.Day,
	}
	if created, err := storage.Insert(tx, &row); err != nil || !created {
		return t, raced(err)
	}
	return next, nil
}

// writePromise saves a step that names a day, with all that the ledger needs to tell it again.
func (s *Store) writePromise(tx storage.Tx, was, next ticket.Ticket, event models.Event) (ticket.Ticket, error) {
	event.Data = map[string]any{"promise": next.Promises, "day": next.PromisedDay(), "from": *next.PromiseFrom, "by": *next.PromiseDue, "until": *next.PromiseUntil, "earns": *next.PromiseEarns}
	return s.write(tx, was, next, event)
}

// RedatePromise names a later day before the first one has come, with the reason.
func (s *Store) RedatePromise(ctx context.Context, a models.Actor, id int64, redated ticket.PromiseRedated) (ticket.View, error) {
	return s.viewing(ctx, a, func(tx storage.Tx) (ticket.Ticket, error) { return s.RedateIn(tx, a, id, redated) })
}

// RedateIn is RedatePromise inside a transaction.
func (s *Store) RedateIn(tx storage.Tx, a models.Actor, id int64, redated ticket.PromiseRedated) (ticket.Ticket, error) {
	t, c, err := s.loadWith(tx, a, id)
	if err != nil {
		return t, err
	}
	if redated, err = redated.Check(c.MaxText); err != nil {
		return t, err
	}
	next, event, err := t.Apply(a, ticket.Move{Action: ticket.PromiseRedate, Note: redated.Reason, Version: redated.Version}, c, tx.At())
	if err != nil {
		return t, err
	}
	rules, err := s.promises.In(tx)
	if err == nil {
		err = t.CheckRedate(rules, redated.Day, tx.At())
	}
	if err != nil {
		return t, err
	}
	if next, err = s.writePromise(tx, t, next.PromisedFor(rules, redated.Day, tx.At()), event); err != nil {
		return t, err
	}
	return next, openPromise(tx, t.ID).Updates(map[string]any{"day": redated.Day, "redates": next.PromiseRedates, "reason": redated.Reason}).Error
}

func openPromise(tx storage.Tx, ticketID int64) *gorm.DB {
	return tx.DB().Model(&ticket.Promising{}).Where("ticket_id = ? AND end_why = ''", ticketID)
}

// JudgePromise takes the reporter's word whether a promise was kept. The same client id again is the first word again.
func (s *Store) JudgePromise(ctx context.Context, a models.Actor, id int64, v ticket.PromiseVerdict) (ticket.View, error) {
	return s.viewing(ctx, a, func(tx storage.Tx) (ticket.Ticket, error) { return s.JudgeIn(tx, a, id, v) })
}

// JudgeIn is JudgePromise inside a transaction.
func (s *Store) JudgeIn(tx storage.Tx, a models.Actor, id int64, v ticket.PromiseVerdict) (ticket.Ticket, error) {
	if err := ticket.CheckClientID(v.ClientID); err != nil {
		return ticket.Ticket{}, err
	}
	hash := storage.ContentHash([]any{id, v})
	// The earlier word first, the ticket after it, for the same reason as in AnswerIn.
	said, judged, err := judgedAs(tx, a, v)
	if err != nil {
		return ticket.Ticket{}, err
	}
	t, err := load(tx, a, id)
	if err != nil {
		return t, err
	}
	if judged {
		if said.ContentHash != hash {
			err = models.Refuse(models.Conflict, "ticket.id_conflict")
		}
		return t, err
	}
	if err := t.MayJudgeNth(v.Promise); err != nil {
		return t, err
	}
	next, err := s.moveIn(tx, a, t, ticket.Move{Action: v.Action(), Weightless: ticket.Weightless(a, t)}, map[string]any{"promise": v.Promise})
	if models.KindOf(err) == models.Conflict {
		// Perhaps by the same word, sent twice at once: whoever looks again finds it.
		if _, judged, lost := judgedAs(tx, a, v); lost != nil || judged || models.CodeOf(err) == "ticket.changed_meanwhile" {
			return t, cmp.Or(lost, storage.ErrRaced)
		}
	}
	if err != nil {
		return t, err
	}
	row := tx.DB().Model(&ticket.Promising{}).Where("ticket_id = ? AND nth = ?", t.ID, v.Promise)
	return next, row.Updates(map[string]any{"judged_by": a.AccountID, "client_id": v.ClientID, "content_hash": hash}).Error
}

// judgedAs looks for the promise that the same word of the same person has judged.
func judgedAs(tx storage.Tx, a models.Actor, v ticket.PromiseVerdict) (said ticket.Promising, judged bool, err error) {
	err = tx.DB().Take(&said, "judged_by = ? AND client_id = ?", a.AccountID, v.ClientID).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return said, false, nil
	}
	return said, err == nil, err
}

// settlePromise writes what became of a promise where a step of its ticket ended it, whatever step that was.
func settlePromise(tx storage.Tx, was, next ticket.Ticket) error {
	if !next.PromiseJustEnded(was) {
		return nil
	}
	row := tx.DB().Model(&ticket.Promising{}).Where("ticket_id = ? AND nth = ?", next.ID, next.Promises)
	return row.Updates(map[string]any{"end_why": next.PromiseEnd, "counts_as": next.PromiseCounts, "ended_at": tx.At()}).Error
}

// LapsePromises ends the promises that nobody judged in time, at most limit, each in a transaction of its own. It returns how many.
func (s *Store) LapsePromises(ctx context.Context, limit int) (int, error) {
	return s.eachDue(ctx, s.LapsePromiseIn, func(tx storage.Tx) *gorm.DB {
		return tx.DB().Model(&ticket.Ticket{}).Select("id").Where("promise_until < ?", tx.At()).Order("promise_until, id").Limit(limit)
	})
}

// LapsePromiseIn ends one promise by the facts, inside a transaction.
func (s *Store) LapsePromiseIn(tx storage.Tx, id int64) error {
	t, err := load(tx, models.SystemActor, id)
	if err != nil {
		return err
	}
	_, err = s.moveIn(tx, models.SystemActor, t, ticket.Move{Action: ticket.PromiseLapse}, map[string]any{"promise": t.Promises})
	return err
}

// addPromise reads the newest promise about a ticket, and for who may make one the rules in force.
func (s *Store) addPromise(tx storage.Tx, a models.Actor, k *ticket.Known) (err error) {
	if k.Ticket.ShowsPromiseDays(a) {
		if k.PromiseRules, err = s.promises.In(tx); err != nil {
			return err
		}
	}
	if k.Ticket.Promises == 0 {
		return nil
	}
	var newest ticket.Promising
	if err = tx.DB().Take(&newest, "ticket_id = ? AND nth = ?", k.Ticket.ID, k.Ticket.Promises).Error; err != nil {
		return err
	}
	k.Promise = &newest
	return nil
}
