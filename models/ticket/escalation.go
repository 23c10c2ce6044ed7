package ticket

import (
	"time"

	"linli/models"
)

// Escalation is the ladder that a ticket climbs when nobody acts (B-b.1 no. 13): the party is reminded as its time
// passes, then one level after the other is told. It is data of the catalogue, one ladder for each urgency.
type Escalation struct {
	Urgency   string `json:"urgency"`
	Reminders []int  `json:"reminders"` // percent of the time from dispatch to the next deadline, rising
	Rungs     []Rung `json:"rungs"`
}

// Rung is one step up: After the missed deadline, at least Level is told.
type Rung struct {
	After Span  `json:"after"`
	Level Level `json:"level"`
}

// ladder is the escalation of an urgency; an urgency without one is never escalated.
func (c Catalogue) ladder(urgency string) Escalation {
	for _, e := range c.Escalations {
		if e.Urgency == urgency {
			return e
		}
	}
	return Escalation{}
}

// watched reports whether the clock of the party runs: nobody is to blame for a ticket that waits for its reporter or
// is suspended.
func (t Ticket) watched() bool {
	return t.Open && t.State != DonePendingConfirm && t.State != Suspended && t.NextDue != nil
}

// withAlert plans the next reminder or rung. An alert that was planned for the same deadline stays, so that a message or a
// note in between neither repeats nor skips one; a new deadline begins its ladder anew. Rungs that were climbed before
// are not climbed twice (Alerted sees to it).
func (t Ticket) withAlert(was Ticket, c Catalogue) Ticket {
	if !t.watched() {
		t.AlertIndex, t.AlertDue = 0, nil
		return t
	}
	if was.NextDue != nil && was.NextDue.Equal(*t.NextDue) && was.watched() && was.HandlingPartyID == t.HandlingPartyID {
		return t
	}
	// The first rung of every ladder stands at the deadline (checkLadder), so no hours are needed to plan it.
	from := t.UpdatedAt
	if t.NextStep == NextResolve && t.PausedAt(from) {
		from = *t.PausedUntil // nobody is reminded while the clock stands
	}
	return t.planFrom(c.ladder(t.Urgency), 0, Hours{}, from)
}

// reminderAt is when reminder i falls. For a protected matter the time counts from the start of its day, or hour where
// hours matter: the party sees the reminder and could work out from it when the ticket was filed.
func (t Ticket) reminderAt(ladder Escalation, i int) time.Time {
	begin := t.DispatchedAt
	if t.NextStep == NextJointAnswer && t.JointAt != nil {
		begin = *t.JointAt
	}
	switch {
	case t.Protected && t.Urgency == "u2":
		begin = begin.Truncate(time.Hour)
	case t.Protected && t.Urgency != "u1":
		begin = models.DateOf(begin).Start()
	}
	return models.UTC(begin.Add(t.NextDue.Sub(begin) * time.Duration(ladder.Reminders[i]) / 100))
}

// Alerted does what was planned for now: a reminder to the party, or one level told. It gives the ticket with the next
// alert planned, and the line for the ledger; the line's action is empty when there was nothing to say, because that
// level knows already or the reminder came after its deadline. partyKind is the kind of the party that must answer: a level
// with an interest is passed over (DECISIONS 1).
func (t Ticket) Alerted(c Catalogue, h Hours, partyKind string, now time.Time) (Ticket, models.Event) {
	ladder, i := c.ladder(t.Urgency), int(t.AlertIndex)
	event := models.Event{Noun: "ticket", NounID: t.ID, ActorRole: models.System, PartyID: t.HandlingPartyID, From: string(t.State), To: string(t.State), At: models.UTC(now)}
	if !t.watched() || t.AlertDue == nil || t.AlertDue.After(now) {
		return t, event
	}
	rung := i - len(ladder.Reminders)
	switch {
	case rung < 0:
		if now.Before(*t.NextDue) {
			event.Action = string(Remind)
			event.Data = map[string]any{"percent": ladder.Reminders[i], "step": string(t.NextStep)}
		}
	case rung < len(ladder.Rungs):
		if level := max(ladder.Rungs[rung].Level, UninterestedLevel(partyKind)); level > t.EscalatedTo {
			t.EscalatedTo = level
			event.Action = string(Escalate)
			event.Data = map[string]any{"level": int64(level), "step": string(t.NextStep), "why": "overdue"}
		}
	}
	return t.planFrom(ladder, i+1, h, now), event
}

// planFrom plans alert i or the next one after it. Reminders whose moment has passed are not sent one after the other.
func (t Ticket) planFrom(ladder Escalation, i int, h Hours, now time.Time) Ticket {
	for ; i < len(ladder.Reminders); i++ {
		if at := t.reminderAt(ladder, i); at.After(now) {
			t.AlertIndex, t.AlertDue = int64(i), &at
			return t
		}
	}
	rung := i - len(ladder.Reminders)
	if rung >= len(ladder.Rungs) {
		t.AlertIndex, t.AlertDue = int64(i), nil
		return t
	}
	at := h.After(*t.NextDue, ladder.Rungs[rung].After)
	t.AlertIndex, t.AlertDue = int64(i), &at
	return t
}

// sendBacksToEscalate is how often a result is sent back before the next level looks (B-b.1 no. 12).
const sendBacksToEscalate = 2

// SentBackTooOften raises a ticket that was sent back twice or more by one level, and reports whether it did: a party that says
// done again and again is not left alone with it.
func (t Ticket) SentBackTooOften(partyKind string) (Ticket, bool) {
	if t.SendBacks < sendBacksToEscalate || t.EscalatedTo >= LevelCenter {
		return t, false
	}
	t.EscalatedTo = max(t.EscalatedTo+1, UninterestedLevel(partyKind))
	return t, true
}

// RaisedTo raises a ticket to a level, or higher where that one has an interest, and reports whether it did.
func (t Ticket) RaisedTo(level Level, partyKind string) (Ticket, bool) {
	level = max(level, UninterestedLevel(partyKind))
	if t.EscalatedTo >= level {
		return t, false
	}
	t.EscalatedTo = level
	return t, true
}

// UrgeAfter is the first moment at which the reporter may urge again, or nil when he may not urge at all: a ticket that
// waits for him, or is closed, is not urged.
func (t Ticket) UrgeAfter(c Catalogue) *time.Time {
	if !t.watched() || c.UrgeHours < 1 {
		return nil
	}
	at := t.DispatchedAt
	if t.UrgedAt != nil {
		at = models.UTC(t.UrgedAt.Add(time.Duration(c.UrgeHours) * time.Hour))
	}
	return &at
}

// mayUrge refuses an urge that comes too early after the last one.
func (t Ticket) mayUrge(c Catalogue, now time.Time) error {
	after := t.UrgeAfter(c)
	if after != nil && now.Before(*after) {
		refusal := models.Refuse(models.Limited, "ticket.urged_lately").With("hours", c.UrgeHours)
		refusal.RetryAfter = int(after.Sub(now)/time.Second) + 1
		return refusal
	}
	return nil
}
