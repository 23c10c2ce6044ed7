package ticket

import "linli/models"

// ContactCard is what a reporter shared with the handler of a repair.
type ContactCard struct {
	Name  string `json:"name"`
	Phone string `json:"phone"`
}

// ContactShown reports whether the handler may be told name and phone: a repair, shared by the reporter, still open
// (DECISIONS 2). Each look needs a reason and stands in the ledger where the reporter sees it.
func (t Ticket) ContactShown() bool { return t.Kind == Repair && t.ShareContact && t.Open }

// ReporterHidden reports whether the party must not come to know who filed t: every complaint and report, and a repair whose
// reporter does not share his number (DECISIONS 2). Whoever is hidden so is not sent the party's phone by a slip: a call shows
// the caller's number.
func (t Ticket) ReporterHidden() bool { return t.Protected || t.Kind == Repair && !t.ShareContact }

// NeedsNumber reports whether a, by action, lets the party see a number, so that there must be one.
func (t Ticket) NeedsNumber(a models.Actor, action Action) bool {
	part := PartOf(a, t)
	return action == ContactShare && (part == PartReporter || part == PartFiler)
}

// mayTurnSharing refuses what is no repair, and what is so already.
func (t Ticket) mayTurnSharing(on bool) error {
	if t.Kind != Repair || t.ShareContact == on {
		return models.Refuse(models.Conflict, "ticket.wrong_state").With("state", t.State)
	}
	return nil
}
