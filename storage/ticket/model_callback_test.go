package ticket_test

import (
	"linli/models"
	"linli/models/ticket"
	"linli/storage"
)

// Callbacks in the drawn histories: the model keeps who is to be asked, as the rules say it, and what a result makes of the ticket.

// extraCallback is a call after which the ticket stays where it is.
const extraCallback ticket.Action = "call back"

// closes is the draw after an answer.
func (y *attempt) closes(next ticket.Ticket, outcome ticket.Outcome, stars int) {
	m, rules := y.m, y.w.r.rules
	if next.ReporterID == 0 {
		return // the neighbour of these histories has no phone
	}
	why := rules.Draw(next, outcome, stars, ticket.LotsOf(modelKey, next.ID, next.Closing))
	there := m.callback
	known := there != nil && there.Closing == next.Closing
	second := known && there.State == ticket.CallbackOpen && there.Why == ticket.CallbackSecondLook && outcome != ticket.OutcomeSilent
	switch {
	case known && there.State != ticket.CallbackOvertaken && !second:
	case why != "":
		var kinds []string
		for _, id := range next.Answered() {
			kinds = append(kinds, y.w.kinds[id])
		}
		c := rules.NewCallback(next, why, kinds, y.now)
		m.callback = &c
	case second:
		m.callback.State = ticket.CallbackOvertaken
	}
}

// overtakes ends the callback because the reporter sent it back, or an office answered for him.
func (m *matter) overtakes() {
	if c := m.callback; c != nil && c.Closing == m.t.Closing && c.State == ticket.CallbackOpen {
		c.State = ticket.CallbackOvertaken
	}
}

// told is the result that one attempt tells.
func (y *attempt) told() ticket.CallbackTelling {
	w := ticket.CallbackTelling{ClientID: clientID(), Result: ticket.CallbackSolved}
	switch {
	case y.action == ticket.Reopen:
		w.Result, w.Text = ticket.CallbackNotSolved, y.note
	case y.action == extraCallback && y.choice(1, 2) == 0:
		w.Result = ticket.CallbackNotReached
	default:
		w.Level = y.choice(2, 6)
	}
	return w
}

func expectCallback(y *attempt) *expectation {
	m := y.m
	if m.callback == nil || !m.callback.MayCall(y.a, m.t) || y.sees() != nil {
		return refusal(models.Refuse(models.NotFound, "callback.not_found"))
	}
	c := *m.callback
	told, w := c, y.told()
	_, err := c.Look(y.a, m.t, nil, y.w.r.rules, y.now)
	if err == nil {
		w, err = w.Check(y.c.MaxText)
	}
	if err == nil {
		told, err = c.Tell(y.a, m.t, w, &y.now, y.w.r.rules, y.now)
	}
	if err != nil {
		return refusal(err)
	}
	if (y.action == ticket.CallbackConfirm) != (w.Result == ticket.CallbackSolved && m.t.State == ticket.ClosedUnrated) {
		return stays(0, m) // left to the line of its own
	}
	want := stays(2, m) // the look, and the result
	rated := w.Result != ticket.CallbackNotReached
	switch {
	case y.action == ticket.CallbackConfirm:
		next, err := y.apply(y.a, ticket.CallbackConfirm)
		if err != nil {
			return refusal(err)
		}
		want = becomes(m, next, 1)
		want.lines[m]++
	case w.Result == ticket.CallbackNotSolved:
		want = y.reopens()
	}
	want.after = func() {
		*m.callback = told
		if told.State == ticket.CallbackNotSolved {
			m.reopened++
		}
		if rated {
			m.rows.Ratings++
		}
	}
	return want
}

func (y *attempt) reopens() *expectation {
	m := y.m
	next, err := y.apply(y.a, ticket.Reopen)
	if err != nil {
		return refusal(err)
	}
	lines, kind := 1, y.w.kinds[next.HandlingPartyID]
	higher, raised := next.SentBackTooOften(kind)
	if m.reopened+1 > y.w.r.rules.ReopenMost {
		higher, raised = next.RaisedTo(ticket.LevelCenter, kind)
	}
	if raised {
		next, lines = higher, lines+1
	}
	next, more := y.joins(next, len(m.units))
	lines += more
	want := becomes(m, next, lines)
	want.lines[m]++ // the look raises no version
	return want
}

func doCallback(y *attempt) error {
	var id int64
	if c := y.m.callback; c != nil {
		err := y.write(func(tx storage.Tx) error {
			return tx.DB().Model(&ticket.Callback{}).Where("ticket_id = ? AND closing = ?", c.TicketID, c.Closing).Pluck("id", &id).Error
		})
		if err != nil {
			return err
		}
		if y.expectsNothing() {
			return nil
		}
	}
	if y.m.callback != nil { // every look is a new one here, so that each is a line
		if err := y.write(func(tx storage.Tx) error {
			return tx.DB().Exec("DELETE FROM callback_looks WHERE callback_id = ?", id).Error
		}); err != nil {
			return err
		}
	}
	if told, err := y.told().Check(y.c.MaxText); err != nil {
		_, err = y.store().TellCallback(y.w.r.t.Context(), y.a, id, told)
		return err
	}
	return y.write(func(tx storage.Tx) error { // both at once, so that a refused result leaves no look
		if _, err := y.store().CallbackContactIn(tx, y.a, id); err != nil {
			return err
		}
		_, err := y.store().TellCallbackIn(tx, y.a, id, y.told())
		return err
	})
}

// expectsNothing reports whether the attempt belongs to another line of the flow table.
func (y *attempt) expectsNothing() bool {
	want := expectCallback(y)
	return want.code == "" && y.idle(want)
}
