package schedule_test

import (
	"testing"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/office/contracts"
	"comptoir/office/officetest"
	"comptoir/office/recurring"
	"comptoir/office/sales"
	"comptoir/office/schedule"
	"comptoir/rules/contract"
)

// rewrite gives a draft other lines, and whatever change says.
func (d *desk) rewrite(publicID string, change func(*sales.Draft), lines ...sales.DraftLine) {
	d.T.Helper()
	was, err := d.Sales.Get(ctx, staff, publicID)
	d.Must(err)
	form := officetest.Form(d.customer, lines...)
	form.PublicID, form.Version, form.Kind = publicID, was.Version, string(was.Kind)
	if change != nil {
		change(&form)
	}
	d.Draft(form)
}

func (d *desk) credit(doc sales.Document) {
	d.T.Helper()
	_, err := d.Sales.CreditInvoice(ctx, staff, sales.Credit{Key: d.Key(), InvoiceID: doc.PublicID, How: sales.CreditAll, Reason: "Erreur"})
	d.Must(err)
}

// amend changes the contract itself.
func (d *desk) amend(change func(*contracts.Form)) error {
	d.T.Helper()
	v, err := d.contracts.Get(ctx, staff, d.contract)
	d.Must(err)
	f := contracts.Form{PublicID: d.contract, Version: v.Version, Title: v.Title, CustomerID: d.customer.PublicID, StartOn: v.StartOn, EndOn: v.EndOn, Currency: "EUR", ValueMinor: v.ValueMinor}
	change(&f)
	_, err = d.contracts.Save(ctx, staff, d.Key(), f)
	return err
}

func (d *desk) milestone(i int) contracts.Milestone {
	d.T.Helper()
	list, err := d.contracts.Milestones(ctx, staff, d.contract)
	d.Must(err)
	return list[i]
}

// What was billed stays what was agreed: the amount of its milestone, the contract's customer and currency. Its value may
// be amended; what was invoiced beyond it is said.
func TestWhatWasBilledIsSettled(t *testing.T) {
	d := newDesk(t)
	other := d.Customer("Autre", nil)
	deposit := d.billed(schedule.AsDeposit, d.milestones[0])
	m := d.milestone(0)
	m.AmountMinor = 9_000_00
	_, err := d.contracts.SaveMilestone(ctx, staff, d.Key(), d.contract, m)
	d.WantField(err, "amountMinor", "fault.contracts.milestone_billed")
	m.AmountMinor, m.Title = 3_000_00, "À la commande"
	_, err = d.contracts.SaveMilestone(ctx, staff, d.Key(), d.contract, m)
	d.Must(err)
	_, err = d.contracts.DeleteMilestone(ctx, staff, d.contract, m.PublicID, d.milestone(0).Version)
	d.WantFault(err, "fault.contracts.milestone_used")
	d.WantField(d.amend(func(f *contracts.Form) { f.CustomerID = other.PublicID }), "customerId", "fault.contracts.customer_billed")
	d.WantField(d.amend(func(f *contracts.Form) { f.Currency = "CAD" }), "currency", "fault.contracts.currency_billed")
	d.Must(d.amend(func(f *contracts.Form) { f.ValueMinor = 1_000_00 }))
	d.want(contract.Figures{ValueMinor: 1_000_00, InvoicedExclMinor: 3_000_00, InvoicedInclMinor: 3_600_00, LeftToPayMinor: 3_600_00})
	if got := d.money().OverMinor; got != 2_000_00 {
		t.Errorf("invoiced %d beyond the value", got)
	}
	d.credit(deposit)
	m = d.milestone(0)
	m.AmountMinor = 2_500_00
	_, err = d.contracts.SaveMilestone(ctx, staff, d.Key(), d.contract, m)
	d.Must(err) // it was taken back: there is nothing to keep to
	if again := d.billed(schedule.AsDeposit, d.milestones[0]); again.Totals.TotalExclTax != 2_500_00 {
		t.Errorf("%+v", again.Totals)
	}
	d.Sound()
}

// A draft that was thrown away is nothing that was made: its milestone may be deleted.
func TestAMilestoneOfADeletedDraftIsDeleted(t *testing.T) {
	d := newDesk(t)
	made, err := d.bill(schedule.AsInvoice, d.milestones[1])
	d.Must(err)
	if _, err = d.contracts.DeleteMilestone(ctx, staff, d.contract, d.milestones[1], d.milestone(1).Version); err == nil {
		t.Error("deleted under its draft")
	}
	draft, err := d.Sales.Get(ctx, staff, made.PublicID)
	d.Must(err)
	d.Must(d.Sales.Delete(ctx, staff, made.PublicID, draft.Version))
	m := d.milestone(1)
	if m.Used {
		t.Error("still used")
	}
	_, err = d.contracts.DeleteMilestone(ctx, staff, d.contract, m.PublicID, m.Version)
	d.Must(err)
}

// The deposit of a milestone that was cancelled since is still the customer's money: the last invoice takes it off.
func TestTheDepositOfACancelledMilestoneIsTakenOff(t *testing.T) {
	d := newDesk(t)
	d.billed(schedule.AsDeposit, d.milestones[0])
	_, err := d.contracts.CancelMilestone(ctx, staff, d.contract, d.milestones[0], d.milestone(0).Version, true)
	d.Must(err)
	made, err := d.bill(schedule.AsInvoice, d.milestones[1:3]...)
	d.Must(err)
	last := d.issue(made.PublicID)
	if made.Deposits != 1 || len(last.Lines) != 2 || last.Totals.TotalExclTax != 7_000_00 || last.Totals.AmountDue != 8_400_00-3_600_00 {
		t.Errorf("%d deposits, %d lines, %+v", made.Deposits, len(last.Lines), last.Totals)
	}
	d.want(contract.Figures{ValueMinor: 10_000_00, InvoicedExclMinor: 7_000_00, InvoicedInclMinor: 8_400_00, LeftToPayMinor: 8_400_00, LeftToInvoice: 3_000_00})
	d.Sound()
}

// The credit note of the final invoice gives the deposits back as well: everything it held may be billed again, once.
func TestTheFinalInvoiceTakenBack(t *testing.T) {
	d := newDesk(t)
	d.pay(d.billed(schedule.AsDeposit, d.milestones[0]), 3_600_00)
	d.credit(d.billed(schedule.AsInvoice, d.milestones[1:3]...))
	if got := d.billing(); got[0] != contract.BillingNone || got[1] != contract.BillingNone || got[2] != contract.BillingNone {
		t.Errorf("%q", got)
	}
	d.want(contract.Figures{ValueMinor: 10_000_00, PaidMinor: 3_600_00, CreditMinor: 3_600_00, LeftToInvoice: 10_000_00})
	again := d.billed(schedule.AsInvoice, d.milestones[:3]...)
	if again.Totals.TotalExclTax != 10_000_00 || again.Totals.Prepaid != 0 {
		t.Errorf("%+v", again.Totals)
	}
	if m := d.money(); m.InvoicedExclMinor != 10_000_00 || m.LeftToInvoice != 0 {
		t.Errorf("%+v", m.Figures)
	}
	d.Sound()
}

// A draft that a person gave to another customer, or to another currency, is not the contract's money.
func TestADraftThatWentAstray(t *testing.T) {
	d := newDesk(t)
	made, err := d.bill(schedule.AsDeposit, d.milestones[0])
	d.Must(err)
	other := d.Customer("Autre", nil)
	d.rewrite(made.PublicID, func(f *sales.Draft) { f.CustomerID = other.PublicID }, officetest.Line(3_000_00))
	d.issue(made.PublicID)
	if m := d.money(); len(m.Papers) != 0 || m.InvoicedExclMinor != 0 || m.Milestones[0].Billing != contract.BillingNone {
		t.Errorf("another's invoice counts: %+v", m)
	}
	if of, err := d.schedule.ContractOf(ctx, staff, made.PublicID); err != nil || of.PublicID != "" {
		t.Errorf("another's invoice names the contract: %+v %v", of, err)
	}
	again, err := d.bill(schedule.AsDeposit, d.milestones[0])
	d.Must(err)
	d.rewrite(again.PublicID, func(f *sales.Draft) { f.Currency, f.RateE8 = "CAD", 68_000_000 }, officetest.Line(4_400_00))
	foreign := d.issue(again.PublicID)
	d.want(contract.Figures{ValueMinor: 10_000_00, LeftToInvoice: 10_000_00})
	if m := d.money(); len(m.Others) != 1 || m.Others[0] != "CAD" || m.Milestones[0].Billing != contract.BillingInvoiced {
		t.Errorf("%+v", m)
	}
	d.billed(schedule.AsInvoice, d.milestones[1])
	_, err = d.bill(schedule.AsInvoice, d.milestones[2])
	d.WantFault(err, "fault.schedule.deposit_currency")
	d.credit(foreign)
	if _, err = d.bill(schedule.AsInvoice, d.milestones[2]); err != nil {
		t.Error(err) // the first is to be billed again: this is not the last
	}
	d.Sound()
}

// A contract that is cancelled is billed no more; the draft and the recurring invoice that it leaves behind are said.
func TestACancelledContractLeavesThingsLoose(t *testing.T) {
	d := newDesk(t)
	made, err := d.bill(schedule.AsInvoice, d.milestones[1])
	d.Must(err)
	if d.money().Loose {
		t.Error("loose while it goes on")
	}
	v, err := d.contracts.Get(ctx, staff, d.contract)
	d.Must(err)
	_, err = d.contracts.Cancel(ctx, staff, contracts.Act{Key: d.Key(), ContractID: d.contract, Version: v.Version, Reason: "Le client renonce."})
	d.Must(err)
	for _, as := range []string{schedule.AsQuote, schedule.AsDeposit, schedule.AsInvoice, schedule.AsRecurring} {
		_, err = d.bill(as, d.milestones[2])
		d.WantFault(err, "fault.schedule.cancelled")
	}
	if !d.money().Loose {
		t.Error("its draft is not said")
	}
	draft, err := d.Sales.Get(ctx, staff, made.PublicID)
	d.Must(err)
	d.Must(d.Sales.Delete(ctx, staff, made.PublicID, draft.Version))
	if d.money().Loose {
		t.Error("nothing is left of it")
	}
}

// In one paper or by milestones, never both.
func TestWholeOrByMilestones(t *testing.T) {
	d := newDesk(t)
	_, err := d.bill(schedule.AsInvoice)
	d.WantFault(err, "fault.schedule.by_milestones")
	v, err := d.contracts.Save(ctx, staff, d.Key(), contracts.Form{Title: "Audit", CustomerID: d.customer.PublicID, Currency: "EUR", ValueMinor: 800_00})
	d.Must(err)
	d.contract = v.PublicID
	if !d.money().Whole {
		t.Error("not offered in one paper")
	}
	made, err := d.bill(schedule.AsInvoice)
	d.Must(err)
	list, err := d.contracts.SaveMilestone(ctx, staff, d.Key(), d.contract, contracts.Milestone{Title: "Rapport", AmountMinor: 800_00})
	d.Must(err)
	_, err = d.bill(schedule.AsInvoice, list[0].PublicID)
	d.WantFault(err, "fault.schedule.in_one")
	d.WantFault(d.schedule.Detach(ctx, staff, d.contract, made.PublicID), "fault.not_found") // what was made of it stays with it
	draft, err := d.Sales.Get(ctx, staff, made.PublicID)
	d.Must(err)
	d.Must(d.Sales.Delete(ctx, staff, made.PublicID, draft.Version))
	if got := d.billed(schedule.AsInvoice, list[0].PublicID); got.Totals.TotalExclTax != 800_00 {
		t.Errorf("%+v", got.Totals)
	}
}

// A document belongs to one contract, by itself or by what it came of; so its contract is found from anything of it.
func TestADocumentBelongsToOneContract(t *testing.T) {
	d := newDesk(t)
	quote := d.billed(schedule.AsQuote, d.milestones[:3]...)
	done, err := d.Sales.ApproveQuote(ctx, staff, sales.Approval{Key: d.Key(), PublicID: quote.PublicID, Hash: quote.Hash, Name: "Mme Parc"})
	d.Must(err)
	credit, err := d.Sales.CreditInvoice(ctx, staff, sales.Credit{Key: d.Key(), InvoiceID: done.Made.PublicID, How: sales.CreditAmount, AmountMinor: 120_00, Reason: "Geste"})
	d.Must(err)
	for _, id := range []string{quote.PublicID, done.Made.PublicID, credit.PublicID} {
		if of, err := d.schedule.ContractOf(ctx, staff, id); err != nil || of.PublicID != d.contract {
			t.Errorf("%+v %v", of, err)
		}
	}
	v, err := d.contracts.Save(ctx, staff, d.Key(), contracts.Form{Title: "Autre contrat", CustomerID: d.customer.PublicID, Currency: "EUR"})
	d.Must(err)
	for _, id := range []string{done.Made.PublicID, credit.PublicID} {
		d.WantFault(d.schedule.Attach(ctx, staff, v.PublicID, id), "fault.schedule.attached")
	}
	d.want(contract.Figures{ValueMinor: 10_000_00, InvoicedExclMinor: 9_900_00, InvoicedInclMinor: 11_880_00, LeftToPayMinor: 11_880_00, LeftToInvoice: 100_00})
}

// A final invoice that was written by hand counts, since it takes the contract's deposit off.
func TestAFinalInvoiceByHand(t *testing.T) {
	d := newDesk(t)
	deposit := d.billed(schedule.AsDeposit, d.milestones[0])
	form := officetest.Form(d.customer, officetest.Line(10_000_00))
	form.Deposits = []string{deposit.PublicID}
	final := d.Issue(form)
	d.want(contract.Figures{ValueMinor: 10_000_00, InvoicedExclMinor: 10_000_00, InvoicedInclMinor: 12_000_00, LeftToPayMinor: 12_000_00})
	if of, err := d.schedule.ContractOf(ctx, staff, final.PublicID); err != nil || of.PublicID != d.contract {
		t.Errorf("%+v %v", of, err)
	}
	v, err := d.contracts.Save(ctx, staff, d.Key(), contracts.Form{Title: "Autre contrat", CustomerID: d.customer.PublicID, Currency: "EUR"})
	d.Must(err)
	d.WantFault(d.schedule.Attach(ctx, staff, v.PublicID, final.PublicID), "fault.schedule.attached")
}

// A deposit paid is not the milestone paid, as long as the rest of its quote is to come.
func TestADepositOfAQuoteDoesNotPayTheMilestone(t *testing.T) {
	d := newDesk(t)
	quote := d.billed(schedule.AsQuote, d.milestones[1])
	draft, err := d.Sales.DraftDeposit(ctx, staff, sales.DepositAsk{Key: d.Key(), QuoteID: quote.PublicID, PCM: 30_000})
	d.Must(err)
	d.pay(d.issue(draft.PublicID), 1_440_00)
	if got := d.billing()[1]; got != contract.BillingInvoiced {
		t.Errorf("%q", got)
	}
	d.want(contract.Figures{ValueMinor: 10_000_00, InvoicedExclMinor: 1_200_00, InvoicedInclMinor: 1_440_00, PaidMinor: 1_440_00, LeftToInvoice: 8_800_00})
}

// The recurring invoice of a milestone has run out: what it invoiced stands, and is not billed once more. It ends with the
// contract; of one whose end is gone by there is none.
func TestARecurringInvoiceThatRanOut(t *testing.T) {
	d := newDesk(t)
	made, err := d.schedule.Bill(ctx, staff, schedule.Bill{Key: d.Key(), ContractID: d.contract, Milestones: d.milestones[1:2], As: schedule.AsRecurring, EachMonths: 6})
	d.Must(err)
	v, err := d.recurring.Get(ctx, staff, made.PublicID)
	d.Must(err)
	v.Template.PublicID, v.Template.Version, v.AutoSend = made.PublicID, v.Version, true
	if v.Cycles != 1 {
		t.Fatalf("%d cycles until the contract's last day", v.Cycles)
	}
	_, err = d.recurring.Activate(ctx, staff, d.Key(), v.Template)
	d.Must(err)
	d.Move("2027-05-01")
	items, err := d.recurring.Due(ctx, civil.MustParse("2027-05-01"))
	d.Must(err)
	for _, x := range items {
		d.Must(d.recurring.Do(ctx, actor.Machine(), x.Key))
	}
	m := d.money()
	if len(m.Recurring) != 1 || len(m.Papers) == 0 {
		t.Fatalf("%+v", m)
	}
	if of, err := d.schedule.ContractOf(ctx, staff, m.Papers[0].PublicID); err != nil || of.PublicID != d.contract {
		t.Errorf("an invoice of the cycle: %+v %v", of, err)
	}
	if v, err = d.recurring.Get(ctx, staff, made.PublicID); err != nil || v.State != recurring.Ended {
		t.Fatalf("%s %v", v.State, err)
	}
	_, err = d.bill(schedule.AsInvoice, d.milestones[1])
	d.WantFault(err, "fault.schedule.billed")
	d.Move("2027-11-02") // the contract's last day is gone
	_, err = d.bill(schedule.AsRecurring, d.milestones[2])
	d.WantFault(err, "fault.schedule.over")
}

// What is hidden in the portal cannot be worked out from what is shown there.
func TestHiddenMilestonesDoNotShowInTheFigures(t *testing.T) {
	d := newDesk(t)
	d.Must(d.amend(func(f *contracts.Form) { f.ValueMinor = 0 }))
	_, err := d.contracts.ShowMilestone(ctx, staff, d.contract, d.milestones[2], false)
	d.Must(err)
	v, err := d.contracts.Get(ctx, staff, d.contract)
	d.Must(err)
	_, err = d.contracts.ShareContract(ctx, staff, contracts.Share{Key: d.Key(), ContractID: d.contract, Version: v.Version, RequesterID: d.customer.Contacts[0].PublicID})
	d.Must(err)
	if got := d.money(); got.ValueMinor != 10_000_00 {
		t.Errorf("the firm sees %d", got.ValueMinor)
	}
	seen := func() schedule.Money {
		m, err := d.schedule.PortalOf(ctx, officetest.Contact(d.customer), d.contract)
		d.Must(err)
		return m
	}
	if m := seen(); m.ValueMinor != 7_000_00 || m.PlannedMinor != 7_000_00 || m.LeftToInvoice != 7_000_00 || len(m.Milestones) != 2 {
		t.Errorf("%+v", m)
	}
	d.billed(schedule.AsInvoice, d.milestones[2]) // its invoice tells
	if m := seen(); m.ValueMinor != 10_000_00 || m.InvoicedExclMinor != 3_000_00 || m.LeftToInvoice != 7_000_00 || len(m.Milestones) != 2 {
		t.Errorf("%+v", m)
	}
}
