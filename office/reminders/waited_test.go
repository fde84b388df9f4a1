package reminders_test

import (
	"maps"
	"strconv"
	"strings"
	"testing"

	"comptoir/office/officetest"
	"comptoir/office/outbox"
	"comptoir/office/payments"
	"comptoir/office/sales"
)

// queued is the newest reminder as it stands in the outbox.
func queued(f *officetest.Firm) outbox.Mail {
	list := mails(f)
	m := list[len(list)-1]
	return outbox.Mail{Kind: outbox.Reminder, Lang: "fr", ToAddress: m.to, ToName: "Claire", Args: m.args}
}

// A reminder that waited for days says what is owed when it leaves: a payment in part is off
// its sums and its words, what is paid whole is no longer in it. The days are those of the
// day it was written for, so that nothing else changes.
func TestWaitedWhileMoneyCame(t *testing.T) {
	f := officetest.New(t)
	policy(f, true, 15)
	c := f.Customer("Dupont", nil)
	a, b := issueOn(f, c, "2026-01-02", 100_000), issueOn(f, c, "2026-01-02", 200_000)
	f.Move("2026-02-16")
	run(f)
	was := queued(f)
	now := func() map[string]string {
		t.Helper()
		args, err := f.Reminders.AsOfNow(officetest.Ctx, was)
		f.Must(err)
		return args
	}
	pay := func(d sales.Document, minor int64, on string) {
		t.Helper()
		_, err := f.Payments.Record(officetest.Ctx, officetest.Staff, payments.Record{Key: f.Key(), DocumentID: d.PublicID, AmountMinor: minor, ReceivedOn: on, Method: "transfer"})
		f.Must(err)
	}
	f.Move("2026-02-20")
	if got := now(); !maps.Equal(got, was.Args) {
		t.Errorf("nothing changed, yet it says\n%v\nand not\n%v", got, was.Args)
	}
	pay(b, 140_000, "2026-02-19")
	got := now()
	if was.Args["amount_minor"] != "360000" || got["amount_minor"] != "220000" || got["fees_minor"] != was.Args["fees_minor"] || got["on"] != was.Args["on"] || got["documents"] != was.Args["documents"] {
		t.Errorf("%v", got)
	}
	if !strings.Contains(was.Args["body"], "2\u202f400,00") || strings.Contains(got["body"], "2\u202f400,00") || !strings.Contains(got["body"], "1\u202f000,00") {
		t.Errorf("before\n%s\nafter\n%s", was.Args["body"], got["body"])
	}
	was.Args = got
	if again := now(); !maps.Equal(again, got) {
		t.Errorf("asked again it says\n%v", again)
	}
	pay(a, 0, "2026-02-10") // it had come before: less interest
	got = now()
	if got["documents"] != strconv.FormatInt(b.ID, 10) || got["count"] != "1" || got["number"] != b.Number || got["amount_minor"] != "100000" || len(got["fees_minor"]) > len(was.Args["fees_minor"]) || got["fees_minor"] >= was.Args["fees_minor"] {
		t.Errorf("%v", got)
	}
	if strings.Contains(got["body"], a.Number) || !strings.Contains(got["body"], strings.ReplaceAll(b.Number, "-", `\-`)) {
		t.Error(got["body"])
	}
	pay(b, 0, "")
	if got := now(); got != nil {
		t.Errorf("all is paid: %v", got)
	}
	f.Sound()
}

// Once only what was held back is left, a mail about the rest is over.
func TestWaitedUntilOnlyRetainedMoneyIsLeft(t *testing.T) {
	f := officetest.New(t)
	policy(f, true, 5)
	form := officetest.Form(f.Customer("Dupont", nil), officetest.Line(100_000))
	form.RetentionPCM, form.RetentionUntil = 5_000, "2026-12-30"
	f.Move("2026-01-02")
	d := f.Issue(form)
	f.Move("2026-02-06")
	run(f)
	was := queued(f)
	_, err := f.Payments.Record(officetest.Ctx, officetest.Staff, payments.Record{Key: f.Key(), DocumentID: d.PublicID, AmountMinor: 114_000, Method: "transfer"})
	f.Must(err)
	if got, err := f.Reminders.AsOfNow(officetest.Ctx, was); err != nil || got != nil {
		t.Errorf("%v %v", got, err)
	}
}

// A text that is tried on an invoice is about no debt: it goes, whatever the invoice's state.
func TestATrialGoes(t *testing.T) {
	f := officetest.New(t)
	m := outbox.Mail{Kind: outbox.Reminder, Args: map[string]string{"documents": "1"}}
	if got, err := f.Reminders.AsOfNow(officetest.Ctx, m); err != nil || !maps.Equal(got, m.Args) {
		t.Errorf("%v %v", got, err)
	}
}
