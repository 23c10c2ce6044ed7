package ticket

import (
	"time"

	"linli/models"
)

// Returning is a handler's wish to give a ticket back (退单, B-b.1 no. 6): it is not his duty, and he names whose it is.
type Returning struct {
	ID              int64 `gorm:"primaryKey"`
	TicketID        int64
	FromPartyID     int64
	ProposedPartyID int64
	Reason          string
	AskedBy         int64
	AskedAt         time.Time
	Outcome         ReturnOutcome
	ToPartyID       int64 // whom the dispatcher named, 0 until then
	DecidedBy       int64
	DecidedAt       *time.Time
}

// TableName is the returns' table.
func (Returning) TableName() string { return "ticket_returns" }

// ReturnOutcome is what became of a return.
type ReturnOutcome string

// A return waits for the dispatcher, who gives the ticket to somebody else or back to the one who returned it; unless the
// ticket goes another way meanwhile, as with an estate that is handed over.
const (
	ReturnWaiting   ReturnOutcome = "waiting"
	ReturnGranted   ReturnOutcome = "granted"
	ReturnRefused   ReturnOutcome = "refused"
	ReturnOvertaken ReturnOutcome = "overtaken"
)

// ReturnAsked is what the handler sends.
type ReturnAsked struct {
	Version         int64  `json:"version,omitempty" doc:"the version that the handler saw; 0 = whatever is current"`
	Reason          string `json:"reason" maxLength:"8000"`
	ProposedPartyID int64  `json:"proposed_party_id" minimum:"1"`
}

// ReturnDecision is what the dispatcher sends. PartyID is who must answer now; naming the party that returned it refuses
// the return.
type ReturnDecision struct {
	Version int64  `json:"version,omitempty"`
	PartyID int64  `json:"party_id" minimum:"1"`
	Note    string `json:"note" maxLength:"8000"`
}

// Means is what the decision amounts to: another party is named, or the one that returned t.
func (d ReturnDecision) Means(t Ticket) (Action, ReturnOutcome) {
	if d.PartyID == t.HandlingPartyID {
		return ReturnRefuse, ReturnRefused
	}
	return ReturnGrant, ReturnGranted
}

// ReturnView is the return that waits for a decision, as the parties and officers see it.
type ReturnView struct {
	Reason       string      `json:"reason"`
	ProposedID   int64       `json:"proposed_party_id"`
	ProposedName string      `json:"proposed_party_name"`
	FromName     string      `json:"from_party_name"`
	On           models.Date `json:"on"`
}

// mayReturn refuses a return that comes too late or from a party that the dispatcher named: what was decided is not
// returned again (HL-11, HL-13).
func (t Ticket) mayReturn(now time.Time) error {
	switch {
	case t.ReturnBarred:
		return models.Refuse(models.Conflict, "ticket.return_decided")
	case t.ReturnUntil == nil || now.After(*t.ReturnUntil):
		return models.Refuse(models.Conflict, "ticket.return_too_late")
	case t.PausedAt(now):
		return models.Refuse(models.Conflict, "ticket.paused")
	}
	return nil
}

// MayDecide reports whether a decides over the head of the party of t, about a return, an extension, or giving it to another: an
// officer from the first level without an interest upwards, who does not only audit, and works for no party that had to answer
// before: a station does not decide about who came after it.
func MayDecide(a models.Actor, t Ticket, partyKind string) bool {
	return PartOf(a, t) == PartOfficer && LevelOf(a, t) >= UninterestedLevel(partyKind) && !OnlyAudits(a, t) && !t.AnsweredBefore(a)
}

// AfterReturn gives a returned ticket to the party that the dispatcher named. The reporter's deadlines stay what they
// were (B-b.1 no. 6); only the new party's time to take it begins now. The party named cannot return it.
func (t Ticket) AfterReturn(partyID int64, u Urgency, h Hours, c Catalogue, now time.Time) Ticket {
	if partyID != t.HandlingPartyID {
		t.AcknowledgeDue = blurFor(t.Protected, u.Code)(h.After(now, u.Acknowledge))
	}
	t = t.named(partyID, now)
	t.UpdatedAt, t.NextDue = models.UTC(now), nil
	return t.withNext(c)
}

func (t Ticket) named(partyID int64, now time.Time) Ticket {
	if partyID != t.HandlingPartyID {
		t.leaves(partyID)
		t = t.promiseDropped(now)
		t.PartyPromises = 0
		t.HandlingPartyID, t.RoutedBy, t.AcknowledgedAt, t.StartedAt = partyID, "return", nil, nil
		t.DispatchedAt, t.EscalatedTo = models.UTC(now), 0
		if t.Extension == ExtensionWaiting {
			t.Extension = "" // the one who asked has no more to do with it; what was granted stays used up
		}
		t.Suspension = ""
	}
	t.State, t.ReturnBarred = Dispatched, true
	return t
}
