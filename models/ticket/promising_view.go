package ticket

import (
	"cmp"
	"slices"
	"time"

	"linli/models"
)

// PromiseView is a promise as everybody reads it who sees the ticket. The verdict names nobody.
type PromiseView struct {
	Nth       int64       `json:"nth" doc:"of the ticket's promises: what a verdict names"`
	PartyName string      `json:"party_name"`
	Result    string      `json:"result"`
	On        models.Date `json:"on" doc:"when it was made"`
	FirstDay  models.Date `json:"first_day" doc:"that was named at first"`
	Day       models.Date `json:"day" doc:"at whose end the result is there"`
	Redates   int64       `json:"redates"`
	Reason    string      `json:"reason,omitempty" doc:"of the last re-dating"`
	Said      bool        `json:"said" doc:"the party says that it is fulfilled"`
	Asks      bool        `json:"asks" doc:"the reporter may say now whether it was kept"`
	AskFrom   *time.Time  `json:"ask_from,omitempty" doc:"while it is open: from when on, if the party does not say earlier that it is fulfilled"`
	JudgeBy   models.Date `json:"judge_by,omitempty" doc:"while it is open: the last day for that"`
	End       PromiseEnd  `json:"end,omitempty" enum:"kept,broken,confirmed,sent_back,done,said,silent,overtaken,taken_back"`
	EndedOn   models.Date `json:"ended_on,omitempty"`
}

// addPromise adds the newest promise of k, and the days that the handler may name.
func (v viewer) addPromise(view *View, k Known, now time.Time) {
	t := k.Ticket
	if p := k.Promise; p != nil {
		out := &PromiseView{
			Nth: p.Nth, PartyName: k.PartyNames[p.PartyID], Result: v.ofParty(t, p.PartyID, p.Result), On: models.DateOf(p.MadeAt), FirstDay: p.FirstDay, Day: p.Day,
			Redates: p.Redates, Reason: v.ofParty(t, p.PartyID, p.Reason), End: p.EndWhy,
		}
		if p.EndedAt != nil {
			out.EndedOn = models.DateOf(*p.EndedAt)
		}
		if t.PromiseOpen() && p.EndWhy == "" {
			out.Said, out.Asks, out.AskFrom, out.JudgeBy = t.PromiseSaidAt != nil, t.PromiseAsks(v.actor, now), t.PromiseFrom, models.DateOf(*t.PromiseUntil)
		}
		view.Promise = out
	}
	switch {
	case v.frozen:
	case slices.Contains(view.Actions, Promise):
		days := k.PromiseRules.DaysFor("", now)
		view.PromiseDays = &days
	case slices.Contains(view.Actions, PromiseRedate):
		days := k.PromiseRules.DaysFor(t.PromisedDay(), now)
		view.PromiseDays = &days
	}
}

// fits reports whether there is a day among them.
func (d PromiseDays) fits() bool { return d.First <= d.Last }

// ShowsPromiseDays reports whether a is shown the days that may be promised: they are read for those alone who may name one.
func (t Ticket) ShowsPromiseDays(a models.Actor) bool { return a.WorksFor(t.HandlingPartyID) }

// promiseUsed reports whether the rules leave the party no more of a step, or no day for it.
func (k Known) promiseUsed(action Action, now time.Time) bool {
	switch action {
	case Promise:
		return k.Ticket.PartyPromises >= k.PromiseRules.MostPromises
	case PromiseRedate:
		return k.Ticket.PromiseRedates >= k.PromiseRules.MostRedates || !k.PromiseRules.DaysFor(k.Ticket.PromisedDay(), now).fits()
	}
	return false
}

// PromiseTally is what became of the promises of a party or a place that ended in the days of the rate.
type PromiseTally struct {
	Kept, KeptLater, Done, Said, Broken, Silent, Neither int64
	WorthBP                                              int64 // of all that count
}

// PromiseCount is how many promises came to the same.
type PromiseCount struct {
	CountsAs   PromiseEnd
	Redates, N int64
}

// TallyOf counts promises that ended.
func (r PromiseRules) TallyOf(ended []PromiseCount) (tally PromiseTally) {
	for _, p := range ended {
		worth, counts := r.Worth(p.CountsAs, p.Redates)
		tally.WorthBP += worth * p.N
		switch {
		case !counts:
			tally.Neither += p.N
		case p.CountsAs == PromiseEndDone:
			tally.Done += p.N
		case p.CountsAs == PromiseEndSaid:
			tally.Said += p.N
		case p.CountsAs == PromiseEndSilent:
			tally.Silent += p.N
		case p.CountsAs == PromiseEndBroken || p.CountsAs == PromiseEndSentBack:
			tally.Broken += p.N
		case p.Redates > 0:
			tally.KeptLater += p.N
		default:
			tally.Kept += p.N
		}
	}
	return tally
}

// Counted is how many of them the rate is of.
func (tally PromiseTally) Counted() int64 {
	return tally.Kept + tally.KeptLater + tally.Done + tally.Said + tally.Broken + tally.Silent
}

// PromiseFigure is the promise-kept rate with its counts. Of few promises only their number is told.
type PromiseFigure struct {
	N         int64  `json:"n" doc:"promises that count"`
	Kept      *int64 `json:"kept,omitempty" doc:"by the day named at first"`
	KeptLater *int64 `json:"kept_later,omitempty" doc:"by a later day, named before the first had come"`
	Done      *int64 `json:"done,omitempty" doc:"said to be done by the day, and the reporter did not answer"`
	Said      *int64 `json:"said,omitempty" doc:"the party says that it is fulfilled, and neither a result nor the reporter says so"`
	Broken    *int64 `json:"broken,omitempty" doc:"the reporter says that it was not kept"`
	Silent    *int64 `json:"silent,omitempty" doc:"the day passed, and the party said nothing"`
	Neither   *int64 `json:"neither,omitempty" doc:"not counted: the matter left the party before the day was over, the result was there within hours of the promise, or the reporter took back what he had confirmed"`
	WorthBP   *int64 `json:"worth_bp,omitempty" doc:"what those that count are worth together, in basis points"`
	BP        *int64 `json:"bp,omitempty" doc:"the rate: worth by number, in basis points, rounded half up; absent for few"`
}

// FigureOf publishes a tally.
func (r PromiseRules) FigureOf(tally PromiseTally) PromiseFigure {
	f := PromiseFigure{N: tally.Counted()}
	if f.N < r.ShareFrom {
		return f
	}
	f.Kept, f.KeptLater, f.Done, f.Said, f.Broken, f.Silent, f.Neither, f.WorthBP = &tally.Kept, &tally.KeptLater, &tally.Done, &tally.Said, &tally.Broken, &tally.Silent, &tally.Neither, &tally.WorthBP
	bp := models.ShareBP(tally.WorthBP, f.N*models.WholeBP)
	f.BP = &bp
	return f
}

// PromiseRow is a promise in the list behind the rate: of a matter that the reader sees.
type PromiseRow struct {
	TicketID  int64       `json:"ticket_id"`
	Number    string      `json:"number"`
	Category  string      `json:"category"`
	Place     string      `json:"place"`
	PartyID   int64       `json:"party_id"`
	PartyName string      `json:"party_name"`
	Result    string      `json:"result"`
	On        models.Date `json:"on"`
	FirstDay  models.Date `json:"first_day"`
	Day       models.Date `json:"day"`
	Redates   int64       `json:"redates"`
	End       PromiseEnd  `json:"end,omitempty" enum:"kept,broken,confirmed,sent_back,done,said,silent,overtaken,taken_back" doc:"absent while it is open"`
	CountsAs  PromiseEnd  `json:"counts_as,omitempty" enum:"kept,broken,confirmed,sent_back,done,said,silent,overtaken,taken_back" doc:"in the rate: another one than its end where the reporter's voice has no weight, as though nobody had answered, or where the result was there within hours of the promise"`
	EndedOn   models.Date `json:"ended_on,omitempty"`
	WorthBP   *int64      `json:"worth_bp,omitempty" doc:"absent where it does not count"`
}

// PromiseList is the promise-kept rate of an estate and of who serves it, with the promises behind it that the reader may see: the open
// ones first, then what ended, the last first.
type PromiseList struct {
	Days         int            `json:"days" doc:"over which the rates are counted"`
	ShareFrom    int64          `json:"share_from"`
	RedateCostBP int64          `json:"redate_cost_bp"`
	UnansweredBP int64          `json:"unanswered_bp"`
	SaidBP       int64          `json:"said_bp"`
	LeastHours   int            `json:"least_hours"`
	Estate       PromiseFigure  `json:"estate"`
	Party        *Party         `json:"party,omitempty" doc:"who serves the estate today"`
	OfParty      *PromiseFigure `json:"of_party,omitempty" doc:"its promises in the whole county"`
	Items        []PromiseRow   `json:"items"`
	Hidden       int64          `json:"hidden" doc:"promises of the estate that ended, in matters that the reader may not see; of few promises not told"`
}

// PromisesInOrder compares two promises of a list: the open ones first, the earliest day first, then what ended, by day, the last
// first. What ended on one day stands in the order in which it was promised: between two whose hours a reader knows, the hour of a
// third would show, and with it when a reporter held his phone.
func PromisesInOrder(a, b Promising) int {
	switch {
	case a.EndedAt == nil && b.EndedAt == nil:
		return cmp.Or(cmp.Compare(a.Day, b.Day), cmp.Compare(b.ID, a.ID))
	case a.EndedAt == nil:
		return -1
	case b.EndedAt == nil:
		return 1
	}
	return cmp.Or(cmp.Compare(models.DateOf(*b.EndedAt), models.DateOf(*a.EndedAt)), cmp.Compare(b.ID, a.ID))
}

// PromiseRowOf is p in a's list.
func PromiseRowOf(a models.Actor, p Promising, k Known, party string, r PromiseRules) PromiseRow {
	v, t := viewerOf(a, k), k.Ticket
	row := PromiseRow{
		TicketID: t.ID, Number: t.Number, Category: t.Category, Place: placeWords(k, ""), PartyID: p.PartyID, PartyName: party, Result: v.ofParty(t, p.PartyID, p.Result),
		On: models.DateOf(p.MadeAt), FirstDay: p.FirstDay, Day: p.Day, Redates: p.Redates, End: p.EndWhy,
	}
	if p.EndedAt != nil {
		row.EndedOn = models.DateOf(*p.EndedAt)
		if t.Protected && a.WorksFor(p.PartyID) {
			return row // what an answer counts as would tell its party whose it is
		}
		row.CountsAs = p.CountsAs
		if worth, counts := r.Worth(p.CountsAs, p.Redates); counts {
			row.WorthBP = &worth
		}
	}
	return row
}
