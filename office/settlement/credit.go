package settlement

import (
	"context"
	"slices"

	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/core/money"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/books"
	"comptoir/office/company"
	"comptoir/rules/ledger"
)

// Part is how much of an invoice is to be settled.
type Part struct {
	DocumentID  int64
	AmountMinor int64
}

// ApplyCredit sets a credit note against invoices of the same customer, in the caller's
// transaction and in the order given: the rows, the state of all of them, and the entry
// where tax or a rate moves. on is a day not before any of the documents.
func ApplyCredit(ctx context.Context, tx *db.Tx, creditID int64, parts []Part, on civil.Date) error {
	s, credit, err := OpenFor(ctx, tx, creditID, on)
	if err != nil {
		return err
	}
	for _, p := range parts {
		i, err := s.Document(ctx, p.DocumentID)
		if err != nil {
			return err
		}
		if err := s.Apply(credit, i, p.AmountMinor); err != nil {
			return err
		}
	}
	_, err = s.Close(ctx, Act{Event: ledger.EventApplication, Number: *credit.Row.Number, Source: books.Source{Kind: books.FromDocument, ID: creditID}})
	return err
}

// SetOwnCredits sets what is left of the credit notes of the invoices on the sheet against
// these invoices, as far as they are open again: what was given back is not owed. It tells
// whether anything moved.
func (s *Sheet) SetOwnCredits(ctx context.Context) (moved bool, err error) {
	return s.setOwnCredits(ctx, false)
}

// SetOwnCreditsOfGone is SetOwnCredits for money that is gone already: where the clock was set back
// behind a credit note, the act moves to the credit note's day instead of being refused.
func (s *Sheet) SetOwnCreditsOfGone(ctx context.Context) (moved bool, err error) {
	return s.setOwnCredits(ctx, true)
}

func (s *Sheet) setOwnCredits(ctx context.Context, gone bool) (moved bool, err error) {
	for _, i := range slices.Clone(s.items) {
		if i.Credit() || i.Due() == 0 {
			continue
		}
		made, err := s.tx.CreditsOfDocument(ctx, &i.Row.ID)
		if err != nil {
			return moved, err
		}
		for _, c := range made {
			credit, err := s.Document(ctx, c.ID)
			if err != nil {
				return moved, err
			}
			minor := min(credit.Free(), i.Due())
			if minor <= 0 {
				continue
			}
			issued, err := civil.Parse(c.IssueDate)
			if err != nil {
				return moved, err
			}
			if gone && s.On.Before(issued) {
				s.On = issued
			}
			if s.On.Before(issued) {
				return moved, fault.New(fault.Conflict, "fault.settlement.own_credit_later", "credit", *c.Number, "number", *i.Row.Number, "date", issued)
			}
			if err := s.Apply(credit, i, minor); err != nil {
				return moved, err
			}
			moved = true
		}
	}
	return moved, nil
}

// OpenFor opens the sheet of the customer of a document, with the document on it.
func OpenFor(ctx context.Context, tx *db.Tx, documentID int64, on civil.Date) (*Sheet, *Item, error) {
	d, err := tx.DocumentByID(ctx, documentID)
	if err != nil {
		return nil, nil, db.NotFound(err)
	}
	if d.State != "issued" || d.CustomerID == nil {
		return nil, nil, fault.New(fault.Conflict, "fault.still_draft")
	}
	s, err := OpenCustomer(ctx, tx, *d.CustomerID, money.Currency(d.Currency), on)
	if err != nil {
		return nil, nil, err
	}
	i, err := s.Document(ctx, documentID)
	return s, i, err
}

// OpenCustomer opens the sheet of a customer.
func OpenCustomer(ctx context.Context, tx *db.Tx, customerID int64, currency money.Currency, on civil.Date) (*Sheet, error) {
	firm, err := company.Get(ctx, tx.Queries)
	if err != nil {
		return nil, err
	}
	customer, err := tx.CustomerByID(ctx, customerID)
	if err != nil {
		return nil, db.NotFound(err)
	}
	if on.IsZero() {
		on = firm.Today(tx.Now)
	}
	return Open(tx, firm, customer, currency, on), nil
}

// RateOf gives the rate of a day: the newest noted, else the given one; the firm's own
// currency has none.
func (s *Sheet) RateOf(ctx context.Context, otherwise int64) (int64, error) {
	if s.Firm.Money() == s.Currency {
		return ledger.RateOne, nil
	}
	rate, err := s.tx.RateOn(ctx, gen.RateOnParams{Currency: string(s.Currency), OnDate: s.On.String()})
	if fault.Is(db.NotFound(err), fault.NotFound) {
		return otherwise, nil
	}
	return rate, err
}
