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
}

// Placed is what a Scope can judge.
type Placed interface{ Placement() Placement }

// Scope is the set of records that an actor may see, as a plain value. Sees answers for one record in memory, and
// storage turns the same value into a WHERE clause, so that a list and a look-up cannot disagree. The zero Scope sees nothing.
type Scope struct {
	Everything  bool
	Account     int64 // what this account filed, or what was filed for it
	Parties     []int64
	Buildings   []int64 // as a steward, where StewardSees
	Communities []int64
	Towns       []int64
}

// ScopeOf is what the actor may see. It is the only place that says so.
func ScopeOf(a Actor) Scope {
	return Scope{
		Everything:  a.Has(CenterOfficer, LeadingGroupOffice, Auditor),
		Account:     a.AccountID,
		Parties:     a.Parties,
		Buildings:   a.Scopes(ScopeBuilding, BuildingSteward),
		Communities: a.Scopes(ScopeCommunity, StationStaff),
		Towns:       a.Scopes(ScopeTown, TownOfficer),
	}
}

// Sees reports whether the record lies inside the scope.
func (s Scope) Sees(record Placed) bool {
	p := record.Placement()
	switch {
	case s.Everything:
		return true
	case s.Account != 0 && (p.AuthorID == s.Account || p.ReporterID == s.Account):
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
