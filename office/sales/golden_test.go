package sales_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"comptoir/core/locale"
	"comptoir/office/company"
	"comptoir/office/officetest"
	"comptoir/office/sales"
)

// The golden invoices of rules/billing, typed into the form: what the draft shows and what
// is issued are those figures to the cent.
func TestGoldenFiguresThroughTheForm(t *testing.T) {
	var cases []struct {
		Name  string
		Lines []struct {
			Description, Unit, Quantity, Price, Nature string
			Tax                                        struct{ Code string }
		}
		Allowances []struct {
			Reason string
			PCM    int64
			Tax    struct{ Code string }
		}
		Prepaid, Excl, Tax, Incl string
	}
	b, err := os.ReadFile("../../rules/billing/testdata/golden.json")
	if err == nil {
		err = json.Unmarshal(b, &cases)
	}
	if err != nil {
		t.Fatal(err)
	}
	number := func(s string, decimals int) int64 {
		n, err := locale.ParseDecimal("en", s, decimals)
		if err != nil {
			t.Fatal(s, err)
		}
		return n
	}
	typed := 0
	for _, g := range cases {
		if number(g.Prepaid, 2) != 0 {
			continue // deposits come from their own documents, not from the form
		}
		typed++
		t.Run(g.Name, func(t *testing.T) {
			f := officetest.New(t)
			if strings.HasPrefix(g.Name, "06") {
				f.Change(func(c *company.Firm) { c.VATScheme = company.Franchise })
			}
			form := officetest.Form(f.Customer("Client", nil))
			for _, l := range g.Lines {
				code := strings.Replace(l.Tax.Code, "FR-8.5", "FR-DOM-8.5", 1)
				form.Lines = append(form.Lines, sales.DraftLine{Description: l.Description, Nature: l.Nature, QuantityE4: number(l.Quantity, 4), Unit: l.Unit,
					UnitPriceE4: number(l.Price, 4), TaxCodes: []string{code}})
			}
			for _, a := range g.Allowances {
				form.Allowances = append(form.Allowances, sales.DraftAllowance{Reason: a.Reason, PCM: a.PCM, TaxCodes: []string{a.Tax.Code}})
			}
			d := f.Draft(form)
			if !strings.HasPrefix(g.Name, "07") && !strings.HasPrefix(g.Name, "08") && !strings.HasPrefix(g.Name, "09") { // those want a buyer abroad
				if d, err = f.Sales.Issue(officetest.Ctx, officetest.Staff, sales.Issue{Key: f.Key(), PublicID: d.PublicID, Version: d.Version, How: sales.ByHand}); err != nil {
					t.Fatal(err)
				}
			}
			if d.Totals.TotalExclTax != number(g.Excl, 2) || d.Totals.TotalTax != number(g.Tax, 2) || d.Totals.TotalInclTax != number(g.Incl, 2) {
				t.Errorf("%d + %d = %d, want %s + %s = %s", d.Totals.TotalExclTax, d.Totals.TotalTax, d.Totals.TotalInclTax, g.Excl, g.Tax, g.Incl)
			}
			f.Sound()
		})
	}
	if typed < 11 {
		t.Errorf("%d cases typed", typed)
	}
}
