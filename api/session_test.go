package api_test

import (
	"context"
	"maps"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"linli/api"
	"linli/api/apitest"
	"linli/models"
	"linli/models/people"
	"linli/models/place"
	"linli/storage"
	persons "linli/storage/people"
	"linli/storage/storagetest"
)

// inbox is the phone that receives the codes.
type inbox struct {
	mu   sync.Mutex
	last string
}

func (i *inbox) Send(_ context.Context, _, _, text string) error {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.last = text
	return nil
}

// town is a server with accounts on a real store, and a clock of its own.
type town struct {
	*testing.T
	*apitest.Client
	server *api.Server
	store  *persons.Store
	db     *storage.DB
	inbox  *inbox
	mu     sync.Mutex
	moment time.Time
	unit   int64
	county int64
}

func (w *town) now() time.Time { w.mu.Lock(); defer w.mu.Unlock(); return w.moment }

func (w *town) pass(d time.Duration) { w.mu.Lock(); defer w.mu.Unlock(); w.moment = w.moment.Add(d) }

func inTown(t *testing.T, publicURL string, f func(w *town)) {
	t.Helper()
	w := &town{inbox: &inbox{}, moment: time.Date(2026, 11, 22, 2, 0, 0, 0, time.UTC)}
	storagetest.EachAt(t, w.now, func(t *testing.T, db *storage.DB) {
		w.T, w.db = t, db
		key := []byte("0123456789abcdef0123456789abcdef")
		tokens, err := api.NewAccessTokens([]api.TokenKey{{ID: "k", Key: key}}, w.now)
		if err != nil {
			t.Fatal(err)
		}
		if w.store, err = persons.New(db, persons.Options{Key: key, SMS: w.inbox}); err != nil {
			t.Fatal(err)
		}
		config := api.Config{PublicURL: publicURL, County: "孟津区", Version: "test", Now: w.now}
		w.server = api.New(config, api.Uses{Tokens: tokens, Signer: tokens, Actors: w.store, Sessions: w.store, People: w.store})
		w.Client = apitest.New(t, w.server)
		w.furnish()
		f(w)
	})
}

func (w *town) furnish() {
	w.Helper()
	err := w.db.Write(w.Context(), func(tx storage.Tx) error {
		create := func(row any) {
			if err := tx.DB().Create(row).Error; err != nil {
				w.Fatal(err)
			}
		}
		county := place.Division{Level: place.County}
		create(&county)
		estate := place.Estate{Code: "CG-1", Name: "桂花小区", CommunityID: county.ID, TownID: county.ID, BaselineClass: place.ClassProfessional,
			AgeClass: place.AgeOld, Version: 1, CreatedAt: tx.At(), UpdatedAt: tx.At()}
		create(&estate)
		building := place.Building{EstateID: estate.ID, Name: "3号楼", PosterToken: "p", CreatedAt: tx.At()}
		create(&building)
		entrance := place.Entrance{BuildingID: building.ID, Name: "2单元"}
		create(&entrance)
		unit := place.Unit{EstateID: estate.ID, BuildingID: building.ID, EntranceID: entrance.ID, Name: "501"}
		create(&unit)
		w.county, w.unit = county.ID, unit.ID
		return nil
	})
	if err != nil {
		w.Fatal(err)
	}
}

// signIn goes the whole way of a phone, and gives the session and its cookie.
func (w *town) signIn(phone string) (api.Session, string) {
	w.Helper()
	var asked people.CodeView
	w.Post("/api/v1/session/codes", map[string]any{"phone": phone}).OK(&asked)
	if _, err := w.store.DeliverSMS(w.Context()); err != nil {
		w.Fatal(err)
	}
	code := regexp.MustCompile(`\d{6}`).FindString(w.inbox.last)
	var session api.Session
	answer := w.Post("/api/v1/session", map[string]any{"request_id": asked.RequestID, "code": code, "device": "phone"})
	answer.OK(&session)
	return session, cookieIn(w.T, answer.Header)
}

func cookieIn(t *testing.T, header http.Header) string {
	t.Helper()
	set := header.Get("Set-Cookie")
	pair, _, _ := strings.Cut(set, ";")
	if pair == "" {
		t.Fatal("no cookie")
	}
	return pair
}

func TestSessionOfAPhone(t *testing.T) {
	inTown(t, "https://linli.example.cn", func(w *town) {
		session, cookie := w.signIn("13800000001")
		if session.ExpiresIn != 600 || session.Account.PhoneMasked != "138****0001" {
			w.Fatalf("%+v", session)
		}
		mine := w.As(session.AccessToken)
		var me people.AccountView
		mine.Get("/api/v1/me").OK(&me)
		if me.ID != session.Account.ID {
			w.Fatalf("%+v", me)
		}

		w.pass(11 * time.Minute)
		mine.Get("/api/v1/me").Refused(401, "session.invalid")
		refreshed := w.With("Cookie", cookie).Post("/api/v1/session/refresh", map[string]any{})
		refreshed.OK(&session)
		next := cookieIn(w.T, refreshed.Header)
		w.With("Cookie", cookie).Post("/api/v1/session/refresh", map[string]any{}).Want(200)
		mine = w.As(session.AccessToken)
		mine.Get("/api/v1/me").Want(200)

		var list struct{ Items []people.SessionView }
		mine.Get("/api/v1/sessions").OK(&list)
		if len(list.Items) != 1 || !list.Items[0].Current || list.Items[0].Device != "phone" {
			w.Fatalf("%+v", list)
		}

		left := w.With("Cookie", next).Do("DELETE", "/api/v1/session", nil)
		left.Want(204)
		if left.Header.Get("Clear-Site-Data") != `"cache"` || !strings.Contains(left.Header.Get("Set-Cookie"), "Max-Age=0") {
			w.Fatalf("%v", left.Header)
		}
		mine.Get("/api/v1/me").Refused(401, "session.invalid") // the access token has minutes to go, and is dead
		w.With("Cookie", next).Post("/api/v1/session/refresh", map[string]any{}).Refused(401, "session.expired")
		w.Post("/api/v1/session/refresh", map[string]any{}).Refused(401, "session.missing")
		w.Do("DELETE", "/api/v1/session", nil).Want(204)
	})
}

// The answer with the next cookie is lost; the phone comes back with the old one when it has a line again.
func TestALostRefreshOverHTTP(t *testing.T) {
	inTown(t, "https://linli.example.cn", func(w *town) {
		session, cookie := w.signIn("13800000007")
		refresh := func() apitest.Answer {
			return w.With("Cookie", cookie).Post("/api/v1/session/refresh", map[string]any{})
		}
		w.pass(9 * time.Minute)
		lost := cookieIn(w.T, refresh().Header)
		w.pass(40 * time.Second)
		w.As(session.AccessToken).Get("/api/v1/me").Want(200) // another tab, with the access token of before
		answer := refresh()
		answer.OK(&session)
		if cookieIn(w.T, answer.Header) != lost {
			w.Fatal("there are two successors")
		}
		w.As(session.AccessToken).Get("/api/v1/me").Want(200) // now it has arrived
		refresh().Refused(401, "session.reused")
		w.With("Cookie", lost).Post("/api/v1/session/refresh", map[string]any{}).Refused(401, "session.expired")
		w.As(session.AccessToken).Get("/api/v1/me").Refused(401, "session.invalid")
	})
}

func TestRefreshCookie(t *testing.T) {
	for name, c := range map[string]struct{ publicURL, want string }{
		"https":   {"https://linli.example.cn", "__Host-linli_refresh=; Path=/; Max-Age=N; HttpOnly; Secure; SameSite=Strict"},
		"http":    {"http://127.0.0.1:8080", "linli_refresh=; Path=/; Max-Age=N; HttpOnly; SameSite=Strict"},
		"unknown": {"", "linli_refresh=; Path=/; Max-Age=N; HttpOnly; SameSite=Strict"},
	} {
		t.Run(name, func(t *testing.T) {
			inTown(t, c.publicURL, func(w *town) {
				var asked people.CodeView
				w.Post("/api/v1/session/codes", map[string]any{"phone": "13800000002"}).OK(&asked)
				if _, err := w.store.DeliverSMS(w.Context()); err != nil {
					w.Fatal(err)
				}
				code := regexp.MustCompile(`\d{6}`).FindString(w.inbox.last)
				got := w.Post("/api/v1/session", map[string]any{"request_id": asked.RequestID, "code": code}).Header.Get("Set-Cookie")
				got = regexp.MustCompile(`=[^;]+; Path`).ReplaceAllString(got, "=; Path")
				if !strings.Contains(got, "Max-Age=15552000") {
					w.Errorf("a resident's cookie should live 180 days: %s", got)
				}
				if got = regexp.MustCompile(`Max-Age=\d+`).ReplaceAllString(got, "Max-Age=N"); got != c.want {
					w.Errorf("sets %s\nwant %s", got, c.want)
				}
				w.pass(24 * time.Hour)
			})
		})
	}
}

// On https only the __Host- cookie counts: a plain one can be set by a neighbouring host or over http.
func TestPlainCookieIsNothingOnHTTPS(t *testing.T) {
	inTown(t, "https://linli.example.cn", func(w *town) {
		_, cookie := w.signIn("13800000003")
		plain := strings.TrimPrefix(cookie, "__Host-")
		w.With("Cookie", plain).Post("/api/v1/session/refresh", map[string]any{}).Refused(401, "session.missing")
	})
}

func TestCookieRoutesRefuseForeignPages(t *testing.T) {
	inTown(t, "https://linli.example.cn", func(w *town) {
		_, cookie := w.signIn("13800000004")
		for name, change := range map[string][2]string{
			"no client header": {"X-Linli-Client", ""},
			"another site":     {"Sec-Fetch-Site", "cross-site"},
			"another host":     {"Sec-Fetch-Site", "same-site"},
		} {
			for _, route := range [][2]string{
				{"POST", "/api/v1/session/refresh"}, {"POST", "/api/v1/session"}, {"DELETE", "/api/v1/session"},
				{"POST", "/api/v1/session/codes"}, {"POST", "/api/v1/setup"},
			} {
				r := httptest.NewRequest(route[0], route[1], strings.NewReader(`{}`))
				r.Header.Set("Content-Type", "application/json")
				r.Header.Set("Cookie", cookie)
				r.Header.Set("X-Linli-Client", "pwa")
				r.Header.Set(change[0], change[1])
				if res := w.Send(r); res.Code != 403 || res.Header.Get("Set-Cookie") != "" {
					w.Errorf("%s, %v: %d", name, route, res.Code)
				}
			}
		}
		w.With("Cookie", cookie).With("Sec-Fetch-Site", "same-origin").Post("/api/v1/session/refresh", map[string]any{}).Want(200)
	})
}

func TestSignInTellsNothing(t *testing.T) {
	inTown(t, "", func(w *town) {
		session, _ := w.signIn("13800000005")
		w.As(session.AccessToken).Do("PUT", "/api/v1/me/password", map[string]any{"new": "correct horse battery"}).Refused(422, "account.proof_missing")
		w.firstPassword(w.As(session.AccessToken), "correct horse battery")
		w.pass(2 * time.Minute)

		shape := func(path string, body map[string]any) string {
			a := w.Post(path, body)
			text := regexp.MustCompile(`"(request_id)":"[^"]*"`).ReplaceAllString(string(a.Body), "")
			return http.StatusText(a.Code) + text + strings.Join(slices.Sorted(maps.Keys(a.Header)), ",")
		}
		for _, c := range []struct {
			path string
			body map[string]any
		}{
			{"/api/v1/session", map[string]any{"password": "not the right one"}},
			{"/api/v1/session/codes", map[string]any{}},
		} {
			c.body["phone"] = "13800000005"
			known := shape(c.path, c.body)
			c.body["phone"] = "13800000006"
			if unknown := shape(c.path, c.body); known != unknown {
				w.Errorf("%s tells who has an account:\n%s\n%s", c.path, known, unknown)
			}
		}
		w.Post("/api/v1/session", map[string]any{"phone": "13800000005", "password": "correct horse battery"}).Want(200)
		w.Post("/api/v1/session", map[string]any{}).Refused(422, "session.credentials_missing")
		w.Post("/api/v1/session", map[string]any{"phone": "13800000005", "role": "admin"}).Refused(422, "request.unknown_field")
	})
}

// From the first admin to a resident whose home is approved, and a role taken away.
func TestPeopleRoutes(t *testing.T) {
	inTown(t, "", func(w *town) {
		var setup api.SetupAnswer
		w.Get("/api/v1/setup").OK(&setup)
		if !setup.NeedsSetup || setup.Hotline != "12345" || setup.CountyName != "孟津区" || setup.Version != "test" {
			w.Fatalf("%+v", setup)
		}
		token, err := w.store.MakeSetupToken(w.Context())
		if err != nil {
			w.Fatal(err)
		}
		first := map[string]any{"token": token, "phone": "13800000010", "name": "管理员", "password": "correct horse battery"}
		w.Post("/api/v1/setup", first).Want(204)
		w.Post("/api/v1/setup", first).Refused(422, "setup.token_wrong")
		w.Get("/api/v1/setup").OK(&setup)
		if setup.NeedsSetup {
			w.Error("still asks for an admin")
		}
		var session api.Session
		w.Post("/api/v1/session", map[string]any{"phone": "13800000010", "password": "correct horse battery"}).OK(&session)
		admin := w.As(session.AccessToken)
		admin.Get("/api/v1/appointments").Refused(403, "session.second_factor_needed") // the first admin adds his second factor first
		w.enrol(admin, map[string]any{"password": "correct horse battery"})

		centre := map[string]any{"phone": "13800000011", "name": "李四", "role": "center_officer", "scope_kind": "county", "scope_id": w.county}
		var appointed people.MembershipView
		admin.Post("/api/v1/appointments", centre).OK(&appointed)
		admin.Post("/api/v1/appointments", centre).Refused(409, "membership.exists")
		centre["demo"] = true
		admin.Post("/api/v1/appointments", centre).Refused(422, "request.unknown_field")
		session, _ = w.signIn("13800000011")
		officer := w.As(session.AccessToken)
		session, _ = w.signIn("13800000012")
		resident := w.As(session.AccessToken)

		var asked people.MembershipView
		resident.Post("/api/v1/memberships", map[string]any{"unit_id": w.unit, "relation": "owner"}).OK(&asked)
		resident.Get("/api/v1/memberships?status=pending").Refused(403, "route.denied")
		resident.Get("/api/v1/appointments").Refused(403, "route.denied")
		var pending struct{ Items []people.RequestView }
		list := officer.Get("/api/v1/memberships?status=pending")
		list.OK(&pending)
		if len(pending.Items) != 1 || pending.Items[0].ID != asked.ID || strings.Contains(string(list.Body), "13800000012") {
			w.Fatalf("%s", list.Body)
		}
		decision := "/api/v1/memberships/" + strconv.FormatInt(asked.ID, 10) + "/decision"
		officer.Post(decision, map[string]any{"approve": true}).Refused(422, "membership.method_unknown")
		officer.Post(decision, map[string]any{"approve": true, "method": "visit"}).OK(&asked)
		if asked.Status != models.Approved {
			w.Fatalf("%+v", asked)
		}
		var me people.AccountView
		resident.Get("/api/v1/me").OK(&me)
		if me.Home == nil || !me.Home.Approved || me.Home.UnitName != "501" {
			w.Fatalf("%+v", me)
		}
		resident.Do("PATCH", "/api/v1/me", map[string]any{"name": "王五", "locale": "en"}).OK(&me)
		if me.Name != "王五" || me.Locale != "en" {
			w.Fatalf("%+v", me)
		}
		resident.Do("PATCH", "/api/v1/me", map[string]any{"phone": "13900000000"}).Refused(422, "request.unknown_field")

		var held struct {
			Items []people.AppointmentView
			Next  string
		}
		officer.Get("/api/v1/appointments?limit=1").OK(&held)
		if len(held.Items) != 1 || held.Next == "" || held.Items[0].AccountName != "李四" {
			w.Fatalf("%+v", held)
		}
		officer.Get("/api/v1/appointments?limit=1&cursor=" + held.Next).OK(&held)
		officer.Get("/api/v1/appointments?cursor=x").Refused(422, "request.invalid")
		admin.Post("/api/v1/memberships/"+strconv.FormatInt(appointed.ID, 10)+"/end", map[string]any{"reason": "moved"}).Want(200)
		officer.Get("/api/v1/appointments").Refused(403, "route.denied") // the token still says center_officer
	})
}
