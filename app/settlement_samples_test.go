package app_test

import (
	"comptoir/app"
	"comptoir/app/apptest"
	"comptoir/office/payments"
)

// settlementSamples settle, undo and give back a little of what the company has: a rest of
// a payment, and an open invoice of the same customer where there is one.
func settlementSamples(p *apptest.Program, x ids) [][]any {
	rest, customer, currency, document := "x", x.customer, "", "x"
	var rests []payments.ListRow
	if x.payment != "none" { // a company is open
		rests = apptest.Ask[app.PaymentList](p, "Payments.List", app.ListQuery{State: "unapplied", Limit: 20}).Rows
	}
	for _, r := range rests {
		q := apptest.Ask[payments.Proposal](p, "Payments.Propose", payments.Ask{CustomerID: r.CustomerID, Currency: r.Currency})
		if rest == "x" || len(q.Parts) > 0 {
			rest, customer, currency = r.PublicID, r.CustomerID, r.Currency
		}
		if len(q.Parts) > 0 {
			document = q.Parts[0].DocumentID
		}
	}
	part := []payments.SplitPart{{DocumentID: document, AmountMinor: 1}}
	return [][]any{
		{"Payments.Allocate", payments.Allocate{Key: "key-bind-allocate", PaymentID: rest, Parts: part}},
		{"Payments.Unallocate", payments.Unallocate{Key: "key-bind-unallocate", PaymentID: rest, DocumentID: document}},
		{"Payments.UseCredits", payments.UseCredits{Key: "key-bind-credits", CustomerID: customer, Currency: currency, Parts: part, Credits: []payments.UsedCredit{{PaymentID: rest, AmountMinor: 1}}}},
		{"Payments.Refund", payments.Refund{Key: "key-bind-refund", PaymentID: rest, AmountMinor: 100, Method: "transfer"}},
		{"Payments.Record", payments.RecordPayment{Key: "key-bind-several", CustomerID: x.customer, AmountMinor: 5_000, Method: "transfer"}},
		{"Payments.Cancel", payments.Cancel{Key: "key-bind-cancel", PaymentID: x.payment, Reason: "Erreur"}},
	}
}
