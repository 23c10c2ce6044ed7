package main

import (
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// The comments name the rule that they carry out. docs/rules.md says what each of these names stands for; these tests
// hold the two together.

var (
	// ruleName is one name of a rule; a list after DECISIONS or TRUST is several of them.
	ruleName = regexp.MustCompile(`\b(?:DECISIONS|TRUST) [A-Z]?\d+(?:\.\d+)?(?:(?:, | and )[A-Z]?\d+(?:\.\d+)?\b)*` +
		`|\bB-[a-m]\b(?:\.\d+)?(?: no\. \d+)?` +
		`|\b(?:CR|HL|SV|DR|OW|SB|ST|ME|AG|AD|P[1-4])-\d+\b` +
		`|\b(?:RFC|Civil Code art\.) \d+|\bASVS \d+(?:\.\d+)+` +
		`|(?:国办发|孟物业办|孟政办)〔\d+〕\d+号`)
	// paperName is a name of one of the papers; one without a rule behind it tells the reader nothing.
	paperName = regexp.MustCompile(`\b(?:DECISIONS?|TRUST|FIELD|PEERS|ARCHITECTURE|STACK)\b`)
	paperRule = regexp.MustCompile(`^(?:DECISIONS \d|TRUST [A-Z]?\d|FIELD B-[a-m]\b)`)
	// newLine is a line's end inside a comment, with the marks with which the next line of it begins.
	newLine = regexp.MustCompile(`[ \t]*\r?\n[ \t]*(?://+|--|\*|#)?[ \t]*`)
)

// ruleSources are the kinds of files in which somebody may name a rule.
var ruleSources = []string{".go", ".sql", ".ts", ".vue", ".mjs", ".js", ".css", ".html", ".json", ".sh", ".yaml", ".md"}

// rulesNamed reads the names out of one text. vague are mentions of a paper from which nobody can find the rule.
func rulesNamed(text string) (names, vague []string) {
	text = newLine.ReplaceAllString(text, " ")
	for _, found := range ruleName.FindAllString(text, -1) {
		paper, list, isList := strings.Cut(found, " ")
		if !isList || paper != "DECISIONS" && paper != "TRUST" {
			names = append(names, found)
			continue
		}
		for _, one := range strings.Split(strings.ReplaceAll(list, " and ", ", "), ", ") {
			names = append(names, paper+" "+one)
		}
	}
	for _, at := range paperName.FindAllStringIndex(text, -1) {
		if !paperRule.MatchString(text[at[0]:]) {
			vague = append(vague, text[at[0]:min(at[1]+30, len(text))])
		}
	}
	return names, vague
}

// rulesListed reads the first cell of every row of the page's tables.
func rulesListed(page string) (listed map[string]int) {
	listed = map[string]int{}
	for _, line := range strings.Split(page, "\n") {
		cell, _, ok := strings.Cut(strings.TrimPrefix(line, "| "), " | ")
		if ok && strings.HasPrefix(line, "| ") && ruleName.FindString(cell) == cell {
			listed[cell]++
		}
	}
	return listed
}

// ruleFaults compares the names in the sources, by file, with the page.
func ruleFaults(sources map[string]string, page string) (faults []string, named map[string]bool) {
	listed := rulesListed(page)
	named = map[string]bool{}
	for _, path := range slices.Sorted(maps.Keys(sources)) {
		names, vague := rulesNamed(sources[path])
		for _, name := range names {
			if listed[name] == 0 {
				faults = append(faults, path+" names "+name+", which the page does not know")
			}
			named[name] = true
		}
		for _, words := range vague {
			faults = append(faults, path+" does not say which rule: "+words)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(listed)) {
		if !named[name] {
			faults = append(faults, "nobody names "+name)
		}
		if listed[name] > 1 {
			faults = append(faults, name+" has two rows")
		}
	}
	return faults, named
}

// readSources reads everything below the root that people write. This file is left out, for its examples.
func readSources(root string) (map[string]string, error) {
	sources := map[string]string{}
	away := []string{".git", "node_modules", "dist", "bin", "data", "secrets", "test-results", "playwright-report"}
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := strings.TrimPrefix(filepath.ToSlash(path), filepath.ToSlash(root)+"/")
		if entry.IsDir() {
			if slices.Contains(away, entry.Name()) {
				return fs.SkipDir
			}
			return nil
		}
		if name == "docs/rules.md" || name == "cmd/linli/rules_test.go" || !slices.Contains(ruleSources, filepath.Ext(name)) {
			return nil
		}
		text, err := os.ReadFile(path)
		sources[name] = string(text)
		return err
	})
	return sources, err
}

func TestRulesAreExplained(t *testing.T) {
	sources, err := readSources("../..")
	if err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile("../../docs/rules.md")
	if err != nil {
		t.Fatal(err)
	}
	faults, named := ruleFaults(sources, string(page))
	if len(sources) < 600 || len(named) < 60 {
		t.Fatalf("only %d rules were found in %d files", len(named), len(sources))
	}
	for _, fault := range faults {
		t.Error(fault)
	}
}

// The control: a name without a row, a row without a name, a row too many and a vague mention are noticed, also where
// the comment breaks its line.
func TestRuleThatIsMissingIsNoticed(t *testing.T) {
	const page = "| rule | what |\n| --- | --- |\n| DECISIONS 2 | x | y |\n| B-b.1 no. 6 | x | y |\n| HL-14 | x | y |\n| HL-14 | again | y |\n| RFC 6962 | x | y |\n"
	sources := map[string]string{
		"a.go":  "// hidden (DECISIONS 2, 12 and 14, HL-14). It says\n// more of FIELD B-b.1\n// no. 6.\nx := time.RFC3339",
		"b.sql": "-- after the first decision of the\n-- FIELD that matters (TRUST\n-- 3.2)\n",
	}
	faults, _ := ruleFaults(sources, page)
	want := []string{
		"a.go names DECISIONS 12, which the page does not know",
		"a.go names DECISIONS 14, which the page does not know",
		"b.sql names TRUST 3.2, which the page does not know",
		"b.sql does not say which rule: FIELD that matters (TRUST 3.2) ",
		"HL-14 has two rows",
		"nobody names RFC 6962",
	}
	if !slices.Equal(faults, want) {
		t.Errorf("faults:\n%s\nwant:\n%s", strings.Join(faults, "\n"), strings.Join(want, "\n"))
	}
}
