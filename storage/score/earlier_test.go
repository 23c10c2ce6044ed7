package score

import (
	"testing"
	"time"

	"linli/models/people"
	"linli/models/score"
	"linli/models/ticket"
	"linli/storage"
	"linli/storage/storagetest"
	tickets "linli/storage/ticket"
)

// A month that was published stays what it was: whatever the reporter says of a closing later, the score as of a moment before
// is made of what was known then.
func TestALaterAnswerLeavesPublishedMonthsAlone(t *testing.T) {
	clock := &storagetest.Clock{}
	storagetest.EachAt(t, clock.Now, func(t *testing.T, db *storage.DB) {
		clock.At = noon
		w := &world{t: t, db: db, store: New(db)}
		for _, seed := range []func(storage.Tx) error{SeedRuleset, settle, storage.SeedCalendar, tickets.SeedCatalogue, tickets.SeedCallbackRules} {
			w.write(seed)
		}
		w.insert(&people.Account{ID: officer.AccountID, Phone: "13800000901", Name: "乙", Locale: "zh-CN", CreatedAt: noon, UpdatedAt: noon})
		keep := tickets.New(db, noPhotos{}, []byte("0123456789abcdef0123456789abcdef"))
		must := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		w.history(1, operator1)
		var all []ticket.Ticket
		for range 4 {
			all = append(all, w.awaits(noon))
		}
		confirmed, silent, takenBack, untouched := all[0], all[1], all[2], all[3]
		says := func(solved bool, one ticket.Ticket) {
			t.Helper()
			answer := ticket.Answer{ClientID: w.clientID(), Closing: 1, Text: "还是漏水"}
			if solved {
				_, err := keep.ConfirmTicket(t.Context(), resident, one.ID, answer)
				must(err)
				return
			}
			_, err := keep.SendBackTicket(t.Context(), resident, one.ID, answer, nil)
			must(err)
		}

		clock.Advance(12 * time.Hour)
		says(true, confirmed)
		says(true, untouched)
		clock.Advance(7 * 24 * time.Hour)
		closed, err := keep.CloseSilent(t.Context(), 10)
		if must(err); closed != 2 {
			t.Fatalf("%d closed by silence", closed)
		}
		clock.Advance(36 * time.Hour) // noon of 1 December: the month is over
		published := map[time.Time]int64{}
		for at := noon; !at.After(clock.Now()); at = at.Add(6 * time.Hour) {
			published[at] = w.scoreAsOf(at)
		}
		month, before := w.trendOf("2026-11"), w.scoreAsOf(clock.Now())

		clock.Advance(time.Hour)
		says(true, silent)
		says(false, takenBack)
		w.calledBack(keep, confirmed, clock.Now())
		for at, was := range published {
			if is := w.scoreAsOf(at); is != was {
				t.Errorf("as of %s the score was %d and is %d", at.Format(time.DateTime), was, is)
			}
		}
		if is := w.trendOf("2026-11"); is != month {
			t.Errorf("November's end was %d and is %d", month, is)
		}
		if w.scoreAsOf(clock.Now()) == before {
			t.Error("control: the later answers move nothing")
		}
	})
}

// awaits inserts a ticket of the resident's that was done with a photo and waits for his answer.
func (w *world) awaits(at time.Time) ticket.Ticket {
	w.t.Helper()
	done := at.Add(10 * time.Hour)
	t := w.file(1, operator1, at, func(t *ticket.Ticket) {
		t.ReporterID, t.State, t.Closing, t.DoneAt = resident.AccountID, ticket.DonePendingConfirm, 1, &done
		t.NextStep, t.NextDue = ticket.NextConfirm, ptr(done.Add(7*24*time.Hour))
	})
	w.insert(&ticket.Closing{
		TicketID: t.ID, Closing: 1, AuthorID: 1, ClientID: w.clientID(), HandlingPartyID: operator1, Evidence: "normal", SaidAt: done, CompleteAt: &done,
		Outcome: ticket.OutcomePending,
	})
	return t
}

// calledBack lets the centre ask the reporter of a closed ticket, who says that it is not solved after all.
func (w *world) calledBack(keep *tickets.Store, t ticket.Ticket, now time.Time) {
	w.t.Helper()
	c := ticket.Callback{
		TicketID: t.ID, Closing: 1, Why: ticket.CallbackSample, Level: ticket.LevelCenter, CommunityID: community1, TownID: town, PartyID: operator1,
		DueAt: now, UntilAt: now.AddDate(0, 0, 14), State: ticket.CallbackOpen,
	}
	w.write(func(tx storage.Tx) error { // instead of one that the lot may have drawn
		if err := tx.DB().Delete(&ticket.Callback{}, "ticket_id = ?", t.ID).Error; err != nil {
			return err
		}
		return tx.DB().Create(&c).Error
	})
	_, err := keep.CallbackContact(w.t.Context(), officer, c.ID)
	if err == nil {
		_, err = keep.TellCallback(w.t.Context(), officer, c.ID, ticket.CallbackTelling{ClientID: w.clientID(), Result: ticket.CallbackNotSolved, Text: "又漏了"})
	}
	if err != nil {
		w.t.Fatal(err)
	}
}

// scoreAsOf is T of estate 1 in hundredths as it was known at a moment.
func (w *world) scoreAsOf(at time.Time) (points int64) {
	w.t.Helper()
	err := w.db.Read(w.t.Context(), func(tx storage.Tx) error {
		v, err := w.store.viewOf(tx, officer, 1)
		if err != nil {
			return err
		}
		sample, err := v.sampleAt(at)
		points = score.Hundredths(v.rules.Compute(sample).T)
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return points
}

// trendOf is the point of a month in the trend that everybody reads.
func (w *world) trendOf(month string) int64 {
	w.t.Helper()
	summary, err := w.store.EstateScore(w.t.Context(), resident, 1, false)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, point := range summary.Trend {
		if string(point.Month) == month {
			return point.T
		}
	}
	w.t.Fatalf("no point of %s in %+v", month, summary.Trend)
	return 0
}
