package score

import (
	"cmp"
	"time"

	"linli/models"
)

// Overview is the desk of somebody who oversees or answers: what waits, where, and who leaves it waiting.
type Overview struct {
	Open               int64       `json:"open"`
	Overdue            int64       `json:"overdue"`
	Unanswered         int64       `json:"unanswered" doc:"nobody has taken it though the time to do so is over"`
	WaitingConfirm     int64       `json:"waiting_confirm"`
	Closed30d          int64       `json:"closed_30d"`
	Filed30d           int64       `json:"filed_30d"`
	FiledPrev30d       int64       `json:"filed_prev_30d"`
	MedianHoursResolve *int64      `json:"median_hours_resolve,omitempty" doc:"from filing to done, tickets closed in the last 30 days"`
	HandedOver30d      int64       `json:"handed_over_30d" doc:"open tickets that the parties of the person handed over with a place, last 30 days"`
	HandedMissed30d    int64       `json:"handed_missed_30d" doc:"of these, the ones with a deadline missed by then; it stays with the party that missed it"`
	Coverage           Coverage    `json:"coverage"`
	Worst              []PartyLoad `json:"worst"`
	ByGroup            []GroupLoad `json:"by_group"`
	ByDay              []DayLoad   `json:"by_day"`
}

// Coverage says how much of the programme somebody answers for: estates and their area in 0.01 m².
type Coverage struct {
	Units        int64           `json:"units"`
	Covered      int64           `json:"covered"`
	AreaC        int64           `json:"area_c"`
	CoveredAreaC int64           `json:"covered_area_c"`
	ByClass      []ClassCoverage `json:"by_class"`
}

// ClassCoverage is the part of one baseline class.
type ClassCoverage struct {
	BaselineClass string         `json:"baseline_class"`
	Units         int64          `json:"units"`
	AreaC         int64          `json:"area_c"`
	ByMode        []ModeCoverage `json:"by_mode"`
}

// ModeCoverage is the part of one service mode of today.
type ModeCoverage struct {
	ServiceMode string `json:"service_mode"`
	Units       int64  `json:"units"`
	AreaC       int64  `json:"area_c"`
}

// PartyLoad is what one handling party leaves waiting.
type PartyLoad struct {
	HandlingPartyID int64  `json:"handling_party_id"`
	Name            string `json:"name"`
	Open            int64  `json:"open"`
	Overdue         int64  `json:"overdue"`
	Unanswered      int64  `json:"unanswered"`
	HandedMissed30d int64  `json:"handed_missed_30d" doc:"handed over with a place of the reader's area in the last 30 days, with a deadline missed by then"`

	TakenOver           int64 `json:"taken_over" doc:"of what is overdue or unanswered: taken over from another party so lately that it says nothing of who leaves things waiting, and counts in no order"`
	TakenOverUnanswered int64 `json:"taken_over_unanswered"`
	TakenOverOverdue    int64 `json:"taken_over_overdue"`
}

// Own are the figures by which the order goes: without what was only just taken over, whose clocks began anew with it, and with
// what the party missed before it handed things over itself (DECISIONS 5).
func (l PartyLoad) Own() (unanswered, late int64) {
	return l.Unanswered - l.TakenOverUnanswered, l.Overdue - l.TakenOverOverdue + l.HandedMissed30d
}

// Worse orders parties: who leaves most without an answer first, then who is late most; at the end whoever has nothing of its own.
func Worse(a, b PartyLoad) int {
	unansweredA, lateA := a.Own()
	unansweredB, lateB := b.Own()
	return cmp.Or(cmp.Compare(unansweredB, unansweredA), cmp.Compare(lateB, lateA), cmp.Compare(a.HandlingPartyID, b.HandlingPartyID))
}

// TakenOverSince is the first day of which it counts in no order yet today: whoever takes over an estate has all of its open
// matters at once, so it has that day and the next working day.
func TakenOverSince(c models.Calendar, today models.Date) models.Date {
	day := today
	for c.AddWorkingDays(day.Add(-1), 1) >= today {
		day = day.Add(-1)
	}
	return day
}

// MissedBefore is a ticket that a party handed over with its place, and of which it had missed a deadline by then.
type MissedBefore struct {
	ID          int64     `json:"id" doc:"of the hand-over"`
	TicketID    int64     `json:"ticket_id"`
	Number      string    `json:"number"`
	Category    string    `json:"category"`
	EstateName  string    `json:"estate_name"`
	At          time.Time `json:"at" doc:"the hand-over"`
	ToPartyName string    `json:"to_party_name"`
	Missed      []string  `json:"missed" doc:"acknowledge, contact, resolve"`
}

// MissedPage is one page of them, the newest first.
type MissedPage struct {
	PartyName string         `json:"party_name"`
	Items     []MissedBefore `json:"items"`
	Next      string         `json:"next,omitempty"`
}

// GroupLoad is one group of the catalogue.
type GroupLoad struct {
	Group    string `json:"group"`
	Open     int64  `json:"open"`
	Filed30d int64  `json:"filed_30d"`
}

// DayLoad is one day in Shanghai.
type DayLoad struct {
	On     models.Date `json:"on"`
	Filed  int64       `json:"filed"`
	Closed int64       `json:"closed"`
}
