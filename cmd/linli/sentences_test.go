package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"linli/models/ticket"
)

// A refusal reaches a person as a sentence of the app, found by its code. These tests read the codes out of the Go
// sources and the sentences out of the app's, so that neither can be forgotten.

var (
	codeShape   = regexp.MustCompile(`^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$`)
	prefixShape = regexp.MustCompile(`^[a-z][a-z0-9_]*\.[a-z0-9_]*$`)
	// notCodes have the shape of a code: columns, files of the app, keys of the settings table, fields of a request.
	notCodes = regexp.MustCompile(`^(\w\.\w+|\w+\.(id|html|css|js|json|db)|demo\.(anchor|bulletins|causes|desk|history|people|phones|register|rosters|scores|seeded|templates)|backup\.last|key\.|on_behalf\.\w+|shifts\.\w+)$`)
	// sentenceLine is one sentence of the app's dictionaries; own codes are those that the app gives itself.
	sentenceLine = regexp.MustCompile(`^  '?([a-z0-9_.]+)'?: '((?:[^'\\]|\\.)*)',$`)
	ownCode      = regexp.MustCompile(`(?:code: |return )'([a-z_]+\.[a-z_]+)'`)
	placeholder  = regexp.MustCompile(`\{(\w+)\}`)
)

// composed names what a code that is put together may end in.
var composed = map[string]func() []string{
	"ticket.not_yours_to_": func() (ends []string) {
		for _, step := range ticket.Flow {
			ends = append(ends, string(step.Action))
		}
		return ends
	},
}

// sentAt is one place that refuses, with the names of the figures that go with the code, where they can be read.
type sentAt struct {
	where  string
	read   bool
	params []string
}

// codesSent reads every code that the Go files below the folders can send.
func codesSent(folders ...string) (map[string][]sentAt, error) {
	codes := map[string][]sentAt{}
	for _, folder := range folders {
		err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") {
				return err
			}
			return codesOfFile(path, codes)
		})
		if err != nil {
			return nil, err
		}
	}
	return codes, nil
}

func codesOfFile(path string, codes map[string][]sentAt) error {
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, path, nil, parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	var above []ast.Node
	var faults []error
	ast.Inspect(file, func(n ast.Node) bool {
		if n == nil {
			above = above[:len(above)-1]
			return true
		}
		if word, ok := n.(*ast.BasicLit); ok && word.Kind == token.STRING {
			where := strings.TrimPrefix(files.Position(word.Pos()).String(), "../../")
			faults = append(faults, addCode(word, above, where, codes))
		}
		above = append(above, n)
		return true
	})
	for _, fault := range faults {
		if fault != nil {
			return fault
		}
	}
	return nil
}

// addCode decides by the word's shape, not by who is called with it: so a new way of refusing cannot slip through.
func addCode(word *ast.BasicLit, above []ast.Node, where string, codes map[string][]sentAt) error {
	text, err := strconv.Unquote(word.Value)
	if err != nil || notCodes.MatchString(text) || staysInside(above) {
		return err
	}
	at := sentAt{where: where}
	at.params, at.read = paramsOf(word, above)
	if sum, ok := above[len(above)-1].(*ast.BinaryExpr); ok && sum.X == word && prefixShape.MatchString(text) {
		ends, known := composed[text]
		if !known {
			return fmt.Errorf("%s: a code begins with %q: say in composed what it may end in", where, text)
		}
		for _, end := range ends() {
			codes[text+end] = append(codes[text+end], at)
		}
		return nil
	}
	if codeShape.MatchString(text) || called(above) == "newProblem" {
		codes[text] = append(codes[text], at)
	}
	return nil
}

// called is the name of the function that the word is given to, "" when it is not given to one.
func called(above []ast.Node) string {
	call, ok := above[len(above)-1].(*ast.CallExpr)
	if !ok {
		return ""
	}
	switch f := call.Fun.(type) {
	case *ast.Ident:
		return f.Name
	case *ast.SelectorExpr:
		return f.Sel.Name
	}
	return ""
}

// staysInside reports whether the refusal is of the kind that is logged and shown as "internal".
func staysInside(above []ast.Node) bool {
	call, ok := above[len(above)-1].(*ast.CallExpr)
	if !ok || called(above) != "Refuse" || len(call.Args) == 0 {
		return false
	}
	kind, ok := call.Args[0].(*ast.SelectorExpr)
	return ok && kind.Sel.Name == "Internal"
}

// paramsOf finds the figures: those in .With("name", …) behind a refusal, pairs that follow the code in the call, and
// the Params of a literal. A code that goes through other hands first is not judged.
func paramsOf(word *ast.BasicLit, above []ast.Node) (names []string, read bool) {
	switch called(above) {
	case "Refuse", "RefuseField":
		return append(names, paramsBehind(above)...), true
	case "fail", "refuse":
		call := above[len(above)-1].(*ast.CallExpr)
		at := slices.IndexFunc(call.Args, func(e ast.Expr) bool { return e == word })
		for i := at + 1; i < len(call.Args); i += 2 {
			names = append(names, textOf(call.Args[i]))
		}
		return names, true
	}
	if len(above) < 2 {
		return nil, false
	}
	literal, ok := above[len(above)-2].(*ast.CompositeLit)
	if !ok {
		return nil, false
	}
	return paramsIn(literal), true
}

// paramsBehind climbs from the refusal through .With(…).With(…).
func paramsBehind(above []ast.Node) (names []string) {
	for i := len(above) - 2; i > 0; i -= 2 {
		with, ok := above[i].(*ast.SelectorExpr)
		if !ok || with.Sel.Name != "With" {
			return names
		}
		if call, ok := above[i-1].(*ast.CallExpr); ok && len(call.Args) == 2 {
			names = append(names, textOf(call.Args[0]))
		}
	}
	return names
}

func paramsIn(literal *ast.CompositeLit) (names []string) {
	for _, field := range literal.Elts {
		pair, ok := field.(*ast.KeyValueExpr)
		if !ok {
			continue
		}
		if name, ok := pair.Key.(*ast.Ident); !ok || name.Name != "Params" {
			continue
		}
		ast.Inspect(pair.Value, func(n ast.Node) bool {
			if each, ok := n.(*ast.KeyValueExpr); ok {
				names = append(names, textOf(each.Key))
			}
			return true
		})
	}
	return names
}

func textOf(e ast.Expr) string {
	word, ok := e.(*ast.BasicLit)
	if !ok {
		return ""
	}
	text, _ := strconv.Unquote(word.Value)
	return text
}

// sentences reads one language's error sentences; a line that it cannot read is a fault.
func sentences(folder string) (map[string]string, error) {
	found := map[string]string{}
	files, err := filepath.Glob(filepath.Join(folder, "*rror.ts"))
	if err != nil {
		return nil, err
	}
	for _, path := range files {
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		for number, line := range strings.Split(string(text), "\n") {
			if !strings.HasPrefix(line, "  ") {
				continue
			}
			parts := sentenceLine.FindStringSubmatch(line)
			if parts == nil {
				return nil, fmt.Errorf("%s:%d: not a sentence: %s", path, number+1, line)
			}
			if _, twice := found[parts[1]]; twice {
				return nil, fmt.Errorf("%s:%d: a second sentence for %s", path, number+1, parts[1])
			}
			found[parts[1]] = parts[2]
		}
	}
	return found, nil
}

// codesOfApp are the codes that the app gives itself, when there is no answer or none of ours.
func codesOfApp(folder string) (map[string]bool, error) {
	own := map[string]bool{"unknown": true}
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && entry.Name() == "i18n" {
			return fs.SkipDir
		}
		if entry.IsDir() || !slices.Contains([]string{".ts", ".vue"}, filepath.Ext(path)) {
			return nil
		}
		text, err := os.ReadFile(path)
		for _, found := range ownCode.FindAllStringSubmatch(string(text), -1) {
			own[found[1]] = true
		}
		return err
	})
	return own, err
}

// faultsOf compares: each code has a sentence, each sentence a code, each figure in a sentence is given wherever it is sent.
func faultsOf(sent map[string][]sentAt, own map[string]bool, said map[string]string) (faults []string) {
	for _, code := range slices.Sorted(maps.Keys(sent)) {
		sentence, ok := said[code]
		if !ok {
			faults = append(faults, fmt.Sprintf("%s (%s) has no sentence", code, sent[code][0].where))
		}
		for _, figure := range placeholder.FindAllStringSubmatch(sentence, -1) {
			for _, at := range sent[code] {
				if at.read && !slices.Contains(at.params, figure[1]) {
					faults = append(faults, fmt.Sprintf("%s (%s) does not give {%s} to its sentence", code, at.where, figure[1]))
				}
			}
		}
	}
	for code := range own {
		if said[code] == "" {
			faults = append(faults, fmt.Sprintf("%s of the app has no sentence", code))
		}
	}
	for _, code := range slices.Sorted(maps.Keys(said)) {
		if len(sent[code]) == 0 && !own[code] {
			faults = append(faults, fmt.Sprintf("nobody sends %s, but it has a sentence", code))
		}
	}
	return faults
}

func TestSentenceForEveryRefusal(t *testing.T) {
	sent, err := codesSent("../../models", "../../storage", "../../api", "../../cmd")
	if err != nil {
		t.Fatal(err)
	}
	own, err := codesOfApp("../../pwa/src")
	if err != nil {
		t.Fatal(err)
	}
	if len(sent) < 150 || len(own) < 8 {
		t.Fatalf("only %d codes of the server and %d of the app were found", len(sent), len(own))
	}
	for _, language := range []string{"zh-CN", "en"} {
		said, err := sentences("../../pwa/src/i18n/" + language)
		if err != nil {
			t.Fatal(err)
		}
		for _, fault := range faultsOf(sent, own, said) {
			t.Errorf("%s: %s", language, fault)
		}
	}
}

// The control: what the test above is for is noticed when it happens.
func TestSentenceThatIsMissingIsNoticed(t *testing.T) {
	const tea = `package tea
import "linli/models"
const cold = "tea.cold"
func drink() error { return models.RefuseField("tea.bitter", "cup").With("spoons", 3) }
func pour() error  { return &models.Error{Kind: models.Denied, Code: "tea.none"} }
func spill() error { return models.Refuse(models.Internal, "tea.spilt") }
func warm(p *row)  { p.fail("cup", "tea.hot", "degrees", 90) }
func chip() error  { return row{Code: "tea.chipped", Params: map[string]any{"cups": 2}} }
var table = []any{"tea.id", "tea.json"}`
	folder := t.TempDir()
	write := func(words string) {
		if err := os.WriteFile(filepath.Join(folder, "tea.go"), []byte(words), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(tea)
	sent, err := codesSent(folder)
	if err != nil {
		t.Fatal(err)
	}
	if got := slices.Sorted(maps.Keys(sent)); !slices.Equal(got, []string{"tea.bitter", "tea.chipped", "tea.cold", "tea.hot", "tea.none"}) {
		t.Fatalf("codes %q", got)
	}
	said := map[string]string{"tea.cold": "Cold.", "tea.bitter": "{spoons} spoons.", "tea.hot": "{degrees} in {cup}.", "tea.chipped": "{cups}.", "tea.gone": "Gone."}
	faults := strings.Join(faultsOf(sent, nil, said), "\n")
	for _, want := range []string{"tea.none (", "does not give {cup}", "nobody sends tea.gone"} {
		if !strings.Contains(faults, want) {
			t.Errorf("%q is not among the faults:\n%s", want, faults)
		}
	}
	if n := strings.Count(faults, "\n") + 1; n != 3 {
		t.Errorf("%d faults:\n%s", n, faults)
	}
	write(tea + "\nfunc sip(how string) error { return models.Refuse(models.Denied, \"tea.sip_\"+how) }")
	if _, err := codesSent(folder); err == nil || !strings.Contains(err.Error(), "tea.sip_") {
		t.Errorf("a composed code passed: %v", err)
	}
}
