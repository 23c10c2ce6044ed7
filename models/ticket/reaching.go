package ticket

import (
	"slices"
	"time"

	"linli/models"
)

// TryHow is how the party tried to reach the reporter.
type TryHow string

// A try is a line in the conversation, a telephone call or a visit.
const (
	TryMessage TryHow = "message"
	TryCall    TryHow = "call"
	TryVisit   TryHow = "visit"
)

// What tries must come to before the clock may stand (B-b.1 no. 4): three on two days. Half an hour between two, a line of the
// conversation among them and a week for all of them are ours.
const (
	triesNeeded   = 3
	tryDaysNeeded = 2
	triesGap      = 30 * time.Minute
	triesFor      = 7 * 24 * time.Hour
)

// Trying is what the handler writes down when nobody answered.
type Trying struct {
	Version int64  `json:"version,omitempty" doc:"the version that was seen; 0 = whatever is current"`
	How     TryHow `json:"how" enum:"message,call,visit"`
	Note    string `json:"note" maxLength:"8000" doc:"what happened; the reporter reads it"`
}

// Worded is t with its words trimmed; it needs some.
func (t Trying) Worded(limit int) (_ Trying, err error) {
	t.Note, err = CheckText(t.Note, "note", true, limit)
	return t, err
}

// Try is one that was written down, at the server's moment.
type Try struct {
	How TryHow    `json:"how" enum:"message,call,visit"`
	At  time.Time `json:"at"`
}

// Reaching is what the party that has a ticket did to reach the reporter, and he has not answered since.
type Reaching struct {
	Tries  []Try
	Looked bool      // the party was shown his number
	Wrote  time.Time // when it last wrote something in the conversation
	Used   bool      // it has waited for him before
}

// ReachingOf reads that out of the lines of the ledger about t and of its conversation. A word or a step of the reporter's side
// that the party sees makes every try before it worth nothing; what the party does not see, as that a line was read, changes
// nothing here, or this would tell it.
func ReachingOf(t Ticket, history []HistoryLine, messages []Message, now time.Time) (r Reaching) {
	var word time.Time
	for _, m := range messages {
		switch {
		case m.Side == PartReporter:
			word = later(word, m.At)
		case m.Side == PartHandler && m.party(t) == t.HandlingPartyID && Substantive(m.Text):
			r.Wrote = later(r.Wrote, m.At)
		}
	}
	for _, l := range history {
		own := l.PartyID == t.HandlingPartyID
		switch action := Action(l.Action); {
		case t.heardIn(l):
			word = later(word, l.At)
		case action == PauseUnreached && own:
			r.Used = true
		case action == ContactView && own && l.words("for") != ForCallback && !l.At.Before(t.DispatchedAt):
			r.Looked = true
		case action == ContactTry && own && !l.At.Before(t.DispatchedAt) && now.Sub(l.At) < triesFor:
			r.Tries = append(r.Tries, Try{How: TryHow(l.words("how")), At: l.At})
		}
	}
	r.Tries = slices.DeleteFunc(r.Tries, func(one Try) bool { return !one.At.After(word) })
	return r
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// heardIn reports whether a line tells that the reporter was there: a step of his side, or that he was reached. All of them are
// among what the party reads.
func (t Ticket) heardIn(l HistoryLine) bool {
	switch Action(l.Action) {
	case Contact, ContactConfirm, OfficeContact, PauseDay, ContactShare, ContactHide, Confirm, RelayConfirm, SendBack, CallbackConfirm, Reopen, SuspendObject, PromiseKept, PromiseBroken:
		return true
	case Urge, Resume:
		return l.ActorID != 0 && (l.ActorID == t.ReporterID || l.ActorID == t.AuthorID)
	}
	return false
}

// Speaks reports whether a, by action, gives a sign of the reporter that ends a wait for him.
func Speaks(a models.Actor, t Ticket, action Action) bool {
	side := SideOf(PartOf(a, t)) == PartReporter
	return side && (action == Say || action == ContactConfirm || action == Urge || action == ContactShare || action == ContactHide)
}

// Check refuses a try that cannot have been one: half an hour has not passed, the party was not shown the number that it says it
// called, does not know the door, or wrote nothing since the try before. Where the reporter is hidden the conversation is left.
func (r Reaching) Check(how TryHow, t Ticket, now time.Time) error {
	if after := r.after(); after != nil && now.Before(*after) {
		return models.Refuse(models.Conflict, "ticket.try_too_soon").With("after", *after)
	}
	return r.way(how, t)
}

func (r Reaching) way(how TryHow, t Ticket) error {
	switch {
	case how != TryMessage && how != TryCall && how != TryVisit:
		return models.RefuseField("ticket.try_how", "how")
	case how == TryMessage && !r.wroteSince():
		return models.RefuseField("ticket.try_not_written", "how")
	case how != TryMessage && !t.ContactShown():
		return models.RefuseField("ticket.try_hidden", "how")
	case how == TryCall && !r.Looked:
		return models.RefuseField("ticket.try_not_looked", "how")
	case how == TryVisit && t.UnitID == 0:
		return models.RefuseField("ticket.try_no_door", "how")
	}
	return nil
}

// after is the first moment at which another try counts, nil where there was none.
func (r Reaching) after() *time.Time {
	if len(r.Tries) == 0 {
		return nil
	}
	at := r.Tries[len(r.Tries)-1].At.Add(triesGap)
	return &at
}

func (r Reaching) wroteSince() bool {
	for _, one := range r.Tries {
		if one.How == TryMessage && !r.Wrote.After(one.At) {
			return false
		}
	}
	return !r.Wrote.IsZero()
}

// lacks is what the tries still lack: how many, whether one on another day, and whether one in the conversation, where the reporter
// can answer with one line.
func (r Reaching) lacks() (tries int, day, message bool) {
	days := map[models.Date]bool{}
	message = true
	for _, one := range r.Tries {
		days[models.DateOf(one.At)] = true
		message = message && one.How != TryMessage
	}
	return max(0, triesNeeded-len(r.Tries)), len(days) < tryDaysNeeded, message
}

// MayPause refuses to wait for a reporter who was not looked for as the rule says, and a second wait.
func (r Reaching) MayPause() error {
	if r.Used {
		return models.Refuse(models.Conflict, "ticket.pause_unreached_used")
	}
	if tries, day, message := r.lacks(); tries > 0 || day || message {
		return models.Refuse(models.Conflict, "ticket.pause_tries").With("tries", tries)
	}
	return nil
}

// ReachingView is how far the party has come in trying to reach the reporter, for both of them and the offices.
type ReachingView struct {
	Tries    []Try      `json:"tries" doc:"since the reporter's last word, at most a week ago"`
	Missing  int        `json:"missing" doc:"so many more before the clock may stand"`
	OtherDay bool       `json:"other_day" doc:"one of them on another day"`
	Message  bool       `json:"message" doc:"one of them in the conversation"`
	After    *time.Time `json:"after,omitempty" doc:"for the handler: no other try before"`
	Ways     []TryHow   `json:"ways,omitempty" doc:"for the handler: how he can have tried"`
	Days     *PauseDays `json:"days,omitempty" doc:"for the handler who may wait: the days to choose from"`
}

// reaching is what the party did to reach the reporter.
func (k Known) reaching(now time.Time) Reaching {
	return ReachingOf(k.Ticket, k.History, k.Messages, now)
}

// addReaching adds the tries, for who is on either end of them and the offices.
func (v viewer) addReaching(view *View, k Known, now time.Time) {
	handler := slices.Contains(view.Actions, ContactTry)
	asked := v.part == PartReporter || v.part == PartFiler || v.part == PartOfficer
	if v.frozen || !slices.Contains(inHand, k.Ticket.State) || !handler && !asked {
		return
	}
	r := k.reaching(now)
	if !handler && len(r.Tries) == 0 {
		return
	}
	out := &ReachingView{Tries: append([]Try{}, r.Tries...)}
	out.Missing, out.OtherDay, out.Message = r.lacks()
	if handler {
		if after := r.after(); after != nil && now.Before(*after) {
			out.After = after
		}
		for _, how := range []TryHow{TryMessage, TryCall, TryVisit} {
			if r.way(how, k.Ticket) == nil {
				out.Ways = append(out.Ways, how)
			}
		}
	}
	if slices.Contains(view.Actions, PauseUnreached) {
		days := PauseDaysFor(PauseForReporter, Hours{}, now)
		out.Days = &days
	}
	view.Reaching = out
}
