package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/valyala/fasthttp"

	"linli/api"
	"linli/api/apitest"
	"linli/models"
)

// answerJudge says what is wrong with an answer.
type answerJudge struct {
	faultsOf func(method, path string, a apitest.Answer) []string
	codes    map[string]bool
	secrets  map[string]map[string]string // by the caller who must not learn them: what they are, and the text
	all      map[string]string            // what must not stand in a log
}

func newJudge(t *testing.T, z *apiFuzzer, server *api.Server) *answerJudge {
	sent, err := codesSent("../../models", "../../storage", "../../api", "../../cmd")
	if err != nil {
		t.Fatal(err)
	}
	j := &answerJudge{faultsOf: apitest.Judge(server), codes: map[string]bool{}, secrets: map[string]map[string]string{}, all: map[string]string{}}
	for code := range sent {
		j.codes[code] = code != "internal"
	}
	j.watch(z)
	return j
}

// watch says who must not learn what, whatever the requests bring about: other people's numbers, for residents also
// other people's words. Those who answer a matter read its words, and may be handed others.
func (j *answerJudge) watch(z *apiFuzzer) {
	labels := map[string][]string{"reporter": {"own"}, "neighbour": {"building", "quiet"}, "far resident": {"town"}, "steward": {"building", "quiet", "behalf"}}
	for _, c := range z.callers {
		hidden := map[string]string{}
		for _, other := range z.actors {
			if other != c && other.phone != "" && other.actor.Has(models.Resident) && !c.actor.Has(models.CenterOfficer, models.StationStaff, models.Auditor, models.Admin) {
				hidden["the phone of "+other.name] = other.phone
			}
		}
		for _, m := range matters {
			if slices.Contains(labels[c.name], m.label) {
				continue
			}
			secrets := z.secrets(m)
			if !m.share && !c.actor.Has(models.CenterOfficer, models.StationStaff, models.Auditor) {
				hidden["the phone of "+m.label] = secrets["phone"]
			}
			if slices.Contains([]string{"nobody", "applicant", "neighbour", "far resident", "reporter"}, c.name) {
				hidden["the words of "+m.label], hidden["the comment of "+m.label] = secrets["words"], secrets["comment"]
			}
		}
		j.secrets[c.name] = hidden
		maps.Copy(j.all, hidden)
	}
	for _, m := range matters {
		j.all["the words of "+m.label], j.all["the phone of "+m.label] = z.secrets(m)["words"], z.secrets(m)["phone"]
	}
}

var (
	// insides are words that only our own code, a library or a database says.
	insides = regexp.MustCompile(`goroutine \d|\.go:\d|runtime error|SQLSTATE|SQL logic|constraint failed|sqlite|pgx|gorm|huma|fasthttp|SELECT |INSERT |panic|json: |strconv\.`)
	// folders are where this very program and its files lie.
	folders = append(programFolders(), os.TempDir())
	// beforeRoutes are refusals of what is no request of any route: they stand in no operation's list of answers.
	beforeRoutes = map[string]bool{"request.bad": true, "request.headers_too_large": true, "request.too_slow": true, "route.not_found": true, "route.method_not_allowed": true}
)

func (j *answerJudge) of(r *request, a answered) (faults []string) {
	fault := func(format string, values ...any) { faults = append(faults, fmt.Sprintf(format, values...)) }
	if a.code >= 500 && (a.code != 503 || a.header.Get("Retry-After") == "") {
		fault("answers %d", a.code)
	}
	if a.header.Get("X-Content-Type-Options") != "nosniff" || len(a.header.Values("X-Request-Id")) != 1 {
		fault("lacks headers of every answer: %v", a.header)
	}
	before := false
	if a.code >= 400 && r.method != "HEAD" {
		var problem api.Problem
		switch err := json.Unmarshal(a.body, &problem); {
		case err != nil || problem.Status != a.code:
			fault("the refusal is no problem: %v", err)
		case !j.codes[problem.Code]:
			fault("code of no sentence: %s", problem.Code)
		}
		before = beforeRoutes[problem.Code]
		if said := insides.Find(a.body); said != nil {
			fault("tells %q of our insides", said)
		}
		for _, folder := range folders {
			if strings.Contains(string(a.body), folder) {
				fault("tells %q of our insides", folder)
			}
		}
		if strings.Contains(strings.ReplaceAll(string(a.body), `"field":"`+problem.Field, ""), spoken) {
			fault("repeats what was sent")
		}
	}
	if r.method == r.target.method && !before {
		var address fasthttp.URI // cuts a path off at a # as the server does
		if err := address.Parse(nil, []byte(r.path)); err != nil {
			fault("an address that nobody can read was answered: %v", err)
		}
		for _, what := range j.faultsOf(r.method, string(address.PathOriginal()), apitest.Answer{Code: a.code, Header: a.header, Body: a.body}) {
			fault("against the document: %s", what)
		}
	}
	whole := fmt.Sprint(a.header) + string(a.body)
	for what, secret := range j.secrets[r.as.name] {
		if strings.Contains(whole, secret) && !strings.Contains(string(r.body)+r.path, secret) {
			fault("tells %s", what)
		}
	}
	return faults
}

// ofLog judges the lines that a request left.
func (j *answerJudge) ofLog(text string) (faults []string) {
	for line := range strings.Lines(text) {
		if strings.Contains(line, "panic: ") {
			faults = append(faults, "panic in the log: "+shortText([]byte(line)))
		} else if strings.Contains(line, `"level":"ERROR"`) {
			faults = append(faults, "failure in the log: "+shortText([]byte(line)))
		}
		for what, secret := range j.all {
			if strings.Contains(line, secret) {
				faults = append(faults, "the log tells "+what)
			}
		}
		if strings.Contains(line, spoken) {
			faults = append(faults, "the log repeats what was sent: "+shortText([]byte(line)))
		}
	}
	return faults
}

func programFolders() (list []string) {
	for _, of := range []func() (string, error){os.Getwd, os.Executable, os.UserHomeDir} {
		if folder, err := of(); err == nil && len(folder) > 1 {
			list = append(list, folder)
		}
	}
	return list
}
