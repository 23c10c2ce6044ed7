package ticket_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"linli/models"
	"linli/models/ticket"
	"linli/storage"
	"linli/storage/ledger"
	"linli/storage/storagetest"
	tickets "linli/storage/ticket"
)

// failed lets residents report the lift of the building on days, each solved the next day; it returns the tickets.
func (w *world) failed(t *testing.T, category string, reports ...report) (ids []int64) {
	t.Helper()
	for _, one := range reports {
		w.clock.At = onDay(one.day, 10)
		view := w.file(t, one.by, w.filing(category))
		w.clock.At = w.clock.At.Add(2 * time.Hour)
		w.done(t, view.ID)
		w.clock.At = w.clock.At.Add(time.Hour)
		ids = append(ids, view.ID)
	}
	w.clock.At = onDay("2026-11-28", 10)
	return ids
}

type report struct {
	day models.Date
	by  models.Actor
}

// lifts are three times that the lift failed, told by two households.
func (w *world) lifts(t *testing.T) (ids []int64, neighbour models.Actor) {
	t.Helper()
	neighbour = w.neighbours(t, 1)[0]
	return w.failed(t, "REP-08", report{"2026-09-05", w.Resident}, report{"2026-10-05", neighbour}, report{"2026-11-05", w.Resident}), neighbour
}

func (w *world) causes(t *testing.T, a models.Actor) ticket.CauseList {
	t.Helper()
	list, err := w.store.Causes(t.Context(), a)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func (w *world) opening() ticket.CauseOpening {
	return ticket.CauseOpening{
		ClientID: clientID(), EstateID: w.Estate.ID, BuildingID: w.Building.ID, Thing: "lift", Cause: "曳引机用了二十年，钢丝绳打滑", OwnerPartyID: w.Operator.ID,
	}
}

func (w *world) opened(t *testing.T) ticket.CauseView {
	t.Helper()
	view, created, err := w.store.OpenCause(t.Context(), w.StationStaff, w.opening())
	if err != nil || !created {
		t.Fatalf("created %v (%v)", created, err)
	}
	return view
}

func fen(n int64) *int64 { return &n }

func (w *world) step(t *testing.T, a models.Actor, id int64, s ticket.CauseStep) (ticket.CauseView, error) {
	t.Helper()
	if s.Version == 0 {
		w.read(t, func(tx storage.Tx) error {
			return tx.DB().Table("cause_cases").Where("id = ?", id).Pluck("version", &s.Version).Error
		})
	}
	return w.store.StepCause(t.Context(), a, id, s)
}

func (w *world) steps(t *testing.T, a models.Actor, id int64, s ticket.CauseStep) ticket.CauseView {
	t.Helper()
	view, err := w.step(t, a, id, s)
	if err != nil {
		t.Fatalf("%s: %v", s.Action, err)
	}
	return view
}

var (
	planned  = ticket.CauseStep{Action: ticket.CausePlan, Note: "更换曳引机和全部钢丝绳", Day: "2026-12-20", Route: ticket.RouteFund, Fen: fen(8_650_000)}
	finished = ticket.CauseStep{Action: ticket.CauseDone, Note: "曳引机已更换，空载重载各试一百次", Fen: fen(8_412_350)}
)

// The station finds what failed three times, whoever reported it, and nobody else is shown what it is not his to look after.
func TestAnOfficeFindsRepeats(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ids, _ := w.lifts(t)
		w.failed(t, "REP-01", report{"2026-09-06", w.Resident}, report{"2026-10-06", w.Resident}, report{"2026-11-06", w.Resident}, report{"2026-11-20", w.Resident}) // one household
		for name, a := range map[string]models.Actor{"the station": w.StationStaff, "the town": w.TownOfficer, "the centre": w.Officer, "an auditor": w.Auditor} {
			list := w.causes(t, a)
			if !list.Finds || len(list.Found) != 1 {
				t.Fatalf("%s finds %+v", name, list.Found)
			}
			one := list.Found[0]
			if one.Thing != "lift" || one.Times != 3 || one.Households != 2 || one.First != "2026-09-05" || one.Last != "2026-11-05" || one.Place != w.Estate.Name+w.Building.Name {
				t.Errorf("%s finds %+v", name, one)
			}
			var listed []int64
			for _, m := range one.Matters {
				listed = append(listed, m.TicketID)
			}
			if want := []int64{ids[2], ids[1], ids[0]}; !slices.Equal(listed, want) {
				t.Errorf("%s reads %v, want %v", name, listed, want)
			}
			if one.MayOpen != (name != "an auditor") || len(one.LikelyParties) != 1 || one.LikelyParties[0].ID != w.Operator.ID {
				t.Errorf("%s: may open %v, likely %v", name, one.MayOpen, one.LikelyParties)
			}
		}
		for name, a := range map[string]models.Actor{"a station elsewhere": w.OtherStationStaff, "the operator": w.Staff, "its rival": w.RivalStaff} {
			if list := w.causes(t, a); len(list.Found) != 0 {
				t.Errorf("%s finds %+v", name, list.Found)
			}
		}
	})
}

// What was taken back, what nobody but a small place's office may see yet, and what lies outside the window makes no repeat.
func TestWhatMakesNoRepeat(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ids, _ := w.lifts(t)
		none := func(why string) {
			t.Helper()
			if list := w.causes(t, w.StationStaff); len(list.Found) != 0 {
				t.Errorf("%s: %+v", why, list.Found)
			}
			o := w.opening()
			_, _, err := w.store.OpenCause(t.Context(), w.StationStaff, o)
			wantCode(t, err, models.Conflict, "cause.not_a_repeat")
		}
		w.set(t, "UPDATE tickets SET state = 'withdrawn' WHERE id = ?", ids[2])
		none("withdrawn")
		w.set(t, "UPDATE tickets SET state = 'closed' WHERE id = ?", ids[2])
		w.set(t, "UPDATE tickets SET held_level = 1 WHERE id = ?", ids[2])
		none("held")
		w.set(t, "UPDATE tickets SET held_level = 0 WHERE id = ?", ids[2])
		if list := w.causes(t, w.StationStaff); len(list.Found) != 1 {
			t.Fatalf("the control finds %+v", list.Found)
		}
		w.set(t, "UPDATE memberships SET status = 'ended' WHERE account_id = ?", w.Resident.AccountID)
		none("of one household that is known, and one that is not any more")
		w.set(t, "UPDATE memberships SET status = 'approved' WHERE account_id = ?", w.Resident.AccountID)
		w.clock.At = onDay("2027-03-05", 10)
		none("the first one is older than the window")
	})
}

// A case goes through its life: opened by the station, planned and done by its owner, closed by who has no interest; each line is told again.
func TestTheLifeOfACause(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ids, neighbour := w.lifts(t)
		o := w.opening()
		for name, tt := range map[string]struct {
			by    models.Actor
			spoil func(*ticket.CauseOpening)
			kind  models.Kind
			code  string
		}{
			"the operator":            {w.Staff, func(*ticket.CauseOpening) {}, models.Denied, "cause.not_yours"},
			"a station elsewhere":     {w.OtherStationStaff, func(*ticket.CauseOpening) {}, models.Denied, "cause.not_yours"},
			"a resident":              {w.Resident, func(*ticket.CauseOpening) {}, models.Denied, "cause.not_yours"},
			"an auditor":              {w.Auditor, func(*ticket.CauseOpening) {}, models.Denied, "cause.not_yours"},
			"another thing":           {w.StationStaff, func(o *ticket.CauseOpening) { o.Thing = "sewer" }, models.Conflict, "cause.not_a_repeat"},
			"no such thing":           {w.StationStaff, func(o *ticket.CauseOpening) { o.Thing = "spaceship" }, models.Invalid, "cause.not_a_repeat"},
			"a building of elsewhere": {w.StationStaff, func(o *ticket.CauseOpening) { o.BuildingID = w.OwnerlessBuilding.ID }, models.Invalid, "ticket.unknown_place"},
			"nobody to answer":        {w.StationStaff, func(o *ticket.CauseOpening) { o.OwnerPartyID = 999_999 }, models.Invalid, "cause.bad_owner"},
			"words that say nothing":  {w.StationStaff, func(o *ticket.CauseOpening) { o.Cause = "尽快" }, models.Invalid, "cause.words"},
			"words with a number":     {w.StationStaff, func(o *ticket.CauseOpening) { o.Cause = "曳引机坏了，找13912345678" }, models.Invalid, "cause.points_at_somebody"},
			"words with who filed":    {w.StationStaff, func(o *ticket.CauseOpening) { o.Cause = "据" + residentName + "反映钢丝绳打滑" }, models.Invalid, "cause.points_at_somebody"},
		} {
			bad := o
			tt.spoil(&bad)
			_, _, err := w.store.OpenCause(t.Context(), tt.by, bad)
			t.Run(name, func(t *testing.T) { wantCode(t, err, tt.kind, tt.code) })
		}
		c, created, err := w.store.OpenCause(t.Context(), w.StationStaff, o)
		if err != nil || !created || c.State != ticket.CauseOpened || c.Tickets != 3 || len(c.Matters) != 3 || c.Owner.ID != w.Operator.ID {
			t.Fatalf("%+v (%v)", c, err)
		}
		again, created, err := w.store.OpenCause(t.Context(), w.StationStaff, o)
		if err != nil || created || again.ID != c.ID {
			t.Errorf("again: %d, %v (%v)", again.ID, created, err)
		}
		o.Cause = "另一个说法：轨道变形"
		_, _, err = w.store.OpenCause(t.Context(), w.StationStaff, o)
		wantCode(t, err, models.Conflict, "ticket.id_conflict")
		_, _, err = w.store.OpenCause(t.Context(), w.TownOfficer, w.opening())
		wantCode(t, err, models.Conflict, "cause.running")
		if list := w.causes(t, w.StationStaff); len(list.Found) != 0 || len(list.Cases) != 1 {
			t.Errorf("%+v", list)
		}

		_, err = w.step(t, w.RivalStaff, c.ID, planned)
		wantCode(t, err, models.NotFound, "cause.not_found")
		_, err = w.step(t, w.Staff, c.ID, ticket.CauseStep{Action: ticket.CauseReject, Note: "这三次不是一回事"})
		wantCode(t, err, models.Denied, "cause.not_yours")
		stale := planned
		stale.Version = 7
		_, err = w.step(t, w.Staff, c.ID, stale)
		wantCode(t, err, models.Conflict, "cause.changed_meanwhile")
		if c = w.steps(t, w.Staff, c.ID, planned); c.State != ticket.CausePlanned || *c.EstimateFen != 8_650_000 || c.Route != ticket.RouteFund {
			t.Fatalf("%+v", c)
		}
		for name, a := range map[string]models.Actor{"who filed twice": w.Resident, "a neighbour": neighbour, "the party": w.Staff} {
			id := ids[0]
			if name == "a neighbour" {
				id = ids[1]
			}
			seen := w.seen(t, a, id).Cause
			if seen == nil || seen.Thing != "lift" || seen.OwnerName != w.Operator.Name || seen.PlannedDay != "2026-12-20" || seen.Remedy != planned.Note || seen.MayOpen != (name == "the party") {
				t.Errorf("%s reads %+v", name, seen)
			}
		}
		w.clock.At = onDay("2026-12-21", 10)
		if c, _ := w.store.Cause(t.Context(), w.Officer, c.ID); !c.Late {
			t.Error("the planned day passed, and it is not late")
		}
		if c = w.steps(t, w.Staff, c.ID, finished); c.State != ticket.CauseFinished || *c.CostFen != 8_412_350 || c.ClosesFrom != "2027-01-20" {
			t.Fatalf("%+v", c)
		}
		_, err = w.step(t, w.StationStaff, c.ID, ticket.CauseStep{Action: ticket.CauseClose, Note: "一个月没有再坏"})
		wantCode(t, err, models.Conflict, "cause.too_early")
		w.clock.At = onDay("2027-01-20", 10)
		_, err = w.step(t, w.Staff, c.ID, ticket.CauseStep{Action: ticket.CauseClose, Note: "一个月没有再坏"})
		wantCode(t, err, models.Denied, "cause.not_yours")
		c = w.steps(t, w.StationStaff, c.ID, ticket.CauseStep{Action: ticket.CauseClose, Note: "一个月没有再坏"})
		if c.State != ticket.CauseClosed || len(c.History) != 4 || c.History[1].Role != models.OperatorStaff || *c.History[2].Fen != 8_412_350 {
			t.Errorf("%+v", c)
		}
		w.retold(t, c.ID)
		if err := w.db.Write(t.Context(), storagetest.TellOfMemberships); err != nil {
			t.Fatal(err)
		}
		report, err := ledger.Verify(t.Context(), w.db, ledger.Against{})
		if err != nil || len(report.Faults) > 0 || !slices.ContainsFunc(report.Replayed, func(r ledger.Replayed) bool { return r.Name == "cause_cases" && r.Rows == 1 }) {
			t.Errorf("%v, %+v (%v)", report.Faults, report.Replayed, err)
		}
		w.set(t, "UPDATE cause_cases SET cost_fen = 1")
		w.set(t, "UPDATE cause_case_tickets SET removed_at = NULL, added_at = ? WHERE case_id = ?", w.clock.At, c.ID)
		report, err = ledger.Verify(t.Context(), w.db, ledger.Against{})
		if want := fmt.Sprintf("cause_case %d: the row is not what the ledger tells: cost_fen, rows of cause_case_tickets", c.ID); err != nil || !slices.Contains(report.Faults, want) {
			t.Errorf("the control: %v (%v)", report.Faults, err)
		}
	})
}

// retold compares a case with what its lines in the ledger tell.
func (w *world) retold(t *testing.T, id int64) {
	t.Helper()
	w.read(t, func(tx storage.Tx) error {
		var row ticket.CauseCase
		var tickets []ticket.CauseTicket
		if err := tx.DB().Take(&row, "id = ?", id).Error; err != nil {
			return err
		}
		if err := tx.DB().Where("case_id = ?", id).Order("id").Find(&tickets).Error; err != nil {
			return err
		}
		lines, err := storage.History(tx, "cause_case", id)
		if err != nil {
			return err
		}
		told := func() (r ticket.CauseRetelling) {
			for _, l := range lines {
				line := ticket.HistoryLine{Action: l.Action, From: l.FromState, To: l.ToState, At: l.At, PartyID: l.HandlingPartyID}
				if err := json.Unmarshal([]byte(l.Data), &line.Data); err != nil {
					t.Fatal(err)
				}
				if fault := r.Tell(line); fault != "" {
					t.Error(fault)
				}
			}
			return r
		}()
		if wrong := told.Differs(row, tickets); len(wrong) > 0 {
			t.Errorf("the lines tell of other %v", wrong)
		}
		changed := row
		changed.CostFen, changed.OwnerPartyID = fen(1), row.OwnerPartyID+1
		if wrong := told.Differs(changed, tickets[1:]); !slices.Equal(wrong, []string{"owner_party_id", "cost_fen", "rows of cause_case_tickets"}) {
			t.Errorf("the control finds %v", wrong)
		}
		return nil
	})
}

// What is reported after the work is done is seen at once, and the case is opened again; what is added belongs to it, what is removed does not.
func TestACauseThatComesBack(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ids, neighbour := w.lifts(t)
		c := w.opened(t)
		w.steps(t, w.Staff, c.ID, planned)
		w.steps(t, w.Staff, c.ID, finished)
		other := w.failed(t, "REP-01", report{"2026-12-02", neighbour})[0] // another thing
		back := w.failed(t, "SAFE-01", report{"2026-12-03", neighbour})[0]
		w.clock.At = onDay("2026-12-05", 10)
		list := w.causes(t, w.Officer)
		if len(list.Cases) != 1 || list.Cases[0].CameBack != 1 {
			t.Fatalf("%+v", list.Cases)
		}
		seen, err := w.store.Cause(t.Context(), w.StationStaff, c.ID)
		if err != nil || len(seen.Others) != 1 || seen.Others[0].TicketID != back || !slices.Contains(seen.Actions, ticket.CauseReopen) {
			t.Fatalf("%+v, %v (%v)", seen.Others, seen.Actions, err)
		}
		if w.seen(t, neighbour, back).Cause != nil {
			t.Error("it belongs to the case before anybody said so")
		}
		_, err = w.step(t, w.StationStaff, c.ID, ticket.CauseStep{Action: ticket.CauseAdd, TicketID: other})
		wantCode(t, err, models.Invalid, "cause.bad_ticket")
		if got := w.steps(t, w.StationStaff, c.ID, ticket.CauseStep{Action: ticket.CauseAdd, TicketID: back}); got.Tickets != 4 || got.CameBack != 1 {
			t.Errorf("%d tickets, %d came back: what is added came back all the same", got.Tickets, got.CameBack)
		}
		_, err = w.step(t, w.StationStaff, c.ID, ticket.CauseStep{Action: ticket.CauseAdd, TicketID: back})
		wantCode(t, err, models.Conflict, "cause.ticket_elsewhere")
		got := w.steps(t, w.StationStaff, c.ID, ticket.CauseStep{Action: ticket.CauseReopen, Note: "又困人了，重新查原因"})
		if got.State != ticket.CauseOpened || got.Reopens != 1 || got.CameBack != 0 || got.PlannedDay != "" || got.Result == "" {
			t.Errorf("%+v", got)
		}
		got = w.steps(t, w.StationStaff, c.ID, ticket.CauseStep{Action: ticket.CauseRemove, TicketID: ids[0], Note: "那一次是停电，不是电梯"})
		if got.Tickets != 3 || w.seen(t, w.Resident, ids[0]).Cause != nil || w.seen(t, neighbour, back).Cause == nil {
			t.Errorf("%d tickets", got.Tickets)
		}
		_, err = w.step(t, w.StationStaff, c.ID, ticket.CauseStep{Action: ticket.CauseRemove, TicketID: ids[0], Note: "那一次是停电，不是电梯"})
		wantCode(t, err, models.Invalid, "cause.bad_ticket")
		for _, id := range ids[1:] {
			w.steps(t, w.StationStaff, c.ID, ticket.CauseStep{Action: ticket.CauseRemove, TicketID: id, Note: "那一次是停电，不是电梯"})
		}
		_, err = w.step(t, w.StationStaff, c.ID, ticket.CauseStep{Action: ticket.CauseRemove, TicketID: back, Note: "那一次是停电，不是电梯"})
		wantCode(t, err, models.Conflict, "cause.last_ticket")
		w.retold(t, c.ID)
	})
}

// A rejected case is nobody's any more, and its matters are not found again by themselves. Another owner plans anew.
func TestARejectedCause(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ids, _ := w.lifts(t)
		c := w.opened(t)
		w.steps(t, w.Staff, c.ID, planned)
		got := w.steps(t, w.Officer, c.ID, ticket.CauseStep{Action: ticket.CauseAssign, OwnerPartyID: w.Station.ID, Note: "电梯产权归社区，由服务站负责"})
		if got.State != ticket.CauseOpened || got.Owner.ID != w.Station.ID || got.PlannedDay != "" || got.EstimateFen != nil {
			t.Fatalf("%+v", got)
		}
		_, err := w.step(t, w.Staff, c.ID, planned)
		wantCode(t, err, models.NotFound, "cause.not_found")
		// The station must answer now: it plans, and judges nothing.
		w.steps(t, w.StationStaff, c.ID, planned)
		_, err = w.step(t, w.StationStaff, c.ID, ticket.CauseStep{Action: ticket.CauseReject, Note: "三次原因各不相同"})
		wantCode(t, err, models.Denied, "cause.not_yours")
		w.steps(t, w.TownOfficer, c.ID, ticket.CauseStep{Action: ticket.CauseReject, Note: "三次原因各不相同"})
		if w.seen(t, w.Resident, ids[0]).Cause != nil {
			t.Error("the resident reads of a case that was rejected")
		}
		if list := w.causes(t, w.Officer); len(list.Found) != 0 || list.Cases[0].State != ticket.CauseRejected {
			t.Errorf("%+v", list)
		}
		w.retold(t, c.ID)
	})
}

// The party that owns a case reads counts, its own tickets and the words of offices: never who filed, not even where somebody wrote it
// before that one's ticket came to the case; and of tickets that others have it reads how many.
func TestTheOwnerLearnsOfNobody(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ids, neighbour := w.lifts(t)
		c := w.opened(t)
		w.set(t, "UPDATE tickets SET handling_party_id = ? WHERE id = ?", w.Rival.ID, ids[0])
		w.set(t, "UPDATE cause_cases SET cause = ? WHERE id = ?", "据"+residentName+"（13912345678）反映，钢丝绳打滑", c.ID)
		err := w.db.Write(t.Context(), func(tx storage.Tx) error {
			_, err := storage.Record(tx, models.Event{Noun: "cause_case", NounID: c.ID, Action: "assign", From: "open", To: "open", Note: "据" + residentName + "（13912345678）反映，钢丝绳打滑"})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		seen, err := w.store.Cause(t.Context(), w.Staff, c.ID)
		if err != nil || len(seen.Matters) != 2 || seen.Hidden != 1 || seen.Tickets != 3 {
			t.Fatalf("%d matters, %d hidden (%v)", len(seen.Matters), seen.Hidden, err)
		}
		told, _ := json.Marshal([]any{seen, w.causes(t, w.Staff), w.seen(t, w.Staff, ids[1]).Cause})
		for _, secret := range []string{residentName, "13912345678", "住户", `"author`, `"reporter`, clientIDOfCause(t, w, c.ID)} {
			if strings.Contains(string(told), secret) {
				t.Errorf("the owner reads %q in %s", secret, told)
			}
		}
		if list := w.causes(t, w.Staff); list.Finds || len(list.Found) != 0 {
			t.Errorf("the owner finds %+v", list.Found)
		}
		if _, err := w.store.Cause(t.Context(), neighbour, c.ID); models.CodeOf(err) != "cause.not_found" {
			t.Errorf("a neighbour: %v", err)
		}
	})
}

func clientIDOfCause(t *testing.T, w *world, id int64) (found string) {
	t.Helper()
	w.read(t, func(tx storage.Tx) error {
		return tx.DB().Table("cause_cases").Where("id = ?", id).Pluck("client_id", &found).Error
	})
	return found
}

// Whom the owner of a case names in his words tells him nothing: it is taken, and read by him and his colleagues as it was written, whether
// that one filed, files later or never does. Everybody else reads no name of who filed. The office, which knows who filed, is refused.
func TestTheOwnerCannotAskWhoFiled(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ids, neighbour := w.lifts(t)
		later, err := w.AddResident(t.Context(), w.db, 5100)
		if err != nil {
			t.Fatal(err)
		}
		later.Homes = []models.Home{{UnitID: later.Held[0].ScopeID, BuildingID: w.Building.ID, EstateID: w.Estate.ID, CommunityID: w.Community, Approved: true}}
		w.set(t, "UPDATE accounts SET name = '钱多多' WHERE id = ?", later.AccountID)
		c := w.opened(t)
		colleague := w.Staff
		colleague.AccountID += 900_000
		reads := func(name, words string) {
			t.Helper()
			for who, a := range map[string]models.Actor{"the owner": w.Staff, "a colleague": colleague} {
				seen, err := w.store.Cause(t.Context(), a, c.ID)
				if err != nil {
					t.Fatal(err)
				}
				last := seen.History[slices.IndexFunc(seen.History, func(l ticket.CauseLine) bool { return strings.Contains(l.Note, "停梯") })]
				for where, read := range map[string]string{"the case": seen.Remedy, "the history": last.Note, "the list": w.causes(t, a).Cases[0].Remedy, "the ticket": w.seen(t, a, ids[1]).Cause.Remedy} {
					if read != words {
						t.Errorf("%s names %s and reads in %s: %s", who, name, where, read)
					}
				}
			}
		}
		for _, name := range []string{residentName, "钱多多", "孙不在"} {
			plan := planned
			plan.Note = "更换曳引机，" + name + "家门口先停梯"
			got, err := w.step(t, w.Staff, c.ID, plan)
			if err != nil || got.Remedy != plan.Note {
				t.Errorf("naming %s: %s (%v)", name, got.Remedy, err)
				continue
			}
			if name == "孙不在" {
				continue
			}
			// The history's first note that speaks of it is the oldest plan.
			if name == residentName {
				reads(name, plan.Note)
				for who, a := range map[string]models.Actor{"the neighbour": neighbour, "the station": w.StationStaff} {
					if seen := w.seen(t, a, ids[1]).Cause; strings.Contains(seen.Remedy, residentName) || !strings.Contains(seen.Remedy, models.Hidden) {
						t.Errorf("%s reads on the ticket: %s", who, seen.Remedy)
					}
				}
				if seen, _ := w.store.Cause(t.Context(), w.StationStaff, c.ID); strings.Contains(fmt.Sprint(seen), residentName) {
					t.Errorf("the station reads %+v", seen)
				}
			}
		}
		plan := planned
		plan.Note = "更换曳引机，钱多多家门口先停梯"
		w.steps(t, w.Staff, c.ID, plan)
		added := w.failed(t, "REP-08", report{"2026-11-27", later})[0]
		w.steps(t, w.StationStaff, c.ID, ticket.CauseStep{Action: ticket.CauseAdd, TicketID: added})
		if seen, err := w.store.Cause(t.Context(), w.Staff, c.ID); err != nil || seen.Remedy != plan.Note || w.seen(t, w.Staff, added).Cause.Remedy != plan.Note {
			t.Errorf("of who filed later the owner reads %s (%v)", seen.Remedy, err)
		}
		// Taken out again, he stands in what others read as little as before.
		w.steps(t, w.StationStaff, c.ID, ticket.CauseStep{Action: ticket.CauseRemove, TicketID: added, Note: "那一次是停电，不是电梯"})
		if seen, _ := w.store.Cause(t.Context(), w.StationStaff, c.ID); strings.Contains(fmt.Sprint(seen), "钱多多") {
			t.Errorf("the station reads %+v", seen)
		}
		if seen := w.seen(t, neighbour, ids[1]).Cause; strings.Contains(seen.Remedy, "钱多多") {
			t.Errorf("the neighbour reads %s", seen.Remedy)
		}
		_, err = w.step(t, w.Staff, c.ID, ticket.CauseStep{Action: ticket.CausePlan, Note: "更换曳引机，问13912345678", Day: "2026-12-20", Route: ticket.RouteFund, Fen: fen(1)})
		wantCode(t, err, models.Invalid, "cause.points_at_somebody")
		_, err = w.step(t, w.StationStaff, c.ID, ticket.CauseStep{Action: ticket.CauseReject, Note: "据" + residentName + "说不是一回事"})
		wantCode(t, err, models.Invalid, "cause.points_at_somebody")
	})
}

// A ticket is added without words: what is sent beside it is kept nowhere.
func TestAddingKeepsNoWords(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		_, neighbour := w.lifts(t)
		c := w.opened(t)
		added := w.failed(t, "REP-08", report{"2026-11-27", neighbour})[0]
		got := w.steps(t, w.StationStaff, c.ID, ticket.CauseStep{Action: ticket.CauseAdd, TicketID: added, Note: "据" + residentName + "说，打13912345678"})
		if last := got.History[len(got.History)-1]; last.Action != ticket.CauseAdd || last.Note != "" {
			t.Errorf("it keeps %+v", last)
		}
		w.read(t, func(tx storage.Tx) error {
			lines, err := storage.History(tx, "cause_case", c.ID)
			if note := lines[len(lines)-1].Note; note != "" {
				t.Errorf("the ledger keeps %q", note)
			}
			return err
		})
	})
}

// One case runs for one thing at one place, whichever comes first: the new one, or the old one that is opened again.
func TestOneCauseRuns(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		_, neighbour := w.lifts(t)
		old := w.opened(t)
		w.steps(t, w.Staff, old.ID, planned)
		w.steps(t, w.Staff, old.ID, finished)
		w.clock.At = onDay("2027-01-20", 10)
		closed := w.steps(t, w.StationStaff, old.ID, ticket.CauseStep{Action: ticket.CauseClose, Note: "一个月没有再坏"})
		if !slices.Contains(closed.Actions, ticket.CauseReopen) {
			t.Fatalf("the control offers %v", closed.Actions)
		}
		w.failed(t, "REP-08", report{"2027-01-25", w.Resident}, report{"2027-02-05", neighbour}, report{"2027-02-15", w.Resident})
		w.clock.At = onDay("2027-02-20", 10)
		reopen := ticket.CauseStep{Action: ticket.CauseReopen, Note: "又困人了，重新查原因"}
		o := w.opening()

		// At once: who opens the old one while the new one is being written is told that one runs, not that something broke.
		var once sync.Once
		begun, opened := make(chan struct{}), make(chan error, 1)
		go func() {
			defer once.Do(func() { close(begun) })
			opened <- w.db.Write(t.Context(), func(tx storage.Tx) error {
				_, _, err := w.store.OpenCauseIn(tx, w.StationStaff, o)
				once.Do(func() { close(begun) })
				time.Sleep(200 * time.Millisecond) // the other one looks now, and sees nothing
				return err
			})
		}()
		<-begun
		reopen.Version = closed.Version
		_, err := w.store.StepCause(t.Context(), w.TownOfficer, old.ID, reopen)
		wantCode(t, err, models.Conflict, "cause.running")
		if err := <-opened; err != nil {
			t.Fatal(err)
		}

		// The old one first.
		w.set(t, "UPDATE cause_case_tickets SET removed_at = ? WHERE case_id <> ?", w.clock.At, old.ID)
		w.set(t, "UPDATE cause_cases SET state = 'rejected' WHERE id <> ?", old.ID)
		w.steps(t, w.TownOfficer, old.ID, reopen)
		_, _, err = w.store.OpenCause(t.Context(), w.StationStaff, w.opening())
		wantCode(t, err, models.Conflict, "cause.running")

		// The new one first.
		w.set(t, "UPDATE cause_cases SET state = 'closed' WHERE id = ?", old.ID)
		if _, _, err := w.store.OpenCause(t.Context(), w.StationStaff, w.opening()); err != nil {
			t.Fatal(err)
		}
		seen, err := w.store.Cause(t.Context(), w.StationStaff, old.ID)
		if err != nil || slices.Contains(seen.Actions, ticket.CauseReopen) {
			t.Errorf("it offers %v (%v)", seen.Actions, err)
		}
		reopen.Version = 0
		_, err = w.step(t, w.StationStaff, old.ID, reopen)
		wantCode(t, err, models.Conflict, "cause.running")

		// What runs is listed first, in whichever state, also where it is the oldest.
		w.set(t, "UPDATE cause_cases SET state = 'closed'")
		for _, state := range ticket.RunningCauses() {
			w.set(t, "UPDATE cause_cases SET state = ? WHERE id = ?", state, old.ID)
			list := w.causes(t, w.StationStaff).Cases
			if len(list) != 3 || list[0].ID != old.ID || list[1].ID < list[2].ID {
				t.Errorf("%s: it lists %+v", state, list)
			}
		}
	})
}

// How many households told of a repeat is counted out of who filed: an office that answers for one of its matters itself is not told.
func TestWhoAnswersIsNotToldOfHouseholds(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ids, _ := w.lifts(t)
		w.set(t, "UPDATE tickets SET handling_party_id = ? WHERE id = ?", w.Station.ID, ids[0])
		for name, tt := range map[string]struct {
			a    models.Actor
			told int
		}{"the station": {w.StationStaff, 0}, "the town": {w.TownOfficer, 2}} {
			list := w.causes(t, tt.a)
			if len(list.Found) != 1 || list.Found[0].Times != 3 || list.Found[0].Households != tt.told {
				t.Errorf("%s finds %+v", name, list.Found)
			}
			// The matter that it answers for is the oldest: that it is not listed any more says nothing of who filed it.
			back := tickets.FewMattersShown(2)
			list = w.causes(t, tt.a)
			back()
			if len(list.Found) != 1 || len(list.Found[0].Matters) != 2 || list.Found[0].Households != tt.told {
				t.Errorf("%s finds, with two listed, %+v", name, list.Found)
			}
		}
	})
}

// What the centre wrote is read as it was written by its own people. The leading group's office and the auditors are held for the same county,
// and read it as everybody else does.
func TestAnotherOfficeOfTheCountyIsNoColleague(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.lifts(t)
		c := w.opened(t)
		words := "更换曳引机，" + residentName + "家门口先停梯"
		err := w.db.Write(t.Context(), func(tx storage.Tx) error {
			_, err := storage.Record(tx, models.Event{Noun: "cause_case", NounID: c.ID, Action: "plan", From: "open", To: "planned", ActorID: w.Officer.AccountID, ActorRole: models.CenterOfficer, Note: words})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		w.set(t, "UPDATE cause_cases SET remedy = ?, state = 'planned' WHERE id = ?", words, c.ID)
		as := func(role models.Role) models.Actor {
			a := w.Officer
			a.AccountID += 900_000
			a.Held = []models.Held{{Role: role, ScopeKind: models.ScopeCounty, ScopeID: w.Officer.Held[0].ScopeID, Approved: true}}
			return a
		}
		for name, tt := range map[string]struct {
			a     models.Actor
			reads bool
		}{
			"who wrote it": {w.Officer, true}, "another of the centre": {as(models.CenterOfficer), true},
			"the leading group's office": {as(models.LeadingGroupOffice), false}, "an auditor": {w.Auditor, false},
		} {
			seen, err := w.store.Cause(t.Context(), tt.a, c.ID)
			if err != nil {
				t.Fatal(err)
			}
			for where, read := range map[string]string{"the case": seen.Remedy, "the history": seen.History[len(seen.History)-1].Note} {
				if (read == words) != tt.reads || strings.Contains(read, residentName) != tt.reads {
					t.Errorf("%s reads in %s: %s", name, where, read)
				}
			}
		}
	})
}
