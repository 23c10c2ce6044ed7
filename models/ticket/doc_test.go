package ticket

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the printed tables")

// TestPrintedTables keeps docs/ticket-flow.md and docs/ticket-catalogue.md equal to the rules.
func TestPrintedTables(t *testing.T) {
	for file, want := range map[string]string{"../../docs/ticket-flow.md": flowPage(), "../../docs/ticket-catalogue.md": cataloguePage(catalogueOf(t))} {
		if *update {
			if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		got, err := os.ReadFile(file)
		if err != nil || string(got) != want {
			t.Errorf("%s is not what the rules say: go test ./models/ticket -run PrintedTables -update (%v)", file, err)
		}
	}
}

func join[T ~string](words []T) string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = string(w)
	}
	return strings.Join(out, ", ")
}

func flowPage() string {
	var b strings.Builder
	b.WriteString("# The life of a ticket\n\nPrinted from `models/ticket/flow.go` by its test; do not edit.\n\n| action | from | by | to | words needed |\n| --- | --- | --- | --- | --- |\n")
	reached := map[State]bool{Submitted: true, Accepted: true, Dispatched: true}
	fmt.Fprintf(&b, "| file, dispatch | – | system, at filing | %s | |\n", Dispatched)
	fmt.Fprintf(&b, "| file, hold | – | system, at filing: what waits for its batch | %s | |\n", Accepted)
	for _, s := range Flow {
		to, note := string(s.To), ""
		if to == "" {
			to = "(stays)"
		}
		if s.Note {
			note = "yes"
		}
		reached[s.To] = true
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s |\n", s.Action, join(s.From), join(s.By), to, note)
	}
	var unreached []State
	for _, s := range States {
		if !reached[s] {
			unreached = append(unreached, s)
		}
	}
	fmt.Fprintf(&b, "\nStates of FIELD B-b.2 that have a name and no line, so that nothing reaches them: %s.\n", join(unreached))
	return b.String()
}

func spanWords(spans ...Span) string {
	var words []string
	for _, s := range spans {
		switch {
		case s.WorkingDays > 0:
			words = append(words, fmt.Sprintf("%d d", s.WorkingDays))
		case s.RestsAtNight:
			words = append(words, fmt.Sprintf("%d min day", s.Minutes))
		case s.Minutes > 0:
			words = append(words, fmt.Sprintf("%d min", s.Minutes))
		}
	}
	return strings.Join(words, " / ")
}

func cataloguePage(c Catalogue) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# The ticket catalogue %s\n\nPrinted from `models/ticket/catalogue_%s.json` by its test; do not edit. Source: %s. `op` is whoever's service term runs that day, `comm` the community's station; whoever is `informed` is listed, and nobody writes to them yet.\n", c.Version, c.Version, c.Source)
	b.WriteString("\n## Urgencies\n\n`d` working days, ending with the last of them; the rest runs round the clock, `day` only outside the night. Three figures are for service ranks 1, 2, and 3 or lower.\n\n| code | name | acknowledge | contact | on site | hazard controlled | solve |\n| --- | --- | --- | --- | --- | --- | --- |\n")
	for _, u := range c.Urgencies {
		fmt.Fprintf(&b, "| %s | %s %s | %s | %s | %s | %s | %s |\n", u.Code, u.Name.Zh, u.Name.En, spanWords(u.Acknowledge), spanWords(u.Contact), spanWords(append(u.OnSiteByRank, u.OnSite)...), spanWords(u.Hazard), spanWords(u.Resolve))
	}
	b.WriteString("\n## Categories\n\n| code | name | kind | urgency | managed place | unmanaged place | informed | call first |\n| --- | --- | --- | --- | --- | --- | --- | --- |\n")
	for _, k := range c.Categories {
		fmt.Fprintf(&b, "| %s | %s · %s | %s | %s | %s | %s | %s | %s |\n", k.Code, k.Name.Zh, k.Name.En, k.Kind, k.Urgency, k.Managed, k.Unmanaged, join(k.Informed), join(k.Emergency))
	}
	b.WriteString("\n## Conditions\n\nWhat changes the urgency of a category besides its code. A question is put in the report form; whoever files answers it, and what was raised nobody lowers.\n\n| code | condition | urgency | call first |\n| --- | --- | --- | --- |\n")
	for _, k := range c.Categories {
		if k.UnmanagedUrgency != "" {
			fmt.Fprintf(&b, "| %s | unmanaged place | %s |  |\n", k.Code, k.UnmanagedUrgency)
		}
		if r := k.Raise; r != nil {
			fmt.Fprintf(&b, "| %s | yes to: %s · %s | %s | %s |\n", k.Code, r.Question.Zh, r.Question.En, r.Urgency, join(r.Emergency))
		}
	}
	return b.String()
}
