package ticket

import (
	"encoding/json"
	"slices"
	"time"

	"linli/models"
)

// HandedOver is what a party keeps of a ticket that went to the next one, with its estate or by an office's decision: its last
// look, frozen (DECISIONS 5). Nothing that happens later reaches it.
type HandedOver struct {
	ID        int64 `gorm:"primaryKey"`
	TicketID  int64
	PartyID   int64 // whose look it is
	ToPartyID int64
	EstateID  int64
	At        time.Time
	Missed    string // JSON: the deadlines that count as missed; they stay with PartyID
	Seen      string // JSON of a View
	Why       string // an office's reason, where one took the ticket away (ADR 0026)
}

// TableName is the frozen looks' table.
func (HandedOver) TableName() string { return "handed_over_tickets" }

// ClocksThen are the clocks of a ticket as they ran for a party that handed it over.
type ClocksThen struct {
	ContactDue, ResolveDue time.Time
	Contacted              *time.Time // by then
}

// Then reads them from the look. Of a protected matter it knows the day of the contact only: what was in time counts as of
// the deadline at the latest, and nothing as later than the hand-over.
func (h HandedOver) Then() (then ClocksThen, err error) {
	var seen struct {
		Clocks []Clock `json:"clocks"`
	}
	if err := json.Unmarshal([]byte(h.Seen), &seen); err != nil {
		return then, err
	}
	for _, clock := range seen.Clocks {
		switch clock.Name {
		case "contact":
			then.ContactDue = clock.Due
			if clock.MetAt == nil {
				continue
			}
			met := models.Earlier(*clock.MetAt, h.At)
			if !clock.Late {
				met = models.Earlier(met, clock.Due)
			}
			then.Contacted = &met
		case "resolve":
			then.ResolveDue = clock.Due
		}
	}
	var missed []string
	if err := json.Unmarshal([]byte(h.Missed), &missed); err != nil {
		return then, err
	}
	// Who lost the matter could do no more for it: what it still had to do was over then.
	over := h.At.Add(-time.Microsecond)
	if slices.Contains(missed, "contact") {
		then.ContactDue = models.Earlier(then.ContactDue, over)
	}
	if slices.Contains(missed, "resolve") {
		then.ResolveDue = models.Earlier(then.ResolveDue, over)
	}
	return then, nil
}

// HandedOverRow is a ticket in the list of what a party handed over.
type HandedOverRow struct {
	ID          int64     `json:"id" doc:"of the hand-over; the ticket's own address is closed to the old party"`
	At          time.Time `json:"at"`
	ToPartyName string    `json:"to_party_name"`
	Missed      []string  `json:"missed" doc:"deadlines that count as missed: acknowledge, contact, resolve, joint_answer; also those to come where an office took the matter away"`
	Why         string    `json:"why,omitempty" doc:"the office's reason, where one took the matter away"`
	Ticket      Row       `json:"ticket" doc:"as it stood at that moment"`
}

// HandedOverQuery asks for one page of them. Limit is between 1 and 100; with a TicketID it is that ticket's looks alone.
type HandedOverQuery struct {
	TicketID int64
	Cursor   string
	Limit    int
}

// HandedOverPage is one page of them, the newest first.
type HandedOverPage struct {
	Items []HandedOverRow `json:"items"`
	Next  string          `json:"next,omitempty"`
}

// HandedOverView is the whole frozen look.
type HandedOverView struct {
	ID          int64     `json:"id"`
	At          time.Time `json:"at"`
	ToPartyName string    `json:"to_party_name"`
	Missed      []string  `json:"missed"`
	Why         string    `json:"why,omitempty"`
	Ticket      View      `json:"ticket"`
}

// Frozen is the last look of the party that must answer k, taken in the moment in which the ticket leaves it. It holds
// what anybody of that party saw, and less: the flat and whatever in words points at a person are needed for work that is
// now another's, also where the party wrote them itself. Photos whose bytes are not there yet are left out, because they
// would come later.
func Frozen(k Known, c Catalogue, now time.Time) View {
	k.Own = k.own()
	k.UnitName, k.frozen, k.Unread = "", true, 0
	k.Ticket.ShareContact = false
	view := ViewFor(models.Actor{Parties: []int64{k.Ticket.HandlingPartyID}}, k, c, now)
	view.Actions, view.ContactShared = []Action{}, false
	view.Photos = slices.DeleteFunc(view.Photos, notStored)
	for i, m := range view.Messages {
		writer := k.Messages[i].HandlingPartyID
		view.Messages[i].Mine = m.Side == PartHandler && (writer == 0 || writer == k.Ticket.HandlingPartyID)
		view.Messages[i].Photos = slices.DeleteFunc(m.Photos, notStored)
	}
	return view
}

// FrozenWords are an office's words for the party that k leaves: without anything that points at a person.
func FrozenWords(k Known, text string) string {
	text, _ = models.HideContacts(text, k.own())
	return text
}

func notStored(p PhotoView) bool { return p.Status != "stored" }

// Holds reports whether the photo with an id is part of the look.
func (view View) Holds(photoID int64) bool {
	is := func(p PhotoView) bool { return p.ID == photoID }
	return slices.ContainsFunc(view.Photos, is) ||
		slices.ContainsFunc(view.Messages, func(m MessageView) bool { return slices.ContainsFunc(m.Photos, is) })
}

// Missed names the deadlines of t that have passed unmet, or were met late.
func (t Ticket) Missed(now time.Time) []string {
	missed := []string{}
	for _, clock := range t.Clocks(now) {
		if clock.Late {
			missed = append(missed, clock.Name)
		}
	}
	return missed
}

// HandedTo gives t to another party with new clocks. Deadlines already missed stay with the old party: the event that
// storage writes beside this carries them (DECISIONS 5).
func (t Ticket) HandedTo(partyID int64, routedBy string, d Deadlines, c Catalogue, now time.Time) Ticket {
	t = t.handed(partyID, routedBy, now)
	t.NextDue, t.UpdatedAt = nil, models.UTC(now)
	return t.withDeadlines(d).withNext(c)
}

func (t Ticket) handed(partyID int64, routedBy string, now time.Time) Ticket {
	t.leaves(partyID)
	t = t.released(now)
	t = t.promiseDropped(now)
	t.PartyPromises = 0
	t.HandlingPartyID, t.RoutedBy, t.State, t.DispatchedAt = partyID, routedBy, Dispatched, models.UTC(now)
	t.AcknowledgedAt, t.ContactedAt, t.StartedAt, t.DoneAt, t.JointAnsweredAt = nil, nil, nil, nil, nil
	t.ReturnBarred = routedBy == ByRedispatch // what was decided before bound the party before
	t = t.unpaused()
	t.EscalatedTo, t.Extension, t.PartsPaused, t.Suspension = 0, "", false, "" // the new party begins at the foot of the ladder, with an extension and a pause of its own
	return t
}

// leaves notes the party that must answer no longer, where partyID is another one. The reporter let that party see his
// number, not the next: he is asked anew. Where life is in danger (u1) nobody waits for that.
func (t *Ticket) leaves(partyID int64) {
	if partyID != t.HandlingPartyID {
		t.KeptFrom = t.KeptFrom.With(t.HandlingPartyID)
		t.ShareContact = t.ShareContact && t.Urgency == "u1"
	}
}

// SharingEnded reports whether next, which t became, is with a party that may not see the number that t showed.
func (t Ticket) SharingEnded(next Ticket) bool { return t.ShareContact && !next.ShareContact }
