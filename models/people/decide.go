package people

import "linli/models"

// Residence is what the rule about membership requests needs to know of one request.
type Residence struct {
	AccountID   int64 // who asks
	CommunityID int64
	TownID      int64
	PartyID     int64 // who answers for the estate today, 0 when nobody is named
	// StationAnswers is set when the community's station answers for the estate; it also does where nobody is named.
	StationAnswers bool
	TownAnswers    bool
}

// DecidingRole is the first level above that has no interest in who may rate it (DECISIONS 1): the station,
// the town where the station itself answers, the centre where the town does.
func DecidingRole(r Residence) models.Role {
	switch {
	case r.TownAnswers:
		return models.CenterOfficer
	case r.StationAnswers || r.PartyID == 0:
		return models.TownOfficer
	}
	return models.StationStaff
}

// MayDecide reports whether the actor may decide a membership request. The judged party never may, and nobody decides
// his own request; the centre and the admin may decide any other (DECISIONS 1, 3).
func MayDecide(a models.Actor, r Residence) bool {
	if a.AccountID == r.AccountID || a.WorksFor(r.PartyID) {
		return false
	}
	if a.Has(models.CenterOfficer, models.Admin) {
		return true
	}
	switch DecidingRole(r) {
	case models.StationStaff:
		return a.HasFor(models.StationStaff, models.ScopeCommunity, r.CommunityID)
	case models.TownOfficer:
		return a.HasFor(models.TownOfficer, models.ScopeTown, r.TownID)
	}
	return false
}

// Decision is an answer to a membership request.
type Decision struct {
	Approve bool   `json:"approve"`
	Method  string `json:"method,omitempty"`
	Reason  string `json:"reason,omitempty"`
}

// The ways in which a residence is proved. The proof is looked at, never stored (FIELD B-j).
const (
	ByOwnerRoll     = "owner_roll"
	ByVisit         = "visit"
	ByHouseholdCode = "household_code"
	ByOther         = "other"
	ByAppointment   = "appointment"
	BySetup         = "setup"
)

// Check refuses a decision that does not say how, or a refusal that does not say why.
func (d Decision) Check() error {
	if len(d.Reason) > MaxReason {
		return models.RefuseField("membership.reason_too_long", "reason")
	}
	if !d.Approve {
		if d.Reason == "" {
			return models.RefuseField("membership.reason_missing", "reason")
		}
		return nil
	}
	switch d.Method {
	case ByOwnerRoll, ByVisit, ByHouseholdCode, ByOther:
		return nil
	}
	return models.RefuseField("membership.method_unknown", "method")
}

// MaxReason is the longest reason, in bytes.
const MaxReason = 600
