package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// docs/security.md says which test proves which goal, and answers a standard's requirements by number. These tests keep
// the page from promising what is not there.

// firstLevel are all requirements of level 1 of OWASP ASVS, version 5.0, and after the semicolon those of higher levels that the
// page answers because they were taken for goals.
const firstLevel = `1.2.1 1.2.2 1.2.3 1.2.4 1.2.5 1.3.1 1.3.2 1.5.1 2.1.1 2.2.1 2.2.2 2.3.1 3.2.1 3.2.2 3.3.1 3.4.1 3.4.2 3.5.1 3.5.2 3.5.3
4.1.1 4.4.1 5.2.1 5.2.2 5.3.1 5.3.2 6.1.1 6.2.1 6.2.2 6.2.3 6.2.4 6.2.5 6.2.6 6.2.7 6.2.8 6.3.1 6.3.2 6.4.1 6.4.2
7.2.1 7.2.2 7.2.3 7.2.4 7.4.1 7.4.2 8.1.1 8.2.1 8.2.2 8.3.1 9.1.1 9.1.2 9.1.3 9.2.1 10.4.1 10.4.2 10.4.3 10.4.4 10.4.5
11.3.1 11.3.2 11.4.1 12.1.1 12.2.1 12.2.2 13.4.1 14.2.1 14.3.1 15.1.1 15.2.1 15.3.1`

const higherLevels = `1.2.10 1.3.6 2.3.5 2.4.1 3.3.2 3.3.3 3.3.4 3.3.5 3.4.8 3.5.8 4.1.3 5.2.4 5.4.3 6.3.3 6.3.8 6.5.1 6.5.2 6.5.4 6.5.5
6.6.1 6.6.2 6.6.3 7.4.5 7.5.1 7.5.2 8.1.2 8.2.3 8.2.4 8.3.2 8.3.3 8.4.1 11.5.1 14.2.8 14.3.2 15.2.2 15.3.2 15.3.3 15.3.4
16.2.5 16.4.1 16.5.1 16.5.3`

var (
	proof       = regexp.MustCompile("`([^`: ]+\\.(?:go|ts)):([^`]+)`")
	requirement = regexp.MustCompile(`^\d+\.\d+\.\d+`)
	answerWord  = regexp.MustCompile(`^(?:Met|Partly|Not met|Not applicable)\b`)
)

// section is the part of the page under one heading, up to the next of the same depth.
func section(page, heading string) string {
	_, rest, _ := strings.Cut(page, "\n## "+heading+"\n")
	part, _, _ := strings.Cut(rest, "\n## ")
	return part
}

// cellsOf gives the rows of the tables in a text, without their heads.
func cellsOf(text string) (rows [][]string) {
	for _, line := range strings.Split(text, "\n") {
		cells := strings.Split(strings.Trim(line, "| "), " | ")
		if strings.HasPrefix(line, "| ") && !strings.HasPrefix(line, "| ---") && !slices.Contains([]string{"goal", "no.", "who", "what"}, cells[0]) {
			rows = append(rows, cells)
		}
	}
	return rows
}

// judgeSecurity says what is wrong with the page; has tells whether a file holds a test.
func judgeSecurity(page string, has func(file, name string) bool) (wrong []string) {
	complain := func(format string, values ...any) { wrong = append(wrong, fmt.Sprintf(format, values...)) }
	for _, p := range proof.FindAllStringSubmatch(page, -1) {
		if !has(p[1], p[2]) {
			complain("%s has no test %q", p[1], p[2])
		}
	}
	goals := cellsOf(section(page, "Goals and their proof"))
	for _, row := range goals {
		last := row[len(row)-1]
		if len(row) != 2 || !proof.MatchString(last) && !strings.HasPrefix(last, "None: ") && !strings.Contains(last, "`.ci/") {
			complain("neither proof nor reason: %v", row)
		}
	}
	if len(goals) < 40 {
		complain("%d goals", len(goals))
	}
	seen := map[string]int{}
	for _, row := range cellsOf(section(page, "OWASP ASVS, version 5.0")) {
		seen[requirement.FindString(row[0])]++
		if len(row) != 3 || !answerWord.MatchString(row[len(row)-1]) {
			complain("no answer: %v", row)
		}
	}
	for _, number := range strings.Fields(firstLevel + " " + higherLevels) {
		if seen[number] != 1 {
			complain("requirement %s is answered %d times", number, seen[number])
		}
		delete(seen, number)
	}
	for number := range seen {
		complain("%q is no requirement that was to be answered", number)
	}
	return wrong
}

func hasTest(file, name string) bool {
	b, err := os.ReadFile(filepath.Join("../..", file))
	if err != nil {
		return false
	}
	if strings.HasSuffix(file, ".go") {
		return strings.Contains(string(b), "\nfunc "+name+"(")
	}
	for _, line := range strings.Split(string(b), "\n") {
		line = strings.TrimSpace(line)
		if (strings.HasPrefix(line, "it(") || strings.HasPrefix(line, "test(")) && strings.Contains(line, name) {
			return true
		}
	}
	return false
}

func TestSecurityPage(t *testing.T) {
	page, err := os.ReadFile("../../docs/security.md")
	if err != nil {
		t.Fatal(err)
	}
	if n := len(strings.Fields(firstLevel)); n != 70 {
		t.Errorf("%d requirements of level 1, there are 70", n)
	}
	for _, wrong := range judgeSecurity(string(page), hasTest) {
		t.Error(wrong)
	}
	for _, script := range regexp.MustCompile("`(\\.ci/[a-z-]+\\.sh)`").FindAllStringSubmatch(string(page), -1) {
		if _, err := os.Stat(filepath.Join("../..", script[1])); err != nil {
			t.Error(err)
		}
	}
}

// TestSecurityPageIsJudged shows the judge what it must refuse.
func TestSecurityPageIsJudged(t *testing.T) {
	b, err := os.ReadFile("../../docs/security.md")
	if err != nil {
		t.Fatal(err)
	}
	page := string(b)
	for name, c := range map[string]struct{ from, to, want string }{
		"a test that was renamed":      {"permission_test.go:TestPermissions`", "permission_test.go:TestPermission`", `has no test "TestPermission"`},
		"a file that went":             {"`api/limit_test.go:", "`api/limits_test.go:", "api/limits_test.go has no test"},
		"a test of the app":            {"csv.test.ts:holds no cell", "csv.test.ts:holds few cells", "csv.test.ts has no test"},
		"a goal without proof":         {"| signed cursors | None: ", "| signed cursors | ", ""}, // it names a test, which is a proof
		"a goal without reason":        {"None: there are none; every photo", "There are none; every photo", "neither proof nor reason"},
		"a requirement left out":       {"| 6.2.4 |", "| 6.2.9 |", "requirement 6.2.4 is answered 0 times"},
		"a requirement answered twice": {"| 6.2.5 |", "| 6.2.4 |", "requirement 6.2.4 is answered 2 times"},
		"an answer that is none":       {"any composition | Met", "any composition | Yes", "no answer"},
	} {
		changed := strings.Replace(page, c.from, c.to, 1)
		if changed == page {
			t.Errorf("%s: the page does not hold %q", name, c.from)
		}
		wrong := strings.Join(judgeSecurity(changed, hasTest), "\n")
		if c.want == "" && wrong != "" || !strings.Contains(wrong, c.want) {
			t.Errorf("%s: %s", name, wrong)
		}
	}
}
