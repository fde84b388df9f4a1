package provision_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// openapi is the file as tests read it: every path and answer in it is tried, every answer that
// comes is held against it.
type openapi struct {
	OpenAPI    string                                `json:"openapi"`
	Paths      map[string]map[string]json.RawMessage `json:"paths"`
	Webhooks   map[string]json.RawMessage            `json:"webhooks"`
	Components struct {
		Schemas map[string]map[string]any `json:"schemas"`
	} `json:"components"`
}

type documented struct {
	Scope     string `json:"x-scope"`
	Responses map[string]struct {
		Content map[string]struct {
			Schema map[string]any `json:"schema"`
		} `json:"content"`
		Headers map[string]any `json:"headers"`
	} `json:"responses"`
}

func readFile(t testing.TB) (o openapi) {
	t.Helper()
	b, err := os.ReadFile("openapi.json")
	if err == nil {
		err = json.Unmarshal(b, &o)
	}
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// operations are "GET /accounts/{code}" with what the file says of each.
func (o openapi) operations(t testing.TB) map[string]documented {
	t.Helper()
	all := map[string]documented{}
	for path, methods := range o.Paths {
		for method, raw := range methods {
			if method == "parameters" {
				continue
			}
			var d documented
			if err := json.Unmarshal(raw, &d); err != nil {
				t.Fatal(err)
			}
			all[strings.ToUpper(method)+" "+path] = d
		}
	}
	return all
}

// hold finds an answer's operation in the file and holds the answer against its schema.
func (w *world) hold(method, path string, a answer) {
	w.t.Helper()
	o := readFile(w.t)
	path, _, _ = strings.Cut(path, "?")
	for name, d := range o.operations(w.t) {
		m, pattern, _ := strings.Cut(name, " ")
		form := "^" + regexp.MustCompile(`\\\{[a-z]+\\\}`).ReplaceAllString(regexp.QuoteMeta(pattern), "[^/]+") + "$"
		if m != method || !regexp.MustCompile(form).MatchString(path) {
			continue
		}
		r, ok := d.Responses[strconv.Itoa(a.Code)]
		if !ok {
			w.t.Errorf("%s answers %d, which the file does not know: %s", name, a.Code, a.Body)
			return
		}
		media, _, _ := strings.Cut(a.Header().Get("Content-Type"), ";")
		c, ok := r.Content[media]
		if !ok {
			w.t.Errorf("%s %d is %q, which the file does not know", name, a.Code, media)
			return
		}
		for h := range r.Headers {
			if a.Header().Get(h) == "" {
				w.t.Errorf("%s %d has no %s", name, a.Code, h)
			}
		}
		w.seen[name+" "+strconv.Itoa(a.Code)] = true
		if !strings.HasSuffix(media, "json") {
			return
		}
		var v any
		if err := json.Unmarshal(a.Body.Bytes(), &v); err != nil {
			w.t.Errorf("%s %d: %v", name, a.Code, err)
			return
		}
		for _, wrong := range o.check(c.Schema, v, "") {
			w.t.Errorf("%s %d: %s", name, a.Code, wrong)
		}
	}
}

// check holds a value against a schema: the words of JSON Schema that the file uses, and any
// other word is an error, so that nothing is passed over.
func (o openapi) check(schema map[string]any, v any, at string) (wrong []string) {
	say := func(format string, args ...any) { wrong = append(wrong, at+": "+fmt.Sprintf(format, args...)) }
	for word := range schema {
		if !slices.Contains([]string{"$ref", "type", "enum", "properties", "required", "additionalProperties", "items", "format", "description", "x-fr", "contentMediaType", "minimum", "maximum", "maxLength"}, word) {
			say("the checker does not know %q", word)
		}
	}
	if ref, ok := schema["$ref"].(string); ok {
		target, known := o.Components.Schemas[strings.TrimPrefix(ref, "#/components/schemas/")]
		if !known {
			say("no schema %s", ref)
			return wrong
		}
		return append(wrong, o.check(target, v, at)...)
	}
	switch schema["type"] {
	case "object":
		m, ok := v.(map[string]any)
		if !ok {
			say("%v is no object", v)
			return wrong
		}
		return append(wrong, o.checkObject(schema, m, at)...)
	case "array":
		list, ok := v.([]any)
		if !ok {
			say("%v is no array", v)
			return wrong
		}
		for i, x := range list {
			wrong = append(wrong, o.check(schema["items"].(map[string]any), x, at+"/"+strconv.Itoa(i))...)
		}
	case "string":
		s, ok := v.(string)
		if !ok {
			say("%v is no string", v)
		}
		layout := map[any]string{"date": time.DateOnly, "date-time": time.RFC3339Nano}[schema["format"]]
		if _, err := time.Parse(layout, s); layout != "" && err != nil {
			say("%v", err)
		}
		if enum, ok := schema["enum"].([]any); ok && !slices.Contains(enum, v) {
			say("%v is none of %v", v, enum)
		}
	case "integer":
		if n, ok := v.(float64); !ok || n != float64(int64(n)) {
			say("%v is no whole number", v)
		}
	case "boolean":
		if _, ok := v.(bool); !ok {
			say("%v is no boolean", v)
		}
	default:
		say("a schema of type %v", schema["type"])
	}
	return wrong
}

func (o openapi) checkObject(schema map[string]any, m map[string]any, at string) (wrong []string) {
	properties, _ := schema["properties"].(map[string]any)
	required, _ := schema["required"].([]any)
	for _, name := range required {
		if _, ok := m[name.(string)]; !ok {
			wrong = append(wrong, fmt.Sprintf("%s/%s is missing", at, name))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(m)) {
		p, known := properties[name].(map[string]any)
		switch {
		case known:
			wrong = append(wrong, o.check(p, m[name], at+"/"+name)...)
		case schema["additionalProperties"] != true:
			wrong = append(wrong, at+"/"+name+" is not in the file")
		}
	}
	return wrong
}

// The checker itself refuses what is wrong.
func TestTheCheckerRefuses(t *testing.T) {
	o := readFile(t)
	for name, text := range map[string]string{"missing": `{"pbx":"x"}`, "more": `{"pbx":"x","provider":"y","z":1}`, "kind": `{"pbx":1,"provider":"y"}`, "no object": `[]`} {
		var v any
		if err := json.Unmarshal([]byte(text), &v); err != nil {
			t.Fatal(err)
		}
		if len(o.check(map[string]any{"$ref": "#/components/schemas/PhoneSystem"}, v, "")) == 0 {
			t.Errorf("%s was taken", name)
		}
	}
}
