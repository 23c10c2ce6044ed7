package ticket

import (
	"time"

	"linli/models"
)

// PromiseEnd is what became of a promise; empty while it is open.
type PromiseEnd string

// The reporter said so; his answer to the "done" said so; nobody answered a "done" that came by the day, or a mere word that it was
// fulfilled; the day passed and the party had said nothing; the matter left the party before the day was over; or the reporter
// confirmed the "done" and took that back.
const (
	PromiseEndKept      PromiseEnd = "kept"
	PromiseEndBroken    PromiseEnd = "broken"
	PromiseEndConfirmed PromiseEnd = "confirmed"
	PromiseEndSentBack  PromiseEnd = "sent_back"
	PromiseEndDone      PromiseEnd = "done"
	PromiseEndSaid      PromiseEnd = "said"
	PromiseEndSilent    PromiseEnd = "silent"
	PromiseEndOvertaken PromiseEnd = "overtaken"
	PromiseEndTakenBack PromiseEnd = "taken_back"
)

// Promising is one promise: a day and a result, named by the party that must answer (ADR 0029).
type Promising struct {
	ID       int64 `gorm:"primaryKey"`
	TicketID int64
	EstateID int64
	PartyID  int64 // that made it
	Nth      int64 // of the ticket's, from 1
	Result   string
	MadeBy   int64
	MadeAt   time.Time
	FirstDay models.Date // that was named at first
	Day      models.Date
	Redates  int64
	Reason   string // of the last re-dating
	EndWhy   PromiseEnd
	CountsAs PromiseEnd // in the rate; other than EndWhy where the voice has no weight, or nothing had to be promised
	EndedAt  *time.Time
	// The verdict as it was sent; 0 and empty where none decided.
	JudgedBy    int64
	ClientID    string
	ContentHash string
}

// TableName is the promises' table.
func (Promising) TableName() string { return "promises" }

// PromiseMade is what the handler sends: the result in words, and the day at whose end it is there.
type PromiseMade struct {
	Version int64       `json:"version,omitempty" doc:"the version that the handler saw; 0 = whatever is current"`
	Result  string      `json:"result" maxLength:"8000"`
	Day     models.Date `json:"day"`
}

// PromiseRedated names a later day before the first one has come, and why.
type PromiseRedated struct {
	Version int64       `json:"version,omitempty" doc:"the version that the handler saw; 0 = whatever is current"`
	Reason  string      `json:"reason" maxLength:"8000"`
	Day     models.Date `json:"day"`
}

// PromiseVerdict is what the reporter says of the promise that he names by its number.
type PromiseVerdict struct {
	ClientID string `json:"client_id" format:"uuid"`
	Promise  int64  `json:"promise" minimum:"1"`
	Kept     bool   `json:"kept"`
}

// PromiseDays are the days that the handler may name, both included.
type PromiseDays struct {
	First models.Date `json:"first"`
	Last  models.Date `json:"last"`
}

// Action is the step that the verdict amounts to.
func (v PromiseVerdict) Action() Action {
	if v.Kept {
		return PromiseKept
	}
	return PromiseBroken
}

// leastPromise is how many signs a result or a reason has at least.
const leastPromise = 4

// promiseWords are words that say something: a promise without a result binds nobody.
func promiseWords(text, field string, limit int) (string, error) {
	text, err := CheckText(text, field, true, limit)
	if err == nil && len([]rune(text)) < leastPromise {
		err = models.RefuseField("ticket.promise_words", field)
	}
	return text, err
}

// Check refuses a promise without a result.
func (p PromiseMade) Check(limit int) (_ PromiseMade, err error) {
	p.Result, err = promiseWords(p.Result, "result", limit)
	return p, err
}

// Check refuses a re-dating without a reason.
func (p PromiseRedated) Check(limit int) (_ PromiseRedated, err error) {
	p.Reason, err = promiseWords(p.Reason, "reason", limit)
	return p, err
}

// PromiseOpen reports whether the party has named a day that is not settled yet.
func (t Ticket) PromiseOpen() bool { return t.PromiseDue != nil }

// PromiseJustEnded reports whether the newest promise came to another end than it had before.
func (t Ticket) PromiseJustEnded(before Ticket) bool {
	return t.PromiseEnd != "" && t.PromiseEnd != before.PromiseEnd
}

// PromisedDay is the day of the open promise.
func (t Ticket) PromisedDay() models.Date {
	if t.PromiseDue == nil {
		return ""
	}
	return models.DateOf(*t.PromiseDue)
}

// PromiseAsks reports whether a, the reporter, may say now whether the promise was kept; to other readers it tells when he is asked.
func (t Ticket) PromiseAsks(a models.Actor, now time.Time) bool {
	return t.mayJudgePromise(a, now) == nil
}

func (t Ticket) mayPromise() error {
	if t.PromiseOpen() {
		return models.Refuse(models.Conflict, "ticket.promise_open")
	}
	return nil
}

// mayRedate refuses a new day where there is no old one, and one that comes when the day has begun: then it is kept or not.
func (t Ticket) mayRedate(now time.Time) error {
	switch {
	case !t.PromiseOpen():
		return models.Refuse(models.Conflict, "ticket.promise_none")
	case t.PromiseSaidAt != nil:
		return models.Refuse(models.Conflict, "ticket.promise_said")
	case models.DateOf(now) >= t.PromisedDay():
		return models.Refuse(models.Conflict, "ticket.promise_redate_late")
	}
	return nil
}

// maySayPromise refuses to call fulfilled what is so already, or what its day has passed over.
func (t Ticket) maySayPromise(now time.Time) error {
	switch {
	case !t.PromiseOpen():
		return models.Refuse(models.Conflict, "ticket.promise_none")
	case t.PromiseSaidAt != nil:
		return models.Refuse(models.Conflict, "ticket.promise_said")
	case now.After(*t.PromiseDue):
		return models.Refuse(models.Conflict, "ticket.promise_said_late")
	}
	return nil
}

// mayJudgePromise refuses a verdict before the party had its time, and after the time to judge. A voice without weight waits until the day
// is over: it leaves the number as though nobody had answered, and until then the party may still do what counts.
func (t Ticket) mayJudgePromise(a models.Actor, now time.Time) error {
	switch {
	case !t.PromiseOpen() || t.PromiseFrom == nil || t.PromiseUntil == nil || now.After(*t.PromiseUntil):
		return models.Refuse(models.Conflict, "ticket.promise_over")
	case t.PromiseSaidAt == nil && now.Before(*t.PromiseFrom), Weightless(a, t) && !now.After(*t.PromiseDue):
		return models.Refuse(models.Conflict, "ticket.promise_early").With("day", t.PromisedDay())
	}
	return nil
}

// MayJudgeNth refuses a verdict about another promise than the newest: what waited offline judges no later one.
func (t Ticket) MayJudgeNth(nth int64) error {
	if nth != t.Promises {
		return models.Refuse(models.Conflict, "ticket.promise_passed").With("promise", t.Promises)
	}
	return nil
}

// mayWithdrawPromise refuses whoever works for the party, or filed for a neighbour, to withdraw a matter before its promise is settled:
// nobody but whose matter it is takes away what is about to fail.
func (t Ticket) mayWithdrawPromise(a models.Actor) error {
	if t.PromiseOpen() && (a.WorksFor(t.HandlingPartyID) || PartOf(a, t) == PartFiler) {
		return models.Refuse(models.Conflict, "ticket.promise_not_withdrawn")
	}
	return nil
}

// mayLapsePromise refuses to end a promise that may still be judged.
func (t Ticket) mayLapsePromise(now time.Time) error {
	if t.PromiseUntil == nil || !now.After(*t.PromiseUntil) {
		return models.Refuse(models.Conflict, "ticket.changed_meanwhile")
	}
	return nil
}

// judgesPromise reports whether a may take the step as far as it is a verdict: nobody who works for the party judges what it promised,
// and who filed speaks for nobody who can speak for himself.
func (s Step) judgesPromise(a models.Actor, part Part, t Ticket) bool {
	if s.Action != PromiseKept && s.Action != PromiseBroken {
		return true
	}
	return !a.WorksFor(t.HandlingPartyID) && (part == PartReporter || t.ReporterID == 0)
}

// CheckPromise refuses what the rules do not reach: one promise too many, or another day than those that may be named.
func (t Ticket) CheckPromise(r PromiseRules, day models.Date, now time.Time) error {
	if t.PartyPromises >= r.MostPromises {
		return models.Refuse(models.Conflict, "ticket.promise_used").With("limit", r.MostPromises)
	}
	return r.checkDay(day, "", now)
}

// CheckRedate does the same for a later day of the open promise.
func (t Ticket) CheckRedate(r PromiseRules, day models.Date, now time.Time) error {
	if t.PromiseRedates >= r.MostRedates {
		return models.Refuse(models.Conflict, "ticket.promise_redate_used").With("limit", r.MostRedates)
	}
	return r.checkDay(day, t.PromisedDay(), now)
}

func (r PromiseRules) checkDay(day, after models.Date, now time.Time) error {
	days := r.DaysFor(after, now)
	if _, real := models.ParseDate(string(day)); !real || day < days.First || day > days.Last {
		return models.RefuseField("ticket.promise_day", "day").With("first", days.First).With("last", days.Last)
	}
	return nil
}

// PromisedFor is t, to which a day has just been promised at now, or moved: no deadline moves.
func (t Ticket) PromisedFor(r PromiseRules, day models.Date, now time.Time) Ticket {
	from, due := models.UTC(day.Start().Add(time.Duration(r.JudgeHour)*time.Hour)), models.EndOfDay(day.Start())
	until := models.EndOfDay(day.Add(r.JudgeDays).Start())
	t.PromiseFrom, t.PromiseDue, t.PromiseUntil = &from, &due, &until
	if t.PromiseEarns == nil {
		earns := models.UTC(now.Add(time.Duration(r.LeastHours) * time.Hour))
		t.PromiseEarns = &earns
	}
	return t
}

// promiseStep is t after a step of the flow, as far as a promise goes; was is t before it, and weightless an answer that moves no number.
// A "done" says that what was promised is there, and the reporter's answer to it is an answer to the promise.
func (t Ticket) promiseStep(action Action, was Ticket, at time.Time, weightless bool) Ticket {
	switch action {
	case Promise:
		t.Promises, t.PartyPromises, t.PromiseEnd, t.PromiseCounts = t.Promises+1, t.PartyPromises+1, "", ""
		return t
	case Withdraw, Suspend:
		return t.promiseDropped(at)
	case SendBack, Reopen:
		if !was.PromiseOpen() {
			return t.promiseTakenBack(weightless)
		}
	}
	if !was.PromiseOpen() {
		return t
	}
	switch action {
	case PromiseRedate:
		t.PromiseRedates++
	case PromiseSaid:
		t.PromiseSaidAt = &at
	case Done, DoneSaid: // photos that come after midnight do not make the party silent
		if t.PromiseSaidAt == nil && !at.After(*was.PromiseDue) {
			t.PromiseSaidAt = &at
		}
	case PromiseKept:
		return t.promiseEnded(PromiseEndKept, was, at, weightless)
	case PromiseBroken:
		return t.promiseEnded(PromiseEndBroken, was, at, weightless)
	case PromiseLapse:
		return t.promiseEnded(was.promiseFacts(), was, at, false)
	case Confirm, CallbackConfirm:
		if was.promiseDone() {
			return t.promiseEnded(PromiseEndConfirmed, was, at, weightless)
		}
	case SendBack, Reopen:
		if !was.promiseDone() {
			return t
		}
		if at.After(*was.PromiseDue) {
			return t.promiseEnded(PromiseEndSentBack, was, at, weightless)
		}
		t.PromiseSaidAt = nil // the day is not over: the party has its time
	}
	return t
}

// promiseDone reports whether the party's "done" came by the promised day and stands.
func (t Ticket) promiseDone() bool {
	return t.PromiseDue != nil && t.DoneAt != nil && !t.DoneAt.After(*t.PromiseDue)
}

// promiseFacts is what an open promise comes to that nobody answers.
func (t Ticket) promiseFacts() PromiseEnd {
	switch {
	case t.promiseDone():
		return PromiseEndDone
	case t.PromiseSaidAt != nil:
		return PromiseEndSaid
	}
	return PromiseEndSilent
}

// promiseCounts is what the rate takes an end for. A voice without weight leaves it as though nobody had answered; and of a result that
// was there hours after the promise nothing had to be promised: it speaks for nobody, but against the party where it was none.
func (t Ticket) promiseCounts(end PromiseEnd, at time.Time, weightless bool) PromiseEnd {
	if weightless {
		end = t.promiseFacts()
	}
	there := at
	if t.PromiseSaidAt != nil {
		there = *t.PromiseSaidAt
	}
	speaksFor := end == PromiseEndKept || end == PromiseEndConfirmed || end == PromiseEndDone || end == PromiseEndSaid
	if speaksFor && t.PromiseEarns != nil && there.Before(*t.PromiseEarns) {
		return PromiseEndOvertaken
	}
	return end
}

// promiseDropped is t, which leaves the party or rests from now on: what was promised for a day that is not over is nobody's fault.
func (t Ticket) promiseDropped(now time.Time) Ticket {
	switch {
	case !t.PromiseOpen():
		return t
	case now.After(*t.PromiseDue):
		return t.promiseEnded(t.promiseFacts(), t, now, false)
	}
	return t.promiseEnded(PromiseEndOvertaken, t, now, false)
}

// promiseTakenBack is t, which comes back after its promise had ended by the "done" that stood: the last answer counts (DECISIONS 14).
// Who had confirmed it speaks neither for the party then nor against it.
func (t Ticket) promiseTakenBack(weightless bool) Ticket {
	switch end := t.PromiseEnd; {
	case end == PromiseEndDone:
		t.PromiseEnd = PromiseEndSentBack
	case end == PromiseEndConfirmed:
		t.PromiseEnd = PromiseEndTakenBack
	default:
		return t
	}
	if !weightless {
		t.PromiseCounts = t.PromiseEnd
	}
	return t
}

// promiseEnded is t, whose promise came to end; was is t before the step that ended it.
func (t Ticket) promiseEnded(end PromiseEnd, was Ticket, at time.Time, weightless bool) Ticket {
	t.PromiseEnd, t.PromiseCounts = end, was.promiseCounts(end, at, weightless)
	t.PromiseFrom, t.PromiseDue, t.PromiseUntil, t.PromiseEarns, t.PromiseRedates, t.PromiseSaidAt = nil, nil, nil, nil, 0, nil
	return t
}
