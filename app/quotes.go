package app

import (
	"comptoir/core/actor"
	"comptoir/core/locale"
	"comptoir/office/sales"
	"comptoir/rules/billing"
)

// Quotes is bound to the window: quotes and what was decided about them. Their form is that
// of every document (Invoices.Compute, Save, DeleteDraft).
type Quotes struct{ desk *desk }

// QuoteRow is a quote in the list.
type QuoteRow struct {
	ID             string `json:"id"`
	Version        int64  `json:"version"`
	Number         string `json:"number"`
	State          string `json:"state"`
	CustomerID     string `json:"customerId"`
	CustomerName   string `json:"customerName"`
	IssueDate      string `json:"issueDate"`
	ValidUntil     string `json:"validUntil"`
	Currency       string `json:"currency"`
	TotalExclMinor int64  `json:"totalExclMinor"`
	TotalInclMinor int64  `json:"totalInclMinor"`
	SentAt         string `json:"sentAt"`
	UpdatedAt      string `json:"updatedAt"`
}

// QuoteCounts are the figures beside the filters.
type QuoteCounts struct {
	Draft    int64 `json:"draft"`
	Waiting  int64 `json:"waiting"`
	Expired  int64 `json:"expired"`
	Approved int64 `json:"approved"`
}

// QuoteList is a page of quotes.
type QuoteList struct {
	Rows   []QuoteRow  `json:"rows"`
	Next   string      `json:"next"`
	Counts QuoteCounts `json:"counts"`
}

// List gives a page of the quotes; the counts come with the first one.
func (s *Quotes) List(q ListQuery) (QuoteList, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return QuoteList{}, err
	}
	rows, next, err := h.Sales.Quotes(s.desk.ctx, who, sales.QuoteQuery{Query: q.listing(), State: q.State, CustomerID: q.CustomerID, From: q.From, To: q.To})
	if err != nil {
		return QuoteList{}, err
	}
	list := QuoteList{Rows: make([]QuoteRow, 0, len(rows)), Next: next}
	for _, r := range rows {
		list.Rows = append(list.Rows, QuoteRow{ID: r.PublicID, Version: r.Version, Number: r.Number, State: string(r.State), CustomerID: r.CustomerID, CustomerName: r.CustomerName,
			IssueDate: r.IssueDate.String(), ValidUntil: r.ValidUntil.String(), Currency: string(r.Currency), TotalExclMinor: r.TotalExclMinor, TotalInclMinor: r.TotalInclMinor,
			SentAt: r.SentAt, UpdatedAt: r.UpdatedAt})
	}
	if q.Cursor == "" {
		c, err := h.Sales.QuoteCounts(s.desk.ctx, who)
		if err != nil {
			return QuoteList{}, err
		}
		list.Counts = QuoteCounts(c)
	}
	return list, nil
}

// DocumentMark names another document.
type DocumentMark struct {
	ID        string `json:"id"`
	Kind      string `json:"kind"`
	Number    string `json:"number"` // "" of a draft
	IssueDate string `json:"issueDate"`
	DueMinor  int64  `json:"dueMinor"`
	Cancelled bool   `json:"cancelled"` // a credit note took it back whole
}

func documentMark(r sales.DocumentRef) DocumentMark {
	return DocumentMark{ID: r.PublicID, Kind: string(r.Kind), Number: r.Number, IssueDate: r.IssueDate.String()}
}

// DecisionView is what was decided about a quote.
type DecisionView struct {
	Decision      string `json:"decision"` // approved, refused
	On            string `json:"on"`
	ByFirm        bool   `json:"byFirm"`
	Name          string `json:"name"`
	OrderNumber   string `json:"orderNumber"`
	Reason        string `json:"reason"`
	Options       []int  `json:"options"`       // places of the lines taken
	SignatureHref string `json:"signatureHref"` // "" = none
	TotalMinor    int64  `json:"totalMinor"`
	UndoneAt      string `json:"undoneAt"`
	UndoneBy      string `json:"undoneBy"`
}

// Quote is one quote with everything around it.
type Quote struct {
	Invoice
	ValidUntil   string         `json:"validUntil"`
	DepositPCM   int64          `json:"depositPcm"`
	DepositMinor int64          `json:"depositMinor"`
	Waits        bool           `json:"waits"` // it may be approved or refused
	Hash         string         `json:"hash"`
	Decision     *DecisionView  `json:"decision"`
	Undone       []DecisionView `json:"undone"`
	Made         []DocumentMark `json:"made"`
	Successor    *DocumentMark  `json:"successor"`
	Versions     []DocumentMark `json:"versions"`
	Questions    []Question     `json:"questions"`
}

// Get gives one quote.
func (s *Quotes) Get(id string) (Quote, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return Quote{}, err
	}
	x, err := h.Sales.GetQuote(s.desk.ctx, who, id)
	if err != nil {
		return Quote{}, err
	}
	inv := &Invoices{s.desk}
	v := Quote{Invoice: s.desk.invoice(x.Document), ValidUntil: x.ValidUntil.String(), DepositPCM: x.DepositPCM, DepositMinor: x.DepositMinor, Waits: x.Waits, Hash: x.Hash,
		Undone: []DecisionView{}, Made: []DocumentMark{}, Versions: []DocumentMark{}}
	if x.Customer != nil {
		c, err := h.Customers.Get(s.desk.ctx, who, x.Customer.PublicID)
		if err != nil {
			return Quote{}, err
		}
		m := customerMark(c)
		v.Customer = &m
	}
	if x.Decision != nil {
		d := decisionView(*x.Decision, id)
		v.Decision = &d
	}
	for _, d := range x.Undone {
		v.Undone = append(v.Undone, decisionView(d, ""))
	}
	for _, m := range x.Made {
		mark := documentMark(m.DocumentRef)
		mark.DueMinor, mark.Cancelled = m.DueMinor, m.TakenBack
		v.Made = append(v.Made, mark)
	}
	for _, r := range x.Versions {
		v.Versions = append(v.Versions, documentMark(r))
	}
	if x.Successor != nil {
		m := documentMark(*x.Successor)
		v.Successor = &m
	}
	if err := inv.around(h, who, x.Document, &v.Invoice); err != nil {
		return Quote{}, err
	}
	v.Questions, err = s.desk.questions(h, who, id)
	return v, err
}

func decisionView(d sales.Decision, quoteID string) DecisionView {
	v := DecisionView{Decision: string(d.Kind), On: d.On.String(), ByFirm: d.ByFirm, Name: d.Name, OrderNumber: d.OrderNumber, Reason: d.Reason, Options: append([]int{}, d.Options...),
		TotalMinor: d.TotalMinor, UndoneAt: d.UndoneAt, UndoneBy: d.UndoneBy}
	if d.SignatureSHA256 != "" && quoteID != "" {
		v.SignatureHref = "/files/quotes/" + quoteID + "/signature.png"
	}
	return v
}

// Edit opens the form on a draft, or with id "" on a new quote.
func (s *Quotes) Edit(id, customerID string) (Editor, error) {
	return (&Invoices{s.desk}).edit(billing.Quote, id, customerID)
}

// DecisionForm is a decision that the firm notes by hand.
type DecisionForm struct {
	Key         string `json:"key"`
	QuoteID     string `json:"quoteId"`
	Hash        string `json:"hash"`
	Name        string `json:"name"`
	On          string `json:"on"` // "" = today
	OrderNumber string `json:"orderNumber"`
	Options     []int  `json:"options"`
	Reason      string `json:"reason"`
}

// Approve notes that the customer agreed; the invoice or deposit invoice is made at once.
func (s *Quotes) Approve(f DecisionForm) (Done, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return Done{}, err
	}
	o, err := h.Sales.ApproveQuote(s.desk.ctx, who, sales.Approval{Key: f.Key, PublicID: f.QuoteID, Hash: f.Hash, Name: f.Name, On: f.On, OrderNumber: f.OrderNumber, Options: f.Options})
	if err != nil {
		return Done{}, err
	}
	done := Done{ID: o.Quote.PublicID, Number: o.Quote.Number, Message: s.desk.t("window.done.quote_approved", map[string]any{"number": o.Quote.Number})}
	if o.Made != nil && !o.Draft {
		done.Message = s.desk.t("window.done.quote_invoiced", map[string]any{"number": o.Quote.Number, "invoice": o.Made.Number})
	}
	return done, nil
}

// Refuse notes that the customer does not agree.
func (s *Quotes) Refuse(f DecisionForm) (Done, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return Done{}, err
	}
	o, err := h.Sales.RefuseQuote(s.desk.ctx, who, sales.Refusal{Key: f.Key, PublicID: f.QuoteID, Hash: f.Hash, Name: f.Name, On: f.On, Reason: f.Reason})
	return Done{ID: o.Quote.PublicID, Number: o.Quote.Number, Message: s.desk.t("window.done.quote_refused", map[string]any{"number": o.Quote.Number})}, err
}

// Undo takes the decision back, and what it made.
func (s *Quotes) Undo(id, key string) (Done, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return Done{}, err
	}
	x, err := h.Sales.UndoQuote(s.desk.ctx, who, key, id)
	return Done{ID: x.PublicID, Number: x.Number, Message: s.desk.t("window.done.quote_undone", map[string]any{"number": x.Number})}, err
}

// Revise opens a new version as a draft.
func (s *Quotes) Revise(id, key string) (Saved, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return Saved{}, err
	}
	d, err := h.Sales.ReviseQuote(s.desk.ctx, who, key, id)
	return Saved{ID: d.PublicID, Version: d.Version, SavedAt: d.UpdatedAt}, err
}

// Convert makes the draft of the invoice of an approved quote, less its deposits.
func (s *Quotes) Convert(id, key string) (Saved, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return Saved{}, err
	}
	d, err := h.Sales.ConvertQuote(s.desk.ctx, who, key, id)
	return Saved{ID: d.PublicID, Version: d.Version, SavedAt: d.UpdatedAt}, err
}

// Duplicate makes a new draft of a quote, as a quote or with kind "invoice" as an invoice.
func (s *Quotes) Duplicate(id, kind, key string) (Saved, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return Saved{}, err
	}
	d, err := h.Sales.DuplicateAs(s.desk.ctx, who, key, id, billing.Kind(kind))
	return Saved{ID: d.PublicID, Version: d.Version, SavedAt: d.UpdatedAt}, err
}

// QuoteChoice is what a quote comes to with some of its options.
type QuoteChoice struct {
	TotalInclMinor int64  `json:"totalInclMinor"`
	DepositMinor   int64  `json:"depositMinor"`
	Text           string `json:"text"`
}

// Choose tells what the quote comes to with those options, before the decision is noted.
func (s *Quotes) Choose(id string, options []int) (QuoteChoice, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return QuoteChoice{}, err
	}
	x, err := h.Sales.GetQuote(s.desk.ctx, who, id)
	if err != nil {
		return QuoteChoice{}, err
	}
	totals, deposit, err := x.Choose(options)
	return QuoteChoice{TotalInclMinor: totals.TotalInclTax, DepositMinor: deposit, Text: locale.Amount(s.desk.lang, totals.TotalInclTax, x.Currency)}, err
}

// questions gives the thread of a document.
func (d *desk) questions(h *House, who actor.Actor, documentID string) ([]Question, error) {
	list, err := h.Chat.Thread(d.ctx, who, documentID)
	out := make([]Question, 0, len(list))
	for _, m := range list {
		out = append(out, Question{ID: m.PublicID, ByFirm: m.ByFirm, Author: m.Author, Text: m.Body, At: m.At, Waiting: m.Waiting})
	}
	return out, err
}
