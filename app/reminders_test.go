package app_test

import (
	"strings"
	"testing"
	"time"

	"comptoir/app"
	"comptoir/app/apptest"
	"comptoir/core/civil"
	"comptoir/edge/mail/mailtest"
	"comptoir/office/outbox"
	"comptoir/office/reminders"
)

// The whole way of a reminder that nobody clicks for: an invoice four days late, the shipped
// policy, the scheduler; the mail as its server took it, the link, the portal; and nothing
// more however often it is looked at.
func TestAReminderGoesByItself(t *testing.T) {
	post := mailtest.Start(t, mailtest.Script{})
	p := apptest.Start(t, apptest.Options{})
	apptest.Ask[app.Status](p, "System.Create", app.NewCompany{Key: "w", Name: "Menuiserie Lambert", Country: "FR", Language: "fr", Email: "bonjour@lambert.example"})
	identity(p)
	m := apptest.Ask[outbox.Settings](p, "Settings.Mail")
	m.Host, m.Port, m.Security, m.Auth, m.PlainAgreed, m.FromAddress = "127.0.0.1", int64(post.Port()), "plain", "none", true, "bonjour@lambert.example"
	apptest.Ask[outbox.Settings](p, "Settings.SaveMail", outbox.SettingsChange{Settings: m})
	c := customer(p, "Hôtel du Vieux Port", "anne@vieux-port.example")
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	today := civil.Of(apptest.Now, paris) // the clock of the program under test
	e := apptest.Ask[app.Editor](p, "Invoices.Edit", "", c.PublicID)
	e.Draft.IssueDate, e.Draft.DueDate = today.AddDays(-34).String(), today.AddDays(-4).String()
	e.Draft.Lines = []app.DraftLine{{Description: "Pose", Nature: "services", QuantityE4: 1_0000, Unit: "HUR", UnitPriceE4: 1400_0000, Taxes: []string{}}}
	draft := apptest.Ask[app.Saved](p, "Invoices.Save", e.Draft, "key-draft-01")
	done := apptest.Ask[app.Done](p, "Invoices.Send", draft.ID, draft.Version, "key-send-01")

	desk := apptest.Ask[app.PolicyDesk](p, "Reminders.Policies")
	if len(desk.Policies) != 1 || !desk.Policies[0].Automatic {
		t.Fatalf("a new company has the shipped policy: %s", apptest.JSON(desk.Policies))
	}
	for range 3 { // each saving has the scheduler look again
		desk.Policies[0] = apptest.Ask[reminders.Policy](p, "Reminders.SavePolicy", desk.Policies[0], "")
	}
	p.Until("the reminder", func() bool { return len(post.Got()) > 1 })
	state := apptest.Ask[app.ReminderState](p, "Reminders.State", done.ID)
	if len(state.Past) != 1 || state.Past[0].Level != 1 || state.Past[0].ByHand || state.NextOn != today.AddDays(11).String() {
		t.Errorf("%s", apptest.JSON(state))
	}
	eml := apptest.ReadMail(t, post.Got()[1].EML)
	if !strings.HasPrefix(eml.Subject, "Rappel") || !strings.Contains(eml.Subject, done.Number) || len(eml.PDF) == 0 {
		t.Errorf("mail %q with a paper of %d bytes", eml.Subject, len(eml.PDF))
	}
	p.Contact().Get(apptest.Link(t, eml.Text)).Has(done.Number, "1 680,00")
	if n := len(post.Got()); n != 2 {
		t.Errorf("%d mails, want the invoice and one reminder", n)
	}
	sound(t, p)
}
