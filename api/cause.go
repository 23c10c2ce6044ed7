package api

import (
	"context"
	"net/http"

	"linli/models/ticket"
)

type causeListAnswer struct{ Body ticket.CauseList }

// causeList gives an office the repeats at its places, and everybody the cases that he owns or oversees.
func (s *Server) causeList(ctx context.Context, _ *struct{}) (*causeListAnswer, error) {
	list, err := s.uses.Tickets.Causes(ctx, actor(ctx))
	return &causeListAnswer{list}, err
}

type causeAnswer struct{ Body ticket.CauseView }

// causeShow gives one case with its tickets.
func (s *Server) causeShow(ctx context.Context, in *PlacePath) (*causeAnswer, error) {
	view, err := s.uses.Tickets.Cause(ctx, actor(ctx), in.ID)
	return &causeAnswer{view}, err
}

type causeOpenInput struct{ Body ticket.CauseOpening }

type causeOpenedAnswer struct {
	Status int
	Body   ticket.CauseView
}

// causeOpen opens a case of a repeat: 201, or 200 when it was there before.
func (s *Server) causeOpen(ctx context.Context, in *causeOpenInput) (*causeOpenedAnswer, error) {
	view, created, err := s.uses.Tickets.OpenCause(ctx, actor(ctx), in.Body)
	code := http.StatusOK
	if created {
		code = http.StatusCreated
	}
	return &causeOpenedAnswer{Status: code, Body: view}, err
}

type causeStepInput struct {
	PlacePath
	Body ticket.CauseStep
}

// causeStep makes one step of a case.
func (s *Server) causeStep(ctx context.Context, in *causeStepInput) (*causeAnswer, error) {
	view, err := s.uses.Tickets.StepCause(ctx, actor(ctx), in.ID, in.Body)
	return &causeAnswer{view}, err
}
