package app_test

import (
	"comptoir/app"
	"comptoir/app/apptest"
)

// provisioningSamples are arguments for the provisioning interface: in an open company of a
// webhook that is sent a test, to an address where nobody listens.
func provisioningSamples(p *apptest.Program, x ids) [][]any {
	hook, delivery, token := "none", "none", "none"
	if x.open != "none" {
		hook = apptest.Ask[app.APISecret](p, "Provisioning.SaveWebhook", app.APIWebhookForm{Key: "key-bind-webhook-1", URL: "http://127.0.0.1:9/bind", Events: []string{"invoice.paid"}, On: true}).ID
		p.Do("Provisioning.TestWebhook", hook)
		if rows := apptest.Ask[[]app.APIDelivery](p, "Provisioning.Deliveries", hook, 0); len(rows) > 0 {
			delivery = rows[0].ID
		}
		token = apptest.Ask[app.APISecret](p, "Provisioning.CreateToken", app.APITokenForm{Key: "key-bind-token-1", Name: "Un", Scopes: []string{"accounts:read"}}).ID
	}
	return [][]any{
		{"Provisioning.View"}, {"Provisioning.SetOn", true}, {"Provisioning.CreateToken", app.APITokenForm{Key: "key-bind-token-2", Name: "Deux", Scopes: []string{"documents:read"}}}, {"Provisioning.RevokeToken", token},
		{"Provisioning.SaveWebhook", app.APIWebhookForm{Key: "key-bind-webhook-2", URL: "https://exemple.test/x", Events: []string{"account.created"}, On: true}}, {"Provisioning.TestWebhook", hook},
		{"Provisioning.Deliveries", hook, 0}, {"Provisioning.Redeliver", delivery}, {"Provisioning.RemoveWebhook", hook},
	}
}
