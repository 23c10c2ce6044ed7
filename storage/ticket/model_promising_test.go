package ticket_test

import (
	"linli/models"
	"linli/models/ticket"
	"linli/storage"
)

// Promises in the drawn histories: the ticket's own columns say all that the rules ask, and its lines tell the promises themselves.

// promised is what a handler names: a good day, one that is too early or too late, and no real day.
func (y *attempt) promised() models.Date {
	today := models.DateOf(y.now)
	return []models.Date{today, today.Add(1), today.Add(3), today.Add(3), today.Add(5), today.Add(5), today.Add(30), today.Add(31), today.Add(-1), "2026-02-30"}[y.choice(0, 10)]
}

func expectPromise(y *attempt) *expectation {
	m := y.m
	err := y.sees()
	if err == nil {
		_, err = ticket.PromiseMade{Result: y.note, Day: y.promised()}.Check(y.c.MaxText)
	}
	var next ticket.Ticket
	if err == nil {
		next, err = y.apply(y.a, ticket.Promise)
	}
	if err == nil {
		err = m.t.CheckPromise(y.w.r.promising, y.promised(), y.now)
	}
	if err != nil {
		return refusal(err)
	}
	want := becomes(m, next.PromisedFor(y.w.r.promising, y.promised(), y.now), 1)
	want.after = func() { m.rows.Promises++ }
	return want
}

func doPromise(y *attempt) error {
	_, err := y.store().MakePromise(y.w.r.t.Context(), y.a, y.m.t.ID, ticket.PromiseMade{Version: y.version, Result: y.note, Day: y.promised()})
	return err
}

func expectRedate(y *attempt) *expectation {
	err := y.sees()
	if err == nil {
		_, err = ticket.PromiseRedated{Reason: y.note, Day: y.promised()}.Check(y.c.MaxText)
	}
	var next ticket.Ticket
	if err == nil {
		next, err = y.apply(y.a, ticket.PromiseRedate)
	}
	if err == nil {
		err = y.m.t.CheckRedate(y.w.r.promising, y.promised(), y.now)
	}
	if err != nil {
		return refusal(err)
	}
	return becomes(y.m, next.PromisedFor(y.w.r.promising, y.promised(), y.now), 1)
}

func doRedate(y *attempt) error {
	_, err := y.store().RedatePromise(y.w.r.t.Context(), y.a, y.m.t.ID, ticket.PromiseRedated{Version: y.version, Reason: y.note, Day: y.promised()})
	return err
}

// verdict names the newest promise, now and then another one.
func (y *attempt) verdict() ticket.PromiseVerdict {
	nth := y.m.t.Promises
	if y.choice(0, 8) == 0 {
		nth++
	}
	return ticket.PromiseVerdict{ClientID: clientID(), Promise: nth, Kept: y.action == ticket.PromiseKept}
}

func expectVerdict(y *attempt) *expectation {
	if err := first(y.sees(), y.m.t.MayJudgeNth(y.verdict().Promise)); err != nil {
		return refusal(err)
	}
	next, _, err := y.m.t.Apply(y.a, ticket.Move{Action: y.action, Weightless: y.weightless(y.action)}, y.c, y.now)
	if err != nil {
		return refusal(err)
	}
	return becomes(y.m, next, 1)
}

func doVerdict(y *attempt) error {
	_, err := y.store().JudgePromise(y.w.r.t.Context(), y.a, y.m.t.ID, y.verdict())
	return err
}

func expectPromiseLapse(y *attempt) *expectation {
	next, _, err := y.m.t.Apply(models.SystemActor, ticket.Move{Action: ticket.PromiseLapse}, y.c, y.now)
	if err != nil {
		return refusal(err)
	}
	return becomes(y.m, next, 1)
}

func doPromiseLapse(y *attempt) error {
	return y.write(func(tx storage.Tx) error { return y.store().LapsePromiseIn(tx, y.m.t.ID) })
}
