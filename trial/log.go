package main

import (
	"bufio"
	"encoding/json"
	"os"
	"slices"
)

// faults are the errors that a program wrote into its log with an answer of 500: each is a defect, and a report without
// the cause helps nobody.
func faults(log string) []string {
	f, err := os.Open(log)
	if err != nil {
		return nil
	}
	defer f.Close()
	var found []string
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var l struct {
			Msg, Code, Err string
		}
		if json.Unmarshal(lines.Bytes(), &l) != nil || l.Msg != "request failed" || l.Code != "internal" {
			continue
		}
		if text := "the log says: " + l.Err; !slices.Contains(found, text) {
			found = append(found, text)
		}
	}
	return found
}
