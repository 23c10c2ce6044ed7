package ticket

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"linli/models"
)

// taken is a ticket that was filed and taken at a moment.
func taken(t *testing.T, category, when string) Ticket {
	t.Helper()
	tk := fileAt(t, category, when)
	tk.State, tk.AcknowledgedAt, tk.ContactedAt = InProgress, pointer(tk.DispatchedAt), pointer(tk.DispatchedAt)
	return tk.withNext(catalogueOf(t))
}

func urgencyOf(t *testing.T, tk Ticket) Urgency {
	t.Helper()
	u, ok := catalogueOf(t).Urgency(tk.Urgency)
	if !ok {
		t.Fatalf("no urgency %q", tk.Urgency)
	}
	return u
}

func TestExtendedDue(t *testing.T) {
	for _, tt := range []struct {
		name, category, filed string
		first, last           models.Date
		until                 models.Date
		want                  string // "" when the day is refused
	}{
		{"a complaint of five working days: as many again", "ORD-01", "2026-11-25 12:00", "2026-12-03", "2026-12-09", "2026-12-07", "2026-12-07 23:59"},
		{"the last day that the rule reaches", "ORD-01", "2026-11-25 12:00", "2026-12-03", "2026-12-09", "2026-12-09", "2026-12-09 23:59"},
		{"a day more than that", "ORD-01", "2026-11-25 12:00", "2026-12-03", "2026-12-09", "2026-12-10", ""},
		{"the day of the deadline is no later date", "ORD-01", "2026-11-25 12:00", "2026-12-03", "2026-12-09", "2026-12-02", ""},
		{"across the October holiday, with its make-up days", "ORD-01", "2026-09-24 12:00", "2026-10-10", "2026-10-15", "2026-10-15", "2026-10-15 23:59"},
		{"72 hours round the clock: the same hour three days later, no more", "REP-01", "2026-11-25 21:00", "2026-11-28", "2026-12-01", "2026-12-01", "2026-12-01 21:00"},
		{"the evening of the day itself", "REP-01", "2026-11-25 21:00", "2026-11-28", "2026-12-01", "2026-11-28", "2026-11-28 23:59"},
		{"over New Year's Eve in Shanghai, which is still the old year in UTC", "REP-01", "2025-12-29 00:30", "2026-01-01", "2026-01-04", "2026-01-04", "2026-01-04 00:30"},
		{"a day that does not exist", "ORD-01", "2026-11-25 12:00", "2026-12-03", "2026-12-09", "2026-12-0x", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tk := taken(t, tt.category, tt.filed)
			u, h := urgencyOf(t, tk), hoursOf(t)
			if days := tk.ExtensionDays(u, h); days.First != tt.first || days.Last != tt.last {
				t.Errorf("may choose %s to %s, want %s to %s", days.First, days.Last, tt.first, tt.last)
			}
			due, err := tk.ExtendedDue(u, h, tt.until)
			switch {
			case tt.want == "" && models.CodeOf(err) != "ticket.extension_day":
				t.Errorf("got %s (%v)", due, err)
			case tt.want != "" && (err != nil || due.In(models.Shanghai).Format("2006-01-02 15:04") != tt.want):
				t.Errorf("extended to %s, want %s (%v)", due.In(models.Shanghai), tt.want, err)
			}
		})
	}
}

// TestExtensionsStayWithinTheRule draws tickets, days and moments: a granted deadline is later than the one before and at
// most as long again as the urgency gave.
func TestExtensionsStayWithinTheRule(t *testing.T) {
	dice := rand.New(rand.NewPCG(5, 11))
	c, h := catalogueOf(t), hoursOf(t)
	for range 2000 {
		category := c.Categories[dice.IntN(len(c.Categories))]
		filed := time.Date(2025, 1, 1, 0, 0, 0, 0, models.Shanghai).Add(time.Duration(dice.IntN(700*24*60)) * time.Minute)
		tk := taken(t, category.Code, filed.Format("2006-01-02 15:04"))
		u := urgencyOf(t, tk)
		until := models.DateOf(tk.ResolveDue).Add(dice.IntN(40) - 5)
		due, err := tk.ExtendedDue(u, h, until)
		longest := blurFor(tk.Protected, u.Code)(h.After(tk.ResolveDue, u.Resolve))
		switch {
		case err == nil && (!due.After(tk.ResolveDue) || due.After(longest)):
			t.Fatalf("%s filed %s, due %s: extended to %s, longest %s", category.Code, filed, tk.ResolveDue, due, longest)
		case err != nil && models.EndOfDay(until.Start()).After(tk.ResolveDue) && until <= models.DateOf(longest):
			t.Fatalf("%s filed %s, due %s: %s refused, longest %s", category.Code, filed, tk.ResolveDue, until, longest)
		}
	}
}

func TestExtensionIsAskedOnceAndInTime(t *testing.T) {
	c := catalogueOf(t)
	tk := taken(t, "ORD-01", "2026-11-25 12:00")
	soon, late := clock(t, "2026-11-26 09:00"), tk.ResolveDue.Add(time.Microsecond)
	apply := func(tk Ticket, a models.Actor, action Action, note string, version int64, now time.Time) (Ticket, string) {
		next, _, err := tk.Apply(a, Move{Action: action, Note: note, Version: version}, c, now)
		if err == nil {
			return next, ""
		}
		return next, models.CodeOf(err)
	}
	asked, code := apply(tk, handler, Extend, "等专业公司", 0, soon)
	if code != "" || asked.Extension != ExtensionWaiting || !asked.ResolveDue.Equal(tk.ResolveDue) || asked.State != tk.State {
		t.Fatalf("asked: %q %+v", code, asked.Extension)
	}
	refused := asked
	refused.Extension = ExtensionRefused
	fresh := tk
	fresh.State, fresh.AcknowledgedAt = Dispatched, nil
	for _, tt := range []struct {
		name   string
		tk     Ticket
		by     models.Actor
		action Action
		note   string
		now    time.Time
		want   string
	}{
		{"without words", tk, handler, Extend, " ", soon, "ticket.note_required"},
		{"when the deadline has passed", tk, handler, Extend, "等", late, "ticket.extension_too_late"},
		{"at the deadline itself", tk, handler, Extend, "等", tk.ResolveDue, ""},
		{"twice", asked, handler, Extend, "等", soon, "ticket.extension_used"},
		{"again after a refusal", refused, handler, Extend, "等", soon, "ticket.extension_used"},
		{"by the reporter", tk, resident, Extend, "等", soon, "ticket.not_yours_to_extend"},
		{"by the station, which does not answer for it", tk, station, Extend, "等", soon, "ticket.not_yours_to_extend"},
		{"by a party that has nothing to do with it", tk, rival, Extend, "等", soon, "ticket.not_found"},
		{"before it was taken", fresh, handler, Extend, "等", soon, "ticket.wrong_state"},
		{"granted by the party itself", asked, handler, ExtendGrant, "", soon, "ticket.not_yours_to_extend_grant"},
		{"granted by the station", asked, station, ExtendGrant, "", soon, ""},
		{"granted though nobody asked", tk, station, ExtendGrant, "", soon, "ticket.extension_none"},
		{"granted twice", refused, station, ExtendGrant, "", soon, "ticket.extension_none"},
		{"granted when the deadline has passed", asked, station, ExtendGrant, "", late, "ticket.extension_lapsed"},
		{"refused without words", asked, station, ExtendRefuse, "", soon, "ticket.note_required"},
	} {
		if _, code := apply(tt.tk, tt.by, tt.action, tt.note, 0, tt.now); code != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, code, tt.want)
		}
	}
	tk.Version = 7
	if _, code := apply(tk, handler, Extend, "等", 6, soon); code != "ticket.changed_meanwhile" {
		t.Errorf("a stale version: %q", code)
	}
}

func TestTheLadderFollowsAnExtendedDeadline(t *testing.T) {
	tk := taken(t, "ORD-01", "2026-11-25 12:00")
	tk.UpdatedAt = clock(t, "2026-11-26 09:00")
	tk = tk.Granted(Extending{DueAsked: clock(t, "2026-12-09 23:59")}, catalogueOf(t))
	_, said := climb(t, tk, "operator", clock(t, "2027-01-01 00:00"))
	want := []string{"remind 50 12-02 11:59", "remind 80 12-06 23:59", "escalate 1 12-09 23:59", "escalate 2 12-11 23:59", "escalate 3 12-16 23:59"}
	if !slices.Equal(said, want) {
		t.Errorf("said %v, want %v", said, want)
	}
}

func TestANewPartyMayAskForItself(t *testing.T) {
	tk := taken(t, "ORD-01", "2026-11-25 12:00")
	for _, tt := range []struct {
		was                Extension
		handOver, dispatch Extension
	}{{ExtensionWaiting, "", ""}, {ExtensionGranted, "", ExtensionGranted}, {ExtensionRefused, "", ExtensionRefused}} {
		tk.Extension = tt.was
		if got := tk.handed(51, "term", noon).Extension; got != tt.handOver {
			t.Errorf("%s after a hand-over: %q", tt.was, got)
		}
		if got := tk.named(51, noon).Extension; got != tt.dispatch {
			t.Errorf("%s after a dispatch with the old dates: %q", tt.was, got)
		}
	}
}

func TestWhatWasAskedPointsAtNobodyInTheFrozenLook(t *testing.T) {
	k := knownOf(t, "ORD-01")
	k.Ticket.State, k.Ticket.AcknowledgedAt = InProgress, pointer(noon)
	k.Return = &ReturnView{Reason: "13812345678 的业主不配合"}
	k.Extension = &ExtensionView{Outcome: ExtensionWaiting, Reason: "等 13812345678 的业主回来"}
	view := Frozen(k, catalogueOf(t), noon)
	for _, reason := range []string{view.Return.Reason, view.Extension.Reason} {
		if strings.Contains(reason, "13812345678") {
			t.Errorf("the old party keeps %q", reason)
		}
	}
	if k.Extension.Reason != "等 13812345678 的业主回来" || view.ExtensionDays != nil {
		t.Errorf("what was known became %q, days %+v", k.Extension.Reason, view.ExtensionDays)
	}
}
