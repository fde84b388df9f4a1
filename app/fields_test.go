package app

import (
	"context"
	"encoding/json"
	"log/slog"
	"reflect"
	"strings"
	"testing"

	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/core/locale"
	"comptoir/core/money"
	"comptoir/office/company"
	"comptoir/office/customers"
	"comptoir/rules/billing"
)

func tags(v any) map[string]bool {
	names := map[string]bool{}
	t := reflect.TypeOf(v)
	for i := range t.NumField() {
		name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		names[name] = true
	}
	return names
}

// worst are documents that lack everything that billing.Missing can ask for.
func worst() []billing.MentionInput {
	line := func(taxes ...billing.Tax) billing.Line { return billing.Line{Taxes: taxes} }
	reverse := billing.Tax{Code: "FR-AE-UE", Name: "TVA", Category: billing.ReverseCharge}
	intra := billing.Tax{Code: "FR-K", Name: "TVA", Category: billing.IntraEU}
	export := billing.Tax{Code: "FR-G", Name: "TVA", Category: billing.Export}
	gst, qst := billing.Tax{Code: "QC-TPS", Name: "TPS", Category: billing.Standard, RatePCM: 5000}, billing.Tax{Code: "QC-TVQ", Name: "TVQ", Category: billing.Standard, RatePCM: 9975}
	french := billing.Seller{Party: billing.Party{Country: "FR"}, Franchise: true}
	buyer := billing.Buyer{Party: billing.Party{Country: "FR"}, Business: true}
	on := civil.MustParse("2028-01-01")
	taxed := billing.Totals{TotalInclTax: 100_000, Taxes: []billing.TaxSubtotal{{Tax: gst, TaxMinor: 500}, {Tax: qst, TaxMinor: 998}}}
	return []billing.MentionInput{
		{Kind: billing.Invoice, On: on, Seller: french, Buyer: buyer, Document: billing.Document{Lines: []billing.Line{line(reverse, gst), line(intra), line(export), line()}}},
		{Kind: billing.Invoice, On: on, Seller: billing.Seller{Party: billing.Party{Country: "CA"}}, Buyer: buyer, Totals: taxed, Document: billing.Document{Lines: []billing.Line{line(gst, qst)}}},
		{Kind: billing.Invoice, On: on, DueOn: on.AddDays(-1), Totals: billing.Totals{TotalInclTax: -1}},
	}
}

// Whatever keeps a document from being issued lies on a field of the draft, the firm or
// the customer, and its words tell which one.
func TestWhatIsMissingLiesOnAFieldOfTheWindow(t *testing.T) {
	forms := map[string]map[string]bool{"company": tags(company.Firm{}), "customer": tags(customers.Customer{}), "lines": tags(DraftLine{}), "": tags(Draft{})}
	seen := map[string]bool{}
	for _, in := range worst() {
		for _, f := range billing.Missing(in) {
			path, fr := fieldText(locale.FR, f)
			_, en := fieldText(locale.EN, f)
			seen[path] = true
			parts := strings.Split(path, ".")
			form := forms[""]
			if len(parts) > 1 {
				form = forms[parts[0]]
			}
			if !form[parts[len(parts)-1]] {
				t.Errorf("%s became %s, which is no field", f.Path, path)
			}
			if locale.IsMissing(fr) || locale.IsMissing(en) || fr == en {
				t.Errorf("%s: %q, %q", f.Path, fr, en)
			}
			if strings.HasPrefix(path, "c") && fr == locale.T(locale.FR, "fault.required", nil) {
				t.Errorf("%s lies on another page and is only told %q", path, fr)
			}
		}
	}
	for _, path := range []string{"company.vatNumber", "company.siren", "company.line1", "company.gstNumber", "company.qstNumber", "customer.vatNumber", "customer.line1", "customer.siren", "customer.country", "lines.0.unitPriceE4", "lines.3.taxes", "dueDate"} {
		if !seen[path] {
			t.Errorf("%s was never asked for: %v", path, seen)
		}
	}
}

func TestFormPath(t *testing.T) {
	for path, want := range map[string]string{
		"lines.12.unit_price": "lines.12.unitPriceE4", "lines.0.discount": "lines.0.discountPcm", "lines.0.quantity": "lines.0.quantityE4", "due_date": "dueDate", "issue_date": "issueDate",
		"lines.0.taxes": "lines.0.taxes", "allowances.1": "allowances.1", "company.address": "company.line1", "company.gst": "company.gstNumber", "customer.contacts.email": "customer.email",
		"issueDate": "issueDate", "contacts.2.email": "contacts.2.email", "": "", "not_unit_price": "not_unit_price", "termsDays": "termsDays",
	} {
		if got := formPath(path); got != want || formPath(got) != got {
			t.Errorf("%q: %q, want %q", path, got, want)
		}
	}
}

func TestRefusalsOfCallsLieBesideTheFormsFields(t *testing.T) {
	var f fault.Form
	f.Add("lines.2.unit_price", "fault.billing.no_price")
	f.Add("lines.2.unit_price", "fault.required")
	f.Add("customer.contacts.email", "fault.email_needed", "name", "Ève")
	f.Need("company.address", "")
	shown := show(context.Background(), slog.New(slog.DiscardHandler), locale.FR, "test", f.Err())
	if len(shown.Fields) != 3 || shown.Fields["lines.2.unitPriceE4"] != locale.T(locale.FR, "fault.billing.no_price", nil) {
		t.Errorf("%q", shown.Fields)
	}
	if !strings.HasPrefix(shown.Fields["customer.email"], "Ève n’a pas") || !strings.Contains(shown.Fields["company.line1"], "adresse de votre entreprise") {
		t.Errorf("%q", shown.Fields)
	}
	if shown.Message != "4 champs sont à corriger." || shown.Code != "invalid" {
		t.Errorf("%+v", shown)
	}
}

func TestNoticesAreSentences(t *testing.T) {
	args := map[string]any{"number": "F-1", "customer": "Ève", "amount_minor": 123450, "currency": money.Currency("EUR"), "to": "a@b.fr", "subject": "Facture", "answer": "550 non"}
	b, err := json.Marshal(args)
	if err != nil {
		t.Fatal(err)
	}
	d := &desk{lang: locale.FR}
	if got, want := d.notice("payment_received", string(b)), "Ève a payé 1\u202f234,50\u00a0€ pour la facture F-1"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	for _, kind := range []string{"invoice_viewed", "payment_received", "transfer_announced", "mail_failed", "user_mail_failed", "password_link_held", "mail_server", "never_heard_of"} {
		for _, args := range []string{string(b), "{}", "not JSON"} {
			if text := d.notice(kind, args); text == "" || locale.IsMissing(text) || strings.ContainsAny(text, "{}") {
				t.Errorf("%s: %q", kind, text)
			}
		}
	}
	for kind, want := range map[string]string{"document": "/invoices/x", "mail": "/mail?state=failed", "mail_settings": "/settings/mail", "unknown": ""} {
		if got := noticeHref(kind, "x"); got != want {
			t.Errorf("%s leads to %q, want %q", kind, got, want)
		}
	}
}
