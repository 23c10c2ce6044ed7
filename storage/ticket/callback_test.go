package ticket_test

import (
	"encoding/json"
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
)

// confirmed files a matter, has it done, and lets its reporter confirm it with stars.
func (w *world) confirmed(t *testing.T, category string, stars int) ticket.View {
	t.Helper()
	view := w.file(t, w.Resident, w.filing(category))
	w.done(t, view.ID)
	return w.confirm(t, view.ID, stars)
}

func (w *world) confirm(t *testing.T, id int64, stars int) ticket.View {
	t.Helper()
	seen, err := w.store.Ticket(t.Context(), w.Resident, id)
	if err != nil {
		t.Fatal(err)
	}
	view, err := w.store.ConfirmTicket(t.Context(), w.Resident, id, ticket.Answer{ClientID: clientID(), Closing: seen.Closing, Level: stars})
	if err != nil {
		t.Fatal(err)
	}
	return view
}

// silent has a matter done and closes it by silence.
func (w *world) silent(t *testing.T, view ticket.View) {
	t.Helper()
	w.done(t, view.ID)
	w.clock.Advance(8 * 24 * time.Hour)
	if err := w.db.Write(t.Context(), func(tx storage.Tx) error { return w.store.SilenceIn(tx, view.ID) }); err != nil {
		t.Fatal(err)
	}
}

// drawn is the callback about a ticket's newest one, an empty one where there is none.
func (w *world) drawn(t *testing.T, id int64) (c ticket.Callback) {
	t.Helper()
	var rows []ticket.Callback
	err := w.db.Read(t.Context(), func(tx storage.Tx) error {
		return tx.DB().Where("ticket_id = ?", id).Order("id DESC").Limit(1).Find(&rows).Error
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) == 1 {
		c = rows[0]
	}
	return c
}

func (w *world) listed(t *testing.T, a models.Actor) []int64 {
	t.Helper()
	list, err := w.store.Callbacks(t.Context(), a)
	if err != nil {
		t.Fatal(err)
	}
	ids := []int64{}
	for _, item := range list.Items {
		ids = append(ids, item.TicketID)
	}
	return ids
}

// tells looks at the number and tells a result.
func (w *world) tells(t *testing.T, a models.Actor, id int64, told ticket.CallbackTelling) (ticket.CallbackView, error) {
	t.Helper()
	if _, err := w.store.CallbackContact(t.Context(), a, id); err != nil {
		return ticket.CallbackView{}, err
	}
	if told.ClientID == "" {
		told.ClientID = clientID()
	}
	return w.store.TellCallback(t.Context(), a, id, told)
}

func (w *world) outcome(t *testing.T, id int64) (c ticket.Closing) {
	t.Helper()
	err := w.db.Read(t.Context(), func(tx storage.Tx) error {
		return tx.DB().Where("ticket_id = ?", id).Order("closing DESC").Limit(1).Take(&c).Error
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func actionsOf(view ticket.View) (all []string) {
	for _, item := range view.Timeline {
		all = append(all, item.Action)
	}
	return all
}

// Every complaint, every u1 and every rating of one or two stars is asked about; of the rest as many as the rule says; nothing
// that was withdrawn, and nobody without a number.
func TestWhoIsCalledBack(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for _, one := range []struct {
			category string
			stars    int
			why      ticket.CallbackWhy
		}{{"CLN-02", 5, ticket.CallbackComplaint}, {"CLN-02", 1, ticket.CallbackComplaint}, {"SAFE-05", 0, ticket.CallbackUrgent}, {"REP-01", 2, ticket.CallbackLowRating}} {
			c := w.drawn(t, w.confirmed(t, one.category, one.stars).ID)
			if c.Why != one.why || c.State != ticket.CallbackOpen || c.Level != ticket.LevelStation || c.Closing != 1 || c.UntilAt.Sub(c.DueAt) != 14*24*time.Hour {
				t.Errorf("%s with %d stars: %+v", one.category, one.stars, c)
			}
		}
		var sampled int
		const n = 30
		for range n {
			id := w.confirmed(t, "REP-01", 5).ID
			c := w.drawn(t, id)
			if want := ticket.LotsOf(modelKey, id, 1).Sample < 2000; want != (c.Why == ticket.CallbackSample) {
				t.Errorf("ticket %d: %+v", id, c)
			}
			if c.ID != 0 {
				sampled++
				continue
			}
			if w.confirm(t, id, 4); w.drawn(t, id).ID != 0 {
				t.Errorf("answered again, ticket %d was drawn anew", id)
			}
			if w.confirm(t, id, 1); w.drawn(t, id).Why != ticket.CallbackLowRating {
				t.Errorf("its stars fell, and ticket %d is %+v", id, w.drawn(t, id))
			}
		}
		if sampled == 0 || sampled > n/2 {
			t.Errorf("%d of %d in the sample", sampled, n)
		}
		withdrawn := w.file(t, w.Resident, w.filing("CLN-02"))
		w.move(t, w.Resident, withdrawn.ID, ticket.Withdraw, "")
		if c := w.drawn(t, withdrawn.ID); c.ID != 0 {
			t.Errorf("withdrawn, and called back: %+v", c)
		}
		for phone, want := range map[string]bool{"": false, "13812345678": true} {
			f := w.filing("CLN-02")
			f.OnBehalf = &ticket.OnBehalf{Name: "孙奶奶", Consent: "spoken", Phone: phone}
			view := w.file(t, w.Steward, f)
			w.silent(t, view)
			if c := w.drawn(t, view.ID); (c.ID != 0) != want {
				t.Errorf("number %q: %+v", phone, c)
			}
		}
	})
}

// Of what silence closes and nobody would ask about, the centre asks some; who then answers by himself needs no second look.
func TestSilenceIsLookedAtASecondTime(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		seconds, sampled := 0, 0
		for range 70 {
			view := w.file(t, w.Resident, w.filing("REP-01"))
			w.silent(t, view)
			c, lots := w.drawn(t, view.ID), ticket.LotsOf(modelKey, view.ID, 1)
			switch c.Why {
			case ticket.CallbackSecondLook:
				seconds++
				if c.Level != ticket.LevelCenter || lots.SecondLook >= 500 || lots.Sample < 2000 {
					t.Errorf("%+v %+v", c, lots)
				}
				if !slices.Contains(w.listed(t, w.Officer), view.ID) || slices.Contains(w.listed(t, w.StationStaff), view.ID) {
					t.Error("the centre does not have it, or the station does")
				}
				if w.confirm(t, view.ID, 5); w.drawn(t, view.ID).State != ticket.CallbackOvertaken {
					t.Errorf("confirmed, and still %+v", w.drawn(t, view.ID))
				}
				if w.confirm(t, view.ID, 2); w.drawn(t, view.ID).Why != ticket.CallbackLowRating || w.drawn(t, view.ID).State != ticket.CallbackOpen || w.drawn(t, view.ID).Level != ticket.LevelStation {
					t.Errorf("two stars, and %+v", w.drawn(t, view.ID))
				}
			case ticket.CallbackSample:
				sampled++
				if w.confirm(t, view.ID, 5); w.drawn(t, view.ID).State != ticket.CallbackOpen {
					t.Error("the sample is not asked about because he confirmed")
				}
			case "":
				if lots.SecondLook < 500 || lots.Sample < 2000 {
					t.Errorf("not drawn: %+v", lots)
				}
			}
		}
		if seconds == 0 || sampled == 0 {
			t.Errorf("%d second looks, %d in the sample", seconds, sampled)
		}
	})
}

// Nobody asks about work in which he has an interest, and whoever must not ask does not learn that there is something to ask.
func TestWhoCallsBack(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		everybody := map[string]models.Actor{"the reporter": w.Resident, "the party": w.Staff, "another party": w.RivalStaff, "the station": w.StationStaff,
			"another station": w.OtherStationStaff, "the town": w.TownOfficer, "the centre": w.Officer, "an auditor": w.Auditor, "the steward": w.Steward, "nobody": {}}
		only := func(id int64, who string) {
			t.Helper()
			c := w.drawn(t, id)
			for name, a := range everybody {
				_, looks := w.store.CallbackContact(t.Context(), a, c.ID)
				_, tells := w.store.TellCallback(t.Context(), a, c.ID, ticket.CallbackTelling{ClientID: clientID(), Result: "burnt"})
				if name == who {
					if looks != nil || models.CodeOf(tells) != "callback.bad_result" || !slices.Contains(w.listed(t, a), id) {
						t.Errorf("%s cannot make it: %v, %v", name, looks, tells)
					}
					continue
				}
				if models.CodeOf(looks) != "callback.not_found" || models.CodeOf(tells) != "callback.not_found" || slices.Contains(w.listed(t, a), id) {
					t.Errorf("%s: %v, %v", name, looks, tells)
				}
			}
		}
		only(w.confirmed(t, "CLN-02", 5).ID, "the station")
		// What the station itself answered the town asks about, also when another party has it by then.
		f := w.filing("CLN-02")
		f.BuildingID = w.OwnerlessBuilding.ID
		unmanaged := w.file(t, w.Resident, f)
		w.move(t, w.StationStaff, unmanaged.ID, ticket.Acknowledge, "")
		if _, err := w.store.SayDone(t.Context(), w.StationStaff, unmanaged.ID, ticket.DoneSaying{ClientID: clientID(), Result: "扫干净了"}, nil); err != nil {
			t.Fatal(err)
		}
		w.confirm(t, unmanaged.ID, 5)
		only(unmanaged.ID, "the town")
		f.ClientID = clientID()
		given := w.file(t, w.Resident, f)
		w.clock.Advance(20 * 24 * time.Hour)
		if _, err := w.store.Redispatch(t.Context(), w.TownOfficer, given.ID, ticket.Redispatching{PartyID: w.Rival.ID, Note: "站里没人办"}); err != nil {
			t.Fatal(err)
		}
		w.move(t, w.RivalStaff, given.ID, ticket.Acknowledge, "")
		if _, err := w.store.SayDone(t.Context(), w.RivalStaff, given.ID, ticket.DoneSaying{ClientID: clientID(), Result: "扫干净了"}, nil); err != nil {
			t.Fatal(err)
		}
		w.confirm(t, given.ID, 5)
		only(given.ID, "the town")
		// What somebody of the station filed for a neighbour the station does not ask about.
		f = w.filing("CLN-02")
		f.OnBehalf = &ticket.OnBehalf{Name: "孙奶奶", Consent: "spoken", Phone: "13812345678"}
		helped := w.file(t, w.StationStaff, f)
		w.silent(t, helped)
		only(helped.ID, "the town")
	})
}

// The number is nowhere but behind the tap, the tap is told to the reporter, and no result is taken without it.
func TestTheNumberIsAskedForAndTold(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		id := w.confirmed(t, "CLN-02", 5).ID
		c := w.drawn(t, id)
		told := ticket.CallbackTelling{ClientID: clientID(), Result: ticket.CallbackSolved}
		if _, err := w.store.TellCallback(t.Context(), w.StationStaff, c.ID, told); models.CodeOf(err) != "callback.look_first" {
			t.Errorf("told without a look: %v", err)
		}
		list, err := w.store.Callbacks(t.Context(), w.StationStaff)
		written, _ := json.Marshal(list)
		var phone string
		if err == nil {
			err = w.db.Read(t.Context(), func(tx storage.Tx) error {
				return tx.DB().Table("accounts").Where("id = ?", w.Resident.AccountID).Pluck("phone", &phone).Error
			})
		}
		if err != nil || phone == "" || strings.Contains(string(written), phone) {
			t.Fatalf("%q in %s (%v)", phone, written, err)
		}
		looks := func() (n int) {
			seen, err := w.store.Ticket(t.Context(), w.Resident, id)
			if err != nil {
				t.Fatal(err)
			}
			for _, item := range seen.Timeline {
				if item.Action == string(ticket.ContactView) && item.Params["for"] == ticket.ForCallback && item.ActorRole == models.StationStaff && item.ActorName == "" {
					n++
				}
			}
			return n
		}
		for range 2 {
			if card, err := w.store.CallbackContact(t.Context(), w.StationStaff, c.ID); err != nil || card.Phone != phone {
				t.Fatalf("%+v (%v)", card, err)
			}
		}
		if looks() != 1 {
			t.Errorf("two taps in a minute are %d lines", looks())
		}
		w.clock.Advance(20 * time.Hour)
		if _, err := w.store.TellCallback(t.Context(), w.StationStaff, c.ID, told); models.CodeOf(err) != "callback.look_first" {
			t.Errorf("told long after the look: %v", err)
		}
		if _, err := w.tells(t, w.StationStaff, c.ID, told); err != nil || looks() != 2 {
			t.Errorf("told after another look: %v, %d looks", err, looks())
		}
		again, err := w.store.TellCallback(t.Context(), w.StationStaff, c.ID, told)
		if err != nil || again.State != ticket.CallbackSolved {
			t.Errorf("sent again: %+v (%v)", again, err)
		}
		told.Level = 3
		if _, err := w.store.TellCallback(t.Context(), w.StationStaff, c.ID, told); models.CodeOf(err) != "ticket.id_conflict" {
			t.Errorf("another result under the same id: %v", err)
		}
		if _, err := w.store.CallbackContact(t.Context(), w.StationStaff, c.ID); models.CodeOf(err) != "callback.settled" {
			t.Errorf("the number is told after the result: %v", err)
		}
	})
}

// "Solved" makes of silence a confirmation; what he had confirmed stays as it is. His stars weigh as if he had given them.
func TestSolvedByTelephone(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		view := w.file(t, w.Resident, w.filing("CLN-02"))
		w.silent(t, view)
		c := w.drawn(t, view.ID)
		for field, wrong := range map[string]ticket.CallbackTelling{"level": {Result: ticket.CallbackNotReached, Level: 3}, "text": {Result: ticket.CallbackSolved, Text: "挺好"}, "result": {Result: ticket.CallbackLapsed}} {
			if _, err := w.tells(t, w.StationStaff, c.ID, wrong); models.CodeOf(err) != "callback.bad_result" {
				t.Errorf("%s: %v", field, err)
			}
		}
		if _, err := w.tells(t, w.StationStaff, c.ID, ticket.CallbackTelling{Result: ticket.CallbackSolved, Level: 4}); err != nil {
			t.Fatal(err)
		}
		seen, err := w.store.Ticket(t.Context(), w.Resident, view.ID)
		if err != nil || seen.State != ticket.Closed || seen.Rating == nil || seen.Rating.Level != 4 || w.outcome(t, view.ID).Outcome != ticket.OutcomeConfirmed {
			t.Fatalf("%s, %+v, %+v (%v)", seen.State, seen.Rating, w.outcome(t, view.ID), err)
		}
		if got := actionsOf(seen); !slices.Equal(got[len(got)-3:], []string{"silence", "contact_view", "callback_confirm"}) {
			t.Errorf("the reporter reads %v", got)
		}
		var rating ticket.Rating
		if err := w.db.Read(t.Context(), func(tx storage.Tx) error { return tx.DB().Take(&rating, "ticket_id = ?", view.ID).Error }); err != nil {
			t.Fatal(err)
		}
		if rating.Kind != "callback" || rating.UnitID != w.Home.ID || rating.Weight != "full" || rating.Closing != 1 || !rating.Solved {
			t.Errorf("%+v", rating)
		}
		own := w.confirmed(t, "CLN-02", 5)
		before := w.outcome(t, own.ID)
		w.clock.Advance(time.Hour)
		if _, err := w.tells(t, w.StationStaff, w.drawn(t, own.ID).ID, ticket.CallbackTelling{Result: ticket.CallbackSolved}); err != nil {
			t.Fatal(err)
		}
		after, err := w.store.Ticket(t.Context(), w.Resident, own.ID)
		if err != nil || after.Version != own.Version || after.Rating == nil || after.Rating.Level != 5 || *w.outcome(t, own.ID).AnsweredAt != *before.AnsweredAt || !slices.Contains(actionsOf(after), "callback") {
			t.Errorf("%d, %+v, %v (%v)", after.Version, after.Rating, actionsOf(after), err)
		}
		// Stars of a neighbour without an account, and of one who tells them too late, are kept and weigh nothing.
		f := w.filing("CLN-02")
		f.OnBehalf = &ticket.OnBehalf{Name: "孙奶奶", Consent: "spoken", Phone: "13812345678"}
		helped := w.file(t, w.Steward, f)
		w.silent(t, helped)
		late := w.confirmed(t, "REP-01", 5)
		w.clock.Advance(13 * 24 * time.Hour)
		w.confirm(t, late.ID, 2)
		w.clock.Advance(2 * 24 * time.Hour)
		for _, id := range []int64{late.ID} {
			if _, err := w.tells(t, w.StationStaff, w.drawn(t, id).ID, ticket.CallbackTelling{Result: ticket.CallbackSolved, Level: 5}); err != nil {
				t.Fatal(err)
			}
		}
		var weights []string
		err = w.db.Read(t.Context(), func(tx storage.Tx) error {
			return tx.DB().Table("ratings").Where("kind = 'callback'").Order("id").Pluck("weight", &weights).Error
		})
		if err != nil || !slices.Equal(weights, []string{"full", "none", "none"}) {
			t.Errorf("%v (%v)", weights, err)
		}
		if _, err := w.store.LapseCallbacks(t.Context(), 10); err != nil || w.drawn(t, helped.ID).State != ticket.CallbackLapsed {
			t.Errorf("%+v (%v)", w.drawn(t, helped.ID), err)
		}
		verified(t, w)
	})
}

func TestNeighboursStarsByTelephoneWeighNothing(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		f := w.filing("CLN-02")
		f.OnBehalf = &ticket.OnBehalf{Name: "孙奶奶", Consent: "spoken", Phone: "13812345678"}
		helped := w.file(t, w.Steward, f)
		w.silent(t, helped)
		if _, err := w.tells(t, w.StationStaff, w.drawn(t, helped.ID).ID, ticket.CallbackTelling{Result: ticket.CallbackSolved, Level: 5}); err != nil {
			t.Fatal(err)
		}
		var rating ticket.Rating
		err := w.db.Read(t.Context(), func(tx storage.Tx) error { return tx.DB().Take(&rating, "ticket_id = ?", helped.ID).Error })
		if err != nil || rating.Weight != "none" || rating.UnitID != 0 || rating.Level != 5 || w.outcome(t, helped.ID).Outcome != ticket.OutcomeConfirmed {
			t.Errorf("%+v (%v)", rating, err)
		}
	})
}

func verified(t *testing.T, w *world) {
	t.Helper()
	if err := w.db.Write(t.Context(), storagetest.TellOfMemberships); err != nil {
		t.Fatal(err)
	}
	report, err := ledger.Verify(t.Context(), w.db, ledger.Against{})
	if err != nil || report.Faulty != 0 {
		t.Errorf("the ledger: %v, %q", err, report.Faults)
	}
}

// "Not solved" brings it back, with the first clock and the ladder of send-backs; from the third time the centre has it.
func TestNotSolvedComesBack(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		id := w.confirmed(t, "CLN-02", 5).ID
		first, err := w.store.Ticket(t.Context(), w.Resident, id)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.tells(t, w.StationStaff, w.drawn(t, id).ID, ticket.CallbackTelling{Result: ticket.CallbackNotSolved}); models.CodeOf(err) != "ticket.text_required" {
			t.Errorf("without his words: %v", err)
		}
		confirmedAt := *w.outcome(t, id).AnsweredAt
		for round, level := range []ticket.Level{0, ticket.LevelStation, ticket.LevelCenter} {
			w.clock.Advance(time.Hour)
			if _, err := w.tells(t, w.StationStaff, w.drawn(t, id).ID, ticket.CallbackTelling{Result: ticket.CallbackNotSolved, Text: "赵桂兰说楼道还是脏，电话13812345678"}); err != nil {
				t.Fatal(err)
			}
			seen, err := w.store.Ticket(t.Context(), w.StationStaff, id)
			if err != nil || seen.State != ticket.InProgress || seen.SendBacks != int64(round+1) || seen.EscalatedTo != level || !seen.ResolveDue.Equal(first.ResolveDue) || w.outcome(t, id).Outcome != ticket.OutcomeSentBack {
				t.Fatalf("round %d: %s, %d, level %d, %+v (%v)", round, seen.State, seen.SendBacks, seen.EscalatedTo, w.outcome(t, id), err)
			}
			var row ticket.Ticket
			if err := w.db.Read(t.Context(), func(tx storage.Tx) error { return tx.DB().Take(&row, "id = ?", id).Error }); err != nil {
				t.Fatal(err)
			}
			if row.ContactedAt == nil || !row.ContactedAt.Equal(confirmedAt) || row.ClosedAt != nil || row.DoneAt != nil {
				t.Errorf("contacted %v, he confirmed %s; closed %v", row.ContactedAt, confirmedAt, row.ClosedAt)
			}
			if _, err := w.store.SayDone(t.Context(), w.Staff, id, ticket.DoneSaying{ClientID: clientID(), Result: "又扫了一遍"}, nil); err != nil {
				t.Fatal(err)
			}
			w.confirm(t, id, 4)
		}
		verified(t, w)
	})
}

// The party reads that it was sent back or confirmed, as if the reporter had said so: not that somebody called, and nothing in
// his words that names him.
func TestThePartyDoesNotLearnOfCallbacks(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		silent := w.file(t, w.Resident, w.filing("CLN-02"))
		w.silent(t, silent)
		back := w.confirmed(t, "CLN-02", 5).ID
		kept := w.confirmed(t, "CLN-02", 5).ID
		for id, told := range map[int64]ticket.CallbackTelling{
			silent.ID: {Result: ticket.CallbackSolved, Level: 2}, kept: {Result: ticket.CallbackSolved, Level: 1},
			back: {Result: ticket.CallbackNotSolved, Text: "楼道还是脏，电话13812345678"},
		} {
			if _, err := w.tells(t, w.StationStaff, w.drawn(t, id).ID, told); err != nil {
				t.Fatal(err)
			}
		}
		reads := func(a models.Actor, id int64) (ticket.View, string) {
			t.Helper()
			view, err := w.store.Ticket(t.Context(), a, id)
			if err != nil {
				t.Fatal(err)
			}
			b, _ := json.Marshal(view)
			return view, string(b)
		}
		for id, last := range map[int64]string{silent.ID: "confirm", kept: "confirm", back: "send_back"} {
			view, text := reads(w.Staff, id)
			got := actionsOf(view)
			item := view.Timeline[len(view.Timeline)-1]
			if got[len(got)-1] != last || item.ActorRole != models.Resident || item.At != nil {
				t.Errorf("the party reads %v, the last by %s at %v", got, item.ActorRole, item.At)
			}
			for _, secret := range []string{"callback", "contact_view", "station_staff", "reopen", "13812345678", `"level"`} {
				if strings.Contains(text, secret) {
					t.Errorf("the party reads %q: %s", secret, text)
				}
			}
		}
		if view, _ := reads(w.Staff, back); !strings.Contains(view.Timeline[len(view.Timeline)-1].Note, "楼道还是脏") {
			t.Error("the party does not read what is still wrong")
		}
		// The controls: the reporter and the office read all of it.
		for name, a := range map[string]models.Actor{"the reporter": w.Resident, "the station": w.StationStaff, "the centre": w.Officer} {
			view, text := reads(a, back)
			if !strings.Contains(text, "13812345678") || !slices.Contains(actionsOf(view), "reopen") || !slices.Contains(actionsOf(view), "contact_view") {
				t.Errorf("%s reads %s", name, text)
			}
		}
		// Whoever has only number and code, and the party that loses it, read no more than the party does.
		view, _ := reads(w.Resident, back)
		slip, err := w.store.TicketProgress(t.Context(), ticket.ProgressAsked{Number: view.Number, QueryCode: view.QueryCode}, "test")
		written, _ := json.Marshal(slip)
		if err != nil || !strings.Contains(string(written), "send_back") || strings.Contains(string(written), "reopen") || strings.Contains(string(written), "callback") {
			t.Errorf("the slip: %s (%v)", written, err)
		}
	})
}

// Three calls that reach nobody end it, but not on one day; fourteen days end it as not made.
func TestNotReachedAndNotMade(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		id := w.confirmed(t, "CLN-02", 5).ID
		c := w.drawn(t, id)
		for i := range 3 {
			w.clock.Advance(time.Duration(min(i, 1)) * 3 * time.Hour)
			if v, err := w.tells(t, w.StationStaff, c.ID, ticket.CallbackTelling{Result: ticket.CallbackNotReached}); err != nil || v.State != ticket.CallbackOpen || v.Tries != int64(i+1) {
				t.Fatalf("%+v (%v)", v, err)
			}
		}
		w.clock.Advance(24 * time.Hour)
		if v, err := w.tells(t, w.StationStaff, c.ID, ticket.CallbackTelling{Result: ticket.CallbackNotReached}); err != nil || v.State != ticket.CallbackNotReached {
			t.Fatalf("on the second day: %+v (%v)", v, err)
		}
		lying := w.confirmed(t, "CLN-02", 5).ID
		back := w.file(t, w.Resident, w.filing("CLN-02"))
		w.silent(t, back)
		if _, err := w.store.SendBackTicket(t.Context(), w.Resident, back.ID, ticket.Answer{ClientID: clientID(), Closing: 1, Text: "没扫"}, nil); err != nil {
			t.Fatal(err)
		}
		if over := w.drawn(t, back.ID); over.State != ticket.CallbackOvertaken {
			t.Errorf("sent back by himself, and %+v", over)
		}
		if _, err := w.store.CallbackContact(t.Context(), w.StationStaff, w.drawn(t, back.ID).ID); models.CodeOf(err) != "callback.overtaken" {
			t.Errorf("the number of what is overtaken: %v", err)
		}
		w.clock.At = w.drawn(t, lying).UntilAt.Add(-time.Second)
		if n, err := w.store.LapseCallbacks(t.Context(), 10); err != nil || n != 0 {
			t.Errorf("%d lapsed early (%v)", n, err)
		}
		w.clock.Advance(2 * time.Second)
		if _, err := w.store.CallbackContact(t.Context(), w.StationStaff, w.drawn(t, lying).ID); models.CodeOf(err) != "callback.lapsed" || slices.Contains(w.listed(t, w.StationStaff), lying) {
			t.Errorf("its time is over, and the number is told: %v", err)
		}
		if n, err := w.store.LapseCallbacks(t.Context(), 10); err != nil || n != 1 || w.drawn(t, lying).State != ticket.CallbackLapsed {
			t.Errorf("%d lapsed, %+v (%v)", n, w.drawn(t, lying), err)
		}
		list, err := w.store.Callbacks(t.Context(), w.Officer)
		if err != nil || len(list.Towns) != 1 {
			t.Fatalf("%+v (%v)", list.Towns, err)
		}
		town := list.Towns[0]
		if s := town.Stations; town.TownName != "试验镇" || s.Due != 2 || s.Reached != 0 || s.Counts.NotReached != 1 || s.Counts.Lapsed != 1 || s.ShareBP != nil || town.Town.Due != 0 {
			t.Errorf("%+v", town)
		}
	})
}

// Of two who tell at once one is heard.
func TestTwoTellAtOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		id := w.confirmed(t, "CLN-02", 5).ID
		c := w.drawn(t, id)
		if _, err := w.store.CallbackContact(t.Context(), w.StationStaff, c.ID); err != nil {
			t.Fatal(err)
		}
		const n = 6
		errs := make([]error, n)
		var all sync.WaitGroup
		told := make([]ticket.CallbackTelling, n)
		for i := range told {
			told[i] = ticket.CallbackTelling{ClientID: clientID(), Result: ticket.CallbackNotSolved, Text: "还是脏"}
		}
		for i := range n {
			all.Go(func() { _, errs[i] = w.store.TellCallback(t.Context(), w.StationStaff, c.ID, told[i]) })
		}
		all.Wait()
		heard := 0
		for _, err := range errs {
			switch code := models.CodeOf(err); {
			case err == nil:
				heard++
			case code != "callback.settled" && code != "callback.overtaken":
				t.Errorf("refused with %v", err)
			}
		}
		seen, err := w.store.Ticket(t.Context(), w.Resident, id)
		if heard != 1 || err != nil || seen.SendBacks != 1 {
			t.Errorf("%d heard, %d send-backs (%v)", heard, seen.SendBacks, err)
		}
	})
}

// TestNoOfficeReplacesOwnStars: stars that the reporter gave himself stay his, whatever an office says that he said.
func TestNoOfficeReplacesOwnStars(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		view := w.confirmed(t, "CLN-02", 1)
		if _, err := w.tells(t, w.StationStaff, w.drawn(t, view.ID).ID, ticket.CallbackTelling{Result: ticket.CallbackSolved, Level: 5}); err != nil {
			t.Fatal(err)
		}
		seen, err := w.store.Ticket(t.Context(), w.Resident, view.ID)
		if err != nil || seen.Rating == nil || seen.Rating.Level != 1 {
			t.Errorf("%+v (%v)", seen.Rating, err)
		}
		var weight string
		err = w.db.Read(t.Context(), func(tx storage.Tx) error {
			return tx.DB().Table("ratings").Where("kind = 'callback'").Pluck("weight", &weight).Error
		})
		if err != nil || weight != "none" {
			t.Errorf("weighs %q (%v)", weight, err)
		}
	})
}

// TestThePartyReadsTheReportersAnswer: what it reads after a callback is what it reads after the same answer from his own phone,
// steps, states and rating alike.
func TestThePartyReadsTheReportersAnswer(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		read := func(id int64) (lines []string) {
			t.Helper()
			seen, err := w.store.Ticket(t.Context(), w.Staff, id)
			if err != nil {
				t.Fatal(err)
			}
			for _, item := range seen.Timeline {
				lines = append(lines, strings.Join([]string{item.Action, string(item.ActorRole), string(item.FromState), string(item.ToState), item.Note}, "|"))
			}
			rating, err := json.Marshal(seen.Rating)
			if err != nil {
				t.Fatal(err)
			}
			return append(lines, string(seen.State), string(rating))
		}
		call := func(id int64, told ticket.CallbackTelling) {
			t.Helper()
			if _, err := w.tells(t, w.StationStaff, w.drawn(t, id).ID, told); err != nil {
				t.Fatal(err)
			}
		}
		back := func(id int64) {
			t.Helper()
			if _, err := w.store.SendBackTicket(t.Context(), w.Resident, id, ticket.Answer{ClientID: clientID(), Closing: 1, Text: "又坏了，还是老样子"}, nil); err != nil {
				t.Fatal(err)
			}
		}
		for what, pair := range map[string]func() (own, called int64){
			"solved after silence": func() (int64, int64) {
				a, b := w.file(t, w.Resident, w.filing("CLN-02")), w.file(t, w.Resident, w.filing("CLN-02"))
				w.silent(t, a)
				w.silent(t, b)
				w.confirm(t, a.ID, 0)
				call(b.ID, ticket.CallbackTelling{Result: ticket.CallbackSolved})
				return a.ID, b.ID
			},
			"not solved after silence": func() (int64, int64) {
				a, b := w.file(t, w.Resident, w.filing("CLN-02")), w.file(t, w.Resident, w.filing("CLN-02"))
				w.silent(t, a)
				w.silent(t, b)
				back(a.ID)
				call(b.ID, ticket.CallbackTelling{Result: ticket.CallbackNotSolved, Text: "又坏了，还是老样子"})
				return a.ID, b.ID
			},
			"not solved after his own word": func() (int64, int64) {
				a, b := w.confirmed(t, "CLN-02", 4), w.confirmed(t, "CLN-02", 4)
				back(a.ID)
				call(b.ID, ticket.CallbackTelling{Result: ticket.CallbackNotSolved, Text: "又坏了，还是老样子"})
				return a.ID, b.ID
			},
			"stars for what he had confirmed": func() (int64, int64) {
				a, b := w.confirmed(t, "CLN-02", 0), w.confirmed(t, "CLN-02", 0)
				w.clock.Advance(time.Hour)
				call(b.ID, ticket.CallbackTelling{Result: ticket.CallbackSolved, Level: 2})
				return a.ID, b.ID
			},
		} {
			own, called := pair()
			if a, b := read(own), read(called); !slices.Equal(a, b) {
				t.Errorf("%s: his own answer reads\n%q, the callback\n%q", what, a, b)
			}
		}
	})
}

// TestHisOwnWordStands: after an office has told "solved" the reporter can still send it back, also from a phone that was offline when
// it was told.
func TestHisOwnWordStands(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		view := w.file(t, w.Resident, w.filing("CLN-02"))
		w.silent(t, view)
		if _, err := w.tells(t, w.StationStaff, w.drawn(t, view.ID).ID, ticket.CallbackTelling{Result: ticket.CallbackSolved}); err != nil {
			t.Fatal(err)
		}
		back := ticket.Answer{ClientID: clientID(), Closing: 1, Text: "没有人打过电话，没修好"}
		filed, err := w.store.SendBackTicket(t.Context(), w.Resident, view.ID, back, nil)
		if err != nil || filed.Ticket.State != ticket.InProgress || w.outcome(t, view.ID).Outcome != ticket.OutcomeSentBack {
			t.Fatalf("%s (%v)", filed.Ticket.State, err)
		}
		verified(t, w)
	})
}

// TestACallAndAnAnswerAtOnce: the line of a call begins where the ticket stands, though the reporter answers at the same moment.
func TestACallAndAnAnswerAtOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for range 12 {
			view := w.file(t, w.Resident, w.filing("CLN-02"))
			w.silent(t, view)
			id := w.drawn(t, view.ID).ID
			var both sync.WaitGroup
			both.Go(func() {
				_, err := w.store.CallbackContact(t.Context(), w.StationStaff, id)
				if code := models.CodeOf(err); err != nil && code != "callback.overtaken" {
					t.Error(err)
				}
			})
			both.Go(func() {
				if _, err := w.store.ConfirmTicket(t.Context(), w.Resident, view.ID, ticket.Answer{ClientID: clientID(), Closing: 1}); err != nil {
					t.Error(err)
				}
			})
			both.Wait()
		}
		verified(t, w)
	})
}
