package api

import (
	"context"

	"linli/models/ticket"
)

type pressureTellInput struct {
	TicketPath
	Body ticket.PressureTold
}

// pressureTell takes a reporter's word that he was asked to do something about his ticket. Only the centre reads it; the
// answer is the same for the first time and for a repetition.
func (s *Server) pressureTell(ctx context.Context, in *pressureTellInput) (*struct{}, error) {
	return nil, s.uses.Tickets.TellPressure(ctx, actor(ctx), in.ID, in.Body)
}

type pressureListInput struct {
	Cursor string `query:"cursor" maxLength:"20"`
	Limit  int    `query:"limit" minimum:"1" maximum:"100" default:"50"`
}

type pressureListAnswer struct{ Body ticket.PressurePage }

// pressureList gives what people told that they were asked to do, for the centre.
func (s *Server) pressureList(ctx context.Context, in *pressureListInput) (*pressureListAnswer, error) {
	page, err := s.uses.Tickets.Pressures(ctx, actor(ctx), in.Cursor, in.Limit)
	return &pressureListAnswer{page}, err
}

type pressureSettleInput struct {
	ID   int64 `path:"id" minimum:"1"`
	Body ticket.PressureFinding
}

type pressureAnswer struct{ Body ticket.PressureView }

// pressureSettle takes what the centre found when it looked.
func (s *Server) pressureSettle(ctx context.Context, in *pressureSettleInput) (*pressureAnswer, error) {
	view, err := s.uses.Tickets.SettlePressure(ctx, actor(ctx), in.ID, in.Body)
	return &pressureAnswer{view}, err
}
