package api

import (
	"context"

	"linli/models/ticket"
)

type callbackListAnswer struct{ Body ticket.CallbackList }

// callbackList gives the reporters whom the actor must ask now whether it is solved, without their numbers.
func (s *Server) callbackList(ctx context.Context, _ *struct{}) (*callbackListAnswer, error) {
	list, err := s.uses.Tickets.Callbacks(ctx, actor(ctx))
	return &callbackListAnswer{list}, err
}

// CallbackPath is the callback in the address.
type CallbackPath struct {
	ID int64 `path:"id" minimum:"1"`
}

// callbackContact tells whoever makes a callback name and number of the reporter; the look is written down where he reads it.
func (s *Server) callbackContact(ctx context.Context, in *CallbackPath) (*contactAnswer, error) {
	card, err := s.uses.Tickets.CallbackContact(ctx, actor(ctx), in.ID)
	return &contactAnswer{Body: card}, err
}

type callbackTellInput struct {
	CallbackPath
	Body ticket.CallbackTelling
}

type callbackAnswer struct{ Body ticket.CallbackView }

// callbackTell takes what came of a call.
func (s *Server) callbackTell(ctx context.Context, in *callbackTellInput) (*callbackAnswer, error) {
	view, err := s.uses.Tickets.TellCallback(ctx, actor(ctx), in.ID, in.Body)
	return &callbackAnswer{view}, err
}
