package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"

	"linli/models"
	"linli/storage"
)

const (
	alertsFile    = "../../docs/watching/alerts.yaml"
	dashboardFile = "../../docs/watching/dashboard.json"
	runbookFile   = "../../docs/ops.md"
)

// scrape asks a running program for its figures, after it has been used a little, and gives each name's labels.
func scrape(t *testing.T) (text string, labels map[string][]string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	inside := l.Addr().String()
	l.Close()
	environ := inFolder(t)
	signSomething(t, environ)
	address, _, _ := started(t, append(environ, "LINLI_METRICS_ADDR="+inside)...)
	get(t, address+"/api/v1/catalogue")
	deadline := time.Now().Add(30 * time.Second)
	for { // the jobs run for the first time behind the start
		var code int
		if code, text = get(t, "http://"+inside+"/metrics"); code != 200 {
			t.Fatalf("/metrics: %d", code)
		}
		if strings.Contains(text, "linli_job_seconds_count") && strings.Contains(text, "linli_ledger_checkpoint_age_seconds") || time.Now().After(deadline) {
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	if code, _ := get(t, "http://"+inside+"/debug/pprof/heap?debug=1"); code != 200 {
		t.Errorf("no profile: %d", code)
	}
	if code, body := get(t, address+"/debug/pprof/heap?debug=1"); code == 200 && strings.Contains(body, "heap profile") {
		t.Error("strangers can read profiles")
	}
	return text, labelsOf(text)
}

// signSomething gives the program a past: a ledger without a line has no checkpoint.
func signSomething(t *testing.T, environ []string) {
	t.Helper()
	config, err := loadConfig(environ)
	if err != nil {
		t.Fatal(err)
	}
	h := openedHouse(t, config, quiet())
	err = h.db.Write(t.Context(), func(tx storage.Tx) error {
		_, err := storage.Record(tx, models.Event{Noun: "test", NounID: 1, Action: "begin", ActorRole: models.System})
		return err
	})
	for _, work := range []func(context.Context) (int, error){h.ledger.SealLines, h.signLedger} {
		if err == nil {
			_, err = work(t.Context())
		}
	}
	if err != nil {
		t.Fatal(err)
	}
}

var (
	series    = regexp.MustCompile(`(?m)^([a-z_]+)(?:\{(.*)\})? `)
	labelName = regexp.MustCompile(`(\w+)="`)
)

func labelsOf(text string) map[string][]string {
	labels := map[string][]string{}
	for _, line := range series.FindAllStringSubmatch(text, -1) {
		names := labels[line[1]]
		for _, l := range labelName.FindAllStringSubmatch(line[2], -1) {
			if !slices.Contains(names, l[1]) {
				names = append(names, l[1])
			}
		}
		labels[line[1]] = names
	}
	return labels
}

// used are the figures that a query names, with the labels by which it chooses among them.
var used = regexp.MustCompile(`\b((?:linli|process|go)_[a-z_]+)(?:\{([^}]*)\})?`)

// missing says which figures or labels of a query no program has. Prometheus adds job and instance itself.
func missing(query string, have map[string][]string) (wrong []string) {
	for _, u := range used.FindAllStringSubmatch(query, -1) {
		names, there := have[u[1]]
		if !there {
			wrong = append(wrong, u[1])
			continue
		}
		for _, l := range regexp.MustCompile(`(\w+)(?:=~|!=|!~|=)"`).FindAllStringSubmatch(u[2], -1) {
			if l[1] != "job" && !slices.Contains(names, l[1]) {
				wrong = append(wrong, u[1]+"{"+l[1]+"}")
			}
		}
	}
	return wrong
}

type alert struct {
	Alert       string
	Expr        string
	Labels      map[string]string
	Annotations map[string]string
}

func alerts(t *testing.T) (all []alert) {
	t.Helper()
	b, err := os.ReadFile(alertsFile)
	if err != nil {
		t.Fatal(err)
	}
	var file struct{ Groups []struct{ Rules []alert } }
	if err := yaml.Unmarshal(b, &file); err != nil {
		t.Fatal(err)
	}
	for _, g := range file.Groups {
		all = append(all, g.Rules...)
	}
	return all
}

func dashboardQueries(t *testing.T) (queries []string) {
	t.Helper()
	b, err := os.ReadFile(dashboardFile)
	if err != nil {
		t.Fatal(err)
	}
	var board struct {
		Panels []struct{ Targets []struct{ Expr string } }
	}
	if err := json.Unmarshal(b, &board); err != nil {
		t.Fatal(err)
	}
	for _, p := range board.Panels {
		for _, target := range p.Targets {
			queries = append(queries, target.Expr)
		}
	}
	return queries
}

// TestAlertsAndDashboardAskForWhatThereIs holds every query against a running program, and every alert's way out against
// the page that it points at.
func TestAlertsAndDashboardAskForWhatThereIs(t *testing.T) {
	text, have := scrape(t)
	if wrong := missing(`linli_no_such_thing + linli_database_up{no_such="x"}`, have); len(wrong) != 2 {
		t.Errorf("this test would not see what is missing: %v", wrong)
	}
	anchors := headings(t)
	all := alerts(t)
	for _, a := range all {
		for _, wrong := range missing(a.Expr, have) {
			t.Errorf("alert %s asks for %s, which a running program does not have", a.Alert, wrong)
		}
		page, anchor, _ := strings.Cut(a.Annotations["runbook"], "#")
		if page != "docs/ops.md" || !anchors[anchor] {
			t.Errorf("alert %s points at %q, which is not there", a.Alert, a.Annotations["runbook"])
		}
		if a.Annotations["summary"] == "" || a.Labels["severity"] != "page" && a.Labels["severity"] != "ticket" {
			t.Errorf("alert %s says too little: %+v", a.Alert, a)
		}
	}
	queries := dashboardQueries(t)
	for _, q := range queries {
		for _, wrong := range missing(q, have) {
			t.Errorf("the dashboard asks for %s, which a running program does not have: %s", wrong, q)
		}
	}
	if len(all) < 15 || len(queries) < 30 {
		t.Errorf("%d alerts and %d queries", len(all), len(queries))
	}
	everything := fmt.Sprint(all, queries)
	for name := range have {
		name = strings.TrimSuffix(strings.TrimSuffix(strings.TrimSuffix(name, "_bucket"), "_sum"), "_count")
		if strings.HasPrefix(name, "linli_") && !strings.Contains(everything, name) {
			t.Errorf("nobody looks at %s", name)
		}
	}
	for _, line := range []string{"linli_database_up 1", "linli_photo_store_up 1", "linli_tickets_open 0", "linli_photos_late 0", `linli_outbox_waiting{kind="sms"} 0`,
		`linli_tickets_overdue{level="party",owed="acknowledge"} 0`, "linli_tickets_unacknowledged_age_seconds 0", `linli_refused_total{code="server.busy"} 0`} {
		if !strings.Contains(text, line+"\n") {
			t.Errorf("no %s", line)
		}
	}
}

// headings are the anchors of docs/ops.md as a reader's browser makes them.
func headings(t *testing.T) map[string]bool {
	t.Helper()
	b, err := os.ReadFile(runbookFile)
	if err != nil {
		t.Fatal(err)
	}
	anchors := map[string]bool{}
	for _, h := range regexp.MustCompile(`(?m)^#+ (.+)$`).FindAllStringSubmatch(string(b), -1) {
		anchors[strings.ReplaceAll(strings.ToLower(h[1]), " ", "-")] = true
	}
	return anchors
}

// TestBehind shows the watch a job that has not gone well, and a message that does not leave.
func TestBehind(t *testing.T) {
	w := &watch{jobs: []job{{name: "sweep", every: time.Minute, limit: time.Minute}}, started: time.Now()}
	now, long := time.Now(), time.Now().Add(-time.Hour)
	sms := func(oldest time.Time) []storage.Outgoing {
		return []storage.Outgoing{{Kind: smsKind, Waiting: 1, Oldest: oldest}}
	}
	for name, c := range map[string]struct {
		saw     *sighting
		started time.Time
		want    []string
	}{
		"nothing seen yet":             {nil, long, nil},
		"all well":                     {&sighting{leases: true, lastSuccess: map[string]time.Time{"sweep": now}, outgoing: sms(now)}, long, nil},
		"a job went well an hour ago":  {&sighting{leases: true, lastSuccess: map[string]time.Time{"sweep": long}}, now, []string{"jobs"}},
		"a job never went well, young": {&sighting{leases: true}, now, nil},
		"a job never went well, old":   {&sighting{leases: true}, long, []string{"jobs"}},
		"the jobs could not be read":   {&sighting{}, long, nil},
		"a message waits an hour":      {&sighting{leases: true, outgoing: sms(long)}, now, []string{"messages"}},
		"another effect waits an hour": {&sighting{leases: true, outgoing: []storage.Outgoing{{Kind: "push", Oldest: long}}}, now, nil},
		"both":                         {&sighting{leases: true, outgoing: sms(long)}, long, []string{"jobs", "messages"}},
	} {
		w.started = c.started
		w.last.Store(c.saw)
		if got := w.Behind(); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

// TestTheWatchTellsOfAStoreThatIsAway takes the database away from under it.
func TestTheWatchTellsOfAStoreThatIsAway(t *testing.T) {
	config, err := loadConfig(inFolder(t))
	if err != nil {
		t.Fatal(err)
	}
	h := openedHouse(t, config, quiet())
	h.watch.look(t.Context())
	if s := h.watch.last.Load(); s.database < 0 || s.photos < 0 || s.queue == nil || !s.outbox || !s.leases || !s.latePhotosKnown {
		t.Errorf("%+v", s)
	}
	h.db.Close()
	h.watch.look(t.Context())
	if s := h.watch.last.Load(); s.database >= 0 || s.photos < 0 || s.queue != nil || s.outbox || s.leases || s.latePhotosKnown {
		t.Errorf("figures of a database that is away: %+v", s)
	}
}
