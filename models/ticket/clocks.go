package ticket

import (
	"time"

	"linli/models"
)

// Deadlines are the moments by which a ticket must have been taken, answered, visited, made safe and solved. They are
// stored on the ticket when it is taken in and change only by a logged event (B-b.1 no. 1). They run round the clock.
type Deadlines struct {
	Acknowledge, Contact, Resolve time.Time
	OnSite, Hazard                *time.Time
}

// DeadlinesFrom works out the deadlines of a ticket that comes to its handler at from. rank is the service rank of the
// estate (1 best); life-safety times never depend on it (B-b.1 no. 2).
//
// For a protected matter each deadline is moved later so that it gives away no exact filing time: to the end of its
// day, or, where hours matter (u2), to the next full hour. u1 keeps its minutes: there, speed is protection
// (DECISIONS 2; docs/adr/0003).
func DeadlinesFrom(u Urgency, from time.Time, protected bool, rank int) Deadlines {
	blur := func(t time.Time) time.Time { return models.UTC(t) }
	if protected && u.Code != "u1" {
		blur = models.EndOfDay
		if u.Code == "u2" {
			blur = nextHour
		}
	}
	after := func(minutes int) time.Time { return blur(from.Add(time.Duration(minutes) * time.Minute)) }
	d := Deadlines{Acknowledge: after(u.AcknowledgeMinutes), Contact: after(u.ContactMinutes), Resolve: after(u.ResolveMinutes)}
	if onSite := u.onSite(rank); onSite > 0 {
		at := after(onSite)
		d.OnSite = &at
	}
	if u.HazardMinutes > 0 {
		at := after(u.HazardMinutes)
		d.Hazard = &at
	}
	return d
}

func (u Urgency) onSite(rank int) int {
	if n := len(u.OnSiteMinutesByRank); n > 0 {
		if rank < 1 || rank > n {
			rank = n
		}
		return u.OnSiteMinutesByRank[rank-1]
	}
	return u.OnSiteMinutes
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
	return t
}

// Clock is one deadline as people see it.
type Clock struct {
	Name  string     `json:"name" enum:"acknowledge,contact,resolve"`
	Due   time.Time  `json:"due"`
	MetAt *time.Time `json:"met_at,omitempty"`
	Late  bool       `json:"late"`
}

// Clocks lists the deadlines of t with what became of them by now.
func (t Ticket) Clocks(now time.Time) []Clock {
	clock := func(name string, due time.Time, met *time.Time) Clock {
		end := now
		if met != nil {
			end = *met
		} else if !t.Open {
			end = due // closed without it: no longer owed
		}
		return Clock{Name: name, Due: due, MetAt: met, Late: end.After(due)}
	}
	return []Clock{
		clock("acknowledge", t.AcknowledgeDue, t.AcknowledgedAt),
		clock("contact", t.ContactDue, t.ContactedAt),
		clock("resolve", t.ResolveDue, t.DoneAt),
	}
}
