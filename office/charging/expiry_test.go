package charging_test

import (
	"testing"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/office/charging"
	"comptoir/office/customers"
	"comptoir/office/officetest"
	"comptoir/office/recurring"
)

// A method that ends is announced thirty and seven days before, once each, and only where
// something will be charged to it.
func TestExpiry(t *testing.T) {
	f := newFirm(t)
	c := f.Customer("Client", nil)
	f.keep(c, 2027, 2) // until 28 February
	v := f.monthly(c, "2026-12-01", func(x *recurring.Template) { x.Form.TermsDays = 0 })
	idle := f.Customer("Sans prélèvement", nil)
	f.keep(idle, 2027, 2)
	mails := func() int { return f.count("SELECT count(*) FROM mails WHERE kind = 'method_expiring'") }
	f.day("2026-12-01")
	f.days("2027-01-28")
	if n := mails(); n != 0 {
		t.Errorf("%d mails too early", n)
	}
	f.days("2027-01-29")
	if n := mails(); n != 1 {
		t.Errorf("%d mails thirty days before", n)
	}
	f.days("2027-02-20")
	if n := mails(); n != 1 {
		t.Errorf("%d mails between", n)
	}
	got, err := f.OfTemplate(ctx, staff, v.PublicID)
	if f.Must(err); !got.Ends || got.Why != "" || got.Method.Last.String() != "2027-02-28" {
		t.Errorf("%+v", got)
	}
	f.days("2027-02-28")
	if n := mails(); n != 2 {
		t.Errorf("%d mails seven days before", n)
	}
	f.days("2027-03-05")
	if n := mails(); n != 2 {
		t.Errorf("%d mails after its end", n)
	}
	f.wantStory(f.invoice(), "2027-03-01 refused")
	if n := f.count("SELECT count(*) FROM notifications WHERE kind = 'method_expiring'"); n != 2 {
		t.Errorf("%d notices", n)
	}
	f.Sound()
}

// A machine that slept past the first warning gives the second one only; a card that is
// charged only since yesterday is announced without anybody being asked.
func TestExpiryAfterASleep(t *testing.T) {
	f := newFirm(t)
	c := f.Customer("Client", nil)
	f.keep(c, 2027, 2)
	f.monthly(c, "2027-06-01", nil)
	f.Move("2027-02-25")
	items, err := f.Source().Due(ctx, civil.MustParse("2027-02-25"))
	f.Must(err)
	if len(items) != 1 || items[0].On.String() != "2027-02-21" || items[0].Mails != 1 {
		t.Errorf("%+v", items)
	}
	f.pass()
	f.days("2027-02-28")
	if n := f.count("SELECT count(*) FROM mails WHERE kind = 'method_expiring'"); n != 1 {
		t.Errorf("%d mails", n)
	}
	late := f.Customer("Nouveau", func(c *customers.Customer) { c.SIREN = "100000009" })
	f.keep(late, 2027, 3)
	f.monthly(late, "2027-06-01", nil)
	items, err = f.Source().Due(ctx, civil.MustParse("2027-03-10"))
	f.Must(err)
	if len(items) != 1 || items[0].On.String() != "2027-03-01" { // not before the card was there; thirty days are the 1st
		t.Errorf("%+v", items)
	}
	f.Move("2027-03-10")
	f.Must(f.Source().Skip(ctx, staff, items[0].Key))
	if items, err = f.Source().Due(ctx, civil.MustParse("2027-03-10")); err != nil || len(items) != 0 {
		t.Errorf("skipped: %+v %v", items, err)
	}
}

// Who is no clerk does nothing of it, and a contact sees its own only.
func TestOnlyStaff(t *testing.T) {
	f := newFirm(t)
	c := f.Customer("Client", nil)
	f.keep(c, 0, 0)
	v := f.monthly(c, "2026-12-01", nil)
	f.day("2026-12-01")
	doc := f.invoice()
	for _, who := range []actor.Actor{officetest.Contact(c), {}} {
		for name, do := range map[string]func() error{
			"of invoice":    func() error { _, err := f.OfInvoice(ctx, who, doc); return err },
			"retry":         func() error { _, err := f.RetryNow(ctx, who, f.Key(), doc); return err },
			"stop":          func() error { _, err := f.Stop(ctx, who, doc); return err },
			"settings":      func() error { _, err := f.Settings(ctx, who); return err },
			"save settings": func() error { _, err := f.SaveSettings(ctx, who, charging.Settings{}); return err },
			"of template":   func() error { _, err := f.OfTemplate(ctx, who, v.PublicID); return err },
			"choices":       func() error { _, err := f.Choices(ctx, who, c.PublicID); return err },
			"failures":      func() error { _, err := f.Failures(ctx, who); return err },
			"consent":       func() error { _, err := f.ConsentOf(ctx, who, 1); return err },
			"do":            func() error { return f.Source().Do(ctx, who, "1:1") },
			"skip":          func() error { return f.Source().Skip(ctx, who, "1:1") },
		} {
			if err := do(); !fault.Is(err, fault.Forbidden) {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	coming, err := f.PortalComing(ctx, officetest.Contact(c), doc)
	if f.Must(err); coming.On.String() != "2026-12-15" || coming.AmountMinor != 12_000 || coming.Method == nil {
		t.Errorf("%+v", coming)
	}
	if _, err := f.PortalComing(ctx, officetest.Contact(f.Customer("Autre", nil)), doc); !fault.Is(err, fault.NotFound) {
		t.Errorf("of another: %v", err)
	}
	on, method, ok, err := f.MailNote(ctx, int64(f.count("SELECT max(id) FROM documents")), "en")
	if f.Must(err); !ok || on.String() != "2026-12-15" || method != "Visa card •••• 4242" {
		t.Errorf("%v %s %v", on, method, ok)
	}
	for _, key := range []string{"", "x", "1", "m1", "x:1", "999:1"} {
		if err := f.Source().Do(ctx, staff, key); !fault.Is(err, fault.NotFound) {
			t.Errorf("%q: %v", key, err)
		}
	}
}
