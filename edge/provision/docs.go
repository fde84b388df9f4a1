package provision

import (
	_ "embed" // openapi.json
	"encoding/json"
	"html"
	"slices"
	"strings"
	"sync"

	"comptoir/core/locale"
)

// openAPI is the description of the interface. Tests hold it and the routes together.
//
//go:embed openapi.json
var openAPI []byte

// spec is what the page shows of the file.
type spec struct {
	Info struct {
		Title         string `json:"title"`
		TitleFR       string `json:"x-fr"`
		Description   string `json:"description"`
		DescriptionFR string `json:"x-fr-description"`
	} `json:"info"`
	Paths      map[string]map[string]json.RawMessage `json:"paths"`
	Webhooks   map[string]json.RawMessage            `json:"webhooks"`
	Components struct {
		Schemas map[string]schema `json:"schemas"`
	} `json:"components"`
}

type said struct {
	Description string `json:"description"`
	FR          string `json:"x-fr"`
}

type operation struct {
	Summary       string          `json:"summary"`
	SummaryFR     string          `json:"x-fr"`
	Description   string          `json:"description"`
	DescriptionFR string          `json:"x-fr-description"`
	Scope         string          `json:"x-scope"`
	Parameters    []parameter     `json:"parameters"`
	Responses     map[string]said `json:"responses"`
}

type parameter struct {
	said
	Name string `json:"name"`
	In   string `json:"in"`
}

type schema struct {
	said
	Type       string            `json:"type"`
	Ref        string            `json:"$ref"`
	Enum       []string          `json:"enum"`
	Properties map[string]schema `json:"properties"`
	Items      *schema           `json:"items"`
}

func (s said) in(lang locale.Lang) string { return pick(lang, s.FR, s.Description) }

// pick gives the French words, or the English ones; either where only one is there.
func pick(lang locale.Lang, fr, en string) string {
	if lang == locale.FR && fr != "" || en == "" {
		return fr
	}
	return en
}

var pages = map[locale.Lang]func() []byte{
	locale.FR: sync.OnceValue(func() []byte { return pageOf(locale.FR) }),
	locale.EN: sync.OnceValue(func() []byte { return pageOf(locale.EN) }),
}

// docs shows the description as a page: static, without script, in the portal's look.
func (c *call) docs() {
	if lang := c.r.URL.Query().Get("lang"); lang == locale.FR || lang == locale.EN {
		c.lang = lang
		c.w.Header().Set("Content-Language", lang)
	}
	c.hand("text/html; charset=utf-8", pages[c.lang]())
}

// writer writes a page; words are escaped, tags are ours.
type writer struct {
	strings.Builder
	lang locale.Lang
}

func (w *writer) tag(before, words, after string) {
	w.WriteString(before)
	w.WriteString(html.EscapeString(words))
	w.WriteString(after)
}

func (w *writer) t(key string) string { return locale.T(w.lang, key, nil) }

func pageOf(lang locale.Lang) []byte {
	var s spec
	if err := json.Unmarshal(openAPI, &s); err != nil {
		panic("provision: openapi.json: " + err.Error()) // embedded: a test reads it
	}
	w := &writer{lang: lang}
	title := pick(lang, s.Info.TitleFR, s.Info.Title)
	w.WriteString("<!DOCTYPE html>\n<html lang=\"" + lang + "\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><meta name=\"color-scheme\" content=\"light dark\">")
	w.tag("<title>", title, "</title><link rel=\"stylesheet\" href=\"/static/portal.css\"></head><body>")
	other := map[locale.Lang]locale.Lang{locale.FR: locale.EN, locale.EN: locale.FR}[lang]
	w.tag("<main id=\"contenu\" class=\"api-docs\"><p><a hreflang=\""+other+"\" lang=\""+other+"\" href=\"?lang="+other+"\">", locale.T(other, "portal.api.language", nil), "</a></p>")
	w.tag("<h1>", title, "</h1>")
	w.tag("<p>", pick(lang, s.Info.DescriptionFR, s.Info.Description), "</p>")
	w.tag("<p><a href=\"/api/v1/openapi.json\">", w.t("portal.api.file"), "</a></p>")
	w.tag("<h2>", w.t("portal.api.calls"), "</h2>")
	for _, path := range sorted(s.Paths) {
		for _, method := range []string{"get", "post", "put", "patch"} {
			if raw, ok := s.Paths[path][method]; ok {
				w.operation(strings.ToUpper(method), path, raw)
			}
		}
	}
	w.tag("<h2>", w.t("portal.api.events"), "</h2><ul>")
	for _, kind := range sorted(s.Webhooks) {
		w.tag("<li><code>", kind, "</code></li>")
	}
	w.tag("</ul><h2>", w.t("portal.api.shapes"), "</h2>")
	for _, name := range sorted(s.Components.Schemas) {
		w.schema(name, s.Components.Schemas[name])
	}
	w.WriteString("</main></body></html>\n")
	return []byte(w.String())
}

func (w *writer) operation(method, path string, raw json.RawMessage) {
	var o operation
	if err := json.Unmarshal(raw, &o); err != nil {
		panic("provision: openapi.json: " + err.Error())
	}
	w.tag("<section class=\"card\"><h3><code data-marks>", method+" "+Base+path, "</code></h3>")
	w.tag("<p><strong>", pick(w.lang, o.SummaryFR, o.Summary), "</strong>")
	w.tag(" – "+w.t("portal.api.scope")+" <code>", o.Scope, "</code></p>")
	if d := pick(w.lang, o.DescriptionFR, o.Description); d != "" {
		w.tag("<p>", d, "</p>")
	}
	w.WriteString("<dl class=\"facts pad\">")
	for _, p := range o.Parameters {
		if p.Name != "" {
			w.tag("<div class=\"fact\"><dt><code>", p.Name, "</code> ("+p.In+")</dt>")
			w.tag("<dd>", p.in(w.lang), "</dd></div>")
		}
	}
	for _, status := range sorted(o.Responses) {
		w.tag("<div class=\"fact\"><dt><code>", status, "</code></dt>")
		w.tag("<dd>", o.Responses[status].in(w.lang), "</dd></div>")
	}
	w.WriteString("</dl></section>")
}

func (w *writer) schema(name string, s schema) {
	w.tag("<section class=\"card\"><h3 id=\""+name+"\"><code>", name, "</code></h3>")
	if d := s.in(w.lang); d != "" {
		w.tag("<p>", d, "</p>")
	}
	w.WriteString("<dl class=\"facts pad\">")
	for _, field := range sorted(s.Properties) {
		f := s.Properties[field]
		w.tag("<div class=\"fact\"><dt><code>", field, "</code> "+f.kind()+"</dt>")
		words := f.in(w.lang)
		if len(f.Enum) > 0 {
			words = strings.TrimSpace(words + " " + strings.Join(f.Enum, ", "))
		}
		w.tag("<dd>", words, "</dd></div>")
	}
	w.WriteString("</dl></section>")
}

// kind names the type of a field; a shape of ours is a link to it.
func (s schema) kind() string {
	if name, ok := strings.CutPrefix(s.Ref, "#/components/schemas/"); ok {
		return `<a href="#` + name + `">` + name + `</a>`
	}
	if s.Items != nil {
		return "[" + s.Items.kind() + "]"
	}
	return html.EscapeString(s.Type)
}

func sorted[T any](m map[string]T) []string {
	names := make([]string, 0, len(m))
	for n := range m {
		names = append(names, n)
	}
	slices.Sort(names)
	return names
}
