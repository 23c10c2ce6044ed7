package ticket

import (
	"slices"
	"time"

	"linli/models"
)

// CauseMatter is a ticket of a repeat or a case, as who may see it reads it in the list.
type CauseMatter struct {
	TicketID int64       `json:"ticket_id"`
	Number   string      `json:"number"`
	Category string      `json:"category"`
	FiledOn  models.Date `json:"filed_on"`
	State    State       `json:"state"`
	Party    string      `json:"party" doc:"who must answer for it"`
}

// CauseMatterOf is k in such a list.
func CauseMatterOf(a models.Actor, k Known) CauseMatter {
	t := k.Ticket
	return CauseMatter{TicketID: t.ID, Number: t.Number, Category: t.Category, FiledOn: models.DateOf(viewerOf(a, k).filed(t)), State: t.State, Party: k.Party.Name}
}

// FoundRepeat is a repeat that no case holds yet.
type FoundRepeat struct {
	Thing         Thing         `json:"thing" enum:"lift,water_pipe,sewer,septic_tank,power,heating,gas,roof_wall,lighting,door,road,fire_equipment,gate"`
	EstateID      int64         `json:"estate_id"`
	BuildingID    int64         `json:"building_id,omitempty"`
	Place         string        `json:"place"`
	Times         int           `json:"times" doc:"how often it failed"`
	Households    int           `json:"households,omitempty" doc:"that told of it; absent where the reader answers for one of the matters and must not know who filed"`
	First         models.Date   `json:"first"`
	Last          models.Date   `json:"last"`
	Matters       []CauseMatter `json:"matters" doc:"the newest first"`
	LikelyParties []Party       `json:"likely_parties" doc:"who had the matters, the last one first"`
	MayOpen       bool          `json:"may_open,omitempty"`
}

// HouseholdsFor is how many households a reads that told of a repeat with these matters, all of them and not only those that are listed: none
// where he must not know of one of them who filed, because they are counted out of who filed.
func HouseholdsFor(a models.Actor, households int, matters []Known) int {
	if slices.ContainsFunc(matters, func(k Known) bool { return !KnowsReporter(a, k.Ticket, k.Party.Kind) }) {
		return 0
	}
	return households
}

// CauseRow is a case in a list.
type CauseRow struct {
	ID          int64        `json:"id"`
	Thing       Thing        `json:"thing" enum:"lift,water_pipe,sewer,septic_tank,power,heating,gas,roof_wall,lighting,door,road,fire_equipment,gate"`
	Place       string       `json:"place"`
	State       CauseState   `json:"state" enum:"open,planned,done,closed,rejected"`
	OpenedOn    models.Date  `json:"opened_on"`
	Owner       Party        `json:"owner"`
	Cause       string       `json:"cause"`
	Remedy      string       `json:"remedy,omitempty"`
	PlannedDay  models.Date  `json:"planned_day,omitempty"`
	Late        bool         `json:"late,omitempty" doc:"the planned day has passed"`
	Redates     int64        `json:"redates"`
	Route       FundingRoute `json:"route,omitempty" enum:"service_fee,maintenance_fund,common_income,owners_shared,owning_unit,developer,utility_company,renovation_project"`
	EstimateFen *int64       `json:"estimate_fen,omitempty"`
	CostFen     *int64       `json:"cost_fen,omitempty"`
	Tickets     int64        `json:"tickets" doc:"that belong to it"`
	DoneOn      models.Date  `json:"done_on,omitempty"`
	CameBack    int64        `json:"came_back,omitempty" doc:"matters of the same kind that were filed after the work was done"`
	Reopens     int64        `json:"reopens"`
	Mine        bool         `json:"mine,omitempty" doc:"the reader works for its owner"`
	Version     int64        `json:"version"`
}

// RowOf is c in a's list.
func (c CauseCase) RowOf(a models.Actor, place string, owner Party, tickets, cameBack int64, now time.Time) CauseRow {
	return CauseRow{
		ID: c.ID, Thing: c.Thing, Place: place, State: c.State, OpenedOn: models.DateOf(c.OpenedAt), Owner: owner, Cause: c.Cause, Remedy: c.Remedy, PlannedDay: c.PlannedDay,
		Late: c.late(now), Redates: c.Redates, Route: c.Route, EstimateFen: c.EstimateFen, CostFen: c.CostFen, Tickets: tickets, DoneOn: c.DoneOn(), CameBack: cameBack,
		Reopens: c.Reopens, Mine: a.WorksFor(c.OwnerPartyID), Version: c.Version,
	}
}

func (c CauseCase) late(now time.Time) bool {
	return c.State == CausePlanned && models.DateOf(now) > c.PlannedDay
}

// CauseLine is a step of a case as its readers see it: by which side, never by whom.
type CauseLine struct {
	Action CauseAction  `json:"action" enum:"open,assign,plan,done,close,reject,reopen,add,remove"`
	On     models.Date  `json:"on"`
	Role   models.Role  `json:"role"`
	Party  string       `json:"party,omitempty" doc:"the owner, from this step on"`
	Note   string       `json:"note,omitempty"`
	Day    models.Date  `json:"day,omitempty"`
	Route  FundingRoute `json:"route,omitempty" enum:"service_fee,maintenance_fund,common_income,owners_shared,owning_unit,developer,utility_company,renovation_project"`
	Fen    *int64       `json:"fen,omitempty"`
}

// CauseView is a case with its tickets, as who owns it or oversees the place reads it.
type CauseView struct {
	CauseRow
	Result     string        `json:"result,omitempty"`
	Why        string        `json:"why,omitempty" doc:"of the last assignment, closing, rejection or reopening"`
	ClosesFrom models.Date   `json:"closes_from,omitempty" doc:"while the work is done: the first day on which it may be closed"`
	LastDay    models.Date   `json:"last_day" doc:"that a plan may name"`
	Matters    []CauseMatter `json:"matters" doc:"those of its tickets that the reader may see, the newest first"`
	Hidden     int64         `json:"hidden" doc:"its tickets that he may not see"`
	Others     []CauseMatter `json:"others" doc:"what was reported of the same thing and belongs to no case, the newest first"`
	Actions    []CauseAction `json:"actions" enum:"assign,plan,done,close,reject,reopen,add,remove"`
	History    []CauseLine   `json:"history"`
}

// ViewOf is c as a reads it, with what storage read of its tickets; another reports that another case about the same thing runs.
func (c CauseCase) ViewOf(a models.Actor, row CauseRow, another bool, r RepeatRules, now time.Time) CauseView {
	v := CauseView{
		CauseRow: row, Result: c.Result, Why: c.Why, LastDay: models.DateOf(now).Add(r.MostPlanDays),
		Matters: []CauseMatter{}, Others: []CauseMatter{}, Actions: []CauseAction{}, History: []CauseLine{},
	}
	if c.State == CauseFinished {
		v.ClosesFrom = c.closesFrom(r)
	}
	for _, step := range causeSteps {
		early := step.action == CauseClose && models.DateOf(now) < v.ClosesFrom
		last := step.action == CauseRemove && row.Tickets < 2
		taken := another && c.RunsAgain(step.to)
		if slices.Contains(step.from, c.State) && c.may(a, row.Owner.Kind, step) && !early && !last && !taken {
			v.Actions = append(v.Actions, step.action)
		}
	}
	return v
}

// CauseLineOf is a line of the ledger as the readers of its case see it.
func CauseLineOf(l HistoryLine) CauseLine {
	f := l.causeFacts()
	return CauseLine{Action: CauseAction(l.Action), On: models.DateOf(l.At), Role: l.ActorRole, Party: l.PartyName, Note: l.Note, Day: f.day, Route: f.route, Fen: f.fen}
}

// CauseList is what somebody finds and looks after: the repeats that no case holds, those that failed most often first, and the cases, what
// runs first.
type CauseList struct {
	WindowDays      int           `json:"window_days"`
	LeastTimes      int           `json:"least_times"`
	ApartDays       int           `json:"apart_days"`
	LeastHouseholds int           `json:"least_households"`
	WatchDays       int           `json:"watch_days"`
	Finds           bool          `json:"finds" doc:"the reader is of an office: repeats are found for him"`
	Found           []FoundRepeat `json:"found"`
	Cases           []CauseRow    `json:"cases"`
}

// TicketCause is the case to which a ticket belongs, in the words of everybody who sees the ticket: nobody is named but who must answer.
type TicketCause struct {
	ID         int64       `json:"id"`
	Thing      Thing       `json:"thing" enum:"lift,water_pipe,sewer,septic_tank,power,heating,gas,roof_wall,lighting,door,road,fire_equipment,gate"`
	State      CauseState  `json:"state" enum:"open,planned,done,closed"`
	OwnerName  string      `json:"owner_name"`
	Remedy     string      `json:"remedy,omitempty"`
	PlannedDay models.Date `json:"planned_day,omitempty"`
	Late       bool        `json:"late,omitempty"`
	DoneOn     models.Date `json:"done_on,omitempty"`
	Result     string      `json:"result,omitempty"`
	MayOpen    bool        `json:"may_open,omitempty" doc:"the reader has the case in his list"`
}

// addCause tells of the case that k belongs to. One that was rejected is no case of anybody's.
func (v viewer) addCause(view *View, k Known, now time.Time) {
	if k.Cause == nil || k.Cause.State == CauseRejected || v.frozen {
		return
	}
	c := k.Cause
	view.Cause = &TicketCause{
		ID: c.ID, Thing: c.Thing, State: c.State, OwnerName: k.CauseOwner, Remedy: c.Remedy, PlannedDay: c.PlannedDay, Late: c.late(now),
		DoneOn: c.DoneOn(), MayOpen: c.Sees(v.actor),
	}
	if c.DoneAt != nil {
		view.Cause.Result = c.Result
	}
}
