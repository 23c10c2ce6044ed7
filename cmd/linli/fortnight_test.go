package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"linli/models"
	"linli/models/photo"
	"linli/models/place"
	"linli/models/ticket"
	"linli/storage"
	"linli/storage/ledger"
	"linli/storage/people"
	"linli/storage/storagetest"
)

var (
	fortnightTickets = flag.Int("fortnight.tickets", 160, "how many matters TestAFortnight lives through on each database")
	fortnightSeed    = flag.Uint64("fortnight.seed", 1, "what chance is made of in TestAFortnight")
)

// TestAFortnight is a county for fourteen days by a set clock: matters of every category and every kind of trouble, a storm
// of one category, an estate that is handed over in the middle, people who sign in by code, through the real use-cases and all
// the real jobs under their leases. Jobs are killed in the middle with their lease in hand, and two copies run at once.
// After it every matter is in a lawful state, every reminder and rung was told once and none is owed, every call and text
// message was sent once, the ledger is whole, and the figures above the lists are those that are counted by hand.
// -fortnight.tickets=3000 is the whole county.
func TestAFortnight(t *testing.T) {
	onStores(t, func(t *testing.T, c Config) {
		f := newFortnight(t, c)
		f.live()
		for _, fault := range f.faults() {
			t.Error(fault)
		}
		f.tell()
	})
}

// TestTheFortnightFindsPlantedFaults is its control: what a job might do twice, or leave undone, is found.
func TestTheFortnightFindsPlantedFaults(t *testing.T) {
	f := newFortnight(t, Config{DataDir: t.TempDir()})
	f.size = 60
	f.live()
	if faults := f.faults(); len(faults) > 0 {
		t.Fatalf("before anything is planted: %q", faults)
	}
	untouched := f.ids(func(s *story) bool { return s.trouble == "nobody answers" })
	if len(untouched) == 0 {
		t.Fatal("no matter that nobody answered")
	}
	id := untouched[0]
	var line storage.LedgerLine
	f.read(func(tx storage.Tx) error {
		return tx.DB().Where("noun = 'ticket' AND noun_id = ? AND action IN ('escalate', 'remind')", id).Order("id").Limit(1).Take(&line).Error
	})
	for _, tt := range []struct {
		name, found string
		plant, mend func(tx storage.Tx) error
	}{
		{"an alert told twice", "twice", func(tx storage.Tx) error {
			var data map[string]any
			if err := json.Unmarshal([]byte(line.Data), &data); err != nil {
				return err
			}
			_, err := storage.Record(tx, models.Event{Noun: "ticket", NounID: id, Action: line.Action, ActorRole: models.System, PartyID: line.HandlingPartyID, From: line.FromState, To: line.ToState, Data: data})
			return err
		}, nil},
		{"a rung that nobody climbed", "owed", func(tx storage.Tx) error {
			return tx.DB().Exec("UPDATE tickets SET alert_due = ? WHERE id = ?", tx.At(), id).Error
		}, nil},
		{"a state that is none", "no lawful state", func(tx storage.Tx) error {
			return tx.DB().Exec("UPDATE tickets SET state = 'reopened' WHERE id = ?", id).Error
		}, nil},
		{"a call that was forgotten", "not sent", func(tx storage.Tx) error {
			return storage.Post(tx, "call", "call/planted", map[string]any{})
		}, nil},
	} {
		if err := f.house.db.Write(t.Context(), tt.plant); err != nil {
			t.Fatal(err)
		}
		if all := strings.Join(f.faults(), "\n"); !strings.Contains(all, tt.found) {
			t.Errorf("%s is not found: %s", tt.name, all)
		}
	}
	f.sent["call/twice"] = 2
	if all := strings.Join(f.faults(), "\n"); !strings.Contains(all, "was received 2 times") {
		t.Errorf("a call made twice is not found: %s", all)
	}
}

// fortnight is the county and what happens in it.
type fortnight struct {
	storagetest.County
	t         *testing.T
	house     *house
	clock     *storagetest.Clock
	begin     time.Time
	size      int
	dice      *rand.Rand
	residents []models.Actor
	small     place.Building
	stories   []*story
	events    []event
	clientIDs int

	mu    sync.Mutex
	sent  map[string]int // by the id of a call or text message, as the receiver counts
	lost  map[string]int // answers that never came back
	did   map[string]int // what went well, by what
	no    map[string]int // refusals, by code
	kills int
	codes int
}

// story is one matter, and what kind of trouble it has.
type story struct {
	trouble string
	id      int64
	by      models.Actor
}

type event struct {
	at time.Time
	do func()
}

func newFortnight(t *testing.T, c Config) *fortnight {
	t.Helper()
	f := &fortnight{
		t: t, size: *fortnightTickets, dice: rand.New(rand.NewPCG(*fortnightSeed, 14)), sent: map[string]int{}, lost: map[string]int{}, did: map[string]int{}, no: map[string]int{},
		begin: models.Date("2026-09-21").Start(), // a Monday; the holiday of the first of October lies in the second week, with a day that is worked for it
	}
	f.clock = &storagetest.Clock{At: f.begin}
	c.SMSProvider, c.SMSURL, c.SMSKey = "http", "https://sms.example.cn/", "0123456789abcdef"
	h := &house{config: c, log: slog.New(slog.DiscardHandler)}
	t.Cleanup(h.close)
	var err error
	if h.keys, err = tokenKeys(c, f.begin); err != nil {
		t.Fatal(err)
	}
	if h.db, err = storage.Open(t.Context(), storage.Options{URL: c.DatabaseURL, Dir: c.DataDir, Now: f.clock.Now, FastUnsafe: c.DatabaseURL == ""}); err != nil {
		t.Fatal(err)
	}
	h.blobs = newTimedBlobs(storagetest.Disk(t))
	if err := h.wire(t.Context()); err != nil {
		t.Fatal(err)
	}
	// The two providers stand at the edge of the program: what reaches them is counted here.
	h.tickets = h.tickets.WithCalls(f).WithDailyLimit(0)
	if h.people, err = people.New(h.db, people.Options{Key: []byte("0123456789abcdef0123456789abcdef"), SMS: f}); err != nil {
		t.Fatal(err)
	}
	if err := h.seed(t.Context()); err != nil {
		t.Fatal(err)
	}
	f.house = h
	f.County = storagetest.SmallCounty(t, h.db)
	for i := range 30 {
		a, err := f.AddResident(t.Context(), h.db, 6000+i)
		if err != nil {
			t.Fatal(err)
		}
		a.Homes = []models.Home{{UnitID: a.Held[0].ScopeID, BuildingID: f.Building.ID, EstateID: f.Estate.ID, CommunityID: f.Community, Approved: true}}
		f.residents = append(f.residents, a)
	}
	f.write(storagetest.TellOfMemberships)
	f.write(func(tx storage.Tx) error {
		f.small = place.Building{EstateID: f.Estate.ID, Code: "small", Name: "门房楼", PosterToken: "poster-small", Floors: 2, Households: 9, GrossAreaC: 30_000, CreatedAt: tx.At()}
		return tx.DB().Create(&f.small).Error
	})
	return f
}

func (f *fortnight) write(do func(tx storage.Tx) error) {
	f.t.Helper()
	if err := f.house.db.Write(f.t.Context(), do); err != nil {
		f.t.Fatal(err)
	}
}

func (f *fortnight) read(do func(tx storage.Tx) error) {
	f.t.Helper()
	if err := f.house.db.Read(f.t.Context(), do); err != nil {
		f.t.Fatal(err)
	}
}

func (f *fortnight) clientID() string {
	f.clientIDs++
	return fmt.Sprintf("20000000-0000-4000-8000-%012d", f.clientIDs)
}

// Send receives a call or a text message. Now and then the answer is lost after it was received, or nothing arrives: then it
// comes again under the same id, by which the receiver tells.
func (f *fortnight) Send(ctx context.Context, id, _, _ string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.sent[id] == 0 && len(id)%5 == 0 && f.lost[id] == 0 {
		f.lost[id]++
		return errors.New("the line is busy")
	}
	f.sent[id]++
	if f.sent[id] == 1 && f.lost[id] == 0 && len(f.sent)%7 == 0 {
		f.lost[id]++
		return errors.New("the answer was lost")
	}
	return nil
}

// later plans something.
func (f *fortnight) later(after time.Duration, do func()) {
	f.events = append(f.events, event{f.clock.Now().Add(after), do})
}

const tick = time.Hour

// live goes through the fourteen days.
func (f *fortnight) live() {
	f.fileAll()
	f.signIns()
	f.events = append(f.events, event{f.begin.Add(6*24*time.Hour + 15*time.Hour), f.planHandOver})
	end := f.begin.Add(14 * 24 * time.Hour)
	for at := f.begin; at.Before(end) && !f.t.Failed(); at = at.Add(tick) {
		f.happens(at.Add(tick))
		f.set(at.Add(tick))
		f.jobs()
	}
	// The last turn: copies that are alive do all that is left. What was tried and failed waits a minute at most.
	for range 4 {
		f.clock.Advance(2 * time.Minute)
		for _, j := range f.house.jobs() {
			f.run(j)
		}
	}
}

func (f *fortnight) set(at time.Time) {
	f.clock.Lock()
	defer f.clock.Unlock()
	if at.After(f.clock.At) {
		f.clock.At = at
	}
}

// happens does what is planned before a moment, in its order; what that plans comes in its turn.
func (f *fortnight) happens(before time.Time) {
	for {
		next := -1
		for i, e := range f.events {
			if e.at.Before(before) && (next < 0 || e.at.Before(f.events[next].at)) {
				next = i
			}
		}
		if next < 0 {
			return
		}
		e := f.events[next]
		f.events = slices.Delete(f.events, next, next+1)
		f.set(e.at)
		e.do()
	}
}

// jobs lets every job have its turn: most under their lease, some killed in the middle with the lease in hand, some in two
// copies at once.
func (f *fortnight) jobs() {
	for _, j := range f.house.jobs() {
		if strings.HasPrefix(j.name, "score") && f.dice.IntN(24) > 0 {
			continue
		}
		switch f.dice.IntN(12) {
		case 0:
			f.kill(j)
		case 1:
			var copies sync.WaitGroup
			for range 2 {
				copies.Go(func() { j.run(f.t.Context()) })
			}
			copies.Wait()
		}
		f.run(j)
	}
}

// kill runs a job for a moment and no more, and leaves its lease to run out, as a machine does that loses its power.
func (f *fortnight) kill(j job) {
	f.kills++
	if _, err := f.house.db.Hold(f.t.Context(), j.name, "a copy that was killed", leaseLength, 0); err != nil {
		f.t.Error(err)
	}
	ctx, cancel := context.WithCancel(f.t.Context())
	after := time.AfterFunc(time.Duration(f.dice.IntN(4000))*time.Microsecond, cancel)
	j.run(ctx)
	after.Stop()
	cancel()
	if _, ran, err := newJobRunner(f.house.db, f.house.log).once(f.t.Context(), j, 0); ran || err != nil {
		f.t.Errorf("%s ran beside a lease that has not run out: %v, %v", j.name, ran, err)
	}
	f.clock.Advance(leaseLength + time.Second)
}

func (f *fortnight) run(j job) {
	_, ran, err := newJobRunner(f.house.db, f.house.log).once(f.t.Context(), j, 0)
	if !ran || err != nil {
		f.t.Errorf("%s at %s: ran %v, %v", j.name, f.clock.Now(), ran, err)
	}
}

// soon lets a job run at moments that cannot wait for the hour; a copy that was killed may stand in its way.
func (f *fortnight) soon(j job, after ...time.Duration) {
	for _, d := range after {
		f.later(d, func() {
			_, _, err := newJobRunner(f.house.db, f.house.log).once(f.t.Context(), j, 0)
			f.ok("a turn of "+j.name, err)
		})
	}
}

// ok counts what went well and what was refused; anything but a refusal is a fault.
func (f *fortnight) ok(what string, err error) bool {
	f.t.Helper()
	var refusal *models.Error
	switch {
	case err == nil:
		f.did[what]++
		return true
	case errors.As(err, &refusal) && models.KindOf(err) != models.Unavailable:
		f.no[refusal.Code]++
		return false
	}
	f.t.Errorf("%s at %s: %v", what, f.clock.Now(), err)
	return false
}

// signIns are people who ask for codes by text message.
func (f *fortnight) signIns() {
	for i := range max(20, f.size/10) {
		f.events = append(f.events, event{f.begin.Add(time.Duration(f.dice.Int64N(int64(14*24*time.Hour - time.Hour)))), func() {
			_, err := f.house.people.RequestCode(f.t.Context(), fmt.Sprintf("1390000%04d", i), fmt.Sprintf("192.0.2.%d", i%250))
			if f.ok("ask for a code", err) {
				f.codes++
				f.soon(f.house.smsJob(), 0, time.Minute, 2*time.Minute) // as the program does: at once, and again
			}
		}})
	}
}

// planHandOver gives the estate to another company from the day after tomorrow on; its day comes by itself.
func (f *fortnight) planHandOver() {
	term := place.NewTerm{HandlingPartyID: f.Rival.ID, ServiceMode: place.ModeProfessional, ServiceLevel: "cpma2004/3", ValidFrom: models.DateOf(f.clock.Now()).Add(2)}
	_, err := f.house.places.SetServiceTerm(f.t.Context(), f.Officer, f.Estate.ID, term)
	f.ok("plan a hand-over", err)
}

// fileAll plans the filings: more by day than by night, and a storm on the sixth evening.
func (f *fortnight) fileAll() {
	var c ticket.Catalogue
	c, err := f.house.tickets.Catalogue(f.t.Context())
	if err != nil {
		f.t.Fatal(err)
	}
	names := slices.Sorted(maps.Keys(troubles))
	for i := range f.size {
		day := time.Duration(f.dice.IntN(13)) * 24 * time.Hour
		hour := time.Duration(f.dice.IntN(24*60)) * time.Minute
		if night := hour < 6*time.Hour; night && f.dice.IntN(3) > 0 {
			hour += 9 * time.Hour
		}
		s := &story{trouble: names[i%len(names)]}
		category := c.Categories[f.dice.IntN(len(c.Categories))].Code
		switch {
		case i%6 == 5: // the storm: one category, one evening, nearly one house
			day, hour, category = 5*24*time.Hour, 18*time.Hour+time.Duration(f.dice.IntN(150))*time.Minute, "REP-04"
		case s.trouble == "urgent at night":
			hour, category = time.Duration(f.dice.IntN(5*60))*time.Minute, []string{"SAFE-01", "SAFE-04", "SAFE-05", "LAW-02"}[f.dice.IntN(4)]
		case s.trouble == "many households", s.trouble == "an office makes it joint":
			category = []string{"REP-01", "SVC-02", "ORD-01", "CLN-02"}[f.dice.IntN(4)]
		case s.trouble == "a small house":
			category = []string{"SVC-01", "CLN-02", "LAW-03", "ORD-01"}[f.dice.IntN(4)]
		}
		f.stories = append(f.stories, s)
		f.events = append(f.events, event{f.begin.Add(day + hour + time.Duration(f.dice.IntN(60))*time.Second), func() { f.file(s, category) }})
	}
}

func (f *fortnight) file(s *story, category string) {
	s.by = f.residents[f.dice.IntN(len(f.residents))]
	wish := ticket.Filing{ClientID: f.clientID(), Category: category, Text: "楼道里出了事，请来看看", BuildingID: f.Building.ID, ShareContact: f.dice.IntN(2) == 0}
	switch {
	case s.trouble == "a small house":
		wish.BuildingID = f.small.ID
	case s.trouble == "many households": // of the estate, where the neighbours live
	case f.dice.IntN(6) == 0:
		wish.BuildingID = f.OwnerlessBuilding.ID
	case f.dice.IntN(10) == 0:
		wish.BuildingID, wish.EstateID = 0, f.Compound.ID
	}
	if f.dice.IntN(12) == 0 && wish.BuildingID == f.Building.ID {
		s.by = f.Steward
		wish.OnBehalf = &ticket.OnBehalf{Name: "孙奶奶", Consent: "spoken"}
	}
	filed, err := f.house.tickets.FileTicket(f.t.Context(), s.by, wish, nil)
	if !f.ok("file", err) {
		return
	}
	s.id = filed.Ticket.ID
	again, err := f.house.tickets.FileTicket(f.t.Context(), s.by, wish, nil) // a phone that heard no answer
	if err != nil || again.Ticket.ID != s.id || again.Created {
		f.t.Errorf("filed again: %v, %d and %d", err, again.Ticket.ID, s.id)
	}
	if filed.Ticket.Urgency == "u1" {
		i := slices.IndexFunc(f.house.jobs(), func(j job) bool { return j.name == "duty-calls" })
		for _, minutes := range []int{2, 3, 5, 6, 10, 11, 15, 16, 25, 26} {
			f.soon(f.house.jobs()[i], time.Duration(minutes)*time.Minute+5*time.Second)
		}
	}
	troubles[s.trouble](f, s)
}

// now reads a matter.
func (f *fortnight) now(s *story) (t ticket.Ticket) {
	f.read(func(tx storage.Tx) error { return tx.DB().Take(&t, "id = ?", s.id).Error })
	return t
}

// handler works for whoever must answer now.
func (f *fortnight) handler(t ticket.Ticket) models.Actor {
	for _, a := range []models.Actor{f.Staff, f.RivalStaff, f.StationStaff, f.TownOfficer, f.Officer} {
		if a.WorksFor(t.HandlingPartyID) {
			return a
		}
	}
	return models.Actor{AccountID: f.OtherStationStaff.AccountID, Parties: []int64{t.HandlingPartyID}, Held: []models.Held{{Role: models.OperatorStaff, ScopeKind: models.ScopeHandlingParty, ScopeID: t.HandlingPartyID, Approved: true}}}
}

// decider oversees a matter from the first level without an interest.
func (f *fortnight) decider(t ticket.Ticket) models.Actor {
	if t.HandlingPartyID == f.Centre.ID {
		return models.Actor{AccountID: f.Auditor.AccountID, Held: []models.Held{{Role: models.LeadingGroupOffice, ScopeKind: models.ScopeCounty, ScopeID: f.CountyID, Approved: true}}}
	}
	return f.Officer
}

func (f *fortnight) move(s *story, after time.Duration, action ticket.Action, note string) {
	f.later(after, func() {
		t := f.now(s)
		who := f.handler(t)
		if slices.Contains([]ticket.Action{ticket.Urge, ticket.Withdraw, ticket.ContactConfirm, ticket.ContactShare, ticket.ContactHide}, action) {
			who = s.by
		}
		_, err := f.house.tickets.MoveTicket(f.t.Context(), who, s.id, ticket.Move{Action: action, Note: note})
		f.ok(string(action), err)
	})
}

func (f *fortnight) done(s *story, after time.Duration) {
	f.later(after, func() {
		said := ticket.DoneSaying{ClientID: f.clientID(), Result: "已经修好，现场清理完毕", NoPhotoReason: "住户不同意拍照"}
		_, err := f.house.tickets.SayDone(f.t.Context(), f.handler(f.now(s)), s.id, said, nil)
		f.ok("done", err)
	})
}

// shown says done with a photo, whose bytes arrive after a while, or never.
func (f *fortnight) shown(s *story, after, arrives time.Duration) {
	f.later(after, func() {
		w := &world{t: f.t, ids: f.clientIDs}
		bytes := w.picture()
		sum := sha256.Sum256(bytes)
		claim := photo.Claim{ClientID: f.clientID(), SHA256: hex.EncodeToString(sum[:]), Kind: photo.After, Bytes: int64(len(bytes))}
		who := f.handler(f.now(s))
		_, err := f.house.tickets.SayDone(f.t.Context(), who, s.id, ticket.DoneSaying{ClientID: f.clientID(), Result: "已经修好，见照片"}, []photo.Claim{claim})
		if !f.ok("say done", err) || arrives == 0 {
			return
		}
		f.later(arrives, func() {
			made, err := f.house.photos.Make(f.t.Context(), bytes)
			if err != nil {
				f.t.Error(err)
				return
			}
			f.write(func(tx storage.Tx) error {
				var row photo.Photo
				if err := tx.DB().Take(&row, "author_id = ? AND client_id = ?", who.AccountID, claim.ClientID).Error; err != nil {
					return err
				}
				_, _, err := f.house.photos.StoreIn(tx, who, row, made)
				return err
			})
			f.did["a photo arrives"]++
		})
	})
}

func (f *fortnight) answer(s *story, after time.Duration, solved bool) {
	f.later(after, func() {
		answer := ticket.Answer{ClientID: f.clientID(), Closing: f.now(s).Closing, Text: "看过了"}
		if solved {
			answer.Level = 1 + f.dice.IntN(5)
			_, err := f.house.tickets.ConfirmTicket(f.t.Context(), s.by, s.id, answer)
			f.ok("confirm", err)
			return
		}
		_, err := f.house.tickets.SendBackTicket(f.t.Context(), s.by, s.id, answer, nil)
		f.ok("send back", err)
	})
}

func (f *fortnight) talk(s *story, after time.Duration) {
	f.later(after, func() {
		_, err := f.house.tickets.SendMessage(f.t.Context(), f.handler(f.now(s)), s.id, ticket.Saying{ClientID: f.clientID(), Text: "师傅明天上午九点带配件到现场"}, nil)
		f.ok("say", err)
	})
	f.later(after+time.Hour, func() {
		f.ok("read", f.house.tickets.ReadMessages(f.t.Context(), s.by, s.id, 1000))
		_, err := f.house.tickets.SendMessage(f.t.Context(), s.by, s.id, ticket.Saying{ClientID: f.clientID(), Text: "好，家里有人"}, nil)
		f.ok("say", err)
	})
}

func (f *fortnight) giveBack(s *story, after time.Duration, decide string) {
	f.later(after, func() {
		to := f.TownParty.ID
		if f.now(s).HandlingPartyID == to {
			to = f.Centre.ID
		}
		asked := ticket.ReturnAsked{Reason: "公共道路，不属于我方", ProposedPartyID: to}
		_, err := f.house.tickets.ReturnTicket(f.t.Context(), f.handler(f.now(s)), s.id, asked)
		f.ok("return", err)
		if decide == "" {
			return
		}
		f.later(8*time.Hour, func() {
			t := f.now(s)
			d := ticket.ReturnDecision{PartyID: to, Note: "已核实"}
			if decide == "refuse" {
				d.PartyID = t.HandlingPartyID
			}
			_, err := f.house.tickets.DecideReturn(f.t.Context(), f.decider(t), s.id, d)
			f.ok("decide a return", err)
		})
	})
}

func (f *fortnight) extend(s *story, after time.Duration, decide string) {
	f.later(after, func() {
		t := f.now(s)
		who := f.handler(t)
		view, err := f.house.tickets.Ticket(f.t.Context(), who, s.id)
		if !f.ok("look", err) || view.ExtensionDays == nil {
			return
		}
		_, err = f.house.tickets.ExtendTicket(f.t.Context(), who, s.id, ticket.ExtensionAsked{Reason: "配件要从外地来", Until: view.ExtensionDays.First})
		if !f.ok("ask for a later date", err) || decide == "" {
			return
		}
		f.later(2*time.Hour, func() {
			t := f.now(s)
			_, err := f.house.tickets.DecideExtension(f.t.Context(), f.decider(t), s.id, ticket.ExtensionDecision{Grant: decide == "grant", Note: "已核实"})
			f.ok("decide a later date", err)
		})
	})
}

func hours(n float64) time.Duration { return time.Duration(n * float64(time.Hour)) }

// troubles are the kinds of trouble that a matter may have, by name: what is planned when it is filed.
var troubles = map[string]func(f *fortnight, s *story){
	"none": func(f *fortnight, s *story) {
		f.move(s, hours(1), ticket.Acknowledge, "")
		f.talk(s, hours(2))
		f.move(s, hours(4), ticket.Start, "")
		f.move(s, hours(5), ticket.Progress, "已查明原因，正在处理")
		f.done(s, hours(9))
		f.answer(s, hours(20), true)
		f.answer(s, hours(40), true) // he thinks again
	},
	"a silent reporter": func(f *fortnight, s *story) {
		f.move(s, hours(2), ticket.Acknowledge, "")
		f.done(s, hours(10))
		f.answer(s, hours(24*9), true) // late, and counts
	},
	"nobody answers": func(*fortnight, *story) {},
	"taken, then left": func(f *fortnight, s *story) {
		f.move(s, hours(1), ticket.Acknowledge, "")
		f.move(s, hours(26), ticket.ContactConfirm, "")
	},
	"returned, another's": func(f *fortnight, s *story) {
		f.giveBack(s, hours(1), "grant")
		f.move(s, hours(20), ticket.Acknowledge, "")
		f.giveBack(s, hours(21), "grant") // refused: it was decided
		f.done(s, hours(30))
	},
	"returned, and stays": func(f *fortnight, s *story) {
		f.move(s, hours(0.5), ticket.Acknowledge, "")
		f.giveBack(s, hours(1), "refuse")
		f.move(s, hours(12), ticket.Acknowledge, "")
		f.done(s, hours(30))
		f.answer(s, hours(31), true)
	},
	"returned, nobody decides": func(f *fortnight, s *story) {
		f.giveBack(s, hours(2), "")
		f.giveBack(s, hours(24*10), "grant") // after the hand-over it is the next one's to return
	},
	"sent back again and again": func(f *fortnight, s *story) {
		f.move(s, hours(1), ticket.Acknowledge, "")
		for i := range 4 {
			f.done(s, hours(5+float64(i)*24))
			f.answer(s, hours(7+float64(i)*24), i == 3)
		}
	},
	"a later date granted": func(f *fortnight, s *story) {
		f.move(s, hours(1), ticket.Acknowledge, "")
		f.extend(s, hours(3), "grant")
		f.extend(s, hours(9), "grant") // the second is refused
		f.done(s, hours(70))
	},
	"a later date refused": func(f *fortnight, s *story) {
		f.move(s, hours(1), ticket.Acknowledge, "")
		f.extend(s, hours(3), "refuse")
		f.done(s, hours(100))
		f.answer(s, hours(101), false)
	},
	"a later date nobody decides": func(f *fortnight, s *story) {
		f.move(s, hours(1), ticket.Acknowledge, "")
		f.extend(s, hours(3), "")
	},
	"many households": func(f *fortnight, s *story) {
		f.move(s, hours(3), ticket.Acknowledge, "")
		for i := range 12 {
			f.later(hours(4+float64(i)), func() {
				_, _, err := f.house.tickets.SupportTicket(f.t.Context(), f.residents[i], s.id, ticket.Supporting{ClientID: f.clientID()})
				f.ok("support", err)
			})
		}
		f.later(hours(30), func() {
			_, err := f.house.tickets.AnswerJoint(f.t.Context(), f.handler(f.now(s)), s.id, ticket.JointAnswered{Accepted: true, Text: "已立项，下周一进场施工"})
			f.ok("answer many", err)
		})
		f.move(s, hours(31), ticket.Withdraw, "") // one household does not end it
		f.done(s, hours(60))
	},
	"an office makes it joint": func(f *fortnight, s *story) {
		f.later(hours(5), func() {
			_, err := f.house.tickets.MarkJoint(f.t.Context(), f.decider(f.now(s)), s.id, ticket.Joining{Note: "业主委员会来函"})
			f.ok("make joint", err)
		})
		f.move(s, hours(24*3), ticket.Acknowledge, "")
	},
	"urged": func(f *fortnight, s *story) {
		for i := range 5 {
			f.move(s, hours(6+float64(i)*20), ticket.Urge, "")
		}
		f.move(s, hours(90), ticket.Acknowledge, "")
		f.done(s, hours(95))
	},
	"withdrawn": func(f *fortnight, s *story) {
		f.move(s, hours(float64(f.dice.IntN(50))), ticket.Withdraw, "")
		f.move(s, hours(60), ticket.Withdraw, "")
	},
	"photos on their way": func(f *fortnight, s *story) {
		f.move(s, hours(1), ticket.Acknowledge, "")
		f.shown(s, hours(6), hours(float64(1+f.dice.IntN(60))))
		f.answer(s, hours(80), true)
	},
	"photos that never come": func(f *fortnight, s *story) {
		f.move(s, hours(1), ticket.Acknowledge, "")
		f.shown(s, hours(6), 0)
	},
	"urgent at night": func(f *fortnight, s *story) {
		if f.dice.IntN(2) == 0 {
			f.move(s, time.Duration(5+f.dice.IntN(60))*time.Minute, ticket.Acknowledge, "")
			f.done(s, hours(3))
		}
	},
	"a small house": func(f *fortnight, s *story) {
		f.move(s, hours(30), ticket.Acknowledge, "")
		f.done(s, hours(50))
	},
	"the number is shown": func(f *fortnight, s *story) {
		f.move(s, hours(0.2), ticket.ContactShare, "")
		f.move(s, hours(1), ticket.Acknowledge, "")
		f.later(hours(2), func() {
			_, err := f.house.tickets.ViewContact(f.t.Context(), f.handler(f.now(s)), s.id, "约上门时间")
			f.ok("look at the number", err)
		})
		f.move(s, hours(3), ticket.ContactHide, "")
		f.done(s, hours(24*3))
	},
}

func (f *fortnight) ids(which func(*story) bool) (ids []int64) {
	for _, s := range f.stories {
		if s.id != 0 && which(s) {
			ids = append(ids, s.id)
		}
	}
	return ids
}

// faults is all that is wrong at the end.
func (f *fortnight) faults() (all []string) {
	fault := func(format string, values ...any) { all = append(all, fmt.Sprintf(format, values...)) }
	now := models.UTC(f.clock.Now())
	var tickets []ticket.Ticket
	var told []storage.LedgerLine
	var effects []storage.Effect
	var looks []struct {
		TicketID, PartyID int64
		N                 int64
	}
	f.read(func(tx storage.Tx) error {
		if err := tx.DB().Order("id").Find(&tickets).Error; err != nil {
			return err
		}
		if err := tx.DB().Where("noun = 'ticket'").Order("id").Find(&told).Error; err != nil {
			return err
		}
		if err := tx.DB().Order("id").Find(&effects).Error; err != nil {
			return err
		}
		return tx.DB().Table("handed_over_tickets").Select("ticket_id, party_id, count(*) AS n").Group("ticket_id, party_id").Scan(&looks).Error
	})
	if want := len(f.ids(func(*story) bool { return true })); len(tickets) != want {
		fault("%d matters were filed, %d are there", want, len(tickets))
	}
	lines := map[int64][]storage.LedgerLine{}
	for _, l := range told {
		lines[l.NounID] = append(lines[l.NounID], l)
	}
	for _, t := range tickets {
		for _, wrong := range lawless(t, lines[t.ID], now) {
			fault("ticket %d: %s", t.ID, wrong)
		}
	}
	all = append(all, f.ladders(tickets, lines, now)...)
	for _, l := range looks {
		if l.N != 1 {
			fault("party %d keeps %d looks of ticket %d", l.PartyID, l.N, l.TicketID)
		}
	}
	if len(looks) == 0 {
		fault("the hand-over took no ticket along")
	}
	for _, t := range tickets {
		if t.EstateID == f.Estate.ID && t.HandlingPartyID == f.Operator.ID && t.Open && t.State != ticket.DonePendingConfirm && t.RoutedBy == string(ticket.TargetTerm) {
			fault("ticket %d still lies with the party that left", t.ID)
		}
	}
	all = append(all, f.messages(effects, tickets, told)...)
	all = append(all, f.figures(tickets, now)...)
	report, err := ledger.Verify(f.t.Context(), f.house.db, ledger.Against{})
	if err != nil || report.Faulty > 0 || report.Sealed == 0 || report.Checkpoints == 0 {
		fault("the ledger: %v, %d sealed, %d checkpoints, %q", err, report.Sealed, report.Checkpoints, report.Faults)
	}
	return all
}

// lawless is what is wrong with one matter: its state, what it waits for, and the way that it came.
func lawless(t ticket.Ticket, lines []storage.LedgerLine, now time.Time) (wrong []string) {
	reached := slices.ContainsFunc(ticket.Flow, func(s ticket.Step) bool { return s.To == t.State })
	if !reached && t.State != ticket.Accepted || t.Open != t.State.Open() {
		wrong = append(wrong, fmt.Sprintf("%s (open: %v) is no lawful state", t.State, t.Open))
	}
	switch {
	case t.State == ticket.Accepted && !t.FiledAt.After(now):
		wrong = append(wrong, "it is held, and its batch has gone")
	case t.State == ticket.DonePendingConfirm && !t.NextDue.After(now):
		wrong = append(wrong, "it is silent, and was not closed")
	case t.AlertDue != nil && !t.AlertDue.After(now):
		wrong = append(wrong, "an alert is owed")
	}
	said := map[string]bool{}
	for _, l := range lines {
		action := ticket.Action(l.Action)
		var data struct {
			Percent int
			Level   int
			Step    string
			Rung    int
		}
		json.Unmarshal([]byte(l.Data), &data)
		key := fmt.Sprint(action, data.Percent, data.Level, data.Step, data.Rung)
		switch action {
		case ticket.Escalate, ticket.Call:
			key = fmt.Sprint(action, data.Level, data.Rung)
			fallthrough
		case ticket.Remind:
			if said[key] {
				wrong = append(wrong, fmt.Sprintf("%s was told twice: %s", action, l.Data))
			}
			said[key] = true
		case ticket.Dispatch, ticket.ReturnGrant, ticket.Redispatch:
			clear(said) // another party has a ladder of its own
		case ticket.Progress, ticket.Urge, ticket.ContactShare, ticket.ContactHide, ticket.ContactView, ticket.CalledBack, ticket.Rate:
		default: // another deadline has reminders of its own; a level is told once all the same
			maps.DeleteFunc(said, func(key string, _ bool) bool { return strings.HasPrefix(key, string(ticket.Remind)) })
		}
		along := func(s ticket.Step) bool {
			to := s.To
			if to == "" {
				to = ticket.State(l.FromState)
			}
			return s.Action == action && slices.Contains(s.From, ticket.State(l.FromState)) && string(to) == l.ToState
		}
		stays := l.FromState == l.ToState && slices.Contains([]ticket.Action{ticket.Rate, ticket.ContactView, ticket.CalledBack, ticket.Contact, ticket.ContactConfirm}, action)
		if !stays && action != ticket.File && action != ticket.Hold && !slices.ContainsFunc(ticket.Flow, along) {
			wrong = append(wrong, fmt.Sprintf("%s from %s to %s is no line of the flow table", action, l.FromState, l.ToState))
		}
	}
	return wrong
}

// ladders holds what was told about matters that nobody touched against the catalogue, rung by rung: none is missing.
func (f *fortnight) ladders(tickets []ticket.Ticket, lines map[int64][]storage.LedgerLine, now time.Time) (all []string) {
	c, err := f.house.tickets.Catalogue(f.t.Context())
	if err != nil {
		f.t.Fatal(err)
	}
	h, err := f.house.tickets.Hours(f.t.Context())
	if err != nil {
		f.t.Fatal(err)
	}
	kinds := map[int64]string{}
	f.read(func(tx storage.Tx) error {
		var parties []place.HandlingParty
		err := tx.DB().Find(&parties).Error
		for _, p := range parties {
			kinds[p.ID] = string(p.Kind)
		}
		return err
	})
	untouched := f.ids(func(s *story) bool { return s.trouble == "nobody answers" })
	checked := 0
	for _, t := range tickets {
		i := slices.IndexFunc(c.Escalations, func(e ticket.Escalation) bool { return e.Urgency == t.Urgency })
		if !slices.Contains(untouched, t.ID) || i < 0 || t.State == ticket.Accepted {
			continue
		}
		checked++
		var want []ticket.Level
		for _, rung := range c.Escalations[i].Rungs {
			level := max(rung.Level, ticket.UninterestedLevel(kinds[t.HandlingPartyID]))
			if !h.After(t.AcknowledgeDue, rung.After).After(now) && (len(want) == 0 || level > want[len(want)-1]) {
				want = append(want, level)
			}
		}
		var got []ticket.Level
		for _, l := range lines[t.ID] {
			switch ticket.Action(l.Action) {
			case ticket.Dispatch:
				got = nil
			case ticket.Escalate:
				var data struct{ Level ticket.Level }
				json.Unmarshal([]byte(l.Data), &data)
				got = append(got, data.Level)
			}
		}
		if !slices.Equal(got, want) {
			all = append(all, fmt.Sprintf("ticket %d (%s, party %s): the levels %v were told, the catalogue says %v", t.ID, t.Urgency, kinds[t.HandlingPartyID], got, want))
		}
	}
	if checked == 0 {
		all = append(all, "no matter that nobody touched")
	}
	return all
}

// messages holds what left the program against what had to.
func (f *fortnight) messages(effects []storage.Effect, tickets []ticket.Ticket, told []storage.LedgerLine) (all []string) {
	silent := map[string]bool{} // matters that nobody ever took, as a call's key begins
	for _, t := range tickets {
		silent[fmt.Sprintf("call/%d/%d/", t.ID, t.DispatchedAt.UnixMicro())] = t.State == ticket.Dispatched && t.AcknowledgedAt == nil
	}
	calls, texts, ordered := 0, 0, 0
	for _, e := range effects {
		if e.DoneAt == nil && (e.Kind == "call" || e.Kind == "sms") {
			all = append(all, fmt.Sprintf("%s %s was not sent after %d attempts: %s", e.Kind, e.Key, e.Attempts, e.LastError))
		}
		switch e.Kind {
		case "call":
			calls++
			if e.Attempts > 0 && f.sent[e.Key] == 0 && silent[e.Key[:strings.LastIndex(e.Key, "/")+1]] {
				all = append(all, fmt.Sprintf("call %s was never received", e.Key))
			}
		case "sms":
			texts++
			if f.sent[e.Key] == 0 {
				all = append(all, fmt.Sprintf("text message %s was never received", e.Key))
			}
		}
	}
	for _, l := range told {
		if l.Action == string(ticket.Call) {
			ordered++
		}
	}
	for id, n := range f.sent {
		if n != 1+f.again(id) {
			all = append(all, fmt.Sprintf("%s was received %d times, its answer lost %d times", id, n, f.again(id)))
		}
	}
	if texts != f.codes {
		all = append(all, fmt.Sprintf("%d people asked for a code, %d text messages", f.codes, texts))
	}
	if ordered == 0 || ordered > calls { // where one party is called on two rungs the second is noted in the outbox only
		all = append(all, fmt.Sprintf("%d calls stand in the ledger, %d in the outbox", ordered, calls))
	}
	return all
}

// again is how often a message had to come a second time.
func (f *fortnight) again(id string) int {
	if f.lost[id] > 0 && f.sent[id] > 1 {
		return 1
	}
	return 0
}

// figures holds the counts above the lists against what is counted by hand.
func (f *fortnight) figures(tickets []ticket.Ticket, now time.Time) (all []string) {
	for name, a := range map[string]models.Actor{"operator": f.Staff, "next operator": f.RivalStaff, "station": f.StationStaff, "town": f.TownOfficer, "centre": f.Officer} {
		page, err := f.house.tickets.Tickets(f.t.Context(), a, ticket.Query{Box: ticket.BoxAll, Limit: 1})
		if err != nil {
			f.t.Fatal(err)
		}
		var want ticket.Counts
		add := func(n *int64, is bool) {
			if is {
				*n++
			}
		}
		for _, t := range tickets {
			if !t.Open || !models.ScopeOf(a).Work().Sees(t) {
				continue
			}
			add(&want.Open, true)
			add(&want.Overdue, t.Overdue(now))
			add(&want.Unanswered, t.Unanswered(now))
			add(&want.ToConfirm, t.State == ticket.DonePendingConfirm)
			add(&want.Escalated, t.EscalatedTo >= ticket.WatchesFrom(a))
			add(&want.Returned, t.State == ticket.Returned)
			add(&want.Joint, t.JointAt != nil)
		}
		got := *page.Counts
		if got.Open != want.Open || got.Overdue != want.Overdue || got.Unanswered != want.Unanswered || got.ToConfirm != want.ToConfirm || got.Escalated != want.Escalated || got.Returned != want.Returned || got.Joint != want.Joint {
			all = append(all, fmt.Sprintf("the %s reads %+v, by hand %+v", name, got, want))
		}
	}
	return all
}

func (f *fortnight) tell() {
	states := map[string]int{}
	var tickets []ticket.Ticket
	var lines int64
	f.read(func(tx storage.Tx) error {
		if err := tx.DB().Table("ledger").Count(&lines).Error; err != nil {
			return err
		}
		return tx.DB().Find(&tickets).Error
	})
	for _, t := range tickets {
		states[string(t.State)]++
	}
	var outs []string
	for _, m := range []map[string]int{states, f.did, f.no} {
		var words []string
		for _, key := range slices.Sorted(maps.Keys(m)) {
			words = append(words, fmt.Sprintf("%s %d", key, m[key]))
		}
		outs = append(outs, strings.Join(words, ", "))
	}
	f.t.Logf("%d matters, %d lines in the ledger, %d messages, %d failed or lost at first, %d jobs killed\nstates: %s\ndone: %s\nrefused: %s", len(tickets), lines, len(f.sent), len(f.lost), f.kills, outs[0], outs[1], outs[2])
}
