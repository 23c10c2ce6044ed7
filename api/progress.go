package api

import (
	"context"

	"linli/models/ticket"
)

type progressShowInput struct{ Body ticket.ProgressAsked }

type progressAnswer struct{ Body ticket.ProgressView }

// progressShow tells where a ticket stands, to anybody who has its number and query code.
func (s *Server) progressShow(ctx context.Context, in *progressShowInput) (*progressAnswer, error) {
	view, err := s.uses.Tickets.TicketProgress(ctx, in.Body, requestOf(ctx).address)
	return &progressAnswer{view}, err
}
