package score

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"
)

// seen computes the figures of tickets as the centre reads them 200 hours after noon.
func seen(t *testing.T, homes int64, tickets []Ticket, ratings ...Rating) Figures {
	t.Helper()
	return figuresOf(t, Sample{Centre: true, Homes: homes, Tickets: tickets, Ratings: ratings})
}

func figuresOf(t *testing.T, s Sample) Figures {
	t.Helper()
	r := rules(t)
	s.At, s.Households, s.Priors = hours(200), 300, r.Defaults()
	return r.Figures(r.Compute(s), s)
}

// row makes one ticket of each change, numbered from 1.
func row(changes ...func(*Ticket)) []Ticket {
	var all []Ticket
	for i, change := range changes {
		t := filed(change)
		t.ID = int64(i + 1)
		all = append(all, t)
	}
	return all
}

func contactedAfter(d time.Duration) func(*Ticket) {
	return func(t *Ticket) { at := noon.Add(d); t.Contacted = &at }
}

func returned(at int, serving bool) func(*Ticket) {
	return func(t *Ticket) { t.Returns = append(t.Returns, Return{Serving: serving, At: hours(at)}) }
}

func notServing(t *Ticket) { t.Serving = false }

func protected(t *Ticket) { t.Protected = true }

// Of nothing nothing is said, and what counts in no rate is in no figure.
func TestFiguresOfNothing(t *testing.T) {
	out := row(
		both(contactedAfter(time.Hour), ended("merged", 5)), both(returned(1, true), ended("declined", 5)), both(returned(1, true), ended("withdrawn", 5)),
		both(done(5, "confirmed", 6, "normal"), notServing), both(returned(1, false), notServing), suspended(2, 0),
	)
	for name, tickets := range map[string][]Ticket{"no tickets": nil, "all left out": out} {
		if got := seen(t, 80, tickets); got != (Figures{Density: Share{N: 80}}) {
			t.Errorf("%s: %+v", name, got)
		}
		b, err := json.Marshal(seen(t, 0, tickets).view(rules(t)))
		small := `{"x":0,"n":0,"note":"small_sample"}`
		want := fmt.Sprintf(`{"rated_share":%s,"return_share":%s,"reopen_share":%s,"median_hours_contact":{"n":0,"note":"small_sample"},"median_hours_resolve":{"n":0,"note":"small_sample"}}`, small, small, small)
		if err != nil || string(b) != want {
			t.Errorf("%s, homes unknown: %s, %v", name, b, err)
		}
	}
	running := row(both(contactedAfter(time.Hour), func(t *Ticket) { t.ContactDue, t.ResolveDue = hours(300), hours(300) }, done(3, "sent_back", 4, "none")))
	running[0].Contacted = nil
	running[0].Closings[0].Answered = moment(250) // later than what is known
	running[0].Closings = append(running[0].Closings, Closing{Number: 2, Outcome: "silent", Answered: moment(20), Evidence: "none"})
	if got := seen(t, 80, running); got != (Figures{Density: Share{N: 80}}) {
		t.Errorf("neither decided nor due: %+v", got)
	}
}

func TestMedianHours(t *testing.T) {
	after := func(minutes ...int) (changes []func(*Ticket)) {
		for _, m := range minutes {
			changes = append(changes, contactedAfter(time.Duration(m)*time.Minute))
		}
		return changes
	}
	for name, v := range map[string]struct {
		changes []func(*Ticket)
		n, want int64
		shown   bool
	}{
		"four are too few":                 {after(60, 120, 180, 240), 4, 3, false},
		"the middle of five":               {after(600, 60, 180, 120, 240), 5, 3, true},
		"a begun hour counts":              {after(60, 60, 181, 240, 600), 5, 4, true},
		"between two of six":               {after(60, 120, 180, 240, 300, 360), 6, 4, true}, // 3.5
		"between two, exactly whole":       {after(60, 120, 180, 300, 300, 360), 6, 4, true},
		"at once is within the hour":       {after(0, 0, 0, 0, 0), 5, 1, true},
		"the late ones count as well":      {after(60, 60, 40*60, 50*60, 60*60), 5, 40, true},
		"who was not reached has no hours": {append(after(60, 120, 180, 240, 300), nil, nil), 5, 3, true},
	} {
		got := seen(t, 0, row(v.changes...)).Contact
		if got != (Spell{N: v.n, Hours: v.want}) {
			t.Errorf("%s: %+v, want %d of %d", name, got, v.want, v.n)
		}
		if view := got.view(rules(t)); (view.Hours != nil) != v.shown || (view.Note == noteSmall) == v.shown {
			t.Errorf("%s: shown as %+v", name, view)
		}
	}
}

// Four repairs whose hours everybody knows and one complaint: the complaint's hour is not in the median, wherever in its days it lay.
func TestAProtectedMatterTellsNoHour(t *testing.T) {
	for _, v := range []struct {
		filed, reached int
		want           int64
	}{{-11, -11, 24}, {3, 5, 24}, {-12, 11, 24}, {11, 12, 48}, {-11, 12, 48}, {-12, 35, 48}} { // hours from noon; midnight is at -12 and 12
		one := both(protected, func(t *Ticket) { t.FiledAt, t.Contacted = hours(v.filed), moment(v.reached) })
		got := seen(t, 0, row(contactedAfter(time.Minute), contactedAfter(2*time.Minute), one, contactedAfter(99*time.Hour), contactedAfter(98*time.Hour))).Contact
		if got != (Spell{N: 5, Hours: v.want}) {
			t.Errorf("%d to %d: %+v, want %d", v.filed, v.reached, got, v.want)
		}
	}
}

// Hours to solve end at the "done" that was answered and not sent back; its own word solves nothing for a party.
func TestWhatIsSolved(t *testing.T) {
	got := seen(t, 0, row(
		done(10, "confirmed", 90, "none"), done(20, "silent", 190, "normal"), done(30, "relayed", 40, "none"), both(done(1, "sent_back", 2, "none"), done(90, "confirmed", 95, "none")),
		done(100, "confirmed", 101, "none"), done(5, "pending", 0, "strong"), both(done(6, "sent_back", 7, "none"), done(8, "pending", 0, "none")), done(9, "sent_back", 11, "none"), nil,
	))
	if got.Resolve != (Spell{N: 5, Hours: 30}) {
		t.Errorf("solved %+v", got.Resolve)
	}
	if got.SentBack != (Share{X: 3, N: 8}) { // sent back: 1, 6 and 9; answered besides: 10, 20, 30, 90, 100
		t.Errorf("sent back %+v", got.SentBack)
	}
}

// Each party is judged by its own turn: by the hours since the place came to it, and by its own closings.
func TestFiguresOfAHandOver(t *testing.T) {
	handed := func(t *Ticket) {
		t.Earlier = []Leg{{Serving: true, Until: hours(40), Contacted: moment(3), ContactDue: hours(24), ResolveDue: hours(72)}}
		t.ContactDue, t.ResolveDue, t.Contacted = hours(64), hours(112), moment(45)
		t.Closings = []Closing{
			{Number: 1, Complete: moment(10), Outcome: "sent_back", Answered: moment(12), Evidence: "none"},
			{Number: 2, Complete: moment(90), Outcome: "confirmed", Answered: moment(95), Evidence: "none"},
		}
	}
	one := seen(t, 100, row(handed))
	want := Figures{Contact: Spell{N: 2, Hours: 4}, Resolve: Spell{N: 1, Hours: 50}, SentBack: Share{N: 1}, Returned: Share{N: 1}, Rated: Share{N: 1}, Density: Share{X: 1, N: 100}}
	if one != want { // the first "done" was sent back before its deadline, and by then the place was another's: it is in no rate
		t.Errorf("%+v\nwant %+v", one, want)
	}
	missed := row(handed)
	missed[0].Earlier[0].ResolveDue = hours(30)
	want.SentBack, want.Rated = Share{X: 1, N: 2}, Share{N: 2}
	if got := seen(t, 100, missed); got != want {
		t.Errorf("overdue by the hand-over: %+v\nwant %+v", got, want)
	}
	elsewhere := row(handed)
	elsewhere[0].Earlier[0].Serving = false
	if got := seen(t, 100, elsewhere).Contact; got != (Spell{N: 1, Hours: 5}) {
		t.Errorf("only the next one's turn counts: %+v", got)
	}
}

func TestReturnShare(t *testing.T) {
	got := seen(t, 0, row(
		contactedAfter(time.Hour), both(contactedAfter(time.Hour), returned(1, true)), // refused: it stayed and counts
		both(notServing, returned(1, true)),                                                              // granted: it went, and counts here only
		both(notServing, returned(1, false)),                                                             // the gas company gave it back
		both(contactedAfter(time.Hour), returned(1, false)),                                              // to whoever serves the place
		both(contactedAfter(time.Hour), returned(1, true), returned(9, true)),                            // twice
		both(notServing, returned(201, true)),                                                            // not known yet
		both(notServing, returned(-24*100, true)),                                                        // before the window
		both(returned(1, true), func(t *Ticket) { t.ContactDue, t.ResolveDue = hours(500), hours(500) }), // runs
	))
	if got.Returned != (Share{X: 4, N: 6}) {
		t.Errorf("returned %+v", got.Returned)
	}
	if view := got.Returned.view(rules(t)); view.BP == nil || *view.BP != 6667 || view.Note != "" {
		t.Errorf("shown %+v", view)
	}
}

func TestTicketsByHomes(t *testing.T) {
	var six []func(*Ticket)
	for range 6 {
		six = append(six, contactedAfter(time.Hour))
	}
	view := seen(t, 160, row(six...)).view(rules(t)).Per100
	if view == nil || view.Tickets != 6 || view.Households != 160 || view.Hundredths == nil || *view.Hundredths != 375 || view.Note != "" {
		t.Errorf("six of 160: %+v", view)
	}
	if few := seen(t, 160, row(six[:4]...)).view(rules(t)).Per100; few == nil || few.Hundredths != nil || few.Note != noteSmall {
		t.Errorf("four are too few: %+v", few)
	}
	if none := seen(t, 0, row(six...)).view(rules(t)).Per100; none != nil {
		t.Errorf("homes unknown: %+v", none)
	}
}

// Stars count where they count for satisfaction; outside the centre the share is the one that was frozen with the cell.
func TestRatedShare(t *testing.T) {
	var tickets []func(*Ticket)
	for range 5 {
		tickets = append(tickets, done(10, "confirmed", 20, "none"))
	}
	all := append(row(tickets...), filed(both(done(10, "sent_back", 20, "none"), done(30, "silent", 40, "none"))))
	all[5].ID = 6
	star := func(id, ticket, closing int64, weight string, level, at int) Rating {
		return Rating{ID: id, TicketID: ticket, Closing: closing, UnitID: 70 + ticket, Weight: weight, Level: level, At: hours(at)}
	}
	ratings := []Rating{
		star(1, 1, 1, WeightFull, 5, 20), star(2, 1, 1, WeightFull, 4, 30), // changed: one closing
		star(3, 2, 1, WeightNone, 5, 20), star(4, 3, 1, WeightFull, 0, 20), star(5, 4, 1, WeightFull, 5, 201), // not confirmed, no stars, later
		star(6, 6, 1, WeightFull, 1, 20), star(7, 0, 0, WeightVolunteer, 5, 20),
	}
	if got := seen(t, 0, all, ratings...); got.Rated != (Share{X: 2, N: 7}) || got.SentBack != (Share{X: 1, N: 7}) {
		t.Errorf("rated %+v, sent back %+v", got.Rated, got.SentBack)
	}
	if got := rules(t).RatedBy(300, hours(35), all, ratings); got != (Share{X: 1, N: 5}) { // the sixth is not due yet
		t.Errorf("as of then %+v", got)
	}
	frozen := Share{X: 12, N: 31}
	for name, v := range map[string]struct {
		released []Cell
		want     Share
	}{
		"nothing released":            {nil, Share{Withheld: true}},
		"general voices only":         {[]Cell{{Kind: GeneralVoices, X: whole(1), N: whole(3), Rated: frozen}}, Share{Withheld: true}},
		"released before it was kept": {[]Cell{{Kind: TicketVoices, X: whole(1), N: whole(10)}}, Share{Withheld: true}},
		"released":                    {[]Cell{{Kind: TicketVoices, X: whole(1), N: whole(10), Rated: frozen}}, frozen},
	} {
		got := figuresOf(t, Sample{Tickets: all, Ratings: ratings, Released: v.released})
		if got.Rated != v.want {
			t.Errorf("%s: %+v", name, got.Rated)
		}
		if view := got.Rated.view(rules(t)); v.want.Withheld && view != (ShareView{Note: "not_released"}) {
			t.Errorf("%s: shown %+v", name, view)
		}
	}
	if centre := figuresOf(t, Sample{Centre: true, Tickets: all, Ratings: ratings, Released: []Cell{{Kind: TicketVoices, X: whole(1), N: whole(10), Rated: frozen}}}); centre.Rated.N != 7 {
		t.Errorf("the centre reads what is now: %+v", centre.Rated)
	}
}
