package ticket_test

import (
	"strings"

	"linli/models"
	"linli/models/ticket"
	"linli/storage"
)

// Suspensions in the drawn histories: the model keeps the newest one and says by the rules what each step makes of the ticket.

func (y *attempt) suspends() error {
	if err := y.sees(); err != nil {
		return err
	}
	if !ticket.MaySuspend(y.a, y.m.t, y.w.kinds[y.m.t.HandlingPartyID]) {
		return models.Refuse(models.Denied, "ticket.not_yours_to_"+string(y.action))
	}
	return nil
}

func expectSuspendAsk(y *attempt) *expectation {
	m := y.m
	asked := ticket.SuspensionAsked{Reason: y.note}
	err := y.sees()
	if err == nil {
		_, err = asked.Check(y.c.MaxText)
	}
	var next ticket.Ticket
	if err == nil {
		next, err = y.apply(y.a, ticket.SuspendAsk)
	}
	if err != nil {
		return refusal(err)
	}
	want := becomes(m, next, 1)
	want.after = func() {
		m.rows.Suspensions++
		m.wish = ticket.Suspending{AskedBy: y.a.AccountID}
	}
	return want
}

func doSuspendAsk(y *attempt) error {
	_, err := y.store().AskSuspension(y.w.r.t.Context(), y.a, y.m.t.ID, ticket.SuspensionAsked{Version: y.version, Reason: y.note})
	return err
}

func (y *attempt) suspensionDecision() ticket.SuspensionDecision {
	if y.action == ticket.SuspendRefuse {
		return ticket.SuspensionDecision{Version: y.version, Note: y.note}
	}
	return ticket.SuspensionDecision{
		Version: y.version, Suspend: true, Cause: []ticket.SuspensionCause{ticket.CauseFund, ticket.CauseDeveloper, ticket.CauseLitigation, "slow"}[y.choice(0, 4)],
		Document: []string{"孟房〔2026〕17号", "孟房〔2026〕17号", "无", ""}[y.choice(1, 4)], Evidence: "维修资金申请已受理，等待业主表决", Interim: y.note,
	}
}

func expectSuspendDecision(y *attempt) *expectation {
	m := y.m
	if err := y.suspends(); err != nil {
		return refusal(err)
	}
	d, err := y.suspensionDecision().Check(y.c.MaxText)
	if err != nil {
		return refusal(err)
	}
	words := d.Note
	if d.Suspend {
		words = strings.Join([]string{d.Interim, d.Document, d.Evidence}, "\n")
	}
	next, _, err := m.t.Apply(y.a, ticket.Move{Action: d.Action(), Note: words, Version: y.version}, y.c, y.now)
	if err != nil {
		return refusal(err)
	}
	waits := m.t.Suspension == ticket.SuspensionWaiting
	if waits {
		if err := m.wish.MayJudge(y.a); err != nil {
			return refusal(err)
		}
	}
	if d.Suspend {
		if next, err = next.SuspendedTo(y.w.r.suspending, y.c, y.now); err != nil {
			return refusal(err)
		}
		if m.first != nil {
			if err := m.t.MayTake([]ticket.Closing{*m.first}, y.now); err != nil {
				return refusal(err)
			}
		}
	}
	want := becomes(m, next, 1)
	want.after = func() {
		if !waits {
			m.rows.Suspensions++
			m.wish = ticket.Suspending{}
		}
		if d.Suspend {
			m.wish.Interim, m.wish.ReviewNote = d.Interim, ""
			m.pending, m.first = nil, nil
		}
	}
	return want
}

func doSuspendDecision(y *attempt) error {
	_, err := y.store().DecideSuspension(y.w.r.t.Context(), y.a, y.m.t.ID, y.suspensionDecision())
	return err
}

// reviewed is what a review says: another thing each time, or the same.
func (y *attempt) reviewed(goOn bool) ticket.SuspensionReview {
	note := y.note
	if strings.TrimSpace(note) != "" && y.choice(0, 4) > 0 {
		note += strings.Repeat("，又催办一次", 1+y.choice(1, 3))
	}
	return ticket.SuspensionReview{Version: y.version, GoOn: goOn, Note: note}
}

func expectSuspendReview(y *attempt) *expectation {
	m := y.m
	if err := y.suspends(); err != nil {
		return refusal(err)
	}
	r, err := y.reviewed(true).Check(y.c.MaxText, m.open().ReviewNote, m.open().Interim)
	if err != nil {
		return refusal(err)
	}
	next, _, err := m.t.Apply(y.a, ticket.Move{Action: ticket.SuspendReview, Note: r.Note, Version: y.version}, y.c, y.now)
	if err == nil {
		next, err = next.SuspendedTo(y.w.r.suspending, y.c, y.now)
	}
	if err != nil {
		return refusal(err)
	}
	want := becomes(m, next, 1)
	want.after = func() { m.wish.ReviewNote = r.Note }
	return want
}

// open is the suspension that runs, or an empty one: a wish has no such words.
func (m *matter) open() ticket.Suspending {
	if m.t.State == ticket.Suspended {
		return m.wish
	}
	return ticket.Suspending{}
}

func doSuspendReview(y *attempt) error {
	_, err := y.store().ReviewSuspension(y.w.r.t.Context(), y.a, y.m.t.ID, y.reviewed(true))
	return err
}

// A suspension ends by the centre's review, by the party, or by itself where nobody is named.
func expectSuspendClear(y *attempt) *expectation {
	m := y.m
	a, words := y.a, strings.TrimSpace(y.note)
	var err error
	switch {
	case y.clearsByItself():
		a, words = models.SystemActor, ""
		if m.t.ReviewDue == nil || !m.t.ReviewDue.Before(y.now) {
			return refusal(models.Refuse(models.Conflict, "ticket.changed_meanwhile"))
		}
		y = &attempt{w: y.w, m: m, now: y.now, c: y.c}
	case ticket.PartOf(a, m.t) == ticket.PartOfficer:
		var r ticket.SuspensionReview
		if err = y.suspends(); err == nil {
			if r, err = y.reviewed(false).Check(y.c.MaxText); err == nil {
				words = r.Note
			}
		}
	default:
		if err = y.sees(); err == nil {
			_, err = ticket.SuspensionEnding{Note: y.note}.Check(y.c.MaxText)
		}
	}
	if err != nil {
		return refusal(err)
	}
	next, _, err := m.t.Apply(a, ticket.Move{Action: ticket.SuspendClear, Note: words, Version: y.version}, y.c, y.now)
	if err != nil {
		return refusal(err)
	}
	return becomes(m, next.ClearedFrom(m.t, y.urgency(), y.hours(), y.c, y.now), 1)
}

// clearsByItself reports whether nobody is named: then the job does it.
func (y *attempt) clearsByItself() bool { return !y.a.SignedIn() }

func doSuspendClear(y *attempt) error {
	switch {
	case y.clearsByItself():
		return y.write(func(tx storage.Tx) error { return y.store().LapseSuspensionIn(tx, y.m.t.ID) })
	case ticket.PartOf(y.a, y.m.t) == ticket.PartOfficer:
		_, err := y.store().ReviewSuspension(y.w.r.t.Context(), y.a, y.m.t.ID, y.reviewed(false))
		return err
	}
	_, err := y.store().EndSuspension(y.w.r.t.Context(), y.a, y.m.t.ID, ticket.SuspensionEnding{Version: y.version, Note: y.note})
	return err
}

// runsOn is t after a suspension that something else ended, with how many lines that was.
func (y *attempt) runsOn(t ticket.Ticket) (ticket.Ticket, int) {
	if t.State != ticket.Suspended {
		return t, 0
	}
	next, _, err := t.Apply(models.SystemActor, ticket.Move{Action: ticket.SuspendClear}, y.c, y.now)
	if err != nil {
		return t, 0
	}
	urgency, _ := y.c.Urgency(t.Urgency)
	return next.ClearedFrom(t, urgency, y.hours(), y.c, y.now), 1
}
