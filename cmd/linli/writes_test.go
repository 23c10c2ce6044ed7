package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"linli/models"
	"linli/storage"
)

// write is a request that changes something and is good as it stands, in the name of somebody who may.
type write struct {
	operation, method string
	as                string
	path              string
	body              map[string]any // nil where the operation takes no JSON
}

// writes gives one good request for each operation that changes something.
func (f *farWorld) writes() []write {
	p := &permissions{farWorld: f, fresh: map[string]int64{}, codes: map[int64]map[string]string{}}
	listed := map[string]any(f.claim(f.picture(), "before"))
	listed["claims"] = map[string]any{"taken_minutes_ago": 5, "camera": true}
	ticket := func(stage, rest string) string { return path(p.ticket("own", stage), rest) }
	ended := readOne[int64](f.world, "SELECT id FROM memberships WHERE account_id = ?", f.caller("operator manager").actor.AccountID)
	looked := p.callback("own", "results")
	f.caller("station").client.Post(p.callback("own", "contact"), nil).OK(nil)
	called := path(p.ticket("quiet", taken), "/office-contacts")
	f.caller("station").client.Post(called+"/number", nil).OK(nil)
	supported, voice := p.ticket("estate", delayed), f.clientID()
	f.caller("agency reporter").client.Post(path(supported, "/supports"), map[string]any{"client_id": voice}).OK(nil)
	f.caller("reporter").client.Post(ticket(filed, "/pressures"), map[string]any{"client_id": f.clientID(), "asked": "rating", "by": "party"}).Want(204)
	told := readOne[int64](f.world, "SELECT max(id) FROM ticket_pressures WHERE id > ?", 0)
	return []write{
		{"codeRequest", "POST", "nobody", "/api/v1/session/codes", map[string]any{"phone": "13911112222"}},
		{"sessionStart", "POST", "nobody", "/api/v1/session", map[string]any{"phone": f.caller("reporter").phone, "password": testPassword, "device": "手机"}},
		{"sessionFinish", "POST", "nobody", "/api/v1/session/second-factor", map[string]any{"challenge": "x", "code": "123456", "recovery_code": ""}},
		{"ownCodeRequest", "POST", "town", "/api/v1/me/codes", nil},
		{"secondFactorStart", "POST", "town", "/api/v1/me/second-factor", map[string]any{"password": testPassword}},
		{"secondFactorConfirm", "POST", "town", "/api/v1/me/second-factor/confirmation", map[string]any{"code": "123456"}},
		{"secondFactorRemove", "POST", "admin", "/api/v1/me/second-factor/removal", map[string]any{"code": "123456"}},
		{"recoveryCodeRenew", "POST", "admin", "/api/v1/me/second-factor/recovery-codes", map[string]any{"code": "123456"}},
		{"accountSignOut", "POST", "admin", "/api/v1/accounts/9999999/sign-out", map[string]any{"reason": "手机丢了"}},
		{"secondFactorReset", "POST", "admin", "/api/v1/accounts/9999999/second-factor/reset", map[string]any{"reason": "手机丢了"}},
		{"sessionRefresh", "POST", "nobody", "/api/v1/session/refresh", nil},
		{"sessionEnd", "DELETE", "nobody", "/api/v1/session", nil},
		{"sessionRevoke", "DELETE", "reporter", "/api/v1/sessions/9999999", nil},
		{"accountUpdate", "PATCH", "reporter", "/api/v1/me", map[string]any{"name": "赵暗own", "locale": "en"}},
		{"passwordSet", "PUT", "applicant", "/api/v1/me/password", map[string]any{"old": testPassword, "new": "ein anderes Wort 2026"}},
		{"setupFinish", "POST", "nobody", "/api/v1/setup", map[string]any{"token": "x", "phone": "13911113333", "name": "何人", "password": "ein anderes Wort 2026"}},
		{"membershipAsk", "POST", "reporter", "/api/v1/memberships", map[string]any{"unit_id": f.Home.ID, "relation": "owner"}},
		{"membershipDecide", "POST", "station", fmt.Sprintf("/api/v1/memberships/%d/decision", f.pending["applicant"]), map[string]any{"approve": true, "method": "visit", "reason": ""}},
		{"membershipEnd", "POST", "centre", fmt.Sprintf("/api/v1/memberships/%d/end", ended), map[string]any{"reason": "离职"}},
		{"appointmentMake", "POST", "centre", "/api/v1/appointments", map[string]any{
			"phone": "13911114444", "name": "新楼长", "role": "building_steward", "scope_kind": "building", "scope_id": f.Building.ID, "valid_from": "2026-01-01", "valid_to": "2030-01-01",
		}},
		{"termSet", "POST", "centre", fmt.Sprintf("/api/v1/estates/%d/service-terms", f.unserved.ID), map[string]any{
			"handling_party_id": f.Rival.ID, "service_mode": "professional", "service_level": "cpma2004/2", "valid_from": "2024-01-01", "phone24": "0379-67933333", "project_lead": "魏经理",
		}},
		{"termCancel", "POST", "centre", fmt.Sprintf("/api/v1/estates/%d/service-terms/%d/cancellation", f.Ownerless.ID, f.planned.ID), nil},
		{"partyUpdate", "PATCH", "centre", fmt.Sprintf("/api/v1/handling-parties/%d", f.Operator.ID), map[string]any{"phone24": "0379-67944444", "phone24_note": "夜间", "project_lead": "魏经理"}},
		{"rosterSet", "PUT", "station", fmt.Sprintf("/api/v1/handling-parties/%d/duty-roster", f.Station.ID), rosterBody(0)},
		{"phoneCheckTell", "POST", "station", fmt.Sprintf("/api/v1/phone-checks/%d/results", f.calls["operator"]), map[string]any{"result": "answered"}},
		{"importRun", "POST", "centre", "/api/v1/imports?kind=register&dry_run=true", nil},
		{"calendarSet", "POST", "centre", "/api/v1/calendars", calendarBody()},
		{"ticketFile", "POST", "reporter", "/api/v1/tickets", map[string]any{
			"client_id": f.clientID(), "category": "REP-12", "text": "水龙头漏水", "building_id": f.Building.ID, "unit_id": f.homes["own"].ID, "share_contact": true,
			"contact_phone": "13911115555", "steward_may_see": true, "device_time": "2026-11-20T08:00:00Z",
			"photos": []any{listed},
		}},
		{"ticketFile", "POST", "steward", "/api/v1/tickets", map[string]any{
			"client_id": f.clientID(), "category": "REP-01", "text": "灯不亮", "building_id": f.Building.ID,
			"on_behalf": map[string]any{"name": "孔大妈", "phone": "13911116666", "unit_id": f.homes["own"].ID, "consent": "spoken"},
		}},
		{"ticketMove", "POST", "operator", ticket(filed, "/moves"), map[string]any{"action": "acknowledge", "version": 1, "note": "已收到"}},
		{"ticketDone", "POST", "operator", ticket(taken, "/done"), map[string]any{"client_id": f.clientID(), "result": "已处理", "no_photo_reason": "不便拍照"}},
		{"ticketConfirm", "POST", "reporter", ticket(said, "/confirmations"), map[string]any{"client_id": f.clientID(), "closing": 1, "level": 4, "text": "好"}},
		{"ticketSendBack", "POST", "far resident", path(p.ticket("town", said), "/send-backs"), map[string]any{"client_id": f.clientID(), "closing": 1, "level": 1, "reason": "没好"}},
		{"ticketMessage", "POST", "reporter", ticket(filed, "/messages"), map[string]any{"client_id": f.clientID(), "text": "何时来"}},
		{"ticketRead", "POST", "reporter", ticket(filed, "/reads"), map[string]any{"up_to": 1}},
		{"pressureTell", "POST", "reporter", ticket(filed, "/pressures"), map[string]any{"client_id": f.clientID(), "asked": "other", "by": "party", "text": "有人上门"}},
		{"progressShow", "POST", "nobody", "/api/v1/progress", p.slip(p.ticket("own", filed))},
		{"pressureSettle", "POST", "centre", fmt.Sprintf("/api/v1/pressures/%d/finding", told), map[string]any{"finding": "已约谈"}},
		{"ticketContact", "POST", "operator", path(p.ticket("building", taken), "/contact-views"), map[string]any{"reason": "约时间"}},
		{"officeNumber", "POST", "station", path(p.ticket("estate", taken), "/office-contacts/number"), nil},
		{"officeContact", "POST", "station", called, map[string]any{"note": "打通了，他说还没有人来过", "version": 0}},
		{"callbackContact", "POST", "station", p.callback("own", "contact"), nil},
		{"callbackTell", "POST", "station", looked, map[string]any{"client_id": f.clientID(), "result": "solved", "level": 4, "text": ""}},
		{"ticketReturn", "POST", "operator", path(p.ticket("estate", filed), "/returns"), map[string]any{"reason": "不归我们管", "proposed_party_id": f.TownParty.ID, "version": 1}},
		{"ticketRedispatch", "POST", "centre", path(p.ticket("estate", lying), "/redispatch"), map[string]any{"party_id": f.TownParty.ID, "note": "到期无人办"}},
		{"ticketReturnDecide", "POST", "centre", path(p.ticket("estate", returned), "/returns/decision"), map[string]any{"party_id": f.TownParty.ID, "note": "由镇里处理"}},
		{"ticketExtend", "POST", "operator", path(p.ticket("estate", taken), "/extensions"), map[string]any{"reason": "配件要等", "until": f.later(p.ticket("estate", taken)), "version": 2}},
		{"ticketExtendDecide", "POST", "centre", path(p.ticket("estate", delayed), "/extensions/decision"), map[string]any{"grant": true, "note": "同意"}},
		{"ticketPause", "POST", "owning unit", path(p.ticket("community", taken), "/pauses"), map[string]any{"why": "parts", "note": "向厂家订了配件，单号 7", "until": f.soon(), "version": 2}},
		{"ticketTry", "POST", "operator", path(p.ticket("estate", pausing), "/contact-tries"), map[string]any{"how": "message", "note": "留言后没有回音", "version": 3}},
		{"ticketResume", "POST", "operator", path(p.ticket("estate", pausing), "/pauses/end"), map[string]any{"version": 0}},
		{"suspensionAsk", "POST", "operator", path(p.ticket("own", complex4), "/suspensions"), map[string]any{"reason": "要动用维修资金，先挂账", "version": 0}},
		{"suspensionDecide", "POST", "centre", path(p.ticket("estate", wished), "/suspensions/decision"), suspensionBody("")},
		{"suspensionReview", "POST", "centre", path(p.ticket("estate", resting), "/suspensions/review"), map[string]any{"go_on": true, "note": "表决已完成一半"}},
		{"suspensionEnd", "POST", "operator", path(p.ticket("own", resting), "/suspensions/end"), map[string]any{"note": "资金已到位，开始施工"}},
		{"promiseMake", "POST", "operator", path(p.ticket("estate", taken), "/promises"), map[string]any{"result": "换好水泵，恢复供水", "day": f.soon(), "version": 0}},
		{"promiseRedate", "POST", "operator", path(p.ticket("estate", promised), "/promises/day"), map[string]any{"reason": "厂家缺货，晚两天到", "day": f.soon().Add(2), "version": 0}},
		{"promiseJudge", "POST", "reporter", path(p.ticket("own", fulfilled), "/promises/verdict"), map[string]any{"client_id": f.clientID(), "promise": 1, "kept": true}},
		{"ticketSupport", "POST", "neighbour", path(p.ticket("estate", filed), "/supports"), map[string]any{"client_id": f.clientID()}},
		{"ticketSupportWithdraw", "POST", "agency reporter", path(supported, "/supports/withdrawal"), map[string]any{"client_id": f.clientID(), "support": voice}},
		{"ticketJoint", "POST", "centre", path(p.ticket("estate", taken), "/joint"), map[string]any{"note": "业主委员会来函"}},
		{"ticketJointAnswer", "POST", "operator", path(p.ticket("estate", joint), "/joint-answers"), map[string]any{"accepted": true, "text": "接受，下周整改到位", "version": 3}},
		{"bulletinPost", "POST", "operator", "/api/v1/bulletins", f.outage()},
		{"bulletinChange", "POST", "operator", fmt.Sprintf("/api/v1/bulletins/%d/changes", f.bulletins["operator"]), map[string]any{"version": 1, "until_at": time.Now().UTC().Add(8 * time.Hour).Format(time.RFC3339), "why": "配件未到"}},
		{"bulletinEnd", "POST", "operator", fmt.Sprintf("/api/v1/bulletins/%d/end", f.bulletins["operator"]), map[string]any{"version": 2, "why": "已修好"}},
		{"bulletinUndo", "POST", "operator", fmt.Sprintf("/api/v1/bulletins/%d/end/undo", f.bulletins["operator"]), map[string]any{"version": 3}},
		{"templateWrite", "POST", "station", "/api/v1/reply-templates", f.template(f.Station.ID)},
		{"templateChange", "PUT", "station", fmt.Sprintf("/api/v1/reply-templates/%d", f.templates["station"]), map[string]any{"version": 1, "title": "约上门", "text": "{number}明天上门", "category": "REP-01", "state": "acknowledged", "use": "reply"}},
		{"templateRemove", "POST", "station", fmt.Sprintf("/api/v1/reply-templates/%d/removal", f.templates["station"]), map[string]any{"version": 2}},
		{"templateRestore", "POST", "station", fmt.Sprintf("/api/v1/reply-templates/%d/removal/undo", f.templates["station"]), map[string]any{"version": 3}},
		{"causeOpen", "POST", "station", "/api/v1/cause-cases", f.opening("gate")},
		{"causeStep", "POST", "operator", fmt.Sprintf("/api/v1/cause-cases/%d/steps", f.cause), f.plan()},
		{"photoPut", "PUT", "reporter", "/api/v1/photos/" + f.clientID(), nil},
		{"ratingGive", "POST", "reporter", "/api/v1/ratings", map[string]any{"client_id": f.clientID(), "estate_id": f.Estate.ID, "level": 3, "text": "一般"}},
	}
}

// calendarBody is the calendar of the program under a version of its own.
func calendarBody() map[string]any {
	var body map[string]any
	if err := json.Unmarshal(models.FirstCalendar(), &body); err != nil {
		panic(err)
	}
	body["version"], body["valid_from"] = "2027-01", "2027-01-01"
	return body
}

// TestNothingIsTakenThatIsNotAskedFor is the test of mass assignment: each operation that changes something is sent a
// good request with one field too many, for every column of every table, as JSON, Go and JavaScript would write it, at
// every level of the body. Each is refused by that field's name, and no row of any table changes. At the end the good
// request itself is taken, so it was the field.
func TestNothingIsTakenThatIsNotAskedFor(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		f := newFarWorld(t, w)
		names := spellings(columns(w))
		if len(names) < 300 {
			t.Fatalf("%d names of columns", len(names))
		}
		list := f.writes()
		for _, r := range (&permissions{farWorld: f}).routes() {
			if r.method != "GET" && !slices.ContainsFunc(list, func(w write) bool { return w.operation == r.operation }) {
				t.Errorf("%s %s changes something and nobody sends it too much; see writes", r.method, r.path)
			}
		}
		// What is too much is refused before a database is asked, so the second one is sent a share of the names, with each
		// operation another one.
		share := 1
		if w.house.config.DatabaseURL != "" {
			share = 10
		}
		for i, one := range list {
			f.sendTooMuch(t, one, names[i%share:], share)
		}
	})
}

func (f *farWorld) sendTooMuch(t *testing.T, one write, names []string, share int) {
	client := f.caller(one.as).client.For(t)
	before := f.tables()
	if one.body == nil {
		client.Do(one.method, one.path+mark(one.path)+"account_id=1", nil).Want(422).Refused(422, "request.unknown_field")
		f.mustBe(t, one.operation, before)
		return
	}
	tried := 0
	for _, level := range f.document().levels(one) {
		for i := 0; i < len(names); i += share {
			name := names[i]
			if slices.Contains(level.properties, name) {
				continue
			}
			tried++
			level.body[name] = 1
			p := client.Do(one.method, one.path, one.body).Refused(422, "request.unknown_field")
			if !strings.HasSuffix(p.Field, name) {
				t.Errorf("%s with %s: field %q", one.operation, name, p.Field)
			}
			delete(level.body, name)
		}
	}
	f.mustBe(t, one.operation, before)
	if tried < 200/share {
		t.Errorf("%s: only %d names were tried", one.operation, tried)
	}
	if slices.Contains([]string{"setupFinish", "sessionFinish", "secondFactorConfirm", "secondFactorRemove", "recoveryCodeRenew", "accountSignOut", "secondFactorReset"}, one.operation) {
		return // it needs a secret, or a record, that this test does not have
	}
	if answer := client.Do(one.method, one.path, one.body); answer.Code > 299 {
		t.Errorf("%s: the request without anything too much is refused, too: %d %s", one.operation, answer.Code, answer.Body)
	}
	if !slices.Contains([]string{"ticketRead", "progressShow"}, one.operation) && maps.Equal(before, f.tables()) {
		t.Errorf("%s: even the good request changes nothing that this test would see", one.operation)
	}
}

func mark(path string) string {
	if strings.Contains(path, "?") {
		return "&"
	}
	return "?"
}

// document is the OpenAPI document as the program serves it.
type document struct {
	Paths      map[string]map[string]operation
	Components struct{ Schemas map[string]*schema }
}

type operation struct {
	OperationID string
	Parameters  []parameter
	RequestBody struct {
		Content map[string]struct{ Schema *schema }
	}
}

type parameter struct {
	Name, In string
	Required bool
	Schema   *schema
}

type schema struct {
	Ref                  string `json:"$ref"`
	Type                 any
	Format, Pattern      string
	Enum                 []any
	Properties           map[string]*schema
	Required             []string
	Items                *schema
	MinLength, MaxLength *int
	Minimum, Maximum     *float64
	MaxItems             *int
}

func (w *world) document() document {
	w.t.Helper()
	var d document
	if err := json.Unmarshal(w.anyone.Get("/api/v1/openapi.json").Body, &d); err != nil {
		w.t.Fatal(err)
	}
	return d
}

// bodyOf is the schema of an operation's JSON body, nil where it has none.
func (d document) bodyOf(operationID string) *schema {
	for _, methods := range d.Paths {
		for _, op := range methods {
			if op.OperationID == operationID {
				return d.resolve(op.RequestBody.Content["application/json"].Schema)
			}
		}
	}
	return nil
}

func (d document) resolve(s *schema) *schema {
	for s != nil && s.Ref != "" {
		s = d.Components.Schemas[strings.TrimPrefix(s.Ref, "#/components/schemas/")]
	}
	return s
}

// level is one object of a body with the names that the document gives it.
type level struct {
	body       map[string]any
	properties []string
}

// levels are the body of a request and every object inside it.
func (d document) levels(one write) []level { return d.below(one.body, d.bodyOf(one.operation)) }

func (d document) below(value any, s *schema) (list []level) {
	s = d.resolve(s)
	if s == nil {
		return nil
	}
	switch value := value.(type) {
	case map[string]any:
		list = append(list, level{value, slices.Collect(maps.Keys(s.Properties))})
		for _, name := range slices.Sorted(maps.Keys(value)) {
			list = append(list, d.below(value[name], s.Properties[name])...)
		}
	case []any:
		if len(value) > 0 {
			list = d.below(value[0], s.Items)
		}
	}
	return list
}

// tableNames are the tables of the program, without those that count requests.
func tableNames(w *world) []string {
	w.t.Helper()
	var names []string
	err := w.house.db.Read(w.t.Context(), func(tx storage.Tx) error {
		var err error
		names, err = tx.DB().Migrator().GetTables()
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	names = slices.DeleteFunc(names, func(n string) bool {
		return slices.Contains([]string{"rate_limits", "job_leases", "goose_db_version"}, n) || strings.HasPrefix(n, "sqlite_")
	})
	slices.Sort(names)
	return names
}

// columns are the names of all columns of all tables.
func columns(w *world) []string {
	w.t.Helper()
	var names []string
	err := w.house.db.Read(w.t.Context(), func(tx storage.Tx) error {
		for _, table := range tableNames(w) {
			types, err := tx.DB().Migrator().ColumnTypes(table)
			if err != nil {
				return err
			}
			for _, c := range types {
				names = append(names, c.Name())
			}
		}
		return nil
	})
	if err != nil {
		w.t.Fatal(err)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// spellings are the ways in which a column could be named in JSON: account_id, AccountID, accountId.
func spellings(columns []string) []string {
	var list []string
	for _, c := range columns {
		var goName, jsName string
		for i, word := range strings.Split(c, "_") {
			title := strings.ToUpper(word[:1]) + word[1:]
			goName += strings.ReplaceAll(strings.ReplaceAll(title+"|", "Id|", "ID"), "|", "")
			if i == 0 {
				title = word
			}
			jsName += title
		}
		list = append(list, c, goName, jsName)
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// tables is a hash of all rows of each table.
func (f *farWorld) tables() map[string]string {
	f.t.Helper()
	hashes := map[string]string{}
	for _, table := range tableNames(f.world) {
		var rows []map[string]any
		err := f.house.db.Read(f.t.Context(), func(tx storage.Tx) error { return tx.DB().Table(table).Find(&rows).Error })
		if err != nil {
			f.t.Fatal(err)
		}
		lines := make([]string, len(rows))
		for i, row := range rows {
			lines[i] = fmt.Sprint(row) // fmt sorts the keys
		}
		slices.Sort(lines)
		sum := sha256.Sum256([]byte(strings.Join(lines, "\n")))
		hashes[table] = fmt.Sprintf("%d rows %s", len(rows), hex.EncodeToString(sum[:8]))
	}
	return hashes
}

func (f *farWorld) mustBe(t *testing.T, what string, before map[string]string) {
	t.Helper()
	for table, after := range f.tables() {
		if before[table] != after {
			t.Errorf("%s changed %s: %s, then %s", what, table, before[table], after)
		}
	}
}
