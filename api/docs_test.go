package api

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"
)

// TestOpenAPI holds the committed document against the routes. The phone app's types are made from it, so a change of
// the API is a change that its compiler sees.
func TestOpenAPI(t *testing.T) {
	golden(t, "openapi.json", string(newTestServer(t).Document()))
}

func TestDocumentKeepsItsPromises(t *testing.T) {
	s := newTestServer(t)
	document := string(s.Document())
	if !strings.Contains(document, `"openapi": "3.1.0"`) {
		t.Error("not OpenAPI 3.1")
	}
	if strings.Contains(document, `"null"`) {
		t.Error("an array or a value may be null in the document")
	}
	if strings.Contains(document, "$schema") {
		t.Error("the document promises $schema links")
	}
	var d struct {
		Paths map[string]map[string]struct {
			OperationID string                `json:"operationId"`
			Security    []map[string][]string `json:"security"`
			Responses   map[string]any        `json:"responses"`
		} `json:"paths"`
	}
	if err := json.Unmarshal(s.Document(), &d); err != nil {
		t.Fatal(err)
	}
	documented := 0
	for _, r := range s.routes() {
		op, ok := d.Paths[r.path][strings.ToLower(r.method)]
		if !ok {
			continue
		}
		documented++
		if op.OperationID != r.operation {
			t.Errorf("%s %s is %q in the document, %q in the list", r.method, r.path, op.OperationID, r.operation)
		}
		if open := r.access == anyone || r.access == cookie; open == (len(op.Security) > 0) {
			t.Errorf("%s %s: access %s, security %v", r.method, r.path, r.access, op.Security)
		}
		if op.Responses["500"] == nil || op.Responses["429"] == nil {
			t.Errorf("%s %s: refusals are not documented: %v", r.method, r.path, op.Responses)
		}
	}
	if documented == 0 {
		t.Error("nothing is documented")
	}
}

func TestDocsPageLoadsNothingFromElsewhere(t *testing.T) {
	s := newTestServer(t)
	for _, path := range []string{"/docs", "/docs/page.js", "/docs/page.css", "/api/v1/openapi.json"} {
		r := ask(t, s, "GET", path, "")
		if r.code != 200 || r.body == "" {
			t.Errorf("%s: %d", path, r.code)
		}
		if path != "/api/v1/openapi.json" && regexp.MustCompile(`(https?:)?//[a-z]+\.`).MatchString(r.body) {
			t.Errorf("%s names another host", path)
		}
	}
}
