package app_test

import (
	"comptoir/app"
	"comptoir/app/apptest"
	"comptoir/office/payments"
)

// gatewaySamples are arguments for the ways to pay, keys and attempts: in the demo company of
// a payment that the practice gateway took.
func gatewaySamples(p *apptest.Program, x ids) [][]any {
	ways := payments.WaySettings{Ways: []payments.WaySetting{}}
	paid, attempt, who := "none", "none", x.customer
	if x.open != "none" {
		ways = apptest.Ask[payments.WaySettings](p, "Gateways.Ways")
		if rows := apptest.Ask[app.AttemptList](p, "Gateways.Attempts", app.ListQuery{State: "succeeded", Limit: 20, Desc: true}).Rows; len(rows) > 0 {
			paid, attempt, who = rows[len(rows)-1].PaymentID, rows[len(rows)-1].PublicID, rows[len(rows)-1].CustomerID
		}
	}
	kept := "none"
	if x.open != "none" {
		for _, c := range apptest.Ask[app.CustomerList](p, "Customers.List", app.ListQuery{Limit: 100}).Rows {
			if methods := apptest.Ask[[]app.KeptMethod](p, "Gateways.Kept", c.PublicID); len(methods) > 0 {
				kept = methods[0].ID
			}
		}
	}
	payout := "none"
	if x.open != "none" {
		for _, g := range apptest.Ask[[]payments.GatewayMoney](p, "Gateways.Money") {
			for _, o := range g.Payouts {
				payout = o.ID
			}
		}
	}
	const key = "sk_test_0123456789abcdef"
	return [][]any{
		{"Gateways.Ways"}, {"Gateways.SaveWays", ways}, {"Gateways.Account", "stripe"}, {"Gateways.SaveKeys", payments.KeysChange{Gateway: "stripe", Mode: "test", Key: key}}, {"Gateways.SetMode", "stripe", "test"},
		{"Gateways.Test", "stripe", "test"}, {"Gateways.RemoveKeys", "stripe", "test"},
		{"Gateways.Kept", who}, {"Gateways.MakeDefault", kept}, {"Gateways.DeleteMethod", kept}, {"Gateways.AskForMethod", who, "key-bind-method"},
		{"Gateways.Attempts", app.ListQuery{Limit: 20}}, {"Gateways.Trace", paid}, {"Gateways.AskAbout", attempt}, {"Gateways.CloseAttempt", attempt, "parti"},
		{"Gateways.Money"}, {"Gateways.RecordPayout", payments.RecordPayout{Key: "key-bind-payout", Gateway: "practice", AmountMinor: 1}}, {"Gateways.CancelPayout", payout},
		{"Gateways.Refund", payments.Refund{Key: "key-bind-give-back", PaymentID: paid, AmountMinor: 1, FromInvoices: true}},
	}
}
