package ticket

import (
	"maps"
	"slices"
	"strings"
	"time"

	"linli/models"
)

// Action is something that somebody does to a ticket.
type Action string

// The actions. Those of the system stand in the ledger like everybody else's.
const (
	File           Action = "file"            // the system took it in
	Hold           Action = "hold"            // it waits for the next batch: a small building
	Dispatch       Action = "dispatch"        // routing gave it to a party, a batch went out, or a hand-over gave it to the next one
	Acknowledge    Action = "acknowledge"     // the handler took it: times the "accept" column of B-b.1
	Contact        Action = "contact"         // the reporter was reached (DECISIONS 4): never the handler's own tick
	ContactConfirm Action = "contact_confirm" // the reporter says "yes, they reached me"
	OfficeContact  Action = "office_contact"  // an office without an interest called the reporter, and says what he said (ADR 0033)
	Start          Action = "start"
	Progress       Action = "progress"
	DoneSaid       Action = "done_said" // the handler says done, its photos are still on their way
	Done           Action = "done"      // done and shown: from here the reporter is asked
	Confirm        Action = "confirm"   // the reporter says it is solved
	SendBack       Action = "send_back"
	RelayConfirm   Action = "relay_confirm" // who filed for a neighbour passes on that he calls it solved
	Silence        Action = "silence"       // seven days without an answer
	Withdraw       Action = "withdraw"
	Rate           Action = "rate"          // an answer changed within its window; no change of state
	Remind         Action = "remind"        // the party is told that its time passes
	Escalate       Action = "escalate"      // the next level is told that nobody acts
	Call           Action = "call"          // somebody on duty is called, because nobody acknowledges it
	Urge           Action = "urge"          // 催办: the reporter or an office above asks where it remains
	Return         Action = "return"        // 退单: not this party's duty, another is named
	ReturnGrant    Action = "return_grant"  // the dispatcher gives it to another party
	ReturnRefuse   Action = "return_refuse" // … or back
	Redispatch     Action = "redispatch"    // 超时改派: an office gives it to another party, because nobody acts
	Extend         Action = "extend"        // 延期: the party asks for a later date
	ExtendGrant    Action = "extend_grant"  // the level above grants it
	ExtendRefuse   Action = "extend_refuse"
	PauseParts     Action = "pause_parts"     // 暂停: the party waits for parts that it ordered
	PauseDay       Action = "pause_day"       // … or for the day that the reporter set
	PauseUnreached Action = "pause_unreached" // … or for the reporter, whom it did not reach
	ContactTry     Action = "contact_try"     // 联系不上: the party tried to reach the reporter in vain
	Resume         Action = "resume"          // a pause is ended before its day
	// 挂账: the clock to solve it stands by the centre's decision (ADR 0028)
	SuspendAsk    Action = "suspension_ask"    // the party, the station or the town asks for it
	Suspend       Action = "suspension"        // the centre suspends it
	SuspendRefuse Action = "suspension_refuse" // … or does not
	SuspendReview Action = "suspension_review" // the centre has looked again, and it goes on
	SuspendClear  Action = "suspension_clear"  // 销账: it ends, by the centre, the party or by itself
	SuspendObject Action = "suspension_object" // the reporter says what he thinks of it
	// 承诺: the party names a day and a result, and the reporter says whether it was kept (ADR 0029)
	Promise       Action = "promise"
	PromiseRedate Action = "promise_redate" // a later day, before the first one has come
	PromiseSaid   Action = "promise_said"   // the party says that it is fulfilled
	PromiseKept   Action = "promise_kept"
	PromiseBroken Action = "promise_broken"
	PromiseLapse  Action = "promise_lapse" // nobody answered: the facts decide
	Joint         Action = "joint"         // 联名: ten households, or a committee or the community, stand behind it
	JointAnswer   Action = "joint_answer"  // the party answers them in writing: accepted or not
	// 回访: an office asks the reporter whether it is solved (ADR 0027)
	CalledBack      Action = "callback"         // it asked, and the ticket stays where it is
	CallbackConfirm Action = "callback_confirm" // he calls solved what nobody had confirmed
	Reopen          Action = "reopen"           // he says that it is not solved
	ContactView     Action = "contact_view"
	ContactShare    Action = "contact_share" // the reporter lets the party that answers now see his number
	ContactHide     Action = "contact_hide"  // … and takes that back
	Say             Action = "message"
)

// Step is one line of the flow table: who may take a ticket from which states to which.
type Step struct {
	Action Action
	From   []State
	To     State // empty: the state stays
	By     []Part
	Note   bool // words are needed
}

// beforeDone are the states in which the party must act.
var beforeDone = []State{Dispatched, Returned, Acknowledged, Contacted, InProgress}

// passedOn are the states from which a party is given the ticket: it waits for its batch, or lies with another party.
var passedOn = append([]State{Accepted}, beforeDone...)

// inHand are the states in which the party has taken the ticket and works on it.
var inHand = []State{Acknowledged, Contacted, InProgress}

// judged are the states in which a promise may be open: it survives a closing and a return that was refused.
var judged = append([]State{DonePendingConfirm, Closed, ClosedUnrated}, beforeDone...)

// Flow is the whole life of a ticket. A state changes nowhere else; docs/ticket-flow.md is printed from it.
var Flow = []Step{
	{Action: Acknowledge, From: []State{Dispatched}, To: Acknowledged, By: []Part{PartHandler}},
	{Action: Contact, From: []State{Dispatched, Acknowledged}, To: Contacted, By: []Part{PartSystem}},
	{Action: ContactConfirm, From: []State{Dispatched, Acknowledged}, To: Contacted, By: []Part{PartReporter}},
	{Action: OfficeContact, From: []State{Dispatched, Returned, Acknowledged, InProgress}, By: []Part{PartOfficer}, Note: true},
	{Action: Start, From: []State{Acknowledged, Contacted}, To: InProgress, By: []Part{PartHandler}},
	{Action: Progress, From: []State{Acknowledged, Contacted, InProgress, Suspended}, By: []Part{PartHandler}, Note: true},
	{Action: Done, From: []State{Acknowledged, Contacted, InProgress}, To: DonePendingConfirm, By: []Part{PartHandler, PartSystem}, Note: true},
	{Action: DoneSaid, From: []State{Acknowledged, Contacted, InProgress}, To: InProgress, By: []Part{PartHandler}, Note: true},
	{Action: Confirm, From: []State{DonePendingConfirm, ClosedUnrated}, To: Closed, By: []Part{PartReporter, PartOfficer}},
	{Action: SendBack, From: []State{DonePendingConfirm, ClosedUnrated, Closed}, To: InProgress, By: []Part{PartReporter, PartFiler, PartOfficer}, Note: true},
	{Action: RelayConfirm, From: []State{DonePendingConfirm}, To: ClosedUnrated, By: []Part{PartFiler}},
	{Action: Silence, From: []State{DonePendingConfirm}, To: ClosedUnrated, By: []Part{PartSystem}},
	{Action: CallbackConfirm, From: []State{ClosedUnrated}, To: Closed, By: []Part{PartOfficer}},
	{Action: Reopen, From: []State{Closed, ClosedUnrated}, To: InProgress, By: []Part{PartOfficer}, Note: true},
	{Action: Withdraw, From: passedOn, To: Withdrawn, By: []Part{PartReporter, PartFiler}},
	{Action: Return, From: []State{Dispatched, Acknowledged}, To: Returned, By: []Part{PartHandler}, Note: true},
	{Action: ReturnGrant, From: []State{Returned}, To: Dispatched, By: []Part{PartOfficer}},
	{Action: ReturnRefuse, From: []State{Returned}, To: Dispatched, By: []Part{PartOfficer}, Note: true},
	{Action: Redispatch, From: append([]State{Dispatched}, inHand...), To: Dispatched, By: []Part{PartOfficer}, Note: true},
	{Action: Extend, From: inHand, By: []Part{PartHandler}, Note: true},
	{Action: ExtendGrant, From: inHand, By: []Part{PartOfficer}},
	{Action: ExtendRefuse, From: inHand, By: []Part{PartOfficer}, Note: true},
	{Action: PauseParts, From: inHand, By: []Part{PartHandler}, Note: true},
	{Action: PauseDay, From: inHand, By: []Part{PartReporter, PartFiler}},
	{Action: ContactTry, From: inHand, By: []Part{PartHandler}, Note: true},
	{Action: PauseUnreached, From: inHand, By: []Part{PartHandler}},
	{Action: Resume, From: inHand, By: []Part{PartHandler, PartReporter, PartFiler}},
	{Action: SuspendAsk, From: inHand, By: []Part{PartHandler, PartOfficer}, Note: true},
	{Action: Suspend, From: inHand, To: Suspended, By: []Part{PartOfficer}, Note: true},
	{Action: SuspendRefuse, From: inHand, By: []Part{PartOfficer}, Note: true},
	{Action: SuspendReview, From: []State{Suspended}, By: []Part{PartOfficer}, Note: true},
	{Action: SuspendClear, From: []State{Suspended}, To: InProgress, By: []Part{PartHandler, PartOfficer, PartSystem}},
	{Action: SuspendObject, From: []State{Suspended}, By: []Part{PartReporter, PartFiler}, Note: true},
	{Action: Promise, From: inHand, By: []Part{PartHandler}, Note: true},
	{Action: PromiseRedate, From: inHand, By: []Part{PartHandler}, Note: true},
	{Action: PromiseSaid, From: inHand, By: []Part{PartHandler}},
	{Action: PromiseKept, From: judged, By: []Part{PartReporter}},
	{Action: PromiseBroken, From: judged, By: []Part{PartReporter, PartFiler}},
	{Action: PromiseLapse, From: judged, By: []Part{PartSystem}},
	{Action: Joint, From: beforeDone, By: []Part{PartSystem, PartOfficer}},
	{Action: JointAnswer, From: inHand, By: []Part{PartHandler}, Note: true},
	{Action: Remind, From: beforeDone, By: []Part{PartSystem}},
	{Action: Escalate, From: beforeDone, By: []Part{PartSystem}},
	{Action: Call, From: []State{Dispatched}, By: []Part{PartSystem}},
	{Action: Urge, From: beforeDone, By: []Part{PartReporter, PartFiler, PartOfficer}},
	{Action: Dispatch, From: passedOn, To: Dispatched, By: []Part{PartSystem}},
	{Action: ContactShare, From: beforeDone, By: []Part{PartReporter, PartFiler}},
	{Action: ContactHide, From: append([]State{DonePendingConfirm, Suspended}, beforeDone...), By: []Part{PartReporter, PartFiler}},
}

// may reports whether the step is open to somebody who plays part in t. A station worker who filed for a neighbour is
// the filer and works for the party that must answer: he may do both, or a station of one could not work its own ticket. But
// nobody who works for that party sets the reporter's day, and who filed does not look in vain for himself: its clock would stand by its
// own word; and who only audits urges nobody, makes nothing joint, suspends nothing, and calls nobody, neither before a result nor after it.
func (s Step) may(a models.Actor, part Part, t Ticket) bool {
	if s.Action == PauseDay && a.WorksFor(t.HandlingPartyID) || slices.Contains(notByAuditors, s.Action) && OnlyAudits(a, t) || !s.answersFor(a, part, t) || !s.judgesPromise(a, part, t) {
		return false
	}
	if slices.Contains(s.By, part) {
		return true
	}
	return part == PartFiler && slices.Contains(s.By, PartHandler) && a.WorksFor(t.HandlingPartyID) && s.Action != ContactTry && s.Action != PauseUnreached
}

// notByAuditors are steps of offices that whoever only audits does not take.
var notByAuditors = []Action{OfficeContact, Urge, Joint, CallbackConfirm, Reopen, SuspendAsk, Suspend, SuspendRefuse, SuspendReview, SuspendClear}

func stepOf(action Action) (Step, bool) {
	i := slices.IndexFunc(Flow, func(s Step) bool { return s.Action == action })
	if i < 0 {
		return Step{}, false
	}
	return Flow[i], true
}

// Move is a wish to take one step.
type Move struct {
	Action  Action
	Note    string
	Version int64 // the version that the actor saw; 0 means whatever is current
	// Weightless is an answer of somebody whose voice moves no number (AnswerWeight).
	Weightless bool
}

// Told is the data of m's line: with what the next state depends on besides, so that it can be told again.
func (m Move) Told(data map[string]any) map[string]any {
	if !m.Weightless {
		return data
	}
	told := map[string]any{weightKey: weightless}
	maps.Copy(told, data)
	return told
}

// Apply takes one step of t's life for a, and returns the ticket afterwards with the line for the ledger. A refused
// move returns t unchanged. Hidden tickets do not exist; a step that is another's is denied; a step that the state no
// longer allows is a conflict.
func (t Ticket) Apply(a models.Actor, m Move, c Catalogue, now time.Time) (Ticket, models.Event, error) {
	none := models.Event{}
	part := PartOf(a, t)
	if part != PartSystem && !models.ScopeOf(a).Sees(t) {
		return t, none, models.Refuse(models.NotFound, "ticket.not_found")
	}
	step, known := stepOf(m.Action)
	switch {
	case !known:
		return t, none, models.RefuseField("ticket.unknown_action", "action")
	case !step.may(a, part, t):
		return t, none, models.Refuse(models.Denied, "ticket.not_yours_to_"+string(m.Action))
	case m.Version != 0 && m.Version != t.Version:
		return t, none, models.Refuse(models.Conflict, "ticket.changed_meanwhile").With("state", t.State)
	case !slices.Contains(step.From, t.State):
		return t, none, models.Refuse(models.Conflict, "ticket.wrong_state").With("state", t.State)
	case step.Note && strings.TrimSpace(m.Note) == "":
		return t, none, models.RefuseField("ticket.note_required", "note")
	}
	if err := t.limits(a, m.Action, c, now); err != nil {
		return t, none, err
	}
	next := t.after(step, now, m.Weightless)
	next.UpdatedAt = models.UTC(now)
	next = next.withNext(c)
	return next, models.Event{
		Noun: "ticket", NounID: t.ID, Action: string(m.Action), ActorID: a.AccountID, ActorRole: roleFor(a, acting(step, part)), PartyID: partyFor(acting(step, part), t),
		From: string(t.State), To: string(next.State), Note: strings.TrimSpace(m.Note), At: models.UTC(now),
	}, nil
}

// limits refuses what the state allows and another rule does not.
func (t Ticket) limits(a models.Actor, action Action, c Catalogue, now time.Time) error {
	switch action {
	case OfficeContact:
		return t.mayReach()
	case Urge:
		return t.mayUrge(c, now)
	case Return:
		return t.mayReturn(now)
	case Redispatch:
		return t.mayRedispatch(now)
	case Extend:
		return t.mayExtend(now)
	case ExtendGrant, ExtendRefuse:
		return t.mayDecideExtension(now)
	case PauseParts:
		return t.mayPause(PauseForParts, now)
	case PauseDay:
		return t.mayPause(PauseForDay, now)
	case PauseUnreached:
		return t.mayPause(PauseForReporter, now)
	case Resume:
		return t.mayResume(now)
	case SuspendAsk:
		return t.mayAskSuspension(now)
	case Suspend:
		return t.maySuspend(now)
	case SuspendRefuse:
		return t.mayRefuseSuspension()
	case SuspendReview:
		return t.mayReview(now)
	case SuspendObject:
		return t.mayObject()
	case Promise:
		return t.mayPromise()
	case PromiseRedate:
		return t.mayRedate(now)
	case PromiseSaid:
		return t.maySayPromise(now)
	case PromiseKept, PromiseBroken:
		return t.mayJudgePromise(a, now)
	case PromiseLapse:
		return t.mayLapsePromise(now)
	case Joint:
		return t.mayJoin()
	case JointAnswer:
		return t.mayAnswerJoint()
	case Withdraw:
		return t.mayWithdraw(a)
	case ContactShare, ContactHide:
		return t.mayTurnSharing(action == ContactShare)
	case Confirm, SendBack:
		return t.answersInTime(c, now)
	}
	return nil
}

// after changes the state and the stamps that the scores read.
func (t Ticket) after(step Step, now time.Time, weightless bool) Ticket {
	at, was, before := models.UTC(now), t.State, t
	if step.To != "" {
		t.State = step.To
	}
	first := func(stamp **time.Time) {
		if *stamp == nil {
			*stamp = &at
		}
	}
	switch step.Action {
	case Acknowledge:
		first(&t.AcknowledgedAt)
	case Contact, ContactConfirm:
		first(&t.AcknowledgedAt)
		first(&t.ContactedAt)
	case OfficeContact:
		first(&t.ContactedAt) // and nothing else: an office takes no matter for its party
	case Start, DoneSaid:
		first(&t.StartedAt)
	case Done:
		t.DoneAt = &at
		if t.Extension == ExtensionWaiting {
			t.Extension = "" // who says that it is done needs no later day; after a send-back he may ask again
		}
		if t.JointAt != nil {
			first(&t.JointAnsweredAt) // a result in words is an answer, too
		}
	case Confirm, RelayConfirm, Silence, Withdraw, CallbackConfirm:
		t.ClosedAt = &at
	case Urge:
		t.Urges, t.UrgedAt = t.Urges+1, &at
	case Extend:
		t.Extension = ExtensionWaiting
	case ExtendGrant:
		t.Extension = ExtensionGranted
	case ExtendRefuse:
		t.Extension = ExtensionRefused
	case PauseParts:
		t.PauseWhy, t.PausedFrom, t.PartsPaused = PauseForParts, &at, true
	case PauseDay:
		t.PauseWhy, t.PausedFrom = PauseForDay, &at
	case PauseUnreached:
		t.PauseWhy, t.PausedFrom = PauseForReporter, &at
	case Resume:
		t = t.unpaused()
	case SuspendAsk:
		t.Suspension = SuspensionWaiting
	case SuspendRefuse:
		t.Suspension = SuspensionRefused
	case Suspend:
		t.Suspension, t.SuspendedAt = "", &at
	case SuspendReview:
		t.ObjectedAt = nil
	case SuspendObject:
		t.ObjectedAt = &at
	case SuspendClear:
		t = t.unsuspended(at)
	case Joint:
		t.JointAt = &at
	case JointAnswer:
		t.JointAnsweredAt = &at
	case ContactShare, ContactHide:
		t.ShareContact = step.Action == ContactShare
	case SendBack, Reopen:
		if was == Closed && t.ClosedAt != nil { // he had answered, so he had been reached: what he takes back is that it is solved
			t = t.reached(*t.ClosedAt)
		}
		t.SendBacks++
		t.DoneAt, t.ClosedAt = nil, nil // the first clock runs on (B-d.1)
	}
	return t.promiseStep(step.Action, before, at, weightless)
}

// ReachedLate reports whether a contact, by action, comes when t is further on than "acknowledged" already: the stamp counts, the
// state stays. The reporter says so himself while the party works; what the relay shows counts at any time.
func (t Ticket) ReachedLate(a models.Actor, action Action) bool {
	switch {
	case t.ContactedAt != nil:
		return false
	case action == ContactConfirm:
		return t.State == InProgress && PartOf(a, t) == PartReporter
	}
	step, _ := stepOf(Contact)
	return action == Contact && a.IsSystem() && t.Open && !slices.Contains(step.From, t.State)
}

// Reached is t with the contact stamped that came late.
func (t Ticket) Reached(c Catalogue, now time.Time) Ticket {
	t = t.reached(now)
	t.UpdatedAt = models.UTC(now)
	return t.withNext(c)
}

func (t Ticket) reached(now time.Time) Ticket {
	if at := models.UTC(now); t.ContactedAt == nil {
		t.ContactedAt = &at
	}
	return t
}

// notOffered are steps that are no button on the ticket's page: they come with photos, or out of a callback.
var notOffered = []Action{DoneSaid, CallbackConfirm, Reopen}

// Allowed lists what a may do with t now, for the buttons on its page.
func (t Ticket) Allowed(a models.Actor, c Catalogue, now time.Time) []Action {
	part := PartOf(a, t)
	var out []Action
	for _, step := range Flow {
		if !step.may(a, part, t) || !slices.Contains(step.From, t.State) || slices.Contains(notOffered, step.Action) {
			continue
		}
		if t.limits(a, step.Action, c, now) == nil {
			out = append(out, step.Action)
		}
	}
	if t.MaySay(part, c, now) && !OnlyAudits(a, t) {
		out = append(out, Say)
	}
	if part == PartReporter && t.State == Closed && t.AnswerOpen(c, now) {
		out = append(out, Rate)
	}
	if part == PartHandler && t.ContactShown() {
		out = append(out, ContactView)
	}
	return out
}
