package api

import "github.com/gofiber/fiber/v2"

// secure sets the headers that every answer carries, refusals included (TRUST 3.5).
func (s *Server) secure(c *fiber.Ctx) {
	c.Set(fiber.HeaderXContentTypeOptions, "nosniff")
	c.Set(fiber.HeaderReferrerPolicy, "no-referrer")
	c.Set("Cross-Origin-Opener-Policy", "same-origin")
	c.Set("Cross-Origin-Resource-Policy", "same-origin")
	c.Set(fiber.HeaderCacheControl, "no-store")
}

func (s *Server) pwaShow(c *fiber.Ctx) error { return c.Next() }
