package people

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"linli/models"
	"linli/models/people"
	"linli/storage"
)

func (w *world) ask(a models.Actor, unit int64) people.MembershipView {
	w.Helper()
	view, err := w.AskMembership(w.Context(), a, people.Ask{UnitID: unit, Relation: "owner"})
	w.must(err)
	return view
}

func (w *world) reload(a models.Actor) models.Actor {
	w.Helper()
	a, err := w.LoadActor(w.Context(), models.Access{AccountID: a.AccountID, SessionID: a.SessionID})
	w.must(err)
	return a
}

var approve = people.Decision{Approve: true, Method: people.ByVisit}

func TestAskingForAResidence(t *testing.T) {
	each(t, Options{}, func(w *world) {
		a := w.signIn("13800000001")
		view := w.ask(a, w.units["operator"])
		if view.Status != models.Pending || view.ScopeName != "operator小区 3号楼 2单元 501" {
			w.Fatalf("%+v", view)
		}
		if again := w.ask(a, w.units["operator"]); again.ID != view.ID {
			w.Error("asking twice makes two requests")
		}
		a = w.reload(a) // at once
		if len(a.Homes) != 1 || a.Homes[0].Approved || a.Homes[0].CommunityID != w.community || a.Has(models.Resident) {
			w.Fatalf("pending: %+v", a)
		}
		me, err := w.Me(w.Context(), a)
		w.must(err)
		if me.Home == nil || me.Home.UnitName != "501" || me.Home.Approved {
			w.Fatalf("%+v", me.Home)
		}
		_, err = w.AskMembership(w.Context(), a, people.Ask{UnitID: 99999, Relation: "owner"})
		w.code(err, "unit.not_found")
		_, err = w.AskMembership(w.Context(), a, people.Ask{UnitID: w.units["operator"], Relation: "guest"})
		w.code(err, "membership.relation_unknown")
	})
}

func TestAskingAtOnceMakesOneRequest(t *testing.T) {
	each(t, Options{}, func(w *world) {
		a := w.signIn("13800000002")
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				w.AskMembership(w.Context(), a, people.Ask{UnitID: w.units["operator"], Relation: "occupant"})
			})
		}
		wg.Wait()
		var n int64
		w.must(w.db.Read(w.Context(), func(tx storage.Tx) error {
			return tx.DB().Table("memberships").Where("account_id = ?", a.AccountID).Count(&n).Error
		}))
		if n != 1 {
			w.Fatalf("%d requests, want 1", n)
		}
	})
}

func TestPendingRequestsAreBounded(t *testing.T) {
	each(t, Options{}, func(w *world) {
		a := w.signIn("13800000003")
		w.write(func(tx storage.Tx) error {
			for i := range 7 {
				w.units[fmt.Sprint("x", i)] = w.estate(tx, fmt.Sprint("x", i), w.operator)
			}
			return nil
		})
		for i := range people.MostPendingAtATime {
			w.ask(a, w.units[fmt.Sprint("x", i)])
		}
		_, err := w.AskMembership(w.Context(), a, people.Ask{UnitID: w.units["x6"], Relation: "owner"})
		w.code(err, "membership.too_many_pending")
	})
}

// The list that a person gets and the decision that he may take are two readings of one rule.
func TestWhoMayDecide(t *testing.T) {
	each(t, Options{}, func(w *world) {
		resident := w.signIn("13800000010")
		name := "欧阳若兰"
		w.must(w.db.Write(w.Context(), func(tx storage.Tx) error {
			return tx.DB().Table("accounts").Where("id = ?", resident.AccountID).Updates(map[string]any{"name": name}).Error
		}))
		deciders := map[string]models.Actor{
			"station":  w.person("13800000011", models.StationStaff, models.ScopeCommunity, w.community),
			"other":    w.person("13800000012", models.StationStaff, models.ScopeCommunity, w.otherCommunity),
			"town":     w.person("13800000013", models.TownOfficer, models.ScopeTown, w.town),
			"far":      w.person("13800000014", models.TownOfficer, models.ScopeTown, w.otherTown),
			"centre":   w.person("13800000015", models.CenterOfficer, models.ScopeCounty, w.county),
			"admin":    w.person("13800000016", models.Admin, models.ScopeCounty, w.county),
			"manager":  w.person("13800000017", models.OperatorManager, models.ScopeHandlingParty, w.operator),
			"auditor":  w.person("13800000018", models.Auditor, models.ScopeCounty, w.county),
			"resident": resident,
			"two hats": w.person("13800000019", models.StationStaff, models.ScopeCommunity, w.community),
		}
		w.person("13800000019", models.OperatorStaff, models.ScopeHandlingParty, w.operator)
		w.actors.forget() // a grant of an import, past this Store, counts within a second
		deciders["two hats"] = w.reload(deciders["two hats"])
		want := map[string][]string{
			"station": {"operator"}, "town": {"neighbour", "nobody", "station"},
			"centre": {"neighbour", "nobody", "operator", "station", "town"}, "admin": {"neighbour", "nobody", "operator", "station", "town"},
		}
		units := map[string]string{}
		for answers, unit := range w.units {
			units[w.ask(resident, unit).ScopeName] = answers
		}
		for who, a := range deciders {
			list, err := w.MembershipRequests(w.Context(), a)
			w.must(err)
			if n, err := w.MembershipRequestsWaiting(w.Context(), a); err != nil || n != len(list) {
				w.Errorf("%s: %d wait, %d are listed: %v", who, n, len(list), err)
			}
			var listed, mayDecide []string
			for _, r := range list {
				listed = append(listed, units[r.ScopeName])
				if r.AccountName != name {
					w.Errorf("who decides compares the name with a roll, and reads %q", r.AccountName)
				}
				if r.PhoneMasked != "138****0010" {
					w.Errorf("the list shows %s", r.PhoneMasked)
				}
			}
			w.must(w.db.Read(w.Context(), func(tx storage.Tx) error {
				var rows []request
				w.must(requests(tx).Where("m.status = ?", models.Pending).Limit(100).Scan(&rows).Error)
				for _, r := range rows {
					if people.MayDecide(a, r.residence()) {
						names, err := scopeNames(tx, []people.Membership{r.Membership})
						w.must(err)
						mayDecide = append(mayDecide, units[names[scopeKey{r.ScopeKind, r.ScopeID}]])
					}
				}
				return nil
			}))
			slices.Sort(listed)
			slices.Sort(mayDecide)
			if !slices.Equal(listed, want[who]) || !slices.Equal(mayDecide, want[who]) {
				w.Errorf("%s: list %v, rule %v, want %v", who, listed, mayDecide, want[who])
			}
		}
	})
}

func TestDecidingAMembership(t *testing.T) {
	each(t, Options{}, func(w *world) {
		resident := w.signIn("13800000020")
		station := w.person("13800000021", models.StationStaff, models.ScopeCommunity, w.community)
		manager := w.person("13800000022", models.OperatorManager, models.ScopeHandlingParty, w.operator)
		served, own := w.ask(resident, w.units["operator"]), w.ask(resident, w.units["station"])
		decide := func(a models.Actor, id int64, d people.Decision) (people.MembershipView, error) {
			return w.DecideMembership(w.Context(), a, id, d)
		}

		_, err := decide(manager, served.ID, approve)
		w.code(err, "membership.not_found")
		_, err = decide(resident, served.ID, approve)
		w.code(err, "membership.not_found")
		_, err = decide(station, own.ID, approve)
		w.code(err, "membership.judged_party")

		view, err := decide(station, served.ID, approve)
		w.must(err)
		if view.Status != models.Approved || view.Method != people.ByVisit {
			w.Fatalf("%+v", view)
		}
		resident = w.reload(resident)
		if !resident.HasFor(models.Resident, models.ScopeUnit, w.units["operator"]) {
			w.Errorf("the approval does not work at once: %+v", resident)
		}
		_, err = decide(station, served.ID, people.Decision{Reason: "changed my mind"})
		w.code(err, "membership.decided")
		if w.ledger("membership", "approve") != 1 || w.ledger("membership", "ask") != 2 {
			w.Error("the ledger misses a line")
		}
	})
}

func TestTwoDecideAtOnce(t *testing.T) {
	each(t, Options{}, func(w *world) {
		request := w.ask(w.signIn("13800000023"), w.units["operator"])
		station := w.person("13800000024", models.StationStaff, models.ScopeCommunity, w.community)
		var mu sync.Mutex
		var wg sync.WaitGroup
		codes := map[string]int{}
		for i := range 6 {
			wg.Go(func() {
				d := approve
				if i%2 == 0 {
					d = people.Decision{Reason: "no"}
				}
				_, err := w.DecideMembership(w.Context(), station, request.ID, d)
				mu.Lock()
				defer mu.Unlock()
				if err == nil {
					codes["done"]++
				} else {
					codes[models.CodeOf(err)]++
				}
			})
		}
		wg.Wait()
		if codes["done"] != 1 || codes["membership.decided"] != 5 {
			w.Fatalf("%v", codes)
		}
	})
}

func TestPartiesOfAnActor(t *testing.T) {
	each(t, Options{}, func(w *world) {
		for i, c := range []struct {
			role models.Role
			kind models.ScopeKind
			id   int64
			want int64
		}{
			{models.OperatorStaff, models.ScopeHandlingParty, w.operator, w.operator},
			{models.AgencyStaff, models.ScopeHandlingParty, w.agency, w.agency},
			{models.StationStaff, models.ScopeCommunity, w.community, w.station},
			{models.TownOfficer, models.ScopeTown, w.town, w.townParty},
			{models.CenterOfficer, models.ScopeCounty, w.county, w.center},
			{models.Auditor, models.ScopeCounty, w.county, 0},
			{models.BuildingSteward, models.ScopeBuilding, w.building, 0},
		} {
			a := w.person(fmt.Sprintf("1390000%04d", i), c.role, c.kind, c.id)
			if c.want == 0 && len(a.Parties) != 0 || c.want != 0 && !slices.Equal(a.Parties, []int64{c.want}) {
				w.Errorf("%s works for %v, want %d", c.role, a.Parties, c.want)
			}
			if !a.HasFor(c.role, c.kind, c.id) {
				w.Errorf("%s is not held", c.role)
			}
		}
	})
}

func TestAppointing(t *testing.T) {
	each(t, Options{}, func(w *world) {
		centre := w.person("13800000030", models.CenterOfficer, models.ScopeCounty, w.county)
		admin := w.person("13800000031", models.Admin, models.ScopeCounty, w.county)
		station := w.person("13800000032", models.StationStaff, models.ScopeCommunity, w.community)
		appoint := func(a models.Actor, phone string, role models.Role, kind models.ScopeKind, id int64) error {
			_, err := w.Appoint(w.Context(), a, people.Appointment{Phone: phone, Name: "王五", Role: role, ScopeKind: kind, ScopeID: id})
			return err
		}
		w.must(appoint(centre, "138 0000 0040", models.BuildingSteward, models.ScopeBuilding, w.building))
		w.code(appoint(centre, "13800000040", models.BuildingSteward, models.ScopeBuilding, w.building), "membership.exists")
		w.code(appoint(centre, "13800000040", models.BuildingSteward, models.ScopeBuilding, 99999), "membership.scope_missing")
		w.code(appoint(centre, "13800000040", models.AgencyStaff, models.ScopeHandlingParty, w.operator), "membership.scope_missing")
		w.code(appoint(centre, "13800000040", models.StationStaff, models.ScopeCommunity, w.town), "membership.scope_missing")
		w.code(appoint(centre, "13800000040", models.Auditor, models.ScopeCounty, w.county), "membership.denied")
		w.must(appoint(admin, "13800000040", models.Auditor, models.ScopeCounty, w.county))
		w.code(appoint(admin, "13800000031", models.Auditor, models.ScopeCounty, w.county), "membership.own_appointment")
		w.code(appoint(station, "13800000041", models.BuildingSteward, models.ScopeBuilding, w.building), "membership.denied")

		var accounts int64
		w.must(w.db.Read(w.Context(), func(tx storage.Tx) error {
			return tx.DB().Table("accounts").Where("phone = ?", "13800000041").Count(&accounts).Error
		}))
		if accounts != 0 {
			w.Error("a refused appointment made an account")
		}
		_, err := w.Appointments(w.Context(), station, people.AppointmentFilter{})
		w.code(err, "membership.denied")
		stewards, err := w.Appointments(w.Context(), centre, people.AppointmentFilter{Role: models.BuildingSteward})
		w.must(err)
		for name, c := range map[string]struct {
			f    people.AppointmentFilter
			want int
		}{
			"all":       {people.AppointmentFilter{}, 5},
			"by role":   {people.AppointmentFilter{Role: models.BuildingSteward}, 1},
			"by scope":  {people.AppointmentFilter{ScopeKind: models.ScopeCounty, ScopeID: w.county}, 3},
			"by name":   {people.AppointmentFilter{Q: "王"}, 2},
			"by place":  {people.AppointmentFilter{Q: stewards.Items[0].ScopeName}, 1},
			"by phone":  {people.AppointmentFilter{Q: "13800000040"}, 2},
			"by sign":   {people.AppointmentFilter{Q: "%"}, 0},
			"underline": {people.AppointmentFilter{Q: "王_"}, 0},
		} {
			list, err := w.Appointments(w.Context(), centre, c.f)
			w.must(err)
			if len(list.Items) != c.want || list.Total == nil || *list.Total != int64(c.want) {
				w.Errorf("%s: %+v, want %d", name, list, c.want)
			}
			for _, v := range list.Items {
				if strings.Contains(fmt.Sprintf("%+v", v), "1380000") {
					w.Errorf("%s: a whole phone number in %+v", name, v)
				}
			}
		}
		seen := 0
		for next := int64(0); ; {
			list, err := w.Appointments(w.Context(), centre, people.AppointmentFilter{Limit: 1, Before: next})
			w.must(err)
			seen += len(list.Items)
			if first := next == 0; first != (list.Total != nil) || first && *list.Total != 5 {
				w.Errorf("after %d of 5 the total is %v", seen, list.Total)
			}
			if list.Next == "" {
				break
			}
			next, err = strconv.ParseInt(list.Next, 10, 64)
			w.must(err)
		}
		if seen != 5 {
			w.Errorf("page by page %d, want 5", seen)
		}
	})
}

func TestARoleTakenAwayIsGoneAtOnce(t *testing.T) {
	each(t, Options{}, func(w *world) {
		centre := w.person("13800000050", models.CenterOfficer, models.ScopeCounty, w.county)
		station := w.person("13800000051", models.StationStaff, models.ScopeCommunity, w.community)
		steward := w.person("13800000053", models.BuildingSteward, models.ScopeBuilding, w.building)
		if station = w.reload(station); !station.Has(models.StationStaff) || !station.WorksFor(w.station) {
			w.Fatalf("%+v", station)
		}
		id := station.Held[0].MembershipID
		_, err := w.EndMembership(w.Context(), steward, id, "not mine to end")
		w.code(err, "membership.not_found")
		_, err = w.EndMembership(w.Context(), centre, id, "  ")
		w.code(err, "membership.reason_missing")
		view, err := w.EndMembership(w.Context(), centre, id, "moved to another community")
		w.must(err)
		if view.Status != models.Ended || view.ValidTo != "2026-11-22" {
			w.Errorf("%+v", view)
		}
		if station = w.reload(station); station.Has(models.StationStaff) || len(station.Parties) != 0 {
			w.Fatalf("still there: %+v", station)
		}
		_, err = w.EndMembership(w.Context(), centre, id, "again")
		w.code(err, "membership.ended")
		_, err = w.EndMembership(w.Context(), steward, steward.Held[0].MembershipID, "I am stepping back")
		w.must(err)
		if w.ledger("membership", "end") != 2 {
			w.Error("the ledger misses an end")
		}
	})
}

// A digit that stands wrong must not let a stranger in under the right name.
func TestANumberKnownUnderAnotherNameIsAppointedOnlyWhenThatWasSaid(t *testing.T) {
	each(t, Options{}, func(w *world) {
		centre := w.person("13800000160", models.CenterOfficer, models.ScopeCounty, w.county)
		appoint := func(name string, scope int64, same bool) error {
			_, err := w.Appoint(w.Context(), centre, people.Appointment{
				Phone: "13800000161", Name: name, Role: models.StationStaff, ScopeKind: models.ScopeCommunity, ScopeID: scope, SamePerson: same,
			})
			return err
		}
		w.must(appoint("赵六", w.community, false))
		w.code(appoint("孙七", w.otherCommunity, false), "membership.other_name")
		named := func() (names []string) {
			list, err := w.Appointments(w.Context(), centre, people.AppointmentFilter{Q: "13800000161"})
			w.must(err)
			for _, v := range list.Items {
				names = append(names, v.AccountName)
			}
			return names
		}
		if got := named(); len(got) != 1 {
			w.Errorf("refused, and yet %v", got)
		}
		w.must(appoint("孙七", w.otherCommunity, true))
		if got := named(); !slices.Equal(got, []string{"赵六", "赵六"}) {
			w.Errorf("his own name is %v", got)
		}
		// Whoever has no name yet gets the one that is written.
		w.signIn("13800000162")
		_, err := w.Appoint(w.Context(), centre, people.Appointment{Phone: "13800000162", Name: "周八", Role: models.StationStaff, ScopeKind: models.ScopeCommunity, ScopeID: w.community})
		w.must(err)
	})
}

func TestMembershipsBeginAndExpireByTheDay(t *testing.T) {
	each(t, Options{}, func(w *world) {
		centre := w.person("13800000060", models.CenterOfficer, models.ScopeCounty, w.county)
		_, err := w.Appoint(w.Context(), centre, people.Appointment{Phone: "13800000061", Name: "赵六", Role: models.BuildingSteward,
			ScopeKind: models.ScopeBuilding, ScopeID: w.building, ValidFrom: "2026-11-23", ValidTo: "2026-11-25"})
		w.must(err)
		a := w.signIn("13800000061")
		for day, want := range []bool{false, true, true, false} {
			if got := w.reload(a).Has(models.BuildingSteward); got != want {
				w.Errorf("on day %d: %v, want %v", day, got, want)
			}
			w.pass(24 * time.Hour)
		}
		_, err = w.Appoint(w.Context(), centre, people.Appointment{Phone: "13800000061", Name: "赵六", Role: models.BuildingSteward,
			ScopeKind: models.ScopeBuilding, ScopeID: w.building, ValidFrom: "2026-11-24"})
		w.code(err, "membership.exists") // the days overlap
		_, err = w.Appoint(w.Context(), centre, people.Appointment{Phone: "13800000061", Name: "赵六", Role: models.BuildingSteward,
			ScopeKind: models.ScopeBuilding, ScopeID: w.building, ValidFrom: "2026-11-25"})
		w.must(err)
	})
}

func TestTheLastAdminStays(t *testing.T) {
	each(t, Options{}, func(w *world) {
		first := w.person("13800000070", models.Admin, models.ScopeCounty, w.county)
		_, err := w.EndMembership(w.Context(), first, first.Held[0].MembershipID, "tired")
		w.code(err, "membership.last_admin")
		second := w.person("13800000071", models.Admin, models.ScopeCounty, w.county)
		var wg sync.WaitGroup
		wg.Go(func() { w.EndMembership(w.Context(), first, second.Held[0].MembershipID, "one of us") })
		wg.Go(func() { w.EndMembership(w.Context(), second, first.Held[0].MembershipID, "one of us") })
		wg.Wait()
		var admins []int64
		w.must(w.db.Read(w.Context(), func(tx storage.Tx) error {
			admins, err = adminsToday(tx)
			return err
		}))
		if len(admins) != 1 {
			w.Fatalf("%d admins are left, want 1", len(admins))
		}
	})
}

func TestUpdateMe(t *testing.T) {
	each(t, Options{}, func(w *world) {
		a := w.signIn("13800000080")
		name, locale, bad := " 李四 ", people.English, "fr"
		me, err := w.UpdateMe(w.Context(), a, people.Changes{Name: &name, Locale: &locale})
		w.must(err)
		if me.Name != "李四" || me.Locale != people.English {
			w.Fatalf("%+v", me)
		}
		_, err = w.UpdateMe(w.Context(), a, people.Changes{Locale: &bad})
		w.code(err, "account.locale_unknown")
	})
}

func TestSetupMakesOneAdmin(t *testing.T) {
	each(t, Options{}, func(w *world) {
		state, err := w.SetupState(w.Context())
		w.must(err)
		if !state.NeedsSetup || state.CountyName != "孟津县" {
			w.Fatalf("%+v", state)
		}
		in := people.FirstAdmin{Phone: "13800000090", Name: "管理员", Password: goodPassword}
		old, err := w.MakeSetupToken(w.Context())
		w.must(err)
		in.Token, err = w.MakeSetupToken(w.Context())
		w.must(err)
		try := func(change func(*people.FirstAdmin)) error { in := in; change(&in); return w.Setup(w.Context(), in) }
		w.code(try(func(in *people.FirstAdmin) { in.Token = "guess" }), "setup.token_wrong")
		w.code(try(func(in *people.FirstAdmin) { in.Token = old }), "setup.token_wrong")
		w.code(try(func(in *people.FirstAdmin) { in.Password = "short" }), "account.password_short")

		var mu sync.Mutex
		var wg sync.WaitGroup
		done := 0
		for i := range 4 {
			wg.Go(func() {
				if try(func(in *people.FirstAdmin) { in.Phone = fmt.Sprint("1380000009", i) }) == nil {
					mu.Lock()
					done++
					mu.Unlock()
				}
			})
		}
		wg.Wait()
		if done != 1 {
			w.Fatalf("%d set-ups with one token", done)
		}
		w.code(try(func(*people.FirstAdmin) {}), "setup.token_wrong")
		_, err = w.MakeSetupToken(w.Context())
		w.code(err, "setup.done")
		if state, _ = w.SetupState(w.Context()); state.NeedsSetup {
			w.Error("still waits for its first admin")
		}
		var phone string
		w.must(w.db.Read(w.Context(), func(tx storage.Tx) error {
			return tx.DB().Table("accounts").Joins("JOIN memberships m ON m.account_id = accounts.id").Where("m.role = ?", models.Admin).Pluck("phone", &phone).Error
		}))
		w.must(w.password(phone, goodPassword, "192.0.2.1"))
	})
}

func TestTheSetupTokenDiesAfterHalfAnHour(t *testing.T) {
	each(t, Options{}, func(w *world) {
		token, err := w.MakeSetupToken(w.Context())
		w.must(err)
		w.pass(people.SetupLife)
		err = w.Setup(w.Context(), people.FirstAdmin{Token: token, Phone: "13800000091", Name: "管理员", Password: goodPassword})
		w.code(err, "setup.token_wrong")
	})
}

// TestWhoTakesOverAnAppointment: the one before ends with the same step, today or when the new one begins, and only where it is
// the same role at the same place.
func TestWhoTakesOverAnAppointment(t *testing.T) {
	each(t, Options{}, func(w *world) {
		centre := w.person("13800000130", models.CenterOfficer, models.ScopeCounty, w.county)
		appoint := func(phone string, from models.Date, replaces ...int64) (people.MembershipView, error) {
			return w.Appoint(w.Context(), centre, people.Appointment{
				Phone: phone, Name: "王五", Role: models.BuildingSteward, ScopeKind: models.ScopeBuilding, ScopeID: w.building, ValidFrom: from, Replaces: replaces,
			})
		}
		stewards := func() (ids []int64, ends []models.Date) {
			list, err := w.Appointments(w.Context(), centre, people.AppointmentFilter{Role: models.BuildingSteward, ScopeKind: models.ScopeBuilding, ScopeID: w.building})
			w.must(err)
			for _, v := range list.Items {
				ids, ends = append(ids, v.ID), append(ends, v.ValidTo)
			}
			return ids, ends
		}
		first, err := appoint("13800000131", "")
		w.must(err)
		beside, err := appoint("13800000132", "")
		w.must(err)
		if ids, _ := stewards(); !slices.Equal(ids, []int64{beside.ID, first.ID}) {
			w.Fatalf("beside each other: %v", ids)
		}
		own, err := w.Appointments(w.Context(), centre, people.AppointmentFilter{Role: models.CenterOfficer})
		w.must(err)
		_, err = appoint("13800000133", "", own.Items[0].ID)
		w.code(err, "membership.not_found")
		_, err = appoint("13800000133", "", 99999)
		w.code(err, "membership.not_found")
		if ids, _ := stewards(); len(ids) != 2 {
			w.Fatalf("a refused take-over left %v", ids)
		}
		third, err := appoint("13800000133", "", first.ID, beside.ID)
		w.must(err)
		if ids, _ := stewards(); !slices.Equal(ids, []int64{third.ID}) {
			w.Fatalf("taken over: %v", ids)
		}
		later := models.DateOf(w.moment).Add(10)
		fourth, err := appoint("13800000134", later, third.ID)
		w.must(err)
		if ids, ends := stewards(); !slices.Equal(ids, []int64{fourth.ID, third.ID}) || !slices.Equal(ends, []models.Date{"", later}) {
			w.Errorf("to be taken over: %v until %v", ids, ends)
		}
	})
}
