package app_test

import (
	"net/http"
	"strings"
	"testing"

	"comptoir/app"
	"comptoir/app/apptest"
	"comptoir/office/contracts"
	"comptoir/office/signing"
)

// A document of a round comes out under the same policy as every stored file, for the turn and the version that there
// are; a file that is looked at is told for what it is, and what is no single file is refused.
func TestDocumentsOfARoundAreGivenOut(t *testing.T) {
	p := apptest.Fresh(t, apptest.Options{})
	identity(p)
	c := customer(p, "Atelier Martin", "anne@martin.example")
	id := apptest.Ask[app.Saved](p, "Contracts.Save", app.ContractForm{Title: "Bail", CustomerID: c.PublicID, Currency: "EUR", Renewal: "none", NoticeUnit: "month"}, "key-round-contract").ID
	var list []contracts.AttachedFile
	if refused := attach(t, p, "/files/contracts/"+id, map[string]string{"key": "key-round-attach"}, "notes.txt", strings.NewReader("Relire la clause 4."), &list); refused != nil {
		t.Fatal(refused)
	}
	centre := apptest.Ask[signing.Centre](p, "Signing.Centre", id, signing.Approval)
	apptest.Ask[signing.Centre](p, "Signing.SaveCentre", signing.CentreForm{ContractID: id, Kind: signing.Approval, Version: centre.Version, Ordered: true, FileIDs: []string{list[0].ID}})
	who := apptest.Ask[[]signing.Candidate](p, "Signing.Candidates", id)[0]
	centre = apptest.Ask[signing.Centre](p, "Signing.AddParty", signing.PartyForm{ContractID: id, Kind: signing.Approval, Type: who.Type, PersonID: who.ID}, "key-round-party")
	centre = apptest.Ask[signing.Centre](p, "Signing.Start", signing.StartForm{ContractID: id, Kind: signing.Approval, Version: centre.Version, MakeVisible: true}, "key-round-start")
	at := "/files/rounds/" + centre.Round.Turns[0].ID + "/"
	resp, b := p.File(at + centre.Round.Documents[0].VersionID)
	if resp.StatusCode != http.StatusOK || string(b) != "Relire la clause 4." || resp.Header.Get("X-Content-Type-Options") != "nosniff" || !strings.Contains(resp.Header.Get("Content-Security-Policy"), "sandbox") ||
		!strings.HasPrefix(resp.Header.Get("Content-Disposition"), "attachment") {
		t.Errorf("%d %q %v", resp.StatusCode, b, resp.Header)
	}
	for _, path := range []string{at + "none", "/files/rounds/none/" + centre.Round.Documents[0].VersionID} {
		if resp, _ := p.File(path); resp.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %d", path, resp.StatusCode)
		}
	}
	var v app.VerifyView
	if refused := attach(t, p, "/files/verify", nil, "plan.pdf", strings.NewReader("%PDF-1.7 nothing"), &v); refused != nil || v.Ours || v.Verdict == "sealed" || v.Title == "" {
		t.Errorf("%+v %+v", v, refused)
	}
}
