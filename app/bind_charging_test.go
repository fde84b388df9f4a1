package app_test

import (
	"comptoir/app"
	"comptoir/app/apptest"
)

// chargingSamples are arguments for charges: in the demo company of an invoice whose card was
// declined, and of one whose next charge is planned.
func chargingSamples(p *apptest.Program, x ids) [][]any {
	settings := app.ChargeSettings{}
	template, again, stopped := "none", "none", "none"
	if x.open != "none" {
		settings = apptest.Ask[app.ChargeSettings](p, "Charging.Settings")
		for _, r := range apptest.Ask[app.RecurringList](p, "Recurring.List", app.ListQuery{Limit: 50}).Rows {
			if r.AutoCharge {
				template = r.ID
			}
		}
		for _, r := range apptest.Ask[app.InvoiceList](p, "Invoices.List", app.ListQuery{State: "open", Limit: 200}).Rows {
			switch c := apptest.Ask[app.ChargesView](p, "Charging.OfInvoice", r.ID); {
			case c.CanStop:
				stopped = r.ID
			case c.CanRetry:
				again = r.ID
			}
		}
	}
	return [][]any{
		{"Charging.Settings"}, {"Charging.SaveSettings", settings}, {"Charging.Choices", x.customer}, {"Charging.OfRecurring", template},
		{"Charging.OfInvoice", x.issued}, {"Charging.RetryNow", again, "key-bind-charge"}, {"Charging.Stop", stopped},
	}
}
