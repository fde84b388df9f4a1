package portal_test

import (
	"strings"
	"testing"

	"comptoir/core/fault"
	"comptoir/edge/mail"
	"comptoir/edge/portal"
)

// What the window shows of a text is a whole page in the portal's own style that loads nothing
// and holds the cleaned words where a contact will read them.
func TestLookOfTexts(t *testing.T) {
	for _, field := range []string{"terms", "step_terms", "step_contact", "step_company", "step_questions", "status_incomplete", "status_complete", "contact_updated", "contact_added"} {
		for _, lang := range []string{"fr", "en"} {
			page, err := portal.Look(t.Context(), portal.TextLook{Firm: "Atelier <Lumen>", Accent: "#8a2be2", Lang: lang, Field: field, Words: "Votre **société** <script>alert(1)</script>"}, mail.HTML)
			if err != nil {
				t.Fatal(err)
			}
			for _, want := range []string{"<strong>société</strong>", `lang="` + lang + `"`, "Atelier &lt;Lumen&gt;", "--firm-accent:", ".narrowpage"} {
				if !strings.Contains(page, want) {
					t.Errorf("%s in %s lacks %q", field, lang, want)
				}
			}
			for _, no := range []string{"<script", "url(", "@font-face", "src=", "href=", "portal.register.", "portal.contacts.", "portal.details."} {
				if strings.Contains(page, no) {
					t.Errorf("%s in %s holds %q", field, lang, no)
				}
			}
		}
	}
	if _, err := portal.Look(t.Context(), portal.TextLook{Field: "other"}, mail.HTML); !fault.Is(err, fault.NotFound) {
		t.Errorf("an unknown field: %v", err)
	}
}
