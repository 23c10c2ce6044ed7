package ticket

import (
	"slices"

	"linli/models"
)

// Part is the part that an actor plays in one ticket.
type Part string

// The parts, and what people see of themselves as "you".
const (
	PartReporter Part = "reporter" // whose matter it is
	PartFiler    Part = "filer"    // who filed it for somebody else
	PartHandler  Part = "handler"  // works for the party that must answer
	PartSteward  Part = "steward"  // the building's steward
	PartOfficer  Part = "officer"  // oversees the place
	PartObserver Part = "observer" // sees it for another reason
	PartSystem   Part = "system"
)

// PartOf says which part a plays in t. Whoever works for the party complained of is its handler, whatever else he is:
// that is what keeps the reporter hidden from a station that judges and is judged (DECISIONS 1). His own matter stays his.
func PartOf(a models.Actor, t Ticket) Part {
	switch {
	case a.IsSystem():
		return PartSystem
	case a.SignedIn() && a.AccountID == t.ReporterID:
		return PartReporter
	case a.SignedIn() && a.AccountID == t.AuthorID:
		return PartFiler
	case a.WorksFor(t.HandlingPartyID):
		return PartHandler
	case LevelOf(a, t) > 0:
		return PartOfficer
	case a.HasFor(models.BuildingSteward, models.ScopeBuilding, t.BuildingID):
		return PartSteward
	}
	return PartObserver
}

// acting is the part in which a step was taken.
func acting(step Step, part Part) Part {
	if part == PartFiler && !slices.Contains(step.By, PartFiler) {
		return PartHandler
	}
	return part
}

func roleFor(a models.Actor, part Part) models.Role {
	switch part {
	case PartSystem:
		return models.System
	case PartHandler:
		return a.ActsAs(models.Role.Answers)
	case PartOfficer:
		return a.ActsAs(models.Role.Oversees)
	case PartFiler:
		return a.ActsAs(func(r models.Role) bool { return r == models.BuildingSteward || r == models.StationStaff })
	case PartSteward:
		return models.BuildingSteward
	}
	return models.Resident
}

func partyFor(part Part, t Ticket) int64 {
	if part == PartHandler || part == PartSystem {
		return t.HandlingPartyID
	}
	return 0
}
