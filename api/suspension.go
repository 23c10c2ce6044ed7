package api

import (
	"context"

	"linli/models/ticket"
)

type suspensionListAnswer struct{ Body ticket.SuspensionList }

// suspensionList gives what is suspended in the places that the actor oversees, and the wishes that wait.
func (s *Server) suspensionList(ctx context.Context, _ *struct{}) (*suspensionListAnswer, error) {
	list, err := s.uses.Tickets.Suspensions(ctx, actor(ctx))
	return &suspensionListAnswer{list}, err
}

type estateSuspensionsAnswer struct{ Body ticket.PublicSuspensions }

// estateSuspensions gives the public list of one estate: no names, no flat, no ticket.
func (s *Server) estateSuspensions(ctx context.Context, in *PlacePath) (*estateSuspensionsAnswer, error) {
	list, err := s.uses.Tickets.EstateSuspensions(ctx, in.ID)
	return &estateSuspensionsAnswer{list}, err
}

type suspensionAskInput struct {
	TicketPath
	Body ticket.SuspensionAsked
}

// suspensionAsk takes the wish that a matter be suspended.
func (s *Server) suspensionAsk(ctx context.Context, in *suspensionAskInput) (*ticketAnswer, error) {
	view, err := s.uses.Tickets.AskSuspension(ctx, actor(ctx), in.ID, in.Body)
	return &ticketAnswer{Body: view}, err
}

type suspensionDecideInput struct {
	TicketPath
	Body ticket.SuspensionDecision
}

// suspensionDecide suspends a matter, or refuses the wish: by the centre.
func (s *Server) suspensionDecide(ctx context.Context, in *suspensionDecideInput) (*ticketAnswer, error) {
	view, err := s.uses.Tickets.DecideSuspension(ctx, actor(ctx), in.ID, in.Body)
	return &ticketAnswer{Body: view}, err
}

type suspensionReviewInput struct {
	TicketPath
	Body ticket.SuspensionReview
}

// suspensionReview takes the centre's regular look.
func (s *Server) suspensionReview(ctx context.Context, in *suspensionReviewInput) (*ticketAnswer, error) {
	view, err := s.uses.Tickets.ReviewSuspension(ctx, actor(ctx), in.ID, in.Body)
	return &ticketAnswer{Body: view}, err
}

type suspensionEndInput struct {
	TicketPath
	Body ticket.SuspensionEnding
}

// suspensionEnd lets the party go on with the work.
func (s *Server) suspensionEnd(ctx context.Context, in *suspensionEndInput) (*ticketAnswer, error) {
	view, err := s.uses.Tickets.EndSuspension(ctx, actor(ctx), in.ID, in.Body)
	return &ticketAnswer{Body: view}, err
}
