package charging_test

import (
	"strings"
	"testing"
	"time"

	"comptoir/core/fault"
	"comptoir/office/charging"
	"comptoir/office/officetest"
	"comptoir/office/payments"
	"comptoir/office/recurring"
	"comptoir/office/reminders"
)

// The state table: what the gateway says on each try, and what becomes of the invoice.
func TestStates(t *testing.T) {
	for name, x := range map[string]struct {
		say    []string
		until  string
		story  string
		taken  int
		mails  int // about a charge that failed or is to be confirmed
		notice int
	}{
		"it succeeds":                 {nil, "2027-01-10", "2026-12-15 succeeded", 1, 0, 0},
		"declined once":               {[]string{"declined"}, "2027-01-10", "2026-12-15 declined, 2026-12-16 succeeded", 1, 1, 1},
		"declined to the end":         {[]string{"declined", "declined", "declined", "declined", "declined"}, "2027-01-10", "2026-12-15 declined, 2026-12-16 declined, 2026-12-18 declined, 2026-12-20 declined, 2026-12-22 declined", 0, 5, 5},
		"stolen is not tried again":   {[]string{"declined declined_for_good"}, "2027-01-10", "2026-12-15 declined", 0, 1, 1},
		"expired is not tried again":  {[]string{"declined", "declined expired_card"}, "2027-01-10", "2026-12-15 declined, 2026-12-16 declined", 0, 2, 2},
		"the answer is lost":          {[]string{"silent succeeded"}, "2027-01-10", "2026-12-15 succeeded", 1, 0, 0},
		"a lost refusal":              {[]string{"silent declined"}, "2027-01-10", "2026-12-15 declined, 2026-12-17 succeeded", 1, 1, 1},
		"a page is left open":         {[]string{"needs_action"}, "2027-01-10", "2026-12-15 declined", 0, 1, 1},
		"the bank wants its customer": {[]string{"declined authentication_required"}, "2027-01-10", "2026-12-15 declined", 0, 1, 1},
		"a debit takes days":          {[]string{"processing"}, "2027-01-10", "2026-12-15 processing", 0, 0, 0},
		"unknown for ever":            {[]string{"unknown"}, "2027-01-10", "2026-12-15 unknown", 0, 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFirm(t)
			c := f.Customer("Client", nil)
			f.keep(c, 0, 0)
			f.monthly(c, "2026-12-01", func(x *recurring.Template) { x.Cycles = 1 })
			f.say(x.say...)
			f.day("2026-12-01")
			doc := f.invoice()
			f.wantStory(doc, "2026-12-15 planned")
			f.days(x.until)
			f.wantStory(doc, x.story)
			if n := f.charged(); n != x.taken {
				t.Errorf("taken %d times, want %d", n, x.taken)
			}
			if n := f.count("SELECT count(*) FROM mails WHERE kind IN ('charge_failed','charge_action')"); n != x.mails {
				t.Errorf("%d mails, want %d", n, x.mails)
			}
			if n := f.count("SELECT count(*) FROM notifications WHERE kind LIKE 'charge%'"); n != x.notice {
				t.Errorf("%d notices, want %d", n, x.notice)
			}
			if paid := f.count("SELECT count(*) FROM document_status WHERE due_minor = 0 AND kind = 'invoice'"); paid != x.taken {
				t.Errorf("%d paid", paid)
			}
			if n := f.count("SELECT count(*) FROM mails WHERE kind = 'payment_received'"); n != x.taken {
				t.Errorf("%d receipts", n)
			}
			f.Sound()
		})
	}
}

// Nothing to charge to: told at once, no attempt is made, the gateway hears nothing.
func TestNoMethod(t *testing.T) {
	for name, x := range map[string]struct {
		spoil func(*firm, payments.Kept)
		late  bool // only on the day itself
		why   string
	}{
		"none":               {func(f *firm, k payments.Kept) { f.Must(f.Payments.DeleteMethod(ctx, staff, k.PublicID)) }, false, "no_method"},
		"expired":            {func(f *firm, k payments.Kept) { f.exec("UPDATE kept_methods SET exp_year = 2026, exp_month = 11") }, false, "method_expired"},
		"deleted afterwards": {func(f *firm, k payments.Kept) { f.Must(f.Payments.DeleteMethod(ctx, staff, k.PublicID)) }, true, "no_method"},
		"expired afterwards": {func(f *firm, k payments.Kept) { f.exec("UPDATE kept_methods SET exp_year = 2026, exp_month = 11") }, true, "method_expired"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFirm(t)
			c := f.Customer("Client", nil)
			k := f.keep(c, 0, 0)
			f.monthly(c, "2026-12-01", func(x *recurring.Template) { x.Cycles = 1 })
			if !x.late {
				x.spoil(f, k)
			}
			f.day("2026-12-01")
			doc := f.invoice()
			if x.late {
				f.wantStory(doc, "2026-12-15 planned")
				x.spoil(f, k)
				f.days("2026-12-20")
			}
			f.wantStory(doc, "2026-12-15 refused")
			got, err := f.OfInvoice(ctx, staff, doc)
			f.Must(err)
			if why := got.Attempts[0].Reason; why != "gateway.charging."+x.why {
				t.Errorf("why %s", why)
			}
			if len(f.Gateway.Charges) > 1 { // the page that kept the card
				t.Errorf("%d calls", len(f.Gateway.Charges))
			}
			if n := f.count("SELECT count(*) FROM mails WHERE kind = 'charge_failed'"); n != 1 {
				t.Errorf("%d mails", n)
			}
			f.Sound()
		})
	}
}

// The setting: at once instead of on the due date; a policy of one's own.
func TestPolicy(t *testing.T) {
	f := newFirm(t)
	c := f.Customer("Client", nil)
	f.keep(c, 0, 0)
	v, err := f.Settings(ctx, staff)
	f.Must(err)
	if v.RetryDays != "1, 3, 5, 7" || v.AtIssue {
		t.Errorf("%+v", v)
	}
	for _, bad := range []string{"0", "3, 1", "31", "x", "1,2,3,4,5,6,7,8,9"} {
		_, err := f.SaveSettings(ctx, staff, charging.Settings{RetryDays: bad, Version: v.Version})
		f.wantField(err, "retryDays", "fault.charging.retry_days")
	}
	v, err = f.SaveSettings(ctx, staff, charging.Settings{AtIssue: true, RetryDays: "2", Version: v.Version})
	f.Must(err)
	if _, err := f.SaveSettings(ctx, staff, charging.Settings{Version: v.Version - 1}); !fault.Is(err, fault.Conflict) {
		t.Errorf("stale: %v", err)
	}
	f.monthly(c, "2026-12-01", func(x *recurring.Template) { x.Cycles = 1 })
	f.say("declined", "declined")
	f.day("2026-12-01")
	f.days("2026-12-10")
	f.wantStory(f.invoice(), "2026-12-01 declined, 2026-12-03 declined")
}

func (f *firm) wantField(err error, path, key string) {
	f.T.Helper()
	e, ok := fault.As(err)
	if !ok || len(e.Fields) != 1 || e.Fields[0].Path != path || e.Fields[0].Key != key {
		f.T.Errorf("%v, want %s %s", err, path, key)
	}
}

// Paid another way meanwhile: nothing is charged any more.
func TestPaidMeanwhile(t *testing.T) {
	f := newFirm(t)
	c := f.Customer("Client", nil)
	f.keep(c, 0, 0)
	f.monthly(c, "2026-12-01", func(x *recurring.Template) { x.Cycles = 1 })
	f.day("2026-12-01")
	doc := f.invoice()
	f.days("2026-12-05")
	_, err := f.Payments.Record(ctx, staff, payments.Record{Key: f.Key(), DocumentID: doc, Method: "transfer", AmountMinor: 5_000})
	f.Must(err)
	f.wantStory(doc, "2026-12-15 planned")
	_, err = f.Payments.Record(ctx, staff, payments.Record{Key: f.Key(), DocumentID: doc, Method: "transfer"})
	f.Must(err)
	f.wantStory(doc, "2026-12-15 cancelled") // in the transaction of the payment
	f.days("2026-12-31")
	if f.charged() != 0 {
		t.Error("charged")
	}
	f.Sound()
}

// Paid in part: only the rest is charged.
func TestOnlyTheRest(t *testing.T) {
	f := newFirm(t)
	c := f.Customer("Client", nil)
	f.keep(c, 0, 0)
	f.monthly(c, "2026-12-01", func(x *recurring.Template) { x.Cycles = 1 })
	f.day("2026-12-01")
	_, err := f.Payments.Record(ctx, staff, payments.Record{Key: f.Key(), DocumentID: f.invoice(), Method: "transfer", AmountMinor: 5_000})
	f.Must(err)
	f.days("2026-12-16")
	if n := len(f.Gateway.Charges); n == 0 || f.Gateway.Charges[n-1].AmountMinor != 7_000 {
		t.Errorf("%+v", f.Gateway.Charges)
	}
	f.Sound()
}

// The customer announced a transfer: the charge waits ten days, and no longer.
func TestWaitsForATransfer(t *testing.T) {
	f := newFirm(t)
	c := f.Customer("Client", nil)
	f.keep(c, 0, 0)
	f.monthly(c, "2026-12-01", func(x *recurring.Template) { x.Cycles = 1 })
	f.day("2026-12-01")
	doc := f.invoice()
	f.days("2026-12-14")
	f.Must(f.Payments.AnnounceTransfer(ctx, officetest.Contact(c), payments.AnnounceTransfer{Key: f.Key(), DocumentID: doc}))
	f.days("2026-12-15")
	f.wantStory(doc, "2026-12-24 planned")
	if _, err := f.RetryNow(ctx, staff, f.Key(), doc); !fault.Is(err, fault.Conflict) {
		t.Errorf("by hand: %v", err)
	}
	f.days("2026-12-25")
	f.wantStory(doc, "2026-12-24 succeeded")
	f.Sound()
}

// By hand: at once, before its day or after the last try; never beside one under way.
func TestByHand(t *testing.T) {
	f := newFirm(t)
	c := f.Customer("Client", nil)
	f.keep(c, 0, 0)
	f.monthly(c, "2026-12-01", func(x *recurring.Template) { x.Cycles = 1 })
	f.day("2026-12-01")
	doc := f.invoice()
	f.days("2026-12-05")
	f.say("declined declined_for_good", "unknown")
	key := f.Key()
	got, err := f.RetryNow(ctx, staff, key, doc)
	f.Must(err)
	if !got.CanRetry || got.CanStop {
		t.Errorf("%+v", got)
	}
	if _, err := f.RetryNow(ctx, staff, key, doc); err != nil { // a double click
		t.Error(err)
	}
	f.wantStory(doc, "2026-12-15 declined")
	f.MoveTo(f.Now().Add(time.Hour))
	_, err = f.RetryNow(ctx, staff, f.Key(), doc)
	f.Must(err)
	f.wantStory(doc, "2026-12-15 declined, 2026-12-05 unknown")
	for name, do := range map[string]func() error{
		"retry": func() error { _, err := f.RetryNow(ctx, staff, f.Key(), doc); return err },
		"stop":  func() error { _, err := f.Stop(ctx, staff, doc); return err },
	} {
		if err := do(); !fault.Is(err, fault.Conflict) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, a := range f.Gateway.Known {
		if a.State == payments.Unknown {
			a.State = payments.Succeeded
		}
	}
	f.days("2026-12-07")
	f.wantStory(doc, "2026-12-15 declined, 2026-12-05 succeeded")
	if _, err := f.RetryNow(ctx, staff, f.Key(), doc); !fault.Is(err, fault.Conflict) {
		t.Errorf("paid: %v", err)
	}
	f.Sound()
}

func TestStop(t *testing.T) {
	f := newFirm(t)
	c := f.Customer("Client", nil)
	f.keep(c, 0, 0)
	f.monthly(c, "2026-12-01", func(x *recurring.Template) { x.Cycles = 1 })
	f.day("2026-12-01")
	doc := f.invoice()
	got, err := f.Stop(ctx, staff, doc)
	f.Must(err)
	if !got.CanRetry || got.CanStop || got.Open {
		t.Errorf("%+v", got)
	}
	f.days("2026-12-31")
	f.wantStory(doc, "2026-12-15 cancelled")
	if _, err := f.Stop(ctx, staff, doc); err != nil { // twice is once
		t.Error(err)
	}
	f.Sound()
}

// A gateway that cannot be reached is left alone for longer and longer; after three days a
// person is asked.
func TestUnreached(t *testing.T) {
	f := newFirm(t)
	c := f.Customer("Client", nil)
	f.keep(c, 0, 0)
	f.monthly(c, "2026-12-01", func(x *recurring.Template) { x.Cycles = 1 })
	f.day("2026-12-01")
	doc := f.invoice()
	f.days("2026-12-14")
	f.Gateway.Down = true
	f.days("2026-12-15")
	for range 5 * 24 {
		f.MoveTo(f.Now().Add(time.Hour))
		f.Must(f.Round(ctx))
	}
	c2, err := f.OfInvoice(ctx, staff, doc)
	f.Must(err)
	if c2.Attempts[0].State != charging.Planned || len(c2.Attempts) > 12 {
		t.Errorf("%s", f.story(doc))
	}
	if n := f.count("SELECT count(*) FROM mails WHERE kind = 'charge_failed'"); n != 0 {
		t.Errorf("%d mails: the customer has nothing to do with it", n)
	}
	if n := f.count("SELECT count(*) FROM notifications WHERE kind = 'charge_waits'"); n != 1 {
		t.Errorf("%d notices", n)
	}
	f.Gateway.Down = false
	f.pass() // a person said yes
	f.Must(f.Round(ctx))
	if !strings.HasSuffix(f.story(doc), "succeeded") || f.charged() != 1 {
		t.Errorf("%s", f.story(doc))
	}
	f.Sound()
}

// A draft that a template left is charged once a person issued it; what was made before the
// template was charged is not.
func TestDrafts(t *testing.T) {
	f := newFirm(t)
	c := f.Customer("Client", nil)
	f.keep(c, 0, 0)
	v := f.monthly(c, "2026-12-01", func(x *recurring.Template) { x.AutoSend, x.AutoCharge = false, false })
	f.day("2026-12-01")
	old := f.invoice()
	x, err := f.recurring.Get(ctx, staff, v.PublicID)
	f.Must(err)
	x.AutoCharge = true
	f.MoveTo(f.Now().Add(time.Hour))
	_, _, err = f.recurring.Save(ctx, staff, f.Key(), x.Template)
	f.Must(err)
	f.days("2027-01-01")
	doc := f.invoice()
	if f.story(old) != "" || f.story(doc) != "" {
		t.Errorf("%q %q", f.story(old), f.story(doc))
	}
	for _, id := range []string{old, doc} {
		d, err := f.Sales.Get(ctx, staff, id)
		f.Must(err)
		f.issue(d)
	}
	f.pass()
	if f.story(old) != "" {
		t.Errorf("of before: %s", f.story(old))
	}
	f.wantStory(doc, "2027-01-15 planned")
}

// What the customer agreed to is on file, with its words and its hour.
func TestConsent(t *testing.T) {
	f := newFirm(t)
	c := f.Customer("Client", nil)
	k := f.keep(c, 0, 0)
	v := f.monthly(c, "2026-12-01", func(x *recurring.Template) { x.ChargeMethod = k.PublicID })
	got, err := f.OfTemplate(ctx, staff, v.PublicID)
	f.Must(err)
	if !got.On || !got.Chosen || got.Method == nil || got.Method.Last4 != "4242" || got.Consent.Words != charging.ConsentWords("fr", "Atelier Bois") || got.Consent.GivenAt == "" || got.Consent.GivenBy != "Client Contact" {
		t.Errorf("%+v", got)
	}
	other := f.Customer("Autre", nil)
	mine, err := f.PortalTemplate(ctx, officetest.Contact(c), v.PublicID)
	if f.Must(err); mine.Method == nil {
		t.Errorf("%+v", mine)
	}
	if _, err := f.PortalTemplate(ctx, officetest.Contact(other), v.PublicID); !fault.Is(err, fault.NotFound) {
		t.Errorf("of another: %v", err)
	}
	x := v.Template
	x.Form.CustomerID = other.PublicID
	_, _, err = f.recurring.Save(ctx, staff, f.Key(), x)
	f.wantField(err, "chargeMethod", "fault.charging.method_gone")
}

// Reminders wait while a charge is planned, and go on after the last one failed.
func TestRemindersPause(t *testing.T) {
	f := newFirm(t)
	c := f.Customer("Client", nil)
	f.keep(c, 0, 0)
	f.monthly(c, "2026-12-01", func(x *recurring.Template) { x.Cycles = 1 })
	f.say("declined", "declined", "declined", "declined", "declined")
	f.day("2026-12-01")
	doc := f.invoice()
	f.days("2026-12-19")
	f.wantReminder("charging")
	f.days("2026-12-23")
	f.wantReminder("")
	f.wantStory(doc, "2026-12-15 declined, 2026-12-16 declined, 2026-12-18 declined, 2026-12-20 declined, 2026-12-22 declined")
}

func (f *firm) wantReminder(why string) {
	f.T.Helper()
	p, err := f.Reminders.PlanByHand(ctx, staff, reminders.PlanQuery{})
	f.Must(err)
	got := ""
	for _, x := range p.Exempt {
		got += x.Reason
	}
	if got != why || (why == "") != (len(p.Mails) == 1) {
		f.T.Errorf("reminders: %q, %d mails, want %q", got, len(p.Mails), why)
	}
}
