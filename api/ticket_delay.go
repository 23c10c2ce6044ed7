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

type ticketPauseInput struct {
	TicketPath
	Body ticket.PauseAsked
}

// ticketPause stops the clock to solve a ticket until a day.
func (s *Server) ticketPause(ctx context.Context, in *ticketPauseInput) (*ticketAnswer, error) {
	view, err := s.uses.Tickets.PauseTicket(ctx, actor(ctx), in.ID, in.Body)
	return &ticketAnswer{Body: view}, err
}

type ticketTryInput struct {
	TicketPath
	Body ticket.Trying
}

// ticketTry takes a handler's word that he tried to reach the reporter in vain.
func (s *Server) ticketTry(ctx context.Context, in *ticketTryInput) (*ticketAnswer, error) {
	view, err := s.uses.Tickets.TryContact(ctx, actor(ctx), in.ID, in.Body)
	return &ticketAnswer{Body: view}, err
}

type ticketResumeInput struct {
	TicketPath
	Body ticket.PauseEnded
}

// ticketResume ends a pause before its day.
func (s *Server) ticketResume(ctx context.Context, in *ticketResumeInput) (*ticketAnswer, error) {
	view, err := s.uses.Tickets.ResumeTicket(ctx, actor(ctx), in.ID, in.Body)
	return &ticketAnswer{Body: view}, err
}
