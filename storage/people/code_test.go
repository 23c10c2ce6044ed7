package people

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"linli/models"
	"linli/models/people"
	"linli/storage"
)

func TestCodeLimitsByPhone(t *testing.T) {
	each(t, Options{}, func(w *world) {
		const phone = "13800000001"
		ask := func(address string) error { _, err := w.RequestCode(w.Context(), phone, address); return err }
		sent, address := 0, 0
		next := func() error { address++; return ask(fmt.Sprint("a", address)) }

		w.must(next())
		sent++
		w.pass(59 * time.Second)
		w.code(next(), "session.too_many_codes") // one in 60 s
		w.pass(time.Second)
		for range 4 {
			w.must(next())
			sent++
			w.pass(time.Minute)
		}
		err := next() // the sixth within the hour
		w.code(err, "session.too_many_codes")
		if e := err.(*models.Error); e.Kind != models.Limited || e.RetryAfter != 55*60 {
			w.Fatalf("wait %d s, want 3300", e.RetryAfter)
		}
		w.pass(time.Hour)
		for range 5 {
			w.must(next())
			sent++
			w.pass(time.Minute)
		}
		w.pass(time.Hour)
		w.code(next(), "session.too_many_codes") // the eleventh within the day
		w.pass(24 * time.Hour)
		w.must(next())
		if sent != 10 {
			w.Fatalf("sent %d, want 10", sent)
		}
	})
}

func TestCodeLimitsByAddressAndCounty(t *testing.T) {
	each(t, Options{CodesAnHour: 30}, func(w *world) {
		allowed := map[string]int{}
		for i := range 100 {
			for _, address := range []string{"192.0.2.7", "192.0.2.8", "192.0.2.9"} {
				_, err := w.RequestCode(w.Context(), fmt.Sprintf("139%04d%04d", i, len(allowed)), address)
				if err == nil {
					allowed[address]++
				} else {
					w.code(err, "session.too_many_codes")
				}
			}
		}
		total := 0
		for address, n := range allowed {
			total += n
			if n > 20 {
				w.Errorf("%s got %d codes, the limit is 20", address, n)
			}
		}
		if total != 30 {
			w.Errorf("the county sent %d, its budget is 30", total)
		}
		w.pass(time.Hour)
		for i := range 25 {
			_, err := w.RequestCode(w.Context(), fmt.Sprintf("1370000%04d", i), "192.0.2.10")
			if (err == nil) != (i < 20) {
				w.Fatalf("ask %d of one address: %v", i+1, err)
			}
		}
	})
}

// TestTenThousandAsksForCodes: a flood from a thousand numbers and as many addresses, none of which is over its own
// limit for long, costs the county its budget of an hour and no text more. On Postgres two thousand show the same.
func TestTenThousandAsksForCodes(t *testing.T) {
	const budget = 500
	each(t, Options{CodesAnHour: budget}, func(w *world) {
		granted, rounds := int64(0), 10
		if strings.Contains(w.Name(), "postgres") {
			rounds = 2
		}
		for round := range rounds {
			for number := range 1000 {
				_, err := w.RequestCode(w.Context(), fmt.Sprintf("1360000%04d", number), fmt.Sprintf("198.51.%d.%d", number%250, round))
				if err == nil {
					granted++
				} else {
					w.code(err, "session.too_many_codes")
				}
			}
			w.pass(5 * time.Minute)
		}
		var texts int64
		w.must(w.db.Read(w.Context(), func(tx storage.Tx) error {
			return tx.DB().Table("outbox").Where("kind = ?", smsKind).Count(&texts).Error
		}))
		if granted != budget || texts != granted {
			w.Errorf("%d granted, %d texts, the budget is %d", granted, texts, budget)
		}
	})
}

func TestCodeLimitHoldsInParallel(t *testing.T) {
	each(t, Options{}, func(w *world) {
		var wg sync.WaitGroup
		var got atomic.Int64
		for range 20 {
			wg.Go(func() {
				if _, err := w.RequestCode(w.Context(), "13800000002", "192.0.2.1"); err == nil {
					got.Add(1)
				}
			})
		}
		wg.Wait()
		if got.Load() != 1 {
			w.Fatalf("%d of 20 parallel requests got a code, want 1", got.Load())
		}
	})
}

func TestCodeBruteForce(t *testing.T) {
	each(t, Options{}, func(w *world) {
		request, code := w.text("13800000003")
		wrong := "000000"
		if code == wrong {
			wrong = "000001"
		}
		try := func(code string) error {
			_, err := w.SignInByCode(w.Context(), people.ByCode{RequestID: request, Code: code, Address: "192.0.2.2"})
			return err
		}
		for left := 4; left >= 0; left-- {
			err := try(wrong)
			w.code(err, "session.code_wrong")
			if got := err.(*models.Error).Params["tries_left"]; got != int64(left) {
				w.Fatalf("tries left %v, want %d", got, left)
			}
		}
		w.code(try(code), "session.code_expired") // the right one, too late
	})
}

func TestCodeIsBoundToItsRequestUsedOnceAndExpires(t *testing.T) {
	each(t, Options{}, func(w *world) {
		first, firstCode := w.text("13800000004")
		other, _ := w.text("13800000005")
		try := func(request, code string) error {
			_, err := w.SignInByCode(w.Context(), people.ByCode{RequestID: request, Code: code, Address: "192.0.2.3"})
			return err
		}
		if err := try(other, firstCode); models.CodeOf(err) != "session.code_wrong" {
			w.Fatalf("the code of another request: %v", err)
		}
		w.code(try("no-such-request", firstCode), "session.code_expired")
		w.must(try(first, firstCode))
		w.code(try(first, firstCode), "session.code_expired")

		w.pass(time.Hour)
		late, lateCode := w.text("13800000004")
		w.pass(people.CodeLife)
		w.code(try(late, lateCode), "session.code_expired")
	})
}

// The answer for a number with an account must not differ from that for one without.
func TestCodesDoNotTellWhoHasAnAccount(t *testing.T) {
	each(t, Options{}, func(w *world) {
		w.open("13800000006")
		w.pass(2 * time.Minute)
		shape := func(phone string) string {
			view, err := w.RequestCode(w.Context(), phone, "192.0.2.4")
			w.must(err)
			view.RequestID = strings.Repeat("x", len(view.RequestID))
			b, err := json.Marshal(view)
			w.must(err)
			return string(b)
		}
		known, unknown := shape("13800000006"), shape("13800000007")
		if known != unknown {
			w.Fatalf("known %s, unknown %s", known, unknown)
		}
		_, a := w.RequestCode(w.Context(), "13800000006", "192.0.2.4")
		_, b := w.RequestCode(w.Context(), "13800000007", "192.0.2.4")
		if a.Error() != b.Error() || a.(*models.Error).RetryAfter != b.(*models.Error).RetryAfter {
			w.Fatalf("limited: known %v, unknown %v", a, b)
		}
	})
}

func TestCodesAndPhonesAreNotReadableInTheTables(t *testing.T) {
	each(t, Options{}, func(w *world) {
		_, code := w.text("13800000008")
		w.must(w.db.Read(w.Context(), func(tx storage.Tx) error {
			var row signInCode
			w.must(tx.DB().Take(&row).Error)
			stranger := &Store{key: []byte("another installation's key, 32 b.")}
			if row.CodeHash != w.codeHash(row, code) || row.CodeHash == stranger.codeHash(row, code) {
				w.Error("who reads the row can find the code by trying a million")
			}
			var keys, payloads []string
			w.must(tx.DB().Table("rate_limits").Pluck("key", &keys).Error)
			w.must(tx.DB().Table("outbox").Pluck("payload", &payloads).Error)
			if len(keys) == 0 || len(payloads) != 1 {
				w.Errorf("%d counters, %d messages", len(keys), len(payloads))
			}
			if strings.Contains(strings.Join(append(keys, payloads...), " "), "13800000008") {
				w.Error("a phone number is left in the counters or in a delivered message")
			}
			return nil
		}))
		w.pass(25 * time.Hour)
		w.must(w.Sweep(w.Context()))
		for _, table := range []string{"rate_limits", "sign_in_codes"} {
			var n int64
			w.must(w.db.Read(w.Context(), func(tx storage.Tx) error { return tx.DB().Table(table).Count(&n).Error }))
			if n != 0 {
				w.Errorf("%s keeps %d rows after a day", table, n)
			}
		}
	})
}

func TestDeliverSMS(t *testing.T) {
	each(t, Options{}, func(w *world) {
		_, err := w.RequestCode(w.Context(), "13800000009", "192.0.2.1")
		w.must(err)
		select {
		case <-w.Posted():
		default:
			w.Error("nobody was told that a message waits")
		}
		w.phone.down = true
		sent, err := w.DeliverSMS(w.Context())
		if err != nil || sent != 0 {
			w.Fatalf("sent %d, %v", sent, err)
		}
		w.phone.down = false
		if sent, _ = w.DeliverSMS(w.Context()); sent != 0 {
			w.Fatal("tried again without waiting")
		}
		w.pass(6 * time.Second)
		var wg sync.WaitGroup
		for range 5 {
			wg.Go(func() { w.DeliverSMS(w.Context()) })
		}
		wg.Wait()
		if n := w.phone.count(); n != 1 {
			w.Fatalf("%d messages arrived, want 1", n)
		}

		_, err = w.RequestCode(w.Context(), "13800000010", "192.0.2.1")
		w.must(err)
		w.pass(6 * time.Minute)
		if sent, err = w.DeliverSMS(w.Context()); sent != 0 || err != nil {
			w.Fatalf("an expired code was sent: %d, %v", sent, err)
		}
		var waiting int64
		w.must(w.db.Read(w.Context(), func(tx storage.Tx) error {
			return tx.DB().Table("outbox").Where("done_at IS NULL OR payload <> '{}'").Count(&waiting).Error
		}))
		if waiting != 0 {
			w.Errorf("%d messages are left over", waiting)
		}
	})
}

func TestNoCodesWithoutAProvider(t *testing.T) {
	store, err := New(nil, Options{Key: testKey})
	if err != nil {
		t.Fatal(err)
	}
	if _, err = store.RequestCode(t.Context(), "13800000001", ""); models.CodeOf(err) != "session.no_sms" {
		t.Fatal(err)
	}
	if _, err = New(nil, Options{Key: testKey[:31]}); err == nil {
		t.Error("a short key was taken")
	}
	if _, err = New(nil, Options{Key: testKey, SMS: &LogSMS{}}); err == nil {
		t.Error("codes may go to the log outside the demo")
	}
}

// TestDemoMessageIsOneLine: whoever tries the demo finds his code at a glance, and no whole number stands beside it.
func TestDemoMessageIsOneLine(t *testing.T) {
	var out strings.Builder
	if err := (&LogSMS{Out: &out}).Send(t.Context(), "", "13800000001", "验证码 246810"); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	if len(lines) != 1 || !strings.HasPrefix(lines[0], ">>> ") || !strings.HasSuffix(lines[0], "验证码 246810") || strings.Contains(lines[0], "13800000001") {
		t.Errorf("%q", lines)
	}
}
