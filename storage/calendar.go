package storage

import (
	"context"
	"encoding/json"

	"linli/models"
)

// CalendarKind is the kind of the rulesets that say which days are worked.
const CalendarKind = "calendar"

// SeedCalendar writes the calendar that the program brings along into a database that does not have it. It may run at
// every start.
func SeedCalendar(tx Tx) error {
	document := models.FirstCalendar()
	calendar, err := models.ParseCalendar(document)
	if err != nil {
		return err
	}
	_, err = Insert(tx, &Ruleset{
		Kind: CalendarKind, Version: calendar.Version, Formula: "calendar/1", Document: string(document), ValidFrom: calendar.ValidFrom, RecordedAt: tx.At(),
	})
	return err
}

// Calendar is the calendar in force now.
func (db *DB) Calendar(ctx context.Context) (calendar models.Calendar, err error) {
	err = db.Read(ctx, func(tx Tx) error {
		rule, err := RulesetOn(tx, CalendarKind, tx.Today())
		if Absent(err) {
			return models.Refuse(models.NotFound, "calendar.not_found")
		}
		if err != nil {
			return err
		}
		calendar, err = models.ParseCalendar([]byte(rule.Document))
		return err
	})
	return calendar, err
}

// SetCalendar puts a new version into force for what is filed from now on; deadlines that stand on tickets stay as they
// are (B-b.1 no. 1). Only the centre may; a version that exists already is a conflict, because documents never change.
func (db *DB) SetCalendar(ctx context.Context, a models.Actor, calendar models.Calendar) (models.Calendar, error) {
	if !a.Has(models.CenterOfficer, models.Admin) {
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
		row := Ruleset{Kind: CalendarKind, Version: calendar.Version, Formula: "calendar/1", Document: string(document), ValidFrom: calendar.ValidFrom, RecordedAt: tx.At()}
		created, err := Insert(tx, &row)
		if err != nil {
			return err
		}
		if !created {
			return models.Refuse(models.Conflict, "calendar.version_exists")
		}
		_, err = Record(tx, models.Event{
			Noun: "calendar", NounID: row.ID, Action: "set", ActorID: a.AccountID, ActorRole: a.ActsAs(models.Role.Oversees), Data: map[string]any{"version": calendar.Version},
		})
		return err
	})
	return calendar, err
}
