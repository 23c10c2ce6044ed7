package api

import (
	"context"

	"linli/models/ticket"
)

type estatePromisesAnswer struct{ Body ticket.PromiseList }

// estatePromises gives the promise-kept rate of an estate and of who serves it, with the promises behind it that the actor may see.
func (s *Server) estatePromises(ctx context.Context, in *PlacePath) (*estatePromisesAnswer, error) {
	list, err := s.uses.Tickets.EstatePromises(ctx, actor(ctx), in.ID)
	return &estatePromisesAnswer{list}, err
}

type promiseMakeInput struct {
	TicketPath
	Body ticket.PromiseMade
}

// promiseMake takes a day and a result that the party names to the reporter.
func (s *Server) promiseMake(ctx context.Context, in *promiseMakeInput) (*ticketAnswer, error) {
	view, err := s.uses.Tickets.MakePromise(ctx, actor(ctx), in.ID, in.Body)
	return &ticketAnswer{Body: view}, err
}

type promiseRedateInput struct {
	TicketPath
	Body ticket.PromiseRedated
}

// promiseRedate names a later day before the first one has come.
func (s *Server) promiseRedate(ctx context.Context, in *promiseRedateInput) (*ticketAnswer, error) {
	view, err := s.uses.Tickets.RedatePromise(ctx, actor(ctx), in.ID, in.Body)
	return &ticketAnswer{Body: view}, err
}

type promiseJudgeInput struct {
	TicketPath
	Body ticket.PromiseVerdict
}

// promiseJudge takes the reporter's word whether a promise was kept.
func (s *Server) promiseJudge(ctx context.Context, in *promiseJudgeInput) (*ticketAnswer, error) {
	view, err := s.uses.Tickets.JudgePromise(ctx, actor(ctx), in.ID, in.Body)
	return &ticketAnswer{Body: view}, err
}
