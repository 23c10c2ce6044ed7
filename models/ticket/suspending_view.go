package ticket

import (
	"time"

	"linli/models"
)

// SuspensionView is a suspension, or the wish for one, as everybody reads it who sees the ticket.
type SuspensionView struct {
	State      SuspensionState `json:"state" enum:"waiting,refused,running,ended"`
	Reason     string          `json:"reason,omitempty" doc:"of the wish"`
	Cause      SuspensionCause `json:"cause,omitempty" enum:"needs_maintenance_fund,renovation_project,developer_legacy,litigation,legislation"`
	Document   string          `json:"document,omitempty"`
	Evidence   string          `json:"evidence,omitempty"`
	Interim    string          `json:"interim,omitempty"`
	On         models.Date     `json:"on" doc:"asked for, or suspended"`
	ReviewBy   models.Date     `json:"review_by,omitempty" doc:"while it runs: the last day of the next review; with nobody's review the clock runs on by itself"`
	LastDay    models.Date     `json:"last_day,omitempty" doc:"while it runs: no review makes it longer"`
	Reviews    int64           `json:"reviews"`
	ReviewedOn models.Date     `json:"reviewed_on,omitempty"`
	ReviewNote string          `json:"review_note,omitempty" doc:"what was done until then"`
	Objected   bool            `json:"objected" doc:"the reporter has said what he thinks of it since the last review"`
	EndedOn    models.Date     `json:"ended_on,omitempty"`
	EndedWhy   SuspensionEnd   `json:"ended_why,omitempty" enum:"cleared,unreviewed,over,joint,handed_over"`
}

// addSuspension adds the newest suspension of k.
func (v viewer) addSuspension(view *View, k Known) {
	if k.Suspension == nil {
		return
	}
	t, s := k.Ticket, *k.Suspension
	out := &SuspensionView{
		State: s.State, Reason: v.ofParty(t, s.AskedParty, s.Reason), Cause: s.Cause, Document: v.ofParty(t, 0, s.Document), Evidence: v.ofParty(t, 0, s.Evidence),
		Interim: v.ofParty(t, 0, s.Interim), On: models.DateOf(s.AskedAt), Reviews: s.Reviews, ReviewNote: v.ofParty(t, 0, s.ReviewNote), EndedWhy: s.EndedWhy,
	}
	if s.DecidedAt != nil && s.State != SuspensionRefused {
		out.On = models.DateOf(*s.DecidedAt)
	}
	if s.ReviewedAt != nil {
		out.ReviewedOn = models.DateOf(*s.ReviewedAt)
	}
	if s.EndedAt != nil {
		out.EndedOn = models.DateOf(*s.EndedAt)
	}
	if s.State == SuspensionRuns && t.SuspendedAt != nil && t.ReviewDue != nil {
		out.ReviewBy, out.LastDay = models.DateOf(*t.ReviewDue), k.SuspensionRules.lastDay(t, *t.SuspendedAt)
		out.Objected = t.ObjectedAt != nil && (v.part == PartReporter || v.part == PartFiler || v.part == PartOfficer)
	}
	view.Suspension = out
}

// PublicSuspension is a suspension as every signed-in person may read it: nobody's name or number, no building, flat or ticket, and no
// words but the centre's, without whatever would point at a person.
type PublicSuspension struct {
	EstateName string          `json:"estate_name"`
	Category   string          `json:"category,omitempty" doc:"absent for a complaint or report of a place with few homes"`
	Cause      SuspensionCause `json:"cause" enum:"needs_maintenance_fund,renovation_project,developer_legacy,litigation,legislation"`
	Since      models.Date     `json:"since"`
	Interim    string          `json:"interim"`
	Reviews    int64           `json:"reviews"`
	ReviewBy   models.Date     `json:"review_by,omitempty" doc:"the last day of the next review; absent where it has ended"`
	EndedOn    models.Date     `json:"ended_on,omitempty"`
	EndedWhy   SuspensionEnd   `json:"ended_why,omitempty" enum:"cleared,unreviewed,over,joint,handed_over"`
}

// SuspendedShare says how many of an estate's matters of a year were suspended in it.
type SuspendedShare struct {
	EstateID   int64  `json:"estate_id"`
	EstateName string `json:"estate_name"`
	X          int64  `json:"x" doc:"suspended in these days"`
	N          int64  `json:"n" doc:"filed or suspended in these days"`
	Flagged    bool   `json:"flagged" doc:"more than the rules leave unremarked"`
}

// PublicSuspensions are those of one estate: what is suspended, the next review first, and what ended within the days of the share.
type PublicSuspensions struct {
	Items  []PublicSuspension `json:"items"`
	Days   int                `json:"days" doc:"of the share, and of what has ended"`
	FlagBP int64              `json:"flag_bp"`
	Share  SuspendedShare     `json:"share"`
}

// PublicSuspensionOf is s as everybody reads it; k is its ticket with what would point at people.
func PublicSuspensionOf(s Suspending, k Known) PublicSuspension {
	p := PublicSuspension{EstateName: k.EstateName, Category: k.Ticket.Category, Cause: s.Cause, Reviews: s.Reviews, EndedWhy: s.EndedWhy}
	p.Interim, _ = models.HideContacts(s.Interim, k.own())
	if k.Ticket.Protected && k.SmallPlace {
		p.Category = ""
	}
	if s.DecidedAt != nil {
		p.Since = models.DateOf(*s.DecidedAt)
	}
	switch {
	case s.EndedAt != nil:
		p.EndedOn = models.DateOf(*s.EndedAt)
	case k.Ticket.ReviewDue != nil:
		p.ReviewBy = models.DateOf(*k.Ticket.ReviewDue)
	}
	return p
}

// SuspensionRow is a matter in an office's list: suspended, or asked to be.
type SuspensionRow struct {
	TicketID  int64           `json:"ticket_id"`
	Number    string          `json:"number"`
	Category  string          `json:"category"`
	Place     string          `json:"place"`
	PartyName string          `json:"party_name"`
	State     SuspensionState `json:"state" enum:"waiting,running"`
	Reason    string          `json:"reason,omitempty"`
	Cause     SuspensionCause `json:"cause,omitempty" enum:"needs_maintenance_fund,renovation_project,developer_legacy,litigation,legislation"`
	Interim   string          `json:"interim,omitempty"`
	On        models.Date     `json:"on" doc:"asked for, or suspended"`
	ReviewBy  models.Date     `json:"review_by,omitempty"`
	LastDay   models.Date     `json:"last_day,omitempty"`
	Objected  bool            `json:"objected"`
	Late      bool            `json:"late" doc:"the wish waits although the deadline has passed"`
}

// SuspensionList is what an office reads: what is suspended with the next review first, the wishes with the oldest first, the estates
// with more than the rules leave unremarked, and how many reviews nobody made.
type SuspensionList struct {
	Running    []SuspensionRow  `json:"running"`
	Waiting    []SuspensionRow  `json:"waiting"`
	Flagged    []SuspendedShare `json:"flagged"`
	Unreviewed int64            `json:"unreviewed" doc:"ended in the days of the share because nobody reviewed them in time"`
	ReviewDays int              `json:"review_days"`
	MostDays   int              `json:"most_days"`
	Days       int              `json:"days" doc:"of the share"`
	FlagBP     int64            `json:"flag_bp"`
	Decides    bool             `json:"decides" doc:"who asks is of the office that decides"`
}

// SuspensionRowOf is s in a's list.
func SuspensionRowOf(a models.Actor, s Suspending, k Known, r SuspensionRules, now time.Time) SuspensionRow {
	v, t := viewerOf(a, k), k.Ticket
	row := SuspensionRow{
		TicketID: t.ID, Number: t.Number, Category: t.Category, Place: placeWords(k, ""), PartyName: k.Party.Name, State: s.State, Reason: v.ofParty(t, s.AskedParty, s.Reason),
		Cause: s.Cause, Interim: v.ofParty(t, 0, s.Interim), On: models.DateOf(s.AskedAt), Late: s.State == SuspensionWaiting && t.ResolveDue.Before(now),
	}
	if t.SuspendedAt != nil && t.ReviewDue != nil && s.State == SuspensionRuns {
		row.On, row.ReviewBy, row.LastDay = models.DateOf(*t.SuspendedAt), models.DateOf(*t.ReviewDue), r.lastDay(t, *t.SuspendedAt)
		row.Objected = t.ObjectedAt != nil
	}
	return row
}
