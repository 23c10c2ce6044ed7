package ticket_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"linli/models/place"
	"linli/models/ticket"
	"linli/storage"
)

// phones is a provider that remembers whom it called, and can fail.
type phones struct {
	sync.Mutex
	calls []string // phone
	ids   map[string]int
	texts []string
	fail  func(n int) error
}

func (p *phones) Send(_ context.Context, id, phone, text string) error {
	p.Lock()
	defer p.Unlock()
	if p.ids == nil {
		p.ids = map[string]int{}
	}
	if p.fail != nil {
		if err := p.fail(len(p.calls)); err != nil {
			return err
		}
	}
	p.ids[id]++
	p.calls, p.texts = append(p.calls, phone), append(p.texts, text)
	return nil
}

// night is 23:00 in Shanghai, a Wednesday.
var night = time.Date(2026, 11, 25, 15, 0, 0, 0, time.UTC)

func all(name, phone string, deputy bool) place.ShiftWish {
	return place.ShiftWish{Name: name, Title: "值班员", Phone: phone, Deputy: deputy, FromTime: "00:00", ToTime: "00:00"}
}

// chainWorld is the small county with rosters and a way to call.
func (w *world) chain(t *testing.T) *phones {
	t.Helper()
	w.clock.At = night
	w.keepRoster(t, w.Operator.ID, all(dutyName, "0379-67900001", false), all("副手", "0379-67900002", true))
	w.keepRoster(t, w.Station.ID, all("站上", "0379-67900003", false))
	p := &phones{}
	w.store = w.store.WithCalls(p)
	return p
}

func (w *world) call(t *testing.T) {
	t.Helper()
	if _, err := w.store.CallDue(t.Context(), 100); err != nil {
		t.Fatal(err)
	}
	if _, err := w.store.DeliverCalls(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// callLines are the steps of the chain as somebody reads them on the ticket's page.
func callLines(view ticket.View) (lines []string) {
	for _, item := range view.Timeline {
		if item.Action == string(ticket.Call) {
			lines = append(lines, fmt.Sprint(item.Params["who"], " ", item.Params["by"], " ", item.ActorName))
		}
	}
	return lines
}

// At night nobody takes an emergency: minute by minute the chain calls one after the other, each once, and the reporter reads
// each step.
func TestAnEmergencyThatNobodyTakesIsCalledFor(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p := w.chain(t)
		view := w.file(t, w.Resident, w.filing("SAFE-05"))
		w.file(t, w.Resident, w.filing("REP-01")) // nobody is called for a lamp
		w.file(t, w.Resident, w.filing("UTIL-03"))
		want := []string{"0379-67900001", "0379-67900002", "0379-67900003", "0379-67900000", "0379-67900000"} // the town and the centre: their posted number
		for minute := 0; minute <= 60; minute++ {
			w.clock.At = night.Add(time.Duration(minute) * time.Minute)
			w.call(t)
			w.call(t)
			n := map[bool]int{minute >= 2: 1}[true] + map[bool]int{minute >= 5: 1}[true] + map[bool]int{minute >= 10: 1}[true] + map[bool]int{minute >= 15: 1}[true] + map[bool]int{minute >= 25: 1}[true]
			if !slices.Equal(p.calls, want[:n]) {
				t.Fatalf("after %d minutes: %v, want %v", minute, p.calls, want[:n])
			}
		}
		seen, err := w.store.Ticket(t.Context(), w.Resident, view.ID)
		if err != nil {
			t.Fatal(err)
		}
		lines := []string{"duty roster 安泰物业", "deputy roster 安泰物业", "station roster 试验社区物业服务站", "town posted 试验镇", "center posted 县物业管理中心"}
		if got := callLines(seen); !slices.Equal(got, lines) {
			t.Errorf("the reporter reads %v", got)
		}
		for id, n := range p.ids {
			if n != 1 {
				t.Errorf("%s called %d times", id, n)
			}
		}
	})
}

func TestWhoeverTakesItStopsTheChain(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p := w.chain(t)
		view := w.file(t, w.Resident, w.filing("SAFE-05"))
		w.clock.Advance(3 * time.Minute)
		w.call(t)
		// A call that was ordered and not made yet is not made any more, either.
		w.clock.Advance(3 * time.Minute)
		if n, err := w.store.CallDue(t.Context(), 100); err != nil || n != 1 {
			t.Fatalf("%d, %v", n, err)
		}
		w.move(t, w.Staff, view.ID, ticket.Acknowledge, "")
		for range 60 {
			w.clock.Advance(time.Minute)
			w.call(t)
		}
		if len(p.calls) != 1 {
			t.Errorf("called %v", p.calls)
		}
		if waiting := w.waitingCalls(t); waiting != 0 {
			t.Errorf("%d calls wait for ever", waiting)
		}
	})
}

func (w *world) waitingCalls(t *testing.T) (n int64) {
	t.Helper()
	w.read(t, func(tx storage.Tx) error {
		return tx.DB().Table("outbox").Where("kind = 'call' AND done_at IS NULL").Count(&n).Error
	})
	return n
}

// Without a roster the posted number is called, and a rung with nobody on it is said and passed at once.
func TestNobodyOnTheRosterIsPassedOver(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p := w.chain(t)
		w.clock.At = night
		exec := func(sql string, values ...any) {
			t.Helper()
			if err := w.db.Write(t.Context(), func(tx storage.Tx) error { return tx.DB().Exec(sql, values...).Error }); err != nil {
				t.Fatal(err)
			}
		}
		exec("DELETE FROM duty_shifts")
		exec("UPDATE handling_parties SET phone24 = '' WHERE id = ?", w.Station.ID)
		view := w.file(t, w.Resident, w.filing("SAFE-05"))
		w.clock.At = night.Add(5 * time.Minute)
		w.call(t) // duty: the posted number; deputy: nobody else; station: nobody; town: at once
		want := []string{"duty posted 安泰物业", "deputy nobody 安泰物业", "station nobody 试验社区物业服务站", "town posted 试验镇"}
		seen, err := w.store.Ticket(t.Context(), w.Resident, view.ID)
		if err != nil || !slices.Equal(callLines(seen), want) || len(p.calls) != 2 {
			t.Errorf("%v, calls %v, %v", callLines(seen), p.calls, err)
		}
		// The station answers itself in the ownerless building: its rung is not a second one.
		own := w.file(t, w.Resident, ticket.Filing{ClientID: clientID(), Category: "SAFE-05", Text: "电线裸露", BuildingID: w.OwnerlessBuilding.ID})
		w.clock.Advance(30 * time.Minute)
		w.call(t)
		seen, err = w.store.Ticket(t.Context(), w.Officer, own.ID)
		if err != nil || !slices.Equal(callLines(seen), []string{"duty nobody 试验社区物业服务站", "deputy nobody 试验社区物业服务站", "town posted 试验镇", "center posted 县物业管理中心"}) {
			t.Errorf("%v, %v", callLines(seen), err)
		}
	})
}

// Four copies at once, two of them cut off again and again, with a provider that fails half of the time and one whose answers are lost:
// every rung of every matter has one line, and was called under one id.
func TestEachRungOnceWhateverDies(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p := w.chain(t)
		var mine []int64
		for range 12 {
			mine = append(mine, w.file(t, w.Resident, w.filing("SAFE-05")).ID)
		}
		w.clock.At = night.Add(26 * time.Minute)
		p.fail = func(n int) error {
			if n%2 == 1 && len(p.ids) < 30 {
				p.calls = append(p.calls, "lost")
				return errors.New("line busy")
			}
			return nil
		}
		var copies sync.WaitGroup
		for i := range 4 {
			copies.Go(func() {
				for round := range 6 {
					ctx := t.Context()
					if i < 2 {
						cut, cancel := context.WithTimeout(ctx, time.Duration(1+3*round)*time.Millisecond)
						defer cancel()
						ctx = cut
					}
					w.store.CallDue(ctx, 100)
					w.store.DeliverCalls(ctx)
				}
			})
		}
		copies.Wait()
		for range 40 {
			w.clock.Advance(5 * time.Second)
			w.call(t)
			if w.waitingCalls(t) == 0 {
				break
			}
		}
		for _, id := range mine {
			if said := w.lines(t, id); said["call"] != 5 {
				t.Errorf("ticket %d: %d steps, want 5", id, said["call"])
			}
		}
		if len(p.ids) != 5*len(mine) {
			t.Errorf("%d different calls, want %d; %d wait", len(p.ids), 5*len(mine), w.waitingCalls(t))
		}
	})
}

// A new party begins the chain anew; the old one's rungs do not count for it.
func TestTheChainBeginsAnewWithANewParty(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.chain(t)
		view := w.file(t, w.Resident, w.filing("SAFE-05"))
		w.clock.Advance(11 * time.Minute)
		w.call(t)
		if said := w.lines(t, view.ID); said["call"] != 3 {
			t.Fatalf("%v", said)
		}
		if _, err := w.store.ReturnTicket(t.Context(), w.Staff, view.ID, ticket.ReturnAsked{Reason: "不归我们", ProposedPartyID: w.Rival.ID}); err != nil {
			t.Fatal(err)
		}
		w.clock.Advance(11 * time.Minute)
		w.call(t)
		if said := w.lines(t, view.ID); said["call"] != 3 {
			t.Errorf("called while the dispatcher decides: %v", said)
		}
		if _, err := w.store.DecideReturn(t.Context(), w.Officer, view.ID, ticket.ReturnDecision{PartyID: w.Rival.ID}); err != nil {
			t.Fatal(err)
		}
		w.clock.Advance(3 * time.Minute)
		w.call(t)
		got, err := w.store.Ticket(t.Context(), w.Officer, view.ID)
		if lines := callLines(got); err != nil || len(lines) != 4 || lines[3] != "duty posted 和顺物业" {
			t.Errorf("%v, %v", lines, err)
		}
	})
}

// What is read out tells nobody who filed; the ledger and the page hold no number and no name of anybody on duty; and the ticket
// that the ledger tells is the one in the table.
func TestCallsTellNothingOfAnybody(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p := w.chain(t)
		f := w.filing("SAFE-08") // a report: who filed stays hidden
		f.Text, f.UnitID = "隔壁楼的小偷，我是赵桂兰，电话13912345678", w.Home.ID
		view := w.file(t, w.Resident, f)
		w.clock.Advance(30 * time.Minute)
		w.call(t)
		if len(p.texts) != 5 {
			t.Fatalf("%d calls", len(p.texts))
		}
		for _, text := range p.texts {
			beside := strings.ReplaceAll(text, view.Number, "") // its counter is drawn, and may hold any three digits
			for _, secret := range []string{"赵", "139", "小偷", w.Home.Name, dutyName} {
				if strings.Contains(beside, secret) {
					t.Errorf("%q is read out in %q", secret, text)
				}
			}
			if !strings.Contains(text, view.Number) || !strings.Contains(text, "安居苑") {
				t.Errorf("whoever hears %q does not know where to go", text)
			}
		}
		var told []storage.Told
		w.read(t, func(tx storage.Tx) (err error) {
			told, err = storage.History(tx, "ticket", view.ID)
			return err
		})
		var retelling ticket.Retelling
		for _, l := range told {
			if strings.Contains(l.Data+l.Note, "6790000") {
				t.Errorf("the ledger holds a number: %s", l.Data)
			}
			line := ticket.HistoryLine{Action: l.Action, From: l.FromState, To: l.ToState, At: l.At, PartyID: l.HandlingPartyID}
			if err := json.Unmarshal([]byte(l.Data), &line.Data); err != nil {
				t.Fatal(err)
			}
			if fault := retelling.Tell(line); fault != "" {
				t.Error(fault)
			}
		}
		var row ticket.Ticket
		w.read(t, func(tx storage.Tx) error { return tx.DB().Take(&row, "id = ?", view.ID).Error })
		if wrong := retelling.Differs(row, 0, 0); len(wrong) > 0 {
			t.Errorf("the ledger tells another ticket: %v", wrong)
		}
		// A new version would have told the party's people, who are about to take it, that it changed under their hands.
		if row.Version != view.Version {
			t.Errorf("the calls raised the version from %d to %d", view.Version, row.Version)
		}
		seen, err := w.store.Ticket(t.Context(), w.Staff, view.ID)
		whole, _ := json.Marshal(seen)
		if err != nil || strings.Contains(string(whole), "6790000") && !strings.Contains(string(whole), "0379-67900000") {
			t.Errorf("the party's page: %v", err)
		}
		for _, number := range []string{"67900001", "67900002", "67900003"} {
			if strings.Contains(string(whole), number) {
				t.Errorf("the party's page holds %s", number)
			}
		}
		var left int64
		w.read(t, func(tx storage.Tx) error {
			return tx.DB().Table("outbox").Where("kind = 'call' AND payload LIKE '%6790%'").Count(&left).Error
		})
		if left != 0 {
			t.Errorf("%d numbers stay in the outbox", left)
		}
	})
}
