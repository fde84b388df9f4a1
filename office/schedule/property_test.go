package schedule_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"comptoir/core/civil"
	"comptoir/office/books"
	"comptoir/office/contracts"
	"comptoir/office/officetest"
	"comptoir/office/schedule"
)

// Whatever a whole plan is cut into, with odd amounts, several rates of VAT, deposits, credits and drafts thrown away: after
// each step invoiced and left to invoice are the value, paid and left to pay what was invoiced with tax; at the end all of
// it was invoiced once, no deposit is left in the books, and they balance.
func TestAWholePlanIsInvoicedOnce(t *testing.T) {
	for seed := range uint64(10) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			r := rand.New(rand.NewPCG(seed, 6))
			d := newDesk(t)
			value := int64(0)
			plan := []contracts.Milestone{}
			for i := range 2 + r.IntN(4) {
				m := contracts.Milestone{Title: fmt.Sprint("Étape ", i), AmountMinor: 1 + r.Int64N(1_000_000), Bill: schedule.AsInvoice}
				if r.IntN(2) == 0 && i > 0 {
					m.Bill = schedule.AsDeposit
				}
				value, plan = value+m.AmountMinor, append(plan, m)
			}
			v, err := d.contracts.Save(ctx, staff, d.Key(), contracts.Form{Title: "Plan", CustomerID: d.customer.PublicID, Currency: "EUR", ValueMinor: value})
			d.Must(err)
			d.contract, d.milestones = v.PublicID, nil
			for _, m := range plan {
				list, err := d.contracts.SaveMilestone(ctx, staff, d.Key(), d.contract, m)
				d.Must(err)
				d.milestones = append(d.milestones, list[len(list)-1].PublicID)
			}
			whole := func() {
				t.Helper()
				m := d.money()
				if m.InvoicedExclMinor+m.LeftToInvoice != value || m.OverMinor != 0 || m.InvoicedInclMinor != m.PaidMinor+m.LeftToPayMinor-m.CreditMinor {
					t.Fatalf("does not add up to %d: %+v", value, m.Figures)
				}
			}
			rates := []string{"FR-20", "FR-10", "FR-5.5"}
			for i := len(plan) - 1; i >= 0; i-- { // the first one is an invoice, and comes last
				made, err := d.bill(plan[i].Bill, d.milestones[i])
				d.Must(err)
				if r.IntN(4) == 0 { // thrown away, made again
					draft, err := d.Sales.Get(ctx, staff, made.PublicID)
					d.Must(err)
					d.Must(d.Sales.Delete(ctx, staff, made.PublicID, draft.Version))
					whole()
					made, err = d.bill(plan[i].Bill, d.milestones[i])
					d.Must(err)
				}
				if plan[i].Bill == schedule.AsInvoice && i > 0 { // at another rate, where no deposit is taken off
					d.rewrite(made.PublicID, nil, officetest.Line(plan[i].AmountMinor, rates[r.IntN(len(rates))]))
				}
				doc := d.issue(made.PublicID)
				whole()
				switch r.IntN(4) {
				case 0:
					if doc.DueMinor > 0 {
						d.pay(doc, 1+r.Int64N(doc.DueMinor))
					}
				case 1:
					if i == 0 {
						break
					}
					d.credit(doc)
					whole()
					d.issue(d.mustBill(plan[i].Bill, d.milestones[i]))
				}
				whole()
			}
			if m := d.money(); m.InvoicedExclMinor != value || m.LeftToInvoice != 0 {
				t.Errorf("%+v of %d", m.Figures, value)
			}
			b, err := books.New(d.DB).TrialBalance(ctx, staff, books.TrialBalanceQuery{From: civil.MustParse("2026-01-01"), To: civil.MustParse("2026-12-31")})
			d.Must(err)
			for _, a := range b.Rows {
				if a.Account == "419100" && a.Debit != a.Credit {
					t.Errorf("4191 holds %+v", a)
				}
			}
			d.Sound()
		})
	}
}

// mustBill makes a draft and gives its public id.
func (d *desk) mustBill(as string, milestones ...string) string {
	d.T.Helper()
	made, err := d.bill(as, milestones...)
	d.Must(err)
	return made.PublicID
}
