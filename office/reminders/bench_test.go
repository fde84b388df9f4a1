package reminders_test

import (
	"fmt"
	"testing"

	"comptoir/office/customers"
	"comptoir/office/officetest"
	"comptoir/office/reminders"
)

// BenchmarkPlan is the preview of a firm with a thousand late invoices of three hundred
// customers; BenchmarkDue is what the scheduler asks of the same firm at midnight.
func BenchmarkPlan(b *testing.B) {
	lateFirm(b, func(f *officetest.Firm) (int, error) {
		p, err := f.Reminders.PlanByHand(officetest.Ctx, officetest.Staff, reminders.PlanQuery{})
		return len(p.Mails), err
	})
}

func BenchmarkDue(b *testing.B) {
	lateFirm(b, func(f *officetest.Firm) (int, error) {
		list, err := f.Reminders.Source().Due(officetest.Ctx, today(f))
		return len(list), err
	})
}

func BenchmarkCounts(b *testing.B) {
	lateFirm(b, func(f *officetest.Firm) (int, error) {
		c, err := f.Reminders.Counts(officetest.Ctx, officetest.Staff)
		return int(c.Documents) * 3 / 10, err
	})
}

func lateFirm(b *testing.B, ask func(*officetest.Firm) (int, error)) {
	f := officetest.New(b)
	policy(f, true, 5, 15, 30)
	f.Move("2026-01-02")
	for i := range 300 {
		c := f.Customer(fmt.Sprintf("Client %03d", i), func(c *customers.Customer) { c.Contacts[0].Email = fmt.Sprintf("c%d@client.example", i) })
		for n := range 4 {
			if n < 3 || i < 100 {
				f.Issue(officetest.Form(c, officetest.Line(10_000)))
			}
		}
	}
	f.Move("2026-02-20")
	for b.Loop() {
		n, err := ask(f)
		if err != nil || n != 300 {
			b.Fatal(n, err)
		}
	}
}
