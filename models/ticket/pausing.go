package ticket

import (
	"slices"
	"time"

	"linli/models"
)

// PauseWhy is why the clock to solve a ticket stands still (B-b.1 no. 4).
type PauseWhy string

// The party waits for parts that it has ordered, for the day that the reporter has set, or for the reporter, whom it did not reach.
const (
	PauseForParts    PauseWhy = "parts"
	PauseForDay      PauseWhy = "day"
	PauseForReporter PauseWhy = "unreached"
)

// How long a pause may be: B-b.1 no. 4 gives parts ten working days and a reporter whom nobody reached three days; thirty days for his
// own are ours.
const (
	partsWorkingDays = 10
	ownDays          = 30
	unreachedDays    = 3
)

// PauseAsked is what the handler or the reporter sends. The clock stands until the start of the day Until.
type PauseAsked struct {
	Version int64       `json:"version,omitempty" doc:"the version that was seen; 0 = whatever is current"`
	Why     PauseWhy    `json:"why" enum:"parts,day,unreached" doc:"parts: by the party, with what shows the order in the note; day: by the reporter or who filed for him; unreached: by the party, after its tries"`
	Note    string      `json:"note,omitempty" maxLength:"8000"`
	Until   models.Date `json:"until"`
}

// Action is the step that the wish amounts to.
func (p PauseAsked) Action() Action {
	switch p.Why {
	case PauseForParts:
		return PauseParts
	case PauseForReporter:
		return PauseUnreached
	}
	return PauseDay
}

// Worded is p with its words trimmed; a pause for parts needs some.
func (p PauseAsked) Worded(limit int) (_ PauseAsked, err error) {
	p.Note, err = CheckText(p.Note, "note", p.Why == PauseForParts, limit)
	return p, err
}

// PauseEnded ends a pause before its day.
type PauseEnded struct {
	Version int64 `json:"version,omitempty" doc:"the version that was seen; 0 = whatever is current"`
}

// PauseView is the pause as everybody sees it who sees the ticket: why, and until when.
type PauseView struct {
	Why       PauseWhy    `json:"why" enum:"parts,day,unreached"`
	Note      string      `json:"note,omitempty"`
	On        models.Date `json:"on"`
	Until     models.Date `json:"until" doc:"the clock runs on from the start of this day"`
	DueBefore time.Time   `json:"due_before"`
}

// PauseDays are the days that a pause may last until, both included.
type PauseDays struct {
	First models.Date `json:"first"`
	Last  models.Date `json:"last"`
}

// PausedAt reports whether the clock to solve t stands still at now.
func (t Ticket) PausedAt(now time.Time) bool {
	return t.PausedUntil != nil && now.Before(*t.PausedUntil) && slices.Contains(inHand, t.State)
}

// mayPause refuses what must not wait, and a pause that would make more of the clock than time that stands still: beside
// another one, beside a wish for a later date, or when the deadline has passed.
func (t Ticket) mayPause(why PauseWhy, now time.Time) error {
	switch {
	case t.Urgency == "u1":
		return models.Refuse(models.Conflict, "ticket.pause_never")
	case t.PausedAt(now):
		return models.Refuse(models.Conflict, "ticket.paused")
	case now.After(t.ResolveDue):
		return models.Refuse(models.Conflict, "ticket.pause_too_late")
	case t.Extension == ExtensionWaiting:
		return models.Refuse(models.Conflict, "ticket.pause_extension_waits")
	case why == PauseForParts && t.PartsPaused:
		return models.Refuse(models.Conflict, "ticket.pause_used")
	case why == PauseForDay && t.JointAt != nil:
		return models.Refuse(models.Conflict, "ticket.pause_joint")
	case why == PauseForReporter && t.JointAt != nil:
		return models.Refuse(models.Conflict, "ticket.pause_unreached_joint")
	case why == PauseForReporter && t.ReporterID == 0 && t.FiledAs == models.StationStaff: // nobody but a station could answer for him
		return models.Refuse(models.Conflict, "ticket.pause_unreached_behalf")
	}
	return nil
}

// mayResume refuses to end a pause that is not there.
func (t Ticket) mayResume(now time.Time) error {
	if !t.PausedAt(now) {
		return models.Refuse(models.Conflict, "ticket.pause_none")
	}
	return nil
}

// PauseDaysFor are the days that may be named: from tomorrow to the last one that the rule reaches.
func PauseDaysFor(why PauseWhy, h Hours, now time.Time) PauseDays {
	today := models.DateOf(now)
	last := today.Add(ownDays)
	switch why {
	case PauseForParts:
		last = h.Calendar.AddWorkingDays(today, partsWorkingDays)
	case PauseForReporter:
		last = today.Add(unreachedDays)
	}
	return PauseDays{First: today.Add(1), Last: last}
}

// CheckPause refuses a reason that is none, words that do not show the order of parts, and a day that the rule does not
// reach, with those that would do.
func CheckPause(asked PauseAsked, h Hours, now time.Time) error {
	if asked.Why != PauseForParts && asked.Why != PauseForDay && asked.Why != PauseForReporter {
		return models.RefuseField("ticket.pause_why", "why")
	}
	if asked.Why == PauseForParts && !Substantive(asked.Note) {
		return models.RefuseField("ticket.pause_words", "note")
	}
	days := PauseDaysFor(asked.Why, h, now)
	if _, real := models.ParseDate(string(asked.Until)); !real || asked.Until < days.First || asked.Until > days.Last {
		return models.RefuseField("ticket.pause_day", "until").With("first", days.First).With("last", days.Last)
	}
	return nil
}

// PausedTo is t, which has just been paused, with its clock standing until the start of a day: the deadline moves now, so
// that there is one date at any time, and nothing has to happen at the end.
func (t Ticket) PausedTo(until models.Date, u Urgency, h Hours, c Catalogue, now time.Time) Ticket {
	before, end := t.ResolveDue, until.Start()
	t.PausedDue, t.PausedUntil = &before, &end
	t.ResolveDue = t.stood(before, now, end, u, h)
	return t.withNext(c)
}

// ResumedFrom is t, whose pause in was has just been ended, with the deadline reckoned again from what it was, for the time
// that really stood still. It never comes out later than it stood.
func (t Ticket) ResumedFrom(was Ticket, u Urgency, h Hours, c Catalogue, now time.Time) Ticket {
	if was.PausedDue != nil && was.PausedFrom != nil {
		t.ResolveDue = models.Earlier(was.ResolveDue, t.stood(*was.PausedDue, *was.PausedFrom, now, u, h))
	}
	return t.withNext(c)
}

// stood is the deadline due when the clock stood from one moment to another. Of a protected matter it ends with its day: the
// moments may be the reporter's.
func (t Ticket) stood(due, from, to time.Time, u Urgency, h Hours) time.Time {
	due = h.Shifted(due, from, to, u.Resolve)
	if t.Protected {
		due = models.EndOfDay(due)
	}
	return due
}

// Shifted is the deadline due, of a span, after its clock stood from one moment to another: minutes are added as they are; of
// working days as many are left as were, a rest of a day counting as one. It never comes out earlier than it was.
func (h Hours) Shifted(due, from, to time.Time, span Span) time.Time {
	if !to.After(from) {
		return models.UTC(due)
	}
	if span.WorkingDays == 0 {
		return models.UTC(due.Add(to.Sub(from)))
	}
	left := 0
	for day := models.DateOf(from); day <= models.DateOf(due); day = day.Add(1) {
		if h.Calendar.Worked(day) {
			left++
		}
	}
	day := models.DateOf(to).Add(-1)
	if end := models.EndOfDay(h.Calendar.AddWorkingDays(day, max(left, 1)).Start()); end.After(due) {
		return end
	}
	return models.UTC(due)
}

// unpaused is t with its clock running. That the party has waited for parts once stays so.
func (t Ticket) unpaused() Ticket {
	t.PauseWhy, t.PausedFrom, t.PausedUntil, t.PausedDue = "", nil, nil, nil
	return t
}

// addPause adds the pause that runs, and the days that may still be asked for. The ledger's lines hold its words.
func (v viewer) addPause(view *View, k Known, now time.Time) {
	t := k.Ticket
	if t.PausedAt(now) && t.PausedFrom != nil && t.PausedDue != nil {
		view.Pause = &PauseView{Why: t.PauseWhy, On: models.DateOf(*t.PausedFrom), Until: models.DateOf(*t.PausedUntil), DueBefore: *t.PausedDue}
		for _, h := range k.History {
			switch Action(h.Action) {
			case PauseParts, PauseUnreached:
				view.Pause.Note = v.ofParty(t, h.PartyID, h.Note)
			case PauseDay:
				view.Pause.Note = v.words(t, h.Note)
			}
		}
	}
	switch {
	case v.frozen:
	case slices.Contains(view.Actions, PauseParts):
		view.PauseDays = &k.PartsDays
	case slices.Contains(view.Actions, PauseDay):
		days := PauseDaysFor(PauseForDay, Hours{}, now)
		view.PauseDays = &days
	}
}
