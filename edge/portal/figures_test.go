package portal_test

import (
	"context"
	"strings"
	"testing"

	"comptoir/core/civil"
	"comptoir/db"
	"comptoir/office/company"
	"comptoir/office/sales"
	"comptoir/rules/billing"
	"comptoir/rules/tax"
)

// What was paid before an invoice was taken over stands among its figures, which add up; an
// invoice that was taken back is cancelled and not settled.
func TestFiguresOfAnInvoice(t *testing.T) {
	f := newFirm(t)
	ctx := f.Context()
	taken := ""
	f.must(f.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		firm, err := company.Get(ctx, tx.Queries)
		f.must(err)
		rate, _ := tax.Find("FR-20")
		day := civil.MustParse("2026-10-01")
		taken, err = f.sales.TakeOver(ctx, tx, f.staff, firm, sales.OpenInvoice{Number: "F-002", CustomerID: f.claire.ID, IssueDate: day, DueDate: day.AddDays(30), Currency: "EUR", ExclMinor: 50_000, TaxMinor: 10_000, InclMinor: 60_000, PaidMinor: 45_000,
			Nature: billing.Goods, Taxes: []billing.Tax{rate.Tax("fr")}, OpeningOn: civil.Of(f.now, f.now.Location()), Source: "l’ancien logiciel"})
		return err
	}))
	_, err := f.sales.CreditInvoice(ctx, f.staff, sales.Credit{Key: "credit-of-open", InvoiceID: f.open, How: sales.CreditAll, Reason: "Erreur"})
	f.must(err)
	v := f.byLink(f.serve())
	fill := func(s string) string { return strings.ReplaceAll(f.fillIn(s), "{taken}", taken) }
	f.walk(t, v, scenario{method: "GET", path: "/factures/{taken}", status: 200, has: []string{"Déjà réglé", "450,00\u00a0€", "Net à payer", "150,00\u00a0€"}}, fill)
	f.walk(t, v, scenario{method: "GET", path: "/factures/{open}", status: 200, has: []string{"Annulée"}, not: []string{"Réglée le"}}, fill)
	f.walk(t, v, scenario{method: "GET", path: "/factures/{paid}", status: 200, has: []string{"Réglée le"}, not: []string{"Déjà réglé"}}, fill)
}

// Taxes are called what they are: a French firm that charges Canada's does not speak of VAT.
func TestTaxesOfCanadaAreNotVAT(t *testing.T) {
	f := newFirm(t)
	c := f.customer("Maple Works", "Ann Roy", "ann@maple.example", "en")
	c.Country, c.Region, c.Postcode, c.City, c.SIREN, c.TaxRegime = "CA", "QC", "H2J 2K8", "Montréal", "", tax.QuebecBuyer
	c, err := f.people.Save(f.Context(), f.staff, "customer-maple", c)
	f.must(err)
	d, _, err := f.sales.SaveDraft(f.Context(), f.staff, "draft-maple", sales.Draft{CustomerID: c.PublicID, Currency: "EUR", Language: "en", TermsDays: 30,
		Lines: []sales.DraftLine{{Description: "Maple counter", Nature: "goods", QuantityE4: 10000, Unit: "C62", UnitPriceE4: 5_000_000, TaxCodes: []string{"QC-TPS", "QC-TVQ"}}}})
	f.must(err)
	d, err = f.sales.Issue(f.Context(), f.staff, sales.Issue{Key: "issue-maple", PublicID: d.PublicID, Version: d.Version, How: sales.ByMail})
	f.must(err)
	v := f.visitor(f.serve())
	v.lang = "en"
	v.get(f.linkTo(d.PublicID))
	f.walk(t, v, scenario{method: "GET", path: "/factures/" + d.PublicID, status: 200, has: []string{"GST + QST", "GST 5", ">Tax<"}, not: []string{"VAT<", "excl. VAT", "incl. VAT"}}, f.fillIn)
}
