package storagetest

import (
	"context"
	"fmt"
	"testing"

	"linli/models"
	"linli/models/people"
	"linli/models/place"
	"linli/storage"
)

// County is a small county for tests: one town, two communities with their stations, an operator's estate, a work
// unit's compound and an ownerless building, and somebody in each role.
type County struct {
	CountyID, TownID                         int64
	Community, OtherCommunity                int64
	Station, OtherStation, TownParty, Centre place.HandlingParty
	Operator, Rival, Unit                    place.HandlingParty
	Estate, Compound, Ownerless              place.Estate
	Building, OwnerlessBuilding              place.Building
	Home                                     place.Unit // of Resident, in Building

	Resident, Neighbour, Steward, Staff, RivalStaff, StationStaff, OtherStationStaff, TownOfficer, Officer, Auditor models.Actor
}

// Since is the first day of everything in the small county.
const Since = models.Date("2019-08-01")

// SmallCounty writes the county as rows, without the use-cases that other tests are about.
func SmallCounty(t *testing.T, db *storage.DB) County {
	t.Helper()
	c, err := WriteSmallCounty(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// WriteSmallCounty is SmallCounty for a program.
func WriteSmallCounty(ctx context.Context, db *storage.DB) (c County, err error) {
	err = db.WriteAt(ctx, Since.Start(), func(tx storage.Tx) error {
		c = County{}
		b := builder{tx: tx}
		b.divisions(&c)
		b.parties(&c)
		b.estates(&c)
		b.people(&c)
		return b.err
	})
	return c, err
}

// AddResident makes another account with an approved home of its own in Building. n makes its phone; it may be used once.
func (c County) AddResident(ctx context.Context, db *storage.DB, n int) (a models.Actor, err error) {
	err = db.WriteAt(ctx, Since.Start(), func(tx storage.Tx) error {
		b := builder{tx: tx, phone: n}
		home := b.home(c.Estate, c.Building, fmt.Sprint("R", n))
		a = b.person(fmt.Sprint("住户", n), models.Resident, home.ID)
		return b.err
	})
	return a, err
}

// AddStaff makes another account that works for Operator.
func (c County) AddStaff(ctx context.Context, db *storage.DB, n int) (a models.Actor, err error) {
	err = db.WriteAt(ctx, Since.Start(), func(tx storage.Tx) error {
		b := builder{tx: tx, phone: n}
		a = b.person(fmt.Sprint("师傅", n), models.OperatorStaff, c.Operator.ID, c.Operator.ID)
		return b.err
	})
	return a, err
}

// builder writes rows and keeps the first error.
type builder struct {
	tx    storage.Tx
	err   error
	phone int
}

func (b *builder) create(row any) {
	if b.err == nil {
		b.err = b.tx.DB().Create(row).Error
	}
}

func (b *builder) division(level place.Level, parent int64, code, name string) int64 {
	d := place.Division{Level: level}
	if parent != 0 {
		d.ParentID = &parent
	}
	b.create(&d)
	b.create(&place.DivisionCode{DivisionID: d.ID, Code: code, Name: name, ValidFrom: Since, RecordedAt: b.tx.At()})
	return d.ID
}

func (b *builder) divisions(c *County) {
	c.CountyID = b.division(place.County, 0, "990322", "试验县")
	c.TownID = b.division(place.Town, c.CountyID, "990322100", "试验镇")
	c.Community = b.division(place.Community, c.TownID, "990322100001", "试验社区")
	c.OtherCommunity = b.division(place.Community, c.TownID, "990322100002", "别处社区")
}

func (b *builder) party(code string, kind place.PartyKind, name string, division int64) place.HandlingParty {
	var there []place.HandlingParty // the whole program seeds the county's own bodies itself
	if b.err == nil {
		b.err = b.tx.DB().Where("code = ?", code).Limit(1).Find(&there).Error
	}
	if len(there) == 1 {
		return there[0]
	}
	p := place.HandlingParty{Code: code, Kind: kind, Name: name, Phone24: "0379-67900000", CreatedAt: b.tx.At()}
	if division != 0 {
		p.DivisionID = &division
	}
	b.create(&p)
	return p
}

func (b *builder) parties(c *County) {
	c.Station = b.party("station-1", place.PartyServiceStation, "试验社区物业服务站", c.Community)
	c.OtherStation = b.party("station-2", place.PartyServiceStation, "别处社区物业服务站", c.OtherCommunity)
	c.TownParty = b.party("town_test", place.PartyTown, "试验镇", c.TownID)
	c.Centre = b.party("property_center", place.PartyPropertyCenter, "县物业管理中心", c.CountyID)
	c.Operator = b.party("op-1", place.PartyOperator, "安泰物业", 0)
	c.Rival = b.party("op-2", place.PartyOperator, "和顺物业", 0)
	c.Unit = b.party("unit-1", place.PartyOwningUnit, "某厂行政科", 0)
}

func (b *builder) estate(c *County, n int, name string, class place.BaselineClass, age place.AgeClass) place.Estate {
	e := place.Estate{
		Code: fmt.Sprintf("990322100-001-%d%04d", n, n), Name: name, CommunityID: c.Community, TownID: c.TownID, BaselineClass: class, AgeClass: age,
		GrossAreaC: 1_000_000, Households: 120, Version: 1, CreatedAt: b.tx.At(), UpdatedAt: b.tx.At(),
	}
	b.create(&e)
	return e
}

func (b *builder) building(e place.Estate, name string, households int64) place.Building {
	row := place.Building{EstateID: e.ID, Code: name, Name: name, PosterToken: fmt.Sprintf("poster-%d-%s", e.ID, name), Floors: 6, Households: households, GrossAreaC: 300_000, CreatedAt: b.tx.At()}
	b.create(&row)
	return row
}

func (b *builder) home(e place.Estate, building place.Building, name string) place.Unit {
	entrance := place.Entrance{BuildingID: building.ID, Name: name + "单元"}
	b.create(&entrance)
	u := place.Unit{EstateID: e.ID, BuildingID: building.ID, EntranceID: entrance.ID, Name: name + "01", Floor: 5, ExclusiveAreaC: 9_000}
	b.create(&u)
	return u
}

func (b *builder) term(e place.Estate, p place.HandlingParty, mode place.ServiceMode) {
	b.create(&place.ServiceTerm{EstateID: e.ID, HandlingPartyID: p.ID, ServiceMode: mode, ServiceLevel: "cpma2004/2", ValidFrom: Since, RecordedAt: b.tx.At()})
}

func (b *builder) estates(c *County) {
	c.Estate = b.estate(c, 1, "安居苑", place.ClassProfessional, place.AgeNew)
	c.Compound = b.estate(c, 2, "某厂家属院", place.ClassUnitCompound, place.AgeOld)
	c.Ownerless = b.estate(c, 3, "建设路12号楼", place.ClassOwnerless, place.AgeOld)
	c.Building = b.building(c.Estate, "3号楼", 48)
	c.OwnerlessBuilding = b.building(c.Ownerless, "建设路12号楼", 24)
	c.Home = b.home(c.Estate, c.Building, "5")
	b.term(c.Estate, c.Operator, place.ModeProfessional)
	b.term(c.Compound, c.Unit, place.ModeUnitSelfManaged)
}

// person makes an account that holds one role, and the actor that a request of it would have.
func (b *builder) person(name string, role models.Role, scope int64, parties ...int64) models.Actor {
	b.phone++
	account := people.Account{Phone: fmt.Sprintf("1380379%04d", b.phone), Name: name, Locale: "zh-CN", CreatedAt: b.tx.At(), UpdatedAt: b.tx.At()}
	b.create(&account)
	kind, _ := role.ScopeOf()
	decided := b.tx.At()
	m := people.Membership{
		AccountID: account.ID, Role: role, ScopeKind: kind, ScopeID: scope, Status: models.Approved, Method: "appointment", ValidFrom: Since,
		AskedAt: b.tx.At(), DecidedAt: &decided, RecordedAt: b.tx.At(),
	}
	b.create(&m)
	return models.Actor{
		AccountID: account.ID, Parties: parties,
		Held: []models.Held{{MembershipID: m.ID, Role: role, ScopeKind: kind, ScopeID: scope, Approved: true}},
	}
}

func (b *builder) people(c *County) {
	neighbourHome := b.home(c.Estate, c.Building, "6")
	c.Resident = b.person("赵桂兰", models.Resident, c.Home.ID)
	c.Resident.Homes = []models.Home{{UnitID: c.Home.ID, EntranceID: c.Home.EntranceID, BuildingID: c.Building.ID, EstateID: c.Estate.ID, CommunityID: c.Community, Approved: true}}
	c.Neighbour = b.person("欧阳建国", models.Resident, neighbourHome.ID)
	c.Neighbour.Homes = []models.Home{{UnitID: neighbourHome.ID, BuildingID: c.Building.ID, EstateID: c.Estate.ID, CommunityID: c.Community, Approved: true}}
	c.Steward = b.person("钱有信", models.BuildingSteward, c.Building.ID)
	c.Staff = b.person("孙师傅", models.OperatorStaff, c.Operator.ID, c.Operator.ID)
	c.RivalStaff = b.person("李对手", models.OperatorStaff, c.Rival.ID, c.Rival.ID)
	c.StationStaff = b.person("周站长", models.StationStaff, c.Community, c.Station.ID)
	c.OtherStationStaff = b.person("吴站长", models.StationStaff, c.OtherCommunity, c.OtherStation.ID)
	c.TownOfficer = b.person("郑科员", models.TownOfficer, c.TownID, c.TownParty.ID)
	c.Officer = b.person("王主任", models.CenterOfficer, c.CountyID, c.Centre.ID)
	c.Auditor = b.person("冯审计", models.Auditor, c.CountyID)
}
