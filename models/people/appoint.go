package people

import (
	"slices"

	"linli/models"
)

// Appointment asks to give a person, known by phone number, a role somewhere for some time.
type Appointment struct {
	Phone     string           `json:"phone"`
	Name      string           `json:"name"`
	Role      models.Role      `json:"role"`
	ScopeKind models.ScopeKind `json:"scope_kind"`
	ScopeID   int64            `json:"scope_id"`
	ValidFrom models.Date      `json:"valid_from,omitempty"`
	ValidTo   models.Date      `json:"valid_to,omitempty"`
	Replaces  []int64          `json:"replaces,omitempty" maxItems:"20" doc:"appointments of others to the same role there, which this one takes over"`
	// SamePerson says that the number, which is known under another name, is this person's all the same. The name itself is told only once he is appointed.
	SamePerson bool `json:"same_person,omitempty" doc:"the number is known under another name, and it is the same person all the same; his own name stays"`
}

// countyOffices are the roles that only the admin gives and takes.
var countyOffices = []models.Role{
	models.CenterOfficer, models.LeadingGroupOffice, models.SecondedOfficer, models.FinanceOfficer, models.Auditor, models.Admin,
}

// MayAppoint reports whether the actor may give or take role: the admin any, the centre all below the county's offices.
// A residence is asked for and decided (MayDecide), never appointed.
func MayAppoint(a models.Actor, role models.Role) bool {
	if role == models.Resident {
		return false
	}
	if _, known := role.ScopeOf(); !known {
		return false
	}
	if a.Has(models.Admin) {
		return true
	}
	return a.Has(models.CenterOfficer) && !slices.Contains(countyOffices, role)
}

// CheckName refuses to appoint whoever has a number that is known under another name: with one digit wrong the rights of a
// steward, and his name on the door, would go to a stranger. A person may write his name otherwise, so it can be said that it is he.
func (in Appointment) CheckName(known string) error {
	if known == "" || known == in.Name || in.SamePerson {
		return nil
	}
	return models.Refuse(models.Conflict, "membership.other_name") // which name that is, is not told before he is appointed
}

// CheckAppointment says why the actor may not make this appointment, or nil. account is the account behind the phone
// number, 0 if there is none yet: nobody appoints himself.
func CheckAppointment(a models.Actor, in Appointment, account int64) error {
	kind, known := in.Role.ScopeOf()
	switch {
	case !known || in.Role == models.Resident:
		return models.RefuseField("membership.role_unknown", "role")
	case kind != in.ScopeKind:
		return models.RefuseField("membership.scope_unfit", "scope_kind")
	case !MayAppoint(a, in.Role):
		return models.Refuse(models.Denied, "membership.denied")
	case account != 0 && account == a.AccountID:
		return models.Refuse(models.Denied, "membership.own_appointment")
	}
	return checkDates(in.ValidFrom, in.ValidTo)
}

func checkDates(from, to models.Date) error {
	if _, real := models.ParseDate(string(from)); !real {
		return models.RefuseField("membership.date_wrong", "valid_from")
	}
	if to == "" {
		return nil
	}
	if _, real := models.ParseDate(string(to)); !real || to <= from {
		return models.RefuseField("membership.date_wrong", "valid_to")
	}
	return nil
}

// partyKinds says for which kinds of handling party (place.PartyKind) a role can be held.
var partyKinds = map[models.Role][]string{
	models.OperatorStaff:   {"operator", "self_governing_body", "developer"},
	models.OperatorManager: {"operator", "self_governing_body", "developer"},
	models.OwningUnitStaff: {"owning_unit"},
	models.AgencyStaff:     {"agency"},
	models.UtilityStaff:    {"utility_company"},
}

// FitsParty reports whether role can be held for a handling party of this kind: an agency has no operator's staff.
func FitsParty(role models.Role, kind string) bool { return slices.Contains(partyKinds[role], kind) }

// MayEnd reports whether the actor may end a membership: his own (a person may always step back or move away), those
// that he may appoint, and residences that he may decide.
func MayEnd(a models.Actor, m Membership, r Residence) bool {
	if m.AccountID == a.AccountID {
		return true
	}
	if m.Role == models.Resident {
		return MayDecide(a, r)
	}
	return MayAppoint(a, m.Role)
}
