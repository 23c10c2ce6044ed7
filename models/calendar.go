package models

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
	"time"
)

// Calendar says which days are worked: Monday to Friday, without the statutory holidays, with the make-up days (调休)
// that the State Council lays on weekends. It is one immutable document; a year's arrangement is published the autumn
// before, so the centre adds a version every year. A deadline that was stored keeps what it was.
type Calendar struct {
	Version   string         `json:"version" maxLength:"32"`
	Source    string         `json:"source" maxLength:"500"`
	ValidFrom Date           `json:"valid_from"`
	Years     []CalendarYear `json:"years"`

	off, worked map[Date]bool
}

// CalendarYear is what one notice of the State Council arranges.
type CalendarYear struct {
	Year       int       `json:"year"`
	Holidays   []Holiday `json:"holidays"`
	MakeUpDays []Date    `json:"make_up_days"`
}

// Holiday is a row of days off, First and Last included.
type Holiday struct {
	Name  string `json:"name" maxLength:"40"`
	First Date   `json:"first"`
	Last  Date   `json:"last"`
}

//go:embed calendar_2026-01.json
var firstCalendar []byte

// FirstCalendar is the document that a fresh database starts with: 2019 to 2026.
func FirstCalendar() []byte { return slices.Clone(firstCalendar) }

// ParseCalendar reads and checks a document. Days that do not exist, holidays that run backwards or for a month, make-up
// days that are not on a weekend, and a day that is both are refused, with the year at fault.
func ParseCalendar(doc []byte) (Calendar, error) {
	var c Calendar
	if err := json.Unmarshal(doc, &c); err != nil {
		return c, fmt.Errorf("calendar: %w", err)
	}
	return c.Checked()
}

// Checked is the calendar ready for use, or the reason why it cannot be used.
func (c Calendar) Checked() (Calendar, error) {
	c.off, c.worked = map[Date]bool{}, map[Date]bool{}
	bad := func(year int, code string) (Calendar, error) {
		return c, RefuseField(code, "years").With("year", year)
	}
	if _, ok := ParseDate(string(c.ValidFrom)); !ok || c.Version == "" {
		return c, RefuseField("calendar.version_required", "version")
	}
	if len(c.Years) == 0 {
		return c, RefuseField("calendar.years_required", "years")
	}
	for i, y := range c.Years {
		if i > 0 && y.Year != c.Years[i-1].Year+1 {
			return bad(y.Year, "calendar.year_missing")
		}
		for _, h := range y.Holidays {
			if !realDays(h.First, h.Last) || h.Last < h.First || h.First.Add(31) < h.Last || !nearYear(h.First, y.Year) || !nearYear(h.Last, y.Year) {
				return bad(y.Year, "calendar.bad_holiday")
			}
			for d := h.First; d <= h.Last; d = d.Add(1) {
				c.off[d] = true
			}
		}
	}
	for _, y := range c.Years {
		for _, d := range y.MakeUpDays {
			if !realDays(d) || !nearYear(d, y.Year) || !d.weekend() || c.off[d] {
				return bad(y.Year, "calendar.bad_make_up_day")
			}
			c.worked[d] = true
		}
	}
	return c, nil
}

func realDays(days ...Date) bool {
	return !slices.ContainsFunc(days, func(d Date) bool { _, ok := ParseDate(string(d)); return !ok })
}

// nearYear lets a New Year's holiday begin in the December before.
func nearYear(d Date, year int) bool {
	return d >= Date(fmt.Sprintf("%d-12-20", year-1)) && d <= Date(fmt.Sprintf("%d-12-31", year))
}

func (d Date) weekend() bool {
	day := d.Start().In(Shanghai).Weekday()
	return day == time.Saturday || day == time.Sunday
}

// Worked reports whether d is a working day. Days after the last year known count as if there were no holidays.
func (c Calendar) Worked(d Date) bool { return c.worked[d] || !d.weekend() && !c.off[d] }

// AddWorkingDays is the n-th working day after d. The day itself never counts (Civil Code art. 201); n must not be
// negative, and 0 gives d itself, worked or not.
func (c Calendar) AddWorkingDays(d Date, n int) Date {
	for n > 0 {
		d = d.Add(1)
		if c.Worked(d) {
			n--
		}
	}
	return d
}

// EndOfWorkingDays is the last moment of the n-th working day after the day of t (Civil Code art. 203: the last day
// ends at midnight). It gives away the day of t, but no moment of it.
func (c Calendar) EndOfWorkingDays(t time.Time, n int) time.Time {
	return EndOfDay(c.AddWorkingDays(DateOf(t), n).Start())
}

// MaySetCalendar reports whether a may put a new version into force: the county's centre and its administrator.
func MaySetCalendar(a Actor) bool { return a.Has(CenterOfficer, Admin) }
