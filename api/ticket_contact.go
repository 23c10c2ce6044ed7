package api

import (
	"context"

	"linli/models/ticket"
)

type officeContactInput struct {
	TicketPath
	Body ticket.OfficeContacting
}

// officeNumber tells an office without an interest whom it is to call; the look is written down.
func (s *Server) officeNumber(ctx context.Context, in *TicketPath) (*contactAnswer, error) {
	card, err := s.uses.Tickets.OfficeNumber(ctx, actor(ctx), in.ID)
	return &contactAnswer{Body: card}, err
}

// officeContact takes an office's word that it reached the reporter by telephone, with what he said.
func (s *Server) officeContact(ctx context.Context, in *officeContactInput) (*ticketAnswer, error) {
	view, err := s.uses.Tickets.TellOfficeContact(ctx, actor(ctx), in.ID, in.Body)
	return &ticketAnswer{Body: view}, err
}
