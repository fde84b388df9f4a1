package portal

import (
	"bytes"
	"context"
	"regexp"
	"strings"

	"comptoir/core/fault"
	"comptoir/core/locale"
	"comptoir/office/company"
)

// TextLook is a text of the firm on its way to be looked at.
type TextLook struct {
	Firm   string
	Accent string // "#rrggbb"; "" is the usual one
	Lang   string
	Field  string // as office/customers names the texts of a group; "terms" are the terms
	Words  string // as the firm writes them: Markdown
}

// lookStep names the step of the request for access that shows a text; the two others are
// shown where a contact changed something.
var lookStep = map[string]string{
	"terms": "portal.register.step.terms", "step_terms": "portal.register.step.terms", "step_contact": "portal.register.step.contact", "step_company": "portal.register.step.company",
	"step_questions": "portal.register.step.questions", "status_incomplete": "portal.register.step.status", "status_complete": "portal.register.step.status",
	"contact_updated": "", "contact_added": "",
}

// fontFace is what a page that may load nothing does without.
var fontFace = regexp.MustCompile(`(?s)@font-face\s*\{.*?\}`)

// Look gives the page of a text as a contact will see it, with the portal's own letters and
// colours, in one piece that asks for nothing else. markdown renders and cleans the words.
// fault.NotFound for a field that does not exist.
func Look(ctx context.Context, t TextLook, markdown func(string) string) (string, error) {
	if _, ok := lookStep[t.Field]; !ok {
		return "", fault.New(fault.NotFound, "fault.not_found")
	}
	var css strings.Builder
	for _, name := range []string{"tokens.css", "portal.css", "quote.css", "subscribe.css"} {
		b, err := embedded.ReadFile("static/" + name)
		if err != nil {
			return "", err
		}
		css.WriteString(fontFace.ReplaceAllString(string(b), ""))
	}
	css.WriteString(themeCSS(t.Accent))
	v := &visit{p: &Portal{Deps: Deps{Markdown: markdown}}, lang: locale.Parse(t.Lang), ident: &identity{PortalIdentity: company.PortalIdentity{Name: t.Firm}}}
	var page bytes.Buffer
	err := lookPage(v, css.String(), t.Field, t.Words).Render(ctx, &page)
	return page.String(), err
}
