package sales

import (
	"context"
	"slices"
	"strconv"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/core/locale"
	"comptoir/core/money"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
	"comptoir/rules/billing"
)

// maxDeposits is far above what one price is cut into.
const maxDeposits = 60

// DepositAsk asks for a deposit invoice of a quote: a percentage of it or an amount with
// tax; with Progress, a percentage done so far less what was invoiced (situation).
type DepositAsk struct {
	Key         string `json:"key"`
	QuoteID     string `json:"quoteId"`
	PCM         int64  `json:"pcm"`
	AmountMinor int64  `json:"amountMinor"`
	Progress    bool   `json:"progress"`
}

// QuoteBilling tells what of a quote was invoiced.
type QuoteBilling struct {
	Currency      money.Currency
	TotalMinor    int64 // with tax, of what was approved
	InvoicedMinor int64 // by deposits and situations, less their credit notes
	DonePCM       int64 // as a part of the whole
	Deposits      []DepositMark
	Finals        []DocumentRef // its invoices; a draft has no number
}

// DepositMark is a deposit invoice that a final invoice may take off.
type DepositMark struct {
	PublicID  string
	Number    string
	IssueDate string
	NetMinor  int64 // what is left of it
	TaxMinor  int64
	QuoteID   string // public id, "" = none
}

// Billing tells what of a quote was invoiced so far.
func (s *Service) Billing(ctx context.Context, who actor.Actor, quoteID string) (b QuoteBilling, err error) {
	if err := who.Need(actor.Look); err != nil {
		return QuoteBilling{}, err
	}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		x, err := s.newBilling(ctx, q, quoteID)
		if err != nil {
			return err
		}
		b = QuoteBilling{Currency: x.quote.Currency, TotalMinor: x.totals.TotalInclTax, Deposits: []DepositMark{}, Finals: []DocumentRef{}}
		list := x.deposits
		if x.facts.Invoiced { // the invoice that stands holds them
			list = append(x.taken, list...)
		}
		for _, d := range list {
			b.InvoicedMinor += d.NetMinor + d.TaxMinor
			b.Deposits = append(b.Deposits, mark(d, quoteID))
		}
		if b.TotalMinor > 0 {
			if b.DonePCM, err = money.MulDiv(b.InvoicedMinor, money.PCM, b.TotalMinor); err != nil {
				return err
			}
		}
		finals, err := q.FinalsOfQuote(ctx, x.row.ID)
		for _, f := range finals {
			b.Finals = append(b.Finals, DocumentRef{PublicID: f.PublicID, Number: text(f.Number), Kind: billing.Invoice})
		}
		return err
	})
	return b, err
}

// DraftDeposit makes the draft of a deposit invoice from a quote.
func (s *Service) DraftDeposit(ctx context.Context, who actor.Actor, in DepositAsk) (Document, error) {
	return s.fromQuote(ctx, who, in.Key, "deposit_invoice.draft", in, func(ctx context.Context, q *gen.Queries) (Draft, error) {
		x, err := s.newBilling(ctx, q, in.QuoteID)
		if err != nil {
			return Draft{}, err
		}
		if err := billing.DepositQuote(x.facts, s.today(ctx, q), x.quote.DepositPCM); err != nil {
			return Draft{}, err
		}
		return x.deposit(in)
	})
}

// DraftFinal makes the draft of the final invoice of a quote: the whole price, less the
// deposits and situations that were invoiced.
func (s *Service) DraftFinal(ctx context.Context, who actor.Actor, key, quoteID string) (Document, error) {
	return s.fromQuote(ctx, who, key, "invoice.final", quoteID, func(ctx context.Context, q *gen.Queries) (Draft, error) {
		x, err := s.newBilling(ctx, q, quoteID)
		if err != nil {
			return Draft{}, err
		}
		return x.final(), nil
	})
}

func (s *Service) fromQuote(ctx context.Context, who actor.Actor, key, command string, in any, form func(context.Context, *gen.Queries) (Draft, error)) (d Document, err error) {
	if err := who.Need(actor.Sell); err != nil {
		return Document{}, err
	}
	err = s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		var id int64
		if err := audit.Once(ctx, tx, key, command, in, &id, func() error {
			f, err := form(ctx, tx.Queries)
			if err != nil {
				return err
			}
			row, err := s.insertForm(ctx, tx, who, f)
			id = row.ID
			return err
		}); err != nil {
			return err
		}
		tx.AfterCommit(func() { s.Changed("invoices", "quotes") })
		d, err = s.load(ctx, tx.Queries, id)
		return err
	})
	return d, err
}

// quoteBilling is a quote with what was invoiced of it.
type quoteBilling struct {
	row      gen.Document
	quote    Document
	doc      billing.Document // as approved: with the options that the customer took
	totals   billing.Totals
	facts    billing.QuoteFacts
	before   []billing.Part // what its deposits hold, by taxes
	deposits []Deposit      // what they still hold
	taken    []Deposit      // those that an issued invoice took off: they are its own
	issued   int            // deposit invoices so far
}

func (s *Service) newBilling(ctx context.Context, q *gen.Queries, quoteID string) (*quoteBilling, error) {
	row, err := q.DocumentByPublicID(ctx, quoteID)
	if err != nil {
		return nil, db.NotFound(err)
	}
	if row.Kind != string(billing.Quote) || row.State != "issued" {
		return nil, fault.New(fault.Conflict, "fault.deposit.no_quote")
	}
	x := &quoteBilling{row: row}
	if x.quote, err = s.build(ctx, q, row); err != nil {
		return nil, err
	}
	facts, standing, err := quoteFacts(ctx, q, row)
	if err != nil {
		return nil, err
	}
	x.facts = facts
	if x.facts.Invoiced, err = q.QuoteInvoiced(ctx, &row.ID); err != nil { // decided or not
		return nil, err
	}
	agreed := approved{quote: x.quote}
	if standing != nil && standing.Kind == billing.Approved {
		agreed.in.Options = standing.Options
		if standing.OrderNumber != "" { // C. com. L441-9: the number that the customer gave
			x.quote.OrderNumber = standing.OrderNumber
		}
	}
	if x.doc, x.totals, err = agreed.choose(); err != nil {
		return nil, err
	}
	for at, n := row, 0; n < 100; n++ { // a deposit of an earlier version counts like one of this
		if err := x.addDeposits(ctx, q, at.ID); err != nil || at.ReplacesID == nil {
			return x, err
		}
		if at, err = q.DocumentByID(ctx, *at.ReplacesID); err != nil {
			return nil, db.NotFound(err)
		}
	}
	return x, nil
}

// addDeposits reads the deposits of a quote and what they still hold.
func (x *quoteBilling) addDeposits(ctx context.Context, q *gen.Queries, quoteID int64) error {
	rows, err := q.DepositsOfQuote(ctx, quoteID)
	if err != nil {
		return err
	}
	for _, r := range rows {
		d, err := depositLeft(ctx, q, r)
		if err != nil {
			return err
		}
		x.issued++
		if d.NetMinor == 0 && d.TaxMinor == 0 {
			continue
		}
		_, err = q.FinalOfDeposit(ctx, r.ID)
		switch err = db.NotFound(err); {
		case err == nil:
			x.taken = append(x.taken, d)
		case fault.Is(err, fault.NotFound):
			x.before, x.deposits = append(x.before, d.parts...), append(x.deposits, d)
		default:
			return err
		}
	}
	return nil
}

// left is what of the quote no deposit holds, with tax.
func (x *quoteBilling) left() int64 {
	left := x.totals.TotalInclTax
	for _, d := range x.deposits {
		left -= d.NetMinor + d.TaxMinor
	}
	return left
}

// ids are the deposits that an invoice of the quote takes off.
func (x *quoteBilling) ids() []string {
	list := []string{}
	for _, p := range x.deposits {
		list = append(list, p.PublicID)
	}
	return list
}

// depositLeft gives what a deposit invoice still holds after its credit notes.
func depositLeft(ctx context.Context, q *gen.Queries, row gen.Document) (Deposit, error) {
	own, err := computed(ctx, q, row)
	if err != nil {
		return Deposit{}, err
	}
	credits, _, err := creditsOf(ctx, q, row.ID)
	if err != nil {
		return Deposit{}, err
	}
	left := billing.DepositLeft(text(row.Number), own.Totals, credits)
	return Deposit{ID: row.ID, PublicID: row.PublicID, Number: left.Number, IssueDate: day(row.IssueDate), NetMinor: left.NetMinor, TaxMinor: left.TaxMinor(), Taxes: left.Taxes,
		rateE8: row.RateE8, parts: billing.Creditable(own.Totals, credits)}, nil
}

// base is the form of a document made from the quote.
func (x *quoteBilling) base(kind billing.Kind) Draft {
	v := x.quote
	d := Draft{Kind: string(kind), ContactID: v.ContactID, OrderNumber: v.OrderNumber, Currency: string(v.Currency), RateE8: 0, Language: v.Lang, PricesInclTax: v.PricesInclTax,
		TermsDays: int64(v.Terms.Days), TermsEndOfMonth: v.Terms.EndOfMonth, Terms: v.TermsText, origin: origin{quoteID: x.row.ID}}
	if v.Customer != nil {
		d.CustomerID = v.Customer.PublicID
	}
	return d
}

// deposit is the form of a deposit invoice, or of the next situation.
func (x *quoteBilling) deposit(in DepositAsk) (Draft, error) {
	lang := locale.Of(x.quote.Lang)
	args := map[string]any{"number": x.quote.Number, "order": x.quote.OrderNumber, "percent": locale.Rate(lang, in.PCM), "n": x.issued + 1, "total": locale.Amount(lang, x.totals.TotalInclTax, x.quote.Currency)}
	key := "paper.deposit_percent"
	switch {
	case in.Progress:
		key = "paper.progress"
	case in.AmountMinor != 0:
		key = "paper.deposit_amount"
	}
	ask := billing.DepositPart{PCM: in.PCM, AmountMinor: in.AmountMinor, Cumulative: in.Progress, Before: x.before}
	doc, err := billing.DepositOf(x.doc, x.totals, ask, locale.T(lang, key, args))
	if err != nil {
		return Draft{}, err
	}
	d := x.base(billing.DepositInvoice)
	d.PricesInclTax = doc.PricesInclTax
	tellNatures(lang, doc.Lines)
	d.Lines, d.Allowances = formLines(doc.Lines), []DraftAllowance{}
	return d, nil
}

// tellNatures says on the lines what each is for where there are both goods and services.
func tellNatures(lang locale.Lang, lines []billing.Line) {
	mixed := func(l billing.Line) bool { return l.Nature != lines[0].Nature }
	if !slices.ContainsFunc(lines, mixed) {
		return
	}
	for i, l := range lines {
		key := "paper.deposit_services"
		if l.Nature == billing.Goods {
			key = "paper.deposit_goods"
		}
		lines[i].Description = locale.T(lang, key, map[string]any{"text": l.Description})
	}
}

// final is the form of the final invoice: all that was approved, less the deposits.
func (x *quoteBilling) final() Draft {
	d := x.base(billing.Invoice)
	d.Lines, d.Allowances = formLines(x.doc.Lines), draftAllowances(x.doc.Allowances)
	keepItems(d.Lines, x.quote.Lines)
	d.Deposits = x.ids()
	return d
}

// Deposits lists the deposit invoices that an invoice of a customer may take off.
func (s *Service) Deposits(ctx context.Context, who actor.Actor, customerID, currency string) (list []DepositMark, err error) {
	if err := who.Need(actor.Look); err != nil {
		return nil, err
	}
	list = []DepositMark{}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		c, err := q.CustomerByPublicID(ctx, customerID)
		if err != nil {
			return db.NotFound(err)
		}
		rows, err := q.DepositsOfCustomer(ctx, gen.DepositsOfCustomerParams{CustomerID: c.ID, Currency: currency})
		if err != nil {
			return err
		}
		for _, r := range rows {
			d, err := depositLeft(ctx, q, r)
			if err != nil {
				return err
			}
			if d.NetMinor == 0 && d.TaxMinor == 0 {
				continue
			}
			quote := ""
			if r.QuoteID != nil {
				of, err := q.DocumentByID(ctx, *r.QuoteID)
				if err != nil {
					return db.NotFound(err)
				}
				quote = of.PublicID
			}
			list = append(list, mark(d, quote))
		}
		return nil
	})
	return list, err
}

func mark(d Deposit, quoteID string) DepositMark {
	return DepositMark{PublicID: d.PublicID, Number: d.Number, IssueDate: d.IssueDate.String(), NetMinor: d.NetMinor, TaxMinor: d.TaxMinor, QuoteID: quoteID}
}

// findOrigin reads what a stored draft was made from.
func (d *Draft) findOrigin(ctx context.Context, q *gen.Queries) error {
	if d.PublicID == "" {
		return nil
	}
	row, err := q.DocumentByPublicID(ctx, d.PublicID)
	if err != nil {
		return db.NotFound(err)
	}
	d.origin, err = originOf(ctx, q, row)
	return err
}

// chooseDeposits looks up the deposits that were chosen for an invoice. They stay chosen
// whatever else is wrong with the draft, taking nothing off until they fit: an invoice that
// lost them would ask for the full price.
func (sh *sheet) chooseDeposits(ctx context.Context, q *gen.Queries) error {
	o := &sh.draft.origin
	ids := sh.draft.Deposits
	if ids == nil {
		for _, p := range o.deposits {
			ids = append(ids, p.PublicID)
		}
	}
	var form fault.Form
	o.deposits, sh.doc.PrepaidMinor = nil, 0
	for i, id := range ids {
		path := "deposits." + strconv.Itoa(i)
		if slices.Contains(ids[:i], id) {
			form.Add(path, "fault.choice")
			continue
		}
		row, err := q.DocumentByPublicID(ctx, id)
		if err = db.NotFound(err); err != nil && !fault.Is(err, fault.NotFound) {
			return err
		}
		if err != nil || row.Kind != string(billing.DepositInvoice) || row.State != "issued" {
			form.Add(path, "fault.deposit.unknown")
			continue
		}
		sh.deposits = append(sh.deposits, row)
		o.deposits = append(o.deposits, Deposit{ID: row.ID, PublicID: row.PublicID, Number: text(row.Number), IssueDate: day(row.IssueDate), Taxes: []billing.RowTax{}})
	}
	return form.Err()
}

// takeDeposits works out what the deposits of an invoice take off its price.
func (sh *sheet) takeDeposits(ctx context.Context, q *gen.Queries) error {
	if len(sh.deposits) == 0 || sh.customer == nil {
		return nil
	}
	list, err := deduct(ctx, q, sh.deposits, sh.customer.ID, sh.doc.Currency, sh.totals)
	if err != nil {
		return err
	}
	sh.draft.origin.deposits, sh.doc.PrepaidMinor = list, prepaid(list)
	return nil
}

// deduct judges the deposits of an invoice and gives what each takes off.
func deduct(ctx context.Context, q *gen.Queries, rows []gen.Document, customerID int64, currency money.Currency, totals billing.Totals) ([]Deposit, error) {
	var form fault.Form
	list := make([]Deposit, 0, len(rows))
	left := make([]billing.Deposit, 0, len(rows))
	for i, row := range rows {
		path := "deposits." + strconv.Itoa(i)
		if key, args, err := unfit(ctx, q, row, customerID, currency); err != nil {
			return nil, err
		} else if key != "" {
			form.Add(path, key, args...)
			continue
		}
		d, err := depositLeft(ctx, q, row)
		if err != nil {
			return nil, err
		}
		if d.NetMinor <= 0 && d.TaxMinor <= 0 {
			form.Add(path, "fault.deposit.credited", "number", d.Number)
			continue
		}
		list, left = append(list, d), append(left, billing.Deposit{Number: d.Number, NetMinor: d.NetMinor, Taxes: d.Taxes})
	}
	if err := form.Err(); err != nil {
		return nil, err
	}
	taken, err := billing.Deduct(totals, left, currency)
	if err != nil {
		return nil, err
	}
	for i, t := range taken {
		list[i].NetMinor, list[i].TaxMinor, list[i].Taxes = t.NetMinor, t.TaxMinor(), t.Taxes
	}
	return list, nil
}

// unfit tells why a document cannot be taken off an invoice, "" if it can.
func unfit(ctx context.Context, q *gen.Queries, row gen.Document, customerID int64, currency money.Currency) (key string, args []any, err error) {
	switch {
	case row.Kind != string(billing.DepositInvoice) || row.State != "issued":
		return "fault.deposit.unknown", nil, nil
	case whole(row.CustomerID) != customerID || row.Currency != string(currency):
		return "fault.deposit.other_party", []any{"number", text(row.Number)}, nil
	}
	final, err := q.FinalOfDeposit(ctx, row.ID)
	if err = db.NotFound(err); fault.Is(err, fault.NotFound) {
		return "", nil, nil
	}
	return "fault.deposit.twice", []any{"number", text(row.Number), "final", text(final.Number)}, err
}
