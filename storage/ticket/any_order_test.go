package ticket_test

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"sync"
	"testing"
	"time"

	"linli/models"
	"linli/models/ticket"
	"linli/storage"
	"linli/storage/ledger"
)

var (
	anyOrderMatters = flag.Int("anyorder.matters", 400, "how many matters the county has in TestMattersInAnyOrder; from 3000 on every step of the flow must have happened")
	anyOrderSeed    = flag.Uint64("anyorder.seed", 1, "what chance is made of in TestMattersInAnyOrder")
)

// anyOrderBegins is a Monday; its second week begins with the last day of a statutory holiday.
var anyOrderBegins = models.Date("2026-03-30").Start()

const (
	anyOrderDays  = 14
	stormDay      = 4 // a Friday evening: the power fails in one estate
	stormHour     = 19
	handOverDay   = 8
	anyOrderAfter = 45 // days in which the jobs go on and people answer
)

// TestMattersInAnyOrder lets people do to matters whatever their pages offer, in any order, for two weeks of a set clock: matters come in
// by the hour, a storm of them on one evening, one estate is handed over, and every job runs each hour, in two copies at once and without
// their leases. Weeks later nothing may be left behind: every ticket is in a state that its own lines tell, nothing that was due is
// waiting, nothing was told twice, nobody was called twice for the same, and the whole ledger holds. Beside it stands TestAFortnight of
// cmd/linli, which tells stories through the whole program, with leases, kills and messages; here chance tells them, along the whole flow
// table. -anyorder.seed draws another one, -anyorder.matters=3000 is a county's fortnight.
func TestMattersInAnyOrder(t *testing.T) {
	eachModel(t, func(t *testing.T, r *modelRun) {
		f := newAnyOrder(t, r)
		for hour := range anyOrderDays * 24 {
			f.hour(hour)
		}
		for hour := range anyOrderAfter * 4 {
			r.w.clock.Advance(6 * time.Hour)
			f.acts(12)
			if hour%4 == 0 {
				f.acts(30)
			}
			f.jobs()
		}
		f.judge()
		f.controls()
	})
}

// anyOrder is one county at work.
type anyOrder struct {
	t      *testing.T
	r      *modelRun
	dice   *rand.Rand
	towns  []*town
	phones *phones
	most   int
	filed  int

	alive   []*lived // what somebody may still want something of
	all     []int64
	refused map[string]int
}

// lived is a matter and the place that it is of.
type lived struct {
	w *town
	m *matter
}

func newAnyOrder(t *testing.T, r *modelRun) *anyOrder {
	f := &anyOrder{t: t, r: r, dice: rand.New(rand.NewPCG(*anyOrderSeed, 14)), most: *anyOrderMatters, refused: map[string]int{}}
	f.phones = r.w.chain(t)
	c := r.w.County
	for _, term := range []int64{c.Operator.ID, c.Rival.ID, 0, c.Operator.ID} {
		f.towns = append(f.towns, f.townOf(term))
	}
	r.w.clock.At = anyOrderBegins
	return f
}

// townOf makes an estate that a party serves, or nobody.
func (f *anyOrder) townOf(party int64) *town {
	for {
		w, err := f.r.settle(history{Dice: f.dice.Uint64()})
		if err != nil {
			f.t.Fatal(err)
		}
		if w.term == party {
			return w
		}
	}
}

// hour is what comes in and is done within one hour, in any order, and the jobs at its end.
func (f *anyOrder) hour(n int) {
	day, hour := n/24, n%24
	if day == handOverDay && hour == 9 {
		f.handOver()
	}
	// By day twelve times as much as by night, over the fortnight most of all there is; the rest comes with the storm.
	weight, whole := 1, anyOrderDays*(14*12+10)
	if hour >= 7 && hour < 21 {
		weight = 12
	}
	files := share(f.dice, f.most*4/5*weight, whole)
	var storm int
	if day == stormDay && hour == stormHour {
		storm = f.most / 5
	}
	if n == anyOrderDays*24-1 {
		files = f.most - f.filed - storm
	}
	acts := (files+storm)*4 + 6
	steps := files + storm + acts
	for i := range steps {
		f.r.w.clock.At = anyOrderBegins.Add(time.Duration(n)*time.Hour + time.Duration(i+1)*time.Hour/time.Duration(steps+1))
		switch at := f.dice.IntN(steps - i); {
		case at < storm:
			storm--
			f.files(f.towns[0], "REP-12")
		case at < storm+files:
			files--
			f.files(f.towns[f.dice.IntN(len(f.towns))], modelCategories[f.dice.IntN(len(modelCategories))])
		default:
			f.acts(1)
		}
	}
	f.r.w.clock.At = anyOrderBegins.Add(time.Duration(n+1) * time.Hour)
	f.jobs()
}

// share is part of a whole, rounded by chance.
func share(dice *rand.Rand, part, whole int) int {
	n := part / whole
	if dice.IntN(whole) < part%whole {
		n++
	}
	return n
}

func (f *anyOrder) files(w *town, category string) {
	if f.filed == f.most {
		return
	}
	who := []string{"the reporter", "the reporter", "the steward", "the operator", "a stranger", "neighbour 0", "neighbour 1"}[f.dice.IntN(7)]
	filing := ticket.Filing{ClientID: clientID(), Category: category, Text: "楼道的灯不亮了", BuildingID: w.house[min(1, f.dice.IntN(5)/4)].ID, ShareContact: f.dice.IntN(2) == 0, StewardSees: f.dice.IntN(3) == 0}
	if who == "the steward" {
		filing.OnBehalf = &ticket.OnBehalf{Name: "孙奶奶", Consent: "spoken"}
	}
	known, _ := f.r.catalogue().Category(category)
	filing.Danger = known.Raise != nil && filing.ShareContact
	filed, err := f.r.w.store.FileTicket(f.t.Context(), w.cast[who], filing, nil)
	if err != nil {
		f.t.Fatalf("%s files %s: %v", who, category, err)
	}
	f.filed++
	m := &matter{units: map[int64]bool{}, supported: map[int64]bool{}, looked: map[int64]time.Time{}}
	m.t.ID = filed.Ticket.ID
	f.all, f.alive = append(f.all, m.t.ID), append(f.alive, &lived{w, m})
}

// handOver gives the estate of the storm to the next operator, in the middle of everything.
func (f *anyOrder) handOver() {
	f.r.w.handOver(f.t, f.towns[0].estate.ID, f.r.w.Rival)
	f.towns[0].term = f.r.w.Rival.ID
}

// acts lets people do n things to matters, new and old.
func (f *anyOrder) acts(n int) {
	for range n {
		if len(f.alive) == 0 {
			return
		}
		i := len(f.alive) - 1 - min(f.dice.IntN(len(f.alive)), f.dice.IntN(len(f.alive))) // the newer, the likelier
		one := f.alive[i]
		if fault := one.w.row(one.m.t.ID, &one.m.t); fault != "" {
			f.t.Fatal(fault)
		}
		if !one.m.t.Open && f.dice.IntN(6) == 0 {
			f.alive = slices.Delete(f.alive, i, i+1) // nobody looks at it any more
			continue
		}
		f.act(one)
	}
}

// likes are how much likelier than others a step is chosen that is seldom offered, or that brings a matter on; many buttons are there all the
// time, and nobody would come to an end for urging.
var likes = map[ticket.Action]int{
	ticket.Urge: 1, ticket.Joint: 1, ticket.JointAnswer: 16, ticket.Redispatch: 1, ticket.Acknowledge: 8, ticket.SuspendRefuse: 20, ticket.Withdraw: 1, ticket.ContactShare: 1, ticket.ContactHide: 1, ticket.Progress: 2,
	ticket.Done: 16, ticket.Confirm: 8, ticket.SendBack: 8, ticket.RelayConfirm: 8, ticket.SuspendAsk: 30, ticket.Suspend: 40, ticket.SuspendReview: 40, ticket.SuspendClear: 8,
	ticket.SuspendObject: 20, ticket.PromiseRedate: 16, ticket.PromiseSaid: 8, ticket.PromiseKept: 30, ticket.PromiseBroken: 30,
}

// act lets somebody do what his page offers him, or one of the things that have no button there.
func (f *anyOrder) act(one *lived) {
	w, r, t := one.w, f.r, one.m.t
	y := &attempt{w: w, m: one.m, dice: f.dice.Uint64(), now: models.UTC(r.w.clock.Now()), c: r.catalogue(), note: "配件明天到，后天来装"}
	if !t.Open && f.dice.IntN(3) == 0 {
		f.callsBack(y)
		return
	}
	staff := slices.IndexFunc(w.names, func(name string) bool { return w.cast[name].WorksFor(t.HandlingPartyID) })
	for range 6 {
		y.who = w.names[f.dice.IntN(len(w.names)-w.alike)]
		if staff >= 0 && f.dice.IntN(2) == 0 { // whoever must answer has most to do with it
			y.who = w.names[staff]
		}
		switch seldom := f.dice.IntN(4) > 0; {
		case seldom && t.Suspension == ticket.SuspensionWaiting:
			y.who = "the centre"
		case seldom && t.State == ticket.Suspended:
			y.who = []string{"the centre", "the reporter"}[f.dice.IntN(2)]
		case seldom && t.State == ticket.DonePendingConfirm && t.OnBehalf:
			y.who = "the steward"
		}
		if y.a = w.cast[y.who]; y.who == "nobody" {
			continue
		}
		if y.action = f.chooses(y); y.action != "" {
			f.note(y, y.do())
			return
		}
	}
}

// chooses is what somebody does, or nothing.
func (f *anyOrder) chooses(y *attempt) ticket.Action {
	if y.a.IsSystem() {
		if y.m.t.State != ticket.InProgress {
			return ""
		}
		return ticket.Done // photos arrive
	}
	part := ticket.PartOf(y.a, y.m.t)
	switch f.dice.IntN(30) {
	case 0, 1:
		return extraSay
	case 2:
		return []ticket.Action{extraContact, extraSupport, extraSupport, extraRate, extraCrowd}[f.dice.IntN(5)]
	case 3, 4:
		if part == ticket.PartReporter {
			return ticket.Contact // he reads what was said to him
		}
	}
	var lots []ticket.Action
	for _, x := range y.m.t.Allowed(y.a, y.c, y.now) {
		n, known := likes[x]
		switch {
		case x == ticket.Rate || x == ticket.Say || x == ticket.ContactView || x == ticket.Withdraw && f.dice.IntN(4) > 0:
			continue // they have a word of their own above, or would end too much
		case x == ticket.Done && f.dice.IntN(4) == 0:
			x = ticket.DoneSaid
		}
		if !known {
			n = 4
		}
		lots = append(lots, slices.Repeat([]ticket.Action{x}, n)...)
	}
	if len(lots) == 0 {
		return ""
	}
	return lots[f.dice.IntN(len(lots))]
}

// callsBack lets somebody make the callback about a matter, if there is one to make.
func (f *anyOrder) callsBack(y *attempt) {
	var open []ticket.Callback
	f.r.w.read(f.t, func(tx storage.Tx) error {
		return tx.DB().Where("ticket_id = ? AND state = ?", y.m.t.ID, ticket.CallbackOpen).Limit(1).Find(&open).Error
	})
	if len(open) == 0 {
		return
	}
	y.action = []ticket.Action{extraCallback, ticket.Reopen, ticket.CallbackConfirm}[f.dice.IntN(3)]
	for _, y.who = range []string{"the station", "the town", "the centre"} {
		if y.a = y.w.cast[y.who]; open[0].MayCall(y.a, y.m.t) {
			f.note(y, y.write(func(tx storage.Tx) error {
				if _, err := y.store().CallbackContactIn(tx, y.a, open[0].ID); err != nil {
					return err
				}
				_, err := y.store().TellCallbackIn(tx, y.a, open[0].ID, y.told())
				return err
			}))
			return
		}
	}
}

// note counts what was refused; anything else that went wrong is a fault.
func (f *anyOrder) note(y *attempt, err error) {
	switch {
	case err == nil:
	case models.CodeOf(err) == "":
		f.t.Fatalf("%s by %s on ticket %d: %v", y.action, y.who, y.m.t.ID, err)
	default:
		f.refused[models.CodeOf(err)]++
	}
}

// jobs runs everything that runs by itself, each until it has nothing to do, in two copies at once.
func (f *anyOrder) jobs() {
	s := f.r.w.store
	bounded := func(job func(context.Context, int) (int, error)) func(context.Context) (int, error) {
		return func(ctx context.Context) (int, error) { return job(ctx, 500) }
	}
	jobs := map[string]func(context.Context) (int, error){
		"silence": bounded(s.CloseSilent), "callbacks": bounded(s.LapseCallbacks), "suspensions": bounded(s.LapseSuspensions), "promises": bounded(s.LapsePromises),
		"escalate": bounded(s.EscalateDue), "calls": bounded(s.CallDue), "deliver": s.DeliverCalls, "release": bounded(s.ReleaseDue), "joint": bounded(s.JoinDue),
	}
	if f.r.w.clock.At.Hour()%6 == 0 { // it looks along every estate
		jobs["hand-over"] = s.HandOverDue
	}
	for name, job := range jobs {
		var both sync.WaitGroup
		for range 2 {
			both.Go(func() {
				for range 100 {
					n, err := job(f.t.Context())
					if err != nil {
						f.t.Errorf("the job %s: %v", name, err)
					}
					if n == 0 || err != nil {
						return
					}
				}
				f.t.Errorf("the job %s never comes to an end", name)
			})
		}
		both.Wait()
	}
	if f.t.Failed() {
		f.t.FailNow()
	}
}

// faults are all that is wrong at the end, with the lines that the ledger has of each step, and of each level that was told.
func (f *anyOrder) faults() (wrong []string, lines map[string]int) {
	lines = map[string]int{}
	for _, id := range f.all {
		k, err := f.r.w.kept(f.t.Context(), id)
		if err != nil {
			return append(wrong, err.Error()), lines
		}
		if fault := k.retold(); fault != "" {
			wrong = append(wrong, fmt.Sprintf("ticket %d: %s", id, fault))
		}
		if k.row.Open != k.row.State.Open() {
			wrong = append(wrong, fmt.Sprintf("ticket %d: open is %v in %s", id, k.row.Open, k.row.State))
		}
		for _, l := range k.told {
			lines[l.Action]++
			if l.Action == string(ticket.Escalate) {
				lines[fmt.Sprint("level of ", levelOf.FindString(l.Data))]++
			}
		}
	}
	for _, due := range []string{
		"SELECT count(*) FROM tickets WHERE alert_due < ? AND open", "SELECT count(*) FROM tickets WHERE promise_until < ?", "SELECT count(*) FROM tickets WHERE state = 'suspended' AND review_due < ?",
		"SELECT count(*) FROM tickets WHERE state = 'done_pending_confirm' AND next_due < ?", "SELECT count(*) FROM tickets WHERE state = 'accepted' AND filed_at < ?", "SELECT count(*) FROM callbacks WHERE state = 'open' AND until_at < ?",
	} {
		var n int64
		f.r.w.read(f.t, func(tx storage.Tx) error { return tx.DB().Raw(due, models.UTC(f.r.w.clock.Now())).Scan(&n).Error })
		if n != 0 {
			wrong = append(wrong, fmt.Sprintf("%d are left behind: %s", n, due))
		}
	}
	var there int64
	f.r.w.read(f.t, func(tx storage.Tx) error { return tx.DB().Raw("SELECT count(*) FROM tickets").Scan(&there).Error })
	if there != int64(f.most) || len(f.all) != f.most {
		wrong = append(wrong, fmt.Sprintf("%d were filed, %d are there", len(f.all), there))
	}
	for id, n := range f.phones.ids {
		if n != 1 {
			wrong = append(wrong, fmt.Sprintf("the call %s was made %d times", id, n))
		}
	}
	return wrong, lines
}

// levelOf is the level in the data of a line.
var levelOf = regexp.MustCompile(`"level":\d`)

func (f *anyOrder) judge() {
	wrong, lines := f.faults()
	for _, fault := range wrong[:min(len(wrong), 20)] {
		f.t.Error(fault)
	}
	for _, step := range ticket.Flow {
		if lines[string(step.Action)] == 0 && f.most >= 3000 { // fewer may miss what is seldom
			f.t.Errorf("%s never happened: chance does not reach it", step.Action)
		}
	}
	for level := ticket.LevelStation; level <= ticket.LevelCenter; level++ {
		if lines[fmt.Sprintf(`level of "level":%d`, level)] == 0 {
			f.t.Errorf("level %d was never told", level)
		}
	}
	report, err := ledger.Verify(f.t.Context(), f.r.w.db, ledger.Against{})
	if err != nil || report.Faulty != 0 {
		f.t.Errorf("the ledger after all of it: %v, %d faults, %q", err, report.Faulty, report.Faults)
	}
	f.t.Logf("seed %d: %d matters, %d calls; lines of the ledger: %v; refused: %v", *anyOrderSeed, len(f.all), len(f.phones.ids), lines, f.refused)
}

// controls plants one fault of each kind and looks whether the judgement finds it.
func (f *anyOrder) controls() {
	if f.t.Failed() {
		return
	}
	var told storage.Told
	f.r.w.read(f.t, func(tx storage.Tx) error {
		return tx.DB().Table("ledger").Where("noun = ? AND action = ?", "ticket", string(ticket.Escalate)).Order("id").Limit(1).Scan(&told).Error
	})
	seen := 0
	one := func(tx storage.Tx, statement string, values ...any) error {
		res := tx.DB().Exec(statement, values...)
		if res.Error == nil && res.RowsAffected != 1 {
			return fmt.Errorf("%d rows were planted", res.RowsAffected)
		}
		return res.Error
	}
	for _, tt := range []struct {
		name  string
		plant func(tx storage.Tx) error
	}{
		{"a level told twice", func(tx storage.Tx) error {
			_, err := storage.Record(tx, models.Event{Noun: "ticket", NounID: told.NounID, Action: told.Action, ActorRole: models.System, PartyID: told.HandlingPartyID, From: told.FromState, To: told.ToState})
			return err
		}},
		{"an alert left behind", func(tx storage.Tx) error {
			return one(tx, "UPDATE tickets SET alert_due = ? WHERE id = (SELECT min(id) FROM tickets WHERE open)", models.UTC(anyOrderBegins))
		}},
		{"a state that no line tells", func(tx storage.Tx) error {
			return one(tx, "UPDATE tickets SET state = 'withdrawn' WHERE id = (SELECT min(id) FROM tickets WHERE state <> 'withdrawn' AND id <> ?)", told.NounID)
		}},
	} {
		before := seen
		if err := f.r.w.db.Write(f.t.Context(), tt.plant); err != nil {
			f.t.Fatal(err)
		}
		wrong, _ := f.faults()
		if seen = len(wrong); seen <= before {
			f.t.Errorf("%s was not seen", tt.name)
		}
	}
}
