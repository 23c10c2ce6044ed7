package ticket

import (
	"slices"

	"linli/models"
)

// Duty is somebody who has duty at the party that must answer.
type Duty struct {
	Title, Name, Phone string
}

// OnDuty is whom the reporter of an urgent matter may call at the party now: what he is there in full, of his name what
// stands on every public page (B-j), and the number, which is that of his work.
type OnDuty struct {
	Title      string `json:"title,omitempty"`
	NameMasked string `json:"name_masked"`
	Phone      string `json:"phone"`
}

// RoundTheClock reports whether the party must answer at any hour, and still has something to do: for that there is somebody on duty.
func (t Ticket) RoundTheClock() bool {
	return t.pressing() && slices.Contains(beforeDone, t.State)
}

// Pressing are the urgencies whose times are counted in hours, day and night, the worse one first.
var Pressing = []string{"u1", "u2"}

// pressing reports whether the times of t are counted in hours, day and night.
func (t Ticket) pressing() bool { return slices.Contains(Pressing, t.Urgency) }

// addDuty adds who has duty, for those who wait for the party and those who look after it. A steward who looks on, or the party
// itself, has no need of it here.
func (v viewer) addDuty(view *View, k Known) {
	if len(k.Duty) == 0 || !k.Ticket.RoundTheClock() || v.frozen {
		return
	}
	if v.part == PartReporter || v.part == PartFiler || v.part == PartOfficer {
		d := k.Duty[0]
		view.OnDuty = &OnDuty{Title: d.Title, NameMasked: models.MaskName(d.Name), Phone: d.Phone}
	}
}
