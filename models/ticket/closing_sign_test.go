package ticket

import (
	"slices"
	"testing"
	"time"
)

func TestSignsOfAClosing(t *testing.T) {
	filed := time.Date(2026, 12, 1, 1, 0, 0, 0, time.UTC)
	at := func(minutes int) time.Time { return filed.Add(time.Duration(minutes) * time.Minute) }
	back := at(500)
	complete := at(600)
	repair := func(said time.Time, outcome Outcome, evidence string) ClosedTicket {
		return ClosedTicket{Closing: Closing{SaidAt: said, CompleteAt: &complete, Outcome: outcome, Evidence: evidence}, Kind: Repair, FiledAt: filed, DispatchedAt: filed}
	}
	with := func(c ClosedTicket, change func(*ClosedTicket)) ClosedTicket { change(&c); return c }
	for _, c := range []struct {
		name string
		c    ClosedTicket
		want []ClosingSign
	}{
		{"ten minutes", repair(at(10), OutcomeConfirmed, "strong"), []ClosingSign{SignQuick}},
		{"a second more", repair(at(10).Add(time.Second), OutcomeConfirmed, "strong"), nil},
		{"an enquiry answered at once", with(repair(at(1), OutcomeConfirmed, "none"), func(c *ClosedTicket) { c.Kind = Enquiry }), nil},
		{"a suggestion answered at once", with(repair(at(1), OutcomeConfirmed, "none"), func(c *ClosedTicket) { c.Kind = Suggestion }), nil},
		{"no photo, silence", repair(at(300), OutcomeSilent, "none"), []ClosingSign{SignNoProof}},
		{"no photo, another's word", repair(at(300), OutcomeRelayed, "none"), []ClosingSign{SignNoProof}},
		{"no photo, but he says yes", repair(at(300), OutcomeConfirmed, "none"), nil},
		{"no photo, not ended yet", repair(at(300), OutcomePending, "none"), nil},
		{"a weak photo, silence", repair(at(300), OutcomeSilent, "weak"), nil},
		{"a complaint needs no photo", with(repair(at(300), OutcomeSilent, "none"), func(c *ClosedTicket) { c.Kind = Complaint }), nil},
		{"both", repair(at(3), OutcomeSilent, "none"), []ClosingSign{SignQuick, SignNoProof}},
		{"said again before the photo came", repair(at(3), OutcomeSuperseded, "none"), nil},
		{"sent back, and done again at once", with(repair(at(505), OutcomeSentBack, "strong"), func(c *ClosedTicket) { c.SentBackAt = &back }), []ClosingSign{SignQuick}},
		{"sent back, and done after an hour", with(repair(at(560), OutcomeConfirmed, "strong"), func(c *ClosedTicket) { c.SentBackAt = &back }), nil},
		{"given to him an hour after it was filed", with(repair(at(65), OutcomeConfirmed, "strong"), func(c *ClosedTicket) { c.DispatchedAt = at(60) }), []ClosingSign{SignQuick}},
		{"given to the next one afterwards", with(repair(at(300), OutcomeConfirmed, "strong"), func(c *ClosedTicket) { c.DispatchedAt = at(900) }), nil},
	} {
		if got := c.c.Signs(); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

func TestCountsOfClosingSigns(t *testing.T) {
	filed := time.Date(2026, 12, 1, 1, 0, 0, 0, time.UTC)
	closing := func(party int64, minutes int) ClosedTicket {
		return ClosedTicket{Closing: Closing{HandlingPartyID: party, SaidAt: filed.Add(time.Duration(minutes) * time.Minute), Outcome: OutcomeConfirmed, Evidence: "strong"}, Kind: Repair, FiledAt: filed, DispatchedAt: filed}
	}
	got := CountClosingSigns([]ClosedTicket{closing(1, 200), closing(2, 3), closing(3, 2), closing(3, 4), closing(3, 600)})
	want := []ClosingSignCounts{{PartyID: 3, Closings: 3, Quick: 2}, {PartyID: 2, Closings: 1, Quick: 1}}
	if !slices.Equal(got, want) {
		t.Errorf("%+v, want %+v", got, want)
	}
}
