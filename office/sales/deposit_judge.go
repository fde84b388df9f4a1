package sales

import (
	"context"
	"slices"

	"comptoir/core/money"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/rules/billing"
	"comptoir/rules/ledger"
)

// judgeDeposits works the deposits of an invoice out anew before it is issued: one may have
// been credited, or taken off by another invoice, since the draft was saved.
func (x *issue) judgeDeposits(ctx context.Context, tx *db.Tx) error {
	if len(x.deposits) == 0 {
		return nil
	}
	var rows []gen.Document
	for _, p := range x.deposits {
		row, err := tx.DocumentByID(ctx, p.ID)
		if err != nil {
			return db.NotFound(err)
		}
		rows = append(rows, row)
	}
	list, err := deduct(ctx, tx.Queries, rows, x.customer.ID, x.doc.Currency, x.totals)
	if err != nil {
		return err
	}
	x.deposits = list
	for i, d := range ledger.Taken(x.sale()) { // what of their tax is due with this invoice
		list[i].Taxes = d.Taxes
	}
	if err := tx.DeleteDraftDeposits(ctx, x.row.ID); err != nil {
		return err
	}
	if err := insertDeposits(ctx, tx, x.row.ID, list); err != nil {
		return err
	}
	if x.rows.deposits, err = tx.DocumentDeposits(ctx, x.row.ID); err != nil {
		return err
	}
	x.doc.PrepaidMinor = prepaid(list)
	x.totals, err = billing.Calculate(x.doc)
	return err
}

// judgeDeposit refuses a deposit of a quote that is not open to one any more, or that would
// bring all of them above the price: two drafts were made, or a draft was edited.
func (s *Service) judgeDeposit(ctx context.Context, tx *db.Tx, x *issue) error {
	of, err := x.quote(ctx, tx.Queries)
	if err != nil || of == nil {
		return err
	}
	b, err := s.newBilling(ctx, tx.Queries, of.PublicID)
	if err != nil {
		return err
	}
	if err := billing.DepositQuote(b.facts, s.today(ctx, tx.Queries), b.quote.DepositPCM); err != nil {
		return err
	}
	if left := b.left(); x.row.Currency != of.Currency || x.totals.TotalInclTax > left {
		return oneField("lines", "fault.billing.deposit_amount", "max", money.Amount{Minor: max(left, 0), Currency: b.quote.Currency})
	}
	return nil
}

// quote gives the quote that a document was made from, nil where there is none, and refuses
// another customer's.
func (x *issue) quote(ctx context.Context, q *gen.Queries) (*gen.Document, error) {
	if x.row.QuoteID == nil {
		return nil, nil //nolint:nilnil // most documents have none
	}
	of, err := q.DocumentByID(ctx, *x.row.QuoteID)
	if err != nil {
		return nil, db.NotFound(err)
	}
	if whole(of.CustomerID) != x.customer.ID {
		return nil, oneField("customerId", "fault.quote_other_customer", "number", text(of.Number))
	}
	return &of, nil
}

// judgeLeftOut refuses the invoice of a quote that does not take all its deposits off: one may
// have been issued after the draft was made, and would be paid besides the full price.
func (s *Service) judgeLeftOut(ctx context.Context, tx *db.Tx, x *issue, quoteID string) error {
	b, err := s.newBilling(ctx, tx.Queries, quoteID)
	if err != nil {
		return err
	}
	for _, p := range b.deposits {
		if !slices.ContainsFunc(x.deposits, func(d Deposit) bool { return d.ID == p.ID }) {
			return oneField("lines", "fault.deposit.left_out", "number", p.Number)
		}
	}
	return nil
}
