package models

// Role is what an account is somewhere for some time (FIELD B-a). A role alone allows nothing: a Membership gives it a scope and dates.
type Role string

// The roles of FIELD B-a.
const (
	Resident           Role = "resident"
	BuildingSteward    Role = "building_steward"
	OperatorStaff      Role = "operator_staff"
	OperatorManager    Role = "operator_manager"
	OwningUnitStaff    Role = "owning_unit_staff"
	StationStaff       Role = "station_staff"
	TownOfficer        Role = "town_officer"
	CenterOfficer      Role = "center_officer"
	LeadingGroupOffice Role = "leading_group_office"
	SecondedOfficer    Role = "seconded_officer"
	AgencyStaff        Role = "agency_staff"
	UtilityStaff       Role = "utility_staff"
	Mediator           Role = "mediator"
	Inspector          Role = "inspector"
	Expert             Role = "expert"
	CommitteeMember    Role = "committee_member"
	FinanceOfficer     Role = "finance_officer"
	Auditor            Role = "auditor"
	Admin              Role = "admin"
	// System is the program itself: a clock that ran out, a routing rule that fired. No account ever holds it.
	System Role = "system"
)

// Roles lists every role an account can hold, in the order of FIELD B-a.
var Roles = []Role{
	Resident, BuildingSteward, OperatorStaff, OperatorManager, OwningUnitStaff, StationStaff, TownOfficer, CenterOfficer,
	LeadingGroupOffice, SecondedOfficer, AgencyStaff, UtilityStaff, Mediator, Inspector, Expert, CommitteeMember,
	FinanceOfficer, Auditor, Admin,
}

// ScopeKind says what a membership's scope id points at.
type ScopeKind string

// The kinds of place or body that a role can be held for.
const (
	ScopeUnit          ScopeKind = "unit"
	ScopeBuilding      ScopeKind = "building"
	ScopeEstate        ScopeKind = "estate"
	ScopeHandlingParty ScopeKind = "handling_party"
	ScopeCommunity     ScopeKind = "community"
	ScopeTown          ScopeKind = "town"
	ScopeCounty        ScopeKind = "county"
)

// roleScopes says for which kind of scope each role may be held. System is not among them: nobody is appointed to be the program.
// Six of them (seconded officer, mediator, inspector, expert, committee member, finance officer) put a name on a register and open
// nothing by themselves: who is drawn for an inspection, chosen for a mediation or asked to confirm a sum gets what that one case
// needs, and until then sees what he would see without the role.
var roleScopes = map[Role]ScopeKind{
	Resident:           ScopeUnit,
	BuildingSteward:    ScopeBuilding,
	OperatorStaff:      ScopeHandlingParty,
	OperatorManager:    ScopeHandlingParty,
	OwningUnitStaff:    ScopeHandlingParty,
	AgencyStaff:        ScopeHandlingParty,
	UtilityStaff:       ScopeHandlingParty,
	StationStaff:       ScopeCommunity,
	TownOfficer:        ScopeTown,
	CenterOfficer:      ScopeCounty,
	LeadingGroupOffice: ScopeCounty,
	SecondedOfficer:    ScopeCounty,
	Mediator:           ScopeCommunity,
	Inspector:          ScopeCounty,
	Expert:             ScopeCounty,
	CommitteeMember:    ScopeEstate,
	FinanceOfficer:     ScopeCounty,
	Auditor:            ScopeCounty,
	Admin:              ScopeCounty,
}

// ScopeOf reports the kind of scope that role is held for, and whether it can be given at all.
func (r Role) ScopeOf() (ScopeKind, bool) {
	k, ok := roleScopes[r]
	return k, ok
}

// Answers reports whether people in this role act for a handling party, so are on the side that is complained of.
func (r Role) Answers() bool {
	switch r {
	case OperatorStaff, OperatorManager, OwningUnitStaff, AgencyStaff, UtilityStaff, StationStaff, TownOfficer, CenterOfficer:
		return true
	}
	return false
}

// Oversees reports whether the role looks after what others answer for: the station, the town and the county's offices.
func (r Role) Oversees() bool {
	switch r {
	case StationStaff, TownOfficer, CenterOfficer, LeadingGroupOffice, Auditor, Admin:
		return true
	}
	return false
}

// Works reports whether the role opens what those who work here have in common: it answers, or oversees. A role that only puts a name
// on a register (roleScopes) does not, though it is held for work.
func (r Role) Works() bool { return r.Answers() || r.Oversees() }

// Centre reports whether the role may see the raw inputs of scores (DECISIONS 12: the centre and auditors).
func (r Role) Centre() bool {
	return r == CenterOfficer || r == LeadingGroupOffice || r == Auditor
}

// Staff reports whether the role is held for work, which shortens its session (DECISIONS 17). Neighbours whom neighbours
// chose are no staff.
func (r Role) Staff() bool { return r != Resident && r != BuildingSteward && r != CommitteeMember }
