package main

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"linli/api/apitest"
	"linli/models"
	"linli/models/ticket"
	"linli/storage"
)

var update = flag.Bool("update", false, "write the golden files as the program is now")

const permissionsPage = "../../docs/permissions.txt"

// ask is one question that every actor asks.
type ask struct {
	operation string
	what      string          // on what, for readers
	matter    string          // the label of the matter that is asked about, if there is one
	absent    bool            // about something that does not exist: what is hidden must be answered the same
	ready     func(c *caller) // makes what is asked about, if it is not there
	do        func(c *caller) apitest.Answer
	done      func() // after a change was made, takes it back or makes way for a new thing to ask about
}

// permissions is the table in the making.
type permissions struct {
	*farWorld
	fresh            map[string]int64 // tickets that nobody has changed yet, by matter and stage
	codes            map[int64]map[string]string
	kept, keptTicket int64 // what the operator keeps of a complaint that went to the rival
}

// TestPermissions asks every route of the program in the name of every kind of actor about records at every distance
// from him, and holds the answers against docs/permissions.txt: who is let in, and which secrets of whom an answer
// tells, in its body or its headers. A route that nobody asks about fails; what is hidden is answered byte for byte
// like what does not exist; what is refused changes nothing. "go test ./cmd/linli -run TestPermissions -update" writes
// the page; its difference is what a reviewer reads.
func TestPermissions(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		p := &permissions{farWorld: newFarWorld(t, w), fresh: map[string]int64{}, codes: map[int64]map[string]string{}}
		got := p.table()
		if *update && strings.Contains(t.Name(), "sqlite") {
			if err := os.WriteFile(permissionsPage, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(permissionsPage)
		if err != nil {
			t.Fatal(err)
		}
		if got != string(want) {
			t.Errorf("permissions differ from %s:\n%s", permissionsPage, lineDifference(string(want), got))
		}
	})
}

const permissionsHead = `Who gets what from Linli, as the program answers. Written by "go test ./cmd/linli -run TestPermissions -update"; do not edit.

Under each route stands what was asked about; under that each answer, with those who get it. After the status stand the code of a
refusal and, in brackets, the secrets that the answer holds: text and words (of the person who filed, with any phone number in them
taken out unless "phone" is there, too), reply and result (of who must answer), comment (to a rating), level (of a rating), name,
phone, name* and phone* (masked), unit (the flat), client (the phone's own id of the matter), code (to ask for a matter), time (the
exact moment of filing), receipt (what proves the filing in the ledger). Secrets of another matter than the one asked about bear its name: own:text. Lists also show which places
they name, and how many open matters they count. "All others" are those of the actors below who are not named.

The matters:
`

func (p *permissions) table() string {
	for _, m := range matters {
		p.ticket(m.label, ended)
	}
	asks := p.asks()
	outcomes := p.answers(asks)
	var out strings.Builder
	out.WriteString(permissionsHead)
	for _, m := range matters {
		fmt.Fprintf(&out, "  %-10s %s; filed by: %s, answered by: %s\n", m.label, m.words, m.filer, m.handler)
	}
	fmt.Fprintf(&out, "\nThe actors: %s.\n", strings.Join(p.names(), ", "))
	for _, r := range p.routes() {
		fmt.Fprintf(&out, "\n%s %s  (%s)\n", r.method, r.path, r.access)
		asked := false
		for i, a := range asks {
			if a.operation == r.operation {
				asked = true
				fmt.Fprintf(&out, "  %s\n", a.what)
				p.writeOutcomes(&out, outcomes[i])
			}
		}
		if !asked {
			p.t.Errorf("%s %s: nobody asks about this route; see asks in permission_test.go", r.method, r.path)
		}
	}
	return out.String()
}

func (p *permissions) names() (names []string) {
	for _, c := range p.actors {
		names = append(names, c.name)
	}
	return names
}

// answers asks everything in every name: first what only reads, so that no answer hangs on what others changed. It
// gives, for each ask, who got what.
func (p *permissions) answers(asks []ask) []map[string][]string {
	method := map[string]string{}
	for _, r := range p.routes() {
		method[r.operation] = r.method
	}
	outcomes := make([]map[string][]string, len(asks))
	hidden := map[string]map[string][]string{}
	for _, reading := range []bool{true, false} {
		for i, a := range asks {
			if (method[a.operation] == http.MethodGet) == reading {
				outcomes[i] = p.answersTo(a, reading, hidden)
			}
		}
	}
	p.compareHidden(asks, hidden)
	return outcomes
}

func (p *permissions) answersTo(a ask, reading bool, hidden map[string]map[string][]string) map[string][]string {
	got := map[string][]string{}
	for _, c := range p.actors {
		if a.ready != nil {
			a.ready(c)
		}
		before := p.state()
		answer := a.do(c)
		outcome := p.outcome(a, c, answer)
		got[outcome] = append(got[outcome], c.name)
		changed := p.state() != before
		switch {
		case reading && changed, answer.Code > 299 && changed:
			p.t.Errorf("%s as %s on %s: %d, and something changed", a.operation, c.name, a.what, answer.Code)
		case changed && a.done != nil:
			a.done()
		}
		if answer.Code == http.StatusNotFound {
			if hidden[a.operation] == nil {
				hidden[a.operation] = map[string][]string{}
			}
			hidden[a.operation][c.name] = append(hidden[a.operation][c.name], bare(answer))
		}
	}
	return got
}

// writeOutcomes writes who got the same; the largest half is "all others".
func (p *permissions) writeOutcomes(out *strings.Builder, got map[string][]string) {
	for _, outcome := range slices.Sorted(maps.Keys(got)) {
		who := strings.Join(got[outcome], ", ")
		switch {
		case len(got) == 1:
			who = "everybody"
		case 2*len(got[outcome]) > len(p.actors):
			who = "all others"
		}
		fmt.Fprintf(out, "    %-52s %s\n", outcome, who)
	}
}

// compareHidden demands one and the same 404 for what an actor must not see and for what is not there.
func (p *permissions) compareHidden(asks []ask, hidden map[string]map[string][]string) {
	for _, a := range asks {
		if !a.absent {
			continue
		}
		for name, answers := range hidden[a.operation] {
			for _, answer := range answers[1:] {
				if answer != answers[0] {
					p.t.Errorf("%s: %s can tell what is hidden from what is absent:\n%s\n%s", a.operation, name, answers[0], answer)
				}
			}
		}
	}
}

// bare is an answer without what differs between any two: its headers in order, then its body.
func bare(a apitest.Answer) string {
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(a.Header)) {
		switch name {
		case "X-Request-Id", "Ratelimit", "RateLimit", "Date":
			continue
		}
		fmt.Fprintf(&b, "%s: %s\n", name, strings.Join(a.Header[name], ", "))
	}
	return b.String() + withoutRequestID(a.Body)
}

// state changes with every change of a record that is not a counter of the limits.
func (p *permissions) state() string {
	return readOne[string](p.world, `SELECT (SELECT count(*) FROM ledger) || '/' || (SELECT coalesce(sum(version), 0) FROM tickets) || '/' ||
		(SELECT count(*) FROM ticket_messages) || '/' || (SELECT count(*) FROM ticket_messages WHERE read_at IS NOT NULL) || '/' ||
		(SELECT count(*) FROM photos) || '/' || (SELECT count(*) FROM photos WHERE status = 'stored') || '/' ||
		(SELECT count(*) FROM memberships) || '/' || (SELECT count(*) FROM accounts) || '/' || (SELECT count(*) FROM ratings) || '/' ||
		(SELECT count(*) FROM sessions WHERE ended_at IS NOT NULL) || '/' || (SELECT count(*) FROM service_terms) || '/' ||
		(SELECT count(*) FROM estates) || '/' || (SELECT count(*) FROM outbox)`)
}

// outcome is the answer in one line.
func (p *permissions) outcome(a ask, c *caller, answer apitest.Answer) string {
	words := []string{fmt.Sprint(answer.Code)}
	if answer.Code > 399 {
		var problem struct{ Code string }
		json.Unmarshal(answer.Body, &problem)
		words = append(words, problem.Code)
	}
	if told := p.told(a, c, answer); len(told) > 0 {
		words = append(words, "["+strings.Join(told, " ")+"]")
	}
	return strings.Join(words, " ")
}

// told names the secrets that stand in an answer, those of the matter asked about first. What somebody learns of
// himself is not told apart by who he is.
func (p *permissions) told(a ask, c *caller, answer apitest.Answer) []string {
	whole := bare(answer)
	var own, others []string
	for _, m := range matters {
		for _, name := range p.toldOf(m, whole) {
			switch {
			case m.label == a.matter:
				own = append(own, name)
			case (name == "unit" || name == "name*") && (m.label == "quiet" || a.matter == "quiet" && m.label == "building"):
				// the same person's as of "building"
			case m.filer == c.name && name == "unit" && !strings.HasPrefix(a.operation, "ticket"):
				own = append(own, "own unit")
			default:
				others = append(others, m.label+":"+name)
			}
		}
	}
	own = append(own, marks(a, whole)...)
	for _, other := range p.actors { // people who work here, or look after a building
		for what, word := range map[string]string{"name": other.full, "phone": other.phone} {
			if word == "" || !strings.Contains(whole, word) {
				continue
			}
			if other == c {
				own = append(own, "own "+what)
				continue
			}
			others = append(others, other.name+"'s "+what)
		}
	}
	for who := range p.pending {
		for what, word := range map[string]string{"name*": `"` + surnames[who] + `*"`, "name": surnames[who] + "暗"} {
			if strings.Contains(whole, word) && who != c.name {
				others = append(others, who+"'s "+what)
			}
		}
	}
	slices.Sort(own)
	slices.Sort(others)
	return append(slices.Compact(own), slices.Compact(others)...)
}

var openCount = regexp.MustCompile(`"open":\d+`)

// marks are what an answer tells by its form: levels, exact times, how many, which places.
func marks(a ask, whole string) (found []string) {
	if strings.HasPrefix(a.operation, "ticket") {
		for word, mark := range map[string]string{"level": `"level":`, "rating_level": `"rating_level":`, "time": `"filed_at":`, "receipt": `"receipt":`} {
			if strings.Contains(whole, mark) {
				found = append(found, word)
			}
		}
	}
	switch a.operation {
	case "similarTicketList", "supportedTicketList", "missedList":
		if strings.Contains(whole, `"ticket_id":`) {
			found = append(found, "a matter")
		}
	case "knownOutageList", "homeBulletinList", "buildingBulletinList", "posterBulletinList", "bulletinList":
		for _, mark := range []string{`"may_change":true`, `"may_end":true`, `"text":"主管爆裂停水"`} {
			if strings.Contains(whole, mark) {
				found = append(found, map[string]string{`"may_change":true`: "to change", `"may_end":true`: "to end", `"text":"主管爆裂停水"`: "a bulletin"}[mark])
			}
		}
	case "templateList", "templateFill":
		for mark, word := range map[string]string{`"title":"约上门"`: "a template", `"may_keep":true`: "to keep"} {
			if strings.Contains(whole, mark) {
				found = append(found, word)
			}
		}
	case "causeList", "causeShow":
		for _, mark := range []struct{ sign, words string }{{`"thing":"gate"`, "a repeat"}, {`"households":2`, "households"}, {`"may_open":true`, "to open"}, {`"state":"open"`, "a case"}, {`"mine":true`, "as owner"}, {`"plan"`, "to plan"}, {`"reject"`, "to judge"}} {
			if strings.Contains(whole, mark.sign) {
				found = append(found, mark.words)
			}
		}
	case "ticketList", "overviewShow":
		found = append(found, openCount.FindString(whole))
	case "estateList", "placeSearch", "scoreList":
		for _, place := range []string{"安居苑", "某厂家属院", "建设路12号楼", "待接管小区", "远方苑", "试验社区", "远方社区"} {
			if strings.Contains(whole, `name":"`+place+`"`) {
				found = append(found, place)
			}
		}
	}
	return slices.DeleteFunc(found, func(s string) bool { return s == "" })
}

func (p *permissions) toldOf(m matter, whole string) (names []string) {
	for name, secret := range p.secrets(m) {
		if strings.Contains(whole, secret) {
			names = append(names, name)
		}
	}
	for id, codes := range p.codes {
		if p.fresh[m.label+"/"+codes["stage"]] != id {
			continue
		}
		for _, name := range []string{"code", "client"} {
			if strings.Contains(whole, codes[name]) {
				names = append(names, name)
			}
		}
	}
	return names
}

// ticket gives a matter at a stage that nobody has changed yet.
func (p *permissions) ticket(label, stage string) int64 {
	key := label + "/" + stage
	if p.fresh[key] == 0 {
		i := slices.IndexFunc(matters, func(m matter) bool { return m.label == label })
		id, code, client := p.make(matters[i], stage)
		p.fresh[key] = id
		p.codes[id] = map[string]string{"code": code, "client": client, "stage": stage}
	}
	return p.fresh[key]
}

// callback is an address of the callback about a matter that was confirmed with two stars.
func (p *permissions) callback(label, rest string) string {
	return p.callbackOf(p.ticket(label, ended), rest)
}

func (p *permissions) callbackOf(ticketID int64, rest string) string {
	id := int64(nowhere)
	if drawn := readOne[int64](p.world, "SELECT coalesce(max(id), 0) FROM callbacks WHERE ticket_id = ?", ticketID); drawn != 0 {
		id = drawn
	}
	return fmt.Sprintf("/api/v1/callbacks/%d/%s", id, rest)
}

// listed is a line of the golden list of routes.
type listed struct{ method, path, access, operation string }

func (p *permissions) routes() (list []listed) {
	b, err := os.ReadFile("../../api/testdata/routes.golden")
	if err != nil {
		p.t.Fatal(err)
	}
	for line := range strings.Lines(string(b)) {
		words := strings.Fields(line)
		if len(words) != 4 {
			p.t.Fatalf("a line of the routes that nobody can read: %q", line)
		}
		list = append(list, listed{words[0], words[1], words[2], words[3]})
	}
	return list
}

// nowhere is an id that nothing has.
const nowhere = 9_999_999

// asks is what is asked, in the order in which the page shows it. What makes changes comes last within its route.
func (p *permissions) asks() []ask {
	var list []ask
	list = append(list, p.programAsks()...)
	list = append(list, p.sessionAsks()...)
	list = append(list, p.factorAsks()...)
	list = append(list, p.membershipAsks()...)
	list = append(list, p.placeAsks()...)
	list = append(list, p.ticketAsks()...)
	list = append(list, p.photoAsks()...)
	list = append(list, p.ledgerAsks()...)
	return append(list, p.scoreAsks()...)
}

func asking(path string) func(*caller) apitest.Answer {
	return func(c *caller) apitest.Answer { return c.client.Get(path) }
}

// unpacking asks for a workbook and gives its parts as the body: packed, no secret in it would be found.
func unpacking(path string) func(*caller) apitest.Answer {
	return func(c *caller) apitest.Answer {
		answer := c.client.Get(path)
		files, err := zip.NewReader(bytes.NewReader(answer.Body), int64(len(answer.Body)))
		if answer.Code != http.StatusOK || err != nil {
			return answer
		}
		answer.Body = nil
		for _, f := range files.File {
			part, err := f.Open()
			if err != nil {
				return answer
			}
			text, _ := io.ReadAll(part)
			answer.Body = append(answer.Body, text...)
		}
		return answer
	}
}

func (p *permissions) programAsks() []ask {
	var list []ask
	for operation, path := range map[string]string{
		"healthShow": "/healthz", "readyShow": "/readyz", "documentShow": "/api/v1/openapi.json", "demoLoginList": "/api/v1/demo/logins",
		"docsShow": "/docs", "docsScript": "/docs/page.js", "docsStyle": "/docs/page.css", "catalogueShow": "/api/v1/catalogue", "setupShow": "/api/v1/setup",
	} {
		list = append(list, ask{operation: operation, what: "whatever it says", do: asking(path)})
	}
	return list
}

// forget clears the counters of the limits, which have tests of their own.
func (p *permissions) forget() {
	p.write(func(tx storage.Tx) error { return tx.DB().Exec("DELETE FROM rate_limits").Error })
}

// forgetActors lets the next request read its rights anew; the program itself would keep them for a second.
func (p *permissions) forgetActors() {
	p.house.people.EndSession(p.t.Context(), models.Actor{}, nowhere)
}

func (p *permissions) sessionAsks() []ask {
	code := func(phone string) func(*caller) apitest.Answer {
		return func(c *caller) apitest.Answer {
			p.forget()
			return c.client.Post("/api/v1/session/codes", map[string]any{"phone": phone})
		}
	}
	secondSession := func(of *caller) int64 {
		p.forget()
		p.as(of.actor)
		return readOne[int64](p.world, "SELECT max(id) FROM sessions WHERE account_id = ? AND ended_at IS NULL", of.actor.AccountID)
	}
	reporter := p.caller("reporter")
	var second int64
	revoke := func(what string, of func(c *caller) *caller) ask {
		return ask{operation: "sessionRevoke", what: what, ready: func(c *caller) {
			if second = nowhere; of(c).actor.SignedIn() {
				second = secondSession(of(c))
			}
		}, do: func(c *caller) apitest.Answer {
			return c.client.Do("DELETE", fmt.Sprintf("/api/v1/sessions/%d", second), nil)
		}}
	}
	return []ask{
		{operation: "codeRequest", what: "for a number that has an account", do: code(reporter.phone)},
		{operation: "codeRequest", what: "for a number that has none", do: code("13999999999")},
		{operation: "sessionStart", what: "with the reporter's number and a wrong password", do: func(c *caller) apitest.Answer {
			p.forget()
			return c.client.Post("/api/v1/session", map[string]any{"phone": reporter.phone, "password": "not the password"})
		}},
		{operation: "sessionStart", what: "with an unknown number", do: func(c *caller) apitest.Answer {
			p.forget()
			return c.client.Post("/api/v1/session", map[string]any{"phone": "13999999999", "password": "not the password"})
		}},
		{operation: "sessionStart", what: "with a code that nobody sent", do: func(c *caller) apitest.Answer {
			p.forget()
			return c.client.Post("/api/v1/session", map[string]any{"request_id": "nobody-asked", "code": "123456"})
		}},
		{operation: "sessionRefresh", what: "without the cookie", do: func(c *caller) apitest.Answer {
			return c.client.Do("POST", "/api/v1/session/refresh", nil)
		}},
		{operation: "sessionRefresh", what: "with a cookie of somebody's making", do: func(c *caller) apitest.Answer {
			return c.client.With("Cookie", "linli_refresh=AAAAAAAAAAHh8mXK0nF1y2cUe0m3Jw4pN5q6r7s8t9u0v1w2x3y4z5A6B7C8D9E0F1G2H3I4").Do("POST", "/api/v1/session/refresh", nil)
		}},
		{operation: "sessionEnd", what: "without the cookie", do: func(c *caller) apitest.Answer {
			return c.client.Do("DELETE", "/api/v1/session", nil)
		}},
		{operation: "sessionList", what: "his own", do: asking("/api/v1/sessions")},
		revoke("a second one of his own", func(c *caller) *caller { return c }),
		revoke("a second one of the reporter's", func(*caller) *caller { return reporter }),
		{operation: "sessionRevoke", what: "one that does not exist", absent: true, do: func(c *caller) apitest.Answer {
			return c.client.Do("DELETE", fmt.Sprintf("/api/v1/sessions/%d", nowhere), nil)
		}},
		{operation: "accountShow", what: "his own", do: asking("/api/v1/me")},
		{operation: "accountUpdate", what: "his own language", do: func(c *caller) apitest.Answer {
			return c.client.Do("PATCH", "/api/v1/me", map[string]any{"locale": "zh-CN"})
		}},
		{operation: "passwordSet", what: "his own, with a wrong old one", do: func(c *caller) apitest.Answer {
			p.forget()
			return c.client.Do("PUT", "/api/v1/me/password", map[string]any{"old": "not the password", "new": "ein anderes Wort 2026"})
		}},
		{operation: "setupFinish", what: "with a token that nobody made", do: func(c *caller) apitest.Answer {
			return c.client.Post("/api/v1/setup", map[string]any{"token": "x", "phone": "13999999999", "name": "何人", "password": "ein anderes Wort 2026"})
		}},
	}
}

// factorAsks are about second factors. What an admin hears who has none, on every route, is TestAnAdminWithoutASecondFactor's.
func (p *permissions) factorAsks() []ask {
	send := func(path string, body any) func(*caller) apitest.Answer {
		return func(c *caller) apitest.Answer {
			p.forget()
			return c.client.Post(path, body)
		}
	}
	secure := func(*caller) {
		p.write(func(tx storage.Tx) error {
			return tx.DB().Exec(`INSERT INTO second_factors (account_id, secret_sealed, session_id, last_step, asked_at, confirmed_at)
				VALUES (?, '', 0, 0, ?, ?) ON CONFLICT (account_id) DO NOTHING`, p.secured.actor.AccountID, tx.At(), tx.At()).Error
		})
	}
	reset := func(what string, ready func(*caller), account int64) ask {
		return ask{operation: "secondFactorReset", what: what, ready: ready, absent: account == nowhere,
			do: send(fmt.Sprintf("/api/v1/accounts/%d/second-factor/reset", account), map[string]any{"reason": "手机丢了"})}
	}
	signOut := func(what string, account int64) ask {
		return ask{operation: "accountSignOut", what: what, absent: account == nowhere,
			do: send(fmt.Sprintf("/api/v1/accounts/%d/sign-out", account), map[string]any{"reason": "手机丢了"})}
	}
	return []ask{
		signOut("of somebody else", p.secured.actor.AccountID),
		signOut("of the admin himself", p.caller("admin").actor.AccountID),
		signOut("of somebody who does not exist", nowhere),
		{operation: "sessionFinish", what: "with a challenge that nobody was given", do: send("/api/v1/session/second-factor", map[string]any{"challenge": "x", "code": "123456"})},
		{operation: "ownCodeRequest", what: "to his own phone", do: send("/api/v1/me/codes", nil)},
		{operation: "secondFactorStart", what: "without the first factor again", do: send("/api/v1/me/second-factor", map[string]any{})},
		{operation: "secondFactorStart", what: "with his password", do: send("/api/v1/me/second-factor", map[string]any{"password": testPassword})},
		{operation: "secondFactorConfirm", what: "with a wrong code", do: send("/api/v1/me/second-factor/confirmation", map[string]any{"code": "12345"})},
		{operation: "secondFactorRemove", what: "with a wrong code", do: send("/api/v1/me/second-factor/removal", map[string]any{"code": "12345"})},
		{operation: "recoveryCodeRenew", what: "with a wrong code", do: send("/api/v1/me/second-factor/recovery-codes", map[string]any{"code": "12345"})},
		reset("of somebody who has one", secure, p.secured.actor.AccountID),
		reset("of the station, who has none", nil, p.caller("station").actor.AccountID),
		reset("of the admin himself", nil, p.caller("admin").actor.AccountID),
		reset("of somebody who does not exist", nil, nowhere),
	}
}

func (p *permissions) membershipAsks() []ask {
	residence := func(who string) int64 {
		return readOne[int64](p.world, "SELECT id FROM memberships WHERE account_id = ? ORDER BY id LIMIT 1", p.caller(who).actor.AccountID)
	}
	again := func(id int64, status models.MembershipStatus) func() {
		return func() {
			p.write(func(tx storage.Tx) error {
				return tx.DB().Exec("UPDATE memberships SET status = ?, valid_to = NULL WHERE id = ?", status, id).Error
			})
			p.forgetActors()
		}
	}
	unask := func() {
		p.write(func(tx storage.Tx) error {
			return tx.DB().Exec("DELETE FROM memberships WHERE id = (SELECT max(id) FROM memberships)").Error
		})
		p.forgetActors()
	}
	decide := func(what string, id int64) ask {
		return ask{operation: "membershipDecide", what: what, absent: id == nowhere, done: again(id, models.Pending), do: func(c *caller) apitest.Answer {
			return c.client.Post(fmt.Sprintf("/api/v1/memberships/%d/decision", id), map[string]any{"approve": true, "method": "visit"})
		}}
	}
	end := func(what string, id int64) ask {
		return ask{operation: "membershipEnd", what: what, absent: id == nowhere, done: again(id, models.Approved), do: func(c *caller) apitest.Answer {
			return c.client.Post(fmt.Sprintf("/api/v1/memberships/%d/end", id), map[string]any{"reason": "搬走了"})
		}}
	}
	appoint := func(what string, role models.Role, kind models.ScopeKind, scope int64) ask {
		return ask{operation: "appointmentMake", what: what, do: func(c *caller) apitest.Answer {
			p.ids++
			return c.client.Post("/api/v1/appointments", map[string]any{
				"phone": fmt.Sprintf("186%08d", p.ids), "name": "新人", "role": role, "scope_kind": kind, "scope_id": scope, "valid_from": "2026-01-01",
			})
		}}
	}
	return []ask{
		{operation: "membershipList", what: "those that he may decide", do: asking("/api/v1/memberships")},
		{operation: "membershipAsk", what: "a home that nobody else has asked for", done: unask, do: func(c *caller) apitest.Answer {
			return c.client.Post("/api/v1/memberships", map[string]any{"unit_id": p.Home.ID, "relation": "owner"})
		}},
		{operation: "membershipAsk", what: "the home of the reporter", done: unask, do: func(c *caller) apitest.Answer {
			return c.client.Post("/api/v1/memberships", map[string]any{"unit_id": p.homes["own"].ID, "relation": "occupant"})
		}},
		{operation: "membershipAsk", what: "a home that does not exist", do: func(c *caller) apitest.Answer {
			return c.client.Post("/api/v1/memberships", map[string]any{"unit_id": nowhere, "relation": "owner"})
		}},
		decide("a home in the operator's estate", p.pending["applicant"]),
		decide("a home where the station answers", p.pending["station-applicant"]),
		decide("a home in the other town", p.pending["far-applicant"]),
		decide("one that does not exist", nowhere),
		end("the reporter's home", residence("reporter")),
		end("the steward's office", residence("steward")),
		end("the operator's employment", residence("operator manager")),
		end("the station's office", residence("other station")),
		end("the auditor's office", residence("auditor")),
		end("the far resident's home", residence("far resident")),
		end("one that does not exist", nowhere),
		{operation: "appointmentList", what: "all", do: asking("/api/v1/appointments?limit=100")},
		{operation: "appointmentList", what: "by the steward's number", do: asking("/api/v1/appointments?q=" + p.caller("steward").phone)},
		{operation: "appointmentList", what: "by the reporter's number", do: asking("/api/v1/appointments?q=" + p.caller("reporter").phone)},
		appoint("a steward", models.BuildingSteward, models.ScopeBuilding, p.Building.ID),
		appoint("an operator's worker", models.OperatorStaff, models.ScopeHandlingParty, p.Operator.ID),
		appoint("a town's officer", models.TownOfficer, models.ScopeTown, p.TownID),
		appoint("an officer of the centre", models.CenterOfficer, models.ScopeCounty, p.CountyID),
		appoint("an admin", models.Admin, models.ScopeCounty, p.CountyID),
	}
}

func (p *permissions) placeAsks() []ask {
	var list []ask
	estates := []struct {
		words string
		id    int64
	}{{"the operator's estate", p.Estate.ID}, {"the work unit's compound", p.Compound.ID}, {"the ownerless building", p.Ownerless.ID}, {"the estate in the other town", p.far.estate.ID}, {"one that does not exist", nowhere}}
	buildings := []struct {
		words string
		id    int64
	}{{"the reporter's building", p.Building.ID}, {"the ownerless building", p.OwnerlessBuilding.ID}, {"a building in the other town", p.far.building.ID}, {"one that does not exist", nowhere}}
	for _, e := range estates {
		list = append(list, ask{operation: "estateShow", what: e.words, absent: e.id == nowhere, do: asking(fmt.Sprintf("/api/v1/estates/%d", e.id))})
	}
	hand := func(what string, estate, party int64, done func()) ask {
		return ask{operation: "termSet", what: what, absent: estate == nowhere, done: done, do: func(c *caller) apitest.Answer {
			return c.client.Post(fmt.Sprintf("/api/v1/estates/%d/service-terms", estate), map[string]any{
				"handling_party_id": party, "service_mode": "professional", "valid_from": models.DateOf(time.Now()),
			})
		}}
	}
	list = append(list, hand("an estate that nobody serves, to the operator", p.unserved.ID, p.Operator.ID, func() {
		p.write(func(tx storage.Tx) error {
			return tx.DB().Exec("DELETE FROM service_terms WHERE estate_id = ?", p.unserved.ID).Error
		})
	}))
	for _, e := range estates {
		list = append(list, hand(e.words+", to a body that cannot run it", e.id, p.Unit.ID, nil))
	}
	running := readOne[int64](p.world, "SELECT id FROM service_terms WHERE estate_id = ?", p.Estate.ID)
	for _, c := range []struct {
		what         string
		estate, term int64
	}{
		{"a plan for the ownerless building", p.Ownerless.ID, p.planned.ID}, {"that plan as one of the operator's estate", p.Estate.ID, p.planned.ID},
		{"the term in which the operator serves", p.Estate.ID, running}, {"one that does not exist", p.Estate.ID, nowhere},
	} {
		list = append(list, ask{operation: "termCancel", what: c.what, absent: c.term == nowhere, do: func(who *caller) apitest.Answer {
			return who.client.Post(fmt.Sprintf("/api/v1/estates/%d/service-terms/%d/cancellation", c.estate, c.term), nil)
		}, done: func() {
			p.write(func(tx storage.Tx) error { return tx.DB().Create(&p.planned).Error })
		}})
	}
	for _, b := range buildings {
		for operation, rest := range map[string]string{"buildingShow": "", "unitList": "/units", "posterPrint": "/poster"} {
			list = append(list, ask{operation: operation, what: b.words, absent: b.id == nowhere, do: asking(fmt.Sprintf("/api/v1/buildings/%d%s", b.id, rest))})
		}
	}
	list = append(list, p.rosterAsks()...)
	list = append(list, p.phoneAsks()...)
	reporterName := url.QueryEscape(p.caller("reporter").full)
	return append(list,
		ask{operation: "calendarShow", what: "the one in force", do: asking("/api/v1/calendar")},
		ask{operation: "calendarSet", what: "one without years", do: func(c *caller) apitest.Answer {
			return c.client.Post("/api/v1/calendars", map[string]any{"version": "x", "source": "x", "valid_from": "2024-01-01", "years": []any{}})
		}},
		ask{operation: "divisionList", what: "all", do: asking("/api/v1/divisions")},
		ask{operation: "estateList", what: "those that he looks after", do: asking("/api/v1/estates?limit=100")},
		ask{operation: "estateList", what: "those of the other town", do: asking(fmt.Sprintf("/api/v1/estates?town_id=%d", p.far.town))},
		ask{operation: "posterShow", what: "the reporter's building", do: asking("/api/v1/posters/" + posterToken)},
		ask{operation: "posterShow", what: "a token that nobody printed", do: asking("/api/v1/posters/nobody-printed-this")},
		ask{operation: "placeSearch", what: "by the estate's name", do: asking("/api/v1/places?q=" + url.QueryEscape("安居苑"))},
		ask{operation: "placeSearch", what: "by the reporter's name", do: asking("/api/v1/places?q=" + reporterName)},
		ask{operation: "partyList", what: "all", do: asking("/api/v1/handling-parties")},
		ask{operation: "partyUpdate", what: "the operator's number", do: func(c *caller) apitest.Answer {
			return c.client.Do("PATCH", fmt.Sprintf("/api/v1/handling-parties/%d", p.Operator.ID), map[string]any{"phone24": "0379-67922222"})
		}},
		ask{operation: "partyUpdate", what: "one that does not exist", absent: true, do: func(c *caller) apitest.Answer {
			return c.client.Do("PATCH", fmt.Sprintf("/api/v1/handling-parties/%d", nowhere), map[string]any{"phone24": "0379-67922222"})
		}},
		ask{operation: "importRun", what: "an empty register, to try", do: func(c *caller) apitest.Answer {
			return c.client.With("Content-Type", "text/csv").Do("POST", "/api/v1/imports?kind=register&dry_run=true", "\n")
		}},
		ask{operation: "importTemplate", what: "the empty register", do: asking("/api/v1/imports/template?kind=register&format=csv")},
	)
}

// rosterBody is a duty roster without a gap.
func rosterBody(version int64) map[string]any {
	return map[string]any{"version": version, "shifts": []any{map[string]any{
		"name": "值暗duty", "title": "值班员", "phone": "0379-67955555", "deputy": false, "from_time": "00:00", "to_time": "00:00", "weekdays": "1234567",
		"valid_from": "2019-08-01", "valid_to": "2040-01-01",
	}}}
}

// rosterAsks ask for who has duty.
func (p *permissions) rosterAsks() []ask {
	list := []ask{{operation: "rosterList", what: "those that he may see", do: asking("/api/v1/duty-rosters")}}
	for _, party := range []struct {
		words string
		id    int64
	}{{"of the operator", p.Operator.ID}, {"of the station", p.Station.ID}, {"of the power company", p.utility.ID}, {"of one that does not exist", nowhere}} {
		at := fmt.Sprintf("/api/v1/handling-parties/%d/duty-roster", party.id)
		list = append(list,
			ask{operation: "rosterShow", what: party.words, absent: party.id == nowhere, do: asking(at)},
			ask{operation: "rosterSet", what: party.words, absent: party.id == nowhere, done: func() {
				p.write(func(tx storage.Tx) error {
					if err := tx.DB().Exec("DELETE FROM duty_shifts WHERE party_id = ?", party.id).Error; err != nil {
						return err
					}
					return tx.DB().Exec("DELETE FROM duty_rosters WHERE party_id = ?", party.id).Error
				})
			}, do: func(c *caller) apitest.Answer { return c.client.Do("PUT", at, rosterBody(0)) }})
	}
	return list
}

// phoneAsks ask for posted phones that are to be called, and for what came of it.
func (p *permissions) phoneAsks() []ask {
	list := []ask{
		{operation: "phoneCheckList", what: "those that he must call now", do: asking("/api/v1/phone-checks")},
		{operation: "townPhoneList", what: "all towns", do: asking("/api/v1/posted-phones")},
		{operation: "phoneDrawList", what: "the last weeks", do: asking("/api/v1/phone-draws")},
		{operation: "phoneDrawShow", what: "of a week that is over", do: asking("/api/v1/phone-draws/" + string(calledWeek))},
		{operation: "phoneDrawShow", what: "of a week without one", do: asking("/api/v1/phone-draws/2019-08-05")},
		{operation: "estatePhones", what: "of the estate", do: asking(fmt.Sprintf("/api/v1/estates/%d/posted-phones", p.Estate.ID))},
		{operation: "estatePhones", what: "of one that does not exist", absent: true, do: asking(fmt.Sprintf("/api/v1/estates/%d/posted-phones", nowhere))},
	}
	for _, check := range []struct {
		words string
		id    int64
	}{{"of the operator's number", p.calls["operator"]}, {"of the station's number", p.calls["station"]}, {"of a call that does not exist", nowhere}} {
		list = append(list, ask{operation: "phoneCheckTell", what: check.words, absent: check.id == nowhere, done: func() {
			p.write(func(tx storage.Tx) error {
				return tx.DB().Exec("UPDATE phone_checks SET result = '', called_at = NULL, called_by = 0 WHERE id = ?", check.id).Error
			})
		}, do: func(c *caller) apitest.Answer {
			return c.client.Post(fmt.Sprintf("/api/v1/phone-checks/%d/results", check.id), map[string]any{"result": "answered"})
		}})
	}
	return list
}

func (p *permissions) ticketAsks() []ask {
	var list []ask
	add := func(a ask) { list = append(list, a) }
	for _, box := range []string{"mine", "building", "desk", "all"} {
		add(ask{operation: "ticketList", what: "box " + box, do: asking("/api/v1/tickets?limit=100&box=" + box)})
	}
	for _, filter := range []string{"open", "waiting_me", "overdue", "unanswered", "to_confirm", "closed"} {
		add(ask{operation: "ticketList", what: "box all, " + filter, do: asking("/api/v1/tickets?limit=100&box=all&filter=" + filter)})
	}
	add(ask{operation: "ticketList", what: "box all, the estate in the other town", do: asking(fmt.Sprintf("/api/v1/tickets?limit=100&box=all&estate_id=%d", p.far.estate.ID))})
	for _, m := range matters {
		if slices.Contains([]string{"own", "building", "quiet"}, m.label) {
			add(ask{operation: "ticketList", what: "box all, by the phone number in the text of " + m.label, do: asking("/api/v1/tickets?box=all&q=" + p.secrets(m)["phone"])})
			add(ask{operation: "ticketList", what: "box all, by a word of the text of " + m.label, do: asking("/api/v1/tickets?box=all&q=" + url.QueryEscape(p.secrets(m)["text"]))})
		}
	}
	add(ask{operation: "ticketList", what: "box all, by the reporter's name", do: asking("/api/v1/tickets?box=all&q=" + url.QueryEscape(p.caller("reporter").full))})
	add(ask{operation: "ticketList", what: "box all, everything by % and _", do: asking("/api/v1/tickets?box=all&q=" + url.QueryEscape("%_"))})
	for _, box := range []string{"mine", "desk", "all"} {
		add(ask{operation: "ticketSheet", what: "box " + box, do: unpacking("/api/v1/tickets/sheet?box=" + box)})
	}
	add(ask{operation: "ticketSheet", what: "box all, by the phone number in the text of own", do: unpacking("/api/v1/tickets/sheet?box=all&q=" + p.secrets(matters[0])["phone"])})
	add(ask{operation: "ticketSheet", what: "box all, by the reporter's name", do: unpacking("/api/v1/tickets/sheet?box=all&q=" + url.QueryEscape(p.caller("reporter").full))})
	add(ask{operation: "ticketList", what: "box all, with a cursor of somebody's making", do: asking("/api/v1/tickets?box=all&limit=100&cursor=eyJpIjo5OTk5OTk5OSwiZCI6IjAwMDEtMDEtMDFUMDA6MDA6MDBaIn0")})

	file := func(what string, body func(c *caller) map[string]any) ask {
		return ask{operation: "ticketFile", what: what, do: func(c *caller) apitest.Answer {
			b := body(c)
			b["client_id"], b["category"], b["text"] = p.clientID(), "REP-01", "灯不亮"
			return c.client.Post("/api/v1/tickets", b)
		}}
	}
	add(file("for himself, the operator's estate", func(*caller) map[string]any { return map[string]any{"building_id": p.Building.ID} }))
	add(file("for himself, the other town", func(*caller) map[string]any { return map[string]any{"building_id": p.far.building.ID} }))
	add(file("for a neighbour, the reporter's building", func(*caller) map[string]any {
		return map[string]any{"building_id": p.Building.ID, "on_behalf": map[string]any{"name": "邻居", "consent": "spoken"}}
	}))
	add(file("for the reporter by his account's number, the reporter's building", func(*caller) map[string]any {
		return map[string]any{"building_id": p.Building.ID, "on_behalf": map[string]any{"name": "邻居", "phone": p.caller("reporter").phone, "consent": "spoken"}}
	}))
	add(file("for a neighbour, the other town", func(*caller) map[string]any {
		return map[string]any{"building_id": p.far.building.ID, "on_behalf": map[string]any{"name": "邻居", "consent": "spoken"}}
	}))
	add(file("a place that does not exist", func(*caller) map[string]any { return map[string]any{"building_id": nowhere} }))

	p.eachMatter(&list, "ticketShow", ended, func(c *caller, id int64) apitest.Answer { return c.client.Get(path(id, "")) })
	p.eachMatter(&list, "ticketMove", filed, func(c *caller, id int64) apitest.Answer {
		return c.client.Post(path(id, "/moves"), map[string]any{"action": "acknowledge"})
	})
	for _, action := range []string{"contact_confirm", "withdraw"} {
		p.oneMatter(&list, "ticketMove", action, "own", filed, func(c *caller, id int64) apitest.Answer {
			return c.client.Post(path(id, "/moves"), map[string]any{"action": action})
		})
	}
	for _, action := range []string{"start", "progress"} {
		p.oneMatter(&list, "ticketMove", action, "own", taken, func(c *caller, id int64) apitest.Answer {
			return c.client.Post(path(id, "/moves"), map[string]any{"action": action, "note": "已派师傅"})
		})
	}
	p.oneMatter(&list, "ticketMove", "withdraw", "behalf", filed, func(c *caller, id int64) apitest.Answer {
		return c.client.Post(path(id, "/moves"), map[string]any{"action": "withdraw"})
	})
	p.eachMatter(&list, "ticketDone", taken, func(c *caller, id int64) apitest.Answer {
		return c.client.Post(path(id, "/done"), map[string]any{"client_id": p.clientID(), "result": "已处理", "no_photo_reason": "不便拍照"})
	})
	p.eachMatter(&list, "ticketConfirm", said, func(c *caller, id int64) apitest.Answer {
		return c.client.Post(path(id, "/confirmations"), map[string]any{"client_id": p.clientID(), "closing": 1})
	})
	p.eachMatter(&list, "ticketSendBack", said, func(c *caller, id int64) apitest.Answer {
		return c.client.Post(path(id, "/send-backs"), map[string]any{"client_id": p.clientID(), "closing": 1, "reason": "还没好"})
	})
	p.eachMatter(&list, "ticketMessage", taken, func(c *caller, id int64) apitest.Answer {
		return c.client.Post(path(id, "/messages"), map[string]any{"client_id": p.clientID(), "text": "请问何时来"})
	})
	p.eachMatter(&list, "ticketRead", taken, func(c *caller, id int64) apitest.Answer {
		return c.client.Post(path(id, "/reads"), map[string]any{"up_to": nowhere})
	})
	p.eachMatter(&list, "ticketReturn", filed, func(c *caller, id int64) apitest.Answer {
		return c.client.Post(path(id, "/returns"), map[string]any{"reason": "不归我们管", "proposed_party_id": p.TownParty.ID})
	})
	p.eachMatter(&list, "ticketRedispatch", lying, func(c *caller, id int64) apitest.Answer {
		return c.client.Post(path(id, "/redispatch"), map[string]any{"party_id": p.TownParty.ID, "note": "到期无人办，由镇里处理"})
	})
	p.eachMatter(&list, "ticketReturnDecide", returned, func(c *caller, id int64) apitest.Answer {
		return c.client.Post(path(id, "/returns/decision"), map[string]any{"party_id": p.TownParty.ID, "note": "由镇里处理"})
	})
	p.eachMatter(&list, "ticketExtend", taken, func(c *caller, id int64) apitest.Answer {
		return c.client.Post(path(id, "/extensions"), map[string]any{"reason": "配件要等", "until": p.later(id)})
	})
	p.eachMatter(&list, "ticketExtendDecide", delayed, func(c *caller, id int64) apitest.Answer {
		return c.client.Post(path(id, "/extensions/decision"), map[string]any{"grant": true, "note": "同意"})
	})
	p.eachMatter(&list, "ticketPause", taken, func(c *caller, id int64) apitest.Answer {
		return c.client.Post(path(id, "/pauses"), map[string]any{"why": "day", "until": p.soon()})
	})
	p.eachMatter(&list, "ticketPause", taken, func(c *caller, id int64) apitest.Answer {
		return c.client.Post(path(id, "/pauses"), map[string]any{"why": "parts", "note": "向厂家订了配件，单号 7", "until": p.soon()})
	})
	p.eachMatter(&list, "ticketTry", taken, func(c *caller, id int64) apitest.Answer {
		return c.client.Post(path(id, "/contact-tries"), map[string]any{"how": "message", "note": "留言后没有回音"})
	})
	p.eachMatter(&list, "ticketPause", taken, func(c *caller, id int64) apitest.Answer {
		return c.client.Post(path(id, "/pauses"), map[string]any{"why": "unreached", "until": p.soon()})
	})
	p.eachMatter(&list, "ticketResume", pausing, func(c *caller, id int64) apitest.Answer {
		return c.client.Post(path(id, "/pauses/end"), map[string]any{})
	})
	list = append(list, ask{operation: "waitingShow", what: "how much waits", do: asking("/api/v1/waiting")})
	p.eachMatter(&list, "suspensionAsk", complex4, func(c *caller, id int64) apitest.Answer {
		return c.client.Post(path(id, "/suspensions"), map[string]any{"reason": "要动用维修资金，先挂账"})
	})
	p.eachMatter(&list, "suspensionDecide", wished, func(c *caller, id int64) apitest.Answer {
		return c.client.Post(path(id, "/suspensions/decision"), suspensionBody(""))
	})
	p.eachMatter(&list, "suspensionReview", resting, func(c *caller, id int64) apitest.Answer {
		return c.client.Post(path(id, "/suspensions/review"), map[string]any{"go_on": true, "note": "表决已完成一半"})
	})
	p.eachMatter(&list, "suspensionEnd", resting, func(c *caller, id int64) apitest.Answer {
		return c.client.Post(path(id, "/suspensions/end"), map[string]any{"note": "资金已到位，开始施工"})
	})
	p.oneMatter(&list, "ticketMove", "suspension_object", "own", resting, func(c *caller, id int64) apitest.Answer {
		return c.client.Post(path(id, "/moves"), map[string]any{"action": "suspension_object", "note": "不同意再等"})
	})
	list = append(list, ask{operation: "suspensionList", what: "what he oversees", ready: func(*caller) { p.ticket("own", resting); p.ticket("own", wished) }, do: asking("/api/v1/suspensions")})
	list = append(list, ask{operation: "estateSuspensions", what: "of the reporters' estate", ready: func(*caller) { p.ticket("own", resting) }, do: asking(fmt.Sprintf("/api/v1/estates/%d/suspensions", p.Estate.ID))})
	p.eachMatter(&list, "promiseMake", taken, func(c *caller, id int64) apitest.Answer {
		return c.client.Post(path(id, "/promises"), map[string]any{"result": "换好水泵，恢复供水", "day": p.soon()})
	})
	p.eachMatter(&list, "promiseRedate", promised, func(c *caller, id int64) apitest.Answer {
		return c.client.Post(path(id, "/promises/day"), map[string]any{"reason": "厂家缺货，晚两天到", "day": p.soon().Add(2)})
	})
	p.eachMatter(&list, "promiseJudge", fulfilled, func(c *caller, id int64) apitest.Answer {
		return c.client.Post(path(id, "/promises/verdict"), map[string]any{"client_id": p.clientID(), "promise": 1, "kept": false})
	})
	p.oneMatter(&list, "ticketMove", "promise_said", "own", promised, func(c *caller, id int64) apitest.Answer {
		return c.client.Post(path(id, "/moves"), map[string]any{"action": "promise_said"})
	})
	list = append(list, ask{operation: "estatePromises", what: "of the reporters' estate", ready: func(*caller) { p.ticket("own", fulfilled) }, do: asking(fmt.Sprintf("/api/v1/estates/%d/promises", p.Estate.ID))})
	list = append(list, ask{operation: "callbackList", what: "those that he must ask now", do: asking("/api/v1/callbacks")})
	p.eachMatter(&list, "callbackContact", ended, func(c *caller, id int64) apitest.Answer { return c.client.Post(p.callbackOf(id, "contact"), nil) })
	p.eachMatter(&list, "callbackTell", ended, func(c *caller, id int64) apitest.Answer {
		c.client.Post(p.callbackOf(id, "contact"), nil)
		return c.client.Post(p.callbackOf(id, "results"), map[string]any{"client_id": p.clientID(), "result": "not_solved", "text": "还没好"})
	})
	p.eachMatter(&list, "officeNumber", taken, func(c *caller, id int64) apitest.Answer {
		return c.client.Post(path(id, "/office-contacts/number"), nil)
	})
	p.eachMatter(&list, "officeContact", taken, func(c *caller, id int64) apitest.Answer {
		c.client.Post(path(id, "/office-contacts/number"), nil)
		return c.client.Post(path(id, "/office-contacts"), map[string]any{"note": "打通了，他说还没有人来过"})
	})
	p.eachMatter(&list, "ticketContact", taken, func(c *caller, id int64) apitest.Answer {
		return c.client.Post(path(id, "/contact-views"), map[string]any{"reason": "约上门时间"})
	})
	list = append(list, p.jointAsks()...)
	list = append(list, p.pressureAsks()...)
	list = append(list, p.progressAsks()...)
	list = append(list, p.bulletinAsks()...)
	list = append(list, p.templateAsks()...)
	list = append(list, p.causeAsks()...)
	return append(list, p.handedOverAsks()...)
}

// causeAsks ask for what fails again and again and for the case about it, and let everybody try to open and to plan one.
func (p *permissions) causeAsks() []ask {
	afresh := func(*caller) {
		p.write(func(tx storage.Tx) error {
			for _, sql := range []string{
				"DELETE FROM cause_case_tickets WHERE case_id <> ?", "DELETE FROM cause_cases WHERE id <> ?",
				"UPDATE cause_cases SET state = 'open', version = 1, remedy = '', planned_day = NULL, route = '', estimate_fen = NULL WHERE id = ?",
			} {
				if err := tx.DB().Exec(sql, p.cause).Error; err != nil {
					return err
				}
			}
			return nil
		})
	}
	list := []ask{
		{operation: "causeList", what: "of his office or party", ready: afresh, do: asking("/api/v1/cause-cases")},
		{operation: "causeOpen", what: "about the barrier of the reporters' estate", ready: afresh, do: func(c *caller) apitest.Answer {
			return c.client.Post("/api/v1/cause-cases", p.opening("gate"))
		}},
	}
	for _, absent := range []bool{false, true} {
		what, id := "the operator's", p.cause
		if absent {
			what, id = "one that does not exist", nowhere
		}
		list = append(list,
			ask{operation: "causeShow", what: what, absent: absent, ready: afresh, do: asking(fmt.Sprintf("/api/v1/cause-cases/%d", id))},
			ask{operation: "causeStep", what: what, absent: absent, ready: afresh, do: func(c *caller) apitest.Answer {
				return c.client.Post(fmt.Sprintf("/api/v1/cause-cases/%d/steps", id), p.plan())
			}})
	}
	return list
}

// progressAsks open matters by what stands on a slip.
func (p *permissions) progressAsks() []ask {
	var list []ask
	p.eachMatter(&list, "progressShow", filed, func(c *caller, id int64) apitest.Answer {
		p.forget() // wrong codes are counted
		return c.client.Post("/api/v1/progress", p.slip(id))
	})
	return append(list, ask{operation: "progressShow", what: "the reporter's matter with a wrong code", matter: "own", absent: true, do: func(c *caller) apitest.Answer {
		p.forget()
		slip := p.slip(p.ticket("own", filed))
		slip["query_code"] = "AAAAAAAA"
		return c.client.Post("/api/v1/progress", slip)
	}})
}

// slip is what stands on the slip of a ticket; of one that is not there a number that nobody was given.
func (p *permissions) slip(id int64) map[string]any {
	if id == nowhere {
		return map[string]any{"number": ticket.Number("2026-09-02", "000", 9), "query_code": "AAAAAAAA"}
	}
	return map[string]any{"number": readOne[string](p.world, "SELECT number FROM tickets WHERE id = ?", id), "query_code": p.codes[id]["code"]}
}

// pressureAsks tell the centre that one was asked to take a matter back, and read and settle what was told.
func (p *permissions) pressureAsks() []ask {
	var list []ask
	p.eachMatter(&list, "pressureTell", filed, func(c *caller, id int64) apitest.Answer {
		return c.client.Post(path(id, "/pressures"), map[string]any{"client_id": p.clientID(), "asked": "withdraw", "by": "party", "text": "门口有人劝我"})
	})
	var row int64
	told := func(*caller) {
		id := p.ticket("own", filed)
		p.write(func(tx storage.Tx) error { return tx.DB().Exec("DELETE FROM ticket_pressures").Error })
		p.caller("reporter").client.Post(path(id, "/pressures"), map[string]any{"client_id": p.clientID(), "asked": "withdraw", "by": "party", "text": "门口有人劝我"}).Want(204)
		row = readOne[int64](p.world, "SELECT max(id) FROM ticket_pressures WHERE id > ?", 0)
	}
	list = append(list, ask{operation: "pressureList", what: "all, when one was told of own", matter: "own", ready: told, do: asking("/api/v1/pressures")})
	list = append(list, ask{operation: "closingSignList", what: "all, when own was said to be done at once", matter: "own", ready: func(*caller) {
		p.ticket("own", said)
	}, do: asking("/api/v1/closing-signs")})
	for _, absent := range []bool{false, true} {
		what, id := "what was told of own", func() int64 { return row }
		if absent {
			what, id = "one that does not exist", func() int64 { return nowhere }
		}
		list = append(list, ask{operation: "pressureSettle", what: what, matter: "own", absent: absent, ready: told, do: func(c *caller) apitest.Answer {
			return c.client.Post(fmt.Sprintf("/api/v1/pressures/%d/finding", id()), map[string]any{"finding": "已约谈"})
		}})
	}
	return list
}

// bulletinAsks ask for what parties say of outages, and let everybody try to say, change and end it.
func (p *permissions) bulletinAsks() []ask {
	list := []ask{
		{operation: "knownOutageList", what: "in the reporters' building", do: asking(fmt.Sprintf("/api/v1/known-outages?estate_id=%d&building_id=%d&category=UTIL-01", p.Estate.ID, p.Building.ID))},
		{operation: "knownOutageList", what: "where there is no estate", do: asking(fmt.Sprintf("/api/v1/known-outages?estate_id=%d&category=UTIL-01", nowhere))},
		{operation: "buildingBulletinList", what: "of the reporters' building", do: asking(fmt.Sprintf("/api/v1/buildings/%d/bulletins", p.Building.ID))},
		{operation: "buildingBulletinList", what: "of one that does not exist", absent: true, do: asking(fmt.Sprintf("/api/v1/buildings/%d/bulletins", nowhere))},
		{operation: "posterBulletinList", what: "of the reporters' building", do: asking("/api/v1/posters/" + posterToken + "/bulletins")},
		{operation: "posterBulletinList", what: "a token that nobody printed", do: asking("/api/v1/posters/nobody-printed-this/bulletins")},
		{operation: "homeBulletinList", what: "of where he lives or whom he looks after", do: asking("/api/v1/home-bulletins")},
		{operation: "bulletinList", what: "of his party or office", do: asking("/api/v1/bulletins")},
		{operation: "bulletinPost", what: "on the reporters' estate", done: func() {
			p.write(func(tx storage.Tx) error {
				made := "id NOT IN (?, ?)"
				ids := []any{p.bulletins["operator"], p.bulletins["station"]}
				if err := tx.DB().Exec("DELETE FROM bulletin_places WHERE bulletin_"+made, ids...).Error; err != nil {
					return err
				}
				return tx.DB().Exec("DELETE FROM bulletins WHERE "+made, ids...).Error
			})
		}, do: func(c *caller) apitest.Answer { return c.client.Post("/api/v1/bulletins", p.outage()) }},
	}
	type step struct {
		operation, rest string
		ready           string // the row before the step
		body            map[string]any
	}
	until := time.Now().UTC().Add(8 * time.Hour).Format(time.RFC3339)
	running, ended := "ended_at = NULL", "ended_at = posted_at"
	for _, s := range []step{
		{"bulletinChange", "/changes", running, map[string]any{"version": 1, "until_at": until, "why": "配件未到"}},
		{"bulletinEnd", "/end", running, map[string]any{"version": 1, "why": "已修好"}},
		{"bulletinUndo", "/end/undo", ended, map[string]any{"version": 1}},
	} {
		for _, of := range []string{"operator", "station", "nobody"} {
			id := p.bulletins[of]
			if id == 0 {
				id = nowhere
			}
			list = append(list, ask{operation: s.operation, what: "by " + of, absent: id == nowhere, ready: func(*caller) {
				p.write(func(tx storage.Tx) error {
					return tx.DB().Exec("UPDATE bulletins SET "+s.ready+" WHERE id = ?", id).Error
				})
			}, do: func(c *caller) apitest.Answer {
				return c.client.Post(fmt.Sprintf("/api/v1/bulletins/%d%s", id, s.rest), s.body)
			}})
		}
	}
	return list
}

// templateAsks ask for what parties keep to reply with, and let everybody try to write, change, remove and use it.
func (p *permissions) templateAsks() []ask {
	list := []ask{
		{operation: "templateList", what: "of his party or office", do: asking("/api/v1/reply-templates")},
		{operation: "templateWrite", what: "for the operator", done: func() {
			p.write(func(tx storage.Tx) error {
				return tx.DB().Exec("DELETE FROM reply_templates WHERE id NOT IN (?, ?)", p.templates["operator manager"], p.templates["station"]).Error
			})
		}, do: func(c *caller) apitest.Answer {
			return c.client.Post("/api/v1/reply-templates", p.template(p.Operator.ID))
		}},
	}
	words := map[string]any{"version": 1, "title": "约上门", "text": "{number}明天派人上门"}
	for _, s := range []struct {
		operation, method, rest string
		removed                 bool
		body                    map[string]any
	}{
		{"templateChange", "PUT", "", false, words},
		{"templateRemove", "POST", "/removal", false, map[string]any{"version": 1}},
		{"templateRestore", "POST", "/removal/undo", true, map[string]any{"version": 1}},
	} {
		for _, of := range []string{"operator manager", "station", "nobody"} {
			id := p.templates[of]
			if id == 0 {
				id = nowhere
			}
			list = append(list, ask{operation: s.operation, what: "of " + of, absent: id == nowhere, ready: func(*caller) {
				p.write(func(tx storage.Tx) error {
					var removed *time.Time
					if now := time.Now().UTC(); s.removed {
						removed = &now
					}
					return tx.DB().Exec("UPDATE reply_templates SET version = 1, removed_at = ? WHERE id = ?", removed, id).Error
				})
			}, do: func(c *caller) apitest.Answer {
				return c.client.Do(s.method, fmt.Sprintf("/api/v1/reply-templates/%d%s", id, s.rest), s.body)
			}})
		}
	}
	p.eachMatter(&list, "templateFill", taken, func(c *caller, id int64) apitest.Answer { return c.client.Get(path(id, "/reply-templates")) })
	return list
}

// jointAsks ask for what neighbours are offered and told of each other's matters, and what offices and parties do with joint ones.
func (p *permissions) jointAsks() []ask {
	var list []ask
	for _, m := range matters {
		home := p.homes[m.label]
		list = append(list, ask{operation: "similarTicketList", what: "those like " + m.label, matter: m.label, ready: func(*caller) { p.ticket(m.label, filed) }, do: func(c *caller) apitest.Answer {
			return c.client.Get(fmt.Sprintf("/api/v1/similar-tickets?estate_id=%d&building_id=%d&category=%s", home.EstateID, home.BuildingID, m.category))
		}})
	}
	p.eachMatter(&list, "ticketSupport", filed, func(c *caller, id int64) apitest.Answer {
		return c.client.Post(path(id, "/supports"), map[string]any{"client_id": p.clientID()})
	})
	var mine string
	var of int64
	supported := func(*caller) {
		if id := p.ticket("estate", delayed); id != of { // another question may have used up the one before
			mine, of = p.clientID(), id
			p.caller("reporter").client.Post(path(id, "/supports"), map[string]any{"client_id": mine}).OK(nil)
		}
	}
	for _, absent := range []bool{false, true} {
		id, what := func() int64 { return p.ticket("estate", delayed) }, "estate, which the reporter supports"
		if absent {
			id, what = func() int64 { return nowhere }, "one that does not exist"
		}
		list = append(list,
			ask{operation: "supportedTicketShow", what: what, matter: "estate", absent: absent, ready: supported, do: func(c *caller) apitest.Answer {
				return c.client.Get(fmt.Sprintf("/api/v1/supported-tickets/%d", id()))
			}},
			ask{operation: "ticketSupportWithdraw", what: what, matter: "estate", absent: absent, ready: supported, do: func(c *caller) apitest.Answer {
				return c.client.Post(path(id(), "/supports/withdrawal"), map[string]any{"client_id": p.clientID(), "support": mine})
			}})
	}
	list = append(list, ask{operation: "supportedTicketList", what: "all, when the reporter supports estate", matter: "estate", ready: supported, do: asking("/api/v1/supported-tickets")})
	p.eachMatter(&list, "ticketJoint", filed, func(c *caller, id int64) apitest.Answer {
		return c.client.Post(path(id, "/joint"), map[string]any{"note": "业主委员会来函"})
	})
	p.eachMatter(&list, "ticketJointAnswer", joint, func(c *caller, id int64) apitest.Answer {
		return c.client.Post(path(id, "/joint-answers"), map[string]any{"accepted": true, "text": "接受，下周整改到位"})
	})
	return list
}

// keep has the operator hand a complaint over to the rival after a miss, once.
func (p *permissions) keep(*caller) {
	if p.kept != 0 {
		return
	}
	id := p.ticket("own", taken)
	seen := p.caller("operator").client.Get(path(id, "")).OK(nil)
	row := ticket.HandedOver{
		TicketID: id, PartyID: p.Operator.ID, ToPartyID: p.Rival.ID, EstateID: p.Estate.ID, At: models.UTC(time.Now()), Missed: `["contact"]`, Seen: string(seen.Body),
	}
	p.write(func(tx storage.Tx) error { return tx.DB().Create(&row).Error })
	p.kept, p.keptTicket = row.ID, id
}

// handedOverAsks ask for what the operator keeps of a complaint that went to the rival.
func (p *permissions) handedOverAsks() []ask {
	return []ask{
		{operation: "handedOverList", what: "all", ready: p.keep, do: asking("/api/v1/handed-over-tickets")},
		{operation: "handedOverList", what: "of the operator's ticket", ready: p.keep, do: func(c *caller) apitest.Answer {
			return c.client.Get(fmt.Sprintf("/api/v1/handed-over-tickets?ticket_id=%d", p.keptTicket))
		}},
		{operation: "handedOverShow", what: "own, kept by the operator", matter: "own", ready: p.keep, do: func(c *caller) apitest.Answer {
			return c.client.Get(fmt.Sprintf("/api/v1/handed-over-tickets/%d", p.kept))
		}},
		{operation: "handedOverShow", what: "one that does not exist", absent: true, do: asking(fmt.Sprintf("/api/v1/handed-over-tickets/%d", nowhere))},
	}
}

// eachMatter asks about every matter, and about one that does not exist.
func (p *permissions) eachMatter(list *[]ask, operation, stage string, do func(c *caller, id int64) apitest.Answer) {
	for _, m := range matters {
		p.oneMatter(list, operation, "", m.label, stage, do)
	}
	*list = append(*list, ask{operation: operation, what: "one that does not exist", absent: true, do: func(c *caller) apitest.Answer { return do(c, nowhere) }})
}

func (p *permissions) oneMatter(list *[]ask, operation, words, label, stage string, do func(c *caller, id int64) apitest.Answer) {
	what := label
	if words != "" {
		what += ", " + words
	}
	*list = append(*list, ask{
		operation: operation, what: what, matter: label,
		ready: func(*caller) { p.ticket(label, stage) },
		do:    func(c *caller) apitest.Answer { return do(c, p.ticket(label, stage)) },
		done:  func() { delete(p.fresh, label+"/"+stage) },
	})
}

func (p *permissions) photoAsks() []ask {
	var list []ask
	photo := func(label string) int64 {
		return readOne[int64](p.world, "SELECT id FROM photos WHERE ticket_id = ? ORDER BY id LIMIT 1", p.ticket(label, ended))
	}
	p.eachMatter(&list, "photoShow", ended, func(c *caller, id int64) apitest.Answer {
		picture := id
		if id != nowhere {
			picture = readOne[int64](p.world, "SELECT id FROM photos WHERE ticket_id = ? ORDER BY id LIMIT 1", id)
		}
		return c.client.Get(fmt.Sprintf("/api/v1/photos/%d?size=thumb", picture))
	})
	list = append(list, ask{operation: "photoShow", what: "own, with the tag of a kept copy", matter: "own", do: func(c *caller) apitest.Answer {
		id := photo("own")
		return c.client.With("If-None-Match", fmt.Sprintf(`"%d-full"`, id)).Get(fmt.Sprintf("/api/v1/photos/%d", id))
	}})
	picture := p.picture()
	waiting := p.claim(picture, "before")
	filed := false
	file := func() {
		if filed {
			return
		}
		filed = true
		body := p.filing("REP-01", "灯不亮，照片还没发")
		body["photos"] = []claim{waiting}
		p.caller("reporter").client.Post("/api/v1/tickets", body).OK(nil)
	}
	list = append(list,
		ask{operation: "photoMissing", what: "one that the reporter listed and has not sent", ready: func(*caller) { file() }, do: func(c *caller) apitest.Answer {
			a := c.client.Get("/api/v1/photos/missing?client_ids=" + waiting["client_id"].(string))
			if told := strings.Contains(string(a.Body), waiting["client_id"].(string)); told != (c.name == "reporter") {
				p.t.Errorf("photoMissing tells %s: %v", c.name, told)
			}
			return a
		}},
		ask{operation: "photoPut", what: "the bytes of one that the reporter listed", ready: func(*caller) { file() }, do: func(c *caller) apitest.Answer {
			return put(c.client, waiting, picture)
		}},
		ask{operation: "photoPut", what: "bytes that nobody listed", absent: true, do: func(c *caller) apitest.Answer {
			return put(c.client, p.claim(picture, "before"), picture)
		}},
	)
	return list
}

func (p *permissions) ledgerAsks() []ask {
	return []ask{
		{operation: "checkpointList", what: "all", do: asking("/api/v1/ledger/checkpoints")},
		{operation: "proofShow", what: "of a leaf that does not exist", do: asking("/api/v1/ledger/proofs/" + strings.Repeat("0", 64))},
		{operation: "proofShow", what: "of something that is no leaf", do: asking("/api/v1/ledger/proofs/own")},
		{operation: "consistencyShow", what: "of sizes that the ledger never had", do: asking("/api/v1/ledger/consistency?from=1&to=9999999")},
	}
}

func (p *permissions) scoreAsks() []ask {
	var list []ask
	for _, e := range []struct {
		words string
		id    int64
	}{{"the operator's estate", p.Estate.ID}, {"the ownerless building", p.Ownerless.ID}, {"the estate in the other town", p.far.estate.ID}, {"one that does not exist", nowhere}} {
		for operation, rest := range map[string]string{"ratingShow": "own-rating", "scoreShow": "score", "scoreExplain": "score/explanation", "scoreComments": "score/comments"} {
			list = append(list, ask{operation: operation, what: e.words, absent: e.id == nowhere, do: asking(fmt.Sprintf("/api/v1/estates/%d/%s", e.id, rest))})
		}
		list = append(list, ask{operation: "ratingGive", what: e.words, absent: e.id == nowhere, do: func(c *caller) apitest.Answer {
			return c.client.Post("/api/v1/ratings", map[string]any{"client_id": p.clientID(), "estate_id": e.id, "level": 2, "text": "暗评"})
		}})
	}
	list = append(list, ask{operation: "scoreShow", what: "the operator's estate, as residents see it", do: asking(fmt.Sprintf("/api/v1/estates/%d/score?released=true", p.Estate.ID))})
	return append(list,
		ask{operation: "scoreList", what: "all", do: asking("/api/v1/scores")},
		ask{operation: "scoreList", what: "those of the other town", do: asking(fmt.Sprintf("/api/v1/scores?town_id=%d", p.far.town))},
		ask{operation: "overviewShow", what: "what he looks after", do: asking("/api/v1/overview")},
		ask{operation: "missedList", what: "of the operator", matter: "own", ready: p.keep, do: asking(fmt.Sprintf("/api/v1/overview/missed-before-hand-over?handling_party_id=%d", p.Operator.ID))},
		ask{operation: "missedList", what: "of one that does not exist", absent: true, do: asking(fmt.Sprintf("/api/v1/overview/missed-before-hand-over?handling_party_id=%d", nowhere))},
	)
}

// lineDifference shows the lines that one text has and the other has not.
func lineDifference(want, got string) string {
	in := func(text string) map[string]int {
		lines := map[string]int{}
		for line := range strings.Lines(text) {
			lines[line]++
		}
		return lines
	}
	wanted, found := in(want), in(got)
	var out strings.Builder
	for line := range strings.Lines(want) {
		if found[line] < wanted[line] {
			out.WriteString("- " + line)
		}
	}
	for line := range strings.Lines(got) {
		if wanted[line] < found[line] {
			out.WriteString("+ " + line)
		}
	}
	return out.String()
}
