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
)

// neighbours are n residents of the estate with homes of their own.
func (w *world) neighbours(t *testing.T, n int) []models.Actor {
	t.Helper()
	all := make([]models.Actor, n)
	for i := range all {
		a, err := w.AddResident(t.Context(), w.db, 5000+i)
		if err != nil {
			t.Fatal(err)
		}
		a.Homes = []models.Home{{UnitID: a.Held[0].ScopeID, BuildingID: w.Building.ID, EstateID: w.Estate.ID, CommunityID: w.Community, Approved: true}}
		all[i] = a
	}
	return all
}

func (w *world) support(t *testing.T, a models.Actor, id int64) ticket.SupportedView {
	t.Helper()
	view, _, err := w.store.SupportTicket(t.Context(), a, id, ticket.Supporting{ClientID: clientID()})
	if err != nil {
		t.Fatal(err)
	}
	return view
}

func (w *world) offers(t *testing.T, a models.Actor, category string) []ticket.Offer {
	t.Helper()
	offers, err := w.store.SimilarTickets(t.Context(), a, w.Estate.ID, w.Building.ID, category)
	if err != nil {
		t.Fatal(err)
	}
	return offers.Items
}

func (w *world) seen(t *testing.T, a models.Actor, id int64) ticket.View {
	t.Helper()
	view, err := w.store.Ticket(t.Context(), a, id)
	if err != nil {
		t.Fatal(err)
	}
	return view
}

func TestSimilarTicketsAreOfferedToNeighbours(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		complaint := w.file(t, w.Resident, w.filing("SVC-02"))
		w.file(t, w.Resident, w.filing("ORD-04")) // points at one neighbour
		w.file(t, w.Resident, w.filing("SAFE-04"))
		got := w.offers(t, w.Neighbour, "SVC-02")
		if len(got) != 1 || got[0].TicketID != complaint.ID || got[0].Supporters != ticket.BandFew || got[0].FiledOn != "2026-09-02" || got[0].HandlingPartyName != "安泰物业" {
			t.Fatalf("offered %+v", got)
		}
		resident := w.RivalStaff // works for a party and lives here
		resident.Homes = w.Neighbour.Homes
		ownStaff := w.Staff
		ownStaff.Homes = w.Neighbour.Homes
		pending := w.Neighbour
		pending.Homes = []models.Home{{UnitID: w.Home.ID, EstateID: w.Estate.ID, BuildingID: w.Building.ID}}
		elsewhere := w.Neighbour
		elsewhere.Homes = []models.Home{{UnitID: w.Home.ID, EstateID: w.Compound.ID, Approved: true}}
		for _, tt := range []struct {
			name string
			a    models.Actor
		}{
			{"its reporter", w.Resident}, {"the party", w.Staff}, {"staff of the party who lives there", ownStaff}, {"staff of another party who lives there", resident},
			{"somebody who only says that he lives there", pending}, {"somebody of another estate", elsewhere}, {"the station", w.StationStaff}, {"nobody", models.Actor{}},
		} {
			if got := w.offers(t, tt.a, "SVC-02"); len(got) != 0 {
				t.Errorf("%s is offered %+v", tt.name, got)
			}
			_, _, err := w.store.SupportTicket(t.Context(), tt.a, complaint.ID, ticket.Supporting{ClientID: clientID()})
			wantCode(t, err, models.NotFound, "ticket.not_found")
		}
		for _, category := range []string{"ORD-04", "SAFE-04", "SVC-03", "XX"} {
			if got := w.offers(t, w.Neighbour, category); len(got) != 0 {
				t.Errorf("%s: offered %+v", category, got)
			}
		}
		repair := w.file(t, w.Resident, w.filing("REP-01"))
		if got := w.offers(t, pending, "REP-01"); len(got) != 1 {
			t.Errorf("a public repair is offered to who asked for a residence: %+v", got)
		}
		if got := w.offers(t, resident, "REP-01"); len(got) != 1 {
			t.Errorf("a public repair of another party is offered to a resident: %+v", got)
		}
		w.done(t, repair.ID)
		if got := w.offers(t, w.Neighbour, "REP-01"); len(got) != 0 {
			t.Errorf("what is said to be done is offered: %+v", got)
		}
	})
}

func TestSupportIsOnceAHouseholdAndCanBeTakenBack(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		id := w.file(t, w.Resident, w.filing("SVC-02")).ID
		people := w.neighbours(t, 3)
		first := ticket.Supporting{ClientID: clientID()}
		support := func(a models.Actor, asked ticket.Supporting) (ticket.SupportedView, bool) {
			view, created, err := w.store.SupportTicket(t.Context(), a, id, asked)
			if err != nil {
				t.Fatal(err)
			}
			return view, created
		}
		if view, created := support(people[0], first); !created || !view.Counts || view.ClientID != first.ClientID {
			t.Fatalf("%+v, created %v", view, created)
		}
		if _, created := support(people[0], first); created {
			t.Error("the same id made a second support")
		}
		if view, created := support(people[0], ticket.Supporting{ClientID: clientID()}); created || view.ClientID != first.ClientID {
			t.Error("another phone of the same person made a second support")
		}
		other := w.file(t, w.Resident, w.filing("SVC-03")).ID
		_, _, err := w.store.SupportTicket(t.Context(), people[0], other, first)
		wantCode(t, err, models.Conflict, "ticket.id_conflict")
		sameHome := people[1]
		sameHome.Homes = people[0].Homes
		support(sameHome, ticket.Supporting{ClientID: clientID()})
		ofReporter := people[2]
		ofReporter.Homes = w.Resident.Homes
		support(ofReporter, ticket.Supporting{ClientID: clientID()})
		households := func() int { return *w.seen(t, w.Officer, id).Households }
		if n := households(); n != 2 {
			t.Errorf("%d households, want the reporter's and one more", n)
		}
		withdraw := func(a models.Actor, asked ticket.Supporting) (ticket.SupportedView, error) {
			return w.store.WithdrawSupport(t.Context(), a, id, ticket.SupportTakenBack{ClientID: clientID(), Support: asked.ClientID})
		}
		for range 2 {
			if view, err := withdraw(people[0], first); err != nil || !view.Withdrawn {
				t.Fatalf("%+v (%v)", view, err)
			}
		}
		if n := households(); n != 2 {
			t.Errorf("%d households, the other person of that home still speaks", n)
		}
		_, err = withdraw(people[0], ticket.Supporting{ClientID: clientID()})
		wantCode(t, err, models.NotFound, "ticket.not_found")
		_, err = withdraw(w.Neighbour, first)
		wantCode(t, err, models.NotFound, "ticket.not_found")
		_, err = w.store.SupportedTicket(t.Context(), people[0], id)
		wantCode(t, err, models.NotFound, "ticket.not_found")
		if view, created := support(people[0], first); created || !view.Withdrawn {
			t.Error("a support that was taken back comes again with an old message")
		}
		again := ticket.Supporting{ClientID: clientID()}
		if _, created := support(people[0], again); !created {
			t.Error("nobody may change his mind twice")
		}
		if _, err := withdraw(people[0], first); err != nil {
			t.Fatal(err)
		}
		if page, err := w.store.SupportedTickets(t.Context(), people[0]); err != nil || len(page.Items) != 1 || page.Items[0].ClientID != again.ClientID {
			t.Errorf("an old withdrawal took the new support: %+v (%v)", page, err)
		}
	})
}

// Many phones at once, some of the same household and some sending twice: each household is counted once, and the matter
// becomes joint once.
func TestVoicesUnderRaces(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		id := w.file(t, w.Resident, w.filing("SVC-02")).ID
		people := w.neighbours(t, 12)
		for i := range 3 { // three more persons who live with the first three
			with := people[9+i]
			with.Homes = people[i].Homes
			people[9+i] = with
		}
		var phones sync.WaitGroup
		for _, a := range people {
			asked := ticket.Supporting{ClientID: clientID()}
			for range 3 {
				phones.Go(func() {
					if _, _, err := w.store.SupportTicket(t.Context(), a, id, asked); err != nil {
						t.Error(err)
					}
				})
			}
		}
		phones.Wait()
		view := w.seen(t, w.Officer, id)
		joint := 0
		for _, item := range view.Timeline {
			if item.Action == string(ticket.Joint) {
				joint++
			}
		}
		if *view.Households != 10 || joint != 1 || !view.Joint {
			t.Errorf("%d households, joint %d times", *view.Households, joint)
		}
		var rows int64
		w.read(t, func(tx storage.Tx) error { return tx.DB().Table("ticket_supports").Count(&rows).Error })
		if rows != 12 {
			t.Errorf("%d supports of 12 persons", rows)
		}
	})
}

// The band is what the party sees. It moves at midnight only, never falls, and is silent in a small building.
func TestTheBandTellsNoHourAndNoWithdrawal(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		id := w.file(t, w.Resident, w.filing("SVC-02")).ID
		people := w.neighbours(t, 4)
		look := func(a models.Actor) string {
			view := w.seen(t, a, id)
			doc, _ := json.Marshal(view)
			return string(doc)
		}
		before := look(w.Staff)
		mine := map[int]ticket.Supporting{}
		for i, a := range people {
			mine[i] = ticket.Supporting{ClientID: clientID()}
			if _, _, err := w.store.SupportTicket(t.Context(), a, id, mine[i]); err != nil {
				t.Fatal(err)
			}
			if now := look(w.Staff); now != before {
				t.Fatalf("the party's look changed with a voice:\n%s\n%s", before, now)
			}
		}
		if got := w.seen(t, w.Officer, id); *got.Households != 5 || got.Supporters != ticket.BandFew {
			t.Errorf("the centre reads %d and %s", *got.Households, got.Supporters)
		}
		w.clock.At = models.DateOf(w.clock.At).Add(1).Start()
		if got := w.seen(t, w.Staff, id); got.Supporters != ticket.BandSome || got.Households != nil {
			t.Errorf("the next day the party reads %q, %v", got.Supporters, got.Households)
		}
		for i, a := range people {
			if _, err := w.store.WithdrawSupport(t.Context(), a, id, ticket.SupportTakenBack{ClientID: clientID(), Support: mine[i].ClientID}); err != nil {
				t.Fatal(err)
			}
		}
		w.clock.Advance(48 * time.Hour)
		if got := w.seen(t, w.Staff, id); got.Supporters != ticket.BandSome || got.Version != 1 {
			t.Errorf("the party sees that voices were taken back: %q, version %d", got.Supporters, got.Version)
		}
		if got := w.seen(t, w.Officer, id); *got.Households != 1 {
			t.Errorf("the centre reads %d", *got.Households)
		}
		filing := w.filing("SVC-02")
		filing.BuildingID = w.OwnerlessBuilding.ID
		small := w.file(t, w.Resident, filing).ID
		if got := w.seen(t, w.StationStaff, small); got.Supporters != ticket.BandFew {
			t.Errorf("control: a building of more homes tells %q", got.Supporters)
		}
		w.set(t, "UPDATE buildings SET households = 12 WHERE id = ?", w.OwnerlessBuilding.ID)
		if got := w.seen(t, w.StationStaff, small); got.Supporters != "" {
			t.Errorf("a building of twelve homes: %q", got.Supporters)
		}
		filing = w.filing("SVC-02")
		filing.BuildingID, filing.EstateID = 0, w.Ownerless.ID
		whole := w.file(t, w.Resident, filing).ID
		w.set(t, "UPDATE estates SET households = 12 WHERE id = ?", w.Ownerless.ID)
		if got := w.seen(t, w.StationStaff, whole); got.Supporters != "" {
			t.Errorf("an estate of twelve homes: %q", got.Supporters)
		}
	})
}

// What a supporter is told holds nobody's words but the party's, no hour and nothing that points at the reporter; what the
// party, the reporter and other residents are told holds nothing of the supporter. The control finds each canary where it
// belongs.
func TestNeitherSideLearnsOfTheOther(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		filing := w.filing("SVC-02")
		filing.Text = "金丝雀：保洁半月没来，电话13911112222"
		filing.UnitID = w.Home.ID
		view := w.file(t, w.Resident, filing)
		id := view.ID
		w.clock.Advance(83 * time.Minute)
		if _, err := w.store.SendMessage(t.Context(), w.Resident, id, ticket.Saying{ClientID: clientID(), Text: "金丝雀留言"}, nil); err != nil {
			t.Fatal(err)
		}
		mine := ticket.Supporting{ClientID: clientID()}
		if _, _, err := w.store.SupportTicket(t.Context(), w.Neighbour, id, mine); err != nil {
			t.Fatal(err)
		}
		w.move(t, w.Staff, id, ticket.Acknowledge, "")
		w.move(t, w.Staff, id, ticket.Start, "")
		w.move(t, w.Staff, id, ticket.Progress, "已联系赵桂兰，电话13911112222，明日起每日两次")
		told, err := w.store.SupportedTicket(t.Context(), w.Neighbour, id)
		if err != nil {
			t.Fatal(err)
		}
		doc, _ := json.Marshal(told)
		reporters := []string{"金丝雀", "13911112222", "赵桂兰", w.Home.Name, view.Number, view.QueryCode, filing.ClientID, "04:00", "05:23", `"at"`}
		for _, canary := range reporters {
			if strings.Contains(string(doc), canary) {
				t.Errorf("the supporter reads %q in %s", canary, doc)
			}
		}
		if !strings.Contains(string(doc), "明日起每日两次") {
			t.Errorf("the supporter does not read what the party does: %s", doc)
		}
		own, _ := json.Marshal(w.seen(t, w.Resident, id))
		for _, canary := range reporters[:5] {
			if canary != "赵桂兰" && !strings.Contains(string(own), canary) {
				t.Errorf("control: %q is not in the reporter's own look", canary)
			}
		}
		supporters := []string{"欧阳建国", mine.ClientID, fmt.Sprintf(`"author_id":%d`, w.Neighbour.AccountID), "support"}
		for _, a := range []models.Actor{w.Resident, w.Staff, w.StationStaff, w.TownOfficer, w.Officer, w.Auditor} {
			seen, _ := json.Marshal(w.seen(t, a, id))
			text := strings.ReplaceAll(string(seen), `"supporters":"few"`, "")
			for _, canary := range supporters {
				if strings.Contains(text, canary) {
					t.Errorf("account %d reads %q in %s", a.AccountID, canary, text)
				}
			}
		}
		if page, err := w.store.SupportedTickets(t.Context(), w.Neighbour); err != nil || len(page.Items) != 1 || page.Items[0].ClientID != mine.ClientID {
			t.Errorf("control: his own list %+v (%v)", page, err)
		}
		hired := w.Neighbour
		hired.Parties = []int64{w.Rival.ID}
		_, err = w.store.SupportedTicket(t.Context(), hired, id)
		wantCode(t, err, models.NotFound, "ticket.not_found")
		if page, err := w.store.SupportedTickets(t.Context(), hired); err != nil || len(page.Items) != 0 {
			t.Errorf("who came to work for a party since lists %+v (%v)", page, err)
		}
		_, err = w.store.Ticket(t.Context(), w.Neighbour, id)
		wantCode(t, err, models.NotFound, "ticket.not_found")
	})
}

// Who is approved later is counted from then on.
func TestAVoiceBeginsWithTheResidence(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		id := w.file(t, w.Resident, w.filing("REP-01")).ID
		people := w.neighbours(t, 9)
		for i, a := range people {
			if i == 8 {
				a.Homes = []models.Home{{UnitID: a.Homes[0].UnitID, EstateID: w.Estate.ID, BuildingID: w.Building.ID}}
				w.set(t, "UPDATE memberships SET status = 'pending' WHERE account_id = ?", a.AccountID)
			}
			if view := w.support(t, a, id); view.Counts != (i < 8) {
				t.Errorf("voice %d counts: %v", i, view.Counts)
			}
		}
		if n, err := w.store.JoinDue(t.Context(), 10); err != nil || n != 0 {
			t.Fatalf("%d (%v)", n, err)
		}
		if w.seen(t, w.Officer, id).Joint {
			t.Fatal("joint by nine households")
		}
		w.set(t, "UPDATE memberships SET status = 'approved' WHERE account_id = ?", people[8].AccountID)
		for want := range slices.Values([]int{1, 0}) {
			if n, err := w.store.JoinDue(t.Context(), 10); err != nil || n != want {
				t.Fatalf("%d looked at, want %d (%v)", n, want, err)
			}
		}
		if seen := w.seen(t, w.Officer, id); !seen.Joint || *seen.Households != 10 {
			t.Errorf("joint %v, %d households", seen.Joint, *seen.Households)
		}
	})
}

// The last households come at the same moment: neither sees the other's voice before it is written, and still the matter
// becomes joint.
func TestTheLastTwoHouseholdsComeTogether(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		people := w.neighbours(t, 9)
		for turn := range 8 {
			id := w.file(t, w.Resident, w.filing("SVC-02")).ID
			for _, a := range people[:6] {
				w.support(t, a, id)
			}
			var phones sync.WaitGroup
			for _, a := range people[6:] {
				asked := ticket.Supporting{ClientID: clientID()}
				phones.Go(func() {
					if _, _, err := w.store.SupportTicket(t.Context(), a, id, asked); err != nil {
						t.Error(err)
					}
				})
			}
			phones.Wait()
			if view := w.seen(t, w.Officer, id); *view.Households != 10 || !view.Joint {
				t.Fatalf("turn %d: %d households, joint %v", turn, *view.Households, view.Joint)
			}
		}
	})
}

func (w *world) set(t *testing.T, sql string, values ...any) {
	t.Helper()
	if err := w.db.Write(t.Context(), func(tx storage.Tx) error { return tx.DB().Exec(sql, values...).Error }); err != nil {
		t.Fatal(err)
	}
}
