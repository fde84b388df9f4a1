package paper_test

import (
	"slices"
	"strings"
	"testing"

	"comptoir/core/civil"
	"comptoir/core/locale"
	"comptoir/edge/paper"
	"comptoir/office/sales"
	"comptoir/rules/billing"
)

// kinds are a credit note, a deposit invoice, the final invoice of RF §5.1 and one with
// retention money.
func kinds(t *testing.T) map[string]sales.Document {
	work := func(what string, price int64) billing.Document {
		return billing.Document{Lines: []billing.Line{line(what, 10_000, price, vat20)}}
	}
	credit := document(t, "fr", "EUR", french(), client("FR"), work("Pose", 450_0000))
	credit.Mentions = slices.DeleteFunc(credit.Mentions, func(m sales.Mention) bool { return m.Place == billing.PlacePayment })
	credit.Kind, credit.Number, credit.DueDate = billing.CreditNote, "AV-2026-0001", civil.Date{}
	credit.Reason, credit.Preceding = "Une journée annulée", &sales.DocumentRef{Number: "FA-2026-0001", IssueDate: civil.MustParse("2026-11-02")}
	free := document(t, "en", "CAD", quebecois(), client("CA"), billing.Document{Lines: []billing.Line{line("Goodwill", 10_000, 100_0000, gst, qst)}})
	free.Kind, free.Number, free.DueDate, free.Reason = billing.CreditNote, "AV-2026-0002", civil.Date{}, "Late delivery"
	deposit := document(t, "fr", "EUR", french(), client("FR"), work("Acompte de 30 % sur devis DE-2026-0001", 900_0000))
	deposit.Kind, deposit.Number, deposit.OrderNumber, deposit.Quote = billing.DepositInvoice, "AC-2026-0001", "BC-77", &sales.DocumentRef{Number: "DE-2026-0001"}
	kitchen := work("Cuisine sur mesure", 3000_0000)
	kitchen.PrepaidMinor = 108000
	final := document(t, "fr", "EUR", french(), client("FR"), kitchen)
	final.OrderNumber = "BC-77"
	final.Deposits = []sales.Deposit{{Number: "AC-2026-0001", IssueDate: civil.MustParse("2026-05-05"), NetMinor: 90000, TaxMinor: 18000, Taxes: []billing.RowTax{{Tax: vat20, TaxMinor: 18000}}}}
	held := document(t, "fr", "EUR", french(), client("FR"), work("Toiture", 3000_0000))
	held.RetentionPCM, held.RetainedMinor, held.RetainedUntil = 5000, 18000, civil.MustParse("2027-11-21")
	return map[string]sales.Document{"credit-note": credit, "credit-note-quebec-en": free, "deposit": deposit, "final": final, "retention": held}
}

func TestWordsOfKinds(t *testing.T) {
	for name, d := range kinds(t) {
		got := words(paper.Invoice(d, nil))
		golden(t, name, got)
		if locale.IsMissing(got) {
			t.Errorf("%s: a text is missing", name)
		}
	}
}

// A credit note asks for nothing: no date, no account to pay to.
func TestCreditNoteAsksForNothing(t *testing.T) {
	p := paper.Invoice(kinds(t)["credit-note"], nil)
	if p.Payment != nil || p.Due.Date != "" || !strings.Contains(p.Notes, "Une journée annulée") {
		t.Errorf("%+v %+v %q", p.Payment, p.Due, p.Notes)
	}
}
