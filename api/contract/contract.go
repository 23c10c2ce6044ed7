package apitest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"linli/api"
)

// contract is the OpenAPI document, ready to be held against answers.
type contract struct{ document *huma.OpenAPI }

func newContract(document *huma.OpenAPI) *contract { return &contract{document: document} }

// faults says what is wrong with an answer. What no operation answers (the app's files, unknown paths) is not judged.
func (c *contract) faults(method, path string, a Answer) []string {
	op := c.operation(method, path)
	if op == nil || a.Code == http.StatusMethodNotAllowed {
		return nil
	}
	response := op.Responses[strconv.Itoa(a.Code)]
	if response == nil {
		return []string{"the status is not documented"}
	}
	if len(response.Content) == 0 {
		if len(a.Body) > 0 {
			return []string{"there should be no body"}
		}
		return nil
	}
	media := response.Content[a.mediaType()]
	if media == nil {
		return []string{"the media type " + a.mediaType() + " is not documented"}
	}
	if media.Schema == nil || media.Schema.Format == "binary" {
		return nil
	}
	return c.bodyFaults(media.Schema, a.Body)
}

func (c *contract) bodyFaults(schema *huma.Schema, body []byte) []string {
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
func (c *contract) operation(method, path string) *huma.Operation {
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
	case http.MethodGet:
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

// Judge gives what says of any answer of the server, however it was asked for, where it is against the document.
func Judge(server *api.Server) func(method, path string, a Answer) []string {
	return newContract(server.Contract()).faults
}
