package ticket

import (
	"slices"
	"time"

	"linli/models"
)

// HandedOver is what a party keeps of a ticket that went to the next one with its estate: its last look, frozen
// (DECISIONS 5). Nothing that happens later reaches it.
type HandedOver struct {
	ID        int64 `gorm:"primaryKey"`
	TicketID  int64
	PartyID   int64 // whose look it is
	ToPartyID int64
	EstateID  int64
	At        time.Time
	Missed    string // JSON: the deadlines that had been missed; they stay with PartyID
	Seen      string // JSON of a View
}

// TableName is the frozen looks' table.
func (HandedOver) TableName() string { return "handed_over_tickets" }

// HandedOverRow is a ticket in the list of what a party handed over.
type HandedOverRow struct {
	ID          int64     `json:"id" doc:"of the hand-over; the ticket's own address is closed to the old party"`
	At          time.Time `json:"at"`
	ToPartyName string    `json:"to_party_name"`
	Missed      []string  `json:"missed" doc:"deadlines that had been missed by then: acknowledge, contact, resolve"`
	Ticket      Row       `json:"ticket" doc:"as it stood at that moment"`
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
		view.Messages[i].Mine = m.Side == PartHandler
		view.Messages[i].Photos = slices.DeleteFunc(m.Photos, notStored)
	}
	return view
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
