package app_test

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"comptoir/app"
	"comptoir/core/actor"
	"comptoir/core/locale"
)

var updatePaper = flag.Bool("update", false, "write docs/permissions.md anew")

const permissionsPaper = "../docs/permissions.md"

// TestPermissionsPaper compares the table that people read with the one that the program asks
// (-update writes it anew: read the difference as what somebody may do now and could not before).
func TestPermissionsPaper(t *testing.T) {
	const begin, end = "<!-- table -->\n", "<!-- end of table -->\n"
	b, err := os.ReadFile(permissionsPaper)
	if err != nil {
		t.Fatal(err)
	}
	head, rest, ok1 := strings.Cut(string(b), begin)
	written, tail, ok2 := strings.Cut(rest, end)
	if !ok1 || !ok2 {
		t.Fatalf("%s has no place for the table", permissionsPaper)
	}
	seen := permissionTables()
	if *updatePaper {
		if err := os.WriteFile(permissionsPaper, []byte(head+begin+seen+end+tail), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(strings.Split(written, "\n"), strings.Split(seen, "\n")); diff != "" {
		t.Errorf("%s (-written +seen); go test ./app -run TestPermissionsPaper -update\n%s", permissionsPaper, diff)
	}
}

// both gives a text in French, then in English.
func both(key string) string {
	return locale.T(locale.FR, key, nil) + " · " + locale.T(locale.EN, key, nil)
}

func permissionTables() string {
	var b strings.Builder
	b.WriteString("\n## Rôles · Roles\n\n| Permission |")
	for _, r := range actor.Roles() {
		b.WriteString(" " + both("common.role."+string(r)) + " |")
	}
	b.WriteString("\n|---|" + strings.Repeat(":-:|", len(actor.Roles())) + "\n")
	for _, p := range actor.Permissions() {
		fmt.Fprintf(&b, "| %s (`%s`) |", both("common.permission."+string(p)), p)
		for _, r := range actor.Roles() {
			mark := "—"
			if r.May(p) {
				mark = "oui · yes"
			}
			b.WriteString(" " + mark + " |")
		}
		b.WriteString("\n")
	}
	b.WriteString("\n## Méthodes et fichiers par permission · Methods and files by permission\n")
	for _, p := range append([]actor.Permission{app.Everyone}, actor.Permissions()...) {
		section(&b, p)
	}
	return b.String() + "\n"
}

func section(b *strings.Builder, p actor.Permission) {
	name := string(p)
	if p == app.Everyone {
		name = "everyone"
	}
	b.WriteString("\n### " + both("common.permission."+name) + "\n\n")
	services := map[string][]string{}
	for m, may := range app.Rights() {
		if may == p {
			service, method, _ := strings.Cut(m, ".")
			services[service] = append(services[service], method)
		}
	}
	for _, s := range slices.Sorted(maps.Keys(services)) {
		fmt.Fprintf(b, "- **%s**: %s\n", s, strings.Join(slices.Sorted(slices.Values(services[s])), ", "))
	}
	routes := []string{}
	for r, may := range app.FileRights() {
		if may == p {
			routes = append(routes, "`"+r+"`")
		}
	}
	slices.Sort(routes)
	if len(routes) > 0 {
		b.WriteString("- " + strings.Join(routes, ", ") + "\n")
	}
	if len(routes)+len(services) == 0 {
		b.WriteString("—\n")
	}
}
