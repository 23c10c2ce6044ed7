package ticket_test

import (
	"strings"
	"testing"
	"time"

	"linli/models"
	"linli/models/place"
	"linli/models/ticket"
	"linli/storage"
)

func (w *world) posting(buildings ...int64) ticket.BulletinPosting {
	return ticket.BulletinPosting{
		ClientID: clientID(), Category: "UTIL-01", EstateID: w.Estate.ID, Buildings: buildings, Text: "主管爆裂停水", Meanwhile: "请先储水", FromAt: w.clock.At, UntilAt: w.clock.At.Add(4 * time.Hour),
	}
}

func (w *world) post(t *testing.T, a models.Actor, p ticket.BulletinPosting) ticket.BulletinView {
	t.Helper()
	view, created, err := w.store.PostBulletin(t.Context(), a, p)
	if err != nil || !created {
		t.Fatalf("%+v, created %v, %v", view, created, err)
	}
	return view
}

// shown are how many bulletins a resident reads on his home, and before he files in a building.
func (w *world) shown(t *testing.T, a models.Actor, building int64) (home, filing int) {
	t.Helper()
	list, err := w.store.HomeBulletins(t.Context(), a)
	if err != nil {
		t.Fatal(err)
	}
	known, err := w.store.KnownOutages(t.Context(), a, w.Estate.ID, building, "UTIL-01")
	if err != nil {
		t.Fatal(err)
	}
	return len(list.Items), len(known.Items)
}

func (w *world) mustShow(t *testing.T, what string, a models.Actor, home, filing int) {
	t.Helper()
	if h, f := w.shown(t, a, w.Building.ID); h != home || f != filing {
		t.Errorf("%s: home %d, filing %d", what, h, f)
	}
}

func TestABulletinRuns(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.mustShow(t, "before", w.Resident, 0, 0)
		asked := w.posting(w.Building.ID)
		b := w.post(t, w.Staff, asked)
		if b.State != ticket.BulletinRunning || b.Party.ID != w.Operator.ID || len(b.Buildings) != 1 || b.Buildings[0].Name != w.Building.Name || b.EstateName != w.Estate.Name || !b.MayChange || !b.MayEnd {
			t.Fatalf("%+v", b)
		}
		again, created, err := w.store.PostBulletin(t.Context(), w.Staff, asked)
		if err != nil || created || again.ID != b.ID {
			t.Fatalf("%+v, %v, %v", again, created, err)
		}
		other := asked
		other.Text = "停电"
		_, _, err = w.store.PostBulletin(t.Context(), w.Staff, other)
		wantCode(t, err, models.Conflict, "ticket.id_conflict")
		w.mustShow(t, "posted", w.Resident, 1, 1)
		w.mustShow(t, "posted", w.Steward, 1, 1)
		if h, f := w.shown(t, w.RivalStaff, nowhereBuilding); h != 0 || f != 0 {
			t.Errorf("in another building: home %d, filing %d", h, f)
		}
		if known, err := w.store.KnownOutages(t.Context(), w.Resident, w.Estate.ID, w.Building.ID, "UTIL-03"); err != nil || len(known.Items) != 0 {
			t.Errorf("of another category: %+v, %v", known, err)
		}
		if known, err := w.store.KnownOutages(t.Context(), w.Resident, w.Estate.ID, 0, "UTIL-01"); err != nil || len(known.Items) != 1 || known.Items[0].MayEnd {
			t.Errorf("of no building: %+v, %v", known, err)
		}

		_, err = w.store.ChangeBulletin(t.Context(), w.StationStaff, b.ID, ticket.BulletinChange{Version: 1, UntilAt: w.clock.At.Add(5 * time.Hour), Why: "配件未到"})
		wantCode(t, err, models.Denied, "bulletin.not_yours")
		_, err = w.store.ChangeBulletin(t.Context(), w.Staff, b.ID, ticket.BulletinChange{Version: 1, UntilAt: w.clock.At.Add(5 * time.Hour), Why: " "})
		wantCode(t, err, models.Invalid, "ticket.text_required")
		_, err = w.store.ChangeBulletin(t.Context(), w.Staff, b.ID, ticket.BulletinChange{Version: 1, UntilAt: w.clock.At.Add(5 * time.Hour), Why: "找小王13803790001"})
		wantCode(t, err, models.Invalid, "bulletin.points_at_somebody")
		changed, err := w.store.ChangeBulletin(t.Context(), w.Staff, b.ID, ticket.BulletinChange{Version: 1, UntilAt: w.clock.At.Add(6 * time.Hour), Why: "配件未到"})
		if err != nil || changed.Version != 2 || changed.Changes != 1 || changed.Why != "配件未到" {
			t.Fatalf("%+v, %v", changed, err)
		}
		w.clock.Advance(5 * time.Hour)
		w.mustShow(t, "prolonged", w.Resident, 1, 1)
		_, err = w.store.EndBulletin(t.Context(), w.Staff, b.ID, ticket.BulletinEnd{Version: 1, Why: "修好"})
		wantCode(t, err, models.Conflict, "bulletin.changed_meanwhile")
		_, err = w.store.EndBulletin(t.Context(), w.RivalStaff, b.ID, ticket.BulletinEnd{Version: 2, Why: "修好"})
		wantCode(t, err, models.NotFound, "bulletin.not_found")
		_, err = w.store.EndBulletin(t.Context(), w.OtherStationStaff, b.ID, ticket.BulletinEnd{Version: 2, Why: "修好"})
		wantCode(t, err, models.NotFound, "bulletin.not_found")
		ended, err := w.store.EndBulletin(t.Context(), w.StationStaff, b.ID, ticket.BulletinEnd{Version: 2, Why: "来水了"})
		if err != nil || ended.State != ticket.BulletinOver || ended.UndoUntil == nil {
			t.Fatalf("%+v, %v", ended, err)
		}
		w.mustShow(t, "ended", w.Resident, 0, 0)
		_, err = w.store.UndoBulletinEnd(t.Context(), w.Staff, b.ID, ticket.BulletinUndo{Version: 3})
		wantCode(t, err, models.Denied, "bulletin.not_yours") // a party does not undo what an office ended
		back, err := w.store.UndoBulletinEnd(t.Context(), w.StationStaff, b.ID, ticket.BulletinUndo{Version: 3})
		if err != nil || back.State != ticket.BulletinRunning {
			t.Fatalf("%+v, %v", back, err)
		}
		w.mustShow(t, "the end was taken back", w.Resident, 1, 1)
		w.clock.Advance(time.Hour)
		w.mustShow(t, "ran out", w.Resident, 0, 0)

		page, err := w.store.Bulletins(t.Context(), w.StationStaff)
		if err != nil || len(page.Items) != 1 || len(page.Counts) != 1 || page.Counts[0] != (ticket.BulletinCount{HandlingPartyID: w.Operator.ID, PartyName: w.Operator.Name, Posted: 1, Minutes: 360, Changes: 1}) {
			t.Errorf("the station reads %+v, %v", page, err)
		}
		for who, a := range map[string]models.Actor{"another party": w.RivalStaff, "another station": w.OtherStationStaff, "a resident": w.Resident, "a steward": w.Steward} {
			if page, err := w.store.Bulletins(t.Context(), a); err != nil || len(page.Items)+len(page.Counts) != 0 {
				t.Errorf("%s reads %+v, %v", who, page, err)
			}
		}
		err = w.db.Read(t.Context(), func(tx storage.Tx) error {
			told, err := storage.History(tx, "bulletin", b.ID)
			var steps []string
			for _, l := range told {
				steps = append(steps, l.Action)
			}
			if got := strings.Join(steps, " "); got != "post change end undo" || told[2].ActorRole != models.StationStaff {
				t.Errorf("the ledger tells %q", got)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	})
}

const nowhereBuilding = 9_999_999

func TestWhoMayPostABulletin(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		refused := func(a models.Actor, p ticket.BulletinPosting, kind models.Kind, code string) {
			t.Helper()
			_, _, err := w.store.PostBulletin(t.Context(), a, p)
			wantCode(t, err, kind, code)
		}
		refused(w.RivalStaff, w.posting(), models.Denied, "bulletin.not_your_place")
		refused(w.OtherStationStaff, w.posting(), models.Denied, "bulletin.not_your_place")
		refused(w.Resident, w.posting(), models.Denied, "bulletin.not_your_place")
		refused(w.Staff, w.posting(w.OwnerlessBuilding.ID), models.Invalid, "bulletin.bad_buildings")
		spoilt := w.posting()
		spoilt.Meanwhile = "加微信 wang_li_88"
		refused(w.Staff, spoilt, models.Invalid, "bulletin.points_at_somebody")
		spoilt = w.posting()
		spoilt.EstateID = nowhereBuilding
		refused(w.Staff, spoilt, models.Invalid, "ticket.unknown_place")
		if b := w.post(t, w.StationStaff, w.posting()); b.Party.ID != w.Station.ID || len(b.Buildings) != 0 {
			t.Errorf("%+v", b)
		}
		// Who gets such a matter there today may say what it knows of it.
		c, err := w.store.Catalogue(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		category, _ := c.Category("UTIL-01")
		if answers := w.file(t, w.Resident, w.filing(category.Code)).HandlingParty; answers.ID != w.Operator.ID {
			if b := w.post(t, models.Actor{AccountID: w.Staff.AccountID, Parties: []int64{answers.ID}}, w.posting()); b.Party.ID != answers.ID {
				t.Errorf("%+v", b)
			}
		}
		if n, _ := w.shown(t, w.Resident, w.Building.ID); n < 1 {
			t.Error("a bulletin of the whole estate is not shown to its residents")
		}
	})
}

// What an office ended the party does not simply say again: for a day, of the same matter and place, the station says it or nobody.
func TestWhatAnOfficeEndedIsNotPostedAgain(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		end := func(a models.Actor, b ticket.BulletinView) ticket.BulletinView {
			t.Helper()
			ended, err := w.store.EndBulletin(t.Context(), a, b.ID, ticket.BulletinEnd{Version: b.Version, Why: "已来水"})
			if err != nil {
				t.Fatal(err)
			}
			return ended
		}
		refused := func(what string, p ticket.BulletinPosting) {
			t.Helper()
			_, _, err := w.store.PostBulletin(t.Context(), w.Staff, p)
			if e, _ := err.(*models.Error); e == nil || e.Code != "bulletin.ended_above" || e.Kind != models.Conflict {
				t.Errorf("%s: %v", what, err)
			}
		}
		if own := end(w.Staff, w.post(t, w.Staff, w.posting(w.Building.ID))); own.EndedAbove {
			t.Errorf("%+v", own)
		}
		end(w.Staff, w.post(t, w.Staff, w.posting(w.Building.ID))) // what it ended itself it may say again

		ended := end(w.StationStaff, w.post(t, w.Staff, w.posting(w.Building.ID)))
		if !ended.EndedAbove {
			t.Errorf("%+v", ended)
		}
		refused("the same again", w.posting(w.Building.ID))
		refused("the whole estate instead", w.posting())
		other := w.posting(w.Building.ID)
		other.Category = "UTIL-03"
		w.post(t, w.Staff, other)
		end(w.StationStaff, w.post(t, w.StationStaff, w.posting())) // the station may say it, and ends its own as a party

		// Taken back, it stands again and bars nothing.
		if _, err := w.store.UndoBulletinEnd(t.Context(), w.StationStaff, ended.ID, ticket.BulletinUndo{Version: ended.Version}); err != nil {
			t.Fatal(err)
		}
		again := end(w.StationStaff, w.post(t, w.Staff, w.posting(w.Building.ID)))
		refused("ended once more", w.posting(w.Building.ID))
		w.post(t, w.StationStaff, w.posting())
		w.clock.Advance(again.EndedAt.Add(24*time.Hour - time.Minute).Sub(w.clock.At))
		refused("a minute too early", w.posting(w.Building.ID))
		w.clock.Advance(time.Minute)
		w.post(t, w.Staff, w.posting(w.Building.ID))
	})
}

// A party cannot make anything of its own easier by a bulletin: what is filed beside one gets the same number of days, the same
// party and the same place in the lists, and what was filed before is as it was.
func TestABulletinChangesNoTicket(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		before := w.seen(t, w.Officer, w.file(t, w.Resident, w.filing("UTIL-01")).ID)
		desk := func() (ids []int64) {
			page, err := w.store.Tickets(t.Context(), w.Officer, ticket.Query{Box: ticket.BoxAll, Filter: ticket.FilterOpen, Limit: 20})
			if err != nil {
				t.Fatal(err)
			}
			for _, row := range page.Items {
				ids = append(ids, row.ID)
			}
			return ids
		}
		n := len(desk())
		w.post(t, w.Staff, w.posting())
		if after := w.seen(t, w.Officer, before.ID); asJSON(t, after) != asJSON(t, before) {
			t.Errorf("a bulletin changed a ticket:\n%s\n%s", asJSON(t, before), asJSON(t, after))
		}
		beside := w.seen(t, w.Officer, w.file(t, w.Resident, w.filing("UTIL-01")).ID)
		if beside.HandlingParty != before.HandlingParty || !beside.ResolveDue.Equal(before.ResolveDue) || beside.State != before.State || len(desk()) != n+1 {
			t.Errorf("filed beside a bulletin: %s", asJSON(t, beside))
		}
	})
}

// TestABulletinIsReadWhereNeighboursLook: on the page behind the code on the door, on the building's page, and at the home of
// somebody who is not approved yet. There it names no person, and nobody is told that he may change it.
func TestABulletinIsReadWhereNeighboursLook(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		var other place.Building
		err := w.db.Write(t.Context(), func(tx storage.Tx) error {
			other = place.Building{EstateID: w.Estate.ID, Name: "另一栋", PosterToken: "other-door", CreatedAt: tx.At()}
			if err := tx.DB().Create(&other).Error; err != nil {
				return err
			}
			return tx.DB().Model(&place.Building{}).Where("id = ?", w.Building.ID).Update("poster_token", "this-door").Error
		})
		if err != nil {
			t.Fatal(err)
		}
		newcomer := models.Actor{AccountID: w.Resident.AccountID, Homes: []models.Home{{UnitID: w.Home.ID, BuildingID: w.Building.ID, EstateID: w.Estate.ID}}}
		seen := func(what string, here, there int) {
			t.Helper()
			counts := []int{}
			for _, at := range []struct {
				id    int64
				token string
			}{{w.Building.ID, "this-door"}, {other.ID, "other-door"}} {
				door, err := w.store.PosterBulletins(t.Context(), at.token)
				if err != nil {
					t.Fatal(err)
				}
				building, err := w.store.BuildingBulletins(t.Context(), w.RivalStaff, at.id)
				if err != nil || len(building.Items) != len(door.Items) {
					t.Fatalf("%s: the building's page tells %+v, its door %+v, %v", what, building, door, err)
				}
				for _, b := range door.Items {
					if b.MayChange || b.MayEnd || b.UndoUntil != nil {
						t.Errorf("%s: anybody may change %+v", what, b)
					}
				}
				counts = append(counts, len(door.Items))
			}
			home, err := w.store.HomeBulletins(t.Context(), newcomer)
			if err != nil || counts[0] != here || counts[1] != there || len(home.Items) != here {
				t.Errorf("%s: %v, at the newcomer's home %d, %v", what, counts, len(home.Items), err)
			}
		}
		seen("before", 0, 0)
		b := w.post(t, w.Staff, w.posting(w.Building.ID))
		seen("of one building", 1, 0)
		w.post(t, w.Staff, w.posting())
		seen("of the whole estate, too", 2, 1)
		if _, err := w.store.EndBulletin(t.Context(), w.Staff, b.ID, ticket.BulletinEnd{Version: b.Version, Why: "修好"}); err != nil {
			t.Fatal(err)
		}
		seen("one ended", 1, 1)
		w.clock.Advance(5 * time.Hour)
		seen("both over", 0, 0)
		_, err = w.store.PosterBulletins(t.Context(), "nobody-printed-this")
		wantCode(t, err, models.NotFound, "poster.not_found")
		_, err = w.store.BuildingBulletins(t.Context(), w.Resident, nowhereBuilding)
		wantCode(t, err, models.NotFound, "building.not_found")
	})
}
