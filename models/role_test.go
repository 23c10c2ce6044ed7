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
