package main

import (
	"context"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"net"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"linli/api"
	"linli/models"
	"linli/models/photo"
	"linli/models/ticket"
	"linli/storage"
	"linli/storage/people"
	"linli/storage/storagetest"
)

var (
	fuzzTime = flag.Duration("fuzzapi.time", 0, "how long TestAPIFromItsDocument sends requests to each kind of store; 0 sends a fixed number of them")
	fuzzSeed = flag.Uint64("fuzzapi.seed", 1, "what chance is made of in TestAPIFromItsDocument")
)

// fuzzRequests is how many requests go to each kind of store in an ordinary run.
const fuzzRequests = 800

// TestAPIFromItsDocument reads the OpenAPI document from a server that listens, and sends it requests for every
// operation, nearly good ones and broken ones, in the name of people with different rights and with the ids of real
// records. Whatever is sent: no 5xx but a 503 that says when to come again, every answer as the document says, every
// refusal with a code that has a sentence, nothing of our insides and nothing that was sent in a refusal, nobody's
// secrets in the wrong eyes, no panic and no failure in the log. -fuzzapi.seed repeats a run, -fuzzapi.time lengthens it.
func TestAPIFromItsDocument(t *testing.T) {
	onStores(t, func(t *testing.T, c Config) {
		z := newAPIFuzzer(t, c, nil)
		z.run(fuzzRequests, *fuzzTime)
		for _, fault := range z.faults {
			t.Error(fault)
		}
		z.tell()
	})
}

// TestTheFuzzerFindsAPlantedFault is the control: the same requests to a server with handlers that panic, tell the words of the
// database, show everybody a stranger's number, refuse with a code of their own, and answer what the document does not know.
func TestTheFuzzerFindsAPlantedFault(t *testing.T) {
	z := newAPIFuzzer(t, Config{DataDir: t.TempDir()}, func(z *apiFuzzer, uses *api.Uses) {
		uses.Tickets = &faulty{ticketUses: uses.Tickets, phone: z.secrets(matters[0])["phone"]}
	})
	z.run(3*fuzzRequests, 0) // a planted handler is one operation of many, and half of what is sent to it is broken
	all := strings.Join(z.faults, "\n")
	for _, want := range []string{"answers 500", "panic in the log", "code of no sentence", "of our insides", "tells the phone of", "against the document"} {
		if !strings.Contains(all, want) {
			t.Errorf("nothing was found that %s, in %d faults", want, len(z.faults))
		}
	}
}

// faulty is the ticket store with planted faults.
type faulty struct {
	ticketUses
	phone string
	asked int
}

type ticketUses = api.Tickets // embedded under another name, because it has a method Tickets

func (f *faulty) Catalogue(ctx context.Context) (ticket.Catalogue, error) {
	if f.asked++; f.asked%2 == 0 {
		return ticket.Catalogue{}, models.Refuse(models.NotFound, "ticket.not_found") // not an answer of the document
	}
	c, err := f.ticketUses.Catalogue(ctx)
	c.Source += f.phone
	return c, err
}

func (f *faulty) ReadMessages(context.Context, models.Actor, int64, int64) error { panic("planted") }

func (f *faulty) SendMessage(context.Context, models.Actor, int64, ticket.Saying, []photo.Claim) (ticket.Said, error) {
	return ticket.Said{}, models.Refuse(models.Conflict, "tea"+".cold")
}

func (f *faulty) ViewContact(context.Context, models.Actor, int64, string) (ticket.ContactCard, error) {
	return ticket.ContactCard{}, models.RefuseField("ticket.text_required", "UNIQUE constraint failed: tickets.id")
}

// onStores runs f on SQLite with a directory, and on Postgres where there is one: that one refuses text which SQLite
// takes.
func onStores(t *testing.T, f func(t *testing.T, c Config)) {
	t.Run("sqlite", func(t *testing.T) { f(t, Config{DataDir: t.TempDir()}) })
	t.Run("postgres", func(t *testing.T) {
		f(t, Config{DataDir: t.TempDir(), DatabaseURL: storagetest.Migrated(t), SecretKeys: "test:MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="})
	})
}

// apiFuzzer asks one server.
type apiFuzzer struct {
	*farWorld
	address string
	log     *lines
	doc     document
	targets []target
	good    map[string][]write
	callers []*caller
	known   map[string][]any
	judge   *answerJudge
	faults  []string
	asked   map[string]map[int]int // by operation and status
	hash    string
}

// target is one operation of the document.
type target struct {
	method, path string
	operation
}

func newAPIFuzzer(t *testing.T, c Config, plant func(*apiFuzzer, *api.Uses)) *apiFuzzer {
	z := &apiFuzzer{log: &lines{}, asked: map[string]map[int]int{}, hash: people.HashPassword(testPassword)}
	z.farWorld = newFarWorld(t, newWorldWithLog(t, c, newLog(z.log)))
	p := &permissions{farWorld: z.farWorld, fresh: map[string]int64{}, codes: map[int64]map[string]string{}}
	for _, m := range matters {
		p.ticket(m.label, taken)
	}
	p.ticket("own", ended)
	z.good = map[string][]write{}
	for _, w := range z.writes() {
		z.good[w.operation] = append(z.good[w.operation], w)
	}
	z.doc = z.document()
	for path, methods := range z.doc.Paths {
		for method, op := range methods {
			z.targets = append(z.targets, target{strings.ToUpper(method), path, op})
		}
	}
	slices.SortFunc(z.targets, func(a, b target) int { return strings.Compare(a.OperationID, b.OperationID) })
	for _, name := range []string{"nobody", "reporter", "neighbour", "far resident", "applicant", "steward", "operator", "rival", "station", "centre", "auditor", "admin"} {
		z.callers = append(z.callers, z.caller(name))
	}
	uses := z.house.uses()
	if plant != nil {
		plant(z, &uses)
	}
	server := api.New(api.Config{Limits: generous, Log: z.house.log}, uses)
	z.address = serveOn(t, server)
	z.judge = newJudge(t, z, server)
	z.learnRecords()
	z.log.take()
	return z
}

func serveOn(t *testing.T, server *api.Server) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go server.Serve(l)
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		server.Shutdown(ctx)
	})
	return l.Addr().String()
}

// learnRecords gathers the ids of what is there. Those of memberships and accounts are of people whom nobody watches:
// the requests may end and appoint them.
func (z *apiFuzzer) learnRecords() {
	ids := func(table string) (list []any) {
		var found []int64
		err := z.house.db.Read(z.t.Context(), func(tx storage.Tx) error { return tx.DB().Table(table).Order("id").Limit(40).Pluck("id", &found).Error })
		if err != nil {
			z.t.Fatal(err)
		}
		for _, id := range found {
			list = append(list, id)
		}
		return list
	}
	texts := func(sql string) (list []any) {
		var found []string
		err := z.house.db.Read(z.t.Context(), func(tx storage.Tx) error { return tx.DB().Raw(sql).Scan(&found).Error })
		if err != nil {
			z.t.Fatal(err)
		}
		for _, text := range found {
			list = append(list, text)
		}
		return list
	}
	manager, utility := z.caller("operator manager").actor.AccountID, z.caller("utility").actor.AccountID
	z.known = map[string][]any{
		"tickets": ids("tickets"), "estates": ids("estates"), "buildings": ids("buildings"), "units": ids("units"), "entrances": ids("entrances"),
		"handling-parties": ids("handling_parties"), "divisions": ids("divisions"), "photos": ids("photos"),
		"sessions": {int64(nowhere)}, "accounts": {manager, utility},
		"memberships":   {readOne[int64](z.world, "SELECT id FROM memberships WHERE account_id = ?", manager), z.pending["station-applicant"], z.pending["applicant"]},
		"client_id":     texts("SELECT client_id FROM photos ORDER BY id LIMIT 5"),
		"leaf":          texts("SELECT leaf FROM ledger ORDER BY id LIMIT 5"),
		"poster_token":  texts("SELECT poster_token FROM buildings ORDER BY id LIMIT 5"),
		"category":      {"REP-01", "REP-12", "SVC-01", "CLN-02", "UTIL-06", "GOV-07"},
		"version":       {1, 2, 3, 4},
		"closing":       {1},
		"phone":         {"13911112222", "13911114444", z.caller("reporter").phone, "+86 139 1111 2222"},
		"password":      {testPassword},
		"code":          {"123456", "000000"},
		"locale":        {"zh-CN", "en"},
		"valid_from":    {"2026-01-01", "2024-01-01", "2030-01-01"},
		"service_level": {"cpma2004/2"},
	}
}

// run sends requests, so many or for so long, and judges each answer; the log is judged as it grows.
func (z *apiFuzzer) run(requests int, time_ time.Duration) {
	z.t.Logf("-fuzzapi.seed %d", *fuzzSeed)
	end := time.Now().Add(time_)
	for i := 0; len(z.faults) < 40; i++ {
		if time_ > 0 && time.Now().After(end) || time_ == 0 && i >= requests {
			break
		}
		if i%250 == 0 {
			z.write(func(tx storage.Tx) error { return tx.DB().Exec("DELETE FROM rate_limits").Error })
		}
		dice := rand.New(rand.NewPCG(*fuzzSeed, uint64(i)))
		z.one(i, dice)
	}
}

func (z *apiFuzzer) one(i int, dice *rand.Rand) {
	target := z.targets[i%len(z.targets)]
	r := z.make(dice, target)
	got, err := r.send(z.address)
	fault := func(what string) {
		z.faults = append(z.faults, fmt.Sprintf("request %d, %s as %s: %s\n  sent: %s\n  got: %d %s", i, target.OperationID, r.as.name, what, r, got.code, shortText(got.body)))
	}
	if err != nil {
		if !r.cut {
			fault(err.Error())
		}
		z.checkLog(fault)
		return
	}
	if z.asked[target.OperationID] == nil {
		z.asked[target.OperationID] = map[int]int{}
	}
	z.asked[target.OperationID][got.code]++
	for _, what := range z.judge.of(r, got) {
		fault(what)
	}
	z.checkLog(fault)
	if got.code == 401 && r.honest && r.as.actor.SignedIn() {
		z.signInAgain(r.as)
	}
	z.learn(got)
}

func (z *apiFuzzer) checkLog(fault func(string)) {
	for _, what := range z.judge.ofLog(z.log.take()) {
		fault(what)
	}
}

// signInAgain heals what the requests did to somebody: a session revoked, a password changed.
func (z *apiFuzzer) signInAgain(c *caller) {
	z.write(func(tx storage.Tx) error {
		if err := tx.DB().Exec("DELETE FROM rate_limits").Error; err != nil {
			return err
		}
		return tx.DB().Table("accounts").Where("id = ?", c.actor.AccountID).Update("password_hash", z.hash).Error
	})
	c.client = z.as(c.actor)
	z.log.take()
}

// tell says what was answered how often, and fails when the requests were too wild to get anywhere or too tame to be
// refused.
func (z *apiFuzzer) tell() {
	total, sizes := 0, map[int]int{}
	var reached []string
	for _, operation := range slices.Sorted(maps.Keys(z.asked)) {
		good := false
		for code, n := range z.asked[operation] {
			total += n
			sizes[code/100*100] += n
			good = good || code < 400
		}
		if good {
			reached = append(reached, operation)
		}
	}
	z.t.Logf("%d answers %v; %d of %d operations did what they were asked at least once", total, sizes, len(reached), len(z.targets))
	if len(z.asked) != len(z.targets) {
		z.t.Errorf("%d operations were asked of %d", len(z.asked), len(z.targets))
	}
	if len(reached)*2 < len(z.targets) || sizes[200]*20 < total || sizes[400]*5 < total {
		z.t.Errorf("too wild or too tame: %v, reached %v", sizes, reached)
	}
	if os.Getenv("LINLI_TEST_VERBOSE") != "" {
		for _, operation := range slices.Sorted(maps.Keys(z.asked)) {
			z.t.Logf("%-24s %v", operation, z.asked[operation])
		}
	}
}
