package ticket

import (
	"time"

	"linli/models"
)

// Pressure is somebody's word that he was asked to do something about his own ticket (施压反映). It stands beside the
// ticket and changes nothing on it; only the offices of its level read it.
type Pressure struct {
	ID              int64 `gorm:"primaryKey"`
	TicketID        int64
	HandlingPartyID int64 // who had to answer when it was told
	Level           Level // the lowest office that reads it
	AuthorID        int64
	ClientID        string
	ContentHash     string
	Asked           string
	AskedBy         string
	Text            string
	At              time.Time
	Finding         string
	FoundBy         int64
	FoundAt         *time.Time
}

// TableName is the table of what people were asked to do.
func (Pressure) TableName() string { return "ticket_pressures" }

// PressureTold is what a phone sends.
type PressureTold struct {
	ClientID string `json:"client_id" format:"uuid"`
	Asked    string `json:"asked" enum:"withdraw,confirm,rating,other" doc:"to take it back, to say it is solved, to rate otherwise"`
	By       string `json:"by" enum:"party,steward,office,other" doc:"who asked"`
	Text     string `json:"text,omitempty" maxLength:"8000"`
}

// PressureFinding is what the centre found when it looked.
type PressureFinding struct {
	Finding string `json:"finding" maxLength:"8000"`
}

// PressureView is one telling as the centre reads it.
type PressureView struct {
	ID        int64        `json:"id"`
	TicketID  int64        `json:"ticket_id"`
	Number    string       `json:"number"`
	Category  string       `json:"category"`
	State     State        `json:"state"`
	Place     string       `json:"estate_name"`
	PartyName string       `json:"party_name" doc:"who had to answer when it was told"`
	Told      int64        `json:"party_told" doc:"tellings about this party within a year, this one included"`
	Asked     string       `json:"asked" enum:"withdraw,confirm,rating,other"`
	By        string       `json:"by" enum:"party,steward,office,other"`
	Text      string       `json:"text,omitempty"`
	At        time.Time    `json:"at"`
	Finding   string       `json:"finding,omitempty"`
	FoundOn   *models.Date `json:"found_on,omitempty"`
}

// PressureSign is a ticket that was withdrawn soon after a contact: an occasion to ask, not a finding.
type PressureSign struct {
	TicketID    int64     `json:"ticket_id"`
	Number      string    `json:"number"`
	Category    string    `json:"category"`
	Place       string    `json:"estate_name"`
	PartyName   string    `json:"party_name"`
	ContactedAt time.Time `json:"contacted_at"`
	WithdrawnAt time.Time `json:"withdrawn_at"`
}

// PressurePage is what the centre reads: what was told, the newest first, and on the first page the signs of the last 30 days.
type PressurePage struct {
	Items []PressureView `json:"items"`
	Signs []PressureSign `json:"signs"`
	Next  string         `json:"next,omitempty"`
}

// PressuresPerTicket is how often somebody may tell of one ticket.
const PressuresPerTicket = 5

// The signs: withdrawn so soon after a contact, looked for over so many days.
const (
	SoonAfterContact = 48 * time.Hour
	SignDays         = 30
)

// PressureLevel is the lowest office that reads what is told of a ticket of a party of partyKind: the centre, or whoever is
// above it without an interest.
func PressureLevel(partyKind string) Level { return max(LevelCenter, UninterestedLevel(partyKind)) }

// PressureReader is the highest level on which a reads tellings, 0 for none: the offices of the whole county do.
func PressureReader(a models.Actor) Level { return countyLevel(a) }

// SignOfPressure reports whether t was withdrawn so soon after a contact that it is worth asking why.
func (t Ticket) SignOfPressure() bool {
	return t.State == Withdrawn && t.ContactedAt != nil && t.ClosedAt != nil && t.ClosedAt.Sub(*t.ContactedAt) <= SoonAfterContact
}

// RoleOf is the role under which what a does in t is written down.
func RoleOf(a models.Actor, t Ticket) models.Role { return roleFor(a, PartOf(a, t)) }

// MayTellPressure refuses everybody but the person whose matter t is and who filed it for him; for those who do not see it,
// it does not exist.
func (t Ticket) MayTellPressure(a models.Actor) error {
	part := PartOf(a, t)
	switch {
	case !models.ScopeOf(a).Sees(t):
		return models.Refuse(models.NotFound, "ticket.not_found")
	case part != PartReporter && part != PartFiler || a.WorksFor(t.HandlingPartyID):
		return models.Refuse(models.Denied, "pressure.not_yours_to_tell")
	}
	return nil
}

// Check refuses choices that are none, and returns the trimmed words.
func (p PressureTold) Check(limit int) (PressureTold, error) {
	if err := CheckClientID(p.ClientID); err != nil {
		return p, err
	}
	switch p.Asked {
	case "withdraw", "confirm", "rating", "other":
	default:
		return p, models.RefuseField("pressure.unknown_choice", "asked")
	}
	switch p.By {
	case "party", "steward", "office", "other":
	default:
		return p, models.RefuseField("pressure.unknown_choice", "by")
	}
	text, err := CheckText(p.Text, "text", p.Asked == "other", limit)
	p.Text = text
	return p, err
}

// Reads reports whether a reads p: an office of its level, and nobody of the party that it is about.
func (p Pressure) Reads(a models.Actor) bool {
	return PressureReader(a) >= p.Level && !a.WorksFor(p.HandlingPartyID)
}

// MaySettle refuses who may not write down a finding on p, and a second finding.
func (p Pressure) MaySettle(a models.Actor) error {
	switch {
	case !p.Reads(a):
		return models.Refuse(models.NotFound, "pressure.not_found")
	case !a.Has(models.CenterOfficer, models.LeadingGroupOffice):
		return models.Refuse(models.Denied, "pressure.not_yours_to_settle")
	case p.FoundAt != nil:
		return models.Refuse(models.Conflict, "pressure.settled")
	}
	return nil
}
