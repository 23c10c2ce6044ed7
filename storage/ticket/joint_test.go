package ticket_test

import (
	"testing"
	"time"

	"linli/models"
	"linli/models/ticket"
)

// joined files a ticket and brings ten households behind it.
func (w *world) joined(t *testing.T, category string) (int64, []models.Actor) {
	t.Helper()
	w.clock.At = time.Date(2026, 11, 25, 4, 0, 0, 0, time.UTC) // a Wednesday
	id := w.file(t, w.Resident, w.filing(category)).ID
	people := w.neighbours(t, 9)
	for i, a := range people {
		if w.seen(t, w.Officer, id).Joint {
			t.Fatalf("joint after %d households", i)
		}
		w.support(t, a, id)
	}
	return id, people
}

func (w *world) jointCount(t *testing.T, a models.Actor, box ticket.Box) int64 {
	t.Helper()
	page, err := w.store.Tickets(t.Context(), a, ticket.Query{Box: box, Filter: ticket.FilterJoint, Limit: 20})
	if err != nil || int64(len(page.Items)) != page.Counts.Joint {
		t.Fatalf("%d rows, counted %d (%v)", len(page.Items), page.Counts.Joint, err)
	}
	return page.Counts.Joint
}

func TestTenHouseholdsMakeItJoint(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		id, people := w.joined(t, "SVC-02")
		seen := w.seen(t, w.Staff, id)
		j := seen.JointMatter
		if j == nil || j.Why != ticket.JointByHouseholds || j.AnswerDue.In(models.Shanghai).Format("01-02 15:04") != "11-27 23:59" || seen.Supporters != ticket.BandMany {
			t.Fatalf("%+v, %s", j, seen.Supporters)
		}
		last := seen.Timeline[len(seen.Timeline)-1]
		if last.Action != "joint" || last.At != nil || last.ActorRole != models.System {
			t.Errorf("the party reads %+v: no hour of the tenth voice", last)
		}
		if w.jointCount(t, w.Staff, ticket.BoxDesk) != 1 || w.jointCount(t, w.Officer, ticket.BoxAll) != 1 || w.jointCount(t, w.OtherStationStaff, ticket.BoxAll) != 0 {
			t.Error("the filter does not show it to desk and centre, or to a station elsewhere")
		}
		_, err := w.store.MoveTicket(t.Context(), w.Resident, id, ticket.Move{Action: ticket.Withdraw})
		wantCode(t, err, models.Conflict, "ticket.joint_not_withdrawn")
		answer := func(a models.Actor, x ticket.JointAnswered) error {
			_, err := w.store.AnswerJoint(t.Context(), a, id, x)
			return err
		}
		yes := ticket.JointAnswered{Accepted: true, Text: "接受：自明日起每日保洁两次，公示考勤"}
		wantCode(t, answer(w.Staff, yes), models.Conflict, "ticket.wrong_state")
		w.move(t, w.Staff, id, ticket.Acknowledge, "")
		w.move(t, w.Staff, id, ticket.Start, "")
		if seen := w.seen(t, w.Staff, id); seen.NextStep != ticket.NextContact && seen.NextStep != ticket.NextJointAnswer {
			t.Errorf("next is %s", seen.NextStep)
		}
		wantCode(t, answer(w.Staff, ticket.JointAnswered{Text: " "}), models.Invalid, "ticket.text_required")
		wantCode(t, answer(w.Staff, ticket.JointAnswered{Text: "收到，谢谢"}), models.Invalid, "ticket.joint_answer_words")
		wantCode(t, answer(w.StationStaff, yes), models.Denied, "ticket.not_yours_to_joint_answer")
		wantCode(t, answer(people[0], yes), models.NotFound, "ticket.not_found")
		stale := yes
		stale.Version = 1
		wantCode(t, answer(w.Staff, stale), models.Conflict, "ticket.changed_meanwhile")
		if err := answer(w.Staff, yes); err != nil {
			t.Fatal(err)
		}
		wantCode(t, answer(w.Staff, yes), models.Conflict, "ticket.joint_answered")
		told, err := w.store.SupportedTicket(t.Context(), people[3], id)
		if err != nil || told.JointMatter == nil || told.JointMatter.Accepted == nil || !*told.JointMatter.Accepted || told.JointMatter.Answer != yes.Text || *told.JointMatter.AnsweredOn != "2026-11-25" {
			t.Fatalf("a supporter is told %+v (%v)", told.JointMatter, err)
		}
		if reporter := w.seen(t, w.Resident, id); reporter.JointMatter.Answer != yes.Text {
			t.Errorf("the reporter is told %+v", reporter.JointMatter)
		}
	})
}

func TestJointAnswerThatIsLateClimbsTheLadder(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		id, _ := w.joined(t, "SVC-02")
		w.move(t, w.Staff, id, ticket.Acknowledge, "")
		w.move(t, w.Resident, id, ticket.ContactConfirm, "")
		seen := w.seen(t, w.Staff, id)
		if seen.NextStep != ticket.NextJointAnswer || !seen.NextDue.Equal(seen.JointMatter.AnswerDue) || !seen.NextDue.Before(seen.ResolveDue) {
			t.Fatalf("next is %s by %s", seen.NextStep, seen.NextDue)
		}
		var reminded, told int
		for w.clock.At.Before(seen.JointMatter.AnswerDue.Add(time.Minute)) {
			w.clock.Advance(6 * time.Hour)
			if _, err := w.store.EscalateDue(t.Context(), 10); err != nil {
				t.Fatal(err)
			}
		}
		for _, item := range w.seen(t, w.StationStaff, id).Timeline {
			switch {
			case item.Action == string(ticket.Remind) && item.Params["step"] == "joint_answer":
				reminded++
			case item.Action == string(ticket.Escalate) && item.Params["step"] == "joint_answer":
				told++
			}
		}
		if late := w.seen(t, w.StationStaff, id); !late.Overdue || late.EscalatedTo != ticket.LevelStation || reminded != 2 || told != 1 {
			t.Errorf("overdue %v, told level %d, reminded %d times, told %d times", late.Overdue, late.EscalatedTo, reminded, told)
		}
		if _, err := w.store.AnswerJoint(t.Context(), w.Staff, id, ticket.JointAnswered{Text: "不接受：合同未约定每日两次保洁"}); err != nil {
			t.Fatal(err)
		}
		if seen := w.seen(t, w.Resident, id); !seen.JointMatter.Late || *seen.JointMatter.Accepted || seen.NextStep != ticket.NextResolve {
			t.Errorf("%+v, next %s", seen.JointMatter, seen.NextStep)
		}
	})
}

// The reminders of the written answer are counted from the day on which the matter became joint, not from its filing.
func TestJointAnswerIsRemindedOfFromItsOwnDay(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.clock.At = time.Date(2026, 11, 25, 4, 0, 0, 0, time.UTC)
		id := w.file(t, w.Resident, w.filing("REP-07")).ID
		w.move(t, w.Staff, id, ticket.Acknowledge, "")
		w.move(t, w.Resident, id, ticket.ContactConfirm, "")
		w.clock.At = time.Date(2026, 12, 8, 4, 0, 0, 0, time.UTC)
		if _, err := w.store.EscalateDue(t.Context(), 10); err != nil {
			t.Fatal(err)
		}
		marked, err := w.store.MarkJoint(t.Context(), w.Officer, id, ticket.Joining{Note: "社区走访"})
		if err != nil || marked.NextStep != ticket.NextJointAnswer {
			t.Fatalf("next is %s (%v)", marked.NextStep, err)
		}
		for w.clock.At.Before(*marked.NextDue) {
			w.clock.Advance(6 * time.Hour)
			if _, err := w.store.EscalateDue(t.Context(), 10); err != nil {
				t.Fatal(err)
			}
		}
		var days []string
		for _, item := range w.seen(t, w.StationStaff, id).Timeline {
			if item.Action == string(ticket.Remind) && item.Params["step"] == "joint_answer" {
				days = append(days, string(item.On))
			}
		}
		if len(days) != 2 || days[0] != "2026-12-09" || days[1] != "2026-12-10" {
			t.Errorf("reminded on %v", days)
		}
	})
}

func TestAnOfficeMakesItJoint(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.clock.At = time.Date(2026, 11, 25, 4, 0, 0, 0, time.UTC)
		id := w.file(t, w.Resident, w.filing("GOV-02")).ID // u4, to the station
		before := w.seen(t, w.TownOfficer, id)
		mark := func(a models.Actor, x ticket.Joining) error {
			_, err := w.store.MarkJoint(t.Context(), a, id, x)
			return err
		}
		note := ticket.Joining{Note: "业主委员会来函"}
		for _, tt := range []struct {
			name string
			a    models.Actor
			kind models.Kind
			code string
		}{
			{"the party that must answer", w.actorOf(before.HandlingParty.ID), models.Denied, "ticket.not_yours_to_joint"},
			{"the reporter", w.Resident, models.Denied, "ticket.not_yours_to_joint"},
			{"an auditor", w.Auditor, models.Denied, "ticket.not_yours_to_joint"},
			{"a station elsewhere", w.OtherStationStaff, models.NotFound, "ticket.not_found"},
		} {
			t.Run(tt.name, func(t *testing.T) { wantCode(t, mark(tt.a, note), tt.kind, tt.code) })
		}
		wantCode(t, mark(w.Officer, ticket.Joining{}), models.Invalid, "ticket.text_required")
		if err := mark(w.Officer, note); err != nil {
			t.Fatal(err)
		}
		wantCode(t, mark(w.Officer, note), models.Conflict, "ticket.joint_already")
		seen := w.seen(t, w.Resident, id)
		if seen.JointMatter == nil || seen.JointMatter.Why != ticket.JointByOffice || seen.JointMatter.Note != note.Note {
			t.Fatalf("%+v", seen.JointMatter)
		}
		if before.Urgency != "u4" || seen.Urgency != "u3c" || !seen.ResolveDue.Before(before.ResolveDue) {
			t.Errorf("urgency %s, to be solved by %s after %s", seen.Urgency, seen.ResolveDue, before.ResolveDue)
		}
	})
}

// actorOf is somebody who works for a party of the small county.
func (w *world) actorOf(party int64) models.Actor {
	for _, a := range []models.Actor{w.Staff, w.StationStaff, w.TownOfficer, w.Officer} {
		if a.WorksFor(party) {
			return a
		}
	}
	return models.Actor{Parties: []int64{party}}
}

// A result in words answers the households, too; and what came while it was said to be done is counted when it comes back.
func TestJointAndDone(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		id, _ := w.joined(t, "SVC-02")
		w.done(t, id)
		if seen := w.seen(t, w.Resident, id); seen.JointMatter.AnsweredOn == nil || seen.JointMatter.Accepted != nil {
			t.Errorf("%+v", seen.JointMatter)
		}
	})
}

// The households are owed an answer of whoever has the place now.
func TestJointMatterIsHandedOver(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		id, people := w.joined(t, "SVC-02")
		w.move(t, w.Staff, id, ticket.Acknowledge, "")
		if _, err := w.store.AnswerJoint(t.Context(), w.Staff, id, ticket.JointAnswered{Accepted: true, Text: "接受，下周一起整改到位"}); err != nil {
			t.Fatal(err)
		}
		w.clock.At = time.Date(2026, 12, 1, 4, 0, 0, 0, time.UTC)
		w.handOver(t, w.Estate.ID, w.Rival)
		seen := w.seen(t, w.RivalStaff, id)
		if j := seen.JointMatter; j == nil || j.AnsweredOn != nil || j.Answer != "" || j.AnswerDue.In(models.Shanghai).Format("01-02") != "12-03" {
			t.Fatalf("the new party reads %+v", j)
		}
		if told, err := w.store.SupportedTicket(t.Context(), people[0], id); err != nil || told.HandlingParty.ID != w.Rival.ID {
			t.Errorf("%+v (%v)", told.HandlingParty, err)
		}
	})
}
