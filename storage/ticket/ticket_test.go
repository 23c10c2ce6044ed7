package ticket_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"linli/models"
	"linli/models/photo"
	"linli/models/place"
	"linli/models/ticket"
	"linli/storage"
	"linli/storage/seed"
	"linli/storage/storagetest"
	tickets "linli/storage/ticket"
)

// world is a small county with the ticket store on it.
type world struct {
	storagetest.County
	db    *storage.DB
	store *tickets.Store
	clock *storagetest.Clock
}

func each(t *testing.T, f func(t *testing.T, w *world)) {
	t.Helper()
	c := &storagetest.Clock{}
	storagetest.EachAt(t, c.Now, func(t *testing.T, db *storage.DB) {
		c.At = time.Date(2026, 9, 2, 4, 0, 0, 0, time.UTC)
		w := &world{db: db, clock: c, County: storagetest.SmallCounty(t, db)}
		w.store = newStore(t, db)
		if err := db.Write(t.Context(), seed.All); err != nil {
			t.Fatal(err)
		}
		f(t, w)
	})
}

var ids int

// clientID makes a new id as a phone would.
func clientID() string {
	ids++
	return fmt.Sprintf("00000000-0000-4000-8000-%012d", ids)
}

func (w *world) filing(category string) ticket.Filing {
	return ticket.Filing{ClientID: clientID(), Category: category, Text: "三楼的灯不亮了", BuildingID: w.Building.ID}
}

func (w *world) file(t *testing.T, by models.Actor, f ticket.Filing) ticket.View {
	t.Helper()
	filed, err := w.store.FileTicket(t.Context(), by, f, nil)
	if err != nil {
		t.Fatal(err)
	}
	return filed.Ticket
}

func (w *world) move(t *testing.T, by models.Actor, id int64, action ticket.Action, note string) ticket.View {
	t.Helper()
	view, err := w.store.MoveTicket(t.Context(), by, id, ticket.Move{Action: action, Note: note})
	if err != nil {
		t.Fatalf("%s: %v", action, err)
	}
	return view
}

// done brings a ticket to the point where its reporter is asked.
func (w *world) done(t *testing.T, id int64) ticket.View {
	t.Helper()
	w.move(t, w.Staff, id, ticket.Acknowledge, "")
	d := ticket.DoneSaying{ClientID: clientID(), Result: "已更换灯泡", NoPhotoReason: "相机坏了，无法拍照"}
	filed, err := w.store.SayDone(t.Context(), w.Staff, id, d, nil)
	if err != nil {
		t.Fatal(err)
	}
	return filed.Ticket
}

func wantCode(t *testing.T, err error, kind models.Kind, code string) {
	t.Helper()
	if models.KindOf(err) != kind || models.CodeOf(err) != code {
		t.Errorf("got %v (%s), want %s %s", err, models.KindOf(err), kind, code)
	}
}

func TestTheMainRoad(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		filed := w.file(t, w.Resident, w.filing("REP-01"))
		if filed.State != ticket.Dispatched || filed.HandlingParty.ID != w.Operator.ID || !ticket.ValidNumber(filed.Number) || len(filed.QueryCode) != 8 || strings.ContainsAny(filed.QueryCode, "IO01") {
			t.Fatalf("filed %+v", filed)
		}
		w.clock.Advance(time.Hour)
		if done := w.done(t, filed.ID); done.State != ticket.DonePendingConfirm || done.AutoCloseAt == nil {
			t.Fatalf("done %+v", done.Row)
		}
		closed, err := w.store.ConfirmTicket(t.Context(), w.Resident, filed.ID, ticket.Answer{ClientID: clientID(), Closing: 1, Level: 5})
		if err != nil {
			t.Fatal(err)
		}
		var actions []string
		for _, item := range closed.Timeline {
			actions = append(actions, item.Action)
		}
		want := []string{"file", "dispatch", "acknowledge", "done", "confirm"}
		if closed.State != ticket.Closed || closed.Rating.Level != 5 || !slices.Equal(actions, want) {
			t.Fatalf("state %s, rating %+v, timeline %v", closed.State, closed.Rating, actions)
		}
	})
}

// A phone that heard no answer sends again; a phone that made a mistake sends other content under the same id.
func TestFilingIsIdempotent(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		f := w.filing("REP-01")
		first := w.file(t, w.Resident, f)
		second, err := w.store.FileTicket(t.Context(), w.Resident, f, nil)
		if err != nil || second.Ticket.ID != first.ID || second.Created || second.Ticket.QueryCode != first.QueryCode {
			t.Fatalf("again: %v, id %d, created %v", err, second.Ticket.ID, second.Created)
		}
		f.Text = "别的内容"
		_, err = w.store.FileTicket(t.Context(), w.Resident, f, nil)
		wantCode(t, err, models.Conflict, "ticket.id_conflict")
		// The same id from somebody else is another ticket: ids are each author's own.
		if other := w.file(t, w.Neighbour, f); other.ID == first.ID {
			t.Error("a stranger's client id met ours")
		}
	})
}

func TestOneAccountFilesSoManyADay(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		const perDay = 3
		store := w.store.WithDailyLimit(perDay)
		file := func(a models.Actor, f ticket.Filing) error {
			_, err := store.FileTicket(t.Context(), a, f, nil)
			return err
		}
		first := w.filing("REP-01")
		if err := file(w.Resident, first); err != nil {
			t.Fatal(err)
		}
		for range perDay - 1 {
			if err := file(w.Resident, w.filing("REP-01")); err != nil {
				t.Fatal(err)
			}
		}
		late := w.filing("REP-01")
		err := file(w.Resident, late)
		wantCode(t, err, models.Limited, "ticket.too_many_today")
		if wait := err.(*models.Error).RetryAfter; wait < 23*60*60 || wait > 24*60*60 {
			t.Errorf("come back after %d s", wait)
		}
		if err := file(w.Resident, first); err != nil { // the same again is no new one
			t.Fatal(err)
		}
		if err := file(w.Neighbour, w.filing("REP-01")); err != nil { // each account has its own
			t.Fatal(err)
		}
		if err := file(w.Resident, w.filing("SAFE-01")); err != nil { // and nobody is kept from calling for help
			t.Fatal(err)
		}
		_, err = w.store.FileTicket(t.Context(), w.Resident, late, nil) // without the limit it is taken
		if err != nil {
			t.Fatal(err)
		}
	})
}

// Twenty at once are as many as the limit, not one more: it is counted in the database, and a refusal leaves no row.
func TestTheDailyLimitHoldsInParallel(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		const perDay, sent = 5, 20
		store := w.store.WithDailyLimit(perDay)
		var all sync.WaitGroup
		var refused atomic.Int64
		for range sent {
			f := w.filing("REP-01")
			all.Go(func() {
				if _, err := store.FileTicket(t.Context(), w.Resident, f, nil); models.CodeOf(err) == "ticket.too_many_today" {
					refused.Add(1)
				} else if err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		var rows int64
		w.read(t, func(tx storage.Tx) error { return tx.DB().Table("tickets").Count(&rows).Error })
		if rows != perDay || refused.Load() != sent-perDay {
			t.Errorf("%d rows, %d refused", rows, refused.Load())
		}
	})
}

func TestFiftySendsOfOneIDMakeOneTicket(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		f := w.filing("REP-01")
		var wg sync.WaitGroup
		got := make([]int64, 50)
		for i := range got {
			wg.Go(func() {
				filed, err := w.store.FileTicket(t.Context(), w.Resident, f, nil)
				if err != nil {
					t.Error(err)
				}
				got[i] = filed.Ticket.ID
			})
		}
		wg.Wait()
		slices.Sort(got)
		if all := slices.Compact(got); len(all) != 1 {
			t.Errorf("tickets %v", all)
		}
		var rows int64
		w.read(t, func(tx storage.Tx) error { return tx.DB().Table("tickets").Count(&rows).Error })
		if rows != 1 {
			t.Errorf("%d rows", rows)
		}
	})
}

func (w *world) read(t *testing.T, f func(storage.Tx) error) {
	t.Helper()
	if err := w.db.Read(t.Context(), f); err != nil {
		t.Fatal(err)
	}
}

func TestTwentyHandlersReachForOneTicket(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		filed := w.file(t, w.Resident, w.filing("REP-01"))
		var wg sync.WaitGroup
		errs := make([]error, 20)
		for i := range errs {
			wg.Go(func() {
				_, errs[i] = w.store.MoveTicket(t.Context(), w.Staff, filed.ID, ticket.Move{Action: ticket.Acknowledge})
			})
		}
		wg.Wait()
		won := 0
		for _, err := range errs {
			if err == nil {
				won++
			} else if models.KindOf(err) != models.Conflict {
				t.Errorf("unexpected %v", err)
			}
		}
		if won != 1 {
			t.Errorf("%d took the same ticket", won)
		}
	})
}

func TestEverybodySeesWhatIsHis(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		repair := w.file(t, w.Resident, w.filing("REP-01"))
		complaint := w.file(t, w.Resident, w.filing("SVC-01"))
		aboutSteward := w.file(t, w.Resident, w.filing("GOV-07"))
		sees := map[string]struct {
			who  models.Actor
			want []int64
		}{
			"resident":        {w.Resident, []int64{repair.ID, complaint.ID, aboutSteward.ID}},
			"neighbour":       {w.Neighbour, nil},
			"steward":         {w.Steward, []int64{repair.ID}},
			"handler":         {w.Staff, []int64{repair.ID, complaint.ID}},
			"rival":           {w.RivalStaff, nil},
			"station":         {w.StationStaff, []int64{repair.ID, complaint.ID, aboutSteward.ID}},
			"another station": {w.OtherStationStaff, nil},
			"town":            {w.TownOfficer, []int64{repair.ID, complaint.ID, aboutSteward.ID}},
			"centre":          {w.Officer, []int64{repair.ID, complaint.ID, aboutSteward.ID}},
			"nobody":          {models.Actor{}, nil},
		}
		for name, tt := range sees {
			page, err := w.store.Tickets(t.Context(), tt.who, ticket.Query{Box: ticket.BoxAll, Limit: 50})
			if err != nil {
				t.Fatal(err)
			}
			var got []int64
			for _, row := range page.Items {
				got = append(got, row.ID)
			}
			slices.Sort(got)
			slices.Sort(tt.want)
			if !slices.Equal(got, tt.want) {
				t.Errorf("%s lists %v, want %v", name, got, tt.want)
			}
			for _, id := range []int64{repair.ID, complaint.ID, aboutSteward.ID} {
				_, err := w.store.Ticket(t.Context(), tt.who, id)
				if may := slices.Contains(tt.want, id); may != (err == nil) {
					t.Errorf("%s opens %d: %v", name, id, err)
				}
				if err != nil {
					wantCode(t, err, models.NotFound, "ticket.not_found")
				}
			}
		}
	})
}

// A membership that is pending lets nobody see more, and a hidden word cannot be found by searching for it.
func TestSearchFindsNoHiddenWords(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		f := w.filing("SVC-01")
		f.Text = "我是赵大妈 13812345678，门岗没人"
		w.file(t, w.Resident, f)
		for who, want := range map[*models.Actor]int{&w.Resident: 1, &w.Staff: 0, &w.StationStaff: 0, &w.Officer: 1} {
			page, err := w.store.Tickets(t.Context(), *who, ticket.Query{Box: ticket.BoxAll, Words: "13812345678", Limit: 10})
			if err != nil || len(page.Items) != want {
				t.Errorf("account %d finds %d, want %d (%v)", who.AccountID, len(page.Items), want, err)
			}
		}
	})
}

// TestASharedNumberIsFoundByTheHandlerAlone: a number that was shared was shared with the handler; a steward, who reads the matter without
// it, must not find the matter by it either, nor an office that must answer somewhere else.
func TestASharedNumberIsFoundByTheHandlerAlone(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		f := w.filing("REP-01")
		f.Text, f.ShareContact = "楼道灯坏了，电话 13812345678", true
		w.file(t, w.Resident, f)
		for who, want := range map[*models.Actor]int{&w.Resident: 1, &w.Staff: 1, &w.Officer: 1, &w.StationStaff: 0, &w.TownOfficer: 0, &w.Steward: 0} {
			for words, want := range map[string]int{"13812345678": want, "楼道灯": 1} {
				page, err := w.store.Tickets(t.Context(), *who, ticket.Query{Box: ticket.BoxAll, Words: words, Limit: 10})
				if err != nil || len(page.Items) != want {
					t.Errorf("account %d finds %d by %s, want %d (%v)", who.AccountID, len(page.Items), words, want, err)
				}
			}
		}
	})
}

// A number that was said on the phone is found as it was typed.
func TestANumberIsFoundWithoutItsDashes(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		number := w.file(t, w.Resident, w.filing("ORD-01")).Number
		for _, typed := range []string{number, strings.ReplaceAll(number, "-", ""), strings.ReplaceAll(number, "-", " "), number[:8]} {
			page, err := w.store.Tickets(t.Context(), w.Officer, ticket.Query{Box: ticket.BoxAll, Words: typed, Limit: 10})
			if err != nil || len(page.Items) != 1 {
				t.Errorf("%q finds %d (%v)", typed, len(page.Items), err)
			}
		}
		wrong := strings.ReplaceAll(number, "-", "")
		wrong = wrong[:len(wrong)-1] + string('0'+(wrong[len(wrong)-1]-'0'+1)%10)
		if page, err := w.store.Tickets(t.Context(), w.Officer, ticket.Query{Box: ticket.BoxAll, Words: wrong, Limit: 10}); err != nil || len(page.Items) != 0 {
			t.Errorf("another number finds %d (%v)", len(page.Items), err)
		}
	})
}

// The texts of a complaint are read by the judged party without what the register knows of its writer; the same words
// about a repair, where nobody is judged, stay as they are.
func TestTheRegistersWordsForTheWriterAreHidden(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		f := w.filing("SVC-01")
		f.Text = "我是桂兰。501室门口没人扫，601也一样。赵桂兰，①③⑧0379 0001"
		complaint := w.file(t, w.Resident, f)
		says := ticket.Saying{ClientID: clientID(), Text: "五百零一门口还是脏，赵大妈"}
		if _, err := w.store.SendMessage(t.Context(), w.Resident, complaint.ID, says, nil); err != nil {
			t.Fatal(err)
		}
		told, err := w.store.Ticket(t.Context(), w.Staff, complaint.ID)
		if err != nil {
			t.Fatal(err)
		}
		if want := "我是▇▇▇。▇▇▇门口没人扫，601也一样。▇▇▇，▇▇▇"; told.Text != want || told.TextShort != want {
			t.Errorf("the handler reads %q, on the card %q", told.Text, told.TextShort)
		}
		if want := "▇▇▇门口还是脏，▇▇▇"; told.Messages[0].Text != want {
			t.Errorf("the handler reads the line %q", told.Messages[0].Text)
		}
		page, err := w.store.Tickets(t.Context(), w.Staff, ticket.Query{Box: ticket.BoxDesk, Limit: 10})
		if err != nil || strings.Contains(page.Items[0].TextShort, "501") || strings.Contains(page.Items[0].TextShort, "赵桂兰") {
			t.Errorf("%v, the desk shows %q", err, page.Items[0].TextShort)
		}
		f = w.filing("REP-01")
		f.Text = "501室门口的灯"
		repair := w.file(t, w.Resident, f)
		if told, _ := w.store.Ticket(t.Context(), w.Staff, repair.ID); told.Text != f.Text {
			t.Errorf("a repair reads %q", told.Text)
		}
	})
}

// For a neighbour without an account his name stands in the contact data, for the steward in his account.
func TestTheNeighboursNameIsHiddenToo(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		f := w.filing("SVC-01")
		f.OnBehalf = &ticket.OnBehalf{Name: "孙秀英", Consent: "spoken"}
		f.Text = "孙秀英说门岗没人，钱有信代报"
		filed := w.file(t, w.Steward, f)
		told, err := w.store.Ticket(t.Context(), w.Staff, filed.ID)
		if err != nil || told.Text != "▇▇▇说门岗没人，▇▇▇代报" {
			t.Errorf("%v, the handler reads %q", err, told.Text)
		}
	})
}

func TestFilingForANeighbour(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		f := w.filing("REP-06")
		f.OnBehalf = &ticket.OnBehalf{Name: "孙奶奶", Consent: "spoken"}
		_, err := w.store.FileTicket(t.Context(), w.Neighbour, f, nil)
		wantCode(t, err, models.Denied, "ticket.not_yours_to_file_for")

		filed := w.file(t, w.Steward, f)
		if filed.You != ticket.PartFiler || filed.Reporter == nil || filed.Reporter.NameMasked != "孙*" {
			t.Fatalf("you %s, reporter %+v", filed.You, filed.Reporter)
		}
		if slices.Contains(filed.Actions, ticket.ContactShare) {
			t.Error("the neighbour has no phone, and his number may be shared")
		}
		_, err = w.store.MoveTicket(t.Context(), w.Steward, filed.ID, ticket.Move{Action: ticket.ContactShare})
		wantCode(t, err, models.Conflict, "ticket.no_number_to_share")
	})
}

// behalf is a repair of a neighbour without an account, said to be done.
func (w *world) behalf(t *testing.T, category string) ticket.View {
	t.Helper()
	f := w.filing(category)
	f.OnBehalf = &ticket.OnBehalf{Name: "孙奶奶", Consent: "spoken"}
	filed := w.file(t, w.Steward, f)
	w.done(t, filed.ID)
	view, err := w.store.Ticket(t.Context(), w.Steward, filed.ID)
	if err != nil {
		t.Fatal(err)
	}
	return view
}

func TestWhoFiledPassesOnWhatTheNeighbourSays(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		// The steward happens to live in the estate: what he passes on is not his household's voice.
		living := w.Steward
		living.Homes = w.Resident.Homes
		answer := func() ticket.Answer { return ticket.Answer{ClientID: clientID(), Closing: 1} }
		filed := w.behalf(t, "REP-06")
		if want := []ticket.Action{ticket.SendBack, ticket.RelayConfirm, ticket.Say}; !slices.Equal(filed.Actions, want) {
			t.Errorf("who filed may %v", filed.Actions)
		}
		starred := answer()
		starred.Level = 5
		_, err := w.store.ConfirmTicket(t.Context(), w.Steward, filed.ID, starred)
		wantCode(t, err, models.Invalid, "ticket.no_stars_for_others")
		_, err = w.store.SendBackTicket(t.Context(), w.Steward, filed.ID, ticket.Answer{ClientID: clientID(), Closing: 1, Level: 1, Text: "还是不亮"}, nil)
		wantCode(t, err, models.Invalid, "ticket.no_stars_for_others")
		_, err = w.store.ConfirmTicket(t.Context(), w.Staff, filed.ID, answer())
		wantCode(t, err, models.Denied, "ticket.not_yours_to_confirm")

		relayed := answer()
		for range 2 { // the phone may send it twice
			view, err := w.store.ConfirmTicket(t.Context(), living, filed.ID, relayed)
			if err != nil || view.State != ticket.ClosedUnrated {
				t.Fatalf("%v, %s", err, view.State)
			}
		}
		if closing, rating := w.said(t, filed.ID); closing.Outcome != ticket.OutcomeRelayed || rating.Weight != "none" || rating.UnitID != 0 || rating.Level != 0 {
			t.Errorf("the closing is %s, the answer weighs %s for unit %d", closing.Outcome, rating.Weight, rating.UnitID)
		}
		seen, err := w.store.Ticket(t.Context(), w.Staff, filed.ID)
		last := seen.Timeline[len(seen.Timeline)-1]
		if err != nil || last.Action != "relay_confirm" || last.ActorRole != models.BuildingSteward {
			t.Errorf("%v, the party reads %s by %s", err, last.Action, last.ActorRole)
		}
		// He hears another thing later: it comes back, as from any reporter.
		back, err := w.store.SendBackTicket(t.Context(), w.Steward, filed.ID, ticket.Answer{ClientID: clientID(), Closing: 1, Text: "她说还是不亮"}, nil)
		if err != nil || back.Ticket.State != ticket.InProgress || back.Ticket.SendBacks != 1 {
			t.Errorf("%v, %s", err, back.Ticket.State)
		}
	})
}

func TestAnOfficeAsksTheNeighbour(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		answer := func() ticket.Answer { return ticket.Answer{ClientID: clientID(), Closing: 1} }
		// The operator answers, so the station has no interest. It may ask also after the steward passed a word on.
		filed := w.behalf(t, "REP-06")
		if _, err := w.store.ConfirmTicket(t.Context(), w.Steward, filed.ID, answer()); err != nil {
			t.Fatal(err)
		}
		view, err := w.store.ConfirmTicket(t.Context(), w.StationStaff, filed.ID, answer())
		if closing, rating := w.said(t, filed.ID); err != nil || view.State != ticket.Closed || closing.Outcome != ticket.OutcomeConfirmed || rating.Weight != "none" {
			t.Errorf("%v: %s, the closing is %s, the answer weighs %s", err, view.State, closing.Outcome, rating.Weight)
		}
		if last := view.Timeline[len(view.Timeline)-1]; last.ActorRole != models.StationStaff {
			t.Errorf("confirmed by %s", last.ActorRole)
		}
		_, err = w.store.ConfirmTicket(t.Context(), w.Auditor, w.behalf(t, "REP-06").ID, answer())
		wantCode(t, err, models.Denied, "ticket.not_yours_to_confirm")

		// A neighbour with an account answers himself.
		own := w.file(t, w.Resident, w.filing("REP-06"))
		w.done(t, own.ID)
		_, err = w.store.ConfirmTicket(t.Context(), w.StationStaff, own.ID, answer())
		wantCode(t, err, models.Denied, "ticket.not_yours_to_confirm")

		// Of a complaint nobody reads who answered: who filed sends it back only, and an office asks.
		hidden := w.behalf(t, "SVC-01")
		_, err = w.store.ConfirmTicket(t.Context(), w.Steward, hidden.ID, answer())
		wantCode(t, err, models.Denied, "ticket.not_yours_to_relay_confirm")
		if view, err = w.store.ConfirmTicket(t.Context(), w.StationStaff, hidden.ID, answer()); err != nil || view.State != ticket.Closed {
			t.Errorf("%v, %s", err, view.State)
		}
		seen, err := w.store.Ticket(t.Context(), w.Staff, hidden.ID)
		if last := seen.Timeline[len(seen.Timeline)-1]; err != nil || last.Action != "confirm" || last.ActorRole != models.Resident || last.At != nil {
			t.Errorf("%v, the party reads %+v", err, last)
		}
	})
}

// said is the newest closing of a ticket, with the newest answer.
func (w *world) said(t *testing.T, id int64) (closing ticket.Closing, rating ticket.Rating) {
	t.Helper()
	w.read(t, func(tx storage.Tx) error {
		if err := tx.DB().Where("ticket_id = ?", id).Order("closing DESC").Take(&closing).Error; err != nil {
			return err
		}
		return tx.DB().Where("ticket_id = ?", id).Order("id DESC").Take(&rating).Error
	})
	return closing, rating
}

func TestFilingForANeighbourWithAnAccountLetsHimAnswer(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		var phone string
		w.read(t, func(tx storage.Tx) error {
			return tx.DB().Table("accounts").Where("id = ?", w.Neighbour.AccountID).Pluck("phone", &phone).Error
		})
		f := w.filing("REP-06")
		f.OnBehalf = &ticket.OnBehalf{Name: "欧阳建国", Phone: phone, Consent: "phone"}
		filed := w.file(t, w.Steward, f)
		view, err := w.store.Ticket(t.Context(), w.Neighbour, filed.ID)
		if err != nil || view.You != ticket.PartReporter {
			t.Fatalf("%v, you %s", err, view.You)
		}
		// A number of somebody who does not live there shows him nothing.
		f = w.filing("REP-06")
		f.OnBehalf = &ticket.OnBehalf{Name: "某人", Phone: "13900000000", Consent: "phone"}
		if stray := w.file(t, w.Steward, f); stray.Reporter.PhoneMasked != "139****0000" {
			t.Errorf("contact %+v", stray.Reporter)
		}
	})
}

func TestContactIsTheReportersDeedNotTheHandlers(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		filed := w.file(t, w.Resident, w.filing("REP-01"))
		w.move(t, w.Staff, filed.ID, ticket.Acknowledge, "")
		say := func(text string) ticket.MessageView {
			said, err := w.store.SendMessage(t.Context(), w.Staff, filed.ID, ticket.Saying{ClientID: clientID(), Text: text}, nil)
			if err != nil {
				t.Fatal(err)
			}
			return said.Message
		}
		read := func(upTo int64) ticket.State {
			if err := w.store.ReadMessages(t.Context(), w.Resident, filed.ID, upTo); err != nil {
				t.Fatal(err)
			}
			view, err := w.store.Ticket(t.Context(), w.Resident, filed.ID)
			if err != nil {
				t.Fatal(err)
			}
			return view.State
		}
		if state := read(say("收到").ID); state != ticket.Acknowledged {
			t.Errorf("a polite word counts as contact: %s", state)
		}
		if state := read(say("师傅今天下午三点上门更换").ID); state != ticket.Contacted {
			t.Errorf("a read answer does not count as contact: %s", state)
		}
		view, _ := w.store.Ticket(t.Context(), w.Staff, filed.ID)
		if view.Unread != 0 || view.Clocks[1].MetAt == nil {
			t.Errorf("clocks %+v", view.Clocks)
		}
	})
}

func TestSilenceClosesAfterSevenDays(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		filed := w.file(t, w.Resident, w.filing("REP-01"))
		w.done(t, filed.ID)
		for _, step := range []struct {
			wait time.Duration
			want int
		}{{6 * 24 * time.Hour, 0}, {25 * time.Hour, 1}, {time.Hour, 0}} {
			w.clock.Advance(step.wait)
			if n, err := w.store.CloseSilent(t.Context(), 100); err != nil || n != step.want {
				t.Fatalf("after %v closed %d (%v), want %d", step.wait, n, err, step.want)
			}
		}
		view, _ := w.store.Ticket(t.Context(), w.Resident, filed.ID)
		if view.State != ticket.ClosedUnrated {
			t.Fatalf("state %s", view.State)
		}
		// Within fourteen days the reporter may still say that it is not solved.
		if _, err := w.store.SendBackTicket(t.Context(), w.Resident, filed.ID, ticket.Answer{ClientID: clientID(), Closing: 1, Text: "又不亮了"}, nil); err != nil {
			t.Fatal(err)
		}
		view, _ = w.store.Ticket(t.Context(), w.Resident, filed.ID)
		if view.State != ticket.InProgress || view.SendBacks != 1 || !view.ResolveDue.Equal(filed.ResolveDue) {
			t.Errorf("state %s, send-backs %d, due %v (was %v)", view.State, view.SendBacks, view.ResolveDue, filed.ResolveDue)
		}
	})
}

func TestAnswersNameTheirClosing(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		filed := w.file(t, w.Resident, w.filing("REP-01"))
		w.done(t, filed.ID)
		back := ticket.Answer{ClientID: clientID(), Closing: 1, Text: "没有修好"}
		if _, err := w.store.SendBackTicket(t.Context(), w.Resident, filed.ID, back, nil); err != nil {
			t.Fatal(err)
		}
		// Sent again because the phone heard nothing: the same answer, no second send-back.
		again, err := w.store.SendBackTicket(t.Context(), w.Resident, filed.ID, back, nil)
		if err != nil || again.Ticket.SendBacks != 1 {
			t.Fatalf("again: %v, %d send-backs", err, again.Ticket.SendBacks)
		}
		d := ticket.DoneSaying{ClientID: clientID(), Result: "重新接线", NoPhotoReason: "线路在墙内"}
		if _, err := w.store.SayDone(t.Context(), w.Staff, filed.ID, d, nil); err != nil {
			t.Fatal(err)
		}
		// A confirmation of the first closing that waited in a drawer must not close the second.
		_, err = w.store.ConfirmTicket(t.Context(), w.Resident, filed.ID, ticket.Answer{ClientID: clientID(), Closing: 1, Level: 5})
		wantCode(t, err, models.Conflict, "ticket.closing_passed")
		if _, err := w.store.ConfirmTicket(t.Context(), w.Resident, filed.ID, ticket.Answer{ClientID: clientID(), Closing: 2, Level: 4}); err != nil {
			t.Fatal(err)
		}
		// The last rating of a closing counts.
		view, err := w.store.ConfirmTicket(t.Context(), w.Resident, filed.ID, ticket.Answer{ClientID: clientID(), Closing: 2, Level: 2})
		if err != nil || view.Rating.Level != 2 || view.State != ticket.Closed {
			t.Errorf("%v, %+v", err, view.Rating)
		}
	})
}

func TestHandOverGivesOpenTicketsToTheNewParty(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		open := w.file(t, w.Resident, w.filing("REP-01"))
		finished := w.file(t, w.Resident, w.filing("REP-06"))
		w.done(t, finished.ID)
		taken := w.file(t, w.Resident, w.filing("CLN-01"))
		w.move(t, w.Resident, taken.ID, ticket.Withdraw, "")
		w.clock.Advance(30 * time.Hour)
		err := w.db.Write(t.Context(), func(tx storage.Tx) error {
			today := tx.Today()
			if err := tx.DB().Model(&place.ServiceTerm{}).Where("estate_id = ?", w.Estate.ID).Updates(map[string]any{"valid_to": today}).Error; err != nil {
				return err
			}
			next := place.ServiceTerm{EstateID: w.Estate.ID, HandlingPartyID: w.Rival.ID, ServiceMode: place.ModeProfessional, ValidFrom: today, RecordedAt: tx.At()}
			if err := tx.DB().Create(&next).Error; err != nil {
				return err
			}
			_, err := w.store.HandOver(tx, w.Estate.ID)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		view, err := w.store.Ticket(t.Context(), w.RivalStaff, open.ID)
		if err != nil || view.State != ticket.Dispatched || !view.ResolveDue.After(open.ResolveDue) {
			t.Fatalf("new party: %v, %+v", err, view.Row)
		}
		page, err := w.store.Tickets(t.Context(), w.RivalStaff, ticket.Query{Box: ticket.BoxDesk, Filter: ticket.FilterOpen, Limit: 20})
		if err != nil || len(page.Items) != 1 || page.Items[0].HeldSince == nil || !page.Items[0].HeldSince.Equal(w.clock.Now()) || open.HeldSince != nil {
			t.Errorf("new party's list: %v, held since %+v", err, page.Items)
		}
		last := view.Timeline[len(view.Timeline)-1]
		if missed := fmt.Sprint(last.Params["missed"]); !strings.Contains(missed, "acknowledge") {
			t.Errorf("the old party's missed deadline is forgotten: %v", last.Params)
		}
		if _, err := w.store.Ticket(t.Context(), w.Staff, open.ID); models.KindOf(err) != models.NotFound {
			t.Errorf("the old party still works on it: %v", err)
		}
		if _, err := w.store.Ticket(t.Context(), w.Staff, finished.ID); err != nil {
			t.Errorf("what it finished is no longer the old party's: %v", err)
		}
		if over, err := w.store.Ticket(t.Context(), w.Staff, taken.ID); err != nil || over.State != ticket.Withdrawn {
			t.Errorf("what was over went with the hand-over: %v, %s", err, over.State)
		}
	})
}

// A term entered ahead of its day, for a place that nobody ran, takes the station's open tickets on the day it begins;
// one that ends without a successor gives them back.
func TestHandOversOfTheirDay(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		f := w.filing("REP-01")
		f.BuildingID = w.OwnerlessBuilding.ID
		filed := w.file(t, w.Resident, f)
		err := w.db.Write(t.Context(), func(tx storage.Tx) error {
			return tx.DB().Create(&place.ServiceTerm{
				EstateID: w.Ownerless.ID, HandlingPartyID: w.Rival.ID, ServiceMode: place.ModeProfessional,
				ValidFrom: tx.Today().Add(2), ValidTo: tx.Today().Add(4), RecordedAt: tx.At(),
			}).Error
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, step := range []struct {
			wait  time.Duration
			moved int
			party int64
		}{{24 * time.Hour, 0, w.Station.ID}, {24 * time.Hour, 1, w.Rival.ID}, {24 * time.Hour, 0, w.Rival.ID}, {24 * time.Hour, 1, w.Station.ID}} {
			w.clock.Advance(step.wait)
			moved, err := w.store.HandOverDue(t.Context())
			view, viewErr := w.store.Ticket(t.Context(), w.Resident, filed.ID)
			if err != nil || viewErr != nil || moved != step.moved || view.HandlingParty.ID != step.party {
				t.Fatalf("moved %d (want %d), lies with %d (want %d): %v %v", moved, step.moved, view.HandlingParty.ID, step.party, err, viewErr)
			}
		}
	})
}

func TestUnmanagedPlacesHaveSomebodyToo(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		f := w.filing("REP-01")
		f.BuildingID = w.OwnerlessBuilding.ID
		filed := w.file(t, w.Resident, f)
		if filed.HandlingParty.ID != w.Station.ID || filed.RoutedBy != "station" {
			t.Errorf("%+v by %s", filed.HandlingParty, filed.RoutedBy)
		}
		// There the station is the judged party: it does not learn who filed, the town does.
		asStation, err := w.store.Ticket(t.Context(), w.StationStaff, filed.ID)
		if err != nil || asStation.Reporter != nil || asStation.You != ticket.PartHandler {
			t.Errorf("station: %v, you %s, reporter %+v", err, asStation.You, asStation.Reporter)
		}
		asTown, err := w.store.Ticket(t.Context(), w.TownOfficer, filed.ID)
		if err != nil || asTown.Reporter == nil {
			t.Errorf("town: %v, reporter %+v", err, asTown.Reporter)
		}
	})
}

func TestPlacesThatDoNotFitAreRefused(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for name, change := range map[string]func(*ticket.Filing){
			"another estate's building": func(f *ticket.Filing) { f.EstateID = w.Ownerless.ID },
			"no such building":          func(f *ticket.Filing) { f.BuildingID = 999_999 },
			"a flat of another house":   func(f *ticket.Filing) { f.BuildingID, f.UnitID = w.OwnerlessBuilding.ID, w.Home.ID },
		} {
			f := w.filing("REP-01")
			change(&f)
			_, err := w.store.FileTicket(t.Context(), w.Resident, f, nil)
			if models.CodeOf(err) != "ticket.unknown_place" {
				t.Errorf("%s: %v", name, err)
			}
		}
		var rows int64
		w.read(t, func(tx storage.Tx) error { return tx.DB().Table("ledger").Count(&rows).Error })
		if rows != 0 {
			t.Errorf("refused filings left %d lines in the ledger", rows)
		}
	})
}

func TestContactViewIsWrittenDown(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		f := w.filing("REP-12")
		f.UnitID, f.ShareContact = w.Home.ID, true
		filed := w.file(t, w.Resident, f)
		_, err := w.store.ViewContact(t.Context(), w.StationStaff, filed.ID, "想看看")
		wantCode(t, err, models.Denied, "ticket.contact_not_shared")
		_, err = w.store.ViewContact(t.Context(), w.Staff, filed.ID, " ")
		wantCode(t, err, models.Invalid, "ticket.text_required")
		card, err := w.store.ViewContact(t.Context(), w.Staff, filed.ID, "约上门时间")
		if err != nil || card.Name != "赵桂兰" {
			t.Fatalf("%v, %+v", err, card)
		}
		view, _ := w.store.Ticket(t.Context(), w.Resident, filed.ID)
		last := view.Timeline[len(view.Timeline)-1]
		if last.Action != "contact_view" || last.Note != "约上门时间" || last.ActorName != w.Operator.Name {
			t.Errorf("the reporter sees %+v", last)
		}
	})
}

// A pipe that burst a minute ago stands below a lamp that is due within the hour: it stands above the list as well, until it is
// taken, and the list keeps its order and its pages.
func TestWhatIsUrgentAndNotTakenStandsAboveTheDesk(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		lamp := w.file(t, w.Resident, w.filing("REP-01")).ID
		w.clock.Advance(23 * time.Hour)
		drain := w.file(t, w.Resident, w.filing("REP-03")).ID // u2, later due than the lamp is to be answered
		wires := w.file(t, w.Resident, w.filing("SAFE-05")).ID
		look := func(a models.Actor, q ticket.Query) (untaken, items []int64) {
			t.Helper()
			q.Limit = max(q.Limit, 2)
			page, err := w.store.Tickets(t.Context(), a, q)
			if err != nil {
				t.Fatal(err)
			}
			for _, row := range page.Untaken {
				untaken = append(untaken, row.ID)
			}
			for _, row := range page.Items {
				items = append(items, row.ID)
			}
			return untaken, items
		}
		desk := ticket.Query{Box: ticket.BoxDesk, Filter: ticket.FilterWaitingMe}
		untaken, items := look(w.Staff, desk)
		if !slices.Equal(untaken, []int64{wires, drain}) {
			t.Errorf("above the desk %v, want %v", untaken, []int64{wires, drain})
		}
		// Control: by time left alone the lamp comes first, and one of them is on no page of two.
		if !slices.Equal(items, []int64{lamp, wires}) {
			t.Fatalf("the desk %v, want %v", items, []int64{lamp, wires})
		}
		for what, q := range map[string]ticket.Query{
			"what is late": {Box: ticket.BoxDesk, Filter: ticket.FilterOverdue}, "all that an office sees": {Box: ticket.BoxAll, Filter: ticket.FilterOpen},
			"another group": {Box: ticket.BoxDesk, Filter: ticket.FilterOpen, Group: "UTIL"},
		} {
			if untaken, _ := look(w.Staff, q); len(untaken) != 0 {
				t.Errorf("above %s: %v", what, untaken)
			}
		}
		if untaken, _ := look(w.RivalStaff, desk); len(untaken) != 0 {
			t.Errorf("another party reads %v", untaken)
		}
		page, err := w.store.Tickets(t.Context(), w.Staff, ticket.Query{Box: ticket.BoxDesk, Filter: ticket.FilterOpen, Limit: 2})
		if err != nil || page.Next == "" {
			t.Fatalf("next %q, %v", page.Next, err)
		}
		second, err := w.store.Tickets(t.Context(), w.Staff, ticket.Query{Box: ticket.BoxDesk, Filter: ticket.FilterOpen, Limit: 2, Cursor: page.Next})
		if err != nil || len(second.Items) != 1 || len(second.Untaken) != 0 {
			t.Errorf("the second page has %d and %d, %v", len(second.Items), len(second.Untaken), err)
		}
		w.move(t, w.Staff, wires, ticket.Acknowledge, "")
		if untaken, _ := look(w.Staff, desk); !slices.Equal(untaken, []int64{drain}) {
			t.Errorf("when one was taken: %v", untaken)
		}
		w.move(t, w.Staff, drain, ticket.Acknowledge, "")
		for range ticket.MostUntaken + 1 {
			w.file(t, w.Resident, w.filing("SAFE-05"))
		}
		if untaken, _ := look(w.Staff, desk); len(untaken) != ticket.MostUntaken || slices.Contains(untaken, drain) {
			t.Errorf("of six: %v", untaken)
		}
	})
}

// Of what is urgent the worse stands first: a gas leak of now is not hidden by drains of yesterday.
func TestOfWhatIsUrgentTheWorseStandsFirst(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for range ticket.MostUntaken {
			w.file(t, w.Resident, w.filing("REP-03"))
		}
		w.clock.Advance(5 * time.Hour)
		wires := w.file(t, w.Resident, w.filing("SAFE-05")).ID
		page, err := w.store.Tickets(t.Context(), w.Staff, ticket.Query{Box: ticket.BoxDesk, Filter: ticket.FilterOpen, Limit: 2})
		if err != nil || len(page.Untaken) != ticket.MostUntaken || page.Untaken[0].ID != wires {
			t.Errorf("%+v %v", page.Untaken, err)
		}
	})
}

func TestTheDeskIsOrderedByTimeLeftAndPages(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		var want []int64
		for _, category := range []string{"REP-07", "SAFE-05", "REP-01", "REP-03"} { // u4, u1, u3r, u2
			want = append(want, w.file(t, w.Resident, w.filing(category)).ID)
		}
		want = []int64{want[1], want[3], want[2], want[0]}
		var got []int64
		query := ticket.Query{Box: ticket.BoxDesk, Filter: ticket.FilterOpen, Limit: 3}
		for {
			page, err := w.store.Tickets(t.Context(), w.Staff, query)
			if err != nil {
				t.Fatal(err)
			}
			for _, row := range page.Items {
				got = append(got, row.ID)
			}
			if query.Cursor == "" && page.Counts.Open != 4 {
				t.Errorf("counts %+v", page.Counts)
			}
			if query.Cursor = page.Next; query.Cursor == "" {
				break
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("desk %v, want %v", got, want)
		}
		_, err := w.store.Tickets(t.Context(), w.Staff, ticket.Query{Box: ticket.BoxDesk, Cursor: "nonsense", Limit: 3})
		wantCode(t, err, models.Invalid, "request.bad_cursor")
	})
}

func TestARolledBackFilingLeavesNothing(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		boom := errors.New("boom")
		err := w.db.Write(t.Context(), func(tx storage.Tx) error {
			if _, _, err := w.store.FileIn(tx, w.Resident, w.filing("REP-01"), []photo.Claim(nil)); err != nil {
				return err
			}
			return boom
		})
		if !errors.Is(err, boom) {
			t.Fatal(err)
		}
		for _, table := range []string{"tickets", "ledger", "ledger_private", "photos"} {
			var rows int64
			w.read(t, func(tx storage.Tx) error { return tx.DB().Table(table).Count(&rows).Error })
			if rows != 0 {
				t.Errorf("%d rows in %s", rows, table)
			}
		}
	})
}

// A line's id is its place in the thread: the county's own count would tell, between two lines whose moment is known, when a
// third was written.
func TestTheIdsOfLinesTellNothing(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		first, second := w.file(t, w.Resident, w.filing("SVC-01")), w.file(t, w.Neighbour, w.filing("SVC-01"))
		for i, id := range []int64{first.ID, second.ID, first.ID, second.ID} {
			who := []models.Actor{w.Resident, w.Neighbour}[i%2]
			said, err := w.store.SendMessage(t.Context(), who, id, ticket.Saying{ClientID: clientID(), Text: "还是没人扫"}, nil)
			if err != nil || said.Message.ID != int64(i/2+1) || !said.Message.Mine {
				t.Errorf("line %d: %v, %+v", i, err, said.Message)
			}
		}
		if err := w.store.ReadMessages(t.Context(), w.Staff, second.ID, 1); err != nil {
			t.Fatal(err)
		}
		for id, unread := range map[int64]int64{first.ID: 2, second.ID: 1} {
			view, err := w.store.Ticket(t.Context(), w.Staff, id)
			if err != nil || view.Unread != unread || len(view.Messages) != 2 || view.Messages[1].ID != 2 {
				t.Errorf("%d unread of %+v: %v", view.Unread, view.Messages, err)
			}
		}
	})
}

// What a reporter says yes to makes a matter as urgent as its category says then: its clocks are those, whoever answers is called
// as for any emergency, and in a small building it goes out at once. The ledger says why.
func TestDangerRaisesTheUrgency(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p := w.chain(t)
		w.clock.At = night
		plain := w.file(t, w.Resident, w.filing("GRN-02"))
		falling := w.filing("GRN-02")
		falling.Danger = true
		view := w.file(t, w.Resident, falling)
		if plain.Urgency != "u3r" || view.Urgency != "u1" || view.ResolveDue.Sub(night) != 24*time.Hour || plain.ResolveDue.Sub(night) != 72*time.Hour {
			t.Errorf("%s until %s, and %s until %s", plain.Urgency, plain.ResolveDue, view.Urgency, view.ResolveDue)
		}
		again, err := w.store.FileTicket(t.Context(), w.Resident, falling, nil)
		if err != nil || again.Created || again.Ticket.ID != view.ID {
			t.Errorf("sent again: %+v %v", again, err)
		}
		falling.Danger = false
		if _, err := w.store.FileTicket(t.Context(), w.Resident, falling, nil); models.CodeOf(err) != "ticket.id_conflict" {
			t.Errorf("the answer was taken back: %v", err)
		}
		w.clock.Advance(2 * time.Minute)
		w.call(t)
		if len(p.calls) != 1 {
			t.Errorf("called %v", p.calls)
		}
		lamp := w.filing("REP-01")
		lamp.Danger = true
		if _, err := w.store.FileTicket(t.Context(), w.Resident, lamp, nil); models.CodeOf(err) != "ticket.danger_not_asked" {
			t.Errorf("a lamp: %v", err)
		}
		w.read(t, func(tx storage.Tx) error {
			var said []int64
			err := tx.DB().Table("ledger").Where("noun = 'ticket' AND action = 'file' AND CAST(data AS TEXT) LIKE '%danger%'").Pluck("noun_id", &said).Error
			if err == nil && !slices.Equal(said, []int64{view.ID}) {
				t.Errorf("the ledger says so of %v", said)
			}
			return err
		})
		// The roof of a building that nobody runs is a matter with a plan, until it rains in.
		roof := ticket.Filing{ClientID: clientID(), Category: "REP-02", Text: "屋顶漏水", BuildingID: w.OwnerlessBuilding.ID}
		dry := w.file(t, w.Resident, roof)
		roof.ClientID, roof.Danger = clientID(), true
		if wet := w.file(t, w.Resident, roof); dry.Urgency != "u4" || wet.Urgency != "u2" || wet.HandlingParty.ID != dry.HandlingParty.ID {
			t.Errorf("dry %s, wet %s", dry.Urgency, wet.Urgency)
		}
	})
}
