package models

import (
	"reflect"
	"testing"
)

func TestEveryRoleHasAScope(t *testing.T) {
	for _, r := range Roles {
		if kind, known := r.ScopeOf(); !known || kind == "" {
			t.Errorf("%s is held for nothing", r)
		}
	}
	if _, known := System.ScopeOf(); known {
		t.Error("somebody can be appointed to be the program")
	}
}

// A name on a register opens nothing: not what lies in its scope, not the raw inputs of scores, no side of a matter.
func TestARegisterOpensNothing(t *testing.T) {
	with := func(r Role) Actor {
		kind, _ := r.ScopeOf()
		return Actor{AccountID: 7, Held: []Held{{MembershipID: 1, Role: r, ScopeKind: kind, ScopeID: 3, Approved: true}}}
	}
	nobodyInParticular := ScopeOf(Actor{AccountID: 7})
	for _, r := range []Role{SecondedOfficer, Mediator, Inspector, Expert, CommitteeMember, FinanceOfficer} {
		if !reflect.DeepEqual(ScopeOf(with(r)), nobodyInParticular) || r.Centre() || r.Answers() || r.Oversees() {
			t.Errorf("%s opens something by itself", r)
		}
		communities, towns, county := with(r).Offices()
		if len(communities)+len(towns)+len(county) > 0 {
			t.Errorf("%s is of an office", r)
		}
	}
	if reflect.DeepEqual(ScopeOf(with(StationStaff)), nobodyInParticular) {
		t.Error("this test finds nothing: a station sees as little as anybody")
	}
}

// Who wrote words before is read as a colleague by who is of the same party or the same office, and by nobody else: not by another office
// that is held for the same county, and not for a name on a register.
func TestWhoIsAColleague(t *testing.T) {
	in := func(r Role, id int64) Held {
		kind, _ := r.ScopeOf()
		return Held{Role: r, ScopeKind: kind, ScopeID: id, Approved: true}
	}
	unapproved := in(StationStaff, 3)
	unapproved.Approved = false
	for name, tt := range map[string]struct {
		held, other Held
		beside      bool
	}{
		"of the same station":                       {in(StationStaff, 3), in(StationStaff, 3), true},
		"of another station":                        {in(StationStaff, 3), in(StationStaff, 4), false},
		"of a town with the station's number":       {in(StationStaff, 3), in(TownOfficer, 3), false},
		"who only asked to be of it":                {unapproved, in(StationStaff, 3), false},
		"whose time there has ended":                {in(StationStaff, 3), Held{Role: StationStaff, ScopeKind: ScopeCommunity, ScopeID: 3}, true},
		"of the same operator":                      {in(OperatorStaff, 3), in(OperatorStaff, 3), true},
		"who leads it":                              {in(OperatorStaff, 3), in(OperatorManager, 3), true},
		"of another operator":                       {in(OperatorStaff, 3), in(OperatorManager, 4), false},
		"of the centre, both":                       {in(CenterOfficer, 1), in(CenterOfficer, 1), true},
		"of the leading group's office, both":       {in(LeadingGroupOffice, 1), in(LeadingGroupOffice, 1), true},
		"of the centre, for the leading group's":    {in(LeadingGroupOffice, 1), in(CenterOfficer, 1), false},
		"of the leading group's, for the centre":    {in(CenterOfficer, 1), in(LeadingGroupOffice, 1), false},
		"of the centre, for an auditor":             {in(Auditor, 1), in(CenterOfficer, 1), false},
		"an auditor, for the centre":                {in(CenterOfficer, 1), in(Auditor, 1), false},
		"an expert of the county, for the centre":   {in(CenterOfficer, 1), in(Expert, 1), false},
		"on the same register":                      {in(Expert, 1), in(Expert, 1), false},
		"a mediator of the station's community":     {in(StationStaff, 3), in(Mediator, 3), false},
		"of the same home":                          {in(Resident, 3), in(Resident, 3), false},
		"of the same building, a steward":           {in(BuildingSteward, 3), in(BuildingSteward, 3), false},
		"of the committee that a neighbour sits in": {in(CommitteeMember, 3), in(CommitteeMember, 3), false},
	} {
		if got := (Actor{AccountID: 7, Held: []Held{tt.held}}).WorksBeside(tt.other); got != tt.beside {
			t.Errorf("one %s: %v", name, got)
		}
	}
	both := Actor{Held: []Held{in(Resident, 9), in(LeadingGroupOffice, 1), in(CenterOfficer, 1)}}
	if !both.WorksBeside(in(CenterOfficer, 1)) || (Actor{}).WorksBeside(Held{}) {
		t.Error("each of what one holds counts, and who holds nothing has no colleagues")
	}
}
