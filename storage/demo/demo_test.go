package demo

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"reflect"
	"slices"
	"testing"
	"time"

	"linli/models"
	photorules "linli/models/photo"
	"linli/models/place"
	rules "linli/models/ticket"
	"linli/storage"
	"linli/storage/ledger"
	"linli/storage/people"
	"linli/storage/photo"
	places "linli/storage/place"
	"linli/storage/score"
	"linli/storage/seed"
	"linli/storage/storagetest"
	"linli/storage/ticket"
)

// moment is when the demo of the tests takes place: an afternoon in the heating season.
var moment = time.Date(2026, 11, 22, 6, 30, 0, 0, time.UTC)

func atMoment() time.Time { return moment }

// wired is a database with all stores on it, as the program wires them.
func wired(t *testing.T, db *storage.DB) Deps {
	t.Helper()
	d := Deps{DB: db, Password: "linli-demo-2026", Pixels: 96}
	d.Photos = photo.New(db, storagetest.Disk(t), photo.Hooks{
		Sees:    ticket.MaySee,
		Stored:  func(tx storage.Tx, p photorules.Photo) error { return d.Tickets.PhotoStored(tx, p) },
		Refused: func(tx storage.Tx, p photorules.Photo) error { return d.Tickets.PhotoRefused(tx, p) },
	})
	d.Tickets = ticket.New(db, d.Photos, []byte("0123456789abcdef0123456789abcdef"))
	d.Places = places.New(db, places.Options{OnHandOver: func(tx storage.Tx, estate int64, _ models.Date) error {
		_, err := d.Tickets.HandOver(tx, estate)
		return err
	}})
	d.Scores = score.New(db)
	if err := db.Write(t.Context(), seed.All); err != nil {
		t.Fatal(err)
	}
	return d
}

// stopAfter cancels a context once a part has come so far.
func stopAfter(ctx context.Context, what string, done int) (context.Context, Progress) {
	ctx, cancel := context.WithCancel(ctx)
	return ctx, func(n, _ int, part string) {
		if part == what && n >= done {
			cancel()
		}
	}
}

// fingerprint is everything about the tickets that people see, in the order of their numbers.
func fingerprint(t *testing.T, db *storage.DB) string {
	t.Helper()
	var rows []string
	err := db.Read(t.Context(), func(tx storage.Tx) error {
		var tickets []rules.Ticket
		err := tx.DB().Order("id").Limit(5000).Find(&tickets).Error
		for _, k := range tickets {
			rows = append(rows, fmt.Sprintln(k.ID, k.Number, k.Category, k.Text, k.State, k.FiledAt.UTC(), k.EstateID, k.BuildingID, k.HandlingPartyID, k.AuthorID, k.Closing, k.ResolveDue.UTC(), k.ClientID))
		}
		var photos []photorules.Photo
		if err := tx.DB().Order("client_id").Limit(10_000).Find(&photos).Error; err != nil {
			return err
		}
		for _, p := range photos {
			rows = append(rows, fmt.Sprintln(p.ClientID, p.ClientSHA256, p.Status, p.TicketID))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return storage.ContentHash(rows)
}

// TestPrepare makes what is needed at once on both databases; on the second one it is stopped twice and goes on.
func TestPrepare(t *testing.T) {
	var prints []string
	storagetest.EachAt(t, atMoment, func(t *testing.T, db *storage.DB) {
		d := wired(t, db)
		for _, stop := range []struct {
			what string
			done int
		}{{"people", 500}, {"desk", 40}}[:2*len(prints)] {
			ctx, progress := stopAfter(t.Context(), stop.what, stop.done)
			if _, err := Prepare(ctx, d, moment, progress); !errors.Is(err, context.Canceled) {
				t.Fatalf("stopped at %s: %v", stop.what, err)
			}
		}
		summary, err := Prepare(t.Context(), d, moment.Add(time.Hour*time.Duration(len(prints))), nil)
		if err != nil {
			t.Fatal(err)
		}
		if summary.Estates != 549 || summary.Accounts < 1200 || summary.Tickets < 2400 || summary.Open < 60 {
			t.Errorf("%+v", summary)
		}
		print := fingerprint(t, db)
		prints = append(prints, print)
		if _, err := Prepare(t.Context(), d, moment.AddDate(0, 1, 0), nil); err != nil {
			t.Fatal(err)
		}
		if fingerprint(t, db) != print {
			t.Error("a second Prepare changed something")
		}
		lookAtDesks(t, d)
		lookAtBulletins(t, d)
		lookAtCallbacks(t, d)
		lookAtCauses(t, d)
		if len(prints) == 1 {
			phonesAtAllHours(t, d)
		}
		historyIsBelievable(t, d)
		historyGoesOn(t, d)
		ledgerTellsIt(t, d)
	})
	if len(prints) == 2 && prints[0] != prints[1] {
		t.Error("the two databases hold different counties")
	}
}

// lookAtDesks signs the fixed people in, so to speak, and looks at what they find: a list says the same of a ticket as its
// own page, though it reads it in another way.
func lookAtDesks(t *testing.T, d Deps) {
	t.Helper()
	least := map[models.Role]struct {
		box rules.Box
		n   int
	}{
		models.Resident: {rules.BoxMine, 5}, models.BuildingSteward: {rules.BoxBuilding, 3}, models.OperatorStaff: {rules.BoxDesk, 5},
		models.OperatorManager: {rules.BoxDesk, 5}, models.OwningUnitStaff: {rules.BoxDesk, 2}, models.StationStaff: {rules.BoxDesk, 3},
		models.TownOfficer: {rules.BoxAll, 20}, models.CenterOfficer: {rules.BoxAll, 20}, models.LeadingGroupOffice: {rules.BoxAll, 20}, models.Auditor: {rules.BoxAll, 20},
	}
	for _, login := range Logins(d.Password) {
		want, looks := least[login.Role]
		if !looks {
			continue
		}
		var a models.Actor
		err := d.DB.Read(t.Context(), func(tx storage.Tx) error {
			account, err := people.AccountByPhone(tx, login.Phone)
			if err != nil {
				return err
			}
			a, err = people.ActorOf(tx, account.ID)
			return err
		})
		if err != nil || !a.Has(login.Role) {
			t.Errorf("%s: %v", login.Role, err)
			continue
		}
		page, err := d.Tickets.Tickets(t.Context(), a, rules.Query{Box: want.box, Limit: 50})
		if err != nil || len(page.Items) < want.n {
			t.Errorf("%s finds %d tickets, want %d: %v", login.Role, len(page.Items), want.n, err)
		}
		for _, row := range page.Items {
			view, err := d.Tickets.Ticket(t.Context(), a, row.ID)
			if err != nil || !reflect.DeepEqual(row, view.Row) {
				t.Errorf("%s reads in the list\n%+v and on the ticket\n%+v: %v", login.Role, row, view.Row, err)
			}
		}
	}
}

// lookAtCauses reads what the station of the cast finds and looks after: a lift that has a case, a barrier that has none.
func lookAtCauses(t *testing.T, d Deps) {
	t.Helper()
	var station models.Actor
	err := d.DB.Read(t.Context(), func(tx storage.Tx) error {
		account, err := people.AccountByPhone(tx, loginPhone(slices.IndexFunc(cast, func(l Login) bool { return l.Role == models.StationStaff })))
		if err == nil {
			station, err = people.ActorOf(tx, account.ID)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	list, err := d.Tickets.Causes(t.Context(), station)
	if err != nil || len(list.Cases) != 1 || list.Cases[0].Thing != "lift" || list.Cases[0].State != rules.CausePlanned || list.Cases[0].Tickets < 3 || list.Cases[0].CameBack != 0 {
		t.Errorf("the station looks after %+v, %v", list.Cases, err)
	}
	if !slices.ContainsFunc(list.Found, func(f rules.FoundRepeat) bool {
		return f.Thing == "gate" && f.Times >= 3 && f.Households >= 2 && f.MayOpen // the county's other people may tell of it as well
	}) {
		t.Errorf("the station finds %+v", list.Found)
	}
}

// lookAtBulletins reads what the resident of the cast reads of his house, and what its operator posted.
func lookAtBulletins(t *testing.T, d Deps) {
	t.Helper()
	reader := func(n int) (a models.Actor) {
		err := d.DB.Read(t.Context(), func(tx storage.Tx) error {
			account, err := people.AccountByPhone(tx, loginPhone(n))
			if err == nil {
				a, err = people.ActorOf(tx, account.ID)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	home, err := d.Tickets.HomeBulletins(t.Context(), reader(0))
	if err != nil || len(home.Items) != 1 || home.Items[0].State != rules.BulletinRunning || home.Items[0].Category != "UTIL-01" {
		t.Errorf("the resident reads %+v, %v", home, err)
	}
	page, err := d.Tickets.Bulletins(t.Context(), reader(2))
	if err != nil || len(page.Items) != 2 || page.Items[1].EndedAt == nil || page.Items[1].EndedAbove || !page.Items[0].MayEnd {
		t.Errorf("the operator reads %+v, %v", page, err)
	}
}

// lookAtCallbacks: the station of the cast has somebody to call back, others have told results.
func lookAtCallbacks(t *testing.T, d Deps) {
	t.Helper()
	s, err := begin(t.Context(), d, time.Time{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	err = d.DB.Read(t.Context(), func(tx storage.Tx) error {
		county, err := s.registered(tx)
		if err != nil {
			return err
		}
		var open, told int64
		err = tx.DB().Table("callbacks").Where("state = 'open' AND level = ? AND community_id = ?", models.LevelStation, county.ofClass(place.ClassProfessional, castEstate).CommunityID).Count(&open).Error
		if err == nil {
			err = tx.DB().Table("callback_tellings").Count(&told).Error
		}
		if open == 0 || told == 0 {
			t.Errorf("%d to call back, %d results told", open, told)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// phonesAtAllHours begins the demo's weeks of posted phones by day, late, at night, and on a Monday before its first hour: whoever signs in for the station of the cast finds a
// call to make, also in the middle of the night.
func phonesAtAllHours(t *testing.T, d Deps) {
	t.Helper()
	s, err := begin(t.Context(), d, time.Time{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	undone := errors.New("undone")
	for _, at := range []string{"2026-11-21T21:35", "2026-11-21T22:25", "2026-11-22T06:50", "2026-11-22T12:00", "2026-11-22T23:59", "2026-11-23T02:00", "2026-11-23T07:29", "2026-11-23T07:45"} {
		if s.now, err = time.ParseInLocation("2006-01-02T15:04", at, models.Shanghai); err != nil {
			t.Fatal(err)
		}
		err := d.DB.Write(t.Context(), func(tx storage.Tx) error {
			for _, table := range []string{"phone_check_estates", "phone_checks", "phone_draws"} {
				if err := tx.DB().Exec("DELETE FROM " + table).Error; err != nil {
					return err
				}
			}
			for ago := 1; ago >= 0; ago-- {
				if err := s.phonesOfWeek(tx.Moved(s.now), ago); err != nil {
					return err
				}
			}
			county, err := s.registered(tx)
			if err != nil {
				return err
			}
			var open int64
			err = tx.DB().Table("phone_checks").Where("community_id = ? AND level = ? AND due_at <= ? AND until_at > ?",
				county.ofClass(place.ClassProfessional, castEstate).CommunityID, models.LevelStation, models.UTC(s.now), models.UTC(s.now.Add(20*time.Minute))).Count(&open).Error
			if err == nil && open == 0 {
				t.Errorf("no call to make at %s", at)
			}
			return cmp.Or(err, undone)
		})
		if !errors.Is(err, undone) {
			t.Fatal(err)
		}
	}
}

// historyIsBelievable looks at all twelve months as they are thought out, which is what is then written: every month, class and town
// has its matters, they end in every way in shares that a county could have, some are late, and a company changed in between.
func historyIsBelievable(t *testing.T, d Deps) {
	t.Helper()
	s, err := begin(t.Context(), d, time.Time{}, nil)
	if err == nil {
		err = s.think(t.Context())
	}
	if err != nil {
		t.Fatal(err)
	}
	month, class, town, ends := map[models.Month]int{}, map[place.BaselineClass]int{}, map[int64]int{}, map[string]int{}
	estates := map[int64]*estate{}
	for _, e := range s.county.estates {
		for _, b := range e.buildings {
			estates[b.ID] = e
		}
	}
	for _, p := range s.plans {
		month[models.DateOf(p.filedAt).Month()]++
		if e := estates[p.filing.BuildingID]; e != nil {
			class[e.BaselineClass]++
			town[e.TownID]++
		}
		last, sentBack := -1, false
		for i, one := range p.steps {
			switch one.act {
			case actConfirm, actSilence, actWithdraw:
				last = i
			case actSendBack:
				sentBack = true
			}
		}
		for what, so := range map[string]bool{"open": p.open, "sent back": sentBack, "confirmed": last >= 0 && p.steps[last].act == actConfirm, "silent": last >= 0 && p.steps[last].act == actSilence} {
			if so {
				ends[what]++
			}
		}
	}
	least := len(s.plans) / 40
	if len(month) < 12 || len(class) != 3 || len(town) != 2 {
		t.Errorf("months %v, classes %v, towns %v", month, class, town)
	}
	for day := models.DateOf(s.now).Add(-330); day < models.DateOf(s.now).Add(-30); day = day.Add(30) {
		if month[day.Month()] < least {
			t.Errorf("%s has %d matters of %d", day.Month(), month[day.Month()], len(s.plans))
		}
	}
	if !slices.ContainsFunc(s.county.estates, func(e *estate) bool { return len(e.terms) > 1 }) {
		t.Error("no company came in during the year")
	}
	for what, share := range map[string][2]int{"open": {20, 150}, "sent back": {20, 250}, "confirmed": {350, 850}, "silent": {100, 550}} {
		if n := ends[what] * 1000 / len(s.plans); n < share[0] || n > share[1] {
			t.Errorf("%d of 1000 are %s, expected %v", n, what, share)
		}
	}
}

// historyGoesOn makes a little of the history, is stopped, and goes on where it was.
func historyGoesOn(t *testing.T, d Deps) {
	t.Helper()
	var from []int
	for range 2 {
		ctx, progress := stopAfter(t.Context(), "history", 1)
		first := 0
		_, err := FillHistory(ctx, d, func(done, total int, what string) {
			if first == 0 {
				first = done
			}
			progress(done, total, what)
		})
		if !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
		from = append(from, first)
	}
	if from[0] != batch || from[1] != 2*batch {
		t.Errorf("began at %v", from)
	}
	err := d.DB.Read(t.Context(), func(tx storage.Tx) error {
		var tickets []rules.Ticket
		err := tx.DB().Select("id", "filed_at", "received_at").Order("id").Limit(5000).Find(&tickets).Error
		if !slices.IsSortedFunc(tickets, func(a, b rules.Ticket) int { return taken(a).Compare(taken(b)) }) {
			t.Error("ids are not in the order of filing")
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// ledgerTellsIt holds everything in the county against its ledger. A new step of a ticket's life that ticket.Retelling does
// not know shows itself here.
func ledgerTellsIt(t *testing.T, d Deps) {
	t.Helper()
	r, err := ledger.Verify(t.Context(), d.DB, ledger.Against{})
	if err != nil || r.Faulty != 0 || len(r.Replayed) == 0 || r.Replayed[0].Rows < 60 {
		t.Errorf("%v, %d faults in %d lines: %q", err, r.Faulty, r.Lines, r.Faults)
	}
}

// TestRealPlacesKeepTheDemoOut refuses to put invented people beside real ones.
func TestRealPlacesKeepTheDemoOut(t *testing.T) {
	storagetest.EachAt(t, atMoment, func(t *testing.T, db *storage.DB) {
		d := wired(t, db)
		err := db.Write(t.Context(), func(tx storage.Tx) error {
			_, err := people.CreateAccount(tx, models.SystemActor, people.NewAccount{Phone: "13800000000", Name: "somebody"})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Prepare(t.Context(), d, moment, nil); err == nil {
			t.Error("invented people came among real ones")
		}
	})
}

// TestWholeHistory takes minutes and is run by hand; the browser tests run on the same history. LINLI_TEST_DEMO names a folder for the database, to be looked at.
func TestWholeHistory(t *testing.T) {
	dir := os.Getenv("LINLI_TEST_DEMO")
	if dir == "" {
		t.Skip("LINLI_TEST_DEMO is not set")
	}
	db := storagetest.Open(t, storage.Options{Dir: dir, Now: atMoment, FastUnsafe: true})
	began := time.Now()
	summary, err := Seed(t.Context(), wired(t, db), moment, func(done, total int, what string) {
		if done == total {
			t.Log(time.Since(began).Round(time.Millisecond), what, total)
		}
	})
	if err != nil || !summary.Complete {
		t.Fatalf("%+v %v", summary, err)
	}
	t.Logf("%+v", summary)
	ledgerTellsIt(t, Deps{DB: db})
}

// taken is when a ticket was really taken in.
func taken(t rules.Ticket) time.Time {
	if t.ReceivedAt != nil {
		return *t.ReceivedAt
	}
	return t.FiledAt
}
