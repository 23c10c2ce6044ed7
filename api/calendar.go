package api

import (
	"context"

	"linli/models"
)

// Calendars is what the routes of the working days ask of storage.
type Calendars interface {
	Calendar(ctx context.Context) (models.Calendar, error)
	SetCalendar(ctx context.Context, a models.Actor, calendar models.Calendar) (models.Calendar, error)
}

type calendarAnswer struct {
	CacheControl string `header:"Cache-Control"`
	Body         models.Calendar
}

// calendarShow gives the holidays and make-up days that deadlines are counted on.
func (s *Server) calendarShow(ctx context.Context, _ *struct{}) (*calendarAnswer, error) {
	calendar, err := s.uses.Calendars.Calendar(ctx)
	return &calendarAnswer{CacheControl: "no-cache", Body: calendar}, err
}

type calendarInput struct{ Body models.Calendar }

// calendarSet puts a new version into force, for what is filed from now on.
func (s *Server) calendarSet(ctx context.Context, in *calendarInput) (*calendarAnswer, error) {
	calendar, err := s.uses.Calendars.SetCalendar(ctx, actor(ctx), in.Body)
	return &calendarAnswer{CacheControl: "no-store", Body: calendar}, err
}
