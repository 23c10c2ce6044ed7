package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// once says what is done in one place only, so that its rules cannot be walked around: the names by which it is done,
// and the folders or files that may use them.
var once = []struct {
	what   string
	names  []string // package.Name, or package.* for all of it
	places []string
}{
	{
		"speaks HTTP to somebody else's server",
		[]string{
			"net/http.Get", "net/http.Head", "net/http.Post", "net/http.PostForm", "net/http.DefaultClient", "net/http.DefaultTransport",
			"net/http.Client", "net/http.Transport", "net.Dial", "net.DialTimeout", "net.DialTCP", "net.DialUDP", "net.Dialer",
			"crypto/tls.Dial", "crypto/tls.DialWithDialer", "crypto/tls.Dialer",
		},
		[]string{
			"storage/outbound/",
			"storage/blob_s3.go",   // the installation's own photo store
			"cmd/linli/by_hand.go", // "linli health" asks itself
		},
	},
	{"parses sign-in tokens", []string{"github.com/golang-jwt/jwt/v5.*"}, []string{"api/token.go"}},
	{
		"decodes pictures",
		[]string{"image.Decode", "image.DecodeConfig", "image/jpeg.Decode", "image/jpeg.DecodeConfig", "image/png.Decode", "image/png.DecodeConfig", "image/gif.*", "golang.org/x/image/webp.*"},
		[]string{"storage/photo/picture/"},
	},
	{"makes a log", []string{"log/slog.NewJSONHandler", "log/slog.NewTextHandler", "log/slog.Default", "log/slog.Info", "log/slog.Error", "log.Print", "log.Printf", "log.Println", "log.New", "log.Fatal"}, []string{"cmd/linli/log.go"}},
	{"runs another program", []string{"os/exec.*"}, []string{"cmd/linli/copy_watch.go"}}, // this very program again, which keeps the copy
	{"walks around the types", []string{"unsafe.*", "plugin.*", "net/rpc.*", "encoding/gob.*", "html/template.HTML", "text/template.*"}, nil},
}

// TestOnce reads every file of the program and finds each of these names in its place only. Trials and measurements
// stand beside the program and are no part of it.
func TestOnce(t *testing.T) {
	met := map[string]bool{}
	files := 0
	err := filepath.WalkDir("../..", func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && slices.Contains([]string{"node_modules", ".git", "dist"}, entry.Name()) {
			return fs.SkipDir
		}
		if room, _, inside := strings.Cut(strings.TrimPrefix(filepath.ToSlash(path), "../../"), "/"); inside && rooms[room] == nil {
			return nil
		}
		if entry.IsDir() || filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") || strings.HasSuffix(filepath.Dir(path), "test") {
			return nil
		}
		files++
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		place := strings.TrimPrefix(filepath.ToSlash(path), "../../")
		for _, complaint := range misplaced(place, file, met) {
			t.Error(complaint)
		}
		return nil
	})
	if err != nil || files < 30 {
		t.Fatalf("%d files, %v", files, err)
	}
	for _, rule := range once {
		for _, place := range rule.places {
			if !met[place] {
				t.Errorf("nothing in %s %s any more: take it off the list", place, rule.what)
			}
		}
	}
}

// misplaced names the uses that stand in the wrong place, and notes in met the places that are used.
func misplaced(place string, file *ast.File, met map[string]bool) (complaints []string) {
	imports := map[string]string{}
	for _, spec := range file.Imports {
		path, _ := strconv.Unquote(spec.Path.Value)
		name := importName(path)
		if spec.Name != nil {
			name = spec.Name.Name
		}
		imports[name] = path
		if name == "_" || name == "." {
			complaints = append(complaints, judgeUse(place, path, "", met)...)
		}
	}
	ast.Inspect(file, func(n ast.Node) bool {
		selector, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		if pkg, ok := selector.X.(*ast.Ident); ok && imports[pkg.Name] != "" {
			complaints = append(complaints, judgeUse(place, imports[pkg.Name], selector.Sel.Name, met)...)
		}
		return true
	})
	return complaints
}

// importName is what a package is called where nobody renames it.
func importName(path string) string {
	parts := strings.Split(path, "/")
	last := parts[len(parts)-1]
	if len(parts) > 1 && len(last) > 1 && last[0] == 'v' && strings.Trim(last[1:], "0123456789") == "" {
		return parts[len(parts)-2]
	}
	return last
}

func judgeUse(place, path, name string, met map[string]bool) (complaints []string) {
	for _, rule := range once {
		if !slices.Contains(rule.names, path+"."+name) && !slices.Contains(rule.names, path+".*") {
			continue
		}
		at := slices.IndexFunc(rule.places, func(p string) bool { return place == p || strings.HasSuffix(p, "/") && strings.HasPrefix(place, p) })
		if at < 0 {
			complaints = append(complaints, place+" uses "+path+"."+name+", which "+rule.what)
			continue
		}
		met[rule.places[at]] = true
	}
	return complaints
}

// TestOnceSeesWhatIsWrong shows the judge what it must find.
func TestOnceSeesWhatIsWrong(t *testing.T) {
	for source, want := range map[string]int{
		`package x; import "net/http"; var c = http.Client{}`:                                     1,
		`package x; import h "net/http"; func f() { h.Get("https://x") }`:                         1,
		`package x; import "net/http"; func f(w http.ResponseWriter) { w.Write(nil) }`:            0,
		`package x; import "os/exec"; func f() { exec.Command("sh") }`:                            1,
		`package x; import "github.com/golang-jwt/jwt/v5"; var p = jwt.NewParser()`:               1,
		`package x; import _ "golang.org/x/image/webp"`:                                           1,
		`package x; import "image"; func f(r io.Reader) { image.Decode(r); image.Decode(r) }`:     2,
		`package x; import "image"; var r = image.Rect(0, 0, 1, 1)`:                               0,
		`package x; import "net"; func f() { (&net.Dialer{}).Dial("tcp", "x"); net.ParseIP("") }`: 1,
	} {
		file, err := parser.ParseFile(token.NewFileSet(), "x.go", source, 0)
		if err != nil {
			t.Fatal(err)
		}
		if got := misplaced("storage/place/x.go", file, map[string]bool{}); len(got) != want {
			t.Errorf("%s\n%v, want %d", source, got, want)
		}
	}
}
