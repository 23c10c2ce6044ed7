package score

import (
	"math/big"
	"time"

	"linli/models"
)

// Figures are what is published beside the rates for information (FIELD B-d.1). None of them counts towards a score: many
// reports or returns never lower one. They are taken from the marks that the rates are made of, so the window, what is left
// out and the turn of each party are the same. The share of suspended matters alone is counted over a year, by the rules on
// suspensions.
type Figures struct {
	Rated    Share // closings with stars that count, of the closings that were answered, by a word or by a week's silence
	Returned Share // tickets that whoever serves the place gave back as not its duty, of those that count or were given back
	SentBack Share // closings that were sent back, of those that were answered
	Contact  Spell // until the reporter was reached
	Resolve  Spell // until the "done" that was answered and not sent back
	// Suspended is nil where nobody asked for it: only the page behind a score does.
	Suspended *SuspendedYear
	Density   Share // tickets that count, of the homes that the register knows; no N where it does not know them all
}

// SuspendedYear says how many matters of the last days were suspended in them: X of N that were filed or suspended then.
type SuspendedYear struct {
	X, N, FlagBP int64
	Days         int
	Flagged      bool
}

// Share is X of N cases.
type Share struct {
	X, N int64
	// Withheld is set where satisfaction is not released and the reader may not see it (DECISIONS 12).
	Withheld bool
}

// Spell is the median of how long N tickets took, in whole hours begun.
type Spell struct{ N, Hours int64 }

// Figures gives them for a computed score. How many answers have stars says who answered, so outside the centre it is the
// count of the released cell, made with it and moving only with it.
func (r Ruleset) Figures(result Result, s Sample) Figures {
	f := Figures{Returned: result.returned(s), Rated: Share{Withheld: true}, Density: Share{X: result.TicketCount(), N: s.Homes}, Suspended: s.Suspended}
	var contact, resolve []int64
	for _, mark := range result.Marks {
		switch {
		case mark.Rate == Response && mark.Ticket.Contacted != nil:
			contact = append(contact, mark.took(*mark.Ticket.Contacted))
		case mark.Rate == Resolution:
			if solved := mark.Ticket.solvedAt(); solved != nil {
				resolve = append(resolve, mark.took(*solved))
			}
		}
	}
	f.Contact, f.Resolve = spell(contact), spell(resolve)
	for _, c := range result.answeredClosings() {
		f.SentBack.N++
		if c.Outcome == "sent_back" {
			f.SentBack.X++
		}
	}
	if s.Centre {
		f.Rated = r.rated(result, s)
	}
	for _, cell := range s.Released {
		if !s.Centre && cell.Kind == TicketVoices && cell.Rated.N >= r.SmallSample {
			f.Rated = cell.Rated
		}
	}
	return f
}

// RatedBy is the share of closings with stars as it is frozen with a cell that is released at a moment.
func (r Ruleset) RatedBy(households int64, at time.Time, tickets []Ticket, ratings []Rating) Share {
	result := Result{Window: r.WindowOf(households, at), Excluded: map[Reason]int64{}}
	sample := Sample{At: at, Tickets: tickets, Ratings: ratings}
	result.judgeAll(r, sample)
	return r.rated(result, sample)
}

// rated looks at ratings whenever they were given: a closing that was sent back early in the window may have its stars from before.
func (r Ruleset) rated(result Result, s Sample) Share {
	kept, _ := r.kept(s.Ratings, ticketsAsOf(s.Tickets, s.At), Span{To: s.At.Add(time.Microsecond)})
	starred := map[closingKey]bool{}
	for key := range kept {
		starred[closingKey{key.ticket, key.closing}] = true
	}
	share := Share{}
	for key := range result.answeredClosings() {
		share.N++
		if starred[key] {
			share.X++
		}
	}
	return share
}

type closingKey struct{ ticket, number int64 }

// answeredClosings are the closings of the tickets that count in the resolution rate, as far as they have their answer.
func (result Result) answeredClosings() map[closingKey]Closing {
	found := map[closingKey]Closing{}
	for _, mark := range result.Marks {
		for _, c := range mark.Ticket.Closings {
			if mark.Rate == Resolution && c.Answered != nil {
				found[closingKey{mark.Ticket.ID, c.Number}] = c
			}
		}
	}
	return found
}

// returned counts a ticket once, however often it was given back. One that went to another party by it counts in no rate of
// the place any more; it is added here, else only returns that were refused would show.
func (result Result) returned(s Sample) Share {
	all, back := map[int64]bool{}, map[int64]bool{}
	for _, mark := range result.Marks {
		all[mark.Ticket.ID] = true
	}
	for _, t := range s.Tickets {
		for _, one := range t.Returns {
			if one.Serving && result.Window.Holds(one.At) && !t.AsOf(s.At).noMatter() {
				all[t.ID], back[t.ID] = true, true
			}
		}
	}
	return Share{X: int64(len(back)), N: int64(len(all))}
}

// noMatter reports whether t, as known at a moment, is left out whoever had it.
func (t Ticket) noMatter() bool {
	t.Serving = true
	return excluded(t) != "" || withdrawnBy(t, t.ContactDue)
}

// solvedAt is when the "done" came that was answered and not sent back. The party's own word alone solves nothing.
func (t Ticket) solvedAt() *time.Time {
	if len(t.Closings) == 0 {
		return nil
	}
	last := t.Closings[len(t.Closings)-1]
	if last.Answered == nil || last.Outcome == "sent_back" {
		return nil
	}
	return last.Complete
}

// took is how long the party of a mark had the ticket until a moment, in microseconds. Of a protected one only the days are
// taken, each begun one in full: its hours are told nowhere, and beside matters whose hours are known a median would tell one.
func (m Mark) took(until time.Time) int64 {
	from := m.Since
	if m.Ticket.Protected {
		from, until = models.DateOf(from).Start(), models.DateOf(until).Add(1).Start()
	}
	return max(0, until.Sub(from).Microseconds())
}

func spell(took []int64) Spell {
	middle, some := Median(took)
	if !some {
		return Spell{}
	}
	hour := time.Hour.Microseconds()
	return Spell{N: int64(len(took)), Hours: max(1, ceiling(big.NewRat(middle, hour)))}
}

// FiguresView is what is published for information.
type FiguresView struct {
	RatedShare         ShareView      `json:"rated_share" doc:"closings with stars, of those that were answered; outside the centre as of the last release of satisfaction"`
	ReturnShare        ShareView      `json:"return_share" doc:"tickets that whoever serves the place gave back as not its duty, whatever the dispatcher decided"`
	ReopenShare        ShareView      `json:"reopen_share" doc:"closings that were sent back, of those that were answered"`
	SuspendedShare     *SuspendedView `json:"suspended_share,omitempty" doc:"matters that the centre suspended in the last year, of those that were filed or suspended in it"`
	MedianHoursContact SpellView      `json:"median_hours_contact" doc:"until the reporter was reached"`
	MedianHoursResolve SpellView      `json:"median_hours_resolve" doc:"until the done that was answered and not sent back; time that stood still counts"`
	Per100             *DensityView   `json:"tickets_per_100_households,omitempty" doc:"absent where the number of homes is not known"`
}

// ShareView is x of n with its percentage.
type ShareView struct {
	X    int64  `json:"x"`
	N    int64  `json:"n"`
	BP   *int64 `json:"bp,omitempty" doc:"basis points; absent for fewer than five"`
	Note string `json:"note,omitempty" enum:"small_sample,not_released"`
}

// SuspendedView is the share of suspended matters, and whether it is more than the rules leave unremarked.
type SuspendedView struct {
	ShareView
	Days    int   `json:"days" doc:"over which it is counted"`
	FlagBP  int64 `json:"flag_bp" doc:"more than this, in basis points, is flagged"`
	Flagged bool  `json:"flagged"`
}

// SpellView is a median beside how many tickets it is of.
type SpellView struct {
	N     int64  `json:"n"`
	Hours *int64 `json:"hours,omitempty" doc:"half of them took at most this long, in whole hours begun; absent for fewer than five"`
	Note  string `json:"note,omitempty" enum:"small_sample"`
}

// DensityView is tickets by homes.
type DensityView struct {
	Tickets    int64  `json:"tickets"`
	Households int64  `json:"households"`
	Hundredths *int64 `json:"per_100,omitempty" doc:"hundredths: 250 is 2.5 tickets per 100 homes in the window; absent for fewer than five tickets"`
	Note       string `json:"note,omitempty" enum:"small_sample"`
}

const noteSmall = "small_sample"

func (f Figures) view(r Ruleset) FiguresView {
	view := FiguresView{
		RatedShare: f.Rated.view(r), ReturnShare: f.Returned.view(r), ReopenShare: f.SentBack.view(r),
		MedianHoursContact: f.Contact.view(r), MedianHoursResolve: f.Resolve.view(r),
	}
	if y := f.Suspended; y != nil {
		view.SuspendedShare = &SuspendedView{ShareView: Share{X: y.X, N: y.N}.view(r), Days: y.Days, FlagBP: y.FlagBP, Flagged: y.Flagged}
	}
	if f.Density.N > 0 {
		density := &DensityView{Tickets: f.Density.X, Households: f.Density.N, Note: noteSmall}
		if f.Density.X >= r.SmallSample {
			value := Hundredths(big.NewRat(100*f.Density.X, f.Density.N))
			density.Hundredths, density.Note = &value, ""
		}
		view.Per100 = density
	}
	return view
}

func (s Share) view(r Ruleset) ShareView {
	switch {
	case s.Withheld:
		return ShareView{Note: "not_released"}
	case s.N < r.SmallSample:
		return ShareView{X: s.X, N: s.N, Note: noteSmall}
	}
	share := BasisPoints(big.NewRat(s.X, s.N))
	return ShareView{X: s.X, N: s.N, BP: &share}
}

func (s Spell) view(r Ruleset) SpellView {
	if s.N < r.SmallSample {
		return SpellView{N: s.N, Note: noteSmall}
	}
	return SpellView{N: s.N, Hours: &s.Hours}
}
