package api

import (
	"context"

	"linli/models"
)

// DemoLogin is a fixed account of the demo county, shown beside the sign-in so that one can try each role.
type DemoLogin struct {
	Role     models.Role `json:"role"`
	Name     string      `json:"name"`
	Phone    string      `json:"phone"`
	Password string      `json:"password"`
	What     string      `json:"what" doc:"one sentence: what to try"`
}

type demoLoginListAnswer struct {
	Body struct {
		Items []DemoLogin `json:"items"`
	}
}

// demoLoginList gives one sign-in for each role of the demo county. Outside the demo there is no such thing.
func (s *Server) demoLoginList(context.Context, *struct{}) (*demoLoginListAnswer, error) {
	if !s.config.Demo {
		return nil, models.Refuse(models.NotFound, "demo.not_found")
	}
	out := &demoLoginListAnswer{}
	out.Body.Items = s.config.DemoLogins
	return out, nil
}
