package main

import (
	"net/http"
	"time"

	"github.com/pquerna/otp/totp"

	"linli/api/apitest"
	"linli/models"
	"linli/storage"
)

// enrol adds a second factor for somebody, as every admin must before anything else is open to him.
func (w *world) enrol(a models.Actor) {
	w.t.Helper()
	mine := w.as(a)
	var e struct{ Secret string }
	mine.Post("/api/v1/me/second-factor", map[string]any{"password": testPassword}).OK(&e)
	w.apps[a.AccountID] = e.Secret
	mine.Post("/api/v1/me/second-factor/confirmation", map[string]any{"code": w.appCode(a.AccountID)}).OK(nil)
}

// secondStep goes on from the first step of a sign-in, where there is a second. Tests sign in more often than once in
// thirty seconds, so the code of the moment counts as not used yet.
func (w *world) secondStep(first apitest.Answer, account int64) apitest.Answer {
	w.t.Helper()
	if first.Code != http.StatusAccepted {
		return first
	}
	var asked struct{ Challenge string }
	first.OK(&asked)
	err := w.house.db.Write(w.t.Context(), func(tx storage.Tx) error {
		return tx.DB().Exec("UPDATE second_factors SET last_step = 0 WHERE account_id = ?", account).Error
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return w.anyone.Post("/api/v1/session/second-factor", map[string]any{"challenge": asked.Challenge, "code": w.appCode(account)})
}

// appCode is what the person's authenticator app shows now.
func (w *world) appCode(account int64) string {
	w.t.Helper()
	code, err := totp.GenerateCode(w.apps[account], time.Now())
	if err != nil {
		w.t.Fatal(err)
	}
	return code
}
