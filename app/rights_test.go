package app_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"comptoir/app"
	"comptoir/app/apptest"
	"comptoir/core/actor"
	"comptoir/core/locale"
	"comptoir/db/dbtest"
	"comptoir/office/audit"
)

// Every bound method has exactly one row, and every row is of a method.
func TestEveryMethodHasItsPermission(t *testing.T) {
	table := app.Rights()
	known := map[string]bool{}
	for _, b := range boundMethods(t) {
		known[b.name] = true
		if may, there := table[b.name]; !there {
			t.Errorf("%s has no row in app/rights.go: the dispatcher refuses it", b.name)
		} else if may != app.Everyone && !slices.Contains(actor.Permissions(), may) {
			t.Errorf("%s takes %q, which is no permission", b.name, may)
		}
	}
	for m := range table {
		if !known[m] {
			t.Errorf("%s stands in the table and is no bound method", m)
		}
	}
	source, err := os.ReadFile("rights.go")
	if err != nil {
		t.Fatal(err)
	}
	words := 0
	for _, row := range regexp.MustCompile(`\{"(\w+)", [\w.]+, "([\w ]+)"\},`).FindAllStringSubmatch(string(source), -1) {
		words += len(strings.Fields(row[2]))
	}
	if words != len(table) {
		t.Errorf("%d names in the rows, %d methods: one stands twice", words, len(table))
	}
}

var routeForm = regexp.MustCompile(`"((?:GET|POST) /files/[^"]+)"`)

// Every route of files has its line, and every line is of a route.
func TestEveryFileRouteHasItsPermission(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, f := range files {
		if strings.HasSuffix(f, "_test.go") || f == "rights.go" {
			continue
		}
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range routeForm.FindAllStringSubmatch(string(b), -1) {
			seen[m[1]] = true
			if _, there := app.FileRights()[m[1]]; !there {
				t.Errorf("%s has no line in fileRights: it is refused to everybody", m[1])
			}
		}
	}
	for r := range app.FileRights() {
		if !seen[r] {
			t.Errorf("%s stands in fileRights and is no route", r)
		}
	}
	if len(seen) < 20 {
		t.Errorf("%d routes were seen", len(seen))
	}
}

// shellsAlone reach no use case: they open folders, look at what a window holds open, or try an
// address. The dispatcher alone stands before them.
var shellsAlone = []string{"System.BrowseFolder", "System.CloseCompany", "System.Create", "System.Open", "System.OpenDemo", "System.Retry",
	"Imports.Open", "Imports.Get", "Imports.Change", "Imports.Close", "Imports.Progress", "Imports.Cancel"}

// Every method as every role, against the demo company: what the role may not is refused by the
// dispatcher, changes nothing, and is refused by the use case itself where it writes. What the role
// may is never refused for want of a permission.
func TestEveryMethodAsksItsPermission(t *testing.T) {
	for _, role := range actor.Roles() {
		t.Run(string(role), func(t *testing.T) {
			t.Parallel()
			p := apptest.Demo(t, apptest.Options{})
			list := gather(p)
			seat(t, p, role)
			refused := refusedCalls(t, p, role, list)
			if (role == actor.Sales || role == actor.Bookkeeping || role == actor.Reader) && refused == 0 {
				t.Error("nothing was refused")
			}
			allowed := 0
			for _, s := range list {
				method := s[0].(string) //nolint:forcetypeassert,errcheck // names are literals of the samples
				if may := app.Rights()[method]; may != app.Everyone && !role.May(may) {
					continue
				}
				allowed++
				if _, shown := p.Try(method, s[1:]...); shown != nil && strings.HasPrefix(shown.Key, "fault.permission.") {
					t.Errorf("%s: %s may it, and a use case behind it says %s", method, role, shown.Key)
				}
				if !sits(p, role) { // it ended its own session, or closed the company
					seat(t, p, role)
				}
			}
			t.Logf("%d refused, %d let in", refused, allowed)
			raw := dbtest.Raw(t, filepath.Join(filepath.Dir(p.App.DemoFolder()), "demo", "comptoir.db"))
			for _, action := range dbtest.Strings(t, raw, "SELECT DISTINCT action FROM audit_log") {
				if !said(action) {
					t.Errorf("%s stands in the audit log and has no words: common.did.%s or history.%s", action, action, action)
				}
			}
			for _, key := range dbtest.Strings(t, raw, "SELECT 'common.object.' || object_kind FROM audit_log UNION SELECT 'common.fact.' || j.key FROM audit_log a, json_each(a.details) j") {
				kind, are := audit.IDs("", strings.TrimPrefix(key, "common.fact."))
				if told := !are || kind != ""; told && (!locale.Has(locale.FR, key) || !locale.Has(locale.EN, key)) {
					t.Errorf("the audit log would show what %s should say", key)
				}
			}
		})
	}
}

// Every route of files as every role: what the role may not is refused with its sentence before
// anything is looked for, and what it may is not.
func TestEveryFileRouteAsksItsPermission(t *testing.T) {
	t.Parallel()
	p := apptest.Demo(t, apptest.Options{})
	for _, role := range actor.Roles() {
		seat(t, p, role)
		for pattern, may := range app.FileRights() {
			method, path, _ := strings.Cut(pattern, " ")
			r, err := http.NewRequestWithContext(t.Context(), method, p.Base()+regexp.MustCompile(`\{\w+\}`).ReplaceAllString(path, "none"), http.NoBody)
			if err != nil {
				t.Fatal(err)
			}
			resp, err := p.Browser().Do(r)
			if err != nil {
				t.Fatal(err)
			}
			b, err := io.ReadAll(resp.Body)
			if cerr := resp.Body.Close(); err != nil || cerr != nil {
				t.Fatal(err, cerr)
			}
			want := locale.T(locale.FR, "fault.permission."+string(may), nil)
			refused := may != app.Everyone && strings.Contains(string(b), want) && (resp.StatusCode == http.StatusForbidden || method == http.MethodPost && resp.StatusCode == http.StatusUnprocessableEntity)
			if let := may == app.Everyone || role.May(may); refused == let {
				t.Errorf("%s as %s: %s %.200s", pattern, role, resp.Status, b)
			}
		}
	}
}

func refusedCalls(t *testing.T, p *apptest.Program, role actor.Role, list [][]any) (refused int) {
	t.Helper()
	raw := dbtest.Raw(t, filepath.Join(p.App.House().Folder, "comptoir.db"))
	app.Rest(p.App) // what changes from here on, a call changed
	image := dbtest.Keep(t, raw)
	bare := app.Unguarded(p.App)
	for _, s := range list {
		method := s[0].(string) //nolint:forcetypeassert,errcheck // the same
		may := app.Rights()[method]
		if may == app.Everyone || role.May(may) {
			continue
		}
		refused++
		want := "fault.permission." + string(may)
		if _, shown := p.Try(method, s[1:]...); shown == nil || shown.Key != want || shown.Code != "forbidden" {
			t.Errorf("%s as %s: %+v, want %s", method, role, shown, want)
		}
		if may == actor.Look || slices.Contains(shellsAlone, method) {
			continue
		}
		// An act on users asks for the password first: it goes no further either.
		if key := callBare(t, bare, method, s[1:]); !strings.HasPrefix(key, "fault.permission.") && key != "fault.proof_needed" {
			t.Errorf("%s as %s: the use case itself says %q", method, role, key)
		}
		if !image.Same(t) {
			if changed := image.Changed(t); len(changed) > 0 {
				t.Fatalf("%s as %s changed %v", method, role, changed)
			}
		}
	}
	return refused
}

// callBare calls past the dispatcher's table, and gives the key of the refusal.
func callBare(t *testing.T, bare http.Handler, method string, args []any) string {
	t.Helper()
	if args == nil {
		args = []any{}
	}
	body, err := json.Marshal(args)
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/rpc/"+method, strings.NewReader(string(body)))
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	bare.ServeHTTP(w, r)
	var out struct {
		Error *app.Shown `json:"error"`
	}
	if err := json.Unmarshal(w.Body.Bytes(), &out); err != nil {
		t.Fatalf("%s: %v in %.200s", method, err, w.Body)
	}
	if out.Error == nil {
		return ""
	}
	return out.Error.Key
}
