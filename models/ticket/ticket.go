// Package ticket holds the rules of a ticket's life: the catalogue, who must answer, the clocks, the flow of states,
// what counts as contact and as proof, and what each viewer may see. It reads no clock and no database.
package ticket

import (
	"time"

	"linli/models"
)

// Kind is what sort of matter a ticket is (FIELD B-a).
type Kind string

// The five kinds.
const (
	Repair     Kind = "repair"
	Complaint  Kind = "complaint"
	Enquiry    Kind = "enquiry"
	Report     Kind = "report"
	Suggestion Kind = "suggestion"
)

// Protected reports whether the party that must answer never learns who filed (DECISIONS 2, HL-14).
func (k Kind) Protected() bool { return k == Complaint || k == Report }

// Asks reports whether somebody wants to know or proposes something: that is his own affair, wherever he lives, and none of the
// building's common matters (DECISIONS 2).
func (k Kind) Asks() bool { return k == Enquiry || k == Suggestion }

// State is where a ticket stands (FIELD B-b.2). flow.go holds every way it moves.
type State string

// The states. Those without a step in the flow table cannot be reached yet; docs/ticket-flow.md shows which.
const (
	Draft              State = "draft"
	Submitted          State = "submitted"
	Accepted           State = "accepted"
	Dispatched         State = "dispatched"
	Returned           State = "returned"
	Acknowledged       State = "acknowledged"
	Contacted          State = "contacted"
	InProgress         State = "in_progress"
	Paused             State = "paused"
	DonePendingConfirm State = "done_pending_confirm"
	Closed             State = "closed"
	ClosedUnrated      State = "closed_unrated"
	Suspended          State = "suspended"
	Reopened           State = "reopened"
	Merged             State = "merged"
	Declined           State = "declined"
	Withdrawn          State = "withdrawn"
)

// States lists all of them in the order of a ticket's life.
var States = []State{
	Draft, Submitted, Accepted, Dispatched, Returned, Acknowledged, Contacted, InProgress, Paused, DonePendingConfirm,
	Closed, ClosedUnrated, Suspended, Reopened, Merged, Declined, Withdrawn,
}

// Open reports whether somebody still has to do something.
func (s State) Open() bool {
	switch s {
	case Closed, ClosedUnrated, Merged, Declined, Withdrawn:
		return false
	}
	return true
}

// Ticket is one matter from filing to closing. The columns of its scope (party, estate, building, community, town,
// author, reporter) stand on it, so that each scope is one indexed equality (DECISIONS 11).
type Ticket struct {
	ID          int64 `gorm:"primaryKey"`
	Number      string
	AuthorID    int64 // whose account sent it
	ClientID    string
	ContentHash string
	ReporterID  int64 // whose matter it is; 0 when filed for somebody without an account
	FiledAs     models.Role
	OnBehalf    bool

	EstateID    int64
	BuildingID  int64
	EntranceID  int64
	UnitID      int64
	CommunityID int64
	TownID      int64

	Category         string
	Kind             Kind
	Urgency          string
	CatalogueVersion string
	Text             string
	Protected        bool
	ShareContact     bool
	StewardSees      bool

	State           State
	Open            bool
	Version         int64
	HandlingPartyID int64
	RoutedBy        string // which rule chose the party, for people who ask why
	// KeptFrom are the parties that had to answer before: they do not learn afterwards who filed.
	KeptFrom Parties

	// FiledAt is when it counts as filed: when the server took it in, or, where it is held, when its batch goes out. The
	// clocks start here, and whatever is counted by time is counted by this.
	FiledAt time.Time
	// ReceivedAt is when the server took in what was held. Only who may know the reporter may see it.
	ReceivedAt *time.Time
	// HeldLevel is the lowest office that sees the ticket while it waits for its batch, 0 once it was passed on. What is
	// withdrawn while it waits keeps it, and never reaches the party.
	HeldLevel      Level
	DeviceTime     *time.Time
	DispatchedAt   time.Time
	AcknowledgedAt *time.Time
	ContactedAt    *time.Time
	StartedAt      *time.Time
	DoneAt         *time.Time
	ClosedAt       *time.Time
	AcknowledgeDue time.Time
	ContactDue     time.Time
	OnSiteDue      *time.Time
	HazardDue      *time.Time
	ResolveDue     time.Time
	NextStep       NextStep
	NextDue        *time.Time

	// AlertIndex and AlertDue are the next reminder or rung of the escalation; EscalatedTo is the highest level that was
	// told, 0 for none.
	AlertIndex  int64
	AlertDue    *time.Time
	EscalatedTo Level
	Urges       int64
	UrgedAt     *time.Time

	// ReturnUntil is until when the party may return the ticket; ReturnBarred is set once a dispatcher has decided.
	ReturnUntil  *time.Time
	ReturnBarred bool

	// Extension is what became of the party's one extension.
	Extension Extension

	// PausedFrom to PausedUntil the clock to solve it stands still; PausedDue is the deadline that it had before. PartsPaused is
	// set once the party has waited for parts.
	PauseWhy    PauseWhy
	PausedFrom  *time.Time
	PausedUntil *time.Time
	PausedDue   *time.Time
	PartsPaused bool

	// Suspension is what became of the wish to suspend it. While it is suspended, SuspendedAt is since when and ReviewDue until when at
	// the latest; SuspendedDays are those that it was before, and ObjectedAt is when the reporter spoke against it since the last review.
	Suspension    SuspensionState
	SuspendedAt   *time.Time
	ReviewDue     *time.Time
	SuspendedDays int64
	ObjectedAt    *time.Time

	// Promises is how many were ever made about it, PartyPromises how many by the party that has it. While one is open, the reporter is
	// asked from PromiseFrom to PromiseUntil, or as soon as the party has said at PromiseSaidAt that it is fulfilled; PromiseDue is the
	// end of its day, and PromiseRedates how often another one was named; a result that was there before PromiseEarns speaks for nobody.
	// PromiseEnd is what became of the newest, PromiseCounts what the rate takes that for.
	Promises       int64
	PartyPromises  int64
	PromiseFrom    *time.Time
	PromiseDue     *time.Time
	PromiseUntil   *time.Time
	PromiseEarns   *time.Time
	PromiseRedates int64
	PromiseSaidAt  *time.Time
	PromiseEnd     PromiseEnd
	PromiseCounts  PromiseEnd

	// JointAt is when the matter became a joint one (B-b.1 no. 8), JointDue until when a written answer is owed.
	JointAt         *time.Time
	JointWhy        JointWhy
	JointDue        *time.Time
	JointAnsweredAt *time.Time

	Closing   int64 // number of the newest closing, 0 before the first
	SendBacks int64
	UpdatedAt time.Time `gorm:"autoUpdateTime:false"`
}

// Placement says whose scope the ticket lies in.
func (t Ticket) Placement() models.Placement {
	return models.Placement{
		HandlingPartyID: t.HandlingPartyID, EstateID: t.EstateID, BuildingID: t.BuildingID, CommunityID: t.CommunityID,
		TownID: t.TownID, AuthorID: t.AuthorID, ReporterID: t.ReporterID, StewardSees: t.StewardSees, HeldLevel: int(t.HeldLevel),
	}
}

// NextStep is what the ticket waits for; the desk is ordered by its due time.
type NextStep string

// The things a ticket can wait for.
const (
	NextAcknowledge NextStep = "acknowledge"
	NextContact     NextStep = "contact"
	NextJointAnswer NextStep = "joint_answer"
	NextResolve     NextStep = "resolve"
	NextReview      NextStep = "review" // of a suspension, by the centre
	NextConfirm     NextStep = "confirm"
	NextNothing     NextStep = "none"
)

// withNext works out what the ticket waits for and until when. A contact that is still owed comes before the
// solution as long as its deadline does, and so does the written answer that a joint matter is owed.
func (t Ticket) withNext(c Catalogue) Ticket {
	was := t
	t.Open = t.State.Open()
	due := func(step NextStep, at time.Time) {
		t.NextStep, t.NextDue = step, &at
	}
	switch {
	case !t.Open:
		t.NextStep, t.NextDue = NextNothing, nil
	case t.State == Accepted:
		t.NextStep, t.NextDue = NextNothing, nil // it waits for its batch and for nobody
	case t.State == DonePendingConfirm && t.DoneAt != nil:
		due(NextConfirm, t.DoneAt.Add(c.Silence()))
	case t.State == Suspended && t.ReviewDue != nil:
		due(NextReview, *t.ReviewDue)
	case t.AcknowledgedAt == nil:
		due(NextAcknowledge, t.AcknowledgeDue)
	case t.ContactedAt == nil && t.ContactDue.Before(t.ResolveDue):
		due(NextContact, t.ContactDue)
	default:
		due(NextResolve, t.ResolveDue)
	}
	if t.answerOwed() && t.State != DonePendingConfirm && t.State != Suspended && t.NextDue != nil && t.JointDue.Before(*t.NextDue) {
		due(NextJointAnswer, *t.JointDue)
	}
	return t.withAlert(was, c)
}

// Overdue reports whether the handler has missed a deadline that is still open at now. What is suspended is not late; nobody's review
// by its day ends that by itself, and until it is written down it counts as late again.
func (t Ticket) Overdue(now time.Time) bool {
	return t.Open && t.State != DonePendingConfirm && t.NextDue != nil && t.NextDue.Before(now)
}

// Unanswered reports whether nobody has answered yet though the time to answer is over: what an officer looks for first.
func (t Ticket) Unanswered(now time.Time) bool {
	return t.Open && t.AcknowledgedAt == nil && t.AcknowledgeDue.Before(now)
}
