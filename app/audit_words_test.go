package app_test

import (
	"regexp"
	"strings"
	"testing"

	"comptoir/app"
	"comptoir/app/apptest"
	"comptoir/core/locale"
)

// rawName is what a name in the file looks like and a word for people does not.
var rawName = regexp.MustCompile(`^[a-z]+(_[a-z0-9]+)+$|^[a-z]+([A-Z][a-z0-9]*)+$`)

// rawValue is what stands in the file where people read a day, an amount, a right or a name.
var rawValue = regexp.MustCompile(`^\d{4}-\d\d-\d\d|^[a-z2-7]{26}$|\b[a-z]+[:.](read|write|issued|recorded|created|updated)\b`)

// The details of the demo's whole log are told in words in both languages: no name of a column, no
// name of a field, no name of a way to pay or of a door.
func TestAuditDetailsAreWords(t *testing.T) {
	known := map[string]bool{"transfer": true, "cash": true, "cheque": true, "window": true, "monthly": true, "bookkeeping": true, "reader": true, "sent": true}
	for _, lang := range []locale.Lang{locale.FR, locale.EN} {
		p := apptest.Demo(t, apptest.Options{Lang: lang})
		rows, cursor := 0, ""
		for {
			page := apptest.Ask[app.AuditPage](p, "Audit.List", app.AuditQuery{Limit: 500, Cursor: cursor})
			for _, r := range page.Rows {
				rows++
				for _, f := range r.Facts {
					if rawName.MatchString(f.Name) || rawName.MatchString(f.Value) || lang == locale.FR && known[f.Value] || rawValue.MatchString(f.Value) {
						t.Errorf("%s: %s tells %q: %q", lang, r.Action, f.Name, f.Value)
					}
					if (f.Name == "Montant" || f.Name == "Amount") && !strings.ContainsAny(f.Value, "€$") {
						t.Errorf("%s: %s tells an amount of %q", lang, r.Action, f.Value)
					}
				}
			}
			if cursor = page.Next; cursor == "" {
				break
			}
		}
		if rows < 500 {
			t.Errorf("%s: only %d rows", lang, rows)
		}
	}
}
