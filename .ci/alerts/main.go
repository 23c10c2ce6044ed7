// Command alerts reads docs/watching with Prometheus's own parsers: the rules as `promtool check rules` does, and every
// query of the dashboard. It is a module of its own, so that the program does not depend on Prometheus's server.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/rulefmt"
	"github.com/prometheus/prometheus/promql/parser"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: alerts ALERTS.yaml DASHBOARD.json")
		os.Exit(2)
	}
	rules, faults := readRules(os.Args[1])
	queries, more := readDashboard(os.Args[2])
	faults = append(faults, more...)
	for _, fault := range faults {
		fmt.Fprintln(os.Stderr, fault)
	}
	if len(faults) > 0 || rules == 0 || queries == 0 {
		os.Exit(1)
	}
	fmt.Printf("alerts: %d rules and %d queries can be read\n", rules, queries)
}

func readRules(file string) (n int, faults []error) {
	groups, faults := rulefmt.ParseFile(file, false, model.UTF8Validation)
	if groups == nil {
		return 0, faults
	}
	for _, g := range groups.Groups {
		n += len(g.Rules)
	}
	return n, faults
}

// dashboard is the part of Grafana's format that holds queries.
type dashboard struct {
	Panels []struct {
		Title   string
		Targets []struct{ Expr string }
	}
}

func readDashboard(file string) (n int, faults []error) {
	b, err := os.ReadFile(file)
	if err != nil {
		return 0, []error{err}
	}
	var d dashboard
	if err := json.Unmarshal(b, &d); err != nil {
		return 0, []error{err}
	}
	for _, panel := range d.Panels {
		for _, target := range panel.Targets {
			n++
			expr := strings.ReplaceAll(target.Expr, "$__rate_interval", "5m")
			if _, err := parser.ParseExpr(expr); err != nil {
				faults = append(faults, fmt.Errorf("%s: panel %q: %w", file, panel.Title, err))
			}
		}
	}
	return n, faults
}
