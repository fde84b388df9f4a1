package app_test

import (
	"net/url"
	"strings"
	"testing"

	"comptoir/app"
	"comptoir/app/apptest"
	"comptoir/core/actor"
	"comptoir/core/locale"
	"comptoir/edge/mail/mailtest"
	"comptoir/office/catalog"
	"comptoir/office/company"
	"comptoir/office/customers"
	"comptoir/office/outbox"
	"comptoir/office/payments"
)

// The whole way, for real (issue 2): first start → identity → customer → item → two lines →
// sent → read from a mail server → link → portal → paid → books.

// identity completes what the wizard leaves open, as an owner would in the settings.
func identity(p *apptest.Program) {
	f := apptest.Ask[company.Firm](p, "Settings.Company")
	f.LegalForm, f.SIREN, f.SIRET, f.VATNumber = "SARL", "732829320", "73282932000074", "FR44732829320"
	f.Line1, f.Postcode, f.City = "4 rue des Tonneliers", "35000", "Rennes"
	f.IBAN, f.BIC = "FR7630006000011234567890189", "AGRIFRPP"
	apptest.Ask[company.Firm](p, "Settings.SaveCompany", f)
}

func customer(p *apptest.Program, name, email string) customers.Customer {
	c := apptest.Ask[customers.Customer](p, "Customers.Get", "")
	c.Name, c.Line1, c.Postcode, c.City, c.Email = name, "12 quai Duguay-Trouin", "35000", "Rennes", email
	c.Contacts = []customers.Contact{{Name: "Anne Morvan", Email: email, Language: "fr", IsPrimary: true, PortalAccess: true}}
	return apptest.Ask[customers.Customer](p, "Customers.Save", c, "key-customer-01")
}

// twoLines is a draft of 10 hours at 60.00 and one table at 1 250.00, 20 %: 1 850.00 without
// tax, 370.00 of tax, 2 220.00.
func twoLines(t *testing.T, p *apptest.Program, c customers.Customer) app.Saved {
	item := apptest.Ask[app.ItemView](p, "Items.Get", "")
	item.Item.Code, item.Item.Name, item.Item.Unit, item.Item.UnitPriceE4 = "POSE-T", "Pose sur place", "HUR", 60_0000
	item.Item = apptest.Ask[catalog.Item](p, "Items.Save", item.Item, "key-item-01")
	e := apptest.Ask[app.Editor](p, "Invoices.Edit", "", c.PublicID)
	e.Draft.Lines = []app.DraftLine{
		{ItemID: item.PublicID, Description: item.Name, Nature: "services", QuantityE4: 10_0000, Unit: "HUR", UnitPriceE4: 60_0000, Taxes: []string{}},
		{Description: "Table en chêne", Nature: "goods", QuantityE4: 1_0000, Unit: "C62", UnitPriceE4: 1250_0000, Taxes: []string{}},
	}
	totals := apptest.Ask[app.Totals](p, "Invoices.Compute", e.Draft)
	if totals.TotalExclMinor != 185_000 || totals.TotalTaxMinor != 37_000 || totals.TotalInclMinor != 222_000 {
		t.Fatalf("totals: %s", apptest.JSON(totals))
	}
	return apptest.Ask[app.Saved](p, "Invoices.Save", e.Draft, "key-draft-01")
}

// sound runs the program's own proof over the open company.
func sound(t *testing.T, p *apptest.Program) {
	t.Helper()
	r, err := p.App.House().Check(t.Context(), actor.Machine(), locale.FR)
	if err != nil {
		t.Fatal(err)
	}
	if !r.Sound {
		t.Errorf("check finds: %s", apptest.JSON(r))
	}
}

// balances are the accounts of the trial balance that stand, debit positive.
func balances(t *testing.T, p *apptest.Program) map[string]int64 {
	t.Helper()
	b := apptest.Ask[app.TrialBalance](p, "Books.TrialBalance", "", "")
	if !b.Balanced || b.Total.DebitMinor != b.Total.CreditMinor {
		t.Errorf("the books are not balanced: %s", apptest.JSON(b.Total))
	}
	m := map[string]int64{}
	for _, r := range b.Rows {
		if v := r.BalanceDebitMinor - r.BalanceCreditMinor; v != 0 {
			m[r.Account] = v
		}
	}
	return m
}

// expect compares balances by the beginning of the account's number.
func expect(t *testing.T, when string, got, want map[string]int64) {
	t.Helper()
	sums := map[string]int64{}
	for account, v := range got {
		found := false
		for prefix := range want {
			if strings.HasPrefix(account, prefix) {
				sums[prefix] += v
				found = true
			}
		}
		if !found {
			t.Errorf("%s: account %s has %d, expected nothing", when, account, v)
		}
	}
	for prefix, v := range want {
		if sums[prefix] != v {
			t.Errorf("%s: account %s has %d, want %d", when, prefix, sums[prefix], v)
		}
	}
}

func TestFromFirstStartToPaid(t *testing.T) {
	post := mailtest.Start(t, mailtest.Script{})
	p := apptest.Start(t, apptest.Options{})
	if st := apptest.Ask[app.Status](p, "System.Status"); st.State != app.StateFirstStart || st.Company != nil {
		t.Fatalf("a fresh machine begins with %s", apptest.JSON(st))
	}
	st := apptest.Ask[app.Status](p, "System.Create", app.NewCompany{Key: "w", Name: "Menuiserie Lambert", Country: "FR", Language: "fr", Email: "bonjour@lambert.example"})
	if st.State != app.StateOpen || st.Company == nil || st.Company.Currency != "EUR" || st.Company.Demo {
		t.Fatalf("after the wizard: %s", apptest.JSON(st))
	}
	identity(p)
	m := apptest.Ask[outbox.Settings](p, "Settings.Mail")
	m.Host, m.Port, m.Security, m.Auth, m.PlainAgreed, m.FromAddress = "127.0.0.1", int64(post.Port()), "plain", "none", true, "bonjour@lambert.example"
	apptest.Ask[outbox.Settings](p, "Settings.SaveMail", outbox.SettingsChange{Settings: m})

	c := customer(p, "Hôtel du Vieux Port", "anne@vieux-port.example")
	draft := twoLines(t, p, c)
	done := apptest.Ask[app.Done](p, "Invoices.Send", draft.ID, draft.Version, "key-send-01")
	if done.Number == "" || !done.Mailed {
		t.Fatalf("sent: %s", apptest.JSON(done))
	}
	if again := apptest.Ask[app.Done](p, "Invoices.Send", draft.ID, draft.Version, "key-send-01"); again.Number != done.Number {
		t.Fatalf("the same click twice gave %s and %s", done.Number, again.Number)
	}
	expect(t, "issued", balances(t, p), map[string]int64{"411": 222_000, "70": -185_000, "445": -37_000})

	p.Until("the mail", func() bool { return len(post.Got()) > 0 })
	got := post.Got()
	if len(got) != 1 || got[0].To != "anne@vieux-port.example" {
		t.Fatalf("%d mails, the first to %s", len(got), got[0].To)
	}
	eml := apptest.ReadMail(t, got[0].EML)
	if !strings.Contains(eml.Subject, done.Number) || len(eml.PDF) == 0 {
		t.Errorf("mail %q with a paper of %d bytes", eml.Subject, len(eml.PDF))
	}

	anne := p.Contact()
	page := anne.Get(apptest.Link(t, eml.Text)).Has(done.Number, "2 220,00", "Menuiserie Lambert")
	if !strings.HasSuffix(page.Path, "/factures/"+done.ID) {
		t.Fatalf("the link leads to %s", page.Path)
	}
	pay := anne.Get("/factures/"+done.ID+"/payer").Has("FR76 3000 6000 0112 3456 7890 189", "2 220,00")
	form := pay.Form("/virement")
	anne.Post(form.Action, form.Hidden).Has(done.Number)
	anne.Post(form.Action, form.Hidden).Has(done.Number) // a double click

	waiting := apptest.Ask[[]payments.Announcement](p, "Payments.Announcements")
	if len(waiting) != 1 || waiting[0].AmountMinor != 222_000 {
		t.Fatalf("announced: %s", apptest.JSON(waiting))
	}
	paid := apptest.Ask[app.Done](p, "Invoices.ConfirmTransfer", payments.Confirmed{AnnouncementID: waiting[0].PublicID, Key: "key-confirm-01"})
	apptest.Ask[app.Done](p, "Invoices.ConfirmTransfer", payments.Confirmed{AnnouncementID: waiting[0].PublicID, Key: "key-confirm-02"})
	v := apptest.Ask[app.Invoice](p, "Invoices.Get", paid.ID)
	if v.State != "paid" || v.DueMinor != 0 || v.PaidMinor != 222_000 || len(v.Payments) != 1 {
		t.Fatalf("after the confirmation: %s", apptest.JSON(v))
	}
	anne.Get("/factures/" + done.ID).Has("Payée")
	anne.Get("/paiements").Has("2 220,00")
	expect(t, "paid", balances(t, p), map[string]int64{"512": 222_000, "70": -185_000, "445": -37_000})
	sound(t, p)
}

func TestPracticeCardPaysInTheDemo(t *testing.T) {
	t.Parallel()
	for _, x := range []struct {
		card, second, state string
		words               string
	}{
		{"approved", "", "paid", ""},
		{"declined", "", "", "refus"},
		{"second_step", "confirm", "paid", ""},
		{"second_step", "refuse", "", "refus"},
		{"timeout", "ask", "paid", ""},
	} {
		t.Run(x.card+x.second, func(t *testing.T) {
			p := apptest.Demo(t, apptest.Options{})
			c := customer(p, "Auberge du Lac", "anne@auberge.example")
			draft := twoLines(t, p, c)
			before := balances(t, p)
			done := apptest.Ask[app.Done](p, "Invoices.Send", draft.ID, draft.Version, "key-send-01")
			arrived := p.Arrived("anne@auberge.example", done.Number)
			anne := p.Contact()
			anne.Get(apptest.Link(t, arrived.Text)).Has(done.Number)
			form := anne.Get("/factures/" + done.ID + "/payer").Form("/paiement")
			cards := anne.Post(form.Action, form.Hidden)
			again := anne.Post(form.Action, form.Hidden) // a double click finds the same intent
			if cards.Path != again.Path {
				t.Errorf("two intents: %s and %s", cards.Path, again.Path)
			}
			page := anne.Post(cards.Path, url.Values{"reponse": {x.card}})
			if x.second != "" {
				page = anne.Post(cards.Path, url.Values{"reponse": {x.second}})
			}
			page.Has(x.words)
			v := apptest.Ask[app.Invoice](p, "Invoices.Get", done.ID)
			after := balances(t, p)
			if x.state == "paid" {
				if v.State != "paid" || v.PaidMinor != 222_000 || len(v.Payments) != 1 {
					t.Errorf("state %s, paid %d in %d payments", v.State, v.PaidMinor, len(v.Payments))
				}
				if after["411"] != before["411"] {
					t.Errorf("the customer's account moved from %d to %d", before["411"], after["411"])
				}
			} else if v.State == "paid" || v.PaidMinor != 0 || len(v.Payments) != 0 {
				t.Errorf("a refused card left state %s, paid %d", v.State, v.PaidMinor)
			}
			sound(t, p)
		})
	}
}

// A customer who was typed beside the invoice with nothing but an address gets its link.
func TestCustomerByAddressAloneGetsALink(t *testing.T) {
	p := apptest.Demo(t, apptest.Options{})
	c := apptest.Ask[customers.Customer](p, "Customers.Get", "")
	c.Name, c.Line1, c.Postcode, c.City, c.Email = "Crêperie du Port", "1 quai", "35000", "Rennes", "bonjour@creperie.example"
	c = apptest.Ask[customers.Customer](p, "Customers.Save", c, "key-customer-02")
	if len(c.Contacts) != 1 || !c.Contacts[0].IsPrimary || !c.Contacts[0].PortalAccess || c.Contacts[0].Email != c.Email {
		t.Fatalf("contacts %s", apptest.JSON(c.Contacts))
	}
	d := twoLines(t, p, c)
	done := apptest.Ask[app.Done](p, "Invoices.Send", d.ID, d.Version, "key-send-02")
	p.Contact().Get(apptest.Link(t, p.Arrived(c.Email, done.Number).Text)).Has(done.Number)
}
