package people

import (
	"testing"

	"linli/models/people"
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
