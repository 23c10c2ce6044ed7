package api

import "context"

// Waiting is how much besides tickets waits for an office now. Each is as long as the list of that name.
type Waiting struct {
	Phones    int `json:"phones" doc:"posted phones to call"`
	Callbacks int `json:"callbacks" doc:"reporters to ask whether it is solved"`
	Requests  int `json:"requests" doc:"households that say where they live"`
}

type waitingAnswer struct{ Body Waiting }

// waitingShow counts what waits for the actor besides tickets, for the desk and the menu, which ask each time.
func (s *Server) waitingShow(ctx context.Context, _ *struct{}) (*waitingAnswer, error) {
	a, uses := actor(ctx), s.uses
	var w Waiting
	var err error
	if w.Phones, err = uses.Places.PhoneChecksWaiting(ctx, a); err != nil {
		return nil, err
	}
	if w.Callbacks, err = uses.Tickets.CallbacksWaiting(ctx, a); err != nil {
		return nil, err
	}
	if w.Requests, err = uses.People.MembershipRequestsWaiting(ctx, a); err != nil {
		return nil, err
	}
	return &waitingAnswer{w}, nil
}
