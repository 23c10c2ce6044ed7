package place_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"linli/models"
	"linli/models/place"
	"linli/storage"
	places "linli/storage/place"
	"linli/storage/storagetest"
)

// phones is a small county whose posted phones are called, and a clock that a test moves.
type phones struct {
	storagetest.County
	t     *testing.T
	clock *storagetest.Clock
	db    *storage.DB
	store *places.Store
	signs int64
}

// friday is the first moment at which the draw of the week of Monday 23 November is committed.
var friday = models.Date("2026-11-20").Start()

const week = models.Date("2026-11-23")

func eachPhones(t *testing.T, f func(p *phones)) {
	clock := &storagetest.Clock{At: friday}
	storagetest.EachAt(t, clock.Now, func(t *testing.T, db *storage.DB) {
		clock.At = friday
		write(t, db, places.SeedAuthorities)
		p := &phones{t: t, clock: clock, db: db, store: places.New(db, places.Options{})}
		p.County = storagetest.SmallCounty(t, db)
		write(t, db, places.SeedDutyRules)
		write(t, db, places.SeedPhoneRules)
		write(t, db, places.SeedPhoneRules)
		f(p)
	})
}

// run runs the job at a moment, with secrets that are the same on every machine.
func (p *phones) run(at time.Time) (made int) {
	p.t.Helper()
	p.clock.At = at
	write(p.t, p.db, func(tx storage.Tx) (err error) {
		made, err = p.store.CheckPhonesIn(tx, func(w models.Date) string { return strings.Repeat("0f", 31) + string(w[len(w)-2:]) })
		return err
	})
	return made
}

// sign signs a checkpoint of the ledger.
func (p *phones) sign(at time.Time) {
	p.t.Helper()
	p.signs++
	write(p.t, p.db, func(tx storage.Tx) error {
		return tx.DB().Exec("INSERT INTO ledger_checkpoints (number, size, root, signed_at, note) VALUES (?, ?, ?, ?, '')", p.signs, p.signs, fmt.Sprint("root", p.signs), models.UTC(at)).Error
	})
}

func (p *phones) draw() (d place.PhoneDraw) {
	p.t.Helper()
	read(p.t, p.db, func(tx storage.Tx) error { return tx.DB().Take(&d, "week = ?", week).Error })
	return d
}

// drawn commits the week, takes its beacon, and gives its calls.
func (p *phones) drawn() []place.PhoneCall {
	p.t.Helper()
	p.run(friday)
	p.sign(friday.Add(25 * time.Hour))
	p.run(friday.Add(26 * time.Hour))
	calls, err := p.draw().Calls()
	if err != nil || len(calls) == 0 {
		p.t.Fatalf("%d calls, %v", len(calls), err)
	}
	return calls
}

// at gives the first call of a level, and makes its check a minute after it fell due.
func (p *phones) at(level int) place.PhoneCall {
	p.t.Helper()
	for _, c := range p.drawn() {
		if c.Level == level {
			p.run(c.Due.Add(time.Minute))
			return c
		}
	}
	p.t.Fatal("no such call in this week")
	return place.PhoneCall{}
}

func (p *phones) list(a models.Actor) place.PhoneCheckList {
	p.t.Helper()
	list, err := p.store.PhoneChecks(p.t.Context(), a)
	if err != nil {
		p.t.Fatal(err)
	}
	if n, err := p.store.PhoneChecksWaiting(p.t.Context(), a); err != nil || n != len(list.Items) {
		p.t.Errorf("%d wait, %d are listed: %v", n, len(list.Items), err)
	}
	return list
}

func (p *phones) tell(a models.Actor, id int64, result place.PhoneResult) error {
	_, err := p.store.TellPhoneCheck(p.t.Context(), a, id, place.PhoneTelling{Result: result})
	return err
}

// TestADrawIsCommittedBeforeItsBeacon: the list and the hash of the secret stand in the ledger a day before the beacon, a checkpoint
// that was signed too early is none, and what was committed does not change any more.
func TestADrawIsCommittedBeforeItsBeacon(t *testing.T) {
	eachPhones(t, func(p *phones) {
		p.run(friday.Add(-time.Minute))
		if n := count(p.t, p.db, "phone_draws"); n != 1 {
			p.t.Fatalf("%d draws before Friday: that of the running week alone is due", n)
		}
		p.run(friday)
		draw := p.draw()
		if draw.Beacon != "" || draw.SecretHash != place.SecretHash(draw.Secret) || draw.ListHash != place.ListHash(strings.Split(draw.Lines, "\n")) || len(draw.Lines) == 0 {
			p.t.Fatalf("%+v", draw)
		}
		p.sign(friday.Add(23 * time.Hour))
		p.run(friday.Add(30 * time.Hour))
		if p.draw().Beacon != "" {
			p.t.Error("a checkpoint serves as beacon that was signed less than a day after the commitment")
		}
		p.sign(friday.Add(31 * time.Hour))
		p.sign(friday.Add(32 * time.Hour))
		p.run(friday.Add(33 * time.Hour))
		if got := p.draw(); got.Beacon != "checkpoint/2/root2" || !got.BeaconAt.Equal(friday.Add(31*time.Hour)) {
			p.t.Errorf("beacon %q at %v", got.Beacon, got.BeaconAt)
		}
		write(p.t, p.db, func(tx storage.Tx) error {
			return tx.DB().Exec("UPDATE handling_parties SET phone24 = '0379-67911111' WHERE id = ?", p.Operator.ID).Error
		})
		p.run(friday.Add(34 * time.Hour))
		if got := p.draw(); got.Lines != draw.Lines || got.Secret != draw.Secret || got.Beacon != "checkpoint/2/root2" {
			p.t.Errorf("the draw changed: %+v", got)
		}
		read(p.t, p.db, func(tx storage.Tx) error {
			told, err := storage.History(tx, "phone_draw", draw.Number())
			if err != nil || len(told) != 2 || !strings.Contains(told[0].Data+told[1].Data, draw.SecretHash) {
				p.t.Errorf("%d lines in the ledger, %v", len(told), err)
			}
			for _, l := range told {
				if strings.Contains(l.Data, draw.Secret) || strings.Contains(l.Data, "679") {
					p.t.Errorf("the ledger tells %s", l.Data)
				}
			}
			return nil
		})
	})
}

// TestNothingOfACallBeforeItsMinute is the promise that nobody learns ahead when he will be called: until then no row of any
// table, no list and no published page differs from those of a week in which nothing is called.
func TestNothingOfACallBeforeItsMinute(t *testing.T) {
	eachPhones(t, func(p *phones) {
		calls := p.drawn()
		first := calls[0]
		if made := p.run(first.Due.Add(-time.Second)); made != 0 || count(p.t, p.db, "phone_checks")+count(p.t, p.db, "phone_check_estates") != 0 {
			p.t.Fatal("there is a row of a call whose minute has not come")
		}
		for _, a := range []models.Actor{p.StationStaff, p.TownOfficer, p.Officer} {
			if list := p.list(a); len(list.Items)+len(list.Told) != 0 {
				p.t.Errorf("told early: %+v", list)
			}
		}
		view, err := p.store.PhoneDraw(p.t.Context(), week)
		all, listErr := p.store.PhoneDraws(p.t.Context())
		if err != nil || listErr != nil || view.Secret != "" || view.Lines != nil || view.Calls != nil || len(all.Items) != 2 || all.Items[0].Secret != "" || all.Items[0].SecretHash == "" {
			p.t.Errorf("the page of a week that runs: %+v, %v", view, err)
		}
		if made := p.run(first.Due); made != 1 {
			p.t.Errorf("%d calls at their minute", made)
		}
		if p.run(first.Due.Add(time.Minute)) != 0 || count(p.t, p.db, "phone_checks") != 1 {
			p.t.Error("called twice")
		}
		p.clock.At = week.Add(8).Start()
		if view, err = p.store.PhoneDraw(p.t.Context(), week); err != nil || view.Secret == "" || len(view.Calls) != len(calls) || len(view.Lines) == 0 || view.Rules == nil {
			p.t.Errorf("the page of a week that is over: %+v, %v", view, err)
		}
	})
}

// TestNobodyChecksHisOwnNumber: a party's number goes to the station, the station's to the town, and to none who works for whom he
// would call.
func TestNobodyChecksHisOwnNumber(t *testing.T) {
	eachPhones(t, func(p *phones) {
		for level, caller := range map[int]models.Actor{models.LevelStation: p.StationStaff, models.LevelTown: p.TownOfficer} {
			call := p.at(level)
			list := p.list(caller)
			i := 0
			for i < len(list.Items) && !list.Items[i].DueAt.Equal(call.Due) {
				i++
			}
			if i == len(list.Items) || list.Items[i].Phone != call.Phone || len(list.Items[i].Estates) == 0 || list.Items[i].PartyName == "" || list.Items[i].CommunityName == "" {
				p.t.Fatalf("level %d is shown %+v", level, list)
			}
			id := list.Items[i].ID
			besides := caller
			besides.Parties = append(besides.Parties, call.PartyID)
			for who, a := range map[string]models.Actor{"one who works for the party, too": besides, "the party": p.Staff, "another station": p.OtherStationStaff, "the centre": p.Officer, "an auditor": p.Auditor, "a resident": p.Resident} {
				if len(p.list(a).Items) != 0 {
					p.t.Errorf("level %d: %s is shown the call", level, who)
				}
				wantCode(p.t, p.tell(a, id, place.PhoneAnswered), "phone_check.not_found")
			}
			if level == models.LevelTown {
				wantCode(p.t, p.tell(p.StationStaff, id, place.PhoneAnswered), "phone_check.not_found")
			}
			if err := p.tell(caller, id, place.PhoneAnswered); err != nil {
				p.t.Error(err)
			}
		}
	})
}

// TestOneCallOneCorrection: of two who tell at once one is written down, the same told again is no second step, and the figures show a
// result once it is final.
func TestOneCallOneCorrection(t *testing.T) {
	eachPhones(t, func(p *phones) {
		call := p.at(models.LevelStation)
		id := p.list(p.StationStaff).Items[0].ID
		colleague := p.StationStaff
		colleague.AccountID = p.TownOfficer.AccountID
		var both sync.WaitGroup
		codes := make([]string, 2)
		for i, a := range []models.Actor{p.StationStaff, colleague} {
			both.Go(func() {
				if err := p.tell(a, id, place.PhoneNotAnswered); err != nil {
					codes[i] = models.CodeOf(err)
				}
			})
		}
		both.Wait()
		if codes[0]+codes[1] != "phone_check.called" {
			p.t.Fatalf("two who tell at once: %q", codes)
		}
		teller, late := p.StationStaff, colleague
		if codes[0] != "" {
			teller, late = late, teller
		}
		wantCode(p.t, p.tell(late, id, place.PhoneAnswered), "phone_check.called")
		if err := p.tell(teller, id, place.PhoneNotAnswered); err != nil {
			p.t.Error(err)
		}
		if list := p.list(teller); len(list.Items) != 0 || len(list.Told) != 1 || list.Told[0].CorrectUntil == nil {
			p.t.Errorf("after it was told: %+v", list)
		}
		if share := p.estate(); share.Party != (place.PhoneShare{}) {
			p.t.Errorf("published while it may be corrected: %+v", share.Party)
		}
		p.clock.Advance(9 * time.Minute)
		if err := p.tell(teller, id, place.PhoneAnswered); err != nil {
			p.t.Error(err)
		}
		wantCode(p.t, p.tell(teller, id, place.PhoneBusy), "phone_check.settled")
		p.clock.Advance(2 * time.Minute)
		want := place.PhoneShare{Calls: 1, Answered: 1}
		if share := p.estateOf(call); share.Party != want || share.Days != 180 || share.Enough != 10 {
			p.t.Errorf("published %+v, want %+v", share, want)
		}
		read(p.t, p.db, func(tx storage.Tx) error {
			told, err := storage.History(tx, "phone_check", id)
			if err != nil || len(told) != 2 || told[0].Action != "tell" || told[1].Action != "correct" {
				p.t.Errorf("%d lines in the ledger, %v", len(told), err)
			}
			return nil
		})
	})
}

func (p *phones) estate() place.EstatePhones {
	p.t.Helper()
	view, err := p.store.EstatePhones(p.t.Context(), p.Estate.ID)
	if err != nil {
		p.t.Fatal(err)
	}
	return view
}

// estateOf is the page of an estate on whose card the number of the call stands.
func (p *phones) estateOf(call place.PhoneCall) place.EstatePhones {
	p.t.Helper()
	id := p.Estate.ID
	if call.PartyID == p.Unit.ID {
		id = p.Compound.ID
	}
	view, err := p.store.EstatePhones(p.t.Context(), id)
	if err != nil {
		p.t.Fatal(err)
	}
	return view
}

// TestACallThatNobodyMade counts against the caller and not against the party; one that came due while the program stood still
// is not made up for, and a number that is on no card any more is not called.
func TestACallThatNobodyMade(t *testing.T) {
	eachPhones(t, func(p *phones) {
		call := p.at(models.LevelStation)
		items := p.list(p.StationStaff).Items
		p.clock.At = call.Until
		if list := p.list(p.StationStaff); len(list.Items) != 0 {
			p.t.Errorf("still to be made: %+v", list)
		}
		wantCode(p.t, p.tell(p.StationStaff, items[0].ID, place.PhoneAnswered), "phone_check.expired")
		if share := p.estateOf(call).Party; share != (place.PhoneShare{NotMade: 1}) {
			p.t.Errorf("published %+v", share)
		}
		towns, err := p.store.TownPhones(p.t.Context(), p.Resident)
		found := false
		for _, town := range towns.Items {
			if town.TownID == p.TownID {
				found = town.Parties.NotMade == 1 && town.Parties.Calls == 0 && town.Stations.Calls == 0
			} else if town.Parties != (place.PhoneShare{}) {
				p.t.Errorf("another town: %+v", town)
			}
		}
		if towns.All != (place.PhoneShare{NotMade: 1}) {
			p.t.Errorf("the county is told %+v", towns.All)
		}
		if err != nil || !found {
			p.t.Errorf("the town is told %+v, %v", towns, err)
		}
		before := count(p.t, p.db, "phone_checks")
		p.run(week.Add(8).Start())
		if n := count(p.t, p.db, "phone_checks"); n != before {
			p.t.Errorf("%d calls of a week that is over", n-before)
		}
	})
	eachPhones(t, func(p *phones) {
		calls := p.drawn()
		write(p.t, p.db, func(tx storage.Tx) error { return tx.DB().Exec("UPDATE handling_parties SET phone24 = ''").Error })
		if made := p.run(calls[0].Due); made != 0 {
			p.t.Errorf("%d calls to numbers that are on no card", made)
		}
	})
}

// TestWhoAnswersNow: after a hand-over the figures of the one before are not those of the one after.
func TestWhoAnswersNow(t *testing.T) {
	eachPhones(t, func(p *phones) {
		write(p.t, p.db, func(tx storage.Tx) error {
			draw := place.NewPhoneDraw(week, string(place.PhoneRuleDocuments()[0]), nil, "00", friday)
			if err := tx.DB().Create(&draw).Error; err != nil {
				return err
			}
			at := models.UTC(friday.Add(-48 * time.Hour))
			for i := range 12 {
				check := place.PhoneCheck{Week: week, Cell: fmt.Sprint(i), Level: 1, CommunityID: p.Community, TownID: p.TownID, PartyID: p.Operator.ID, Phone: "0379-67900000", DueAt: at, UntilAt: at.Add(time.Hour), Result: place.PhoneAnswered, CalledAt: &at, CalledBy: 1}
				if i%4 == 0 {
					check.Result = place.PhoneBusy
				}
				if err := tx.DB().Create(&check).Error; err != nil {
					return err
				}
				if err := tx.DB().Exec("INSERT INTO phone_check_estates (estate_id, check_id) VALUES (?, ?)", p.Estate.ID, check.ID).Error; err != nil {
					return err
				}
			}
			return nil
		})
		if share := p.estate().Party; share.Calls != 12 || share.Busy != 3 || share.ShareBP == nil || *share.ShareBP != 7500 {
			p.t.Errorf("published %+v", share)
		}
		_, err := p.store.SetServiceTerm(p.t.Context(), p.Officer, p.Estate.ID, place.NewTerm{HandlingPartyID: p.Rival.ID, ServiceMode: place.ModeProfessional, ValidFrom: "2026-11-20"})
		if err != nil {
			p.t.Fatal(err)
		}
		if share := p.estate().Party; share != (place.PhoneShare{}) {
			p.t.Errorf("of the one who answers now: %+v", share)
		}
	})
}

// TestAWeekThatIsNone is told apart from a draw that is not there before any database is asked.
func TestAWeekThatIsNone(t *testing.T) {
	eachPhones(t, func(p *phones) {
		for _, text := range []models.Date{"９９", "2026-13-01", "", "1"} {
			_, err := p.store.PhoneDraw(p.t.Context(), text)
			wantCode(p.t, err, "request.bad_date")
		}
		_, err := p.store.PhoneDraw(p.t.Context(), "2020-01-06")
		wantCode(p.t, err, "phone_draw.not_found")
		if n, err := p.store.CheckPhones(p.t.Context()); n != 0 || err != nil {
			p.t.Errorf("%d, %v", n, err)
		}
		if n := count(p.t, p.db, "phone_draws"); n != 2 {
			p.t.Errorf("%d draws", n)
		}
		if len(p.draw().Secret) != 64 {
			p.t.Error("no secret of 32 bytes")
		}
	})
}

// TestAnOfficeReadsThePhonesOfItsPart: the figures beside its other figures are of the same part of the county, and of no other.
func TestAnOfficeReadsThePhonesOfItsPart(t *testing.T) {
	eachPhones(t, func(p *phones) {
		t := p.t
		p.run(friday)
		far := place.Division{Level: place.Town, ParentID: &p.CountyID}
		write(t, p.db, func(tx storage.Tx) error { return tx.DB().Create(&far).Error })
		farParts := place.Division{Level: place.Community, ParentID: &far.ID}
		write(t, p.db, func(tx storage.Tx) error { return tx.DB().Create(&farParts).Error })
		for i, where := range []struct {
			community, town int64
			level, calls    int
		}{
			{p.Community, p.TownID, models.LevelStation, 2}, {p.Community, p.TownID, models.LevelTown, 1},
			{p.OtherCommunity, p.TownID, models.LevelStation, 3}, {farParts.ID, far.ID, models.LevelStation, 5},
		} {
			for n := range where.calls {
				write(t, p.db, func(tx storage.Tx) error {
					return tx.DB().Create(&place.PhoneCheck{
						Week: week, Cell: fmt.Sprintf("%d-%d", i, n), Level: where.level, CommunityID: where.community, TownID: where.town,
						PartyID: p.Operator.ID, Phone: "03700000000", DueAt: tx.At().Add(-3 * time.Hour), UntilAt: tx.At().Add(-2 * time.Hour),
					}).Error
				})
			}
		}
		read := func(a models.Actor) place.TownPhoneList {
			t.Helper()
			list, err := p.store.TownPhones(t.Context(), a)
			if err != nil {
				t.Fatal(err)
			}
			return list
		}
		for _, wholly := range []models.Actor{p.Officer, p.Auditor, p.Resident, p.Staff} {
			if list := read(wholly); list.All.NotMade != 11 || list.Part {
				t.Errorf("the county's table: %+v", list)
			}
		}
		town := read(p.TownOfficer)
		if town.All.NotMade != 6 || !town.Part || len(town.Items) != 1 || town.Items[0].TownID != p.TownID || town.Items[0].TownName == "" ||
			town.Items[0].Parties.NotMade != 5 || town.Items[0].Stations.NotMade != 1 {
			t.Errorf("the town reads %+v", town)
		}
		station := read(p.StationStaff)
		if station.All.NotMade != 3 || !station.Part || len(station.Items) != 1 || station.Items[0].CommunityID != p.Community || station.Items[0].TownName == "" ||
			station.Items[0].Parties.NotMade != 2 || station.Items[0].Stations.NotMade != 1 {
			t.Errorf("the station reads %+v", station)
		}
	})
}
