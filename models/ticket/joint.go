package ticket

import (
	"slices"
	"time"

	"linli/models"
)

// JointWhy is what made a matter joint.
type JointWhy string

// Ten households did, or an office for an owners' committee or the community.
const (
	JointByHouseholds JointWhy = "households"
	JointByOffice     JointWhy = "office"
)

// Joining is the word of an office that a matter is joint: on whose behalf, in Note.
type Joining struct {
	Version int64  `json:"version,omitempty"`
	Note    string `json:"note" maxLength:"8000"`
}

// JointAnswered is the written answer that a joint matter is owed: whether the party accepts it, and what it says.
type JointAnswered struct {
	Version  int64  `json:"version,omitempty" doc:"the version that the handler saw; 0 = whatever is current"`
	Accepted bool   `json:"accepted"`
	Text     string `json:"text" maxLength:"8000"`
}

// JointView is what everybody on a joint ticket reads of that.
type JointView struct {
	On         models.Date  `json:"on"`
	Why        JointWhy     `json:"why" enum:"households,office"`
	Note       string       `json:"note,omitempty" doc:"the office's words: on whose behalf"`
	AnswerDue  time.Time    `json:"answer_due"`
	AnsweredOn *models.Date `json:"answered_on,omitempty"`
	Accepted   *bool        `json:"accepted,omitempty" doc:"absent until it is answered, and where a result was the answer"`
	Answer     string       `json:"answer,omitempty"`
	Late       bool         `json:"late"`
}

// answerOwed reports whether the written answer of a joint matter is still owed.
func (t Ticket) answerOwed() bool {
	return t.JointAt != nil && t.JointDue != nil && t.JointAnsweredAt == nil && t.Open
}

// JointClock is when the written answer is due of what becomes joint, or comes to a new party, at from.
func (t Ticket) JointClock(c Catalogue, h Hours, from time.Time) time.Time {
	span := c.JointRule().Answer
	due := h.After(from, span)
	if span.WorkingDays > 0 {
		return due // the end of a day tells no hour
	}
	return blurFor(t.Protected, t.Urgency)(due)
}

// Joined gives t, which has just been made joint, its clock and its least urgency. No deadline gets later by it, and an
// extension that was granted stays.
func (t Ticket) Joined(why JointWhy, c Catalogue, h Hours, now time.Time) Ticket {
	rule := c.JointRule()
	due := t.JointClock(c, h, now)
	t.JointWhy, t.JointDue = why, &due
	if c.lessUrgent(t.Urgency, rule.Urgency) {
		urgency, _ := c.Urgency(rule.Urgency)
		d := DeadlinesFrom(urgency, h, now, t.Protected, 0)
		t.Urgency = rule.Urgency
		if t.AcknowledgedAt == nil {
			t.AcknowledgeDue = models.Earlier(t.AcknowledgeDue, d.Acknowledge)
		}
		if t.ContactedAt == nil {
			t.ContactDue = models.Earlier(t.ContactDue, d.Contact)
		}
		if t.Extension != ExtensionGranted {
			resolve := d.Resolve
			if t.PausedAt(now) { // its time begins when the pause is over
				resolve = DeadlinesFrom(urgency, h, *t.PausedUntil, t.Protected, 0).Resolve
			}
			t.ResolveDue = models.Earlier(t.ResolveDue, resolve)
		}
	}
	return t.withNext(c)
}

// lessUrgent reports whether urgency a stands behind b in the table of B-b.1.
func (c Catalogue) lessUrgent(a, b string) bool {
	at := func(code string) int {
		return slices.IndexFunc(c.Urgencies, func(u Urgency) bool { return u.Code == code })
	}
	return at(b) >= 0 && at(a) > at(b)
}

// mayJoin refuses to make a matter joint twice.
func (t Ticket) mayJoin() error {
	if t.JointAt != nil {
		return models.Refuse(models.Conflict, "ticket.joint_already")
	}
	return nil
}

// mayAnswerJoint refuses an answer that nobody waits for.
func (t Ticket) mayAnswerJoint() error {
	switch {
	case t.JointAt == nil:
		return models.Refuse(models.Conflict, "ticket.joint_not")
	case t.JointAnsweredAt != nil:
		return models.Refuse(models.Conflict, "ticket.joint_answered")
	}
	return nil
}

// mayWithdraw refuses to end a joint matter by the word of one household, which could be talked into it.
func (t Ticket) mayWithdraw(a models.Actor) error {
	if t.JointAt != nil {
		return models.Refuse(models.Conflict, "ticket.joint_not_withdrawn")
	}
	return t.mayWithdrawPromise(a)
}

// joint is what v reads of a joint matter. The ledger's lines hold its words.
func (v viewer) joint(k Known) *JointView {
	t := k.Ticket
	if t.JointAt == nil || t.JointDue == nil {
		return nil
	}
	view := &JointView{On: models.DateOf(*t.JointAt), Why: t.JointWhy, AnswerDue: *t.JointDue}
	if t.JointAnsweredAt != nil {
		on := models.DateOf(*t.JointAnsweredAt)
		view.AnsweredOn, view.Late = &on, t.JointAnsweredAt.After(*t.JointDue)
	}
	for _, h := range k.History {
		switch Action(h.Action) {
		case Joint:
			view.Note = v.ofParty(t, 0, h.Note)
		case JointAnswer:
			if t.JointAnsweredAt == nil || !h.At.Equal(*t.JointAnsweredAt) {
				continue // of a party that must answer no longer
			}
			accepted, _ := h.Data["accepted"].(bool)
			view.Accepted, view.Answer = &accepted, v.ofParty(t, h.PartyID, h.Note)
		}
	}
	return view
}
