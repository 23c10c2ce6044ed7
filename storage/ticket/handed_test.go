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

		page, err := w.store.HandedOverTickets(t.Context(), w.Staff, "", 10)
		if err != nil || len(page.Items) != 1 {
			t.Fatalf("%v, %+v", err, page)
		}
		row := page.Items[0]
		if row.ToPartyName != w.Rival.Name || !slices.Contains(row.Missed, "contact") || row.Ticket.State != ticket.InProgress || row.Ticket.ID != filed.ID {
			t.Errorf("%+v", row)
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
			if page, err := w.store.HandedOverTickets(t.Context(), other, "", 10); err != nil || len(page.Items) != 0 {
				t.Errorf("%s lists %v, %v", name, page.Items, err)
			}
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
			page, err := w.store.HandedOverTickets(t.Context(), w.Staff, cursor, 2)
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
