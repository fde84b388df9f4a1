package paper_test

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"comptoir/core/civil"
	"comptoir/core/locale"
	"comptoir/core/money"
	"comptoir/edge/paper"
	"comptoir/edge/pdf"
	"comptoir/office/payments"
	"comptoir/office/sales"
	"comptoir/rules/billing"
)

var update = flag.Bool("update", false, "write testdata anew")

var (
	vat20   = billing.Tax{Code: "FR-20", Name: "TVA", Category: billing.Standard, RatePCM: 20_000}
	vat10   = billing.Tax{Code: "FR-10", Name: "TVA", Category: billing.Standard, RatePCM: 10_000}
	none    = billing.Tax{Code: "FR-FRANCHISE", Name: "TVA", Category: billing.Exempt, Mention: "mention.fr.franchise"}
	reverse = billing.Tax{Code: "FR-AE-UE", Name: "TVA", Category: billing.ReverseCharge, Mention: "mention.fr.reverse_charge_eu"}
	gst     = billing.Tax{Code: "QC-TPS", Name: "TPS", Category: billing.Standard, RatePCM: 5_000}
	qst     = billing.Tax{Code: "QC-TVQ", Name: "TVQ", Category: billing.Standard, RatePCM: 9_975}
)

func french() sales.Party {
	return sales.Party{Name: "Atelier Brindille", LegalForm: "SARL", ShareCapitalMinor: 10_000_00, SIREN: "100000009", SIRET: "10000000900017", VATNumber: "FR88100000009", Registry: "RCS Lyon", APE: "1623Z",
		Line1: "1 rue du Bois", Postcode: "69001", City: "Lyon", Country: "FR", Email: "bonjour@brindille.example", Phone: "+33 4 00 00 00 00",
		IBAN: "FR7630006000011234567890189", BIC: "AGRIFRPP", BankName: "Banque du Coin", VATScheme: "real_payments", AddressRight: true, PaperSize: "A4", Accent: "#0F5C5C"}
}

func quebecois() sales.Party {
	return sales.Party{Name: "Menuiserie du Plateau inc.", NEQ: "1170000003", GSTNumber: "123456782RT0001", QSTNumber: "1234567891TQ0001", Line1: "4210, rue Saint-Denis", City: "Montréal", Region: "QC", Postcode: "H2J 2K8",
		Country: "CA", VATScheme: "quebec", PaperSize: "Letter"}
}

func client(country string) sales.Party {
	p := sales.Party{Number: "C0001", Kind: "company", Name: "Dupont & fils", SIREN: "732829320", VATNumber: "FR44732829320", Line1: "2 rue du Client", Postcode: "69002", City: "Lyon", Country: country}
	switch country {
	case "CA":
		p = sales.Party{Number: "C0002", Kind: "company", Name: "Café des Érables", Line1: "1187, avenue du Mont-Royal Est", City: "Montréal", Region: "QC", Postcode: "H2J 1X9", Country: "CA"}
	case "DE":
		p = sales.Party{Number: "C0003", Kind: "company", Name: "Holz GmbH", VATNumber: "DE123456788", Line1: "Waldweg 3", Postcode: "10115", City: "Berlin", Country: "DE"}
	}
	return p
}

func line(what string, quantityE4, priceE4 int64, taxes ...billing.Tax) billing.Line {
	return billing.Line{Description: what, Nature: billing.Services, QuantityE4: quantityE4, Unit: "HUR", UnitPriceE4: priceE4, Taxes: taxes}
}

// document is what sales would freeze of these lines.
func document(t *testing.T, lang string, c money.Currency, seller, buyer sales.Party, doc billing.Document) sales.Document {
	t.Helper()
	doc.Currency = c
	totals, err := billing.Calculate(doc)
	if err != nil {
		t.Fatal(err)
	}
	on, due := civil.MustParse("2026-11-21"), civil.MustParse("2026-12-21")
	d := sales.Document{Kind: billing.Invoice, Number: "FA-2026-0001", IssueDate: on, DueDate: due, IssuedAt: "2026-11-21T18:09:00.000Z", Currency: c, Lang: lang, PricesInclTax: doc.PricesInclTax,
		Allowances: doc.Allowances, Totals: totals, Seller: seller, Buyer: buyer, DueMinor: totals.AmountDue}
	for i, l := range doc.Lines {
		d.Lines = append(d.Lines, sales.DocumentLine{Line: l, Total: totals.Lines[i]})
	}
	party := func(p sales.Party) billing.Party {
		return billing.Party{Name: p.Name, Address: p.Line1, PostalCode: p.Postcode, City: p.City, Country: p.Country, SIREN: p.SIREN, SIRET: p.SIRET, VATNumber: p.VATNumber}
	}
	for _, m := range billing.Mentions(billing.MentionInput{Kind: d.Kind, On: on, DueOn: due, Document: doc, Totals: totals, DefaultLatePCM: 12_400,
		Seller: billing.Seller{Party: party(seller), LegalForm: seller.LegalForm, CapitalMinor: seller.ShareCapitalMinor, Currency: "EUR", Registry: seller.Registry, GST: seller.GSTNumber, QST: seller.QSTNumber, NEQ: seller.NEQ, Franchise: seller.VATScheme == "franchise"},
		Buyer:  billing.Buyer{Party: party(buyer), Business: true}}) {
		d.Mentions = append(d.Mentions, sales.Mention{Place: m.Place, Code: m.Code, Text: locale.T(lang, m.Key, m.Args)})
	}
	return d
}

func samples(t *testing.T) map[string]sales.Document {
	discounted := line("Pose de porte", 25_000, 650_000, vat20)
	discounted.DiscountPCM = 10_000
	given := line("Réglage", 10_000, 500_000, vat20)
	given.DiscountMinor = 12_34
	work := billing.Document{Lines: []billing.Line{discounted, given, line("Habillage", 10_000, 1_000_000, vat10)},
		Allowances: []billing.Allowance{{Reason: "Remise de fidélité", PCM: 5_000}, {Charge: true, Reason: "Déplacement", AmountMinor: 30_00, Taxes: []billing.Tax{vat20}}}}
	shop := billing.Document{PricesInclTax: true, Lines: []billing.Line{line("Tabouret", 20_000, 1_200_000, vat20)}, Allowances: []billing.Allowance{{AmountMinor: 12_00}}}
	small := french()
	small.VATScheme, small.VATNumber, small.LegalForm, small.ShareCapitalMinor = "franchise", "", "EI", 0
	maple := billing.Document{Lines: []billing.Line{line("Comptoir en érable", 10_000, 28_500_000, gst, qst), line("Tablettes", 60_000, 1_250_000, gst, qst)}}
	full := document(t, "fr", "EUR", french(), client("FR"), work)
	full.OrderNumber, full.Note, full.TermsText, full.DeliveryDate, full.EPC = "BC-77", "Merci de votre confiance.", "Conditions générales au dos.", civil.MustParse("2026-11-19"), "BCD\n002"
	full.Buyer.ShipTo = &sales.Place{Line1: "9 quai des Chantiers", Postcode: "69007", City: "Lyon", Country: "FR"}
	prepaid := billing.Document{Lines: []billing.Line{line("Pose", 10_000, 1_000_000, vat20)}, PrepaidMinor: 40_00}
	return map[string]sales.Document{
		"french": full, "french-in-english": document(t, "en", "EUR", french(), client("FR"), work), "prices-incl-tax": document(t, "fr", "EUR", french(), client("FR"), shop),
		"franchise": document(t, "fr", "EUR", small, client("FR"), billing.Document{Lines: []billing.Line{line("Pose", 10_000, 1_000_000, none)}}),
		"quebec":    document(t, "fr", "CAD", quebecois(), client("CA"), maple), "quebec-in-english": document(t, "en", "CAD", quebecois(), client("CA"), maple),
		"canadas-taxes-abroad": document(t, "en", "CAD", french(), client("CA"), maple),
		"dollars-abroad":       document(t, "fr", "CAD", french(), client("CA"), billing.Document{Lines: []billing.Line{line("Plan", 10_000, 1_000_000, reverse)}}),
		"union":                document(t, "en", "EUR", french(), client("DE"), billing.Document{Lines: []billing.Line{line("Plan", 10_000, 1_000_000, reverse)}}), "prepaid": document(t, "fr", "EUR", french(), client("FR"), prepaid),
	}
}

func words(p pdf.Paper) string {
	var b strings.Builder
	row := func(parts ...string) {
		if s := strings.TrimRight(strings.Join(parts, " | "), " |"); s != "" {
			_, _ = fmt.Fprintln(&b, s)
		}
	}
	row(p.Title, p.Number, p.Kind, p.Lang, p.Created.Format("2006-01-02 15:04"), fmt.Sprintf("letter %v, left %v", p.Look.Letter, p.Look.AddressLeft))
	row(append([]string{"seller", p.Seller.Name, p.Seller.Email}, p.Seller.Lines...)...)
	row(append(append([]string{p.BuyerRole, p.Buyer.Name}, p.Buyer.Lines...), p.Buyer.Identifiers...)...)
	if p.DeliverTo != nil {
		row(append([]string{"to", p.DeliverTo.Name}, p.DeliverTo.Lines...)...)
	}
	row(p.Due.Label, p.Due.Amount, p.Due.Date)
	for _, f := range p.Facts {
		row(f.Label, f.Value)
	}
	h := p.Headings
	row("---", h.UnitPrice, h.Tax, h.Net)
	for _, l := range p.Lines {
		row(l.Description, l.Detail, l.Quantity, l.Unit, l.UnitPrice, l.Discount, l.Tax, l.Net, l.RunningNet)
	}
	row("---")
	for _, r := range p.Totals {
		row(strings.Repeat("*", map[bool]int{true: 1}[r.Strong])+r.Label, r.Value)
	}
	for _, r := range p.Taxes {
		row("tax", r.Name, r.Rate, r.Base, r.Amount)
	}
	if p.Payment != nil {
		row(p.Payment.IBAN, p.Payment.BIC, p.Payment.BankName, p.Payment.Reference, strings.ReplaceAll(p.Payment.EPC, "\n", "/"))
	}
	row(p.Notes)
	row(p.Terms)
	for _, m := range append(p.Mentions, p.Footer...) {
		row(m)
	}
	return b.String()
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name+".txt")
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil || string(want) != got {
		t.Errorf("%s: %v\n%s\nwant\n%s", name, err, got, want)
	}
}

func TestWordsOfInvoices(t *testing.T) {
	for name, d := range samples(t) {
		got := words(paper.Invoice(d, nil))
		golden(t, name, got)
		if locale.IsMissing(got) {
			t.Errorf("%s: a text is missing", name)
		}
	}
}

// A firm that bears no VAT writes no rate and no amount of it, not even zero (CGI 283-3).
func TestFranchiseWritesNoTax(t *testing.T) {
	p := paper.Invoice(samples(t)["franchise"], nil)
	got := words(p)
	if len(p.Taxes) != 0 || strings.Contains(got, "0\u00a0%") || strings.Contains(got, "TTC") || strings.Contains(got, "HT") {
		t.Error(got)
	}
	if !strings.Contains(got, "TVA non applicable, art. 293 B du CGI") || p.Lines[0].Tax != "" || len(p.Totals) != 1 || p.Totals[0].Value != "100,00\u00a0€" {
		t.Error(got)
	}
}

// What stands in the totals adds up, and begins with what stands at the ends of the lines.
func TestTotalsFollowTheLines(t *testing.T) {
	for name, d := range samples(t) {
		p := paper.Invoice(d, nil)
		if last := p.Lines[len(p.Lines)-1].RunningNet; len(d.Allowances) > 0 && !strings.Contains(p.Totals[0].Value, last) {
			t.Errorf("%s: lines come to %s, the first total is %s", name, last, p.Totals[0].Value)
		}
		if got := p.Due.Amount; got != p.Totals[len(p.Totals)-1].Value {
			t.Errorf("%s: due is %s, the last total %s", name, got, p.Totals[len(p.Totals)-1].Value)
		}
		if len(p.Totals) > 0 && !p.Totals[len(p.Totals)-1].Strong {
			t.Errorf("%s: the last total is not strong", name)
		}
	}
}

func TestDraftsAndOddities(t *testing.T) {
	d := document(t, "fr", "JPY", french(), sales.Party{Name: "🙂 שלום", Country: "JP"}, billing.Document{Lines: []billing.Line{{Nature: billing.Goods, QuantityE4: -10_000, UnitPriceE4: 1_234_5678, Unit: "XX", Taxes: []billing.Tax{vat20}}}})
	d.Number, d.DueDate, d.IssuedAt, d.UpdatedAt = "", civil.Date{}, "", "2026-11-20T08:00:00.000Z"
	p := paper.Invoice(d, nil)
	if p.Created.Day() != 20 || p.Due.Date != "" || p.Payment != nil || p.Lines[0].Description != "—" || p.Lines[0].Unit != "" || p.Lines[0].Quantity != "−1" || p.Lines[0].UnitPrice != "1\u202f234,5678" || p.Lines[0].Net != "−1\u202f235" {
		t.Errorf("%+v %+v", p.Lines, p.Created)
	}
	d.UpdatedAt = ""
	if at := paper.Invoice(d, nil).Created; at.Year() != 1970 {
		t.Errorf("%v: the clock has no place on a paper", at)
	}
}

func receipt(lang string) payments.Receipt {
	return payments.Receipt{Lang: lang, Seller: french(), Buyer: client("FR"), Payment: payments.Payment{Number: "RE-2026-0001", Method: "transfer", ReceivedOn: civil.MustParse("2026-12-01"), AmountMinor: 150_00, LeftMinor: 30_00,
		Currency: "EUR", Reference: "VIR 1", CreatedAt: "2026-12-01T09:00:00.000Z", Parts: []payments.Part{{Kind: "invoice", Number: "FA-2026-0001", IssueDate: civil.MustParse("2026-11-21"), AmountMinor: 120_00, TotalMinor: 200_00}}}}
}

// moved is a receipt of a payment that went through everything: several documents, a
// credit note beside it, part of it given back; a bank's fee, which nobody is told.
func moved(lang string) payments.Receipt {
	r := receipt(lang)
	p := &r.Payment
	p.FeeMinor, p.LeftMinor, p.RefundedMinor, p.Note = 3_33, 0, 10_00, "À surveiller"
	p.Parts[0].Credits = []payments.CreditUsed{{Number: "AV-2026-0001", AmountMinor: 50_00}}
	p.Parts = append(p.Parts, payments.Part{Kind: "deposit_invoice", Number: "AC-2026-0002", IssueDate: civil.MustParse("2026-11-22"), AmountMinor: 20_00, TotalMinor: 20_00})
	p.Refunds = []payments.RefundDone{{Number: "RB-2026-0001", RefundedOn: civil.MustParse("2026-12-03"), AmountMinor: 10_00, Currency: "EUR"}}
	return r
}

func refund(lang string) payments.Receipt {
	return payments.Receipt{Lang: lang, Seller: french(), Buyer: client("FR"), Refund: &payments.RefundDone{Number: "RB-2026-0002", CreditID: "x", Of: "AV-2026-0001", Method: "transfer",
		RefundedOn: civil.MustParse("2026-12-04"), AmountMinor: 540_00, FeeMinor: 3_33, Currency: "EUR", Reference: "VIR 2", CreatedAt: "2026-12-04T09:00:00.000Z"}}
}

func TestWordsOfReceipts(t *testing.T) {
	for _, lang := range []string{"fr", "en"} {
		for name, r := range map[string]payments.Receipt{"receipt-" + lang: receipt(lang), "receipt-moved-" + lang: moved(lang), "refund-" + lang: refund(lang)} {
			p := paper.ReceiptOf(r, nil)
			wordsOf(t, name, p)
		}
	}
}

func wordsOf(t *testing.T, name string, p pdf.ReceiptPaper) {
	t.Helper()
	var b strings.Builder
	_, _ = fmt.Fprintln(&b, p.Title, p.Number, "|", p.Paid.Label, p.Paid.Amount, p.Paid.Date, "|", p.Seller.Name, "|", p.Buyer.Name, "|", p.Created.Format("2006-01-02"))
	for _, f := range p.Facts {
		_, _ = fmt.Fprintln(&b, f.Label, "|", f.Value)
	}
	for _, s := range p.Settled {
		_, _ = fmt.Fprintln(&b, s.Document, "|", s.Date, "|", s.Total, "|", s.Applied)
		if s.Detail != "" {
			_, _ = fmt.Fprintln(&b, "  ", s.Detail)
		}
	}
	for _, r := range p.Totals {
		_, _ = fmt.Fprintln(&b, r.Label, "|", r.Value)
	}
	if p.Notes != "" {
		_, _ = fmt.Fprintln(&b, p.Notes)
	}
	golden(t, name, b.String())
	if locale.IsMissing(b.String()) {
		t.Error("a text is missing")
	}
}

// The same document always gives the same bytes, from however many hands at once.
func TestSameBytes(t *testing.T) {
	p, d := paper.New(), samples(t)["french"]
	first, err := p.Document(context.Background(), d, nil)
	if err != nil || !bytes.HasPrefix(first, []byte("%PDF-1.7")) {
		t.Fatal(err)
	}
	again, err := paper.New().Document(context.Background(), d, []byte("no image")) // a logo that cannot be read is left out
	if err != nil || !bytes.Equal(first, again) {
		t.Errorf("%d and %d bytes, %v", len(first), len(again), err)
	}
	for _, r := range []payments.Receipt{receipt("fr"), moved("fr"), refund("en")} {
		if b, err := p.Receipt(context.Background(), r, nil); err != nil || !bytes.HasPrefix(b, []byte("%PDF")) {
			t.Error(err)
		}
	}
}
