package api

import (
	"context"
	"net/http"

	"linli/models/ticket"
)

type templatePageAnswer struct{ Body ticket.TemplatePage }

// templateList lists the reply templates of the actor's parties.
func (s *Server) templateList(ctx context.Context, _ *struct{}) (*templatePageAnswer, error) {
	page, err := s.uses.Tickets.ReplyTemplates(ctx, actor(ctx))
	return &templatePageAnswer{Body: page}, err
}

type templateWriteInput struct{ Body ticket.TemplateWriting }

type templateWrittenAnswer struct {
	Status int
	Body   ticket.ReplyTemplateView
}

// templateWrite keeps a new reply template: 201, or 200 when it was there before.
func (s *Server) templateWrite(ctx context.Context, in *templateWriteInput) (*templateWrittenAnswer, error) {
	view, created, err := s.uses.Tickets.WriteTemplate(ctx, actor(ctx), in.Body)
	code := http.StatusOK
	if created {
		code = http.StatusCreated
	}
	return &templateWrittenAnswer{Status: code, Body: view}, err
}

type templateAnswer struct{ Body ticket.ReplyTemplateView }

type templateChangeInput struct {
	PlacePath
	Body ticket.TemplateChange
}

// templateChange writes a reply template anew.
func (s *Server) templateChange(ctx context.Context, in *templateChangeInput) (*templateAnswer, error) {
	view, err := s.uses.Tickets.ChangeTemplate(ctx, actor(ctx), in.ID, in.Body)
	return &templateAnswer{Body: view}, err
}

type templateRemoveInput struct {
	PlacePath
	Body ticket.TemplateRemoval
}

// templateRemove removes a reply template.
func (s *Server) templateRemove(ctx context.Context, in *templateRemoveInput) (*templateAnswer, error) {
	view, err := s.uses.Tickets.RemoveTemplate(ctx, actor(ctx), in.ID, in.Body)
	return &templateAnswer{Body: view}, err
}

// templateRestore takes a removal back.
func (s *Server) templateRestore(ctx context.Context, in *templateRemoveInput) (*templateAnswer, error) {
	view, err := s.uses.Tickets.RestoreTemplate(ctx, actor(ctx), in.ID, in.Body)
	return &templateAnswer{Body: view}, err
}

type templateFillAnswer struct{ Body ticket.FilledTemplates }

// templateFill gives the handler of a ticket his party's templates that fit it, filled in.
func (s *Server) templateFill(ctx context.Context, in *TicketPath) (*templateFillAnswer, error) {
	filled, err := s.uses.Tickets.FilledTemplates(ctx, actor(ctx), in.ID)
	return &templateFillAnswer{Body: filled}, err
}
