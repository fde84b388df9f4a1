package sales

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"slices"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/core/locale"
	"comptoir/core/money"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
	"comptoir/office/books"
	"comptoir/office/company"
	"comptoir/office/search"
	"comptoir/rules/billing"
	"comptoir/rules/ledger"
)

// OpenInvoice is an invoice that another program issued and that is not wholly paid.
type OpenInvoice struct {
	Number      string // of that program: never one of our series
	CustomerID  int64
	IssueDate   civil.Date
	DueDate     civil.Date
	OrderNumber string
	Currency    money.Currency
	RateE8      int64 // 0 for the firm's own currency
	ExclMinor   int64
	TaxMinor    int64
	InclMinor   int64
	PaidMinor   int64
	Nature      billing.Nature
	Taxes       []billing.Tax // what the tax is made of, as far as it could be told
	Waiting     bool          // its VAT falls due with its payment
	OpeningOn   civil.Date    // day of the takeover, the date of its entry
	Source      string        // name of the program or the file that it came from
}

// TakeOver makes an issued invoice of an open one inside the caller's transaction. It takes
// no number of ours, has no paper of ours, stands in the chain of documents like any other,
// and its entry is an opening one. From then on it is paid, reminded and shown like ours.
func (s *Service) TakeOver(ctx context.Context, tx *db.Tx, who actor.Actor, firm company.Firm, o OpenInvoice) (publicID string, err error) {
	c, err := tx.CustomerByID(ctx, o.CustomerID)
	if err != nil {
		return "", db.NotFound(err)
	}
	if o.RateE8 == 0 || o.Currency == firm.Money() {
		o.RateE8 = one
	}
	publicID = s.IDs()
	row, err := draftOfOpen(ctx, tx, c, o, publicID)
	if err != nil {
		return "", err
	}
	entryID, err := postOpen(ctx, tx, firm, c, o, row.ID)
	if err != nil {
		return "", err
	}
	if err := s.freezeOpen(ctx, tx, firm, c, o, row, entryID); err != nil {
		return "", err
	}
	at := tx.Stamp()
	if err := tx.InsertStatus(ctx, gen.InsertStatusParams{DocumentID: row.ID, CustomerID: c.ID, Kind: row.Kind, IssueDate: o.IssueDate.String(), DueDate: o.DueDate.String(),
		Currency: string(o.Currency), DueMinor: o.InclMinor - o.PaidMinor, SentAt: &at}); err != nil {
		return "", err
	}
	if err := audit.Write(ctx, tx, who, audit.Record{Action: "invoice.taken_over", ObjectKind: "document", ObjectID: row.ID,
		Details: map[string]any{"number": o.Number, "total_minor": o.InclMinor, "due_minor": o.InclMinor - o.PaidMinor, "currency": o.Currency}}); err != nil {
		return "", err
	}
	x := issue{row: row, customer: c, totals: billing.Totals{TotalInclTax: o.InclMinor}, doc: billing.Document{Currency: o.Currency}}
	x.number.Text = o.Number
	return publicID, search.Index(ctx, tx, x.searchEntry())
}

// draftOfOpen writes the rows, which the freezing then closes.
func draftOfOpen(ctx context.Context, tx *db.Tx, c gen.Customer, o OpenInvoice, publicID string) (gen.Document, error) {
	lang := locale.Of(c.Language)
	id, err := tx.InsertDraft(ctx, gen.InsertDraftParams{PublicID: publicID, Kind: string(billing.Invoice), CustomerID: &c.ID, CustomerName: c.Name, CustomerKey: search.SortKey(c.Name),
		IssueDate: o.IssueDate.String(), DueDate: o.DueDate.String(), OrderNumber: o.OrderNumber, Currency: string(o.Currency), RateE8: o.RateE8, Language: c.Language,
		TermsDays: c.TermsDays, TermsEndOfMonth: c.TermsEndOfMonth, TotalExclMinor: o.ExclMinor, TotalTaxMinor: o.TaxMinor, TotalInclMinor: o.InclMinor,
		PrepaidMinor: o.PaidMinor, AmountDueMinor: o.InclMinor - o.PaidMinor, Revision: 1, Now: tx.Stamp()})
	if err != nil {
		return gen.Document{}, err
	}
	taxes, err := json.Marshal(o.Taxes)
	if err != nil {
		return gen.Document{}, err
	}
	unit := int64(10_000)
	for range o.Currency.Digits() {
		unit /= 10
	}
	if err := tx.InsertLine(ctx, gen.InsertLineParams{DocumentID: id, Position: 0, Description: locale.T(lang, "pdf.taken_over", map[string]any{"source": o.Source}),
		Nature: string(o.Nature), QuantityE4: 10_000, Unit: "C62", UnitPriceE4: o.ExclMinor * max(unit, 1), NetMinor: o.ExclMinor, Taxes: string(taxes)}); err != nil {
		return gen.Document{}, err
	}
	for i, t := range takenTaxes(o) {
		b, err := json.Marshal(t.Tax)
		if err != nil {
			return gen.Document{}, err
		}
		if err := tx.InsertDocumentTax(ctx, gen.InsertDocumentTaxParams{DocumentID: id, Position: int64(i), Tax: string(b), BaseMinor: t.BaseMinor, TaxMinor: t.TaxMinor}); err != nil {
			return gen.Document{}, err
		}
	}
	return tx.DocumentByID(ctx, id)
}

// takenTaxes shares the tax that the other program charged over its taxes, by their rates;
// the first bears what rounding leaves, so that the sum is what was charged.
func takenTaxes(o OpenInvoice) []billing.TaxSubtotal {
	list := make([]billing.TaxSubtotal, 0, len(o.Taxes))
	weights := make([]int64, 0, len(o.Taxes))
	var all int64
	for _, t := range o.Taxes {
		weights, all = append(weights, t.RatePCM), all+t.RatePCM
	}
	if all == 0 && len(weights) > 0 {
		weights[0] = 1
	}
	parts, err := money.Split(o.TaxMinor, weights)
	for i, t := range o.Taxes {
		x := billing.TaxSubtotal{Tax: t, Nature: o.Nature, BaseMinor: o.ExclMinor}
		if err == nil {
			x.TaxMinor = parts[i]
		}
		list = append(list, x)
	}
	return list
}

func postOpen(ctx context.Context, tx *db.Tx, firm company.Firm, c gen.Customer, o OpenInvoice, id int64) (int64, error) {
	p := ledger.Opening{Number: o.Number, Date: o.OpeningOn, DocumentDate: o.IssueDate, Auxiliary: c.Number, CustomerName: c.Name, DueMinor: o.InclMinor - o.PaidMinor,
		Rate: ledger.Rate{Currency: o.Currency, Firm: firm.Money(), E8: o.RateE8}, Lang: locale.Of(firm.Language)}
	if o.Waiting {
		var err error
		if p.WaitingMinor, err = ledger.WaitingOf(o.TaxMinor, o.InclMinor, p.DueMinor); err != nil {
			return 0, fault.New(fault.Invalid, "fault.ledger.amount").With(err)
		}
	}
	posting, err := ledger.OpenInvoice(p)
	if err != nil {
		return 0, err
	}
	return books.Post(ctx, tx, posting, books.Source{Kind: books.FromDocument, ID: id})
}

// freezeOpen closes the rows, with their link in the chain; no number of a series is taken.
func (s *Service) freezeOpen(ctx context.Context, tx *db.Tx, firm company.Firm, c gen.Customer, o OpenInvoice, row gen.Document, entryID int64) error {
	seller, err := json.Marshal(sellerOf(firm))
	if err != nil {
		return err
	}
	buyer, err := json.Marshal(buyerOf(c))
	if err != nil {
		return err
	}
	last, err := tx.LastChain(ctx)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	position, at := int64(1), tx.Stamp()
	if last.ChainPosition != nil {
		position = *last.ChainPosition + 1
	}
	row.Number, row.Seller, row.Buyer, row.Mentions, row.EntryID, row.IssuedAt, row.ChainPosition = &o.Number, string(seller), string(buyer), "[]", &entryID, &at, &position
	p := gen.IssueDocumentParams{ID: row.ID, Version: row.Version, Number: row.Number, IssueDate: row.IssueDate, DueDate: row.DueDate, RateE8: row.RateE8,
		Seller: row.Seller, Buyer: row.Buyer, Mentions: row.Mentions, CustomerName: row.CustomerName, CustomerKey: row.CustomerKey,
		TotalExclMinor: row.TotalExclMinor, TotalTaxMinor: row.TotalTaxMinor, TotalInclMinor: row.TotalInclMinor, PrepaidMinor: row.PrepaidMinor,
		AmountDueMinor: row.AmountDueMinor, EntryID: row.EntryID, IssuedAt: row.IssuedAt, ChainPosition: row.ChainPosition}
	if p.Hash, err = Hash(ctx, tx.Queries, last.Hash, row); err != nil {
		return err
	}
	n, err := tx.IssueDocument(ctx, p)
	if err == nil && n == 0 {
		err = fault.New(fault.Conflict, "fault.stale")
	}
	return err
}

// takenOver tells an invoice that another program issued: it bears no number of a series.
// (A later version of a quote has none either; it bears its first version's.)
func takenOver(row gen.Document) bool {
	return row.State == "issued" && row.Kind == string(billing.Invoice) && row.SeriesNumber == nil
}

// asCharged puts what the other program charged in the place of what its one line would
// come to: several rates and that program's rounding do not show from outside.
func asCharged(row gen.Document, t *billing.Totals) {
	if t.TotalTax == row.TotalTaxMinor && t.TotalExclTax == row.TotalExclMinor {
		return
	}
	var taxes []billing.Tax
	for _, x := range t.Taxes {
		taxes = append(taxes, x.Tax)
	}
	t.TotalExclTax, t.TotalTax, t.TotalInclTax, t.Prepaid, t.AmountDue = row.TotalExclMinor, row.TotalTaxMinor, row.TotalInclMinor, row.PrepaidMinor, row.AmountDueMinor
	t.Taxes = takenTaxes(OpenInvoice{ExclMinor: row.TotalExclMinor, TaxMinor: row.TotalTaxMinor, Taxes: taxes})
}

// errNoPaper: what was issued elsewhere has its paper elsewhere; none is invented here.
func errNoPaper(d Document) error {
	return fault.New(fault.NotFound, "fault.import.no_paper", "number", d.Number)
}

// withPaper leaves out what has no paper here.
func (s *Service) withPaper(ctx context.Context, customerID int64, refs []PaperRef) ([]PaperRef, error) {
	var without []int64
	err := s.DB.Read(ctx, func(q *gen.Queries) (err error) {
		without, err = q.TakenOverOfCustomer(ctx, &customerID)
		return err
	})
	return slices.DeleteFunc(refs, func(r PaperRef) bool { return slices.Contains(without, r.id) }), err
}
