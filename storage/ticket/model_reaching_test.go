package ticket_test

import (
	"slices"
	"time"

	"linli/models/ticket"
)

// Tries to reach the reporter in the drawn histories: the model keeps a diary of its own, and never reads the ledger.

// diary is who did what to reach whom.
type diary struct {
	tries  []diaryTry
	looks  []diaryTry
	writes []diaryTry
	waited []int64 // the parties that waited for him once
	word   time.Time
}

type diaryTry struct {
	party int64
	try   ticket.Try
}

// tried is what the party that has it now did since the reporter's last word.
func (m *matter) tried(now time.Time) (r ticket.Reaching) {
	own := func(one diaryTry) bool {
		return one.party == m.t.HandlingPartyID && !one.try.At.Before(m.t.DispatchedAt)
	}
	for _, one := range m.diary.tries {
		if own(one) && one.try.At.After(m.diary.word) && now.Sub(one.try.At) < 7*24*time.Hour {
			r.Tries = append(r.Tries, one.try)
		}
	}
	r.Looked = slices.ContainsFunc(m.diary.looks, own)
	for _, one := range m.diary.writes {
		if one.party == m.t.HandlingPartyID {
			r.Wrote = one.try.At
		}
	}
	r.Used = slices.Contains(m.diary.waited, m.t.HandlingPartyID)
	return r
}

// spoke are the steps by which the model takes the reporter for reached, whoever takes them.
var spoke = []ticket.Action{
	ticket.Contact, ticket.ContactConfirm, ticket.OfficeContact, ticket.PauseDay, ticket.ContactShare, ticket.ContactHide, ticket.Confirm, ticket.RelayConfirm,
	ticket.SendBack, ticket.CallbackConfirm, ticket.Reopen, ticket.SuspendObject, ticket.PromiseKept, ticket.PromiseBroken,
}

// writesDiary notes what a step that was taken says of tries. lines is how many the ledger got.
func (y *attempt) writesDiary(was ticket.Ticket, lines int) {
	m, d := y.m, &y.m.diary
	one := diaryTry{was.HandlingPartyID, ticket.Try{How: y.how(), At: y.now}}
	part := ticket.PartOf(y.a, was)
	reports := y.a.SignedIn() && (y.a.AccountID == was.ReporterID || y.a.AccountID == was.AuthorID)
	switch {
	case y.action == extraSay && ticket.SideOf(part) == ticket.PartReporter:
		d.word = y.now
	case y.action == extraSay && part == ticket.PartHandler && ticket.Substantive(y.note):
		d.writes = append(d.writes, one)
	case y.action == extraContact:
		d.looks = append(d.looks, one)
	case lines == 0:
	case y.action == ticket.ContactTry:
		d.tries = append(d.tries, one)
	case y.action == ticket.PauseUnreached:
		d.waited = append(d.waited, was.HandlingPartyID)
	case slices.Contains(spoke, y.action), reports && (y.action == ticket.Urge || y.action == ticket.Resume):
		d.word = y.now
	case (y.action == extraRate || y.action == extraCallback) && m.t.State != was.State:
		d.word = y.now
	}
}

// heard is t after its reporter spoke: a wait for him is over.
func (y *attempt) heard(t ticket.Ticket) (ticket.Ticket, int) {
	if t.PauseWhy != ticket.PauseForReporter || !t.PausedAt(y.now) {
		return t, 0
	}
	next, _, err := t.Apply(y.a, ticket.Move{Action: ticket.Resume}, y.c, y.now)
	if err != nil {
		return t, 0
	}
	next.Version = t.Version + 1
	return next.ResumedFrom(t, y.urgency(), y.hours(), y.c, y.now), 1
}

// how is a way that a handler names.
func (y *attempt) how() ticket.TryHow {
	return []ticket.TryHow{ticket.TryMessage, ticket.TryMessage, ticket.TryCall, ticket.TryVisit, "pigeon"}[y.choice(0, 5)]
}

func expectTry(y *attempt) *expectation {
	if err := first(y.sees(), y.words("note", true)); err != nil {
		return refusal(err)
	}
	next, err := y.apply(y.a, ticket.ContactTry)
	if err = first(err, y.m.tried(y.now).Check(y.how(), y.m.t, y.now)); err != nil {
		return refusal(err)
	}
	return becomes(y.m, next, 1)
}

func doTry(y *attempt) error {
	_, err := y.store().TryContact(y.w.r.t.Context(), y.a, y.m.t.ID, ticket.Trying{Version: y.version, How: y.how(), Note: y.note})
	return err
}

// looksForHim reports whether the party that has it has begun to look for the reporter, and has not waited for him yet.
func (m *matter) looksForHim() bool {
	began := func(one diaryTry) bool { return one.party == m.t.HandlingPartyID && one.try.At.After(m.diary.word) }
	return slices.ContainsFunc(m.diary.tries, began) && !slices.Contains(m.diary.waited, m.t.HandlingPartyID)
}

// looksForHim makes a party that began to look for the reporter go on, now and then, or no history would wait for him.
func (w *town) looksForHim(y *attempt, can map[ticket.Action][]string) {
	for _, action := range []ticket.Action{extraSay, ticket.ContactTry, ticket.PauseUnreached} {
		own := func(who string) bool { return w.cast[who].WorksFor(y.m.t.HandlingPartyID) }
		if who := slices.DeleteFunc(slices.Clone(can[action]), func(who string) bool { return !own(who) }); y.m.looksForHim() && len(who) > 0 {
			y.action, can[action] = action, who
		}
	}
}
