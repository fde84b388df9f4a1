package app_test

import (
	"slices"
	"strings"
	"testing"

	"comptoir/app"
	"comptoir/app/apptest"
	"comptoir/core/actor"
	"comptoir/office/company"
	"comptoir/office/hours"
	"comptoir/office/users"
)

// alone are the kinds of which there is one only: the kind names it.
var alone = map[string]bool{"company": true, "charge_settings": true, "contract_settings": true, "hours_settings": true}

// Every row of the demo's log says which object it is about, as long as that stands, and everything
// that it says by name is found by that name, accents and case folded.
func TestAuditRowsNameTheirObjects(t *testing.T) {
	t.Parallel()
	p := apptest.Demo(t, apptest.Options{})
	seen := map[string]app.AuditEntry{}
	for q := (app.AuditQuery{Limit: 500}); ; {
		page := apptest.Ask[app.AuditPage](p, "Audit.List", q)
		for _, e := range page.Rows {
			kind, _, _ := strings.Cut(e.Object, ":")
			if e.ObjectName != "" {
				seen[kind] = e
			} else if !alone[kind] && e.Action != "invoice.drafted" { // a draft may be for nobody yet
				t.Errorf("%s says only %q: %+v", e.Action, e.ObjectKind, e)
			}
			for _, f := range e.Facts {
				if strings.Contains(f.Name, "interne") {
					t.Errorf("%s tells %s: %s", e.Action, f.Name, f.Value)
				}
			}
		}
		if q.Cursor = page.Next; q.Cursor == "" {
			break
		}
	}
	for _, kind := range []string{"user", "hours_event", "hours_schedule", "conversation", "access_request", "announcement", "api_token", "canned_reply", "customer", "document", "shared_file"} {
		if seen[kind].ObjectName == "" {
			t.Errorf("no %s has a name", kind)
		}
	}
	delete(seen, "payout") // known by its day, which the filter of days finds
	for kind, e := range seen {
		for _, typed := range []string{e.ObjectName, strings.ToUpper(company.PlainName(e.ObjectName))} {
			rows := auditList(p, app.AuditQuery{Words: typed, Object: e.Object, Limit: 500})
			if len(rows) == 0 {
				t.Errorf("%s: %q is not found", kind, typed)
			}
		}
	}
}

// Who was made and what was planned is found by what the row says of it; so are the words of kinds
// and of people without a name; what is gone keeps its name.
func TestAuditIsFoundByWhatStandsInTheRow(t *testing.T) {
	t.Parallel()
	p := apptest.Demo(t, apptest.Options{})
	seat(t, p, actor.Principal)
	p.Do("Account.Prove", seatPassword, "")
	apptest.Ask[app.UserMade](p, "Users.Create", users.Form{Name: "Zoé Ésperluette", Email: "zoe@users.example", Language: "fr", Role: actor.Sales}, "key-audit-zoe")
	event := apptest.Ask[hours.Event](p, "Hours.SaveEvent", hours.Event{Name: "Inventaire d’été", StartDate: "2027-07-01", StartTime: "00:00", EndDate: "2027-07-01", EndTime: "24:00", French: true, English: true}, "key-audit-event")
	p.Do("Hours.RemoveEvent", event.PublicID, event.Version)
	for typed, action := range map[string]string{"Zoé": "user.created", "zoe espe": "user.created", "INVENTAIRE": "hours.event_removed", "d'ete": "hours.event_removed", "utilisateur": "user.created", "evenement special": "hours.event_added"} {
		rows := auditList(p, app.AuditQuery{Words: typed, Limit: 500})
		at := slices.IndexFunc(rows, func(e app.AuditEntry) bool { return e.Action == action })
		if at < 0 {
			t.Errorf("%q: no %s among %d rows", typed, action, len(rows))
		}
	}
	gone := auditList(p, app.AuditQuery{Action: "hours.event_removed"})
	if len(gone) != 1 || gone[0].ObjectName != "Inventaire d’été" {
		t.Errorf("what is gone: %+v", gone)
	}
	if rows := auditList(p, app.AuditQuery{Words: "ligne de comm"}); len(rows) == 0 || rows[0].WhoKind != "Ligne de commande" {
		t.Errorf("people without a name: %d rows", len(rows))
	}
}
