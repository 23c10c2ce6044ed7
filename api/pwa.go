package api

import (
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"mime"
	"path"
	"strings"

	"github.com/gofiber/fiber/v2"

	"linli/models"
)

// asset is one file of the app, held in memory with its packed companions.
type asset struct {
	plain, brotli, gzip []byte
	mediaType           string
	cache               string
	etag                string
}

// The three cache classes: what has its hash in its name never changes; what the app starts from is asked for each
// time, and costs an empty 304; pictures may be a day old.
const (
	cacheForEver = "public, max-age=31536000, immutable"
	cacheAsk     = "no-cache"
	cacheDay     = "public, max-age=86400"
)

const indexPage = "index.html"

// app is the built phone app.
type app struct {
	assets map[string]asset
	policy string
}

// loadApp reads the build. Files that only the server or a developer needs are not served.
func loadApp(files fs.FS) (app, error) {
	a := app{assets: map[string]asset{}}
	if files == nil {
		return a, nil
	}
	hashes, err := fs.ReadFile(files, "csp-hashes.txt")
	if err == nil {
		a.policy = pagePolicy(strings.Join(strings.Fields(string(hashes)), " "))
	} else {
		a.policy = pagePolicy("")
	}
	err = fs.WalkDir(files, ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && name != "." && strings.HasPrefix(path.Base(name), "."):
			return fs.SkipDir
		case entry.IsDir() || !isServed(name):
			return nil
		}
		a.assets[name], err = loadAsset(files, name)
		return err
	})
	return a, err
}

// mustLoadApp panics when the build inside the binary cannot be read: there is nothing to serve then.
func mustLoadApp(files fs.FS) app {
	a, err := loadApp(files)
	if err != nil {
		panic(err)
	}
	return a
}

func isServed(name string) bool {
	base := path.Base(name)
	switch path.Ext(name) {
	case ".br", ".gz", ".map":
		return false
	}
	return !strings.HasPrefix(base, ".") && base != "csp-hashes.txt"
}

func loadAsset(files fs.FS, name string) (asset, error) {
	plain, err := fs.ReadFile(files, name)
	if err != nil {
		return asset{}, err
	}
	sum := sha256.Sum256(plain)
	f := asset{
		plain:     plain,
		mediaType: mediaTypeOf(name),
		cache:     cacheOf(name),
		etag:      hex.EncodeToString(sum[:8]),
	}
	f.brotli, _ = fs.ReadFile(files, name+".br") // small files have no companions
	f.gzip, _ = fs.ReadFile(files, name+".gz")
	return f, nil
}

func cacheOf(name string) string {
	switch {
	case strings.HasPrefix(name, "assets/"):
		return cacheForEver
	case strings.HasPrefix(name, "icons/") || path.Ext(name) == ".svg" || path.Ext(name) == ".png":
		return cacheDay
	}
	return cacheAsk
}

// mediaTypeOf does not ask the machine, whose tables differ.
func mediaTypeOf(name string) string {
	switch path.Ext(name) {
	case ".html":
		return "text/html; charset=utf-8"
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".json":
		return "application/json"
	case ".webmanifest":
		return "application/manifest+json"
	case ".svg":
		return "image/svg+xml"
	case ".png":
		return "image/png"
	case ".woff2":
		return "font/woff2"
	}
	if t := mime.TypeByExtension(path.Ext(name)); t != "" {
		return t
	}
	return "application/octet-stream"
}

// pwaShow is the last in the line: it gives a file of the app, or the app's page for the addresses that the app
// itself understands. What looks like a file, and everything below /api, is never answered by the page.
func (s *Server) pwaShow(c *fiber.Ctx) error {
	if c.Method() != fiber.MethodGet && c.Method() != fiber.MethodHead {
		return c.Next()
	}
	name := strings.TrimPrefix(c.Path(), "/")
	if f, ok := s.pwa.assets[name]; ok && name != "" {
		return s.send(c, name, f)
	}
	if isAppAddress(c.Path()) {
		if f, ok := s.pwa.assets[indexPage]; ok {
			return s.send(c, indexPage, f)
		}
		return models.Refuse(models.NotFound, "app.not_built")
	}
	return c.Next()
}

func isAppAddress(p string) bool {
	return !strings.Contains(p, ".") && p != "/api" && !strings.HasPrefix(p, "/api/")
}

// send writes a file in the smallest form that the browser takes.
func (s *Server) send(c *fiber.Ctx, name string, f asset) error {
	c.Set(fiber.HeaderCacheControl, f.cache)
	c.Set(fiber.HeaderVary, fiber.HeaderAcceptEncoding)
	c.Set(fiber.HeaderContentType, f.mediaType)
	switch path.Ext(name) {
	case ".html":
		c.Set(fiber.HeaderContentSecurityPolicy, s.pwa.policy)
	case ".js":
		c.Set(fiber.HeaderContentSecurityPolicy, workerPolicy)
	}
	bytes, encoding := f.plain, ""
	switch {
	case f.brotli != nil && takes(c, "br"):
		bytes, encoding = f.brotli, "br"
	case f.gzip != nil && takes(c, "gzip"):
		bytes, encoding = f.gzip, "gzip"
	}
	etag := `"` + f.etag + encoding + `"`
	c.Set(fiber.HeaderETag, etag)
	if c.Get(fiber.HeaderIfNoneMatch) == etag {
		c.Status(fiber.StatusNotModified)
		return nil
	}
	if encoding != "" {
		c.Set(fiber.HeaderContentEncoding, encoding)
	}
	return c.Send(bytes)
}

// takes reports whether the browser named the encoding; silence means no.
func takes(c *fiber.Ctx, encoding string) bool {
	return c.Get(fiber.HeaderAcceptEncoding) != "" && c.AcceptsEncodings(encoding) == encoding
}
