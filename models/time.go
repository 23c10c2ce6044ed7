package models

import (
	"database/sql/driver"
	"fmt"
	"time"
)

// Shanghai is the county's clock. China keeps one zone without summer time, so the fixed offset is exact for every
// date this program can meet and needs no zone data on the machine.
var Shanghai = time.FixedZone("Asia/Shanghai", 8*60*60)

// UTC brings a time to what we store: UTC, whole microseconds.
func UTC(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }

// EndOfDay is the last microsecond of t's day in Shanghai.
func EndOfDay(t time.Time) time.Time {
	y, m, d := t.In(Shanghai).Date()
	return UTC(time.Date(y, m, d+1, 0, 0, 0, 0, Shanghai).Add(-time.Microsecond))
}

// Earlier is the first of two moments.
func Earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// Later is the last of two moments.
func Later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// ParseClock reads the time of a day as documents and forms write it, "07:30", as what has passed since midnight.
func ParseClock(text string) (time.Duration, bool) {
	at, err := time.Parse("15:04", text)
	return time.Duration(at.Hour())*time.Hour + time.Duration(at.Minute())*time.Minute, err == nil && len(text) == len("15:04")
}

// Date is a calendar day in Shanghai, "2026-11-22". Validities are half-open: from is inside, to is not.
// The empty Date means open-ended.
type Date string

// DateOf is the day of t.
func DateOf(t time.Time) Date { return Date(t.In(Shanghai).Format(time.DateOnly)) }

// ParseDate accepts exactly YYYY-MM-DD and real days.
func ParseDate(s string) (Date, bool) {
	t, err := time.Parse(time.DateOnly, s)
	return Date(s), err == nil && t.Year() > 1900 && t.Year() < 2200
}

// Start is the first instant of the day.
func (d Date) Start() time.Time {
	t, _ := time.ParseInLocation(time.DateOnly, string(d), Shanghai)
	return UTC(t)
}

// Add moves the date by days.
func (d Date) Add(days int) Date {
	t, _ := time.Parse(time.DateOnly, string(d))
	return Date(t.AddDate(0, 0, days).Format(time.DateOnly))
}

// Month is the "2026-11" of the day.
func (d Date) Month() Month {
	if len(d) < 7 {
		return ""
	}
	return Month(d[:7])
}

// Within reports whether d lies in [from, to); an empty to never ends.
func (d Date) Within(from, to Date) bool { return from <= d && (to == "" || d < to) }

// Scan reads a date column of either database.
func (d *Date) Scan(v any) error {
	switch v := v.(type) {
	case nil:
		*d = ""
	case time.Time:
		*d = Date(v.Format(time.DateOnly))
	case string:
		*d = Date(v[:min(len(v), len(time.DateOnly))])
	case []byte:
		*d = Date(v[:min(len(v), len(time.DateOnly))])
	default:
		return fmt.Errorf("models.Date cannot read %T", v)
	}
	return nil
}

// Value writes an empty date as NULL.
func (d Date) Value() (driver.Value, error) {
	if d == "" {
		return nil, nil
	}
	return string(d), nil
}

// Month is a calendar month in Shanghai, "2026-11".
type Month string

// MonthOf is the month of t.
func MonthOf(t time.Time) Month { return Month(t.In(Shanghai).Format("2006-01")) }

// Start is the first instant of the month.
func (m Month) Start() time.Time { return Date(m + "-01").Start() }

// Add moves the month by n.
func (m Month) Add(n int) Month {
	t, _ := time.Parse("2006-01", string(m))
	return Month(t.AddDate(0, n, 0).Format("2006-01"))
}
