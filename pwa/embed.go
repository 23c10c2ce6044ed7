// Package pwa carries the built phone and desk app inside the server's binary.
package pwa

import (
	"embed"
	"io/fs"
)

//go:embed all:dist
var dist embed.FS

// Files returns the build: index.html, assets and their .br and .gz companions.
// Before `npm run build` it holds only a placeholder.
func Files() fs.FS {
	files, err := fs.Sub(dist, "dist")
	if err != nil {
		panic(err) // only a misspelt constant could cause this
	}
	return files
}
