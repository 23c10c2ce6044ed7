package demo

import (
	"time"

	"linli/models"
	"linli/models/photo"
	"linli/models/ticket"
)

// told is what the life of a ticket is made from.
type told struct {
	chance
	plan     *plan
	matter   kindOfMatter
	category ticket.Category
	urgency  ticket.Urgency
	scenes   scenes
}

// live adds to a plan all that happens to the ticket, as if there were no end of time; cut takes off the future.
func (h *historian) live(c chance, p *plan, e *estate, b *building, m kindOfMatter, category ticket.Category, scene scenes) {
	urgency := h.urgencyOf(p, category, e)
	t := told{c, p, m, category, urgency, scene}
	few := e.Small()
	if p.filing.BuildingID != 0 || p.filing.UnitID != 0 || p.filing.PosterToken != "" {
		few = b.Small()
	}
	from := h.released(p, category, urgency, few)
	party, byTerm := h.county.answers(category, e, models.DateOf(from))
	p.steps = append(p.steps, h.handled(t, party, from)...)
	if !byTerm {
		return
	}
	for _, term := range e.terms {
		day := term.ValidFrom.Start()
		if day.After(from) && !settledBefore(p.steps, day) && term.HandlingPartyID != party {
			h.handOver(t, day, term.HandlingPartyID)
			return
		}
	}
}

// urgencyOf is how urgent the program will take the ticket of a plan to be.
func (h *historian) urgencyOf(p *plan, category ticket.Category, e *estate) ticket.Urgency {
	term := e.termOn(models.DateOf(p.filedAt))
	urgency, _ := h.catalogue.Urgency(category.UrgencyFor(term != nil && term.ServiceMode.Managed(), p.filing.Danger))
	return urgency
}

// released is when the ticket of a plan comes to its party: at once, or, where it has to wait, with its batch. That is a
// step of its own then.
func (h *historian) released(p *plan, category ticket.Category, urgency ticket.Urgency, fewHouseholds bool) time.Time {
	waits := ticket.Ticket{Protected: category.Kind.Protected(), Kind: category.Kind, Urgency: urgency.Code, ShareContact: p.filing.ShareContact}.MustWait(fewHouseholds)
	if !waits {
		return p.filedAt
	}
	at := h.catalogue.NextRelease(p.filedAt)
	p.steps = append(p.steps, step{at: at, act: actRelease})
	return at
}

// settledBefore reports whether the handler had said done, or the ticket was withdrawn, before a moment.
func settledBefore(steps []step, moment time.Time) bool {
	for _, s := range steps {
		if s.at.Before(moment) && (s.act == actDone || s.act == actWithdraw) {
			return true
		}
	}
	return false
}

// handOver ends what the old party would have done and begins anew with the next one (DECISIONS 5).
func (h *historian) handOver(t told, day time.Time, next int64) {
	var before []step
	for _, s := range t.plan.steps {
		if s.at.Before(day) {
			before = append(before, s)
		}
	}
	begins := day.Add(5 * time.Minute)
	t.plan.steps = append(before, step{at: begins, act: actHandOver})
	t.plan.steps = append(t.plan.steps, h.handled(t, next, begins)...)
}

// handled is how one party deals with the ticket from the moment it came to it.
func (h *historian) handled(t told, party int64, from time.Time) []step {
	care := h.county.care(party)
	staff := oneOf(t.chance, h.county.staff[party])
	due := ticket.DeadlinesFrom(t.urgency, h.hours, from, t.category.Kind.Protected(), 3)
	part := func(low, high int, to time.Time) time.Time {
		return from.Add(to.Sub(from) * time.Duration(t.between(low, high)) / 100)
	}
	steps := []step{{at: h.awake(t, h.acknowledges(t, care, part, due)), act: actAcknowledge, account: staff}}
	reached := steps[0].at
	if t.often(2) && t.plan.filing.OnBehalf == nil {
		return append(steps, step{at: reached.Add(t.minutes(30, 900)), act: actWithdraw, account: t.plan.author})
	}
	if contact, did := h.contacts(t, care, reached, part, due); did {
		steps = append(steps, h.conversation(t, contact, due.Contact, staff)...)
		reached = steps[len(steps)-1].at
	}
	start := reached.Add(t.minutes(10, 240))
	steps = append(steps, step{at: start, act: actStart, account: staff})
	end, ever := h.finishes(t, care, from, start, part, due)
	if t.often(18) {
		steps = append(steps, step{at: start.Add(t.minutes(30, 200)), act: actProgress, account: staff, text: oneOf(t.chance, progressSays)})
		end = later(end, start.Add(4*time.Hour))
	}
	if !ever {
		return steps
	}
	steps = append(steps, h.promises(t, care, staff, start, end)...)
	steps = append(steps, h.done(t, end, staff, care, oneOf(t.chance, t.matter.done)))
	return append(steps, h.answered(t, end, staff, care)...)
}

// promises lets the handler of one matter in five name a day. Who cares names one that he keeps, or another one in time; others name one
// that passes, and the reporter says so or nobody does.
func (h *historian) promises(t told, care int, staff int64, start, end time.Time) []step {
	c := chanceFor("promise", int(t.plan.filedAt.Unix()))
	made := start.Add(5 * time.Minute)
	first, last := models.DateOf(made), models.DateOf(end)
	if !c.often(22) || !end.After(start.Add(time.Hour)) || last > first.Add(28) {
		return nil
	}
	promised := step{at: made, act: actPromise, account: staff, text: oneOf(c, promiseSays), day: last}
	switch {
	case c.often(care):
		if before := last.Add(-1); before > first && c.often(35) {
			promised.day = before
			return append([]step{promised, {at: made.Add(10 * time.Minute), act: actRedate, account: staff, text: oneOf(c, redateSays), day: last}}, lapses(last))
		}
		return []step{promised, lapses(last)}
	case last == first:
		return nil
	}
	promised.day = max(first, last.Add(-1-c.IntN(2)))
	steps := []step{promised, lapses(promised.day)}
	if evening := promised.day.Start().Add(20*time.Hour + time.Duration(c.IntN(7200))*time.Second); t.plan.filing.OnBehalf == nil && c.often(55) && evening.Before(end) && evening.After(made) {
		steps = append(steps, step{at: evening, act: actPromiseBroken, account: t.plan.author, clientID: c.uuid()})
	}
	return steps
}

// lapses is when nobody can answer any more about a promise for a day.
func lapses(day models.Date) step {
	return step{at: day.Add(8).Start().Add(time.Minute), act: actPromiseLapse}
}

// acknowledges is when the handler takes the ticket.
func (h *historian) acknowledges(t told, care int, part func(int, int, time.Time) time.Time, due ticket.Deadlines) time.Time {
	switch roll := t.IntN(100); {
	case roll < min(96, care+8):
		return part(4, 78, due.Acknowledge)
	case roll < 60+care*36/100:
		return part(115, 380, due.Acknowledge)
	}
	return part(0, 0, due.Acknowledge).Add(t.minutes(3*24*60, 8*24*60))
}

// contacts is when the handler writes to the reporter, if he does.
func (h *historian) contacts(t told, care int, taken time.Time, part func(int, int, time.Time) time.Time, due ticket.Deadlines) (time.Time, bool) {
	if t.often(min(94, care+8)) {
		at := part(8, 70, due.Contact)
		return h.awake(t, later(at, taken.Add(t.minutes(2, 15)))), true
	}
	if t.often(55) {
		return h.awake(t, later(part(130, 300, due.Contact), taken.Add(t.minutes(5, 60)))), true
	}
	return time.Time{}, false
}

// conversation is the handler's message and how the other side takes it: most people read it soon, and what is urgent
// is answered at once.
func (h *historian) conversation(t told, at, due time.Time, staff int64) []step {
	soon := func() time.Duration {
		if left := int(due.Sub(at)/time.Minute) / 2; left > 3 && t.often(85) {
			return t.minutes(1, min(left, 220))
		}
		return t.minutes(2, 220)
	}
	said := step{at: at, act: actSay, account: staff, text: oneOf(t.chance, contactSays), clientID: t.uuid()}
	if t.plan.filing.OnBehalf == nil && t.often(20) {
		return []step{said, {at: at.Add(soon()), act: actContactConfirm, account: t.plan.author}}
	}
	read := step{at: at.Add(soon()), act: actRead, account: t.plan.author}
	if !t.often(35) {
		return []step{said, read}
	}
	answer := step{at: read.at.Add(t.minutes(1, 12)), act: actSay, account: t.plan.author, text: oneOf(t.chance, reporterSays), clientID: t.uuid()}
	return []step{said, read, answer}
}

// finishes is when the handler says done, and whether he ever does.
func (h *historian) finishes(t told, care int, from, start time.Time, part func(int, int, time.Time) time.Time, due ticket.Deadlines) (time.Time, bool) {
	switch {
	case t.often(24 + care*73/100):
		return h.awake(t, later(part(28, 93, due.Resolve), start.Add(t.minutes(20, 90)))), true
	case t.often((120 - care) / 5):
		// forgotten; what lies long back was found in the end
		at := h.awake(t, from.Add(t.minutes(18*24*60, 55*24*60)))
		return later(at, start.Add(time.Hour)), h.now.Sub(from) > 40*24*time.Hour
	}
	return h.awake(t, later(part(106, 290, due.Resolve), start.Add(t.minutes(30, 300)))), true
}

// done is the handler's "done". A careless one leaves out the photo, or shows the same one every time.
func (h *historian) done(t told, at time.Time, staff int64, care int, result string) step {
	s := step{at: at, act: actDone, account: staff, text: result, clientID: t.uuid()}
	odds := 32
	if t.category.Kind == ticket.Repair {
		odds = 52 + care*46/100
	}
	if !t.often(odds) {
		s.reason = oneOf(t.chance, noPhotoSays)
		return s
	}
	after := t.scenes.after(t.chance)
	if care < 45 && t.often(30) {
		after.place, after.n, after.pixels = int(staff), int(at.In(models.Shanghai).Month()), 520
	}
	s.pictures = []shot{after}
	return s
}

// answered is what the reporter says of the "done", and what follows. A neighbour without an account stays silent.
func (h *historian) answered(t told, end time.Time, staff int64, care int) []step {
	silence := func(since time.Time) step {
		return step{at: since.Add(h.catalogue.Silence() + 15*time.Minute), act: actSilence}
	}
	author := t.plan.author
	roll := t.IntN(100)
	back := 3 + (100-care)*30/100
	switch {
	case t.plan.filing.OnBehalf != nil:
		return []step{silence(end)}
	case roll >= back && roll < back+48:
		return []step{h.confirmed(t, end.Add(t.minutes(20, 4*24*60)), author, care)}
	case roll >= back:
		return []step{silence(end)}
	}
	sent := step{at: end.Add(t.minutes(60, 3*24*60)), act: actSendBack, account: author, text: oneOf(t.chance, sendBackSays), level: t.between(1, 2), clientID: t.uuid()}
	if t.often(40) {
		still := t.scenes.before(t.chance)
		still.kind = photo.Message
		sent.pictures = []shot{still}
	}
	again := h.awake(t, sent.at.Add(t.minutes(5*60, 3*24*60)))
	steps := []step{sent, h.done(t, again, staff, care, oneOf(t.chance, againSays))}
	if own := chanceFor("pressure", int(t.plan.number)); care < 60 && own.often(20) {
		steps = append(steps, step{at: again.Add(5 * time.Minute), act: actPressure, account: author, text: oneOf(own, pressureSays), clientID: own.uuid()})
	}
	if t.often(60) {
		return append(steps, h.confirmed(t, again.Add(t.minutes(30, 3*24*60)), author, care-15))
	}
	return append(steps, silence(again))
}

// confirmed is a "solved", mostly with stars that fit how the party works.
func (h *historian) confirmed(t told, at time.Time, author int64, care int) step {
	s := step{at: at, act: actConfirm, account: author, clientID: t.uuid()}
	if !t.often(78) {
		return s
	}
	s.level = t.stars(care)
	switch {
	case s.level >= 4:
		s.text = oneOf(t.chance, goodSays)
	case s.level == 3:
		s.text = oneOf(t.chance, fairSays)
	default:
		s.text = oneOf(t.chance, poorSays)
	}
	return s
}

// stars draws a level: 5 is very satisfied.
func (c chance) stars(care int) int {
	roll := c.IntN(100) + (care-65)*3/4
	switch {
	case roll >= 55:
		return 5
	case roll >= 22:
		return 4
	case roll >= 3:
		return 3
	case roll >= -8:
		return 2
	}
	return 1
}

func (c chance) minutes(low, high int) time.Duration {
	return time.Duration(c.between(low, high))*time.Minute + time.Duration(c.IntN(60))*time.Second
}

// awake moves what is no emergency out of the night.
func (h *historian) awake(t told, at time.Time) time.Time {
	if t.urgency.Code == "u1" || t.urgency.Code == "u2" {
		return at
	}
	day := models.DateOf(at)
	morning := day.Start().Add(7*time.Hour + 40*time.Minute)
	switch {
	case at.Before(morning):
		return morning.Add(t.minutes(0, 80))
	case at.After(day.Start().Add(21 * time.Hour)):
		return morning.Add(24*time.Hour + t.minutes(0, 80))
	}
	return at
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
