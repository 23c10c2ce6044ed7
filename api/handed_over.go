package api

import (
	"context"

	"linli/models/ticket"
)

type handedOverListInput struct {
	TicketID int64  `query:"ticket_id" minimum:"1" doc:"the looks of that ticket alone: its own address is closed to the old party"`
	Cursor   string `query:"cursor" maxLength:"20"`
	Limit    int    `query:"limit" minimum:"1" maximum:"100" default:"30"`
}

type handedOverListAnswer struct{ Body ticket.HandedOverPage }

// handedOverList lists what the asker's party handed over with its estates, as it stood then.
func (s *Server) handedOverList(ctx context.Context, in *handedOverListInput) (*handedOverListAnswer, error) {
	page, err := s.uses.Tickets.HandedOverTickets(ctx, actor(ctx), ticket.HandedOverQuery{TicketID: in.TicketID, Cursor: in.Cursor, Limit: in.Limit})
	return &handedOverListAnswer{Body: page}, err
}

type handedOverShowInput struct {
	ID int64 `path:"id" minimum:"1"`
}

type handedOverShowAnswer struct{ Body ticket.HandedOverView }

// handedOverShow gives one of them whole.
func (s *Server) handedOverShow(ctx context.Context, in *handedOverShowInput) (*handedOverShowAnswer, error) {
	view, err := s.uses.Tickets.HandedOverTicket(ctx, actor(ctx), in.ID)
	return &handedOverShowAnswer{Body: view}, err
}
