package api

import (
	"context"

	"linli/models/ticket"
)

type closingSignListInput struct {
	Sign   string `query:"sign" enum:"quick,no_proof" doc:"only these; both without it"`
	Cursor string `query:"cursor" maxLength:"20"`
	Limit  int    `query:"limit" minimum:"1" maximum:"100" default:"30"`
}

type closingSignListAnswer struct{ Body ticket.ClosingSignPage }

// closingSignList gives the closings that are worth a look: said to be done within minutes, or ended without a photo and without
// the reporter's own yes.
func (s *Server) closingSignList(ctx context.Context, in *closingSignListInput) (*closingSignListAnswer, error) {
	page, err := s.uses.Tickets.ClosingSigns(ctx, actor(ctx), ticket.ClosingSign(in.Sign), in.Cursor, in.Limit)
	return &closingSignListAnswer{page}, err
}
