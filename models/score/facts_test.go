package score

import (
	"slices"
	"testing"
	"time"

	"linli/models"
)

// Who is judged by a figure about a time: everybody who served in it, the old party until the hand-over was written down, and
// the station where nobody managed the place.
func TestJudged(t *testing.T) {
	const old, next, station = 1, 2, 9
	day := func(d models.Date) time.Time { return d.Start() }
	term := func(party int64, from, to models.Date, recorded models.Date) Term {
		return Term{PartyID: party, From: from, To: to, Recorded: day(recorded), Managed: true}
	}
	handed := []Term{term(old, "2020-01-01", "2026-08-01", "2020-01-01"), term(next, "2026-08-01", "", "2026-07-20")}
	late := []Term{term(old, "2020-01-01", "2026-08-01", "2020-01-01"), term(next, "2026-08-01", "", "2026-08-20")}
	gap := []Term{term(old, "2020-01-01", "2026-08-01", "2020-01-01"), term(next, "2026-09-01", "", "2026-08-20")}
	run := []Term{{PartyID: station, From: "2020-01-01"}}
	for name, v := range map[string]struct {
		terms    []Term
		from, to models.Date
		want     []int64
	}{
		"both served in it":              {handed, "2026-06-01", "2026-11-01", []int64{old, next}},
		"only the one after":             {handed, "2026-08-01", "2026-11-01", []int64{next}},
		"only the one before":            {handed, "2026-06-01", "2026-07-31", []int64{old}},
		"until it was written down":      {late, "2026-08-10", "2026-11-01", []int64{old, next}},
		"after it was written down":      {late, "2026-08-21", "2026-11-01", []int64{next}},
		"nobody in between":              {gap, "2026-08-05", "2026-11-01", []int64{next, station}},
		"nobody in the middle":           {gap, "2026-06-01", "2026-11-01", []int64{old, next, station}},
		"nobody ever":                    {nil, "2026-08-05", "2026-11-01", []int64{station}},
		"nobody yet":                     {handed, "2019-01-01", "2019-02-01", []int64{station}},
		"a station that holds it itself": {run, "2026-08-05", "2026-11-01", []int64{station}},
	} {
		if got := Judged(v.terms, day(v.from), day(v.to), station); !slices.Equal(got, v.want) {
			t.Errorf("%s: %v, want %v", name, got, v.want)
		}
	}
	if got := Judged(nil, day("2026-08-05"), day("2026-11-01"), 0); len(got) != 0 {
		t.Errorf("a community without a station: %v", got)
	}
}

// The sentence that residents read counts as solved what somebody besides the party has answered.
func TestAnsweredInCountsNoBareWord(t *testing.T) {
	at := models.Date("2026-08-20").Start()
	one := Ticket{
		State: "done_pending_confirm", Serving: true, FiledAt: at.AddDate(0, 0, -5), Contacted: new(at.AddDate(0, 0, -4)),
		ContactDue: at.AddDate(0, 0, -3), ResolveDue: at.AddDate(0, 0, 1),
	}
	for outcome, want := range map[string]int64{"pending": 0, "superseded": 0, "sent_back": 0, "confirmed": 1, "silent": 1, "relayed": 1} {
		one.Closings = []Closing{{Complete: new(at.AddDate(0, 0, -1)), Outcome: outcome}}
		if outcome != "pending" && outcome != "superseded" {
			one.Closings[0].Answered = new(at.Add(-time.Hour))
		}
		if reached, solved := AnsweredIn([]Ticket{one}, "2026-08", at); reached != 1 || solved != want {
			t.Errorf("%s: %d reached, %d solved", outcome, reached, solved)
		}
	}
}
