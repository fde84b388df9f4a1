package sales_test

import (
	"testing"

	"comptoir/office/officetest"
	"comptoir/office/sales"
	"comptoir/rules/billing"
)

// A copy of a credit note would give tax back past every limit, with no invoice named.
func TestCreditNoteOfAnInvoiceIsNotDuplicated(t *testing.T) {
	f := officetest.New(t)
	c := f.Customer("Client", nil)
	invoice := f.Issue(officetest.Form(c, officetest.Line(10000)))
	credit, err := creditOf(f, invoice, sales.CreditAll, nil)
	f.Must(err)
	_, err = f.Sales.Duplicate(officetest.Ctx, officetest.Staff, f.Key(), credit.PublicID)
	f.WantFault(err, "fault.credit.duplicate")
	again, err := f.Sales.Duplicate(officetest.Ctx, officetest.Staff, f.Key(), invoice.PublicID)
	f.Must(err)
	if again.Kind != billing.Invoice || !again.Draft {
		t.Errorf("%s", again.Kind)
	}
	goodwill := officetest.Form(c, officetest.Line(5000))
	goodwill.Kind, goodwill.Reason = string(billing.CreditNote), "Geste commercial"
	free, err := f.Sales.Duplicate(officetest.Ctx, officetest.Staff, f.Key(), f.Issue(goodwill).PublicID)
	f.Must(err)
	if free.Kind != billing.CreditNote || free.Preceding != nil {
		t.Errorf("%+v", free)
	}
}
