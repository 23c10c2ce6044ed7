package storage

import (
	"context"
	"encoding/json"

	"linli/models"
)

// The rulesets that say which days are worked.
const (
	calendarKind    = "calendar"
	calendarFormula = "calendar/1"
)

// SeedCalendar writes the calendar that the program brings along into a database that does not have it. It may run at
// every start.
func SeedCalendar(tx Tx) error {
	return SeedRules(tx, calendarKind, [][]byte{models.FirstCalendar()}, models.ParseCalendar, func(c models.Calendar) (string, string, models.Date) {
		return c.Version, calendarFormula, c.ValidFrom
	})
}

// CalendarRules reads the calendar that is in force on the day of a transaction.
func CalendarRules() *Rules[models.Calendar] { return NewRules(calendarKind, models.ParseCalendar) }

// Calendar is the calendar in force now.
func (db *DB) Calendar(ctx context.Context) (calendar models.Calendar, err error) {
	err = db.Read(ctx, func(tx Tx) error {
		calendar, err = CalendarRules().In(tx)
		if Absent(err) {
			return models.Refuse(models.NotFound, "calendar.not_found")
		}
		return err
	})
	return calendar, err
}

// SetCalendar puts a new version into force for what is filed from now on; deadlines that stand on tickets stay as they
// are (B-b.1 no. 1). Only the centre may; a version that exists already is a conflict, because documents never change.
func (db *DB) SetCalendar(ctx context.Context, a models.Actor, calendar models.Calendar) (models.Calendar, error) {
	if !models.MaySetCalendar(a) {
		return calendar, models.Refuse(models.Denied, "access.denied")
	}
	calendar, err := calendar.Checked()
	if err != nil {
		return calendar, err
	}
	document, err := json.Marshal(calendar)
	if err != nil {
		return calendar, err
	}
	err = db.Write(ctx, func(tx Tx) error {
		row, added, err := AddRuleset(tx, calendarKind, calendar.Version, calendarFormula, document, calendar.ValidFrom)
		if err != nil {
			return err
		}
		if !added {
			return models.Refuse(models.Conflict, "calendar.version_exists")
		}
		_, err = Record(tx, models.Event{
			Noun: "calendar", NounID: row.ID, Action: "set", ActorID: a.AccountID, ActorRole: a.ActsAs(models.Role.Oversees), Data: map[string]any{"version": calendar.Version},
		})
		return err
	})
	return calendar, err
}
