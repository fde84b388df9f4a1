package app_test

import (
	"comptoir/app"
	"comptoir/app/apptest"
	"comptoir/office/payments"
)

// settlementSamples settle, undo and give back a little of what the company has: a rest of
// a payment, and an open invoice of the same customer where there is one.
func settlementSamples(p *apptest.Program, x ids) [][]any {
	rest, wrong, customer, currency, document := "x", "x", x.customer, "", "x"
	if x.open != "none" { // money of somebody who owes some, on no invoice yet
		i := apptest.Ask[app.Invoice](p, "Invoices.Get", x.open)
		customer, currency, document = i.Customer.ID, i.Currency, i.ID
		rest = apptest.Ask[app.Done](p, "Payments.Record", payments.RecordPayment{Key: "key-gather-rest", CustomerID: customer, Currency: currency, AmountMinor: 5_000, Method: "transfer"}).ID
		wrong = apptest.Ask[app.Done](p, "Payments.Record", payments.RecordPayment{Key: "key-gather-wrong", CustomerID: customer, Currency: currency, AmountMinor: 100, Method: "cheque"}).ID
	}
	part := []payments.SplitPart{{DocumentID: document, AmountMinor: 1}}
	return [][]any{
		{"Payments.Allocate", payments.Allocate{Key: "key-bind-allocate", PaymentID: rest, Parts: part}},
		{"Payments.Unallocate", payments.Unallocate{Key: "key-bind-unallocate", PaymentID: rest, DocumentID: document}},
		{"Payments.UseCredits", payments.UseCredits{Key: "key-bind-credits", CustomerID: customer, Currency: currency, Parts: part, Credits: []payments.UsedCredit{{PaymentID: rest, AmountMinor: 1}}}},
		{"Payments.Refund", payments.Refund{Key: "key-bind-refund", PaymentID: rest, AmountMinor: 100, Method: "transfer"}},
		{"Payments.Record", payments.RecordPayment{Key: "key-bind-several", CustomerID: x.customer, AmountMinor: 5_000, Method: "transfer"}},
		{"Payments.Cancel", payments.Cancel{Key: "key-bind-cancel", PaymentID: wrong, Reason: "Erreur"}},
	}
}
