package ticket

import (
	"slices"

	"linli/models"
)

// Level is who decides about a matter in which the party that must answer has an interest (DECISIONS 1).
type Level int

// The levels, lowest first.
const (
	LevelStation      Level = models.LevelStation
	LevelTown         Level = models.LevelTown
	LevelCenter       Level = models.LevelCentre
	LevelLeadingGroup Level = models.LevelLeadingGroup
)

// UninterestedLevel is the first level above a handling party that has no interest in how its tickets look. It is used
// for everything that the judged party must not decide or see: callbacks, memberships, extensions, who filed.
func UninterestedLevel(partyKind string) Level { return Level(models.UninterestedLevel(partyKind)) }

// LevelOf is the highest level on which a oversees the place of t, 0 for none: an officer of one town is nobody in the
// next. Auditors see what the leading group's office sees.
func LevelOf(a models.Actor, t Ticket) Level {
	switch county := countyLevel(a); {
	case county > 0:
		return county
	case a.HasFor(models.TownOfficer, models.ScopeTown, t.TownID):
		return LevelTown
	case a.HasFor(models.StationStaff, models.ScopeCommunity, t.CommunityID):
		return LevelStation
	}
	return 0
}

// countyLevel is the highest level on which a oversees the whole county, 0 for none.
func countyLevel(a models.Actor) Level {
	switch {
	case a.Has(models.LeadingGroupOffice, models.Auditor):
		return LevelLeadingGroup
	case a.Has(models.CenterOfficer):
		return LevelCenter
	}
	return 0
}

// OnlyAudits reports whether a sees t as an auditor and in no other part: whoever checks the others' work reads it and
// takes no part in it.
func OnlyAudits(a models.Actor, t Ticket) bool {
	if PartOf(a, t) != PartOfficer || !a.Has(models.Auditor) {
		return false
	}
	a.Held = slices.DeleteFunc(slices.Clone(a.Held), func(h models.Held) bool { return h.Role == models.Auditor })
	return LevelOf(a, t) == 0
}

// WatchesFrom is the lowest level on which a oversees anything: what was raised to it or above is his to look at. The
// leading group's office and auditors look at all that was raised.
func WatchesFrom(a models.Actor) Level {
	switch {
	case a.Has(models.StationStaff):
		return LevelStation
	case a.Has(models.TownOfficer):
		return LevelTown
	case a.Has(models.CenterOfficer):
		return LevelCenter
	}
	return LevelStation
}

// KnowsReporter reports whether a viewer may see, masked, whose matter the ticket is: the reporter and the filer
// themselves, and officers from the first level without an interest upwards, but nobody of a party that had to answer before.
func KnowsReporter(a models.Actor, t Ticket, partyKind string) bool {
	part := PartOf(a, t)
	switch part {
	case PartReporter, PartFiler:
		return true
	case PartOfficer:
		return LevelOf(a, t) >= UninterestedLevel(partyKind) && !t.AnsweredBefore(a)
	}
	return false
}
