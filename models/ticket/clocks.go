package ticket

import (
	"fmt"
	"time"

	"linli/models"
)

// Deadlines are the moments by which a ticket must have been taken, answered, visited, made safe and solved. They are
// stored on the ticket when it is taken in and change only by a logged event (B-b.1 no. 1).
type Deadlines struct {
	Acknowledge, Contact, Resolve time.Time
	OnSite, Hazard                *time.Time
	ReturnUntil                   *time.Time
	JointAnswer                   *time.Time // of a joint matter
}

// Hours say when time runs: on which days, and when the night rests that some minutes rest in.
type Hours struct {
	Calendar           models.Calendar
	nightFrom, nightTo time.Duration // since midnight in Shanghai; nightTo is on the next day
}

// Hours joins the night of the catalogue with a calendar.
func (c Catalogue) Hours(calendar models.Calendar) Hours {
	h, _ := c.night() // a parsed catalogue has a night that can be read, or none
	h.Calendar = calendar
	return h
}

func (c Catalogue) night() (Hours, error) {
	if c.NightFrom == "" && c.NightTo == "" {
		return Hours{}, nil
	}
	from, fromOK := models.ParseClock(c.NightFrom)
	to, toOK := models.ParseClock(c.NightTo)
	if !fromOK || !toOK || to >= from {
		return Hours{}, fmt.Errorf("catalogue: the night %q to %q must begin in the evening and end the next morning", c.NightFrom, c.NightTo)
	}
	return Hours{nightFrom: from, nightTo: to}, nil
}

// After is the moment at which span, begun at from, is over.
func (h Hours) After(from time.Time, span Span) time.Time {
	switch {
	case span.WorkingDays > 0:
		return h.Calendar.EndOfWorkingDays(from, span.WorkingDays)
	case span.RestsAtNight && h.nightFrom > h.nightTo:
		return h.daytime(from, time.Duration(span.Minutes)*time.Minute)
	}
	return models.UTC(from.Add(time.Duration(span.Minutes) * time.Minute))
}

// daytime adds length to from, counting only what lies between nightTo and nightFrom.
func (h Hours) daytime(from time.Time, length time.Duration) time.Time {
	for day := models.DateOf(from); ; day = day.Add(1) {
		begin, end := day.Start().Add(h.nightTo), day.Start().Add(h.nightFrom)
		if begin.Before(from) {
			begin = from
		}
		if left := end.Sub(begin); left >= length {
			return models.UTC(begin.Add(length))
		} else if left > 0 {
			length -= left
		}
	}
}

// DeadlinesFrom works out the deadlines of a ticket that comes to its handler at from. rank is the service rank of the
// estate (1 best); life-safety times never depend on it (B-b.1 no. 2).
//
// For a protected matter each deadline is moved later so that it gives away no exact filing time: to the end of its
// day, or, where hours matter (u2), to the next full hour. u1 keeps its minutes: there, speed is protection
// (DECISIONS 2; docs/adr/0003).
func DeadlinesFrom(u Urgency, h Hours, from time.Time, protected bool, rank int) Deadlines {
	blur := blurFor(protected, u.Code)
	after := func(span Span) time.Time { return blur(h.After(from, span)) }
	owed := func(span Span) *time.Time {
		if span == (Span{}) {
			return nil
		}
		at := after(span)
		return &at
	}
	return Deadlines{
		Acknowledge: after(u.Acknowledge), Contact: after(u.Contact), Resolve: after(u.Resolve), OnSite: owed(u.onSite(rank)), Hazard: owed(u.Hazard), ReturnUntil: owed(u.ReturnWithin),
	}
}

// blurFor is how a moment that depends on the filing is made coarse before the party can see it.
func blurFor(protected bool, urgency string) func(time.Time) time.Time {
	switch {
	case !protected || urgency == "u1":
		return models.UTC
	case urgency == "u2":
		return nextHour
	}
	return models.EndOfDay
}

// onSite is the time to be there: an estate of a rank that the rule does not name has the time of the last one.
func (u Urgency) onSite(rank int) Span {
	n := len(u.OnSiteByRank)
	switch {
	case n == 0:
		return u.OnSite
	case rank < 1 || rank > n:
		rank = n
	}
	return u.OnSiteByRank[rank-1]
}

func nextHour(t time.Time) time.Time {
	hour := t.UTC().Truncate(time.Hour)
	if !hour.Equal(t) {
		hour = hour.Add(time.Hour)
	}
	return hour
}

func (t Ticket) withDeadlines(d Deadlines) Ticket {
	t.AcknowledgeDue, t.ContactDue, t.ResolveDue = d.Acknowledge, d.Contact, d.Resolve
	t.OnSiteDue, t.HazardDue = d.OnSite, d.Hazard
	t.ReturnUntil, t.JointDue = d.ReturnUntil, d.JointAnswer
	return t
}

// Clock is one deadline as people see it.
type Clock struct {
	Name  string     `json:"name" enum:"acknowledge,contact,resolve,joint_answer"`
	Due   time.Time  `json:"due"`
	MetAt *time.Time `json:"met_at,omitempty"`
	Late  bool       `json:"late"`
}

// Clocks lists the deadlines of t with what became of them by now.
func (t Ticket) Clocks(now time.Time) []Clock {
	clock := func(name string, due time.Time, met *time.Time, now time.Time) Clock {
		end := now
		if met != nil {
			end = *met
		} else if !t.Open {
			end = due // closed without it: no longer owed
		}
		return Clock{Name: name, Due: due, MetAt: met, Late: end.After(due)}
	}
	resolveBy := now
	if t.State == Suspended && t.SuspendedAt != nil { // it stands, and what was missed before stays missed
		resolveBy = models.Earlier(now, *t.SuspendedAt)
	}
	clocks := []Clock{
		clock("acknowledge", t.AcknowledgeDue, t.AcknowledgedAt, now),
		clock("contact", t.ContactDue, t.ContactedAt, now),
		clock("resolve", t.ResolveDue, t.DoneAt, resolveBy),
	}
	if t.JointAt != nil && t.JointDue != nil {
		clocks = append(clocks, clock("joint_answer", *t.JointDue, t.JointAnsweredAt, now))
	}
	return clocks
}
