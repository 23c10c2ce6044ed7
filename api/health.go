package api

import (
	"context"
	"time"

	"linli/models"
)

// HealthUses asks the two stores whether they answer.
type HealthUses interface {
	PingDatabase(ctx context.Context) error
	PingPhotos(ctx context.Context) error
}

type healthAnswer struct {
	Body struct {
		OK bool `json:"ok"`
	}
}

// healthShow says that the process runs. It asks nobody else: a database that is away is no reason to restart us.
func (s *Server) healthShow(context.Context, *struct{}) (*healthAnswer, error) {
	out := &healthAnswer{}
	out.Body.OK = true
	return out, nil
}

type readyAnswer struct {
	Body struct {
		Database string `json:"database" enum:"ok"`
		Photos   string `json:"photos" enum:"ok,away"`
	}
}

// readyShow says whether requests should be sent here. Without the database nothing works; without the photo store
// tickets are still taken and their pictures wait on the phone, so that one is told but does not turn people away.
func (s *Server) readyShow(ctx context.Context, _ *struct{}) (*readyAnswer, error) {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	if s.leaving.Load() {
		return nil, models.Refuse(models.Unavailable, "server.leaving")
	}
	if err := s.uses.Health.PingDatabase(ctx); err != nil {
		return nil, &models.Error{Kind: models.Unavailable, Code: "server.database_away", Err: err}
	}
	out := &readyAnswer{}
	out.Body.Database = "ok"
	out.Body.Photos = "ok"
	if err := s.uses.Health.PingPhotos(ctx); err != nil {
		s.log.WarnContext(ctx, "photo store is away", "err", err.Error())
		out.Body.Photos = "away"
	}
	return out, nil
}
