package people

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/totp"

	"linli/models"
	"linli/models/people"
	"linli/storage"
)

// app is an authenticator app by other hands: it reads the QR code's text and shows codes, without a line of ours.
type app struct {
	w   *world
	key *otp.Key
}

func (w *world) app(uri string) *app {
	w.Helper()
	key, err := otp.NewKeyFromURL(uri)
	w.must(err)
	return &app{w, key}
}

// code is what the app shows at this moment, moved by drift.
func (a *app) code(drift time.Duration) string {
	a.w.Helper()
	code, err := totp.GenerateCode(a.key.Secret(), a.w.now().Add(drift))
	a.w.must(err)
	return code
}

// wrong is a code that is right at none of the moments that count.
func (a *app) wrong() string {
	for n := 0; ; n++ {
		code := fmt.Sprintf("%06d", n)
		if code != a.code(0) && code != a.code(people.FactorStep) && code != a.code(-people.FactorStep) {
			return code
		}
	}
}

// staff makes a person with a password and an office.
func (w *world) staff(phone string, role models.Role, kind models.ScopeKind, id int64) models.Actor {
	w.Helper()
	a := w.person(phone, role, kind, id)
	w.firstPassword(a, phone)
	return a
}

func (w *world) officer(phone string) models.Actor {
	w.Helper()
	return w.staff(phone, models.StationStaff, models.ScopeCommunity, w.community)
}

func (w *world) admin(phone string) models.Actor {
	w.Helper()
	return w.staff(phone, models.Admin, models.ScopeCounty, w.county)
}

func (w *world) begin(a models.Actor) *app {
	w.Helper()
	e, err := w.StartFactor(w.Context(), a, people.Proof{Password: goodPassword})
	w.must(err)
	return w.app(e.URI)
}

// enrol goes the whole way and lets the first code's moment pass.
func (w *world) enrol(a models.Actor) (*app, []string) {
	w.Helper()
	phone := w.begin(a)
	made, err := w.ConfirmFactor(w.Context(), a, phone.code(0))
	w.must(err)
	w.pass(people.FactorStep)
	return phone, made.RecoveryCodes
}

func (w *world) phoneOf(a models.Actor) (phone string) {
	w.Helper()
	w.must(w.db.Read(w.Context(), func(tx storage.Tx) error {
		return tx.DB().Table("accounts").Where("id = ?", a.AccountID).Pluck("phone", &phone).Error
	}))
	return phone
}

// challenge passes the first factor.
func (w *world) challenge(a models.Actor) string {
	w.Helper()
	signed, err := w.SignInByPassword(w.Context(), people.ByPassword{Phone: w.phoneOf(a), Password: goodPassword, Device: "desk", Address: "192.0.2.3"})
	w.must(err)
	if signed.Challenge == nil || signed.RefreshToken != "" || signed.SessionID != 0 || signed.Account.ID != 0 {
		w.Fatalf("the first factor alone gives %+v", signed)
	}
	return signed.Challenge.Challenge
}

func (w *world) second(challenge, code string) (people.SignedIn, error) {
	return w.SignInByFactor(w.Context(), people.ByFactor{Challenge: challenge, Proof: people.FactorProof{Code: code}, Address: "192.0.2.4"})
}

func (w *world) recover(challenge, code string) (people.SignedIn, error) {
	return w.SignInByFactor(w.Context(), people.ByFactor{Challenge: challenge, Proof: people.FactorProof{RecoveryCode: code}, Address: "192.0.2.4"})
}

func (w *world) count(table, where string, values ...any) (n int64) {
	w.Helper()
	w.must(w.db.Read(w.Context(), func(tx storage.Tx) error { return tx.DB().Table(table).Where(where, values...).Count(&n).Error }))
	return n
}

func TestEnrolmentNeedsTheFirstFactorAgain(t *testing.T) {
	each(t, Options{}, func(w *world) {
		a, other := w.officer("13800000201"), w.officer("13800000202")
		start := func(in people.Proof) error { _, err := w.StartFactor(w.Context(), a, in); return err }
		w.code(start(people.Proof{}), "second_factor.proof_missing")
		w.code(start(people.Proof{Code: "123456"}), "second_factor.proof_missing")
		w.code(start(people.Proof{Password: "not the password"}), "account.password_wrong")
		w.must(start(people.Proof{Password: goodPassword}))

		view, err := w.RequestOwnCode(w.Context(), a, "192.0.2.1")
		w.must(err)
		_, err = w.DeliverSMS(w.Context())
		w.must(err)
		texts := w.phone.texts["13800000201"]
		own := digits(texts[len(texts)-1])
		w.code(start(people.Proof{RequestID: view.RequestID, Code: flip(own)}), "session.code_wrong")
		w.must(start(people.Proof{RequestID: view.RequestID, Code: own}))
		w.code(start(people.Proof{RequestID: view.RequestID, Code: own}), "session.code_expired") // a code works once

		w.pass(time.Hour)
		foreign, code := w.text(w.phoneOf(other))
		w.code(start(people.Proof{RequestID: foreign, Code: code}), "session.code_expired") // a code, but of another phone
		w.pass(people.CodeLife)
		late, code := w.text("13800000201")
		w.pass(people.CodeLife)
		w.code(start(people.Proof{RequestID: late, Code: code}), "session.code_expired")
	})
}

// Five wrong passwords and the door is shut, whichever door it was: the enrolment is no second place to guess at.
func TestEnrolmentCountsWrongPasswords(t *testing.T) {
	each(t, Options{}, func(w *world) {
		a := w.officer("13800000203")
		for range 5 {
			_, err := w.StartFactor(w.Context(), a, people.Proof{Password: "not the password"})
			w.code(err, "account.password_wrong")
		}
		_, err := w.StartFactor(w.Context(), a, people.Proof{Password: goodPassword})
		w.code(err, "session.too_many_tries")
		w.pass(15 * time.Minute)
		w.begin(a)
	})
}

func TestWhoMayEnrol(t *testing.T) {
	each(t, Options{}, func(w *world) {
		for _, c := range []struct {
			who  models.Actor
			want string
		}{
			{w.staff("13800000204", "", "", 0), "second_factor.denied"},
			{w.staff("13800000205", models.BuildingSteward, models.ScopeBuilding, w.building), "second_factor.denied"},
			{w.officer("13800000206"), ""},
			{w.admin("13800000207"), ""},
		} {
			_, err := w.StartFactor(w.Context(), c.who, people.Proof{Password: goodPassword})
			if c.want == "" {
				w.must(err)
			} else {
				w.code(err, c.want)
			}
		}
	})
}

func TestEnrolment(t *testing.T) {
	each(t, Options{}, func(w *world) {
		a := w.officer("13800000208")
		elsewhere := w.signIn("13800000208")
		w.pass(time.Minute)
		confirm := func(by models.Actor, code string) error { _, err := w.ConfirmFactor(w.Context(), by, code); return err }

		w.code(confirm(a, "123456"), "second_factor.enrolment_expired") // nothing was begun
		old := w.begin(a)
		phone := w.begin(a)
		if old.key.Secret() == phone.key.Secret() {
			w.Fatal("beginning again gives the same secret")
		}
		if issuer, name := phone.key.Issuer(), phone.key.AccountName(); issuer != "邻里 孟津县" || name != "138****0208" {
			w.Fatalf("the app shows %q, %q", issuer, name)
		}
		w.code(confirm(a, ""), "second_factor.code_missing")
		w.code(confirm(a, old.code(0)), "second_factor.code_wrong")
		w.code(confirm(elsewhere, phone.code(0)), "second_factor.enrolment_expired") // another session has not proved anything
		if w.open("13800000208").Challenge != nil {
			w.Fatal("an enrolment counts before its first code")
		}
		w.pass(people.EnrolLife)
		w.code(confirm(a, phone.code(0)), "second_factor.enrolment_expired")

		phone = w.begin(a)
		made, err := w.ConfirmFactor(w.Context(), a, " "+phone.code(0)[:3]+" "+phone.code(0)[3:])
		w.must(err)
		view := made.Account.SecondFactor
		if len(made.RecoveryCodes) != 10 || !view.On || view.RecoveryLeft != 10 || !view.Since.Equal(w.now()) || view.Due || view.Rule != people.FactorMay {
			w.Fatalf("%+v", made)
		}
		_, err = w.StartFactor(w.Context(), a, people.Proof{Password: goodPassword})
		w.code(err, "second_factor.exists")
		w.code(confirm(a, phone.code(0)), "second_factor.exists")
		if w.ledger("account", "add_second_factor") != 1 {
			w.Fatal("not in the ledger")
		}

		// The session that added it lives on; those that were opened without it are over.
		_, err = w.LoadActor(w.Context(), models.Access{AccountID: a.AccountID, SessionID: a.SessionID})
		w.must(err)
		_, err = w.LoadActor(w.Context(), models.Access{AccountID: a.AccountID, SessionID: elsewhere.SessionID})
		w.code(err, "session.expired")
	})
}

func TestSecretsOfTheSecondFactorAreNotReadableInTheTables(t *testing.T) {
	each(t, Options{}, func(w *world) {
		a, b := w.officer("13800000209"), w.officer("13800000210")
		phone, codes := w.enrol(a)
		w.enrol(b)
		challenge := w.challenge(a)
		var rows []secondFactor
		var hashes, tokens []string
		w.must(w.db.Read(w.Context(), func(tx storage.Tx) error {
			return errors.Join(
				tx.DB().Order("account_id").Find(&rows).Error,
				tx.DB().Table("recovery_codes").Pluck("code_hash", &hashes).Error,
				tx.DB().Table("sign_in_challenges").Pluck("token_hash", &tokens).Error)
		}))
		all := strings.Join(append(append(hashes, tokens...), rows[0].SecretSealed, rows[1].SecretSealed), " ")
		if len(hashes) != 20 || len(tokens) != 1 {
			w.Fatalf("%d hashes, %d challenges", len(hashes), len(tokens))
		}
		for _, secret := range append(codes, phone.key.Secret(), challenge) {
			if strings.Contains(strings.ToLower(all), strings.ToLower(people.CleanRecoveryCode(secret))) || strings.Contains(all, secret) {
				w.Errorf("%s stands in a table", secret)
			}
		}

		secret, err := w.openFactor(rows[0])
		w.must(err)
		if people.SecretText(secret) != phone.key.Secret() {
			w.Fatal("the sealed secret is another")
		}
		// Sealed for one account it opens for no other, nor with another installation's key, nor changed by one character.
		moved := rows[0]
		moved.AccountID = rows[1].AccountID
		if _, err := w.openFactor(moved); err == nil {
			w.Error("a secret moved to another account opens")
		}
		stranger := *w.Store
		stranger.key = []byte("another installation's key, 32 b")
		if _, err := stranger.openFactor(rows[0]); err == nil {
			w.Error("a secret opens with another key")
		}
		bent := rows[0]
		bent.SecretSealed = flip(bent.SecretSealed)
		if _, err := w.openFactor(bent); err == nil {
			w.Error("a bent secret opens")
		}
	})
}

func TestSigningInWithASecondFactor(t *testing.T) {
	each(t, Options{}, func(w *world) {
		a := w.officer("13800000211")
		phone, _ := w.enrol(a)
		signed, err := w.second(w.challenge(a), phone.code(0))
		w.must(err)
		if signed.Account.ID != a.AccountID || signed.RefreshToken == "" || signed.Challenge != nil {
			w.Fatalf("%+v", signed)
		}
		sessions, err := w.Sessions(w.Context(), a)
		w.must(err)
		if sessions[0].Device != "desk" {
			w.Errorf("the device of the first step is lost: %+v", sessions)
		}
		_, err = w.Refresh(w.Context(), signed.RefreshToken) // a session goes on as ever
		w.must(err)

		w.pass(people.FactorStep)
		request, code := w.text("13800000211")
		byCode, err := w.SignInByCode(w.Context(), people.ByCode{RequestID: request, Code: code, Device: "phone", Address: "192.0.2.1"})
		w.must(err)
		if byCode.Challenge == nil || byCode.RefreshToken != "" {
			w.Fatalf("a code by text message alone gives %+v", byCode)
		}
		_, err = w.second(byCode.Challenge.Challenge, phone.code(0))
		w.must(err)
		var how []string
		w.must(w.db.Read(w.Context(), func(tx storage.Tx) error {
			return tx.DB().Table("ledger").Where("noun = ? AND action = ?", "session", "start").Order("id DESC").Limit(2).Pluck("data", &how).Error
		}))
		if !strings.Contains(how[0], `"code+totp"`) || !strings.Contains(how[1], `"password+totp"`) {
			w.Errorf("the ledger says %v", how)
		}
	})
}

// One step before and after counts, two do not.
func TestClocksMayDifferByOneStep(t *testing.T) {
	each(t, Options{}, func(w *world) {
		a := w.officer("13800000212")
		phone, _ := w.enrol(a)
		for _, c := range []struct {
			steps time.Duration
			want  bool
		}{{-2, false}, {-1, true}, {0, true}, {1, true}, {2, false}} {
			w.pass(5 * time.Minute) // clear of what was used
			_, err := w.second(w.challenge(a), phone.code(c.steps*people.FactorStep))
			if got := err == nil; got != c.want {
				w.Errorf("%+d steps: %v", int(c.steps), err)
			}
			if err != nil {
				w.code(err, "second_factor.code_wrong")
			}
		}
	})
}

func TestACodeWorksOnce(t *testing.T) {
	each(t, Options{}, func(w *world) {
		a := w.officer("13800000213")
		phone := w.begin(a)
		first := phone.code(0)
		_, err := w.ConfirmFactor(w.Context(), a, first)
		w.must(err)
		_, err = w.second(w.challenge(a), first) // the code of the enrolment has been used, too
		w.code(err, "second_factor.code_used")
		w.pass(people.FactorStep)
		code := phone.code(0)
		_, err = w.second(w.challenge(a), code)
		w.must(err)
		_, err = w.second(w.challenge(a), code)
		w.code(err, "second_factor.code_used")
		_, err = w.second(w.challenge(a), phone.code(-people.FactorStep)) // an older one that still counts by the clock
		w.code(err, "second_factor.code_used")
		_, err = w.RemoveFactor(w.Context(), a, people.FactorProof{Code: code})
		w.code(err, "second_factor.code_used")
		w.pass(people.FactorStep)
		_, err = w.second(w.challenge(a), phone.code(0)) // the next one is as good as ever
		w.must(err)
	})
}

// Somebody who reads a code over a shoulder and is as fast as its owner: one of the two gets in.
func TestTwoWithOneCodeAtOnce(t *testing.T) {
	each(t, Options{}, func(w *world) {
		a := w.officer("13800000214")
		phone, recovery := w.enrol(a)
		for name, sign := range map[string]func(challenge string) error{
			"a code":          func(c string) error { _, err := w.second(c, phone.code(0)); return err },
			"a recovery code": func(c string) error { _, err := w.recover(c, recovery[0]); return err },
		} {
			challenges := []string{w.challenge(a), w.challenge(a), w.challenge(a), w.challenge(a)}
			won, refusals := w.atOnce(challenges, sign)
			if won != 1 {
				w.Errorf("%s: %d of %d got in", name, won, len(challenges))
			}
			for code := range refusals {
				if code != "second_factor.code_used" && code != "second_factor.recovery_wrong" {
					w.Errorf("%s: refused with %s", name, code)
				}
			}
		}
	})
}

// The same challenge, sent twice by an impatient finger, opens one session.
func TestAChallengeWorksOnce(t *testing.T) {
	each(t, Options{}, func(w *world) {
		a := w.officer("13800000215")
		phone, recovery := w.enrol(a)
		one := w.challenge(a)
		won, _ := w.atOnce([]string{one, one, one, one}, func(c string) error { _, err := w.second(c, phone.code(0)); return err })
		if won != 1 {
			w.Fatalf("%d of 4 got in", won)
		}
		_, err := w.recover(one, recovery[0])
		w.code(err, "session.challenge_expired")

		late := w.challenge(a)
		w.pass(people.ChallengeLife)
		_, err = w.second(late, phone.code(0))
		w.code(err, "session.challenge_expired")
		_, err = w.second("", phone.code(0))
		w.code(err, "session.challenge_expired")
		_, err = w.second("made up", phone.code(0))
		w.code(err, "session.challenge_expired")
		_, err = w.second(w.challenge(a), phone.code(0)) // control: the code itself is good
		w.must(err)
	})
}

// atOnce runs one attempt a challenge in parallel.
func (w *world) atOnce(challenges []string, sign func(string) error) (won int64, refusals map[string]int) {
	w.Helper()
	var wg sync.WaitGroup
	var mu sync.Mutex
	var ok atomic.Int64
	refusals = map[string]int{}
	for _, c := range challenges {
		wg.Go(func() {
			err := sign(c)
			if err == nil {
				ok.Add(1)
				return
			}
			mu.Lock()
			defer mu.Unlock()
			refusals[models.CodeOf(err)]++
		})
	}
	wg.Wait()
	return ok.Load(), refusals
}

func TestGuessingTheSecondFactor(t *testing.T) {
	each(t, Options{}, func(w *world) {
		a := w.officer("13800000216")
		phone, recovery := w.enrol(a)
		guess := func(challenge string) error { _, err := w.second(challenge, phone.wrong()); return err }
		one, two := w.challenge(a), w.challenge(a)
		for left := 4; left >= 0; left-- {
			err := guess(one)
			w.code(err, "second_factor.code_wrong")
			if got := err.(*models.Error).Params["tries_left"]; got != int64(left) {
				w.Errorf("%v tries left, want %d", got, left)
			}
		}
		_, err := w.second(one, phone.code(0))
		w.code(err, "session.challenge_expired") // five tries, and it is dead
		_, err = w.second(two, phone.code(0))
		w.code(err, "second_factor.too_many_tries") // another challenge does not help
		_, err = w.RemoveFactor(w.Context(), a, people.FactorProof{Code: phone.code(0)})
		w.code(err, "second_factor.too_many_tries") // nor another door
		_, err = w.recover(two, recovery[3])
		w.must(err) // the owner is not locked out by a guesser

		w.pass(15 * time.Minute)
		_, err = w.second(w.challenge(a), phone.code(0))
		w.must(err)
	})
}

// Day after day: twenty wrong codes, and no more until tomorrow.
func TestGuessingTheSecondFactorAllDay(t *testing.T) {
	each(t, Options{}, func(w *world) {
		a := w.officer("13800000217")
		phone, _ := w.enrol(a)
		guesses := 0
		for range 7 {
			one := w.challenge(a)
			for range 5 {
				if _, err := w.second(one, phone.wrong()); models.CodeOf(err) == "second_factor.code_wrong" {
					guesses++
				}
			}
			w.pass(16 * time.Minute)
			w.write(func(tx storage.Tx) error { // another address each time
				return w.clearLimit(tx, "192.0.2.4", people.SignInsByAddress...)
			})
		}
		if guesses != 20 {
			t.Errorf("%d guesses in a day, the limit is 20", guesses)
		}
		w.pass(24 * time.Hour)
		_, err := w.second(w.challenge(a), phone.code(0))
		w.must(err)
	})
}

// Whoever knows the password may not ask for challenges without end: until somebody is in, the tries count.
func TestChallengesAreCountedAsTries(t *testing.T) {
	each(t, Options{}, func(w *world) {
		a := w.officer("13800000218")
		phone, _ := w.enrol(a)
		ask := func() error {
			_, err := w.SignInByPassword(w.Context(), people.ByPassword{Phone: "13800000218", Password: goodPassword, Address: "192.0.2.3"})
			return err
		}
		var last string
		for range 5 {
			last = w.challenge(a)
		}
		w.code(ask(), "session.too_many_tries")
		_, err := w.second(last, phone.code(0))
		w.must(err)
		w.must(ask()) // somebody got in: the count is forgotten
	})
}

func TestRecoveryCodes(t *testing.T) {
	each(t, Options{}, func(w *world) {
		a := w.officer("13800000219")
		phone, codes := w.enrol(a)
		signed, err := w.recover(w.challenge(a), strings.ToUpper(strings.ReplaceAll(codes[0], "-", " ")))
		w.must(err)
		if signed.Account.SecondFactor.RecoveryLeft != 9 || w.ledger("account", "use_recovery_code") != 1 {
			w.Fatalf("%+v", signed.Account.SecondFactor)
		}
		_, err = w.recover(w.challenge(a), codes[0])
		w.code(err, "second_factor.recovery_wrong") // once
		_, err = w.recover(w.challenge(a), flip(codes[1]))
		w.code(err, "second_factor.recovery_wrong")
		stranger := w.officer("13800000220")
		_, foreign := w.enrol(stranger)
		_, err = w.recover(w.challenge(a), foreign[0])
		w.code(err, "second_factor.recovery_wrong") // somebody else's
		_, err = w.recover(w.challenge(a), codes[1])
		w.must(err)

		_, err = w.RenewRecoveryCodes(w.Context(), a, people.FactorProof{Code: phone.wrong()})
		w.code(err, "second_factor.code_wrong")
		w.pass(people.FactorStep)
		made, err := w.RenewRecoveryCodes(w.Context(), a, people.FactorProof{Code: phone.code(0)})
		w.must(err)
		if len(made.RecoveryCodes) != 10 || made.Account.SecondFactor.RecoveryLeft != 10 || w.ledger("account", "renew_recovery_codes") != 1 {
			w.Fatalf("%+v", made)
		}
		_, err = w.recover(w.challenge(a), codes[2])
		w.code(err, "second_factor.recovery_wrong") // the old set is dead
		_, err = w.recover(w.challenge(a), made.RecoveryCodes[2])
		w.must(err)
	})
}

func TestRemovingTheSecondFactor(t *testing.T) {
	each(t, Options{}, func(w *world) {
		a := w.officer("13800000221")
		remove := func(p people.FactorProof) error { _, err := w.RemoveFactor(w.Context(), a, p); return err }
		w.code(remove(people.FactorProof{Code: "123456"}), "second_factor.none")
		phone, codes := w.enrol(a)
		waiting := w.challenge(a)
		w.code(remove(people.FactorProof{}), "second_factor.code_missing")
		w.code(remove(people.FactorProof{Code: phone.wrong()}), "second_factor.code_wrong")
		w.code(remove(people.FactorProof{RecoveryCode: flip(codes[0])}), "second_factor.recovery_wrong")
		w.must(remove(people.FactorProof{Code: phone.code(0)}))
		if w.ledger("account", "remove_second_factor") != 1 || w.count("recovery_codes", "account_id = ?", a.AccountID) != 0 {
			w.Fatal("not wholly gone, or not in the ledger")
		}
		_, err := w.second(waiting, phone.code(people.FactorStep))
		w.code(err, "session.challenge_expired")
		signed, err := w.SignInByPassword(w.Context(), people.ByPassword{Phone: "13800000221", Password: goodPassword, Address: "192.0.2.3"})
		w.must(err)
		if signed.Challenge != nil || signed.RefreshToken == "" {
			w.Fatal("still asked for the second factor")
		}
		_, codes = w.enrol(a) // with a new phone, by a code from the drawer
		w.must(remove(people.FactorProof{RecoveryCode: codes[0]}))
	})
}

func TestResettingAnothersSecondFactor(t *testing.T) {
	each(t, Options{}, func(w *world) {
		admin, second, a := w.admin("13800000222"), w.admin("13800000223"), w.officer("13800000224")
		centre := w.person("13800000225", models.CenterOfficer, models.ScopeCounty, w.county)
		phone, _ := w.enrol(a)
		signed, err := w.second(w.challenge(a), phone.code(0))
		w.must(err)
		waiting := w.challenge(a)
		for range 5 {
			_, err := w.second(waiting, phone.wrong())
			w.code(err, "second_factor.code_wrong")
		}
		waiting = w.challenge(a)

		w.code(w.ResetFactor(w.Context(), admin, admin.AccountID, "lost"), "second_factor.own_reset")
		w.code(w.ResetFactor(w.Context(), centre, a.AccountID, "lost"), "account.not_found")
		w.code(w.ResetFactor(w.Context(), a, second.AccountID, "lost"), "account.not_found")
		w.code(w.ResetFactor(w.Context(), admin, a.AccountID, " "), "account.reason_missing")
		w.code(w.ResetFactor(w.Context(), admin, a.AccountID, strings.Repeat("x", 601)), "account.reason_too_long")
		w.code(w.ResetFactor(w.Context(), admin, second.AccountID, "lost"), "second_factor.none")
		w.code(w.ResetFactor(w.Context(), admin, 999999, "lost"), "account.not_found")
		w.must(w.ResetFactor(w.Context(), admin, a.AccountID, "手机掉进河里"))

		for _, session := range []int64{a.SessionID, signed.SessionID} {
			_, err := w.LoadActor(w.Context(), models.Access{AccountID: a.AccountID, SessionID: session})
			w.code(err, "session.expired")
		}
		_, err = w.Refresh(w.Context(), signed.RefreshToken)
		w.code(err, "session.expired")
		_, err = w.second(waiting, phone.code(people.FactorStep))
		w.code(err, "session.challenge_expired")
		a = w.signIn("13800000224") // the first factor is enough again
		w.enrol(a)                  // and the guesser's count is forgotten
		var told []storage.Told
		w.must(w.db.Read(w.Context(), func(tx storage.Tx) error { told, err = storage.History(tx, "account", a.AccountID); return err }))
		for _, line := range told {
			if line.Action == "reset_second_factor" && line.ActorID == admin.AccountID && line.ActorRole == models.Admin && line.Note == "手机掉进河里" {
				return
			}
		}
		w.Errorf("the ledger does not say who did it and why: %+v", told)
	})
}

func TestResettingByHand(t *testing.T) {
	each(t, Options{}, func(w *world) {
		admin := w.admin("13800000226")
		w.enrol(admin)
		w.code(w.ResetFactorByHand(w.Context(), "13899999999", "lost"), "account.not_found")
		w.code(w.ResetFactorByHand(w.Context(), "nonsense", "lost"), "account.phone_wrong")
		w.must(w.ResetFactorByHand(w.Context(), "138 0000 0226", "lost"))
		if again := w.signIn("13800000226"); !again.FactorDue {
			w.Error("an admin without a second factor is not asked for one")
		}
	})
}

func TestAdminsMustHaveASecondFactor(t *testing.T) {
	each(t, Options{}, func(w *world) {
		due := func(a models.Actor) bool {
			w.Helper()
			loaded, err := w.LoadActor(w.Context(), models.Access{AccountID: a.AccountID, SessionID: a.SessionID})
			w.must(err)
			me, err := w.Me(w.Context(), loaded)
			w.must(err)
			if me.SecondFactor.Due != loaded.FactorDue {
				w.Fatalf("the account says %v, the actor %v", me.SecondFactor.Due, loaded.FactorDue)
			}
			return loaded.FactorDue
		}
		admin, officer := w.admin("13800000227"), w.officer("13800000228")
		if !due(admin) || due(officer) {
			w.Fatal("admins must, staff may")
		}
		w.begin(admin)
		if !due(admin) {
			w.Fatal("an enrolment that is only begun is enough")
		}
		phone := w.begin(admin)
		_, err := w.ConfirmFactor(w.Context(), admin, phone.code(0))
		w.must(err)
		if due(admin) { // at once, whatever was known of him a moment ago
			w.Fatal("still due")
		}
		w.pass(people.FactorStep)
		_, err = w.Appoint(w.Context(), admin, people.Appointment{Phone: "13800000228", Name: "张三", Role: models.Admin, ScopeKind: models.ScopeCounty, ScopeID: w.county})
		w.must(err)
		if !due(officer) { // at once, in a session that runs already
			w.Fatal("a new admin goes on without")
		}
		if due(admin) {
			w.Fatal("somebody else's is due, not his")
		}
		_, err = w.RemoveFactor(w.Context(), admin, people.FactorProof{Code: phone.code(0)})
		w.must(err)
		if !due(admin) {
			w.Fatal("who took his away goes on without")
		}
	})
}

// The demo county's admin is open to whoever tries it; the rule is told all the same.
func TestTheDemoIsExempt(t *testing.T) {
	for demo, want := range map[bool]bool{true: false, false: true} {
		t.Run(fmt.Sprint(demo), func(t *testing.T) {
			each(t, Options{Demo: demo}, func(w *world) {
				admin := w.admin("13800000229")
				me, err := w.Me(w.Context(), admin)
				w.must(err)
				if admin.FactorDue != want || me.SecondFactor.Due != want || me.SecondFactor.Rule != people.FactorMust {
					w.Errorf("demo %v: actor %v, account %+v", demo, admin.FactorDue, me.SecondFactor)
				}
			})
		})
	}
}

// While the second factor is being added a sign-in without it waits, and is then asked for it. The session that it would
// have opened would have been one without the second factor, and nobody would have ended it.
func TestSigningInWhileTheSecondFactorIsAdded(t *testing.T) {
	each(t, Options{}, func(w *world) {
		a := w.officer("13800000238")
		phone := w.begin(a)
		var signed people.SignedIn
		entered := make(chan error, 1)
		w.write(func(tx storage.Tx) error {
			if _, err := w.confirmFactor(tx, a, people.FactorProof{Code: phone.code(0)}); err != nil {
				return err
			}
			go func() {
				entered <- w.db.Write(context.Background(), func(tx storage.Tx) (err error) {
					signed, err = w.enter(tx, a.AccountID, "desk", "password")
					return err
				})
			}()
			select { // time to slip through, for whoever does not wait
			case err := <-entered:
				entered <- err
			case <-time.After(300 * time.Millisecond):
			}
			return nil
		})
		w.must(<-entered)
		if signed.Challenge == nil || signed.RefreshToken != "" {
			w.Error("a session without the second factor slipped through")
		}
	})
}

// Until the first factor has passed nobody learns whether there is a second one.
func TestNothingTellsWhoHasASecondFactor(t *testing.T) {
	each(t, Options{}, func(w *world) {
		with, without := w.officer("13800000230"), w.officer("13800000231")
		w.enrol(with)
		for _, phone := range []string{w.phoneOf(with), w.phoneOf(without)} {
			_, err := w.SignInByPassword(w.Context(), people.ByPassword{Phone: phone, Password: "not the password", Address: "192.0.2.3"})
			w.code(err, "session.password_wrong")
			request, code := w.text(phone)
			_, err = w.SignInByCode(w.Context(), people.ByCode{RequestID: request, Code: flip(code), Address: "192.0.2.3"})
			w.code(err, "session.code_wrong")
		}
		if n := w.count("sign_in_challenges", "1 = 1"); n != 0 {
			w.Errorf("%d challenges for wrong first factors", n)
		}
	})
}

func TestANewPasswordEndsChallenges(t *testing.T) {
	each(t, Options{}, func(w *world) {
		a := w.officer("13800000232")
		phone, _ := w.enrol(a)
		thief := w.challenge(a)
		w.must(w.SetPassword(w.Context(), a, people.Proof{Password: goodPassword}, "ein anderes Wort 2026"))
		_, err := w.second(thief, phone.code(0))
		w.code(err, "session.challenge_expired")
	})
}

func TestAdminsSeeWhoHasASecondFactor(t *testing.T) {
	each(t, Options{}, func(w *world) {
		admin, centre := w.admin("13800000233"), w.person("13800000234", models.CenterOfficer, models.ScopeCounty, w.county)
		a := w.officer("13800000235")
		w.enrol(a)
		told := func(by models.Actor) (with []int64) {
			list, err := w.Appointments(w.Context(), by, people.AppointmentFilter{})
			w.must(err)
			for _, r := range list.Items {
				if r.SecondFactor {
					with = append(with, r.AccountID)
				}
			}
			return with
		}
		if got := told(admin); len(got) != 1 || got[0] != a.AccountID {
			w.Errorf("the admin sees %v", got)
		}
		if got := told(centre); len(got) != 0 {
			w.Errorf("the centre sees %v", got)
		}
	})
}

func TestSweepForgetsChallengesAndUnfinishedEnrolments(t *testing.T) {
	each(t, Options{}, func(w *world) {
		a, b := w.officer("13800000236"), w.officer("13800000237")
		w.enrol(a)
		w.begin(b)
		w.challenge(a)
		w.must(w.Sweep(w.Context()))
		if w.count("sign_in_challenges", "1 = 1") != 1 || w.count("second_factors", "1 = 1") != 2 {
			w.Fatal("too early")
		}
		w.pass(25 * time.Hour)
		w.must(w.Sweep(w.Context()))
		if w.count("sign_in_challenges", "1 = 1") != 0 || w.count("second_factors", "1 = 1") != 1 {
			w.Fatal("not forgotten, or forgotten too much")
		}
	})
}

// digits is the code in a text message.
func digits(text string) string { return codePattern.FindString(text) }

// flip changes the first character into another of its kind.
func flip(secret string) string {
	other := "1"
	if strings.HasPrefix(secret, "1") {
		other = "2"
	}
	return other + secret[1:]
}
