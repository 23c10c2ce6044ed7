package ticket

import (
	"cmp"
	"slices"
	"time"

	"linli/models"
)

// ClosingSign is why a closing is worth a look. It is an occasion to ask, not a finding: a lamp can be changed in minutes.
type ClosingSign string

const (
	SignQuick   ClosingSign = "quick"    // said to be done within QuickClosing
	SignNoProof ClosingSign = "no_proof" // a repair that ended without a photo and without the reporter's own yes
)

// QuickClosing is how soon after whoever must answer was given a matter a "done" is worth a look, and ClosingSignDays over how
// many days it is looked for. What only asks is left out: an answer can be known at once.
const (
	QuickClosing    = 10 * time.Minute
	ClosingSignDays = 90
)

// ClosedTicket is a closing and what its ticket says about how it came there.
type ClosedTicket struct {
	Closing
	Kind         Kind
	FiledAt      time.Time
	DispatchedAt time.Time
	SentBackAt   *time.Time // when the closing before this one was sent back
}

// Took is how long whoever said "done" had had the matter: since it was sent back to him, given to him or, where it went to
// somebody else afterwards, taken in.
func (c ClosedTicket) Took() time.Duration {
	from := c.FiledAt
	if !c.DispatchedAt.After(c.SaidAt) {
		from = c.DispatchedAt
	}
	if c.SentBackAt != nil && c.SentBackAt.After(from) && !c.SentBackAt.After(c.SaidAt) {
		from = *c.SentBackAt
	}
	return c.SaidAt.Sub(from)
}

// Signs are the reasons to look at c, none for most.
func (c ClosedTicket) Signs() (signs []ClosingSign) {
	if c.Outcome == OutcomeSuperseded {
		return nil
	}
	if !c.Kind.Asks() && c.Took() <= QuickClosing {
		signs = append(signs, SignQuick)
	}
	if c.Kind == Repair && c.Evidence == "none" && c.CompleteAt != nil && (c.Outcome == OutcomeSilent || c.Outcome == OutcomeRelayed) {
		signs = append(signs, SignNoProof)
	}
	return signs
}

// SeesClosingSigns reports whether a reads the list: the offices of the whole county do.
func SeesClosingSigns(a models.Actor) bool { return countyLevel(a) >= LevelCenter }

// ClosingSignView is one closing of the list.
type ClosingSignView struct {
	ID            int64         `json:"id"`
	TicketID      int64         `json:"ticket_id"`
	Number        string        `json:"number"`
	Category      string        `json:"category"`
	EstateName    string        `json:"estate_name"`
	PartyName     string        `json:"party_name" doc:"who said that it is done"`
	Signs         []ClosingSign `json:"signs" enum:"quick,no_proof"`
	Minutes       int64         `json:"minutes" doc:"between being given the matter and saying done, rounded down"`
	SaidAt        time.Time     `json:"said_at"`
	Result        string        `json:"result"`
	NoPhotoReason string        `json:"no_photo_reason,omitempty"`
	Outcome       Outcome       `json:"outcome" enum:"pending,confirmed,sent_back,silent,relayed"`
}

// ClosingSignCounts is what one party closed in these days, and how much of it is worth a look.
type ClosingSignCounts struct {
	PartyID   int64  `json:"party_id"`
	PartyName string `json:"party_name"`
	Closings  int64  `json:"closings"`
	Quick     int64  `json:"quick"`
	NoProof   int64  `json:"no_proof"`
}

// ClosingSignPage is the list, the newest first, and on its first page the parties behind it.
type ClosingSignPage struct {
	Items   []ClosingSignView   `json:"items"`
	Parties []ClosingSignCounts `json:"parties"`
	Since   models.Date         `json:"since"`
	Minutes int64               `json:"minutes" doc:"within how many minutes a closing is quick"`
	Next    string              `json:"next,omitempty"`
}

// CountClosingSigns counts closings by party; those with nothing to look at are left out, the one with most comes first.
func CountClosingSigns(closings []ClosedTicket) []ClosingSignCounts {
	by := map[int64]*ClosingSignCounts{}
	for _, c := range closings {
		if c.Outcome == OutcomeSuperseded {
			continue
		}
		n := by[c.HandlingPartyID]
		if n == nil {
			n = &ClosingSignCounts{PartyID: c.HandlingPartyID}
			by[c.HandlingPartyID] = n
		}
		n.Closings++
		for _, sign := range c.Signs() {
			if sign == SignQuick {
				n.Quick++
			} else {
				n.NoProof++
			}
		}
	}
	counts := []ClosingSignCounts{}
	for _, n := range by {
		if n.Quick+n.NoProof > 0 {
			counts = append(counts, *n)
		}
	}
	slices.SortFunc(counts, func(a, b ClosingSignCounts) int {
		return cmp.Or(cmp.Compare(b.Quick+b.NoProof, a.Quick+a.NoProof), cmp.Compare(a.Closings, b.Closings), cmp.Compare(a.PartyID, b.PartyID))
	})
	return counts
}
