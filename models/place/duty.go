package place

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"linli/models"
)

// DutyShift is one line of a duty roster (值班表): somebody with a phone, at these hours, on these days of the week, from
// one day to another. A shift belongs to the day on which it begins.
type DutyShift struct {
	ID       int64 `gorm:"primaryKey"`
	PartyID  int64
	Name     string
	Title    string
	Phone    string
	Deputy   bool   // called when whoever is on duty does not answer
	FromTime string // "20:00" in Shanghai
	ToTime   string // "08:00"; not after FromTime: of the next day
	Weekdays string // "1234567", Monday is 1
	// ValidFrom is the first day and ValidTo the day after the last one; empty: without end.
	ValidFrom  models.Date
	ValidTo    models.Date
	RecordedAt time.Time
	ReplacedAt *time.Time // the roster was written anew; who was on duty then stays known
}

// TableName is the shifts' table.
func (DutyShift) TableName() string { return "duty_shifts" }

// DutyRoster is the head of a party's roster: its version guards against two people who write it at once.
type DutyRoster struct {
	PartyID   int64 `gorm:"primaryKey"`
	Version   int64
	UpdatedAt time.Time `gorm:"autoUpdateTime:false"`
	UpdatedBy int64
}

// TableName is the rosters' table.
func (DutyRoster) TableName() string { return "duty_rosters" }

// Span is a stretch of time, its end not in it.
type Span struct {
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
}

// on is the stretch of the shift that begins on day; false where none does.
func (s DutyShift) on(day models.Date) (Span, bool) {
	start := day.Start()
	weekday := (int(start.In(models.Shanghai).Weekday()) + 6) % 7 // Monday 0
	from, to, ok := hours(s.FromTime, s.ToTime)
	if !ok || !day.Within(s.ValidFrom, s.ValidTo) || !strings.ContainsRune(s.Weekdays, rune('1'+weekday)) {
		return Span{}, false
	}
	return Span{From: start.Add(from), To: start.Add(to)}, true
}

// hours are the beginning and the end of a shift since midnight of its day; one that ends when it begins lasts a day.
func hours(fromTime, toTime string) (from, to time.Duration, ok bool) {
	from, ok = models.ParseClock(fromTime)
	if !ok {
		return 0, 0, false
	}
	if to, ok = models.ParseClock(toTime); to <= from {
		to += 24 * time.Hour
	}
	return from, to, ok
}

// OnDuty is who has duty at now, deputies apart: first whoever came last, because he is the one who is there for longest; of two
// who came together the earlier line. Shifts may overlap, so there may be several.
func OnDuty(shifts []DutyShift, now time.Time) (duty, deputies []DutyShift) {
	type there struct {
		DutyShift
		since time.Time
	}
	var all []there
	for _, s := range shifts {
		for _, day := range []models.Date{models.DateOf(now), models.DateOf(now).Add(-1)} {
			if span, ok := s.on(day); ok && !now.Before(span.From) && now.Before(span.To) {
				all = append(all, there{s, span.From})
				break
			}
		}
	}
	slices.SortStableFunc(all, func(a, b there) int { return b.since.Compare(a.since) })
	for _, s := range all {
		if s.Deputy {
			deputies = append(deputies, s.DutyShift)
		} else {
			duty = append(duty, s.DutyShift)
		}
	}
	return duty, deputies
}

// DutyGaps are the stretches from now on, within so many days, in which nobody has duty. Overlaps are no fault; a deputy
// alone does not fill a gap.
func DutyGaps(shifts []DutyShift, now time.Time, days int) (gaps []Span) {
	end := now.Add(time.Duration(days) * 24 * time.Hour)
	var covered []Span
	first := models.DateOf(now).Add(-1) // yesterday's night may still run
	for _, s := range shifts {
		if s.Deputy {
			continue
		}
		for i := range days + 2 {
			if span, ok := s.on(first.Add(i)); ok {
				covered = append(covered, span)
			}
		}
	}
	slices.SortFunc(covered, func(a, b Span) int { return a.From.Compare(b.From) })
	at := now
	for _, c := range covered {
		if !at.Before(end) {
			break
		}
		if c.From.After(at) {
			gaps = append(gaps, Span{From: models.UTC(at), To: models.UTC(models.Earlier(c.From, end))})
		}
		if c.To.After(at) {
			at = c.To
		}
	}
	if at.Before(end) {
		gaps = append(gaps, Span{From: models.UTC(at), To: models.UTC(end)})
	}
	return gaps
}

// The bounds of a roster.
const (
	maxShifts = 60
	maxTitle  = 20 // runes
	maxDuty   = 30 // runes of a name
)

// ShiftWish is one line of a roster as it is written and read.
type ShiftWish struct {
	Name      string      `json:"name" maxLength:"120"`
	Title     string      `json:"title,omitempty" maxLength:"80" doc:"what he is here: shown to the reporter of an urgent matter"`
	Phone     string      `json:"phone" maxLength:"24" doc:"of the work: the reporter of an urgent matter may call it"`
	Deputy    bool        `json:"deputy,omitempty" doc:"called when whoever has duty does not answer"`
	FromTime  string      `json:"from_time" maxLength:"5" doc:"08:00"`
	ToTime    string      `json:"to_time" maxLength:"5" doc:"not after from_time: of the next day; the same: a whole day"`
	Weekdays  string      `json:"weekdays" maxLength:"7" doc:"1234567, Monday is 1"`
	ValidFrom models.Date `json:"valid_from" maxLength:"10"`
	ValidTo   models.Date `json:"valid_to,omitempty" maxLength:"10" doc:"the day after the last one; absent: without end"`
}

// RosterWish is a whole roster as somebody writes it. It takes the place of the one before.
type RosterWish struct {
	Version int64       `json:"version" minimum:"0" doc:"the one that was read, 0 before the first"`
	Shifts  []ShiftWish `json:"shifts" maxItems:"60"`
}

// Check reads a roster, and refuses one with a line that cannot be or with a gap in the next days: nothing of it is kept then.
func (w RosterWish) Check(now time.Time, days int) ([]DutyShift, error) {
	if len(w.Shifts) == 0 || len(w.Shifts) > maxShifts {
		return nil, models.RefuseField("duty_roster.empty", "shifts")
	}
	var shifts []DutyShift
	for i, line := range w.Shifts {
		s, err := line.shift(i + 1)
		if err != nil {
			return nil, err
		}
		shifts = append(shifts, s)
	}
	if gaps := DutyGaps(shifts, now, days); len(gaps) > 0 {
		return nil, models.RefuseField("duty_roster.gap", "shifts").With("from", minute(gaps[0].From)).With("to", minute(gaps[0].To)).With("gaps", len(gaps)).With("days", days)
	}
	return shifts, nil
}

// minute is a moment as a sentence in any language can say it.
func minute(at time.Time) string { return at.In(models.Shanghai).Format("2006-01-02 15:04") }

// shift is the n-th line as it is kept, or what is wrong with it.
func (line ShiftWish) shift(n int) (DutyShift, *models.Error) {
	s := DutyShift{
		Name: HalfWidth(line.Name), Title: HalfWidth(line.Title), Phone: CleanPhone(line.Phone), Deputy: line.Deputy,
		FromTime: line.FromTime, ToTime: line.ToTime, Weekdays: line.Weekdays, ValidFrom: line.ValidFrom, ValidTo: line.ValidTo,
	}
	_, dayOK := models.ParseDate(string(s.ValidFrom))
	if _, ok := models.ParseDate(string(s.ValidTo)); s.ValidTo != "" && (!ok || s.ValidTo <= s.ValidFrom) {
		dayOK = false
	}
	_, _, hoursOK := hours(s.FromTime, s.ToTime)
	switch {
	case s.Name == "" || utf8.RuneCountInString(s.Name) > maxDuty || utf8.RuneCountInString(s.Title) > maxTitle:
		return s, models.RefuseField("duty_roster.bad_name", "shifts.name").With("line", n)
	case !Phone(s.Phone):
		return s, models.RefuseField("duty_roster.bad_phone", "shifts.phone").With("line", n)
	case !hoursOK:
		return s, models.RefuseField("duty_roster.bad_hours", "shifts.from_time").With("line", n)
	case !weekdays(s.Weekdays):
		return s, models.RefuseField("duty_roster.bad_weekdays", "shifts.weekdays").With("line", n)
	case !dayOK:
		return s, models.RefuseField("duty_roster.bad_days", "shifts.valid_from").With("line", n)
	}
	return s, nil
}

// weekdays reports whether text names days of the week, each once and in their order.
func weekdays(text string) bool {
	for i, day := range text {
		if day < '1' || day > '7' || i > 0 && text[i-1] >= byte(day) {
			return false
		}
	}
	return text != ""
}

// RosterView is a party's roster for those who keep it.
type RosterView struct {
	PartyID   int64       `json:"party_id"`
	PartyName string      `json:"party_name"`
	PartyKind PartyKind   `json:"party_kind"`
	Phone24   string      `json:"phone24" doc:"the posted number, called where the roster names nobody"`
	Version   int64       `json:"version"`
	MayKeep   bool        `json:"may_keep" doc:"this reader may write it"`
	Days      int         `json:"days" doc:"how many days ahead it must have no gap"`
	Shifts    []ShiftWish `json:"shifts"`
	Gaps      []Span      `json:"gaps" doc:"in the next days; the first twenty"`
	Now       []DutyView  `json:"now" doc:"who has duty at this moment, deputies last"`
}

// DutyView is somebody on duty, for those who keep the roster.
type DutyView struct {
	Name   string `json:"name"`
	Title  string `json:"title,omitempty"`
	Phone  string `json:"phone"`
	Deputy bool   `json:"deputy"`
}

// RosterList is what one reader may see of the rosters: those of the parties that he works for and, for the county's offices,
// who must keep one and has a gap.
type RosterList struct {
	Items   []RosterView    `json:"items"`
	Lacking []RosterLacking `json:"lacking" doc:"for the county's offices: parties with a gap in the next days, the first hundred"`
}

// RosterLacking is a party whose roster has a gap, or that has none.
type RosterLacking struct {
	PartyID   int64     `json:"party_id"`
	PartyName string    `json:"party_name"`
	PartyKind PartyKind `json:"party_kind"`
	None      bool      `json:"none" doc:"it never wrote one"`
	Gap       Span      `json:"gap" doc:"the first one"`
}

// maxGapsShown bounds the gaps of a view.
const maxGapsShown = 20

// ViewRoster is a roster as a may see it at now.
func ViewRoster(a models.Actor, party HandlingParty, head DutyRoster, shifts []DutyShift, days int, now time.Time) RosterView {
	view := RosterView{
		PartyID: party.ID, PartyName: party.Name, PartyKind: party.Kind, Phone24: party.Phone24, Version: head.Version, MayKeep: MayKeepRoster(a, party.ID), Days: days,
		Shifts: []ShiftWish{}, Gaps: []Span{}, Now: []DutyView{},
	}
	for _, s := range shifts {
		view.Shifts = append(view.Shifts, ShiftWish{
			Name: s.Name, Title: s.Title, Phone: s.Phone, Deputy: s.Deputy, FromTime: s.FromTime, ToTime: s.ToTime, Weekdays: s.Weekdays, ValidFrom: s.ValidFrom, ValidTo: s.ValidTo,
		})
	}
	gaps := DutyGaps(shifts, now, days)
	view.Gaps = append(view.Gaps, gaps[:min(len(gaps), maxGapsShown)]...)
	duty, deputies := OnDuty(shifts, now)
	for _, s := range append(duty, deputies...) {
		view.Now = append(view.Now, DutyView{Name: s.Name, Title: s.Title, Phone: s.Phone, Deputy: s.Deputy})
	}
	return view
}

// MayReadRoster reports whether a may see the roster of a party with the numbers in it: whoever works for it, and the
// county's offices.
func MayReadRoster(a models.Actor, partyID int64) bool {
	return a.WorksFor(partyID) || a.Has(models.CenterOfficer, models.LeadingGroupOffice) || a.IsSystem()
}

// keepsRosters are the roles that write the roster of the party that they work for; an operator's staff reads it, its manager
// writes it.
var keepsRosters = []models.Role{
	models.OperatorManager, models.OwningUnitStaff, models.AgencyStaff, models.UtilityStaff, models.StationStaff, models.TownOfficer, models.CenterOfficer,
}

// MayKeepRoster reports whether a may write the roster of a party: its own people, and nobody for another party.
func MayKeepRoster(a models.Actor, partyID int64) bool {
	if !a.WorksFor(partyID) {
		return a.IsSystem()
	}
	if a.HasFor(models.OperatorStaff, models.ScopeHandlingParty, partyID) {
		return a.HasFor(models.OperatorManager, models.ScopeHandlingParty, partyID)
	}
	return a.Has(keepsRosters...)
}
