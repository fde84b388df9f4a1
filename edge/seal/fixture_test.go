package seal_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"comptoir/edge/keys"
	"comptoir/edge/pdf"
	"comptoir/edge/seal"
	"comptoir/rules/evidence"
)

var noon = time.Date(2026, 11, 22, 11, 0, 0, 0, time.UTC)

// drawer keeps sealed bytes as company.Secrets does.
type drawer map[string][]byte

func (d drawer) Load(_ context.Context, name string) ([]byte, error) { return d[name], nil }
func (d drawer) Save(_ context.Context, name string, sealed []byte) error {
	d[name] = bytes.Clone(sealed)
	return nil
}

// firm is made once for all tests.
var firm = sync.OnceValues(func() (*seal.Identity, seal.Known) {
	k := seal.NewKeys(drawer{}, keys.Seeded("seal"), "")
	id, err := k.Identity(context.Background(), "Atelier Dubreuil", noon)
	if err != nil {
		panic(err)
	}
	known, err := k.Known(context.Background())
	if err != nil {
		panic(err)
	}
	return id, known
})

func tool(t testing.TB, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("%s is missing: install poppler-utils and qpdf", name)
		}
		t.Skipf("%s is missing: install poppler-utils and qpdf", name)
	}
	return path
}

func saved(t testing.TB, file []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "paper.pdf")
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// invoice is a paper of our own, of some pages.
func invoice(t testing.TB, lines int) []byte {
	t.Helper()
	p := pdf.Paper{Lang: "fr", Title: "Facture", Number: "FA-2026-0001", Seller: pdf.Party{Name: "Atelier Dubreuil"}, Buyer: pdf.Party{Name: "Café Lumière"}, Created: noon}
	for i := range lines {
		p.Lines = append(p.Lines, pdf.Line{Description: fmt.Sprintf("Pose d’étagères, lot %d", i+1), Net: "100,00"})
	}
	b, err := pdf.New().Invoice(p)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// plain writes a PDF with a table, object by object, the catalog first; more is put into the trailer.
func plain(more string, objects ...string) []byte {
	var b strings.Builder
	b.WriteString("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
	at := make([]int, len(objects))
	for i, o := range objects {
		at[i] = b.Len()
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	start := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(objects)+1)
	for _, n := range at {
		fmt.Fprintf(&b, "%010d 00000 n \n", n)
	}
	fmt.Fprintf(&b, "trailer\n<</Size %d /Root 1 0 R %s>>\nstartxref\n%d\n%%%%EOF\n", len(objects)+1, more, start)
	return []byte(b.String())
}

const box = "/MediaBox [0 0 200 100]"

// small is the least that is a PDF: one page.
func small() []byte {
	return plain("", "<</Type /Catalog /Pages 2 0 R>>", "<</Type /Pages /Kids [3 0 R] /Count 1 "+box+">>", "<</Type /Page /Parent 2 0 R /Contents 4 0 R>>", content("0 0 10 10 re f"))
}

func content(ops string) string {
	return fmt.Sprintf("<</Length %d>>\nstream\n%s\nendstream", len(ops), ops)
}

func sum(b []byte) string {
	h := sha256.Sum256(b)
	return hex.EncodeToString(h[:])
}

// recordOf is the evidence of two signatures under a document.
func recordOf(t testing.TB, original []byte, pages int) evidence.Record {
	t.Helper()
	doc := evidence.Document{Name: "Contrat d’entretien.pdf", SHA256: sum(original), Size: int64(len(original)), Pages: pages}
	r := evidence.Record{
		Envelope: "k5q7m2x9f4hd3b6t", Contract: evidence.Contract{Number: "CT-2026-0001", Title: "Entretien"}, Firm: evidence.Firm{Name: "Atelier Dubreuil"},
		Program: "0.6.0", Texts: "1", Lang: "fr", Zone: "Europe/Paris", Document: doc, Completed: noon,
	}
	events := []evidence.Event{{At: noon.Add(-time.Hour), Kind: evidence.Created, Who: "Claire Dubreuil", Document: doc.SHA256, Source: "window"}}
	for i, who := range []string{"Inès Lumière", "Claire Dubreuil"} {
		id := fmt.Sprintf("signer%d", i+1)
		at := noon.Add(time.Duration(i-30) * time.Minute)
		r.Signers = append(r.Signers, evidence.Signer{ID: id, Name: who, Email: "x@example.org", Method: evidence.Password, MethodAt: at, SignedAt: at, Lang: "fr", Consent: "J’accepte.", Typed: who})
		events = append(events, evidence.Event{At: at, Kind: evidence.Signed, Who: who, Signer: id, Document: doc.SHA256, Source: "portal"})
	}
	r.Events = evidence.Chain(evidence.Root(r.Envelope), events)
	closed, err := evidence.Close(r)
	if err != nil {
		t.Fatal(err)
	}
	return closed
}

// order is what Complete needs for a document.
func order(t testing.TB, original []byte) seal.Order {
	t.Helper()
	info, err := seal.Inspect(bytes.NewReader(original), int64(len(original)))
	if err != nil {
		t.Fatal(err)
	}
	id, _ := firm()
	return seal.Order{Original: bytes.NewReader(original), Size: int64(len(original)), Record: recordOf(t, original, info.Pages), Certificate: invoice(t, 3), Identity: id, At: noon}
}

// complete seals a document.
func complete(t testing.TB, original []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	done, err := seal.Complete(&b, order(t, original))
	if err != nil {
		t.Fatal(err)
	}
	if done.Size != int64(b.Len()) || done.SHA256 != sum(b.Bytes()) || done.OriginalSHA256 != sum(original) || !bytes.HasPrefix(b.Bytes(), original) {
		t.Fatalf("what Complete tells is not what it wrote: %+v", done)
	}
	return b.Bytes()
}

func verify(b []byte) seal.Report {
	_, known := firm()
	return seal.Verify(bytes.NewReader(b), int64(len(b)), known)
}

// pdfsig is what Debian's tool says of a file.
func pdfsig(t testing.TB, file []byte) string {
	t.Helper()
	out, _ := exec.Command(tool(t, "pdfsig"), "-nocert", saved(t, file)).CombinedOutput()
	return string(out)
}

// accepted tells whether pdfsig finds one whole, valid signature.
func accepted(said string) bool {
	return strings.Contains(said, "Signature is Valid") && strings.Contains(said, "Total document signed") && strings.Count(said, "Signature Validation:") == 1
}
