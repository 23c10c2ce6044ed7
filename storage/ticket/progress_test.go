package ticket_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"linli/models"
	"linli/models/ticket"
)

const wrongCode = "AAAAAAAA"

func (w *world) progress(t *testing.T, number, code, address string) (ticket.ProgressView, error) {
	t.Helper()
	return w.store.TicketProgress(t.Context(), ticket.ProgressAsked{Number: number, QueryCode: code}, address)
}

// Number and code open the ticket however they are typed; an unknown number, a number that is none and a wrong code are
// one and the same refusal.
func TestNumberAndQueryCodeOpenTheProgress(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		filed := w.file(t, w.Resident, w.filing("REP-01"))
		other := w.file(t, w.Resident, w.filing("REP-03"))
		w.clock.Advance(time.Hour)
		w.move(t, w.Staff, filed.ID, ticket.Acknowledge, "")
		for i := range 2 * ticket.ProgressByNumber { // what succeeds is no failed try
			view, err := w.progress(t, " "+strings.ReplaceAll(filed.Number, "-", ""), strings.ToLower(filed.QueryCode[:4])+"　"+filed.QueryCode[4:], "10.0.0.1")
			if err != nil || view.Number != filed.Number || view.State != ticket.Acknowledged || view.HandlingPartyName != w.Operator.Name || len(view.Steps) != 3 {
				t.Fatalf("try %d: %v, %+v", i, err, view)
			}
		}
		last := "0"
		if strings.HasSuffix(filed.Number, last) {
			last = "1"
		}
		for what, asked := range map[string]struct {
			number, code string
			isNumber     bool
		}{
			"wrong code":          {filed.Number, wrongCode, true},
			"no code":             {filed.Number, "", true},
			"half a code":         {filed.Number, filed.QueryCode[:7], true},
			"code of another one": {filed.Number, other.QueryCode, true},
			"unknown number":      {ticket.Number("2026-09-02", "000", 9), filed.QueryCode, true},
			"wrong check digit":   {filed.Number[:len(filed.Number)-1] + last, filed.QueryCode, false},
			"something else":      {"' OR 1=1 --", filed.QueryCode, false},
			"no number":           {"", filed.QueryCode, false},
		} {
			if _, ok := ticket.ReadNumber(asked.number); ok != asked.isNumber {
				t.Errorf("%s: %q is a number: %v", what, asked.number, ok)
			}
			view, err := w.progress(t, asked.number, asked.code, what)
			if models.KindOf(err) != models.NotFound || models.CodeOf(err) != "progress.not_found" || view.Number != "" {
				t.Errorf("%s: %v, %+v", what, err, view)
			}
		}
	})
}

// Five wrong codes an hour for a number, from wherever and at once; then the right one waits, too. Another number is open.
func TestWrongCodesAreCountedByNumber(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		filed, other := w.file(t, w.Resident, w.filing("REP-01")), w.file(t, w.Resident, w.filing("REP-03"))
		for what, number := range map[string]string{"known": filed.Number, "unknown": ticket.Number("2026-09-02", "000", 9)} {
			var wrong, limited atomic.Int64
			var all sync.WaitGroup
			for i := range 40 {
				all.Go(func() {
					_, err := w.progress(t, number, wrongCode, fmt.Sprintf("%s/%d", what, i))
					switch {
					case models.KindOf(err) == models.NotFound:
						wrong.Add(1)
					case models.KindOf(err) == models.Limited && models.CodeOf(err) == "progress.too_many_tries" && retryAfter(err) > 0:
						limited.Add(1)
					default:
						t.Errorf("%s: %v", what, err)
					}
				})
			}
			all.Wait()
			if wrong.Load() != ticket.ProgressByNumber || limited.Load() != 40-ticket.ProgressByNumber {
				t.Errorf("%s number: %d tries were compared, %d refused", what, wrong.Load(), limited.Load())
			}
		}
		if _, err := w.progress(t, filed.Number, filed.QueryCode, "elsewhere"); models.KindOf(err) != models.Limited {
			t.Errorf("the right code: %v", err)
		}
		if _, err := w.progress(t, other.Number, other.QueryCode, "elsewhere"); err != nil {
			t.Errorf("another number: %v", err)
		}
		w.clock.Advance(ticket.ProgressWindow)
		if _, err := w.progress(t, filed.Number, filed.QueryCode, "elsewhere"); err != nil {
			t.Errorf("an hour later: %v", err)
		}
	})
}

func retryAfter(err error) int {
	var refused *models.Error
	if !errors.As(err, &refused) {
		return 0
	}
	return refused.RetryAfter
}

// One address tries many numbers: it is stopped, its neighbours are not.
func TestWrongCodesAreCountedByAddress(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		filed := w.file(t, w.Resident, w.filing("REP-01"))
		for i := range int64(ticket.ProgressByAddress) {
			if _, err := w.progress(t, ticket.Number("2026-09-02", "000", 100+i), wrongCode, "10.0.0.9"); models.KindOf(err) != models.NotFound {
				t.Fatalf("try %d: %v", i, err)
			}
		}
		if _, err := w.progress(t, filed.Number, filed.QueryCode, "10.0.0.9"); models.KindOf(err) != models.Limited {
			t.Errorf("the try after: %v", err)
		}
		if _, err := w.progress(t, filed.Number, filed.QueryCode, "10.0.0.8"); err != nil {
			t.Errorf("from elsewhere: %v", err)
		}
	})
}

// The progress of a complaint and of a report says nothing of who filed and nothing that anybody wrote, and no step that
// the party complained of does not see.
func TestTheProgressTellsOfNobody(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for _, category := range []string{"CLN-02", "LAW-01"} {
			f := w.filing(category)
			f.UnitID, f.Text = w.Home.ID, "我是赵桂兰，电话13803790001，金丝雀"
			filed := w.file(t, w.Resident, f)
			w.say(t, w.Resident, filed.ID, "我家是"+w.Home.Name+"，13803790001")
			w.clock.Advance(30 * time.Minute)
			w.move(t, w.Staff, filed.ID, ticket.Acknowledge, "")
			w.say(t, w.Staff, filed.ID, "金丝雀：明天去看")
			w.move(t, w.Staff, filed.ID, ticket.Start, "")
			w.move(t, w.Staff, filed.ID, ticket.Progress, "金丝雀：正在处理")
			view, err := w.progress(t, filed.Number, filed.QueryCode, "10.0.0.1")
			if err != nil {
				t.Fatal(err)
			}
			secrets := []string{"赵桂兰", "1380379", "金丝雀", w.Building.Name + `"`, filed.QueryCode, f.ClientID, `:00Z`, "04:", "resident", "reporter"}
			for _, secret := range secrets {
				if text := asJSON(t, view); strings.Contains(text, secret) {
					t.Errorf("%s: the progress tells %q: %s", category, secret, text)
				}
			}
			seen, err := w.store.Ticket(t.Context(), w.Staff, filed.ID)
			if err != nil {
				t.Fatal(err)
			}
			theirs := map[string]bool{}
			for _, item := range seen.Timeline {
				theirs[item.Action+string(item.On)+item.PartyName] = true
			}
			for _, step := range view.Steps {
				if !theirs[string(step.Action)+string(step.On)+step.PartyName] {
					t.Errorf("%s: the party does not see %+v", category, step)
				}
			}
			if len(view.Steps) != 5 {
				t.Errorf("%s: %+v", category, view.Steps)
			}
			// Control: the reporter's own look holds them.
			whole, err := w.store.Ticket(t.Context(), w.Resident, filed.ID)
			if err != nil {
				t.Fatal(err)
			}
			for _, secret := range secrets {
				if !strings.Contains(asJSON(t, whole), secret) {
					t.Errorf("%s: %q would not be found", category, secret)
				}
			}
		}
	})
}
