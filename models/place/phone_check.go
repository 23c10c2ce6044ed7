package place

import (
	"slices"
	"strings"
	"time"

	"linli/models"
)

// PhoneResult is what came of a call.
type PhoneResult string

// The results. A call that nobody made in time has none.
const (
	PhoneAnswered    PhoneResult = "answered"
	PhoneNotAnswered PhoneResult = "not_answered"
	PhoneBusy        PhoneResult = "busy"
	PhoneWrongNumber PhoneResult = "wrong_number"
)

var phoneResults = []PhoneResult{PhoneAnswered, PhoneNotAnswered, PhoneBusy, PhoneWrongNumber}

// PhoneCheck is one call that is to be made or was. There is none before its minute has come.
type PhoneCheck struct {
	ID          int64 `gorm:"primaryKey"`
	Week        models.Date
	Cell        string
	Level       int
	CommunityID int64
	TownID      int64
	PartyID     int64
	Phone       string
	DueAt       time.Time
	UntilAt     time.Time
	Result      PhoneResult
	CalledAt    *time.Time
	CalledBy    int64
	CorrectedAt *time.Time
}

// TableName is the checks' table.
func (PhoneCheck) TableName() string { return "phone_checks" }

// MayCall reports whether a may be told to make the call: of the office that it fell to, and not working for the party that
// is called, for nobody checks his own number.
func (c PhoneCheck) MayCall(a models.Actor) bool {
	return !a.WorksFor(c.PartyID) && a.OfOffice(c.Level, c.CommunityID, c.TownID)
}

// PhoneTelling is the wish to say what came of a call.
type PhoneTelling struct {
	Result PhoneResult `json:"result" enum:"answered,not_answered,busy,wrong_number"`
}

// Tell is the check after a told at now what came of the call. The same told again changes nothing; something else within the
// minutes of the rules, by the same person and once, corrects it. Whoever must not make the call does not learn that there is one.
func (c PhoneCheck) Tell(a models.Actor, wish PhoneTelling, rules PhoneRules, now time.Time) (told PhoneCheck, changed bool, err error) {
	switch {
	case !c.MayCall(a):
		return c, false, models.Refuse(models.NotFound, "phone_check.not_found")
	case !slices.Contains(phoneResults, wish.Result):
		return c, false, models.RefuseField("phone_check.bad_result", "result")
	case c.Result == "" && !now.Before(c.UntilAt):
		return c, false, models.Refuse(models.Conflict, "phone_check.expired")
	case c.Result == "":
		at := models.UTC(now)
		c.Result, c.CalledAt, c.CalledBy = wish.Result, &at, a.AccountID
		return c, true, nil
	case c.CalledBy != a.AccountID:
		return c, false, models.Refuse(models.Conflict, "phone_check.called")
	case c.Result == wish.Result:
		return c, false, nil
	case !c.correctable(rules, now):
		return c, false, models.Refuse(models.Conflict, "phone_check.settled").With("minutes", rules.CorrectMinutes)
	}
	at := models.UTC(now)
	c.Result, c.CorrectedAt = wish.Result, &at
	return c, true, nil
}

func (c PhoneCheck) correctable(rules PhoneRules, now time.Time) bool {
	return c.CalledAt != nil && c.CorrectedAt == nil && now.Before(c.CalledAt.Add(time.Duration(rules.CorrectMinutes)*time.Minute))
}

// PhoneCheckView is a call for whoever must make it.
type PhoneCheckView struct {
	ID            int64       `json:"id"`
	PartyName     string      `json:"party_name"`
	PartyKind     PartyKind   `json:"party_kind"`
	CommunityName string      `json:"community_name"`
	Estates       []string    `json:"estates" doc:"on whose cards the number stands, the first five"`
	Phone         string      `json:"phone"`
	DueAt         time.Time   `json:"due_at"`
	UntilAt       time.Time   `json:"until_at" doc:"after that the call counts as not made"`
	Result        PhoneResult `json:"result,omitempty"`
	CorrectUntil  *time.Time  `json:"correct_until,omitempty" doc:"until then the one who told the result may correct it"`
}

// PhoneCheckList is what one person has to call now, and what he told in the last minutes.
type PhoneCheckList struct {
	Items []PhoneCheckView `json:"items"`
	Told  []PhoneCheckView `json:"told" doc:"told by this person, still to be corrected"`
}

// ViewPhoneCheck is the check as whoever makes it sees it.
func ViewPhoneCheck(c PhoneCheck, party HandlingParty, community string, estates []string, rules PhoneRules, now time.Time) PhoneCheckView {
	v := PhoneCheckView{
		ID: c.ID, PartyName: party.Name, PartyKind: party.Kind, CommunityName: community, Estates: append([]string{}, estates...), Phone: c.Phone,
		DueAt: c.DueAt, UntilAt: c.UntilAt, Result: c.Result,
	}
	if c.correctable(rules, now) {
		until := c.CalledAt.Add(time.Duration(rules.CorrectMinutes) * time.Minute)
		v.CorrectUntil = &until
	}
	return v
}

// PhoneShare says how often posted numbers were answered. Results that can still be corrected are not in it.
type PhoneShare struct {
	Calls       int64  `json:"calls"`
	Answered    int64  `json:"answered"`
	NotAnswered int64  `json:"not_answered"`
	Busy        int64  `json:"busy"`
	WrongNumber int64  `json:"wrong_number"`
	NotMade     int64  `json:"not_made" doc:"fell due, and the office that had to call did not"`
	ShareBP     *int64 `json:"share_bp,omitempty" doc:"answered of calls in basis points; absent while the calls are too few to say"`
}

// Add counts n checks with a result, "" for those that nobody made.
func (s *PhoneShare) Add(result PhoneResult, n int64) {
	switch result {
	case PhoneAnswered:
		s.Answered += n
	case PhoneNotAnswered:
		s.NotAnswered += n
	case PhoneBusy:
		s.Busy += n
	case PhoneWrongNumber:
		s.WrongNumber += n
	default:
		s.NotMade += n
		return
	}
	s.Calls += n
}

// Shared is the share with its figure, where there are enough calls for one: half up, in basis points.
func (s PhoneShare) Shared(rules PhoneRules) PhoneShare {
	s.ShareBP = nil
	if s.Calls >= rules.ShareFrom {
		bp := models.ShareBP(s.Answered, s.Calls)
		s.ShareBP = &bp
	}
	return s
}

// EstatePhones is how often the numbers on an estate's card were answered.
type EstatePhones struct {
	Days    int        `json:"days" doc:"of so many days"`
	Enough  int64      `json:"enough" doc:"from so many calls on there is a share"`
	Party   PhoneShare `json:"party" doc:"the number of whoever answers here now"`
	Station PhoneShare `json:"station" doc:"the station's number"`
}

// TownPhones is a town's line of the published table.
type TownPhones struct {
	TownID      int64      `json:"town_id"`
	CommunityID int64      `json:"community_id,omitempty" doc:"instead of a town, for an office that looks after communities"`
	TownName    string     `json:"town_name"`
	Parties     PhoneShare `json:"parties" doc:"numbers of those who answer for estates, called by stations"`
	Stations    PhoneShare `json:"stations" doc:"numbers of stations, called by the town"`
}

// TownPhoneList is the published table.
type TownPhoneList struct {
	Days   int          `json:"days"`
	Enough int64        `json:"enough"`
	All    PhoneShare   `json:"all" doc:"every call of the county, or of the reader's part of it"`
	Part   bool         `json:"part,omitempty" doc:"true: of what the reader's office looks after"`
	Items  []TownPhones `json:"items"`
}

// PhoneDrawView is a week's draw as it is published: what is committed at once, the rest a day after the week.
type PhoneDrawView struct {
	Week        models.Date     `json:"week"`
	ID          string          `json:"id"`
	ListHash    string          `json:"list_hash"`
	SecretHash  string          `json:"secret_hash"`
	CommittedAt time.Time       `json:"committed_at"`
	Beacon      string          `json:"beacon,omitempty"`
	BeaconAt    *time.Time      `json:"beacon_at,omitempty"`
	Revealed    bool            `json:"revealed"`
	Secret      string          `json:"secret,omitempty" doc:"in hexadecimal, a day after the week"`
	Rules       *PhoneRules     `json:"rules,omitempty"`
	Lines       []string        `json:"lines,omitempty" doc:"level, town, community, party, number, hours"`
	Calls       []PhoneCallView `json:"calls,omitempty"`
}

// PhoneCallView is a drawn call, after its week.
type PhoneCallView struct {
	Cell string    `json:"cell"`
	Due  time.Time `json:"due"`
}

// PhoneDrawList are the draws of the last weeks, the newest first.
type PhoneDrawList struct {
	Items []PhoneDrawView `json:"items"`
}

// Head is what is always told of a draw, and the secret of one that is over.
func (d PhoneDraw) Head(now time.Time) PhoneDrawView {
	v := PhoneDrawView{
		Week: d.Week, ID: d.ID(), ListHash: d.ListHash, SecretHash: d.SecretHash, CommittedAt: d.CommittedAt, Beacon: d.Beacon, BeaconAt: d.BeaconAt, Revealed: d.Revealed(now),
	}
	if v.Revealed {
		v.Secret = d.Secret
	}
	return v
}

// View is Head, and of a draw that is over also all from which it can be drawn again, and what was drawn.
func (d PhoneDraw) View(now time.Time) (PhoneDrawView, error) {
	v := d.Head(now)
	if !v.Revealed {
		return v, nil
	}
	rules, err := ParsePhoneRules([]byte(d.Rules))
	if err != nil {
		return v, err
	}
	v.Rules = &rules
	if d.Lines != "" {
		v.Lines = strings.Split(d.Lines, "\n")
	}
	calls, err := d.Calls()
	for _, c := range calls {
		v.Calls = append(v.Calls, PhoneCallView{Cell: c.Cell, Due: c.Due})
	}
	return v, err
}
