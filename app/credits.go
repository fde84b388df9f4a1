package app

import (
	"comptoir/office/sales"
	"comptoir/rules/billing"
)

// Credits is bound to the window: credit notes, deposit invoices and situations of quotes,
// final invoices. Their forms are those of every document (Invoices.Compute, Save).
type Credits struct{ desk *desk }

// CreditCounts are the figures beside the filters of the list of credit notes.
type CreditCounts struct {
	Draft int64 `json:"draft"`
	Open  int64 `json:"open"`
}

// CreditList is a page of credit notes.
type CreditList struct {
	Rows   []InvoiceRow `json:"rows"`
	Next   string       `json:"next"`
	Counts CreditCounts `json:"counts"`
}

// List gives a page of the credit notes; the counts come with the first one.
func (s *Credits) List(q ListQuery) (CreditList, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return CreditList{}, err
	}
	x := q.invoices()
	x.Kind = string(billing.CreditNote)
	rows, next, err := h.Sales.List(s.desk.ctx, who, x)
	if err != nil {
		return CreditList{}, err
	}
	list := CreditList{Rows: invoiceRows(rows), Next: next}
	if q.Cursor == "" {
		c, err := h.Sales.CreditCounts(s.desk.ctx, who)
		if err != nil {
			return CreditList{}, err
		}
		list.Counts = CreditCounts(c)
	}
	return list, nil
}

// CreditForm asks for a credit note of an invoice.
type CreditForm struct {
	Key          string  `json:"key"`
	InvoiceID    string  `json:"invoiceId"`
	How          string  `json:"how"` // all, lines, percent, amount
	QuantitiesE4 []int64 `json:"quantitiesE4"`
	PCM          int64   `json:"pcm"`
	AmountMinor  int64   `json:"amountMinor"`
	NetOfTax     bool    `json:"netOfTax"`
	Reason       string  `json:"reason"`
	Mail         bool    `json:"mail"`
}

func (f CreditForm) sales() sales.Credit {
	c := sales.Credit{Key: f.Key, InvoiceID: f.InvoiceID, How: f.How, QuantitiesE4: f.QuantitiesE4, PCM: f.PCM, AmountMinor: f.AmountMinor, NetOfTax: f.NetOfTax, Reason: f.Reason, Send: sales.ByHand}
	if f.Mail {
		c.Send = sales.ByMail
	}
	return c
}

// CreditLine is a line of an invoice that may be given back.
type CreditLine struct {
	Description string `json:"description"`
	QuantityE4  int64  `json:"quantityE4"`
	Unit        string `json:"unit"`
	NetMinor    int64  `json:"netMinor"`
	TaxLabel    string `json:"taxLabel"`
}

// CreditableView is what of an invoice may be given back.
type CreditableView struct {
	LeftMinor int64        `json:"leftMinor"`
	Currency  string       `json:"currency"`
	NetOfTax  bool         `json:"netOfTax"`
	Lines     []CreditLine `json:"lines"`
	Reasons   []string     `json:"reasons"` // usual ones, to choose from
}

// usualReasons are the reasons that most credit notes have, the commonest first.
var usualReasons = []string{"cancelled", "error", "returned", "discount"}

// Creditable opens the panel of a credit note.
func (s *Credits) Creditable(invoiceID string) (CreditableView, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return CreditableView{}, err
	}
	c, err := h.Sales.Creditable(s.desk.ctx, who, invoiceID)
	if err != nil {
		return CreditableView{}, err
	}
	v := CreditableView{LeftMinor: c.LeftMinor, Currency: string(c.Currency), NetOfTax: c.NetOfTax, Lines: []CreditLine{}, Reasons: []string{}}
	for _, l := range c.Lines {
		v.Lines = append(v.Lines, CreditLine{Description: l.Description, QuantityE4: l.QuantityE4, Unit: s.desk.unit(l.Unit), NetMinor: l.Total.GrossMinor - l.Total.DiscountMinor, TaxLabel: s.desk.lineTaxes(l.Taxes)})
	}
	for _, name := range usualReasons {
		v.Reasons = append(v.Reasons, s.desk.t("desk.credit.reason."+name, nil))
	}
	return v, nil
}

// Preview gives what a credit note comes to.
func (s *Credits) Preview(f CreditForm) (Totals, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return Totals{}, err
	}
	d, err := h.Sales.Get(s.desk.ctx, who, f.InvoiceID)
	if err != nil {
		return Totals{}, err
	}
	totals, err := h.Sales.PreviewCredit(s.desk.ctx, who, f.sales())
	return s.desk.totals(string(d.Currency), totals, d.DueDate, nil), err
}

// Issue makes a credit note and issues it at once.
func (s *Credits) Issue(f CreditForm) (Done, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return Done{}, err
	}
	d, err := h.Sales.CreditInvoice(s.desk.ctx, who, f.sales())
	return Done{ID: d.PublicID, Number: d.Number, Mailed: f.Mail, Message: s.desk.t("desk.credit.done", map[string]any{"number": d.Number})}, err
}

// Draft makes the draft of a credit note, to be changed before it is issued.
func (s *Credits) Draft(f CreditForm) (Saved, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return Saved{}, err
	}
	d, err := h.Sales.DraftCredit(s.desk.ctx, who, f.sales())
	return Saved{ID: d.PublicID, Version: d.Version, SavedAt: d.UpdatedAt}, err
}

// Edit opens the form of a credit note of no invoice (goodwill), or of a draft.
func (s *Credits) Edit(id, customerID string) (Editor, error) {
	return (&Invoices{s.desk}).edit(billing.CreditNote, id, customerID)
}

// EditDeposit opens the form of a deposit invoice of no quote, or of a draft.
func (s *Credits) EditDeposit(id, customerID string) (Editor, error) {
	return (&Invoices{s.desk}).edit(billing.DepositInvoice, id, customerID)
}

// DepositView is a deposit invoice that an invoice may take off.
type DepositView struct {
	ID        string `json:"id"`
	Number    string `json:"number"`
	IssueDate string `json:"issueDate"`
	NetMinor  int64  `json:"netMinor"`
	TaxMinor  int64  `json:"taxMinor"`
	QuoteID   string `json:"quoteId"`
}

func depositViews(list []sales.DepositMark) []DepositView {
	views := make([]DepositView, 0, len(list))
	for _, d := range list {
		views = append(views, DepositView{ID: d.PublicID, Number: d.Number, IssueDate: d.IssueDate, NetMinor: d.NetMinor, TaxMinor: d.TaxMinor, QuoteID: d.QuoteID})
	}
	return views
}

// Deposits lists the deposits that an invoice of a customer may take off.
func (s *Credits) Deposits(customerID, currency string) ([]DepositView, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return nil, err
	}
	list, err := h.Sales.Deposits(s.desk.ctx, who, customerID, currency)
	return depositViews(list), err
}

// QuoteBilling is what of a quote was invoiced so far.
type QuoteBilling struct {
	Currency      string         `json:"currency"`
	TotalMinor    int64          `json:"totalMinor"`
	InvoicedMinor int64          `json:"invoicedMinor"`
	DonePCM       int64          `json:"donePcm"`
	Deposits      []DepositView  `json:"deposits"`
	Finals        []DocumentMark `json:"finals"`
}

// Billing tells what of a quote was invoiced so far.
func (s *Credits) Billing(quoteID string) (QuoteBilling, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return QuoteBilling{}, err
	}
	b, err := h.Sales.Billing(s.desk.ctx, who, quoteID)
	if err != nil {
		return QuoteBilling{}, err
	}
	v := QuoteBilling{Currency: string(b.Currency), TotalMinor: b.TotalMinor, InvoicedMinor: b.InvoicedMinor, DonePCM: b.DonePCM, Deposits: depositViews(b.Deposits), Finals: []DocumentMark{}}
	for _, f := range b.Finals {
		v.Finals = append(v.Finals, documentMark(f))
	}
	return v, nil
}

// DepositForm asks for a deposit invoice of a quote, or for its next situation.
type DepositForm struct {
	Key         string `json:"key"`
	QuoteID     string `json:"quoteId"`
	PCM         int64  `json:"pcm"`
	AmountMinor int64  `json:"amountMinor"`
	Progress    bool   `json:"progress"`
}

// Deposit makes the draft of a deposit invoice of a quote, or of its next situation.
func (s *Credits) Deposit(f DepositForm) (Saved, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return Saved{}, err
	}
	d, err := h.Sales.DraftDeposit(s.desk.ctx, who, sales.DepositAsk(f))
	return Saved{ID: d.PublicID, Version: d.Version, SavedAt: d.UpdatedAt}, err
}
