package api

import (
	"context"

	"linli/models"
)

// Waiting is how much besides tickets waits for an office now. Each is as long as the list of that name.
type Waiting struct {
	Phones    int `json:"phones" doc:"posted phones to call"`
	Callbacks int `json:"callbacks" doc:"reporters to ask whether it is solved"`
	Requests  int `json:"requests" doc:"households that say where they live"`
}

// counter counts one of them for the actor.
type counter func(context.Context, models.Actor) (int, error)

type waitingAnswer struct{ Body Waiting }

// waitingShow counts what waits for the actor besides tickets, for the desk and the menu, which ask each time.
func (s *Server) waitingShow(ctx context.Context, _ *struct{}) (*waitingAnswer, error) {
	var w Waiting
	for _, one := range []struct {
		into  *int
		count counter
	}{{&w.Phones, s.uses.Places.PhoneChecksWaiting}, {&w.Callbacks, s.uses.Tickets.CallbacksWaiting}, {&w.Requests, s.uses.People.MembershipRequestsWaiting}} {
		n, err := one.count(ctx, actor(ctx))
		if err != nil {
			return nil, err
		}
		*one.into = n
	}
	return &waitingAnswer{w}, nil
}
