package api

import (
	"context"
	"time"

	"linli/models"
)

// HealthUses asks the two stores whether they answer, and the watch what else is not as it should be.
type HealthUses interface {
	PingDatabase(ctx context.Context) error
	PingPhotos(ctx context.Context) error
	// Behind names what has fallen behind, without asking anybody: "jobs" when one has not succeeded for too long,
	// "messages" when text messages wait too long to leave, "copy" when the continuous copy does not follow.
	Behind() []string
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
		Status   string `json:"status" enum:"ok,degraded" doc:"degraded: requests are welcome, but something below is not as it should be"`
		Database string `json:"database" enum:"ok"`
		Photos   string `json:"photos" enum:"ok,away" doc:"away: reports are taken, their photos wait on the phones"`
		Requests string `json:"requests" enum:"ok,full" doc:"full: the queue is full, newcomers are told to come again"`
		Jobs     string `json:"jobs" enum:"ok,behind" doc:"behind: one has not succeeded for too long"`
		Messages string `json:"messages" enum:"ok,behind" doc:"behind: text messages wait too long to leave"`
		Copy     string `json:"copy" enum:"none,ok,behind" doc:"the continuous copy of the database. behind: it does not follow, so what a lost machine would take with it grows; none: none is kept"`
	}
}

// readyTime is how long each of the two stores may take to answer.
const readyTime = 2 * time.Second

// readyShow says whether requests should be sent here. Without the database nothing works; without the photo store
// tickets are still taken and their pictures wait on the phone, so that one is told but does not turn people away. No
// more does a full queue: another copy would have one too, and those who are told to come again come back.
func (s *Server) readyShow(ctx context.Context, _ *struct{}) (*readyAnswer, error) {
	if s.leaving.Load() {
		return nil, models.Refuse(models.Unavailable, "server.leaving")
	}
	database, photos := within(ctx, s.uses.Health.PingDatabase), within(ctx, s.uses.Health.PingPhotos)
	out := &readyAnswer{}
	out.Body.Status, out.Body.Database, out.Body.Photos, out.Body.Requests, out.Body.Jobs, out.Body.Messages = "ok", "ok", "ok", "ok", "ok", "ok"
	out.Body.Copy = "none"
	if s.config.Copied {
		out.Body.Copy = "ok"
	}
	degraded := func(part *string, how string) { *part, out.Body.Status = how, "degraded" }
	if photos != nil {
		requestOf(ctx).why = "photo store is away: " + photos.Error()
		degraded(&out.Body.Photos, "away")
	}
	if database != nil {
		refusal := &models.Error{Kind: models.Unavailable, Code: "server.database_away", Err: database}
		return nil, refusal.With("database", "away").With("photos", out.Body.Photos)
	}
	if s.gates.work.full() {
		degraded(&out.Body.Requests, "full")
	}
	for _, part := range s.uses.Health.Behind() {
		switch part {
		case "jobs":
			degraded(&out.Body.Jobs, "behind")
		case "messages":
			degraded(&out.Body.Messages, "behind")
		case "copy":
			degraded(&out.Body.Copy, "behind")
		}
	}
	return out, nil
}

func within(ctx context.Context, ask func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, readyTime)
	defer cancel()
	return ask(ctx)
}
