package place

import "linli/models"

// Hotline is the government's service line, open to everybody at all hours.
const Hotline = "12345"

// CodeView is a code and name of a division for some time.
type CodeView struct {
	Code          string      `json:"code"`
	Name          string      `json:"name"`
	ValidFrom     models.Date `json:"valid_from"`
	ValidTo       models.Date `json:"valid_to,omitempty"`
	SuccessorCode string      `json:"successor_code,omitempty"`
}

// DivisionView is a division with its code and name of today, and all that it ever had.
type DivisionView struct {
	ID       int64 `json:"id"`
	Level    Level `json:"level"`
	ParentID int64 `json:"parent_id,omitempty"`
	CodeView
	Codes []CodeView `json:"codes"`
}

// EstateRow is one line of the list of estates. Areas are in 0.01 m².
type EstateRow struct {
	ID                int64         `json:"id"`
	Code              string        `json:"code"`
	Name              string        `json:"name"`
	CommunityName     string        `json:"community_name"`
	TownName          string        `json:"town_name"`
	BaselineClass     BaselineClass `json:"baseline_class"`
	AgeClass          AgeClass      `json:"age_class"`
	ServiceMode       ServiceMode   `json:"service_mode"`
	HandlingPartyName string        `json:"handling_party_name"`
	Buildings         int64         `json:"buildings"`
	Households        int64         `json:"households"`
	AreaC             int64         `json:"area_c"`
	OpenTickets       int64         `json:"open_tickets"`
	OverdueTickets    int64         `json:"overdue_tickets"`
	Listed            *Listed       `json:"listed,omitempty"`
	Demo              bool          `json:"demo"`
}

// Listed is how many open and overdue tickets of a place stand in the reader's own list: what he oversees or answers for. The
// public figures beside it count what everybody answers for, and nothing that is held. Absent is none.
type Listed struct {
	Open    int64 `json:"open"`
	Overdue int64 `json:"overdue"`
}

// EstateList is one page of estates, those with the most overdue tickets first.
type EstateList struct {
	Items []EstateRow `json:"items"`
	Next  string      `json:"next,omitempty"`
	Total *int64      `json:"total,omitempty" doc:"how many there are on all pages; with the first page only"`
	Late  *int64      `json:"late,omitempty" doc:"how many of them have overdue tickets; with the first page only"`
}

// ServiceTermView is one line of who served the estate when.
type ServiceTermView struct {
	ID                int64       `json:"id"`
	HandlingPartyID   int64       `json:"handling_party_id"`
	HandlingPartyName string      `json:"handling_party_name"`
	ServiceMode       ServiceMode `json:"service_mode"`
	ValidFrom         models.Date `json:"valid_from"`
	ValidTo           models.Date `json:"valid_to,omitempty"`
}

// EstateDetail is one estate with its buildings and terms.
type EstateDetail struct {
	EstateRow
	CommunityID   int64             `json:"community_id"`
	TownID        int64             `json:"town_id"`
	Address       string            `json:"address"`
	Contact       ContactCard       `json:"contact"`
	BuildingsList []BuildingRow     `json:"buildings_list"`
	Terms         []ServiceTermView `json:"terms"`
}

// BuildingRow is one building of an estate. Cleaning is not logged yet, so no day of it is told.
type BuildingRow struct {
	ID             int64       `json:"id"`
	EstateID       int64       `json:"estate_id"`
	Name           string      `json:"name"`
	Households     int64       `json:"households"`
	Entrances      int64       `json:"entrances"`
	Floors         int64       `json:"floors"`
	OpenTickets    int64       `json:"open_tickets"`
	OverdueTickets int64       `json:"overdue_tickets"`
	Listed         *Listed     `json:"listed,omitempty"`
	LastCleanedAt  models.Date `json:"last_cleaned_at,omitempty"`
}

// BuildingFacts are the plain facts that every building shows (DECISIONS 15).
type BuildingFacts struct {
	Answers       string      `json:"answers"`
	LastCleanedAt models.Date `json:"last_cleaned_at,omitempty"`
	Open          int64       `json:"open"`
	Overdue       int64       `json:"overdue"`
}

// BuildingDetail is the page of one building.
type BuildingDetail struct {
	BuildingRow
	EstateName     string        `json:"estate_name"`
	CommunityName  string        `json:"community_name"`
	Contact        ContactCard   `json:"contact"`
	Facts          BuildingFacts `json:"facts"`
	MayPrintPoster bool          `json:"may_print_poster"`
}

// ContactCard says who answers here and how to reach them at any hour (SV-14).
type ContactCard struct {
	HandlingPartyID   int64       `json:"handling_party_id"`
	HandlingPartyName string      `json:"handling_party_name"`
	HandlingPartyKind PartyKind   `json:"handling_party_kind"`
	ServiceMode       ServiceMode `json:"service_mode"`
	Phone24           string      `json:"phone24"`
	Phone24Note       string      `json:"phone24_note,omitempty"`
	ProjectLead       string      `json:"project_lead,omitempty"`
	StewardName       string      `json:"steward_name,omitempty"`
	StationName       string      `json:"station_name"`
	StationPhone      string      `json:"station_phone"`
	Hotline           string      `json:"hotline"`
	Emergency         []Emergency `json:"emergency"`
}

// NewContactCard puts the card together. The estate's own number and project lead come before the party's; where neither has one the
// hotline stands in, so that a card always has a number to call.
func NewContactCard(party, station HandlingParty, mode ServiceMode, term *ServiceTerm, emergencies []Emergency) ContactCard {
	card := ContactCard{
		HandlingPartyID: party.ID, HandlingPartyName: party.Name, HandlingPartyKind: party.Kind, ServiceMode: mode,
		Phone24: party.Phone24, Phone24Note: party.Phone24Note, ProjectLead: party.ProjectLead,
		StationName: station.Name, StationPhone: station.Phone24, Hotline: Hotline, Emergency: emergencies,
	}
	if term != nil && term.Phone24 != "" {
		card.Phone24, card.Phone24Note = term.Phone24, ""
	}
	if term != nil && term.ProjectLead != "" {
		card.ProjectLead = term.ProjectLead
	}
	if card.Phone24 == "" {
		card.Phone24 = Hotline
	}
	return card
}

// PosterCard is what the QR code of a building's poster opens, for anybody, signed in or not.
type PosterCard struct {
	BuildingID    int64       `json:"building_id"`
	BuildingName  string      `json:"building_name"`
	EstateID      int64       `json:"estate_id"`
	EstateName    string      `json:"estate_name"`
	CommunityName string      `json:"community_name"`
	Address       string      `json:"address"`
	Contact       ContactCard `json:"contact"`
	SmallBuilding bool        `json:"small_building"`
}

// Poster is what gets printed and hung up.
type Poster struct {
	Token         string      `json:"token"`
	URL           string      `json:"url"`
	BuildingName  string      `json:"building_name"`
	EstateName    string      `json:"estate_name"`
	CommunityName string      `json:"community_name"`
	Contact       ContactCard `json:"contact"`
}

// UnitRow is one home of a building.
type UnitRow struct {
	ID           int64  `json:"id"`
	EntranceID   int64  `json:"entrance_id"`
	EntranceName string `json:"entrance_name"`
	Floor        int64  `json:"floor"`
	Name         string `json:"name"`
}

// Found is one hit of the search for places.
type Found struct {
	Kind          string `json:"kind" enum:"estate,building"`
	EstateID      int64  `json:"estate_id"`
	EstateName    string `json:"estate_name"`
	BuildingID    int64  `json:"building_id,omitempty"`
	BuildingName  string `json:"building_name,omitempty"`
	CommunityName string `json:"community_name"`
}

// PartyRow is one line of the list of handling parties.
type PartyRow struct {
	ID      int64     `json:"id"`
	Kind    PartyKind `json:"kind"`
	Name    string    `json:"name"`
	Phone24 string    `json:"phone24"`
}

// EstateFilter narrows the list of estates; empty fields do not narrow.
type EstateFilter struct {
	Q             string
	CommunityID   int64
	TownID        int64
	BaselineClass BaselineClass
	ServiceMode   ServiceMode
	Cursor        string
	Limit         int
}
