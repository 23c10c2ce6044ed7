package score

import (
	"strings"
	"testing"

	"linli/models"
)

func serving(ids ...int64) map[int64]Ticket {
	out := map[int64]Ticket{}
	for _, id := range ids {
		out[id] = Ticket{ID: id, Serving: true, Closings: []Closing{{Number: 1, Complete: moment(-30), Outcome: "confirmed", Answered: moment(-20)}}}
	}
	return out
}

func TestHouseholdsAreVoices(t *testing.T) {
	r := rules(t)
	window := r.WindowOf(300, noon)
	ratings := []Rating{
		{ID: 1, TicketID: 1, Closing: 1, UnitID: 10, Weight: WeightFull, Level: 5, At: hours(-9)},
		{ID: 2, TicketID: 1, Closing: 1, UnitID: 10, Weight: WeightFull, Level: 3, At: hours(-8)}, // the last one counts
		{ID: 3, TicketID: 2, Closing: 1, UnitID: 10, Weight: WeightFull, Level: 1, At: hours(-7)},
		{ID: 4, UnitID: 10, Weight: WeightVolunteer, Level: 5, At: hours(-6)}, // beside them a quarter of an answer
		{ID: 5, UnitID: 11, Weight: WeightVolunteer, Level: 4, At: hours(-6)},
		{ID: 6, UnitID: 11, Weight: WeightVolunteer, Level: 2, At: hours(-5)},                         // same month
		{ID: 7, TicketID: 1, Closing: 1, UnitID: 0, Weight: WeightNone, Level: 1, At: hours(-5)},      // no membership
		{ID: 8, TicketID: 3, Closing: 1, UnitID: 12, Weight: WeightFull, Level: 1, At: hours(-5)},     // somebody else's ticket
		{ID: 9, TicketID: 2, Closing: 1, UnitID: 13, Weight: WeightFull, Level: 0, At: hours(-5)},     // no stars
		{ID: 10, TicketID: 2, Closing: 1, UnitID: 14, Weight: WeightFull, Level: 5, At: hours(-9999)}, // long ago
	}
	voices, out := r.Voices(ratings, serving(1, 2), window)
	if len(voices) != 2 || Exact(voices[0].Points) != "17/45" || Exact(voices[0].Weight) != "1" || Exact(voices[1].Points) != "0" || Exact(voices[1].Weight) != "0.25" {
		t.Fatalf("voices %+v", voices)
	}
	for why, want := range map[Reason]int64{OutReplaced: 2, OutNoWeight: 1, OutOtherParty: 1, OutNoStars: 1} {
		if out[why] != want {
			t.Errorf("%s: %d, want %d", why, out[why], want)
		}
	}
	late := Rating{ID: 11, TicketID: 1, Closing: 1, UnitID: 15, Weight: WeightFull, Level: 5, At: hours(-20 + 14*24 + 1)}
	if _, out := r.Voices([]Rating{late}, serving(1), Span{From: noon, To: hours(9999)}); out[OutLateRating] != 1 {
		t.Error("a rating fifteen days after the answer must not count")
	}
}

func voicesOf(n int, first int64) []Voice {
	var out []Voice
	for i := range n {
		out = append(out, Voice{UnitID: int64(i), Cell: TicketVoices, Points: whole(1), Levels: whole(5), Weight: whole(1), Ratings: 1, Newest: first + int64(i)})
	}
	return out
}

func TestReleaseRule(t *testing.T) {
	r := rules(t)
	for _, v := range []struct {
		voices     int
		lastRating int64
		want       bool
	}{{9, 0, false}, {10, 0, true}, {12, 107, false}, {12, 106, true}, {200, 299, false}} {
		if got := r.MayRelease(TicketVoices, voicesOf(v.voices, 100), v.lastRating); got != v.want {
			t.Errorf("%+v: %v", v, got)
		}
	}
	if r.MayRelease(GeneralVoices, voicesOf(20, 100), 0) {
		t.Error("voices of the other kind do not open a cell")
	}
}

// Outside the centre nothing depends on an answer until its cell is released.
func TestUnreleasedAnswersMoveNothingOutside(t *testing.T) {
	r := rules(t)
	s := Sample{Households: 300, At: noon, Priors: r.Defaults()}
	for id := range int64(12) {
		s.Tickets = append(s.Tickets, filed(both(done(-60, "confirmed", -50, "normal"), func(t *Ticket) {
			t.ID, t.FiledAt, t.ContactDue, t.ResolveDue = id+1, hours(-72), hours(-48), hours(-1)
		})))
	}
	before := text(t, r.Compute(s).Explain(r, s, models.Scope{}))
	s.Ratings = []Rating{{ID: 1, TicketID: 1, Closing: 1, UnitID: 3, Weight: WeightFull, Level: 1, At: hours(-2)}, {ID: 2, UnitID: 4, Weight: WeightNone, Level: 1, At: hours(-2)}}
	if after := text(t, r.Compute(s).Explain(r, s, models.Scope{})); after != before {
		t.Errorf("an answer shows outside the centre:\n%s\n%s", before, after)
	}
	if !strings.Contains(before, `"not_released"`) || strings.Contains(before, "ticket_id") {
		t.Errorf("must say not released and name no ticket: %s", before)
	}
	s.Centre = true
	if inside := text(t, r.Compute(s).Explain(r, s, models.Scope{Everything: true})); inside == before || !strings.Contains(inside, `"ticket_ratings"`) {
		t.Error("the centre sees the answer")
	}
}
