package portal_test

import (
	"archive/zip"
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"comptoir/core/actor"
	"comptoir/office/customers"
	"comptoir/office/files"
	"comptoir/office/privacy"
	"comptoir/office/sales"
)

// privacy is the room of personal data over the fixture's rooms.
func (f *firm) privacy(store *files.Store) *privacy.Service {
	return privacy.New(privacy.Deps{DB: f.db, Open: store.Open, Close: f.access.CloseContact, Names: f.access.ForgetNames, Index: customers.Reindex,
		Paper: func(ctx context.Context, id string) (sales.File, error) { return f.sales.PDF(ctx, actor.Machine(), id) }})
}

// privacyTables are what each visitor may and may not do with its own data.
func privacyTables(t map[string][]scenario) {
	const p = "/profil/donnees"
	for _, w := range []string{"stranger", "expired"} {
		t[w] = append(t[w], signIn(p), scenario{method: "POST", path: p, status: 303, to: "/connexion"})
	}
	t["link"] = append([]scenario{signIn(p)}, t["link"]...)
	t["password"] = append(t["password"], scenario{method: "GET", path: p, status: 200, has: []string{"Télécharger mes données", "L123-22"}, not: []string{"Bruno"}}, scenario{method: "POST", path: p, status: 200})
}

// A contact gets what is held about itself, and is asked for its password again.
func TestOwnData(t *testing.T) {
	f := newFirm(t)
	v := f.byPassword(f.serve())
	a := v.get("/profil/donnees")
	if a.status != 200 || !strings.Contains(a.body, "Menuiserie Vasseur") || !strings.Contains(a.body, "L123-22") || !strings.Contains(a.body, "10 ans après la clôture") {
		t.Fatalf("%d %s", a.status, a.body)
	}
	f.turn(25 * time.Minute) // meanwhile: the password is asked for again
	if a = v.post("/profil/donnees", ""); a.status != 403 || !strings.Contains(a.body, `name="preuve"`) {
		t.Fatalf("without the password: %d", a.status)
	}
	a = v.post("/profil/donnees", "preuve="+good)
	z, err := zip.NewReader(bytes.NewReader([]byte(a.body)), int64(len(a.body)))
	if a.status != 200 || err != nil || !strings.HasPrefix(a.header.Get("Content-Disposition"), "attachment") {
		t.Fatalf("%d %v %v", a.status, err, a.header)
	}
	names := []string{}
	for _, x := range z.File {
		names = append(names, x.Name)
	}
	if list := strings.Join(names, " "); !strings.Contains(list, "data.json") || !strings.Contains(list, "documents/FA-") {
		t.Errorf("the archive holds %s", list)
	}
}
