package api

import (
	"context"
	"net/http"

	"linli/models"
	"linli/models/score"
)

// Scores is what the routes of ratings and scores ask of storage.
type Scores interface {
	RateOperator(ctx context.Context, a models.Actor, g score.GeneralRating) (score.Receipt, error)
	OwnRating(ctx context.Context, a models.Actor, estateID int64) (score.OwnRating, error)
	EstateScore(ctx context.Context, a models.Actor, estateID int64, released bool) (score.Summary, error)
	Explain(ctx context.Context, a models.Actor, estateID int64) (score.Explanation, error)
	Comments(ctx context.Context, a models.Actor, estateID int64) (score.CommentList, error)
	Scores(ctx context.Context, a models.Actor, f score.Filter) (score.List, error)
	Overview(ctx context.Context, a models.Actor) (score.Overview, error)
	MissedBefore(ctx context.Context, a models.Actor, partyID int64, cursor string, limit int) (score.MissedPage, error)
}

type ratingGiveInput struct{ Body score.GeneralRating }

type ratingAnswer struct {
	Status int
	Body   score.Receipt
}

// ratingGive takes a rating of whoever runs a place: 201, or 200 when the same came before.
func (s *Server) ratingGive(ctx context.Context, in *ratingGiveInput) (*ratingAnswer, error) {
	receipt, err := s.uses.Scores.RateOperator(ctx, actor(ctx), in.Body)
	if err != nil {
		return nil, err
	}
	code := http.StatusOK
	if receipt.Created {
		code = http.StatusCreated
	}
	return &ratingAnswer{Status: code, Body: receipt}, nil
}

// scorePath is the estate in the address.
type scorePath struct {
	ID int64 `path:"id" minimum:"1"`
}

type ownRatingAnswer struct{ Body score.OwnRating }

// ratingShow gives what the actor himself said of whoever runs a place in this month.
func (s *Server) ratingShow(ctx context.Context, in *scorePath) (*ownRatingAnswer, error) {
	own, err := s.uses.Scores.OwnRating(ctx, actor(ctx), in.ID)
	return &ownRatingAnswer{Body: own}, err
}

type scoreAnswer struct{ Body score.Summary }

type scoreShowInput struct {
	PlacePath
	Released bool `query:"released" doc:"the figure that residents see, also for who sees ratings before their release"`
}

// scoreShow gives the score of an estate's unit as the actor may see it, or as residents see it.
func (s *Server) scoreShow(ctx context.Context, in *scoreShowInput) (*scoreAnswer, error) {
	summary, err := s.uses.Scores.EstateScore(ctx, actor(ctx), in.ID, in.Released)
	return &scoreAnswer{Body: summary}, err
}

type commentsAnswer struct{ Body score.CommentList }

// scoreComments gives what households wrote with their ratings, to whoever runs the place and the offices above it.
func (s *Server) scoreComments(ctx context.Context, in *scorePath) (*commentsAnswer, error) {
	list, err := s.uses.Scores.Comments(ctx, actor(ctx), in.ID)
	return &commentsAnswer{Body: list}, err
}

type explanationAnswer struct{ Body score.Explanation }

// scoreExplain gives the score with everything it was computed from.
func (s *Server) scoreExplain(ctx context.Context, in *scorePath) (*explanationAnswer, error) {
	explanation, err := s.uses.Scores.Explain(ctx, actor(ctx), in.ID)
	return &explanationAnswer{Body: explanation}, err
}

type scoreListInput struct {
	BaselineClass string `query:"baseline_class" enum:"professional,unit_compound,ownerless_building"`
	CommunityID   int64  `query:"community_id" minimum:"0"`
	TownID        int64  `query:"town_id" minimum:"0"`
}

type scoreListAnswer struct{ Body score.List }

// scoreList gives the scores of an officer's area, best first.
func (s *Server) scoreList(ctx context.Context, in *scoreListInput) (*scoreListAnswer, error) {
	filter := score.Filter{BaselineClass: in.BaselineClass, CommunityID: in.CommunityID, TownID: in.TownID}
	list, err := s.uses.Scores.Scores(ctx, actor(ctx), filter)
	return &scoreListAnswer{Body: list}, err
}

type overviewAnswer struct{ Body score.Overview }

// overviewShow gives what waits, and where, within what the actor oversees or answers for.
func (s *Server) overviewShow(ctx context.Context, _ *struct{}) (*overviewAnswer, error) {
	overview, err := s.uses.Scores.Overview(ctx, actor(ctx))
	return &overviewAnswer{Body: overview}, err
}

type missedListInput struct {
	PartyID int64  `query:"handling_party_id" minimum:"1" required:"true"`
	Cursor  string `query:"cursor" maxLength:"20"`
	Limit   int    `query:"limit" minimum:"1" maximum:"100" default:"50"`
}

type missedListAnswer struct{ Body score.MissedPage }

// missedList gives what a party had missed when it handed places of the actor's area over: what stands behind its figure in the overview.
func (s *Server) missedList(ctx context.Context, in *missedListInput) (*missedListAnswer, error) {
	page, err := s.uses.Scores.MissedBefore(ctx, actor(ctx), in.PartyID, in.Cursor, in.Limit)
	return &missedListAnswer{Body: page}, err
}
