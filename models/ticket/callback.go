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

// aboveFiler is the lowest level that may ask about t because of who filed it: a station of one would ask about its own filing.
func aboveFiler(t Ticket) Level {
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
	level = max(level, aboveFiler(t))
	if why == CallbackSecondLook {
		level = max(level, LevelCenter)
	}
	return level
}

// MayCall reports whether a may be told to make the call: of the office that it fell to, and neither the reporter, nor who filed
// it, nor of a party that must answer t or had to.
func (c Callback) MayCall(a models.Actor, t Ticket) bool {
	own := a.AccountID == t.ReporterID || a.AccountID == t.AuthorID || a.WorksFor(c.PartyID) || a.WorksFor(t.HandlingPartyID) || t.AnsweredBefore(a)
	return a.SignedIn() && !own && a.OfOffice(int(c.Level), c.CommunityID, c.TownID)
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
	if !c.About(t) {
		return c.Overtaken(now)
	}
	at := models.UTC(now)
	c.State, c.SettledAt = CallbackLapsed, &at
	return c
}

// Overtaken is an open callback that nobody has to make any more.
func (c Callback) Overtaken(now time.Time) Callback {
	at := models.UTC(now)
	c.State, c.SettledAt = CallbackOvertaken, &at
	return c
}

// DrawnAnew reports whether the closing of c is drawn once more because it is answered once more: what silence closed and the reporter
// confirms by himself needs no second look, but perhaps a call because of its stars. What was settled stays settled.
func (c Callback) DrawnAnew(outcome Outcome) bool {
	return c.State == CallbackOvertaken || c.State == CallbackOpen && c.Why == CallbackSecondLook && outcome != OutcomeSilent
}

// Draws reports whether an answer of a's to the closing of t may bring a callback: a "solved", unless an office gave it, which has asked
// the reporter just now.
func Draws(a models.Actor, t Ticket, solved bool) bool { return solved && PartOf(a, t) != PartOfficer }

// StepOf is the step that t takes when the person says result: closed as confirmed, back with its party, or none but the line that
// he was asked.
func (w CallbackTelling) StepOf(t Ticket) Action {
	switch {
	case w.Result == CallbackNotSolved:
		return Reopen
	case w.Result == CallbackSolved && t.State == ClosedUnrated:
		return CallbackConfirm
	}
	return CalledBack
}

// Reopened is t raised because a callback brought it back, for the reopened-th time, and whether it was: from the third time on it
// stands with the centre.
func (r CallbackRules) Reopened(t Ticket, reopened int64, partyKind string) (Ticket, bool) {
	if reopened > r.ReopenMost {
		return t.RaisedTo(LevelCenter, partyKind)
	}
	return t.SentBackTooOften(partyKind)
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
