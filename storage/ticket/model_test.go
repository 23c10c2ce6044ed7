package ticket_test

import (
	"cmp"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"linli/models"
	"linli/models/place"
	"linli/models/ticket"
	"linli/storage"
	"linli/storage/ledger"
	"linli/storage/seed"
	"linli/storage/storagetest"
)

var (
	modelHistories = flag.Int("model.histories", 150, "how many histories TestTheStoreDoesWhatTheModelDoes draws for each database")
	modelSeed      = flag.Uint64("model.seed", 1, "what chance is made of in TestTheStoreDoesWhatTheModelDoes")
	modelOnly      = flag.Int("model.only", -1, "the one history of -model.seed that is run, to look at a fault again")
)

// TestTheStoreDoesWhatTheModelDoes draws histories of tickets: steps that are allowed and steps that are not, by people who
// may and people who may not, at moments before and after every deadline. Each goes through the use-cases on a real
// database and through the pure model (the flow table and the rules of models/ticket). After each step the refusal's code,
// every column of the tickets, the lines of the ledger, what is asked of somebody in a list, its counts, and what somebody
// may do next are held against the model. A step that comes into the flow table is drawn by itself where a person asks for it by
// name, and asks for a line in drivers where it has a use-case of its own.
//
// A fault is told with the shortest history that still shows it. -model.seed and -model.only run it again,
// -model.histories=5000 draws more.
func TestTheStoreDoesWhatTheModelDoes(t *testing.T) {
	eachModel(t, func(t *testing.T, r *modelRun) {
		r.draw(*modelHistories)
		report, err := ledger.Verify(t.Context(), r.w.db, ledger.Against{})
		if err != nil || report.Faulty != 0 {
			t.Errorf("the ledger after all of it: %v, %d faults, %q", err, report.Faulty, report.Faults)
		}
		t.Logf("%d histories of seed %d: %d steps done, %d refused; done: %v", r.histories, *modelSeed, r.taken, r.refused, r.counted())
		for _, step := range ticket.Flow {
			if r.did[step.Action] == 0 && *modelOnly < 0 {
				t.Errorf("%s was never done: the draw does not reach it", step.Action)
			}
		}
	})
}

func eachModel(t *testing.T, f func(t *testing.T, r *modelRun)) {
	c := &storagetest.Clock{}
	storagetest.EachAt(t, c.Now, func(t *testing.T, db *storage.DB) {
		c.At = time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC)
		f(t, newModelRun(t, &world{db: db, clock: c, County: storagetest.SmallCounty(t, db), store: newStore(t, db)}))
	})
}

// modelRun draws histories in one county.
type modelRun struct {
	t          *testing.T
	w          *world
	hours      func(ticket.Catalogue) ticket.Hours
	catalogues []ticket.Catalogue
	neighbours []models.Actor
	personal   map[ticket.Action]bool
	estates    int
	rules      ticket.CallbackRules
	suspending ticket.SuspensionRules
	promising  ticket.PromiseRules

	histories, taken, refused int
	did                       map[ticket.Action]int

	// The controls plant faults with these.
	believes func(y *attempt, want *expectation)  // makes the model wrong
	spoils   func(y *attempt, refused bool) error // makes the store wrong, after a step
	looks    func(a models.Actor) models.Actor    // who is believed to look
	counts   func(c *ticket.Counts)               // makes the figures wrong
}

func newModelRun(t *testing.T, w *world) *modelRun {
	t.Helper()
	r := &modelRun{t: t, w: w, did: map[ticket.Action]int{}, personal: map[ticket.Action]bool{}}
	if err := w.db.Write(t.Context(), seed.All); err != nil {
		t.Fatal(err)
	}
	for _, doc := range ticket.Catalogues() {
		c, err := ticket.ParseCatalogue(doc)
		if err != nil {
			t.Fatal(err)
		}
		r.catalogues = append(r.catalogues, c)
	}
	var err error
	if r.rules, err = ticket.ParseCallbackRules(ticket.CallbackRuleDocuments()[0]); err != nil {
		t.Fatal(err)
	}
	if r.suspending, err = ticket.ParseSuspensionRules(ticket.SuspensionRuleDocuments()[0]); err != nil {
		t.Fatal(err)
	}
	if r.promising, err = ticket.ParsePromiseRules(ticket.PromiseRuleDocuments()[0]); err != nil {
		t.Fatal(err)
	}
	calendar, err := models.ParseCalendar(models.FirstCalendar())
	if err != nil {
		t.Fatal(err)
	}
	r.hours = func(c ticket.Catalogue) ticket.Hours { return c.Hours(calendar) }
	r.neighbours = w.neighbours(t, r.catalogues[0].JointRule().Households+1)
	if err := w.db.Write(t.Context(), storagetest.TellOfMemberships); err != nil {
		t.Fatal(err)
	}
	for _, step := range ticket.Flow {
		_, err := w.store.MoveTicket(t.Context(), w.Officer, 0, ticket.Move{Action: step.Action})
		r.personal[step.Action] = models.CodeOf(err) != "ticket.unknown_action"
		if !r.personal[step.Action] && drivers[step.Action] == nil {
			t.Errorf("the step %s of the flow table has a use-case of its own: say in drivers how it is called, and what the model makes of it", step.Action)
		}
	}
	return r
}

// catalogue is the one in force.
func (r *modelRun) catalogue() ticket.Catalogue {
	c, today := r.catalogues[0], models.DateOf(r.w.clock.Now())
	for _, one := range r.catalogues {
		if one.ValidFrom <= today {
			c = one
		}
	}
	return c
}

func (r *modelRun) counted() map[ticket.Action]int { return r.did }

// wish is one step that is tried. What it depends on besides is the state that it meets.
type wish struct {
	Lawful bool // among what the model allows then; else anything by anybody
	Dice   uint64
}

// history is a place of its own with a few matters, and what people try to do with them.
type history struct {
	Dice    uint64 // of the place and the filings
	Matters int
	Wishes  []wish
}

func drawHistory(seed uint64, n int) history {
	dice := rand.New(rand.NewPCG(seed, uint64(n)))
	h := history{Dice: dice.Uint64(), Matters: 1 + dice.IntN(3)}
	for range 8 + dice.IntN(28) {
		h.Wishes = append(h.Wishes, wish{Lawful: dice.IntN(10) < 7, Dice: dice.Uint64()})
	}
	return h
}

// draw runs histories, and stops at the first fault, with the shortest history that shows it.
func (r *modelRun) draw(n int) {
	r.t.Helper()
	for i := range n {
		if *modelOnly >= 0 && i != *modelOnly {
			continue
		}
		r.histories++
		h := drawHistory(*modelSeed, i)
		if told, fault := r.live(h); fault != "" {
			short, told, fault := r.shrink(h, told, fault)
			r.t.Errorf("history %d of seed %d (-model.seed=%d -model.only=%d), shrunk from %d to %d steps:\n%s\n%s",
				i, *modelSeed, *modelSeed, i, len(h.Wishes), len(short.Wishes), told, fault)
			return
		}
	}
}

// kindOf is a fault without what differs between two of its sort.
func kindOf(fault string) string {
	kind, _, _ := strings.Cut(fault, " is ")
	return strings.Map(func(c rune) rune {
		if c >= '0' && c <= '9' {
			return -1
		}
		return c
	}, kind)
}

// shrink leaves out steps as long as the same is wrong still.
func (r *modelRun) shrink(h history, told, fault string) (history, string, string) {
	tries := 0
	for size := (len(h.Wishes) + 1) / 2; size > 0; {
		smaller := false
		for at := 0; at < len(h.Wishes) && tries < 150; tries++ {
			less := h
			less.Wishes = slices.Delete(slices.Clone(h.Wishes), at, min(at+size, len(h.Wishes)))
			if t, f := r.live(less); f != "" && kindOf(f) == kindOf(fault) {
				h, told, fault, smaller = less, t, f, true
				continue
			}
			at += size
		}
		if !smaller || size > 1 {
			if size == 1 {
				break
			}
			size /= 2
		}
		if tries >= 150 {
			break
		}
	}
	return h, told, fault
}

// matter is one ticket as the model knows it.
type matter struct {
	t         ticket.Ticket
	lines     int
	rows      aside
	pending   *ticket.Closing // said, its photos on their way
	first     *ticket.Closing // the first of those that were said since something was last complete
	asked     time.Time       // the day that was asked for
	askedBy   int64
	unread    []unreadLine
	units     map[int64]bool    // households that support it
	supported map[int64]bool    // accounts that do
	wish      ticket.Suspending // the newest suspension, or the wish for one
	callback  *ticket.Callback  // about its newest closing that was drawn
	diary     diary
	reopened  int64
	looked    map[int64]time.Time // which office person was last shown its number, to call
}

// aside are the rows beside a ticket.
type aside struct{ Closings, Ratings, Returns, Extensions, Suspensions, Promises int64 }

type unreadLine struct {
	side  ticket.Part
	tells bool
}

// town is the place of one history.
type town struct {
	r       *modelRun
	estate  place.Estate
	house   [2]place.Building // an ordinary one, and one of few households
	term    int64             // who serves the estate, 0 nobody
	cast    map[string]models.Actor
	names   []string
	alike   int // of them, at the end, are neighbours like the ones before
	kinds   map[int64]string
	matters []*matter
	told    strings.Builder
}

// live runs one history. The fault is empty where everything was as the model has it; told is what happened.
func (r *modelRun) live(h history) (told, fault string) {
	w, err := r.settle(h)
	if err != nil {
		return "", "the place could not be made: " + err.Error()
	}
	dice := rand.New(rand.NewPCG(h.Dice, 1))
	for range h.Matters {
		if fault = w.files(dice); fault != "" {
			return w.told.String(), fault
		}
	}
	for _, one := range h.Wishes {
		if fault = w.tries(one); fault != "" {
			break
		}
	}
	return w.told.String(), fault
}

func (w *town) say(format string, values ...any) {
	at := w.r.w.clock.Now().In(models.Shanghai).Format("2006-01-02 15:04")
	fmt.Fprintf(&w.told, "  %s  %s\n", at, fmt.Sprintf(format, values...))
}

// settle makes an estate of its own, so that nothing of another history is found in its lists.
func (r *modelRun) settle(h history) (*town, error) {
	r.estates++
	dice := rand.New(rand.NewPCG(h.Dice, 0))
	c := r.w.County
	// The next history begins on another day: a working day, a weekend, a holiday; at noon or in the night.
	r.w.clock.Advance(time.Duration(1+dice.IntN(72)) * time.Hour)
	r.w.clock.Advance(time.Duration(dice.IntN(3600)) * time.Second)
	w := &town{r: r, kinds: map[int64]string{}}
	for _, p := range []place.HandlingParty{c.Station, c.OtherStation, c.TownParty, c.Centre, c.Operator, c.Rival, c.Unit} {
		w.kinds[p.ID] = string(p.Kind)
	}
	w.term = []int64{c.Operator.ID, c.Operator.ID, c.Operator.ID, c.Rival.ID, 0}[dice.IntN(5)]
	units := make([]place.Unit, len(r.neighbours)+1)
	err := r.w.db.WriteAt(r.t.Context(), storagetest.Since.Start(), func(tx storage.Tx) error {
		w.estate = c.Estate
		w.estate.ID, w.estate.Code, w.estate.Name = 0, fmt.Sprintf("990322100-001-9%05d", r.estates), fmt.Sprint("第", r.estates, "苑")
		if err := tx.DB().Create(&w.estate).Error; err != nil {
			return err
		}
		for i, households := range []int64{48, 12} {
			w.house[i] = place.Building{EstateID: w.estate.ID, Code: fmt.Sprint(i), Name: fmt.Sprint(i, "号楼"), PosterToken: fmt.Sprintf("model-%d-%d", r.estates, i), Floors: 6, Households: households, GrossAreaC: 300_000, CreatedAt: tx.At()}
		}
		if err := tx.DB().Create(w.house[:]).Error; err != nil {
			return err
		}
		entrance := place.Entrance{BuildingID: w.house[0].ID, Name: "1单元"}
		if err := tx.DB().Create(&entrance).Error; err != nil {
			return err
		}
		for i := range units {
			units[i] = place.Unit{EstateID: w.estate.ID, BuildingID: w.house[0].ID, EntranceID: entrance.ID, Name: fmt.Sprint(100 + i), Floor: 1, ExclusiveAreaC: 9_000}
		}
		if err := tx.DB().Create(&units).Error; err != nil {
			return err
		}
		if err := tx.DB().Exec("DELETE FROM rate_limits").Error; err != nil {
			return err
		}
		if w.term == 0 {
			return nil
		}
		return tx.DB().Create(&place.ServiceTerm{EstateID: w.estate.ID, HandlingPartyID: w.term, ServiceMode: place.ModeProfessional, ServiceLevel: "cpma2004/2", ValidFrom: storagetest.Since, RecordedAt: tx.At()}).Error
	})
	home := func(a models.Actor, unit place.Unit) models.Actor {
		a.Homes = []models.Home{{UnitID: unit.ID, EntranceID: unit.EntranceID, BuildingID: unit.BuildingID, EstateID: unit.EstateID, CommunityID: w.estate.CommunityID, Approved: true}}
		return a
	}
	steward := c.Steward
	steward.Held = []models.Held{
		{Role: models.BuildingSteward, ScopeKind: models.ScopeBuilding, ScopeID: w.house[0].ID, Approved: true},
		{Role: models.BuildingSteward, ScopeKind: models.ScopeBuilding, ScopeID: w.house[1].ID, Approved: true},
	}
	group := models.Actor{AccountID: c.Auditor.AccountID, Held: []models.Held{{Role: models.LeadingGroupOffice, ScopeKind: models.ScopeCounty, ScopeID: c.CountyID, Approved: true}}}
	w.cast = map[string]models.Actor{
		"the reporter": home(c.Resident, units[0]), "the steward": steward, "the operator": c.Staff, "the next operator": c.RivalStaff,
		"the station": c.StationStaff, "another station": c.OtherStationStaff, "the town": c.TownOfficer, "the centre": c.Officer,
		"the leading group": group, "an auditor": c.Auditor, "a stranger": {AccountID: c.Neighbour.AccountID}, "nobody": {}, "the program": models.SystemActor,
	}
	for i := range r.neighbours {
		w.cast[fmt.Sprint("neighbour ", i)] = home(r.neighbours[i], units[i+1])
	}
	w.names = slices.SortedFunc(maps.Keys(w.cast), func(a, b string) int { return cmp.Or(cmp.Compare(neighbour(a), neighbour(b)), cmp.Compare(a, b)) })
	w.alike = len(r.neighbours) - 2
	return w, err
}

// neighbour is the number of a neighbour, 0 for anybody else.
func neighbour(name string) (n int) {
	fmt.Sscanf(name, "neighbour %d", &n)
	return n
}

// modelCategories are what is filed: every urgency, protected and not, for neighbours and not, by the estate's party and by offices.
var modelCategories = []string{"REP-01", "REP-12", "SAFE-05", "REP-02", "REP-07", "REP-07", "REP-07", "ORD-03", "SVC-02", "ORD-01", "CLN-02", "CLN-04", "SAFE-03", "GOV-06", "GOV-07", "POL-02"}

// files lets somebody file, and holds the new ticket against what the rules make of it.
func (w *town) files(dice *rand.Rand) string {
	r := w.r
	who := []string{"the reporter", "the reporter", "the reporter", "the steward", "the operator", "a stranger", "neighbour 0"}[dice.IntN(7)]
	f := ticket.Filing{ClientID: clientID(), Category: modelCategories[dice.IntN(len(modelCategories))], Text: "楼道的灯不亮了", BuildingID: w.house[min(1, dice.IntN(5)/4)].ID, ShareContact: dice.IntN(2) == 0, StewardSees: dice.IntN(3) == 0}
	if who == "the steward" {
		f.OnBehalf = &ticket.OnBehalf{Name: "孙奶奶", Consent: "spoken"}
	}
	c := r.catalogue()
	category, _ := c.Category(f.Category)
	f.Danger = category.Raise != nil && f.ShareContact
	small := f.BuildingID == w.house[1].ID
	filed, err := r.w.store.FileTicket(r.t.Context(), w.cast[who], f, nil)
	w.say("%s files %s (small: %v): ticket %d, %v", who, f.Category, small, len(w.matters), err)
	if err != nil {
		return "the filing was refused: " + err.Error()
	}
	m := &matter{units: map[int64]bool{}, supported: map[int64]bool{}, looked: map[int64]time.Time{}, lines: 2}
	if fault := w.row(filed.Ticket.ID, &m.t); fault != "" {
		return fault
	}
	now := models.UTC(r.w.clock.Now())
	where := ticket.Where{EstateID: w.estate.ID, BuildingID: f.BuildingID, CommunityID: w.estate.CommunityID, TownID: w.estate.TownID, FewHouseholds: small, Managed: w.term != 0}
	want := ticket.Open(w.cast[who], f, category, c, where, m.t.ContentHash, now)
	party, rule, rank := w.route(category)
	if want.MustWait(small) {
		want = want.HeldUntil(c.NextRelease(now), ticket.UninterestedLevel(w.kinds[party]))
	}
	urgency, _ := c.Urgency(want.Urgency)
	want = want.DispatchedTo(party, rule, ticket.DeadlinesFrom(urgency, r.hours(c), want.FiledAt, want.Protected, rank), c)
	want.ID, want.Number = m.t.ID, m.t.Number
	if wrong := differences(want, m.t); wrong != "" {
		return "the new ticket is not what the rules make of it: " + wrong
	}
	w.matters = append(w.matters, m)
	return w.holds(m)
}

// route is who must answer, by the flow of bodies in models, and what this county has of them.
func (w *town) route(category ticket.Category) (party int64, rule string, rank int) {
	c := w.r.w.County
	rank = 3
	if w.term != 0 {
		rank = 2
	}
	for _, target := range ticket.Route(category, w.term != 0) {
		switch target {
		case ticket.TargetTerm:
			party = w.term
		case ticket.TargetStation:
			party = c.Station.ID
		case ticket.TargetTown:
			party = c.TownParty.ID
		case ticket.TargetCenter:
			party = c.Centre.ID
		}
		if party != 0 {
			return party, string(target), rank
		}
	}
	return 0, "", rank
}

// attempt is one step that somebody tries on one matter.
type attempt struct {
	w       *town
	m       *matter
	action  ticket.Action
	who     string
	a       models.Actor
	note    string
	version int64
	dice    uint64
	now     time.Time
	c       ticket.Catalogue
}

// choice is one of n, out of the attempt's dice; place says which throw it is.
func (y *attempt) choice(place, n int) int { return int(y.dice >> (4 * place) % uint64(n)) }

// expectation is what the model makes of an attempt: a refusal's code, or the tickets as they become, with the lines that the
// ledger gets about each.
type expectation struct {
	code    string
	kind    models.Kind
	becomes map[*matter]ticket.Ticket
	lines   map[*matter]int
	free    bool   // any number of lines: the store says how many
	after   func() // what the model learns beside the rows, where it happens
}

func refusal(err error) *expectation {
	return &expectation{code: models.CodeOf(err), kind: models.KindOf(err)}
}

func stays(lines int, m *matter) *expectation {
	return &expectation{becomes: map[*matter]ticket.Ticket{m: m.t}, lines: map[*matter]int{m: lines}}
}

func becomes(m *matter, next ticket.Ticket, lines int) *expectation {
	next.Version = m.t.Version + int64(lines)
	return &expectation{becomes: map[*matter]ticket.Ticket{m: next}, lines: map[*matter]int{m: lines}}
}

// apply is the model's own step: the flow table and its limits.
func (y *attempt) apply(a models.Actor, action ticket.Action) (ticket.Ticket, error) {
	next, _, err := y.m.t.Apply(a, ticket.Move{Action: action, Note: y.note, Version: y.version, Weightless: y.weightless(action)}, y.c, y.now)
	return next, err
}

// weightless reports whether an answer moves no number: in a callback it is the reporter's, whoever writes it down.
func (y *attempt) weightless(action ticket.Action) bool {
	if action != ticket.CallbackConfirm && action != ticket.Reopen {
		return ticket.Weightless(y.a, y.m.t)
	}
	for _, a := range y.w.cast {
		if a.AccountID == y.m.t.ReporterID {
			return ticket.Weightless(a, y.m.t)
		}
	}
	return false
}

func (y *attempt) sees() error {
	if ticket.PartOf(y.a, y.m.t) != ticket.PartSystem && !models.ScopeOf(y.a).Sees(y.m.t) {
		return models.Refuse(models.NotFound, "ticket.not_found")
	}
	return nil
}

// expect and do are the two halves of an attempt.
func (y *attempt) expect() *expectation {
	if d := drivers[y.action]; d != nil {
		return d.expect(y)
	}
	return byName.expect(y)
}

func (y *attempt) do() error {
	if d := drivers[y.action]; d != nil {
		return d.do(y)
	}
	return byName.do(y)
}

// tries takes one step of a history.
func (w *town) tries(one wish) string {
	r := w.r
	dice := rand.New(rand.NewPCG(one.Dice, 0))
	m := w.matters[dice.IntN(len(w.matters))]
	if i := slices.IndexFunc(w.matters, (*matter).looksForHim); i >= 0 && one.Lawful && dice.IntN(4) > 0 {
		m = w.matters[i]
	}
	r.w.clock.Advance(w.wait(dice, m))
	y := &attempt{w: w, m: m, dice: dice.Uint64(), now: models.UTC(r.w.clock.Now()), c: r.catalogue()}
	if one.Lawful {
		y.note = "配件明天到，后天来装"
		w.lawful(y, dice)
	} else {
		actions := slices.Concat(allActions(), extraActions())
		y.action, y.who = actions[dice.IntN(len(actions))], w.names[dice.IntN(len(w.names))]
		y.note = []string{"", "  ", "配件明天到，后天来装", "收到"}[dice.IntN(4)]
		y.version = []int64{0, 0, m.t.Version, m.t.Version - 1, m.t.Version + 1}[dice.IntN(5)]
		if y.version < 0 {
			y.version = 0
		}
	}
	if y.action == "" {
		return ""
	}
	if y.who == "the program" && y.action != ticket.Done {
		y.who = "nobody" // whoever is named, these do not ask: what is the program's is called as the program does
	}
	y.a = w.cast[y.who]
	return w.holdsAfter(y, dice)
}

// wait is how long nothing happens: often nothing, sometimes until just before or after what is due next.
func (w *town) wait(dice *rand.Rand, m *matter) time.Duration {
	now := w.r.w.clock.Now()
	until := func(at time.Time) time.Duration {
		return max(0, at.Sub(now)+time.Duration(dice.IntN(3)-1)*time.Second)
	}
	if m.looksForHim() && dice.IntN(2) == 0 { // to the next try, now and then on another day
		return 31*time.Minute + time.Duration(dice.IntN(3)*8)*time.Hour
	}
	switch dice.IntN(12) {
	case 0:
		if m.t.NextDue != nil {
			return min(until(*m.t.NextDue), 20*24*time.Hour)
		}
	case 1:
		if m.t.AlertDue != nil {
			return min(until(*m.t.AlertDue), 20*24*time.Hour)
		}
	case 2:
		return time.Duration(dice.IntN(30)) * time.Hour
	case 3:
		if m.t.Held() {
			return until(m.t.FiledAt)
		}
	case 7, 8:
		if m.t.State == ticket.DonePendingConfirm || m.t.State == ticket.Suspended {
			return until(*m.t.NextDue)
		}
	case 9, 10:
		if m.t.PromiseOpen() { // to the day, to the hour at which the reporter is asked, to the end of his time
			return min(until([]time.Time{m.t.PromiseDue.Add(-24 * time.Hour), *m.t.PromiseFrom, *m.t.PromiseDue, *m.t.PromiseUntil}[dice.IntN(4)]), 20*24*time.Hour)
		}
	case 4, 5, 6:
		return time.Duration(dice.IntN(5400)) * time.Second
	}
	return 0
}

func allActions() (all []ticket.Action) {
	for _, step := range ticket.Flow {
		all = append(all, step.Action)
	}
	return all
}

// lawful chooses among what the model allows now: first what, then who.
func (w *town) lawful(y *attempt, dice *rand.Rand) {
	can := map[ticket.Action][]string{}
	for _, action := range slices.Concat(allActions(), extraActions()) {
		for _, who := range w.names[:len(w.names)-w.alike] {
			try := *y
			try.action, try.who, try.a = action, who, w.cast[who]
			if want := try.expect(); want.code == "" && !try.idle(want) {
				can[action] = append(can[action], who)
			}
		}
	}
	if dice.IntN(8) > 0 {
		delete(can, ticket.Withdraw) // or most histories were short
	}
	actions := slices.Sorted(maps.Keys(can))
	if len(actions) == 0 {
		return
	}
	y.action = actions[dice.IntN(len(actions))]
	for _, rare := range []ticket.Action{ticket.Silence, ticket.CallbackConfirm, ticket.SuspendAsk, ticket.Suspend, ticket.SuspendRefuse, ticket.PromiseRedate, ticket.PromiseSaid, ticket.PromiseKept, ticket.PromiseBroken, ticket.PromiseLapse, ticket.ContactTry} { // or they were seldom reached
		if len(can[rare]) > 0 && dice.IntN(2) == 0 {
			y.action = rare
		}
	}
	if dice.IntN(8) > 0 {
		w.looksForHim(y, can)
	}
	y.who = can[y.action][dice.IntN(len(can[y.action]))]
}

// idle reports whether nothing at all would happen.
func (y *attempt) idle(want *expectation) bool {
	for m, next := range want.becomes {
		if want.lines[m] != 0 || differences(m.t, next) != "" {
			return false
		}
	}
	return want.after == nil && !want.free
}

// holdsAfter does the step both ways and compares.
func (w *town) holdsAfter(y *attempt, dice *rand.Rand) string {
	r := w.r
	want := y.expect()
	if r.believes != nil {
		r.believes(y, want)
	}
	err := y.do()
	w.say("%s: %s on ticket %d (%s): %v", y.who, y.action, slices.Index(w.matters, y.m), y.m.t.State, err)
	if r.spoils != nil {
		if err := r.spoils(y, err != nil); err != nil {
			return "the planted fault could not be planted: " + err.Error()
		}
	}
	if code := codeOf(err); code != want.code || err != nil && models.KindOf(err) != want.kind {
		return fmt.Sprintf("%s by %s: the store answers %q (%v), the model %q (%s)", y.action, y.who, code, err, want.code, want.kind)
	}
	if err != nil {
		r.refused++
		for _, m := range w.matters {
			if fault := w.holds(m); fault != "" {
				return "a refused step left something: " + fault
			}
		}
		return ""
	}
	r.taken++
	for m, next := range want.becomes {
		if want.lines[m] > 0 || want.free {
			r.did[y.action]++
		}
		if fault := w.lawfulChange(y, m.t, next); fault != "" {
			return fault
		}
		was := m.t
		m.t, m.lines = next, m.lines+want.lines[m]
		if m == y.m {
			y.writesDiary(was, want.lines[m])
		}
	}
	if want.after != nil {
		want.after()
	}
	for m := range want.becomes {
		if want.free {
			m.lines = -1
		}
		if fault := w.holds(m); fault != "" {
			return fault
		}
	}
	if fault := w.looksRight(w.names[dice.IntN(len(w.names))], w.matters[dice.IntN(len(w.matters))]); fault != "" {
		return fault
	}
	if dice.IntN(3) > 0 {
		return ""
	}
	return w.listsRight(w.names[dice.IntN(len(w.names))], dice)
}

func codeOf(err error) string {
	if err == nil {
		return ""
	}
	return models.CodeOf(err)
}

// lawfulChange reads the flow table once more, by itself: a state changes along a line of it only, and what must never move
// did not.
func (w *town) lawfulChange(y *attempt, was, next ticket.Ticket) string {
	if was.State != next.State {
		from := was.State
		if from == ticket.Suspended && y.action == ticket.Dispatch {
			from = ticket.InProgress // the suspension ends first, by a line of its own
		}
		along := func(s ticket.Step) bool { return slices.Contains(s.From, from) && s.To == next.State }
		if !slices.ContainsFunc(ticket.Flow, along) {
			return fmt.Sprintf("no line of the flow table leads from %s to %s (%s)", was.State, next.State, y.action)
		}
	}
	moved := was.HandlingPartyID != next.HandlingPartyID || was.DispatchedAt != next.DispatchedAt
	switch {
	case next.Open != next.State.Open():
		return fmt.Sprintf("open is %v in %s", next.Open, next.State)
	case next.Version < was.Version:
		return "the version fell"
	case !moved && next.EscalatedTo < was.EscalatedTo:
		return "a level that was told is forgotten, and the party is the same"
	case !moved && was.AcknowledgedAt != nil && next.AcknowledgedAt == nil:
		return "it was acknowledged, and is no longer, though the party is the same"
	case next.ClosedAt != nil && next.State.Open() || next.ClosedAt == nil && !next.State.Open():
		return fmt.Sprintf("closed at %v in %s", next.ClosedAt, next.State)
	case next.Protected != was.Protected || next.ReporterID != was.ReporterID || next.AuthorID != was.AuthorID || next.Number != was.Number:
		return "what never changes changed"
	case next.ShareContact && !was.ShareContact && y.action != ticket.ContactShare:
		return "the reporter's number is shown, and he did not say so"
	}
	return ""
}

func (w *town) row(id int64, t *ticket.Ticket) string {
	err := w.r.w.db.Read(w.r.t.Context(), func(tx storage.Tx) error { return tx.DB().Take(t, "id = ?", id).Error })
	if err != nil {
		return "the row could not be read: " + err.Error()
	}
	return ""
}

// kept is what a database has of one ticket.
type kept struct {
	row      ticket.Ticket
	rows     aside
	promises []ticket.Promising
	told     []storage.Told
}

func (w *world) kept(ctx context.Context, id int64) (k kept, err error) {
	err = w.db.Read(ctx, func(tx storage.Tx) error {
		if err := tx.DB().Take(&k.row, "id = ?", id).Error; err != nil {
			return err
		}
		err := tx.DB().Raw(`SELECT (SELECT count(*) FROM ticket_closings WHERE ticket_id = ?) AS closings, (SELECT count(*) FROM ratings WHERE ticket_id = ?) AS ratings,
			(SELECT count(*) FROM ticket_returns WHERE ticket_id = ?) AS returns, (SELECT count(*) FROM ticket_extensions WHERE ticket_id = ?) AS extensions,
			(SELECT count(*) FROM suspensions WHERE ticket_id = ?) AS suspensions, (SELECT count(*) FROM promises WHERE ticket_id = ?) AS promises`, id, id, id, id, id, id).Scan(&k.rows).Error
		if err != nil {
			return err
		}
		if err := tx.DB().Order("nth").Find(&k.promises, "ticket_id = ?", id).Error; err != nil {
			return err
		}
		k.told, err = storage.History(tx, "ticket", id)
		return err
	})
	return k, err
}

// holds compares a ticket's row, the rows beside it and its ledger with the model.
func (w *town) holds(m *matter) string {
	k, err := w.r.w.kept(w.r.t.Context(), m.t.ID)
	if err != nil {
		return "the ticket could not be read: " + err.Error()
	}
	if wrong := differences(m.t, k.row); wrong != "" {
		return "the row is not the model's: " + wrong
	}
	if k.rows != m.rows {
		return fmt.Sprintf("the rows beside it are %+v, the model has %+v", k.rows, m.rows)
	}
	if m.lines < 0 {
		m.lines = len(k.told)
	}
	if len(k.told) != m.lines {
		return fmt.Sprintf("the ledger has %d lines about it, the model %d", len(k.told), m.lines)
	}
	return k.retold()
}

// retold holds the ticket against its own lines: they tell the row and its promises, and tell no level and no reminder twice.
func (k kept) retold() string {
	var retold ticket.Retelling
	rung, reminder := map[string]bool{}, map[string]bool{}
	for _, l := range k.told {
		line := ticket.HistoryLine{ID: l.ID, Action: l.Action, From: l.FromState, To: l.ToState, At: l.At, PartyID: l.HandlingPartyID}
		if err := json.Unmarshal([]byte(l.Data), &line.Data); err != nil {
			return "a line of the ledger cannot be read: " + err.Error()
		}
		if fault := retold.Tell(line); fault != "" {
			return "the ledger: " + fault
		}
		if line.Data["due"] != nil || line.Data["answer_due"] != nil {
			clear(reminder) // of another deadline
		}
		switch ticket.Action(l.Action) {
		case ticket.Dispatch, ticket.ReturnGrant, ticket.Redispatch:
			clear(rung) // a party's own ladder
			clear(reminder)
		case ticket.Remind:
			if said := fmt.Sprint(line.Data["step"], line.Data["percent"]); reminder[said] {
				return "the reminder " + said + " was told twice"
			} else {
				reminder[said] = true
			}
		case ticket.Escalate:
			if level := fmt.Sprint(line.Data["level"]); rung[level] {
				return "the level " + level + " was told twice"
			} else {
				rung[level] = true
			}
		}
	}
	if wrong := retold.Differs(k.row, k.rows.Closings, k.rows.Ratings); len(wrong) > 0 {
		return fmt.Sprintf("the ledger tells another ticket: %v", wrong)
	}
	if wrong := retold.DiffersInPromises(k.row, k.promises); len(wrong) > 0 {
		return fmt.Sprintf("the ledger tells other promises: %v", wrong)
	}
	return ""
}

// looksRight compares what somebody may see and do with the model.
func (w *town) looksRight(who string, m *matter) string {
	a := w.cast[who]
	asks := a
	if w.r.looks != nil {
		asks = w.r.looks(a)
	}
	if a.IsSystem() {
		return ""
	}
	view, err := w.r.w.store.Ticket(w.r.t.Context(), asks, m.t.ID)
	sees := models.ScopeOf(a).Sees(m.t)
	if sees != (err == nil) || err != nil && models.CodeOf(err) != "ticket.not_found" {
		return fmt.Sprintf("%s may see it: %v, the store answers %v", who, sees, err)
	}
	if err != nil {
		return ""
	}
	now := w.r.w.clock.Now()
	allowed := m.t.Allowed(a, w.r.catalogue(), now)
	// Decisions are offered to those only whom MayDecide names: the flow table does not know the kinds of parties; and nobody is
	// offered to share the number of the neighbour, who has none. Nor is a matter given to another while its "done" waits for photos.
	decides := ticket.MayDecide(a, m.t, w.kinds[m.t.HandlingPartyID])
	allowed = slices.DeleteFunc(allowed, func(x ticket.Action) bool {
		waits := x == ticket.Redispatch && m.first != nil && m.t.MayTake([]ticket.Closing{*m.first}, now) != nil
		suspends := ticket.MaySuspend(a, m.t, w.kinds[m.t.HandlingPartyID])
		waits = waits || ticket.OfSuspension(x) && !suspends || x == ticket.SuspendAsk && suspends
		waits = waits || x == ticket.SuspendClear && ticket.PartOf(a, m.t) == ticket.PartOfficer // an office says it by its review
		waits = waits || x == ticket.PauseUnreached && m.tried(now).MayPause() != nil
		days := w.r.promising.DaysFor(m.t.PromisedDay(), now)
		waits = waits || x == ticket.Promise && m.t.PartyPromises >= w.r.promising.MostPromises
		waits = waits || x == ticket.PromiseRedate && (m.t.PromiseRedates >= w.r.promising.MostRedates || days.First > days.Last)
		return waits || ticket.OfTheLevelAbove(ticket.PartOf(a, m.t), x) && !decides || (x == ticket.ContactShare || x == ticket.OfficeContact) && m.t.ReporterID == 0
	})
	if !slices.Equal(view.Actions, allowed) {
		return fmt.Sprintf("%s is offered %v, the model allows %v", who, view.Actions, allowed)
	}
	part := ticket.PartOf(a, m.t)
	for _, action := range view.Actions {
		i := slices.IndexFunc(ticket.Flow, func(s ticket.Step) bool { return s.Action == action })
		if i < 0 {
			continue
		}
		step := ticket.Flow[i]
		filer := part == ticket.PartFiler && slices.Contains(step.By, ticket.PartHandler) && a.WorksFor(m.t.HandlingPartyID)
		if !slices.Contains(step.From, m.t.State) || !slices.Contains(step.By, part) && !filer {
			return fmt.Sprintf("%s plays %s and is offered %s in %s, against the flow table", who, part, action, m.t.State)
		}
	}
	return ""
}

// listsRight compares the figures above a list, and the list of one of them, with what is counted by hand.
func (w *town) listsRight(who string, dice *rand.Rand) string {
	a := w.cast[who]
	box := []ticket.Box{ticket.BoxMine, ticket.BoxDesk, ticket.BoxAll}[dice.IntN(3)]
	var scope models.Scope
	level := ticket.WatchesFrom(a)
	switch box {
	case ticket.BoxMine:
		scope = models.Scope{Account: a.AccountID}
	case ticket.BoxDesk:
		scope = models.Scope{Parties: a.Parties}
	default:
		if scope = models.ScopeOf(a); !scope.Work().Empty() {
			scope = scope.Work()
		}
	}
	now := models.UTC(w.r.w.clock.Now())
	var c ticket.Counts
	var ids = map[ticket.Filter][]int64{}
	for _, m := range w.matters {
		t := m.t
		if !scope.Sees(t) {
			continue
		}
		count := func(filter ticket.Filter, n *int64, is bool) {
			if is && t.Open {
				*n++
				ids[filter] = append(ids[filter], t.ID)
			}
		}
		asked := t.State != ticket.DonePendingConfirm
		waiting := asked
		if box == ticket.BoxMine {
			waiting = !asked
		}
		count(ticket.FilterOpen, &c.Open, true)
		count(ticket.FilterWaitingMe, &c.WaitingMe, waiting)
		count(ticket.FilterOverdue, &c.Overdue, t.Overdue(now))
		count(ticket.FilterUnanswered, &c.Unanswered, t.Unanswered(now))
		count(ticket.FilterToConfirm, &c.ToConfirm, !asked)
		count(ticket.FilterEscalated, &c.Escalated, t.EscalatedTo >= level)
		count(ticket.FilterReturned, &c.Returned, t.State == ticket.Returned)
		count(ticket.FilterExtension, &c.Extension, t.Extension == ticket.ExtensionWaiting && !t.ResolveDue.Before(now))
		count(ticket.FilterJoint, &c.Joint, t.JointAt != nil)
		if !t.Open {
			ids[ticket.FilterClosed] = append(ids[ticket.FilterClosed], t.ID)
		}
	}
	filters := []ticket.Filter{
		ticket.FilterOpen, ticket.FilterWaitingMe, ticket.FilterOverdue, ticket.FilterUnanswered, ticket.FilterToConfirm, ticket.FilterEscalated, ticket.FilterReturned,
		ticket.FilterExtension, ticket.FilterJoint, ticket.FilterClosed,
	}
	filter := filters[dice.IntN(len(filters))]
	page, err := w.r.w.store.Tickets(w.r.t.Context(), a, ticket.Query{Box: box, Filter: filter, EstateID: w.estate.ID, Limit: 20})
	if err != nil {
		return fmt.Sprintf("%s cannot list %s: %v", who, box, err)
	}
	if w.r.counts != nil {
		w.r.counts(page.Counts)
	}
	if page.Counts == nil || !sameCounts(*page.Counts, c) {
		return fmt.Sprintf("%s reads above the box %s %+v, counted by hand %+v", who, box, *page.Counts, c)
	}
	var got []int64
	for _, row := range page.Items {
		got = append(got, row.ID)
	}
	slices.Sort(got)
	want := ids[filter]
	slices.Sort(want)
	if !slices.Equal(got, want) {
		return fmt.Sprintf("%s lists %v of %s in box %s, by hand %v", who, got, filter, box, want)
	}
	return ""
}

// sameCounts compares the figures that are counted by hand; one that is new is counted where it is made.
func sameCounts(got, want ticket.Counts) bool {
	g, h := reflect.ValueOf(got), reflect.ValueOf(want)
	for _, name := range []string{"Open", "WaitingMe", "Overdue", "Unanswered", "ToConfirm", "Escalated", "Returned", "Extension", "Joint"} {
		if g.FieldByName(name).Int() != h.FieldByName(name).Int() {
			return false
		}
	}
	return true
}

// differences names the columns in which two tickets are not the same.
func differences(want, got ticket.Ticket) string {
	var wrong []string
	w, g := reflect.ValueOf(want), reflect.ValueOf(got)
	for i := range w.NumField() {
		a, b := w.Field(i).Interface(), g.Field(i).Interface()
		same := reflect.DeepEqual(a, b)
		switch a := a.(type) {
		case time.Time:
			same = a.Equal(b.(time.Time))
		case *time.Time:
			other := b.(*time.Time)
			same = a == nil && other == nil || a != nil && other != nil && a.Equal(*other)
			if !same {
				wrong = append(wrong, fmt.Sprintf("%s is %s, want %s", w.Type().Field(i).Name, shown(other), shown(a)))
				continue
			}
		}
		if !same {
			wrong = append(wrong, fmt.Sprintf("%s is %v, want %v", w.Type().Field(i).Name, b, a))
		}
	}
	return strings.Join(wrong, "; ")
}

func shown(at *time.Time) string {
	if at == nil {
		return "none"
	}
	return at.In(models.Shanghai).Format(time.DateTime)
}
