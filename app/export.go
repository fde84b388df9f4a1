package app

import (
	"context"
	"io"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/core/money"
	"comptoir/edge/exchange"
	"comptoir/office/books"
	"comptoir/office/catalog"
	"comptoir/office/customers"
	"comptoir/office/listing"
	"comptoir/office/payments"
	"comptoir/office/sales"
	"comptoir/rules/billing"
)

// Exports are what can be exported for programs; form is csv, json or xlsx. Amounts are
// minor units in JSON and decimals elsewhere.
var exports = map[string]func(ctx context.Context, h *House, who actor.Actor, form string, w io.Writer) error{
	"documents": exportDocuments, "customers": exportCustomers, "items": exportItems, "payments": exportPayments, "entries": exportEntries,
}

// Exports lists what can be exported.
func Exports() []string { return []string{"customers", "items", "documents", "payments", "entries"} }

// Export writes one of the exports, page by page: flat memory for any number of rows.
func (h *House) Export(ctx context.Context, who actor.Actor, what, form string, w io.Writer) error {
	write, known := exports[what]
	if !known {
		return fault.New(fault.Invalid, "fault.choice")
	}
	return write(ctx, h, who, form, w)
}

// exportPage is how many rows are read at a time.
const exportPage = 500

// pages walks a list by its cursor.
func pages(q listing.Query, page func(listing.Query) (next string, err error)) error {
	q.Limit = exportPage
	for {
		next, err := page(q)
		if err != nil || next == "" {
			return err
		}
		q.After = next
	}
}

// amounts are columns of minor units. Their decimals depend on each row's currency, so that
// CSV and XLSX give them in minor units too where a currency has other than two.
func amounts(names ...string) []exchange.Column {
	list := make([]exchange.Column, 0, len(names))
	for _, n := range names {
		list = append(list, exchange.Column{Name: n, Digits: money.Currency("EUR").Digits()})
	}
	return list
}

func plain(names ...string) []exchange.Column {
	list := make([]exchange.Column, 0, len(names))
	for _, n := range names {
		list = append(list, exchange.Plain(n))
	}
	return list
}

func exportDocuments(ctx context.Context, h *House, who actor.Actor, form string, w io.Writer) error {
	t, err := exchange.NewTable(form, w, append(plain("kind", "number", "state", "customer", "issue_date", "due_date", "currency"), amounts("total_excl_tax", "total_tax", "total_incl_tax", "amount_due")...))
	if err != nil {
		return err
	}
	for _, kind := range []billing.Kind{billing.Invoice, billing.DepositInvoice, billing.CreditNote} {
		if err == nil {
			err = pages(listing.Query{Sort: "issueDate"}, func(q listing.Query) (string, error) {
				rows, next, err := h.Sales.List(ctx, who, sales.ListQuery{Query: q, Kind: string(kind)})
				for _, r := range rows {
					if err == nil && r.Kind == kind {
						err = t.Row(string(kind), r.Number, string(r.State), r.CustomerName, r.IssueDate.String(), r.DueDate.String(), string(r.Currency), r.TotalExclMinor, r.TotalTaxMinor, r.TotalInclMinor, r.DueMinor)
					}
				}
				return next, err
			})
		}
	}
	if err == nil {
		err = exportQuotes(ctx, h, who, t)
	}
	if err == nil {
		err = exportRecurring(ctx, h, who, t)
	}
	return closeTable(t, err)
}

// exportQuotes writes the quotes as they were issued: options that the customer may add are
// in no total, and nothing is due.
func exportQuotes(ctx context.Context, h *House, who actor.Actor, t exchange.Table) error {
	return pages(listing.Query{Sort: "issueDate"}, func(q listing.Query) (string, error) {
		rows, next, err := h.Sales.Quotes(ctx, who, sales.QuoteQuery{Query: q})
		for _, r := range rows {
			if err == nil {
				err = t.Row(string(billing.Quote), r.Number, string(r.State), r.CustomerName, r.IssueDate.String(), r.ValidUntil.String(), string(r.Currency), r.TotalExclMinor, r.TotalTaxMinor, r.TotalExclMinor+r.TotalTaxMinor, int64(0))
			}
		}
		return next, err
	})
}

func closeTable(t exchange.Table, err error) error {
	if err != nil {
		return err
	}
	return t.Close()
}

func exportCustomers(ctx context.Context, h *House, who actor.Actor, form string, w io.Writer) error {
	t, err := exchange.NewTable(form, w, append(plain("number", "name", "kind", "city", "country", "email", "currency"), amounts("amount_due", "amount_overdue")...))
	if err != nil {
		return err
	}
	err = pages(listing.Query{Sort: "number"}, func(q listing.Query) (string, error) {
		rows, next, err := h.Customers.List(ctx, who, customers.ListQuery{Query: q})
		for _, r := range rows {
			if err == nil {
				err = t.Row(r.Number, r.Name, r.Kind, r.City, r.Country, r.Email, r.Currency, r.DueMinor, r.OverdueMinor)
			}
		}
		return next, err
	})
	return closeTable(t, err)
}

func exportItems(ctx context.Context, h *House, who actor.Actor, form string, w io.Writer) error {
	price := exchange.Column{Digits: 4}
	unit, cost := price, price
	unit.Name, cost.Name = "unit_price_e4", "cost_price_e4"
	t, err := exchange.NewTable(form, w, append(append(plain("code", "name", "nature", "unit", "currency"), unit, cost), plain("description", "provider", "tax")...))
	if err != nil {
		return err
	}
	err = pages(listing.Query{Sort: "code"}, func(q listing.Query) (string, error) {
		rows, next, err := h.Catalog.List(ctx, who, catalog.ListQuery{Query: q})
		for _, r := range rows {
			if err == nil {
				var cost any // nothing where none is known
				if r.CostPriceE4 != 0 {
					cost = r.CostPriceE4
				}
				err = t.Row(r.Code, r.Name, r.Nature, r.Unit, r.Currency, r.UnitPriceE4, cost, r.Description, r.Provider, r.TaxCodes)
			}
		}
		return next, err
	})
	return closeTable(t, err)
}

func exportPayments(ctx context.Context, h *House, who actor.Actor, form string, w io.Writer) error {
	t, err := exchange.NewTable(form, w, append(plain("number", "received_on", "customer", "method", "currency", "reference", "documents", "state"), amounts("amount", "amount_refunded", "amount_left")...))
	if err != nil {
		return err
	}
	err = pages(listing.Query{Sort: "receivedOn"}, func(q listing.Query) (string, error) {
		rows, next, err := h.Payments.List(ctx, who, payments.ListQuery{Query: q})
		for _, r := range rows {
			if err == nil {
				err = t.Row(r.Number, r.ReceivedOn, r.CustomerName, r.Method, r.Currency, r.Reference, r.Documents, paymentState(r), r.AmountMinor, r.Refunded, r.LeftMinor)
			}
		}
		return next, err
	})
	return closeTable(t, err)
}

// exportEntries writes one row a line of an entry, in the order of the journal.
func exportEntries(ctx context.Context, h *House, who actor.Actor, form string, w io.Writer) error {
	t, err := exchange.NewTable(form, w, append(plain("number", "journal", "date", "document_ref", "label", "account", "account_label", "customer"), amounts("debit", "credit")...))
	if err != nil {
		return err
	}
	firm, err := h.Company.Firm(ctx, who)
	if err != nil {
		return err
	}
	today := firm.Today(h.DB.Now())
	for after := ""; ; {
		p, err := h.Books.Journal(ctx, who, books.JournalQuery{From: today.AddMonths(-12 * 50), To: today.AddMonths(12), After: after, Limit: 200})
		if err != nil {
			return err
		}
		for _, e := range p.Entries {
			for _, l := range e.Lines {
				if err := t.Row(e.Number, e.Journal, e.Date.String(), e.DocumentRef, e.Label, l.Account, l.AccountLabel, l.CustomerNumber, l.DebitMinor, l.CreditMinor); err != nil {
					return err
				}
			}
		}
		if after = p.Next; after == "" {
			return t.Close()
		}
	}
}
