package ticket

import (
	"fmt"
	"time"

	"linli/models"
)

// Retold names what Retelling finds again, for people who read a report.
const Retold = "state, party, parties before, rule, category, urgency, level told, urges, extension, pauses, suspensions, promises, joint matters, version, closings, send-backs, and the moment of every step"

// Retelling is a ticket as its lines in the ledger tell it. The lines go through Tell in their order; Differs then says
// where the ticket's row is another one. It takes the same steps as the program did, so what it covers cannot be changed
// in the row alone, and a line more or less is seen by the version. The texts, the place and the people of a ticket are
// not in the ledger.
type Retelling struct {
	ticket    Ticket
	due       *time.Time // the deadline to solve it, once a line has named it
	answerDue *time.Time // the deadline of a joint matter's answer
	answers   int64
	promises  []Promising // as the lines tell them
	alerted   time.Time   // moment of the alert that was told last
}

// Tell takes the next line, and says what is wrong with it where it cannot follow the one before.
func (r *Retelling) Tell(l HistoryLine) (fault string) {
	was := r.ticket.State
	if State(l.From) != was {
		fault = fmt.Sprintf("%s begins from %q, but the line before it ended with %q", l.Action, l.From, was)
	}
	before := r.ticket
	known := r.take(l)
	r.promised(before, l)
	switch {
	case !known:
		fault = fmt.Sprintf("%s is nothing that can happen to a ticket", l.Action)
	case fault == "" && r.ticket.State != State(l.To):
		fault = fmt.Sprintf("%s ends with %q, not with %q", l.Action, r.ticket.State, l.To)
	}
	r.ticket.State = State(l.To)
	r.ticket.Open = r.ticket.State.Open()
	return fault
}

// take does what the line tells, and reports whether it is something that can happen. Every line but those of the filing,
// of a look at the contact, of a call and of a callback that changed nothing raised the version; alerts that fell due together raised it once.
func (r *Retelling) take(l HistoryLine) (known bool) {
	t := &r.ticket
	if action := Action(l.Action); action != Remind && action != Escalate {
		r.alerted = time.Time{} // what is told after another line was saved by itself, be it at the same moment
	}
	switch Action(l.Action) {
	case File:
		*t = Ticket{State: Accepted, Version: 1, FiledAt: l.At, Category: l.words("category"), Urgency: l.words("urgency")}
		return true
	case Dispatch, Redispatch:
		if !t.DispatchedAt.IsZero() {
			t.Version++
		}
		*t = t.handed(l.PartyID, l.words("rule"), l.At)
		r.due, r.answerDue = nil, l.moment("answer_due") // a new party has new deadlines
		return true
	case Hold:
		until, err := time.Parse(time.RFC3339Nano, l.words("until"))
		*t = t.HeldUntil(until, Level(l.number("level")))
		t.HandlingPartyID, t.RoutedBy, t.DispatchedAt = l.PartyID, l.words("rule"), t.FiledAt
		return err == nil
	case ContactView, Call:
		return true
	case CalledBack:
		r.rated(l)
		return true
	case Remind, Escalate:
		r.alert(l)
		return true
	case ReturnGrant, ReturnRefuse:
		t.Version++
		*t = t.named(l.PartyID, l.At)
		return true
	}
	t.Version++
	return r.step(l)
}

func (r *Retelling) alert(l HistoryLine) {
	t := &r.ticket
	if Action(l.Action) == Escalate {
		t.EscalatedTo = Level(l.number("level"))
	}
	if l.words("why") == "sent_back" {
		t.Version++ // part of the send-back, and a save of its own
		return
	}
	if !l.At.Equal(r.alerted) {
		t.Version++
	}
	r.alerted = l.At
}

func (r *Retelling) step(l HistoryLine) (known bool) {
	t, action := &r.ticket, Action(l.Action)
	switch action {
	case Rate:
		r.answers++
		return true
	case Contact, ContactConfirm:
		if l.From == l.To {
			*t = t.reached(l.At)
			return true
		}
	case Done, DoneSaid:
		t.Closing = l.number("closing")
	case Confirm, SendBack, RelayConfirm:
		r.answers++
	case CallbackConfirm, Reopen:
		r.rated(l)
	}
	if due := l.moment("due"); due != nil {
		r.due = due
	}
	if action == PauseParts || action == PauseDay || action == PauseUnreached {
		t.PausedUntil, t.PausedDue = l.moment("until"), l.moment("before")
	}
	if action == Suspend || action == SuspendReview {
		t.ReviewDue = l.moment("until")
	}
	if action == Promise || action == PromiseRedate {
		t.PromiseFrom, t.PromiseDue, t.PromiseUntil, t.PromiseEarns = l.moment("from"), l.moment("by"), l.moment("until"), l.moment("earns")
	}
	if action == Joint {
		t.JointWhy, t.Urgency, r.answerDue = JointWhy(l.words("why")), l.words("urgency"), l.moment("answer_due")
	}
	step, known := stepOf(action)
	*t = t.after(step, l.At, l.words(weightKey) == weightless)
	return known
}

// promised keeps the promises themselves beside the ticket: what each came to follows from the steps.
func (r *Retelling) promised(before Ticket, l HistoryLine) {
	t := r.ticket
	if t.Promises > before.Promises {
		day := models.Date(l.words("day"))
		r.promises = append(r.promises, Promising{Nth: t.Promises, PartyID: l.PartyID, MadeAt: l.At, FirstDay: day, Day: day})
	}
	if len(r.promises) == 0 {
		return
	}
	newest := &r.promises[len(r.promises)-1]
	if t.PromiseRedates > before.PromiseRedates {
		newest.Day, newest.Redates = models.Date(l.words("day")), t.PromiseRedates
	}
	if t.PromiseJustEnded(before) {
		at := l.At
		newest.EndWhy, newest.CountsAs, newest.EndedAt = t.PromiseEnd, t.PromiseCounts, &at
	}
}

// DiffersInPromises names the promises about t whose rows are not what the lines tell, by their numbers; rows are in their order. Their
// words are not compared: a line keeps none that could not be erased.
func (r Retelling) DiffersInPromises(t Ticket, rows []Promising) (wrong []string) {
	if len(rows) != len(r.promises) {
		return []string{"rows of promises"}
	}
	for i, told := range r.promises {
		row := rows[i]
		same := told.Nth == row.Nth && row.EstateID == t.EstateID && told.PartyID == row.PartyID && told.MadeAt.Equal(row.MadeAt) && told.FirstDay == row.FirstDay && told.Day == row.Day &&
			told.Redates == row.Redates && told.EndWhy == row.EndWhy && told.CountsAs == row.CountsAs && sameMoment(told.EndedAt, row.EndedAt)
		if !same {
			wrong = append(wrong, fmt.Sprint("promise ", told.Nth))
		}
	}
	return wrong
}

// rated counts the rating that a callback brought, where it brought one.
func (r *Retelling) rated(l HistoryLine) {
	if l.number("record_id") != 0 {
		r.answers++
	}
}

func (l HistoryLine) words(name string) string {
	s, _ := l.Data[name].(string)
	return s
}

// moment is a parameter that is one, or nil.
func (l HistoryLine) moment(name string) *time.Time {
	at, err := time.Parse(time.RFC3339Nano, l.words(name))
	if err != nil {
		return nil
	}
	return &at
}

func (l HistoryLine) number(name string) int64 {
	n, _ := l.Data[name].(float64)
	return int64(n)
}

// Differs names the columns in which the row is not what the lines tell, with closings and answers as they are counted
// in their own tables.
func (r Retelling) Differs(row Ticket, closings, answers int64) (columns []string) {
	told := r.ticket
	for _, c := range []struct {
		name string
		same bool
	}{
		{"state", told.State == row.State},
		{"open", told.Open == row.Open},
		{"handling_party_id", told.HandlingPartyID == row.HandlingPartyID},
		{"routed_by", told.RoutedBy == row.RoutedBy},
		{"kept_from", told.KeptFrom == row.KeptFrom},
		{"category", told.Category == row.Category},
		{"urgency", told.Urgency == row.Urgency},
		{"version", told.Version == row.Version},
		{"escalated_to", told.EscalatedTo == row.EscalatedTo},
		{"return_barred", told.ReturnBarred == row.ReturnBarred},
		{"urges", told.Urges == row.Urges},
		{"urged_at", sameMoment(told.UrgedAt, row.UrgedAt)},
		{"extension", told.Extension == row.Extension},
		{"resolve_due", r.due == nil || r.due.Equal(row.ResolveDue)},
		{"pause_why", told.PauseWhy == row.PauseWhy},
		{"paused_from", sameMoment(told.PausedFrom, row.PausedFrom)},
		{"paused_until", sameMoment(told.PausedUntil, row.PausedUntil)},
		{"paused_due", sameMoment(told.PausedDue, row.PausedDue)},
		{"parts_paused", told.PartsPaused == row.PartsPaused},
		{"suspension", told.Suspension == row.Suspension},
		{"suspended_at", sameMoment(told.SuspendedAt, row.SuspendedAt)},
		{"review_due", sameMoment(told.ReviewDue, row.ReviewDue)},
		{"suspended_days", told.SuspendedDays == row.SuspendedDays},
		{"objected_at", sameMoment(told.ObjectedAt, row.ObjectedAt)},
		{"promises", told.Promises == row.Promises},
		{"party_promises", told.PartyPromises == row.PartyPromises},
		{"promise_from", sameMoment(told.PromiseFrom, row.PromiseFrom)},
		{"promise_due", sameMoment(told.PromiseDue, row.PromiseDue)},
		{"promise_until", sameMoment(told.PromiseUntil, row.PromiseUntil)},
		{"promise_earns", sameMoment(told.PromiseEarns, row.PromiseEarns)},
		{"promise_redates", told.PromiseRedates == row.PromiseRedates},
		{"promise_said_at", sameMoment(told.PromiseSaidAt, row.PromiseSaidAt)},
		{"promise_end", told.PromiseEnd == row.PromiseEnd},
		{"promise_counts", told.PromiseCounts == row.PromiseCounts},
		{"joint_at", sameMoment(told.JointAt, row.JointAt)},
		{"joint_why", told.JointWhy == row.JointWhy},
		{"joint_due", sameMoment(r.answerDue, row.JointDue)},
		{"joint_answered_at", sameMoment(told.JointAnsweredAt, row.JointAnsweredAt)},
		{"closing", told.Closing == row.Closing},
		{"send_backs", told.SendBacks == row.SendBacks},
		{"filed_at", told.FiledAt.Equal(row.FiledAt)},
		{"received_at", sameMoment(told.ReceivedAt, row.ReceivedAt)},
		{"held_level", told.HeldLevel == row.HeldLevel},
		{"dispatched_at", told.DispatchedAt.Equal(row.DispatchedAt)},
		{"acknowledged_at", sameMoment(told.AcknowledgedAt, row.AcknowledgedAt)},
		{"contacted_at", sameMoment(told.ContactedAt, row.ContactedAt)},
		{"started_at", sameMoment(told.StartedAt, row.StartedAt)},
		{"done_at", sameMoment(told.DoneAt, row.DoneAt)},
		{"closed_at", sameMoment(told.ClosedAt, row.ClosedAt)},
		{"rows of ticket_closings", told.Closing == closings},
		{"rows of ratings", r.answers == answers},
	} {
		if !c.same {
			columns = append(columns, c.name)
		}
	}
	return columns
}

func sameMoment(a, b *time.Time) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.Equal(*b)
}
