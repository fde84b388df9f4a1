package portal_test

import (
	"bytes"
	"encoding/base64"
	"image"
	"image/color"
	"image/png"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"comptoir/db/dbtest"
	"comptoir/office/customers"
	"comptoir/office/sales"
)

// offer issues a quote with a mandatory line and an option.
func (f *firm) offer(c customers.Customer, key string, change func(*sales.Draft)) sales.Document {
	f.Helper()
	form := sales.Draft{Kind: "quote", CustomerID: c.PublicID, Currency: "EUR", Language: c.Language, TermsDays: 30, PrivateNote: "Note privée", Lines: []sales.DraftLine{
		{Description: "Bibliothèque sur mesure", Nature: "goods", QuantityE4: 10000, Unit: "C62", UnitPriceE4: 10_000_000},
		{Description: "Éclairage intégré", Nature: "goods", QuantityE4: 10000, Unit: "C62", UnitPriceE4: 2_000_000, Optional: true},
	}}
	if change != nil {
		change(&form)
	}
	d, _, err := f.sales.SaveDraft(f.Context(), f.staff, "quote-key-"+key, form)
	f.must(err)
	d, err = f.sales.Issue(f.Context(), f.staff, sales.Issue{Key: "quote-issue-" + key, PublicID: d.PublicID, Version: d.Version, How: sales.ByMail})
	f.must(err)
	return d
}

// offers fills the firm with quotes of every kind that the tables speak of.
func (f *firm) offers() {
	f.Helper()
	yesterday := f.now.AddDate(0, 0, -1).Format(time.DateOnly)
	f.quotes = map[string]sales.Document{}
	f.quotes["late"] = f.offer(f.claire, "late", func(d *sales.Draft) { d.IssueDate, d.ValidUntil = yesterday, yesterday })
	for _, name := range []string{"quote", "refusable", "agreed"} {
		f.quotes[name] = f.offer(f.claire, name, nil)
	}
	f.quotes["foreign"] = f.offer(f.bruno, "foreign", nil)
	f.quotes["deposit"] = f.offer(f.claire, "deposit", func(d *sales.Draft) { d.DepositPCM = 30_000 })
}

func (f *firm) fillQuotes(s string) string {
	for name, d := range f.quotes {
		s = strings.NewReplacer("{q:"+name+"}", d.PublicID, "{h:"+name+"}", d.Hash).Replace(s)
	}
	return s
}

func quoteTables(t map[string][]scenario) {
	for _, w := range []string{"stranger", "expired"} {
		for _, p := range []string{"/devis", "/devis/{q:quote}", "/devis/{q:quote}/pdf"} {
			t[w] = append(t[w], signIn(p))
		}
		for _, p := range []string{"/devis/{q:quote}/approuver", "/devis/{q:quote}/refuser", "/devis/{q:quote}/question", "/factures/{open}/question"} {
			t[w] = append(t[w], scenario{method: "POST", path: p, form: "nom=Claire&empreinte={h:quote}&motif=non&question=quand&cle=abcdefgh1234", status: 303, to: "/connexion",
				rows: "SELECT count(*) = 0 FROM quote_decisions"})
		}
	}
	missing := func(method, path, form string) scenario {
		return scenario{method: method, path: path, form: form, status: 404, has: []string{"Page not found"}, not: []string{"Bibliothèque", "Claire"}, rows: "SELECT count(*) = 0 FROM quote_decisions"}
	}
	t["other"] = append(t["other"],
		scenario{method: "GET", path: "/devis", status: 200, has: []string{"{q:foreign}"}, not: []string{"{q:quote}", "DE-2026-0002"}},
		scenario{method: "GET", path: "/devis?q=DE-2026-0002", status: 200, not: []string{"{q:quote}"}},
		missing("GET", "/devis/{q:quote}", ""), missing("GET", "/factures/{q:quote}", ""), missing("GET", "/devis/{q:quote}/pdf", ""),
		missing("POST", "/devis/{q:quote}/approuver", "nom=Bruno&empreinte={h:quote}"), missing("POST", "/devis/{q:quote}/refuser", "motif=non&empreinte={h:quote}"),
		missing("POST", "/devis/{q:quote}/question", "question=quand&cle=abcdefgh1234"), missing("POST", "/factures/{open}/question", "question=quand&cle=abcdefgh1234"))
	t["link"] = append(quoteLinks(), t["link"]...)
	t["password"] = append(t["password"], scenario{method: "GET", path: "/devis?filtre=approuves", status: 200, has: []string{"Pas encore de devis"}},
		scenario{method: "POST", path: "/devis/{q:deposit}/approuver", form: "nom=Claire+Dupont&empreinte={h:deposit}&option=1", status: 303, to: "/factures/", mails: 2,
			rows: "SELECT count(*) FROM documents d JOIN document_status s ON s.document_id = d.id WHERE d.kind = 'deposit_invoice' AND s.due_minor = 43200"},
		scenario{method: "GET", path: "/devis?filtre=approuves", status: 200, has: []string{"{q:deposit}", "Approuvé"}})
}

// quoteLinks is Claire behind a mailed link: one click is enough, and only once.
func quoteLinks() []scenario {
	const none = "SELECT count(*) = 0 FROM documents WHERE quote_id IS NOT NULL"
	return []scenario{
		{method: "GET", path: "/devis", status: 200, has: []string{"DE-2026-0002", "À approuver", "Expiré"}, not: []string{"{q:foreign}", "⟦"}},
		{method: "GET", path: "/devis?filtre=en-attente", status: 200, has: []string{"{q:quote}"}, not: []string{"{q:late}"}},
		{method: "GET", path: "/devis?filtre=brouillons", status: 404},
		{method: "GET", path: "/devis?apres=rubbish", status: 404},
		{method: "GET", path: "/factures/{q:quote}", status: 303, to: "/devis/{q:quote}"}, // where a mailed link leads
		{method: "GET", path: "/devis/{open}", status: 404},
		{method: "GET", path: "/devis/{q:foreign}", status: 404},
		{method: "GET", path: "/devis/{q:quote}", status: 200, has: []string{"Bibliothèque sur mesure", `value="Claire Dupont"`, "1\u202f200,00", "Option", "Refuser ce devis", "Bon pour accord"}, not: []string{"Note privée"},
			rows: "SELECT count(*) FROM document_status s JOIN documents d ON d.id = s.document_id WHERE d.public_id = '{q:quote}' AND s.viewed_at IS NOT NULL"},
		{method: "GET", path: "/devis/{q:quote}?option=1", status: 200, has: []string{"1\u202f440,00", "checked"}},
		{method: "GET", path: "/devis/{q:quote}?option=0&option=7&option=-1&option=x", status: 200, has: []string{"1\u202f200,00"}},
		{method: "GET", path: "/devis/{q:quote}/pdf", status: 200, has: []string{"%PDF-"}},
		{method: "GET", path: "/devis/{open}/pdf", status: 404},
		{method: "POST", path: "/devis/{q:quote}/approuver", form: "nom=&empreinte={h:quote}", status: 422, has: []string{"aria-invalid"}, rows: none},
		{method: "POST", path: "/devis/{q:quote}/approuver", form: "nom=Claire&empreinte={h:quote}&option=0", status: 422, rows: none},
		{method: "POST", path: "/devis/{q:quote}/approuver", form: "nom=Claire&empreinte={h:quote}&signature=data%3Aimage%2Fpng%3Bbase64%2CPHNjcmlwdD4%3D", status: 422, has: []string{"PNG"}, rows: none},
		{method: "POST", path: "/devis/{q:quote}/approuver", form: "nom=Claire&empreinte=", status: 409, has: []string{"a changé depuis"}, rows: none},
		{method: "POST", path: "/devis/{q:quote}/approuver", form: "nom=Claire&empreinte={h:agreed}", status: 409, has: []string{"a changé depuis"}, rows: none},
		{method: "POST", path: "/devis/{open}/approuver", form: "nom=Claire&empreinte={h:quote}", status: 404, rows: none},
		{method: "POST", path: "/devis/{q:late}/approuver", form: "nom=Claire&empreinte={h:late}", status: 409, has: []string{"était valable jusqu’au"}, rows: none},
		{method: "GET", path: "/devis/{q:late}", status: 200, has: []string{"a expiré le"}, not: []string{"Approuver</button>"}},
		{method: "POST", path: "/devis/{q:refusable}/refuser", form: "motif=+&empreinte={h:refusable}", status: 422, has: []string{"aria-invalid"}, rows: "SELECT count(*) = 0 FROM quote_decisions"},
		{method: "POST", path: "/devis/{q:refusable}/refuser", form: "motif=Trop+cher&empreinte={h:refusable}", status: 303, to: "/devis/{q:refusable}?fait=refuse", mails: 1, rows: "SELECT count(*) FROM quote_decisions WHERE reason = 'Trop cher'"},
		{method: "POST", path: "/devis/{q:refusable}/approuver", form: "nom=Claire&empreinte={h:refusable}", status: 409, has: []string{"a été refusé"}, rows: none},
		{method: "GET", path: "/devis/{q:refusable}", status: 200, has: []string{"Devis refusé par Claire Dupont", "Trop cher"}},
		{method: "POST", path: "/devis/{q:agreed}/approuver", form: "nom=Claire+Dupont&commande=BC+9&empreinte={h:agreed}&option=1", status: 303, to: "/factures/", mails: 2,
			rows: "SELECT count(*) FROM documents WHERE kind = 'invoice' AND state = 'issued' AND quote_id IS NOT NULL AND order_number = 'BC 9' AND total_incl_minor = 144000"},
		{method: "POST", path: "/devis/{q:agreed}/approuver", form: "nom=Claire+Dupont&empreinte={h:agreed}", status: 409, has: []string{"déjà approuvé", "Voir la facture"}, rows: "SELECT count(*) FROM documents WHERE quote_id IS NOT NULL"},
		{method: "POST", path: "/devis/{q:agreed}/refuser", form: "motif=non&empreinte={h:agreed}", status: 409, has: []string{"déjà approuvé"}},
		{method: "GET", path: "/devis/{q:agreed}", status: 200, has: []string{"Devis approuvé par Claire Dupont", "Option choisie"}, not: []string{"Refuser ce devis"}},
		{method: "POST", path: "/devis/{q:quote}/question", form: "question=&cle=abcdefgh1230", status: 422, has: []string{"aria-invalid"}},
		{method: "POST", path: "/devis/{q:quote}/question", form: "question=Le+d%C3%A9lai+%3F+%3Cb%3Eferme%3C%2Fb%3E&cle=abcdefgh1234", status: 303, to: "/devis/{q:quote}?fait=question", mails: 1, rows: "SELECT count(*) FROM document_messages"},
		{method: "POST", path: "/devis/{q:quote}/question", form: "question=Le+d%C3%A9lai+%3F+%3Cb%3Eferme%3C%2Fb%3E&cle=abcdefgh1234", status: 303, to: "/devis/{q:quote}?fait=question", mails: 0, rows: "SELECT count(*) FROM document_messages"},
		{method: "GET", path: "/devis/{q:quote}", status: 200, has: []string{"&lt;b&gt;ferme"}, not: []string{"<b>ferme"}},
		{method: "POST", path: "/factures/{open}/question", form: "question=&cle=abcdefgh1231", status: 422, has: []string{"aria-invalid", "Total TTC"}},
		{method: "POST", path: "/factures/{open}/question", form: "question=" + strings.Repeat("Pourquoi+", 500) + "&cle=abcdefgh1232", status: 422, has: []string{"aria-invalid", ">Pourquoi Pourquoi"}},
		{method: "POST", path: "/factures/{open}/question", form: "question=Et+la+TVA&cle=abcdefgh1235", status: 303, to: "/factures/{open}?fait=question", mails: 1},
		{method: "GET", path: "/factures/{open}?fait=question", status: 200, has: []string{"Et la TVA", "Votre message est envoyé"}},
		{method: "POST", path: "/factures/{foreign}/question", form: "question=Et+la+TVA&cle=abcdefgh1236", status: 404},
		{method: "GET", path: "/", status: 200, has: []string{"Devis à approuver", "{q:quote}"}},
	}
}

// From the mail: the link, one click, and the invoice's payment page.
func TestWayOfAQuote(t *testing.T) {
	f := newFirm(t)
	f.offers()
	s := f.serve()
	q := f.quotes["quote"]
	v := f.visitor(s)
	page := v.follow(v.follow(v.get(f.linkTo(q.PublicID)))) // click 1, in the mail
	if page.status != 200 || !strings.Contains(page.body, "Bibliothèque sur mesure") {
		t.Fatalf("the quote: %d", page.status)
	}
	paying := v.follow(v.post("/devis/"+q.PublicID+"/approuver", url.Values{"nom": {"Claire Dupont"}, "empreinte": {q.Hash}, "signature": {"data:image/png;base64," + base64.StdEncoding.EncodeToString(stroke())}}.Encode())) // click 2
	if paying.status != 200 || !strings.Contains(paying.body, "votre accord est enregistré") || !strings.Contains(paying.body, "1\u202f200,00") || !strings.Contains(paying.body, "FR76") {
		t.Fatalf("the payment page: %d\n%s", paying.status, excerpt(paying.body))
	}
	if n := dbtest.Int(t, f.raw, "SELECT count(*) FROM quote_decisions WHERE signature_sha256 IS NOT NULL AND contact_id IS NOT NULL"); n != 1 {
		t.Errorf("%d signed decisions", n)
	}
}

func stroke() []byte {
	img := image.NewRGBA(image.Rect(0, 0, 60, 20))
	for x := range 60 {
		img.Set(x, 10, color.Black)
	}
	var b bytes.Buffer
	_ = png.Encode(&b, img) // into memory
	return b.Bytes()
}

// A crowd of clicks in the portal: one of them is taken, the others are told.
func TestManyClicksOnAQuote(t *testing.T) {
	f := newFirm(t)
	f.offers()
	s := f.serve()
	q := f.quotes["quote"]
	var all sync.WaitGroup
	var mu sync.Mutex
	statuses := map[int]int{}
	for range 6 {
		v := f.byLink(s)
		for range 4 {
			all.Go(func() {
				a := v.post("/devis/"+q.PublicID+"/approuver", "nom=Claire&empreinte="+q.Hash)
				mu.Lock()
				statuses[a.status]++
				mu.Unlock()
			})
		}
	}
	all.Wait()
	if statuses[303] != 1 || statuses[409] != 23 {
		t.Errorf("%v", statuses)
	}
	if n := dbtest.Int(t, f.raw, "SELECT count(*) FROM documents WHERE quote_id IS NOT NULL"); n != 1 {
		t.Errorf("%d invoices", n)
	}
}
