package api

import (
	"context"

	"linli/models"
	"linli/models/place"
)

type phoneCheckListAnswer struct{ Body place.PhoneCheckList }

// phoneCheckList gives the posted phones that the actor must call now.
func (s *Server) phoneCheckList(ctx context.Context, _ *struct{}) (*phoneCheckListAnswer, error) {
	list, err := s.uses.Places.PhoneChecks(ctx, actor(ctx))
	return &phoneCheckListAnswer{list}, err
}

type phoneCheckTellInput struct {
	PlacePath
	Body place.PhoneTelling
}

type phoneCheckAnswer struct{ Body place.PhoneCheckView }

// phoneCheckTell takes what came of a call.
func (s *Server) phoneCheckTell(ctx context.Context, in *phoneCheckTellInput) (*phoneCheckAnswer, error) {
	view, err := s.uses.Places.TellPhoneCheck(ctx, actor(ctx), in.ID, in.Body)
	return &phoneCheckAnswer{view}, err
}

type estatePhonesAnswer struct{ Body place.EstatePhones }

// estatePhones gives how often the numbers on an estate's card were answered.
func (s *Server) estatePhones(ctx context.Context, in *PlacePath) (*estatePhonesAnswer, error) {
	view, err := s.uses.Places.EstatePhones(ctx, in.ID)
	return &estatePhonesAnswer{view}, err
}

type townPhoneListAnswer struct{ Body place.TownPhoneList }

// townPhoneList gives the same, for each town, or for what the actor's office looks after.
func (s *Server) townPhoneList(ctx context.Context, _ *struct{}) (*townPhoneListAnswer, error) {
	list, err := s.uses.Places.TownPhones(ctx, actor(ctx))
	return &townPhoneListAnswer{list}, err
}

type phoneDrawListAnswer struct{ Body place.PhoneDrawList }

// phoneDrawList gives the draws of the last weeks, for anybody.
func (s *Server) phoneDrawList(ctx context.Context, _ *struct{}) (*phoneDrawListAnswer, error) {
	list, err := s.uses.Places.PhoneDraws(ctx)
	return &phoneDrawListAnswer{list}, err
}

type phoneDrawInput struct {
	Week models.Date `path:"week" maxLength:"10" doc:"its Monday, 2026-11-23"`
}

type phoneDrawAnswer struct{ Body place.PhoneDrawView }

// phoneDrawShow gives one week's draw, for anybody: all of it once the week is over.
func (s *Server) phoneDrawShow(ctx context.Context, in *phoneDrawInput) (*phoneDrawAnswer, error) {
	view, err := s.uses.Places.PhoneDraw(ctx, in.Week)
	return &phoneDrawAnswer{view}, err
}
