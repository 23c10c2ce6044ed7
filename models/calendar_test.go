package models

import (
	"strings"
	"testing"
	"time"
)

func calendarOf(t *testing.T) Calendar {
	t.Helper()
	c, err := ParseCalendar(FirstCalendar())
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestWorkingDays(t *testing.T) {
	c := calendarOf(t)
	tests := []struct {
		name string
		from Date
		n    int
		want Date
	}{
		{"an ordinary week", "2026-11-23", 1, "2026-11-24"},
		{"Friday to Monday", "2026-11-27", 1, "2026-11-30"},
		{"filed on a Saturday, Sunday does not count either", "2026-11-28", 1, "2026-11-30"},
		{"none", "2026-11-28", 0, "2026-11-28"},
		{"five days with a weekend between", "2026-11-25", 5, "2026-12-02"},
		{"the Sunday before the Spring Festival is worked", "2025-01-24", 1, "2025-01-26"},
		{"across the Spring Festival of 2026", "2026-02-13", 1, "2026-02-14"},
		{"and out of it", "2026-02-14", 1, "2026-02-24"},
		{"the Saturday after it is a make-up day", "2026-02-27", 1, "2026-02-28"},
		{"across National Day with the make-up Saturday", "2026-09-30", 3, "2026-10-10"},
		{"the longer Spring Festival of 2020", "2020-01-23", 1, "2020-02-03"},
		{"New Year that begins in December", "2022-12-30", 1, "2023-01-03"},
		{"two notices side by side", "2025-12-31", 1, "2026-01-04"},
		{"a leap day", "2024-02-28", 1, "2024-02-29"},
		{"beyond what is known only weekends rest", "2027-01-29", 1, "2027-02-01"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := c.AddWorkingDays(tt.from, tt.n); got != tt.want {
				t.Errorf("%d working days after %s: %s, want %s", tt.n, tt.from, got, tt.want)
			}
		})
	}
}

// The county's day begins at 16:00 UTC of the day before: an error of the zone would move a deadline by a day.
func TestEndOfWorkingDaysIsShanghais(t *testing.T) {
	c := calendarOf(t)
	for filed, want := range map[string]string{
		"2026-11-25T15:59:59Z": "2026-11-26T15:59:59.999999Z", // Wednesday 23:59:59
		"2026-11-25T16:00:00Z": "2026-11-27T15:59:59.999999Z", // Thursday 00:00
	} {
		at, _ := time.Parse(time.RFC3339, filed)
		if got := c.EndOfWorkingDays(at, 1).Format(time.RFC3339Nano); got != want {
			t.Errorf("filed %s: %s, want %s", filed, got, want)
		}
	}
}

func TestCalendarRefusesWhatCannotBe(t *testing.T) {
	good := string(FirstCalendar())
	for name, change := range map[string][3]string{
		"a make-up day on a Tuesday":    {`"2026-10-10"]`, `"2026-10-13"]`, "calendar.bad_make_up_day"},
		"a make-up day in a holiday":    {`"2026-10-10"]`, `"2026-10-04"]`, "calendar.bad_make_up_day"},
		"a holiday that runs backwards": {`"2026-10-07"`, `"2026-09-07"`, "calendar.bad_holiday"},
		"a day that does not exist":     {`"2026-10-07"`, `"2026-10-32"`, "calendar.bad_holiday"},
		"another year's holiday":        {`"first": "2026-10-01", "last": "2026-10-07"`, `"first": "2025-06-02", "last": "2025-06-03"`, "calendar.bad_holiday"},
		"a year left out":               {`"year": 2026`, `"year": 2027`, "calendar.year_missing"},
		"no version":                    {`"version": "2026-01"`, `"version": ""`, "calendar.version_required"},
	} {
		changed := strings.Replace(good, change[0], change[1], 1)
		if changed == good {
			t.Fatalf("%s: the test changes nothing", name)
		}
		if _, err := ParseCalendar([]byte(changed)); CodeOf(err) != change[2] {
			t.Errorf("%s: %v, want %s", name, err, change[2])
		}
	}
}
