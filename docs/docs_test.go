// Package docs_test holds the papers true: paths that exist, links that lead somewhere, decisions without gaps.
package docs_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const root = ".."

// Folders that are made here and belong to nobody.
var made = []string{"node_modules", "dist", "dist-gallery", "data", "coverage", "out", "shots", "testdata"}

func text(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(root, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// papers lists every Markdown file of ours, relative to the root.
func papers(t *testing.T) []string {
	t.Helper()
	var names []string
	err := filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && p != root && (strings.HasPrefix(d.Name(), ".") || slices.Contains(made, d.Name())) {
			return filepath.SkipDir
		}
		if strings.HasSuffix(p, ".md") {
			rel, err := filepath.Rel(root, p)
			if err != nil {
				return err
			}
			names = append(names, filepath.ToSlash(rel))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

var fence = regexp.MustCompile("(?s)\n```.*?\n```")

// outside drops fenced blocks.
func outside(s string) string { return fence.ReplaceAllString(s, "") }

func TestLinksLeadSomewhere(t *testing.T) {
	link := regexp.MustCompile(`\]\(([^)\s]+)\)`)
	for _, name := range papers(t) {
		for _, m := range link.FindAllStringSubmatch(outside(text(t, name)), -1) {
			target, anchor, _ := strings.Cut(m[1], "#")
			if strings.Contains(target, "://") || strings.HasPrefix(target, "mailto:") {
				continue
			}
			file := name
			if target != "" {
				file = filepath.Join(filepath.Dir(name), target)
				if _, err := os.Stat(filepath.Join(root, file)); err != nil {
					t.Errorf("%s: the link %s leads nowhere", name, m[1])
					continue
				}
			}
			if anchor != "" && strings.HasSuffix(file, ".md") && !slices.Contains(anchors(text(t, file)), anchor) {
				t.Errorf("%s: %s has no heading #%s", name, file, anchor)
			}
		}
	}
}

// anchors are the headings as GitHub and Forgejo address them.
func anchors(s string) []string {
	var all []string
	drop := regexp.MustCompile(`[^\p{L}\p{N} _-]`)
	for line := range strings.Lines(outside(s)) {
		if strings.HasPrefix(line, "#") {
			title := strings.ToLower(strings.TrimSpace(strings.TrimLeft(line, "#")))
			all = append(all, strings.ReplaceAll(drop.ReplaceAllString(title, ""), " ", "-"))
		}
	}
	return all
}

var code = regexp.MustCompile("`([^`]+)`")

// looksLikePath: `core/money`, `docs/adr/`, `app/arch_test.go`, with <name> for any name; not a command, not an address.
func looksLikePath(s string) bool {
	first, _, found := strings.Cut(s, "/")
	if !found || strings.ContainsAny(s, " {}()@:…") {
		return false
	}
	info, err := os.Stat(filepath.Join(root, first))
	return err == nil && info.IsDir() && !slices.Contains(made, first) && first != ".cache"
}

func exists(p string) bool {
	p = regexp.MustCompile(`<[^>]*>`).ReplaceAllString(p, "*")
	matches, err := filepath.Glob(filepath.Join(root, strings.TrimSuffix(p, "/")))
	return err == nil && len(matches) > 0
}

// What is built (and therefore absent in a fresh clone) may be named all the same.
func built(p string) bool {
	return strings.HasPrefix(p, "build/bin") || strings.HasPrefix(p, "frontend/dist") || strings.HasPrefix(p, "frontend/node_modules")
}

func TestNamedPathsExist(t *testing.T) {
	for _, name := range []string{"README.md", "CONTRIBUTING.md", "docs/README.md"} {
		for _, m := range code.FindAllStringSubmatch(outside(text(t, name)), -1) {
			if looksLikePath(m[1]) && !built(m[1]) && !exists(m[1]) {
				t.Errorf("%s names %s, which is not there", name, m[1])
			}
		}
	}
}

func TestNamedTargetsExist(t *testing.T) {
	makefile := text(t, "Makefile")
	target := regexp.MustCompile("`make ([a-z-]+)`")
	for _, name := range papers(t) {
		for _, m := range target.FindAllStringSubmatch(text(t, name), -1) {
			if !strings.Contains(makefile, "\n"+m[1]+":") {
				t.Errorf("%s names make %s, which the Makefile has not", name, m[1])
			}
		}
	}
}

// section is the text from a heading to the next of its level or above.
func section(t *testing.T, s, heading string) string {
	t.Helper()
	_, after, ok := strings.Cut(s, "\n## "+heading+"\n")
	if !ok {
		t.Fatalf("no section %q", heading)
	}
	body, _, _ := strings.Cut(after, "\n## ")
	return body
}

// The table of CONTRIBUTING.md: kind of change, where it goes, the test that proves it.
func TestWhereDoesMyChangeGo(t *testing.T) {
	table := section(t, text(t, "CONTRIBUTING.md"), "Where does my change go")
	rows := 0
	for line := range strings.Lines(table) {
		line = strings.TrimSpace(line)
		if !strings.HasPrefix(line, "|") || strings.HasPrefix(line, "|-") || strings.HasPrefix(line, "| Kind") {
			continue
		}
		cells := strings.Split(strings.Trim(line, "|"), "|")
		if len(cells) != 3 {
			t.Errorf("not three cells: %s", line)
			continue
		}
		rows++
		for i, what := range map[int]string{1: "place", 2: "test"} {
			named := code.FindAllStringSubmatch(cells[i], -1)
			if len(named) == 0 {
				t.Errorf("the row %q names no %s", strings.TrimSpace(cells[0]), what)
			}
			for _, m := range named {
				p := m[1]
				switch {
				case strings.HasPrefix(p, "make "):
				case strings.HasPrefix(p, "Test"):
					if !testExists(t, p) {
						t.Errorf("the row %q names %s; no test is called so", strings.TrimSpace(cells[0]), p)
					}
				case !exists(p):
					t.Errorf("the row %q names %s, which is not there", strings.TrimSpace(cells[0]), p)
				}
			}
		}
	}
	if rows < 10 {
		t.Errorf("only %d rows: a newcomer asks more than that", rows)
	}
	for _, room := range rooms(t) {
		if !strings.Contains(table, "`"+room) {
			t.Errorf("the table does not name the room %s", room)
		}
	}
}

// rooms are the top-level folders that hold something of ours.
func rooms(t *testing.T) []string {
	t.Helper()
	entries, err := os.ReadDir(root)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		if e.IsDir() && !strings.HasPrefix(e.Name(), ".") && !slices.Contains(made, e.Name()) {
			names = append(names, e.Name())
		}
	}
	return names
}

var tests []string

// testExists looks for a Go test function of that name anywhere in the house.
func testExists(t *testing.T, name string) bool {
	t.Helper()
	if tests == nil {
		function := regexp.MustCompile(`(?m)^func (Test\w+)\(`)
		err := filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			if d.IsDir() && p != root && (strings.HasPrefix(d.Name(), ".") || d.Name() == "node_modules") {
				return filepath.SkipDir
			}
			if !strings.HasSuffix(p, "_test.go") {
				return nil
			}
			b, err := os.ReadFile(p)
			for _, m := range function.FindAllSubmatch(b, -1) {
				tests = append(tests, string(m[1]))
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return slices.Contains(tests, name)
}
