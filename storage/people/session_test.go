package people

import (
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"gorm.io/gorm"

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
		_, err = w.LoadActor(w.Context(), second.Access()) // it has arrived
		w.must(err)
		w.pass(people.RefreshGrace)
		again, err := w.Refresh(w.Context(), first) // another tab had asked at once
		w.must(err)
		if again.RefreshToken != second.RefreshToken || again.Access() != second.Access() {
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
		_, err = w.LoadActor(w.Context(), second.Access())
		w.code(err, "session.expired")
	})
}

// On a very bad line the answer is lost again and again. The phone still has the old token, and is not signed out for it.
func TestALostRefreshSignsNobodyOut(t *testing.T) {
	each(t, Options{}, func(w *world) {
		opened := w.open("13800000110")
		lost, err := w.Refresh(w.Context(), opened.RefreshToken)
		w.must(err)
		for _, later := range []time.Duration{people.RefreshGrace + time.Second, time.Hour, 100 * 24 * time.Hour} {
			w.pass(later)
			_, err := w.LoadActor(w.Context(), opened.Access()) // an access token of before shows nothing
			w.must(err)
			again, err := w.Refresh(w.Context(), opened.RefreshToken)
			w.must(err)
			if again.RefreshToken != lost.RefreshToken || again.Access() != lost.Access() {
				w.Fatal("there are two successors")
			}
			if !again.RefreshUntil.Equal(lost.RefreshUntil) {
				w.Fatal("asking again lengthens the session")
			}
		}
		got, err := w.Refresh(w.Context(), lost.RefreshToken) // the answer came at last, and the next one is lost
		w.must(err)
		w.pass(time.Hour)
		_, err = w.LoadActor(w.Context(), lost.Access()) // its own access token shows nothing of the next
		w.must(err)
		same, err := w.Refresh(w.Context(), lost.RefreshToken)
		w.must(err)
		if same.RefreshToken != got.RefreshToken {
			w.Fatal("there are two successors")
		}
		if n := w.ledger("session", "end"); n != 0 {
			w.Errorf("%d ends in the ledger", n)
		}
	})
}

// The answer that never came does not keep a session alive for ever, nor a desk beyond its twelve hours.
func TestALostRefreshEndsWithItsSession(t *testing.T) {
	each(t, Options{}, func(w *world) {
		w.person("13800000111", models.StationStaff, models.ScopeCommunity, w.community)
		for phone, age := range map[string]time.Duration{"13800000111": people.StaffSession, "13800000112": people.ResidentSession} {
			opened := w.open(phone)
			_, err := w.Refresh(w.Context(), opened.RefreshToken)
			w.must(err)
			w.pass(age - time.Second)
			_, err = w.Refresh(w.Context(), opened.RefreshToken)
			w.must(err)
			w.pass(time.Second)
			_, err = w.Refresh(w.Context(), opened.RefreshToken)
			w.code(err, "session.expired")
		}
	})
}

// A thief and the owner hold the same token. As soon as one of them uses what the other has not got, the next word of
// the other ends the session, whoever came first.
func TestAStolenRefreshTokenIsNoticed(t *testing.T) {
	each(t, Options{}, func(w *world) {
		use := func(signed people.SignedIn) {
			w.Helper()
			_, err := w.LoadActor(w.Context(), signed.Access())
			w.must(err)
		}
		refresh := func(token string) people.SignedIn {
			w.Helper()
			signed, err := w.Refresh(w.Context(), token)
			w.must(err)
			return signed
		}
		for phone, play := range map[string]func(stolen string) (refused, alive string){
			"13800000113": func(stolen string) (string, string) { // one of the two comes first and uses it
				first := refresh(stolen)
				use(first)
				w.pass(people.RefreshGrace + time.Second)
				return stolen, first.RefreshToken
			},
			"13800000114": func(stolen string) (string, string) { // and goes on from there
				next := refresh(refresh(stolen).RefreshToken)
				return stolen, next.RefreshToken
			},
			"13800000115": func(stolen string) (string, string) { // he waits with it, and both hold the successor
				waiting := refresh(stolen)
				w.pass(time.Hour)
				owners := refresh(stolen)
				if owners.RefreshToken != waiting.RefreshToken {
					w.Fatal("there are two successors")
				}
				use(owners)
				later := refresh(owners.RefreshToken)
				use(later)
				w.pass(people.RefreshGrace + time.Second)
				return waiting.RefreshToken, later.RefreshToken
			},
		} {
			opened := w.open(phone)
			refused, alive := play(opened.RefreshToken)
			_, err := w.Refresh(w.Context(), refused)
			w.code(err, "session.reused")
			_, err = w.Refresh(w.Context(), alive)
			w.code(err, "session.expired")
			_, err = w.LoadActor(w.Context(), opened.Access())
			w.code(err, "session.expired")
		}
	})
}

// Another copy of the program on the same database knows what has arrived at this one; and knowing costs one write.
func TestArrivalIsNotedOnceForAllCopies(t *testing.T) {
	each(t, Options{}, func(w *world) {
		other, err := New(w.db, Options{Key: testKey, SMS: w.phone})
		w.must(err)
		opened := w.open("13800000116")
		_, err = w.LoadActor(w.Context(), opened.Access()) // known for a second: the next token must count all the same
		w.must(err)
		second, err := w.Refresh(w.Context(), opened.RefreshToken)
		w.must(err)
		var asked, noted atomic.Int64
		w.write(func(tx storage.Tx) error {
			return tx.DB().Callback().Update().After("gorm:update").Register("count", func(done *gorm.DB) {
				if done.Statement.Table == "sessions" && done.Error == nil {
					asked.Add(1)
					noted.Add(done.RowsAffected)
				}
			})
		})
		var wg sync.WaitGroup
		for range 8 {
			for _, copy := range []*Store{w.Store, other} {
				wg.Go(func() {
					if _, err := copy.LoadActor(w.Context(), second.Access()); err != nil {
						w.Error(err)
					}
				})
			}
		}
		wg.Wait()
		if noted.Load() != 1 {
			w.Errorf("the arrival was noted %d times", noted.Load())
		}
		before := asked.Load()
		for range 5 {
			w.pass(time.Second) // nothing is known from before
			_, err = w.LoadActor(w.Context(), second.Access())
			w.must(err)
			_, err = w.LoadActor(w.Context(), opened.Access())
			w.must(err)
		}
		if after := asked.Load(); after != before {
			w.Errorf("%d writes for what was known", after-before)
		}
		w.pass(people.RefreshGrace)
		_, err = other.Refresh(w.Context(), opened.RefreshToken)
		w.code(err, "session.reused")
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
		_, err = w.LoadActor(w.Context(), desk.Access())
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
		a, err := w.LoadActor(w.Context(), phone.Access())
		w.must(err)
		_, err = w.LoadActor(w.Context(), desk.Access())
		w.must(err)
		list, err := w.Sessions(w.Context(), a)
		w.must(err)
		if len(list) != 2 || list[0].Current == list[1].Current {
			w.Fatalf("%+v", list)
		}
		w.code(w.EndSession(w.Context(), stranger, desk.SessionID), "session.not_found")
		w.must(w.EndSession(w.Context(), a, desk.SessionID))
		_, err = w.LoadActor(w.Context(), desk.Access())
		w.code(err, "session.expired") // at once, though its actor was known a moment ago
		w.code(w.EndSession(w.Context(), a, desk.SessionID), "session.not_found")

		w.must(w.SignOut(w.Context(), phone.RefreshToken))
		_, err = w.LoadActor(w.Context(), phone.Access())
		w.code(err, "session.expired")
		w.must(w.SignOut(w.Context(), phone.RefreshToken))
		w.must(w.SignOut(w.Context(), "noise"))
	})
}

func TestANewPasswordEndsTheOtherSessions(t *testing.T) {
	each(t, Options{}, func(w *world) {
		mine := w.withPassword("13800000019")
		other := w.open("13800000019")
		a, err := w.LoadActor(w.Context(), mine.Access())
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
		a, err := w.LoadActor(w.Context(), mine.Access())
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
		_, err := w.LoadActor(w.Context(), signed.Access())
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
