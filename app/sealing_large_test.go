package app_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"comptoir/app"
	"comptoir/app/apptest"
	"comptoir/edge/seal"
	"comptoir/office/contracts"
	"comptoir/office/signing"
)

// largePaper is a PDF of so many pages and, filled up by a picture, so many bytes (0: as it comes).
func largePaper(pages int, size int64) []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
	var at []int
	object := func(format string, args ...any) {
		at = append(at, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n", len(at))
		fmt.Fprintf(&b, format, args...)
		b.WriteString("\nendobj\n")
	}
	object("<</Type /Catalog /Pages 2 0 R>>")
	at = append(at, b.Len())
	b.WriteString("2 0 obj\n<</Type /Pages /MediaBox [0 0 595 842] /Count " + fmt.Sprint(pages) + " /Kids [")
	for i := range pages {
		fmt.Fprintf(&b, "%d 0 R ", 3+2*i)
	}
	b.WriteString("]>>\nendobj\n")
	for i := range pages {
		object("<</Type /Page /Parent 2 0 R /Contents %d 0 R>>", 4+2*i)
		object("<</Length 12>>\nstream\n%04d 0 m 9 w\nendstream", i%1000)
	}
	if fill := size - int64(b.Len()) - int64(20*(len(at)+2)) - 400; fill > 0 {
		at = append(at, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n<</Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8 /Length %d>>\nstream\n", len(at), fill)
		noise := uint64(1)
		for range fill {
			noise = noise*6364136223846793005 + 1442695040888963407
			b.WriteByte(byte(noise >> 56)) // #nosec G115 -- eight bits are left
		}
		b.WriteString("\nendstream\nendobj\n")
	}
	start := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(at)+1)
	for _, n := range at {
		fmt.Fprintf(&b, "%010d 00000 n \n", n)
	}
	fmt.Fprintf(&b, "trailer\n<</Size %d /Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n", len(at)+1, start)
	return b.Bytes()
}

// wholeWay takes a paper through the program as the window does: attached, asked about, signed in
// person, sealed by the program's own worker, fetched, verified as a file that is dropped on the
// window. took gives the time of each step.
func wholeWay(t testing.TB, p *apptest.Program, customerID string, run int, paper []byte) (took map[string]time.Duration, sealed []byte) {
	t.Helper()
	key := func(what string) string { return fmt.Sprintf("key-large-%s-%06d", what, run) }
	took = map[string]time.Duration{}
	began := time.Now()
	step := func(name string) { took[name], began = time.Since(began), time.Now() }
	id := apptest.Ask[app.Saved](p, "Contracts.Save", app.ContractForm{Title: "Grand contrat", CustomerID: customerID, Currency: "EUR", Renewal: "none", NoticeUnit: "month"}, key("contract")).ID
	began = time.Now()
	var list []contracts.AttachedFile
	if refused := attach(t, p, "/files/contracts/"+id, map[string]string{"key": key("attach")}, "contrat.pdf", bytes.NewReader(paper), &list); refused != nil {
		t.Fatalf("%+v", refused)
	}
	step("attach")
	c := apptest.Ask[signing.Centre](p, "Signing.Centre", id, signing.Signature)
	c = apptest.Ask[signing.Centre](p, "Signing.SaveCentre", signing.CentreForm{ContractID: id, Kind: signing.Signature, Version: c.Version, FileIDs: []string{list[0].ID}})
	c = apptest.Ask[signing.Centre](p, "Signing.AddParty", signing.PartyForm{ContractID: id, Kind: signing.Signature, Type: "guest", Name: "Me Aubry", Email: "me@aubry.example", Language: "fr"}, key("party"))
	c = apptest.Ask[signing.Centre](p, "Signing.Start", signing.StartForm{ContractID: id, Kind: signing.Signature, Version: c.Version, MakeVisible: true}, key("start"))
	step("round")
	apptest.Ask[signing.Decided](p, "Signing.SignHere", app.SignForm{TurnID: c.Round.Turns[0].ID, Digest: c.Round.Digest, Method: signing.InPerson, Consent: true, ConsentVersion: signing.ConsentVersion, Language: "fr", TypedName: "Me Aubry"}, key("sign"))
	step("sign")
	p.Until("the seal", func() bool {
		c = apptest.Ask[signing.Centre](p, "Signing.Centre", id, signing.Signature)
		return c.Round.Sealing != "waiting"
	})
	step("seal")
	if c.Round.Sealing != "done" || len(c.Sealed) != 1 {
		t.Fatalf("%+v", c.Round)
	}
	_, sealed = p.File("/files/contract-versions/" + c.Sealed[0].VersionID)
	step("fetch")
	var v app.VerifyView
	if refused := attach(t, p, "/files/verify", nil, "contrat.pdf", bytes.NewReader(sealed), &v); refused != nil || !v.Ours || v.Verdict != string(seal.Intact) {
		t.Errorf("%+v %+v", v, refused)
	}
	step("verify")
	return took, sealed
}

var largePapers = []struct {
	name  string
	pages int
	size  int64
}{{"1000pages", 1000, 0}, {"50MB", 3, seal.MaxSize}}

// A thousand pages, and the largest file that may be signed, go the whole way; pdfsig accepts what
// comes of it and refuses it with one byte altered, the window too.
func TestLargePapersGoTheWholeWay(t *testing.T) {
	t.Parallel()
	p := apptest.Fresh(t, apptest.Options{})
	identity(p)
	c := customer(p, "Atelier Martin", "anne@martin.example")
	path := filepath.Join(t.TempDir(), "paper.pdf")
	for i, large := range largePapers {
		paper := largePaper(large.pages, large.size)
		if int64(len(paper)) < large.size-4096 {
			t.Errorf("%s: %d bytes", large.name, len(paper))
		}
		took, sealed := wholeWay(t, p, c.PublicID, i, paper)
		t.Logf("%s: %v", large.name, took)
		if !bytes.HasPrefix(sealed, paper) {
			t.Errorf("%s: the document is not the beginning of the paper", large.name)
		}
		for _, altered := range []bool{false, true} {
			if altered {
				sealed[len(paper)/2] ^= 1
				var v app.VerifyView
				if refused := attach(t, p, "/files/verify", nil, "contrat.pdf", bytes.NewReader(sealed), &v); refused != nil || v.Verdict != string(seal.Altered) {
					t.Errorf("%s: %+v %+v", large.name, v, refused)
				}
			}
			if err := os.WriteFile(path, sealed, 0o600); err != nil {
				t.Fatal(err)
			}
			if valid, said := pdfsigAccepts(path); said != "" && valid == altered {
				t.Errorf("%s, altered %v: %s", large.name, altered, said)
			}
		}
	}
}

// BenchmarkLargePapers takes large papers the whole way and tells the milliseconds of each step.
func BenchmarkLargePapers(b *testing.B) {
	p := apptest.Fresh(b, apptest.Options{})
	identity(p)
	c := customer(p, "Atelier Martin", "anne@martin.example")
	run := 0
	for _, large := range largePapers {
		paper := largePaper(large.pages, large.size)
		b.Run(large.name, func(b *testing.B) {
			total := map[string]time.Duration{}
			b.SetBytes(int64(len(paper)))
			for b.Loop() {
				run++
				took, _ := wholeWay(b, p, c.PublicID, run, paper)
				for name, d := range took {
					total[name] += d
				}
			}
			for name, d := range total {
				b.ReportMetric(float64(d.Milliseconds())/float64(b.N), name+"-ms/op")
			}
		})
	}
}
