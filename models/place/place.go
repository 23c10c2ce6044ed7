// Package place says what divisions, estates, buildings and handling parties are, and who served what from when to when.
// Facts are dated: a ticket belongs to whoever held the place on its day.
package place

import (
	"strconv"
	"strings"
	"time"

	"linli/models"
)

// Level is the level of an administrative division (FIELD B-a). A 小区 is an Estate, never a community.
type Level string

// The levels, from the province down. The programme works from the county downwards.
const (
	Province  Level = "province"
	City      Level = "city"
	County    Level = "county"
	Town      Level = "town"
	Community Level = "community"
)

// Division is a county, town or community for ever; its code and name are dated (see DivisionCode).
type Division struct {
	ID       int64 `gorm:"primaryKey"`
	Level    Level
	ParentID *int64
}

// DivisionCode is the statistical code and name of a division for some time, with the code that came after it (AD-1, AD-2, AD-3).
type DivisionCode struct {
	ID            int64 `gorm:"primaryKey"`
	DivisionID    int64
	Code          string
	Name          string
	ValidFrom     models.Date
	ValidTo       models.Date
	SuccessorCode string
	RecordedAt    time.Time
}

// BaselineClass is the class of the 2019 count. It is frozen: what changes later is the service mode.
type BaselineClass string

// The three classes of the count (FIELD B-a).
const (
	ClassProfessional BaselineClass = "professional"
	ClassUnitCompound BaselineClass = "unit_compound"
	ClassOwnerless    BaselineClass = "ownerless_building"
)

// BaselineClasses lists the classes in the order of the plan.
var BaselineClasses = []BaselineClass{ClassProfessional, ClassUnitCompound, ClassOwnerless}

// AgeClass tells new estates from old ones, by delivery date.
type AgeClass string

// The two ages.
const (
	AgeNew AgeClass = "new"
	AgeOld AgeClass = "old"
)

// ServiceMode is how an estate is served at present (FIELD B-a).
type ServiceMode string

// The five modes.
const (
	ModeProfessional         ServiceMode = "professional"
	ModeOwnerSelfGoverned    ServiceMode = "owner_self_governed"
	ModeUnitSelfManaged      ServiceMode = "unit_self_managed"
	ModeCommunityTrusteeship ServiceMode = "community_trusteeship"
	ModeNone                 ServiceMode = "none"
)

// ServiceModes lists the modes in the order of FIELD B-a.
var ServiceModes = []ServiceMode{ModeProfessional, ModeOwnerSelfGoverned, ModeUnitSelfManaged, ModeCommunityTrusteeship, ModeNone}

// Managed reports whether somebody other than the community runs the place: the "managed" column of the catalogue (B-b.3).
func (m ServiceMode) Managed() bool {
	return m == ModeProfessional || m == ModeOwnerSelfGoverned || m == ModeUnitSelfManaged
}

// PartyKind is what kind of body must answer.
type PartyKind string

// The kinds of handling party.
const (
	PartyOperator          PartyKind = "operator"            // 物业服务企业
	PartySelfGoverningBody PartyKind = "self_governing_body" // 业主自治组织
	PartyOwningUnit        PartyKind = "owning_unit"         // 产权单位
	PartyServiceStation    PartyKind = "service_station"     // 社区物业服务站, one a community
	PartyTown              PartyKind = "town"                // 镇
	PartyPropertyCenter    PartyKind = "property_center"     // 县物业管理中心
	PartyAgency            PartyKind = "agency"              // 职能部门, its code is an agency code of FIELD B-a
	PartyUtility           PartyKind = "utility_company"     // 专业经营单位, its code is gas_co, heat_co, water_co, power, telecom
	PartyDeveloper         PartyKind = "developer"           // 建设单位
)

// HandlingParty is a body that must answer tickets (承办单位): operator, work unit, station, town, agency or utility.
type HandlingParty struct {
	ID          int64  `gorm:"primaryKey"`
	Code        string // own and stable; for agencies and utilities the code of FIELD B-a
	Kind        PartyKind
	Name        string
	DivisionID  *int64 // the community of a station, the town of a town, the county of the centre
	Phone24     string
	Phone24Note string
	ProjectLead string
	Demo        bool
	CreatedAt   time.Time `gorm:"autoCreateTime:false"`
}

// Estate is the unit of service, scoring and subsidy (小区, 家属院, or one ownerless 楼).
type Estate struct {
	ID               int64 `gorm:"primaryKey"`
	Code             string
	Name             string
	CommunityID      int64
	TownID           int64
	BaselineClass    BaselineClass
	AgeClass         AgeClass
	Address          string
	GrossAreaC       int64 // 0.01 m²
	Households       int64
	ServicePackageID *int64
	DeveloperPartyID *int64 // 建设单位, where one is registered
	Demo             bool
	Version          int64
	CreatedAt        time.Time `gorm:"autoCreateTime:false"`
	UpdatedAt        time.Time `gorm:"autoUpdateTime:false"`
}

// ServicePackage is several ownerless buildings of one community that are served, surveyed and scored as one (整体打包).
type ServicePackage struct {
	ID          int64 `gorm:"primaryKey"`
	Code        string
	Name        string
	CommunityID int64
}

// Building is one 幢. PosterToken is what its poster's QR code carries: a name for the building, never a permission.
type Building struct {
	ID          int64 `gorm:"primaryKey"`
	EstateID    int64
	Code        string
	Name        string
	PosterToken string
	Floors      int64
	Households  int64
	GrossAreaC  int64
	Lift        bool
	Sort        int64
	DeliveredOn models.Date // empty when nobody knows
	CreatedAt   time.Time   `gorm:"autoCreateTime:false"`
}

// smallBelow is how many households there must be before a complainant cannot be guessed (DECISIONS 2).
const smallBelow = 20

// Small reports whether so few households live here that a complainant can be guessed.
func (b Building) Small() bool { return b.Households < smallBelow }

// Small is the same of an estate where no building is named. One whose households nobody has counted is not small.
func (e Estate) Small() bool { return e.Households > 0 && e.Households < smallBelow }

// Entrance is one stairwell (单元).
type Entrance struct {
	ID         int64 `gorm:"primaryKey"`
	BuildingID int64
	Name       string
	Sort       int64
}

// Unit is one home or shop (户、室), the exclusive part of somebody.
type Unit struct {
	ID             int64 `gorm:"primaryKey"`
	EstateID       int64
	BuildingID     int64
	EntranceID     int64
	Name           string
	Floor          int64
	ExclusiveAreaC int64
}

// ServiceTerm says that a party served an estate in a mode on the days [ValidFrom, ValidTo).
type ServiceTerm struct {
	ID              int64 `gorm:"primaryKey"`
	EstateID        int64
	HandlingPartyID int64
	ServiceMode     ServiceMode
	ServiceLevel    string // "cpma2004/3": scheme and rank (SV-2)
	Phone24         string // overrides the party's number for this estate
	ProjectLead     string // overrides the party's project lead for this estate (SV-14)
	ValidFrom       models.Date
	ValidTo         models.Date
	RecordedAt      time.Time
	RecordedBy      int64
}

// Rank is the service rank that t promises (1 is the best); the lowest where it promises none.
func (t ServiceTerm) Rank() int {
	if _, rank, ok := strings.Cut(t.ServiceLevel, "/"); ok {
		if n, err := strconv.Atoi(rank); err == nil {
			return n
		}
	}
	return lowestRank
}

const lowestRank = 3
