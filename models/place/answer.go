package place

import "linli/models"

// Answerable is who must answer for an estate on a day: the party of the term that runs that day, and where none runs
// the community's service station, which the law leaves in charge (OW-18, SV-16). term may be nil.
func Answerable(term *ServiceTerm, stationID int64) (partyID int64, mode ServiceMode) {
	if term == nil {
		return stationID, ModeNone
	}
	return term.HandlingPartyID, term.ServiceMode
}

// RunningOn picks the term that runs on day. Terms of one estate never overlap, so there is at most one.
func RunningOn(terms []ServiceTerm, day models.Date) *ServiceTerm {
	for i := range terms {
		if day.Within(terms[i].ValidFrom, terms[i].ValidTo) {
			return &terms[i]
		}
	}
	return nil
}

// UnitKind is what a score is given to.
type UnitKind string

// The units of scoring (DECISIONS 15).
const (
	UnitEstate         UnitKind = "estate"
	UnitServicePackage UnitKind = "service_package"
	UnitCommunity      UnitKind = "community"
)

// ScoreUnit is the unit in which an estate is scored and surveyed. An ownerless building alone is too small for a fair
// figure: it counts within its service package, or within its community where it is in none (DECISIONS 15).
func (e Estate) ScoreUnit() (UnitKind, int64) {
	switch {
	case e.BaselineClass != ClassOwnerless:
		return UnitEstate, e.ID
	case e.ServicePackageID != nil:
		return UnitServicePackage, *e.ServicePackageID
	}
	return UnitCommunity, e.CommunityID
}

// partyKinds says which kinds of body can run a place in each mode (B-a).
var partyKinds = map[ServiceMode]PartyKind{
	ModeProfessional:         PartyOperator,
	ModeOwnerSelfGoverned:    PartySelfGoverningBody,
	ModeUnitSelfManaged:      PartyOwningUnit,
	ModeCommunityTrusteeship: PartyServiceStation,
	ModeNone:                 PartyServiceStation,
}

// PartyKindFor is the kind of body that runs a place in this mode. It reports false for a mode that does not exist.
func PartyKindFor(mode ServiceMode) (PartyKind, bool) {
	kind, ok := partyKinds[mode]
	return kind, ok
}

// NewTerm is a wish to hand an estate over.
type NewTerm struct {
	HandlingPartyID int64       `json:"handling_party_id,omitempty"`
	ServiceMode     ServiceMode `json:"service_mode" enum:"professional,owner_self_governed,unit_self_managed,community_trusteeship,none"`
	ServiceLevel    string      `json:"service_level,omitempty" maxLength:"40"`
	ValidFrom       models.Date `json:"valid_from" maxLength:"10"`
	Phone24         string      `json:"phone24,omitempty" maxLength:"20"`
	ProjectLead     string      `json:"project_lead,omitempty" maxLength:"40"`
}

// Check says whether party may take the place in this mode. In trusteeship and in mode none it is the community's own
// station and no other.
func (n NewTerm) Check(party HandlingParty, stationID int64) error {
	if err := n.CheckDay(); err != nil {
		return err
	}
	kind, ok := PartyKindFor(n.ServiceMode)
	switch {
	case !ok:
		return models.RefuseField("service_term.unknown_mode", "service_mode")
	case party.Kind != kind:
		return models.RefuseField("service_term.party_does_not_fit", "handling_party_id").With("service_mode", n.ServiceMode).With("kind", party.Kind)
	case kind == PartyServiceStation && party.ID != stationID:
		return models.RefuseField("service_term.not_own_station", "handling_party_id")
	}
	if n.Phone24 != "" && !Phone(n.Phone24) {
		return models.RefuseField("request.bad_phone", "phone24")
	}
	return nil
}

// CheckDay says whether the first day is one. It comes before any question about that day: the databases do not agree about
// what they do when asked about a day that is none.
func (n NewTerm) CheckDay() error {
	if _, ok := models.ParseDate(string(n.ValidFrom)); !ok {
		return models.RefuseField("request.bad_date", "valid_from")
	}
	return nil
}

// HandOverBack is how many days a hand-over may lie back when it is written down: the month that the law gives for filing such
// papers. Past that it is a slip of the pen, or history, for which there is the table of the register.
const HandOverBack = 30

// MayCutOff refuses a day so far back that the party before may not be cut off from it any more.
func (n NewTerm) MayCutOff(today models.Date) error {
	if n.ValidFrom < today.Add(-HandOverBack) {
		return models.RefuseField("service_term.too_far_back", "valid_from").With("days", HandOverBack)
	}
	return nil
}

// MayCancel refuses to take back a term that began: from its first day on somebody answers by it.
func (t ServiceTerm) MayCancel(today models.Date) error {
	if t.ValidFrom <= today {
		return models.Refuse(models.Conflict, "service_term.begun").With("valid_from", t.ValidFrom)
	}
	return nil
}

// MayPrint reports whether the actor may print a building's poster: its steward, whoever answers for it, the station
// and the town it lies in, and the county's offices.
func MayPrint(a models.Actor, b Building, e Estate, answeringPartyID int64) bool {
	return a.HasFor(models.BuildingSteward, models.ScopeBuilding, b.ID) ||
		a.WorksFor(answeringPartyID) ||
		a.HasFor(models.StationStaff, models.ScopeCommunity, e.CommunityID) ||
		a.HasFor(models.TownOfficer, models.ScopeTown, e.TownID) ||
		a.Has(models.CenterOfficer, models.LeadingGroupOffice, models.Admin)
}
