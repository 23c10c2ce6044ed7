package score

import (
	"fmt"
	"testing"
	"time"

	"linli/models"
)

var noon = time.Date(2026, 11, 20, 4, 0, 0, 0, time.UTC)

func hours(n int) time.Time { return noon.Add(time.Duration(n) * time.Hour) }

func moment(n int) *time.Time { at := hours(n); return &at }

// filed is a ticket filed at noon, contact due in 24 hours, solution in 72.
func filed(change func(*Ticket)) Ticket {
	t := Ticket{ID: 1, Serving: true, State: "dispatched", FiledAt: noon, ContactDue: hours(24), ResolveDue: hours(72)}
	if change != nil {
		change(&t)
	}
	return t
}

func done(at int, outcome string, answered int, evidence string) func(*Ticket) {
	return func(t *Ticket) {
		c := Closing{Number: int64(len(t.Closings) + 1), Complete: moment(at), Outcome: outcome, Evidence: evidence}
		if outcome != "pending" {
			c.Answered = moment(answered)
		}
		t.Closings = append(t.Closings, c)
		t.Contacted = moment(1)
	}
}

func ended(state string, at int) func(*Ticket) {
	return func(t *Ticket) { t.State, t.Ended = state, moment(at) }
}

func both(changes ...func(*Ticket)) func(*Ticket) {
	return func(t *Ticket) {
		for _, change := range changes {
			change(t)
		}
	}
}

// silently takes the contact away again.
func silently(t *Ticket) { t.Contacted = nil }

func TestResponse(t *testing.T) {
	r := rules(t)
	contacted := func(at int) func(*Ticket) { return func(t *Ticket) { t.Contacted = moment(at) } }
	for name, v := range map[string]struct {
		change func(*Ticket)
		at     int
		value  string // "" = does not count
		reason Reason
	}{
		"reached in time":               {contacted(3), 4, "1", OnTime},
		"reached at the last moment":    {contacted(24), 30, "1", OnTime},
		"reached late":                  {contacted(25), 30, "0", Late},
		"late, not yet known":           {contacted(25), 24, "", OutRunning},
		"not reached, not due":          {nil, 24, "", OutRunning},
		"not reached":                   {nil, 25, "0", NotContacted},
		"later contact is not yet fact": {contacted(20), 10, "", OutRunning},
		"withdrawn before contact":      {ended("withdrawn", 5), 30, "", OutWithdrawn},
		"withdrawn after the miss":      {ended("withdrawn", 25), 30, "0", NotContacted},
		"withdrawn after contact":       {both(contacted(3), ended("withdrawn", 5)), 30, "1", OnTime},
		"mended and confirmed":          {both(done(3, "confirmed", 5, "normal"), silently), 6, "1", OnTime},
		"mended and sent back":          {both(done(3, "sent_back", 5, "normal"), silently), 6, "1", OnTime},
		"confirmed after the deadline":  {both(done(3, "confirmed", 25, "normal"), silently), 30, "0", Late},
		"mended, a word passed on":      {both(done(3, "relayed", 5, "normal"), silently), 30, "0", NotContacted},
		"mended, no word from anybody":  {both(done(3, "silent", 20, "normal"), silently), 30, "0", NotContacted},
		"merged":                        {ended("merged", 2), 30, "", OutMerged},
		"declined":                      {ended("declined", 2), 30, "", OutDeclined},
		"suspended before the deadline": {suspended(5, 0), 30, "", OutSuspended},
		"suspended after the contact":   {both(contacted(3), suspended(5, 0)), 30, "1", OnTime},
		"suspended after the miss":      {suspended(26, 0), 30, "0", NotContacted},
		"reached while suspended":       {both(contacted(20), suspended(5, 0)), 22, "", OutSuspended},
		"the gas company's":             {func(t *Ticket) { t.Serving = false }, 30, "", OutOtherParty},
	} {
		check(t, r, name, Response, filed(v.change), v.at, v.value, v.reason)
	}
}

// suspended stands from one hour to another, or still where there is none.
func suspended(from, until int) func(*Ticket) {
	return func(t *Ticket) {
		stay := Stay{From: hours(from)}
		if until != 0 {
			stay.Until = moment(until)
		} else {
			t.State = "suspended"
		}
		t.Stays = append(t.Stays, stay)
	}
}

// A suspension takes out what it stops, makes no late matter undone, and afterwards the deadline counts that was left; of every moment
// before it the figure stays what it was.
func TestResolutionOfWhatIsSuspended(t *testing.T) {
	r := rules(t)
	moved := func(due int) func(*Ticket) { return func(t *Ticket) { t.ResolveDue = hours(due) } }
	for name, v := range map[string]struct {
		change func(*Ticket)
		at     int
		value  string
		reason Reason
	}{
		"before it, not due":                    {suspended(60, 0), 59, "", OutRunning},
		"from its first moment":                 {suspended(60, 0), 60, "", OutSuspended},
		"long past the deadline that it had":    {suspended(60, 0), 900, "", OutSuspended},
		"late before it stays late":             {suspended(80, 0), 900, "0", OpenOverdue},
		"late before it, as of a moment before": {suspended(80, 0), 75, "0", OpenOverdue},
		"sent back and late before it":          {both(done(5, "sent_back", 6, "none"), suspended(80, 0)), 900, "0", SentBack},
		"after it, time is left":                {both(suspended(60, 500), moved(512)), 505, "", OutRunning},
		"after it, looked at from within":       {both(suspended(60, 500), moved(512)), 499, "", OutSuspended},
		"after it, nothing is left":             {both(suspended(60, 500), moved(512)), 513, "0", OpenOverdue},
		"after it, solved in what was left":     {both(suspended(60, 500), moved(512), done(510, "confirmed", 511, "none")), 900, "1", Confirmed},
		"suspended twice, between":              {both(suspended(60, 500), suspended(505, 0), moved(512)), 503, "", OutRunning},
		"suspended twice":                       {both(suspended(60, 500), suspended(505, 0), moved(512)), 900, "", OutSuspended},
	} {
		check(t, r, name, Resolution, filed(v.change), v.at, v.value, v.reason)
	}
}

func check(t *testing.T, r Ruleset, name string, rate Rate, ticket Ticket, at int, value string, reason Reason) Mark {
	t.Helper()
	mark, out := r.Judge(rate, ticket, hours(at))
	switch {
	case value == "" && out != reason:
		t.Errorf("%s: counts as %q (%s), want it out as %s", name, mark.Reason, out, reason)
	case value != "" && (out != "" || Exact(mark.Value) != value || mark.Reason != reason):
		t.Errorf("%s: %v %s (out %q), want %s %s", name, mark.Value, mark.Reason, out, value, reason)
	}
	return mark
}

func TestResolution(t *testing.T) {
	r := rules(t)
	for name, v := range map[string]struct {
		change func(*Ticket)
		at     int
		value  string
		reason Reason
		reach  string
	}{
		"confirmed in time":           {done(10, "confirmed", 20, "none"), 21, "1", Confirmed, "1"},
		"done at the last moment":     {done(72, "confirmed", 80, "none"), 90, "1", Confirmed, "1"},
		"a word passed on, proven":    {done(10, "relayed", 20, "normal"), 200, "0.8", SilentWithPhoto, "1"},
		"a word passed on, no photo":  {done(10, "relayed", 20, "none"), 200, "0.5", SilentNoPhoto, "1"},
		"a word passed on, too late":  {done(10, "relayed", 20, "none"), 20 + 14*24, "0.5", SilentNoPhoto, "0.5"},
		"late, a word passed on":      {done(73, "relayed", 80, "normal"), 90, "0.4", Late, "0.5"},
		"silent, proven":              {done(10, "silent", 178, "normal"), 200, "0.8", SilentWithPhoto, "1"},
		"silent, strong":              {done(10, "silent", 178, "strong"), 200, "0.8", SilentWithPhoto, "1"},
		"silent, weak photo":          {done(10, "silent", 178, "weak"), 200, "0.5", SilentNoPhoto, "1"},
		"silent, no photo":            {done(10, "silent", 178, "none"), 200, "0.5", SilentNoPhoto, "1"},
		"silent too long to answer":   {done(10, "silent", 178, "none"), 178 + 14*24, "0.5", SilentNoPhoto, "0.5"},
		"waiting, not due":            {done(10, "pending", 0, "normal"), 72, "", OutRunning, ""},
		"waiting, due":                {done(10, "pending", 0, "normal"), 73, "0.8", WaitingWithPhoto, "1"},
		"waiting, due, no photo":      {done(10, "pending", 0, "none"), 73, "0.5", WaitingNoPhoto, "1"},
		"late, confirmed":             {done(73, "confirmed", 80, "none"), 90, "0.5", Late, "0.5"},
		"late, silent, proven":        {done(73, "silent", 241, "normal"), 250, "0.4", Late, "0.5"},
		"late, silent, no photo":      {done(73, "silent", 241, "none"), 250, "0.25", Late, "0.5"},
		"open, not due":               {nil, 72, "", OutRunning, ""},
		"open past its deadline":      {nil, 73, "0", OpenOverdue, "0.5"},
		"sent back, first clock runs": {done(10, "sent_back", 20, "normal"), 72, "", OutRunning, ""},
		"sent back, not solved":       {done(10, "sent_back", 20, "normal"), 73, "0", SentBack, "0.5"},
		"sent back, then solved":      {both(done(10, "sent_back", 20, "normal"), done(30, "confirmed", 40, "none")), 50, "1", Confirmed, "1"},
		"sent back, solved late":      {both(done(10, "sent_back", 20, "normal"), done(80, "confirmed", 90, "none")), 99, "0.5", Late, "0.5"},
		"sent back and given up":      {both(done(10, "sent_back", 20, "normal"), ended("withdrawn", 30)), 40, "0", SentBack, "0"},
		"withdrawn before contact":    {ended("withdrawn", 5), 99, "", OutWithdrawn, ""},
		"withdrawn after contact":     {both(func(t *Ticket) { t.Contacted = moment(2) }, ended("withdrawn", 5)), 99, "0.5", WithdrawnAfter, "0.5"},
		"withdrawn after the miss":    {ended("withdrawn", 80), 99, "0", OpenOverdue, "0"},
		"evidence still on its way":   {func(t *Ticket) { t.Closings = []Closing{{Number: 1, Outcome: "pending", Evidence: "none"}} }, 73, "0", OpenOverdue, "0.5"},
	} {
		mark := check(t, r, name, Resolution, filed(v.change), v.at, v.value, v.reason)
		if v.value != "" && Exact(mark.Reach) != v.reach {
			t.Errorf("%s: can still reach %s, want %s", name, Exact(mark.Reach), v.reach)
		}
	}
}

// What was known of a matter at a moment stays, whatever its closing's answer becomes afterwards.
func TestALaterAnswerChangesNothingBefore(t *testing.T) {
	r := rules(t)
	const later = 300
	for name, first := range map[string]struct {
		outcome  string
		answered int
		value    string
		reason   Reason
	}{
		"confirmed":   {"confirmed", 20, "1", Confirmed},
		"silent":      {"silent", 178, "0.8", SilentWithPhoto},
		"passed on":   {"relayed", 20, "0.8", SilentWithPhoto},
		"no word yet": {"pending", 0, "0.8", WaitingWithPhoto},
	} {
		for _, last := range []string{"confirmed", "sent_back"} {
			before := filed(done(10, first.outcome, first.answered, "normal"))
			after := filed(done(10, last, later, "normal"))
			if first.outcome != "pending" {
				after.Closings[0].Earlier = []Answer{{Outcome: first.outcome, At: hours(first.answered)}}
			}
			for at := 1; at < later; at++ {
				for _, rate := range []Rate{Response, Resolution} {
					was, wasOut := r.Judge(rate, before, hours(at))
					is, isOut := r.Judge(rate, after, hours(at))
					if isOut != wasOut || isOut == "" && (Exact(is.Value) != Exact(was.Value) || Exact(is.Reach) != Exact(was.Reach) || is.Reason != was.Reason || !is.Entered.Equal(was.Entered)) {
						t.Errorf("%s, then %s: as of %d h %s was %v %s%s, and is %v %s%s", name, last, at, rate, was.Value, was.Reason, wasOut, is.Value, is.Reason, isOut)
					}
				}
			}
			check(t, r, name+" until then", Resolution, after, later-1, first.value, first.reason)
			value, reason := "1", Confirmed
			if last == "sent_back" {
				value, reason = "0", SentBack
			}
			check(t, r, name+", then "+last, Resolution, after, later, value, reason)
		}
	}
	// Of several answers the last one that was known counts: silence, his word, and that he took it back.
	thrice := filed(done(10, "sent_back", later, "normal"))
	thrice.Closings[0].Earlier = []Answer{{"silent", hours(178)}, {"confirmed", hours(250)}}
	for at, v := range map[int]struct {
		value  string
		reason Reason
	}{100: {"0.8", WaitingWithPhoto}, 178: {"0.8", SilentWithPhoto}, 250: {"1", Confirmed}, later: {"0", SentBack}} {
		check(t, r, fmt.Sprintf("three answers, after %d h", at), Resolution, thrice, at, v.value, v.reason)
	}
	if again := thrice.AsOf(hours(260)).AsOf(hours(200)).Closings[0]; again.Outcome != "silent" || !again.Answered.Equal(hours(178)) || len(again.Earlier) != 0 {
		t.Errorf("as known then, of what was known later: %+v", again)
	}
}

// A ticket enters at the earlier of the deciding event and the deadline.
func TestWhenATicketEnters(t *testing.T) {
	r := rules(t)
	for name, v := range map[string]struct {
		rate   Rate
		change func(*Ticket)
		at     int
	}{
		"contact":      {Response, func(t *Ticket) { t.Contacted = moment(3) }, 3},
		"missed":       {Response, nil, 24},
		"confirmed":    {Resolution, done(10, "confirmed", 20, "none"), 20},
		"silent later": {Resolution, done(10, "silent", 178, "none"), 72},
		"late":         {Resolution, done(90, "confirmed", 95, "none"), 72},
	} {
		mark, out := r.Judge(v.rate, filed(v.change), hours(500))
		if out != "" || !mark.Entered.Equal(hours(v.at)) {
			t.Errorf("%s: entered %v (%s), want %v", name, mark.Entered, out, hours(v.at))
		}
	}
}

func TestServes(t *testing.T) {
	planned := models.Date("2026-05-20").Start()
	written := models.Date("2026-09-03").Start().Add(10 * time.Hour) // two days after the day that it names
	terms := []Term{
		{PartyID: 1, From: "2026-01-01", To: "2026-06-01", Managed: true},
		{PartyID: 2, From: "2026-06-01", To: "2026-09-01", Recorded: planned, Managed: false},
		{PartyID: 3, From: "2026-09-01", Recorded: written, Managed: true},
	}
	for _, v := range []struct {
		day     models.Date
		after   time.Duration
		party   int64
		station bool
		want    bool
	}{
		{"2026-05-31", 0, 1, false, true}, {"2026-06-01", 0, 1, false, false}, {"2026-05-31", 0, 9, true, false},
		{"2026-06-01", 0, 2, false, true}, {"2026-06-01", 0, 9, true, true}, {"2025-12-31", 0, 9, true, true}, {"2025-12-31", 0, 1, false, false},
		{"2026-09-01", 0, 2, false, true}, {"2026-09-03", 9 * time.Hour, 2, false, true}, // nobody knew of the next one yet
		{"2026-09-03", 10 * time.Hour, 2, false, false}, {"2026-09-02", 0, 3, false, true}, {"2026-09-03", 11 * time.Hour, 3, false, true},
		{"2026-09-02", 0, 1, false, false}, {"2026-09-02", 0, 9, true, false},
	} {
		if got := Serves(terms, v.day.Start().Add(v.after), v.party, v.station); got != v.want {
			t.Errorf("%+v: %v", v, got)
		}
	}
}
