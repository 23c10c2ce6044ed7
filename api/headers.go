package api

import "github.com/gofiber/fiber/v2"

// secure sets the headers that every answer carries, refusals included (TRUST 3.5). Pages set a wider policy of their
// own; pictures and JSON have nothing to run.
func (s *Server) secure(c *fiber.Ctx) {
	c.Set(fiber.HeaderContentSecurityPolicy, "default-src 'none'; frame-ancestors 'none'; sandbox")
	c.Set(fiber.HeaderXContentTypeOptions, "nosniff")
	c.Set(fiber.HeaderXFrameOptions, "DENY")
	c.Set(fiber.HeaderReferrerPolicy, "no-referrer")
	c.Set(fiber.HeaderPermissionsPolicy, permissions)
	c.Set(fiber.HeaderStrictTransportSecurity, "max-age=31536000; includeSubDomains")
	c.Set("Cross-Origin-Opener-Policy", "same-origin")
	c.Set("Cross-Origin-Resource-Policy", "same-origin")
	c.Set(fiber.HeaderCacheControl, "no-store")
}

// permissions are the phone's own powers that the app uses: photos, "near me", voice.
const permissions = "camera=(self), geolocation=(self), microphone=(self), payment=(), usb=()"

// pagePolicy is what a page of ours may do: nothing from elsewhere, no inline script but those named by their hash,
// and no HTML made from strings.
func pagePolicy(scriptHashes string) string {
	script := "script-src 'self'"
	if scriptHashes != "" {
		script += " " + scriptHashes
	}
	return "default-src 'none'; " + script + "; style-src 'self'; img-src 'self' blob:; media-src 'self' blob:; " +
		"connect-src 'self'; font-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; " +
		"base-uri 'none'; frame-ancestors 'none'; object-src 'none'; require-trusted-types-for 'script'"
}

// workerPolicy is what a script of ours may do when it runs as a worker, where its own answer's policy rules and not
// the page's: the service worker must fetch the app's files to keep them, or the app never opens without a network.
const workerPolicy = "default-src 'none'; script-src 'self'; connect-src 'self'; frame-ancestors 'none'"
