package app_test

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// source is one Go file of ours, parsed.
type source struct {
	name      string // from the root, with slashes
	lines     int
	generated bool
	file      *ast.File
	set       *token.FileSet
}

func (s source) test() bool { return strings.HasSuffix(s.name, "_test.go") }

// sources parses every Go file of the module, tests as well.
func sources(t *testing.T) []source {
	t.Helper()
	var list []source
	walk(t, ".go", func(name string, b []byte) {
		if strings.HasPrefix(name, "tools/") { // a module of its own
			return
		}
		set := token.NewFileSet()
		f, err := parser.ParseFile(set, name, b, parser.ParseComments)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			return
		}
		list = append(list, source{name: name, lines: strings.Count(string(b), "\n"), generated: ast.IsGenerated(f), file: f, set: set})
	})
	if len(list) < 150 {
		t.Fatalf("%d Go files: the walk did not see the house", len(list))
	}
	return list
}

func walk(t *testing.T, ext string, visit func(name string, b []byte)) {
	t.Helper()
	err := filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if n := d.Name(); p != root && (strings.HasPrefix(n, ".") || n == "node_modules" || n == "dist" || n == "data") && p != filepath.Join(root, "app", "demo", "data") {
				return filepath.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(p, ext) {
			return nil
		}
		b, err := os.ReadFile(p)
		if errors.Is(err, fs.ErrNotExist) { // moved meanwhile
			return nil
		}
		rel, rerr := filepath.Rel(root, p)
		visit(filepath.ToSlash(rel), b)
		return errors.Join(err, rerr)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Budgets of DESIGN, Conventions: files under 500 lines, functions of 70 at most. Tables of
// tests are long by nature: a test function may be, its file may not.
const (
	maxFile     = 500
	maxFunction = 70
)

func TestFilesAndFunctionsAreShort(t *testing.T) {
	for _, s := range sources(t) {
		if s.generated {
			continue
		}
		if s.lines > maxFile {
			t.Errorf("%s has %d lines, %d at most", s.name, s.lines, maxFile)
		}
		for _, d := range s.file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || f.Body == nil || s.test() {
				continue
			}
			from, to := s.set.Position(f.Pos()).Line, s.set.Position(f.End()).Line
			if n := to - from + 1; n > maxFunction {
				t.Errorf("%s:%d: %s has %d lines, %d at most", s.name, from, f.Name.Name, n, maxFunction)
			}
		}
	}
	for _, ext := range []string{".ts", ".tsx", ".css", ".templ", ".mjs"} {
		walk(t, ext, func(name string, b []byte) {
			if n := strings.Count(string(b), "\n"); n > maxFile && !strings.HasPrefix(name, "frontend/wailsjs/") {
				t.Errorf("%s has %d lines, %d at most", name, n, maxFile)
			}
		})
	}
}

var sqlText = regexp.MustCompile(`(?is)^\s*(select\s.+\sfrom\s|insert\s+(or\s+\w+\s+)?into\s|update\s+\w+\s+set\s|delete\s+from\s|create\s+(table|index|trigger|view|unique|virtual)\s|drop\s+(table|index|trigger|view)\s|alter\s+table\s|pragma\s+\w|vacuum\s+into\s|begin\s+immediate|with\s+\w+\s+as\s*\()`)

// outsideProgram are files that are never part of the program: tests, and the bench, whose
// floor does a job with the least code that can.
func (s source) outsideProgram() bool { return s.test() || strings.HasPrefix(s.name, "bench/") }

// SQL stands in db/ alone. Tests go past the door by dbtest; theirs is no SQL of the program.
func TestNoSQLOutsideTheDoor(t *testing.T) {
	for _, s := range sources(t) {
		if s.outsideProgram() || strings.HasPrefix(s.name, "db/") {
			continue
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			lit, ok := n.(*ast.BasicLit)
			if !ok || lit.Kind != token.STRING {
				return true
			}
			if text, err := strconv.Unquote(lit.Value); err == nil && sqlText.MatchString(text) {
				t.Errorf("%s: SQL outside db/: %.60q", s.set.Position(lit.Pos()), text)
			}
			return true
		})
	}
}

// Rooms of the office may name sql.NullString and its like in generated parameters; opening,
// querying and transactions are the door's.
func TestOnlyTheDoorOpensFiles(t *testing.T) {
	for _, s := range sources(t) {
		if s.outsideProgram() || strings.HasPrefix(s.name, "db/") {
			continue
		}
		selections(s, "database/sql", func(name string, at token.Position) {
			if !strings.HasPrefix(name, "Null") && name != "ErrNoRows" {
				t.Errorf("%s: sql.%s outside db/", at, name)
			}
		})
	}
}

// Clocks and randomness come from outside: core, rules and office never ask the machine.
func TestClockAndChanceComeFromOutside(t *testing.T) {
	for _, s := range sources(t) {
		ring, _, _ := strings.Cut(s.name, "/")
		if s.test() || !slices.Contains([]string{"core", "rules", "office"}, ring) {
			continue
		}
		selections(s, "time", func(name string, at token.Position) {
			if name == "Now" || name == "Since" || name == "Until" {
				t.Errorf("%s: time.%s; the clock is injected", at, name)
			}
		})
		for _, imp := range s.file.Imports {
			if path, err := strconv.Unquote(imp.Path.Value); err == nil && (path == "math/rand" || path == "math/rand/v2") && s.name != "core/id/id.go" && ring != "office" {
				t.Errorf("%s imports %s; chance is injected", s.name, path)
			}
		}
	}
}

// selections calls visit for every use of package path in the file.
func selections(s source, path string, visit func(name string, at token.Position)) {
	local := ""
	for _, imp := range s.file.Imports {
		if p, err := strconv.Unquote(imp.Path.Value); err == nil && p == path {
			local = p[strings.LastIndex(p, "/")+1:]
			if imp.Name != nil {
				local = imp.Name.Name
			}
		}
	}
	if local == "" {
		return
	}
	ast.Inspect(s.file, func(n ast.Node) bool {
		sel, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		if x, ok := sel.X.(*ast.Ident); ok && x.Name == local && x.Obj == nil {
			visit(sel.Sel.Name, s.set.Position(sel.Pos()))
		}
		return true
	})
}

// Every package says what lives there.
func TestEveryPackageIsDescribed(t *testing.T) {
	described, found := map[string]bool{}, map[string]bool{}
	for _, s := range sources(t) {
		dir := filepath.Dir(s.name)
		if s.test() || s.generated || dir == "db/gen" {
			continue
		}
		found[dir] = true
		if s.file.Doc != nil && len(s.file.Doc.Text()) > 30 {
			described[dir] = true
		}
	}
	for dir := range found {
		if !described[dir] {
			t.Errorf("%s: no file says what lives here", dir)
		}
	}
}

// The net that TestNoSQLOutsideTheDoor casts.
func TestSQLIsKnownWhenSeen(t *testing.T) {
	for text, want := range map[string]bool{
		"SELECT id FROM documents":               true,
		"\n\tselect count(*)\n\tfrom entries":    true,
		"INSERT OR IGNORE INTO files (a) VALUES": true,
		"UPDATE documents SET state = ?":         true,
		"DELETE FROM mails":                      true,
		"PRAGMA foreign_keys":                    true,
		"WITH t AS (SELECT 1) SELECT * FROM t":   true,
		"select an invoice, then click":          false,
		"Update your browser":                    false,
		"delete the draft from the list":         false,
		"":                                       false,
	} {
		if got := sqlText.MatchString(text); got != want {
			t.Errorf("%q: SQL %v, want %v", text, got, want)
		}
	}
}
