package ledger

import (
	"errors"
	"slices"
	"strings"

	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/core/locale"
	"comptoir/core/money"
	"comptoir/rules/billing"
	"comptoir/rules/tax"
)

// Sale is a document at the moment it is issued.
type Sale struct {
	Kind         billing.Kind
	Number       string
	Date         civil.Date
	Auxiliary    string // the customer's number
	CustomerName string
	Scheme       tax.Scheme // of the firm on that day
	Totals       billing.Totals
	Rate         Rate
	Deposits     []Deposit // deposit invoices that this one deducts
	OfDeposit    bool      // a credit note that takes a deposit invoice back
	Retained     int64     // of the amount due, what the customer holds back (4117)
	Lang         locale.Lang
}

// errQuote is a defect of the caller.
var errQuote = errors.New("ledger: a quote has no entry")

// Deposit is a deposit invoice that a final invoice takes off, in the document's currency.
type Deposit = billing.Deposit

// IssueInvoice posts an invoice or a deposit invoice:
//
//	VE  411 D with tax / 70x C before tax · 44571 C tax due · 44574 C tax that waits for payment
//
// A deposit invoice credits 4191 and its tax always waits for the money (CGI 269-2-a since
// 2023). A final invoice debits 4191 of its deposits and bears only the tax they left; with it
// falls due what still waits of a deposit on goods (Deliver). What the customer holds back stands on 4117, the rest on 411 (loi 71-584).
func IssueInvoice(s Sale) (Posting, error) {
	if s.Kind == billing.CreditNote {
		return CreditNoteIssued(s)
	}
	if s.Kind == billing.Quote {
		return Posting{}, errQuote
	}
	return s.post(1)
}

// CreditNoteIssued posts a credit note: the sides of an invoice turned round. The tax of a
// service goes back through 44574, and leaves 44571 when the money is given back.
func CreditNoteIssued(s Sale) (Posting, error) {
	s.Kind = billing.CreditNote
	return s.post(-1)
}

// post writes the entry; side is 1 for an invoice, −1 for a credit note.
func (s Sale) post(side int64) (Posting, error) {
	if err := s.Rate.check(); err != nil {
		return Posting{}, err
	}
	b := &builder{rate: s.Rate, Posting: Posting{
		Journal: JournalSales, Date: s.Date, DocumentRef: s.Number, DocumentDate: s.Date,
		Label: locale.T(s.Lang, "books.entry."+string(s.Kind), map[string]any{"number": s.Number, "customer": s.CustomerName}),
	}}
	amounts, due := s.amounts(), s.due()
	whole, retained := b.convert(due), b.convert(s.Retained)
	b.put(RoleRetention, s.Auxiliary, side*retained, side*s.Retained)
	b.put(RoleCustomers, s.Auxiliary, side*(whole-retained), side*(due-s.Retained))
	s.takeOff(b, side)
	for _, a := range amounts {
		auxiliary := ""
		if a.role == RoleDeposits {
			auxiliary = s.Auxiliary
		}
		b.put(a.role, auxiliary, -side*b.convert(a.minor), -side*a.minor)
	}
	fallback := RoleServices
	if len(amounts) > 0 {
		fallback = amounts[0].role
	}
	fixed := []string{RoleCustomers, RoleRetention}
	if len(s.Deposits) > 0 {
		fixed = append(fixed, RoleDeposits)
	}
	b.balance(fallback, fixed)
	return b.finish()
}

// due is what is left to pay.
func (s Sale) due() int64 {
	due := s.Totals.TotalInclTax
	for _, d := range s.Deposits {
		due -= d.Incl()
	}
	return due
}

// takeOff clears the deposits on 4191, each at the rate at which it was put there; what a
// rate moved since is worth goes to the sales that they were paid for.
func (s Sale) takeOff(b *builder, side int64) {
	var worth, minor int64
	for _, d := range s.Deposits {
		at := s.Rate
		if d.RateE8 > 0 {
			at.E8 = d.RateE8
		}
		worth, minor = worth+b.convertAt(at, d.NetMinor), minor+d.NetMinor
	}
	b.put(RoleDeposits, s.Auxiliary, side*worth, side*minor)
}

// amount is a credit of an invoice by role, in the document's currency.
type amount struct {
	role  string
	minor int64
}

// amounts gathers what the entry credits: sales and taxes.
func (s Sale) amounts() []amount {
	sums := map[string]int64{}
	for _, r := range s.Totals.AccountingRows {
		sums[s.salesRole(r)] += r.NetMinor
	}
	for role, minor := range s.taxes() {
		sums[role] += minor
	}
	var out []amount
	for _, role := range []string{RoleDeposits, RoleGoods, RoleServices, RoleShipping, RoleLateFees, RoleTaxDue, RoleTaxWaiting, RoleGST, RoleQST, RoleHST} {
		if sums[role] != 0 {
			out = append(out, amount{role, sums[role]})
		}
	}
	return out
}

// deposit tells whether the document stands on 4191: a deposit invoice, or its credit note.
func (s Sale) deposit() bool { return s.Kind == billing.DepositInvoice || s.OfDeposit }

func (s Sale) salesRole(r billing.AccountingRow) string {
	switch {
	case s.deposit():
		return RoleDeposits
	case len(r.Taxes) == 1 && r.Taxes[0].Tax.Code == tax.LateFeesCode: // no sale: 7581
		return RoleLateFees
	case r.Charge:
		return RoleShipping
	case r.Nature == billing.Goods:
		return RoleGoods
	}
	return RoleServices
}

// taxes sums the tax by role, less what the deposits bear.
func (s Sale) taxes() map[string]int64 {
	sums, _ := s.taxesLeft()
	return sums
}

// taxesLeft also gives the deposits with the part of each tax that came off the tax which is
// due with this document.
func (s Sale) taxesLeft() (sums map[string]int64, taken []Deposit) {
	sums = map[string]int64{}
	for _, r := range s.Totals.AccountingRows {
		for _, t := range r.Taxes {
			sums[s.taxRole(t.Tax, r.Nature)] += t.TaxMinor
		}
	}
	for _, d := range s.Deposits {
		d.Taxes = slices.Clone(d.Taxes)
		for i, t := range d.Taxes {
			d.Taxes[i].DueMinor = s.takeTax(sums, t)
		}
		taken = append(taken, d)
	}
	if s.due() == 0 { // no payment will come that it could wait for
		sums[RoleTaxDue] += sums[RoleTaxWaiting]
		sums[RoleTaxWaiting] = 0
	}
	return sums, taken
}

// takeTax takes a tax of a deposit off the roles that bear it: what was for goods off what is
// due, what was for services off what waits (CGI 269), and what one of them lacks off the
// other. It gives what of it came off the VAT that is due.
func (s Sale) takeTax(sums map[string]int64, t billing.RowTax) (due int64) {
	at, later := s.taxRole(t.Tax, billing.Goods), s.taxRole(t.Tax, billing.Services)
	if at == later {
		sums[at] -= t.TaxMinor
		if at != RoleTaxDue {
			return 0
		}
		return t.TaxMinor
	}
	due = min(t.GoodsMinor, max(sums[at], 0))
	waits := min(t.TaxMinor-t.GoodsMinor, max(sums[later], 0))
	waits += min(t.TaxMinor-due-waits, max(sums[later]-waits, 0))
	due = t.TaxMinor - waits
	sums[at] -= due
	sums[later] -= waits
	return due
}

// taxRole gives the account of a tax. VAT of services waits for payment unless the firm
// took the débits option (CGI 269-2-c); goods fall due on delivery; TPS, TVQ and TVH on
// the invoice.
func (s Sale) taxRole(t billing.Tax, nature billing.Nature) string {
	switch {
	case strings.HasSuffix(t.Code, "-TPS"):
		return RoleGST
	case strings.HasPrefix(t.Code, "QC-TVQ"):
		return RoleQST
	case strings.Contains(t.Code, "-TVH"):
		return RoleHST
	case s.deposit() && (s.Scheme == tax.RealPayments || s.Scheme == tax.RealDebits):
		return RoleTaxWaiting
	case s.Scheme == tax.RealPayments && nature != billing.Goods:
		return RoleTaxWaiting
	}
	return RoleTaxDue
}

// balance puts the cents that converting line by line leaves on the largest line that may
// move: what the customer owes is converted once and stands, and so is what comes off
// 4191. When all other lines rounded away they go to fallback.
func (b *builder) balance(fallback string, fixed []string) {
	var rest int64
	largest := -1
	for i, l := range b.Lines {
		rest += l.signed()
		if !slices.Contains(fixed, l.Role) && (largest < 0 || l.DebitMinor+l.CreditMinor > b.Lines[largest].DebitMinor+b.Lines[largest].CreditMinor) {
			largest = i
		}
	}
	switch {
	case rest == 0:
		return
	case largest < 0:
		b.put(fallback, "", -rest, 0)
		return
	}
	l := &b.Lines[largest]
	left := l.signed() - rest
	l.DebitMinor, l.CreditMinor = max(left, 0), max(-left, 0)
	if left == 0 { // amounts so small that a line rounds away
		b.Lines = slices.Delete(b.Lines, largest, largest+1)
	} else if (l.CurrencyMinor > 0) != (left > 0) {
		l.Currency, l.CurrencyMinor = "", 0
	}
}

// check refuses an unknown currency or rate before anything is posted. The bound keeps
// E8 × units within an int64.
func (r Rate) check() error {
	if !r.Currency.Valid() || !r.Firm.Valid() || r.foreign() && (r.E8 <= 0 || r.E8 > money.Max/1000) {
		return fault.New(fault.Invalid, "fault.ledger.amount")
	}
	return nil
}
