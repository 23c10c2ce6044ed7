package api

import (
	"context"
	"strconv"

	"linli/models"
	"linli/models/people"
)

// People is what the account, membership and set-up routes ask of storage.
type People interface {
	Me(ctx context.Context, a models.Actor) (people.AccountView, error)
	UpdateMe(ctx context.Context, a models.Actor, in people.Changes) (people.AccountView, error)
	SetPassword(ctx context.Context, a models.Actor, proof people.Proof, password string) error
	RequestOwnCode(ctx context.Context, a models.Actor, address string) (people.CodeView, error)
	StartFactor(ctx context.Context, a models.Actor, in people.Proof) (people.Enrolment, error)
	ConfirmFactor(ctx context.Context, a models.Actor, code string) (people.FactorAdded, error)
	RemoveFactor(ctx context.Context, a models.Actor, proof people.FactorProof) (people.AccountView, error)
	RenewRecoveryCodes(ctx context.Context, a models.Actor, proof people.FactorProof) (people.FactorAdded, error)
	SignOutEverywhere(ctx context.Context, a models.Actor, account int64, reason string) error
	ResetFactor(ctx context.Context, a models.Actor, account int64, reason string) error
	SetupState(ctx context.Context) (people.SetupView, error)
	Setup(ctx context.Context, in people.FirstAdmin) error
	AskMembership(ctx context.Context, a models.Actor, in people.Ask) (people.MembershipView, error)
	MembershipRequests(ctx context.Context, a models.Actor) ([]people.RequestView, error)
	MembershipRequestsWaiting(ctx context.Context, a models.Actor) (int, error)
	DecideMembership(ctx context.Context, a models.Actor, id int64, in people.Decision) (people.MembershipView, error)
	EndMembership(ctx context.Context, a models.Actor, id int64, reason string) (people.MembershipView, error)
	Appoint(ctx context.Context, a models.Actor, in people.Appointment) (people.MembershipView, error)
	Appointments(ctx context.Context, a models.Actor, f people.AppointmentFilter) (people.AppointmentList, error)
}

type accountAnswer struct{ Body people.AccountView }

// accountShow gives the actor's own account.
func (s *Server) accountShow(ctx context.Context, _ *struct{}) (*accountAnswer, error) {
	view, err := s.uses.People.Me(ctx, actor(ctx))
	return &accountAnswer{view}, err
}

// accountUpdate changes the actor's name or language.
func (s *Server) accountUpdate(ctx context.Context, in *struct{ Body people.Changes }) (*accountAnswer, error) {
	view, err := s.uses.People.UpdateMe(ctx, actor(ctx), in.Body)
	return &accountAnswer{view}, err
}

type passwordSetInput struct {
	Body struct {
		Old       string `json:"old,omitempty" maxLength:"256" doc:"where the account has a password"`
		RequestID string `json:"request_id,omitempty" maxLength:"100" doc:"with code, where it has none: a code to the own phone"`
		Code      string `json:"code,omitempty" maxLength:"10"`
		New       string `json:"new" maxLength:"256"`
	}
}

// passwordSet sets or changes the actor's password and signs his other devices out.
func (s *Server) passwordSet(ctx context.Context, in *passwordSetInput) (*struct{}, error) {
	b := in.Body
	proof := people.Proof{Password: b.Old, RequestID: b.RequestID, Code: b.Code}
	return nil, s.uses.People.SetPassword(ctx, actor(ctx), proof, b.New)
}

// SetupAnswer is what the app must know before anybody has signed in.
type SetupAnswer struct {
	NeedsSetup bool   `json:"needs_setup"`
	Demo       bool   `json:"demo"`
	Filling    bool   `json:"demo_filling" doc:"the demo county's history is still being made: its figures move"`
	Version    string `json:"version"`
	Hotline    string `json:"hotline"`
	CountyName string `json:"county_name"`
}

// hotline is the government service line, the same in the whole country.
const hotline = "12345"

type setupShowAnswer struct{ Body SetupAnswer }

// setupShow says whether the program still waits for its first admin, and which county it serves.
func (s *Server) setupShow(ctx context.Context, _ *struct{}) (*setupShowAnswer, error) {
	state, err := s.uses.People.SetupState(ctx)
	name := s.config.County
	if name == "" {
		name = state.CountyName
	}
	return &setupShowAnswer{SetupAnswer{
		NeedsSetup: state.NeedsSetup, Demo: state.Demo, Filling: s.config.DemoFilling != nil && s.config.DemoFilling(), Version: s.config.Version, Hotline: hotline, CountyName: name,
	}}, err
}

// setupFinish makes the first admin, with the one-time token that the program printed.
func (s *Server) setupFinish(ctx context.Context, in *struct{ Body people.FirstAdmin }) (*struct{}, error) {
	return nil, s.uses.People.Setup(ctx, in.Body)
}

type membershipAnswer struct{ Body people.MembershipView }

// membershipAsk registers where somebody lives, to be decided by people without an interest.
func (s *Server) membershipAsk(ctx context.Context, in *struct{ Body people.Ask }) (*membershipAnswer, error) {
	view, err := s.uses.People.AskMembership(ctx, actor(ctx), in.Body)
	return &membershipAnswer{view}, err
}

type membershipListInput struct {
	Status string `query:"status" enum:"pending" default:"pending"`
}

type membershipList struct {
	Items []people.RequestView `json:"items"`
}

type membershipListAnswer struct{ Body membershipList }

// membershipList gives the requests that the actor may decide.
func (s *Server) membershipList(ctx context.Context, _ *membershipListInput) (*membershipListAnswer, error) {
	items, err := s.uses.People.MembershipRequests(ctx, actor(ctx))
	return &membershipListAnswer{membershipList{items}}, err
}

// MembershipPath is the membership in the address.
type MembershipPath struct {
	ID int64 `path:"id" minimum:"1"`
}

type membershipDecideInput struct {
	MembershipPath
	Body people.Decision
}

// membershipDecide approves or refuses a request.
func (s *Server) membershipDecide(ctx context.Context, in *membershipDecideInput) (*membershipAnswer, error) {
	view, err := s.uses.People.DecideMembership(ctx, actor(ctx), in.ID, in.Body)
	return &membershipAnswer{view}, err
}

type membershipEndInput struct {
	MembershipPath
	Body struct {
		Reason string `json:"reason" maxLength:"200"`
	}
}

// membershipEnd ends a membership at once.
func (s *Server) membershipEnd(ctx context.Context, in *membershipEndInput) (*membershipAnswer, error) {
	view, err := s.uses.People.EndMembership(ctx, actor(ctx), in.ID, in.Body.Reason)
	return &membershipAnswer{view}, err
}

// appointmentMake gives a person a role somewhere.
func (s *Server) appointmentMake(ctx context.Context, in *struct{ Body people.Appointment }) (*membershipAnswer, error) {
	view, err := s.uses.People.Appoint(ctx, actor(ctx), in.Body)
	return &membershipAnswer{view}, err
}

type appointmentListInput struct {
	Role      models.Role      `query:"role" maxLength:"30"`
	ScopeKind models.ScopeKind `query:"scope_kind" maxLength:"20"`
	ScopeID   int64            `query:"scope_id" minimum:"0"`
	Q         string           `query:"q" maxLength:"60"`
	Cursor    string           `query:"cursor" maxLength:"20" pattern:"^[0-9]*$"`
	Limit     int              `query:"limit" minimum:"1" maximum:"100" default:"50"`
}

type appointmentListAnswer struct{ Body people.AppointmentList }

// appointmentList gives the roles that people hold, newest first.
func (s *Server) appointmentList(ctx context.Context, in *appointmentListInput) (*appointmentListAnswer, error) {
	before, _ := strconv.ParseInt(in.Cursor, 10, 64) // the pattern lets digits through only; 0 is the beginning
	list, err := s.uses.People.Appointments(ctx, actor(ctx), people.AppointmentFilter{
		Role: in.Role, ScopeKind: in.ScopeKind, ScopeID: in.ScopeID, Q: in.Q, Before: before, Limit: in.Limit,
	})
	return &appointmentListAnswer{list}, err
}
