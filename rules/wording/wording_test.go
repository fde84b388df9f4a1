package wording

import (
	"strings"
	"testing"
	"unicode/utf8"

	"comptoir/core/fault"
)

var set = Set{Names: []string{"customer.name", "link", "list"}, Blocks: []string{"link", "list"}}

func TestCheck(t *testing.T) {
	for _, c := range []struct {
		text    string
		subject bool
		key     string
		args    fault.Args
	}{
		{"Bonjour {{customer.name}}, {{ link }}", false, "", nil},
		{"Bonjour {{customer.name}}", true, "", nil},
		{"{{link}}", true, "fault.placeholder", fault.Args{"name": "link", "line": 1, "column": 1}},
		{"Été\nà {{customer.nom}} {{autre}}", false, "fault.placeholder", fault.Args{"name": "customer.nom", "line": 2, "column": 3}},
		{"{{}}", false, "fault.placeholder", fault.Args{"name": "", "line": 1, "column": 1}},
		{"a {{customer.name\n}}", false, "fault.placeholder_open", fault.Args{"line": 1, "column": 3}},
		{"a }} b { c", false, "", nil},
	} {
		var form fault.Form
		set.Check(&form, "body", c.text, c.subject)
		err := form.Err()
		if c.key == "" {
			if err != nil {
				t.Errorf("%q: %v", c.text, err)
			}
			continue
		}
		f, ok := fault.As(err)
		if !ok || len(f.Fields) != 1 || f.Fields[0].Path != "body" || f.Fields[0].Key != c.key {
			t.Fatalf("%q: %+v", c.text, f)
		}
		for k, want := range c.args {
			if f.Fields[0].Args[k] != want {
				t.Errorf("%q: %s is %v, want %v", c.text, k, f.Fields[0].Args[k], want)
			}
		}
	}
}

func TestFill(t *testing.T) {
	values := map[string]string{"customer.name": "A *B* [c](d)", "list": "- one\n- two"}
	for _, c := range []struct {
		text     string
		markdown bool
		keep     []string
		want     string
	}{
		{"Bonjour {{customer.name}}", false, nil, "Bonjour A *B* [c](d)"},
		{"Bonjour {{customer.name}}", true, nil, `Bonjour A \*B\* \[c\]\(d\)`},
		{"{{list}}", true, nil, "- one\n- two"},
		{"{{link}} {{list}}", true, []string{"link"}, "{{link}} - one\n- two"},
		{"{{open {{customer.name}}", false, nil, ""}, // one placeholder, with a name that nobody fills
		{"{{open\n{{customer.name}}", false, nil, "{{open\nA *B* [c](d)"},
	} {
		if got := set.Fill(c.text, values, c.markdown, c.keep...); got != c.want {
			t.Errorf("%q gives %q, want %q", c.text, got, c.want)
		}
	}
}

func TestNames(t *testing.T) {
	if !Names("a {{ link }}", "link") || Names("a {{link", "link") || Names("a link", "link") {
		t.Error("link")
	}
}

// What is checked is filled: no placeholder is left in a text that was let pass, and nothing
// but placeholders is touched.
func FuzzFill(f *testing.F) {
	f.Add("Bonjour {{customer.name}} {{link}}")
	f.Add("{{{{list}}}}")
	f.Add("{{\n}} {{\xff}}")
	f.Fuzz(func(t *testing.T, s string) {
		var form fault.Form
		set.Check(&form, "body", s, false)
		got := set.Fill(s, map[string]string{"customer.name": "N", "link": "L", "list": "I"}, true)
		if form.Err() == nil && len(tokens(got)) > 0 && !strings.Contains(strings.NewReplacer("{{customer.name}}", "", "{{link}}", "").Replace(s), "{") {
			t.Errorf("%q gives %q", s, got)
		}
		if !strings.Contains(s, "{{") && got != s {
			t.Errorf("%q became %q", s, got)
		}
		if utf8.ValidString(s) && !utf8.ValidString(got) {
			t.Errorf("%q is broken: %q", s, got)
		}
	})
}
