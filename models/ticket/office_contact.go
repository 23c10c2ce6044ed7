package ticket

import (
	"slices"
	"time"

	"linli/models"
)

// OfficeContacting is what an office writes down that called the reporter and reached him.
type OfficeContacting struct {
	Version int64  `json:"version,omitempty" doc:"the version that the office saw; 0 = whatever is current"`
	Note    string `json:"note" maxLength:"8000" doc:"what the reporter said; he reads it; the party reads it of a repair, without what points at him, and of a complaint or report not at all"`
}

// officeLookFor is how long after an office's look at the number that person may say that he called: as long as for a callback.
const officeLookFor = 12 * time.Hour

// mayReach refuses to reach a reporter who was reached.
func (t Ticket) mayReach() error {
	if t.ContactedAt != nil {
		return models.Refuse(models.Conflict, "ticket.contacted_already")
	}
	return nil
}

// MayLookToCall refuses a the number of a reporter whom he does not have to call: not in this state, or reached already. Whether he is
// of an office that may is MayDecide's to say.
func (t Ticket) MayLookToCall() error {
	step, _ := stepOf(OfficeContact)
	if !slices.Contains(step.From, t.State) {
		return models.Refuse(models.Conflict, "ticket.wrong_state").With("state", t.State)
	}
	return t.mayReach()
}

// LookedToCall reports whether a, by the lines about t, looked at the number so short a time ago that he may have called, while the
// party had it that has it now. Each look holds for whoever took it.
func LookedToCall(a models.Actor, t Ticket, lines []HistoryLine, now time.Time) bool {
	return slices.ContainsFunc(lines, func(l HistoryLine) bool {
		mine := Action(l.Action) == ContactView && l.words("for") == ForOfficeCall && l.ActorID != 0 && l.ActorID == a.AccountID
		return mine && !l.At.Before(t.DispatchedAt) && now.Sub(l.At) < officeLookFor
	})
}

// MayTellCall refuses a call that cannot have been made: nobody calls a number that he has not seen.
func MayTellCall(a models.Actor, t Ticket, lines []HistoryLine, now time.Time) error {
	if !LookedToCall(a, t, lines, now) {
		return models.Refuse(models.Conflict, "ticket.look_first").With("hours", int(officeLookFor.Hours()))
	}
	return nil
}
