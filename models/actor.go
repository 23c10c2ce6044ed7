package models

import "slices"

// MembershipStatus is how far a membership has come.
type MembershipStatus string

// A membership asked for is pending until somebody without an interest decides; ended and refused stay on record.
const (
	Pending  MembershipStatus = "pending"
	Approved MembershipStatus = "approved"
	Refused  MembershipStatus = "refused"
	Ended    MembershipStatus = "ended"
)

// Held is one role that an actor holds at this moment, with its scope.
type Held struct {
	MembershipID int64
	Role         Role
	ScopeKind    ScopeKind
	ScopeID      int64
	Approved     bool // a pending residence lets people file, but their answers do not weigh yet (DECISIONS 3)
}

// Access is what an access token names. Generation is how often the session's refresh token had been replaced when the
// access token was made: one that is used shows that the answer which brought both has arrived (ADR 0025).
type Access struct{ AccountID, SessionID, Generation int64 }

// Actor is who is asking. Storage loads it from the rows that are valid now, so a right taken away is gone at once;
// nothing in it comes from the token but the account and session ids.
type Actor struct {
	AccountID int64
	SessionID int64
	Held      []Held
	// Parties are the handling parties this actor works for, the station, town or centre of an officer among them.
	Parties []int64
	// FactorDue is set while this actor must add a second factor before anything else is open to him (DECISIONS 17).
	FactorDue bool
	// UnitBuildings maps each unit of the actor's residences to its building and estate.
	Homes []Home
}

// Home is one residence of an actor.
type Home struct {
	UnitID, EntranceID, BuildingID, EstateID, CommunityID int64
	Approved                                              bool
}

// System is the actor of jobs and imports.
var SystemActor = Actor{Held: []Held{{Role: System}}}

// IsSystem reports whether a is the program itself, or whoever sits at the server.
func (a Actor) IsSystem() bool { return len(a.Held) == 1 && a.Held[0].Role == System }

// SignedIn reports whether there is an account behind the actor.
func (a Actor) SignedIn() bool { return a.AccountID != 0 }

// Has reports whether the actor holds one of roles, approved, anywhere.
func (a Actor) Has(roles ...Role) bool {
	for _, h := range a.Held {
		if h.Approved && slices.Contains(roles, h.Role) {
			return true
		}
	}
	return false
}

// HasFor reports whether the actor holds role for exactly this scope.
func (a Actor) HasFor(role Role, kind ScopeKind, id int64) bool {
	for _, h := range a.Held {
		if h.Approved && h.Role == role && h.ScopeKind == kind && h.ScopeID == id {
			return true
		}
	}
	return false
}

// Scopes returns the ids of one kind for which the actor holds one of roles.
func (a Actor) Scopes(kind ScopeKind, roles ...Role) []int64 {
	var ids []int64
	for _, h := range a.Held {
		if h.Approved && h.ScopeKind == kind && slices.Contains(roles, h.Role) && !slices.Contains(ids, h.ScopeID) {
			ids = append(ids, h.ScopeID)
		}
	}
	return ids
}

// Offices are the places for which the actor is of the office of a level: communities of stations, towns, and the levels of the county.
func (a Actor) Offices() (communities, towns []int64, county []int) {
	if a.Has(CenterOfficer) {
		county = append(county, LevelCentre)
	}
	if a.Has(LeadingGroupOffice) {
		county = append(county, LevelLeadingGroup)
	}
	return a.Scopes(ScopeCommunity, StationStaff), a.Scopes(ScopeTown, TownOfficer), county
}

// OfOffice reports whether the actor is of the office of a level (LevelStation …) that oversees a place. Auditors are of none.
func (a Actor) OfOffice(level int, communityID, townID int64) bool {
	communities, towns, county := a.Offices()
	switch level {
	case LevelStation:
		return slices.Contains(communities, communityID)
	case LevelTown:
		return slices.Contains(towns, townID)
	}
	return slices.Contains(county, level)
}

// WorksFor reports whether the actor works for handling party id.
func (a Actor) WorksFor(id int64) bool { return id != 0 && slices.Contains(a.Parties, id) }

// WorksBeside reports whether whoever holds other, or held it, is a colleague of a: of the same office, or of the same handling party in any
// role that answers for it. The centre, the leading group's office and the auditors are all held for the county, and are three offices; who
// only stands on a register is nobody's colleague.
func (a Actor) WorksBeside(other Held) bool {
	return slices.ContainsFunc(a.Held, func(h Held) bool {
		if !h.Approved || h.ScopeKind != other.ScopeKind || h.ScopeID != other.ScopeID {
			return false
		}
		if h.ScopeKind == ScopeHandlingParty {
			return h.Role.Answers() && other.Role.Answers()
		}
		return h.Role == other.Role && h.Role.Oversees()
	})
}

// ActsAs is the role under which the actor's act is written down: the most official one that the predicate accepts.
func (a Actor) ActsAs(accept func(Role) bool) Role {
	for _, role := range slices.Backward(Roles) {
		if accept(role) && a.Has(role) {
			return role
		}
	}
	if a.IsSystem() {
		return System
	}
	return Resident
}
