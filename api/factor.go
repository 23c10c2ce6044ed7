package api

import (
	"context"

	"linli/models/people"
)

// ownCodeRequest sends a code to the actor's own phone, as proof before something that a session alone may not do.
func (s *Server) ownCodeRequest(ctx context.Context, _ *struct{}) (*codeAnswer, error) {
	view, err := s.uses.People.RequestOwnCode(ctx, actor(ctx), requestOf(ctx).address)
	return &codeAnswer{view}, err
}

type enrolmentAnswer struct{ Body people.Enrolment }

// secondFactorStart begins to add a second factor; the answer holds the secret, this once.
func (s *Server) secondFactorStart(ctx context.Context, in *struct{ Body people.Proof }) (*enrolmentAnswer, error) {
	e, err := s.uses.People.StartFactor(ctx, actor(ctx), in.Body)
	return &enrolmentAnswer{e}, err
}

type secondFactorConfirmInput struct {
	Body struct {
		Code string `json:"code" maxLength:"20"`
	}
}

type factorAddedAnswer struct{ Body people.FactorAdded }

// secondFactorConfirm ends the enrolment with the first code; the answer holds the recovery codes, this once.
func (s *Server) secondFactorConfirm(ctx context.Context, in *secondFactorConfirmInput) (*factorAddedAnswer, error) {
	made, err := s.uses.People.ConfirmFactor(ctx, actor(ctx), in.Body.Code)
	return &factorAddedAnswer{made}, err
}

// secondFactorRemove takes the actor's own second factor away; it needs one of its codes.
func (s *Server) secondFactorRemove(ctx context.Context, in *struct{ Body people.FactorProof }) (*accountAnswer, error) {
	view, err := s.uses.People.RemoveFactor(ctx, actor(ctx), in.Body)
	return &accountAnswer{view}, err
}

// recoveryCodeRenew makes new recovery codes; the old ones are dead.
func (s *Server) recoveryCodeRenew(ctx context.Context, in *struct{ Body people.FactorProof }) (*factorAddedAnswer, error) {
	made, err := s.uses.People.RenewRecoveryCodes(ctx, actor(ctx), in.Body)
	return &factorAddedAnswer{made}, err
}

// AccountPath is the account in the address.
type AccountPath struct {
	ID int64 `path:"id" minimum:"1"`
}

type secureInput struct {
	AccountPath
	Body struct {
		Reason string `json:"reason" maxLength:"200"`
	}
}

// accountSignOut ends all sessions of somebody else, whose phone is lost or in wrong hands.
func (s *Server) accountSignOut(ctx context.Context, in *secureInput) (*struct{}, error) {
	return nil, s.uses.People.SignOutEverywhere(ctx, actor(ctx), in.ID, in.Body.Reason)
}

// secondFactorReset takes somebody else's second factor away and ends his sessions.
func (s *Server) secondFactorReset(ctx context.Context, in *secureInput) (*struct{}, error) {
	return nil, s.uses.People.ResetFactor(ctx, actor(ctx), in.ID, in.Body.Reason)
}
