package main

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// rooms says who may import whom of ours. What is not named here may import nothing of ours.
var rooms = map[string][]string{
	"models":  {},
	"storage": {"models"},
	"api":     {"models"},
	"pwa":     {},
	"cmd":     {"models", "storage", "api", "pwa"},
}

// owners are the modules that only one room may know.
var owners = map[string]string{
	"gorm.io/":                      "storage",
	"github.com/jackc/":             "storage",
	"github.com/pressly/goose":      "storage",
	"github.com/minio/":             "storage",
	"golang.org/x/mod":              "storage",
	"modernc.org/sqlite":            "storage",
	"github.com/klauspost/":         "storage",
	"filippo.io/":                   "storage",
	"github.com/benbjohnson/":       "storage",
	"github.com/superfly/":          "storage",
	"github.com/gofiber/":           "api",
	"github.com/valyala/":           "api",
	"github.com/danielgtaylor/huma": "api",
	"github.com/golang-jwt/":        "api",
	"github.com/go-co-op/gocron":    "cmd",
	"github.com/hanwen/go-fuse":     "trial",
}

// outside are the packages by which rules would reach out of their values.
var outside = []string{"net", "net/http", "os", "os/exec", "database/sql", "log", "log/slog", "crypto/rand", "math/rand", "math/rand/v2"}

// areasBelow lists which areas of storage an area may use inside its own transactions, downward only.
var areasBelow = map[string][]string{
	"people": {"outbound"},
	"place":  {"people", "sheet"},
	"photo":  {"place", "people"},
	"ticket": {"photo", "place", "people", "sheet"},
	"score":  {"ticket", "photo", "place", "people"},
	"ledger": {"outbound"},
	"seed":   {"score", "ticket", "place"},
	// A copy is closed for the keys of the backups.
	"copying": {"backup"},
}

func TestLayers(t *testing.T) {
	files := 0
	err := filepath.WalkDir("../..", func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && slices.Contains([]string{"node_modules", ".git", "dist"}, entry.Name()) {
			return fs.SkipDir
		}
		if entry.IsDir() || filepath.Ext(path) != ".go" {
			return nil
		}
		files++
		judgeFile(t, strings.TrimPrefix(filepath.ToSlash(path), "../../"))
		return nil
	})
	if err != nil || files < 30 {
		t.Fatalf("%d files, %v", files, err)
	}
}

func judgeFile(t *testing.T, path string) {
	file, err := parser.ParseFile(token.NewFileSet(), filepath.Join("../..", path), nil, parser.ImportsOnly)
	if err != nil {
		t.Error(err)
		return
	}
	for _, spec := range file.Imports {
		name, _ := strconv.Unquote(spec.Path.Value)
		if complaint := judge(path, name); complaint != "" {
			t.Errorf("%s imports %s: %s", path, name, complaint)
		}
	}
}

// judge says what is wrong with one import, or nothing. Tests, and packages that exist for tests, may look anywhere;
// the rules themselves stay pure even there. Nothing of the product knows trial
// and bench, which do things to it from outside.
func judge(path, name string) string {
	parts := strings.Split(path, "/")
	room := parts[0]
	test := strings.HasSuffix(path, "_test.go") || strings.HasSuffix(filepath.Dir(path), "test") || room == "trial" || room == "bench"
	if test {
		return ""
	}
	if rest, ours := strings.CutPrefix(name, "linli/"); ours {
		return judgeOurs(parts, strings.Split(rest, "/"))
	}
	if room == "models" && strings.Contains(strings.Split(name, "/")[0], ".") {
		return "models knows the standard library only"
	}
	if room == "models" && slices.Contains(outside, name) {
		return "a rule is a function from values to values"
	}
	for module, owner := range owners {
		if strings.HasPrefix(name, module) && room != owner {
			return "that is for " + owner + " only"
		}
	}
	return ""
}

func judgeOurs(from, to []string) string {
	switch {
	case from[0] != to[0] && !slices.Contains(rooms[from[0]], to[0]):
		return from[0] + " does not know " + to[0]
	case from[0] == "models" && to[0] == "models" && len(to) > 1:
		return "an area of rules knows only the root"
	case from[0] == "storage" && to[0] == "storage" && len(to) > 1 && len(from) == 2:
		return "the root of storage knows no area"
	case from[0] == "storage" && to[0] == "storage" && len(to) > 1 && from[1] != "demo" && from[1] != to[1]:
		if !slices.Contains(areasBelow[from[1]], to[1]) {
			return "areas of storage use each other downward only"
		}
	}
	return ""
}

// TestLayersSeesWhatIsWrong shows the judge what it must refuse.
func TestLayersSeesWhatIsWrong(t *testing.T) {
	for _, wrong := range [][2]string{
		{"models/ticket/flow.go", "linli/models/place"},
		{"models/ticket/flow.go", "linli/storage"},
		{"models/ticket/flow.go", "gorm.io/gorm"},
		{"models/ticket/flow.go", "net/http"},
		{"storage/place/estate.go", "linli/storage/ticket"},
		{"storage/tx.go", "linli/storage/ticket"},
		{"storage/tx.go", "github.com/gofiber/fiber/v2"},
		{"storage/ticket/move.go", "linli/api"},
		{"api/ticket.go", "linli/storage"},
		{"api/ticket.go", "linli/pwa"},
		{"api/ticket.go", "gorm.io/gorm"},
		{"cmd/linli/serve.go", "github.com/gofiber/fiber/v2"},
		{"cmd/linli/serve.go", "gorm.io/gorm"},
		{"pwa/embed.go", "linli/models"},
		{"cmd/linli/serve.go", "linli/trial/lossyfs"},
		{"storage/open.go", "github.com/hanwen/go-fuse/v2/fuse"},
	} {
		if judge(wrong[0], wrong[1]) == "" {
			t.Errorf("%s may import %s", wrong[0], wrong[1])
		}
	}
	for _, right := range [][2]string{
		{"storage/ticket/move.go", "linli/storage/photo"},
		{"storage/ticket/move.go", "linli/models/ticket"},
		{"storage/demo/demo.go", "linli/storage/score"},
		{"storage/photo/picture/picture.go", "golang.org/x/image/draw"},
		{"api/ticket.go", "linli/models/ticket"},
		{"cmd/linli/serve.go", "linli/pwa"},
		{"trial/judge.go", "linli/storage"},
		{"api/ticket_test.go", "linli/storage"},
		{"models/ticket/flow.go", "strings"},
	} {
		if complaint := judge(right[0], right[1]); complaint != "" {
			t.Errorf("%s may not import %s: %s", right[0], right[1], complaint)
		}
	}
}
