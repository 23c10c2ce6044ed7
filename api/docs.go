package api

import "encoding/json"

// describe writes the OpenAPI document once all routes are registered.
func (s *Server) describe() []byte {
	document, err := json.MarshalIndent(s.api.OpenAPI(), "", "  ")
	if err != nil {
		panic(err) // a schema of ours that cannot be written is a mistake in a type
	}
	return append(document, '\n')
}
