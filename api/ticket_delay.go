package api

import (
	"context"

	"linli/models/ticket"
)

type ticketExtendInput struct {
	TicketPath
	Body ticket.ExtensionAsked
}

// ticketExtend takes a handler's wish for a later date.
func (s *Server) ticketExtend(ctx context.Context, in *ticketExtendInput) (*ticketAnswer, error) {
	view, err := s.uses.Tickets.ExtendTicket(ctx, actor(ctx), in.ID, in.Body)
	return &ticketAnswer{Body: view}, err
}

type ticketExtendDecideInput struct {
	TicketPath
	Body ticket.ExtensionDecision
}

// ticketExtendDecide grants or refuses a later date, one level up.
func (s *Server) ticketExtendDecide(ctx context.Context, in *ticketExtendDecideInput) (*ticketAnswer, error) {
	view, err := s.uses.Tickets.DecideExtension(ctx, actor(ctx), in.ID, in.Body)
	return &ticketAnswer{Body: view}, err
}
