package contract

import (
	"slices"

	"comptoir/core/money"
	"comptoir/rules/billing"
)

// Paper is a document of sale that was made of a contract, as the contract's figures need it. Amounts are minor units of
// its own currency; those of a draft count for nothing.
type Paper struct {
	Kind           billing.Kind
	Issued         bool
	Currency       money.Currency
	ExclMinor      int64 // total without tax (BT-109)
	InclMinor      int64 // total with tax (BT-112)
	TakenExclMinor int64 // of deposit invoices that it takes off, which were invoiced before
	TakenInclMinor int64
	PaidMinor      int64 // paid; of a credit note: refunded
	DueMinor       int64 // left to pay; of a credit note: left to use
}

// Figures are what a contract shows on both sides: what it is worth, what was invoiced, paid and is left. Minor units of
// the contract's currency; papers in another currency are not added to it.
type Figures struct {
	Currency          money.Currency
	ValueMinor        int64 // without tax: as agreed, else what its milestones come to; 0 = nothing is said
	InvoicedExclMinor int64 // invoices and deposits, less credit notes, each deposit once
	InvoicedInclMinor int64
	PaidMinor         int64            // with tax, less what was refunded
	LeftToPayMinor    int64            // with tax, of what was invoiced
	CreditMinor       int64            // with tax, of credit notes that were neither used nor refunded
	LeftToInvoice     int64            // without tax, of the value; never below zero
	OverMinor         int64            // without tax, invoiced beyond the value; 0 where no value is said
	Others            []money.Currency // of papers that are not counted, sorted
}

// Sum adds up the papers of a contract. value is the agreed amount without tax, planned what its milestones come to,
// which stands in where nothing is agreed.
func Sum(currency money.Currency, value, planned int64, papers []Paper) Figures {
	f := Figures{Currency: currency, ValueMinor: value}
	if value == 0 {
		f.ValueMinor = planned
	}
	for _, p := range papers {
		if !p.Issued || p.Kind == billing.Quote {
			continue
		}
		if p.Currency != currency {
			if !slices.Contains(f.Others, p.Currency) {
				f.Others = append(f.Others, p.Currency)
			}
			continue
		}
		if p.Kind == billing.CreditNote {
			f.InvoicedExclMinor -= p.ExclMinor
			f.InvoicedInclMinor -= p.InclMinor
			f.PaidMinor -= p.PaidMinor
			f.CreditMinor += p.DueMinor
			continue
		}
		f.InvoicedExclMinor += p.ExclMinor - p.TakenExclMinor
		f.InvoicedInclMinor += p.InclMinor - p.TakenInclMinor
		f.PaidMinor += p.PaidMinor
		f.LeftToPayMinor += p.DueMinor
	}
	slices.Sort(f.Others)
	f.LeftToInvoice = max(0, f.ValueMinor-f.InvoicedExclMinor)
	if f.ValueMinor > 0 {
		f.OverMinor = max(0, f.InvoicedExclMinor-f.ValueMinor)
	}
	return f
}

// MilestoneBilling is how far a milestone has come towards money; it is derived.
type MilestoneBilling string

// From nothing made of it to all paid.
const (
	BillingNone      MilestoneBilling = ""
	BillingDrafted   MilestoneBilling = "drafted"
	BillingQuoted    MilestoneBilling = "quoted"
	BillingRecurring MilestoneBilling = "recurring"
	BillingInvoiced  MilestoneBilling = "invoiced"
	BillingPaid      MilestoneBilling = "paid"
)

// MilestonePaper is a paper that was made of a milestone. A whole credit note takes an invoice back.
type MilestonePaper struct {
	Recurring bool // a recurring invoice that goes on
	Kind      billing.Kind
	Issued    bool
	Settled   bool // nothing left to pay; of a quote: nothing left to invoice
	TakenBack bool // a quote that will not be, an invoice that was credited whole
}

// BillingOf gives how far a milestone has come by the papers that were made of it: what was taken back counts for
// nothing, the farthest counts. Paid is one of which every paper is settled and none is still to come.
func BillingOf(papers []MilestonePaper) MilestoneBilling {
	order := []MilestoneBilling{BillingNone, BillingDrafted, BillingQuoted, BillingRecurring, BillingInvoiced}
	best, paid := 0, true
	for _, p := range papers {
		if p.TakenBack {
			continue
		}
		at := BillingInvoiced
		switch {
		case p.Recurring:
			at = BillingRecurring
		case !p.Issued:
			at = BillingDrafted
		case p.Kind == billing.Quote:
			at = BillingQuoted
		}
		best = max(best, slices.Index(order, at))
		paid = paid && p.Issued && p.Settled
	}
	if order[best] == BillingInvoiced && paid {
		return BillingPaid
	}
	return order[best]
}

// Billable tells whether something may be made of a milestone of that billing: nothing stands. A quote goes on by itself.
func Billable(b MilestoneBilling) bool { return b == BillingNone }
