package place

import (
	"cmp"
	_ "embed"
	"encoding/json"
	"fmt"
	"math/bits"
	"slices"
	"strconv"
	"strings"
	"time"

	"linli/models"
)

// PhoneRules are one immutable version of the rules by which posted phones are called.
type PhoneRules struct {
	Version   string      `json:"version"`
	Source    string      `json:"source"`
	ValidFrom models.Date `json:"valid_from"`
	// CallsPerWeek is how many calls a caller is given in a week, in the mean.
	CallsPerWeek int64 `json:"calls_per_week"`
	CommitHours  int   `json:"commit_hours"` // so long before its Monday a week's draw is committed
	WaitHours    int   `json:"wait_hours"`   // so long after that the beacon may be signed, not earlier
	// Windows are the hours of a day in which calls are made.
	Windows        []PhoneWindow `json:"windows"`
	CallMinutes    int           `json:"call_minutes"`    // so long after its minute a call may be made
	CorrectMinutes int           `json:"correct_minutes"` // so long after it was told a result may be corrected, once
	PublishedDays  int           `json:"published_days"`
	ShareFrom      int64         `json:"share_from"` // fewer calls are told as counts, without a share
}

// PhoneWindow are hours of a day. One of the night is only for those who must answer round the clock, and may end on the next day.
type PhoneWindow struct {
	From  string `json:"from"`
	To    string `json:"to"`
	Night bool   `json:"night"`
}

//go:embed phones_2026-12.json
var phones2026December []byte

// The second version has no hour at which a number that is to be answered round the clock is never called.
//
//go:embed phones_2026-12-2.json
var phones2026Second []byte

// PhoneRuleDocuments are the documents that the program brings along, the oldest first.
func PhoneRuleDocuments() [][]byte {
	return [][]byte{slices.Clone(phones2026December), slices.Clone(phones2026Second)}
}

// ParsePhoneRules reads and checks a document.
func ParsePhoneRules(doc []byte) (PhoneRules, error) {
	var r PhoneRules
	if err := json.Unmarshal(doc, &r); err != nil {
		return r, fmt.Errorf("phone rules: %w", err)
	}
	if _, ok := models.ParseDate(string(r.ValidFrom)); !ok || r.Version == "" {
		return r, fmt.Errorf("phone rules %q: a version and its first day are needed", r.Version)
	}
	if r.CallsPerWeek < 1 || r.CommitHours < 24 || r.WaitHours < 24 || r.CallMinutes < 1 || r.CorrectMinutes < 0 || r.PublishedDays < 1 || r.ShareFrom < 1 {
		return r, fmt.Errorf("phone rules %s: a call a week, a day between commit and beacon, and bounds above nothing are needed", r.Version)
	}
	for _, w := range r.Windows {
		if _, _, ok := hours(w.From, w.To); !ok || !w.Night && w.To <= w.From {
			return r, fmt.Errorf("phone rules %s: the window from %q to %q is none", r.Version, w.From, w.To)
		}
	}
	if len(r.Windows) == 0 {
		return r, fmt.Errorf("phone rules %s: no window", r.Version)
	}
	return r, nil
}

// PostedPhone is a number that stands on contact cards of a community, and who may be told to call it.
type PostedPhone struct {
	// Level is the office that calls it: the first one without an interest.
	Level       int
	CommunityID int64
	TownID      int64
	PartyID     int64
	Phone       string
	Nights      bool // it is to be answered at night, too
}

// NewPostedPhone is the number of a party on cards of a community; false where there is none that can be called: the hotline
// stands in for it, or it is nothing that can be dialled.
func NewPostedPhone(party HandlingParty, phone string, communityID, townID int64, nights bool) (PostedPhone, bool) {
	p := PostedPhone{
		Level: models.UninterestedLevel(string(party.Kind)), CommunityID: communityID, TownID: townID, PartyID: party.ID, Phone: phone, Nights: nights,
	}
	return p, party.ID != 0 && phone != Hotline && Phone(phone)
}

// caller is the office whose week the number fills.
func (p PostedPhone) caller() string {
	switch p.Level {
	case models.LevelStation:
		return "station/" + strconv.FormatInt(p.CommunityID, 10)
	case models.LevelTown:
		return "town/" + strconv.FormatInt(p.TownID, 10)
	}
	return "county/" + strconv.Itoa(p.Level)
}

// Line is the number as the list of a draw has it: level, town, community, party, number, hours.
func (p PostedPhone) Line() string {
	hours := "day"
	if p.Nights {
		hours = "night"
	}
	return fmt.Sprintf("%d %d %d %d %s %s", p.Level, p.TownID, p.CommunityID, p.PartyID, p.Phone, hours)
}

// ParsePostedPhone reads what Line wrote, and nothing else.
func ParsePostedPhone(line string) (p PostedPhone, err error) {
	var hours string
	if _, err = fmt.Sscanf(line, "%d %d %d %d %s %s", &p.Level, &p.TownID, &p.CommunityID, &p.PartyID, &p.Phone, &hours); err != nil {
		return PostedPhone{}, fmt.Errorf("posted phone %q: %w", line, err)
	}
	if p.Nights = hours == "night"; p.Line() != line {
		return PostedPhone{}, fmt.Errorf("posted phone %q is not as it is written", line)
	}
	return p, nil
}

// PhoneDraw is one week's draw.
type PhoneDraw struct {
	Week        models.Date `gorm:"primaryKey"` // its Monday
	Rules       string      // the document in force when it was committed
	Lines       string      // the list, sorted, a line each
	ListHash    string
	SecretHash  string
	Secret      string // 32 bytes in hexadecimal
	CommittedAt time.Time
	Beacon      string // empty until it was signed
	BeaconAt    *time.Time
}

// TableName is the draws' table.
func (PhoneDraw) TableName() string { return "phone_draws" }

// NewPhoneDraw commits the list of a week.
func NewPhoneDraw(week models.Date, rules string, list []PostedPhone, secret string, now time.Time) PhoneDraw {
	var lines []string
	for _, p := range list {
		lines = append(lines, p.Line())
	}
	slices.Sort(lines)
	lines = slices.Compact(lines)
	return PhoneDraw{
		Week: week, Rules: rules, Lines: strings.Join(lines, "\n"), ListHash: ListHash(lines), SecretHash: SecretHash(secret), Secret: secret, CommittedAt: models.UTC(now),
	}
}

// ID is the draw's name in what is hashed.
func (d PhoneDraw) ID() string { return "phones-" + string(d.Week) }

// end is the moment at which the week is over, to the last call of its last night.
func (d PhoneDraw) end() time.Time { return d.Week.Add(8).Start() }

// Revealed reports whether the secret may be told: the week is over, and the last call of its last night with it.
func (d PhoneDraw) Revealed(now time.Time) bool { return !now.Before(d.end()) }

// WeeksToDraw are the Mondays whose draws must be committed at now: of the week that runs, and of the next one when it is near.
func (r PhoneRules) WeeksToDraw(now time.Time) []models.Date {
	monday := Monday(models.DateOf(now))
	weeks := []models.Date{monday}
	if next := monday.Add(7); !now.Before(r.CommitAt(next)) {
		weeks = append(weeks, next)
	}
	return weeks
}

// CommitAt is when the draw of a week is to be committed.
func (r PhoneRules) CommitAt(week models.Date) time.Time {
	return models.UTC(week.Start().Add(-time.Duration(r.CommitHours) * time.Hour))
}

// BeaconFrom is the moment from which on a checkpoint can be the beacon of a draw that was committed at another.
func (r PhoneRules) BeaconFrom(committed time.Time) time.Time {
	return models.UTC(committed.Add(time.Duration(r.WaitHours) * time.Hour))
}

// Monday is the first day of the week of day.
func Monday(day models.Date) models.Date {
	return day.Add(-((int(day.Start().In(models.Shanghai).Weekday()) + 6) % 7))
}

// PhoneCall is one call that a draw orders.
type PhoneCall struct {
	PostedPhone
	Cell  string // its name in the draw
	Due   time.Time
	Until time.Time
}

// Calls are all calls of a draw that has its beacon, those before the beacon left out: they could not be known then. They
// follow from the draw alone.
func (d PhoneDraw) Calls() ([]PhoneCall, error) {
	if d.BeaconAt == nil {
		return nil, nil
	}
	rules, err := ParsePhoneRules([]byte(d.Rules))
	if err != nil || d.Lines == "" {
		return nil, err
	}
	var list []PostedPhone
	for line := range strings.SplitSeq(d.Lines, "\n") {
		p, err := ParsePostedPhone(line)
		if err != nil {
			return nil, err
		}
		list = append(list, p)
	}
	calls := rules.draw(d.Week, DrawSeed(d.ID(), d.ListHash, d.Beacon, d.Secret), list)
	return slices.DeleteFunc(calls, func(c PhoneCall) bool { return c.Due.Before(*d.BeaconAt) }), nil
}

// days is how many days a week has.
const days = 7

func (r PhoneRules) draw(week models.Date, seed []byte, list []PostedPhone) (calls []PhoneCall) {
	cells := map[string]uint64{}
	for _, p := range list {
		cells[p.caller()] += days * r.windowsFor(p)
	}
	for _, p := range list {
		below, always := r.threshold(cells[p.caller()])
		for day := range days {
			for i, w := range r.Windows {
				if w.Night && !p.Nights {
					continue
				}
				cell := fmt.Sprintf("%s|%d|%d", p.Line(), day, i)
				lot, minute := lotNumbers(DrawTicket(seed, cell))
				if lot < below || always {
					calls = append(calls, r.call(p, cell, week.Add(day), w, minute))
				}
			}
		}
	}
	slices.SortFunc(calls, func(a, b PhoneCall) int { return cmp.Or(a.Due.Compare(b.Due), strings.Compare(a.Cell, b.Cell)) })
	return calls
}

func (r PhoneRules) windowsFor(p PostedPhone) (n uint64) {
	for _, w := range r.Windows {
		if p.Nights || !w.Night {
			n++
		}
	}
	return n
}

// threshold is below which number a cell of a caller with so many is called, that there may be CallsPerWeek in the mean; always
// where there are no more cells than that.
func (r PhoneRules) threshold(cells uint64) (below uint64, always bool) {
	calls := uint64(r.CallsPerWeek) // #nosec G115 -- the rules are refused when this is not above zero
	if cells <= calls {
		return 0, true
	}
	below, _ = bits.Div64(calls, 0, cells)
	return below, false
}

func (r PhoneRules) call(p PostedPhone, cell string, day models.Date, w PhoneWindow, number uint64) PhoneCall {
	from, to, _ := hours(w.From, w.To)
	minute := time.Duration(number%uint64((to-from)/time.Minute)) * time.Minute // #nosec G115 -- what is left is below the minutes of a window, which are above zero
	due := models.UTC(day.Start().Add(from + minute))
	return PhoneCall{PostedPhone: p, Cell: cell, Due: due, Until: due.Add(time.Duration(r.CallMinutes) * time.Minute)}
}

// Number is the draw's name in the ledger, its Monday as a number: 20261123.
func (d PhoneDraw) Number() int64 {
	n, _ := strconv.ParseInt(strings.ReplaceAll(string(d.Week), "-", ""), 10, 64)
	return n
}
