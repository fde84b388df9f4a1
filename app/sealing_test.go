package app_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"comptoir/app"
	"comptoir/core/actor"
	"comptoir/core/id"
	"comptoir/edge/pdf"
	"comptoir/edge/seal"
	"comptoir/office/company"
	"comptoir/office/contracts"
	"comptoir/office/customers"
	"comptoir/office/signing"
	"comptoir/rules/evidence"
)

// roundHere begins a round of signature on documents in a new company, with so many people who are
// asked at once: the customer's contact and then guests, all in person on the firm's screen.
func roundHere(t testing.TB, h *app.House, people int, documents ...[]byte) signing.Centre {
	t.Helper()
	ctx, key, who := t.Context(), id.Random(), clerkHere
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	if firm, err := h.Company.Firm(ctx, who); err != nil || firm.Name == "" {
		must(h.Company.Create(ctx, who, company.Create{Name: "Atelier Bois", Country: "FR", Language: "fr", Email: "atelier@bois.example"}))
	}
	buyer, err := h.Customers.Save(ctx, who, key(), customers.Customer{Kind: "company", Name: "Café Lumière", Email: "ines@client.example", Language: "fr", Currency: "EUR", TaxRegime: "domestic", TermsDays: 30,
		Line1: "2 rue du Client", Postcode: "69002", City: "Lyon", Country: "FR", Contacts: []customers.Contact{{Name: "Inès Lumière", Email: "ines@client.example", Language: "fr", IsPrimary: true, PortalAccess: true}}})
	must(err)
	c, err := h.Contracts.Save(ctx, who, key(), contracts.Form{Title: "Entretien", CustomerID: buyer.PublicID, Currency: "EUR"})
	must(err)
	var files []string
	for i, b := range documents {
		staged, err := h.Contracts.StageFile(ctx, who, fmt.Sprintf("Contrat %d.pdf", i+1), bytes.NewReader(b))
		must(err)
		list, err := h.Contracts.AddFiles(ctx, who, contracts.AddFiles{Key: key(), ContractID: c.PublicID, Files: []contracts.NewFile{{File: staged}}})
		must(err)
		files = append(files, list[0].ID)
	}
	for i := range people {
		form := signing.PartyForm{ContractID: c.PublicID, Kind: signing.Signature, Type: "guest", Name: fmt.Sprintf("Me Aubry %d", i), Email: fmt.Sprintf("me%d@aubry.example", i), Language: "fr", Capacity: "gérante"}
		if i == 0 {
			form.Type, form.PersonID = "contact", buyer.Contacts[0].PublicID
		}
		_, err = h.Signing.AddParty(ctx, who, key(), form)
		must(err)
	}
	centre, err := h.Signing.Centre(ctx, who, c.PublicID, signing.Signature)
	must(err)
	centre, err = h.Signing.SaveCentre(ctx, who, signing.CentreForm{ContractID: c.PublicID, Kind: signing.Signature, Version: centre.Version, FileIDs: files})
	must(err)
	centre, err = h.Signing.Start(ctx, who, key(), signing.StartForm{ContractID: c.PublicID, Kind: signing.Signature, Version: centre.Version, MakeVisible: true})
	must(err)
	return centre
}

// clerkHere is the user of the firm in whose presence others sign.
var clerkHere = actor.Actor{Kind: actor.Staff, ID: 1, Role: actor.Principal, Name: "Camille", Lang: "fr"}

// penHere signs the n-th turn of a round, in person.
func penHere(c signing.Centre, n int, key string) signing.Sign {
	return signing.Sign{Key: key, ContractID: c.ContractID, TurnID: c.Round.Turns[n].ID, Digest: c.Round.Digest, Method: signing.InPerson, Consent: true, ConsentVersion: signing.ConsentVersion,
		Language: "fr", TypedName: c.Round.Turns[n].Name, Drawing: evidence.Drawing{Path: "M 10 40 Q 30 5 50 40 90 10 95 30", Width: 100, Height: 50}}
}

// signedHere has a customer's contact sign a document on the firm's screen, and gives the paper
// that was sealed.
func signedHere(t *testing.T, h *app.House, original []byte) (versionID string, paper []byte) {
	t.Helper()
	ctx, who := t.Context(), clerkHere
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	centre := roundHere(t, h, 1, original)
	form := penHere(centre, 0, "sign-scribble")
	form.Drawing.Path = "M 10 40 Q 30 5 50 40 T"
	if _, err := h.Signing.Sign(ctx, who, form); err == nil {
		t.Fatal("a drawing that nobody can read was taken")
	}
	_, err := h.Signing.Sign(ctx, who, penHere(centre, 0, "sign-in-person"))
	must(err)
	_, err = h.Worker.RunJobs(ctx)
	must(err)
	if centre, err = h.Signing.Centre(ctx, who, centre.ContractID, signing.Signature); err != nil || len(centre.Sealed) != 1 {
		t.Fatalf("%v: %+v", err, centre.Round)
	}
	return centre.Sealed[0].VersionID, paperHere(t, h, centre.Sealed[0].VersionID)
}

// paperHere gives the bytes of a sealed paper.
func paperHere(t testing.TB, h *app.House, versionID string) []byte {
	t.Helper()
	content, err := h.Contracts.OpenVersion(t.Context(), clerkHere, versionID)
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(content.Bytes)
	if err := errors.Join(err, content.Bytes.Close()); err != nil {
		t.Fatal(err)
	}
	return b
}

// From a document and a hand on the firm's screen to a paper that pdfsig accepts, that the window
// and the command line verify, and that shows a change of one byte.
func TestSignedPaperIsSealed(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "firm")
	ctx := context.Background()
	h, err := app.OpenHouse(ctx, app.HouseOptions{Folder: folder, Create: true, Clock: func() time.Time { return time.Date(2026, 11, 22, 11, 0, 0, 0, time.UTC) }})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = h.Close(ctx) }()
	original, err := pdf.New().Invoice(pdf.Paper{Lang: "fr", Title: "Contrat", Number: "CT-1", Terms: strings.Repeat("Une clause. ", 2000)})
	if err != nil {
		t.Fatal(err)
	}
	version, paper := signedHere(t, h, original)
	if !bytes.HasPrefix(paper, original) {
		t.Error("the document is not the beginning of the paper")
	}
	v, err := h.Signing.VerifyPaper(ctx, clerkHere, version)
	if err != nil || v.Verdict.Verdict != string(seal.Intact) || !v.Ours || !v.Same || v.Certificate != "Atelier Bois" || len(v.Checks) != 6 || v.Record.Firm.Country != "FR" {
		t.Errorf("%v: %+v", err, v)
	}
	path := filepath.Join(t.TempDir(), "paper.pdf")
	for name, change := range map[string]func([]byte) (seal.Verdict, []byte){
		"as it is": func(b []byte) (seal.Verdict, []byte) { return seal.Intact, b },
		"altered":  func(b []byte) (seal.Verdict, []byte) { b[len(original)/2] ^= 1; return seal.Altered, b },
	} {
		want, b := change(bytes.Clone(paper))
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		r, err := app.VerifyFile(path, folder) // while the company is open
		if err != nil || r.Verdict != want {
			t.Errorf("%s: %v %+v", name, err, r)
		}
		if valid, said := pdfsigAccepts(path); said != "" && valid != (want == seal.Intact) {
			t.Errorf("%s: %s", name, said)
		}
	}
}

// pdfsigAccepts asks Debian's tool about a file; it says nothing where there is no such tool.
func pdfsigAccepts(path string) (valid bool, said string) {
	if _, err := exec.LookPath("pdfsig"); err != nil {
		return false, ""
	}
	b, _ := exec.Command("pdfsig", path).CombinedOutput() // #nosec G204 -- a file of the test
	said = string(b) + "."
	return strings.Contains(said, "Signature is Valid") && strings.Contains(said, "Total document signed"), said
}
