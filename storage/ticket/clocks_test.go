package ticket_test

import (
	"testing"
	"time"

	"linli/models"
	"linli/storage"
)

// A new calendar counts for what is filed after it; what was promised before stays promised (B-b.1 no. 1).
func TestDeadlinesFollowTheCalendarOfTheFiling(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		friday := time.Date(2026, 11, 27, 2, 0, 0, 0, time.UTC)
		w.clock.At = friday
		before := w.file(t, w.Resident, w.filing("ORD-01"))
		monday := models.EndOfDay(models.Date("2026-11-30").Start())
		if !before.RespondDue.Equal(monday) {
			t.Fatalf("filed on a Friday, to be answered by %s, want %s", before.RespondDue, monday)
		}
		calendar, err := w.db.Calendar(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		last := &calendar.Years[len(calendar.Years)-1]
		last.Holidays = append(last.Holidays, models.Holiday{Name: "临时", First: "2026-11-30", Last: "2026-12-01"})
		if _, err := w.db.SetCalendar(t.Context(), w.Officer, calendar); models.CodeOf(err) != "calendar.version_exists" {
			t.Fatalf("a document changed under its name: %v", err)
		}
		calendar.Version = "2026-12-snow"
		if _, err := w.db.SetCalendar(t.Context(), w.Staff, calendar); models.KindOf(err) != models.Denied {
			t.Fatalf("an operator made himself a holiday: %v", err)
		}
		if _, err := w.db.SetCalendar(t.Context(), w.Officer, calendar); err != nil {
			t.Fatal(err)
		}
		after := w.file(t, w.Resident, w.filing("ORD-01"))
		if want := models.EndOfDay(models.Date("2026-12-02").Start()); !after.RespondDue.Equal(want) {
			t.Errorf("after the new calendar: %s, want %s", after.RespondDue, want)
		}
		again, err := w.store.Ticket(t.Context(), w.Resident, before.ID)
		if err != nil || !again.RespondDue.Equal(monday) {
			t.Errorf("an old promise moved to %s (%v)", again.RespondDue, err)
		}
		calendar.Version, last.Holidays[0].First = "2026-12-broken", "2026-13-01"
		if _, err := w.db.SetCalendar(t.Context(), w.Officer, calendar); models.CodeOf(err) != "calendar.bad_holiday" {
			t.Errorf("a day that does not exist: %v", err)
		}
		var lines int64
		err = w.db.Read(t.Context(), func(tx storage.Tx) error {
			return tx.DB().Table("ledger").Where("noun = ?", "calendar").Count(&lines).Error
		})
		if err != nil || lines != 1 {
			t.Errorf("%d lines in the ledger about one change (%v)", lines, err)
		}
	})
}
