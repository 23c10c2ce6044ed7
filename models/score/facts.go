package score

import (
	"slices"
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
	Earlier    []Leg      // the parties that had to answer it before, in their order; the rest of the ticket is the present one's
	Protected  bool       // whoever reads a figure of it may know the days, and no hour (DECISIONS 2)
	Returns    []Return   // only where the figures beside the score are asked for
	Stays      []Stay     // while it was suspended, in their order
}

// Stay is one time that a ticket was suspended (挂账); Until is nil while it still is.
type Stay struct {
	From  time.Time
	Until *time.Time
}

// suspendedSince is when the suspension began in which t stood at a moment, or nil.
func (t Ticket) suspendedSince(at time.Time) *time.Time {
	for _, stay := range t.Stays {
		if !stay.From.After(at) && (stay.Until == nil || at.Before(*stay.Until)) {
			return &stay.From
		}
	}
	return nil
}

// Return is one time that a party gave the ticket back as not its duty, whatever the dispatcher made of it.
type Return struct {
	Serving bool // it served the place then, see Serves
	At      time.Time
}

// Leg is what a ticket was to a party that handed it over with its estate: with the clocks that ran for that party.
type Leg struct {
	Serving                bool
	Until                  time.Time // the hand-over
	Contacted              *time.Time
	ContactDue, ResolveDue time.Time
}

// Placement says whose scope the ticket lies in.
func (t Ticket) Placement() models.Placement { return t.Place }

// Closing is one time that the handler said "done". Complete is when its evidence was there: this is when it counts.
type Closing struct {
	Number   int64
	Complete *time.Time
	Outcome  string // pending, confirmed, sent_back, silent, relayed: a neighbour's word from who filed for him, worth what silence is
	Answered *time.Time
	Evidence string   // none, weak, normal, strong
	Earlier  []Answer // what its answer was before, in their order: whoever called it solved may take that back
}

// Answer is what became of a closing from a moment on.
type Answer struct {
	Outcome string
	At      time.Time
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
	Recorded          time.Time // when it was written down
	Managed           bool
}

// Serves reports whether a party is the one whose service is judged: whoever held the term at that moment, and where the
// place was not managed also the community's station. What a gas company or an agency had to answer is not the score
// of whoever runs the place.
//
// A hand-over is a day, and often one that has begun or is past when it is written down. Until that moment the party
// before was the one that everybody turned to: what it was given then stays a matter of whoever runs the place.
func Serves(terms []Term, at time.Time, partyID int64, station bool) bool {
	day := models.DateOf(at)
	for _, term := range terms {
		if term.PartyID == partyID && term.From <= day && term.To != "" && at.Before(replaced(terms, term)) {
			return true
		}
	}
	for _, term := range terms {
		if day.Within(term.From, term.To) {
			return term.PartyID == partyID || station && !term.Managed
		}
	}
	return station
}

// Judged are the parties whose work a figure about the time from one moment to another is about: whoever held a term then, be it
// until the hand-over was written down, and the station of the community (0 if it has none) where the place was not managed.
func Judged(terms []Term, from, to time.Time, station int64) []int64 {
	var parties []int64
	// Up to here somebody manages the place, without a gap: terms stand in the order of their days.
	covered := from
	for _, term := range terms {
		begin, end := term.From.Start(), to.Add(1)
		if term.To != "" {
			end = term.To.Start()
			if later := replaced(terms, term); later.After(end) {
				end = later
			}
		}
		if begin.After(to) || !end.After(from) {
			continue
		}
		if !slices.Contains(parties, term.PartyID) {
			parties = append(parties, term.PartyID)
		}
		if term.Managed && !begin.After(covered) && end.After(covered) {
			covered = end
		}
	}
	if !covered.After(to) && station != 0 && !slices.Contains(parties, station) {
		parties = append(parties, station)
	}
	return parties
}

// replaced is when it was written down that another term begins where term ends.
func replaced(terms []Term, term Term) time.Time {
	for _, next := range terms {
		if next.From == term.To {
			return next.Recorded
		}
	}
	return term.To.Start()
}

// turn is a ticket as one of its parties had it, with the moment up to which that is known.
type turn struct {
	Ticket
	since time.Time // when it came to the party
	at    time.Time
	over  bool // it was handed over; nothing that happens now changes it
}

// turns is the ticket as known at a moment, once for every party that had to answer it by then: each is judged by its own
// clocks and by what happened while they ran (DECISIONS 5). The last one is the party's that had it at that moment. What
// turned out to be no matter at all was none for the earlier ones either.
func (t Ticket) turns(at time.Time) []turn {
	since := t.FiledAt
	known := t.AsOf(at)
	void := known.State == "merged" || known.State == "declined"
	var turns []turn
	for _, leg := range t.Earlier {
		one := t
		one.Serving, one.Contacted, one.ContactDue, one.ResolveDue = leg.Serving, leg.Contacted, leg.ContactDue, leg.ResolveDue
		one.Closings, one.Earlier = t.saidBetween(since, leg.Until), nil
		if leg.Until.After(at) {
			return append(turns, turn{Ticket: one, since: since, at: at})
		}
		one.State, one.Ended = "in_progress", nil
		if !void {
			turns = append(turns, turn{Ticket: one, since: since, at: leg.Until, over: true})
		}
		since = leg.Until
	}
	if len(t.Earlier) > 0 {
		t.Closings, t.Earlier = t.saidBetween(since, at.Add(1)), nil
	}
	return append(turns, turn{Ticket: t, since: since, at: at})
}

// saidBetween are the closings whose evidence was there in a stretch of time.
func (t Ticket) saidBetween(from, to time.Time) []Closing {
	var said []Closing
	for _, c := range t.Closings {
		if c.Complete != nil && !c.Complete.Before(from) && c.Complete.Before(to) {
			said = append(said, c)
		}
	}
	return said
}

// AsOf is the ticket as it was known at a moment: later facts are taken away again.
func (t Ticket) AsOf(at time.Time) Ticket {
	t.Contacted = known(t.Contacted, at)
	if t.Ended != nil && known(t.Ended, at) == nil {
		t.Ended, t.State = nil, "in_progress"
	}
	var closings []Closing
	for _, c := range t.Closings {
		if c = c.asOf(at); c.Complete != nil {
			closings = append(closings, c)
		}
	}
	t.Closings = closings
	if t.Contacted == nil {
		t.Contacted = answered(closings)
	}
	return t
}

// asOf is the closing with the last of its answers that was known at a moment, pending where none was.
func (c Closing) asOf(at time.Time) Closing {
	c.Complete = known(c.Complete, at)
	for known(c.Answered, at) == nil && len(c.Earlier) > 0 {
		last := c.Earlier[len(c.Earlier)-1]
		c.Outcome, c.Answered, c.Earlier = last.Outcome, &last.At, c.Earlier[:len(c.Earlier)-1]
	}
	if known(c.Answered, at) == nil {
		c.Outcome, c.Answered = "pending", nil
	}
	return c
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
