package billing_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/core/locale"
	"comptoir/rules/billing"
)

// frenchInvoice is an invoice between two French firms with nothing missing.
func frenchInvoice(t *testing.T) billing.MentionInput {
	doc := billing.Document{Currency: "EUR", Lines: []billing.Line{
		{Description: "Conception", Nature: billing.Services, QuantityE4: 50000, UnitPriceE4: 4500000, Taxes: []billing.Tax{s20}},
	}}
	return withTotals(t, billing.MentionInput{
		Kind: billing.Invoice, On: civil.MustParse("2026-03-10"), DueOn: civil.MustParse("2026-04-09"), Document: doc, DefaultLatePCM: 12150,
		Seller: billing.Seller{
			Party:     billing.Party{Name: "Atelier Martin", Address: "12 rue des Lilas", PostalCode: "69003", City: "Lyon", Country: "FR", SIREN: "100000009", SIRET: "10000000900017", VATNumber: "FR88100000009"},
			LegalForm: "SARL", CapitalMinor: 500000, Currency: "EUR", Registry: "RCS Lyon",
		},
		Buyer: billing.Buyer{Business: true, Party: billing.Party{Name: "Dupont", Address: "5 avenue de la Gare", PostalCode: "38000", City: "Grenoble", Country: "FR", SIREN: "200000008"}},
	})
}

func withTotals(t *testing.T, in billing.MentionInput) billing.MentionInput {
	t.Helper()
	totals, err := billing.Calculate(in.Document)
	if err != nil {
		t.Fatal(err)
	}
	in.Totals = totals
	return in
}

func keys(in billing.MentionInput) []string {
	var list []string
	for _, m := range billing.Mentions(in) {
		list = append(list, m.Key)
	}
	return list
}

func TestMentionsBetweenFirms(t *testing.T) {
	in := frenchInvoice(t)
	want := []string{
		"mention.fr.form_capital", "mention.fr.siret", "mention.fr.registry", "mention.vat_number", "mention.fr.nature_services",
		"mention.fr.late_default", "mention.fr.recovery_fee", "mention.fr.no_early_discount",
	}
	if diff := cmp.Diff(want, keys(in)); diff != "" {
		t.Error(diff)
	}
	var text []string
	for _, m := range billing.Mentions(in) {
		text = append(text, locale.T("fr", m.Key, m.Args))
	}
	all := strings.Join(text, "\n")
	for _, part := range []string{"SARL au capital de 5\u202f000,00\u00a0€", "100\u00a0000\u00a0009\u00a000017", "12,15\u00a0% l’an", "recouvrement en cas de retard de paiement\u00a0: 40,00\u00a0€"} {
		if !strings.Contains(all, part) {
			t.Errorf("%q is not in\n%s", part, all)
		}
	}
	codes := map[string]string{}
	for _, m := range billing.Mentions(in) {
		if m.Place == billing.PlacePayment {
			codes[m.Code] = m.Key
		}
	}
	if len(codes) != 3 || codes["PMD"] == "" || codes["PMT"] == "" || codes["AAB"] == "" { // BR-FR: one each
		t.Errorf("payment notes %v", codes)
	}
}

func TestMentionsByData(t *testing.T) {
	for name, c := range map[string]struct {
		change     func(*billing.MentionInput)
		has, lacks string
	}{
		"consumer":               {func(in *billing.MentionInput) { in.Buyer.Business = false }, "mention.fr.nature_services", "mention.fr.recovery_fee"},
		"consumer and mediator":  {func(in *billing.MentionInput) { in.Buyer.Business, in.Seller.Mediator = false, "CM2C" }, "mention.fr.mediator", "mention.fr.late_default"},
		"mediator not for firms": {func(in *billing.MentionInput) { in.Seller.Mediator = "CM2C" }, "mention.fr.recovery_fee", "mention.fr.mediator"},
		"credit note":            {func(in *billing.MentionInput) { in.Kind = billing.CreditNote }, "mention.fr.siret", "mention.fr.recovery_fee"},
		"quote":                  {func(in *billing.MentionInput) { in.Kind = billing.Quote }, "mention.fr.siret", "mention.fr.nature_services"},
		"agreed rate":            {func(in *billing.MentionInput) { in.Seller.LateRatePCM = 15000 }, "mention.fr.late_agreed", "mention.fr.late_default"},
		"rate not known":         {func(in *billing.MentionInput) { in.DefaultLatePCM = 0 }, "mention.fr.late_unknown", "mention.fr.late_default"},
		"early discount":         {func(in *billing.MentionInput) { in.Seller.EarlyDiscount = "1 % à 8 jours" }, "mention.fr.early_discount", "mention.fr.no_early_discount"},
		"sole trader":            {func(in *billing.MentionInput) { in.Seller.SoleTrader, in.Seller.LegalForm = true, "" }, "mention.fr.sole_trader", "mention.fr.form_capital"},
		"no capital":             {func(in *billing.MentionInput) { in.Seller.CapitalMinor = 0 }, "mention.fr.form", "mention.fr.form_capital"},
		"liquidation":            {func(in *billing.MentionInput) { in.Seller.InLiquidation = true }, "mention.fr.liquidation", "mention.fr.insurance"},
		"builder":                {func(in *billing.MentionInput) { in.Seller.Insurance = "MAAF, France" }, "mention.fr.insurance", "mention.fr.mediator"},
		"SIREN alone":            {func(in *billing.MentionInput) { in.Seller.SIRET = "" }, "mention.fr.siren", "mention.fr.siret"},
		"débits":                 {func(in *billing.MentionInput) { in.Seller.DebitsOption = true }, "mention.fr.debits_option", "mention.prices_incl_tax"},
		"débits, goods only": {func(in *billing.MentionInput) {
			in.Seller.DebitsOption, in.Document.Lines[0].Nature = true, billing.Goods
		}, "mention.fr.nature_goods", "mention.fr.debits_option"},
		"both natures": {func(in *billing.MentionInput) {
			l := in.Document.Lines[0]
			l.Nature = billing.Goods
			in.Document.Lines = append(in.Document.Lines, l)
		}, "mention.fr.nature_mixed", "mention.fr.nature_goods"},
		"reverse charge":    {func(in *billing.MentionInput) { in.Document.Lines[0].Taxes = []billing.Tax{aeBuilding} }, "mention.fr.reverse_charge_building", "mention.fr.franchise"},
		"franchise in 2026": {func(in *billing.MentionInput) { in.Document.Lines[0].Taxes = []billing.Tax{franchise} }, "mention.fr.franchise", "mention.fr.franchise_cibs"},
		"franchise in 2027": {func(in *billing.MentionInput) {
			in.Document.Lines[0].Taxes, in.On = []billing.Tax{franchise}, civil.MustParse("2027-01-01")
		}, "mention.fr.franchise_cibs", "mention.fr.franchise"},
		"prices with tax": {func(in *billing.MentionInput) { in.Document.PricesInclTax = true }, "mention.prices_incl_tax", "mention.fr.debits_option"},
		"Québec": {func(in *billing.MentionInput) {
			in.Seller.Country, in.Seller.GST, in.Seller.QST, in.Seller.NEQ = "CA", "123456782 RT0001", "1234567890 TQ0001", "1140000000"
		}, "mention.qc.qst", "mention.fr.recovery_fee"},
		"Belgium": {func(in *billing.MentionInput) { in.Seller.Country = "BE" }, "mention.vat_number", "mention.fr.recovery_fee"},
	} {
		in := frenchInvoice(t)
		c.change(&in)
		got := keys(withTotals(t, in))
		if !slices.Contains(got, c.has) || slices.Contains(got, c.lacks) {
			t.Errorf("%s: %v, wants %s and not %s", name, got, c.has, c.lacks)
		}
		for _, m := range billing.Mentions(in) {
			for _, lang := range locale.Langs() {
				if locale.IsMissing(locale.T(lang, m.Key, m.Args)) {
					t.Errorf("%s has no text in %s", m.Key, lang)
				}
			}
		}
	}
}

// A text is told once, however many lines bear its tax.
func TestMentionToldOnce(t *testing.T) {
	in := frenchInvoice(t)
	line := in.Document.Lines[0]
	line.Taxes = []billing.Tax{aeBuilding}
	in.Document.Lines = []billing.Line{line, line, line}
	n := 0
	for _, k := range keys(withTotals(t, in)) {
		if k == "mention.fr.reverse_charge_building" {
			n++
		}
	}
	if n != 1 {
		t.Errorf("told %d times", n)
	}
}

func TestNothingMissing(t *testing.T) {
	if got := billing.Missing(frenchInvoice(t)); len(got) != 0 {
		t.Errorf("%v", got)
	}
}

func TestMissing(t *testing.T) {
	intra := billing.Tax{Code: "FR-K", Name: "TVA", Category: billing.IntraEU}
	export := billing.Tax{Code: "FR-G", Name: "TVA", Category: billing.Export}
	for name, c := range map[string]struct {
		change func(*billing.MentionInput)
		paths  []string
	}{
		"no lines":              {func(in *billing.MentionInput) { in.Document.Lines = nil }, []string{"lines"}},
		"no description":        {func(in *billing.MentionInput) { in.Document.Lines[0].Description = " " }, []string{"lines.0.description"}},
		"no quantity":           {func(in *billing.MentionInput) { in.Document.Lines[0].QuantityE4 = 0 }, []string{"lines.0.quantity"}},
		"no price":              {func(in *billing.MentionInput) { in.Document.Lines[0].UnitPriceE4 = 0 }, []string{"lines.0.unit_price"}},
		"customer's name":       {func(in *billing.MentionInput) { in.Buyer.Name = "" }, []string{"customer.name"}},
		"customer's address":    {func(in *billing.MentionInput) { in.Buyer.Address, in.Buyer.City = "", "" }, []string{"customer.address", "customer.city"}},
		"our SIREN":             {func(in *billing.MentionInput) { in.Seller.SIREN = "" }, []string{"company.siren"}},
		"our VAT number":        {func(in *billing.MentionInput) { in.Seller.VATNumber = "" }, []string{"company.vat_number"}},
		"not up to 150 €":       {func(in *billing.MentionInput) { in.Seller.VATNumber, in.Document.Lines[0].UnitPriceE4 = "", 300000 }, nil},
		"due date":              {func(in *billing.MentionInput) { in.DueOn = civil.Date{} }, []string{"due_date"}},
		"due before issue":      {func(in *billing.MentionInput) { in.DueOn = in.On.AddDays(-1) }, []string{"due_date"}},
		"consumer, no due date": {func(in *billing.MentionInput) { in.DueOn, in.Buyer.Business = civil.Date{}, false }, nil},
		"building subcontract":  {func(in *billing.MentionInput) { in.Document.Lines[0].Taxes = []billing.Tax{aeBuilding} }, []string{"customer.vat_number"}},
		"intra-EU to Lyon": {func(in *billing.MentionInput) {
			in.Document.Lines[0].Taxes, in.Buyer.VATNumber = []billing.Tax{intra}, "FR37200000008"
		}, []string{"customer.country"}},
		"intra-EU to Berlin": {func(in *billing.MentionInput) {
			in.Document.Lines[0].Taxes, in.Buyer.VATNumber, in.Buyer.Country = []billing.Tax{intra}, "DE123456789", "DE"
		}, nil},
		"export to Berlin": {func(in *billing.MentionInput) {
			in.Document.Lines[0].Taxes, in.Buyer.Country = []billing.Tax{export}, "DE"
		}, []string{"customer.country"}},
		"export to Geneva": {func(in *billing.MentionInput) {
			in.Document.Lines[0].Taxes, in.Buyer.Country = []billing.Tax{export}, "CH"
		}, nil},
		"tax in franchise": {func(in *billing.MentionInput) { in.Seller.Franchise = true }, []string{"lines.0.taxes"}},
		"negative total":   {func(in *billing.MentionInput) { in.Document.Lines[0].QuantityE4 = -10000 }, []string{"lines"}},
		"SIREN from 2027-09": {func(in *billing.MentionInput) {
			in.Buyer.SIREN, in.On, in.DueOn = "", civil.MustParse("2027-09-01"), civil.MustParse("2027-09-30")
		}, []string{"customer.siren"}},
		"no SIREN before":    {func(in *billing.MentionInput) { in.Buyer.SIREN = "" }, nil},
		"quote needs little": {func(in *billing.MentionInput) { in.Kind, in.Seller.SIREN, in.Buyer.Address = billing.Quote, "", "" }, nil},
		"Québec over 100 $": {func(in *billing.MentionInput) {
			in.Seller.Country, in.Document.Lines[0].Taxes = "CA", []billing.Tax{tps, tvq}
		}, []string{"company.gst", "company.qst"}},
		"Québec under 100 $": {func(in *billing.MentionInput) {
			in.Seller.Country, in.Document.Lines[0].Taxes, in.Document.Lines[0].UnitPriceE4 = "CA", []billing.Tax{tps, tvq}, 100000
		}, nil},
		"elsewhere": {func(in *billing.MentionInput) { in.Seller.Country, in.Seller.City = "BE", "" }, []string{"company.city"}},
	} {
		in := frenchInvoice(t)
		c.change(&in)
		var got []string
		for _, f := range billing.Missing(withTotals(t, in)) {
			got = append(got, f.Path)
			text, _ := locale.FaultText("fr", &fault.Error{Key: f.Key, Args: f.Args})
			if locale.IsMissing(text) {
				t.Errorf("%s has no text", f.Key)
			}
		}
		if diff := cmp.Diff(c.paths, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// A French firm that charges TPS and TVQ names its Canadian registrations; one that only
// has them does not.
func TestCanadianNumbersOfAFrenchFirm(t *testing.T) {
	in := billing.MentionInput{Kind: billing.Invoice, On: civil.MustParse("2026-11-21"),
		Seller: billing.Seller{Party: billing.Party{Name: "Atelier", Country: "FR"}, GST: "123456789 RT0001", QST: "1234567890 TQ0001"}}
	has := func(key string) bool {
		return slices.ContainsFunc(billing.Mentions(in), func(m billing.Mention) bool { return m.Key == key })
	}
	in.Totals.Taxes = []billing.TaxSubtotal{{Tax: billing.Tax{Code: "FR-20", Name: "TVA"}, TaxMinor: 100}}
	if has("mention.ca.gst") || has("mention.qc.qst") {
		t.Error("a French sale names Canadian registrations")
	}
	in.Totals.Taxes = []billing.TaxSubtotal{{Tax: billing.Tax{Code: "QC-TPS", Name: "TPS"}, TaxMinor: 50}, {Tax: billing.Tax{Code: "QC-TVQ", Name: "TVQ"}, TaxMinor: 100}}
	if !has("mention.ca.gst") || !has("mention.qc.qst") {
		t.Errorf("%+v", billing.Mentions(in))
	}
}
