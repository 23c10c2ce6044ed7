package score

import (
	"cmp"
	"math/big"
	"slices"
	"time"

	"linli/models"
)

// Voice is what one household says: the mean of its ratings in the window (B-d.1: one household, one voice).
type Voice struct {
	UnitID  int64
	Cell    Reason   // TicketVoices or GeneralVoices
	Points  *big.Rat // 0 to 1
	Levels  *big.Rat // mean of its stars, for the published satisfaction rate
	Weight  *big.Rat // 1, or the volunteer weight
	Ratings int64
	Newest  int64 // id of its newest rating
	Month   models.Month
}

// Voices turns the ratings of a window into the voices of households. Of one closing the last rating with stars
// counts, of general ratings the last one of a household and month. All general ratings of a household together weigh
// a quarter of one answer for a ticket; a household that gave nothing else has a quarter of a voice (DECISIONS 14).
func (r Ruleset) Voices(ratings []Rating, tickets map[int64]Ticket, window Span) ([]Voice, map[Reason]int64) {
	kept, out := r.kept(ratings, tickets, window)
	byUnit := map[int64]*household{}
	for _, rating := range kept {
		h := byUnit[rating.UnitID]
		if h == nil {
			h = &household{}
			byUnit[rating.UnitID] = h
		}
		h.add(rating, r.points(rating.Level))
	}
	voices := make([]Voice, 0, len(byUnit))
	for unit, h := range byUnit {
		voices = append(voices, h.voice(unit, bp(r.VolunteerWeight)))
	}
	slices.SortFunc(voices, func(a, b Voice) int { return cmp.Compare(a.UnitID, b.UnitID) })
	return voices, out
}

// kept are the ratings of a window that count, and how many do not count for which reason.
func (r Ruleset) kept(ratings []Rating, tickets map[int64]Ticket, window Span) (map[cycle]Rating, map[Reason]int64) {
	sorted := slices.SortedFunc(slices.Values(ratings), func(a, b Rating) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.ID, b.ID))
	})
	out := map[Reason]int64{}
	kept := map[cycle]Rating{}
	for _, rating := range sorted {
		if !window.Holds(rating.At) {
			continue
		}
		if why := r.ratingOut(rating, tickets); why != "" {
			out[why]++
			continue
		}
		key := cycle{unit: rating.UnitID, ticket: rating.TicketID, closing: rating.Closing}
		if rating.TicketID == 0 {
			key.month = models.MonthOf(rating.At)
		}
		if _, again := kept[key]; again {
			out[OutReplaced]++
		}
		kept[key] = rating
	}
	return kept, out
}

// household gathers the ratings of one home.
type household struct {
	answers, general tally
	newest           int64
	month            models.Month
}

// tally adds up ratings of one kind.
type tally struct {
	count          int64
	points, levels big.Rat
}

func (t *tally) add(points *big.Rat, level int) {
	t.count++
	t.points.Add(&t.points, points)
	t.levels.Add(&t.levels, whole(int64(level)))
}

func (h *household) add(rating Rating, points *big.Rat) {
	h.newest = max(h.newest, rating.ID)
	h.month = max(h.month, models.MonthOf(rating.At))
	if rating.TicketID == 0 {
		h.general.add(points, rating.Level)
		return
	}
	h.answers.add(points, rating.Level)
}

func (h *household) voice(unit int64, volunteer *big.Rat) Voice {
	v := Voice{UnitID: unit, Cell: TicketVoices, Weight: whole(1), Ratings: h.answers.count + h.general.count, Newest: h.newest, Month: h.month}
	if h.answers.count == 0 {
		v.Cell, v.Weight = GeneralVoices, volunteer
	}
	v.Points = h.mean(&h.answers.points, &h.general.points, volunteer)
	v.Levels = h.mean(&h.answers.levels, &h.general.levels, volunteer)
	return v
}

// mean is the mean over the answers for tickets, beside which all general ratings count as one of the volunteer weight.
func (h *household) mean(answers, general, volunteer *big.Rat) *big.Rat {
	if h.general.count == 0 {
		return quotient(answers, whole(h.answers.count))
	}
	overall := quotient(general, whole(h.general.count))
	if h.answers.count == 0 {
		return overall // also where volunteers weigh nothing
	}
	return quotient(sum(answers, product(volunteer, overall)), sum(whole(h.answers.count), volunteer))
}

// cycle is what a rating replaces an earlier one of.
type cycle struct {
	unit, ticket, closing int64
	month                 models.Month
}

func (r Ruleset) ratingOut(rating Rating, tickets map[int64]Ticket) Reason {
	if rating.Weight == WeightNone || rating.UnitID == 0 {
		return OutNoWeight
	}
	if rating.Level < 1 || rating.Level > 5 {
		return OutNoStars
	}
	if rating.TicketID == 0 {
		return ""
	}
	t, known := tickets[rating.TicketID]
	if !known || !t.Serving {
		return OutOtherParty
	}
	for _, c := range t.Closings {
		if c.Number == rating.Closing && c.Answered != nil && rating.At.After(c.Answered.Add(r.RateWindow())) {
			return OutLateRating
		}
	}
	return ""
}

// Cell is the sum of the voices of one kind: what may leave the centre once it is large enough (DECISIONS 12). The two
// kinds share no household, so that no answer can be found by taking one from the other.
type Cell struct {
	Kind       Reason
	X          *big.Rat // weighted points
	N          *big.Rat // weighted voices
	Households int64
	Satisfied  int64 // households whose mean is 3 stars or better (HL-18)
	Ratings    int64
	LastRating int64 // id of the newest rating in it
	Rated      Share // of a released cell of answers for tickets: the share of closings with stars when it was released
}

// CellOf adds up the voices of one kind.
func (r Ruleset) CellOf(kind Reason, voices []Voice) Cell {
	cell := Cell{Kind: kind, X: whole(0), N: whole(0)}
	for _, v := range voices {
		if v.Cell != kind {
			continue
		}
		cell.X, cell.N = sum(cell.X, product(v.Weight, v.Points)), sum(cell.N, v.Weight)
		cell.Households++
		cell.Ratings += v.Ratings
		cell.LastRating = max(cell.LastRating, v.Newest)
		if v.Levels.Cmp(whole(r.SatisfiedFrom)) >= 0 {
			cell.Satisfied++
		}
	}
	return cell
}

// MayRelease reports whether a cell may be shown outside the centre: ten households that answered, and five that have
// answered since the newest rating of the release before (0 when there was none).
func (r Ruleset) MayRelease(kind Reason, voices []Voice, lastRating int64) bool {
	var all, fresh int64
	for _, v := range voices {
		if v.Cell != kind {
			continue
		}
		all++
		if v.Newest > lastRating {
			fresh++
		}
	}
	return all >= r.Release.MinHouseholds && fresh >= r.Release.MinNew
}

// CellKinds are the two kinds of cell, in a fixed order.
var CellKinds = []Reason{TicketVoices, GeneralVoices}

// Heard gives the voices of a window as they were known at a moment.
func (r Ruleset) Heard(window Span, at time.Time, tickets []Ticket, ratings []Rating) []Voice {
	voices, _ := r.Voices(ratings, ticketsAsOf(tickets, at), window)
	return voices
}

func ticketsAsOf(tickets []Ticket, at time.Time) map[int64]Ticket {
	known := make(map[int64]Ticket, len(tickets))
	for _, t := range tickets {
		known[t.ID] = t.AsOf(at)
	}
	return known
}
