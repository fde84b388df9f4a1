package control

import (
	"context"

	"comptoir/core/money"
	"comptoir/db/gen"
	"comptoir/office/books"
	"comptoir/office/settlement"
	"comptoir/rules/ledger"
)

// settled proves the state of a document against what settled it: payments, credit notes,
// refunds, and the tax that became due with them.
func (c *check) settled(r gen.ControlDocumentsRow) {
	number := text(r.Number)
	amount := func(minor int64) money.Amount {
		return money.Amount{Minor: minor, Currency: money.Currency(r.Currency)}
	}
	paid, credited, due := *r.PaidMinor, whole(r.CreditedMinor), *r.DueMinor
	wantPaid, wantCredited, released, waiting := r.AllocatedMinor, r.ByCreditsMinor, r.ReleasedMinor, r.WaitingMinor
	if r.Kind == "credit_note" {
		wantPaid, wantCredited, released, waiting = r.RefundedMinor, r.UsedMinor, r.UsedTaxMinor+r.RefundedTaxMinor, -r.WaitingMinor
	}
	if paid != wantPaid {
		c.add(AreaDocuments, "control.documents.paid", "number", number, "paid", amount(paid), "allocated", amount(wantPaid))
	}
	if credited != wantCredited {
		c.add(AreaDocuments, "control.documents.credited", "number", number, "credited", amount(credited), "allocated", amount(wantCredited))
	}
	if paid+credited+due != r.AmountDueMinor {
		c.add(AreaDocuments, "control.documents.due", "number", number, "paid", amount(paid+credited), "due", amount(due), "total", amount(r.AmountDueMinor))
		return
	}
	if due < 0 || paid < 0 || credited < 0 {
		c.add(AreaDocuments, "control.documents.negative", "number", number)
	}
	move := ledger.Move{TotalMinor: r.AmountDueMinor, WaitingMinor: waiting}
	var err error
	if move.DueMinor, err = settlement.DueOf(waiting, r.Taken); err != nil {
		c.add(AreaDocuments, "control.documents.tax", "number", number, "released", c.amount(released), "want", c.amount(0))
		return
	}
	released += r.DeliveredMinor
	if want, err := move.Released(wantPaid + wantCredited); r.AmountDueMinor > 0 && r.EntryNumber != nil && (err != nil || want != released) {
		c.add(AreaDocuments, "control.documents.tax", "number", number, "released", c.amount(released), "want", c.amount(want))
	}
}

func (c *check) payments(ctx context.Context, q *gen.Queries) error {
	var lastID int64
	for {
		rows, err := q.ControlPayments(ctx, gen.ControlPaymentsParams{AfterID: lastID, RowLimit: pageSize})
		if err != nil {
			return err
		}
		for _, r := range rows {
			lastID = r.ID
			switch {
			case r.EntryNumber == nil:
				c.add(AreaPayments, "control.payments.no_entry", "number", r.Number)
			case text(r.SourceKind) != books.FromPayment || whole(r.SourceID) != r.ID:
				c.add(AreaPayments, "control.payments.foreign_entry", "number", r.Number, "entry", *r.EntryNumber)
			}
			c.payment(r)
		}
		c.counted(AreaPayments, len(rows))
		if len(rows) < pageSize {
			return c.numbers(ctx, q, "payment", c.report.Counted[AreaPayments], "control.payments.count")
		}
	}
}

// payment proves where the money of one is: on documents, left, given back; of a cancelled
// one nothing is anywhere; what was given back of one that the bank took back whole is owed.
func (c *check) payment(r gen.ControlPaymentsRow) {
	amount := func(minor int64) money.Amount {
		return money.Amount{Minor: minor, Currency: money.Currency(r.Currency)}
	}
	cancelled := text(r.CancelledOn) != ""
	switch {
	case r.LeftMinor == nil:
		c.add(AreaPayments, "control.payments.no_status", "number", r.Number)
	case whole(r.RefundedMinor) != r.GivenBackMinor:
		c.add(AreaPayments, "control.payments.refunded", "number", r.Number, "refunded", amount(whole(r.RefundedMinor)), "refunds", amount(r.GivenBackMinor))
	case cancelled && (*r.LeftMinor != 0 || r.AllocatedMinor != 0 || r.GivenBackMinor != r.OwedMinor || r.CancelEntryID == nil):
		c.add(AreaPayments, "control.payments.cancelled", "number", r.Number)
	case r.AllocatedMinor < 0 || r.AllocatedMinor > r.AmountMinor:
		c.add(AreaPayments, "control.payments.allocated", "number", r.Number, "allocated", amount(r.AllocatedMinor), "amount", amount(r.AmountMinor))
	case !cancelled && r.AllocatedMinor+*r.LeftMinor+r.GivenBackMinor != r.AmountMinor:
		c.add(AreaPayments, "control.payments.left", "number", r.Number, "left", amount(*r.LeftMinor), "want", amount(r.AmountMinor-r.AllocatedMinor-r.GivenBackMinor))
	}
}

func (c *check) refunds(ctx context.Context, q *gen.Queries) error {
	var lastID, have int64
	for {
		rows, err := q.ControlRefunds(ctx, gen.ControlRefundsParams{AfterID: lastID, RowLimit: pageSize})
		if err != nil {
			return err
		}
		for _, r := range rows {
			lastID = r.ID
			if r.EntryNumber == nil || text(r.SourceKind) != books.FromRefund || whole(r.SourceID) != r.ID {
				c.add(AreaPayments, "control.refunds.entry", "number", r.Number)
			}
		}
		have += int64(len(rows))
		if len(rows) < pageSize {
			return c.numbers(ctx, q, "refund", have, "control.refunds.count")
		}
	}
}

// numbers counts: payments and refunds bear their number as text only.
func (c *check) numbers(ctx context.Context, q *gen.Queries, kind string, have int64, key string) error {
	all, err := q.AllSeries(ctx)
	if err != nil {
		return err
	}
	var given int64
	for _, s := range all {
		if s.Kind == kind {
			given += s.NextNumber - 1
		}
	}
	if have != given {
		c.add(AreaPayments, key, "given", given, "have", have)
	}
	return nil
}
