package main

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"linli/api/apitest"
	"linli/models"
	"linli/models/people"
	"linli/models/place"
	"linli/models/ticket"
	"linli/storage"
	peoplestore "linli/storage/people"
	"linli/storage/storagetest"
)

// farWorld is the small county with a second town, more homes and one person in each role, so that for every record
// there is somebody at each distance from it.
type farWorld struct {
	*world
	far struct {
		town, community          int64
		station, party           place.HandlingParty
		estate                   place.Estate
		building, secondBuilding place.Building
		home                     place.Unit
	}
	unserved        place.Estate      // nobody's and without people
	planned         place.ServiceTerm // of the ownerless building, not begun
	agency, utility place.HandlingParty
	homes           map[string]place.Unit // by the name of who lives there
	actors          []*caller
	secured         *caller          // has a second factor, and does not ask
	pending         map[string]int64 // membership requests, by where
	calls           map[string]int64 // posted phones to be called now, by whose they are
	bulletins       map[string]int64 // running outages of the reporters' estate, by who posted them
	templates       map[string]int64 // reply templates, by whose
	cause           int64            // a case about the doors of the reporters' building, which the operator owns
}

// caller is one actor of the table of permissions.
type caller struct {
	name   string
	actor  models.Actor
	phone  string
	full   string // name of the person
	client *apitest.Client
}

const posterToken = "poster-of-the-reporters"

func newFarWorld(t *testing.T, w *world) *farWorld {
	f := &farWorld{world: w, homes: map[string]place.Unit{}, pending: map[string]int64{}}
	f.write(func(tx storage.Tx) error { return f.places(tx) })
	f.people()
	f.write(func(tx storage.Tx) error { return f.phones(tx) })
	f.outages()
	f.keepTemplates()
	f.repeats()
	f.write(callableAtAnyHour)
	return f
}

// callableAtAnyHour lets results of calls be told whenever the test runs.
func callableAtAnyHour(tx storage.Tx) error {
	var doc map[string]any
	if err := json.Unmarshal(ticket.CallbackRuleDocuments()[0], &doc); err != nil {
		return err
	}
	doc["version"], doc["call_from"], doc["call_to"] = "any-hour", "00:00", "24:00"
	written, err := json.Marshal(doc)
	if err == nil {
		_, _, err = storage.AddRuleset(tx, "callbacks", "any-hour", "callbacks/1", written, models.DateOf(tx.At()))
	}
	return err
}

// outage is a bulletin on the reporters' estate, by which one would post it.
func (f *farWorld) outage() map[string]any {
	now := time.Now().UTC()
	return map[string]any{
		"client_id": f.clientID(), "category": "UTIL-01", "estate_id": f.Estate.ID, "buildings": []any{f.Building.ID}, "text": "主管爆裂停水", "meanwhile": "请先储水",
		"from_at": now.Add(-time.Minute).Format(time.RFC3339), "until_at": now.Add(6 * time.Hour).Format(time.RFC3339),
	}
}

// outages lets the operator and the station post a bulletin each.
func (f *farWorld) outages() {
	f.bulletins = map[string]int64{}
	for _, who := range []string{"operator", "station"} {
		var view struct{ ID int64 }
		f.caller(who).client.Post("/api/v1/bulletins", f.outage()).OK(&view)
		f.bulletins[who] = view.ID
	}
}

// template is a reply template of a party, as one would write it.
func (f *farWorld) template(partyID int64) map[string]any {
	return map[string]any{"client_id": f.clientID(), "handling_party_id": partyID, "title": "约上门", "text": "{number}今天派人上门", "use": "reply"}
}

// keepTemplates lets the operator's manager and the station write a template each.
func (f *farWorld) keepTemplates() {
	f.templates = map[string]int64{}
	for who, party := range map[string]int64{"operator manager": f.Operator.ID, "station": f.Station.ID} {
		var view struct{ ID int64 }
		f.caller(who).client.Post("/api/v1/reply-templates", f.template(party)).OK(&view)
		f.templates[who] = view.ID
	}
}

// repeats lets the doors of the reporters' building and the barrier of their estate fail three times each, long ago and mended, as told by
// two households; of the doors the station makes a case.
func (f *farWorld) repeats() {
	for _, category := range []string{"REP-05", "REP-09"} {
		for i, filer := range []string{"neighbour", "reporter", "neighbour"} {
			text := "又坏了，一个月一次"
			if filer == "neighbour" { // whoever sees one of his repairs sees these: what is told of it shows in the table
				text = f.secrets(matters[1])["text"]
			}
			body := map[string]any{"client_id": f.clientID(), "category": category, "text": text, "building_id": f.Building.ID}
			var filed filedJSON
			f.caller(filer).client.Post("/api/v1/tickets", body).OK(&filed)
			at := time.Now().UTC().AddDate(0, 0, -20*(i+1))
			f.write(func(tx storage.Tx) error {
				return tx.DB().Exec("UPDATE tickets SET filed_at = ?, dispatched_at = ?, done_at = ?, closed_at = ?, state = 'closed', open = FALSE, next_step = 'none', next_due = NULL, alert_due = NULL WHERE id = ?",
					at, at, at.Add(time.Hour), at.Add(2*time.Hour), filed.Ticket.ID).Error
			})
		}
	}
	var view struct{ ID int64 }
	f.caller("station").client.Post("/api/v1/cause-cases", f.opening("door")).OK(&view)
	f.cause = view.ID
}

// opening opens a case about a thing of the reporters' estate.
func (f *farWorld) opening(thing string) map[string]any {
	body := map[string]any{"client_id": f.clientID(), "estate_id": f.Estate.ID, "thing": thing, "cause": "闭门器型号不对，一年换了三次", "owner_party_id": f.Operator.ID}
	if thing == "door" {
		body["building_id"] = f.Building.ID
	}
	return body
}

// plan is how the owner of a case plans the remedy.
func (f *farWorld) plan() map[string]any {
	return map[string]any{"version": 1, "action": "plan", "note": "统一换成重型闭门器", "day": f.soon(), "route": "common_income", "fen": 328_000}
}

// calledWeek is a week whose draw was revealed long ago.
const calledWeek = models.Date("2020-01-06")

// phones lets two posted phones be due for a call: the operator's, which falls to the station, and the station's, to the town.
func (f *farWorld) phones(tx storage.Tx) error {
	f.calls = map[string]int64{}
	beacon := calledWeek.Start()
	list := []place.PostedPhone{{Level: models.LevelStation, CommunityID: f.Community, TownID: f.TownID, PartyID: f.Operator.ID, Phone: "0379-67900000"}}
	draw := place.NewPhoneDraw(calledWeek, string(place.PhoneRuleDocuments()[0]), list, "00ff", calledWeek.Add(-3).Start())
	draw.Beacon, draw.BeaconAt = "checkpoint/1/root", &beacon
	err := tx.DB().Create(&draw).Error
	for whose, party := range map[string]place.HandlingParty{"operator": f.Operator, "station": f.Station} {
		check := place.PhoneCheck{
			Week: calledWeek, Cell: whose, Level: models.UninterestedLevel(string(party.Kind)), CommunityID: f.Community, TownID: f.TownID, PartyID: party.ID, Phone: party.Phone24,
			DueAt: models.UTC(time.Now().Add(-time.Minute)), UntilAt: models.UTC(time.Now().Add(24 * time.Hour)),
		}
		if err == nil {
			err = tx.DB().Create(&check).Error
		}
		if err == nil {
			err = tx.DB().Exec("INSERT INTO phone_check_estates (estate_id, check_id) VALUES (?, ?)", f.Estate.ID, check.ID).Error
		}
		f.calls[whose] = check.ID
	}
	return err
}

func (f *farWorld) write(do func(tx storage.Tx) error) {
	f.t.Helper()
	if err := f.house.db.WriteAt(f.t.Context(), storagetest.Since.Start(), do); err != nil {
		f.t.Fatal(err)
	}
}

// read runs one query that gives one value.
func readOne[T any](w *world, sql string, values ...any) (out T) {
	w.t.Helper()
	err := w.house.db.Read(w.t.Context(), func(tx storage.Tx) error { return tx.DB().Raw(sql, values...).Scan(&out).Error })
	if err != nil {
		w.t.Fatal(err)
	}
	return out
}

func (f *farWorld) places(tx storage.Tx) error {
	var failed error
	create := func(row any) {
		if failed == nil {
			failed = tx.DB().Create(row).Error
		}
	}
	division := func(level place.Level, parent int64, code, name string) int64 {
		d := place.Division{Level: level, ParentID: &parent}
		create(&d)
		create(&place.DivisionCode{DivisionID: d.ID, Code: code, Name: name, ValidFrom: storagetest.Since, RecordedAt: tx.At()})
		return d.ID
	}
	party := func(code string, kind place.PartyKind, name string, division int64) place.HandlingParty {
		p := place.HandlingParty{Code: code, Kind: kind, Name: name, Phone24: "0379-67911111", CreatedAt: tx.At()}
		if division != 0 {
			p.DivisionID = &division
		}
		create(&p)
		return p
	}
	building := func(e place.Estate, name string) place.Building {
		b := place.Building{EstateID: e.ID, Code: name, Name: name, PosterToken: fmt.Sprintf("poster-%d-%s", e.ID, name), Floors: 6, Households: 48, GrossAreaC: 300_000, CreatedAt: tx.At()}
		create(&b)
		return b
	}
	home := func(who string, e place.Estate, b place.Building) place.Unit {
		entrance := place.Entrance{BuildingID: b.ID, Name: "门" + who}
		create(&entrance)
		u := place.Unit{EstateID: e.ID, BuildingID: b.ID, EntranceID: entrance.ID, Name: "家" + who, Floor: 5, ExclusiveAreaC: 9_000}
		create(&u)
		f.homes[who] = u
		return u
	}

	f.far.town = division(place.Town, f.CountyID, "990322200", "远方镇")
	f.far.community = division(place.Community, f.far.town, "990322200001", "远方社区")
	f.far.station = party("station-far", place.PartyServiceStation, "远方社区物业服务站", f.far.community)
	f.far.party = party("town_far", place.PartyTown, "远方镇政府", f.far.town)
	f.far.estate = place.Estate{
		Code: "990322200-001-90009", Name: "远方苑", CommunityID: f.far.community, TownID: f.far.town, BaselineClass: place.ClassProfessional, AgeClass: place.AgeNew,
		GrossAreaC: 1_000_000, Households: 120, Version: 1, CreatedAt: tx.At(), UpdatedAt: tx.At(),
	}
	create(&f.far.estate)
	create(&place.ServiceTerm{EstateID: f.far.estate.ID, HandlingPartyID: f.Rival.ID, ServiceMode: place.ModeProfessional, ServiceLevel: "cpma2004/2", ValidFrom: storagetest.Since, RecordedAt: tx.At()})
	f.unserved = place.Estate{
		Code: "990322100-001-90010", Name: "待接管小区", CommunityID: f.OtherCommunity, TownID: f.TownID, BaselineClass: place.ClassProfessional, AgeClass: place.AgeNew,
		GrossAreaC: 1_000_000, Households: 120, Version: 1, CreatedAt: tx.At(), UpdatedAt: tx.At(),
	}
	create(&f.unserved)
	f.planned = place.ServiceTerm{EstateID: f.Ownerless.ID, HandlingPartyID: f.Operator.ID, ServiceMode: place.ModeProfessional, ValidFrom: "2099-01-01", RecordedAt: tx.At()}
	create(&f.planned)
	f.far.building = building(f.far.estate, "远1号楼")
	second := building(f.Estate, "4号楼")
	compound := building(f.Compound, "厂1号楼")
	home("own", f.Estate, f.Building)
	home("building", f.Estate, f.Building)
	f.homes["quiet"] = f.homes["building"]
	home("behalf", f.Estate, f.Building)
	home("estate", f.Estate, second)
	home("community", f.Compound, compound)
	home("station", f.Ownerless, f.OwnerlessBuilding)
	home("agency", f.Estate, second)
	home("town", f.far.estate, f.far.building)
	home("applicant", f.Estate, f.Building)
	home("station-applicant", f.Ownerless, f.OwnerlessBuilding)
	home("far-applicant", f.far.estate, f.far.building)
	if failed != nil {
		return failed
	}
	if err := tx.DB().Table("buildings").Where("id = ?", f.Building.ID).Update("poster_token", posterToken).Error; err != nil {
		return err
	}
	for code, into := range map[string]*place.HandlingParty{"power": &f.utility, "construction": &f.agency} {
		if err := tx.DB().Where("code = ?", code).Take(into).Error; err != nil {
			return err
		}
	}
	return nil
}

// surnames tell whose masked name an answer shows: 赵* is the reporter's of "own".
var surnames = map[string]string{"own": "赵", "building": "欧阳", "quiet": "欧阳", "behalf": "孔", "estate": "孙", "community": "李", "station": "周", "agency": "吴", "town": "郑",
	"applicant": "司马", "station-applicant": "上官", "far-applicant": "诸葛"}

// person makes an account with one role, and the actor that it is.
func (f *farWorld) person(name, full string, role models.Role, scope int64, status models.MembershipStatus) *caller {
	c := &caller{name: name, full: full, phone: fmt.Sprintf("1590379%04d", 1000+len(f.actors)*7+f.ids)}
	f.ids++
	f.write(func(tx storage.Tx) error {
		account := people.Account{Phone: c.phone, Name: full, Locale: "zh-CN", CreatedAt: tx.At(), UpdatedAt: tx.At()}
		if err := tx.DB().Create(&account).Error; err != nil {
			return err
		}
		kind, known := role.ScopeOf()
		if !known {
			return fmt.Errorf("no scope for %s", role)
		}
		decided := tx.At()
		m := people.Membership{
			AccountID: account.ID, Role: role, ScopeKind: kind, ScopeID: scope, Status: status, Relation: relationOf(role), ValidFrom: storagetest.Since,
			AskedAt: tx.At(), RecordedAt: tx.At(),
		}
		if status == models.Approved {
			m.Method, m.DecidedAt = "appointment", &decided
		}
		if err := tx.DB().Create(&m).Error; err != nil {
			return err
		}
		if status == models.Pending {
			f.pending[name] = m.ID
		}
		var err error
		c.actor, err = peoplestore.ActorOf(tx, account.ID)
		return err
	})
	return c
}

func relationOf(role models.Role) string {
	if role == models.Resident {
		return "owner"
	}
	return ""
}

func (f *farWorld) people() {
	add := func(name, full string, role models.Role, scope int64) {
		f.actors = append(f.actors, f.person(name, full, role, scope, models.Approved))
	}
	f.actors = append(f.actors, &caller{name: "nobody", client: f.anyone})
	for _, who := range []string{"own", "building", "estate", "community", "station", "agency", "town"} {
		names := map[string]string{
			"own": "reporter", "building": "neighbour", "estate": "estate resident", "community": "compound resident", "station": "ownerless resident",
			"agency": "agency reporter", "town": "far resident",
		}
		add(names[who], surnames[who]+"暗"+who, models.Resident, f.homes[who].ID)
	}
	f.actors = append(f.actors, f.person("applicant", surnames["applicant"]+"暗applicant", models.Resident, f.homes["applicant"].ID, models.Pending))
	add("steward", "钱暗steward", models.BuildingSteward, f.Building.ID)
	add("far steward", "冯暗farsteward", models.BuildingSteward, f.far.building.ID)
	add("operator", "陈暗operator", models.OperatorStaff, f.Operator.ID)
	add("operator manager", "褚暗manager", models.OperatorManager, f.Operator.ID)
	add("rival", "卫暗rival", models.OperatorStaff, f.Rival.ID)
	add("owning unit", "蒋暗unit", models.OwningUnitStaff, f.Unit.ID)
	add("station", "沈暗station", models.StationStaff, f.Community)
	add("other station", "韩暗otherstation", models.StationStaff, f.OtherCommunity)
	add("town", "杨暗town", models.TownOfficer, f.TownID)
	add("far town", "朱暗fartown", models.TownOfficer, f.far.town)
	add("centre", "秦暗centre", models.CenterOfficer, f.CountyID)
	add("group office", "尤暗group", models.LeadingGroupOffice, f.CountyID)
	add("auditor", "许暗auditor", models.Auditor, f.CountyID)
	add("inspector", "孔暗inspector", models.Inspector, f.CountyID)
	add("seconded", "华暗seconded", models.SecondedOfficer, f.CountyID)
	add("mediator", "金暗mediator", models.Mediator, f.Community)
	add("expert", "魏暗expert", models.Expert, f.CountyID)
	add("finance", "陶暗finance", models.FinanceOfficer, f.CountyID)
	add("committee", "曹暗committee", models.CommitteeMember, f.Estate.ID)
	add("admin", "何暗admin", models.Admin, f.CountyID)
	add("agency", "吕暗agencystaff", models.AgencyStaff, f.agency.ID)
	add("utility", "施暗utility", models.UtilityStaff, f.utility.ID)
	f.person("station-applicant", surnames["station-applicant"]+"暗station-applicant", models.Resident, f.homes["station-applicant"].ID, models.Pending)
	f.secured = f.person("secured", "张暗secured", models.StationStaff, f.far.community, models.Approved)
	f.person("far-applicant", surnames["far-applicant"]+"暗far-applicant", models.Resident, f.homes["far-applicant"].ID, models.Pending)
	hash := peoplestore.HashPassword(testPassword)
	f.write(func(tx storage.Tx) error {
		return tx.DB().Table("accounts").Where("password_hash = ''").Updates(map[string]any{"password_hash": hash}).Error
	})
	f.enrol(f.caller("admin").actor)
	for _, c := range f.actors {
		if c.client == nil {
			c.client = f.as(c.actor)
		}
	}
}

func (f *farWorld) caller(name string) *caller {
	for _, c := range f.actors {
		if c.name == name {
			return c
		}
	}
	f.t.Fatalf("nobody is called %s", name)
	return nil
}

// matter is one ticket of the table, with the words by which its secrets are recognised.
type matter struct {
	label    string // own, building, estate …
	words    string // what it is, for readers
	category string
	filer    string // the caller who files it
	handler  string // the caller who answers it
	share    bool
	behalf   bool
}

var matters = []matter{
	{"own", "a complaint of the reporter about the operator", "SVC-01", "reporter", "operator", false, false},
	{"building", "a repair of the neighbour in the same building, contact shared", "REP-01", "neighbour", "operator", true, false},
	{"quiet", "a repair in the same building, contact not shared", "REP-01", "neighbour", "operator", false, false},
	{"behalf", "a repair that the steward filed for somebody without a phone", "REP-12", "steward", "operator", true, true},
	{"estate", "a complaint in another building of the same estate", "CLN-02", "estate resident", "operator", false, false},
	{"community", "a complaint in the work unit's compound of the same community", "CLN-02", "compound resident", "owning unit", false, false},
	{"station", "a complaint in the ownerless building, which the station answers", "CLN-02", "ownerless resident", "station", false, false},
	{"agency", "a complaint that the power company must answer", "UTIL-06", "agency reporter", "utility", false, false},
	{"town", "a complaint in the other town", "CLN-02", "far resident", "rival", false, false},
}

// secrets are the strings that give a matter away, by what they are.
func (f *farWorld) secrets(m matter) map[string]string {
	s := map[string]string{
		"text": "暗号" + m.label + "甲", "words": "暗号" + m.label + "乙", "reply": "暗号" + m.label + "丙", "result": "暗号" + m.label + "丁", "comment": "暗号" + m.label + "戊",
		"name*": `"` + surnames[m.label] + `*"`, "unit": `"` + f.homes[m.label].Name + `"`, "phone": "1710379" + fmt.Sprintf("%04d", 1000+len(m.label)*100+int(m.label[0])),
	}
	s["phone*"] = models.MaskPhone(s["phone"])
	if m.behalf {
		s["name"] = surnames[m.label] + "暗" + m.label
	}
	return s
}

// stages in a matter's life, each of which some question needs.
const (
	filed     = "filed"     // a word of the reporter's is in it, nobody has taken it
	lying     = "lying"     // … though the time to take it is over
	returned  = "returned"  // the handler says that it is not his
	taken     = "taken"     // the handler has taken it and replied
	delayed   = "delayed"   // … and asks for a later date
	pausing   = "pausing"   // … and waits for parts
	complex4  = "complex"   // … and it is a complex matter whose reporter was reached
	wished    = "wished"    // … that the handler asks to suspend
	resting   = "resting"   // … that the centre has suspended
	promised  = "promised"  // … and it has promised a result
	fulfilled = "fulfilled" // … and says that what it promised is there
	joint     = "joint"     // … and an office has made it joint
	said      = "said"      // the handler says done
	ended     = "ended"     // confirmed and rated
)

// make brings a new ticket of m to a stage, through the doors that people use.
func (f *farWorld) make(m matter, stage string) (id int64, code, client string) {
	f.t.Helper()
	filer, handler, s := f.caller(m.filer).client, f.caller(m.handler).client, f.secrets(m)
	home := f.homes[m.label]
	body := map[string]any{
		"client_id": f.clientID(), "category": m.category, "text": s["text"] + "，请打" + s["phone"], "building_id": home.BuildingID, "unit_id": home.ID,
	}
	if m.behalf {
		body["on_behalf"] = map[string]any{"name": s["name"], "phone": s["phone"], "consent": "spoken"}
	} else {
		body["contact_phone"] = s["phone"]
	}
	if m.share {
		body["share_contact"] = true
	}
	var picture []byte
	var listed claim
	if stage == ended {
		picture = f.picture()
		listed = f.claim(picture, "before")
		body["photos"] = []claim{listed}
	}
	var ticket filedJSON
	filer.Post("/api/v1/tickets", body).OK(&ticket)
	id = ticket.Ticket.ID
	if picture != nil {
		put(filer, listed, picture).Want(201)
	}
	filer.Post(path(id, "/messages"), map[string]any{"client_id": f.clientID(), "text": s["words"]}).OK(nil)
	if stage == returned {
		handler.Post(path(id, "/returns"), map[string]any{"reason": "不归我们管", "proposed_party_id": f.TownParty.ID}).OK(nil)
	}
	if stage == lying {
		past := time.Now().UTC().Add(-time.Hour)
		f.write(func(tx storage.Tx) error {
			return tx.DB().Exec("UPDATE tickets SET acknowledge_due = ?, next_due = ? WHERE id = ?", past, past, id).Error
		})
	}
	if stage != filed && stage != lying && stage != returned {
		handler.Post(path(id, "/moves"), map[string]any{"action": "acknowledge"}).OK(nil)
		handler.Post(path(id, "/messages"), map[string]any{"client_id": f.clientID(), "text": s["reply"] + "今天下午三点上门"}).OK(nil)
	}
	if stage == delayed {
		handler.Post(path(id, "/extensions"), map[string]any{"reason": "配件要等", "until": f.later(id)}).OK(nil)
	}
	if stage == pausing {
		handler.Post(path(id, "/pauses"), map[string]any{"why": "parts", "note": s["reply"] + "向厂家订了配件", "until": f.soon()}).OK(nil)
	}
	if stage == complex4 || stage == wished || stage == resting {
		f.write(func(tx storage.Tx) error {
			return tx.DB().Exec("UPDATE tickets SET urgency = 'u4', contacted_at = ? WHERE id = ?", tx.At(), id).Error
		})
	}
	if stage == wished {
		handler.Post(path(id, "/suspensions"), map[string]any{"reason": s["reply"] + "要动用维修资金"}).OK(nil)
	}
	if stage == resting {
		f.caller("centre").client.Post(path(id, "/suspensions/decision"), suspensionBody(s["reply"])).OK(nil)
	}
	if stage == promised || stage == fulfilled {
		handler.Post(path(id, "/promises"), map[string]any{"result": s["reply"] + "换好水泵", "day": f.soon()}).OK(nil)
	}
	if stage == fulfilled {
		handler.Post(path(id, "/moves"), map[string]any{"action": "promise_said"}).OK(nil)
	}
	if stage == joint {
		f.caller("group office").client.Post(path(id, "/joint"), map[string]any{"note": "业主委员会来函"}).OK(nil)
	}
	if stage == said || stage == ended {
		handler.Post(path(id, "/done"), map[string]any{"client_id": f.clientID(), "result": s["result"], "no_photo_reason": "不便拍照"}).OK(nil)
	}
	if stage == ended && !m.behalf {
		filer.Post(path(id, "/confirmations"), map[string]any{"client_id": f.clientID(), "closing": 1, "level": 2, "text": s["comment"]}).OK(nil)
	}
	return id, ticket.Ticket.QueryCode, body["client_id"].(string)
}

// suspensionBody is all that the centre says where it suspends a matter.
func suspensionBody(words string) map[string]any {
	return map[string]any{"suspend": true, "cause": "needs_maintenance_fund", "document": "孟房〔2026〕17号", "evidence": words + "维修资金申请已受理", "interim": words + "已设围挡，每周巡查"}
}

// soon is a day that a pause may last until.
func (f *farWorld) soon() models.Date { return models.DateOf(time.Now()).Add(2) }

// later is a day after the deadline of a ticket.
func (f *farWorld) later(id int64) models.Date {
	return models.DateOf(readOne[time.Time](f.world, "SELECT resolve_due FROM tickets WHERE id = ?", id)).Add(1)
}
