package ticket

import (
	"slices"
	"time"

	"linli/models"
)

// ProgressAsked is what somebody types from a slip to learn where a matter stands.
type ProgressAsked struct {
	Number    string `json:"number" maxLength:"64"`
	QueryCode string `json:"query_code" maxLength:"64"`
}

// ProgressView is what number and query code open for anybody, without an account: where the matter stands, who must answer and
// until when. A slip is lost, copied and shown, also to the party complained of: so it holds less than that party sees itself,
// days instead of hours, and nothing that somebody wrote.
type ProgressView struct {
	Number            string         `json:"number"`
	Category          string         `json:"category"`
	EstateName        string         `json:"estate_name"`
	State             State          `json:"state"`
	HandlingPartyName string         `json:"handling_party_name"`
	Phone24           string         `json:"phone24,omitempty" doc:"absent where a call would show the party who reported"`
	RespondOn         models.Date    `json:"respond_on" doc:"the last day to answer"`
	ResolveOn         models.Date    `json:"resolve_on" doc:"the last day to solve it"`
	Overdue           bool           `json:"overdue"`
	HeldOn            models.Date    `json:"held_on,omitempty" doc:"while it waits for its batch: the day on which it is passed on at the latest"`
	PausedUntil       models.Date    `json:"paused_until,omitempty"`
	ReviewBy          models.Date    `json:"review_by,omitempty" doc:"while it is suspended: the last day of the next review"`
	Steps             []ProgressStep `json:"steps"`
}

// ProgressStep is one thing that happened, with its day.
type ProgressStep struct {
	Action    Action      `json:"action"`
	On        models.Date `json:"on"`
	PartyName string      `json:"party_name" doc:"the party that had to answer then"`
}

// Limits on wrong codes, counted for the whole county. A code has 40 bits: five tries an hour leave nobody a chance, and a
// person who misreads one letter a few.
const (
	ProgressWindow    = time.Hour
	ProgressByNumber  = 5
	ProgressByAddress = 30 // a whole estate may share one
)

// progressSteps are the actions that are told; what was said, read or shown about a person is not.
var progressSteps = []Action{
	File, Dispatch, Acknowledge, Contact, ContactConfirm, OfficeContact, Start, Progress, Done, Confirm, SendBack, RelayConfirm, Silence, Withdraw, Return, ReturnGrant, ReturnRefuse, Redispatch,
	ExtendGrant, Promise, PromiseRedate, Suspend, SuspendReview, SuspendClear, PauseParts, PauseDay, PauseUnreached, Resume, Escalate, Joint, JointAnswer,
}

// ProgressOf is what the slip of k opens now. It is made of the look that the party complained of keeps (Frozen), so that
// nothing can stand in it which that party does not see.
func ProgressOf(k Known, c Catalogue, now time.Time) ProgressView {
	t := k.Ticket
	view := Frozen(k, c, now)
	p := ProgressView{
		Number: view.Number, Category: view.Category, EstateName: view.EstateName, State: view.State,
		HandlingPartyName: view.HandlingParty.Name,
		RespondOn:         lastDay(view.RespondDue), ResolveOn: lastDay(view.ResolveDue),
		Overdue: view.Overdue || view.Unanswered, PausedUntil: view.PausedUntil, ReviewBy: view.ReviewBy, Steps: []ProgressStep{},
	}
	if !t.ReporterHidden() {
		p.Phone24 = view.HandlingParty.Phone24
	}
	if view.HeldUntil != nil {
		p.HeldOn = models.DateOf(*view.HeldUntil)
	}
	if t.HeldLevel != 0 { // the party does not know of it yet, and of one withdrawn meanwhile never will
		return p
	}
	for _, item := range view.Timeline {
		step := ProgressStep{Action: Action(item.Action), On: item.On, PartyName: item.PartyName}
		if slices.Contains(progressSteps, step.Action) && !slices.Contains(p.Steps, step) { // two words of progress on one day are one line
			p.Steps = append(p.Steps, step)
		}
	}
	return p
}

// lastDay is the day on which a deadline ends; one at midnight ends with the day before.
func lastDay(due time.Time) models.Date { return models.DateOf(due.Add(-time.Microsecond)) }
