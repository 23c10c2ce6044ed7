package ticket

import (
	"slices"
	"time"

	"linli/models"
)

// CauseState is how far a cause case has come.
type CauseState string

// An office opens a case; its owner plans the remedy and says that it is done; an office without an interest closes it, or rejects it where
// there is no common cause.
const (
	CauseOpened   CauseState = "open"
	CausePlanned  CauseState = "planned"
	CauseFinished CauseState = "done"
	CauseClosed   CauseState = "closed"
	CauseRejected CauseState = "rejected"
)

// runningCauses is the one list of them.
var runningCauses = []CauseState{CauseOpened, CausePlanned, CauseFinished}

// RunningCauses are the states of cases that somebody still has to do something about.
func RunningCauses() []CauseState { return slices.Clone(runningCauses) }

// Runs reports whether somebody still has to do something.
func (s CauseState) Runs() bool { return slices.Contains(runningCauses, s) }

// RunsAgain reports whether the case does not run and would in the state next.
func (c CauseCase) RunsAgain(next CauseState) bool { return !c.State.Runs() && next.Runs() }

// CauseAction is a step of a case.
type CauseAction string

// The steps.
const (
	CauseOpen   CauseAction = "open"
	CauseAssign CauseAction = "assign"
	CausePlan   CauseAction = "plan"
	CauseDone   CauseAction = "done"
	CauseClose  CauseAction = "close"
	CauseReject CauseAction = "reject"
	CauseReopen CauseAction = "reopen"
	CauseAdd    CauseAction = "add"
	CauseRemove CauseAction = "remove"
)

// causeStep is a step of the table below: from where, to where (empty: where it was), and whether the owner may make it himself.
type causeStep struct {
	action CauseAction
	from   []CauseState
	to     CauseState
	owner  bool
}

// causeSteps are all steps but the opening, in the order in which they are offered (ADR 0030).
var causeSteps = []causeStep{
	{CausePlan, []CauseState{CauseOpened, CausePlanned}, CausePlanned, true},
	{CauseDone, []CauseState{CausePlanned}, CauseFinished, true},
	{CauseClose, []CauseState{CauseFinished}, CauseClosed, false},
	{CauseReopen, []CauseState{CauseFinished, CauseClosed}, CauseOpened, false},
	{CauseAssign, []CauseState{CauseOpened, CausePlanned}, CauseOpened, false},
	{CauseReject, []CauseState{CauseOpened, CausePlanned}, CauseRejected, false},
	{CauseAdd, []CauseState{CauseOpened, CausePlanned, CauseFinished}, "", false},
	{CauseRemove, []CauseState{CauseOpened, CausePlanned, CauseFinished}, "", false},
}

func causeStepOf(action CauseAction) (causeStep, bool) {
	i := slices.IndexFunc(causeSteps, func(s causeStep) bool { return s.action == action })
	if i < 0 {
		return causeStep{}, false
	}
	return causeSteps[i], true
}

// FundingRoute is where the money for the remedy comes from.
type FundingRoute string

// The routes. Whatever is the owners' needs their vote first.
const (
	RouteServiceFee  FundingRoute = "service_fee"        // the operator's own duty, of the fee that is paid
	RouteFund        FundingRoute = "maintenance_fund"   // 专项维修资金
	RouteIncome      FundingRoute = "common_income"      // 公共收益
	RouteOwners      FundingRoute = "owners_shared"      // owners share it by area
	RouteOwningUnit  FundingRoute = "owning_unit"        // 产权单位
	RouteDeveloper   FundingRoute = "developer"          // 建设单位, within the warranty
	RouteUtility     FundingRoute = "utility_company"    // 专业经营单位
	RouteRenovation  FundingRoute = "renovation_project" // 老旧小区改造
	mostCauseFen     int64        = 100_000_000_000      // a thousand million yuan: more is a slip of the hand
	causeWords                    = 500
	MostCauseTickets              = 100 // that one case holds
)

// fundingRoutes lists them.
var fundingRoutes = []FundingRoute{RouteServiceFee, RouteFund, RouteIncome, RouteOwners, RouteOwningUnit, RouteDeveloper, RouteUtility, RouteRenovation}

// CauseCase is one cause behind the same trouble again and again (根治专案): whose it is, what is done about it, by when, and who pays.
type CauseCase struct {
	ID           int64 `gorm:"primaryKey"`
	AuthorID     int64
	ClientID     string
	ContentHash  string
	EstateID     int64
	BuildingID   int64 // 0 for the whole estate
	CommunityID  int64
	TownID       int64
	Thing        Thing
	Cause        string // in the office's words
	OwnerPartyID int64
	State        CauseState
	Remedy       string
	PlannedDay   models.Date
	Redates      int64 // how often a later day was planned
	Route        FundingRoute
	EstimateFen  *int64
	CostFen      *int64
	Result       string // what was done
	Why          string // of the last assignment, closing, rejection or reopening
	OpenedAt     time.Time
	DoneAt       *time.Time
	EndedAt      *time.Time
	Reopens      int64
	Version      int64
}

// TableName is the cases' table.
func (CauseCase) TableName() string { return "cause_cases" }

// CauseTicket is a ticket of a case, for as long as it belongs to it.
type CauseTicket struct {
	ID        int64 `gorm:"primaryKey"`
	CaseID    int64
	TicketID  int64
	AddedAt   time.Time
	RemovedAt *time.Time
}

// TableName is the table of the cases' tickets.
func (CauseTicket) TableName() string { return "cause_case_tickets" }

// Placement is where the case belongs, for who owns it or oversees the place.
func (c CauseCase) Placement() models.Placement {
	return models.Placement{HandlingPartyID: c.OwnerPartyID, EstateID: c.EstateID, BuildingID: c.BuildingID, CommunityID: c.CommunityID, TownID: c.TownID}
}

// Key is the thing of the case.
func (c CauseCase) Key() RepeatKey { return RepeatKey{c.EstateID, c.BuildingID, c.Thing} }

// CauseOpening is the wish to open a case of a repeat that was found.
type CauseOpening struct {
	ClientID     string `json:"client_id" format:"uuid"`
	EstateID     int64  `json:"estate_id" minimum:"1"`
	BuildingID   int64  `json:"building_id,omitempty" doc:"absent for what is of the whole estate"`
	Thing        Thing  `json:"thing" maxLength:"32"`
	Cause        string `json:"cause" maxLength:"8000" doc:"why it happens again and again"`
	OwnerPartyID int64  `json:"owner_party_id" minimum:"1" doc:"who must answer for it"`
}

// Check refuses an opening that does not make sense by itself, and trims its words.
func (o CauseOpening) Check(r RepeatRules) (_ CauseOpening, err error) {
	if err := CheckClientID(o.ClientID); err != nil {
		return o, err
	}
	thing, known := r.Of(o.Thing)
	if !known || thing.PerEstate && o.BuildingID != 0 || o.BuildingID < 0 {
		return o, models.RefuseField("cause.not_a_repeat", "thing")
	}
	o.Cause, err = causeText(o.Cause, "cause")
	return o, err
}

// causeText is a text that says something, trimmed.
func causeText(text, field string) (string, error) {
	text, err := CheckText(text, field, true, causeWords)
	if err == nil && !Substantive(text) {
		err = models.RefuseField("cause.words", field)
	}
	return text, err
}

// Opened is the case that a opens at now, for an opening that was checked.
func (o CauseOpening) Opened(a models.Actor, communityID, townID int64, now time.Time) CauseCase {
	return CauseCase{
		AuthorID: a.AccountID, ClientID: o.ClientID, EstateID: o.EstateID, BuildingID: o.BuildingID, CommunityID: communityID, TownID: townID,
		Thing: o.Thing, Cause: o.Cause, OwnerPartyID: o.OwnerPartyID, State: CauseOpened, OpenedAt: models.UTC(now), Version: 1,
	}
}

// MayOpenCause reports whether a may open a case at a place: of the station, the town or the county's offices that oversee it.
func MayOpenCause(a models.Actor, communityID, townID int64) bool {
	return officeFrom(a, LevelStation, communityID, townID)
}

// officeFrom reports whether a is of an office of a level or above that oversees a place.
func officeFrom(a models.Actor, lowest Level, communityID, townID int64) bool {
	for level := lowest; level <= LevelLeadingGroup; level++ {
		if a.OfOffice(int(level), communityID, townID) {
			return true
		}
	}
	return false
}

// Sees reports whether a has the case in his list: of the party that owns it, or of an office that oversees the place.
func (c CauseCase) Sees(a models.Actor) bool { return models.ScopeOf(a).Work().Sees(c) }

// judges reports whether a decides about the case: of an office from the first level on that has no interest in how its owner looks
// (DECISIONS 1), and nobody who works for him.
func (c CauseCase) judges(a models.Actor, ownerKind string) bool {
	return !a.WorksFor(c.OwnerPartyID) && officeFrom(a, UninterestedLevel(ownerKind), c.CommunityID, c.TownID)
}

// CauseStep is a step of a case as it is sent; what a step does not need is left out.
type CauseStep struct {
	Version      int64        `json:"version" minimum:"1"`
	Action       CauseAction  `json:"action" enum:"assign,plan,done,close,reject,reopen,add,remove"`
	Note         string       `json:"note,omitempty" maxLength:"8000" doc:"plan: the remedy; done: what was done; add: not kept; else: why"`
	OwnerPartyID int64        `json:"owner_party_id,omitempty" minimum:"0" doc:"assign"`
	Day          models.Date  `json:"day,omitempty" doc:"plan: by when"`
	Route        FundingRoute `json:"route,omitempty" enum:"service_fee,maintenance_fund,common_income,owners_shared,owning_unit,developer,utility_company,renovation_project" doc:"plan: who pays"`
	Fen          *int64       `json:"fen,omitempty" minimum:"0" doc:"plan: the estimate; done: what it cost; in fen"`
	TicketID     int64        `json:"ticket_id,omitempty" minimum:"0" doc:"add, remove"`
}

// Step is the case after a step that a makes at now, with the step's words trimmed. Whether a ticket may be added, and whether a new owner
// is there, storage asks.
func (c CauseCase) Step(a models.Actor, ownerKind string, s CauseStep, r RepeatRules, now time.Time) (CauseCase, CauseStep, error) {
	step, known := causeStepOf(s.Action)
	switch {
	case !known:
		return c, s, models.RefuseField("cause.wrong_state", "action")
	case !c.may(a, ownerKind, step):
		return c, s, models.Refuse(models.Denied, "cause.not_yours")
	case c.Version != s.Version:
		return c, s, models.Refuse(models.Conflict, "cause.changed_meanwhile")
	case !slices.Contains(step.from, c.State):
		return c, s, models.Refuse(models.Conflict, "cause.wrong_state")
	}
	s, err := c.check(s, r, now)
	if err != nil {
		return c, s, err
	}
	next := c.took(s.Action, causeFacts{s.OwnerPartyID, s.Day, s.Route, s.Fen}, models.UTC(now))
	switch s.Action {
	case CausePlan:
		next.Remedy = s.Note
	case CauseDone:
		next.Result = s.Note
	case CauseAssign, CauseClose, CauseReject, CauseReopen:
		next.Why = s.Note
	}
	return next, s, nil
}

func (c CauseCase) may(a models.Actor, ownerKind string, step causeStep) bool {
	return step.owner && a.WorksFor(c.OwnerPartyID) || c.judges(a, ownerKind)
}

// check refuses a step without what it needs.
func (c CauseCase) check(s CauseStep, r RepeatRules, now time.Time) (_ CauseStep, err error) {
	if s.Action == CauseAdd {
		s.Note = "" // it is about the same thing at the same place: nothing is left to say
	} else if s.Note, err = causeText(s.Note, "note"); err != nil {
		return s, err
	}
	today := models.DateOf(now)
	switch s.Action {
	case CauseAssign:
		if s.OwnerPartyID == 0 || s.OwnerPartyID == c.OwnerPartyID {
			return s, models.RefuseField("cause.bad_owner", "owner_party_id")
		}
	case CausePlan:
		last := today.Add(r.MostPlanDays)
		if _, real := models.ParseDate(string(s.Day)); !real || s.Day < today || s.Day > last {
			return s, models.RefuseField("cause.bad_day", "day").With("last", last)
		}
		if !slices.Contains(fundingRoutes, s.Route) {
			return s, models.RefuseField("cause.bad_route", "route")
		}
		return s, checkFen(s.Fen)
	case CauseDone:
		return s, checkFen(s.Fen)
	case CauseClose:
		if from := c.closesFrom(r); today < from {
			return s, models.Refuse(models.Conflict, "cause.too_early").With("from", from)
		}
	case CauseAdd, CauseRemove:
		if s.TicketID <= 0 {
			return s, models.RefuseField("cause.bad_ticket", "ticket_id")
		}
	}
	return s, nil
}

func checkFen(fen *int64) error {
	if fen == nil || *fen < 0 || *fen > mostCauseFen {
		return models.RefuseField("cause.bad_amount", "fen")
	}
	return nil
}

// closesFrom is the first day on which the case, whose work is done, may be closed: by then it has shown whether it holds.
func (c CauseCase) closesFrom(r RepeatRules) models.Date {
	done := c.DoneOn()
	if done == "" {
		return ""
	}
	return done.Add(r.SettleDays)
}

// DoneOn is the day on which the work was done, empty while it is not.
func (c CauseCase) DoneOn() models.Date {
	if c.DoneAt == nil {
		return ""
	}
	return models.DateOf(*c.DoneAt)
}

// causeFacts are what a line of the ledger keeps of a step, beside its tickets.
type causeFacts struct {
	owner int64
	day   models.Date
	route FundingRoute
	fen   *int64
}

// took is the case after a step that was allowed, without the step's words: what the program did and what the ledger tells again.
func (c CauseCase) took(action CauseAction, f causeFacts, at time.Time) CauseCase {
	step, _ := causeStepOf(action)
	if step.to != "" {
		c.State = step.to
	}
	c.Version++
	switch action {
	case CauseAssign:
		c.OwnerPartyID = f.owner
		c = c.unplanned() // a new owner makes a plan of his own
	case CausePlan:
		if c.PlannedDay != "" && f.day > c.PlannedDay {
			c.Redates++
		}
		c.PlannedDay, c.Route, c.EstimateFen = f.day, f.route, f.fen
	case CauseDone:
		c.CostFen, c.DoneAt = f.fen, &at
	case CauseClose, CauseReject:
		c.EndedAt = &at
	case CauseReopen:
		c.Reopens++
		c.DoneAt, c.EndedAt = nil, nil
		c = c.unplanned()
	}
	return c
}

// unplanned is the case without its plan; what the last attempt cost and did stays until the next one is done.
func (c CauseCase) unplanned() CauseCase {
	c.Remedy, c.PlannedDay, c.Route, c.EstimateFen = "", "", "", nil
	return c
}
