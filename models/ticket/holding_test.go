package ticket

import (
	"math/rand/v2"
	"testing"
	"time"

	"linli/models"
)

// What is held is seen by exactly those who may know who filed: the reporter and the filer, and the offices from the first
// level without an interest upwards. The scope, which knows nothing of tickets, says the same.
func TestWhatIsHeldIsSeenByWhoMayKnow(t *testing.T) {
	dice := rand.New(rand.NewPCG(3, 4))
	id := func() int64 { return int64(1 + dice.IntN(3)) }
	roles := []struct {
		role  models.Role
		scope models.ScopeKind
	}{
		{models.Resident, models.ScopeUnit}, {models.BuildingSteward, models.ScopeBuilding}, {models.OperatorStaff, models.ScopeHandlingParty},
		{models.StationStaff, models.ScopeCommunity}, {models.TownOfficer, models.ScopeTown}, {models.CenterOfficer, models.ScopeCounty},
		{models.LeadingGroupOffice, models.ScopeCounty}, {models.Auditor, models.ScopeCounty},
	}
	seen := 0
	for range 20_000 {
		kind := []string{"operator", "service_station", "town", "property_center"}[dice.IntN(4)]
		k := Ticket{State: Accepted, Open: true, AuthorID: id(), ReporterID: id(), HandlingPartyID: id(), BuildingID: id(), CommunityID: id(), TownID: id(), StewardSees: dice.IntN(2) == 0}.
			HeldUntil(noon, UninterestedLevel(kind))
		a := models.Actor{AccountID: id() + int64(dice.IntN(2))*10}
		for range 1 + dice.IntN(2) {
			r := roles[dice.IntN(len(roles))]
			a.Held = append(a.Held, models.Held{Role: r.role, ScopeKind: r.scope, ScopeID: id(), Approved: true})
			if dice.IntN(2) == 0 {
				a.Parties = append(a.Parties, id())
			}
		}
		sees, knows := models.ScopeOf(a).Sees(k), KnowsReporter(a, k, kind)
		if sees != knows {
			t.Fatalf("sees %v, may know %v: %+v of a %s, %+v", sees, knows, a, kind, k.Placement())
		}
		if sees {
			seen++
		}
	}
	if seen < 2000 {
		t.Errorf("only %d of the draws saw anything", seen)
	}
}

func TestNextRelease(t *testing.T) {
	c := catalogueOf(t)
	at := func(day, hour, minute, second int) time.Time {
		return time.Date(2026, 9, day, hour, minute, second, 0, models.Shanghai)
	}
	for _, one := range []struct{ now, want time.Time }{
		{at(2, 0, 0, 0), at(2, 10, 0, 0)},
		{at(2, 9, 55, 0), at(2, 10, 0, 0)},
		{at(2, 9, 55, 1), at(2, 16, 0, 0)}, // full: what is written at ten would come behind the others
		{at(2, 15, 54, 59), at(2, 16, 0, 0)},
		{at(2, 16, 0, 0), at(3, 10, 0, 0)},
		{at(2, 23, 59, 59), at(3, 10, 0, 0)},
		{at(5, 12, 0, 0), at(5, 16, 0, 0)}, // a Saturday: a dripping tap does not wait for Monday
	} {
		if got := c.NextRelease(one.now); !got.Equal(one.want) {
			t.Errorf("from %s: %s, want %s", one.now, got, one.want)
		}
	}
	for _, bad := range [][]string{{"25:00"}, {"16:00", "10:00"}, {"10:00", "10:00"}, {"ten"}} {
		c.ReleaseTimes = bad
		if c.checkReleases() == nil {
			t.Errorf("%v was taken", bad)
		}
	}
}
