package app_test

import (
	"comptoir/app"
	"comptoir/app/apptest"
	"comptoir/office/subscriptions"
)

// subscriptionSamples are arguments for plans and subscriptions: each step of a subscription's
// life on another of the open company's, so that all may be answered.
func subscriptionSamples(p *apptest.Program, x ids) [][]any {
	none := app.SubscriptionRow{ID: "none", Version: 1}
	by := map[string]app.SubscriptionRow{"active": none, "cancelling": none, "paused": none, "trial": none, "past_due": none}
	plan, gone, link := subscriptions.Plan{NameFR: "Formule", PriceMinor: 1, Currency: "EUR"}, app.PlanRow{ID: "none", State: "open"}, app.Done{ID: "none"}
	ask := subscriptions.Subscribe{Key: "key-bind-subscribe-1", CustomerID: x.customer, PlanID: "none"}
	change, end := subscriptions.Change{Key: "key-bind-subscription-1", PublicID: "none"}, subscriptions.Cancel{Key: "key-bind-subscription-2", PublicID: "none"}
	if apptest.Ask[app.Status](p, "System.Status").State == app.StateOpen {
		for _, r := range apptest.Ask[app.SubscriptionList](p, "Subscriptions.List", app.ListQuery{Limit: 100}).Rows {
			by[r.State] = r
		}
		plan = apptest.Ask[app.PlanEditor](p, "Subscriptions.Plan", "").Plan
		plan.NameFR, plan.PriceMinor = "Formule", 1000
		saved := apptest.Ask[app.Saved](p, "Subscriptions.SavePlan", plan, "key-bind-plan-0")
		link = apptest.Ask[app.Done](p, "Subscriptions.MakeLink", subscriptions.NewLink{Key: "key-bind-plan-1", PlanID: saved.ID})
		for _, r := range apptest.Ask[app.PlanList](p, "Subscriptions.Plans").Rows {
			if r.State == "withdrawn" {
				gone = r
			}
		}
		ask.PlanID, ask.PlanVersion = saved.ID, saved.Version
	}
	if by["past_due"].ID != "none" { // the demo: an empty company has nobody to subscribe
		ask.ShownMinor = apptest.Ask[app.SubscriptionQuote](p, "Subscriptions.PreviewSubscribe", ask).NowMinor
		change.PublicID, change.PlanID, change.Extras = by["past_due"].ID, ask.PlanID, []string{}
		change.ShownMinor = apptest.Ask[app.SubscriptionQuote](p, "Subscriptions.PreviewChange", change).NowMinor
		end.PublicID, end.How = by["trial"].ID, subscriptions.AtPeriodEnd
	}
	active, asked, paused := by["active"], by["cancelling"], by["paused"]
	return [][]any{
		{"Subscriptions.Plans"}, {"Subscriptions.Plan", ""}, {"Subscriptions.SavePlan", plan, "key-bind-plan-2"}, {"Subscriptions.SetPlanState", gone.ID, gone.Version, "open"},
		{"Subscriptions.MakeLink", subscriptions.NewLink{Key: "key-bind-plan-3", PlanID: ask.PlanID}}, {"Subscriptions.WithdrawLink", link.ID},
		{"Subscriptions.List", app.ListQuery{Limit: 20}}, {"Subscriptions.Get", active.ID}, {"Subscriptions.PreviewSubscribe", ask}, {"Subscriptions.Subscribe", ask},
		{"Subscriptions.PreviewChange", change}, {"Subscriptions.Change", change}, {"Subscriptions.PreviewCancel", end}, {"Subscriptions.Cancel", end},
		{"Subscriptions.TakeBack", asked.ID, asked.Version, "key-bind-subscription-3"}, {"Subscriptions.Resume", paused.ID, paused.Version}, {"Subscriptions.Pause", active.ID, active.Version},
	}
}
