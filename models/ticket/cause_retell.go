package ticket

import (
	"fmt"
	"slices"

	"linli/models"
)

// CauseRetold names what CauseRetelling finds again, for people who read a report.
const CauseRetold = "place, thing, state, owner, planned day, route, estimate and cost, version, the moments of opening, work and end, and which tickets belonged to it from when to when; never its words"

// CauseRetelling is a cause case as its lines in the ledger tell it.
type CauseRetelling struct {
	cause   CauseCase
	tickets []CauseTicket
}

// Tell takes the next line, and says what is wrong with it where it cannot follow the one before.
func (r *CauseRetelling) Tell(l HistoryLine) (fault string) {
	action := CauseAction(l.Action)
	if CauseState(l.From) != r.cause.State {
		fault = fmt.Sprintf("%s begins from %q, but the line before it ended with %q", l.Action, l.From, r.cause.State)
	}
	if action == CauseOpen {
		r.cause = CauseCase{
			EstateID: l.number("estate"), BuildingID: l.number("building"), Thing: Thing(l.words("thing")), OwnerPartyID: l.PartyID, State: CauseOpened, OpenedAt: l.At, Version: 1,
		}
		ids, _ := l.Data["tickets"].([]any)
		for _, id := range ids {
			n, _ := id.(float64)
			r.tickets = append(r.tickets, CauseTicket{TicketID: int64(n), AddedAt: l.At})
		}
	} else if _, known := causeStepOf(action); !known {
		return fmt.Sprintf("%s is nothing that can happen to a cause case", l.Action)
	} else {
		r.cause = r.cause.took(action, l.causeFacts(), l.At)
		r.moved(action, l)
	}
	if fault == "" && r.cause.State != CauseState(l.To) {
		fault = fmt.Sprintf("%s ends with %q, not with %q", l.Action, r.cause.State, l.To)
	}
	r.cause.State = CauseState(l.To)
	return fault
}

// causeFacts are what the line keeps of a step.
func (l HistoryLine) causeFacts() causeFacts {
	f := causeFacts{owner: l.PartyID, day: models.Date(l.words("day")), route: FundingRoute(l.words("route"))}
	if fen, there := l.Data["fen"].(float64); there {
		n := int64(fen)
		f.fen = &n
	}
	return f
}

// moved keeps the tickets beside the case.
func (r *CauseRetelling) moved(action CauseAction, l HistoryLine) {
	id := l.number("ticket")
	switch action {
	case CauseAdd:
		r.tickets = append(r.tickets, CauseTicket{TicketID: id, AddedAt: l.At})
	case CauseRemove:
		i := slices.IndexFunc(r.tickets, func(t CauseTicket) bool { return t.TicketID == id && t.RemovedAt == nil })
		if i >= 0 {
			at := l.At
			r.tickets[i].RemovedAt = &at
		}
	}
}

// Differs names the columns in which the row, or its tickets in the order in which they came, are not what the lines tell.
func (r CauseRetelling) Differs(row CauseCase, tickets []CauseTicket) (columns []string) {
	told := r.cause
	for _, c := range []struct {
		name string
		same bool
	}{
		{"estate_id", told.EstateID == row.EstateID},
		{"building_id", told.BuildingID == row.BuildingID},
		{"thing", told.Thing == row.Thing},
		{"owner_party_id", told.OwnerPartyID == row.OwnerPartyID},
		{"state", told.State == row.State},
		{"planned_day", told.PlannedDay == row.PlannedDay},
		{"redates", told.Redates == row.Redates},
		{"route", told.Route == row.Route},
		{"estimate_fen", sameFen(told.EstimateFen, row.EstimateFen)},
		{"cost_fen", sameFen(told.CostFen, row.CostFen)},
		{"opened_at", told.OpenedAt.Equal(row.OpenedAt)},
		{"done_at", sameMoment(told.DoneAt, row.DoneAt)},
		{"ended_at", sameMoment(told.EndedAt, row.EndedAt)},
		{"reopens", told.Reopens == row.Reopens},
		{"version", told.Version == row.Version},
		{"rows of cause_case_tickets", slices.EqualFunc(r.tickets, tickets, sameCauseTicket)},
	} {
		if !c.same {
			columns = append(columns, c.name)
		}
	}
	return columns
}

func sameCauseTicket(a, b CauseTicket) bool {
	return a.TicketID == b.TicketID && a.AddedAt.Equal(b.AddedAt) && sameMoment(a.RemovedAt, b.RemovedAt)
}

func sameFen(a, b *int64) bool {
	if a == nil || b == nil {
		return a == b
	}
	return *a == *b
}
