package recurring

import (
	"context"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/core/money"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/company"
	"comptoir/rules/billing"
	"comptoir/rules/recur"
)

// PortalRow is a running template as its customer sees it.
type PortalRow struct {
	PublicID    string
	Title       string // the first line's words, of the next period
	Rule        recur.Rule
	Start, Next civil.Date
	Remaining   int64 // -1 = without end
	AmountMinor int64
	Currency    money.Currency
}

// PortalInvoice is an invoice that was made of it.
type PortalInvoice struct {
	PublicID   string
	Number     string
	IssueDate  civil.Date
	DueDate    civil.Date
	Currency   money.Currency
	TotalMinor int64
	DueMinor   int64
	State      billing.State
	Announced  bool
}

// PortalView is one running template with what was made of it.
type PortalView struct {
	PortalRow
	Invoices []PortalInvoice // the newest first
}

// PortalList gives the customer's running templates, the next to run first. Drafts, paused
// and ended ones are the firm's own affair.
func (s *Service) PortalList(ctx context.Context, who actor.Actor) (list []PortalRow, err error) {
	if err := who.NeedContact(actor.TrustLink); err != nil {
		return nil, err
	}
	list = []PortalRow{}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		rows, err := q.PortalRecurring(ctx, who.CustomerID)
		for _, r := range rows {
			x, err := portalRow(gen.PortalRecurringByPublicIDRow(r))
			if err != nil {
				return err
			}
			list = append(list, x)
		}
		return err
	})
	return list, err
}

func portalRow(r gen.PortalRecurringByPublicIDRow) (PortalRow, error) {
	c, err := calendarOf(r.Rule, r.StartOn)
	if err != nil {
		return PortalRow{}, err
	}
	form, err := formOf(r.Form)
	if err != nil {
		return PortalRow{}, err
	}
	x := PortalRow{PublicID: r.PublicID, Rule: c.Rule, Start: day(r.StartOn), Next: day(r.NextOn), Remaining: recur.Remaining(r.Cycles, r.CyclesDone), AmountMinor: r.TotalMinor, Currency: money.Currency(r.Currency)}
	if coming := comingOf(c, r.Billed, form, x.Next, r.CyclesDone+1, 1); len(coming) == 1 {
		x.Title = coming[0].First
	}
	return x, nil
}

// PortalOne gives one of the customer's running templates with the invoices made of it;
// another customer's is not found.
func (s *Service) PortalOne(ctx context.Context, who actor.Actor, publicID string) (v PortalView, err error) {
	if err := who.NeedContact(actor.TrustLink); err != nil {
		return PortalView{}, err
	}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		row, err := q.PortalRecurringByPublicID(ctx, gen.PortalRecurringByPublicIDParams{PublicID: publicID, CustomerID: who.CustomerID})
		if err != nil {
			return db.NotFound(err)
		}
		if v.PortalRow, err = portalRow(row); err != nil {
			return err
		}
		on, err := company.Today(ctx, q, s.DB.Now())
		if err != nil {
			return err
		}
		rows, err := q.PortalRecurringInvoices(ctx, gen.PortalRecurringInvoicesParams{RecurringID: row.ID, CustomerID: who.CustomerID})
		v.Invoices = make([]PortalInvoice, 0, len(rows))
		for _, r := range rows {
			v.Invoices = append(v.Invoices, portalInvoice(r, on))
		}
		return err
	})
	return v, err
}

func portalInvoice(r gen.PortalRecurringInvoicesRow, today civil.Date) PortalInvoice {
	due := day(r.DueDate)
	facts := billing.Facts{Kind: billing.Invoice, Issued: true, Sent: true, DueOn: due, TotalMinor: r.AmountDueMinor, PaidMinor: r.PaidMinor + r.CreditedMinor}
	return PortalInvoice{PublicID: r.PublicID, Number: text(r.Number), IssueDate: day(r.IssueDate), DueDate: due, Currency: money.Currency(r.Currency), TotalMinor: r.TotalInclMinor,
		DueMinor: r.DueMinor, State: billing.StateOf(facts, today), Announced: r.AnnouncedAt != nil}
}
