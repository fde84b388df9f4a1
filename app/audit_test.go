package app_test

import (
	"encoding/csv"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"comptoir/app"
	"comptoir/app/apptest"
	"comptoir/core/actor"
	"comptoir/core/locale"
	"comptoir/db/dbtest"
	"comptoir/office/company"
)

// composed are the actions that code puts together, by their beginning.
var composed = map[string][]string{
	"contact.factor_": {"on", "off", "reset", "recovery"}, "contract.": {"file_added", "file_version", "file_renamed", "files_moved", "files_shown", "files_hidden", "files_removed", "files_restored", "folder_added", "folder_renamed", "folder_removed"},
	"contract.turn_": {"approved", "refused", "signed", "reminded"}, "customer.change_": {"accepted", "refused"},
	"payment.intent_": {"succeeded", "declined", "needs_action", "unknown", "cancelled", "processing"}, "payment.": {"refund_sent", "refund_back", "cancelled", "return"},
	"plan.": {"open", "withdrawn"}, "conversation.": {"assigned", "closed", "reopened"}, "user.": {"changed", "closed", "created", "desk_on_network", "email_asked", "email_kept", "factor_reset", "handed_over", "invited", "password_asked", "password_changed", "password_held", "password_reset", "password_set", "proof_failed", "proved", "recovery_code_used", "recovery_failed", "recovery_made", "recovery_renewed", "reopened", "session_ended", "sessions_ended", "sign_in_asked", "sign_in_failed", "signed_in", "signed_out"}, "recurring.": {"active", "paused", "ended"}, "request.": {"asked", "refused"},
	"subscription.": {"subscribed", "trial", "activated", "changed", "change_planned", "change_taken_back", "cancel_asked", "cancel_set", "cancel_taken_back", "paused", "resumed", "lapsed", "ended"},
}

func said(action string) bool {
	for _, lang := range []locale.Lang{locale.FR, locale.EN} {
		if !locale.Has(lang, "common.did."+action) && !locale.Has(lang, "history."+action) {
			return false
		}
	}
	return true
}

// Every action that the code writes to the audit log has words in both languages. Those that are
// put together are listed above; what a variable holds is seen by TestEveryMethodAsksItsPermission,
// which looks at what every method wrote.
func TestEveryActionHasWords(t *testing.T) {
	seen := 0
	for _, room := range []string{"../office", "../app", "../edge"} {
		err := filepath.WalkDir(room, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
			if err != nil {
				return err
			}
			for _, action := range actionsOf(file) {
				seen++
				if strings.HasSuffix(action, "+") {
					prefix := strings.TrimSuffix(action, "+")
					endings, listed := composed[prefix]
					if !listed {
						t.Errorf("%s puts %s… together: list its endings in composed", path, prefix)
					}
					for _, e := range endings {
						if !said(prefix + e) {
							t.Errorf("%s%s has no words: common.did.%s%s or history.… (%s)", prefix, e, prefix, e, path)
						}
					}
				} else if !said(action) {
					t.Errorf("%s has no words: common.did.%s or history.%s (%s)", action, action, action, path)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if seen < 100 {
		t.Errorf("%d actions were seen", seen)
	}
}

// actionsOf gives the literal actions of the records of a file; one that begins with a literal ends
// in "+" here.
func actionsOf(file *ast.File) (list []string) {
	ast.Inspect(file, func(n ast.Node) bool {
		lit, ok := n.(*ast.CompositeLit)
		if !ok {
			return true
		}
		if sel, ok := lit.Type.(*ast.SelectorExpr); !ok || sel.Sel.Name != "Record" {
			return true
		}
		for _, e := range lit.Elts {
			kv, ok := e.(*ast.KeyValueExpr)
			if !ok {
				continue
			}
			if name, ok := kv.Key.(*ast.Ident); !ok || name.Name != "Action" {
				continue
			}
			switch x := kv.Value.(type) {
			case *ast.BasicLit:
				if s, err := strconv.Unquote(x.Value); err == nil {
					list = append(list, s)
				}
			case *ast.BinaryExpr:
				if left, ok := x.X.(*ast.BasicLit); ok {
					if s, err := strconv.Unquote(left.Value); err == nil {
						list = append(list, s+"+")
					}
				}
			}
		}
		return true
	})
	return list
}

func auditList(p *apptest.Program, q app.AuditQuery) []app.AuditEntry {
	return apptest.Ask[app.AuditPage](p, "Audit.List", q).Rows
}

func TestAuditLogIsNarrowed(t *testing.T) {
	t.Parallel()
	p := apptest.Demo(t, apptest.Options{})
	all := []app.AuditEntry{}
	for q := (app.AuditQuery{Limit: 40}); ; {
		page := apptest.Ask[app.AuditPage](p, "Audit.List", q)
		all = append(all, page.Rows...)
		if q.Cursor = page.Next; q.Cursor == "" {
			break
		}
	}
	choices := apptest.Ask[app.AuditChoices](p, "Audit.Choices")
	if int64(len(all)) != choices.Rows || len(all) < 100 {
		t.Fatalf("%d rows by pages, %d in all", len(all), choices.Rows)
	}
	for i, e := range all {
		if locale.IsMissing(e.Text+e.ObjectKind+e.WhoKind) || e.Text == e.Action || e.When == "" || !regexp.MustCompile(`^[0-9a-f]{64}$`).MatchString(e.Hash) {
			t.Errorf("%+v", e)
		}
		if i > 0 && len(e.ID) > len(all[i-1].ID) {
			t.Errorf("%s stands below %s", e.ID, all[i-1].ID)
		}
	}
	one := all[slices.IndexFunc(all, func(e app.AuditEntry) bool { return e.Action == "invoice.issued" && e.ObjectName != "" })]
	for name, c := range map[string]struct {
		q    app.AuditQuery
		fits func(app.AuditEntry) bool
	}{
		"action": {app.AuditQuery{Action: "payment.recorded"}, func(e app.AuditEntry) bool { return e.Text == "Paiement enregistré" }},
		"kind":   {app.AuditQuery{Kind: "customer"}, func(e app.AuditEntry) bool { return e.ObjectKind == "Client" }},
		"object": {app.AuditQuery{Object: one.Object}, func(e app.AuditEntry) bool { return e.Object == one.Object }},
		"number": {app.AuditQuery{Words: one.ObjectName}, func(e app.AuditEntry) bool {
			return strings.Contains(e.ObjectName+strings.Join(values(e), " "), one.ObjectName)
		}},
		"words": {app.AuditQuery{Words: "RELANCE"}, func(e app.AuditEntry) bool {
			return strings.Contains(strings.ToLower(e.Text+strings.Join(values(e), " ")), "relance")
		}},
		"person": {app.AuditQuery{Person: "command_line:0"}, func(e app.AuditEntry) bool { return e.WhoKind == "Ligne de commande" && e.Who == e.WhoKind }},
	} {
		rows := auditList(p, c.q)
		if len(rows) == 0 || len(rows) == len(all) && name != "object" {
			t.Errorf("%s: %d of %d rows", name, len(rows), len(all))
		}
		for _, e := range rows {
			if !c.fits(e) {
				t.Errorf("%s: %+v", name, e)
			}
		}
	}
	if _, shown := p.Try("Audit.List", app.AuditQuery{From: "2026-13-01"}); shown == nil || shown.Fields["from"] == "" {
		t.Errorf("a day that does not exist: %+v", shown)
	}
	exportsTheSame(t, p)
}

func values(e app.AuditEntry) (list []string) {
	for _, f := range e.Facts {
		list = append(list, f.Value)
	}
	return append(list, e.Who)
}

// exportsTheSame: the file holds what the screen shows, and nothing for who may not inspect.
func exportsTheSame(t *testing.T, p *apptest.Program) {
	t.Helper()
	rows := auditList(p, app.AuditQuery{Action: "payment.recorded", Limit: 500})
	_, content := p.File("/files/lists/audit.csv?action=payment.recorded")
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(content), "\ufeff")))
	r.Comma = ';'
	lines, err := r.ReadAll()
	if err != nil || len(lines) != len(rows)+1 {
		t.Fatalf("%d lines of %d rows, %v\n%.300s", len(lines), len(rows), err, content)
	}
	if lines[1][2] != rows[0].Who || lines[1][8] != rows[0].Hash {
		t.Errorf("%v of %+v", lines[1], rows[0])
	}
	seat(t, p, actor.Sales)
	resp, content := p.File("/files/lists/audit.csv")
	if resp.StatusCode != 403 || !strings.Contains(string(content), "journal d’audit") {
		t.Errorf("%s %.200s", resp.Status, content)
	}
}

// Days are those of the firm's calendar: what was done before midnight there is not the next day's.
func TestAuditDaysAreTheFirms(t *testing.T) {
	p := apptest.Fresh(t, apptest.Options{})
	today, tomorrow := auditList(p, app.AuditQuery{From: "2026-11-21", To: "2026-11-21"}), auditList(p, app.AuditQuery{From: "2026-11-22"})
	if len(today) == 0 || len(tomorrow) != 0 || !strings.Contains(today[0].When, "10:30") && !strings.Contains(today[0].When, "10\u00a0h\u00a030") {
		t.Errorf("%d today, %d tomorrow, %q", len(today), len(tomorrow), today[0].When)
	}
}

// A change of settings says which fields, and nothing of what stands in them.
func TestAuditNamesTheFields(t *testing.T) {
	p := apptest.Fresh(t, apptest.Options{})
	f := apptest.Ask[company.Firm](p, "Settings.Company")
	f.Name, f.City = "Menuiserie Roche", "Rennes"
	apptest.Ask[company.Firm](p, "Settings.SaveCompany", f)
	e := auditList(p, app.AuditQuery{Limit: 1})[0]
	if len(e.Facts) != 1 || e.Facts[0].Name != "Champs modifiés" || e.Facts[0].Value != "nom, ville" || e.Text != "Informations de la société modifiées" {
		t.Errorf("%+v", e)
	}
}

// The chain is proved from the screen; a row that was touched is named.
func TestAuditChainIsProved(t *testing.T) {
	p := apptest.Demo(t, apptest.Options{})
	if v := apptest.Ask[app.AuditProof](p, "Audit.Prove"); !v.Sound || v.Rows < 100 || !strings.Contains(v.Text, "intacte") {
		t.Errorf("%+v", v)
	}
	dbtest.Tamper(t, filepath.Join(p.App.House().Folder, "comptoir.db"), "UPDATE audit_log SET actor_name = 'Personne' WHERE id = 7")
	if v := apptest.Ask[app.AuditProof](p, "Audit.Prove"); v.Sound || !strings.Contains(v.Text, "L’entrée 7 ") {
		t.Errorf("touched: %+v", v)
	}
}
