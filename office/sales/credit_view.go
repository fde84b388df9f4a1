package sales

import (
	"context"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/db/gen"
	"comptoir/rules/billing"
)

// CreditMark is a credit note that was made from an invoice.
type CreditMark struct {
	PublicID   string
	Number     string
	IssueDate  civil.Date
	TotalMinor int64
	Reason     string
}

// CreditUse is what became of part of a credit note: set against an invoice, or paid back.
// Of an invoice it is the credit note that was set against it.
type CreditUse struct {
	PublicID    string // of the invoice, the credit note or the refund
	Number      string
	On          civil.Date
	AmountMinor int64
	Refund      bool
}

// buildCredits reads what credit notes did to an issued document, or what was done with one.
func buildCredits(ctx context.Context, q *gen.Queries, row gen.Document, d *Document) error {
	if d.Kind == billing.CreditNote {
		return buildUses(ctx, q, row, d)
	}
	made, err := q.CreditsOfDocument(ctx, &row.ID)
	if err != nil {
		return err
	}
	for _, c := range made {
		d.Credits = append(d.Credits, CreditMark{PublicID: c.PublicID, Number: text(c.Number), IssueDate: day(c.IssueDate), TotalMinor: c.TotalInclMinor, Reason: c.Reason})
	}
	if d.CreditedMinor == 0 {
		return nil
	}
	set, err := q.SettlementsOfDocument(ctx, row.ID)
	if err != nil {
		return err
	}
	for _, x := range set {
		if x.CreditID != nil {
			d.Uses = append(d.Uses, CreditUse{PublicID: text(x.CreditPublicID), Number: text(x.CreditNumber), On: day(x.OnDate), AmountMinor: x.AmountMinor})
		}
	}
	return nil
}

func buildUses(ctx context.Context, q *gen.Queries, row gen.Document, d *Document) error {
	set, err := q.LiveAllocationsOfCredit(ctx, row.ID)
	if err != nil {
		return err
	}
	for _, x := range set {
		d.Uses = append(d.Uses, CreditUse{PublicID: x.PublicID, Number: text(x.Number), On: day(x.OnDate), AmountMinor: x.AmountMinor})
	}
	back, err := q.RefundsOfCredit(ctx, row.ID)
	if err != nil {
		return err
	}
	for _, x := range back {
		d.Uses = append(d.Uses, CreditUse{PublicID: x.PublicID, Number: x.Number, On: day(x.RefundedOn), AmountMinor: x.AmountMinor, Refund: true})
	}
	return nil
}

// AskedMinor is what of an open document is to be paid on the day as of which it was read:
// all that is due, but for the part that the customer may still hold back.
func (d Document) AskedMinor() int64 {
	return billing.Asked(d.DueMinor, d.RetainedMinor, d.RetainedUntil, d.AsOf)
}

// holdBack works out, for a draft, what its customer will hold back and until when.
func (d *Document) holdBack() error {
	accepted := d.IssueDate
	if !d.DeliveryDate.IsZero() {
		accepted = d.DeliveryDate
	}
	if d.RetentionPCM != 0 && d.RetainedUntil.IsZero() {
		d.RetainedUntil = billing.RetentionUntil(accepted)
	}
	var err error
	d.RetainedMinor, err = billing.Retention{PCM: d.RetentionPCM, Until: d.RetainedUntil}.Minor(d.Totals)
	return err
}

// CreditCounts are how many credit notes lie behind each filter of their list.
type CreditCounts struct{ Draft, Open int64 }

// CreditCounts counts drafts, and credit notes with something left to use.
func (s *Service) CreditCounts(ctx context.Context, who actor.Actor) (c CreditCounts, err error) {
	if err := who.Need(actor.Look); err != nil {
		return CreditCounts{}, err
	}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		if c.Draft, err = q.CountDrafts(ctx, string(billing.CreditNote)); err != nil {
			return err
		}
		c.Open, err = q.CreditCounts(ctx)
		return err
	})
	return c, err
}
