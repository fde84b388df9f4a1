package demo

import (
	"context"

	"comptoir/office/provisioning"
)

// Listener takes every event, as a third-party program that is at work: nothing leaves the machine while
// the demo is made.
type Listener struct{}

// Send says yes.
func (Listener) Send(context.Context, provisioning.Message) (status int, why string) { return 204, "" }

// gatewayAt is the address of the third-party program: the discard port of this machine, where nobody listens.
const gatewayAt = "http://127.0.0.1:9/comptoir/events"

// provisioned has a third-party program make two accounts, of which it suspends one. Its token is told to
// nobody: who wants to try the interface makes another.
func (m *maker) provisioned(ctx context.Context) error {
	scopes := []string{}
	for _, s := range provisioning.Scopes() {
		scopes = append(scopes, string(s))
	}
	name := m.text("fr", "demo.api.program", nil)
	made, err := m.Provisioning.CreateToken(ctx, m.owner, provisioning.NewToken{Key: m.key("token"), Name: name, Scopes: scopes})
	if err != nil {
		return err
	}
	m.token = made.Secret
	caller, err := m.Provisioning.Authenticate(ctx, m.token, "192.0.2.40", "fr")
	if err != nil {
		return err
	}
	for _, a := range [][6]string{
		{"EV-2041", "Librairie des Quais", "compta@librairie-quais.example", "14 quai Rambaud", "69002", "Lyon"},
		{"EV-2077", "Cycles Bonnard", "gestion@cycles-bonnard.example", "8 rue de la Part-Dieu", "69003", "Lyon"},
	} {
		country := "FR"
		if _, _, err := m.Provisioning.CreateAccount(ctx, caller, "inscription-"+a[0], provisioning.Change{ExternalCode: &a[0], Name: &a[1], Email: &a[2],
			Address: &provisioning.AddressChange{Line1: &a[3], Postcode: &a[4], City: &a[5], Country: &country}}); err != nil {
			return err
		}
		m.sum.Customers++
	}
	_, err = m.Provisioning.SuspendAccount(ctx, caller, provisioning.Suspension{Code: "EV-2077", Suspended: true, Reason: m.text("fr", "demo.api.suspended", nil)})
	return err
}

// listening has the program told of invoices, credit notes and payments.
func (m *maker) listening(ctx context.Context) error {
	made, err := m.Provisioning.SaveWebhook(ctx, m.owner, provisioning.SaveWebhook{Key: m.key("webhook"), URL: gatewayAt, Description: m.text("fr", "demo.api.program", nil), Events: gatewayHears, On: true})
	m.webhook = made.PublicID
	return err
}

var gatewayHears = []string{"invoice.issued", "credit.issued", "payment.recorded", "account.updated"}

// told has the program hear what happened since, and switches the address off: the demo calls nobody by itself.
func (m *maker) told(ctx context.Context) error {
	if err := m.Provisioning.PingWebhook(ctx, m.owner, m.webhook); err != nil {
		return err
	}
	if err := m.Provisioning.Deliver(ctx); err != nil {
		return err
	}
	if _, err := m.Provisioning.Authenticate(ctx, m.token, "192.0.2.41", "fr"); err != nil {
		return err
	}
	list, err := m.Provisioning.Webhooks(ctx, m.owner)
	if err != nil {
		return err
	}
	for _, w := range list {
		if _, err := m.Provisioning.SaveWebhook(ctx, m.owner, provisioning.SaveWebhook{PublicID: w.PublicID, URL: w.URL, Description: w.Description, Events: w.Events, Version: w.Version}); err != nil {
			return err
		}
	}
	return nil
}
