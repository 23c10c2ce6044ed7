package score

import (
	"strings"
	"testing"
	"time"
)

// A document that says something else than its readers think is refused.
func TestRulesetIsChecked(t *testing.T) {
	good := string(FirstRuleset())
	for name, swap := range map[string][2]string{
		"unknown field":    {`"version"`, `"wersion"`},
		"weights":          {`"T": 40`, `"T": 41`},
		"rate weights":     {`"weight": 30`, `"weight": 31`},
		"other formula":    {`"score-1"`, `"score-2"`},
		"no prior":         {`"p0_bp": 9000`, `"p0_bp": 90000`},
		"stars fall":       {`"5": 10000`, `"5": 100`},
		"volunteers":       {`"volunteer_weight_bp": 2500`, `"volunteer_weight_bp": 2501`},
		"early release":    {`"min_households": 10`, `"min_households": 9`},
		"release too fast": {`"min_new": 5`, `"min_new": 4`},
		"silence is best":  {`"silent_with_photo_bp": 8000`, `"silent_with_photo_bp": 10001`},
		"bands":            {`"good": 75`, `"good": 85`},
		"credit profile":   {`"profile": "shandong_2019"`, `"profile": "elsewhere"`},
		"cut-offs":         {`"AA": 80`, `"AA": 90`},
		"interval":         {`wilson_95`, `wald_95`},
		"window":           {`"small_months": 6`, `"small_months": 2`},
	} {
		if !strings.Contains(good, swap[0]) {
			t.Fatalf("%s: %s is not in the document", name, swap[0])
		}
		if _, err := ParseRuleset([]byte(strings.Replace(good, swap[0], swap[1], 1))); err == nil {
			t.Errorf("%s was accepted", name)
		}
	}
	rules(t)
}

func TestWindow(t *testing.T) {
	r := rules(t)
	at := time.Date(2026, 11, 22, 4, 0, 0, 0, time.UTC)
	for households, from := range map[int64]string{0: "2026-05-31T16:00:00Z", 99: "2026-05-31T16:00:00Z", 100: "2026-08-31T16:00:00Z"} {
		window := r.WindowOf(households, at)
		if got := window.From.Format(time.RFC3339); got != from || !window.Holds(at) || window.Holds(at.Add(time.Second)) {
			t.Errorf("%d homes: from %s, want %s, and the moment itself inside", households, got, from)
		}
	}
}
