package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// section is a group of figures of one run.
type section struct {
	Name, Title   string
	How           string
	Rows          []row
	Notes         []string
	Made          time.Time
	Took          time.Duration
	Before, After string // load of the machine
}

// row is one line: what was measured, in whose words, beside which control, and what was hoped for.
type row struct{ What, Ours, Control, Ratio, Goal, Met string }

// met says in a word whether a goal was reached.
func met(yes bool) string {
	if yes {
		return "met"
	}
	return "**not met**"
}

func atLeast(ratio, goal float64) (string, string, string) {
	return fmt.Sprintf("%.2f", ratio), fmt.Sprintf("≥ %.2f", goal), met(ratio >= goal)
}

func (s section) text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "## %s\n\n%s\n\n", s.Title, s.How)
	fmt.Fprintf(&b, "Run of %s, %s long; load average of the machine before and after: %s, %s.\n\n", s.Made.Format("2006-01-02 15:04 UTC"), s.Took, s.Before, s.After)
	b.WriteString("| what | Linli | control | ratio | goal | |\n| --- | --- | --- | --- | --- | --- |\n")
	for _, r := range s.Rows {
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %s |\n", r.What, r.Ours, r.Control, r.Ratio, r.Goal, r.Met)
	}
	for _, n := range s.Notes {
		fmt.Fprintf(&b, "\n%s\n", n)
	}
	return b.String()
}

// page is docs/bench.md.
func page(all []section) string {
	var b strings.Builder
	fmt.Fprintf(&b, `# How fast it is

Written by %[1]smake bench%[1]s; do not edit. Ratios are against controls of the same run; times and rates are of one machine on one
day, and no test depends on them. What must not grow with the county is held by a test that counts rows
(%[1]sstorage/plan_test.go%[1]s), not by this page.

The machine: %[2]s. The load generator is held to one core, server and database to the other, where there are two. %[3]s
A load average above 1 before a run says that others were using the machine: absolute figures are then worse than they would be.

`, "`", machine(), sizesNote)
	for _, s := range all {
		b.WriteString(s.text() + "\n")
	}
	b.WriteString(leftOnTheTable)
	return b.String()
}

const sizesNote = "Sizes and lengths are flags (`BENCH=\"-tickets 1000000 -load 60s\"`); each part says what it used."

// machine names it without saying whose it is.
func machine() string {
	return fmt.Sprintf("%d cores, %s, %s of memory", cores(), field("/proc/cpuinfo", "model name"), memory())
}

func memory() string {
	var kB int64
	fmt.Sscan(field("/proc/meminfo", "MemTotal"), &kB)
	return fmt.Sprintf("%d GB", (kB+512*1024)/(1024*1024))
}

func field(file, name string) string {
	f, err := os.Open(file)
	if err != nil {
		return "unknown"
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if key, value, ok := strings.Cut(lines.Text(), ":"); ok && strings.TrimSpace(key) == name {
			return strings.TrimSpace(value)
		}
	}
	return "unknown"
}

func load() string {
	b, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "unknown"
	}
	one, _, _ := strings.Cut(string(b), " ")
	return one
}

func sectionsFile(dir string) string { return filepath.Join(dir, "figures.json") }

// readSections are the figures of the runs before, so that a part can be run again alone.
func readSections(dir string) (all []section, err error) {
	b, err := os.ReadFile(sectionsFile(dir))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, os.MkdirAll(dir, 0o755)
	}
	if err != nil {
		return nil, err
	}
	return all, json.Unmarshal(b, &all)
}

func keepSections(dir string, all []section) error {
	b, err := json.MarshalIndent(all, "", " ")
	if err != nil {
		return err
	}
	return os.WriteFile(sectionsFile(dir), b, 0o644)
}

// replaced puts s in its place in the order of the benches.
func replaced(all []section, s section) (out []section) {
	for _, b := range benches() {
		if b.name == s.Name {
			out = append(out, s)
			continue
		}
		for _, old := range all {
			if old.Name == b.name {
				out = append(out, old)
			}
		}
	}
	return out
}
