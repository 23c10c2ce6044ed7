package people

import (
	"strings"
	"sync"
	"testing"
	"time"

	"linli/models"
	"linli/models/people"
	"linli/storage"
)

const goodPassword = "雪地里的梅花开得真好"

// withPassword makes an account that can sign in by password, and signs it in by code first.
func (w *world) withPassword(phone string) people.SignedIn {
	w.Helper()
	signed := w.open(phone)
	a := models.Actor{AccountID: signed.Account.ID, SessionID: signed.SessionID}
	w.firstPassword(a, phone)
	return signed
}

// firstPassword sets a password where there was none, with a code from the person's phone.
func (w *world) firstPassword(a models.Actor, phone string) {
	w.Helper()
	request, code := w.text(phone)
	w.must(w.SetPassword(w.Context(), a, people.Proof{RequestID: request, Code: code}, goodPassword))
	w.write(func(tx storage.Tx) error { return tx.DB().Exec("DELETE FROM rate_limits").Error })
}

func (w *world) password(phone, password, address string) error {
	_, err := w.SignInByPassword(w.Context(), people.ByPassword{Phone: phone, Password: password, Device: "desk", Address: address})
	return err
}

func TestFirstSignInMakesTheAccount(t *testing.T) {
	each(t, Options{}, func(w *world) {
		signed := w.open("13800000001")
		if signed.Account.PhoneMasked != "138****0001" || signed.Account.HasPassword || signed.Account.Locale != people.Chinese {
			w.Fatalf("%+v", signed.Account)
		}
		if again := w.open("13800000001"); again.Account.ID != signed.Account.ID || again.SessionID == signed.SessionID {
			w.Fatalf("the second sign-in: %+v", again)
		}
		if got := signed.RefreshUntil.Sub(w.now()); got != people.ResidentSession {
			w.Errorf("a resident's session lives %v", got)
		}
		if n := w.ledger("account", "create"); n != 1 {
			w.Errorf("%d accounts in the ledger", n)
		}
		if n := w.ledger("session", "start"); n != 2 {
			w.Errorf("%d sessions in the ledger", n)
		}
		w.must(w.db.Read(w.Context(), func(tx storage.Tx) error {
			var data []string
			err := tx.DB().Table("ledger").Pluck("data", &data).Error
			if strings.Contains(strings.Join(data, " "), "1380000") {
				w.Error("a phone number stands in the ledger")
			}
			return err
		}))
	})
}

func TestPasswordLockOut(t *testing.T) {
	each(t, Options{}, func(w *world) {
		w.withPassword("13800000002")
		w.must(w.password("13800000002", goodPassword, "192.0.2.1"))
		for range 5 {
			w.code(w.password("13800000002", "wrong password", "192.0.2.1"), "session.password_wrong")
		}
		err := w.password("13800000002", goodPassword, "192.0.2.99")
		w.code(err, "session.too_many_tries")
		if wait := err.(*models.Error).RetryAfter; wait != 15*60 {
			w.Errorf("wait %d s, want 900", wait)
		}
		w.pass(15 * time.Minute)
		w.must(w.password("13800000002", goodPassword, "192.0.2.1"))
		for range 4 {
			w.code(w.password("13800000002", "wrong password", "192.0.2.1"), "session.password_wrong")
		}
		w.must(w.password("13800000002", goodPassword, "192.0.2.1")) // a success forgets the failures
		w.code(w.password("13800000002", "wrong password", "192.0.2.1"), "session.password_wrong")
	})
}

func TestSignInLimitByAddress(t *testing.T) {
	each(t, Options{}, func(w *world) {
		w.withPassword("13800000003")
		for i := range 30 {
			phone := "1390000" + string(rune('0'+i/10)) + "00" + string(rune('0'+i%10))
			w.code(w.password(phone, "wrong password", "192.0.2.5"), "session.password_wrong")
		}
		w.code(w.password("13800000003", goodPassword, "192.0.2.5"), "session.too_many_tries")
		w.must(w.password("13800000003", goodPassword, "192.0.2.6"))
		_, err := w.SignInByCode(w.Context(), people.ByCode{RequestID: "x", Code: "123456", Address: "192.0.2.5"})
		w.code(err, "session.too_many_tries")
	})
}

func TestPasswordLockOutHoldsInParallel(t *testing.T) {
	each(t, Options{}, func(w *world) {
		w.withPassword("13800000004")
		var mu sync.Mutex
		var wg sync.WaitGroup
		codes := map[string]int{}
		for range 12 {
			wg.Go(func() {
				err := w.password("13800000004", "wrong password", "192.0.2.1")
				mu.Lock()
				codes[models.CodeOf(err)]++
				mu.Unlock()
			})
		}
		wg.Wait()
		if codes["session.password_wrong"] != 5 || codes["session.too_many_tries"] != 7 {
			w.Fatalf("%v: want 5 compared and 7 refused", codes)
		}
	})
}

// Whoever tries a password must not learn whether the number has an account, by words or by the work done.
func TestPasswordsDoNotTellWhoHasAnAccount(t *testing.T) {
	each(t, Options{}, func(w *world) {
		w.withPassword("13800000005")
		w.open("13800000006") // an account without a password
		told := map[string]bool{}
		for _, phone := range []string{"13800000005", "13800000006", "13800000007"} {
			err := w.password(phone, "wrong password", "192.0.2.1").(*models.Error)
			told[string(err.Kind)+err.Code+err.Field] = true
		}
		if len(told) != 1 {
			w.Fatalf("three kinds of account get %d answers: %v", len(told), told)
		}
	})
	if !strings.HasPrefix(decoy(), "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Error("the decoy costs another amount of work")
	}
	if matches("", "nobody has this password") {
		t.Error("the decoy's own password opens an account without one")
	}
	if hash := HashPassword("a"); !matches(hash, "a") || matches(hash, "b") {
		t.Error("hashes do not tell passwords apart")
	}
}

func TestRefreshRotatesAndReplays(t *testing.T) {
	each(t, Options{}, func(w *world) {
		first := w.open("13800000008").RefreshToken
		w.pass(time.Minute)
		second, err := w.Refresh(w.Context(), first)
		w.must(err)
		if second.RefreshToken == first {
			w.Fatal("the token did not change")
		}
		w.pass(people.RefreshGrace)
		again, err := w.Refresh(w.Context(), first)
		w.must(err)
		if again.RefreshToken != second.RefreshToken {
			w.Fatal("the same token within thirty seconds got another successor")
		}
		w.pass(time.Microsecond)
		_, err = w.Refresh(w.Context(), first)
		w.code(err, "session.reused")
		_, err = w.Refresh(w.Context(), second.RefreshToken)
		w.code(err, "session.expired") // the whole session is gone
		if n := w.ledger("session", "end"); n != 1 {
			w.Errorf("%d ends in the ledger, want 1", n)
		}
		_, err = w.LoadActor(w.Context(), second.Account.ID, second.SessionID)
		w.code(err, "session.expired")
	})
}

func TestRefreshKnowsATokenOfLongAgo(t *testing.T) {
	each(t, Options{}, func(w *world) {
		first := w.open("13800000009").RefreshToken
		second, err := w.Refresh(w.Context(), first)
		w.must(err)
		third, err := w.Refresh(w.Context(), second.RefreshToken)
		w.must(err)
		_, err = w.Refresh(w.Context(), first) // two steps back: even within the thirty seconds it is a copy
		w.code(err, "session.reused")
		_, err = w.Refresh(w.Context(), third.RefreshToken)
		w.code(err, "session.expired")
	})
}

func TestRefreshOfTwoTabsAtOnce(t *testing.T) {
	each(t, Options{}, func(w *world) {
		first := w.open("13800000010").RefreshToken
		var mu sync.Mutex
		var wg sync.WaitGroup
		got := map[string]int{}
		for range 8 {
			wg.Go(func() {
				signed, err := w.Refresh(w.Context(), first)
				mu.Lock()
				defer mu.Unlock()
				got[signed.RefreshToken]++
				if err != nil {
					w.Error(err)
				}
			})
		}
		wg.Wait()
		if len(got) != 1 {
			w.Fatalf("%d different successors, want 1", len(got))
		}
	})
}

func TestRefreshRefusesWhatIsNotOurs(t *testing.T) {
	each(t, Options{}, func(w *world) {
		signed := w.open("13800000011")
		token := signed.RefreshToken
		forged := (&Store{key: []byte("another installation's key, 32 b.")}).newRefreshToken(signed.SessionID)
		for name, bad := range map[string]string{
			"empty": "", "noise": "abc", "cut": token[:len(token)-1], "longer": token + "A", "forged": forged,
			"changed": token[:20] + "AAAA" + token[24:], "long": strings.Repeat("A", 1<<16),
		} {
			if _, err := w.Refresh(w.Context(), bad); models.CodeOf(err) != "session.expired" {
				w.Errorf("%s: %v", name, err)
			}
		}
		_, err := w.Refresh(w.Context(), token) // a stranger's noise does not end the session
		w.must(err)
	})
}

func TestTokensAreNotInTheDatabase(t *testing.T) {
	each(t, Options{}, func(w *world) {
		first := w.open("13800000012").RefreshToken
		second, err := w.Refresh(w.Context(), first)
		w.must(err)
		w.must(w.db.Read(w.Context(), func(tx storage.Tx) error {
			var row session
			w.must(tx.DB().Take(&row).Error)
			for _, kept := range []string{row.RefreshHash, row.PreviousHash, row.SuccessorSealed} {
				if kept == "" || strings.Contains(kept, first) || strings.Contains(kept, second.RefreshToken) {
					w.Errorf("the row shows a token: %q", kept)
				}
			}
			if _, err := unseal(second.RefreshToken, row.SuccessorSealed); err == nil {
				w.Error("the sealed successor opens with another token than the one it replaced")
			}
			return nil
		}))
	})
}

func TestSessionAges(t *testing.T) {
	each(t, Options{}, func(w *world) {
		resident := w.open("13800000013")
		w.person("13800000014", models.StationStaff, models.ScopeCommunity, w.community)
		desk := w.open("13800000014")
		w.pass(people.StaffSession - time.Second)
		desk, err := w.Refresh(w.Context(), desk.RefreshToken)
		w.must(err)
		w.pass(people.StaffSession - time.Second)
		desk, err = w.Refresh(w.Context(), desk.RefreshToken) // sliding
		w.must(err)
		w.pass(people.StaffSession)
		_, err = w.Refresh(w.Context(), desk.RefreshToken)
		w.code(err, "session.expired")
		_, err = w.LoadActor(w.Context(), desk.Account.ID, desk.SessionID)
		w.code(err, "session.expired")

		w.pass(179*24*time.Hour - 36*time.Hour)
		resident, err = w.Refresh(w.Context(), resident.RefreshToken)
		w.must(err)
		w.pass(people.ResidentSession)
		_, err = w.Refresh(w.Context(), resident.RefreshToken)
		w.code(err, "session.expired")
	})
}

func TestAppointmentShortensSessions(t *testing.T) {
	each(t, Options{}, func(w *world) {
		home := w.open("13800000015")
		centre := w.person("13800000016", models.CenterOfficer, models.ScopeCounty, w.county)
		_, err := w.Appoint(w.Context(), centre, people.Appointment{Phone: "13800000015", Name: "李四", Role: models.StationStaff, ScopeKind: models.ScopeCommunity, ScopeID: w.community})
		w.must(err)
		w.pass(people.StaffSession)
		_, err = w.Refresh(w.Context(), home.RefreshToken)
		w.code(err, "session.expired")
	})
}

func TestSessionsAreListedAndEnded(t *testing.T) {
	each(t, Options{}, func(w *world) {
		phone := w.open("13800000017")
		desk := w.open("13800000017")
		stranger := w.signIn("13800000018")
		a, err := w.LoadActor(w.Context(), phone.Account.ID, phone.SessionID)
		w.must(err)
		_, err = w.LoadActor(w.Context(), desk.Account.ID, desk.SessionID)
		w.must(err)
		list, err := w.Sessions(w.Context(), a)
		w.must(err)
		if len(list) != 2 || list[0].Current == list[1].Current {
			w.Fatalf("%+v", list)
		}
		w.code(w.EndSession(w.Context(), stranger, desk.SessionID), "session.not_found")
		w.must(w.EndSession(w.Context(), a, desk.SessionID))
		_, err = w.LoadActor(w.Context(), desk.Account.ID, desk.SessionID)
		w.code(err, "session.expired") // at once, though its actor was known a moment ago
		w.code(w.EndSession(w.Context(), a, desk.SessionID), "session.not_found")

		w.must(w.SignOut(w.Context(), phone.RefreshToken))
		_, err = w.LoadActor(w.Context(), phone.Account.ID, phone.SessionID)
		w.code(err, "session.expired")
		w.must(w.SignOut(w.Context(), phone.RefreshToken))
		w.must(w.SignOut(w.Context(), "noise"))
	})
}

func TestANewPasswordEndsTheOtherSessions(t *testing.T) {
	each(t, Options{}, func(w *world) {
		mine := w.withPassword("13800000019")
		other := w.open("13800000019")
		a, err := w.LoadActor(w.Context(), mine.Account.ID, mine.SessionID)
		w.must(err)
		w.code(w.SetPassword(w.Context(), a, people.Proof{Password: "not the old one"}, "another good one"), "account.password_wrong")
		w.code(w.SetPassword(w.Context(), a, people.Proof{Password: goodPassword}, "13800000019"), "account.password_is_phone")
		w.must(w.SetPassword(w.Context(), a, people.Proof{Password: goodPassword}, "another good one"))
		_, err = w.Refresh(w.Context(), other.RefreshToken)
		w.code(err, "session.expired")
		_, err = w.Refresh(w.Context(), mine.RefreshToken)
		w.must(err)
		w.code(w.password("13800000019", goodPassword, "192.0.2.1"), "session.password_wrong")
		w.must(w.password("13800000019", "another good one", "192.0.2.1"))
	})
}

// A phone that lies unlocked on a table must not become somebody else's way in.
func TestAFirstPasswordNeedsACodeToTheOwnPhone(t *testing.T) {
	each(t, Options{}, func(w *world) {
		mine := w.open("13800000021")
		a, err := w.LoadActor(w.Context(), mine.Account.ID, mine.SessionID)
		w.must(err)
		other := w.open("13800000021")
		set := func(proof people.Proof) error { return w.SetPassword(w.Context(), a, proof, goodPassword) }

		w.code(set(people.Proof{}), "account.proof_missing")
		w.code(set(people.Proof{Password: goodPassword}), "account.proof_missing")
		w.code(set(people.Proof{Code: "123456"}), "account.proof_missing")
		w.code(set(people.Proof{RequestID: "made up", Code: "123456"}), "session.code_expired")
		request, code := w.text("13800000022")
		w.code(set(people.Proof{RequestID: request, Code: code}), "session.code_expired") // of another phone
		request, code = w.text("13800000021")
		for range people.CodeTries {
			w.code(set(people.Proof{RequestID: request, Code: wrongFor(code)}), "session.code_wrong")
		}
		w.code(set(people.Proof{RequestID: request, Code: code}), "session.code_expired") // guessed at too often
		w.pass(people.CodeResendAfter)
		request, code = w.text("13800000021")
		w.pass(people.CodeLife)
		w.code(set(people.Proof{RequestID: request, Code: code}), "session.code_expired")
		w.code(w.password("13800000021", goodPassword, "192.0.2.1"), "session.password_wrong") // nothing was set so far
		if n := w.ledger("account", "set_password"); n != 0 {
			w.Errorf("%d passwords set without a proof", n)
		}

		request, code = w.text("13800000021")
		w.must(set(people.Proof{RequestID: request, Code: code}))
		w.must(w.password("13800000021", goodPassword, "192.0.2.1"))
		_, err = w.Refresh(w.Context(), other.RefreshToken)
		w.code(err, "session.expired")
		w.pass(people.CodeResendAfter)
		request, code = w.text("13800000021") // from now on the old password is asked for, and a code is none
		w.code(w.SetPassword(w.Context(), a, people.Proof{RequestID: request, Code: code}, "another good one"), "account.password_wrong")
	})
}

// wrongFor is a code that is not this one.
func wrongFor(code string) string {
	if code == "000000" {
		return "000001"
	}
	return "000000"
}

func TestDisabledAccountsStopAtOnce(t *testing.T) {
	each(t, Options{}, func(w *world) {
		signed := w.withPassword("13800000020")
		w.write(func(tx storage.Tx) error {
			return setAccount(tx, signed.Account.ID, map[string]any{"disabled_at": tx.At()})
		})
		w.actors.forget()
		_, err := w.LoadActor(w.Context(), signed.Account.ID, signed.SessionID)
		w.code(err, "session.expired")
		_, err = w.Refresh(w.Context(), signed.RefreshToken)
		w.code(err, "session.expired")
		w.code(w.password("13800000020", goodPassword, "192.0.2.1"), "session.password_wrong")
		w.pass(time.Minute)
		request, code := w.text("13800000020")
		_, err = w.SignInByCode(w.Context(), people.ByCode{RequestID: request, Code: code, Address: "192.0.2.1"})
		w.code(err, "account.disabled")
	})
}

func TestDemoAccountsSignInOnlyInTheDemo(t *testing.T) {
	try := func(w *world) (byPassword, byCode error) {
		w.write(func(tx storage.Tx) error {
			_, err := CreateAccount(tx, models.SystemActor, NewAccount{Phone: "13800000021", Name: "演示", PasswordHash: HashPassword(goodPassword), Demo: true})
			return err
		})
		byPassword = w.password("13800000021", goodPassword, "192.0.2.1")
		request, code := w.text("13800000021")
		_, byCode = w.SignInByCode(w.Context(), people.ByCode{RequestID: request, Code: code, Address: "192.0.2.1"})
		return byPassword, byCode
	}
	each(t, Options{}, func(w *world) {
		byPassword, byCode := try(w)
		w.code(byPassword, "session.password_wrong")
		w.code(byCode, "account.disabled")
	})
	t.Run("demo", func(t *testing.T) {
		each(t, Options{Demo: true}, func(w *world) {
			byPassword, byCode := try(w)
			w.must(byPassword)
			w.must(byCode)
		})
	})
}
