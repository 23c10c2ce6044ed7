package ticket

import (
	"encoding/json"
	"math/rand/v2"
	"testing"
	"time"

	"linli/models"
)

// One home has one voice, and the reporter's home is one of them: whatever people do, the number is that of a set.
func TestVoicesAreHouseholds(t *testing.T) {
	dice := rand.New(rand.NewPCG(3, 4))
	for range 2000 {
		var supporting, reporters []int64
		set := map[int64]bool{}
		for range dice.IntN(30) {
			unit := dice.Int64N(12)
			supporting = append(supporting, unit)
			if unit != 0 {
				set[unit] = true
			}
		}
		for range dice.IntN(3) {
			unit := 1 + dice.Int64N(12)
			reporters = append(reporters, unit)
			delete(set, unit)
		}
		want := len(set)
		if len(reporters) > 0 {
			want++
		}
		if got := Voices(supporting, reporters); got != want {
			t.Fatalf("%v with the reporter's %v are %d, want %d", supporting, reporters, got, want)
		}
	}
}

// The clock of the written answer over weekends, a holiday and its make-up day; the urgency rises where it was less, and
// no deadline moves back.
func TestJointClock(t *testing.T) {
	c := catalogueOf(t)
	calendar, err := models.ParseCalendar(models.FirstCalendar())
	if err != nil {
		t.Fatal(err)
	}
	h := c.Hours(calendar)
	for _, tt := range []struct{ category, filed, joint, answer, urgency string }{
		{"SVC-02", "2026-11-25 12:00", "2026-11-25 12:00", "2026-11-27 23:59", "u3c"},
		{"SVC-02", "2026-11-25 12:00", "2026-11-26 23:59", "2026-11-30 23:59", "u3c"}, // Thursday: Friday, Monday
		{"SVC-02", "2026-09-28 12:00", "2026-09-30 12:00", "2026-10-09 23:59", "u3c"}, // the national week
		{"REP-01", "2026-11-25 12:00", "2026-11-25 12:00", "2026-11-27 23:59", "u3r"},
		{"GOV-02", "2026-11-25 12:00", "2026-11-26 12:00", "2026-11-30 23:59", "u3c"},
		{"POL-02", "2026-11-25 12:00", "2026-11-25 12:00", "2026-11-27 23:59", "u3c"},
		{"CLN-04", "2026-11-25 12:00", "2026-11-25 12:00", "2026-11-27 23:59", "u2"},
	} {
		category, _ := c.Category(tt.category)
		urgency, _ := c.Urgency(category.Urgency)
		at := func(text string) time.Time {
			moment, err := time.ParseInLocation("2006-01-02 15:04", text, models.Shanghai)
			if err != nil {
				t.Fatal(err)
			}
			return models.UTC(moment)
		}
		filed := Ticket{Category: category.Code, Urgency: category.Urgency, Protected: category.Kind.Protected(), State: Submitted, FiledAt: at(tt.filed), UpdatedAt: at(tt.filed)}
		filed = filed.DispatchedTo(1, "op", DeadlinesFrom(urgency, h, filed.FiledAt, filed.Protected, 2), c)
		joined, _, err := filed.Apply(models.SystemActor, Move{Action: Joint}, c, at(tt.joint))
		if err != nil {
			t.Fatal(err)
		}
		joined = joined.Joined(JointByHouseholds, c, h, at(tt.joint))
		if got := models.DateOf(*joined.JointDue); string(got) != tt.answer[:10] || !models.EndOfDay(*joined.JointDue).Equal(*joined.JointDue) {
			t.Errorf("%s joint %s: the answer is due %s, want the end of %s", tt.category, tt.joint, joined.JointDue.In(models.Shanghai), tt.answer[:10])
		}
		if joined.Urgency != tt.urgency {
			t.Errorf("%s: urgency %s, want %s", tt.category, joined.Urgency, tt.urgency)
		}
		for name, pair := range map[string][2]time.Time{
			"take": {filed.AcknowledgeDue, joined.AcknowledgeDue}, "contact": {filed.ContactDue, joined.ContactDue}, "solve": {filed.ResolveDue, joined.ResolveDue},
			"next": {*filed.NextDue, *joined.NextDue},
		} {
			if pair[1].After(pair[0]) {
				t.Errorf("%s: the deadline to %s moved back from %s to %s", tt.category, name, pair[0], pair[1])
			}
		}
		if _, _, err := joined.Apply(models.SystemActor, Move{Action: Joint}, c, at(tt.joint)); models.CodeOf(err) != "ticket.joint_already" {
			t.Errorf("joint twice: %v", err)
		}
	}
}

// What a granted extension gave is not taken away by the households.
func TestJointLeavesAGrantedExtension(t *testing.T) {
	c := catalogueOf(t)
	now := models.UTC(time.Date(2026, 11, 25, 4, 0, 0, 0, time.UTC))
	due := now.Add(40 * 24 * time.Hour)
	filed := Ticket{Category: "GOV-02", Urgency: "u4", State: InProgress, Open: true, AcknowledgedAt: &now, ContactedAt: &now, ResolveDue: due, Extension: ExtensionGranted, UpdatedAt: now}
	if joined := filed.Joined(JointByOffice, c, c.Hours(models.Calendar{}), now); !joined.ResolveDue.Equal(due) || joined.Urgency != "u3c" {
		t.Errorf("to be solved by %s, urgency %s", joined.ResolveDue, joined.Urgency)
	}
}

func TestACatalogueSaysWhatIsJoint(t *testing.T) {
	c := catalogueOf(t)
	for code, want := range map[string]bool{"REP-01": true, "SVC-02": true, "CLN-01": true, "SAFE-04": false, "REP-12": false, "ORD-04": false, "GOV-07": false, "DSP-01": false, "LAW-01": false, "SVC-07": false, "no": false} {
		if c.Shareable(code) != want {
			t.Errorf("%s is offered: %v", code, !want)
		}
	}
	for _, code := range firstJointRule.Also {
		if _, known := c.Category(code); !known {
			t.Errorf("%s is no category", code)
		}
	}
	for _, bad := range []JointRule{{}, {Households: 2, Answer: Span{WorkingDays: 2}, Urgency: "u3c"}, {Households: 10, Urgency: "u3c"}, {Households: 10, Answer: Span{WorkingDays: 2}, Urgency: "u9"}} {
		if _, err := ParseCatalogue(withJoint(t, bad)); err == nil {
			t.Errorf("%+v was taken", bad)
		}
	}
	mine := JointRule{Households: 5, Answer: Span{WorkingDays: 1}, Urgency: "u3c"}
	if got, err := ParseCatalogue(withJoint(t, mine)); err != nil || got.JointRule().Households != 5 || got.Shareable("SVC-02") {
		t.Errorf("%+v (%v)", got.Joint, err)
	}
}

func withJoint(t *testing.T, rule JointRule) []byte {
	t.Helper()
	c := catalogueOf(t)
	c.Joint = &rule
	doc, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	return doc
}
