package api

import (
	"embed"
	"encoding/json"
	"io/fs"

	"github.com/gofiber/fiber/v2"
)

//go:embed docspage
var docsFiles embed.FS

// describe writes the OpenAPI document once all routes are registered.
func (s *Server) describe() []byte {
	document, err := json.MarshalIndent(s.api.OpenAPI(), "", "  ")
	if err != nil {
		panic(err) // a schema of ours that cannot be written is a mistake in a type
	}
	return append(document, '\n')
}

// documentShow gives the OpenAPI document, from which the phone app's types are made.
func (s *Server) documentShow(c *fiber.Ctx) error {
	c.Set(fiber.HeaderCacheControl, cacheAsk)
	c.Set(fiber.HeaderContentType, "application/openapi+json")
	return c.Send(s.document)
}

// docsFile gives one of the three files of the page that shows the document to people. They are our own: nothing
// comes from another host.
func docsFile(name string) fiber.Handler {
	bytes, err := fs.ReadFile(docsFiles, "docspage/"+name)
	if err != nil {
		panic(err) // only a misspelt constant could cause this
	}
	return func(c *fiber.Ctx) error {
		c.Set(fiber.HeaderCacheControl, cacheAsk)
		c.Set(fiber.HeaderContentType, mediaTypeOf(name))
		c.Set(fiber.HeaderContentSecurityPolicy, pagePolicy(""))
		return c.Send(bytes)
	}
}
