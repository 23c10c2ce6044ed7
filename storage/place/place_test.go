package place_test

import (
	"errors"
	"fmt"
	"slices"
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

var (
	noon   = time.Date(2026, 11, 20, 4, 0, 0, 0, time.UTC)
	centre = actorWith(1, models.CenterOfficer, models.ScopeCounty, 3)
)

func actorWith(account int64, role models.Role, kind models.ScopeKind, id int64) models.Actor {
	return models.Actor{AccountID: account, Held: []models.Held{{Role: role, ScopeKind: kind, ScopeID: id, Approved: true}}}
}

// each runs f on both databases, with the authorities seeded and the clock at noon.
func each(t *testing.T, options places.Options, f func(t *testing.T, db *storage.DB, s *places.Store)) {
	t.Helper()
	storagetest.EachAt(t, func() time.Time { return noon }, func(t *testing.T, db *storage.DB) {
		write(t, db, places.SeedAuthorities)
		f(t, db, places.New(db, options))
	})
}

func write(t *testing.T, db *storage.DB, f func(storage.Tx) error) {
	t.Helper()
	if err := db.Write(t.Context(), f); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, db *storage.DB, f func(storage.Tx) error) {
	t.Helper()
	if err := db.Read(t.Context(), f); err != nil {
		t.Fatal(err)
	}
}

func count(t *testing.T, db *storage.DB, table string) (n int64) {
	t.Helper()
	read(t, db, func(tx storage.Tx) error { return tx.DB().Table(table).Count(&n).Error })
	return n
}

func wantCode(t *testing.T, err error, code string) {
	t.Helper()
	if err == nil || models.CodeOf(err) != code {
		t.Errorf("got %v, want %s", err, code)
	}
}

func TestSeedAuthoritiesTwice(t *testing.T) {
	each(t, places.Options{}, func(t *testing.T, db *storage.DB, s *places.Store) {
		divisions, codes, parties := count(t, db, "divisions"), count(t, db, "division_codes"), count(t, db, "handling_parties")
		if divisions != 13 || codes != 24 || parties != 33 {
			t.Errorf("%d divisions, %d codes, %d parties", divisions, codes, parties)
		}
		phone := "0379-06001234"
		water := partyID(t, db, "water_co")
		if _, err := s.UpdateParty(t.Context(), centre, water, place.PartyChange{Phone24: &phone}); err != nil {
			t.Fatal(err)
		}
		write(t, db, places.SeedAuthorities)
		if count(t, db, "divisions") != divisions || count(t, db, "division_codes") != codes || count(t, db, "handling_parties") != parties {
			t.Error("seeding again doubled something")
		}
		read(t, db, func(tx storage.Tx) error {
			party, _, err := places.PartyByCode(tx, "water_co")
			if party.Phone24 != phone {
				t.Errorf("what the county entered is gone: %q", party.Phone24)
			}
			return err
		})
		_, err := s.UpdateParty(t.Context(), actorWith(2, models.StationStaff, models.ScopeCommunity, 9), water, place.PartyChange{Phone24: &phone})
		wantCode(t, err, "handling_party.denied")
	})
}

func partyID(t *testing.T, db *storage.DB, code string) (id int64) {
	t.Helper()
	read(t, db, func(tx storage.Tx) error {
		party, found, err := places.PartyByCode(tx, code)
		if !found {
			t.Fatalf("no party %s", code)
		}
		id = party.ID
		return err
	})
	return id
}

func TestDivisionsKeepTheirCodesOfTheDay(t *testing.T) {
	each(t, places.Options{}, func(t *testing.T, db *storage.DB, s *places.Store) {
		list, err := s.ListDivisions(t.Context(), centre)
		if err != nil {
			t.Fatal(err)
		}
		var town place.DivisionView
		for _, d := range list {
			if d.Code == "410308100" {
				town = d
			}
		}
		if town.Name != "城关镇" || len(town.Codes) != 2 || town.Codes[0].SuccessorCode != "410308100" {
			t.Fatalf("%+v", town)
		}
		read(t, db, func(tx storage.Tx) error {
			for day, want := range map[models.Date]string{"2021-03-31": "410322100", "2021-04-01": "410308100", "2026-11-20": "410308100"} {
				if got, err := places.CodeOn(tx, town.ID, day); err != nil || got != want {
					t.Errorf("%s: got %s %v", day, got, err)
				}
			}
			party, found, err := places.TownPartyOf(tx, town.ID)
			if !found || party.Code != "town_chengguan" {
				t.Errorf("%+v", party)
			}
			return err
		})
	})
}

// village is a small register: one managed estate of two buildings, one ownerless building.
const village = "社区代码,社区名称,小区名称,摸底类别,新旧,服务方式,责任单位,服务电话,服务站电话,地址,楼栋,单元数,层数,每单元每层户数,建筑面积(㎡),进驻日期\n" +
	"410308100901,桃林社区,桃源花园,有专业化物业管理小区,新建,专业物业,甲物业,0379-06000001,0379-06000009,永安街1号,1号楼,2,6,2,2400.00,2020-01-01\n" +
	"410308100901,桃林社区,桃源花园,有专业化物业管理小区,新建,专业物业,甲物业,0379-06000001,0379-06000009,永安街1号,十二号楼,1,11,3,3300.50,2020-01-01\n" +
	"410308100901,桃林社区,永安街9号院,无主管楼房,老旧,无,,,,永安街9号,1号楼,1,4,2,640.00,\n"

func importing(t *testing.T, s *places.Store, text string) place.ImportReport {
	t.Helper()
	report, err := s.ImportRegister(t.Context(), centre, []byte(text), false)
	if err != nil || !report.Committed {
		t.Fatalf("%v %+v", err, report)
	}
	return report
}

func estateNamed(t *testing.T, s *places.Store, name string) place.EstateDetail {
	t.Helper()
	list, err := s.ListEstates(t.Context(), centre, place.EstateFilter{Q: name})
	if err != nil || len(list.Items) != 1 {
		t.Fatalf("%s: %v %+v", name, err, list)
	}
	detail, err := s.ShowEstate(t.Context(), centre, list.Items[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	return detail
}

func TestEstateTellsWhoAnswers(t *testing.T) {
	each(t, places.Options{}, func(t *testing.T, db *storage.DB, s *places.Store) {
		importing(t, s, village)
		managed := estateNamed(t, s, "桃源")
		if managed.HandlingPartyName != "甲物业" || managed.ServiceMode != place.ModeProfessional || managed.Buildings != 2 ||
			managed.Households != 57 || managed.AreaC != 570050 || managed.TownName != "城关镇" || managed.Code != "410308100-901-10001" {
			t.Errorf("%+v", managed.EstateRow)
		}
		if c := managed.Contact; c.Phone24 != "0379-06000001" || c.StationName != "桃林社区物业服务站" || c.StationPhone != "0379-06000009" || len(c.Emergency) != 4 {
			t.Errorf("%+v", c)
		}
		ownerless := estateNamed(t, s, "永安街9号院")
		if ownerless.ServiceMode != place.ModeNone || ownerless.Contact.HandlingPartyKind != place.PartyServiceStation || ownerless.Contact.Phone24 != "0379-06000009" || len(ownerless.Terms) != 0 {
			t.Errorf("%+v", ownerless)
		}
	})
}

func TestHandOver(t *testing.T) {
	var called []models.Date
	refuse := false
	hook := func(_ storage.Tx, _ int64, day models.Date) error {
		if refuse {
			return errors.New("the tickets cannot follow")
		}
		called = append(called, day)
		return nil
	}
	each(t, places.Options{OnHandOver: hook}, func(t *testing.T, db *storage.DB, s *places.Store) {
		importing(t, s, village+"410308100901,桃林社区,柳园,有专业化物业管理小区,新建,专业物业,乙物业,,,永安街3号,1号楼,1,4,2,640.00,2020-01-01\n")
		called, refuse = nil, false
		estate := estateNamed(t, s, "桃源")
		next := estateNamed(t, s, "柳园").Contact.HandlingPartyID
		today := models.DateOf(noon)
		hand := func(n place.NewTerm) error {
			_, err := s.SetServiceTerm(t.Context(), centre, estate.ID, n)
			return err
		}
		term := place.NewTerm{HandlingPartyID: next, ServiceMode: place.ModeProfessional, ValidFrom: "2026-11-01", Phone24: "0379-06000002"}

		_, err := s.SetServiceTerm(t.Context(), actorWith(5, models.OperatorManager, models.ScopeHandlingParty, next), estate.ID, term)
		wantCode(t, err, "service_term.denied")
		wantCode(t, hand(place.NewTerm{HandlingPartyID: next, ServiceMode: place.ModeProfessional, ValidFrom: "2019-06-01"}), "service_term.overlap")
		wantCode(t, hand(place.NewTerm{HandlingPartyID: next, ServiceMode: place.ModeProfessional, ValidFrom: "2020-01-01"}), "service_term.overlap")
		wantCode(t, hand(place.NewTerm{HandlingPartyID: 9999, ServiceMode: place.ModeProfessional, ValidFrom: "2026-11-01"}), "handling_party.not_found")
		// A day further back than papers take is a slip of the pen; where nobody is cut off any day will do.
		for _, none := range []models.Date{"", "９９", "2026-02-30", "tomorrow"} {
			wantCode(t, hand(place.NewTerm{HandlingPartyID: next, ServiceMode: place.ModeProfessional, ValidFrom: none}), "request.bad_date")
		}
		wantCode(t, hand(place.NewTerm{HandlingPartyID: next, ServiceMode: place.ModeProfessional, ValidFrom: today.Add(-31)}), "service_term.too_far_back")
		called = nil // what the hook did went with the transaction
		refuse = true
		if err := hand(place.NewTerm{HandlingPartyID: next, ServiceMode: place.ModeProfessional, ValidFrom: today.Add(-30)}); err == nil || models.CodeOf(err) == "service_term.too_far_back" {
			t.Errorf("thirty days back: %v", err)
		}
		if err := hand(term); err == nil {
			t.Error("a hand-over went through though the tickets did not follow")
		}
		refuse = false
		if now := estateNamed(t, s, "桃源"); now.HandlingPartyName != "甲物业" || len(now.Terms) != 1 || len(called) != 0 {
			t.Fatalf("refused hand-overs left something behind: %+v %v", now.Terms, called)
		}

		if err := hand(term); err != nil {
			t.Fatal(err)
		}
		now := estateNamed(t, s, "桃源")
		if now.HandlingPartyName != "乙物业" || now.Contact.Phone24 != "0379-06000002" || len(now.Terms) != 2 {
			t.Errorf("%+v", now)
		}
		if old := now.Terms[1]; old.ValidTo != "2026-11-01" {
			t.Errorf("the old term ends on %q", old.ValidTo)
		}
		if len(called) != 1 || called[0] != "2026-11-01" {
			t.Errorf("tickets followed at %v", called)
		}
		// A term that begins later is written down; its tickets follow on its day.
		if err := hand(place.NewTerm{ServiceMode: place.ModeCommunityTrusteeship, ValidFrom: "2027-01-01"}); err != nil {
			t.Fatal(err)
		}
		if len(called) != 1 || estateNamed(t, s, "桃源").HandlingPartyName != "乙物业" {
			t.Error("a term of next year counts already")
		}
		read(t, db, func(tx storage.Tx) error {
			for day, want := range map[models.Date]place.ServiceMode{"2026-10-31": place.ModeProfessional, "2027-01-01": place.ModeCommunityTrusteeship} {
				term, found, err := places.TermOn(tx, estate.ID, day)
				if err != nil || !found || term.ServiceMode != want {
					t.Errorf("%s: %+v %v", day, term, err)
				}
			}
			_, found, err := places.TermOn(tx, estate.ID, "2019-12-31")
			if found {
				t.Error("somebody served before the first term")
			}
			return err
		})
	})
}

func TestCancelAHandOver(t *testing.T) {
	each(t, places.Options{}, func(t *testing.T, db *storage.DB, s *places.Store) {
		importing(t, s, village)
		estate := estateNamed(t, s, "桃源")
		other := estateNamed(t, s, "永安街9号院")
		today := models.DateOf(noon)
		plan := func(day models.Date) int64 {
			t.Helper()
			detail, err := s.SetServiceTerm(t.Context(), centre, estate.ID, place.NewTerm{
				ServiceMode: place.ModeCommunityTrusteeship, ServiceLevel: "cpma2004/1", ValidFrom: day, Phone24: "0379-06000005", ProjectLead: "魏经理",
			})
			if err != nil {
				t.Fatal(err)
			}
			return detail.Terms[0].ID
		}
		cancel := func(a models.Actor, estateID, term int64) (place.EstateDetail, error) {
			return s.CancelServiceTerm(t.Context(), a, estateID, term)
		}
		spans := func() (words []string) {
			for _, term := range estateNamed(t, s, "桃源").Terms {
				words = append(words, fmt.Sprintf("%s %s..%s", term.ServiceMode, term.ValidFrom, term.ValidTo))
			}
			return words
		}
		unplanned := spans()
		first := plan(today.Add(10))
		planned := spans()

		// Nobody but the centre; no term of another estate; no term that begins today.
		for _, a := range []models.Actor{
			actorWith(5, models.OperatorManager, models.ScopeHandlingParty, estate.Contact.HandlingPartyID),
			actorWith(6, models.Admin, models.ScopeCounty, 1),
			actorWith(7, models.TownOfficer, models.ScopeTown, estate.TownID),
		} {
			_, err := cancel(a, estate.ID, first)
			wantCode(t, err, "service_term.denied")
		}
		_, err := cancel(centre, other.ID, first)
		wantCode(t, err, "service_term.not_found")
		_, err = cancel(centre, 99999, first)
		wantCode(t, err, "estate.not_found")
		_, err = cancel(centre, estate.ID, estate.Terms[0].ID)
		wantCode(t, err, "service_term.begun")
		if got := spans(); !slices.Equal(got, planned) {
			t.Fatalf("what was refused changed something: %v", got)
		}

		detail, err := cancel(centre, estate.ID, first)
		if err != nil || len(detail.Terms) != 1 {
			t.Fatalf("%+v %v", detail.Terms, err)
		}
		if got := spans(); !slices.Equal(got, unplanned) {
			t.Errorf("got %v, before the plan it was %v", got, unplanned)
		}
		_, err = cancel(centre, estate.ID, first)
		wantCode(t, err, "service_term.not_found")

		// Two plans, the nearer one cancelled: the first party serves until the further one begins. Entered anew a plan has another
		// id, so that a page of before cancels nothing.
		near := plan(today.Add(20))
		if near == first {
			t.Error("a new plan has the id of a cancelled one")
		}
		far := plan(today.Add(40))
		if _, err := cancel(centre, estate.ID, near); err != nil {
			t.Fatal(err)
		}
		want := []string{"community_trusteeship " + string(today.Add(40)) + "..", fmt.Sprintf("professional 2020-01-01..%s", today.Add(40))}
		if got := spans(); !slices.Equal(got, want) {
			t.Errorf("got %v, want %v", got, want)
		}
		if _, err := cancel(centre, estate.ID, far); err != nil {
			t.Fatal(err)
		}

		// What was planned stays written down, names apart from the rest.
		read(t, db, func(tx storage.Tx) error {
			var line storage.LedgerLine
			if err := tx.DB().Where("noun = 'service_term' AND action = 'cancel' AND noun_id = ?", first).Take(&line).Error; err != nil {
				return err
			}
			for _, part := range []string{
				fmt.Sprintf(`"estate_id":%d`, estate.ID), fmt.Sprintf(`"valid_from":"%s"`, today.Add(10)), `"valid_to":""`,
				`"service_mode":"community_trusteeship"`, `"service_level":"cpma2004/1"`, fmt.Sprintf(`"before":%d`, estate.Contact.HandlingPartyID),
			} {
				if !strings.Contains(line.Data, part) {
					t.Errorf("the ledger does not know %s: %s", part, line.Data)
				}
			}
			if strings.Contains(line.Data, "魏") || strings.Contains(line.Data, "06000005") {
				t.Errorf("personal matter in the ledger: %s", line.Data)
			}
			var private storage.LedgerPrivate
			if err := tx.DB().Take(&private, "ledger_id = ?", line.ID).Error; err != nil {
				return err
			}
			if private.Note != "魏经理 0379-06000005" || private.ActorID != centre.AccountID {
				t.Errorf("%+v", private)
			}
			return nil
		})
	})
}

// Two officers at once: one plans a further hand-over, the other cancels the one before it. Whoever comes second meets what the
// first left, and the days stay without a gap and without an overlap.
func TestCancelAndPlanAtOnce(t *testing.T) {
	each(t, places.Options{}, func(t *testing.T, _ *storage.DB, s *places.Store) {
		importing(t, s, village)
		estate := estateNamed(t, s, "桃源")
		today := models.DateOf(noon)
		for round := range 6 {
			detail, err := s.SetServiceTerm(t.Context(), centre, estate.ID, place.NewTerm{ServiceMode: place.ModeCommunityTrusteeship, ValidFrom: today.Add(10)})
			if err != nil {
				t.Fatal(err)
			}
			near := detail.Terms[0].ID
			var both sync.WaitGroup
			both.Go(func() {
				if _, err := s.CancelServiceTerm(t.Context(), centre, estate.ID, near); err != nil {
					t.Errorf("cancel: %v", err)
				}
			})
			both.Go(func() {
				_, err := s.SetServiceTerm(t.Context(), centre, estate.ID, place.NewTerm{ServiceMode: place.ModeCommunityTrusteeship, ValidFrom: today.Add(30)})
				if err != nil {
					t.Errorf("plan: %v", err)
				}
			})
			both.Wait()
			terms := estateNamed(t, s, "桃源").Terms
			if len(terms) != 2 || terms[1].ValidTo != terms[0].ValidFrom || terms[0].ValidFrom != today.Add(30) || terms[0].ValidTo != "" {
				t.Fatalf("round %d: %+v", round, terms)
			}
			if _, err := s.CancelServiceTerm(t.Context(), centre, estate.ID, terms[0].ID); err != nil {
				t.Fatal(err)
			}
		}
	})
}

func TestOverlapIsRefusedByTheDatabaseItself(t *testing.T) {
	each(t, places.Options{}, func(t *testing.T, db *storage.DB, s *places.Store) {
		importing(t, s, village)
		estate := estateNamed(t, s, "桃源")
		err := db.Write(t.Context(), func(tx storage.Tx) error {
			return tx.DB().Create(&place.ServiceTerm{
				EstateID: estate.ID, HandlingPartyID: estate.Contact.HandlingPartyID, ServiceMode: place.ModeProfessional,
				ValidFrom: "2018-01-01", ValidTo: "2020-01-02", RecordedAt: tx.At(),
			}).Error
		})
		if !storage.Overlapping(err) {
			t.Errorf("got %v", err)
		}
	})
}

func TestSearch(t *testing.T) {
	each(t, places.Options{}, func(t *testing.T, db *storage.DB, s *places.Store) {
		importing(t, s, village)
		for text, want := range map[string]string{
			"桃源": "estate 桃源花园", "桃源花园12栋": "building 十二号楼", "桃源十二幢1单元501": "building 十二号楼", "桃源１２号楼": "building 十二号楼",
			"桃源99号楼": "estate 桃源花园", "永安街9号院": "estate 永安街9号院", "12栋": "building 十二号楼", "%": "", "_": "", "西游": "",
		} {
			found, err := s.SearchPlaces(t.Context(), centre, text)
			got := ""
			if len(found) > 0 {
				got = found[0].Kind + " " + map[string]string{"estate": found[0].EstateName, "building": found[0].BuildingName}[found[0].Kind]
			}
			if err != nil || got != want {
				t.Errorf("%s: got %q %v", text, got, err)
			}
		}
	})
}

func TestPoster(t *testing.T) {
	each(t, places.Options{PublicURL: "https://linli.example.cn"}, func(t *testing.T, db *storage.DB, s *places.Store) {
		importing(t, s, village)
		estate := estateNamed(t, s, "永安街9号院")
		building := estate.BuildingsList[0]
		write(t, db, func(tx storage.Tx) error { return giveSteward(tx, building.ID, "欧阳满仓") })
		poster, err := s.PrintPoster(t.Context(), centre, building.ID)
		if err != nil || poster.URL != "https://linli.example.cn/q/"+poster.Token || len(poster.Token) != 16 || poster.Contact.StewardName != "欧阳满仓" {
			t.Fatalf("%+v %v", poster, err)
		}
		card, err := s.FindPoster(t.Context(), poster.Token)
		if err != nil || card.BuildingID != building.ID || card.Contact.StewardName != "欧阳*" || !card.SmallBuilding {
			t.Errorf("%+v %v", card, err)
		}
		_, err = s.FindPoster(t.Context(), "nothing")
		wantCode(t, err, "poster.not_found")
		stranger := actorWith(9, models.BuildingSteward, models.ScopeBuilding, building.ID+1)
		_, err = s.PrintPoster(t.Context(), stranger, building.ID)
		wantCode(t, err, "poster.denied")
		steward := actorWith(8, models.BuildingSteward, models.ScopeBuilding, building.ID)
		detail, err := s.ShowBuilding(t.Context(), steward, building.ID)
		if err != nil || !detail.MayPrintPoster || detail.Households != 8 || detail.Entrances != 1 || detail.Facts.Answers != "桃林社区物业服务站" {
			t.Errorf("%+v %v", detail, err)
		}
		units, err := s.ListUnits(t.Context(), steward, building.ID)
		if err != nil || len(units) != 8 || units[0].Name != "101" || units[7].Name != "402" || units[0].EntranceName != "1单元" {
			t.Errorf("%+v %v", units, err)
		}
	})
}

func giveSteward(tx storage.Tx, building int64, name string) error {
	err := tx.DB().Table("accounts").Create(map[string]any{
		"id": 8, "phone": "19900000008", "name": name, "password_hash": "", "locale": "zh-CN", "demo": true, "created_at": tx.At(), "updated_at": tx.At(),
	}).Error
	if err != nil {
		return err
	}
	return tx.DB().Table("memberships").Create(map[string]any{
		"account_id": 8, "role": models.BuildingSteward, "scope_kind": models.ScopeBuilding, "scope_id": building, "relation": "", "status": models.Approved,
		"method": "appointment", "valid_from": "2026-01-01", "asked_at": tx.At(), "decided_by": 1, "recorded_at": tx.At(),
	}).Error
}

func TestEstatesAreListedForThoseWhoLookAfterThem(t *testing.T) {
	each(t, places.Options{}, func(t *testing.T, db *storage.DB, s *places.Store) {
		importing(t, s, village+"410308105901,朝晖社区,锦川苑,有专业化物业管理小区,新建,专业物业,乙物业,,,锦川街1号,1号楼,1,4,2,640.00,2020-01-01\n")
		peach, far := estateNamed(t, s, "桃源"), estateNamed(t, s, "锦川")
		for name, test := range map[string]struct {
			actor models.Actor
			want  int
		}{
			"centre":          {centre, 3},
			"nobody":          {models.Actor{AccountID: 4}, 0},
			"station":         {actorWith(4, models.StationStaff, models.ScopeCommunity, peach.CommunityID), 2},
			"town":            {actorWith(4, models.TownOfficer, models.ScopeTown, far.TownID), 1},
			"operator":        {models.Actor{AccountID: 4, Parties: []int64{far.Contact.HandlingPartyID}}, 1},
			"resident":        {models.Actor{AccountID: 4, Homes: []models.Home{{EstateID: peach.ID}}}, 1},
			"steward":         {actorWith(4, models.BuildingSteward, models.ScopeBuilding, far.BuildingsList[0].ID), 1},
			"pending station": {models.Actor{AccountID: 4, Held: []models.Held{{Role: models.StationStaff, ScopeKind: models.ScopeCommunity, ScopeID: peach.CommunityID}}}, 0},
		} {
			list, err := s.ListEstates(t.Context(), test.actor, place.EstateFilter{})
			if err != nil || len(list.Items) != test.want {
				t.Errorf("%s: %d estates %v", name, len(list.Items), err)
			}
		}
		first, err := s.ListEstates(t.Context(), centre, place.EstateFilter{Limit: 2})
		if err != nil || len(first.Items) != 2 || first.Next == "" {
			t.Fatalf("%+v %v", first, err)
		}
		rest, err := s.ListEstates(t.Context(), centre, place.EstateFilter{Limit: 2, Cursor: first.Next})
		if first.Total == nil || *first.Total != int64(len(first.Items)+len(rest.Items)) || rest.Total != nil {
			t.Errorf("in all %v, %v; listed %d and %d", first.Total, rest.Total, len(first.Items), len(rest.Items))
		}
		if err != nil || len(rest.Items) != 1 || rest.Next != "" || rest.Items[0].ID == first.Items[1].ID {
			t.Errorf("%+v %v", rest, err)
		}
		unserved, err := s.ListEstates(t.Context(), centre, place.EstateFilter{ServiceMode: place.ModeNone, BaselineClass: place.ClassOwnerless})
		if err != nil || len(unserved.Items) != 1 || unserved.Items[0].Name != "永安街9号院" {
			t.Errorf("%+v %v", unserved, err)
		}
	})
}
