package ticket

import (
	"slices"
	"time"

	"linli/models"
)

// CallbackView is a callback for whoever must make it. The number is not in it: he asks for it.
type CallbackView struct {
	ID        int64         `json:"id"`
	TicketID  int64         `json:"ticket_id"`
	Number    string        `json:"number"`
	Category  string        `json:"category"`
	Urgency   string        `json:"urgency"`
	Place     string        `json:"place"`
	PartyName string        `json:"party_name" doc:"who said that it is done"`
	Result    string        `json:"result" doc:"what the party said"`
	Confirmed bool          `json:"confirmed" doc:"the reporter has said himself that it is solved"`
	ClosedOn  models.Date   `json:"closed_on"`
	Why       CallbackWhy   `json:"why" enum:"complaint,u1,low_rating,sample,second_look,drawn" doc:"drawn: one of the others, which only the centre reads"`
	State     CallbackState `json:"state" enum:"open,solved,not_solved,not_reached,lapsed,overtaken"`
	Tries     int64         `json:"tries" doc:"so often nobody was reached"`
	LastTryAt *time.Time    `json:"last_try_at,omitempty"`
	UntilAt   time.Time     `json:"until_at" doc:"after that it counts as not made"`
}

// WhyTold is the reason as the office reads it that c fell to: below the centre none that tells of single stars (DECISIONS 12), and
// so neither those that are drawn where there are no such stars.
func (c Callback) WhyTold() CallbackWhy {
	if c.Level >= LevelCenter || c.Why == CallbackComplaint || c.Why == CallbackUrgent {
		return c.Why
	}
	return CallbackDrawn
}

// CallbackOf is the callback as whoever makes it sees it.
func CallbackOf(c Callback, k Known) CallbackView {
	v := CallbackView{
		ID: c.ID, TicketID: c.TicketID, Number: k.Ticket.Number, Category: k.Ticket.Category, Urgency: k.Ticket.Urgency, Place: placeWords(k, ""), PartyName: k.Party.Name,
		ClosedOn: models.DateOf(c.DueAt), Why: c.WhyTold(), State: c.State, Tries: c.Tries, LastTryAt: c.LastTryAt, UntilAt: c.UntilAt,
	}
	if i := slices.IndexFunc(k.Closings, func(x Closing) bool { return x.Closing == c.Closing }); i >= 0 {
		said := k.Closings[i]
		v.Result, v.Confirmed = said.Result, said.Outcome == OutcomeConfirmed
		if said.AnsweredAt != nil { // a draw that stars brought came later
			v.ClosedOn = models.DateOf(*said.AnsweredAt)
		}
	}
	return v
}

// CallbackList is what one person has to ask now, the oldest first, and how the county's offices keep up with it.
type CallbackList struct {
	Items       []CallbackView  `json:"items"`
	Waiting     int             `json:"waiting" doc:"how many there are, also those that the list has no room for"`
	CallFrom    string          `json:"call_from" doc:"the hours in which people are called"`
	CallTo      string          `json:"call_to"`
	LookHours   int             `json:"look_hours" doc:"so long after a look at the number a result may be told"`
	Tries       int64           `json:"tries_needed" doc:"so many calls that reach nobody end it"`
	TryDays     int64           `json:"try_days_needed" doc:"… on at least so many days"`
	TryGapHours int             `json:"try_gap_hours" doc:"… and so many hours apart"`
	FiguresFrom models.Date     `json:"figures_from" doc:"the first day of the figures"`
	FiguresTo   models.Date     `json:"figures_to" doc:"their last day: today for the centre, the end of a month for all others"`
	ShareFrom   int64           `json:"share_from" doc:"so many make a share, and below the centre any figure"`
	Centre      CallbackShare   `json:"centre" doc:"what the county's offices had to ask"`
	Towns       []TownCallbacks `json:"towns"`
}

// TownCallbacks is a town's line: what its stations had to ask, and what the town had.
type TownCallbacks struct {
	TownID   int64         `json:"town_id"`
	TownName string        `json:"town_name"`
	Stations CallbackShare `json:"stations"`
	Town     CallbackShare `json:"town"`
}

// CallbackShare says how many of those who had to be asked were reached. What was overtaken is not in it.
type CallbackShare struct {
	Due     int64           `json:"due" doc:"made, tried in vain or not made; 0 where they are too few"`
	Reached int64           `json:"reached"`
	TooFew  bool            `json:"too_few,omitempty" doc:"below the centre: fewer than make a share, perhaps none, and no figure is told"`
	ShareBP *int64          `json:"share_bp,omitempty" doc:"reached of due in basis points; absent while they are too few to say"`
	Counts  *CallbackCounts `json:"counts,omitempty" doc:"how they came out; to the centre alone"`
}

// CallbackCounts are callbacks by what became of them.
type CallbackCounts struct {
	Open       int64 `json:"open" doc:"still to be made"`
	Solved     int64 `json:"solved"`
	NotSolved  int64 `json:"not_solved"`
	NotReached int64 `json:"not_reached"`
	Lapsed     int64 `json:"lapsed" doc:"nobody made it in time"`
}

// Add counts n callbacks in a state.
func (c *CallbackCounts) Add(state CallbackState, n int64) {
	switch state {
	case CallbackOpen:
		c.Open += n
	case CallbackSolved:
		c.Solved += n
	case CallbackNotSolved:
		c.NotSolved += n
	case CallbackNotReached:
		c.NotReached += n
	case CallbackLapsed:
		c.Lapsed += n
	case CallbackOvertaken: // nobody had to ask any more
	}
}

// SeesCallbackCounts reports whether a reads how callbacks came out. Whoever may be the party complained of, as a station or a town
// may, would read single ones off figures that move by one.
func SeesCallbackCounts(a models.Actor) bool {
	return countyLevel(a) >= LevelCenter
}

// CallbackSpan are the days, both inside, whose callbacks a reader's figures count: to whoever sees all the published ones up to
// today, to all others the finished months among them, which stand still until the next one ends.
func (r CallbackRules) CallbackSpan(all bool, today models.Date) (from, to models.Date) {
	from = today.Add(-r.PublishedDays)
	if all {
		return from, today
	}
	month := from.Month()
	if models.DateOf(month.Start()) < from {
		month = month.Add(1)
	}
	return models.DateOf(month.Start()), models.DateOf(today.Month().Start()).Add(-1)
}

// Share is what a reader is told of counts: half up, in basis points, from so many on as make a share.
func (r CallbackRules) Share(c CallbackCounts, all bool) CallbackShare {
	s := CallbackShare{Reached: c.Solved + c.NotSolved}
	s.Due = s.Reached + c.NotReached + c.Lapsed
	if s.Due >= r.ShareFrom {
		bp := models.ShareBP(s.Reached, s.Due)
		s.ShareBP = &bp
	} else if !all {
		return CallbackShare{TooFew: true}
	}
	if all {
		s.Counts = &c
	}
	return s
}
