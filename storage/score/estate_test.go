package score

import (
	"encoding/json"
	"math/big"
	"strings"
	"testing"
	"time"

	"linli/models"
	"linli/models/people"
	"linli/models/place"
	"linli/models/score"
	"linli/models/ticket"
	"linli/storage"
)

// heard is an explanation as a reader outside the program gets it: nothing but JSON.
type heard struct {
	T     int64
	Rates []struct {
		Name                          string
		Numerator, Denominator        string
		P0, K, Shrunk, Weight, Points int64
		Released                      bool
		Note                          string
	}
	Lines []struct {
		Rate, Weight, Value, Reason, Number string
		TicketID                            int64 `json:"ticket_id"`
		Count                               int64
	}
}

func read(t *testing.T, text string) heard {
	t.Helper()
	var h heard
	if err := json.Unmarshal([]byte(text), &h); err != nil {
		t.Fatal(err)
	}
	return h
}

func number(t *testing.T, s string) *big.Rat {
	t.Helper()
	x, ok := new(big.Rat).SetString(s)
	if !ok {
		t.Fatalf("%q is not a number", s)
	}
	return x
}

// published rounds half up to a whole number.
func published(x *big.Rat) int64 {
	twice := new(big.Rat).Add(x, big.NewRat(1, 2))
	return new(big.Int).Div(twice.Num(), twice.Denom()).Int64()
}

// recompute does the sum of docs/score.md from JSON only, with more x and n for one rate. It returns T in hundredths.
func recompute(t *testing.T, h heard, rate string, moreX, moreN int64) *big.Rat {
	t.Helper()
	total := new(big.Rat)
	for _, r := range h.Rates {
		x, n := new(big.Rat), new(big.Rat)
		for _, line := range h.Lines {
			if line.Rate != r.Name {
				continue
			}
			weight := new(big.Rat).Mul(number(t, line.Weight), big.NewRat(line.Count, 1))
			n.Add(n, weight)
			x.Add(x, weight.Mul(weight, number(t, line.Value)))
		}
		if x.Cmp(number(t, r.Numerator)) != 0 || n.Cmp(number(t, r.Denominator)) != 0 {
			t.Fatalf("%s: the lines add up to %s of %s, the rate says %s of %s", r.Name, x, n, r.Numerator, r.Denominator)
		}
		if r.Name == rate {
			x.Add(x, big.NewRat(moreX, 1))
			n.Add(n, big.NewRat(moreN, 1))
		}
		x.Add(x, big.NewRat(r.P0*r.K, 10000))
		n.Add(n, big.NewRat(r.K, 1))
		total.Add(total, new(big.Rat).Mul(big.NewRat(100*r.Weight, 1), x.Quo(x, n)))
	}
	return total
}

// The lines of every viewer's explanation add up to its rates, and its rates to its T.
func TestTheLinesAddUp(t *testing.T) {
	each(t, func(w *world) {
		for i, solved := range w.history(1, operator1) {
			w.rate(solved, int64(i/2), 1+i%5, hours(-200))
		}
		w.insert(&ticket.Rating{AuthorID: 1, ClientID: w.clientID(), Kind: "general", EstateID: 1, UnitID: 77, Weight: "volunteer", Level: 2, Period: "2026-11", At: hours(-9)})
		for name, a := range map[string]models.Actor{"centre": officer, "operator": operator, "resident": resident, "neighbour": neighbour} {
			_, text := w.explain(a, 1)
			h := read(w.t, text)
			if got := published(recompute(w.t, h, "", 0, 0)); got != h.T {
				w.t.Errorf("%s: recomputed T %d, published %d", name, got, h.T)
			}
			if len(h.Lines) == 0 || len(h.Rates) != 3 {
				w.t.Errorf("%s: %d lines, %d rates", name, len(h.Lines), len(h.Rates))
			}
		}
	})
}

// A rating moves the score by what the explanation from before says it will.
func TestARatingMovesTheScoreAsExplained(t *testing.T) {
	each(t, func(w *world) {
		solved := w.history(1, operator1)
		w.rate(solved[0], 10, 4, hours(-200))
		_, before := w.explain(officer, 1)
		promised := published(recompute(w.t, read(w.t, before), "satisfaction_points", 0, 1))
		w.rate(solved[2], 11, 1, hours(-1))
		after, _ := w.explain(officer, 1)
		if after.T != promised || after.T >= read(w.t, before).T {
			w.t.Errorf("one star took T from %d to %d, the explanation said %d", read(w.t, before).T, after.T, promised)
		}
		summary, err := w.store.EstateScore(w.t.Context(), officer, 1, false)
		if err != nil || summary.T != promised || summary.Ruleset != "score/2026-01" || !summary.Provisional || !summary.Rated {
			w.t.Errorf("summary %+v, %v", summary, err)
		}
	})
}

// Outside the centre one rating changes nothing, for any two viewers, as long as its cell is not released.
func TestNothingCanBeSubtracted(t *testing.T) {
	each(t, func(w *world) {
		solved := w.history(1, operator1)
		viewers := []models.Actor{operator, resident, neighbour, stationStaff}
		var before []string
		for _, a := range viewers {
			_, text := w.explain(a, 1)
			before = append(before, text)
		}
		w.rate(solved[0], 10, 1, hours(-1))
		w.insert(&ticket.Rating{AuthorID: 1, ClientID: w.clientID(), Kind: "general", EstateID: 1, UnitID: 12, Weight: "volunteer", Level: 1, Period: "2026-11", At: hours(-1)})
		w.insert(&ticket.Rating{AuthorID: 1, ClientID: w.clientID(), Kind: "general", EstateID: 1, Weight: "none", Level: 1, Period: "2026-11", At: hours(-1)})
		if released, err := w.store.ReleaseCells(w.t.Context()); err != nil || released != 0 {
			w.t.Fatalf("released %d cells, %v", released, err)
		}
		for i, a := range viewers {
			if _, text := w.explain(a, 1); text != before[i] {
				w.t.Errorf("viewer %d sees a difference:\n%s\n%s", a.AccountID, before[i], text)
			}
		}
		if inside, _ := w.explain(officer, 1); inside.Rates[2].Numerator != "0" || inside.Rates[2].Denominator != "1.25" {
			w.t.Errorf("the centre sees %s of %s", inside.Rates[2].Numerator, inside.Rates[2].Denominator)
		}
	})
}

// No line names a ticket outside its viewer's scope, and nobody outside the centre sees raw satisfaction.
func TestExplanationKeepsToTheScope(t *testing.T) {
	each(t, func(w *world) {
		byOther := func(t *ticket.Ticket) { t.AuthorID = 2 }
		w.insert(&people.Account{ID: 2, Phone: "13800000002", Name: "乙", Locale: "zh-CN", CreatedAt: noon, UpdatedAt: noon})
		mine := w.file(1, operator1, hours(-200), nil)
		theirs := w.file(1, operator1, hours(-199), byOther)
		gone := w.file(1, operator1, hours(-90), byOther) // overdue: stands in what_moves_it
		foreign := w.file(1, gas, hours(-198), byOther)
		for _, solved := range []ticket.Ticket{mine, theirs} {
			w.solve(solved, ticket.OutcomeSilent, "none")
			w.rate(solved, solved.ID, 1, hours(-150))
		}
		for name, v := range map[string]struct {
			a    models.Actor
			sees []bool // mine, theirs, gone
		}{
			"resident":  {resident, []bool{true, false, false}},
			"neighbour": {neighbour, []bool{false, false, false}},
			"operator":  {operator, []bool{true, true, true}},
			"station":   {stationStaff, []bool{true, true, true}},
			"centre":    {officer, []bool{true, true, true}},
			"other":     {models.Actor{AccountID: 99, Held: []models.Held{held(models.OperatorStaff, models.ScopeHandlingParty, operator2)}, Parties: []int64{operator2}}, []bool{false, false, false}},
		} {
			e, text := w.explain(v.a, 1)
			ids := map[int64]bool{}
			for _, line := range e.Lines {
				ids[line.TicketID] = true
				if line.TicketID == 0 && (line.Number != "" || line.Category != "") {
					w.t.Errorf("%s: a nameless line says too much: %+v", name, line)
				}
			}
			for _, gain := range e.WhatMovesIt {
				ids[gain.TicketID] = true
			}
			for i, one := range []ticket.Ticket{mine, theirs, gone} {
				if ids[one.ID] != v.sees[i] || strings.Contains(text, one.Number) != v.sees[i] {
					w.t.Errorf("%s sees ticket %d: %v, want %v", name, i, ids[one.ID], v.sees[i])
				}
			}
			if strings.Contains(text, foreign.Number) {
				w.t.Errorf("%s: the gas company's ticket counts", name)
			}
			raw := e.Rates[2]
			if centre := name == "centre"; raw.Released != centre || (raw.Denominator == "2") != centre || strings.Contains(text, "ticket_ratings") != centre {
				w.t.Errorf("%s: satisfaction %+v", name, raw)
			}
			if strings.Count(text, "00Z") != 1 {
				w.t.Errorf("%s: more times than as_of: %s", name, text)
			}
			if out := excludedOf(e); out[score.OutOtherParty] != 1 {
				w.t.Errorf("%s: excluded %v", name, out)
			}
		}
	})
}

func excludedOf(e score.Explanation) map[score.Reason]int64 {
	out := map[score.Reason]int64{}
	for _, x := range e.Excluded {
		out[x.Reason] = x.Count
	}
	return out
}

// Whoever sees ratings before their release can look at the figure that residents see, and is told which one he reads.
func TestTheCentreCanSeeWhatResidentsSee(t *testing.T) {
	each(t, func(w *world) {
		w.rate(w.history(1, operator1)[0], 10, 1, hours(-100))
		show := func(a models.Actor, released bool) score.Summary {
			w.t.Helper()
			s, err := w.store.EstateScore(w.t.Context(), a, 1, released)
			if err != nil {
				w.t.Fatal(err)
			}
			return s
		}
		theirs, own := show(resident, false), show(officer, false)
		if own.T == theirs.T || !own.Raw || theirs.Raw {
			w.t.Errorf("one star: the centre sees %d (raw %v), residents %d (raw %v)", own.T, own.Raw, theirs.T, theirs.Raw)
		}
		for name, s := range map[string]score.Summary{"centre": show(officer, true), "resident": show(resident, true)} {
			if s.T != theirs.T || s.Raw || len(s.Trend) != len(theirs.Trend) || s.Trend[len(s.Trend)-1] != theirs.Trend[len(s.Trend)-1] {
				w.t.Errorf("%s as residents see it: %+v, want %+v", name, s, theirs)
			}
		}
	})
}

// A centre's officer who works for the party that is judged sees what everybody sees.
func TestWhoIsJudgedIsNotTheCentre(t *testing.T) {
	each(t, func(w *world) {
		solved := w.history(1, operator1)
		w.rate(solved[0], 10, 1, hours(-100))
		both := officer
		both.Parties = []int64{operator1}
		if e, _ := w.explain(both, 1); e.Rates[2].Released {
			w.t.Error("raw satisfaction shown to the party")
		}
	})
}

// Nor does a hand-over make the old party a judge of its own time. Once that time has left the trend, it is one officer more.
func TestWhoWasJudgedIsNotTheCentreEither(t *testing.T) {
	each(t, func(w *world) {
		solved := w.history(1, operator1)
		w.rate(solved[0], 10, 1, hours(-100))
		w.write(func(tx storage.Tx) error {
			return tx.DB().Table("service_terms").Where("estate_id = 1").Updates(map[string]any{"valid_to": "2026-11-10"}).Error
		})
		w.insert(&place.ServiceTerm{EstateID: 1, HandlingPartyID: operator2, ServiceMode: place.ModeProfessional, ValidFrom: "2026-11-10", RecordedAt: noon})
		for party, raw := range map[int64]bool{operator1: false, operator2: false, gas: true, station: true} {
			both := officer
			both.Parties = []int64{party}
			if e, _ := w.explain(both, 1); e.Rates[2].Released != raw {
				w.t.Errorf("party %d: raw satisfaction %v", party, e.Rates[2].Released)
			}
			list, err := w.store.Scores(w.t.Context(), both, score.Filter{})
			seen, _ := w.store.Scores(w.t.Context(), officer, score.Filter{})
			if err != nil || (list.Items[0].T == seen.Items[0].T) != raw {
				w.t.Errorf("party %d: the list says %d, %v", party, list.Items[0].T, err)
			}
		}
		w.write(func(tx storage.Tx) error { // long ago
			if err := tx.DB().Table("service_terms").Where("estate_id = 1 AND handling_party_id = ?", operator1).Updates(map[string]any{"valid_to": "2025-02-01"}).Error; err != nil {
				return err
			}
			return tx.DB().Table("service_terms").Where("estate_id = 1 AND handling_party_id = ?", operator2).
				Updates(map[string]any{"valid_from": "2025-02-01", "recorded_at": hours(-16000)}).Error
		})
		gone := officer
		gone.Parties = []int64{operator1}
		if e, _ := w.explain(gone, 1); !e.Rates[2].Released {
			w.t.Error("whoever left before all that the figure is about is barred from it")
		}
	})
}

// Ownerless buildings are scored together: a package as one, the rest of a community as one (DECISIONS 15).
func TestOwnerlessBuildingsAreScoredTogether(t *testing.T) {
	each(t, func(w *world) {
		w.history(3, station)
		for estate, want := range map[int64]struct {
			kind    score.UnitKind
			name    string
			tickets int64
		}{1: {score.UnitEstate, "小区1", 0}, 3: {score.UnitPackage, "河阳一包", 13}, 4: {score.UnitPackage, "河阳一包", 13}, 5: {score.UnitCommunity, "东关社区", 0}} {
			s, err := w.store.EstateScore(w.t.Context(), resident, estate, false)
			if err != nil || s.UnitKind != want.kind || s.UnitName != want.name || s.Tickets != want.tickets || s.Rated != (want.tickets > 0) {
				w.t.Errorf("estate %d: %+v, %v", estate, s, err)
			}
		}
		if _, err := w.store.EstateScore(w.t.Context(), resident, 99, false); models.KindOf(err) != models.NotFound {
			w.t.Errorf("an estate that is not there: %v", err)
		}
	})
}

// The sentence for residents and the trend.
func TestSummaryNumbers(t *testing.T) {
	each(t, func(w *world) {
		w.history(1, operator1) // 13 of this month
		for range 6 {
			w.solve(w.file(1, operator1, hours(-24*60), nil), ticket.OutcomeConfirmed, "normal") // 23 September
		}
		s, err := w.store.EstateScore(w.t.Context(), resident, 1, false)
		if err != nil || s.AnsweredThisMonth != 13 || s.SolvedInTime != 12 || s.Tickets != 19 || s.WindowMonths != 3 {
			w.t.Fatalf("%+v, %v", s, err)
		}
		var months []string
		for _, p := range s.Trend {
			months = append(months, string(p.Month))
		}
		if got := strings.Join(months, " "); got != "2026-09 2026-10 2026-11" {
			w.t.Errorf("trend over %s", got)
		}
		if last := s.Trend[len(s.Trend)-1]; last.T != s.T || s.Trend[0].T <= last.T {
			w.t.Errorf("trend %+v, T %d", s.Trend, s.T)
		}
		if s.ClassMedian != nil {
			w.t.Error("a median of one estate gives it away")
		}
	})
}

// TestAWordPassedOnIsWorthWhatSilenceIs: a steward who is on good terms with a company cannot make its score by passing on that
// neighbours are content, not even one who lives there. What an office without an interest hears from them counts in full.
func TestAWordPassedOnIsWorthWhatSilenceIs(t *testing.T) {
	each(t, func(w *world) {
		w.history(1, operator1)
		var behalf []ticket.Ticket
		for n := range 8 {
			one := w.file(1, operator1, hours(-240-n), func(t *ticket.Ticket) { t.ReporterID, t.ContactedAt = 0, nil })
			w.solve(one, ticket.OutcomeSilent, []string{"none", "normal"}[n%2])
			behalf = append(behalf, one)
		}
		figures := func() string {
			e, _ := w.explain(officer, 1)
			e.Excluded = nil // that an answer without a household was given is told, and counts nothing
			b, err := json.Marshal(e)
			if err != nil {
				w.t.Fatal(err)
			}
			return string(b)
		}
		silent := figures()
		become := func(outcome ticket.Outcome) {
			for _, one := range behalf {
				w.write(func(tx storage.Tx) error {
					return tx.DB().Table("ticket_closings").Where("ticket_id = ?", one.ID).Update("outcome", outcome).Error
				})
			}
		}
		become(ticket.OutcomeRelayed)
		for _, one := range behalf {
			w.insert(&ticket.Rating{
				AuthorID: 1, ClientID: w.clientID(), Kind: "confirm", TicketID: one.ID, Closing: 1, EstateID: 1, HandlingPartyID: operator1,
				Weight: "none", Solved: true, Period: models.MonthOf(noon), At: one.FiledAt.Add(20 * time.Hour),
			})
		}
		if relayed := figures(); relayed != silent {
			t.Errorf("with words passed on\n%s\nwithout\n%s", relayed, silent)
		}
		become(ticket.OutcomeConfirmed)
		if asked := figures(); asked == silent {
			t.Error("control: what an office heard counts no more than silence")
		}
	})
}
