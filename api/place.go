package api

import (
	"context"

	"linli/models"
	"linli/models/place"
)

// Places is what the place routes ask of storage.
type Places interface {
	ListDivisions(ctx context.Context, a models.Actor) ([]place.DivisionView, error)
	ListEstates(ctx context.Context, a models.Actor, f place.EstateFilter) (place.EstateList, error)
	ShowEstate(ctx context.Context, a models.Actor, id int64) (place.EstateDetail, error)
	SetServiceTerm(ctx context.Context, a models.Actor, estateID int64, n place.NewTerm) (place.EstateDetail, error)
	CancelServiceTerm(ctx context.Context, a models.Actor, estateID, termID int64) (place.EstateDetail, error)
	ShowBuilding(ctx context.Context, a models.Actor, id int64) (place.BuildingDetail, error)
	ListUnits(ctx context.Context, a models.Actor, buildingID int64) ([]place.UnitRow, error)
	PrintPoster(ctx context.Context, a models.Actor, buildingID int64) (place.Poster, error)
	FindPoster(ctx context.Context, token string) (place.PosterCard, error)
	SearchPlaces(ctx context.Context, a models.Actor, text string) ([]place.Found, error)
	ListParties(ctx context.Context, a models.Actor, text string, kind place.PartyKind) ([]place.PartyRow, error)
	Rosters(ctx context.Context, a models.Actor) (place.RosterList, error)
	Roster(ctx context.Context, a models.Actor, partyID int64) (place.RosterView, error)
	SetRoster(ctx context.Context, a models.Actor, partyID int64, wish place.RosterWish) (place.RosterView, error)
	PhoneChecks(ctx context.Context, a models.Actor) (place.PhoneCheckList, error)
	PhoneChecksWaiting(ctx context.Context, a models.Actor) (int, error)
	TellPhoneCheck(ctx context.Context, a models.Actor, id int64, wish place.PhoneTelling) (place.PhoneCheckView, error)
	EstatePhones(ctx context.Context, estateID int64) (place.EstatePhones, error)
	TownPhones(ctx context.Context, a models.Actor) (place.TownPhoneList, error)
	PhoneDraws(ctx context.Context) (place.PhoneDrawList, error)
	PhoneDraw(ctx context.Context, week models.Date) (place.PhoneDrawView, error)
	UpdateParty(ctx context.Context, a models.Actor, id int64, change place.PartyChange) (place.PartyRow, error)
	ImportRegister(ctx context.Context, a models.Actor, body []byte, dryRun bool) (place.ImportReport, error)
	RegisterTemplate(format string) ([]byte, error)
}

// PlacePath is the estate, building or party in the address.
type PlacePath struct {
	ID int64 `path:"id" minimum:"1"`
}

type divisionList struct {
	Items []place.DivisionView `json:"items"`
}

type divisionListAnswer struct{ Body divisionList }

// divisionList gives the divisions with their codes of all times.
func (s *Server) divisionList(ctx context.Context, _ *struct{}) (*divisionListAnswer, error) {
	items, err := s.uses.Places.ListDivisions(ctx, actor(ctx))
	return &divisionListAnswer{divisionList{items}}, err
}

type estateListInput struct {
	Q             string              `query:"q" maxLength:"60"`
	CommunityID   int64               `query:"community_id" minimum:"0"`
	TownID        int64               `query:"town_id" minimum:"0"`
	BaselineClass place.BaselineClass `query:"baseline_class" enum:"professional,unit_compound,ownerless_building"`
	ServiceMode   place.ServiceMode   `query:"service_mode" enum:"professional,owner_self_governed,unit_self_managed,community_trusteeship,none"`
	Cursor        string              `query:"cursor" maxLength:"200"`
	Limit         int                 `query:"limit" minimum:"1" maximum:"100" default:"50"`
}

type estateListAnswer struct{ Body place.EstateList }

// estateList gives one page of the estates that the actor looks after, answers for or lives in.
func (s *Server) estateList(ctx context.Context, in *estateListInput) (*estateListAnswer, error) {
	list, err := s.uses.Places.ListEstates(ctx, actor(ctx), place.EstateFilter{
		Q: in.Q, CommunityID: in.CommunityID, TownID: in.TownID, BaselineClass: in.BaselineClass, ServiceMode: in.ServiceMode,
		Cursor: in.Cursor, Limit: in.Limit,
	})
	return &estateListAnswer{list}, err
}

type estateAnswer struct{ Body place.EstateDetail }

// estateShow gives one estate with its buildings, contact card and terms.
func (s *Server) estateShow(ctx context.Context, in *PlacePath) (*estateAnswer, error) {
	detail, err := s.uses.Places.ShowEstate(ctx, actor(ctx), in.ID)
	return &estateAnswer{detail}, err
}

type termSetInput struct {
	PlacePath
	Body place.NewTerm
}

// termSet hands an estate over to another party.
func (s *Server) termSet(ctx context.Context, in *termSetInput) (*estateAnswer, error) {
	detail, err := s.uses.Places.SetServiceTerm(ctx, actor(ctx), in.ID, in.Body)
	return &estateAnswer{detail}, err
}

type termCancelInput struct {
	PlacePath
	TermID int64 `path:"term_id" minimum:"1"`
}

// termCancel takes back a hand-over that has not come to its day.
func (s *Server) termCancel(ctx context.Context, in *termCancelInput) (*estateAnswer, error) {
	detail, err := s.uses.Places.CancelServiceTerm(ctx, actor(ctx), in.ID, in.TermID)
	return &estateAnswer{detail}, err
}

type buildingAnswer struct{ Body place.BuildingDetail }

// buildingShow gives one building with the facts that every building shows.
func (s *Server) buildingShow(ctx context.Context, in *PlacePath) (*buildingAnswer, error) {
	detail, err := s.uses.Places.ShowBuilding(ctx, actor(ctx), in.ID)
	return &buildingAnswer{detail}, err
}

type unitList struct {
	Items []place.UnitRow `json:"items"`
}

type unitListAnswer struct{ Body unitList }

// unitList gives the homes of a building, so that people can say which is theirs.
func (s *Server) unitList(ctx context.Context, in *PlacePath) (*unitListAnswer, error) {
	items, err := s.uses.Places.ListUnits(ctx, actor(ctx), in.ID)
	return &unitListAnswer{unitList{items}}, err
}

type posterAnswer struct{ Body place.Poster }

// posterPrint gives what a building's poster says.
func (s *Server) posterPrint(ctx context.Context, in *PlacePath) (*posterAnswer, error) {
	poster, err := s.uses.Places.PrintPoster(ctx, actor(ctx), in.ID)
	return &posterAnswer{poster}, err
}

type posterShowInput struct {
	Token string `path:"token" maxLength:"40"`
}

type posterCardAnswer struct{ Body place.PosterCard }

// posterShow opens a poster's QR code, for anybody.
func (s *Server) posterShow(ctx context.Context, in *posterShowInput) (*posterCardAnswer, error) {
	card, err := s.uses.Places.FindPoster(ctx, in.Token)
	return &posterCardAnswer{card}, err
}

type placeSearchInput struct {
	Q string `query:"q" required:"true" maxLength:"60"`
}

type foundList struct {
	Items []place.Found `json:"items"`
}

type foundListAnswer struct{ Body foundList }

// placeSearch finds estates and buildings by what people type.
func (s *Server) placeSearch(ctx context.Context, in *placeSearchInput) (*foundListAnswer, error) {
	items, err := s.uses.Places.SearchPlaces(ctx, actor(ctx), in.Q)
	return &foundListAnswer{foundList{items}}, err
}

type partyListInput struct {
	Q    string          `query:"q" maxLength:"60"`
	Kind place.PartyKind `query:"kind" enum:"operator,self_governing_body,owning_unit,service_station,town,property_center,agency,utility_company,developer"`
}

type partyList struct {
	Items []place.PartyRow `json:"items"`
}

type partyListAnswer struct{ Body partyList }

// partyList gives handling parties by name and kind.
func (s *Server) partyList(ctx context.Context, in *partyListInput) (*partyListAnswer, error) {
	items, err := s.uses.Places.ListParties(ctx, actor(ctx), in.Q, in.Kind)
	return &partyListAnswer{partyList{items}}, err
}

type partyUpdateInput struct {
	PlacePath
	Body place.PartyChange
}

type partyAnswer struct{ Body place.PartyRow }

// partyUpdate changes how a handling party is reached.
func (s *Server) partyUpdate(ctx context.Context, in *partyUpdateInput) (*partyAnswer, error) {
	row, err := s.uses.Places.UpdateParty(ctx, actor(ctx), in.ID, in.Body)
	return &partyAnswer{row}, err
}
