package score

import (
	"encoding/json"
	"reflect"
	"testing"
)

// FuzzRuleset: a document that is taken is written and read as the same rules, and its weights add up.
func FuzzRuleset(f *testing.F) {
	f.Add(FirstRuleset())
	f.Add([]byte(`{}`))
	f.Fuzz(func(t *testing.T, document []byte) {
		r, err := ParseRuleset(document)
		if err != nil {
			return
		}
		text, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		again, err := ParseRuleset(text)
		if err != nil {
			t.Fatalf("%s\nbecame\n%s: %v", document, text, err)
		}
		if twice, _ := json.Marshal(again); !reflect.DeepEqual(twice, text) {
			t.Fatalf("%s\nbecame\n%s", text, twice)
		}
		var weight int64
		for _, rate := range r.Rates {
			weight += rate.Weight
		}
		if weight != 100 || r.VolunteerWeight < 0 || r.VolunteerWeight > 2500 {
			t.Errorf("%s: weights %d, volunteers %d", document, weight, r.VolunteerWeight)
		}
	})
}

// FuzzReadExact: what is read as a fraction is written and read as the same fraction.
func FuzzReadExact(f *testing.F) {
	for _, seed := range []string{"24.5", "13/15", "-1/3", "0.1", "1e9", "1/0", "0x1p4", "+1", ".5", "00.50", "1/2/3"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		x, ok := ReadExact(text)
		if !ok {
			return
		}
		if again, ok := ReadExact(Exact(x)); len(Exact(x)) <= 200 && (!ok || again.Cmp(x) != 0) {
			t.Errorf("%q is %s, read again as %v", text, Exact(x), again)
		}
	})
}
