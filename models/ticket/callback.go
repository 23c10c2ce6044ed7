package ticket

import (
	"slices"
	"strings"
	"time"

	"linli/models"
)

// CallbackWhy is why a reporter is called back (回访).
type CallbackWhy string

// The reasons, in the order in which the first that fits is taken.
const (
	CallbackComplaint  CallbackWhy = "complaint"
	CallbackUrgent     CallbackWhy = "u1"
	CallbackLowRating  CallbackWhy = "low_rating"
	CallbackSample     CallbackWhy = "sample"
	CallbackSecondLook CallbackWhy = "second_look" // by the centre, of what silence closed
)

// CallbackDrawn is what an office below the centre reads instead of a reason that tells of one person's stars or silence.
const CallbackDrawn CallbackWhy = "drawn"

// CallbackState is what became of a callback.
type CallbackState string

// A callback is open until a result settles it, its time is over, or the ticket went on without it.
const (
	CallbackOpen       CallbackState = "open"
	CallbackSolved     CallbackState = "solved"
	CallbackNotSolved  CallbackState = "not_solved"
	CallbackNotReached CallbackState = "not_reached"
	CallbackLapsed     CallbackState = "lapsed"
	CallbackOvertaken  CallbackState = "overtaken"
)

// Callback is one question to a reporter whether what was closed is solved. There is at most one for a closing.
type Callback struct {
	ID          int64 `gorm:"primaryKey"`
	TicketID    int64
	Closing     int64
	Why         CallbackWhy
	Level       Level
	CommunityID int64
	TownID      int64
	PartyID     int64 // the party that said "done"
	DueAt       time.Time
	UntilAt     time.Time
	State       CallbackState
	Tries       int64 // so often nobody was reached,
	TryDays     int64 // on so many days
	LastTryAt   *time.Time
	SettledAt   *time.Time
	SettledBy   int64
}

// TableName is the callbacks' table.
func (Callback) TableName() string { return "callbacks" }

// CallbackTold is one result that was told, under the id that its sender gave it. Stars and words are in the rating.
type CallbackTold struct {
	ID          int64 `gorm:"primaryKey"`
	CallbackID  int64
	AuthorID    int64
	ClientID    string
	ContentHash string
	Result      CallbackState
	At          time.Time
}

// TableName is the results' table.
func (CallbackTold) TableName() string { return "callback_tellings" }

// CallbackLook is when somebody last looked at the number of the one whom he calls back.
type CallbackLook struct {
	CallbackID int64 `gorm:"primaryKey"`
	AccountID  int64 `gorm:"primaryKey"`
	At         time.Time
}

// TableName is the looks' table.
func (CallbackLook) TableName() string { return "callback_looks" }

// NewCallback is the callback about the newest closing of t. kinds are those of all parties that had to answer t: nobody asks
// about work in which he has an interest (DECISIONS 1).
func (r CallbackRules) NewCallback(t Ticket, why CallbackWhy, kinds []string, now time.Time) Callback {
	at := models.UTC(now)
	return Callback{
		TicketID: t.ID, Closing: t.Closing, Why: why, Level: callbackLevel(t, why, kinds), CommunityID: t.CommunityID, TownID: t.TownID, PartyID: t.HandlingPartyID,
		DueAt: at, UntilAt: at.Add(time.Duration(r.Days) * 24 * time.Hour), State: CallbackOpen,
	}
}

// filedBelow is the lowest level that may ask about t because of who filed it: a station of one would ask about its own filing.
func filedBelow(t Ticket) Level {
	if t.OnBehalf && t.FiledAs == models.StationStaff {
		return LevelTown
	}
	return LevelStation
}

func callbackLevel(t Ticket, why CallbackWhy, kinds []string) Level {
	level := LevelStation
	for _, kind := range kinds {
		level = max(level, UninterestedLevel(kind))
	}
	level = max(level, filedBelow(t))
	if why == CallbackSecondLook {
		level = max(level, LevelCenter)
	}
	return level
}

// MayCall reports whether a may be told to make the call: of the office that it fell to, and neither the reporter, nor who filed
// it, nor of a party that must answer t or had to.
func (c Callback) MayCall(a models.Actor, t Ticket) bool {
	switch {
	case !a.SignedIn(), a.AccountID == t.ReporterID, a.AccountID == t.AuthorID, a.WorksFor(c.PartyID), a.WorksFor(t.HandlingPartyID), t.AnsweredBefore(a):
		return false
	}
	return a.OfOffice(int(c.Level), c.CommunityID, c.TownID)
}

// About reports whether t still stands where it stood when c was drawn: closed, by the same "done".
func (c Callback) About(t Ticket) bool {
	return c.Closing == t.Closing && (t.State == Closed || t.State == ClosedUnrated)
}

// mayAct refuses who must not make the call, to whom it does not exist, and what is over.
func (c Callback) mayAct(a models.Actor, t Ticket, now time.Time) error {
	switch {
	case !c.MayCall(a, t):
		return models.Refuse(models.NotFound, "callback.not_found")
	case c.State == CallbackOvertaken, c.State == CallbackOpen && !c.About(t):
		return models.Refuse(models.Conflict, "callback.overtaken")
	case c.State == CallbackLapsed, c.State == CallbackOpen && !now.Before(c.UntilAt):
		return models.Refuse(models.Conflict, "callback.lapsed")
	case c.State != CallbackOpen:
		return models.Refuse(models.Conflict, "callback.settled")
	}
	return nil
}

// Look refuses a look at the number, or says whether it is a new one, which the reporter is told of: looked is when the same
// person last looked.
func (c Callback) Look(a models.Actor, t Ticket, looked *time.Time, r CallbackRules, now time.Time) (anew bool, err error) {
	if err := c.mayAct(a, t, now); err != nil {
		return false, err
	}
	return !r.lookHolds(looked, now), nil
}

func (r CallbackRules) lookHolds(looked *time.Time, now time.Time) bool {
	return looked != nil && now.Before(looked.Add(r.lookLasts()))
}

// CallbackTelling is what came of a call.
type CallbackTelling struct {
	ClientID string        `json:"client_id" format:"uuid"`
	Result   CallbackState `json:"result" enum:"solved,not_solved,not_reached"`
	Level    int           `json:"level,omitempty" minimum:"0" maximum:"5" doc:"the stars that the person gave, if it is solved and he gave any"`
	Text     string        `json:"text,omitempty" maxLength:"8000" doc:"if it is not solved: what the person says"`
}

// Check refuses a telling that makes no sense as written, and trims its words.
func (w CallbackTelling) Check(limit int) (CallbackTelling, error) {
	if err := CheckClientID(w.ClientID); err != nil {
		return w, err
	}
	switch {
	case w.Result != CallbackSolved && w.Result != CallbackNotSolved && w.Result != CallbackNotReached:
		return w, models.RefuseField("callback.bad_result", "result")
	case w.Level < 0 || w.Level > 5 || w.Level != 0 && w.Result != CallbackSolved:
		return w, models.RefuseField("callback.bad_result", "level")
	case w.Result != CallbackNotSolved && strings.TrimSpace(w.Text) != "":
		return w, models.RefuseField("callback.bad_result", "text")
	}
	var err error
	w.Text, err = CheckText(w.Text, "text", w.Result == CallbackNotSolved, limit)
	return w, err
}

// Tell is the callback after a told at now what came of the call: settled, or one more try behind it. Nobody tells a result who
// has not looked at the number for it, nor at an hour in which nobody is called, nor tries in a row that reached nobody.
func (c Callback) Tell(a models.Actor, t Ticket, w CallbackTelling, looked *time.Time, r CallbackRules, now time.Time) (Callback, error) {
	if err := c.mayAct(a, t, now); err != nil {
		return c, err
	}
	if !r.lookHolds(looked, now) {
		return c, models.Refuse(models.Conflict, "callback.look_first").With("hours", r.LookHours)
	}
	if !r.calledAt(now) {
		return c, models.Refuse(models.Conflict, "callback.not_now").With("from", r.CallFrom).With("to", r.CallTo)
	}
	if next := r.nextTry(c.LastTryAt); w.Result == CallbackNotReached && now.Before(next) {
		return c, models.Refuse(models.Conflict, "callback.too_soon").With("hours", r.TryGapHours).With("at", next.In(models.Shanghai).Format("2006-01-02 15:04"))
	}
	at := models.UTC(now)
	if w.Result != CallbackNotReached {
		c.State, c.SettledAt, c.SettledBy = w.Result, &at, a.AccountID
		return c, nil
	}
	if c.LastTryAt == nil || models.DateOf(*c.LastTryAt) != models.DateOf(at) {
		c.TryDays++
	}
	c.Tries, c.LastTryAt = c.Tries+1, &at
	if c.Tries >= r.Tries && c.TryDays >= r.TryDays {
		c.State, c.SettledAt, c.SettledBy = CallbackNotReached, &at, a.AccountID
	}
	return c, nil
}

// Ended is an open callback whose time is over: the ticket went on without it, or nobody made it.
func (c Callback) Ended(t Ticket, now time.Time) Callback {
	at := models.UTC(now)
	c.State, c.SettledAt = CallbackLapsed, &at
	if !c.About(t) {
		c.State = CallbackOvertaken
	}
	return c
}

// RatingByCall is the kind of what somebody said when he was called back.
const RatingByCall = "callback"

// CallbackStars is what the person said by telephone: with his household's weight, as if he had said it himself, and none where it
// comes too late, he has no account, or he has given this closing stars of his own, which no office replaces. reporter is his account
// with its homes, given what he has said of the ticket before.
func CallbackStars(reporter models.Actor, t Ticket, given []Rating, c Catalogue, w CallbackTelling, caller int64, hash string, now time.Time) Rating {
	unit, weight := int64(0), "none"
	own := slices.ContainsFunc(given, func(r Rating) bool { return r.Closing == t.Closing && r.Level != 0 && r.AuthorID == t.ReporterID })
	if t.ReporterID != 0 && t.AnswerOpen(c, now) && !own {
		unit, weight = AnswerWeight(reporter, t)
	}
	return Rating{
		AuthorID: caller, ClientID: w.ClientID, ContentHash: hash, Kind: RatingByCall, TicketID: t.ID, Closing: t.Closing, EstateID: t.EstateID,
		HandlingPartyID: t.HandlingPartyID, UnitID: unit, Weight: weight, Solved: w.Result == CallbackSolved, Level: w.Level, Text: w.Text,
		Period: models.MonthOf(now), At: models.UTC(now),
	}
}

// Answered are the parties that must answer t or had to.
func (t Ticket) Answered() []int64 { return t.KeptFrom.With(t.HandlingPartyID).ids() }

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
	return a.Has(models.CenterOfficer, models.LeadingGroupOffice, models.Auditor)
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
		bp := (2*wholeBP*s.Reached + s.Due) / (2 * s.Due)
		s.ShareBP = &bp
	} else if !all {
		return CallbackShare{TooFew: true}
	}
	if all {
		s.Counts = &c
	}
	return s
}
