package ticket

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"linli/models"
)

func instant(t *testing.T, when string) time.Time {
	t.Helper()
	moment, err := time.ParseInLocation("2006-01-02 15:04", when, models.Shanghai)
	if err != nil {
		t.Fatal(err)
	}
	return moment.UTC()
}

func TestShifted(t *testing.T) {
	days, minutes := Span{WorkingDays: 5}, Span{Minutes: 4320}
	for _, tt := range []struct {
		name          string
		span          Span
		due, from, to string
		want          string
	}{
		{"three days of minutes are three days", minutes, "2026-11-28 21:00", "2026-11-26 10:00", "2026-11-29 10:00", "2026-12-01 21:00"},
		{"minutes run through the night and the weekend", minutes, "2026-11-28 02:30", "2026-11-27 23:50", "2026-11-30 00:00", "2026-11-30 02:40"},
		{"a week in working days", days, "2026-11-27 23:59", "2026-11-23 10:00", "2026-11-30 00:00", "2026-12-04 23:59"},
		{"until tomorrow is a working day", days, "2026-11-27 23:59", "2026-11-23 10:00", "2026-11-24 00:00", "2026-11-30 23:59"},
		{"ended on the same day, nothing is gained", days, "2026-11-27 23:59", "2026-11-23 10:00", "2026-11-23 18:00", "2026-11-27 23:59"},
		{"over a weekend nothing is gained", days, "2026-12-04 23:59", "2026-11-28 10:00", "2026-11-30 00:00", "2026-12-04 23:59"},
		{"on the last day one is left", days, "2026-11-27 23:59", "2026-11-27 22:00", "2026-12-01 00:00", "2026-12-01 23:59"},
		{"over the October holiday, with its make-up day on the tenth", days, "2026-10-12 23:59", "2026-09-29 10:00", "2026-10-08 00:00", "2026-10-14 23:59"},
		{"over the end of the year: the holiday is not worked, the Sunday after it is", days, "2026-01-06 23:59", "2025-12-30 10:00", "2026-01-05 00:00", "2026-01-09 23:59"},
		{"on a Saturday whose deadline is the same day, as extensions have them", days, "2026-11-28 23:59", "2026-11-28 10:00", "2026-12-01 00:00", "2026-12-01 23:59"},
		{"no time at all", minutes, "2026-11-28 21:00", "2026-11-26 10:00", "2026-11-26 10:00", "2026-11-28 21:00"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			due := instant(t, tt.due)
			if tt.span.WorkingDays > 0 {
				due = models.EndOfDay(due)
			}
			got := hoursOf(t).Shifted(due, instant(t, tt.from), instant(t, tt.to), tt.span)
			if got.In(models.Shanghai).Format("2006-01-02 15:04") != tt.want {
				t.Errorf("got %s, want %s", got.In(models.Shanghai), tt.want)
			}
		})
	}
}

// paused is tk paused at a moment as the store does it.
func paused(t *testing.T, tk Ticket, a models.Actor, asked PauseAsked, now time.Time) (Ticket, error) {
	t.Helper()
	next, _, err := tk.Apply(a, Move{Action: asked.Action(), Note: asked.Note, Version: asked.Version}, catalogueOf(t), now)
	if err != nil {
		return tk, err
	}
	if err := CheckPause(asked, hoursOf(t), now); err != nil {
		return tk, err
	}
	return next.PausedTo(asked.Until, urgencyOf(t, tk), hoursOf(t), catalogueOf(t), now), nil
}

func TestPauseLimits(t *testing.T) {
	both := handler
	both.AccountID = resident.AccountID
	base := taken(t, "REP-01", "2026-11-25 12:00")
	base.ID, base.Version = 1, 4
	is := func(f func(*Ticket)) Ticket { tk := base; f(&tk); return tk }
	now := instant(t, "2026-11-26 10:00")
	parts := func(until models.Date) PauseAsked {
		return PauseAsked{Why: PauseForParts, Note: "向厂家订了钢丝绳，单号 A-17", Until: until}
	}
	day := func(until models.Date) PauseAsked { return PauseAsked{Why: PauseForDay, Until: until} }
	running, err := paused(t, base, handler, parts("2026-11-30"), now.Add(-time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name   string
		ticket Ticket
		a      models.Actor
		asked  PauseAsked
		now    time.Time
		code   string
	}{
		{"parts until tomorrow", base, handler, parts("2026-11-27"), now, ""},
		{"parts for ten working days", base, handler, parts("2026-12-10"), now, ""},
		{"parts for a day more", base, handler, parts("2026-12-11"), now, "ticket.pause_day"},
		{"until today", base, handler, parts("2026-11-26"), now, "ticket.pause_day"},
		{"a day that does not exist", base, handler, parts("2026-11-31"), now, "ticket.pause_day"},
		{"just before midnight tomorrow is tomorrow", base, handler, parts("2026-11-27"), instant(t, "2026-11-26 23:59"), ""},
		{"just after midnight it is today", base, handler, parts("2026-11-27"), instant(t, "2026-11-27 00:00"), "ticket.pause_day"},
		{"parts without words", base, handler, PauseAsked{Why: PauseForParts, Note: " ", Until: "2026-11-30"}, now, "ticket.note_required"},
		{"words that show no order", base, handler, PauseAsked{Why: PauseForParts, Note: "处理中", Until: "2026-11-30"}, now, "ticket.pause_words"},
		{"no reason", base, resident, PauseAsked{Why: "tired", Until: "2026-11-30"}, now, "ticket.pause_why"},
		{"the reporter orders no parts", base, resident, parts("2026-11-30"), now, "ticket.not_yours_to_pause_parts"},
		{"the reporter's day", base, resident, day("2026-12-26"), now, ""},
		{"the reporter's day, too far away", base, resident, day("2026-12-27"), now, "ticket.pause_day"},
		{"the handler sets no day", base, handler, day("2026-11-30"), now, "ticket.not_yours_to_pause_day"},
		{"nor does a handler whose own matter it is", base, both, day("2026-11-30"), now, "ticket.not_yours_to_pause_day"},
		{"an old look at it", base, handler, PauseAsked{Version: 3, Why: PauseForParts, Note: "订单号 A-17，等厂家发货", Until: "2026-11-30"}, now, "ticket.changed_meanwhile"},
		{"life is in danger", is(func(tk *Ticket) { tk.Urgency = "u1" }), resident, day("2026-11-30"), now, "ticket.pause_never"},
		{"in the last moment", base, handler, parts("2026-11-30"), base.ResolveDue, ""},
		{"after the deadline", base, handler, parts("2026-11-30"), base.ResolveDue.Add(time.Second), "ticket.pause_too_late"},
		{"not taken yet", is(func(tk *Ticket) { tk.State, tk.AcknowledgedAt = Dispatched, nil }), handler, parts("2026-11-30"), now, "ticket.wrong_state"},
		{"a wish for a later date waits", is(func(tk *Ticket) { tk.Extension = ExtensionWaiting }), handler, parts("2026-11-30"), now, "ticket.pause_extension_waits"},
		{"beside another one", running, resident, day("2026-11-30"), now, "ticket.paused"},
		{"parts a second time", running, handler, parts("2026-12-03"), instant(t, "2026-11-30 00:00"), "ticket.pause_used"},
		{"the reporter's day after the parts", running, resident, day("2026-12-01"), instant(t, "2026-11-30 00:00"), ""},
		{"one household of many", is(func(tk *Ticket) { tk.JointAt = &now }), resident, day("2026-11-30"), now, "ticket.pause_joint"},
		{"parts for many", is(func(tk *Ticket) { tk.JointAt = &now }), handler, parts("2026-11-30"), now, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			next, err := paused(t, tt.ticket, tt.a, tt.asked, tt.now)
			if tt.code != "" {
				if models.CodeOf(err) != tt.code {
					t.Errorf("got %v, want %s", err, tt.code)
				}
				return
			}
			if err != nil || !next.PausedAt(tt.now) || next.PausedAt(tt.asked.Until.Start()) || !next.PausedDue.Equal(tt.ticket.ResolveDue) {
				t.Fatalf("%+v (%v)", next.PausedUntil, err)
			}
			if next.AlertDue != nil && next.NextStep == NextResolve && next.AlertDue.Before(*next.PausedUntil) {
				t.Errorf("reminded at %s, while the clock stands", next.AlertDue)
			}
			if offered := tt.ticket.Allowed(tt.a, catalogueOf(t), tt.now); !slices.Contains(offered, tt.asked.Action()) {
				t.Errorf("not offered: %v", offered)
			}
		})
	}
	for action, code := range map[Action]string{Extend: "ticket.paused", Return: "ticket.paused", Resume: ""} {
		tk := running
		tk.State = Acknowledged
		until := tk.ResolveDue
		tk.ReturnUntil = &until
		if _, _, err := tk.Apply(handler, Move{Action: action, Note: "不归我们"}, catalogueOf(t), now); code == "" && err != nil || code != "" && models.CodeOf(err) != code {
			t.Errorf("%s while it is paused: %v", action, err)
		}
	}
	if _, _, err := base.Apply(handler, Move{Action: Resume}, catalogueOf(t), now); models.CodeOf(err) != "ticket.pause_none" {
		t.Errorf("ended though it did not stand: %v", err)
	}
}

// TestAPauseIsNoGain draws matters, pauses and early ends. Only the clock to solve moves, only while it is not missed, and by
// no more than the time that stood still: so a score never gets better than by real waiting.
func TestAPauseIsNoGain(t *testing.T) {
	dice := rand.New(rand.NewPCG(4, 21))
	c, h := catalogueOf(t), hoursOf(t)
	done := 0
	for range 4000 {
		category := c.Categories[dice.IntN(len(c.Categories))]
		filed := time.Date(2025, 1, 1, 0, 0, 0, 0, models.Shanghai).Add(time.Duration(dice.IntN(700*24*60)) * time.Minute)
		tk := taken(t, category.Code, filed.Format("2006-01-02 15:04"))
		tk.ID = 1
		u := urgencyOf(t, tk)
		now := models.UTC(tk.DispatchedAt.Add(time.Duration(dice.Int64N(int64(tk.ResolveDue.Sub(tk.DispatchedAt)) * 5 / 4))))
		asked := PauseAsked{Why: PauseForParts, Note: "向厂家订了配件，单号 B-2", Until: models.DateOf(now).Add(1 + dice.IntN(16))}
		next, err := paused(t, tk, handler, asked, now)
		if err != nil {
			continue
		}
		done++
		end := asked.Until.Start()
		if now.After(tk.ResolveDue) || next.ResolveDue.Before(tk.ResolveDue) || !next.ResolveDue.After(end) {
			t.Fatalf("%s: due %s, paused at %s to %s: due %s", category.Code, tk.ResolveDue, now, end, next.ResolveDue)
		}
		if !next.ContactDue.Equal(tk.ContactDue) || !next.AcknowledgeDue.Equal(tk.AcknowledgeDue) || next.Overdue(now) {
			t.Fatalf("%s: another clock than the one to solve moved", category.Code)
		}
		if gained := next.ResolveDue.Sub(tk.ResolveDue); u.Resolve.WorkingDays == 0 && !tk.Protected && gained != end.Sub(now) {
			t.Fatalf("%s: %s more for a pause of %s", category.Code, gained, end.Sub(now))
		}
		early := models.UTC(now.Add(time.Duration(dice.Int64N(int64(end.Sub(now))))))
		ended, _, err := next.Apply(handler, Move{Action: Resume}, c, early)
		if err != nil {
			t.Fatal(err)
		}
		ended = ended.ResumedFrom(next, u, h, c, early)
		if ended.ResolveDue.After(next.ResolveDue) || ended.ResolveDue.Before(tk.ResolveDue) || ended.ResolveDue.Before(early) || ended.PausedAt(early) {
			t.Fatalf("%s: due %s, paused at %s to %s, ended at %s: due %s", category.Code, tk.ResolveDue, now, end, early, ended.ResolveDue)
		}
		if gained := ended.ResolveDue.Sub(tk.ResolveDue); u.Resolve.WorkingDays == 0 && !tk.Protected && gained != early.Sub(now) {
			t.Fatalf("%s: %s more for a pause that lasted %s", category.Code, gained, early.Sub(now))
		}
		if tk.Protected && (!next.ResolveDue.Equal(models.EndOfDay(next.ResolveDue)) || !ended.ResolveDue.Equal(models.EndOfDay(ended.ResolveDue))) {
			t.Fatalf("%s: a protected matter's deadline tells an hour", category.Code)
		}
	}
	if done < 1000 {
		t.Errorf("only %d pauses were drawn", done)
	}
}
