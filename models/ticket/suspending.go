package ticket

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"linli/models"
)

// Suspensible is the only urgency of what may be suspended (B-b.1 no. 9). An urgency rises and never falls, so none comes to it.
const Suspensible = "u4"

// SuspensionState is what became of a suspension, or of the wish for one.
type SuspensionState string

// A wish waits for the centre, which refuses it or suspends the matter; what is suspended runs until it ends. A wish whose party lost
// the matter meanwhile is overtaken.
const (
	SuspensionWaiting   SuspensionState = "waiting"
	SuspensionRefused   SuspensionState = "refused"
	SuspensionOvertaken SuspensionState = "overtaken"
	SuspensionRuns      SuspensionState = "running"
	SuspensionEnded     SuspensionState = "ended"
)

// SuspensionCause is why a matter cannot be solved now.
type SuspensionCause string

// The causes of B-b.1 no. 9, and no other.
const (
	CauseFund        SuspensionCause = "needs_maintenance_fund"
	CauseRenovation  SuspensionCause = "renovation_project"
	CauseDeveloper   SuspensionCause = "developer_legacy"
	CauseLitigation  SuspensionCause = "litigation"
	CauseLegislation SuspensionCause = "legislation"
)

// SuspensionCauses lists them.
var SuspensionCauses = []SuspensionCause{CauseFund, CauseRenovation, CauseDeveloper, CauseLitigation, CauseLegislation}

// SuspensionEnd is why a suspension ended.
type SuspensionEnd string

// The centre or the party ended it; nobody reviewed it in time; twelve months were over; ten households made the matter joint; or it
// went to another party.
const (
	EndCleared    SuspensionEnd = "cleared"
	EndUnreviewed SuspensionEnd = "unreviewed"
	EndOver       SuspensionEnd = "over"
	EndJoint      SuspensionEnd = "joint"
	EndHandedOver SuspensionEnd = "handed_over"
)

// Suspending is one suspension, from the wish for it to its end.
type Suspending struct {
	ID         int64 `gorm:"primaryKey"`
	TicketID   int64
	EstateID   int64
	PartyID    int64 // that had the matter
	State      SuspensionState
	Reason     string // of the wish; empty where the centre acted by itself
	AskedBy    int64  // 0 where the centre acted by itself
	AskedParty int64  // of the wish, 0 for an office
	AskedAt    time.Time
	DecidedBy  int64
	DecidedAt  *time.Time
	Cause      SuspensionCause
	Document   string
	Evidence   string
	Interim    string
	Reviews    int64
	ReviewedAt *time.Time
	ReviewNote string
	EndedAt    *time.Time
	EndedWhy   SuspensionEnd
}

// TableName is the suspensions' table.
func (Suspending) TableName() string { return "suspensions" }

// SuspensionAsked is the wish that a matter be suspended: by the party, the station or the town.
type SuspensionAsked struct {
	Version int64  `json:"version,omitempty" doc:"the version that was seen; 0 = whatever is current"`
	Reason  string `json:"reason" maxLength:"8000"`
}

// SuspensionDecision is what the centre sends: that a matter is suspended, with all that the rule asks for, or that it is not, in words.
type SuspensionDecision struct {
	Version  int64           `json:"version,omitempty" doc:"the version that was seen; 0 = whatever is current"`
	Suspend  bool            `json:"suspend"`
	Cause    SuspensionCause `json:"cause,omitempty" enum:"needs_maintenance_fund,renovation_project,developer_legacy,litigation,legislation" doc:"to suspend it"`
	Document string          `json:"document,omitempty" maxLength:"200" doc:"number of the document that shows the cause"`
	Evidence string          `json:"evidence,omitempty" maxLength:"8000" doc:"what the document shows"`
	Interim  string          `json:"interim,omitempty" maxLength:"8000" doc:"what is done until then; everybody reads it"`
	Note     string          `json:"note,omitempty" maxLength:"8000" doc:"to refuse a wish: why"`
}

// SuspensionReview is the centre's regular look: the matter stays suspended, or its clock runs on. Note says what was done meanwhile.
type SuspensionReview struct {
	Version int64  `json:"version,omitempty" doc:"the version that was seen; 0 = whatever is current"`
	GoOn    bool   `json:"go_on"`
	Note    string `json:"note" maxLength:"8000"`
}

// SuspensionEnding ends a suspension early: by the party, which goes on with the work.
type SuspensionEnding struct {
	Version int64  `json:"version,omitempty" doc:"the version that was seen; 0 = whatever is current"`
	Note    string `json:"note" maxLength:"8000"`
}

// Action is the step that the decision amounts to.
func (d SuspensionDecision) Action() Action {
	if d.Suspend {
		return Suspend
	}
	return SuspendRefuse
}

// Action is the step that the review amounts to.
func (r SuspensionReview) Action() Action {
	if r.GoOn {
		return SuspendReview
	}
	return SuspendClear
}

// leastDocument is how many signs the number of a document has at least.
const leastDocument = 4

// Check refuses a decision that does not say what the rule asks for, and trims its words. What is sent with the other answer is refused
// too: nobody shall believe that it was taken.
func (d SuspensionDecision) Check(limit int) (_ SuspensionDecision, err error) {
	if !d.Suspend {
		if d.Cause != "" || d.Document != "" || d.Evidence != "" || d.Interim != "" {
			return d, models.RefuseField("ticket.suspension_refused_with_more", "suspend")
		}
		d.Note, err = CheckText(d.Note, "note", true, limit)
		return d, err
	}
	if strings.TrimSpace(d.Note) != "" {
		return d, models.RefuseField("ticket.suspension_refused_with_more", "note")
	}
	if !slices.Contains(SuspensionCauses, d.Cause) {
		return d, models.RefuseField("ticket.suspension_cause", "cause")
	}
	if d.Document, err = CheckText(d.Document, "document", true, 200); err != nil {
		return d, err
	}
	if utf8.RuneCountInString(d.Document) < leastDocument || !strings.ContainsAny(d.Document, "0123456789") {
		return d, models.RefuseField("ticket.suspension_document", "document")
	}
	if d.Evidence, err = substance(d.Evidence, "evidence", limit); err != nil {
		return d, err
	}
	d.Interim, err = substance(d.Interim, "interim", limit)
	return d, err
}

// substance is a text that says something, trimmed.
func substance(text, field string, limit int) (string, error) {
	text, err := CheckText(text, field, true, limit)
	if err == nil && !Substantive(text) {
		err = models.RefuseField("ticket.suspension_words", field)
	}
	return text, err
}

// Check refuses a review that says nothing, or what the one before said; last is that one's words, or the interim measure's.
func (r SuspensionReview) Check(limit int, last ...string) (_ SuspensionReview, err error) {
	if r.Note, err = substance(r.Note, "note", limit); err != nil {
		return r, err
	}
	if r.GoOn && slices.Contains(last, r.Note) {
		return r, models.RefuseField("ticket.suspension_same_words", "note")
	}
	return r, nil
}

// Check refuses an ending that says nothing.
func (e SuspensionEnding) Check(limit int) (_ SuspensionEnding, err error) {
	e.Note, err = substance(e.Note, "note", limit)
	return e, err
}

// Check refuses a wish that says nothing.
func (w SuspensionAsked) Check(limit int) (_ SuspensionAsked, err error) {
	w.Reason, err = substance(w.Reason, "reason", limit)
	return w, err
}

// MaySuspend reports whether a decides about suspensions of t: of the centre's office alone, or of the one above where the centre must
// answer; nobody with an interest, nobody who only audits.
func MaySuspend(a models.Actor, t Ticket, partyKind string) bool {
	return MayDecide(a, t, partyKind) && a.OfOffice(int(max(LevelCenter, UninterestedLevel(partyKind))), 0, 0)
}

// SuspensibleFrom are the states from which a matter is suspended.
func SuspensibleFrom() []State { return slices.Clone(inHand) }

// OfSuspension reports whether an action is the centre's: it goes with MaySuspend.
func OfSuspension(action Action) bool {
	return action == Suspend || action == SuspendRefuse || action == SuspendReview
}

// maySuspend refuses what must never wait, and what has not been answered yet: only the clock to solve a matter stands.
func (t Ticket) maySuspend(now time.Time) error {
	switch {
	case t.Urgency != Suspensible:
		return models.Refuse(models.Conflict, "ticket.suspension_urgency")
	case t.ContactedAt == nil:
		return models.Refuse(models.Conflict, "ticket.suspension_contact_first")
	case t.answerOwed():
		return models.Refuse(models.Conflict, "ticket.suspension_answer_first")
	case t.PausedAt(now):
		return models.Refuse(models.Conflict, "ticket.paused")
	case t.Extension == ExtensionWaiting && !now.After(t.ResolveDue): // later it has lapsed
		return models.Refuse(models.Conflict, "ticket.extension_waits")
	}
	return nil
}

// mayAskSuspension refuses a second wish: one that was refused is not repeated by asking again.
func (t Ticket) mayAskSuspension(now time.Time) error {
	if t.Suspension != "" {
		return models.Refuse(models.Conflict, "ticket.suspension_asked")
	}
	return t.maySuspend(now)
}

// mayRefuseSuspension refuses to refuse what nobody asked for.
func (t Ticket) mayRefuseSuspension() error {
	if t.Suspension != SuspensionWaiting {
		return models.Refuse(models.Conflict, "ticket.suspension_not_asked")
	}
	return nil
}

// mayReview refuses a review that comes too late: what nobody reviewed in time is no longer suspended.
func (t Ticket) mayReview(now time.Time) error {
	if t.ReviewDue == nil || now.After(*t.ReviewDue) {
		return models.Refuse(models.Conflict, "ticket.suspension_lapsed")
	}
	return nil
}

// mayObject refuses a second objection before the centre has looked at the first.
func (t Ticket) mayObject() error {
	if t.ObjectedAt != nil {
		return models.Refuse(models.Conflict, "ticket.suspension_objected")
	}
	return nil
}

// MayJudge refuses the one who asked for it: nobody grants his own wish, whatever else he is.
func (s Suspending) MayJudge(a models.Actor) error {
	if s.AskedBy == a.AccountID {
		return models.Refuse(models.Denied, "ticket.suspension_own")
	}
	return nil
}

// SuspendedTo is t, which has just been suspended or reviewed, until the next review. It refuses where the twelve months are used up.
func (t Ticket) SuspendedTo(r SuspensionRules, c Catalogue, now time.Time) (Ticket, error) {
	due := r.reviewDue(t, *t.SuspendedAt, now)
	if !due.After(now) {
		return t, models.Refuse(models.Conflict, "ticket.suspension_over").With("days", r.MostDays)
	}
	t.ReviewDue = &due
	return t.withNext(c), nil
}

// suspendedUntil is when the suspension of t, ended at now, was over: a missed review ended it by itself, whenever that is written down.
func (t Ticket) suspendedUntil(now time.Time) time.Time {
	if t.ReviewDue == nil {
		return models.UTC(now)
	}
	return models.Earlier(models.UTC(now), *t.ReviewDue)
}

// unsuspended is t, whose suspension ends at now, with the days that it took.
func (t Ticket) unsuspended(now time.Time) Ticket {
	if t.SuspendedAt == nil {
		return t
	}
	first, last := models.DateOf(*t.SuspendedAt).Start(), models.DateOf(t.suspendedUntil(now)).Start()
	t.SuspendedDays += int64(last.Sub(first)/(24*time.Hour)) + 1
	t.SuspendedAt, t.ReviewDue, t.ObjectedAt = nil, nil, nil
	return t
}

// ClearedFrom is t, whose suspension in was has just been ended, with what was left of its time to solve it; a deadline that had passed
// before stays passed.
func (t Ticket) ClearedFrom(was Ticket, u Urgency, h Hours, c Catalogue, now time.Time) Ticket {
	if was.SuspendedAt != nil && !was.ResolveDue.Before(*was.SuspendedAt) {
		t.ResolveDue = t.stood(was.ResolveDue, *was.SuspendedAt, was.suspendedUntil(now), u, h)
	}
	return t.withNext(c)
}

// EndWhy is why the suspension of t ends at now, which somebody ends for a reason: what was over before is not made undone by a later
// word. Nobody reviewed it, or no review could make it longer.
func (t Ticket) EndWhy(why SuspensionEnd, r SuspensionRules, now time.Time) SuspensionEnd {
	switch {
	case t.SuspendedAt == nil || t.ReviewDue == nil || !now.After(*t.ReviewDue):
		return why
	case models.DateOf(*t.ReviewDue) >= r.lastDay(t, *t.SuspendedAt):
		return EndOver
	}
	return EndUnreviewed
}

// EndedBy is s, ended at now for a reason; was is its ticket before that.
func (s Suspending) EndedBy(was Ticket, why SuspensionEnd, now time.Time) Suspending {
	at := was.suspendedUntil(now)
	s.State, s.EndedAt, s.EndedWhy = SuspensionEnded, &at, why
	return s
}
