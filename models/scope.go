package models

import "slices"

// Placement is where a record belongs: who must answer, where it lies, and whose it is. Zero means none.
type Placement struct {
	HandlingPartyID int64
	EstateID        int64
	BuildingID      int64
	CommunityID     int64
	TownID          int64
	AuthorID        int64
	ReporterID      int64
	// StewardSees is set when the building's steward may see the record (DECISIONS 2).
	StewardSees bool
	// HeldLevel is set while the record is kept from the party that must answer: only its author and reporter see it, and
	// the offices from this level upwards (1 station, 2 town, 3 centre, 4 leading group) that do not work for that party.
	HeldLevel int
}

// Placed is what a Scope can judge.
type Placed interface{ Placement() Placement }

// Scope is the set of records that an actor may see, as a plain value. Sees answers for one record in memory, and
// storage turns the same value into a WHERE clause, so that a list and a look-up cannot disagree. The zero Scope sees nothing.
type Scope struct {
	Everything  bool
	Level       int   // of the office that sees everything
	Account     int64 // what this account filed, or what was filed for it
	Parties     []int64
	Buildings   []int64 // as a steward, where StewardSees
	Communities []int64
	Towns       []int64
}

// ScopeOf is what the actor may see. It is the only place that says so.
func ScopeOf(a Actor) Scope {
	level := LevelCentre
	if a.Has(LeadingGroupOffice, Auditor) {
		level = LevelLeadingGroup
	}
	return Scope{
		Everything:  a.Has(CenterOfficer, LeadingGroupOffice, Auditor),
		Level:       level,
		Account:     a.AccountID,
		Parties:     a.Parties,
		Buildings:   a.Scopes(ScopeBuilding, BuildingSteward),
		Communities: a.Scopes(ScopeCommunity, StationStaff),
		Towns:       a.Scopes(ScopeTown, TownOfficer),
	}
}

// The levels of offices, lowest first: of a Placement's HeldLevel, and of who decides where the party that must answer has an
// interest.
const (
	LevelStation = 1 + iota
	LevelTown
	LevelCentre
	LevelLeadingGroup
)

// UninterestedLevel is the first level above a handling party that has no interest in how it looks (DECISIONS 1). It is used
// for everything that the judged party must not decide or see.
func UninterestedLevel(partyKind string) int {
	switch partyKind {
	case "service_station":
		return LevelTown
	case "town":
		return LevelCentre
	case "property_center":
		return LevelLeadingGroup
	}
	return LevelStation
}

// Work is the part of the scope that an actor oversees or answers for: without what is his own at home, and without the
// building whose steward he is. Figures of work and the lists behind them are of this set, both of them.
func (s Scope) Work() Scope {
	s.Account, s.Buildings = 0, nil
	return s
}

// Overseen is the part of the scope that an actor looks after as an office: Work without what he answers for himself.
func (s Scope) Overseen() Scope {
	s = s.Work()
	s.Parties = nil
	return s
}

// Empty reports whether the scope sees nothing.
func (s Scope) Empty() bool {
	return !s.Everything && s.Account == 0 && len(s.Parties)+len(s.Buildings)+len(s.Communities)+len(s.Towns) == 0
}

// Sees reports whether the record lies inside the scope.
func (s Scope) Sees(record Placed) bool {
	p := record.Placement()
	switch {
	case s.Account != 0 && (p.AuthorID == s.Account || p.ReporterID == s.Account):
		return true
	case p.HeldLevel != 0:
		return s.seesHeld(p)
	case s.Everything:
		return true
	case p.HandlingPartyID != 0 && slices.Contains(s.Parties, p.HandlingPartyID):
		return true
	case p.StewardSees && p.BuildingID != 0 && slices.Contains(s.Buildings, p.BuildingID):
		return true
	case p.CommunityID != 0 && slices.Contains(s.Communities, p.CommunityID):
		return true
	}
	return p.TownID != 0 && slices.Contains(s.Towns, p.TownID)
}

// seesHeld is Sees for what is kept from the party that must answer, and is not the scope's own.
func (s Scope) seesHeld(p Placement) bool {
	switch {
	case p.HandlingPartyID != 0 && slices.Contains(s.Parties, p.HandlingPartyID):
		return false
	case s.Everything && p.HeldLevel <= s.Level:
		return true
	case p.HeldLevel <= LevelStation && p.CommunityID != 0 && slices.Contains(s.Communities, p.CommunityID):
		return true
	}
	return p.HeldLevel <= LevelTown && p.TownID != 0 && slices.Contains(s.Towns, p.TownID)
}

// HeldFrom is the highest HeldLevel that somebody sees who is in a scope by the named column: community_id, town_id or,
// for everything, none. By any other, nothing that is held is seen.
func (s Scope) HeldFrom(column string) int {
	switch column {
	case "":
		return s.Level
	case "community_id":
		return LevelStation
	case "town_id":
		return LevelTown
	}
	return 0
}
