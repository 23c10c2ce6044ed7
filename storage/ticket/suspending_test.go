package ticket_test

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"linli/models"
	"linli/models/ticket"
	"linli/storage"
)

// residentName is the reporter's in the small county.
const residentName = "赵桂兰"

// complex files a matter of u4, whose reporter was reached and whose party works on it, on a Wednesday; it is due on the 16th of December.
func (w *world) complex(t *testing.T) ticket.View {
	t.Helper()
	id := w.taken(t, "REP-07").ID
	w.move(t, w.Resident, id, ticket.ContactConfirm, "")
	return w.seen(t, w.Staff, id)
}

func suspending(version int64) ticket.SuspensionDecision {
	return ticket.SuspensionDecision{
		Version: version, Suspend: true, Cause: ticket.CauseFund, Document: "孟房〔2026〕17号", Evidence: "维修资金申请已受理，等待业主表决", Interim: "已设围挡和警示牌，每周巡查一次",
	}
}

func (w *world) suspend(t *testing.T, id int64) ticket.View {
	t.Helper()
	view, err := w.store.DecideSuspension(t.Context(), w.Officer, id, suspending(0))
	if err != nil {
		t.Fatal(err)
	}
	return view
}

func (w *world) review(t *testing.T, id int64, note string) ticket.View {
	t.Helper()
	view, err := w.store.ReviewSuspension(t.Context(), w.Officer, id, ticket.SuspensionReview{GoOn: true, Note: note})
	if err != nil {
		t.Fatal(err)
	}
	return view
}

func (w *world) lapse(t *testing.T) int {
	t.Helper()
	n, err := w.store.LapseSuspensions(t.Context(), 100)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func shanghai(at time.Time) string { return at.In(models.Shanghai).Format("2006-01-02 15:04") }

// The party asks, the centre decides: nobody below it, nobody with an interest, not who asked, and only what is complex, was answered and
// shows what the rule asks for.
func TestOnlyTheCentreSuspends(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		view := w.complex(t)
		if !slices.Contains(view.Actions, ticket.SuspendAsk) || slices.Contains(view.Actions, ticket.Suspend) {
			t.Fatalf("the party is offered %v", view.Actions)
		}
		ask := func(a models.Actor, reason string) (ticket.View, error) {
			return w.store.AskSuspension(t.Context(), a, view.ID, ticket.SuspensionAsked{Reason: reason})
		}
		_, err := ask(w.Staff, "等")
		wantCode(t, err, models.Invalid, "ticket.suspension_words")
		_, err = ask(w.Resident, "道路翻修要动用维修资金")
		wantCode(t, err, models.Denied, "ticket.not_yours_to_suspension_ask")
		asked, err := ask(w.Staff, "道路翻修要动用维修资金")
		if err != nil || asked.Suspension == nil || asked.Suspension.State != ticket.SuspensionWaiting || asked.State != ticket.InProgress || !asked.ResolveDue.Equal(view.ResolveDue) {
			t.Fatalf("%+v (%v)", asked.Suspension, err)
		}
		_, err = ask(w.TownOfficer, "道路翻修要动用维修资金")
		wantCode(t, err, models.Conflict, "ticket.suspension_asked")
		own := w.Officer
		own.AccountID = w.Staff.AccountID
		group := models.Actor{AccountID: w.Auditor.AccountID, Held: []models.Held{{Role: models.LeadingGroupOffice, ScopeKind: models.ScopeCounty, ScopeID: w.CountyID, Approved: true}}}
		for _, tt := range []struct {
			name string
			a    models.Actor
			kind models.Kind
			code string
		}{
			{"the party", w.Staff, models.Denied, "ticket.not_yours_to_suspension"},
			{"the station", w.StationStaff, models.Denied, "ticket.not_yours_to_suspension"},
			{"the town", w.TownOfficer, models.Denied, "ticket.not_yours_to_suspension"},
			{"the reporter", w.Resident, models.Denied, "ticket.not_yours_to_suspension"},
			{"an auditor", w.Auditor, models.Denied, "ticket.not_yours_to_suspension"},
			{"the office above, where the centre has no interest", group, models.Denied, "ticket.not_yours_to_suspension"},
			{"a station elsewhere", w.OtherStationStaff, models.NotFound, "ticket.not_found"},
			{"who asked, at the centre since", own, models.Denied, "ticket.suspension_own"},
		} {
			_, err := w.store.DecideSuspension(t.Context(), tt.a, view.ID, suspending(0))
			t.Run(tt.name, func(t *testing.T) { wantCode(t, err, tt.kind, tt.code) })
		}
		for field, spoil := range map[string]func(*ticket.SuspensionDecision){
			"cause":    func(d *ticket.SuspensionDecision) { d.Cause = "too_busy" },
			"document": func(d *ticket.SuspensionDecision) { d.Document = "有文件的" },
			"evidence": func(d *ticket.SuspensionDecision) { d.Evidence = "收到" },
			"interim":  func(d *ticket.SuspensionDecision) { d.Interim = " " },
			"note":     func(d *ticket.SuspensionDecision) { d.Note = "同意" },
			"suspend":  func(d *ticket.SuspensionDecision) { d.Suspend = false },
		} {
			d := suspending(0)
			spoil(&d)
			_, err := w.store.DecideSuspension(t.Context(), w.Officer, view.ID, d)
			if models.KindOf(err) != models.Invalid || fieldOf(err) != field {
				t.Errorf("%s: %v", field, err)
			}
		}
		_, err = w.store.DecideSuspension(t.Context(), w.Officer, view.ID, suspending(view.Version))
		wantCode(t, err, models.Conflict, "ticket.changed_meanwhile")
		refused, err := w.store.DecideSuspension(t.Context(), w.Officer, view.ID, ticket.SuspensionDecision{Note: "先做临时修补"})
		if err != nil || refused.State != ticket.InProgress || refused.Suspension.State != ticket.SuspensionRefused {
			t.Fatalf("%+v (%v)", refused.Suspension, err)
		}
		_, err = ask(w.Staff, "道路翻修要动用维修资金")
		wantCode(t, err, models.Conflict, "ticket.suspension_asked")
		_, err = w.store.DecideSuspension(t.Context(), w.Officer, view.ID, ticket.SuspensionDecision{Note: "再说一次"})
		wantCode(t, err, models.Conflict, "ticket.suspension_not_asked")
		w.suspend(t, view.ID) // the centre may all the same
	})
}

// What must never wait is not suspended, whoever asks: a matter of another urgency, one whose reporter nobody reached, one that is paused
// or asks for a later date, one whose "done" waits for its photos. Ten households raise a matter, and end its suspension for good.
func TestWhatIsNeverSuspended(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		id := w.complex(t).ID
		refused := func(id int64, code string) {
			t.Helper()
			_, err := w.store.DecideSuspension(t.Context(), w.Officer, id, suspending(0))
			wantCode(t, err, models.Conflict, code)
		}
		for _, category := range []string{"SAFE-05", "SAFE-07", "REP-01", "CLN-02"} { // u1, u2, u3r, u3c
			other := w.file(t, w.Resident, w.filing(category)).ID
			w.move(t, w.Staff, other, ticket.Acknowledge, "")
			w.move(t, w.Resident, other, ticket.ContactConfirm, "")
			if slices.Contains(w.seen(t, w.Officer, other).Actions, ticket.Suspend) {
				t.Errorf("%s is offered to be suspended", category)
			}
			refused(other, "ticket.suspension_urgency")
		}
		unreached := w.taken(t, "REP-07").ID
		refused(unreached, "ticket.suspension_contact_first")
		w.pause(t, w.Resident, id, ticket.PauseAsked{Why: ticket.PauseForDay, Until: models.DateOf(w.clock.At).Add(3)})
		refused(id, "ticket.paused")
		if _, err := w.store.ResumeTicket(t.Context(), w.Staff, id, ticket.PauseEnded{}); err != nil {
			t.Fatal(err)
		}
		w.suspend(t, id)
		for _, step := range []ticket.Action{ticket.Withdraw, ticket.Urge} {
			_, err := w.store.MoveTicket(t.Context(), w.Resident, id, ticket.Move{Action: step})
			wantCode(t, err, models.Conflict, "ticket.wrong_state")
		}
		for i, a := range w.neighbours(t, 9) {
			if w.seen(t, w.Officer, id).State != ticket.Suspended {
				t.Fatalf("ended after %d households", i)
			}
			w.support(t, a, id)
		}
		seen := w.seen(t, w.Staff, id)
		if seen.State != ticket.InProgress || !seen.Joint || seen.Urgency != "u3c" || seen.Suspension.EndedWhy != ticket.EndJoint {
			t.Fatalf("%s, joint %v, %s, %+v", seen.State, seen.Joint, seen.Urgency, seen.Suspension)
		}
		if _, err := w.store.AnswerJoint(t.Context(), w.Staff, id, ticket.JointAnswered{Accepted: true, Text: "接受：本月内开始翻修道路"}); err != nil {
			t.Fatal(err)
		}
		refused(id, "ticket.suspension_urgency")
	})
}

// The clock stands and goes on with what was left; nobody is reminded or told meanwhile, and everybody on the ticket reads why.
func TestASuspensionStopsTheClock(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		view := w.complex(t)
		w.clock.At = w.clock.At.Add(5 * 24 * time.Hour) // Monday, 30 November: 13 working days are left, this one counted
		w.escalate(t, 0)
		suspended := w.suspend(t, view.ID)
		if suspended.State != ticket.Suspended || suspended.ReviewBy != "2026-12-30" || suspended.Suspension.LastDay != "2027-11-29" || suspended.Overdue {
			t.Fatalf("%s until %s, at most %s", suspended.State, suspended.ReviewBy, suspended.Suspension.LastDay)
		}
		seen := w.seen(t, w.Resident, view.ID)
		if s := seen.Suspension; s == nil || s.Cause != ticket.CauseFund || !strings.Contains(s.Interim, "围挡") || s.ReviewBy != "2026-12-30" || s.Document == "" {
			t.Fatalf("the reporter reads %+v", seen.Suspension)
		}
		if !slices.Contains(seen.Actions, ticket.SuspendObject) || slices.Contains(seen.Actions, ticket.SuspendReview) {
			t.Errorf("the reporter is offered %v", seen.Actions)
		}
		w.clock.At = time.Date(2026, 12, 20, 4, 0, 0, 0, time.UTC) // past the deadline that it had
		w.escalate(t, 0)
		if seen := w.seen(t, w.Staff, view.ID); seen.Overdue || w.lapse(t) != 0 || slices.ContainsFunc(seen.Clocks, func(c ticket.Clock) bool { return c.Late }) {
			t.Fatalf("late while suspended: %+v", seen.Clocks)
		}
		cleared, err := w.store.EndSuspension(t.Context(), w.Staff, view.ID, ticket.SuspensionEnding{Note: "资金已到位，开始施工"})
		if err != nil || cleared.State != ticket.InProgress || cleared.Suspension.EndedWhy != ticket.EndCleared || cleared.ReviewBy != "" {
			t.Fatalf("%s, %+v (%v)", cleared.State, cleared.Suspension, err)
		}
		if got := shanghai(cleared.ResolveDue); got != "2027-01-06 23:59" { // 13 working days from the 21st on; of 2027 this calendar knows no holidays
			t.Errorf("due %s, before %s", got, shanghai(view.ResolveDue))
		}
		for _, a := range []models.Actor{w.StationStaff, w.Officer} {
			_, err := w.store.EndSuspension(t.Context(), a, view.ID, ticket.SuspensionEnding{Note: "资金已到位，开始施工"})
			wantCode(t, err, models.Denied, "ticket.not_yours_to_suspension_clear")
		}
	})
}

// What was late before stays late: a suspension moves no deadline that has passed.
func TestASuspensionMakesNothingUndone(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		view := w.complex(t)
		w.clock.At = view.ResolveDue.Add(time.Hour)
		w.suspend(t, view.ID)
		clocks := w.seen(t, w.Staff, view.ID).Clocks
		if i := slices.IndexFunc(clocks, func(c ticket.Clock) bool { return c.Name == "resolve" }); !clocks[i].Late {
			t.Errorf("%+v", clocks)
		}
		w.clock.At = w.clock.At.Add(10 * 24 * time.Hour)
		cleared, err := w.store.ReviewSuspension(t.Context(), w.Officer, view.ID, ticket.SuspensionReview{Note: "资金已到位，恢复办理"})
		if err != nil || !cleared.ResolveDue.Equal(view.ResolveDue) || !cleared.Overdue {
			t.Errorf("due %s, before %s (%v)", cleared.ResolveDue, view.ResolveDue, err)
		}
	})
}

// Without a review in time the clock runs on by itself from the day of the review, whenever that is written down; reviews say something new
// each time, and no number of suspensions is longer than a year.
func TestReviews(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		view := w.complex(t)
		w.suspend(t, view.ID)
		w.clock.At = time.Date(2026, 12, 20, 4, 0, 0, 0, time.UTC)
		again := func(note string) error {
			_, err := w.store.ReviewSuspension(t.Context(), w.Officer, view.ID, ticket.SuspensionReview{GoOn: true, Note: note})
			return err
		}
		wantCode(t, again("收到"), models.Invalid, "ticket.suspension_words")
		wantCode(t, again("已设围挡和警示牌，每周巡查一次"), models.Invalid, "ticket.suspension_same_words")
		_, err := w.store.ReviewSuspension(t.Context(), w.TownOfficer, view.ID, ticket.SuspensionReview{GoOn: true, Note: "表决已完成一半"})
		wantCode(t, err, models.Denied, "ticket.not_yours_to_suspension_review")
		if got := w.review(t, view.ID, "表决已完成一半"); got.ReviewBy != "2027-01-19" || got.Suspension.Reviews != 1 {
			t.Fatalf("%s, %+v", got.ReviewBy, got.Suspension)
		}
		wantCode(t, again("表决已完成一半"), models.Invalid, "ticket.suspension_same_words")

		w.clock.At = time.Date(2027, 1, 25, 4, 0, 0, 0, time.UTC) // six days after the review was due
		wantCode(t, again("表决已全部完成"), models.Conflict, "ticket.suspension_lapsed")
		if w.lapse(t) != 1 || w.lapse(t) != 0 {
			t.Fatal("it does not lapse once")
		}
		seen := w.seen(t, w.Resident, view.ID)
		if seen.State != ticket.InProgress || seen.Suspension.EndedWhy != ticket.EndUnreviewed || seen.Suspension.EndedOn != "2027-01-19" {
			t.Fatalf("%s, %+v", seen.State, seen.Suspension)
		}
		left := shanghai(seen.ResolveDue)
		list, err := w.store.Suspensions(t.Context(), w.Officer)
		if err != nil || list.Unreviewed != 1 || len(list.Running) != 0 {
			t.Errorf("%+v (%v)", list, err)
		}

		// Another suspension has only the days that are left of the year: 56 are gone.
		w.clock.At = time.Date(2027, 1, 26, 4, 0, 0, 0, time.UTC)
		if got := w.suspend(t, view.ID).Suspension.LastDay; got != "2027-11-30" {
			t.Errorf("at most until %s", got)
		}
		for note := "又表决了一次"; w.seen(t, w.Staff, view.ID).ReviewBy < "2027-11-30"; note += "，再表决" {
			w.clock.At = w.clock.At.Add(25 * 24 * time.Hour)
			w.review(t, view.ID, note)
		}
		w.clock.At = time.Date(2027, 12, 1, 4, 0, 0, 0, time.UTC)
		if w.lapse(t) != 1 {
			t.Fatal("twelve months are not the end")
		}
		if seen := w.seen(t, w.Resident, view.ID); seen.Suspension.EndedWhy != ticket.EndOver || shanghai(seen.ResolveDue) <= left {
			t.Errorf("%+v, due %s", seen.Suspension, shanghai(seen.ResolveDue))
		}
		_, err = w.store.DecideSuspension(t.Context(), w.Officer, view.ID, suspending(0))
		wantCode(t, err, models.Conflict, "ticket.suspension_over")
	})
}

// Who ends by hand what nobody reviewed in time ends nothing: it was over on the day of the review, and that is what stands there.
func TestAMissedReviewStaysMissed(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		view := w.complex(t)
		w.suspend(t, view.ID)
		w.clock.At = time.Date(2027, 1, 25, 4, 0, 0, 0, time.UTC)
		cleared, err := w.store.ReviewSuspension(t.Context(), w.Officer, view.ID, ticket.SuspensionReview{Note: "资金已到位，恢复办理"})
		if err != nil || cleared.Suspension.EndedWhy != ticket.EndUnreviewed || cleared.Suspension.EndedOn != "2026-12-25" {
			t.Errorf("%+v (%v)", cleared.Suspension, err)
		}
	})
}

// The reporter says what he thinks of it, once for each review; the centre's list shows it, and the party does not read who he is.
func TestTheReporterObjects(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		view := w.complex(t)
		w.suspend(t, view.ID)
		object := func() error {
			_, err := w.store.MoveTicket(t.Context(), w.Resident, view.ID, ticket.Move{Action: ticket.SuspendObject, Note: "坑越来越大，请先补，13800138000"})
			return err
		}
		if err := object(); err != nil {
			t.Fatal(err)
		}
		wantCode(t, object(), models.Conflict, "ticket.suspension_objected")
		list, err := w.store.Suspensions(t.Context(), w.Officer)
		if err != nil || len(list.Running) != 1 || !list.Running[0].Objected || !list.Decides || list.Running[0].ReviewBy != "2026-12-25" {
			t.Fatalf("%+v (%v)", list, err)
		}
		if list, _ := w.store.Suspensions(t.Context(), w.StationStaff); len(list.Running) != 1 || list.Decides {
			t.Errorf("the station reads %+v", list)
		}
		if list, _ := w.store.Suspensions(t.Context(), w.OtherStationStaff); len(list.Running) != 0 {
			t.Errorf("a station elsewhere reads %+v", list)
		}
		party, _ := json.Marshal(w.seen(t, w.Staff, view.ID))
		if strings.Contains(string(party), "13800138000") || w.seen(t, w.Staff, view.ID).Suspension.Objected {
			t.Error("the party reads what points at the reporter")
		}
		w.review(t, view.ID, "已先行填补坑洞，资金在办")
		if err := object(); err != nil {
			t.Errorf("after the review: %v", err)
		}
	})
}

// The public list names no people, no number, no building and no ticket, whoever wrote what; of an estate with more than a tenth of its
// matters of a year it says so.
func TestThePublicListNamesNobody(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		view := w.complex(t)
		d := suspending(0)
		d.Interim = "已与" + residentName + "（电话13912345678）约定每周巡查围挡一次"
		if _, err := w.store.DecideSuspension(t.Context(), w.Officer, view.ID, d); err != nil {
			t.Fatal(err)
		}
		list, err := w.store.EstateSuspensions(t.Context(), w.Estate.ID)
		if err != nil || len(list.Items) != 1 || list.Share.X != 1 || list.Share.N != 1 || !list.Share.Flagged {
			t.Fatalf("%+v (%v)", list, err)
		}
		told, _ := json.Marshal(list)
		for _, secret := range []string{residentName, "13912345678", view.Number, view.Text, w.Building.Name, "孟房"} {
			if strings.Contains(string(told), secret) {
				t.Errorf("%q stands in %s", secret, told)
			}
		}
		if one := list.Items[0]; one.Category != "REP-07" || one.Cause != ticket.CauseFund || one.Since != "2026-11-25" || one.ReviewBy != "2026-12-25" || !strings.Contains(one.Interim, "巡查围挡") {
			t.Errorf("%+v", one)
		}
		for range 9 {
			w.file(t, w.Resident, w.filing("REP-01"))
		}
		if list, _ := w.store.EstateSuspensions(t.Context(), w.Estate.ID); list.Share.N != 10 || list.Share.Flagged {
			t.Errorf("one of ten is no more than a tenth: %+v", list.Share)
		}
		if flagged, _ := w.store.Suspensions(t.Context(), w.Officer); len(flagged.Flagged) != 0 {
			t.Errorf("%+v", flagged.Flagged)
		}
		if _, err := w.store.EstateSuspensions(t.Context(), 999_999); models.KindOf(err) != models.NotFound {
			t.Errorf("an estate that is not there: %v", err)
		}
	})
}

// A hand-over ends a suspension: the next party begins with clocks of its own, the old one keeps what was left, and what the matter was
// suspended before stays counted.
func TestASuspensionDoesNotFollowAHandOver(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		view := w.complex(t)
		w.suspend(t, view.ID)
		w.clock.At = w.clock.At.Add(20 * 24 * time.Hour)
		w.handOver(t, w.Estate.ID, w.Rival)
		seen := w.seen(t, w.Officer, view.ID)
		if seen.State != ticket.Dispatched || seen.Suspension.EndedWhy != ticket.EndHandedOver || seen.Overdue {
			t.Fatalf("%s, %+v", seen.State, seen.Suspension)
		}
		var row ticket.Ticket
		w.read(t, func(tx storage.Tx) error { return tx.DB().Take(&row, "id = ?", view.ID).Error })
		if row.SuspendedDays != 21 || row.SuspendedAt != nil || row.ReviewDue != nil {
			t.Errorf("%d days, %v, %v", row.SuspendedDays, row.SuspendedAt, row.ReviewDue)
		}
		page, err := w.store.HandedOverTickets(t.Context(), w.Staff, ticket.HandedOverQuery{Limit: 10})
		if err != nil || len(page.Items) != 1 || len(page.Items[0].Missed) != 0 {
			t.Errorf("the old party missed %+v (%v)", page, err)
		}
	})
}

func fieldOf(err error) string {
	refused, _ := errors.AsType[*models.Error](err)
	if refused == nil {
		return ""
	}
	return refused.Field
}
