package schedule_test

import (
	"context"
	"slices"
	"sync"
	"testing"

	"comptoir/core/actor"
	"comptoir/core/id"
	"comptoir/db/gen"
	"comptoir/office/contracts"
	"comptoir/office/customers"
	"comptoir/office/officetest"
	"comptoir/office/payments"
	"comptoir/office/recurring"
	"comptoir/office/sales"
	"comptoir/office/schedule"
	"comptoir/rules/billing"
	"comptoir/rules/contract"
)

var ctx, staff = officetest.Ctx, officetest.Staff

// desk is a firm with a contract of 10 000 euros in three milestones.
type desk struct {
	*officetest.Firm
	contracts  *contracts.Service
	schedule   *schedule.Service
	recurring  *recurring.Service
	customer   customers.Customer
	contract   string
	milestones []string // deposit 3 000, invoice 4 000, invoice 3 000
}

func newDesk(t *testing.T) *desk {
	f := officetest.New(t)
	f.Move("2026-11-21")
	d := &desk{Firm: f}
	d.contracts = contracts.New(contracts.Deps{DB: f.DB, IDs: id.Seeded(9), IssueLink: f.Access.IssueContractLink})
	d.recurring = recurring.New(recurring.Deps{DB: f.DB, IDs: id.Seeded(7), Sales: f.Sales})
	d.schedule = schedule.New(schedule.Deps{DB: f.DB, Sales: f.Sales, Recurring: d.recurring,
		Seen: func(ctx context.Context, q *gen.Queries, who actor.Actor, contractID string) (int64, error) {
			row, err := contracts.SeenBy(ctx, q, f.DB.Now(), who, contractID)
			return row.ID, err
		}})
	d.contracts.Billed(d.schedule)
	d.customer = f.Customer("Hôtel du Parc", nil)
	v, err := d.contracts.Save(ctx, staff, f.Key(), contracts.Form{Title: "Rénovation du hall", CustomerID: d.customer.PublicID, StartOn: "2026-11-01", EndOn: "2027-10-31", Currency: "EUR", ValueMinor: 10_000_00})
	f.Must(err)
	d.contract = v.PublicID
	for _, m := range []contracts.Milestone{{Title: "Commande", AmountMinor: 3_000_00, Bill: "deposit", DueOn: "2026-11-30"}, {Title: "Pose", AmountMinor: 4_000_00, Bill: "invoice"}, {Title: "Réception", AmountMinor: 3_000_00, Bill: "invoice"}, {Title: "Visite", Bill: "invoice"}} {
		list, err := d.contracts.SaveMilestone(ctx, staff, f.Key(), d.contract, m)
		f.Must(err)
		d.milestones = append(d.milestones, list[len(list)-1].PublicID)
	}
	return d
}

func (d *desk) bill(as string, milestones ...string) (schedule.Made, error) {
	return d.schedule.Bill(ctx, staff, schedule.Bill{Key: d.Key(), ContractID: d.contract, Milestones: milestones, As: as})
}

// billed makes the draft and issues it.
func (d *desk) billed(as string, milestones ...string) sales.Document {
	d.T.Helper()
	made, err := d.bill(as, milestones...)
	d.Must(err)
	return d.issue(made.PublicID)
}

func (d *desk) issue(publicID string) sales.Document {
	d.T.Helper()
	draft, err := d.Sales.Get(ctx, staff, publicID)
	d.Must(err)
	doc, err := d.Sales.Issue(ctx, staff, sales.Issue{Key: d.Key(), PublicID: publicID, Version: draft.Version, How: sales.ByHand})
	d.Must(err)
	return doc
}

func (d *desk) pay(doc sales.Document, minor int64) {
	d.T.Helper()
	_, err := d.Payments.RecordPayment(ctx, staff, payments.RecordPayment{Key: d.Key(), CustomerID: d.customer.PublicID, AmountMinor: minor, Method: "transfer", Parts: []payments.SplitPart{{DocumentID: doc.PublicID, AmountMinor: minor}}})
	d.Must(err)
}

func (d *desk) money() schedule.Money {
	d.T.Helper()
	m, err := d.schedule.Of(ctx, staff, d.contract)
	d.Must(err)
	return m
}

func (d *desk) billing() (list []contract.MilestoneBilling) {
	d.T.Helper()
	for _, m := range d.money().Milestones {
		list = append(list, m.Billing)
	}
	return list
}

func (d *desk) want(f contract.Figures) {
	d.T.Helper()
	f.Currency = "EUR"
	if got := d.money().Figures; got.Currency != f.Currency || got.ValueMinor != f.ValueMinor || got.InvoicedExclMinor != f.InvoicedExclMinor || got.InvoicedInclMinor != f.InvoicedInclMinor ||
		got.PaidMinor != f.PaidMinor || got.LeftToPayMinor != f.LeftToPayMinor || got.CreditMinor != f.CreditMinor || got.LeftToInvoice != f.LeftToInvoice {
		d.T.Errorf("figures\n%+v, want\n%+v", got, f)
	}
}

// The whole way: a deposit, an invoice in between, the last one takes the deposit off; the books hold it.
func TestAContractIsBilledToItsEnd(t *testing.T) {
	d := newDesk(t)
	d.want(contract.Figures{ValueMinor: 10_000_00, LeftToInvoice: 10_000_00})
	deposit := d.billed(schedule.AsDeposit, d.milestones[0])
	if deposit.Kind != billing.DepositInvoice || deposit.Totals.TotalExclTax != 3_000_00 || deposit.OrderNumber != "CT-2026-0001" {
		t.Fatalf("%s %d %q", deposit.Kind, deposit.Totals.TotalExclTax, deposit.OrderNumber)
	}
	d.pay(deposit, 3_600_00)
	d.want(contract.Figures{ValueMinor: 10_000_00, InvoicedExclMinor: 3_000_00, InvoicedInclMinor: 3_600_00, PaidMinor: 3_600_00, LeftToInvoice: 7_000_00})
	pose := d.billed(schedule.AsInvoice, d.milestones[1]) // one is left: not the final one
	if pose.Totals.AmountDue != 4_800_00 || len(pose.Deposits) != 0 {
		t.Fatalf("%+v", pose.Totals)
	}
	d.pay(pose, 1_000_00)
	if got, want := d.billing(), []contract.MilestoneBilling{contract.BillingPaid, contract.BillingInvoiced, contract.BillingNone}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	made, err := d.bill(schedule.AsInvoice, d.milestones[2])
	d.Must(err)
	if made.Deposits != 1 {
		t.Errorf("the last invoice takes off %d deposits", made.Deposits)
	}
	last := d.issue(made.PublicID)
	if len(last.Lines) != 2 || last.Totals.TotalExclTax != 6_000_00 || last.Totals.AmountDue != 3_600_00 {
		t.Errorf("%d lines, %+v", len(last.Lines), last.Totals)
	}
	d.want(contract.Figures{ValueMinor: 10_000_00, InvoicedExclMinor: 10_000_00, InvoicedInclMinor: 12_000_00, PaidMinor: 4_600_00, LeftToPayMinor: 7_400_00})
	for _, m := range d.milestones[:3] {
		_, err := d.bill(schedule.AsInvoice, m)
		d.WantFault(err, "fault.schedule.billed")
	}
	_, err = d.bill(schedule.AsInvoice)
	d.WantFault(err, "fault.schedule.whole_billed")
	d.Sound()
}

func TestAQuoteGoesOnByItself(t *testing.T) {
	d := newDesk(t)
	quote := d.billed(schedule.AsQuote, d.milestones[:3]...)
	if quote.Kind != billing.Quote || len(quote.Lines) != 3 || d.billing()[2] != contract.BillingQuoted {
		t.Fatalf("%s, %d lines, %q", quote.Kind, len(quote.Lines), d.billing())
	}
	_, err := d.bill(schedule.AsInvoice, d.milestones[0])
	d.WantFault(err, "fault.schedule.billed")
	done, err := d.Sales.ApproveQuote(ctx, staff, sales.Approval{Key: d.Key(), PublicID: quote.PublicID, Hash: quote.Hash, Name: "Mme Parc"})
	d.Must(err)
	if done.Made == nil {
		t.Fatal("the approval made no invoice")
	}
	d.want(contract.Figures{ValueMinor: 10_000_00, InvoicedExclMinor: 10_000_00, InvoicedInclMinor: 12_000_00, LeftToPayMinor: 12_000_00})
	if got := d.billing(); got[0] != contract.BillingInvoiced || got[2] != contract.BillingInvoiced {
		t.Errorf("%q", got)
	}
	_, err = d.Sales.CreditInvoice(ctx, staff, sales.Credit{Key: d.Key(), InvoiceID: done.Made.PublicID, How: sales.CreditAll, Reason: "Erreur"})
	d.Must(err)
	d.want(contract.Figures{ValueMinor: 10_000_00, LeftToInvoice: 10_000_00})
}

// What cannot be billed is refused in words, and nothing is left behind.
func TestWhatCannotBeBilled(t *testing.T) {
	d := newDesk(t)
	other := d.Customer("Autre", nil)
	for name, c := range map[string]struct {
		in    schedule.Bill
		fault string
	}{
		"no amount":          {schedule.Bill{As: schedule.AsInvoice, Milestones: d.milestones[3:]}, "fault.schedule.no_amount"},
		"unknown milestone":  {schedule.Bill{As: schedule.AsInvoice, Milestones: []string{"none"}}, "fault.not_found"},
		"one of two unknown": {schedule.Bill{As: schedule.AsInvoice, Milestones: []string{d.milestones[0], "none"}}, "fault.not_found"},
		"unknown contract":   {schedule.Bill{As: schedule.AsInvoice, ContractID: "none"}, "fault.not_found"},
	} {
		c.in.Key = d.Key()
		if c.in.ContractID == "" {
			c.in.ContractID = d.contract
		}
		if _, err := d.schedule.Bill(ctx, staff, c.in); err == nil {
			t.Errorf("%s: billed", name)
		} else {
			d.WantFault(err, c.fault)
		}
	}
	_, err := d.bill("gift")
	d.WantField(err, "as", "fault.choice")
	foreign := d.Issue(officetest.Form(other, officetest.Line(100)))
	d.WantFault(d.schedule.Attach(ctx, staff, d.contract, foreign.PublicID), "fault.schedule.other_customer")
	if _, err := d.schedule.Bill(ctx, officetest.Contact(d.customer), schedule.Bill{Key: d.Key(), ContractID: d.contract, As: schedule.AsInvoice}); err == nil {
		t.Error("a contact bills")
	}
	if m := d.money(); len(m.Papers) != 0 || m.InvoicedExclMinor != 0 {
		t.Errorf("left behind: %+v", m)
	}
	if _, err := d.bill(schedule.AsDeposit, d.milestones[0]); err != nil {
		t.Fatal(err)
	}
	if _, err := d.bill(schedule.AsInvoice, d.milestones[1]); err != nil { // a draft deposit is no reason while there is more to bill
		t.Fatal(err)
	}
	_, err = d.bill(schedule.AsInvoice, d.milestones[2])
	d.WantFault(err, "fault.schedule.deposit_draft")
}

// The same click twice makes one draft; two people at once make one too.
func TestAMilestoneIsBilledOnce(t *testing.T) {
	d := newDesk(t)
	in := schedule.Bill{Key: d.Key(), ContractID: d.contract, Milestones: d.milestones[:1], As: schedule.AsDeposit}
	first, err := d.schedule.Bill(ctx, staff, in)
	d.Must(err)
	again, err := d.schedule.Bill(ctx, staff, in)
	if d.Must(err); again != first {
		t.Errorf("%+v, %+v", first, again)
	}
	var wg sync.WaitGroup
	errs := make([]error, 8)
	for i := range errs {
		key := d.Key()
		wg.Go(func() {
			_, errs[i] = d.schedule.Bill(ctx, staff, schedule.Bill{Key: key, ContractID: d.contract, Milestones: d.milestones[1:2], As: schedule.AsInvoice})
		})
	}
	wg.Wait()
	won := 0
	for _, err := range errs {
		if err == nil {
			won++
			continue
		}
		d.WantFault(err, "fault.schedule.billed")
	}
	if won != 1 || len(d.money().Papers) != 2 {
		t.Errorf("%d won, %d papers", won, len(d.money().Papers))
	}
}

// A draft that is thrown away frees its milestone; a document of the customer can be put to the contract and taken off.
func TestPapersComeAndGo(t *testing.T) {
	d := newDesk(t)
	made, err := d.bill(schedule.AsInvoice, d.milestones[1])
	d.Must(err)
	if d.billing()[1] != contract.BillingDrafted {
		t.Errorf("%q", d.billing())
	}
	draft, err := d.Sales.Get(ctx, staff, made.PublicID)
	d.Must(err)
	d.Must(d.Sales.Delete(ctx, staff, made.PublicID, draft.Version))
	if d.billing()[1] != contract.BillingNone {
		t.Errorf("%q", d.billing())
	}
	own := d.Issue(officetest.Form(d.customer, officetest.Line(100_00)))
	d.Must(d.schedule.Attach(ctx, staff, d.contract, own.PublicID))
	d.WantFault(d.schedule.Attach(ctx, staff, d.contract, own.PublicID), "fault.schedule.attached")
	v, err := d.contracts.Save(ctx, staff, d.Key(), contracts.Form{Title: "Autre contrat", CustomerID: d.customer.PublicID, Currency: "EUR"})
	d.Must(err)
	d.WantFault(d.schedule.Attach(ctx, staff, v.PublicID, own.PublicID), "fault.schedule.attached")
	if of, err := d.schedule.ContractOf(ctx, staff, own.PublicID); err != nil || of.PublicID != d.contract || of.Number != "CT-2026-0001" {
		t.Errorf("%+v %v", of, err)
	}
	d.want(contract.Figures{ValueMinor: 10_000_00, InvoicedExclMinor: 100_00, InvoicedInclMinor: 120_00, LeftToPayMinor: 120_00, LeftToInvoice: 9_900_00})
	d.Must(d.schedule.Detach(ctx, staff, d.contract, own.PublicID))
	d.want(contract.Figures{ValueMinor: 10_000_00, LeftToInvoice: 10_000_00})
	d.WantFault(d.schedule.Detach(ctx, staff, d.contract, own.PublicID), "fault.not_found")
}

// A recurring invoice runs as long as the contract does, from the first day that is not over.
func TestARecurringInvoiceOfAContract(t *testing.T) {
	d := newDesk(t)
	made, err := d.schedule.Bill(ctx, staff, schedule.Bill{Key: d.Key(), ContractID: d.contract, Milestones: d.milestones[1:2], As: schedule.AsRecurring, EachMonths: 3})
	d.Must(err)
	v, err := d.recurring.Get(ctx, staff, made.PublicID)
	d.Must(err)
	if v.State != recurring.Draft || v.StartOn != "2027-02-01" || v.Cycles != 3 || v.When.Every != 3 || v.Form.Lines[0].UnitPriceE4 != 4_000_00_00 || v.Form.Lines[0].TaxCodes == nil { // the window's form reads them as a list
		t.Errorf("%s from %s, %d times each %d, %d", v.State, v.StartOn, v.Cycles, v.When.Every, v.Form.Lines[0].UnitPriceE4)
	}
	if m := d.money(); len(m.Recurring) != 1 || m.Milestones[1].Billing != contract.BillingRecurring || m.Milestones[1].Papers[0] != made.PublicID {
		t.Errorf("%+v", m)
	}
	d.Must(d.recurring.Delete(ctx, staff, made.PublicID, v.Version))
	if m := d.money(); len(m.Recurring) != 0 || m.Milestones[1].Billing != contract.BillingNone {
		t.Errorf("%+v", m)
	}
}

// The customer sees what the firm sees, less what is the firm's own; a part that is shut to a contact stays shut.
func TestTheCustomerSeesItsFigures(t *testing.T) {
	d := newDesk(t)
	deposit := d.billed(schedule.AsDeposit, d.milestones[0])
	_, err := d.bill(schedule.AsInvoice, d.milestones[1]) // stays a draft
	d.Must(err)
	who := officetest.Contact(d.customer)
	if _, err = d.schedule.PortalOf(ctx, who, d.contract); err == nil {
		t.Error("seen before it was shared")
	}
	_, err = d.contracts.ShowMilestone(ctx, staff, d.contract, d.milestones[2], false)
	d.Must(err)
	v, err := d.contracts.Get(ctx, staff, d.contract)
	d.Must(err)
	_, err = d.contracts.ShareContract(ctx, staff, contracts.Share{Key: d.Key(), ContractID: d.contract, Version: v.Version, RequesterID: d.customer.Contacts[0].PublicID})
	d.Must(err)
	m, err := d.schedule.PortalOf(ctx, who, d.contract)
	d.Must(err)
	if m.InvoicedInclMinor != 3_600_00 || m.LeftToPayMinor != 3_600_00 || len(m.Papers) != 1 || m.Papers[0].PublicID != deposit.PublicID || len(m.Milestones) != 2 {
		t.Errorf("%+v", m)
	}
	if m.Milestones[0].Billing != contract.BillingInvoiced || m.Milestones[1].Billing != contract.BillingNone || len(m.Milestones[1].Papers) != 0 {
		t.Errorf("%+v", m.Milestones)
	}
	for name, other := range map[string]actor.Actor{"invoices shut": {Kind: actor.Contact, ID: who.ID, CustomerID: who.CustomerID, Trust: who.Trust, Shut: actor.AreaInvoices},
		"a guest": {Kind: actor.Guest, ID: 1, Contract: d.contract, Trust: actor.TrustLink}, "another customer": officetest.Contact(d.Customer("Autre", nil)), "staff": staff} {
		if _, err := d.schedule.PortalOf(ctx, other, d.contract); err == nil {
			t.Errorf("%s sees the money", name)
		}
	}
}
