// Package settlement keeps what settles documents: payments and credit notes set against
// invoices, and the undoing of it.
//
// What lives here: the work sheet of one act on the open items of one customer, which
// writes the allocations, moves the state of documents and of payments and posts the entry,
// all in the caller's transaction. What must not: numbers of payments, permissions, mails
// (office/payments), the issue of credit notes (office/sales). Called by these two rooms.
//
// The allocations are an append-only ledger; document_status and payment_status are its
// sums. What is settled of a document alone says how it stands in the books
// (rules/ledger.Settle), so an act may be undone in any order.
package settlement

import (
	"context"
	"fmt"

	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/core/locale"
	"comptoir/core/money"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/books"
	"comptoir/office/company"
	"comptoir/rules/ledger"
)

// Sheet is the work sheet of one act: it gathers moves, then Close writes them all.
type Sheet struct {
	Firm     company.Firm
	Customer gen.Customer
	Currency money.Currency
	On       civil.Date

	tx    *db.Tx
	items []*Item
	rests []*Rest
	rows  []*row
	owed  []ledger.Rest
}

// Item is a document on the sheet.
type Item struct {
	Row     gen.Document
	Status  gen.DocumentStatus
	waiting int64
	due     int64 // of it, what the final invoice of a deposit made due
	settled int64 // so far on this sheet, of what the customer's account bears
	paid    int64 // changes by this sheet
	credits int64
	held    int64 // of a credit note, what a transfer that was decided will give back
}

// Rest is a payment on the sheet, for what no document takes of it.
type Rest struct {
	Payment  gen.Payment
	Status   gen.PaymentStatus
	left     int64 // so far on this sheet
	refunded int64 // change by this sheet
	held     int64 // what a transfer that was decided will give back
}

// row is an allocation to be written.
type row struct {
	gen.InsertAllocationParams
	own bool // posted with its payment's own entry
}

// Open begins a sheet for a customer's documents of one currency, as of a day.
func Open(tx *db.Tx, firm company.Firm, customer gen.Customer, currency money.Currency, on civil.Date) *Sheet {
	return &Sheet{Firm: firm, Customer: customer, Currency: currency, On: on, tx: tx}
}

// Due is what is left of a document after the moves so far; of a credit note, what is left to use.
func (i *Item) Due() int64 { return i.Row.AmountDueMinor - i.settled }

// Credit tells a credit note from what the customer owes.
func (i *Item) Credit() bool { return i.Row.Kind == "credit_note" }

// Free is Due of a credit note, less what a transfer that was decided will give back of it:
// nothing else may use that.
func (i *Item) Free() int64 { return max(0, i.Due()-i.held) }

// Left is what of the payment no document takes, after the moves so far.
func (r *Rest) Left() int64 { return r.left }

// Free is Left, less what a transfer that was decided will give back of it.
func (r *Rest) Free() int64 { return max(0, r.left-r.held) }

// Held is what a transfer that was decided will give back of the payment.
func (r *Rest) Held() int64 { return r.held }

// Held is what a transfer that was decided will give back of the credit note.
func (i *Item) Held() int64 { return i.held }

// Document puts a document on the sheet, or gives it again. One of another customer is not
// found; a draft, a quote, another currency are refused.
func (s *Sheet) Document(ctx context.Context, id int64) (*Item, error) {
	for _, i := range s.items {
		if i.Row.ID == id {
			return i, nil
		}
	}
	d, err := s.tx.DocumentByID(ctx, id)
	if err != nil {
		return nil, db.NotFound(err)
	}
	switch {
	case d.CustomerID == nil || *d.CustomerID != s.Customer.ID:
		return nil, fault.New(fault.NotFound, "fault.not_found")
	case d.State != "issued":
		return nil, fault.New(fault.Conflict, "fault.still_draft")
	case d.Kind == "quote":
		return nil, fault.New(fault.Conflict, "fault.settlement.quote", "number", *d.Number)
	case d.Currency != string(s.Currency):
		return nil, fault.New(fault.Conflict, "fault.settlement.currency", "number", *d.Number, "currency", d.Currency)
	}
	i := &Item{Row: d}
	if i.Status, err = s.tx.Status(ctx, id); err != nil {
		return nil, db.NotFound(err)
	}
	i.settled = i.Status.PaidMinor + i.Status.CreditedMinor
	if d.EntryID != nil {
		if i.waiting, err = s.tx.WaitingTax(ctx, gen.WaitingTaxParams{EntryID: *d.EntryID, Role: ledger.RoleTaxWaiting}); err != nil {
			return nil, err
		}
	}
	if i.Credit() {
		i.waiting = -i.waiting
	}
	if i.due, err = taken(ctx, s.tx.Queries, d, i.waiting); err != nil {
		return nil, err
	}
	if i.Credit() {
		if i.held, err = s.tx.HeldByTransfer(ctx, gen.HeldByTransferParams{CreditID: &d.ID}); err != nil {
			return nil, err
		}
	}
	s.items = append(s.items, i)
	return i, nil
}

// Payment puts a payment on the sheet, or gives it again.
func (s *Sheet) Payment(ctx context.Context, id int64) (*Rest, error) {
	for _, r := range s.rests {
		if r.Payment.ID == id {
			return r, nil
		}
	}
	p, err := s.tx.PaymentByID(ctx, id)
	if err != nil {
		return nil, db.NotFound(err)
	}
	st, err := s.tx.PaymentStatus(ctx, id)
	if err != nil {
		return nil, db.NotFound(err)
	}
	switch {
	case p.CustomerID != s.Customer.ID:
		return nil, fault.New(fault.NotFound, "fault.not_found")
	case st.CancelledOn != "":
		return nil, fault.New(fault.Conflict, "fault.settlement.cancelled", "number", p.Number)
	case p.Currency != string(s.Currency):
		return nil, fault.New(fault.Conflict, "fault.settlement.currency", "number", p.Number, "currency", p.Currency)
	}
	r := &Rest{Payment: p, Status: st, left: st.LeftMinor}
	if r.held, err = s.tx.HeldByTransfer(ctx, gen.HeldByTransferParams{PaymentID: &p.ID}); err != nil {
		return nil, err
	}
	s.rests = append(s.rests, r)
	return r, nil
}

// Receive puts a payment that is being recorded on the sheet: all of it is its rest until
// documents take it. Its row is written by the caller, after Close has posted its entry.
func (s *Sheet) Receive(p gen.Payment) *Rest {
	r := &Rest{Payment: p, left: p.AmountMinor}
	s.rests = append(s.rests, r)
	return r
}

// settle moves how far a document is settled and tells the tax that comes with it.
func (i *Item) settle(minor int64) (tax int64, err error) {
	to := i.settled + minor
	if to < 0 || to > i.Row.AmountDueMinor {
		return 0, moreThanDue(i)
	}
	m := i.move()
	before, err := m.Released(i.settled)
	if err != nil {
		return 0, err
	}
	after, err := m.Released(to)
	i.settled = to
	return after - before, err
}

func moreThanDue(i *Item) error {
	return fault.New(fault.Conflict, "fault.settlement.more_than_due", "number", *i.Row.Number, "due", money.Amount{Minor: i.Due(), Currency: money.Currency(i.Row.Currency)})
}

// Pay sets part of a payment's rest against a document.
func (s *Sheet) Pay(r *Rest, i *Item, minor int64) error {
	if minor <= 0 || i.Credit() {
		return fault.New(fault.Invalid, "fault.ledger.amount")
	}
	if minor > r.left {
		return fault.New(fault.Conflict, "fault.settlement.more_than_left", "number", r.Payment.Number, "left", money.Amount{Minor: r.left, Currency: s.Currency})
	}
	tax, err := i.settle(minor)
	if err != nil {
		return err
	}
	r.left -= minor
	i.paid += minor
	id := r.Payment.ID
	s.rows = append(s.rows, &row{InsertAllocationParams: gen.InsertAllocationParams{PaymentID: &id, DocumentID: i.Row.ID, AmountMinor: minor, TaxReleasedMinor: tax},
		own: r.Status.PaymentID == 0})
	return nil
}

// Apply sets part of a credit note against a document.
func (s *Sheet) Apply(credit, i *Item, minor int64) error {
	if minor <= 0 || !credit.Credit() || i.Credit() {
		return fault.New(fault.Invalid, "fault.ledger.amount")
	}
	if minor > credit.Free() && minor <= credit.Due() {
		return fault.New(fault.Conflict, "fault.sepa.decided", "number", *credit.Row.Number)
	}
	taxC, err := credit.settle(minor)
	if err != nil {
		return err
	}
	tax, err := i.settle(minor)
	if err != nil {
		return err
	}
	credit.credits += minor
	i.credits += minor
	id := credit.Row.ID
	s.rows = append(s.rows, &row{InsertAllocationParams: gen.InsertAllocationParams{CreditID: &id, DocumentID: i.Row.ID, AmountMinor: minor, TaxReleasedMinor: tax, CreditReleasedMinor: taxC}})
	return nil
}

// TakeBack undoes an allocation that stands: the document is open again for as much, the
// payment's rest or the credit note grows.
func (s *Sheet) TakeBack(ctx context.Context, allocationID int64) (amount int64, err error) {
	a, err := s.tx.LiveAllocation(ctx, allocationID)
	if err = db.NotFound(err); fault.Is(err, fault.NotFound) {
		return 0, fault.New(fault.Conflict, "fault.settlement.undone")
	}
	if err != nil {
		return 0, err
	}
	i, err := s.Document(ctx, a.DocumentID)
	if err != nil {
		return 0, err
	}
	back := &row{InsertAllocationParams: gen.InsertAllocationParams{PaymentID: a.PaymentID, CreditID: a.CreditID, DocumentID: a.DocumentID, AmountMinor: -a.AmountMinor, UndoesID: &a.ID}}
	if back.TaxReleasedMinor, err = i.settle(-a.AmountMinor); err != nil {
		return 0, err
	}
	if a.PaymentID != nil {
		r, err := s.Payment(ctx, *a.PaymentID)
		if err != nil {
			return 0, err
		}
		r.left += a.AmountMinor
		i.paid -= a.AmountMinor
	} else {
		credit, err := s.Document(ctx, *a.CreditID)
		if err != nil {
			return 0, err
		}
		if back.CreditReleasedMinor, err = credit.settle(-a.AmountMinor); err != nil {
			return 0, err
		}
		credit.credits -= a.AmountMinor
		i.credits -= a.AmountMinor
	}
	s.rows = append(s.rows, back)
	return a.AmountMinor, nil
}

// Refund gives back part of a payment's rest.
func (s *Sheet) Refund(r *Rest, minor int64) error {
	if minor <= 0 {
		return fault.New(fault.Invalid, "fault.ledger.amount")
	}
	if minor > r.left {
		return fault.New(fault.Conflict, "fault.settlement.more_than_left", "number", r.Payment.Number, "left", money.Amount{Minor: r.left, Currency: s.Currency})
	}
	r.left -= minor
	r.refunded += minor
	return nil
}

// RefundCredit gives back part of a credit note and tells the tax that comes with it.
func (s *Sheet) RefundCredit(credit *Item, minor int64) (tax int64, err error) {
	if minor <= 0 || !credit.Credit() {
		return 0, fault.New(fault.Invalid, "fault.ledger.amount")
	}
	tax, err = credit.settle(minor)
	credit.paid += minor
	return tax, err
}

// Cancel takes the whole rest of a payment off the books: the money never came.
func (r *Rest) Cancel() { r.left = 0 }

// Owe notes money that moves with the act though no document and no payment accounts for it:
// above zero it left, and the customer owes it; below, what it owed so came back. number names
// it, rateE8 is of the day on which it moved.
func (s *Sheet) Owe(number string, minor, rateE8 int64) {
	if minor != 0 {
		s.owed = append(s.owed, ledger.Rest{Payment: number, FromMinor: max(0, minor), ToMinor: max(0, -minor), RateE8: rateE8})
	}
}

// Money is what moves with an act; none: the act only moves items.
type Money struct {
	Account     string // role
	AmountMinor int64  // received above zero, given back below
	FeeMinor    int64
	RateE8      int64
}

// Act names the entry of a sheet.
type Act struct {
	Event  string // ledger.EventPayment …
	Number string // of the payment, refund or credit note: the entry's reference
	Money  Money
	Source books.Source
}

// Close posts the entry of the sheet, if there is anything to post, writes its allocations
// and moves what it touched. It gives the entry's id, 0 for none.
func (s *Sheet) Close(ctx context.Context, act Act) (entryID int64, err error) {
	p, err := ledger.Settle(s.settlement(act))
	if err != nil {
		return 0, err
	}
	if entryID, err = books.Post(ctx, s.tx, p, act.Source); err != nil {
		return 0, err
	}
	return entryID, s.write(ctx, entryID)
}

// CloseUnposted is Close for an act whose entry the caller writes another way: the
// reversal of what was posted.
func (s *Sheet) CloseUnposted(ctx context.Context, entryID int64) error { return s.write(ctx, entryID) }

func (s *Sheet) settlement(act Act) ledger.Settlement {
	rate := ledger.Rate{Currency: s.Currency, Firm: s.Firm.Money(), E8: act.Money.RateE8}
	if act.Money.Account == "" {
		rate.E8 = s.anyRate()
	}
	x := ledger.Settlement{Event: act.Event, Number: act.Number, Date: s.On, Auxiliary: s.Customer.Number, CustomerName: s.Customer.Name,
		Money: act.Money.Account, AmountMinor: act.Money.AmountMinor, FeeMinor: act.Money.FeeMinor, Rate: rate, Lang: locale.Of(s.Firm.Language)}
	for _, i := range s.items {
		if m := i.move(); m.FromMinor != m.ToMinor {
			x.Moves = append(x.Moves, m)
		}
	}
	for _, r := range s.rests {
		if r.left != r.Status.LeftMinor {
			x.Rests = append(x.Rests, ledger.Rest{Payment: r.Payment.Number, FromMinor: r.Status.LeftMinor, ToMinor: r.left, RateE8: r.Payment.RateE8})
		}
	}
	x.Rests = append(x.Rests, s.owed...)
	return x
}

// anyRate is a rate for an act without money: each item is worth what its own says.
func (s *Sheet) anyRate() int64 {
	for _, i := range s.items {
		return i.Row.RateE8
	}
	return ledger.RateOne
}

func (i *Item) move() ledger.Move {
	return ledger.Move{Document: *i.Row.Number, Credit: i.Credit(), FromMinor: i.Status.PaidMinor + i.Status.CreditedMinor, ToMinor: i.settled, TotalMinor: i.Row.AmountDueMinor, Retained: i.Row.RetainedMinor,
		RateE8: i.Row.RateE8, WaitingMinor: i.waiting, DueMinor: i.due}
}

// write puts the allocations down and moves documents and payments. A payment that is
// being recorded has no row yet: its allocations wait for WriteReceived.
func (s *Sheet) write(ctx context.Context, entryID int64) error {
	for _, a := range s.rows {
		if a.own {
			continue
		}
		if entryID != 0 {
			a.EntryID = &entryID
		}
		if err := s.insert(ctx, a); err != nil {
			return err
		}
	}
	for _, i := range s.items {
		if i.paid == 0 && i.credits == 0 {
			continue
		}
		n, err := s.tx.SettleDocument(ctx, gen.SettleDocumentParams{DocumentID: i.Row.ID, PaidMinor: i.paid, CreditedMinor: i.credits, OnDate: s.On.String()})
		if err != nil {
			return err
		}
		if n == 0 {
			return fmt.Errorf("settlement: %s would be settled below nothing or beyond its amount", *i.Row.Number)
		}
		if i.Credit() || i.paid+i.credits <= 0 {
			continue
		}
		// Whatever lowered it, payment or credit note: a page that still asks for more is over.
		if _, err := s.tx.GiveUpPages(ctx, gen.GiveUpPagesParams{DocumentID: i.Row.ID, Now: s.tx.Stamp()}); err != nil {
			return err
		}
	}
	for _, r := range s.rests {
		if r.Status.PaymentID == 0 || r.left == r.Status.LeftMinor && r.refunded == 0 {
			continue
		}
		n, err := s.tx.MovePaymentLeft(ctx, gen.MovePaymentLeftParams{PaymentID: r.Payment.ID, AmountMinor: r.left - r.Status.LeftMinor, RefundedMinor: r.refunded})
		if err != nil {
			return err
		}
		if n == 0 {
			return fmt.Errorf("settlement: %s has not as much left", r.Payment.Number)
		}
	}
	return nil
}

// WriteReceived writes the state and the allocations of a payment that has its row now.
func (s *Sheet) WriteReceived(ctx context.Context, r *Rest) error {
	if err := s.tx.InsertPaymentStatus(ctx, gen.InsertPaymentStatusParams{PaymentID: r.Payment.ID, CustomerID: s.Customer.ID, Currency: string(s.Currency), LeftMinor: r.left}); err != nil {
		return err
	}
	for _, a := range s.rows {
		if a.own {
			if err := s.insert(ctx, a); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *Sheet) insert(ctx context.Context, a *row) error {
	a.OnDate, a.CreatedAt = s.On.String(), s.tx.Stamp()
	_, err := s.tx.InsertAllocation(ctx, a.InsertAllocationParams)
	return err
}

// Settled gives the documents that owe nothing any more and did before this sheet.
func (s *Sheet) Settled() (ids []int64) {
	for _, i := range s.items {
		if !i.Credit() && i.Due() == 0 && i.Status.DueMinor > 0 {
			ids = append(ids, i.Row.ID)
		}
	}
	return ids
}
