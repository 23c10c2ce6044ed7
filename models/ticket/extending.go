package ticket

import (
	"time"

	"linli/models"
)

// Extending is a party's wish for a later date to solve a ticket (延期, B-b.1 no. 5): once, before the deadline, with a
// reason, decided one level up.
type Extending struct {
	ID        int64 `gorm:"primaryKey"`
	TicketID  int64
	PartyID   int64
	Reason    string
	AskedBy   int64
	AskedAt   time.Time
	DueBefore time.Time
	DueAsked  time.Time
	Outcome   Extension
	DecidedBy int64
	DecidedAt *time.Time
}

// TableName is the extensions' table.
func (Extending) TableName() string { return "ticket_extensions" }

// Extension is what became of the one extension that a party may ask for. Empty: it has not asked.
type Extension string

// A wish waits for the level above, until the deadline at the latest: what nobody has granted by then has lapsed.
const (
	ExtensionWaiting Extension = "waiting"
	ExtensionGranted Extension = "granted"
	ExtensionRefused Extension = "refused"
)

// ExtensionAsked is what the handler sends. Until is the day at whose end it shall be solved.
type ExtensionAsked struct {
	Version int64       `json:"version,omitempty" doc:"the version that the handler saw; 0 = whatever is current"`
	Reason  string      `json:"reason" maxLength:"8000"`
	Until   models.Date `json:"until"`
}

// ExtensionDecision is what the level above sends. A refusal needs words.
type ExtensionDecision struct {
	Version int64  `json:"version,omitempty"`
	Grant   bool   `json:"grant"`
	Note    string `json:"note" maxLength:"8000"`
}

// Action is the step that the decision amounts to.
func (d ExtensionDecision) Action() Action {
	if d.Grant {
		return ExtendGrant
	}
	return ExtendRefuse
}

// ExtensionView is the extension as everybody sees it who sees the ticket: why, and until when.
type ExtensionView struct {
	Outcome   Extension   `json:"outcome" enum:"waiting,granted,refused"`
	Lapsed    bool        `json:"lapsed" doc:"nobody decided before the deadline"`
	Reason    string      `json:"reason"`
	On        models.Date `json:"on"`
	DueBefore time.Time   `json:"due_before"`
	DueAsked  time.Time   `json:"due_asked"`
	partyID   int64       // whose people wrote the reason
}

// ExtensionDays are the days that the handler may ask for, both included.
type ExtensionDays struct {
	First models.Date `json:"first"`
	Last  models.Date `json:"last"`
}

// mayExtend refuses a second wish, and one that comes when the deadline has passed: what was missed stays missed.
func (t Ticket) mayExtend(now time.Time) error {
	switch {
	case t.Extension != "":
		return models.Refuse(models.Conflict, "ticket.extension_used")
	case now.After(t.ResolveDue):
		return models.Refuse(models.Conflict, "ticket.extension_too_late")
	case t.PausedAt(now):
		return models.Refuse(models.Conflict, "ticket.paused")
	}
	return nil
}

// mayDecideExtension refuses a decision about a wish that is not there, or that the deadline has overtaken.
func (t Ticket) mayDecideExtension(now time.Time) error {
	switch {
	case t.Extension != ExtensionWaiting:
		return models.Refuse(models.Conflict, "ticket.extension_none")
	case now.After(t.ResolveDue):
		return models.Refuse(models.Conflict, "ticket.extension_lapsed")
	}
	return nil
}

// longestExtension is the latest deadline that may be granted: as much time again, from the deadline on, as the urgency
// gave at first (sla.ext_max_ratio = 1).
func (t Ticket) longestExtension(u Urgency, h Hours) time.Time {
	return blurFor(t.Protected, u.Code)(h.After(t.ResolveDue, u.Resolve))
}

// ExtensionDays are the days that may be asked for: the first that ends after the deadline to the last that the rule
// still reaches.
func (t Ticket) ExtensionDays(u Urgency, h Hours) ExtensionDays {
	first := models.DateOf(t.ResolveDue)
	if !models.EndOfDay(t.ResolveDue).After(t.ResolveDue) {
		first = first.Add(1)
	}
	return ExtensionDays{First: first, Last: models.DateOf(t.longestExtension(u, h))}
}

// ExtendedDue is the deadline that an extension to the end of until gives: never earlier than the one before, and never
// later than the rule allows. Other days are refused, with those that would do.
func (t Ticket) ExtendedDue(u Urgency, h Hours, until models.Date) (time.Time, error) {
	days := t.ExtensionDays(u, h)
	if _, real := models.ParseDate(string(until)); !real || until < days.First || until > days.Last {
		return time.Time{}, models.RefuseField("ticket.extension_day", "until").With("first", days.First).With("last", days.Last)
	}
	due, longest := models.EndOfDay(until.Start()), t.longestExtension(u, h)
	if due.After(longest) {
		due = longest
	}
	return due, nil
}

// Granted is t with the deadline that was asked for, and its reminders planned anew.
func (t Ticket) Granted(asked Extending, c Catalogue) Ticket {
	t.ResolveDue = models.UTC(asked.DueAsked)
	return t.withNext(c)
}

// MayJudge refuses the one who asked for it: nobody grants his own wish, whatever else he is.
func (e Extending) MayJudge(a models.Actor) error {
	if e.AskedBy == a.AccountID {
		return models.Refuse(models.Denied, "ticket.extension_own")
	}
	return nil
}

// ViewOf is the wish e as everybody sees it at now who sees t.
func (e Extending) ViewOf(t Ticket, now time.Time) *ExtensionView {
	return &ExtensionView{
		Outcome: t.Extension, Lapsed: t.Extension == ExtensionWaiting && now.After(t.ResolveDue),
		Reason: e.Reason, On: models.DateOf(e.AskedAt), DueBefore: e.DueBefore, DueAsked: e.DueAsked, partyID: e.PartyID,
	}
}
