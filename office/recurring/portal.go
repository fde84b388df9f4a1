package recurring

import (
	"context"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/core/money"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/company"
	"comptoir/office/listing"
	"comptoir/rules/billing"
	"comptoir/rules/recur"
)

// PortalRow is a running template, or one that has ended, as its customer sees it.
type PortalRow struct {
	PublicID    string
	Ended       bool
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

// PortalQuery asks for a page of a customer's recurring invoices.
type PortalQuery struct {
	Filter   string     // "active", "ended"; "" = "active"
	From, To civil.Date // the next period, of an ended one the first
	Words    string     // of lines and amounts
	Sort     string     // "oldest", "largest", "smallest"; "" = the next to run first
	After    string     // cursor of the page before, "" = the first
	Limit    int        // at most 100; 0 = 50
}

// PortalPage is a page of them; Next is "" on the last one.
type PortalPage struct {
	Rows []PortalRow
	Next string
}

const portalRows = 50

func (q PortalQuery) page() (db.Page, error) {
	order := map[string]listing.Query{"oldest": {Sort: "start"}, "largest": {Sort: "total", Desc: true}, "smallest": {Sort: "total"}}[q.Sort]
	if order.Sort == "" {
		if order.Sort = "next"; q.Filter == "ended" {
			order = listing.Query{Sort: "start", Desc: true}
		}
	}
	if order.After, order.Limit = q.After, q.Limit; q.Limit <= 0 || q.Limit > 100 {
		order.Limit = portalRows
	}
	p, err := order.Page()
	if err != nil {
		return db.Page{}, fault.New(fault.NotFound, "fault.not_found").With(err) // a cursor is part of an address
	}
	return p, nil
}

// PortalList gives a page of the customer's running templates, the next to run first, or of those
// that have ended. Drafts and paused ones are the firm's own affair.
func (s *Service) PortalList(ctx context.Context, who actor.Actor, in PortalQuery) (page PortalPage, err error) {
	if err := who.NeedContact(actor.TrustLink); err != nil {
		return PortalPage{}, err
	}
	p, err := in.page()
	if err != nil {
		return PortalPage{}, err
	}
	f := db.CustomerFilter{CustomerID: who.CustomerID, State: in.Filter, Words: in.Words}
	if !in.From.IsZero() {
		f.From = in.From.String()
	}
	if !in.To.IsZero() {
		f.To = in.To.String()
	}
	found, err := s.DB.CustomerRecurring(ctx, f, p)
	if err != nil {
		return PortalPage{}, err
	}
	found, page.Next, err = listing.Cut(found, p, func(r db.CustomerRecurringRow) (any, int64) { return r.SortKey, r.ID })
	page.Rows = make([]PortalRow, 0, len(found))
	for _, r := range found {
		if err != nil {
			break
		}
		var x PortalRow
		x, err = portalRow(gen.PortalRecurringByPublicIDRow{ID: r.ID, PublicID: r.PublicID, State: r.State, Currency: r.Currency, TotalMinor: r.TotalMinor, Rule: r.Rule, Billed: r.Billed, StartOn: r.StartOn,
			NextOn: r.NextOn, Cycles: r.Cycles, CyclesDone: r.CyclesDone, Form: r.Form})
		page.Rows = append(page.Rows, x)
	}
	return page, err
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
	x := PortalRow{PublicID: r.PublicID, Ended: r.State == "ended", Rule: c.Rule, Start: day(r.StartOn), Next: day(r.NextOn), Remaining: recur.Remaining(r.Cycles, r.CyclesDone), AmountMinor: r.TotalMinor, Currency: money.Currency(r.Currency)}
	from, cycle := x.Next, r.CyclesDone+1
	if x.Ended { // the words of its first period: none comes any more
		from, cycle = x.Start, 1
	}
	if coming := comingOf(c, r.Billed, form, from, cycle, 1); len(coming) == 1 {
		x.Title = coming[0].First
	}
	return x, nil
}

// PortalOne gives one of the customer's running or ended templates with the invoices made of it;
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
	facts := billing.Facts{Kind: billing.Invoice, Issued: true, Sent: true, DueOn: due, TotalMinor: r.AmountDueMinor, PaidMinor: r.PaidMinor, CreditedMinor: r.CreditedMinor}
	return PortalInvoice{PublicID: r.PublicID, Number: text(r.Number), IssueDate: day(r.IssueDate), DueDate: due, Currency: money.Currency(r.Currency), TotalMinor: r.TotalInclMinor,
		DueMinor: r.DueMinor, State: billing.StateOf(facts, today), Announced: r.AnnouncedAt != nil}
}
