package people

import (
	"strings"
	"testing"

	"linli/models"
	"linli/models/people"
	"linli/storage"
)

func TestAccountsByHand(t *testing.T) {
	each(t, Options{}, func(w *world) {
		const phone = "13800000023"
		signed := w.withPassword(phone)
		other := w.open("13800000024")
		ended := func() {
			w.Helper()
			_, err := w.Refresh(w.Context(), signed.RefreshToken)
			w.code(err, "session.expired")
			_, err = w.LoadActor(w.Context(), signed.Access())
			w.code(err, "session.expired")
			_, err = w.LoadActor(w.Context(), other.Access()) // nobody else's
			w.must(err)
		}
		_, err := w.LoadActor(w.Context(), signed.Access())
		w.must(err)

		w.must(w.SignOutByHand(w.Context(), "+86 "+phone))
		ended()
		signed, err = w.SignInByPassword(w.Context(), people.ByPassword{Phone: phone, Password: goodPassword, Address: "192.0.2.1"})
		w.must(err)

		w.must(w.DisableByHand(w.Context(), phone))
		ended()
		w.code(w.password(phone, goodPassword, "192.0.2.1"), "session.password_wrong")

		w.must(w.EnableByHand(w.Context(), phone))
		ended() // what was ended stays so
		w.must(w.password(phone, goodPassword, "192.0.2.1"))

		w.code(w.DisableByHand(w.Context(), "13800000099"), "account.not_found")
		for _, action := range []string{"sign_out", "disable", "enable"} {
			if n := w.ledger("account", action); n != 1 {
				w.Errorf("%d × %s in the ledger", n, action)
			}
		}
	})
}

func TestAnAdminSignsALostPhoneOut(t *testing.T) {
	each(t, Options{}, func(w *world) {
		admin, centre := w.admin("13800000322"), w.person("13800000325", models.CenterOfficer, models.ScopeCounty, w.county)
		const phone = "13800000323"
		signed := w.withPassword(phone)
		other := w.open("13800000324")

		w.code(w.SignOutEverywhere(w.Context(), admin, admin.AccountID, "lost"), "account.own_sign_out")
		w.code(w.SignOutEverywhere(w.Context(), centre, signed.Account.ID, "lost"), "account.not_found")
		w.code(w.SignOutEverywhere(w.Context(), admin, signed.Account.ID, " "), "account.reason_missing")
		w.code(w.SignOutEverywhere(w.Context(), admin, signed.Account.ID, strings.Repeat("x", 601)), "account.reason_too_long")
		w.code(w.SignOutEverywhere(w.Context(), admin, 999999, "lost"), "account.not_found")
		_, err := w.LoadActor(w.Context(), signed.Access()) // nothing has happened yet
		w.must(err)

		w.must(w.SignOutEverywhere(w.Context(), admin, signed.Account.ID, "手机掉进河里"))
		_, err = w.Refresh(w.Context(), signed.RefreshToken)
		w.code(err, "session.expired")
		_, err = w.LoadActor(w.Context(), signed.Access())
		w.code(err, "session.expired")
		_, err = w.LoadActor(w.Context(), other.Access()) // nobody else's
		w.must(err)
		w.must(w.password(phone, goodPassword, "192.0.2.1")) // he himself may come in again

		var told []storage.Told
		w.must(w.db.Read(w.Context(), func(tx storage.Tx) error { told, err = storage.History(tx, "account", signed.Account.ID); return err }))
		for _, line := range told {
			if line.Action == "sign_out" && line.ActorID == admin.AccountID && line.ActorRole == models.Admin && line.Note == "手机掉进河里" {
				return
			}
		}
		w.Errorf("the ledger does not say who did it and why: %+v", told)
	})
}
