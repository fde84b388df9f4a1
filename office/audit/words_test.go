package audit_test

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

	"comptoir/core/locale"
	"comptoir/office/audit"
	"comptoir/office/charging"
	"comptoir/office/company"
	"comptoir/office/customers"
	"comptoir/office/outbox"
	"comptoir/office/payments"
	"comptoir/office/reminders"
	"comptoir/office/sepa"
)

// sections are the structs whose changed fields are logged by audit.Changed, by the file that does.
var sections = map[string]any{
	"office/company/company.go": company.Firm{}, "office/company/settings.go": company.Portal{}, "office/company/support.go": company.Firm{},
	"office/outbox/settings.go": outbox.Settings{}, "office/sepa/service.go": sepa.Settings{}, "office/payments/way_settings.go": payments.WaySettings{},
	"office/charging/settings.go": charging.Settings{}, "office/reminders/policy.go": reminders.Policy{},
	"office/customers/groups.go": customers.Group{}, "office/customers/portal.go": customers.GroupPortal{}, "office/customers/portal_mails.go": customers.GroupMails{},
}

// Every field that a section of settings can change has words in both languages.
func TestEveryFieldOfSettingsHasWords(t *testing.T) {
	seen := 0
	for file, of := range sections {
		for _, name := range audit.Fields(of) {
			seen++
			worded(t, file, name, "common.fields."+name, "common.said."+name)
		}
	}
	if seen < 60 {
		t.Errorf("%d fields were seen", seen)
	}
	calls := []string{}
	sources(t, func(path string, file *ast.File) {
		ast.Inspect(file, func(n ast.Node) bool {
			if c, ok := n.(*ast.CallExpr); ok && named(c.Fun) == "audit.Changed" && !slices.Contains(calls, path) {
				calls = append(calls, path)
			}
			return true
		})
	})
	for _, path := range calls {
		if sections[path] == nil {
			t.Errorf("%s logs changed fields: put its struct into sections", path)
		}
	}
	if len(calls) != len(sections) {
		t.Errorf("%d files log changed fields, %d stand in sections", len(calls), len(sections))
	}
}

// Every name of a detail that the code gives to the log, and every field that it names there itself, has words.
func TestEveryFactHasWords(t *testing.T) {
	seen, fields := map[string]bool{}, map[string]bool{}
	sources(t, func(path string, file *ast.File) {
		for _, d := range file.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || fn.Body == nil || !logs(fn) {
				continue
			}
			for _, name := range factsOf(fn.Body) {
				seen[name] = true
				if kind, are := audit.IDs("", name); are && kind == "" {
					continue // an id that people have no name for: no screen tells it
				}
				worded(t, path, name, "common.fact."+name)
			}
			for _, name := range comparedIn(fn.Body) {
				fields[name] = true
				worded(t, path, name, "common.fields."+name, "common.said."+name)
			}
		}
	})
	if len(fields) < 15 {
		t.Errorf("%d compared fields were seen", len(fields))
	}
	if len(seen) < 80 {
		t.Errorf("%d names of details were seen", len(seen))
	}
	for _, name := range []string{"code", "name", "role", "email", "phone", "language", "enabled", "promise_minutes", "same_hours", "pbx", "provider", "pattern", "uploads", "fileMaxMb", "url", "description", "events", "state", "password",
		"titleFr", "titleEn", "bodyFr", "bodyEn", "startsOn", "endsOn", "everyone", "groups", "importance", "pinned", "byMail"} {
		worded(t, "a list of fields", name, "common.fields."+name, "common.said."+name)
	}
}

func worded(t *testing.T, where, name string, keys ...string) {
	t.Helper()
	for _, lang := range []locale.Lang{locale.FR, locale.EN} {
		if !slices.ContainsFunc(keys, func(key string) bool { return locale.Has(lang, key) }) {
			t.Errorf("%s: %s has no words in %s: %s", where, name, lang, strings.Join(keys, " or "))
		}
	}
}

// sources shows every file of the program that can write to the log.
func sources(t *testing.T, look func(path string, file *ast.File)) {
	t.Helper()
	for _, room := range []string{"office", "app", "edge"} {
		err := filepath.WalkDir(filepath.Join("..", "..", room), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
			if err == nil {
				look(strings.TrimPrefix(filepath.ToSlash(path), "../../"), file)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// named is the name of what is called or made, with its package.
func named(e ast.Expr) string {
	switch x := e.(type) {
	case *ast.Ident:
		return x.Name
	case *ast.SelectorExpr:
		if of, ok := x.X.(*ast.Ident); ok {
			return of.Name + "." + x.Sel.Name
		}
		return x.Sel.Name
	}
	return ""
}

// writers hand the details of a line on to the log.
var writers = []string{"audit.Write", "write", "s.log", "s.keep", "s.noteFiles", "s.create", "fieldsOf"}

// logs tells whether a function writes to the log, or makes the details of a line.
func logs(fn *ast.FuncDecl) (yes bool) {
	if slices.Contains([]string{"changes", "passOn", "stepDetails", "put", "differs"}, fn.Name.Name) {
		return true
	}
	ast.Inspect(fn.Body, func(n ast.Node) bool {
		switch x := n.(type) {
		case *ast.CallExpr:
			yes = yes || slices.Contains(writers, named(x.Fun))
		case *ast.CompositeLit:
			yes = yes || named(x.Type) == "audit.Record"
		}
		return true
	})
	return yes
}

// factsOf gives the names in the maps of a function, but for those of notices, mails and sentences.
func factsOf(body ast.Node) (names []string) {
	text := func(e ast.Expr) {
		if lit, ok := e.(*ast.BasicLit); ok && lit.Kind == token.STRING {
			if s, err := strconv.Unquote(lit.Value); err == nil {
				names = append(names, s)
			}
		}
	}
	ast.Inspect(body, func(n ast.Node) bool {
		switch x := n.(type) {
		case *ast.CallExpr:
			name := named(x.Fun)
			if name == "audit.Notify" || strings.HasSuffix(name, ".T") || strings.HasSuffix(name, ".event") || name == "event" || strings.HasSuffix(name, "note") {
				return false
			}
		case *ast.CompositeLit:
			m, ok := x.Type.(*ast.MapType)
			if !ok || named(m.Key) != "string" || named(m.Value) != "any" {
				return true
			}
			for _, e := range x.Elts {
				if kv, ok := e.(*ast.KeyValueExpr); ok {
					text(kv.Key)
				}
			}
		case *ast.AssignStmt:
			for _, left := range x.Lhs {
				if at, ok := left.(*ast.IndexExpr); ok && slices.Contains([]string{"details", "d", "record.Details", "r.Details"}, named(at.X)) {
					text(at.Index)
				}
			}
		}
		return true
	})
	return names
}

// comparedIn gives the names of fields that stand beside their comparison: {"title", x.Title == row.Title}.
func comparedIn(body ast.Node) (names []string) {
	ast.Inspect(body, func(n ast.Node) bool {
		lit, ok := n.(*ast.CompositeLit)
		if !ok || len(lit.Elts) != 2 || lit.Type != nil && named(lit.Type) != "field" {
			return true
		}
		name, ok := lit.Elts[0].(*ast.BasicLit)
		if !ok || name.Kind != token.STRING {
			return true
		}
		switch lit.Elts[1].(type) {
		case *ast.BinaryExpr, *ast.CallExpr, *ast.UnaryExpr:
			if s, err := strconv.Unquote(name.Value); err == nil {
				names = append(names, s)
			}
		}
		return true
	})
	return names
}
