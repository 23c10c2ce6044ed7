package ticket

import (
	"context"
	"errors"
	"time"

	"gorm.io/gorm"

	"linli/models"
	"linli/models/ticket"
	"linli/storage"
	"linli/storage/people"
)

// The rulesets on callbacks.
const (
	callbackKind    = "callbacks"
	callbackFormula = "callbacks/1"
)

// SeedCallbackRules writes the rules on callbacks that the program brings along into a database that does not have them. It may
// run at every start.
func SeedCallbackRules(tx storage.Tx) error {
	return storage.SeedRules(tx, callbackKind, ticket.CallbackRuleDocuments(), ticket.ParseCallbackRules, func(r ticket.CallbackRules) (string, string, models.Date) {
		return r.Version, callbackFormula, r.ValidFrom
	})
}

// drawCallback draws whether the reporter is asked about the closing of t that was just answered so, with so many stars. It runs
// in the transaction of the answer, after the ticket has moved. A county without rules on callbacks asks nobody.
func (s *Store) drawCallback(tx storage.Tx, t ticket.Ticket, outcome ticket.Outcome, stars int) error {
	rules, err := s.callbacks.In(tx)
	if storage.Absent(err) {
		return nil
	}
	if err != nil {
		return err
	}
	why := rules.Draw(t, outcome, stars, ticket.LotsOf(s.drawKey, t.ID, t.Closing))
	var there []ticket.Callback
	if err := tx.DB().Where("ticket_id = ? AND closing = ?", t.ID, t.Closing).Limit(1).Find(&there).Error; err != nil {
		return err
	}
	if len(there) == 1 {
		return s.drawAgain(tx, t, there[0], rules, why, outcome)
	}
	if why == "" {
		return nil
	}
	drawn, reached, err := newCallback(tx, t, rules, why)
	if err != nil || !reached {
		return err
	}
	if created, err := storage.Insert(tx, &drawn); err != nil || !created {
		return raced(err)
	}
	return tellCallback(tx, drawn, "draw", models.Actor{}, models.System, "")
}

// drawAgain is for a closing that was drawn before and is answered once more.
func (s *Store) drawAgain(tx storage.Tx, t ticket.Ticket, there ticket.Callback, rules ticket.CallbackRules, why ticket.CallbackWhy, outcome ticket.Outcome) error {
	if !there.DrawnAnew(outcome) {
		return nil
	}
	if why == "" {
		return overtakeCallback(tx, t)
	}
	drawn, _, err := newCallback(tx, t, rules, why)
	if err != nil {
		return err
	}
	drawn.ID = there.ID
	if err := saveCallback(tx, there, drawn); err != nil {
		return err
	}
	return tellCallback(tx, drawn, "draw", models.Actor{}, models.System, there.State)
}

// newCallback is the callback about t's newest closing; reached is false where there is no number to call.
func newCallback(tx storage.Tx, t ticket.Ticket, rules ticket.CallbackRules, why ticket.CallbackWhy) (drawn ticket.Callback, reached bool, err error) {
	known := ticket.Known{Ticket: t}
	if err := addReporter(tx, &known); err != nil || known.ReporterPhone == "" {
		return drawn, false, err
	}
	parties, err := partyNames(tx, t.Answered())
	var kinds []string
	for _, p := range parties {
		kinds = append(kinds, string(p.Kind))
	}
	return rules.NewCallback(t, why, kinds, tx.At()), true, err
}

// overtakeCallback ends the open callback about t's newest closing because somebody answers that closing himself.
func overtakeCallback(tx storage.Tx, t ticket.Ticket) error {
	var open []ticket.Callback
	err := tx.DB().Where("ticket_id = ? AND closing = ? AND state = ?", t.ID, t.Closing, ticket.CallbackOpen).Limit(1).Find(&open).Error
	if err != nil || len(open) == 0 {
		return err
	}
	over := open[0].Overtaken(tx.At())
	if err := saveCallback(tx, open[0], over); err != nil {
		return err
	}
	return tellCallback(tx, over, "overtake", models.Actor{}, models.System, open[0].State)
}

// saveCallback writes a callback where it still is as it was read; else all is looked at again.
func saveCallback(tx storage.Tx, was, next ticket.Callback) error {
	res := tx.DB().Model(&ticket.Callback{}).Where("id = ? AND state = ? AND tries = ?", was.ID, was.State, was.Tries).Select("*").Omit("id").Updates(next)
	if res.Error != nil || res.RowsAffected == 0 {
		return raced(res.Error)
	}
	return nil
}

// tellCallback writes a line about a callback: which closing and what office, never why it was drawn, which would tell of stars.
func tellCallback(tx storage.Tx, c ticket.Callback, action string, a models.Actor, role models.Role, was ticket.CallbackState) error {
	_, err := storage.Record(tx, models.Event{
		Noun: "ticket_callback", NounID: c.ID, Action: action, ActorID: a.AccountID, ActorRole: role, From: string(was), To: string(c.State),
		Data: map[string]any{"ticket": c.TicketID, "closing": c.Closing, "level": int64(c.Level)},
	})
	return err
}

// loadCallback reads a callback with its ticket, and when a last looked at its number. To whoever must not make the call it does not exist.
func loadCallback(tx storage.Tx, a models.Actor, id int64) (c ticket.Callback, t ticket.Ticket, looked *time.Time, err error) {
	missing := models.Refuse(models.NotFound, "callback.not_found")
	if err := tx.DB().Take(&c, "id = ?", id).Error; err != nil {
		return c, t, nil, absentAs(err, missing)
	}
	// Held until the end: the line that is written begins where the ticket stands, whoever else answers at this moment.
	if _, err := forUpdate(tx, c.TicketID); err != nil {
		return c, t, nil, err
	}
	if t, err = load(tx, a, c.TicketID); err != nil || !c.MayCall(a, t) {
		if err == nil || models.KindOf(err) == models.NotFound {
			err = missing
		}
		return c, t, nil, err
	}
	var looks []ticket.CallbackLook
	err = tx.DB().Where("callback_id = ? AND account_id = ?", id, a.AccountID).Limit(1).Find(&looks).Error
	if err == nil && len(looks) == 1 {
		looked = &looks[0].At
	}
	return c, t, looked, err
}

// CallbackContact tells whoever makes a callback name and number of the reporter. The look stands in the ledger, where the
// reporter reads it, once for the hours in which it holds.
func (s *Store) CallbackContact(ctx context.Context, a models.Actor, id int64) (contact ticket.ContactCard, err error) {
	err = s.db.Write(ctx, func(tx storage.Tx) error {
		contact, err = s.CallbackContactIn(tx, a, id)
		return err
	})
	return contact, err
}

// CallbackContactIn is CallbackContact inside a transaction.
func (s *Store) CallbackContactIn(tx storage.Tx, a models.Actor, id int64) (contact ticket.ContactCard, err error) {
	c, t, looked, err := loadCallback(tx, a, id)
	if err != nil {
		return contact, err
	}
	rules, err := s.callbacks.In(tx)
	if err != nil {
		return contact, err
	}
	anew, err := c.Look(a, t, looked, rules, tx.At())
	if err != nil {
		return contact, err
	}
	known := ticket.Known{Ticket: t}
	if err := addReporter(tx, &known); err != nil {
		return contact, err
	}
	contact = ticket.ContactCard{Name: known.ReporterName, Phone: known.ReporterPhone}
	if !anew {
		return contact, nil
	}
	look := ticket.CallbackLook{CallbackID: id, AccountID: a.AccountID, At: tx.At()}
	created, err := storage.Insert(tx, &look)
	if err == nil && !created {
		err = tx.DB().Model(&ticket.CallbackLook{}).Where("callback_id = ? AND account_id = ?", id, a.AccountID).Updates(map[string]any{"at": tx.At()}).Error
	}
	if err != nil {
		return contact, err
	}
	_, err = storage.Record(tx, models.Event{
		Noun: "ticket", NounID: t.ID, Action: string(ticket.ContactView), ActorID: a.AccountID, ActorRole: a.ActsAs(models.Role.Oversees),
		From: string(t.State), To: string(t.State), Data: map[string]any{"for": ticket.ForCallback},
	})
	return contact, err
}

// TellCallback takes what came of a call, and lets the ticket follow: closed as confirmed, back with the party, or as it was. The
// same client id again is the first telling again. Of two who tell at once, the second is refused.
func (s *Store) TellCallback(ctx context.Context, a models.Actor, id int64, told ticket.CallbackTelling) (view ticket.CallbackView, err error) {
	err = s.db.Write(ctx, func(tx storage.Tx) error {
		c, err := s.TellCallbackIn(tx, a, id, told)
		if err != nil {
			return err
		}
		about, err := ticketsOf(tx, []ticket.Callback{c})
		if err != nil {
			return err
		}
		views, err := callbackViews(tx, []ticket.Callback{c}, about)
		if err == nil {
			view = views[0]
		}
		return err
	})
	return view, err
}

// TellCallbackIn is TellCallback inside a transaction.
func (s *Store) TellCallbackIn(tx storage.Tx, a models.Actor, id int64, told ticket.CallbackTelling) (ticket.Callback, error) {
	hash := storage.ContentHash([]any{id, told})
	// The earlier telling first, the callback after it, for the same reason as in AnswerIn.
	var before ticket.CallbackTold
	err := tx.DB().Take(&before, "author_id = ? AND client_id = ?", a.AccountID, told.ClientID).Error
	said := err == nil
	if err != nil && !errors.Is(err, gorm.ErrRecordNotFound) {
		return ticket.Callback{}, err
	}
	c, t, looked, err := loadCallback(tx, a, id)
	if err != nil {
		return c, err
	}
	if said {
		if before.ContentHash != hash {
			err = models.Refuse(models.Conflict, "ticket.id_conflict")
		}
		return c, err
	}
	catalogue, err := s.catalogueIn(tx)
	if err != nil {
		return c, err
	}
	if told, err = told.Check(catalogue.MaxText); err != nil {
		return c, err
	}
	rules, err := s.callbacks.In(tx)
	if err != nil {
		return c, err
	}
	next, err := c.Tell(a, t, told, looked, rules, tx.At())
	if err != nil {
		return c, err
	}
	row := ticket.CallbackTold{CallbackID: id, AuthorID: a.AccountID, ClientID: told.ClientID, ContentHash: hash, Result: told.Result, At: tx.At()}
	if created, err := storage.Insert(tx, &row); err != nil || !created {
		return c, raced(err)
	}
	if err := saveCallback(tx, c, next); err != nil {
		return c, err
	}
	var reporter models.Actor // nobody where he has no account
	if t.ReporterID != 0 {
		if reporter, err = people.ActorOf(tx, t.ReporterID); err != nil {
			return c, err
		}
	}
	rating, err := rateByCallback(tx, a, reporter, t, catalogue, told, hash)
	if err != nil {
		return c, err
	}
	return next, s.followCallback(tx, a, reporter, t, rules, told, rating)
}

// rateByCallback keeps what the person said of the result, with his stars if he gave any, and returns the rating's id; 0 where nobody was
// reached.
func rateByCallback(tx storage.Tx, a, reporter models.Actor, t ticket.Ticket, c ticket.Catalogue, told ticket.CallbackTelling, hash string) (int64, error) {
	if told.Result == ticket.CallbackNotReached {
		return 0, nil
	}
	var given []ticket.Rating
	if err := tx.DB().Where("ticket_id = ? AND closing = ?", t.ID, t.Closing).Order("id").Limit(100).Find(&given).Error; err != nil {
		return 0, err
	}
	rating := ticket.CallbackStars(reporter, t, given, c, told, a.AccountID, hash, tx.At())
	created, err := storage.Insert(tx, &rating)
	if err == nil && !created {
		err = models.Refuse(models.Conflict, "ticket.id_conflict")
	}
	return rating.ID, err
}

// followCallback lets the ticket follow on what the person said.
func (s *Store) followCallback(tx storage.Tx, a, reporter models.Actor, t ticket.Ticket, rules ticket.CallbackRules, told ticket.CallbackTelling, ratingID int64) error {
	data := map[string]any{"closing": t.Closing}
	if ratingID != 0 {
		data["record_id"] = ratingID
	}
	step := told.StepOf(t)
	move := ticket.Move{Action: step, Note: told.Text, Weightless: ticket.Weightless(reporter, t)}
	switch step {
	case ticket.Reopen:
		return s.reopen(tx, a, t, rules, move, data)
	case ticket.CallbackConfirm:
		move.Note = ""
		if _, err := s.moveIn(tx, a, t, move, data); err != nil {
			return err
		}
		return s.settle(tx, t, ticket.OutcomeConfirmed)
	}
	data["result"] = string(told.Result)
	_, err := storage.Record(tx, models.Event{
		Noun: "ticket", NounID: t.ID, Action: string(step), ActorID: a.AccountID, ActorRole: a.ActsAs(models.Role.Oversees), From: string(t.State), To: string(t.State), Data: data,
	})
	return err
}

// reopen brings a ticket back to its party because the person says that it is not solved.
func (s *Store) reopen(tx storage.Tx, a models.Actor, t ticket.Ticket, rules ticket.CallbackRules, move ticket.Move, data map[string]any) error {
	next, err := s.moveIn(tx, a, t, move, data)
	if err != nil {
		return err
	}
	if err := s.settle(tx, t, ticket.OutcomeSentBack); err != nil {
		return err
	}
	var reopened int64 // this time among them
	if err := tx.DB().Model(&ticket.Callback{}).Where("ticket_id = ? AND state = ?", t.ID, ticket.CallbackNotSolved).Count(&reopened).Error; err != nil {
		return err
	}
	next, err = s.raiseBy(tx, next, func(t ticket.Ticket, partyKind string) (ticket.Ticket, bool) {
		return rules.Reopened(t, reopened, partyKind)
	})
	if err != nil {
		return err
	}
	_, err = s.joinIfDue(tx, next)
	return err
}

// LapseCallbacks ends the callbacks that nobody made in time, at most limit, each in a transaction of its own. It returns how many.
func (s *Store) LapseCallbacks(ctx context.Context, limit int) (int, error) {
	return s.eachDue(ctx, s.LapseIn, func(tx storage.Tx) *gorm.DB {
		return tx.DB().Model(&ticket.Callback{}).Select("id").Where("state = 'open' AND until_at <= ?", tx.At()).Order("until_at").Limit(limit)
	})
}

// LapseIn ends one callback whose time is over, inside a transaction.
func (s *Store) LapseIn(tx storage.Tx, id int64) error {
	var c ticket.Callback
	if err := tx.DB().Take(&c, "id = ? AND state = 'open'", id).Error; err != nil {
		return absentAs(err, models.Refuse(models.Conflict, "callback.settled"))
	}
	t, err := load(tx, models.SystemActor, c.TicketID)
	if err != nil {
		return err
	}
	over := c.Ended(t, tx.At())
	if err := saveCallback(tx, c, over); err != nil {
		return err
	}
	return tellCallback(tx, over, "lapse", models.Actor{}, models.System, c.State)
}
