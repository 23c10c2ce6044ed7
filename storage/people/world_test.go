package people

import (
	"context"
	"errors"
	"regexp"
	"sync"
	"testing"
	"time"

	"linli/models"
	"linli/models/people"
	"linli/models/place"
	"linli/storage"
	"linli/storage/storagetest"
)

// world is a small county with a clock of its own.
type world struct {
	*testing.T
	*Store
	mu     sync.Mutex
	moment time.Time
	phone  *fakePhone

	county, town, otherTown, community, otherCommunity      int64
	operator, station, neighbour, townParty, center, agency int64
	units                                                   map[string]int64 // by who answers: operator, station, neighbour, nobody, town
	building                                                int64
}

// fakePhone receives the text messages.
type fakePhone struct {
	mu    sync.Mutex
	texts map[string][]string
	down  bool
}

func (f *fakePhone) Send(_ context.Context, _, phone, text string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.down {
		return errors.New("sms gateway: status 500")
	}
	f.texts[phone] = append(f.texts[phone], text)
	return nil
}

func (f *fakePhone) count() (n int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, t := range f.texts {
		n += len(t)
	}
	return n
}

var codePattern = regexp.MustCompile(`\d{6}`)

var testKey = []byte("0123456789abcdef0123456789abcdef")

// each runs f in a fresh world on both databases.
func each(t *testing.T, o Options, f func(w *world)) {
	t.Helper()
	for _, name := range []string{"sqlite", "postgres"} {
		t.Run(name, func(t *testing.T) {
			w := &world{T: t, moment: time.Date(2026, 11, 22, 2, 0, 0, 0, time.UTC), phone: &fakePhone{texts: map[string][]string{}}, units: map[string]int64{}}
			options := storage.Options{Now: w.now, Dir: t.TempDir(), FastUnsafe: true}
			if name == "postgres" {
				options = storage.Options{Now: w.now, URL: storagetest.Migrated(t)}
			}
			db := storagetest.Open(t, options)
			o := o
			o.Key = testKey
			if o.SMS == nil {
				o.SMS = w.phone
			}
			store, err := New(db, o)
			if err != nil {
				t.Fatal(err)
			}
			w.Store = store
			w.build()
			f(w)
		})
	}
}

func (w *world) now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.moment
}

func (w *world) pass(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.moment = w.moment.Add(d)
	if w.Store != nil {
		w.actors.forget() // the cache counts real time, the test does not
	}
}

func (w *world) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

// code checks the stable code of a refusal.
func (w *world) code(err error, want string) {
	w.Helper()
	if err == nil || models.CodeOf(err) != want {
		w.Fatalf("got %v, want %s", err, want)
	}
}

func (w *world) write(f func(tx storage.Tx) error) {
	w.Helper()
	w.must(w.db.Write(w.Context(), f))
}

func (w *world) build() {
	w.Helper()
	w.write(func(tx storage.Tx) error {
		create := func(row any) { w.Helper(); w.must(tx.DB().Create(row).Error) }
		division := func(level place.Level, parent int64, code, name string) int64 {
			d := place.Division{Level: level}
			if parent != 0 {
				d.ParentID = &parent
			}
			create(&d)
			create(&place.DivisionCode{DivisionID: d.ID, Code: code, Name: name, ValidFrom: "2019-01-01", RecordedAt: tx.At()})
			return d.ID
		}
		w.county = division(place.County, 0, "410322", "孟津县")
		w.town = division(place.Town, w.county, "410322100", "城关镇")
		w.otherTown = division(place.Town, w.county, "410322101", "会盟镇")
		w.community = division(place.Community, w.town, "410322100001", "桂花社区")
		w.otherCommunity = division(place.Community, w.town, "410322100002", "牡丹社区")
		party := func(code string, kind place.PartyKind, in int64) int64 {
			p := place.HandlingParty{Code: code, Kind: kind, Name: code, CreatedAt: tx.At()}
			if in != 0 {
				p.DivisionID = &in
			}
			create(&p)
			return p.ID
		}
		w.operator = party("operator", place.PartyOperator, 0)
		w.station = party("station", place.PartyServiceStation, w.community)
		w.neighbour = party("neighbour", place.PartyServiceStation, w.otherCommunity)
		w.townParty = party("town", place.PartyTown, w.town)
		w.center = party("center", place.PartyPropertyCenter, w.county)
		w.agency = party("agency", place.PartyAgency, 0)
		for name, answers := range map[string]int64{"operator": w.operator, "station": w.station, "neighbour": w.neighbour, "nobody": 0, "town": w.townParty} {
			w.units[name] = w.estate(tx, name, answers)
		}
		return nil
	})
}

// estate makes one unit in a place for which the party answers.
func (w *world) estate(tx storage.Tx, name string, answers int64) int64 {
	create := func(row any) { w.Helper(); w.must(tx.DB().Create(row).Error) }
	e := place.Estate{Code: name, Name: name + "小区", CommunityID: w.community, TownID: w.town, BaselineClass: place.ClassProfessional,
		AgeClass: place.AgeOld, Households: 40, Version: 1, CreatedAt: tx.At(), UpdatedAt: tx.At()}
	create(&e)
	b := place.Building{EstateID: e.ID, Code: name, Name: "3号楼", PosterToken: name, Households: 40, CreatedAt: tx.At()}
	create(&b)
	w.building = b.ID
	en := place.Entrance{BuildingID: b.ID, Name: "2单元"}
	create(&en)
	u := place.Unit{EstateID: e.ID, BuildingID: b.ID, EntranceID: en.ID, Name: "501"}
	create(&u)
	if answers != 0 {
		create(&place.ServiceTerm{EstateID: e.ID, HandlingPartyID: answers, ServiceMode: place.ModeProfessional, ValidFrom: "2020-01-01", RecordedAt: tx.At()})
	}
	return u.ID
}

// person makes an account with a role, by the import's door, and gives its actor.
func (w *world) person(phone string, role models.Role, kind models.ScopeKind, id int64) models.Actor {
	w.Helper()
	w.write(func(tx storage.Tx) error {
		account, err := LinkPhone(tx, models.SystemActor, phone, "张三")
		if err != nil || role == "" {
			return err
		}
		_, err = GrantMembership(tx, models.SystemActor, Grant{AccountID: account.ID, Role: role, ScopeKind: kind, ScopeID: id})
		return err
	})
	return w.signIn(phone)
}

// text asks for a code and reads it from the phone.
func (w *world) text(phone string) (request, code string) {
	w.Helper()
	view, err := w.RequestCode(w.Context(), phone, "192.0.2.1")
	w.must(err)
	_, err = w.DeliverSMS(w.Context())
	w.must(err)
	texts := w.phone.texts[phone]
	if len(texts) == 0 {
		w.Fatalf("no text message for %s", phone)
	}
	return view.RequestID, codePattern.FindString(texts[len(texts)-1])
}

func (w *world) open(phone string) people.SignedIn {
	w.Helper()
	request, code := w.text(phone)
	signed, err := w.SignInByCode(w.Context(), people.ByCode{RequestID: request, Code: code, Device: "test", Address: "192.0.2.1"})
	w.must(err)
	w.write(func(tx storage.Tx) error { return tx.DB().Exec("DELETE FROM rate_limits").Error }) // the test's own sign-ins do not count
	return signed
}

func (w *world) signIn(phone string) models.Actor {
	w.Helper()
	signed := w.open(phone)
	a, err := w.LoadActor(w.Context(), signed.Access())
	w.must(err)
	return a
}

// ledger counts the lines of one action.
func (w *world) ledger(noun, action string) (n int64) {
	w.Helper()
	w.must(w.db.Read(w.Context(), func(tx storage.Tx) error {
		return tx.DB().Table("ledger").Where("noun = ? AND action = ?", noun, action).Count(&n).Error
	}))
	return n
}
