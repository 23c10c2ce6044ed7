package contract

import (
	"net/http"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"
)

func document() *huma.OpenAPI {
	registry := huma.NewMapRegistry("#/components/schemas/", huma.DefaultSchemaNamer)
	schema := &huma.Schema{
		Type:                 "object",
		AdditionalProperties: false,
		Required:             []string{"items"},
		Properties: map[string]*huma.Schema{
			"items": {Type: "array", Items: &huma.Schema{Type: "string", Enum: []any{"a", "b"}}},
			"next":  {Type: "string"},
		},
	}
	schema.PrecomputeMessages()
	op := &huma.Operation{Responses: map[string]*huma.Response{
		"200": {Content: map[string]*huma.MediaType{"application/json": {Schema: schema}}},
		"204": {},
	}}
	return &huma.OpenAPI{
		Components: &huma.Components{Schemas: registry},
		Paths:      map[string]*huma.PathItem{"/things/{id}": {Get: op}},
	}
}

func TestFaultsAreFound(t *testing.T) {
	for _, c := range []struct {
		name, path string
		code       int
		mediaType  string
		body, want string
	}{
		{"right", "/things/1", 200, "application/json", `{"items":["a"]}`, ""},
		{"all fields", "/things/1", 200, "application/json", `{"items":[],"next":"x"}`, ""},
		{"nothing", "/things/1", 204, "", ``, ""},
		{"not an operation", "/other", 200, "text/html", `<p>`, ""},
		{"longer path", "/things/1/parts", 200, "text/html", `<p>`, ""},
		{"no operation, refused", "/api/v1/thing", 404, "application/problem+json", `{}`, ""},
		{"no operation, and yet it succeeds", "/api/v1/thing", 200, "application/json", `{}`, "no operation"},
		{"no operation, and yet it is done", "/api/v1/thing", 204, "", ``, "no operation"},
		{"the document itself", "/api/v1/openapi.json", 200, "application/json", `{}`, ""},
		{"status", "/things/1", 418, "application/json", `{}`, "status is not documented"},
		{"media type", "/things/1", 200, "text/plain", `{"items":[]}`, "media type text/plain"},
		{"body where there is none", "/things/1", 204, "application/json", `{}`, "no body"},
		{"missing field", "/things/1", 200, "application/json", `{}`, "required property items"},
		{"unknown field", "/things/1", 200, "application/json", `{"items":[],"secret":1}`, "unexpected property"},
		{"null list", "/things/1", 200, "application/json", `{"items":null}`, "body.items is null"},
		{"not in the enum", "/things/1", 200, "application/json", `{"items":["c"]}`, "expected value to be one of"},
		{"not JSON", "/things/1", 200, "application/json", `<p>`, "not JSON"},
	} {
		a := Answer{Status: c.code, MediaType: c.mediaType, Body: []byte(c.body)}
		got := strings.Join(Of(document()).Faults(http.MethodGet, c.path, a), "; ")
		if (c.want == "") != (got == "") || !strings.Contains(got, c.want) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}
