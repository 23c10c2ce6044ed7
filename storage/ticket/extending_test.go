package ticket_test

import (
	"testing"
	"time"

	"linli/models"
	"linli/models/ticket"
)

// taken files and takes a ticket on a Wednesday at noon.
func (w *world) taken(t *testing.T, category string) ticket.View {
	t.Helper()
	w.clock.At = time.Date(2026, 11, 25, 4, 0, 0, 0, time.UTC)
	view := w.file(t, w.Resident, w.filing(category))
	w.clock.At = w.clock.At.Add(time.Hour)
	w.move(t, w.Staff, view.ID, ticket.Acknowledge, "")
	return w.move(t, w.Staff, view.ID, ticket.Start, "")
}

func (w *world) waiting(t *testing.T, a models.Actor) int64 {
	t.Helper()
	page, err := w.store.Tickets(t.Context(), a, ticket.Query{Box: ticket.BoxAll, Filter: ticket.FilterExtension, Limit: 20})
	if err != nil || int64(len(page.Items)) != page.Counts.Extension {
		t.Fatalf("%d rows, counted %d (%v)", len(page.Items), page.Counts.Extension, err)
	}
	return page.Counts.Extension
}

func TestExtensionIsGrantedOneLevelUp(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		view := w.taken(t, "ORD-01")
		if view.ExtensionDays == nil || *view.ExtensionDays != (ticket.ExtensionDays{First: "2026-12-03", Last: "2026-12-09"}) {
			t.Fatalf("the handler may choose %+v", view.ExtensionDays)
		}
		ask := func(a models.Actor, x ticket.ExtensionAsked) (ticket.View, error) {
			return w.store.ExtendTicket(t.Context(), a, view.ID, x)
		}
		_, err := ask(w.Staff, ticket.ExtensionAsked{Reason: " ", Until: "2026-12-07"})
		wantCode(t, err, models.Invalid, "ticket.text_required")
		_, err = ask(w.Staff, ticket.ExtensionAsked{Reason: "等厂家", Until: "2026-12-10"})
		wantCode(t, err, models.Invalid, "ticket.extension_day")
		_, err = ask(w.Staff, ticket.ExtensionAsked{Reason: "等厂家", Until: "2026-12-07", Version: view.Version - 1})
		wantCode(t, err, models.Conflict, "ticket.changed_meanwhile")
		asked, err := ask(w.Staff, ticket.ExtensionAsked{Reason: "等厂家", Until: "2026-12-07", Version: view.Version})
		if err != nil || asked.Extension == nil || asked.Extension.Outcome != ticket.ExtensionWaiting || !asked.ResolveDue.Equal(view.ResolveDue) {
			t.Fatalf("%+v (%v)", asked.Extension, err)
		}
		_, err = ask(w.Staff, ticket.ExtensionAsked{Reason: "再等", Until: "2026-12-08"})
		wantCode(t, err, models.Conflict, "ticket.extension_used")
		if n := w.waiting(t, w.StationStaff); n != 1 {
			t.Fatalf("%d wait for the station", n)
		}
		own := w.StationStaff
		own.AccountID = w.Staff.AccountID
		for _, tt := range []struct {
			name string
			a    models.Actor
			kind models.Kind
			code string
		}{
			{"the party itself", w.Staff, models.Denied, "ticket.not_yours_to_extend_grant"},
			{"the reporter", w.Resident, models.Denied, "ticket.not_yours_to_extend_grant"},
			{"a station elsewhere", w.OtherStationStaff, models.NotFound, "ticket.not_found"},
			{"who asked, in another office since", own, models.Denied, "ticket.extension_own"},
		} {
			t.Run(tt.name, func(t *testing.T) {
				_, err := w.store.DecideExtension(t.Context(), tt.a, view.ID, ticket.ExtensionDecision{Grant: true})
				wantCode(t, err, tt.kind, tt.code)
			})
		}
		_, err = w.store.DecideExtension(t.Context(), w.StationStaff, view.ID, ticket.ExtensionDecision{Grant: true, Version: view.Version})
		wantCode(t, err, models.Conflict, "ticket.changed_meanwhile")
		granted, err := w.store.DecideExtension(t.Context(), w.StationStaff, view.ID, ticket.ExtensionDecision{Grant: true, Version: asked.Version})
		if err != nil || granted.ResolveDue.In(models.Shanghai).Format("01-02 15:04") != "12-07 23:59" || granted.Extension.Outcome != ticket.ExtensionGranted {
			t.Fatalf("to be solved by %s, %+v (%v)", granted.ResolveDue, granted.Extension, err)
		}
		seen, err := w.store.Ticket(t.Context(), w.Resident, view.ID)
		if err != nil || seen.Extension == nil || seen.Extension.Reason != "等厂家" || !seen.ResolveDue.Equal(granted.ResolveDue) || seen.ExtensionDays != nil {
			t.Errorf("the reporter reads %+v (%v)", seen.Extension, err)
		}
		if n := w.waiting(t, w.StationStaff); n != 0 {
			t.Errorf("%d still wait", n)
		}
		_, err = w.store.DecideExtension(t.Context(), w.StationStaff, view.ID, ticket.ExtensionDecision{Note: "不行"})
		wantCode(t, err, models.Conflict, "ticket.extension_none")
	})
}

func TestAJudgedStationGrantsItselfNothing(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.clock.At = time.Date(2026, 11, 25, 4, 0, 0, 0, time.UTC)
		filing := w.filing("ORD-01")
		filing.BuildingID = w.OwnerlessBuilding.ID
		view := w.file(t, w.Resident, filing)
		for _, action := range []ticket.Action{ticket.Acknowledge, ticket.Start} {
			w.move(t, w.StationStaff, view.ID, action, "")
		}
		if _, err := w.store.ExtendTicket(t.Context(), w.StationStaff, view.ID, ticket.ExtensionAsked{Reason: "人手不足", Until: "2026-12-04"}); err != nil {
			t.Fatal(err)
		}
		_, err := w.store.DecideExtension(t.Context(), w.StationStaff, view.ID, ticket.ExtensionDecision{Grant: true})
		wantCode(t, err, models.Denied, "ticket.not_yours_to_extend_grant")
		if _, err = w.store.DecideExtension(t.Context(), w.TownOfficer, view.ID, ticket.ExtensionDecision{Note: "请按期办"}); err != nil {
			t.Fatal(err)
		}
		seen, err := w.store.Ticket(t.Context(), w.StationStaff, view.ID)
		if err != nil || seen.Extension.Outcome != ticket.ExtensionRefused || !seen.ResolveDue.Equal(view.ResolveDue) {
			t.Errorf("%+v, by %s (%v)", seen.Extension, seen.ResolveDue, err)
		}
	})
}

func TestExtensionLapsesAtTheDeadline(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		view := w.taken(t, "ORD-01")
		if _, err := w.store.ExtendTicket(t.Context(), w.Staff, view.ID, ticket.ExtensionAsked{Reason: "等厂家", Until: "2026-12-07"}); err != nil {
			t.Fatal(err)
		}
		w.clock.At = view.ResolveDue.Add(time.Second)
		if n := w.waiting(t, w.StationStaff); n != 0 {
			t.Errorf("%d wait though the deadline has passed", n)
		}
		_, err := w.store.DecideExtension(t.Context(), w.StationStaff, view.ID, ticket.ExtensionDecision{Grant: true})
		wantCode(t, err, models.Conflict, "ticket.extension_lapsed")
		seen, err := w.store.Ticket(t.Context(), w.Resident, view.ID)
		if err != nil || !seen.Extension.Lapsed || !seen.Overdue {
			t.Errorf("%+v, overdue %v (%v)", seen.Extension, seen.Overdue, err)
		}
		late := w.taken(t, "ORD-01")
		w.clock.At = late.ResolveDue.Add(time.Second)
		_, err = w.store.ExtendTicket(t.Context(), w.Staff, late.ID, ticket.ExtensionAsked{Reason: "等厂家", Until: "2026-12-07"})
		wantCode(t, err, models.Conflict, "ticket.extension_too_late")
	})
}

// Who says that it is done needs no later day: a wish that still waited is gone, does not come back with a send-back, and may be
// made again.
func TestAWishFallsAwayWithTheResult(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		view := w.taken(t, "ORD-01")
		ask := func() error {
			_, err := w.store.ExtendTicket(t.Context(), w.Staff, view.ID, ticket.ExtensionAsked{Reason: "等厂家", Until: "2026-12-07"})
			return err
		}
		if err := ask(); err != nil {
			t.Fatal(err)
		}
		said := ticket.DoneSaying{ClientID: clientID(), Result: "换好了", NoPhotoReason: "相机坏了，无法拍照"}
		if _, err := w.store.SayDone(t.Context(), w.Staff, view.ID, said, nil); err != nil {
			t.Fatal(err)
		}
		if _, err := w.store.SendBackTicket(t.Context(), w.Resident, view.ID, ticket.Answer{ClientID: clientID(), Closing: 1, Text: "还是坏的"}, nil); err != nil {
			t.Fatal(err)
		}
		if n := w.waiting(t, w.StationStaff); n != 0 {
			t.Errorf("%d wait for the station after a result", n)
		}
		_, err := w.store.DecideExtension(t.Context(), w.StationStaff, view.ID, ticket.ExtensionDecision{Grant: true})
		wantCode(t, err, models.Conflict, "ticket.extension_none")
		if seen := w.seen(t, w.Resident, view.ID); seen.Extension != nil {
			t.Errorf("the reporter reads a wish that is past: %+v", seen.Extension)
		}
		if err := ask(); err != nil {
			t.Errorf("asked again: %v", err)
		}
	})
}
