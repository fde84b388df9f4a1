package app_test

import (
	"path/filepath"
	"strings"
	"testing"

	"comptoir/app/apptest"
	"comptoir/db/dbtest"
)

// The portal opened as a customer from the desk: under the owner's name, with one click of one
// minute, and over when the desk is left.
func TestPortalOpenedAsACustomer(t *testing.T) {
	p := apptest.Fresh(t, apptest.Options{})
	identity(p)
	c := customer(p, "Hôtel du Vieux Port", "anne@vieux-port.example")
	address := apptest.Ask[string](p, "Portal.OpenAs", c.PublicID, c.Contacts[0].PublicID)
	if !strings.HasPrefix(address, p.PortalURL()+"/au-nom/") {
		t.Fatalf("opens at %s", address)
	}
	browser := p.Contact()
	browser.Get(address).Has("Menuiserie Lambert, vous êtes dans le portail à la place de Anne Morvan (Hôtel du Vieux Port).", "Quitter le portail de ce client")
	if again := p.Contact().Get(address); again.Status != 410 {
		t.Errorf("a second time: %d", again.Status)
	}
	if log := p.Log.String(); strings.Contains(log, address[len(address)-20:]) {
		t.Error("the token stands in the log")
	}
	var opened []string
	p.App.OpenURL = func(url string) { opened = append(opened, url) }
	if url := apptest.Ask[string](p, "Portal.OpenAs", c.PublicID, ""); url != "" || len(opened) != 1 || !strings.Contains(opened[0], "/au-nom/") {
		t.Errorf("the window opens %v and gives %q", opened, url)
	}
	if _, refused := p.Try("Portal.OpenAs", "nobody", ""); refused == nil || refused.Key != "fault.not_found" {
		t.Errorf("%+v", refused)
	}
	apptest.Ask[any](p, "Portal.SetOn", false)
	if _, refused := p.Try("Portal.OpenAs", c.PublicID, ""); refused == nil || refused.Key != "fault.portal_off" {
		t.Errorf("closed: %+v", refused)
	}
}

// A session in a customer's place ends with the program: its desk was left.
func TestStandInEndsWithTheProgram(t *testing.T) {
	home := t.TempDir()
	p := apptest.Fresh(t, apptest.Options{Home: home, Portal: "127.0.0.1:0"})
	c := customer(p, "Hôtel du Vieux Port", "anne@vieux-port.example")
	browser := p.Contact()
	browser.Get(apptest.Ask[string](p, "Portal.OpenAs", c.PublicID, "")).Has("à la place de Anne Morvan")
	folder := p.App.House().Folder
	p.Stop()
	stands := func() int64 {
		return dbtest.Int(t, dbtest.Raw(t, filepath.Join(folder, "comptoir.db")), "SELECT count(*) FROM portal_stand_ins")
	}
	if stands() != 1 {
		t.Fatal("no session to be ended")
	}
	apptest.Start(t, apptest.Options{Home: home, Folder: folder})
	if n := stands(); n != 0 {
		t.Errorf("%d sessions go on", n)
	}
}
