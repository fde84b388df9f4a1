package ledger

import (
	"fmt"
	"strings"

	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/core/locale"
	"comptoir/core/money"
)

// The acts that settle documents, as labels of entries name them.
const (
	EventPayment     = "payment"     // money received
	EventRefund      = "refund"      // money given back
	EventApplication = "application" // a credit note set against invoices
	EventAllocation  = "allocation"  // a rest of a payment set against invoices
	EventTakenBack   = "taken_back"  // either undone
	EventCancelled   = "cancelled"   // a payment that never was: a bounced cheque, a mistake
	EventOwed        = "owed"        // money that left though nothing was owed: the customer owes it
	EventOwedBack    = "owed_back"   // it came back
)

// Settlement is one act on the open items of one customer: money that moves, or none, and
// what it does to documents and to the rests of payments. All amounts are in Rate.Currency.
//
// What an item is worth on the customer's account and how much of its tax is due are
// functions of how much of it is settled, and of nothing else: an act posts the difference
// between after and before. So it does not matter in which order, how often or how far
// something was settled and undone: what is wholly open or wholly settled stands in the
// books to the cent.
type Settlement struct {
	Event        string
	Number       string // of the payment, the refund or the credit note
	Date         civil.Date
	Auxiliary    string
	CustomerName string
	Money        string // role of the account: RoleBank, RoleCash, RoleCheques, RoleGateway; "" = no money moves
	AmountMinor  int64  // received above zero, given back below
	FeeMinor     int64  // kept by the bank or the gateway; below zero when it is cancelled too
	Rate         Rate   // of the day on which the money moved
	Moves        []Move
	Rests        []Rest
	Lang         locale.Lang
}

// Move is how far a document is settled, before and after.
type Move struct {
	Document     string // number
	Credit       bool   // a credit note: what it settles is owed to the customer
	FromMinor    int64
	ToMinor      int64
	TotalMinor   int64 // what the document put on the customer's account
	Retained     int64 // of it, what stands on 4117 and is settled last
	RateE8       int64 // fixed when it was issued
	WaitingMinor int64 // what its own entry put on 44574, in the firm's currency; positive, of a credit note too
	DueMinor     int64 // of a deposit, the part of it that the final invoice made due (Deliver)
}

// Rest is what of a payment no document takes, before and after.
type Rest struct {
	Payment   string // number
	FromMinor int64
	ToMinor   int64
	RateE8    int64  // of the day of the payment
	Role      string // "" = the customer's own account
}

// Released gives the tax of a document that is due once settled of it is (RF 5.1: 39.60 ×
// 1000 / 1481.51 = 26.73, then 12.87). The last settlement takes the rest, so that 44574
// ends at zero. What the final invoice of a deposit made due is due however little is settled.
func (m Move) Released(settled int64) (int64, error) {
	if settled >= m.TotalMinor {
		return m.WaitingMinor, nil
	}
	part, err := money.MulDiv(m.WaitingMinor-m.DueMinor, settled, m.TotalMinor)
	return m.DueMinor + part, err
}

// side is 1 for a document that the customer owes, −1 for a credit note.
func (m Move) side() int64 {
	if m.Credit {
		return -1
	}
	return 1
}

// Settle posts the act:
//
//	received  BQ  512 D · 627 D bank fee / 411 C each document; 44574 D / 44571 C tax due
//	refund    BQ  411 D / 512 C; of a credit note also 44571 D / 44574 C
//	no money  OD  only what does not net out: tax, exchange difference; mostly nothing
//
// When a rate moved between two of them, the difference goes to 656 or 756.
func Settle(s Settlement) (Posting, error) {
	if err := s.check(); err != nil {
		return Posting{}, err
	}
	b := &builder{rate: s.Rate, Posting: Posting{
		Journal: s.journal(), Date: s.Date, DocumentRef: s.Number, DocumentDate: s.Date,
		Label: locale.T(s.Lang, "books.entry."+s.Event, map[string]any{"number": s.Number, "credit": s.Number, "customer": s.CustomerName, "document": s.documents()}),
	}}
	if s.Money == "" {
		s.net(b)
		return b.finish()
	}
	// Both are differences of one conversion, so that they sum to it.
	whole := b.convert(s.AmountMinor)
	bank := b.convert(s.AmountMinor - s.FeeMinor)
	b.put(s.Money, "", bank, s.AmountMinor-s.FeeMinor)
	b.put(RoleBankFees, "", whole-bank, s.FeeMinor)
	for _, m := range s.Moves {
		label := locale.T(s.Lang, "books.entry.part", map[string]any{"label": b.Label, "document": m.Document})
		retained, minor := s.retained(b, m)
		b.put(RoleCustomers, s.Auxiliary, retained-s.worth(b, m), minor-m.side()*(m.ToMinor-m.FromMinor)).Label = label
		b.put(RoleRetention, s.Auxiliary, -retained, -minor).Label = label
	}
	for _, r := range s.Rests {
		role := r.Role
		if role == "" {
			role = RoleCustomers
		}
		b.put(role, s.Auxiliary, -s.held(b, r), r.FromMinor-r.ToMinor)
	}
	s.difference(b)
	for _, m := range s.Moves {
		label := locale.T(s.Lang, "books.entry.tax_due", map[string]any{"document": m.Document})
		minor := m.side() * released(b, m)
		b.put(RoleTaxWaiting, "", minor, 0).Label = label
		b.put(RoleTaxDue, "", -minor, 0).Label = label
	}
	return b.finish()
}

// net posts an act without money. The customer's account nets it out by itself.
func (s Settlement) net(b *builder) {
	var worth, tax int64
	for _, m := range s.Moves {
		retained, minor := s.retained(b, m)
		b.put(RoleRetention, s.Auxiliary, -retained, -minor)
		worth += s.worth(b, m) - retained
		tax += m.side() * released(b, m)
	}
	for _, r := range s.Rests {
		worth += s.held(b, r)
	}
	b.put(RoleCustomers, s.Auxiliary, -worth, 0)
	s.difference(b)
	b.put(RoleTaxWaiting, "", tax, 0)
	b.put(RoleTaxDue, "", -tax, 0)
}

// worth is what a move takes off the customer's account, at the document's own rate.
func (s Settlement) worth(b *builder, m Move) int64 {
	at := Rate{s.Rate.Currency, s.Rate.Firm, m.RateE8}
	return m.side() * (b.convertAt(at, m.ToMinor) - b.convertAt(at, m.FromMinor))
}

// retained is what of a move settles the part that the customer held back: it goes off 4117
// when it is paid, after the rest of the document. Also in the document's currency.
func (s Settlement) retained(b *builder, m Move) (worth, minor int64) {
	if m.Retained == 0 {
		return 0, 0
	}
	at := Rate{s.Rate.Currency, s.Rate.Firm, m.RateE8}
	after, before := max(0, m.ToMinor-m.TotalMinor+m.Retained), max(0, m.FromMinor-m.TotalMinor+m.Retained)
	return b.convertAt(at, after) - b.convertAt(at, before), after - before
}

// held is what a rest adds to the customer's credit, at the payment's own rate.
func (s Settlement) held(b *builder, r Rest) int64 {
	at := Rate{s.Rate.Currency, s.Rate.Firm, r.RateE8}
	return b.convertAt(at, r.ToMinor) - b.convertAt(at, r.FromMinor)
}

// difference posts what the entry lacks: an exchange difference where a rate moved, else a
// rounding.
func (s Settlement) difference(b *builder) {
	var rest int64
	for _, l := range b.Lines {
		rest += l.signed()
	}
	loss, gain := RoleRoundDebit, RoleRoundCredit
	if s.ratesMoved() {
		loss, gain = RoleExchLoss, RoleExchGain
	}
	if rest > 0 { // more received than the items were worth
		b.put(gain, "", -rest, 0)
	} else {
		b.put(loss, "", -rest, 0)
	}
}

func (s Settlement) ratesMoved() bool {
	if !s.Rate.foreign() {
		return false
	}
	var rates []int64
	if s.Money != "" {
		rates = append(rates, s.Rate.E8)
	}
	for _, m := range s.Moves {
		rates = append(rates, m.RateE8)
	}
	for _, r := range s.Rests {
		rates = append(rates, r.RateE8)
	}
	for _, r := range rates {
		if r != rates[0] {
			return true
		}
	}
	return false
}

// released is the tax that a move makes due, or takes back.
func released(b *builder, m Move) int64 {
	after, err := m.Released(m.ToMinor)
	before, err2 := m.Released(m.FromMinor)
	if err != nil || err2 != nil {
		b.err = fault.New(fault.Invalid, "fault.ledger.amount")
	}
	return after - before
}

func (s Settlement) journal() string {
	switch s.Money {
	case "":
		return JournalGeneral
	case RoleCash:
		return JournalCash
	}
	return JournalBank
}

// documents names what is settled, for the label; of many, the first ones.
func (s Settlement) documents() string {
	const most = 3
	var names []string
	for _, m := range s.Moves {
		if m.Document == s.Number {
			continue
		}
		if len(names) == most {
			names = append(names, "…")
			break
		}
		names = append(names, m.Document)
	}
	return strings.Join(names, ", ")
}

// check refuses what cannot be, and proves that the parts make the whole.
func (s Settlement) check() error {
	if abs(s.AmountMinor) > money.Max || abs(s.FeeMinor) > money.Max || (s.AmountMinor == 0) != (s.Money == "") || s.FeeMinor != 0 && s.Money == "" ||
		s.AmountMinor > 0 && (s.FeeMinor < 0 || s.FeeMinor > s.AmountMinor) {
		return fault.New(fault.Invalid, "fault.ledger.amount")
	}
	if err := s.Rate.check(); err != nil {
		return err
	}
	var form fault.Form
	sum := s.AmountMinor
	for i, m := range s.Moves {
		path := fmt.Sprintf("parts.%d.amount", i)
		switch {
		case m.FromMinor < 0 || m.ToMinor < 0 || m.TotalMinor <= 0 || m.TotalMinor > money.Max || m.FromMinor == m.ToMinor:
			form.Add(path, "fault.ledger.amount")
		case m.ToMinor > m.TotalMinor:
			form.Add(path, "fault.ledger.over_allocated", "document", m.Document)
		}
		if err := (Rate{s.Rate.Currency, s.Rate.Firm, m.RateE8}).check(); err != nil {
			form.Add(path, "fault.ledger.amount")
		}
		sum -= m.side() * (m.ToMinor - m.FromMinor)
	}
	for _, r := range s.Rests {
		if r.FromMinor < 0 || r.ToMinor < 0 || r.FromMinor > money.Max || r.ToMinor > money.Max || (Rate{s.Rate.Currency, s.Rate.Firm, r.RateE8}).check() != nil {
			form.Add("amount", "fault.ledger.amount")
		}
		sum -= r.ToMinor - r.FromMinor
	}
	if sum != 0 {
		form.Add("amount", "fault.ledger.allocated_too_much")
	}
	return form.Err()
}

func abs(n int64) int64 { return max(n, -n) }
