package api_test

import (
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/totp"

	"linli/api"
	"linli/api/apitest"
	"linli/models"
	"linli/models/people"
	"linli/storage"
	persons "linli/storage/people"
)

const adminPassword = "雪地里的梅花开得真好"

// appoint gives a role by the import's door.
func (w *town) appoint(phone string, role models.Role, kind models.ScopeKind) {
	w.Helper()
	err := w.db.Write(w.Context(), func(tx storage.Tx) error {
		account, err := persons.LinkPhone(tx, models.SystemActor, phone, "张三")
		if err != nil {
			return err
		}
		_, err = persons.GrantMembership(tx, models.SystemActor, persons.Grant{AccountID: account.ID, Role: role, ScopeKind: kind, ScopeID: w.county})
		return err
	})
	if err != nil {
		w.Fatal(err)
	}
}

func (w *town) lastCode() string {
	w.Helper()
	if _, err := w.store.DeliverSMS(w.Context()); err != nil {
		w.Fatal(err)
	}
	return regexp.MustCompile(`\d{6}`).FindString(w.inbox.last)
}

// firstPassword sets a password with a code to the person's own phone, as one does it who has none.
func (w *town) firstPassword(mine *apitest.Client, password string) {
	w.Helper()
	w.pass(time.Minute)
	var asked people.CodeView
	mine.Post("/api/v1/me/codes", nil).Want(202).OK(&asked)
	mine.Do("PUT", "/api/v1/me/password", map[string]any{"request_id": asked.RequestID, "code": w.lastCode(), "new": password}).Want(204)
}

// shown is what an authenticator app shows now for a secret typed into it.
func (w *town) shown(secret string) string {
	w.Helper()
	code, err := totp.GenerateCode(secret, w.now())
	if err != nil {
		w.Fatal(err)
	}
	return code
}

// enrol goes the whole way by the API and waits for the next code.
func (w *town) enrol(mine *apitest.Client, proof map[string]any) (people.Enrolment, people.FactorAdded) {
	w.Helper()
	var e people.Enrolment
	mine.Post("/api/v1/me/second-factor", proof).OK(&e)
	var made people.FactorAdded
	mine.Post("/api/v1/me/second-factor/confirmation", map[string]any{"code": w.shown(e.Secret)}).OK(&made)
	w.pass(30 * time.Second)
	return e, made
}

// enrolByText is enrol with a code to the person's own phone for a proof, as one does it who has no password.
func (w *town) enrolByText(mine *apitest.Client) (people.Enrolment, people.FactorAdded) {
	w.Helper()
	w.pass(time.Minute)
	var asked people.CodeView
	mine.Post("/api/v1/me/codes", nil).Want(202).OK(&asked)
	return w.enrol(mine, map[string]any{"request_id": asked.RequestID, "code": w.lastCode()})
}

func TestTheSecondFactorOfAnAdmin(t *testing.T) {
	inTown(t, "https://linli.example.cn", func(w *town) {
		const phone = "13800000101"
		w.appoint(phone, models.Admin, models.ScopeCounty)
		session, cookie := w.signIn(phone)
		if f := session.Account.SecondFactor; !f.Due || f.On || f.Rule != people.FactorMust {
			w.Fatalf("%+v", f)
		}
		mine := w.As(session.AccessToken)
		for _, path := range []string{"/api/v1/me", "/api/v1/appointments", "/api/v1/sessions"} {
			mine.Get(path).Refused(403, "session.second_factor_needed")
		}
		mine.Do("PUT", "/api/v1/me/password", map[string]any{"new": adminPassword}).Refused(403, "session.second_factor_needed")
		w.With("Cookie", cookie).Post("/api/v1/session/refresh", map[string]any{}).OK(&session) // the page may be loaded again
		mine = w.As(session.AccessToken)

		mine.Post("/api/v1/me/second-factor", map[string]any{}).Refused(422, "second_factor.proof_missing")
		e, made := w.enrolByText(mine)
		key, err := otp.NewKeyFromURL(e.URI)
		if err != nil || key.Secret() != e.Secret || key.AccountName() != "138****0101" || strings.Contains(e.URI, phone) {
			w.Fatalf("%s: %v", e.URI, err)
		}
		if len(made.RecoveryCodes) != 10 || !made.Account.SecondFactor.On || made.Account.SecondFactor.Due {
			w.Fatalf("%+v", made)
		}
		var me people.AccountView
		mine.Get("/api/v1/me").OK(&me) // the gate is open
		mine.Get("/api/v1/appointments").OK(nil)
		w.firstPassword(mine, adminPassword)

		// From now on a first factor alone opens nothing.
		first := w.Post("/api/v1/session", map[string]any{"phone": phone, "password": adminPassword, "device": "desk"}).Want(202)
		if first.Header.Get("Set-Cookie") != "" {
			w.Fatal("a cookie before the second factor")
		}
		first.Tells("second_factor_required").Lacks("access_token", "account", "138****0101")
		var step api.SecondFactorAsked
		first.OK(&step)
		finish := func(body map[string]any) apitest.Answer {
			body["challenge"] = step.Challenge.Challenge
			return w.Post("/api/v1/session/second-factor", body)
		}
		w.As(step.Challenge.Challenge).Get("/api/v1/me").Refused(401, "session.invalid") // it is no access token
		w.With("Cookie", "__Host-linli_refresh="+step.Challenge.Challenge).Post("/api/v1/session/refresh", map[string]any{}).Refused(401, "session.expired")
		finish(map[string]any{}).Refused(422, "second_factor.code_missing")
		p := finish(map[string]any{"code": "12345"}).Refused(422, "second_factor.code_wrong")
		if p.Field != "code" || p.Params["tries_left"] != float64(4) {
			w.Errorf("%+v", p)
		}
		code := w.shown(e.Secret)
		second := finish(map[string]any{"code": code})
		second.OK(&session)
		cookieIn(w.T, second.Header)
		w.As(session.AccessToken).Get("/api/v1/me").OK(nil)
		finish(map[string]any{"code": code}).Refused(422, "session.challenge_expired")
		w.Post("/api/v1/session", map[string]any{"phone": phone, "password": adminPassword}).Want(202).OK(&step)
		finish(map[string]any{"code": code}).Refused(422, "second_factor.code_used")
		finish(map[string]any{"recovery_code": made.RecoveryCodes[0]}).OK(&session)
		if session.Account.SecondFactor.RecoveryLeft != 9 {
			w.Errorf("%+v", session.Account.SecondFactor)
		}

		w.pass(30 * time.Second)
		mine = w.As(session.AccessToken)
		var renewed people.FactorAdded
		mine.Post("/api/v1/me/second-factor/recovery-codes", map[string]any{"code": w.shown(e.Secret)}).OK(&renewed)
		if len(renewed.RecoveryCodes) != 10 || renewed.RecoveryCodes[0] == made.RecoveryCodes[0] {
			w.Errorf("%+v", renewed)
		}
		mine.Post("/api/v1/me/second-factor", map[string]any{"password": adminPassword}).Refused(409, "second_factor.exists")
		w.pass(30 * time.Second)
		mine.Post("/api/v1/me/second-factor/removal", map[string]any{"code": w.shown(e.Secret)}).OK(&me)
		if me.SecondFactor.On || !me.SecondFactor.Due {
			w.Errorf("%+v", me.SecondFactor)
		}
		mine.Get("/api/v1/me").Refused(403, "session.second_factor_needed")
	})
}

func TestResettingTheSecondFactorOfSomebody(t *testing.T) {
	inTown(t, "https://linli.example.cn", func(w *town) {
		w.appoint("13800000102", models.Admin, models.ScopeCounty)
		w.appoint("13800000103", models.CenterOfficer, models.ScopeCounty)
		staff, _ := w.signIn("13800000103")
		officer := w.As(staff.AccessToken)
		w.firstPassword(officer, adminPassword)
		w.enrol(officer, map[string]any{"password": adminPassword})

		session, _ := w.signIn("13800000102")
		admin := w.As(session.AccessToken)
		w.enrolByText(admin)

		var rows struct{ Items []people.AppointmentView }
		admin.Get("/api/v1/appointments?role=center_officer").OK(&rows)
		if len(rows.Items) != 1 || !rows.Items[0].SecondFactor || rows.Items[0].AccountID != staff.Account.ID {
			w.Fatalf("%+v", rows)
		}
		officer.Get("/api/v1/appointments").Tells("account_id").Lacks("second_factor")
		reset := func(by *apitest.Client, account int64) apitest.Answer {
			return by.Post("/api/v1/accounts/"+strconv.FormatInt(account, 10)+"/second-factor/reset", map[string]any{"reason": "手机丢了"})
		}
		reset(officer, session.Account.ID).Refused(403, "route.denied")
		reset(admin, session.Account.ID).Refused(403, "second_factor.own_reset")
		reset(admin, 999999).Refused(404, "account.not_found")
		reset(admin, staff.Account.ID).Want(204)
		reset(admin, staff.Account.ID).Refused(409, "second_factor.none")
		officer.Get("/api/v1/me").Refused(401, "session.invalid")
		w.Post("/api/v1/session", map[string]any{"phone": "13800000103", "password": adminPassword}).Want(200)
	})
}

// The answers to a wrong first factor are the same to the letter, whether there is a second one or not.
func TestRefusalsDoNotTellWhoHasASecondFactor(t *testing.T) {
	inTown(t, "https://linli.example.cn", func(w *town) {
		phones := []string{"13800000104", "13800000105", "13800000106"}
		for _, phone := range phones[:2] {
			w.appoint(phone, models.CenterOfficer, models.ScopeCounty)
			session, _ := w.signIn(phone)
			mine := w.As(session.AccessToken)
			w.firstPassword(mine, adminPassword)
			if phone == phones[0] {
				w.enrol(mine, map[string]any{"password": adminPassword})
			}
		}
		strange := regexp.MustCompile(`"request_id":"[^"]*"`)
		var seen []string
		for _, phone := range phones { // with, without, no account at all
			answer := w.Post("/api/v1/session", map[string]any{"phone": phone, "password": "a wrong password"})
			answer.Refused(422, "session.password_wrong")
			text := strange.ReplaceAllString(string(answer.Body), "")
			seen = append(seen, text+strings.Join(slices.Sorted(maps.Keys(answer.Header)), ","))
		}
		if seen[0] != seen[1] || seen[1] != seen[2] {
			w.Errorf("with: %s\nwithout: %s\nnobody: %s", seen[0], seen[1], seen[2])
		}
	})
}
