package sales

import (
	"context"
	"slices"
	"strings"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/core/fault"
	typed "comptoir/core/text"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/rules/billing"
)

// CreditForm is a credit note about an invoice in words and amounts of its own: the days of a
// subscription that are not used. Lines without taxes bear those of the invoice's first line of
// the same item, or of its first line.
type CreditForm struct {
	InvoiceID string
	Lines     []DraftLine
	Reason    string
}

// CheckCreditForm gives what such a credit note would come to, and refuses one that gives back
// more than is left of the invoice.
func (s *Service) CheckCreditForm(ctx context.Context, q *gen.Queries, in CreditForm, on civil.Date) (billing.Totals, error) {
	x, form, err := s.creditForm(ctx, q, in)
	if err != nil {
		return billing.Totals{}, err
	}
	sh, err := newSheet(ctx, q, form, on)
	if err != nil {
		return billing.Totals{}, err
	}
	if len(sh.problems) > 0 {
		return billing.Totals{}, &fault.Error{Code: fault.Invalid, Key: "fault.form", Args: fault.Args{"count": len(sh.problems)}, Fields: sh.problems}
	}
	return sh.totals, billing.CheckCredit(x.invoice.Totals, x.earlier, sh.totals, x.invoice.Currency)
}

// CreditFormTx issues it in the caller's transaction: set against its invoice as far as that is
// unpaid, the rest is the customer's credit. What makes a repeat harmless is the caller's.
func (s *Service) CreditFormTx(ctx context.Context, tx *db.Tx, who actor.Actor, in CreditForm, how string) (Issued, error) {
	_, form, err := s.creditForm(ctx, tx.Queries, in)
	if err != nil {
		return Issued{}, err
	}
	row, err := s.insertForm(ctx, tx, who, form)
	if err != nil {
		return Issued{}, err
	}
	x, err := s.issueRow(ctx, tx, who, Issue{How: how}, row)
	if err != nil {
		return Issued{}, err
	}
	tx.AfterCommit(func() { s.Changed("credits", "invoices") })
	return Issued{PublicID: row.PublicID, Number: x.number.Text, IssueDate: x.on, TotalMinor: x.totals.TotalInclTax, DueMinor: x.totals.AmountDue}, nil
}

func (s *Service) creditForm(ctx context.Context, q *gen.Queries, in CreditForm) (*crediting, Draft, error) {
	if in.Reason = strings.TrimSpace(typed.Clean(in.Reason)); in.Reason == "" {
		return nil, Draft{}, oneField("reason", "fault.credit.reason")
	}
	x, err := s.newCrediting(ctx, q, in.InvoiceID)
	if err != nil {
		return nil, Draft{}, err
	}
	form := x.form(billing.Document{Currency: x.invoice.Currency, PricesInclTax: x.invoice.PricesInclTax}, Credit{Reason: in.Reason})
	form.Lines = slices.Clone(in.Lines)
	for i := range form.Lines {
		if l := &form.Lines[i]; len(l.TaxCodes) == 0 {
			l.TaxCodes = x.taxesLike(l.ItemID)
		}
	}
	return x, form, nil
}

// taxesLike gives the taxes that the invoice put on an item, or on its first line.
func (x *crediting) taxesLike(itemID string) []string {
	for _, l := range x.invoice.Lines {
		if itemID != "" && l.ItemID == itemID {
			return codesOf(l.Taxes)
		}
	}
	if len(x.invoice.Lines) == 0 {
		return nil
	}
	return codesOf(x.invoice.Lines[0].Taxes)
}

// CreditedLines gives what the credit notes of an invoice took off each of its lines, in the
// prices of the invoice; what gives back an amount names no line.
func (s *Service) CreditedLines(ctx context.Context, q *gen.Queries, publicID string) ([]int64, error) {
	x, err := s.newCrediting(ctx, q, publicID)
	if err != nil {
		return nil, err
	}
	return billing.LinesCredited(x.invoice.rulesDocument(), x.invoice.Totals.Lines, x.given)
}

// CancelInvoiceTx takes a whole invoice back in the caller's transaction, and gives the id of
// the credit note.
func (s *Service) CancelInvoiceTx(ctx context.Context, tx *db.Tx, who actor.Actor, publicID, reason string) (int64, error) {
	id, _, err := s.cancelInvoice(ctx, tx, who, publicID, reason)
	return id, err
}
