package app

import (
	"strings"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/core/money"
	"comptoir/office/payments"
	"comptoir/office/sales"
	"comptoir/rules/billing"
)

// Invoices is bound to the window: drafts, issuing, the list.
type Invoices struct{ desk *desk }

// InvoiceCounts are the figures beside the filters of the list.
type InvoiceCounts struct {
	Draft     int64 `json:"draft"`
	Unsent    int64 `json:"unsent"`
	Open      int64 `json:"open"`
	Overdue   int64 `json:"overdue"`
	Announced int64 `json:"announced"`
}

// InvoiceList is a page of invoices.
type InvoiceList struct {
	Rows   []InvoiceRow  `json:"rows"`
	Next   string        `json:"next"`
	Counts InvoiceCounts `json:"counts"`
}

func (q ListQuery) invoices() sales.ListQuery {
	return sales.ListQuery{Query: q.listing(), State: q.State, CustomerID: q.CustomerID, From: q.From, To: q.To}
}

// List gives a page of the invoices; the counts come with the first one.
func (s *Invoices) List(q ListQuery) (InvoiceList, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return InvoiceList{}, err
	}
	rows, next, err := h.Sales.List(s.desk.ctx, who, q.invoices())
	if err != nil {
		return InvoiceList{}, err
	}
	list := InvoiceList{Rows: invoiceRows(rows), Next: next}
	if q.Cursor == "" {
		c, err := h.Sales.Counts(s.desk.ctx, who)
		if err != nil {
			return InvoiceList{}, err
		}
		list.Counts = InvoiceCounts(c)
	}
	return list, nil
}

// DraftLine is a line as it is typed.
type DraftLine struct {
	ItemID        string   `json:"itemId"`
	Description   string   `json:"description"`
	Detail        string   `json:"detail"`
	Nature        string   `json:"nature"`
	QuantityE4    int64    `json:"quantityE4"`
	Unit          string   `json:"unit"`
	UnitPriceE4   int64    `json:"unitPriceE4"`
	DiscountPCM   int64    `json:"discountPcm"`
	DiscountMinor int64    `json:"discountMinor"`
	Optional      bool     `json:"optional"` // of a quote
	Taxes         []string `json:"taxes"`
}

// DraftAllowance is a discount or a charge on the whole document.
type DraftAllowance struct {
	Charge      bool     `json:"charge"`
	Reason      string   `json:"reason"`
	PCM         int64    `json:"pcm"`
	AmountMinor int64    `json:"amountMinor"`
	Taxes       []string `json:"taxes"`
}

// Draft is the form of a document of any kind.
type Draft struct {
	ID              string           `json:"id"`
	Kind            string           `json:"kind"` // "" = invoice
	Version         int64            `json:"version"`
	CustomerID      string           `json:"customerId"`
	ContactID       string           `json:"contactId"`
	IssueDate       string           `json:"issueDate"`
	DueDate         string           `json:"dueDate"`
	DeliveryDate    string           `json:"deliveryDate"`
	OrderNumber     string           `json:"orderNumber"`
	Currency        string           `json:"currency"`
	RateE8          int64            `json:"rateE8"`
	Language        string           `json:"language"`
	PricesInclTax   bool             `json:"pricesInclTax"`
	TermsDays       int64            `json:"termsDays"`
	TermsEndOfMonth bool             `json:"termsEndOfMonth"`
	Note            string           `json:"note"`
	PrivateNote     string           `json:"privateNote"`
	Terms           string           `json:"terms"`
	ValidUntil      string           `json:"validUntil"`
	DepositPCM      int64            `json:"depositPcm"`
	Reason          string           `json:"reason"`
	RetentionPCM    int64            `json:"retentionPcm"`
	RetentionUntil  string           `json:"retentionUntil"`
	Deposits        []string         `json:"deposits"` // deposit invoices that an invoice takes off; null = those it has
	Lines           []DraftLine      `json:"lines"`
	Allowances      []DraftAllowance `json:"allowances"`
}

func (d Draft) sales() sales.Draft {
	x := sales.Draft{PublicID: d.ID, Kind: d.Kind, Version: d.Version, CustomerID: d.CustomerID, ContactID: d.ContactID, IssueDate: d.IssueDate, DueDate: d.DueDate, DeliveryDate: d.DeliveryDate,
		OrderNumber: d.OrderNumber, Currency: d.Currency, RateE8: d.RateE8, Language: d.Language, PricesInclTax: d.PricesInclTax, TermsDays: d.TermsDays,
		TermsEndOfMonth: d.TermsEndOfMonth, Note: d.Note, PrivateNote: d.PrivateNote, Terms: d.Terms,
		ValidUntil: d.ValidUntil, DepositPCM: d.DepositPCM, Reason: d.Reason, RetentionPCM: d.RetentionPCM, RetentionUntil: d.RetentionUntil, Deposits: d.Deposits}
	for _, l := range d.Lines {
		x.Lines = append(x.Lines, sales.DraftLine{ItemID: l.ItemID, Description: l.Description, Detail: l.Detail, Nature: l.Nature, QuantityE4: l.QuantityE4, Unit: l.Unit,
			UnitPriceE4: l.UnitPriceE4, DiscountPCM: l.DiscountPCM, DiscountMinor: l.DiscountMinor, Optional: l.Optional, TaxCodes: l.Taxes})
	}
	for _, a := range d.Allowances {
		x.Allowances = append(x.Allowances, sales.DraftAllowance{Charge: a.Charge, Reason: a.Reason, PCM: a.PCM, AmountMinor: a.AmountMinor, TaxCodes: a.Taxes})
	}
	return x
}

func draftOf(x sales.Draft) Draft {
	d := Draft{ID: x.PublicID, Kind: x.Kind, Version: x.Version, CustomerID: x.CustomerID, ContactID: x.ContactID, IssueDate: x.IssueDate, DueDate: x.DueDate, DeliveryDate: x.DeliveryDate,
		OrderNumber: x.OrderNumber, Currency: x.Currency, RateE8: x.RateE8, Language: x.Language, PricesInclTax: x.PricesInclTax, TermsDays: x.TermsDays,
		TermsEndOfMonth: x.TermsEndOfMonth, Note: x.Note, PrivateNote: x.PrivateNote, Terms: x.Terms, ValidUntil: x.ValidUntil, DepositPCM: x.DepositPCM, Reason: x.Reason,
		RetentionPCM: x.RetentionPCM, RetentionUntil: x.RetentionUntil, Deposits: []string{}, Lines: []DraftLine{}, Allowances: []DraftAllowance{}}
	for _, l := range x.Lines {
		d.Lines = append(d.Lines, DraftLine{ItemID: l.ItemID, Description: l.Description, Detail: l.Detail, Nature: l.Nature, QuantityE4: l.QuantityE4, Unit: l.Unit,
			UnitPriceE4: l.UnitPriceE4, DiscountPCM: l.DiscountPCM, DiscountMinor: l.DiscountMinor, Optional: l.Optional, Taxes: l.TaxCodes})
	}
	for _, a := range x.Allowances {
		d.Allowances = append(d.Allowances, DraftAllowance{Charge: a.Charge, Reason: a.Reason, PCM: a.PCM, AmountMinor: a.AmountMinor, Taxes: a.TaxCodes})
	}
	return d
}

// Editor is everything that the invoice form opens with.
type Editor struct {
	Draft        Draft         `json:"draft"`
	Customer     *CustomerMark `json:"customer"`
	Totals       Totals        `json:"totals"`
	Taxes        []Tax         `json:"taxes"`
	Units        []Unit        `json:"units"`
	FirmCurrency string        `json:"firmCurrency"`
	QuoteDays    int64         `json:"quoteDays"` // how long a quote is valid when no day is typed
	Preceding    *DocumentMark `json:"preceding"` // of a credit note: its invoice
	Quote        *DocumentMark `json:"quote"`     // what it is made from
	Retention    bool          `json:"retention"` // retention money may be held back (French law)
}

// Edit opens the form on a draft, or with id "" on a new invoice, for a customer if one is
// named.
func (s *Invoices) Edit(id, customerID string) (Editor, error) {
	return s.edit(billing.Invoice, id, customerID)
}

// edit opens the form of any kind of document; kind counts for a new one.
func (s *Invoices) edit(kind billing.Kind, id, customerID string) (Editor, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return Editor{}, err
	}
	firm, err := h.Company.Firm(s.desk.ctx, who)
	if err != nil {
		return Editor{}, err
	}
	e := Editor{Units: s.desk.units(), FirmCurrency: firm.Currency, Draft: Draft{Currency: firm.Currency, Language: firm.Language, TermsDays: firm.TermsDays,
		TermsEndOfMonth: firm.TermsEndOfMonth, Terms: firm.InvoiceTerms, Deposits: []string{}, Lines: []DraftLine{}, Allowances: []DraftAllowance{}}}
	if e.Draft.Kind = string(kind); kind == billing.Quote {
		e.Draft.Terms, e.QuoteDays = firm.QuoteTerms, firm.QuoteDays
	}
	e.Retention = kind == billing.Invoice && firm.Country == "FR"
	table, err := h.Catalog.TaxTable(s.desk.ctx, who)
	if err != nil {
		return Editor{}, err
	}
	e.Taxes = s.desk.taxes(table)
	if id != "" {
		d, err := h.Sales.Get(s.desk.ctx, who, id)
		if err != nil {
			return Editor{}, err
		}
		if !d.Draft {
			return Editor{}, fault.New(fault.Conflict, "fault.already_issued", "number", d.Number)
		}
		e.Draft = draftOf(sales.DraftOf(d))
		for _, p := range d.Deposits {
			e.Draft.Deposits = append(e.Draft.Deposits, p.PublicID)
		}
		if m := settlementOf(d); m.Preceding != nil || m.Quote != nil {
			e.Preceding, e.Quote = m.Preceding, m.Quote
		}
		customerID = e.Draft.CustomerID
	}
	if customerID != "" {
		c, err := h.Customers.Get(s.desk.ctx, who, customerID)
		if err != nil {
			return Editor{}, err
		}
		m := customerMark(c)
		e.Customer = &m
		if id == "" {
			e.Draft.CustomerID, e.Draft.Currency, e.Draft.Language = c.PublicID, c.Currency, c.Language
			e.Draft.TermsDays, e.Draft.TermsEndOfMonth = c.TermsDays, c.TermsEndOfMonth
		}
	}
	e.Totals, err = s.Compute(e.Draft)
	return e, err
}

// Compute gives what a draft comes to, without storing it.
func (s *Invoices) Compute(d Draft) (Totals, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return Totals{}, err
	}
	totals, _, problems, err := h.Sales.Preview(s.desk.ctx, who, d.sales())
	if err != nil {
		return Totals{}, err
	}
	firm, err := h.Company.Firm(s.desk.ctx, who)
	if err != nil {
		return Totals{}, err
	}
	due := dueDate(d, firm.Today(h.DB.Now()))
	v := s.desk.totals(d.Currency, totals, due, problems)
	v.RetainedMinor, err = billing.Retention{PCM: d.RetentionPCM}.Minor(totals)
	return v, err
}

func dueDate(d Draft, today civil.Date) civil.Date {
	if day, err := civil.Parse(d.DueDate); err == nil {
		return day
	}
	if day, err := civil.Parse(d.IssueDate); err == nil {
		today = day
	}
	return billing.Terms{Days: int(d.TermsDays), EndOfMonth: d.TermsEndOfMonth}.DueDate(today)
}

// Save stores the form as it is; key makes a repeat of the first save harmless.
func (s *Invoices) Save(d Draft, key string) (Saved, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return Saved{}, err
	}
	doc, _, err := h.Sales.SaveDraft(s.desk.ctx, who, key, d.sales())
	return Saved{ID: doc.PublicID, Version: doc.Version, SavedAt: doc.UpdatedAt}, err
}

// Send issues a draft and mails it; an issued invoice is mailed again (Envoyer par courriel).
func (s *Invoices) Send(id string, version int64, key string) (Done, error) {
	return s.release(id, version, key, sales.ByMail)
}

// MarkSent issues a draft that is handed over by other means (Marquer envoyée).
func (s *Invoices) MarkSent(id string, version int64, key string) (Done, error) {
	return s.release(id, version, key, sales.ByHand)
}

func (s *Invoices) release(id string, version int64, key, how string) (Done, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return Done{}, err
	}
	d, err := h.Sales.Release(s.desk.ctx, who, sales.Issue{Key: key, PublicID: id, Version: version, How: how})
	if err != nil {
		return Done{}, err
	}
	text, mailed := "window.done.sent", false
	if d.Kind != billing.Invoice {
		text = "window.done." + string(d.Kind) + "_sent"
	}
	if how == sales.ByMail {
		w, err := h.Outbox.Waiting(s.desk.ctx, who)
		if err != nil {
			return Done{}, err
		}
		if mailed = w.HasServer; mailed {
			text = strings.Replace(text, "sent", "mailed", 1)
		} else {
			text = strings.Replace(text, "sent", "queued", 1)
		}
	}
	return Done{ID: d.PublicID, Number: d.Number, Mailed: mailed, Message: s.desk.t(text, map[string]any{"number": d.Number})}, nil
}

// MarkPaid issues a draft if it still is one and records its whole payment (Marquer payée).
func (s *Invoices) MarkPaid(id string, version int64, key string) (Done, error) {
	return s.paid(payments.Record{Key: key, DocumentID: id, Method: "transfer"}, version)
}

// PaymentForm is a payment as it is typed beside an invoice.
type PaymentForm struct {
	Key         string `json:"key"`
	InvoiceID   string `json:"invoiceId"`
	Version     int64  `json:"version"`
	AmountMinor int64  `json:"amountMinor"` // 0 = all that is due
	ReceivedOn  string `json:"receivedOn"`
	Method      string `json:"method"`
	Reference   string `json:"reference"`
	Note        string `json:"note"`
	Notify      bool   `json:"notify"`
	Anyway      bool   `json:"anyway"` // although a gateway has not said how an attempt to pay it ended
}

// RecordPayment notes a payment of an invoice, whole or part.
func (s *Invoices) RecordPayment(p PaymentForm) (Done, error) {
	return s.paid(payments.Record{Key: p.Key, DocumentID: p.InvoiceID, AmountMinor: p.AmountMinor, ReceivedOn: p.ReceivedOn, Method: p.Method, Reference: p.Reference, Note: p.Note, Notify: p.Notify, Anyway: p.Anyway}, p.Version)
}

func (s *Invoices) paid(r payments.Record, version int64) (Done, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return Done{}, err
	}
	p, err := h.Payments.MarkPaid(s.desk.ctx, who, version, r)
	if err != nil {
		return Done{}, err
	}
	return s.desk.paidDone(h, who, r.DocumentID, p)
}

func (d *desk) paidDone(h *House, who actor.Actor, documentID string, p payments.Payment) (Done, error) {
	doc, err := h.Sales.Get(d.ctx, who, documentID)
	return Done{ID: doc.PublicID, Number: doc.Number, Message: d.t("window.done.paid", map[string]any{"number": doc.Number, "amount": money.Amount{Minor: p.AmountMinor, Currency: p.Currency}})}, err
}

// ConfirmTransfer records an announced transfer as received: today and as announced, or on
// the day and with the amount that the bank shows.
func (s *Invoices) ConfirmTransfer(c payments.Confirmed) (Done, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return Done{}, err
	}
	p, err := h.Payments.ConfirmTransfer(s.desk.ctx, who, c)
	if err != nil {
		return Done{}, err
	}
	if len(p.Parts) == 0 { // paid another way meanwhile: all of it stays on the customer's account
		return Done{ID: p.PublicID, Number: p.Number, Message: s.desk.t("window.payments.done.recorded", map[string]any{"number": p.Number, "amount": money.Amount{Minor: p.AmountMinor, Currency: p.Currency}, "customer": p.CustomerName})}, nil
	}
	return s.desk.paidDone(h, who, p.Parts[0].DocumentID, p)
}

// DismissTransfer closes an announcement whose money never came; with a message, the customer
// is written to.
func (s *Invoices) DismissTransfer(announcementID, message string) error {
	h, who, err := s.desk.open()
	if err != nil {
		return err
	}
	return h.Payments.DismissTransfer(s.desk.ctx, who, announcementID, message)
}

// Duplicate makes a new draft of an invoice.
func (s *Invoices) Duplicate(id, key string) (Saved, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return Saved{}, err
	}
	d, err := h.Sales.Duplicate(s.desk.ctx, who, key, id)
	return Saved{ID: d.PublicID, Version: d.Version, SavedAt: d.UpdatedAt}, err
}

// DeleteDraft takes a draft away.
func (s *Invoices) DeleteDraft(id string, version int64) error {
	h, who, err := s.desk.open()
	if err != nil {
		return err
	}
	return h.Sales.Delete(s.desk.ctx, who, id, version)
}
