package score

import (
	"time"

	"linli/models"
)

// Ticket is what a score knows of a ticket.
type Ticket struct {
	ID         int64
	Number     string
	Category   string
	State      string
	Serving    bool // its party served the place on the day of the dispatch, see Serves
	Place      models.Placement
	FiledAt    time.Time
	Contacted  *time.Time // the reporter was reached (DECISIONS 4)
	ContactDue time.Time
	ResolveDue time.Time
	Ended      *time.Time // closed, withdrawn, merged or declined
	Closings   []Closing  // in their order
}

// Placement says whose scope the ticket lies in.
func (t Ticket) Placement() models.Placement { return t.Place }

// Closing is one time that the handler said "done". Complete is when its evidence was there: this is when it counts.
type Closing struct {
	Number   int64
	Complete *time.Time
	Outcome  string // pending, confirmed, sent_back, silent
	Answered *time.Time
	Evidence string // none, weak, normal, strong
}

// Rating is what a score knows of an answer.
type Rating struct {
	ID       int64
	TicketID int64 // 0 for a general rating
	Closing  int64
	UnitID   int64 // the household; 0 while no membership is approved
	Weight   string
	Level    int // 0 when no stars were given
	At       time.Time
}

// The weights of a rating.
const (
	WeightFull      = "full"
	WeightVolunteer = "volunteer"
	WeightNone      = "none"
)

// Term says that a party served an estate on the days from From to before To; Managed is false where nobody but the
// community runs the place.
type Term struct {
	EstateID, PartyID int64
	From, To          models.Date
	Managed           bool
}

// Serves reports whether a party is the one whose service is judged: whoever held the term on that day, and where the
// place was not managed also the community's station. What a gas company or an agency had to answer is not the score
// of whoever runs the place.
func Serves(terms []Term, day models.Date, partyID int64, station bool) bool {
	for _, term := range terms {
		if day.Within(term.From, term.To) {
			return term.PartyID == partyID || station && !term.Managed
		}
	}
	return station
}

// AsOf is the ticket as it was known at a moment: later facts are taken away again.
func (t Ticket) AsOf(at time.Time) Ticket {
	t.Contacted = known(t.Contacted, at)
	if t.Ended != nil && known(t.Ended, at) == nil {
		t.Ended, t.State = nil, "in_progress"
	}
	var closings []Closing
	for _, c := range t.Closings {
		c.Complete = known(c.Complete, at)
		if known(c.Answered, at) == nil {
			c.Answered, c.Outcome = nil, "pending"
		}
		if c.Complete != nil {
			closings = append(closings, c)
		}
	}
	t.Closings = closings
	if t.Contacted == nil {
		t.Contacted = answered(closings)
	}
	return t
}

// answered is when the reporter first answered a "done" himself. He has been told by then, so it is a contact even where
// nobody wrote one down: a lamp that is mended and confirmed within the hour must not count as "never reached".
func answered(closings []Closing) *time.Time {
	for _, c := range closings {
		if c.Outcome == "confirmed" || c.Outcome == "sent_back" {
			return c.Answered
		}
	}
	return nil
}

func known(moment *time.Time, at time.Time) *time.Time {
	if moment == nil || moment.After(at) {
		return nil
	}
	return moment
}
