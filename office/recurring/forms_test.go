package recurring_test

import (
	"strings"
	"testing"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/office/listing"
	"comptoir/office/officetest"
	"comptoir/office/recurring"
	"comptoir/rules/recur"
)

func TestRefusedForms(t *testing.T) {
	f := newFirm(t)
	c := f.Customer("Client", nil)
	for _, x := range []struct {
		path, key string
		spoil     func(*recurring.Template)
	}{
		{"lines.0.description", "fault.recurring.word", func(x *recurring.Template) { x.Form.Lines[0].Description = "Loyer {{moi}}" }},
		{"lines.0.detail", "fault.recurring.braces", func(x *recurring.Template) { x.Form.Lines[0].Detail = "du {{début" }},
		{"note", "fault.recurring.word", func(x *recurring.Template) { x.Form.Note = "{{x}}" }},
		{"terms", "fault.recurring.word", func(x *recurring.Template) { x.Form.Terms = "{{x}}" }},
		{"orderNumber", "fault.recurring.word", func(x *recurring.Template) { x.Form.OrderNumber = "{{x}}" }},
		{"orderNumber", "fault.too_long", func(x *recurring.Template) { x.Form.OrderNumber = strings.Repeat("x", 40) + "{{période}}" }}, // 51 characters once it is filled; décembre 2026 is longer than the word
		{"rule", "fault.recur.never", func(x *recurring.Template) {
			x.When = recur.Choice{Unit: recur.Free, Rule: "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"}
		}},
		{"rule", "fault.recur.interval", func(x *recurring.Template) { x.When.Every = 0 }},
		{"startOn", "fault.not_a_date", func(x *recurring.Template) { x.StartOn = "2026-02-30" }},
		{"startOn", "fault.not_a_date", func(x *recurring.Template) { x.StartOn = "9999-12-31" }},
		{"billed", "fault.choice", func(x *recurring.Template) { x.Billed = "" }},
		{"cycles", "fault.range", func(x *recurring.Template) { x.Cycles = -1 }},
		{"currency", "fault.choice", func(x *recurring.Template) { x.Form.Currency = "EURO" }},
		{"customerId", "fault.not_found", func(x *recurring.Template) { x.Form.CustomerID = "nobody" }},
	} {
		tpl := monthly(c, "2026-12-01")
		x.spoil(&tpl)
		_, _, err := f.Save(ctx, staff, f.Key(), tpl)
		f.WantField(err, x.path, x.key)
	}
	if n := f.count("SELECT count(*) FROM recurring_invoices"); n != 0 {
		t.Errorf("%d kept", n)
	}
}

// Who is no clerk does nothing of it.
func TestOnlyStaff(t *testing.T) {
	f := newFirm(t)
	c := f.Customer("Client", nil)
	v := f.activate(monthly(c, "2026-12-01"))
	doc := f.Issue(officetest.Form(c, line(100)))
	for _, who := range []actor.Actor{officetest.Contact(c), {}} {
		for name, do := range map[string]func() error{
			"save":      func() error { _, _, err := f.Save(ctx, who, f.Key(), v.Template); return err },
			"activate":  func() error { _, err := f.Service.Activate(ctx, who, f.Key(), v.Template); return err },
			"get":       func() error { _, err := f.Get(ctx, who, v.PublicID); return err },
			"list":      func() error { _, _, err := f.List(ctx, who, recurring.ListQuery{}); return err },
			"counts":    func() error { _, err := f.Counts(ctx, who); return err },
			"runs":      func() error { _, err := f.Runs(ctx, who, v.PublicID, civil.Date{}); return err },
			"look":      func() error { _, _, _, _, err := f.Look(ctx, who, v.Template, 3); return err },
			"from":      func() error { _, err := f.FromInvoice(ctx, who, doc.PublicID); return err },
			"source":    func() error { _, _, _, err := f.Source(ctx, who, doc.PublicID); return err },
			"pause":     func() error { _, err := f.Pause(ctx, who, v.PublicID, v.Version); return err },
			"resume":    func() error { _, err := f.Resume(ctx, who, v.PublicID, v.Version); return err },
			"end":       func() error { _, err := f.End(ctx, who, v.PublicID, v.Version); return err },
			"skip next": func() error { _, err := f.SkipNext(ctx, who, v.PublicID, v.Version); return err },
			"duplicate": func() error { _, err := f.Duplicate(ctx, who, f.Key(), v.PublicID); return err },
			"delete":    func() error { return f.Service.Delete(ctx, who, v.PublicID, v.Version) },
			"do":        func() error { return f.Do(ctx, who, recurring.Key(v.PublicID, civil.MustParse("2026-12-01"))) },
			"skip":      func() error { return f.Skip(ctx, who, recurring.Key(v.PublicID, civil.MustParse("2026-12-01"))) },
		} {
			if err := do(); !fault.Is(err, fault.Forbidden) {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}

func TestList(t *testing.T) {
	f := newFirm(t)
	a, b := f.Customer("Élan", nil), f.Customer("Bois", nil)
	late := f.activate(monthly(a, "2027-06-01"))
	soon := f.activate(monthly(b, "2026-12-01"))
	draft, _, err := f.Save(ctx, staff, f.Key(), monthly(a, "2026-12-01"))
	f.Must(err)
	ids := func(q recurring.ListQuery) (got []string) {
		for {
			rows, next, err := f.List(ctx, staff, q)
			f.Must(err)
			for _, r := range rows {
				got = append(got, r.PublicID)
			}
			if q.After = next; next == "" {
				return got
			}
		}
	}
	for name, x := range map[string]struct {
		q    recurring.ListQuery
		want []string
	}{
		"by date, drafts last": {recurring.ListQuery{Query: listing.Query{Sort: "next", Limit: 1}}, []string{soon.PublicID, late.PublicID, draft.PublicID}},
		"active":               {recurring.ListQuery{State: "active"}, []string{soon.PublicID, late.PublicID}},
		"drafts":               {recurring.ListQuery{State: "draft"}, []string{draft.PublicID}},
		"of a customer":        {recurring.ListQuery{CustomerID: b.PublicID}, []string{soon.PublicID}},
		"by words":             {recurring.ListQuery{Query: listing.Query{Search: "élan"}, State: "active"}, []string{late.PublicID}},
		"within days":          {recurring.ListQuery{From: "2027-01-01", To: "2027-12-31"}, []string{late.PublicID}},
		"none":                 {recurring.ListQuery{State: "faulty"}, nil},
	} {
		if got := ids(x.q); strings.Join(got, " ") != strings.Join(x.want, " ") {
			t.Errorf("%s: %v, want %v", name, got, x.want)
		}
	}
	n, err := f.Counts(ctx, staff)
	if f.Must(err); n != (recurring.Counts{Draft: 1, Active: 2}) {
		t.Errorf("%+v", n)
	}
}

// Money that is held back falls due a year after each invoice of a template, not on the day
// of the invoice that the template was made from.
func TestRetentionMovesWithEachInvoice(t *testing.T) {
	f := newFirm(t)
	d := officetest.Form(f.Customer("Chantier", nil), line(100_000))
	d.RetentionPCM, d.RetentionUntil = 5000, "2027-06-30"
	doc := f.Issue(d)
	x, err := f.FromInvoice(ctx, staff, doc.PublicID)
	f.Must(err)
	if x.Form.RetentionPCM != 5000 || x.Form.RetentionUntil != "" {
		t.Errorf("%+v", x.Form)
	}
	x.Form.RetentionUntil = "2027-06-30" // of a window that was not told
	v := f.activate(x)
	if v.Form.RetentionUntil != "" {
		t.Errorf("kept %s", v.Form.RetentionUntil)
	}
	f.Move("2027-08-01")
	f.Must(f.pass())
	if n := f.count("SELECT count(*) FROM documents d JOIN document_status s ON s.document_id = d.id WHERE d.retention_pcm = 5000 AND s.retained_minor = 6000 AND s.retained_until = date(d.delivery_date, '+12 months') AND d.public_id <> '" + doc.PublicID + "'"); n != 8 {
		t.Errorf("%d of 8 months hold back for their own year", n)
	}
	f.Sound()
}
