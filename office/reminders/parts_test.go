package reminders_test

import (
	"testing"

	"comptoir/db/dbtest"
	"comptoir/office/company"
	"comptoir/office/customers"
	"comptoir/office/officetest"
	"comptoir/office/payments"
	"comptoir/office/reminders"
	"comptoir/office/sales"
)

// Where the main part used all levels, what was held back has them all before it; what is
// skipped of it is skipped for itself.
func TestRetainedMoneyHasLevelsOfItsOwn(t *testing.T) {
	f := officetest.New(t)
	policy(f, true, 5, 15)
	f.Move("2026-01-02")
	form := officetest.Form(f.Customer("Chantier", nil), officetest.Line(100_000))
	form.RetentionPCM, form.RetentionUntil = 5_000, "2026-06-30"
	d := f.Issue(form)
	for _, day := range []string{"2026-02-06", "2026-02-16"} {
		f.Move(day)
		run(f)
	}
	_, err := f.Payments.Record(officetest.Ctx, officetest.Staff, payments.Record{Key: f.Key(), DocumentID: d.PublicID, Method: "transfer", AmountMinor: 114_000})
	f.Must(err)
	f.Move("2026-07-06")
	plan, err := f.Reminders.PlanByHand(officetest.Ctx, officetest.Staff, reminders.PlanQuery{})
	f.Must(err)
	if len(plan.Mails) != 1 || plan.Mails[0].Level != 1 || plan.Mails[0].DueMinor != 6_000 {
		t.Errorf("by hand: %+v", plan)
	}
	src := f.Reminders.Source()
	items, err := src.Due(officetest.Ctx, today(f))
	f.Must(err)
	if len(items) != 1 {
		t.Fatalf("%+v", items)
	}
	f.Must(src.Skip(officetest.Ctx, officetest.Staff, items[0].Key))
	f.Move("2026-07-15")
	run(f)
	if p := past(f, d); len(p) != 4 || !p[0].Mailed || !p[1].Mailed || p[2].Mailed || p[2].Level != 1 || !p[3].Mailed || p[3].Level != 2 || !p[3].Retained {
		t.Errorf("%+v", p)
	}
	if _, err := f.Payments.Record(officetest.Ctx, officetest.Staff, payments.Record{Key: f.Key(), DocumentID: d.PublicID, Method: "transfer"}); err != nil {
		t.Fatal(err)
	}
	f.Move("2026-09-01")
	if items := run(f); len(items) != 0 {
		t.Errorf("%+v", items)
	}
}

// Fees whose invoice was cancelled by a credit note are owed again; a part given back is
// owed again in part, the interest first.
func TestCreditedFeesAreOwedAgain(t *testing.T) {
	for _, c := range []struct {
		name                string
		credit              sales.Credit
		interest, indemnity int64
		listed              int
	}{
		{"the whole", sales.Credit{How: sales.CreditAll, Reason: "Erreur"}, 895, 4000, 0},
		{"a part", sales.Credit{How: sales.CreditAmount, AmountMinor: 1000, Reason: "Geste"}, 895, 105, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := officetest.New(t)
			policy(f, false, 5, 15, 30)
			d := issueOn(f, f.Customer("Dupont", nil), "2026-01-02", 140_000)
			f.Move("2026-02-17")
			issueFees := func() sales.Document {
				id, err := f.Reminders.InvoiceFees(officetest.Ctx, officetest.Staff, f.Key(), d.PublicID)
				f.Must(err)
				draft, err := f.Sales.Get(officetest.Ctx, officetest.Staff, id)
				f.Must(err)
				issued, err := f.Sales.Issue(officetest.Ctx, officetest.Staff, sales.Issue{Key: f.Key(), PublicID: id, Version: draft.Version, How: sales.ByHand})
				f.Must(err)
				return issued
			}
			fees := issueFees()
			c.credit.Key, c.credit.InvoiceID = f.Key(), fees.PublicID
			note, err := f.Sales.DraftCredit(officetest.Ctx, officetest.Staff, c.credit)
			f.Must(err)
			if st, err := f.Reminders.StateOf(officetest.Ctx, officetest.Staff, d.PublicID); err != nil || st.Fees.InterestMinor+st.Fees.IndemnityMinor != 0 {
				t.Errorf("a draft of a credit note gives nothing back: %+v %v", st.Fees, err)
			}
			_, err = f.Sales.Issue(officetest.Ctx, officetest.Staff, sales.Issue{Key: f.Key(), PublicID: note.PublicID, Version: note.Version, How: sales.ByHand})
			f.Must(err)
			st, err := f.Reminders.StateOf(officetest.Ctx, officetest.Staff, d.PublicID)
			f.Must(err)
			if st.Fees.InterestMinor != c.interest || st.Fees.IndemnityMinor != c.indemnity || len(st.Invoiced) != c.listed {
				t.Errorf("%+v %+v", st.Fees, st.Invoiced)
			}
			issueFees()
			_, err = f.Reminders.InvoiceFees(officetest.Ctx, officetest.Staff, f.Key(), d.PublicID)
			f.WantFault(err, "fault.reminder.no_fees")
			f.Sound()
		})
	}
}

// A mail that waited is asked again: it is of use while one of its documents is.
func TestWaitedInVain(t *testing.T) {
	f := officetest.New(t)
	policy(f, true, 5, 15)
	c := f.Customer("Dupont", nil)
	a, b := issueOn(f, c, "2026-01-02", 10_000), issueOn(f, c, "2026-01-02", 20_000)
	f.Move("2026-02-06")
	run(f)
	want := func(what string, due bool) {
		t.Helper()
		if got, err := f.Reminders.AsOfNow(officetest.Ctx, queued(f)); err != nil || (got != nil) != due {
			t.Errorf("%s: %v %v", what, got, err)
		}
	}
	want("both open", true)
	_, err := f.Payments.Record(officetest.Ctx, officetest.Staff, payments.Record{Key: f.Key(), DocumentID: a.PublicID, Method: "transfer"})
	f.Must(err)
	want("one paid", true)
	f.Must(f.Reminders.SetNoReminders(officetest.Ctx, officetest.Staff, b.PublicID, true))
	want("the other exempt", false)
	f.Must(f.Reminders.SetNoReminders(officetest.Ctx, officetest.Staff, b.PublicID, false))
	f.Must(f.Payments.AnnounceTransfer(officetest.Ctx, officetest.Contact(c), payments.AnnounceTransfer{Key: f.Key(), DocumentID: b.PublicID}))
	want("the other announced", false)
	f.Move("2026-02-17")
	want("announced long ago", true)
	_, err = f.Payments.Record(officetest.Ctx, officetest.Staff, payments.Record{Key: f.Key(), DocumentID: b.PublicID, Method: "transfer"})
	f.Must(err)
	want("both paid", false)
	if p := past(f, b); len(p) != 1 || !p[0].Mailed {
		t.Errorf("what was planned is kept: %+v", p)
	}
}

// A formal notice that never left makes no interest run against a person.
func TestANoticeThatNeverLeft(t *testing.T) {
	f := officetest.New(t)
	list := policy(f, true, 5, 15, 30, 50)
	list.Levels[2].Formal = true
	_, err := f.Reminders.SavePolicy(officetest.Ctx, officetest.Staff, "", list)
	f.Must(err)
	f.Change(func(c *company.Firm) { c.Mediator = "Médiateur" })
	d := issueOn(f, f.Customer("Mme Durand", func(c *customers.Customer) { c.Kind = "person" }), "2026-01-02", 304_167)
	f.Move("2026-03-03")
	run(f)
	f.Move("2026-03-23")
	before, err := f.Reminders.StateOf(officetest.Ctx, officetest.Staff, d.PublicID)
	if err != nil || before.Fees.InterestMinor != 550 || !before.Past[2].Formal {
		t.Fatalf("%+v %v", before, err)
	}
	_, err = dbtest.Raw(t, f.Path).ExecContext(officetest.Ctx, "UPDATE mails SET state = 'cancelled' WHERE kind = 'reminder'")
	f.Must(err)
	st, err := f.Reminders.StateOf(officetest.Ctx, officetest.Staff, d.PublicID)
	if err != nil || st.Fees.InterestMinor != 0 || len(st.Past) != 3 || st.Past[2].MailState != "cancelled" {
		t.Errorf("%+v %v", st, err)
	}
}
