package ticket_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"linli/models"
	"linli/models/photo"
	"linli/models/place"
	"linli/models/ticket"
	"linli/storage"
	tickets "linli/storage/ticket"
)

// handOver gives an estate to another party today.
func (w *world) handOver(t *testing.T, estate int64, to place.HandlingParty) {
	t.Helper()
	err := w.db.Write(t.Context(), func(tx storage.Tx) error {
		today := tx.Today()
		if err := tx.DB().Model(&place.ServiceTerm{}).Where("estate_id = ? AND valid_to IS NULL", estate).Updates(map[string]any{"valid_to": today}).Error; err != nil {
			return err
		}
		if to.ID != 0 {
			next := place.ServiceTerm{EstateID: estate, HandlingPartyID: to.ID, ServiceMode: place.ModeProfessional, ValidFrom: today, RecordedAt: tx.At()}
			if err := tx.DB().Create(&next).Error; err != nil {
				return err
			}
		}
		_, err := w.store.HandOver(tx, estate)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func asJSON(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func (w *world) say(t *testing.T, by models.Actor, id int64, text string) {
	t.Helper()
	if _, err := w.store.SendMessage(t.Context(), by, id, ticket.Saying{ClientID: clientID(), Text: text}, nil); err != nil {
		t.Fatal(err)
	}
}

// photoOf writes a photo of a ticket as if its bytes had come.
func (w *world) photoOf(t *testing.T, id int64, kind photo.Kind) (p photo.Photo) {
	t.Helper()
	p = photo.Photo{AuthorID: w.Resident.AccountID, ClientID: clientID(), TicketID: id, Noun: "ticket", NounID: id, Kind: kind, Status: photo.Stored, ListedAt: w.clock.Now(), StoredSHA256: strings.Repeat("a", 64), ThumbSHA256: strings.Repeat("b", 64)}
	if err := w.db.Write(t.Context(), func(tx storage.Tx) error { return tx.DB().Create(&p).Error }); err != nil {
		t.Fatal(err)
	}
	return p
}

func (w *world) keeps(t *testing.T, a models.Actor, p photo.Photo) bool {
	t.Helper()
	err := w.db.Read(t.Context(), func(tx storage.Tx) error { return tickets.KeptPhoto(tx, a, p) })
	if err != nil && models.KindOf(err) != models.NotFound {
		t.Fatal(err)
	}
	return err == nil
}

// The old party keeps what it saw: the ticket as it stood, its own words, the photos that were there. Nothing that comes
// later reaches it, whoever writes it, and nothing in it points at a person, not even where the old party wrote it.
func TestTheOldPartyKeepsAFrozenLook(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		f := w.filing("REP-12")
		f.UnitID, f.ShareContact, f.Text = w.Home.ID, true, "厨房漏水，我叫赵桂兰，电话13803790001"
		filed := w.file(t, w.Resident, f)
		early := w.photoOf(t, filed.ID, photo.Before)
		w.clock.Advance(5 * time.Hour)
		w.move(t, w.Staff, filed.ID, ticket.Acknowledge, "")
		w.say(t, w.Staff, filed.ID, "赵桂兰您好，明天上午来修，打13803790001")
		w.move(t, w.Staff, filed.ID, ticket.Start, "")
		w.clock.Advance(30 * time.Hour)
		w.handOver(t, w.Estate.ID, w.Rival)

		page, err := w.store.HandedOverTickets(t.Context(), w.Staff, ticket.HandedOverQuery{Limit: 10})
		if err != nil || len(page.Items) != 1 {
			t.Fatalf("%v, %+v", err, page)
		}
		row := page.Items[0]
		if row.ToPartyName != w.Rival.Name || !slices.Contains(row.Missed, "contact") || row.Ticket.State != ticket.InProgress || row.Ticket.ID != filed.ID {
			t.Errorf("%+v", row)
		}
		// Whoever comes by the ticket's old address finds the look by it, and no other one.
		of := func(id int64) int {
			page, err := w.store.HandedOverTickets(t.Context(), w.Staff, ticket.HandedOverQuery{TicketID: id, Limit: 10})
			if err != nil {
				t.Fatal(err)
			}
			return len(page.Items)
		}
		if of(filed.ID) != 1 || of(filed.ID+1) != 0 {
			t.Errorf("%d looks of it, %d of the next number", of(filed.ID), of(filed.ID+1))
		}
		first, err := w.store.HandedOverTicket(t.Context(), w.Staff, row.ID)
		if err != nil {
			t.Fatal(err)
		}
		if len(first.Ticket.Actions) != 0 || len(first.Ticket.Messages) != 1 || !first.Ticket.Messages[0].Mine || len(first.Ticket.Photos) != 1 {
			t.Errorf("%+v", first.Ticket)
		}
		kept := asJSON(t, first)
		for _, secret := range []string{"赵桂兰", "13803790001", w.Home.Name, filed.QueryCode} {
			if strings.Contains(kept, secret) {
				t.Errorf("the frozen look holds %q: %s", secret, kept)
			}
		}
		// Control: the same search finds them in what the reporter sees.
		whole, err := w.store.Ticket(t.Context(), w.Resident, filed.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, secret := range []string{"赵桂兰", "13803790001", w.Home.Name, filed.QueryCode} {
			if !strings.Contains(asJSON(t, whole), secret) {
				t.Errorf("%q would not be found", secret)
			}
		}

		w.clock.Advance(time.Hour)
		w.move(t, w.RivalStaff, filed.ID, ticket.Acknowledge, "")
		w.say(t, w.RivalStaff, filed.ID, "我们接手了，今天下午三点来修")
		w.say(t, w.Resident, filed.ID, "好的，谢谢")
		late := w.photoOf(t, filed.ID, photo.Before)
		second, err := w.store.HandedOverTicket(t.Context(), w.Staff, row.ID)
		if err != nil || asJSON(t, second) != kept {
			t.Errorf("the frozen look moved: %v\n%s\n%s", err, asJSON(t, second), kept)
		}
		if !w.keeps(t, w.Staff, early) || w.keeps(t, w.Staff, late) || w.keeps(t, w.RivalStaff, early) {
			t.Error("photos: what was there is kept by the old party alone, what came later by nobody")
		}
		if _, err := w.store.Ticket(t.Context(), w.Staff, filed.ID); models.KindOf(err) != models.NotFound {
			t.Errorf("the ticket itself: %v", err)
		}
		for name, other := range map[string]models.Actor{"resident": w.Resident, "new party": w.RivalStaff, "station": w.StationStaff, "nobody": {}} {
			if _, err := w.store.HandedOverTicket(t.Context(), other, row.ID); models.KindOf(err) != models.NotFound {
				t.Errorf("%s reads it: %v", name, err)
			}
			for _, q := range []ticket.HandedOverQuery{{Limit: 10}, {TicketID: filed.ID, Limit: 10}} {
				if page, err := w.store.HandedOverTickets(t.Context(), other, q); err != nil || len(page.Items) != 0 {
					t.Errorf("%s lists %v, %v", name, page.Items, err)
				}
			}
		}
	})
}

// After a hand-over the past keeps the names that it had: who was reminded, who wrote, whose reply was read. The next
// party's lines carry its own name, and of the first party's words its frozen look takes none for its own.
func TestThePastKeepsItsNamesAfterAHandOver(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		filed := w.file(t, w.Resident, w.filing("REP-12"))
		w.move(t, w.Staff, filed.ID, ticket.Acknowledge, "")
		w.clock.Advance(time.Hour)
		w.say(t, w.Staff, filed.ID, "疏通车已经出发，半小时到")
		w.say(t, w.Resident, filed.ID, "好的，我在家")
		read, err := w.store.Ticket(t.Context(), w.Resident, filed.ID)
		if err != nil {
			t.Fatal(err)
		}
		if err := w.store.ReadMessages(t.Context(), w.Resident, filed.ID, read.Messages[0].ID); err != nil {
			t.Fatal(err)
		}
		for range 40 {
			w.clock.Advance(3 * time.Hour)
			if _, err := w.store.EscalateDue(t.Context(), 100); err != nil {
				t.Fatal(err)
			}
		}
		old := w.Operator.Name
		if before, err := w.store.Ticket(t.Context(), w.Resident, filed.ID); err != nil || before.HandlingParty.Name != old {
			t.Fatalf("before: %v, %+v", err, before.HandlingParty)
		}
		w.handOver(t, w.Estate.ID, w.Rival)
		w.clock.Advance(time.Hour)
		w.move(t, w.RivalStaff, filed.ID, ticket.Acknowledge, "")
		w.say(t, w.RivalStaff, filed.ID, "我们接手了，今天下午三点来修")

		for who, reader := range map[string]models.Actor{"resident": w.Resident, "new party": w.RivalStaff, "station": w.StationStaff} {
			view, err := w.store.Ticket(t.Context(), reader, filed.ID)
			if err != nil {
				t.Fatal(err)
			}
			seen, handed := map[string]bool{}, 0
			for _, line := range view.Timeline {
				if line.Action == string(ticket.Dispatch) && line.Params["from_party"] != nil {
					handed++
				}
				want := old
				if handed > 0 {
					want = w.Rival.Name
				}
				if line.PartyName != want {
					t.Errorf("%s: %s names %q, then it was %q", who, line.Action, line.PartyName, want)
				}
				seen[line.Action] = true
			}
			if handed != 1 || !seen[string(ticket.Contact)] || !seen[string(ticket.Remind)] || !seen[string(ticket.Escalate)] {
				t.Fatalf("%s: the past is not there: %v", who, seen)
			}
			if m := view.Messages; len(m) != 3 || m[0].AuthorName != old || m[1].AuthorName != "" || m[2].AuthorName != w.Rival.Name {
				t.Errorf("%s reads %+v", who, m)
			}
		}

		w.clock.Advance(24 * time.Hour)
		w.handOver(t, w.Estate.ID, w.Operator)
		page, err := w.store.HandedOverTickets(t.Context(), w.RivalStaff, ticket.HandedOverQuery{Limit: 10})
		if err != nil || len(page.Items) != 1 {
			t.Fatalf("%v, %+v", err, page)
		}
		look, err := w.store.HandedOverTicket(t.Context(), w.RivalStaff, page.Items[0].ID)
		if err != nil {
			t.Fatal(err)
		}
		if m := look.Ticket.Messages; len(m) != 3 || m[0].Mine || !m[2].Mine || m[0].AuthorName != old {
			t.Errorf("the second party's frozen look: %+v", m)
		}
	})
}

// The number was shared with the party that answered then. The next one, by a hand-over or a return, is shown neither it nor the
// flat until the reporter says so, and he takes it back when he likes. Where life is in danger it goes on.
func TestWhoAnswersNextIsNotShownTheNumber(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		file := func(category string) ticket.View {
			f := w.filing(category)
			f.UnitID, f.ShareContact = w.Home.ID, true
			return w.file(t, w.Resident, f)
		}
		looks := func(a models.Actor, id int64) error {
			_, err := w.store.ViewContact(t.Context(), a, id, "约上门时间")
			return err
		}
		may := func(a models.Actor, id int64, action ticket.Action) bool {
			view, err := w.store.Ticket(t.Context(), a, id)
			if err != nil {
				t.Fatal(err)
			}
			return slices.Contains(view.Actions, action)
		}
		handed, returned := file("REP-12"), file("REP-12")
		if err := looks(w.Staff, handed.ID); err != nil { // control
			t.Fatalf("the first party: %v", err)
		}
		if _, err := w.store.ReturnTicket(t.Context(), w.Staff, returned.ID, ticket.ReturnAsked{Reason: "不归我们管", ProposedPartyID: w.Rival.ID}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.store.DecideReturn(t.Context(), w.StationStaff, returned.ID, ticket.ReturnDecision{PartyID: w.Rival.ID}); err != nil {
			t.Fatal(err)
		}
		w.clock.Advance(24 * time.Hour)
		w.handOver(t, w.Estate.ID, w.Rival)
		for name, id := range map[string]int64{"handed over": handed.ID, "returned": returned.ID} {
			if err := looks(w.RivalStaff, id); models.KindOf(err) != models.Denied {
				t.Errorf("%s: the next party looks: %v", name, err)
			}
			view, err := w.store.Ticket(t.Context(), w.RivalStaff, id)
			if err != nil || view.UnitName != "" || view.ContactShared {
				t.Errorf("%s: %v, flat %q, shared %v", name, err, view.UnitName, view.ContactShared)
			}
			told, err := w.store.Ticket(t.Context(), w.Resident, id)
			if err != nil || told.ContactShared || !slices.ContainsFunc(told.Timeline, func(l ticket.TimelineItem) bool { return l.Params["sharing_ended"] == true }) {
				t.Errorf("%s: the reporter is not told: %v", name, err)
			}
			if may(w.RivalStaff, id, ticket.ContactShare) || may(w.StationStaff, id, ticket.ContactShare) || !may(w.Resident, id, ticket.ContactShare) {
				t.Errorf("%s: whether it is shared is for the reporter alone", name)
			}
			w.move(t, w.Resident, id, ticket.ContactShare, "")
			if err := looks(w.RivalStaff, id); err != nil {
				t.Errorf("%s: shared anew: %v", name, err)
			}
			w.move(t, w.Resident, id, ticket.ContactHide, "")
			if err := looks(w.RivalStaff, id); models.KindOf(err) != models.Denied {
				t.Errorf("%s: taken back: %v", name, err)
			}
		}
		if complaint := w.file(t, w.Resident, w.filing("CLN-02")); may(w.Resident, complaint.ID, ticket.ContactShare) {
			t.Error("a complaint can be shared")
		}
	})
}

func TestHandedOverTicketsComeInPages(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for range 5 {
			w.file(t, w.Resident, w.filing("REP-01"))
		}
		w.handOver(t, w.Estate.ID, w.Rival)
		var ids []int64
		for cursor := ""; ; {
			page, err := w.store.HandedOverTickets(t.Context(), w.Staff, ticket.HandedOverQuery{Cursor: cursor, Limit: 2})
			if err != nil {
				t.Fatal(err)
			}
			for _, row := range page.Items {
				ids = append(ids, row.Ticket.ID)
			}
			if cursor = page.Next; cursor == "" {
				break
			}
		}
		if sorted := slices.IsSortedFunc(ids, func(a, b int64) int { return int(b - a) }); len(ids) != 5 || !sorted {
			t.Errorf("pages give %v", ids)
		}
	})
}

// A station that had to answer oversees the place afterwards, when an operator serves it. It does not learn then who had
// complained of it; a station that never had to answer is told, as every uninterested level.
func TestWhoAnsweredBeforeDoesNotLearnTheReporter(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		control := w.file(t, w.Resident, w.filing("SVC-01"))
		uninterested, err := w.store.Ticket(t.Context(), w.StationStaff, control.ID)
		if err != nil || uninterested.Reporter == nil {
			t.Fatalf("control: the station oversees the operator and is not told: %v", err)
		}
		w.clock.Advance(24 * time.Hour)
		w.handOver(t, w.Estate.ID, place.HandlingParty{})
		filed := w.file(t, w.Resident, w.filing("CLN-02"))
		if filed.HandlingParty.ID != w.Station.ID {
			t.Fatalf("answered by %+v", filed.HandlingParty)
		}
		w.clock.Advance(24 * time.Hour)
		w.handOver(t, w.Estate.ID, w.Rival)
		for name, id := range map[string]int64{"filed under the station": filed.ID, "filed under the first operator": control.ID} {
			view, err := w.store.Ticket(t.Context(), w.StationStaff, id)
			if err != nil || view.You != ticket.PartOfficer || view.HandlingParty.ID != w.Rival.ID {
				t.Fatalf("%s: %v, %s", name, err, view.You)
			}
			if view.Reporter != nil || view.FiledAt != nil || view.Receipt != nil || strings.Contains(asJSON(t, view), "赵") {
				t.Errorf("%s: the station learns who filed: %s", name, asJSON(t, view))
			}
		}
		asTown, err := w.store.Ticket(t.Context(), w.TownOfficer, filed.ID)
		if err != nil || asTown.Reporter == nil {
			t.Errorf("the town, which never had to answer, is not told: %v", err)
		}
	})
}

// What is closed stays closed, with whoever closed it, also when its estate goes to somebody else.
func TestAHandOverReopensNothing(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		solved, withdrawn := w.file(t, w.Resident, w.filing("REP-01")), w.file(t, w.Resident, w.filing("REP-01"))
		w.done(t, solved.ID)
		if _, err := w.store.ConfirmTicket(t.Context(), w.Resident, solved.ID, ticket.Answer{ClientID: clientID(), Closing: 1, Level: 5}); err != nil {
			t.Fatal(err)
		}
		w.move(t, w.Resident, withdrawn.ID, ticket.Withdraw, "")
		w.handOver(t, w.Estate.ID, w.Rival)
		if n, err := w.store.HandOverDue(t.Context()); n != 0 || err != nil {
			t.Errorf("%d handed over, %v", n, err)
		}
		for id, want := range map[int64]ticket.State{solved.ID: ticket.Closed, withdrawn.ID: ticket.Withdrawn} {
			got, err := w.store.Ticket(t.Context(), w.Resident, id)
			if err != nil || got.State != want || got.HandlingParty.ID != w.Operator.ID {
				t.Errorf("%s, with %s (%v), want %s with %s", got.State, got.HandlingParty.Name, err, want, w.Operator.Name)
			}
		}
	})
}

// A new contract of the party that serves already moves nothing: no ticket, no deadline, no missed one.
func TestARenewalMovesNothing(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		open := w.file(t, w.Resident, w.filing("REP-01"))
		w.clock.Advance(30 * time.Hour)
		w.handOver(t, w.Estate.ID, w.Operator)
		if n, err := w.store.HandOverDue(t.Context()); n != 0 || err != nil {
			t.Errorf("%d handed over, %v", n, err)
		}
		got, err := w.store.Ticket(t.Context(), w.Staff, open.ID)
		if err != nil || !got.ResolveDue.Equal(open.ResolveDue) || got.HeldSince != nil || len(got.Timeline) != len(open.Timeline) {
			t.Errorf("%v, due %v instead of %v, held since %v, %d lines instead of %d", err, got.ResolveDue, open.ResolveDue, got.HeldSince, len(got.Timeline), len(open.Timeline))
		}
	})
}

// A photo of the old party's that comes after the hand-over proves what it did, and ends nothing of the next party's; not
// even where the estate comes back to it.
func TestALateProofOfTheOldPartyEndsNothing(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		filed := w.file(t, w.Resident, w.filing("REP-01"))
		w.move(t, w.Staff, filed.ID, ticket.Acknowledge, "")
		said := ticket.DoneSaying{ClientID: clientID(), Result: "已更换灯泡", NoPhotoReason: "照片稍后上传"}
		if _, err := w.store.SayDone(t.Context(), w.Staff, filed.ID, said, []photo.Claim{{ClientID: clientID(), Kind: photo.After}}); err != nil {
			t.Fatal(err)
		}
		arrive := func() ticket.State {
			err := w.db.Write(t.Context(), func(tx storage.Tx) error {
				var closing ticket.Closing
				if err := tx.DB().Take(&closing, "ticket_id = ? AND client_id = ?", filed.ID, said.ClientID).Error; err != nil {
					return err
				}
				if err := tx.DB().Model(&closing).Updates(map[string]any{"complete_at": nil}).Error; err != nil {
					return err
				}
				return w.store.PhotoStored(tx, photo.Photo{Noun: "ticket_closing", NounID: closing.ID})
			})
			if err != nil {
				t.Fatal(err)
			}
			return w.seen(t, w.Officer, filed.ID).State
		}
		for _, next := range []struct {
			to place.HandlingParty
			by models.Actor
		}{{w.Rival, w.RivalStaff}, {w.Operator, w.Staff}} {
			w.clock.Advance(24 * time.Hour)
			w.handOver(t, w.Estate.ID, next.to)
			w.move(t, next.by, filed.ID, ticket.Acknowledge, "")
			if state := arrive(); state != ticket.Acknowledged {
				t.Errorf("%s has acknowledged it, and the photo of the time before makes it %s", next.to.Name, state)
			}
		}
	})
}
