package api

import (
	"context"
	"net/http"

	"linli/models/ticket"
)

type similarTicketInput struct {
	EstateID   int64  `query:"estate_id" minimum:"1" required:"true"`
	BuildingID int64  `query:"building_id" minimum:"0"`
	Category   string `query:"category" maxLength:"16" required:"true"`
}

type offersAnswer struct{ Body ticket.Offers }

// similarTicketList offers open tickets of the same place and category to who is about to file the same.
func (s *Server) similarTicketList(ctx context.Context, in *similarTicketInput) (*offersAnswer, error) {
	offers, err := s.uses.Tickets.SimilarTickets(ctx, actor(ctx), in.EstateID, in.BuildingID, in.Category)
	return &offersAnswer{Body: offers}, err
}

type supportInput struct {
	TicketPath
	Body ticket.Supporting
}

type supportedAnswer struct {
	Status int
	Body   ticket.SupportedView
}

// ticketSupport adds a household's voice to a neighbour's ticket: 201, or 200 when it was there before.
func (s *Server) ticketSupport(ctx context.Context, in *supportInput) (*supportedAnswer, error) {
	view, created, err := s.uses.Tickets.SupportTicket(ctx, actor(ctx), in.ID, in.Body)
	code := http.StatusOK
	if created {
		code = http.StatusCreated
	}
	return &supportedAnswer{Status: code, Body: view}, err
}

type supportedShowAnswer struct{ Body ticket.SupportedView }

type supportTakenBackInput struct {
	TicketPath
	Body ticket.SupportTakenBack
}

// ticketSupportWithdraw takes a voice back.
func (s *Server) ticketSupportWithdraw(ctx context.Context, in *supportTakenBackInput) (*supportedShowAnswer, error) {
	view, err := s.uses.Tickets.WithdrawSupport(ctx, actor(ctx), in.ID, in.Body)
	return &supportedShowAnswer{Body: view}, err
}

type supportedListAnswer struct{ Body ticket.SupportedPage }

// supportedTicketList lists what the actor supports.
func (s *Server) supportedTicketList(ctx context.Context, _ *struct{}) (*supportedListAnswer, error) {
	page, err := s.uses.Tickets.SupportedTickets(ctx, actor(ctx))
	return &supportedListAnswer{Body: page}, err
}

// supportedTicketShow tells a supporter what became of the ticket.
func (s *Server) supportedTicketShow(ctx context.Context, in *TicketPath) (*supportedShowAnswer, error) {
	view, err := s.uses.Tickets.SupportedTicket(ctx, actor(ctx), in.ID)
	return &supportedShowAnswer{Body: view}, err
}

type ticketJointInput struct {
	TicketPath
	Body ticket.Joining
}

// ticketJoint makes a ticket joint for an owners' committee or the community.
func (s *Server) ticketJoint(ctx context.Context, in *ticketJointInput) (*ticketAnswer, error) {
	view, err := s.uses.Tickets.MarkJoint(ctx, actor(ctx), in.ID, in.Body)
	return &ticketAnswer{Body: view}, err
}

type ticketJointAnswerInput struct {
	TicketPath
	Body ticket.JointAnswered
}

// ticketJointAnswer takes the party's written answer to a joint matter.
func (s *Server) ticketJointAnswer(ctx context.Context, in *ticketJointAnswerInput) (*ticketAnswer, error) {
	view, err := s.uses.Tickets.AnswerJoint(ctx, actor(ctx), in.ID, in.Body)
	return &ticketAnswer{Body: view}, err
}
