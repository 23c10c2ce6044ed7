package api

import (
	"context"
	"net/http"

	"linli/models/ticket"
)

type bulletinListAnswer struct{ Body ticket.BulletinList }

// knownOutageList tells who is about to file what is known at the place.
func (s *Server) knownOutageList(ctx context.Context, in *similarTicketInput) (*bulletinListAnswer, error) {
	list, err := s.uses.Tickets.KnownOutages(ctx, actor(ctx), in.EstateID, in.BuildingID, in.Category)
	return &bulletinListAnswer{Body: list}, err
}

// homeBulletinList gives the bulletins of the actor's buildings.
func (s *Server) homeBulletinList(ctx context.Context, _ *struct{}) (*bulletinListAnswer, error) {
	list, err := s.uses.Tickets.HomeBulletins(ctx, actor(ctx))
	return &bulletinListAnswer{Body: list}, err
}

// buildingBulletinList gives the bulletins of one building.
func (s *Server) buildingBulletinList(ctx context.Context, in *PlacePath) (*bulletinListAnswer, error) {
	list, err := s.uses.Tickets.BuildingBulletins(ctx, actor(ctx), in.ID)
	return &bulletinListAnswer{Body: list}, err
}

// posterBulletinList gives them to whoever opened the code on its door.
func (s *Server) posterBulletinList(ctx context.Context, in *posterShowInput) (*bulletinListAnswer, error) {
	list, err := s.uses.Tickets.PosterBulletins(ctx, in.Token)
	return &bulletinListAnswer{Body: list}, err
}

type bulletinPageAnswer struct{ Body ticket.BulletinPage }

// bulletinList lists the bulletins of the actor's party and of what his office oversees.
func (s *Server) bulletinList(ctx context.Context, _ *struct{}) (*bulletinPageAnswer, error) {
	page, err := s.uses.Tickets.Bulletins(ctx, actor(ctx))
	return &bulletinPageAnswer{Body: page}, err
}

type bulletinPostInput struct{ Body ticket.BulletinPosting }

type bulletinPostedAnswer struct {
	Status int
	Body   ticket.BulletinView
}

// bulletinPost posts a bulletin: 201, or 200 when it was there before.
func (s *Server) bulletinPost(ctx context.Context, in *bulletinPostInput) (*bulletinPostedAnswer, error) {
	view, created, err := s.uses.Tickets.PostBulletin(ctx, actor(ctx), in.Body)
	code := http.StatusOK
	if created {
		code = http.StatusCreated
	}
	return &bulletinPostedAnswer{Status: code, Body: view}, err
}

type bulletinAnswer struct{ Body ticket.BulletinView }

type bulletinChangeInput struct {
	PlacePath
	Body ticket.BulletinChange
}

// bulletinChange moves the end of a bulletin.
func (s *Server) bulletinChange(ctx context.Context, in *bulletinChangeInput) (*bulletinAnswer, error) {
	view, err := s.uses.Tickets.ChangeBulletin(ctx, actor(ctx), in.ID, in.Body)
	return &bulletinAnswer{Body: view}, err
}

type bulletinEndInput struct {
	PlacePath
	Body ticket.BulletinEnd
}

// bulletinEnd ends a bulletin now.
func (s *Server) bulletinEnd(ctx context.Context, in *bulletinEndInput) (*bulletinAnswer, error) {
	view, err := s.uses.Tickets.EndBulletin(ctx, actor(ctx), in.ID, in.Body)
	return &bulletinAnswer{Body: view}, err
}

type bulletinUndoInput struct {
	PlacePath
	Body ticket.BulletinUndo
}

// bulletinUndo takes back an end that slipped.
func (s *Server) bulletinUndo(ctx context.Context, in *bulletinUndoInput) (*bulletinAnswer, error) {
	view, err := s.uses.Tickets.UndoBulletinEnd(ctx, actor(ctx), in.ID, in.Body)
	return &bulletinAnswer{Body: view}, err
}
