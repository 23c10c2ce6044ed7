package ticket_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"linli/models"
	"linli/models/ticket"
	"linli/storage"
)

func (w *world) officeSays(t *testing.T, a models.Actor, id int64, told ticket.OfficeContacting) error {
	t.Helper()
	_, err := w.store.TellOfficeContact(t.Context(), a, id, told)
	return err
}

// An office without an interest that calls the reporter meets the clock to reach him, once it has looked at his number; nobody else does.
func TestAnOfficeReachesTheReporterByTelephone(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		view := w.file(t, w.Resident, w.filing("CLN-02")) // the reporter is hidden from the party
		if view.HandlingParty.ID != w.Staff.Parties[0] {
			t.Fatalf("it went to %+v", view.HandlingParty)
		}
		said := ticket.OfficeContacting{Note: "他说住三楼，电话 13812345678，三天没人收垃圾"}
		for name, a := range map[string]models.Actor{"the party": w.Staff, "the reporter": w.Resident, "an auditor": w.Auditor} {
			wantCode(t, w.officeSays(t, a, view.ID, said), models.Denied, "ticket.not_yours_to_office_contact")
			_, err := w.store.OfficeNumber(t.Context(), a, view.ID)
			if models.CodeOf(err) != "ticket.not_yours_to_office_contact" {
				t.Errorf("%s is shown the number: %v", name, err)
			}
		}
		for _, a := range []models.Actor{w.RivalStaff, w.OtherStationStaff} {
			wantCode(t, w.officeSays(t, a, view.ID, said), models.NotFound, "ticket.not_found")
		}
		wantCode(t, w.officeSays(t, w.StationStaff, view.ID, said), models.Conflict, "ticket.look_first")
		seen, err := w.store.Ticket(t.Context(), w.StationStaff, view.ID)
		if err != nil || !slices.Contains(seen.Actions, ticket.OfficeContact) {
			t.Fatalf("the station is offered %v (%v)", seen.Actions, err)
		}
		for range 2 { // the second look within its hours is the first one
			card, err := w.store.OfficeNumber(t.Context(), w.StationStaff, view.ID)
			if err != nil || card.Phone == "" {
				t.Fatalf("%+v (%v)", card, err)
			}
			w.clock.At = w.clock.At.Add(10 * time.Minute)
		}
		wantCode(t, w.officeSays(t, w.TownOfficer, view.ID, said), models.Conflict, "ticket.look_first") // another's look is not his
		wantCode(t, w.officeSays(t, w.StationStaff, view.ID, ticket.OfficeContacting{Note: "  "}), models.Invalid, "ticket.text_required")
		wantCode(t, w.officeSays(t, w.StationStaff, view.ID, ticket.OfficeContacting{Note: "打通了", Version: 9}), models.Conflict, "ticket.changed_meanwhile")
		w.clock.At = w.clock.At.Add(12 * time.Hour)
		wantCode(t, w.officeSays(t, w.StationStaff, view.ID, said), models.Conflict, "ticket.look_first") // that look is too long ago
		if _, err := w.store.OfficeNumber(t.Context(), w.StationStaff, view.ID); err != nil {
			t.Fatal(err)
		}
		called := w.clock.At
		if err := w.officeSays(t, w.StationStaff, view.ID, said); err != nil {
			t.Fatal(err)
		}
		wantCode(t, w.officeSays(t, w.StationStaff, view.ID, said), models.Conflict, "ticket.contacted_already")
		if _, err := w.store.OfficeNumber(t.Context(), w.StationStaff, view.ID); models.CodeOf(err) != "ticket.contacted_already" {
			t.Errorf("the number is shown to call whom nobody has to call any more: %v", err)
		}

		// It counts as contact, and takes nothing else from the party: not the matter, nor its time to take it.
		var row ticket.Ticket
		w.read(t, func(tx storage.Tx) error { return tx.DB().Take(&row, "id = ?", view.ID).Error })
		if row.ContactedAt == nil || !row.ContactedAt.Equal(called) || row.AcknowledgedAt != nil || row.State != ticket.Dispatched || row.NextStep != ticket.NextAcknowledge {
			t.Errorf("contacted %v, acknowledged %v, %s, next %s", row.ContactedAt, row.AcknowledgedAt, row.State, row.NextStep)
		}
		if !row.Unheard() {
			t.Error("nobody of the party is called any more, though nobody took it")
		}
		if lost := row.LostDeadlines(nil, called); !slices.Contains(lost, "resolve") {
			t.Errorf("an office's call is taken for work of the party: it loses only %v", lost)
		}

		line := func(a models.Actor) (found ticket.TimelineItem, looks int) {
			seen, err := w.store.Ticket(t.Context(), a, view.ID)
			if err != nil {
				t.Fatal(err)
			}
			for _, item := range seen.Timeline {
				switch ticket.Action(item.Action) {
				case ticket.OfficeContact:
					found = item
				case ticket.ContactView:
					looks++
				}
			}
			return found, looks
		}
		if mine, looks := line(w.Resident); mine.Note != said.Note || mine.At == nil || mine.ActorRole != models.StationStaff || looks != 2 {
			t.Errorf("the reporter reads %+v and %d looks at his number", mine, looks)
		}
		if theirs, looks := line(w.Staff); theirs.Action == "" || theirs.Note != "" || theirs.At != nil || theirs.ActorRole != models.StationStaff || looks != 0 {
			t.Errorf("the party reads %+v and %d looks at the number", theirs, looks)
		}
		if town, looks := line(w.TownOfficer); town.Note != said.Note || looks != 2 {
			t.Errorf("the town reads %+v and %d looks", town, looks)
		}
		party, err := w.store.Ticket(t.Context(), w.Staff, view.ID)
		if err != nil || strings.Contains(asJSON(t, party), "13812345678") || strings.Contains(asJSON(t, party), called.Format(time.RFC3339)) {
			t.Errorf("the party reads the moment of the call, or what was said: %s (%v)", asJSON(t, party), err)
		}
	})
}

// What the station must answer it does not call about itself: the town does. And who has no number is called by nobody.
func TestNoOfficeReachesByItsOwnWord(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		own := w.filing("CLN-02")
		own.BuildingID = w.OwnerlessBuilding.ID
		view := w.file(t, w.Resident, own)
		if view.HandlingParty.ID != w.Station.ID {
			t.Fatalf("it went to %+v", view.HandlingParty)
		}
		_, err := w.store.OfficeNumber(t.Context(), w.StationStaff, view.ID)
		wantCode(t, err, models.Denied, "ticket.not_yours_to_office_contact")
		if _, err := w.store.OfficeNumber(t.Context(), w.TownOfficer, view.ID); err != nil {
			t.Errorf("the town may not call: %v", err)
		}
		filing := w.filing("REP-01")
		filing.OnBehalf = &ticket.OnBehalf{Name: "孙奶奶", Consent: "spoken"}
		behalf := w.file(t, w.Steward, filing)
		_, err = w.store.OfficeNumber(t.Context(), w.StationStaff, behalf.ID)
		wantCode(t, err, models.Conflict, "ticket.no_number_to_call")
		if seen, err := w.store.Ticket(t.Context(), w.StationStaff, behalf.ID); err != nil || slices.Contains(seen.Actions, ticket.OfficeContact) {
			t.Errorf("offered %v (%v)", seen.Actions, err)
		}
	})
}
