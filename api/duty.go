package api

import (
	"context"

	"linli/models/place"
)

type rosterListAnswer struct{ Body place.RosterList }

// rosterList gives the duty rosters that the actor may see.
func (s *Server) rosterList(ctx context.Context, _ *struct{}) (*rosterListAnswer, error) {
	list, err := s.uses.Places.Rosters(ctx, actor(ctx))
	return &rosterListAnswer{list}, err
}

type rosterAnswer struct{ Body place.RosterView }

// rosterShow gives one party's duty roster.
func (s *Server) rosterShow(ctx context.Context, in *PlacePath) (*rosterAnswer, error) {
	view, err := s.uses.Places.Roster(ctx, actor(ctx), in.ID)
	return &rosterAnswer{view}, err
}

type rosterSetInput struct {
	PlacePath
	Body place.RosterWish
}

// rosterSet writes a party's duty roster anew.
func (s *Server) rosterSet(ctx context.Context, in *rosterSetInput) (*rosterAnswer, error) {
	view, err := s.uses.Places.SetRoster(ctx, actor(ctx), in.ID, in.Body)
	return &rosterAnswer{view}, err
}
