package portal_test

import (
	"strings"
	"testing"

	"comptoir/office/payments"
	"comptoir/office/sales"
)

// What became of a customer's money is on its pages: several invoices, a credit note beside
// them, what is left, what was given back, what was struck; nobody else's, and nothing that
// is the firm's own.
func TestMoneyPages(t *testing.T) {
	f := newFirm(t)
	s := f.serve()
	own, other := f.byPassword(s), f.brunoByLink(s)
	ctx := f.Context()
	credit, err := f.sales.CreditInvoice(ctx, f.staff, sales.Credit{Key: "credit-note-of-paid", InvoiceID: f.paid, How: sales.CreditAmount, AmountMinor: 5_000, Reason: "Retour"})
	f.must(err)
	several, err := f.payments.RecordPayment(ctx, f.staff, payments.RecordPayment{Key: "several-invoices", CustomerID: f.claire.PublicID, AmountMinor: 20_000, FeeMinor: 123, Method: "transfer", Note: "À surveiller",
		Parts: []payments.SplitPart{{DocumentID: f.late, AmountMinor: 10_000}, {DocumentID: f.open, AmountMinor: 8_000}}, Credits: []payments.UsedCredit{{CreditID: credit.PublicID, AmountMinor: 5_000}}})
	f.must(err)
	back, err := f.payments.Refund(ctx, f.staff, payments.Refund{Key: "give-part-back", PaymentID: several.PublicID, AmountMinor: 3_000, Method: "transfer", Note: "Note privée"})
	f.must(err)
	cheque, err := f.payments.Record(ctx, f.staff, payments.Record{Key: "bounced-cheque", DocumentID: f.told, Method: "cheque"})
	f.must(err)
	_, err = f.payments.CancelPayment(ctx, f.staff, payments.Cancel{Key: "cancel-cheque", PaymentID: cheque.PublicID, Reason: "Chèque sans provision"})
	f.must(err)
	fill := func(s string) string {
		return strings.NewReplacer("{several}", several.PublicID, "{cheque}", cheque.PublicID, "{refund}", back.PublicID).Replace(f.fillIn(s))
	}
	for _, c := range []scenario{
		{method: "GET", path: "/paiements", status: 200, has: []string{several.Number, "30,00\u00a0€ remboursés", "Annulé", "Remboursements", back.Number, "/remboursements/{refund}"}, not: []string{"1,23", "Note privée"}},
		{method: "GET", path: "/paiements/{several}", status: 200, has: []string{"avec l’avoir " + credit.Number, "50,00", "80,00", "Reste à votre crédit", "40,00", back.Number}, not: []string{"1,23", "À surveiller", "Note privée"}},
		{method: "GET", path: "/paiements/{several}/recu", status: 200, has: []string{"%PDF-"}},
		{method: "GET", path: "/paiements/{cheque}", status: 200, has: []string{"Paiement annulé"}, not: []string{"sans provision"}},
		{method: "GET", path: "/remboursements/{refund}", status: 200, has: []string{"%PDF-"}},
		{method: "GET", path: "/factures/{told}/payer", status: 200, has: []string{"J’ai fait le virement"}}, // open again
	} {
		f.walk(t, own, c, fill)
	}
	for _, path := range []string{"/paiements/{several}", "/paiements/{several}/recu", "/remboursements/{refund}"} {
		f.walk(t, other, scenario{method: "GET", path: path, status: 404, not: []string{several.Number, back.Number}}, fill)
	}
}
