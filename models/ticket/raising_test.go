package ticket

import (
	"strings"
	"testing"

	"linli/models"
)

// TestWhatRaisesTheUrgency goes through the conditions that B-b.3 writes into its cells.
func TestWhatRaisesTheUrgency(t *testing.T) {
	c := catalogueOf(t)
	for _, want := range []struct {
		category        string
		managed, danger bool
		urgency         string
	}{
		{"REP-02", true, false, "u3r"},
		{"REP-02", true, true, "u2"},
		{"REP-02", false, false, "u4"},
		{"REP-02", false, true, "u2"},
		{"GRN-02", true, false, "u3r"},
		{"GRN-02", false, false, "u3r"},
		{"GRN-02", true, true, "u1"},
		{"GRN-02", false, true, "u1"},
		{"ORD-03", true, false, "u3c"},
		{"ORD-03", true, true, "u1"},
		{"REP-01", true, true, "u3r"}, // no question: a filing with an answer is refused before
	} {
		k, _ := c.Category(want.category)
		where := Where{EstateID: 10, BuildingID: 20, CommunityID: 30, TownID: 40, FewHouseholds: true, Managed: want.managed}
		got := Open(resident, Filing{ClientID: "x", Category: k.Code, Text: "快来人", Danger: want.danger}, k, c, where, "h", noon)
		if got.Urgency != want.urgency || got.CatalogueVersion != "2027-01" {
			t.Errorf("%+v: %s under %s", want, got.Urgency, got.CatalogueVersion)
		}
		if pressing := want.urgency == "u1" || want.urgency == "u2"; got.MustWait(true) == pressing {
			t.Errorf("%+v: waits for a batch: %v", want, !pressing)
		}
	}
}

// TestOnlyThreeCategoriesChanged holds the version against the one before it: tickets of every other category are judged as
// they were, and the older version asks nothing.
func TestOnlyThreeCategoriesChanged(t *testing.T) {
	documents := Catalogues()
	before, err := ParseCatalogue(documents[len(documents)-2])
	if err != nil {
		t.Fatal(err)
	}
	now := catalogueOf(t)
	asked := map[string]string{}
	for _, k := range now.Categories {
		was, known := before.Category(k.Code)
		if !known || was.Raise != nil || was.UnmanagedUrgency != "" {
			t.Errorf("%s in %s: %+v", k.Code, before.Version, was)
		}
		if k.Urgency != was.Urgency || k.Managed != was.Managed || k.Unmanaged != was.Unmanaged || k.Kind != was.Kind {
			t.Errorf("%s changed: %+v, then %+v", k.Code, was, k)
		}
		if k.Raise != nil {
			asked[k.Code] = k.Raise.Urgency
		}
	}
	if len(asked) != 3 || asked["REP-02"] != "u2" || asked["GRN-02"] != "u1" || asked["ORD-03"] != "u1" || len(now.Categories) != len(before.Categories) {
		t.Errorf("asked: %v", asked)
	}
}

func TestAnAnswerWithoutAQuestionIsRefused(t *testing.T) {
	c := catalogueOf(t)
	f := Filing{ClientID: "10000000-0000-4000-8000-000000000001", Category: "REP-01", Text: "灯不亮", BuildingID: 1, Danger: true}
	if _, _, err := f.Check(c, 0); models.CodeOf(err) != "ticket.danger_not_asked" {
		t.Errorf("REP-01 took the answer: %v", err)
	}
	f.Category = "GRN-02"
	if got, _, err := f.Check(c, 0); err != nil || !got.Danger {
		t.Errorf("GRN-02 refused it: %+v %v", got, err)
	}
	before, _ := ParseCatalogue(Catalogues()[1])
	if _, _, err := f.Check(before, 0); models.CodeOf(err) != "ticket.danger_not_asked" {
		t.Errorf("the version before asks nothing: %v", err)
	}
}

func TestACatalogueWhoseQuestionRaisesNothingIsRefused(t *testing.T) {
	good := string(Catalogues()[len(Catalogues())-1])
	for name, change := range map[string][2]string{
		"a language is missing":       {`"en": "Is a dog attacking people now, or has it bitten somebody?"`, `"en": ""`},
		"an urgency nobody knows":     {`"urgency": "u1", "emergency": ["110", "120"]`, `"urgency": "u9", "emergency": ["110", "120"]`},
		"as urgent as without":        {`"urgency": "u1", "emergency": ["110", "120"]`, `"urgency": "u3c", "emergency": ["110", "120"]`},
		"less urgent":                 {`"urgency": "u1", "emergency": ["110", "120"]`, `"urgency": "u4", "emergency": ["110", "120"]`},
		"a phone nobody has":          {`"emergency": ["110", "120"]`, `"emergency": ["110", "999"]`},
		"an unknown unmanaged column": {`"unmanaged_urgency": "u4"`, `"unmanaged_urgency": "u9"`},
		"lower than where unmanaged":  {`"unmanaged_urgency": "u4"`, `"unmanaged_urgency": "u1"`},
	} {
		bad := strings.Replace(good, change[0], change[1], 1)
		if bad == good {
			t.Fatalf("%s: nothing to change", name)
		}
		if _, err := ParseCatalogue([]byte(bad)); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}
