package portal_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"comptoir/office/customers"
)

// groupOf puts customers into a group of their own that uses the portal.
func (f *firm) groupOf(in ...customers.Customer) customers.Group {
	f.Helper()
	list, err := f.people.Groups(f.Context(), f.staff)
	f.must(err)
	at := slices.IndexFunc(list, func(g customers.Group) bool { return g.Name == "Ateliers" })
	if at < 0 {
		if _, err := f.raw.Exec("INSERT INTO customer_groups (public_id, name, created_at, updated_at) VALUES ('ateliers', 'Ateliers', '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z')"); err != nil {
			f.Fatal(err)
		}
		list, err = f.people.Groups(f.Context(), f.staff)
		f.must(err)
		at = slices.IndexFunc(list, func(g customers.Group) bool { return g.Name == "Ateliers" })
	}
	for _, c := range in {
		if _, err := f.raw.Exec("UPDATE customers SET group_id = (SELECT id FROM customer_groups WHERE public_id = 'ateliers') WHERE id = ?", c.ID); err != nil {
			f.Fatal(err)
		}
	}
	return list[at]
}

// turnPortal opens or closes the portal for a group.
func (f *firm) turnPortal(g customers.Group, on bool) customers.Group {
	f.Helper()
	g.PortalEnabled = &on
	g, err := f.people.SaveGroup(f.Context(), f.staff, fmt.Sprintf("turn-portal-%t-%d", on, g.Version), g)
	f.must(err)
	return g
}

// TestAGroupThatIsOff: what its contacts are answered at every door, which is what a stranger is
// answered there; nothing is deleted, and everything opens again with the group.
func TestAGroupThatIsOff(t *testing.T) {
	f := newFirm(t)
	s := f.serve()
	g := f.groupOf(f.claire)
	inside, byLink, bruno := f.byPassword(s), f.byLink(s), f.brunoByLink(s)
	mailed := f.newPasswordLink(f.claire)
	under := f.visitor(s)
	if a := under.post("/inscription/ateliers", ""); a.status != http.StatusSeeOther {
		t.Fatalf("a request for access: %d %s", a.status, excerpt(a.body))
	}
	g = f.turnPortal(g, false)

	for name, v := range map[string]*visitor{"password": inside, "link": byLink} {
		if a := v.get("/factures"); a.status != 303 || a.header.Get("Location") != "/connexion?suite=%2Ffactures&fin=1" {
			t.Errorf("the running session by %s: %d %q", name, a.status, a.header.Get("Location"))
		}
	}
	if a := bruno.get("/factures"); a.status != 200 {
		t.Errorf("a customer of another group: %d", a.status)
	}
	same := func(what, path, form, known, unknown string) {
		t.Helper()
		said := func(name string) string {
			a := f.visitor(s).post(path, strings.ReplaceAll(form, "NAME", name))
			return fmt.Sprintln(a.status, a.header.Get("Location"), strings.ReplaceAll(a.body, strings.ReplaceAll(name, "%40", "@"), "NAME"))
		}
		before := f.count("SELECT count(*) FROM mails")
		if a, b := said(known), said(unknown); a != b {
			t.Errorf("%s:\n%s\nof nobody:\n%s", what, excerpt(a), excerpt(b))
		}
		f.runJobs()
		if n := f.count("SELECT count(*) FROM mails"); n != before {
			t.Errorf("%s: %d mails", what, n-before)
		}
	}
	same("signing in", "/connexion", "nom=NAME&mot-de-passe="+good, "claire%40martin.example", "nobody%40martin.example")
	same("a forgotten password", "/mot-de-passe/oublie", "nom=NAME", "claire%40martin.example", "nobody%40martin.example")
	same("a forgotten user name", "/nom-utilisateur/oublie", "courriel=NAME", "claire%40martin.example", "nobody%40martin.example")
	same("a link asked for anew", "/lien/renouveler", "lien=NAME", strings.TrimPrefix(f.linkTo(f.open), "/l/"), strings.Repeat("a", 60))

	stranger := f.visitor(s)
	for path, want := range map[string]string{mailed: "410", f.linkTo(f.open): "410", "/inscription/ateliers": "404"} {
		a := stranger.get(path)
		if fmt.Sprint(a.status) != want || strings.Contains(a.body, "Claire") || strings.Contains(a.body, "Martin") || strings.Contains(a.body, "Ateliers") || strings.Contains(a.body, "groupe") {
			t.Errorf("%s: %d, want %s: %s", path, a.status, want, excerpt(a.body))
		}
	}
	off, never := stranger.get("/inscription/ateliers").body, stranger.get("/inscription/jamais").body
	if strings.ReplaceAll(off, "ateliers", "GROUP") != strings.ReplaceAll(never, "jamais", "GROUP") {
		t.Errorf("a group that is off:\n%s\nnone:\n%s", excerpt(off), excerpt(never))
	}
	if a := under.post("/demande/contact", steps("zoe@lenoir.example")["contact"]); a.status != 404 {
		t.Errorf("a request under way: %d %s", a.status, excerpt(a.body))
	}
	if a := f.visitor(s).get(f.linkTo(f.foreign)); a.status != 303 {
		t.Errorf("another customer's link: %d", a.status)
	}

	f.turnPortal(g, true)
	back := f.visitor(s)
	if a := back.post("/connexion", "nom=claire%40martin.example&mot-de-passe="+good); a.status != 303 || a.header.Get("Location") != "/" {
		t.Errorf("the password after it: %d %s", a.status, excerpt(a.body))
	}
	if a := f.visitor(s).get(f.linkTo(f.open)); a.status != 303 {
		t.Errorf("a mailed link after it: %d", a.status)
	}
	if a := inside.get("/factures"); a.status != 303 {
		t.Errorf("the session that was ended came back: %d", a.status)
	}
}
