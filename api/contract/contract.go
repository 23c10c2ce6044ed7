// Package contract holds answers of the API against its OpenAPI document, however they were asked for: a status that is not
// documented, a field that is not promised or is missing, a null where there should be a list.
package contract

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// Contract is the OpenAPI document, ready to be held against answers.
type Contract struct{ document *huma.OpenAPI }

// Of makes a contract of a document.
func Of(document *huma.OpenAPI) *Contract { return &Contract{document: document} }

// root is where the API lives: nothing below it may succeed that the document does not name.
const root = "/api/v1/"

// ownDocument answers with the document, which does not describe itself.
const ownDocument = root + "openapi.json"

// Answer is what came back, as far as the document speaks of it.
type Answer struct {
	Status    int
	MediaType string // without parameters
	Body      []byte
}

// Faults says what is wrong with an answer. What no operation answers (the app's files, unknown paths that are refused) is not
// judged; a success that no operation promises is wrong.
func (c *Contract) Faults(method, path string, a Answer) []string {
	op := c.operation(method, path)
	if op == nil && strings.HasPrefix(path, root) && path != ownDocument && a.Status >= 200 && a.Status < 300 {
		return []string{"no operation of the document answers here, and yet it succeeded"}
	}
	if op == nil || a.Status == http.StatusMethodNotAllowed {
		return nil
	}
	response := op.Responses[strconv.Itoa(a.Status)]
	if response == nil {
		return []string{"the status is not documented"}
	}
	if len(response.Content) == 0 {
		if len(a.Body) > 0 {
			return []string{"there should be no body"}
		}
		return nil
	}
	media := response.Content[a.MediaType]
	if media == nil {
		return []string{"the media type " + a.MediaType + " is not documented"}
	}
	if media.Schema == nil || media.Schema.Format == "binary" || method == http.MethodHead {
		return nil
	}
	return c.bodyFaults(media.Schema, a.Body)
}

func (c *Contract) bodyFaults(schema *huma.Schema, body []byte) []string {
	var value any
	if err := json.Unmarshal(body, &value); err != nil {
		return []string{"not JSON: " + err.Error()}
	}
	faults := nulls("body", value)
	result := &huma.ValidateResult{}
	huma.Validate(c.document.Components.Schemas, schema, huma.NewPathBuffer([]byte{}, 0), huma.ModeReadFromServer, value, result)
	for _, err := range result.Errors {
		faults = append(faults, err.Error())
	}
	return faults
}

// nulls finds null anywhere: an absent value is left out in this API, never null.
func nulls(at string, value any) (faults []string) {
	switch value := value.(type) {
	case nil:
		return []string{at + " is null"}
	case map[string]any:
		for name, inner := range value {
			faults = append(faults, nulls(at+"."+name, inner)...)
		}
	case []any:
		for i, inner := range value {
			faults = append(faults, nulls(fmt.Sprintf("%s[%d]", at, i), inner)...)
		}
	}
	return faults
}

// operation finds the operation whose pattern fits; fixed paths come before those with parameters.
func (c *Contract) operation(method, path string) *huma.Operation {
	if op := methodOf(c.document.Paths[path], method); op != nil {
		return op
	}
	for pattern, item := range c.document.Paths {
		if op := methodOf(item, method); op != nil && fits(pattern, path) {
			return op
		}
	}
	return nil
}

func methodOf(item *huma.PathItem, method string) *huma.Operation {
	if item == nil {
		return nil
	}
	switch method {
	case http.MethodGet, http.MethodHead:
		return item.Get
	case http.MethodPost:
		return item.Post
	case http.MethodPut:
		return item.Put
	case http.MethodPatch:
		return item.Patch
	case http.MethodDelete:
		return item.Delete
	}
	return nil
}

func fits(pattern, path string) bool {
	want, got := strings.Split(pattern, "/"), strings.Split(path, "/")
	if len(want) != len(got) {
		return false
	}
	for i := range want {
		if !strings.HasPrefix(want[i], "{") && want[i] != got[i] {
			return false
		}
	}
	return true
}
