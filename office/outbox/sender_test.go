package outbox_test

import (
	"strings"
	"testing"

	"comptoir/db/dbtest"
	"comptoir/edge/mail/mailtest"
	"comptoir/office/outbox"
)

// TestSenderOfTheGroup: what the portal writes about access leaves under the address that the
// customer's group gave for it, and answers go there; papers leave under the firm's.
func TestSenderOfTheGroup(t *testing.T) {
	srv := mailtest.Start(t, mailtest.Script{})
	b := setUp(t, srv)
	for _, q := range []string{
		"UPDATE mail_settings SET reply_to = 'reponses@atelier.example'",
		"INSERT INTO customer_groups (public_id, name, mails_from, created_at, updated_at) VALUES ('groupe', 'Syndics', 'portail@atelier.example', '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z')",
		"INSERT INTO access_requests (public_id, group_id, token_hash, state, language, form, created_at, updated_at, expires_at) SELECT 'demande', id, printf('%064d', 1), 'draft', 'fr', '{}', '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z', '2027-01-01T00:00:00.000Z' FROM customer_groups WHERE public_id = 'groupe'",
		"INSERT INTO customers (public_id, number, kind, name, language, currency, tax_regime, terms_days, country, name_key, group_id, created_at, updated_at) SELECT 'c1', 'C0001', 'company', 'Dupont', 'fr', 'EUR', 'domestic', 30, 'FR', 'dupont', id, '', '' FROM customer_groups WHERE public_id = 'groupe'",
	} {
		if _, err := b.raw.Exec(q); err != nil {
			t.Fatal(err)
		}
	}
	customer := dbtest.Int(t, b.raw, "SELECT id FROM customers")
	mail := func(kind outbox.Kind, customer int64, args map[string]string) outbox.Mail {
		return outbox.Mail{Key: string(kind), Kind: kind, Lang: "fr", ToAddress: string(kind) + "@client.example", CustomerID: customer, Args: args}
	}
	invoice := invoice(1)
	invoice.CustomerID = customer
	b.queue(
		mail(outbox.PortalFactor, customer, map[string]string{"what": "on"}),
		mail(outbox.EmailCode, customer, map[string]string{"change": "x", "round": "1", "minutes": "15"}),
		mail(outbox.EmailChanged, customer, map[string]string{"email": "a@b.example"}),
		mail(outbox.RequestArrived, 0, map[string]string{"company": "x", "person": "y", "group": "Syndics", "group_id": "groupe"}),
		mail(outbox.RequestAsked, 0, map[string]string{"text": "x", "request": "demande"}),
		mail(outbox.RequestRefused, 0, map[string]string{"text": "x", "request": "demande"}),
		mail(outbox.RequestBegun, 0, map[string]string{"request": "demande"}),
		mail(outbox.RequestSent, 0, map[string]string{"request": "demande"}),
		mail(outbox.SignupCode, 0, map[string]string{"registration": "demande", "round": "1", "minutes": "15", "for_what": "x"}),
		mail(outbox.Access, customer, outbox.AccessArgs("user_name", "Objet", "Corps", "portail@atelier.example")),
		mail(outbox.SignupKnown, 0, map[string]string{"for_what": "x"}),
		invoice,
	)
	if got := dbtest.Strings(t, b.raw, "SELECT kind FROM mails WHERE json_extract(args, '$.sender') IS NULL ORDER BY kind"); strings.Join(got, " ") != "invoice signup_known" {
		t.Errorf("from the firm: %q", got)
	}
	b.run(outbox.NewWorker(b.conf))
	seen := 0
	for _, m := range srv.Got() {
		head, _, _ := strings.Cut(strings.ReplaceAll(string(m.EML), "\r\n", "\n"), "\n\n")
		ofGroup := strings.Contains(head, "<portail@atelier.example>")
		if own := strings.HasPrefix(m.To, "client1") || strings.HasPrefix(m.To, "signup_known"); ofGroup == own || (m.From == "portail@atelier.example") == own || strings.Contains(head, "Reply-To: ") != own {
			t.Errorf("to %s: from %s\n%s", m.To, m.From, head)
		}
		seen++
	}
	if seen != 12 {
		t.Errorf("%d of 12 arrived", seen)
	}
}
