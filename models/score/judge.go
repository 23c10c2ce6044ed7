package score

import (
	"math/big"
	"time"

	"linli/models"
)

// Mark is the value of one ticket in one rate.
type Mark struct {
	Rate    Rate
	Ticket  Ticket
	Value   *big.Rat
	Reason  Reason
	Entered time.Time // the earlier of the deciding event and the deadline (B-d.1)
	// Reach is the best value the ticket can still get; it equals Value when nothing can change any more.
	Reach *big.Rat
	// Since is when the ticket came to the party that the mark is about: filed, or handed over with the place.
	Since time.Time
	// Earlier is set for what a party did before it handed the place over.
	Earlier bool
}

// Judge says what a ticket, as known at a moment, is worth in the response and the resolution rate, or why it does not
// count. A ticket that is neither decided nor due counts nowhere yet, so the number of tickets never lowers a score.
func (r Ruleset) Judge(rate Rate, t Ticket, at time.Time) (Mark, Reason) {
	if since := t.suspendedSince(at); since != nil {
		return r.judgeSuspended(rate, t, *since)
	}
	t = t.AsOf(at)
	if out := excluded(t); out != "" {
		return Mark{}, out
	}
	if rate == Response {
		return r.judgeResponse(t, at)
	}
	return r.judgeResolution(t, at)
}

func excluded(t Ticket) Reason {
	switch {
	case !t.Serving:
		return OutOtherParty
	case t.State == "merged":
		return OutMerged
	case t.State == "declined":
		return OutDeclined
	}
	return ""
}

// judgeSuspended values a ticket while it is suspended: what was decided or missed before stays what it was, so that a suspension makes
// no late matter undone and no published figure another; everything else is out.
func (r Ruleset) judgeSuspended(rate Rate, t Ticket, since time.Time) (Mark, Reason) {
	t.Stays = nil
	mark, out := r.Judge(rate, t, since)
	if out == OutRunning {
		return Mark{}, OutSuspended
	}
	return mark, out
}

func (r Ruleset) judgeResponse(t Ticket, at time.Time) (Mark, Reason) {
	mark := Mark{Rate: Response, Ticket: t}
	switch {
	case t.Contacted != nil && !t.Contacted.After(t.ContactDue):
		return mark.fixed(whole(1), OnTime, *t.Contacted), ""
	case withdrawnBy(t, t.ContactDue):
		return mark, OutWithdrawn
	case !t.ContactDue.Before(at):
		return mark, OutRunning
	case t.Contacted != nil:
		return mark.fixed(whole(0), Late, t.ContactDue), ""
	}
	return mark.fixed(whole(0), NotContacted, t.ContactDue), ""
}

// withdrawnBy reports whether the reporter took the ticket back before contact and before a deadline. A deadline that
// was missed before stays missed: else a handler could wait and then talk people out of it.
func withdrawnBy(t Ticket, due time.Time) bool {
	return t.State == "withdrawn" && t.Contacted == nil && t.Ended != nil && !t.Ended.After(due)
}

func (m Mark) fixed(value *big.Rat, why Reason, entered time.Time) Mark {
	m.Value, m.Reach, m.Reason, m.Entered = value, value, why, entered
	return m
}

func (r Ruleset) judgeResolution(t Ticket, at time.Time) (Mark, Reason) {
	mark := Mark{Rate: Resolution, Ticket: t}
	if withdrawnBy(t, t.ResolveDue) {
		return mark, OutWithdrawn
	}
	if len(t.Closings) > 0 {
		if last := t.Closings[len(t.Closings)-1]; last.Complete != nil && last.Outcome != "sent_back" {
			return r.judgeSolved(mark, last, at)
		}
	}
	if t.State == "withdrawn" && t.Ended != nil {
		return r.judgeWithdrawn(mark)
	}
	if !t.ResolveDue.Before(at) {
		return mark, OutRunning
	}
	mark = mark.fixed(whole(0), OpenOverdue, t.ResolveDue)
	if len(t.Closings) > 0 {
		mark.Reason = SentBack
	}
	mark.Reach = r.late(bp(r.Solution.Confirmed))
	return mark, ""
}

// judgeSolved values the last "done" that was not sent back.
func (r Ruleset) judgeSolved(mark Mark, last Closing, at time.Time) (Mark, Reason) {
	due := mark.Ticket.ResolveDue
	inTime := !last.Complete.After(due)
	entered := due
	if last.Outcome != "pending" && last.Answered != nil && last.Answered.Before(due) {
		entered = *last.Answered
	}
	if entered.Equal(due) && !due.Before(at) {
		return mark, OutRunning // done, not answered, not due: the answer may still come
	}
	value, why := r.solved(last)
	mark = mark.fixed(value, why, entered)
	if last.Outcome != "confirmed" && (last.Answered == nil || at.Before(last.Answered.Add(r.RateWindow()))) {
		mark.Reach = bp(r.Solution.Confirmed)
	}
	if !inTime {
		mark.Value, mark.Reach, mark.Reason = r.late(mark.Value), r.late(mark.Reach), Late
	}
	return mark, ""
}

func (r Ruleset) solved(last Closing) (*big.Rat, Reason) {
	photo := last.Evidence == "normal" || last.Evidence == "strong"
	waiting := last.Outcome == "pending"
	switch {
	case last.Outcome == "confirmed":
		return bp(r.Solution.Confirmed), Confirmed
	case photo && waiting:
		return bp(r.Solution.SilentWithPhoto), WaitingWithPhoto
	case photo:
		return bp(r.Solution.SilentWithPhoto), SilentWithPhoto
	case waiting:
		return bp(r.Solution.SilentNoPhoto), WaitingNoPhoto
	}
	return bp(r.Solution.SilentNoPhoto), SilentNoPhoto
}

// judgeWithdrawn values a ticket taken back after contact. It stays in the rate, since B-d.1 excludes only what was
// withdrawn before contact; sent back and then given up counts as not solved.
func (r Ruleset) judgeWithdrawn(mark Mark) (Mark, Reason) {
	t := mark.Ticket
	switch {
	case len(t.Closings) > 0:
		return mark.fixed(whole(0), SentBack, models.Earlier(*t.Ended, t.ResolveDue)), ""
	case t.Ended.After(t.ResolveDue):
		return mark.fixed(whole(0), OpenOverdue, t.ResolveDue), ""
	}
	return mark.fixed(bp(r.Solution.Withdrawn), WithdrawnAfter, *t.Ended), ""
}

func (r Ruleset) late(value *big.Rat) *big.Rat { return product(value, bp(r.Solution.LateShare)) }
