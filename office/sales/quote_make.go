package sales

import (
	"context"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/company"
	"comptoir/rules/billing"
)

// approved is a quote on its way to becoming an invoice.
type approved struct {
	row    gen.Document
	quote  Document
	in     Approval
	on     civil.Date
	taken  billing.Document // mandatory lines and options taken
	totals billing.Totals
}

// choose gives the lines that were agreed to and what they come to.
func (a approved) choose() (billing.Document, billing.Totals, error) {
	doc := billing.Document{Currency: a.quote.Currency, PricesInclTax: a.quote.PricesInclTax, Allowances: a.quote.Allowances}
	for _, l := range a.quote.Lines {
		doc.Lines = append(doc.Lines, l.Line)
	}
	taken, err := billing.Choose(doc, a.in.Options)
	if err != nil {
		return billing.Document{}, billing.Totals{}, err
	}
	totals, err := billing.Calculate(taken)
	return taken, totals, err
}

// Choose gives what a quote comes to with some of its options, and the deposit that is asked
// for then; for the page that shows it.
func (x Quote) Choose(options []int) (totals billing.Totals, depositMinor int64, err error) {
	taken, totals, err := approved{quote: x.Document, in: Approval{Options: options}}.choose()
	return totals, billing.DepositAsked(taken, totals, x.DepositPCM), err
}

// form gives the invoice of what was agreed to, as a form.
func (a approved) form(firm company.Firm) Draft {
	d := DraftOf(a.quote)
	chosen := map[int]bool{}
	for _, n := range a.in.Options {
		chosen[n] = true
	}
	lines := []DraftLine{}
	for i, l := range d.Lines {
		if !l.Optional || chosen[i] {
			l.Optional = false
			lines = append(lines, l)
		}
	}
	d.PublicID, d.Version, d.Kind, d.Lines = "", 0, string(billing.Invoice), lines
	d.IssueDate, d.DueDate, d.DeliveryDate, d.RateE8, d.ValidUntil, d.DepositPCM, d.Terms = "", "", "", 0, "", 0, firm.InvoiceTerms
	if a.in.OrderNumber != "" {
		d.OrderNumber = a.in.OrderNumber
	}
	d.origin = origin{quoteID: a.row.ID}
	return d
}

// makeOfQuote makes and issues what an approved quote asks for: the deposit invoice, or the
// invoice. Nothing to charge makes nothing. Where the law still wants something of the firm
// (an address, a number) the draft stays one and the firm is told: the customer's word counts
// all the same.
func (s *Service) makeOfQuote(ctx context.Context, tx *db.Tx, who actor.Actor, a approved) (*issue, error) {
	if a.totals.TotalInclTax <= 0 {
		return nil, nil //nolint:nilnil // nothing to charge is no fault
	}
	firm, err := company.Get(ctx, tx.Queries)
	if err != nil {
		return nil, err
	}
	form := a.form(firm)
	if form, err = s.lessDeposits(ctx, tx.Queries, a, form); err != nil {
		return nil, err
	}
	row, err := s.insertForm(ctx, tx, who, form)
	if err != nil {
		return nil, err
	}
	if a.quote.DepositPCM == 0 && row.TotalInclMinor != a.totals.TotalInclTax {
		return nil, fault.New(fault.Conflict, "fault.quote_rates_changed") // taxes of another year: nobody agreed to that
	}
	x, err := s.newIssue(ctx, tx, row)
	if fault.Is(err, fault.Invalid) {
		x = &issue{row: row}
		x.customer, err = tx.CustomerByID(ctx, *row.CustomerID)
		return x, db.NotFound(err)
	}
	if err != nil {
		return nil, err
	}
	if err := x.freeze(ctx, tx); err != nil {
		return nil, err
	}
	if err := s.follow(ctx, tx, who, x, Issue{How: ByHand}); err != nil {
		return nil, err
	}
	tx.AfterCommit(func() { s.Changed("invoices", "customers", "books") })
	return x, nil
}

// insertForm stores a form as a draft and gives its row.
func (s *Service) insertForm(ctx context.Context, tx *db.Tx, who actor.Actor, form Draft) (gen.Document, error) {
	sh, err := newSheet(ctx, tx.Queries, form, s.today(ctx, tx.Queries))
	if err != nil {
		return gen.Document{}, err
	}
	id, err := s.insertDraft(ctx, tx, who, sh)
	if err != nil {
		return gen.Document{}, err
	}
	row, err := tx.DocumentByID(ctx, id)
	return row, db.NotFound(err)
}

// lessDeposits is the form of the deposit invoice that an approved quote asks for, of what was
// agreed to; or that of the invoice, less the deposits that were invoiced before the approval.
// The decision is stored already.
func (s *Service) lessDeposits(ctx context.Context, q *gen.Queries, a approved, form Draft) (Draft, error) {
	x, err := s.newBilling(ctx, q, a.row.PublicID)
	if err != nil {
		return Draft{}, err
	}
	if a.quote.DepositPCM > 0 {
		return x.deposit(DepositAsk{PCM: a.quote.DepositPCM})
	}
	form.Deposits = x.ids()
	return form, nil
}
