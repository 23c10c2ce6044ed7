package main

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"linli/models/ticket"
)

// wordLine is one word of a dictionary of the app.
var wordLine = regexp.MustCompile(`^  ([a-z0-9_]+): '((?:[^'\\]|\\.)*)',$`)

// wordsOf reads one dictionary of the app.
func wordsOf(t *testing.T, language, file string) map[string]string {
	t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("../../pwa/src/i18n/%s/%s.ts", language, file))
	if err != nil {
		t.Fatal(err)
	}
	words := map[string]string{}
	for line := range strings.Lines(string(text)) {
		if parts := wordLine.FindStringSubmatch(strings.TrimSuffix(line, "\n")); parts != nil {
			words[parts[1]] = parts[2]
		}
	}
	return words
}

// TestTheSheetSpeaksAsTheDeskDoes: a list that is downloaded as a workbook has the columns and words of the one that is downloaded as
// CSV, which are those of the screen.
func TestTheSheetSpeaksAsTheDeskDoes(t *testing.T) {
	queueFile, err := os.ReadFile("../../pwa/src/features/desk/queueFile.ts")
	if err != nil {
		t.Fatal(err)
	}
	var keys []string
	for _, column := range ticket.SheetColumns() {
		keys = append(keys, "'"+column.Key+"'")
	}
	if !strings.Contains(string(queueFile), "const COLUMNS = ["+strings.Join(keys, ", ")+"] as const") {
		t.Errorf("the CSV has other columns than %s", keys)
	}
	states := 0
	for _, language := range []string{"zh-CN", "en"} {
		desk, words := wordsOf(t, language, "desk"), wordsOf(t, language, "ticket")
		for _, column := range ticket.SheetColumns() {
			if got := column.Name.In(language); got == "" || got != desk["csv_"+column.Key] {
				t.Errorf("%s: %s is %q in the sheet and %q at the desk", language, column.Key, got, desk["csv_"+column.Key])
			}
		}
		for key, word := range words {
			row := ticket.Row{}
			state, isState := strings.CutPrefix(key, "state_")
			kind, isKind := strings.CutPrefix(key, "kind_")
			at := 3
			switch {
			case isState:
				row.State = ticket.State(state)
				states++
			case isKind && !strings.Contains(kind, "_"):
				row.Kind, at = ticket.Kind(kind), 2
			default:
				continue
			}
			if got := ticket.SheetCells(row, ticket.Catalogue{}, language)[at]; got != word {
				t.Errorf("%s: %s is %q in the sheet and %q on the screen", language, key, got, word)
			}
		}
		common := wordsOf(t, language, "common")
		now := time.Now()
		cells := ticket.SheetCells(ticket.Row{Overdue: true, NextDue: &now}, ticket.Catalogue{}, language)
		if cells[10] != common["yes"] || cells[11] != common["no"] || cells[9] != now {
			t.Errorf("%s: yes and no are %q and %q", language, cells[10], cells[11])
		}
	}
	if states != 2*17 {
		t.Errorf("%d words of states were compared", states)
	}
}
