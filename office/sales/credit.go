package sales

import (
	"context"
	"strings"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/core/locale"
	"comptoir/core/money"
	typed "comptoir/core/text"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
	"comptoir/office/catalog"
	"comptoir/office/settlement"
	"comptoir/rules/billing"
)

// How much of an invoice a credit note gives back.
const (
	CreditAll     = "all"     // all that is left of it
	CreditLines   = "lines"   // chosen quantities
	CreditPercent = "percent" // a part of each tax group
	CreditAmount  = "amount"  // an amount with tax, shared over the tax groups
)

// Credit asks for a credit note of an issued invoice or deposit invoice.
type Credit struct {
	Key          string  `json:"key"`
	InvoiceID    string  `json:"invoiceId"`
	How          string  `json:"how"`          // CreditAll …
	QuantitiesE4 []int64 `json:"quantitiesE4"` // CreditLines: of each line of the invoice, 0 = none of it
	PCM          int64   `json:"pcm"`
	AmountMinor  int64   `json:"amountMinor"`
	NetOfTax     bool    `json:"netOfTax"` // the VAT stays as it was invoiced
	Reason       string  `json:"reason"`
	Send         string  `json:"send"` // ByMail, ByHand, NoSend
}

// Creditable tells what a credit note of an invoice may give back.
type Creditable struct {
	LeftMinor int64
	Currency  money.Currency
	NetOfTax  bool           // an avoir net de taxe is possible
	Lines     []DocumentLine // with the quantities that are left
}

// Creditable gives what is left of an invoice to give back.
func (s *Service) Creditable(ctx context.Context, who actor.Actor, publicID string) (c Creditable, err error) {
	if err := who.Need(actor.Look); err != nil {
		return Creditable{}, err
	}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		x, err := s.newCrediting(ctx, q, publicID)
		if err != nil {
			return err
		}
		c = Creditable{LeftMinor: billing.CreditLeft(x.invoice.Totals, x.earlier), Currency: x.invoice.Currency, NetOfTax: x.netOfTax(ctx, q) == nil, Lines: x.invoice.Lines}
		for i, left := range billing.LinesLeft(x.invoice.rulesDocument(), x.given) {
			c.Lines[i].QuantityE4 = left
		}
		return nil
	})
	return c, err
}

// PreviewCredit gives what a credit note would come to, without storing anything.
func (s *Service) PreviewCredit(ctx context.Context, who actor.Actor, in Credit) (totals billing.Totals, err error) {
	if err := who.Need(actor.Look); err != nil {
		return billing.Totals{}, err
	}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		x, err := s.newCrediting(ctx, q, in.InvoiceID)
		if err != nil {
			return err
		}
		doc, err := x.document(ctx, q, in)
		if err != nil {
			return err
		}
		if totals, err = billing.Calculate(doc); err != nil {
			return err
		}
		return billing.CheckCredit(x.invoice.Totals, x.earlier, totals, x.invoice.Currency)
	})
	return totals, err
}

// DraftCredit makes a draft of a credit note, to be looked at before it is issued.
func (s *Service) DraftCredit(ctx context.Context, who actor.Actor, in Credit) (d Document, err error) {
	return s.credit(ctx, who, in, "credit_note.draft", func(_ context.Context, _ *db.Tx, _ gen.Document) error { return nil })
}

// CreditInvoice makes a credit note and issues it at once: number, entry, PDF, mail, and
// set against the invoice as far as that is unpaid, all in one transaction.
func (s *Service) CreditInvoice(ctx context.Context, who actor.Actor, in Credit) (Document, error) {
	return s.credit(ctx, who, in, "credit_note.credit", func(ctx context.Context, tx *db.Tx, row gen.Document) error {
		_, err := s.issueRow(ctx, tx, who, Issue{Key: in.Key, How: in.Send}, row)
		return err
	})
}

func (s *Service) credit(ctx context.Context, who actor.Actor, in Credit, command string, then func(context.Context, *db.Tx, gen.Document) error) (d Document, err error) {
	if err := who.Need(actor.Sell); err != nil {
		return Document{}, err
	}
	err = s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		var id int64
		if err := audit.Once(ctx, tx, in.Key, command, in, &id, func() error {
			row, err := s.insertCredit(ctx, tx, who, in)
			if err != nil {
				return err
			}
			id = row.ID
			tx.AfterCommit(func() { s.Changed("credits", "invoices") })
			return then(ctx, tx, row)
		}); err != nil {
			return err
		}
		d, err = s.load(ctx, tx.Queries, id)
		return err
	})
	return d, err
}

// cancelInvoice takes a whole invoice back inside the caller's transaction: a credit note
// of all that is left of it, set against it. It gives the credit note's id and number.
func (s *Service) cancelInvoice(ctx context.Context, tx *db.Tx, who actor.Actor, publicID, reason string) (id int64, number string, err error) {
	row, err := s.insertCredit(ctx, tx, who, Credit{InvoiceID: publicID, How: CreditAll, Reason: reason})
	if err != nil {
		return 0, "", err
	}
	x, err := s.issueRow(ctx, tx, who, Issue{How: NoSend}, row)
	if err != nil {
		return 0, "", err
	}
	tx.AfterCommit(func() { s.Changed("credits", "invoices") })
	return row.ID, x.number.Text, nil
}

// insertCredit stores the draft of a credit note.
func (s *Service) insertCredit(ctx context.Context, tx *db.Tx, who actor.Actor, in Credit) (gen.Document, error) {
	if in.Reason = strings.TrimSpace(typed.Clean(in.Reason)); in.Reason == "" {
		return gen.Document{}, oneField("reason", "fault.credit.reason")
	}
	x, err := s.newCrediting(ctx, tx.Queries, in.InvoiceID)
	if err != nil {
		return gen.Document{}, err
	}
	doc, err := x.document(ctx, tx.Queries, in)
	if err != nil {
		return gen.Document{}, err
	}
	return s.insertForm(ctx, tx, who, x.form(doc, in))
}

// crediting is an invoice with what was given back of it.
type crediting struct {
	row     gen.Document
	invoice Document
	earlier []billing.Totals
	given   []billing.Document // the same, with their lines
}

// newCrediting looks an invoice up that may be credited: issued, and a deposit only as long
// as no final invoice took it off.
func (s *Service) newCrediting(ctx context.Context, q *gen.Queries, publicID string) (*crediting, error) {
	row, err := q.DocumentByPublicID(ctx, publicID)
	if err != nil {
		return nil, db.NotFound(err)
	}
	return s.creditingOf(ctx, q, row)
}

func (s *Service) creditingOf(ctx context.Context, q *gen.Queries, row gen.Document) (*crediting, error) {
	if row.State != "issued" || row.Kind != string(billing.Invoice) && row.Kind != string(billing.DepositInvoice) {
		return nil, fault.New(fault.Conflict, "fault.credit.not_creditable")
	}
	if final, err := q.FinalOfDeposit(ctx, row.ID); err == nil {
		return nil, fault.New(fault.Conflict, "fault.credit.deducted", "number", text(row.Number), "final", text(final.Number))
	} else if err = db.NotFound(err); !fault.Is(err, fault.NotFound) {
		return nil, err
	}
	x := &crediting{row: row}
	var err error
	if x.invoice, err = s.build(ctx, q, row); err != nil {
		return nil, err
	}
	x.earlier, x.given, err = creditsOf(ctx, q, row.ID)
	return x, err
}

// creditsOf gives what the issued credit notes of an invoice came to, and what they say.
func creditsOf(ctx context.Context, q *gen.Queries, documentID int64) (totals []billing.Totals, given []billing.Document, err error) {
	rows, err := q.CreditsOfDocument(ctx, &documentID)
	if err != nil {
		return nil, nil, err
	}
	for _, r := range rows {
		d, err := computed(ctx, q, r)
		if err != nil {
			return nil, nil, err
		}
		totals, given = append(totals, d.Totals), append(given, d.rulesDocument())
	}
	return totals, given, nil
}

// computed is a stored document with its lines alone, computed anew.
func computed(ctx context.Context, q *gen.Queries, row gen.Document) (Document, error) {
	d := Document{Currency: money.Currency(row.Currency), PricesInclTax: row.PricesInclTax == 1}
	r, err := readRows(ctx, q, row.ID)
	if err != nil {
		return Document{}, err
	}
	err = r.fill(row, &d)
	return d, err
}

// rulesDocument is an invoice as the rules see it, without what deposits took off: the
// price goes back whole, and with it the money of the deposits.
func (d Document) rulesDocument() billing.Document {
	doc := billing.Document{Currency: d.Currency, PricesInclTax: d.PricesInclTax, Allowances: d.Allowances}
	for _, l := range d.Lines {
		doc.Lines = append(doc.Lines, l.Line)
	}
	return doc
}

// document gives what a credit note gives back.
func (x *crediting) document(ctx context.Context, q *gen.Queries, in Credit) (doc billing.Document, err error) {
	invoice := x.invoice.rulesDocument()
	rest, left := billing.Creditable(x.invoice.Totals, x.earlier), billing.CreditLeft(x.invoice.Totals, x.earlier)
	if left <= 0 {
		return billing.Document{}, fault.New(fault.Conflict, "fault.credit.nothing_left", "number", x.invoice.Number)
	}
	label := locale.T(locale.Of(x.invoice.Lang), "paper.credit_line", map[string]any{"number": x.invoice.Number})
	switch in.How {
	case CreditAll:
		if doc = invoice; len(x.earlier) > 0 {
			doc, err = billing.CreditAmount(x.invoice.Currency, rest, left, label)
		}
	case CreditLines:
		q := map[int]int64{}
		for i, n := range in.QuantitiesE4 {
			q[i] = n
		}
		doc, err = billing.CreditLines(invoice, x.given, q)
	case CreditPercent:
		doc, err = billing.CreditPercent(invoice, x.invoice.Totals, x.earlier, in.PCM, label)
	case CreditAmount:
		doc, err = billing.CreditAmount(x.invoice.Currency, rest, in.AmountMinor, label)
	default:
		err = oneField("how", "fault.choice")
	}
	if err == nil && in.How != CreditLines {
		tellApart(doc.Lines, label, locale.Of(x.invoice.Lang))
	}
	if err != nil || !in.NetOfTax {
		return doc, err
	}
	if err := x.netOfTax(ctx, q); err != nil {
		return billing.Document{}, err
	}
	row, ok := catalog.NewFinder(q).ByCode(ctx, billing.NetOfTax)
	if !ok {
		return billing.Document{}, oneField("netOfTax", "fault.credit.other_prices")
	}
	return billing.WithoutTax(doc, row.Billing(x.invoice.Lang))
}

// tellApart names what each line gives back where there are several of the same words.
func tellApart(lines []billing.Line, label string, lang locale.Lang) {
	same := 0
	for _, l := range lines {
		if l.Description == label {
			same++
		}
	}
	if same < 2 {
		return
	}
	for i, l := range lines {
		if l.Description != label {
			continue
		}
		words := []string{locale.T(lang, "common.nature."+string(l.Nature), nil)}
		for _, t := range l.Taxes {
			words = append(words, t.Name+" "+locale.Rate(lang, t.RatePCM))
		}
		lines[i].Detail = strings.Join(words, ", ")
	}
}

// netOfTax refuses an avoir net de taxe where there is no French VAT to leave as it was.
func (x *crediting) netOfTax(_ context.Context, _ *gen.Queries) error {
	if x.invoice.Seller.Country != "FR" || x.invoice.Totals.TotalTax == 0 || x.invoice.Kind != billing.Invoice {
		return oneField("netOfTax", "fault.credit.other_prices")
	}
	return nil
}

// form is the credit note as a draft: parties, currency, rate and words of the invoice.
func (x *crediting) form(doc billing.Document, in Credit) Draft {
	v := x.invoice
	d := Draft{Kind: string(billing.CreditNote), ContactID: v.ContactID, Currency: string(v.Currency), RateE8: v.RateE8, Language: v.Lang, PricesInclTax: doc.PricesInclTax,
		OrderNumber: v.OrderNumber, TermsDays: int64(v.Terms.Days), TermsEndOfMonth: v.Terms.EndOfMonth, Reason: in.Reason,
		origin: origin{precedingID: x.row.ID}}
	if v.Customer != nil {
		d.CustomerID = v.Customer.PublicID
	}
	d.Lines, d.Allowances = formLines(doc.Lines), draftAllowances(doc.Allowances)
	keepItems(d.Lines, v.Lines)
	return d
}

// formLines turns lines of the rules into those of a form.
func formLines(lines []billing.Line) []DraftLine {
	out := []DraftLine{}
	for _, l := range lines {
		out = append(out, DraftLine{Description: l.Description, Detail: l.Detail, Nature: string(l.Nature), QuantityE4: l.QuantityE4, Unit: l.Unit, UnitPriceE4: l.UnitPriceE4,
			DiscountPCM: l.DiscountPCM, DiscountMinor: l.DiscountMinor, TaxCodes: codesOf(l.Taxes)})
	}
	return out
}

func codesOf(taxes []billing.Tax) []string {
	codes := []string{}
	for _, t := range taxes {
		codes = append(codes, t.Code)
	}
	return codes
}

func draftAllowances(list []billing.Allowance) []DraftAllowance {
	out := []DraftAllowance{}
	for _, a := range list {
		out = append(out, DraftAllowance{Charge: a.Charge, Reason: a.Reason, PCM: a.PCM, AmountMinor: a.AmountMinor, TaxCodes: codesOf(a.Taxes)})
	}
	return out
}

// keepItems names the catalogue items where the lines are still those of the document that
// they come from.
func keepItems(lines []DraftLine, of []DocumentLine) {
	if len(lines) != len(of) {
		return
	}
	for i := range lines {
		if lines[i].Description == of[i].Description {
			lines[i].ItemID = of[i].ItemID
		}
	}
}

// judgeCredit judges a credit note that is about to be issued: its reason, its invoice, and
// that it gives no more back than is left.
func (s *Service) judgeCredit(ctx context.Context, tx *db.Tx, x *issue) error {
	if strings.TrimSpace(x.row.Reason) == "" {
		return oneField("reason", "fault.credit.reason")
	}
	if x.before == nil {
		return nil // goodwill: not about one invoice
	}
	c, err := s.creditingOf(ctx, tx.Queries, *x.before)
	if err != nil {
		return err
	}
	switch {
	case whole(x.before.CustomerID) != x.customer.ID:
		return oneField("customerId", "fault.credit.other_customer")
	case x.before.Currency != x.row.Currency:
		return oneField("currency", "fault.credit.other_currency", "currency", x.before.Currency)
	case x.on.Before(c.invoice.IssueDate):
		return oneField("issueDate", "fault.before_issue")
	}
	if err := billing.CheckCreditLines(c.invoice.rulesDocument(), c.given, x.doc); err != nil {
		return err
	}
	return billing.CheckCredit(c.invoice.Totals, c.earlier, x.totals, c.invoice.Currency)
}

// setOff sets a credit note against its own invoice, as far as that is unpaid; the rest
// stays the customer's, to be used or paid back. What waits for the invoice is told when
// nothing is due any more.
func (s *Service) setOff(ctx context.Context, tx *db.Tx, x *issue) error {
	if x.before == nil {
		return nil
	}
	st, err := tx.Status(ctx, x.before.ID)
	if err != nil {
		return db.NotFound(err)
	}
	if st.AnnouncedAt != nil { // money is on its way for what is no longer owed
		if err := audit.Notify(ctx, tx, "credited_announced", map[string]any{"number": text(x.before.Number), "credit": x.number.Text, "customer": x.row.CustomerName}, "document", x.before.PublicID); err != nil {
			return err
		}
	}
	if err := x.tellDebited(ctx, tx); err != nil {
		return err
	}
	amount := min(st.DueMinor, x.totals.AmountDue)
	if amount <= 0 {
		return nil
	}
	if err := settlement.ApplyCredit(ctx, tx, x.row.ID, []settlement.Part{{DocumentID: x.before.ID, AmountMinor: amount}}, x.on); err != nil {
		return err
	}
	if amount < st.DueMinor {
		return nil
	}
	return s.Settled(ctx, tx, []int64{x.before.ID})
}
